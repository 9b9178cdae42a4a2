// SPDX-License-Identifier: MIT
#ifndef MXWIRE_TYPES_WELL_KNOWN_HPP
#define MXWIRE_TYPES_WELL_KNOWN_HPP

#include <mxwire/types/field.hpp>

MXWIRE_NAMESPACE_BEGIN

/// Where a homeserver or an identity server is to be reached. Not empty, and not checked otherwise: a Homeserver made of
/// it is.
template <class S> struct BasicServerInformation {
    typename S::Text base_url;

    static constexpr auto fields = mxwire::fields(field::required_text<&BasicServerInformation::base_url>("base_url"));
};

/// Discovery information. A null or an empty m.identity_server is none: real servers send both (reference trap 5.1).
/// https://spec.matrix.org/v1.19/client-server-api/#getwell-knownmatrixclient
template <class S> struct BasicWellKnown {
    BasicServerInformation<S> homeserver;
    std::optional<BasicServerInformation<S>> identity_server{};
    typename S::Members rest{}; ///< members of any type, named after Java packages; those that the storage has no room
                                ///< for are left out (is_complete()), since they come with an access token as well

    static constexpr auto fields =
        mxwire::fields(field::required<&BasicWellKnown::homeserver>("m.homeserver"),
                       field::optional<&BasicWellKnown::identity_server>("m.identity_server"),
                       field::rest_cut<&BasicWellKnown::rest>());
};
using ServerInformation = BasicServerInformation<Owned>;
using WellKnown = BasicWellKnown<Owned>;

MXWIRE_NAMESPACE_END

#endif
