// SPDX-License-Identifier: MIT
// Models on their way out: escapes, exact sizes, what cannot be written and whose name it has.
#include "../allocations.hpp"
#include "document.hpp"

#include <cstring>
#include <limits>
#include <variant>

namespace field = mxwire::field;
using document::Document;
using document::Fixed;
using document::Owned;
using document::text;
using document::utf8;
using document::verdict;
using document::View;
using document::visible;
using document::written;

namespace {

template <class S> struct Note {
    using Storage = S;
    typename S::Text text;
    static constexpr auto fields = mxwire::fields(field::required<&Note::text>("text"));
};
template <class S> struct Part {
    using Storage = S;
    std::int64_t number = 0;
    std::optional<typename S::Text> name{};
    static constexpr auto fields =
        mxwire::fields(field::required<&Part::number>("number"), field::optional<&Part::name>("name"));
};
template <class S> struct All {
    using Storage = S;
    typename S::Text name;
    std::optional<typename S::Text> nick{};
    std::optional<typename S::Secret> secret{};
    std::optional<std::int64_t> number{};
    std::optional<std::chrono::milliseconds> delay{};
    mxwire::Flag flag{};
    std::optional<bool> truth{};
    std::optional<Part<S>> part{};
    typename S::template List<Part<S>> parts{};
    typename S::template List<typename S::Text> texts{};
    typename S::template List<std::int64_t> numbers{};
    std::optional<typename S::Raw> raw{};
    typename S::Members rest{};
    static constexpr auto fields = mxwire::fields(
        field::required<&All::name>("name"), field::optional<&All::nick>("nick", "org.example.nick"),
        field::optional<&All::secret>("secret"), field::optional<&All::number>("number"),
        field::optional<&All::delay>("delay_ms"), field::optional<&All::flag>("flag"),
        field::optional<&All::truth>("truth"), field::optional<&All::part>("part"),
        field::optional<&All::parts>("parts"), field::optional<&All::texts>("texts"),
        field::optional<&All::numbers>("numbers"), field::optional<&All::raw>("raw"), field::rest<&All::rest>());
};
template <class S> struct Strict {
    using Storage = S;
    mxwire::Flag flag{};
    bool truth = false;
    typename S::template List<typename S::Text> texts{};
    Part<S> part{};
    typename S::Secret secret{};
    static constexpr auto fields =
        mxwire::fields(field::required<&Strict::flag>("flag"), field::required<&Strict::truth>("truth"),
                       field::required<&Strict::texts>("texts"), field::required<&Strict::part>("part"),
                       field::required<&Strict::secret>("secret"));
};
struct Nothing {
    using Storage = Owned;
    static constexpr auto fields = mxwire::fields();
};
struct Integer {
    using Storage = Owned;
    std::int64_t n = 0;
    static constexpr auto fields = mxwire::fields(field::required<&Integer::n>("n"));
};

std::string text_out(std::string value) { return written(Note<Owned>{std::move(value)}); }

/// `json`, with the model read in each policy and written again.
template <class S> std::string again(std::string_view json) {
    const Document<All<S>> all(json);
    return all ? written(*all) : all.verdict();
}

} // namespace

// ------------------------------------------------------------------------------------------------ text

