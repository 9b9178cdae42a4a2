// SPDX-License-Identifier: MIT
//
// A small fake of a Matrix homeserver's session endpoints, without a socket: one request in, one reply out. What the
// specification leaves open is answered the way Synapse answers it; README.md lists where the two part.
//
// Not safe for threads: whoever serves from several holds a lock around handle().
#pragma once

#include "control.hpp"
#include "devices.hpp"
#include "discovery.hpp"
#include "login.hpp"
#include "password.hpp"
#include "registration.hpp"
#include "session.hpp"
#include "sso.hpp"
#include "world.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace homeserver {

class Homeserver {
  public:
    explicit Homeserver(Options options = {}, const Clock& clock = std::chrono::steady_clock::now,
                        WallClock wall = std::chrono::system_clock::now)
        : world_{std::move(options), clock, std::move(wall)} {}

    bool add_user(std::string name, std::string password) {
        return world_.accounts.create(User{std::move(name), std::move(password), {}, {}}) != nullptr;
    }

    bool add_app_service(const std::string& as_token, const std::string& users, const std::string& sender) {
        return world_.accounts.add_app_service(as_token, users, sender);
    }

    void add_registration_token(const std::string& token) {
        world_.registration_tokens.insert_or_assign(token, std::nullopt);
    }

    Reply handle(const Request& request) {
        if (world_.options.control && starts_with(request.target, "/_test/")) {
            return without_refusal([&] { return control(request); });
        }
        Reply reply = without_refusal([&] { return answer(request); });
        // A web page of another origin must be able to use the API, and must not be able to drive a test.
        reply.headers.emplace_back("Access-Control-Allow-Origin", "*");
        reply.headers.emplace_back("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE, OPTIONS");
        reply.headers.emplace_back("Access-Control-Allow-Headers", "X-Requested-With, Content-Type, Authorization");
        world_.journal.add(request, reply);
        return reply;
    }

  private:
    struct Endpoint {
        std::string_view method;
        std::string_view path; // {} is one segment, which is not empty
        Reply (*answer)(const Call&);
    };

    template <class Work> static Reply without_refusal(Work work) {
        try {
            return work();
        } catch (const Refusal& refusal) {
            return refusal.reply;
        }
    }

    Reply answer(const Request& request) {
        const std::optional<Fault> fault = world_.faults.take(request);
        const int times = fault ? fault->times : 1;
        Reply reply;
        for (int i = 0; i < times; ++i) {
            reply = without_refusal([&] { return dispatch(request); });
        }
        if (fault && fault->reply) {
            reply = *fault->reply;
        }
        if (fault) {
            reply.delivery = fault->delivery;
        }
        return reply;
    }

    // What stands for {} in the path of the endpoint; nothing where it is another path.
    static std::optional<std::string> match(std::string_view pattern, std::string_view path) {
        const std::size_t hole = pattern.find("{}");
        if (hole == std::string_view::npos) {
            return pattern == path ? std::optional{std::string{}} : std::nullopt;
        }
        const std::string_view tail = pattern.substr(hole + 2);
        if (path.size() <= hole + tail.size() || path.substr(0, hole) != pattern.substr(0, hole) ||
            path.substr(path.size() - tail.size()) != tail) {
            return std::nullopt;
        }
        const std::string_view segment = path.substr(hole, path.size() - hole - tail.size());
        return segment.find('/') == std::string_view::npos ? std::optional{std::string{segment}} : std::nullopt;
    }

