// SPDX-License-Identifier: MIT
#ifndef MXWIRE_URL_HPP
#define MXWIRE_URL_HPP

#include <mxwire/json/text.hpp>

MXWIRE_NAMESPACE_BEGIN

/// What is wrong with a base URL.
enum class UrlFault : std::uint8_t {
    none,
    empty,    ///< no text at all
    scheme,   ///< neither https: nor http:
    insecure, ///< http: to another machine without allow_insecure_http
    userinfo, ///< a user or a password in front of the host
    host,     ///< no host, or none that DNS or RFC 3986 knows; other scripts are to be given in their xn-- form
    port,     ///< not 1 to 65535
    path,     ///< characters that RFC 3986 does not allow, a broken escape, `.` or `..`
    query,    ///< a query or a fragment
};

/// One sentence about `fault`. Static storage.
std::string_view describe(UrlFault fault) noexcept;

/// Allows a Homeserver to be reached over plain http on another machine. Tokens and passwords then travel in the clear.
struct AllowInsecureHttp {
    explicit AllowInsecureHttp() = default;
};
inline constexpr AllowInsecureHttp allow_insecure_http{};

namespace detail {

inline bool is_letter_or_digit(char c) noexcept { return (byte(c) | 0x20u) - unsigned{'a'} < 26 || digit(c) < 10; }

/// RFC 3986 IPv6address, without its brackets.
bool is_ipv6(std::string_view text) noexcept;
bool is_host_name(std::string_view host) noexcept;

/// Checks a base URL (reference rules B1, B2; SEC-15..19) and takes the slashes at its end away. Nothing else is
/// changed.
UrlFault check_base_url(std::string_view& url, bool insecure_allowed) noexcept;

} // namespace detail

#if MXWIRE_DEFINITIONS
MXWIRE_COLD MXWIRE_ONCE std::string_view describe(UrlFault fault) noexcept {
    static constexpr char texts[] =
        "no fault|the base URL is empty|the base URL is neither https nor http|"
        "plain http to another machine needs allow_insecure_http|the base URL has userinfo|"
        "the base URL has no valid host|the base URL has no valid port|the base URL has no valid path|"
        "the base URL has a query or a fragment|";
    return detail::nth_text(texts, static_cast<unsigned>(fault));
}

namespace detail {
/// Four numbers up to 255 without leading zeros.
MXWIRE_COLD inline bool is_ipv4(std::string_view text) noexcept {
    std::size_t i = 0;
    for (unsigned part = 0; part < 4; ++part) {
        if (part != 0 && (i == text.size() || text[i++] != '.')) return false;
        const std::size_t first = i;
        unsigned value = 0;
        while (i < text.size() && digit(text[i]) < 10 && i - first < 4) value = value * 10 + digit(text[i++]);
        if (i == first || value > 255 || (i - first > 1 && text[first] == '0')) return false;
    }
    return i == text.size();
}

MXWIRE_COLD MXWIRE_ONCE bool is_ipv6(std::string_view text) noexcept {
    unsigned groups = 0;
    bool gap = same_text(part(text, 0, 2), "::"sv);
    for (std::size_t i = gap ? 2 : 0; i < text.size();) {
        std::size_t end = i;
        while (end < text.size() && hex_digit(text[end]) >= 0) ++end;
        if (end < text.size() && text[end] == '.') { // the last 32 bits may be an IPv4 address
            groups += 2;
            return is_ipv4(part(text, i)) && (gap ? groups < 8 : groups == 8);
        }
        if (end == i || end - i > 4) return false;
        ++groups;
        i = end;
        if (i == text.size()) break;
        if (text[i++] != ':' || i == text.size()) return false;
        if (text[i] == ':') {
            if (gap) return false;
            gap = true;
            ++i;
        }
    }
    return gap ? groups < 8 : groups == 8;
}

MXWIRE_COLD MXWIRE_ONCE bool is_host_name(std::string_view host) noexcept {
    if (host.empty() || host.size() > 255) return false;
    bool name = false; // digits and dots alone are an address, or nothing
    bool label = false;
    for (const char c : host) {
        if (c == '.' ? !label : !is_letter_or_digit(c) && c != '-' && c != '_') return false;
        label = c != '.';
        name = name || (digit(c) > 9 && label);
    }
    return name || is_ipv4(host);
}

inline bool is_loopback(std::string_view host) noexcept {
    return equals_lower(host, "localhost"sv) || same_text(host, "[::1]"sv) ||
           (same_text(part(host, 0, 4), "127."sv) && is_ipv4(host));
}

/// Characters of RFC 3986, whole escapes, and no segment that is a dot or two, escaped or not: clients take those away,
/// and would ask elsewhere.
MXWIRE_COLD inline bool is_base_path(std::string_view path) noexcept {
    constexpr std::string_view allowed = "-_~!$&'()*+,;=:@";
    std::size_t dots = 0, length = 0; // of the segment
    for (std::size_t i = 0; i < path.size(); ++i, ++length) {
        const char c = path[i];
        if (c == '/') {
            if (dots != 0 && dots == length && dots < 3) return false;
            dots = 0;
            length = static_cast<std::size_t>(-1); // the loop counts on
        } else if (c == '%') {
            if (path.size() - i < 3 || hex_digit(path[i + 1]) < 0 || hex_digit(path[i + 2]) < 0) return false;
            if (path[i + 1] == '2' && (path[i + 2] | 0x20) == 'e') ++dots;
            i += 2;
        } else if (c == '.') {
            ++dots;
        } else if (!is_letter_or_digit(c) && index_of(allowed, c) == allowed.size()) {
            return false;
        }
    }
    return dots == 0 || dots != length || dots > 2;
}

MXWIRE_COLD MXWIRE_ONCE UrlFault check_base_url(std::string_view& url, bool insecure_allowed) noexcept {
    if (url.empty()) return UrlFault::empty;
    const bool https = equals_lower(part(url, 0, 8), "https://"sv);
    if (!https && !equals_lower(part(url, 0, 7), "http://"sv)) return UrlFault::scheme;

    const std::string_view rest = part(url, https ? 8 : 7);
    if (index_of(rest, '?') != rest.size() || index_of(rest, '#') != rest.size()) return UrlFault::query;
    const std::size_t slash = index_of(rest, '/');
    std::string_view authority = part(rest, 0, slash);
    const std::string_view path = part(rest, slash);
    if (index_of(authority, '@') != authority.size()) return UrlFault::userinfo;

    std::string_view host = authority;
    if (!authority.empty() && authority.front() == '[') {
        const std::size_t bracket = index_of(authority, ']');
        if (bracket == authority.size() || !is_ipv6(part(authority, 1, bracket - 1))) return UrlFault::host;
        host = part(authority, 0, bracket + 1);
    } else {
        host = part(authority, 0, index_of(authority, ':'));
        if (!is_host_name(host)) return UrlFault::host;
    }
    authority.remove_prefix(host.size());
    if (!authority.empty()) {
        if (authority.front() != ':') return UrlFault::host;
        authority.remove_prefix(1);
        unsigned port = 0;
        for (const char c : authority) {
            if (digit(c) > 9 || port > 6553) return UrlFault::port;
            port = port * 10 + digit(c);
        }
        if (port == 0 || port > 65535) return UrlFault::port;
    }
    if (!is_base_path(path)) return UrlFault::path;
    if (!https && !insecure_allowed && !is_loopback(host)) return UrlFault::insecure;
    while (url.back() == '/') url.remove_suffix(1);
    return UrlFault::none;
}
} // namespace detail
#endif

MXWIRE_NAMESPACE_END

#endif
