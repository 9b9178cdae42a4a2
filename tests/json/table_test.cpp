// SPDX-License-Identifier: MIT
// Field tables: one serves both ways, for as many members as a model may have, wherever the table stands.
#include "document.hpp"

#include <algorithm>

namespace field = mxwire::field;
using document::Document;
using document::Fixed;
using document::Owned;
using document::read;
using document::reread;
using document::text;
using document::View;
using document::written;

// ------------------------------------------------------------------------------------------------ a foreign type

namespace foreign {
struct Point { // it knows nothing of tables
    std::int64_t x = 0;
    std::int64_t y = 0;
};
} // namespace foreign

MXWIRE_NAMESPACE_BEGIN
template <> struct Fields<foreign::Point> {
    static constexpr auto value =
        fields(field::required<&foreign::Point::x>("x"), field::optional<&foreign::Point::y>("y"));
};
MXWIRE_NAMESPACE_END

namespace {

struct Line {
    using Storage = Owned;
    foreign::Point from;
    std::optional<foreign::Point> to{};
    std::vector<foreign::Point> over{};
    static constexpr auto fields = mxwire::fields(
        field::required<&Line::from>("from"), field::optional<&Line::to>("to"), field::optional<&Line::over>("over"));
};

template <class S> struct Abc {
    using Storage = S;
    std::int64_t a;
    std::int64_t b;
    std::optional<std::int64_t> c{};
    std::optional<std::int64_t> d{};
    static constexpr auto fields = mxwire::fields(field::required<&Abc::a>("a"), field::required<&Abc::b>("bb"),
                                                  field::optional<&Abc::c>("ccc"), field::optional<&Abc::d>("d"));
};

/// As many members as a table has room for, each required, with names of all lengths.
struct Widest {
    using Storage = Owned;
    std::int64_t m00, m01, m02, m03, m04, m05, m06, m07, m08, m09, m10, m11, m12, m13, m14, m15;
    std::int64_t m16, m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31;
    static constexpr auto fields =
        mxwire::fields(field::required<&Widest::m00>("k00"), field::required<&Widest::m01>("k01"),
                       field::required<&Widest::m02>("k02"), field::required<&Widest::m03>("k03"),
                       field::required<&Widest::m04>("k04"), field::required<&Widest::m05>("k05"),
                       field::required<&Widest::m06>("k06"), field::required<&Widest::m07>("k07"),
                       field::required<&Widest::m08>("k08"), field::required<&Widest::m09>("k09"),
                       field::required<&Widest::m10>("k10"), field::required<&Widest::m11>("k11"),
                       field::required<&Widest::m12>("k12"), field::required<&Widest::m13>("k13"),
                       field::required<&Widest::m14>("k14"), field::required<&Widest::m15>("k15"),
                       field::required<&Widest::m16>("k16"), field::required<&Widest::m17>("k17"),
                       field::required<&Widest::m18>("k18"), field::required<&Widest::m19>("k19"),
                       field::required<&Widest::m20>("k20"), field::required<&Widest::m21>("k21"),
                       field::required<&Widest::m22>("k22"), field::required<&Widest::m23>("k23"),
                       field::required<&Widest::m24>("k24"), field::required<&Widest::m25>("k25"),
                       field::required<&Widest::m26>("k26"), field::required<&Widest::m27>("k27"),
                       field::required<&Widest::m28>("k28"), field::required<&Widest::m29>("k29"),
                       field::required<&Widest::m30>("k30"), field::required<&Widest::m31>("k31"));
};
std::string key_of(unsigned i) {
    std::string key = "k";
    key += static_cast<char>('0' + i / 10);
    key += static_cast<char>('0' + i % 10);
    return key;
}

struct Spelt {
    using Storage = Owned;
    std::optional<std::int64_t> a{}, b{}, c{}, d{}, e{}, f{}, g{}, h{}, i{}, j{}, k{}, l{}, m{}, n{}, o{}, last{};
    static constexpr auto fields =
        mxwire::fields(field::optional<&Spelt::a>("a", "A"), field::optional<&Spelt::b>("b", "B"),
                       field::optional<&Spelt::c>("c", "C"), field::optional<&Spelt::d>("d", "D"),
                       field::optional<&Spelt::e>("e", "E"), field::optional<&Spelt::f>("f", "F"),
                       field::optional<&Spelt::g>("g", "G"), field::optional<&Spelt::h>("h", "H"),
                       field::optional<&Spelt::i>("i", "I"), field::optional<&Spelt::j>("j", "J"),
                       field::optional<&Spelt::k>("k", "K"), field::optional<&Spelt::l>("l", "L"),
                       field::optional<&Spelt::m>("m", "M"), field::optional<&Spelt::n>("n", "N"),
                       field::optional<&Spelt::o>("o", "O"), field::optional<&Spelt::last>("p", "P")); // 32 rows
};

#define MXWIRE_TEST_NAME_118 \
    "a123456789b123456789c123456789d123456789e123456789f123456789g123456789h123456789i123456789j123456789k123456789l1" \
    "234567"
struct LongName {
    using Storage = Owned;
    std::string text;
    std::optional<std::string> near{};
    static constexpr auto fields =
        mxwire::fields(field::required<&LongName::text>(MXWIRE_TEST_NAME_118), field::optional<&LongName::near>("a"));
};
const std::string long_name = MXWIRE_TEST_NAME_118;
#undef MXWIRE_TEST_NAME_118

template <class S> struct Parameters {
    using Storage = S;
    typename S::Text id;
    std::optional<typename S::Text> reason{};
    std::int64_t limit = 0;
    std::optional<typename S::Text> body{};
    static constexpr auto fields =
        mxwire::fields(field::path<&Parameters::id>("id"), field::query<&Parameters::reason>("reason"),
                       field::required_query<&Parameters::limit>("limit"), field::optional<&Parameters::body>("body"),
                       field::constant("kind", "k"));
};

} // namespace

