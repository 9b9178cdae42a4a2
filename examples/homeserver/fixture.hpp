// SPDX-License-Identifier: MIT
//
// The core of the fake homeserver, without a socket, as its tests use it. "reference" is the protocol reference (rules
// T, E, R, U, F, L, S and the traps), "Synapse" what a real one was seen to answer where the specification leaves it open.
#pragma once

// Asserts as calls: in line they are a third of the time that a test takes to compile.
#define DOCTEST_CONFIG_SUPER_FAST_ASSERTS
#include <doctest/doctest.h>

#include "homeserver.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace homeserver_test {

using homeserver::Headers;
using homeserver::Reply;
using homeserver::Request;
using Json = nlohmann::json;
using namespace std::chrono_literals;

inline const std::string versions_path = "/_matrix/client/versions";
inline const std::string login_path = "/_matrix/client/v3/login";
inline const std::string logout_path = "/_matrix/client/v3/logout";
inline const std::string whoami_path = "/_matrix/client/v3/account/whoami";
inline const std::string refresh_path = "/_matrix/client/v3/refresh";
inline const std::string register_path = "/_matrix/client/v3/register";
inline const std::string get_token_path = "/_matrix/client/v1/login/get_token";
inline const std::string password_path = "/_matrix/client/v3/account/password";
inline const std::string deactivate_path = "/_matrix/client/v3/account/deactivate";
inline const std::string devices_path = "/_matrix/client/v3/devices";
inline const std::string delete_devices_path = "/_matrix/client/v3/delete_devices";

inline Headers bearer(const std::string& token) { return {{"Authorization", "Bearer " + token}}; }

inline Json body_of(const Reply& reply) { return Json::parse(reply.body); }

inline std::string header(const Reply& reply, std::string_view name) {
    for (const auto& [key, value] : reply.headers) {
        if (key == name) {
            return value;
        }
    }
    return {};
}

// "403 M_FORBIDDEN", which is all of an error that a client may decide by.
inline std::string verdict(const Reply& reply) {
    const Json body = Json::parse(reply.body, nullptr, false);
    return std::to_string(reply.status) +
           (body.is_object() && body.contains("errcode") ? " " + body["errcode"].get<std::string>() : "");
}

struct Fixture {
    homeserver::Time now{};
    std::chrono::system_clock::time_point wall{1'800'000'000'250ms}; // 2027-01-15 08:00:00.25 UTC
    homeserver::Homeserver server;

    static homeserver::Options options() {
        homeserver::Options options;
        options.control = true;
        return options;
    }

    explicit Fixture(const homeserver::Options& with = options())
        : server{with, [this] { return now; }, [this] { return wall; }} {
        REQUIRE(server.add_user("alice", "wonderland"));
        REQUIRE(server.add_user("bob", "builder"));
        REQUIRE(server.add_app_service("as_token", "@_irc_.*:localhost", "_irc_bot"));
    }

    Reply get(const std::string& target, Headers headers = {}) { return server.handle({"GET", target, headers, {}}); }

    Reply post(const std::string& target, Headers headers = {}) { return server.handle({"POST", target, headers, {}}); }

    Reply post_text(const std::string& target, const std::string& body, Headers headers = {}) {
        headers.emplace_back("Content-Type", "application/json");
        return server.handle({"POST", target, headers, body});
    }

    Reply call(const std::string& method, const std::string& target, const Json& body, Headers headers = {}) {
        headers.emplace_back("Content-Type", "application/json");
        return server.handle({method, target, headers, body.dump()});
    }

    Reply post_json(const std::string& target, const Json& body, const Headers& headers = {}) {
        return call("POST", target, body, headers);
    }

    Reply login(const Json& body, const Headers& headers = {}) { return post_text(login_path, body.dump(), headers); }

    Json control(const std::string& name, const Json& body) {
        const Reply reply = post_text("/_test/" + name, body.dump());
        REQUIRE(reply.status == 200);
        return body_of(reply);
    }

    std::string token_of(const std::string& user, const std::string& password, const Json& more = Json::object());

    Json refreshable_session(const std::string& device_id = "PHONE");

    Reply refresh(const Json& token) { return post_json(refresh_path, {{"refresh_token", token}}); }

    std::string whoami(const Json& token) { return verdict(get(whoami_path, bearer(token))); }
};

inline Json password_login(const Json& user, const Json& password, const Json& more = Json::object()) {
    Json body = {
        {"type", "m.login.password"}, {"identifier", {{"type", "m.id.user"}, {"user", user}}}, {"password", password}};
    body.update(more);
    return body;
}

inline Json identified_login(const Json& identifier, const std::string& password) {
    return {{"type", "m.login.password"}, {"identifier", identifier}, {"password", password}};
}

inline Json token_login(const Json& token) { return {{"type", "m.login.token"}, {"token", token}}; }

inline Json app_service_login(const std::string& user) {
    return {{"type", "m.login.application_service"}, {"identifier", {{"type", "m.id.user"}, {"user", user}}}};
}

inline std::string Fixture::token_of(const std::string& user, const std::string& password, const Json& more) {
    const Reply reply = login(password_login(user, password, more));
    REQUIRE(reply.status == 200);
    return body_of(reply)["access_token"];
}

inline Json Fixture::refreshable_session(const std::string& device_id) {
    const Reply reply =
        login(password_login("alice", "wonderland", {{"refresh_token", true}, {"device_id", device_id}}));
    REQUIRE(reply.status == 200);
    return body_of(reply);
}

} // namespace homeserver_test
