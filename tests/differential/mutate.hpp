// SPDX-License-Identifier: MIT
// Documents to disagree about: answers of servers, changed in what they mean (members, values, spelling) and in their
// bytes.
#ifndef MXWIRE_TESTS_DIFFERENTIAL_MUTATE_HPP
#define MXWIRE_TESTS_DIFFERENTIAL_MUTATE_HPP

#include "tree.hpp"

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>
#include <string_view>

namespace differential {

/// The same numbers on every machine.
class Dice {
  public:
    explicit Dice(std::uint32_t seed) : engine_(seed) {}
    /// 0 to sides - 1
    std::size_t roll(std::size_t sides) { return sides == 0 ? 0 : engine_() % sides; }
    bool one_in(std::size_t sides) { return roll(sides) == 0; }
    template <class List> auto& pick(List& list) { return list[roll(std::size(list))]; }

  private:
    std::mt19937 engine_;
};

/// What no vector has: every member at once, and every limit from both sides.
inline constexpr const char* own_seeds[] = {
    R"({"user_id":"@cheeky_monkey:example.org",)"
    R"("access_token":"syt_Y2hlZWt5X21vbmtleQ_KzQpVnXwTrBmLdSfGhJk_2Qm8xR","device_id":"GHTYAJCE",)"
    R"("home_server":"example.org","refresh_token":"syr_Y2hlZWt5X21vbmtleQ","expires_in_ms":3600000,)"
    R"("well_known":{"m.homeserver":{"base_url":"https://matrix-client.example.org"},)"
    R"("m.identity_server":{"base_url":"https://id.example.org"},"org.example.tiles":{"url":"https:\/\/tiles"},)"
    R"("x":null}})",
    R"( {"expires_in_ms" : 3600.0, "user\u005fid":"\ud83d\ude00 \u00e4 )"
    "\303\244\342\202\254\360\237\230\200"
    R"(\/\b\f","access_token":"\\\"\n",)"
    R"("device_id":"","x":[1,-2.5e+3,{"a":null,"user_id":[true,false]},[]],)"
    R"("well_known":{"m.homeserver":{"base_url":1},"m.homeserver2":{}} } )",
    R"({"well_known":{"m.identity_server":{"base_url":null},"org.example\u002ea" : "\u0041\ud83d\ude00\\",)"
    R"("m.homeserver":{"base_url":"https:\/\/a"}},"user_id":"a","access_token":"b","device_id":"c",)"
    R"("expires_in_ms":-9223372036854775808,"refresh_token":null})",
    R"({"user_id":"@a:b","device_id":"D","is_guest":false,"org.matrix.msc3970":[{}]})",
    R"({"flows":[{"type":"m.login.sso","identity_providers":[{"id":"oidc-github","name":"GitHub",)"
    R"("icon":"mxc://example.org/VuNqKrYxTgWbPzLm","brand":"github"},{"id":"saml","name":"Example",)"
    R"("brand":"org.example.brand"},{"id":5,"name":"no id"}],"oauth_aware_preferred":null,)"
    R"("org.matrix.msc3824.delegated_oidc_compatibility":true},{"type":"m.login.token","get_login_token":true},)"
    R"({"type":"m.login.password"},{"type":"x.y","z":1,"\u007a":[{"a":"\""},2e3]}]})",
    R"({"flows":[{"org.matrix.msc3824.delegated_oidc_compatibility":true,"type":"m.login.sso",)"
    R"("oauth_aware_preferred":false},{"org.matrix.msc3824.delegated_oidc_compatibility":false,)"
    R"("oauth_aware_preferred":1,"type":"m.login.\u0073so","identity_providers":[]}]})",
    R"({"errcode":"M_LIMIT_EXCEEDED","error":"Too Many Requests","retry_after_ms":2000,"consent_uri":"https:\/\/a"})",
    R"({"errcode":"M_\u004cIMIT_EXCEEDED","error":null,"soft_logout":false,"retry_after_ms":2.0e3,"a":0.1e-5,)"
    R"("admin_contact":"mailto:admin@example.org","\u0061":"\u0062"})",
    R"({"flows":[{"stages":["m.login.password"]},{"stages":["m.login.recaptcha","m.login.terms"]},{}],)"
    R"("params":{"m.login.recaptcha":{"public_key":"6Le\u0041\ud83d\ude00\""}},"session":"xxxxxx",)"
    R"("completed":["m.login.dummy"]})",
    R"({"errcode":"M_FORBIDDEN","error":"Invalid password","completed":["example.type.foo"],)"
    R"("flows":[{"stages":["example.type.foo","example.type.bar"]}],)"
    R"("params":{"example.type.baz":{"example_key":"foobar"}},"session":"xxxxxxyz","soft_logout":true,)"
    R"("retry_after_ms":5000,"x":{"flows":[]}})",
    R"({"errcode":"M_UNKNOWN_TOKEN","error":"Soft logged out - access token expired","soft_logout":true})",
    R"({"errcode":"ORG.MATRIX.MSC4326.M_UNKNOWN_DEVICE","error":")"
    "\302\253"
    R"(unknown)"
    "\302\273"
    R"( device \ud83d\ude00"})",
    R"({"versions":["r0.6.1","v1.1","v1.13","v1.19"],"unstable_features":{"org.example.on":true,"x":false}})",
    R"({"capabilities":{"m.change_password":{"enabled":false},"m.set_displayname":{"enabled":true},)"
    R"("m.set_avatar_url":{"enabled":true},"m.3pid_changes":{"enabled":false},"m.get_login_token":{"enabled":true},)"
    R"("m.forget_forced_upon_leave":{"enabled":true},"m.room_versions":{"default":"11","available":{"1":"stable",)"
    R"("11":"stable","x":"unstable"}},"m.profile_fields":{"enabled":true,"allowed":["displayname","m.tz"],)"
    R"("disallowed":["avatar_url"]},"m.account_moderation":{"suspend":true,"lock":false},"org.example.a":{"b":[1]}}})",
    R"({"issuer":"https://account.example.com/","authorization_endpoint":"https://account.example.com/authorize",)"
    R"("token_endpoint":"https://account.example.com/token","registration_endpoint":"https://a/register",)"
    R"("revocation_endpoint":"https://a/revoke","response_types_supported":["code","x"],)"
    R"("grant_types_supported":["authorization_code","refresh_token","urn:ietf:params:oauth:grant-type:device_code"],)"
    R"("response_modes_supported":["query","fragment","form_post"],"code_challenge_methods_supported":["S256"],)"
    R"("prompt_values_supported":["create","login"],"device_authorization_endpoint":"https://a/device",)"
    R"("account_management_uri":"https://a/my","account_management_actions_supported":["org.matrix.profile",)"
    R"("org.matrix.sessions_list","org.example.x"],"org.example.a":{"b":null}})",
    R"({"issuer":"a","authorization_endpoint":"b","token_endpoint":"c","registration_endpoint":"d",)"
    R"("revocation_endpoint":"e","response_types_supported":[],"grant_types_supported":[],)"
    R"("response_modes_supported":["query"],"code_challenge_methods_supported":["S256"]})",
    R"({"login_token":"<opaque string>","expires_in_ms":120000})",
    R"({"access_token":"a","refresh_token":"b","expires_in_ms":60000})",
    R"({"devices":[{"device_id":"QBUAZIFURK","display_name":"android","last_seen_ip":"1.2.3.4",)"
    R"("last_seen_ts":1474491775024},{"device_id":"b","display_name":""},{"display_name":"no ID"}]})",
    R"({"device_id":"QBUAZIFURK","display_name":"android","last_seen_ip":"1.2.3.4","last_seen_ts":1474491775024})",
    R"({"sid":"123abc","submit_url":"https://example.org/path/to/submitToken"})",
    R"({"available":true,"valid":false})",
    R"({"id_server_unbind_result":"no-support"})",
    R"({})",
};

