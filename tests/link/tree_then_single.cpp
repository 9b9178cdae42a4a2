// SPDX-License-Identifier: MIT
// A program that drops in the single header and gets the tree from a dependency has both in one file.
#include "../../include/mxwire/mxwire.hpp"
#include "../../single_include/mxwire/mxwire.hpp"
