// SPDX-License-Identifier: MIT
// What an image asks of the machine that it runs on: to print, and to say how much stack and heap were used. board.cpp
// answers for a Cortex-M in an emulator, host.cpp for a program of the host.
#ifndef MXWIRE_EMBEDDED_BOARD_HPP
#define MXWIRE_EMBEDDED_BOARD_HPP

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace board {

void print(std::string_view text);
void print(std::uint32_t number);
void print_hex(std::uint32_t number);

/// Fills the free stack below the caller with a pattern.
void paint_stack();
/// Bytes of the stack below the caller of paint_stack() that were written to since.
std::uint32_t stack_used();

/// Instructions since the program began, modulo 2^32; zero where nobody counts them.
std::uint32_t instructions();

/// Of an image that has a heap.
struct Heap {
    std::uint32_t blocks = 0; ///< allocated since reset_heap()
    std::uint32_t live = 0;   ///< bytes that were asked for and not given back
    std::uint32_t peak = 0;   ///< most of them at once
};
Heap heap();
void reset_heap();

} // namespace board

#endif
