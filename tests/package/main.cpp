// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

int main() {
    const mxwire::MatrixError error{};
    return mxwire::describe(error).empty() ? 1 : 0;
}
