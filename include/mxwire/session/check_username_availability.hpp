// SPDX-License-Identifier: MIT
#ifndef MXWIRE_SESSION_CHECK_USERNAME_AVAILABILITY_HPP
#define MXWIRE_SESSION_CHECK_USERNAME_AVAILABILITY_HPP

#include <mxwire/endpoint.hpp>

MXWIRE_NAMESPACE_BEGIN

struct UsernameAvailability {
    Flag available{}; ///< true whenever the server answers 200

    static constexpr auto fields = mxwire::fields(field::optional<&UsernameAvailability::available>("available"));
};

/// GET /_matrix/client/v3/register/available
///
/// Asks whether a username could be registered. Rate limited. It reserves nothing. 400 M_USER_IN_USE,
/// M_INVALID_USERNAME, M_EXCLUSIVE: it could not. Allocates nothing.
///
/// https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3registeravailable
template <class S> struct BasicCheckUsernameAvailability {
    static constexpr EndpointInfo info{"checkUsernameAvailability",
                                       Method::get,
                                       "/_matrix/client/v3/register/available",
                                       Auth::none,
                                       Body::none,
                                       Body::object,
                                       RateLimited::yes};
    using Storage = S;
    using Response = UsernameAvailability;

    typename S::Text username; ///< a localpart

    static constexpr auto fields =
        mxwire::fields(field::required_query<&BasicCheckUsernameAvailability::username>("username"));
};

using CheckUsernameAvailability = BasicCheckUsernameAvailability<Owned>;
using CheckUsernameAvailabilityView = BasicCheckUsernameAvailability<View>;
MXWIRE_INSTANTIATE(CheckUsernameAvailability)

MXWIRE_NAMESPACE_END

#endif
