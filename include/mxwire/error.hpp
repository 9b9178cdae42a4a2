// SPDX-License-Identifier: MIT
#ifndef MXWIRE_ERROR_HPP
#define MXWIRE_ERROR_HPP

#include <mxwire/types/uia.hpp>
#include <mxwire/url.hpp>

MXWIRE_NAMESPACE_BEGIN

/// Who failed.
enum class Stage : std::uint8_t {
    request,   ///< the request was not built: the endpoint's value or the base URL is no good
    transport, ///< there was no response
    server,    ///< the homeserver answered with a Matrix error, or with a UIA challenge
    http,      ///< an answer other than 2xx that is no Matrix error: a proxy's page, a redirect
    body,      ///< a 2xx answer that is not what the specification says
};
constexpr std::string_view to_string(Stage stage) noexcept {
    switch (stage) {
    case Stage::request: return "request";
    case Stage::transport: return "transport";
    case Stage::server: return "server";
    case Stage::http: return "http";
    case Stage::body: return "body";
    }
    return "";
}

/// The error codes of the operations here. Any other code is `other`, and is still itself: MatrixError::code compares
/// with text. https://spec.matrix.org/v1.19/client-server-api/#standard-error-response
enum class ErrorCode : std::uint8_t {
    other,
    limit_exceeded,
    forbidden,
    unknown_token,
    missing_token,
    unknown,
    unrecognized,
    not_found,
    bad_json,
    not_json,
    invalid_param,
    missing_param,
    user_locked,
    user_suspended,
    user_deactivated,
    resource_limit_exceeded,
    user_limit_exceeded,
    unknown_device,
    appservice_login_unsupported,
    exclusive,
    unauthorized,
    guest_access_forbidden,
    user_in_use,
    invalid_username,
    weak_password,
    too_large,
    captcha_needed,
    captcha_invalid,
    threepid_in_use,
    threepid_not_found,
    threepid_auth_failed,
    threepid_denied,
    threepid_medium_not_supported,
    server_not_trusted,
    consent_not_given,
};
template <> struct Words<ErrorCode> {
    static constexpr auto value = words(
        word(ErrorCode::limit_exceeded, "M_LIMIT_EXCEEDED"), word(ErrorCode::forbidden, "M_FORBIDDEN"),
        word(ErrorCode::unknown_token, "M_UNKNOWN_TOKEN"), word(ErrorCode::missing_token, "M_MISSING_TOKEN"),
        word(ErrorCode::unknown, "M_UNKNOWN"), word(ErrorCode::unrecognized, "M_UNRECOGNIZED"),
        word(ErrorCode::not_found, "M_NOT_FOUND"), word(ErrorCode::bad_json, "M_BAD_JSON"),
        word(ErrorCode::not_json, "M_NOT_JSON"), word(ErrorCode::invalid_param, "M_INVALID_PARAM"),
        word(ErrorCode::missing_param, "M_MISSING_PARAM"), word(ErrorCode::user_locked, "M_USER_LOCKED"),
        word(ErrorCode::user_suspended, "M_USER_SUSPENDED"), word(ErrorCode::user_deactivated, "M_USER_DEACTIVATED"),
        word(ErrorCode::resource_limit_exceeded, "M_RESOURCE_LIMIT_EXCEEDED"),
        word(ErrorCode::user_limit_exceeded, "M_USER_LIMIT_EXCEEDED"),
        word(ErrorCode::unknown_device, "M_UNKNOWN_DEVICE"),
        word(ErrorCode::appservice_login_unsupported, "M_APPSERVICE_LOGIN_UNSUPPORTED"),
        word(ErrorCode::exclusive, "M_EXCLUSIVE"), word(ErrorCode::unauthorized, "M_UNAUTHORIZED"),
        word(ErrorCode::guest_access_forbidden, "M_GUEST_ACCESS_FORBIDDEN"),
        word(ErrorCode::user_in_use, "M_USER_IN_USE"), word(ErrorCode::invalid_username, "M_INVALID_USERNAME"),
        word(ErrorCode::weak_password, "M_WEAK_PASSWORD"), word(ErrorCode::too_large, "M_TOO_LARGE"),
        word(ErrorCode::captcha_needed, "M_CAPTCHA_NEEDED"), word(ErrorCode::captcha_invalid, "M_CAPTCHA_INVALID"),
        word(ErrorCode::threepid_in_use, "M_THREEPID_IN_USE"),
        word(ErrorCode::threepid_not_found, "M_THREEPID_NOT_FOUND"),
        word(ErrorCode::threepid_auth_failed, "M_THREEPID_AUTH_FAILED"),
        word(ErrorCode::threepid_denied, "M_THREEPID_DENIED"),
        word(ErrorCode::threepid_medium_not_supported, "M_THREEPID_MEDIUM_NOT_SUPPORTED"),
        word(ErrorCode::server_not_trusted, "M_SERVER_NOT_TRUSTED"),
        word(ErrorCode::consent_not_given, "M_CONSENT_NOT_GIVEN"),
        // What servers said before the stable code (reference trap 5.21).
        word(ErrorCode::unknown_device, "ORG.MATRIX.MSC4326.M_UNKNOWN_DEVICE"),
        word(ErrorCode::appservice_login_unsupported, "IO.ELEMENT.MSC4190.M_APPSERVICE_LOGIN_UNSUPPORTED"));
};

