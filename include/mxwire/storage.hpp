// SPDX-License-Identifier: MIT
#ifndef MXWIRE_STORAGE_HPP
#define MXWIRE_STORAGE_HPP

#include <mxwire/expected.hpp>

#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

MXWIRE_NAMESPACE_BEGIN

namespace detail {
using namespace std::string_view_literals; // a view of a literal that needs no strlen()

/// The text number `index` of those that end with a bar each; none behind the last one.
std::string_view nth_text(const char* texts, unsigned index) noexcept;

/// Makes a T where it is to stand, by its default member initialisers alone: an aggregate that is value-initialised is
/// filled with zeros first, unused places of its lists included.
template <class T, bool = std::is_trivially_default_constructible_v<T>> struct Fresh {
    operator T() const { return T{}; }
};
template <class T> struct Fresh<T, false> {
    operator T() const {
        T value; // in the outermost block: in another one, g++ 12 would move it to where it is returned
        return value;
    }
};

/// Whatever Text can be made of that is text and no Text.
template <class Text, class T> using EnableText =
    std::enable_if_t<std::is_constructible_v<Text, const T&> && std::is_convertible_v<const T&, std::string_view> &&
                     !std::is_same_v<T, Text>>;
template <class Text, class T> inline constexpr bool is_temporary_text_v =
    std::is_same_v<Text, std::string_view>&& std::is_same_v<T, std::string>;

/// As substr(), but a position behind the end gives nothing: substr() would link the code that throws.
constexpr std::string_view part(std::string_view text, std::size_t position,
                                std::size_t size = std::string_view::npos) noexcept {
    if (position > text.size()) position = text.size();
    const std::size_t left = text.size() - position;
    return {text.data() + position, size < left ? size : left};
}
/// One after the other: what is short is not worth a memcpy() of 300 bytes.
char* copy_bytes(char* to, const char* from, std::size_t size) noexcept;
/// True if `text` is `lower` in any case of its ASCII letters, whatever the locale.
bool equals_lower(std::string_view text, std::string_view lower) noexcept;
} // namespace detail

/// Text of at most N bytes that lives inside the object. Never allocates; NUL-terminated for C interfaces.
template <std::size_t N> class FixedText {
  public:
    static_assert(N > 0 && N < 65535, "a FixedText holds 1 to 65534 bytes");
    static constexpr std::size_t capacity = N;

    FixedText() noexcept { data_[0] = '\0'; }
    template <std::size_t K> FixedText(const char (&literal)[K]) noexcept {
        static_assert(K - 1 <= N, "this literal does not fit into the FixedText");
        assign({literal, K - 1});
    }
    /// A buffer is no literal, and may be longer than its text: try_assign().
    template <std::size_t K> FixedText(char (&buffer)[K]) = delete;

    /// False, and unchanged, if `text` has more than N bytes. `text` may be a part of this object.
    [[nodiscard]] bool try_assign(std::string_view text) noexcept {
        if (text.size() > N) return false;
        assign(text);
        return true;
    }

    const char* data() const noexcept { return data_; }
    const char* c_str() const noexcept { return data_; }
    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    std::string_view view() const noexcept { return {data_, size_}; }
    operator std::string_view() const noexcept { return view(); }

    /// For writers of the N bytes at data(): says how many are used.
    char* buffer() noexcept { return data_; }
    void resize(std::size_t size) noexcept {
        size_ = static_cast<std::uint16_t>(size);
        data_[size] = '\0';
    }

  private:
    void assign(std::string_view text) noexcept {
        if (!text.empty()) std::memmove(data_, text.data(), text.size());
        resize(text.size());
    }

    std::uint16_t size_ = 0;
    char data_[N + 1];
};
template <std::size_t N, std::size_t M> bool operator==(const FixedText<N>& a, const FixedText<M>& b) noexcept {
    return a.view() == b.view();
}
template <std::size_t N, std::size_t M> bool operator!=(const FixedText<N>& a, const FixedText<M>& b) noexcept {
    return a.view() != b.view();
}
template <std::size_t N, class T, class = detail::EnableText<std::string_view, T>>
bool operator==(const FixedText<N>& a, const T& b) noexcept {
    return a.view() == std::string_view(b);
}
template <std::size_t N, class T, class = detail::EnableText<std::string_view, T>>
bool operator!=(const FixedText<N>& a, const T& b) noexcept {
    return a.view() != std::string_view(b);
}
template <std::size_t N> bool operator==(const FixedText<N>& a, std::string_view b) noexcept { return a.view() == b; }
template <std::size_t N> bool operator!=(const FixedText<N>& a, std::string_view b) noexcept { return a.view() != b; }

