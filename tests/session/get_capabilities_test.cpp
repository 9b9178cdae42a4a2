// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <mxwire/session/get_capabilities.hpp>

using exchange::Answer;
using exchange::Roomy;
using exchange::text;
using mxwire::GetCapabilities;
using mxwire::Owned;
using mxwire::View;

namespace {

struct Show {
    template <class S> std::string operator()(const mxwire::BasicCapabilitiesResponse<S>& response) const {
        const mxwire::BasicCapabilities<S>& c = response.capabilities;
        std::string all;
        const auto add = [&](const char* what, bool may) { all += may ? what : ""; };
        add("password ", c.can_change_password());
        add("3pid ", c.can_change_threepids());
        add("token ", c.can_get_login_token());
        add("forgets ", c.leaving_forgets());
        add("suspend ", c.can_suspend());
        add("lock ", c.can_lock());
        add("displayname ", c.can_set_profile_field("displayname"));
        add("avatar_url ", c.can_set_profile_field("avatar_url"));
        add("m.tz ", c.can_set_profile_field("m.tz"));
        return all + exchange::members(c.rest);
    }
};
template <class S> std::string outcome(int status, std::string_view body) {
    return Answer<mxwire::BasicGetCapabilities<S>>(status, body).outcome(Show{});
}

constexpr char expected[] =
    "GET https://matrix.example.org/_matrix/client/v3/capabilities\nAuthorization: Bearer abc123\n\n";

} // namespace

// ------------------------------------------------------------------------------------------------ request

TEST_CASE("getCapabilities: the request, byte for byte, in every storage policy") {
    char buffer[256];
    const mxwire::CredentialsView view{mxwire::HomeserverView{"https://matrix.example.org"}, "abc123"};
    CHECK(exchange::wire_or_error(mxwire::prepare(GetCapabilities{}, exchange::credentials())) == expected);
    CHECK(exchange::wire_or_error(mxwire::prepare_into(buffer, mxwire::GetCapabilitiesView{}, view)) == expected);
    CHECK(exchange::wire_or_error(mxwire::prepare(mxwire::BasicGetCapabilities<Roomy>{}, view)) == expected);
    CHECK(exchange::wire_or_error(mxwire::prepare(GetCapabilities{}, exchange::credentials(""))) ==
          "request access_token: the access token is empty or cannot stand in a header");
}

TEST_CASE("getCapabilities: what the specification says about it") {
    constexpr const mxwire::EndpointInfo& info = GetCapabilities::info;
    CHECK(text(info.operation_id) == "getCapabilities");
    CHECK(info.auth == mxwire::Auth::required);
    CHECK(info.rate_limited == mxwire::RateLimited::yes);
    CHECK(info.masquerade == mxwire::Masquerade::yes);
}

// ------------------------------------------------------------------------------------------------ answer

TEST_CASE_TEMPLATE("getCapabilities: L11 what the user may do, and what an absent capability means", S, Owned, View,
                   Roomy) {
    struct Row {
        std::string capabilities;
        std::string may;
    };
    const std::string all = "password 3pid displayname avatar_url m.tz ";
    const Row rows[] = {
        {"{}", all},
        {R"({"m.change_password":{"enabled":false}})", "3pid displayname avatar_url m.tz "},
        {R"({"m.3pid_changes":{"enabled":false}})", "password displayname avatar_url m.tz "},
        {R"({"m.set_displayname":{"enabled":false}})", "password 3pid avatar_url m.tz "},
        {R"({"m.set_avatar_url":{"enabled":false}})", "password 3pid displayname m.tz "},
        {R"({"m.get_login_token":{"enabled":true}})", "password 3pid token displayname avatar_url m.tz "},
        {R"({"m.get_login_token":{"enabled":false}})", all},
        {R"({"m.forget_forced_upon_leave":{"enabled":true}})", "password 3pid forgets displayname avatar_url m.tz "},
        {R"({"m.account_moderation":{"suspend":true}})", "password 3pid suspend displayname avatar_url m.tz "},
        {R"({"m.account_moderation":{"lock":true,"suspend":false}})",
         "password 3pid lock displayname avatar_url m.tz "},
        {R"({"m.profile_fields":{"enabled":true}})", all},
        {R"({"m.profile_fields":{"enabled":false}})", "password 3pid "},
        {R"({"m.profile_fields":{"enabled":true,"disallowed":["displayname"]}})", "password 3pid avatar_url m.tz "},
        {R"({"m.profile_fields":{"enabled":true,"allowed":["m.tz"]}})", "password 3pid m.tz "},
        {R"({"m.profile_fields":{"enabled":true,"allowed":["m.tz"],"disallowed":["m.tz"]}})", "password 3pid m.tz "},
        {R"({"m.profile_fields":{"enabled":true,"allowed":[]}})", "password 3pid "},
        {R"({"m.profile_fields":{"enabled":true,"allowed":["m.tz",7],"disallowed":["displayname"]}})",
         "password 3pid avatar_url m.tz "},
        {R"({"m.profile_fields":{"enabled":false,"allowed":["m.tz"]}})", "password 3pid "},
        // what is newer counts before what it replaces
        {R"({"m.profile_fields":{"enabled":true},"m.set_displayname":{"enabled":false}})", all},
        // J3, J4: what is wrong is absent
        {R"({"m.change_password":false,"m.get_login_token":true,"m.3pid_changes":null})", all},
        {R"({"m.change_password":{},"m.get_login_token":{"enabled":"true"}})", all},
        {R"({"m.profile_fields":{"allowed":[]},"m.account_moderation":[]})", all},
        // unknown ones are kept
        {R"({"com.example.custom.ratelimit":{"max_requests_per_hour":600},"a":1})",
         all + R"({"com.example.custom.ratelimit":{"max_requests_per_hour":600},"a":1})"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.capabilities);
        CHECK(outcome<S>(200, "{\"capabilities\":" + row.capabilities + '}') == row.may);
    }
}

