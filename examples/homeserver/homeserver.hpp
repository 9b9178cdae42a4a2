// SPDX-License-Identifier: MIT
//
// A small fake of a Matrix homeserver's session endpoints, without a socket: one request in, one reply out. What the
// specification leaves open is answered the way Synapse answers it; README.md lists where the two part.
//
// Not safe for threads: whoever serves from several holds a lock around handle().
#pragma once

#include "accounts.hpp"
#include "http.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace homeserver {

struct Options {
    std::string server_name = "localhost";
    std::string well_known_base_url{};                       // empty: no well_known in the answer to a login
    bool control = false;                                    // serve /_test
    std::chrono::milliseconds refreshable_lifetime{300'000}; // of access tokens that come with a refresh token
};

class Homeserver {
  public:
    explicit Homeserver(Options options = {}, const Clock& clock = std::chrono::steady_clock::now)
        : options_{std::move(options)}, accounts_{options_.server_name, clock}, failed_logins_{clock} {}

    bool add_user(std::string name, std::string password) {
        return accounts_.create(User{std::move(name), std::move(password), {}, {}}) != nullptr;
    }

    bool add_app_service(const std::string& as_token, const std::string& users, const std::string& sender) {
        return accounts_.add_app_service(as_token, users, sender);
    }

    Reply handle(const Request& request) {
        const bool control = options_.control && starts_with(request.target, "/_test/");
        Reply reply;
        try {
            reply = control ? answer_control(request) : answer(request);
        } catch (const Refusal& refusal) {
            reply = refusal.reply;
        }
        // A web page of another origin must be able to use the API, and must not be able to drive a test.
        if (!control) {
            reply.headers.emplace_back("Access-Control-Allow-Origin", "*");
            reply.headers.emplace_back("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE, OPTIONS");
            reply.headers.emplace_back("Access-Control-Allow-Headers", "X-Requested-With, Content-Type, Authorization");
        }
        return reply;
    }

  private:
    using Json = nlohmann::json;

    struct Refusal : std::exception {
        explicit Refusal(Reply answer) : reply{std::move(answer)} {}
        const char* what() const noexcept override { return "request refused"; }
        Reply reply;
    };

    struct Endpoint {
        std::string_view method;
        std::string_view path;
        Reply (Homeserver::*answer)(const Request&);
    };

    // Who may pass although the ordinary request of theirs would be refused.
    struct Leniency {
        bool locked = false;
        bool expired = false;
        bool guest = false;
    };

    struct Requester {
        User* user;
        std::optional<std::string> device_id; // none: an application service as such
    };

    struct SessionWish {
        std::optional<std::string> device_id;
        std::string display_name;
        bool refresh_token;
    };

    struct PlannedFailure {
        std::string method; // empty: any
        std::string path;   // empty: any
        std::int64_t count;
        Reply reply;
    };

    // Replies

    static Reply json_reply(int status, const Json& body) {
        return Reply{status, {{"Content-Type", "application/json"}}, body.dump()};
    }

    static Reply error_reply(int status, std::string_view errcode, std::string_view error) {
        return json_reply(status, {{"errcode", errcode}, {"error", error}});
    }

    [[noreturn]] static void refuse(int status, std::string_view errcode, std::string_view error) {
        throw Refusal{error_reply(status, errcode, error)};
    }

    [[noreturn]] static void refuse(std::string_view errcode, std::string_view error, bool soft_logout) {
        throw Refusal{json_reply(401, {{"errcode", errcode}, {"error", error}, {"soft_logout", soft_logout}})};
    }

    // Routing

    Reply answer(const Request& request) {
        const auto failure = std::find_if(failures_.begin(), failures_.end(), [&](const PlannedFailure& candidate) {
            return (candidate.method.empty() || candidate.method == request.method) &&
                   (candidate.path.empty() || candidate.path == path_of(request));
        });
        if (failure != failures_.end()) {
            Reply reply = failure->reply;
            if (--failure->count == 0) {
                failures_.erase(failure);
            }
            return reply;
        }
        if (request.method == "OPTIONS") {
            return Reply{204, {}, {}};
        }
        return dispatch(request);
    }

