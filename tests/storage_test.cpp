// SPDX-License-Identifier: MIT
// The three storage policies: what they are made of, and that none cuts, loses or allocates what it should not.
#include "allocations.hpp"

#include <mxwire/json/read.hpp>
#include <mxwire/secret.hpp>

#include <doctest/doctest.h>

#include <cstring>
#include <memory>

using mxwire::FixedList;
using mxwire::FixedText;
using mxwire::Flag;

namespace {

/// Counts those that live, so that a list that forgets one, or destroys one twice, is seen.
struct Counted {
    static inline int alive = 0;
    int value;
    std::unique_ptr<int> owned = std::make_unique<int>(0); // for the leak checkers
    Counted(int v = 0) : value(v) { ++alive; }
    Counted(const Counted& other) : value(other.value) { ++alive; }
    Counted(Counted&& other) noexcept : value(other.value), owned(std::move(other.owned)) {
        other.value = -1;
        ++alive;
    }
    Counted& operator=(const Counted&) = delete;
    ~Counted() { --alive; }
};

template <class List> std::string values(const List& list) {
    std::string all;
    for (const auto& element : list) all += std::to_string(element.value) + ' ';
    return all;
}

struct Plain {
    int a;
    int b;
};

template <class S> struct Mixed {
    using Storage = S;
    typename S::Text text;
    typename S::template List<typename S::Text> list{};
    std::optional<typename S::Secret> secret{};
    typename S::Members rest{};
    static constexpr auto fields =
        mxwire::fields(mxwire::field::required<&Mixed::text>("text"), mxwire::field::optional<&Mixed::list>("list"),
                       mxwire::field::optional<&Mixed::secret>("secret"), mxwire::field::rest<&Mixed::rest>());
};

} // namespace

// ------------------------------------------------------------------------------------------------ FixedText

TEST_CASE("storage: a FixedText holds its N bytes, NUL-terminated, and refuses one more") {
    FixedText<4> text;
    CHECK(text.empty());
    CHECK(text.size() == 0);
    CHECK(*text.c_str() == '\0');
    for (const std::string_view value : {"", "a", "abcd", "a\0b"}) {
        CHECK(text.try_assign(value));
        CHECK(text == value);
        CHECK(text.view() == value);
        CHECK(std::string_view{text} == value);
        CHECK(text.size() == value.size());
        CHECK(text.data()[value.size()] == '\0');
        CHECK(text.c_str() == text.data());
    }
    CHECK(text.try_assign(std::string_view("\0\0\0\0", 4)));
    CHECK(text.size() == 4);
    CHECK(text.try_assign("abc"));
    CHECK_FALSE(text.try_assign("abcde"));
    CHECK(text == std::string_view{"abc"}); // as it was
    CHECK(text != std::string_view{"abcd"});
    static_assert(FixedText<4>::capacity == 4);
}

TEST_CASE("storage: a FixedText may be assigned a part of itself") {
    FixedText<8> text{"abcdefgh"};
    CHECK(text.try_assign(text.view().substr(2)));
    CHECK(text == std::string_view{"cdefgh"});
    CHECK(text.try_assign(text.view()));
    CHECK(text == std::string_view{"cdefgh"});
    CHECK(text.try_assign(text.view().substr(1, 2)));
    CHECK(text == std::string_view{"de"});
    CHECK(text.try_assign(text.view().substr(0, 0)));
    CHECK(text.empty());
    CHECK(text.try_assign(std::string_view{})); // without a byte to point to
}

TEST_CASE("storage: a FixedText is a value that never allocates, whatever its size") {
    const allocations::Count count;
    FixedText<300> text{"from a literal"};
    const FixedText<300> copy = text;
    CHECK(text.try_assign(std::string_view{copy.data(), 4}));
    CHECK(copy == std::string_view{"from a literal"});
    text = copy;
    CHECK(text == copy.view());
    CHECK(count.blocks() == 0);
    static_assert(std::is_trivially_copyable_v<FixedText<300>>);
    static_assert(std::is_trivially_destructible_v<FixedText<300>>);
    static_assert(sizeof(FixedText<61>) == 64); // two bytes of size, the text, its NUL
    FixedText<65534> largest;
    CHECK(largest.buffer() == largest.data());
    std::memset(largest.buffer(), 'x', 65534);
    largest.resize(65534);
    CHECK(largest.size() == 65534);
    CHECK(largest.view().back() == 'x');
    CHECK(largest.c_str()[65534] == '\0');
}

