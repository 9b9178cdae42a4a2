// SPDX-License-Identifier: MIT
//
// What the suite's files share: the server that the environment names (harness.sh), what servers of each kind say, and
// the same tasks on each of them.
#ifndef MXWIRE_TESTS_INTEGRATION_SERVER_HPP
#define MXWIRE_TESTS_INTEGRATION_SERVER_HPP

#include "curl_transport.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <random>
#include <thread>

namespace integration {

// What a server of each kind says where the specification is silent, or is not kept: the answers, side by side.
struct Answers {
    std::string_view synapse, embedded, dendrite;
};

enum class Kind { synapse, embedded, dendrite };

// A token that has ended for good, or never was. Dendrite does not say that the logout is no soft one; absent is the same.
constexpr Answers dead{"401 M_UNKNOWN_TOKEN hard logout", "401 M_UNKNOWN_TOKEN hard logout", "401 M_UNKNOWN_TOKEN"};

inline bool has_environment(const char* name) {
    const char* const value = std::getenv(name);
    return value != nullptr && *value != '\0';
}
inline std::string environment(const char* name) {
    if (!has_environment(name)) FAIL(name, " is not set: harness.sh, and who runs this through it");
    return std::getenv(name);
}

// What came of it in a few words: "ok", "403 M_FORBIDDEN", "401 M_UNKNOWN_TOKEN hard logout", "http 404",
// "401 [m.login.password]": that is a challenge, with a flow in each pair of brackets.
template <class T, class S> std::string outcome(const mxwire::expected<T, mxwire::BasicMatrixError<S>>& result) {
    if (result) return "ok";
    const mxwire::BasicMatrixError<S>& error = result.error();
    std::string text = error.stage == mxwire::Stage::server ? "" : std::string{to_string(error.stage)} + ' ';
    text += error.stage == mxwire::Stage::transport ? std::to_string(error.native_code) : std::to_string(error.status);
    if (!error.code.empty()) text += ' ' + std::string{error.code.text()};
    if (error.soft_logout.has_value()) text += error.soft_logout ? " soft logout" : " hard logout";
    if (!error.challenge) return text;
    text += ' ';
    for (const auto& flow : error.challenge->flows) {
        text += '[';
        for (const auto& stage : flow.stages) {
            if (text.back() != '[') text += ' ';
            text += std::string_view{stage};
        }
        text += ']';
    }
    return text;
}

// The types in the server's order, with the ids of identity providers.
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

struct Server {
    explicit Server(const char* which = "MXWIRE_SERVER") : base_url(environment(which)) {}

    std::string base_url;
    std::string name = environment("MXWIRE_SERVER_NAME");
    std::string user = environment("MXWIRE_USER");
    mxwire::Secret password{environment("MXWIRE_PASSWORD")};
    mxwire::Homeserver url{base_url};
    Kind kind = kind_of(environment("MXWIRE_SERVER_KIND"));
    CurlTransport curl{};

    bool is(Kind wanted) const { return kind == wanted; }
    std::string said(const Answers& answers) const {
        return std::string{is(Kind::synapse)    ? answers.synapse
                           : is(Kind::embedded) ? answers.embedded
                                                : answers.dendrite};
    }
    std::string full_id(std::string_view localpart) const { return "@" + std::string{localpart} + ":" + name; }
    mxwire::Credentials by(const mxwire::Secret& token) const { return {url, token}; }

    template <class E> auto ask(const E& endpoint) const { return call(curl, url, endpoint); }
    template <class E> auto ask(const mxwire::Secret& token, const E& endpoint) const {
        return call(curl, by(token), endpoint);
    }
    mxwire::Result<mxwire::LoginResponse> log_in(const std::string& who, const mxwire::Secret& with,
                                                 mxwire::Flag refresh_token = {}) const {
        mxwire::Login wish{mxwire::Password{mxwire::UserId{who}, with}};
        wish.refresh_token = refresh_token;
        return ask(wish);
    }
    mxwire::LoginResponse session(const std::string& who, const mxwire::Secret& with,
                                  mxwire::Flag refresh_token = {}) const {
        auto login = log_in(who, with, refresh_token);
        REQUIRE(outcome(login) == "ok");
        return std::move(*login);
    }
    mxwire::Result<mxwire::TokenOwner> whoami(const mxwire::Secret& token) const {
        return ask(token, mxwire::GetTokenOwner{});
    }
    // The next stage of user-interactive authentication, after an answer that asked for one.
    template <class E, class Where, class Answer>
    auto go_on(const Where& where, E endpoint, const Answer& answer, const mxwire::AuthStage& stage) const {
        REQUIRE_FALSE(answer.has_value());
        REQUIRE(answer.error().challenge);
        endpoint.auth = mxwire::AuthData{stage, answer.error().challenge->session};
        return call(curl, where, endpoint);
    }
    // The first one, with the outcome that is expected without any.
    template <class E, class Where> auto ask_with(const Where& where, const E& endpoint, const mxwire::AuthStage& stage,
                                                  std::string_view challenge) const {
        const auto first = call(curl, where, endpoint);
        REQUIRE(outcome(first) == challenge);
        return go_on(where, endpoint, first, stage);
    }