namespace detail {

// The destructor is the only part that differs: a list of trivial elements stays trivially destructible.
template <class T, std::size_t M, bool Trivial = std::is_trivially_destructible_v<T>> struct FixedListStorage {
    alignas(T) unsigned char bytes[sizeof(T) * M];
    std::size_t size = 0;
    FixedListStorage() noexcept {}
};
template <class T, std::size_t M> struct FixedListStorage<T, M, false> {
    alignas(T) unsigned char bytes[sizeof(T) * M];
    std::size_t size = 0;
    FixedListStorage() noexcept {}
    FixedListStorage(const FixedListStorage&) = delete;
    FixedListStorage& operator=(const FixedListStorage&) = delete;
    ~FixedListStorage() {
        while (size != 0) std::launder(reinterpret_cast<T*>(bytes) + --size)->~T();
    }
};

} // namespace detail

/// At most M elements that live inside the object. Never allocates; unused places cost no initialisation.
template <class T, std::size_t M> class FixedList {
  public:
    using value_type = T;
    static constexpr std::size_t capacity = M;

    FixedList() = default;
    FixedList(const FixedList& other) { append(other); }
    FixedList(FixedList&& other) noexcept { take(other); }
    FixedList& operator=(const FixedList& other) {
        if (this != &other) {
            clear();
            append(other);
        }
        return *this;
    }
    FixedList& operator=(FixedList&& other) noexcept {
        if (this != &other) {
            clear();
            take(other);
        }
        return *this;
    }

    T* data() noexcept { return begin(); }
    const T* data() const noexcept { return begin(); }
    T* begin() noexcept { return std::launder(reinterpret_cast<T*>(storage_.bytes)); }
    T* end() noexcept { return begin() + size(); }
    const T* begin() const noexcept { return std::launder(reinterpret_cast<const T*>(storage_.bytes)); }
    const T* end() const noexcept { return begin() + size(); }
    std::size_t size() const noexcept { return storage_.size; }
    bool empty() const noexcept { return size() == 0; }
    T& operator[](std::size_t i) noexcept { return begin()[i]; }
    const T& operator[](std::size_t i) const noexcept { return begin()[i]; }
    T& front() noexcept { return *begin(); }
    const T& front() const noexcept { return *begin(); }
    T& back() noexcept { return end()[-1]; }
    const T& back() const noexcept { return end()[-1]; }

    /// The new element, or null if the list is full.
    template <class... A> T* try_emplace_back(A&&... arguments) {
        if (size() == M) return nullptr;
        void* const bytes = storage_.bytes + sizeof(T) * size();
        T* place;
        if constexpr (sizeof...(A) == 0) {
            place = ::new (bytes) T; // not T{}, which would fill it with zeros first
        } else {
            place = ::new (bytes) T{std::forward<A>(arguments)...};
        }
        ++storage_.size;
        return place;
    }
    void pop_back() noexcept {
        back().~T();
        --storage_.size;
    }
    void clear() noexcept {
        if constexpr (std::is_trivially_destructible_v<T>) {
            storage_.size = 0;
        } else {
            while (!empty()) pop_back();
        }
    }

  private:
    void append(const FixedList& other) {
        for (const T& element : other) (void)try_emplace_back(element);
    }
    void take(FixedList& other) noexcept {
        if constexpr (std::is_trivially_copyable_v<T>) {
            (void)detail::copy_bytes(reinterpret_cast<char*>(storage_.bytes),
                                     reinterpret_cast<const char*>(other.storage_.bytes), sizeof(T) * other.size());
            storage_.size = other.size();
        } else {
            for (T& element : other) (void)try_emplace_back(std::move(element));
        }
        other.clear();
    }

    detail::FixedListStorage<T, M> storage_{};
};