/// Values; load() adds those whose size matters.
inline const std::string values_text =
    R"([null, true, false,
    0, -0, 1, -1, 0.5, 2000, -2000, 3600000, 3600001, 3600.0, 3.6e6, 36E+5, 1e-2, 100e-2, 0e5, 0.0000, -0.0e-7, 0.1e20,
    9223372036854775807, 9223372036854775808, -9223372036854775808, -9223372036854775809, 9223372036854775807.0,
    92233720368547758070e-1, 92233720368547758071e-1, 1e18, 1e19, 18446744073709551615, 18446744073709551616,
    999999999999999999, 1234567890123456789, 12345678901234567890123, 1e400, -1e400, 0e999999999999, 1e-999999999999,
    0.00000000000000000000000000000000000000000000000001e50, 100000000000000000000000000000e-26,
    "", "a", ")"
    "\303\251"
    R"(", ")"
    "\342\202\254"
    R"(", ")"
    "\360\237\230\200"
    R"(", "\u0000", "\u0000}", "}", "{", "\"", "\\", "1234567", "12345678", "123456789",
    "123\"5678", "123456)"
    "\303\251"
    R"(", "m.login.password", "m.login.token", "m.login.sso", "m.login.application_service",
    "m.login.passwor", "apple", "github", "twitter", "M_LIMIT_EXCEEDED", "M_FORBIDDEN", "M_UNKNOWN_TOKEN",
    "M_USER_LOCKED", "IO.ELEMENT.MSC4190.M_APPSERVICE_LOGIN_UNSUPPORTED", "COM.EXAMPLE_FOO",
    {}, [], [[]], [{}], [null], [1, 2], ["a", "b"], ["a", null], ["a", ""],
    {"base_url": "x"}, {"base_url": 1}, {"base_url": "a", "base_url": "b"}, {"base_url": "x", "y": {}},
    {"m.homeserver": {"base_url": "x"}}, {"m.homeserver": {"base_url": "x"}, "m.identity_server": {}},
    {"m.homeserver": {"base_url": "x"}, "m.homeserver": null}, [{"type": "m.login.sso"}, 5, null],
    {"type": "x", "type": "y"}, [{"id": "a", "name": "b"}], {"id": "a", "name": "b"},
    [{"stages": ["a"]}, {"stages": ["a", 1]}, {"stages": null}], {"stages": [], "stages": []},
    {"x": [{"y": [true, {}]}]}, {"enabled": true}, {"enabled": "true"}, {"enabled": true, "allowed": []},
    {"enabled": true, "allowed": ["a", 1]}, {"default": "1", "available": {}}, {"default": "1", "available": []},
    [{"device_id": "a"}, {"device_id": null}, 7], ["code", "S256", "query", "org.matrix.device_view"],
    "12345678901234567890123", "123456789012345678901234", "success"])";