  private:
    static Kind kind_of(const std::string& text) {
        if (text == "synapse") return Kind::synapse;
        if (text == "dendrite") return Kind::dendrite;
        if (text != "embedded") FAIL("MXWIRE_SERVER_KIND is ", text, ", which has no expectations");
        return Kind::embedded;
    }
};

inline mxwire::AuthStage password_of(const std::string& user, const mxwire::Secret& password) {
    return mxwire::Password{mxwire::UserId{user}, password};
}

// --- what tests need of the servers' own APIs, as endpoints ----------------------------------------------------------

struct Nothing {
    static constexpr auto fields = mxwire::fields();
};

struct ThreePid {
    std::string medium;
    std::string address;
    static constexpr auto fields = mxwire::fields(mxwire::field::required<&ThreePid::medium>("medium"),
                                                  mxwire::field::required<&ThreePid::address>("address"));
};

// PUT /_synapse/admin/v2/users/{user_id} creates a user or changes one.
struct PutUser {
    static constexpr mxwire::EndpointInfo info{"putUser", mxwire::Method::put, "/_synapse/admin/v2/users/{user_id}",
                                               mxwire::Auth::required, mxwire::Body::object};
    using Response = Nothing;
    std::string user_id;
    std::optional<mxwire::Secret> password{};
    std::vector<ThreePid> threepids{};
    mxwire::Flag locked{}, deactivated{};
    static constexpr auto fields = mxwire::fields(
        mxwire::field::path<&PutUser::user_id>("user_id"), mxwire::field::optional<&PutUser::password>("password"),
        mxwire::field::optional<&PutUser::threepids>("threepids"), mxwire::field::optional<&PutUser::locked>("locked"),
        mxwire::field::optional<&PutUser::deactivated>("deactivated"));
};

// The embedded server's control, examples/homeserver/README.md.
struct ControlCreateUser {
    static constexpr mxwire::EndpointInfo info{"create_user", mxwire::Method::post, "/_test/create_user",
                                               mxwire::Auth::none, mxwire::Body::object};
    using Response = Nothing;
    std::string user;
    mxwire::Secret password;
    std::vector<ThreePid> threepids{};
    static constexpr auto fields = mxwire::fields(mxwire::field::required<&ControlCreateUser::user>("user"),
                                                  mxwire::field::required<&ControlCreateUser::password>("password"),
                                                  mxwire::field::optional<&ControlCreateUser::threepids>("threepids"));
};

// Whether the embedded server asks for authentication where an account is at stake.
struct ControlUia {
    static constexpr mxwire::EndpointInfo info{"rules", mxwire::Method::post, "/_test/rules", mxwire::Auth::none,
                                               mxwire::Body::object};
    using Response = Nothing;
    mxwire::Flag uia;
    static constexpr auto fields = mxwire::fields(mxwire::field::required<&ControlUia::uia>("uia"));
};

// --- the same tasks on each kind of server ---------------------------------------------------------------------------

inline mxwire::Credentials admin(const Server& server) {
    return server.by(mxwire::Secret{environment("MXWIRE_ADMIN_TOKEN")});
}

inline std::string new_name() {
    std::random_device random;
    return "u" + std::to_string(random()) + std::to_string(random());
}

inline mxwire::Register registration(const std::string& name, const mxwire::Secret& password) {
    mxwire::Register wish;
    wish.username = name;
    wish.password = password;
    return wish;
}

// A user of this run alone, so that cases neither meet nor need a fresh server.
inline std::string new_user(const Server& server, const mxwire::Secret& password,
                            std::vector<ThreePid> threepids = {}) {
    const std::string name = new_name();
    if (server.is(Kind::synapse)) {
        PutUser user{server.full_id(name), password, std::move(threepids)};
        REQUIRE(outcome(call(server.curl, admin(server), user)) == "ok");
    } else if (server.is(Kind::embedded)) {
        REQUIRE(outcome(server.ask(ControlCreateUser{name, password, std::move(threepids)})) == "ok");
    } else {
        mxwire::Register wish = registration(name, password);
        wish.inhibit_login = true;
        REQUIRE(outcome(server.ask_with(server.url, wish, mxwire::DummyAuth{}, "401 [m.login.dummy]")) == "ok");
    }
    return name;
}

// A login token without authentication. Synapse gives one a minute to a user, so the session is to be a new user's.
inline mxwire::Secret login_token(const Server& server, const mxwire::LoginResponse& session) {
    if (server.is(Kind::embedded)) REQUIRE(outcome(server.ask(ControlUia{false})) == "ok");
    const auto token = server.ask(session.access_token, mxwire::GenerateLoginToken{});
    if (server.is(Kind::embedded)) REQUIRE(outcome(server.ask(ControlUia{true})) == "ok");
    REQUIRE(outcome(token) == "ok");
    CHECK(token->expires_in > std::chrono::seconds{0});
    return token->login_token;
}

} // namespace integration

#endif
