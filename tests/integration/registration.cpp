// SPDX-License-Identifier: MIT
//
// New accounts: of users, guests and application services; what is asked beforehand; the pages for those who have no form.

#include "server.hpp"

using namespace integration;

namespace {

using mxwire::DummyAuth;
using mxwire::Register;
using mxwire::Secret;

const std::string dummy = "401 [m.login.dummy]";
const std::string token_and_dummy = "401 [m.login.registration_token m.login.dummy]";
constexpr const char* strict = "MXWIRE_STRICT_SERVER";

constexpr Answers username_of_a_service{"400 M_INVALID_USERNAME", "400 M_EXCLUSIVE", "400 M_INVALID_USERNAME"};
// A username that is taken: Dendrite says so in the last step alone.
constexpr Answers taken_at_once{"400 M_USER_IN_USE", "400 M_USER_IN_USE", "401 [m.login.dummy]"};
constexpr Answers unknown_session{"400 M_UNKNOWN", "400 M_UNKNOWN", "ok"};
constexpr Answers token_valid{"ok", "ok", "404 M_UNRECOGNIZED"};
// None of the servers has mail; the embedded one does as if.
constexpr Answers email_to_register{"400 M_UNKNOWN", "ok", "400 M_SERVER_NOT_TRUSTED"};
constexpr Answers phone_to_register{"400 M_UNKNOWN", "ok", "404 M_UNRECOGNIZED"};
constexpr Answers email_to_reset{"400 M_UNKNOWN", "400 M_THREEPID_NOT_FOUND", "404 M_UNRECOGNIZED"};
constexpr Answers phone_to_reset{"404 M_UNRECOGNIZED", "400 M_THREEPID_NOT_FOUND", "404 M_UNRECOGNIZED"};

} // namespace

TEST_CASE("register: a user, by the stage that proves nothing") {
    const Server server;
    const std::string name = new_name();
    CHECK(outcome(server.ask(mxwire::CheckUsernameAvailability{name})) == "ok");
    Register wish = registration(name, "a new user's");
    wish.device_id = "FIRST";
    wish.initial_device_display_name = "The first \xc3\xa4";
    wish.refresh_token = true;
    const auto session = server.ask_with(server.url, wish, DummyAuth{}, dummy);
    REQUIRE(outcome(session) == "ok");
    CHECK(session->user_id == server.full_id(name));
    REQUIRE(session->access_token);
    CHECK(session->device_id == "FIRST");
    CHECK(session->refresh_token.has_value() == !server.is(Kind::dendrite));
    CHECK(session->expires_in.has_value() == !server.is(Kind::dendrite));
    const auto me = server.whoami(*session->access_token);
    REQUIRE(outcome(me) == "ok");
    CHECK(me->user_id == session->user_id);
    CHECK_FALSE(me->is_guest);
    CHECK(outcome(server.log_in(name, "a new user's")) == "ok");
}

TEST_CASE("register: without a session") {
    const Server server;
    const std::string name = new_name();
    Register wish = registration(name, "a new user's");
    wish.inhibit_login = true;
    const auto account = server.ask_with(server.url, wish, DummyAuth{}, dummy);
    REQUIRE(outcome(account) == "ok");
    CHECK(account->user_id == server.full_id(name));
    CHECK_FALSE(account->access_token);
    CHECK_FALSE(account->device_id);
    CHECK(outcome(server.log_in(name, "a new user's")) == "ok");
}

TEST_CASE("register: names that cannot be had") {
    const Server server;
    CHECK(outcome(server.ask(mxwire::CheckUsernameAvailability{server.user})) == "400 M_USER_IN_USE");
    CHECK(outcome(server.ask(mxwire::CheckUsernameAvailability{"a b"})) == "400 M_INVALID_USERNAME");
    CHECK(outcome(server.ask(mxwire::CheckUsernameAvailability{"_as_somebody"})) == server.said(username_of_a_service));
    Register taken = registration(server.user, "a new user's");
    CHECK(outcome(server.ask(taken)) == server.said(taken_at_once));
    taken.auth = mxwire::AuthData{DummyAuth{}, {}};
    CHECK(outcome(server.ask(taken)) == "400 M_USER_IN_USE");
}

TEST_CASE("U9: register with a session that the server does not know") {
    const Server server;
    Register wish = registration(new_name(), "a new user's");
    wish.auth = mxwire::AuthData{DummyAuth{}, Secret{"a_session_of_nobody"}};
    CHECK(outcome(server.ask(wish)) == server.said(unknown_session));
}

TEST_CASE("U11, U12: register with a token") {
    if (!has_environment(strict)) return;
    const Server server{strict};
    const Register wish = registration(new_name(), "a new user's");
    const auto wrong = server.ask_with(server.url, wish, mxwire::RegistrationTokenAuth{"guessed"}, token_and_dummy);
    CHECK(outcome(wrong) == "401 M_UNAUTHORIZED [m.login.registration_token m.login.dummy]");
    REQUIRE(wrong.error().challenge);
    CHECK(wrong.error().challenge->completed.empty());
    const mxwire::RegistrationTokenAuth token{environment("MXWIRE_REGISTRATION_TOKEN")};
    const auto halfway = server.go_on(server.url, wish, wrong, token);
    REQUIRE(outcome(halfway) == token_and_dummy);
    CHECK(halfway.error().challenge->completed == std::vector<std::string>{"m.login.registration_token"});
    CHECK(outcome(server.go_on(server.url, wish, halfway, DummyAuth{})) == "ok");
}

