// SPDX-License-Identifier: MIT
// What readers of the code found and a program under the sanitizers showed. Each case is one finding.
#include <mxwire/mxwire.hpp>

#include <doctest/doctest.h>

#include <sstream>

using namespace mxwire;

namespace {

struct Inner {
    std::string value;
    static constexpr auto fields = mxwire::fields(field::required<&Inner::value>("value"));
};
struct Outer {
    std::optional<Inner> inner;
    std::string after;
    static constexpr auto fields =
        mxwire::fields(field::required<&Outer::inner>("inner"), field::required<&Outer::after>("after"));
};
struct GetCount {
    static constexpr EndpointInfo info{"getCount", Method::get, "/count", Auth::none};
    struct Response {
        std::int64_t count;
        bool more;
        static constexpr auto fields =
            mxwire::fields(field::required<&Response::count>("count"), field::required<&Response::more>("more"));
    };
};

} // namespace

TEST_CASE("findings: raw JSON that fits only without its escapes does not fit into a text of fixed size (SEC-33)") {
    using S = Fixed<12, 4>;
    for (const char* const params : {R"({"a":"\u0022x"})", R"({"a":"\u0022\u0022\u0022\u0022"})"}) {
        const std::string body = std::string(R"({"flows":[],"params":)") + params + "}";
        const auto result = parse<BasicGetTokenOwner<S>>(401, body);
        REQUIRE_FALSE(result);
        CHECK(result.error().stage == Stage::body);
        CHECK(result.error().member == "params");
        CHECK_FALSE(result.error().challenge);
    }
}

