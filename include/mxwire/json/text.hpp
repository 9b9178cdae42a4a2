// SPDX-License-Identifier: MIT
#ifndef MXWIRE_JSON_TEXT_HPP
#define MXWIRE_JSON_TEXT_HPP

#include <mxwire/storage.hpp>

MXWIRE_NAMESPACE_BEGIN
namespace detail {

inline unsigned byte(char c) noexcept { return static_cast<unsigned char>(c); }
inline unsigned digit(char c) noexcept { return byte(c) - unsigned{'0'}; }

#if MXWIRE_SCAN_WIDTH == 8
using Word = std::uint64_t;
#else
using Word = std::uint32_t;
#endif

// Words are read through memcpy only: neither aliasing nor alignment is assumed.
template <class W> MXWIRE_HOT W load(const char* p) noexcept {
    W word;
    std::memcpy(&word, p, sizeof word);
    return word;
}

/// Has bits set in the bytes of `word` that are a quote, a backslash, a control or not ASCII; the lowest such byte is
/// exact. 0x22 ^ 0x02 is 0x20, so one comparison with 0x21 finds the quote and the controls together.
template <class W> MXWIRE_HOT W attention(W word) noexcept {
    constexpr W one = static_cast<W>(~W{0}) / 255;
    return (((word ^ one * 0x02) - one * 0x21) | ((word ^ one * 0x5c) - one) | word) & one * 0x80;
}

MXWIRE_HOT bool is_plain(char c) noexcept { return byte(c) - 0x20u < 0x60u && c != '"' && c != '\\'; }

/// The first byte of [p, end) that is not plain text inside a JSON string, or `end`.
MXWIRE_HOT const char* scan_plain(const char* p, const char* end) noexcept {
#if MXWIRE_SCAN_WIDTH != 1
    constexpr std::ptrdiff_t width = sizeof(Word);
    while (end - p >= width) {
        const Word hits = attention(load<Word>(p));
        if (hits != 0) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && MXWIRE_SCAN_WIDTH == 8
            return p + (__builtin_ctzll(hits) >> 3);
#elif defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
            return p + (__builtin_ctz(hits) >> 3);
#else
            break; // borrows run towards the first byte here: look for it one by one
#endif
        }
        p += width;
    }
#endif
    while (p != end && is_plain(*p)) ++p;
    return p;
}
const char* scan_plain_outlined(const char* p, const char* end) noexcept;

/// Compares `size` bytes. Neither side is read beyond them.
#if MXWIRE_OPTIMIZE_SIZE
MXWIRE_NOINLINE inline bool equal_bytes(const char* a, const char* b, std::size_t size) noexcept {
#if MXWIRE_SCAN_WIDTH != 1
    for (; size >= sizeof(Word); size -= sizeof(Word), a += sizeof(Word), b += sizeof(Word)) {
        if (load<Word>(a) != load<Word>(b)) return false;
    }
#endif
    for (; size != 0; --size) {
        if (*a++ != *b++) return false;
    }
    return true;
}
#else
MXWIRE_HOT bool equal_bytes(const char* a, const char* b, std::size_t size) noexcept {
    if (size >= 8) {
        if (load<std::uint64_t>(a) != load<std::uint64_t>(b)) return false;
        for (std::size_t i = 8; i + 8 < size; i += 8) {
            if (load<std::uint64_t>(a + i) != load<std::uint64_t>(b + i)) return false;
        }
        return load<std::uint64_t>(a + size - 8) == load<std::uint64_t>(b + size - 8);
    }
    if (size >= 4) {
        return load<std::uint32_t>(a) == load<std::uint32_t>(b) &&
               load<std::uint32_t>(a + size - 4) == load<std::uint32_t>(b + size - 4);
    }
    for (; size != 0; --size) {
        if (*a++ != *b++) return false;
    }
    return true;
}
#endif

/// True if both are the same text. As ==, which would link memcmp().
inline bool same_text(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && equal_bytes(a.data(), b.data(), a.size());
}
/// Where the first `c` in `text` is at or behind `from`, or the text's size.
std::size_t index_of(const char* text, std::size_t size, char c, std::size_t from) noexcept;
inline std::size_t index_of(std::string_view text, char c, std::size_t from = 0) noexcept {
    return index_of(text.data(), text.size(), c, from);
}

/// Bytes that `code` has in UTF-8.
MXWIRE_SHARED unsigned utf8_size(unsigned code) noexcept {
    return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}
/// The length of the UTF-8 sequence that starts at the non-ASCII byte `text`, 2 to 4; 0 if it is none (overlong,
/// surrogate, cut).
unsigned utf8_length(const char* text, const char* end) noexcept;

/// True if all of `text` is UTF-8.
bool is_utf8(std::string_view text) noexcept;

inline int hex_digit(char c) noexcept {
    const unsigned decimal = digit(c);
    if (decimal <= 9) return static_cast<int>(decimal);
    const unsigned letter = (byte(c) | 0x20u) - unsigned{'a'};
    return letter <= 5 ? static_cast<int>(letter + 10) : -1;
}
/// Behind four hexadecimal digits, or null.
inline const char* hex4(const char* p, unsigned& value) noexcept {
    unsigned digits = 0;
    for (int i = 0; i < 4; ++i) {
        const int d = hex_digit(*p++);
        if (d < 0) return nullptr;
        digits = digits * 16 + static_cast<unsigned>(d);
    }
    value = digits;
    return p;
}
/// Decodes an escape, `p` standing behind its backslash: behind it, or null. Lone surrogates are no code points. The
/// string's text ends with a byte that is in no escape, such as a quote; but a backslash in front of a quote takes it.
const char* decode_escape(const char* p, unsigned& code) noexcept;

