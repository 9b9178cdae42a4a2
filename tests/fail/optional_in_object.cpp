// expect: a member of an optional object that stands in another one is a text, a number, raw JSON or a list
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

struct Inner {
    mxwire::Flag flag{};
    static constexpr auto fields = mxwire::fields(mxwire::field::optional<&Inner::flag>("flag"));
};
struct Model {
    std::optional<Inner> inner{};
    static constexpr auto fields = mxwire::fields(mxwire::field::optional_in<&Model::inner, &Inner::flag>("flag"));
};

int main() {
    Model model;
    return mxwire::read_json("{}", model) ? 0 : 1;
}
