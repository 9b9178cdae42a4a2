// SPDX-License-Identifier: MIT
// Enumerations whose set is open: a known word is an enumerator, any other is itself (design 2, "open worlds").
#include "document.hpp"

namespace field = mxwire::field;
using document::Document;
using document::Fixed;
using document::Owned;
using document::read;
using document::reread;
using document::View;
using document::written;

namespace {

enum class Color : std::uint8_t { other, red, green, last = 200 };
enum class Empty : std::uint8_t { other };

} // namespace

MXWIRE_NAMESPACE_BEGIN
template <> struct Words<Color> {
    static constexpr auto value =
        words(word(Color::red, "M_LIMIT"), word(Color::green, "M_LIMIT_2"), word(Color::last, "z"),
              // what is said where the stable word is not yet known
              word(Color::green, "ORG.EXAMPLE.M_LIMIT_TWO_WITH_A_LONG_UNSTABLE_NAME"));
};
template <> struct Words<Empty> { static constexpr auto value = words(word(Empty::other, "x")); };
MXWIRE_NAMESPACE_END

namespace {

template <class S> using ColorOf = mxwire::OpenEnum<Color, typename S::Text>;

template <class S> struct Paint {
    using Storage = S;
    ColorOf<S> color;
    std::optional<ColorOf<S>> second{};
    typename S::template List<ColorOf<S>> more{};
    static constexpr auto fields =
        mxwire::fields(field::required<&Paint::color>("color"), field::optional<&Paint::second>("second"),
                       field::optional<&Paint::more>("more"));
};
template <class S> struct CutPaint {
    using Storage = S;
    ColorOf<S> color{};
    static constexpr auto fields = mxwire::fields(field::cut<&CutPaint::color>("color"));
};

} // namespace

TEST_CASE_TEMPLATE("words: a known word is an enumerator, any other is itself", S, Owned, View, Fixed) {
    struct Case {
        std::string json;
        Color value;
        std::string_view text;
    };
    const Case cases[] = {
        {"\"M_LIMIT\"", Color::red, "M_LIMIT"},
        {"\"M_LIMIT_2\"", Color::green, "M_LIMIT_2"},
        {"\"z\"", Color::last, "z"},
        // an unstable spelling means the same, and keeps its text
        {"\"ORG.EXAMPLE.M_LIMIT_TWO_WITH_A_LONG_UNSTABLE_NAME\"", Color::green,
         "ORG.EXAMPLE.M_LIMIT_TWO_WITH_A_LONG_UNSTABLE_NAME"},
        // words are compared exactly (reference E3)
        {"\"m_limit\"", Color::other, "m_limit"},
        {"\"M_LIMI\"", Color::other, "M_LIMI"},
        {"\"M_LIMIT_\"", Color::other, "M_LIMIT_"},
        {"\"M_LIMIT_3\"", Color::other, "M_LIMIT_3"},
        {"\" M_LIMIT\"", Color::other, " M_LIMIT"},
        {"\"COM.EXAMPLE_FOO\"", Color::other, "COM.EXAMPLE_FOO"},
        {"\"\"", Color::other, ""},
        {"\"caf\xc3\xa9\"", Color::other, "caf\xc3\xa9"},
        // escapes are the server's business
        {R"("M_\u004cIMIT")", Color::red, "M_LIMIT"},
        {R"("\u004d\u005f\u004c\u0049\u004d\u0049\u0054")", Color::red, "M_LIMIT"},
        {R"("M_LIMIT\u005f2")", Color::green, "M_LIMIT_2"},
        {R"("\u007a")", Color::last, "z"},
        {R"("M_LIMIT\u0000")", Color::other, std::string_view("M_LIMIT\0", 8)},
        {R"("\\M_LIMIT")", Color::other, "\\M_LIMIT"},
        {R"("other\nword")", Color::other, "other\nword"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.json);
        const Document<Paint<S>> paint("{\"color\":" + c.json + ",\"second\":" + c.json + ",\"more\":[" + c.json +
                                       ",\"M_LIMIT\"]}");
        CHECK(paint.verdict() == "ok");
        CHECK(paint->color == c.value);
        CHECK(paint->color == c.text);
        CHECK(paint->color.value() == c.value);
        CHECK(paint->color.text() == c.text);
        CHECK(paint->color.empty() == c.text.empty());
        CHECK_FALSE(paint->color != c.value);
        CHECK_FALSE(paint->color != c.text);
        CHECK(paint->color != std::string_view{"another"});
        REQUIRE(paint->second);
        CHECK(paint->second->text() == c.text);
        REQUIRE(paint->more.size() == 2);
        CHECK(paint->more[0].value() == c.value);
        CHECK(paint->more[0].text() == c.text);
        CHECK(paint->more[1] == Color::red);
    }
}

