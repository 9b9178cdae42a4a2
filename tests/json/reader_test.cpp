// SPDX-License-Identifier: MIT
// Documents on their way in: what is JSON, what a model makes of it, and whose name a fault has.
#include "document.hpp"

#include <variant>

namespace field = mxwire::field;
using document::Document;
using document::Fixed;
using document::Owned;
using document::read;
using document::text;
using document::View;
using document::visible;

namespace {

// A session as a homeserver hands it out, with a part of every kind.
template <class S> struct Server {
    using Storage = S;
    typename S::Text base_url;
    static constexpr auto fields = mxwire::fields(field::required<&Server::base_url>("base_url"));
};
template <class S> struct Known {
    using Storage = S;
    Server<S> homeserver;
    std::optional<Server<S>> identity_server{};
    static constexpr auto fields = mxwire::fields(field::required<&Known::homeserver>("m.homeserver"),
                                                  field::optional<&Known::identity_server>("m.identity_server"));
};
template <class S> struct Session {
    using Storage = S;
    typename S::Text user_id;
    typename S::Secret access_token;
    std::optional<typename S::Secret> refresh_token{};
    std::optional<std::chrono::milliseconds> expires_in{};
    std::optional<std::int64_t> count{};
    mxwire::Flag guest{};
    std::optional<Known<S>> well_known{};
    typename S::template List<Server<S>> servers{};
    typename S::template List<typename S::Text> scopes{};
    typename S::template List<std::int64_t> numbers{};
    static constexpr auto fields = mxwire::fields(
        field::required<&Session::user_id>("user_id"), field::required<&Session::access_token>("access_token"),
        field::optional<&Session::refresh_token>("refresh_token"),
        field::optional<&Session::expires_in>("expires_in_ms"), field::optional<&Session::count>("count"),
        field::optional<&Session::guest>("guest"), field::optional<&Session::well_known>("well_known"),
        field::optional<&Session::servers>("servers"), field::optional<&Session::scopes>("scopes"),
        field::optional<&Session::numbers>("numbers"));
};
template <class S> std::string show(const Session<S>& session) {
    std::string all = text(session.user_id) + ' ' + text(session.access_token.expose());
    if (session.refresh_token) all += " refresh=" + text(session.refresh_token->expose());
    if (session.expires_in) all += " expires=" + text(session.expires_in);
    if (session.count) all += " count=" + text(session.count);
    if (session.guest.has_value()) all += " guest=" + text(session.guest);
    if (session.well_known) {
        all += " known=" + text(session.well_known->homeserver.base_url);
        if (session.well_known->identity_server) all += '+' + text(session.well_known->identity_server->base_url);
    }
    for (const auto& server : session.servers) all += " server=" + text(server.base_url);
    for (const auto& scope : session.scopes) all += " scope=" + text(scope);
    for (const std::int64_t number : session.numbers) all += " number=" + text(number);
    return all;
}
template <class S> std::string outcome(std::string_view json, const mxwire::Limits& limits = mxwire::Limits{}) {
    const Document<Session<S>> session(json, limits);
    return session ? show(*session) : session.verdict();
}
/// A good session with `more` members.
std::string session(const std::string& more) { return R"({"user_id":"@a:b","access_token":"T")" + more + "}"; }

template <class S> struct Number {
    using Storage = S;
    std::optional<std::int64_t> n{};
    static constexpr auto fields = mxwire::fields(field::optional<&Number::n>("n"));
};
template <class S> struct RequiredNumber {
    using Storage = S;
    std::int64_t n = 0;
    static constexpr auto fields = mxwire::fields(field::required<&RequiredNumber::n>("n"));
};
template <class S> struct Empty {
    using Storage = S;
    static constexpr auto fields = mxwire::fields();
};

} // namespace

// ------------------------------------------------------------------------------------------------ RFC 8259

TEST_CASE_TEMPLATE("json reader: SEC-32 what is not RFC 8259 is no document", S, Owned, View, Fixed) {
    const std::string documents[] = {
        "",
        " ",
        "{",
        "}",
        "{}}",
        "{{}}",
        "{} {}",
        "{}[]",
        "{}x",
        "{}\xef\xbb\xbf",
        "x{}",
        "{},",
        "{};",
        std::string("{}\0", 3), // NUL after the value
        std::string("{}\0\0\0\0", 6),
        std::string("{}\n\0", 4),
        std::string("\0{}", 3),
        std::string("{\0}", 3),
        std::string("{\"n\":1\0}", 8),
        std::string("{\"n\"\0:1}", 8),
        std::string("{\"n\":1}\0{\"n\":2}", 15),
        "// comment\n{}",
        "{}// comment",
        "{}/* comment */",
        "{/* comment */}",
        "{\"n\":1/**/}",
        "{\"n\":1}#",
        "# comment\n{}",
        "{'n':1}",
        "{\"n\":'1'}",
        "{\"x\":'1'}",
        "{n:1}",
        "{\"n\"}",
        "{\"n\" 1}",
        "{\"n\"=1}",
        "{\"n\":}",
        "{\"n\"::1}",
        "{\"n\":1,}",
        "{,\"n\":1}",
        "{,}",
        "{\"n\":1,,\"x\":2}",
        "{\"n\":1 \"x\":2}",
        "{\"n\":1;\"x\":2}",
        "{\"n\":1:2}",
        "{:1}",
        "{1:1}",
        "{null:1}",
        "{[]:1}",
        "{\"x\":[1,]}",
        "{\"x\":[,1]}",
        "{\"x\":[,]}",
        "{\"x\":[1 2]}",
        "{\"x\":[1:2]}",
        "{\"x\":[}",
        "{\"x\":]}",
        "{\"x\":[}]}",
        "{\"x\":[{]}}",
        "{\"x\":{]}",
        "{\"x\":[1}",
        "{\"x\":[1)}",
        "{\"x\":{\"y\":1]}",
        "{\"x\":{\"y\":1}",
        "{\"x\":[[1]}",
        "{\"x\":{\"y\"}}",
        "{\"x\":{\"y\":1,}}",
        "{\"x\":{,}}",
        "{\"x\":{y:1}}",
        "{\"x\":undefined}",
        "{\"x\":True}",
        "{\"x\":TRUE}",
        "{\"x\":tru}",
        "{\"x\":truee}",
        "{\"x\":fals}",
        "{\"x\":falsey}",
        "{\"x\":nul}",
        "{\"x\":NULL}",
        "{\"x\":nil}",
        "{\"x\":nan}",
        "{\"x\":(1)}",
        "{\"x\":@}",
        "{\"x\":\"a\"\"b\"}",
        "{\"x\":\"a\" \"b\"}",
        "{\"x\":\"a}",
        "{\"x\":\"a\nb\"}",
        "{\"x\":\"a\tb\"}",
        "{\"x\":`a`}",
        "{\"x\":\v1}",
        "{\"x\":\f1}",
        "{\"x\":\xc2\xa0"
        "1}", // a no-break space is no blank
        "{\"x\":1\x1e}",
        "\x1e{\"x\":1}",
        "\xef\xbb\xbf\xef\xbb\xbf{}", // one BOM
        "\xef\xbb{}",
        "\xef\xbb\xbf",
        "\xff\xfe{\0}\0",
        "<html><body>{}</body></html>",
        "login ok",
    };
    for (const std::string& json : documents) {
        CAPTURE(visible(json));
        CHECK(read<Number<S>>(json) != "ok");
        CHECK(read<Empty<S>>(json) != "ok");
        const Document<Number<S>> number(json);
        CHECK(number.result().offset <= json.size());
        // inside an array and an object that somebody reads it is refused as well
        if (json.size() > 4) CHECK(read<Number<S>>("{\"y\":[" + json + "]}") != "ok");
    }
}

