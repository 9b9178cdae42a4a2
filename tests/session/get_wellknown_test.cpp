// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <mxwire/session/get_wellknown.hpp>

using exchange::Answer;
using exchange::Roomy;
using exchange::text;
using mxwire::GetWellknown;
using mxwire::Owned;
using mxwire::ServerName;
using mxwire::View;

namespace {

struct Show {
    template <class S> std::string operator()(const mxwire::BasicWellKnown<S>& found) const {
        return text(found.homeserver.base_url) + ' ' +
               (found.identity_server ? text(found.identity_server->base_url) : "-") + exchange::members(found.rest);
    }
};
template <class S> std::string outcome(int status, std::string_view body, const exchange::Headers& headers = {}) {
    return Answer<mxwire::BasicGetWellknown<S>>(status, body, headers).outcome(Show{});
}

} // namespace

// ------------------------------------------------------------------------------------------------ request

TEST_CASE("getWellknown: D2 D3 it goes to the host of the server name, by https, on the default port") {
    struct Row {
        std::string name, url;
    };
    const Row rows[] = {
        {"example.org", "https://example.org/.well-known/matrix/client"},
        {"example.org:8448", "https://example.org/.well-known/matrix/client"},
        {"[::1]:8448", "https://[::1]/.well-known/matrix/client"},
    };
    for (const Row& row : rows) {
        CHECK(exchange::wire_or_error(mxwire::prepare(GetWellknown{}, ServerName{row.name})) ==
              "GET " + row.url + "\n\n");
    }
    CHECK(exchange::wire_or_error(mxwire::prepare(GetWellknown{}, ServerName::of("@alice:example.org:8448"))) ==
          "GET https://example.org/.well-known/matrix/client\n\n");
}

TEST_CASE("getWellknown: every storage policy builds the same request") {
    char buffer[128];
    const mxwire::ServerNameView server{"example.org:1"};
    const std::string expected = "GET https://example.org/.well-known/matrix/client\n\n";
    CHECK(exchange::wire_or_error(mxwire::prepare_into(buffer, mxwire::GetWellknownView{}, server)) == expected);
    CHECK(exchange::wire_or_error(mxwire::prepare(mxwire::BasicGetWellknown<Roomy>{}, server)) == expected);
    CHECK(exchange::wire_or_error(mxwire::prepare_into(buffer, 64, GetWellknown{}, server)) == expected);
    CHECK(exchange::wire_or_error(mxwire::prepare_into(buffer, 40, GetWellknown{}, server)) ==
          "request buffer: the buffer is too small");
}

TEST_CASE("getWellknown: SEC-18 what is no server name is an error before any request") {
    for (const char* name : {"", "https://example.org", "a@example.org", "example.org/x", "..", "[::1", "a b"}) {
        CAPTURE(name);
        const auto request = mxwire::prepare(GetWellknown{}, ServerName{name});
        REQUIRE_FALSE(request);
        CHECK(text(request.error()) == "request server_name: not well-formed");
        CHECK(text(request.error().operation) == "getWellknown");
    }
    CHECK(exchange::wire_or_error(mxwire::prepare(GetWellknown{}, ServerName::of("alice"))) ==
          "request server_name: not well-formed");
}

TEST_CASE("getWellknown: T6 SEC-04 SEC-07 a server that is known is asked under its own URL, without a token") {
    mxwire::Credentials credentials = exchange::credentials();
    credentials.server = mxwire::Homeserver{"http://127.0.0.1:8008/"};
    credentials.user_id = "@a:b";
    CHECK(exchange::wire_or_error(mxwire::prepare(GetWellknown{}, credentials)) ==
          "GET http://127.0.0.1:8008/.well-known/matrix/client\n\n");
}

