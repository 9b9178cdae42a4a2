// SPDX-License-Identifier: MIT
// SEC-42: memory runs out, at the first allocation, at the second, and so on until the work needs no more of them.
#include "allocations.hpp"
#include "exchange.hpp"

#include <mxwire/nlohmann.hpp>

#include <fstream>

namespace {

using exchange::Roomy;

constexpr std::string_view password = "correct horse battery staple";
constexpr std::string_view answer =
    R"({"user_id":"@alice:matrix.example.org","access_token":"syt_YWxpY2U_NfKbWSxBkUnTuVpXkQHG_0vKq3a",)"
    R"("device_id":"GHTYAJCEKX_of_more_than_a_few_bytes","refresh_token":"syr_YWxpY2U_qJtRzVwMhLcYbDsPnXeA_2aBc9d",)"
    R"("expires_in_ms":86400000,"well_known":{"m.homeserver":{"base_url":"https://matrix-client.example.org"},)"
    R"("m.identity_server":{"base_url":"https://identity-server.example.org"},"org.example.unknown":{"a":"bcdefgh"}}})";
constexpr std::string_view challenge =
    R"({"errcode":"ORG.EXAMPLE_OF_A_CODE_THAT_NOBODY_KNOWS","error":"a sentence that is longer than a few bytes",)"
    R"("flows":[{"stages":["m.login.password","org.example.a_stage_that_nobody_knows"]}],"params":{"x":{"y":"zzzzzzzz"}},)"
    R"("completed":["m.login.recaptcha"],"session":"a_session_of_more_than_a_few_bytes","org.example":["abcdefghijk"]})";

} // namespace

#if defined(__cpp_exceptions)
namespace {

mxwire::Login owned_login() {
    mxwire::Login login{mxwire::Password{mxwire::UserId{"alice_of_a_rather_long_name"}, std::string(password)}};
    login.device_id = "GHTYAJCEKX_of_more_than_a_few_bytes";
    login.refresh_token = true;
    return login;
}

/// Does `work` with the n-th allocation failing, for every n. Returns how many of them failed. `secret` is in none of
/// the blocks that are freed.
template <class Work> std::size_t fail_each(Work work, std::string_view secret = password) {
    std::size_t failures = 0;
    for (std::size_t n = 1; n < 1000; ++n) {
        const allocations::Count count;
        const allocations::FreedBlocks freed{secret};
        const allocations::FailAt fail(n);
        bool thrown = false;
        try {
            work();
        } catch (const std::bad_alloc&) {
            thrown = true;
        }
        CHECK(count.live_blocks() == 0);
        CHECK(freed.with_text() == 0);
        CHECK(thrown == fail.reached()); // never swallowed, never something else
        if (!fail.reached()) return failures;
        ++failures;
    }
    return 0;
}

} // namespace

TEST_CASE("out of memory: SEC-42 prepare throws std::bad_alloc, leaves nothing and changes nothing") {
    const mxwire::Homeserver server = exchange::homeserver();
    const mxwire::Login login = owned_login();
    const std::string expected = exchange::wire(*mxwire::prepare(login, server));
    CHECK(fail_each([&] { (void)mxwire::prepare(login, server); }) == 1); // a request is one allocation
    CHECK(exchange::wire(*mxwire::prepare(login, server)) == expected);

    const mxwire::Credentials credentials = exchange::credentials(std::string(60, 'a'));
    CHECK(fail_each([&] { (void)mxwire::prepare(mxwire::GetTokenOwner{}, credentials); }) == 1);
    // a request that is refused says why in a text of its own
    const mxwire::Credentials without_token = exchange::credentials("");
    bool refused = true;
    CHECK(fail_each([&] { refused &= !mxwire::prepare(mxwire::GetTokenOwner{}, without_token); }) >= 1);
    CHECK(refused);
}

TEST_CASE("out of memory: SEC-42 parse throws std::bad_alloc wherever it happens, and the next answer is read") {
    const std::string body{answer};
    std::optional<mxwire::LoginResponse> kept = *mxwire::parse<mxwire::Login>(200, body);
    const std::string token{kept->access_token.expose()};
    const auto login = [&] {
        auto result = mxwire::parse<mxwire::Login>(200, body);
        kept = std::move(*result); // not reached with half of an answer
    };
    {
        // What was kept before is given back within the count.
        kept.reset();
        CHECK(fail_each(
                  [&] {
                      login();
                      kept.reset();
                  },
                  token) >= 5);
    }
    CHECK(body == answer);
    login();
    CHECK(kept->access_token.expose() == token);
    CHECK(kept->well_known->homeserver.base_url == "https://matrix-client.example.org");

    // an optional member that memory runs out in is not one that is left out
    for (std::size_t n = 1; n < 100; ++n) {
        const allocations::FailAt fail(n);
        bool whole = true;
        try {
            const auto result = mxwire::parse<mxwire::Login>(200, body);
            whole = result && result->refresh_token && result->well_known && result->well_known->identity_server;
        } catch (const std::bad_alloc&) {
        }
        CHECK(whole);
        if (!fail.reached()) break;
    }
}

