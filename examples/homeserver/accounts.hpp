// SPDX-License-Identifier: MIT
//
// The state behind the endpoints: users, devices, tokens, application services and the login rate limit.
#pragma once

#include "http.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <regex.h>

namespace homeserver {

using Time = std::chrono::steady_clock::time_point;

// Passed in, so that tests can turn it.
using Clock = std::function<Time()>;

constexpr std::size_t max_user_id_size = 255;

struct ThreePid {
    std::string medium;
    std::string address;
};

struct User {
    std::string user_id;
    std::optional<std::string> password; // none: application services' users, guests
    std::vector<ThreePid> threepids;
    std::map<std::string, std::string> devices; // display names by device ID
    bool guest = false;
    bool locked = false;
    bool deactivated = false;
};

struct AccessToken {
    std::string user_id;
    std::string device_id;
    std::optional<Time> expires_at;
};

struct LoginToken {
    std::string user_id;
    Time expires_at;
};

// A POSIX extended regular expression, anchored at the start only: what Synapse does with a namespace. Not std::regex,
// which g++ 12 does not compile without warnings when sanitizers are on.
class Namespace {
  public:
    // Nothing where it is no regular expression.
    static std::optional<Namespace> compile(const std::string& expression) {
        std::unique_ptr<regex_t, Free> compiled{new regex_t};
        if (regcomp(compiled.get(), ("^(" + expression + ")").c_str(), REG_EXTENDED | REG_NOSUB) != 0) {
            // There is nothing to free in what was not compiled.
            delete compiled.release();
            return std::nullopt;
        }
        return Namespace{std::move(compiled)};
    }

    bool matches(const std::string& user_id) const {
        return user_id.size() <= max_user_id_size && regexec(compiled_.get(), user_id.c_str(), 0, nullptr, 0) == 0;
    }

  private:
    struct Free {
        void operator()(regex_t* compiled) const {
            regfree(compiled);
            delete compiled;
        }
    };

    explicit Namespace(std::unique_ptr<regex_t, Free> compiled) : compiled_{std::move(compiled)} {}

    std::unique_ptr<regex_t, Free> compiled_;
};

struct AppService {
    std::string as_token;
    Namespace users;
    std::string sender; // a full user ID

