// SPDX-License-Identifier: MIT
#ifndef MXWIRE_TYPES_FIELD_HPP
#define MXWIRE_TYPES_FIELD_HPP

#include <mxwire/json/read.hpp>
#include <mxwire/json/write.hpp>

MXWIRE_NAMESPACE_BEGIN
namespace detail {

/// A member that is kept raw and is an object. Any other value is of the wrong type, whichever parser hands it out.
template <auto M, bool Required, std::size_t N, class C = ClassOf<M>> struct NamedObject
    : Named<M, Required, false, N> {
    using Base = Named<M, Required, false, N>;
    constexpr NamedObject(const char (&name)[N]) : Base(name) {}
    static bool store(Reader& r, void* slot, const char* text, std::size_t size) {
        if (*text == '{') return ReadType<TypeOf<M>>::aux().text(r, slot, text, size);
        if (Required && r.unusable == Fault::none) r.unusable = Fault::type;
        return true;
    }
    constexpr void read_rows_to(ReadField* out) const {
        Base::read_rows_to(out);
        out->aux = store;
    }
};

/// Text that is as good as missing where it is empty: refused then, as a secret is.
template <auto M, std::size_t N> struct NamedText : Named<M, true, false, N> {
    using Base = Named<M, true, false, N>;
    constexpr NamedText(const char (&name)[N]) : Base(name) {}
    constexpr void read_rows_to(ReadField* out) const {
        Base::read_rows_to(out);
        out->read = Reader::read_text;
        out->kind = ValueKind::secret;
    }
};

/// A member that must be there where another one is.
template <auto M, auto With, std::size_t N, class C = ClassOf<M>> struct NamedWith : Named<M, false, false, N> {
    using Base = Named<M, false, false, N>;
    constexpr NamedWith(const char (&name)[N]) : Base(name) {}
    static void write(Writer& w, const WriteField& f, const void* object) {
        const C& model = *static_cast<const C*>(object);
        if (model.*With && !(model.*M)) return w.fail(Fault::missing, f);
        WriteType<TypeOf<M>>::write(w, f, &(model.*M));
    }
    constexpr WriteField body_row() const {
        WriteField row = Base::body_row();
        row.offset = 0;
        row.write = write;
        return row;
    }
};

/// A list that means the same where it is absent and where it is empty, and that is written in either case.
template <auto M, std::size_t N> struct WrittenList : Named<M, false, false, N> {
    using Base = Named<M, false, false, N>;
    constexpr WrittenList(const char (&name)[N]) : Base(name) {}
    constexpr WriteField body_row() const {
        WriteField row = Base::body_row();
        row.required = true;
        return row;
    }
};

/// An optional list that says something where it is empty, too: so one that is no good must not be left empty.
template <auto M, std::size_t N, class C = ClassOf<M>> struct NamedList : Named<M, false, false, N> {
    using Base = Named<M, false, false, N>;
    using Optional = TypeOf<M>;
    using List = ReadType<typename Optional::value_type>;
    static_assert(!List::table.objects, "a list of objects leaves out those that are no good");
    constexpr NamedList(const char (&name)[N]) : Base(name) {}
    static void* open(void* list) {
        static_cast<Optional*>(list)->emplace();
        return list;
    }
    static void* grow(void* list, bool more) {
        Optional& optional = *static_cast<Optional*>(list);
        if (more) return List::grow(&*optional, true);
        optional.reset();
        return nullptr;
    }
    static constexpr ListTable table{List::table.element, grow, false, open};
    constexpr void read_rows_to(ReadField* out) const {
        Base::read_rows_to(out);
        out->aux = &table;
    }
    constexpr WriteField body_row() const {
        WriteField row = Base::body_row();
        row.required = true; // of a list that is not there nothing is written all the same
        return row;
    }
};

} // namespace detail

/// Rows of a field table for members that come with a condition.
namespace field {
/// As `required`, for raw JSON that is an object.
template <auto M, std::size_t N> constexpr auto required_object(const char (&name)[N]) {
    return detail::NamedObject<M, true, N>{name};
}
/// As `optional`, for raw JSON that is an object.
template <auto M, std::size_t N> constexpr auto optional_object(const char (&name)[N]) {
    return detail::NamedObject<M, false, N>{name};
}
/// As `required`, for text that is not empty.
template <auto M, std::size_t N> constexpr auto required_text(const char (&name)[N]) {
    return detail::NamedText<M, N>{name};
}
/// As `optional`, and required where the optional `With` is there.
template <auto M, auto With, std::size_t N> constexpr auto required_with(const char (&name)[N]) {
    return detail::NamedWith<M, With, N>{name};
}
/// As `optional`, for a list: one without an element is written as well.
template <auto M, std::size_t N> constexpr auto list(const char (&name)[N]) { return detail::WrittenList<M, N>{name}; }
/// As `optional`, for a std::optional list: one without an element is written as well.
template <auto M, std::size_t N> constexpr auto optional_list(const char (&name)[N]) {
    return detail::NamedList<M, N>{name};
}
} // namespace field

MXWIRE_NAMESPACE_END

#endif
