// SPDX-License-Identifier: MIT
#ifndef MXWIRE_SESSION_GET_LOGIN_FLOWS_HPP
#define MXWIRE_SESSION_GET_LOGIN_FLOWS_HPP

#include <mxwire/endpoint.hpp>
#include <mxwire/types/field.hpp>

MXWIRE_NAMESPACE_BEGIN

/// The login types of the specification. Servers offer others as well: LoginFlow::type keeps their word.
enum class LoginType : std::uint8_t { other, password, token, sso, application_service };
template <> struct Words<LoginType> {
    static constexpr auto value =
        words(word(LoginType::password, "m.login.password"), word(LoginType::token, "m.login.token"),
              word(LoginType::sso, "m.login.sso"), word(LoginType::application_service, "m.login.application_service"));
};

/// The registered brands of identity providers.
enum class IdentityProviderBrand : std::uint8_t { other, apple, facebook, github, gitlab, google, twitter };
template <> struct Words<IdentityProviderBrand> {
    static constexpr auto value =
        words(word(IdentityProviderBrand::apple, "apple"), word(IdentityProviderBrand::facebook, "facebook"),
              word(IdentityProviderBrand::github, "github"), word(IdentityProviderBrand::gitlab, "gitlab"),
              word(IdentityProviderBrand::google, "google"), word(IdentityProviderBrand::twitter, "twitter"));
};

template <class S> struct BasicIdentityProvider {
    typename S::Text id;                    ///< for the path of the SSO redirect, as it is
    typename S::Text name;                  ///< for people
    std::optional<typename S::Text> icon{}; ///< an mxc:// URI
    std::optional<OpenEnum<IdentityProviderBrand, typename S::Text>> brand{}; ///< prefer it to the icon

    static constexpr auto fields = mxwire::fields(
        field::required<&BasicIdentityProvider::id>("id"), field::required<&BasicIdentityProvider::name>("name"),
        field::optional<&BasicIdentityProvider::icon>("icon"), field::optional<&BasicIdentityProvider::brand>("brand"));
};

template <class S> struct BasicLoginFlow {
    OpenEnum<LoginType, typename S::Text> type;
    typename S::template List<BasicIdentityProvider<S>>
        identity_providers{};     ///< m.login.sso; none: redirect without a provider
    Flag oauth_aware_preferred{}; ///< m.login.sso: an OAuth-aware client offers this flow alone (reference rule L4)
    Flag get_login_token{};       ///< m.login.token: GenerateLoginToken is there
    typename S::Members rest{};   ///< what flows of other types have

    static constexpr auto fields = mxwire::fields(
        field::required<&BasicLoginFlow::type>("type"),
        field::optional<&BasicLoginFlow::identity_providers>("identity_providers"),
        field::optional<&BasicLoginFlow::oauth_aware_preferred>("oauth_aware_preferred",
                                                                "org.matrix.msc3824.delegated_oidc_compatibility"),
        field::optional<&BasicLoginFlow::get_login_token>("get_login_token"), field::rest<&BasicLoginFlow::rest>());
};

template <class S> struct BasicLoginFlows {
    typename S::template List<BasicLoginFlow<S>> flows{}; ///< in the server's order. A flow without a type is left out

    static constexpr auto fields = mxwire::fields(field::list<&BasicLoginFlows::flows>("flows"));
};

/// GET /_matrix/client/v3/login
///
/// Asks which ways to log in the server offers. Needs no token; rate limited. 404 M_UNRECOGNIZED: the server has no
/// legacy API, and OAuth 2.0 is the way to log in. Allocates the lists and the texts over the small-string size.
///
/// https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3login
template <class S> struct BasicGetLoginFlows {
    static constexpr EndpointInfo info{"getLoginFlows", Method::get, "/_matrix/client/v3/login",
                                       Auth::none,      Body::none,  Body::object,
                                       RateLimited::yes};
    using Storage = S;
    using Response = BasicLoginFlows<S>;
};

using IdentityProvider = BasicIdentityProvider<Owned>;
using LoginFlow = BasicLoginFlow<Owned>;
using LoginFlows = BasicLoginFlows<Owned>;
using GetLoginFlows = BasicGetLoginFlows<Owned>;
using GetLoginFlowsView = BasicGetLoginFlows<View>;
MXWIRE_INSTANTIATE(GetLoginFlows)

MXWIRE_NAMESPACE_END

#endif