// ------------------------------------------------------------------------------------------------ FixedList

TEST_CASE("storage: a FixedList holds M elements, and refuses one more") {
    {
        FixedList<Counted, 3> list;
        CHECK(list.empty());
        CHECK(list.begin() == list.end());
        CHECK(Counted::alive == 0); // unused places hold nothing
        for (int i = 1; i <= 3; ++i) {
            Counted* const made = list.try_emplace_back(i);
            REQUIRE(made != nullptr);
            CHECK(made == &list.back());
            CHECK(list.size() == static_cast<std::size_t>(i));
        }
        CHECK(list.try_emplace_back(4) == nullptr);
        CHECK(list.try_emplace_back() == nullptr);
        CHECK(values(list) == "1 2 3 ");
        CHECK(list.front().value == 1);
        CHECK(list.back().value == 3);
        CHECK(list[1].value == 2);
        list[1].value = 20;
        const auto& constant = list;
        CHECK(constant.front().value == 1);
        CHECK(constant.back().value == 3);
        CHECK(constant[1].value == 20);
        CHECK(constant.end() - constant.begin() == 3);
        list.pop_back();
        CHECK(Counted::alive == 2);
        CHECK(list.try_emplace_back()->value == 0);
        list.clear();
        CHECK(Counted::alive == 0);
        CHECK(list.empty());
        (void)list.try_emplace_back(5);
    }
    CHECK(Counted::alive == 0); // the rest goes with the list
    static_assert(FixedList<int, 3>::capacity == 3);
    static_assert(std::is_same_v<FixedList<int, 3>::value_type, int>);
}

TEST_CASE("storage: a FixedList can be copied, moved and assigned, and leaves nothing behind") {
    {
        FixedList<Counted, 4> list;
        for (int i = 1; i <= 3; ++i) (void)list.try_emplace_back(i);
        const FixedList<Counted, 4> copy = list;
        CHECK(values(copy) == "1 2 3 ");
        CHECK(Counted::alive == 6);
        FixedList<Counted, 4> moved = std::move(list);
        CHECK(values(moved) == "1 2 3 ");
        CHECK(list.empty()); // NOLINT(bugprone-use-after-move): what it promises
        CHECK(Counted::alive == 6);
        FixedList<Counted, 4> other;
        (void)other.try_emplace_back(9);
        other = copy;
        CHECK(values(other) == "1 2 3 ");
        CHECK(Counted::alive == 9);
        const FixedList<Counted, 4>& same = other;
        other = same;
        CHECK(values(other) == "1 2 3 ");
        other = std::move(moved);
        CHECK(values(other) == "1 2 3 ");
        CHECK(moved.empty()); // NOLINT(bugprone-use-after-move)
        FixedList<Counted, 4>& itself = other;
        other = std::move(itself);
        CHECK(values(other) == "1 2 3 ");
        CHECK(Counted::alive == 6);
        other = FixedList<Counted, 4>{};
        CHECK(Counted::alive == 3);
    }
    CHECK(Counted::alive == 0);
}

TEST_CASE("storage: a FixedList of plain elements needs no destructor, no heap, and no room but theirs") {
    static_assert(std::is_trivially_destructible_v<FixedList<Plain, 4>>);
    static_assert(!std::is_trivially_destructible_v<FixedList<std::string, 4>>);
    static_assert(sizeof(FixedList<std::int64_t, 4>) <= 5 * sizeof(std::int64_t));
    static_assert(alignof(FixedList<std::int64_t, 4>) >= alignof(std::int64_t));
    const allocations::Count count;
    FixedList<Plain, 2> list;
    CHECK(list.try_emplace_back(1, 2)->b == 2); // aggregates as well
    CHECK(list.try_emplace_back(Plain{3, 4})->a == 3);
    const FixedList<Plain, 2> copy = list;
    CHECK(copy[1].b == 4);
    CHECK(count.blocks() == 0);
    struct alignas(64) Wide {
        char c;
    };
    FixedList<Wide, 3> wide;
    for (char c = 'a'; c <= 'c'; ++c) (void)wide.try_emplace_back(Wide{c});
    for (const Wide& element : wide) CHECK(reinterpret_cast<std::uintptr_t>(&element) % 64 == 0);
}

