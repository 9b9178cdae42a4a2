// expect: no match for 'operator=' ... Flag / no viable overloaded '='
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

void ask(mxwire::Login& login) { login.refresh_token = "yes"; }
