// SPDX-License-Identifier: MIT
// The vectors of every operation, in every storage policy, through the same code as mxwire_replay.
#include "replay.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <set>

namespace {

using replay::Json;

/// A line of tests/vectors/<operationId>.jsonl: a line for mxwire_replay, and what it has to answer, without the id.
struct Vector {
    std::string line;
    std::string id;
    bool is_response = false;
    Json storage; ///< the policies that can answer so, where not all can; or null
    Json codec;   ///< and the codecs: to nlohmann a number beyond a double is an error
    Json expected;
};

std::vector<Vector> read_vectors(std::string_view operation) {
    const std::string path = std::string(MXWIRE_TEST_VECTORS) + '/' + std::string(operation) + ".jsonl";
    std::vector<Vector> vectors;
    std::set<std::string> ids;
    std::ifstream file(path);
    CHECK_MESSAGE(file.is_open(), path << " is missing");
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
        INFO(path << ':' << number);
        Json in = Json::parse(line, nullptr, false);
        if (!in.is_object() || !in.contains("expect") || !in.contains("id") || !in["id"].is_string()) {
            FAIL_CHECK("no vector: an object with id and expect");
            continue;
        }
        CHECK_MESSAGE(in.value("operation", Json()) == operation, "of another operation");
        Vector vector;
        vector.id = in["id"].get<std::string>();
        vector.is_response = in.contains("status") || in.contains("transport_error");
        vector.storage = in.value("storage", Json());
        vector.codec = in.value("codec", Json());
        vector.expected = in["expect"];
        CHECK_MESSAGE(ids.insert(vector.id).second, "an id that stands above: " << vector.id);
        in.erase("expect");
        in.erase("storage");
        in.erase("codec");
        vector.line = replay::dump(in);
        vectors.push_back(std::move(vector));
    }
    return vectors;
}

/// In a function of its own: doctest would print the two through streams, in one long line.
bool same(const Json& got, const Json& expected) { return got == expected; }

void run_vectors(const std::vector<Vector>& vectors, replay::Storage storage,
                 replay::Codec codec = replay::Codec::core) {
    const auto leaves_out = [](const Json& list, const char* word) {
        return list.is_array() && std::count(list.begin(), list.end(), Json(word)) == 0;
    };
    for (const Vector& vector : vectors) {
        if (leaves_out(vector.storage, replay::to_string(storage))) continue;
        if (leaves_out(vector.codec, codec == replay::Codec::core ? "core" : "nlohmann")) continue;
        const std::string answer = replay::answer(vector.line, storage, codec);
        Json got = Json::parse(answer, nullptr, false);
        INFO(vector.id << ", " << replay::to_string(storage));
        if (!got.is_object()) {
            FAIL_CHECK("no JSON object: " << answer);
            continue;
        }
        CHECK(got.value("id", Json()) == vector.id);
        got.erase("id");
        INFO("got      " << replay::dump(got));
        INFO("expected " << replay::dump(vector.expected));
        CHECK(same(got, vector.expected));
    }
}

} // namespace

TEST_CASE("every operation answers its vectors in every storage policy") {
    replay::Storage storage{};
    SUBCASE("owned") { storage = replay::Storage::owned; }
    SUBCASE("view") { storage = replay::Storage::view; }
    SUBCASE("fixed") { storage = replay::Storage::fixed; }
    for (const replay::Entry& operation : replay::owned_operations) {
        const std::vector<Vector> vectors = read_vectors(operation.id);
        std::size_t responses = 0, requests = 0;
        for (const Vector& vector : vectors) ++(vector.is_response ? responses : requests);
        CHECK_MESSAGE(responses != 0, operation.id << " has no response vector");
        CHECK_MESSAGE(requests != 0, operation.id << " has no request vector");
        run_vectors(vectors, storage);
    }
}

TEST_CASE("through nlohmann's parser, every vector has the same answer (design 3)") {
    replay::Storage storage{};
    SUBCASE("owned") { storage = replay::Storage::owned; }
    SUBCASE("fixed") { storage = replay::Storage::fixed; }
    for (const replay::Entry& operation : replay::owned_operations) {
        run_vectors(read_vectors(operation.id), storage, replay::Codec::nlohmann);
    }
}

TEST_CASE("through nlohmann's parser, what would be a view is read as a copy") {
    const std::string line =
        R"({"operation":"getVersions","status":200,"body":"{\"versions\":[\"v1.1\"],\"x\":1e400}"})";
    const std::string view = replay::answer(line, replay::Storage::view, replay::Codec::nlohmann);
    CHECK(view == replay::answer(line, replay::Storage::owned, replay::Codec::nlohmann));
    CHECK(view != replay::answer(line, replay::Storage::view));
}

