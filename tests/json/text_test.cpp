// SPDX-License-Identifier: MIT
// Text on its way in: UTF-8, escapes, and the scan that looks at several bytes at once.
#include "document.hpp"

namespace field = mxwire::field;
using document::Document;
using document::Fixed;
using document::Owned;
using document::read;
using document::text;
using document::utf8;
using document::View;
using document::visible;

namespace {

template <class S> struct Note {
    using Storage = S;
    std::optional<typename S::Text> text{};
    static constexpr auto fields = mxwire::fields(field::optional<&Note::text>("text"));
};
template <class S> struct CutNote {
    using Storage = S;
    typename S::Text text{};
    std::optional<std::int64_t> after{};
    static constexpr auto fields =
        mxwire::fields(field::cut<&CutNote::text>("text"), field::optional<&CutNote::after>("after"));
};

std::string in_member(std::string_view content) { return "{\"text\":\"" + std::string(content) + "\"}"; }

/// The string content in every place that a document has for one. Each of these documents is good if the content is.
std::vector<std::string> in_every_place(std::string_view content) {
    const std::string s = '"' + std::string(content) + '"';
    return {
        "{\"text\":" + s + "}",
        "{\"other\":" + s + "}",
        "{" + s + ":1}",
        "{\"other\":{" + s + ":[" + s + "]}}",
        "{\"text\":{" + s + ":" + s + "}}", // a wrong type, passed over
        "{\"other\":[[],{},1," + s + "]}",
    };
}

/// UTF-8 by the grammar of RFC 3629, one range for each byte.
bool is_utf8_by_grammar(std::string_view bytes) {
    struct Range {
        unsigned low, high;
    };
    struct Form {
        std::size_t size;
        Range range[4];
    };
    static constexpr Range tail{0x80, 0xbf};
    static constexpr Form forms[] = {
        {1, {{0x00, 0x7f}, {}, {}, {}}},
        {2, {{0xc2, 0xdf}, tail, {}, {}}},
        {3, {{0xe0, 0xe0}, {0xa0, 0xbf}, tail, {}}},
        {3, {{0xe1, 0xec}, tail, tail, {}}},
        {3, {{0xed, 0xed}, {0x80, 0x9f}, tail, {}}},
        {3, {{0xee, 0xef}, tail, tail, {}}},
        {4, {{0xf0, 0xf0}, {0x90, 0xbf}, tail, tail}},
        {4, {{0xf1, 0xf3}, tail, tail, tail}},
        {4, {{0xf4, 0xf4}, {0x80, 0x8f}, tail, tail}},
    };
    while (!bytes.empty()) {
        std::size_t length = 0;
        for (const Form& form : forms) {
            bool fits = form.size <= bytes.size();
            for (std::size_t i = 0; fits && i < form.size; ++i) {
                const unsigned byte = static_cast<unsigned char>(bytes[i]);
                fits = byte >= form.range[i].low && byte <= form.range[i].high;
            }
            if (fits) length = form.size;
        }
        if (length == 0) return false;
        bytes.remove_prefix(length);
    }
    return true;
}

} // namespace

// ------------------------------------------------------------------------------------------------ UTF-8

TEST_CASE_TEMPLATE("json text: SEC-33 what is UTF-8 arrives byte for byte", S, Owned, View, Fixed) {
    const std::string valid[] = {
        "",
        "a",
        "\x7f",         // DEL is text
        "\xc2\x80",     // the first of two bytes
        "\xdf\xbf",     // the last
        "\xe0\xa0\x80", // the first of three
        "\xed\x9f\xbf", // the last in front of the surrogates
        "\xee\x80\x80", // the first behind them
        "\xef\xbb\xbf", // a BOM inside text is a character
        "\xef\xbf\xbf", // a noncharacter is a code point
        "\xf0\x90\x80\x80",
        "\xf4\x8f\xbf\xbf", // U+10FFFF
        "\xe2\x80\xa8",     // U+2028 may stand in JSON
        "Stra\xc3\x9f"
        "e \xe2\x82\xac \xf0\x9f\x98\x80",
    };
    for (const std::string& content : valid) {
        CAPTURE(visible(content));
        for (const std::string& json : in_every_place(content)) CHECK(read<Note<S>>(json) == "ok");
        const Document<Note<S>> note(in_member(content));
        CHECK(text(note->text) == content);
    }
}

