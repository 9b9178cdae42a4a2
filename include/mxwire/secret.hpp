// SPDX-License-Identifier: MIT
#ifndef MXWIRE_SECRET_HPP
#define MXWIRE_SECRET_HPP

#include <mxwire/storage.hpp>

MXWIRE_NAMESPACE_BEGIN

/// Overwrites `size` bytes at `data` with zeros, also where the optimiser can see that nobody reads them again.
inline void wipe(void* data, std::size_t size) noexcept {
    if (size == 0) return;
#if defined(__GNUC__) || defined(__clang__)
    std::memset(data, 0, size);
    __asm__ __volatile__("" : : "r"(data) : "memory"); // the bytes count as read, so the stores stay
#else
    volatile unsigned char* byte = static_cast<unsigned char*>(data);
    while (size-- != 0) *byte++ = 0;
#endif
}

/// Overwrites the text and all its spare capacity, then empties it. Allocates nothing.
void wipe(std::string& text) noexcept;
inline void wipe(std::string_view&) noexcept {}
template <std::size_t N> void wipe(FixedText<N>& text) noexcept {
    wipe(text.buffer(), N);
    text.resize(0);
}

namespace detail {
bool same_secret(std::string_view a, std::string_view b) noexcept;
} // namespace detail

/// Text that nobody else should see: a token, a password, a UIA session.
///
/// It is wiped on destruction, when it is moved from and before it takes other text; it is never printed and never
/// converts to text: expose() is the only way out. Comparison takes the same time wherever two texts differ. A
/// BasicSecret<std::string_view> points into memory that is not its own, and wipes nothing.
template <class Text> class BasicSecret {
  public:
    BasicSecret() = default;
    BasicSecret(const Text& text) : text_(text) {}
    BasicSecret(Text&& text) noexcept : text_(std::move(text)) { forget(text); }
    template <class T, class = std::enable_if_t<std::is_convertible_v<const T&, Text> && !std::is_same_v<T, Text>>>
    BasicSecret(const T& text) : text_(text) {}
    template <class T,
              class = std::enable_if_t<std::is_same_v<T, std::string_view> && std::is_constructible_v<Text, T>>,
              class = void>
    explicit BasicSecret(T text) : text_(text) {}
    BasicSecret(std::nullptr_t) = delete;
    /// For text of a fixed size: false, and empty, if `text` does not fit.
    [[nodiscard]] bool try_assign(std::string_view text) noexcept {
        wipe(text_);
        return text_.try_assign(text);
    }

    BasicSecret(const BasicSecret&) = default;
    BasicSecret(BasicSecret&& other) noexcept : text_(std::move(other.text_)) { forget(other.text_); }
    BasicSecret& operator=(const BasicSecret& other) {
        if (this != &other)
            *this = BasicSecret(other); // assignment in place could leave the old text in a block that grows
        return *this;
    }
    BasicSecret& operator=(BasicSecret&& other) noexcept {
        if (this != &other) {
            wipe(text_);
            text_ = std::move(other.text_);
            forget(other.text_);
        }
        return *this;
    }
    ~BasicSecret() { wipe(text_); }

    /// The text itself. Valid as long as this object is neither moved from, assigned nor destroyed.
    [[nodiscard]] std::string_view expose() const noexcept { return text_; }
    bool empty() const noexcept { return text_.empty(); }

    friend bool operator==(const BasicSecret& a, const BasicSecret& b) noexcept {
        return detail::same_secret(a.expose(), b.expose());
    }
    friend bool operator!=(const BasicSecret& a, const BasicSecret& b) noexcept { return !(a == b); }
    template <class T, class = std::enable_if_t<std::is_convertible_v<const T&, std::string_view>>>
    friend bool operator==(const BasicSecret& a, const T& b) noexcept {
        return detail::same_secret(a.expose(), b);
    }
    template <class T, class = std::enable_if_t<std::is_convertible_v<const T&, std::string_view>>>
    friend bool operator!=(const BasicSecret& a, const T& b) noexcept {
        return !(a == b);
    }

    /// For GoogleTest, which would print the bytes of what it cannot print.
    template <class Stream> friend void PrintTo(const BasicSecret&, Stream* out) { *out << "(secret)"; }
    /// A secret has no place in a stream.
    template <class Stream> friend Stream& operator<<(Stream&, const BasicSecret&) = delete;

    /// The text, to be filled in place. It is wiped with this object; what it leaves by growing is not.
    Text& unguarded() noexcept { return text_; }

  private:
    // A short std::string is copied, not moved: the bytes are still in the object that was moved from.
    static void forget(Text& moved_from) noexcept { wipe(moved_from); }

    Text text_{};
};

template <> class BasicSecret<std::string_view> {
  public:
    constexpr BasicSecret() = default;
    constexpr BasicSecret(std::string_view text) noexcept : text_(text) {}
    constexpr BasicSecret(const char* text) : text_(text) {}
    BasicSecret(std::nullptr_t) = delete;
    BasicSecret(const std::string& text) noexcept : text_(text) {}
    BasicSecret(std::string&&) = delete;
    BasicSecret(const BasicSecret<std::string>& owner) noexcept : text_(owner.expose()) {}
    BasicSecret(BasicSecret<std::string>&&) = delete;

    [[nodiscard]] constexpr std::string_view expose() const noexcept { return text_; }
    constexpr bool empty() const noexcept { return text_.empty(); }
    friend bool operator==(BasicSecret a, BasicSecret b) noexcept { return detail::same_secret(a.text_, b.text_); }
    friend bool operator!=(BasicSecret a, BasicSecret b) noexcept { return !(a == b); }
    template <class Stream> friend Stream& operator<<(Stream&, const BasicSecret&) = delete;
    std::string_view& unguarded() noexcept { return text_; }

  private:
    std::string_view text_{};
};

using Secret = BasicSecret<std::string>;
using SecretView = BasicSecret<std::string_view>;

#if MXWIRE_DEFINITIONS
MXWIRE_NOINLINE MXWIRE_ONCE void wipe(std::string& text) noexcept {
    // Growing within the capacity moves nothing.
#if MXWIRE_OPTIMIZE_SIZE
    while (text.size() != text.capacity()) text.push_back('\0'); // resize() would link what moves text within itself
#else
    if (text.size() != text.capacity()) text.resize(text.capacity());
#endif
    wipe(text.data(), text.size());
    text.clear();
}

namespace detail {
MXWIRE_ONCE bool same_secret(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    unsigned difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        difference |= static_cast<unsigned>(static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]));
    }
    return difference == 0;
}
} // namespace detail
#endif

MXWIRE_NAMESPACE_END

#endif
