// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <mxwire/session/get_token_owner.hpp>

using exchange::Answer;
using exchange::Roomy;
using exchange::text;
using mxwire::ErrorCode;
using mxwire::Fixed;
using mxwire::MatrixError;
using mxwire::Owned;
using mxwire::Stage;
using mxwire::View;
using std::chrono::milliseconds;

namespace {

struct Show {
    template <class Model> std::string operator()(const Model&) const { return "model"; }
};
template <class S> using Owner = mxwire::BasicGetTokenOwner<S>;
template <class S> std::string outcome(int status, std::string_view body, const exchange::Headers& headers = {},
                                       const mxwire::Limits& limits = {},
                                       const std::optional<mxwire::WallTime>& now = std::nullopt) {
    return Answer<Owner<S>>(status, body, headers, limits, now).outcome(Show{});
}
/// The delay that an answer asks for, in milliseconds, or "-".
std::string delay(int status, std::string_view body, const exchange::Headers& headers,
                  const mxwire::Limits& limits = {}, const std::optional<mxwire::WallTime>& now = std::nullopt) {
    const Answer<mxwire::GetTokenOwner> answer(status, body, headers, limits, now);
    return answer ? "model" : text(answer.error().retry_after);
}
mxwire::WallTime at(std::int64_t seconds) { return mxwire::WallTime{std::chrono::seconds{seconds}}; }

constexpr char limited[] = R"({"errcode":"M_LIMIT_EXCEEDED"})";
constexpr std::int64_t noon = 1792584000; // Wed, 21 Oct 2026 12:00:00 GMT

} // namespace

// ------------------------------------------------------------------------------------------------ a Matrix error, or
// none

TEST_CASE_TEMPLATE("error: E1 SEC-39 a string errcode makes a Matrix error, nothing else does", S, Owned, View, Roomy) {
    struct Row {
        int status;
        std::string body, outcome;
    };
    const Row rows[] = {
        {403, R"({"errcode":"M_FORBIDDEN","error":"No"})", "server 403 M_FORBIDDEN 'No'"},
        {403, R"({"error":"No","errcode":"M_FORBIDDEN"})", "server 403 M_FORBIDDEN 'No'"},
        {403, R"({"errcode":"M_FORBIDDEN"})", "server 403 M_FORBIDDEN"},
        // a wrong `error` is absent
        {403, R"({"errcode":"M_FORBIDDEN","error":null})", "server 403 M_FORBIDDEN"},
        {403, R"({"errcode":"M_FORBIDDEN","error":7})", "server 403 M_FORBIDDEN"},
        {403, R"({"errcode":"M_FORBIDDEN","error":{"a":[]}})", "server 403 M_FORBIDDEN"},
        // other members are kept as they came
        {403, R"({"a":1,"errcode":"M_FORBIDDEN","b":{"c":[null]}})",
         R"(server 403 M_FORBIDDEN rest={"a":1,"b":{"c":[null]}})"},
        {403, R"({"errcode":"M_FORBIDDEN","session":"x","flows":[]})",
         R"(server 403 M_FORBIDDEN rest={"session":"x","flows":[]})"},
        // no string errcode, no guess
        {403, R"({})", "http 403"},
        {403, R"({"errcode":null,"error":"No"})", "http 403"},
        {403, R"({"errcode":403,"error":"No"})", "http 403"},
        {403, R"({"errcode":["M_FORBIDDEN"],"error":"No"})", "http 403"},
        {403, R"({"errcode":"","error":"No"})", "http 403"},
        {403, R"({"ERRCODE":"M_FORBIDDEN"})", "http 403"},
        {403, R"({"error":"invalid_grant","error_description":"OAuth"})", "http 403"},
        {500, R"({"Err":""})", "http 500"}, // Dendrite
        {403, R"({"message":"Forbidden","code":403})", "http 403"},
        {401, R"({"message":"Unauthorized"})", "http 401"},
        {403, R"([{"errcode":"M_FORBIDDEN"}])", "http 403"},
        {403, R"("M_FORBIDDEN")", "http 403"},
        {403, "M_FORBIDDEN", "http 403"},
        {403, R"({"errcode":"M_FORBIDDEN","errcode":"M_UNKNOWN_TOKEN"})", "http 403"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);
        CHECK(outcome<S>(row.status, row.body) == row.outcome);
    }
}

