// SPDX-License-Identifier: MIT
// Plain values of HTTP: methods, header fields, answers and their bounds.
#include "allocations.hpp"
#include "exchange.hpp"

#include <mxwire/http.hpp>
#include <mxwire/session/get_login_flows.hpp>
#include <mxwire/session/get_token_owner.hpp>
#include <mxwire/session/login.hpp>
#include <mxwire/session/logout.hpp>

#include <list>

using exchange::text;
using mxwire::Limits;
using mxwire::Method;
using mxwire::Response;

namespace {

template <class E> std::string stage_of(int status, std::string_view body) {
    const exchange::Answer<E> answer(status, body);
    return answer ? "model" : text(to_string(answer.error().stage));
}
/// What the fields of an answer mean, by what the library makes of them.
template <class Headers> std::string seen(int status, const Headers& headers) {
    const auto result = mxwire::parse<mxwire::GetLoginFlows>(status, "", headers);
    if (result) return "model";
    std::string all;
    if (result.error().retry_after) all += "retry " + text(result.error().retry_after);
    if (!result.error().location.empty()) all += "location " + result.error().location;
    return all;
}
using Fields = std::vector<std::pair<std::string, std::string>>;

} // namespace

TEST_CASE("http: methods are spelt as HTTP does, as C strings") {
    CHECK(to_string(Method::get) == "GET");
    CHECK(to_string(Method::post) == "POST");
    CHECK(to_string(Method::put) == "PUT");
    CHECK(to_string(Method::delete_) == "DELETE");
    for (const Method method : {Method::get, Method::post, Method::put, Method::delete_}) {
        CHECK(to_string(method).data()[to_string(method).size()] == '\0');
    }
    CHECK(to_string(static_cast<Method>(200)).empty());
}

TEST_CASE("http: SEC-31 the bounds that hold unless the caller says otherwise") {
    constexpr Limits limits;
    static_assert(limits.body == 0); // what the operation allows
    static_assert(limits.depth == 32);
    static_assert(limits.elements == 1024);
    static_assert(limits.text == 0xffffffff);
    static_assert(limits.retry_after == std::chrono::hours{1});
    CHECK(mxwire::Login::info.max_body == 1024 * 1024);
    CHECK(mxwire::GetLoginFlows::info.max_body == 1024 * 1024);
}

TEST_CASE("http: SEC-31 a body over the bound is refused before it is looked at") {
    const std::string good = R"({"user_id":"@a:b","access_token":"T","device_id":"D"})";
    const std::string bad = R"({"errcode":"M_FORBIDDEN","error":"no"})";
    const auto outcome = [](int status, std::string body, std::size_t size, std::uint32_t bound) {
        body.resize(size, ' ');
        Limits limits;
        limits.body = bound;
        const auto result = mxwire::parse<mxwire::Login>(status, body, Fields{}, limits);
        return result ? "model" : text(result.error());
    };
    CHECK(outcome(200, good, 60, 60) == "model");
    CHECK(outcome(200, good, 61, 60) == "body 200 too large");
    CHECK(outcome(403, bad, 60, 60) == "server 403 M_FORBIDDEN 'no'");
    CHECK(outcome(403, bad, 61, 60) == "http 403");       // the status is still known
    CHECK(outcome(200, good, 1024 * 1024, 0) == "model"); // what the operation allows
    CHECK(outcome(200, good, 1024 * 1024 + 1, 0) == "body 200 too large");
    CHECK(outcome(200, good, 2 * 1024 * 1024, 4 * 1024 * 1024) == "model"); // more than that, if the caller wants it
    // nothing is allocated for what is not looked at
    const std::string large(2 * 1024 * 1024, ' ');
    const allocations::Count count;
    const auto refused = mxwire::parse<mxwire::Login>(500, large);
    CHECK_FALSE(refused);
    CHECK(count.blocks() == 0);
}

