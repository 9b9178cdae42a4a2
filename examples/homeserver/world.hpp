// SPDX-License-Identifier: MIT
//
// All of the server's state in one place, which the endpoints are functions of; and who a request comes from.
#pragma once

#include "accounts.hpp"
#include "faults.hpp"
#include "http.hpp"
#include "json.hpp"
#include "limits.hpp"
#include "uia.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace homeserver {

// How the server behaves; a test may change it at any time.
struct Rules {
    enum class Refresh { rotate, keep, off };

    Refresh refresh = Refresh::rotate;
    std::chrono::milliseconds access_token{300'000};               // lifetime of one with a refresh token
    std::optional<std::chrono::milliseconds> plain_access_token{}; // of one without
    std::optional<std::chrono::milliseconds> refresh_token{};      // counted anew by each refresh
    std::chrono::milliseconds login_token{120'000};
    bool get_token = true; // POST /v1/login/get_token is there
    bool uia = true;       // account endpoints ask who it is
    std::chrono::milliseconds uia_session{900'000};
    std::optional<Flows> uia_flows{}; // none: what the account can do
    Json uia_params = Json::object();
    bool registration = true;
    bool guests = true;
    Flows registration_flows = {{"m.login.dummy"}};
    Json registration_params = Json::object();
    std::int64_t password_length = 1; // least one of a new password
    std::string sso_user{};           // is signed in at every provider; empty: is asked
};

struct Provider {
    std::string id;
    std::string name;
    std::string brand{}; // empty: none
    std::string icon{};  // empty: none
};

struct Options {
    std::string server_name = "localhost";
    std::string well_known_base_url{}; // empty: no well_known, neither of its own nor in the answer to a login
    bool control = false;              // serve /_test
    Rules rules{};
};

// An address that somebody is asked to confirm. The confirmation itself is a control: there is no mail.
struct ThreePidSession {
    ThreePid threepid;
    std::string client_secret;
    bool validated = false;
};

struct World {
    World(Options with, const Clock& base, WallClock wall_base)
        : options{std::move(with)}, rules{options.rules}, clock{[this, base] { return base() + turned; }},
          wall{[this, wall_base = std::move(wall_base)] { return wall_base() + turned; }},
          accounts{options.server_name, clock}, failed_logins{clock}, uia{clock} {}
    // The clocks hold its address.
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    Lifetimes lifetimes(bool refreshable) const {
        return refreshable ? Lifetimes{rules.access_token, rules.refresh_token}
                           : Lifetimes{rules.plain_access_token, std::nullopt};
    }

    Options options;
    Rules rules;
    std::chrono::milliseconds turned{0};
    Clock clock;
    WallClock wall;
    Accounts accounts;
    Buckets failed_logins;                      // by user
    std::map<std::string, Buckets> path_limits; // by path, all requests together
    UiaSessions uia;
    Faults faults{};
    Journal journal{};
    std::map<std::string, Json> documents{};                                  // by name, in place of the server's own
    std::map<std::string, std::optional<std::int64_t>> registration_tokens{}; // uses that are left; none: any number
    std::map<std::string, ThreePidSession> threepid_sessions{};               // by sid
    std::map<std::string, std::string> sso_sessions{};                        // redirect URLs by session
};

// One request, and the text that stood for {} in its endpoint's path, as it was sent.
struct Call {
    World& world;
    const Request& request;
    std::string segment{};
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
    bool app_service = false;
};

// No token is needed in some places, but one that is sent is judged.
inline bool has_token(const Request& request) {
    return !header_values(request, "Authorization").empty() || query_parameter(request, "access_token");
}

// Bearer is compared as it stands and one space follows it, as real servers do (reference, trap 10).
inline std::string_view bearer_token(const Request& request) {
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

inline Requester masquerade(const Call& call, const AppService& service) {
    const std::string user_id = query_parameter(call.request, "user_id").value_or(service.sender);
    User* user = call.world.accounts.find(user_id);
    if (user == nullptr || !service.covers(user_id)) {
        refuse(403, "M_FORBIDDEN", "Application service cannot masquerade as this user");
    }
    auto device_id = query_parameter(call.request, "device_id");
    if (device_id && user->devices.count(*device_id) == 0) {
        refuse(400, "M_UNKNOWN_DEVICE", "Application service cannot masquerade as this device");
    }
    return Requester{user, std::move(device_id), true};
}

inline Requester authenticate(const Call& call, Leniency lenient = {}) {
    Accounts& accounts = call.world.accounts;
    const std::string_view token = bearer_token(call.request);
    if (const AppService* service = accounts.find_app_service(token)) {
        return masquerade(call, *service);
    }
    const AccessToken* session = accounts.find_token(token);
    if (session == nullptr) {
        refuse("M_UNKNOWN_TOKEN", "Unrecognised access token", false);
    }
    if (accounts.is_expired(*session) && !lenient.expired) {
        refuse("M_UNKNOWN_TOKEN", "Access token has expired", true);
    }
    User& user = *accounts.find(session->user_id);
    if (user.locked && !lenient.locked) {
        refuse("M_USER_LOCKED", "User account has been locked", true);
    }
    if (user.guest && !lenient.guest) {
        refuse(403, "M_GUEST_ACCESS_FORBIDDEN", "Guest access not allowed");
    }
    accounts.use_access_token(*session);
    return Requester{&user, session->device_id};
}

} // namespace homeserver
