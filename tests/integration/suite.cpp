// SPDX-License-Identifier: MIT
//
// The session operations over a real HTTP stack, against the homeserver that the environment names (harness.sh). One
// suite for all servers: where they differ, both answers stand in a table, and nothing is left out for any of them.

#include "server.hpp"

using namespace integration;

namespace {

using mxwire::call;
using mxwire::Credentials;
using mxwire::GetLoginFlows;
using mxwire::GetTokenOwner;
using mxwire::Homeserver;
using mxwire::Login;
using mxwire::LoginResponse;
using mxwire::Logout;
using mxwire::Password;
using mxwire::Secret;
using mxwire::UserId;
namespace field = mxwire::field;

// --- where the servers differ ----------------------------------------------------------------------------------------

// In the server's order.
constexpr Answers flows_offered{
    "m.login.token(get_login_token) m.login.password m.login.application_service",
    "m.login.sso[github company] m.login.token(get_login_token) m.login.password m.login.application_service",
    "m.login.password m.login.application_service",
};
// An application service logs in a user that does not exist, and one outside of its namespace.
constexpr Answers unregistered_ghost{"404 M_UNKNOWN", "403 M_FORBIDDEN", "ok"};
constexpr Answers foreign_ghost{"403 M_FORBIDDEN", "403 M_EXCLUSIVE", "400 M_EXCLUSIVE"};
// m.id.phone as specified, with a number of nobody's; an address of nobody's; a user of another server.
constexpr Answers unknown_phone{"400 M_UNKNOWN", "403 M_FORBIDDEN", "401 M_BAD_JSON"};
constexpr Answers unknown_address{"403 M_FORBIDDEN", "403 M_FORBIDDEN", "401 M_BAD_JSON"};
constexpr Answers foreign_server{"403 M_FORBIDDEN", "403 M_FORBIDDEN", "401 M_INVALID_USERNAME"};
// The right password of a deactivated user.
constexpr Answers deactivated{"403 M_FORBIDDEN", "403 M_USER_DEACTIVATED", "403 M_FORBIDDEN"};
// The token of a device that has logged in again.
constexpr Answers replaced_token{"ok", "401 M_UNKNOWN_TOKEN hard logout", "401 M_UNKNOWN_TOKEN"};
constexpr Answers custom_type_and_user{"400 M_UNKNOWN", "400 M_UNKNOWN", "400 M_INVALID_PARAM"};
constexpr Answers login_without_user{"400 M_INVALID_PARAM", "400 M_INVALID_PARAM", "401 M_BAD_JSON"};
constexpr Answers endless_device_id{"400 M_INVALID_PARAM", "400 M_INVALID_PARAM", "ok"};
// An application service that has nothing to log out, and that names a device which is not there.
constexpr Answers service_logout{"401 M_UNKNOWN", "401 M_UNKNOWN", "ok"};
constexpr Answers outside_of_matrix{"http 404", "http 404", "404 M_UNRECOGNIZED"};
constexpr Answers text_for_a_flag{"400 M_UNKNOWN", "400 M_UNKNOWN", "ok"};
// The sixth right login of a user within seconds, each from another address.
constexpr Answers sixth_login{"429 M_LIMIT_EXCEEDED", "ok", "ok"};
constexpr Answers unknown_service_device{"400 M_UNKNOWN_DEVICE", "400 M_UNKNOWN_DEVICE", "ok"};
const std::string service_device = "AS_Device";

// --- locking and deactivating by the servers' own APIs ---------------------------------------------------------------

enum class Change { lock, deactivate };
template <Change change> struct ControlChangeUser {
    static constexpr mxwire::EndpointInfo info{"change_user", mxwire::Method::post,
                                               change == Change::lock ? "/_test/lock" : "/_test/deactivate",
                                               mxwire::Auth::none, mxwire::Body::object};
    using Response = Nothing;
    std::string user;
    static constexpr auto fields = mxwire::fields(field::required<&ControlChangeUser::user>("user"));
};

template <Change change> void change_user(const Server& server, const std::string& name) {
    if (server.is(Kind::synapse)) {
        PutUser user{server.full_id(name)};
        (change == Change::lock ? user.locked : user.deactivated) = true;
        REQUIRE(outcome(call(server.curl, admin(server), user)) == "ok");
    } else {
        REQUIRE(outcome(server.ask(ControlChangeUser<change>{name})) == "ok");
    }
}

std::string device_name(const Server& server, const LoginResponse& session) {
    const auto device = server.ask(session.access_token, mxwire::GetDevice{session.device_id});
    REQUIRE(outcome(device) == "ok");
    return device->display_name.value_or("");
}

} // namespace

