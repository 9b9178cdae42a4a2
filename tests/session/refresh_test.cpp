// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <mxwire/session/refresh.hpp>

using exchange::Answer;
using exchange::Roomy;
using exchange::text;
using mxwire::Owned;
using mxwire::View;

namespace {

struct Show {
    template <class S> std::string operator()(const mxwire::BasicRefreshResponse<S>& fresh) const {
        return text(fresh.access_token) + ' ' + text(fresh.refresh_token) + ' ' + text(fresh.expires_in);
    }
};
template <class S> std::string outcome(int status, std::string_view body, const exchange::Headers& headers = {}) {
    return Answer<mxwire::BasicRefresh<S>>(status, body, headers).outcome(Show{});
}

constexpr char expected[] = "POST https://matrix.example.org/_matrix/client/v3/refresh\n"
                            "Content-Type: application/json\n\n"
                            R"({"refresh_token":"some_token"})";

} // namespace

// ------------------------------------------------------------------------------------------------ request

TEST_CASE("refresh: the request, byte for byte, in every storage policy") {
    char buffer[256];
    const mxwire::HomeserverView server{"https://matrix.example.org"};
    CHECK(exchange::wire_or_error(mxwire::prepare(mxwire::Refresh{"some_token"}, exchange::homeserver())) == expected);
    CHECK(exchange::wire_or_error(mxwire::prepare_into(buffer, mxwire::RefreshView{"some_token"}, server)) == expected);
    mxwire::BasicRefresh<Roomy> fixed;
    REQUIRE(fixed.refresh_token.try_assign("some_token"));
    CHECK(exchange::wire_or_error(mxwire::prepare(fixed, server)) == expected);
}

TEST_CASE("refresh: F4 T6 SEC-04 SEC-07 no access token goes along, and nobody is masqueraded as") {
    mxwire::Credentials credentials = exchange::credentials("syt_sentinel");
    credentials.user_id = "@_irc_bob:example.org";
    credentials.device_id = "D";
    CHECK(exchange::wire_or_error(mxwire::prepare(mxwire::Refresh{"some_token"}, credentials)) == expected);
}

TEST_CASE("refresh: SEC-03 the refresh token stands in the body alone, and in no log line") {
    const auto request = mxwire::prepare(mxwire::Refresh{"syr_sentinel"}, exchange::homeserver());
    REQUIRE(request);
    CHECK(request->url().find("sentinel") == std::string_view::npos);
    CHECK(mxwire::describe(*request) ==
          "POST https://matrix.example.org/_matrix/client/v3/refresh, 32 bytes, body withheld");
}

TEST_CASE("refresh: SEC-14 a refresh token that cannot be sent is refused by its name") {
    const auto error = [](const char* token) {
        return exchange::wire_or_error(mxwire::prepare(mxwire::Refresh{token}, exchange::homeserver()));
    };
    CHECK(error("") == "request refresh_token: empty");
    CHECK(error("\xff") == "request refresh_token: not UTF-8");
}

TEST_CASE("refresh: what the specification says about it") {
    constexpr const mxwire::EndpointInfo& info = mxwire::Refresh::info;
    CHECK(text(info.operation_id) == "refresh");
    CHECK(info.auth == mxwire::Auth::none);
    CHECK(info.rate_limited == mxwire::RateLimited::yes);
    CHECK(info.masquerade == mxwire::Masquerade::no);
}

// ------------------------------------------------------------------------------------------------ answer

TEST_CASE_TEMPLATE("refresh: F5 X2 X6 X11 what a 200 says", S, Owned, View, Roomy) {
    struct Row {
        std::string body;
        std::string outcome; // access_token refresh_token expires_in
    };
    const Row rows[] = {
        // the specification's example
        {R"({"access_token":"a_new_token","expires_in_ms":60000,"refresh_token":"another_new_token"})",
         "a_new_token another_new_token 60000"},
        {R"({"access_token":"a"})", "a - -"},
        {R"({"access_token":"a","expires_in_ms":1506})", "a - 1506"},
        // trap 4: a difference of clocks
        {R"({"access_token":"a","expires_in_ms":-2})", "a - -2"},
        // J3, J4, SEC-35: what is optional never costs the new token
        {R"({"access_token":"a","refresh_token":null,"expires_in_ms":1.5})", "a - -"},
        {R"({"access_token":"a","refresh_token":{},"expires_in_ms":"60000"})", "a - -"},
        {R"({"access_token":"a","refresh_token":"","expires_in_ms":1e999})", "a - -"},
        // SEC-34
        {R"({"refresh_token":"r"})", "body 200 access_token: missing"},
        {R"({"access_token":null})", "body 200 access_token: missing"},
        {R"({"access_token":7})", "body 200 access_token: wrong type"},
        {R"({"access_token":""})", "body 200 access_token: empty"},
        // SEC-37
        {R"({"access_token":"a","access_token":"b"})", "body 200 access_token: given twice"},
        {R"({"access_token":"a","refresh_token":"r","refresh\u005ftoken":"r"})", "body 200 refresh_token: given twice"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);
        CHECK(outcome<S>(200, row.body) == row.outcome);
    }
}

TEST_CASE_TEMPLATE("refresh: trap 19 F8 F9 what servers answer instead", S, Owned, View, Roomy) {
    struct Row {
        int status;
        std::string body;
        std::string outcome;
    };
    const Row rows[] = {
        {401, R"({"errcode":"M_UNKNOWN_TOKEN","error":"Soft logged out","soft_logout":true})",
         "server 401 M_UNKNOWN_TOKEN 'Soft logged out' soft"},
        {401, R"({"errcode":"M_UNKNOWN_TOKEN","error":"Invalid refresh token"})",
         "server 401 M_UNKNOWN_TOKEN 'Invalid refresh token'"},
        {403, R"({"errcode":"M_FORBIDDEN","error":"Refresh token isn't valid anymore"})",
         "server 403 M_FORBIDDEN 'Refresh token isn't valid anymore'"},
        {404, R"({"errcode":"M_UNRECOGNIZED"})", "server 404 M_UNRECOGNIZED"},
        {429, R"({"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":2000})", "server 429 M_LIMIT_EXCEEDED retry 2000"},
        // trap 9, trap 23, F9: no verdict
        {422, "missing field `refresh_token`", "http 422"},
        {401, "<html>", "http 401"},
        {502, "", "http 502"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);
        CHECK(outcome<S>(row.status, row.body) == row.outcome);
    }
    CHECK(outcome<S>(429, R"({"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":2345})", {{"retry-after", "3"}}) ==
          "server 429 M_LIMIT_EXCEEDED retry 3000");
}
