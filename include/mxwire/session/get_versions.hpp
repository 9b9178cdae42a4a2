// SPDX-License-Identifier: MIT
#ifndef MXWIRE_SESSION_GET_VERSIONS_HPP
#define MXWIRE_SESSION_GET_VERSIONS_HPP

#include <mxwire/endpoint.hpp>
#include <mxwire/types/field.hpp>

MXWIRE_NAMESPACE_BEGIN

namespace detail {
/// Servers list two dozen versions, which is more than most lists of a fixed size hold.
template <class S> struct VersionList { using Type = FixedList<FixedText<23>, 64>; };
template <> struct VersionList<Owned> { using Type = Owned::TextList; };
template <std::size_t M> struct VersionList<BasicView<M>> { using Type = typename BasicView<M>::TextList; };
} // namespace detail

template <class S> struct BasicVersions {
    typename detail::VersionList<S>::Type versions; ///< such as "v1.13", or "r0.6.1" from before
    typename S::Raw unstable_features{};            ///< an object: name to boolean; or nothing

    static constexpr auto fields =
        mxwire::fields(field::required<&BasicVersions::versions>("versions"),
                       field::optional_object<&BasicVersions::unstable_features>("unstable_features"));

    /// True if the server says that it implements exactly this version. Servers understate: for a single operation ask
    /// for it, and take is_unsupported() for a no (reference rule L12).
    bool supports(std::string_view version) const noexcept {
        for (const auto& listed : versions) {
            if (std::string_view{listed} == version) return true;
        }
        return false;
    }
    /// True if the server says that this unstable feature is on. Absent is off.
    bool has_feature(std::string_view name) const noexcept {
        const std::optional<RawView> feature = unstable_features.find(name);
        return feature && feature->boolean().value_or(false);
    }
};

/// GET /_matrix/client/versions
///
/// Asks which versions of the specification the server implements. With Credentials the answer may hold features of
/// that user (since 1.10), but a token that is no longer good makes some servers answer 401 M_UNKNOWN_TOKEN: to ask
/// about the server pass a Homeserver. Allocates the list and the texts over the small-string size.
///
/// https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientversions
template <class S> struct BasicGetVersions {
    static constexpr EndpointInfo info{"getVersions",   Method::get,    "/_matrix/client/versions",
                                       Auth::optional,  Body::none,     Body::object,
                                       RateLimited::no, Masquerade::yes};
    using Storage = S;
    using Response = BasicVersions<S>;
};

using Versions = BasicVersions<Owned>;
using GetVersions = BasicGetVersions<Owned>;
using GetVersionsView = BasicGetVersions<View>;
MXWIRE_INSTANTIATE(GetVersions)

MXWIRE_NAMESPACE_END

#endif
