// SPDX-License-Identifier: MIT
// Bounds on what a hostile answer can do: depth, elements, text; memory, stack and time.
#include "../allocations.hpp"
#include "document.hpp"

#include <mxwire/session/get_login_flows.hpp>
#include <mxwire/session/login.hpp>

#include <algorithm>

#if defined(__unix__) || defined(__APPLE__)
#include <csignal>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#define MXWIRE_TEST_HAS_FORK 1
#endif

namespace field = mxwire::field;
using document::Document;
using document::Fixed;
using document::Owned;
using document::read;
using document::text;
using document::View;
using mxwire::Limits;

namespace {

template <class S> struct Leaf {
    using Storage = S;
    std::optional<typename S::Text> text{};
    typename S::Members rest{};
    static constexpr auto fields = mxwire::fields(field::optional<&Leaf::text>("text"), field::rest<&Leaf::rest>());
};
template <class S> struct Tree {
    using Storage = S;
    std::optional<Leaf<S>> one{};
    typename S::template List<Leaf<S>> many{};
    typename S::template List<typename S::Text> texts{};
    typename S::template List<std::int64_t> numbers{};
    std::optional<typename S::Raw> raw{};
    std::optional<typename S::Secret> secret{};
    std::optional<typename S::Text> name{};
    static constexpr auto fields =
        mxwire::fields(field::optional<&Tree::one>("one"), field::optional<&Tree::many>("many"),
                       field::optional<&Tree::texts>("texts"), field::optional<&Tree::numbers>("numbers"),
                       field::optional<&Tree::raw>("raw"), field::optional<&Tree::secret>("secret"),
                       field::optional<&Tree::name>("name"));
};
/// Lists alone, small enough for 2000 elements inside the model.
template <class S> struct Item {
    using Storage = S;
    std::optional<std::int64_t> n{};
    static constexpr auto fields = mxwire::fields(field::optional<&Item::n>("n"));
};
template <class S> struct Lists {
    using Storage = S;
    typename S::template List<Item<S>> many{};
    typename S::template List<typename S::Text> texts{};
    typename S::template List<std::int64_t> numbers{};
    static constexpr auto fields =
        mxwire::fields(field::optional<&Lists::many>("many"), field::optional<&Lists::texts>("texts"),
                       field::optional<&Lists::numbers>("numbers"));
};
using Roomy = mxwire::Fixed<16, 2000>;
using RoomyView = mxwire::BasicView<2000>;

std::string repeat(std::string_view what, std::size_t times) {
    std::string all;
    all.reserve(what.size() * times);
    if (times != 0) all = what;
    while (all.size() < what.size() * times) { // doubled, so that megabytes of it are no work
        all.append(all.data(), (std::min)(all.size(), what.size() * times - all.size()));
    }
    return all;
}
std::string nest(std::size_t depth, std::string_view inside = "") {
    return repeat("[", depth) + std::string(inside) + repeat("]", depth);
}
std::string nest_objects(std::size_t depth, std::string_view inside = "1") {
    return repeat("{\"a\":", depth) + std::string(inside) + repeat("}", depth);
}
std::string list_of(std::string_view element, std::size_t count) {
    std::string all = "[";
    for (std::size_t i = 0; i < count; ++i) all.append(i == 0 ? "" : ",").append(element);
    return all + ']';
}
Limits with_depth(std::uint16_t depth) {
    Limits limits;
    limits.depth = depth;
    return limits;
}
Limits with_elements(std::uint16_t elements) {
    Limits limits;
    limits.elements = elements;
    return limits;
}
Limits with_text(std::uint32_t size) {
    Limits limits;
    limits.text = size;
    return limits;
}

} // namespace

// ------------------------------------------------------------------------------------------------ depth

