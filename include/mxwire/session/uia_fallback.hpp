// SPDX-License-Identifier: MIT
#ifndef MXWIRE_SESSION_UIA_FALLBACK_HPP
#define MXWIRE_SESSION_UIA_FALLBACK_HPP

#include <mxwire/endpoint.hpp>
#include <mxwire/types/empty_response.hpp>

MXWIRE_NAMESPACE_BEGIN

/// GET /_matrix/client/v3/auth/{auth_type}/fallback/web
///
/// The page on which a user completes a stage that the client has no form for: open url() of the prepared request in a
/// browser, without a token. The page says when it is done (`window.onAuthDone()`, or the message "authDone" to its
/// opener: check the origin), or the user does; then send the operation again with CompletedElsewhere. The URL holds
/// the session: keep it out of logs. Preparing allocates the request.
///
/// https://spec.matrix.org/v1.19/client-server-api/#fallback
template <class S> struct BasicUiaFallback {
    static constexpr EndpointInfo info{"uiaFallback", Method::get, "/_matrix/client/v3/auth/{auth_type}/fallback/web",
                                       Auth::none};
    using Storage = S;
    using Response = EmptyResponse;

    typename S::Text auth_type; ///< a stage of the challenge, such as auth_type::sso
    typename S::Secret session; ///< of the challenge

    static constexpr auto fields = mxwire::fields(field::path<&BasicUiaFallback::auth_type>("auth_type"),
                                                  field::required_query<&BasicUiaFallback::session>("session"));
};

using UiaFallback = BasicUiaFallback<Owned>;
using UiaFallbackView = BasicUiaFallback<View>;
MXWIRE_INSTANTIATE(UiaFallback)

MXWIRE_NAMESPACE_END

#endif
