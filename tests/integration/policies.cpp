// SPDX-License-Identifier: MIT
//
// What a server's administrator decides, on instances of Synapse of their own: no passwords, no room, users that wait to
// be let in, logins by signed tokens, accounts elsewhere.

#include "server.hpp"

using namespace integration;

namespace {

using mxwire::Login;
using mxwire::Secret;

// Signed with the overlay's secret, HS256, and with another.
constexpr const char* jwt_head = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.";
// sub jwt-user, iss https://issuer.example.org, aud mxwire, unless the name says otherwise.
constexpr const char* jwt_good = "eyJzdWIiOiJqd3QtdXNlciIsImlzcyI6Imh0dHBzOi8vaXNzdWVyLmV4YW1wbGUub3JnIiwiYXVkIjoibXh3a"
                                 "XJlIn0.X0rdcutu0efVfbovoGHfXHi9bN_ZWC3tk5r5xtIVEsQ";
constexpr const char* jwt_of_another_secret = "eyJzdWIiOiJqd3QtdXNlciIsImlzcyI6Imh0dHBzOi8vaXNzdWVyLmV4YW1wbGUub3JnIiwi"
                                              "YXVkIjoibXh3aXJlIn0.9SyHu9BulpNjBctrrYmzP8OQcPnMGI1t9ccfN6Lwnds";
constexpr const char* jwt_expired = "eyJzdWIiOiJqd3QtdXNlciIsImlzcyI6Imh0dHBzOi8vaXNzdWVyLmV4YW1wbGUub3JnIiwiYXVkIjoibX"
                                    "h3aXJlIiwiZXhwIjoxfQ.DaMPjsJtXzjwLlTUMcXFGXAvYJY6Dzqj7r-lQ7RtoF0"; // exp 1
constexpr const char* jwt_too_early =
    "eyJzdWIiOiJqd3QtdXNlciIsImlzcyI6Imh0dHBzOi8vaXNzdWVyLmV4YW1wbGUub3JnIiwiYXVkIjoibXh3aXJlIiwibmJmIjo0MTAyNDQ0ODAwfQ"
    ".GCcyG2L0JVLrHgtHXdkS4U4Ue8qRweny7mHdyQ0Csts"; // nbf 4102444800
constexpr const char* jwt_without_subject =
    "eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlLm9yZyIsImF1ZCI6Im14d2lyZSJ9.DqqklCu9RH0lVPNhZRy8jmJ9WezyYm8ivbTXJdsi_ms";
constexpr const char* jwt_of_another_issuer = "eyJzdWIiOiJqd3QtdXNlciIsImlzcyI6Imh0dHBzOi8vYW5vdGhlci5leGFtcGxlLm9yZyIs"
                                              "ImF1ZCI6Im14d2lyZSJ9.9IJgIAnazLO2P67R74b5gTqRgFCevIcDBpnZANf4Nuk";
constexpr const char* jwt_for_another_audience = "eyJzdWIiOiJqd3QtdXNlciIsImlzcyI6Imh0dHBzOi8vaXNzdWVyLmV4YW1wbGUub3JnI"
                                                 "iwiYXVkIjoiYW5vdGhlciJ9.DVweXsvUX5q8YhOU1tSkx0l-931qO-eww9LSgp2Zofw";

Login jwt(const std::string& token) {
    const std::string members = token.empty() ? "{}" : "{\"token\":\"" + (jwt_head + token) + "\"}";
    return Login{mxwire::CustomLogin{"org.matrix.login.jwt", mxwire::Members{mxwire::raw_json(members)}}};
}

// How an authentication service makes users and devices known.
struct ProvisionUser {
    static constexpr mxwire::EndpointInfo info{"provisionUser", mxwire::Method::post, "/_synapse/mas/provision_user",
                                               mxwire::Auth::required, mxwire::Body::object};
    using Response = Nothing;
    std::string localpart;
    static constexpr auto fields = mxwire::fields(mxwire::field::required<&ProvisionUser::localpart>("localpart"));
};
struct UpsertDevice {
    static constexpr mxwire::EndpointInfo info{"upsertDevice", mxwire::Method::post, "/_synapse/mas/upsert_device",
                                               mxwire::Auth::required, mxwire::Body::object};
    using Response = Nothing;
    std::string localpart, device_id;
    static constexpr auto fields = mxwire::fields(mxwire::field::required<&UpsertDevice::localpart>("localpart"),
                                                  mxwire::field::required<&UpsertDevice::device_id>("device_id"));
};

} // namespace

TEST_CASE("L5, P18: a server without passwords") {
    if (!has_environment("MXWIRE_PASSWORDLESS_SERVER")) return;
    const Server server{"MXWIRE_PASSWORDLESS_SERVER"};
    const auto flows = server.ask(mxwire::GetLoginFlows{});
    REQUIRE(outcome(flows) == "ok");
    CHECK(text_of(*flows) == "m.login.token(get_login_token) m.login.application_service");
    const auto login = server.log_in(server.user, server.password);
    REQUIRE(outcome(login) == "400 M_UNKNOWN");
    CHECK_FALSE(login.error().message.empty());
    const auto service = server.by(Secret{environment("MXWIRE_AS_TOKEN")});
    CHECK(outcome(call(server.curl, service,
                       Login{mxwire::ApplicationService{mxwire::UserId{environment("MXWIRE_AS_USER")}}})) == "ok");
}

