// SPDX-License-Identifier: MIT
#ifndef MXWIRE_JSON_TABLE_HPP
#define MXWIRE_JSON_TABLE_HPP

#include <mxwire/json/text.hpp>

#include <array>
#include <optional>

MXWIRE_NAMESPACE_BEGIN

/// Why a document was refused, or could not be written.
enum class Fault : std::uint8_t {
    none,
    syntax,    ///< not JSON (RFC 8259), or not the kind of text that is expected
    utf8,      ///< not UTF-8
    depth,     ///< nested deeper than Limits::depth
    type,      ///< a value of another type
    missing,   ///< absent, or null
    duplicate, ///< twice in one object
    too_many,  ///< more elements than Limits::elements or than the list holds
    too_long,  ///< longer than the text holds
    range,     ///< no whole number, or beyond 64 bits
    escaped,   ///< a View of a read-only body cannot hold text with escapes
    empty,     ///< a secret without a character
    too_large, ///< more bytes than allowed, or than the caller's buffer holds
};

/// One sentence about `fault`. Static storage.
std::string_view describe(Fault fault) noexcept;

/// The field table of a model that cannot carry one itself: specialise with `static constexpr auto value =
/// mxwire::fields(...)`.
template <class T, class = void> struct Fields {};

namespace detail {

template <class T, class = void> struct HasFields : std::false_type {};
template <class T> struct HasFields<T, std::void_t<decltype(T::fields)>> : std::true_type {};
template <class T, class = void> struct HasForeignFields : std::false_type {};
template <class T> struct HasForeignFields<T, std::void_t<decltype(Fields<T>::value)>> : std::true_type {};
template <class T> inline constexpr bool is_model_v = HasFields<T>::value || HasForeignFields<T>::value;

class Reader;
class Writer;
struct ReadField;
struct ReadTable;
struct ListTable;
struct OptionalTable;
struct UnionTable;
struct OtherSpelling;
struct WriteField;
struct WriteTable;
struct WriteList;
struct WriteUnion;

// ------------------------------------------------------------------------------------------------ what the reader sees

/// Reads the value at `p` into `object`'s member; the byte behind the value, or null after a fault that ends
/// everything.
using ReadValue = const char* (*)(Reader&, const char* p, const ReadField&, void* object);
/// Stores valid string content, still escaped if Reader::escaped. False if it does not fit.
using StoreText = bool (*)(Reader&, void* slot, const char* text, std::size_t size);
using StoreInteger = void (*)(void* slot, std::int64_t value);

union ReadAux {
    const void* nothing;
    StoreText text;
    StoreInteger integer;
    const ReadTable* table;
    const ListTable* list;
    const OptionalTable* optional;
    const UnionTable* alternatives;
    const OtherSpelling* other;
    constexpr ReadAux() : nothing(nullptr) {}
    constexpr ReadAux(StoreText t) : text(t) {}
    constexpr ReadAux(StoreInteger t) : integer(t) {}
    constexpr ReadAux(const ReadTable* t) : table(t) {}
    constexpr ReadAux(const ListTable* t) : list(t) {}
    constexpr ReadAux(const OptionalTable* t) : optional(t) {}
    constexpr ReadAux(const UnionTable* t) : alternatives(t) {}
    constexpr ReadAux(const OtherSpelling* t) : other(t) {}
};
/// What a member holds, for readers that are handed values instead of text (mxwire/nlohmann.hpp).
enum class ValueKind : std::uint8_t {
    passed_over,
    text,
    secret,
    raw,
    flag,
    integer,
    model,
    optional_model,
    list,
    alternatives,
    other_spelling
};
#if MXWIRE_OPTIMIZE_SIZE
inline constexpr unsigned offset_bits = 19; // what is left of a word: 512 KB
#else
inline constexpr unsigned offset_bits = 32;
#endif
inline constexpr std::uint32_t max_offset = 0xffffffff >> (32 - offset_bits);
struct ReadField {
    const char* key = nullptr; ///< ,"name":
    ReadValue read = nullptr;
    ReadAux aux{};
    std::uint32_t length : 7; ///< of "name":
    bool required : 1;
    ValueKind kind : 4;
    bool cut : 1;                       ///< text that is too long is cut
    std::uint32_t offset : offset_bits; ///< of what `read` fills in its object
    constexpr ReadField() : length(0), required(false), kind(ValueKind::passed_over), cut(false), offset(0) {}

