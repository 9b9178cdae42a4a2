// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <mxwire/session/delete_devices.hpp>

using exchange::Answer;
using exchange::Roomy;
using exchange::text;
using mxwire::DeleteDevices;
using mxwire::Owned;
using mxwire::View;

namespace {

struct Show {
    std::string operator()(mxwire::EmptyResponse) const { return "deleted"; }
};
template <class S> std::string outcome(int status, std::string_view body) {
    return Answer<mxwire::BasicDeleteDevices<S>>(status, body).outcome(Show{});
}
template <class Where> std::string wire(const DeleteDevices& endpoint, const Where& where) {
    return exchange::wire_or_error(mxwire::prepare(endpoint, where));
}

const std::string head =
    "POST https://matrix.example.org/_matrix/client/v3/delete_devices\nContent-Type: application/json\n"
    "Authorization: Bearer abc123\n\n";

} // namespace

// ------------------------------------------------------------------------------------------------ request

TEST_CASE("deleteDevices: U1 U4 the specification's request, byte for byte") {
    DeleteDevices end{{"QBUAZIFURK", "AUIECTSRND"}};
    CHECK(wire(end, exchange::credentials()) == head + R"({"devices":["QBUAZIFURK","AUIECTSRND"]})");
    end.auth = mxwire::AuthData{
        mxwire::CustomAuth{"example.type.foo", mxwire::raw_json(R"({"example_credential":"verypoorsharedsecret"})")},
        "xxxxx"};
    CHECK(wire(end, exchange::credentials()) ==
          head +
              R"({"devices":["QBUAZIFURK","AUIECTSRND"],)"
              R"("auth":{"type":"example.type.foo","example_credential":"verypoorsharedsecret","session":"xxxxx"}})");
}

TEST_CASE("deleteDevices: no device is still a list, and SEC-14 every ID is text") {
    CHECK(wire(DeleteDevices{}, exchange::credentials()) == head + R"({"devices":[]})");
    CHECK(wire(DeleteDevices{{"a\"b"}}, exchange::credentials()) == head + R"({"devices":["a\"b"]})");
    CHECK(wire(DeleteDevices{{"a", "\xff"}}, exchange::credentials()).find("not UTF-8") != std::string::npos);
}

TEST_CASE("deleteDevices: every storage policy builds the same request") {
    char buffer[512];
    const mxwire::CredentialsView where{mxwire::HomeserverView{"https://matrix.example.org"}, "abc123"};
    const std::string expected = head + R"({"devices":["A"]})";
    mxwire::DeleteDevicesView view;
    REQUIRE(view.devices.try_emplace_back("A") != nullptr);
    CHECK(exchange::wire_or_error(mxwire::prepare_into(buffer, view, where)) == expected);
    mxwire::BasicDeleteDevices<Roomy> fixed;
    REQUIRE(fixed.devices.try_emplace_back("A") != nullptr);
    CHECK(exchange::wire_or_error(mxwire::prepare(fixed, where)) == expected);
}

TEST_CASE("deleteDevices: what the specification says about it") {
    constexpr const mxwire::EndpointInfo& info = DeleteDevices::info;
    CHECK(text(info.operation_id) == "deleteDevices");
    CHECK(info.auth == mxwire::Auth::required);
    CHECK(info.rate_limited == mxwire::RateLimited::no);
    CHECK(info.masquerade == mxwire::Masquerade::yes);
}

// ------------------------------------------------------------------------------------------------ answer

TEST_CASE_TEMPLATE("deleteDevices: U2 what servers answer", S, Owned, View, Roomy) {
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
        // U5
        {401,
         R"({"completed":[],"flows":[{"stages":["m.login.password"]}],"params":{},"session":"s","errcode":"M_FORBIDDEN"})",
         "server 401 M_FORBIDDEN uia[m.login.password] session=s params={}"},
        // SEC-39: Dendrite
        {500, R"({"Err":""})", "http 500"},
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
