// SPDX-License-Identifier: MIT
//
// What the fake homeserver needs of HTTP: plain values and the few lookups on them. No socket.
#pragma once

#include <algorithm>
#include <chrono>
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

// How an answer goes over the wire; all but `whole` is what a test asked for.
struct Delivery {
    enum class Kind {
        whole,
        lost,    // not a byte of it; the connection ends
        late,    // held back by `delay`
        slow,    // its body byte by byte, each held back by `delay`
        cut,     // announced in full, but the body ends after `bytes`, and the connection with it
        endless, // its body, then blanks for as long as somebody reads
        doubled, // twice on the same connection, for one request
    };
    Kind kind = Kind::whole;
    std::chrono::milliseconds delay{0};
    std::size_t bytes = 0;
};

struct Reply {
    int status = 200;
    Headers headers{};
    std::string body{};
    Delivery delivery{};
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

inline std::string percent_decode(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
            decoded += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            decoded += text[i];
        }
    }
    return decoded;
}

constexpr bool is_unreserved(char c) noexcept {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

inline std::string percent_encode(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        if (is_unreserved(c)) {
            encoded += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            encoded += {'%', digits[byte / 16], digits[byte % 16]};
        }
    }
    return encoded;
}

// The name-value pairs of a query or of a form, in order. A form's blank is a '+'.
inline std::vector<std::pair<std::string, std::string>> form_pairs(std::string_view form) {
    std::vector<std::pair<std::string, std::string>> pairs;
    const auto decode = [](std::string_view text) {
        std::string blanks{text};
        std::replace(blanks.begin(), blanks.end(), '+', ' ');
        return percent_decode(blanks);
    };
    while (!form.empty()) {
        const std::string_view pair = form.substr(0, form.find('&'));
        form.remove_prefix(std::min(form.size(), pair.size() + 1));
        if (!pair.empty()) {
            const std::size_t equals = pair.find('=');
            const std::string_view value =
                equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
            pairs.emplace_back(decode(pair.substr(0, equals)), decode(value));
        }
    }
    return pairs;
}

// The first one of that name, as Synapse reads it.
inline std::optional<std::string> form_value(std::string_view form, std::string_view name) {
    for (auto& [key, value] : form_pairs(form)) {
        if (key == name) {
            return std::move(value);
        }
    }
    return std::nullopt;
}

inline std::optional<std::string> query_parameter(const Request& request, std::string_view name) {
    const std::size_t question_mark = request.target.find('?');
    return question_mark == std::string::npos
               ? std::nullopt
               : form_value(std::string_view{request.target}.substr(question_mark + 1), name);
}

inline std::string html_escape(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        switch (c) {
        case '&': escaped += "&amp;"; break;
        case '<': escaped += "&lt;"; break;
        case '>': escaped += "&gt;"; break;
        case '"': escaped += "&quot;"; break;
        case '\'': escaped += "&#39;"; break;
        default: escaped += c;
        }
    }
    return escaped;
}

inline Reply html_reply(int status, std::string_view body) {
    return Reply{status,
                 {{"Content-Type", "text/html; charset=utf-8"}},
                 "<!DOCTYPE html><html><body>" + std::string{body} + "</body></html>"};
}

// 307 keeps method and body, so it is for API calls; 302 is for browsers.
inline Reply redirect_reply(int status, std::string location) {
    return Reply{status, {{"Location", std::move(location)}}};
}

} // namespace homeserver