TEST_CASE_TEMPLATE("json text: SEC-33 what is not UTF-8 is refused wherever it stands", S, Owned, View, Fixed) {
    const std::string invalid[] = {
        "\x80", // a tail without a lead
        "\xbf",
        "\xc0\x80",     // overlong NUL
        "\xc1\xbf",     // overlong
        "\xe0\x80\x80", // overlong
        "\xe0\x9f\xbf",
        "\xf0\x80\x80\x80", // overlong
        "\xf0\x8f\xbf\xbf",
        "\xed\xa0\x80",             // U+D800
        "\xed\xbf\xbf",             // U+DFFF
        "\xed\xa0\xbd\xed\xb8\x80", // CESU-8
        "\xf4\x90\x80\x80",         // U+110000
        "\xf5\x80\x80\x80",
        "\xf8\x88\x80\x80\x80", // five bytes
        "\xfe",
        "\xff",
        "\xc3", // cut
        "\xe2\x82",
        "\xf0\x9f\x98",
        "\xc3(", // a tail that is none
        "\xe2(\xa1",
        "\xe2\x82(",
        "\xf0(\x8c\xbc",
        "\xf0\x90(\xbc",
        "\xf0\x28\x8c\x28",
        "\xe9", // Latin-1
    };
    for (const std::string& bytes : invalid) {
        for (std::size_t before = 0; before < 18; ++before) { // at every place of a word
            const std::string content = std::string(before, 'a') + bytes + (before % 2 == 0 ? "" : "zzzzzzzzzz");
            CAPTURE(visible(content));
            for (const std::string& json : in_every_place(content)) {
                const std::string verdict = read<Note<S>>(json);
                CHECK((verdict == "not UTF-8" || verdict == "text: not UTF-8"));
            }
        }
    }
    CHECK(read<Note<S>>(in_member("\xff")) == "text: not UTF-8"); // the member is named
    CHECK(read<Note<S>>("{\"\xff\":1}") == "not UTF-8");
    CHECK(read<Note<S>>("{\xff:1}") == "not well-formed"); // outside strings it is no JSON at all
    CHECK(read<Note<S>>("{\"text\":\xc3\xa9}") == "text: not well-formed");
}

TEST_CASE("json text: SEC-33 the verdict is that of RFC 3629 on all pairs of bytes and the edges of longer forms") {
    const auto check = [](const std::string& bytes) {
        const bool special = bytes.find_first_of("\"\\") != std::string::npos;
        bool control = false;
        for (const char c : bytes) control = control || static_cast<unsigned char>(c) < 0x20;
        if (special || control) return; // those mean something else in JSON
        const Document<Note<Owned>> note(in_member(bytes));
        const bool expected = is_utf8_by_grammar(bytes);
        if (static_cast<bool>(note) == expected && (!expected || text(note->text) == bytes)) return;
        CAPTURE(visible(bytes));
        CHECK(note.verdict() == (expected ? "ok" : "text: not UTF-8"));
    };
    for (unsigned a = 0; a < 256; ++a) {
        for (unsigned b = 0; b < 256; ++b) check({static_cast<char>(a), static_cast<char>(b)});
    }
    constexpr unsigned edges[] = {0x28, 0x7f, 0x80, 0x81, 0x8f, 0x90, 0x9f, 0xa0, 0xbe, 0xbf, 0xc0, 0xff};
    for (unsigned a = 0xdf; a < 256; ++a) {
        for (const unsigned b : edges) {
            for (const unsigned c : edges) {
                check({static_cast<char>(a), static_cast<char>(b), static_cast<char>(c)});
                for (const unsigned d : edges) {
                    check({static_cast<char>(a), static_cast<char>(b), static_cast<char>(c), static_cast<char>(d)});
                }
            }
        }
    }
}

