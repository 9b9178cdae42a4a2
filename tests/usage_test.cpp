// SPDX-License-Identifier: MIT
// How it reads in the user's code: each case is such code, against a transport that plays the server.
#include <mxwire/mxwire.hpp>

#include <doctest/doctest.h>

#include <cstdio>
#include <cstring>
#include <functional>
#include <map>
#include <memory>

using namespace std::chrono_literals;

namespace {

constexpr char session_json[] = R"({"user_id":"@alice:example.org","access_token":"syt_abc","device_id":"KITCHEN"})";

/// A homeserver with one user.
mxwire::Result<mxwire::Response> play(const mxwire::Request& request) {
    const std::string_view url = request.url();
    if (url.find("/account/whoami") != std::string_view::npos) {
        for (const mxwire::Header& header : request.headers()) {
            if (header.name == "Authorization" && header.value == "Bearer syt_abc") {
                return mxwire::Response{200, R"({"user_id":"@alice:example.org"})"};
            }
        }
        return mxwire::Response{401, R"({"errcode":"M_UNKNOWN_TOKEN","soft_logout":false})"};
    }
    if (request.method() == mxwire::Method::get)
        return mxwire::Response{200, R"({"flows":[{"type":"m.login.password"}]})"};
    if (request.body().find("wonderland") == std::string_view::npos)
        return mxwire::Response{403, R"({"errcode":"M_FORBIDDEN"})"};
    return mxwire::Response{200, session_json};
}

const mxwire::Homeserver& homeserver() {
    static const mxwire::Homeserver made{"https://matrix.example.org"};
    return made;
}

} // namespace

TEST_CASE("usage 1: ten lines that log in") {
    std::string printed;
    const auto run = [&](const char* password) {
        const mxwire::Homeserver server{"https://matrix.example.org"};
        const auto login =
            mxwire::call(play, server, mxwire::Login{mxwire::Password{mxwire::UserId{"alice"}, password}});
        if (!login) {
            printed = mxwire::describe(login.error()).c_str();
            return 1;
        }
        const auto me = mxwire::call(play, mxwire::Credentials{server, login->access_token}, mxwire::GetTokenOwner{});
        if (me) printed = me->user_id.c_str();
        return 0;
    };
    CHECK(run("wonderland") == 0);
    CHECK(printed == "@alice:example.org");
    CHECK(run("looking-glass") == 1);
    CHECK(printed == "login: 403 M_FORBIDDEN");
}

// ------------------------------------------------------------------------------------------------ 2

namespace {

/// Somebody else's HTTP client.
struct HttpAnswer {
    int status_ = 0;
    std::multimap<std::string, std::string> headers_;
    std::string body_;
    int code_ = 0;

    explicit operator bool() const { return code_ == 0; }
    int code() const { return code_; }
    int status() const { return status_; }
    const std::multimap<std::string, std::string>& headers() const { return headers_; }
    std::string take_body() { return std::move(body_); }
};
struct Http {
    HttpAnswer answer;
    std::string sent;

    HttpAnswer send(std::string_view method, std::string_view url, const mxwire::HeaderList& headers,
                    std::string_view body) {
        sent = std::string(method) + ' ' + std::string(url);
        for (const auto& header : headers) sent += ", " + std::string(header.name);
        sent += ", " + std::to_string(body.size());
        return answer;
    }
};

} // namespace

TEST_CASE("usage 2: your own HTTP stack, blocking") {
    Http http;
    auto transport =
        [&](const mxwire::Request& q) -> mxwire::Result<mxwire::Response> { // or Request&&, to move the body out
        auto answer = http.send(to_string(q.method()), q.url(), q.headers(), q.body());
        if (!answer) return mxwire::transport_error(answer.code(), "connection refused");
        return mxwire::Response{answer.status(), answer.headers(), answer.take_body()};
    };

    http.answer = {200, {{"content-type", "application/json"}}, session_json, 0};
    const mxwire::Login login{mxwire::LoginToken{"t"}};
    CHECK(mxwire::call(transport, homeserver(), login));
    CHECK(http.sent == "POST https://matrix.example.org/_matrix/client/v3/login, Content-Type, 36");
    http.answer = {429, {{"retry-after", "3"}}, "<html>", 0};
    CHECK(mxwire::call(transport, homeserver(), login).error().retry_after == 3s);
    http.answer = {0, {}, "", 111};
    const auto failed = mxwire::call(transport, homeserver(), login);
    REQUIRE_FALSE(failed);
    CHECK(failed.error().stage == mxwire::Stage::transport);
    CHECK(failed.error().native_code == 111);
}

