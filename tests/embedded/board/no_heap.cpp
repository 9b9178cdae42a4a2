// SPDX-License-Identifier: MIT
// The heap of an image that has none.
#include "board.hpp"

namespace board {

Heap heap() { return {}; }
void reset_heap() {}

} // namespace board
