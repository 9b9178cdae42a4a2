// SPDX-License-Identifier: MIT
// What the references have in common: the models that they fill, the request that they build, and a JSON writer for
// those whose parser brings none.
#ifndef MXWIRE_BENCH_BY_HAND_HPP
#define MXWIRE_BENCH_BY_HAND_HPP

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "works.hpp"

namespace bench::by_hand {

struct ServerInformation {
    std::string base_url;
};

struct WellKnown {
    ServerInformation homeserver;
    std::optional<ServerInformation> identity_server;
};

struct LoginResponse {
    std::string user_id, access_token, device_id;
    std::optional<std::string> refresh_token;
    std::optional<std::int64_t> expires_in_ms;
    std::optional<WellKnown> well_known;
};

struct IdentityProvider {
    std::string id, name;
    std::optional<std::string> icon, brand;
};

struct LoginFlow {
    std::string type;
    std::vector<IdentityProvider> identity_providers;
    bool get_login_token = false, oauth_aware_preferred = false;
};

struct LoginFlows {
    std::vector<LoginFlow> flows;
};

struct ErrorBody {
    std::string errcode;
    std::optional<std::string> error;
    std::optional<std::int64_t> retry_after_ms;
    bool soft_logout = false;
};

enum class Method : std::uint8_t { get, post };

struct Header {
    std::string_view name, value;
};

struct Request {
    Method method = Method::get;
    std::string url;
    std::vector<Header> headers;
    std::string body;
};

inline std::size_t length(const std::optional<std::string>& text) { return text ? text->size() : 0; }

inline std::size_t checksum(const LoginResponse& login) {
    Checksum sum;
    sum.add(login.user_id.size()).add(login.access_token.size()).add(login.device_id.size());
    sum.add(length(login.refresh_token)).add(static_cast<std::size_t>(login.expires_in_ms.value_or(0)));
    const WellKnown* known = login.well_known ? &*login.well_known : nullptr;
    sum.add(known ? known->homeserver.base_url.size() : 0);
    sum.add(known && known->identity_server ? known->identity_server->base_url.size() : 0);
    return sum.value();
}

inline std::size_t checksum(const LoginFlows& login) {
    Checksum sum;
    for (const LoginFlow& flow : login.flows) {
        sum.add(flow.type.size());
        for (const IdentityProvider& provider : flow.identity_providers) {
            sum.add(provider.id.size()).add(provider.name.size());
            sum.add(length(provider.icon)).add(length(provider.brand));
        }
        sum.add(flow.get_login_token).add(flow.oauth_aware_preferred);
    }
    return sum.value();
}

inline std::size_t checksum(const ErrorBody& error) {
    Checksum sum;
    sum.add(error.errcode.size()).add(length(error.error));
    sum.add(static_cast<std::size_t>(error.retry_after_ms.value_or(0))).add(error.soft_logout);
    return sum.value();
}

inline std::size_t checksum(const Request& request) {
    Checksum sum;
    sum.add(request.method == Method::post ? 4 : 3).add(request.url.size());
    sum.add(request.headers.size());
    return sum.add(request.body.size()).value();
}

// Everything of the login request but its body.
inline Request login_request() {
    constexpr std::string_view path = "/_matrix/client/v3/login";
    Request request;
    request.method = Method::post;
    request.url.reserve(homeserver_url.size() + path.size());
    request.url.append(homeserver_url).append(path);
    request.headers.push_back({"Content-Type", "application/json"});
    return request;
}

// Length of the UTF-8 sequence at the start of `text`, 0 where there is none.
inline std::size_t utf8_sequence(std::string_view text) {
    const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned lead = byte(0);
    unsigned lowest = 0x80;
    unsigned highest = 0xbf;
    std::size_t size = 0;
    if (lead >= 0xc2 && lead <= 0xdf) {
        size = 2;
    } else if (lead >= 0xe0 && lead <= 0xef) {
        size = 3;
        lowest = lead == 0xe0 ? 0xa0 : lowest;
        highest = lead == 0xed ? 0x9f : highest;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
        size = 4;
        lowest = lead == 0xf0 ? 0x90 : lowest;
        highest = lead == 0xf4 ? 0x8f : highest;
    }
    if (size == 0 || text.size() < size || byte(1) < lowest || byte(1) > highest) {
        return 0;
    }
    for (std::size_t i = 2; i < size; ++i) {
        if ((byte(i) & 0xc0u) != 0x80) {
            return 0;
        }
    }
    return size;
}

// Appends `text` as a JSON string: runs of what needs no escape at once. False if it is not UTF-8.
inline bool append_json_string(std::string& out, std::string_view text) {
    constexpr char hex[] = "0123456789abcdef";
    out += '"';
    std::size_t run = 0;
    for (std::size_t i = 0; i < text.size();) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
            ++i;
            continue;
        }
        if (c >= 0x80) {
            const std::size_t size = utf8_sequence(text.substr(i));
            if (size == 0) {
                return false;
            }
            i += size;
            continue;
        }
        out.append(text, run, i - run);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += static_cast<char>(c);
        } else {
            out.append("\\u00");
            out += hex[c >> 4];
            out += hex[c & 0xf];
        }
        run = ++i;
    }
    out.append(text, run, text.size() - run);
    out += '"';
    return true;
}

inline std::size_t build_login(const LoginParams& params) {
    Request request = login_request();
    std::string& body = request.body;
    // Enough as long as nothing needs an escape; the string grows by itself if something does.
    body.reserve(160 + params.user.size() + params.password.size() + params.device_id.size() +
                 params.initial_device_display_name.size());
    body.append(R"({"type":"m.login.password","identifier":{"type":"m.id.user","user":)");
    bool valid = append_json_string(body, params.user);
    body.append(R"(},"password":)");
    valid = append_json_string(body, params.password) && valid;
    body.append(R"(,"device_id":)");
    valid = append_json_string(body, params.device_id) && valid;
    body.append(R"(,"initial_device_display_name":)");
    valid = append_json_string(body, params.initial_device_display_name) && valid;
    body.append(params.refresh_token ? R"(,"refresh_token":true})" : R"(,"refresh_token":false})");
    return valid ? checksum(request) : 0;
}

} // namespace bench::by_hand

#endif