TEST_CASE_TEMPLATE("error: E4 SEC-32 SEC-33 SEC-39 no JSON, cut, empty: the status and nothing of the body", S, Owned,
                   View, Roomy) {
    using namespace std::string_literals;
    const std::string bodies[] = {
        ""s,
        "  \r\n"s,
        "404 page not found\n"s,
        "Failed to deserialize the JSON body into the target type: missing field `refresh_token`"s, // MAS, 422
        "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n"s,
        "<!DOCTYPE html><html>M_FORBIDDEN {\"errcode\":\"M_FORBIDDEN\"}"s,
        "{\"errcode\":\"M_FORBIDDEN\""s,
        "{\"errcode\":\"M_FORBIDDEN}"s,
        "{\"errcode\":\"M_FORBIDDEN\"}{"s,
        "{\"errcode\":\"M_FORBIDDEN\"}\0"s,
        "{\"errcode\":\"M_FORBIDDEN\",\"error\":\"\xff\"}"s,
        "{\"errcode\":\"M_FORBIDDEN\",\"error\":\"\\ud800\"}"s,
        "{\"errcode\":\"M_FORBIDDEN\",\"x\":\"\xed\xa0\x80\"}"s,
        "{\"errcode\":\"M_FORBIDDEN\",\"x\":" + std::string(40, '[') + std::string(40, ']') + "}",
        "{\"errcode\":\"M_FORBIDDEN\",\"x\":" + std::string(100000, '[') + "}",
        "\xff\xfe{\0}\0"s,
    };
    for (const std::string& body : bodies) {
        for (const int status : {400, 401, 403, 404, 422, 429, 500, 502, 504, 599}) {
            CAPTURE(body);
            CHECK(outcome<S>(status, body) == "http " + std::to_string(status));
        }
        // E4: the Content-Type does not decide
        CHECK(outcome<S>(400, body, {{"Content-Type", "application/json"}}) == "http 400");
    }
    CHECK(outcome<S>(400, R"({"errcode":"M_X"})", {{"Content-Type", "text/html"}}) == "server 400 M_X");
    CHECK(outcome<S>(400, "\xef\xbb\xbf\n{\"errcode\":\"M_X\"}\n") == "server 400 M_X");
}

TEST_CASE_TEMPLATE("error: SEC-40 E11 only 2xx is a model, and a 3xx says where it points", S, Owned, View, Roomy) {
    const char model[] = R"({"user_id":"@a:b"})";
    for (const int status : {-1,  0,   1,   99,  100, 101, 103, 199, 300, 301, 302,       303,
                             304, 307, 308, 399, 400, 404, 500, 599, 600, 999, 2147483647}) {
        CAPTURE(status);
        const Answer<Owner<S>> answer(status, model);
        REQUIRE_FALSE(answer);
        CHECK(answer.error().stage == Stage::http);
        CHECK(answer.error().code.empty());
    }
    for (const int status : {200, 201, 202, 204, 226, 299}) CHECK(outcome<S>(status, model) == "model");

    CHECK(outcome<S>(302, "", {{"location", "https://evil.example/"}}) == "http 302 location=https://evil.example/");
    CHECK(outcome<S>(307, "<a href=x>", {{"LOCATION", "/_matrix"}, {"Location", "second"}}) ==
          "http 307 location=/_matrix");
    CHECK(outcome<S>(201, "", {{"Location", "x"}}) == "body 201 not well-formed");
    CHECK(outcome<S>(404, "", {{"Location", "x"}}) == "http 404");
}

