// SPDX-License-Identifier: MIT
//
// Sessions that are refreshed, and login tokens for other devices. Dendrite has neither, and says so.

#include "server.hpp"

using namespace integration;

namespace {

using mxwire::GenerateLoginToken;
using mxwire::Logout;
using mxwire::Refresh;
using mxwire::Secret;

// The refresh token, and the access token, of a pair whose successor has been used.
constexpr Answers refresh_token_of_before{"403 M_FORBIDDEN", "401 M_UNKNOWN_TOKEN", ""};
constexpr Answers access_token_of_before{"ok", "401 M_UNKNOWN_TOKEN hard logout", ""};
constexpr Answers expired_refresh_token{"403 M_FORBIDDEN", "401 M_UNKNOWN_TOKEN soft logout", ""};
constexpr Answers unknown_refresh_token{"401 M_UNKNOWN_TOKEN", "401 M_UNKNOWN_TOKEN", "404 M_UNRECOGNIZED"};
constexpr Answers login_token_again{"429 M_LIMIT_EXCEEDED", "ok", ""};
constexpr Answers login_token_with_a_bad_token{"401 M_UNKNOWN_TOKEN hard logout", "401 M_UNKNOWN_TOKEN hard logout",
                                               "404 M_UNRECOGNIZED"};

// A refresh tells nothing of soft and hard unless the server does: it sends no access token that could have ended.
const std::string dead_refresh = "401 M_UNKNOWN_TOKEN";
constexpr const char* strict = "MXWIRE_STRICT_SERVER";

mxwire::RefreshResponse refreshed(const Server& server, const Secret& token) {
    auto pair = server.ask(Refresh{token});
    REQUIRE(outcome(pair) == "ok");
    REQUIRE(pair->refresh_token);
    REQUIRE(pair->expires_in);
    return std::move(*pair);
}

// On the strict server accounts are for those with a token.
mxwire::RegisterResponse new_session(const Server& server, const std::string& name, const Secret& password) {
    mxwire::Register wish = registration(name, password);
    wish.refresh_token = true;
    const mxwire::RegistrationTokenAuth token{environment("MXWIRE_REGISTRATION_TOKEN")};
    const auto halfway = server.go_on(server.url, wish, server.ask(wish), token);
    auto session = server.go_on(server.url, wish, halfway, mxwire::DummyAuth{});
    REQUIRE(outcome(session) == "ok");
    REQUIRE(session->access_token);
    REQUIRE(session->refresh_token);
    return std::move(*session);
}

} // namespace

TEST_CASE("refresh with a token that the server does not know") {
    const Server server;
    CHECK(outcome(server.ask(Refresh{"a_token_of_nobody"})) == server.said(unknown_refresh_token));
}

TEST_CASE("X2, X7, X8, X9: the pair of before lives until the new one is used") {
    const Server server;
    if (server.is(Kind::dendrite)) return;
    const mxwire::LoginResponse login = server.session(server.user, server.password, true);
    REQUIRE(login.refresh_token);
    const auto first = refreshed(server, *login.refresh_token);
    CHECK(first.access_token != login.access_token);
    CHECK(*first.refresh_token != *login.refresh_token);
    CHECK(*first.expires_in > std::chrono::minutes{4});
    CHECK(outcome(server.whoami(login.access_token)) == "ok"); // the new pair has not been used

    // As if the answer had been lost: asked again, the server gives another pair and takes the first one back.
    const auto second = refreshed(server, *login.refresh_token);
    CHECK(outcome(server.whoami(first.access_token)) == server.said(dead));
    CHECK(outcome(server.ask(Refresh{*first.refresh_token})) == dead_refresh);

    // Its use is what ends the pair of before.
    const auto me = server.whoami(second.access_token);
    REQUIRE(outcome(me) == "ok");
    CHECK(me->device_id == login.device_id);
    CHECK(outcome(server.ask(Refresh{*login.refresh_token})) == server.said(refresh_token_of_before));
    CHECK(outcome(server.whoami(login.access_token)) == server.said(access_token_of_before));
    const auto third = refreshed(server, *second.refresh_token);
    CHECK(outcome(server.whoami(third.access_token)) == "ok");
}

TEST_CASE("O9: a logout after many refreshes ends the last pair") {
    const Server server;
    if (server.is(Kind::dendrite)) return;
    const mxwire::LoginResponse login = server.session(server.user, server.password, true);
    Secret refresh_token = *login.refresh_token, access_token = login.access_token;
    for (int i = 0; i < 20; ++i) {
        const auto pair = refreshed(server, refresh_token);
        refresh_token = *pair.refresh_token;
        access_token = pair.access_token;
    }
    CHECK(outcome(server.ask(access_token, Logout{})) == "ok");
    CHECK(outcome(server.whoami(access_token)) == server.said(dead));
    CHECK(outcome(server.ask(Refresh{refresh_token})) == dead_refresh);
}

