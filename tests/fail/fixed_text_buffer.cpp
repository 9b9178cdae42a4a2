// expect: use of deleted function ... FixedText / to 'mxwire::FixedText<8>' invokes a deleted function
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

mxwire::FixedText<8> text(char (&buffer)[8]) { return buffer; }
