// SPDX-License-Identifier: MIT
// JSON that is kept as it came: values, the members that a model does not name, and looking into both.
#include "document.hpp"

#include <algorithm>
#include <iterator>

namespace {
enum class Fruit : std::uint8_t { none, apple };
}
template <> struct mxwire::Words<Fruit> {
    static constexpr auto value = mxwire::words(mxwire::word(Fruit::apple, "m.apple"));
};

namespace field = mxwire::field;
using document::Document;
using document::Fixed;
using document::Owned;
using document::read;
using document::reread;
using document::verdict;
using document::View;
using document::written;
using mxwire::JsonKind;
using mxwire::raw_json;
using mxwire::RawView;

namespace {

template <class S> struct Box {
    using Storage = S;
    typename S::Raw value{};
    std::optional<typename S::Raw> maybe{};
    static constexpr auto fields =
        mxwire::fields(field::required<&Box::value>("value"), field::optional<&Box::maybe>("maybe"));
};
template <class S> struct Open {
    using Storage = S;
    std::optional<typename S::Text> name{};
    typename S::Members rest{};
    static constexpr auto fields = mxwire::fields(field::optional<&Open::name>("name"), field::rest<&Open::rest>());
};
template <class S> struct CutOpen {
    using Storage = S;
    std::optional<typename S::Text> name{};
    typename S::Members rest{};
    static constexpr auto fields =
        mxwire::fields(field::optional<&CutOpen::name>("name"), field::rest_cut<&CutOpen::rest>());
};
template <class S> struct Typed {
    using Storage = S;
    typename S::Members rest{};
    static constexpr auto fields = mxwire::fields(field::constant("type", "m.x"), field::rest<&Typed::rest>());
};

template <class S> struct Named {
    using Storage = S;
    typename S::Text name{};
    static constexpr auto fields = mxwire::fields(field::required<&Named::name>("name"));
};
template <class S> struct FlatOpen {
    using Storage = S;
    Named<S> named{};
    std::optional<std::int64_t> age{};
    typename S::Members rest{};
    static constexpr auto fields = mxwire::fields(
        field::flattened<&FlatOpen::named>(), field::optional<&FlatOpen::age>("age"), field::rest<&FlatOpen::rest>());
};

template <class S> struct Texts {
    using Storage = S;
    typename S::TextList all{};
    static constexpr auto fields = mxwire::fields(field::optional<&Texts::all>("all"));
};

template <class S> struct Words {
    using Storage = S;
    mxwire::Slices<mxwire::OpenEnum<Fruit, typename S::Text>> all{};
    static constexpr auto fields = mxwire::fields(field::optional<&Words::all>("all"));
};

const char* name_of(JsonKind kind) {
    switch (kind) {
    case JsonKind::none: return "none";
    case JsonKind::null: return "null";
    case JsonKind::boolean: return "boolean";
    case JsonKind::number: return "number";
    case JsonKind::string: return "string";
    case JsonKind::object: return "object";
    case JsonKind::array: return "array";
    }
    return "";
}
/// `key=value key=value`, or `value value`.
template <class Range> std::string elements(const Range& range) {
    std::string all;
    for (const RawView::Element& element : range) {
        if (!all.empty()) all += ' ';
        if (!element.key.empty()) all.append(element.key) += '=';
        all += element.value;
    }
    return all;
}
std::string found(const std::optional<RawView>& value) { return value ? std::string(value->text()) : "-"; }

} // namespace

// ------------------------------------------------------------------------------------------------ one value

