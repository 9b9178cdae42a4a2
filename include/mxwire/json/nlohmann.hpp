// SPDX-License-Identifier: MIT
#ifndef MXWIRE_JSON_NLOHMANN_HPP
#define MXWIRE_JSON_NLOHMANN_HPP

#include <mxwire/json/read.hpp>
#include <mxwire/json/write.hpp>

#include <nlohmann/json.hpp>

MXWIRE_NAMESPACE_BEGIN
namespace detail {

/// What a document says, from nlohmann's parser into a model, by the model's table. The rules are those of Reader, which
/// keeps their state and stores the values.
class NlohmannReader {
  public:
    using Json = nlohmann::json;

    /// `limits`, `table` and what `model` points to must outlive the reader.
    NlohmannReader(const Limits& limits, const ReadTable& table, void* model)
        : reader_(limits, false), table_(table), model_(model) {}

    ReadResult result() const {
        ReadResult result;
        result.fault = reader_.fault;
        result.member = key_of(reader_.field);
        result.offset = position_;
        return result;
    }

    // What nlohmann calls. False ends the parse.

    bool null() {
        Target to;
        if (!begin(to, 'n')) return false;
        if (subtree_ != Subtree::none) return token("null");
        if (to.field != nullptr && to.field->kind != ValueKind::passed_over) spoil(*to.field, Fault::missing);
        return end();
    }
    bool boolean(bool value) { return scalar(ValueKind::flag, value ? "true" : "false"); }
    bool number_integer(Json::number_integer_t value) { return scalar(ValueKind::integer, std::to_string(value)); }
    bool number_unsigned(Json::number_unsigned_t value) { return scalar(ValueKind::integer, std::to_string(value)); }
    bool number_float(Json::number_float_t, const std::string& text) {
        std::string number = text; // with the program's decimal point, which its locale may make a comma
        for (char& c : number) {
            if (digit(c) > 9 && c != '-' && c != '+' && (c | 0x20) != 'e') c = '.';
        }
        return scalar(ValueKind::integer, number);
    }
    bool string(std::string& value) {
        Target to;
        if (!begin(to)) return false;
        if (subtree_ != Subtree::none) return subtree_ == Subtree::text ? token(quoted(value)) : token({});
        if (to.field == nullptr || to.field->kind == ValueKind::passed_over) return end();
        const ReadField& f = *to.field;
        if (f.kind == ValueKind::secret && value.empty()) {
            spoil(f, Fault::empty);
        } else if (f.kind == ValueKind::text || f.kind == ValueKind::secret) {
            reader_.cut = f.cut;
            if (!store(f, to.object, value)) return fail(Fault::too_long);
        } else {
            spoil(f, Fault::type);
        }
        return end();
    }
    bool binary(Json::binary_t&) { return fail(Fault::type); } // LCOV_EXCL_LINE: JSON text has none

    bool start_object(std::size_t) { return start('{'); }
    bool start_array(std::size_t) { return start('['); }
    bool end_object() { return finish('}'); }
    bool end_array() { return finish(']'); }
    bool key(const std::string& name) {
        if (subtree_ != Subtree::none) {
            if (subtree_ == Subtree::text) append(quoted(name) + ':');
            return true;
        }
        Frame& frame = top();
        const ReadTable& table = *frame.table;
        for (unsigned i = 0; i < table.size; ++i) {
            const ReadField& f = table.fields[i];
            if (key_of(&f) != name) continue;
            const std::uint32_t bit = std::uint32_t{1} << i;
            if ((frame.seen & bit) != 0) {
                reader_.refuse(nullptr, f, Fault::duplicate);
                return true;
            }
            frame.seen |= bit;
            frame.field = &f;
            if (f.kind == ValueKind::other_spelling) {
                frame.other = f.aux.other->field;
                frame.other.key = f.key;
                frame.other.length = f.length;
                frame.field = f.aux.other->has_value(f.at(frame.object)) ? nullptr : &frame.other;
            }
            return true;
        }
        if (table.rest != nullptr) {
            text_ = quoted(name);
            key_size_ = text_.size();
            text_ += ':';
        }
        return true;
    }
    bool parse_error(std::size_t position, const std::string&, const Json::exception& error) {
        position_ = position == 0 ? 0 : position - 1;
        const bool utf8 = std::string_view{error.what()}.find("UTF-8") != std::string_view::npos;
        return fail(utf8 ? Fault::utf8 : Fault::syntax);
    }