TEST_CASE("json table: a model stays an aggregate with a table in it, and needs none in it") {
    static_assert(std::is_aggregate_v<Abc<Owned>>);
    static_assert(std::is_aggregate_v<Line>);
    const Abc<Owned> abc{1, 2};
    CHECK(written(abc) == R"({"a":1,"bb":2})");
    // the table of a type that cannot carry one
    CHECK(reread<Line>(R"({"from":{"x":1}})") == R"({"from":{"x":1,"y":0}})");
    CHECK(reread<Line>(R"({"from":{"x":1,"y":2},"to":{"x":3},"over":[{"y":5},{"x":4,"y":5}]})") ==
          R"({"from":{"x":1,"y":2},"to":{"x":3,"y":0},"over":[{"x":4,"y":5}]})");
    CHECK(read<Line>(R"({"from":{"y":1}})") == "x: missing");
}

TEST_CASE_TEMPLATE("json table: members may come in any order, with others between them", S, Owned, View, Fixed) {
    std::string members[] = {R"("a":1)", R"("bb":2)", R"("ccc":3)", R"("d":4)", R"("x":{"a":9})"};
    std::sort(std::begin(members), std::end(members));
    int orders = 0;
    do {
        ++orders;
        for (const char* const between : {",", " , "}) {
            std::string json = "{";
            for (const std::string& member : members) json += (json.size() > 1 ? between : "") + member;
            json += '}';
            CAPTURE(json);
            const Document<Abc<S>> abc(json);
            CHECK(abc.verdict() == "ok");
            CHECK(written(*abc) == R"({"a":1,"bb":2,"ccc":3,"d":4})");
        }
    } while (std::next_permutation(std::begin(members), std::end(members)));
    CHECK(orders == 120);
}

