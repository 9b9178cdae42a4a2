// SPDX-License-Identifier: MIT
#ifndef MXWIRE_TYPES_SERVER_NAME_HPP
#define MXWIRE_TYPES_SERVER_NAME_HPP

#include <mxwire/url.hpp>

MXWIRE_NAMESPACE_BEGIN

/// The name of a server, as it stands in user IDs: a host, and perhaps a port. Where the server is to be reached is
/// another matter: GetWellknown asks for it. BasicServerName<std::string_view> points to the text.
/// https://spec.matrix.org/v1.19/appendices/#server-name
template <class Text> class BasicServerName {
  public:
    explicit BasicServerName(Text name) : name_(std::move(name)) {}
    /// The server of a user: what stands behind the first colon of the user ID (reference rules D1, I3).
    static BasicServerName of(std::string_view user_id) {
        const std::size_t colon = user_id.find(':');
        const bool valid = !user_id.empty() && user_id.front() == '@' && colon != std::string_view::npos;
        return BasicServerName(Text(valid ? detail::part(user_id, colon + 1) : std::string_view{}));
    }

    std::string_view text() const noexcept { return name_; }
    /// Without the port. Nothing if this is no server name (reference rule I4).
    std::string_view host() const noexcept {
        const std::string_view name = text();
        const std::size_t bracket = name.find(']');
        const std::size_t end = name.find(':', bracket == std::string_view::npos ? 0 : bracket);
        const std::string_view host = detail::part(name, 0, end);
        return is_host(host) && (end == std::string_view::npos || is_port(detail::part(name, end + 1)))
                   ? host
                   : std::string_view{};
    }

  private:
    static bool is_host(std::string_view host) noexcept {
        if (!host.empty() && host.front() == '[')
            return host.back() == ']' && detail::is_ipv6(detail::part(host, 1, host.size() - 2));
        return detail::is_host_name(host) && host.find('_') == std::string_view::npos;
    }
    static bool is_port(std::string_view port) noexcept {
        for (const char c : port) {
            if (detail::digit(c) > 9) return false;
        }
        return !port.empty() && port.size() <= 5;
    }

    Text name_;
};
using ServerName = BasicServerName<std::string>;
using ServerNameView = BasicServerName<std::string_view>;

MXWIRE_NAMESPACE_END

#endif