TEST_CASE_TEMPLATE("error: E2 E5 E8 E9 E10 R4 status and code are both there to decide by", S, Owned, View, Roomy) {
    struct Row {
        int status;
        std::string body, outcome;
    };
    const Row rows[] = {
        {400, R"({"errcode":"M_NOT_FOUND"})", "server 400 M_NOT_FOUND"},
        {404, R"({"errcode":"M_UNKNOWN"})", "server 404 M_UNKNOWN"},
        {404, R"({"errcode":"M_UNRECOGNIZED"})", "server 404 M_UNRECOGNIZED"},
        {405, R"({"errcode":"M_UNRECOGNIZED"})", "server 405 M_UNRECOGNIZED"},
        {400, R"({"errcode":"M_UNRECOGNIZED"})", "server 400 M_UNRECOGNIZED"},
        {403, R"({"errcode":"M_USER_SUSPENDED"})", "server 403 M_USER_SUSPENDED"},
        {501, R"({"errcode":"M_UNKNOWN","error":"unknown auth type"})", "server 501 M_UNKNOWN 'unknown auth type'"},
        {403, R"({"errcode":"M_RESOURCE_LIMIT_EXCEEDED","admin_contact":"mailto:a@b"})",
         R"(server 403 M_RESOURCE_LIMIT_EXCEEDED rest={"admin_contact":"mailto:a@b"})"},
        {403, R"({"errcode":"M_USER_LIMIT_EXCEEDED","info_uri":"https://i","can_upgrade":true})",
         R"(server 403 M_USER_LIMIT_EXCEEDED rest={"info_uri":"https://i","can_upgrade":true})"},
        {403, R"({"errcode":"M_CONSENT_NOT_GIVEN","consent_uri":"https://c"})",
         R"(server 403 M_CONSENT_NOT_GIVEN rest={"consent_uri":"https://c"})"},
        // trap 21: null members
        {403,
         R"({"errcode":"M_RESOURCE_LIMIT_EXCEEDED","admin_contact":null,"retry_after_ms":null,)"
         R"("error_url":null,"soft_logout":null})",
         R"(server 403 M_RESOURCE_LIMIT_EXCEEDED rest={"admin_contact":null,"error_url":null})"},
        // R4
        {429, "", "http 429"},
        {429, R"({"errcode":"M_UNKNOWN","retry_after_ms":5})", "server 429 M_UNKNOWN retry 5"},
        {400, R"({"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":5})", "server 400 M_LIMIT_EXCEEDED retry 5"},
        {429, R"({"error":"slow_down"})", "http 429"}, // tuwunel
        // soft_logout of another type is absent (F11)
        {401, R"({"errcode":"M_UNKNOWN_TOKEN","soft_logout":"true"})", "server 401 M_UNKNOWN_TOKEN"},
        {401, R"({"errcode":"M_UNKNOWN_TOKEN","soft_logout":1})", "server 401 M_UNKNOWN_TOKEN"},
        {403, R"({"errcode":"M_UNKNOWN_TOKEN","soft_logout":true})", "server 403 M_UNKNOWN_TOKEN soft"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);
        CHECK(outcome<S>(row.status, row.body) == row.outcome);
    }
}

// ------------------------------------------------------------------------------------------------ codes

TEST_CASE("error: E3 every known code is an enumerator and keeps its word") {
    const std::pair<const char*, ErrorCode> codes[] = {
        {"M_LIMIT_EXCEEDED", ErrorCode::limit_exceeded},
        {"M_FORBIDDEN", ErrorCode::forbidden},
        {"M_UNKNOWN_TOKEN", ErrorCode::unknown_token},
        {"M_MISSING_TOKEN", ErrorCode::missing_token},
        {"M_UNKNOWN", ErrorCode::unknown},
        {"M_UNRECOGNIZED", ErrorCode::unrecognized},
        {"M_NOT_FOUND", ErrorCode::not_found},
        {"M_BAD_JSON", ErrorCode::bad_json},
        {"M_NOT_JSON", ErrorCode::not_json},
        {"M_INVALID_PARAM", ErrorCode::invalid_param},
        {"M_MISSING_PARAM", ErrorCode::missing_param},
        {"M_USER_LOCKED", ErrorCode::user_locked},
        {"M_USER_SUSPENDED", ErrorCode::user_suspended},
        {"M_USER_DEACTIVATED", ErrorCode::user_deactivated},
        {"M_RESOURCE_LIMIT_EXCEEDED", ErrorCode::resource_limit_exceeded},
        {"M_USER_LIMIT_EXCEEDED", ErrorCode::user_limit_exceeded},
        {"M_UNKNOWN_DEVICE", ErrorCode::unknown_device},
        {"ORG.MATRIX.MSC4326.M_UNKNOWN_DEVICE", ErrorCode::unknown_device},
        {"M_APPSERVICE_LOGIN_UNSUPPORTED", ErrorCode::appservice_login_unsupported},
        {"IO.ELEMENT.MSC4190.M_APPSERVICE_LOGIN_UNSUPPORTED", ErrorCode::appservice_login_unsupported},
        {"M_EXCLUSIVE", ErrorCode::exclusive},
        {"M_UNAUTHORIZED", ErrorCode::unauthorized},
        {"M_GUEST_ACCESS_FORBIDDEN", ErrorCode::guest_access_forbidden},
        {"M_USER_IN_USE", ErrorCode::user_in_use},
        {"M_INVALID_USERNAME", ErrorCode::invalid_username},
        {"M_WEAK_PASSWORD", ErrorCode::weak_password},
        {"M_TOO_LARGE", ErrorCode::too_large},
        {"M_CAPTCHA_NEEDED", ErrorCode::captcha_needed},
        {"M_CAPTCHA_INVALID", ErrorCode::captcha_invalid},
        {"M_THREEPID_IN_USE", ErrorCode::threepid_in_use},
        {"M_THREEPID_NOT_FOUND", ErrorCode::threepid_not_found},
        {"M_THREEPID_AUTH_FAILED", ErrorCode::threepid_auth_failed},
        {"M_THREEPID_DENIED", ErrorCode::threepid_denied},
        {"M_THREEPID_MEDIUM_NOT_SUPPORTED", ErrorCode::threepid_medium_not_supported},
        {"M_SERVER_NOT_TRUSTED", ErrorCode::server_not_trusted},
        {"M_CONSENT_NOT_GIVEN", ErrorCode::consent_not_given},
    };
    for (const auto& [word, code] : codes) {
        const std::string body = R"({"errcode":")" + std::string(word) + "\"}";
        CAPTURE(body);
        const Answer<mxwire::GetTokenOwner> answer(400, body);
        REQUIRE_FALSE(answer);
        CHECK(answer.error().code == code);
        CHECK(answer.error().code == word);
        CHECK(answer.error().code != ErrorCode::other);
        // known words take no room
        CHECK(outcome<Fixed<4, 1>>(400, body) == "server 400 " + std::string(word));
    }
}

TEST_CASE("error: E3 any other code is itself, compared exactly") {
    for (const char* word :
         {"COM.EXAMPLE_FOO", "ORG.EXAMPLE.QUOTA", "m_forbidden", "M_FORBIDDEN ", " M_FORBIDDEN", "M_FORBIDDEN\\u0000",
          "M_FORBIDDE", "M_FORBIDDENN", "ORG.MATRIX.MSC9999.M_FORBIDDEN", "M_PASSWORD_TOO_SHORT", "x", "\xc3\xa9"}) {
        const Answer<mxwire::GetTokenOwner> answer(403, R"({"errcode":")" + std::string(word) + "\"}");
        REQUIRE_FALSE(answer);
        CHECK(answer.error().code == ErrorCode::other);
        CHECK(answer.error().code != ErrorCode::forbidden);
        CHECK(answer.error().code != "M_FORBIDDEN");
        CHECK(answer.error().stage == Stage::server);
        if (std::string_view{word}.find('\\') == std::string_view::npos) CHECK(answer.error().code == word);
    }
    const Answer<mxwire::GetTokenOwner> escaped(403, R"({"errcode":"M\u005fFORBIDDEN"})");
    CHECK(escaped.error().code == ErrorCode::forbidden);
    CHECK(MatrixError{}.code == ErrorCode::other);
    CHECK(MatrixError{}.code.empty());
}

