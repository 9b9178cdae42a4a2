// SPDX-License-Identifier: MIT
#ifndef MXWIRE_SESSION_DEACTIVATE_ACCOUNT_HPP
#define MXWIRE_SESSION_DEACTIVATE_ACCOUNT_HPP

#include <mxwire/endpoint.hpp>
#include <mxwire/types/auth_data.hpp>

MXWIRE_NAMESPACE_BEGIN

enum class UnbindResult : std::uint8_t { other, success, no_support };
template <> struct Words<UnbindResult> {
    static constexpr auto value =
        words(word(UnbindResult::success, "success"), word(UnbindResult::no_support, "no-support"));
};

template <class S> struct BasicDeactivateAccountResponse {
    std::optional<OpenEnum<UnbindResult, typename S::Text>>
        id_server_unbind_result{}; ///< required, and yet some servers leave it out (reference trap 5.17)

    static constexpr auto fields = mxwire::fields(
        field::optional<&BasicDeactivateAccountResponse::id_server_unbind_result>("id_server_unbind_result"));
};

/// POST /_matrix/client/v3/account/deactivate
///
/// Ends the account for good, with all its sessions. Rate limited. With Credentials that of the token's user; servers
/// may refuse to do it without. With user-interactive authentication: the first request is answered with 401 and
/// MatrixError::challenge. Not for OAuth-aware clients on a server with the OAuth 2.0 API: they open its account
/// management page. Allocates nothing.
///
/// `Proof` can be that of one stage alone, such as BasicAuthData<View, BasicPassword<View, BasicUserId<View>>>: then only
/// that one is linked.
///
/// https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountdeactivate
template <class S, class Proof = BasicAuthData<S>> struct BasicDeactivateAccount {
    static constexpr EndpointInfo info{"deactivateAccount", Method::post, "/_matrix/client/v3/account/deactivate",
                                       Auth::optional,      Body::object, Body::object,
                                       RateLimited::yes};
    using Storage = S;
    using Response = BasicDeactivateAccountResponse<S>;

    std::optional<Proof> auth{};
    std::optional<typename S::Text>
        id_server{}; ///< where to unbind the user's addresses; absent: where they were bound
    Flag erase{};    ///< since 1.10: hide what the user wrote, as far as possible

    static constexpr auto fields = mxwire::fields(field::optional<&BasicDeactivateAccount::auth>("auth"),
                                                  field::optional<&BasicDeactivateAccount::id_server>("id_server"),
                                                  field::optional<&BasicDeactivateAccount::erase>("erase"));
};

using DeactivateAccountResponse = BasicDeactivateAccountResponse<Owned>;
using DeactivateAccount = BasicDeactivateAccount<Owned>;
using DeactivateAccountView = BasicDeactivateAccount<View>;
MXWIRE_INSTANTIATE(DeactivateAccount)

MXWIRE_NAMESPACE_END

#endif
