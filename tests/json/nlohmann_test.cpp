// SPDX-License-Identifier: MIT
// The bridge to nlohmann/json: conversions, and the codec. That the two codecs agree on any document is
// tests/differential/codecs.cpp's to show.
#include <mxwire/nlohmann.hpp>

#include <doctest/doctest.h>

#include <fstream>
#include <string>

namespace {

using Json = nlohmann::json;
using mxwire::NlohmannCodec;

constexpr std::string_view login_answer =
    R"({"user_id":"@alice:example.org","access_token":"syt_\n","device_id":"D","expires_in_ms":3.6e6,)"
    R"("well_known":{"m.homeserver":{"base_url":"https://matrix.example.org"},"org.example.a":[1,{"b":1e2}]}})";

/// A model of the user's own, with everything that the reader tells apart.
struct Leaf {
    std::string name;
    std::optional<std::int64_t> count{};
    static constexpr auto fields =
        mxwire::fields(mxwire::field::required<&Leaf::name>("name"), mxwire::field::optional<&Leaf::count>("count"));
};
struct Tree {
    std::vector<Leaf> leaves{};
    std::vector<std::string> words{};
    std::optional<Leaf> best{};
    mxwire::Flag ripe{};
    mxwire::RawJson any{};
    std::optional<mxwire::UserIdentifier> owner{};
    mxwire::Members rest{};
    static constexpr auto fields = mxwire::fields(
        mxwire::field::optional<&Tree::leaves>("leaves"), mxwire::field::optional<&Tree::words>("words"),
        mxwire::field::optional<&Tree::best>("best"), mxwire::field::optional<&Tree::ripe>("ripe", "org.example.ripe"),
        mxwire::field::optional<&Tree::any>("any"), mxwire::field::optional<&Tree::owner>("owner"),
        mxwire::field::rest<&Tree::rest>());
};
struct GetTree {
    static constexpr mxwire::EndpointInfo info{"getTree", mxwire::Method::get, "/tree", mxwire::Auth::none};
    using Response = Tree;
};
/// An identifier that stands in the object itself.
struct Owner {
    mxwire::UserIdentifier identifier;
    std::string note;
    static constexpr auto fields =
        mxwire::fields(mxwire::field::flattened<&Owner::identifier>(), mxwire::field::required<&Owner::note>("note"));
};
struct GetOwner {
    static constexpr mxwire::EndpointInfo info{"getOwner", mxwire::Method::get, "/owner", mxwire::Auth::none};
    using Response = Owner;
};

struct Loan {
    mxwire::UserIdentifier borrower;
    static constexpr auto fields = mxwire::fields(mxwire::field::required<&Loan::borrower>("borrower"));
};
struct GetLoan {
    static constexpr mxwire::EndpointInfo info{"getLoan", mxwire::Method::get, "/loan", mxwire::Auth::none};
    using Response = Loan;
};

/// What the codec makes of `body`; the fault, if it refuses it.
template <class E> std::string read(std::string_view body, const mxwire::Limits& limits = mxwire::Limits{}) {
    const auto result = mxwire::parse<E, NlohmannCodec>(200, body, {}, limits);
    const auto core = mxwire::parse<E>(200, body, {}, limits);
    CHECK(core.has_value() == result.has_value());
    if (!result) {
        std::string member(result.error().member);
        return member + (member.empty() ? "" : ": ") + result.error().message;
    }
    if (core) CHECK(Json(*core) == Json(*result));
    return Json(*result).dump();
}

template <class E> int to_json_and_back(std::string_view body) {
    const auto answer = mxwire::parse<E>(200, body);
    if (!answer) return 0;
    const Json json = *answer;
    CHECK(Json(json.get<typename E::Response>()) == json);
    return 1;
}

} // namespace

TEST_CASE("nlohmann codec: the values of an answer, whatever the policy") {
    const auto owned = mxwire::parse<mxwire::Login, NlohmannCodec>(200, login_answer);
    REQUIRE(owned);
    CHECK(owned->user_id == "@alice:example.org");
    CHECK(owned->access_token == "syt_\n");
    CHECK(owned->expires_in == std::chrono::hours{1});
    CHECK(owned->well_known->rest.find("org.example.a")->text() == R"([1,{"b":1e2}])");

    const auto fixed = mxwire::parse<mxwire::BasicLogin<mxwire::Fixed<64, 4>>, NlohmannCodec>(200, login_answer);
    REQUIRE(fixed);
    CHECK(fixed->user_id == "@alice:example.org");
    CHECK(fixed->well_known->homeserver.base_url == "https://matrix.example.org");
}

