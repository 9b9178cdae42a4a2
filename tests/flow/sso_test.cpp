// SPDX-License-Identifier: MIT
#include "allocations.hpp"
#include "exchange.hpp"

#include <mxwire/flow/sso.hpp>

using exchange::text;
using mxwire::PendingSso;

namespace {

constexpr char page[] = "https://matrix.example.org/_matrix/client/v3/login/sso/redirect";

mxwire::Result<PendingSso> begin(std::string_view redirect_url, const char* state = "s3cret") {
    return PendingSso::begin(exchange::homeserver(), redirect_url, mxwire::Secret{state});
}
std::string said(const mxwire::Result<mxwire::Secret>& token) {
    return token ? "token " + text(*token) : text(token.error());
}
/// What comes of a callback to an attempt that begins with `redirect_url`.
std::string outcome(std::string_view redirect_url, std::string_view callback_url, const char* state = "s3cret") {
    auto pending = begin(redirect_url, state);
    if (!pending) return "begin " + text(pending.error());
    return said(pending->finish(callback_url));
}
/// What is wrong with beginning so, or the page.
std::string url(std::string_view redirect_url, const char* state = "s3cret") {
    const auto pending = begin(redirect_url, state);
    return pending ? text(pending->url()) : text(pending.error());
}

} // namespace

TEST_CASE("PendingSso: S1 S2 S5 SEC-70 the page's URL, with the state in the redirect URL's query") {
    const std::string head = std::string(page) + "?redirectUrl=";
    CHECK(url("http://127.0.0.1:7777/cb") == head + "http%3A%2F%2F127.0.0.1%3A7777%2Fcb%3Fstate%3Ds3cret");
    CHECK(url("app://cb?a=b") == head + "app%3A%2F%2Fcb%3Fa%3Db%26state%3Ds3cret");
    CHECK(url("app://cb?a=b#f?g") == head + "app%3A%2F%2Fcb%3Fa%3Db%26state%3Ds3cret%23f%3Fg");
    CHECK(url("app://cb#f") == head + "app%3A%2F%2Fcb%3Fstate%3Ds3cret%23f");
    CHECK(url("app://cb?") == head + "app%3A%2F%2Fcb%3F%26state%3Ds3cret");
    CHECK(url("app://cb", "a&b=c d") == head + "app%3A%2F%2Fcb%3Fstate%3Da%2526b%253Dc%2520d");
    // One that has it already stays as it is, under any name.
    CHECK(url("app://cb?state=s3cret&x=y") == head + "app%3A%2F%2Fcb%3Fstate%3Ds3cret%26x%3Dy");
    CHECK(url("app://cb?nonce=s%33cret") == head + "app%3A%2F%2Fcb%3Fnonce%3Ds%2533cret");
}

TEST_CASE("PendingSso: S3 S7 S9 a provider and an action, if there are any") {
    const auto of = [](const mxwire::IdpId& idp, mxwire::SsoAction action) {
        const auto pending = PendingSso::begin(exchange::homeserver(), "app://cb", "S", idp, action);
        return pending ? text(pending->url()) : text(pending.error());
    };
    const std::string query = "?redirectUrl=app%3A%2F%2Fcb%3Fstate%3DS";
    CHECK(of({}, mxwire::SsoAction::other) == page + query);
    CHECK(of({}, mxwire::SsoAction::login) == page + query + "&action=login");
    CHECK(of(mxwire::IdpId{"oidc-github"}, mxwire::SsoAction::register_) ==
          page + std::string("/oidc-github") + query + "&action=register");
    CHECK(of(mxwire::IdpId{".."}, mxwire::SsoAction::other) == "request idpId: not well-formed");
    const auto nowhere = PendingSso::begin(mxwire::Homeserver{"http://example.org"}, "app://cb", "S");
    REQUIRE_FALSE(nowhere);
    CHECK(text(nowhere.error()) == "request base_url: plain http to another machine needs allow_insecure_http");
}

