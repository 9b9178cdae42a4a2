// SPDX-License-Identifier: MIT
#ifndef MXWIRE_HTTP_HPP
#define MXWIRE_HTTP_HPP

#include <mxwire/secret.hpp>

#include <chrono>
#include <initializer_list>
#include <iterator>

MXWIRE_NAMESPACE_BEGIN

/// How much of a hostile answer is looked at. Checked before anything is allocated.
struct Limits {
    std::uint32_t body = 0;                 ///< bytes; 0: what the operation allows (EndpointInfo::max_body)
    std::uint16_t depth = 32;               ///< nested objects and arrays, at most 64
    std::uint16_t elements = 1024;          ///< of each list of a model
    std::uint32_t text = ~std::uint32_t{0}; ///< bytes of each text of a model
    std::chrono::milliseconds retry_after{std::chrono::hours{1}}; ///< longer delays are cut to this one
};

namespace detail {
inline constexpr Limits default_limits{};
}

enum class Method : std::uint8_t { get, post, put, delete_ };

/// The method as HTTP spells it. Static storage, NUL-terminated.
constexpr std::string_view to_string(Method method) noexcept {
    switch (method) {
    case Method::get: return "GET";
    case Method::post: return "POST";
    case Method::put: return "PUT";
    case Method::delete_: return "DELETE";
    }
    return "";
}

/// A header field of a request.
struct Header {
    std::string_view name;
    std::string_view value;
    bool sensitive = false; ///< keep the value out of logs and of HPACK's tables
};

/// The header fields of a request, by value. They point into the request.
class HeaderList {
  public:
    const Header* begin() const noexcept { return fields_; }
    const Header* end() const noexcept { return fields_ + size_; }
    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }

  private:
    template <class> friend class BasicRequest;
    void push_back(const Header& field) noexcept { fields_[size_++] = field; }

    Header fields_[2]{}; // Content-Type and Authorization are all that these operations send
    std::size_t size_ = 0;
};

namespace detail {
/// Where the parts of a request lie in its buffer: body, URL, a NUL, the value of Authorization.
struct RequestLayout {
    Method method = Method::get;
    bool has_body = false;
    std::uint32_t body = 0;
    std::uint32_t url = 0;
    std::uint32_t authorization = 0; // 0: none
};
} // namespace detail

/// What a transport is to send. One buffer, which is wiped when the request is destroyed, moved from or assigned to.
///
/// Everything it returns points into it, and is valid until then. Request owns the buffer, RequestView uses the
/// caller's.
template <class Text> class BasicRequest {
  public:
    BasicRequest() = default;
    BasicRequest(Text buffer, const detail::RequestLayout& layout) noexcept
        : buffer_(std::move(buffer)), layout_(layout) {}
    BasicRequest(BasicRequest&&) noexcept = default;
    BasicRequest& operator=(BasicRequest&&) noexcept = default;
    BasicRequest(const BasicRequest&) = default;
    BasicRequest& operator=(const BasicRequest&) = default;

    /// For prepare(): takes the finished buffer.
    void assign(Text&& buffer, const detail::RequestLayout& layout) noexcept {
        text() = std::move(buffer);
        layout_ = layout;
    }

    Method method() const noexcept { return layout_.method; }
    /// Absolute, in ASCII. NUL-terminated: url().data() is a C string.
    std::string_view url() const noexcept { return detail::part(buffer(), layout_.body, layout_.url); }
    /// Content-Type where there is a body, Authorization where the operation takes a token; nothing else, each once.
    HeaderList headers() const noexcept {
        HeaderList list;
        if (layout_.has_body) list.push_back({"Content-Type", "application/json", false});
        if (layout_.authorization != 0) {
            list.push_back({"Authorization",
                            detail::part(buffer(), std::size_t{layout_.body} + layout_.url + 1, layout_.authorization),
                            true});
        }
        return list;
    }
    /// The bytes to send. Empty where the operation has no body: then Content-Length is 0 or, for GET, absent.
    std::string_view body() const noexcept { return detail::part(buffer(), 0, layout_.body); }
    /// True if the body is JSON. An operation without a body sends no Content-Type.
    bool has_body() const noexcept { return layout_.has_body; }
    /// The body for a transport that wants to own it; the rest of the request is wiped. The caller wipes the body:
    /// wipe().
    std::string take_body() && {
        static_assert(std::is_same_v<Text, std::string>, "a RequestView does not own its body");
        std::string taken = std::move(text());
        wipe(taken.data() + layout_.body, taken.size() - layout_.body);
        taken.erase(layout_.body);
        layout_ = {};
        return taken;
    }

  private:
    std::string_view buffer() const noexcept { return buffer_.expose(); }
    Text& text() noexcept { return buffer_.unguarded(); }

    BasicSecret<Text> buffer_;
    detail::RequestLayout layout_;
};
using Request = BasicRequest<std::string>;
using RequestView = BasicRequest<std::string_view>;

