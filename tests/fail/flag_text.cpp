// expect: Flag
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

void ask(mxwire::Login& login) { login.refresh_token = "yes"; }