TEST_CASE("PendingSso: S3 trap 24 trap 25 a redirect URL that would not come back as it is") {
    struct Row {
        std::string redirect_url, why;
    };
    const Row rows[] = {
        {"", "not an absolute URL"},
        {"/cb", "not an absolute URL"},
        {"cb", "not an absolute URL"},
        {"//x/cb", "not an absolute URL"},
        {":cb", "not an absolute URL"},
        {"1a:cb", "not an absolute URL"},
        {"a b:cb", "not an absolute URL"},
        {"#a:b", "not an absolute URL"},
        {"https://", "has no host"},
        {"https:///cb", "has no host"},
        {"https:cb", "has no host"},
        {"https://:443/cb", "has no host"},
        {"https://:8443/cb", "has no host"},
        {"https://user@x/cb", "has userinfo"},
        {"https://user:pw@x/cb", "has userinfo"},
        {"https://x\\y/cb", "has a backslash"},
        {"https://x/\\y", "has a backslash"},
        {"https://x/\xc3\xa9", "not printable ASCII"},
        {"https://x/?a=\xc3\xa9", "not printable ASCII"},
        {"https://x/\r\n", "not printable ASCII"},
        {"https://x/\t", "not printable ASCII"},
        {"https://x/%", "not well-formed"},
        {"https://x/?a=%4", "not well-formed"},
        {"https://x/?%zz=1", "not well-formed"},
        {"https://x/?a=%ff", "not well-formed"},
        {"https://x/?a=%00", "not well-formed"},
        {"https://x/?loginToken=old", "has a loginToken"},
        {"https://x/?loginToken", "has a loginToken"},
        {"https://x/?a=b&login%54oken=old", "has a loginToken"},
        {"https://x/?state=other", "has another state"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.redirect_url);
        CHECK(url(row.redirect_url) == "request redirect_url: " + row.why);
    }
    CHECK(url("app://cb", "") == "request state: empty, or no text");
    CHECK(url("app://cb", "\xff") == "request state: empty, or no text");
    for (const char* good : {"https://x", "https://x?<ab c>&q\"+%3D%2B\"=f", "com.example.app:/cb", "a+-.1:x",
                             "https://x/?LoginToken=a#loginToken=b", "https://x/?a=%C3%A9"}) {
        CAPTURE(good);
        CHECK(begin(good));
    }
}

TEST_CASE("PendingSso: S3 S9 SEC-72 the login token of a callback") {
    CHECK(outcome("http://127.0.0.1:7777/cb", "http://127.0.0.1:7777/cb?state=s3cret&loginToken=syl_abc") ==
          "token syl_abc");
    CHECK(outcome("app://cb", "app://cb?loginToken=a&state=s3cret") == "token a");
    // decoded once
    CHECK(outcome("app://cb", "app://cb?state=s3cret&loginToken=a%2Bb%3D%253D+c%C3%A9") == "token a+b=%3D c\xc3\xa9");
    CHECK(outcome("app://cb", "app://cb?state=s3cret&login%54oken=a") == "token a");
    CHECK(outcome("app://cb", "app://cb?state=s3cret&loginToken=a=b") == "token a=b");
    CHECK(outcome("app://cb", "app://cb?state=s3cret&&loginToken=a&") == "token a");
    CHECK(outcome("app://cb?", "app://cb?state=s3cret&loginToken=a") == "token a");
    // parameters that nobody asked for change nothing
    CHECK(outcome("app://cb", "app://cb?x=y&state=s3cret&loginToken=a") == "token a");
    CHECK(outcome("app://cb#f", "app://cb?state=s3cret&loginToken=a#f") == "token a");
    CHECK(outcome("app://cb", "app://cb?state=s3cret&loginToken=a#_=_") == "token a");
    // a state that is not plain text
    CHECK(outcome("app://cb", "app://cb?state=a%26b%3Dc%20d&loginToken=t", "a&b=c d") == "token t");
    CHECK(outcome("app://cb", "app://cb?state=a%26b%3Dc+d&loginToken=t", "a&b=c d") == "token t");
}

TEST_CASE("PendingSso: S5 S6 trap 25 servers write the query anew, so it is compared decoded") {
    const std::string_view redirect_url = "https://x/?<ab c>&q\"+%3D%2B\"=\"f%C3%B6%26=o\"";
    CHECK(outcome(redirect_url,
                  "https://x/?%3Cab+c%3E=&q%22+%3D%2B%22=%22f%C3%B6%26%3Do%22&state=s3cret&loginToken=a") == "token a");
    CHECK(outcome(redirect_url,
                  "https://x/?%3Cab%20c%3E&q%22%20%3D%2B%22=%22f%c3%b6%26%3Do%22&loginToken=a&state=s3cret") ==
          "token a");
    CHECK(outcome(redirect_url, "https://x/?%3Cab+c%3E=&q%22+%3D%2B%22=other&state=s3cret&loginToken=a") ==
          "request callback_url: not the redirect URL");
    CHECK(outcome(redirect_url, "https://x/?state=s3cret&loginToken=a") ==
          "request callback_url: not the redirect URL");
    // one name, several values: all of them, in their order
    CHECK(outcome("app://cb?a=1&a=2", "app://cb?a=1&a=2&state=s3cret&loginToken=t") == "token t");
    CHECK(outcome("app://cb?a=1&a=2", "app://cb?a=2&a=1&state=s3cret&loginToken=t") ==
          "request callback_url: not the redirect URL");
    CHECK(outcome("app://cb?a=1", "app://cb?a=1&a=1&state=s3cret&loginToken=t") ==
          "request callback_url: not the redirect URL");
}

