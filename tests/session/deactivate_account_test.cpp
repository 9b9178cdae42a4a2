// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <mxwire/session/deactivate_account.hpp>

using exchange::Answer;
using exchange::Roomy;
using exchange::text;
using mxwire::DeactivateAccount;
using mxwire::Owned;
using mxwire::View;

namespace {

struct Show {
    template <class S> std::string operator()(const mxwire::BasicDeactivateAccountResponse<S>& done) const {
        return text(done.id_server_unbind_result);
    }
};
template <class S> std::string outcome(int status, std::string_view body) {
    return Answer<mxwire::BasicDeactivateAccount<S>>(status, body).outcome(Show{});
}
template <class Where> std::string wire(const DeactivateAccount& endpoint, const Where& where) {
    return exchange::wire_or_error(mxwire::prepare(endpoint, where));
}

const std::string head =
    "POST https://matrix.example.org/_matrix/client/v3/account/deactivate\nContent-Type: application/json\n";

} // namespace

// ------------------------------------------------------------------------------------------------ request

TEST_CASE("deactivateAccount: U4 the specification's request, byte for byte") {
    DeactivateAccount end;
    end.auth = mxwire::AuthData{
        mxwire::CustomAuth{"example.type.foo", mxwire::raw_json(R"({"example_credential":"verypoorsharedsecret"})")},
        "xxxxx"};
    end.id_server = "example.org";
    CHECK(wire(end, exchange::credentials()) ==
          head + "Authorization: Bearer abc123\n\n" +
              R"({"auth":{"type":"example.type.foo","example_credential":"verypoorsharedsecret","session":"xxxxx"},)"
              R"("id_server":"example.org"})");
}

TEST_CASE("deactivateAccount: A4 T7 U1 SEC-07 with a session its token goes along, without one there is none") {
    mxwire::Credentials credentials = exchange::credentials();
    credentials.user_id = "@a:b";
    CHECK(wire(DeactivateAccount{}, credentials) == head + "Authorization: Bearer abc123\n\n{}");
    CHECK(wire(DeactivateAccount{}, exchange::homeserver()) == head + "\n{}");
    DeactivateAccount erase;
    erase.erase = true;
    CHECK(wire(erase, exchange::homeserver()) == head + "\n" + R"({"erase":true})");
}

TEST_CASE("deactivateAccount: every storage policy builds the same request") {
    char buffer[512];
    const mxwire::CredentialsView where{mxwire::HomeserverView{"https://matrix.example.org"}, "abc123"};
    const std::string expected = head + "Authorization: Bearer abc123\n\n" + R"({"id_server":"x"})";
    CHECK(exchange::wire_or_error(
              mxwire::prepare_into(buffer, mxwire::DeactivateAccountView{std::nullopt, "x"}, where)) == expected);
    mxwire::BasicDeactivateAccount<Roomy> fixed;
    REQUIRE(fixed.id_server.emplace().try_assign("x"));
    CHECK(exchange::wire_or_error(mxwire::prepare(fixed, where)) == expected);
}

TEST_CASE("deactivateAccount: what the specification says about it") {
    constexpr const mxwire::EndpointInfo& info = DeactivateAccount::info;
    CHECK(text(info.operation_id) == "deactivateAccount");
    CHECK(info.auth == mxwire::Auth::optional);
    CHECK(info.rate_limited == mxwire::RateLimited::yes);
    CHECK(info.masquerade == mxwire::Masquerade::no);
}

// ------------------------------------------------------------------------------------------------ answer

TEST_CASE_TEMPLATE("deactivateAccount: U2 U5 what servers answer", S, Owned, View, Roomy) {
    struct Row {
        int status;
        std::string body;
        std::string outcome;
    };
    const Row rows[] = {
        // the specification's examples
        {200, R"({"id_server_unbind_result":"success"})", "success"},
        {401,
         R"({"flows":[{"stages":["example.type.foo"]}],"params":{"example.type.baz":{"example_key":"foobar"}},"session":"xxxxxxyz","completed":["example.type.foo"]})",
         "server 401 uia[example.type.foo] completed[example.type.foo] session=xxxxxxyz "
         "params={\"example.type.baz\":{\"example_key\":\"foobar\"}}"},
        {429, R"({"errcode":"M_LIMIT_EXCEEDED","error":"Too many requests","retry_after_ms":2000})",
         "server 429 M_LIMIT_EXCEEDED 'Too many requests' retry 2000"},
        {200, R"({"id_server_unbind_result":"no-support"})", "no-support"},
        {200, R"({"id_server_unbind_result":"org.example.later"})", "org.example.later"},
        // trap 17: Dendrite. The account is gone
        {200, R"({})", "-"},
        {200, R"({"id_server_unbind_result":7})", "-"},
        // E4
        {200, R"(<html>)", "body 200 not well-formed"},
        // trap 17: Synapse and Dendrite without a token
        {401, R"({"errcode":"M_MISSING_TOKEN"})", "server 401 M_MISSING_TOKEN"},
        // trap 15: Dendrite
        {401,
         R"({"completed":null,"flows":[{"stages":["m.login.password"]}],"params":{},"session":"","errcode":"M_FORBIDDEN"})",
         "server 401 M_FORBIDDEN uia[m.login.password] params={}"},
        {403, R"({"errcode":"M_GUEST_ACCESS_FORBIDDEN"})", "server 403 M_GUEST_ACCESS_FORBIDDEN"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);
        CHECK(outcome<S>(row.status, row.body) == row.outcome);
    }
}

TEST_CASE_TEMPLATE("deactivateAccount: what became of the addresses is told by an enumerator", S, Owned, View, Roomy) {
    const auto result = [](std::string_view body) {
        const Answer<mxwire::BasicDeactivateAccount<S>> answer(200, body);
        REQUIRE(answer);
        REQUIRE(answer->id_server_unbind_result);
        return answer->id_server_unbind_result->value();
    };
    CHECK(result(R"({"id_server_unbind_result":"success"})") == mxwire::UnbindResult::success);
    CHECK(result(R"({"id_server_unbind_result":"no-support"})") == mxwire::UnbindResult::no_support);
    CHECK(result(R"({"id_server_unbind_result":"Success"})") == mxwire::UnbindResult::other);
}
