// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <mxwire/session/redirect_to_sso.hpp>

using exchange::Answer;
using exchange::Roomy;
using exchange::text;
using mxwire::Owned;
using mxwire::RedirectToSso;
using mxwire::SsoAction;
using mxwire::View;

namespace {

struct Show {
    std::string operator()(mxwire::EmptyResponse) const { return "an object"; }
};
template <class S> std::string outcome(int status, std::string_view body, const exchange::Headers& headers = {}) {
    return Answer<mxwire::BasicRedirectToSso<S>>(status, body, headers).outcome(Show{});
}
std::string url(const RedirectToSso& page) {
    const auto request = mxwire::prepare(page, exchange::homeserver());
    return request ? text(request->url()) : text(request.error());
}

constexpr char path[] = "https://matrix.example.org/_matrix/client/v3/login/sso/redirect";

} // namespace

// ------------------------------------------------------------------------------------------------ request

TEST_CASE("redirectToSSO: S1 S7 S9 S11 the page's URL, with the action that OAuth-aware clients send") {
    CHECK(url(RedirectToSso{"app://cb", {}}) == std::string(path) + "?redirectUrl=app%3A%2F%2Fcb");
    CHECK(url(RedirectToSso{"app://cb", SsoAction::login}) ==
          std::string(path) + "?redirectUrl=app%3A%2F%2Fcb&action=login");
    CHECK(url(RedirectToSso{"app://cb", SsoAction::register_}) ==
          std::string(path) + "?redirectUrl=app%3A%2F%2Fcb&action=register");
    RedirectToSso other{"app://cb", {}};
    other.action = mxwire::OpenEnum<SsoAction, std::string>{"org.example.x y"};
    CHECK(url(other) == std::string(path) + "?redirectUrl=app%3A%2F%2Fcb&action=org.example.x%20y");
}

TEST_CASE("redirectToSSO: every storage policy builds the same URL, and nothing else") {
    const std::string expected = "GET " + std::string(path) + "?redirectUrl=app%3A%2F%2Fcb&action=login\n\n";
    char buffer[256];
    const mxwire::HomeserverView server{"https://matrix.example.org"};
    CHECK(exchange::wire_or_error(mxwire::prepare_into(buffer, mxwire::RedirectToSsoView{"app://cb", SsoAction::login},
                                                       server)) == expected);
    CHECK(exchange::wire_or_error(
              mxwire::prepare(mxwire::BasicRedirectToSso<Roomy>{"app://cb", SsoAction::login}, server)) == expected);
    // T6 SEC-03 SEC-04: a browser gets no token
    CHECK(exchange::wire_or_error(
              mxwire::prepare(RedirectToSso{"app://cb", SsoAction::login}, exchange::credentials())) == expected);
}

TEST_CASE("redirectToSSO: S2 B3 SEC-12 SEC-14 the redirect URL is one query value, encoded once") {
    CHECK(url(RedirectToSso{"https://x?<ab c>&q\"+%3D%2B\"=f=o", {}}) ==
          std::string(path) + "?redirectUrl=https%3A%2F%2Fx%3F%3Cab%20c%3E%26q%22%2B%253D%252B%22%3Df%3Do");
    CHECK(url(RedirectToSso{"http://127.0.0.1:7777/cb?a=b#c;\xc3\xa9", {}}) ==
          std::string(path) + "?redirectUrl=http%3A%2F%2F127.0.0.1%3A7777%2Fcb%3Fa%3Db%23c%3B%C3%A9");
    CHECK(url(RedirectToSso{"app://\xff", {}}) == "request redirectUrl: not UTF-8");
}

TEST_CASE("redirectToSSO: what the specification says about it") {
    constexpr const mxwire::EndpointInfo& info = RedirectToSso::info;
    CHECK(text(info.operation_id) == "redirectToSSO");
    CHECK(info.auth == mxwire::Auth::none);
    CHECK(info.rate_limited == mxwire::RateLimited::no);
}

// ------------------------------------------------------------------------------------------------ answer

TEST_CASE_TEMPLATE("redirectToSSO: E11 SEC-63 S8 trap 23 trap 24 whoever asks it gets no model", S, Owned, View,
                   Roomy) {
    const exchange::Headers idp{{"Location", "https://idp.example.org/auth?x=1"}};
    CHECK(outcome<S>(302, "", idp) == "http 302 location=https://idp.example.org/auth?x=1");
    CHECK(outcome<S>(303, "<html>", idp) == "http 303 location=https://idp.example.org/auth?x=1");
    CHECK(outcome<S>(302, "", {{"location", "/_synapse/client/pick_idp?redirectUrl=x"}}) ==
          "http 302 location=/_synapse/client/pick_idp?redirectUrl=x");
    CHECK(outcome<S>(200, "<html>Choose</html>") == "body 200 not well-formed");
    CHECK(outcome<S>(503, "<html>") == "http 503");
    CHECK(outcome<S>(400, R"({"errcode":"M_MISSING_PARAM","error":"No redirectUrl"})") ==
          "server 400 M_MISSING_PARAM 'No redirectUrl'");
    CHECK(outcome<S>(400, R"({"errcode":"M_UNRECOGNIZED"})") == "server 400 M_UNRECOGNIZED");
}