/// Everything that can go wrong, from building a request to reading its answer.
///
/// `message` and `code` of Stage::server are the server's own text: do not trust it, and do not log it unescaped.
template <class S> struct BasicMatrixError {
    Stage stage = Stage::request;
    int status = 0;               ///< of the answer; 0 if there was none
    int native_code = 0;          ///< Stage::transport: what the HTTP stack calls its error
    std::string_view operation{}; ///< the operationId. Static storage
    OpenEnum<ErrorCode, typename S::Text>
        code{};                 ///< Stage::server: what to decide by; empty for a challenge without one
    typename S::Text message{}; ///< for a person; of Stage::request and Stage::body it is ours
    std::string_view member{};  ///< the member, parameter or part of the request at fault. Static storage
    std::optional<std::chrono::milliseconds>
        retry_after{}; ///< wait this long: the header's word, else the body's; never negative
    Flag soft_logout{};
    std::optional<BasicUiaChallenge<S>> challenge{}; ///< a 401 that asks the user to authenticate
    typename S::Text location{};                     ///< where a 3xx points. Nothing here follows it
    typename S::Members rest{};                      ///< the members of the error that have no place above

    // Out of line: every result that a program handles would have them inside otherwise.
    MXWIRE_COLD BasicMatrixError() = default;
    MXWIRE_NOINLINE BasicMatrixError(BasicMatrixError&&) = default;
    BasicMatrixError(const BasicMatrixError&) = default;
    MXWIRE_COLD BasicMatrixError& operator=(BasicMatrixError&&) = default;
    BasicMatrixError& operator=(const BasicMatrixError&) = default;
    MXWIRE_NOINLINE ~BasicMatrixError() = default;
};
using MatrixError = BasicMatrixError<Owned>;

/// A value or a MatrixError. Never call value() on it: it throws, or it ends the program.
template <class T> using Result = expected<T, MatrixError>;
using Failure = unexpected<MatrixError>;

/// For transports: there was no response. `native_code` is the HTTP stack's own, `message` is for a person. Allocates
/// the message.
Failure transport_error(int native_code, std::string_view message);

