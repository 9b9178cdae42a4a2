// expect: a member's name has 1 to 118 characters
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

struct Order {
    std::string street{};
    static constexpr auto fields = mxwire::fields(mxwire::field::required<&Order::street>(""));
};
