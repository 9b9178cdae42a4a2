// SPDX-License-Identifier: MIT
#ifndef MXWIRE_SESSION_LOGOUT_ALL_HPP
#define MXWIRE_SESSION_LOGOUT_ALL_HPP

#include <mxwire/endpoint.hpp>
#include <mxwire/types/empty_response.hpp>

MXWIRE_NAMESPACE_BEGIN

/// POST /_matrix/client/v3/logout/all
///
/// Ends all sessions of the user, that of the token too, and deletes their devices. Sends no body; an empty answer is
/// fine as well, an HTML page is not: then the tokens still live. Works for a locked user, and asks for no
/// authentication. 401 M_UNKNOWN_TOKEN: the token had ended before. 404 M_UNRECOGNIZED: it did not happen. For sessions
/// of the OAuth 2.0 API use revocation instead. Allocates nothing.
///
/// https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3logoutall
template <class S> struct BasicLogoutAll {
    static constexpr EndpointInfo info{"logout_all",    Method::post,   "/_matrix/client/v3/logout/all",
                                       Auth::required,  Body::none,     Body::none,
                                       RateLimited::no, Masquerade::yes};
    using Storage = S;
    using Response = EmptyResponse;
};

using LogoutAll = BasicLogoutAll<Owned>;
using LogoutAllView = BasicLogoutAll<View>;
MXWIRE_INSTANTIATE(LogoutAll)

MXWIRE_NAMESPACE_END

#endif
