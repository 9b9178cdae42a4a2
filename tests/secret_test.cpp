// SPDX-License-Identifier: MIT
// Secrets: wiped wherever they were, never printed, never text by accident (security 3.7).
#include "allocations.hpp"

#include <mxwire/mxwire.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <new>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

using mxwire::BasicSecret;
using mxwire::FixedText;
using mxwire::Secret;
using mxwire::SecretView;
using mxwire::wipe;

namespace {

// Odd, so that nothing else in memory has it; SEC-82: the short one fits into a std::string itself.
const std::string short_text = "Zq7!sesame";
const std::string long_text = "Zq7!sesame-9w/syt_YWxpY2U_ZsMvXWBvOgkYpOuDnRce_0GM5Yq?a-token-over-any-small-string";

/// Bytes that an object lived in, to be looked at when it does not any more.
template <class T> class Place {
  public:
    template <class... A> T& make(A&&... arguments) {
        return *::new (static_cast<void*>(bytes_)) T(std::forward<A>(arguments)...);
    }
    void destroy() { std::launder(reinterpret_cast<T*>(bytes_))->~T(); }
    bool has(std::string_view text) const { return allocations::in_memory(bytes_, sizeof bytes_, text); }

  private:
    alignas(T) unsigned char bytes_[sizeof(T)] = {};
};
/// The parts of a text that would give it away.
bool has_any_part(const Place<Secret>& place, std::string_view text) {
    for (std::size_t i = 0; i + 4 <= text.size() && i < 16; ++i) {
        if (place.has(text.substr(i, 4))) return true;
    }
    return false;
}

/// Text of parts, in one block: growing would leave what is looked for in those that are given back.
std::string joined(std::initializer_list<std::string_view> parts) {
    std::string all;
    all.reserve(1000);
    for (const std::string_view part : parts) all += part;
    return all;
}

template <class T, class = void> struct IsStreamable : std::false_type {};
template <class T>
struct IsStreamable<T, std::void_t<decltype(std::declval<std::ostream&>() << std::declval<const T&>())>>
    : std::true_type {};
template <class T, class = void> struct HasToString : std::false_type {};
template <class T> struct HasToString<T, std::void_t<decltype(to_string(std::declval<const T&>()))>> : std::true_type {
};

} // namespace

// ------------------------------------------------------------------------------------------------ what it is not

TEST_CASE("secret: SEC-80 SEC-86 it has no way out but expose(): no conversion, no stream, no to_string") {
    static_assert(IsStreamable<std::string>::value); // the trait can say yes
    static_assert(!IsStreamable<Secret>::value);
    static_assert(!IsStreamable<SecretView>::value);
    static_assert(!IsStreamable<BasicSecret<FixedText<8>>>::value);
    static_assert(!HasToString<Secret>::value);
    static_assert(!std::is_convertible_v<Secret, std::string>);
    static_assert(!std::is_convertible_v<Secret, std::string_view>);
    static_assert(!std::is_convertible_v<const Secret&, const char*>);
    static_assert(!std::is_constructible_v<std::string, Secret>);
    static_assert(!std::is_constructible_v<std::string_view, const Secret&>);
    static_assert(!std::is_constructible_v<std::string, SecretView>);
    static_assert(!std::is_constructible_v<std::string_view, SecretView>);
    static_assert(!std::is_convertible_v<Secret, bool>);
    static_assert(!std::is_constructible_v<std::string_view, BasicSecret<FixedText<8>>>);
    // nor what holds one
    static_assert(!IsStreamable<mxwire::Credentials>::value);
    static_assert(!IsStreamable<mxwire::LoginResponse>::value);
    static_assert(!IsStreamable<mxwire::Password>::value);
    static_assert(!IsStreamable<mxwire::Request>::value);
    static_assert(!IsStreamable<mxwire::Response>::value);
    static_assert(!IsStreamable<mxwire::MatrixError>::value);
    static_assert(!std::is_convertible_v<mxwire::Request, std::string>);
}