    Reply dispatch(const Request& request) {
        static constexpr Endpoint endpoints[] = {
            {"GET", "/_matrix/client/versions", &Homeserver::get_versions},
            {"GET", "/_matrix/client/v3/login", &Homeserver::get_login_flows},
            {"POST", "/_matrix/client/v3/login", &Homeserver::login},
            {"POST", "/_matrix/client/v3/logout", &Homeserver::logout},
            {"POST", "/_matrix/client/v3/logout/all", &Homeserver::logout_all},
            {"GET", "/_matrix/client/v3/account/whoami", &Homeserver::get_token_owner},
        };
        const std::string_view path = path_of(request);
        const std::string_view method = request.method == "HEAD" ? std::string_view{"GET"} : request.method;
        std::string allowed;
        for (const Endpoint& endpoint : endpoints) {
            if (endpoint.path == path && endpoint.method == method) {
                return (this->*endpoint.answer)(request);
            }
            if (endpoint.path == path) {
                allowed += (allowed.empty() ? "" : ", ") + std::string{endpoint.method};
            }
        }
        if (!allowed.empty()) {
            Reply reply = error_reply(405, "M_UNRECOGNIZED", "Unrecognized request");
            reply.headers.emplace_back("Allow", allowed);
            return reply;
        }
        if (path == "/_matrix" || starts_with(path, "/_matrix/")) {
            refuse(404, "M_UNRECOGNIZED", "Unrecognized request");
        }
        // Synapse's pages outside of the API are HTML as well; a client that was given a wrong base URL meets this.
        return Reply{
            404, {{"Content-Type", "text/html; charset=utf-8"}}, "<html><body>404 No Such Resource</body></html>"};
    }

    // Reading a request

