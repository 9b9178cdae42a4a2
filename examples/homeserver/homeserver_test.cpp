// SPDX-License-Identifier: MIT
//
// Logging in, being logged in, and the rate limit.

#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "fixture.hpp"

#include <set>
#include <string>
#include <vector>

using namespace homeserver_test;

TEST_SUITE("versions and routing") {
    TEST_CASE_FIXTURE(Fixture, "versions need no token and judge one that is sent (reference rule T7, getVersions)") {
        const Json versions = body_of(get(versions_path));
        CHECK(versions["versions"].front() == "v1.1");
        CHECK(versions["unstable_features"].is_object());
        CHECK(get(versions_path, bearer(token_of("alice", "wonderland"))).status == 200);
        CHECK(verdict(get(versions_path, bearer("unknown"))) == "401 M_UNKNOWN_TOKEN");
    }

    TEST_CASE_FIXTURE(Fixture, "an unknown path is 404, a wrong method 405, both M_UNRECOGNIZED (reference rule E5)") {
        for (const char* path : {"/_matrix", "/_matrix/client/v3/nope", "/_matrix/client/v3/login/",
                                 "/_matrix/client/v3/logi%6E", "/_matrix/client/v3/devices/a/b",
                                 "/_matrix/client/v3/devices/", "/_matrix/client/v3/auth//fallback/web"}) {
            CAPTURE(path);
            CHECK(verdict(get(path)) == "404 M_UNRECOGNIZED");
        }
        const Reply reply = server.handle({"PUT", login_path, {}, {}});
        CHECK(verdict(reply) == "405 M_UNRECOGNIZED");
        CHECK(header(reply, "Allow") == "GET, POST");
        CHECK(verdict(get(logout_path)) == "405 M_UNRECOGNIZED");
        CHECK(verdict(post(whoami_path)) == "405 M_UNRECOGNIZED");
    }

    TEST_CASE_FIXTURE(Fixture, "outside of the API an error is a page (reference rule E4, Synapse)") {
        const Reply reply = get("/chat");
        CHECK(reply.status == 404);
        CHECK(header(reply, "Content-Type") == "text/html; charset=utf-8");
    }

    TEST_CASE_FIXTURE(Fixture, "HEAD is GET, OPTIONS is 204 with CORS headers (Synapse)") {
        CHECK(server.handle({"HEAD", login_path, {}, {}}).status == 200);
        CHECK(server.handle({"HEAD", logout_path, {}, {}}).status == 405);
        const Reply reply = server.handle({"OPTIONS", login_path, {}, {}});
        CHECK(reply.status == 204);
        CHECK(header(reply, "Access-Control-Allow-Origin") == "*");
    }
}

TEST_SUITE("login flows") {
    TEST_CASE_FIXTURE(Fixture, "all flows with their members (reference, LoginFlow and IdentityProvider)") {
        const Json flows = body_of(get(login_path))["flows"];
        std::set<std::string> types;
        for (const Json& flow : flows) {
            types.insert(flow["type"].get<std::string>());
            CHECK(flow.contains("get_login_token") == (flow["type"] == "m.login.token"));
        }
        CHECK(types ==
              std::set<std::string>{"m.login.application_service", "m.login.password", "m.login.sso", "m.login.token"});
        const Json& providers = flows[0]["identity_providers"];
        REQUIRE(providers.size() == 2);
        CHECK(providers[0]["brand"] == "github");
        CHECK(providers[0]["icon"] == "mxc://localhost/github");
        CHECK_FALSE(providers[1].contains("brand"));
    }

    TEST_CASE_FIXTURE(Fixture, "a token on the flows is not looked at (reference rule T6, Synapse)") {
        CHECK(get(login_path, bearer("unknown")).status == 200);
    }
}

