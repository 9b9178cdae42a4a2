// SPDX-License-Identifier: MIT
#ifndef MXWIRE_NLOHMANN_HPP
#define MXWIRE_NLOHMANN_HPP

#include <mxwire/json/nlohmann.hpp>
#include <mxwire/mxwire.hpp>

#endif
