// SPDX-License-Identifier: MIT
#ifndef MXWIRE_SESSION_REDIRECT_TO_IDP_HPP
#define MXWIRE_SESSION_REDIRECT_TO_IDP_HPP

#include <mxwire/endpoint.hpp>
#include <mxwire/types/empty_response.hpp>
#include <mxwire/types/sso_action.hpp>

MXWIRE_NAMESPACE_BEGIN

/// GET /_matrix/client/v3/login/sso/redirect/{idpId}
///
/// As redirectToSSO, for one of the identity providers that GetLoginFlows named. For a browser. 404: the server does
/// not know the provider. Preparing allocates the request.
///
/// https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3loginssoredirectidpid
template <class S> struct BasicRedirectToIdp {
    static constexpr EndpointInfo info{"redirectToIdP", Method::get, "/_matrix/client/v3/login/sso/redirect/{idpId}",
                                       Auth::none};
    using Storage = S;
    using Response = EmptyResponse;

    typename S::Text idp_id;                        ///< IdentityProvider::id, as it is
    typename S::Text redirect_url;                  ///< without a loginToken of its own (reference rule S3)
    OpenEnum<SsoAction, typename S::Text> action{}; ///< since 1.18

    static constexpr auto fields =
        mxwire::fields(field::path<&BasicRedirectToIdp::idp_id>("idpId"),
                       field::required_query<&BasicRedirectToIdp::redirect_url>("redirectUrl"),
                       field::query<&BasicRedirectToIdp::action>("action"));
};

using RedirectToIdp = BasicRedirectToIdp<Owned>;
using RedirectToIdpView = BasicRedirectToIdp<View>;
MXWIRE_INSTANTIATE(RedirectToIdp)

MXWIRE_NAMESPACE_END

#endif
