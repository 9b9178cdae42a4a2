// SPDX-License-Identifier: MIT
#ifndef MXWIRE_SESSION_REGISTRATION_TOKEN_VALIDITY_HPP
#define MXWIRE_SESSION_REGISTRATION_TOKEN_VALIDITY_HPP

#include <mxwire/endpoint.hpp>

MXWIRE_NAMESPACE_BEGIN

struct TokenValidity {
    bool valid;

    static constexpr auto fields = mxwire::fields(field::required<&TokenValidity::valid>("valid"));
};

/// GET /_matrix/client/v1/register/m.login.registration_token/validity
///
/// Asks whether a registration token could be used for RegistrationTokenAuth. Since 1.2; rate limited. It may be used
/// up by the time it is. 403 M_FORBIDDEN: the server registers nobody. The token stands in the URL: keep that out of
/// logs. Allocates nothing.
///
/// https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1registermloginregistration_tokenvalidity
template <class S> struct BasicRegistrationTokenValidity {
    static constexpr EndpointInfo info{"registrationTokenValidity",
                                       Method::get,
                                       "/_matrix/client/v1/register/m.login.registration_token/validity",
                                       Auth::none,
                                       Body::none,
                                       Body::object,
                                       RateLimited::yes};
    using Storage = S;
    using Response = TokenValidity;

    typename S::Secret token;

    static constexpr auto fields =
        mxwire::fields(field::required_query<&BasicRegistrationTokenValidity::token>("token"));
};

using RegistrationTokenValidity = BasicRegistrationTokenValidity<Owned>;
using RegistrationTokenValidityView = BasicRegistrationTokenValidity<View>;
MXWIRE_INSTANTIATE(RegistrationTokenValidity)

MXWIRE_NAMESPACE_END

#endif
