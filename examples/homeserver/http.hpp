// SPDX-License-Identifier: MIT
//
// What the fake homeserver needs of HTTP: plain values and the few lookups on them. No socket.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace homeserver {

// A list and not a map: a request with two Authorization headers must still have two when it is judged.
using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
    std::string method;
    std::string target; // path and query as they were sent: servers match the undecoded path
    Headers headers;
    std::string body;
};

struct Reply {
    int status = 200;
    Headers headers;
    std::string body;
};

// Far above anything the session endpoints take; what is longer is refused instead of kept.
constexpr std::size_t max_body_size = 64 * 1024;

// ASCII only, and the same in every locale: user IDs and header names know no other letters here.
constexpr char to_lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

inline std::string to_lower(std::string_view text) {
    std::string folded{text};
    for (char& c : folded) {
        c = to_lower(c);
    }
    return folded;
}

inline bool equal_ignoring_case(std::string_view left, std::string_view right) noexcept {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char a, char b) { return to_lower(a) == to_lower(b); });
}

inline bool starts_with(std::string_view text, std::string_view start) noexcept {
    return text.substr(0, start.size()) == start;
}

inline std::vector<std::string_view> header_values(const Request& request, std::string_view name) {
    std::vector<std::string_view> values;
    for (const auto& [header, value] : request.headers) {
        if (equal_ignoring_case(header, name)) {
            values.push_back(value);
        }
    }
    return values;
}

inline std::string_view path_of(const Request& request) noexcept {
    return std::string_view{request.target}.substr(0, request.target.find('?'));
}

constexpr int hex_digit(char c) noexcept {
    const char folded = to_lower(c);
    return folded >= '0' && folded <= '9' ? folded - '0' : folded >= 'a' && folded <= 'f' ? folded - 'a' + 10 : -1;
}

inline std::string decode_query_component(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
            decoded += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            decoded += text[i] == '+' ? ' ' : text[i];
        }
    }
    return decoded;
}

// The first one of that name, as Synapse reads it.
inline std::optional<std::string> query_parameter(const Request& request, std::string_view name) {
    const std::size_t question_mark = request.target.find('?');
    if (question_mark == std::string::npos) {
        return std::nullopt;
    }
    std::string_view rest = std::string_view{request.target}.substr(question_mark + 1);
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        const std::size_t equals = pair.find('=');
        if (decode_query_component(pair.substr(0, equals)) == name) {
            return equals == std::string_view::npos ? std::string{} : decode_query_component(pair.substr(equals + 1));
        }
    }
    return std::nullopt;
}

} // namespace homeserver
