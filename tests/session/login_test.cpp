// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <mxwire/session/login.hpp>

using exchange::Answer;
using exchange::Roomy;
using exchange::text;
using mxwire::ApplicationService;
using mxwire::CustomIdentifier;
using mxwire::CustomLogin;
using mxwire::Fixed;
using mxwire::Login;
using mxwire::LoginToken;
using mxwire::Owned;
using mxwire::Password;
using mxwire::Phone;
using mxwire::ThirdPartyId;
using mxwire::UserId;
using mxwire::View;

namespace {

struct Show {
    template <class S> std::string operator()(const mxwire::BasicLoginResponse<S>& session) const {
        std::string all = text(session.user_id) + ' ' + text(session.access_token) + ' ' + text(session.device_id);
        if (session.refresh_token) all += " refresh=" + text(session.refresh_token);
        if (session.expires_in) all += " expires=" + text(session.expires_in);
        if (session.well_known) {
            all += " at=" + text(session.well_known->homeserver.base_url);
            if (session.well_known->identity_server)
                all += " id=" + text(session.well_known->identity_server->base_url);
            all += exchange::members(session.well_known->rest);
        }
        return all;
    }
};
template <class S> using LoginOf = mxwire::BasicLogin<S>;
template <class S> std::string outcome(int status, std::string_view body) {
    return Answer<LoginOf<S>>(status, body).outcome(Show{});
}

/// The body of a login, or why there is none.
std::string body_of(const Login& login) {
    const auto request = mxwire::prepare(login, exchange::credentials("as_token"));
    return request ? text(request->body()) : text(request.error());
}
mxwire::Members own(std::string object) { return mxwire::Members{mxwire::raw_json(std::move(object))}; }
Login named(Login login, std::optional<std::string> device_id, std::optional<std::string> display_name,
            mxwire::Flag refresh) {
    login.device_id = std::move(device_id);
    login.initial_device_display_name = std::move(display_name);
    login.refresh_token = refresh;
    return login;
}

constexpr char head[] = "POST https://matrix.example.org/_matrix/client/v3/login\nContent-Type: application/json\n";

} // namespace

// ------------------------------------------------------------------------------------------------ request

TEST_CASE("login: the specification's request, byte for byte") {
    Login login{Password{UserId{"cheeky_monkey"}, "ilovebananas"}};
    login.initial_device_display_name = "Jungle Phone";
    CHECK(exchange::wire_or_error(mxwire::prepare(login, exchange::homeserver())) ==
          std::string(head) + R"(
{"type":"m.login.password","identifier":{"type":"m.id.user","user":"cheeky_monkey"},"password":"ilovebananas",)"
                              R"("initial_device_display_name":"Jungle Phone"})");
}

TEST_CASE("login: every storage policy builds the same request") {
    const std::string expected = body_of(Login{Password{UserId{"alice"}, "wonderland"}, "KITCHEN"});
    const mxwire::HomeserverView server{"https://matrix.example.org"};
    char buffer[512];

    const mxwire::LoginView view{mxwire::PasswordView{mxwire::UserIdView{"alice"}, "wonderland"}, "KITCHEN"};
    const auto viewed = mxwire::prepare_into(buffer, view, server);
    REQUIRE(viewed);
    CHECK(text(viewed->body()) == expected);

    mxwire::BasicLogin<Roomy> fixed{
        mxwire::BasicPassword<Roomy>{mxwire::BasicUserId<Roomy>{"alice"}, mxwire::FixedText<512>{"wonderland"}}};
    fixed.device_id = "KITCHEN";
    const auto prepared = mxwire::prepare(fixed, server);
    REQUIRE(prepared);
    CHECK(text(prepared->body()) == expected);

    // one method alone, with the identifier that it is for
    using OnlyPassword = mxwire::BasicPassword<View, mxwire::BasicUserId<View>>;
    const mxwire::BasicLogin<View, OnlyPassword> only{OnlyPassword{{"alice"}, "wonderland"}, "KITCHEN"};
    const auto alone = mxwire::prepare_into(buffer, only, server);
    REQUIRE(alone);
    CHECK(text(alone->body()) == expected);
}