/// True if the server asks to come back later, whatever it says it with: a proxy's page, or another code (reference
/// rule R4).
template <class S> bool is_rate_limited(const BasicMatrixError<S>& error) noexcept {
    return error.status == 429 || error.code == ErrorCode::limit_exceeded;
}
/// True if the server does not have this operation (reference rule E5): M_NOT_FOUND is an answer of one that it has.
template <class S> bool is_unsupported(const BasicMatrixError<S>& error) noexcept {
    const bool missing = error.status == 404 || error.status == 405;
    return (missing && error.code.empty() && !error.challenge) ||
           ((missing || error.status == 400) && error.code == ErrorCode::unrecognized);
}

namespace detail {

/// A line of text in a buffer; what does not fit is left out.
class Line {
  public:
    Line(char* out, std::size_t capacity) noexcept : out_(out), capacity_(capacity) {}
    std::size_t size() const noexcept { return size_; }
    void put(char c) noexcept {
        if (size_ < capacity_) out_[size_++] = c;
    }
    void put(std::string_view text) noexcept;
    /// Text of somebody else: at most 64 bytes, and printable ASCII only.
    void put_foreign(std::string_view text) noexcept;
    void put_number(std::int64_t value) noexcept;

  private:
    char* out_;
    std::size_t capacity_;
    std::size_t size_ = 0;
};

} // namespace detail

/// Writes one line for a log into the `capacity` bytes at `out` and returns its length; not NUL-terminated, cut where
/// it does not fit. Operation, status, stage, code, member: never the server's message, a body, a header's value, a
/// query or a secret.
template <class S>
std::size_t describe_into(char* out, std::size_t capacity, const BasicMatrixError<S>& error) noexcept {
    detail::Line line{out, capacity};
    line.put(error.operation.empty() ? std::string_view{"mxwire"} : error.operation);
    line.put(": ");
    switch (error.stage) {
    case Stage::request: line.put("request not built"); break;
    case Stage::transport:
        line.put("no response, transport error ");
        line.put_number(error.native_code);
        break;
    case Stage::server:
    case Stage::http:
    case Stage::body: line.put_number(error.status); break;
    }
    if (error.stage == Stage::http) line.put(", not a Matrix answer");
    if (error.stage == Stage::body) line.put(", unexpected body");
    if (!error.code.empty()) {
        line.put(' ');
        line.put_foreign(error.code.text());
    }
    if (error.challenge) line.put(", authentication required");
    if (!error.member.empty()) {
        line.put(", ");
        line.put(error.member);
    }
    if (error.stage == Stage::request || error.stage == Stage::body) {
        line.put(": ");
        line.put(error.message);
    }
    if (error.retry_after) {
        line.put(", retry after ");
        line.put_number(error.retry_after->count());
        line.put(" ms");
    }
    return line.size();
}
/// The same as a string. Allocates it.
template <class S> std::string describe(const BasicMatrixError<S>& error) {
    char line[320];
    return std::string(line, describe_into(line, sizeof line, error));
}

#if MXWIRE_DEFINITIONS
MXWIRE_ONCE Failure transport_error(int native_code, std::string_view message) {
    MatrixError error;
    error.stage = Stage::transport;
    error.native_code = native_code;
    error.message = std::string(message);
    return Failure{std::move(error)};
}

namespace detail {
MXWIRE_NOINLINE MXWIRE_ONCE void Line::put(std::string_view text) noexcept {
    for (const char c : text) put(c);
}

MXWIRE_NOINLINE MXWIRE_ONCE void Line::put_foreign(std::string_view text) noexcept {
    for (const char c : part(text, 0, 64)) put(byte(c) - 0x21 < 0x5e ? c : '?');
    if (text.size() > 64) put("...");
}

MXWIRE_NOINLINE MXWIRE_ONCE void Line::put_number(std::int64_t value) noexcept {
    char digits[20];
    std::size_t n = sizeof digits;
    std::uint64_t rest = value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
    do {
        digits[--n] = static_cast<char>('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    if (value < 0) put('-');
    put({digits + n, sizeof digits - n});
}
} // namespace detail
#endif

MXWIRE_NAMESPACE_END

#endif