// ------------------------------------------------------------------------------------------------ 401

TEST_CASE_TEMPLATE(
    "error: U2 E6 E7 SEC-50 SEC-51 trap 15 an array of flows under 401 makes a challenge, nothing else does", S, Owned,
    View, Roomy) {
    struct Row {
        int status;
        std::string body, outcome;
    };
    const Row rows[] = {
        {401, R"({"flows":[{"stages":["m.login.password"]}],"params":{},"session":"xyz"})",
         "server 401 uia[m.login.password] session=xyz params={}"},
        {401,
         R"({"session":"xyz","completed":["a"],"params":{"m.x":{"k":[1]}},"flows":[{"stages":["a",)"
         R"("b"]},{"stages":["c"]}]})",
         R"(server 401 uia[a b][c] completed[a] session=xyz params={"m.x":{"k":[1]}})"},
        // U8: with an error beside it
        {401,
         R"({"errcode":"M_FORBIDDEN","error":"Invalid password","completed":[],)"
         R"("flows":[{"stages":["m.login.password"]}],"session":"s"})",
         "server 401 M_FORBIDDEN 'Invalid password' uia[m.login.password] session=s"},
        {401, R"({"flows":[{"stages":["m.login.password"]}],"errcode":"M_FORBIDDEN","error":"no","x":1})",
         R"(server 401 M_FORBIDDEN 'no' uia[m.login.password] rest={"x":1})"},
        // trap 15: Dendrite, conduwuit
        {401, R"({"flows":[{"stages":["m.login.password"]}],"completed":null,"params":null,"session":""})",
         "server 401 uia[m.login.password]"},
        {401, R"({"flows":[{"stages":["m.login.password"]}],"completed":{},"params":[],"session":7})",
         "server 401 uia[m.login.password]"},
        {401, R"({"completed":["a",5],"params":"x","session":null,"flows":[{"stages":["a"]}]})", "server 401 uia[a]"},
        {401, R"({"flows":[]})", "server 401 uia"},
        {401, R"({"flows":[{}]})", "server 401 uia[]"},
        {401, R"({"flows":[{"stages":null},{"stages":"a"},{"stages":[]},{"stages":["a",null]},{"stages":["b"]}]})",
         "server 401 uia[][][][][b]"},
        {401, R"({"flows":[null,"a",{"stages":["b"]}]})", "server 401 uia[b]"},
        {401, R"({"flows":[{"stages":["a"],"x":[{}]}],"msg":"extra"})", R"(server 401 uia[a] rest={"msg":"extra"})"},
        {401, R"({"flows":[{"stages":["m.login.\u0070assword"]}],"session":"\u00e9"})",
         "server 401 uia[m.login.password] session=\xc3\xa9"},
        // no array, no challenge
        {401, R"({"flows":null,"session":"s"})", "http 401"},
        {401, R"({"flows":{},"session":"s","params":{},"completed":[]})", "http 401"},
        {401, R"({"flows":"m.login.password"})", "http 401"},
        {401, R"({"session":"s"})", "http 401"},
        {401, R"({"errcode":"M_UNKNOWN_TOKEN","flows":null,"session":"s"})", "server 401 M_UNKNOWN_TOKEN"},
        {401, R"({"errcode":"M_UNKNOWN_TOKEN","session":"s","params":{"a":1},"completed":["x"]})",
         "server 401 M_UNKNOWN_TOKEN"},
        {401, R"({"errcode":"M_MISSING_TOKEN"})", "server 401 M_MISSING_TOKEN"},
        {401, R"({"errcode":"M_USER_LOCKED","soft_logout":true})", "server 401 M_USER_LOCKED soft"},
        {401, R"([{"flows":[]}])", "http 401"},
        {401, R"({"x":{"flows":[]}})", "http 401"},
        // no 401, no challenge
        {403, R"({"flows":[{"stages":["a"]}],"session":"s"})", "http 403"},
        {400, R"({"errcode":"M_X","flows":[{"stages":["a"]}]})", R"(server 400 M_X rest={"flows":[{"stages":["a"]}]})"},
        // a proxy's own (matrix-spec#864)
        {401, "", "http 401"},
        {401, "<html><h1>401 Authorization Required</h1></html>", "http 401"},
        {401, R"({"flows":[{"stages":["a"]}],"flows":[{"stages":["b"]}]})", "http 401"},
        {401, R"({"flows":[{"stages":["a"]}],"session":"a)", "http 401"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);
        CHECK(outcome<S>(row.status, row.body, {{"WWW-Authenticate", "Basic"}}) == row.outcome);
    }
}

TEST_CASE("error: U2 the parameters of a stage can be looked up") {
    const Answer<mxwire::GetTokenOwner> answer(
        401, R"({"flows":[{"stages":["m.login.recaptcha"]}],"params":{"m.login.recaptcha":{"public_key":"pub"}}})");
    REQUIRE_FALSE(answer);
    REQUIRE(answer.error().challenge);
    const auto stage = answer.error().challenge->params.find(mxwire::auth_type::recaptcha);
    REQUIRE(stage);
    REQUIRE(stage->find("public_key"));
    CHECK(*stage->find("public_key")->string() == "pub");
}