TEST_CASE_TEMPLATE("json reader: SEC-32 a document is an object", S, Owned, View, Fixed) {
    for (const char* const json : {"[]", "[{}]", "null", "true", "1", "\"{}\"", "\"x\"", "[1,2}", "1}", "\"}"}) {
        CAPTURE(json);
        CHECK(read<Number<S>>(json) != "ok");
    }
    CHECK(read<Number<S>>("{}") == "ok");
    CHECK(read<Empty<S>>("{}") == "ok");
    CHECK(read<Empty<S>>(R"({"anything":[1,{"at":"all"}]})") == "ok");
}

TEST_CASE_TEMPLATE("json reader: RFC 8259 blanks may stand between any two tokens", S, Owned, View, Fixed) {
    const char* const tokens[] = {"{", "\"n\"", ":", "5", ",",     "\"x\"", ":", "[",     "1", ",",    "{", "}",
                                  ",", "true",  "]", ",", "\"y\"", ":",     "{", "\"z\"", ":", "null", "}", "}"};
    for (const std::string blank : {"", " ", "\t", "\n", "\r", " \r\n\t ", "                    "}) {
        std::string json = blank;
        for (const char* const token : tokens) json += token + blank;
        CAPTURE(visible(json));
        const Document<Number<S>> number(json);
        CHECK(number.verdict() == "ok");
        CHECK(text(number->n) == "5");
    }
    for (const char blank : {'\0', '\v', '\f', '\b', '\x1f', '\x7f', '\xa0', '\x85'}) {
        for (std::size_t at = 0; at <= 8; ++at) {
            std::string json = R"({"n":5 })";
            json.insert(at, 1, blank);
            if (at == 2 || at == 3) continue; // in the key
            CAPTURE(visible(json));
            CHECK(read<Number<S>>(json) != "ok");
        }
    }
}

TEST_CASE_TEMPLATE("json reader: SEC-38 one byte order mark is passed over", S, Owned, View, Fixed) {
    CHECK(outcome<S>("\xef\xbb\xbf" + session("")) == "@a:b T");
    CHECK(outcome<S>("\xef\xbb\xbf \n" + session("") + "\n") == "@a:b T");
    CHECK(outcome<S>("\xef\xbb\xbf\xef\xbb\xbf" + session("")) != "@a:b T");
    CHECK(outcome<S>("\xfe\xff" + session("")) != "@a:b T");
    CHECK(outcome<S>(" \xef\xbb\xbf" + session("")) != "@a:b T"); // in front, or nowhere
}

TEST_CASE_TEMPLATE("json reader: reference J1 unknown members of any kind are passed over", S, Owned, View, Fixed) {
    const char* const values[] = {"null",
                                  "true",
                                  "false",
                                  "0",
                                  "-0",
                                  "1.5",
                                  "1e999",
                                  "-1E-999",
                                  "123456789012345678901234567890",
                                  "\"\"",
                                  "\"x\"",
                                  "\"\\u0000\"",
                                  "[]",
                                  "{}",
                                  "[[[]]]",
                                  R"({"user_id":5,"user_id":6})",
                                  R"([{"access_token":null},"]}",1])"};
    for (const std::string value : values) {
        CAPTURE(value);
        CHECK(outcome<S>("{\"x\":" + value + R"(,"user_id":"@a:b","y":)" + value + R"(,"access_token":"T","x":)" +
                         value + "}") == "@a:b T");
    }
}

// ------------------------------------------------------------------------------------------------ numbers

TEST_CASE_TEMPLATE("json reader: SEC-36 reference J2 integers are exact, however they are written", S, Owned, View,
                   Fixed) {
    struct Case {
        std::string json;
        std::string value; // "-": a number, but no integer of 64 bits
    };
    const Case cases[] = {
        {"0", "0"},
        {"-0", "0"},
        {"1", "1"},
        {"-1", "-1"},
        {"10", "10"},
        {"60000", "60000"},
        {"3600.0", "3600"},
        {"3600.000", "3600"},
        {"3.6e3", "3600"},
        {"3.6E+3", "3600"},
        {"3600000e-3", "3600"},
        {"36e2", "3600"},
        {"0.1e1", "1"},
        {"0.36e4", "3600"},
        {"0.0036e6", "3600"},
        {"0e5", "0"},
        {"0.0", "0"},
        {"-0.0e-5", "0"},
        {"0e999999999999", "0"},
        {"0.000e-999999999999", "0"},
        {"100e-2", "1"},
        {"1000000000000000000000e-21", "1"},
        {"0.000000000000000000001e21", "1"},
        {"123456789012345678", "123456789012345678"},   // eighteen digits
        {"1234567890123456789", "1234567890123456789"}, // nineteen
        {"9007199254740991", "9007199254740991"},       // 2^53-1
        {"9007199254740992", "9007199254740992"},
        {"9007199254740993", "9007199254740993"}, // 2^53+1: no double on the way
        {"9007199254740993.0", "9007199254740993"},
        {"-9007199254740993", "-9007199254740993"},
        {"9223372036854775806", "9223372036854775806"},
        {"9223372036854775807", "9223372036854775807"}, // INT64_MAX
        {"922337203685477580.7e1", "9223372036854775807"},
        {"-9223372036854775808", "-9223372036854775808"}, // INT64_MIN
        {"-9223372036854775807", "-9223372036854775807"},
        {"-92233720368547758080e-1", "-9223372036854775808"},
        {"9223372036854775808", "-"},
        {"-9223372036854775809", "-"},
        {"9223372036854775807.5", "-"},
        {"18446744073709551615", "-"}, // 2^64-1
        {"18446744073709551616", "-"}, // 2^64
        {"18446744073709551617", "-"}, // would be 1
        {"-18446744073709551615", "-"},
        {"36893488147419103233", "-"},
        {"99999999999999999999", "-"},
        {"340282366920938463463374607431768211457", "-"}, // 2^128+1
        {"1e18", "1000000000000000000"},
        {"9e18", "9000000000000000000"},
        {"1e19", "-"},
        {"10e18", "-"},
        {"1e999", "-"},
        {"-1e999", "-"},
        {"1e99999999999999999999", "-"},
        {"1e2147483647", "-"},
        {"1e2147483648", "-"},
        {"1e4294967296", "-"},
        {"1e-1", "-"},
        {"1e-999", "-"},
        {"1e-99999999999999999999", "-"},
        {"1e-2147483648", "-"},
        {"1e2684354559", "-"},
        {"1e-2684354559", "-"},
        {"10e-2147483650", "-"},
        {"0.1", "-"},
        {"1.5", "-"},
        {"-1.5", "-"},
        {"3600.5", "-"},
        {"3600.0000000000000000000000001", "-"},
        {"12.34e1", "-"},
        {"1.0000000000000000000000000000000000000000", "1"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.json);
        for (const std::string& json :
             {"{\"n\":" + c.json + "}", "{\"n\": " + c.json + " }", "{\"n\":" + c.json + ",\"x\":0}"}) {
            const Document<Number<S>> number(json);
            CHECK(number.verdict() == "ok");
            CHECK(text(number->n) == c.value);
        }
        const Document<RequiredNumber<S>> required("{\"n\":" + c.json + "}");
        CHECK(required.verdict() == (c.value == "-" ? "n: out of range" : "ok"));
        if (required) CHECK(text(required->n) == c.value);
        CHECK(read<Number<S>>("{\"x\":[" + c.json + "]}") == "ok");
    }
}

