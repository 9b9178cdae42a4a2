// SPDX-License-Identifier: MIT
#include "../../single_include/mxwire/mxwire.hpp"

#include "../../include/mxwire/mxwire.hpp"
