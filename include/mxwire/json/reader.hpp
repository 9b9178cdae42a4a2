// SPDX-License-Identifier: MIT
#ifndef MXWIRE_JSON_READER_HPP
#define MXWIRE_JSON_READER_HPP

#include <mxwire/http.hpp>
#include <mxwire/json/table.hpp>

#include <chrono>
#include <variant>

MXWIRE_NAMESPACE_BEGIN

namespace detail {

/// Reads a document into a model by the model's table. One pass; the cursor is a value that every function hands on.
///
/// Where the document's last byte is a brace, that brace is the sentinel: a byte can only be looked at behind the end
/// after a brace was taken, and that is where the end is checked. A value of the wrong type is passed over, never gone
/// back to.
class Reader {
  public:
    Fault fault = Fault::none;    ///< what ended everything
    Fault unusable = Fault::none; ///< the object that is being read is well-formed, but no good
    bool escaped = false;         ///< the string that was looked at last has escapes
    bool cut = false;             ///< the text that is being stored may be cut
    bool in_place;                ///< the document may be written to

  private:
    std::uint8_t depth_ = 0; // beside the flags: the reader lies on small stacks

  public:
    const ReadField* field = nullptr;
    const char* fault_at = nullptr;

    /// `limits` must outlive the reader.
    Reader(const Limits& limits, bool writable) noexcept : in_place(writable), limits_(limits) {}

    /// Reads the document [text, text + size), an object, into the model at `object`.
    void read(const char* text, std::size_t size, const ReadTable& table, void* object);

    /// Reads the value of `f` alone: [text, text + size), whose last byte is its own, or a brace behind it.
    bool read_part(const char* text, std::size_t size, const ReadField& f, void* object);
    /// True if [text, last] is one object, array or string, `*last` being its last byte.
    bool is_value(const char* text, const char* last) noexcept;
    const char* fail(const char* p, Fault why) noexcept;

    static bool is_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
    static const char* skip_space(const char* p) noexcept;
    MXWIRE_HOT static const char* space(const char* p) noexcept {
#if !MXWIRE_OPTIMIZE_SIZE
        if (byte(*p) > ' ') return p;
#endif
        return skip_space(p);
    }

    /// `p` on an opening quote: the closing one, or null. Sets `escaped`.
    MXWIRE_HOT const char* string_end(const char* p) noexcept {
        escaped = false;
        const char* const q = scan(p + 1);
        return *q == '"' ? q : string_end_slow(q);
    }
    /// `p` on a key: behind its colon, or null. `end` is the quote that closes it. Sets `escaped`.
    MXWIRE_SHARED const char* key_end(const char* p, const char*& end) noexcept {
        end = p;
        if (*p != '"') return fail(p, Fault::syntax);
        end = string_end(p);
        if (end == nullptr) return nullptr;
        p = space(end + 1);
        return *p == ':' ? p + 1 : fail(p, Fault::syntax);
    }

    const char* read_members(const char* p, const ReadTable& table, void* object) {
        return table.whole != nullptr ? table.whole(*this, p, table, object) : read_object(p, table, object);
    }

    /// `p` on a brace: the byte behind the object, or null.
    const char* read_object(const char* p, const ReadTable& table, void* object);

    /// Behind an element: the comma, or the bracket that closes; null: neither.
    MXWIRE_SHARED const char* separator(const char* p, char close) noexcept {
        if (*p == ',') return p;
        p = space(p);
        return *p == ',' || *p == close ? p : fail(p, Fault::syntax);
    }

    static char closing(std::uint64_t objects) noexcept { return (objects & 1) != 0 ? '}' : ']'; }

    /// Passes over any value. Iterative: hostile nesting takes no stack.
    const char* skip(const char* p) noexcept;

    // ------------------------------------------------------------------------ values of members

