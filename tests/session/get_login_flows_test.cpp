// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <mxwire/session/get_login_flows.hpp>

using exchange::Answer;
using exchange::Roomy;
using exchange::text;
using mxwire::Fixed;
using mxwire::IdentityProviderBrand;
using mxwire::LoginType;
using mxwire::Owned;
using mxwire::View;

namespace {

/// `type +token +oauth <id name icon brand> {"members":"of its own"}; ...`
struct Show {
    template <class S> std::string operator()(const mxwire::BasicLoginFlows<S>& all) const {
        std::string line;
        for (const auto& flow : all.flows) {
            if (!line.empty()) line += "; ";
            line += text(flow.type);
            if (flow.get_login_token) line += " +token";
            if (flow.oauth_aware_preferred) line += " +oauth";
            for (const auto& provider : flow.identity_providers) {
                line += " <" + text(provider.id) + ' ' + text(provider.name) + ' ' + text(provider.icon) + ' ' +
                        text(provider.brand) + '>';
            }
            if (!flow.rest.empty()) line += ' ' + exchange::members(flow.rest);
        }
        return line;
    }
};
template <class S> std::string outcome(int status, std::string_view body) {
    return Answer<mxwire::BasicGetLoginFlows<S>>(status, body).outcome(Show{});
}

constexpr char expected[] = "GET https://matrix.example.org/_matrix/client/v3/login\n\n";

} // namespace

// ------------------------------------------------------------------------------------------------ request

TEST_CASE("getLoginFlows: L1 the request, byte for byte, without a body or a header") {
    const auto request = mxwire::prepare(mxwire::GetLoginFlows{}, exchange::homeserver());
    REQUIRE(request);
    CHECK(exchange::wire(*request) == expected);
    CHECK(request->headers().empty());
    CHECK_FALSE(request->has_body());
}

TEST_CASE("getLoginFlows: every storage policy builds the same request") {
    char buffer[128];
    const mxwire::HomeserverView view{"https://matrix.example.org"};
    CHECK(exchange::wire_or_error(mxwire::prepare_into(buffer, mxwire::GetLoginFlowsView{}, view)) == expected);
    CHECK(exchange::wire_or_error(mxwire::prepare(mxwire::BasicGetLoginFlows<Roomy>{}, view)) == expected);
}

TEST_CASE("getLoginFlows: T6 SEC-04 SEC-07 a token that is at hand stays at home, and so does masquerading") {
    mxwire::Credentials credentials = exchange::credentials("sentinel");
    credentials.user_id = "@_irc_bob:example.org";
    credentials.device_id = "D";
    CHECK(exchange::wire_or_error(mxwire::prepare(mxwire::GetLoginFlows{}, credentials)) == expected);

    // a token that is not sent need not be one that can be
    credentials.access_token = mxwire::Secret{"\r\n"};
    CHECK(exchange::wire_or_error(mxwire::prepare(mxwire::GetLoginFlows{}, credentials)) == expected);
}

TEST_CASE("getLoginFlows: B1 SEC-16 one slash at the joint") {
    const char* const prefixes[][2] = {
        {"https://x.org", "https://x.org"},
        {"https://x.org/", "https://x.org"},
        {"https://x.org///", "https://x.org"},
        {"https://x.org/p", "https://x.org/p"},
        {"https://x.org/P%2f~/q/", "https://x.org/P%2f~/q"},
        {"https://[2001:db8::1]:8448/", "https://[2001:db8::1]:8448"},
        {"http://127.0.0.1:8008", "http://127.0.0.1:8008"},
    };
    for (const auto& [given, sent] : prefixes) {
        CHECK(exchange::wire_or_error(mxwire::prepare(mxwire::GetLoginFlows{}, mxwire::Homeserver{given})) ==
              "GET " + std::string(sent) + "/_matrix/client/v3/login\n\n");
    }
}

TEST_CASE("getLoginFlows: what the specification says about it") {
    constexpr const mxwire::EndpointInfo& info = mxwire::GetLoginFlows::info;
    CHECK(text(info.operation_id) == "getLoginFlows");
    CHECK(info.auth == mxwire::Auth::none);
    CHECK(info.rate_limited == mxwire::RateLimited::yes);
    CHECK(info.masquerade == mxwire::Masquerade::no);
}

// ------------------------------------------------------------------------------------------------ answer