TEST_CASE_TEMPLATE("json reader: SEC-32 what is no number fails the document, wherever it stands", S, Owned, View,
                   Fixed) {
    const char* const numbers[] = {
        "01",  "00",   "-01",   "-00",   "0123",         "007",       "00.5",       "0x10",      "0X1",
        "0b1", "0o7",  "1_000", "+1",    "+0",           "-",         "--1",        "-a",        "-+1",
        ".5",  "-.5",  "5.",    "-5.",   "5.e1",         "1..2",      "1.2.3",      "1e",        "1E",
        "1e+", "1e-",  "1e+-1", "1e1.5", "1e1e1",        "e1",        "1:",         "1.5:",      "1e5:",
        "1f",  "1.0f", "1L",    "NaN",   "-NaN",         "nan",       "Infinity",   "-Infinity", "inf",
        "1 2", "1,2",  "1-1",   "1+1",   "\xef\xbc\x91", "1\xc2\xa0", "1e\xc2\xb9",
    };
    for (const std::string number : numbers) {
        CAPTURE(number);
        CHECK(read<Number<S>>("{\"n\":" + number + "}") != "ok");
        CHECK(read<RequiredNumber<S>>("{\"n\":" + number + "}") != "ok");
        CHECK(read<Number<S>>("{\"x\":" + number + "}") != "ok");
        CHECK(read<Number<S>>("{\"x\":{\"y\":" + number + "}}") != "ok");
        CHECK(outcome<S>(session(",\"numbers\":[0," + number + "x]")) == "numbers: not well-formed");
        CHECK(read<Number<S>>("{\"n\":" + number) != "ok"); // and the end of the body is no end of a number
    }
}

// ------------------------------------------------------------------------------------------------ types, null, absence

TEST_CASE_TEMPLATE("json reader: SEC-34 a wrong or missing required member is named, and its value is not", S, Owned,
                   View, Fixed) {
    struct Case {
        std::string json;
        std::string verdict;
    };
    const Case cases[] = {
        {R"({})", "user_id: missing"}, // the first of them, in the order of the table
        {R"({"access_token":"T"})", "user_id: missing"},
        {R"({"user_id":"@a:b"})", "access_token: missing"},
        {R"({"user_id":null,"access_token":"T"})", "user_id: missing"},
        {R"({"user_id":"@a:b","access_token":null})", "access_token: missing"},
        {R"({"user_id":5,"access_token":"T"})", "user_id: wrong type"},
        {R"({"user_id":true,"access_token":"T"})", "user_id: wrong type"},
        {R"({"user_id":false,"access_token":"T"})", "user_id: wrong type"},
        {R"({"user_id":{},"access_token":"T"})", "user_id: wrong type"},
        {R"({"user_id":["@a:b"],"access_token":"T"})", "user_id: wrong type"},
        {R"({"user_id":"@a:b","access_token":5})", "access_token: wrong type"},
        {R"({"user_id":"@a:b","access_token":["T"]})", "access_token: wrong type"},
        {R"({"user_id":"@a:b","access_token":""})", "access_token: empty"}, // opens nothing
        {R"({"user_id":5,"access_token":6})", "user_id: wrong type"},       // the first that was met
        {R"({"access_token":6,"user_id":5})", "access_token: wrong type"},
        {R"({"User_id":"@a:b","access_token":"T"})", "user_id: missing"},
        {R"({"user_id":"","access_token":"T"})", "ok"}, // empty text is text
    };
    for (const Case& c : cases) {
        CAPTURE(c.json);
        CHECK(read<Session<S>>(c.json) == c.verdict);
    }
    const Document<Session<S>> session(R"({"access_token":"T","user_id":["@secret:b"]})");
    CHECK(session.result().offset == 30); // the value
    CHECK(read<RequiredNumber<S>>(R"({"n":"60000"})") == "n: wrong type");
    CHECK(read<RequiredNumber<S>>(R"({"n":true})") == "n: wrong type");
    CHECK(read<RequiredNumber<S>>(R"({"n":null})") == "n: missing");
}

TEST_CASE_TEMPLATE("json reader: SEC-35 reference J3 J4 a wrong or null optional member is absent, and nothing else", S,
                   Owned, View, Fixed) {
    const char* const all_kinds[] = {"null", "true", "false", "5",      "-1.5", "\"text\"",         "\"60000\"",
                                     "{}",   "[]",   "[1]",   "[null]", "[[]]", R"({"base_url":5})"};
    struct Case {
        std::string key;
        std::string good;  // the values of that type, among the kinds above
        std::string shown; // where the value is kept
    };
    const Case cases[] = {
        {"refresh_token", "\"text\" \"60000\"", " refresh="},
        {"expires_in_ms", "5", " expires="},
        {"count", "5", " count="},
        {"guest", "true false", " guest="},
        {"well_known", "", " known="},
        {"servers", "[] [1] [null] [[]]", " server="}, // what cannot be used is left out of it
        {"scopes", "[]", " scope="},
        {"numbers", "[] [1]", " number="},
    };
    for (const Case& c : cases) {
        for (const std::string kind : all_kinds) {
            CAPTURE(c.key);
            CAPTURE(kind);
            const std::string shown = outcome<S>(session(",\"" + c.key + "\":" + kind));
            // never coerced, never a failure
            CHECK(shown.substr(0, 6) == "@a:b T");
            const std::string good = ' ' + c.good + ' ';
            if (good.find(' ' + kind + ' ') == std::string::npos) CHECK(shown == "@a:b T");
        }
    }
    CHECK(outcome<S>(session(R"(,"refresh_token":"")")) == "@a:b T"); // an empty secret is none
    CHECK(outcome<S>(session(R"(,"refresh_token":"text","expires_in_ms":5,"count":-5,"guest":false)")) ==
          "@a:b T refresh=text expires=5 count=-5 guest=false");
    CHECK(outcome<S>(session(R"(,"guest":"true")")) == "@a:b T");
    CHECK(outcome<S>(session(R"(,"guest":1)")) == "@a:b T");
}

