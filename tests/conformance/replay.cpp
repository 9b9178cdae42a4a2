// SPDX-License-Identifier: MIT
#include "replay.hpp"

namespace replay {

static const Entry* find_operation(std::string_view id, Storage storage) {
    const Operations& operations = storage == Storage::owned  ? owned_operations
                                   : storage == Storage::view ? view_operations
                                                              : fixed_operations;
    for (const Entry& operation : operations) {
        if (operation.id == id) return &operation;
    }
    return nullptr;
}

/// Nesting is counted before anything is built: a DOM of brackets takes forty times their size.
static bool is_too_deep(std::string_view line) {
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
static const Json* find_member(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}
static const std::string* text_of(const Json* value) {
    return value == nullptr ? nullptr : value->get_ptr<const std::string*>();
}

/// RFC 4648 base 64, with or without its padding.
std::optional<std::string> decode_base64(std::string_view text) {
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
std::optional<mxwire::WallTime> parse_time(std::string_view text) {
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
static bool read_headers(const Json& value, std::vector<std::pair<std::string, std::string>>& out) {
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
static const char* read_response(const Json& in, ResponseLine& line) {
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
static const char* read_request(const Json& in, RequestLine& line) {
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

static void finish_sso(Object& out, const RequestLine& line) {
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
static std::string unreadable() { return Object{}.json("id", "null").text("outcome", "unsupported").finish(); }

/// The answer to `line`: one line, without its end. Total: any bytes have an answer.
std::string answer(std::string_view line, Storage storage, Codec codec) {
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
    const bool is_response = in.contains("status") || in.contains("transport_error");
    if (is_response) storage = storage_of_answers(codec, storage);
    const Entry* const operation = name == nullptr ? nullptr : find_operation(*name, storage);
    if (operation == nullptr) return out.text("outcome", "unsupported").finish();
    const Handlers& handlers = operation->handlers;

    if (is_response) {
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
