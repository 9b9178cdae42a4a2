// SPDX-License-Identifier: MIT
//
// What a server says about itself. A control may put any of these documents in place of the server's own.
#pragma once

#include "world.hpp"

#include <optional>
#include <string>

namespace homeserver {

inline std::optional<Json> replaced_document(const World& world, const std::string& name) {
    const auto document = world.documents.find(name);
    return document == world.documents.end() ? std::nullopt : std::optional{document->second};
}

inline Reply get_versions(const Call& call) {
    if (has_token(call.request)) {
        authenticate(call, {true, true, true});
    }
    if (const auto document = replaced_document(call.world, "versions")) {
        return json_reply(200, *document);
    }
    Json versions = Json::array();
    for (int minor = 1; minor <= 15; ++minor) {
        versions.push_back("v1." + std::to_string(minor));
    }
    return json_reply(200, {{"versions", versions}, {"unstable_features", {{"org.matrix.e2e_cross_signing", true}}}});
}

inline Reply get_capabilities(const Call& call) {
    authenticate(call, {false, false, true});
    if (const auto document = replaced_document(call.world, "capabilities")) {
        return json_reply(200, *document);
    }
    const Json enabled = {{"enabled", true}};
    return json_reply(200, {{"capabilities",
                             {{"m.change_password", enabled},
                              {"m.set_displayname", enabled},
                              {"m.set_avatar_url", enabled},
                              {"m.3pid_changes", {{"enabled", false}}},
                              {"m.get_login_token", {{"enabled", call.world.rules.get_token}}},
                              {"m.room_versions", {{"default", "11"}, {"available", {{"11", "stable"}}}}}}}});
}

inline Reply get_well_known(const Call& call) {
    if (const auto document = replaced_document(call.world, "well_known")) {
        return json_reply(200, *document);
    }
    if (call.world.options.well_known_base_url.empty()) {
        refuse(404, "M_NOT_FOUND", "No .well-known file");
    }
    return json_reply(200, {{"m.homeserver", {{"base_url", call.world.options.well_known_base_url}}}});
}

// This server has no OAuth 2.0 API (reference rule O1); a document says otherwise for a client that only reads it.
inline Reply get_auth_metadata(const Call& call) {
    if (const auto document = replaced_document(call.world, "auth_metadata")) {
        return json_reply(200, *document);
    }
    refuse(404, "M_UNRECOGNIZED", "Unrecognized request");
}

} // namespace homeserver
