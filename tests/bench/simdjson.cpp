// SPDX-License-Identifier: MIT
// simdjson by hand: On-Demand, the parser and its buffers kept between reads, as its documentation asks for. It reads
// behind the end of the document, so the copy into a padded buffer is part of the work. One pass over the members beats
// its DOM, and a search for each member as soon as a server's order is another. It has no writer: the request is
// written by hand.
#include <simdjson.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "by_hand.hpp"

namespace bench {
namespace {

namespace ondemand = simdjson::ondemand;

ondemand::parser parser;
char padded[sizeof scratch + simdjson::SIMDJSON_PADDING];

bool open(std::string_view body, ondemand::document& document, ondemand::object& object) {
    if (body.size() > sizeof scratch) {
        return false;
    }
    std::memcpy(padded, body.data(), body.size());
    return !parser.iterate(padded, body.size(), sizeof padded).get(document) && !document.get_object().get(object);
}

// Whether nothing follows the root object: this version has no other way to ask.
bool at_end(ondemand::document& document) { return document.current_location().error() == simdjson::OUT_OF_BOUNDS; }

template <class Text> bool read_text(ondemand::value& value, Text& out) {
    std::string_view text;
    if (value.get_string().get(text)) {
        return false;
    }
    out = std::string(text);
    return true;
}

// Calls member(name, value) for every member that is not null, until it returns false.
template <class Member> bool each_member(ondemand::object& object, Member member) {
    for (auto field : object) {
        std::string_view name;
        ondemand::value value;
        if (field.unescaped_key().get(name) || field.value().get(value)) {
            return false;
        }
        bool null = false;
        if (value.is_null().get(null) || (!null && !member(name, value))) {
            return false;
        }
    }
    return true;
}

bool read_server(ondemand::value& value, by_hand::ServerInformation& out) {
    ondemand::object object;
    bool found = false;
    return !value.get_object().get(object) && each_member(object, [&](std::string_view name, ondemand::value& member) {
        return name != "base_url" || (found = read_text(member, out.base_url));
    }) && found;
}

bool read_well_known(ondemand::value& value, by_hand::WellKnown& out) {
    ondemand::object object;
    bool found = false;
    return !value.get_object().get(object) && each_member(object, [&](std::string_view name, ondemand::value& member) {
        if (name == "m.homeserver") {
            return found = read_server(member, out.homeserver);
        }
        return name != "m.identity_server" || read_server(member, out.identity_server.emplace());
    }) && found;
}

std::size_t read_login(std::string_view body) {
    ondemand::document document;
    ondemand::object object;
    by_hand::LoginResponse out;
    unsigned found = 0;
    const bool good =
        open(body, document, object) && each_member(object, [&](std::string_view name, ondemand::value& value) {
            if (name == "user_id") {
                found |= 1;
                return read_text(value, out.user_id);
            }
            if (name == "access_token") {
                found |= 2;
                return read_text(value, out.access_token);
            }
            if (name == "device_id") {
                found |= 4;
                return read_text(value, out.device_id);
            }
            if (name == "refresh_token") {
                return read_text(value, out.refresh_token);
            }
            if (name == "expires_in_ms") {
                return !value.get_int64().get(out.expires_in_ms.emplace());
            }
            return name != "well_known" || read_well_known(value, out.well_known.emplace());
        });
    return good && at_end(document) && found == 7 ? checksum(out) : 0;
}

bool read_provider(ondemand::value& value, by_hand::IdentityProvider& out) {
    ondemand::object object;
    unsigned found = 0;
    return !value.get_object().get(object) && each_member(object, [&](std::string_view name, ondemand::value& member) {
        if (name == "id") {
            found |= 1;
            return read_text(member, out.id);
        }
        if (name == "name") {
            found |= 2;
            return read_text(member, out.name);
        }
        if (name == "icon") {
            return read_text(member, out.icon);
        }
        return name != "brand" || read_text(member, out.brand);
    }) && found == 3;
}

// Appends to `out` what read(value, element) makes of every element.
template <class Element, class Reader> bool read_array(ondemand::value& value, std::vector<Element>& out, Reader read) {
    ondemand::array array;
    if (value.get_array().get(array)) {
        return false;
    }
    for (auto item : array) {
        ondemand::value element;
        if (item.get(element) || !read(element, out.emplace_back())) {
            return false;
        }
    }
    return true;
}

bool read_flow(ondemand::value& value, by_hand::LoginFlow& out) {
    ondemand::object object;
    bool found = false;
    return !value.get_object().get(object) && each_member(object, [&](std::string_view name, ondemand::value& member) {
        if (name == "type") {
            return found = read_text(member, out.type);
        }
        if (name == "identity_providers") {
            return read_array(member, out.identity_providers, read_provider);
        }
        if (name == "get_login_token") {
            return !member.get_bool().get(out.get_login_token);
        }
        return name != "oauth_aware_preferred" || !member.get_bool().get(out.oauth_aware_preferred);
    }) && found;
}

std::size_t read_flows(std::string_view body) {
    ondemand::document document;
    ondemand::object object;
    by_hand::LoginFlows out;
    const bool good =
        open(body, document, object) && each_member(object, [&](std::string_view name, ondemand::value& value) {
            return name != "flows" || read_array(value, out.flows, read_flow);
        });
    return good && at_end(document) ? checksum(out) : 0;
}

std::size_t read_429(std::string_view body) {
    ondemand::document document;
    ondemand::object object;
    by_hand::ErrorBody out;
    bool found = false;
    const bool good =
        open(body, document, object) && each_member(object, [&](std::string_view name, ondemand::value& value) {
            if (name == "errcode") {
                return found = read_text(value, out.errcode);
            }
            if (name == "error") {
                return read_text(value, out.error);
            }
            if (name == "retry_after_ms") {
                return !value.get_int64().get(out.retry_after_ms.emplace());
            }
            return name != "soft_logout" || !value.get_bool().get(out.soft_logout);
        });
    return good && at_end(document) && found ? checksum(out) : 0;
}

} // namespace

extern const Implementation simdjson_implementation;
const Implementation simdjson_implementation = {"simdjson", by_hand::build_login, read_login, read_flows, read_429};

} // namespace bench