TEST_CASE("out of memory: SEC-42 so does parse of an error with a challenge") {
    const std::string body{challenge};
    const auto refused = [&](int status) {
        const auto result = mxwire::parse<mxwire::Login>(status, body);
        return !result && result.error().stage == mxwire::Stage::server &&
               result.error().challenge.has_value() == (status == 401);
    };
    for (const int status : {401, 403}) {
        bool good = true;
        CHECK(fail_each([&] { good &= refused(status); }) >= 2);
        CHECK(good);
        CHECK(refused(status));
    }
}

namespace {

/// Every answer of tests/vectors/<id>.jsonl. Returns how many there were.
template <class E> std::size_t fail_each_answer(const std::string& id) {
    std::ifstream file(std::string(MXWIRE_TEST_VECTORS) + '/' + id + ".jsonl");
    std::size_t answers = 0;
    for (std::string line; std::getline(file, line);) {
        const auto vector = nlohmann::json::parse(line, nullptr, false);
        if (!vector.is_object() || !vector.contains("status")) continue;
        const int status = vector["status"].get<int>();
        const std::string body = vector.value("body", "");
        INFO(id << ": " << vector["id"].get<std::string>());
        bool as_ever = true;
        const bool good = mxwire::parse<E>(status, body).has_value();
        fail_each([&] { as_ever &= mxwire::parse<E>(status, body).has_value() == good; });
        CHECK(as_ever); // an answer that is read at all is the one that is read with memory
        ++answers;
    }
    return answers;
}

} // namespace

TEST_CASE("out of memory: SEC-42 so does parse of every answer that there is a vector of") {
#define MXWIRE_OPERATION(type, id) CHECK(fail_each_answer<mxwire::Basic##type<mxwire::Owned>>(id) > 0);
#include <mxwire_operations.inc>
#undef MXWIRE_OPERATION
}

TEST_CASE("out of memory: SEC-42 a value that is there when reading throws can be read into again") {
    mxwire::LoginResponse response = *mxwire::parse<mxwire::Login>(200, answer);
    std::size_t failures = 0;
    for (std::size_t n = 1; n < 100; ++n) {
        const allocations::FailAt fail(n);
        try {
            (void)mxwire::read_json(challenge, response);
            (void)mxwire::read_json(answer, response);
        } catch (const std::bad_alloc&) {
            ++failures;
        }
        if (!fail.reached()) break;
    }
    CHECK(failures >= 5);
    CHECK(mxwire::read_json(answer, response));
    CHECK(response.device_id == "GHTYAJCEKX_of_more_than_a_few_bytes");
}
#endif

TEST_CASE_TEMPLATE("out of memory: SEC-42 View and Fixed never ask for any", S, mxwire::View, Roomy) {
    char out[1024];
    std::string in{answer}, refused{challenge};
    const mxwire::HomeserverView server{"https://matrix.example.org"};
    using User = mxwire::BasicUserId<S>;
    mxwire::BasicLogin<S> login{
        mxwire::BasicPassword<S>{User{"alice"}, typename S::Secret{"correct horse battery staple"}}};
    login.device_id = "GHTYAJCEKX";

    const allocations::Count count;
    const allocations::FailAt fail(1);
    bool good = static_cast<bool>(mxwire::prepare_into(out, login, server));
    for (const int status : {200, 401, 403, 429, 502}) {
        std::string& body = status == 200 ? in : refused;
        const auto result = [&] {
            if constexpr (std::is_same_v<S, mxwire::View>) {
                return mxwire::parse_in_place<mxwire::BasicLogin<S>>(status, {body.data(), body.size()});
            } else {
                return mxwire::parse<mxwire::BasicLogin<S>>(status, std::string_view{body});
            }
        }();
        good &= result.has_value() == (status == 200);
    }
    CHECK(good);
    CHECK(count.blocks() == 0);
    CHECK(!fail.reached());
}
