// SPDX-License-Identifier: MIT
#define MXWIRE_IMPLEMENTATION
#include <mxwire/mxwire.hpp>