TEST_CASE("secret: it is made of text, and never of a null pointer") {
    static_assert(!std::is_constructible_v<Secret, std::nullptr_t>);
    static_assert(!std::is_constructible_v<SecretView, std::nullptr_t>);
    static_assert(!std::is_constructible_v<BasicSecret<FixedText<8>>, std::nullptr_t>);
    static_assert(!std::is_constructible_v<Secret, int>);
    static_assert(!std::is_constructible_v<SecretView, Secret&&>); // it would point to what is gone
    static_assert(std::is_constructible_v<SecretView, const Secret&>);
    CHECK(Secret{"t"}.expose() == "t");
    CHECK(Secret{std::string("t")}.expose() == "t");
    CHECK(Secret{std::string_view("t")}.expose() == "t");
    CHECK(SecretView{std::string_view("t")}.expose() == "t");
    CHECK(Secret{}.empty());
    CHECK(SecretView{}.empty());
    CHECK(SecretView{}.expose().empty());
    CHECK_FALSE(Secret{"t"}.empty());
    const Secret owner{long_text};
    const SecretView view{owner};
    CHECK(static_cast<const void*>(view.expose().data()) == static_cast<const void*>(owner.expose().data()));
    CHECK(BasicSecret<FixedText<16>>{FixedText<16>{"t"}}.expose() == "t");
    CHECK(Secret{std::string("a\0b", 3)}.expose().size() == 3);
}

// ------------------------------------------------------------------------------------------------ comparison

TEST_CASE("secret: SEC-84 secrets compare by all of their bytes") {
    struct Case {
        std::string a, b;
    };
    const Case cases[] = {
        {"", ""},
        {"a", ""},
        {"a", "b"},
        {"a", "a"},
        {"aa", "a"},
        {long_text, long_text},
        {long_text, long_text + "x"},
        {long_text, "x" + long_text.substr(1)},                       // the first byte differs
        {long_text, long_text.substr(0, long_text.size() - 1) + "x"}, // the last
        {std::string("a\0b", 3), std::string("a\0c", 3)},             // NUL ends nothing
        {std::string("\0", 1), ""},
        {"\x80", "\x00"},
        {"\xff\x01", "\x01\xff"},
        {"\x01", "\x03"}, // one bit
    };
    for (const Case& c : cases) {
        const bool same = c.a == c.b;
        const Secret a{c.a}, b{c.b};
        CHECK((a == b) == same);
        CHECK((a != b) != same);
        CHECK((b == a) == same);
        CHECK((a == std::string_view{c.b}) == same);
        CHECK((a != std::string_view{c.b}) != same);
        CHECK((a == c.b) == same);
        CHECK((SecretView{a} == SecretView{b}) == same);
        CHECK((SecretView{a} != SecretView{b}) != same);
        if (c.a.size() <= 16 && c.b.size() <= 16) {
            FixedText<16> left, right;
            CHECK(left.try_assign(c.a));
            CHECK(right.try_assign(c.b));
            CHECK((BasicSecret<FixedText<16>>{left} == BasicSecret<FixedText<16>>{right}) == same);
        }
    }
    const Secret token{"abc"};
    CHECK(token == "abc");
    CHECK(token != "abd");
}

TEST_CASE("secret: SEC-84 the comparison looks at every byte, wherever two texts differ") {
    // Each single bit counts; a comparison that stops early or folds bytes together would miss one.
    const Secret whole{long_text};
    for (std::size_t at = 0; at < long_text.size(); ++at) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            std::string other = long_text;
            other[at] = static_cast<char>(static_cast<unsigned char>(other[at]) ^ (1u << bit));
            if (whole == std::string_view{other}) CHECK(other == long_text);
        }
        std::string two = long_text; // differences that cancel each other out if they were added up
        two[at] = static_cast<char>(two[at] ^ 0x55);
        two[(at + 1) % two.size()] = static_cast<char>(two[(at + 1) % two.size()] ^ 0x55);
        CHECK(whole != std::string_view{two});
    }
}

// ------------------------------------------------------------------------------------------------ wiped