TEST_CASE_TEMPLATE("json limits: SEC-30 32 levels are read, the 33rd is refused", S, Owned, View, Fixed) {
    CHECK(Limits{}.depth == 32);
    // the document itself is the first level
    const std::string before[] = {"{\"x\":", "{\"raw\":", "{\"name\":", "{\"texts\":", "{\"numbers\":", "{\"one\":"};
    for (const std::string& member : before) {
        CAPTURE(member);
        CHECK(read<Tree<S>>(member + nest(31) + "}") == "ok");
        CHECK(read<Tree<S>>(member + nest(32) + "}").find("nested too deeply") != std::string::npos);
        CHECK(read<Tree<S>>(member + nest_objects(31) + "}").find("nested too deeply") == std::string::npos);
        CHECK(read<Tree<S>>(member + nest_objects(32) + "}").find("nested too deeply") != std::string::npos);
        CHECK(read<Tree<S>>(member + nest(5000) + "}").find("nested too deeply") != std::string::npos);
        CHECK(read<Tree<S>>(member + nest(100000) + "}").find("nested too deeply") != std::string::npos);
        CHECK(read<Tree<S>>(member + nest_objects(100000) + "}").find("nested too deeply") != std::string::npos);
    }
    // a level that the model reads counts as one that it passes over
    CHECK(read<Tree<S>>("{\"one\":{\"x\":" + nest(30) + "}}") == "ok");
    CHECK(read<Tree<S>>("{\"one\":{\"x\":" + nest(31) + "}}") == "one: nested too deeply");
    CHECK(read<Tree<S>>("{\"many\":[{\"x\":" + nest(29) + "}]}") == "ok");
    CHECK(read<Tree<S>>("{\"many\":[{\"x\":" + nest(30) + "}]}") == "many: nested too deeply");
    CHECK(read<Tree<S>>("{\"many\":[" + nest(30) + "]}") == "ok");
    CHECK(read<Tree<S>>("{\"many\":[" + nest(31) + "]}") == "many: nested too deeply");
    // and is left again
    CHECK(read<Tree<S>>("{\"x\":" + nest(31) + ",\"y\":" + nest_objects(31) + ",\"many\":[{\"x\":" + nest(29) +
                        "},{\"y\":" + nest(29) + "}],\"z\":" + nest(31) + "}") == "ok");
}

TEST_CASE_TEMPLATE("json limits: SEC-30 the depth is the caller's", S, Owned, View, Fixed) {
    for (std::uint16_t depth = 1; depth <= 64; ++depth) {
        CAPTURE(depth);
        CHECK(read<Tree<S>>("{\"x\":" + nest(depth - 1u) + "}", with_depth(depth)) ==
              (depth == 1 ? "not well-formed" : "ok"));
        CHECK(read<Tree<S>>("{\"x\":" + nest(depth) + "}", with_depth(depth)) == "nested too deeply");
    }
    CHECK(read<Tree<S>>("{\"x\":1}", with_depth(1)) == "ok");
    CHECK(read<Tree<S>>("{\"one\":{}}", with_depth(1)) == "one: nested too deeply");
    CHECK(read<Tree<S>>("{\"many\":[]}", with_depth(1)) == "many: nested too deeply");
    CHECK(read<Tree<S>>("{\"many\":[{}]}", with_depth(2)) == "many: nested too deeply");
    CHECK(read<Tree<S>>("{\"many\":[{}]}", with_depth(3)) == "ok");
    // more than 64 cannot be had, and asking for it does no harm
    CHECK(read<Tree<S>>("{\"x\":" + nest(64) + "}", with_depth(65535)) == "ok");
    CHECK(read<Tree<S>>("{\"x\":" + nest(65) + "}", with_depth(65535)) == "nested too deeply");
    CHECK(read<Tree<S>>("{\"x\":" + nest(100000) + "}", with_depth(65535)) == "nested too deeply");
    std::string mixed; // every one of 64 levels keeps its kind
    for (unsigned i = 0; i < 64; ++i) mixed += i % 3 == 0 ? "[" : "{\"k\":";
    mixed += "1";
    std::string closed = mixed;
    for (unsigned i = 64; i-- != 0;) closed += i % 3 == 0 ? "]" : "}";
    CHECK(read<Tree<S>>("{\"x\":" + closed + "}", with_depth(65535)) == "ok");
    for (std::size_t i = mixed.size(); i < closed.size(); ++i) {
        std::string wrong = closed;
        wrong[i] = wrong[i] == ']' ? '}' : ']';
        CHECK(read<Tree<S>>("{\"x\":" + wrong + "}", with_depth(65535)) != "ok");
    }
}

// ------------------------------------------------------------------------------------------------ elements

