// SPDX-License-Identifier: MIT
// With two.cpp: a function that is not inline is defined twice, and the program does not link.
#include <mxwire/mxwire.hpp>

const void* description_in_two();

int main() {
    // One function in the whole program, whichever file asks.
    const auto here = static_cast<std::string (*)(const mxwire::MatrixError&)>(&mxwire::describe);
    return reinterpret_cast<const void*>(here) == description_in_two() ? 0 : 1;
}
