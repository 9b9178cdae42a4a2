// SPDX-License-Identifier: MIT
#ifndef MXWIRE_JSON_READ_HPP
#define MXWIRE_JSON_READ_HPP

#include <mxwire/json/raw.hpp>
#include <mxwire/json/words.hpp>

MXWIRE_NAMESPACE_BEGIN
namespace detail {

// -------------------------------------------------------------------------------- text, by storage

template <class Text> struct StoreAs;
template <> struct StoreAs<std::string> {
    static constexpr bool can_cut = false;
    static bool store(Reader& r, void* slot, const char* text, std::size_t size);
};
template <> struct StoreAs<std::string_view> {
    static constexpr bool can_cut = true;
    static bool store(Reader& r, void* slot, const char* text, std::size_t size) {
        *static_cast<std::string_view*>(slot) = {text, size};
        return !r.escaped || store_escaped(r, *static_cast<std::string_view*>(slot));
    }
    static bool store_escaped(Reader& r, std::string_view& text);
};
bool store_fixed(Reader& r, char* out, std::size_t capacity, const char* text, std::size_t size, std::size_t& used);
template <std::size_t N> struct StoreAs<FixedText<N>> {
    static constexpr bool can_cut = true;
    static bool store(Reader& r, void* slot, const char* text, std::size_t size) {
        FixedText<N>& s = *static_cast<FixedText<N>*>(slot);
        std::size_t used = 0;
        const bool stored = store_fixed(r, s.buffer(), N, text, size, used);
        s.resize(used);
        return stored;
    }
};

template <class Text> struct ReadText {
    static constexpr ValueKind kind = ValueKind::text;
#if MXWIRE_OPTIMIZE_SIZE
    static constexpr ReadValue read = Reader::read_text;
#else
    static constexpr ReadValue read = Reader::read_text_as<StoreAs<Text>>;
#endif
    static constexpr ReadAux aux() { return StoreAs<Text>::store; }
};
#if MXWIRE_SEPARATE_COMPILATION
MXWIRE_INSTANCE const char* Reader::read_text_as<StoreAs<std::string>>(Reader&, const char*, const ReadField&, void*);
#endif
template <> struct ReadType<std::string> : ReadText<std::string> {};
template <> struct ReadType<std::string_view> : ReadText<std::string_view> {};
template <std::size_t N> struct ReadType<FixedText<N>> : ReadText<FixedText<N>> {};
/// A secret that is short must not go through a temporary: a move would leave it there.
template <class Text> struct StoreSecret : StoreAs<Text> {};
#if !MXWIRE_OPTIMIZE_SIZE
template <> struct StoreSecret<std::string> {
    static bool store(Reader& r, void* slot, const char* text, std::size_t size) {
        std::string& s = *static_cast<std::string*>(slot);
        // A short text is made where it stays: a temporary would be one more place to wipe. It must not grow, which would
        // leave what it held.
        if (size > s.capacity()) return StoreAs<std::string>::store(r, slot, text, size);
        s.assign(text, size);
        if (r.escaped) s.erase(unescape_in_place(s.data(), size));
        return true;
    }
};
#endif
template <class Text> struct ReadType<BasicSecret<Text>> {
    static_assert(std::is_standard_layout_v<BasicSecret<Text>>); // it is where its text is
    static constexpr ValueKind kind = ValueKind::secret;
    static constexpr ReadValue read = Reader::read_text;
    static constexpr ReadAux aux() { return StoreSecret<Text>::store; }
};
template <class Text>
MXWIRE_SHARED bool store_word(Reader& r, OpenWord<Text>& word, const char* list, const char* text, std::size_t size) {
    word.known = find_word(list, {text, size}, r.escaped);
    return word.known != nullptr || StoreAs<Text>::store(r, &word.other, text, size);
}
template <class E, class Text> struct ReadType<OpenEnum<E, Text>> {
    static_assert(std::is_standard_layout_v<OpenEnum<E, Text>>); // it is where its word is
    static constexpr ValueKind kind = ValueKind::text;
    static bool store(Reader& r, void* slot, const char* text, std::size_t size) {
        return store_word(r, *static_cast<OpenWord<Text>*>(slot), Words<E>::value.bytes.data(), text, size);
    }
    static constexpr ReadValue read = Reader::read_text;
    static constexpr ReadAux aux() { return store; }
};

template <class Text> struct ReadType<BasicRawJson<Text>> {
    static_assert(std::is_standard_layout_v<BasicRawJson<Text>>); // it is where its text is
    static constexpr ValueKind kind = ValueKind::raw;
    static constexpr ReadValue read = Reader::read_raw;
    static constexpr ReadAux aux() { return StoreAs<Text>::store; }
};

// -------------------------------------------------------------------------------- flags and numbers

template <class T, ValueKind Kind> struct ReadScalar {
    static constexpr ValueKind kind = Kind;
    static constexpr ReadAux aux() { return {}; }
};
template <> struct ReadType<Flag> : ReadScalar<Flag, ValueKind::flag> {
    static constexpr ReadValue read = Reader::read_flag<Flag>;
};
template <> struct ReadType<bool> : ReadScalar<bool, ValueKind::flag> {
    static constexpr ReadValue read = Reader::read_flag<bool>;
};
template <class T> struct ReadInteger {
    static constexpr ValueKind kind = ValueKind::integer;
    static void store(void* slot, std::int64_t value) noexcept { *static_cast<T*>(slot) = T{value}; }
    static constexpr ReadValue read = Reader::read_integer;
    static constexpr ReadAux aux() { return store; }
};
template <> struct ReadType<std::int64_t> : ReadInteger<std::int64_t> {};
template <> struct ReadType<std::chrono::milliseconds> : ReadInteger<std::chrono::milliseconds> {};

// -------------------------------------------------------------------------------- what holds others

template <class T> struct ReadType<T, std::enable_if_t<is_model_v<T>>> {
    static constexpr ValueKind kind = ValueKind::model;
    static constexpr ReadValue read = Reader::read_model;
    static const char* read_flattened(Reader& r, const char* p, const ReadTable& table, void* object, void* model) {
        return r.read_with(p, table, object, ReadTableOf<T>::value, model);
    }
    static constexpr ReadAux aux() { return &ReadTableOf<T>::value; }
};
template <class T> inline constexpr bool is_optional_v = false;
template <class T> inline constexpr bool is_optional_v<std::optional<T>> = true;
template <class T> inline constexpr bool is_union_v = false;
template <class... A> inline constexpr bool is_union_v<std::variant<A...>> = true;
template <ValueKind Kind> inline constexpr bool is_stored_v =
    Kind == ValueKind::text || Kind == ValueKind::secret || Kind == ValueKind::raw || Kind == ValueKind::integer;
/// Text and numbers are put in place by what stores them, so that this is there once for a type, not for each member.
template <class T> struct StoreOptional {
    using Optional = std::optional<T>;
    static bool text(Reader& r, void* slot, const char* text, std::size_t size) {
        return ReadType<T>::aux().text(r, &static_cast<Optional*>(slot)->emplace(), text, size);
    }
    static void integer(void* slot, std::int64_t value) { static_cast<Optional*>(slot)->emplace(value); }
    static constexpr ReadAux aux() {
        if constexpr (ReadType<T>::kind == ValueKind::integer) {
            return integer;
        } else {
            return text;
        }
    }
};
template <class T> struct ReadType<std::optional<T>, std::enable_if_t<!is_model_v<T> && !is_union_v<T>>> {
    static constexpr ValueKind kind = ReadType<T>::kind;
    static void* open(void* list) { return &static_cast<std::optional<T>*>(list)->emplace(); }
    static constexpr ReadValue read_value() {
        if constexpr (kind == ValueKind::flag) {
            return Reader::read_flag<std::optional<T>>;
        } else {
            return kind == ValueKind::text ? ReadValue{Reader::read_text} : ReadType<T>::read;
        }
    }
    static constexpr ReadValue read = read_value();
    static constexpr ReadAux aux() {
        if constexpr (is_stored_v<kind>) {
            return StoreOptional<T>::aux();
        } else if constexpr (kind == ValueKind::list) {
            return &OpenedList<T, open>::table;
        } else {
            return {};
        }
    }
};
template <class T> struct ReadType<std::optional<T>, std::enable_if_t<is_model_v<T>>> {
    static constexpr ValueKind kind = ValueKind::optional_model;
#if MXWIRE_OPTIMIZE_SIZE
    static void* emplace(void* optional) { return &static_cast<std::optional<T>*>(optional)->emplace(); }
#else
    static void* emplace(void* optional) { return &static_cast<std::optional<T>*>(optional)->emplace(Fresh<T>{}); }
#endif
    static void reset(void* optional) { static_cast<std::optional<T>*>(optional)->reset(); }
    static constexpr OptionalTable table{&ReadTableOf<T>::value, nullptr, emplace, reset};
    static constexpr ReadValue read = Reader::read_optional_model;
    static constexpr ReadAux aux() { return &table; }
};

template <class T> constexpr ReadField element_field() {
    ReadField element;
    element.read = ReadType<T>::read;
    element.aux = ReadType<T>::aux();
    element.kind = ReadType<T>::kind;
    element.required = true;
    return element;
}
struct ReadList {
    static constexpr ValueKind kind = ValueKind::list;
    static constexpr ReadValue read = Reader::read_list;
};
template <class T> struct ReadType<std::vector<T>> : ReadList {
    static void* grow(void* list, bool more) {
        auto& v = *static_cast<std::vector<T>*>(list);
        if (more) {
#if !MXWIRE_OPTIMIZE_SIZE
            if (v.empty()) v.reserve(4); // one allocation for the usual list instead of three
#endif
            return &v.emplace_back();
        }
        if (v.empty()) return nullptr;
        v.pop_back();
        return list;
    }
    static constexpr ListTable table{element_field<T>(), grow, is_model_v<T>};
    static constexpr ReadAux aux() { return &table; }
};
template <class T, std::size_t M> struct ReadType<FixedList<T, M>> : ReadList {
    static void* grow(void* list, bool more) {
        auto& l = *static_cast<FixedList<T, M>*>(list);
        if (more) return l.try_emplace_back();
        if (l.empty()) return nullptr;
        l.pop_back();
        return list;
    }
    static constexpr ListTable table{element_field<T>(), grow, is_model_v<T>};
    static constexpr ReadAux aux() { return &table; }
};

struct ReadSlices {
    static void* grow(void* list, bool more) {
        if (more) return list; // each text is added to it
        *static_cast<TextSlices*>(list) = {};
        return nullptr;
    }
    static bool store(Reader& r, void* list, const char* text, std::size_t size) {
        return static_cast<TextSlices*>(list)->add(r, text, size);
    }
    static constexpr ReadField element() {
        ReadField row = element_field<std::string_view>();
        row.read = Reader::read_text;
        row.aux = store;
        return row;
    }
};
template <> struct ReadType<TextSlices> : ReadSlices {
    static constexpr ValueKind kind = ValueKind::list;
    static constexpr ListTable table{element(), grow, false};
    static constexpr ReadValue read = Reader::read_list;
    static constexpr ReadAux aux() { return &table; }
};
template <class T> struct ReadType<Slices<T>> : ReadType<TextSlices> {
    static_assert(std::is_standard_layout_v<Slices<T>>); // it is where its slices are
};

/// A union: every alternative but the last has a `tag`, the value of its member "type".
template <class... A> struct ReadType<std::variant<A...>> {
    using Variant = std::variant<A...>;
    static constexpr std::size_t size = sizeof...(A);
    static constexpr const ReadTable* tables[size] = {&ReadTableOf<A>::value...};
    template <std::size_t Index> static void* put(void* variant) {
        return &static_cast<Variant*>(variant)->template emplace<Index>();
    }
    template <std::size_t... Index>
    static void* emplace_any(void* variant, std::size_t alternative, std::index_sequence<Index...>) {
        constexpr void* (*functions[])(void*) = {put<Index>...};
        return functions[alternative](variant);
    }
    static void* emplace(void* variant, std::size_t alternative) {
        return emplace_any(variant, alternative, std::index_sequence_for<A...>{});
    }
    static constexpr UnionTable table{UnionTags<A...>::value, tables, emplace, size};
    static const char* read_flattened(Reader& r, const char* p, const ReadTable& outer, void* object, void* variant) {
        return r.read_with_any(p, outer, object, table, variant);
    }

    static constexpr ValueKind kind = ValueKind::alternatives;
    static constexpr ReadValue read = Reader::read_union;
    static constexpr ReadAux aux() { return &table; }
};

template <class... A> struct ReadType<std::optional<std::variant<A...>>> {
    using Optional = std::optional<std::variant<A...>>;
    static constexpr ValueKind kind = ValueKind::optional_model;
    static void* emplace(void* optional) { return &static_cast<Optional*>(optional)->emplace(); }
    static void reset(void* optional) { static_cast<Optional*>(optional)->reset(); }
    static constexpr OptionalTable table{nullptr, ReadType<std::variant<A...>>::aux().alternatives, emplace, reset};
    static constexpr ReadValue read = Reader::read_optional_union;
    static constexpr ReadAux aux() { return &table; }
};

template <std::size_t N, std::size_t K> constexpr void Constant<N, K>::read_rows_to(ReadField* out) const {
    out->key = text;
    out->read = Reader::pass_over;
    out->length = N + 2;
}

template <auto Through, auto M, std::size_t N, class C>
constexpr void NamedIn<Through, M, N, C>::read_rows_to(ReadField* out) const {
    constexpr ValueKind kind = ReadType<TypeOf<M>>::kind;
    static_assert(is_stored_v<kind> || (kind == ValueKind::list && !is_optional_v<TypeOf<M>>),
                  "a member of an optional object that stands in another one is a text, a number, raw JSON or a list");
    *out = read_row_of<TypeOf<M>>(key.text, N + 2, false, false);
    out->offset = offset_of<Through> & max_offset;
    if constexpr (kind == ValueKind::list) {
        out->aux = &OpenedList<TypeOf<M>, enter>::table;
    } else if constexpr (kind == ValueKind::integer) {
        out->aux = integer;
    } else {
        out->aux = text;
    }
    if constexpr (kind == ValueKind::text) out->read = Reader::read_text;
}

} // namespace detail