TEST_CASE("json writer: RFC 8259 what cannot stand in a string is escaped, and nothing else") {
    struct Case {
        std::string value, json;
    };
    const Case cases[] = {
        {"", ""},
        {"plain", "plain"},
        {"\"", R"(\")"},
        {"\\", R"(\\)"},
        {"/", "/"},
        {"\b\f\n\r\t", R"(\b\f\n\r\t)"},
        {"\v", R"(\u000b)"},
        {std::string(1, '\0'), R"(\u0000)"},
        {"\x01\x1f", R"(\u0001\u001f)"},
        {"\x7f", "\x7f"},
        {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
        {"\xe2\x80\xa8", "\xe2\x80\xa8"},
        {"</script>", "</script>"},
        {"p\"q\\r\ns", R"(p\"q\\r\ns)"},
        {"a blank stays \"as it is\"", R"(a blank stays \"as it is\")"},
    };
    for (const Case& c : cases) {
        CAPTURE(visible(c.value));
        CHECK(text_out(c.value) == "{\"text\":\"" + c.json + "\"}");
    }
}

TEST_CASE("json writer: every byte at every place of a word is written so that it reads the same") {
    for (std::size_t length = 1; length <= 34; length += length < 18 ? 1 : 5) {
        for (std::size_t at = 0; at < length; ++at) {
            for (unsigned byte = 0; byte < 0x80; ++byte) {
                std::string value(length, 'a');
                value[at] = static_cast<char>(byte);
                const std::string json = text_out(value);
                Note<Owned> note;
                const bool read = static_cast<bool>(mxwire::read_json(json, note));
                if (read && note.text == value) continue;
                CAPTURE(visible(json));
                CHECK(note.text == value);
            }
            const std::string before(at, 'a'), after(length - at - 1, 'z');
            for (const unsigned code : {0x80u, 0x7ffu, 0x800u, 0xffffu, 0x10000u, 0x10ffffu}) {
                CHECK(text_out(before + utf8(code) + after) == "{\"text\":\"" + before + utf8(code) + after + "\"}");
            }
        }
    }
}

TEST_CASE("json writer: SEC-14 SEC-33 text that is not UTF-8 is refused by its member's name") {
    for (const char* const bytes : {"\x80", "\xff", "\xc3", "\xc3(", "\xc0\x80", "\xe2\x82", "\xed\xa0\x80",
                                    "\xf4\x90\x80\x80", "\xf0\x9f\x98"}) {
        for (std::size_t before = 0; before < 18; ++before) {
            CHECK(text_out(std::string(before, 'a') + bytes) == "text: not UTF-8");
            CHECK(text_out(std::string(before, 'a') + bytes + "aaaaaaaa") == "text: not UTF-8");
        }
    }
    CHECK(written(All<Owned>{"n", "\xff"}) == "nick: not UTF-8");
    All<Owned> all{"n"};
    all.part = Part<Owned>{1, "\xff"};
    CHECK(written(all) == "name: not UTF-8"); // the innermost one
    all.part.reset();
    all.texts = {"good", "\xff"};
    CHECK(verdict(mxwire::write_json_into(nullptr, 0, all)).find("not UTF-8") != std::string::npos);
    all.texts.clear();
    all.secret = mxwire::Secret{"\xff"};
    CHECK(written(all) == "secret: not UTF-8");
    all = All<Owned>{"\xff", "\xff"};
    CHECK(written(all) == "name: not UTF-8"); // the first one
}

// ------------------------------------------------------------------------------------------------ values

TEST_CASE("json writer: integers are exact to the ends of 64 bits") {
    const auto out = [](std::int64_t n) { return written(Integer{n}); };
    CHECK(out(0) == R"({"n":0})");
    CHECK(out(-1) == R"({"n":-1})");
    CHECK(out(9007199254740993) == R"({"n":9007199254740993})");
    CHECK(out((std::numeric_limits<std::int64_t>::max)()) == R"({"n":9223372036854775807})");
    CHECK(out((std::numeric_limits<std::int64_t>::min)()) == R"({"n":-9223372036854775808})");
    for (std::int64_t n = 1; n < 1000000000000000000; n *= 10) { // on both sides of each power of ten
        for (const std::int64_t value : {n - 1, n, n + 1, -n, n * 9}) {
            CHECK(out(value) == "{\"n\":" + std::to_string(value) + "}");
        }
    }
    for (int bit = 0; bit < 63; ++bit) {
        const std::int64_t n = std::int64_t{1} << bit;
        CHECK(out(n) == "{\"n\":" + std::to_string(n) + "}");
        CHECK(out(-n - 1) == "{\"n\":" + std::to_string(-n - 1) + "}");
    }
}

TEST_CASE_TEMPLATE("json writer: absent members are left out, and what was read is written in the order of the table",
                   S, Owned, View, Fixed) {
    struct Case {
        std::string json, out; // out: empty where it is the same
    };
    const Case cases[] = {
        {R"({"name":""})", ""},
        {R"({"name":"n","nick":"k"})", ""},
        {R"({"name":"n","org.example.nick":"k"})", R"({"name":"n","nick":"k"})"}, // the stable spelling goes out
        {R"({"name":"n","secret":"s","number":-5,"delay_ms":3600,"flag":true,"truth":false})", ""},
        {R"({"name":"n","flag":false})", ""},
        {R"({"name":"n","part":{"number":1}})", ""},
        {R"({"name":"n","part":{"number":1,"name":"p"},"parts":[{"number":2},{"number":3,"name":"q"}]})", ""},
        {R"({"name":"n","texts":["a","","b\n"],"numbers":[1,-2,3]})", ""},
        {R"({"name":"n","texts":[],"numbers":[],"parts":[]})", R"({"name":"n"})"},
        {R"({"name":"n","raw":[1, {"a" : null}]})", ""},
        {R"({"name":"n","raw":"text","x":1,"y":{"name":"other"}})", ""},
        {R"({"x":1,"flag":true,"nick":"k","name":"n"})", R"({"name":"n","nick":"k","flag":true,"x":1})"},
        {R"({"name":"n","number":3.6e3})", R"({"name":"n","number":3600})"},
        {R"({"name":"\u0041\/"})", R"({"name":"A/"})"},
        {R"({"name":"n","nick":null,"number":null,"flag":null,"part":null,"texts":null,"raw":null})",
         R"({"name":"n"})"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.json);
        CHECK(again<S>(c.json) == (c.out.empty() ? c.json : c.out));
    }
}

TEST_CASE("json writer: required members are written whatever they hold, a secret alone must not be empty") {
    Strict<Owned> strict;
    strict.secret = mxwire::Secret{"s"};
    CHECK(written(strict) == R"({"flag":false,"truth":false,"texts":[],"part":{"number":0},"secret":"s"})");
    strict.flag = true;
    strict.truth = true;
    strict.texts = {"a"};
    CHECK(written(strict) == R"({"flag":true,"truth":true,"texts":["a"],"part":{"number":0},"secret":"s"})");
    strict.secret = mxwire::Secret{};
    CHECK(written(strict) == "secret: empty");
    All<Owned> all{"n"};
    all.secret.emplace();
    CHECK(written(all) == "secret: empty"); // there, and empty: a form that nobody filled in
    CHECK(written(Nothing{}) == "{}");
}

// ------------------------------------------------------------------------------------------------ buffers

namespace {
All<Owned> large() {
    All<Owned> all{"n\n\xc3\xa9", "k"};
    all.secret = mxwire::Secret{"a secret of some length"};
    all.number = -17;
    all.flag = true;
    all.part = Part<Owned>{1, "p\""};
    all.parts = {Part<Owned>{2}, Part<Owned>{3, std::string(40, 'q')}};
    all.texts = {"a", "b\\", ""};
    all.numbers = {1, 22, 333};
    all.raw = mxwire::raw_json("[1,2]");
    all.rest = mxwire::Members{mxwire::raw_json(R"({"x":{"y":"z"}})")};
    return all;
}
} // namespace

TEST_CASE("json writer: a buffer that is too small says how large it has to be, and nothing is written behind it") {
    const All<Owned> all = large();
    const std::string whole = written(all);
    CHECK(whole.size() > 200);
    for (std::size_t capacity = 0; capacity <= whole.size() + 20; ++capacity) {
        CAPTURE(capacity);
        std::vector<char> buffer(capacity); // of the exact size: a sanitizer sees a byte behind it
        const mxwire::WriteResult result = mxwire::write_json_into(buffer.data(), capacity, all);
        CHECK(result.size == whole.size());
        CHECK(result.member.empty());
        if (capacity < whole.size()) {
            CHECK(result.fault == mxwire::Fault::too_large);
        } else {
            CHECK(result.fault == mxwire::Fault::none);
            CHECK(std::string_view(buffer.data(), result.size) == whole);
        }
        std::string guarded(capacity + 8, '#');
        (void)mxwire::write_json_into(guarded.data(), capacity, all);
        CHECK(guarded.substr(capacity) == "########");
    }
    for (std::size_t capacity = 0; capacity < 3; ++capacity) { // an object without a member
        char buffer[2] = {'#', '#'};
        const mxwire::WriteResult result = mxwire::write_json_into(buffer, capacity, Nothing{});
        CHECK(result.size == 2);
        CHECK(static_cast<bool>(result) == (capacity == 2));
        if (capacity == 2) CHECK(std::string_view(buffer, 2) == "{}");
    }
    CHECK(mxwire::write_json_into(nullptr, 0, all).size == whole.size());
}

TEST_CASE("json writer: an error is the same in a buffer of any size") {
    All<Owned> all = large();
    all.texts = {"a", std::string(30, 'b') + "\xff"};
    const mxwire::WriteResult expected = mxwire::write_json_into(nullptr, 0, all);
    CHECK(expected.fault == mxwire::Fault::utf8);
    for (std::size_t capacity = 0; capacity <= 400; ++capacity) {
        std::vector<char> buffer(capacity);
        const mxwire::WriteResult result = mxwire::write_json_into(buffer.data(), capacity, all);
        CHECK(result.fault == mxwire::Fault::utf8);
        CHECK(result.member == expected.member);
    }
    std::string out = "untouched";
    CHECK(verdict(mxwire::write_json(out, all)).find("not UTF-8") != std::string::npos);
    CHECK(out == "untouched");
}

TEST_CASE("json writer: write_json allocates once, the exact size; write_json_into never") {
    const All<Owned> all = large();
    std::size_t size = 0;
    {
        const allocations::Count count;
        char buffer[1024];
        size = mxwire::write_json_into(buffer, sizeof buffer, all).size;
        CHECK(count.blocks() == 0);
    }
    {
        std::string out;
        const allocations::Count count;
        CHECK(mxwire::write_json(out, all));
        CHECK(count.blocks() == 1);
        CHECK(count.largest() <= size + 16); // libc++ rounds up
        CHECK(out.size() == size);
    }
    std::string reused;
    CHECK(mxwire::write_json(reused, all));
    CHECK(mxwire::write_json(reused, Nothing{})); // what was there before is gone
    CHECK(reused == "{}");
}

// ------------------------------------------------------------------------------------------------ constants, unions,
// collisions

namespace {
template <class S> struct UserId {
    using Storage = S;
    static constexpr char tag[] = "m.id.user";
    typename S::Text user;
    static constexpr auto fields = mxwire::fields(field::constant("type", tag), field::required<&UserId::user>("user"));
};
template <class S> struct OtherId {
    using Storage = S;
    typename S::Text type;
    typename S::Members members{};
    static constexpr auto fields =
        mxwire::fields(field::open_tag<&OtherId::type>("type"), field::rest<&OtherId::members>());
};
template <class S> using Identifier = std::variant<UserId<S>, OtherId<S>>;
template <class S> struct Holder {
    using Storage = S;
    Identifier<S> id;
    std::optional<typename S::Text> device{};
    static constexpr auto fields =
        mxwire::fields(field::required<&Holder::id>("id"), field::optional<&Holder::device>("device"));
};
template <class S> struct Flat {
    using Storage = S;
    Identifier<S> id;
    std::optional<typename S::Text> device{};
    static constexpr auto fields =
        mxwire::fields(field::flattened<&Flat::id>(), field::optional<&Flat::device>("device"));
};
template <class S> struct FlatOne {
    using Storage = S;
    UserId<S> id;
    std::optional<typename S::Text> device{};
    static constexpr auto fields =
        mxwire::fields(field::optional<&FlatOne::device>("device"), field::flattened<&FlatOne::id>());
};
OtherId<Owned> other(std::string type, std::string members) {
    return {std::move(type), mxwire::Members{mxwire::raw_json(std::move(members))}};
}
} // namespace

TEST_CASE("json writer: a union is its tag and its members, of their own or beside others") {
    CHECK(written(Holder<Owned>{UserId<Owned>{"u"}}) == R"({"id":{"type":"m.id.user","user":"u"}})");
    CHECK(written(Holder<Owned>{other("org.x", R"({"a":1})"), "D"}) == R"({"id":{"type":"org.x","a":1},"device":"D"})");
    CHECK(written(Holder<Owned>{other("org.x", "")}) == R"({"id":{"type":"org.x"}})");
    CHECK(written(Flat<Owned>{UserId<Owned>{"u"}, "D"}) == R"({"type":"m.id.user","user":"u","device":"D"})");
    CHECK(written(Flat<Owned>{other("org.x", R"({"a":[1,2],"b":"c"})"), "D"}) ==
          R"({"type":"org.x","a":[1,2],"b":"c","device":"D"})");
    CHECK(written(FlatOne<Owned>{UserId<Owned>{"u"}, "D"}) == R"({"device":"D","type":"m.id.user","user":"u"})");
    CHECK(written(FlatOne<View>{UserId<View>{"u"}, {}}) == R"({"type":"m.id.user","user":"u"})");
    CHECK(written(Flat<Fixed>{UserId<Fixed>{"u"}, {}}) == R"({"type":"m.id.user","user":"u"})");
    CHECK(written(Holder<Owned>{UserId<Owned>{"\xff"}}) == "user: not UTF-8");
}

TEST_CASE("json writer: members that collide with those of the operation are refused, in every spelling, by its name") {
    struct Case {
        const char* members;
        const char* flat; // beside the others, "device" is taken as well
        const char* apart;
    };
    const Case cases[] = {
        {R"({"a":1})", "ok", "ok"},
        {R"({"type":"x"})", "type: given twice", "type: given twice"},
        {R"({"t\u0079pe":"x"})", "type: given twice", "type: given twice"},
        {R"({"device":"x"})", "device: given twice", "ok"},
        {R"({"device":null})", "device: given twice", "ok"},
        {R"({"a":1,"d\u0065vice":"x"})", "device: given twice", "ok"},
        {R"({"":"x"})", "ok", "ok"},
        {R"({"user":"x"})", "ok", "ok"}, // that is a member of another alternative
        {R"([1])", "not well-formed", "not well-formed"},
        {R"({"a":)", "not well-formed", "not well-formed"},
    };
    for (const Case& c : cases) {
        const std::string members = c.members;
        CAPTURE(members);
        std::string out;
        CHECK(verdict(mxwire::write_json(out, Flat<Owned>{other("org.x", members)})) == c.flat);
        CHECK(verdict(mxwire::write_json(out, Holder<Owned>{other("org.x", members)})) == c.apart);
        CHECK(verdict(mxwire::write_json(
                  out, Flat<View>{OtherId<View>{"org.x", mxwire::MemberSlices<8>{mxwire::RawJsonView{members}}},
                                  {}})) == c.flat);
    }
    // a tag that is another alternative's would be read as that one
    CHECK(written(Flat<Owned>{other("m.id.user", R"({"a":1})")}) == "type: given twice");
    CHECK(written(Holder<Owned>{other("m.id.user", "")}) == "type: given twice");
    CHECK(written(Holder<Owned>{other("m.id.User", "")}) == R"({"id":{"type":"m.id.User"}})");
}

#if defined(__cpp_exceptions)
TEST_CASE("json writer: a union that an exception left without a value is an error") {
    Flat<Owned> flat{UserId<Owned>{std::string(100, 'u')}};
    {
        OtherId<Owned> replacement = other(std::string(100, 't'), "");
        const allocations::FailAt fail(1);
        try {
            flat.id.emplace<1>(replacement);
        } catch (const std::bad_alloc&) {
        }
    }
    CHECK(flat.id.valueless_by_exception());
    CHECK(written(flat) == "missing");
    CHECK(written(Holder<Owned>{flat.id}) == "id: missing");
}
#endif

// ------------------------------------------------------------------------------------------------ both ways

TEST_CASE("json writer: random text reads as it was written, in every policy") {
    std::uint32_t state = 20261124;
    const auto next = [&](std::uint32_t below) {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        return state % below;
    };
    for (int round = 0; round < 3000; ++round) {
        std::string value;
        for (std::uint32_t i = next(20); i != 0; --i) {
            const std::uint32_t kind = next(8);
            unsigned code = kind == 0   ? next(0x20)
                            : kind == 1 ? (next(2) == 0 ? '"' : '\\')
                            : kind == 2 ? next(0x110000)
                            : kind == 3 ? next(0x800)
                                        : 0x20 + next(0x5f);
            if (code >= 0xd800 && code < 0xe000) code = 0xfffd;
            value += utf8(code);
        }
        const std::string json = text_out(value);
        CAPTURE(visible(json));
        const Document<Note<Owned>> owned(json);
        const Document<Note<View>> view(json);
        const Document<Note<Fixed>> fixed(json);
        if (owned->text == value && view->text == value && fixed->text == value && written(*view) == json) continue;
        CHECK(owned->text == value);
        CHECK(text(view->text) == value);
        CHECK(text(fixed->text) == value);
        CHECK(written(*view) == json);
    }
}