TEST_CASE("raw: SEC-32 raw_json takes one JSON value, whatever it is, and nothing else") {
    struct Case {
        std::string text;
        const char* kind; // null: no JSON
    };
    const std::string deep32 = std::string(32, '[') + std::string(32, ']');
    const std::string deep33 = std::string(33, '[') + std::string(33, ']');
    const Case cases[] = {
        {"null", "null"},
        {"true", "boolean"},
        {"false", "boolean"},
        {"0", "number"},
        {"-1.5e+10", "number"},
        {"0.1234567890123456789012345678901234567890123", "number"},
        {std::string(1000, '9'), "number"},
        {"\"\"", "string"},
        {"\"a\"", "string"},
        {"\"]\"", "string"},
        {"{}", "object"},
        {"[]", "array"},
        {R"({"a":[1,{"b":null}],"c":"}"})", "object"},
        {"[[],{},\"\",0]", "array"},
        {"[\"]\",\"\\\"\"]", "array"},
        {"[\"caf\xc3\xa9\\n\"]", "array"},
        {" {\"a\":1}", "object"}, // blanks on either side are no part of it
        {"\t\r\n [1] \t\r\n", "array"},
        {" true ", "boolean"},
        {deep32, "array"},
        {"\"a\\nb\"", "string"}, // escapes and other scripts are no less JSON in a value of their own
        {"\"\\\"\"", "string"},
        {"\"caf\xc3\xa9\"", "string"},
        {"\"\\ud83d\\ude00\"", "string"},

        {"", nullptr},
        {" ", nullptr},
        {"nul", nullptr},
        {"1:", nullptr},
        {"1.5:", nullptr},
        {"1e5:", nullptr},
        {"nulll", nullptr},
        {"null null", nullptr},
        {"True", nullptr},
        {"tru}", nullptr},
        {"true]", nullptr},
        {"NaN", nullptr},
        {"Infinity", nullptr},
        {"-", nullptr},
        {"01", nullptr},
        {"1.", nullptr},
        {"1,2", nullptr},
        {"1]", nullptr},
        {std::string(1000, '9') + "]", nullptr},
        {std::string(1000, '9') + "x", nullptr},
        {std::string(1000, '9') + std::string(1, '\0'), nullptr},
        {std::string(1000, '9') + " 9", nullptr},
        {"0x1", nullptr},
        {"+1", nullptr},
        {"'a'", nullptr},
        {"\"", nullptr},
        {"\"a", nullptr},
        {"a\"", nullptr},
        {"\"a\" \"b\"", nullptr},
        {"\"a\\\"", nullptr},
        {"\"a\nb\"", nullptr},
        {"\"\xff\"", nullptr},
        {"\"\\ud800\"", nullptr},
        {"{", nullptr},
        {"}", nullptr},
        {"[", nullptr},
        {"]", nullptr},
        {"{]", nullptr},
        {"[}", nullptr},
        {"[[]", nullptr},
        {"[]]", nullptr},
        {"{}{}", nullptr},
        {"{} []", nullptr},
        {"[1,]", nullptr},
        {"[,1]", nullptr},
        {"{\"a\"}", nullptr},
        {"{\"a\":}", nullptr},
        {"{\"a\":1,}", nullptr},
        {"{a:1}", nullptr},
        {"{1:1}", nullptr},
        {"[1 2]", nullptr},
        {"[\"]", nullptr},
        {"{\"a\":\"}", nullptr},
        {"[1]x", nullptr},
        {"// c\n[1]", nullptr},
        {"[1/**/]", nullptr},
        {std::string("[1]\0", 4), nullptr},
        {std::string("1\0", 2), nullptr},
        {std::string("\0", 1), nullptr},
        {"\xef\xbb\xbf{}", nullptr}, // a BOM is for documents
        {deep33, nullptr},
        {std::string(100000, '['), nullptr},
        {std::string(100000, '[') + std::string(100000, ']'), nullptr},
    };
    for (const Case& c : cases) {
        CAPTURE(document::visible(c.text));
        const mxwire::RawJson raw = raw_json(c.text);
        CHECK(raw.is_valid() == (c.kind != nullptr));
        CHECK(std::string(name_of(raw.kind())) == (c.kind != nullptr ? c.kind : "none"));
        CHECK(raw.text() == c.text); // kept, and refused when it is to be sent
        CHECK(raw.empty() == c.text.empty());
        Box<Owned> box;
        box.value = raw;
        CHECK(written(box) == (c.kind != nullptr ? "{\"value\":" + c.text + "}" : "value: not well-formed"));
    }
    CHECK(mxwire::RawJson{}.is_valid());
    CHECK(mxwire::RawJson{}.kind() == JsonKind::none);
    CHECK(written(Box<Owned>{}) == "value: missing");
}