// ------------------------------------------------------------------------------------------------ escapes

TEST_CASE_TEMPLATE("json text: RFC 8259 escapes mean what they say", S, Owned, View, Fixed) {
    struct Case {
        std::string content, means;
    };
    const Case cases[] = {
        {R"(\")", "\""},
        {R"(\\)", "\\"},
        {R"(\/)", "/"},
        {R"(\b\f\n\r\t)", "\b\f\n\r\t"},
        {R"(\u0041)", "A"},
        {R"(\u00e9\u00E9)", "\xc3\xa9\xc3\xa9"},
        {R"(\u20ac)", "\xe2\x82\xac"},
        {R"(\u0000)", std::string(1, '\0')},
        {R"(a\u0000b)", std::string("a\0b", 3)}, // a NUL is text like any other
        {R"(\u001f\u007f)", "\x1f\x7f"},
        {R"(\u2028)", "\xe2\x80\xa8"},
        {R"(\ufeff\uffff)", "\xef\xbb\xbf\xef\xbf\xbf"},
        {R"(\ud83d\ude00)", "\xf0\x9f\x98\x80"},
        {R"(\uD83D\uDE00x)", "\xf0\x9f\x98\x80x"},
        {R"(\ud800\udc00)", "\xf0\x90\x80\x80"},
        {R"(\udbff\udfff)", "\xf4\x8f\xbf\xbf"},
        {R"(\\u0041)", "\\u0041"}, // an escaped backslash, and plain text
        {R"(\\\\\"\\)", "\\\\\"\\"},
        {R"(before \n after)", "before \n after"},
    };
    for (const Case& c : cases) {
        for (std::size_t before = 0; before < 12; ++before) {
            const std::string padding(before, 'x');
            CAPTURE(padding + c.content);
            for (const std::string& json : in_every_place(padding + c.content)) CHECK(read<Note<S>>(json) == "ok");
            const Document<Note<S>> note(in_member(padding + c.content + padding));
            CHECK(text(note->text) == padding + c.means + padding);
        }
    }
}

TEST_CASE_TEMPLATE("json text: SEC-33 lone surrogates and what is no escape are refused wherever they stand", S, Owned,
                   View, Fixed) {
    const char* const contents[] = {
        R"(\ud800)",
        R"(\udbff)",
        R"(\udc00)",
        R"(\udfff)",
        R"(\ud800x)",
        R"(\ud800 )",
        R"(\ud800\n)",
        R"(\ud800\u0041)",
        R"(\ud800\ud800)",
        R"(\ud800\ue000)",
        R"(\udc00\ud800)", // the wrong way round
        R"(\ud83d\ude0)",
        R"(\ud83d\ude0g)",
        R"(\ud83d\\ude00)",
        R"(\ud83du\de00)",
        R"(\ud83d\Ude00)",
        R"(\ud83d\)",
        R"(\a)",
        R"(\v)",
        R"(\0)",
        R"(\x41)",
        R"(\')",
        R"(\U0041)",
        R"(\ )",
        "\\\n",
        "\\\xc3\xa9",
        R"(\u)",
        R"(\u1)",
        R"(\u12)",
        R"(\u123)",
        R"(\u123g)",
        R"(\ug123)",
        R"(\u 123)",
        R"(\u-123)",
        R"(\u+123)",
        R"(\u0x41)",
        R"(\u{41})",
    };
    for (const std::string content : contents) {
        for (const std::string padding : {"", "x", "xxxxxxx", "xxxxxxxxxxxxxxx"}) {
            CAPTURE(padding + content);
            for (const std::string& json : in_every_place(padding + content)) {
                const std::string verdict = read<Note<S>>(json);
                CHECK((verdict == "not well-formed" || verdict == "text: not well-formed"));
            }
        }
    }
    CHECK(read<Note<S>>("{\"text\":\"\\\"}") == "text: not well-formed"); // a backslash takes the closing quote
    CHECK(read<Note<S>>("{\"text\":\"\\}") == "text: not well-formed");
}

