// SPDX-License-Identifier: MIT
//
// Login, its flows, its fallback page, and login tokens for another client.
#pragma once

#include "identify.hpp"
#include "stages.hpp"
#include "world.hpp"

#include <iterator>
#include <optional>
#include <string>

namespace homeserver {

// Two, so that a client shows a choice; one without the optional members.
inline std::vector<Provider> providers(const World& world) {
    return {{"github", "GitHub", "github", "mxc://" + world.accounts.server_name() + "/github"},
            {"company", "Company directory"}};
}

inline Reply get_login_flows(const Call& call) {
    const auto document = call.world.documents.find("login_flows");
    if (document != call.world.documents.end()) {
        return json_reply(200, document->second);
    }
    Json identity_providers = Json::array();
    for (const Provider& provider : providers(call.world)) {
        Json entry = {{"id", provider.id}, {"name", provider.name}};
        if (!provider.brand.empty()) {
            entry["brand"] = provider.brand;
        }
        if (!provider.icon.empty()) {
            entry["icon"] = provider.icon;
        }
        identity_providers.push_back(std::move(entry));
    }
    Json token = {{"type", "m.login.token"}};
    if (call.world.rules.get_token) {
        token["get_login_token"] = true;
    }
    return json_reply(200, {{"flows",
                             {{{"type", "m.login.sso"}, {"identity_providers", identity_providers}},
                              token,
                              {{"type", "m.login.password"}},
                              {{"type", "m.login.application_service"}}}}});
}

struct SessionWish {
    std::optional<std::string> device_id;
    std::string display_name;
    bool refresh_token;
};

// Read before anything is spent: a login token must outlive a request that could never succeed.
inline SessionWish read_session_wish(const Json& body) {
    SessionWish wish;
    wish.refresh_token = flag(body, "refresh_token", "M_UNKNOWN");
    wish.device_id = optional_text(body, "device_id", "M_INVALID_PARAM");
    wish.display_name = optional_text(body, "initial_device_display_name", "M_INVALID_PARAM").value_or("");
    if (wish.device_id && wish.device_id->size() > 512) {
        refuse(400, "M_INVALID_PARAM", "device_id is too long");
    }
    if (wish.display_name.size() > 100) {
        refuse(400, "M_TOO_LARGE", "Device display name is too long");
    }
    return wish;
}

inline void add_tokens(Json& answer, const Tokens& tokens) {
    answer["access_token"] = tokens.access_token;
    if (!tokens.refresh_token.empty()) {
        answer["refresh_token"] = tokens.refresh_token;
    }
    if (tokens.lifetime) {
        answer["expires_in_ms"] = tokens.lifetime->count();
    }
}

// Of a login and of a registration.
inline Json start_session(World& world, User& user, const SessionWish& wish) {
    const bool refreshable = wish.refresh_token && world.rules.refresh != Rules::Refresh::off;
    const std::string device_id = wish.device_id ? *wish.device_id : random_device_id();
    Json answer = {{"user_id", user.user_id}, {"device_id", device_id}, {"home_server", world.accounts.server_name()}};
    add_tokens(answer, world.accounts.open_session(user, device_id, wish.display_name, refreshable,
                                                   world.lifetimes(refreshable)));
    return answer;
}

inline User& user_by_app_service(const Call& call, const Json& body) {
    Accounts& accounts = call.world.accounts;
    const AppService* service = accounts.find_app_service(bearer_token(call.request));
    if (service == nullptr) {
        refuse("M_UNKNOWN_TOKEN", "This login method is only valid for application services", false);
    }
    const auto identifier = body.find("identifier");
    if (identifier == body.end() || !identifier->is_object() || identifier->value("type", Json{}) != "m.id.user") {
        refuse(400, "M_INVALID_PARAM", "Invalid identifier");
    }
    const std::string user_id = accounts.to_user_id(required_text(*identifier, "user", "M_UNKNOWN"));
    if (!service->covers(user_id)) {
        refuse(403, "M_EXCLUSIVE", "User is not in the namespace of this application service");
    }
    User* user = accounts.find(user_id);
    if (user == nullptr) {
        refuse(403, "M_FORBIDDEN", "User is not registered");
    }
    return *user;
}

inline User& user_by_login_token(World& world, const Json& body) {
    const auto token = body.find("token");
    if (token == body.end()) {
        refuse(400, "M_UNKNOWN", "Missing JSON keys.");
    }
    User* user = token->is_string() ? world.accounts.redeem_login_token(token->get<std::string>()) : nullptr;
    if (user == nullptr) {
        refuse(403, "M_FORBIDDEN", "Invalid login token");
    }
    return *user;
}

inline User& user_by_password(World& world, const Json& type, const Json& body) {
    const Identified identified = find_identified(world.accounts, identifier_of(body));
    if (type != "m.login.password") {
        refuse(400, "M_UNKNOWN", "Unknown login type");
    }
    if (!is_password_of(world, identified, body)) {
        refuse(403, "M_FORBIDDEN", "Invalid username or password");
    }
    return *identified.user;
}

inline Reply login(const Call& call) {
    World& world = call.world;
    const Json body = read_object(call.request);
    const SessionWish wish = read_session_wish(body);
    const auto type = body.find("type");
    if (type == body.end()) {
        refuse(400, "M_UNKNOWN", "Missing JSON keys.");
    }
    if (!type->is_string()) {
        refuse(400, "M_INVALID_PARAM", "Invalid parameter: type");
    }
    User& user = *type == "m.login.application_service" ? user_by_app_service(call, body)
                 : *type == "m.login.token"             ? user_by_login_token(world, body)
                                                        : user_by_password(world, *type, body);
    if (user.deactivated) {
        refuse(403, "M_USER_DEACTIVATED", "This account has been deactivated");
    }
    if (user.locked) {
        refuse("M_USER_LOCKED", "User account has been locked", true);
    }
    Json answer = start_session(world, user, wish);
    if (!world.options.well_known_base_url.empty()) {
        answer["well_known"] = {{"m.homeserver", {{"base_url", world.options.well_known_base_url}}}};
    }
    return json_reply(200, answer);
}

// Asked again for every token (reference rule G2).
inline Reply generate_login_token(const Call& call) {
    World& world = call.world;
    if (!world.rules.get_token) {
        refuse(404, "M_UNRECOGNIZED", "Unrecognized request");
    }
    const Requester requester = authenticate(call);
    if (requester.app_service) {
        refuse(400, "M_UNKNOWN", "Not for application services");
    }
    confirm(call, read_object(call.request), requester);
    return json_reply(200, {{"login_token", world.accounts.mint_login_token(*requester.user, world.rules.login_token)},
                            {"expires_in_ms", world.rules.login_token.count()}});
}

// Reference rule L6: the page of a web view. It logs in by password and hands the answer over.
inline Reply login_page(const Call&) {
    return html_reply(200, R"(<form id="login"><input name="user"> <input name="password" type="password">
<button>Log in</button></form><script>
document.getElementById('login').onsubmit = async (event) => {
    event.preventDefault();
    const form = event.target.elements;
    const body = {type: 'm.login.password', identifier: {type: 'm.id.user', user: form.user.value},
                  password: form.password.value};
    for (const [name, value] of new URLSearchParams(location.search)) body[name] = value;
    const response = await fetch('/_matrix/client/v3/login', {method: 'POST', body: JSON.stringify(body),
                                                              headers: {'Content-Type': 'application/json'}});
    if (response.ok) window.matrixLogin.onLogin(await response.json());
};
</script>)");
}

} // namespace homeserver
