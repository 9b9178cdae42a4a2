// SPDX-License-Identifier: MIT
#ifndef MXWIRE_SESSION_GET_DEVICES_HPP
#define MXWIRE_SESSION_GET_DEVICES_HPP

#include <mxwire/endpoint.hpp>
#include <mxwire/types/device.hpp>
#include <mxwire/types/field.hpp>

MXWIRE_NAMESPACE_BEGIN

template <class S> struct BasicDevices {
    typename S::template List<BasicDevice<S>> devices{}; ///< a device without an ID is left out

    static constexpr auto fields = mxwire::fields(field::list<&BasicDevices::devices>("devices"));
};

/// GET /_matrix/client/v3/devices
///
/// Asks for all devices of the user. Users may have more than a bounded policy has room for, which is an error that
/// names the list: a policy that holds more, or GetDevice, is the way out. Allocates the list and the texts over the
/// small-string size.
///
/// https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3devices
template <class S> struct BasicGetDevices {
    static constexpr EndpointInfo info{"getDevices",    Method::get,    "/_matrix/client/v3/devices",
                                       Auth::required,  Body::none,     Body::object,
                                       RateLimited::no, Masquerade::yes};
    using Storage = S;
    using Response = BasicDevices<S>;
};

using Devices = BasicDevices<Owned>;
using GetDevices = BasicGetDevices<Owned>;
using GetDevicesView = BasicGetDevices<View>;
MXWIRE_INSTANTIATE(GetDevices)

MXWIRE_NAMESPACE_END

#endif
