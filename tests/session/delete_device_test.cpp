// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <mxwire/session/delete_device.hpp>

using exchange::Answer;
using exchange::Roomy;
using exchange::text;
using mxwire::DeleteDevice;
using mxwire::Owned;
using mxwire::View;

namespace {

struct Show {
    std::string operator()(mxwire::EmptyResponse) const { return "deleted"; }
};
template <class S> std::string outcome(int status, std::string_view body) {
    return Answer<mxwire::BasicDeleteDevice<S>>(status, body).outcome(Show{});
}
template <class Where> std::string wire(const DeleteDevice& endpoint, const Where& where) {
    return exchange::wire_or_error(mxwire::prepare(endpoint, where));
}

const std::string head = "DELETE https://matrix.example.org/_matrix/client/v3/devices/";

} // namespace

// ------------------------------------------------------------------------------------------------ request

TEST_CASE("deleteDevice: U1 U4 the specification's request: a DELETE with a body") {
    DeleteDevice end{"QBUAZIFURK"};
    CHECK(wire(end, exchange::credentials()) ==
          head + "QBUAZIFURK\nContent-Type: application/json\nAuthorization: Bearer abc123\n\n{}");
    end.auth = mxwire::AuthData{
        mxwire::CustomAuth{"example.type.foo", mxwire::raw_json(R"({"example_credential":"verypoorsharedsecret"})")},
        "xxxxx"};
    CHECK(wire(end, exchange::credentials()) ==
          head + "QBUAZIFURK\nContent-Type: application/json\nAuthorization: Bearer abc123\n\n" +
              R"({"auth":{"type":"example.type.foo","example_credential":"verypoorsharedsecret","session":"xxxxx"}})");
}

TEST_CASE("deleteDevice: I5 SEC-10 SEC-11 a device ID is any text, and one segment of the path") {
    mxwire::Credentials credentials = exchange::credentials();
    credentials.user_id = "@_irc_bob:x";
    CHECK(wire(DeleteDevice{"a/b?c"}, credentials) ==
          head + "a%2Fb%3Fc?user_id=%40_irc_bob%3Ax\nContent-Type: application/json\n"
                 "Authorization: Bearer abc123\n\n{}");
    CHECK(wire(DeleteDevice{".."}, credentials) == "request deviceId: not well-formed");
}

TEST_CASE("deleteDevice: every storage policy builds the same request") {
    char buffer[512];
    const mxwire::CredentialsView where{mxwire::HomeserverView{"https://matrix.example.org"}, "abc123"};
    const std::string expected = head + "D\nContent-Type: application/json\nAuthorization: Bearer abc123\n\n{}";
    CHECK(exchange::wire_or_error(mxwire::prepare_into(buffer, mxwire::DeleteDeviceView{"D", std::nullopt}, where)) ==
          expected);
    const mxwire::BasicDeleteDevice<Roomy> fixed{"D", std::nullopt};
    CHECK(exchange::wire_or_error(mxwire::prepare(fixed, where)) == expected);
}

TEST_CASE("deleteDevice: what the specification says about it") {
    constexpr const mxwire::EndpointInfo& info = DeleteDevice::info;
    CHECK(text(info.operation_id) == "deleteDevice");
    CHECK(info.auth == mxwire::Auth::required);
    CHECK(info.rate_limited == mxwire::RateLimited::no);
    CHECK(info.masquerade == mxwire::Masquerade::yes);
}

// ------------------------------------------------------------------------------------------------ answer

TEST_CASE_TEMPLATE("deleteDevice: U2 U14 what servers answer", S, Owned, View, Roomy) {
    struct Row {
        int status;
        std::string body;
        std::string outcome;
    };
    const Row rows[] = {
        // the specification's examples
        {200, R"({})", "deleted"},
        {401,
         R"({"flows":[{"stages":["example.type.foo"]}],"params":{"example.type.baz":{"example_key":"foobar"}},"session":"xxxxxxyz","completed":["example.type.foo"]})",
         "server 401 uia[example.type.foo] completed[example.type.foo] session=xxxxxxyz "
         "params={\"example.type.baz\":{\"example_key\":\"foobar\"}}"},
        {200, R"()", "body 200 not well-formed"},
        // E4
        {200, R"(<html>)", "body 200 not well-formed"},
        // U14
        {401, R"({"session":"s","flows":[{"stages":["m.login.sso"]}],"params":{}})",
         "server 401 uia[m.login.sso] session=s params={}"},
        // U6
        {403, R"({"errcode":"M_FORBIDDEN"})", "server 403 M_FORBIDDEN"},
        // trap 17: the OAuth 2.0 API
        {404, R"({"errcode":"M_UNRECOGNIZED"})", "server 404 M_UNRECOGNIZED"},
        {401, R"({"errcode":"M_UNKNOWN_TOKEN","error":"Invalid access token passed.","soft_logout":false})",
         "server 401 M_UNKNOWN_TOKEN 'Invalid access token passed.' hard"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);
        CHECK(outcome<S>(row.status, row.body) == row.outcome);
    }
}
