// SPDX-License-Identifier: MIT
//
// The devices of the account.
#pragma once

#include "stages.hpp"
#include "world.hpp"

#include <string>

namespace homeserver {

inline Json device_json(const std::string& device_id, const std::string& display_name) {
    Json device = {{"device_id", device_id}, {"last_seen_ip", "127.0.0.1"}, {"last_seen_ts", 1'700'000'000'000}};
    if (!display_name.empty()) {
        device["display_name"] = display_name;
    }
    return device;
}

inline Reply get_devices(const Call& call) {
    Json devices = Json::array();
    for (const auto& [device_id, display_name] : authenticate(call, {false, false, true}).user->devices) {
        devices.push_back(device_json(device_id, display_name));
    }
    return json_reply(200, {{"devices", devices}});
}

inline Reply get_device(const Call& call) {
    const User& user = *authenticate(call, {false, false, true}).user;
    const auto device = user.devices.find(percent_decode(call.segment));
    if (device == user.devices.end()) {
        refuse(404, "M_NOT_FOUND", "No such device");
    }
    return json_reply(200, device_json(device->first, device->second));
}

inline Reply update_device(const Call& call) {
    const Requester requester = authenticate(call, {false, false, true});
    const Json body = read_object(call.request);
    const auto display_name = optional_text(body, "display_name", "M_BAD_JSON");
    if (display_name && display_name->size() > 100) {
        refuse(400, "M_TOO_LARGE", "Device display name is too long");
    }
    const std::string device_id = percent_decode(call.segment);
    const auto device = requester.user->devices.find(device_id);
    if (device != requester.user->devices.end()) {
        if (display_name) {
            device->second = *display_name;
        }
        return json_reply(200, Json::object());
    }
    // An application service has no login that could make one (reference rule A7).
    if (!requester.app_service) {
        refuse(404, "M_NOT_FOUND", "No such device");
    }
    requester.user->devices.emplace(device_id, display_name.value_or(""));
    return json_reply(201, Json::object());
}

inline Reply delete_device(const Call& call) {
    const Requester requester = authenticate(call);
    confirm(call, read_object(call.request), requester);
    call.world.accounts.remove_device(*requester.user, percent_decode(call.segment));
    return json_reply(200, Json::object());
}

inline Reply delete_devices(const Call& call) {
    const Requester requester = authenticate(call);
    const Json body = read_object(call.request);
    if (!body.contains("devices")) {
        refuse(400, "M_MISSING_PARAM", "Missing parameter: devices");
    }
    const std::vector<std::string> device_ids = texts(body["devices"], "devices", "M_BAD_JSON");
    confirm(call, body, requester);
    for (const std::string& device_id : device_ids) {
        call.world.accounts.remove_device(*requester.user, device_id);
    }
    return json_reply(200, Json::object());
}

} // namespace homeserver