/// What reading a document came to.
struct ReadResult {
    Fault fault = Fault::none;
    std::string_view member{}; ///< the key that the fault is at, if it is at one. Static storage
    std::size_t offset = 0;    ///< bytes of the document in front of the fault

    explicit operator bool() const noexcept { return fault == Fault::none; }
};

namespace detail {
inline std::string_view key_of(const ReadField* field) noexcept {
    return field != nullptr && field->key != nullptr ? std::string_view{field->key + 2, field->length - 3u}
                                                     : std::string_view{};
}
/// What a codec reads.
struct Document {
    const char* text;
    std::size_t size;
    bool writable;
};
/// Reads with the reader of this library.
struct CoreCodec {
    static constexpr bool hands_out_slices = true;
    static ReadResult read(const Document& document, const Limits& limits, const ReadTable& table, void* model);
};
} // namespace detail

/// Reads the JSON object `text` into `model`, which is to be freshly made. On a fault `model` holds what was read so
/// far.
template <class T>
ReadResult read_json(std::string_view text, T& model, const Limits& limits = detail::default_limits) {
    return detail::CoreCodec::read({text.data(), text.size(), false}, limits, detail::ReadTableOf<T>::value, &model);
}
/// The same for a buffer that may be written to: text with escapes is unescaped where it lies.
template <class T>
ReadResult read_json_in_place(char* text, std::size_t size, T& model, const Limits& limits = detail::default_limits) {
    return detail::CoreCodec::read({text, size, true}, limits, detail::ReadTableOf<T>::value, &model);
}

