// SPDX-License-Identifier: MIT
//
// What a client asks before it logs in, and what the user may do: versions, well-known, OAuth metadata, capabilities.

#include "server.hpp"

using namespace integration;

namespace {
constexpr Answers newest_version{"v1.15", "v1.15", "v1.2"};
constexpr Answers versions_with_a_bad_token{"401 M_UNKNOWN_TOKEN hard logout", "401 M_UNKNOWN_TOKEN hard logout", "ok"};
} // namespace

TEST_CASE("D3: versions and unstable features") {
    const Server server;
    const auto answer = server.ask(mxwire::GetVersions{});
    REQUIRE(outcome(answer) == "ok");
    CHECK(answer->supports("v1.1"));
    CHECK(answer->supports(server.said(newest_version)));
    CHECK_FALSE(answer->supports("v99.1"));
    CHECK(answer->has_feature("org.matrix.e2e_cross_signing"));
    CHECK_FALSE(answer->has_feature("org.example.no_such_feature"));

    const mxwire::LoginResponse session = server.session(server.user, server.password);
    CHECK(outcome(server.ask(session.access_token, mxwire::GetVersions{})) == "ok");
    CHECK(outcome(server.ask(mxwire::Secret{"a_token_of_nobody"}, mxwire::GetVersions{})) ==
          server.said(versions_with_a_bad_token));
}

TEST_CASE("D1: the well-known document") {
    const Server server;
    const auto answer = server.ask(mxwire::GetWellknown{});
    REQUIRE(outcome(answer) == "ok");
    // Synapse puts a slash behind it; a base URL is the same with and without.
    CHECK(mxwire::Homeserver{answer->homeserver.base_url}.base_url() == server.url.base_url());
}

TEST_CASE("D4: no OAuth 2.0 API") {
    const Server server;
    const auto answer = server.ask(mxwire::GetAuthMetadata{});
    REQUIRE(outcome(answer) == "404 M_UNRECOGNIZED");
    CHECK(is_unsupported(answer.error()));
}

TEST_CASE("capabilities") {
    const Server server;
    const mxwire::LoginResponse session = server.session(server.user, server.password);
    const auto answer = server.ask(session.access_token, mxwire::GetCapabilities{});
    REQUIRE(outcome(answer) == "ok");
    CHECK(answer->capabilities.can_change_password());
    CHECK(answer->capabilities.can_get_login_token() == !server.is(Kind::dendrite));
    CHECK(answer->capabilities.can_set_profile_field("displayname"));
    REQUIRE(answer->capabilities.room_versions);
    CHECK(answer->capabilities.room_versions->available.find(answer->capabilities.room_versions->default_version));
    CHECK(outcome(server.ask(mxwire::Secret{"a_token_of_nobody"}, mxwire::GetCapabilities{})) == server.said(dead));
}