TEST_CASE("findings: a text that only begins like JSON is none, and nothing behind it is read") {
    for (const std::string text : {R"({"a")", R"(["a")", R"({"a"])", R"(["a"})", R"(")", "{", "[", "}"}) {
        const std::vector<char> exact(text.begin(), text.end());
        CAPTURE(text);
        CHECK_FALSE(RawJsonView{std::string_view{exact.data(), exact.size()}}.is_valid());
    }
    CHECK(raw_json(R"(" \" \u00e9")").is_valid());
    CHECK(raw_json("0.12345678901234567890123456789012345678901234567890").is_valid());
}

TEST_CASE("findings: an object that is required is not absent when it is no good (SEC-34)") {
    Outer outer;
    const ReadResult result = read_json(R"({"inner":{},"after":"x"})", outer);
    CHECK(result.fault == Fault::missing);
    CHECK(result.member == "inner");
}

TEST_CASE("findings: a Homeserver that was moved from is not one without a host") {
    Homeserver server{"https://a-host-that-is-longer-than-a-small-string.example.org"};
    const Homeserver other = std::move(server);
    CHECK(prepare(GetLoginFlows{}, other));
    const auto request = prepare(GetLoginFlows{}, server); // NOLINT(bugprone-use-after-move)
    REQUIRE_FALSE(request);
    CHECK(request.error().stage == Stage::request);
    CHECK(request.error().member == "base_url");
}

TEST_CASE("findings: every storage policy can be written by hand") {
    using S = Fixed<96, 4>;
    const BasicLogin<S> login{BasicPassword<S>{BasicUserId<S>{"alice"}, "wonderland"}};
    const auto request = prepare(login, BasicHomeserver<S::Text>{"https://x.example"});
    REQUIRE(request);
    CHECK(request->body() ==
          R"({"type":"m.login.password","identifier":{"type":"m.id.user","user":"alice"},"password":"wonderland"})");
    S::Secret secret;
    CHECK(secret.try_assign(std::string_view{"run-time text"}));
    CHECK(secret == "run-time text");
    CHECK_FALSE(secret.try_assign(std::string(97, 'x')));
    CHECK(secret.empty());
    CHECK(FixedText<8>{"a"} == FixedText<9>{"a"});
    CHECK(FixedText<8>{"a"} != FixedText<8>{"b"});

    const std::string password = "wonderland";
    const PasswordView view{UserIdView{"alice"}, password};
    CHECK(view.password == password);
    CHECK(Homeserver{std::string_view{"https://x.example"}}.base_url() == "https://x.example");
}

TEST_CASE("findings: a login can have one method alone, or some") {
    const Homeserver server{"https://x.example"};
    const BasicLogin<Owned, CustomLogin> custom{CustomLogin{"org.example.ldap"}};
    CHECK(prepare(custom, server)->body() == R"({"type":"org.example.ldap"})");
    const BasicLogin<Owned, std::variant<Password, LoginToken>> some{LoginToken{"token"}};
    CHECK(prepare(some, server)->body() == R"({"type":"m.login.token","token":"token"})");
    const BasicLogin<Owned, ApplicationService> service{ApplicationService{UserId{"_irc_bob"}}};
    const auto unarmed = prepare(service, server);
    REQUIRE_FALSE(unarmed);
    CHECK(unarmed.error().member == "access_token");
    CHECK(prepare(service, Credentials{server, "as_token"})->headers().size() == 2);
}

TEST_CASE("findings: what a cast made of a number has no name, and a secret none for GoogleTest") {
    CHECK(to_string(static_cast<Stage>(200)).empty());
    CHECK(to_string(static_cast<Method>(200)).empty());
    CHECK(describe(static_cast<Fault>(200)).empty());
    CHECK(describe(static_cast<UrlFault>(200)).empty());
    std::ostringstream out;
    PrintTo(Secret{"sesame"}, &out);
    CHECK(out.str() == "(secret)");
}

TEST_CASE("findings: codes compare with each other") {
    const auto a = parse<Logout>(403, R"({"errcode":"M_FORBIDDEN"})"), b = parse<Logout>(403, R"({"errcode":"M_X"})");
    CHECK(a.error().code == a.error().code);
    CHECK(a.error().code != b.error().code);
}

TEST_CASE("findings: a transport that takes the request by value gets no copy of it") {
    const auto by_value = [](Request request) -> Result<Response> {
        const std::string url{request.url()};
        const std::string body = std::move(request).take_body();
        CHECK(url == "https://x.example/_matrix/client/v3/login");
        CHECK(body.find("wonderland") != std::string::npos);
        return Response{403, R"({"errcode":"M_FORBIDDEN"})"};
    };
    const auto result = call(by_value, Homeserver{"https://x.example"}, Login{Password{UserId{"alice"}, "wonderland"}});
    CHECK(result.error().code == ErrorCode::forbidden);
}

TEST_CASE("findings: a model whose required members are numbers is read, and its lack told") {
    const auto good = parse<GetCount>(200, R"({"count":9007199254740993,"more":true})");
    REQUIRE(good);
    CHECK(good->count == 9007199254740993);
    CHECK(good->more);
    CHECK(parse<GetCount>(200, R"({"more":true})").error().member == "count");
}

TEST_CASE("findings: rate limits and missing operations, whatever they are said with (R4, E5)") {
    struct Row {
        int status;
        const char* body;
        bool limited, unsupported;
    };
    const Row rows[] = {
        {429, R"({"errcode":"M_LIMIT_EXCEEDED"})", true, false},
        {429, "<html>", true, false},
        {429, R"({"errcode":"M_UNKNOWN"})", true, false},
        {403, R"({"errcode":"M_LIMIT_EXCEEDED"})", true, false},
        {404, R"({"errcode":"M_UNRECOGNIZED"})", false, true},
        {405, R"({"errcode":"M_UNRECOGNIZED"})", false, true},
        {400, R"({"errcode":"M_UNRECOGNIZED"})", false, true},
        {404, "404 page not found", false, true},
        {404, R"({"errcode":"M_NOT_FOUND"})", false, false},
        {403, R"({"errcode":"M_UNRECOGNIZED"})", false, false},
        {401, R"({"flows":[]})", false, false},
        {502, "<html>", false, false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.status);
        CAPTURE(row.body);
        const auto result = parse<GetTokenOwner>(row.status, row.body);
        REQUIRE_FALSE(result);
        CHECK(is_rate_limited(result.error()) == row.limited);
        CHECK(is_unsupported(result.error()) == row.unsupported);
    }
}
