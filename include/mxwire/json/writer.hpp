// SPDX-License-Identifier: MIT
#ifndef MXWIRE_JSON_WRITER_HPP
#define MXWIRE_JSON_WRITER_HPP

#include <mxwire/json/table.hpp>

MXWIRE_NAMESPACE_BEGIN
namespace detail {

/// Writes into a buffer, and counts on where there is no room: afterwards missing() says how much there would have to
/// be.
class Writer {
  public:
    Fault fault = Fault::none;

    Writer(char* out, std::size_t size) noexcept : begin_(out), out_(out), end_(out + size) {}

    std::size_t position() const noexcept { return static_cast<std::size_t>(out_ - begin_) + missing_; }
    std::size_t missing() const noexcept { return missing_; }

    /// `key` as in WriteField.
    void fail(Fault why, const char* key) noexcept;
    void fail(Fault why, const WriteField& f) noexcept { fail(why, f.key); }
    static std::string_view name_of(const char* key) noexcept;
    /// The key that the fault is at.
    std::string_view member() const noexcept { return name_of(failed_); }

#if MXWIRE_OPTIMIZE_SIZE
    void put(const char* text, std::size_t size) noexcept { put_here(text, size); }
#else
    void put(const char* text, std::size_t size) noexcept;
#endif
    void put(std::string_view text) noexcept { put(text.data(), text.size()); }
    MXWIRE_SHARED void put(char c) noexcept {
        if (out_ != end_) {
            *out_++ = c;
        } else {
            ++missing_;
        }
    }
    /// The same, compiled into where it stands: for what every request has.
    MXWIRE_SHARED void put_here(const char* text, std::size_t size) noexcept {
        if (size <= static_cast<std::size_t>(end_ - out_)) {
#if MXWIRE_OPTIMIZE_SIZE
            out_ = copy_bytes(out_, text, size);
#else
            copy(out_, text, size);
            out_ += size;
#endif
        } else {
            missing_ += size;
            end_ = out_; // nothing may be written behind what is left out
        }
    }
    MXWIRE_HOT void put_here(std::string_view text) noexcept { put_here(text.data(), text.size()); }

    MXWIRE_HOT void key(const WriteField& f) noexcept { put_here(f.key, f.length); }

    /// A member whose value is text. Not inlined: what calls it ends with the call, so that the call is a jump.
#if MXWIRE_OPTIMIZE_SIZE
    void text(const WriteField& f, std::string_view value) noexcept { other_text(f, value.data(), value.size()); }
#else
    void text(const WriteField& f, std::string_view value) noexcept;
#endif
    void integer(const WriteField& f, std::int64_t value) noexcept;
    void boolean(const WriteField& f, bool value) noexcept;

    /// Members without braces; the comma of an object's first one becomes the opening brace later.
    void members(const WriteTable& table, const void* object, const WriteTable* beside = nullptr);
    /// Where the next byte goes, for patch() once it is known what that byte is to be.
    using Mark = char*;
    Mark mark() const noexcept { return out_; }
    void patch(Mark at, char c) noexcept {
        if (at != out_) *at = c; // it may not have fitted
    }
    void object(const WriteTable& table, const void* model);
    /// A query: text is percent-encoded from here on.
    void query(const WriteTable& table, const void* endpoint);
    /// A path segment. One that is a dot or two would be taken away by clients, and the request would go elsewhere.
    void segment(const WriteField& f, const void* endpoint);
    /// The alternative that a union holds: an object of its own, or members of the object that is being written.
    void alternative(const WriteUnion& alternatives, const WriteField& f, const void* variant, bool flattened);
    /// The tag of a union's open alternative.
    void tag(const WriteField& f, std::string_view value) noexcept;
    /// Of the object that is being written.
    const WriteTable* table() const noexcept { return table_; }
    /// Our own row for this key, which is still escaped, in the object that is being written; null if there is none.
    const WriteField* row_of(std::string_view key) const noexcept;

  private:
    using Encode = void (*)(Writer&, const WriteField&, const char* text, std::size_t size);

