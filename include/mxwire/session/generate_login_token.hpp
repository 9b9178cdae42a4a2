// SPDX-License-Identifier: MIT
#ifndef MXWIRE_SESSION_GENERATE_LOGIN_TOKEN_HPP
#define MXWIRE_SESSION_GENERATE_LOGIN_TOKEN_HPP

#include <mxwire/endpoint.hpp>
#include <mxwire/types/auth_data.hpp>

MXWIRE_NAMESPACE_BEGIN

template <class S> struct BasicLoginTokenResponse {
    typename S::Secret login_token;         ///< good for one login of one other device
    std::chrono::milliseconds expires_in{}; ///< from receipt

    static constexpr auto fields =
        mxwire::fields(field::required<&BasicLoginTokenResponse::login_token>("login_token"),
                       field::required<&BasicLoginTokenResponse::expires_in>("expires_in_ms"));
};

/// POST /_matrix/client/v1/login/get_token
///
/// Makes a login token, with which another device of the same user logs in (LoginToken). Since 1.7; rate limited,
/// strictly. With user-interactive authentication, asked for each token: the first request is answered with 401 and
/// MatrixError::challenge, unless the server has that switched off. 400: this user may not. 404 M_UNRECOGNIZED: the
/// server makes none; the capability m.get_login_token says so beforehand. Allocates the token if it is over the
/// small-string size.
///
/// `Proof` can be that of one stage alone, such as BasicAuthData<View, BasicPassword<View, BasicUserId<View>>>: then only
/// that one is linked.
///
/// https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv1loginget_token
template <class S, class Proof = BasicAuthData<S>> struct BasicGenerateLoginToken {
    static constexpr EndpointInfo info{"generateLoginToken", Method::post,   "/_matrix/client/v1/login/get_token",
                                       Auth::required,       Body::object,   Body::object,
                                       RateLimited::yes,     Masquerade::yes};
    using Storage = S;
    using Response = BasicLoginTokenResponse<S>;

    std::optional<Proof> auth{};

    static constexpr auto fields = mxwire::fields(field::optional<&BasicGenerateLoginToken::auth>("auth"));
};

using LoginTokenResponse = BasicLoginTokenResponse<Owned>;
using GenerateLoginToken = BasicGenerateLoginToken<Owned>;
using GenerateLoginTokenView = BasicGenerateLoginToken<View>;
MXWIRE_INSTANTIATE(GenerateLoginToken)

MXWIRE_NAMESPACE_END

#endif
