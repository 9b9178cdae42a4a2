// expect: a pending login outlives every buffer: BasicPendingSso<Owned>
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

std::size_t size() { return sizeof(mxwire::BasicPendingSso<mxwire::View>); }