TEST_CASE_TEMPLATE("json limits: 1024 elements are read, the 1025th is refused by the list's name", S, Owned, RoomyView,
                   Roomy) {
    CHECK(Limits{}.elements == 1024);
    struct Case {
        std::string key, element;
    };
    const Case cases[] = {{"many", "{}"}, {"texts", "\"t\""}, {"numbers", "7"}};
    for (const Case& c : cases) {
        CAPTURE(c.key);
        const auto document = [&](std::size_t count) {
            return "{\"" + c.key + "\":" + list_of(c.element, count) + "}";
        };
        CHECK(read<Lists<S>>(document(1024)) == "ok");
        CHECK(read<Lists<S>>(document(1025)) == c.key + ": too many elements");
        CHECK(read<Lists<S>>(document(3), with_elements(3)) == "ok");
        CHECK(read<Lists<S>>(document(4), with_elements(3)) == c.key + ": too many elements");
        CHECK(read<Lists<S>>(document(0), with_elements(0)) == "ok");
        CHECK(read<Lists<S>>(document(1), with_elements(0)) == c.key + ": too many elements");
        CHECK(read<Lists<S>>(document(1500), with_elements(1500)) == "ok");
    }
    // what is left out counts as well: it was looked at
    CHECK(read<Lists<S>>("{\"many\":" + list_of("5", 1025) + "}") == "many: too many elements");
    CHECK(read<Lists<S>>("{\"many\":" + list_of("5", 1024) + "}") == "ok");
    // lists that nobody keeps are only passed over
    CHECK(read<Lists<S>>("{\"x\":" + list_of("1", 5000) + ",\"y\":[]}") == "ok");
}

TEST_CASE("json limits: lists that are full name their member") {
    using Two = mxwire::Fixed<16, 2>;
    using TwoView = mxwire::BasicView<2>;
    for (const std::string key : {"many", "texts", "numbers"}) {
        const std::string element = key == "many" ? "{}" : key == "texts" ? "\"t\"" : "7";
        CHECK(read<Tree<Two>>("{\"" + key + "\":" + list_of(element, 2) + "}") == "ok");
        CHECK(read<Tree<Two>>("{\"" + key + "\":" + list_of(element, 3) + "}") == key + ": too many elements");
        CHECK(read<Tree<TwoView>>("{\"" + key + "\":" + list_of(element, 2) + "}") == "ok");
        CHECK(read<Tree<TwoView>>("{\"" + key + "\":" + list_of(element, 3) + "}") == key + ": too many elements");
    }
    // what is left out takes no room
    const Document<Tree<Two>> some(R"({"many":[5,{"text":"a"},null,{"text":"b"}]})");
    CHECK(some.verdict() == "ok");
    CHECK(some->many.size() == 2);
    CHECK(text(some->many[1].text) == "b");
}

// ------------------------------------------------------------------------------------------------ text

TEST_CASE_TEMPLATE("json limits: text over the caller's limit names its member", S, Owned, View, Fixed) {
    for (const std::string key : {"name", "secret"}) {
        CHECK(read<Tree<S>>("{\"" + key + "\":\"12345\"}", with_text(5)) == "ok");
        CHECK(read<Tree<S>>("{\"" + key + "\":\"123456\"}", with_text(5)) == key + ": too long");
        CHECK(read<Tree<S>>("{\"" + key + "\":\"\"}", with_text(0)) == "ok");
    }
    CHECK(read<Tree<S>>(R"({"texts":["12345","123456"]})", with_text(5)) == "texts: too long");
    CHECK(read<Tree<S>>(R"({"raw":[1,2]})", with_text(5)) == "ok");
    CHECK(read<Tree<S>>(R"({"raw":[1,23]})", with_text(5)) == "raw: too long");
    CHECK(read<Tree<S>>(R"({"one":{"text":"123456"}})", with_text(5)) == "text: too long");
    CHECK(read<Tree<S>>(R"({"x":"123456","123456":{"123456":"123456"}})", with_text(5)) == "ok"); // nobody keeps it
}

