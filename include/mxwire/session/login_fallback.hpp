// SPDX-License-Identifier: MIT
#ifndef MXWIRE_SESSION_LOGIN_FALLBACK_HPP
#define MXWIRE_SESSION_LOGIN_FALLBACK_HPP

#include <mxwire/endpoint.hpp>
#include <mxwire/types/empty_response.hpp>

MXWIRE_NAMESPACE_BEGIN

/// GET /_matrix/static/client/login/
///
/// The server's own login page, for a client that knows none of the login types on offer: open url() of the prepared
/// request in a web view. The page calls `window.matrixLogin.onLogin(response)` with what login answers. Preparing
/// allocates the request.
///
/// https://spec.matrix.org/v1.19/client-server-api/#login-fallback
template <class S> struct BasicLoginFallback {
    static constexpr EndpointInfo info{"loginFallback", Method::get, "/_matrix/static/client/login/", Auth::none};
    using Storage = S;
    using Response = EmptyResponse;

    std::optional<typename S::Text> device_id{};                   ///< since 1.1
    std::optional<typename S::Text> initial_device_display_name{}; ///< since 1.1

    static constexpr auto fields =
        mxwire::fields(field::query<&BasicLoginFallback::device_id>("device_id"),
                       field::query<&BasicLoginFallback::initial_device_display_name>("initial_device_display_name"));
};

using LoginFallback = BasicLoginFallback<Owned>;
using LoginFallbackView = BasicLoginFallback<View>;
MXWIRE_INSTANTIATE(LoginFallback)

MXWIRE_NAMESPACE_END

#endif
