// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <mxwire/session/redirect_to_idp.hpp>

using exchange::Answer;
using exchange::Roomy;
using exchange::text;
using mxwire::Owned;
using mxwire::RedirectToIdp;
using mxwire::SsoAction;
using mxwire::View;

namespace {

struct Show {
    std::string operator()(mxwire::EmptyResponse) const { return "an object"; }
};
template <class S> std::string outcome(int status, std::string_view body, const exchange::Headers& headers = {}) {
    return Answer<mxwire::BasicRedirectToIdp<S>>(status, body, headers).outcome(Show{});
}
std::string url(const RedirectToIdp& page) {
    const auto request = mxwire::prepare(page, exchange::homeserver());
    return request ? text(request->url()) : text(request.error());
}

const std::string path = "https://matrix.example.org/_matrix/client/v3/login/sso/redirect/";

} // namespace

// ------------------------------------------------------------------------------------------------ request

TEST_CASE("redirectToIdP: S1 S3 S7 the page's URL") {
    CHECK(url(RedirectToIdp{"oidc-github", "app://cb", {}}) == path + "oidc-github?redirectUrl=app%3A%2F%2Fcb");
    CHECK(url(RedirectToIdp{"oidc-github", "app://cb", SsoAction::register_}) ==
          path + "oidc-github?redirectUrl=app%3A%2F%2Fcb&action=register");
}

TEST_CASE("redirectToIdP: every storage policy builds the same URL, and nothing else") {
    const std::string expected = "GET " + path + "cas?redirectUrl=app%3A%2F%2Fcb\n\n";
    char buffer[256];
    const mxwire::HomeserverView server{"https://matrix.example.org"};
    CHECK(exchange::wire_or_error(
              mxwire::prepare_into(buffer, mxwire::RedirectToIdpView{"cas", "app://cb", {}}, server)) == expected);
    CHECK(exchange::wire_or_error(mxwire::prepare(mxwire::BasicRedirectToIdp<Roomy>{"cas", "app://cb", {}}, server)) ==
          expected);
    CHECK(exchange::wire_or_error(mxwire::prepare(RedirectToIdp{"cas", "app://cb", {}}, exchange::credentials())) ==
          expected);
}

TEST_CASE(
    "redirectToIdP: trap 24 SEC-10 SEC-11 the provider is one segment, and unreserved characters stay as they are") {
    CHECK(url(RedirectToIdp{"aZ09-._~", "app://cb", {}}) == path + "aZ09-._~?redirectUrl=app%3A%2F%2Fcb");
    CHECK(url(RedirectToIdp{"a/b%2Fc?d#e f", "app://cb", {}}) ==
          path + "a%2Fb%252Fc%3Fd%23e%20f?redirectUrl=app%3A%2F%2Fcb");
    CHECK(url(RedirectToIdp{"\xc3\xa9", "app://cb", {}}) == path + "%C3%A9?redirectUrl=app%3A%2F%2Fcb");
    for (const char* id : {"", ".", ".."}) CHECK(url(RedirectToIdp{id, "app://cb", {}}).rfind("request idpId", 0) == 0);
    CHECK(url(RedirectToIdp{"...", "app://cb", {}}) == path + "...?redirectUrl=app%3A%2F%2Fcb");
    CHECK(url(RedirectToIdp{"\xff", "app://cb", {}}) == "request idpId: not UTF-8");
}

TEST_CASE("redirectToIdP: what the specification says about it") {
    constexpr const mxwire::EndpointInfo& info = RedirectToIdp::info;
    CHECK(text(info.operation_id) == "redirectToIdP");
    CHECK(info.auth == mxwire::Auth::none);
    CHECK(info.rate_limited == mxwire::RateLimited::no);
}

// ------------------------------------------------------------------------------------------------ answer

TEST_CASE_TEMPLATE("redirectToIdP: S4 E11 whoever asks it gets no model", S, Owned, View, Roomy) {
    CHECK(outcome<S>(302, "", {{"Location", "https://idp.example.org/"}}) ==
          "http 302 location=https://idp.example.org/");
    CHECK(outcome<S>(404, R"({"errcode":"M_NOT_FOUND","error":"Unknown identity provider"})") ==
          "server 404 M_NOT_FOUND 'Unknown identity provider'");
    CHECK(outcome<S>(404, "<html>") == "http 404");
    CHECK(outcome<S>(200, "<html>") == "body 200 not well-formed");
}
