// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <mxwire/session/change_password.hpp>

using exchange::Answer;
using exchange::Roomy;
using exchange::text;
using mxwire::ChangePassword;
using mxwire::Owned;
using mxwire::View;

namespace {

struct Show {
    std::string operator()(mxwire::EmptyResponse) const { return "changed"; }
};
template <class S> std::string outcome(int status, std::string_view body) {
    return Answer<mxwire::BasicChangePassword<S>>(status, body).outcome(Show{});
}
template <class Where> std::string wire(const ChangePassword& endpoint, const Where& where) {
    return exchange::wire_or_error(mxwire::prepare(endpoint, where));
}

const std::string head =
    "POST https://matrix.example.org/_matrix/client/v3/account/password\nContent-Type: application/json\n";

} // namespace

// ------------------------------------------------------------------------------------------------ request

TEST_CASE("changePassword: U4 the specification's request, byte for byte") {
    ChangePassword change{"ihatebananas", true};
    change.auth = mxwire::AuthData{
        mxwire::CustomAuth{"example.type.foo", mxwire::raw_json(R"({"example_credential":"verypoorsharedsecret"})")},
        "xxxxx"};
    CHECK(wire(change, exchange::credentials()) ==
          head + "Authorization: Bearer abc123\n\n" +
              R"({"new_password":"ihatebananas","logout_devices":true,)"
              R"("auth":{"type":"example.type.foo","example_credential":"verypoorsharedsecret","session":"xxxxx"}})");
}

TEST_CASE("changePassword: T7 U1 with a session its token goes along, without one there is none") {
    CHECK(wire(ChangePassword{"new"}, exchange::credentials()) ==
          head + "Authorization: Bearer abc123\n\n" + R"({"new_password":"new"})");
    CHECK(wire(ChangePassword{"new"}, exchange::homeserver()) == head + "\n" + R"({"new_password":"new"})");
    CHECK(wire(ChangePassword{"new", false}, exchange::homeserver()) ==
          head + "\n" + R"({"new_password":"new","logout_devices":false})");
}

TEST_CASE("changePassword: U10 a lost password: the address that was validated proves the user") {
    ChangePassword change{"new"};
    change.auth =
        mxwire::AuthData{mxwire::EmailAuth{mxwire::ThreepidCreds{"sid", "secret", std::nullopt, std::nullopt}}, "S"};
    CHECK(wire(change, exchange::homeserver()) ==
          head + "\n" +
              R"({"new_password":"new","auth":{"type":"m.login.email.identity",)"
              R"("threepid_creds":{"sid":"sid","client_secret":"secret"},"session":"S"}})");
}

TEST_CASE("changePassword: A4 SEC-03 SEC-07 SEC-14 nobody is masqueraded as, and passwords stand in the body alone") {
    mxwire::Credentials credentials = exchange::credentials();
    credentials.user_id = "@a:b";
    const auto request = mxwire::prepare(ChangePassword{"sentinel"}, credentials);
    REQUIRE(request);
    CHECK(text(request->url()) == "https://matrix.example.org/_matrix/client/v3/account/password");
    CHECK(mxwire::describe(*request).find("sentinel") == std::string::npos);
    CHECK(wire(ChangePassword{""}, credentials) == "request new_password: empty");
    CHECK(wire(ChangePassword{"\xff"}, credentials) == "request new_password: not UTF-8");
}

TEST_CASE("changePassword: every storage policy builds the same request") {
    char buffer[512];
    const mxwire::CredentialsView where{mxwire::HomeserverView{"https://matrix.example.org"}, "abc123"};
    const std::string expected = head + "Authorization: Bearer abc123\n\n" + R"({"new_password":"new"})";
    CHECK(exchange::wire_or_error(mxwire::prepare_into(buffer, mxwire::ChangePasswordView{"new"}, where)) == expected);
    mxwire::BasicChangePassword<Roomy> fixed;
    REQUIRE(fixed.new_password.try_assign("new"));
    CHECK(exchange::wire_or_error(mxwire::prepare(fixed, where)) == expected);
}

TEST_CASE("changePassword: what the specification says about it") {
    constexpr const mxwire::EndpointInfo& info = ChangePassword::info;
    CHECK(text(info.operation_id) == "changePassword");
    CHECK(info.auth == mxwire::Auth::optional);
    CHECK(info.rate_limited == mxwire::RateLimited::yes);
    CHECK(info.masquerade == mxwire::Masquerade::no);
}

// ------------------------------------------------------------------------------------------------ answer

TEST_CASE_TEMPLATE("changePassword: U2 U9 what servers answer", S, Owned, View, Roomy) {
    struct Row {
        int status;
        std::string body;
        std::string outcome;
    };
    const Row rows[] = {
        // the specification's examples
        {200, R"({})", "changed"},
        {401,
         R"({"flows":[{"stages":["example.type.foo"]}],"params":{"example.type.baz":{"example_key":"foobar"}},"session":"xxxxxxyz","completed":["example.type.foo"]})",
         "server 401 uia[example.type.foo] completed[example.type.foo] session=xxxxxxyz "
         "params={\"example.type.baz\":{\"example_key\":\"foobar\"}}"},
        {429, R"({"errcode":"M_LIMIT_EXCEEDED","error":"Too many requests","retry_after_ms":2000})",
         "server 429 M_LIMIT_EXCEEDED 'Too many requests' retry 2000"},
        {200, R"({"x":1})", "changed"},
        {200, R"()", "body 200 not well-formed"},
        // E4
        {200, R"(<html>)", "body 200 not well-formed"},
        // Synapse without a token
        {401, R"({"session":"s","flows":[{"stages":["m.login.email.identity"]}],"params":{}})",
         "server 401 uia[m.login.email.identity] session=s params={}"},
        // trap 15: Dendrite
        {401, R"({"completed":[],"flows":[{"stages":["m.login.password"]}],"params":null,"session":"s"})",
         "server 401 uia[m.login.password] session=s"},
        // trap 16: Dendrite, a wrong password
        {403, R"({"errcode":"M_FORBIDDEN","error":"The username or password was incorrect"})",
         "server 403 M_FORBIDDEN 'The username or password was incorrect'"},
        // L8
        {400, R"({"errcode":"M_WEAK_PASSWORD"})", "server 400 M_WEAK_PASSWORD"},
        // trap 21
        {400, R"({"errcode":"M_PASSWORD_TOO_SHORT"})", "server 400 M_PASSWORD_TOO_SHORT"},
        {404, R"({"errcode":"M_UNRECOGNIZED"})", "server 404 M_UNRECOGNIZED"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);
        CHECK(outcome<S>(row.status, row.body) == row.outcome);
    }
}
