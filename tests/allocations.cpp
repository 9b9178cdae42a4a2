// SPDX-License-Identifier: MIT
#include "allocations.hpp"

#include <cstdlib>
#include <cstring>
#include <new>

namespace allocations {

namespace {

thread_local Count* counting = nullptr;
thread_local FreedBlocks* looking = nullptr;
thread_local std::size_t until_failure = 0; // 0: never

} // namespace

struct Hook {
    static void allocated(void* block, std::size_t size) noexcept {
        // What somebody left there before anybody looked is not what is looked for.
        if (looking != nullptr) std::memset(block, 0, size);
        for (Count* count = counting; count != nullptr; count = count->outer_) {
            ++count->blocks_;
            count->bytes_ += size;
            if (size > count->largest_) count->largest_ = size;
            ++count->live_blocks_;
            count->live_ += static_cast<std::ptrdiff_t>(size);
            if (count->live_ > static_cast<std::ptrdiff_t>(count->peak_)) {
                count->peak_ = static_cast<std::size_t>(count->live_);
            }
        }
    }
    static void freed(const void* block, std::size_t size) noexcept {
        for (Count* count = counting; count != nullptr; count = count->outer_) {
            --count->live_blocks_;
            count->live_ -= static_cast<std::ptrdiff_t>(size);
        }
        for (FreedBlocks* look = looking; look != nullptr; look = look->outer_) {
            ++look->blocks_;
            if (in_memory(block, size, look->text_)) ++look->with_text_;
        }
    }
    /// True if the allocation that is being asked for is the one that fails.
    static bool fails() noexcept { return until_failure != 0 && --until_failure == 0; }
};

Count::Count() noexcept : outer_(counting) { counting = this; }
Count::~Count() { counting = outer_; }
std::size_t Count::blocks() const noexcept { return blocks_; }
std::size_t Count::bytes() const noexcept { return bytes_; }
std::size_t Count::largest() const noexcept { return largest_; }
std::size_t Count::peak() const noexcept { return peak_; }
std::ptrdiff_t Count::live_blocks() const noexcept { return live_blocks_; }

FreedBlocks::FreedBlocks(std::string_view text) noexcept : text_(text), outer_(looking) { looking = this; }
FreedBlocks::~FreedBlocks() { looking = outer_; }

FailAt::FailAt(std::size_t n) noexcept { until_failure = n; }
FailAt::~FailAt() { until_failure = 0; }
bool FailAt::reached() const noexcept { return until_failure == 0; }

bool in_memory(const volatile void* bytes, std::size_t size, std::string_view text) noexcept {
    const auto* const p = static_cast<const volatile char*>(bytes);
    for (std::size_t i = 0; i + text.size() <= size; ++i) {
        std::size_t same = 0;
        while (same < text.size() && p[i + same] == text[same]) ++same;
        if (same == text.size()) return true;
    }
    return false;
}
bool all_zero(const volatile void* bytes, std::size_t size) noexcept {
    const auto* const p = static_cast<const volatile char*>(bytes);
    for (std::size_t i = 0; i < size; ++i) {
        if (p[i] != 0) return false;
    }
    return true;
}

namespace {

// Each block has its size in front of it, in as many bytes as its alignment asks for.
constexpr std::size_t least = alignof(std::max_align_t) < 16 ? 16 : alignof(std::max_align_t);
constexpr std::size_t front(std::size_t alignment) noexcept { return alignment < least ? least : alignment; }

#if defined(_WIN32)
void* aligned(std::size_t alignment, std::size_t size) noexcept { return _aligned_malloc(size, alignment); }
void free_aligned(void* block) noexcept { _aligned_free(block); }
#else
void* aligned(std::size_t alignment, std::size_t size) noexcept { return std::aligned_alloc(alignment, size); }
void free_aligned(void* block) noexcept { std::free(block); }
#endif

void* allocate(std::size_t size, std::size_t alignment) noexcept {
    if (Hook::fails()) return nullptr;
    const std::size_t before = front(alignment);
    if (size > static_cast<std::size_t>(-1) - 2 * before) return nullptr;
    void* const whole = alignment <= least
                            ? std::malloc(size + before)
                            : aligned(alignment, (size + before + alignment - 1) / alignment * alignment);
    if (whole == nullptr) return nullptr;
    ::new (whole) std::size_t{size};
    void* const block = static_cast<char*>(whole) + before;
    Hook::allocated(block, size);
    return block;
}
void* allocate_or_throw(std::size_t size, std::size_t alignment) {
    void* const block = allocate(size, alignment);
    if (block != nullptr) return block;
#if defined(__cpp_exceptions)
    throw std::bad_alloc();
#else
    std::abort();
#endif
}
void release(void* block, std::size_t alignment) noexcept {
    if (block == nullptr) return;
    void* const whole = static_cast<char*>(block) - front(alignment);
    Hook::freed(block, *std::launder(static_cast<std::size_t*>(whole)));
    if (alignment <= least) return std::free(whole);
    free_aligned(whole);
}
std::size_t number(std::align_val_t alignment) noexcept { return static_cast<std::size_t>(alignment); }

} // namespace
} // namespace allocations

void* operator new(std::size_t size) { return allocations::allocate_or_throw(size, 1); }
void* operator new[](std::size_t size) { return allocations::allocate_or_throw(size, 1); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocations::allocate(size, 1); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return allocations::allocate(size, 1); }
void* operator new(std::size_t size, std::align_val_t alignment) {
    return allocations::allocate_or_throw(size, allocations::number(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
    return allocations::allocate_or_throw(size, allocations::number(alignment));
}
void* operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
    return allocations::allocate(size, allocations::number(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
    return allocations::allocate(size, allocations::number(alignment));
}

void operator delete(void* block) noexcept { allocations::release(block, 1); }
void operator delete[](void* block) noexcept { allocations::release(block, 1); }
void operator delete(void* block, std::size_t) noexcept { allocations::release(block, 1); }
void operator delete[](void* block, std::size_t) noexcept { allocations::release(block, 1); }
void operator delete(void* block, const std::nothrow_t&) noexcept { allocations::release(block, 1); }
void operator delete[](void* block, const std::nothrow_t&) noexcept { allocations::release(block, 1); }
void operator delete(void* block, std::align_val_t alignment) noexcept {
    allocations::release(block, allocations::number(alignment));
}
void operator delete[](void* block, std::align_val_t alignment) noexcept {
    allocations::release(block, allocations::number(alignment));
}
void operator delete(void* block, std::size_t, std::align_val_t alignment) noexcept {
    allocations::release(block, allocations::number(alignment));
}
void operator delete[](void* block, std::size_t, std::align_val_t alignment) noexcept {
    allocations::release(block, allocations::number(alignment));
}
void operator delete(void* block, std::align_val_t alignment, const std::nothrow_t&) noexcept {
    allocations::release(block, allocations::number(alignment));
}
void operator delete[](void* block, std::align_val_t alignment, const std::nothrow_t&) noexcept {
    allocations::release(block, allocations::number(alignment));
}