    /// What was read is no good, and nobody needs it: as if it had not been there. The fault that it had.
    Fault forgive() noexcept {
        field = nullptr;
        fault_at = nullptr;
        return std::exchange(unusable, Fault::none);
    }
    /// What is known so far of the object that is being read, while the elements of a list in it are judged for
    /// themselves: also in an object that is no good, a list has room for as many good ones as elsewhere.
    struct Judgement {
        Fault unusable;
        const ReadField* field;
        const char* at;
    };
    Judgement set_apart() noexcept {
        const Judgement before{unusable, field, fault_at};
        (void)forgive();
        return before;
    }
    /// Goes back to it. The fault that was found meanwhile.
    Fault restore(const Judgement& before) noexcept {
        field = before.field;
        fault_at = before.at;
        return std::exchange(unusable, before.unusable);
    }
    /// Whether what has been read since `before` is to be forgiven. In an object that was no good already nothing is:
    /// nobody will see it.
    bool is_newly_unusable(Fault before) const noexcept { return unusable != before; }

    /// The value is well-formed but no good: an optional member stays absent, a required one spoils the object.
    void spoil(const char* p, const ReadField& f, Fault why) noexcept;
    /// The object that `f` is a member of is no good, whatever `f` is.
    void refuse(const char* p, const ReadField& f, Fault why) noexcept;
    /// A required member of the object has not been seen.
    void missing(const char* p, const ReadTable& table, std::uint32_t seen) noexcept;

    /// The value at `p` is one too many. No value at all is the earlier fault: what comes in whole is looked at first.
    const char* no_room(const char* p) noexcept;
    const char* wrong_type(const char* p, const ReadField& f) noexcept;

    template <class Store> MXWIRE_HOT static const char* read_text_by(Store store, Reader& r, const char* p,
                                                                      const ReadField& f, void* object) {
        if (*p != '"') return r.wrong_type(p, f);
        const char* const q = r.string_end(p);
        if (q == nullptr) return nullptr;
        const std::size_t size = static_cast<std::size_t>(q - p) - 1;
        if (size == 0 && f.kind == ValueKind::secret) return r.empty_text(p, f);
        const bool stored = size <= r.limits_.text && store(r, f.at(object), p + 1, size);
        return stored ? q + 1 : r.fail(p, Fault::too_long);
    }
    static const char* read_text(Reader& r, const char* p, const ReadField& f, void* object);
    /// The same for one kind of text, whose store is compiled into it.
    template <class Storage>
    static const char* read_text_as(Reader& r, const char* p, const ReadField& f, void* object) {
        if constexpr (Storage::can_cut) r.cut = f.cut;
        return read_text_by([](Reader& reader, void* slot, const char* text,
                               std::size_t size) { return Storage::store(reader, slot, text, size); },
                            r, p, f, object);
    }
    /// A secret without a character opens nothing: it is missing.
    const char* empty_text(const char* p, const ReadField& f) noexcept;
    static const char* read_raw(Reader& r, const char* p, const ReadField& f, void* object);
    /// A member that the table writes as a constant.
    static const char* pass_over(Reader& r, const char* p, const ReadField&, void*);
    template <class T> static const char* read_flag(Reader& r, const char* p, const ReadField& f, void* object) {
        if (*p != 't' && *p != 'f') return r.wrong_type(p, f);
        const char* const q = r.literal(p);
        if (q != nullptr) *static_cast<T*>(f.at(object)) = *p == 't';
        return q;
    }
    static const char* read_integer(Reader& r, const char* p, const ReadField& f, void* object);
    static const char* read_model(Reader& r, const char* p, const ReadField& f, void* object);
    static const char* read_optional_model(Reader& r, const char* p, const ReadField& f, void* object);
    static const char* read_optional_union(Reader& r, const char* p, const ReadField& f, void* object);
    /// What stands in an optional has been read: if it is no good it is absent.
    void settle(const char* p, const ReadField& f, Fault before, void* optional);
    static const char* read_list(Reader& r, const char* p, const ReadField& f, void* object);
    static const char* read_union(Reader& r, const char* p, const ReadField& f, void* object);