TEST_CASE("raw: the value of a number is exact, and is none beyond 64 bits") {
    const auto integer = [](std::string_view text) { return document::text(RawView{text}.integer()); };
    CHECK(integer("0") == "0");
    CHECK(integer("-0") == "0");
    CHECK(integer("9007199254740993") == "9007199254740993");
    CHECK(integer("9223372036854775807") == "9223372036854775807");
    CHECK(integer("-9223372036854775808") == "-9223372036854775808");
    CHECK(integer("9223372036854775808") == "-");
    CHECK(integer("3600.0") == "3600");
    CHECK(integer("3600." + std::string(1000, '0')) == "-"); // more than 39 characters are not looked at
    CHECK(integer(std::string(1000, '9')) == "-");
    CHECK(integer("3.6e3") == "3600");
    CHECK(integer("1.5") == "-");
    CHECK(integer("1e999") == "-");
    CHECK(integer("\"1\"") == "-");
    CHECK(integer("true") == "-");
    CHECK(integer("") == "-");
    CHECK(integer(" 7 ") == "7");
}

TEST_CASE("raw: strings, flags and kinds") {
    const auto string = [](std::string_view text) { return document::text(RawView{text}.string()); };
    CHECK(string(R"("")").empty());
    CHECK(string(R"("abc")") == "abc");
    CHECK(string(R"("a\n\"\u00e9\ud83d\ude00")") == "a\n\"\xc3\xa9\xf0\x9f\x98\x80");
    CHECK(string(R"("a\u0000b")") == std::string("a\0b", 3));
    CHECK(string("5") == "-");
    CHECK(string("[\"a\"]") == "-");
    CHECK(string("") == "-");
    CHECK(RawView{"true"}.boolean() == std::optional<bool>(true));
    CHECK(RawView{"false"}.boolean() == std::optional<bool>(false));
    CHECK_FALSE(RawView{"null"}.boolean().has_value());
    CHECK_FALSE(RawView{"1"}.boolean().has_value());
    CHECK_FALSE(RawView{}.boolean().has_value());
    CHECK(RawView{}.kind() == JsonKind::none);
    CHECK(RawView{" \n"}.kind() == JsonKind::none);
    CHECK(RawView{"null"}.kind() == JsonKind::null);
    CHECK(RawView{"-1"}.kind() == JsonKind::number);
    CHECK(RawView{" { } "}.text() == "{ }");
}

TEST_CASE("raw: objects and arrays are walked through, whatever is in them") {
    struct Case {
        std::string text;
        std::string elements;
    };
    const Case cases[] = {
        {"{}", ""},
        {"[]", ""},
        {" { } ", ""},
        {"[ ]", ""},
        {"[1]", "1"},
        {"[1,\"a\",true,null,{},[]]", "1 \"a\" true null {} []"},
        {"[ 1 , [ 2 , 3 ] , { \"a\" : 4 } ]", "1 [ 2 , 3 ] { \"a\" : 4 }"},
        {R"({"a":1,"b":"x"})", R"(a=1 b="x")"},
        {"{ \"a\" : 1 ,\n\"b\"\t:\r[ ] }", "a=1 b=[ ]"},
        {R"({"a":{"b":{"c":[1,2,{"d":3}]}},"e":-1.5e3})", R"(a={"b":{"c":[1,2,{"d":3}]}} e=-1.5e3)"},
        {R"({"a":"}","b":"]","c":"\"","d":"\\","e":",:{["})", R"(a="}" b="]" c="\"" d="\\" e=",:{[")"},
        {R"({"k\"}":["]}",",:"]})", R"(k\"}=["]}",",:"])"},
        {R"({"a":1,"a":2})", "a=1 a=2"},
        {"1", ""},
        {"\"[1]\"", ""},
        {"", ""},
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        CHECK(elements(RawView{c.text}) == c.elements);
        CHECK(elements(raw_json(c.text).view()) == c.elements);
    }
    const RawView list{"[10,20]"};
    RawView::Iterator at = list.begin();
    CHECK(at == list.begin());
    CHECK(at != list.end());
    CHECK(at->value == "10");
    ++at;
    CHECK((*at).value == "20");
    ++at;
    CHECK(at == list.end());
    CHECK(elements(raw_json("[1").view()).empty()); // what is no JSON has no elements
}