TEST_CASE("json limits: text that does not fit into Fixed storage names its member, and is never cut") {
    using Tiny = mxwire::Fixed<5, 2>;
    const char* const fitting[] = {"", "1", "12345", "123\xc3\xa9", "1234\\n", "\\u20ac\\u00e9"};
    const char* const too_long[] = {"123456", "1234\xc3\xa9", "12345\\n", "\\u20ac\\u20ac", "\\ud83d\\ude00ab"};
    for (const std::string content : fitting) {
        CAPTURE(document::visible(content));
        CHECK(read<Tree<Tiny>>("{\"name\":\"" + content + "\"}") == "ok");
        CHECK(read<Tree<Tiny>>("{\"texts\":[\"" + content + "\"]}") == "ok");
    }
    for (const std::string content : too_long) {
        CAPTURE(document::visible(content));
        CHECK(read<Tree<Tiny>>("{\"name\":\"" + content + "\"}") == "name: too long");
        CHECK(read<Tree<Tiny>>("{\"secret\":\"" + content + "\"}") == "secret: too long");
        CHECK(read<Tree<Tiny>>("{\"texts\":[\"1\",\"" + content + "\"]}") == "texts: too long");
        CHECK(read<Tree<Tiny>>("{\"one\":{\"text\":\"" + content + "\"}}") == "text: too long");
        CHECK(read<Tree<Owned>>("{\"name\":\"" + content + "\"}") == "ok");
    }
}

// ------------------------------------------------------------------------------------------------ hostile bodies

namespace {

constexpr std::size_t megabyte = 1024 * 1024;

/// A document of `size` bytes: `what` again and again between `before` and `after`.
struct Large {
    std::string_view name, before, what, after;

    std::string body(std::size_t size) const {
        std::string all(before);
        return all.append(repeat(what, size / what.size())).append(after);
    }
};
/// None of these is a good document.
constexpr Large hostile_bodies[] = {
    {"brackets", "", "[", ""},
    {"brackets to the end", "", "[", "}"},
    {"brackets in a member", "{\"x\":", "[", "}"},
    {"brackets in a member that is read", "{\"many\":", "[", "}"},
    {"pairs of brackets", "{\"raw\":", "[]", "}"},
    {"objects", "", "{\"a\":", "}"},
    {"objects in objects that are read", "", "{\"one\":", "}"},
    {"objects in a list", "{\"many\":[", "{\"x\":", "}"},
    {"digits without an end", "{\"x\":", "9", ""},
    {"digits and no value", "{\"numbers\":[", "9", "x]}"},
    {"a fraction", "{\"numbers\":[0.", "1", "e]}"},
    {"an exponent", "{\"numbers\":[1e", "9", "e]}"},
    {"zeros", "{\"numbers\":[1", "0", ".]}"},
    {"NULs", "", std::string_view("\0", 1), ""},
    {"NULs in an object", "{", std::string_view("\0", 1), "}"},
    {"NULs in a string", "{\"name\":\"", std::string_view("\0", 1), "\"}"},
    {"NULs behind the value", "{}", std::string_view("\0", 1), ""},
    {"blanks", "", " ", ""},
    {"blanks and no colon", "{\"name\"", " ", "}"},
    {"quotes", "{", "\"", "}"},
    {"backslashes", "{\"name\":\"", "\\", "}"},
    {"escapes without an end", "{\"name\":\"", "\\n", "}"},
    {"lone surrogates", "{\"name\":\"", "\\ud800", "\"}"},
    {"invalid UTF-8", "{\"name\":\"", "\xff", "\"}"},
    {"a cut character at the end", "{\"name\":\"", "\xc3\xa9", "\xc3\"}"},
    {"one member again and again", "{\"name\":\"a\"", ",\"name\":\"a\"", "}"},
    {"one object again and again", "{\"one\":{}", ",\"one\":{}", "}"},
    {"colons", "{\"name\"", ":", "}"},
    {"commas", "{\"name\":1", ",", "}"},
    {"elements", "{\"numbers\":[1", ",1", "]}"},
    {"objects that are no good", "{\"many\":[{}", ",5", "]}"},
    {"a key without an end", "{\"", "k", "}"},
    {"unknown members, and no end", "{\"a\":1", ",\"a\":1", ""},
};
/// These are good: they may be read, within the same bounds.
constexpr Large large_bodies[] = {
    {"blanks", "{", " ", "}"},
    {"an unknown text", "{\"x\":\"", "t", "\"}"},
    {"an unknown key", "{\"", "k", "\":1}"},
    {"an unknown text of escapes", "{\"x\":\"", "\\u00e9", "\"}"},
    {"unknown members", "{\"a\":1", ",\"a\":1", "}"},
    {"an unknown list", "{\"x\":[1", ",1", "]}"},
    {"a long number", "{\"x\":", "9", "}"},
    {"a number that is no integer", "{\"numbers\":[1.", "0", "1]}"},
    {"a number that is an integer", "{\"numbers\":[1.", "0", "]}"},
    {"empty objects", "{\"x\":[{}", ",{}", "]}"},
};

/// True if `body` is read, or refused, as `good` says.
template <class S> bool reads_as(const std::string& body, bool good) {
    Tree<S> tree{};
    if constexpr (std::is_same_v<typename S::Text, std::string_view>) {
        std::string writable = body;
        return static_cast<bool>(mxwire::read_json_in_place(writable.data(), writable.size(), tree)) == good;
    } else {
        return static_cast<bool>(mxwire::read_json(body, tree)) == good;
    }
}

} // namespace