TEST_CASE("a callback of single sign-on answers its vectors") {
    const std::vector<Vector> vectors = read_vectors(replay::sso_callback);
    CHECK(vectors.size() > 1);
    run_vectors(vectors, replay::Storage::owned);
}

TEST_CASE("any line has one answer, in one line") {
    using Lines = std::vector<std::string>;
    const std::string nested(100000, '['), nul(1, '\0'), spaces(replay::max_line, ' ');
    const Lines unreadable = {"",           "x", "[]", "null", "{}x", "{}", "\xff{}", nul, nested, "{\"id\":" + nested,
                              spaces + "{}"};
    const Lines malformed = {
        R"({"operation":"login","status":"200"})",
        R"({"operation":"login","status":null})",
        R"({"operation":"login","status":2e2})",
        R"({"operation":"login","status":9000000000})",
        R"({"operation":"login","status":18446744073709551615})",
        R"({"operation":"login","status":200,"headers":1})",
        R"({"operation":"login","status":200,"headers":[["a"]]})",
        R"({"operation":"login","status":200,"body":{}})",
        R"({"operation":"login","status":200,"body_b64":"?"})",
        R"({"operation":"login","status":200,"body_b64":"A"})",
        R"({"operation":"login","status":200,"now":"noon"})",
        R"({"operation":"login","status":200,"now":"2026-13-21T07:28:00Z"})",
        R"({"operation":"login","transport_error":1})",
        R"({"operation":"login","params":[]})",
        R"({"operation":"login","base_url":1})",
        R"({"operation":"login","allow_insecure_http":1})",
    };
    for (const replay::Storage storage : replay::storages) {
        const std::string word = replay::to_string(storage);
        CAPTURE(word);
        for (const std::string& line : unreadable) {
            CHECK(replay::answer(line, storage) == R"({"id":null,"outcome":"unsupported"})");
        }
        CHECK(replay::answer(R"({"id":{"a":[1,null]},"operation":"noSuch","status":200})", storage) ==
              R"({"id":{"a":[1,null]},"outcome":"unsupported"})");
        CHECK(replay::answer(R"({"id":1,"operation":7})", storage) == R"({"id":1,"outcome":"unsupported"})");
        for (const std::string& line : malformed) {
            CAPTURE(line);
            const Json got = Json::parse(replay::answer(line, storage), nullptr, false);
            CHECK(got.value("outcome", "") == "unsupported");
            CHECK(got.value("message", "") != "");
        }
    }
}

TEST_CASE("what a line may hold") {
    using replay::decode_base64;
    CHECK(decode_base64("") == "");
    CHECK(decode_base64("Zg==") == "f");
    CHECK(decode_base64("Zm8") == "fo");
    CHECK(decode_base64("Zm9vYmE=") == "fooba");
    CHECK(decode_base64("AP/+") == std::string("\0\xff\xfe", 3));
    CHECK_FALSE(decode_base64("Zm9v=Yg").has_value());

    const auto seconds = [](std::string_view text) {
        const std::optional<mxwire::WallTime> time = replay::parse_time(text);
        return time ? std::int64_t{time->time_since_epoch().count()} : std::int64_t{-1};
    };
    CHECK(seconds("1970-01-01T00:00:00Z") == 0);
    CHECK(seconds("2000-02-29T12:00:00Z") == 951825600);
    CHECK(seconds("2026-10-21T07:28:00Z") == 1792567680);
    CHECK(seconds("2026-10-21T07:28:00.75Z") == 1792567680);
    CHECK(seconds("2026-10-21T09:28:00+02:00") == 1792567680);
    CHECK(seconds("2026-10-20T23:28:00-08:00") == 1792567680);
    CHECK(seconds("0000-01-01T00:00:00Z") == -62167219200);
    const std::vector<std::string> no_times = {"",
                                               "2026-10-21",
                                               "2026-10-21T07:28:00",
                                               "2026-10-21T07:28:00.Z",
                                               "2026-10-21T07:28:00+2",
                                               "2026-10-21 07:28:00Z"};
    for (const std::string& text : no_times) {
        CAPTURE(text);
        CHECK(seconds(text) == -1);
    }

    const auto delay = [](std::string_view headers) {
        const std::string line = R"({"operation":"login","status":503,"headers":)" + std::string(headers) + '}';
        const Json got = Json::parse(replay::answer(line, replay::Storage::owned), nullptr, false);
        return got.value("retry_after_ms", Json());
    };
    CHECK(delay(R"({"retry-AFTER":"2"})") == 2000);
    CHECK(delay(R"({"Retry-After":2})") == 2000);
    CHECK(delay(R"({"Retry-After":["3","4"]})") == 3000);
    CHECK(delay(R"([["a","b"],["Retry-After","5"],["Retry-After","6"]])") == 5000);
    CHECK(delay("[]") == nullptr);
}