// ------------------------------------------------------------------------------------------------ Flag

TEST_CASE("storage: a Flag is absent, false or true, and absent counts as false") {
    constexpr Flag absent, no = false, yes = true;
    static_assert(!absent && !absent.has_value());
    static_assert(!no && no.has_value());
    static_assert(yes && yes.has_value());
    static_assert(sizeof(Flag) == 1);
    Flag flag;
    flag = true;
    CHECK(flag);
    flag = Flag{};
    CHECK_FALSE(flag.has_value());
    CHECK_FALSE(flag);
}

// ------------------------------------------------------------------------------------------------ policies

TEST_CASE("storage: the policies name what their models are made of") {
    using mxwire::BasicView;
    using mxwire::Fixed;
    using mxwire::Owned;
    using mxwire::View;
    static_assert(std::is_same_v<Owned::Text, std::string>);
    static_assert(std::is_same_v<Owned::List<int>, std::vector<int>>);
    static_assert(std::is_same_v<View::Text, std::string_view>);
    static_assert(std::is_same_v<View, BasicView<8>>);
    static_assert(std::is_same_v<BasicView<3>::List<int>, FixedList<int, 3>>);
    static_assert(std::is_same_v<Fixed<5, 3>::Text, FixedText<5>>);
    static_assert(std::is_same_v<Fixed<5, 3>::List<int>, FixedList<int, 3>>);
    static_assert(std::is_same_v<Owned::Secret, mxwire::Secret>);
    static_assert(std::is_same_v<View::Secret, mxwire::SecretView>);
    static_assert(std::is_same_v<Owned::Raw, mxwire::RawJson>);
    static_assert(std::is_same_v<View::Members, mxwire::MemberSlices<8>>);
    static_assert(std::is_trivially_destructible_v<Mixed<View>>); // it owns nothing
}

TEST_CASE("storage: View and Fixed models are read without a heap; View points into the body, Fixed outlives it") {
    const std::string json =
        R"({"text":"a text over the size of a small string","list":["element"],"secret":"sesame","x":[1]})";
    std::string body = json;
    Mixed<mxwire::View> view;
    Mixed<mxwire::Fixed<64, 4>> fixed;
    Mixed<mxwire::Owned> owned;
    {
        const allocations::Count count;
        CHECK(mxwire::read_json(body, view));
        CHECK(mxwire::read_json(body, fixed));
        CHECK(count.blocks() == 0);
    }
    CHECK(mxwire::read_json(body, owned));
    CHECK((view.text.data() > body.data() && view.text.data() < body.data() + body.size()));
    CHECK(view.list[0] == "element");
    REQUIRE(view.secret);
    CHECK(view.secret->expose().data() > body.data());
    for (char& byte : body) byte = '#'; // the body is gone
    CHECK(view.text.front() == '#');
    CHECK(fixed.text == std::string_view{"a text over the size of a small string"});
    CHECK(fixed.list[0] == std::string_view{"element"});
    REQUIRE(fixed.secret);
    CHECK(fixed.secret->expose() == "sesame");
    CHECK(fixed.rest.text() == R"({"x":[1]})");
    CHECK(owned.text == "a text over the size of a small string");
    CHECK(owned.rest.text() == R"({"x":[1]})");
}

TEST_CASE("storage: an Owned model is copied and moved as any value, and an empty list allocates nothing") {
    const allocations::Count count;
    {
        Mixed<mxwire::Owned> read;
        CHECK(mxwire::read_json(R"({"text":"short","list":[]})", read));
        CHECK(count.blocks() == 0);
        Mixed<mxwire::Owned> other;
        CHECK(mxwire::read_json(R"({"text":"another text over the size of a small string","list":["a"],"y":null})",
                                other));
        const Mixed<mxwire::Owned> copy = other;
        const Mixed<mxwire::Owned> moved = std::move(other);
        CHECK(copy.text == moved.text);
        CHECK(copy.list == moved.list);
        CHECK(copy.rest.text() == moved.rest.text());
        CHECK(count.blocks() > 0);
    }
    CHECK(count.live_blocks() == 0);
}