    /// Everything outside RFC 3986 unreserved is percent-encoded.
    static void percent_encode(Writer& w, const WriteField& f, const char* text, std::size_t size) noexcept;
    static void percent_encode_segment(Writer& w, const WriteField& f, const char* text, std::size_t size) noexcept;
    static const WriteField* find(const WriteTable* table, std::string_view key) noexcept;

#if !MXWIRE_OPTIMIZE_SIZE
    // In steps of 16 bytes, the last one overlapping: keys and URLs are short, and a call costs as much as the copy.
    MXWIRE_HOT static void copy(char* to, const char* from, std::size_t size) noexcept {
        if (size >= 16) {
            std::size_t i = 0;
            do {
                std::memcpy(to + i, from + i, 16);
                i += 16;
            } while (i + 16 < size);
            std::memcpy(to + size - 16, from + size - 16, 16);
        } else if (size >= 8) {
            const std::uint64_t head = load<std::uint64_t>(from), tail = load<std::uint64_t>(from + size - 8);
            std::memcpy(to, &head, 8);
            std::memcpy(to + size - 8, &tail, 8);
        } else if (size >= 4) {
            const std::uint32_t head = load<std::uint32_t>(from), tail = load<std::uint32_t>(from + size - 4);
            std::memcpy(to, &head, 4);
            std::memcpy(to + size - 4, &tail, 4);
        } else {
            for (std::size_t i = 0; i < size; ++i) to[i] = from[i];
        }
    }
    /// Copies and looks at the same time; false if `from` has bytes that cannot stand in a string as they are.
    MXWIRE_HOT static bool copy_plain(char* to, const char* from, std::size_t size) noexcept {
        std::uint64_t hits = 0;
        if (size >= 8) {
            for (std::size_t i = 0; i + 8 < size; i += 8) {
                const std::uint64_t word = load<std::uint64_t>(from + i);
                hits |= attention(word);
                std::memcpy(to + i, &word, 8);
            }
            const std::uint64_t word = load<std::uint64_t>(from + size - 8);
            hits |= attention(word);
            std::memcpy(to + size - 8, &word, 8);
        } else if (size >= 4) {
            const std::uint32_t head = load<std::uint32_t>(from), tail = load<std::uint32_t>(from + size - 4);
            hits = attention(head) | attention(tail);
            std::memcpy(to, &head, 4);
            std::memcpy(to + size - 4, &tail, 4);
        } else {
            for (std::size_t i = 0; i < size; ++i) {
                hits |= !is_plain(from[i]);
                to[i] = from[i];
            }
        }
        return hits == 0;
    }
#endif

    void other_text(const WriteField& f, const char* text, std::size_t size) noexcept;

    const char* failed_ = nullptr; // the key that the fault is at
    char* const begin_;
    char* out_;
    char* end_;
    std::size_t missing_ = 0;
    Encode encode_ = nullptr; // instead of a JSON string
    const WriteUnion* union_ = nullptr;
    const WriteTable* table_ = nullptr;  // of the object that is being written
    const WriteTable* beside_ = nullptr; // of the object that it is flattened into
};

} // namespace detail