TEST_CASE_TEMPLATE("getCapabilities: the specification's example", S, Owned, View, Roomy) {
    const Answer<mxwire::BasicGetCapabilities<S>> answer(
        200, R"({"capabilities":{"m.change_password":{"enabled":false},"m.room_versions":{"default":"1","available":)"
             R"({"1":"stable","2":"stable","3":"unstable","test-version":"unstable"}},)"
             R"("com.example.custom.ratelimit":{"max_requests_per_hour":600}}})");
    REQUIRE(answer);
    const auto& rooms = answer->capabilities.room_versions;
    REQUIRE(rooms);
    CHECK(text(rooms->default_version) == "1");
    const auto third = rooms->available.find("3");
    REQUIRE(third);
    CHECK(text(third->text()) == "\"unstable\"");
    CHECK_FALSE(rooms->available.find("4"));
    CHECK_FALSE(answer->capabilities.can_change_password());
    CHECK(answer->capabilities.rest.find("com.example.custom.ratelimit"));
}

TEST_CASE_TEMPLATE("getCapabilities: L11 written again it says the same: no field allowed is not every field", S, Owned,
                   View, Roomy) {
    for (const std::string fields : {R"({"enabled":true,"allowed":[]})", R"({"enabled":true})",
                                     R"({"enabled":true,"allowed":["m.tz"],"disallowed":["displayname"]})"}) {
        const std::string body = R"({"capabilities":{"m.profile_fields":)" + fields + "}}";
        const Answer<mxwire::BasicGetCapabilities<S>> answer(200, body);
        REQUIRE(answer);
        std::string again;
        REQUIRE(mxwire::write_json(again, *answer));
        CHECK(again == body);
    }
}

TEST_CASE_TEMPLATE("getCapabilities: J4 room versions that are no object are none", S, Owned, View, Roomy) {
    for (const char* available : {"[]", "\"1\"", "7", "null"}) {
        const Answer<mxwire::BasicGetCapabilities<S>> answer(
            200, R"({"capabilities":{"m.room_versions":{"default":"1","available":)" + std::string(available) +
                     R"(},"m.change_password":{"enabled":false}}})");
        REQUIRE(answer);
        CHECK_FALSE(answer->capabilities.room_versions);
        CHECK_FALSE(answer->capabilities.can_change_password());
    }
}

TEST_CASE("getCapabilities: a bounded policy keeps what it has room for") {
    std::string capabilities = R"({"m.change_password":{"enabled":false})";
    for (int i = 0; i < 12; ++i) capabilities += ",\"x" + std::to_string(i) + "\":{}";
    const std::string body = "{\"capabilities\":" + capabilities + ",\"m.get_login_token\":{\"enabled\":true}}}";
    const Answer<GetCapabilities> owned(200, body);
    REQUIRE(owned);
    CHECK(owned->capabilities.rest.find("x11"));
    const Answer<mxwire::GetCapabilitiesView> view(200, body);
    REQUIRE(view);
    CHECK_FALSE(view->capabilities.rest.is_complete());
    CHECK_FALSE(view->capabilities.rest.find("x11"));
    CHECK(view->capabilities.can_get_login_token());
}

TEST_CASE_TEMPLATE("getCapabilities: SEC-34 what is no such document", S, Owned, View, Roomy) {
    CHECK(outcome<S>(200, "{}") == "body 200 capabilities: missing");
    CHECK(outcome<S>(200, R"({"capabilities":null})") == "body 200 capabilities: missing");
    CHECK(outcome<S>(200, R"({"capabilities":[]})") == "body 200 capabilities: wrong type");
    CHECK(outcome<S>(200, "<html>") == "body 200 not well-formed");
    CHECK(outcome<S>(200, R"({"capabilities":{"m.change_password":{"enabled":true},"m.change_password":{}}})") ==
          "body 200 m.change_password: given twice");
    CHECK(outcome<S>(429, R"({"errcode":"M_LIMIT_EXCEEDED","error":"Too many requests","retry_after_ms":2000})") ==
          "server 429 M_LIMIT_EXCEEDED 'Too many requests' retry 2000");
    CHECK(outcome<S>(401, R"({"errcode":"M_UNKNOWN_TOKEN","soft_logout":true})") == "server 401 M_UNKNOWN_TOKEN soft");
}
