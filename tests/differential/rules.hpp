// SPDX-License-Identifier: MIT
// The design's rules about answers, written down a second time: on a tree, one rule at a time, without any cleverness.
// Nothing of the library is used but the enumerations. What comes out is text, to be compared with the library's.
#ifndef MXWIRE_TESTS_DIFFERENTIAL_RULES_HPP
#define MXWIRE_TESTS_DIFFERENTIAL_RULES_HPP

#include "tree.hpp"

#include <mxwire/mxwire.hpp>

#include <cstdint>
#include <limits>
#include <string_view>

namespace differential {

/// What a storage policy has room for.
struct Room {
    static constexpr std::size_t endless = std::numeric_limits<std::size_t>::max();
    std::size_t text = endless;    ///< bytes of each text, and of the unknown members together
    std::size_t list = endless;    ///< elements of each list of objects
    std::size_t slices = endless;  ///< unknown members
    bool keeps_text = true;        ///< unknown members are one text
    bool unescapes = true;         ///< text with escapes has a place
    std::size_t version = endless; ///< bytes of each version
    std::size_t versions = endless;
    std::size_t texts = endless; ///< elements of each other list of text, or of words
};

enum class Outcome {
    good,
    unusable, ///< well-formed, but not what it should be
    limit,    ///< too many or too long: ends everything
};

struct Value {
    Outcome outcome = Outcome::unusable;
    std::string text{};
};

/// The texts that both sides are compared in.
inline std::string show_text(std::string_view text) {
    return std::to_string(text.size()) + "'" + std::string(text) + "'";
}
inline std::string show_word(std::string_view text, int value) { return show_text(text) + "#" + std::to_string(value); }
inline std::string show_member(std::string_view key, std::string_view value) {
    return "\"" + std::string(key) + "\":" + std::string(value) + ";";
}

/// True, and the number, if `text`, a JSON number, is whole and fits into 64 bits. By hand, in decimal.
inline bool is_int64(const std::string& text, std::int64_t& out) {
    const bool negative = text[0] == '-';
    std::string digits;
    std::size_t i = negative ? 1 : 0;
    long point = 0; // how many digits stand before the decimal point
    for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i, ++point) digits += text[i];
    if (i < text.size() && text[i] == '.') {
        for (++i; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) digits += text[i];
    }
    if (i < text.size()) {
        long exponent = 0;
        const bool smaller = text[++i] == '-';
        for (; i < text.size(); ++i) {
            if (text[i] >= '0' && text[i] <= '9') exponent = (std::min)(exponent * 10 + (text[i] - '0'), 1000000L);
        }
        point += smaller ? -exponent : exponent;
    }
    while (!digits.empty() && digits.back() == '0') digits.pop_back();
    while (!digits.empty() && digits.front() == '0') {
        digits.erase(0, 1);
        --point;
    }
    out = 0;
    if (digits.empty()) return true;
    if (point < static_cast<long>(digits.size()) || point > 19) return false;
    digits.append(static_cast<std::size_t>(point) - digits.size(), '0');
    const std::string largest = negative ? "9223372036854775808" : "9223372036854775807";
    if (digits.size() == 19 && digits > largest) return false;
    std::uint64_t magnitude = 0;
    for (const char digit : digits) magnitude = magnitude * 10 + static_cast<std::uint64_t>(digit - '0');
    out = static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude);
    return true;
}

struct KnownWord {
    std::string_view text;
    int value;
};
#define MXWIRE_KNOWN(Enum, name, text) \
    { text, static_cast<int>(mxwire::Enum::name) }
inline constexpr KnownWord login_types[] = {
    MXWIRE_KNOWN(LoginType, password, "m.login.password"), MXWIRE_KNOWN(LoginType, token, "m.login.token"),
    MXWIRE_KNOWN(LoginType, sso, "m.login.sso"),
    MXWIRE_KNOWN(LoginType, application_service, "m.login.application_service")};