TEST_CASE("PendingSso: SEC-72 a login token that is missing, empty, mangled or there twice") {
    const std::string head = "app://cb?state=s3cret";
    CHECK(outcome("app://cb", head) == "request loginToken: missing");
    CHECK(outcome("app://cb", head + "#loginToken=a") == "request loginToken: missing");
    CHECK(outcome("app://cb", head + "&logintoken=a") == "request loginToken: missing");
    CHECK(outcome("app://cb", head + "&loginToken=") == "request loginToken: empty");
    CHECK(outcome("app://cb", head + "&loginToken") == "request loginToken: empty");
    CHECK(outcome("app://cb", head + "&loginToken=a&loginToken=b") == "request loginToken: given twice");
    CHECK(outcome("app://cb", head + "&loginToken=a&loginToken=a") == "request loginToken: given twice");
    CHECK(outcome("app://cb", head + "&loginToken=a&login%54oken=") == "request loginToken: given twice");
    for (const char* mangled : {"%", "a%2", "%zz", "%00", "%ff", "%C3", "%ED%A0%80", "\xff"}) {
        CAPTURE(mangled);
        CHECK(outcome("app://cb", head + "&loginToken=" + mangled) == "request callback_url: not well-formed");
    }
    CHECK(outcome("app://cb", head + "&x=%&loginToken=a") == "request callback_url: not well-formed");
}

TEST_CASE("PendingSso: S5 SEC-70 a callback without the state of this attempt is refused") {
    CHECK(outcome("app://cb", "app://cb?loginToken=a") == "request state: not of this login");
    CHECK(outcome("app://cb", "app://cb?state=other&loginToken=a") == "request state: not of this login");
    CHECK(outcome("app://cb", "app://cb?state=s3cre&loginToken=a") == "request state: not of this login");
    CHECK(outcome("app://cb", "app://cb?state=S3CRET&loginToken=a") == "request state: not of this login");
    CHECK(outcome("app://cb", "app://cb?State=s3cret&loginToken=a") == "request state: not of this login");
    CHECK(outcome("app://cb", "app://cb?state=s3cret&state=s3cret&loginToken=a") == "request state: not of this login");
    CHECK(outcome("app://cb", "app://cb?state=s3cret&state=other&loginToken=a") == "request state: not of this login");
    CHECK(outcome("app://cb", "app://cb#state=s3cret&loginToken=a") == "request state: not of this login");
    CHECK(outcome("app://cb?nonce=s3cret", "app://cb?nonce=x&loginToken=a") == "request state: not of this login");
    CHECK(outcome("app://cb?nonce=s3cret", "app://cb?nonce=s3cret&loginToken=a") == "token a");
}

TEST_CASE("PendingSso: SEC-73 a callback to another place is refused") {
    const auto came = [](std::string_view redirect_url, std::string_view place) {
        return outcome(redirect_url, std::string(place) + "?state=s3cret&loginToken=a");
    };
    const std::string_view wide = "https://x.org/cb";
    CHECK(came(wide, wide) == "token a");
    // what a browser makes of it
    CHECK(came(wide, "HTTPS://X.org:443/cb") == "token a");
    CHECK(came("HTTP://X.ORG:80", "http://x.org/") == "token a");
    CHECK(came("https://x.org/a b", "https://x.org/a%20b") == "token a");
    CHECK(came("https://x.org/a+b", "https://x.org/a+b") == "token a");
    CHECK(came("app://cb", "app://cb") == "token a");
    CHECK(came("com.example.app:/cb", "com.example.app:/cb") == "token a");
    for (const char* place : {"http://x.org/cb", "https://y.org/cb", "https://x.org:444/cb", "https://x.org/CB",
                              "https://x.org/cb/", "https://x.org/", "https://x.org/cb/../cb", "https://x.org@y/cb",
                              "https://x.org.evil/cb", "/cb", "", "cb", "https://x.org:80/cb", "https://x.org/c%62%"}) {
        CAPTURE(place);
        CHECK(came(wide, place) == "request callback_url: not the redirect URL");
    }
    CHECK(came("app://x:80/cb", "app://x/cb") == "request callback_url: not the redirect URL");
    CHECK(came("app://cb", "app:cb") == "request callback_url: not the redirect URL");
    CHECK(came("app://cb", "app://cb/") == "request callback_url: not the redirect URL");
    CHECK(came("https://x.org/a+b", "https://x.org/a%20b") == "request callback_url: not the redirect URL");
}