inline const std::string keys_text = R"(["user_id", "access_token", "device_id", "refresh_token", "expires_in_ms",
    "well_known", "m.homeserver", "m.identity_server", "base_url", "is_guest", "flows", "type", "identity_providers",
    "oauth_aware_preferred", "org.matrix.msc3824.delegated_oidc_compatibility", "get_login_token", "id", "name", "icon",
    "brand", "versions", "unstable_features", "capabilities", "m.change_password", "m.room_versions", "default",
    "available", "m.profile_fields", "enabled", "allowed", "disallowed", "m.account_moderation", "suspend", "lock",
    "issuer", "response_types_supported", "grant_types_supported", "prompt_values_supported",
    "account_management_actions_supported", "login_token", "devices", "display_name", "last_seen_ts", "sid",
    "submit_url", "valid", "id_server_unbind_result", "errcode", "error", "retry_after_ms", "soft_logout", "session", "params", "completed", "stages",
    "", "x", "user_ie", "user_id ", "ids", "i", "org.example.a", ")"
                                     "\320\272\320\273\321\216\321\207"
                                     R"(", "a\"b", "a\\", "access_tokem", "\u0001"])";

/// Pieces that bytes are changed with.
// clang-format off
inline constexpr std::string_view tokens[] = {
    "{", "}", "[", "]", ",", ":", "\"", "\\", "null", "true", "false", "nul", "tru", "0", "-", "01", "+1", ".5", "1.",
    "1e", "1e+", "0x1", "NaN", "1e5", "-0", "0.0", "00", "\\u0000", "\\ud800", "\\udc00", "\\ud83d\\ude00",
    "\\ud83d\\u0041", "\\ud83d\\ud83d", "\\u00", "\\u00g0", "\\U0041", "\\a", "\\'", "\xff", "\xc3", "\xc3\x28",
    "\xed\xa0\x80", "\xed\x9f\xbf", "\xf4\x90\x80\x80", "\xf4\x8f\xbf\xbf", "\xe2\x82\xac", "\xe2\x82", "\xe0\x80\x80",
    "\xe0\xa0\x80", "\xc0\x80", "\xc1\xbf", "\xf0\x80\x80\x80", "\xf0\x9f\x98\x80", "\xf8\x88\x80\x80\x80", "\x80", " ",
    "\n", "\t", "\r", "\x0b", "\x0c", "\x01", "\x7f", "\x1f", "\xc2\xa0", "\xef\xbb\xbf", {"\0", 1}, "//", "/**/", "'",
    "aaaaaaaaaaaaaaaa", "[[[[[[[[", "]]]]]]]]", "{\"x\":", "}}", "\"x\":{\"y\":[", "\"user_id\":\"u\",", "\"user_id\"",
    "\"type\":\"t\",", "\"errcode\":\"M_UNKNOWN\",", "\"\\u0075ser_id\":\"u\",", "\"flows\":[],", ",\"x\":1",
};
// clang-format on

