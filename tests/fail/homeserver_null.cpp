// expect: deleted ... Homeserver
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

int main() { return mxwire::Homeserver{nullptr}.base_url().empty(); }