TEST_CASE("login: P1 P2 P8 P9 P19 P20 P21 P23 P26 login types and identifiers") {
    struct Row {
        Login login;
        std::string body;
    };
    const Row rows[] = {
        // L2, L3: the identifier as it was typed
        {Login{Password{UserId{"@Alice:Example.ORG"}, "x"}},
         R"({"type":"m.login.password","identifier":{"type":"m.id.user","user":"@Alice:Example.ORG"},"password":"x"})"},
        {Login{Password{ThirdPartyId{"email", "a@b.c"}, "x"}},
         R"({"type":"m.login.password","identifier":{"type":"m.id.thirdparty","medium":"email",)"
         R"("address":"a@b.c"},"password":"x"})"},
        {Login{Password{Phone{"GB", "07700900000"}, "x"}},
         R"({"type":"m.login.password","identifier":{"type":"m.id.phone","country":"GB",)"
         R"("phone":"07700900000"},"password":"x"})"},
        {Login{Password{CustomIdentifier{"org.example.badge", own(R"({"number":7})")}, "x"}},
         R"({"type":"m.login.password","identifier":{"type":"org.example.badge","number":7},"password":"x"})"},
        {Login{Password{CustomIdentifier{"org.example.none"}, "x"}},
         R"({"type":"m.login.password","identifier":{"type":"org.example.none"},"password":"x"})"},
        {Login{LoginToken{"abc"}}, R"({"type":"m.login.token","token":"abc"})"},
        {Login{ApplicationService{UserId{"_irc_bob"}}},
         R"({"type":"m.login.application_service","identifier":{"type":"m.id.user","user":"_irc_bob"}})"},
        {Login{CustomLogin{"org.matrix.login.jwt", own(R"({"token":"e30.e30."})")}},
         R"({"type":"org.matrix.login.jwt","token":"e30.e30."})"},
        {Login{CustomLogin{"org.example.ldap", own(R"( { "realm" : [ 1 ] , "password":"x" } )")}},
         R"({"type":"org.example.ldap","realm" : [ 1 ],"password":"x"})"},
        {Login{CustomLogin{"org.example.none"}}, R"({"type":"org.example.none"})"},
        {Login{CustomLogin{"org.example.none", own("{}")}}, R"({"type":"org.example.none"})"},
        // the device, and the flag that is absent, false or true
        {named(Login{LoginToken{"abc"}}, "KITCHEN", std::nullopt, {}),
         R"({"type":"m.login.token","token":"abc","device_id":"KITCHEN"})"},
        {named(Login{LoginToken{"abc"}}, std::nullopt, "", {}),
         R"({"type":"m.login.token","token":"abc","initial_device_display_name":""})"},
        {named(Login{LoginToken{"abc"}}, std::nullopt, std::nullopt, true),
         R"({"type":"m.login.token","token":"abc","refresh_token":true})"},
        {named(Login{LoginToken{"abc"}}, std::nullopt, std::nullopt, false),
         R"({"type":"m.login.token","token":"abc","refresh_token":false})"},
        {named(Login{CustomLogin{"x", own(R"({"a":1})")}}, "D", "N", true),
         R"({"type":"x","a":1,"device_id":"D","initial_device_display_name":"N","refresh_token":true})"},
    };
    for (const Row& row : rows) CHECK(body_of(row.login) == row.body);
}

TEST_CASE("login: P10 text is JSON in UTF-8, whatever is in it") {
    using namespace std::string_literals;
    const std::pair<std::string, std::string> passwords[] = {
        {"p\xc3\xa5ssw\xc3\xb6rd", "p\xc3\xa5ssw\xc3\xb6rd"},
        {"\xf0\x9f\x90\x92\xe2\x80\xa8", "\xf0\x9f\x90\x92\xe2\x80\xa8"},
        {"a\"b\\c/d", R"(a\"b\\c/d)"},
        {"\b\t\n\f\r", R"(\b\t\n\f\r)"},
        {"\0\x01\x1f\x7f"s, "\\u0000\\u0001\\u001f\x7f"s},
        {"\",\"device_id\":\"EVIL", R"(\",\"device_id\":\"EVIL)"},
        {" ", " "},
        {std::string(5000, 'x'), std::string(5000, 'x')},
        {std::string(3000, '"'),
         [] {
             std::string twice;
             for (int i = 0; i < 3000; ++i) twice += "\\\"";
             return twice;
         }()},
    };
    for (const auto& [password, written] : passwords) {
        CHECK(body_of(Login{LoginToken{password}}) == R"({"type":"m.login.token","token":")" + written + "\"}");
    }
    // P5: the server decides how long a device ID may be
    CHECK(body_of(named(Login{LoginToken{"x"}}, std::string(2048, 'D'), std::nullopt, {})).size() == 2048 + 51);
}