TEST_SUITE("password login") {
    TEST_CASE_FIXTURE(Fixture, "the answer's members (reference, LoginResponse)") {
        const Reply reply = login(password_login("alice", "wonderland"));
        REQUIRE(reply.status == 200);
        CHECK(header(reply, "Content-Type") == "application/json");
        const Json answer = body_of(reply);
        CHECK(answer["user_id"] == "@alice:localhost");
        CHECK(answer["access_token"].get<std::string>().size() >= 32);
        CHECK(answer["device_id"].get<std::string>().size() == 10);
        CHECK(answer["home_server"] == "localhost");
        CHECK(answer.size() == 4);
    }

    TEST_CASE_FIXTURE(Fixture, "a full ID or a localpart in any case is normalised (reference rule L3)") {
        for (const char* user : {"alice", "ALICE", "@alice:localhost", "@ALICE:localhost", "@alice:LOCALHOST"}) {
            CAPTURE(user);
            CHECK(body_of(login(password_login(user, "wonderland")))["user_id"] == "@alice:localhost");
        }
        for (const char* user : {"@alice:elsewhere", "@alice", "nobody"}) {
            CAPTURE(user);
            CHECK(verdict(login(password_login(user, "wonderland"))) == "403 M_FORBIDDEN");
        }
    }

    TEST_CASE_FIXTURE(Fixture, "a wrong password is 403 M_FORBIDDEN (reference, login)") {
        CHECK(verdict(login(password_login("alice", "x"))) == "403 M_FORBIDDEN");
        CHECK(verdict(login(password_login("alice", ""))) == "403 M_FORBIDDEN");
        CHECK(verdict(login(password_login("_irc_bot", ""))) == "403 M_FORBIDDEN");
    }

    TEST_CASE_FIXTURE(Fixture, "third party and phone identifiers (reference, UserIdentifier)") {
        control("create_user", {{"user", "carol"},
                                {"password", "c"},
                                {"threepids",
                                 {{{"medium", "email"}, {"address", "Carol@example.org"}},
                                  {{"medium", "msisdn"}, {"address", "447700900000"}}}}});
        const auto user_of = [&](const Json& identifier) {
            return body_of(login(identified_login(identifier, "c"))).value("user_id", "");
        };
        const auto refusal_of = [&](const Json& identifier) {
            return verdict(login(identified_login(identifier, "c")));
        };
        const auto email = [](const Json& address) {
            return Json{{"type", "m.id.thirdparty"}, {"medium", "email"}, {"address", address}};
        };
        const auto phone = [](const Json& country, const Json& number) {
            return Json{{"type", "m.id.phone"}, {"country", country}, {"phone", number}};
        };
        CHECK(user_of(email("carol@EXAMPLE.org")) == "@carol:localhost");
        CHECK(user_of({{"type", "m.id.thirdparty"}, {"medium", "msisdn"}, {"address", "447700900000"}}) ==
              "@carol:localhost");
        CHECK(user_of(phone("GB", "07700 900000")) == "@carol:localhost");
        CHECK(user_of(phone("US", "+44 7700 900000")) == "@carol:localhost");
        CHECK(refusal_of(email("nobody@example.org")) == "403 M_FORBIDDEN");
        CHECK(refusal_of(phone("US", "7700900000")) == "403 M_FORBIDDEN");
        CHECK(refusal_of(phone("GB", "hello")) == "400 M_INVALID_PARAM");
        CHECK(refusal_of(phone("XX", "07700900000")) == "400 M_INVALID_PARAM");
        CHECK(refusal_of({{"type", "m.id.phone"}, {"country", "GB"}}) == "400 M_UNKNOWN");
        CHECK(refusal_of({{"type", "m.id.thirdparty"}, {"medium", "email"}}) == "400 M_UNKNOWN");
        CHECK(body_of(login({{"type", "m.login.password"},
                             {"medium", "email"},
                             {"address", "carol@example.org"},
                             {"password", "c"}}))["user_id"] == "@carol:localhost");
    }

    TEST_CASE_FIXTURE(Fixture, "the deprecated user works, and wins over an identifier (reference rule L2, Synapse)") {
        const Json legacy = {{"type", "m.login.password"}, {"user", "alice"}, {"password", "wonderland"}};
        CHECK(body_of(login(legacy))["user_id"] == "@alice:localhost");
        CHECK(body_of(login(password_login("bob", "wonderland", {{"user", "alice"}})))["user_id"] ==
              "@alice:localhost");
    }

    TEST_CASE_FIXTURE(Fixture, "what is missing or no string (reference trap 23, Synapse)") {
        const Json identifier = {{"type", "m.id.user"}, {"user", "alice"}};
        struct Case {
            Json body;
            std::string expected;
        };
        const std::vector<Case> cases = {
            {{{"password", "x"}}, "400 M_UNKNOWN"},
            {{{"type", nullptr}}, "400 M_INVALID_PARAM"},
            {{{"type", "org.example.no"}, {"identifier", identifier}}, "400 M_UNKNOWN"},
            {{{"type", "org.example.no"}}, "400 M_INVALID_PARAM"},
            {{{"type", "m.login.password"}, {"password", "x"}}, "400 M_INVALID_PARAM"},
            {{{"type", "m.login.password"}, {"identifier", identifier}}, "400 M_INVALID_PARAM"},
            {password_login("alice", 4), "400 M_INVALID_PARAM"},
            {password_login("", "x"), "400 M_UNKNOWN"},
            {password_login(3, "x"), "400 M_INVALID_PARAM"},
            {identified_login("alice", "x"), "400 M_MISSING_PARAM"},
            {identified_login({{"user", "alice"}}, "x"), "400 M_MISSING_PARAM"},
            {identified_login({{"type", "org.example.id"}}, "x"), "400 M_UNKNOWN"},
            {identified_login({{"type", "m.id.user"}}, "x"), "400 M_UNKNOWN"},
        };
        for (const Case& one : cases) {
            CAPTURE(one.body.dump());
            CHECK(verdict(login(one.body)) == one.expected);
        }
    }

    TEST_CASE_FIXTURE(Fixture, "a body that is no JSON object (reference part 1, common error codes; Synapse)") {
        using namespace std::string_literals;
        for (const std::string& body : {""s, "{"s, "{}x"s, "\xEF\xBB\xBF{}"s, "{\"a\":NaN}"s, "{\"a\":\"\xFF\"}"s,
                                        "{}\0{}"s, std::string(60'000, '[')}) {
            CHECK(verdict(post_text(login_path, body)) == "400 M_NOT_JSON");
        }
        for (const std::string& body : {"[]"s, "null"s, "\"x\""s}) {
            CHECK(verdict(post_text(login_path, body)) == "400 M_BAD_JSON");
        }
        CHECK(verdict(post_text(login_path, std::string(homeserver::max_body_size + 1, ' '))) == "413 M_TOO_LARGE");
    }

    TEST_CASE_FIXTURE(Fixture, "only application/json is taken (reference trap 9)") {
        const std::string body = password_login("alice", "wonderland").dump();
        const auto as = [&](const Headers& headers) { return server.handle({"POST", login_path, headers, body}); };
        CHECK(as({{"content-type", "Application/JSON ; charset=utf-8"}}).status == 200);
        CHECK(verdict(as({})) == "400 M_NOT_JSON");
        CHECK(verdict(as({{"Content-Type", "text/plain"}})) == "400 M_NOT_JSON");
    }
}

TEST_SUITE("devices and refresh tokens") {
    TEST_CASE_FIXTURE(Fixture,
                      "a device keeps its first name, and a new login ends its old token (reference rule T9)") {
        const std::string first =
            token_of("alice", "wonderland", {{"device_id", "KITCHEN"}, {"initial_device_display_name", "first"}});
        const std::string second =
            token_of("alice", "wonderland", {{"device_id", "KITCHEN"}, {"initial_device_display_name", "second"}});
        CHECK(verdict(get(whoami_path, bearer(first))) == "401 M_UNKNOWN_TOKEN");
        CHECK(body_of(get(whoami_path, bearer(second)))["device_id"] == "KITCHEN");
        CHECK(control("devices", {{"user", "alice"}})["devices"] ==
              Json::array({{{"device_id", "KITCHEN"}, {"display_name", "first"}}}));
    }

    TEST_CASE_FIXTURE(Fixture, "two users may have a device of the same name (reference, login: device_id)") {
        const std::string alice = token_of("alice", "wonderland", {{"device_id", "PHONE"}});
        const std::string bob = token_of("bob", "builder", {{"device_id", "PHONE"}});
        CHECK(post(logout_path, bearer(bob)).status == 200);
        CHECK(get(whoami_path, bearer(alice)).status == 200);
    }

    TEST_CASE_FIXTURE(Fixture, "how long the device's members may be (Synapse)") {
        const auto with = [&](const Json& more) { return login(password_login("alice", "wonderland", more)); };
        CHECK(body_of(with({{"device_id", ""}}))["device_id"] == "");
        CHECK(body_of(with({{"device_id", std::string(512, 'x')}}))["device_id"] == std::string(512, 'x'));
        CHECK(body_of(with({{"device_id", nullptr}}))["device_id"].get<std::string>().size() == 10);
        CHECK(verdict(with({{"device_id", std::string(513, 'x')}})) == "400 M_INVALID_PARAM");
        CHECK(verdict(with({{"device_id", 4}})) == "400 M_INVALID_PARAM");
        CHECK(with({{"initial_device_display_name", std::string(100, 'x')}}).status == 200);
        CHECK(verdict(with({{"initial_device_display_name", std::string(101, 'x')}})) == "400 M_TOO_LARGE");
    }

    TEST_CASE_FIXTURE(Fixture, "refresh_token: true gives one and an access token that ends (reference rules F1, F2)") {
        const Json answer = body_of(login(password_login("alice", "wonderland", {{"refresh_token", true}})));
        CHECK(answer["refresh_token"].is_string());
        CHECK(answer["expires_in_ms"] == 300'000);
        const Headers token = bearer(answer["access_token"]);
        now += 299'999ms;
        CHECK(get(whoami_path, token).status == 200);
        now += 1ms;
        const Reply late = get(whoami_path, token);
        CHECK(verdict(late) == "401 M_UNKNOWN_TOKEN");
        CHECK(body_of(late)["soft_logout"] == true);
        CHECK(verdict(login(password_login("alice", "wonderland", {{"refresh_token", "yes"}}))) == "400 M_UNKNOWN");
    }

    TEST_CASE_FIXTURE(Fixture, "lifetimes and refresh tokens are rules (reference rules F1, F2)") {
        control("rules", {{"access_token_ms", 1000}, {"plain_access_token_ms", 2000}});
        CHECK(refreshable_session()["expires_in_ms"] == 1000);
        const Json plain = body_of(login(password_login("alice", "wonderland")));
        CHECK(plain["expires_in_ms"] == 2000);
        CHECK_FALSE(plain.contains("refresh_token"));
        now += 2s;
        CHECK(whoami(plain["access_token"]) == "401 M_UNKNOWN_TOKEN");
        control("rules", {{"refresh", "off"}, {"plain_access_token_ms", nullptr}});
        const Json off = refreshable_session();
        CHECK_FALSE(off.contains("refresh_token"));
        CHECK_FALSE(off.contains("expires_in_ms"));
        CHECK(verdict(refresh("any")) == "404 M_UNRECOGNIZED");
    }

    TEST_CASE("a well_known where the option asks for it (reference rule L5)") {
        homeserver::Options options;
        options.well_known_base_url = "http://127.0.0.1:8008/";
        Fixture fixture{options};
        CHECK(body_of(fixture.login(password_login("alice", "wonderland")))["well_known"] ==
              Json{{"m.homeserver", {{"base_url", "http://127.0.0.1:8008/"}}}});
    }
}

TEST_SUITE("refresh") {
    TEST_CASE_FIXTURE(Fixture,
                      "gives a new pair for the same device, and looks at no header (reference rules F4, F10)") {
        const Json session = refreshable_session();
        const Reply reply =
            post_json(refresh_path, {{"refresh_token", session["refresh_token"]}}, bearer("looked at by nobody"));
        REQUIRE(reply.status == 200);
        const Json fresh = body_of(reply);
        CHECK(fresh.size() == 3);
        CHECK(fresh["expires_in_ms"] == 300'000);
        CHECK(fresh["access_token"] != session["access_token"]);
        CHECK(fresh["refresh_token"] != session["refresh_token"]);
        CHECK(body_of(get(whoami_path, bearer(fresh["access_token"])))["device_id"] == "PHONE");
    }

    TEST_CASE_FIXTURE(Fixture, "the old pair lives until the new access token is used (reference rule F6)") {
        const Json session = refreshable_session();
        const Json fresh = body_of(refresh(session["refresh_token"]));
        CHECK(whoami(session["access_token"]) == "200");
        CHECK(whoami(fresh["access_token"]) == "200");
        CHECK(whoami(session["access_token"]) == "401 M_UNKNOWN_TOKEN");
        const Reply late = refresh(session["refresh_token"]);
        CHECK(verdict(late) == "401 M_UNKNOWN_TOKEN");
        CHECK_FALSE(body_of(late).contains("soft_logout"));
        CHECK(whoami(fresh["access_token"]) == "200");
    }

    TEST_CASE_FIXTURE(Fixture, "or until the new refresh token is used (reference rule F6)") {
        const Json first = refreshable_session();
        const Json second = body_of(refresh(first["refresh_token"]));
        const Json third = body_of(refresh(second["refresh_token"]));
        CHECK(verdict(refresh(first["refresh_token"])) == "401 M_UNKNOWN_TOKEN");
        CHECK(whoami(first["access_token"]) == "401 M_UNKNOWN_TOKEN");
        CHECK(whoami(second["access_token"]) == "200");
        CHECK(whoami(third["access_token"]) == "200");
        CHECK(whoami(second["access_token"]) == "401 M_UNKNOWN_TOKEN");
    }

    TEST_CASE_FIXTURE(Fixture, "asked again because the answer was lost: the unused pair is taken back (Synapse)") {
        const Json session = refreshable_session();
        const Json lost = body_of(refresh(session["refresh_token"]));
        const Json found = body_of(refresh(session["refresh_token"]));
        CHECK(whoami(lost["access_token"]) == "401 M_UNKNOWN_TOKEN");
        CHECK(verdict(refresh(lost["refresh_token"])) == "401 M_UNKNOWN_TOKEN");
        CHECK(whoami(found["access_token"]) == "200");
        CHECK(refresh(found["refresh_token"]).status == 200);
    }

    TEST_CASE_FIXTURE(Fixture, "an expired access token is no use of it, and no obstacle (reference rules F3, T5)") {
        const Json session = refreshable_session();
        now += 300s;
        CHECK(whoami(session["access_token"]) == "401 M_UNKNOWN_TOKEN");
        const Json fresh = body_of(refresh(session["refresh_token"]));
        now += 300s;
        CHECK(whoami(fresh["access_token"]) == "401 M_UNKNOWN_TOKEN");
        CHECK(refresh(session["refresh_token"]).status == 200);
    }

    TEST_CASE_FIXTURE(Fixture, "an expired refresh token is a soft logout (reference rule F8)") {
        control("rules", {{"refresh_token_ms", 1000}});
        const Json session = refreshable_session();
        now += 999ms;
        const Json fresh = body_of(refresh(session["refresh_token"]));
        now += 999ms;
        REQUIRE(refresh(fresh["refresh_token"]).status == 200);
        now += 1ms;
        const Reply late = refresh(fresh["refresh_token"]);
        CHECK(verdict(late) == "401 M_UNKNOWN_TOKEN");
        CHECK(body_of(late)["soft_logout"] == true);
        const Json other = refreshable_session("TABLET");
        control("expire_token", {{"refresh_token", other["refresh_token"]}});
        CHECK(body_of(refresh(other["refresh_token"]))["soft_logout"] == true);
    }

    TEST_CASE_FIXTURE(Fixture, "without rotation the refresh token stays (reference rule F5)") {
        control("rules", {{"refresh", "keep"}});
        const Json session = refreshable_session();
        const Json fresh = body_of(refresh(session["refresh_token"]));
        CHECK_FALSE(fresh.contains("refresh_token"));
        CHECK(fresh["expires_in_ms"] == 300'000);
        CHECK(whoami(fresh["access_token"]) == "200");
        CHECK(refresh(session["refresh_token"]).status == 200);
    }

    TEST_CASE_FIXTURE(Fixture,
                      "ends with the session: logout, a new login of the device, a hard logout (rules T9, F13)") {
        const Json first = refreshable_session();
        REQUIRE(post(logout_path, bearer(first["access_token"])).status == 200);
        CHECK(verdict(refresh(first["refresh_token"])) == "401 M_UNKNOWN_TOKEN");

        const Json second = refreshable_session();
        const Json third = refreshable_session();
        CHECK(verdict(refresh(second["refresh_token"])) == "401 M_UNKNOWN_TOKEN");

        control("logout", {{"user", "alice"}, {"device_id", "PHONE"}});
        CHECK(verdict(refresh(third["refresh_token"])) == "401 M_UNKNOWN_TOKEN");
        const Reply hard = get(whoami_path, bearer(third["access_token"]));
        CHECK(verdict(hard) == "401 M_UNKNOWN_TOKEN");
        CHECK(body_of(hard)["soft_logout"] == false);
    }

    TEST_CASE_FIXTURE(Fixture, "no new token for a locked user (reference rule E7)") {
        const Json session = refreshable_session();
        control("lock", {{"user", "alice"}});
        CHECK(verdict(refresh(session["refresh_token"])) == "401 M_USER_LOCKED");
        control("unlock", {{"user", "alice"}});
        CHECK(refresh(session["refresh_token"]).status == 200);
    }

    TEST_CASE_FIXTURE(Fixture, "what is missing or no string (Synapse)") {
        CHECK(verdict(refresh("unknown")) == "401 M_UNKNOWN_TOKEN");
        CHECK(verdict(refresh("")) == "401 M_UNKNOWN_TOKEN");
        CHECK(verdict(refresh(4)) == "400 M_INVALID_PARAM");
        CHECK(verdict(post_text(refresh_path, "{}")) == "400 M_MISSING_PARAM");
        CHECK(verdict(post_text(refresh_path, "")) == "400 M_NOT_JSON");
        CHECK(verdict(refresh(refreshable_session()["access_token"])) == "401 M_UNKNOWN_TOKEN");
    }
}

TEST_SUITE("login tokens") {
    TEST_CASE_FIXTURE(Fixture, "good for one login (reference, login 403; rule S6)") {
        const std::string token = control("login_token", {{"user", "alice"}})["login_token"];
        CHECK(body_of(login(token_login(token)))["user_id"] == "@alice:localhost");
        CHECK(verdict(login(token_login(token))) == "403 M_FORBIDDEN");
        CHECK(verdict(login(token_login("unknown"))) == "403 M_FORBIDDEN");
        CHECK(verdict(login(token_login(3))) == "403 M_FORBIDDEN");
        CHECK(verdict(login({{"type", "m.login.token"}})) == "400 M_UNKNOWN");
    }

    TEST_CASE_FIXTURE(Fixture, "good until it expires (reference rule G3)") {
        const Json minted = control("login_token", {{"user", "alice"}, {"expires_in_ms", 5000}});
        CHECK(minted["expires_in_ms"] == 5000);
        now += 5s;
        CHECK(verdict(login(token_login(minted["login_token"]))) == "403 M_FORBIDDEN");
    }

    TEST_CASE_FIXTURE(Fixture, "not spent by a request that no token could have saved (reference, login 400)") {
        const std::string token = control("login_token", {{"user", "alice"}})["login_token"];
        Json body = token_login(token);
        body["device_id"] = 4;
        CHECK(verdict(login(body)) == "400 M_INVALID_PARAM");
        CHECK(login(token_login(token)).status == 200);
    }
}

TEST_SUITE("access tokens") {
    TEST_CASE_FIXTURE(Fixture, "missing and unknown ones are 401 (reference rule T4)") {
        CHECK(verdict(get(whoami_path)) == "401 M_MISSING_TOKEN");
        const Reply unknown = get(whoami_path, bearer("unknown"));
        CHECK(verdict(unknown) == "401 M_UNKNOWN_TOKEN");
        CHECK(body_of(unknown)["soft_logout"] == false);
        CHECK(verdict(post(logout_path)) == "401 M_MISSING_TOKEN");
        CHECK(verdict(post(logout_path + "/all", bearer("unknown"))) == "401 M_UNKNOWN_TOKEN");
    }

    TEST_CASE_FIXTURE(Fixture, "in the query, twice, or in another form: not there (reference rule T2, trap 10)") {
        const std::string token = token_of("alice", "wonderland");
        CHECK(verdict(get(whoami_path + "?access_token=" + token)) == "401 M_MISSING_TOKEN");
        CHECK(verdict(get(whoami_path + "?access_token=" + token, bearer(token))) == "401 M_MISSING_TOKEN");
        CHECK(verdict(get(whoami_path, {bearer(token)[0], bearer(token)[0]})) == "401 M_MISSING_TOKEN");
        for (const std::string& value : {"bearer " + token, "Bearer  " + token, std::string{"Bearer "},
                                         std::string{"Bearer"}, "Bearer " + token + " x", "Basic " + token, token}) {
            CAPTURE(value);
            CHECK(verdict(get(whoami_path, {{"Authorization", value}})) == "401 M_MISSING_TOKEN");
        }
        CHECK(get(whoami_path, {{"authorization", "Bearer " + token}}).status == 200);
    }

    TEST_CASE_FIXTURE(Fixture, "softly expired: 401 with soft_logout, and it can still log out (reference rule F11)") {
        const std::string token = token_of("alice", "wonderland", {{"device_id", "KITCHEN"}});
        control("expire_token", {{"access_token", token}});
        const Reply reply = get(whoami_path, bearer(token));
        CHECK(verdict(reply) == "401 M_UNKNOWN_TOKEN");
        CHECK(body_of(reply)["soft_logout"] == true);
        CHECK(get(versions_path, bearer(token)).status == 200);
        CHECK(control("devices", {{"user", "alice"}})["devices"].size() == 1);
        CHECK(post(logout_path, bearer(token)).status == 200);
    }

    TEST_CASE_FIXTURE(Fixture, "whoami tells user, device and that it is no guest (reference, WhoamiResponse)") {
        const std::string token = token_of("alice", "wonderland", {{"device_id", "KITCHEN"}});
        CHECK(body_of(get(whoami_path + "?user_id=@bob:localhost", bearer(token))) ==
              Json{{"user_id", "@alice:localhost"}, {"device_id", "KITCHEN"}, {"is_guest", false}});
    }

    TEST_CASE_FIXTURE(Fixture, "a guest may ask who it is and may not log out (reference rule L10, Synapse)") {
        control("create_user", {{"user", "visitor"}, {"guest", true}});
        const Json minted = control("login_token", {{"user", "visitor"}});
        const Headers token = bearer(body_of(login(token_login(minted["login_token"])))["access_token"]);
        CHECK(body_of(get(whoami_path, token))["is_guest"] == true);
        CHECK(verdict(post(logout_path, token)) == "403 M_GUEST_ACCESS_FORBIDDEN");
        CHECK(verdict(post(logout_path + "/all", token)) == "403 M_GUEST_ACCESS_FORBIDDEN");
        CHECK(get(whoami_path, token).status == 200);
    }
}

TEST_SUITE("logout") {
    TEST_CASE_FIXTURE(Fixture, "deletes the token and the device (reference rule T10)") {
        const std::string token = token_of("alice", "wonderland");
        const std::string other = token_of("alice", "wonderland", {{"device_id", "KITCHEN"}});
        const Reply reply = post(logout_path, bearer(token));
        CHECK(reply.status == 200);
        CHECK(reply.body == "{}");
        CHECK(verdict(get(whoami_path, bearer(token))) == "401 M_UNKNOWN_TOKEN");
        CHECK(verdict(post(logout_path, bearer(token))) == "401 M_UNKNOWN_TOKEN");
        CHECK(get(whoami_path, bearer(other)).status == 200);
        CHECK(control("devices", {{"user", "alice"}})["devices"][0]["device_id"] == "KITCHEN");
    }

    TEST_CASE_FIXTURE(Fixture, "all: every token of the user and of nobody else (reference, logout_all)") {
        const std::string first = token_of("alice", "wonderland");
        const std::string second = token_of("alice", "wonderland");
        const std::string bob = token_of("bob", "builder");
        CHECK(post(logout_path + "/all", bearer(first)).status == 200);
        CHECK(verdict(get(whoami_path, bearer(first))) == "401 M_UNKNOWN_TOKEN");
        CHECK(verdict(get(whoami_path, bearer(second))) == "401 M_UNKNOWN_TOKEN");
        CHECK(get(whoami_path, bearer(bob)).status == 200);
        CHECK(control("devices", {{"user", "alice"}})["devices"].empty());
    }

    TEST_CASE_FIXTURE(Fixture, "a body is not looked at (reference trap 12)") {
        CHECK(post_text(logout_path, "not json", bearer(token_of("alice", "wonderland"))).status == 200);
    }
}

TEST_SUITE("locked and deactivated users") {
    TEST_CASE_FIXTURE(Fixture, "locked: 401 M_USER_LOCKED, soft, and back afterwards (reference rule E7)") {
        const std::string token = token_of("alice", "wonderland");
        control("lock", {{"user", "alice"}});
        for (const Reply& reply : {get(whoami_path, bearer(token)), login(password_login("alice", "wonderland"))}) {
            CHECK(verdict(reply) == "401 M_USER_LOCKED");
            CHECK(body_of(reply)["soft_logout"] == true);
        }
        CHECK(verdict(login(password_login("alice", "x"))) == "403 M_FORBIDDEN");
        CHECK(get(versions_path, bearer(token)).status == 200);
        control("unlock", {{"user", "@alice:localhost"}});
        CHECK(get(whoami_path, bearer(token)).status == 200);
    }

    TEST_CASE_FIXTURE(Fixture, "locked: logout and logout/all still work (reference rule E7)") {
        const std::string first = token_of("alice", "wonderland");
        const std::string second = token_of("alice", "wonderland");
        control("lock", {{"user", "alice"}});
        CHECK(post(logout_path, bearer(first)).status == 200);
        CHECK(post(logout_path + "/all", bearer(second)).status == 200);
    }

    TEST_CASE_FIXTURE(Fixture, "deactivated: 403 M_USER_DEACTIVATED and no session left (reference rule E9)") {
        const std::string token = token_of("alice", "wonderland");
        const std::string login_token = control("login_token", {{"user", "alice"}})["login_token"];
        control("deactivate", {{"user", "alice"}});
        CHECK(verdict(login(password_login("alice", "wonderland"))) == "403 M_USER_DEACTIVATED");
        CHECK(verdict(login(token_login(login_token))) == "403 M_USER_DEACTIVATED");
        CHECK(verdict(login(password_login("alice", "x"))) == "403 M_FORBIDDEN");
        CHECK(verdict(get(whoami_path, bearer(token))) == "401 M_UNKNOWN_TOKEN");
    }
}

TEST_SUITE("application services") {
    TEST_CASE_FIXTURE(Fixture, "login needs the as_token (reference, login 401)") {
        control("create_user", {{"user", "_irc_bob"}});
        CHECK(body_of(login(app_service_login("_irc_bob"), bearer("as_token")))["user_id"] == "@_irc_bob:localhost");
        CHECK(login(app_service_login("@_irc_bob:localhost"), bearer("as_token")).status == 200);
        CHECK(login(app_service_login("_irc_bot"), bearer("as_token")).status == 200);
        CHECK(verdict(login(app_service_login("_irc_bob"))) == "401 M_MISSING_TOKEN");
        CHECK(verdict(login(app_service_login("_irc_bob"), bearer("other"))) == "401 M_UNKNOWN_TOKEN");
        CHECK(verdict(login(app_service_login("_irc_bob"), bearer(token_of("alice", "wonderland")))) ==
              "401 M_UNKNOWN_TOKEN");
    }

    TEST_CASE_FIXTURE(Fixture, "login outside of the namespace, or not registered (reference, login 403)") {
        CHECK(verdict(login(app_service_login("alice"), bearer("as_token"))) == "403 M_EXCLUSIVE");
        CHECK(verdict(login(app_service_login("_irc_" + std::string(10'000, 'x')), bearer("as_token"))) ==
              "403 M_EXCLUSIVE");
        CHECK(verdict(login(app_service_login("_irc_nobody"), bearer("as_token"))) == "403 M_FORBIDDEN");
        Json legacy = {{"type", "m.login.application_service"}, {"user", "_irc_bot"}};
        CHECK(verdict(login(legacy, bearer("as_token"))) == "400 M_INVALID_PARAM");
    }

    TEST_CASE_FIXTURE(Fixture, "whoami as itself and as a user of the namespace (reference, getTokenOwner query)") {
        control("create_user", {{"user", "_irc_bob"}});
        const Json session = body_of(login(app_service_login("_irc_bob"), bearer("as_token")));
        const auto whoami = [&](const std::string& query) { return get(whoami_path + query, bearer("as_token")); };
        CHECK(body_of(whoami("")) == Json{{"user_id", "@_irc_bot:localhost"}, {"is_guest", false}});
        CHECK(body_of(whoami("?user_id=%40_irc_bob%3Alocalhost")) ==
              Json{{"user_id", "@_irc_bob:localhost"}, {"is_guest", false}});
        const std::string device_id = session["device_id"];
        CHECK(body_of(whoami("?device_id=" + device_id + "&user_id=@_irc_bob:localhost"))["device_id"] == device_id);
    }

    TEST_CASE_FIXTURE(Fixture, "masquerading that is refused (reference, getTokenOwner 403 and 400)") {
        control("create_user", {{"user", "_irc_bob"}});
        const auto whoami = [&](const std::string& query) {
            return verdict(get(whoami_path + query, bearer("as_token")));
        };
        CHECK(whoami("?user_id=@alice:localhost") == "403 M_FORBIDDEN");
        CHECK(whoami("?user_id=@_irc_nobody:localhost") == "403 M_FORBIDDEN");
        CHECK(whoami("?user_id=") == "403 M_FORBIDDEN");
        CHECK(whoami("?user_id=@_irc_bob:localhost&device_id=NOPE") == "400 M_UNKNOWN_DEVICE");
        CHECK(whoami("?user_id=@_irc_bob:localhost&device_id") == "400 M_UNKNOWN_DEVICE");
    }

    TEST_CASE_FIXTURE(Fixture, "logout needs a device (Synapse)") {
        control("create_user", {{"user", "_irc_bob"}});
        const Json session = body_of(login(app_service_login("_irc_bob"), bearer("as_token")));
        const std::string device_id = session["device_id"];
        CHECK(verdict(post(logout_path, bearer("as_token"))) == "401 M_UNKNOWN");
        CHECK(post(logout_path + "?user_id=@_irc_bob:localhost&device_id=" + device_id, bearer("as_token")).status ==
              200);
        CHECK(verdict(get(whoami_path, bearer(session["access_token"]))) == "401 M_UNKNOWN_TOKEN");
        CHECK(get(whoami_path, bearer("as_token")).status == 200);
    }

    TEST_CASE_FIXTURE(Fixture, "a sender that cannot be a user, and a namespace that is no expression") {
        CHECK_FALSE(server.add_app_service("other", ".*", "not a name"));
        CHECK_FALSE(server.add_app_service("", ".*", "_irc_bot"));
        CHECK_FALSE(server.add_app_service("other", "(", "_irc_bot"));
    }
}

TEST_SUITE("rate limit") {
    TEST_CASE_FIXTURE(Fixture, "off until it is set (reference rule R1)") {
        for (int i = 0; i < 50; ++i) {
            CHECK(verdict(login(password_login("alice", "x"))) == "403 M_FORBIDDEN");
        }
    }

    TEST_CASE_FIXTURE(Fixture,
                      "failures fill a user's bucket; then 429 with header and member (reference rules R1-R3)") {
        control("rate_limit", {{"per_second", 0.17}, {"burst_count", 3}});
        for (int i = 0; i < 3; ++i) {
            CHECK(verdict(login(password_login("alice", "x"))) == "403 M_FORBIDDEN");
        }
        const Reply reply = login(password_login("@ALICE:localhost", "wonderland"));
        CHECK(verdict(reply) == "429 M_LIMIT_EXCEEDED");
        CHECK(body_of(reply)["retry_after_ms"] == 5883);
        CHECK(header(reply, "Retry-After") == "6");
        CHECK(login(password_login("bob", "builder")).status == 200);
        now += 5882ms;
        CHECK(verdict(login(password_login("alice", "wonderland"))) == "429 M_LIMIT_EXCEEDED");
        now += 1ms;
        CHECK(login(password_login("alice", "wonderland")).status == 200);
        control("rate_limit", Json::object());
        CHECK(verdict(login(password_login("alice", "x"))) == "403 M_FORBIDDEN");
        CHECK(login(password_login("alice", "wonderland")).status == 200);
    }

    TEST_CASE_FIXTURE(Fixture, "the delay as a date, with the server's own clock beside it (reference rule R2)") {
        control("rate_limit",
                {{"per_second", 0.5}, {"burst_count", 1}, {"retry_after", "date"}, {"retry_after_ms", false}});
        CHECK(verdict(login(password_login("alice", "x"))) == "403 M_FORBIDDEN");
        now += 100ms;
        const Reply reply = login(password_login("alice", "wonderland"));
        CHECK(verdict(reply) == "429 M_LIMIT_EXCEEDED");
        CHECK_FALSE(body_of(reply).contains("retry_after_ms"));
        CHECK(header(reply, "Date") == "Fri, 15 Jan 2027 08:00:00 GMT");
        // 1.9 s after a quarter past: the next whole second, or who waits until then is refused again.
        CHECK(header(reply, "Retry-After") == "Fri, 15 Jan 2027 08:00:03 GMT");
        wall += 24h * 75 + 750ms;
        const Reply other = login(password_login("alice", "wonderland"));
        CHECK(header(other, "Date") == "Wed, 31 Mar 2027 08:00:01 GMT");
    }

    TEST_CASE_FIXTURE(Fixture, "the delay in the body alone, or nowhere (reference rules R1, R4; trap 22)") {
        control("rate_limit", {{"per_second", 1}, {"burst_count", 1}, {"retry_after", "none"}});
        CHECK(verdict(login(password_login("alice", "x"))) == "403 M_FORBIDDEN");
        const Reply body_only = login(password_login("alice", "x"));
        CHECK(header(body_only, "Retry-After").empty());
        CHECK(body_of(body_only)["retry_after_ms"] == 1000);
        control("rate_limit",
                {{"per_second", 1}, {"burst_count", 1}, {"retry_after", "none"}, {"retry_after_ms", false}});
        CHECK(verdict(login(password_login("alice", "x"))) == "403 M_FORBIDDEN");
        const Reply bare = login(password_login("alice", "x"));
        CHECK(verdict(bare) == "429 M_LIMIT_EXCEEDED");
        CHECK(header(bare, "Retry-After").empty());
        CHECK_FALSE(body_of(bare).contains("retry_after_ms"));
    }

    TEST_CASE_FIXTURE(Fixture, "of one path, all its requests together (reference, refresh 429; rule R5)") {
        const Json session = refreshable_session();
        control("rate_limit", {{"path", refresh_path}, {"per_second", 1}, {"burst_count", 1}});
        const Json fresh = body_of(refresh(session["refresh_token"]));
        CHECK(verdict(refresh(fresh["refresh_token"])) == "429 M_LIMIT_EXCEEDED");
        CHECK(whoami(fresh["access_token"]) == "200");
        now += 1s;
        CHECK(refresh(fresh["refresh_token"]).status == 200);
        control("rate_limit", Json::object());
        CHECK(verdict(refresh("unknown")) == "401 M_UNKNOWN_TOKEN");
    }

    TEST_CASE_FIXTURE(Fixture, "names that nobody has are limited as well (Synapse)") {
        control("rate_limit", {{"per_second", 1}, {"burst_count", 1}});
        CHECK(verdict(login(password_login("nobody", "x"))) == "403 M_FORBIDDEN");
        CHECK(verdict(login(password_login("nobody", "x"))) == "429 M_LIMIT_EXCEEDED");
        CHECK(verdict(login(password_login("somebody", "x"))) == "403 M_FORBIDDEN");
    }
}

TEST_SUITE("control") {
    TEST_CASE("there only where it was asked for") {
        Fixture fixture{homeserver::Options{}};
        CHECK(verdict(fixture.post_text("/_test/lock", R"({"user":"alice"})")) == "404");
        CHECK(fixture.login(password_login("alice", "wonderland")).status == 200);
    }

    TEST_CASE_FIXTURE(Fixture, "out of reach of a web page: JSON only, and no CORS headers") {
        const Reply reply =
            server.handle({"POST", "/_test/lock", {{"Content-Type", "text/plain"}}, R"({"user":"bob"})"});
        CHECK(verdict(reply) == "400 M_NOT_JSON");
        CHECK(header(reply, "Access-Control-Allow-Origin").empty());
        CHECK(verdict(server.handle({"OPTIONS", "/_test/lock", {}, {}})) == "404 M_UNRECOGNIZED");
    }

    TEST_CASE_FIXTURE(Fixture, "fail_next answers for the server, as often as it was told (reference rule E4)") {
        control(
            "fail_next",
            {{"status", 502}, {"body", "<html>Bad Gateway</html>"}, {"headers", {{"Retry-After", "3"}}}, {"count", 2}});
        for (int i = 0; i < 2; ++i) {
            const Reply reply = get(login_path);
            CHECK(reply.status == 502);
            CHECK(reply.body == "<html>Bad Gateway</html>");
            CHECK(header(reply, "Content-Type") == "text/html; charset=utf-8");
            CHECK(header(reply, "Retry-After") == "3");
        }
        CHECK(get(login_path).status == 200);
    }

    TEST_CASE_FIXTURE(Fixture, "fail_next for one path and method only (reference rule E4)") {
        control("fail_next", {{"status", 200},
                              {"path", login_path},
                              {"method", "GET"},
                              {"content_type", "application/json"},
                              {"body", "{\"flows\":"}});
        CHECK(login(password_login("alice", "wonderland")).status == 200);
        CHECK(body_of(get(versions_path)).contains("versions"));
        CHECK(get(login_path + "?x=y").body == "{\"flows\":");
    }

    TEST_CASE_FIXTURE(Fixture, "what it cannot do it says") {
        struct Case {
            std::string name;
            std::string body;
        };
        const std::vector<Case> cases = {
            {"create_user", R"({"user":"alice"})"},
            {"create_user", R"({"user":"a b"})"},
            {"create_user", R"({"user":"@x:elsewhere"})"},
            {"create_user", R"({"user":"x","threepids":3})"},
            {"lock", R"({"user":"nobody"})"},
            {"lock", R"({})"},
            {"login_token", R"({"user":"alice","expires_in_ms":-1})"},
            {"login_token", R"({"user":"alice","expires_in_ms":18446744073709551615})"},
            {"expire_token", R"({"access_token":"unknown"})"},
            {"rate_limit", R"({"per_second":1e-300,"burst_count":1})"},
            {"rate_limit", R"({"per_second":1})"},
            {"fail_next", R"({"status":99})"},
            {"fail_next", R"({"headers":"x"})"},
            {"fail_next", R"({"headers":{"content-length":"7"}})"},
            {"unknown", R"({})"},
        };
        for (const Case& one : cases) {
            CAPTURE(one.name);
            CAPTURE(one.body);
            const Reply reply = post_text("/_test/" + one.name, one.body);
            CHECK(reply.status >= 400);
            CHECK(reply.status < 500);
            CHECK(body_of(reply).contains("errcode"));
        }
    }
}
