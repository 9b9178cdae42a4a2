// SPDX-License-Identifier: MIT
//
// What an account's owner does to it: a new password, its end; and the proof of an address that can stand in for a token.
#pragma once

#include "registration.hpp"
#include "stages.hpp"
#include "world.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace homeserver {

inline Reply change_password(const Call& call) {
    const bool signed_in = has_token(call.request);
    const Requester requester = signed_in ? authenticate(call) : Requester{nullptr, std::nullopt};
    const Json body = read_object(call.request);
    const auto new_password = optional_text(body, "new_password", "M_BAD_JSON");
    if (!new_password) {
        refuse(400, "M_MISSING_PARAM", "Missing parameter: new_password");
    }
    check_strength(call.world, new_password);
    const bool logout_devices = flag(body, "logout_devices", "M_BAD_JSON", true);
    if (signed_in) {
        confirm(call, body, requester);
    }
    User& user = signed_in ? *requester.user : identify_without_token(call, body);
    user.password = new_password;
    if (logout_devices) {
        call.world.accounts.remove_all_devices(user, requester.device_id);
    }
    return json_reply(200, Json::object());
}

inline Reply deactivate_account(const Call& call) {
    const bool signed_in = has_token(call.request);
    const Requester requester = signed_in ? authenticate(call) : Requester{nullptr, std::nullopt};
    const Json body = read_object(call.request);
    flag(body, "erase", "M_BAD_JSON");
    if (signed_in) {
        confirm(call, body, requester);
    }
    User& user = signed_in ? *requester.user : identify_without_token(call, body);
    // There is no identity server that an address could be taken from.
    const bool unbound = user.threepids.empty();
    call.world.accounts.deactivate(user);
    return json_reply(200, {{"id_server_unbind_result", unbound ? "success" : "no-support"}});
}

inline ThreePid read_email(const Json& body) {
    const std::string email = required_text(body, "email", "M_MISSING_PARAM");
    if (email.find('@') == std::string::npos) {
        refuse(400, "M_INVALID_PARAM", "Invalid parameter: email");
    }
    return {"email", to_lower(email)};
}

inline ThreePid read_phone(const Json& body) {
    const auto msisdn = to_msisdn(required_text(body, "country", "M_MISSING_PARAM"),
                                  required_text(body, "phone_number", "M_MISSING_PARAM"));
    if (!msisdn) {
        refuse(400, "M_INVALID_PARAM", "Unable to parse phone number");
    }
    return {"msisdn", *msisdn};
}

enum class Purpose { registration, password };

template <Purpose purpose, ThreePid (*read)(const Json&)> Reply request_token(const Call& call) {
    const Json body = read_object(call.request);
    const std::string client_secret = required_text(body, "client_secret", "M_MISSING_PARAM");
    const bool spelled =
        client_secret.size() <= 255 &&
        client_secret.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                        ".=_-") == std::string::npos;
    if (!spelled) {
        refuse(400, "M_INVALID_PARAM", "Invalid parameter: client_secret");
    }
    if (!body.contains("send_attempt")) {
        refuse(400, "M_MISSING_PARAM", "Missing parameter: send_attempt");
    }
    number(body, "send_attempt", 0, 0, INT64_MAX, "M_INVALID_PARAM");
    const ThreePid threepid = read(body);
    const bool taken = call.world.accounts.find_by_threepid(threepid.medium, threepid.address) != nullptr;
    if (purpose == Purpose::registration && taken) {
        refuse(400, "M_THREEPID_IN_USE", "The address is somebody's already");
    }
    if (purpose == Purpose::password && !taken) {
        refuse(400, "M_THREEPID_NOT_FOUND", "The address is nobody's");
    }
    for (const auto& [sid, session] : call.world.threepid_sessions) {
        if (session.client_secret == client_secret && session.threepid.medium == threepid.medium &&
            session.threepid.address == threepid.address) {
            return json_reply(200, {{"sid", sid}});
        }
    }
    const std::string sid = random_token("sid_");
    call.world.threepid_sessions.emplace(sid, ThreePidSession{threepid, client_secret});
    return json_reply(200, {{"sid", sid}});
}

} // namespace homeserver