class Mutator {
  public:
    /// False if the vectors are not there.
    bool load(const std::string& folder) {
        for (const char* const operation :
             {"login", "getLoginFlows", "getTokenOwner", "logout", "getVersions", "getCapabilities", "getWellknown",
              "getAuthMetadata", "generateLoginToken", "refresh", "register", "getDevices", "getDevice",
              "requestTokenToRegisterEmail", "checkUsernameAvailability", "registrationTokenValidity",
              "deactivateAccount"}) {
            std::ifstream file(folder + "/" + operation + ".jsonl");
            if (!file) return false;
            for (std::string line; std::getline(file, line);) {
                const nlohmann::json vector = nlohmann::json::parse(line, nullptr, false);
                if (!vector.is_object() || !vector.contains("body") || !vector["body"].is_string()) continue;
                add(vector["body"].get<std::string>(), vector_trees_);
            }
        }
        for (const char* const seed : own_seeds) add(seed, own_trees_);
        values_ = read_tree(values_text).root.children;
        for (const Node& key : read_tree(keys_text).root.children) keys_.push_back(key.text);
        for (const std::size_t size : {30u, 31u, 32u, 33u, 64u, 65u}) {
            add_value(std::string(size, '[') + std::string(size, ']'));
            std::string objects;
            for (std::size_t i = 0; i < size; ++i) objects += "{\"a\":";
            add_value(objects + "1" + std::string(size, '}'));
        }
        for (const std::size_t size : {39u, 40u, 41u, 159u, 160u, 161u, 163u, 320u}) {
            add_value("\"" + std::string(size, 'a') + "\"");
            add_value("\"" + std::string(size - 2, 'a') + "\303\251\"");
            add_value("\"" + std::string(size - 3, 'a') + "\360\237\230\200b\"");
            add_value("{\"a\":\"" + std::string(size - 8, 'a') + "\"}");
        }
        for (const std::size_t size : {2u, 3u, 8u, 9u, 64u, 65u}) add_lists(size, values_);
        for (const std::size_t size : {1024u, 1025u}) add_lists(size, huge_values_);
        return own_trees_.size() == std::size(own_seeds) && !values_.empty() && !keys_.empty();
    }

    std::string next(Dice& dice) {
        std::string document;
        if (!broken_.empty() && dice.one_in(40)) {
            document = dice.pick(broken_);
        } else {
            Node root = dice.pick(dice.one_in(2) ? own_trees_ : vector_trees_);
            for (std::size_t changes = dice.roll(5); changes > 0; --changes) change(root, dice);
            if (dice.one_in(400)) change_with(root, dice, dice.pick(huge_values_));
            write(root, document, {dice.roll(3), dice.roll(4)}, dice);
        }
        if (dice.one_in(2)) return document; // well-formed
        for (std::size_t changes = 1 + dice.roll(3); changes > 0; --changes) damage(document, dice);
        return document;
    }