TEST_CASE("getWellknown: a call takes a server name as well") {
    const auto play = [](const mxwire::Request& request) -> mxwire::Result<mxwire::Response> {
        return request.url() == "https://example.org/.well-known/matrix/client"
                   ? mxwire::Response{200, R"({"m.homeserver":{"base_url":"https://matrix.example.org"}})"}
                   : mxwire::Response{404, ""};
    };
    const auto found = mxwire::call(play, ServerName{"example.org"}, GetWellknown{});
    REQUIRE(found);
    CHECK(found->homeserver.base_url == "https://matrix.example.org");
    CHECK(text(mxwire::call(play, ServerName{"other.org"}, GetWellknown{}).error()) == "http 404");
}

TEST_CASE("getWellknown: what the specification says about it") {
    constexpr const mxwire::EndpointInfo& info = GetWellknown::info;
    CHECK(text(info.operation_id) == "getWellknown");
    CHECK(info.auth == mxwire::Auth::none);
    CHECK(info.rate_limited == mxwire::RateLimited::no);
}

// ------------------------------------------------------------------------------------------------ answer

TEST_CASE_TEMPLATE("getWellknown: D1 D4 D6 trap 1 trap 2 what a 200 says", S, Owned, View, Roomy) {
    struct Row {
        std::string body;
        std::string outcome; // homeserver identity_server{other members}
    };
    const Row rows[] = {
        // the specification's example
        {R"({"m.homeserver":{"base_url":"https://matrix.example.com"},)"
         R"("m.identity_server":{"base_url":"https://identity.example.com"},)"
         R"("org.example.custom.property":{"app_url":"https://custom.app.example.org"}})",
         R"(https://matrix.example.com https://identity.example.com)"
         R"({"org.example.custom.property":{"app_url":"https://custom.app.example.org"}})"},
        {R"({"m.homeserver":{"base_url":"https://x/"},"m.identity_server":null})", "https://x/ -"},
        {R"({"m.identity_server":{},"m.homeserver":{"base_url":"https://x"}})", "https://x -"},
        {R"({"m.identity_server":{"base_url":""},"m.homeserver":{"base_url":"https://x"}})", "https://x -"},
        {R"({"m.homeserver":{"base_url":"https://x"},"a":1,"b":null,"c":["d"]})",
         R"(https://x -{"a":1,"b":null,"c":["d"]})"},
        {R"({"m.homeserver":{"base_url":"file:///etc/passwd"}})", "file:///etc/passwd -"},
        // D4 3.3, 3.4
        {R"({})", "body 200 m.homeserver: missing"},
        {R"({"m.homeserver":null})", "body 200 m.homeserver: missing"},
        {R"({"m.homeserver":{}})", "body 200 base_url: missing"},
        {R"({"m.homeserver":{"base_url":null}})", "body 200 base_url: missing"},
        {R"({"m.homeserver":{"base_url":""}})", "body 200 base_url: empty"},
        {R"({"m.homeserver":{"base_url":["https://x"]}})", "body 200 base_url: wrong type"},
        {R"({"m.homeserver":"https://x"})", "body 200 m.homeserver: wrong type"},
        {"", "body 200 not well-formed"},
        {"[]", "body 200 not well-formed"},
        {"<html>", "body 200 not well-formed"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);
        CHECK(outcome<S>(200, row.body) == row.outcome);
    }
}

TEST_CASE_TEMPLATE("getWellknown: D3 D4 SEC-63 what else may come", S, Owned, View, Roomy) {
    CHECK(outcome<S>(404, "<html>Not found</html>") == "http 404");
    CHECK(outcome<S>(404, R"({"errcode":"M_NOT_FOUND"})") == "server 404 M_NOT_FOUND");
    CHECK(outcome<S>(500, "") == "http 500");
    CHECK(outcome<S>(301, "", {{"Location", "https://www.example.org/.well-known/matrix/client"}}) ==
          "http 301 location=https://www.example.org/.well-known/matrix/client");
}

TEST_CASE_TEMPLATE("getWellknown: SEC-31 64 KiB are looked at, and not a byte more", S, Owned, View, Roomy) {
    std::string body = R"({"m.homeserver":{"base_url":"https://x"}})";
    body.resize(64 * 1024, ' ');
    CHECK(outcome<S>(200, body) == "https://x -");
    CHECK(outcome<S>(200, body + ' ') == "body 200 too large");
}

TEST_CASE("getWellknown: a bounded policy keeps the members that it has room for") {
    std::string body = R"({"m.homeserver":{"base_url":"https://x"})";
    for (int i = 0; i < 9; ++i) body += ",\"x" + std::to_string(i) + "\":" + std::to_string(i);
    body += R"(,"m.identity_server":{"base_url":"https://y"}})";
    const Answer<GetWellknown> owned(200, body);
    REQUIRE(owned);
    CHECK(owned->rest.is_complete());
    CHECK(owned->rest.find("x8"));
    const Answer<mxwire::GetWellknownView> view(200, body);
    REQUIRE(view);
    CHECK_FALSE(view->rest.is_complete());
    CHECK(view->rest.find("x7"));
    CHECK_FALSE(view->rest.find("x8"));
    CHECK(view->identity_server->base_url == "https://y");
}
