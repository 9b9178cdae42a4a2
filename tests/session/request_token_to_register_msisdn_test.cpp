// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <mxwire/session/request_token_to_register_msisdn.hpp>

using exchange::Answer;
using exchange::Roomy;
using exchange::text;
using mxwire::Owned;
using mxwire::RequestTokenToRegisterMsisdn;
using mxwire::View;

namespace {

struct Show {
    template <class S> std::string operator()(const mxwire::BasicRequestTokenResponse<S>& begun) const {
        return text(begun.sid) + ' ' + text(begun.submit_url);
    }
};
template <class S> std::string outcome(int status, std::string_view body) {
    return Answer<mxwire::BasicRequestTokenToRegisterMsisdn<S>>(status, body).outcome(Show{});
}
template <class Where> std::string wire(const RequestTokenToRegisterMsisdn& endpoint, const Where& where) {
    return exchange::wire_or_error(mxwire::prepare(endpoint, where));
}

const std::string head = "POST https://matrix.example.org/_matrix/client/v3/register/msisdn/requestToken\n"
                         "Content-Type: application/json\n\n";

} // namespace

// ------------------------------------------------------------------------------------------------ request

TEST_CASE("requestTokenToRegisterMSISDN: T6 the request, byte for byte, without a token of a session") {
    RequestTokenToRegisterMsisdn ask{"monkeys_are_GREAT", "GB", "07700900001", 1};
    CHECK(wire(ask, exchange::credentials()) ==
          head +
              R"({"client_secret":"monkeys_are_GREAT","country":"GB","phone_number":"07700900001","send_attempt":1})");
    ask.send_attempt = 2;
    ask.next_link = "https://example.org/congratulations.html";
    ask.id_server = "id.example.com";
    ask.id_access_token = "abc123_OpaqueString";
    CHECK(wire(ask, exchange::homeserver()) ==
          head + R"({"client_secret":"monkeys_are_GREAT","country":"GB","phone_number":"07700900001","send_attempt":2,)"
                 R"("next_link":"https://example.org/congratulations.html","id_server":"id.example.com",)"
                 R"("id_access_token":"abc123_OpaqueString"})");
}

TEST_CASE("requestTokenToRegisterMSISDN: SEC-14 what cannot be sent is named") {
    CHECK(wire(RequestTokenToRegisterMsisdn{"", "GB", "07700900001", 1}, exchange::homeserver()) ==
          "request client_secret: empty");
    CHECK(wire(RequestTokenToRegisterMsisdn{"s3cret", "GB", "\xff", 1}, exchange::homeserver()) ==
          "request phone_number: not UTF-8");
}

TEST_CASE("requestTokenToRegisterMSISDN: every storage policy builds the same request") {
    char buffer[512];
    const mxwire::HomeserverView where{"https://matrix.example.org/"};
    const std::string expected =
        head + R"({"client_secret":"c","country":"GB","phone_number":"07700900001","send_attempt":7})";
    CHECK(exchange::wire_or_error(mxwire::prepare_into(
              buffer, mxwire::RequestTokenToRegisterMsisdnView{"c", "GB", "07700900001", 7}, where)) == expected);
    mxwire::BasicRequestTokenToRegisterMsisdn<Roomy> fixed{};
    REQUIRE(fixed.client_secret.try_assign("c"));
    REQUIRE(fixed.country.try_assign("GB"));
    REQUIRE(fixed.phone_number.try_assign("07700900001"));
    fixed.send_attempt = 7;
    CHECK(exchange::wire_or_error(mxwire::prepare(fixed, where)) == expected);
}

TEST_CASE("requestTokenToRegisterMSISDN: what the specification says about it") {
    constexpr const mxwire::EndpointInfo& info = RequestTokenToRegisterMsisdn::info;
    CHECK(text(info.operation_id) == "requestTokenToRegisterMSISDN");
    CHECK(info.auth == mxwire::Auth::none);
    CHECK(info.rate_limited == mxwire::RateLimited::no);
    CHECK(info.masquerade == mxwire::Masquerade::no);
}

// ------------------------------------------------------------------------------------------------ answer

TEST_CASE_TEMPLATE("requestTokenToRegisterMSISDN: what a server answers", S, Owned, View, Roomy) {
    struct Row {
        int status;
        std::string body;
        std::string outcome;
    };
    const Row rows[] = {
        {200, R"({"sid":"123abc","submit_url":"https://example.org/path/to/submitToken"})",
         "123abc https://example.org/path/to/submitToken"},
        {200, R"({"sid":"123abc"})", "123abc -"},
        // J3
        {200, R"({"sid":"1","submit_url":null})", "1 -"},
        // J4
        {200, R"({"sid":"1","submit_url":7})", "1 -"},
        // SEC-34
        {200, R"({})", "body 200 sid: missing"},
        {200, R"({"sid":1})", "body 200 sid: wrong type"},
        {200, R"({"sid":"1","sid":"1"})", "body 200 sid: given twice"},
        // E4
        {200, R"(<html>)", "body 200 not well-formed"},
        {400, R"({"errcode":"M_THREEPID_IN_USE"})", "server 400 M_THREEPID_IN_USE"},
        {400, R"({"errcode":"M_SERVER_NOT_TRUSTED"})", "server 400 M_SERVER_NOT_TRUSTED"},
        {403, R"({"errcode":"M_THREEPID_DENIED"})", "server 403 M_THREEPID_DENIED"},
        {404, R"({"errcode":"M_UNRECOGNIZED"})", "server 404 M_UNRECOGNIZED"},
        {429, R"({"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":2000})", "server 429 M_LIMIT_EXCEEDED retry 2000"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);
        CHECK(outcome<S>(row.status, row.body) == row.outcome);
    }
}
