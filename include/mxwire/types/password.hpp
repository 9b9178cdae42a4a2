// SPDX-License-Identifier: MIT
#ifndef MXWIRE_TYPES_PASSWORD_HPP
#define MXWIRE_TYPES_PASSWORD_HPP

#include <mxwire/types/user_identifier.hpp>

MXWIRE_NAMESPACE_BEGIN

/// m.login.password, to log in and as a stage of user-interactive authentication.
template <class S, class Identifier = BasicUserIdentifier<S>> struct BasicPassword {
    static constexpr char tag[] = "m.login.password";
    Identifier identifier;
    typename S::Secret password;

    static constexpr auto fields =
        mxwire::fields(field::constant("type", tag), field::required<&BasicPassword::identifier>("identifier"),
                       field::required<&BasicPassword::password>("password"));
};

using Password = BasicPassword<Owned>;
using PasswordView = BasicPassword<View>;

MXWIRE_NAMESPACE_END

#endif
