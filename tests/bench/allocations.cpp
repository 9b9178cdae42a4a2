// SPDX-License-Identifier: MIT
// Counts the allocations of one operation of every (implementation, work) pair, one pair a line: name, work,
// allocations, bytes asked for. A program of its own, so that the hook does not show in the instructions that
// count.cpp is run for. It takes malloc's place in the C library, under operator new as well as under whatever else
// allocates.
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "implementations.hpp"

namespace {

bool counting = false;
std::size_t allocations = 0;
std::size_t bytes = 0;

void note(std::size_t size) {
    if (counting) {
        ++allocations;
        bytes += size;
    }
}

} // namespace

extern "C" {

void* __libc_malloc(std::size_t) noexcept;
void* __libc_calloc(std::size_t, std::size_t) noexcept;
void* __libc_realloc(void*, std::size_t) noexcept;
void* __libc_memalign(std::size_t, std::size_t) noexcept;

void* malloc(std::size_t size) noexcept {
    note(size);
    return __libc_malloc(size);
}

void* calloc(std::size_t count, std::size_t size) noexcept {
    note(count * size);
    return __libc_calloc(count, size);
}

void* realloc(void* block, std::size_t size) noexcept {
    note(size);
    return __libc_realloc(block, size);
}

void* memalign(std::size_t alignment, std::size_t size) noexcept {
    note(size);
    return __libc_memalign(alignment, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
    note(size);
    return __libc_memalign(alignment, size);
}

int posix_memalign(void** block, std::size_t alignment, std::size_t size) noexcept {
    note(size);
    *block = __libc_memalign(alignment, size);
    return *block ? 0 : ENOMEM;
}

} // extern "C"

int main() {
    // Also the warm-up: what a parser keeps between operations is allocated here.
    if (!bench::implementations_agree()) {
        return 1;
    }
    for (const bench::Implementation* implementation : bench::implementations()) {
        for (const bench::Work& work : bench::works) {
            if (!bench::offers(*implementation, work)) {
                continue;
            }
            allocations = 0;
            bytes = 0;
            bench::with_operation(*implementation, work, [](auto operation) {
                counting = true;
                operation();
                counting = false;
            });
            std::printf("%s %s %zu %zu\n", implementation->name, work.name, allocations, bytes);
        }
    }
    return 0;
}
