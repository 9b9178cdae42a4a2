// expect: deleted ... Secret
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

int main() { return mxwire::Secret{nullptr}.empty(); }