TEST_CASE("PendingSso: S5 SEC-78 an attempt ends with its own callback, and with no other") {
    auto pending = begin("app://cb");
    REQUIRE(pending);
    CHECK(said(pending->finish("app://cb?state=other&loginToken=evil")) == "request state: not of this login");
    CHECK(said(pending->finish("app://other?state=s3cret&loginToken=evil")) ==
          "request callback_url: not the redirect URL");
    CHECK_FALSE(pending->is_finished());
    CHECK(said(pending->finish("app://cb?state=s3cret&loginToken=good")) == "token good");
    CHECK(pending->is_finished());
    CHECK(said(pending->finish("app://cb?state=s3cret&loginToken=good")) == "request state: this login has finished");
    CHECK(said(pending->finish("app://cb?state=&loginToken=good")) == "request state: this login has finished");
    CHECK(pending->url().empty());
    CHECK(pending->save().empty());

    auto tampered = begin("app://cb");
    REQUIRE(tampered);
    CHECK(said(tampered->finish("app://cb?state=s3cret&loginToken=a&loginToken=b")) ==
          "request loginToken: given twice");
    CHECK(said(tampered->finish("app://cb?state=s3cret&loginToken=a")) == "request state: this login has finished");
}

TEST_CASE("PendingSso: SEC-71 SEC-100 what is saved can be restored, and nothing else can") {
    const mxwire::Homeserver server{"http://matrix.example.org/chat/", mxwire::allow_insecure_http};
    const auto begun = PendingSso::begin(server, "app://cb?a=b", "s3cret", mxwire::IdpId{"cas"});
    REQUIRE(begun);
    const std::string saved(begun->save().expose());
    auto restored = PendingSso::restore(saved);
    REQUIRE(restored);
    CHECK(text(restored->url()) == text(begun->url()));
    CHECK(text(restored->server().base_url()) == "http://matrix.example.org/chat");
    CHECK(said(restored->finish("app://cb?a=b&state=s3cret&loginToken=t")) == "token t");

    const auto changed = [&](std::string_view from, std::string_view to) {
        std::string broken = saved;
        const std::size_t at = broken.find(from);
        REQUIRE(at != std::string::npos);
        broken.replace(at, from.size(), to);
        const auto again = PendingSso::restore(broken);
        return again ? "restored" : text(again.error());
    };
    const std::string refused = "request saved: not a login of this version";
    CHECK(changed("{", " {") == "restored");
    CHECK(changed("\"version\":1", "\"version\":2") == refused);
    CHECK(changed("\"version\":1,", "") == refused);
    CHECK(changed("\"base_url\":\"http://", "\"base_url\":\"ftp://") == refused);
    CHECK(changed("\"base_url\":\"http://matrix", "\"base_url\":\"http://evil") == refused);
    CHECK(changed("\"state\":\"s3cret\"", "\"state\":\"other\"") == refused);
    CHECK(changed("\"state\":\"s3cret\"", "\"state\":\"\"") == refused);
    CHECK(changed("\"redirect_url\":\"app:", "\"redirect_url\":\"app") == refused);
    CHECK(changed("}", "") == refused);
    CHECK(changed("}", "}}") == refused);
    for (const char* none : {"", "{}", "null", "[]"}) CHECK_FALSE(PendingSso::restore(none));
}

TEST_CASE("PendingSso: SEC-80 no error says what the callback or the state is") {
    for (const char* callback : {"app://cb?state=sentinel&loginToken=sentinel", "sentinel://cb?sentinel=%"}) {
        auto pending = begin("app://cb?a=sentinel");
        REQUIRE(pending);
        const auto token = pending->finish(callback);
        REQUIRE_FALSE(token);
        CHECK(mxwire::describe(token.error()).find("sentinel") == std::string::npos);
        CHECK(token.error().stage == mxwire::Stage::request);
    }
}

TEST_CASE("PendingSso: SEC-78 SEC-82 neither the state nor a token stays in memory that is freed") {
    const std::string state = "sentinel_state_that_is_longer_than_any_small_string",
                      token = "sentinel_token_that_is_longer_than_any_small_string";
    const std::string callback = "app://cb?state=" + state + "&loginToken=" + token;
    const std::string mangled = callback + '%';
    const allocations::FreedBlocks freed("sentinel_");
    {
        auto pending = PendingSso::begin(exchange::homeserver(), "app://cb?a=b", mxwire::Secret{state.c_str()});
        REQUIRE(pending);
        auto restored = PendingSso::restore(pending->save().expose());
        REQUIRE(restored);
        CHECK_FALSE(restored->finish("app://cb?a=b&state=x" + std::string("&loginToken=x")));
        CHECK_FALSE(restored->finish(mangled));
        CHECK_FALSE(restored->finish(callback)); // without the other parameter
    }
    {
        auto pending = PendingSso::begin(exchange::homeserver(), "app://cb", mxwire::Secret{state.c_str()});
        REQUIRE(pending);
        CHECK(pending->finish(callback));
    }
    CHECK(freed.blocks() != 0);
    CHECK(freed.with_text() == 0);
}
