// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <functional>
#include <memory>

using exchange::text;
using mxwire::Request;
using mxwire::Response;
using mxwire::Result;

namespace {

using OwnerResult = mxwire::ResultOf<mxwire::GetTokenOwner>;

std::string outcome(const OwnerResult& result) { return result ? result->user_id : text(result.error()); }

constexpr char owner[] = R"({"user_id":"@a:b"})";

/// A transport that is a class, with a state of its own: call() must use the one that it was given.
struct Counting {
    int calls = 0;
    Result<Response> operator()(const Request&) {
        ++calls;
        return Response{200, owner};
    }
    Counting() = default;
    Counting(const Counting&) = delete;
    Counting& operator=(const Counting&) = delete;
};

Result<Response> by_function(const Request&) { return Response{200, owner}; }

/// A handler that can only be moved, and counts how often it ran.
struct Once {
    std::unique_ptr<int> unique = std::make_unique<int>(0);
    std::vector<std::string>* outcomes;
    explicit Once(std::vector<std::string>& to) : outcomes(&to) {}
    void operator()(OwnerResult result) {
        ++*unique;
        outcomes->push_back(outcome(result));
    }
};
using Outcomes = std::vector<std::string>;

const mxwire::Credentials& credentials() {
    static const mxwire::Credentials made = exchange::credentials();
    return made;
}

} // namespace

// ------------------------------------------------------------------------------------------------ call

TEST_CASE("transport: any callable with the signature is one") {
    const mxwire::GetTokenOwner endpoint;
    CHECK(outcome(mxwire::call(
              [](const Request&) -> Result<Response> {
                  return Response{200, owner};
              },
              credentials(), endpoint)) == "@a:b");
    CHECK(outcome(mxwire::call(
              [](const Request&) {
                  return Response{200, owner};
              },
              credentials(), endpoint)) == "@a:b");
    CHECK(outcome(mxwire::call([](const Request&) { return mxwire::transport_error(1, "x"); }, credentials(),
                               endpoint)) == "transport 1 'x'");
    CHECK(outcome(mxwire::call([](const auto&) { return Response{200, owner}; }, credentials(), endpoint)) == "@a:b");
    CHECK(outcome(mxwire::call(by_function, credentials(), endpoint)) == "@a:b");
    CHECK(outcome(mxwire::call(&by_function, credentials(), endpoint)) == "@a:b");
    const std::function<Result<Response>(const Request&)> erased = by_function;
    CHECK(outcome(mxwire::call(erased, credentials(), endpoint)) == "@a:b");
    Counting counting;
    CHECK(outcome(mxwire::call(counting, credentials(), endpoint)) == "@a:b");
    CHECK(outcome(mxwire::call(std::ref(counting), credentials(), endpoint)) == "@a:b");
    CHECK(counting.calls == 2);
    int calls = 0;
    CHECK(outcome(mxwire::call(
              [&calls, own = std::make_unique<int>(1)](const Request&) mutable -> Result<Response> {
                  calls += (*own)++;
                  return Response{200, owner};
              },
              credentials(), endpoint)) == "@a:b");
    CHECK(calls == 1);
}

TEST_CASE("transport: a blocking one sees the request as prepare builds it") {
    const std::string expected = exchange::wire_or_error(mxwire::prepare(mxwire::GetTokenOwner{}, credentials()));
    std::string seen;
    (void)mxwire::call(
        [&](const Request& request) -> Result<Response> {
            seen = exchange::wire(request);
            return Response{};
        },
        credentials(), mxwire::GetTokenOwner{});
    CHECK(seen == expected);
}

TEST_CASE("transport: one that takes Request&& may move the body out") {
    const mxwire::Login login{mxwire::LoginToken{"abc"}};
    std::string body, url;
    const auto session = mxwire::call(
        [&](Request&& request) -> Result<Response> {
            url = text(request.url());
            body = std::move(request).take_body();
            return Response{200, R"({"user_id":"@a:b","access_token":"t","device_id":"D"})"};
        },
        exchange::homeserver(), login);
    REQUIRE(session);
    CHECK(url == "https://matrix.example.org/_matrix/client/v3/login");
    CHECK(body == R"({"type":"m.login.token","token":"abc"})");
    // by value as well
    CHECK(outcome(mxwire::call(
              [](Request) {
                  return Response{200, owner};
              },
              credentials(), mxwire::GetTokenOwner{})) == "@a:b");
}

TEST_CASE("transport: what cannot be built is never sent") {
    bool sent = false;
    const auto transport = [&](const Request&) -> Result<Response> {
        sent = true;
        return Response{200, owner};
    };
    CHECK(outcome(mxwire::call(transport, exchange::credentials(""), mxwire::GetTokenOwner{})) ==
          "request access_token: the access token is empty or cannot stand in a header");
    const auto login = mxwire::call(transport, mxwire::Homeserver{"ftp://x"}, mxwire::Login{mxwire::LoginToken{"x"}});
    REQUIRE_FALSE(login);
    CHECK(text(login.error()) == "request base_url: the base URL is neither https nor http");
    CHECK(text(login.error().operation) == "login");
    CHECK_FALSE(sent);
}

