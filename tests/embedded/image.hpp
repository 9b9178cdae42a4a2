// SPDX-License-Identifier: MIT
// What the images share: input that the compiler knows nothing about, so that none of the work can be done by it.
#ifndef MXWIRE_EMBEDDED_IMAGE_HPP
#define MXWIRE_EMBEDDED_IMAGE_HPP

#include <mxwire/mxwire.hpp>

inline char request_buffer[512];
inline char response_buffer[1024];
inline volatile unsigned unknown_number;

inline std::string_view unknown_text(std::size_t offset) { return {response_buffer + offset, unknown_number}; }

/// A login with a password and a device, by the localpart: the method that a device has.
template <class S> using PasswordLogin = mxwire::BasicLogin<S, mxwire::BasicPassword<S, mxwire::BasicUserId<S>>>;

inline PasswordLogin<mxwire::View> unknown_login() {
    PasswordLogin<mxwire::View> login{{{unknown_text(0)}, unknown_text(20)}};
    login.device_id = unknown_text(40);
    login.initial_device_display_name = unknown_text(60);
    login.refresh_token = true;
    return login;
}

#endif
