// SPDX-License-Identifier: MIT
// The heap of an image that has one, counted: linked with --wrap for malloc, calloc, realloc and free. Not linked
// where there must be none.
#include "board.hpp"

#include <cerrno>
#include <cstring>

namespace {

board::Heap counted;

// In front of each block: its size, in as many bytes as alignment asks for.
constexpr std::size_t front = 8;

} // namespace

extern "C" {
extern std::uint32_t heap_begin, stack_limit;
void* __real_malloc(std::size_t size);
void __real_free(void* block);
void* __wrap_malloc(std::size_t size);
void* __wrap_calloc(std::size_t count, std::size_t size);
void* __wrap_realloc(void* block, std::size_t size);
void __wrap_free(void* block);
void* _sbrk(std::ptrdiff_t size);
int _kill(int, int);
int _getpid();
[[noreturn]] void _exit(int status);

void* __wrap_malloc(std::size_t size) {
    auto* const whole = static_cast<char*>(__real_malloc(size + front));
    if (whole == nullptr) return nullptr;
    std::memcpy(whole, &size, sizeof size);
    ++counted.blocks;
    counted.live += static_cast<std::uint32_t>(size);
    if (counted.live > counted.peak) counted.peak = counted.live;
    return whole + front;
}
void __wrap_free(void* block) {
    if (block == nullptr) return;
    char* const whole = static_cast<char*>(block) - front;
    std::size_t size = 0;
    std::memcpy(&size, whole, sizeof size);
    counted.live -= static_cast<std::uint32_t>(size);
    __real_free(whole);
}
void* __wrap_calloc(std::size_t count, std::size_t size) {
    void* const block = __wrap_malloc(count * size);
    if (block != nullptr) std::memset(block, 0, count * size);
    return block;
}
void* __wrap_realloc(void* block, std::size_t size) {
    void* const larger = __wrap_malloc(size);
    if (larger == nullptr || block == nullptr) return larger;
    std::size_t before = 0;
    std::memcpy(&before, static_cast<char*>(block) - front, sizeof before);
    std::memcpy(larger, block, before < size ? before : size);
    __wrap_free(block);
    return larger;
}

void* _sbrk(std::ptrdiff_t size) {
    static char* end = nullptr;
    if (end == nullptr) end = reinterpret_cast<char*>(&heap_begin);
    if (size > reinterpret_cast<char*>(&stack_limit) - end) {
        errno = ENOMEM;
        return reinterpret_cast<void*>(-1);
    }
    char* const block = end;
    end += size;
    return block;
}
// abort() raises a signal; here it ends the program.
int _kill(int, int) { _exit(98); }
int _getpid() { return 1; }
}

namespace board {

Heap heap() { return counted; }
void reset_heap() {
    counted.blocks = 0;
    counted.peak = counted.live;
}

} // namespace board