TEST_CASE_TEMPLATE("getLoginFlows: L1-L5 L7 L8 all flows in their order, and their members", S, Owned, View, Roomy) {
    struct Row {
        std::string body;
        std::string outcome;
    };
    const Row rows[] = {
        // the specification's example, which is L2 as well
        {R"({"flows":[{"type":"m.login.password"},{"type":"m.login.token","get_login_token":true}]})",
         "m.login.password; m.login.token +token"},
        // L3: several providers, ids verbatim
        {R"({"flows":[{"type":"m.login.sso","identity_providers":[)"
         R"({"id":"oidc-github","name":"GitHub","icon":"mxc://x.org/abc","brand":"github"},)"
         R"({"id":"saml","name":"SAML \u00e9"},{"brand":"org.example.corp","name":"Corp","id":"a%2Fb.~_-"}]},)"
         R"({"type":"m.login.token"},{"type":"m.login.cas"}]})",
         "m.login.sso <oidc-github GitHub mxc://x.org/abc github> <saml SAML \xc3\xa9 - ->"
         " <a%2Fb.~_- Corp - org.example.corp>; m.login.token; m.login.cas"},
        // L4, trap 7
        {R"({"flows":[{"type":"m.login.application_service"},{"type":"m.login.password"},{"type":"test.login_type"},)"
         R"({"type":"org.matrix.login.jwt"}]})",
         "m.login.application_service; m.login.password; test.login_type; org.matrix.login.jwt"},
        // L5
        {R"({"flows":[{"type":"m.login.application_service"}]})", "m.login.application_service"},
        {R"({"flows":[]})", ""},
        // `flows` is not required
        {R"({})", ""},
        {R"({"flows":null})", ""},
        {R"({"flows":{"type":"m.login.password"}})", ""},
        {R"({"flows":"m.login.password"})", ""},
        {R"({"flows":7,"unknown":[[[]]]})", ""},
        // L7, trap 8: MAS, and the order that it has
        {R"({"flows":[{"type":"m.login.password"},{"type":"m.login.sso","oauth_aware_preferred":true,)"
         R"("org.matrix.msc3824.delegated_oidc_compatibility":true},{"type":"m.login.token"}]})",
         "m.login.password; m.login.sso +oauth; m.login.token"},
        // L8, trap 7: old Dendrite
        {R"({"flows":[{"type":"m.login.password","stages":["m.login.password"]}]})",
         R"(m.login.password {"stages":["m.login.password"]})"},
        {R"({"flows":[{"stages":["m.login.password"]},{"type":"m.login.password"}]})", "m.login.password"},
        {R"({"flows":[{"type":"m.login.password"},{"type":null},{"type":7},{},{"type":{"type":"m.login.token"}}]})",
         "m.login.password"},
        // an entry that nobody can use does not hide the others
        {R"({"flows":[null,5,"m.login.token",["m.login.token"],{"type":"m.login.password"}]})", "m.login.password"},
        {R"({"flows":[{"type":"m.login.token","type":"m.login.password"},{"type":"m.login.sso"}]})", "m.login.sso"},
        // Synapse up to 1.42, and members of types that nobody knows
        {R"({"flows":[{"type":"m.login.sso","org.matrix.msc2858.identity_providers":[{"id":"x"}]}]})",
         R"(m.login.sso {"org.matrix.msc2858.identity_providers":[{"id":"x"}]})"},
        {R"({"flows":[{"org.example.realm": {"a" : [1, 2.5e3]},"type":"org.example.ldap","x":null}]})",
         R"(org.example.ldap {"org.example.realm":{"a" : [1, 2.5e3]},"x":null})"},
        // an escaped word is the word that it means
        {R"({"flows":[{"type":"m.login.\u0070assword"},{"t\u0079pe":"m.\u006cogin.x"}]})",
         "m.login.password; m.login.x"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);
        CHECK(outcome<S>(200, row.body) == row.outcome);
    }
}

