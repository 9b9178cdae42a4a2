// expect: a request goes to a Homeserver, or to Credentials that carry one
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

int main() { return mxwire::prepare(mxwire::GetLoginFlows{}, "https://matrix.example.org") ? 0 : 1; }