// ------------------------------------------------------------------------------------------------ delays

TEST_CASE("error: R1 R2 R3 R5 SEC-96 one effective delay, the header's before the body's") {
    struct Row {
        std::string header;       // "none": there is none
        std::string milliseconds; // of the body
        std::string delay;
    };
    const Row rows[] = {
        {"none", "", "-"},
        {"2", "", "2000"},
        {"0", "", "0"},
        {"007", "", "7000"},
        {" 2\t", "", "2000"},
        {"3600", "", "3600000"},
        {"none", "2000", "2000"},
        {"none", "0", "0"},
        {"2", "1500", "2000"},
        {"0", "1500", "0"},
        // no valid header: the body's
        {"", "1500", "1500"},
        {" ", "1500", "1500"},
        {"-1", "1500", "1500"},
        {"+1", "1500", "1500"},
        {"1.5", "1500", "1500"},
        {"1,2", "1500", "1500"},
        {"2s", "1500", "1500"},
        {"0x10", "1500", "1500"},
        {"1 2", "1500", "1500"},
        {"2\r\n", "1500", "1500"},
        {"\xd9\xa2", "1500", "1500"},
        {"soon", "1500", "1500"},
        {"soon", "", "-"},
        // R3
        {"none", "null", "-"},
        {"none", "-1", "-"},
        {"none", "-9223372036854775808", "-"},
        {"none", "1.5", "-"},
        {"none", "\"2000\"", "-"},
        {"none", "true", "-"},
        {"none", "[2000]", "-"},
        {"none", "2000.0", "2000"},
        {"none", "2e3", "2000"},
        {"none", "18446744073709551616", "-"},
        {"none", "1e999", "-"},
        // caps: an hour
        {"3601", "", "3600000"},
        {"99999999999999999999999999", "", "3600000"},
        {"none", "3600001", "3600000"},
        {"none", "9223372036854775807", "3600000"},
    };
    for (const Row& row : rows) {
        exchange::Headers headers{{"Content-Type", "application/json"}};
        if (row.header != "none") headers.emplace_back("Retry-After", row.header);
        const std::string body = row.milliseconds.empty()
                                     ? limited
                                     : R"({"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":)" + row.milliseconds + "}";
        CAPTURE(row.header);
        CAPTURE(row.milliseconds);
        CHECK(delay(429, body, headers) == row.delay);
    }
}

TEST_CASE_TEMPLATE("error: R2 R4 the header counts in any case, under any status, with any body", S, Owned, View,
                   Roomy) {
    for (const char* name : {"Retry-After", "retry-after", "RETRY-AFTER", "rEtRy-aFtEr"}) {
        CHECK(outcome<S>(429, limited, {{name, "2"}}) == "server 429 M_LIMIT_EXCEEDED retry 2000");
    }
    for (const char* name : {"Retry_After", "Retry-After ", "X-Retry-After", "Retry-Afte", ""}) {
        CHECK(outcome<S>(429, limited, {{name, "2"}}) == "server 429 M_LIMIT_EXCEEDED");
    }
    CHECK(outcome<S>(429, "<html>Too many requests</html>", {{"Retry-After", "2"}}) == "http 429 retry 2000");
    CHECK(outcome<S>(503, "", {{"Retry-After", "120"}}) == "http 503 retry 120000");
    CHECK(outcome<S>(429, limited, {{"Retry-After", "2"}, {"Retry-After", "9"}}) ==
          "server 429 M_LIMIT_EXCEEDED retry 2000");
    // a 2xx asks for nothing
    CHECK(outcome<S>(200, "{}", {{"Retry-After", "2"}}) == "body 200 user_id: missing");
}

TEST_CASE("error: SEC-96 the cap is the caller's") {
    mxwire::Limits limits;
    limits.retry_after = std::chrono::hours{24};
    CHECK(delay(429, limited, {{"Retry-After", "7200"}}, limits) == "7200000");
    CHECK(delay(429, limited, {{"Retry-After", "86401"}}, limits) == "86400000");
    limits.retry_after = milliseconds{1500};
    CHECK(delay(429, limited, {{"Retry-After", "2"}}, limits) == "1500");
    CHECK(delay(429, R"({"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":1501})", {}, limits) == "1500");
    CHECK(delay(429, R"({"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":1499})", {}, limits) == "1499");
    limits.retry_after = milliseconds{0};
    CHECK(delay(429, limited, {{"Retry-After", "2"}}, limits) == "0");
}

TEST_CASE("error: R2 an HTTP-date in its three forms, against the caller's clock") {
    const char* const dates[] = {
        "Wed, 21 Oct 2026 12:01:00 GMT",     // RFC 9110
        "Wednesday, 21-Oct-26 12:01:00 GMT", // RFC 850
        "Wed Oct 21 12:01:00 2026",          // asctime
        " Wed, 21 Oct 2026 12:01:00 GMT ",
    };
    for (const char* date : dates) {
        CAPTURE(text(date));
        const exchange::Headers headers{{"Retry-After", date}};
        CHECK(delay(429, limited, headers, {}, at(noon)) == "60000");
        CHECK(delay(429, limited, headers, {}, at(noon + 59)) == "1000");
        CHECK(delay(429, limited, headers, {}, at(noon - 86400)) == "3600000"); // the cap
        // now, and past: the next source
        CHECK(delay(429, limited, headers, {}, at(noon + 60)) == "-");
        CHECK(delay(429, limited, headers, {}, at(noon + 61)) == "-");
        CHECK(delay(429, R"({"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":7})", headers, {}, at(noon + 61)) == "7");
        // the caller's clock is asked before the answer's
        CHECK(delay(429, limited, {{"Retry-After", date}, {"Date", "Wed, 21 Oct 2026 12:00:30 GMT"}}, {}, at(noon)) ==
              "60000");
    }
}