TEST_CASE("json text: every \\u escape is its code point, or none") {
    char json[] = R"({"text":"\u0000"})";
    char* const digits = json + 11;
    for (unsigned code = 0; code < 0x10000; ++code) {
        const char* const hex = code % 2 == 0 ? "0123456789abcdef" : "0123456789ABCDEF";
        for (unsigned i = 0; i < 4; ++i) digits[i] = hex[code >> (12 - 4 * i) & 15];
        Note<Owned> note;
        const bool good = static_cast<bool>(mxwire::read_json(json, note));
        const bool surrogate = code >= 0xd800 && code < 0xe000;
        if (good != surrogate && (!good || text(note.text) == utf8(code))) continue;
        CAPTURE(json);
        CHECK(good != surrogate);
        CHECK(text(note.text) == utf8(code));
    }
}

TEST_CASE("json text: SEC-33 pairs of surrogates are one character, all others are refused") {
    constexpr unsigned units[] = {0x0000, 0x0041, 0xd7ff, 0xd800, 0xd801, 0xd83d, 0xdbff,
                                  0xdc00, 0xdc01, 0xde00, 0xdfff, 0xe000, 0xffff};
    const auto escape = [](unsigned unit) {
        std::string all = "\\u";
        for (unsigned i = 0; i < 4; ++i) all += "0123456789abcdef"[unit >> (12 - 4 * i) & 15];
        return all;
    };
    const auto is_high = [](unsigned unit) { return unit >= 0xd800 && unit < 0xdc00; };
    const auto is_low = [](unsigned unit) { return unit >= 0xdc00 && unit < 0xe000; };
    for (const unsigned a : units) {
        for (const unsigned b : units) {
            CAPTURE(escape(a) + escape(b));
            const Document<Note<Owned>> note(in_member(escape(a) + escape(b)));
            if (is_high(a) && is_low(b)) {
                CHECK(text(note->text) == utf8(0x10000 + (a - 0xd800) * 1024 + (b - 0xdc00)));
            } else if (is_high(a) || is_low(a) || is_high(b) || is_low(b)) {
                CHECK(note.verdict() == "text: not well-formed");
            } else {
                CHECK(text(note->text) == utf8(a) + utf8(b));
            }
        }
    }
}

// ------------------------------------------------------------------------------------------------ the scan

TEST_CASE_TEMPLATE("json text: SEC-32 a raw control in a string is refused at every place of a word", S, Owned, View,
                   Fixed) {
    for (unsigned control = 0; control < 0x20; ++control) {
        for (std::size_t before = 0; before < 18; ++before) {
            const std::string content = std::string(before, 'a') + static_cast<char>(control) + "bbbbbbbbb";
            CAPTURE(visible(content));
            for (const std::string& json : in_every_place(content)) {
                const std::string verdict = read<Note<S>>(json);
                CHECK((verdict == "not well-formed" || verdict == "text: not well-formed"));
            }
        }
    }
}

TEST_CASE_TEMPLATE("json text: every byte that may stand in a string does so at every place of a word", S, Owned, View,
                   Fixed) {
    for (unsigned byte = 0x20; byte < 0x80; ++byte) {
        if (byte == '"' || byte == '\\') continue;
        for (std::size_t before = 0; before < 18; ++before) {
            const std::string content = std::string(before, 'a') + static_cast<char>(byte) + "bbb";
            const Document<Note<S>> note(in_member(content));
            if (!note || text(note->text) != content) CHECK(visible(content) == note.verdict());
        }
    }
}