TEST_CASE("raw: SEC-37 a member is found by what its key means; a doubled one gives nothing") {
    const auto find = [](std::string_view text, std::string_view key) { return found(RawView{text}.find(key)); };
    CHECK(find(R"({"a":1,"b":{"a":2}})", "a") == "1");
    CHECK(find(R"({"a":1,"b":{"a":2}})", "b") == R"({"a":2})");
    CHECK(find(R"({"b":{"a":2}})", "a") == "-");
    CHECK(find(R"({"\u0061":1})", "a") == "1");
    CHECK(find(R"({"\ud83d\ude00":1})", "\xf0\x9f\x98\x80") == "1");
    CHECK(find(R"({"a":1,"a":1})", "a") == "-");
    CHECK(find(R"({"a":1,"b":2,"\u0061":3})", "a") == "-");
    CHECK(find(R"({"a":1,"a":2,"a":3})", "a") == "-");
    CHECK(find(R"({"a":1,"b":2,"\u0061":3})", "b") == "2");
    CHECK(find(R"({"":1})", "") == "1");
    CHECK(find(R"({"a":1})", "") == "-");
    CHECK(find(R"(["a"])", "a") == "-");
    CHECK(find("\"a\"", "a") == "-");
    CHECK(find("", "a") == "-");
    CHECK(found(raw_json(R"({"a": 5 })").find("a")) == "5");
}

TEST_CASE_TEMPLATE("raw: a model keeps a value as it came", S, Owned, View, Fixed) {
    const char* const values[] = {"0",   "-1.50e+2",         "1e999", "true", "\"text \\n \\u0041\"", "{}",
                                  "[ ]", R"({"a": [1 ,2]})", "[[]]",  "\"\"", "\"\xc3\xa9\""};
    for (const std::string value : values) {
        CAPTURE(value);
        const Document<Box<S>> box("{\"value\": " + value + " ,\"maybe\":" + value + "}");
        CHECK(box.verdict() == "ok");
        CHECK(box->value.text() == value);
        REQUIRE(box->maybe);
        CHECK(box->maybe->text() == value);
        CHECK(written(*box) == "{\"value\":" + value + ",\"maybe\":" + value + "}");
    }
}

TEST_CASE_TEMPLATE("raw: SEC-34 reference J3 null is no value", S, Owned, View, Fixed) {
    CHECK(read<Box<S>>(R"({"value":null})") == "value: missing");
    CHECK(read<Box<S>>("{}") == "value: missing");
    const Document<Box<S>> box(R"({"value":1,"maybe":null})");
    CHECK(box.verdict() == "ok");
    CHECK_FALSE(box->maybe.has_value());
    CHECK(read<Box<S>>(R"({"value":nul})") == "value: not well-formed");
    CHECK(read<Box<S>>(R"({"value":[1,]})") == "value: not well-formed");
    CHECK(read<Box<S>>(R"({"value":1,"maybe":{"a":"\ud800"}})") == "maybe: not well-formed");
}

