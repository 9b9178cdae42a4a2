// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <mxwire/session/get_devices.hpp>

using exchange::Answer;
using exchange::Roomy;
using exchange::text;
using mxwire::GetDevices;
using mxwire::Owned;
using mxwire::View;

namespace {

struct Show {
    template <class S> std::string operator()(const mxwire::BasicDevices<S>& found) const {
        std::string all;
        for (const auto& device : found.devices) {
            all += '[' + text(device.device_id) + ' ' + text(device.display_name) + ' ' + text(device.last_seen_ip) +
                   ' ' + text(device.last_seen_ts) + ']';
        }
        return all;
    }
};
template <class S> std::string outcome(int status, std::string_view body) {
    return Answer<mxwire::BasicGetDevices<S>>(status, body).outcome(Show{});
}
template <class Where> std::string wire(const GetDevices& endpoint, const Where& where) {
    return exchange::wire_or_error(mxwire::prepare(endpoint, where));
}

const std::string head = "GET https://matrix.example.org/_matrix/client/v3/devices";

} // namespace

// ------------------------------------------------------------------------------------------------ request

TEST_CASE("getDevices: A2 the request, byte for byte, also as a user of an application service") {
    CHECK(wire(GetDevices{}, exchange::credentials()) == head + "\nAuthorization: Bearer abc123\n\n");
    mxwire::Credentials credentials = exchange::credentials();
    credentials.user_id = "@_irc_bob:x";
    CHECK(wire(GetDevices{}, credentials) == head + "?user_id=%40_irc_bob%3Ax\nAuthorization: Bearer abc123\n\n");
    CHECK(wire(GetDevices{}, exchange::credentials("")) ==
          "request access_token: the access token is empty or cannot stand in a header");
}

TEST_CASE("getDevices: every storage policy builds the same request") {
    char buffer[512];
    const mxwire::CredentialsView where{mxwire::HomeserverView{"https://matrix.example.org"}, "abc123"};
    const std::string expected = head + "\nAuthorization: Bearer abc123\n\n";
    CHECK(exchange::wire_or_error(mxwire::prepare_into(buffer, mxwire::GetDevicesView{}, where)) == expected);
    const mxwire::BasicGetDevices<Roomy> fixed{};
    CHECK(exchange::wire_or_error(mxwire::prepare(fixed, where)) == expected);
}

TEST_CASE("getDevices: what the specification says about it") {
    constexpr const mxwire::EndpointInfo& info = GetDevices::info;
    CHECK(text(info.operation_id) == "getDevices");
    CHECK(info.auth == mxwire::Auth::required);
    CHECK(info.rate_limited == mxwire::RateLimited::no);
    CHECK(info.masquerade == mxwire::Masquerade::yes);
}

// ------------------------------------------------------------------------------------------------ answer

TEST_CASE_TEMPLATE("getDevices: what a server answers", S, Owned, View, Roomy) {
    struct Row {
        int status;
        std::string body;
        std::string outcome;
    };
    const Row rows[] = {
        {200,
         R"({"devices":[{"device_id":"QBUAZIFURK","display_name":"android","last_seen_ip":"1.2.3.4","last_seen_ts":1474491775024}]})",
         "[QBUAZIFURK android 1.2.3.4 1474491775024]"},
        {200, R"({"devices":[{"device_id":"A"},{"device_id":"","display_name":""}]})", "[A - - -][  - -]"},
        // Synapse, Dendrite
        {200,
         R"({"devices":[{"device_id":"A","display_name":null,"last_seen_ip":"","last_seen_ts":null,"user_id":"@a:b"}]})",
         "[A -  -]"},
        // J4: one device that nobody can use does not hide the others
        {200,
         R"({"devices":[{"device_id":"A","last_seen_ts":"1474491775024"},{"display_name":"x"},{"device_id":7},{"device_id":"B"}]})",
         "[A - - -][B - - -]"},
        {200, R"({})", ""},
        {200, R"({"devices":null})", ""},
        {200, R"({"devices":{}})", ""},
        // E4
        {200, R"(<html>)", "body 200 not well-formed"},
        {401, R"({"errcode":"M_UNKNOWN_TOKEN","error":"Invalid access token passed.","soft_logout":false})",
         "server 401 M_UNKNOWN_TOKEN 'Invalid access token passed.' hard"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);
        CHECK(outcome<S>(row.status, row.body) == row.outcome);
    }
}

TEST_CASE("getDevices: more devices than a bounded policy holds are an error that names the list") {
    std::string body = R"({"devices":[{"device_id":"A"})";
    for (int i = 0; i < 8; ++i) body += R"(,{"device_id":"B"})";
    body += "]}";
    CHECK(outcome<View>(200, body) == "body 200 devices: too many elements");
    CHECK(outcome<mxwire::BasicView<9>>(200, body).size() == 9 * 9);
    CHECK(outcome<Owned>(200, body).size() == 9 * 9);
}