  private:
    /// Where a value goes; without a field, nowhere.
    struct Target {
        const ReadField* field = nullptr;
        void* object = nullptr;
    };
    /// An object or a list that is being read.
    struct Frame {
        const ReadTable* table = nullptr; // null: a list
        const ListTable* list = nullptr;
        void* object = nullptr;
        const ReadField* field = nullptr; // the member whose value comes next, or is being read
        std::uint32_t seen = 0;
        ReadField other{}; // what `field` points to where the key is another spelling
        unsigned count = 0;
        const OptionalTable* optional = nullptr; // the object is what `holder` holds
        void* holder = nullptr;
        Reader::Judgement before{};
    };
    /// A value that no frame reads.
    enum class Subtree : std::uint8_t {
        none,
        text, ///< gathered in text_: it is kept as text, or its tag must be known before it is read
        dropped,
    };

    Frame& top() noexcept { return frames_[size_ - 1]; }
    bool fail(Fault why) {
        (void)reader_.fail(nullptr, why);
        for (unsigned i = size_; i != 0 && reader_.field == nullptr; --i) reader_.field = frames_[i - 1].field;
        return false;
    }
    void spoil(const ReadField& f, Fault why) { reader_.spoil(nullptr, f, why); }
    /// The value that the innermost frame reads is no good.
    void spoil_top(Fault why) {
        const Frame& frame = top();
        spoil(frame.table != nullptr ? *frame.field : frame.list->element, why);
    }
    bool store(const ReadField& f, void* object, const std::string& text) {
        reader_.escaped = false; // what came before may have been read out of a text
        return text.size() <= reader_.limits().text && f.aux.text(reader_, f.at(object), text.data(), text.size());
    }
    static std::string quoted(const std::string& text) {
        return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace); // UTF-8: the parser has looked
    }

    // ------------------------------------------------------------------------ values that no frame reads

    /// `first` is the bracket of an object or an array, 'n' of null.
    static bool is_gathered(const ReadField& f, char first) {
        switch (f.kind) {
        case ValueKind::raw: return first != 'n';
        case ValueKind::alternatives: return first == '{';
        case ValueKind::model: return first == '{' && f.aux.table->whole != nullptr;
        case ValueKind::optional_model:
            return first == '{' && (f.aux.optional->table == nullptr || f.aux.optional->table->whole != nullptr);
        default: return false;
        }
    }
    void append(std::string_view token) {
        if (!text_.empty() && text_.back() != ':' && text_.back() != '[' && text_.back() != '{') text_ += ',';
        text_ += token;
    }
    bool token(std::string_view text) {
        if (subtree_ == Subtree::text) append(text);
        return open_ != 0 || end_subtree();
    }
    bool end_subtree() {
        if (std::exchange(subtree_, Subtree::none) == Subtree::dropped) return end();
        const std::string text = std::exchange(text_, std::string{});
        if (size_ == 0) {
            reader_.read(text.data(), text.size(), table_, model_);
            return reader_.fault == Fault::none;
        }
        const std::size_t key_size = std::exchange(key_size_, std::size_t{0});
        if (key_size != 0) {
            const Frame& frame = top();
            const char* const value = text.data() + key_size + 1;
            const std::size_t size = text.size() - key_size - 1;
            if (!frame.table->rest(reader_, frame.object, text.data() + 1, key_size - 2, value, size))
                return fail(Fault::too_many);
        } else if (target_.field->kind == ValueKind::raw) {
            reader_.cut = false;
            if (!store(*target_.field, target_.object, text)) return fail(Fault::too_long);
        } else if (!reader_.read_part(text.data(), text.size(), *target_.field, target_.object)) {
            return fail(reader_.fault);
        }
        return end();
    }

    // ------------------------------------------------------------------------ values

