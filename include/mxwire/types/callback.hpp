// SPDX-License-Identifier: MIT
#ifndef MXWIRE_TYPES_CALLBACK_HPP
#define MXWIRE_TYPES_CALLBACK_HPP

#include <mxwire/secret.hpp>
#include <mxwire/url.hpp>

#include <optional>

MXWIRE_NAMESPACE_BEGIN
namespace detail {

// What comes back in a browser's address line. Servers write it anew: a blank as `+` or `%20`, an escape where there was
// a character. So texts are compared decoded, and are decoded once.

enum class Plus : bool { kept, is_blank };

/// `text` without its escapes. Nothing if an escape is broken, or if what it gives is not UTF-8 or has a NUL. Allocates
/// it.
inline std::optional<Secret> percent_decode(std::string_view text, Plus plus) {
    Secret decoded{std::string(text)};
    std::string& out = decoded.unguarded();
    std::size_t size = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            const int high = text.size() - i < 3 ? -1 : hex_digit(text[i + 1]);
            const int low = high < 0 ? -1 : hex_digit(text[i + 2]);
            if (low < 0) return std::nullopt;
            c = static_cast<char>(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus == Plus::is_blank) {
            c = ' ';
        }
        if (c == '\0') return std::nullopt;
        out[size++] = c;
    }
    out.erase(size);
    if (!is_utf8(out)) return std::nullopt;
    return decoded;
}

/// One parameter of a query, as it stands there.
struct QueryParameter {
    std::string_view name, value;
};

/// Goes through the parameters of a query. Empty ones between two `&` are none.
class QueryIterator {
  public:
    explicit QueryIterator(std::string_view query) noexcept : rest_(query) {}
    bool next(QueryParameter& out) noexcept {
        while (!rest_.empty()) {
            const std::size_t end = rest_.find('&');
            const std::string_view one = part(rest_, 0, end);
            rest_ = end == std::string_view::npos ? std::string_view{} : part(rest_, end + 1);
            if (one.empty()) continue;
            const std::size_t equals = one.find('=');
            out.name = part(one, 0, equals);
            out.value = equals == std::string_view::npos ? std::string_view{} : part(one, equals + 1);
            return true;
        }
        return false;
    }

  private:
    std::string_view rest_;
};

/// Goes through the values that the parameter `name` has in a query, decoded. The query is one that is_query() allows.
class ValueIterator {
  public:
    ValueIterator(std::string_view query, std::string_view name) noexcept : query_(query), name_(name) {}
    std::optional<Secret> next() {
        QueryParameter one;
        while (query_.next(one)) {
            const std::optional<Secret> name = percent_decode(one.name, Plus::is_blank);
            if (name && name->expose() == name_) return percent_decode(one.value, Plus::is_blank);
        }
        return std::nullopt;
    }

  private:
    QueryIterator query_;
    std::string_view name_;
};

/// True if every name and every value can be decoded.
inline bool is_query(std::string_view query) {
    QueryIterator parameters(query);
    for (QueryParameter one; parameters.next(one);) {
        if (!percent_decode(one.name, Plus::is_blank) || !percent_decode(one.value, Plus::is_blank)) return false;
    }
    return true;
}

/// The parts of a URL, as they stand there.
struct UrlParts {
    std::string_view scheme{};    ///< empty: this is no absolute URL
    std::string_view authority{}; ///< without a port that is the scheme's own
    std::string_view path{};
    std::string_view query{};

    bool is_http() const noexcept { return equals_lower(scheme, "http") || equals_lower(scheme, "https"); }
};
inline UrlParts split_url(std::string_view url) noexcept {
    UrlParts parts;
    url = part(url, 0, url.find('#'));
    const std::size_t colon = url.find(':');
    if (colon == std::string_view::npos || colon == 0 || digit(url[0]) < 10) return parts;
    for (const char c : part(url, 0, colon)) {
        if (!is_letter_or_digit(c) && c != '+' && c != '-' && c != '.') return parts;
    }
    parts.scheme = part(url, 0, colon);
    url.remove_prefix(colon + 1);
    const std::size_t question = url.find('?');
    if (question != std::string_view::npos) parts.query = part(url, question + 1);
    url = part(url, 0, question);
    if (part(url, 0, 2) == "//") {
        const std::size_t slash = url.find('/', 2);
        parts.authority = part(url, 2, slash == std::string_view::npos ? slash : slash - 2);
        url = part(url, slash == std::string_view::npos ? url.size() : slash);
        const std::string_view own = equals_lower(parts.scheme, "https") ? ":443" : ":80";
        const std::size_t size = parts.authority.size();
        if (parts.is_http() && size >= own.size() && part(parts.authority, size - own.size()) == own)
            parts.authority.remove_suffix(own.size());
    }
    parts.path = url.empty() && parts.is_http() ? std::string_view{"/"} : url;
    return parts;
}

inline bool equals_in_any_case(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const char c = b[i] >= 'A' && b[i] <= 'Z' ? static_cast<char>(b[i] + ('a' - 'A')) : b[i];
        if (!equals_lower(part(a, i, 1), {&c, 1})) return false;
    }
    return true;
}
/// True if both lead to the same place, whatever their queries.
inline bool same_place(const UrlParts& a, const UrlParts& b) {
    if (!equals_in_any_case(a.scheme, b.scheme) || !equals_in_any_case(a.authority, b.authority)) return false;
    const std::optional<Secret> path = percent_decode(a.path, Plus::kept);
    return path && path == percent_decode(b.path, Plus::kept);
}

} // namespace detail
MXWIRE_NAMESPACE_END

#endif
