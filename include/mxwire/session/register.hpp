// SPDX-License-Identifier: MIT
#ifndef MXWIRE_SESSION_REGISTER_HPP
#define MXWIRE_SESSION_REGISTER_HPP

#include <mxwire/endpoint.hpp>
#include <mxwire/types/auth_data.hpp>

MXWIRE_NAMESPACE_BEGIN

/// What kind of account is made. A server that is told none makes a user.
enum class AccountKind : std::uint8_t { other, user, guest };
template <> struct Words<AccountKind> {
    static constexpr auto value = words(word(AccountKind::user, "user"), word(AccountKind::guest, "guest"));
};

/// Who registers: a user, for whom there is no word, or an application service.
enum class RegistrationType : std::uint8_t { other, application_service };
template <> struct Words<RegistrationType> {
    static constexpr auto value = words(word(RegistrationType::application_service, "m.login.application_service"));
};

template <class S> struct BasicRegisterResponse {
    typename S::Text user_id;                          ///< its localpart need not be the username that was asked for
    std::optional<typename S::Secret> access_token{};  ///< there unless inhibit_login was set
    std::optional<typename S::Text> device_id{};       ///< there unless inhibit_login was set
    std::optional<typename S::Secret> refresh_token{}; ///< since 1.3
    std::optional<std::chrono::milliseconds>
        expires_in{}; ///< since 1.3, from receipt; absent: the token does not expire

    static constexpr auto fields =
        mxwire::fields(field::required<&BasicRegisterResponse::user_id>("user_id"),
                       field::optional<&BasicRegisterResponse::access_token>("access_token"),
                       field::optional<&BasicRegisterResponse::device_id>("device_id"),
                       field::optional<&BasicRegisterResponse::refresh_token>("refresh_token"),
                       field::optional<&BasicRegisterResponse::expires_in>("expires_in_ms"));
};

/// POST /_matrix/client/v3/register
///
/// Makes an account. Rate limited. With user-interactive authentication, except for guests and application services:
/// the first request is answered with 401 and MatrixError::challenge. For a guest everything but `kind` and the display
/// name is ignored. The token of Credentials is sent with RegistrationType::application_service alone. 400
/// M_USER_IN_USE, M_INVALID_USERNAME, M_EXCLUSIVE: also after the last stage. 400 M_APPSERVICE_LOGIN_UNSUPPORTED: set
/// inhibit_login. 403 M_FORBIDDEN: no accounts of this kind. Where a login flow prefers OAuth-aware clients to use it,
/// use that instead (redirectToSSO with SsoAction::register_). Allocates the texts over the small-string size.
///
/// `Proof` can be that of one stage alone, such as BasicAuthData<View, BasicPassword<View, BasicUserId<View>>>: then only
/// that one is linked.
///
/// https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3register
template <class S, class Proof = BasicAuthData<S>> struct BasicRegister {
    static constexpr EndpointInfo info{"register",      Method::post, "/_matrix/client/v3/register",
                                       Auth::optional,  Body::object, Body::object,
                                       RateLimited::yes};
    using Storage = S;
    using Response = BasicRegisterResponse<S>;

    std::optional<typename S::Text> username{}; ///< the localpart, if the server likes it; absent: the server makes one
    std::optional<typename S::Secret> password{};
    std::optional<typename S::Text> device_id{};
    std::optional<typename S::Text> initial_device_display_name{};
    Flag inhibit_login{}; ///< make the account, and no session
    Flag refresh_token{}; ///< since 1.3: this client can refresh
    std::optional<Proof> auth{};
    OpenEnum<AccountKind, typename S::Text> kind{};
    OpenEnum<RegistrationType, typename S::Text> type{};
    std::optional<typename S::Secret> guest_access_token{}; ///< of the guest that becomes this user

    static constexpr auto fields = mxwire::fields(
        field::query<&BasicRegister::kind>("kind"), field::optional<&BasicRegister::type>("type"),
        field::optional<&BasicRegister::username>("username"), field::optional<&BasicRegister::password>("password"),
        field::optional<&BasicRegister::device_id>("device_id"),
        field::optional<&BasicRegister::initial_device_display_name>("initial_device_display_name"),
        field::optional<&BasicRegister::inhibit_login>("inhibit_login"),
        field::optional<&BasicRegister::refresh_token>("refresh_token"),
        field::optional<&BasicRegister::guest_access_token>("guest_access_token"),
        field::optional<&BasicRegister::auth>("auth"));

    Auth own_auth() const noexcept {
        return type == RegistrationType::application_service ? Auth::required : Auth::none;
    }
};

using RegisterResponse = BasicRegisterResponse<Owned>;
using Register = BasicRegister<Owned>;
using RegisterView = BasicRegister<View>;
MXWIRE_INSTANTIATE(Register)

MXWIRE_NAMESPACE_END

#endif
