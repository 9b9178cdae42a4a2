// expect: this member's type has no field table, and is none that mxwire reads
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

struct Address {
    std::string street;
};
struct Order {
    Address address;
    static constexpr auto fields = mxwire::fields(mxwire::field::required<&Order::address>("address"));
};

bool read(Order& order) { return static_cast<bool>(mxwire::read_json("{}", order)); }
