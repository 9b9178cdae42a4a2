// expect: a View model points into the body: keep the body, and pass it as an lvalue
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

int main() { return mxwire::parse<mxwire::LoginView>(mxwire::Response{200, "{}"}) ? 0 : 1; }