TEST_CASE("X1, X3, X5, O5: a token that has expired is a soft logout, until its refresh token has as well") {
    if (!has_environment(strict)) return;
    const Server server{strict};
    const std::string user = new_name();
    const auto session = new_session(server, user, "for a moment");
    const auto other = server.session(user, "for a moment", true);
    const auto third = server.session(user, "for a moment", true);
    REQUIRE(session.expires_in);
    CHECK(*session.expires_in <= std::chrono::seconds{2});
    CHECK(outcome(server.whoami(*session.access_token)) == "ok");
    std::this_thread::sleep_for(*session.expires_in + std::chrono::milliseconds{300});
    for (int i = 0; i < 2; ++i) { // and it stays so
        CHECK(outcome(server.whoami(*session.access_token)) == "401 M_UNKNOWN_TOKEN soft logout");
    }
    const auto pair = refreshed(server, *session.refresh_token);
    const auto me = server.whoami(pair.access_token);
    REQUIRE(outcome(me) == "ok");
    CHECK(me->device_id == session.device_id);
    // It can still be logged out.
    CHECK(outcome(server.ask(other.access_token, Logout{})) == "ok");
    CHECK(outcome(server.ask(Refresh{*other.refresh_token})) == dead_refresh);

    std::this_thread::sleep_for(std::chrono::seconds{6});
    CHECK(outcome(server.ask(Refresh{*pair.refresh_token})) == server.said(expired_refresh_token));
    CHECK(outcome(server.ask(third.access_token, mxwire::LogoutAll{})) == "ok");
    CHECK(outcome(server.whoami(third.access_token)) == server.said(dead));
}

TEST_CASE("U3, U4: a login token without authentication, with a foreign token, and where there is none") {
    const Server server;
    CHECK(outcome(server.ask(Secret{"a_token_of_nobody"}, GenerateLoginToken{})) ==
          server.said(login_token_with_a_bad_token));
    if (server.is(Kind::dendrite)) {
        const mxwire::LoginResponse session = server.session(server.user, server.password);
        const auto none = server.ask(session.access_token, GenerateLoginToken{});
        REQUIRE(outcome(none) == "404 M_UNRECOGNIZED");
        CHECK(is_unsupported(none.error()));
        return;
    }
    const std::string user = new_user(server, "gives out tokens");
    const mxwire::LoginResponse session = server.session(user, "gives out tokens");
    const auto login = server.ask(mxwire::Login{mxwire::LoginToken{login_token(server, session)}});
    REQUIRE(outcome(login) == "ok");
    CHECK(login->user_id == session.user_id);
    CHECK(login->device_id != session.device_id);
}

TEST_CASE("U1, U2, U5, R4: a login token with authentication, and another at once") {
    if (!has_environment(strict)) return;
    const Server server{strict};
    const std::string user = new_name();
    const auto session = new_session(server, user, "gives out tokens");
    const mxwire::Credentials where = server.by(*session.access_token);
    const std::string challenge = "401 [m.login.password]";
    CHECK(outcome(server.ask_with(where, GenerateLoginToken{}, password_of(user, "wrong"), challenge)) ==
          "401 M_FORBIDDEN [m.login.password]");
    const auto token = server.ask_with(where, GenerateLoginToken{}, password_of(user, "gives out tokens"), challenge);
    REQUIRE(outcome(token) == "ok");
    CHECK(token->expires_in > std::chrono::seconds{0});
    CHECK(token->expires_in <= std::chrono::minutes{5});
    CHECK(outcome(server.ask(mxwire::Login{mxwire::LoginToken{token->login_token}})) == "ok");

    // The limit counts what was given out: the challenge comes first all the same.
    const auto again = server.ask_with(where, GenerateLoginToken{}, password_of(user, "gives out tokens"), challenge);
    CHECK(outcome(again) == server.said(login_token_again));
    if (!again) {
        REQUIRE(again.error().retry_after);
        CHECK(*again.error().retry_after <= std::chrono::minutes{1});
    }
}

TEST_CASE("P22: a login token that has expired") {
    if (!has_environment(strict)) return;
    const Server server{strict};
    const std::string user = new_name();
    const auto session = new_session(server, user, "too late");
    const auto token = server.ask_with(server.by(*session.access_token), GenerateLoginToken{},
                                       password_of(user, "too late"), "401 [m.login.password]");
    REQUIRE(outcome(token) == "ok");
    REQUIRE(token->expires_in <= std::chrono::seconds{4});
    std::this_thread::sleep_for(token->expires_in + std::chrono::milliseconds{300});
    CHECK(outcome(server.ask(mxwire::Login{mxwire::LoginToken{token->login_token}})) == "403 M_FORBIDDEN");
}
