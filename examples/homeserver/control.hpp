// SPDX-License-Identifier: MIT
//
// POST /_test/...: for tests, and only where it was asked for. README.md has the list.
#pragma once

#include "stages.hpp"
#include "world.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace homeserver {

inline User& named_user(const Call& call, const Json& body) {
    Accounts& accounts = call.world.accounts;
    User* user = accounts.find(to_lower(accounts.to_user_id(required_text(body, "user", "M_BAD_JSON"))));
    if (user == nullptr) {
        refuse(404, "M_NOT_FOUND", "No such user");
    }
    return *user;
}

// Users and what they have

inline Reply control_create_user(const Call& call) {
    const Json body = read_object(call.request);
    User user;
    user.user_id = required_text(body, "user", "M_BAD_JSON");
    user.password = optional_text(body, "password", "M_BAD_JSON");
    user.guest = flag(body, "guest", "M_BAD_JSON");
    user.sso = flag(body, "sso", "M_BAD_JSON");
    for (const Json& threepid : body.value("threepids", Json::array())) {
        user.threepids.push_back(
            {required_text(threepid, "medium", "M_BAD_JSON"), required_text(threepid, "address", "M_BAD_JSON")});
    }
    const User* created = call.world.accounts.create(std::move(user));
    if (created == nullptr) {
        refuse(400, "M_INVALID_USERNAME", "The name is taken or no user ID of this server");
    }
    return json_reply(200, {{"user_id", created->user_id}});
}

inline Reply control_lock(const Call& call) {
    named_user(call, read_object(call.request)).locked = true;
    return json_reply(200, Json::object());
}

inline Reply control_unlock(const Call& call) {
    named_user(call, read_object(call.request)).locked = false;
    return json_reply(200, Json::object());
}

inline Reply control_deactivate(const Call& call) {
    call.world.accounts.deactivate(named_user(call, read_object(call.request)));
    return json_reply(200, Json::object());
}

inline Reply control_logout(const Call& call) {
    const Json body = read_object(call.request);
    User& user = named_user(call, body);
    if (const auto device_id = optional_text(body, "device_id", "M_BAD_JSON")) {
        if (user.devices.count(*device_id) == 0) {
            refuse(404, "M_NOT_FOUND", "No such device");
        }
        call.world.accounts.remove_device(user, *device_id);
    } else {
        call.world.accounts.remove_all_devices(user);
    }
    return json_reply(200, Json::object());
}

inline Reply control_devices(const Call& call) {
    Json devices = Json::array();
    for (const auto& [device_id, display_name] : named_user(call, read_object(call.request)).devices) {
        devices.push_back({{"device_id", device_id}, {"display_name", display_name}});
    }
    return json_reply(200, {{"devices", devices}});
}

