// SPDX-License-Identifier: MIT
#ifndef MXWIRE_SESSION_LOGIN_HPP
#define MXWIRE_SESSION_LOGIN_HPP

#include <mxwire/endpoint.hpp>
#include <mxwire/types/password.hpp>
#include <mxwire/types/well_known.hpp>

MXWIRE_NAMESPACE_BEGIN

/// m.login.token: a token from SSO or from GenerateLoginToken. Good for one login, and for a short time.
template <class S> struct BasicLoginToken {
    static constexpr char tag[] = "m.login.token";
    typename S::Secret token;

    static constexpr auto fields =
        mxwire::fields(field::constant("type", tag), field::required<&BasicLoginToken::token>("token"));
};

/// m.login.application_service: logs a user of the application service in. Goes with Credentials that hold the
/// as_token.
template <class S, class Identifier = BasicUserIdentifier<S>> struct BasicApplicationService {
    static constexpr char tag[] = "m.login.application_service";
    Identifier identifier;

    static constexpr auto fields = mxwire::fields(field::constant("type", tag),
                                                  field::required<&BasicApplicationService::identifier>("identifier"));
};

/// A login type that the specification does not have, with members of its own.
template <class S> struct BasicCustomLogin {
    typename S::Text type;
    typename S::Members members{};

    static constexpr auto fields =
        mxwire::fields(field::open_tag<&BasicCustomLogin::type>("type"), field::rest<&BasicCustomLogin::members>());
};

/// https://spec.matrix.org/v1.19/client-server-api/#login
template <class S> using BasicLoginMethod =
    std::variant<BasicPassword<S>, BasicLoginToken<S>, BasicApplicationService<S>, BasicCustomLogin<S>>;

template <class S> struct BasicLoginResponse {
    typename S::Text user_id; ///< normalised by the server: use this one, not what was typed
    typename S::Secret access_token;
    typename S::Text device_id;
    std::optional<typename S::Secret> refresh_token{}; ///< since 1.3
    std::optional<std::chrono::milliseconds>
        expires_in{};                              ///< since 1.3, from receipt; absent: the token does not expire
    std::optional<BasicWellKnown<S>> well_known{}; ///< should become the base URL of the session, once checked

    static constexpr auto fields = mxwire::fields(field::required<&BasicLoginResponse::user_id>("user_id"),
                                                  field::required<&BasicLoginResponse::access_token>("access_token"),
                                                  field::required<&BasicLoginResponse::device_id>("device_id"),
                                                  field::optional<&BasicLoginResponse::refresh_token>("refresh_token"),
                                                  field::optional<&BasicLoginResponse::expires_in>("expires_in_ms"),
                                                  field::optional<&BasicLoginResponse::well_known>("well_known"));
};

/// POST /_matrix/client/v3/login
///
/// Trades a password, a login token or an application service's word for an access token bound to a device. Rate
/// limited. The token of Credentials is sent with an ApplicationService alone. 403 M_FORBIDDEN, 403 M_USER_DEACTIVATED:
/// final for what was sent; 401 M_USER_LOCKED: keep what you have, and wait. Allocates the texts over the small-string
/// size.
///
/// `LoginMethod` can be one method alone, such as BasicPassword<View, BasicUserId<View>>: then only that one is linked.
///
/// https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3login
template <class S, class LoginMethod = BasicLoginMethod<S>> struct BasicLogin {
    static constexpr EndpointInfo info{"login",         Method::post, "/_matrix/client/v3/login",
                                       Auth::optional,  Body::object, Body::object,
                                       RateLimited::yes};
    using Storage = S;
    using Response = BasicLoginResponse<S>;

    LoginMethod method;                                            ///< of a type that GetLoginFlows offered
    std::optional<typename S::Text> device_id{};                   ///< of this user; absent: the server makes one
    std::optional<typename S::Text> initial_device_display_name{}; ///< for a device that is new
    Flag refresh_token{};                                          ///< since 1.3: this client can refresh

    static constexpr auto fields =
        mxwire::fields(field::flattened<&BasicLogin::method>(), field::optional<&BasicLogin::device_id>("device_id"),
                       field::optional<&BasicLogin::initial_device_display_name>("initial_device_display_name"),
                       field::optional<&BasicLogin::refresh_token>("refresh_token"));

    Auth own_auth() const noexcept { return is_application_service(method) ? Auth::required : Auth::none; }

  private:
    static constexpr std::string_view application_service = BasicApplicationService<S>::tag;
    template <class... M> static bool is_application_service(const std::variant<M...>& method) noexcept {
        return !method.valueless_by_exception() &&
               detail::same_text(detail::UnionTags<M...>::value[method.index()], application_service);
    }
    template <class M> static bool is_application_service(const M& method) noexcept {
        (void)method;
        return detail::same_text(detail::UnionTags<M>::value[0], application_service);
    }
};

using LoginToken = BasicLoginToken<Owned>;
using ApplicationService = BasicApplicationService<Owned>;
using CustomLogin = BasicCustomLogin<Owned>;
using LoginResponse = BasicLoginResponse<Owned>;
using Login = BasicLogin<Owned>;
using LoginTokenView = BasicLoginToken<View>;
using ApplicationServiceView = BasicApplicationService<View>;
using CustomLoginView = BasicCustomLogin<View>;
using LoginResponseView = BasicLoginResponse<View>;
using LoginView = BasicLogin<View>;
MXWIRE_INSTANTIATE(Login)

MXWIRE_NAMESPACE_END

#endif
