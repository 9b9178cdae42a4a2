// expect: deleted ... Secret
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

int main() { return mxwire::SecretView{mxwire::Secret{"gone at the semicolon"}}.empty(); }
