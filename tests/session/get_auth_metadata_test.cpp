// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <mxwire/session/get_auth_metadata.hpp>

using exchange::Answer;
using exchange::Roomy;
using exchange::text;
using mxwire::AccountManagementAction;
using mxwire::OAuthGrantType;
using mxwire::Owned;
using mxwire::View;

namespace {

struct Show {
    template <class S> std::string operator()(const mxwire::BasicAuthMetadata<S>& found) const {
        return exchange::list(found.grant_types_supported) + ' ' +
               exchange::list(found.account_management_actions_supported) + ' ' +
               text(found.device_authorization_endpoint) + ' ' + text(found.account_management_uri) +
               exchange::members(found.rest);
    }
};
template <class S> std::string outcome(int status, std::string_view body) {
    return Answer<mxwire::BasicGetAuthMetadata<S>>(status, body).outcome(Show{});
}
/// What is required, and `more` behind it.
std::string document(std::string_view more = {}) {
    return R"({"issuer":"https://a.example.com/","authorization_endpoint":"https://a.example.com/auth",)"
           R"("token_endpoint":"https://a.example.com/token","registration_endpoint":"https://a.example.com/register",)"
           R"("revocation_endpoint":"https://a.example.com/revoke","response_types_supported":["code"],)"
           R"("grant_types_supported":["authorization_code","refresh_token"],)"
           R"("response_modes_supported":["query","fragment"],"code_challenge_methods_supported":["S256"])" +
           std::string(more) + '}';
}

constexpr char expected[] = "GET https://matrix.example.org/_matrix/client/v1/auth_metadata\n\n";

} // namespace

// ------------------------------------------------------------------------------------------------ request

TEST_CASE("getAuthMetadata: B6 T6 the request, byte for byte, in every storage policy and without a token") {
    char buffer[256];
    const mxwire::HomeserverView server{"https://matrix.example.org/"};
    CHECK(exchange::wire_or_error(mxwire::prepare(mxwire::GetAuthMetadata{}, exchange::homeserver())) == expected);
    CHECK(exchange::wire_or_error(mxwire::prepare(mxwire::GetAuthMetadata{}, exchange::credentials())) == expected);
    CHECK(exchange::wire_or_error(mxwire::prepare_into(buffer, mxwire::GetAuthMetadataView{}, server)) == expected);
    CHECK(exchange::wire_or_error(mxwire::prepare(mxwire::BasicGetAuthMetadata<Roomy>{}, server)) == expected);
}

TEST_CASE("getAuthMetadata: what the specification says about it") {
    constexpr const mxwire::EndpointInfo& info = mxwire::GetAuthMetadata::info;
    CHECK(text(info.operation_id) == "getAuthMetadata");
    CHECK(info.auth == mxwire::Auth::none);
    CHECK(info.rate_limited == mxwire::RateLimited::no);
}

// ------------------------------------------------------------------------------------------------ answer

TEST_CASE_TEMPLATE("getAuthMetadata: O2 O18 the specification's example", S, Owned, View, Roomy) {
    const Answer<mxwire::BasicGetAuthMetadata<S>> answer(
        200, R"({"issuer":"https://account.example.com/",)"
             R"("authorization_endpoint":"https://account.example.com/oauth2/auth",)"
             R"("token_endpoint":"https://account.example.com/oauth2/token",)"
             R"("registration_endpoint":"https://account.example.com/oauth2/clients/register",)"
             R"("device_authorization_endpoint":"https://account.example.com/oauth2/device",)"
             R"("revocation_endpoint":"https://account.example.com/oauth2/revoke","response_types_supported":["code"],)"
             R"("grant_types_supported":["authorization_code","refresh_token",)"
             R"("urn:ietf:params:oauth:grant-type:device_code"],"response_modes_supported":["query","fragment"],)"
             R"("code_challenge_methods_supported":["S256"],)"
             R"("account_management_uri":"https://account.example.com/manage",)"
             R"("account_management_actions_supported":["org.matrix.profile","org.matrix.devices_list",)"
             R"("org.matrix.device_view","org.matrix.device_delete","org.matrix.account_deactivate",)"
             R"("org.matrix.cross_signing_reset"]})");
    REQUIRE(answer);
    CHECK(text(answer->issuer) == "https://account.example.com/");
    CHECK(text(answer->authorization_endpoint) == "https://account.example.com/oauth2/auth");
    CHECK(text(answer->token_endpoint) == "https://account.example.com/oauth2/token");
    CHECK(text(answer->registration_endpoint) == "https://account.example.com/oauth2/clients/register");
    CHECK(text(answer->revocation_endpoint) == "https://account.example.com/oauth2/revoke");
    CHECK(text(answer->device_authorization_endpoint) == "https://account.example.com/oauth2/device");
    CHECK(text(answer->account_management_uri) == "https://account.example.com/manage");
    CHECK(answer->response_types_supported.size() == 1);
    CHECK(answer->response_types_supported[0] == mxwire::OAuthResponseType::code);
    CHECK(answer->supports(OAuthGrantType::authorization_code));
    CHECK(answer->supports(OAuthGrantType::refresh_token));
    CHECK(answer->supports(OAuthGrantType::device_code));
    CHECK(answer->supports(mxwire::OAuthResponseMode::query));
    CHECK(answer->supports(mxwire::OAuthResponseMode::fragment));
    CHECK(answer->supports(mxwire::CodeChallengeMethod::s256));
    CHECK_FALSE(answer->supports(mxwire::OAuthPrompt::create));
    for (const auto action :
         {AccountManagementAction::profile, AccountManagementAction::devices_list, AccountManagementAction::device_view,
          AccountManagementAction::device_delete, AccountManagementAction::account_deactivate,
          AccountManagementAction::cross_signing_reset}) {
        CHECK(answer->supports(action));
    }
    CHECK(answer->rest.empty());
}