/// Writes `code` as UTF-8 to `out`, at most 4 bytes, and returns how many.
MXWIRE_SHARED unsigned encode_utf8(unsigned code, char* out) noexcept {
    const unsigned size = utf8_size(code);
    for (unsigned i = size - 1; i != 0; --i) {
        out[i] = static_cast<char>(0x80 | (code & 0x3f));
        code >>= 6;
    }
    if (size != 1) code |= 0xf00u >> size;
    out[0] = static_cast<char>(code);
    return size;
}

/// Unescapes the valid JSON string content [p, end) to `out`, which may be `p`: an escape is never shorter than what it
/// means. Whole characters only: stops before the first that does not fit into `capacity`, and leaves `p` there.
std::size_t unescape(const char*& p, const char* end, char* out, std::size_t capacity) noexcept;
inline std::size_t unescape_in_place(char* text, std::size_t size) noexcept {
    const char* p = text;
    return unescape(p, p + size, text, size);
}

/// True if the valid JSON string content [raw, raw_end), unescaped, is [text, text_end).
bool equals_unescaped(const char* raw, const char* raw_end, const char* text, const char* text_end) noexcept;
inline bool equals_unescaped(std::string_view raw, std::string_view text) noexcept {
    return equals_unescaped(raw.data(), raw.data() + raw.size(), text.data(), text.data() + text.size());
}

} // namespace detail

#if MXWIRE_DEFINITIONS
namespace detail {
MXWIRE_NOINLINE MXWIRE_ONCE const char* scan_plain_outlined(const char* p, const char* end) noexcept {
    return scan_plain(p, end);
}

MXWIRE_NOINLINE MXWIRE_ONCE std::size_t index_of(const char* text, std::size_t size, char c,
                                                 std::size_t from) noexcept {
    while (from < size && text[from] != c) ++from;
    return from;
}

MXWIRE_NOINLINE MXWIRE_ONCE unsigned utf8_length(const char* text, const char* end) noexcept {
    const unsigned lead = byte(*text);
    if (lead < 0xc0 || lead > 0xf7) return 0;
    const unsigned length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (static_cast<std::size_t>(end - text) < length) return 0;
    unsigned code = lead & (0x7fu >> length);
    for (unsigned i = 1; i < length; ++i) {
        const unsigned bits = byte(text[i]) ^ 0x80u;
        if (bits > 0x3f) return 0;
        code = code << 6 | bits;
    }
    return utf8_size(code) == length && code < 0x110000 && code >> 11 != 0x1b ? length : 0;
}

MXWIRE_ONCE bool is_utf8(std::string_view text) noexcept {
    const char* p = text.data();
    const char* const end = p + text.size();
    while (p != end) {
        const unsigned length = byte(*p) < 0x80 ? 1 : utf8_length(p, end);
        if (length == 0) return false;
        p += length;
    }
    return true;
}

MXWIRE_NOINLINE MXWIRE_ONCE const char* decode_escape(const char* p, unsigned& code) noexcept {
    static constexpr char meanings[] = "\"\"\\\\//b\bf\fn\nr\rt\t"; // each behind its name
    const char name = *p++;
    for (const char* meaning = meanings; *meaning != '\0'; meaning += 2) {
        if (*meaning == name) {
            code = byte(meaning[1]);
            return p;
        }
    }
    if (name != 'u') return nullptr;
    p = hex4(p, code);
    if (p == nullptr || (code & 0xf800) != 0xd800) return p;
    if (code >= 0xdc00 || p[0] != '\\' || p[1] != 'u') return nullptr;
    unsigned second;
    p = hex4(p + 2, second);
    if (p == nullptr || (second & 0xfc00) != 0xdc00) return nullptr;
    code = code * 0x400 + second - (0xd800u * 0x400 + 0xdc00 - 0x10000);
    return p;
}

MXWIRE_COLD MXWIRE_ONCE std::size_t unescape(const char*& p, const char* end, char* out,
                                             std::size_t capacity) noexcept {
    std::size_t used = 0;
    while (p != end) {
        char meaning[4];
        const char* from = p;
        const char* next = p + 1;
        unsigned length = 1;
        if (*p == '\\') {
            unsigned code;
            next = decode_escape(next, code);
            if (next == nullptr) break; // no content of a string
            length = encode_utf8(code, meaning);
            from = meaning;
        } else if (byte(*p) >= 0x80) {
            length = utf8_length(p, end);
            next = p + length;
        }
        if (length > capacity - used) break;
        (void)copy_bytes(out + used, from, length);
        used += length;
        p = next;
    }
    return used;
}

MXWIRE_NOINLINE MXWIRE_ONCE bool equals_unescaped(const char* raw, const char* raw_end, const char* text,
                                                  const char* text_end) noexcept {
    while (raw != raw_end) {
        char meaning[4];
        const char* from = raw++;
        unsigned length = 1;
        if (*from == '\\') {
            unsigned code;
            raw = decode_escape(raw, code);
            length = encode_utf8(code, meaning);
            from = meaning;
        }
        do {
            if (text == text_end || *text++ != *from++) return false;
        } while (--length != 0);
    }
    return text == text_end;
}
} // namespace detail
#endif

MXWIRE_NAMESPACE_END

#endif