TEST_CASE("P16: a server that has no room") {
    if (!has_environment("MXWIRE_LIMITED_SERVER")) return;
    const Server server{"MXWIRE_LIMITED_SERVER"};
    const auto wish = registration(new_name(), "to be let in");
    const auto full = server.go_on(server.url, wish, server.ask(wish), mxwire::DummyAuth{});
    REQUIRE(outcome(full) == "403 M_RESOURCE_LIMIT_EXCEEDED");
    const auto contact = full.error().rest.find("admin_contact");
    REQUIRE(contact);
    CHECK(contact->text() == "null");
    CHECK(outcome(server.log_in(server.user, server.password)) == "403 M_RESOURCE_LIMIT_EXCEEDED");
}

TEST_CASE("P15: a server where new users wait to be let in") {
    if (!has_environment("MXWIRE_APPROVAL_SERVER")) return;
    const Server server{"MXWIRE_APPROVAL_SERVER"};
    const std::string name = new_name(), waits = "403 ORG.MATRIX.MSC3866_USER_AWAITING_APPROVAL";
    const auto wish = registration(name, "to be let in");
    CHECK(outcome(server.go_on(server.url, wish, server.ask(wish), mxwire::DummyAuth{})) == waits);
    const auto login = server.log_in(name, "to be let in");
    REQUIRE(outcome(login) == waits);
    const auto medium = login.error().rest.find("approval_notice_medium");
    REQUIRE(medium);
    CHECK(medium->text() == "\"org.matrix.msc3866.none\"");
}

TEST_CASE("P20: login by a signed token") {
    if (!has_environment("MXWIRE_SSO_SERVER")) return;
    const Server server{"MXWIRE_SSO_SERVER"};
    if (!server.is(Kind::synapse)) return;
    const auto login = server.ask(jwt(jwt_good));
    REQUIRE(outcome(login) == "ok");
    CHECK(login->user_id == server.full_id("jwt-user"));
    CHECK(outcome(server.whoami(login->access_token)) == "ok");
    for (const char* token : {jwt_of_another_secret, jwt_expired, jwt_too_early, jwt_without_subject,
                              jwt_of_another_issuer, jwt_for_another_audience}) {
        CAPTURE(token);
        const auto refused = server.ask(jwt(token));
        CHECK(outcome(refused) == "403 M_FORBIDDEN");
        CHECK_FALSE(refused.error().message.empty());
    }
    CHECK(outcome(server.ask(jwt(""))) == "403 M_FORBIDDEN");
}

TEST_CASE("L6, D5, O8, W1, W8: a server with its accounts elsewhere") {
    if (!has_environment("MXWIRE_DELEGATED_SERVER")) return;
    const Server server{"MXWIRE_DELEGATED_SERVER"};
    const auto flows = server.ask(mxwire::GetLoginFlows{});
    REQUIRE(outcome(flows) == "404 M_UNRECOGNIZED");
    CHECK(is_unsupported(flows.error()));
    CHECK(outcome(server.log_in(server.user, server.password)) == "404 M_UNRECOGNIZED");
    CHECK(outcome(server.ask(mxwire::Refresh{"a_token_of_nobody"})) == "404 M_UNRECOGNIZED");
    CHECK(outcome(server.ask(registration(new_name(), "nowhere"))) == "403 M_FORBIDDEN");

    const auto metadata = server.ask(mxwire::GetAuthMetadata{});
    REQUIRE(outcome(metadata) == "ok");
    CHECK(metadata->issuer.substr(0, 17) == "http://127.0.0.1:");
    CHECK(metadata->token_endpoint == metadata->issuer + "token");

    const std::string name = new_name();
    const auto service = server.by("of_this_test");
    REQUIRE(outcome(call(server.curl, service, ProvisionUser{name})) == "ok");
    REQUIRE(outcome(call(server.curl, service, UpsertDevice{name, "KITCHEN"})) == "ok");
    const Secret token{name + "/KITCHEN"};
    const auto me = server.whoami(token);
    REQUIRE(outcome(me) == "ok");
    CHECK(me->user_id == server.full_id(name));
    CHECK(me->device_id == "KITCHEN");
    CHECK(outcome(server.ask(token, mxwire::Logout{})) == "404 M_UNRECOGNIZED"); // it did not happen
    CHECK(outcome(server.ask(token, mxwire::LogoutAll{})) == "404 M_UNRECOGNIZED");
    CHECK(outcome(server.whoami(token)) == "ok");
    CHECK(outcome(server.whoami("a_token_of_nobody")) == "401 M_UNKNOWN_TOKEN hard logout");
    // The service does not answer: nobody is logged out by that.
    CHECK(outcome(server.whoami("down")) == "503 M_UNKNOWN");
}