TEST_CASE("login: P11 SEC-14 text that is not UTF-8 is refused by its member's name") {
    const std::string bad[] = {
        "\xff", "a\x80", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", std::string(2000, 'x') + "\xc3"};
    for (const std::string& given : bad) {
        CHECK(body_of(Login{Password{UserId{"a"}, given}}) == "request password: not UTF-8");
        CHECK(body_of(Login{Password{UserId{given}, "x"}}) == "request user: not UTF-8");
        CHECK(body_of(Login{Password{ThirdPartyId{given, "x"}, "x"}}) == "request medium: not UTF-8");
        CHECK(body_of(Login{Password{ThirdPartyId{"x", given}, "x"}}) == "request address: not UTF-8");
        CHECK(body_of(Login{Password{Phone{given, "x"}, "x"}}) == "request country: not UTF-8");
        CHECK(body_of(Login{Password{Phone{"x", given}, "x"}}) == "request phone: not UTF-8");
        CHECK(body_of(Login{LoginToken{given}}) == "request token: not UTF-8");
        CHECK(body_of(Login{CustomLogin{given}}) == "request type: not UTF-8");
        CHECK(body_of(named(Login{LoginToken{"x"}}, given, std::nullopt, {})) == "request device_id: not UTF-8");
        CHECK(body_of(named(Login{LoginToken{"x"}}, std::nullopt, given, {})) ==
              "request initial_device_display_name: not UTF-8");
    }
}

TEST_CASE("login: an empty secret is refused, it is a form that nobody filled in") {
    CHECK(body_of(Login{Password{UserId{"alice"}, ""}}) == "request password: empty");
    CHECK(body_of(Login{LoginToken{""}}) == "request token: empty");
    CHECK(body_of(Login{LoginToken{}}) == "request token: empty");
}

TEST_CASE("login: T6 SEC-04 the token of Credentials is sent by an application service alone") {
    const auto logins = {Login{Password{UserId{"alice"}, "x"}}, Login{LoginToken{"x"}}, Login{CustomLogin{"x"}},
                         Login{CustomLogin{"org.example.application_service"}}};
    for (const Login& login : logins) {
        const auto request = mxwire::prepare(login, exchange::credentials("sentinel"));
        REQUIRE(request);
        CHECK(exchange::wire(*request).find("sentinel") == std::string::npos);
        CHECK(request->headers().size() == 1);
        // and one that could not be sent does not matter
        CHECK(mxwire::prepare(login, exchange::credentials("\r\n")));
    }
}

TEST_CASE("login: A1 A6 P23 SEC-01 an application service needs its token, in one header") {
    const Login login{ApplicationService{UserId{"_irc_bob"}}};
    CHECK(exchange::wire_or_error(mxwire::prepare(login, exchange::credentials("as_token"))) ==
          std::string(head) +
              "Authorization: Bearer as_token\n"
              "\n"
              R"({"type":"m.login.application_service","identifier":{"type":"m.id.user","user":"_irc_bob"}})");
    CHECK(exchange::wire_or_error(mxwire::prepare(login, exchange::homeserver())) ==
          "request access_token: this request needs an access token");
    CHECK(exchange::wire_or_error(mxwire::prepare(login, exchange::credentials(""))) ==
          "request access_token: the access token is empty or cannot stand in a header");
    CHECK(exchange::wire_or_error(mxwire::prepare(login, exchange::credentials("a\nb"))) ==
          "request access_token: the access token is empty or cannot stand in a header");

    // the same where it is the only method
    using Only = mxwire::BasicApplicationService<View, mxwire::BasicUserId<View>>;
    const mxwire::BasicLogin<View, Only> only{Only{{"_irc_bob"}}};
    const mxwire::HomeserverView server{"https://matrix.example.org"};
    CHECK_FALSE(mxwire::prepare(only, server));
    const auto request = mxwire::prepare(only, mxwire::CredentialsView{server, mxwire::SecretView{"as_token"}});
    REQUIRE(request);
    CHECK(request->headers().size() == 2);
}

TEST_CASE("login: SEC-07 masquerading has no place in a login") {
    mxwire::Credentials credentials = exchange::credentials("as_token");
    credentials.user_id = "@_irc_bob:example.org";
    credentials.device_id = "D";
    const auto request = mxwire::prepare(Login{ApplicationService{UserId{"_irc_bob"}}}, credentials);
    REQUIRE(request);
    CHECK(text(request->url()) == "https://matrix.example.org/_matrix/client/v3/login");
}

TEST_CASE("login: SEC-03 a password, a login token and an as_token stand in body and header, never in the URL") {
    const auto logins = {Login{Password{UserId{"alice"}, "sentinel"}}, Login{LoginToken{"sentinel"}}};
    for (const Login& login : logins) {
        const auto request = mxwire::prepare(login, exchange::credentials("sentinel"));
        REQUIRE(request);
        CHECK(request->url().find("sentinel") == std::string_view::npos);
        CHECK(request->url().find('?') == std::string_view::npos);
    }
}

TEST_CASE("login: members of a custom type that collide with the operation's own are refused, in every spelling") {
    struct Row {
        std::string object, error;
    };
    const Row rows[] = {
        {R"({"type":"m.login.password"})", "request type: given twice"},
        {R"({"realm":"x","device_id":"EVIL"})", "request device_id: given twice"},
        {R"({"initial_device_display_name":1})", "request initial_device_display_name: given twice"},
        {R"({"refresh_token":null})", "request refresh_token: given twice"},
        {R"({"\u0074ype":"x"})", "request type: given twice"},
        {R"({"device\u005fid":"EVIL"})", "request device_id: given twice"},
        // no object at all
        {R"([1])", "request not well-formed"},
        {R"("x")", "request not well-formed"},
        {R"(null)", "request not well-formed"},
        {R"({"a":1)", "request not well-formed"},
        {R"({"a":1}})", "request not well-formed"},
        {R"({a:1})", "request not well-formed"},
        {"{\"a\":\"\xff\"}", "request not well-formed"},
        {R"({"a":"\ud800"})", "request not well-formed"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.object);
        CHECK(body_of(Login{CustomLogin{"org.example.ldap", own(row.object)}}) == row.error);
    }
    CHECK(body_of(Login{Password{CustomIdentifier{"x", own(R"({"type":"m.id.user"})")}, "x"}}) ==
          "request type: given twice");
    // what collides in one object does not in another
    CHECK(body_of(Login{Password{CustomIdentifier{"x", own(R"({"device_id":"D"})")}, "x"}}) ==
          R"({"type":"m.login.password","identifier":{"type":"x","device_id":"D"},"password":"x"})");
}

TEST_CASE("login: a custom type under a name that is ours is refused: that is what Password and the others are for") {
    for (const char* type : {"m.login.password", "m.login.token", "m.login.application_service"}) {
        CHECK(body_of(Login{CustomLogin{type}}) == "request type: given twice");
    }
    for (const char* type : {"m.id.user", "m.id.thirdparty", "m.id.phone"}) {
        CHECK(body_of(Login{Password{CustomIdentifier{type}, "x"}}) == "request type: given twice");
    }
    // a login type may be called like an identifier
    CHECK(body_of(Login{CustomLogin{"m.id.user"}}) == R"({"type":"m.id.user"})");
    CHECK(body_of(Login{Password{CustomIdentifier{"m.login.token"}, "x"}}) ==
          R"({"type":"m.login.password","identifier":{"type":"m.login.token"},"password":"x"})");
}

TEST_CASE("login: the member that an error names outlives the login") {
    const auto refuse = [] {
        return mxwire::prepare(Login{CustomLogin{"org.example.ldap", own(R"({"initial_device_display_name":"x"})")}},
                               exchange::homeserver());
    };
    const auto request = refuse();
    REQUIRE_FALSE(request);
    CHECK(text(request.error().member) == "initial_device_display_name");
}

TEST_CASE("login: what the specification says about it") {
    constexpr const mxwire::EndpointInfo& info = mxwire::Login::info;
    CHECK(text(info.operation_id) == "login");
    CHECK(info.auth == mxwire::Auth::optional);
    CHECK(info.rate_limited == mxwire::RateLimited::yes);
    CHECK(info.masquerade == mxwire::Masquerade::no);
}

// ------------------------------------------------------------------------------------------------ answer

TEST_CASE_TEMPLATE("login: P1 P3 P4 P26 P28 SEC-41 what a 200 says", S, Owned, View, Roomy) {
    struct Row {
        std::string body;
        std::string outcome;
    };
    const Row rows[] = {
        // the specification's example
        {R"({"user_id":"@cheeky_monkey:matrix.org","access_token":"abc123",)"
         R"("refresh_token":"def456","expires_in_ms":60000,)"
         R"("device_id":"GHTYAJCE","well_known":{"m.homeserver":{"base_url":"https://example.org"},)"
         R"("m.identity_server":{"base_url":"https://id.example.org"}}})",
         "@cheeky_monkey:matrix.org abc123 GHTYAJCE refresh=def456 expires=60000 at=https://example.org "
         "id=https://id.example.org"},
        // trap 2, 3: Synapse, with home_server, in its order; a slash at the end is kept
        {R"({"user_id":"@a:b","access_token":"syt_YQ_abc","home_server":"b","device_id":"D","well_known":)"
         R"({"m.homeserver":{"base_url":"https://b/"}}})",
         "@a:b syt_YQ_abc D at=https://b/"},
        // trap 4: Dendrite and conduwuit; Synapse without a refresh token; a clock that has run out
        {R"({"user_id":"@a:b","access_token":"t","device_id":"D"})", "@a:b t D"},
        {R"({"device_id":"D","access_token":"t","user_id":"@a:b","expires_in_ms":300000})", "@a:b t D expires=300000"},
        {R"({"user_id":"@a:b","access_token":"t","device_id":"D","expires_in_ms":0})", "@a:b t D expires=0"},
        {R"({"user_id":"@a:b","access_token":"t","device_id":"D","expires_in_ms":-1})", "@a:b t D expires=-1"},
        // trap 5: attributes of the identity provider in the body
        {R"({"user_id":"@a:b","access_token":"t","device_id":"D","type":"m.login.password",)"
         R"("expires_in":60,"x":[{"access_token":"u"}]})",
         "@a:b t D"},
        // T3: a token is opaque; SEC-41, P3: the server's user_id as it is
        {R"({"user_id":"@Odd Case:B","access_token":"\u0074\/\"\\ \u00e9","device_id":"\ud83d\ude00"})",
         "@Odd Case:B t/\"\\ \xc3\xa9 \xf0\x9f\x98\x80"},
        // P26 spelt like the request's flag: no text, so none
        {R"({"user_id":"@a:b","access_token":"t","device_id":"D","refresh_token":true})", "@a:b t D"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);
        CHECK(outcome<S>(200, row.body) == row.outcome);
    }
}

