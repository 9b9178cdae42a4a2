// expect: a FixedText holds 1 to 65534 bytes
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

std::size_t size(const mxwire::BasicLogin<mxwire::Fixed<70'000, 4>>& login) { return sizeof login; }