TEST_CASE("http: SEC-40 only 200 to 299 is ever a model, of all statuses that there are and are not") {
    const std::string bodies[] = {R"({"user_id":"@a:b","access_token":"T","device_id":"D"})", R"({"flows":[]})",
                                  R"({"user_id":"@a:b"})", "{}"};
    for (int status = -1; status <= 1000; ++status) {
        const std::string expected = status >= 200 && status <= 299 ? "model" : status == 401 ? "" : "http";
        const std::string outcomes[] = {
            stage_of<mxwire::Login>(status, bodies[0]), stage_of<mxwire::GetLoginFlows>(status, bodies[3]),
            stage_of<mxwire::GetTokenOwner>(status, bodies[2]), stage_of<mxwire::Logout>(status, bodies[3])};
        for (const std::string& outcome : outcomes) {
            if (expected.empty() ? outcome == "model" : outcome != expected) {
                CAPTURE(status);
                CHECK(outcome == expected);
            }
        }
        if (status < 200 || status > 299) CHECK(stage_of<mxwire::GetLoginFlows>(status, bodies[1]) != "model");
    }
    for (const int status : {-2147483647 - 1, 2147483647, 2000, 20000, 200 + 65536, 200 - 65536}) {
        CHECK(stage_of<mxwire::Logout>(status, "{}") == "http");
    }
}

TEST_CASE("http: SEC-38 the Content-Type decides nothing, HTML under 200 is never a model") {
    const std::string json = R"({"user_id":"@a:b"})";
    for (const char* const type : {"application/json", "APPLICATION/JSON; charset=utf-8", "text/plain", "text/html", "",
                                   "garbage", "application/json, text/html"}) {
        const auto owner = mxwire::parse<mxwire::GetTokenOwner>(200, json, Fields{{"Content-Type", type}});
        REQUIRE(owner);
        CHECK(owner->user_id == "@a:b");
        for (const char* const page : {"<!DOCTYPE html><html>{\"user_id\":\"@a:b\"}</html>", "<html></html>",
                                       "{<html>}", "login {\"user_id\":\"@a:b\"}"}) {
            CHECK_FALSE(mxwire::parse<mxwire::GetTokenOwner>(200, page, Fields{{"Content-Type", type}}));
            CHECK_FALSE(mxwire::parse<mxwire::Logout>(200, page, Fields{{"Content-Type", type}}));
        }
    }
    CHECK(mxwire::parse<mxwire::GetTokenOwner>(200, "\xef\xbb\xbf" + json));
}

TEST_CASE("http: header names are found in any case, and nothing else is") {
    for (const char* const name : {"Retry-After", "retry-after", "RETRY-AFTER", "rEtRy-aFtEr"}) {
        CHECK(seen(429, Fields{{name, "2"}}) == "retry 2000");
    }
    for (const char* const name : {"Retry-Afte", "Retry-After ", " Retry-After", "Retry_After", "Retry-After:",
                                   "X-Retry-After", "", "retry\raft", "Retry\rAfter", "Location", "Date"}) {
        CHECK(seen(429, Fields{{name, "2"}}).empty());
    }
    CHECK(seen(302, Fields{{"lOCATION", "/x"}}) == "location /x");
    CHECK(seen(302, Fields{{"Locatiom", "/x"}}).empty());
    CHECK(seen(302, Fields{{"Location", ""}}).empty());
    CHECK(seen(429, Fields{{"DATE", "Wed, 21 Oct 2026 07:28:00 GMT"},
                           {"Retry-After", "Wed, 21 Oct 2026 07:28:05 GMT"}}) == "retry 5000");
}

TEST_CASE("http: of repeated header fields the first counts, empty ones are none") {
    CHECK(seen(429, Fields{{"Retry-After", "2"}, {"retry-after", "3"}}) == "retry 2000");
    CHECK(seen(429, Fields{{"Retry-After", ""}, {"retry-after", "3"}}) == "retry 3000");
    CHECK(seen(302, Fields{{"Location", "/a"}, {"Location", "/b"}}) == "location /a");
}

TEST_CASE("http: header fields are whatever iterates, none is copied") {
    const std::list<std::pair<std::string_view, const char*>> list{{"Server", "x"}, {"Retry-After", "2"}};
    CHECK(seen(429, list) == "retry 2000");
    const std::pair<const char*, const char*> array[] = {{"Retry-After", "2"}};
    CHECK(seen(429, array) == "retry 2000");
    const mxwire::Header ours[] = {{"Retry-After", "2"}};
    CHECK(seen(429, ours) == "retry 2000");
    const Fields many(500,
                      {"A-Field-Whose-Name-Is-Longer-Than-A-Small-String", "with a value that is as long as its name"});
    const allocations::Count count;
    const auto refused = mxwire::parse<mxwire::GetLoginFlows>(429, "", many);
    CHECK_FALSE(refused);
    CHECK(count.blocks() == 0);
}