inline constexpr KnownWord brands[] = {
    MXWIRE_KNOWN(IdentityProviderBrand, apple, "apple"),   MXWIRE_KNOWN(IdentityProviderBrand, facebook, "facebook"),
    MXWIRE_KNOWN(IdentityProviderBrand, github, "github"), MXWIRE_KNOWN(IdentityProviderBrand, gitlab, "gitlab"),
    MXWIRE_KNOWN(IdentityProviderBrand, google, "google"), MXWIRE_KNOWN(IdentityProviderBrand, twitter, "twitter")};
inline constexpr KnownWord error_codes[] = {
    MXWIRE_KNOWN(ErrorCode, limit_exceeded, "M_LIMIT_EXCEEDED"),
    MXWIRE_KNOWN(ErrorCode, forbidden, "M_FORBIDDEN"),
    MXWIRE_KNOWN(ErrorCode, unknown_token, "M_UNKNOWN_TOKEN"),
    MXWIRE_KNOWN(ErrorCode, missing_token, "M_MISSING_TOKEN"),
    MXWIRE_KNOWN(ErrorCode, unknown, "M_UNKNOWN"),
    MXWIRE_KNOWN(ErrorCode, unrecognized, "M_UNRECOGNIZED"),
    MXWIRE_KNOWN(ErrorCode, not_found, "M_NOT_FOUND"),
    MXWIRE_KNOWN(ErrorCode, bad_json, "M_BAD_JSON"),
    MXWIRE_KNOWN(ErrorCode, not_json, "M_NOT_JSON"),
    MXWIRE_KNOWN(ErrorCode, invalid_param, "M_INVALID_PARAM"),
    MXWIRE_KNOWN(ErrorCode, missing_param, "M_MISSING_PARAM"),
    MXWIRE_KNOWN(ErrorCode, user_locked, "M_USER_LOCKED"),
    MXWIRE_KNOWN(ErrorCode, user_suspended, "M_USER_SUSPENDED"),
    MXWIRE_KNOWN(ErrorCode, user_deactivated, "M_USER_DEACTIVATED"),
    MXWIRE_KNOWN(ErrorCode, resource_limit_exceeded, "M_RESOURCE_LIMIT_EXCEEDED"),
    MXWIRE_KNOWN(ErrorCode, user_limit_exceeded, "M_USER_LIMIT_EXCEEDED"),
    MXWIRE_KNOWN(ErrorCode, unknown_device, "M_UNKNOWN_DEVICE"),
    MXWIRE_KNOWN(ErrorCode, unknown_device, "ORG.MATRIX.MSC4326.M_UNKNOWN_DEVICE"),
    MXWIRE_KNOWN(ErrorCode, appservice_login_unsupported, "M_APPSERVICE_LOGIN_UNSUPPORTED"),
    MXWIRE_KNOWN(ErrorCode, appservice_login_unsupported, "IO.ELEMENT.MSC4190.M_APPSERVICE_LOGIN_UNSUPPORTED"),
    MXWIRE_KNOWN(ErrorCode, exclusive, "M_EXCLUSIVE"),
    MXWIRE_KNOWN(ErrorCode, unauthorized, "M_UNAUTHORIZED"),
    MXWIRE_KNOWN(ErrorCode, guest_access_forbidden, "M_GUEST_ACCESS_FORBIDDEN"),
    MXWIRE_KNOWN(ErrorCode, user_in_use, "M_USER_IN_USE"),
    MXWIRE_KNOWN(ErrorCode, invalid_username, "M_INVALID_USERNAME"),
    MXWIRE_KNOWN(ErrorCode, weak_password, "M_WEAK_PASSWORD"),
    MXWIRE_KNOWN(ErrorCode, too_large, "M_TOO_LARGE"),
    MXWIRE_KNOWN(ErrorCode, captcha_needed, "M_CAPTCHA_NEEDED"),
    MXWIRE_KNOWN(ErrorCode, captcha_invalid, "M_CAPTCHA_INVALID"),
    MXWIRE_KNOWN(ErrorCode, threepid_in_use, "M_THREEPID_IN_USE"),
    MXWIRE_KNOWN(ErrorCode, threepid_not_found, "M_THREEPID_NOT_FOUND"),
    MXWIRE_KNOWN(ErrorCode, threepid_auth_failed, "M_THREEPID_AUTH_FAILED"),
    MXWIRE_KNOWN(ErrorCode, threepid_denied, "M_THREEPID_DENIED"),
    MXWIRE_KNOWN(ErrorCode, threepid_medium_not_supported, "M_THREEPID_MEDIUM_NOT_SUPPORTED"),
    MXWIRE_KNOWN(ErrorCode, server_not_trusted, "M_SERVER_NOT_TRUSTED"),
    MXWIRE_KNOWN(ErrorCode, consent_not_given, "M_CONSENT_NOT_GIVEN")};
