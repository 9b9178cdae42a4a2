// SPDX-License-Identifier: MIT
#ifndef MXWIRE_SESSION_REQUEST_TOKEN_TO_RESET_PASSWORD_EMAIL_HPP
#define MXWIRE_SESSION_REQUEST_TOKEN_TO_RESET_PASSWORD_EMAIL_HPP

#include <mxwire/endpoint.hpp>
#include <mxwire/types/field.hpp>
#include <mxwire/types/request_token_response.hpp>

MXWIRE_NAMESPACE_BEGIN

/// POST /_matrix/client/v3/account/password/email/requestToken
///
/// Has the server send an e-mail to a user who has lost the password, for the stage EmailAuth of changePassword: the
/// user follows the link in it. 400 M_THREEPID_NOT_FOUND: no account has the address; servers may conceal that. 400
/// M_SERVER_NOT_TRUSTED. 403 M_THREEPID_DENIED. Allocates the texts over the small-string size.
///
/// https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountpasswordemailrequesttoken
template <class S> struct BasicRequestTokenToResetPasswordEmail {
    static constexpr EndpointInfo info{"requestTokenToResetPasswordEmail", Method::post,
                                       "/_matrix/client/v3/account/password/email/requestToken", Auth::none,
                                       Body::object};
    using Storage = S;
    using Response = BasicRequestTokenResponse<S>;

    typename S::Secret client_secret; ///< the caller's, random: 1 to 255 of `0-9 a-z A-Z . = _ -`
    typename S::Text email;
    std::int64_t send_attempt;                           ///< one more sends another message, the same number does not
    std::optional<typename S::Text> next_link{};         ///< where the browser goes afterwards
    std::optional<typename S::Text> id_server{};         ///< deprecated, with its token
    std::optional<typename S::Secret> id_access_token{}; ///< required where id_server is there: refused without

    static constexpr auto fields =
        mxwire::fields(field::required<&BasicRequestTokenToResetPasswordEmail::client_secret>("client_secret"),
                       field::required<&BasicRequestTokenToResetPasswordEmail::email>("email"),
                       field::required<&BasicRequestTokenToResetPasswordEmail::send_attempt>("send_attempt"),
                       field::optional<&BasicRequestTokenToResetPasswordEmail::next_link>("next_link"),
                       field::optional<&BasicRequestTokenToResetPasswordEmail::id_server>("id_server"),
                       field::required_with<&BasicRequestTokenToResetPasswordEmail::id_access_token,
                                            &BasicRequestTokenToResetPasswordEmail::id_server>("id_access_token"));
};

using RequestTokenToResetPasswordEmail = BasicRequestTokenToResetPasswordEmail<Owned>;
using RequestTokenToResetPasswordEmailView = BasicRequestTokenToResetPasswordEmail<View>;
MXWIRE_INSTANTIATE(RequestTokenToResetPasswordEmail)

MXWIRE_NAMESPACE_END

#endif