  private:
    void add(const std::string& document, std::vector<Node>& trees) {
        Tree tree = read_tree(document);
        if (tree.valid && tree.root.kind == Kind::object) {
            trees.push_back(std::move(tree.root));
        } else {
            broken_.push_back(document);
        }
    }
    static Node value_of(const std::string& text) { return read_tree("[" + text + "]").root.children.at(0); }
    void add_value(const std::string& text) { values_.push_back(value_of(text)); }
    static void add_lists(std::size_t size, std::vector<Node>& values) {
        for (const char* const element :
             {"null", "\"a\"", "{}", R"({"type":"m.login.password"})", R"({"id":"a","name":"b"})", R"({"stages":[]})",
              R"({"device_id":"a"})", "\"S256\""}) {
            std::string text = "[";
            for (std::size_t i = 0; i < size; ++i) text += std::string(i != 0 ? "," : "") + element;
            values.push_back(value_of(text + "]"));
        }
    }

    // ------------------------------------------------------------------------ what a document means

    static void containers(Node& node, std::vector<Node*>& found) {
        if (node.kind == Kind::object || node.kind == Kind::array) found.push_back(&node);
        for (Node& child : node.children) {
            if (found.size() < 200) containers(child, found);
        }
    }
    static Node named(Node value, const std::string& key) {
        value.key = key;
        return value;
    }
    void change(Node& root, Dice& dice) { change_with(root, dice, dice.pick(values_)); }
    void change_with(Node& root, Dice& dice, const Node& value) {
        std::vector<Node*> found;
        containers(root, found);
        std::vector<Node>& children = dice.pick(found)->children;
        const auto at = [&](std::size_t index) { return children.begin() + static_cast<std::ptrdiff_t>(index); };
        const auto place = [&] { return at(dice.roll(children.size() + 1)); };
        const std::size_t which = dice.roll(children.size());
        const std::size_t action = children.empty() ? 0 : dice.roll(10);
        switch (action) {
        case 0: children.insert(place(), named(value, dice.pick(keys_))); break;
        case 1:
        case 2:
        case 3: children[which] = named(value, children[which].key); break;
        case 4: { // another one of the same name
            Node other = dice.one_in(2) ? children[which] : named(value, children[which].key);
            children.insert(place(), std::move(other));
            break;
        }
        case 5: children.erase(at(which)); break;
        case 6: std::swap(children[which], dice.pick(children)); break;
        case 7: children[which].key = dice.pick(keys_); break;
        case 8: { // deeper
            Node outer;
            outer.kind = dice.one_in(2) ? Kind::array : Kind::object;
            outer.key = children[which].key;
            children[which].key = dice.pick(keys_);
            outer.children.push_back(std::move(children[which]));
            children[which] = std::move(outer);
            break;
        }
        default: { // a part of another document
            std::vector<Node*> parts;
            containers(dice.pick(dice.one_in(2) ? own_trees_ : vector_trees_), parts);
            const std::vector<Node>& from = dice.pick(parts)->children;
            if (!from.empty()) children.insert(place(), dice.pick(from));
        }
        }
    }

    // ------------------------------------------------------------------------ how it is spelt