TEST_CASE("error: R2 an HTTP-date without a clock is measured from the answer's own date, in its three forms") {
    const char* const dates[] = {"Wed, 21 Oct 2026 12:00:00 GMT", "Wednesday, 21-Oct-26 12:00:00 GMT",
                                 "Wed Oct 21 12:00:00 2026"};
    for (const char* date : dates) {
        CAPTURE(text(date));
        CHECK(delay(429, limited, {{"date", date}, {"retry-after", "Wed, 21 Oct 2026 12:01:00 GMT"}}) == "60000");
        CHECK(delay(429, limited, {{"retry-after", "Wed, 21 Oct 2026 12:00:00 GMT"}, {"DATE", date}}) == "-");
        CHECK(delay(429, limited, {{"Retry-After", "Wed, 21 Oct 2026 11:59:59 GMT"}, {"Date", date}}) == "-");
    }
    // neither
    const exchange::Headers alone{{"Retry-After", "Wed, 21 Oct 2026 12:01:00 GMT"}};
    CHECK(delay(429, limited, alone) == "-");
    CHECK(delay(429, R"({"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":7})", alone) == "7");
    CHECK(delay(429, limited, {{"Retry-After", "Wed, 21 Oct 2026 12:01:00 GMT"}, {"Date", "yesterday"}}) == "-");
    CHECK(delay(429, limited, {{"Retry-After", "Wed, 21 Oct 2026 12:01:00 GMT"}, {"Date", ""}}) == "-");
}

TEST_CASE("error: R2 the calendar of HTTP-dates") {
    struct Row {
        std::int64_t now;
        std::string date;
    };
    const Row rows[] = {
        // each ten seconds from now
        {784111767, "Sun, 06 Nov 1994 08:49:37 GMT"},
        {784111767, "Sunday, 06-Nov-94 08:49:37 GMT"},
        {784111767, "Sun Nov  6 08:49:37 1994"},
        {784111767, "06 Nov 1994 08:49:37 GMT"},
        {784111767, "6 Nov 1994 08:49:37 GMT"},
        {0, "Thu, 01 Jan 1970 00:00:10 GMT"},
        {-5, "Thu, 01 Jan 1970 00:00:10 GMT"}, // a clock that was never set
        {951782390, "Tue, 29 Feb 2000 00:00:00 GMT"},
        {951868790, "Wed, 01 Mar 2000 00:00:00 GMT"},
        {1709164790, "Thu, 29 Feb 2024 00:00:00 GMT"},
        {1772323190, "Sun, 01 Mar 2026 00:00:00 GMT"},
        {4107542390, "Mon, 01 Mar 2100 00:00:00 GMT"},
        {1798761589, "Thu, 31 Dec 2026 23:59:59 GMT"},
        {253402300789, "Fri, 31 Dec 9999 23:59:59 GMT"},
        {1767225590, "Thursday, 01-Jan-26 00:00:00 GMT"},
        // two digits: from 1970 to 2069
        {0, "Thursday, 01-Jan-70 00:00:10 GMT"},
        {3124223990, "Tuesday, 01-Jan-69 00:00:00 GMT"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.date);
        CHECK(delay(429, limited, {{"Retry-After", row.date}}, {}, at(row.now)) == "10000");
    }
}

TEST_CASE("error: R2 SEC-96 garbage that looks like a date is none, and does no harm") {
    const char* const dates[] = {
        "Wed, 21 Oct 2026",
        "21 Oct 12:01:00",
        "12:01:00",
        "Oct",
        "Wed, 21 Oct 2026 12:01 GMT",
        "Wed, 21 Oct 2026 12:01:00:00 GMT",
        "Wed, 21 Oct 2026 24:00:00 GMT",
        "Wed, 21 Oct 2026 12:60:00 GMT",
        "Wed, 21 Oct 2026 12:01:61 GMT",
        "Wed, 21 Oct 2026 1:01:00 GMT",
        "Wed, 21 Oct 2026 -1:01:00 GMT",
        "Wed, 00 Oct 2026 12:01:00 GMT",
        "Wed, 32 Oct 2026 12:01:00 GMT",
        "Wed, 21 Okt 2026 12:01:00 GMT",
        "Wed, 21 oct 2026 12:01:00 GMT",
        "Wed, 21 10 2026 12:01:00 GMT",
        "Wed, 21 Oct 20266 12:01:00 GMT",
        "Wed, 21 Oct 99999999999999999999 12:01:00 GMT",
        "2026-10-21T12:01:00Z",
        "Wed, 21 Oct 1926 12:01:00 GMT",
        "::::::::",
        "99:99:99",
        "Jan Jan Jan 01 01 01",
        "12:",
        "O",
        "Oc",
        "1;1",
    };
    for (const char* date : dates) {
        CAPTURE(text(date));
        CHECK(delay(429, limited, {{"Retry-After", date}}, {}, at(noon)) == "-");
        CHECK(delay(429, limited, {{"Retry-After", "Wed, 21 Oct 2026 12:01:00 GMT"}, {"Date", date}}) == "-");
    }
    // every piece of a date, and every date with a byte gone wrong
    const std::string good = "Wed, 21 Oct 2026 12:01:00 GMT";
    for (std::size_t i = 0; i < good.size(); ++i) {
        (void)delay(429, limited, {{"Retry-After", good.substr(0, i)}}, {}, at(noon));
        (void)delay(429, limited, {{"Retry-After", good.substr(i)}}, {}, at(noon));
        std::string bad = good;
        bad[i] = '\xff';
        (void)delay(429, limited, {{"Retry-After", bad}}, {}, at(noon));
    }
    // clocks at the ends of time
    CHECK(delay(429, limited, {{"Retry-After", good}}, {}, at(-62135596800)) == "3600000");
    CHECK(delay(429, limited, {{"Retry-After", good}}, {}, at(4611686018427387904)) == "-");
    CHECK(delay(429, limited, {{"Retry-After", good}}, {}, at(-4611686018427387904)) == "3600000");
    CHECK(delay(429, limited, {{"Retry-After", good}}, {}, mxwire::WallTime::min()) == "3600000");
}