inline constexpr KnownWord unbind_results[] = {MXWIRE_KNOWN(UnbindResult, success, "success"),
                                               MXWIRE_KNOWN(UnbindResult, no_support, "no-support")};
inline constexpr KnownWord response_types[] = {MXWIRE_KNOWN(OAuthResponseType, code, "code")};
inline constexpr KnownWord grant_types[] = {
    MXWIRE_KNOWN(OAuthGrantType, authorization_code, "authorization_code"),
    MXWIRE_KNOWN(OAuthGrantType, refresh_token, "refresh_token"),
    MXWIRE_KNOWN(OAuthGrantType, device_code, "urn:ietf:params:oauth:grant-type:device_code")};
inline constexpr KnownWord response_modes[] = {MXWIRE_KNOWN(OAuthResponseMode, query, "query"),
                                               MXWIRE_KNOWN(OAuthResponseMode, fragment, "fragment")};
inline constexpr KnownWord challenge_methods[] = {MXWIRE_KNOWN(CodeChallengeMethod, s256, "S256")};
inline constexpr KnownWord prompts[] = {MXWIRE_KNOWN(OAuthPrompt, create, "create")};
inline constexpr KnownWord account_actions[] = {
    MXWIRE_KNOWN(AccountManagementAction, profile, "org.matrix.profile"),
    MXWIRE_KNOWN(AccountManagementAction, devices_list, "org.matrix.devices_list"),
    MXWIRE_KNOWN(AccountManagementAction, device_view, "org.matrix.device_view"),
    MXWIRE_KNOWN(AccountManagementAction, device_delete, "org.matrix.device_delete"),
    MXWIRE_KNOWN(AccountManagementAction, account_deactivate, "org.matrix.account_deactivate"),
    MXWIRE_KNOWN(AccountManagementAction, cross_signing_reset, "org.matrix.cross_signing_reset"),
    MXWIRE_KNOWN(AccountManagementAction, devices_list, "org.matrix.sessions_list"),
    MXWIRE_KNOWN(AccountManagementAction, device_view, "org.matrix.session_view"),
    MXWIRE_KNOWN(AccountManagementAction, device_delete, "org.matrix.session_end")};
#undef MXWIRE_KNOWN

/// The operations whose responses are modelled.
enum class Model {
    login_flows,
    login,
    token_owner,
    logout,
    versions,
    capabilities,
    wellknown,
    auth_metadata,
    login_token,
    refresh,
    registration,
    devices,
    device,
    request_token,
    availability,
    token_validity,
    deactivation,
};

class Rules {
  public:
    static constexpr std::size_t elements = 1024;
    static constexpr unsigned depth = 32;

    Rules(const std::string& document, const Tree& tree, const Room& room)
        : document_(document), root_(tree.root),
          well_formed_(tree.valid && tree.depth <= depth && root_.kind == Kind::object), room_(room) {}

    bool is_well_formed() const { return well_formed_; }

