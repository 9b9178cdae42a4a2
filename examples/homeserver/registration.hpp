// SPDX-License-Identifier: MIT
//
// Making an account: as a user, a guest, an application service.
#pragma once

#include "login.hpp"
#include "stages.hpp"
#include "world.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace homeserver {

// The full user ID that a new user would have.
inline std::string read_new_username(World& world, const std::string& username) {
    const std::string user_id = "@" + to_lower(username) + ":" + world.accounts.server_name();
    if (!world.accounts.is_possible(user_id)) {
        refuse(400, "M_INVALID_USERNAME", "User ID can only contain characters a-z, 0-9, or '=_-./+'");
    }
    if (world.accounts.find(user_id) != nullptr) {
        refuse(400, "M_USER_IN_USE", "User ID already taken");
    }
    return user_id;
}

inline void refuse_reserved(World& world, const std::string& user_id) {
    if (world.accounts.is_reserved(user_id)) {
        refuse(400, "M_EXCLUSIVE", "This user ID is reserved by an application service");
    }
}

inline void check_strength(const World& world, const std::optional<std::string>& password) {
    if (password && password->size() < static_cast<std::size_t>(world.rules.password_length)) {
        refuse(400, "M_WEAK_PASSWORD", "Password is too short");
    }
}

inline Reply registered(World& world, User& user, const SessionWish& wish, bool inhibit_login) {
    return json_reply(200, inhibit_login
                               ? Json{{"user_id", user.user_id}, {"home_server", world.accounts.server_name()}}
                               : start_session(world, user, wish));
}

// Everything but the display name is ignored (reference, register).
inline Reply register_guest(World& world, const Json& body) {
    if (!world.rules.guests) {
        refuse(403, "M_FORBIDDEN", "Guest access is disabled");
    }
    User guest;
    guest.user_id = random_text("", "0123456789", 12);
    guest.guest = true;
    SessionWish wish{"guest_device", optional_text(body, "initial_device_display_name", "M_INVALID_PARAM").value_or(""),
                     false};
    return registered(world, *world.accounts.create(std::move(guest)), wish, false);
}

inline Reply register_by_app_service(const Call& call, const Json& body, const SessionWish& wish, bool inhibit_login) {
    World& world = call.world;
    const AppService* service = world.accounts.find_app_service(bearer_token(call.request));
    if (service == nullptr) {
        refuse("M_UNKNOWN_TOKEN", "Unrecognised access token", false);
    }
    const std::string user_id = read_new_username(world, required_text(body, "username", "M_MISSING_PARAM"));
    if (!service->covers(user_id)) {
        refuse(400, "M_EXCLUSIVE", "User is not in the namespace of this application service");
    }
    User user;
    user.user_id = user_id;
    return registered(world, *world.accounts.create(std::move(user)), wish, inhibit_login);
}

// The guest whose token comes along and whose name is asked for; nothing where it is an ordinary registration.
inline User* upgraded_guest(World& world, const Json& body, const std::optional<std::string>& username) {
    const auto text = optional_text(body, "guest_access_token", "M_INVALID_PARAM");
    if (!text) {
        return nullptr;
    }
    const AccessToken* token = world.accounts.find_token(*text);
    User* user = token == nullptr ? nullptr : world.accounts.find(token->user_id);
    if (user == nullptr || !user->guest) {
        refuse(403, "M_FORBIDDEN", "Not the token of a guest");
    }
    return username && to_lower(world.accounts.to_user_id(*username)) == user->user_id ? user : nullptr;
}

inline User& make_user(World& world, const UiaSession& session, User* guest, const std::string& user_id,
                       const std::string& password) {
    if (guest == nullptr) {
        User user;
        user.user_id = user_id;
        guest = world.accounts.create(std::move(user));
    } else {
        world.accounts.remove_all_devices(*guest);
        guest->guest = false;
    }
    guest->password = password;
    if (session.threepid) {
        guest->threepids.push_back(*session.threepid);
    }
    const auto token = world.registration_tokens.find(session.registration_token);
    if (token != world.registration_tokens.end() && token->second) {
        --*token->second;
    }
    return *guest;
}

inline Reply register_user(const Call& call, const Json& body, const SessionWish& wish, bool inhibit_login) {
    World& world = call.world;
    if (has_token(call.request)) {
        refuse(400, "M_UNKNOWN", "A token does not belong here");
    }
    if (!world.rules.registration) {
        refuse(403, "M_FORBIDDEN", "Registration has been disabled");
    }
    const auto password = optional_text(body, "password", "M_UNKNOWN");
    check_strength(world, password);
    const auto username = optional_text(body, "username", "M_UNKNOWN");
    User* guest = upgraded_guest(world, body, username);
    const auto check_name = [&] {
        const std::string name = username.value_or(random_text("", "abcdefghijklmnopqrstuvwxyz", 12));
        std::string user_id = guest != nullptr ? guest->user_id : read_new_username(world, name);
        refuse_reserved(world, user_id);
        return user_id;
    };
    // A repeated attempt, whose answer was lost, finds its own name taken.
    const auto auth = body.find("auth");
    const bool repeated = auth != body.end() && auth->is_object() && [&] {
        const UiaSession* session = world.uia.find(optional_text(*auth, "session", "M_BAD_JSON").value_or(""));
        return session != nullptr && !session->registered.empty();
    }();
    const std::string user_id = repeated ? std::string{} : check_name();
    UiaSession& session = require_uia(call, body, {}, world.rules.registration_flows, world.rules.registration_params);
    if (!session.registered.empty()) {
        return registered(world, *world.accounts.find(session.registered), wish, inhibit_login);
    }
    if (!password) {
        refuse(400, "M_MISSING_PARAM", "Missing parameter: password");
    }
    User& user = make_user(world, session, guest, user_id, *password);
    session.registered = user.user_id;
    return registered(world, user, wish, inhibit_login);
}

// Named apart from the keyword.
inline Reply register_account(const Call& call) {
    const std::string kind = query_parameter(call.request, "kind").value_or("user");
    const Json body = read_object(call.request);
    if (kind == "guest") {
        return register_guest(call.world, body);
    }
    if (kind != "user") {
        refuse(400, "M_UNRECOGNIZED", "Invalid query parameter: kind");
    }
    const SessionWish wish = read_session_wish(body);
    const bool inhibit_login = flag(body, "inhibit_login", "M_UNKNOWN");
    return body.value("type", Json{}) == "m.login.application_service"
               ? register_by_app_service(call, body, wish, inhibit_login)
               : register_user(call, body, wish, inhibit_login);
}

inline void refuse_closed_registration(const World& world) {
    if (!world.rules.registration) {
        refuse(403, "M_FORBIDDEN", "Registration has been disabled");
    }
}

inline Reply check_username_availability(const Call& call) {
    refuse_closed_registration(call.world);
    const auto username = query_parameter(call.request, "username");
    if (!username) {
        refuse(400, "M_MISSING_PARAM", "Missing query parameter: username");
    }
    refuse_reserved(call.world, read_new_username(call.world, *username));
    return json_reply(200, {{"available", true}});
}

inline Reply registration_token_validity(const Call& call) {
    refuse_closed_registration(call.world);
    const auto token = query_parameter(call.request, "token");
    if (!token) {
        refuse(400, "M_MISSING_PARAM", "Missing query parameter: token");
    }
    const auto known = call.world.registration_tokens.find(*token);
    return json_reply(200, {{"valid", known != call.world.registration_tokens.end() && known->second != 0}});
}

} // namespace homeserver
