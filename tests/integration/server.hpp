// SPDX-License-Identifier: MIT
//
// What the cases of the integration suite share: the homeserver that the environment names (harness.sh), where the kinds
// of servers differ, and tasks that each kind has its own interface for.
#ifndef MXWIRE_TESTS_INTEGRATION_SERVER_HPP
#define MXWIRE_TESTS_INTEGRATION_SERVER_HPP

#include "curl_transport.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <random>
#include <thread>

namespace integration {

using mxwire::call;
using mxwire::Credentials;
using mxwire::ErrorCode;
using mxwire::GetDevice;
using mxwire::GetLoginFlows;
using mxwire::GetTokenOwner;
using mxwire::Homeserver;
using mxwire::Login;
using mxwire::LoginResponse;
using mxwire::Logout;
using mxwire::Password;
using mxwire::Secret;
using mxwire::Stage;
using mxwire::UserId;
namespace field = mxwire::field;

// --- the servers -----------------------------------------------------------------------------------------------------

// What a server of each kind says where the specification is silent, or is not kept.
struct Expectations {
    std::string_view kind;
    std::string flows;              // in the server's order
    std::string unregistered_ghost; // an application service logs in a user that does not exist
    std::string foreign_ghost;      // and one outside of its namespace
    std::string unknown_phone;      // m.id.phone as specified, with a number of nobody's
    std::string deactivated;        // the right password of a deactivated user
    std::string replaced_token;     // of a device that has logged in again
    std::string used_refresh_token; // once its successor has been used
    std::string other_refresh_token;
    std::string taken_username;
};

inline const Expectations& expectations(std::string_view kind) {
    static const Expectations synapse{
        "synapse",
        "m.login.token(get_login_token) m.login.password m.login.application_service",
        "404 M_UNKNOWN",
        "403 M_FORBIDDEN",
        "400 M_UNKNOWN",
        "403 M_FORBIDDEN",
        "ok",
        "403 M_FORBIDDEN",
        "401 M_UNKNOWN_TOKEN",
        "400 M_USER_IN_USE",
    };
    static const Expectations embedded{
        "embedded",
        "m.login.sso[github company] m.login.token(get_login_token) m.login.password m.login.application_service",
        "403 M_FORBIDDEN",
        "403 M_EXCLUSIVE",
        "403 M_FORBIDDEN",
        "403 M_USER_DEACTIVATED",
        "401 M_UNKNOWN_TOKEN hard logout",
        "401 M_UNKNOWN_TOKEN",
        "401 M_UNKNOWN_TOKEN",
        "400 M_USER_IN_USE",
    };
    for (const Expectations* known : {&synapse, &embedded}) {
        if (known->kind == kind) return *known;
    }
    FAIL("MXWIRE_SERVER_KIND is ", std::string{kind}, ", which has no expectations");
    return synapse;
}

inline std::string environment(const char* name) {
    const char* const value = std::getenv(name);
    if (value == nullptr || *value == '\0') FAIL(name, " is not set: harness.sh, and who runs this through it");
    return value;
}

struct Server {
    std::string base_url = environment("MXWIRE_SERVER");
    std::string name = environment("MXWIRE_SERVER_NAME");
    std::string user = environment("MXWIRE_USER");
    Secret password{environment("MXWIRE_PASSWORD")};
    Homeserver url{base_url};
    const Expectations& expected = expectations(environment("MXWIRE_SERVER_KIND"));
    CurlTransport curl{};