TEST_CASE_TEMPLATE("json reader: reference J4 whatever is wrong inside an optional object, the object alone is absent",
                   S, Owned, View, Fixed) {
    struct Case {
        std::string known;
        std::string shown;
    };
    const Case cases[] = {
        {R"({"m.homeserver":{"base_url":"h"}})", " known=h"},
        {R"({"m.homeserver":{"base_url":"h"},"m.identity_server":{"base_url":"i"}})", " known=h+i"},
        {R"({"m.homeserver":{"base_url":"h"},"m.identity_server":null})", " known=h"},
        {R"({"m.homeserver":{"base_url":"h"},"m.identity_server":{}})", " known=h"}, // one optional object in another
        {R"({"m.homeserver":{"base_url":"h"},"m.identity_server":{"base_url":5}})", " known=h"},
        {R"({"m.homeserver":{"base_url":"h"},"m.identity_server":{"base_url":"i","base_url":"j"}})", " known=h"},
        {R"({"m.homeserver":{"base_url":"h"},"m.identity_server":[]})", " known=h"},
        {R"({"m.homeserver":{"base_url":"h","base_url":"h"}})", ""}, // given twice
        {R"({"m.homeserver":{"base_url":"h","b\u0061se_url":"h"}})", ""},
        {R"({"m.homeserver":{"base_url":"h"},"m.homeserver":{"base_url":"h"}})", ""},
        {R"({"m.homeserver":{"base_url":5}})", ""},
        {R"({"m.homeserver":{"base_url":null}})", ""},
        {R"({"m.homeserver":{}})", ""},
        {R"({"m.homeserver":null})", ""},
        {R"({"m.homeserver":"h"})", ""},
        {R"({"m.identity_server":{"base_url":"i"}})", ""},
        {"{}", ""},
        {R"({"x":1,"x":2,"m.homeserver":{"y":1,"y":2,"base_url":"h"}})", " known=h"}, // doubles that nobody reads
    };
    for (const Case& c : cases) {
        CAPTURE(c.known);
        CHECK(outcome<S>(session(",\"well_known\":" + c.known + ",\"count\":7")) == "@a:b T count=7" + c.shown);
        CHECK(outcome<S>("{\"well_known\":" + c.known + R"(,"access_token":"T","user_id":"@a:b"})") ==
              "@a:b T" + c.shown);
    }
    // but what is no JSON, no UTF-8 or over a limit always fails
    CHECK(outcome<S>(session(R"(,"well_known":{"m.homeserver":{"base_url":"h"})")) != "@a:b T");
    CHECK(outcome<S>(session(R"(,"well_known":{"m.homeserver":{"base_url":"\ud800"}})")) ==
          "base_url: not well-formed");
    CHECK(outcome<S>(session(R"(,"well_known":{"m.homeserver":{"base_url":01}})")) ==
          "m.homeserver: not well-formed"); // behind the number
    CHECK(outcome<S>(session(",\"well_known\":{\"m.homeserver\":{\"base_url\":\"\xff\"}}")) == "base_url: not UTF-8");
    CHECK(outcome<S>(session(",\"well_known\":5x")) != "@a:b T");
}

TEST_CASE_TEMPLATE("json reader: design 3 a bad element is left out of a list of objects, and spoils a list of scalars",
                   S, Owned, View, Fixed) {
    struct Case {
        std::string more;
        std::string shown;
    };
    const Case cases[] = {
        {R"("servers":[])", ""},
        {R"("servers":[{"base_url":"a"},{"base_url":"b"}])", " server=a server=b"},
        {R"("servers":[{},{"base_url":"b"}])", " server=b"},
        {R"("servers":[{"base_url":"a"},{}])", " server=a"},
        {R"("servers":[{"base_url":"a"},{"base_url":5},{"base_url":"c"}])", " server=a server=c"},
        {R"("servers":[{"base_url":"a"},null,5,"x",[],true,{"base_url":"c"}])", " server=a server=c"},
        {R"("servers":[{"base_url":"a","base_url":"b"},{"base_url":"c"}])", " server=c"},
        {R"("servers":[ { "base_url" : "a" } , { "x" : [ ] } , { "base_url" : "c" } ])", " server=a server=c"},
        {R"("servers":[{},{},{}])", ""},
        {R"("servers":{"base_url":"a"})", ""},
        {R"("scopes":["a","b"])", " scope=a scope=b"},
        {R"("scopes":["a",5])", ""},
        {R"("scopes":[5,"a"])", ""},
        {R"("scopes":["a",null,"b"])", ""},
        {R"("scopes":["a",["b"]])", ""},
        {R"("scopes":["",""])", " scope= scope="},
        {R"("scopes":[ "a" , "b" ])", " scope=a scope=b"},
        {R"("numbers":[1,2.0,3e1])", " number=1 number=2 number=30"},
        {R"("numbers":[1,2.5])", ""},
        {R"("numbers":[1,1e999,2])", ""},
        {R"("numbers":[1,"2"])", ""},
        {R"("numbers":[1,2],"scopes":[true],"servers":[{"base_url":"a"},5])", " server=a number=1 number=2"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.more);
        CHECK(outcome<S>(session("," + c.more)) == "@a:b T" + c.shown);
        CHECK(outcome<S>("{" + c.more + R"(,"user_id":"@a:b","access_token":"T"})") == "@a:b T" + c.shown);
    }
    for (const char* const list : {"[1", "[1,", "[1,]", "[,]", "[1 2]", "[1}", "[1,2", "[1]]"}) {
        for (const char* const key : {"servers", "scopes", "numbers"}) {
            CHECK(outcome<S>(session(",\"" + std::string(key) + "\":" + list)) != "@a:b T");
        }
    }
}

namespace {
template <class S> struct Strict {
    using Storage = S;
    typename S::template List<typename S::Text> scopes;
    typename S::template List<Server<S>> servers;
    Server<S> server;
    static constexpr auto fields =
        mxwire::fields(field::required<&Strict::scopes>("scopes"), field::required<&Strict::servers>("servers"),
                       field::required<&Strict::server>("server"));
};
} // namespace

