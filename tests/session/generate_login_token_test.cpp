// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <mxwire/session/generate_login_token.hpp>

using exchange::Answer;
using exchange::Roomy;
using exchange::text;
using mxwire::GenerateLoginToken;
using mxwire::Owned;
using mxwire::View;

namespace {

struct Show {
    template <class S> std::string operator()(const mxwire::BasicLoginTokenResponse<S>& made) const {
        return text(made.login_token) + ' ' + text(made.expires_in);
    }
};
template <class S> std::string outcome(int status, std::string_view body, const exchange::Headers& headers = {}) {
    return Answer<mxwire::BasicGenerateLoginToken<S>>(status, body, headers).outcome(Show{});
}

constexpr char head[] = "POST https://matrix.example.org/_matrix/client/v1/login/get_token\n"
                        "Content-Type: application/json\nAuthorization: Bearer abc123\n\n";

} // namespace

// ------------------------------------------------------------------------------------------------ request

TEST_CASE("generateLoginToken: U1 the first request has an object without auth") {
    CHECK(exchange::wire_or_error(mxwire::prepare(GenerateLoginToken{}, exchange::credentials())) ==
          std::string(head) + "{}");
}

TEST_CASE("generateLoginToken: U3 U4 an attempt is the same request and auth, in every storage policy") {
    const std::string expected = std::string(head) +
                                 R"({"auth":{"type":"m.login.password","identifier":)"
                                 R"({"type":"m.id.user","user":"alice"},"password":"pw","session":"S"}})";
    const GenerateLoginToken owned{mxwire::AuthData{mxwire::Password{mxwire::UserId{"alice"}, "pw"}, "S"}};
    CHECK(exchange::wire_or_error(mxwire::prepare(owned, exchange::credentials())) == expected);

    char buffer[512];
    const mxwire::CredentialsView where{mxwire::HomeserverView{"https://matrix.example.org"}, "abc123"};
    const mxwire::GenerateLoginTokenView view{
        mxwire::AuthDataView{mxwire::PasswordView{mxwire::UserIdView{"alice"}, "pw"}, "S"}};
    CHECK(exchange::wire_or_error(mxwire::prepare_into(buffer, view, where)) == expected);
    mxwire::BasicGenerateLoginToken<Roomy> fixed;
    auto& password = fixed.auth.emplace().stage.template emplace<mxwire::BasicPassword<Roomy>>();
    password.identifier = mxwire::BasicUserId<Roomy>{"alice"};
    REQUIRE(password.password.try_assign("pw"));
    REQUIRE(fixed.auth->session.emplace().try_assign("S"));
    CHECK(exchange::wire_or_error(mxwire::prepare(fixed, where)) == expected);
}

TEST_CASE("generateLoginToken: the specification's request, and U10 a session alone") {
    GenerateLoginToken custom;
    custom.auth = mxwire::AuthData{
        mxwire::CustomAuth{"example.type.foo", mxwire::raw_json(R"({"example_credential":"verypoorsharedsecret"})")},
        "xxxxx"};
    CHECK(exchange::wire_or_error(mxwire::prepare(custom, exchange::credentials())) ==
          std::string(head) +
              R"({"auth":{"type":"example.type.foo","example_credential":"verypoorsharedsecret","session":"xxxxx"}})");
    const GenerateLoginToken done{mxwire::AuthData{mxwire::CompletedElsewhere{}, "S"}};
    CHECK(exchange::wire_or_error(mxwire::prepare(done, exchange::credentials())) ==
          std::string(head) + R"({"auth":{"session":"S"}})");
}

TEST_CASE("generateLoginToken: SEC-01 SEC-03 secrets stand where they belong, or nowhere") {
    const GenerateLoginToken attempt{mxwire::AuthData{mxwire::Password{mxwire::UserId{"a"}, "sentinel"}, "sentinel"}};
    const auto request = mxwire::prepare(attempt, exchange::credentials());
    REQUIRE(request);
    CHECK(request->url().find("sentinel") == std::string_view::npos);
    CHECK(mxwire::describe(*request).find("sentinel") == std::string::npos);
    CHECK(exchange::wire_or_error(mxwire::prepare(attempt, exchange::credentials("a\nb"))) ==
          "request access_token: the access token is empty or cannot stand in a header");
}

