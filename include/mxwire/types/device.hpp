// SPDX-License-Identifier: MIT
#ifndef MXWIRE_TYPES_DEVICE_HPP
#define MXWIRE_TYPES_DEVICE_HPP

#include <mxwire/json/read.hpp>
#include <mxwire/json/write.hpp>

MXWIRE_NAMESPACE_BEGIN

/// A device of a user. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3devices
template <class S> struct BasicDevice {
    typename S::Text device_id;
    std::optional<typename S::Text> display_name{};          ///< may be empty
    std::optional<typename S::Text> last_seen_ip{};          ///< may be empty
    std::optional<std::chrono::milliseconds> last_seen_ts{}; ///< since 1970; some minutes late, to spare the server

    static constexpr auto fields = mxwire::fields(field::required<&BasicDevice::device_id>("device_id"),
                                                  field::optional<&BasicDevice::display_name>("display_name"),
                                                  field::optional<&BasicDevice::last_seen_ip>("last_seen_ip"),
                                                  field::optional<&BasicDevice::last_seen_ts>("last_seen_ts"));
};

using Device = BasicDevice<Owned>;
using DeviceView = BasicDevice<View>;

MXWIRE_NAMESPACE_END

#endif