TEST_CASE("secret: SEC-82 the tools of these cases find what is not wiped") {
    Place<std::string> place;
    place.make(short_text);
    CHECK(place.has(short_text));
    place.destroy();
    CHECK(place.has(short_text)); // a std::string leaves it there
    allocations::FreedBlocks freed{long_text};
    { const std::string text = long_text; }
    CHECK(freed.blocks() >= 1);
    CHECK(freed.with_text() == 1);
}

TEST_CASE("secret: SEC-82 nothing is left of a secret that is destroyed, short or long") {
    {
        Place<Secret> place;
        place.make(short_text.c_str());
        CHECK(place.has(short_text)); // it was there: small strings live in the object
        place.destroy();
        CHECK_FALSE(has_any_part(place, short_text));
    }
    {
        const allocations::FreedBlocks freed{long_text};
        { const Secret secret{long_text.c_str()}; }
        CHECK(freed.blocks() >= 1);
        CHECK(freed.with_text() == 0);
    }
    {
        Place<BasicSecret<FixedText<120>>> place;
        FixedText<120> text;
        CHECK(text.try_assign(long_text));
        place.make(text);
        CHECK(place.has(long_text));
        place.destroy();
        CHECK_FALSE(place.has(long_text));
        CHECK_FALSE(place.has(long_text.substr(0, 4)));
    }
    { // on the heap as a whole
        const allocations::FreedBlocks freed{short_text};
        { const auto secret = std::make_unique<Secret>(short_text.c_str()); }
        CHECK(freed.blocks() >= 1);
        CHECK(freed.with_text() == 0);
    }
}

TEST_CASE("secret: SEC-82 nothing is left where a secret was moved from") {
    for (const std::string& text : {short_text, long_text}) {
        CAPTURE(text.size());
        Place<Secret> from, into;
        Secret& source = from.make(text.c_str());
        Secret& target = into.make(std::move(source));
        CHECK(target.expose() == text);
        CHECK(source.empty());
        CHECK_FALSE(has_any_part(from, text));
        Place<Secret> third;
        Secret& assigned = third.make("something else");
        assigned = std::move(target);
        CHECK(assigned.expose() == text);
        CHECK(target.empty());
        CHECK_FALSE(has_any_part(into, text));
        Secret& itself = assigned;
        assigned = std::move(itself);
        CHECK(assigned.expose() == text);
        third.destroy();
        CHECK_FALSE(has_any_part(third, text));
        into.destroy();
        from.destroy();
    }
    Place<BasicSecret<FixedText<120>>> from;
    auto& source = from.make(FixedText<120>{"Zq7!sesame-9w"});
    const BasicSecret<FixedText<120>> target = std::move(source);
    CHECK(target.expose() == "Zq7!sesame-9w");
    CHECK(source.empty());
    CHECK_FALSE(from.has("sesame"));
    from.destroy();
}

TEST_CASE("secret: SEC-82 a std::string that is moved into a secret keeps no copy of a small text") {
    Place<std::string> place;
    std::string& text = place.make(short_text);
    CHECK(place.has(short_text));
    const Secret secret{std::move(text)};
    CHECK(secret.expose() == short_text);
    CHECK_FALSE(place.has(short_text.substr(1))); // its first byte becomes the NUL of an empty string anyway
    place.destroy();
}

TEST_CASE("secret: SEC-82 nothing is left of what a secret held before it was assigned to") {
    for (const std::string& before : {short_text, long_text}) {
        for (const std::string& after : {std::string("x"), std::string(60, 'y'), std::string(600, 'z')}) {
            CAPTURE(before.size());
            CAPTURE(after.size());
            const allocations::FreedBlocks freed{before};
            Place<Secret> place;
            Secret& secret = place.make(before.c_str());
            secret = Secret{after.c_str()}; // moved
            CHECK(secret.expose() == after);
            CHECK_FALSE(has_any_part(place, before));
            secret = Secret{before.c_str()};
            const Secret other{after.c_str()};
            secret = other; // copied
            CHECK(secret.expose() == after);
            CHECK(other.expose() == after);
            CHECK_FALSE(has_any_part(place, before));
            const Secret& itself = secret;
            secret = itself;
            CHECK(secret.expose() == after);
            place.destroy();
            CHECK(freed.with_text() == 0);
        }
    }
    // where the old block is kept for a shorter text, nothing stands behind that
    Secret secret{long_text.c_str()};
    secret = Secret{"x"};
    CHECK(secret.expose() == "x");
    Secret longer{std::string(long_text.size(), 'y')};
    longer = secret;
    CHECK(longer.expose() == "x");
}