TEST_CASE("generateLoginToken: what the specification says about it") {
    constexpr const mxwire::EndpointInfo& info = GenerateLoginToken::info;
    CHECK(text(info.operation_id) == "generateLoginToken");
    CHECK(info.auth == mxwire::Auth::required);
    CHECK(info.rate_limited == mxwire::RateLimited::yes);
}

// ------------------------------------------------------------------------------------------------ answer

TEST_CASE_TEMPLATE("generateLoginToken: U2 U3 trap 5 what a 200 says", S, Owned, View, Roomy) {
    struct Row {
        std::string body;
        std::string outcome; // login_token expires_in
    };
    const Row rows[] = {
        {R"({"login_token":"<opaque string>","expires_in_ms":120000})", "<opaque string> 120000"},
        // Synapse sends seconds as well
        {R"({"login_token":"t","expires_in":120,"expires_in_ms":120000})", "t 120000"},
        {R"({"login_token":"t","expires_in_ms":6e4})", "t 60000"},
        {R"({"login_token":"t","expires_in":120})", "body 200 expires_in_ms: missing"},
        // J2: an expiry that cannot be is an error here
        {R"({"login_token":"t","expires_in_ms":0.5})", "body 200 expires_in_ms: out of range"},
        {R"({"login_token":"t","expires_in_ms":"120000"})", "body 200 expires_in_ms: wrong type"},
        {R"({"login_token":"t","expires_in_ms":null})", "body 200 expires_in_ms: missing"},
        {R"({"expires_in_ms":1})", "body 200 login_token: missing"},
        {R"({"login_token":"","expires_in_ms":1})", "body 200 login_token: empty"},
        {R"({"login_token":"t","login_token":"t","expires_in_ms":1})", "body 200 login_token: given twice"},
        {"", "body 200 not well-formed"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);
        CHECK(outcome<S>(200, row.body) == row.outcome);
    }
}

TEST_CASE_TEMPLATE("generateLoginToken: U1 U2 U5 U7 U8 trap 15 a challenge arrives typed", S, Owned, View, Roomy) {
    struct Row {
        std::string body;
        std::string outcome;
    };
    const Row rows[] = {
        {R"({"flows":[{"stages":["example.type.foo"]}],"params":{"example.type.baz":{"example_key":"foobar"}},)"
         R"("session":"xxxxxxyz","completed":["example.type.foo"]})",
         R"(server 401 uia[example.type.foo] completed[example.type.foo] session=xxxxxxyz )"
         R"(params={"example.type.baz":{"example_key":"foobar"}})"},
        {R"({"session":"S","flows":[{"stages":["m.login.password"]}],"params":{}})",
         "server 401 uia[m.login.password] session=S params={}"},
        {R"({"errcode":"M_FORBIDDEN","error":"Invalid password","completed":[],"session":"S","params":{},)"
         R"("flows":[{"stages":["m.login.password"]}]})",
         "server 401 M_FORBIDDEN 'Invalid password' uia[m.login.password] session=S params={}"},
        {R"({"completed":null,"session":"","params":null,"flows":[{"stages":["m.login.password"]}]})",
         "server 401 uia[m.login.password]"},
        {R"({"flows":[]})", "server 401 uia"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);
        CHECK(outcome<S>(401, row.body) == row.outcome);
    }
}

TEST_CASE_TEMPLATE("generateLoginToken: R4 U4 U6 U9 what servers answer instead", S, Owned, View, Roomy) {
    struct Row {
        int status;
        std::string body;
        std::string outcome;
    };
    const Row rows[] = {
        {400, R"({"errcode":"M_UNKNOWN","error":"An unknown error occurred"})",
         "server 400 M_UNKNOWN 'An unknown error occurred'"},
        {401, R"({"errcode":"M_MISSING_TOKEN"})", "server 401 M_MISSING_TOKEN"},
        {403, R"({"errcode":"M_FORBIDDEN"})", "server 403 M_FORBIDDEN"},
        {404, R"({"errcode":"M_UNRECOGNIZED"})", "server 404 M_UNRECOGNIZED"},
        {429, R"({"errcode":"M_LIMIT_EXCEEDED","error":"Too many requests","retry_after_ms":2000})",
         "server 429 M_LIMIT_EXCEEDED 'Too many requests' retry 2000"},
        {502, "<html>", "http 502"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.status);
        CHECK(outcome<S>(row.status, row.body) == row.outcome);
    }
}
