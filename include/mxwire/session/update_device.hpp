// SPDX-License-Identifier: MIT
#ifndef MXWIRE_SESSION_UPDATE_DEVICE_HPP
#define MXWIRE_SESSION_UPDATE_DEVICE_HPP

#include <mxwire/endpoint.hpp>
#include <mxwire/types/empty_response.hpp>

MXWIRE_NAMESPACE_BEGIN

/// PUT /_matrix/client/v3/devices/{deviceId}
///
/// Names a device of the user. An application service makes the device if there is none (since 1.17): the server
/// answers 201, and may limit the rate. 404: a user has no such device. Allocates nothing.
///
/// https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3devicesdeviceid
template <class S> struct BasicUpdateDevice {
    static constexpr EndpointInfo info{"updateDevice",  Method::put,    "/_matrix/client/v3/devices/{deviceId}",
                                       Auth::required,  Body::object,   Body::object,
                                       RateLimited::no, Masquerade::yes};
    using Storage = S;
    using Response = EmptyResponse;

    typename S::Text device_id;
    std::optional<typename S::Text> display_name{}; ///< absent: stays as it is

    static constexpr auto fields = mxwire::fields(field::path<&BasicUpdateDevice::device_id>("deviceId"),
                                                  field::optional<&BasicUpdateDevice::display_name>("display_name"));
};

using UpdateDevice = BasicUpdateDevice<Owned>;
using UpdateDeviceView = BasicUpdateDevice<View>;
MXWIRE_INSTANTIATE(UpdateDevice)

MXWIRE_NAMESPACE_END

#endif
