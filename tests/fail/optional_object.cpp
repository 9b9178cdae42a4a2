// expect: an object that may be absent is a std::optional of its model
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

struct Address {
    std::string street{};
    static constexpr auto fields = mxwire::fields(mxwire::field::required<&Address::street>("street"));
};
struct Order {
    Address address{};
    static constexpr auto fields = mxwire::fields(mxwire::field::optional<&Order::address>("address"));
};
