// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

std::string answer(const mxwire::Result<mxwire::MatrixError>& error);
std::string answer(const mxwire::Result<mxwire::MatrixError>& error) { return mxwire::describe(*error); }