TEST_CASE_TEMPLATE("login: J2 J4 trap 1 SEC-35 SEC-36 a bad optional member never loses the access token", S, Owned,
                   View, Roomy) {
    struct Row {
        std::string member;
        std::string outcome;
    };
    const Row rows[] = {
        {R"("refresh_token":null)", ""},
        {R"("refresh_token":5)", ""},
        {R"("refresh_token":["def456"])", ""},
        {R"("expires_in_ms":null)", ""},
        {R"("expires_in_ms":"60000")", ""},
        {R"("expires_in_ms":true)", ""},
        {R"("expires_in_ms":[60000])", ""},
        // J2, SEC-36: whole and exact, or absent
        {R"("expires_in_ms":60000.0)", " expires=60000"},
        {R"("expires_in_ms":6e4)", " expires=60000"},
        {R"("expires_in_ms":600000e-1)", " expires=60000"},
        {R"("expires_in_ms":9007199254740993)", " expires=9007199254740993"},
        {R"("expires_in_ms":9223372036854775807)", " expires=9223372036854775807"},
        {R"("expires_in_ms":-9223372036854775808)", " expires=-9223372036854775808"},
        {R"("expires_in_ms":9223372036854775808)", ""},
        {R"("expires_in_ms":18446744073709551616)", ""},
        {R"("expires_in_ms":1e999)", ""},
        {R"("expires_in_ms":1e999999999999)", ""},
        {R"("expires_in_ms":1.5)", ""},
        {R"("expires_in_ms":1e-1)", ""},
        {R"("well_known":null)", ""},
        {R"("well_known":"https://x")", ""},
        {R"("well_known":[])", ""},
        {R"("well_known":{})", ""},
        {R"("well_known":{"m.homeserver":null})", ""},
        {R"("well_known":{"m.homeserver":"https://x"})", ""},
        {R"("well_known":{"m.homeserver":{}})", ""},
        {R"("well_known":{"m.homeserver":{"base_url":null}})", ""},
        {R"("well_known":{"m.homeserver":{"base_url":7},"m.identity_server":{"base_url":"https://y"}})", ""},
        {R"("well_known":{"m.homeserver":{"base_url":"https://x","base_url":"https://y"}})", ""},
        {R"("well_known":{"m.homeserver":{"base_url":"https://x"},"m.homeserver":{"base_url":"https://y"}})", ""},
        // trap 1: an identity server of null or {} never voids the homeserver
        {R"("well_known":{"m.homeserver":{"base_url":"https://x"},"m.identity_server":null})", " at=https://x"},
        {R"("well_known":{"m.identity_server":{},"m.homeserver":{"base_url":"https://x"}})", " at=https://x"},
        {R"("well_known":{"m.homeserver":{"base_url":"https://x"},"m.identity_server":{"base_url":null}})",
         " at=https://x"},
        {R"("well_known":{"m.homeserver":{"base_url":"https://x"},"m.identity_server":"https://y"})", " at=https://x"},
        {R"("well_known":{"m.homeserver":{"base_url":"https://x"},)"
         R"("m.identity_server":{"base_url":"a","base_url":"b"}})",
         " at=https://x"},
        // D6: members of any type
        {R"("well_known":{"org.example.a":5,"m.homeserver":{"base_url":"https://x","y":{}},)"
         R"("io.element.e2ee":{"default":false}})",
         R"( at=https://x{"org.example.a":5,"io.element.e2ee":{"default":false}})"},
        // SEC-60 comes with discovery: here the text is only handed on
        {R"("well_known":{"m.homeserver":{"base_url":"javascript:"}})", " at=javascript:"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.member);
        CHECK(outcome<S>(200, "{" + row.member + R"(,"user_id":"@a:b","access_token":"t","device_id":"D"})") ==
              "@a:b t D" + row.outcome);
        CHECK(outcome<S>(200, R"({"user_id":"@a:b","access_token":"t","device_id":"D",)" + row.member + "}") ==
              "@a:b t D" + row.outcome);
    }
}

TEST_CASE_TEMPLATE("login: SEC-34 each required member, missing or wrong, is named, and no value is", S, Owned, View,
                   Roomy) {
    const std::string names[] = {"user_id", "access_token", "device_id"};
    const std::pair<std::string, std::string> values[] = {
        {"", "missing"},
        {"null", "missing"},
        {"5", "wrong type"},
        {"-1.5e3", "wrong type"},
        {"true", "wrong type"},
        {"false", "wrong type"},
        {R"(["sentinel"])", "wrong type"},
        {R"({"a":"sentinel"})", "wrong type"},
    };
    for (const std::string& wrong : names) {
        for (const auto& [value, why] : values) {
            std::string body = "{";
            for (const std::string& name : names) {
                const std::string given = name == wrong ? value : "\"sentinel\"";
                if (given.empty()) continue;
                if (body.size() > 1) body += ',';
                body += '"' + name + "\":" + given;
            }
            body += '}';
            CAPTURE(body);
            const Answer<LoginOf<S>> answer(200, body);
            REQUIRE_FALSE(answer);
            CHECK(text(answer.error()) == "body 200 " + wrong + ": " + why);
            CHECK(mxwire::describe(answer.error()) == "login: 200, unexpected body, " + wrong + ": " + why);
        }
    }
}

TEST_CASE_TEMPLATE("login: an empty access token is no session, an empty refresh token is none", S, Owned, View,
                   Roomy) {
    CHECK(outcome<S>(200, R"({"user_id":"@a:b","access_token":"","device_id":"D"})") == "body 200 access_token: empty");
    const Answer<LoginOf<S>> answer(200, R"({"user_id":"@a:b","access_token":"t","device_id":"D","refresh_token":""})");
    REQUIRE(answer);
    CHECK_FALSE(answer->refresh_token);
}

TEST_CASE_TEMPLATE("login: SEC-37 a member given twice is refused, in any spelling", S, Owned, View, Roomy) {
    const char* const doubled[][2] = {
        {R"("access_token":"u")", "access_token"}, {R"("\u0061ccess_token":"u")", "access_token"},
        {R"("user_id":"@c:d")", "user_id"},        {R"("access_token":null)", "access_token"},
        {R"("device_id":{})", "device_id"},
    };
    for (const auto& [member, name] : doubled) {
        CHECK(outcome<S>(200, R"({"user_id":"@a:b","access_token":"t","device_id":"D",)" + std::string(member) + '}') ==
              "body 200 " + std::string(name) + ": given twice");
    }
    CHECK(
        outcome<S>(
            200, R"({"user_id":"@a:b","access_token":"t","device_id":"D","refresh_token":"a","refresh_token":"b"})") ==
        "body 200 refresh_token: given twice");
    // what nobody reads may be there twice
    CHECK(outcome<S>(200, R"({"user_id":"@a:b","x":1,"access_token":"t","x":2,"device_id":"D"})") == "@a:b t D");
}

TEST_CASE_TEMPLATE("login: P5-P7 P13-P18 P22 P24 P25 R1 R3 what servers answer instead", S, Owned, View, Roomy) {
    struct Row {
        int status;
        std::string body;
        std::string outcome;
    };
    const Row rows[] = {
        // the specification's examples
        {400, R"({"errcode":"M_UNKNOWN","error":"Bad login type."})", "server 400 M_UNKNOWN 'Bad login type.'"},
        {403, R"({"errcode":"M_FORBIDDEN"})", "server 403 M_FORBIDDEN"},
        {429, R"({"errcode":"M_LIMIT_EXCEEDED","error":"Too many requests","retry_after_ms":2000})",
         "server 429 M_LIMIT_EXCEEDED 'Too many requests' retry 2000"},
        {400, R"({"errcode":"M_INVALID_PARAM","error":"device_id too long"})",
         "server 400 M_INVALID_PARAM 'device_id too long'"},
        {403, R"({"errcode":"M_USER_DEACTIVATED","error":"This account has been deactivated"})",
         "server 403 M_USER_DEACTIVATED 'This account has been deactivated'"},
        // P14: Synapse, and MAS without soft_logout; no challenge, and nothing to wipe
        {401, R"({"errcode":"M_USER_LOCKED","error":"locked","soft_logout":true})",
         "server 401 M_USER_LOCKED 'locked' soft"},
        {401, R"({"errcode":"M_USER_LOCKED","error":"locked"})", "server 401 M_USER_LOCKED 'locked'"},
        // P15, P16, P17: codes and members that nobody knows are kept, null does no harm, no delay is made up
        {403,
         R"({"errcode":"ORG.MATRIX.MSC3866_USER_AWAITING_APPROVAL","error":"w",)"
         R"("approval_notice_medium":"org.matrix.msc3866.email"})",
         R"(server 403 ORG.MATRIX.MSC3866_USER_AWAITING_APPROVAL 'w')"
         R"( rest={"approval_notice_medium":"org.matrix.msc3866.email"})"},
        {403,
         R"({"errcode":"M_RESOURCE_LIMIT_EXCEEDED","error":"m","admin_contact":null,)"
         R"("limit_type":"monthly_active_user"})",
         R"(server 403 M_RESOURCE_LIMIT_EXCEEDED 'm' rest={"admin_contact":null,"limit_type":"monthly_active_user"})"},
        {403, R"({"errcode":"M_LIMIT_EXCEEDED","error":"spam","org.example.why":1,"retry_after_ms":null})",
         R"(server 403 M_LIMIT_EXCEEDED 'spam' rest={"org.example.why":1})"},
        {400, R"({"errcode":"M_UNKNOWN","error":"Password login has been disabled."})",
         "server 400 M_UNKNOWN 'Password login has been disabled.'"},
        // P24, P25, trap 23
        {401, R"({"errcode":"M_MISSING_TOKEN","error":"Missing access token"})",
         "server 401 M_MISSING_TOKEN 'Missing access token'"},
        {403, R"({"errcode":"M_MISSING_TOKEN","error":"Missing access token"})",
         "server 403 M_MISSING_TOKEN 'Missing access token'"},
        {400, R"({"errcode":"IO.ELEMENT.MSC4190.M_APPSERVICE_LOGIN_UNSUPPORTED","error":"use register"})",
         "server 400 IO.ELEMENT.MSC4190.M_APPSERVICE_LOGIN_UNSUPPORTED 'use register'"},
        {401, R"({"errcode":"M_INVALID_USERNAME","error":"wrong server"})",
         "server 401 M_INVALID_USERNAME 'wrong server'"},
        {401, R"({"errcode":"M_BAD_JSON","error":"missing username"})", "server 401 M_BAD_JSON 'missing username'"},
        // trap 9: MAS without a Content-Type would say
        {415, "Expected request with `Content-Type: application/json`", "http 415"},
        {502, "<html><head><title>502 Bad Gateway</title></head></html>", "http 502"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);
        CHECK(outcome<S>(row.status, row.body) == row.outcome);
    }
}

TEST_CASE("login: a refresh token or a token that does not fit is an error, since a cut one is a lost session") {
    using Small = Fixed<20, 2>;
    const auto body = [](std::size_t access, std::size_t refresh) {
        return R"({"user_id":"@a:b","device_id":"D","access_token":")" + std::string(access, 'a') +
               R"(","refresh_token":")" + std::string(refresh, 'r') + "\"}";
    };
    CHECK(outcome<Small>(200, body(20, 20)) == "@a:b " + std::string(20, 'a') + " D refresh=" + std::string(20, 'r'));
    CHECK(outcome<Small>(200, body(21, 20)) == "body 200 access_token: too long");
    CHECK(outcome<Small>(200, body(20, 21)) == "body 200 refresh_token: too long");
}

TEST_CASE("login: a View answers out of the body, unescaped where it lies") {
    std::string body = R"({"user_id":"@\u0061:b","access_token":"t","device_id":"D"})";
    const char* const begin = body.data();
    const auto session = mxwire::parse_in_place<mxwire::LoginView>(200, {body.data(), body.size()});
    REQUIRE(session);
    CHECK(text(session->user_id) == "@a:b");
    CHECK(session->user_id.data() == begin + 12);
    CHECK(session->access_token.expose().data() > begin);
    CHECK(session->access_token.expose().data() < begin + body.size());
}

TEST_CASE("login: SEC-80 what holds a secret hands it out by expose() alone") {
    const Answer<Login> answer(200, R"({"user_id":"@a:b","access_token":"t","device_id":"D","refresh_token":"r"})");
    REQUIRE(answer);
    static_assert(std::is_same_v<decltype(answer->access_token), mxwire::Secret>);
    static_assert(std::is_same_v<decltype(answer->refresh_token), std::optional<mxwire::Secret>>);
    static_assert(!std::is_convertible_v<mxwire::Secret, std::string_view> &&
                  !std::is_convertible_v<mxwire::Secret, std::string>);
    CHECK(answer->access_token == std::string_view{"t"});
    CHECK(answer->access_token != std::string_view{"u"});
    CHECK(*answer->refresh_token == mxwire::Secret{"r"});
}

TEST_CASE("login: J4 more discovery information than there is room for does not cost the access token") {
    std::string body = R"({"user_id":"@a:b","access_token":"t","device_id":"D",)"
                       R"("well_known":{"m.homeserver":{"base_url":"https://x"})";
    for (int i = 0; i < 9; ++i) body += ",\"x" + std::to_string(i) + "\":1";
    body += "}}";
    const Answer<mxwire::LoginView> view(200, body);
    REQUIRE(view);
    CHECK(text(view->access_token) == "t");
    REQUIRE(view->well_known);
    CHECK(view->well_known->homeserver.base_url == "https://x");
    CHECK_FALSE(view->well_known->rest.is_complete());
}
