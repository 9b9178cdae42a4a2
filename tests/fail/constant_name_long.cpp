// expect: a member's name has 1 to 118 characters
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

struct Order {
    static constexpr auto fields = mxwire::fields(mxwire::field::constant(
        "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
        "01234567890123456789",
        "v"));
};