TEST_CASE("nlohmann codec: verdicts are those of the reader (design 3)") {
    const std::string good = R"({"leaves":[{"name":"a","count":1}]})";
    struct Case {
        const char* body;
        const char* outcome;
    };
    const Case cases[] = {
        {R"({"leaves":[{"name":"a","count":1}]})", R"({"leaves":[{"count":1,"name":"a"}]})"},
        {"\xef\xbb\xbf{}  \n", "{}"},
        // Tolerance: a wrong optional member is absent, an entry of a list that nobody can use is left out.
        {R"({"leaves":[{"name":1},{"name":"b"},{"count":2},7,null]})", R"({"leaves":[{"name":"b"}]})"},
        {R"({"leaves":{}})", "{}"},
        {R"({"words":["a",1]})", "{}"},
        {R"({"words":["a","b"]})", R"({"words":["a","b"]})"},
        {R"({"words":null,"best":null,"ripe":null,"any":null})", "{}"},
        {R"({"best":{"name":"a","name":"b"}})", "{}"},
        {R"({"best":{"count":1}})", "{}"},
        {R"({"best":{"name":"a","count":1.5}})", R"({"best":{"name":"a"}})"},
        {R"({"best":{"name":"a","count":18446744073709551615}})", R"({"best":{"name":"a"}})"},
        {R"({"best":{"name":"a","count":-9223372036854775808}})",
         R"({"best":{"count":-9223372036854775808,"name":"a"}})"},
        {R"({"best":{"name":"a","count":{"deep":[]}}})", R"({"best":{"name":"a"}})"},
        {R"({"best":[1,[2]]})", "{}"},
        {R"({"ripe":"yes"})", "{}"},
        // Another spelling counts where the first one is absent.
        {R"({"org.example.ripe":true,"ripe":false})", R"({"ripe":false})"},
        {R"({"ripe":1,"org.example.ripe":true})", R"({"ripe":true})"},
        {R"({"ripe":false,"org.example.ripe":{"a":[]}})", R"({"ripe":false})"},
        // What has no row is kept, and what is raw.
        {R"({"any":{"a":[1,"b",{"c":null}],"d":1.50},"x":"y","z":[{}]})",
         R"({"any":{"a":[1,"b",{"c":null}],"d":1.5},"x":"y","z":[{}]})"},
        {R"({"any":"text","b":true,"c":-1,"d":null})", R"({"any":"text","b":true,"c":-1,"d":null})"},
        // Unions are read when their tag is known.
        {R"({"owner":{"user":"a","type":"m.id.user"}})", R"({"owner":{"type":"m.id.user","user":"a"}})"},
        {R"({"owner":{"type":"org.example","k":[1]}})", R"({"owner":{"k":[1],"type":"org.example"}})"},
        {R"({"owner":{"user":"a"}})", "{}"},
        {R"({"owner":{"type":"m.id.user"}})", "{}"},
        {R"({"owner":3})", "{}"},
        // Faults that end everything.
        {"", "not well-formed"},
        {"[]", "not well-formed"},
        {"7", "not well-formed"},
        {R"({"leaves":[})", "leaves: not well-formed"},
        {R"({}{})", "not well-formed"},
        {"{\"any\":\"\xff\"}", "any: not UTF-8"},
        {R"({"any":"\ud800"})", "any: not well-formed"},
        {R"({"ripe":true,"ripe":true})", "ripe: given twice"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.body);
        CHECK(read<GetTree>(c.body) == c.outcome);
    }
    CHECK(read<GetTree>({"{}\0", 3}) == "not well-formed");
    CHECK(read<GetTree>({"{}\0garbage", 10}) == "not well-formed");
    CHECK(read<GetTree>({"{\"any\":\"\0\"}", 11}) == "any: not well-formed");
}

