// SPDX-License-Identifier: MIT
#ifndef MXWIRE_TYPES_EMPTY_RESPONSE_HPP
#define MXWIRE_TYPES_EMPTY_RESPONSE_HPP

#include <mxwire/json/read.hpp>
#include <mxwire/json/write.hpp>

MXWIRE_NAMESPACE_BEGIN

/// The answer of operations that have nothing to say: an object, whatever is in it.
struct EmptyResponse {
    static constexpr auto fields = mxwire::fields();
};

MXWIRE_NAMESPACE_END

#endif