TEST_CASE("secret: SEC-82 secrets in lists that grow, in optionals and in models are wiped where they were") {
    for (const std::string& text : {short_text, long_text}) {
        CAPTURE(text.size());
        const allocations::FreedBlocks freed{text};
        {
            std::vector<Secret> list;
            for (int i = 0; i < 20; ++i) list.emplace_back(text.c_str()); // moved from block to block
            CHECK(list.front().expose() == text);
            list.erase(list.begin());
            std::optional<Secret> maybe{list.back()};
            maybe.reset();
            maybe.emplace(text.c_str());
            maybe = std::nullopt;
            std::vector<std::optional<Secret>> optionals(3, Secret{text.c_str()});
            optionals.resize(100);
            mxwire::LoginResponse response{"@a:b", Secret{text.c_str()}, "D", Secret{text.c_str()}};
            const mxwire::LoginResponse copy = response;
            const auto moved = std::make_unique<mxwire::LoginResponse>(std::move(response));
            CHECK(moved->access_token.expose() == text);
            CHECK(copy.access_token.expose() == text);
            std::vector<mxwire::Credentials> sessions;
            for (int i = 0; i < 9; ++i) {
                sessions.push_back(mxwire::Credentials{mxwire::Homeserver{"https://h"}, Secret{text.c_str()}});
            }
        }
        CHECK(freed.blocks() > 10);
        CHECK(freed.with_text() == 0);
    }
}

TEST_CASE("secret: SEC-82 SEC-83 requests, responses and what is read of them leave no secret on the heap") {
    const allocations::FreedBlocks freed{"sesame"};
    {
        const mxwire::Homeserver server{"https://matrix.example.org"};
        // the request: body and header
        auto login = mxwire::prepare(
            mxwire::Login{mxwire::Password{mxwire::UserId{"alice"}, Secret{short_text.c_str()}}}, server);
        REQUIRE(login);
        mxwire::Request moved = std::move(*login);
        const mxwire::Request copied = moved; // NOLINT(performance-unnecessary-copy-initialization)
        CHECK(copied.body().find("sesame") != std::string_view::npos);
        auto owner = mxwire::prepare(mxwire::GetTokenOwner{}, mxwire::Credentials{server, Secret{long_text.c_str()}});
        REQUIRE(owner);
        // larger than what is built on the stack, and one that fails
        auto large = mxwire::prepare(
            mxwire::Login{mxwire::Password{mxwire::UserId{std::string(3000, 'u')}, Secret{long_text.c_str()}}}, server);
        CHECK(large);
        CHECK_FALSE(mxwire::prepare(
            mxwire::Login{mxwire::Password{mxwire::UserId{std::string(3000, 'u') + "\xff"}, Secret{long_text.c_str()}}},
            server));
        std::string body = std::move(*large).take_body();
        wipe(body); // the caller's from there on
        // the answer
        mxwire::Response response{200, joined({R"({"user_id":"@a:b","device_id":"D","access_token":")", long_text,
                                               R"(","refresh_token":")", short_text, "\"}"})};
        const auto answer = mxwire::parse<mxwire::Login>(response);
        REQUIRE(answer);
        CHECK(answer->access_token.expose() == long_text);
        const mxwire::Response other = std::move(response);
        CHECK(response.body().empty()); // NOLINT(bugprone-use-after-move): what it promises
        // an answer that is refused after its token was read
        std::string bad = joined({R"({"user_id":"@a:b","access_token":")", long_text, "\"}"});
        CHECK_FALSE(mxwire::parse<mxwire::Login>(200, bad));
        wipe(bad);
        // an escaped token
        std::string escaped = joined({R"({"user_id":"@a:b","device_id":"D","access_token":"\u005a)",
                                      std::string_view{long_text}.substr(1), "\"}"});
        const auto read = mxwire::parse<mxwire::Login>(200, escaped);
        REQUIRE(read);
        CHECK(read->access_token.expose() == long_text);
        wipe(escaped);
    }
    CHECK(freed.blocks() > 10);
    CHECK(freed.with_text() == 0);
}

