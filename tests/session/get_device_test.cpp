// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <mxwire/session/get_device.hpp>

using exchange::Answer;
using exchange::Roomy;
using exchange::text;
using mxwire::GetDevice;
using mxwire::Owned;
using mxwire::View;

namespace {

struct Show {
    template <class S> std::string operator()(const mxwire::BasicDevice<S>& device) const {
        return text(device.device_id) + ' ' + text(device.display_name) + ' ' + text(device.last_seen_ip) + ' ' +
               text(device.last_seen_ts);
    }
};
template <class S> std::string outcome(int status, std::string_view body) {
    return Answer<mxwire::BasicGetDevice<S>>(status, body).outcome(Show{});
}
template <class Where> std::string wire(const GetDevice& endpoint, const Where& where) {
    return exchange::wire_or_error(mxwire::prepare(endpoint, where));
}

const std::string head = "GET https://matrix.example.org/_matrix/client/v3/devices/";

} // namespace

// ------------------------------------------------------------------------------------------------ request

TEST_CASE("getDevice: the request, byte for byte") {
    CHECK(wire(GetDevice{"QBUAZIFURK"}, exchange::credentials()) ==
          head + "QBUAZIFURK\nAuthorization: Bearer abc123\n\n");
}

TEST_CASE("getDevice: I5 SEC-10 SEC-11 a device ID is any text, and one segment of the path") {
    CHECK(wire(GetDevice{"a/b c%2F\xc3\xa9"}, exchange::credentials()) ==
          head + "a%2Fb%20c%252F%C3%A9\nAuthorization: Bearer abc123\n\n");
    CHECK(wire(GetDevice{".."}, exchange::credentials()) == "request deviceId: not well-formed");
    CHECK(wire(GetDevice{""}, exchange::credentials()) == "request deviceId: not well-formed");
    CHECK(wire(GetDevice{"\xff"}, exchange::credentials()) == "request deviceId: not UTF-8");
}

TEST_CASE("getDevice: every storage policy builds the same request") {
    char buffer[512];
    const mxwire::CredentialsView where{mxwire::HomeserverView{"https://matrix.example.org"}, "abc123"};
    const std::string expected = head + "D\nAuthorization: Bearer abc123\n\n";
    CHECK(exchange::wire_or_error(mxwire::prepare_into(buffer, mxwire::GetDeviceView{"D"}, where)) == expected);
    const mxwire::BasicGetDevice<Roomy> fixed{"D"};
    CHECK(exchange::wire_or_error(mxwire::prepare(fixed, where)) == expected);
}

TEST_CASE("getDevice: what the specification says about it") {
    constexpr const mxwire::EndpointInfo& info = GetDevice::info;
    CHECK(text(info.operation_id) == "getDevice");
    CHECK(info.auth == mxwire::Auth::required);
    CHECK(info.rate_limited == mxwire::RateLimited::no);
    CHECK(info.masquerade == mxwire::Masquerade::yes);
}

// ------------------------------------------------------------------------------------------------ answer

TEST_CASE_TEMPLATE("getDevice: what a server answers", S, Owned, View, Roomy) {
    struct Row {
        int status;
        std::string body;
        std::string outcome;
    };
    const Row rows[] = {
        {200,
         R"({"device_id":"QBUAZIFURK","display_name":"android","last_seen_ip":"1.2.3.4","last_seen_ts":1474491775024})",
         "QBUAZIFURK android 1.2.3.4 1474491775024"},
        // J3, J4
        {200, R"({"device_id":"A","display_name":null,"last_seen_ip":7,"last_seen_ts":1.5})", "A - - -"},
        // SEC-34
        {200, R"({"display_name":"x"})", "body 200 device_id: missing"},
        {200, R"({"device_id":1})", "body 200 device_id: wrong type"},
        // E4
        {200, R"(<html>)", "body 200 not well-formed"},
        {404, R"({"errcode":"M_NOT_FOUND","error":"No device found"})", "server 404 M_NOT_FOUND 'No device found'"},
        {401, R"({"errcode":"M_UNKNOWN_TOKEN","error":"Invalid access token passed.","soft_logout":false})",
         "server 401 M_UNKNOWN_TOKEN 'Invalid access token passed.' hard"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);
        CHECK(outcome<S>(row.status, row.body) == row.outcome);
    }
}