TEST_CASE_TEMPLATE("getLoginFlows: trap 1 S9 J3 J4 identity providers as real servers send them", S, Owned, View,
                   Roomy) {
    struct Row {
        std::string providers;
        std::string outcome;
    };
    const Row rows[] = {
        {R"([{"id":"a","name":"A","icon":null,"brand":null}])", "m.login.sso <a A - ->"}, // tuwunel
        {R"([{"id":"a","name":"A","icon":5,"brand":["github"]}])", "m.login.sso <a A - ->"},
        {R"([{"id":"a","name":"A","unknown":{"b":[]}}])", "m.login.sso <a A - ->"},
        {R"([{"id":"a"},{"name":"B"},{"id":"c","name":"C"}])", "m.login.sso <c C - ->"},
        {R"([{"id":null,"name":"A"},{"id":7,"name":"B"},null,[],"c"])", "m.login.sso"},
        {R"([{"id":"a","name":"A","id":"b"},{"id":"c","name":"C"}])", "m.login.sso <c C - ->"},
        {R"([])", "m.login.sso"},
        {R"(null)", "m.login.sso"},
        {R"({"id":"a","name":"A"})", "m.login.sso"},
        {R"("a")", "m.login.sso"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.providers);
        CHECK(outcome<S>(200, R"({"flows":[{"type":"m.login.sso","identity_providers":)" + row.providers + "}]}") ==
              row.outcome);
    }
}

TEST_CASE_TEMPLATE("getLoginFlows: trap 8 of two spellings the stable one counts, in any order", S, Owned, View,
                   Roomy) {
    struct Row {
        std::string members;
        std::string flag;
    };
    const Row rows[] = {
        {R"("oauth_aware_preferred":true)", "true"},
        {R"("oauth_aware_preferred":false)", "false"},
        {R"("org.matrix.msc3824.delegated_oidc_compatibility":true)", "true"},
        {R"("org.matrix.msc3824.delegated_oidc_compatibility":false)", "false"},
        {R"("oauth_aware_preferred":false,"org.matrix.msc3824.delegated_oidc_compatibility":true)", "false"},
        {R"("org.matrix.msc3824.delegated_oidc_compatibility":true,"oauth_aware_preferred":false)", "false"},
        {R"("oauth_aware_preferred":true,"org.matrix.msc3824.delegated_oidc_compatibility":false)", "true"},
        {R"("org.matrix.msc3824.delegated_oidc_compatibility":false,"oauth_aware_preferred":true)", "true"},
        {R"("oauth_aware_preferred":null,"org.matrix.msc3824.delegated_oidc_compatibility":true)", "true"},
        {R"("org.matrix.msc3824.delegated_oidc_compatibility":true,"oauth_aware_preferred":"false")", "true"},
        {R"("oauth_aware_preferred":1,"org.matrix.msc3824.delegated_oidc_compatibility":null)", "-"},
        {R"("oauth_aware_preferred":"true")", "-"},
        {R"("x":true)", "-"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.members);
        const Answer<mxwire::BasicGetLoginFlows<S>> answer(200,
                                                           R"({"flows":[{"type":"m.login.sso",)" + row.members + "}]}");
        REQUIRE(answer);
        REQUIRE(answer->flows.size() == 1);
        CHECK(text(answer->flows[0].oauth_aware_preferred) == row.flag);
    }
}

TEST_CASE_TEMPLATE("getLoginFlows: L2 a flag knows absent from false, and both read as false", S, Owned, View, Roomy) {
    const Answer<mxwire::BasicGetLoginFlows<S>> answer(
        200, R"({"flows":[{"type":"a","get_login_token":true},{"type":"a","get_login_token":false},{"type":"a"},)"
             R"({"type":"a","get_login_token":"true"},{"type":"a","get_login_token":1},{"type":"a",)"
             R"("get_login_token":null}]})");
    REQUIRE(answer);
    REQUIRE(answer->flows.size() == 6);
    const char* const flags[] = {"true", "false", "-", "-", "-", "-"};
    for (std::size_t i = 0; i < 6; ++i) {
        CHECK(text(answer->flows[i].get_login_token) == flags[i]);
        CHECK(static_cast<bool>(answer->flows[i].get_login_token) == (i == 0));
    }
}