TEST_CASE("raw: a value that does not fit names its member") {
    using Tiny = mxwire::Fixed<8, 2>;
    CHECK(read<Box<Tiny>>(R"({"value":[1,2,3]})") == "ok");
    CHECK(read<Box<Tiny>>(R"({"value":[1,2,345]})") == "value: too long");
    CHECK(read<Box<Tiny>>(R"({"value":1,"maybe":[1,2,345]})") == "maybe: too long");
    mxwire::Limits limits;
    limits.text = 7;
    CHECK(read<Box<Owned>>(R"({"value":[1,2,3]})", limits) == "ok");
    CHECK(read<Box<Owned>>(R"({"value":[1,2,34]})", limits) == "value: too long");
}

// ------------------------------------------------------------------------------------------------ other members

TEST_CASE_TEMPLATE("raw: the members that a model does not name are kept as they came", S, Owned, View, Fixed) {
    struct Case {
        std::string json;
        std::string rest;
    };
    const Case cases[] = {
        {"{}", ""},
        {R"({"name":"N"})", ""},
        {R"({"a":1})", "a=1"},
        {R"({"a":1,"name":"N","b":[1,{"c":"d"}]})", R"(a=1 b=[1,{"c":"d"}])"},
        {"{ \"a\" : 1 , \"b\" : { } }", "a=1 b={ }"},
        {R"({"a":null,"b":true})", "a=null b=true"}, // null is a value where nobody knows better
        {R"({"a":1,"a":2})", "a=1 a=2"},
        {R"({"x\ny":"\u0041"})", R"(x\ny="\u0041")"},
        {R"({"n\u0061me":"N","name2":0})", "name2=0"}, // ours, in another spelling
    };
    for (const Case& c : cases) {
        CAPTURE(c.json);
        const Document<Open<S>> open(c.json);
        CHECK(open.verdict() == "ok");
        CHECK(elements(open->rest) == c.rest);
        CHECK(open->rest.empty() == c.rest.empty());
    }
    const Document<Open<S>> open(R"({"a":1,"\u0061":2,"b":3,"name":"N"})");
    CHECK(found(open->rest.find("a")) == "-"); // given twice: nobody can say which one is meant
    CHECK(found(open->rest.find("b")) == "3");
    CHECK(found(open->rest.find("name")) == "-");
    CHECK(found(open->rest.find("c")) == "-");
}

TEST_CASE_TEMPLATE("raw: what was read goes out again", S, Owned, View, Fixed) {
    const char* const documents[] = {
        "{}",
        R"({"name":"N"})",
        R"({"name":"N","a":1})",
        R"({"a":1})",
        R"({"a":1,"a":2,"b":{"c":[null]}})",
        R"({"\u0061\"":"\n"})",
        R"({"":1})", // an empty name is one
        R"({"name":"N","":{"":0}})",
    };
    for (const char* const json : documents) CHECK(reread<Open<S>>(json) == json);
    CHECK(reread<Typed<S>>(R"({"a":1})") == R"({"type":"m.x","a":1})");
    // the constant's own member is passed over: it is not a member that nobody names
    CHECK(reread<Typed<S>>(R"({"type":"m.x","a":1})") == R"({"type":"m.x","a":1})");
}