// ------------------------------------------------------------------------------------------------ 3

TEST_CASE("usage 3: callbacks and event loops") {
    std::vector<std::function<void()>> loop;
    auto loop_http = [&](mxwire::Request request, auto completion) {
        auto pending = std::make_shared<decltype(completion)>(std::move(completion));
        loop.emplace_back(
            [sent = std::make_shared<mxwire::Request>(std::move(request)), pending] { (*pending)(play(*sent)); });
    };
    std::size_t count = 0;
    auto unique = std::make_unique<int>(1); // the handler may be move-only
    mxwire::async_call(loop_http, homeserver(), mxwire::GetLoginFlows{},
                       [&, own = std::move(unique)](mxwire::Result<mxwire::LoginFlows> flows) {
                           if (flows) count = flows->flows.size() + static_cast<std::size_t>(*own);
                       });
    CHECK(count == 0);
    for (auto& turn : loop) turn();
    CHECK(count == 2);
}

// ------------------------------------------------------------------------------------------------ 4

TEST_CASE("usage 4: futures, coroutines, signals need no adapter") {
    const mxwire::Credentials credentials{homeserver(), mxwire::Secret{"syt_abc"}};
    auto request = mxwire::prepare(mxwire::GetTokenOwner{}, credentials);
    REQUIRE(request);
    auto answer = play(*request);
    REQUIRE(answer);
    auto owner = mxwire::parse<mxwire::GetTokenOwner>(*answer);
    REQUIRE(owner);
    CHECK(owner->user_id == "@alice:example.org");

    // status, body and headers as they lie
    const int status = 200;
    const std::string body = R"({"user_id":"@alice:example.org"})";
    const std::map<std::string, std::string> headers;
    CHECK(mxwire::parse<mxwire::GetTokenOwner>(status, body, headers));
    CHECK(mxwire::parse<mxwire::GetTokenOwner>(status, body));

    // a continuation
    const std::function<mxwire::Result<mxwire::TokenOwner>(const mxwire::Response&)> then =
        mxwire::parse<mxwire::GetTokenOwner>;
    CHECK(then(*answer));
}

// ------------------------------------------------------------------------------------------------ 5

TEST_CASE("usage 5: what went wrong, told apart without comparing text") {
    using mxwire::ErrorCode;
    using mxwire::Stage;
    std::string logged;
    const auto react = [&](const mxwire::MatrixError& e) -> std::string {
        const auto again_in = [](std::chrono::milliseconds delay) {
            return "again in " + std::to_string(delay.count());
        };
        const auto show = [](const std::string& message) { return "show " + message; };
        const auto authenticate = [](const mxwire::UiaChallenge& challenge) {
            return "authenticate " + challenge.flows[0].stages[0];
        };
        if (e.code == ErrorCode::limit_exceeded) return again_in(e.retry_after.value_or(5s));
        if (e.code == ErrorCode::forbidden) return "ask password again";
        if (e.code == "ORG.EXAMPLE.QUOTA") return show(e.message);
        if (e.stage == Stage::transport) return "offline";
        if (e.challenge) return authenticate(*e.challenge);
        logged = mxwire::describe(e);
        return "logged";
    };
    const auto login = [&](int status, std::string body) {
        const auto answer = [&](const mxwire::Request&) { return mxwire::Response{status, body}; };
        return react(mxwire::call(answer, homeserver(), mxwire::Login{mxwire::LoginToken{"t"}}).error());
    };
    CHECK(login(429, R"({"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":1500})") == "again in 1500");
    CHECK(login(429, R"({"errcode":"M_LIMIT_EXCEEDED"})") == "again in 5000");
    CHECK(login(403, R"({"errcode":"M_FORBIDDEN"})") == "ask password again");
    CHECK(login(403, R"({"errcode":"ORG.EXAMPLE.QUOTA","error":"full"})") == "show full");
    CHECK(login(401, R"({"flows":[{"stages":["m.login.terms"]}]})") == "authenticate m.login.terms");
    CHECK(login(502, "<html>secret</html>") == "logged");
    CHECK(logged == "login: 502, not a Matrix answer");
    const mxwire::Result<mxwire::Response> none = mxwire::transport_error(6, "no such host");
    CHECK(react(mxwire::parse<mxwire::Login>(none).error()) == "offline");
}

