// SPDX-License-Identifier: MIT
//
// Which user an identifier means, and whether a password is theirs: for a login and for a stage of UIA.
#pragma once

#include "world.hpp"

#include <string>
#include <string_view>

namespace homeserver {

// The deprecated members win over the identifier where both are sent.
inline Json identifier_of(const Json& body) {
    if (body.contains("user")) {
        return {{"type", "m.id.user"}, {"user", body["user"]}};
    }
    if (body.contains("medium") && body.contains("address")) {
        return {{"type", "m.id.thirdparty"}, {"medium", body["medium"]}, {"address", body["address"]}};
    }
    const auto identifier = body.find("identifier");
    if (identifier == body.end()) {
        refuse(400, "M_INVALID_PARAM", "Missing parameter: identifier");
    }
    if (!identifier->is_object() || !identifier->contains("type")) {
        refuse(400, "M_MISSING_PARAM", "'identifier' has no member 'type'");
    }
    return *identifier;
}

struct Identified {
    User* user;         // nobody's: null
    std::string bucket; // also of unknown names: a rate limit must not tell which users exist
};

inline Identified find_identified(Accounts& accounts, const Json& identifier) {
    const Json& type = identifier["type"];
    if (type == "m.id.user") {
        const std::string user_id = to_lower(accounts.to_user_id(required_text(identifier, "user", "M_UNKNOWN")));
        return {accounts.find(user_id), user_id};
    }
    std::string medium = "msisdn";
    std::string address;
    if (type == "m.id.thirdparty") {
        medium = required_text(identifier, "medium", "M_UNKNOWN");
        address = required_text(identifier, "address", "M_UNKNOWN");
    } else if (type == "m.id.phone") {
        const auto msisdn = to_msisdn(required_text(identifier, "country", "M_INVALID_PARAM"),
                                      required_text(identifier, "phone", "M_UNKNOWN"));
        if (!msisdn) {
            refuse(400, "M_INVALID_PARAM", "Unable to parse phone number");
        }
        address = *msisdn;
    } else {
        refuse(400, "M_UNKNOWN", "Unknown login identifier type");
    }
    User* user = accounts.find_by_threepid(medium, address);
    return {user, user != nullptr ? user->user_id : medium + " " + to_lower(address)};
}

// Wrong passwords are counted; after too many even the right one is held back.
inline bool is_password_of(World& world, const Identified& identified, const Json& body) {
    const auto password = body.find("password");
    if (password == body.end() || !password->is_string()) {
        refuse(400, "M_INVALID_PARAM", "Bad parameter: password");
    }
    if (const auto delay = world.failed_logins.delay(identified.bucket)) {
        refuse_for(*delay, world.failed_logins.forms(), world.wall);
    }
    const User* user = identified.user;
    const bool right = user != nullptr && user->password && *password == *user->password;
    if (!right) {
        world.failed_logins.count(identified.bucket);
    }
    return right;
}

} // namespace homeserver
