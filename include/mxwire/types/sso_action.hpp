// SPDX-License-Identifier: MIT
#ifndef MXWIRE_TYPES_SSO_ACTION_HPP
#define MXWIRE_TYPES_SSO_ACTION_HPP

#include <mxwire/json/read.hpp>
#include <mxwire/json/write.hpp>

MXWIRE_NAMESPACE_BEGIN

/// What the user is about to do on the pages of single sign-on. Clients that know OAuth 2.0 have to say it; servers
/// before 1.18 pay no attention. https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3loginssoredirect
enum class SsoAction : std::uint8_t { other, login, register_ };
template <> struct Words<SsoAction> {
    static constexpr auto value = words(word(SsoAction::login, "login"), word(SsoAction::register_, "register"));
};

MXWIRE_NAMESPACE_END

#endif
