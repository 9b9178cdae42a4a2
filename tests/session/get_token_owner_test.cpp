// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <mxwire/session/get_token_owner.hpp>

using exchange::Answer;
using exchange::Roomy;
using exchange::text;
using mxwire::Fixed;
using mxwire::Owned;
using mxwire::View;

namespace {

struct Show {
    template <class S> std::string operator()(const mxwire::BasicTokenOwner<S>& owner) const {
        return text(owner.user_id) + ' ' + text(owner.device_id) + ' ' + text(owner.is_guest);
    }
};
template <class S> std::string outcome(int status, std::string_view body) {
    return Answer<mxwire::BasicGetTokenOwner<S>>(status, body).outcome(Show{});
}
std::string request_with(const mxwire::Credentials& credentials) {
    return exchange::wire_or_error(mxwire::prepare(mxwire::GetTokenOwner{}, credentials));
}

constexpr char request_line[] = "GET https://matrix.example.org/_matrix/client/v3/account/whoami\n";

} // namespace

// ------------------------------------------------------------------------------------------------ request

TEST_CASE("getTokenOwner: the request, byte for byte") {
    CHECK(request_with(exchange::credentials()) == std::string(request_line) + "Authorization: Bearer abc123\n\n");
}

TEST_CASE("getTokenOwner: every storage policy builds the same request") {
    const std::string expected = request_with(exchange::credentials());
    const mxwire::HomeserverView server{"https://matrix.example.org"};
    char buffer[256];

    const mxwire::CredentialsView view{server, mxwire::SecretView{"abc123"}};
    CHECK(exchange::wire_or_error(mxwire::prepare_into(buffer, mxwire::GetTokenOwnerView{}, view)) == expected);
    CHECK(exchange::wire_or_error(mxwire::prepare(mxwire::BasicGetTokenOwner<Roomy>{}, view)) == expected);
    const auto owned = exchange::credentials();
    CHECK(exchange::wire_or_error(mxwire::prepare_into(buffer, mxwire::GetTokenOwner{}, owned)) == expected);
}

TEST_CASE("getTokenOwner: T1 T2 SEC-03 SEC-04 the token stands in one sensitive header, and nowhere else") {
    const auto request = mxwire::prepare(mxwire::GetTokenOwner{}, exchange::credentials("syt_sentinel"));
    REQUIRE(request);
    CHECK(request->headers().size() == 1);
    for (const mxwire::Header& header : request->headers()) {
        CHECK(text(header.name) == "Authorization");
        CHECK(text(header.value) == "Bearer syt_sentinel");
        CHECK(header.sensitive);
    }
    CHECK(request->url().find("syt_sentinel") == std::string_view::npos);
    CHECK(request->url().find("access_token") == std::string_view::npos);
    CHECK(request->body().empty());
    CHECK_FALSE(request->has_body());
}

TEST_CASE("getTokenOwner: T3 SEC-02 a token is opaque, any visible ASCII passes as it is") {
    std::string visible;
    for (char c = 0x21; c < 0x7f; ++c) visible += c;
    const std::string tokens[] = {
        "a",
        visible,
        "a b",
        "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl==",
        "MDAxYmxvY2F0aW9uIGxvY2FsaG9zdAo",
        "Bearer x",
        std::string(900, 'x'),
        std::string(1100, 'y'),
        std::string(100000, 'z'),
    };
    for (const std::string& token : tokens) {
        CAPTURE(token.size());
        CHECK(request_with(exchange::credentials(token)) ==
              std::string(request_line) + "Authorization: Bearer " + token + "\n\n");
    }
}