TEST_CASE_TEMPLATE("json text: texts of every length end where their quote is", S, Owned, View, Fixed) {
    for (std::size_t length = 0; length <= 70; ++length) {
        CAPTURE(length);
        std::string content;
        for (std::size_t i = 0; i < length; ++i) content += static_cast<char>('a' + i % 26);
        // the next member tells whether the reader goes on at the right byte
        const Document<CutNote<S>> note(in_member(content).substr(0, length + 10) + ",\"after\":7}");
        CHECK(note.verdict() == "ok");
        CHECK(text(note->text) == content);
        CHECK(text(note->after) == "7");
        // and without a quote there is no end
        CHECK(read<CutNote<S>>("{\"text\":\"" + content + "}") == "text: not well-formed");
    }
}

TEST_CASE("json text: a document that is cut anywhere is refused") {
    const std::string whole = R"({"text":"a\u00e9\ud83d\ude00)"
                              "\xe2\x82\xac"
                              R"(","other":[1,-2.5e+3,true,false,null,{"k":"v\n"},[]],"x":{}})";
    CHECK(read<Note<Owned>>(whole) == "ok");
    std::string whole_again; // where a brace is all that is missing
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CAPTURE(size);
        CHECK(read<Note<Owned>>(whole.substr(0, size)) != "ok");
        CHECK(read<Note<View>>(whole.substr(0, size)) != "ok");
        if (read<Note<Owned>>(whole.substr(0, size) + "}") == "ok") whole_again += whole[size];
        CHECK(read<Note<Owned>>(whole.substr(size + 1)) != "ok");
    }
    CHECK(whole_again == "\",,}"); // behind the first brace, and behind each of the three members
}

TEST_CASE("json text: no byte of a good document can become NUL") {
    const std::string whole = R"( {"text" : "abc" , "other" : [ 1 , true , null ] } )";
    CHECK(read<Note<Owned>>(whole) == "ok");
    for (std::size_t i = 0; i < whole.size(); ++i) {
        std::string spoilt = whole;
        spoilt[i] = '\0';
        CAPTURE(i);
        CHECK(read<Note<Owned>>(spoilt) != "ok");
    }
}

// ------------------------------------------------------------------------------------------------ cut texts

TEST_CASE("json text: a text that may be cut is cut at a character, of whatever length") {
    struct Case {
        std::string content, kept;
    };
    const Case cases[] = {
        {"", ""},
        {"12345678", "12345678"},
        {"123456789", "12345678"},
        {"1234567\xc3\xa9", "1234567"}, // nine bytes: the last character does not fit
        {"123456\xc3\xa9", "123456\xc3\xa9"},
        {"123456\xe2\x82\xac", "123456"},
        {"12345\xe2\x82\xac", "12345\xe2\x82\xac"},
        {"12345\xf0\x9f\x98\x80", "12345"},
        {"1234\xf0\x9f\x98\x80.", "1234\xf0\x9f\x98\x80"},
        {"1234567\\u00e9", "1234567"}, // the same by escapes
        {"123456\\u20acx", "123456"},
        {"12345\\ud83d\\ude00", "12345"},
        {"1234\\ud83d\\ude00x", "1234\xf0\x9f\x98\x80"},
        {"\\n\\n\\n\\n\\n\\n\\n\\n", "\n\n\n\n\n\n\n\n"}, // sixteen bytes of escapes, eight of text
        {"\\n\\n\\n\\n\\n\\n\\n\\n\\n", "\n\n\n\n\n\n\n\n"},
        {"1234567\\\"9", "1234567\""},
    };
    for (const Case& c : cases) {
        CAPTURE(visible(c.content));
        const Document<CutNote<mxwire::Fixed<8, 1>>> note("{\"text\":\"" + c.content + "\",\"after\":7}");
        CHECK(note.verdict() == "ok");
        CHECK(text(note->text) == c.kept);
        CHECK(text(note->after) == "7"); // the reader went on behind the whole text
        // what is cut was looked at all the same
        CHECK(read<CutNote<mxwire::Fixed<8, 1>>>("{\"text\":\"" + c.content + "123456789\xff\"}") == "text: not UTF-8");
        CHECK(read<CutNote<mxwire::Fixed<8, 1>>>("{\"text\":\"" + c.content + "123456789\\q\"}") ==
              "text: not well-formed");
        // owned text has room for all of it
        const Document<CutNote<Owned>> whole("{\"text\":\"" + c.content + "\"}");
        CHECK(text(whole->text).size() >= c.kept.size());
    }
    static_assert(mxwire::Fixed<8, 1>::Text::capacity == 8);
}

