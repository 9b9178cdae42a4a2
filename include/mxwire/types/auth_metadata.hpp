// SPDX-License-Identifier: MIT
#ifndef MXWIRE_TYPES_AUTH_METADATA_HPP
#define MXWIRE_TYPES_AUTH_METADATA_HPP

#include <mxwire/json/read.hpp>
#include <mxwire/json/write.hpp>

MXWIRE_NAMESPACE_BEGIN

enum class OAuthResponseType : std::uint8_t { other, code };
template <> struct Words<OAuthResponseType> {
    static constexpr auto value = words(word(OAuthResponseType::code, "code"));
};

enum class OAuthGrantType : std::uint8_t { other, authorization_code, refresh_token, device_code };
template <> struct Words<OAuthGrantType> {
    static constexpr auto value =
        words(word(OAuthGrantType::authorization_code, "authorization_code"),
              word(OAuthGrantType::refresh_token, "refresh_token"),
              word(OAuthGrantType::device_code, "urn:ietf:params:oauth:grant-type:device_code"));
};

enum class OAuthResponseMode : std::uint8_t { other, query, fragment };
template <> struct Words<OAuthResponseMode> {
    static constexpr auto value =
        words(word(OAuthResponseMode::query, "query"), word(OAuthResponseMode::fragment, "fragment"));
};

enum class CodeChallengeMethod : std::uint8_t { other, s256 };
template <> struct Words<CodeChallengeMethod> {
    static constexpr auto value = words(word(CodeChallengeMethod::s256, "S256"));
};

enum class OAuthPrompt : std::uint8_t { other, create };
template <> struct Words<OAuthPrompt> { static constexpr auto value = words(word(OAuthPrompt::create, "create")); };

/// What the account management page can be opened for. Send the server's own word: OpenEnum::text().
enum class AccountManagementAction : std::uint8_t {
    other,
    profile,
    devices_list,
    device_view,
    device_delete,
    account_deactivate,
    cross_signing_reset,
};
template <> struct Words<AccountManagementAction> {
    static constexpr auto value =
        words(word(AccountManagementAction::profile, "org.matrix.profile"),
              word(AccountManagementAction::devices_list, "org.matrix.devices_list"),
              word(AccountManagementAction::device_view, "org.matrix.device_view"),
              word(AccountManagementAction::device_delete, "org.matrix.device_delete"),
              word(AccountManagementAction::account_deactivate, "org.matrix.account_deactivate"),
              word(AccountManagementAction::cross_signing_reset, "org.matrix.cross_signing_reset"),
              // What servers say beside the stable words (reference trap 5.26).
              word(AccountManagementAction::devices_list, "org.matrix.sessions_list"),
              word(AccountManagementAction::device_view, "org.matrix.session_view"),
              word(AccountManagementAction::device_delete, "org.matrix.session_end"));
};

/// The metadata of an OAuth 2.0 server (RFC 8414) as Matrix uses it. Words that the specification does not have are
/// kept. Not checked: that the URIs are https, nor that the lists hold what the specification asks for.
/// https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1auth_metadata
template <class S> struct BasicAuthMetadata {
    template <class E> using WordsOf = typename S::template WordList<E>;

    typename S::Text issuer;
    typename S::Text authorization_endpoint;
    typename S::Text token_endpoint;
    typename S::Text registration_endpoint;
    typename S::Text revocation_endpoint;
    WordsOf<OAuthResponseType> response_types_supported;
    WordsOf<OAuthGrantType> grant_types_supported;
    WordsOf<OAuthResponseMode> response_modes_supported;
    WordsOf<CodeChallengeMethod> code_challenge_methods_supported;
    WordsOf<OAuthPrompt> prompt_values_supported{};
    std::optional<typename S::Text> device_authorization_endpoint{};         ///< since 1.18
    std::optional<typename S::Text> account_management_uri{};                ///< since 1.18
    WordsOf<AccountManagementAction> account_management_actions_supported{}; ///< since 1.18
    typename S::Members rest{}; ///< what the storage has no room for is left out: is_complete()

    static constexpr auto fields = mxwire::fields(
        field::required<&BasicAuthMetadata::issuer>("issuer"),
        field::required<&BasicAuthMetadata::authorization_endpoint>("authorization_endpoint"),
        field::required<&BasicAuthMetadata::token_endpoint>("token_endpoint"),
        field::required<&BasicAuthMetadata::registration_endpoint>("registration_endpoint"),
        field::required<&BasicAuthMetadata::revocation_endpoint>("revocation_endpoint"),
        field::required<&BasicAuthMetadata::response_types_supported>("response_types_supported"),
        field::required<&BasicAuthMetadata::grant_types_supported>("grant_types_supported"),
        field::required<&BasicAuthMetadata::response_modes_supported>("response_modes_supported"),
        field::required<&BasicAuthMetadata::code_challenge_methods_supported>("code_challenge_methods_supported"),
        field::optional<&BasicAuthMetadata::prompt_values_supported>("prompt_values_supported"),
        field::optional<&BasicAuthMetadata::device_authorization_endpoint>("device_authorization_endpoint"),
        field::optional<&BasicAuthMetadata::account_management_uri>("account_management_uri"),
        field::optional<&BasicAuthMetadata::account_management_actions_supported>(
            "account_management_actions_supported"),
        field::rest_cut<&BasicAuthMetadata::rest>());

    bool supports(OAuthGrantType grant) const noexcept { return has(grant_types_supported, grant); }
    bool supports(OAuthResponseMode mode) const noexcept { return has(response_modes_supported, mode); }
    bool supports(CodeChallengeMethod method) const noexcept { return has(code_challenge_methods_supported, method); }
    bool supports(OAuthPrompt prompt) const noexcept { return has(prompt_values_supported, prompt); }
    bool supports(AccountManagementAction action) const noexcept {
        return has(account_management_actions_supported, action);
    }

  private:
    template <class List, class E> static bool has(const List& list, E value) noexcept {
        for (const auto& listed : list) {
            if (listed == value) return true;
        }
        return false;
    }
};

using AuthMetadata = BasicAuthMetadata<Owned>;
using AuthMetadataView = BasicAuthMetadata<View>;

MXWIRE_NAMESPACE_END

#endif
