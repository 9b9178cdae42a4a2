// SPDX-License-Identifier: MIT
//
// Accounts and their devices, user-interactive authentication, and login by somebody else's word.

#include "fixture.hpp"

#include <string>
#include <vector>

using namespace homeserver_test;

namespace {

std::string fallback_path(const std::string& type, const Json& session) {
    return "/_matrix/client/v3/auth/" + type + "/fallback/web?session=" + session.get<std::string>();
}

Json by_password(const std::string& user, const std::string& password) {
    return {
        {"type", "m.login.password"}, {"identifier", {{"type", "m.id.user"}, {"user", user}}}, {"password", password}};
}

Json with_session(Json auth, const Json& session) {
    auth["session"] = session;
    return auth;
}

Json with_auth(Json body, const Json& auth) {
    body["auth"] = auth;
    return body;
}

struct Account : Fixture {
    Headers alice = bearer(token_of("alice", "wonderland", {{"device_id", "PHONE"}}));

    Reply ask(const Json& auth = nullptr) {
        return post_json(get_token_path, auth.is_null() ? Json::object() : Json{{"auth", auth}}, alice);
    }

    // The session of a first request, which has no auth.
    Json challenged(const std::string& method, const std::string& path, const Json& body, const Headers& headers) {
        const Reply reply = call(method, path, body, headers);
        REQUIRE(verdict(reply) == "401");
        return body_of(reply)["session"];
    }

    // The whole exchange with the right password.
    Reply confirmed(const std::string& method, const std::string& path, const Json& body) {
        const Json session = challenged(method, path, body, alice);
        return call(method, path, with_auth(body, with_session(by_password("alice", "wonderland"), session)), alice);
    }

    Json stages(std::vector<std::vector<std::string>> flows) {
        return control("rules", {{"registration_flows", Json(flows)}});
    }

    Reply enroll(const Json& body) { return post_json(register_path, body); }

    Json carol(const Json& auth = nullptr) {
        Json body = {{"username", "Carol"}, {"password", "c"}};
        return auth.is_null() ? body : with_auth(body, auth);
    }
};

} // namespace