TEST_CASE("raw: members for which there is no room are an error, unless they may be left out") {
    CHECK(read<Open<mxwire::BasicView<2>>>(R"({"a":1,"b":2,"name":"N"})") == "ok");
    CHECK(read<Open<mxwire::BasicView<2>>>(R"({"a":1,"b":2,"c":3})") == "too many elements");
    using Tiny = mxwire::Fixed<16, 1>;
    CHECK(read<Open<Tiny>>(R"({"a":1,"b":"56"})") == "ok");
    CHECK(Document<Open<Tiny>>(R"({"a":1,"b":"56"})")->rest.text() == R"({"a":1,"b":"56"})"); // sixteen bytes
    CHECK(read<Open<Tiny>>(R"({"a":1,"b":"567"})") == "too many elements");
    CHECK(read<Open<Tiny>>(R"({"a":"23456789012"})") == "too many elements");
    mxwire::Limits limits;
    limits.text = 16;
    CHECK(read<Open<Owned>>(R"({"a":1,"b":"56"})", limits) == "ok");
    CHECK(read<Open<Owned>>(R"({"a":1,"b":"567"})", limits) == "too many elements");
    CHECK(read<Open<Owned>>(R"({"a":"23456789"})", limits) == "ok");
    CHECK(read<Open<Owned>>(R"({"a":"234567890"})", limits) == "too many elements");

    // where they may be left out, the ones that fit are kept and everything else goes on
    const Document<CutOpen<Tiny>> cut(R"({"a":1,"b":"567","c":3,"name":"N"})");
    CHECK(cut.verdict() == "ok");
    CHECK(elements(cut->rest) == "a=1 c=3");
    CHECK(document::text(cut->name) == "N");
    const Document<CutOpen<mxwire::BasicView<2>>> view(R"({"a":1,"b":2,"c":3,"name":"N"})");
    CHECK(view.verdict() == "ok");
    CHECK(elements(view->rest) == "a=1 b=2");
    CHECK(document::text(view->name) == "N");
    // left out or not, it is looked at
    CHECK(read<CutOpen<Tiny>>(R"({"a":1,"b":"56789012345\ud800"})") == "not well-formed");
}

TEST_CASE("raw: members made here are an object, or are refused when they are sent") {
    const auto owned = [](std::string text) {
        return written(Open<Owned>{std::nullopt, mxwire::Members{raw_json(std::move(text))}});
    };
    CHECK(owned(R"({"a":1,"b":[]})") == R"({"a":1,"b":[]})");
    CHECK(owned("{ \"a\" : 1 , \"b\" : \"x\" }") == R"({"a" : 1,"b" : "x"})");
    CHECK(owned(R"({"":1})") == R"({"":1})");
    CHECK(owned("{}") == "{}");
    CHECK(owned("") == "{}");
    for (const char* const text : {"[1]", "1", "\"a\"", "null", "{\"a\":1", "{\"a\":1}}", "{\"a\":\"\xff\"}"}) {
        CHECK(owned(text) == "not well-formed");
    }

    const auto view = [](std::string_view text) {
        using Two = mxwire::BasicView<2>;
        return written(Open<Two>{std::nullopt, mxwire::MemberSlices<2>{mxwire::RawJsonView{text}}});
    };
    CHECK(view(R"({"a":1,"b":[]})") == R"({"a":1,"b":[]})");
    CHECK(view("{}") == "{}");
    CHECK(view(R"({"a":1,"b":2,"c":3})") == "not well-formed"); // more than it holds: nothing is cut away
    for (const char* const text : {"[1]", "1", "", "{\"a\":1"}) CHECK(view(text) == "not well-formed");
}

TEST_CASE("raw: members that collide with our own are refused in every spelling, by our name") {
    struct Case {
        std::string members;
        std::string verdict;
    };
    const Case cases[] = {
        {R"({"name":"x"})", "name: given twice"},
        {R"({"n\u0061me":"x"})", "name: given twice"},
        {R"({"a":1,"\u006e\u0061\u006d\u0065":"x"})", "name: given twice"},
        {R"({"name":null})", "name: given twice"},
        {R"({"nam":1,"names":2,"Name":3,"name ":4})", "ok"},
        {R"({"a":{"name":1}})", "ok"}, // further down it is another object's
    };
    for (const Case& c : cases) {
        CAPTURE(c.members);
        std::string out;
        CHECK(verdict(mxwire::write_json(out, Open<Owned>{std::nullopt, mxwire::Members{raw_json(c.members)}})) ==
              c.verdict);
        CHECK(verdict(mxwire::write_json(out, Open<View>{std::nullopt, mxwire::MemberSlices<8>{mxwire::RawJsonView{
                                                                           c.members}}})) == c.verdict);
    }
    CHECK(written(Typed<Owned>{mxwire::Members{raw_json(R"({"type":"m.y"})")}}) == "type: given twice");
}

