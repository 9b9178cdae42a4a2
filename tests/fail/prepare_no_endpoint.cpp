// expect: this is no endpoint: see mxwire::EndpointInfo for what one has
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

struct NotAnEndpoint {};

auto request(const mxwire::Homeserver& server) { return mxwire::prepare(NotAnEndpoint{}, server); }