TEST_CASE_TEMPLATE("getAuthMetadata: trap 26 words that nobody knows are kept, and void nothing", S, Owned, View,
                   Roomy) {
    const Answer<mxwire::BasicGetAuthMetadata<S>> answer(
        200,
        document(R"(,"account_management_actions_supported":["org.example.new","org.matrix.sessions_list",)"
                 R"("org.matrix.session_end"],"prompt_values_supported":["none","create"],"jwks_uri":"https://j")"));
    REQUIRE(answer);
    CHECK(exchange::list(answer->account_management_actions_supported) ==
          "[org.example.new org.matrix.sessions_list org.matrix.session_end]");
    CHECK(answer->account_management_actions_supported[0] == AccountManagementAction::other);
    CHECK(answer->supports(AccountManagementAction::devices_list));
    CHECK(answer->supports(AccountManagementAction::device_delete));
    CHECK_FALSE(answer->supports(AccountManagementAction::device_view));
    CHECK_FALSE(answer->supports(OAuthGrantType::device_code));
    CHECK(answer->supports(mxwire::OAuthPrompt::create));
    CHECK(exchange::members(answer->rest) == R"({"jwks_uri":"https://j"})");
}

TEST_CASE_TEMPLATE("getAuthMetadata: SEC-34 J3 J4 what is missing or wrong", S, Owned, View, Roomy) {
    const std::string whole = document();
    CHECK(outcome<S>(200, whole) == "[authorization_code refresh_token] [] - -");
    for (const char* name : {"issuer", "authorization_endpoint", "token_endpoint", "registration_endpoint",
                             "revocation_endpoint", "response_types_supported", "grant_types_supported",
                             "response_modes_supported", "code_challenge_methods_supported"}) {
        CAPTURE(name);
        std::string without = whole;
        without.replace(without.find(name), 1, "_");
        CHECK(outcome<S>(200, without) == "body 200 " + std::string(name) + ": missing");
    }
    CHECK(outcome<S>(200, document(R"(,"account_management_actions_supported":[1,"org.matrix.profile"])")) ==
          "[authorization_code refresh_token] [] - -");
    CHECK(outcome<S>(200, document(R"(,"account_management_uri":7,"device_authorization_endpoint":null)")) ==
          "[authorization_code refresh_token] [] - -");
    CHECK(outcome<S>(200, document(R"(,"issuer":"https://b")")) == "body 200 issuer: given twice");
}

TEST_CASE("getAuthMetadata: a bounded policy keeps what it has room for") {
    std::string more, actions = R"(,"account_management_actions_supported":["org.matrix.profile")";
    for (int i = 0; i < 12; ++i) more += ",\"x" + std::to_string(i) + "\":" + std::to_string(i);
    for (int i = 1; i < 24; ++i) actions += ",\"org.example.a" + std::to_string(i) + '"';
    const std::string body = document(actions + ']' + more);
    const Answer<mxwire::GetAuthMetadata> owned(200, body);
    REQUIRE(owned);
    CHECK(owned->rest.is_complete());
    CHECK(owned->rest.find("x11"));
    const Answer<mxwire::GetAuthMetadataView> view(200, body);
    REQUIRE(view);
    CHECK_FALSE(view->rest.is_complete());
    CHECK(view->rest.find("x7"));
    CHECK_FALSE(view->rest.find("x8"));
    CHECK(view->account_management_actions_supported.size() == 24);
}

TEST_CASE_TEMPLATE("getAuthMetadata: O1 D4 what servers answer instead", S, Owned, View, Roomy) {
    CHECK(outcome<S>(404, R"({"errcode":"M_UNRECOGNIZED","error":"Legacy authentication is in use."})") ==
          "server 404 M_UNRECOGNIZED 'Legacy authentication is in use.'");
    CHECK(outcome<S>(404, "404 page not found") == "http 404");
    CHECK(outcome<S>(500, R"({"errcode":"M_UNKNOWN"})") == "server 500 M_UNKNOWN");
    const Answer<mxwire::BasicGetAuthMetadata<S>> none(404, R"({"errcode":"M_UNRECOGNIZED"})");
    CHECK(mxwire::is_unsupported(none.error()));
}