TEST_CASE("transport: every status is an answer, only no answer is an error, with the operation's name") {
    const auto answers = [](int status, std::string body) {
        return [status, body](const Request&) -> Result<Response> {
            return Response{status, {{"Retry-After", "2"}}, body};
        };
    };
    const auto called = [&](int status, std::string body) {
        return outcome(mxwire::call(answers(status, std::move(body)), credentials(), mxwire::GetTokenOwner{}));
    };
    CHECK(called(403, R"({"errcode":"M_FORBIDDEN"})") == "server 403 M_FORBIDDEN retry 2000");
    CHECK(called(502, "<html>") == "http 502 retry 2000");
    CHECK(called(0, "") == "http retry 2000");
    CHECK(called(200, "") == "body 200 not well-formed");

    const auto failed =
        mxwire::call([](const Request&) -> Result<Response> { return mxwire::transport_error(-28, "timed out"); },
                     credentials(), mxwire::GetTokenOwner{});
    REQUIRE_FALSE(failed);
    CHECK(text(failed.error()) == "transport -28 'timed out'");
    CHECK(text(failed.error().operation) == "getTokenOwner");
    CHECK(mxwire::describe(failed.error()) == "getTokenOwner: no response, transport error -28");
}

TEST_CASE("transport: an answer may be in Fixed storage, which outlives its body") {
    using Storage = exchange::Roomy;
    const auto result = mxwire::call(by_function, credentials(), mxwire::BasicGetTokenOwner<Storage>{});
    REQUIRE(result);
    CHECK(text(result->user_id) == "@a:b");
    const auto refused = mxwire::call(
        [](const Request&) {
            return Response{403, R"({"errcode":"M_FORBIDDEN","error":"No"})"};
        },
        credentials(), mxwire::BasicGetTokenOwner<Storage>{});
    REQUIRE_FALSE(refused);
    CHECK(text(refused.error()) == "server 403 M_FORBIDDEN 'No'");
    const auto unbuilt =
        mxwire::call(by_function, exchange::credentials(" "), mxwire::BasicGetTokenOwner<mxwire::Fixed<12, 1>>{});
    REQUIRE_FALSE(unbuilt);
    CHECK(text(unbuilt.error()) == "request access_token: the access t");
}

// ------------------------------------------------------------------------------------------------ async_call

TEST_CASE("transport: an asynchronous one may complete before it returns, later, from a copy of nothing") {
    Outcomes outcomes;
    mxwire::async_call(
        [](Request, auto done) {
            done(Response{200, owner});
        },
        credentials(), mxwire::GetTokenOwner{}, Once{outcomes});
    CHECK(outcomes == Outcomes{"@a:b"});

    // later: the completion and the request are kept
    outcomes.clear();
    std::string seen;
    std::function<void()> later;
    mxwire::async_call(
        [&](Request request, auto done) {
            const auto kept = std::make_shared<std::pair<Request, decltype(done)>>(std::move(request), std::move(done));
            later = [kept, &seen] {
                seen = exchange::wire(kept->first);
                kept->second(Result<Response>{Response{200, owner}});
            };
        },
        credentials(), mxwire::GetTokenOwner{}, Once{outcomes});
    CHECK(outcomes.empty());
    later();
    CHECK(outcomes == Outcomes{"@a:b"});
    CHECK(seen == exchange::wire_or_error(mxwire::prepare(mxwire::GetTokenOwner{}, credentials())));
    later = nullptr;
    CHECK(outcomes.size() == 1);
}

TEST_CASE("transport: the handler runs exactly once") {
    Outcomes outcomes;
    const auto run = [&](auto transport) {
        outcomes.clear();
        mxwire::async_call(transport, credentials(), mxwire::GetTokenOwner{}, Once{outcomes});
        return outcomes;
    };
    // completed twice: the first counts
    CHECK(run([](Request, auto done) {
              done(Response{200, owner});
              done(Response{404, ""});
          }) == Outcomes{"@a:b"});
    // dropped
    CHECK(run([](Request, auto) {}) == Outcomes{"transport 'the transport dropped the request'"});
    CHECK(run([](Request&&, auto&&) {}) == Outcomes{"transport 'the transport dropped the request'"});
    // moved about, and completed where it came to rest
    CHECK(run([](Request, auto done) {
              auto second = std::move(done);
              auto third = std::move(second);
              third(Response{200, owner});
          }) == Outcomes{"@a:b"});
    // moved about, and dropped
    CHECK(run([](Request, auto done) { const auto second = std::make_unique<decltype(done)>(std::move(done)); }) ==
          Outcomes{"transport 'the transport dropped the request'"});
    // what was moved from is dead
    CHECK(run([](Request, auto done) {
              auto second = std::move(done);
              done(Response{404, ""});
              second(Response{200, owner});
          }) == Outcomes{"@a:b"});
    // no response, in either form
    CHECK(run([](Request, auto done) { done(mxwire::transport_error(7, "refused")); }) ==
          Outcomes{"transport 7 'refused'"});
    CHECK(run([](Request, auto done) { done(Result<Response>{mxwire::transport_error(7, "refused")}); }) ==
          Outcomes{"transport 7 'refused'"});
    // by an lvalue
    CHECK(run([](Request, auto done) {
              const Response response{200, owner};
              done(response);
          }) == Outcomes{"@a:b"});
}