TEST_CASE("words: a word is written as it came") {
    const char* const documents[] = {
        R"({"color":"M_LIMIT"})",
        R"({"color":"ORG.EXAMPLE.M_LIMIT_TWO_WITH_A_LONG_UNSTABLE_NAME","second":"x","more":["z","y"]})",
        R"({"color":"un\"known"})",
        R"({"color":""})",
    };
    for (const char* const json : documents) {
        CHECK(reread<Paint<Owned>>(json) == json);
        CHECK(reread<Paint<View>>(json) == json);
        CHECK(reread<Paint<Fixed>>(json) == json);
    }
    CHECK(reread<Paint<Owned>>(R"({"color":"M_\u004cIMIT"})") == R"({"color":"M_LIMIT"})");
    // an optional word without text is none
    CHECK(reread<CutPaint<Owned>>(R"({"color":""})") == "{}");
    // made here: the stable spelling goes out
    CHECK(written(Paint<Owned>{Color::green}) == R"({"color":"M_LIMIT_2"})");
    CHECK(written(Paint<Owned>{ColorOf<Owned>{"custom"}}) == R"({"color":"custom"})");
    CHECK(written(Paint<Owned>{ColorOf<Owned>{"\xff"}}) == "color: not UTF-8");
}

TEST_CASE(
    "words: SEC-34 SEC-35 reference J4 a word of another type is missing where it is needed, and absent elsewhere") {
    for (const std::string value : {"5", "true", "{}", "[\"M_LIMIT\"]"}) {
        CHECK(read<Paint<Owned>>("{\"color\":" + value + "}") == "color: wrong type");
        const Document<Paint<Owned>> paint("{\"color\":\"z\",\"second\":" + value + ",\"more\":[\"z\"," + value + "]}");
        CHECK(paint.verdict() == "ok");
        CHECK_FALSE(paint->second.has_value());
        CHECK(paint->more.empty()); // one word that is none spoils a list of words
    }
    CHECK(read<Paint<Owned>>(R"({"color":null})") == "color: missing");
    CHECK(read<Paint<Owned>>(R"({"second":"z"})") == "color: missing");
}

TEST_CASE("words: a known word needs no room, an unknown one that does not fit names its member") {
    using Tiny = mxwire::Fixed<4, 1>;
    const Document<Paint<Tiny>> known(R"({"color":"ORG.EXAMPLE.M_LIMIT_TWO_WITH_A_LONG_UNSTABLE_NAME"})");
    CHECK(known.verdict() == "ok");
    CHECK(known->color == Color::green);
    CHECK(known->color.text().size() == 49);
    CHECK(read<Paint<Tiny>>(R"({"color":"four"})") == "ok");
    CHECK(read<Paint<Tiny>>(R"({"color":"fives"})") == "color: too long");
    CHECK(read<Paint<Tiny>>(R"({"color":"z","second":"fives"})") == "second: too long");
    CHECK(read<Paint<Tiny>>(R"({"color":"z","more":["fives"]})") == "more: too long");
    CHECK(read<Paint<Tiny>>(R"({"color":"z","more":["z","z"]})") == "more: too many elements");
    const Document<CutPaint<Tiny>> cut(R"({"color":"abc\u00e9"})");
    CHECK(cut.verdict() == "ok");
    CHECK(cut->color.text() == "abc");
    // the limit of the caller holds for words as well
    mxwire::Limits limits;
    limits.text = 4;
    CHECK(read<Paint<Owned>>(R"({"color":"fives"})", limits) == "color: too long");
}

TEST_CASE("words: a read-only View knows its words in every spelling, and cannot hold others with escapes") {
    const auto read_only = [](std::string_view json) {
        Paint<View> paint;
        const mxwire::ReadResult result = mxwire::read_json(json, paint);
        return result ? std::string(paint.color.text()) : document::verdict(result);
    };
    CHECK(read_only(R"({"color":"M_\u004cIMIT"})") == "M_LIMIT");
    CHECK(read_only(R"({"color":"another"})") == "another");
    CHECK(read_only(R"({"color":"ano\u0074her"})") == "color: escaped text in a read-only body");
}

TEST_CASE("words: an OpenEnum is a value") {
    const ColorOf<Owned> none;
    CHECK(none.empty());
    CHECK(none == Color::other);
    CHECK(none == std::string_view{});
    const ColorOf<Owned> other{Color::other}; // the enumerator that no word stands for
    CHECK(other.empty());
    const ColorOf<Owned> red{Color::red};
    CHECK(red.text() == "M_LIMIT");
    CHECK(red != Color::green);
    const ColorOf<Owned> unstable{"ORG.EXAMPLE.M_LIMIT_TWO_WITH_A_LONG_UNSTABLE_NAME"};
    CHECK(unstable == Color::green);
    CHECK(unstable == ColorOf<Owned>{Color::green}.value());

    ColorOf<Owned> assigned{"something that is longer than a small string"};
    const ColorOf<Owned> copied = assigned;
    assigned = ColorOf<Owned>{Color::red};
    CHECK(assigned.text() == "M_LIMIT");
    CHECK(copied.text() == "something that is longer than a small string");
    CHECK(mxwire::OpenEnum<Empty, std::string>{"x"}.value() == Empty::other);
    // the text of a known word is static: it outlives the object
    const std::string_view text = ColorOf<Owned>{Color::last}.text();
    CHECK(text == "z");
}