// ------------------------------------------------------------------------------------------------ 6

TEST_CASE("usage 6: login types and their open world") {
    using namespace mxwire;
    const Secret login_token{"lt"}, pw{"wonderland"};

    Login sso{LoginToken{login_token}};
    Login ghost{ApplicationService{UserId{"_irc_bob"}}};
    Login ldap{CustomLogin{"org.example.ldap", raw_json(R"({"realm":"x"})")}};
    Login mail{Password{ThirdPartyId{"email", "a@b.c"}, pw}}, phone{Password{Phone{"GB", "07700900000"}, pw}};
    Login named{Password{UserId{"alice"}, pw}};
    named.device_id = "KITCHEN";
    named.refresh_token = true;

    const Credentials application_service{homeserver(), Secret{"as_token"}};
    const auto body = [&](const Login& login) {
        const auto request = prepare(login, application_service);
        return request ? std::string(request->body()) : describe(request.error());
    };
    CHECK(body(sso) == R"({"type":"m.login.token","token":"lt"})");
    CHECK(body(ghost) ==
          R"({"type":"m.login.application_service","identifier":{"type":"m.id.user","user":"_irc_bob"}})");
    CHECK(body(ldap) == R"({"type":"org.example.ldap","realm":"x"})");
    CHECK(body(mail) == R"({"type":"m.login.password","identifier":{"type":"m.id.thirdparty","medium":"email",)"
                        R"("address":"a@b.c"},"password":"wonderland"})");
    CHECK(body(phone) == R"({"type":"m.login.password","identifier":{"type":"m.id.phone","country":"GB",)"
                         R"("phone":"07700900000"},"password":"wonderland"})");
    CHECK(body(named) ==
          R"({"type":"m.login.password","identifier":{"type":"m.id.user","user":"alice"},"password":"wonderland",)"
          R"("device_id":"KITCHEN","refresh_token":true})");
}

// ------------------------------------------------------------------------------------------------ 10

namespace {

namespace field = mxwire::field;

struct GetProfile {
    static constexpr mxwire::EndpointInfo info{"getUserProfile", mxwire::Method::get,
                                               "/_matrix/client/v3/profile/{userId}", mxwire::Auth::none};
    struct Response {
        std::optional<std::string> displayname{}, avatar_url{};
        static constexpr auto fields = mxwire::fields(field::optional<&Response::displayname>("displayname"),
                                                      field::optional<&Response::avatar_url>("avatar_url"));
    };
    std::string user_id;
    static constexpr auto fields = mxwire::fields(field::path<&GetProfile::user_id>("userId"));
};

} // namespace

TEST_CASE("usage 9: SSO, a pending login that survives a restart") {
    const auto random_state = [] { return mxwire::Secret{"Zm9vYmFyYmF6cXV4cXV1eA"}; };
    std::string browser, disk;
    const auto open_browser = [&](std::string_view url) { browser = std::string(url); };
    {
        auto pending = mxwire::PendingSso::begin(homeserver(), "http://127.0.0.1:7777/cb", random_state(),
                                                 mxwire::IdpId{"github"});
        REQUIRE(pending);
        open_browser(pending->url());
        disk = std::string(pending->save().expose());
    }
    CHECK(browser == "https://matrix.example.org/_matrix/client/v3/login/sso/redirect/github"
                     "?redirectUrl=http%3A%2F%2F127.0.0.1%3A7777%2Fcb%3Fstate%3DZm9vYmFyYmF6cXV4cXV1eA");
    const std::string callback_url = "http://127.0.0.1:7777/cb?state=Zm9vYmFyYmF6cXV4cXV1eA&loginToken=wonderland";
    auto pending = mxwire::PendingSso::restore(disk);
    REQUIRE(pending);
    CHECK_FALSE(pending->finish("http://127.0.0.1:7777/cb?state=guessed&loginToken=evil"));
    auto login_token = pending->finish(callback_url);
    REQUIRE(login_token);
    const auto login = mxwire::call(play, pending->server(), mxwire::Login{mxwire::LoginToken{*login_token}});
    REQUIRE(login);
    CHECK(login->user_id == "@alice:example.org");
    CHECK(pending->finish(callback_url).error().member == "state"); // repeated
}

