// SPDX-License-Identifier: MIT
//
// A session after its login: whose it is, its refresh, its end.
#pragma once

#include "login.hpp"
#include "world.hpp"

#include <string>

namespace homeserver {

inline Reply get_token_owner(const Call& call) {
    const Requester requester = authenticate(call, {false, false, true});
    Json answer = {{"user_id", requester.user->user_id}, {"is_guest", requester.user->guest}};
    if (requester.device_id) {
        answer["device_id"] = *requester.device_id;
    }
    return json_reply(200, answer);
}

// The refresh token is the credential: a header is not looked at (reference rule F4).
inline Reply refresh(const Call& call) {
    World& world = call.world;
    if (world.rules.refresh == Rules::Refresh::off) {
        refuse(404, "M_UNRECOGNIZED", "Unrecognized request");
    }
    const auto text = optional_text(read_object(call.request), "refresh_token", "M_INVALID_PARAM");
    if (!text) {
        refuse(400, "M_MISSING_PARAM", "Missing parameter: refresh_token");
    }
    const RefreshToken* token = world.accounts.find_refresh_token(*text);
    if (token == nullptr) {
        // Also one that was replaced: it is forgotten. Without soft_logout, as Synapse.
        refuse(401, "M_UNKNOWN_TOKEN", "Unknown refresh token");
    }
    if (world.accounts.is_expired(*token)) {
        refuse("M_UNKNOWN_TOKEN", "Refresh token has expired", true);
    }
    if (world.accounts.find(token->user_id)->locked) {
        refuse("M_USER_LOCKED", "User account has been locked", true);
    }
    Json answer = Json::object();
    add_tokens(answer, world.rules.refresh == Rules::Refresh::rotate
                           ? world.accounts.refresh(*text, world.lifetimes(true))
                           : world.accounts.refresh_access_token(*text, world.lifetimes(true)));
    return json_reply(200, answer);
}

// A locked account and an expired token can still log out (reference rule E7).
inline Reply logout(const Call& call) {
    const Requester requester = authenticate(call, {true, true, false});
    if (!requester.device_id) {
        refuse(401, "M_UNKNOWN", "An application service has no device to log out");
    }
    call.world.accounts.remove_device(*requester.user, *requester.device_id);
    return json_reply(200, Json::object());
}

inline Reply logout_all(const Call& call) {
    call.world.accounts.remove_all_devices(*authenticate(call, {true, true, false}).user);
    return json_reply(200, Json::object());
}

} // namespace homeserver