TEST_CASE("json table: 32 members, each required, each named when it is missing or given twice") {
    std::string whole;
    for (unsigned i = 0; i < 32; ++i) whole += ",\"" + key_of(i) + "\":" + std::to_string(100 + i);
    whole = '{' + whole.substr(1) + '}';
    CHECK(reread<Widest>(whole) == whole);
    for (unsigned left_out = 0; left_out < 32; ++left_out) {
        std::string json, backwards;
        for (unsigned i = 0; i < 32; ++i) {
            if (i == left_out) continue;
            const std::string member = "\"" + key_of(i) + "\":" + std::to_string(i);
            json += ',' + member;
            backwards = ',' + member + backwards;
        }
        CHECK(read<Widest>('{' + json.substr(1) + '}') == key_of(left_out) + ": missing");
        CHECK(read<Widest>('{' + backwards.substr(1) + '}') == key_of(left_out) + ": missing");
        CHECK(read<Widest>(whole.substr(0, whole.size() - 1) + ",\"" + key_of(left_out) + "\":0}") ==
              key_of(left_out) + ": given twice");
    }
    CHECK(read<Widest>("{}") == "k00: missing");
}

TEST_CASE("json table: 16 members with two spellings each") {
    for (char small = 'a'; small <= 'p'; ++small) {
        const std::string first(1, small), second(1, static_cast<char>(small - 'a' + 'A'));
        const std::string one = "{\"" + first + "\":1}", two = "{\"" + first + "\":2}";
        CHECK(reread<Spelt>("{\"" + first + "\":1,\"" + second + "\":2}") == one);
        CHECK(reread<Spelt>("{\"" + second + "\":2,\"" + first + "\":1}") == one);
        CHECK(reread<Spelt>("{\"" + second + "\":2}") == two);
        CHECK(reread<Spelt>("{\"" + first + "\":null,\"" + second + "\":2}") == two);
        CHECK(reread<Spelt>("{\"" + second + "\":2,\"" + first + "\":null}") == two);
        CHECK(reread<Spelt>("{\"" + second + "\":2,\"" + first + "\":true}") == two);
    }
}

TEST_CASE("json table: a name of 118 characters is one") {
    CHECK(long_name.size() == 118);
    CHECK(reread<LongName>("{\"" + long_name + "\":\"t\",\"a\":\"n\"}") == "{\"" + long_name + "\":\"t\",\"a\":\"n\"}");
    for (std::size_t size = 1; size < long_name.size(); ++size) {
        CHECK(read<LongName>("{\"" + long_name.substr(0, size) + "\":\"t\"}") == long_name + ": missing");
    }
    CHECK(read<LongName>("{\"" + long_name + "8\":\"t\"}") == long_name + ": missing");
    CHECK(read<LongName>("{\"" + long_name + "\":5}") == long_name + ": wrong type");
}

TEST_CASE_TEMPLATE("json table: parameters of path and query are read as members, and are no part of the body", S,
                   Owned, View, Fixed) {
    const Document<Parameters<S>> all(R"({"limit":5,"id":"a/b","body":"c","reason":"r","kind":"ignored"})");
    CHECK(all.verdict() == "ok");
    CHECK(text(all->id) == "a/b");
    CHECK(text(all->reason) == "r");
    CHECK(all->limit == 5);
    CHECK(written(*all) == R"({"body":"c","kind":"k"})");
    CHECK(read<Parameters<S>>(R"({"limit":5})") == "id: missing");
    CHECK(read<Parameters<S>>(R"({"id":"a"})") == "limit: missing");
    CHECK(read<Parameters<S>>(R"({"id":"a","limit":5,"kind":{"of":["anything"]}})") ==
          "ok"); // a constant is passed over
    CHECK(read<Parameters<S>>(R"({"id":"a","limit":5,"kind":1,"kind":2})") == "kind: given twice");
    CHECK(read<Parameters<S>>(R"({"id":"a","id":"b","limit":5})") == "id: given twice");
}
