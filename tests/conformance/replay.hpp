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

/// What reads an answer. A View model has no use for a parser that hands out copies.
enum class Codec : std::uint8_t { core, nlohmann };
constexpr bool can_read(Codec codec, Storage storage) { return codec == Codec::core || storage != Storage::view; }

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

template <class E> inline constexpr bool is_wellknown_v = false;
template <class S> inline constexpr bool is_wellknown_v<mxwire::BasicGetWellknown<S>> = true;

/// What the program does for one operation in one storage policy.
template <class E> struct Operation {
    using S = mxwire::StorageOf<E>;
    using Result = mxwire::ResultOf<E>;
    static constexpr bool is_owned = std::is_same_v<S, mxwire::Owned>;
    static constexpr bool is_view = std::is_same_v<typename S::Text, std::string_view>;

    static void respond(Object& out, ResponseLine& line) {
        const std::unique_ptr<Result> result(new Result(parse(line))); // made in place: Fixed models are megabytes
        if (!*result) return write_error(out, result->error());
        std::string fields;
        const mxwire::WriteResult written = mxwire::write_json(fields, **result);
        out.text("outcome", "model").number("status", line.status);
        if (written) {
            out.json("fields", fields);
        } else {
            out.json("fields", "null").text("message", sentence(written.member, describe(written.fault)));
        }
    }

    static void build(Object& out, RequestLine& line) {
        const Text token = take(line.params, "access_token");
        const std::unique_ptr<E> endpoint(new E{});
        std::string params = dump(line.params); // a View endpoint points into it
        if constexpr (HasFields<E>::value) {
            mxwire::ReadResult read;
            if constexpr (is_view) {
                read = mxwire::read_json_in_place(params.data(), params.size(), *endpoint);
            } else {
                read = mxwire::read_json(params, *endpoint);
            }
            if (!read) return refuse(out, read.member, describe(read.fault));
        }
        if constexpr (E::info.auth != mxwire::Auth::none) {
            if (token.fault) return refuse(out, "access_token", "wrong type");
            if (token.value || E::info.auth == mxwire::Auth::required) {
                std::optional<std::string> user_id, device_id;
                if constexpr (E::info.masquerade == mxwire::Masquerade::yes) {
                    Text user = take(line.params, "user_id"), device = take(line.params, "device_id");
                    if (user.fault) return refuse(out, "user_id", "wrong type");
                    if (device.fault) return refuse(out, "device_id", "wrong type");
                    user_id = std::move(user.value);
                    device_id = std::move(device.value);
                }
                const std::string secret = token.value.value_or("");
                if constexpr (is_owned) {
                    const mxwire::Credentials where{homeserver<std::string>(line), secret, user_id, device_id};
                    return send(out, *endpoint, where, params.size());
                } else {
                    const std::string_view view = secret;
                    const mxwire::CredentialsView where{homeserver<std::string_view>(line), view, user_id, device_id};
                    return send(out, *endpoint, where, params.size());
                }
            }
        }
        if constexpr (is_wellknown_v<E>) {
            using Name = mxwire::BasicServerName<std::conditional_t<is_owned, std::string, std::string_view>>;
            const Text server = take(line, "server_name", line.server_name), user = take(line, "user_id", line.user_id);
            if (server.fault) return refuse(out, "server_name", "wrong type");
            if (user.fault) return refuse(out, "user_id", "wrong type");
            if (server.value) return send(out, *endpoint, Name{*server.value}, params.size());
            if (user.value) return send(out, *endpoint, Name::of(*user.value), params.size());
        }
        if constexpr (E::info.auth != mxwire::Auth::required) {
            using Url = std::conditional_t<is_owned, std::string, std::string_view>;
            send(out, *endpoint, homeserver<Url>(line), params.size());
        }
    }

  private:
    template <class T, class = void> struct HasFields : std::false_type {};
    template <class T> struct HasFields<T, std::void_t<decltype(T::fields)>> : std::true_type {};

    static Result parse(ResponseLine& line) {
        if (line.failure) return mxwire::parse<E>(*line.failure);
        if constexpr (is_view) {
            const mxwire::MutableBody body{line.body.data(), line.body.size()};
            return mxwire::parse_in_place<E>(line.status, body, line.headers, {}, line.now);
        } else {
            if (line.codec == Codec::nlohmann)
                return mxwire::parse<E, mxwire::NlohmannCodec>(line.status, line.body, line.headers, {}, line.now);
            return mxwire::parse<E>(line.status, line.body, line.headers, {}, line.now);
        }
    }

    /// A parameter that is no member of the body. It is taken away: a custom type's own members would hold it as well.
    struct Text {
        std::optional<std::string> value;
        bool fault = false;
    };
    static Text take(Json& params, const char* name) {
        Text text;
        const auto found = params.find(name);
        if (found == params.end()) return text;
        if (const std::string* const value = found->get_ptr<const std::string*>()) {
            text.value = *value;
        } else {
            text.fault = !found->is_null();
        }
        params.erase(found);
        return text;
    }

    /// The same for one that may stand outside of the parameters as well.
    static Text take(RequestLine& line, const char* name, const Json& outside) {
        if (line.params.find(name) == line.params.end()) line.params[name] = outside;
        return take(line.params, name);
    }

    template <class Url> static mxwire::BasicHomeserver<Url> homeserver(const RequestLine& line) {
        using Homeserver = mxwire::BasicHomeserver<Url>;
        const Url url{line.base_url};
        return line.insecure ? Homeserver{url, mxwire::allow_insecure_http} : Homeserver{url};
    }

    template <class Where> static void send(Object& out, const E& endpoint, const Where& where, std::size_t params) {
        if constexpr (is_owned) {
            (void)params;
            const mxwire::Result<mxwire::Request> request = mxwire::prepare(endpoint, where);
            return request ? write_request(out, *request) : write_error(out, request.error());
        } else {
            // The longest of the three encodings is six bytes for one.
            std::string buffer(4096 + 8 * params + size_of(where), '\0');
            const auto request = mxwire::prepare_into(buffer.data(), buffer.size(), endpoint, where);
            return request ? write_request(out, *request) : write_error(out, request.error());
        }
    }
    static std::size_t size_of(const mxwire::HomeserverView& where) { return where.base_url().size(); }
    static std::size_t size_of(const mxwire::ServerNameView& where) { return where.text().size(); }
    static std::size_t size_of(const mxwire::CredentialsView& where) {
        std::size_t size = where.server.base_url().size() + where.access_token.expose().size();
        if (where.user_id) size += 3 * where.user_id->size();
        if (where.device_id) size += 3 * where.device_id->size();
        return size;
    }
    template <class Request> static void write_request(Object& out, const Request& request) {
        Object headers;
        for (const mxwire::Header& header : request.headers()) headers.text(header.name, header.value);
        out.text("outcome", "request").text("method", mxwire::to_string(request.method())).text("url", request.url());
        out.json("headers", headers.finish()).text("body", request.body());
    }
};

