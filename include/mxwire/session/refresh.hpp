// SPDX-License-Identifier: MIT
#ifndef MXWIRE_SESSION_REFRESH_HPP
#define MXWIRE_SESSION_REFRESH_HPP

#include <mxwire/endpoint.hpp>

MXWIRE_NAMESPACE_BEGIN

template <class S> struct BasicRefreshResponse {
    typename S::Secret access_token;
    std::optional<typename S::Secret> refresh_token{};     ///< absent: keep the old one
    std::optional<std::chrono::milliseconds> expires_in{}; ///< from receipt; absent: the token does not expire

    static constexpr auto fields =
        mxwire::fields(field::required<&BasicRefreshResponse::access_token>("access_token"),
                       field::optional<&BasicRefreshResponse::refresh_token>("refresh_token"),
                       field::optional<&BasicRefreshResponse::expires_in>("expires_in_ms"));
};

/// POST /_matrix/client/v3/refresh
///
/// Trades a refresh token for a new access token of the same device. Since 1.3; rate limited. Sends no access token,
/// also when Credentials are passed. Store the answer before its first use: until then the old refresh token is good
/// for another try. 401 M_UNKNOWN_TOKEN, 403 M_FORBIDDEN: the session is over, see MatrixError::soft_logout for what may
/// be kept. 404 M_UNRECOGNIZED: the server refreshes nothing. Anything else is no verdict: keep both tokens. Allocates
/// the texts over the small-string size.
///
/// https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3refresh
template <class S> struct BasicRefresh {
    static constexpr EndpointInfo info{"refresh",       Method::post, "/_matrix/client/v3/refresh",
                                       Auth::none,      Body::object, Body::object,
                                       RateLimited::yes};
    using Storage = S;
    using Response = BasicRefreshResponse<S>;

    typename S::Secret refresh_token;

    static constexpr auto fields = mxwire::fields(field::required<&BasicRefresh::refresh_token>("refresh_token"));
};

using RefreshResponse = BasicRefreshResponse<Owned>;
using Refresh = BasicRefresh<Owned>;
using RefreshView = BasicRefresh<View>;
MXWIRE_INSTANTIATE(Refresh)

MXWIRE_NAMESPACE_END

#endif