TEST_CASE_TEMPLATE("json reader: SEC-34 required lists and objects", S, Owned, View, Fixed) {
    struct Case {
        std::string json;
        std::string verdict;
    };
    const Case cases[] = {
        {R"({"scopes":[],"servers":[],"server":{"base_url":"h"}})", "ok"},
        {R"({"scopes":["a"],"servers":[{}],"server":{"base_url":"h"}})", "ok"},
        {R"({"scopes":["a",5],"servers":[],"server":{"base_url":"h"}})", "scopes: wrong type"},
        {R"({"scopes":["a",null],"servers":[],"server":{"base_url":"h"}})", "scopes: missing"},
        {R"({"scopes":{},"servers":[],"server":{"base_url":"h"}})", "scopes: wrong type"},
        {R"({"servers":[],"server":{"base_url":"h"}})", "scopes: missing"},
        {R"({"scopes":[],"servers":{},"server":{"base_url":"h"}})", "servers: wrong type"},
        {R"({"scopes":[],"server":{"base_url":"h"}})", "servers: missing"},
        {R"({"scopes":[],"servers":[]})", "server: missing"},
        {R"({"scopes":[],"servers":[],"server":null})", "server: missing"},
        {R"({"scopes":[],"servers":[],"server":"h"})", "server: wrong type"},
        {R"({"scopes":[],"servers":[],"server":{}})", "base_url: missing"}, // the innermost one
        {R"({"scopes":[],"servers":[],"server":{"base_url":5}})", "base_url: wrong type"},
        {R"({"scopes":[],"servers":[],"server":{"base_url":"h","base_url":"h"}})", "base_url: given twice"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.json);
        CHECK(read<Strict<S>>(c.json) == c.verdict);
    }
}

TEST_CASE_TEMPLATE("json reader: SEC-34 the member that is named is the one that is wrong, whatever stands behind it",
                   S, Owned, View, Fixed) {
    // an optional member that is no good is forgotten; the required one in front of it is not
    const char* const harmless[] = {
        R"("well_known":{})",   R"("well_known":{"m.homeserver":{"base_url":5}})",
        R"("servers":[{}])",    R"("servers":[5,{"base_url":"h"}])",
        R"("scopes":[5])",      R"("numbers":[1.5])",
        R"("refresh_token":5)", R"("count":1.5)",
        R"("guest":"x")",
    };
    for (const std::string more : harmless) {
        CAPTURE(more);
        CHECK(read<Session<S>>(R"({"user_id":5,"access_token":"T",)" + more + "}") == "user_id: wrong type");
        CHECK(read<Session<S>>("{" + more + R"(,"user_id":5,"access_token":"T"})") == "user_id: wrong type");
        CHECK(read<Session<S>>("{" + more + R"(,"access_token":"T"})") == "user_id: missing");
        const Document<Session<S>> document(R"({"user_id":5,"access_token":"T",)" + more + "}");
        CHECK(document.result().offset == 11);
    }
    // what ends everything is named itself
    CHECK(read<Session<S>>(R"({"user_id":5,"refresh_token":"\q"})") == "refresh_token: not well-formed");
    CHECK(read<Session<S>>(R"({"user_id":5,"count":01})") == "not well-formed"); // behind the number, not in it
    CHECK(read<Session<S>>("{\"user_id\":5,\"scopes\":[\"\xff\"]}") == "scopes: not UTF-8");
    CHECK(read<Session<S>>(R"({"user_id":5,"well_known":{"m.homeserver":{"base_url":"\q"}}})") ==
          "base_url: not well-formed");
    CHECK(read<Session<S>>(R"({"user_id":5,"x":"\q"})") == "not well-formed"); // nobody's
}

// ------------------------------------------------------------------------------------------------ doubled members

TEST_CASE_TEMPLATE("json reader: SEC-37 a member of the model given twice is an error, in every spelling", S, Owned,
                   View, Fixed) {
    struct Case {
        std::string json;
        std::string verdict;
    };
    const Case cases[] = {
        {R"({"user_id":"@a:b","access_token":"T","access_token":"U"})", "access_token: given twice"},
        {R"({"user_id":"@a:b","access_token":"T","access_token":"T"})", "access_token: given twice"},
        {R"({"user_id":"@a:b","access_token":"T","\u0061ccess_token":"U"})", "access_token: given twice"},
        {R"({"user_id":"@a:b","\u0061ccess_token":"T","acc\u0065ss_token":"U"})", "access_token: given twice"},
        {R"({"access_token":"T","user_id":"@a:b","access_token":null})", "access_token: given twice"},
        {R"({"access_token":null,"user_id":"@a:b","access_token":"T"})", "access_token: missing"}, // met first
        {R"({"user_id":"@a:b","access_token":"T","count":1,"count":1})", "count: given twice"},
        {R"({"count":1,"user_id":"@a:b","access_token":"T","count":{}})", "count: given twice"},
        {R"({"user_id":"@a:b","access_token":"T","servers":[],"servers":[]})", "servers: given twice"},
        {R"({"user_id":"@a:b","access_token":"T","well_known":{},"well_known":{}})", "well_known: given twice"},
        {R"({"user_id":"@a:b","access_token":"T","user_id":"@a:b","user_id":"@a:b"})", "user_id: given twice"},
        {R"({"user_id":"@a:b","user_id":"@a:b"})", "user_id: given twice"},
        {R"({"user_id":"@a:b","access_token":"T","x":1,"x":2,"\u0078":3})", "ok"},
        {R"({"user_id":"@a:b","access_token":"T","x":{"y":1,"y":2}})", "ok"},
        {R"({"user_id":"@a:b","access_token":"T","user_id ":1,"User_id":2})", "ok"},
        // the second value is looked at all the same
        {R"({"user_id":"@a:b","access_token":"T","count":1,"count":"\ud800"})", "count: not well-formed"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.json);
        CHECK(read<Session<S>>(c.json) == c.verdict);
    }
    const Document<Session<S>> escaped(R"({"user\u005fid":"@a:b","\u0061ccess_token":"T"})");
    CHECK(escaped.verdict() == "ok");
    CHECK(show(*escaped) == "@a:b T");
}

TEST_CASE("json reader: a document that does not end in a brace is refused where it begins, also behind a BOM") {
    for (const std::string_view json : {"[]", "\xef\xbb\xbf[]", "\xef\xbb\xbf", "\xef\xbb\xbf{", "  {\n"}) {
        CAPTURE(visible(json));
        Session<Owned> session;
        const mxwire::ReadResult result = mxwire::read_json(json, session);
        CHECK(result.fault == mxwire::Fault::syntax);
        CHECK(result.offset == 0);
        CHECK(result.member.empty());
    }
    Session<Owned> session;
    const mxwire::ReadResult read =
        mxwire::read_json("\xef\xbb\xbf{\"user_id\":\"@a:b\",\"access_token\":\"T\"} \n", session);
    CHECK(read);
    CHECK(read.offset == 0);
    CHECK(read.member.empty());
}

// ------------------------------------------------------------------------------------------------ two spellings

