// SPDX-License-Identifier: MIT
//
// What no real server does on demand: answers that are lost, cut or doubled, gateways, tokens that end at once, a clock
// that is turned. So these cases are for the embedded homeserver alone, told by its control (examples/homeserver).

#include "curl_transport.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

namespace {

using mxwire::call;
using mxwire::Credentials;
using mxwire::Homeserver;
using mxwire::Secret;
namespace field = mxwire::field;

const std::string whoami_path = "/_matrix/client/v3/account/whoami";
const std::string login_path = "/_matrix/client/v3/login";

std::string environment(const char* name) {
    const char* const value = std::getenv(name);
    if (value == nullptr || *value == '\0') FAIL(name, " is not set: harness.sh, and who runs this through it");
    return value;
}

constexpr mxwire::EndpointInfo control(std::string_view path) {
    return {"control", mxwire::Method::post, path, mxwire::Auth::none, mxwire::Body::object};
}

struct Nothing {
    static constexpr auto fields = mxwire::fields();
};

struct Fault {
    static constexpr mxwire::EndpointInfo info = control("/_test/fault");
    using Response = Nothing;
    std::string kind;
    std::string path;
    std::int64_t delay = 1;
    static constexpr auto fields =
        mxwire::fields(field::required<&Fault::kind>("kind"), field::required<&Fault::path>("path"),
                       field::required<&Fault::delay>("delay_ms"));
};

struct Requests {
    static constexpr mxwire::EndpointInfo info = control("/_test/requests");
    struct One {
        std::string path;
        static constexpr auto fields = mxwire::fields(field::required<&One::path>("path"));
    };
    struct Response {
        std::vector<One> requests;
        static constexpr auto fields = mxwire::fields(field::required<&Response::requests>("requests"));
    };
    mxwire::Flag clear{};
    static constexpr auto fields = mxwire::fields(field::optional<&Requests::clear>("clear"));
};

struct ExpireToken {
    static constexpr mxwire::EndpointInfo info = control("/_test/expire_token");
    using Response = Nothing;
    Secret access_token;
    static constexpr auto fields = mxwire::fields(field::required<&ExpireToken::access_token>("access_token"));
};

struct EndSession {
    static constexpr mxwire::EndpointInfo info = control("/_test/logout");
    using Response = Nothing;
    std::string user, device_id;
    static constexpr auto fields = mxwire::fields(field::required<&EndSession::user>("user"),
                                                  field::required<&EndSession::device_id>("device_id"));
};

struct TurnClock {
    static constexpr mxwire::EndpointInfo info = control("/_test/clock");
    using Response = Nothing;
    std::int64_t by;
    static constexpr auto fields = mxwire::fields(field::required<&TurnClock::by>("advance_ms"));
};

struct RateLimit {
    static constexpr mxwire::EndpointInfo info = control("/_test/rate_limit");
    using Response = Nothing;
    std::int64_t per_second, burst_count;
    std::string path, retry_after;
    mxwire::Flag retry_after_ms;
    static constexpr auto fields = mxwire::fields(
        field::required<&RateLimit::per_second>("per_second"), field::required<&RateLimit::burst_count>("burst_count"),
        field::required<&RateLimit::path>("path"), field::required<&RateLimit::retry_after>("retry_after"),
        field::required<&RateLimit::retry_after_ms>("retry_after_ms"));
};

struct NoRateLimit {
    static constexpr mxwire::EndpointInfo info = control("/_test/rate_limit");
    using Response = Nothing;
    static constexpr auto fields = mxwire::fields();
};

template <class T> std::string outcome(const mxwire::Result<T>& result) {
    if (result) return "ok";
    const mxwire::MatrixError& error = result.error();
    if (error.stage == mxwire::Stage::transport) return "transport " + std::to_string(error.native_code);
    std::string text = std::to_string(error.status);
    if (!error.code.empty()) text += ' ' + std::string{error.code.text()};
    if (error.soft_logout.has_value()) text += error.soft_logout ? " soft logout" : " hard logout";
    return text;
}

struct Server {
    Homeserver url{environment("MXWIRE_SERVER")};
    CurlTransport curl{};

    static bool is_embedded() { return environment("MXWIRE_SERVER_KIND") == "embedded"; }