    /// Reads the object at `p`, in which the members of one of the alternatives stand as well.
    const char* read_with_any(const char* p, const ReadTable& table, void* object, const UnionTable& alternatives,
                              void* variant);
    const char* read_with(const char* p, const ReadTable& table, void* object, const ReadTable& other, void* place);

    // ------------------------------------------------------------------------ numbers and words

    const char* literal(const char* p) noexcept;

    /// Any number. `exact`: it is whole and fits into 64 bits, however it is written.
    MXWIRE_HOT const char* number(const char* p, std::int64_t& out, bool& exact) noexcept {
#if !MXWIRE_OPTIMIZE_SIZE
        const char* q = p;
        std::uint64_t value = 0;
        if (digit(*q) - 1 < 9) {
            do {
                value = value * 10 + digit(*q++); // too many digits are counted afterwards
            } while (digit(*q) <= 9);
            if (q - p <= 18 && *q != '.' && (*q | 0x20) != 'e') {
                out = static_cast<std::int64_t>(value);
                exact = true;
                return q;
            }
        }
#endif
        return any_number(p, out, exact);
    }

    const Limits& limits() const noexcept { return limits_; }

  private:
#if MXWIRE_OPTIMIZE_SIZE
    const char* scan(const char* p) const noexcept { return scan_plain_outlined(p, last_); }
#else
    MXWIRE_HOT const char* scan(const char* p) const noexcept { return scan_plain(p, last_); }
#endif

    /// The rest of a string, `p` being a byte of it that needs attention.
    const char* string_end_slow(const char* p) noexcept;

    MXWIRE_HOT bool stands_at(const char* p, const ReadField& f) const noexcept {
        return last_ - p >= f.length && equal_bytes(p, f.key + 1, f.length);
    }

    /// The row of `key`, the text that was looked at last; or null.
    MXWIRE_SHARED const ReadField* row_of(const ReadTable& table, const char* key, const char* key_end) const noexcept {
        const ReadField* f = table.fields;
        for (const ReadField* const end = f + table.size; f != end; ++f) {
            const char* const name = f->key + 2;
            const char* const name_end = f->key + f->length - 1;
#if !MXWIRE_OPTIMIZE_SIZE
            if (!escaped) {
                const std::ptrdiff_t size = name_end - name;
                if (key_end - key == size && equal_bytes(key, name, static_cast<std::size_t>(size))) return f;
                continue;
            }
#endif
            if (equals_unescaped(key, key_end, name, name_end)) return f;
        }
        return nullptr;
    }

    /// A member that is not the expected one, `f`. Sets `f` to its row; or to null if it has none, and passes over it.
    MXWIRE_HOT const char* find_field(const char* p, const ReadTable& table, void* object, const ReadField*& f) {
#if !MXWIRE_OPTIMIZE_SIZE
        if (*p != '"') return fail(p, Fault::syntax);
        // Servers that differ in the order of members seldom differ in their spelling.
        const char first = p[1];
        const ReadField* const end = table.fields + table.size;
        for (unsigned left = table.size; left != 0; --left, ++f) {
            if (f == end) f = table.fields;
            if (f->key[2] == first && stands_at(p, *f)) return p + f->length;
        }
#endif
        p = look_up(p, table, object);
        f = found_;
        return p;
    }
    const char* look_up(const char* p, const ReadTable& table, void* object);
    /// A member that no row names.
    const char* keep(const char* p, const ReadTable& table, void* object, const char* key, const char* key_end);

    /// A union's alternative whose members stand in the object that is being read at `depth`.
    struct Inside {
        const ReadTable* table;
        void* object;
        const ReadTable* beside_table; // of the object that it stands in
        void* beside;
        unsigned depth;
        std::uint32_t seen;
        const char* (*read)(Reader&, Inside&, const char* p, const char* key, const char* key_end);
        Inside* outer;
    };
    static const char* read_inside(Reader& r, Inside& inside, const char* p, const char* key, const char* key_end);

