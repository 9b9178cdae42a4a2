// SPDX-License-Identifier: MIT
// The state machines that a program would write for a SAX parser, without the parser: one for each model. RapidJSON
// and nlohmann/json call them through a thin adapter each, so both pay for the same work.
#ifndef MXWIRE_BENCH_SAX_BY_HAND_HPP
#define MXWIRE_BENCH_SAX_BY_HAND_HPP

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "by_hand.hpp"

namespace bench::by_hand {

// Every event returns whether to go on. A member of the wrong type ends the parse, `null` is an absent member, and
// what stands in a member that nobody knows is skipped whatever it is.
class LoginSax {
  public:
    bool complete() const { return at_ == At::end && has(user_id) && has(access_token) && has(device_id); }
    const LoginResponse& result() const { return result_; }

    bool key(std::string_view word) {
        if (skipping_ != 0) {
            return true;
        }
        member_ = unknown;
        if (at_ == At::response) {
            member_ = word == "user_id"         ? user_id
                      : word == "access_token"  ? access_token
                      : word == "device_id"     ? device_id
                      : word == "refresh_token" ? refresh_token
                      : word == "expires_in_ms" ? expires_in_ms
                      : word == "well_known"    ? well_known
                                                : unknown;
        } else if (at_ == At::well_known) {
            member_ = word == "m.homeserver" ? homeserver : word == "m.identity_server" ? identity_server : unknown;
        } else if (word == "base_url") {
            member_ = base_url;
        }
        return true;
    }

    bool text(std::string_view value) {
        if (skipping_ != 0) {
            return true;
        }
        switch (member_) {
        case user_id: result_.user_id.assign(value); break;
        case access_token: result_.access_token.assign(value); break;
        case device_id: result_.device_id.assign(value); break;
        case refresh_token: result_.refresh_token.emplace(value); break;
        case base_url: server_->base_url.assign(value); break;
        default: return member_ == unknown;
        }
        seen_ |= 1u << member_;
        return true;
    }

    bool integer(std::int64_t value) {
        if (skipping_ != 0 || member_ != expires_in_ms) {
            return skipping_ != 0 || member_ == unknown;
        }
        result_.expires_in_ms = value;
        return true;
    }

    bool other_number() { return ignored(); }
    bool boolean(bool) { return ignored(); }
    bool null() { return true; }

    bool begin_object() {
        if (skipping_ != 0) {
            ++skipping_;
        } else if (at_ == At::start) {
            at_ = At::response;
        } else if (member_ == well_known) {
            at_ = At::well_known;
            result_.well_known.emplace();
        } else if (member_ == homeserver) {
            at_ = At::server;
            server_ = &result_.well_known->homeserver;
            seen_ |= 1u << homeserver;
        } else if (member_ == identity_server) {
            at_ = At::server;
            server_ = &result_.well_known->identity_server.emplace();
        } else if (member_ == unknown) {
            ++skipping_;
        } else {
            return false;
        }
        return true;
    }

    bool end_object() {
        if (skipping_ != 0) {
            --skipping_;
            return true;
        }
        if (at_ == At::response) {
            at_ = At::end;
            return true;
        }
        const Member required = at_ == At::server ? base_url : homeserver;
        const bool good = has(required);
        seen_ &= ~(1u << required);
        // The homeserver's own bit is kept until its well_known ends.
        at_ = at_ == At::server ? At::well_known : At::response;
        return good;
    }

    bool begin_array() {
        if (at_ == At::start || !ignored()) {
            return false;
        }
        ++skipping_;
        return true;
    }

    bool end_array() {
        --skipping_;
        return true;
    }

  private:
    enum class At : std::uint8_t { start, response, well_known, server, end };
    enum Member : std::uint8_t {
        unknown,
        user_id,
        access_token,
        device_id,
        refresh_token,
        expires_in_ms,
        well_known,
        homeserver,
        identity_server,
        base_url
    };

    bool has(Member member) const { return (seen_ >> member & 1u) != 0; }
    bool ignored() const { return skipping_ != 0 || member_ == unknown; }

    LoginResponse result_;
    ServerInformation* server_ = nullptr;
    unsigned seen_ = 0;
    unsigned skipping_ = 0; // depth inside a member that nobody knows
    At at_ = At::start;
    Member member_ = unknown;
};

class FlowsSax {
  public:
    bool complete() const { return at_ == At::end; }
    const LoginFlows& result() const { return result_; }

    bool key(std::string_view word) {
        if (skipping_ != 0) {
            return true;
        }
        member_ = unknown;
        if (at_ == At::provider) {
            member_ = word == "id"      ? id
                      : word == "name"  ? name
                      : word == "icon"  ? icon
                      : word == "brand" ? brand
                                        : unknown;
        } else if (at_ == At::flow) {
            member_ = word == "type"                    ? type
                      : word == "identity_providers"    ? identity_providers
                      : word == "get_login_token"       ? get_login_token
                      : word == "oauth_aware_preferred" ? oauth_aware_preferred
                                                        : unknown;
        } else if (word == "flows") {
            member_ = flows;
        }
        return true;
    }