TEST_CASE_TEMPLATE("raw: beside a flattened object the rest is what neither of the two names", S, Owned, View, Fixed) {
    const Document<FlatOpen<S>> open(R"({"x":1,"name":"N","y":[2],"age":3})");
    CHECK(open.verdict() == "ok");
    CHECK(open->named.name == std::string_view{"N"});
    CHECK(elements(open->rest) == "x=1 y=[2]");
    CHECK(written(*open) == R"({"name":"N","age":3,"x":1,"y":[2]})");
    CHECK(elements(Document<FlatOpen<S>>(R"({"n\u0061me":"N","\u0061ge":3,"x":1})")->rest) == "x=1");
}

TEST_CASE("raw: members made here collide with those of a flattened object as well") {
    const auto out = [](const char* members) {
        return written(FlatOpen<Owned>{{"N"}, std::nullopt, mxwire::Members{raw_json(members)}});
    };
    CHECK(out(R"({"x":1})") == R"({"name":"N","x":1})");
    CHECK(out(R"({"age":1})") == "age: given twice");
    CHECK(out(R"({"name":"M"})") == "name: given twice");
    CHECK(out(R"({"n\u0061me":"M"})") == "name: given twice");
}

// ------------------------------------------------------------------------------------------------ lists of text

TEST_CASE_TEMPLATE("raw: J1 J3 a list of text, whatever is in it", S, Owned, View, Fixed) {
    const struct {
        const char* list;
        const char* elements; // each between brackets
    } rows[] = {
        {R"([])", ""},
        {R"([""])", "[]"},
        {R"(["a"])", "[a]"},
        {R"(["a","b"])", "[a][b]"},
        {R"([ "a" , "b"
            ,"" ])",
         "[a][b][]"},
        {R"(["],","[\"","b"])", R"([],][["][b])"},
        {R"(["\"","\"\"","x\"y"])", R"(["][""][x"y])"},
        {R"(["\u0061\u0062","c","\u00e9\n"])", "[ab][c][\xc3\xa9\n]"},
        {R"(["\\","\\\\"])", R"([\][\\])"},
        {R"(["\ud83d\ude00","\"\ud83d\ude00\""])", "[\xf0\x9f\x98\x80][\"\xf0\x9f\x98\x80\"]"},
        {R"(null)", ""},
        {R"(["a",1])", ""},
        {R"(["\"",null,"b"])", ""},
        {R"({"a":"b"})", ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.list);
        const Document<Texts<S>> read(R"({"all":)" + std::string(row.list) + "}");
        REQUIRE(read.verdict() == "ok");
        std::string elements;
        std::size_t count = 0;
        for (const auto& element : read->all) {
            elements += '[' + document::text(element) + ']';
            CHECK(document::text(read->all[count]) == document::text(element));
            ++count;
        }
        CHECK(elements == row.elements);
        CHECK(read->all.size() == count);
        CHECK(read->all.empty() == (count == 0));
        if (count != 0) CHECK(document::text(read->all.front()) == document::text(read->all[0]));
    }
    CHECK(reread<Texts<S>>(R"({"all":["a" , "\"\u0001\u00e9"]})") == "{\"all\":[\"a\",\"\\\"\\u0001\xc3\xa9\"]}");
    CHECK(reread<Texts<S>>(R"({"all":[]})") == "{}");
    CHECK(read<Texts<S>>(R"({"all":["a" "b"]})") == "all: not well-formed");
    CHECK(read<Texts<S>>(R"({"all":["a")") == "not well-formed");
    CHECK(read<Texts<S>>(R"({"all":["a"],"all":["a"]})") == "all: given twice");
}