TEST_CASE("secret: SEC-82 nothing is left where a secret was read to, whatever its size") {
    for (std::size_t size = 8; size <= long_text.size(); ++size) {
        CAPTURE(size);
        const std::string text = long_text.substr(0, size);
        const std::string body = joined({R"({"access_token":")", text, "\"}"});
        const allocations::FreedBlocks freed{std::string_view{text}.substr(0, 8)};
        Place<mxwire::RefreshResponse> place;
        mxwire::RefreshResponse& fresh = place.make();
        REQUIRE(mxwire::read_json(body, fresh));
        CHECK(fresh.access_token == text);
        place.destroy();
        for (std::size_t i = 0; i + 4 <= size && i < 32; ++i) CHECK_FALSE(place.has(text.substr(i, 4)));
        CHECK(freed.with_text() == 0);
    }
}

TEST_CASE("secret: SEC-82 wipe() leaves no byte of a text, its spare room included") {
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, std::size_t{15}, std::size_t{16}, std::size_t{5000}}) {
        std::string text(size, 's');
        text.reserve(size + 100);
        text.append(50, 'p').resize(size); // stands behind the end
        const allocations::Count count;
        const char* const data = text.data();
        const std::size_t room = text.capacity();
        wipe(text);
        CHECK(text.empty());
        CHECK(text.capacity() == room);
        CHECK(allocations::all_zero(data, room));
        CHECK(count.blocks() == 0);
    }
    FixedText<20> fixed{"0123456789"};
    CHECK(fixed.try_assign("ab")); // the rest still stands behind it
    wipe(fixed);
    CHECK(fixed.empty());
    CHECK(allocations::all_zero(fixed.data(), fixed.capacity));
    char raw[10] = {'s', 's', 's', 's', 's', 's', 's', 's', 's', 's'};
    wipe(raw + 1, 8);
    CHECK((raw[0] == 's' && raw[9] == 's'));
    CHECK(allocations::all_zero(raw + 1, 8));
    wipe(raw, 1);
    CHECK(raw[0] == '\0');
    wipe(nullptr, 0);
    std::string_view borrowed = "text";
    wipe(borrowed); // nobody wipes what is not his
    CHECK(borrowed == "text");
}

TEST_CASE("secret: SEC-80 SEC-81 whatever is said about what holds a secret does not have it") {
    const mxwire::Homeserver server{"https://matrix.example.org"};
    const auto request =
        mxwire::prepare(mxwire::Login{mxwire::Password{mxwire::UserId{"alice"}, Secret{short_text.c_str()}}}, server);
    REQUIRE(request);
    const std::string line = describe(*request);
    CHECK(line.find("sesame") == std::string::npos);
    CHECK(line.find("withheld") != std::string::npos); // a placeholder says that there was something
    CHECK(line == "POST https://matrix.example.org/_matrix/client/v3/login, " + std::to_string(request->body().size()) +
                      " bytes, body withheld");
    // a token that cannot be sent is named, not quoted
    const auto refused =
        mxwire::prepare(mxwire::GetTokenOwner{}, mxwire::Credentials{server, Secret{"sesame\r\nX: 1"}});
    REQUIRE_FALSE(refused);
    CHECK(describe(refused.error()).find("sesame") == std::string::npos);
    CHECK(refused.error().message.find("sesame") == std::string::npos);
    // nor is what stood in an answer
    const auto answer = mxwire::parse<mxwire::Login>(200, R"({"user_id":"@a:b","access_token":["sesame"]})");
    REQUIRE_FALSE(answer);
    CHECK(describe(answer.error()).find("sesame") == std::string::npos);
    CHECK(answer.error().message.find("sesame") == std::string::npos);
}