TEST_CASE("nlohmann codec: a model whose union stands in the object itself") {
    CHECK(read<GetOwner>(R"({"note":"n","user":"a","type":"m.id.user"})") ==
          R"({"note":"n","type":"m.id.user","user":"a"})");
    CHECK(read<GetOwner>(R"({"user":"a","type":"m.id.user"})") == "note: missing");
    CHECK(read<GetOwner>(R"({"note":"n"})") != "{}");
    CHECK(read<GetOwner>(R"([{"note":"n"}])") == "not well-formed");
}

TEST_CASE("nlohmann codec: a union that has to be there") {
    CHECK(read<GetLoan>(R"({"borrower":{"user":"a","type":"m.id.user"}})") ==
          R"({"borrower":{"type":"m.id.user","user":"a"}})");
    CHECK(read<GetLoan>(R"({"borrower":{"type":"m.id.user"}})") == "user: missing");
    CHECK(read<GetLoan>(R"({"borrower":["m.id.user"]})") == "borrower: wrong type");
    CHECK(read<GetLoan>(R"({"borrower":null})") == "borrower: missing");
    mxwire::Limits limits;
    limits.text = 3;
    CHECK(read<GetLoan>(R"({"borrower":{"user":"abcd","type":"m.id.user"}})", limits) == "user: too long");
}

TEST_CASE("nlohmann codec: limits are kept before memory is taken (SEC-30)") {
    mxwire::Limits limits;
    limits.depth = 3;
    CHECK(read<GetTree>(R"({"any":[[1]]})", limits) == R"({"any":[[1]]})");
    CHECK(read<GetTree>(R"({"any":[[[1]]]})", limits) == "any: nested too deeply");
    CHECK(read<GetTree>(R"({"x":[[[1]]]})", limits) == "nested too deeply");
    limits.elements = 2;
    CHECK(read<GetTree>(R"({"words":["a","b"]})", limits) == R"({"words":["a","b"]})");
    CHECK(read<GetTree>(R"({"words":["a","b","c"]})", limits) == "words: too many elements");
    limits.text = 3;
    CHECK(read<GetTree>(R"({"words":["abcd"]})", limits) == "words: too long");
    CHECK(read<GetTree>(R"({"any":[1,2]})", limits) == "any: too long");
    CHECK(read<GetTree>(R"({"x":"abcd"})", limits) == "too many elements");
    const std::string deep(100000, '[');
    CHECK(read<GetTree>("{\"x\":" + deep + "}") == "nested too deeply");
}

TEST_CASE("nlohmann codec: errors and challenges (reference E1, U2)") {
    const auto refused = mxwire::parse<mxwire::Login, NlohmannCodec>(
        429, std::string_view(R"({"errcode":"M_LIMIT_EXCEEDED","error":"slow","retry_after_ms":1500,"x":[1]})"));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == mxwire::ErrorCode::limit_exceeded);
    CHECK(refused.error().retry_after == std::chrono::milliseconds{1500});
    CHECK(Json(refused.error().rest) == Json{{"x", {1}}});

    const auto challenged = mxwire::parse<mxwire::Login, NlohmannCodec>(
        401, std::string_view(
                 R"({"flows":[{"stages":["m.login.dummy"]}],"session":"s","params":{"m.login.terms":{"a":1}}})"));
    REQUIRE_FALSE(challenged);
    REQUIRE(challenged.error().challenge);
    CHECK(Json(challenged.error().challenge->params)["m.login.terms"]["a"] == 1);
    CHECK(challenged.error().challenge->session == "s");

    const auto page = mxwire::parse<mxwire::Login, NlohmannCodec>(502, std::string_view("<html>"));
    CHECK(page.error().stage == mxwire::Stage::http);
}