TEST_SUITE("user-interactive authentication") {
    TEST_CASE_FIXTURE(Account, "a challenge, then the password (reference rules U1, U2, U3, U11)") {
        const Reply challenge = ask();
        CHECK(challenge.status == 401);
        const Json body = body_of(challenge);
        CHECK(body["flows"] == Json::array({{{"stages", {"m.login.password"}}}}));
        CHECK(body["params"] == Json::object());
        CHECK(body.size() == 3); // no errcode, and no completed in a first challenge (Synapse)
        const Reply reply = ask(with_session(by_password("alice", "wonderland"), body["session"]));
        REQUIRE(reply.status == 200);
        CHECK(body_of(reply)["expires_in_ms"] == 120'000);
        CHECK(body_of(login(token_login(body_of(reply)["login_token"])))["user_id"] == "@alice:localhost");
    }

    TEST_CASE_FIXTURE(Account, "a wrong password leaves the session (reference rule U8)") {
        const Json session = body_of(ask())["session"];
        const Reply refused = ask(with_session(by_password("alice", "x"), session));
        CHECK(verdict(refused) == "401 M_FORBIDDEN");
        CHECK(body_of(refused)["completed"] == Json::array());
        CHECK(body_of(refused)["session"] == session);
        CHECK(body_of(refused)["flows"].size() == 1);
        CHECK(ask(with_session(by_password("alice", "wonderland"), session)).status == 200);
    }

    TEST_CASE_FIXTURE(Account, "wrong passwords are counted like those of a login, 429 keeps the session (rule R5)") {
        control("rate_limit", {{"per_second", 1}, {"burst_count", 1}});
        const Json session = body_of(ask())["session"];
        CHECK(verdict(ask(with_session(by_password("alice", "x"), session))) == "401 M_FORBIDDEN");
        CHECK(verdict(ask(with_session(by_password("alice", "wonderland"), session))) == "429 M_LIMIT_EXCEEDED");
        now += 1s;
        CHECK(ask(with_session(by_password("alice", "wonderland"), session)).status == 200);
    }

    TEST_CASE_FIXTURE(Account, "one session, one success: every token is asked for anew (reference rule G2)") {
        const Json session = body_of(ask())["session"];
        const Json auth = with_session(by_password("alice", "wonderland"), session);
        CHECK(ask(auth).status == 200);
        CHECK(verdict(ask(auth)) == "400 M_UNKNOWN");
        CHECK(verdict(ask()) == "401");
    }

    TEST_CASE_FIXTURE(Account, "a session that was given has to come back (reference rule U3)") {
        const Json first = body_of(ask())["session"];
        const Reply again = ask(by_password("alice", "wonderland"));
        CHECK(verdict(again) == "401");
        CHECK(body_of(again)["session"] != first);
    }

    TEST_CASE_FIXTURE(Account, "a session is for one request of one user (reference rule U4, trap 13)") {
        const Json session = body_of(ask())["session"];
        const Json auth = {{"auth", with_session(by_password("alice", "wonderland"), session)}};
        CHECK(verdict(post_json(get_token_path + "?x=y", auth, alice)) == "403 M_UNKNOWN");
        CHECK(verdict(post_json(deactivate_path, auth, alice)) == "403 M_UNKNOWN");
        CHECK(verdict(post_json(get_token_path, auth, bearer(token_of("bob", "builder")))) == "403 M_UNKNOWN");
        CHECK(verdict(ask(with_session(by_password("bob", "builder"), session))) == "403 M_FORBIDDEN");
        CHECK(ask(auth["auth"]).status == 200);
    }

    TEST_CASE_FIXTURE(Account, "an unknown session, and one that has ended (Synapse)") {
        CHECK(verdict(ask(with_session(by_password("alice", "wonderland"), "unknown"))) == "400 M_UNKNOWN");
        control("rules", {{"uia_session_ms", 1000}});
        const Json session = body_of(ask())["session"];
        now += 1s;
        CHECK(verdict(ask(with_session(by_password("alice", "wonderland"), session))) == "400 M_UNKNOWN");
    }

    TEST_CASE_FIXTURE(Account, "what is wrong with auth (Synapse)") {
        const Json session = body_of(ask())["session"];
        CHECK(verdict(post_json(get_token_path, {{"auth", "x"}}, alice)) == "400 M_BAD_JSON");
        CHECK(verdict(ask({{"session", 4}})) == "400 M_BAD_JSON");
        CHECK(verdict(ask({{"session", session}, {"type", 4}})) == "400 M_BAD_JSON");
        CHECK(verdict(ask({{"session", session}, {"type", "org.example.no"}})) == "400 M_INVALID_PARAM");
        CHECK(verdict(ask({{"session", session}, {"type", "m.login.password"}})) == "400 M_INVALID_PARAM");
        Json nobody = with_session(by_password("alice", "wonderland"), session);
        nobody.erase("password");
        CHECK(verdict(ask(nobody)) == "400 M_INVALID_PARAM");
        CHECK(verdict(post_json(get_token_path, {{"auth", nullptr}}, alice)) == "401");
    }

    TEST_CASE_FIXTURE(Account, "stages in their order, completed ones are not tried again (reference rules U5, U7)") {
        control("registration_token", {{"token", "sesame"}});
        stages({{"m.login.registration_token", "m.login.dummy"}});
        const Json session = body_of(enroll(carol()))["session"];
        const auto stage = [&](const Json& auth) { return enroll(carol(with_session(auth, session))); };
        const Reply early = stage({{"type", "m.login.dummy"}});
        CHECK(verdict(early) == "401 M_FORBIDDEN");
        CHECK(body_of(early)["completed"].empty());
        const Reply first = stage({{"type", "m.login.registration_token"}, {"token", "sesame"}});
        CHECK(verdict(first) == "401");
        CHECK(body_of(first)["completed"] == Json::array({"m.login.registration_token"}));
        const Reply repeated = stage({{"type", "m.login.registration_token"}, {"token", "wrong by now"}});
        CHECK(verdict(repeated) == "401");
        CHECK(body_of(repeated)["completed"].size() == 1);
        CHECK(body_of(stage({{"type", "m.login.dummy"}}))["user_id"] == "@carol:localhost");
    }

    TEST_CASE_FIXTURE(Account, "one of several flows, and none that a foreign stage has spoilt (reference rule U6)") {
        stages({{"m.login.terms", "m.login.dummy"}, {"m.login.recaptcha"}});
        const Json session = body_of(enroll(carol()))["session"];
        const auto stage = [&](const Json& auth) { return enroll(carol(with_session(auth, session))); };
        CHECK(verdict(stage({{"type", "m.login.recaptcha"}})) == "401 M_CAPTCHA_NEEDED");
        CHECK(verdict(stage({{"type", "m.login.recaptcha"}, {"response", "bad"}})) == "401 M_CAPTCHA_INVALID");
        CHECK(verdict(stage({{"type", "m.login.terms"}})) == "401");
        CHECK(verdict(stage({{"type", "m.login.recaptcha"}, {"response", "good"}})) == "401 M_FORBIDDEN");
        CHECK(stage({{"type", "m.login.dummy"}}).status == 200);
    }

    TEST_CASE_FIXTURE(Account, "any stage by its page, then the session alone (reference rules U10, U12, U13)") {
        control("rules",
                {{"uia_flows", {{"org.example.knock"}}}, {"uia_params", {{"org.example.knock", {{"times", 3}}}}}});
        const Json challenge = body_of(ask());
        CHECK(challenge["params"]["org.example.knock"]["times"] == 3);
        const Json session = challenge["session"];
        const Reply waiting = ask({{"session", session}});
        CHECK(verdict(waiting) == "401");
        CHECK(body_of(waiting)["completed"].empty());
        // It cannot be done with JSON.
        CHECK(verdict(ask({{"session", session}, {"type", "org.example.knock"}})) == "401");
        const std::string page = fallback_path("org.example.knock", session);
        CHECK(header(get(page), "Content-Type") == "text/html; charset=utf-8");
        CHECK(verdict(ask({{"session", session}})) == "401");
        const Reply done = post(page);
        CHECK(done.status == 200);
        CHECK(done.body.find("window.onAuthDone()") != std::string::npos);
        CHECK(done.body.find("'authDone'") != std::string::npos);
        CHECK(ask({{"session", session}}).status == 200);
    }

    TEST_CASE_FIXTURE(Account, "pages of sessions and stages that there are not (Synapse)") {
        const Json session = body_of(ask())["session"];
        CHECK(get(fallback_path("m.login.password", "unknown")).status == 400);
        CHECK(verdict(get(fallback_path("m.login.sso", session))) == "404 M_UNRECOGNIZED");
        const std::string page = fallback_path("m.login.password", session);
        const auto fill = [&](const std::string& form) {
            return server.handle({"POST", page, {{"Content-Type", "application/x-www-form-urlencoded"}}, form});
        };
        CHECK(fill("user=alice&password=x").status == 403);
        CHECK(fill("user=bob&password=builder").status == 403);
        CHECK(fill("user=alice&password=wonderland").status == 200);
        CHECK(ask({{"session", session}}).status == 200);
    }

    TEST_CASE_FIXTURE(Account, "a control does what a person does elsewhere") {
        control("rules", {{"uia_flows", {{"m.login.sso"}}}});
        const Json session = body_of(ask())["session"];
        const Json stage = {{"session", session}, {"type", "m.login.sso"}};
        control("complete_stage", stage);
        CHECK(verdict(post_json("/_test/complete_stage", stage)) == "404 M_NOT_FOUND");
        CHECK(ask({{"session", session}}).status == 200);
    }

    TEST_CASE_FIXTURE(Account, "whoever has no password is asked for something else (reference rule U14, Synapse)") {
        const auto flows_of = [&](const std::string& user) {
            const Json minted = control("login_token", {{"user", user}});
            const Headers token = bearer(body_of(login(token_login(minted["login_token"])))["access_token"]);
            return body_of(post_json(get_token_path, Json::object(), token))["flows"];
        };
        control("create_user", {{"user", "dave"}, {"sso", true}});
        CHECK(flows_of("dave") == Json::array({{{"stages", {"m.login.sso"}}}}));
        control("create_user", {{"user", "erin"}, {"sso", true}, {"password", "e"}});
        CHECK(flows_of("erin").size() == 2);
        control("create_user", {{"user", "nemo"}});
        CHECK(flows_of("nemo").empty());
    }

    TEST_CASE_FIXTURE(Account, "not asked at all where the rules say so (reference rule U14)") {
        control("rules", {{"uia", false}});
        CHECK(ask().status == 200);
        CHECK(call("DELETE", devices_path + "/OTHER", Json::object(), alice).status == 200);
    }
}

TEST_SUITE("login tokens for another client") {
    TEST_CASE_FIXTURE(Account, "who may not (reference, generateLoginToken)") {
        CHECK(verdict(post_json(get_token_path, Json::object())) == "401 M_MISSING_TOKEN");
        CHECK(verdict(post(get_token_path, alice)) == "400 M_NOT_JSON");
        CHECK(verdict(post_json(get_token_path, Json::object(), bearer("as_token"))) == "400 M_UNKNOWN");
        const Json guest = body_of(post_json(register_path + "?kind=guest", Json::object()));
        CHECK(verdict(post_json(get_token_path, Json::object(), bearer(guest["access_token"]))) ==
              "403 M_GUEST_ACCESS_FORBIDDEN");
    }

    TEST_CASE_FIXTURE(Account, "switched off it is not there, and not advertised (reference rule G1)") {
        const auto capability = [&] {
            return body_of(
                get("/_matrix/client/v3/capabilities", alice))["capabilities"]["m.get_login_token"]["enabled"];
        };
        CHECK(capability() == true);
        control("rules", {{"get_token", false}});
        CHECK(capability() == false);
        CHECK(verdict(post_json(get_token_path, Json::object())) == "404 M_UNRECOGNIZED");
        CHECK_FALSE(body_of(get(login_path))["flows"][1].contains("get_login_token"));
    }
}

TEST_SUITE("registration") {
    TEST_CASE_FIXTURE(Account, "a user, with a session (reference, register)") {
        const Json session = body_of(enroll(carol()))["session"];
        Json wish = carol(with_session({{"type", "m.login.dummy"}}, session));
        wish["device_id"] = "FIRST";
        wish["refresh_token"] = true;
        const Json answer = body_of(enroll(wish));
        CHECK(answer["user_id"] == "@carol:localhost");
        CHECK(answer["device_id"] == "FIRST");
        CHECK(answer["expires_in_ms"] == 300'000);
        CHECK(refresh(answer["refresh_token"]).status == 200);
        CHECK(login(password_login("carol", "c")).status == 200);
    }

    TEST_CASE_FIXTURE(Account, "repeated because the answer was lost: the same user, another session (Synapse)") {
        const Json session = body_of(enroll(carol()))["session"];
        const Json wish = carol(with_session({{"type", "m.login.dummy"}}, session));
        const Json first = body_of(enroll(wish));
        const Json second = body_of(enroll(wish));
        CHECK(second["user_id"] == first["user_id"]);
        CHECK(second["access_token"] != first["access_token"]);
    }

    TEST_CASE_FIXTURE(Account, "inhibit_login, and a name that the server makes (reference, RegisterResponse)") {
        Json wish = {{"password", "c"}, {"inhibit_login", true}};
        const Json session = body_of(enroll(wish))["session"];
        const Json answer = body_of(enroll(with_auth(wish, with_session({{"type", "m.login.dummy"}}, session))));
        CHECK(answer["user_id"].get<std::string>().size() > std::string{"@:localhost"}.size());
        CHECK_FALSE(answer.contains("access_token"));
        CHECK_FALSE(answer.contains("device_id"));
    }

    TEST_CASE_FIXTURE(Account, "names that cannot be had, before and after UIA (reference, register 400)") {
        const auto named = [&](const std::string& name) {
            return verdict(enroll({{"username", name}, {"password", "x"}}));
        };
        CHECK(named("Alice") == "400 M_USER_IN_USE");
        CHECK(named("a b") == "400 M_INVALID_USERNAME");
        CHECK(named("@carol:localhost") == "400 M_INVALID_USERNAME");
        CHECK(named("") == "400 M_INVALID_USERNAME");
        CHECK(named(std::string(250, 'x')) == "400 M_INVALID_USERNAME");
        CHECK(named("_irc_bob") == "400 M_EXCLUSIVE");
        const Json session = body_of(enroll(carol()))["session"];
        control("create_user", {{"user", "carol"}});
        CHECK(verdict(enroll(carol(with_session({{"type", "m.login.dummy"}}, session)))) == "400 M_USER_IN_USE");
    }

    TEST_CASE_FIXTURE(Account, "what is missing, wrong or too weak (reference rule L8)") {
        const Json session = body_of(enroll({{"username", "carol"}}))["session"];
        const Json auth = with_session({{"type", "m.login.dummy"}}, session);
        CHECK(verdict(enroll({{"username", "carol"}, {"auth", auth}})) == "400 M_MISSING_PARAM");
        CHECK(enroll({{"username", "carol"}, {"password", "c"}, {"auth", auth}}).status == 200);
        CHECK(verdict(enroll({{"username", 4}})) == "400 M_UNKNOWN");
        CHECK(verdict(enroll({{"password", 4}})) == "400 M_UNKNOWN");
        CHECK(verdict(enroll({{"inhibit_login", "yes"}})) == "400 M_UNKNOWN");
        CHECK(verdict(post_json(register_path + "?kind=king", Json::object())) == "400 M_UNRECOGNIZED");
        control("rules", {{"password_length", 8}});
        CHECK(verdict(enroll({{"password", "seven77"}})) == "400 M_WEAK_PASSWORD");
        CHECK(verdict(enroll({{"password", "eight888"}})) == "401");
    }

    TEST_CASE_FIXTURE(Account, "a token does not belong there (reference trap 11)") {
        CHECK(verdict(post_json(register_path, carol(), alice)) == "400 M_UNKNOWN");
    }

    TEST_CASE_FIXTURE(Account, "closed (reference, register 403)") {
        control("rules", {{"registration", false}, {"guests", false}});
        CHECK(verdict(enroll(carol())) == "403 M_FORBIDDEN");
        CHECK(verdict(post_json(register_path + "?kind=guest", Json::object())) == "403 M_FORBIDDEN");
        CHECK(verdict(get(register_path + "/available?username=carol")) == "403 M_FORBIDDEN");
        const Json wish = {{"type", "m.login.application_service"}, {"username", "_irc_bob"}};
        CHECK(post_json(register_path, wish, bearer("as_token")).status == 200);
    }

    TEST_CASE_FIXTURE(Account, "an application service's user (reference, register; trap 11)") {
        const auto by_service = [&](const std::string& name, const Headers& headers,
                                    const Json& more = Json::object()) {
            Json wish = {{"type", "m.login.application_service"}, {"username", name}};
            wish.update(more);
            return post_json(register_path, wish, headers);
        };
        const Json answer = body_of(by_service("_irc_bob", bearer("as_token")));
        CHECK(answer["user_id"] == "@_irc_bob:localhost");
        CHECK(whoami(answer["access_token"]) == "200");
        CHECK_FALSE(
            body_of(by_service("_irc_eve", bearer("as_token"), {{"inhibit_login", true}})).contains("access_token"));
        CHECK(verdict(by_service("_irc_bob", bearer("as_token"))) == "400 M_USER_IN_USE");
        CHECK(verdict(by_service("carol", bearer("as_token"))) == "400 M_EXCLUSIVE");
        CHECK(verdict(by_service("_irc_joe", {})) == "401 M_MISSING_TOKEN");
        CHECK(verdict(by_service("_irc_joe", alice)) == "401 M_UNKNOWN_TOKEN");
        CHECK(verdict(post_json(register_path, {{"type", "m.login.application_service"}}, bearer("as_token"))) ==
              "400 M_MISSING_PARAM");
    }

    TEST_CASE_FIXTURE(Account, "a guest, without UIA; most of the body is ignored (reference, register; rule L10)") {
        const Reply reply =
            post_json(register_path + "?kind=guest",
                      {{"username", "carol"}, {"device_id", "X"}, {"initial_device_display_name", "G"}});
        REQUIRE(reply.status == 200);
        const Json answer = body_of(reply);
        CHECK(answer["user_id"] != "@carol:localhost");
        CHECK(answer["device_id"] == "guest_device");
        CHECK(body_of(get(whoami_path, bearer(answer["access_token"])))["is_guest"] == true);
        CHECK(get(devices_path, bearer(answer["access_token"])).status == 200);
        CHECK(verdict(call("DELETE", devices_path + "/guest_device", Json::object(), bearer(answer["access_token"]))) ==
              "403 M_GUEST_ACCESS_FORBIDDEN");
    }

    TEST_CASE_FIXTURE(Account, "a guest becomes a user and keeps its name (reference rule L10)") {
        const Json guest = body_of(post_json(register_path + "?kind=guest", Json::object()));
        const std::string user_id = guest["user_id"];
        Json wish = {{"username", user_id.substr(1, user_id.find(':') - 1)}, {"password", "c"}};
        CHECK(verdict(enroll(wish)) == "400 M_USER_IN_USE");
        wish["guest_access_token"] = "unknown";
        CHECK(verdict(enroll(wish)) == "403 M_FORBIDDEN");
        wish["guest_access_token"] = guest["access_token"];
        const Json session = body_of(enroll(wish))["session"];
        const Json answer = body_of(enroll(with_auth(wish, with_session({{"type", "m.login.dummy"}}, session))));
        CHECK(answer["user_id"] == user_id);
        CHECK(whoami(guest["access_token"]) == "401 M_UNKNOWN_TOKEN");
        CHECK(body_of(get(whoami_path, bearer(answer["access_token"])))["is_guest"] == false);
    }

    TEST_CASE_FIXTURE(Account, "by registration token, as often as it allows (reference, UIA table)") {
        control("registration_token", {{"token", "once"}, {"uses", 1}});
        stages({{"m.login.registration_token"}});
        const Json session = body_of(enroll(carol()))["session"];
        const auto with = [&](const Json& more) {
            Json auth = {{"type", "m.login.registration_token"}, {"session", session}};
            auth.update(more);
            return enroll(carol(auth));
        };
        CHECK(verdict(with(Json::object())) == "401 M_MISSING_PARAM");
        CHECK(verdict(with({{"token", 4}})) == "401 M_INVALID_PARAM");
        CHECK(verdict(with({{"token", "unknown"}})) == "401 M_UNAUTHORIZED");
        CHECK(with({{"token", "once"}}).status == 200);
        const Json other = body_of(enroll({{"username", "dave"}, {"password", "d"}}))["session"];
        const Json auth = {{"type", "m.login.registration_token"}, {"token", "once"}, {"session", other}};
        CHECK(verdict(enroll({{"username", "dave"}, {"password", "d"}, {"auth", auth}})) == "401 M_UNAUTHORIZED");
    }

    TEST_CASE_FIXTURE(Account, "whether a token is valid (reference, registrationTokenValidity)") {
        const std::string path = "/_matrix/client/v1/register/m.login.registration_token/validity";
        control("registration_token", {{"token", "a/b c"}});
        control("registration_token", {{"token", "used"}, {"uses", 0}});
        CHECK(body_of(get(path + "?token=a%2Fb%20c"))["valid"] == true);
        CHECK(body_of(get(path + "?token=used"))["valid"] == false);
        CHECK(body_of(get(path + "?token=unknown"))["valid"] == false);
        CHECK(verdict(get(path)) == "400 M_MISSING_PARAM");
        control("rules", {{"registration", false}});
        CHECK(verdict(get(path + "?token=used")) == "403 M_FORBIDDEN");
    }

    TEST_CASE_FIXTURE(Account, "whether a name is free (reference, checkUsernameAvailability)") {
        const auto available = [&](const std::string& query) { return get(register_path + "/available" + query); };
        CHECK(body_of(available("?username=carol")) == Json{{"available", true}});
        CHECK(verdict(available("?username=alice")) == "400 M_USER_IN_USE");
        CHECK(verdict(available("?username=a%20b")) == "400 M_INVALID_USERNAME");
        CHECK(verdict(available("?username=_irc_x")) == "400 M_EXCLUSIVE");
        CHECK(verdict(available("")) == "400 M_MISSING_PARAM");
    }

    TEST_CASE_FIXTURE(Account, "with an address that was confirmed (reference, UIA table: m.login.email.identity)") {
        stages({{"m.login.email.identity"}});
        const Json ask_mail = {{"client_secret", "s3cret"}, {"email", "Carol@example.org"}, {"send_attempt", 1}};
        const std::string sid = body_of(post_json(register_path + "/email/requestToken", ask_mail))["sid"];
        CHECK(body_of(post_json(register_path + "/email/requestToken", ask_mail))["sid"] == sid);
        const Json session = body_of(enroll(carol()))["session"];
        const auto with = [&](const std::string& secret) {
            return enroll(carol({{"type", "m.login.email.identity"},
                                 {"session", session},
                                 {"threepid_creds", {{"sid", sid}, {"client_secret", secret}}}}));
        };
        CHECK(verdict(with("s3cret")) == "401 M_THREEPID_AUTH_FAILED");
        control("validate_threepid", {{"sid", sid}});
        CHECK(verdict(with("other")) == "401 M_THREEPID_AUTH_FAILED");
        CHECK(with("s3cret").status == 200);
        CHECK(login(identified_login(
                        {{"type", "m.id.thirdparty"}, {"medium", "email"}, {"address", "carol@example.org"}}, "c"))
                  .status == 200);
        CHECK(verdict(post_json(register_path + "/email/requestToken", ask_mail)) == "400 M_THREEPID_IN_USE");
    }

    TEST_CASE_FIXTURE(Account, "requestToken: what is missing or wrong (reference, requestToken)") {
        const std::string email = password_path + "/email/requestToken";
        const std::string msisdn = register_path + "/msisdn/requestToken";
        const Json mail = {{"client_secret", "s"}, {"email", "nobody@example.org"}, {"send_attempt", 1}};
        CHECK(verdict(post_json(email, mail)) == "400 M_THREEPID_NOT_FOUND");
        for (const char* member : {"client_secret", "email", "send_attempt"}) {
            CAPTURE(member);
            Json less = mail;
            less.erase(member);
            CHECK(verdict(post_json(email, less)) == "400 M_MISSING_PARAM");
        }
        Json wrong = mail;
        wrong["client_secret"] = "no spaces";
        CHECK(verdict(post_json(email, wrong)) == "400 M_INVALID_PARAM");
        const Json phone = {
            {"client_secret", "s"}, {"country", "GB"}, {"phone_number", "07700 900000"}, {"send_attempt", 1}};
        CHECK(body_of(post_json(msisdn, phone)).contains("sid"));
        CHECK(verdict(post_json(password_path + "/msisdn/requestToken", phone)) == "400 M_THREEPID_NOT_FOUND");
        Json nowhere = phone;
        nowhere["country"] = "XX";
        CHECK(verdict(post_json(msisdn, nowhere)) == "400 M_INVALID_PARAM");
    }
}

TEST_SUITE("password and deactivation") {
    TEST_CASE_FIXTURE(Account, "a new password ends the other devices, not this one (reference, changePassword)") {
        const std::string other = token_of("alice", "wonderland");
        CHECK(confirmed("POST", password_path, {{"new_password", "n"}}).body == "{}");
        CHECK(get(whoami_path, alice).status == 200);
        CHECK(whoami(other) == "401 M_UNKNOWN_TOKEN");
        CHECK(verdict(login(password_login("alice", "wonderland"))) == "403 M_FORBIDDEN");
        CHECK(login(password_login("alice", "n")).status == 200);
    }

    TEST_CASE_FIXTURE(Account, "logout_devices: false (reference, changePassword)") {
        const std::string other = token_of("alice", "wonderland");
        CHECK(confirmed("POST", password_path, {{"new_password", "n"}, {"logout_devices", false}}).status == 200);
        CHECK(whoami(other) == "200");
    }

    TEST_CASE_FIXTURE(Account, "what is missing or too weak is told before anything is asked") {
        control("rules", {{"password_length", 8}});
        CHECK(verdict(post_json(password_path, Json::object(), alice)) == "400 M_MISSING_PARAM");
        CHECK(verdict(post_json(password_path, {{"new_password", 4}}, alice)) == "400 M_BAD_JSON");
        CHECK(verdict(post_json(password_path, {{"new_password", "seven77"}}, alice)) == "400 M_WEAK_PASSWORD");
        CHECK(verdict(post_json(password_path, {{"new_password", "eight888"}}, alice)) == "401");
    }

    TEST_CASE_FIXTURE(Account,
                      "without a token a stage shows whose account it is (reference, changePassword auth optional)") {
        control("create_user", {{"user", "carol"},
                                {"password", "forgotten"},
                                {"threepids", {{{"medium", "email"}, {"address", "carol@example.org"}}}}});
        const std::string old = token_of("carol", "forgotten");
        const Json mail = {{"client_secret", "s"}, {"email", "carol@example.org"}, {"send_attempt", 1}};
        const Json sid = body_of(post_json(password_path + "/email/requestToken", mail))["sid"];
        control("validate_threepid", {{"sid", sid}});
        const Json wish = {{"new_password", "found"}};
        const Json session = challenged("POST", password_path, wish, {});
        const Json auth = {{"type", "m.login.email.identity"},
                           {"session", session},
                           {"threepid_creds", {{"sid", sid}, {"client_secret", "s"}}}};
        CHECK(post_json(password_path, with_auth(wish, auth)).status == 200);
        CHECK(whoami(old) == "401 M_UNKNOWN_TOKEN");
        CHECK(login(password_login("carol", "found")).status == 200);
        CHECK(verdict(post_json(password_path, wish, bearer("unknown"))) == "401 M_UNKNOWN_TOKEN");
    }

    TEST_CASE_FIXTURE(Account, "a locked user cannot change it by another way (reference rule E7)") {
        control("lock", {{"user", "alice"}});
        const Json wish = {{"new_password", "n"}};
        CHECK(verdict(post_json(password_path, wish, alice)) == "401 M_USER_LOCKED");
        const Json session = challenged("POST", password_path, wish, {});
        const Json auth = with_session(by_password("alice", "wonderland"), session);
        CHECK(verdict(post_json(password_path, with_auth(wish, auth))) == "401 M_USER_LOCKED");
    }

    TEST_CASE_FIXTURE(Account, "deactivation ends everything (reference, deactivateAccount; rule E9)") {
        const Reply reply = confirmed("POST", deactivate_path, {{"erase", true}});
        CHECK(body_of(reply) == Json{{"id_server_unbind_result", "success"}});
        CHECK(verdict(get(whoami_path, alice)) == "401 M_UNKNOWN_TOKEN");
        CHECK(verdict(login(password_login("alice", "wonderland"))) == "403 M_USER_DEACTIVATED");
        CHECK(verdict(enroll({{"username", "alice"}})) == "400 M_USER_IN_USE");
    }

    TEST_CASE_FIXTURE(Account,
                      "deactivation by password alone; an address stays bound (reference, deactivateAccount)") {
        control("create_user", {{"user", "carol"},
                                {"password", "c"},
                                {"threepids", {{{"medium", "email"}, {"address", "carol@example.org"}}}}});
        const Json session = challenged("POST", deactivate_path, Json::object(), {});
        const Json auth = {{"auth", with_session(by_password("carol", "c"), session)}};
        CHECK(body_of(post_json(deactivate_path, auth))["id_server_unbind_result"] == "no-support");
        const Json second = challenged("POST", deactivate_path, Json::object(), {});
        CHECK(verdict(post_json(deactivate_path, {{"auth", with_session(by_password("carol", "c"), second)}})) ==
              "403 M_USER_DEACTIVATED");
        CHECK(verdict(post_json(deactivate_path, {{"erase", 1}}, alice)) == "400 M_BAD_JSON");
    }
}

TEST_SUITE("devices") {
    TEST_CASE_FIXTURE(Account, "listed, read, renamed (reference, updateDevice)") {
        token_of("alice", "wonderland", {{"device_id", "a/b c"}, {"initial_device_display_name", "odd"}});
        const Json devices = body_of(get(devices_path, alice))["devices"];
        REQUIRE(devices.size() == 2);
        CHECK(devices[0]["device_id"] == "PHONE");
        CHECK_FALSE(devices[0].contains("display_name"));
        CHECK(devices[1]["display_name"] == "odd");
        const std::string odd = devices_path + "/a%2Fb%20c";
        CHECK(body_of(get(odd, alice))["device_id"] == "a/b c");
        CHECK(call("PUT", odd, {{"display_name", "even"}}, alice).body == "{}");
        CHECK(body_of(get(odd, alice))["display_name"] == "even");
        CHECK(call("PUT", odd, Json::object(), alice).status == 200);
        CHECK(body_of(get(odd, alice))["display_name"] == "even");
        CHECK(verdict(call("PUT", odd, {{"display_name", std::string(101, 'x')}}, alice)) == "400 M_TOO_LARGE");
        CHECK(verdict(get(devices_path + "/NOPE", alice)) == "404 M_NOT_FOUND");
        CHECK(verdict(call("PUT", devices_path + "/NOPE", Json::object(), alice)) == "404 M_NOT_FOUND");
    }

    TEST_CASE_FIXTURE(Account, "deleted with a body and UIA, also one that is gone (reference, deleteDevice)") {
        const std::string other = token_of("alice", "wonderland", {{"device_id", "a/b"}});
        CHECK(verdict(server.handle({"DELETE", devices_path + "/a%2Fb", alice, {}})) == "400 M_NOT_JSON");
        CHECK(confirmed("DELETE", devices_path + "/a%2Fb", Json::object()).body == "{}");
        CHECK(whoami(other) == "401 M_UNKNOWN_TOKEN");
        CHECK(confirmed("DELETE", devices_path + "/a%2Fb", Json::object()).status == 200);
        CHECK(get(whoami_path, alice).status == 200);
    }

    TEST_CASE_FIXTURE(Account, "several at once (reference, deleteDevices)") {
        const std::string second = token_of("alice", "wonderland", {{"device_id", "SECOND"}});
        const std::string third = token_of("alice", "wonderland", {{"device_id", "THIRD"}});
        CHECK(verdict(post_json(delete_devices_path, Json::object(), alice)) == "400 M_MISSING_PARAM");
        CHECK(verdict(post_json(delete_devices_path, {{"devices", "SECOND"}}, alice)) == "400 M_BAD_JSON");
        CHECK(verdict(post_json(delete_devices_path, {{"devices", {4}}}, alice)) == "400 M_BAD_JSON");
        CHECK(confirmed("POST", delete_devices_path, {{"devices", {"SECOND", "NOPE", "THIRD"}}}).status == 200);
        CHECK(whoami(second) == "401 M_UNKNOWN_TOKEN");
        CHECK(whoami(third) == "401 M_UNKNOWN_TOKEN");
    }

    TEST_CASE_FIXTURE(Account, "an application service makes and deletes them without UIA (reference rule A7, U14)") {
        const std::string device = devices_path + "/BOT?user_id=@_irc_bot:localhost";
        CHECK(call("PUT", device, {{"display_name", "b"}}, bearer("as_token")).status == 201);
        CHECK(call("PUT", device, {{"display_name", "c"}}, bearer("as_token")).status == 200);
        CHECK(body_of(get(device, bearer("as_token")))["display_name"] == "c");
        const std::string odd = devices_path + "/%FF?user_id=@_irc_bot:localhost";
        CHECK(call("PUT", odd, Json::object(), bearer("as_token")).status == 201);
        CHECK(body_of(get(odd, bearer("as_token")))["device_id"] == "\xEF\xBF\xBD");
        CHECK(call("DELETE", device, Json::object(), bearer("as_token")).status == 200);
        CHECK(verdict(get(device, bearer("as_token"))) == "404 M_NOT_FOUND");
    }
}

TEST_SUITE("single sign-on") {
    constexpr const char* redirect = "/_matrix/client/v3/login/sso/redirect";

    TEST_CASE_FIXTURE(Account, "a page of providers, a provider's page, and back with a token (reference rule S1)") {
        const Reply picker = get(std::string{redirect} + "?redirectUrl=app%3A%2F%2Fcb%3Fa%3D%22%26b&action=login");
        CHECK(picker.status == 200);
        CHECK(picker.body.find("/redirect/github?redirectUrl=app%3A%2F%2Fcb%3Fa%3D%22%26b\"") != std::string::npos);
        const Reply to_provider = get(std::string{redirect} + "/github?redirectUrl=app%3A%2F%2Fcb%3Fa%3D%22%26b");
        CHECK(to_provider.status == 302);
        const std::string page = header(to_provider, "Location");
        CHECK(get(page).status == 200);
        const Reply back = server.handle({"POST", page, {}, "user=Carol"});
        CHECK(back.status == 302);
        const std::string location = header(back, "Location");
        const std::string start = "app://cb?a=%22&b=&loginToken=";
        REQUIRE(location.substr(0, start.size()) == start);
        CHECK(body_of(login(token_login(location.substr(start.size()))))["user_id"] == "@carol:localhost");
        CHECK(verdict(login(token_login(location.substr(start.size())))) == "403 M_FORBIDDEN");
        CHECK(server.handle({"POST", page, {}, "user=carol"}).status == 400);
    }

    TEST_CASE_FIXTURE(Account, "whoever is signed in there comes straight back (reference rule S1)") {
        control("rules", {{"sso_user", "alice"}});
        for (const std::string& path : {std::string{redirect}, std::string{redirect} + "/company"}) {
            const std::string location = header(get(path + "?redirectUrl=http%3A%2F%2F127.0.0.1%3A1"), "Location");
            REQUIRE(location.find("http://127.0.0.1:1?loginToken=") == 0);
            CHECK(body_of(login(token_login(location.substr(location.find('=') + 1))))["user_id"] ==
                  "@alice:localhost");
        }
    }

    TEST_CASE_FIXTURE(Account, "the query is written anew, the fragment stays last (reference rule S2, trap 25)") {
        control("rules", {{"sso_user", "alice"}});
        const auto back_to = [&](const std::string& url) {
            const std::string location =
                header(get(std::string{redirect} + "?redirectUrl=" + homeserver::percent_encode(url)), "Location");
            const std::size_t token = location.find("login_");
            return token == std::string::npos ? location
                                              : location.substr(0, token) + "T" + location.substr(token + 38);
        };
        CHECK(back_to("https://c/?<ab c>&q\"+%3D\xC3\xBC=1#frag?x") ==
              "https://c/?%3Cab+c%3E=&q%22+%3D%C3%BC=1&loginToken=T#frag?x");
        CHECK(back_to("https://c/?loginToken=old") == "https://c/?loginToken=old&loginToken=T");
        CHECK(back_to("https://c#f") == "https://c?loginToken=T#f");
    }

    TEST_CASE_FIXTURE(Account,
                      "a redirectUrl that leads nowhere, and an unknown provider (reference, redirectToSSO; Synapse)") {
        const auto refused = [&](const std::string& rest) { return verdict(get(redirect + rest)); };
        CHECK(refused("") == "400 M_MISSING_PARAM");
        CHECK(refused("?redirectUrl=") == "400 M_MISSING_PARAM");
        for (const char* url :
             {"nowhere", "%3A%2F%2Fx", "http%3A%2F%2Fx%2F%C3%BC", "http%3A%2F%2Fx%0D%0AX%3A1", "http%3A%2F%2Fx%23a%20b",
              "http%3A%2F%2Fx%3Fa%23b%20c", "http%3A%2F%2Fx%23f%3Fa%0D%0Ab", "javascript%3Aalert(1)"}) {
            CAPTURE(url);
            CHECK(refused(std::string{"?redirectUrl="} + url) == "400 M_INVALID_PARAM");
        }
        CHECK(refused("/nobody?redirectUrl=app%3Ax") == "404 M_NOT_FOUND");
        CHECK(refused("/gith%75b?redirectUrl=app%3Ax") == "404 M_NOT_FOUND");
        CHECK(get("/sso/github?session=unknown").status == 400);
    }

    TEST_CASE_FIXTURE(Account, "users who cannot come in by it (scenario S10)") {
        const auto status_of = [&](const std::string& user) {
            control("rules", {{"sso_user", user}});
            return get(std::string{redirect} + "?redirectUrl=app%3Ax").status;
        };
        control("deactivate", {{"user", "bob"}});
        CHECK(status_of("bob") == 403);
        CHECK(status_of("no such name") == 400);
        CHECK(status_of("_irc_new") == 400);
        CHECK(status_of("carol") == 302);
    }

    TEST_CASE_FIXTURE(Account, "the login fallback hands the answer to its window (reference rule L6)") {
        const Reply page = get("/_matrix/static/client/login/?device_id=X");
        CHECK(page.status == 200);
        CHECK(page.body.find("window.matrixLogin.onLogin(") != std::string::npos);
    }
}

TEST_SUITE("what a server says about itself") {
    TEST_CASE("well-known, where it knows its address (reference rule D3, D4)") {
        homeserver::Options options;
        options.well_known_base_url = "http://127.0.0.1:8008/";
        Fixture fixture{options};
        CHECK(body_of(fixture.get("/.well-known/matrix/client")) ==
              Json{{"m.homeserver", {{"base_url", "http://127.0.0.1:8008/"}}}});
        Fixture unknown;
        CHECK(verdict(unknown.get("/.well-known/matrix/client")) == "404 M_NOT_FOUND");
    }

    TEST_CASE_FIXTURE(Account, "capabilities need a token, auth_metadata is not there (reference rules L11, O1)") {
        CHECK(verdict(get("/_matrix/client/v3/capabilities")) == "401 M_MISSING_TOKEN");
        const Json capabilities = body_of(get("/_matrix/client/v3/capabilities", alice))["capabilities"];
        CHECK(capabilities["m.change_password"]["enabled"] == true);
        CHECK(capabilities["m.room_versions"]["default"] == "11");
        CHECK(verdict(get("/_matrix/client/v1/auth_metadata")) == "404 M_UNRECOGNIZED");
    }

    TEST_CASE_FIXTURE(Account, "each document can be another, and the server's own again") {
        const std::vector<std::pair<std::string, std::string>> documents = {
            {"versions", versions_path},
            {"login_flows", login_path},
            {"capabilities", "/_matrix/client/v3/capabilities"},
            {"well_known", "/.well-known/matrix/client"},
            {"auth_metadata", "/_matrix/client/v1/auth_metadata"},
        };
        for (const auto& document : documents) {
            const std::string& name = document.first;
            const std::string& path = document.second;
            CAPTURE(name);
            const Reply own = get(path, alice);
            control("document", {{"name", name}, {"content", {{"x", name}}}});
            CHECK(body_of(get(path, alice)) == Json{{"x", name}});
            control("document", {{"name", name}});
            CHECK(get(path, alice).body == own.body);
        }
        CHECK(verdict(post_json("/_test/document", {{"name", "other"}})) == "404 M_NOT_FOUND");
    }
}

TEST_SUITE("faults") {
    TEST_CASE_FIXTURE(Account,
                      "lost, late, slow, cut, endless and doubled answers are those of requests that took effect") {
        using Kind = homeserver::Delivery::Kind;
        const std::vector<std::pair<std::string, Kind>> kinds = {
            {"lost", Kind::lost}, {"late", Kind::late},       {"slow", Kind::slow},
            {"cut", Kind::cut},   {"endless", Kind::endless}, {"doubled", Kind::doubled},
        };
        for (const auto& one : kinds) {
            const std::string& name = one.first;
            CAPTURE(name);
            const std::string token = token_of("alice", "wonderland");
            control("fault", {{"kind", name}, {"path", logout_path}, {"delay_ms", 70}, {"bytes", 1}});
            const Reply reply = post(logout_path, bearer(token));
            CHECK(reply.status == 200);
            CHECK(reply.delivery.kind == one.second);
            CHECK(reply.delivery.delay == 70ms);
            CHECK(reply.delivery.bytes == 1);
            CHECK(whoami(token) == "401 M_UNKNOWN_TOKEN");
        }
    }

    TEST_CASE_FIXTURE(Account, "a request that is dropped takes no effect, one that comes twice does twice") {
        control("fault", {{"kind", "dropped"}, {"path", logout_path}});
        CHECK(post(logout_path, alice).delivery.kind == homeserver::Delivery::Kind::lost);
        CHECK(get(whoami_path, alice).status == 200);
        const Json session = refreshable_session();
        control("fault", {{"kind", "twice"}, {"path", refresh_path}});
        const Json answer = body_of(refresh(session["refresh_token"]));
        CHECK(refresh(answer["refresh_token"]).status == 200);
        control("fault", {{"kind", "twice"}, {"path", logout_path}});
        CHECK(verdict(post(logout_path, bearer(token_of("bob", "builder")))) == "401 M_UNKNOWN_TOKEN");
    }

    TEST_CASE_FIXTURE(Account, "a gateway's page, and a redirect, with effect or without (reference rules E4, E11)") {
        const std::string first = token_of("bob", "builder");
        control("fault", {{"kind", "bad_gateway"}, {"path", logout_path}});
        const Reply page = post(logout_path, bearer(first));
        CHECK(page.status == 502);
        CHECK(header(page, "Content-Type") == "text/html; charset=utf-8");
        CHECK(whoami(first) == "200");
        control("fault", {{"kind", "bad_gateway"}, {"path", logout_path}, {"takes_effect", true}});
        CHECK(post(logout_path, bearer(first)).status == 502);
        CHECK(whoami(first) == "401 M_UNKNOWN_TOKEN");
        control("fault", {{"kind", "redirect"}, {"location", "http://127.0.0.1:1/x"}});
        const Reply redirect = login(password_login("bob", "builder"));
        CHECK(redirect.status == 307);
        CHECK(header(redirect, "Location") == "http://127.0.0.1:1/x");
        control("fault", {{"kind", "redirect"}});
        CHECK(header(login(password_login("bob", "builder")), "Location") == "/_elsewhere");
    }

    TEST_CASE_FIXTURE(Account, "some pass before it, several are hit, and all can be called off") {
        control("fault", {{"kind", "bad_gateway"}, {"method", "GET"}, {"skip", 1}, {"count", 2}});
        CHECK(get(login_path).status == 200);
        CHECK(get(login_path).status == 502);
        CHECK(get(versions_path).status == 502);
        CHECK(get(login_path).status == 200);
        control("fault", {{"kind", "bad_gateway"}, {"count", 10}});
        CHECK(get(login_path).status == 502);
        control("clear_faults", Json::object());
        CHECK(get(login_path).status == 200);
    }

    TEST_CASE_FIXTURE(Account, "fail_next: any bytes, any size, headers that come twice, and the effect") {
        control("fail_next", {{"status", 200},
                              {"body_base64", "AP+AQQ=="},
                              {"content_type", "application/octet-stream"},
                              {"headers", {{"X-A", {"1", "2"}}}}});
        const Reply bytes = get(login_path);
        CHECK(bytes.body == std::string{"\0\xFF\x80\x41", 4});
        CHECK(std::count(bytes.headers.begin(), bytes.headers.end(), std::pair<std::string, std::string>{"X-A", "1"}) ==
              1);
        CHECK(std::count(bytes.headers.begin(), bytes.headers.end(), std::pair<std::string, std::string>{"X-A", "2"}) ==
              1);
        control("fail_next", {{"body", "{}"}, {"body_size", 100'000}, {"takes_effect", true}, {"path", logout_path}});
        const Reply big = post(logout_path, alice);
        CHECK(big.body.size() == 100'000);
        CHECK(big.body.substr(0, 3) == "{} ");
        CHECK(verdict(get(whoami_path, alice)) == "401 M_UNKNOWN_TOKEN");
    }

    TEST_CASE_FIXTURE(Account, "the journal tells which requests came, and no secret") {
        control("requests", {{"clear", true}});
        control("fault", {{"kind", "redirect"}});
        login(password_login("bob", "builder"));
        get(whoami_path + "?user_id=secret", bearer("secret"));
        const Json requests = control("requests", Json::object())["requests"];
        REQUIRE(requests.size() == 2);
        CHECK(requests[0]["status"] == 307);
        CHECK(requests[0]["body_size"].get<std::size_t>() > 50);
        CHECK(
            requests[1] ==
            Json{{"method", "GET"}, {"path", whoami_path}, {"authorization", true}, {"body_size", 0}, {"status", 401}});
        for (int i = 0; i < 1001; ++i) {
            get(versions_path);
        }
        CHECK(control("requests", {{"clear", true}})["requests"].size() == 1000);
        CHECK(control("requests", Json::object())["requests"].empty());
    }

    TEST_CASE_FIXTURE(Account, "the clock can be turned (reference rules F2, G3)") {
        const Json session = refreshable_session();
        const Json minted = control("login_token", {{"user", "alice"}});
        CHECK(control("clock", {{"advance_ms", 120'000}}) == Json{{"turned_ms", 120'000}});
        CHECK(verdict(login(token_login(minted["login_token"]))) == "403 M_FORBIDDEN");
        CHECK(whoami(session["access_token"]) == "200");
        CHECK(control("clock", {{"advance_ms", 180'000}})["turned_ms"] == 300'000);
        CHECK(whoami(session["access_token"]) == "401 M_UNKNOWN_TOKEN");
        CHECK(refresh(session["refresh_token"]).status == 200);
        CHECK(verdict(post_json("/_test/clock", {{"advance_ms", -1}})) == "400 M_BAD_JSON");
        while (verdict(post_json("/_test/clock", {{"advance_ms", homeserver::ten_years_ms}})) == "200") {
        }
        CHECK(verdict(post_json("/_test/clock", {{"advance_ms", homeserver::ten_years_ms}})) == "400 M_BAD_JSON");
    }

    TEST_CASE_FIXTURE(Account, "rules are told back, and all of a request is taken or nothing") {
        const Json before = control("rules", Json::object());
        CHECK(before.size() == 16);
        CHECK(before["refresh"] == "rotate");
        CHECK(control("rules", before) == before);
        const std::vector<Json> refused = {
            {{"guests", false}, {"uia", "yes"}},
            {{"guests", false}, {"no_such_rule", 1}},
            {{"guests", false}, {"refresh", "sometimes"}},
            {{"guests", false}, {"uia_flows", {"m.login.dummy"}}},
            {{"guests", false}, {"registration_flows", nullptr}},
            {{"guests", false}, {"uia_params", 3}},
            {{"guests", false}, {"access_token_ms", nullptr}},
            {{"guests", false}, {"plain_access_token_ms", -1}},
            {{"guests", false}, {"sso_user", 3}},
        };
        for (const Json& one : refused) {
            CAPTURE(one.dump());
            CHECK(post_json("/_test/rules", one).status == 400);
        }
        CHECK(control("rules", Json::object()) == before);
    }

    TEST_CASE_FIXTURE(Account, "what the other controls cannot do they say") {
        const std::vector<std::pair<std::string, Json>> cases = {
            {"fault", {{"kind", "explosion"}}},
            {"fault", Json::object()},
            {"fault", {{"kind", "redirect"}, {"location", "a\r\nb: c"}}},
            {"fault", {{"kind", "late"}, {"delay_ms", 60'001}}},
            {"fail_next", {{"body_base64", "?"}}},
            {"fail_next", {{"headers", {{"X", "a\r\nb: c"}}}}},
            {"fail_next", {{"headers", {{"X", {1}}}}}},
            {"rate_limit", {{"per_second", 1}, {"burst_count", 1}, {"retry_after", "soon"}}},
            {"logout", {{"user", "alice"}, {"device_id", "NOPE"}}},
            {"registration_token", {{"token", "x"}, {"uses", -1}}},
            {"validate_threepid", {{"sid", "unknown"}}},
            {"expire_token", {{"refresh_token", "unknown"}}},
            {"requests", {{"clear", 1}}},
        };
        for (const auto& one : cases) {
            CAPTURE(one.first);
            CAPTURE(one.second.dump());
            const Reply reply = post_json("/_test/" + one.first, one.second);
            CHECK(reply.status >= 400);
            CHECK(reply.status < 500);
        }
    }
}