    /// What a 2xx comes to.
    Value model(Model which) const {
        const bool blank = document_.find_first_not_of(" \t\r\n") == std::string::npos;
        if (which == Model::logout && blank) return {Outcome::good, "{}"};
        if (!well_formed_) return {};
        switch (which) {
        case Model::login_flows: return login_flows(root_);
        case Model::login: return login(root_);
        case Model::token_owner: return token_owner(root_);
        case Model::logout: return object(root_, nullptr, 0, Unknown::passed_over).whole();
        case Model::versions: return versions(root_);
        case Model::capabilities: return capabilities_response(root_);
        case Model::wellknown: return well_known(root_);
        case Model::auth_metadata: return auth_metadata(root_);
        case Model::login_token: return login_token(root_);
        case Model::refresh: return refresh(root_);
        case Model::registration: return registration(root_);
        case Model::devices: return devices(root_);
        case Model::device: return device(root_);
        case Model::request_token: return request_token(root_);
        case Model::availability: return one_flag<false>(root_, "available");
        case Model::token_validity: return one_flag<true>(root_, "valid");
        case Model::deactivation: return deactivation(root_);
        }
        return {};
    }

    /// What an answer other than 2xx comes to: unusable is no Matrix error (E1).
    Value error(int status) const {
        if (!well_formed_) return {};
        enum { errcode, message, retry_after_ms, soft_logout, flows, session, params, completed };
        static constexpr Row rows[] = {{"errcode", &Rules::error_code, false},     {"error", &Rules::cut_text, false},
                                       {"retry_after_ms", &Rules::integer, false}, {"soft_logout", &Rules::flag, false},
                                       {"flows", &Rules::uia_flows, false},        {"session", &Rules::secret, false},
                                       {"params", &Rules::raw_object, false},      {"completed", &Rules::texts, false}};
        // Only a 401 can be a challenge (U2); elsewhere its members are members that nobody knows.
        Object body = object(root_, rows, status == 401 ? 8 : 4, Unknown::kept_as_fits);
        if (body.outcome != Outcome::good) return {body.outcome, {}};
        const bool challenge = body.has(flows);
        const bool code = body.has(errcode) && body.values[errcode] != show_word("", 0);
        if (!challenge && !code) return {};

        if (challenge) {
            std::string text = "{flows=" + body.values[flows];
            if (body.has(completed) && body.values[completed] != "[]") text += " completed=" + body.values[completed];
            if (body.has(params)) text += " params=" + body.values[params];
            if (body.has(session)) text += " session=" + body.values[session];
            body.extra += " challenge=" + text + "}";
        }
        for (const std::size_t member : {flows, session, params, completed}) {
            if (member < body.values.size()) body.values[member].clear();
        }
        if (body.values[errcode] == show_word("", 0)) body.values[errcode].clear();
        if (body.values[message] == show_text("")) body.values[message].clear();
        if (body.has(retry_after_ms)) { // R3; an hour at most
            std::string& delay = body.values[retry_after_ms];
            const bool negative = delay[0] == '-';
            const bool long_one = delay.size() > 7 || std::stol(delay) > 3600000;
            delay = negative ? "" : long_one ? "3600000" : delay;
        }
        return body.whole();
    }

  private:
    using Read = Value (Rules::*)(const Node&) const;
    struct Row {
        const char* key;
        Read read;
        bool required;
        const char* other = nullptr; ///< another spelling
    };
    enum class Unknown { passed_over, kept, kept_as_fits };

    struct Object {
        Outcome outcome = Outcome::unusable;
        const Row* rows = nullptr;
        std::vector<std::string> values{}; ///< one a row, empty if absent
        std::string extra{};
        std::string unknown{};

        bool has(std::size_t row) const { return row < values.size() && !values[row].empty(); }
        Value whole() const {
            if (outcome != Outcome::good) return {outcome, {}};
            std::string text = "{";
            for (std::size_t i = 0; i < values.size(); ++i) {
                if (has(i)) text += std::string(" ") + rows[i].key + "=" + values[i];
            }
            return {outcome, text + extra + unknown + "}"};
        }
    };