TEST_CASE("json text: a View of a read-only body keeps a cut text up to its first escape") {
    const std::string json = R"({"text":"Too many requests\nby \"you\"","after":7})";
    CutNote<View> note;
    CHECK(mxwire::read_json(json, note));
    CHECK(note.text == "Too many requests");
    CHECK(text(note.after) == "7");
    CutNote<View> plain;
    CHECK(mxwire::read_json(R"({"text":"Too many"})", plain));
    CHECK(plain.text == "Too many");
    CutNote<View> escape_first;
    CHECK(mxwire::read_json(R"({"text":"\u0041bc"})", escape_first));
    CHECK(escape_first.text.empty());
}

// ------------------------------------------------------------------------------------------------ unescaping in place

TEST_CASE("json text: a View is unescaped where it lies, and nothing beside it is touched") {
    struct Case {
        std::string content, means;
    };
    const Case cases[] = {
        {"plain", "plain"},
        {R"(a\nb)", "a\nb"},
        {R"(\u0041\u0042)", "AB"},
        {R"(\ud83d\ude00\u20ac)", "\xf0\x9f\x98\x80\xe2\x82\xac"},
        {R"(\\\\)", "\\\\"},
        {"\xc3\xa9\\t\xc3\xa9", "\xc3\xa9\t\xc3\xa9"},
        {R"(\u0000)", std::string(1, '\0')},
    };
    for (const Case& c : cases) {
        CAPTURE(c.content);
        const std::string before = R"({"other":"\u0041","text":")", after = R"(","after":9})";
        std::string body = before + c.content + after;
        CutNote<View> note;
        CHECK(mxwire::read_json_in_place(body.data(), body.size(), note));
        CHECK(text(note.text) == c.means);
        CHECK(text(note.after) == "9");
        // the text lies in the body, from its first byte on
        CHECK(static_cast<const void*>(note.text.data()) == static_cast<const void*>(body.data() + before.size()));
        CHECK(body.substr(0, before.size()) == before);
        CHECK(body.substr(body.size() - after.size()) == after);
    }
}

TEST_CASE("json text: escaped text in a read-only View is a fault that names the member") {
    const auto read_only = [](std::string_view json) {
        Note<View> note;
        return document::verdict(mxwire::read_json(json, note));
    };
    CHECK(read_only(R"({"text":"a\nb"})") == "text: escaped text in a read-only body");
    CHECK(read_only(R"({"text":"\u0041"})") == "text: escaped text in a read-only body");
    CHECK(read_only(R"({"text":"plain"})") == "ok");
    CHECK(read_only(R"({"text":"caf)"
                    "\xc3\xa9"
                    R"("})") == "ok");
    CHECK(read_only(R"({"other":"a\nb","text":"plain"})") == "ok"); // only text that is kept
    CHECK(read_only(R"({"te\u0078t":"plain"})") == "ok");           // an escaped key needs no room
    CHECK(read_only(R"({"text":["a\nb"]})") == "ok");               // a wrong type is passed over
    const Note<Owned> owned = *Document<Note<Owned>>(R"({"text":"a\nb"})");
    CHECK(text(owned.text) == "a\nb");
}

// ------------------------------------------------------------------------------------------------ keys

