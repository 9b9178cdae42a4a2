// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <mxwire/session/uia_fallback.hpp>

using exchange::Answer;
using exchange::Roomy;
using exchange::text;
using mxwire::Owned;
using mxwire::UiaFallback;
using mxwire::View;

namespace {

struct Show {
    std::string operator()(mxwire::EmptyResponse) const { return "an object"; }
};
std::string url(const UiaFallback& page) {
    const auto request = mxwire::prepare(page, exchange::homeserver());
    return request ? text(request->url()) : text(request.error());
}

const std::string path = "https://matrix.example.org/_matrix/client/v3/auth/";

} // namespace

TEST_CASE("uiaFallback: U12 U13 U15 the page's URL, for every stage") {
    CHECK(url(UiaFallback{"m.login.sso", "xxxxxx"}) == path + "m.login.sso/fallback/web?session=xxxxxx");
    CHECK(url(UiaFallback{std::string(mxwire::auth_type::recaptcha), "a b"}) ==
          path + "m.login.recaptcha/fallback/web?session=a%20b");
}

TEST_CASE("uiaFallback: SEC-56 every storage policy builds the same URL, without a token") {
    const std::string expected = "GET " + path + "m.oauth/fallback/web?session=S\n\n";
    char buffer[256];
    const mxwire::HomeserverView server{"https://matrix.example.org"};
    CHECK(exchange::wire_or_error(mxwire::prepare_into(buffer, mxwire::UiaFallbackView{"m.oauth", "S"}, server)) ==
          expected);
    mxwire::BasicUiaFallback<Roomy> fixed{"m.oauth", {}};
    REQUIRE(fixed.session.try_assign("S"));
    CHECK(exchange::wire_or_error(mxwire::prepare(fixed, server)) == expected);
    CHECK(exchange::wire_or_error(mxwire::prepare(UiaFallback{"m.oauth", "S"}, exchange::credentials())) == expected);
}

TEST_CASE("uiaFallback: SEC-10 SEC-11 SEC-55 hostile stages and sessions are inert") {
    CHECK(url(UiaFallback{"a/../b?c#d", "e&f=g#h"}) == path + "a%2F..%2Fb%3Fc%23d/fallback/web?session=e%26f%3Dg%23h");
    CHECK(url(UiaFallback{"<script>", "\"><script>"}) == path + "%3Cscript%3E/fallback/web?session=%22%3E%3Cscript%3E");
    CHECK(url(UiaFallback{"..", "S"}) == "request auth_type: not well-formed");
    CHECK(url(UiaFallback{"m.login.sso", ""}) == "request session: empty");
    CHECK(url(UiaFallback{"m.login.sso", "\xff"}) == "request session: not UTF-8");
}

TEST_CASE("uiaFallback: SEC-03 the session is in no log line") {
    const auto request = mxwire::prepare(UiaFallback{"m.login.sso", "sentinel"}, exchange::homeserver());
    REQUIRE(request);
    CHECK(mxwire::describe(*request) == "GET " + path + "m.login.sso/fallback/web, query withheld");
}

TEST_CASE_TEMPLATE("uiaFallback: trap 17 whoever asks it gets no model", S, Owned, View, Roomy) {
    const auto outcome = [](int status, std::string_view body) {
        return Answer<mxwire::BasicUiaFallback<S>>(status, body).outcome(Show{});
    };
    CHECK(outcome(200, "<html>") == "body 200 not well-formed");
    CHECK(outcome(404, R"({"errcode":"M_UNRECOGNIZED"})") == "server 404 M_UNRECOGNIZED");
}
