// SPDX-License-Identifier: MIT
#ifndef MXWIRE_SESSION_LOGOUT_HPP
#define MXWIRE_SESSION_LOGOUT_HPP

#include <mxwire/endpoint.hpp>

MXWIRE_NAMESPACE_BEGIN

/// POST /_matrix/client/v3/logout
///
/// Ends the session of the token and deletes its device. Sends no body; an empty answer is fine as well, an HTML page
/// is not: then the token still lives. Works for a locked user. Afterwards drop token, refresh token, device ID and
/// encryption state. 401 M_UNKNOWN_TOKEN: it had ended before. For sessions of the OAuth 2.0 API use revocation
/// instead. Allocates nothing.
///
/// https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3logout
template <class S> struct BasicLogout {
    static constexpr EndpointInfo info{"logout",        Method::post,   "/_matrix/client/v3/logout",
                                       Auth::required,  Body::none,     Body::none,
                                       RateLimited::no, Masquerade::yes};
    using Storage = S;
    struct Response {
        static constexpr auto fields = mxwire::fields();
    };
};

using Logout = BasicLogout<Owned>;
using LogoutView = BasicLogout<View>;
MXWIRE_INSTANTIATE(Logout)

MXWIRE_NAMESPACE_END

#endif
