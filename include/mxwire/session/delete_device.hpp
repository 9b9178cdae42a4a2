// SPDX-License-Identifier: MIT
#ifndef MXWIRE_SESSION_DELETE_DEVICE_HPP
#define MXWIRE_SESSION_DELETE_DEVICE_HPP

#include <mxwire/endpoint.hpp>
#include <mxwire/types/auth_data.hpp>
#include <mxwire/types/empty_response.hpp>

MXWIRE_NAMESPACE_BEGIN

/// DELETE /_matrix/client/v3/devices/{deviceId}, with a body
///
/// Deletes a device of the user and ends its session; one that is gone is no error. With user-interactive
/// authentication, except for application services (since 1.17): the first request is answered with 401 and
/// MatrixError::challenge. 404 M_UNRECOGNIZED: a server with the OAuth 2.0 API, whose account management page does it.
/// Allocates nothing.
///
/// `Proof` can be that of one stage alone, such as BasicAuthData<View, BasicPassword<View, BasicUserId<View>>>: then only
/// that one is linked.
///
/// https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3devicesdeviceid
template <class S, class Proof = BasicAuthData<S>> struct BasicDeleteDevice {
    static constexpr EndpointInfo info{"deleteDevice",  Method::delete_, "/_matrix/client/v3/devices/{deviceId}",
                                       Auth::required,  Body::object,    Body::object,
                                       RateLimited::no, Masquerade::yes};
    using Storage = S;
    using Response = EmptyResponse;

    typename S::Text device_id;
    std::optional<Proof> auth{};

    static constexpr auto fields = mxwire::fields(field::path<&BasicDeleteDevice::device_id>("deviceId"),
                                                  field::optional<&BasicDeleteDevice::auth>("auth"));
};

using DeleteDevice = BasicDeleteDevice<Owned>;
using DeleteDeviceView = BasicDeleteDevice<View>;
MXWIRE_INSTANTIATE(DeleteDevice)

MXWIRE_NAMESPACE_END

#endif