    Object object(const Node& node, const Row* rows, std::size_t size, Unknown unknown) const {
        Object result;
        result.rows = rows;
        result.values.resize(size);
        if (node.kind != Kind::object) return result;
        std::vector<std::string> others(size);
        std::vector<std::string_view> seen;
        std::string kept = "{", slices;
        std::size_t kept_members = 0;
        bool doubled = false;
        for (const Node& child : node.children) {
            std::size_t row = 0;
            while (row < size && child.key != rows[row].key &&
                   (rows[row].other == nullptr || child.key != rows[row].other)) {
                ++row;
            }
            if (row == size) {
                if (unknown == Unknown::passed_over) continue;
                const std::string text = kept + (kept_members != 0 ? "," : "") + slice(child.key_begin, child.end);
                if (room_.keeps_text ? text.size() + 1 > room_.text : kept_members == room_.slices) {
                    if (unknown == Unknown::kept_as_fits) continue;
                    result.outcome = Outcome::limit;
                    return result;
                }
                kept = text;
                ++kept_members;
                slices += show_member(key_of(child), slice(child.begin, child.end));
                continue;
            }
            if (std::find(seen.begin(), seen.end(), child.key) != seen.end()) {
                doubled = true; // whatever the second one is
                continue;
            }
            seen.push_back(child.key);
            if (child.kind == Kind::null) continue;
            const Value value = (this->*rows[row].read)(child);
            if (value.outcome == Outcome::limit) {
                result.outcome = Outcome::limit;
                return result;
            }
            if (value.outcome != Outcome::good) continue;
            (child.key == rows[row].key ? result.values : others)[row] = value.text;
        }
        bool complete = true;
        for (std::size_t row = 0; row < size; ++row) {
            if (result.values[row].empty()) result.values[row] = others[row];
            if (rows[row].required && result.values[row].empty()) complete = false;
        }
        if (kept_members != 0) {
            result.unknown = " unknown=" + (room_.keeps_text ? show_text(kept + "}") : std::string()) + slices;
        }
        result.outcome = complete && !doubled ? Outcome::good : Outcome::unusable;
        return result;
    }

    /// An entry of a list of objects that nobody can use is left out; a list of scalars with a wrong one is no good.
    Value list(const Node& node, Read read, bool objects) const { return list(node, read, objects, room_.list); }
    Value list(const Node& node, Read read, bool objects, std::size_t room) const {
        if (node.kind != Kind::array) return {};
        std::string text = "[";
        std::size_t looked_at = 0, held = 0;
        bool wrong = false;
        for (const Node& child : node.children) {
            if (++looked_at > elements || held == room) return {Outcome::limit, {}};
            const Value value = child.kind == Kind::null ? Value{} : (this->*read)(child);
            if (value.outcome == Outcome::limit) return value;
            if (value.outcome == Outcome::unusable && objects) continue;
            if (value.outcome == Outcome::unusable) wrong = true;
            ++held;
            text += value.text + ",";
        }
        return {wrong ? Outcome::unusable : Outcome::good, text + "]"};
    }
    /// The same for a member that a model holds as a list: an empty one is an absent one.
    static Value empty_is_absent(Value value) {
        if (value.text == "[]") return {};
        return value;
    }

    // ------------------------------------------------------------------------ scalars