// -------------------------------------------------------------------------------------- all operations

struct Handlers {
    void (*respond)(Object&, ResponseLine&);
    void (*build)(Object&, RequestLine&);
};
struct Entry {
    std::string_view id;
    Handlers by_storage[3];
};
template <class O, class V, class F> constexpr Entry entry(std::string_view id) {
    return {id,
            {{Operation<O>::respond, Operation<O>::build},
             {Operation<V>::respond, Operation<V>::build},
             {Operation<F>::respond, Operation<F>::build}}};
}
inline constexpr Entry operations[] = {
#define MXWIRE_OPERATION(type, id) \
    entry<mxwire::Basic##type<mxwire::Owned>, mxwire::Basic##type<ViewPolicy>, mxwire::Basic##type<FixedPolicy>>(id),
#include <mxwire_operations.inc>
#undef MXWIRE_OPERATION
};
inline const Entry* find_operation(std::string_view id) {
    for (const Entry& operation : operations) {
        if (operation.id == id) return &operation;
    }
    return nullptr;
}

// -------------------------------------------------------------------------------------- reading a line

/// Nesting is counted before anything is built: a DOM of brackets takes forty times their size.
inline bool is_too_deep(std::string_view line) {
    int depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (in_string) {
            if (c == '\\') ++i;
            if (c == '"') in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > max_depth) return true;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return false;
}

/// A member that is there and not null, or null.
inline const Json* find_member(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}
inline const std::string* text_of(const Json* value) {
    return value == nullptr ? nullptr : value->get_ptr<const std::string*>();
}