    MXWIRE_HOT const char* read_field(const char* p, const ReadField& f, std::uint32_t& seen, const ReadTable& table,
                                      void* object) {
        const std::uint32_t bit = std::uint32_t{1} << (&f - table.fields);
        if ((seen & bit) != 0) return read_again(p, f);
        seen |= bit;
        return f.read(*this, p, f, object);
    }
    const char* read_again(const char* p, const ReadField& f) noexcept;

    /// Finds the tag of the union that the object at `p` is, and puts that alternative in place. Null: no tag, or a
    /// fault.
    void* choose(const char* p, const UnionTable& alternatives, void* variant, const ReadTable*& table);
    static const char* digits_end(const char* p) noexcept;
    /// The general case of number(). Exact, without floating point: the point is moved by the exponent, and behind it
    /// only zeros may stand.
    const char* any_number(const char* p, std::int64_t& out, bool& exact) noexcept;

    const char* last_ = nullptr;
    const ReadField* found_ = nullptr; // what look_up() found
    Inside* inside_ = nullptr;
    const Limits& limits_;
};

} // namespace detail

#if MXWIRE_DEFINITIONS
namespace detail {
MXWIRE_ONCE void Reader::read(const char* text, std::size_t size, const ReadTable& table, void* object) {
    const char* p = text;
    const char* last = text + size;
    do {
        if (last == p) {
            fail(p, Fault::syntax);
            return;
        }
    } while (is_space(*--last));
    if (*last != '}') {
        fail(p, Fault::syntax);
        return;
    }
    last_ = last;
    if (byte(p[0]) == 0xef && byte(p[1]) == 0xbb && byte(p[2]) == 0xbf) p += 3; // none of which is the last byte
    p = space(p);
    if (*p != '{') {
        fail(p, Fault::type);
        return;
    }
    p = read_members(p, table, object);
    if (p == last + 1) {
        fault = unusable;
    } else if (p != nullptr) {
        fail(p, Fault::syntax);
    }
}

MXWIRE_ONCE bool Reader::read_part(const char* text, std::size_t size, const ReadField& f, void* object) {
    last_ = text + size - 1;
    return f.read(*this, text, f, object) != nullptr;
}

MXWIRE_ONCE bool Reader::is_value(const char* text, const char* last) noexcept {
    last_ = last;
    return skip(text) == last + 1;
}

MXWIRE_COLD MXWIRE_ONCE const char* Reader::fail(const char* p, Fault why) noexcept {
    if (fault == Fault::none) {
        fault = why;
        fault_at = p;
        field = nullptr; // it may name what was merely unusable; the innermost member sets it on the way out
    }
    return nullptr;
}

MXWIRE_NOINLINE MXWIRE_ONCE const char* Reader::skip_space(const char* p) noexcept {
    while (byte(*p) <= ' ' && is_space(*p)) ++p;
    return p;
}

MXWIRE_ONCE const char* Reader::read_object(const char* p, const ReadTable& table, void* object) {
    if (depth_ >= limits_.depth) return fail(p, Fault::depth);
    ++depth_;
    p = space(p + 1);
    const ReadField* const end = table.fields + table.size;
    const ReadField* next = table.fields; // real servers write members in about the order of the table
    std::uint32_t seen = 0;
    if (*p != '}') {
        for (;;) {
            const ReadField* f = next;
            if (f != end && stands_at(p, *f)) {
                p += f->length;
            } else {
                p = find_field(p, table, object, f);
                if (p == nullptr) return nullptr;
            }
            if (f != nullptr) {
                p = read_field(space(p), *f, seen, table, object);
                if (p == nullptr) {
                    if (field == nullptr) field = f;
                    return nullptr;
                }
                next = f + 1;
            }
            p = separator(p, '}');
            if (p == nullptr) return nullptr;
            if (*p == '}') break;
            p = space(p + 1);
        }
    }
    --depth_;
    if (p == last_ && depth_ != 0) return fail(p, Fault::syntax);
    if ((table.required & ~seen) != 0) missing(p, table, seen);
    return p + 1;
}

MXWIRE_NOINLINE MXWIRE_ONCE const char* Reader::skip(const char* p) noexcept {
    std::uint64_t objects = 0; // a bit for each open level: 1 is an object
    const unsigned base = depth_;
    for (;;) {
        p = space(p);
        switch (*p) {
        case '"':
            p = string_end(p);
            if (p == nullptr) return nullptr;
            ++p;
            break;
        case '{':
        case '[':
            if (depth_ >= limits_.depth || depth_ - base >= 64) return fail(p, Fault::depth);
            ++depth_;
            objects = objects << 1 | (*p == '{');
            p = space(p + 1);
            if (*p == closing(objects)) goto closed;
            if ((objects & 1) != 0) goto key;
            continue;
        case 't':
        case 'f':
        case 'n':
            p = literal(p);
            if (p == nullptr) return nullptr;
            break;
        default: {
            std::int64_t value;
            bool exact;
            p = any_number(p, value, exact);
            if (p == nullptr) return nullptr;
        }
        }
    next:
        if (depth_ == base) return p;
        p = separator(p, closing(objects));
        if (p == nullptr) return nullptr;
        if (*p == ',') {
            ++p;
            if ((objects & 1) != 0) goto key;
            continue;
        }
    closed:
        // The last byte closes the whole document, and nothing inside it.
        if (p == last_ && (base != 0 || depth_ != 1)) return fail(p, Fault::syntax);
        ++p;
        objects >>= 1;
        --depth_;
        goto next;
    key:
        const char* end;
        p = key_end(space(p), end);
        if (p == nullptr) return nullptr;
    }
}

MXWIRE_COLD MXWIRE_ONCE void Reader::spoil(const char* p, const ReadField& f, Fault why) noexcept {
    if (!f.required || unusable != Fault::none) return;
    unusable = why;
    if (field == nullptr) field = &f;
    fault_at = p;
}

MXWIRE_ONCE void Reader::refuse(const char* p, const ReadField& f, Fault why) noexcept {
    if (unusable != Fault::none) return;
    unusable = why;
    field = &f;
    fault_at = p;
}

MXWIRE_COLD MXWIRE_ONCE void Reader::missing(const char* p, const ReadTable& table, std::uint32_t seen) noexcept {
    const ReadField* f = table.fields;
    for (std::uint32_t absent = table.required & ~seen; (absent & 1) == 0; absent >>= 1) ++f;
    spoil(p, *f, Fault::missing);
}

MXWIRE_COLD MXWIRE_ONCE const char* Reader::no_room(const char* p) noexcept {
    if (*p != '{' && *p != '[') p = skip(p);
    return p == nullptr ? nullptr : fail(p, Fault::too_many);
}

MXWIRE_COLD MXWIRE_ONCE const char* Reader::wrong_type(const char* p, const ReadField& f) noexcept {
    const char* const q = skip(p);
    if (q != nullptr) spoil(p, f, *p == 'n' ? Fault::missing : Fault::type);
    return q;
}

MXWIRE_ONCE const char* Reader::read_text(Reader& r, const char* p, const ReadField& f, void* object) {
    r.cut = f.cut;
    return read_text_by(f.aux.text, r, p, f, object);
}

MXWIRE_COLD MXWIRE_ONCE const char* Reader::empty_text(const char* p, const ReadField& f) noexcept {
    spoil(p, f, Fault::empty);
    return p + 2;
}

MXWIRE_ONCE const char* Reader::read_raw(Reader& r, const char* p, const ReadField& f, void* object) {
    const char* const q = r.skip(p);
    if (q == nullptr || *p == 'n') {
        if (q != nullptr) r.spoil(p, f, Fault::missing);
        return q;
    }
    const std::size_t size = static_cast<std::size_t>(q - p);
    r.cut = r.escaped = false;
    if (size > r.limits_.text || !f.aux.text(r, f.at(object), p, size)) return r.fail(p, Fault::too_long);
    return q;
}

MXWIRE_ONCE const char* Reader::pass_over(Reader& r, const char* p, const ReadField&, void*) { return r.skip(p); }
MXWIRE_ONCE const char* Reader::read_integer(Reader& r, const char* p, const ReadField& f, void* object) {
    if (digit(*p) > 9 && *p != '-') return r.wrong_type(p, f);
    std::int64_t value;
    bool exact;
    const char* const q = r.number(p, value, exact);
    if (q == nullptr) return nullptr;
    if (exact) {
        f.aux.integer(f.at(object), value);
    } else {
        r.spoil(p, f, Fault::range);
    }
    return q;
}

MXWIRE_ONCE const char* Reader::read_model(Reader& r, const char* p, const ReadField& f, void* object) {
    if (*p != '{') return r.wrong_type(p, f);
    return r.read_members(p, *f.aux.table, f.at(object));
}

MXWIRE_ONCE const char* Reader::read_optional_model(Reader& r, const char* p, const ReadField& f, void* object) {
    if (*p != '{') return r.wrong_type(p, f);
    const OptionalTable& optional = *f.aux.optional;
    void* const place = f.at(object);
    const Fault before = r.unusable;
    const char* const q = r.read_members(p, *optional.table, optional.emplace(place));
    if (q != nullptr) r.settle(p, f, before, place);
    return q;
}

MXWIRE_ONCE const char* Reader::read_optional_union(Reader& r, const char* p, const ReadField& f, void* object) {
    if (*p != '{') return r.wrong_type(p, f);
    const OptionalTable& optional = *f.aux.optional;
    void* const place = f.at(object);
    const Fault before = r.unusable;
    ReadField inner = f;
    inner.offset = 0;
    inner.aux = optional.alternatives;
    inner.required = true;
    const char* const q = read_union(r, p, inner, optional.emplace(place));
    if (q != nullptr) r.settle(p, f, before, place);
    return q;
}

MXWIRE_ONCE void Reader::settle(const char* p, const ReadField& f, Fault before, void* optional) {
    if (!is_newly_unusable(before)) return;
    f.aux.optional->reset(optional);
    spoil(p, f, forgive());
}

MXWIRE_ONCE const char* Reader::read_list(Reader& r, const char* p, const ReadField& f, void* object) {
    if (*p != '[') return r.wrong_type(p, f);
    if (r.depth_ >= r.limits_.depth) return r.fail(p, Fault::depth);
    ++r.depth_;
    const ListTable& table = *f.aux.list;
    void* list = f.at(object);
    if (table.open != nullptr) list = table.open(list);
    const Judgement before = r.set_apart();
    p = space(p + 1);
    if (*p != ']') {
        for (unsigned count = 0;; ++count) {
            p = space(p);
            void* const element = count < r.limits_.elements ? table.grow(list, true) : nullptr;
            if (element == nullptr) return r.no_room(p);
            p = table.element.read(r, p, table.element, element);
            if (p == nullptr) return nullptr;
            if (table.objects && r.unusable != Fault::none) {
                // One entry that nobody can use must not hide the others.
                (void)table.grow(list, false);
                (void)r.forgive();
            }
            p = r.separator(p, ']');
            if (p == nullptr) return nullptr;
            if (*p == ']') break;
            ++p;
        }
    }
    --r.depth_;
    const Fault inside = r.restore(before);
    if (inside != Fault::none) {
        table.clear(list);
        r.spoil(p, f, inside);
    }
    return p + 1;
}

MXWIRE_ONCE const char* Reader::read_union(Reader& r, const char* p, const ReadField& f, void* object) {
    if (*p != '{') return r.wrong_type(p, f);
    const ReadTable* table;
    void* const place = r.choose(p, *f.aux.alternatives, f.at(object), table);
    if (place == nullptr) return r.fault != Fault::none ? nullptr : r.wrong_type(p, f);
    return r.read_members(p, *table, place);
}

MXWIRE_ONCE const char* Reader::read_with_any(const char* p, const ReadTable& table, void* object,
                                              const UnionTable& alternatives, void* variant) {
    const ReadTable* alternative;
    void* const place = choose(p, alternatives, variant, alternative);
    if (place != nullptr) return read_with(p, table, object, *alternative, place);
    if (fault != Fault::none) return nullptr;
    if (unusable == Fault::none) unusable = Fault::missing;
    return read_object(p, table, object);
}

MXWIRE_ONCE const char* Reader::read_with(const char* p, const ReadTable& table, void* object, const ReadTable& other,
                                          void* place) {
    Inside inside{&other, place, &table, object, depth_ + 1u, 0, read_inside, inside_};
    inside_ = &inside;
    p = read_object(p, table, object);
    inside_ = inside.outer;
    if (p != nullptr && (other.required & ~inside.seen) != 0) missing(p, other, inside.seen);
    return p;
}

MXWIRE_NOINLINE MXWIRE_ONCE const char* Reader::literal(const char* p) noexcept {
    const char* rest = "rue\0alse\0ull";
    if (*p != 't') rest += *p == 'f' ? 4 : 9;
    const char* q = p;
    do {
        if (*++q != *rest) return fail(p, Fault::syntax); // the document's last byte is no letter
    } while (*++rest != '\0');
    return q + 1;
}

MXWIRE_NOINLINE MXWIRE_ONCE const char* Reader::string_end_slow(const char* p) noexcept {
    for (;; p = scan(p)) {
        const unsigned c = byte(*p);
        if (c == '"') return p;
        if (p == last_) return fail(p, Fault::syntax);
        if (c == '\\') {
            unsigned code;
            const char* const behind = decode_escape(p + 1, code);
            if (behind == nullptr || behind > last_) return fail(p, Fault::syntax);
            escaped = true;
            p = behind;
        } else if (c >= 0x80) {
            const unsigned length = utf8_length(p, last_);
            if (length == 0) return fail(p, Fault::utf8);
            p += length;
        } else {
            return fail(p, Fault::syntax);
        }
    }
}

MXWIRE_NOINLINE MXWIRE_ONCE const char* Reader::look_up(const char* p, const ReadTable& table, void* object) {
    const char* end;
    const char* const key = p + 1;
    p = key_end(p, end);
    if (p == nullptr) return nullptr;
    const ReadField* const row = row_of(table, key, end);
    if (row == nullptr) {
        p = space(p);
        p = inside_ != nullptr && inside_->depth == depth_ ? inside_->read(*this, *inside_, p, key, end)
                                                           : keep(p, table, object, key, end);
    }
    found_ = row; // last, since what was read meanwhile looked up keys of its own
    return p;
}

MXWIRE_ONCE const char* Reader::keep(const char* p, const ReadTable& table, void* object, const char* key,
                                     const char* key_end) {
    const char* const q = skip(p);
    if (q == nullptr || table.rest == nullptr) return q;
    if (table.rest(*this, object, key, static_cast<std::size_t>(key_end - key), p, static_cast<std::size_t>(q - p)))
        return q;
    return fail(p, Fault::too_many);
}

MXWIRE_ONCE const char* Reader::read_inside(Reader& r, Inside& inside, const char* p, const char* key,
                                            const char* key_end) {
    const ReadTable& table = *inside.table;
    const ReadField* const f = r.row_of(table, key, key_end);
    if (f == nullptr) {
        return table.rest != nullptr ? r.keep(p, table, inside.object, key, key_end)
                                     : r.keep(p, *inside.beside_table, inside.beside, key, key_end);
    }
    p = r.read_field(p, *f, inside.seen, table, inside.object);
    if (p == nullptr && r.field == nullptr) r.field = f;
    return p;
}

MXWIRE_COLD MXWIRE_ONCE const char* Reader::read_again(const char* p, const ReadField& f) noexcept {
    const char* const q = skip(p);
    if (q != nullptr) refuse(p, f, Fault::duplicate);
    return q;
}

MXWIRE_NOINLINE MXWIRE_ONCE void* Reader::choose(const char* p, const UnionTable& alternatives, void* variant,
                                                 const ReadTable*& table) {
    if (skip(p) == nullptr) return nullptr;
    std::string_view tag;
    unsigned tags = 0;
    for (p = space(p + 1); *p != '}';) {
        const char* const key = p + 1;
        const char* end;
        p = space(key_end(p, end));
        const char* const behind = skip(p);
        if (*p == '"' && equals_unescaped({key, static_cast<std::size_t>(end - key)}, "type")) {
            tag = {p + 1, static_cast<std::size_t>(behind - p) - 2};
            ++tags;
        }
        p = space(behind);
        if (*p == ',') p = space(p + 1);
    }
    if (tags != 1) return nullptr;
    std::size_t i = 0;
    while (i + 1 < alternatives.size && !equals_unescaped(tag, alternatives.tags[i])) ++i;
    table = alternatives.tables[i];
    return alternatives.emplace(variant, i);
}

MXWIRE_NOINLINE MXWIRE_ONCE const char* Reader::digits_end(const char* p) noexcept {
    while (digit(*p) <= 9) ++p;
    return p;
}

MXWIRE_NOINLINE MXWIRE_ONCE const char* Reader::any_number(const char* p, std::int64_t& out, bool& exact) noexcept {
    const bool negative = *p == '-';
    const char* q = p + negative;
    p = *q == '0' ? q + 1 : digits_end(q);
    if (p == q) return fail(p, Fault::syntax);
    std::ptrdiff_t whole = p - q; // digits in front of the point
    if (*p == '.') {
        const char* const fraction = ++p;
        p = digits_end(p);
        if (p == fraction) return fail(p, Fault::syntax);
    }
    const char* const end = p;
    if ((*p | 0x20) == 'e') {
        ++p;
        const bool smaller = *p == '-';
        if (smaller || *p == '+') ++p;
        const char* const first = p;
        std::ptrdiff_t exponent = 0;
        for (; digit(*p) <= 9; ++p) {
            if (exponent < 0x8000000) exponent = exponent * 10 + static_cast<std::ptrdiff_t>(digit(*p));
        }
        if (p == first) return fail(p, Fault::syntax);
        whole += smaller ? -exponent : exponent;
    }
    constexpr std::uint64_t largest = 0x7fffffffffffffff;
    std::uint64_t magnitude = 0;
    exact = false;
    while (q != end || (whole > 0 && magnitude != 0)) {
        const unsigned d = q == end ? 0 : digit(*q++);
        if (d > 9) continue; // the point
        if (whole-- <= 0) {
            if (d != 0) return p;
        } else {
            if (magnitude > largest / 10) return p;
            magnitude = magnitude * 10 + d;
        }
    }
    if (negative) magnitude = 0 - magnitude;
    out = static_cast<std::int64_t>(magnitude);
    exact = (out < 0) == negative || out == 0; // one digit too many is seen by the sign
    return p;
}

MXWIRE_ONCE const char* read_other_spelling(Reader& r, const char* p, const ReadField& f, void* object) {
    const OtherSpelling& other = *f.aux.other;
    return other.has_value(f.at(object)) ? r.skip(p) : other.field.read(r, p, other.field, object);
}
} // namespace detail
#endif

MXWIRE_NAMESPACE_END

#endif
