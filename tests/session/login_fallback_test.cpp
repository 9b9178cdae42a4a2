// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <mxwire/session/login_fallback.hpp>

using exchange::Answer;
using exchange::Roomy;
using exchange::text;
using mxwire::LoginFallback;
using mxwire::Owned;
using mxwire::View;

namespace {

struct Show {
    std::string operator()(mxwire::EmptyResponse) const { return "an object"; }
};
std::string url(const LoginFallback& page) {
    const auto request = mxwire::prepare(page, exchange::homeserver());
    return request ? text(request->url()) : text(request.error());
}

const std::string path = "https://matrix.example.org/_matrix/static/client/login/";

} // namespace

TEST_CASE("loginFallback: L6 the page's URL, with what the login is to have") {
    CHECK(url(LoginFallback{}) == path);
    CHECK(url(LoginFallback{"KITCHEN", std::nullopt}) == path + "?device_id=KITCHEN");
    CHECK(url(LoginFallback{std::nullopt, "My & phone+"}) == path + "?initial_device_display_name=My%20%26%20phone%2B");
    CHECK(url(LoginFallback{"", "\xf0\x9f\x98\x80"}) == path + "?device_id=&initial_device_display_name=%F0%9F%98%80");
    CHECK(url(LoginFallback{"\xff", std::nullopt}) == "request device_id: not UTF-8");
}

TEST_CASE("loginFallback: every storage policy builds the same URL, without a token") {
    const std::string expected = "GET " + path + "?device_id=D\n\n";
    char buffer[256];
    const mxwire::HomeserverView server{"https://matrix.example.org"};
    CHECK(exchange::wire_or_error(mxwire::prepare_into(buffer, mxwire::LoginFallbackView{"D", std::nullopt}, server)) ==
          expected);
    CHECK(exchange::wire_or_error(mxwire::prepare(mxwire::BasicLoginFallback<Roomy>{{"D"}, std::nullopt}, server)) ==
          expected);
    CHECK(exchange::wire_or_error(mxwire::prepare(LoginFallback{"D", std::nullopt}, exchange::credentials())) ==
          expected);
}

TEST_CASE_TEMPLATE("loginFallback: whoever asks it gets no model", S, Owned, View, Roomy) {
    const auto outcome = [](int status, std::string_view body) {
        return Answer<mxwire::BasicLoginFallback<S>>(status, body).outcome(Show{});
    };
    CHECK(outcome(200, "<html>") == "body 200 not well-formed");
    CHECK(outcome(404, "<html>") == "http 404");
}
