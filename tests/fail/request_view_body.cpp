// expect: a RequestView does not own its body
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

std::string body(mxwire::RequestView request) { return std::move(request).take_body(); }
