// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <mxwire/session/register.hpp>

using exchange::Answer;
using exchange::Roomy;
using exchange::text;
using mxwire::Owned;
using mxwire::Register;
using mxwire::View;

namespace {

struct Show {
    template <class S> std::string operator()(const mxwire::BasicRegisterResponse<S>& made) const {
        return text(made.user_id) + ' ' + text(made.access_token) + ' ' + text(made.device_id) + ' ' +
               text(made.refresh_token) + ' ' + text(made.expires_in);
    }
};
template <class S> std::string outcome(int status, std::string_view body) {
    return Answer<mxwire::BasicRegister<S>>(status, body).outcome(Show{});
}
template <class Where> std::string wire(const Register& endpoint, const Where& where) {
    return exchange::wire_or_error(mxwire::prepare(endpoint, where));
}

const std::string head =
    "POST https://matrix.example.org/_matrix/client/v3/register\nContent-Type: application/json\n\n";

} // namespace

// ------------------------------------------------------------------------------------------------ request

TEST_CASE("register: U1 U4 the specification's request, byte for byte") {
    Register user{"cheeky_monkey", "ilovebananas", "GHTYAJCE", "Jungle Phone"};
    user.inhibit_login = false;
    CHECK(wire(user, exchange::homeserver()) ==
          head + R"({"username":"cheeky_monkey","password":"ilovebananas","device_id":"GHTYAJCE",)"
                 R"("initial_device_display_name":"Jungle Phone","inhibit_login":false})");
    user.auth = mxwire::AuthData{
        mxwire::CustomAuth{"example.type.foo", mxwire::raw_json(R"({"example_credential":"verypoorsharedsecret"})")},
        "xxxxx"};
    CHECK(wire(user, exchange::homeserver()) ==
          head +
              R"({"username":"cheeky_monkey","password":"ilovebananas","device_id":"GHTYAJCE",)"
              R"("initial_device_display_name":"Jungle Phone","inhibit_login":false,)"
              R"("auth":{"type":"example.type.foo","example_credential":"verypoorsharedsecret","session":"xxxxx"}})");
    CHECK(wire(Register{}, exchange::homeserver()) == head + "{}");
}

TEST_CASE("register: U16 the terms of service, as in the specification's walk-through") {
    Register user{"cheeky_monkey", "ilovebananas"};
    user.auth = mxwire::AuthData{mxwire::TermsAuth{}, "kasgjaelkgj"};
    CHECK(wire(user, exchange::homeserver()) == head + R"({"username":"cheeky_monkey","password":"ilovebananas",)"
                                                       R"("auth":{"type":"m.login.terms","session":"kasgjaelkgj"}})");
}

TEST_CASE("register: F1 L10 users who can refresh, guests, and guests who become users") {
    Register user;
    user.refresh_token = true;
    user.kind = mxwire::AccountKind::user;
    const std::string path = "POST https://matrix.example.org/_matrix/client/v3/register";
    const std::string headers = "\nContent-Type: application/json\n\n";
    CHECK(wire(user, exchange::homeserver()) == path + "?kind=user" + headers + R"({"refresh_token":true})");

    Register guest;
    guest.kind = mxwire::AccountKind::guest;
    guest.initial_device_display_name = "Kiosk";
    CHECK(wire(guest, exchange::homeserver()) ==
          path + "?kind=guest" + headers + R"({"initial_device_display_name":"Kiosk"})");

    Register upgrade{"alice", "pw"};
    upgrade.guest_access_token = "MDAx";
    CHECK(wire(upgrade, exchange::homeserver()) ==
          head + R"({"username":"alice","password":"pw","guest_access_token":"MDAx"})");
}

TEST_CASE("register: A1 A7 T6 trap 11 a token goes along for an application service alone") {
    Register ghost{"_irc_bob"};
    ghost.type = mxwire::RegistrationType::application_service;
    ghost.inhibit_login = true;
    mxwire::Credentials credentials = exchange::credentials("as_token");
    credentials.user_id = "@_irc_x:example.org";
    CHECK(wire(ghost, credentials) ==
          "POST https://matrix.example.org/_matrix/client/v3/register\nContent-Type: application/json\n"
          "Authorization: Bearer as_token\n\n"
          R"({"type":"m.login.application_service","username":"_irc_bob","inhibit_login":true})");
    CHECK(wire(ghost, exchange::homeserver()) == "request access_token: this request needs an access token");
    CHECK(wire(Register{"alice"}, credentials) == head + R"({"username":"alice"})");
}

TEST_CASE("register: SEC-03 SEC-14 secrets stand in the body, and what cannot be sent is named") {
    const auto request = mxwire::prepare(Register{"a", "sentinel"}, exchange::homeserver());
    REQUIRE(request);
    CHECK(request->url().find("sentinel") == std::string_view::npos);
    CHECK(mxwire::describe(*request).find("sentinel") == std::string::npos);
    CHECK(wire(Register{"a", ""}, exchange::homeserver()) == "request password: empty");
    CHECK(wire(Register{"\xff"}, exchange::homeserver()) == "request username: not UTF-8");
}

