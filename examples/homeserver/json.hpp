// SPDX-License-Identifier: MIT
//
// Reading a request's JSON and writing an answer's. What cannot be answered is thrown as a Refusal.
#pragma once

#include "http.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace homeserver {

using Json = nlohmann::json;

struct Refusal : std::exception {
    explicit Refusal(Reply answer) : reply{std::move(answer)} {}
    const char* what() const noexcept override { return "request refused"; }
    Reply reply;
};

// A path's bytes may have become a device ID: what is not UTF-8 is replaced.
inline Reply json_reply(int status, const Json& body) {
    return Reply{
        status, {{"Content-Type", "application/json"}}, body.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

inline Reply error_reply(int status, std::string_view errcode, std::string_view error) {
    return json_reply(status, {{"errcode", errcode}, {"error", error}});
}

[[noreturn]] inline void refuse(int status, std::string_view errcode, std::string_view error) {
    throw Refusal{error_reply(status, errcode, error)};
}

[[noreturn]] inline void refuse(std::string_view errcode, std::string_view error, bool soft_logout) {
    throw Refusal{json_reply(401, {{"errcode", errcode}, {"error", error}, {"soft_logout", soft_logout}})};
}

// Some servers (Matrix Authentication Service) refuse a login of another content type, others never look: a client is
// right only if it passes here.
inline Json read_object(const Request& request) {
    if (request.body.size() > max_body_size) {
        refuse(413, "M_TOO_LARGE", "Request body too large");
    }
    const auto content_types = header_values(request, "Content-Type");
    const std::string_view type = content_types.size() == 1 ? content_types[0] : std::string_view{};
    std::string_view essence = type.substr(0, type.find(';'));
    essence = essence.substr(0, essence.find_last_not_of(" \t") + 1);
    if (!equal_ignoring_case(essence, "application/json")) {
        refuse(400, "M_NOT_JSON", "Content-Type is not application/json");
    }
    // nlohmann's parser skips a BOM and takes a NUL for the end of the text.
    if (starts_with(request.body, "\xEF\xBB\xBF") || request.body.find('\0') != std::string::npos) {
        refuse(400, "M_NOT_JSON", "Content not JSON");
    }
    Json body = Json::parse(request.body, nullptr, false);
    if (body.is_discarded()) {
        refuse(400, "M_NOT_JSON", "Content not JSON");
    }
    if (!body.is_object()) {
        refuse(400, "M_BAD_JSON", "Content must be a JSON object");
    }
    return body;
}

// A null member is an absent one.
inline std::optional<std::string> optional_text(const Json& object, const char* key, std::string_view errcode) {
    const auto member = object.find(key);
    if (member == object.end() || member->is_null()) {
        return std::nullopt;
    }
    if (!member->is_string()) {
        refuse(400, errcode, "Invalid parameter: " + std::string{key});
    }
    return member->get<std::string>();
}

inline std::string required_text(const Json& object, const char* key, std::string_view missing) {
    const auto text = optional_text(object, key, "M_INVALID_PARAM");
    if (!text || text->empty()) {
        refuse(400, missing, "Missing parameter: " + std::string{key});
    }
    return *text;
}

inline bool flag(const Json& object, const char* key, std::string_view errcode, bool fallback = false) {
    const auto member = object.find(key);
    if (member == object.end()) {
        return fallback;
    }
    if (!member->is_boolean()) {
        refuse(400, errcode, "Invalid parameter: " + std::string{key});
    }
    return member->get<bool>();
}

inline std::int64_t number(const Json& object, const char* key, std::int64_t fallback, std::int64_t least,
                           std::int64_t most, std::string_view errcode = "M_BAD_JSON") {
    const auto member = object.find(key);
    if (member == object.end()) {
        return fallback;
    }
    // Unsigned first: what is beyond int64 must not wrap around.
    const bool fits = member->is_number_unsigned() ? member->get<std::uint64_t>() <= static_cast<std::uint64_t>(most)
                                                   : member->is_number_integer();
    const std::int64_t value = fits ? member->get<std::int64_t>() : least - 1;
    if (value < least || value > most) {
        refuse(400, errcode, "Invalid parameter: " + std::string{key});
    }
    return value;
}

inline std::vector<std::string> texts(const Json& array, const char* key, std::string_view errcode) {
    std::vector<std::string> list;
    if (!array.is_array()) {
        refuse(400, errcode, "Invalid parameter: " + std::string{key});
    }
    for (const Json& element : array) {
        if (!element.is_string()) {
            refuse(400, errcode, "Invalid parameter: " + std::string{key});
        }
        list.push_back(element.get<std::string>());
    }
    return list;
}

} // namespace homeserver
