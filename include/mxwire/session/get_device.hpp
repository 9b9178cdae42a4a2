// SPDX-License-Identifier: MIT
#ifndef MXWIRE_SESSION_GET_DEVICE_HPP
#define MXWIRE_SESSION_GET_DEVICE_HPP

#include <mxwire/endpoint.hpp>
#include <mxwire/types/device.hpp>

MXWIRE_NAMESPACE_BEGIN

/// GET /_matrix/client/v3/devices/{deviceId}
///
/// Asks for one device of the user. 404 M_NOT_FOUND: the user has no such device. Allocates the texts over the
/// small-string size.
///
/// https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3devicesdeviceid
template <class S> struct BasicGetDevice {
    static constexpr EndpointInfo info{"getDevice",     Method::get,    "/_matrix/client/v3/devices/{deviceId}",
                                       Auth::required,  Body::none,     Body::object,
                                       RateLimited::no, Masquerade::yes};
    using Storage = S;
    using Response = BasicDevice<S>;

    typename S::Text device_id;

    static constexpr auto fields = mxwire::fields(field::path<&BasicGetDevice::device_id>("deviceId"));
};

using GetDevice = BasicGetDevice<Owned>;
using GetDeviceView = BasicGetDevice<View>;
MXWIRE_INSTANTIATE(GetDevice)

MXWIRE_NAMESPACE_END

#endif