TEST_CASE(
    "getTokenOwner: T3 SEC-01 SEC-02 a token that cannot stand in a header is refused, and nothing of it is said") {
    using namespace std::string_literals;
    const std::string tokens[] = {
        ""s,
        " "s,
        "\t"s,
        "abc "s,
        " abc"s,
        "abc\t"s,
        "\tabc"s,
        "a\tb"s,
        "abc\r\nX: 1"s,
        "abc\n"s,
        "abc\r"s,
        "\nabc"s,
        "abc\0"s,
        "a\0bc"s,
        "\0"s,
        "abc\x7f"s,
        "abc\x01"s,
        "abc\x1b[0m"s,
        "abc\x80"s,
        "abc\xff"s,
        "t\xc3\xb6ken"s,
        "abc\xe2\x80\xa8"s,
        std::string(2000, 'x') + '\n',
    };
    for (const std::string& token : tokens) {
        CAPTURE(token);
        const auto request = mxwire::prepare(mxwire::GetTokenOwner{}, exchange::credentials(token));
        REQUIRE_FALSE(request);
        CHECK(text(request.error()) == "request access_token: the access token is empty or cannot stand in a header");
        CHECK(mxwire::describe(request.error()) ==
              "getTokenOwner: request not built, access_token: the access token is empty or cannot stand in a header");

        char buffer[4096];
        for (char& c : buffer) c = '\0';
        const mxwire::CredentialsView view{mxwire::HomeserverView{"https://matrix.example.org"},
                                           std::string_view{token}};
        CHECK_FALSE(mxwire::prepare_into(buffer, mxwire::GetTokenOwner{}, view));
        CHECK(std::string_view(buffer, sizeof buffer).find_first_not_of('\0') == std::string_view::npos);
    }
}

TEST_CASE("getTokenOwner: SEC-01 a hostile token of a 200 is read as it is, and refused when it is to be sent") {
    const Answer<mxwire::GetTokenOwner> answer(200, R"({"user_id":"abc\r\nX-Injected: 1"})");
    REQUIRE(answer);
    CHECK(answer->user_id == "abc\r\nX-Injected: 1");
    CHECK(request_with(exchange::credentials(answer->user_id)) ==
          "request access_token: the access token is empty or cannot stand in a header");
}

TEST_CASE("getTokenOwner: A2 A3 SEC-07 W2 masquerading is sent when asked, encoded") {
    struct Row {
        std::optional<std::string> user_id, device_id;
        std::string query;
    };
    const Row rows[] = {
        {std::nullopt, std::nullopt, ""},
        {"@_irc_bob:example.org", std::nullopt, "?user_id=%40_irc_bob%3Aexample.org"},
        {std::nullopt, "GHTYAJCE", "?device_id=GHTYAJCE"},
        {"@_irc_bob:example.org", "A B", "?user_id=%40_irc_bob%3Aexample.org&device_id=A%20B"},
        // SEC-12
        {"@a&b=c+d#e%f;g h'i\"j:x", std::nullopt, "?user_id=%40a%26b%3Dc%2Bd%23e%25f%3Bg%20h%27i%22j%3Ax"},
        {"@\xc3\xa9:x", "\xf0\x9f\x98\x80", "?user_id=%40%C3%A9%3Ax&device_id=%F0%9F%98%80"},
        {"..", "-._~", "?user_id=..&device_id=-._~"},
    };
    for (const Row& row : rows) {
        mxwire::Credentials credentials = exchange::credentials("as_token");
        credentials.user_id = row.user_id;
        credentials.device_id = row.device_id;
        CHECK(request_with(credentials) == "GET https://matrix.example.org/_matrix/client/v3/account/whoami" +
                                               row.query + "\nAuthorization: Bearer as_token\n\n");
    }
}

TEST_CASE("getTokenOwner: SEC-14 a masqueraded user or device that is not UTF-8 is refused by its name") {
    mxwire::Credentials credentials = exchange::credentials();
    credentials.user_id = "@\xff:x";
    CHECK(request_with(credentials) == "request user_id: not UTF-8");
    credentials.user_id = std::nullopt;
    credentials.device_id = "\xed\xa0\x80";
    CHECK(request_with(credentials) == "request device_id: not UTF-8");
}

