// SPDX-License-Identifier: MIT
#ifndef MXWIRE_TYPES_REQUEST_TOKEN_RESPONSE_HPP
#define MXWIRE_TYPES_REQUEST_TOKEN_RESPONSE_HPP

#include <mxwire/json/read.hpp>
#include <mxwire/json/write.hpp>

MXWIRE_NAMESPACE_BEGIN

/// The validation of an address has begun: the user has got a link or a code.
template <class S> struct BasicRequestTokenResponse {
    typename S::Text sid; ///< for ThreepidCreds
    std::optional<typename S::Text>
        submit_url{}; ///< where the client sends the code that the user types; absent: the user does it without us

    static constexpr auto fields =
        mxwire::fields(field::required<&BasicRequestTokenResponse::sid>("sid"),
                       field::optional<&BasicRequestTokenResponse::submit_url>("submit_url"));
};

using RequestTokenResponse = BasicRequestTokenResponse<Owned>;
using RequestTokenResponseView = BasicRequestTokenResponse<View>;

MXWIRE_NAMESPACE_END

#endif