TEST_CASE("usage 10: your own endpoint") {
    std::string url;
    const auto transport = [&](const mxwire::Request& request) {
        url = std::string(request.url());
        return mxwire::Response{200, R"({"displayname":"Alice","avatar_url":null})"};
    };
    const auto profile = mxwire::call(transport, homeserver(), GetProfile{"@alice:example.org"});
    REQUIRE(profile);
    CHECK(url == "https://matrix.example.org/_matrix/client/v3/profile/%40alice%3Aexample.org");
    CHECK(profile->displayname == "Alice");
    CHECK_FALSE(profile->avatar_url);
}

// ------------------------------------------------------------------------------------------------ 11

namespace {

struct UartAnswer {
    int status;
    std::size_t size;
};
UartAnswer uart_http(const mxwire::RequestView& request, char* in, std::size_t size) {
    constexpr char answer[] = R"({"user_id":"@alice:example.org","access_token":"\u0073yt_abc","device_id":"KITCHEN"})";
    const std::size_t length = sizeof answer - 1 <= size ? sizeof answer - 1 : size;
    std::memcpy(in, answer, length);
    return {request.method() == mxwire::Method::post ? 200 : 405, length};
}

} // namespace

TEST_CASE("usage 11: a microcontroller without a heap") {
    const mxwire::HomeserverView server{"https://matrix.example.org"};
    char out[512], in[1024];
    const auto request = mxwire::prepare_into(
        out, mxwire::LoginView{mxwire::PasswordView{mxwire::UserIdView{"alice"}, "wonderland"}}, server);
    REQUIRE(request);
    const UartAnswer a = uart_http(*request, in, sizeof in);
    const auto login = mxwire::parse_in_place<mxwire::LoginView>(a.status, {in, a.size});
    REQUIRE(login);
    CHECK(login->user_id == "@alice:example.org");
    CHECK(login->access_token.expose() == "syt_abc");
    CHECK(login->user_id.data() > in);
    CHECK(login->user_id.data() < in + sizeof in);
    mxwire::wipe(out, sizeof out);
    mxwire::wipe(in, sizeof in);
    CHECK(std::string_view(out, sizeof out).find_first_not_of('\0') == std::string_view::npos);
}

// ------------------------------------------------------------------------------------------------ 12, 13

TEST_CASE("usage 12: testing your own program") {
    const mxwire::Homeserver& server = homeserver();
    auto fake = [](const mxwire::Request&) -> mxwire::Result<mxwire::Response> {
        return mxwire::Response{429, {{"Retry-After", "2"}}, R"({"errcode":"M_LIMIT_EXCEEDED"})"};
    };
    CHECK(mxwire::call(fake, server, mxwire::GetLoginFlows{}).error().retry_after == 2s);
}

TEST_CASE("usage 13: logs") {
    const mxwire::Login login{mxwire::Password{mxwire::UserId{"alice"}, "wonderland"}};
    const auto request = mxwire::prepare(login, homeserver());
    REQUIRE(request);
    CHECK(mxwire::describe(*request) == "POST https://matrix.example.org/_matrix/client/v3/login, " +
                                            std::to_string(request->body().size()) + " bytes, body withheld");
    char line[128];
    CHECK(mxwire::describe_into(line, sizeof line, *request) == mxwire::describe(*request).size());

    const auto sent = mxwire::prepare(mxwire::Logout{}, mxwire::Credentials{homeserver(), mxwire::Secret{"syt_abc"}});
    REQUIRE(sent);
    for (const mxwire::Header& header : sent->headers()) CHECK(header.sensitive == (header.name == "Authorization"));
}