TEST_CASE("getTokenOwner: SEC-05 SEC-15 the request goes to the homeserver of the token, or nowhere") {
    mxwire::Credentials credentials = exchange::credentials();
    credentials.server = mxwire::Homeserver{"https://other.example.net:8448/prefix/"};
    CHECK(request_with(credentials) == "GET https://other.example.net:8448/prefix/_matrix/client/v3/account/whoami\n"
                                       "Authorization: Bearer abc123\n\n");
    credentials.server = mxwire::Homeserver{"https://user:secret@example.org"};
    CHECK(request_with(credentials) == "request base_url: the base URL has userinfo");
    credentials.server = mxwire::Homeserver{"http://example.org"};
    CHECK(request_with(credentials) == "request base_url: plain http to another machine needs allow_insecure_http");
    credentials.server = mxwire::Homeserver{""};
    CHECK(request_with(credentials) == "request base_url: the base URL is empty");
}

TEST_CASE("getTokenOwner: what the specification says about it") {
    constexpr const mxwire::EndpointInfo& info = mxwire::GetTokenOwner::info;
    CHECK(text(info.operation_id) == "getTokenOwner");
    CHECK(info.auth == mxwire::Auth::required);
    CHECK(info.rate_limited == mxwire::RateLimited::yes);
    CHECK(info.masquerade == mxwire::Masquerade::yes);
}

// ------------------------------------------------------------------------------------------------ answer

TEST_CASE_TEMPLATE("getTokenOwner: W1 SEC-41 what a 200 says", S, Owned, View, Roomy) {
    struct Row {
        std::string body;
        std::string outcome; // user_id device_id is_guest
    };
    const Row rows[] = {
        // the specification's example
        {R"({"user_id":"@joe:example.org","device_id":"ABC1234"})", "@joe:example.org ABC1234 -"},
        // trap 6: Synapse, its application services, its guests
        {R"({"user_id":"@joe:example.org","device_id":"ABC1234","is_guest":false})", "@joe:example.org ABC1234 false"},
        {R"({"user_id":"@_irc_bob:example.org","is_guest":false})", "@_irc_bob:example.org - false"},
        {R"({"user_id":"@1:example.org","is_guest":true,"device_id":"guest_device"})",
         "@1:example.org guest_device true"},
        // trap 6: Dendrite, with the bare localpart of an application service
        {R"({"user_id":"_irc_bot","device_id":"AS_Device"})", "_irc_bot AS_Device -"},
        {R"({"user_id":"@a:b","device_id":null})", "@a:b - -"},
        // J1: what is not known is no error
        {R"({"org.example":{"a":[1,2,{}]},"user_id":"@a:b","x":null})", "@a:b - -"},
        // J3, J4: a wrong optional member is absent
        {R"({"user_id":"@a:b","device_id":7,"is_guest":"true"})", "@a:b - -"},
        {R"({"user_id":"@a:b","device_id":["D"],"is_guest":1})", "@a:b - -"},
        {R"({"user_id":"@a:b","device_id":{"a":"D"},"is_guest":null})", "@a:b - -"},
        // SEC-41: case and odd characters are kept (I2)
        {R"({"user_id":"@UPPER Case=/+!:Example.ORG:8448"})", "@UPPER Case=/+!:Example.ORG:8448 - -"},
        {R"({"user_id":"@\u00e9\ud83d\ude00\"\\\/:x"})", "@\xc3\xa9\xf0\x9f\x98\x80\"\\/:x - -"},
        {R"({"user_id":"@:x"})", "@:x - -"},
        // a key may be escaped, and whitespace stand anywhere
        {"{\"\\u0075ser_id\"\n:\t\"@a:b\" ,\r\n\"device\\u005fid\" : \"D\" } \n", "@a:b D -"},
        {"\xef\xbb\xbf{\"user_id\":\"@a:b\"}", "@a:b - -"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);
        CHECK(outcome<S>(200, row.body) == row.outcome);
    }
}

