// SPDX-License-Identifier: MIT
#ifndef MXWIRE_JSON_WRITE_HPP
#define MXWIRE_JSON_WRITE_HPP

#include <mxwire/json/read.hpp>
#include <mxwire/json/writer.hpp>

MXWIRE_NAMESPACE_BEGIN
namespace detail {

struct WriteScalar {
    static constexpr bool is_scalar = true;
    static constexpr WriteAux aux() { return {}; }
};

// -------------------------------------------------------------------------------- text

template <class Text> struct WriteText : WriteScalar {
    static void write(Writer& w, const WriteField& f, const void* member) {
        w.text(f, *static_cast<const Text*>(member));
    }
    static void write_tag(Writer& w, const WriteField& f, const void* member) {
        w.tag(f, *static_cast<const Text*>(member));
    }
};
template <> struct WriteType<std::string> : WriteText<std::string> {};
template <> struct WriteType<std::string_view> : WriteText<std::string_view> {};
template <std::size_t N> struct WriteType<FixedText<N>> : WriteText<FixedText<N>> {};
template <class Text> struct WriteType<BasicSecret<Text>> : WriteScalar {
    static void write(Writer& w, const WriteField& f, const void* member) {
        const auto& secret = *static_cast<const BasicSecret<Text>*>(member);
        if (secret.empty()) return w.fail(Fault::empty, f);
        w.text(f, secret.expose());
    }
};
template <class Text> void write_word(Writer& w, const WriteField& f, const OpenWord<Text>& word) {
    const std::string_view text = word.text();
    if (f.required || !text.empty()) w.text(f, text);
}
template <class E, class Text> struct WriteType<OpenEnum<E, Text>> : WriteScalar {
    static void write(Writer& w, const WriteField& f, const void* member) {
        write_word(w, f, static_cast<const OpenEnum<E, Text>*>(member)->word());
    }
};
void write_constant(Writer& w, const WriteField& f, const void*);
template <std::size_t N, std::size_t K> constexpr WriteField Constant<N, K>::body_row() const {
    WriteField row{text, N + K + 4};
    row.write = write_constant;
    return row;
}

template <class Text> struct WriteType<BasicRawJson<Text>> : WriteScalar {
    static constexpr bool is_scalar = false;
    static void write(Writer& w, const WriteField& f, const void* member) {
        const auto& raw = *static_cast<const BasicRawJson<Text>*>(member);
        if (!raw.is_valid()) return w.fail(Fault::syntax, f);
        if (raw.empty()) return f.required ? w.fail(Fault::missing, f) : void();
        w.key(f);
        w.put(raw.text());
    }
};
template <class Members> struct WriteMembers : WriteScalar {
    static constexpr bool is_scalar = false;
    static void write(Writer& w, const WriteField&, const void* member) {
        const auto& members = *static_cast<const Members*>(member);
        if (!members.is_valid()) return w.fail(Fault::syntax, nullptr);
        for (const RawView::Element& element : members) {
            if (const WriteField* const ours = w.row_of(element.key)) return w.fail(Fault::duplicate, *ours);
            w.put(',');
            w.put(element.member());
        }
    }
};
template <class Text> struct WriteType<BasicMembers<Text>> : WriteMembers<BasicMembers<Text>> {};
template <std::size_t M> struct WriteType<MemberSlices<M>> : WriteMembers<MemberSlices<M>> {};

// -------------------------------------------------------------------------------- flags and numbers

template <> struct WriteType<Flag> : WriteScalar {
    static void write(Writer& w, const WriteField& f, const void* member) {
        const Flag flag = *static_cast<const Flag*>(member);
        if (f.required || flag.has_value()) w.boolean(f, flag);
    }
};
template <> struct WriteType<bool> : WriteScalar {
    static void write(Writer& w, const WriteField& f, const void* member) {
        w.boolean(f, *static_cast<const bool*>(member));
    }
};
template <> struct WriteType<std::int64_t> : WriteScalar {
    static void write(Writer& w, const WriteField& f, const void* member) {
        w.integer(f, *static_cast<const std::int64_t*>(member));
    }
};
template <> struct WriteType<std::chrono::milliseconds> : WriteScalar {
    static void write(Writer& w, const WriteField& f, const void* member) {
        w.integer(f, static_cast<const std::chrono::milliseconds*>(member)->count());
    }
};

// -------------------------------------------------------------------------------- what holds others

template <class T> struct WriteType<T, std::enable_if_t<is_model_v<T>>> {
    static void write(Writer& w, const WriteField& f, const void* member) {
        w.key(f);
        w.object(*f.aux.table, member);
    }
    static constexpr bool is_scalar = false;
    static void write_flattened(Writer& w, const WriteField& f, const void* member) {
        w.members(*f.aux.table, member, w.table());
    }
    static constexpr WriteAux aux() { return &WriteTableOf<T>::value; }
};
template <class T> struct WriteType<std::optional<T>> {
    static constexpr bool is_scalar = WriteType<T>::is_scalar;
    static void write(Writer& w, const WriteField& f, const void* member) {
        const auto& value = *static_cast<const std::optional<T>*>(member);
        if (value) WriteType<T>::write(w, f, &*value);
    }
    static constexpr WriteAux aux() { return WriteType<T>::aux(); }
};

void write_list(Writer& w, const WriteField& f, const void* list);
template <class L, class T> struct WriteListOf {
    static constexpr bool is_scalar = false;
    static const void* next(const void* list, const void* element) {
        const L& elements = *static_cast<const L*>(list);
        const T* const end = elements.data() + elements.size();
        const T* const p = element != nullptr ? static_cast<const T*>(element) + 1 : elements.data();
        return p != end ? p : nullptr;
    }
    static constexpr WriteField element() {
        WriteField row;
        row.write = WriteType<T>::write;
        row.aux = WriteType<T>::aux();
        row.required = true;
        return row;
    }
    static constexpr WriteList table{element(), next};
    static constexpr WriteValue write = write_list;
    static constexpr WriteAux aux() { return &table; }
};
template <class T> struct WriteType<std::vector<T>> : WriteListOf<std::vector<T>, T> {};
template <class T, std::size_t M> struct WriteType<FixedList<T, M>> : WriteListOf<FixedList<T, M>, T> {};
void write_slices(Writer& w, const WriteField& f, const TextSlices& slices);
template <class T> struct WriteType<Slices<T>> {
    static constexpr bool is_scalar = false;
    static void write(Writer& w, const WriteField& f, const void* member) {
        write_slices(w, f, static_cast<const Slices<T>*>(member)->slices());
    }
    static constexpr WriteAux aux() { return {}; }
};

void write_union(Writer& w, const WriteField& f, const void* variant);
void write_flattened_union(Writer& w, const WriteField& f, const void* variant);
template <class... A> struct WriteType<std::variant<A...>> {
    static constexpr bool is_scalar = false;
    using Variant = std::variant<A...>;
    static constexpr const WriteTable* tables[sizeof...(A)] = {&WriteTableOf<A>::value...};
    // Asked by its index first, each is found to be where all the others are, and nothing is left to choose.
    template <std::size_t... Index>
    static const void* at(const Variant& value, std::size_t index, std::index_sequence<Index...>) {
        const void* found = nullptr;
        (void)((index == Index && ((found = std::get_if<Index>(&value)), true)) || ...);
        return found;
    }
    static const void* held(const void* variant, std::size_t& alternative) {
        const Variant& value = *static_cast<const Variant*>(variant);
        const std::size_t index = value.index();
        const void* const found = at(value, index, std::index_sequence_for<A...>{});
        alternative = index;
        return found;
    }
    static constexpr WriteUnion table{UnionTags<A...>::value, tables, sizeof...(A), held};
    static constexpr WriteValue write = write_union;
    static constexpr WriteValue write_flattened = write_flattened_union;
    static constexpr WriteAux aux() { return &table; }
};

} // namespace detail

