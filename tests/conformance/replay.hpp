// SPDX-License-Identifier: MIT
// One JSON line in, one JSON line out: what mxwire_replay does with a line, and what the vectors are run through.
//
// Tokens, sessions and passwords are printed as they are: this is a tool for test data, not for live traffic.
#ifndef MXWIRE_TESTS_CONFORMANCE_REPLAY_HPP
#define MXWIRE_TESTS_CONFORMANCE_REPLAY_HPP

#include <mxwire/nlohmann.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace replay {

using Json = nlohmann::json;

/// The storage policies that a line can be answered in. The bounded ones hold every example of the specification.
enum class Storage : std::uint8_t { owned, view, fixed };
inline constexpr Storage storages[] = {Storage::owned, Storage::view, Storage::fixed};
constexpr const char* to_string(Storage storage) {
    return storage == Storage::owned ? "owned" : storage == Storage::view ? "view" : "fixed";
}
using ViewPolicy = mxwire::BasicView<16>;
using FixedPolicy = mxwire::Fixed<4096, 16>;

/// What reads an answer. A View model has no use for a parser that hands out copies: what is read in its stead is Owned.
enum class Codec : std::uint8_t { core, nlohmann };
constexpr Storage storage_of_answers(Codec codec, Storage storage) {
    return codec == Codec::nlohmann && storage == Storage::view ? Storage::owned : storage;
}

/// A line that is longer is not looked at. There is room for the largest body that an operation reads.
inline constexpr std::size_t max_line = std::size_t{32} << 20;
/// Of a line's own JSON. What is inside `body` is text here, and the library's to judge.
inline constexpr int max_depth = 64;

// -------------------------------------------------------------------------------------- writing an answer

inline std::string dump(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }
inline std::string quoted(std::string_view text) { return dump(Json(std::string(text))); }

/// Appends JSON text without the blanks between its tokens: an answer is one line, whatever the body looked like.
inline void append_compact(std::string& out, std::string_view json) {
    bool in_string = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (!in_string && (c == ' ' || c == '\t' || c == '\r' || c == '\n')) continue;
        out.push_back(c);
        if (c == '"') in_string = !in_string;
        if (in_string && c == '\\' && i + 1 < json.size()) out.push_back(json[++i]);
    }
}

/// A JSON object as text, so that what the library kept raw comes out as it came in: a DOM would round its numbers.
class Object {
  public:
    Object& json(std::string_view key, std::string_view value) {
        member(quoted(key), value);
        return *this;
    }
    Object& text(std::string_view key, std::string_view value) { return json(key, quoted(value)); }
    Object& number(std::string_view key, std::int64_t value) { return json(key, std::to_string(value)); }
    Object& boolean(std::string_view key, bool value) { return json(key, value ? "true" : "false"); }
    void member(std::string_view quoted_key, std::string_view value) {
        text_ += text_.empty() ? '{' : ',';
        append_compact(text_, quoted_key);
        text_ += ':';
        append_compact(text_, value);
    }
    std::string finish() const { return text_.empty() ? "{}" : text_ + '}'; }

  private:
    std::string text_;
};

/// A list of text; `text_of` gives the text of an element.
template <class List, class TextOf> std::string array_of(const List& list, TextOf text_of) {
    std::string out = "[";
    for (const auto& element : list) {
        if (out.size() > 1) out += ',';
        out += text_of(element);
    }
    return out + ']';
}

/// What is at fault and why, in one text.
inline std::string sentence(std::string_view member, std::string_view message) {
    return member.empty() ? std::string(message) : std::string(member) + ": " + std::string(message);
}

inline void refuse(Object& out, std::string_view member, std::string_view message) {
    out.text("outcome", "request_error").text("message", sentence(member, message));
}
inline void malformed(Object& out, std::string_view message) {
    out.text("outcome", "unsupported").text("message", message);
}

template <class S> std::string challenge_of(const mxwire::BasicUiaChallenge<S>& challenge) {
    const auto quote = [](std::string_view text) { return quoted(text); };
    Object out;
    out.json("flows", array_of(challenge.flows, [&](const auto& flow) { return array_of(flow.stages, quote); }));
    out.json("session", challenge.session ? quoted(challenge.session->expose()) : "null");
    out.json("completed", array_of(challenge.completed, quote));
    out.json("params", challenge.params.empty() ? std::string_view{"{}"} : challenge.params.text());
    return out.finish();
}

template <class S> void write_error(Object& out, const mxwire::BasicMatrixError<S>& error) {
    std::string message{error.message};
    const char* outcome = "";
    switch (error.stage) {
    case mxwire::Stage::request: return refuse(out, error.member, message);
    case mxwire::Stage::transport: outcome = "transport_error"; break;
    case mxwire::Stage::server: outcome = "matrix_error"; break;
    case mxwire::Stage::http: outcome = "http_error"; break;
    case mxwire::Stage::body:
        outcome = "body_error";
        message = sentence(error.member, message);
        break;
    }
    Object extra;
    for (const mxwire::RawView::Element& element : error.rest) {
        extra.member('"' + std::string(element.key) + '"', element.value);
    }
    out.text("outcome", outcome).number("status", error.status);
    out.json("errcode", error.code.empty() ? "null" : quoted(error.code.text())).text("message", message);
    out.json("retry_after_ms", error.retry_after ? std::to_string(error.retry_after->count()) : "null");
    out.boolean("soft_logout", error.soft_logout);
    out.json("uia", error.challenge ? challenge_of(*error.challenge) : "null").json("extra", extra.finish());
}

// -------------------------------------------------------------------------------------- the two kinds of line

struct ResponseLine {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::optional<mxwire::WallTime> now;
    Codec codec = Codec::core;
    std::optional<mxwire::Result<mxwire::Response>> failure; ///< instead of all of that: there was no response
};
struct RequestLine {
    std::string base_url;
    bool insecure = false;
    Json params;
    Json server_name, user_id; ///< of getWellknown, where they stand instead of the base URL
};

// -------------------------------------------------------------------------------------- all operations

struct Handlers {
    void (*respond)(Object&, ResponseLine&);
    void (*build)(Object&, RequestLine&);
};
struct Entry {
    std::string_view id;
    Handlers handlers;
};
/// All operations in one storage policy, in the same order. Each policy is a file of its own: a compiler has enough to do
/// with one.
struct Operations {
    const Entry* first;
    std::size_t size;
    const Entry* begin() const { return first; }
    const Entry* end() const { return first + size; }
};
extern const Operations owned_operations, view_operations, fixed_operations;

// -------------------------------------------------------------------------------------- reading a line

std::optional<std::string> decode_base64(std::string_view text);
/// A time of RFC 3339.
std::optional<mxwire::WallTime> parse_time(std::string_view text);

/// The callback of a login by single sign-on. It is no operation: there is nothing to send, and no answer to read.
inline constexpr std::string_view sso_callback = "sso_callback";

/// The answer to `line`: one line, without its end. Total: any bytes have an answer.
std::string answer(std::string_view line, Storage storage, Codec codec = Codec::core);

} // namespace replay

#endif