TEST_CASE("json limits: SEC-30 SEC-31 hostile bodies of 10 MB end in an error, and allocate next to nothing") {
    for (const Large& hostile : hostile_bodies) {
        const std::string body = hostile.body(10 * megabyte);
        CAPTURE(std::string(hostile.name));
        {
            const allocations::Count count;
            CHECK(reads_as<Owned>(body, false));
            // what a model keeps before the fault: never a multiple of the body
            CHECK(count.peak() <= 1024 * sizeof(Leaf<Owned>) * 3);
            CHECK(count.blocks() <= 64);
            CHECK(count.live_blocks() == 0);
        }
        const allocations::Count count;
        CHECK(reads_as<Fixed>(body, false));
        CHECK(count.blocks() == 0);
    }
}

TEST_CASE("json limits: SEC-31 large documents are read in one pass without memory for what nobody keeps") {
    for (const Large& large : large_bodies) {
        const std::string body = large.body(10 * megabyte);
        CAPTURE(std::string(large.name));
        const allocations::Count count;
        CHECK(reads_as<Owned>(body, true));
        CHECK(count.bytes() <= 256);
        CHECK(reads_as<Fixed>(body, true));
    }
}

TEST_CASE("json limits: SEC-31 what is kept of a document is at most as large as the document") {
    // The rest of an object is appended member by member: it grows in steps, never once for each member.
    const std::string body = "{\"one\":{\"a\":1" + repeat(",\"a\":1", megabyte / 6) + "}}";
    Tree<Owned> tree{};
    const allocations::Count count;
    CHECK(mxwire::read_json(body, tree));
    REQUIRE(tree.one);
    CHECK(tree.one->rest.text().size() + 8 == body.size());
    CHECK(count.blocks() < 40);
    CHECK(count.peak() < 4 * body.size());
}

#if defined(MXWIRE_TEST_HAS_FORK)

