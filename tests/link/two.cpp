// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

const void* description_in_two();
const void* description_in_two() {
    return reinterpret_cast<const void*>(static_cast<std::string (*)(const mxwire::MatrixError&)>(&mxwire::describe));
}
