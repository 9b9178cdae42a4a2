// SPDX-License-Identifier: MIT
#ifndef MXWIRE_SESSION_DELETE_DEVICES_HPP
#define MXWIRE_SESSION_DELETE_DEVICES_HPP

#include <mxwire/endpoint.hpp>
#include <mxwire/types/auth_data.hpp>
#include <mxwire/types/empty_response.hpp>

MXWIRE_NAMESPACE_BEGIN

/// POST /_matrix/client/v3/delete_devices
///
/// Deletes devices of the user and ends their sessions; those that are gone are no error. With user-interactive
/// authentication, except for application services (since 1.17): the first request is answered with 401 and
/// MatrixError::challenge. 404 M_UNRECOGNIZED: a server with the OAuth 2.0 API, whose account management page does it.
/// Allocates nothing.
///
/// `Proof` can be that of one stage alone, such as BasicAuthData<View, BasicPassword<View, BasicUserId<View>>>: then only
/// that one is linked.
///
/// https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3delete_devices
template <class S, class Proof = BasicAuthData<S>> struct BasicDeleteDevices {
    static constexpr EndpointInfo info{"deleteDevices", Method::post,   "/_matrix/client/v3/delete_devices",
                                       Auth::required,  Body::object,   Body::object,
                                       RateLimited::no, Masquerade::yes};
    using Storage = S;
    using Response = EmptyResponse;

    typename S::template List<typename S::Text> devices; ///< device IDs
    std::optional<Proof> auth{};

    static constexpr auto fields = mxwire::fields(field::required<&BasicDeleteDevices::devices>("devices"),
                                                  field::optional<&BasicDeleteDevices::auth>("auth"));
};

using DeleteDevices = BasicDeleteDevices<Owned>;
using DeleteDevicesView = BasicDeleteDevices<View>;
MXWIRE_INSTANTIATE(DeleteDevices)

MXWIRE_NAMESPACE_END

#endif