// --- login flows -----------------------------------------------------------------------------------------------------

TEST_CASE("L1, L2: login flows") {
    const Server server;
    const auto answer = call(server.curl, server.url, GetLoginFlows{});
    REQUIRE(outcome(answer) == "ok");
    CHECK(text_of(*answer) == server.said(flows_offered));
}

TEST_CASE("a base URL without a homeserver behind it") {
    const Server server;
    CHECK(outcome(call(server.curl, Homeserver{server.base_url + "/nowhere"}, GetLoginFlows{})) ==
          server.said(outside_of_matrix));
    CHECK(outcome(call(server.curl, Homeserver{"http://127.0.0.1:1"}, GetLoginFlows{})) == "transport 7");
}

// --- login by password -----------------------------------------------------------------------------------------------

TEST_CASE("P1, P2, P3, P28: login by password: localpart, full user ID, in upper case") {
    const Server server;
    const std::string id = server.full_id(server.user);
    std::string upper = id;
    for (char& c : upper) {
        if (c == ':') break; // the server name is the server's
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    }
    for (const std::string& who : {server.user, id, upper}) {
        CAPTURE(who);
        const auto login = server.log_in(who, server.password);
        REQUIRE(outcome(login) == "ok");
        CHECK(login->user_id == id);
        CHECK_FALSE(login->access_token.empty());
        CHECK_FALSE(login->device_id.empty());
        CHECK(login->well_known.has_value() == !server.is(Kind::dendrite)); // which sends none with any answer
        if (login->well_known) CHECK(login->well_known->homeserver.base_url == server.base_url + "/");
        const auto me = server.whoami(login->access_token);
        REQUIRE(outcome(me) == "ok");
        CHECK(me->user_id == id);
        CHECK(outcome(call(server.curl, Credentials{server.url, login->access_token}, Logout{})) == "ok");
    }
}

TEST_CASE("P10: login by password: any text") {
    const Server server;
    const Secret password{"p\xc3\xa4ss \"w\xc3\xb6rd\" \\ / & \xf0\x9f\x97\x9d\x09<end>"};
    const std::string user = new_user(server, password);
    CHECK(outcome(server.log_in(user, password)) == "ok");
    CHECK(outcome(server.log_in(user, "p\xc3\xa4ss")) == "403 M_FORBIDDEN");
}

TEST_CASE("P4: login by password: device ID and display name") {
    const Server server;
    for (const char* device : {"KITCHEN", "a/b?c=d#e%2F \"\xc3\xbc\""}) {
        CAPTURE(device);
        Login wish{Password{UserId{server.user}, server.password}};
        wish.device_id = device;
        wish.initial_device_display_name = "K\xc3\xbc"
                                           "che \"1\" \xf0\x9f\x8d\xb3";
        const auto login = call(server.curl, server.url, wish);
        REQUIRE(outcome(login) == "ok");
        CHECK(login->device_id == device);
        CHECK(device_name(server, *login) == *wish.initial_device_display_name);
        CHECK(outcome(call(server.curl, Credentials{server.url, login->access_token}, Logout{})) == "ok");
    }
}

TEST_CASE("login by password: the same device again") {
    const Server server;
    Login wish{Password{UserId{server.user}, server.password}};
    wish.device_id = "AGAIN";
    const auto first = call(server.curl, server.url, wish);
    const auto second = call(server.curl, server.url, wish);
    REQUIRE(outcome(first) == "ok");
    REQUIRE(outcome(second) == "ok");
    CHECK(first->access_token != second->access_token);
    CHECK(outcome(server.whoami(first->access_token)) == server.said(replaced_token));
    CHECK(outcome(server.whoami(second->access_token)) == "ok");
}

