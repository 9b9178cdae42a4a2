// SPDX-License-Identifier: MIT
#ifndef MXWIRE_SESSION_GET_CAPABILITIES_HPP
#define MXWIRE_SESSION_GET_CAPABILITIES_HPP

#include <mxwire/endpoint.hpp>
#include <mxwire/types/field.hpp>

MXWIRE_NAMESPACE_BEGIN

/// A capability that is there or not.
struct BooleanCapability {
    bool enabled;

    static constexpr auto fields = mxwire::fields(field::required<&BooleanCapability::enabled>("enabled"));
};

/// m.room_versions
template <class S> struct BasicRoomVersions {
    typename S::Text default_version;
    typename S::Raw available; ///< an object: room version to "stable" or "unstable"

    static constexpr auto fields = mxwire::fields(field::required<&BasicRoomVersions::default_version>("default"),
                                                  field::required_object<&BasicRoomVersions::available>("available"));
};

/// m.profile_fields: `allowed` counts before `disallowed`; neither: all fields. Since 1.16.
template <class S> struct BasicProfileFields {
    bool enabled{};
    std::optional<typename S::TextList> allowed{};
    typename S::TextList disallowed{};

    static constexpr auto fields = mxwire::fields(field::required<&BasicProfileFields::enabled>("enabled"),
                                                  field::optional_list<&BasicProfileFields::allowed>("allowed"),
                                                  field::optional<&BasicProfileFields::disallowed>("disallowed"));

    bool allows(std::string_view key) const noexcept {
        return enabled && (allowed ? has(*allowed, key) : !has(disallowed, key));
    }

  private:
    template <class List> static bool has(const List& list, std::string_view key) noexcept {
        for (const auto& listed : list) {
            if (std::string_view{listed} == key) return true;
        }
        return false;
    }
};

/// m.account_moderation: what the user may do to other accounts of the server. Since 1.18.
struct AccountModeration {
    Flag suspend{};
    Flag lock{};

    static constexpr auto fields = mxwire::fields(field::optional<&AccountModeration::suspend>("suspend"),
                                                  field::optional<&AccountModeration::lock>("lock"));
};

/// What the user may do. The questions give the specification's meaning of what is absent (reference rule L11).
template <class S> struct BasicCapabilities {
    std::optional<BooleanCapability> change_password{};
    std::optional<BooleanCapability> set_displayname{}; ///< deprecated since 1.16
    std::optional<BooleanCapability> set_avatar_url{};  ///< deprecated since 1.16
    std::optional<BooleanCapability> threepid_changes{};
    std::optional<BooleanCapability> get_login_token{};
    std::optional<BooleanCapability> forget_forced_upon_leave{}; ///< since 1.18
    std::optional<BasicRoomVersions<S>> room_versions{};
    std::optional<BasicProfileFields<S>> profile_fields{};
    std::optional<AccountModeration> account_moderation{};
    typename S::Members rest{}; ///< what the storage has no room for is left out: is_complete()

    static constexpr auto fields =
        mxwire::fields(field::optional<&BasicCapabilities::change_password>("m.change_password"),
                       field::optional<&BasicCapabilities::set_displayname>("m.set_displayname"),
                       field::optional<&BasicCapabilities::set_avatar_url>("m.set_avatar_url"),
                       field::optional<&BasicCapabilities::threepid_changes>("m.3pid_changes"),
                       field::optional<&BasicCapabilities::get_login_token>("m.get_login_token"),
                       field::optional<&BasicCapabilities::forget_forced_upon_leave>("m.forget_forced_upon_leave"),
                       field::optional<&BasicCapabilities::room_versions>("m.room_versions"),
                       field::optional<&BasicCapabilities::profile_fields>("m.profile_fields"),
                       field::optional<&BasicCapabilities::account_moderation>("m.account_moderation"),
                       field::rest_cut<&BasicCapabilities::rest>());

    bool can_change_password() const noexcept { return !change_password || change_password->enabled; }
    bool can_change_threepids() const noexcept { return !threepid_changes || threepid_changes->enabled; }
    bool can_get_login_token() const noexcept { return get_login_token && get_login_token->enabled; }
    bool leaving_forgets() const noexcept { return forget_forced_upon_leave && forget_forced_upon_leave->enabled; }
    bool can_suspend() const noexcept { return account_moderation && account_moderation->suspend; }
    bool can_lock() const noexcept { return account_moderation && account_moderation->lock; }
    /// `key`: "displayname", "avatar_url" or any other. A server before 1.16 names these two alone.
    bool can_set_profile_field(std::string_view key) const noexcept {
        if (profile_fields) return profile_fields->allows(key);
        if (key == "displayname") return !set_displayname || set_displayname->enabled;
        if (key == "avatar_url") return !set_avatar_url || set_avatar_url->enabled;
        return true;
    }
};

template <class S> struct BasicCapabilitiesResponse {
    BasicCapabilities<S> capabilities;

    static constexpr auto fields =
        mxwire::fields(field::required<&BasicCapabilitiesResponse::capabilities>("capabilities"));
};

/// GET /_matrix/client/v3/capabilities
///
/// Asks what the user may do on this server. Rate limited. 404 M_UNRECOGNIZED: an old server, to be taken for one that
/// names no capability. Allocates the lists, the members without a place of their own and the texts over the
/// small-string size.
///
/// https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3capabilities
template <class S> struct BasicGetCapabilities {
    static constexpr EndpointInfo info{"getCapabilities", Method::get,    "/_matrix/client/v3/capabilities",
                                       Auth::required,    Body::none,     Body::object,
                                       RateLimited::yes,  Masquerade::yes};
    using Storage = S;
    using Response = BasicCapabilitiesResponse<S>;
};

using Capabilities = BasicCapabilities<Owned>;
using CapabilitiesResponse = BasicCapabilitiesResponse<Owned>;
using GetCapabilities = BasicGetCapabilities<Owned>;
using GetCapabilitiesView = BasicGetCapabilities<View>;
MXWIRE_INSTANTIATE(GetCapabilities)

MXWIRE_NAMESPACE_END

#endif
