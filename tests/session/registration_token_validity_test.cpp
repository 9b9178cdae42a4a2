// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <mxwire/session/registration_token_validity.hpp>

using exchange::Answer;
using exchange::Roomy;
using exchange::text;
using mxwire::Owned;
using mxwire::RegistrationTokenValidity;
using mxwire::View;

namespace {

struct Show {
    std::string operator()(const mxwire::TokenValidity& answer) const { return answer.valid ? "valid" : "not valid"; }
};
template <class S> std::string outcome(int status, std::string_view body) {
    return Answer<mxwire::BasicRegistrationTokenValidity<S>>(status, body).outcome(Show{});
}
template <class Where> std::string wire(const RegistrationTokenValidity& endpoint, const Where& where) {
    return exchange::wire_or_error(mxwire::prepare(endpoint, where));
}

const std::string head =
    "GET https://matrix.example.org/_matrix/client/v1/register/m.login.registration_token/validity";

} // namespace

// ------------------------------------------------------------------------------------------------ request

TEST_CASE("registrationTokenValidity: B6 T6 the specification's request, byte for byte, without a token of a session") {
    CHECK(wire(RegistrationTokenValidity{"fBVFdqVE"}, exchange::homeserver()) == head + "?token=fBVFdqVE\n\n");
    CHECK(wire(RegistrationTokenValidity{"fBVFdqVE"}, exchange::credentials()) == head + "?token=fBVFdqVE\n\n");
}

TEST_CASE("registrationTokenValidity: SEC-12 SEC-14 the token is one query value, and in no log line") {
    CHECK(wire(RegistrationTokenValidity{"a&b=c+"}, exchange::homeserver()) == head + "?token=a%26b%3Dc%2B\n\n");
    CHECK(wire(RegistrationTokenValidity{""}, exchange::homeserver()) == "request token: empty");
    CHECK(wire(RegistrationTokenValidity{"\xff"}, exchange::homeserver()) == "request token: not UTF-8");
    const auto request = mxwire::prepare(RegistrationTokenValidity{"sentinel"}, exchange::homeserver());
    REQUIRE(request);
    CHECK(mxwire::describe(*request) == head + ", query withheld");
}

TEST_CASE("registrationTokenValidity: every storage policy builds the same request") {
    char buffer[512];
    const mxwire::HomeserverView where{"https://matrix.example.org/"};
    const std::string expected = head + "?token=t\n\n";
    CHECK(exchange::wire_or_error(mxwire::prepare_into(buffer, mxwire::RegistrationTokenValidityView{"t"}, where)) ==
          expected);
    mxwire::BasicRegistrationTokenValidity<Roomy> fixed;
    REQUIRE(fixed.token.try_assign("t"));
    CHECK(exchange::wire_or_error(mxwire::prepare(fixed, where)) == expected);
}

TEST_CASE("registrationTokenValidity: what the specification says about it") {
    constexpr const mxwire::EndpointInfo& info = RegistrationTokenValidity::info;
    CHECK(text(info.operation_id) == "registrationTokenValidity");
    CHECK(info.auth == mxwire::Auth::none);
    CHECK(info.rate_limited == mxwire::RateLimited::yes);
    CHECK(info.masquerade == mxwire::Masquerade::no);
}

// ------------------------------------------------------------------------------------------------ answer

TEST_CASE_TEMPLATE("registrationTokenValidity: what a server answers", S, Owned, View, Roomy) {
    struct Row {
        int status;
        std::string body;
        std::string outcome;
    };
    const Row rows[] = {
        // the specification's examples
        {200, R"({"valid":true})", "valid"},
        {403, R"({"errcode":"M_FORBIDDEN","error":"Registration is not enabled on this homeserver."})",
         "server 403 M_FORBIDDEN 'Registration is not enabled on this homeserver.'"},
        {429, R"({"errcode":"M_LIMIT_EXCEEDED","error":"Too many requests","retry_after_ms":2000})",
         "server 429 M_LIMIT_EXCEEDED 'Too many requests' retry 2000"},
        {200, R"({"valid":false})", "not valid"},
        // SEC-34
        {200, R"({})", "body 200 valid: missing"},
        {200, R"({"valid":null})", "body 200 valid: missing"},
        {200, R"({"valid":1})", "body 200 valid: wrong type"},
        {200, R"({"valid":"true"})", "body 200 valid: wrong type"},
        {200, R"({"valid":true,"valid":false})", "body 200 valid: given twice"},
        // E4
        {200, R"(<html>)", "body 200 not well-formed"},
        // Dendrite
        {404, R"({"errcode":"M_UNRECOGNIZED"})", "server 404 M_UNRECOGNIZED"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);
        CHECK(outcome<S>(row.status, row.body) == row.outcome);
    }
}
