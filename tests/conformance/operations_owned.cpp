// SPDX-License-Identifier: MIT
#include "operation.hpp"

namespace replay {

static constexpr Entry all[] = {
#define MXWIRE_OPERATION(type, id) entry<mxwire::Basic##type<mxwire::Owned>>(id),
#include <mxwire_operations.inc>
#undef MXWIRE_OPERATION
};
const Operations owned_operations{all, sizeof all / sizeof *all};

} // namespace replay
