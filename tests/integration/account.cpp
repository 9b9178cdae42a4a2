// SPDX-License-Identifier: MIT
//
// What comes after login: refreshing, the session's devices, the account itself.
#include "server.hpp"

using namespace integration;

namespace {

using mxwire::AuthData;

LoginResponse log_in(const Server& server, const std::string& user, const Secret& password, bool refresh = false) {
    Login wish{Password{UserId{user}, password}};
    if (refresh) wish.refresh_token = true;
    const auto session = call(server.curl, server.url, wish);
    REQUIRE(outcome(session) == "ok");
    return *session;
}
Credentials of(const Server& server, const Secret& token) { return {server.url, token}; }

/// Sends `endpoint` without a proof, and again with the password for the challenge that comes back (rules U1-U5).
template <class E> std::string with_password(const Server& server, const Secret& token, E endpoint,
                                             const std::string& user, const Secret& password) {
    const auto asked = call(server.curl, of(server, token), endpoint);
    if (asked) return "ok";
    if (!asked.error().challenge) return outcome(asked);
    endpoint.auth = AuthData{Password{UserId{user}, password}, asked.error().challenge->session};
    return outcome(call(server.curl, of(server, token), endpoint));
}

} // namespace

TEST_CASE("versions: typed questions (reference L10-L12)") {
    const Server server;
    const auto versions = call(server.curl, server.url, mxwire::GetVersions{});
    REQUIRE(outcome(versions) == "ok");
    CHECK(versions->supports("v1.1"));
    CHECK_FALSE(versions->supports("v0.0"));
    CHECK_FALSE(versions->has_feature("org.example.none"));
}

TEST_CASE("refresh: the new pair works, and the old one until the new one is used") {
    const Server server;
    const Secret password{"refresh"};
    const std::string user = new_user(server, password);
    const LoginResponse session = log_in(server, user, password, true);
    REQUIRE(session.refresh_token);

    const auto lost = call(server.curl, server.url, mxwire::Refresh{*session.refresh_token});
    REQUIRE(outcome(lost) == "ok");
    CHECK(lost->access_token != session.access_token);
    REQUIRE(lost->expires_in);
    // As if that answer had never come: the old pair still opens.
    CHECK(outcome(server.whoami(session.access_token)) == "ok");
    const auto next = call(server.curl, server.url, mxwire::Refresh{*session.refresh_token});
    REQUIRE(outcome(next) == "ok");
    REQUIRE(next->refresh_token);

    CHECK(outcome(server.whoami(next->access_token)) == "ok");
    CHECK(outcome(call(server.curl, server.url, mxwire::Refresh{*session.refresh_token})) ==
          server.expected.used_refresh_token);
    const auto third = call(server.curl, server.url, mxwire::Refresh{*next->refresh_token});
    REQUIRE(outcome(third) == "ok");
    CHECK(outcome(server.whoami(third->access_token)) == "ok");
}

TEST_CASE("refresh: a token of nobody's") {
    const Server server;
    CHECK(outcome(call(server.curl, server.url, mxwire::Refresh{Secret{"syr_nobody"}})) ==
          server.expected.other_refresh_token);
}

TEST_CASE("logout of all sessions") {
    const Server server;
    const Secret password{"everywhere"};
    const std::string user = new_user(server, password);
    const LoginResponse first = log_in(server, user, password), second = log_in(server, user, password);
    CHECK(outcome(call(server.curl, of(server, first.access_token), mxwire::LogoutAll{})) == "ok");
    for (const LoginResponse* session : {&first, &second}) {
        CHECK(server.whoami(session->access_token).error().code == ErrorCode::unknown_token);
    }
}