TEST_CASE("transport: a handler runs once, with the operation's name, when nothing can be built") {
    Outcomes outcomes;
    bool sent = false;
    const auto transport = [&](Request, auto) { sent = true; };
    mxwire::async_call(transport, exchange::credentials("\n"), mxwire::GetTokenOwner{}, Once{outcomes});
    CHECK(outcomes == Outcomes{"request access_token: the access token is empty or cannot stand in a header"});
    CHECK_FALSE(sent);
    std::string operation;
    mxwire::async_call(
        transport, mxwire::Homeserver{"x"}, mxwire::GetLoginFlows{},
        [&](Result<mxwire::LoginFlows> flows) { operation = flows ? "" : text(flows.error().operation); });
    CHECK(operation == "getLoginFlows");
    CHECK_FALSE(sent);
}

TEST_CASE("transport: a handler may be an lvalue, or take the result by reference") {
    int runs = 0;
    const auto handler = [&](const OwnerResult& result) { runs += result ? 1 : 0; };
    const auto transport = [](Request, auto done) { done(Response{200, owner}); };
    mxwire::async_call(transport, credentials(), mxwire::GetTokenOwner{}, handler);
    mxwire::async_call(transport, credentials(), mxwire::GetTokenOwner{},
                       [&](OwnerResult&& result) { runs += result ? 1 : 0; });
    CHECK(runs == 2);
}

TEST_CASE("transport: a handler may start the next call") {
    std::string seen;
    const auto transport = [](Request request, auto done) {
        done(request.method() == mxwire::Method::post
                 ? Response{200, R"({"user_id":"@a:b","access_token":"t","device_id":"D"})"}
                 : Response{200, R"({"user_id":"@whoami:b"})"});
    };
    mxwire::async_call(transport, exchange::homeserver(), mxwire::Login{mxwire::LoginToken{"x"}},
                       [&](Result<mxwire::LoginResponse> login) {
                           REQUIRE(login);
                           mxwire::async_call(
                               transport, mxwire::Credentials{exchange::homeserver(), login->access_token},
                               mxwire::GetTokenOwner{}, [&](OwnerResult result) { seen = outcome(result); });
                       });
    CHECK(seen == "@whoami:b");
}

// ------------------------------------------------------------------------------------------------ traits

namespace {
struct NoTransport {};
struct Blocking {
    Result<Response> operator()(const Request&) const { return Response{}; }
};
struct Moving {
    Result<Response> operator()(Request&&) const { return Response{}; }
};
struct WrongArgument {
    Result<Response> operator()(int) const { return Response{}; }
};
struct WrongResult {
    int operator()(const Request&) const { return 0; }
};
struct Changing {
    Result<Response> operator()(Request&) const { return Response{}; }
};
struct Asynchronous {
    template <class Completion> void operator()(Request, Completion done) const { done(Response{}); }
};
struct NoCompletion {
    void operator()(Request) const {}
};
} // namespace

TEST_CASE("transport: traits tell what is one") {
    using mxwire::is_async_transport_v;
    using mxwire::is_transport_v;
    static_assert(is_transport_v<Blocking> && is_transport_v<Moving> && is_transport_v<decltype(by_function)&>);
    static_assert(!is_transport_v<WrongArgument> && !is_transport_v<WrongResult> && !is_transport_v<NoTransport>);
    static_assert(!is_transport_v<Changing> && !is_transport_v<Asynchronous>);
    static_assert(is_async_transport_v<Asynchronous> && !is_async_transport_v<NoCompletion>);
    static_assert(!is_async_transport_v<Blocking> && !is_async_transport_v<NoTransport>);
#if defined(__cpp_concepts) && __cpp_concepts >= 201907L
    static_assert(mxwire::Transport<Blocking> && !mxwire::Transport<NoTransport>);
    static_assert(mxwire::AsyncTransport<Asynchronous> && !mxwire::AsyncTransport<NoCompletion>);
    static_assert(mxwire::Endpoint<mxwire::Login> && mxwire::Endpoint<mxwire::LogoutView> &&
                  !mxwire::Endpoint<mxwire::LoginResponse>);
#endif
    CHECK(Moving{}(Request{}));
}