// ------------------------------------------------------------------------------------------------ what is kept where

TEST_CASE("error: Fixed cuts the code and the message, at a character, and fails on neither") {
    using Small = Fixed<8, 2>;
    CHECK(outcome<Small>(403, R"({"errcode":"ORG.EXAMPLE.QUOTA","error":"A long sentence"})") ==
          "server 403 ORG.EXAM 'A long s'");
    CHECK(outcome<Small>(403, R"({"errcode":"M_FORBIDDEN","error":"1234567\u00e9"})") ==
          "server 403 M_FORBIDDEN '1234567'");
    CHECK(outcome<Small>(403, R"({"errcode":"M_FORBIDDEN","error":"123456\u00e9"})") ==
          "server 403 M_FORBIDDEN '123456\xc3\xa9'");
    CHECK(outcome<Small>(403, R"({"errcode":"M_FORBIDDEN","error":"12345\ud83d\ude00"})") ==
          "server 403 M_FORBIDDEN '12345'");
    CHECK(outcome<Small>(403, R"({"errcode":"1234567\u0038","error":"\u0031"})") == "server 403 12345678 '1'");
    CHECK(outcome<Small>(429, R"({"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":5,"error":"Too many requests"})") ==
          "server 429 M_LIMIT_EXCEEDED 'Too many' retry 5");
    CHECK(outcome<Small>(302, "", {{"Location", "https://example.org"}}) == "http 302 location=https://");
}

TEST_CASE("error: E1 a member of a Matrix error that does not fit is left out, the error is still itself") {
    CHECK(
        outcome<Fixed<16, 2>>(403, R"({"errcode":"M_RESOURCE_LIMIT_EXCEEDED","admin_contact":"mailto:a@b.c","x":1})") ==
        R"(server 403 M_RESOURCE_LIMIT_EXCEEDED rest={"x":1})");
    CHECK(outcome<View>(403, R"({"a":0,"b":0,"c":0,"d":0,"e":0,"f":0,"g":0,"h":0,"i":0,"errcode":"M_FORBIDDEN"})") ==
          R"(server 403 M_FORBIDDEN rest={"a":0,"b":0,"c":0,"d":0,"e":0,"f":0,"g":0,"h":0})");
}

TEST_CASE("error: U2 a challenge that does not fit is an error that names the member, never half a challenge") {
    struct Row {
        std::string body, outcome;
    };
    const Row rows[] = {
        {R"({"flows":[{"stages":["a","b"]},{"stages":["c"]}],"session":"1234567890123456"})",
         "server 401 uia[a b][c] session=1234567890123456"},
        {R"({"flows":[{"stages":["a"]},{"stages":["b"]},{"stages":["c"]}],"errcode":"M_FORBIDDEN","session":"s"})",
         "body 401 flows: too many"},
        {R"({"flows":[{"stages":["a","b","c"]}],"session":"s"})", "body 401 stages: too many"},
        {R"({"flows":[{"stages":["12345678901234567"]}]})", "body 401 stages: too long"},
        {R"({"errcode":"M_X","flows":[{"stages":["a"]}],"session":"12345678901234567"})", "body 401 session: too long"},
        {R"({"flows":[{"stages":["a"]}],"params":{"a":"12345678901234567"}})", "body 401 params: too long"},
        {R"({"flows":[{"stages":["a"]}],"completed":["a","b","c"]})", "body 401 completed: too many"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);
        CHECK(outcome<Fixed<16, 2>>(401, row.body).substr(0, row.outcome.size()) == row.outcome);
    }
}

TEST_CASE("error: SEC-31 SEC-39 a body over the limit is not looked at, the status still is") {
    mxwire::Limits limits;
    limits.body = sizeof limited - 1;
    CHECK(outcome<Owned>(429, limited, {}, limits) == "server 429 M_LIMIT_EXCEEDED");
    limits.body -= 1;
    CHECK(outcome<Owned>(429, limited, {{"Retry-After", "2"}}, limits) == "http 429 retry 2000");

    const std::string padding(1024 * 1024, ' ');
    CHECK(outcome<Owned>(403, R"({"errcode":"M_X"})" + padding) == "http 403");
    CHECK(outcome<Owned>(403, R"({"errcode":"M_X"})" + padding.substr(17)) == "server 403 M_X");
}