    /// Finds out where the value that begins goes.
    bool begin(Target& to, char first = '\0') {
        if (subtree_ != Subtree::none) return true;
        if (size_ == 0) { // the document itself
            if (first != '{') return fail(Fault::syntax);
            if (table_.whole != nullptr) subtree_ = Subtree::text;
            return true;
        }
        Frame& frame = top();
        if (frame.table != nullptr) {
            to = {frame.field, frame.object};
        } else {
            if (frame.count++ >= reader_.limits().elements) return fail(Fault::too_many);
            void* const element = frame.list->grow(frame.object, true);
            if (element == nullptr) return fail(Fault::too_many);
            to = {&frame.list->element, element};
        }
        if (key_size_ != 0 || (to.field != nullptr && is_gathered(*to.field, first))) {
            subtree_ = Subtree::text;
            target_ = to;
        }
        return true;
    }
    /// A value is behind us.
    bool end() {
        Frame& frame = top();
        frame.field = nullptr;
        if (frame.table == nullptr && frame.list->objects && reader_.unusable != Fault::none) {
            // One entry that nobody can use must not hide the others.
            (void)frame.list->grow(frame.object, false);
            (void)reader_.forgive();
        }
        return true;
    }
    bool scalar(ValueKind kind, std::string_view text) {
        Target to;
        if (!begin(to)) return false;
        if (subtree_ != Subtree::none) return token(text);
        if (to.field == nullptr || to.field->kind == ValueKind::passed_over) return end();
        if (to.field->kind == kind) {
            (void)reader_.read_part((std::string(text) + '}').data(), text.size() + 1, *to.field, to.object);
        } else {
            spoil(*to.field, Fault::type);
        }
        return end();
    }
    bool start(char bracket) {
        Target to;
        if (!begin(to, bracket)) return false;
        if (depth_ >= reader_.limits().depth || depth_ >= max_depth) return fail(Fault::depth);
        ++depth_;
        if (subtree_ != Subtree::none) {
            if (subtree_ == Subtree::text) append({&bracket, 1});
            ++open_;
            return true;
        }
        if (size_ == 0) {
            (void)push_object(table_, model_);
        } else if (to.field != nullptr && bracket == '[' && to.field->kind == ValueKind::list) {
            Frame& frame = push();
            frame.before = reader_.set_apart();
            frame.list = to.field->aux.list;
            frame.object = to.field->at(to.object);
            if (frame.list->open != nullptr) frame.object = frame.list->open(frame.object);
        } else if (to.field != nullptr && bracket == '{' && to.field->kind == ValueKind::model) {
            (void)push_object(*to.field->aux.table, to.field->at(to.object));
        } else if (to.field != nullptr && bracket == '{' && to.field->kind == ValueKind::optional_model) {
            const OptionalTable& optional = *to.field->aux.optional;
            void* const holder = to.field->at(to.object);
            Frame& frame = push_object(*optional.table, optional.emplace(holder));
            frame.optional = &optional;
            frame.holder = holder;
        } else {
            if (to.field != nullptr && to.field->kind != ValueKind::passed_over) spoil(*to.field, Fault::type);
            subtree_ = Subtree::dropped;
            open_ = 1;
        }
        return true;
    }
    bool finish(char bracket) {
        --depth_;
        if (subtree_ != Subtree::none) {
            if (subtree_ == Subtree::text) text_ += bracket;
            return --open_ != 0 || end_subtree();
        }
        const Frame frame = top();
        --size_;
        if (frame.table != nullptr) {
            if ((frame.table->required & ~frame.seen) != 0) reader_.missing(nullptr, *frame.table, frame.seen);
        }
        if (size_ == 0) {
            reader_.fault = reader_.unusable;
            return reader_.fault == Fault::none;
        }
        if (frame.optional != nullptr && reader_.is_newly_unusable(frame.before.unusable)) {
            frame.optional->reset(frame.holder);
            spoil_top(reader_.forgive());
        } else if (frame.list != nullptr) {
            const Fault inside = reader_.restore(frame.before);
            if (inside != Fault::none) {
                frame.list->clear(frame.object);
                spoil_top(inside);
            }
        }
        return end();
    }
    Frame& push() {
        Frame& frame = frames_[size_++] = Frame{};
        frame.before.unusable = reader_.unusable;
        return frame;
    }
    Frame& push_object(const ReadTable& table, void* object) {
        Frame& frame = push();
        frame.table = &table;
        frame.object = object;
        return frame;
    }