TEST_CASE("whether a registration token is good") {
    const Server server;
    const auto good = server.ask(mxwire::RegistrationTokenValidity{environment("MXWIRE_REGISTRATION_TOKEN")});
    CHECK(outcome(good) == server.said(token_valid));
    if (!good) return;
    CHECK(good->valid);
    const auto guessed = server.ask(mxwire::RegistrationTokenValidity{"guessed"});
    REQUIRE(outcome(guessed) == "ok");
    CHECK_FALSE(guessed->valid);
}

TEST_CASE("W1: a guest, who cannot log out") {
    const Server server;
    Register wish;
    wish.kind = mxwire::AccountKind::guest;
    const auto guest = server.ask(wish);
    REQUIRE(outcome(guest) == "ok");
    REQUIRE(guest->access_token);
    const auto me = server.whoami(*guest->access_token);
    REQUIRE(outcome(me) == "ok");
    CHECK(me->user_id == guest->user_id);
    CHECK(me->is_guest);
    CHECK(outcome(server.ask(*guest->access_token, mxwire::Logout{})) == "403 M_GUEST_ACCESS_FORBIDDEN");
    CHECK(outcome(server.ask(*guest->access_token, mxwire::LogoutAll{})) == "403 M_GUEST_ACCESS_FORBIDDEN");
    CHECK(outcome(server.whoami(*guest->access_token)) == "ok"); // it lives on
}

TEST_CASE("register: by an application service") {
    const Server server;
    const mxwire::Credentials service = server.by(Secret{environment("MXWIRE_AS_TOKEN")});
    Register wish;
    wish.type = mxwire::RegistrationType::application_service;
    wish.username = "_as_" + new_name();
    const auto session = call(server.curl, service, wish);
    REQUIRE(outcome(session) == "ok");
    CHECK(session->user_id == server.full_id(*wish.username));
    REQUIRE(session->access_token);
    const auto me = server.whoami(*session->access_token);
    REQUIRE(outcome(me) == "ok");
    CHECK(me->user_id == session->user_id);
    CHECK(me->device_id == session->device_id);

    wish.username = "_as_" + new_name();
    wish.inhibit_login = true;
    const auto account = call(server.curl, service, wish);
    REQUIRE(outcome(account) == "ok");
    CHECK_FALSE(account->access_token);

    CHECK(outcome(call(server.curl, service, wish)) == "400 M_USER_IN_USE");
    wish.username = new_name();
    CHECK(outcome(call(server.curl, service, wish)) == "400 M_EXCLUSIVE");
    CHECK(outcome(server.ask(Secret{"as_token_of_nobody"}, wish)) == server.said(dead));
    CHECK(outcome(server.ask(wish)) == "request 0");
}

TEST_CASE("addresses that nobody can be sent anything at") {
    const Server server;
    const auto said = [](const auto& answer) {
        if (answer) CHECK_FALSE(answer->sid.empty());
        return outcome(answer);
    };
    const std::string mail = new_name() + "@example.org";
    const Secret secret{"a.secret-of_the=caller"};
    CHECK(said(server.ask(mxwire::RequestTokenToRegisterEmail{secret, mail, 1})) == server.said(email_to_register));
    CHECK(said(server.ask(mxwire::RequestTokenToRegisterMsisdn{secret, "GB", "07700900001", 1})) ==
          server.said(phone_to_register));
    CHECK(said(server.ask(mxwire::RequestTokenToResetPasswordEmail{secret, mail, 1})) == server.said(email_to_reset));
    CHECK(said(server.ask(mxwire::RequestTokenToResetPasswordMsisdn{secret, "GB", "07700900001", 1})) ==
          server.said(phone_to_reset));
}

TEST_CASE("the pages of login and of a stage") {
    const auto page = [](const Server& server, const auto& endpoint) {
        const auto request = prepare(endpoint, server.url);
        REQUIRE(request.has_value());
        const auto answer = server.curl(*request);
        REQUIRE(outcome(answer) == "ok");
        if (answer->status() == 200) CHECK(answer->body().find("<html") != std::string::npos);
        return std::to_string(answer->status());
    };
    const Server server;
    mxwire::LoginFallback login;
    login.device_id = "A&B";
    CHECK(page(server, login) == "200");

    if (!has_environment(strict)) return;
    const Server other{strict};
    const auto challenge = other.ask(registration(new_name(), "a new user's"));
    REQUIRE(outcome(challenge) == token_and_dummy);
    REQUIRE(challenge.error().challenge->session);
    CHECK(page(other, mxwire::UiaFallback{"m.login.registration_token", *challenge.error().challenge->session}) ==
          "200");
}