TEST_CASE_TEMPLATE("getLoginFlows: known types and brands are enumerators, all others are themselves", S, Owned, View,
                   Roomy) {
    const Answer<mxwire::BasicGetLoginFlows<S>> answer(
        200,
        R"({"flows":[{"type":"m.login.password"},{"type":"m.login.token"},{"type":"m.login.sso","identity_providers":[)"
        R"({"id":"1","name":"n","brand":"apple"},{"id":"2","name":"n","brand":"facebook"},)"
        R"({"id":"3","name":"n","brand":"github"},{"id":"4","name":"n","brand":"gitlab"},)"
        R"({"id":"5","name":"n","brand":"google"},{"id":"6","name":"n","brand":"twitter"},)"
        R"({"id":"7","name":"n","brand":"Apple"}]},{"type":"m.login.application_service"},{"type":"m.login.cas"},)"
        R"({"type":""},{"type":"M.LOGIN.PASSWORD"}]})");
    REQUIRE(answer);
    const auto& flows = answer->flows;
    REQUIRE(flows.size() == 7);
    CHECK((flows[0].type == LoginType::password && flows[0].type == "m.login.password"));
    CHECK(flows[1].type == LoginType::token);
    CHECK(flows[2].type == LoginType::sso);
    CHECK(flows[3].type == LoginType::application_service);
    CHECK((flows[4].type == LoginType::other && flows[4].type == "m.login.cas" && flows[4].type != "m.login.sso"));
    CHECK((flows[5].type == LoginType::other && flows[5].type.empty()));
    CHECK(flows[6].type == LoginType::other);

    const auto& providers = flows[2].identity_providers;
    REQUIRE(providers.size() == 7);
    CHECK(*providers[0].brand == IdentityProviderBrand::apple);
    CHECK(*providers[1].brand == IdentityProviderBrand::facebook);
    CHECK(*providers[2].brand == IdentityProviderBrand::github);
    CHECK(*providers[3].brand == IdentityProviderBrand::gitlab);
    CHECK(*providers[4].brand == IdentityProviderBrand::google);
    CHECK(*providers[5].brand == IdentityProviderBrand::twitter);
    CHECK((*providers[6].brand == IdentityProviderBrand::other && *providers[6].brand == "Apple"));
}

TEST_CASE_TEMPLATE("getLoginFlows: members of a flow's own can be looked up, doubled ones give nothing", S, Owned, View,
                   Roomy) {
    const Answer<mxwire::BasicGetLoginFlows<S>> answer(
        200, R"({"flows":[{"type":"x","a":{"b":"c"},"d":1,"d":2,"\u0065":[]}]})");
    REQUIRE(answer);
    const auto& rest = answer->flows[0].rest;
    REQUIRE(rest.find("a"));
    CHECK(text(rest.find("a")->text()) == R"({"b":"c"})");
    CHECK(text(rest.find("a")->find("b")->text()) == R"("c")");
    CHECK_FALSE(rest.find("d"));
    CHECK(rest.find("e"));
    CHECK_FALSE(rest.find("type"));
    CHECK_FALSE(rest.find("absent"));
}

TEST_CASE_TEMPLATE("getLoginFlows: SEC-32 SEC-37 SEC-38 what is no answer at all is an error", S, Owned, View, Roomy) {
    struct Row {
        std::string body;
        std::string outcome;
    };
    const Row rows[] = {
        {"", "body 200 not well-formed"},
        {"<html></html>", "body 200 not well-formed"},
        {"[]", "body 200 not well-formed"},
        {"[{}", "body 200 wrong type"},
        {R"({"flows":[{"type":"m.login.password"}})", "body 200 flows: not well-formed"},
        {R"({"flows":[{"type":"m.login.password"},]})", "body 200 flows: not well-formed"},
        {R"({"flows":[{"type":"m.login.password"}]]})", "body 200 not well-formed"},
        {R"({"flows":[],"flows":[{"type":"m.login.password"}]})", "body 200 flows: given twice"},
        {"{\"flows\":[{\"type\":\"m.login.password\xff\"}]}", "body 200 type: not UTF-8"},
        {R"({"flows":[{"type":"m.login.\ud800"}]})", "body 200 type: not well-formed"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);
        CHECK(outcome<S>(200, row.body) == row.outcome);
    }
}