/// RFC 4648 base 64, with or without its padding.
inline std::optional<std::string> decode_base64(std::string_view text) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    while (!text.empty() && text.back() == '=') text.remove_suffix(1);
    if (text.size() % 4 == 1) return std::nullopt;
    std::string out;
    unsigned bits = 0, count = 0;
    for (const char c : text) {
        const std::size_t value = alphabet.find(c);
        if (value == std::string_view::npos) return std::nullopt;
        bits = (bits << 6 | static_cast<unsigned>(value)) & 0xffffu;
        count += 6;
        if (count < 8) continue;
        count -= 8;
        out.push_back(static_cast<char>(bits >> count & 0xffu));
    }
    return out;
}

/// RFC 3339: 2026-10-21T07:28:00Z, with a fraction or an offset if need be. Parts of a second are left out.
inline std::optional<mxwire::WallTime> parse_time(std::string_view text) {
    std::int64_t numbers[6]{};
    const std::string_view form = "dddd-dd-ddTdd:dd:dd";
    if (text.size() <= form.size()) return std::nullopt;
    for (std::size_t i = 0, n = 0; i < form.size(); ++i) {
        if (form[i] != 'd') {
            if (text[i] != form[i]) return std::nullopt;
            ++n;
        } else if (text[i] < '0' || text[i] > '9') {
            return std::nullopt;
        } else {
            numbers[n] = numbers[n] * 10 + (text[i] - '0');
        }
    }
    const auto [year, month, day, hour, minute, second] = numbers;
    if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    text.remove_prefix(form.size());
    if (text.front() == '.') {
        const std::size_t end = text.find_first_not_of("0123456789", 1);
        if (end == 1 || end == std::string_view::npos) return std::nullopt;
        text.remove_prefix(end);
    }
    std::int64_t offset = 0;
    if (text != "Z") {
        if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
        for (const std::size_t i : {1u, 2u, 4u, 5u}) {
            if (text[i] < '0' || text[i] > '9') return std::nullopt;
        }
        offset = ((text[1] - '0') * 10 + (text[2] - '0')) * 3600 + ((text[4] - '0') * 10 + (text[5] - '0')) * 60;
        if (text[0] == '-') offset = -offset;
    }
    // Days since 1970, of a calendar whose years begin in March. One cycle of 400 years more keeps them positive.
    const std::int64_t y = 400 + (month < 3 ? year - 1 : year), m = month < 3 ? month + 9 : month - 3;
    const std::int64_t days = y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468 - 146097;
    return mxwire::WallTime{std::chrono::seconds{days * 86400 + hour * 3600 + minute * 60 + second - offset}};
}

/// Headers as an object, name to text or to several, or as pairs. What is no text is given as its JSON.
inline bool read_headers(const Json& value, std::vector<std::pair<std::string, std::string>>& out) {
    const auto add = [&](const std::string& name, const Json& field) {
        const std::string* const text = field.get_ptr<const std::string*>();
        out.emplace_back(name, text != nullptr ? *text : dump(field));
    };
    if (value.is_object()) {
        for (const auto& [name, field] : value.items()) {
            if (!field.is_array()) {
                add(name, field);
            } else {
                for (const Json& one : field) add(name, one);
            }
        }
        return true;
    }
    if (!value.is_array()) return false;
    for (const Json& pair : value) {
        if (!pair.is_array() || pair.size() != 2 || !pair[0].is_string()) return false;
        add(*pair[0].get_ptr<const std::string*>(), pair[1]);
    }
    return true;
}

