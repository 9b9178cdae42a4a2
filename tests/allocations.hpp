// SPDX-License-Identifier: MIT
// What the calling thread asks of the heap. allocations.cpp replaces the global operator new and delete for the whole
// program; without one of these objects they do nothing but allocate.
#ifndef MXWIRE_TESTS_ALLOCATIONS_HPP
#define MXWIRE_TESTS_ALLOCATIONS_HPP

#include <cstddef>
#include <string_view>

namespace allocations {

/// Counts from its construction on. Counts may stand inside each other.
class Count {
  public:
    Count() noexcept;
    Count(const Count&) = delete;
    Count& operator=(const Count&) = delete;
    ~Count();

    std::size_t blocks() const noexcept;         ///< that were allocated
    std::size_t bytes() const noexcept;          ///< that they have together
    std::size_t largest() const noexcept;        ///< bytes of the largest one
    std::size_t peak() const noexcept;           ///< most bytes that lived at once, of those allocated since
    std::ptrdiff_t live_blocks() const noexcept; ///< allocated since, less those that were freed

  private:
    friend struct Hook;
    std::size_t blocks_ = 0, bytes_ = 0, largest_ = 0, peak_ = 0;
    std::ptrdiff_t live_ = 0, live_blocks_ = 0;
    Count* outer_;
};

/// Looks at every block that is freed, as it is then: is `text` in it? One at a time for each thread.
class FreedBlocks {
  public:
    /// `text` must outlive this object, in memory that is not freed meanwhile.
    explicit FreedBlocks(std::string_view text) noexcept;
    FreedBlocks(const FreedBlocks&) = delete;
    FreedBlocks& operator=(const FreedBlocks&) = delete;
    ~FreedBlocks();

    std::size_t blocks() const noexcept { return blocks_; }       ///< that were freed
    std::size_t with_text() const noexcept { return with_text_; } ///< of these, with the text still in them

  private:
    friend struct Hook;
    std::string_view text_;
    std::size_t blocks_ = 0, with_text_ = 0;
    FreedBlocks* outer_;
};

/// The n-th allocation from now on throws std::bad_alloc; n counts from 1. Of no use without exceptions.
class FailAt {
  public:
    explicit FailAt(std::size_t n) noexcept;
    FailAt(const FailAt&) = delete;
    FailAt& operator=(const FailAt&) = delete;
    ~FailAt();

    bool reached() const noexcept; ///< that allocation was asked for
};

/// True if `text` is in the `size` bytes at `bytes`. Compiled apart, so that the bytes are looked at as they are in
/// memory, whatever a caller's optimiser knows about the object that stands or stood there.
bool in_memory(const volatile void* bytes, std::size_t size, std::string_view text) noexcept;
/// True if all of these bytes are zero.
bool all_zero(const volatile void* bytes, std::size_t size) noexcept;

} // namespace allocations

#endif