    // Some servers (Matrix Authentication Service) refuse a login of another content type, others never look: a client
    // is right only if it passes here.
    static Json read_object(const Request& request) {
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
    static std::optional<std::string> optional_text(const Json& object, const char* key, std::string_view errcode) {
        const auto member = object.find(key);
        if (member == object.end() || member->is_null()) {
            return std::nullopt;
        }
        if (!member->is_string()) {
            refuse(400, errcode, "Invalid parameter: " + std::string{key});
        }
        return member->get<std::string>();
    }

    static std::string required_text(const Json& object, const char* key, std::string_view missing) {
        const auto text = optional_text(object, key, "M_INVALID_PARAM");
        if (!text || text->empty()) {
            refuse(400, missing, "Missing parameter: " + std::string{key});
        }
        return *text;
    }

    static bool flag(const Json& object, const char* key, std::string_view errcode) {
        const auto member = object.find(key);
        if (member == object.end()) {
            return false;
        }
        if (!member->is_boolean()) {
            refuse(400, errcode, "Invalid parameter: " + std::string{key});
        }
        return member->get<bool>();
    }

    // Authentication

    // Bearer is compared as it stands and one space follows it, as real servers do (reference, trap 10).
    static std::string_view bearer_token(const Request& request) {
        constexpr std::string_view scheme = "Bearer ";
        const auto values = header_values(request, "Authorization");
        if (values.size() != 1 || query_parameter(request, "access_token") || !starts_with(values[0], scheme)) {
            refuse(401, "M_MISSING_TOKEN", "Missing access token");
        }
        const std::string_view token = values[0].substr(scheme.size());
        if (token.empty() || token.find(' ') != std::string_view::npos) {
            refuse(401, "M_MISSING_TOKEN", "Missing access token");
        }
        return token;
    }

    Requester authenticate(const Request& request, Leniency lenient) {
        const std::string_view token = bearer_token(request);
        if (const AppService* service = accounts_.find_app_service(token)) {
            return masquerade(request, *service);
        }
        const AccessToken* session = accounts_.find_token(token);
        if (session == nullptr) {
            refuse("M_UNKNOWN_TOKEN", "Unrecognised access token", false);
        }
        if (accounts_.is_expired(*session) && !lenient.expired) {
            refuse("M_UNKNOWN_TOKEN", "Access token has expired", true);
        }
        User& user = *accounts_.find(session->user_id);
        if (user.locked && !lenient.locked) {
            refuse("M_USER_LOCKED", "User account has been locked", true);
        }
        if (user.guest && !lenient.guest) {
            refuse(403, "M_GUEST_ACCESS_FORBIDDEN", "Guest access not allowed");
        }
        return Requester{&user, session->device_id};
    }

    Requester masquerade(const Request& request, const AppService& service) {
        const std::string user_id = query_parameter(request, "user_id").value_or(service.sender);
        User* user = accounts_.find(user_id);
        if (user == nullptr || !service.covers(user_id)) {
            refuse(403, "M_FORBIDDEN", "Application service cannot masquerade as this user");
        }
        auto device_id = query_parameter(request, "device_id");
        if (device_id && user->devices.count(*device_id) == 0) {
            refuse(400, "M_UNKNOWN_DEVICE", "Application service cannot masquerade as this device");
        }
        return Requester{user, std::move(device_id)};
    }

    // Endpoints

    Reply get_versions(const Request& request) {
        // No token is needed, but one that is sent is judged (reference rule T7).
        if (!header_values(request, "Authorization").empty() || query_parameter(request, "access_token")) {
            authenticate(request, {true, true, true});
        }
        Json versions = Json::array();
        for (int minor = 1; minor <= 15; ++minor) {
            versions.push_back("v1." + std::to_string(minor));
        }
        return json_reply(200, {{"versions", versions}, {"unstable_features", Json::object()}});
    }

    Reply get_login_flows(const Request&) {
        const Json github = {{"id", "github"},
                             {"name", "GitHub"},
                             {"brand", "github"},
                             {"icon", "mxc://" + accounts_.server_name() + "/github"}};
        const Json company = {{"id", "company"}, {"name", "Company directory"}};
        return json_reply(200, {{"flows",
                                 {{{"type", "m.login.sso"}, {"identity_providers", {github, company}}},
                                  {{"type", "m.login.token"}, {"get_login_token", true}},
                                  {{"type", "m.login.password"}},
                                  {{"type", "m.login.application_service"}}}}});
    }

    Reply login(const Request& request) {
        const Json body = read_object(request);
        const SessionWish wish = read_session_wish(body);
        const auto type = body.find("type");
        if (type == body.end()) {
            refuse(400, "M_UNKNOWN", "Missing JSON keys.");
        }
        if (!type->is_string()) {
            refuse(400, "M_INVALID_PARAM", "Invalid parameter: type");
        }
        User& user = *type == "m.login.application_service" ? user_by_app_service(request, body)
                     : *type == "m.login.token"             ? user_by_login_token(body)
                                                            : user_by_password(*type, body);
        if (user.deactivated) {
            refuse(403, "M_USER_DEACTIVATED", "This account has been deactivated");
        }
        if (user.locked) {
            refuse("M_USER_LOCKED", "User account has been locked", true);
        }
        return start_session(user, wish);
    }

    // Read before anything is spent: a login token must outlive a request that could never succeed.
    static SessionWish read_session_wish(const Json& body) {
        SessionWish wish;
        wish.refresh_token = flag(body, "refresh_token", "M_UNKNOWN");
        wish.device_id = optional_text(body, "device_id", "M_INVALID_PARAM");
        wish.display_name = optional_text(body, "initial_device_display_name", "M_INVALID_PARAM").value_or("");
        if (wish.device_id && wish.device_id->size() > 512) {
            refuse(400, "M_INVALID_PARAM", "device_id is too long");
        }
        if (wish.display_name.size() > 100) {
            refuse(400, "M_TOO_LARGE", "Device display name is too long");
        }
        return wish;
    }

    Reply start_session(User& user, const SessionWish& wish) {
        const std::string device_id = wish.device_id ? *wish.device_id : random_device_id();
        std::optional<std::chrono::milliseconds> lifetime;
        if (wish.refresh_token) {
            lifetime = options_.refreshable_lifetime;
        }
        Json answer = {{"user_id", user.user_id},
                       {"access_token", accounts_.open_session(user, device_id, wish.display_name, lifetime)},
                       {"device_id", device_id},
                       {"home_server", accounts_.server_name()}};
        if (lifetime) {
            answer["refresh_token"] = random_token("refresh_");
            answer["expires_in_ms"] = lifetime->count();
        }
        if (!options_.well_known_base_url.empty()) {
            answer["well_known"] = {{"m.homeserver", {{"base_url", options_.well_known_base_url}}}};
        }
        return json_reply(200, answer);
    }

    User& user_by_app_service(const Request& request, const Json& body) {
        const AppService* service = accounts_.find_app_service(bearer_token(request));
        if (service == nullptr) {
            refuse("M_UNKNOWN_TOKEN", "This login method is only valid for application services", false);
        }
        const auto identifier = body.find("identifier");
        if (identifier == body.end() || !identifier->is_object() || identifier->value("type", Json{}) != "m.id.user") {
            refuse(400, "M_INVALID_PARAM", "Invalid identifier");
        }
        const std::string user_id = accounts_.to_user_id(required_text(*identifier, "user", "M_UNKNOWN"));
        if (!service->covers(user_id)) {
            refuse(403, "M_EXCLUSIVE", "User is not in the namespace of this application service");
        }
        User* user = accounts_.find(user_id);
        if (user == nullptr) {
            refuse(403, "M_FORBIDDEN", "User is not registered");
        }
        return *user;
    }

    User& user_by_login_token(const Json& body) {
        const auto token = body.find("token");
        if (token == body.end()) {
            refuse(400, "M_UNKNOWN", "Missing JSON keys.");
        }
        User* user = token->is_string() ? accounts_.redeem_login_token(token->get<std::string>()) : nullptr;
        if (user == nullptr) {
            refuse(403, "M_FORBIDDEN", "Invalid login token");
        }
        return *user;
    }

    User& user_by_password(const Json& type, const Json& body) {
        const Json identifier = identifier_of(body);
        std::string bucket;
        User* user = find_identified(identifier, bucket);
        if (type != "m.login.password") {
            refuse(400, "M_UNKNOWN", "Unknown login type");
        }
        const auto password = body.find("password");
        if (password == body.end() || !password->is_string()) {
            refuse(400, "M_INVALID_PARAM", "Bad parameter: password");
        }
        if (const auto delay = failed_logins_.delay(bucket)) {
            refuse_for(*delay);
        }
        if (user == nullptr || !user->password || *password != *user->password) {
            failed_logins_.count(bucket);
            refuse(403, "M_FORBIDDEN", "Invalid username or password");
        }
        return *user;
    }

    // The deprecated members win over the identifier where both are sent.
    static Json identifier_of(const Json& body) {
        if (body.contains("user")) {
            return {{"type", "m.id.user"}, {"user", body["user"]}};
        }
        if (body.contains("medium") && body.contains("address")) {
            return {{"type", "m.id.thirdparty"}, {"medium", body["medium"]}, {"address", body["address"]}};
        }
        const auto identifier = body.find("identifier");
        if (identifier == body.end()) {
            refuse(400, "M_INVALID_PARAM", "Missing parameter: identifier");
        }
        if (!identifier->is_object() || !identifier->contains("type")) {
            refuse(400, "M_MISSING_PARAM", "'identifier' has no member 'type'");
        }
        return *identifier;
    }

    // Unknown names get a bucket of their own: a rate limit must not tell which users exist.
    User* find_identified(const Json& identifier, std::string& bucket) {
        const Json& type = identifier["type"];
        if (type == "m.id.user") {
            bucket = to_lower(accounts_.to_user_id(required_text(identifier, "user", "M_UNKNOWN")));
            return accounts_.find(bucket);
        }
        std::string medium = "msisdn";
        std::string address;
        if (type == "m.id.thirdparty") {
            medium = required_text(identifier, "medium", "M_UNKNOWN");
            address = required_text(identifier, "address", "M_UNKNOWN");
        } else if (type == "m.id.phone") {
            const auto msisdn = to_msisdn(required_text(identifier, "country", "M_INVALID_PARAM"),
                                          required_text(identifier, "phone", "M_UNKNOWN"));
            if (!msisdn) {
                refuse(400, "M_INVALID_PARAM", "Unable to parse phone number");
            }
            address = *msisdn;
        } else {
            refuse(400, "M_UNKNOWN", "Unknown login identifier type");
        }
        User* user = accounts_.find_by_threepid(medium, address);
        bucket = user != nullptr ? user->user_id : medium + " " + to_lower(address);
        return user;
    }

    // The header knows whole seconds only and is rounded up: who obeys it must not be refused again.
    [[noreturn]] static void refuse_for(std::chrono::milliseconds delay) {
        Reply reply = json_reply(
            429, {{"errcode", "M_LIMIT_EXCEEDED"}, {"error", "Too Many Requests"}, {"retry_after_ms", delay.count()}});
        reply.headers.emplace_back("Retry-After", std::to_string((delay.count() + 999) / 1000));
        throw Refusal{std::move(reply)};
    }

    Reply get_token_owner(const Request& request) {
        const Requester requester = authenticate(request, {false, false, true});
        Json answer = {{"user_id", requester.user->user_id}, {"is_guest", requester.user->guest}};
        if (requester.device_id) {
            answer["device_id"] = *requester.device_id;
        }
        return json_reply(200, answer);
    }

    // A locked account and an expired token can still log out (reference rule E7).
    Reply logout(const Request& request) {
        const Requester requester = authenticate(request, {true, true, false});
        if (!requester.device_id) {
            refuse(401, "M_UNKNOWN", "An application service has no device to log out");
        }
        accounts_.remove_device(*requester.user, *requester.device_id);
        return json_reply(200, Json::object());
    }

    Reply logout_all(const Request& request) {
        accounts_.remove_all_devices(*authenticate(request, {true, true, false}).user);
        return json_reply(200, Json::object());
    }

    // Control: for tests, and only where it was asked for

    Reply answer_control(const Request& request) {
        static constexpr Endpoint controls[] = {
            {"POST", "/_test/create_user", &Homeserver::control_create_user},
            {"POST", "/_test/lock", &Homeserver::control_lock},
            {"POST", "/_test/unlock", &Homeserver::control_unlock},
            {"POST", "/_test/deactivate", &Homeserver::control_deactivate},
            {"POST", "/_test/devices", &Homeserver::control_devices},
            {"POST", "/_test/login_token", &Homeserver::control_login_token},
            {"POST", "/_test/expire_token", &Homeserver::control_expire_token},
            {"POST", "/_test/rate_limit", &Homeserver::control_rate_limit},
            {"POST", "/_test/fail_next", &Homeserver::control_fail_next},
        };
        for (const Endpoint& control : controls) {
            if (control.path == path_of(request) && control.method == request.method) {
                return (this->*control.answer)(request);
            }
        }
        refuse(404, "M_UNRECOGNIZED", "No such control");
    }

    User& named_user(const Json& body) {
        User* user = accounts_.find(to_lower(accounts_.to_user_id(required_text(body, "user", "M_BAD_JSON"))));
        if (user == nullptr) {
            refuse(404, "M_NOT_FOUND", "No such user");
        }
        return *user;
    }

    static std::int64_t number(const Json& body, const char* key, std::int64_t fallback, std::int64_t least,
                               std::int64_t most) {
        const auto member = body.find(key);
        if (member == body.end()) {
            return fallback;
        }
        // Unsigned first: what is beyond int64 must not wrap around.
        const bool fits = member->is_number_unsigned()
                              ? member->get<std::uint64_t>() <= static_cast<std::uint64_t>(most)
                              : member->is_number_integer();
        const std::int64_t value = fits ? member->get<std::int64_t>() : least - 1;
        if (value < least || value > most) {
            refuse(400, "M_BAD_JSON", "Invalid parameter: " + std::string{key});
        }
        return value;
    }

    Reply control_create_user(const Request& request) {
        const Json body = read_object(request);
        User user;
        user.user_id = required_text(body, "user", "M_BAD_JSON");
        user.password = optional_text(body, "password", "M_BAD_JSON");
        user.guest = flag(body, "guest", "M_BAD_JSON");
        for (const Json& threepid : body.value("threepids", Json::array())) {
            user.threepids.push_back(
                {required_text(threepid, "medium", "M_BAD_JSON"), required_text(threepid, "address", "M_BAD_JSON")});
        }
        const User* created = accounts_.create(std::move(user));
        if (created == nullptr) {
            refuse(400, "M_INVALID_USERNAME", "The name is taken or no user ID of this server");
        }
        return json_reply(200, {{"user_id", created->user_id}});
    }

    Reply control_lock(const Request& request) {
        named_user(read_object(request)).locked = true;
        return json_reply(200, Json::object());
    }

    Reply control_unlock(const Request& request) {
        named_user(read_object(request)).locked = false;
        return json_reply(200, Json::object());
    }

    Reply control_deactivate(const Request& request) {
        accounts_.deactivate(named_user(read_object(request)));
        return json_reply(200, Json::object());
    }

    Reply control_devices(const Request& request) {
        Json devices = Json::array();
        for (const auto& [device_id, display_name] : named_user(read_object(request)).devices) {
            devices.push_back({{"device_id", device_id}, {"display_name", display_name}});
        }
        return json_reply(200, {{"devices", devices}});
    }

    Reply control_login_token(const Request& request) {
        const Json body = read_object(request);
        const User& user = named_user(body);
        const std::chrono::milliseconds lifetime{number(body, "expires_in_ms", 120'000, 0, 86'400'000)};
        return json_reply(
            200, {{"login_token", accounts_.mint_login_token(user, lifetime)}, {"expires_in_ms", lifetime.count()}});
    }

    Reply control_expire_token(const Request& request) {
        if (!accounts_.expire_token(required_text(read_object(request), "access_token", "M_BAD_JSON"))) {
            refuse(404, "M_NOT_FOUND", "No such access token");
        }
        return json_reply(200, Json::object());
    }

    Reply control_rate_limit(const Request& request) {
        const Json body = read_object(request);
        if (body.empty()) {
            failed_logins_.set_limit(std::nullopt);
            return json_reply(200, Json::object());
        }
        const auto per_second = body.find("per_second");
        const bool usable = per_second != body.end() && per_second->is_number() && per_second->get<double>() >= 0.001 &&
                            per_second->get<double>() <= 1e6;
        if (!usable || !body.contains("burst_count")) {
            refuse(400, "M_BAD_JSON", "per_second (0.001 to 1e6) and burst_count are needed, or an empty object");
        }
        const auto burst_count = static_cast<double>(number(body, "burst_count", 1, 1, 1'000'000));
        failed_logins_.set_limit(RateLimit{per_second->get<double>(), burst_count});
        return json_reply(200, Json::object());
    }

    Reply control_fail_next(const Request& request) {
        const Json body = read_object(request);
        PlannedFailure failure;
        failure.method = optional_text(body, "method", "M_BAD_JSON").value_or("");
        failure.path = optional_text(body, "path", "M_BAD_JSON").value_or("");
        failure.count = number(body, "count", 1, 1, 1'000'000);
        failure.reply.status = static_cast<int>(number(body, "status", 502, 200, 599));
        failure.reply.body = optional_text(body, "body", "M_BAD_JSON").value_or("");
        failure.reply.headers.emplace_back(
            "Content-Type", optional_text(body, "content_type", "M_BAD_JSON").value_or("text/html; charset=utf-8"));
        const Json headers = body.value("headers", Json::object());
        if (!headers.is_object()) {
            refuse(400, "M_BAD_JSON", "Invalid parameter: headers");
        }
        for (const auto& [name, value] : headers.items()) {
            // How long the body is and which type it has is said once.
            const bool taken = equal_ignoring_case(name, "Content-Type") ||
                               equal_ignoring_case(name, "Content-Length") ||
                               equal_ignoring_case(name, "Transfer-Encoding");
            if (taken || !value.is_string()) {
                refuse(400, "M_BAD_JSON", "Invalid parameter: headers");
            }
            failure.reply.headers.emplace_back(name, value.get<std::string>());
        }
        failures_.push_back(std::move(failure));
        return json_reply(200, Json::object());
    }

    Options options_;
    Accounts accounts_;
    FailedLogins failed_logins_;
    std::vector<PlannedFailure> failures_;
};

} // namespace homeserver