namespace {

template <class S> struct Keys {
    using Storage = S;
    std::optional<std::int64_t> a{}, ab{}, abc{}, token{}, eight{}, nine{}, sixteen{}, long_one{};
    static constexpr auto fields = mxwire::fields(
        field::optional<&Keys::a>("a"), field::optional<&Keys::ab>("ab"), field::optional<&Keys::abc>("abc"),
        field::optional<&Keys::token>("access_token"), field::optional<&Keys::eight>("12345678"),
        field::optional<&Keys::nine>("123456789"), field::optional<&Keys::sixteen>("1234567890123456"),
        field::optional<&Keys::long_one>("org.matrix.msc3824.delegated_oidc_compatibility"));
};
std::string show(const Keys<Owned>& keys) {
    std::string all;
    for (const auto& value :
         {keys.a, keys.ab, keys.abc, keys.token, keys.eight, keys.nine, keys.sixteen, keys.long_one}) {
        all += text(value) + ' ';
    }
    return all;
}
const char* const key_names[] = {"a",
                                 "ab",
                                 "abc",
                                 "access_token",
                                 "12345678",
                                 "123456789",
                                 "1234567890123456",
                                 "org.matrix.msc3824.delegated_oidc_compatibility"};

} // namespace

TEST_CASE("json text: a key is the whole of its text, and nothing near it") {
    const std::string nothing = "- - - - - - - - ";
    for (std::size_t i = 0; i < 8; ++i) {
        const std::string key = key_names[i];
        CAPTURE(key);
        std::string expected = nothing;
        expected[2 * i] = '5';
        CHECK(show(*Document<Keys<Owned>>("{\"" + key + "\":5}")) == expected);
        CHECK(show(*Document<Keys<Owned>>("{ \"" + key + "\" : 5 }")) == expected);
        for (std::size_t at = 0; at < key.size(); ++at) { // one letter is another one
            std::string other = key;
            other[at] = other[at] == '#' ? '$' : '#';
            CHECK(show(*Document<Keys<Owned>>("{\"" + other + "\":5}")) == nothing);
            CHECK(show(*Document<Keys<Owned>>("{\"" + other + "\" :5}")) == nothing);
        }
        CHECK(show(*Document<Keys<Owned>>("{\"" + key + "_\":5}")) == nothing);
        CHECK(show(*Document<Keys<Owned>>("{\"_" + key + "\":5}")) == nothing);
        CHECK(show(*Document<Keys<Owned>>("{\"" + key + "\\u0000\":5}")) == nothing);
        CHECK(show(*Document<Keys<Owned>>("{\"\\\\" + key + "\":5}")) == nothing);
    }
    CHECK(show(*Document<Keys<Owned>>(R"({"":5,"A":5,"aB":5,"Access_token":5,"access-token":5})")) == nothing);
}

TEST_CASE("json text: SEC-37 a key is what it means once it is unescaped") {
    for (std::size_t i = 0; i < 8; ++i) {
        const std::string key = key_names[i];
        std::string expected = "- - - - - - - - ";
        expected[2 * i] = '5';
        std::string all_escaped;
        for (const char c : key) {
            all_escaped += "\\u00";
            all_escaped += "0123456789abcdef"[static_cast<unsigned char>(c) / 16];
            all_escaped += "0123456789abcdef"[static_cast<unsigned char>(c) % 16];
        }
        CAPTURE(key);
        CHECK(show(*Document<Keys<Owned>>("{\"" + all_escaped + "\":5}")) == expected);
        for (std::size_t at = 0; at < key.size(); ++at) { // one letter of it escaped
            const std::string spelt = key.substr(0, at) + all_escaped.substr(at * 6, 6) + key.substr(at + 1);
            CHECK(show(*Document<Keys<Owned>>("{\"" + spelt + "\":5}")) == expected);
            CHECK(read<Keys<Owned>>("{\"" + spelt + "\":5,\"" + key + "\":5}") == key + ": given twice");
        }
    }
    CHECK(show(*Document<Keys<Owned>>(R"({"\u0061ccess_token":1})")) == "- - - 1 - - - - ");
}
