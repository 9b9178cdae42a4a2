// SPDX-License-Identifier: MIT
//
// User-interactive authentication around an endpoint: the challenge, its stages, and the page for any of them.
#pragma once

#include "identify.hpp"
#include "world.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace homeserver {

// What a challenge says beside its flows; both empty: the stage is only not done yet.
struct StageFailure {
    std::string errcode{};
    std::string error{};
};

inline Reply challenge_reply(const UiaSession& session, const std::optional<StageFailure>& failure, bool first) {
    Json flows = Json::array();
    for (const Flow& flow : session.flows) {
        flows.push_back({{"stages", flow}});
    }
    Json body = {{"flows", flows}, {"params", session.params}, {"session", session.id}};
    if (!first) {
        body["completed"] = session.completed;
    }
    if (failure && !failure->errcode.empty()) {
        body["errcode"] = failure->errcode;
        body["error"] = failure->error;
    }
    return json_reply(401, body);
}

inline std::optional<StageFailure> try_password(World& world, UiaSession& session, const Json& auth) {
    const Identified identified = find_identified(world.accounts, identifier_of(auth));
    if (!is_password_of(world, identified, auth)) {
        return StageFailure{"M_FORBIDDEN", "Invalid password"};
    }
    if (!session.owner.empty() && identified.user->user_id != session.owner) {
        refuse(403, "M_FORBIDDEN", "Not the user whose request this is");
    }
    session.identified = identified.user->user_id;
    return std::nullopt;
}

inline std::optional<StageFailure> try_registration_token(World& world, UiaSession& session, const Json& auth) {
    const auto token = auth.find("token");
    if (token == auth.end()) {
        return StageFailure{"M_MISSING_PARAM", "Missing registration token"};
    }
    if (!token->is_string()) {
        return StageFailure{"M_INVALID_PARAM", "Registration token must be a string"};
    }
    const auto known = world.registration_tokens.find(token->get<std::string>());
    if (known == world.registration_tokens.end() || known->second == 0) {
        return StageFailure{"M_UNAUTHORIZED", "Invalid registration token"};
    }
    session.registration_token = known->first;
    return std::nullopt;
}

inline std::optional<StageFailure> try_threepid(World& world, UiaSession& session, std::string_view medium,
                                                const Json& auth) {
    const auto creds = auth.find("threepid_creds");
    if (creds == auth.end() || !creds->is_object()) {
        return StageFailure{"M_MISSING_PARAM", "Missing threepid_creds"};
    }
    const auto known = world.threepid_sessions.find(optional_text(*creds, "sid", "M_INVALID_PARAM").value_or(""));
    const auto client_secret = optional_text(*creds, "client_secret", "M_INVALID_PARAM");
    if (known == world.threepid_sessions.end() || !known->second.validated || known->second.threepid.medium != medium ||
        known->second.client_secret != client_secret) {
        return StageFailure{"M_THREEPID_AUTH_FAILED", "The address has not been confirmed"};
    }
    session.threepid = known->second.threepid;
    if (const User* user = world.accounts.find_by_threepid(session.threepid->medium, session.threepid->address)) {
        session.identified = user->user_id;
    }
    return std::nullopt;
}

inline std::optional<StageFailure> try_stage(World& world, UiaSession& session, const std::string& type,
                                             const Json& auth) {
    if (type == "m.login.password") {
        return try_password(world, session, auth);
    }
    if (type == "m.login.registration_token") {
        return try_registration_token(world, session, auth);
    }
    if (type == "m.login.email.identity") {
        return try_threepid(world, session, "email", auth);
    }
    if (type == "m.login.msisdn") {
        return try_threepid(world, session, "msisdn", auth);
    }
    if (type == "m.login.recaptcha") {
        const auto response = auth.find("response");
        if (response == auth.end()) {
            return StageFailure{"M_CAPTCHA_NEEDED", "Captcha response is required"};
        }
        return *response == "good" ? std::nullopt
                                   : std::optional{StageFailure{"M_CAPTCHA_INVALID", "Invalid captcha response"}};
    }
    // Everything else is for the page alone (reference rules U12 and U13).
    return type == "m.login.dummy" || type == "m.login.terms" ? std::nullopt : std::optional{StageFailure{}};
}

