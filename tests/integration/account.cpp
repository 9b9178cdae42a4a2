// SPDX-License-Identifier: MIT
//
// The account and its devices: password, devices, all sessions at once, the end. What of it is dangerous asks for
// authentication; what that looks like when it fails is where servers differ most.

#include "server.hpp"

using namespace integration;

namespace {

using mxwire::ChangePassword;
using mxwire::DeactivateAccount;
using mxwire::DeleteDevice;
using mxwire::DeleteDevices;
using mxwire::GetDevice;
using mxwire::GetDevices;
using mxwire::LoginResponse;
using mxwire::Secret;
using mxwire::UpdateDevice;

const std::string challenge = "401 [m.login.password]";

constexpr Answers wrong_password_for_password{"401 M_FORBIDDEN [m.login.password]",
                                              "401 M_FORBIDDEN [m.login.password]", "403 M_FORBIDDEN"};
constexpr Answers password_without_token{"401 [m.login.email.identity]",
                                         "401 [m.login.email.identity][m.login.password]", "401 M_MISSING_TOKEN"};
constexpr Answers deactivate_without_token{"401 M_MISSING_TOKEN", "401 [m.login.email.identity][m.login.password]",
                                           "401 M_MISSING_TOKEN"};
constexpr Answers login_after_deactivation{"403 M_FORBIDDEN", "403 M_USER_DEACTIVATED", "403 M_FORBIDDEN"};
constexpr Answers rename_unknown_device{"404 M_NOT_FOUND", "404 M_NOT_FOUND", "404 M_FORBIDDEN"};
constexpr Answers foreign_session{"403 M_UNKNOWN", "403 M_UNKNOWN", "ok"};
constexpr Answers unknown_session{"400 M_UNKNOWN", "400 M_UNKNOWN", "ok"};
constexpr Answers unknown_stage{"400 M_INVALID_PARAM", "401 [m.login.password]", "400 M_BAD_JSON"};
// A password changed with all other sessions ended: the own refresh token.
constexpr Answers own_refresh_token{"401 M_UNKNOWN_TOKEN", "ok", ""};

struct Account {
    const Server& server;
    Secret password{"of this account"};
    std::string name = new_user(server, password);

    LoginResponse session(mxwire::Flag refresh_token = {}) const {
        return server.session(name, password, refresh_token);
    }
    template <class E> auto authenticated(const LoginResponse& session, const E& endpoint) const {
        return server.ask_with(server.by(session.access_token), endpoint, password_of(name, password), challenge);
    }
    std::size_t devices(const LoginResponse& session) const {
        const auto all = server.ask(session.access_token, GetDevices{});
        REQUIRE(outcome(all) == "ok");
        return all->devices.size();
    }
};

} // namespace

// --- the password ----------------------------------------------------------------------------------------------------

TEST_CASE("P12, W6: a changed password ends the other sessions, and the old password") {
    const Server server;
    const Account account{server};
    const LoginResponse own = account.session(true), other = account.session();
    CHECK(outcome(account.authenticated(own, ChangePassword{"the next one"})) == "ok");
    CHECK(outcome(server.whoami(own.access_token)) == "ok");
    CHECK(outcome(server.whoami(other.access_token)) == server.said(dead));
    CHECK(outcome(server.log_in(account.name, account.password)) == "403 M_FORBIDDEN");
    CHECK(outcome(server.log_in(account.name, "the next one")) == "ok");
    if (own.refresh_token) {
        CHECK(outcome(server.ask(mxwire::Refresh{*own.refresh_token})) == server.said(own_refresh_token));
    }
}

TEST_CASE("W6: a changed password that leaves the other sessions alone") {
    const Server server;
    const Account account{server};
    const LoginResponse own = account.session(true), other = account.session();
    ChangePassword wish{"the next one"};
    wish.logout_devices = false;
    CHECK(outcome(account.authenticated(own, wish)) == "ok");
    CHECK(outcome(server.whoami(own.access_token)) == "ok");
    CHECK(outcome(server.whoami(other.access_token)) == "ok");
    CHECK(outcome(server.log_in(account.name, "the next one")) == "ok");
    if (own.refresh_token) CHECK(outcome(server.ask(mxwire::Refresh{*own.refresh_token})) == "ok");
}

TEST_CASE("U5: a password that is not changed") {
    const Server server;
    const Account account{server};
    const LoginResponse own = account.session();
    const auto wrong = server.ask_with(server.by(own.access_token), ChangePassword{"the next one"},
                                       password_of(account.name, "not the password"), challenge);
    CHECK(outcome(wrong) == server.said(wrong_password_for_password));
    CHECK(outcome(server.ask(ChangePassword{"the next one"})) == server.said(password_without_token));
    CHECK(outcome(server.log_in(account.name, account.password)) == "ok");
}

// --- devices ---------------------------------------------------------------------------------------------------------

