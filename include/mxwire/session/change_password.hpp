// SPDX-License-Identifier: MIT
#ifndef MXWIRE_SESSION_CHANGE_PASSWORD_HPP
#define MXWIRE_SESSION_CHANGE_PASSWORD_HPP

#include <mxwire/endpoint.hpp>
#include <mxwire/types/auth_data.hpp>
#include <mxwire/types/empty_response.hpp>

MXWIRE_NAMESPACE_BEGIN

/// POST /_matrix/client/v3/account/password
///
/// Changes the password. Rate limited. With Credentials that of the token's user; without a session, that of the user
/// who proves an address of theirs. With user-interactive authentication: the first request is answered with 401 and
/// MatrixError::challenge. The token should stay good; some servers take its refresh token away all the same. Error
/// 400 M_WEAK_PASSWORD. A bare 403 M_FORBIDDEN may be a wrong password (reference trap 5.16). The capability
/// m.change_password says whether the user may. Allocates nothing.
///
/// `Proof` can be that of one stage alone, such as BasicAuthData<View, BasicPassword<View, BasicUserId<View>>>: then only
/// that one is linked.
///
/// https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountpassword
template <class S, class Proof = BasicAuthData<S>> struct BasicChangePassword {
    static constexpr EndpointInfo info{"changePassword", Method::post, "/_matrix/client/v3/account/password",
                                       Auth::optional,   Body::object, Body::object,
                                       RateLimited::yes};
    using Storage = S;
    using Response = EmptyResponse;

    typename S::Secret new_password;
    Flag logout_devices{}; ///< ends the user's other sessions; absent: true
    std::optional<Proof> auth{};

    static constexpr auto fields =
        mxwire::fields(field::required<&BasicChangePassword::new_password>("new_password"),
                       field::optional<&BasicChangePassword::logout_devices>("logout_devices"),
                       field::optional<&BasicChangePassword::auth>("auth"));
};

using ChangePassword = BasicChangePassword<Owned>;
using ChangePasswordView = BasicChangePassword<View>;
MXWIRE_INSTANTIATE(ChangePassword)

MXWIRE_NAMESPACE_END

#endif
