// SPDX-License-Identifier: MIT
//
// The state behind the endpoints: users, devices, tokens and application services.
#pragma once

#include "http.hpp"

#include <algorithm>
#include <chrono>
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
    bool sso = false; // has come in through a provider
};

struct AccessToken {
    std::string user_id;
    std::string device_id;
    std::optional<Time> expires_at;
    std::string refresh_token{}; // that came with it; empty: none
};

struct RefreshToken {
    std::string user_id;
    std::string device_id;
    std::optional<Time> expires_at;
    std::string predecessor{}; // what it was got for, until it or its access token is first used
    std::string successor{};   // what was last got for it
};

// What a login or a refresh hands out.
struct Tokens {
    std::string access_token;
    std::string refresh_token; // empty: none
    std::optional<std::chrono::milliseconds> lifetime;
};

struct Lifetimes {
    std::optional<std::chrono::milliseconds> access_token;
    std::optional<std::chrono::milliseconds> refresh_token;
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

    // Whether a user of this ID, in lower case, could be created here.
    bool is_possible(const std::string& user_id) const {
        const std::string suffix = ":" + server_name_;
        if (user_id.size() <= suffix.size() || user_id.size() > max_user_id_size) {
            return false;
        }
        const std::size_t colon = user_id.size() - suffix.size();
        return user_id.substr(colon) == suffix && is_localpart(user_id.substr(1, colon - 1));
    }

    // Nothing where the name is taken or no user ID of this server.
    User* create(User user) {
        user.user_id = to_lower(to_user_id(user.user_id));
        if (!is_possible(user.user_id)) {
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
    Tokens open_session(User& user, const std::string& device_id, const std::string& display_name, bool refreshable,
                        const Lifetimes& lifetimes) {
        erase_tokens(user.user_id, device_id);
        user.devices.try_emplace(device_id, display_name);
        return refreshable
                   ? mint_pair(user.user_id, device_id, {}, lifetimes)
                   : Tokens{mint_access_token(user.user_id, device_id, {}, lifetimes), {}, lifetimes.access_token};
    }

    const RefreshToken* find_refresh_token(std::string_view token) const {
        const auto position = refresh_tokens_.find(token);
        return position == refresh_tokens_.end() ? nullptr : &position->second;
    }

    // For a token that is there. The old pair lives until the new one is used (reference rule F6): the answer may be
    // lost, and asking again takes back what was never used.
    Tokens refresh(const std::string& token, const Lifetimes& lifetimes) {
        use_refresh_token(token);
        RefreshToken& spent = refresh_tokens_.at(token);
        erase_pair(spent.successor);
        Tokens fresh = mint_pair(spent.user_id, spent.device_id, token, lifetimes);
        spent.successor = fresh.refresh_token;
        return fresh;
    }

    // Where the server does not rotate (reference, RefreshResponse: refresh_token absent).
    Tokens refresh_access_token(const std::string& token, const Lifetimes& lifetimes) {
        use_refresh_token(token);
        const RefreshToken& kept = refresh_tokens_.at(token);
        return Tokens{mint_access_token(kept.user_id, kept.device_id, token, lifetimes), {}, lifetimes.access_token};
    }

    // Its first use ends the pair it has replaced.
    void use_access_token(const AccessToken& token) {
        if (refresh_tokens_.count(token.refresh_token) != 0) {
            use_refresh_token(token.refresh_token);
        }
    }

    const AccessToken* find_token(std::string_view token) const {
        const auto position = access_tokens_.find(token);
        return position == access_tokens_.end() ? nullptr : &position->second;
    }

    bool is_expired(const AccessToken& token) const { return token.expires_at && *token.expires_at <= clock_(); }

    bool is_expired(const RefreshToken& token) const { return token.expires_at && *token.expires_at <= clock_(); }

    bool expire_token(std::string_view token) {
        return expire(access_tokens_, token) || expire(refresh_tokens_, token);
    }

    void remove_device(User& user, const std::string& device_id) {
        erase_tokens(user.user_id, device_id);
        user.devices.erase(device_id);
    }

    void remove_all_devices(User& user, const std::optional<std::string>& but = std::nullopt) {
        const std::map<std::string, std::string> devices = user.devices;
        for (const auto& [device_id, display_name] : devices) {
            if (device_id != but) {
                remove_device(user, device_id);
            }
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

    // Of a namespace that nobody else may register in.
    bool is_reserved(const std::string& user_id) const {
        return std::any_of(app_services_.begin(), app_services_.end(),
                           [&](const AppService& service) { return service.covers(user_id); });
    }

  private:
    std::string mint_access_token(const std::string& user_id, const std::string& device_id,
                                  const std::string& refresh_token, const Lifetimes& lifetimes) {
        std::string token = random_token("access_");
        access_tokens_.emplace(token, AccessToken{user_id, device_id, after(lifetimes.access_token), refresh_token});
        return token;
    }

    Tokens mint_pair(const std::string& user_id, const std::string& device_id, const std::string& predecessor,
                     const Lifetimes& lifetimes) {
        std::string refresh_token = random_token("refresh_");
        std::string access_token = mint_access_token(user_id, device_id, refresh_token, lifetimes);
        refresh_tokens_.emplace(refresh_token,
                                RefreshToken{user_id, device_id, after(lifetimes.refresh_token), predecessor});
        return Tokens{std::move(access_token), std::move(refresh_token), lifetimes.access_token};
    }

    std::optional<Time> after(std::optional<std::chrono::milliseconds> lifetime) const {
        return lifetime ? std::optional{clock_() + *lifetime} : std::nullopt;
    }

    void use_refresh_token(const std::string& token) {
        erase_pair(std::exchange(refresh_tokens_.at(token).predecessor, {}));
    }

    void erase_pair(const std::string& refresh_token) {
        if (refresh_tokens_.erase(refresh_token) != 0) {
            erase_if(access_tokens_, [&](const AccessToken& token) { return token.refresh_token == refresh_token; });
        }
    }

    template <class Map> bool expire(Map& tokens, std::string_view token) {
        const auto position = tokens.find(token);
        if (position == tokens.end()) {
            return false;
        }
        position->second.expires_at = clock_();
        return true;
    }

    template <class Map, class Condition> static void erase_if(Map& tokens, Condition condition) {
        for (auto position = tokens.begin(); position != tokens.end();) {
            position = condition(position->second) ? tokens.erase(position) : std::next(position);
        }
    }

    void erase_tokens(const std::string& user_id, const std::string& device_id) {
        const auto of_device = [&](const auto& token) {
            return token.user_id == user_id && token.device_id == device_id;
        };
        erase_if(access_tokens_, of_device);
        erase_if(refresh_tokens_, of_device);
    }

    std::string server_name_;
    Clock clock_;
    std::map<std::string, User, std::less<>> users_;
    std::map<std::string, AccessToken, std::less<>> access_tokens_;
    std::map<std::string, RefreshToken, std::less<>> refresh_tokens_;
    std::map<std::string, LoginToken, std::less<>> login_tokens_;
    std::vector<AppService> app_services_;
};

} // namespace homeserver