namespace {
template <class S> struct Spelt {
    using Storage = S;
    std::optional<typename S::Text> name{};
    std::optional<std::int64_t> age{};
    mxwire::Flag flag{};
    std::optional<bool> truth{};
    std::optional<std::int64_t> plain{};
    static constexpr auto fields = mxwire::fields(field::optional<&Spelt::name>("name", "org.example.name"),
                                                  field::optional<&Spelt::age>("age", "org.example.age"),
                                                  field::optional<&Spelt::flag>("flag", "org.example.flag"),
                                                  field::optional<&Spelt::truth>("truth", "org.example.truth"),
                                                  field::optional<&Spelt::plain>("plain"));
};
template <class S> struct Outer {
    using Storage = S;
    std::optional<std::int64_t> age{};
    std::optional<Spelt<S>> inner{};
    typename S::template List<Spelt<S>> list{};
    static constexpr auto fields =
        mxwire::fields(field::optional<&Outer::age>("age", "org.example.age"), field::optional<&Outer::inner>("inner"),
                       field::optional<&Outer::list>("list"));
};
template <class S> std::string show(const Spelt<S>& spelt) {
    return text(spelt.name) + ' ' + text(spelt.age) + ' ' + text(spelt.flag);
}
} // namespace

TEST_CASE_TEMPLATE("json reader: design 2 of two spellings the stable one wins in any order, unless it says nothing", S,
                   Owned, View, Fixed) {
    struct Case {
        const char* stable; // null: not there
        const char* unstable;
        std::string name;
    };
    const Case cases[] = {
        {"\"s\"", "\"u\"", "s"}, {"\"s\"", nullptr, "s"}, {nullptr, "\"u\"", "u"},
        {nullptr, nullptr, "-"}, {"null", "\"u\"", "u"}, // absent
        {"5", "\"u\"", "u"},                             // of a wrong type: absent as well
        {"[]", "\"u\"", "u"},    {"\"s\"", "null", "s"},  {"\"s\"", "5", "s"},
        {"\"s\"", "{}", "s"},    {"null", "null", "-"},   {"5", "{}", "-"},
        {"null", nullptr, "-"},  {nullptr, "5", "-"},     {"\"\"", "\"u\"", ""}, // empty text is text
    };
    for (const Case& c : cases) {
        const std::string stable = c.stable == nullptr ? "" : ",\"name\":" + std::string(c.stable);
        const std::string unstable = c.unstable == nullptr ? "" : ",\"org.example.name\":" + std::string(c.unstable);
        CAPTURE(stable);
        CAPTURE(unstable);
        for (const std::string& both : {stable + unstable, unstable + stable}) {
            const Document<Spelt<S>> spelt("{\"plain\":1" + both + "}");
            CHECK(spelt.verdict() == "ok");
            CHECK(text(spelt->name) == c.name);
            const Document<Spelt<S>> between("{\"x\":0" + both + ",\"plain\":1}");
            CHECK(text(between->name) == c.name);
            CHECK(text(between->plain) == "1");
        }
    }
    const auto shown = [](std::string_view json) {
        const Document<Spelt<S>> spelt(json);
        return spelt ? show(*spelt) : spelt.verdict();
    };
    CHECK(shown(R"({"age":1.5,"org.example.age":2})") == "- 2 -"); // out of range: absent
    CHECK(shown(R"({"org.example.age":2,"age":1.5})") == "- 2 -");
    CHECK(shown(R"({"age":0,"org.example.age":2})") == "- 0 -");
    CHECK(shown(R"({"org.example.flag":true,"flag":false})") == "- - false");
    CHECK(shown(R"({"flag":false,"org.example.flag":true})") == "- - false");
    CHECK(shown(R"({"flag":"no","org.example.flag":true})") == "- - true");
    const auto truth = [](std::string_view json) {
        const std::optional<bool> read = Document<Spelt<S>>(json)->truth;
        return text(read ? mxwire::Flag{*read} : mxwire::Flag{});
    };
    CHECK(truth(R"({"org.example.truth":true})") == "true");
    CHECK(truth(R"({"truth":false,"org.example.truth":true})") == "false");
    CHECK(truth(R"({"truth":5,"org.example.truth":true})") == "true");
    CHECK(truth(R"({"org.example.truth":"x"})") == "-");
    // each pair for itself
    CHECK(
        shown(R"({"name":null,"age":1,"org.example.age":2,"org.example.name":"u","flag":5,"org.example.flag":true})") ==
        "u 1 true");
    // each spelling may be given once
    CHECK(shown(R"({"name":"s","name":"s"})") == "name: given twice");
    CHECK(shown(R"({"org.example.name":"u","org.example.name":"u"})") == "org.example.name: given twice");
    CHECK(shown(R"({"org.example.n\u0061me":"u"})") == "u - -");
}

TEST_CASE_TEMPLATE("json reader: spellings of an object are those of no other object", S, Owned, View, Fixed) {
    const Document<Outer<S>> outer(
        R"({"age":null,"inner":{"age":1,"org.example.age":2},"list":[{"age":"x","org.example.age":3},{"age":4,)"
        R"("org.example.age":5}],"org.example.age":6})");
    CHECK(outer.verdict() == "ok");
    CHECK(text(outer->age) == "6");
    REQUIRE(outer->inner);
    CHECK(text(outer->inner->age) == "1");
    REQUIRE(outer->list.size() == 2);
    CHECK(text(outer->list[0].age) == "3");
    CHECK(text(outer->list[1].age) == "4");
    const Document<Outer<S>> other(R"({"age":1,"inner":{"age":null,"org.example.age":2},"org.example.age":6})");
    CHECK(text(other->age) == "1");
    REQUIRE(other->inner);
    CHECK(text(other->inner->age) == "2");
}

// ------------------------------------------------------------------------------------------------ members of another
// object

namespace {
template <class S> struct Stages {
    using Storage = S;
    typename S::template List<typename S::Text> completed{};
    std::optional<typename S::Secret> session{};
    std::optional<std::int64_t> round{};
    static constexpr auto fields =
        mxwire::fields(field::optional<&Stages::completed>("completed"), field::optional<&Stages::session>("session"),
                       field::optional<&Stages::round>("round"));
};
template <class S> struct Refusal {
    using Storage = S;
    std::optional<typename S::Text> code{};
    std::optional<Stages<S>> stages{};
    static constexpr auto fields =
        mxwire::fields(field::optional<&Refusal::code>("code"),
                       field::optional_in<&Refusal::stages, &Stages<S>::completed>("completed"),
                       field::optional_in<&Refusal::stages, &Stages<S>::session>("session"),
                       field::optional_in<&Refusal::stages, &Stages<S>::round>("round"));
};
} // namespace

