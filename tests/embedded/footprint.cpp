// SPDX-License-Identifier: MIT
// A program of the exchanges MXWIRE_EXCHANGES, and nothing else. Only its size is looked at.
#include "footprint.hpp"

int main() {
    MXWIRE_EXCHANGES
    return 0;
}