// The session whose flow is complete; until then the challenge is thrown. Who calls it closes the session.
inline UiaSession& require_uia(const Call& call, const Json& body, const std::string& owner, const Flows& flows,
                               const Json& params) {
    World& world = call.world;
    const std::string operation = call.request.method + ' ' + call.request.target;
    const auto auth = body.find("auth");
    if (auth != body.end() && !auth->is_null() && !auth->is_object()) {
        refuse(400, "M_BAD_JSON", "auth must be an object");
    }
    const bool given = auth != body.end() && auth->is_object();
    const std::string id = given ? optional_text(*auth, "session", "M_BAD_JSON").value_or("") : std::string{};
    if (id.empty()) {
        const UiaSession& session = world.uia.open(operation, owner, flows, params, world.rules.uia_session);
        throw Refusal{challenge_reply(session, std::nullopt, true)};
    }
    UiaSession* session = world.uia.find(id);
    if (session == nullptr) {
        refuse(400, "M_UNKNOWN", "Unknown session ID");
    }
    if (session->operation != operation || session->owner != owner) {
        refuse(403, "M_UNKNOWN", "The session is for another request");
    }
    std::optional<StageFailure> failure;
    const auto type = optional_text(*auth, "type", "M_BAD_JSON");
    // A completed stage is not tried again: what comes is the state, or the result (reference rule U5).
    if (type && !session->is_complete() && !contains(session->completed, *type)) {
        if (!session->has_stage(*type)) {
            refuse(400, "M_INVALID_PARAM", "No flow has this stage");
        }
        failure = session->is_next(*type) ? try_stage(world, *session, *type, *auth)
                                          : StageFailure{"M_FORBIDDEN", "Another stage comes first"};
        if (!failure) {
            session->completed.push_back(*type);
        }
    }
    if (!session->is_complete()) {
        throw Refusal{challenge_reply(*session, failure, false)};
    }
    return *session;
}

inline Flows account_flows(const World& world, const User& user) {
    if (world.rules.uia_flows) {
        return *world.rules.uia_flows;
    }
    // None at all is what Synapse answers as well, for an application service's user.
    Flows flows;
    if (user.password) {
        flows.push_back({"m.login.password"});
    }
    if (user.sso) {
        flows.push_back({"m.login.sso"});
    }
    return flows;
}

// An account endpoint's usual case: its requester has to show once more who they are. One session, one success.
inline void confirm(const Call& call, const Json& body, const Requester& requester) {
    if (requester.app_service || !call.world.rules.uia) {
        return;
    }
    const UiaSession& session = require_uia(call, body, requester.user->user_id,
                                            account_flows(call.world, *requester.user), call.world.rules.uia_params);
    call.world.uia.close(session.id);
}

// Where a token is not needed: a stage has to show whose account it is.
inline User& identify_without_token(const Call& call, const Json& body) {
    const Flows flows = {{"m.login.email.identity"}, {"m.login.password"}};
    const UiaSession& session = require_uia(call, body, {}, flows, call.world.rules.uia_params);
    User* user = call.world.accounts.find(session.identified);
    call.world.uia.close(std::string{session.id});
    if (user == nullptr) {
        refuse(403, "M_FORBIDDEN", "The address is nobody's");
    }
    if (user->deactivated) {
        refuse(403, "M_USER_DEACTIVATED", "This account has been deactivated");
    }
    if (user->locked) {
        refuse("M_USER_LOCKED", "User account has been locked", true);
    }
    return *user;
}

// The page for any stage (reference rule U12). What a person would be asked elsewhere is one button here.

inline UiaSession& session_of_page(const Call& call, const std::string& type) {
    UiaSession* session = call.world.uia.find(query_parameter(call.request, "session").value_or(""));
    if (session == nullptr) {
        throw Refusal{html_reply(400, "<p>Unknown session.</p>")};
    }
    if (!session->has_stage(type)) {
        refuse(404, "M_UNRECOGNIZED", "No flow of the session has this stage");
    }
    return *session;
}

inline Reply uia_page(const Call& call) {
    const std::string type = percent_decode(call.segment);
    session_of_page(call, type);
    std::string fields;
    if (type == "m.login.password") {
        fields = "<input name=\"user\"> <input name=\"password\" type=\"password\"> ";
    } else if (type == "m.login.registration_token") {
        fields = "<input name=\"token\"> ";
    }
    return html_reply(200, "<p>" + html_escape(type) + "</p><form method=\"post\">" + fields +
                               "<button>Confirm</button></form>");
}

inline Reply uia_page_answer(const Call& call) {
    const std::string type = percent_decode(call.segment);
    UiaSession& session = session_of_page(call, type);
    const std::string& form = call.request.body;
    Json auth = Json::object();
    for (const char* name : {"user", "password", "token"}) {
        if (const auto value = form_value(form, name)) {
            auth[name] = *value;
        }
    }
    std::optional<StageFailure> failure;
    if (!contains(session.completed, type)) {
        if (!session.is_next(type)) {
            failure = StageFailure{"M_FORBIDDEN", "Another stage comes first"};
        } else if (type == "m.login.password" || type == "m.login.registration_token") {
            failure = try_stage(call.world, session, type, auth);
        } else if (type == "m.login.sso" && !session.owner.empty() &&
                   call.world.accounts.to_user_id(auth.value("user", session.owner)) != session.owner) {
            failure = StageFailure{"M_FORBIDDEN", "Not the user whose request this is"};
        }
        if (!failure) {
            session.completed.push_back(type);
        }
    }
    if (failure) {
        return html_reply(403, "<p>" + html_escape(failure->error) + "</p>");
    }
    return html_reply(200, "<p>Done. This window can be closed.</p><script>"
                           "if (window.onAuthDone) window.onAuthDone();"
                           "else if (window.opener) window.opener.postMessage('authDone', '*');"
                           "</script>");
}

} // namespace homeserver
