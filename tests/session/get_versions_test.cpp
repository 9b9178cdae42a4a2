// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <mxwire/session/get_versions.hpp>

using exchange::Answer;
using exchange::Roomy;
using exchange::text;
using mxwire::Owned;
using mxwire::View;

namespace {

struct Show {
    template <class S> std::string operator()(const mxwire::BasicVersions<S>& versions) const {
        return exchange::list(versions.versions) + ' ' + text(versions.unstable_features.text());
    }
};
template <class S> std::string outcome(int status, std::string_view body) {
    return Answer<mxwire::BasicGetVersions<S>>(status, body).outcome(Show{});
}

constexpr char request_line[] = "GET https://matrix.example.org/_matrix/client/versions\n";

} // namespace

// ------------------------------------------------------------------------------------------------ request

TEST_CASE("getVersions: T7 the token goes along where the caller has one, and only there") {
    CHECK(exchange::wire_or_error(mxwire::prepare(mxwire::GetVersions{}, exchange::homeserver())) ==
          std::string(request_line) + '\n');
    CHECK(exchange::wire_or_error(mxwire::prepare(mxwire::GetVersions{}, exchange::credentials())) ==
          std::string(request_line) + "Authorization: Bearer abc123\n\n");
}

TEST_CASE("getVersions: every storage policy builds the same request") {
    char buffer[256];
    const mxwire::HomeserverView server{"https://matrix.example.org/"};
    const std::string expected = std::string(request_line) + '\n';
    CHECK(exchange::wire_or_error(mxwire::prepare_into(buffer, mxwire::GetVersionsView{}, server)) == expected);
    CHECK(exchange::wire_or_error(mxwire::prepare(mxwire::BasicGetVersions<Roomy>{}, server)) == expected);
}

TEST_CASE("getVersions: B1 B2 B6 the path has no version and stands behind the prefix of the server") {
    for (const char* base : {"https://x.org/chat", "https://x.org/chat/"}) {
        const auto request = mxwire::prepare(mxwire::GetVersions{}, mxwire::Homeserver{base});
        REQUIRE(request);
        CHECK(text(request->url()) == "https://x.org/chat/_matrix/client/versions");
    }
}

TEST_CASE("getVersions: what the specification says about it") {
    constexpr const mxwire::EndpointInfo& info = mxwire::GetVersions::info;
    CHECK(text(info.operation_id) == "getVersions");
    CHECK(info.auth == mxwire::Auth::optional);
    CHECK(info.rate_limited == mxwire::RateLimited::no);
}

// ------------------------------------------------------------------------------------------------ answer

TEST_CASE_TEMPLATE("getVersions: D3 L12 what a server supports", S, Owned, View, Roomy) {
    const Answer<mxwire::BasicGetVersions<S>> answer(
        200,
        R"({"versions":["r0.0.1","v1.1"],"unstable_features":{"org.example.my_feature":true,"org.example.off":false,)"
        R"("org.example.text":"true","org.example.twice":true,"org.example.twice":true}})");
    REQUIRE(answer);
    CHECK(answer->supports("v1.1"));
    CHECK(answer->supports("r0.0.1"));
    CHECK_FALSE(answer->supports("v1.10"));
    CHECK_FALSE(answer->supports("v1"));
    CHECK_FALSE(answer->supports("V1.1"));
    CHECK_FALSE(answer->supports(""));
    CHECK(answer->has_feature("org.example.my_feature"));
    CHECK_FALSE(answer->has_feature("org.example.off"));
    CHECK_FALSE(answer->has_feature("org.example.text"));
    CHECK_FALSE(answer->has_feature("org.example.twice"));
    CHECK_FALSE(answer->has_feature("org.example"));
    CHECK_FALSE(answer->has_feature(""));
}

TEST_CASE_TEMPLATE("getVersions: J1 J3 J4 what a 200 says", S, Owned, View, Roomy) {
    struct Row {
        std::string body;
        std::string outcome; // versions unstable_features
    };
    const Row rows[] = {
        {R"({"versions":["r0.0.1","v1.1"],"unstable_features":{"org.example.my_feature":true}})",
         R"([r0.0.1 v1.1] {"org.example.my_feature":true})"},
        {R"({"versions":[]})", "[] "},
        {R"({"versions":["v1.1-rc","v\u0031.2"],"unstable_features":null,"x":[{}]})", "[v1.1-rc v1.2] "},
        {R"({"versions":["v1.1"],"unstable_features":["org.example"]})", "[v1.1] "},
        {R"({"versions":["v1.1"],"unstable_features":"org.example"})", "[v1.1] "},
        {R"({})", "body 200 versions: missing"},
        {R"({"versions":null})", "body 200 versions: missing"},
        {R"({"versions":{"v1.1":true}})", "body 200 versions: wrong type"},
        {R"({"versions":["v1.1",true]})", "body 200 versions: wrong type"},
        {R"({"versions":["v1.1"],"versions":["v1.1"]})", "body 200 versions: given twice"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);
        CHECK(outcome<S>(200, row.body) == row.outcome);
    }
    CHECK(outcome<S>(401, R"({"errcode":"M_UNKNOWN_TOKEN","error":"Invalid access token passed."})") ==
          "server 401 M_UNKNOWN_TOKEN 'Invalid access token passed.'");
}

TEST_CASE_TEMPLATE("getVersions: trap 18 the list of a real server fits into every policy", S, Owned, View, Roomy) {
    std::string body = R"({"versions":["v1.0")";
    for (int minor = 1; minor < 64; ++minor) body += ",\"v1." + std::to_string(minor) + '"';
    const Answer<mxwire::BasicGetVersions<S>> answer(200, body + "]}");
    REQUIRE(answer);
    CHECK(answer->versions.size() == 64);
    CHECK(answer->supports("v1.63"));
    const bool bounded = std::is_same_v<S, Roomy>;
    CHECK((outcome<S>(200, body + R"(,"v1.64"]})") == "body 200 versions: too many elements") == bounded);
}

TEST_CASE("getVersions: a version that does not fit is an error that names the member") {
    CHECK(outcome<Roomy>(200, R"({"versions":["v1.1-with-a-long-suffix"]})") == "[v1.1-with-a-long-suffix] ");
    CHECK(outcome<Roomy>(200, R"({"versions":["v1.1-with-a-longer-suffix"]})") == "body 200 versions: too long");
}