    static constexpr unsigned max_depth = 64; // the most that Limits::depth can be

    Reader reader_;
    const ReadTable& table_;
    void* const model_;
    Frame frames_[max_depth]{};
    unsigned size_ = 0;
    unsigned depth_ = 0;
    unsigned open_ = 0; // brackets of the subtree
    Subtree subtree_ = Subtree::none;
    Target target_{};
    std::string text_{};       // of the subtree
    std::size_t key_size_ = 0; // of the key in front of it, with its quotes, where no row names it
    std::size_t position_ = 0;
};

template <class T> struct IsFieldList : std::false_type {};
template <class I, class... F> struct IsFieldList<FieldList<I, F...>> : std::true_type {};
template <class T, class = void> struct HasFieldList : std::false_type {};
template <class T> struct HasFieldList<T, std::enable_if_t<is_model_v<T>>>
    : IsFieldList<std::decay_t<decltype(fields_of<T>())>> {};

template <class J> inline constexpr bool is_nlohmann_v =
    std::is_same_v<J, nlohmann::json> || std::is_same_v<J, nlohmann::ordered_json>;

template <class T> struct FirstArgument { using Type = void; };
template <template <class...> class M, class S, class... A> struct FirstArgument<M<S, A...>> { using Type = S; };
/// The storage policy of a model: its `Storage`, or what its template begins with.
template <class T, class = void> struct PolicyOf : FirstArgument<T> {};
template <class T> struct PolicyOf<T, std::void_t<typename T::Storage>> { using Type = typename T::Storage; };
template <class S, class = void> struct HasViews : std::false_type {};
template <class S> struct HasViews<S, std::void_t<typename S::Text>> : std::bool_constant<is_view_v<S>> {};

/// The text of a JSON value. False if it has none: a string in it is not UTF-8, or it was discarded by a parser.
template <class J> bool text_of(const J& value, std::string& text) {
    // A strict dump() throws, or ends the program; where both of these say the same there is nothing to replace.
    text = value.dump(-1, ' ', false, J::error_handler_t::replace);
    return text == value.dump(-1, ' ', false, J::error_handler_t::ignore) && !value.is_discarded();
}
/// nlohmann's own out_of_range, which says why; the end of the program where there are no exceptions, as with at().
template <class J> void refuse(std::string_view member, Fault fault) {
    std::string why(member);
    why.append(member.empty() ? "" : ": ").append(describe(fault));
    (void)J::object().at(why);
}
template <class J, class Raw> void raw_to_json(J& out, const Raw& raw, J absent) {
    out = raw.empty() ? std::move(absent) : J::parse(raw.text(), nullptr, false);
}

} // namespace detail

/// The codec for `parse<E, NlohmannCodec>`: nlohmann/json parses, and the same tables take what it hands out, with the
/// same verdicts and values as without it; but that a number beyond a double is an error, also where nobody reads it.
///
/// For programs that allow one JSON parser only. Allocates the text of each string as it comes, and what the model
/// holds. Not for View models: there is no text to point into.
struct NlohmannCodec {
    static constexpr bool hands_out_slices = false;
    static ReadResult read(const detail::Document& document, const Limits& limits, const detail::ReadTable& table,
                           void* model) {
        std::string_view text{document.text, document.size};
        while (!text.empty() && detail::Reader::is_space(text.back())) text.remove_suffix(1);
        ReadResult result;
        // What ends in no brace is refused before anything inside it can be found too long.
        if (text.empty() || text.back() != '}') {
            result.fault = Fault::syntax;
            return result;
        }
        // To nlohmann a NUL is the end of the text, whatever stands behind it.
        const std::string_view first = detail::part(text, 0, text.find('\0'));
        detail::NlohmannReader reader{limits, table, model};
        const bool read = nlohmann::json::sax_parse(first.begin(), first.end(), &reader) && first.size() == text.size();
        result = reader.result();
        if (!read && result.fault == Fault::none) result.fault = Fault::syntax;
        return result;
    }
};

