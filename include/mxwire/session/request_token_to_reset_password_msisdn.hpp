// SPDX-License-Identifier: MIT
#ifndef MXWIRE_SESSION_REQUEST_TOKEN_TO_RESET_PASSWORD_MSISDN_HPP
#define MXWIRE_SESSION_REQUEST_TOKEN_TO_RESET_PASSWORD_MSISDN_HPP

#include <mxwire/endpoint.hpp>
#include <mxwire/types/field.hpp>
#include <mxwire/types/request_token_response.hpp>

MXWIRE_NAMESPACE_BEGIN

/// POST /_matrix/client/v3/account/password/msisdn/requestToken
///
/// Has the server send a text message to a user who has lost the password, for the stage MsisdnAuth of changePassword.
/// 400 M_THREEPID_NOT_FOUND: no account has the number; servers may conceal that. 400 M_SERVER_NOT_TRUSTED. 403
/// M_THREEPID_DENIED. Allocates the texts over the small-string size.
///
/// https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountpasswordmsisdnrequesttoken
template <class S> struct BasicRequestTokenToResetPasswordMsisdn {
    static constexpr EndpointInfo info{"requestTokenToResetPasswordMSISDN", Method::post,
                                       "/_matrix/client/v3/account/password/msisdn/requestToken", Auth::none,
                                       Body::object};
    using Storage = S;
    using Response = BasicRequestTokenResponse<S>;

    typename S::Secret client_secret;                    ///< the caller's, random: 1 to 255 of `0-9 a-z A-Z . = _ -`
    typename S::Text country;                            ///< ISO 3166-1 alpha-2, in upper case
    typename S::Text phone_number;                       ///< as the user typed it
    std::int64_t send_attempt;                           ///< one more sends another message, the same number does not
    std::optional<typename S::Text> next_link{};         ///< where the browser goes afterwards
    std::optional<typename S::Text> id_server{};         ///< deprecated, with its token
    std::optional<typename S::Secret> id_access_token{}; ///< required where id_server is there: refused without

    static constexpr auto fields =
        mxwire::fields(field::required<&BasicRequestTokenToResetPasswordMsisdn::client_secret>("client_secret"),
                       field::required<&BasicRequestTokenToResetPasswordMsisdn::country>("country"),
                       field::required<&BasicRequestTokenToResetPasswordMsisdn::phone_number>("phone_number"),
                       field::required<&BasicRequestTokenToResetPasswordMsisdn::send_attempt>("send_attempt"),
                       field::optional<&BasicRequestTokenToResetPasswordMsisdn::next_link>("next_link"),
                       field::optional<&BasicRequestTokenToResetPasswordMsisdn::id_server>("id_server"),
                       field::required_with<&BasicRequestTokenToResetPasswordMsisdn::id_access_token,
                                            &BasicRequestTokenToResetPasswordMsisdn::id_server>("id_access_token"));
};

using RequestTokenToResetPasswordMsisdn = BasicRequestTokenToResetPasswordMsisdn<Owned>;
using RequestTokenToResetPasswordMsisdnView = BasicRequestTokenToResetPasswordMsisdn<View>;
MXWIRE_INSTANTIATE(RequestTokenToResetPasswordMsisdn)

MXWIRE_NAMESPACE_END

#endif
