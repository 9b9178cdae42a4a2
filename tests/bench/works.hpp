// SPDX-License-Identifier: MIT
// What is measured: the works, their inputs, and what an implementation has to offer.
#ifndef MXWIRE_BENCH_WORKS_HPP
#define MXWIRE_BENCH_WORKS_HPP

#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>

namespace bench {

struct LoginParams {
    std::string_view user, password, device_id, initial_device_display_name;
    bool refresh_token;
};

using Build = std::size_t (*)(const LoginParams&);
using Read = std::size_t (*)(std::string_view body);

// A null pointer is a work that the implementation does not do. Each function returns the checksum of what it made
// (Checksum below, over the members that are listed there), so that nothing can be optimised away and all can be held
// against each other; zero means that the input was refused.
struct Implementation {
    const char* name;
    Build build_login;
    Read read_login;
    Read read_flows;
    Read read_429;
    // Reads in the body itself, which is no longer the document afterwards: it works on mutable_copy(body), and the
    // cost of the copy, measured as the implementation "baseline", is taken off its figures.
    bool in_place = false;
};

// Order matters, so that two members that changed places do not go unnoticed. What goes in, in this order, where an
// absent text and a false or absent flag count as zero:
//   build login: lengths of the method's name and the URL, the number of headers, the length of the body;
//   read login: lengths of user_id, access_token, device_id, refresh_token; expires_in_ms; lengths of the base_url of
//     m.homeserver and of m.identity_server;
//   read flows: for each flow the length of type, then for each identity provider the lengths of id, name, icon and
//     brand, then get_login_token and oauth_aware_preferred;
//   read a 429: lengths of errcode and error; retry_after_ms; soft_logout.
class Checksum {
  public:
    Checksum& add(std::size_t value) {
        value_ = value_ * 31 + value;
        return *this;
    }
    std::size_t value() const { return value_; }

  private:
    std::size_t value_ = 1;
};

// ------------------------------------------------------------------------------------------------------------ inputs

inline constexpr std::string_view homeserver_url = "https://matrix-client.example.org";

inline constexpr LoginParams login_params = {"alice", "correct horse battery staple", "GHTYAJCEKX",
                                             "mxwire on a workbench", true};

// The same members in four orders. The first is the order in which a field table would list them, with what no table
// knows at the end; the second is the order in which Synapse writes them.
inline constexpr std::string_view login_response =
    R"({"user_id":"@alice:matrix.example.org","access_token":"syt_YWxpY2U_NfKbWSxBkUnTuVpXkQHG_0vKq3a",)"
    R"("device_id":"GHTYAJCEKX","refresh_token":"syr_YWxpY2U_qJtRzVwMhLcYbDsPnXeA_2aBc9d","expires_in_ms":86400000,)"
    R"("well_known":{"m.homeserver":{"base_url":"https://matrix-client.example.org"},)"
    R"("m.identity_server":{"base_url":"https://identity-server.example.org"}},"home_server":"matrix.example.org"})";
inline constexpr std::string_view login_response_server_order =
    R"({"user_id":"@alice:matrix.example.org","access_token":"syt_YWxpY2U_NfKbWSxBkUnTuVpXkQHG_0vKq3a",)"
    R"("home_server":"matrix.example.org","device_id":"GHTYAJCEKX","expires_in_ms":86400000,)"
    R"("refresh_token":"syr_YWxpY2U_qJtRzVwMhLcYbDsPnXeA_2aBc9d",)"
    R"("well_known":{"m.homeserver":{"base_url":"https://matrix-client.example.org"},)"
    R"("m.identity_server":{"base_url":"https://identity-server.example.org"}}})";
inline constexpr std::string_view login_response_alphabetical =
    R"({"access_token":"syt_YWxpY2U_NfKbWSxBkUnTuVpXkQHG_0vKq3a","device_id":"GHTYAJCEKX","expires_in_ms":86400000,)"
    R"("home_server":"matrix.example.org","refresh_token":"syr_YWxpY2U_qJtRzVwMhLcYbDsPnXeA_2aBc9d",)"
    R"("user_id":"@alice:matrix.example.org",)"
    R"("well_known":{"m.homeserver":{"base_url":"https://matrix-client.example.org"},)"
    R"("m.identity_server":{"base_url":"https://identity-server.example.org"}}})";
inline constexpr std::string_view login_response_reversed =
    R"({"home_server":"matrix.example.org","well_known":{)"
    R"("m.identity_server":{"base_url":"https://identity-server.example.org"},)"
    R"("m.homeserver":{"base_url":"https://matrix-client.example.org"}},"expires_in_ms":86400000,)"
    R"("refresh_token":"syr_YWxpY2U_qJtRzVwMhLcYbDsPnXeA_2aBc9d","device_id":"GHTYAJCEKX",)"
    R"("access_token":"syt_YWxpY2U_NfKbWSxBkUnTuVpXkQHG_0vKq3a","user_id":"@alice:matrix.example.org"})";
static_assert(login_response.size() == 389 && login_response_server_order.size() == 389 &&
                  login_response_alphabetical.size() == 389 && login_response_reversed.size() == 389,
              "figures are stated for 389 bytes");

inline constexpr std::string_view login_flows =
    R"({"flows":[{"type":"m.login.sso","identity_providers":[)"
    R"({"id":"oidc-github","name":"GitHub","icon":"mxc://example.org/github","brand":"github"},)"
    R"({"id":"oidc-gitlab","name":"GitLab","icon":"mxc://example.org/gitlab","brand":"gitlab"},)"
    R"({"id":"oidc-google","name":"Google","icon":"mxc://example.org/google","brand":"google"}]},)"
    R"({"type":"m.login.token","get_login_token":true},{"type":"m.login.password"}]})";

inline constexpr std::string_view limit_exceeded =
    R"({"errcode":"M_LIMIT_EXCEEDED","error":"Too Many Requests","retry_after_ms":2000})";

// ------------------------------------------------------------------------------------------------------------- works

struct Work {
    const char* name;
    Read Implementation::*read; // null: it builds
    std::string_view body;
};

inline constexpr std::array<Work, 7> works = {{
    {"build_login", nullptr, {}},
    {"read_login", &Implementation::read_login, login_response},
    {"read_flows", &Implementation::read_flows, login_flows},
    {"read_429", &Implementation::read_429, limit_exceeded},
    {"read_login_server_order", &Implementation::read_login, login_response_server_order},
    {"read_login_alphabetical", &Implementation::read_login, login_response_alphabetical},
    {"read_login_reversed", &Implementation::read_login, login_response_reversed},
}};

inline bool offers(const Implementation& implementation, const Work& work) {
    return work.read ? implementation.*work.read != nullptr : implementation.build_login != nullptr;
}

// Hands one operation as a callable to `use`. What can be looked up is looked up here, so that a loop in `use` costs
// no more than an indirect call.
template <class Use> void with_operation(const Implementation& implementation, const Work& work, Use use) {
    if (work.read) {
        use([read = implementation.*work.read, body = work.body] { return read(body); });
    } else {
        use([build = implementation.build_login] { return build(login_params); });
    }
}

struct MutableBody {
    char* data;
    std::size_t size;
};

inline char scratch[4096];

// Never inlined: it must cost the same in the baseline and in the implementation from which the baseline is taken off.
[[gnu::noinline]] inline MutableBody mutable_copy(std::string_view body) {
    const std::size_t size = body.size() < sizeof scratch ? body.size() : sizeof scratch;
    std::memcpy(scratch, body.data(), size);
    return {scratch, size};
}

} // namespace bench

#endif
