// expect: a field table names members of its own class: this one names a member of another
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

struct Theirs {
    std::string a{};
};
struct Other {
    std::string a{};
};
template <> struct mxwire::Fields<Theirs> {
    static constexpr auto value = mxwire::fields(mxwire::field::required<&Other::a>("a"));
};

bool read(Theirs& theirs) { return static_cast<bool>(mxwire::read_json("{}", theirs)); }