TEST_CASE_TEMPLATE("getTokenOwner: SEC-34 a missing or wrong user_id is named, its value is not", S, Owned, View,
                   Roomy) {
    struct Row {
        std::string body;
        std::string outcome;
    };
    const Row rows[] = {
        {R"({})", "body 200 user_id: missing"},
        {R"({"device_id":"ABC1234"})", "body 200 user_id: missing"},
        {R"({"user_id":null,"device_id":"D"})", "body 200 user_id: missing"},
        {R"({"user_id":5})", "body 200 user_id: wrong type"},
        {R"({"user_id":-0.5e3})", "body 200 user_id: wrong type"},
        {R"({"user_id":true})", "body 200 user_id: wrong type"},
        {R"({"user_id":["@sentinel:x"]})", "body 200 user_id: wrong type"},
        {R"({"user_id":{"user_id":"@sentinel:x"}})", "body 200 user_id: wrong type"},
        {R"({"USER_ID":"@sentinel:x"})", "body 200 user_id: missing"},
        {R"({"user_id ":"@sentinel:x"})", "body 200 user_id: missing"},
        // SEC-37: twice, in any spelling
        {R"({"user_id":"@a:b","user_id":"@sentinel:x"})", "body 200 user_id: given twice"},
        {R"({"user_id":"@a:b","\u0075ser_id":"@a:b"})", "body 200 user_id: given twice"},
        {R"({"user_id":"@a:b","device_id":"D","device_id":"E"})", "body 200 device_id: given twice"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);
        CHECK(outcome<S>(200, row.body) == row.outcome);
    }
}

TEST_CASE_TEMPLATE("getTokenOwner: E4 SEC-32 SEC-33 SEC-38 what is not a JSON object is an error under 200", S, Owned,
                   View, Roomy) {
    using namespace std::string_literals;
    const std::string bodies[] = {
        ""s,
        " "s,
        "null"s,
        "[]"s,
        "\"@a:b\""s,
        "<html><body>@a:b</body></html>"s,
        "<!DOCTYPE html>{\"user_id\":\"@a:b\"}"s,
        "{\"user_id\":\"@a:b\""s,
        "{\"user_id\":\"@a:b}"s,
        "{\"user_id\":\"@a:b\"}}"s,
        "{\"user_id\":\"@a:b\"}{}"s,
        "{\"user_id\":\"@a:b\"} // }"s,
        "{\"user_id\":\"@a:b\",}"s,
        "{'user_id':'@a:b'}"s,
        "{user_id:\"@a:b\"}"s,
        "{\"user_id\":\"@a:b\",\"x\":01}"s,
        "{\"user_id\":\"@a:b\",\"x\":NaN}"s,
        "{\"user_id\":\"@a:b\",\"x\":0x1}"s,
        "{\"user_id\":\"@a:b\n\"}"s,
        "{\"user_id\":\"@a:b\"}\0"s,
        "{\"user_id\":\"@a:b\"}\0garbage}"s,
        "\0{\"user_id\":\"@a:b\"}"s,
        "{\"user_id\":\"@a\0b\"}"s,
        "{\"user_id\":\"@\xff:b\"}"s,
        "{\"user_id\":\"@\xc0\xaf:b\"}"s,
        "{\"user_id\":\"@\xed\xa0\x80:b\"}"s,
        "{\"user_id\":\"@\\ud800:b\"}"s,
        "{\"user_id\":\"@\\udc00\\ud800:b\"}"s,
        "{\"user_id\":\"@a:b\",\"x\":\"\xf8\"}"s,
    };
    for (const std::string& body : bodies) {
        CAPTURE(body);
        const Answer<mxwire::BasicGetTokenOwner<S>> answer(200, body);
        REQUIRE_FALSE(answer);
        CHECK(answer.error().stage == mxwire::Stage::body);
        CHECK(answer.error().code.empty());
        CHECK(mxwire::describe(answer.error()).find("@a") == std::string::npos); // SEC-81
    }
}