#if MXWIRE_DEFINITIONS
namespace detail {
MXWIRE_COLD MXWIRE_ONCE void Writer::fail(Fault why, const char* key) noexcept {
    if (fault != Fault::none) return;
    fault = why;
    failed_ = key;
}

MXWIRE_NOINLINE MXWIRE_ONCE std::string_view Writer::name_of(const char* key) noexcept {
    if (key == nullptr) return {};
    const bool is_member = *key == ',';
    const char* const begin = key + (is_member ? 2 : 1);
    const char* end = begin;
    while (*end != (is_member ? '"' : '=')) ++end;
    return {begin, static_cast<std::size_t>(end - begin)};
}

#if !MXWIRE_OPTIMIZE_SIZE
MXWIRE_NOINLINE MXWIRE_ONCE void Writer::put(const char* text, std::size_t size) noexcept { put_here(text, size); }
#endif

#if !MXWIRE_OPTIMIZE_SIZE
MXWIRE_NOINLINE MXWIRE_ONCE void Writer::text(const WriteField& f, std::string_view value) noexcept {
    if (f.length + value.size() + 2 <= static_cast<std::size_t>(end_ - out_) && encode_ == nullptr) {
        char* const p = out_ + f.length;
        copy(out_, f.key, f.length);
        *p = '"';
        if (copy_plain(p + 1, value.data(), value.size())) {
            p[value.size() + 1] = '"';
            out_ = p + value.size() + 2;
            return;
        }
    }
    other_text(f, value.data(), value.size());
}
#endif

MXWIRE_NOINLINE MXWIRE_ONCE void Writer::integer(const WriteField& f, std::int64_t value) noexcept {
    char digits[20];
    char* p = digits + sizeof digits;
    std::uint64_t rest = value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
    do { // divides by 10 in steps of 16 bits: a 64-bit division is a library call of 700 bytes on small cores
        std::uint64_t quotient = 0;
        std::uint32_t remainder = 0;
        for (int shift = 48; shift >= 0; shift -= 16) {
            const std::uint32_t part = remainder << 16 | (static_cast<std::uint32_t>(rest >> shift) & 0xffff);
            quotient = quotient << 16 | part / 10;
            remainder = part % 10;
        }
        *--p = static_cast<char>('0' + remainder);
        rest = quotient;
    } while (rest != 0);
    if (value < 0) *--p = '-';
    put(f.key, f.length);
    put(p, static_cast<std::size_t>(digits + sizeof digits - p));
}

MXWIRE_NOINLINE MXWIRE_ONCE void Writer::boolean(const WriteField& f, bool value) noexcept {
    key(f);
    put_here(&"falsetrue"[value ? 5 : 0], value ? 4 : 5);
}

MXWIRE_ONCE void Writer::members(const WriteTable& table, const void* object, const WriteTable* beside) {
    const WriteTable* const outer_table = std::exchange(table_, &table);
    const WriteTable* const outer_beside = std::exchange(beside_, beside);
    // Written bytes may alias anything, so what the loop needs is kept apart from the table.
    const WriteField* f = table.fields;
    for (const WriteField* const end = f + table.size; f != end; ++f) f->write(*this, *f, f->at(object));
    table_ = outer_table;
    beside_ = outer_beside;
}

MXWIRE_ONCE void Writer::object(const WriteTable& table, const void* model) {
    const Mark brace = mark();
    const std::size_t missing_before = missing_;
    members(table, model);
    if (out_ != brace) {
        *brace = '{';
    } else if (missing_ == missing_before) {
        put('{');
    }
    put('}');
}

MXWIRE_ONCE void Writer::query(const WriteTable& table, const void* endpoint) {
    encode_ = percent_encode;
    members(table, endpoint);
}

MXWIRE_ONCE void Writer::segment(const WriteField& f, const void* endpoint) {
    encode_ = percent_encode_segment;
    f.write(*this, f, f.at(endpoint));
}

MXWIRE_NOINLINE MXWIRE_ONCE void Writer::alternative(const WriteUnion& alternatives, const WriteField& f,
                                                     const void* variant, bool flattened) {
    std::size_t i = 0;
    const void* const held = alternatives.held(variant, i);
    if (held == nullptr) return fail(Fault::missing, f);
    const WriteUnion* const outer = std::exchange(union_, &alternatives);
    if (flattened) {
        members(*alternatives.tables[i], held, table_);
    } else {
        key(f);
        object(*alternatives.tables[i], held);
    }
    union_ = outer;
}

MXWIRE_NOINLINE MXWIRE_ONCE void Writer::tag(const WriteField& f, std::string_view value) noexcept {
    for (std::size_t i = 0; union_ != nullptr && i + 1 < union_->size; ++i) {
        if (same_text(value, union_->tags[i])) return fail(Fault::duplicate, f);
    }
    text(f, value);
}

MXWIRE_ONCE const WriteField* Writer::row_of(std::string_view key) const noexcept {
    const WriteField* const row = find(table_, key);
    return row != nullptr ? row : find(beside_, key);
}

MXWIRE_ONCE void Writer::percent_encode(Writer& w, const WriteField& f, const char* text, std::size_t size) noexcept {
    if (!is_utf8({text, size})) return w.fail(Fault::utf8, f);
    for (const char* const end = text + size; text != end; ++text) {
        const char c = *text;
        const unsigned letter = (byte(c) | 0x20u) - unsigned{'a'};
        if (letter < 26 || digit(c) < 10 || c == '-' || c == '.' || c == '_' || c == '~') {
            w.put(c);
        } else {
            const char escape[] = {'%', "0123456789ABCDEF"[byte(c) >> 4], "0123456789ABCDEF"[byte(c) & 15]};
            w.put(escape, sizeof escape);
        }
    }
}

MXWIRE_ONCE void Writer::percent_encode_segment(Writer& w, const WriteField& f, const char* text,
                                                std::size_t size) noexcept {
    std::size_t dots = 0;
    while (dots < size && text[dots] == '.') ++dots;
    if (dots == size && dots < 3) return w.fail(Fault::syntax, f);
    percent_encode(w, f, text, size);
}

MXWIRE_NOINLINE MXWIRE_ONCE const WriteField* Writer::find(const WriteTable* table, std::string_view key) noexcept {
    if (table == nullptr) return nullptr;
    const WriteField* f = table->fields;
    for (const WriteField* const end = f + table->size; f != end; ++f) {
        if (f->is_flattened()) {
            if (const WriteField* const row = find(f->aux.table, key)) return row;
        } else if (f->key != nullptr && equals_unescaped(key, name_of(f->key))) {
            return f;
        }
    }
    return nullptr;
}

MXWIRE_NOINLINE MXWIRE_ONCE void Writer::other_text(const WriteField& f, const char* p, std::size_t size) noexcept {
    put(f.key, f.length);
    if (encode_ != nullptr) return encode_(*this, f, p, size);
    const char* const end = p + size;
    put('"');
    const char* from = p;
    for (;;) {
        p = scan_plain_outlined(p, end);
        if (p != end && byte(*p) >= 0x80) {
            const unsigned length = utf8_length(p, end);
            if (length == 0) return fail(Fault::utf8, f);
            p += length;
            continue;
        }
        put(from, static_cast<std::size_t>(p - from));
        if (p == end) break;
        char c = *p;
        from = ++p;
        put('\\');
        if (byte(c) < 0x20) {
            if (byte(c) - 8 <= 5 && c != '\v') {
                c = "btn?fr"[byte(c) - 8];
            } else {
                put("u00", 3);
                put(static_cast<char>('0' + (byte(c) >> 4)));
                c &= 15;
                c = static_cast<char>(c + (c < 10 ? '0' : 'a' - 10));
            }
        }
        put(c); // a quote or a backslash stands behind a backslash
    }
    put('"');
}
} // namespace detail
#endif

MXWIRE_NAMESPACE_END

#endif