#if MXWIRE_DEFINITIONS
namespace detail {
MXWIRE_ONCE bool StoreAs<std::string>::store(Reader& r, void* slot, const char* text, std::size_t size) {
    std::string& s = *static_cast<std::string*>(slot);
#if MXWIRE_OPTIMIZE_SIZE
    s = std::string(size, '\0'); // a secret is in no temporary, and no code is linked that grows
    std::memcpy(s.data(), text, size);
#else
    s = std::string(text, size); // cheaper than assign() on an empty string, and exact
#endif
    if (r.escaped) s.erase(unescape_in_place(s.data(), size)); // resize() would link the code that grows
    return true;
}

MXWIRE_COLD MXWIRE_ONCE bool StoreAs<std::string_view>::store_escaped(Reader& r, std::string_view& text) {
    std::size_t size;
    if (r.in_place) { // the caller gave us a buffer
        size = unescape_in_place(const_cast<char*>(text.data()), text.size());
    } else if (r.cut) {
        size = index_of(text, '\\');
    } else {
        return r.fail(text.data(), Fault::escaped) != nullptr;
    }
    text = {text.data(), size};
    return true;
}

MXWIRE_ONCE bool TextSlices::add(Reader& r, const char* text, std::size_t size) {
    std::string_view stored;
    if (!StoreAs<std::string_view>::store(r, &stored, text, size)) return false;
    if (stored.size() != size) { // it had escapes, so the body can be written to, and now there may be a quote in it
        char* const mark = const_cast<char*>(text) - 1;
        mark[0] = mark[1 + stored.size()] = no_text;
        for (std::size_t i = stored.size() + 1; i <= size; ++i) mark[1 + i] = ' ';
    }
    if (size_++ == 0) first_ = text - 1;
    end_ = text + stored.size();
    return true;
}

MXWIRE_NOINLINE MXWIRE_ONCE bool store_fixed(Reader& r, char* out, std::size_t capacity, const char* text,
                                             std::size_t size, std::size_t& used) {
    if (r.escaped) {
        const char* const end = text + size;
        used = unescape(text, end, out, capacity);
        return text == end || r.cut;
    }
    if (size > capacity) {
        if (!r.cut) return false;
        size = capacity;
        while (byte(text[size]) >> 6 == 2) --size; // not inside a character
    }
    std::memcpy(out, text, size);
    used = size;
    return true;
}

MXWIRE_NOINLINE MXWIRE_ONCE ReadResult CoreCodec::read(const Document& document, const Limits& limits,
                                                       const ReadTable& table, void* model) {
    Reader reader{limits, document.writable};
    reader.read(document.text, document.size, table, model);
    return {reader.fault, key_of(reader.field),
            reader.fault_at != nullptr ? static_cast<std::size_t>(reader.fault_at - document.text) : 0};
}
} // namespace detail
#endif

MXWIRE_NAMESPACE_END

#endif