TEST_CASE("P26: login by password: with and without a refresh token") {
    const Server server;
    Login wish{Password{UserId{server.user}, server.password}};
    wish.refresh_token = true;
    const auto refreshable = call(server.curl, server.url, wish);
    REQUIRE(outcome(refreshable) == "ok");
    CHECK(refreshable->refresh_token.has_value() == !server.is(Kind::dendrite)); // which refreshes nothing
    CHECK(refreshable->expires_in.has_value() == !server.is(Kind::dendrite));
    if (refreshable->refresh_token) CHECK_FALSE(refreshable->refresh_token->empty());
    if (refreshable->expires_in) {
        CHECK(*refreshable->expires_in > std::chrono::minutes{4});
        CHECK(*refreshable->expires_in <= std::chrono::minutes{5});
    }

    for (const mxwire::Flag plain : {mxwire::Flag{}, mxwire::Flag{false}}) {
        wish.refresh_token = plain;
        const auto lasting = call(server.curl, server.url, wish);
        REQUIRE(outcome(lasting) == "ok");
        CHECK_FALSE(lasting->refresh_token);
        CHECK_FALSE(lasting->expires_in);
    }
}

TEST_CASE("P8: login by password: by third party") {
    const Server server;
    if (!server.is(Kind::dendrite)) { // which has no such login
        const std::string address = new_name() + "@example.org";
        const std::string user = new_user(server, "by mail", {{"email", address}});
        const auto login =
            call(server.curl, server.url, Login{Password{mxwire::ThirdPartyId{"email", address}, "by mail"}});
        REQUIRE(outcome(login) == "ok");
        CHECK(login->user_id == server.full_id(user));
    }
    const Login nobody{Password{mxwire::ThirdPartyId{"email", "nobody@example.org"}, "by mail"}};
    CHECK(outcome(call(server.curl, server.url, nobody)) == server.said(unknown_address));
    const Login phone{Password{mxwire::Phone{"GB", "07700900000"}, "by mail"}};
    CHECK(outcome(call(server.curl, server.url, phone)) == server.said(unknown_phone));
}

TEST_CASE("P6, P7: login by password: refused") {
    const Server server;
    const auto wrong = server.log_in(server.user, "not the password");
    CHECK(outcome(wrong) == "403 M_FORBIDDEN");
    CHECK_FALSE(wrong.error().message.empty());
    CHECK_FALSE(wrong.error().retry_after);
    CHECK_FALSE(wrong.error().challenge);
    CHECK(describe(wrong.error()) == "login: 403 M_FORBIDDEN");
    CHECK(outcome(server.log_in("nobody", "not the password")) == "403 M_FORBIDDEN");
    CHECK(outcome(server.log_in("@alice:elsewhere.example.org", "not the password")) == server.said(foreign_server));
}

TEST_CASE("login by a type that the server does not know") {
    const Server server;
    Login custom{mxwire::CustomLogin{"org.example.knock", mxwire::Members{mxwire::raw_json(R"({"times":[2,3]})")}}};
    CHECK(outcome(call(server.curl, server.url, custom)) ==
          "400 M_INVALID_PARAM"); // of the identifier, which is missing
    // Here it is the type alone that can be wrong.
    custom.method =
        mxwire::CustomLogin{"org.example.knock",
                            mxwire::Members{mxwire::raw_json(R"({"identifier":{"type":"m.id.user","user":"alice"}})")}};
    CHECK(outcome(call(server.curl, server.url, custom)) == server.said(custom_type_and_user));
}

namespace {
// A login that the library's own types would not make.
struct BareLogin {
    static constexpr mxwire::EndpointInfo info{"login", mxwire::Method::post, "/_matrix/client/v3/login",
                                               mxwire::Auth::none, mxwire::Body::object};
    using Response = LoginResponse;
    std::string type;
    std::optional<std::string> user{};
    std::optional<Secret> password{};
    std::optional<std::string> refresh_token{};
    static constexpr auto fields = mxwire::fields(
        field::required<&BareLogin::type>("type"), field::optional<&BareLogin::user>("user"),
        field::optional<&BareLogin::password>("password"), field::optional<&BareLogin::refresh_token>("refresh_token"));
};
// A token in the header, and one in the query.
struct TwoTokens {
    static constexpr mxwire::EndpointInfo info{"getTokenOwner", mxwire::Method::get,
                                               "/_matrix/client/v3/account/whoami", mxwire::Auth::required};
    using Response = mxwire::TokenOwner;
    std::string access_token;
    static constexpr auto fields = mxwire::fields(field::required_query<&TwoTokens::access_token>("access_token"));
};
struct WrongMethod {
    static constexpr mxwire::EndpointInfo info{"login", mxwire::Method::put, "/_matrix/client/v3/login",
                                               mxwire::Auth::none, mxwire::Body::object};
    using Response = Nothing;
    static constexpr auto fields = mxwire::fields();
};
} // namespace