    Value text(const Node& node) const {
        if (node.kind != Kind::string) return {};
        if (!fits(node)) return {Outcome::limit, {}};
        return {Outcome::good, show_text(node.text)};
    }
    Value secret(const Node& node) const {
        if (node.text.empty()) return {};
        return text(node);
    }
    bool fits(const Node& node) const {
        return node.text.size() <= room_.text &&
               (room_.unescapes || slice(node.begin, node.end).find('\\') == std::string::npos);
    }
    /// As much of a string as there is room for, in whole characters.
    std::string cut(const Node& node) const {
        std::string text = node.text;
        if (!room_.unescapes) {
            text = slice(node.begin + 1, node.end - 1);
            text = text.substr(0, text.find('\\'));
        }
        std::size_t size = 0;
        for (std::size_t i = 1; i <= text.size(); ++i) {
            const bool starts = i == text.size() || (static_cast<unsigned char>(text[i]) & 0xc0) != 0x80;
            if (starts && i <= room_.text) size = i;
        }
        return text.substr(0, size);
    }
    Value cut_text(const Node& node) const {
        if (node.kind != Kind::string) return {};
        return {Outcome::good, show_text(cut(node))};
    }
    template <std::size_t N> Value word(const Node& node, const KnownWord (&known)[N], bool may_be_cut) const {
        if (node.kind != Kind::string) return {};
        for (const KnownWord& one : known) {
            if (one.text == node.text) return {Outcome::good, show_word(one.text, one.value)};
        }
        if (may_be_cut) return {Outcome::good, show_word(cut(node), 0)};
        if (!fits(node)) return {Outcome::limit, {}};
        return {Outcome::good, show_word(node.text, 0)};
    }
    Value login_type(const Node& node) const { return word(node, login_types, false); }
    Value brand(const Node& node) const { return word(node, brands, false); }
    Value error_code(const Node& node) const { return word(node, error_codes, true); }
    Value flag(const Node& node) const {
        if (node.kind != Kind::boolean) return {};
        return {Outcome::good, node.flag ? "true" : "false"};
    }
    Value integer(const Node& node) const {
        std::int64_t value = 0;
        if (node.kind != Kind::number || !is_int64(node.text, value)) return {};
        return {Outcome::good, std::to_string(value)};
    }
    Value raw_object(const Node& node) const {
        if (node.end - node.begin > room_.text) return {Outcome::limit, {}};
        if (node.kind != Kind::object) return {};
        return {Outcome::good, show_text(slice(node.begin, node.end))};
    }
    /// The same for a member of a response: what is no object is of the wrong type, however long it is.
    Value kept_object(const Node& node) const {
        if (node.kind != Kind::object) return {};
        return raw_object(node);
    }
    Value texts(const Node& node) const { return list(node, &Rules::text, false, room_.texts); }
    template <const auto& Known> Value word_of(const Node& node) const { return word(node, Known, false); }
    /// In a list a word is a slice as text is, known or not.
    template <const auto& Known> Value listed_word(const Node& node) const {
        if (node.kind == Kind::string && !room_.unescapes && !fits(node)) return {Outcome::limit, {}};
        return word_of<Known>(node);
    }
    template <const auto& Known> Value words(const Node& node) const {
        return list(node, &Rules::listed_word<Known>, false, room_.texts);
    }
    template <const auto& Known> Value some_words(const Node& node) const {
        return empty_is_absent(words<Known>(node));
    }

    // ------------------------------------------------------------------------ models

