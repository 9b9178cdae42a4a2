// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

std::string answer(const mxwire::Result<mxwire::MatrixError>& error);

int main() { return answer(mxwire::MatrixError{}).empty() ? 1 : 0; }
