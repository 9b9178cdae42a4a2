// SPDX-License-Identifier: MIT
#ifndef MXWIRE_TYPES_UIA_HPP
#define MXWIRE_TYPES_UIA_HPP

#include <mxwire/json/read.hpp>
#include <mxwire/json/write.hpp>

MXWIRE_NAMESPACE_BEGIN

/// The authentication types of the specification, for comparison with the stages of a challenge.
/// https://spec.matrix.org/v1.19/client-server-api/#authentication-types
namespace auth_type {
inline constexpr std::string_view password = "m.login.password";
inline constexpr std::string_view recaptcha = "m.login.recaptcha";
inline constexpr std::string_view sso = "m.login.sso";
inline constexpr std::string_view email_identity = "m.login.email.identity";
inline constexpr std::string_view msisdn = "m.login.msisdn";
inline constexpr std::string_view dummy = "m.login.dummy";
inline constexpr std::string_view registration_token = "m.login.registration_token";
inline constexpr std::string_view terms = "m.login.terms";
inline constexpr std::string_view oauth = "m.oauth";
} // namespace auth_type

/// Stages that together authenticate, in their order. A flow that came without stages has none.
template <class S> struct BasicUiaFlow {
    typename S::TextList stages{};

    static constexpr auto fields = mxwire::fields(field::optional<&BasicUiaFlow::stages>("stages"));
};
using UiaFlow = BasicUiaFlow<Owned>;

/// A 401 that asks the user to authenticate (reference rule U2).
/// https://spec.matrix.org/v1.19/client-server-api/#user-interactive-api-in-the-rest-api
template <class S> struct BasicUiaChallenge {
    typename S::template List<BasicUiaFlow<S>> flows{};
    typename S::TextList completed{};
    typename S::Raw params{}; ///< an object: stage to its parameters; or nothing
    std::optional<typename S::Secret> session{};

    static constexpr auto fields = mxwire::fields(field::required<&BasicUiaChallenge::flows>("flows"),
                                                  field::optional<&BasicUiaChallenge::completed>("completed"),
                                                  field::optional<&BasicUiaChallenge::params>("params"),
                                                  field::optional<&BasicUiaChallenge::session>("session"));
};
using UiaChallenge = BasicUiaChallenge<Owned>;

MXWIRE_NAMESPACE_END

#endif
