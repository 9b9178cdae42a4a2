// expect: shipping_address
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

struct Address {
    std::string street;
};
struct Order {
    Address shipping_address;
    static constexpr auto fields =
        mxwire::fields(mxwire::field::required<&Order::shipping_address>("shipping_address"));
};

int main() {
    Order order;
    return mxwire::read_json("{}", order) ? 0 : 1;
}
