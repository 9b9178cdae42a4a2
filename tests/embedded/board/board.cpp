// SPDX-License-Identifier: MIT
// Start-up of a Cortex-M without an operating system, and semihosting: the debugger, here the emulator, prints and
// ends the program.
#include "board.hpp"

extern "C" {
extern std::uint32_t data_image, data_begin, data_end, bss_begin, bss_end, stack_limit, stack_top;
int main();
void __libc_init_array();
void reset();

void _init() {}
void _fini() {}

/// The C library's last call.
[[noreturn]] void _exit(int status);
}

namespace {

constexpr std::uint32_t paint = 0xC5C5C5C5;

int semihosting(int operation, const void* argument) {
    register int r0 asm("r0") = operation;
    register const void* r1 asm("r1") = argument;
    asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}
[[noreturn]] void leave(std::uint32_t status) {
    constexpr int exit_extended = 0x20;
    const std::uint32_t reason[2] = {0x20026, status}; // the application ends by itself
    semihosting(exit_extended, reason);
    for (;;) {
    }
}
void fault() {
    board::print("fault\n");
    leave(99);
}

volatile std::uint32_t *painted_from = nullptr, *painted_to = nullptr;

volatile std::uint32_t& timer(std::uint32_t offset) {
    return *reinterpret_cast<volatile std::uint32_t*>(0xE000E010 + offset);
}
// Under -icount shift=0 an instruction takes a nanosecond, and SysTick ticks at 25 MHz.
constexpr std::uint32_t instructions_per_tick = 40;

} // namespace

extern "C" {

void _exit(int status) { leave(static_cast<std::uint32_t>(status)); }

void reset() {
    for (std::uint32_t *from = &data_image, *to = &data_begin; to != &data_end;) *to++ = *from++;
    for (std::uint32_t* to = &bss_begin; to != &bss_end;) *to++ = 0;
    __libc_init_array();
    timer(4) = 0xFFFFFF;
    timer(8) = 0;
    timer(0) = 5; // the core's clock, without an interrupt
    leave(static_cast<std::uint32_t>(main()));
}

[[gnu::section(".vectors"), gnu::used]] void (*const vectors[16])() = {
    reinterpret_cast<void (*)()>(&stack_top), reset, fault, fault, fault, fault, fault};
}

namespace board {

void print(std::string_view text) {
    constexpr int write_zero_terminated = 4;
    while (!text.empty()) {
        char line[128];
        std::size_t size = 0;
        while (size < text.size() && size + 1 < sizeof line) {
            line[size] = text[size];
            ++size;
        }
        line[size] = '\0';
        semihosting(write_zero_terminated, line);
        text.remove_prefix(size);
    }
}
void print(std::uint32_t number) {
    char digits[10];
    std::size_t first = sizeof digits;
    do {
        digits[--first] = static_cast<char>('0' + number % 10);
        number /= 10;
    } while (number != 0);
    print(std::string_view{digits + first, sizeof digits - first});
}
void print_hex(std::uint32_t number) {
    char digits[8];
    for (char& digit : digits) {
        digit = "0123456789abcdef"[number >> 28];
        number <<= 4;
    }
    print(std::string_view{digits, sizeof digits});
}

[[gnu::noinline]] void paint_stack() {
    painted_from = static_cast<volatile std::uint32_t*>(__builtin_frame_address(0));
    painted_to = painted_from - 8; // this function's own
    for (volatile std::uint32_t* word = &stack_limit; word < painted_to; ++word) *word = paint;
}
std::uint32_t stack_used() {
    const volatile std::uint32_t* word = &stack_limit;
    while (word < painted_to && *word == paint) ++word;
    return word == painted_to ? 0 : static_cast<std::uint32_t>(painted_from - word) * sizeof *word;
}

std::uint32_t instructions() { return (0xFFFFFF - timer(8)) * instructions_per_tick; }

} // namespace board