/// Null, or what is wrong with the line.
inline const char* read_response(const Json& in, ResponseLine& line) {
    if (const Json* const failure = find_member(in, "transport_error")) {
        const std::string* const text = text_of(failure);
        if (text == nullptr) return "transport_error is no text";
        line.failure.emplace(mxwire::transport_error(0, *text));
        return nullptr;
    }
    const Json* const status = find_member(in, "status");
    if (status == nullptr || !status->is_number_integer()) return "status is no integer";
    const auto number = status->get<std::int64_t>();
    constexpr std::int64_t least = std::numeric_limits<int>::min(), most = std::numeric_limits<int>::max();
    if (number < least || number > most || (status->is_number_unsigned() && number < 0)) return "status is no integer";
    line.status = static_cast<int>(number);
    if (const Json* const headers = find_member(in, "headers")) {
        if (!read_headers(*headers, line.headers)) return "headers are neither an object nor pairs";
    }
    if (const Json* const bytes = find_member(in, "body_b64")) {
        const std::string* const text = text_of(bytes);
        std::optional<std::string> decoded;
        if (text != nullptr) decoded = decode_base64(*text);
        if (!decoded) return "body_b64 is no base 64";
        line.body = std::move(*decoded);
    } else if (const Json* const body = find_member(in, "body")) {
        const std::string* const text = text_of(body);
        if (text == nullptr) return "body is no text";
        line.body = *text;
    }
    if (const Json* const now = find_member(in, "now")) {
        const std::string* const text = text_of(now);
        if (text != nullptr) line.now = parse_time(*text);
        if (!line.now) return "now is no time of RFC 3339";
    }
    return nullptr;
}
inline const char* read_request(const Json& in, RequestLine& line) {
    if (const Json* const url = find_member(in, "base_url")) {
        const std::string* const text = text_of(url);
        if (text == nullptr) return "base_url is no text";
        line.base_url = *text;
    }
    line.params = Json::object();
    if (const Json* const params = find_member(in, "params")) {
        if (!params->is_object()) return "params is no object";
        line.params = *params;
    }
    line.server_name = in.value("server_name", Json());
    line.user_id = in.value("user_id", Json());
    if (const Json* const insecure = find_member(in, "allow_insecure_http")) {
        if (!insecure->is_boolean()) return "allow_insecure_http is no boolean";
        line.insecure = insecure->get<bool>();
    }
    return nullptr;
}

/// The callback of a login by single sign-on. It is no operation: there is nothing to send, and no answer to read.
inline constexpr std::string_view sso_callback = "sso_callback";
inline void finish_sso(Object& out, const RequestLine& line) {
    std::string texts[3];
    constexpr const char* names[] = {"redirect_url", "expected_state", "callback_url"};
    for (std::size_t i = 0; i < 3; ++i) {
        const Json* const value = find_member(line.params, names[i]);
        if (value == nullptr) return refuse(out, names[i], "missing");
        const std::string* const text = text_of(value);
        if (text == nullptr) return refuse(out, names[i], "wrong type");
        texts[i] = *text;
    }
    mxwire::Result<mxwire::PendingSso> pending =
        mxwire::PendingSso::begin(mxwire::Homeserver{"https://localhost"}, texts[0], mxwire::Secret{texts[1]});
    if (!pending) return write_error(out, pending.error());
    const mxwire::Result<mxwire::Secret> token = pending->finish(texts[2]);
    if (!token) return write_error(out, token.error());
    Object fields;
    fields.text("login_token", token->expose());
    out.text("outcome", "model").json("fields", fields.finish());
}

/// The answer to a line that was not looked at.
inline std::string unreadable() { return Object{}.json("id", "null").text("outcome", "unsupported").finish(); }

/// The answer to `line`: one line, without its end. Total: any bytes have an answer.
inline std::string answer(std::string_view line, Storage storage, Codec codec = Codec::core) {
    if (line.size() > max_line || is_too_deep(line)) return unreadable();
    const Json in = Json::parse(line.begin(), line.end(), nullptr, false);
    if (!in.is_object()) return unreadable();

    const auto id = in.find("id");
    Object out;
    out.json("id", id == in.end() ? "null" : dump(*id));
    const std::string* const name = text_of(find_member(in, "operation"));
    if (name != nullptr && *name == sso_callback) {
        RequestLine request;
        if (const char* const why = read_request(in, request)) {
            malformed(out, why);
        } else {
            finish_sso(out, request);
        }
        return out.finish();
    }
    const Entry* const operation = name == nullptr ? nullptr : find_operation(*name);
    if (operation == nullptr) return out.text("outcome", "unsupported").finish();
    const Handlers& handlers = operation->by_storage[static_cast<std::size_t>(storage)];

    if (in.contains("status") || in.contains("transport_error")) {
        ResponseLine response;
        response.codec = codec;
        if (const char* const why = read_response(in, response)) {
            malformed(out, why);
        } else {
            handlers.respond(out, response);
        }
    } else {
        RequestLine request;
        if (const char* const why = read_request(in, request)) {
            malformed(out, why);
        } else {
            handlers.build(out, request);
        }
    }
    return out.finish();
}

} // namespace replay

#endif
