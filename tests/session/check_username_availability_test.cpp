// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <mxwire/session/check_username_availability.hpp>

using exchange::Answer;
using exchange::Roomy;
using exchange::text;
using mxwire::CheckUsernameAvailability;
using mxwire::Owned;
using mxwire::View;

namespace {

struct Show {
    std::string operator()(const mxwire::UsernameAvailability& answer) const { return text(answer.available); }
};
template <class S> std::string outcome(int status, std::string_view body) {
    return Answer<mxwire::BasicCheckUsernameAvailability<S>>(status, body).outcome(Show{});
}
template <class Where> std::string wire(const CheckUsernameAvailability& endpoint, const Where& where) {
    return exchange::wire_or_error(mxwire::prepare(endpoint, where));
}

const std::string head = "GET https://matrix.example.org/_matrix/client/v3/register/available";

} // namespace

// ------------------------------------------------------------------------------------------------ request

TEST_CASE("checkUsernameAvailability: T6 the specification's request, byte for byte, without a token") {
    CHECK(wire(CheckUsernameAvailability{"my_cool_localpart"}, exchange::homeserver()) ==
          head + "?username=my_cool_localpart\n\n");
    CHECK(wire(CheckUsernameAvailability{"my_cool_localpart"}, exchange::credentials()) ==
          head + "?username=my_cool_localpart\n\n");
}

TEST_CASE("checkUsernameAvailability: B3 SEC-12 SEC-14 the username is one query value") {
    CHECK(wire(CheckUsernameAvailability{"a=/+&b c"}, exchange::homeserver()) ==
          head + "?username=a%3D%2F%2B%26b%20c\n\n");
    CHECK(wire(CheckUsernameAvailability{""}, exchange::homeserver()) == head + "?username=\n\n");
    CHECK(wire(CheckUsernameAvailability{"\xff"}, exchange::homeserver()) == "request username: not UTF-8");
}

TEST_CASE("checkUsernameAvailability: every storage policy builds the same request") {
    char buffer[512];
    const mxwire::HomeserverView where{"https://matrix.example.org/"};
    const std::string expected = head + "?username=alice\n\n";
    CHECK(exchange::wire_or_error(
              mxwire::prepare_into(buffer, mxwire::CheckUsernameAvailabilityView{"alice"}, where)) == expected);
    const mxwire::BasicCheckUsernameAvailability<Roomy> fixed{"alice"};
    CHECK(exchange::wire_or_error(mxwire::prepare(fixed, where)) == expected);
}

TEST_CASE("checkUsernameAvailability: what the specification says about it") {
    constexpr const mxwire::EndpointInfo& info = CheckUsernameAvailability::info;
    CHECK(text(info.operation_id) == "checkUsernameAvailability");
    CHECK(info.auth == mxwire::Auth::none);
    CHECK(info.rate_limited == mxwire::RateLimited::yes);
    CHECK(info.masquerade == mxwire::Masquerade::no);
}

// ------------------------------------------------------------------------------------------------ answer

TEST_CASE_TEMPLATE("checkUsernameAvailability: what a server answers", S, Owned, View, Roomy) {
    struct Row {
        int status;
        std::string body;
        std::string outcome;
    };
    const Row rows[] = {
        // the specification's examples
        {200, R"({"available":true})", "true"},
        {400, R"({"errcode":"M_USER_IN_USE","error":"Desired user ID is already taken."})",
         "server 400 M_USER_IN_USE 'Desired user ID is already taken.'"},
        {429, R"({"errcode":"M_LIMIT_EXCEEDED","error":"Too many requests","retry_after_ms":2000})",
         "server 429 M_LIMIT_EXCEEDED 'Too many requests' retry 2000"},
        {200, R"({"available":false})", "false"},
        {200, R"({})", "-"},
        {200, R"({"available":"yes"})", "-"},
        {200, R"({"available":true,"available":true})", "body 200 available: given twice"},
        // E4
        {200, R"(<html>)", "body 200 not well-formed"},
        {400, R"({"errcode":"M_INVALID_USERNAME"})", "server 400 M_INVALID_USERNAME"},
        {400, R"({"errcode":"M_EXCLUSIVE"})", "server 400 M_EXCLUSIVE"},
        // Synapse with the OAuth 2.0 API
        {404, R"({"errcode":"M_UNRECOGNIZED"})", "server 404 M_UNRECOGNIZED"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);
        CHECK(outcome<S>(row.status, row.body) == row.outcome);
    }
}