    bool is_synapse() const { return expected.kind == "synapse"; }
    std::string full_id(std::string_view localpart) const { return "@" + std::string{localpart} + ":" + name; }
    mxwire::Result<LoginResponse> log_in(const std::string& who, const Secret& with) const {
        return call(curl, url, Login{Password{UserId{who}, with}});
    }
    mxwire::Result<mxwire::TokenOwner> whoami(const Secret& token) const {
        return call(curl, Credentials{url, token}, GetTokenOwner{});
    }
};

// --- what tests need of the servers' own APIs, as endpoints ----------------------------------------------------------

struct Nothing {
    static constexpr auto fields = mxwire::fields();
};

struct ThreePid {
    std::string medium;
    std::string address;
    static constexpr auto fields =
        mxwire::fields(field::required<&ThreePid::medium>("medium"), field::required<&ThreePid::address>("address"));
};

// PUT /_synapse/admin/v2/users/{user_id} creates a user or changes one.
struct PutUser {
    static constexpr mxwire::EndpointInfo info{"putUser", mxwire::Method::put, "/_synapse/admin/v2/users/{user_id}",
                                               mxwire::Auth::required, mxwire::Body::object};
    using Response = Nothing;
    std::string user_id;
    std::optional<Secret> password{};
    std::vector<ThreePid> threepids{};
    mxwire::Flag locked{}, deactivated{};
    static constexpr auto fields =
        mxwire::fields(field::path<&PutUser::user_id>("user_id"), field::optional<&PutUser::password>("password"),
                       field::optional<&PutUser::threepids>("threepids"), field::optional<&PutUser::locked>("locked"),
                       field::optional<&PutUser::deactivated>("deactivated"));
};

// The embedded server's control, examples/homeserver/README.md.
struct ControlCreateUser {
    static constexpr mxwire::EndpointInfo info{"create_user", mxwire::Method::post, "/_test/create_user",
                                               mxwire::Auth::none, mxwire::Body::object};
    using Response = Nothing;
    std::string user;
    Secret password;
    std::vector<ThreePid> threepids{};
    static constexpr auto fields = mxwire::fields(field::required<&ControlCreateUser::user>("user"),
                                                  field::required<&ControlCreateUser::password>("password"),
                                                  field::optional<&ControlCreateUser::threepids>("threepids"));
};

enum class Change { lock, deactivate };
template <Change change> struct ControlChangeUser {
    static constexpr mxwire::EndpointInfo info{"change_user", mxwire::Method::post,
                                               change == Change::lock ? "/_test/lock" : "/_test/deactivate",
                                               mxwire::Auth::none, mxwire::Body::object};
    using Response = Nothing;
    std::string user;
    static constexpr auto fields = mxwire::fields(field::required<&ControlChangeUser::user>("user"));
};

struct ControlLoginToken {
    static constexpr mxwire::EndpointInfo info{"login_token", mxwire::Method::post, "/_test/login_token",
                                               mxwire::Auth::none, mxwire::Body::object};
    struct Response {
        Secret login_token;
        static constexpr auto fields = mxwire::fields(field::required<&Response::login_token>("login_token"));
    };
    std::string user;
    static constexpr auto fields = mxwire::fields(field::required<&ControlLoginToken::user>("user"));
};

// --- the same tasks on each kind of server ---------------------------------------------------------------------------

// What came of it in a few words: "ok", "403 M_FORBIDDEN", "401 M_UNKNOWN_TOKEN hard logout", "http 404".
template <class T, class S> std::string outcome(const mxwire::expected<T, mxwire::BasicMatrixError<S>>& result) {
    if (result) return "ok";
    const mxwire::BasicMatrixError<S>& error = result.error();
    std::string text = error.stage == Stage::server ? "" : std::string{to_string(error.stage)} + ' ';
    text += error.stage == Stage::transport ? std::to_string(error.native_code) : std::to_string(error.status);
    if (!error.code.empty()) text += ' ' + std::string{error.code.text()};
    if (error.soft_logout.has_value()) text += error.soft_logout ? " soft logout" : " hard logout";
    return text;
}

inline Credentials admin(const Server& server) { return {server.url, Secret{environment("MXWIRE_ADMIN_TOKEN")}}; }

// A user of this run alone, so that cases neither meet nor need a fresh server.
inline std::string new_user(const Server& server, const Secret& password, std::vector<ThreePid> threepids = {}) {
    std::random_device random;
    std::string name = "u" + std::to_string(random()) + std::to_string(random());
    if (server.is_synapse()) {
        PutUser user{server.full_id(name), password, std::move(threepids)};
        REQUIRE(outcome(call(server.curl, admin(server), user)) == "ok");
    } else {
        REQUIRE(outcome(call(server.curl, server.url, ControlCreateUser{name, password, std::move(threepids)})) ==
                "ok");
    }
    return name;
}

template <Change change> void change_user(const Server& server, const std::string& name) {
    if (server.is_synapse()) {
        PutUser user{server.full_id(name)};
        (change == Change::lock ? user.locked : user.deactivated) = true;
        REQUIRE(outcome(call(server.curl, admin(server), user)) == "ok");
    } else {
        REQUIRE(outcome(call(server.curl, server.url, ControlChangeUser<change>{name})) == "ok");
    }
}

inline std::string device_name(const Server& server, const LoginResponse& session) {
    const auto device = call(server.curl, Credentials{server.url, session.access_token}, GetDevice{session.device_id});
    REQUIRE(outcome(device) == "ok");
    return device->display_name.value_or("");
}

inline Secret login_token(const Server& server, const LoginResponse& session) {
    if (server.is_synapse()) {
        const auto token =
            call(server.curl, Credentials{server.url, session.access_token}, mxwire::GenerateLoginToken{});
        REQUIRE(outcome(token) == "ok");
        return token->login_token;
    }
    const auto token = call(server.curl, server.url, ControlLoginToken{session.user_id});
    REQUIRE(outcome(token) == "ok");
    return token->login_token;
}

template <class Flows> std::string text_of(const Flows& answer) {
    std::string text;
    for (const auto& flow : answer.flows) {
        text += (text.empty() ? "" : " ") + std::string{flow.type.text()};
        std::string providers;
        for (const auto& provider : flow.identity_providers) {
            providers += (providers.empty() ? "" : " ") + std::string{std::string_view{provider.id}};
        }
        if (!providers.empty()) text += '[' + providers + ']';
        if (flow.get_login_token) text += "(get_login_token)";
    }
    return text;
}

} // namespace integration

#endif
