// expect: member_is_too_far_from_the_beginning_of_its_model
// with: -DMXWIRE_OPTIMIZE_SIZE=1
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

struct Attic {
    char boxes[600000]{};
    mxwire::FixedText<8> key{};
    static constexpr auto fields = mxwire::fields(mxwire::field::required<&Attic::key>("key"));
};

bool read(Attic& attic) { return static_cast<bool>(mxwire::read_json("{}", attic)); }