TEST_CASE("L9: a method that the path does not have") {
    const Server server;
    CHECK(outcome(server.ask(WrongMethod{})) == "405 M_UNRECOGNIZED");
}

TEST_CASE("P9: login by the deprecated member, and without a user") {
    const Server server;
    const auto login = server.ask(BareLogin{"m.login.password", server.user, server.password});
    REQUIRE(outcome(login) == "ok");
    CHECK(login->user_id == server.full_id(server.user));
    CHECK(outcome(server.ask(BareLogin{"m.login.password", {}, server.password})) == server.said(login_without_user));
}

TEST_CASE("P27: login with a text where the specification has a boolean") {
    const Server server;
    CHECK(outcome(server.ask(BareLogin{"m.login.password", server.user, server.password, "yes"})) ==
          server.said(text_for_a_flag));
}

TEST_CASE("P5: a device ID of 2048 characters") {
    const Server server;
    Login wish{Password{UserId{server.user}, server.password}};
    wish.device_id = std::string(2048, 'D');
    CHECK(outcome(server.ask(wish)) == server.said(endless_device_id));
}

TEST_CASE("P11: what is not UTF-8 is not sent") {
    const Server server;
    CHECK(outcome(server.log_in(server.user, Secret{"\xff\xfe"})) == "request 0");
}

// --- accounts that may not -------------------------------------------------------------------------------------------

TEST_CASE("P14: a locked user") {
    const Server server;
    if (server.is(Kind::dendrite)) return; // nobody can be locked there
    CHECK(outcome(server.log_in(environment("MXWIRE_LOCKED_USER"), Secret{environment("MXWIRE_LOCKED_PASSWORD")})) ==
          "401 M_USER_LOCKED soft logout");

    const std::string user = new_user(server, "before the lock");
    const auto login = server.log_in(user, "before the lock");
    REQUIRE(outcome(login) == "ok");
    change_user<Change::lock>(server, user);
    CHECK(outcome(server.whoami(login->access_token)) == "401 M_USER_LOCKED soft logout");
    CHECK(outcome(call(server.curl, Credentials{server.url, login->access_token}, Logout{})) == "ok");
    CHECK(outcome(server.whoami(login->access_token)) == server.said(dead));
}

TEST_CASE("P13: a deactivated user") {
    const Server server;
    const std::string user = new_user(server, "long ago");
    const auto login = server.log_in(user, "long ago");
    REQUIRE(outcome(login) == "ok");
    if (server.is(Kind::dendrite)) {
        CHECK(outcome(server.ask_with(server.by(login->access_token), mxwire::DeactivateAccount{},
                                      password_of(user, "long ago"), "401 [m.login.password]")) == "ok");
    } else {
        change_user<Change::deactivate>(server, user);
    }
    CHECK(outcome(server.whoami(login->access_token)) == server.said(dead));
    CHECK(outcome(server.log_in(user, "long ago")) == server.said(deactivated));
}

// --- whoami, logout --------------------------------------------------------------------------------------------------

TEST_CASE("O1, O3, W1: whose token it is, and its end") {
    const Server server;
    const auto login = server.log_in(server.user, server.password);
    REQUIRE(outcome(login) == "ok");
    const auto me = server.whoami(login->access_token);
    REQUIRE(outcome(me) == "ok");
    CHECK(me->user_id == login->user_id);
    CHECK(me->device_id == login->device_id);
    CHECK_FALSE(me->is_guest);
    const auto other = server.log_in(server.user, server.password);
    REQUIRE(outcome(other) == "ok");

    const Credentials session{server.url, login->access_token};
    CHECK(outcome(call(server.curl, session, Logout{})) == "ok");
    CHECK(outcome(server.whoami(login->access_token)) == server.said(dead));
    CHECK(outcome(call(server.curl, session, Logout{})) == server.said(dead));
    CHECK(outcome(server.whoami(other->access_token)) == "ok"); // one session ends, not all
    CHECK(outcome(server.ask(other->access_token, mxwire::GetDevice{login->device_id})) == "404 M_NOT_FOUND");
}