namespace {

/// Does `work` on a thread whose stack has 256 KiB. A limit on the process would not do: a stack that an earlier case
/// has grown keeps its size.
template <class Work> int on_small_stack(Work work) {
    struct Job {
        Work* work;
        int status;
    } job{&work, 97};
    pthread_attr_t attributes;
    pthread_t thread;
    if (pthread_attr_init(&attributes) != 0 || pthread_attr_setstacksize(&attributes, 256 * 1024) != 0) return 99;
    const auto run = [](void* of) -> void* {
        Job& own = *static_cast<Job*>(of);
        own.status = (*own.work)();
        return nullptr;
    };
    if (pthread_create(&thread, &attributes, run, &job) != 0 || pthread_join(thread, nullptr) != 0) return 98;
    (void)pthread_attr_destroy(&attributes);
    return job.status;
}
/// What became of it in a child that has a minute of time: its exit status, or -1 for a signal.
template <class Work> int with_small_stack(Work work) {
    const pid_t child = fork();
    if (child == 0) {
        (void)std::signal(SIGSEGV, SIG_DFL);
        (void)std::signal(SIGBUS, SIG_DFL);
        (void)std::signal(SIGALRM, SIG_DFL); // doctest's own handlers would print and go on
        const rlimit core{0, 0};
        if (setrlimit(RLIMIT_CORE, &core) != 0) _exit(96);
        (void)alarm(60);
        _exit(on_small_stack(work));
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child) return 95;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

volatile unsigned kept = 0;
[[gnu::noinline]] unsigned deep(unsigned levels) { // as a reader that recurses into its input
    volatile char frame[1024];
    frame[0] = static_cast<char>(levels);
    const unsigned below = levels == 0 ? 0 : deep(levels - 1);
    kept = kept + static_cast<unsigned>(frame[0]);
    return below + 1;
}

} // namespace

TEST_CASE("json limits: the small stack of these cases is one") {
    CHECK(with_small_stack([] { return deep(20) == 21 ? 0 : 1; }) == 0);
    CHECK(with_small_stack([] { return deep(200000) == 200001 ? 0 : 1; }) == -1);
}

TEST_CASE("json limits: SEC-30 hostile bodies of 10 MB need no stack and no time, in place either") {
    const auto check = [](const Large& large, bool good) {
        std::string body = large.body(10 * megabyte);
        CAPTURE(std::string(large.name));
        CHECK(with_small_stack([&] {
                  if (!reads_as<Owned>(body, good)) return 1;
                  Tree<View> tree{};
                  return static_cast<bool>(mxwire::read_json_in_place(body.data(), body.size(), tree)) == good ? 0 : 2;
              }) == 0);
    };
    for (const Large& hostile : hostile_bodies) check(hostile, false);
    for (const Large& large : large_bodies) check(large, true);
}

TEST_CASE("json limits: SEC-30 hostile answers to operations and raw values need no stack") {
    for (const Large& hostile : hostile_bodies) {
        const std::string body = hostile.body(megabyte); // about the most that an operation looks at
        CAPTURE(std::string(hostile.name));
        CHECK(with_small_stack([&] {
                  Limits limits;
                  limits.body = 2 * megabyte;
                  for (const int status : {200, 401, 403}) {
                      if (mxwire::parse<mxwire::Login>(status, body, mxwire::Response{}.headers(), limits)) return 1;
                      if (status != 200 &&
                          mxwire::parse<mxwire::GetLoginFlows>(status, body, mxwire::Response{}.headers(), limits))
                          return 2;
                  }
                  // a raw value may have what a model may not: members given twice
                  const mxwire::RawJson raw = mxwire::raw_json(body);
                  return raw.is_valid() && raw.kind() != mxwire::JsonKind::object ? 3 : 0;
              }) == 0);
    }
    CHECK(with_small_stack([] { // the most that there is, read, walked through and destroyed
              Tree<Owned> tree{};
              const std::string json = "{\"raw\":" + nest(63) + ",\"one\":{\"x\":" + nest_objects(62) + "}}";
              if (!mxwire::read_json(json, tree, with_depth(64)) || !tree.raw || !tree.one) return 1;
              mxwire::RawView at{tree.raw->text()};
              int depth = 1;
              while (at.begin() != at.end()) {
                  at = mxwire::RawView{at.begin()->value};
                  ++depth;
              }
              return depth == 63 ? 0 : 2;
          }) == 0);
}

#endif

// ------------------------------------------------------------------------------------------------ memory that runs out

#if defined(__cpp_exceptions)
TEST_CASE("json limits: SEC-42 when memory runs out nothing else happens: no leak, and the next document is read") {
    const std::string json = R"({"one":{"text":")" + std::string(100, 't') + R"(","x":1,"y":2},"many":[{"text":")" +
                             std::string(100, 'u') + R"("},{"z":")" + std::string(100, 'v') + R"("}],"texts":[")" +
                             std::string(100, 'w') + R"("],"raw":[")" + std::string(100, 'x') + R"("],"secret":")" +
                             std::string(100, 'y') + R"("})";
    std::size_t failures = 0;
    for (std::size_t n = 1;; ++n) {
        const allocations::Count count;
        bool reached = false;
        {
            Tree<Owned> tree{};
            const allocations::FailAt fail(n);
            try {
                (void)mxwire::read_json(json, tree);
            } catch (const std::bad_alloc&) {
                ++failures;
            }
            reached = fail.reached();
        }
        CHECK(count.live_blocks() == 0);
        if (!reached) break;
        CHECK(read<Tree<Owned>>(json) == "ok");
    }
    CHECK(failures >= 8);

    Tree<Owned> tree{};
    CHECK(mxwire::read_json(json, tree));
    std::string out;
    bool thrown = false;
    {
        const allocations::FailAt fail(1);
        try {
            (void)mxwire::write_json(out, tree);
        } catch (const std::bad_alloc&) {
            thrown = true;
        }
    }
    CHECK(thrown);
    CHECK(out.empty());
    CHECK(mxwire::write_json(out, tree));
}
#endif