    Value login_flows(const Node& node) const {
        static constexpr Row rows[] = {{"flows", &Rules::login_flow_list, false}};
        return object(node, rows, 1, Unknown::passed_over).whole();
    }
    Value login_flow_list(const Node& node) const { return empty_is_absent(list(node, &Rules::login_flow, true)); }
    Value login_flow(const Node& node) const {
        static constexpr Row rows[] = {
            {"type", &Rules::login_type, true},
            {"identity_providers", &Rules::identity_providers, false},
            {"oauth_aware_preferred", &Rules::flag, false, "org.matrix.msc3824.delegated_oidc_compatibility"},
            {"get_login_token", &Rules::flag, false}};
        return object(node, rows, 4, Unknown::kept).whole();
    }
    Value identity_providers(const Node& node) const {
        return empty_is_absent(list(node, &Rules::identity_provider, true));
    }
    Value identity_provider(const Node& node) const {
        static constexpr Row rows[] = {{"id", &Rules::text, true},
                                       {"name", &Rules::text, true},
                                       {"icon", &Rules::text, false},
                                       {"brand", &Rules::brand, false}};
        return object(node, rows, 4, Unknown::passed_over).whole();
    }
    Value login(const Node& node) const {
        static constexpr Row rows[] = {
            {"user_id", &Rules::text, true},           {"access_token", &Rules::secret, true},
            {"device_id", &Rules::text, true},         {"refresh_token", &Rules::secret, false},
            {"expires_in_ms", &Rules::integer, false}, {"well_known", &Rules::well_known, false}};
        return object(node, rows, 6, Unknown::passed_over).whole();
    }
    Value well_known(const Node& node) const {
        static constexpr Row rows[] = {{"m.homeserver", &Rules::server, true},
                                       {"m.identity_server", &Rules::server, false}};
        return object(node, rows, 2, Unknown::kept_as_fits).whole();
    }
    Value server(const Node& node) const {
        // An empty one is none, as an empty secret is (reference rule D4).
        static constexpr Row rows[] = {{"base_url", &Rules::secret, true}};
        return object(node, rows, 1, Unknown::passed_over).whole();
    }
    Value token_owner(const Node& node) const {
        static constexpr Row rows[] = {
            {"user_id", &Rules::text, true}, {"device_id", &Rules::text, false}, {"is_guest", &Rules::flag, false}};
        return object(node, rows, 3, Unknown::passed_over).whole();
    }
    Value versions(const Node& node) const {
        static constexpr Row rows[] = {{"versions", &Rules::version_list, true},
                                       {"unstable_features", &Rules::kept_object, false}};
        return object(node, rows, 2, Unknown::passed_over).whole();
    }
    Value version_list(const Node& node) const { return list(node, &Rules::version, false, room_.versions); }
    Value version(const Node& node) const {
        if (node.kind != Kind::string) return {};
        if (node.text.size() > room_.version || (!room_.unescapes && !fits(node))) return {Outcome::limit, {}};
        return {Outcome::good, show_text(node.text)};
    }
    Value capabilities_response(const Node& node) const {
        static constexpr Row rows[] = {{"capabilities", &Rules::capabilities, true}};
        return object(node, rows, 1, Unknown::passed_over).whole();
    }
    Value capabilities(const Node& node) const {
        static constexpr Row rows[] = {{"m.change_password", &Rules::boolean_capability, false},
                                       {"m.set_displayname", &Rules::boolean_capability, false},
                                       {"m.set_avatar_url", &Rules::boolean_capability, false},
                                       {"m.3pid_changes", &Rules::boolean_capability, false},
                                       {"m.get_login_token", &Rules::boolean_capability, false},
                                       {"m.forget_forced_upon_leave", &Rules::boolean_capability, false},
                                       {"m.room_versions", &Rules::room_versions, false},
                                       {"m.profile_fields", &Rules::profile_fields, false},
                                       {"m.account_moderation", &Rules::account_moderation, false}};
        return object(node, rows, 9, Unknown::kept_as_fits).whole();
    }
    Value boolean_capability(const Node& node) const { return one_flag<true>(node, "enabled"); }
    Value room_versions(const Node& node) const {
        static constexpr Row rows[] = {{"default", &Rules::text, true}, {"available", &Rules::kept_object, true}};
        return object(node, rows, 2, Unknown::passed_over).whole();
    }
    Value profile_fields(const Node& node) const {
        // An empty list of what is allowed is another thing than none (reference rule L11).
        static constexpr Row rows[] = {
            {"enabled", &Rules::flag, true}, {"allowed", &Rules::texts, false}, {"disallowed", &Rules::stages, false}};
        return object(node, rows, 3, Unknown::passed_over).whole();
    }
    Value account_moderation(const Node& node) const {
        static constexpr Row rows[] = {{"suspend", &Rules::flag, false}, {"lock", &Rules::flag, false}};
        return object(node, rows, 2, Unknown::passed_over).whole();
    }
    Value auth_metadata(const Node& node) const {
        static constexpr Row rows[] = {
            {"issuer", &Rules::text, true},
            {"authorization_endpoint", &Rules::text, true},
            {"token_endpoint", &Rules::text, true},
            {"registration_endpoint", &Rules::text, true},
            {"revocation_endpoint", &Rules::text, true},
            {"response_types_supported", &Rules::words<response_types>, true},
            {"grant_types_supported", &Rules::words<grant_types>, true},
            {"response_modes_supported", &Rules::words<response_modes>, true},
            {"code_challenge_methods_supported", &Rules::words<challenge_methods>, true},
            {"prompt_values_supported", &Rules::some_words<prompts>, false},
            {"device_authorization_endpoint", &Rules::text, false},
            {"account_management_uri", &Rules::text, false},
            {"account_management_actions_supported", &Rules::some_words<account_actions>, false}};
        return object(node, rows, 13, Unknown::kept_as_fits).whole();
    }
    Value login_token(const Node& node) const {
        static constexpr Row rows[] = {{"login_token", &Rules::secret, true}, {"expires_in_ms", &Rules::integer, true}};
        return object(node, rows, 2, Unknown::passed_over).whole();
    }
    Value refresh(const Node& node) const {
        static constexpr Row rows[] = {{"access_token", &Rules::secret, true},
                                       {"refresh_token", &Rules::secret, false},
                                       {"expires_in_ms", &Rules::integer, false}};
        return object(node, rows, 3, Unknown::passed_over).whole();
    }
    Value registration(const Node& node) const {
        static constexpr Row rows[] = {{"user_id", &Rules::text, true},
                                       {"access_token", &Rules::secret, false},
                                       {"device_id", &Rules::text, false},
                                       {"refresh_token", &Rules::secret, false},
                                       {"expires_in_ms", &Rules::integer, false}};
        return object(node, rows, 5, Unknown::passed_over).whole();
    }
    Value devices(const Node& node) const {
        static constexpr Row rows[] = {{"devices", &Rules::device_list, false}};
        return object(node, rows, 1, Unknown::passed_over).whole();
    }
    Value device_list(const Node& node) const { return empty_is_absent(list(node, &Rules::device, true)); }
    Value device(const Node& node) const {
        static constexpr Row rows[] = {{"device_id", &Rules::text, true},
                                       {"display_name", &Rules::text, false},
                                       {"last_seen_ip", &Rules::text, false},
                                       {"last_seen_ts", &Rules::integer, false}};
        return object(node, rows, 4, Unknown::passed_over).whole();
    }
    Value request_token(const Node& node) const {
        static constexpr Row rows[] = {{"sid", &Rules::text, true}, {"submit_url", &Rules::text, false}};
        return object(node, rows, 2, Unknown::passed_over).whole();
    }
    template <bool Required> Value one_flag(const Node& node, const char* key) const {
        const Row rows[] = {{key, &Rules::flag, Required}};
        return object(node, rows, 1, Unknown::passed_over).whole();
    }
    Value deactivation(const Node& node) const {
        static constexpr Row rows[] = {{"id_server_unbind_result", &Rules::word_of<unbind_results>, false}};
        return object(node, rows, 1, Unknown::passed_over).whole();
    }
    Value uia_flows(const Node& node) const { return list(node, &Rules::uia_flow, true); }
    Value uia_flow(const Node& node) const {
        static constexpr Row rows[] = {{"stages", &Rules::stages, false}};
        return object(node, rows, 1, Unknown::passed_over).whole();
    }
    Value stages(const Node& node) const { return empty_is_absent(texts(node)); }

    // ------------------------------------------------------------------------ the document

    std::string slice(std::size_t begin, std::size_t end) const { return document_.substr(begin, end - begin); }
    /// The key as it stands, without its quotes.
    std::string key_of(const Node& member) const {
        std::size_t end = member.key_begin + 1;
        for (; document_[end] != '"'; ++end) {
            if (document_[end] == '\\') ++end;
        }
        return slice(member.key_begin + 1, end);
    }

    const std::string& document_;
    const Node& root_;
    bool well_formed_;
    const Room& room_;
};

} // namespace differential

#endif
