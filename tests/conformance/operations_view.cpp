// SPDX-License-Identifier: MIT
#include "operation.hpp"

namespace replay {

static constexpr Entry all[] = {
#define MXWIRE_OPERATION(type, id) entry<mxwire::Basic##type<ViewPolicy>>(id),
#include <mxwire_operations.inc>
#undef MXWIRE_OPERATION
};
const Operations view_operations{all, sizeof all / sizeof *all};

} // namespace replay