TEST_CASE("raw: SEC-41 a list of slices has no bound but the limits, and takes the room of three pointers") {
    static_assert(sizeof(View::TextList) == 3 * sizeof(void*));
    std::string list = "[\"0\"";
    for (int i = 1; i < 1024; ++i) list += ",\"" + std::to_string(i) + '"';
    const Document<Texts<View>> read_all(R"({"all":)" + list + "]}");
    REQUIRE(read_all);
    CHECK(read_all->all.size() == 1024);
    CHECK(read_all->all[1023] == "1023");
    CHECK(read<Texts<View>>(R"({"all":)" + list + R"(,"1024"]})") == "all: too many elements");
    mxwire::Limits limits;
    limits.text = 3;
    CHECK(read<Texts<View>>(R"({"all":["abc"]})", limits) == "ok");
    CHECK(read<Texts<View>>(R"({"all":["abc","abcd"]})", limits) == "all: too long");
}

TEST_CASE("raw: a list in a body that may not be written to has no escapes") {
    Texts<View> texts;
    CHECK(verdict(mxwire::read_json(R"({"all":["a","b"]})", texts)) == "ok");
    CHECK(written(texts) == R"({"all":["a","b"]})");
    const std::string body = R"({"all":["a","\u0062"]})";
    Texts<View> refused;
    CHECK(verdict(mxwire::read_json(body, refused)) == "all: escaped text in a read-only body");
    CHECK(body == R"({"all":["a","\u0062"]})");
    Words<View> words;
    CHECK(verdict(mxwire::read_json(R"({"all":["m.apple","\u006d.apple"]})", words)) ==
          "all: escaped text in a read-only body");
}

TEST_CASE("raw: a list of words is a list of slices as well") {
    const Document<Words<View>> read(R"({"all":["m.apple","\u006d.apple","m.pear"]})");
    REQUIRE(read);
    std::string all;
    for (const auto word : read->all) all += word == Fruit::apple ? "yes " : std::string(word.text());
    CHECK(all == "yes yes m.pear");
    CHECK(written(*read) == R"({"all":["m.apple","m.apple","m.pear"]})");
}

TEST_CASE("raw: a list of slices can be gone through by the standard algorithms") {
    const Document<Texts<View>> read(R"({"all":["a","bb","c"]})");
    REQUIRE(read);
    const auto& all = read->all;
    using Iterator = View::TextList::Iterator;
#if defined(__cpp_lib_ranges) && __cpp_lib_ranges >= 202106L
    static_assert(std::input_iterator<Iterator>);
    static_assert(std::ranges::input_range<View::TextList>);
#endif
    CHECK(Iterator{} == Iterator{});
    CHECK(*std::find(all.begin(), all.end(), "bb") == "bb");
    CHECK(std::find(all.begin(), all.end(), "b") == all.end());
    CHECK(std::vector<std::string>(all.begin(), all.end()) == std::vector<std::string>{"a", "bb", "c"});
    Iterator second = all.begin();
    CHECK(*second++ == "a");
    CHECK(*second == "bb");
}

TEST_CASE("raw: SEC-40 a list whose body was written to is never looked at behind its end") {
    for (const char filling : {'\0', ' ', '"', 'x', '\xff'}) {
        std::vector<char> body;
        for (const char c : std::string_view{R"({"all":["a","b\u0022","ccc"]})"}) body.push_back(c);
        Texts<View> texts;
        REQUIRE(mxwire::read_json_in_place(body.data(), body.size(), texts));
        for (char& byte : body) byte = filling;
        std::size_t count = 0;
        for (const std::string_view text : texts.all) {
            CHECK(
                (text.empty() || (text.data() > body.data() && text.data() + text.size() < body.data() + body.size())));
            ++count;
        }
        CHECK(count == 3);
        CHECK(written(texts) != "");
    }
}
