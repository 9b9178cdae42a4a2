// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <mxwire/session/update_device.hpp>

using exchange::Answer;
using exchange::Roomy;
using exchange::text;
using mxwire::Owned;
using mxwire::UpdateDevice;
using mxwire::View;

namespace {

struct Show {
    std::string operator()(mxwire::EmptyResponse) const { return "named"; }
};
template <class S> std::string outcome(int status, std::string_view body) {
    return Answer<mxwire::BasicUpdateDevice<S>>(status, body).outcome(Show{});
}
template <class Where> std::string wire(const UpdateDevice& endpoint, const Where& where) {
    return exchange::wire_or_error(mxwire::prepare(endpoint, where));
}

const std::string head = "PUT https://matrix.example.org/_matrix/client/v3/devices/";

} // namespace

// ------------------------------------------------------------------------------------------------ request

TEST_CASE("updateDevice: the request, byte for byte") {
    CHECK(wire(UpdateDevice{"QBUAZIFURK", "My other phone"}, exchange::credentials()) ==
          head + "QBUAZIFURK\nContent-Type: application/json\nAuthorization: Bearer abc123\n\n" +
              R"({"display_name":"My other phone"})");
    CHECK(wire(UpdateDevice{"D", std::nullopt}, exchange::credentials()) ==
          head + "D\nContent-Type: application/json\nAuthorization: Bearer abc123\n\n{}");
}

TEST_CASE("updateDevice: A2 A7 SEC-10 SEC-11 an application service makes a device of one of its users") {
    mxwire::Credentials credentials = exchange::credentials();
    credentials.user_id = "@_irc_bob:x";
    CHECK(wire(UpdateDevice{"a/b", ""}, credentials) ==
          head +
              "a%2Fb?user_id=%40_irc_bob%3Ax\nContent-Type: application/json\n"
              "Authorization: Bearer abc123\n\n" +
              R"({"display_name":""})");
    CHECK(wire(UpdateDevice{".", ""}, credentials) == "request deviceId: not well-formed");
    CHECK(wire(UpdateDevice{"D", "\xff"}, credentials) == "request display_name: not UTF-8");
}

TEST_CASE("updateDevice: every storage policy builds the same request") {
    char buffer[512];
    const mxwire::CredentialsView where{mxwire::HomeserverView{"https://matrix.example.org"}, "abc123"};
    const std::string expected =
        head + "D\nContent-Type: application/json\nAuthorization: Bearer abc123\n\n" + R"({"display_name":"x"})";
    CHECK(exchange::wire_or_error(mxwire::prepare_into(buffer, mxwire::UpdateDeviceView{"D", "x"}, where)) == expected);
    mxwire::BasicUpdateDevice<Roomy> fixed{"D", std::nullopt};
    REQUIRE(fixed.display_name.emplace().try_assign("x"));
    CHECK(exchange::wire_or_error(mxwire::prepare(fixed, where)) == expected);
}

TEST_CASE("updateDevice: what the specification says about it") {
    constexpr const mxwire::EndpointInfo& info = UpdateDevice::info;
    CHECK(text(info.operation_id) == "updateDevice");
    CHECK(info.auth == mxwire::Auth::required);
    CHECK(info.rate_limited == mxwire::RateLimited::no);
    CHECK(info.masquerade == mxwire::Masquerade::yes);
}

// ------------------------------------------------------------------------------------------------ answer

TEST_CASE_TEMPLATE("updateDevice: what a server answers", S, Owned, View, Roomy) {
    struct Row {
        int status;
        std::string body;
        std::string outcome;
    };
    const Row rows[] = {
        {200, R"({})", "named"},
        // A7: made
        {201, R"({})", "named"},
        {200, R"()", "body 200 not well-formed"},
        // E4
        {200, R"(<html>)", "body 200 not well-formed"},
        {404, R"({"errcode":"M_NOT_FOUND"})", "server 404 M_NOT_FOUND"},
        // Dendrite
        {404, R"({"errcode":"M_FORBIDDEN"})", "server 404 M_FORBIDDEN"},
        {400, R"({"errcode":"M_TOO_LARGE"})", "server 400 M_TOO_LARGE"},
        {429, R"({"errcode":"M_LIMIT_EXCEEDED","error":"Too many requests","retry_after_ms":2000})",
         "server 429 M_LIMIT_EXCEEDED 'Too many requests' retry 2000"},
        {401, R"({"errcode":"M_UNKNOWN_TOKEN","error":"Invalid access token passed.","soft_logout":false})",
         "server 401 M_UNKNOWN_TOKEN 'Invalid access token passed.' hard"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);
        CHECK(outcome<S>(row.status, row.body) == row.outcome);
    }
}
