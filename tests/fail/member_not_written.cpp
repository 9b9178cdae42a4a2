// expect: this member's type has no field table, and is none that mxwire writes
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

struct Address {
    std::string street;
};
struct Order {
    Address address;
    static constexpr auto fields = mxwire::fields(mxwire::field::required<&Order::address>("address"));
};

bool write(std::string& out, const Order& order) { return static_cast<bool>(mxwire::write_json(out, order)); }