    void* at(void* object) const noexcept { return static_cast<char*>(object) + offset; }
};
struct ReadTable {
    const ReadField* fields;
    bool (*rest)(Reader&, void* object, const char* key, std::size_t key_size, const char* value, std::size_t size);
    /// Reads an object in which the members of a union stand; null: an object like any other.
    const char* (*whole)(Reader&, const char* p, const ReadTable&, void* object);
    std::uint32_t required; ///< one bit a row
    std::uint8_t size;
};
struct ListTable {
    ReadField element;
    /// `more`: the new element, or null if the list is full. Else takes the last one away, and is null if there was none; a
    /// list that is not of objects may go as a whole.
    void* (*grow)(void* list, bool more);
    bool objects;
    /// Makes the list that is about to be read where there is none, and returns it; null: it is where the row says.
    void* (*open)(void* place) = nullptr;

    void clear(void* list) const {
        while (grow(list, false) != nullptr) continue;
    }
};
/// A member by another name. It counts where the first spelling, which is a row of its own, says nothing.
struct OtherSpelling {
    ReadField field; // without a key
    bool (*has_value)(const void* slot);
};
struct OptionalTable {
    const ReadTable* table;         ///< null: a union
    const UnionTable* alternatives; ///< null: a model
    void* (*emplace)(void* optional);
    void (*reset)(void* optional);
};
MXWIRE_ONCE const char* read_other_spelling(Reader&, const char* p, const ReadField&, void* object);
struct UnionTable {
    const std::string_view* tags; ///< the tag of every alternative but the last, which takes all others
    const ReadTable* const* tables;
    void* (*emplace)(void* variant, std::size_t alternative);
    std::size_t size;
};

/// The tags of a union: of every alternative but the last, which takes all others.
template <class... A> struct UnionTags {
    template <class T, class = void> struct TagOf { static constexpr std::string_view value{}; };
    template <class T> struct TagOf<T, std::void_t<decltype(T::tag)>> {
        static constexpr std::string_view value{T::tag};
    };
    static constexpr std::string_view value[sizeof...(A)] = {TagOf<A>::value...};
};

// ------------------------------------------------------------------------------------------------ what the writer sees

using WriteValue = void (*)(Writer&, const WriteField&, const void* member);
union WriteAux {
    const void* nothing;
    const WriteTable* table;
    const WriteUnion* alternatives;
    const WriteList* list;
    constexpr WriteAux() : nothing(nullptr) {}
    constexpr WriteAux(const WriteTable* t) : table(t) {}
    constexpr WriteAux(const WriteUnion* t) : alternatives(t) {}
    constexpr WriteAux(const WriteList* t) : list(t) {}
};
struct WriteField {
    const char* key = nullptr; ///< ,"name": or &name=
    WriteValue write = nullptr;
    WriteAux aux{};
    std::uint32_t length : 8;
    bool required : 1;
    std::uint32_t : 23 - offset_bits % 32; // the offset is the upper end of its word: one shift
    std::uint32_t offset : offset_bits;    ///< of what `write` is given in its object
    constexpr WriteField() : length(0), required(false), offset(0) {}
    constexpr WriteField(const char* k, std::size_t size) : key(k), length(size & 0xff), required(false), offset(0) {}

