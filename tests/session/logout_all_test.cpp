// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <mxwire/session/logout_all.hpp>

using exchange::Answer;
using exchange::Roomy;
using exchange::text;
using mxwire::Owned;
using mxwire::View;

namespace {

struct Show {
    template <class Model> std::string operator()(const Model&) const { return "ended"; }
};
template <class S> std::string outcome(int status, std::string_view body, const exchange::Headers& headers = {}) {
    return Answer<mxwire::BasicLogoutAll<S>>(status, body, headers).outcome(Show{});
}

constexpr char expected[] =
    "POST https://matrix.example.org/_matrix/client/v3/logout/all\nAuthorization: Bearer abc123\n\n";

} // namespace

// ------------------------------------------------------------------------------------------------ request

TEST_CASE("logout_all: B4 trap 12 the request has no body and no Content-Type, SEC-04 and one Authorization") {
    const auto request = mxwire::prepare(mxwire::LogoutAll{}, exchange::credentials());
    REQUIRE(request);
    CHECK(exchange::wire(*request) == expected);
    CHECK_FALSE(request->has_body());
    CHECK(request->headers().size() == 1);
    CHECK(request->headers().begin()->sensitive);
}

TEST_CASE("logout_all: every storage policy builds the same request") {
    char buffer[256];
    const mxwire::HomeserverView server{"https://matrix.example.org/"};
    const mxwire::CredentialsView view{server, mxwire::SecretView{"abc123"}};
    CHECK(exchange::wire_or_error(mxwire::prepare_into(buffer, mxwire::LogoutAllView{}, view)) == expected);
    CHECK(exchange::wire_or_error(mxwire::prepare(mxwire::BasicLogoutAll<Roomy>{}, view)) == expected);
}

TEST_CASE("logout_all: O4 SEC-01 SEC-02 without a token that can be sent nothing is built") {
    for (const char* token : {"", " ", "abc\r\n", "abc\r\nX: 1", "\x7f"}) {
        CHECK(exchange::wire_or_error(mxwire::prepare(mxwire::LogoutAll{}, exchange::credentials(token))) ==
              "request access_token: the access token is empty or cannot stand in a header");
    }
}

TEST_CASE("logout_all: SEC-07 masquerading goes where it is asked for, as a query") {
    mxwire::Credentials credentials = exchange::credentials();
    credentials.user_id = "@_irc_bob:example.org";
    credentials.device_id = "D";
    CHECK(exchange::wire_or_error(mxwire::prepare(mxwire::LogoutAll{}, credentials)) ==
          "POST https://matrix.example.org/_matrix/client/v3/logout/all?user_id=%40_irc_bob%3Aexample.org&device_id=D\n"
          "Authorization: Bearer abc123\n\n");
}

TEST_CASE("logout_all: what the specification says about it") {
    constexpr const mxwire::EndpointInfo& info = mxwire::LogoutAll::info;
    CHECK(text(info.operation_id) == "logout_all");
    CHECK(info.auth == mxwire::Auth::required);
    CHECK(info.rate_limited == mxwire::RateLimited::no);
    CHECK(info.masquerade == mxwire::Masquerade::yes);
}

// ------------------------------------------------------------------------------------------------ answer

TEST_CASE_TEMPLATE("logout_all: O2 T10 E4 an object or nothing at all ends the session", S, Owned, View, Roomy) {
    const std::string bodies[] = {"{}", "{ }", "\r\n{\n}\n", "{\"unknown\":[null,{}]}", "", " ", "\r\n\t "};
    for (const std::string& body : bodies) {
        CAPTURE(body);
        CHECK(outcome<S>(200, body) == "ended");
        CHECK(outcome<S>(204, body) == "ended");
    }
}

TEST_CASE_TEMPLATE("logout_all: E4 SEC-38 a page under 200 is a captive portal's, and the token still lives", S, Owned,
                   View, Roomy) {
    using namespace std::string_literals;
    const std::string bodies[] = {
        "<html>Please sign in to the airport's network</html>"s,
        "<!DOCTYPE html>\n<title>{}</title>"s,
        "OK"s,
        "null"s,
        "true"s,
        "[]"s,
        "\"\""s,
        "{"s,
        "}"s,
        "{}x"s,
        "{}{}"s,
        "\0"s,
        "{}\0"s,
        "\xff"s,
        "\v"s,
    };
    for (const std::string& body : bodies) {
        CAPTURE(body);
        const Answer<mxwire::BasicLogoutAll<S>> answer(200, body, {{"Content-Type", "application/json"}});
        REQUIRE_FALSE(answer);
        CHECK(answer.error().stage == mxwire::Stage::body);
        CHECK(mxwire::describe(answer.error()).rfind("logout_all: 200, unexpected body: ", 0) == 0);
    }
}

TEST_CASE_TEMPLATE("logout_all: O3 O5 O8 E11 SEC-40 what servers answer instead", S, Owned, View, Roomy) {
    struct Row {
        int status;
        std::string body;
        std::string outcome;
    };
    const Row rows[] = {
        {401, R"({"errcode":"M_UNKNOWN_TOKEN","error":"Invalid access token passed.","soft_logout":false})",
         "server 401 M_UNKNOWN_TOKEN 'Invalid access token passed.' hard"},
        {401, R"({"errcode":"M_MISSING_TOKEN","error":"Missing access token"})",
         "server 401 M_MISSING_TOKEN 'Missing access token'"},
        {404, R"({"errcode":"M_UNRECOGNIZED","error":"Unrecognized request"})",
         "server 404 M_UNRECOGNIZED 'Unrecognized request'"},
        {405, R"({"errcode":"M_UNRECOGNIZED","error":"Unrecognized request"})",
         "server 405 M_UNRECOGNIZED 'Unrecognized request'"},
        // trap 12: conduwuit
        {500, R"({"errcode":"M_UNKNOWN","error":"Internal server error"})",
         "server 500 M_UNKNOWN 'Internal server error'"},
        // an empty body is no success when the status is none
        {0, "", "http"},
        {101, "", "http 101"},
        {199, "{}", "http 199"},
        {300, "{}", "http 300"},
        {302, "", "http 302"},
        {304, "", "http 304"},
        {404, "", "http 404"},
        {502, "<html>", "http 502"},
        {600, "{}", "http 600"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.status);
        CHECK(outcome<S>(row.status, row.body) == row.outcome);
    }
}