TEST_CASE_TEMPLATE("json reader: optional_in puts an object in place with the first of its members", S, Owned, View,
                   Fixed) {
    const Document<Refusal<S>> none(R"({"code":"M_X"})");
    CHECK(none.verdict() == "ok");
    CHECK_FALSE(none->stages.has_value());
    const Document<Refusal<S>> all(R"({"session":"s","code":"M_X","completed":["a","b"],"round":2})");
    REQUIRE(all->stages);
    CHECK(all->stages->completed.size() == 2);
    CHECK(all->stages->completed[1] == "b");
    REQUIRE(all->stages->session);
    CHECK(all->stages->session->expose() == "s");
    CHECK(text(all->stages->round) == "2");
    const Document<Refusal<S>> one(R"({"round":2})");
    REQUIRE(one->stages);
    CHECK(one->stages->completed.empty());
    // a wrong one is absent, and makes no object
    CHECK_FALSE(Document<Refusal<S>>(R"({"round":"2","session":5})")->stages.has_value());
    CHECK_FALSE(Document<Refusal<S>>(R"({"round":null,"session":"","completed":5})")->stages.has_value());
    CHECK(read<Refusal<S>>(R"({"round":2,"round":3})") == "round: given twice");
    // on the wire there is no such member
    CHECK_FALSE(Document<Refusal<S>>(R"({"stages":{"round":2}})")->stages.has_value());
}

// ------------------------------------------------------------------------------------------------ unions

namespace {
template <class S> struct UserId {
    using Storage = S;
    static constexpr char tag[] = "m.id.user";
    typename S::Text user;
    static constexpr auto fields = mxwire::fields(field::constant("type", tag), field::required<&UserId::user>("user"));
};
template <class S> struct Phone {
    using Storage = S;
    static constexpr char tag[] = "m.id.phone";
    typename S::Text phone;
    std::optional<std::int64_t> country{};
    static constexpr auto fields = mxwire::fields(field::constant("type", tag), field::required<&Phone::phone>("phone"),
                                                  field::optional<&Phone::country>("country"));
};
template <class S> struct OtherId {
    using Storage = S;
    typename S::Text type;
    typename S::Members members{};
    static constexpr auto fields =
        mxwire::fields(field::open_tag<&OtherId::type>("type"), field::rest<&OtherId::members>());
};
template <class S> using Identifier = std::variant<UserId<S>, Phone<S>, OtherId<S>>;
template <class S> struct Holder {
    using Storage = S;
    Identifier<S> id;
    std::optional<typename S::Text> device{};
    static constexpr auto fields =
        mxwire::fields(field::required<&Holder::id>("id"), field::optional<&Holder::device>("device"));
};
template <class S> struct Flat {
    using Storage = S;
    Identifier<S> id;
    std::optional<typename S::Text> device{};
    mxwire::Flag flag{};
    static constexpr auto fields = mxwire::fields(
        field::flattened<&Flat::id>(), field::optional<&Flat::device>("device"), field::optional<&Flat::flag>("flag"));
};
template <class S> struct FlatOne {
    using Storage = S;
    UserId<S> id;
    std::optional<typename S::Text> device{};
    static constexpr auto fields =
        mxwire::fields(field::flattened<&FlatOne::id>(), field::optional<&FlatOne::device>("device"));
};
template <class S> std::string show(const Identifier<S>& id) {
    if (const auto* user = std::get_if<0>(&id)) return "user " + text(user->user);
    if (const auto* phone = std::get_if<1>(&id)) return "phone " + text(phone->phone) + ' ' + text(phone->country);
    const auto& other = std::get<2>(id);
    std::string all = "other " + text(other.type);
    for (const auto& element : other.members) all += ' ' + text(element.key) + '=' + text(element.value);
    return all;
}
template <class T> std::string id_of(std::string_view json) {
    const Document<T> holder(json);
    return holder ? show<typename T::Storage>(holder->id) + " / " + text(holder->device) : holder.verdict();
}
} // namespace

TEST_CASE_TEMPLATE("json reader: a union is the alternative that its tag says, wherever the tag stands", S, Owned, View,
                   Fixed) {
    struct Case {
        std::string id;
        std::string shown;
    };
    const Case cases[] = {
        {R"({"type":"m.id.user","user":"u"})", "user u / -"},
        {R"({"user":"u","type":"m.id.user"})", "user u / -"},
        {R"({"user":"u","x":{"type":"m.id.phone"},"type":"m.id.user"})", "user u / -"},
        {R"({"typ\u0065":"m.id.us\u0065r","user":"u"})", "user u / -"},
        {R"({"type":"m.id.phone","phone":"1","country":49})", "phone 1 49 / -"},
        {R"({"type":"m.id.phone","phone":"1","country":"x","user":5})", "phone 1 - / -"},
        {R"({"type":"org.example","user":"u","a":[1]})", R"(other org.example user="u" a=[1] / -)"},
        {R"({"type":"m.id.use","user":"u"})", R"(other m.id.use user="u" / -)"},
        {R"({ "user" : "u\n" , "type" : "m.id.user" })", "user u\n / -"},
        {R"({"type":"m.id.user"})", "user: missing"},
        {R"({"type":"m.id.user","user":5})", "user: wrong type"},
        {R"({"type":"m.id.user","user":"a","user":"b"})", "user: given twice"},
        {R"({"user":"u"})", "id: wrong type"},
        {R"({"type":5,"user":"u"})", "id: wrong type"},
        {R"({"type":null})", "id: wrong type"},
        {R"({"type":"m.id.user","type":"m.id.user","user":"u"})", "id: wrong type"}, // nobody can say which one
        {R"({"type":"m.id.user","t\u0079pe":"m.id.phone","user":"u"})", "id: wrong type"},
        {R"([])", "id: wrong type"},
        {R"(null)", "id: missing"},
        {R"("m.id.user")", "id: wrong type"},
        {R"({"type":"m.id.user","user":"u")", "not well-formed"},
        {R"({"type":"m.id.user","user":"\ud800"})", "id: not well-formed"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.id);
        const std::string verdict = id_of<Holder<S>>("{\"id\":" + c.id + "}");
        if (c.shown == "not well-formed") { // where the braces do not match, nobody can say whose they are
            CHECK(verdict.find(c.shown) != std::string::npos);
            continue;
        }
        CHECK(verdict == c.shown);
    }
    CHECK(id_of<Holder<S>>("{}") == "id: missing");
    CHECK(id_of<Holder<S>>(R"({"device":"D","id":{"type":"m.id.user","user":"u"}})") == "user u / D");
}