TEST_CASE("devices: listed, renamed, deleted with a password") {
    const Server server;
    const Secret password{"devices"};
    const std::string user = new_user(server, password);
    const LoginResponse first = log_in(server, user, password), second = log_in(server, user, password),
                        third = log_in(server, user, password);
    const auto devices = call(server.curl, of(server, first.access_token), mxwire::GetDevices{});
    REQUIRE(outcome(devices) == "ok");
    CHECK(devices->devices.size() == 3);

    CHECK(outcome(call(server.curl, of(server, first.access_token),
                       mxwire::UpdateDevice{second.device_id, "K\xc3\xbc"
                                                              "che"})) == "ok");
    CHECK(device_name(server, second) == "K\xc3\xbc"
                                         "che");
    CHECK(outcome(call(server.curl, of(server, first.access_token), GetDevice{"NOWHERE"})) == "404 M_NOT_FOUND");

    CHECK(with_password(server, first.access_token, mxwire::DeleteDevice{second.device_id}, user, "wrong") ==
          "401 M_FORBIDDEN");
    CHECK(outcome(server.whoami(second.access_token)) == "ok");
    CHECK(with_password(server, first.access_token, mxwire::DeleteDevice{second.device_id}, user, password) == "ok");
    CHECK(server.whoami(second.access_token).error().code == ErrorCode::unknown_token);
    CHECK(with_password(server, first.access_token, mxwire::DeleteDevices{{third.device_id}}, user, password) == "ok");
    CHECK(server.whoami(third.access_token).error().code == ErrorCode::unknown_token);
}

TEST_CASE("a password is changed, and the other sessions end") {
    const Server server;
    const Secret before{"before"}, after{"after, and longer"};
    const std::string user = new_user(server, before);
    const LoginResponse session = log_in(server, user, before), other = log_in(server, user, before);
    CHECK(with_password(server, session.access_token, mxwire::ChangePassword{after}, user, before) == "ok");
    CHECK(outcome(server.whoami(session.access_token)) == "ok");
    CHECK(server.whoami(other.access_token).error().code == ErrorCode::unknown_token);
    CHECK(outcome(server.log_in(user, before)) == "403 M_FORBIDDEN");
    CHECK(outcome(server.log_in(user, after)) == "ok");
}

TEST_CASE("an account is deactivated") {
    const Server server;
    const Secret password{"leaving"};
    const std::string user = new_user(server, password);
    const LoginResponse session = log_in(server, user, password);
    CHECK(with_password(server, session.access_token, mxwire::DeactivateAccount{}, user, password) == "ok");
    CHECK(server.whoami(session.access_token).error().code == ErrorCode::unknown_token);
    CHECK(outcome(server.log_in(user, password)) == server.expected.deactivated);
}

TEST_CASE("registration: a user name, a stage without proof, a session") {
    const Server server;
    std::random_device random;
    const std::string name = "r" + std::to_string(random());
    CHECK(outcome(call(server.curl, server.url, mxwire::CheckUsernameAvailability{name})) == "ok");
    CHECK(outcome(call(server.curl, server.url, mxwire::CheckUsernameAvailability{server.user})) ==
          server.expected.taken_username);

    mxwire::Register wish{};
    wish.username = name;
    wish.password = Secret{"newcomer's own"};
    const auto asked = call(server.curl, server.url, wish);
    REQUIRE_FALSE(asked);
    REQUIRE(asked.error().challenge);
    wish.auth = AuthData{mxwire::DummyAuth{}, asked.error().challenge->session};
    const auto registered = call(server.curl, server.url, wish);
    REQUIRE(outcome(registered) == "ok");
    CHECK(registered->user_id == server.full_id(name));
    REQUIRE(registered->access_token);
    CHECK(outcome(server.whoami(*registered->access_token)) == "ok");
}

TEST_CASE("what the server can do") {
    const Server server;
    const LoginResponse session = log_in(server, server.user, server.password);
    const auto capabilities = call(server.curl, of(server, session.access_token), mxwire::GetCapabilities{});
    CHECK(outcome(capabilities) == "ok");
    CHECK(outcome(call(server.curl, of(server, session.access_token), Logout{})) == "ok");
    const auto metadata = call(server.curl, server.url, mxwire::GetAuthMetadata{});
    REQUIRE_FALSE(metadata);
    CHECK(is_unsupported(metadata.error()));
}