inline Reply control_login_token(const Call& call) {
    const Json body = read_object(call.request);
    const User& user = named_user(call, body);
    const std::chrono::milliseconds lifetime{number(body, "expires_in_ms", 120'000, 0, 86'400'000)};
    return json_reply(200, {{"login_token", call.world.accounts.mint_login_token(user, lifetime)},
                            {"expires_in_ms", lifetime.count()}});
}

inline Reply control_expire_token(const Call& call) {
    const Json body = read_object(call.request);
    const char* name = body.contains("refresh_token") ? "refresh_token" : "access_token";
    if (!call.world.accounts.expire_token(required_text(body, name, "M_BAD_JSON"))) {
        refuse(404, "M_NOT_FOUND", "No such token");
    }
    return json_reply(200, Json::object());
}

inline Reply control_registration_token(const Call& call) {
    const Json body = read_object(call.request);
    const std::string token = required_text(body, "token", "M_BAD_JSON");
    std::optional<std::int64_t> uses;
    if (body.contains("uses")) {
        uses = number(body, "uses", 0, 0, 1'000'000);
    }
    call.world.registration_tokens.insert_or_assign(token, uses);
    return json_reply(200, Json::object());
}

// What a person does somewhere else

inline Reply control_validate_threepid(const Call& call) {
    const auto session =
        call.world.threepid_sessions.find(required_text(read_object(call.request), "sid", "M_BAD_JSON"));
    if (session == call.world.threepid_sessions.end()) {
        refuse(404, "M_NOT_FOUND", "No such session");
    }
    session->second.validated = true;
    return json_reply(200, Json::object());
}

inline Reply control_complete_stage(const Call& call) {
    const Json body = read_object(call.request);
    UiaSession* session = call.world.uia.find(required_text(body, "session", "M_BAD_JSON"));
    const std::string type = required_text(body, "type", "M_BAD_JSON");
    if (session == nullptr || !session->is_next(type)) {
        refuse(404, "M_NOT_FOUND", "No such session, or not the next stage of it");
    }
    session->completed.push_back(type);
    return json_reply(200, Json::object());
}

// How the server behaves

inline Flows read_flows(const Json& value, const char* key) {
    Flows flows;
    if (!value.is_array()) {
        refuse(400, "M_BAD_JSON", "Invalid parameter: " + std::string{key});
    }
    for (const Json& flow : value) {
        flows.push_back(texts(flow, key, "M_BAD_JSON"));
    }
    return flows;
}

constexpr std::int64_t ten_years_ms = 315'360'000'000;

inline Json rules_json(const Rules& rules) {
    constexpr const char* refresh[] = {"rotate", "keep", "off"};
    const auto lifetime = [](std::optional<std::chrono::milliseconds> time) {
        return time ? Json(time->count()) : Json(nullptr);
    };
    return {{"refresh", refresh[static_cast<std::size_t>(rules.refresh)]},
            {"access_token_ms", rules.access_token.count()},
            {"plain_access_token_ms", lifetime(rules.plain_access_token)},
            {"refresh_token_ms", lifetime(rules.refresh_token)},
            {"login_token_ms", rules.login_token.count()},
            {"get_token", rules.get_token},
            {"uia", rules.uia},
            {"uia_session_ms", rules.uia_session.count()},
            {"uia_flows", rules.uia_flows ? Json(*rules.uia_flows) : Json(nullptr)},
            {"uia_params", rules.uia_params},
            {"registration", rules.registration},
            {"guests", rules.guests},
            {"registration_flows", rules.registration_flows},
            {"registration_params", rules.registration_params},
            {"password_length", rules.password_length},
            {"sso_user", rules.sso_user.empty() ? Json(nullptr) : Json(rules.sso_user)}};
}

inline Json read_params(const Json& value, const char* key) {
    if (!value.is_object()) {
        refuse(400, "M_BAD_JSON", "Invalid parameter: " + std::string{key});
    }
    return value;
}

inline Rules::Refresh read_refresh(const Json& value) {
    if (value == "rotate") {
        return Rules::Refresh::rotate;
    }
    if (value == "keep") {
        return Rules::Refresh::keep;
    }
    if (value != "off") {
        refuse(400, "M_BAD_JSON", "refresh is rotate, keep or off");
    }
    return Rules::Refresh::off;
}

inline Rules read_rules(Rules rules, const Json& body) {
    using std::chrono::milliseconds;
    const Json known = rules_json(rules);
    for (const auto& [name, value] : body.items()) {
        if (!known.contains(name)) {
            refuse(400, "M_BAD_JSON", "There is no rule " + name);
        }
    }
    const auto time = [&](const char* key, milliseconds fallback) {
        return milliseconds{number(body, key, fallback.count(), 0, ten_years_ms)};
    };
    const auto optional_time = [&](const char* key, std::optional<milliseconds> fallback) {
        const auto member = body.find(key);
        if (member == body.end()) {
            return fallback;
        }
        return member->is_null() ? std::nullopt : std::optional{time(key, milliseconds{0})};
    };
    if (body.contains("refresh")) {
        rules.refresh = read_refresh(body["refresh"]);
    }
    rules.access_token = time("access_token_ms", rules.access_token);
    rules.plain_access_token = optional_time("plain_access_token_ms", rules.plain_access_token);
    rules.refresh_token = optional_time("refresh_token_ms", rules.refresh_token);
    rules.login_token = time("login_token_ms", rules.login_token);
    rules.get_token = flag(body, "get_token", "M_BAD_JSON", rules.get_token);
    rules.uia = flag(body, "uia", "M_BAD_JSON", rules.uia);
    rules.uia_session = time("uia_session_ms", rules.uia_session);
    if (body.contains("uia_flows")) {
        const Json& flows = body["uia_flows"];
        rules.uia_flows = flows.is_null() ? std::nullopt : std::optional{read_flows(flows, "uia_flows")};
    }
    if (body.contains("uia_params")) {
        rules.uia_params = read_params(body["uia_params"], "uia_params");
    }
    rules.registration = flag(body, "registration", "M_BAD_JSON", rules.registration);
    rules.guests = flag(body, "guests", "M_BAD_JSON", rules.guests);
    if (body.contains("registration_flows")) {
        rules.registration_flows = read_flows(body["registration_flows"], "registration_flows");
    }
    if (body.contains("registration_params")) {
        rules.registration_params = read_params(body["registration_params"], "registration_params");
    }
    rules.password_length = number(body, "password_length", rules.password_length, 0, 1'000);
    if (body.contains("sso_user")) {
        rules.sso_user = optional_text(body, "sso_user", "M_BAD_JSON").value_or("");
    }
    return rules;
}

inline Reply control_rules(const Call& call) {
    call.world.rules = read_rules(call.world.rules, read_object(call.request));
    return json_reply(200, rules_json(call.world.rules));
}

inline Reply control_document(const Call& call) {
    const Json body = read_object(call.request);
    const std::string name = required_text(body, "name", "M_BAD_JSON");
    if (!contains(std::vector<std::string>{"versions", "login_flows", "capabilities", "well_known", "auth_metadata"},
                  name)) {
        refuse(404, "M_NOT_FOUND", "No such document");
    }
    const auto content = body.find("content");
    if (content == body.end() || content->is_null()) {
        call.world.documents.erase(name);
    } else {
        call.world.documents.insert_or_assign(name, *content);
    }
    return json_reply(200, Json::object());
}

inline DelayForms read_delay_forms(const Json& body) {
    DelayForms forms;
    const std::string header = optional_text(body, "retry_after", "M_BAD_JSON").value_or("seconds");
    if (header == "date") {
        forms.header = DelayForms::Header::date;
    } else if (header == "none") {
        forms.header = DelayForms::Header::none;
    } else if (header != "seconds") {
        refuse(400, "M_BAD_JSON", "retry_after is seconds, date or none");
    }
    forms.body = flag(body, "retry_after_ms", "M_BAD_JSON", true);
    return forms;
}

inline Reply control_rate_limit(const Call& call) {
    World& world = call.world;
    const Json body = read_object(call.request);
    if (body.empty()) {
        world.failed_logins.set_limit(std::nullopt);
        world.path_limits.clear();
        return json_reply(200, Json::object());
    }
    const auto per_second = body.find("per_second");
    const bool usable = per_second != body.end() && per_second->is_number() && per_second->get<double>() >= 0.001 &&
                        per_second->get<double>() <= 1e6;
    if (!usable || !body.contains("burst_count")) {
        refuse(400, "M_BAD_JSON", "per_second (0.001 to 1e6) and burst_count are needed, or an empty object");
    }
    const auto burst_count = static_cast<double>(number(body, "burst_count", 1, 1, 1'000'000));
    const RateLimit limit{per_second->get<double>(), burst_count, read_delay_forms(body)};
    if (const auto path = optional_text(body, "path", "M_BAD_JSON")) {
        world.path_limits.insert_or_assign(*path, Buckets{world.clock}).first->second.set_limit(limit);
    } else {
        world.failed_logins.set_limit(limit);
    }
    return json_reply(200, Json::object());
}

inline Reply control_clock(const Call& call) {
    const std::chrono::milliseconds by{number(read_object(call.request), "advance_ms", 0, 0, ten_years_ms)};
    // What is turned adds up, and must not leave the range of a clock.
    if (call.world.turned + by > std::chrono::milliseconds{10 * ten_years_ms}) {
        refuse(400, "M_BAD_JSON", "Too far");
    }
    call.world.turned += by;
    return json_reply(200, {{"turned_ms", call.world.turned.count()}});
}

// What goes wrong

inline Fault read_fault(const Json& body) {
    Fault fault;
    fault.method = optional_text(body, "method", "M_BAD_JSON").value_or("");
    fault.path = optional_text(body, "path", "M_BAD_JSON").value_or("");
    fault.skip = number(body, "skip", 0, 0, 1'000'000);
    fault.count = number(body, "count", 1, 1, 1'000'000);
    return fault;
}

inline std::optional<std::string> base64_decode(std::string_view text) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string bytes;
    unsigned value = 0;
    int bits = 0;
    for (const char c : text.substr(0, text.find('='))) {
        const std::size_t digit = alphabet.find(c);
        if (digit == std::string_view::npos) {
            return std::nullopt;
        }
        value = (value << 6 | static_cast<unsigned>(digit)) & 0xFFFFFF;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes += static_cast<char>(static_cast<unsigned char>(value >> bits & 0xFF));
        }
    }
    return bytes;
}

inline std::string read_body(const Json& body) {
    std::string bytes = optional_text(body, "body", "M_BAD_JSON").value_or("");
    if (const auto text = optional_text(body, "body_base64", "M_BAD_JSON")) {
        const auto decoded = base64_decode(*text);
        if (!decoded) {
            refuse(400, "M_BAD_JSON", "Invalid parameter: body_base64");
        }
        bytes = *decoded;
    }
    const auto size = static_cast<std::size_t>(number(body, "body_size", 0, 0, 16 * 1024 * 1024));
    if (bytes.size() < size) {
        bytes.append(size - bytes.size(), ' ');
    }
    return bytes;
}

inline Headers read_headers(const Json& body) {
    const Json headers = body.value("headers", Json::object());
    const auto refuse_headers = [] { refuse(400, "M_BAD_JSON", "Invalid parameter: headers"); };
    if (!headers.is_object()) {
        refuse_headers();
    }
    Headers list;
    for (const auto& [name, value] : headers.items()) {
        // How long the body is and which type it has is said once.
        if (equal_ignoring_case(name, "Content-Type") || equal_ignoring_case(name, "Content-Length") ||
            equal_ignoring_case(name, "Transfer-Encoding")) {
            refuse_headers();
        }
        for (const std::string& one : value.is_array() ? texts(value, "headers", "M_BAD_JSON")
                                                       : texts(Json::array({value}), "headers", "M_BAD_JSON")) {
            // A header that ends early would be two.
            if (name.empty() || (name + one).find_first_of(std::string_view{"\r\n\0", 3}) != std::string::npos) {
                refuse_headers();
            }
            list.emplace_back(name, one);
        }
    }
    return list;
}

inline Reply control_fail_next(const Call& call) {
    const Json body = read_object(call.request);
    Fault fault = read_fault(body);
    fault.times = flag(body, "takes_effect", "M_BAD_JSON") ? 1 : 0;
    Reply reply;
    reply.status = static_cast<int>(number(body, "status", 502, 200, 599));
    reply.headers = read_headers(body);
    reply.headers.emplace_back("Content-Type",
                               optional_text(body, "content_type", "M_BAD_JSON").value_or("text/html; charset=utf-8"));
    reply.body = read_body(body);
    fault.reply = std::move(reply);
    call.world.faults.plan(std::move(fault));
    return json_reply(200, Json::object());
}

inline Reply control_fault(const Call& call) {
    using Kind = Delivery::Kind;
    struct Named {
        std::string_view name;
        Kind delivery;
        int times;
        std::int64_t delay_ms;
    };
    static constexpr Named kinds[] = {
        {"dropped", Kind::lost, 0, 0},   {"lost", Kind::lost, 1, 0},       {"late", Kind::late, 1, 1000},
        {"slow", Kind::slow, 1, 10},     {"cut", Kind::cut, 1, 0},         {"endless", Kind::endless, 1, 0},
        {"twice", Kind::whole, 2, 0},    {"doubled", Kind::doubled, 1, 0}, {"bad_gateway", Kind::whole, 0, 0},
        {"redirect", Kind::whole, 0, 0},
    };
    const Json body = read_object(call.request);
    const std::string name = required_text(body, "kind", "M_BAD_JSON");
    const auto* kind =
        std::find_if(std::begin(kinds), std::end(kinds), [&](const Named& one) { return one.name == name; });
    if (kind == std::end(kinds)) {
        refuse(400, "M_BAD_JSON", "There is no such kind of fault");
    }
    Fault fault = read_fault(body);
    fault.times = kind->times;
    fault.delivery.kind = kind->delivery;
    fault.delivery.delay = std::chrono::milliseconds{number(body, "delay_ms", kind->delay_ms, 0, 60'000)};
    fault.delivery.bytes = static_cast<std::size_t>(number(body, "bytes", 1, 0, 1'000'000));
    if (name == "bad_gateway") {
        fault.times = flag(body, "takes_effect", "M_BAD_JSON") ? 1 : 0;
        fault.reply = html_reply(502, "<h1>502 Bad Gateway</h1>");
    } else if (name == "redirect") {
        fault.times = flag(body, "takes_effect", "M_BAD_JSON") ? 1 : 0;
        const std::string location = optional_text(body, "location", "M_BAD_JSON").value_or("/_elsewhere");
        if (location.find_first_of(std::string_view{"\r\n\0", 3}) != std::string::npos) {
            refuse(400, "M_BAD_JSON", "Invalid parameter: location");
        }
        fault.reply = redirect_reply(307, location);
    }
    call.world.faults.plan(std::move(fault));
    return json_reply(200, Json::object());
}

inline Reply control_clear_faults(const Call& call) {
    read_object(call.request);
    call.world.faults.clear();
    return json_reply(200, Json::object());
}

inline Reply control_requests(const Call& call) {
    const Json body = read_object(call.request);
    Json requests = Json::array();
    for (const Received& one : call.world.journal.received()) {
        requests.push_back({{"method", one.method},
                            {"path", one.path},
                            {"authorization", one.authorization},
                            {"body_size", one.body_size},
                            {"status", one.status}});
    }
    if (flag(body, "clear", "M_BAD_JSON")) {
        call.world.journal.clear();
    }
    return json_reply(200, {{"requests", requests}});
}

} // namespace homeserver