    bool covers(const std::string& user_id) const { return user_id == sender || users.matches(user_id); }
};

inline std::string random_text(std::string_view prefix, std::string_view alphabet, std::size_t length) {
    std::random_device device;
    std::uniform_int_distribution<std::size_t> index{0, alphabet.size() - 1};
    std::string text{prefix};
    for (std::size_t i = 0; i < length; ++i) {
        text += alphabet[index(device)];
    }
    return text;
}

inline std::string random_token(std::string_view prefix) {
    return random_text(prefix, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 32);
}

inline std::string random_device_id() { return random_text("", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", 10); }

// Letters that the specification allows in a new localpart.
inline bool is_localpart(std::string_view text) {
    return !text.empty() &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._=-/+") == std::string_view::npos;
}

// A handful of countries, enough to show m.id.phone; nothing where the number cannot be read.
inline std::optional<std::string> to_msisdn(std::string_view country, std::string_view phone) {
    struct Country {
        std::string_view name;
        std::string_view calling_code;
        bool trunk_zero; // a leading 0 is dialled inside the country only
    };
    static constexpr Country countries[] = {
        {"CA", "1", false}, {"DE", "49", true}, {"FR", "33", true}, {"GB", "44", true}, {"US", "1", false}};

    const auto* known = std::find_if(std::begin(countries), std::end(countries),
                                     [&](const Country& candidate) { return candidate.name == country; });
    const bool international = starts_with(phone, "+");
    std::string digits;
    for (const char c : international ? phone.substr(1) : phone) {
        if (c >= '0' && c <= '9') {
            digits += c;
        } else if (std::string_view{" -.()/"}.find(c) == std::string_view::npos) {
            return std::nullopt;
        }
    }
    if (known == std::end(countries) || digits.empty()) {
        return std::nullopt;
    }
    if (international) {
        return digits;
    }
    return std::string{known->calling_code} + (known->trunk_zero && digits[0] == '0' ? digits.substr(1) : digits);
}

class Accounts {
  public:
    Accounts(std::string_view server_name, Clock clock)
        : server_name_{to_lower(server_name)}, clock_{std::move(clock)} {}

    const std::string& server_name() const noexcept { return server_name_; }

    std::string to_user_id(std::string_view name) const {
        return starts_with(name, "@") ? std::string{name} : "@" + std::string{name} + ":" + server_name_;
    }

    // Nothing where the name is taken or no user ID of this server.
    User* create(User user) {
        user.user_id = to_lower(to_user_id(user.user_id));
        const std::string suffix = ":" + server_name_;
        if (user.user_id.size() <= suffix.size() || user.user_id.size() > max_user_id_size) {
            return nullptr;
        }
        const std::size_t colon = user.user_id.size() - suffix.size();
        if (user.user_id.substr(colon) != suffix || !is_localpart(user.user_id.substr(1, colon - 1))) {
            return nullptr;
        }
        for (ThreePid& threepid : user.threepids) {
            threepid.address = to_lower(threepid.address);
        }
        const auto [position, added] = users_.try_emplace(user.user_id, user);
        return added ? &position->second : nullptr;
    }

    User* find(std::string_view user_id) {
        const auto position = users_.find(user_id);
        return position == users_.end() ? nullptr : &position->second;
    }

    User* find_by_threepid(std::string_view medium, std::string_view address) {
        const std::string folded = to_lower(address);
        for (auto& [user_id, user] : users_) {
            for (const ThreePid& threepid : user.threepids) {
                if (threepid.medium == medium && threepid.address == folded) {
                    return &user;
                }
            }
        }
        return nullptr;
    }

    // The tokens that the device had before end here (reference rule T9), and a device keeps the name it has.
    std::string open_session(User& user, const std::string& device_id, const std::string& display_name,
                             std::optional<std::chrono::milliseconds> lifetime) {
        erase_tokens(user.user_id, device_id);
        user.devices.try_emplace(device_id, display_name);
        std::string token = random_token("access_");
        AccessToken session{user.user_id, device_id, std::nullopt};
        if (lifetime) {
            session.expires_at = clock_() + *lifetime;
        }
        access_tokens_.emplace(token, std::move(session));
        return token;
    }

    const AccessToken* find_token(std::string_view token) const {
        const auto position = access_tokens_.find(token);
        return position == access_tokens_.end() ? nullptr : &position->second;
    }

    bool is_expired(const AccessToken& token) const { return token.expires_at && *token.expires_at <= clock_(); }

    bool expire_token(std::string_view token) {
        const auto position = access_tokens_.find(token);
        if (position == access_tokens_.end()) {
            return false;
        }
        position->second.expires_at = clock_();
        return true;
    }

    void remove_device(User& user, const std::string& device_id) {
        erase_tokens(user.user_id, device_id);
        user.devices.erase(device_id);
    }

    void remove_all_devices(User& user) {
        while (!user.devices.empty()) {
            remove_device(user, std::string{user.devices.begin()->first});
        }
    }

    // The password stays: without it the right one could not be told M_USER_DEACTIVATED from a wrong one.
    void deactivate(User& user) {
        user.deactivated = true;
        user.threepids.clear();
        remove_all_devices(user);
    }

    std::string mint_login_token(const User& user, std::chrono::milliseconds lifetime) {
        std::string token = random_token("login_");
        login_tokens_.emplace(token, LoginToken{user.user_id, clock_() + lifetime});
        return token;
    }

    // Spent by the attempt, whatever becomes of the login.
    User* redeem_login_token(std::string_view token) {
        const auto position = login_tokens_.find(token);
        if (position == login_tokens_.end()) {
            return nullptr;
        }
        const LoginToken spent = position->second;
        login_tokens_.erase(position);
        return clock_() < spent.expires_at ? find(spent.user_id) : nullptr;
    }

    // The sender exists from the start, as if the application service had registered it.
    bool add_app_service(const std::string& as_token, const std::string& expression, const std::string& sender) {
        const std::string sender_id = to_lower(to_user_id(sender));
        std::optional<Namespace> users = Namespace::compile(expression);
        if (!users || as_token.empty() ||
            (find(sender_id) == nullptr && create(User{sender_id, {}, {}, {}}) == nullptr)) {
            return false;
        }
        app_services_.push_back({as_token, std::move(*users), sender_id});
        return true;
    }

    const AppService* find_app_service(std::string_view as_token) const {
        const auto position = std::find_if(app_services_.begin(), app_services_.end(),
                                           [&](const AppService& service) { return service.as_token == as_token; });
        return position == app_services_.end() ? nullptr : &*position;
    }

  private:
    void erase_tokens(const std::string& user_id, const std::string& device_id) {
        for (auto position = access_tokens_.begin(); position != access_tokens_.end();) {
            const bool hit = position->second.user_id == user_id && position->second.device_id == device_id;
            position = hit ? access_tokens_.erase(position) : std::next(position);
        }
    }

    std::string server_name_;
    Clock clock_;
    std::map<std::string, User, std::less<>> users_;
    std::map<std::string, AccessToken, std::less<>> access_tokens_;
    std::map<std::string, LoginToken, std::less<>> login_tokens_;
    std::vector<AppService> app_services_;
};

struct RateLimit {
    double per_second;
    double burst_count;
};

// A leaky bucket of failed logins for each user, as Synapse's rc_login.failed_attempts: once it is full even the right
// password is held back.
class FailedLogins {
  public:
    explicit FailedLogins(Clock clock) : clock_{std::move(clock)} {}

    void set_limit(std::optional<RateLimit> limit) {
        limit_ = limit;
        buckets_.clear();
    }

    // How long the user has to wait before the next attempt; nothing if not at all.
    std::optional<std::chrono::milliseconds> delay(const std::string& user) {
        const double excess = limit_ ? level(user) + 1.0 - limit_->burst_count : 0.0;
        // Times are whole nanoseconds: waiting exactly the delay that was told must be enough.
        if (excess <= 1e-6) {
            return std::nullopt;
        }
        return std::chrono::milliseconds{static_cast<long long>(std::ceil(excess / limit_->per_second * 1000.0))};
    }

    void count(const std::string& user) {
        if (limit_) {
            const double before = level(user);
            buckets_[user] = Bucket{before + 1.0, clock_()};
        }
    }

  private:
    struct Bucket {
        double level;
        Time at;
    };

    // Empty buckets go, or a scan over unknown names would fill the memory.
    double level(const std::string& user) {
        const Time now = clock_();
        const auto leaked = [&](const Bucket& bucket) {
            return bucket.level - std::chrono::duration<double>(now - bucket.at).count() * limit_->per_second;
        };
        for (auto position = buckets_.begin(); position != buckets_.end();) {
            position = leaked(position->second) <= 0.0 ? buckets_.erase(position) : std::next(position);
        }
        const auto position = buckets_.find(user);
        return position == buckets_.end() ? 0.0 : leaked(position->second);
    }

    Clock clock_;
    std::optional<RateLimit> limit_;
    std::map<std::string, Bucket> buckets_;
};

} // namespace homeserver
