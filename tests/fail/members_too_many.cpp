// expect: a model has at most 32 members: one bit each
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

template <class T, std::size_t... I> constexpr auto members(std::index_sequence<I...>) {
    return mxwire::fields((static_cast<void>(I), mxwire::field::optional<&T::a>("a"))...);
}

struct Order {
    mxwire::Flag a{};
};
template <> struct mxwire::Fields<Order> {
    static constexpr auto value = members<Order>(std::make_index_sequence<33>{});
};
