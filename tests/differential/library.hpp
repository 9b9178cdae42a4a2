// SPDX-License-Identifier: MIT
// What the library makes of an answer, in the text that rules.hpp speaks.
#ifndef MXWIRE_TESTS_DIFFERENTIAL_LIBRARY_HPP
#define MXWIRE_TESTS_DIFFERENTIAL_LIBRARY_HPP

#include "rules.hpp"

#include <cstring>
#include <memory>

namespace differential {

/// A storage policy and how it reads.
struct OwnedPolicy {
    using Storage = mxwire::Owned;
    static constexpr const char* name = "Owned";
    static constexpr Room room{};
    static constexpr bool in_place = false;
};
template <std::size_t M, bool InPlace> struct ViewPolicy {
    using Storage = mxwire::BasicView<M>;
    static constexpr const char* name = InPlace ? "View in place" : "View of a body that is not written to";
    static constexpr Room room{Room::endless, M, M, false, InPlace, Room::endless, Room::endless, Room::endless};
    static constexpr bool in_place = InPlace;
};
template <std::size_t N, std::size_t M> struct FixedPolicy {
    using Storage = mxwire::Fixed<N, M>;
    static constexpr const char* name = N < 100 ? "Fixed, little room" : "Fixed";
    static constexpr Room room{N, M, Room::endless, true, true, 23, 64, M};
    static constexpr bool in_place = false;
};

/// Members of an object; those that are absent are left out.
class Shown {
  public:
    template <class Text> Shown& text(const char* key, const Text& value) {
        return put(key, show_text(std::string_view{value}));
    }
    template <class Text> Shown& text(const char* key, const std::optional<Text>& value) {
        return value ? text(key, *value) : *this;
    }
    template <class Text> Shown& text(const char* key, const mxwire::BasicSecret<Text>& value) {
        return put(key, show_text(value.expose()));
    }
    template <class E, class Text> Shown& word(const char* key, const mxwire::OpenEnum<E, Text>& value) {
        return put(key, show_word(value.text(), static_cast<int>(value.value())));
    }
    template <class E, class Text> Shown& word(const char* key, const std::optional<mxwire::OpenEnum<E, Text>>& value) {
        return value ? word(key, *value) : *this;
    }
    Shown& flag(const char* key, mxwire::Flag value) {
        return value.has_value() ? put(key, value ? "true" : "false") : *this;
    }
    template <class Text> Shown& text(const char* key, const std::optional<mxwire::BasicSecret<Text>>& value) {
        return value ? text(key, *value) : *this;
    }
    template <class Text> Shown& raw(const char* key, const mxwire::BasicRawJson<Text>& value) {
        return value.empty() ? *this : put(key, show_text(value.text()));
    }
    template <class List> Shown& words(const char* key, const List& list) {
        return put(
            key, listed(list, [](const auto& word) { return show_word(word.text(), static_cast<int>(word.value())); }));
    }
    template <class List> Shown& texts(const char* key, const List& list) {
        return put(key, listed(list, [](const auto& text) { return show_text(std::string_view{text}); }));
    }
    Shown& number(const char* key, const std::optional<std::chrono::milliseconds>& value) {
        return value ? put(key, std::to_string(value->count())) : *this;
    }
    Shown& put(const char* key, const std::string& value) {
        all_ += std::string(" ") + key + "=" + value;
        return *this;
    }
    template <class List, class Show> Shown& list(const char* key, const List& list, Show show) {
        return list.empty() ? *this : put(key, listed(list, show));
    }
    template <class List, class Show> static std::string listed(const List& list, Show show) {
        std::string all = "[";
        for (const auto& element : list) all += show(element) + ",";
        return all + "]";
    }
    template <class Members> Shown& unknown(const Members& members) {
        if (members.empty()) return *this;
        std::string all;
        if constexpr (HasText<Members>::value) all = show_text(members.text());
        for (const mxwire::RawView::Element& member : members) all += show_member(member.key, member.value);
        return put("unknown", all);
    }
    std::string object() const { return "{" + all_ + "}"; }

  private:
    template <class M, class = void> struct HasText : std::false_type {};
    template <class M> struct HasText<M, std::void_t<decltype(std::declval<const M&>().text())>> : std::true_type {};

