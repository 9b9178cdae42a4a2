// expect: a field table names members of its own class: this one names a member of a base
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

struct Other {
    std::string x{};
};
struct Common {
    std::string a{};
};
struct Mine : Other, Common {
    static constexpr auto fields = mxwire::fields(mxwire::field::required<&Mine::a>("a"));
};

bool read(Mine& mine) { return static_cast<bool>(mxwire::read_json("{}", mine)); }
