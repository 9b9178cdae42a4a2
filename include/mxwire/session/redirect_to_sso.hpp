// SPDX-License-Identifier: MIT
#ifndef MXWIRE_SESSION_REDIRECT_TO_SSO_HPP
#define MXWIRE_SESSION_REDIRECT_TO_SSO_HPP

#include <mxwire/endpoint.hpp>
#include <mxwire/types/empty_response.hpp>
#include <mxwire/types/sso_action.hpp>

MXWIRE_NAMESPACE_BEGIN

/// GET /_matrix/client/v3/login/sso/redirect
///
/// The page where single sign-on begins: open url() of the prepared request in a browser, and send it with nothing
/// else. The browser comes back to the redirect URL, with a loginToken in its query. PendingSso makes the URL and
/// checks what comes back. Who asks it like an operation gets the server's 302 as an error of Stage::http, with
/// MatrixError::location. Preparing allocates the request.
///
/// https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3loginssoredirect
template <class S> struct BasicRedirectToSso {
    static constexpr EndpointInfo info{"redirectToSSO", Method::get, "/_matrix/client/v3/login/sso/redirect",
                                       Auth::none};
    using Storage = S;
    using Response = EmptyResponse;

    typename S::Text redirect_url;                  ///< without a loginToken of its own (reference rule S3)
    OpenEnum<SsoAction, typename S::Text> action{}; ///< since 1.18

    static constexpr auto fields =
        mxwire::fields(field::required_query<&BasicRedirectToSso::redirect_url>("redirectUrl"),
                       field::query<&BasicRedirectToSso::action>("action"));
};

using RedirectToSso = BasicRedirectToSso<Owned>;
using RedirectToSsoView = BasicRedirectToSso<View>;
MXWIRE_INSTANTIATE(RedirectToSso)

MXWIRE_NAMESPACE_END

#endif