TEST_CASE("nlohmann codec: a backslash of a text that is cut is no escape") {
    // nlohmann hands out what a text means, which the core's reader still has to find out.
    using Small = mxwire::BasicGetTokenOwner<mxwire::Fixed<8, 2>>;
    struct Case {
        std::string_view text, kept;
    };
    const Case cases[] = {
        {R"(\u12345678)", R"(\u123456)"},  {R"(1234567\u9)", R"(1234567\)"}, {R"(\u0041\u0041)", R"(\u0041\u)"},
        {R"(C:\nine\ten)", R"(C:\nine\)"}, {R"(\q\q\q\q\q)", R"(\q\q\q\q)"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        const std::string body = nlohmann::json{{"errcode", "M_X"}, {"error", std::string(c.text)}}.dump();
        const auto core = mxwire::parse<Small>(400, body);
        const auto nlohmann = mxwire::parse<Small, NlohmannCodec>(400, body);
        REQUIRE_FALSE(core);
        REQUIRE_FALSE(nlohmann);
        CHECK(core.error().message == c.kept);
        CHECK(nlohmann.error().message == c.kept);
    }
}

TEST_CASE("nlohmann codec: what a list has no room for is an earlier fault than what it lacks to be JSON") {
    // A server's answer that does not fit is told from a proxy's, which is none, by both codecs alike.
    struct Case {
        std::string_view third;
        mxwire::Stage stage;
    };
    const Case cases[] = {{"{}", mxwire::Stage::body},   {"{", mxwire::Stage::body},   {"[", mxwire::Stage::body},
                          {"7", mxwire::Stage::body},    {"nul", mxwire::Stage::http}, {"\"", mxwire::Stage::http},
                          {"\\{}", mxwire::Stage::http}, {"", mxwire::Stage::http}};
    for (const Case& c : cases) {
        CAPTURE(c.third);
        const std::string body = R"({"errcode":"M_X","flows":[{},{},)" + std::string(c.third) + "]}";
        using Small = mxwire::BasicGetTokenOwner<mxwire::Fixed<32, 2>>;
        const auto core = mxwire::parse<Small>(401, body);
        const auto nlohmann = mxwire::parse<Small, NlohmannCodec>(401, body);
        REQUIRE_FALSE(core);
        REQUIRE_FALSE(nlohmann);
        CHECK(core.error().stage == c.stage);
        CHECK(nlohmann.error().stage == c.stage);
    }
}

TEST_CASE("nlohmann codec: design 3 a list in an object that is no good is read as any other, by both codecs") {
    using Small = mxwire::BasicGetLoginFlows<mxwire::Fixed<32, 2>>;
    const std::string no_good = R"({"flows":[{"type":"a","type":"b","identity_providers":[)";
    const std::string good = R"(]},{"type":"m.login.password"}]})";
    for (const std::string_view dropped : {"{},{},{}", "5,{},null,[]", R"({"id":7},{"name":"n","id":[]},{"id":"i"})"}) {
        CAPTURE(dropped);
        const std::string body = no_good + std::string(dropped) + good;
        const auto core = mxwire::parse<Small>(200, body);
        const auto nlohmann = mxwire::parse<Small, NlohmannCodec>(200, body);
        REQUIRE(core);
        REQUIRE(nlohmann);
        for (const auto* flows : {&core->flows, &nlohmann->flows}) {
            REQUIRE(flows->size() == 1);
            CHECK((*flows)[0].type == mxwire::LoginType::password);
        }
    }
    // Limits always fail, wherever they are met.
    const std::string held = R"({"id":"i","name":"n"})";
    const std::string body = no_good + held + "," + held + ",{}" + good;
    const auto core = mxwire::parse<Small>(200, body);
    const auto nlohmann = mxwire::parse<Small, NlohmannCodec>(200, body);
    REQUIRE_FALSE(core);
    REQUIRE_FALSE(nlohmann);
    CHECK(core.error().message == mxwire::describe(mxwire::Fault::too_many));
    CHECK(nlohmann.error().message == mxwire::describe(mxwire::Fault::too_many));
    CHECK(core.error().member == "identity_providers");
    CHECK(nlohmann.error().member == "identity_providers");
}

TEST_CASE("nlohmann bridge: a model to json and back") {
    const auto session = mxwire::parse<mxwire::Login>(200, login_answer);
    REQUIRE(session);
    const Json json = *session;
    CHECK(json["well_known"]["m.homeserver"]["base_url"] == "https://matrix.example.org");
    CHECK(json["expires_in_ms"] == 3600000);
    CHECK(Json(json.get<mxwire::LoginResponse>()) == json);
    nlohmann::ordered_json ordered = *session;
    CHECK(ordered.begin().key() == "user_id");

    Json members{{"org.example.key", {1, 2}}, {"name", "A"}};
    const mxwire::Login login{mxwire::CustomLogin{"org.example.login", mxwire::raw_json(members)}};
    const Json sent = login;
    members["type"] = "org.example.login";
    CHECK(sent == members);
    const auto back = sent.get<mxwire::Login>();
    CHECK(Json(back) == sent);
}

TEST_CASE("nlohmann bridge: every operation's model to json and back") {
    int models = 0;
#define MXWIRE_OPERATION(type, id) \
    { \
        std::ifstream lines(MXWIRE_TEST_VECTORS "/" id ".jsonl"); \
        int expected = 0, found = 0; \
        for (std::string line; std::getline(lines, line);) { \
            const Json vector = Json::parse(line); \
            if (!vector.contains("body") || vector["expect"]["outcome"] != "model") continue; \
            ++expected; \
            found += to_json_and_back<mxwire::type>(vector["body"].get<std::string>()); \
        } \
        CAPTURE(id); \
        CHECK(found == expected); \
        models += found; \
    }
#include <mxwire_operations.inc>
#undef MXWIRE_OPERATION
    CHECK(models > 100);
}

TEST_CASE("nlohmann bridge: a stage of one's own is made of json") {
    mxwire::DeleteDevice request{};
    request.device_id = "D";
    request.auth =
        mxwire::AuthData{mxwire::CustomAuth{"org.example.stage", mxwire::raw_json(Json{{"answer", {1}}})}, "s"};
    const auto sent = mxwire::prepare(request, mxwire::Credentials{mxwire::Homeserver{"https://example.org"}, "t"});
    REQUIRE(sent);
    CHECK(Json::parse(sent->body()) ==
          Json{{"auth", {{"type", "org.example.stage"}, {"session", "s"}, {"answer", {1}}}}});
}

TEST_CASE("nlohmann bridge: raw members are json") {
    Tree tree;
    const Json object{{"a", 1}};
    object.get_to(tree.rest);
    Json{1, 2}.get_to(tree.any);
    CHECK(Json(tree) == Json{{"any", {1, 2}}, {"a", 1}});
    CHECK(Json(tree.rest) == object);
    CHECK(Json(mxwire::Members{}) == Json::object());
    CHECK(Json(mxwire::RawJson{}).is_null());
    CHECK(Json(*tree.rest.find("a")) == 1);

    const std::string body = R"({"flows":[{"type":"m.login.x","a\u00e9":{"b":[1]}}]})";
    const auto flows = mxwire::parse<mxwire::GetLoginFlowsView>(200, body);
    REQUIRE(flows);
    CHECK(Json(flows->flows[0].rest) == Json{{"a\xc3\xa9", {{"b", {1}}}}});
}

TEST_CASE("nlohmann bridge: what cannot be converted is told") {
    mxwire::LoginResponse session;
    const mxwire::ReadResult read = mxwire::read_json(Json{{"user_id", 5}}, session);
    CHECK(read.fault == mxwire::Fault::type);
    CHECK(read.member == "user_id");
    CHECK(mxwire::read_json(Json("\xff"), session).fault == mxwire::Fault::utf8);

    Json out;
    const mxwire::WriteResult written =
        mxwire::write_json(out, mxwire::Login{mxwire::Password{mxwire::UserId{"a"}, std::string()}});
    CHECK(written.fault == mxwire::Fault::empty);
    CHECK(written.member == "password");

    const mxwire::Login spoiled{mxwire::CustomLogin{"x", mxwire::raw_json(Json{{"k", "\xff"}})}};
    CHECK(mxwire::prepare(spoiled, mxwire::Homeserver{"https://example.org"}).error().stage == mxwire::Stage::request);
#if !defined(DOCTEST_CONFIG_NO_EXCEPTIONS_BUT_WITH_ALL_ASSERTS)
    CHECK_THROWS_WITH_AS((Json{{"user_id", 5}}.get<mxwire::LoginResponse>()), doctest::Contains("user_id: wrong type"),
                         Json::out_of_range);
    CHECK_THROWS_AS((Json(mxwire::Login{mxwire::Password{mxwire::UserId{"a"}, std::string()}})), Json::out_of_range);
#endif
}
