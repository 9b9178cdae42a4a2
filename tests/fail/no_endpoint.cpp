// expect: this is no endpoint: see mxwire::EndpointInfo for what one has
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

struct NotAnEndpoint {};

int main() { return mxwire::parse<NotAnEndpoint>(200, "{}") ? 0 : 1; }