// ------------------------------------------------------------------------------------------------ one line for a log

TEST_CASE("error: describe names operation, status, stage, code and member") {
    const auto line = [](int status, std::string_view body, const exchange::Headers& headers = {}) {
        return mxwire::describe(Answer<mxwire::GetTokenOwner>(status, body, headers).error());
    };
    CHECK(line(403, R"({"errcode":"M_FORBIDDEN","error":"No"})") == "getTokenOwner: 403 M_FORBIDDEN");
    CHECK(line(502, "<html>") == "getTokenOwner: 502, not a Matrix answer");
    CHECK(line(200, "{}") == "getTokenOwner: 200, unexpected body, user_id: missing");
    CHECK(line(200, "<html>").rfind("getTokenOwner: 200, unexpected body", 0) == 0);
    CHECK(line(429, limited, {{"Retry-After", "2"}}) == "getTokenOwner: 429 M_LIMIT_EXCEEDED, retry after 2000 ms");
    CHECK(line(429, limited, {{"Retry-After", "0"}}) == "getTokenOwner: 429 M_LIMIT_EXCEEDED, retry after 0 ms");
    CHECK(line(401, R"({"flows":[]})") == "getTokenOwner: 401, authentication required");
    CHECK(line(401, R"({"flows":[],"errcode":"M_FORBIDDEN"})") ==
          "getTokenOwner: 401 M_FORBIDDEN, authentication required");
    CHECK(line(302, "", {{"Location", "https://sentinel"}}) == "getTokenOwner: 302, not a Matrix answer");
    CHECK(line(-1, "") == "getTokenOwner: -1, not a Matrix answer");
    const mxwire::Result<int> unreachable = mxwire::transport_error(-7, "sentinel");
    CHECK(mxwire::describe(unreachable.error()) == "mxwire: no response, transport error -7");
    CHECK(mxwire::describe(mxwire::prepare(mxwire::GetTokenOwner{}, exchange::credentials("")).error()) ==
          "getTokenOwner: request not built, access_token: the access token is empty or cannot stand in a header");
    CHECK(mxwire::describe(MatrixError{}).rfind("mxwire: request not built", 0) == 0);
}

TEST_CASE(
    "error: SEC-43 SEC-81 describe shows a foreign code capped and without controls, and nothing else of the server") {
    const auto line = [](std::string_view code) {
        return mxwire::describe(Answer<mxwire::GetTokenOwner>(400, R"({"error":"sentinel","sentinel":1,"errcode":")" +
                                                                       std::string(code) + "\"}")
                                    .error());
    };
    CHECK(line("COM.EXAMPLE_FOO") == "getTokenOwner: 400 COM.EXAMPLE_FOO");
    CHECK(line(R"(A\r\nB\u0000C\u001b[31m)") == "getTokenOwner: 400 A??B?C?[31m");
    CHECK(line("A \xc3\xa9 \\\"") == "getTokenOwner: 400 A????\"");
    CHECK(line("!~\x7f") == "getTokenOwner: 400 !~?");
    CHECK(line(std::string(64, 'x')) == "getTokenOwner: 400 " + std::string(64, 'x'));
    CHECK(line(std::string(65, 'x')) == "getTokenOwner: 400 " + std::string(64, 'x') + "...");
    CHECK(line(std::string(100000, 'x')) == "getTokenOwner: 400 " + std::string(64, 'x') + "...");
}

TEST_CASE("error: describe_into writes what fits and never behind it") {
    const Answer<Owner<View>> answer(429, limited, {{"Retry-After", "2"}});
    const std::string whole = mxwire::describe(answer.error());
    for (std::size_t size = 0; size <= whole.size() + 2; ++size) {
        std::string buffer(size + 1, '#');
        const std::size_t written = mxwire::describe_into(buffer.data(), size, answer.error());
        CHECK(written == std::min(size, whole.size()));
        CHECK(buffer.substr(0, written) == whole.substr(0, written));
        CHECK(buffer[written] == '#');
    }
}

TEST_CASE("error: an error is a value that can be copied, moved and outlive the answer") {
    MatrixError copy;
    {
        const std::string body =
            R"({"errcode":"ORG.EXAMPLE.A_CODE_OF_SOME_LENGTH","error":"A message of some length","x":{"y":1}})";
        const auto result = mxwire::parse<mxwire::GetTokenOwner>(403, body);
        REQUIRE_FALSE(result);
        copy = result.error();
    }
    const MatrixError moved = std::move(copy);
    CHECK(text(moved) ==
          R"(server 403 ORG.EXAMPLE.A_CODE_OF_SOME_LENGTH 'A message of some length' rest={"x":{"y":1}})");
    CHECK(text(moved.operation) == "getTokenOwner");
}

TEST_CASE("error: stages have names") {
    CHECK(text(to_string(Stage::request)) == "request");
    CHECK(text(to_string(Stage::transport)) == "transport");
    CHECK(text(to_string(Stage::server)) == "server");
    CHECK(text(to_string(Stage::http)) == "http");
    CHECK(text(to_string(Stage::body)) == "body");
}