TEST_CASE("W5: a token in the header and in the query") {
    const Server server;
    const auto login = server.session(server.user, server.password);
    CHECK(outcome(server.ask(login.access_token, TwoTokens{std::string{login.access_token.expose()}})) ==
          "401 M_MISSING_TOKEN");
}

namespace {
// An administrator of Synapse becomes a user, without a device.
struct LogInAs {
    static constexpr mxwire::EndpointInfo info{"logInAs", mxwire::Method::post,
                                               "/_synapse/admin/v1/users/{user_id}/login", mxwire::Auth::required,
                                               mxwire::Body::object};
    struct Response {
        Secret access_token;
        static constexpr auto fields = mxwire::fields(field::required<&Response::access_token>("access_token"));
    };
    std::string user_id;
    static constexpr auto fields = mxwire::fields(field::path<&LogInAs::user_id>("user_id"));
};
} // namespace

TEST_CASE("O7, W1: a token without a device") {
    const Server server;
    if (!server.is(Kind::synapse)) return; // the others have no such thing
    const std::string user = new_user(server, "somebody else's");
    const auto own = server.session(user, "somebody else's");
    const auto first = call(server.curl, admin(server), LogInAs{server.full_id(user)});
    const auto second = call(server.curl, admin(server), LogInAs{server.full_id(user)});
    REQUIRE(outcome(first) == "ok");
    REQUIRE(outcome(second) == "ok");
    const auto me = server.whoami(first->access_token);
    REQUIRE(outcome(me) == "ok");
    CHECK(me->user_id == server.full_id(user));
    CHECK_FALSE(me->device_id);
    CHECK(outcome(server.ask(first->access_token, Logout{})) == "ok");
    CHECK(outcome(server.whoami(first->access_token)) == server.said(dead));
    CHECK(outcome(server.whoami(own.access_token)) == "ok"); // that one token alone
    CHECK(outcome(server.ask(own.access_token, mxwire::LogoutAll{})) == "ok");
    CHECK(outcome(server.whoami(own.access_token)) == server.said(dead));
    CHECK(outcome(server.whoami(second->access_token)) == "ok"); // it is the administrator's
}

TEST_CASE("a foreign token") {
    const Server server;
    const auto me = server.whoami("a_token_of_nobody");
    CHECK(outcome(me) == server.said(dead));
    CHECK(me.error().operation == "getTokenOwner");
    CHECK_FALSE(me.error().challenge);
}

// --- the rate limit --------------------------------------------------------------------------------------------------

TEST_CASE("R1, R3, R5: the rate limit, and a wait of exactly the delay that the server names") {
    Server server;
    server.url = Homeserver{environment("MXWIRE_RATE_SERVER")};
    // An address of this case's own, where the server looks at the header: others log in as well.
    server.curl.extra_header = "X-Forwarded-For: 192.0.2.1";
    int refused = 0;
    auto login = server.log_in(server.user, "not the password");
    for (; outcome(login) == "403 M_FORBIDDEN" && refused < 20; ++refused) {
        login = server.log_in(server.user, "not the password");
    }
    CHECK(refused >= 5);
    REQUIRE(outcome(login) == "429 M_LIMIT_EXCEEDED");
    REQUIRE(login.error().retry_after);
    CHECK(*login.error().retry_after > std::chrono::milliseconds{0});
    REQUIRE(*login.error().retry_after <= std::chrono::seconds{5});
    // The right password is held back as well, and is let in as soon as the delay is over.
    const auto early = server.log_in(server.user, server.password);
    REQUIRE(outcome(early) == "429 M_LIMIT_EXCEEDED");
    REQUIRE(early.error().retry_after);
    std::this_thread::sleep_for(*early.error().retry_after);
    CHECK(outcome(server.log_in(server.user, server.password)) == "ok");
    // So is a wrong one: the limit was no verdict.
    auto later = server.log_in(server.user, "not the password");
    if (!later && later.error().retry_after) {
        std::this_thread::sleep_for(*later.error().retry_after);
        later = server.log_in(server.user, "not the password");
    }
    CHECK(outcome(later) == "403 M_FORBIDDEN");
}