/// Reads `model`, which is to be freshly made, from a JSON object. Allocates the object's text as well.
template <class J, class T, class = std::enable_if_t<detail::is_nlohmann_v<J>>>
ReadResult read_json(const J& object, T& model, const Limits& limits = detail::default_limits) {
    static_assert(!detail::HasViews<typename detail::PolicyOf<T>::Type>::value,
                  "this model has no text of its own to read into: use the Owned or the Fixed policy");
    std::string text;
    ReadResult result;
    result.fault = Fault::utf8;
    if (detail::text_of(object, text)) result = read_json(std::string_view{text}, model, limits);
    wipe(text);
    return result;
}
/// Makes a JSON object of `model`, secrets included: it is what would be sent.
template <class J, class T, class = std::enable_if_t<detail::is_nlohmann_v<J>>>
WriteResult write_json(J& out, const T& model) {
    std::string text;
    const WriteResult result = write_json(text, model);
    if (result) out = J::parse(text, nullptr, false);
    wipe(text);
    return result;
}

/// `value`, to be sent as it is: the members of a custom login type, parameters of a stage. If a string in it is not
/// UTF-8, building the request fails.
template <class J, class = std::enable_if_t<detail::is_nlohmann_v<J>>> RawJson raw_json(const J& value) {
    std::string text;
    return RawJson{detail::text_of(value, text) ? std::move(text) : std::string{"\xff"}};
}

// For nlohmann: conversions of every model, and of what was kept raw. What cannot be converted is an exception of
// nlohmann's; read_json() and write_json() tell without one.

template <class J, class T>
std::enable_if_t<detail::is_nlohmann_v<J> && detail::is_model_v<T>> to_json(J& out, const T& model) {
    const WriteResult result = write_json(out, model);
    if (!result) detail::refuse<J>(result.member, result.fault);
}
template <class J, class T>
std::enable_if_t<detail::is_nlohmann_v<J> && detail::is_model_v<T>> from_json(const J& object, T& model) {
    T fresh{};
    const ReadResult result = read_json(object, fresh);
    if (!result) detail::refuse<J>(result.member, result.fault);
    model = std::move(fresh);
}
/// Nothing is null.
template <class J, class Text, class = std::enable_if_t<detail::is_nlohmann_v<J>>>
void to_json(J& out, const BasicRawJson<Text>& raw) {
    detail::raw_to_json(out, raw, J{});
}
template <class J, class = std::enable_if_t<detail::is_nlohmann_v<J>>> void from_json(const J& value, RawJson& raw) {
    raw = raw_json(value);
}
template <class J, class = std::enable_if_t<detail::is_nlohmann_v<J>>> void to_json(J& out, const RawView& raw) {
    out = J::parse(raw.text(), nullptr, false);
}
/// Nothing is an empty object. Of members that came twice the last one is there.
template <class J, class Text, class = std::enable_if_t<detail::is_nlohmann_v<J>>>
void to_json(J& out, const BasicMembers<Text>& members) {
    detail::raw_to_json(out, members, J::object());
}
template <class J, class = std::enable_if_t<detail::is_nlohmann_v<J>>>
void from_json(const J& object, Members& members) {
    members = raw_json(object);
}
template <class J, std::size_t M, class = std::enable_if_t<detail::is_nlohmann_v<J>>>
void to_json(J& out, const MemberSlices<M>& members) {
    out = J::object();
    for (const RawView::Element& element : members) {
        const std::string key = '"' + std::string(element.key) + '"';
        out[J::parse(key, nullptr, false).template get<std::string>()] = J::parse(element.value, nullptr, false);
    }
}

MXWIRE_NAMESPACE_END

/// For models of other namespaces, where nlohmann would not find the functions above.
template <class T> struct nlohmann::adl_serializer<T, std::enable_if_t<mxwire::detail::HasFieldList<T>::value>> {
    template <class J> static void to_json(J& out, const T& model) { mxwire::to_json(out, model); }
    template <class J> static void from_json(const J& object, T& model) { mxwire::from_json(object, model); }
};

#endif