    Reply dispatch(const Request& request) {
        static constexpr Endpoint endpoints[] = {
            {"GET", "/_matrix/client/versions", get_versions},
            {"GET", "/.well-known/matrix/client", get_well_known},
            {"GET", "/_matrix/client/v1/auth_metadata", get_auth_metadata},
            {"GET", "/_matrix/client/v3/capabilities", get_capabilities},
            {"GET", "/_matrix/client/v3/login", get_login_flows},
            {"POST", "/_matrix/client/v3/login", login},
            {"POST", "/_matrix/client/v1/login/get_token", generate_login_token},
            {"GET", "/_matrix/static/client/login/", login_page},
            {"GET", "/_matrix/client/v3/login/sso/redirect", redirect_to_sso},
            {"GET", "/_matrix/client/v3/login/sso/redirect/{}", redirect_to_idp},
            {"GET", "/sso/{}", provider_page},
            {"POST", "/sso/{}", provider_page_answer},
            {"POST", "/_matrix/client/v3/refresh", refresh},
            {"POST", "/_matrix/client/v3/logout", logout},
            {"POST", "/_matrix/client/v3/logout/all", logout_all},
            {"GET", "/_matrix/client/v3/account/whoami", get_token_owner},
            {"POST", "/_matrix/client/v3/register", register_account},
            {"GET", "/_matrix/client/v3/register/available", check_username_availability},
            {"GET", "/_matrix/client/v1/register/m.login.registration_token/validity", registration_token_validity},
            {"POST", "/_matrix/client/v3/register/email/requestToken",
             request_token<Purpose::registration, read_email>},
            {"POST", "/_matrix/client/v3/register/msisdn/requestToken",
             request_token<Purpose::registration, read_phone>},
            {"POST", "/_matrix/client/v3/account/password/email/requestToken",
             request_token<Purpose::password, read_email>},
            {"POST", "/_matrix/client/v3/account/password/msisdn/requestToken",
             request_token<Purpose::password, read_phone>},
            {"POST", "/_matrix/client/v3/account/password", change_password},
            {"POST", "/_matrix/client/v3/account/deactivate", deactivate_account},
            {"GET", "/_matrix/client/v3/devices", get_devices},
            {"GET", "/_matrix/client/v3/devices/{}", get_device},
            {"PUT", "/_matrix/client/v3/devices/{}", update_device},
            {"DELETE", "/_matrix/client/v3/devices/{}", delete_device},
            {"POST", "/_matrix/client/v3/delete_devices", delete_devices},
            {"GET", "/_matrix/client/v3/auth/{}/fallback/web", uia_page},
            {"POST", "/_matrix/client/v3/auth/{}/fallback/web", uia_page_answer},
        };
        if (request.method == "OPTIONS") {
            return Reply{204};
        }
        const std::string_view path = path_of(request);
        hold_back(std::string{path});
        const std::string_view method = request.method == "HEAD" ? std::string_view{"GET"} : request.method;
        std::string allowed;
        for (const Endpoint& endpoint : endpoints) {
            if (const auto segment = match(endpoint.path, path)) {
                if (endpoint.method == method) {
                    return endpoint.answer({world_, request, *segment});
                }
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
        return html_reply(404, "404 No Such Resource");
    }

    void hold_back(const std::string& path) {
        const auto limit = world_.path_limits.find(path);
        if (limit == world_.path_limits.end()) {
            return;
        }
        if (const auto delay = limit->second.delay({})) {
            refuse_for(*delay, limit->second.forms(), world_.wall);
        }
        limit->second.count({});
    }

    Reply control(const Request& request) {
        static constexpr Endpoint controls[] = {
            {"POST", "/_test/create_user", control_create_user},
            {"POST", "/_test/lock", control_lock},
            {"POST", "/_test/unlock", control_unlock},
            {"POST", "/_test/deactivate", control_deactivate},
            {"POST", "/_test/logout", control_logout},
            {"POST", "/_test/devices", control_devices},
            {"POST", "/_test/login_token", control_login_token},
            {"POST", "/_test/expire_token", control_expire_token},
            {"POST", "/_test/registration_token", control_registration_token},
            {"POST", "/_test/validate_threepid", control_validate_threepid},
            {"POST", "/_test/complete_stage", control_complete_stage},
            {"POST", "/_test/rules", control_rules},
            {"POST", "/_test/document", control_document},
            {"POST", "/_test/rate_limit", control_rate_limit},
            {"POST", "/_test/clock", control_clock},
            {"POST", "/_test/fail_next", control_fail_next},
            {"POST", "/_test/fault", control_fault},
            {"POST", "/_test/clear_faults", control_clear_faults},
            {"POST", "/_test/requests", control_requests},
        };
        for (const Endpoint& one : controls) {
            if (one.path == path_of(request) && one.method == request.method) {
                return one.answer({world_, request});
            }
        }
        refuse(404, "M_UNRECOGNIZED", "No such control");
    }

    World world_;
};

} // namespace homeserver