    template <class Control> typename Control::Response tell(const Control& what) const {
        auto answer = call(curl, url, what);
        REQUIRE(outcome(answer) == "ok");
        return std::move(*answer);
    }
    mxwire::Result<mxwire::LoginResponse> log_in(mxwire::Flag refresh_token = {}) const {
        mxwire::Login wish{
            mxwire::Password{mxwire::UserId{environment("MXWIRE_USER")}, environment("MXWIRE_PASSWORD")}};
        wish.refresh_token = refresh_token;
        return call(curl, url, wish);
    }
    mxwire::LoginResponse session(mxwire::Flag refresh_token = {}) const {
        auto login = log_in(refresh_token);
        REQUIRE(outcome(login) == "ok");
        return std::move(*login);
    }
    mxwire::Result<mxwire::TokenOwner> whoami(const Secret& token) const {
        return call(curl, Credentials{url, token}, mxwire::GetTokenOwner{});
    }
};

} // namespace

TEST_CASE("faults: answers that do not arrive as they should") {
    if (!Server::is_embedded()) return;
    const Server server;
    const Secret token = server.session().access_token;
    // The numbers are libcurl's: nothing came (52), less than was announced (18), more than the transport takes (23).
    const std::pair<const char*, const char*> faults[] = {
        {"dropped", "transport 52"}, {"lost", "transport 52"}, {"cut", "transport 18"},
        {"endless", "transport 23"}, {"late", "ok"},           {"slow", "ok"},
        {"doubled", "ok"},           {"twice", "ok"},          {"bad_gateway", "502"},
        {"redirect", "307"},
    };
    for (const auto& fault : faults) {
        CAPTURE(fault.first);
        server.tell(Fault{fault.first, whoami_path});
        CHECK(outcome(server.whoami(token)) == fault.second);
        CHECK(outcome(server.whoami(token)) == "ok");
    }
}

TEST_CASE("faults: a redirect is told and not followed, least of all with a password") {
    if (!Server::is_embedded()) return;
    const Server server;
    server.tell(Fault{"redirect", login_path});
    server.tell(Requests{true});
    const auto login = server.log_in();
    CHECK(outcome(login) == "307");
    CHECK(login.error().location == "/_elsewhere");
    const Requests::Response received = server.tell(Requests{});
    REQUIRE(received.requests.size() == 1);
    CHECK(received.requests[0].path == login_path);
}

TEST_CASE("faults: a lost answer to a logout, which is a logout all the same") {
    if (!Server::is_embedded()) return;
    const Server server;
    const Credentials session{server.url, server.session().access_token};
    server.tell(Fault{"dropped", "/_matrix/client/v3/logout"});
    CHECK(outcome(call(server.curl, session, mxwire::Logout{})) == "transport 52");
    server.tell(Fault{"lost", "/_matrix/client/v3/logout"});
    CHECK(outcome(call(server.curl, session, mxwire::Logout{})) == "transport 52");
    CHECK(outcome(call(server.curl, session, mxwire::Logout{})) == "401 M_UNKNOWN_TOKEN hard logout");
}

TEST_CASE("faults: a session that ends softly, by the clock, or for good") {
    if (!Server::is_embedded()) return;
    const Server server;
    const Secret softly = server.session().access_token;
    server.tell(ExpireToken{softly});
    CHECK(outcome(server.whoami(softly)) == "401 M_UNKNOWN_TOKEN soft logout");

    const mxwire::LoginResponse timed = server.session(true);
    REQUIRE(timed.expires_in);
    server.tell(TurnClock{timed.expires_in->count() - 60'000});
    CHECK(outcome(server.whoami(timed.access_token)) == "ok");
    server.tell(TurnClock{60'000});
    CHECK(outcome(server.whoami(timed.access_token)) == "401 M_UNKNOWN_TOKEN soft logout");

    const mxwire::LoginResponse hard = server.session();
    server.tell(EndSession{hard.user_id, hard.device_id});
    CHECK(outcome(server.whoami(hard.access_token)) == "401 M_UNKNOWN_TOKEN hard logout");
}

TEST_CASE("faults: a delay as a date, in the body alone, and nowhere") {
    if (!Server::is_embedded()) return;
    const Server server;
    const Secret token = server.session().access_token;
    const auto delay = [&](const char* header, bool body) {
        server.tell(RateLimit{1, 1, whoami_path, header, body});
        CHECK(outcome(server.whoami(token)) == "ok");
        const auto held_back = server.whoami(token);
        server.tell(NoRateLimit{});
        REQUIRE(outcome(held_back) == "429 M_LIMIT_EXCEEDED");
        return held_back.error().retry_after;
    };
    using std::chrono::milliseconds;
    const auto date = delay("date", false);
    REQUIRE(date);
    CHECK(*date > milliseconds{0});
    CHECK(*date <= milliseconds{2000});
    CHECK(date->count() % 1000 == 0);
    CHECK(delay("seconds", true) == milliseconds{1000});
    const auto body = delay("none", true);
    REQUIRE(body);
    CHECK(*body <= milliseconds{1000});
    CHECK_FALSE(delay("none", false));
}