    const void* at(const void* object) const noexcept { return static_cast<const char*>(object) + offset; }
    /// A model whose members stand in the object itself; its table is in `aux`.
    bool is_flattened() const noexcept { return key == nullptr && required; }
};
struct WriteTable {
    const WriteField* fields;
    std::uint8_t size;
};
struct WriteList {
    WriteField element;
    const void* (*next)(const void* list, const void* element); ///< of null the first; null: there is none
};

struct WriteUnion {
    const std::string_view* tags;
    const WriteTable* const* tables;
    std::size_t size;
    const void* (*held)(const void* variant, std::size_t& alternative); ///< null: nothing
};

/// What the reader and the writer must know of a type. Specialised in read.hpp and write.hpp.
template <class T, class = void> struct ReadType {
    static_assert(!std::is_same_v<T, T>, "this member's type has no field table, and is none that mxwire reads");
};
template <class T, class = void> struct WriteType {
    static_assert(!std::is_same_v<T, T>, "this member's type has no field table, and is none that mxwire writes");
};

// ------------------------------------------------------------------------------------------------ field tables

template <class M> struct MemberPointer;
template <class C, class T> struct MemberPointer<T C::*> {
    using Class = C;
    using Type = T;
};
template <auto M> using ClassOf = typename MemberPointer<decltype(M)>::Class;
template <auto M> using TypeOf = typename MemberPointer<decltype(M)>::Type;

inline void member_is_too_far_from_the_beginning_of_its_model() {} // no constant, so the compiler names it
#if defined(__clang__)
template <class C, class T> constexpr std::size_t find_offset(T C::*member) {
    // Under this condition clang folds what it would otherwise not take for a constant.
    return __builtin_constant_p(reinterpret_cast<std::size_t>(&(static_cast<C*>(nullptr)->*member)))
               ? reinterpret_cast<std::size_t>(&(static_cast<C*>(nullptr)->*member))
               : (member_is_too_far_from_the_beginning_of_its_model(), std::size_t{});
}
#else
/// An object of T that is never there: the compiler looks at it, to see where in it a member would be. Named in no function,
/// which would have to be linked where all inline functions are kept.
template <class T> union Imagined {
    char bytes[sizeof(T)];
    T object;
    constexpr Imagined() : bytes{} {}
    ~Imagined() {}
    static const Imagined value;
};
/// Other compilers know the order of two addresses in one object.
constexpr std::size_t find_offset(const void* place, const char* bytes, std::size_t size) {
    std::size_t offset = 0;
    while (size - offset != 1) {
        const std::size_t middle = (offset + size) / 2;
        (place < static_cast<const void*>(bytes + middle) ? size : offset) = middle;
    }
    return offset;
}
#endif
constexpr std::uint32_t checked_offset(std::size_t offset) {
    if (offset > max_offset) member_is_too_far_from_the_beginning_of_its_model();
    return static_cast<std::uint32_t>(offset);
}
/// Where in its class the member is. There is no offsetof() for a pointer to member: each compiler has a way of its own.
#if defined(__clang__)
template <auto M, class C = ClassOf<M>> inline constexpr std::uint32_t offset_of = checked_offset(find_offset(M));
#else
template <auto M, class C = ClassOf<M>> inline constexpr std::uint32_t
    offset_of = checked_offset(find_offset(&(Imagined<C>::value.object.*M), Imagined<C>::value.bytes, sizeof(C)));
#endif

template <std::size_t N> struct Key {
    char text[N + 3]{};
    constexpr Key(const char (&name)[N], const char* before, const char* after) {
        static_assert(N > 1 && N < 120, "a member's name has 1 to 118 characters");
        std::size_t n = 0;
        while (*before != '\0') text[n++] = *before++;
        for (std::size_t i = 0; i + 1 < N; ++i) text[n++] = name[i];
        while (*after != '\0') text[n++] = *after++;
    }
};

template <class T> constexpr ReadField read_row_of(const char* key, std::size_t length, bool required, bool cut) {
    using Type = ReadType<T>;
    ReadField row;
    row.key = key;
    row.read = Type::read;
    row.aux = Type::aux();
    row.length = length & 0x7f;
    row.required = required;
    row.kind = Type::kind;
    row.cut = cut;
    return row;
}
template <auto M> constexpr ReadField read_row(const char* key, std::size_t length, bool required, bool cut) {
    ReadField row = read_row_of<TypeOf<M>>(key, length, required, cut);
    row.offset = offset_of<M> & max_offset;
    return row;
}
template <auto M> constexpr WriteField write_row(const char* key, std::size_t length, bool required) {
    using Type = WriteType<TypeOf<M>>;
    WriteField row{key, length};
    row.write = Type::write;
    row.aux = Type::aux();
    row.offset = offset_of<M> & max_offset;
    row.required = required;
    return row;
}

template <auto M> constexpr WriteField url_row(const char* key, std::size_t length, bool required) {
    static_assert(WriteType<TypeOf<M>>::is_scalar,
                  "a parameter of the path or the query is a text, a number or a flag");
    return write_row<M>(key, length, required);
}

/// What a descriptor has unless it says otherwise.
struct Descriptor {
    using Class = void; // whose member it names
    static constexpr std::size_t read_rows = 0, body_rows = 0, path_rows = 0, query_rows = 0;
    static constexpr bool has_rest = false, has_union = false;
    constexpr void read_rows_to(ReadField*) const {}
};

/// A member of the body. `Others` are the sizes of its other spellings.
template <auto M, bool Required, bool Cut, std::size_t N, std::size_t... Others> struct Named : Descriptor {
    static constexpr std::size_t read_rows = 1 + sizeof...(Others), body_rows = 1;
    using Class = ClassOf<M>;
    static_assert(!Required || sizeof...(Others) == 0, "only an optional member has several spellings");
    static_assert(Required || !is_model_v<TypeOf<M>>, "an object that may be absent is a std::optional of its model");
    Key<N> key;

    constexpr Named(const char (&name)[N]) : key(name, ",\"", "\":") {}
    constexpr void read_rows_to(ReadField* out) const { *out = read_row<M>(key.text, N + 2, Required, Cut); }
    constexpr WriteField body_row() const { return write_row<M>(key.text, N + 3, Required); }
};
template <auto M, class C = ClassOf<M>> struct SpeltOtherwise {
    static bool has_value(const void* slot) noexcept { return static_cast<const TypeOf<M>*>(slot)->has_value(); }
    static constexpr OtherSpelling value{read_row<M>(nullptr, 0, false, false), has_value};
};
template <auto M, std::size_t N, std::size_t K> struct Named<M, false, false, N, K> : Named<M, false, false, N> {
    static constexpr std::size_t read_rows = 2;
    Key<K> other;

    constexpr Named(const char (&name)[N], const char (&spelling)[K])
        : Named<M, false, false, N>(name), other(spelling, ",\"", "\":") {}
    constexpr void read_rows_to(ReadField* out) const {
        Named<M, false, false, N>::read_rows_to(out);
        out[1] = read_row<M>(other.text, K + 2, false, false);
        out[1].read = read_other_spelling;
        out[1].aux = &SpeltOtherwise<M>::value;
        out[1].kind = ValueKind::other_spelling;
    }
};

/// A parameter of the query. The reader takes it for a member, so that an endpoint can be read from one object.
template <auto M, bool Required, std::size_t N> struct NamedInQuery : Named<M, Required, false, N> {
    static constexpr std::size_t body_rows = 0, query_rows = 1;
    Key<N> parameter;

    constexpr NamedInQuery(const char (&name)[N]) : Named<M, Required, false, N>(name), parameter(name, "&", "=") {}
    constexpr WriteField query_row() const { return url_row<M>(parameter.text, N + 1, Required); }
};
/// A parameter of the path, where it stands without its name.
template <auto M, std::size_t N> struct NamedInPath : Named<M, true, false, N> {
    using Base = Named<M, true, false, N>;
    static constexpr std::size_t body_rows = 0, path_rows = 1;

    constexpr NamedInPath(const char (&name)[N]) : Base(name) {}
    constexpr WriteField path_row() const { return url_row<M>(Base::key.text, 0, true); }
};

/// A member that the writer always writes as it stands here, and that the reader passes over.
template <std::size_t N, std::size_t K> struct Constant : Descriptor {
    static_assert(N > 1 && N < 120, "a member's name has 1 to 118 characters");
    static_assert(N + K + 4 < 256, "a constant and its name have at most 250 characters");
    static constexpr std::size_t read_rows = 1, body_rows = 1;
    char text[N + K + 4]{};
    constexpr Constant(const char (&name)[N], const char (&value)[K]) {
        std::size_t n = 0;
        text[n++] = ',';
        text[n++] = '"';
        for (std::size_t i = 0; i + 1 < N; ++i) text[n++] = name[i];
        text[n++] = '"';
        text[n++] = ':';
        text[n++] = '"';
        for (std::size_t i = 0; i + 1 < K; ++i) text[n++] = value[i];
        text[n++] = '"';
    }
    constexpr void read_rows_to(ReadField* out) const;
    constexpr WriteField body_row() const;
};

/// The tag of a union's open alternative: it must not be that of another one.
template <auto M, std::size_t N> struct OpenTag : Named<M, true, false, N> {
    using Base = Named<M, true, false, N>;
    constexpr OpenTag(const char (&name)[N]) : Base(name) {}
    constexpr WriteField body_row() const {
        WriteField row = Base::body_row();
        row.write = WriteType<TypeOf<M>>::write_tag;
        return row;
    }
};

/// All members that the table does not name.
template <auto M, bool Cut, class C = ClassOf<M>> struct Rest : Descriptor {
    using Class = C;
    static constexpr std::size_t body_rows = 1;
    static constexpr bool has_rest = true;
    static bool add(Reader& r, void* object, const char* key, std::size_t key_size, const char* value,
                    std::size_t size) {
        return (static_cast<ClassOf<M>*>(object)->*M).add(r, {key, key_size}, {value, size}) || Cut;
    }
    constexpr WriteField body_row() const { return write_row<M>(nullptr, 0, false); }
};

/// A union, or one alternative of it, whose tag and members stand in the object itself.
template <auto M, class C = ClassOf<M>> struct Flattened : Descriptor {
    using Class = C;
    static constexpr std::size_t body_rows = 1;
    static constexpr bool has_union = true;
    static const char* read_whole(Reader& r, const char* p, const ReadTable& table, void* object) {
        return ReadType<TypeOf<M>>::read_flattened(r, p, table, object, &(static_cast<C*>(object)->*M));
    }
    template <class T = TypeOf<M>> constexpr WriteField body_row() const {
        WriteField row;
        row.offset = offset_of<M>;
        row.write = WriteType<T>::write_flattened;
        row.aux = WriteType<T>::aux();
        row.required = is_model_v<T>;
        return row;
    }
};

/// A list that is made where there is none.
template <class L, void* (*Open)(void*)> struct OpenedList {
    using List = ReadType<L>;
    static constexpr ListTable table{List::table.element, List::table.grow, List::table.objects, Open};
};

/// A member of an optional object whose members stand in this one: the first of them that is read puts it in place.
template <auto Through, auto M, std::size_t N, class C = ClassOf<Through>> struct NamedIn : Descriptor {
    using Class = C;
    static constexpr std::size_t read_rows = 1;
    Key<N> key;

    constexpr NamedIn(const char (&name)[N]) : key(name, ",\"", "\":") {}

    static void* enter(void* place) {
        auto& outer = *static_cast<TypeOf<Through>*>(place);
        if (!outer) outer.emplace();
        return &((*outer).*M);
    }
    static bool text(Reader& r, void* place, const char* text, std::size_t size) {
        return ReadType<TypeOf<M>>::aux().text(r, enter(place), text, size);
    }
    static void integer(void* place, std::int64_t value) { ReadType<TypeOf<M>>::aux().integer(enter(place), value); }
    constexpr void read_rows_to(ReadField* out) const;
};

template <std::size_t Index, class F> struct Indexed { F field; };
template <class Indices, class... F> struct FieldList;
template <std::size_t... Index, class... F> struct FieldList<std::index_sequence<Index...>, F...>
    : Indexed<Index, F>... {
    static constexpr std::size_t read_rows = (0 + ... + F::read_rows);
    static constexpr std::size_t body_rows = (0 + ... + F::body_rows);
    static constexpr std::size_t path_rows = (0 + ... + F::path_rows);
    static constexpr std::size_t query_rows = (0 + ... + F::query_rows);
    static_assert(read_rows <= 32, "a model has at most 32 members: one bit each");

    /// A member of a base class is at another address than its pointer to member says.
    template <class T> static constexpr bool
        is_of = ((std::is_void_v<typename F::Class> || std::is_same_v<typename F::Class, T>)&&... && true);

    constexpr FieldList(F... f) : Indexed<Index, F>{f}... {}

    constexpr std::array<ReadField, read_rows> read() const {
        std::array<ReadField, read_rows> rows{};
        std::size_t n = 0;
        ((static_cast<const Indexed<Index, F>&>(*this).field.read_rows_to(rows.data() + n), n += F::read_rows), ...);
        (void)n;
        return rows;
    }
    constexpr std::array<WriteField, body_rows> body() const {
        std::array<WriteField, body_rows> rows{};
        std::size_t n = 0;
        (add<F::body_rows, Index, F>(rows.data(), n, [](const auto& f) { return f.body_row(); }), ...);
        (void)n;
        return rows;
    }
    constexpr std::array<WriteField, path_rows> path() const {
        std::array<WriteField, path_rows> rows{};
        std::size_t n = 0;
        (add<F::path_rows, Index, F>(rows.data(), n, [](const auto& f) { return f.path_row(); }), ...);
        (void)n;
        return rows;
    }
    constexpr std::array<WriteField, query_rows> query() const {
        std::array<WriteField, query_rows> rows{};
        std::size_t n = 0;
        (add<F::query_rows, Index, F>(rows.data(), n, [](const auto& f) { return f.query_row(); }), ...);
        (void)n;
        return rows;
    }
    using RestFunction = decltype(ReadTable::rest);
    static constexpr RestFunction rest() {
        RestFunction found = nullptr;
        (find_rest<F>(found), ...);
        return found;
    }
    using WholeFunction = decltype(ReadTable::whole);
    static constexpr WholeFunction whole() {
        WholeFunction found = nullptr;
        (find_whole<F>(found), ...);
        return found;
    }

  private:
    template <std::size_t Rows, std::size_t J, class G, class Make>
    constexpr void add(WriteField* rows, std::size_t& n, Make make) const {
        if constexpr (Rows != 0) rows[n++] = make(static_cast<const Indexed<J, G>&>(*this).field);
        (void)rows, (void)n, (void)make;
    }
    template <class G> static constexpr void find_rest(RestFunction& found) {
        if constexpr (G::has_rest) found = G::add;
        (void)found;
    }
    template <class G> static constexpr void find_whole(WholeFunction& found) {
        if constexpr (G::has_union) found = G::read_whole;
        (void)found;
    }
};

} // namespace detail

