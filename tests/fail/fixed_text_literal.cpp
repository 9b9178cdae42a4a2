// expect: this literal does not fit into the FixedText
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

mxwire::FixedText<4> text() { return "seven.."; }