TEST_CASE("devices: listed, looked at, named") {
    const Server server;
    const Account account{server};
    const LoginResponse own = account.session(), other = account.session();
    CHECK(account.devices(own) == 2);

    const std::string name = "K\xc3\xbc" // the next letters would be part of the escape
                             "che \"1\"";
    CHECK(outcome(server.ask(own.access_token, UpdateDevice{other.device_id, name})) == "ok");
    const auto named = server.ask(own.access_token, GetDevice{other.device_id});
    REQUIRE(outcome(named) == "ok");
    CHECK(named->device_id == other.device_id);
    CHECK(named->display_name == name);

    CHECK(outcome(server.ask(own.access_token, GetDevice{"NO/SUCH?DEVICE"})) == "404 M_NOT_FOUND");
    CHECK(outcome(server.ask(own.access_token, UpdateDevice{"NO/SUCH?DEVICE", "name"})) ==
          server.said(rename_unknown_device));
    CHECK(outcome(server.ask(Secret{"a_token_of_nobody"}, GetDevices{})) == server.said(dead));
}

TEST_CASE("O10, U5, U6: a device is deleted by who can prove to be its user") {
    const Server server;
    const Account account{server};
    const Account stranger{server};
    const LoginResponse own = account.session(), other = account.session();
    const DeleteDevice wish{other.device_id};
    const auto where = server.by(own.access_token);
    CHECK(outcome(server.ask_with(where, wish, password_of(account.name, "not the password"), challenge)) ==
          "401 M_FORBIDDEN [m.login.password]");
    CHECK(outcome(server.ask_with(where, wish, password_of(stranger.name, stranger.password), challenge)) ==
          "403 M_FORBIDDEN");
    CHECK(outcome(server.whoami(other.access_token)) == "ok");
    CHECK(outcome(account.authenticated(own, wish)) == "ok");
    CHECK(outcome(server.whoami(other.access_token)) == server.said(dead));
    CHECK(outcome(server.ask(own.access_token, GetDevice{other.device_id})) == "404 M_NOT_FOUND");
    CHECK(outcome(account.authenticated(own, wish)) == "ok"); // one that is gone is no error
}

TEST_CASE("devices: several are deleted at once") {
    const Server server;
    const Account account{server};
    const LoginResponse own = account.session(), a = account.session(), b = account.session();
    CHECK(account.devices(own) == 3);
    CHECK(outcome(account.authenticated(own, DeleteDevices{{a.device_id, b.device_id, "NO SUCH DEVICE"}})) == "ok");
    CHECK(outcome(server.whoami(a.access_token)) == server.said(dead));
    CHECK(outcome(server.whoami(b.access_token)) == server.said(dead));
    CHECK(account.devices(own) == 1);
}

TEST_CASE("U7, U9: sessions of authentication that are not this request's, and stages that are none") {
    const Server server;
    const Account account{server};
    const LoginResponse own = account.session(), other = account.session();
    const auto first = server.ask(own.access_token, DeactivateAccount{});
    REQUIRE(outcome(first) == challenge);

    DeleteDevice wish{other.device_id};
    wish.auth = mxwire::AuthData{mxwire::CustomAuth{"org.example.knock"}, {}};
    CHECK(outcome(server.ask(own.access_token, wish)) == server.said(unknown_stage));
    wish.auth = mxwire::AuthData{password_of(account.name, account.password), first.error().challenge->session};
    CHECK(outcome(server.ask(own.access_token, wish)) == server.said(foreign_session));
    wish.auth->session = Secret{"a_session_of_nobody"};
    CHECK(outcome(server.ask(own.access_token, wish)) == server.said(unknown_session));
}

// --- the end of everything -------------------------------------------------------------------------------------------

TEST_CASE("O2, O3: all sessions are logged out") {
    const Server server;
    const Account account{server};
    const LoginResponse own = account.session(), other = account.session();
    CHECK(outcome(server.ask(own.access_token, mxwire::LogoutAll{})) == "ok");
    CHECK(outcome(server.whoami(own.access_token)) == server.said(dead));
    CHECK(outcome(server.whoami(other.access_token)) == server.said(dead));
    CHECK(outcome(server.ask(own.access_token, mxwire::LogoutAll{})) == server.said(dead));
    CHECK(account.devices(account.session()) == 1);
}

TEST_CASE("O4: without a token nothing is sent") {
    const Server server;
    CHECK(outcome(server.ask(Secret{}, mxwire::Logout{})) == "request 0");
    CHECK(outcome(server.ask(Secret{}, mxwire::LogoutAll{})) == "request 0");
}

TEST_CASE("P13, U5: the account is deactivated") {
    const Server server;
    const Account account{server};
    const LoginResponse own = account.session();
    DeactivateAccount wish;
    wish.erase = true;
    CHECK(outcome(server.ask_with(server.by(own.access_token), wish, password_of(account.name, "not the password"),
                                  challenge)) == "401 M_FORBIDDEN [m.login.password]");
    CHECK(outcome(server.ask(DeactivateAccount{})) == server.said(deactivate_without_token));
    CHECK(outcome(server.whoami(own.access_token)) == "ok");
    const auto end = account.authenticated(own, wish);
    REQUIRE(outcome(end) == "ok");
    CHECK(end->id_server_unbind_result.has_value() == !server.is(Kind::dendrite)); // which answers {}
    CHECK(outcome(server.whoami(own.access_token)) == server.said(dead));
    CHECK(outcome(server.log_in(account.name, account.password)) == server.said(login_after_deactivation));
}
