// expect: use of deleted function ... operator<<(Stream&, const BasicSecret / selected deleted operator '<<'
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

#include <iostream>

int main() { std::cout << mxwire::Secret{"sentinel"}; }