TEST_CASE("R2: the rate limit of one user, wherever the logins come from") {
    Server server;
    server.url = Homeserver{environment("MXWIRE_RATE_SERVER")};
    const std::string user = new_name();
    const auto from = [&](int address) {
        server.curl.extra_header = "X-Forwarded-For: 192.0.2." + std::to_string(address);
    };
    const auto log_in = [&](int address) {
        from(address);
        return server.log_in(user, "of this account");
    };
    from(100);
    mxwire::Register wish = registration(user, "of this account");
    wish.inhibit_login = true;
    REQUIRE(outcome(server.ask_with(server.url, wish, mxwire::DummyAuth{}, "401 [m.login.dummy]")) == "ok");
    auto login = log_in(101);
    for (int i = 102; login && i < 106; ++i) login = log_in(i);
    CHECK(outcome(login) == "ok");
    login = log_in(106);
    REQUIRE(outcome(login) == server.said(sixth_login));
    if (login) return;
    REQUIRE(login.error().retry_after);
    CHECK(*login.error().retry_after > std::chrono::milliseconds{0});
    CHECK(*login.error().retry_after <= std::chrono::seconds{5});
}

// --- login by token --------------------------------------------------------------------------------------------------

TEST_CASE("P21, P22: login by token: once") {
    const Server server;
    CHECK(outcome(server.ask(Login{mxwire::LoginToken{"a_token_of_nobody"}})) == "403 M_FORBIDDEN");
    if (server.is(Kind::dendrite)) return; // it gives out none
    const std::string user = new_user(server, "hands out tokens");
    const auto session = server.log_in(user, "hands out tokens");
    REQUIRE(outcome(session) == "ok");
    Login wish{mxwire::LoginToken{login_token(server, *session)}};
    wish.device_id = "SECOND";
    const auto login = call(server.curl, server.url, wish);
    REQUIRE(outcome(login) == "ok");
    CHECK(login->user_id == server.full_id(user));
    CHECK(login->device_id == "SECOND");
    CHECK(outcome(call(server.curl, server.url, wish)) == "403 M_FORBIDDEN");
}

// --- application services --------------------------------------------------------------------------------------------

TEST_CASE("P23, W1, W2, W3: an application service logs in one of its users, and acts as it") {
    const Server server;
    const std::string ghost = environment("MXWIRE_AS_USER");
    Credentials service{server.url, Secret{environment("MXWIRE_AS_TOKEN")}};

    for (const std::string& who : {ghost, server.full_id(ghost)}) {
        const auto login = call(server.curl, service, Login{mxwire::ApplicationService{UserId{who}}});
        REQUIRE(outcome(login) == "ok");
        CHECK(login->user_id == server.full_id(ghost));
        const auto me = server.whoami(login->access_token);
        REQUIRE(outcome(me) == "ok");
        CHECK(me->user_id == login->user_id);
        CHECK(me->device_id == login->device_id);

        service.user_id = login->user_id;
        service.device_id = login->device_id;
        const auto device = call(server.curl, service, GetTokenOwner{});
        REQUIRE(outcome(device) == "ok");
        CHECK(device->user_id == login->user_id);
        // Dendrite gives all that an application service does to one device, which is none of a login.
        CHECK(device->device_id == (server.is(Kind::dendrite) ? service_device : login->device_id));
        // Who it acts as is no part of a login.
        CHECK(outcome(call(server.curl, service, Login{mxwire::ApplicationService{UserId{who}}})) == "ok");
        service.user_id.reset();
        service.device_id.reset();
    }

    const auto itself = call(server.curl, service, GetTokenOwner{});
    REQUIRE(outcome(itself) == "ok");
    CHECK(itself->user_id == server.full_id("_as_bot"));
    CHECK(itself->device_id.value_or("") == (server.is(Kind::dendrite) ? "_as_bot" : ""));

    service.user_id = server.full_id(ghost);
    const auto masked = call(server.curl, service, GetTokenOwner{});
    REQUIRE(outcome(masked) == "ok");
    CHECK(masked->user_id == server.full_id(ghost));
    CHECK(masked->device_id.value_or("") == (server.is(Kind::dendrite) ? service_device : ""));

    service.device_id = "NO SUCH & DEVICE";
    CHECK(outcome(call(server.curl, service, GetTokenOwner{})) == server.said(unknown_service_device));
    service.device_id.reset();
    for (const std::string& who : {std::string{"_as_nobody"}, server.user}) {
        service.user_id = server.full_id(who);
        CHECK(outcome(call(server.curl, service, GetTokenOwner{})) == "403 M_FORBIDDEN");
    }
}