    bool text(std::string_view value) {
        if (skipping_ != 0) {
            return true;
        }
        switch (member_) {
        case type: result_.flows.back().type.assign(value); break;
        case id: provider().id.assign(value); break;
        case name: provider().name.assign(value); break;
        case icon: provider().icon.emplace(value); break;
        case brand: provider().brand.emplace(value); break;
        default: return ignored();
        }
        seen_ |= 1u << member_;
        return true;
    }

    bool boolean(bool value) {
        if (skipping_ != 0) {
            return true;
        }
        switch (member_) {
        case get_login_token: result_.flows.back().get_login_token = value; return true;
        case oauth_aware_preferred: result_.flows.back().oauth_aware_preferred = value; return true;
        default: return ignored();
        }
    }

    bool integer(std::int64_t) { return ignored(); }
    bool other_number() { return ignored(); }
    bool null() { return skipping_ != 0 || !in_array(); }

    bool begin_object() {
        if (skipping_ != 0) {
            ++skipping_;
        } else if (at_ == At::start) {
            at_ = At::response;
        } else if (at_ == At::flows) {
            at_ = At::flow;
            seen_ &= ~(1u << type);
            result_.flows.emplace_back();
        } else if (at_ == At::providers) {
            at_ = At::provider;
            seen_ &= ~(1u << id | 1u << name);
            result_.flows.back().identity_providers.emplace_back();
        } else if (member_ == unknown) {
            ++skipping_;
        } else {
            return false;
        }
        return true;
    }

    bool end_object() {
        if (skipping_ != 0) {
            --skipping_;
        } else if (at_ == At::provider) {
            at_ = At::providers;
            return has(id) && has(name);
        } else if (at_ == At::flow) {
            at_ = At::flows;
            return has(type);
        } else {
            at_ = At::end;
        }
        return true;
    }

    bool begin_array() {
        if (skipping_ != 0) {
            ++skipping_;
        } else if (at_ == At::response && member_ == flows) {
            at_ = At::flows;
        } else if (at_ == At::flow && member_ == identity_providers) {
            at_ = At::providers;
        } else if (at_ != At::start && ignored()) {
            ++skipping_;
        } else {
            return false;
        }
        return true;
    }

    bool end_array() {
        if (skipping_ != 0) {
            --skipping_;
        } else {
            at_ = at_ == At::providers ? At::flow : At::response;
        }
        return true;
    }

  private:
    enum class At : std::uint8_t { start, response, flows, flow, providers, provider, end };
    enum Member : std::uint8_t {
        unknown,
        flows,
        type,
        identity_providers,
        get_login_token,
        oauth_aware_preferred,
        id,
        name,
        icon,
        brand
    };

    IdentityProvider& provider() { return result_.flows.back().identity_providers.back(); }
    bool has(Member member) const { return (seen_ >> member & 1u) != 0; }
    bool in_array() const { return at_ == At::flows || at_ == At::providers; }
    bool ignored() const { return skipping_ != 0 || (member_ == unknown && !in_array()); }

    LoginFlows result_;
    unsigned seen_ = 0;
    unsigned skipping_ = 0;
    At at_ = At::start;
    Member member_ = unknown;
};

class ErrorSax {
  public:
    bool complete() const { return at_ == At::end && has_errcode_; }
    const ErrorBody& result() const { return result_; }

    bool key(std::string_view word) {
        if (skipping_ == 0) {
            member_ = word == "errcode"          ? errcode
                      : word == "error"          ? error
                      : word == "retry_after_ms" ? retry_after_ms
                      : word == "soft_logout"    ? soft_logout
                                                 : unknown;
        }
        return true;
    }

    bool text(std::string_view value) {
        if (skipping_ != 0) {
            return true;
        }
        if (member_ == errcode) {
            result_.errcode.assign(value);
            has_errcode_ = true;
        } else if (member_ == error) {
            result_.error.emplace(value);
        } else {
            return member_ == unknown;
        }
        return true;
    }

    bool integer(std::int64_t value) {
        if (skipping_ != 0 || member_ != retry_after_ms) {
            return ignored();
        }
        result_.retry_after_ms = value;
        return true;
    }

    bool boolean(bool value) {
        if (skipping_ != 0 || member_ != soft_logout) {
            return ignored();
        }
        result_.soft_logout = value;
        return true;
    }

    bool other_number() { return ignored(); }
    bool null() { return true; }

    bool begin_object() {
        if (at_ == At::start) {
            at_ = At::response;
            return true;
        }
        ++skipping_;
        return skipping_ > 1 || member_ == unknown;
    }

    bool end_object() {
        if (skipping_ != 0) {
            --skipping_;
        } else {
            at_ = At::end;
        }
        return true;
    }

    bool begin_array() {
        if (at_ == At::start || !ignored()) {
            return false;
        }
        ++skipping_;
        return true;
    }

    bool end_array() {
        --skipping_;
        return true;
    }

  private:
    enum class At : std::uint8_t { start, response, end };
    enum Member : std::uint8_t { unknown, errcode, error, retry_after_ms, soft_logout };

    bool ignored() const { return skipping_ != 0 || member_ == unknown; }

    ErrorBody result_;
    unsigned skipping_ = 0;
    At at_ = At::start;
    Member member_ = unknown;
    bool has_errcode_ = false;
};

} // namespace bench::by_hand

#endif
