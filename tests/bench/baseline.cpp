// SPDX-License-Identifier: MIT
// Does nothing but the copy that an in-place reader needs: what is taken off such a reader's figures, and the program
// that is taken off every program's size.
#include "works.hpp"

namespace bench {
namespace {

std::size_t build_login(const LoginParams& params) { return params.user.size(); }
std::size_t read(std::string_view body) { return mutable_copy(body).size; }

} // namespace

extern const Implementation baseline_implementation;
const Implementation baseline_implementation = {"baseline", build_login, read, read, read};

} // namespace bench
