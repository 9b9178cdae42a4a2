// SPDX-License-Identifier: MIT
// What footprint.cpp is made of: one exchange of an operation, of which the compiler knows nothing but the types. What
// a program does to fill in the operation's members and to read those of the answer is its own, and is not in here.
//
// MXWIRE_POLICY is the storage policy.
#ifndef MXWIRE_EMBEDDED_FOOTPRINT_HPP
#define MXWIRE_EMBEDDED_FOOTPRINT_HPP

#include <mxwire/mxwire.hpp>

using S = mxwire::MXWIRE_POLICY;
inline constexpr bool is_owned = std::is_same_v<S, mxwire::Owned>;
inline constexpr bool is_view = std::is_same_v<S::Text, std::string_view>;
using Where = std::conditional_t<is_owned, mxwire::Owned, mxwire::View>;

inline char request_buffer[512];
inline char response_buffer[1024];
inline volatile unsigned unknown_number;

/// An object that somebody else made.
template <class T> const T& unknown() {
    static T* volatile object;
    return *object;
}
/// As if somebody else looked at it.
template <class T> void look_at(const T& object) { asm volatile("" : : "r"(&object) : "memory"); }

template <class E, class Destination> void build(const Destination& where) {
    if constexpr (is_owned) {
        look_at(mxwire::prepare(unknown<E>(), where));
    } else {
        look_at(mxwire::prepare_into(request_buffer, unknown<E>(), where));
    }
}
template <class E> inline constexpr bool is_wellknown_v = false;
template <class P> inline constexpr bool is_wellknown_v<mxwire::BasicGetWellknown<P>> = true;

template <class E> void exchange() {
    if constexpr (is_wellknown_v<E>) {
        build<E>(unknown<mxwire::BasicServerName<Where::Text>>());
    } else if constexpr (E::info.auth == mxwire::Auth::required) {
        build<E>(unknown<mxwire::BasicCredentials<Where>>());
    } else {
        build<E>(unknown<mxwire::BasicHomeserver<Where::Text>>());
    }
    const int status = static_cast<int>(unknown_number);
    if constexpr (is_view) {
        look_at(mxwire::parse_in_place<E>(status, {response_buffer, unknown_number}));
    } else {
        look_at(mxwire::parse<E>(status, std::string_view{response_buffer, unknown_number}));
    }
}

/// A login by password alone: what a device needs of Login. A login token made by proof of a password alone.
using Password = mxwire::BasicPassword<S, mxwire::BasicUserId<S>>;
using PasswordLogin = mxwire::BasicLogin<S, Password>;
using PasswordLoginToken = mxwire::BasicGenerateLoginToken<S, mxwire::BasicAuthData<S, Password>>;

#endif