template <class Text> class BasicSecret;
template <class Text> class BasicRawJson;
template <class Text> class BasicMembers;
template <std::size_t M> class MemberSlices;
template <class T> class Slices;
template <class E, class Text> class OpenEnum;

/// Models own what they hold: std::string and std::vector. For programs.
struct Owned {
    using Text = std::string;
    using Secret = BasicSecret<Text>;
    using Raw = BasicRawJson<Text>;
    using Members = BasicMembers<Text>;
    template <class T> using List = std::vector<T>;
    using TextList = List<Text>;                                 ///< of answers
    template <class E> using WordList = List<OpenEnum<E, Text>>; ///< of answers
};

/// Models are slices of the response body, which must outlive them; lists hold up to M elements inside the model, but
/// for the texts and words of an answer, which are slices as well. No heap. Text with escapes is unescaped where it
/// lies, so the body must be writable: parse_in_place().
template <std::size_t M> struct BasicView {
    using Text = std::string_view;
    using Secret = BasicSecret<Text>;
    using Raw = BasicRawJson<Text>;
    using Members = MemberSlices<M>;
    template <class T> using List = FixedList<T, M>;
    using TextList = Slices<Text>;                                 ///< of answers: as many texts as Limits allows
    template <class E> using WordList = Slices<OpenEnum<E, Text>>; ///< of answers: as many words as Limits allows
};
using View = BasicView<8>;

/// Models hold up to N bytes of each text and up to M elements of each list inside themselves. No heap, and they
/// outlive the body.
template <std::size_t N, std::size_t M> struct Fixed {
    using Text = FixedText<N>;
    using Secret = BasicSecret<Text>;
    using Raw = BasicRawJson<Text>;
    using Members = BasicMembers<Text>;
    template <class T> using List = FixedList<T, M>;
    using TextList = List<Text>;                                 ///< of answers
    template <class E> using WordList = List<OpenEnum<E, Text>>; ///< of answers
};

namespace detail {
template <class S> inline constexpr bool is_view_v = std::is_same_v<typename S::Text, std::string_view>;
}

/// A flag of the wire: absent, false or true. Converts to bool, where absent is false, as the specification's defaults
/// have it.
class Flag {
  public:
    constexpr Flag() noexcept = default;
    /// Of a bool alone: a text would be true, and in responses a member of the same name may be one.
    template <class T, class = std::enable_if_t<std::is_same_v<T, bool>>> constexpr Flag(T value) noexcept
        : state_(value ? 2 : 1) {}
    constexpr operator bool() const noexcept { return state_ == 2; }
    /// False if the member was absent.
    constexpr bool has_value() const noexcept { return state_ != 0; }

  private:
    std::uint8_t state_ = 0;
};

#if MXWIRE_DEFINITIONS
namespace detail {
MXWIRE_COLD MXWIRE_ONCE std::string_view nth_text(const char* texts, unsigned index) noexcept {
    for (;; --index) {
        std::size_t size = 0;
        if (*texts == '\0') return {};
        while (texts[size] != '|') ++size;
        if (index == 0) return {texts, size};
        texts += size + 1;
    }
}

MXWIRE_NOINLINE MXWIRE_ONCE char* copy_bytes(char* to, const char* from, std::size_t size) noexcept {
    // What was never written may be copied as unsigned char, and as nothing else.
    auto* out = reinterpret_cast<unsigned char*>(to);
    const auto* in = reinterpret_cast<const unsigned char*>(from);
    for (; size != 0; --size) *out++ = *in++;
    return reinterpret_cast<char*>(out);
}

MXWIRE_ONCE bool equals_lower(std::string_view text, std::string_view lower) noexcept {
    if (text.size() != lower.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c) != lower[i]) return false;
    }
    return true;
}
} // namespace detail
#endif

MXWIRE_NAMESPACE_END

#endif