namespace detail {
template <class T, class = void> struct ModelOf { using Type = T; };
/// A table that stands apart from its model names it.
template <class T> struct ModelOf<T, std::void_t<typename T::Model>> { using Type = typename T::Model; };
template <class T> constexpr const auto& fields_of() {
    if constexpr (HasFields<T>::value) {
        static_assert(std::decay_t<decltype(T::fields)>::template is_of<typename ModelOf<T>::Type>,
                      "a field table names members of its own class: this one names a member of a base");
        return T::fields;
    } else {
        static_assert(std::decay_t<decltype(Fields<T>::value)>::template is_of<T>,
                      "a field table names members of its own class: this one names a member of another");
        return Fields<T>::value;
    }
}

template <class T> struct ReadTableOf {
    static constexpr auto rows = fields_of<T>().read();
    static constexpr std::uint32_t required() {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < rows.size(); ++i) bits |= rows[i].required ? std::uint32_t{1} << i : 0;
        return bits;
    }
    using List = std::decay_t<decltype(fields_of<T>())>;
    static constexpr ReadTable value{rows.data(), List::rest(), List::whole(), required(),
                                     static_cast<std::uint8_t>(rows.size())};
};
template <class T> struct WriteTableOf {
    static constexpr auto rows = fields_of<T>().body();
    using List = std::decay_t<decltype(fields_of<T>())>;
    static constexpr WriteTable value{rows.data(), static_cast<std::uint8_t>(rows.size())};
};
template <class T> struct UrlTablesOf {
    static constexpr auto path_rows = fields_of<T>().path();
    static constexpr auto query_rows = fields_of<T>().query();
    static constexpr WriteTable path{path_rows.data(), static_cast<std::uint8_t>(path_rows.size())};
    static constexpr WriteTable query{query_rows.data(), static_cast<std::uint8_t>(query_rows.size())};
};
} // namespace detail

