// SPDX-License-Identifier: MIT
//
// Linked with a program, and with --wrap for malloc, calloc and realloc: whatever it and what is linked into it ask the
// heap for ends it.
#include <cstddef>
#include <new>

#include <unistd.h>

extern "C" {
void* __wrap_malloc(std::size_t size);
void* __wrap_calloc(std::size_t count, std::size_t size);
void* __wrap_realloc(void* block, std::size_t size);
}

namespace {

[[noreturn]] void refuse() {
    constexpr char message[] = "this program has no heap\n";
    (void)!::write(STDERR_FILENO, message, sizeof message - 1);
    ::_exit(97);
}

} // namespace

void* __wrap_malloc(std::size_t) { refuse(); }
void* __wrap_calloc(std::size_t, std::size_t) { refuse(); }
void* __wrap_realloc(void*, std::size_t) { refuse(); }
void* operator new(std::size_t) { refuse(); }
void* operator new[](std::size_t) { refuse(); }
void* operator new(std::size_t, const std::nothrow_t&) noexcept { refuse(); }
void* operator new[](std::size_t, const std::nothrow_t&) noexcept { refuse(); }
void* operator new(std::size_t, std::align_val_t) { refuse(); }
void* operator new[](std::size_t, std::align_val_t) { refuse(); }
void operator delete(void*) noexcept {}
void operator delete[](void*) noexcept {}
void operator delete(void*, std::size_t) noexcept {}
void operator delete[](void*, std::size_t) noexcept {}
void operator delete(void*, std::align_val_t) noexcept {}
void operator delete[](void*, std::align_val_t) noexcept {}
void operator delete(void*, std::size_t, std::align_val_t) noexcept {}
void operator delete[](void*, std::size_t, std::align_val_t) noexcept {}
