// SPDX-License-Identifier: MIT
// nlohmann/json by hand, through its DOM, both ways.
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "by_hand.hpp"

namespace bench {
namespace {

using Json = nlohmann::json;

// The member, or null where it is absent or null.
Json* member(Json& object, const char* name) {
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

// Texts are moved out of the DOM, which is thrown away afterwards.
bool take(Json* value, std::string& out) {
    auto* text = value ? value->get_ptr<Json::string_t*>() : nullptr;
    if (!text) {
        return false;
    }
    out = std::move(*text);
    return true;
}

bool take(Json* value, std::int64_t& out) {
    if (!value || !value->is_number_integer()) {
        return false;
    }
    constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (const auto* large = value->get_ptr<Json::number_unsigned_t*>(); large && *large > largest) {
        return false;
    }
    out = value->get<std::int64_t>();
    return true;
}

bool take(Json* value, bool& out) {
    const auto* flag = value ? value->get_ptr<Json::boolean_t*>() : nullptr;
    if (!flag) {
        return false;
    }
    out = *flag;
    return true;
}

bool take(Json* value, by_hand::ServerInformation& out);
bool take(Json* value, by_hand::WellKnown& out);

template <class T> bool take_optional(Json& object, const char* name, std::optional<T>& out) {
    Json* value = member(object, name);
    return !value || take(value, out.emplace());
}

bool take_flag(Json& object, const char* name, bool& out) {
    Json* value = member(object, name);
    return !value || take(value, out);
}

bool take(Json* value, by_hand::ServerInformation& out) {
    return value && value->is_object() && take(member(*value, "base_url"), out.base_url);
}

bool take(Json* value, by_hand::WellKnown& out) {
    return value && value->is_object() && take(member(*value, "m.homeserver"), out.homeserver) &&
           take_optional(*value, "m.identity_server", out.identity_server);
}

bool take(Json* value, by_hand::IdentityProvider& out) {
    return value->is_object() && take(member(*value, "id"), out.id) && take(member(*value, "name"), out.name) &&
           take_optional(*value, "icon", out.icon) && take_optional(*value, "brand", out.brand);
}

template <class Element> bool take_array(Json& object, const char* name, std::vector<Element>& out);

bool take(Json* value, by_hand::LoginFlow& out) {
    return value->is_object() && take(member(*value, "type"), out.type) &&
           take_array(*value, "identity_providers", out.identity_providers) &&
           take_flag(*value, "get_login_token", out.get_login_token) &&
           take_flag(*value, "oauth_aware_preferred", out.oauth_aware_preferred);
}

template <class Element> bool take_array(Json& object, const char* name, std::vector<Element>& out) {
    Json* value = member(object, name);
    if (!value) {
        return true;
    }
    if (!value->is_array()) {
        return false;
    }
    out.reserve(value->size());
    for (Json& element : *value) {
        if (!take(&element, out.emplace_back())) {
            return false;
        }
    }
    return true;
}

std::size_t read_login(std::string_view body) {
    Json json = Json::parse(body, nullptr, false);
    by_hand::LoginResponse out;
    const bool good =
        json.is_object() && take(member(json, "user_id"), out.user_id) &&
        take(member(json, "access_token"), out.access_token) && take(member(json, "device_id"), out.device_id) &&
        take_optional(json, "refresh_token", out.refresh_token) &&
        take_optional(json, "expires_in_ms", out.expires_in_ms) && take_optional(json, "well_known", out.well_known);
    return good ? checksum(out) : 0;
}

std::size_t read_flows(std::string_view body) {
    Json json = Json::parse(body, nullptr, false);
    by_hand::LoginFlows out;
    return json.is_object() && take_array(json, "flows", out.flows) ? checksum(out) : 0;
}

std::size_t read_429(std::string_view body) {
    Json json = Json::parse(body, nullptr, false);
    by_hand::ErrorBody out;
    const bool good =
        json.is_object() && take(member(json, "errcode"), out.errcode) && take_optional(json, "error", out.error) &&
        take_optional(json, "retry_after_ms", out.retry_after_ms) && take_flag(json, "soft_logout", out.soft_logout);
    return good ? checksum(out) : 0;
}

std::size_t build_login(const LoginParams& params) {
    by_hand::Request request = by_hand::login_request();
    Json body;
    body["type"] = "m.login.password";
    Json& identifier = body["identifier"];
    identifier["type"] = "m.id.user";
    identifier["user"] = params.user;
    body["password"] = params.password;
    body["device_id"] = params.device_id;
    body["initial_device_display_name"] = params.initial_device_display_name;
    body["refresh_token"] = params.refresh_token;
#if defined(__cpp_exceptions)
    try {
        request.body = body.dump();
    } catch (const Json::type_error&) { // a text that is not UTF-8
        return 0;
    }
#else
    request.body = body.dump(); // a text that is not UTF-8 ends the program
#endif
    return checksum(request);
}

} // namespace

extern const Implementation nlohmann_dom_implementation;
const Implementation nlohmann_dom_implementation = {"nlohmann_dom", build_login, read_login, read_flows, read_429};

} // namespace bench