TEST_CASE("http: a HeaderList is a value that is walked through, and says what is sensitive") {
    CHECK(mxwire::HeaderList{}.empty());
    CHECK(mxwire::HeaderList{}.size() == 0);
    const auto show = [](const mxwire::HeaderList& list) {
        std::string all;
        for (const mxwire::Header& field : list)
            all += text(field.name) + '=' + text(field.value) + (field.sensitive ? "! " : " ");
        return all;
    };
    const mxwire::Login login{mxwire::ApplicationService{mxwire::UserId{"u"}}};
    const auto request = mxwire::prepare(login, exchange::credentials("as-token"));
    REQUIRE(request);
    const mxwire::HeaderList list = request->headers();
    CHECK(list.size() == 2);
    CHECK(show(list) == "Content-Type=application/json Authorization=Bearer as-token! ");
    const auto bare = mxwire::prepare(mxwire::GetLoginFlows{}, exchange::homeserver());
    REQUIRE(bare);
    CHECK(bare->headers().empty());
    CHECK(show(bare->headers()).empty());
}

TEST_CASE("http: a Response keeps what it needs, by value, and is a value itself") {
    Fields fields{{"Retry-After", "2"}, {"Location", "https://example.org/a/location/of/some/length"}, {"X", "y"}};
    Response response{302, fields, "a body over the size of a small string"};
    fields.clear();
    CHECK(response.status() == 302);
    CHECK(response.body() == "a body over the size of a small string");
    const Response copy = response;
    Response moved = std::move(response);
    CHECK(moved.body() == copy.body());
    CHECK(response.body().empty()); // NOLINT(bugprone-use-after-move): what it promises
    Response assigned{200, "other"};
    assigned = std::move(moved);
    CHECK(assigned.status() == 302);
    CHECK(assigned.body() == copy.body());
    const auto result = mxwire::parse<mxwire::GetLoginFlows>(assigned);
    REQUIRE_FALSE(result);
    CHECK(result.error().location == "https://example.org/a/location/of/some/length");
    CHECK(result.error().retry_after == std::optional<std::chrono::milliseconds>{2000});
    CHECK(Response{}.status() == 0);
    CHECK(Response(204, "").body().empty());
}

TEST_CASE("http: SEC-82 SEC-83 the body of a Response is wiped where it was") {
    constexpr std::string_view token = "Zq7!sesame-9w";
    std::string body;
    body.reserve(200);
    body.append(R"({"access_token":")").append(token).append("\"}");
    const allocations::FreedBlocks freed{token};
    {
        Response response{200, std::move(body)};
        CHECK(response.body().find(token) != std::string_view::npos);
        Response moved = std::move(response);
        const Response copy = moved;
        moved = Response{204, ""};
        CHECK(copy.body().find(token) != std::string_view::npos);
        std::vector<Response> many;
        for (int i = 0; i < 5; ++i) many.push_back(copy);
    }
    CHECK(freed.blocks() > 5);
    CHECK(freed.with_text() == 0);
}

TEST_CASE("http: SEC-83 a Request is wiped where it was, and its view wipes nothing of the caller's") {
    constexpr std::string_view token = "Zq7!sesame-9w";
    const mxwire::Credentials where{exchange::homeserver(), mxwire::Secret{token.data()}};
    {
        const allocations::FreedBlocks freed{token};
        {
            auto request = mxwire::prepare(mxwire::GetTokenOwner{}, where);
            REQUIRE(request);
            const mxwire::Request copy = *request;
            mxwire::Request moved = std::move(*request);
            moved = copy;
            CHECK(moved.headers().begin()->value.find(token) != std::string_view::npos);
        }
        CHECK(freed.blocks() >= 2);
        CHECK(freed.with_text() == 0);
    }
    char buffer[300] = {};
    std::size_t needed = 0;
    {
        const auto request = mxwire::prepare_into(buffer, mxwire::GetTokenOwner{}, where);
        REQUIRE(request);
        CHECK(request->headers().size() == 1);
        needed = request->url().size() + 1 + request->headers().begin()->value.size();
    }
    CHECK(allocations::in_memory(buffer, sizeof buffer, token)); // the caller's: he wipes it
    mxwire::wipe(buffer, sizeof buffer);
    CHECK(allocations::all_zero(buffer, sizeof buffer));
    // a buffer that was too small has nothing in it
    for (std::size_t size = 0; size < needed; ++size) {
        std::string small(size, '#');
        CHECK_FALSE(mxwire::prepare_into(small.data(), small.size(), mxwire::GetTokenOwner{}, where));
        CHECK_FALSE(allocations::in_memory(small.data(), small.size(), "sesame"));
    }
}
