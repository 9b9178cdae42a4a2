// expect: deleted
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

#include <iostream>

int main() { std::cout << mxwire::Secret{"sentinel"}; }