TEST_CASE("P25: an application service that is not to log in") {
    const Server server;
    if (!server.is(Kind::synapse)) return;
    const Credentials service{server.url, "as_token_4190"}; // as4190.yaml
    const auto ghost = "_as4190_" + new_name();
    mxwire::Register wish;
    wish.type = mxwire::RegistrationType::application_service;
    wish.username = ghost;
    wish.inhibit_login = true;
    REQUIRE(outcome(call(server.curl, service, wish)) == "ok");
    const auto login = call(server.curl, service, Login{mxwire::ApplicationService{UserId{ghost}}});
    REQUIRE(outcome(login) == "400 M_APPSERVICE_LOGIN_UNSUPPORTED");
    CHECK(login.error().code == mxwire::ErrorCode::appservice_login_unsupported);
}

TEST_CASE("P24: an application service: refused") {
    const Server server;
    const std::string ghost = environment("MXWIRE_AS_USER");
    const Credentials service{server.url, Secret{environment("MXWIRE_AS_TOKEN")}};
    const auto log_in = [&](const Credentials& with, const std::string& who) {
        return outcome(call(server.curl, with, Login{mxwire::ApplicationService{UserId{who}}}));
    };
    CHECK(log_in(service, "_as_never_registered") == server.said(unregistered_ghost));
    CHECK(log_in(service, server.user) == server.said(foreign_ghost));
    CHECK(log_in(Credentials{server.url, "as_token_of_nobody"}, ghost) == server.said(dead));
    // Its token has no device: there is nothing to log out.
    CHECK(outcome(call(server.curl, service, Logout{})) == server.said(service_logout));
    // Without a token nothing is sent at all.
    const auto nothing = call(server.curl, server.url, Login{mxwire::ApplicationService{UserId{ghost}}});
    CHECK(outcome(nothing) == "request 0");
    CHECK(nothing.error().member == "access_token");
    // The token of Credentials is no part of a login by password.
    const Credentials stale{server.url, "a_token_of_nobody"};
    CHECK(outcome(call(server.curl, stale, Login{Password{UserId{server.user}, server.password}})) == "ok");
}

// --- the storage policies --------------------------------------------------------------------------------------------

TEST_CASE_TEMPLATE("the server's bytes, read in place or into fixed storage", S, mxwire::Owned, mxwire::View,
                   mxwire::Fixed<512, 8>) {
    const Server server;
    const auto send = [&](const auto& request) {
        REQUIRE(request.has_value());
        mxwire::Result<mxwire::Response> response = server.curl(*request);
        REQUIRE(outcome(response) == "ok");
        return std::move(*response);
    };
    const mxwire::Response flows_answer = send(mxwire::prepare(mxwire::BasicGetLoginFlows<S>{}, server.url));
    const auto flows = mxwire::parse<mxwire::BasicGetLoginFlows<S>>(flows_answer);
    REQUIRE(outcome(flows) == "ok");
    CHECK(text_of(*flows) == server.said(flows_offered));

    const mxwire::Response login_answer =
        send(mxwire::prepare(Login{Password{UserId{server.user}, server.password}}, server.url));
    const auto login = mxwire::parse<mxwire::BasicLogin<S>>(login_answer);
    REQUIRE(outcome(login) == "ok");
    CHECK(std::string_view{login->user_id} == server.full_id(server.user));
    CHECK(login->well_known.has_value() == !server.is(Kind::dendrite));
    if (login->well_known) {
        CHECK(std::string_view{login->well_known->homeserver.base_url} == server.base_url + "/");
    }

    const Credentials session{server.url, Secret{login->access_token.expose()}};
    const mxwire::Response owner_answer = send(mxwire::prepare(mxwire::BasicGetTokenOwner<S>{}, session));
    const auto owner = mxwire::parse<mxwire::BasicGetTokenOwner<S>>(owner_answer);
    REQUIRE(outcome(owner) == "ok");
    CHECK(std::string_view{owner->user_id} == std::string_view{login->user_id});

    const mxwire::Response logout_answer = send(mxwire::prepare(mxwire::BasicLogout<S>{}, session));
    CHECK(outcome(mxwire::parse<mxwire::BasicLogout<S>>(logout_answer)) == "ok");
    const mxwire::Response refusal = send(mxwire::prepare(mxwire::BasicGetTokenOwner<S>{}, session));
    CHECK(outcome(mxwire::parse<mxwire::BasicGetTokenOwner<S>>(refusal)) == server.said(dead));
}
