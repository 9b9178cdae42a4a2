// SPDX-License-Identifier: MIT
#ifndef MXWIRE_SESSION_GET_TOKEN_OWNER_HPP
#define MXWIRE_SESSION_GET_TOKEN_OWNER_HPP

#include <mxwire/endpoint.hpp>

MXWIRE_NAMESPACE_BEGIN

template <class S> struct BasicTokenOwner {
    typename S::Text user_id;
    std::optional<typename S::Text> device_id{}; ///< since 1.1; may be absent for application services
    Flag is_guest{};                             ///< since 1.2

    static constexpr auto fields = mxwire::fields(field::required<&BasicTokenOwner::user_id>("user_id"),
                                                  field::optional<&BasicTokenOwner::device_id>("device_id"),
                                                  field::optional<&BasicTokenOwner::is_guest>("is_guest"));
};

/// GET /_matrix/client/v3/account/whoami
///
/// Asks whose token this is. Rate limited. An application service may act as one of its users, and since 1.17 as one of
/// the user's devices: Credentials::user_id, device_id. 401 M_UNKNOWN_TOKEN: see MatrixError::soft_logout. 403
/// M_FORBIDDEN: not a user of this application service. 400 M_UNKNOWN_DEVICE. Allocates the texts over the small-string
/// size.
///
/// https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3accountwhoami
template <class S> struct BasicGetTokenOwner {
    static constexpr EndpointInfo info{"getTokenOwner",  Method::get,    "/_matrix/client/v3/account/whoami",
                                       Auth::required,   Body::none,     Body::object,
                                       RateLimited::yes, Masquerade::yes};
    using Storage = S;
    using Response = BasicTokenOwner<S>;
};

using TokenOwner = BasicTokenOwner<Owned>;
using GetTokenOwner = BasicGetTokenOwner<Owned>;
using GetTokenOwnerView = BasicGetTokenOwner<View>;
MXWIRE_INSTANTIATE(GetTokenOwner)

MXWIRE_NAMESPACE_END

#endif