TEST_CASE_TEMPLATE("getTokenOwner: W3 W4 W5 W7 W8 O10 what servers answer instead", S, Owned, View, Roomy) {
    struct Row {
        int status;
        std::string body;
        std::string outcome;
    };
    const Row rows[] = {
        // the specification's examples
        {401, R"({"errcode":"M_UNKNOWN_TOKEN","error":"Unrecognised access token."})",
         "server 401 M_UNKNOWN_TOKEN 'Unrecognised access token.'"},
        {403, R"({"errcode":"M_FORBIDDEN","error":"Application service has not registered this user."})",
         "server 403 M_FORBIDDEN 'Application service has not registered this user.'"},
        {429, R"({"errcode":"M_LIMIT_EXCEEDED","error":"Too many requests","retry_after_ms":2000})",
         "server 429 M_LIMIT_EXCEEDED 'Too many requests' retry 2000"},
        // T4, T5, F11
        {401, R"({"errcode":"M_UNKNOWN_TOKEN","error":"Invalid access token passed.","soft_logout":false})",
         "server 401 M_UNKNOWN_TOKEN 'Invalid access token passed.' hard"},
        {401, R"({"soft_logout":true,"errcode":"M_UNKNOWN_TOKEN","error":"Access token has expired"})",
         "server 401 M_UNKNOWN_TOKEN 'Access token has expired' soft"},
        {401, R"({"errcode":"M_MISSING_TOKEN","error":"Mixing Authorization headers and query parameters."})",
         "server 401 M_MISSING_TOKEN 'Mixing Authorization headers and query parameters.'"},
        // E7
        {401, R"({"errcode":"M_USER_LOCKED","error":"User account has been locked","soft_logout":true})",
         "server 401 M_USER_LOCKED 'User account has been locked' soft"},
        // W3, A3
        {400, R"({"errcode":"M_UNKNOWN_DEVICE","error":"no"})", "server 400 M_UNKNOWN_DEVICE 'no'"},
        {400, R"({"errcode":"ORG.MATRIX.MSC4326.M_UNKNOWN_DEVICE","error":"no"})",
         "server 400 ORG.MATRIX.MSC4326.M_UNKNOWN_DEVICE 'no'"},
        // W7: not a challenge, not a token error
        {401, R"({"errcode":"M_FORBIDDEN","error":"Insufficient scope"})",
         "server 401 M_FORBIDDEN 'Insufficient scope'"},
        // W8
        {503, R"({"errcode":"M_UNKNOWN","error":"Unable to introspect the access token"})",
         "server 503 M_UNKNOWN 'Unable to introspect the access token'"},
        {401, "", "http 401"},
        {401, "<h1>Authorization Required</h1>", "http 401"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);
        CHECK(outcome<S>(row.status, row.body) == row.outcome);
    }
}

TEST_CASE("getTokenOwner: a View of a read-only body cannot hold escapes, and says so") {
    const std::string plain = R"({"user_id":"@a:b","is_guest":true})";
    const auto owner = mxwire::parse<mxwire::GetTokenOwnerView>(200, plain);
    REQUIRE(owner);
    CHECK(owner->user_id.data() == plain.data() + 12);
    CHECK(owner->is_guest);

    const std::string escaped = R"({"user_id":"@\u0061:b"})";
    const auto refused = mxwire::parse<mxwire::GetTokenOwnerView>(200, escaped);
    REQUIRE_FALSE(refused);
    CHECK(text(refused.error()) == "body 200 user_id: escaped text in a read-only body");
    CHECK(escaped == R"({"user_id":"@\u0061:b"})");
}

TEST_CASE("getTokenOwner: what does not fit is an error that names the member, never a cut") {
    using Small = Fixed<8, 1>;
    CHECK(outcome<Small>(200, R"({"user_id":"@12345:b","device_id":"12345678"})") == "@12345:b 12345678 -");
    CHECK(outcome<Small>(200, R"({"user_id":"@\u0031\u0032345:b"})") == "@12345:b - -");
    CHECK(outcome<Small>(200, R"({"user_id":"@123456:b"})") == "body 200 user_id: too long");
    CHECK(outcome<Small>(200, R"({"user_id":"@a:b","device_id":"123456789"})") == "body 200 device_id: too long");
    CHECK(outcome<Small>(200, R"({"user_id":"@a:b","device_id":"12345\u00e9\u00e9"})") ==
          "body 200 device_id: too long");
}