/// What writing a document came to.
struct WriteResult {
    Fault fault = Fault::none;
    std::string_view member{}; ///< the key that the fault is at, if it is at one. Static storage
    std::size_t size = 0;      ///< bytes that the document has, also where the buffer was too small

    explicit operator bool() const noexcept { return fault == Fault::none; }
};

namespace detail {
MXWIRE_SHARED WriteResult write_document(char* out, std::size_t capacity, const WriteTable& table, const void* model) {
    Writer writer{out, capacity};
    writer.object(table, model);
    Fault fault = writer.fault;
    if (fault == Fault::none && writer.missing() != 0) fault = Fault::too_large;
    return {fault, writer.member(), writer.position()};
}
} // namespace detail

/// Writes `model` as a JSON object into the buffer of `capacity` bytes at `out`. Allocates nothing.
template <class T> WriteResult write_json_into(char* out, std::size_t capacity, const T& model) {
    return detail::write_document(out, capacity, detail::WriteTableOf<T>::value, &model);
}
/// Writes `model` as a JSON object to `out`, in one allocation of the exact size.
template <class T> WriteResult write_json(std::string& out, const T& model) {
    const WriteResult measured = write_json_into(nullptr, 0, model);
    if (measured.fault != Fault::too_large) return measured;
    out.resize(measured.size);
    return write_json_into(out.data(), out.size(), model);
}

#if MXWIRE_DEFINITIONS
namespace detail {
MXWIRE_ONCE void write_constant(Writer& w, const WriteField& f, const void*) { w.key(f); }
MXWIRE_ONCE void write_list(Writer& w, const WriteField& f, const void* list) {
    const WriteList& table = *f.aux.list;
    const void* element = table.next(list, nullptr);
    if (element == nullptr && !f.required) return;
    w.key(f);
    w.put('[');
    while (element != nullptr) {
        table.element.write(w, table.element, element);
        element = table.next(list, element);
        if (element != nullptr) w.put(',');
    }
    w.put(']');
}

MXWIRE_ONCE void write_slices(Writer& w, const WriteField& f, const TextSlices& slices) {
    if (slices.size() == 0 && !f.required) return;
    w.key(f);
    w.put('[');
    const char* p = slices.first();
    for (std::size_t i = 0; i != slices.size(); ++i) {
        if (i != 0) w.put(',');
        const std::string_view text = slices.text_at(p);
        w.text(WriteField{}, text);
        p = slices.next(text);
    }
    w.put(']');
}

MXWIRE_ONCE void write_union(Writer& w, const WriteField& f, const void* variant) {
    w.alternative(*f.aux.alternatives, f, variant, false);
}

MXWIRE_ONCE void write_flattened_union(Writer& w, const WriteField& f, const void* variant) {
    w.alternative(*f.aux.alternatives, f, variant, true);
}
} // namespace detail
#endif

MXWIRE_NAMESPACE_END

#endif