    struct Style {
        std::size_t space;  ///< 0: none, 1: as Python writes it, 2: any
        std::size_t escape; ///< 0 and 1: where it must be, 2: now and then, 3: often
    };
    static void blank(std::string& out, Style style, Dice& dice) {
        if (style.space != 2) return;
        for (std::size_t size = dice.roll(6) / 3; size > 0; --size) out += " \t\r\n"[dice.roll(4)];
    }
    static void write_escape(unsigned unit, std::string& out, Dice& dice) {
        char text[8];
        std::snprintf(text, sizeof text, dice.one_in(2) ? "\\u%04x" : "\\u%04X", unit);
        out += text;
    }
    static void write_text(const std::string& text, std::string& out, Style style, Dice& dice) {
        const bool often = style.escape == 3 && dice.one_in(2);
        out += '"';
        for (std::size_t i = 0; i < text.size();) {
            const unsigned lead = static_cast<unsigned char>(text[i]);
            const std::size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
            static constexpr std::string_view short_names = "\"\\/bfnrt", short_meanings = "\"\\/\b\f\n\r\t";
            const std::size_t name = short_meanings.find(text[i]);
            const bool must = lead < 0x20 || lead == '"' || lead == '\\';
            const bool may = often ? dice.one_in(3) : style.escape >= 2 && dice.one_in(30);
            if (!must && !may) {
                out.append(text, i, size);
            } else if (name != std::string_view::npos && !dice.one_in(4)) {
                (out += '\\') += short_names[name];
            } else {
                unsigned code = size == 1 ? lead : lead & (0xffu >> (size + 1));
                for (std::size_t k = 1; k < size; ++k) code = code << 6 | (static_cast<unsigned>(text[i + k]) & 0x3f);
                if (code >= 0x10000) {
                    write_escape(0xd7c0 + (code >> 10), out, dice);
                    code = 0xdc00 + (code & 0x3ff);
                }
                write_escape(code, out, dice);
            }
            i += size;
        }
        out += '"';
    }
    static void write(const Node& node, std::string& out, Style style, Dice& dice) {
        blank(out, style, dice);
        switch (node.kind) {
        case Kind::null: out += "null"; break;
        case Kind::boolean: out += node.flag ? "true" : "false"; break;
        case Kind::number: out += node.text; break;
        case Kind::string: write_text(node.text, out, style, dice); break;
        case Kind::object:
        case Kind::array: {
            const bool object = node.kind == Kind::object;
            out += object ? '{' : '[';
            for (std::size_t i = 0; i < node.children.size(); ++i) {
                if (i != 0) out += style.space == 1 ? ", " : ",";
                if (object) {
                    blank(out, style, dice);
                    write_text(node.children[i].key, out, style, dice);
                    blank(out, style, dice);
                    out += style.space == 1 ? ": " : ":";
                }
                write(node.children[i], out, style, dice);
            }
            blank(out, style, dice);
            out += object ? '}' : ']';
        }
        }
        blank(out, style, dice);
    }

    // ------------------------------------------------------------------------ its bytes

    static void damage(std::string& d, Dice& dice) {
        const std::size_t at = dice.roll(d.size() + 1);
        const auto next_of = [&](const char* any) { return d.find_first_of(any, at); };
        switch (dice.roll(11)) {
        case 0:
            if (at < d.size()) d[at] = static_cast<char>(dice.roll(256));
            break;
        case 1:
            if (at < d.size()) d.erase(at, 1 + dice.roll(3));
            break;
        case 2:
        case 3: d.insert(at, dice.pick(tokens)); break;
        case 4: { // a piece of it, elsewhere
            const std::string piece = d.substr(at, dice.roll(40));
            d.insert(dice.roll(d.size() + 1), piece);
            break;
        }
        case 5: // behind or in front of what has a meaning
            if (const std::size_t p = next_of(",:{}[]\""); p != std::string::npos) {
                d.insert(p + dice.roll(2), dice.pick(tokens));
            }
            break;
        case 6: { // the value of a member
            const std::size_t colon = next_of(":");
            const std::size_t end = colon == std::string::npos ? colon : d.find_first_of(",}]", colon);
            if (end != std::string::npos) d.replace(colon + 1, end - colon - 1, dice.pick(tokens));
            break;
        }
        case 7: // inside a string
            if (const std::size_t p = next_of("\""); p != std::string::npos) d.insert(p + 1, dice.pick(tokens));
            break;
        case 8: { // cut, with an end that looks good
            static constexpr const char* ends[] = {"", "}", "\"}", "]}", "}}", "\\\"}", "\\}", "} ", ":}", ",}"};
            d.resize(at);
            d += dice.pick(ends);
            break;
        }
        case 9: d.insert(0, dice.one_in(4) ? "\xef\xbb" : "\xef\xbb\xbf"); break;
        default: d.insert(dice.one_in(2) ? 0 : d.size(), dice.pick(tokens));
        }
    }

    std::vector<Node> own_trees_, vector_trees_, values_, huge_values_;
    std::vector<std::string> keys_, broken_;
};

} // namespace differential

#endif