/// The descriptors of a field table. Each names the member of the model and its key on the wire.
namespace field {

/// Must be there and of the right type, or the whole object is refused.
template <auto M, std::size_t N> constexpr auto required(const char (&name)[N]) {
    return detail::Named<M, true, false, N>{name};
}
/// May be absent; null, a wrong type and an impossible value read as absent.
template <auto M, std::size_t N> constexpr auto optional(const char (&name)[N]) {
    return detail::Named<M, false, false, N>{name};
}
/// The same for an optional text or number, or a flag, that has another spelling, which counts where the first one is absent.
template <auto M, std::size_t N, std::size_t K>
constexpr auto optional(const char (&name)[N], const char (&spelling)[K]) {
    return detail::Named<M, false, false, N, K>{name, spelling};
}
/// As `optional`, for text that may be cut where the storage has no room for all of it.
template <auto M, std::size_t N> constexpr auto cut(const char (&name)[N]) {
    return detail::Named<M, false, true, N>{name};
}
/// As `optional`, for a member of the optional object `Through` that stands in this one on the wire: a text, a number, raw
/// JSON or a list. Read, never written.
template <auto Through, auto M, std::size_t N> constexpr auto optional_in(const char (&name)[N]) {
    return detail::NamedIn<Through, M, N>{name};
}
/// A segment of the path: `{name}` in EndpointInfo::path.
template <auto M, std::size_t N> constexpr auto path(const char (&name)[N]) { return detail::NamedInPath<M, N>{name}; }
/// A query parameter that is always sent.
template <auto M, std::size_t N> constexpr auto required_query(const char (&name)[N]) {
    return detail::NamedInQuery<M, true, N>{name};
}
/// A query parameter that is sent if it has a value.
template <auto M, std::size_t N> constexpr auto query(const char (&name)[N]) {
    return detail::NamedInQuery<M, false, N>{name};
}
/// Text that the specification fixes, such as the tag of a union's alternative.
template <std::size_t N, std::size_t K> constexpr auto constant(const char (&name)[N], const char (&value)[K]) {
    return detail::Constant<N, K>{name, value};
}
/// The tag of the alternative that a union has for all other tags.
template <auto M, std::size_t N> constexpr auto open_tag(const char (&name)[N]) { return detail::OpenTag<M, N>{name}; }
/// Keeps every member that the table does not name, as raw JSON.
template <auto M> constexpr auto rest() { return detail::Rest<M, false>{}; }
/// The same, where those for which there is no room are left out.
template <auto M> constexpr auto rest_cut() { return detail::Rest<M, true>{}; }
/// A union whose tag and members stand beside the other members; or one model that is always the alternative.
template <auto M> constexpr auto flattened() { return detail::Flattened<M>{}; }

} // namespace field

/// The field table of a model: one table serves reading and writing.
template <class... F> constexpr auto fields(F... f) {
    return detail::FieldList<std::index_sequence_for<F...>, F...>{f...};
}

#if MXWIRE_DEFINITIONS
MXWIRE_COLD MXWIRE_ONCE std::string_view describe(Fault fault) noexcept {
    static constexpr char texts[] =
        "no fault|not well-formed|not UTF-8|nested too deeply|wrong type|missing|given twice|too many elements|"
        "too long|out of range|escaped text in a read-only body|empty|too large|";
    return detail::nth_text(texts, static_cast<unsigned>(fault));
}
#endif

MXWIRE_NAMESPACE_END

#endif