TEST_CASE("register: every storage policy builds the same request") {
    char buffer[512];
    const mxwire::HomeserverView where{"https://matrix.example.org/"};
    const std::string expected = head + R"({"username":"alice"})";
    CHECK(exchange::wire_or_error(mxwire::prepare_into(buffer, mxwire::RegisterView{"alice"}, where)) == expected);
    mxwire::BasicRegister<Roomy> fixed;
    REQUIRE(fixed.username.emplace().try_assign("alice"));
    CHECK(exchange::wire_or_error(mxwire::prepare(fixed, where)) == expected);
}

TEST_CASE("register: what the specification says about it") {
    constexpr const mxwire::EndpointInfo& info = Register::info;
    CHECK(text(info.operation_id) == "register");
    CHECK(info.auth == mxwire::Auth::optional);
    CHECK(info.rate_limited == mxwire::RateLimited::yes);
    CHECK(info.masquerade == mxwire::Masquerade::no);
}

// ------------------------------------------------------------------------------------------------ answer

TEST_CASE_TEMPLATE("register: L9 L10 U2 trap 17 what servers answer", S, Owned, View, Roomy) {
    struct Row {
        int status;
        std::string body;
        std::string outcome;
    };
    const Row rows[] = {
        // the specification's examples
        {200, R"({"user_id":"@cheeky_monkey:matrix.org","access_token":"abc123","device_id":"GHTYAJCE"})",
         "@cheeky_monkey:matrix.org abc123 GHTYAJCE - -"},
        {400, R"({"errcode":"M_USER_IN_USE","error":"Desired user ID is already taken."})",
         "server 400 M_USER_IN_USE 'Desired user ID is already taken.'"},
        {401,
         R"({"flows":[{"stages":["example.type.foo"]}],"params":{"example.type.baz":{"example_key":"foobar"}},"session":"xxxxxxyz","completed":["example.type.foo"]})",
         "server 401 uia[example.type.foo] completed[example.type.foo] session=xxxxxxyz "
         "params={\"example.type.baz\":{\"example_key\":\"foobar\"}}"},
        {403, R"({"errcode":"M_FORBIDDEN","error":"Registration is disabled"})",
         "server 403 M_FORBIDDEN 'Registration is disabled'"},
        {429, R"({"errcode":"M_LIMIT_EXCEEDED","error":"Too many requests","retry_after_ms":2000})",
         "server 429 M_LIMIT_EXCEEDED 'Too many requests' retry 2000"},
        // Synapse
        {200,
         R"({"user_id":"@a:b","home_server":"b","access_token":"t","device_id":"D","refresh_token":"r","expires_in_ms":300000})",
         "@a:b t D r 300000"},
        // inhibit_login
        {200, R"({"user_id":"@a:b"})", "@a:b - - - -"},
        // J3, J4
        {200, R"({"user_id":"@a:b","access_token":null,"device_id":7,"refresh_token":"","expires_in_ms":"1"})",
         "@a:b - - - -"},
        // SEC-34
        {200, R"({"access_token":"t","device_id":"D"})", "body 200 user_id: missing"},
        {200, R"({"user_id":["@a:b"]})", "body 200 user_id: wrong type"},
        // SEC-37
        {200, R"({"user_id":"@a:b","access_token":"t","access_token":"t"})", "body 200 access_token: given twice"},
        // E4
        {200, R"(<html>)", "body 200 not well-formed"},
        // A7
        {400, R"({"errcode":"IO.ELEMENT.MSC4190.M_APPSERVICE_LOGIN_UNSUPPORTED"})",
         "server 400 IO.ELEMENT.MSC4190.M_APPSERVICE_LOGIN_UNSUPPORTED"},
        {400, R"({"errcode":"M_INVALID_USERNAME"})", "server 400 M_INVALID_USERNAME"},
        // U11
        {401,
         R"({"session":"s","flows":[{"stages":["m.login.registration_token","m.login.dummy"]}],"params":{},"completed":["m.login.registration_token"]})",
         "server 401 uia[m.login.registration_token m.login.dummy] completed[m.login.registration_token] session=s "
         "params={}"},
        // U12
        {401,
         R"({"errcode":"M_UNAUTHORIZED","error":"Invalid registration token","completed":[],"flows":[{"stages":["m.login.registration_token"]}],"params":{},"session":"s"})",
         "server 401 M_UNAUTHORIZED 'Invalid registration token' uia[m.login.registration_token] session=s params={}"},
        // trap 17: Dendrite
        {401, R"({"errcode":"M_BAD_JSON","error":"A captcha response is required"})",
         "server 401 M_BAD_JSON 'A captcha response is required'"},
        {501, R"({"errcode":"M_UNKNOWN","error":"unknown/unimplemented auth type"})",
         "server 501 M_UNKNOWN 'unknown/unimplemented auth type'"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);
        CHECK(outcome<S>(row.status, row.body) == row.outcome);
    }
}
