// SPDX-License-Identifier: MIT
#ifndef MXWIRE_JSON_WORDS_HPP
#define MXWIRE_JSON_WORDS_HPP

#include <mxwire/json/text.hpp>

#include <array>

MXWIRE_NAMESPACE_BEGIN

/// A word of the wire and the enumerator that it means.
template <class E, std::size_t N> struct Word {
    E value;
    const char (&text)[N];
};
template <class E, std::size_t N> constexpr Word<E, N> word(E value, const char (&text)[N]) { return {value, text}; }

/// The words of an enumeration, packed: a length, an enumerator and the characters of each; behind them a zero.
template <std::size_t Size> struct WordList { std::array<char, Size> bytes{}; };
template <class E, std::size_t... N> constexpr auto words(Word<E, N>... list) {
    WordList<(1 + ... + (N + 1))> packed;
    std::size_t n = 0;
    const auto append = [&](E value, const char* text, std::size_t size) {
        packed.bytes[n++] = static_cast<char>(size);
        packed.bytes[n++] = static_cast<char>(value);
        for (std::size_t i = 0; i < size; ++i) packed.bytes[n++] = text[i];
    };
    (append(list.value, list.text, N - 1), ...);
    return packed;
}

/// Specialise for an enumeration that the wire spells: `static constexpr auto value = mxwire::words(mxwire::word(E::a,
/// "m.a"), ...)`. The enumerator 0 is what no word stands for; a word that means the same as an earlier one is another
/// spelling of it.
template <class E> struct Words;

namespace detail {

/// The packed word behind `word`.
inline const char* next_word(const char* word) noexcept { return word + 2 + byte(word[0]); }
/// The packed word that is `text`, or null. `escaped`: the text still has its escapes.
const char* find_word(const char* list, std::string_view text, bool escaped) noexcept;
/// The first packed word that means `value`, or null.
const char* spell_word(const char* list, char value) noexcept;

/// An OpenEnum without its enumeration.
template <class Text> struct OpenWord {
    const char* known = nullptr; ///< a packed word
    Text other{};

    std::string_view text() const noexcept {
        return known != nullptr ? std::string_view{known + 2, byte(known[0])} : std::string_view{other};
    }
};

} // namespace detail

/// A word of the wire whose set is open: a known one as an enumerator, any other as itself.
///
/// Unstable spellings mean the enumerator of the stable one, and keep their own text.
template <class E, class Text> class OpenEnum : private detail::OpenWord<Text> {
    using Word = detail::OpenWord<Text>;

  public:
    OpenEnum() = default;
    OpenEnum(E value) noexcept { this->known = detail::spell_word(list(), static_cast<char>(value)); }
    template <class T, class = std::enable_if_t<std::is_convertible_v<const T&, std::string_view> &&
                                                std::is_constructible_v<Text, std::string_view>>>
    explicit OpenEnum(const T& text) : OpenEnum(std::string_view(text), 0) {}

    /// The enumerator; E{} for a word that is not known, and for none at all.
    E value() const noexcept { return this->known != nullptr ? static_cast<E>(this->known[1]) : E{}; }
    /// The word as the wire has it. Valid as long as this object, or for ever if the word is known.
    std::string_view text() const noexcept { return Word::text(); }
    bool empty() const noexcept { return text().empty(); }

    friend bool operator==(const OpenEnum& a, const OpenEnum& b) noexcept { return a.text() == b.text(); }
    friend bool operator!=(const OpenEnum& a, const OpenEnum& b) noexcept { return a.text() != b.text(); }
    friend bool operator==(const OpenEnum& a, E b) noexcept { return a.value() == b; }
    friend bool operator!=(const OpenEnum& a, E b) noexcept { return a.value() != b; }
    friend bool operator==(const OpenEnum& a, std::string_view b) noexcept { return a.text() == b; }
    friend bool operator!=(const OpenEnum& a, std::string_view b) noexcept { return a.text() != b; }

    /// For the JSON writer.
    const Word& word() const noexcept { return *this; }

  private:
    OpenEnum(std::string_view text, int) {
        this->known = detail::find_word(list(), text, false);
        if (this->known == nullptr) this->other = Text(text);
    }
    static const char* list() noexcept { return Words<E>::value.bytes.data(); }
};

#if MXWIRE_DEFINITIONS
namespace detail {
MXWIRE_ONCE const char* find_word(const char* list, std::string_view text, bool escaped) noexcept {
#if !MXWIRE_OPTIMIZE_SIZE
    if (!escaped) {
        while (*list != '\0' && !same_text(text, {list + 2, byte(list[0])})) list = next_word(list);
        return *list != '\0' ? list : nullptr;
    }
#endif
    for (; *list != '\0'; list = next_word(list)) {
        const std::string_view word{list + 2, byte(list[0])};
        if (escaped ? equals_unescaped(text, word) : same_text(text, word)) return list;
    }
    return nullptr;
}

MXWIRE_ONCE const char* spell_word(const char* list, char value) noexcept {
    for (; *list != '\0'; list = next_word(list)) {
        if (list[1] == value) return list;
    }
    return nullptr;
}
} // namespace detail
#endif

MXWIRE_NAMESPACE_END

#endif