TEST_CASE_TEMPLATE("getLoginFlows: L6 L9 what servers answer instead", S, Owned, View, Roomy) {
    struct Row {
        int status;
        std::string body;
        std::string outcome;
    };
    const Row rows[] = {
        // the specification's examples
        {404, R"({"errcode":"M_UNRECOGNIZED","error":"OAuth 2.0 authentication is in use on this homeserver."})",
         "server 404 M_UNRECOGNIZED 'OAuth 2.0 authentication is in use on this homeserver.'"},
        {429, R"({"errcode":"M_LIMIT_EXCEEDED","error":"Too many requests","retry_after_ms":2000})",
         "server 429 M_LIMIT_EXCEEDED 'Too many requests' retry 2000"},
        {405, R"({"errcode":"M_UNRECOGNIZED","error":"Unrecognized request"})",
         "server 405 M_UNRECOGNIZED 'Unrecognized request'"},
        // trap 22: MAS
        {429, R"({"errcode":"M_LIMIT_EXCEEDED","error":"Too many login attempts"})",
         "server 429 M_LIMIT_EXCEEDED 'Too many login attempts'"},
        // trap 23: old Dendrite and Conduit, Twisted
        {404, "404 page not found\n", "http 404"},
        {404, "", "http 404"},
        {405, "<html><head><title>405 - Method Not Allowed</title></head></html>", "http 405"},
        {404, R"({"flows":[{"type":"m.login.password"}]})", "http 404"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);
        CHECK(outcome<S>(row.status, row.body) == row.outcome);
    }
}

TEST_CASE("getLoginFlows: what does not fit is an error that names the member, never a cut") {
    using Small = Fixed<24, 2>;
    const auto flows = [](std::size_t count) {
        std::string body = R"({"flows":[{"type":"a"})";
        while (--count != 0) body += R"(,{"type":"a"})";
        return body + "]}";
    };
    CHECK(outcome<Small>(200, flows(2)) == "a; a");
    CHECK(outcome<Small>(200, flows(3)) == "body 200 flows: too many elements");
    CHECK(outcome<View>(200, flows(8)) == "a; a; a; a; a; a; a; a");
    CHECK(outcome<View>(200, flows(9)) == "body 200 flows: too many elements");
    CHECK(outcome<Owned>(200, flows(1024)).size() == 1024 * 3 - 2);
    CHECK(outcome<Owned>(200, flows(1025)) == "body 200 flows: too many elements");

    // a known type takes no room
    CHECK(outcome<Small>(200, R"({"flows":[{"type":"m.login.application_service"}]})") ==
          "m.login.application_service");
    CHECK(outcome<Small>(200, R"({"flows":[{"type":"org.example.ldap.realm.x"}]})") == "org.example.ldap.realm.x");
    CHECK(outcome<Small>(200, R"({"flows":[{"type":"org.example.ldap.realm.xy"}]})") == "body 200 type: too long");
    CHECK(outcome<Small>(
              200, R"({"flows":[{"type":"m.login.sso","identity_providers":[{"id":"1234567890123456789012345"}]}]})") ==
          "body 200 id: too long");
    CHECK(outcome<Small>(200, R"({"flows":[{"type":"x","a":"1234567890123456"}]})") == R"(x {"a":"1234567890123456"})");
    CHECK(outcome<Small>(200, R"({"flows":[{"type":"x","a":"12345678901234567"}]})")
              .rfind("body 200 flows: too many", 0) == 0);
}

TEST_CASE("getLoginFlows: SEC-30 SEC-31 bounds are the caller's to lower") {
    mxwire::Limits limits;
    limits.elements = 1;
    const char two[] = R"({"flows":[{"type":"a"},{"type":"b"}]})";
    using Flows = Answer<mxwire::GetLoginFlows>;
    CHECK(Flows(200, two, {}, limits).outcome(Show{}) == "body 200 flows: too many elements");
    limits = {};
    limits.text = 4;
    CHECK(Flows(200, R"({"flows":[{"type":"abcd"}]})", {}, limits).outcome(Show{}) == "abcd");
    CHECK(Flows(200, R"({"flows":[{"type":"abcde"}]})", {}, limits).outcome(Show{}) == "body 200 type: too long");
    limits = {};
    limits.depth = 3;
    CHECK(Flows(200, two, {}, limits).outcome(Show{}) == "a; b");
    limits.depth = 2;
    CHECK(Flows(200, two, {}, limits).outcome(Show{}) == "body 200 flows: nested too deeply");
    limits = {};
    limits.body = sizeof two - 1;
    CHECK(Flows(200, two, {}, limits).outcome(Show{}) == "a; b");
    limits.body = sizeof two - 2;
    CHECK(Flows(200, two, {}, limits).outcome(Show{}) == "body 200 too large");
}