TEST_CASE_TEMPLATE("json reader: the members of a flattened union stand beside the others", S, Owned, View, Fixed) {
    struct Case {
        std::string json;
        std::string shown;
    };
    const Case cases[] = {
        {R"({"type":"m.id.user","user":"u","device":"D"})", "user u / D"},
        {R"({"device":"D","user":"u","type":"m.id.user"})", "user u / D"},
        {R"({"type":"m.id.phone","phone":"1","country":49})", "phone 1 49 / -"},
        {R"({"type":"org.example","device":"D","a":1,"flag":true,"b":2})", "other org.example a=1 b=2 / D"},
        {R"({"type":"org.example","d\u0065vice":"D","a":1})", "other org.example a=1 / D"},
        {R"({"type":"m.id.user","device":"D"})", "user: missing"},
        {R"({"type":"m.id.user","user":"u","device":"D","device":"E"})", "device: given twice"},
        {R"({"type":"m.id.user","user":"u","user":"v"})", "user: given twice"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.json);
        CHECK(id_of<Flat<S>>(c.json) == c.shown);
    }
    // escapes are no obstacle on either side, in place either
    CHECK(id_of<Flat<S>>(R"({"device":"D","user":"u\n","type":"m.id.user"})") == "user u\n / D");
    CHECK(id_of<Flat<S>>(R"({"user":"u\n","device":"D\n","type":"m.id.us\u0065r"})") == "user u\n / D\n");
    CHECK(id_of<Flat<S>>(R"({"device":"D\n","user":"u","type":"m.id.user"})") == "user u / D\n");
    CHECK(id_of<Flat<S>>(R"({"user":"u"})") != "user u / -"); // without a tag it is nobody's
    CHECK(id_of<Flat<S>>("{}") != "ok");
    CHECK(id_of<Flat<S>>(R"({"type":"m.id.user","user":"u","device":"\ud800"})").find("not well-formed") !=
          std::string::npos);
    // a fault is at the innermost member, and so it is named
    mxwire::Limits limits;
    limits.text = 9;
    CHECK(read<Flat<S>>(R"({"type":"m.id.user","user":"9 letters","device":"D"})", limits) == "ok");
    CHECK(read<Flat<S>>(R"({"type":"m.id.user","user":"ten letter","device":"D"})", limits) == "user: too long");
    CHECK(read<Flat<S>>(R"({"type":"m.id.user","user":"u","device":"ten letter"})", limits) == "device: too long");
    // one model alone needs no tag to be told from another
    const Document<FlatOne<S>> one(R"({"device":"D","user":"u"})");
    CHECK(one.verdict() == "ok");
    CHECK(text(one->id.user) == "u");
    CHECK(text(one->device) == "D");
    CHECK(read<FlatOne<S>>(R"({"device":"D"})") == "user: missing");
}

namespace {
template <class S> struct Inner {
    using Storage = S;
    std::optional<typename S::Text> name{};
    std::optional<std::int64_t> size{};
    static constexpr auto fields = mxwire::fields(field::optional<&Inner::name>("name", "org.example.name"),
                                                  field::optional<&Inner::size>("size"));
};
template <class S> struct SpeltFlat {
    using Storage = S;
    std::optional<std::int64_t> age{};
    Inner<S> inner{};
    static constexpr auto fields = mxwire::fields(field::optional<&SpeltFlat::age>("age", "org.example.age"),
                                                  field::flattened<&SpeltFlat::inner>());
};
template <class S> struct PlainFlat {
    using Storage = S;
    Inner<S> inner{};
    std::optional<std::int64_t> age{};
    static constexpr auto fields =
        mxwire::fields(field::flattened<&PlainFlat::inner>(), field::optional<&PlainFlat::age>("age"));
};
template <class S> struct SpeltOuter {
    using Storage = S;
    std::optional<std::int64_t> age{};
    std::optional<PlainFlat<S>> flat{};
    static constexpr auto fields = mxwire::fields(field::optional<&SpeltOuter::age>("age", "org.example.age"),
                                                  field::optional<&SpeltOuter::flat>("flat"));
};
} // namespace

TEST_CASE_TEMPLATE("json reader: spellings on either side of a flattened object are each for themselves", S, Owned,
                   View, Fixed) {
    struct Case {
        std::string json, name, age;
    };
    const Case cases[] = {
        {R"({"name":"s","org.example.name":"u","age":1,"org.example.age":2})", "s", "1"},
        {R"({"org.example.name":"u","name":"s","org.example.age":2,"age":1})", "s", "1"},
        {R"({"name":null,"org.example.name":"u","age":1,"org.example.age":2})", "u", "1"},
        {R"({"name":"s","org.example.name":"u","age":null,"org.example.age":2})", "s", "2"},
        {R"({"name":null,"age":1,"org.example.age":2})", "-", "1"},
        {R"({"age":null,"name":"s","org.example.name":"u"})", "s", "-"},
        {R"({"age":"x","org.example.age":2,"org.example.name":"u","name":5})", "u", "2"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.json);
        const Document<SpeltFlat<S>> flat(c.json);
        CHECK(flat.verdict() == "ok");
        CHECK(text(flat->inner.name) == c.name);
        CHECK(text(flat->age) == c.age);
    }
    // an object further out has spellings of its own
    const Document<SpeltOuter<S>> outer(
        R"({"age":null,"flat":{"name":"s","org.example.name":"u"},"org.example.age":2})");
    CHECK(outer.verdict() == "ok");
    REQUIRE(outer->flat);
    CHECK(text(outer->flat->inner.name) == "s");
    CHECK(text(outer->age) == "2");
    const Document<SpeltOuter<S>> other(R"({"age":1,"flat":{"name":null,"org.example.name":"u"},"org.example.age":2})");
    REQUIRE(other->flat);
    CHECK(text(other->flat->inner.name) == "u");
    CHECK(text(other->age) == "1");
}

// ------------------------------------------------------------------------------------------------ results

TEST_CASE("json reader: a result says where the fault is, and SEC-81 never what stood there") {
    Session<Owned> into;
    const mxwire::ReadResult result = mxwire::read_json(R"({"user_id":"@a:b","access_token":"hunter2\q"})", into);
    CHECK_FALSE(result);
    CHECK(result.fault == mxwire::Fault::syntax);
    CHECK(result.member == "access_token");
    CHECK(result.offset == 41);
    // all that there is to say is in static words
    for (const mxwire::Fault fault :
         {mxwire::Fault::none, mxwire::Fault::syntax, mxwire::Fault::utf8, mxwire::Fault::depth, mxwire::Fault::type,
          mxwire::Fault::missing, mxwire::Fault::duplicate, mxwire::Fault::too_many, mxwire::Fault::too_long,
          mxwire::Fault::range, mxwire::Fault::escaped, mxwire::Fault::empty, mxwire::Fault::too_large}) {
        CHECK_FALSE(mxwire::describe(fault).empty());
    }
    CHECK(mxwire::describe(static_cast<mxwire::Fault>(200)).empty());
    static_assert(std::is_same_v<decltype(result.member), std::string_view>);
    static_assert(std::is_trivially_destructible_v<mxwire::ReadResult>);
    // the name is the table's, not the document's
    std::string body = R"({"user_id":"@a:b","\u0061ccess_token":7})";
    const mxwire::ReadResult named = mxwire::read_json(body, into);
    CHECK(named.member == "access_token");
    CHECK((named.member.data() < body.data() || named.member.data() >= body.data() + body.size()));
    // a document without a byte
    Number<Owned> number;
    CHECK(mxwire::read_json(std::string_view{}, number).fault == mxwire::Fault::syntax);
    CHECK(mxwire::read_json_in_place(nullptr, 0, number).offset == 0);
}