    std::string all_;
};

template <class S> std::string show(const mxwire::BasicIdentityProvider<S>& provider) {
    return Shown{}
        .text("id", provider.id)
        .text("name", provider.name)
        .text("icon", provider.icon)
        .word("brand", provider.brand)
        .object();
}
template <class S> std::string show(const mxwire::BasicLoginFlow<S>& flow) {
    return Shown{}
        .word("type", flow.type)
        .list("identity_providers", flow.identity_providers, [](const auto& provider) { return show(provider); })
        .flag("oauth_aware_preferred", flow.oauth_aware_preferred)
        .flag("get_login_token", flow.get_login_token)
        .unknown(flow.rest)
        .object();
}
template <class S> std::string show(const mxwire::BasicLoginFlows<S>& flows) {
    return Shown{}.list("flows", flows.flows, [](const auto& flow) { return show(flow); }).object();
}
template <class S> std::string show(const mxwire::BasicServerInformation<S>& server) {
    return Shown{}.text("base_url", server.base_url).object();
}
template <class S> std::string show(const mxwire::BasicWellKnown<S>& well_known) {
    Shown shown;
    shown.put("m.homeserver", show(well_known.homeserver));
    if (well_known.identity_server) shown.put("m.identity_server", show(*well_known.identity_server));
    return shown.unknown(well_known.rest).object();
}
template <class S> std::string show(const mxwire::BasicLoginResponse<S>& login) {
    Shown shown;
    shown.text("user_id", login.user_id)
        .text("access_token", login.access_token)
        .text("device_id", login.device_id)
        .text("refresh_token", login.refresh_token)
        .number("expires_in_ms", login.expires_in);
    if (login.well_known) shown.put("well_known", show(*login.well_known));
    return shown.object();
}
template <class S> std::string show(const mxwire::BasicTokenOwner<S>& owner) {
    return Shown{}
        .text("user_id", owner.user_id)
        .text("device_id", owner.device_id)
        .flag("is_guest", owner.is_guest)
        .object();
}
template <class S> std::string show(const mxwire::BasicVersions<S>& versions) {
    return Shown{}.texts("versions", versions.versions).raw("unstable_features", versions.unstable_features).object();
}
inline std::string show(const mxwire::BooleanCapability& capability) {
    return Shown{}.put("enabled", capability.enabled ? "true" : "false").object();
}
template <class S> std::string show(const mxwire::BasicRoomVersions<S>& versions) {
    return Shown{}.text("default", versions.default_version).raw("available", versions.available).object();
}
template <class S> std::string show(const mxwire::BasicProfileFields<S>& fields) {
    Shown shown;
    shown.put("enabled", fields.enabled ? "true" : "false");
    if (fields.allowed) shown.texts("allowed", *fields.allowed);
    if (!fields.disallowed.empty()) shown.texts("disallowed", fields.disallowed);
    return shown.object();
}
inline std::string show(const mxwire::AccountModeration& moderation) {
    return Shown{}.flag("suspend", moderation.suspend).flag("lock", moderation.lock).object();
}
template <class S> std::string show(const mxwire::BasicCapabilities<S>& all) {
    Shown shown;
    const auto model = [&](const char* key, const auto& value) {
        if (value) shown.put(key, show(*value));
    };
    model("m.change_password", all.change_password);
    model("m.set_displayname", all.set_displayname);
    model("m.set_avatar_url", all.set_avatar_url);
    model("m.3pid_changes", all.threepid_changes);
    model("m.get_login_token", all.get_login_token);
    model("m.forget_forced_upon_leave", all.forget_forced_upon_leave);
    model("m.room_versions", all.room_versions);
    model("m.profile_fields", all.profile_fields);
    model("m.account_moderation", all.account_moderation);
    return shown.unknown(all.rest).object();
}
template <class S> std::string show(const mxwire::BasicCapabilitiesResponse<S>& response) {
    return Shown{}.put("capabilities", show(response.capabilities)).object();
}
template <class S> std::string show(const mxwire::BasicAuthMetadata<S>& metadata) {
    Shown shown;
    shown.text("issuer", metadata.issuer)
        .text("authorization_endpoint", metadata.authorization_endpoint)
        .text("token_endpoint", metadata.token_endpoint)
        .text("registration_endpoint", metadata.registration_endpoint)
        .text("revocation_endpoint", metadata.revocation_endpoint)
        .words("response_types_supported", metadata.response_types_supported)
        .words("grant_types_supported", metadata.grant_types_supported)
        .words("response_modes_supported", metadata.response_modes_supported)
        .words("code_challenge_methods_supported", metadata.code_challenge_methods_supported);
    if (!metadata.prompt_values_supported.empty()) {
        shown.words("prompt_values_supported", metadata.prompt_values_supported);
    }
    shown.text("device_authorization_endpoint", metadata.device_authorization_endpoint)
        .text("account_management_uri", metadata.account_management_uri);
    if (!metadata.account_management_actions_supported.empty()) {
        shown.words("account_management_actions_supported", metadata.account_management_actions_supported);
    }
    return shown.unknown(metadata.rest).object();
}
template <class S> std::string show(const mxwire::BasicLoginTokenResponse<S>& token) {
    return Shown{}.text("login_token", token.login_token).number("expires_in_ms", token.expires_in).object();
}
template <class S> std::string show(const mxwire::BasicRefreshResponse<S>& tokens) {
    return Shown{}
        .text("access_token", tokens.access_token)
        .text("refresh_token", tokens.refresh_token)
        .number("expires_in_ms", tokens.expires_in)
        .object();
}
template <class S> std::string show(const mxwire::BasicRegisterResponse<S>& account) {
    return Shown{}
        .text("user_id", account.user_id)
        .text("access_token", account.access_token)
        .text("device_id", account.device_id)
        .text("refresh_token", account.refresh_token)
        .number("expires_in_ms", account.expires_in)
        .object();
}
template <class S> std::string show(const mxwire::BasicDevice<S>& device) {
    return Shown{}
        .text("device_id", device.device_id)
        .text("display_name", device.display_name)
        .text("last_seen_ip", device.last_seen_ip)
        .number("last_seen_ts", device.last_seen_ts)
        .object();
}
template <class S> std::string show(const mxwire::BasicDevices<S>& all) {
    return Shown{}.list("devices", all.devices, [](const auto& device) { return show(device); }).object();
}
template <class S> std::string show(const mxwire::BasicRequestTokenResponse<S>& token) {
    return Shown{}.text("sid", token.sid).text("submit_url", token.submit_url).object();
}
inline std::string show(const mxwire::UsernameAvailability& name) {
    return Shown{}.flag("available", name.available).object();
}
inline std::string show(const mxwire::TokenValidity& token) {
    return Shown{}.put("valid", token.valid ? "true" : "false").object();
}
template <class S> std::string show(const mxwire::BasicDeactivateAccountResponse<S>& account) {
    return Shown{}.word("id_server_unbind_result", account.id_server_unbind_result).object();
}
/// A response without a member.
template <class T, class = std::enable_if_t<std::is_empty_v<T>>> std::string show(const T&) { return Shown{}.object(); }

template <class Text> std::string show_one(const Text& text) { return show_text(std::string_view{text}); }
template <class S> std::string show(const mxwire::BasicUiaFlow<S>& flow) {
    return Shown{}.list("stages", flow.stages, [](const auto& stage) { return show_one(stage); }).object();
}
template <class S> std::string show(const mxwire::BasicMatrixError<S>& error) {
    Shown shown;
    if (!error.code.empty()) shown.word("errcode", error.code);
    if (!std::string_view{error.message}.empty()) shown.text("error", error.message);
    shown.number("retry_after_ms", error.retry_after).flag("soft_logout", error.soft_logout);
    if (error.challenge) {
        const mxwire::BasicUiaChallenge<S>& challenge = *error.challenge;
        std::string text = "{flows=" + Shown::listed(challenge.flows, [](const auto& flow) { return show(flow); });
        if (!challenge.completed.empty()) {
            const auto show_stage = [](const auto& stage) { return show_one(stage); };
            text += " completed=" + Shown::listed(challenge.completed, show_stage);
        }
        if (!challenge.params.empty()) text += " params=" + show_text(challenge.params.text());
        if (challenge.session) text += " session=" + show_text(challenge.session->expose());
        shown.put("challenge", text + "}");
    }
    return shown.unknown(error.rest).object();
}

/// An answer read from memory of exactly its size, so that the sanitizer sees any access beside it.
template <class E, bool InPlace, class Show> Value read(const std::string& document, int status, Show show_result) {
    const auto memory = std::make_unique<char[]>(document.size());
    if (!document.empty()) std::memcpy(memory.get(), document.data(), document.size());
    if constexpr (InPlace) {
        return show_result(mxwire::parse_in_place<E>(status, {memory.get(), document.size()}));
    } else {
        const std::string_view body{memory.get(), document.size()};
        const Value value = show_result(mxwire::parse<E>(status, body));
        return body == document ? value : Value{Outcome::good, "the body was written to"};
    }
}

/// The storage had no room for it, which is not to be mixed up with a document that is no good.
template <class S> Outcome outcome_of(const mxwire::BasicMatrixError<S>& error) {
    for (const mxwire::Fault fault : {mxwire::Fault::too_many, mxwire::Fault::too_long, mxwire::Fault::escaped}) {
        if (std::string_view{error.message} == mxwire::describe(fault)) return Outcome::limit;
    }
    return Outcome::unusable;
}

template <class E, bool InPlace> Value read_model(const std::string& document) {
    return read<E, InPlace>(document, 200, [](const auto& result) -> Value {
        if (result) return {Outcome::good, show(*result)};
        if (result.error().stage != mxwire::Stage::body) return {Outcome::good, "not an error of Stage::body"};
        return {outcome_of(result.error()), {}};
    });
}
template <class S, bool InPlace> Value read_error(const std::string& document, int status) {
    return read<mxwire::BasicLogin<S>, InPlace>(document, status, [&](const auto& result) -> Value {
        if (result) return {Outcome::good, "a model"};
        if (result.error().status != status) return {Outcome::good, "another status"};
        switch (result.error().stage) {
        case mxwire::Stage::server: return {Outcome::good, show(result.error())};
        case mxwire::Stage::body:
            if (outcome_of(result.error()) == Outcome::limit) return {Outcome::limit, {}};
            return {Outcome::good, "Stage::body: " + std::string(std::string_view{result.error().message})};
        case mxwire::Stage::http:
            // Nothing is kept of what is no Matrix error.
            return {show(result.error()) == "{}" ? Outcome::unusable : Outcome::good, show(result.error())};
        default: return {Outcome::good, "another stage"};
        }
    });
}

} // namespace differential

#endif