namespace detail {

/// The header fields of an answer that mean something here. Of repeated ones the first.
struct SeenHeaders {
    std::string_view retry_after{}, date{}, location{};

    void see(std::string_view name, std::string_view value) noexcept;
};

template <class F, class = void> struct HasNameAndValue : std::false_type {};
template <class F> struct HasNameAndValue<F, std::void_t<decltype(std::string_view{std::declval<const F&>().name}),
                                                         decltype(std::string_view{std::declval<const F&>().value})>>
    : std::true_type {};

struct NoHeaders {};
inline SeenHeaders see_headers(NoHeaders) noexcept { return {}; }
inline const SeenHeaders& see_headers(const SeenHeaders& seen) noexcept { return seen; }
/// True if a header field's text lives on when the field, made while iterating, is gone.
template <class Text> inline constexpr bool is_text_view_v =
    std::is_reference_v<Text> || std::is_pointer_v<Text> || std::is_same_v<Text, std::string_view>;
template <class Field> constexpr bool outlives_iteration() {
    if constexpr (std::is_reference_v<Field>) {
        return true;
    } else if constexpr (HasNameAndValue<Field>::value) {
        return is_text_view_v<decltype(Field::name)> && is_text_view_v<decltype(Field::value)>;
    } else {
        return is_text_view_v<decltype(Field::first)> && is_text_view_v<decltype(Field::second)>;
    }
}
template <class Headers> SeenHeaders see_headers(const Headers& headers) {
    static_assert(outlives_iteration<decltype(*std::begin(headers))>(),
                  "headers that are made while iterating must be views of text: keep them in a container first");
    SeenHeaders seen;
    for (const auto& field : headers) {
        if constexpr (HasNameAndValue<std::decay_t<decltype(field)>>::value) {
            seen.see(std::string_view{field.name}, std::string_view{field.value});
        } else {
            seen.see(std::string_view{field.first}, std::string_view{field.second});
        }
    }
    return seen;
}

} // namespace detail

/// What a transport brings back: any status, the whole body. Only the header fields that mean something here are kept.
///
/// The body is wiped when the response is destroyed, moved from or assigned to: it may hold a token.
class Response {
  public:
    Response() = default;
    Response(int status, std::string body) : status_(status), body_(std::move(body)) {}
    /// `headers`: anything that iterates as pairs of text, or as structures with `name` and `value`.
    template <class Headers> Response(int status, const Headers& headers, std::string body)
        : Response(status, std::move(body)) {
        keep(detail::see_headers(headers));
    }
    Response(int status, std::initializer_list<std::pair<std::string_view, std::string_view>> headers, std::string body)
        : Response(status, std::move(body)) {
        keep(detail::see_headers(headers));
    }

    int status() const noexcept { return status_; }
    std::string_view body() const noexcept { return body_.expose(); }
    detail::SeenHeaders headers() const noexcept { return {retry_after_, date_, location_.expose()}; }

  private:
    void keep(const detail::SeenHeaders& seen) {
        retry_after_ = std::string(seen.retry_after);
        date_ = std::string(seen.date);
        location_ = std::string(seen.location);
    }

    int status_ = 0;
    Secret body_;
    std::string retry_after_{}, date_{};
    Secret location_{}; // an SSO redirect has a login token in it
};

#if MXWIRE_DEFINITIONS
namespace detail {
MXWIRE_ONCE void SeenHeaders::see(std::string_view name, std::string_view value) noexcept {
    std::string_view* const found = equals_lower(name, "retry-after"sv) ? &retry_after
                                    : equals_lower(name, "date"sv)      ? &date
                                    : equals_lower(name, "location"sv)  ? &location
                                                                        : nullptr;
    if (found != nullptr && found->empty()) *found = value;
}
} // namespace detail
#endif

MXWIRE_NAMESPACE_END

#endif
