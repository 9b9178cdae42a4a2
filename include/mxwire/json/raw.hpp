// SPDX-License-Identifier: MIT
#ifndef MXWIRE_JSON_RAW_HPP
#define MXWIRE_JSON_RAW_HPP

#include <mxwire/json/reader.hpp>

MXWIRE_NAMESPACE_BEGIN

enum class JsonKind : std::uint8_t { none, null, boolean, number, string, object, array };

namespace detail {
std::string_view trimmed(std::string_view text) noexcept;
} // namespace detail

/// A JSON value as text that was found to be valid, seen where it lies. Its lifetime is that of the text. Of a text that is
/// not known to be valid, `raw_json(text).view()` is one, or nothing.
class RawView {
  public:
    constexpr RawView() noexcept = default;
    explicit RawView(std::string_view text) noexcept : text_(detail::trimmed(text)) {}

    constexpr std::string_view text() const noexcept { return text_; }
    /// JsonKind::none if there is no value at all.
    JsonKind kind() const noexcept {
        if (text_.empty()) return JsonKind::none;
        switch (text_.front()) {
        case '{': return JsonKind::object;
        case '[': return JsonKind::array;
        case '"': return JsonKind::string;
        case 't':
        case 'f': return JsonKind::boolean;
        case 'n': return JsonKind::null;
        default: return JsonKind::number;
        }
    }
    /// The unescaped string. Allocates it. Nothing if this is no string.
    std::optional<std::string> string() const;
    /// Nothing if this is no number, or no whole one, or beyond 64 bits, or of more than 39 characters.
    std::optional<std::int64_t> integer() const noexcept;
    std::optional<bool> boolean() const noexcept {
        if (kind() != JsonKind::boolean) return std::nullopt;
        return text_.front() == 't';
    }

    /// One step through an object or an array: `key` is still escaped, and empty in an array.
    struct Element {
        std::string_view key;
        std::string_view value;

        /// In an object: the key in its quotes, the colon and the value.
        std::string_view member() const noexcept {
            const char* const begin = key.data() - 1;
            return {begin, static_cast<std::size_t>(value.data() + value.size() - begin)};
        }
    };
    class Iterator {
      public:
        explicit Iterator(const char* p) noexcept : p_(p) { step(p); }
        const Element& operator*() const noexcept { return element_; }
        const Element* operator->() const noexcept { return &element_; }
        Iterator& operator++() noexcept {
            step(next_);
            return *this;
        }
        bool operator!=(const Iterator& other) const noexcept { return p_ != other.p_; }
        bool operator==(const Iterator& other) const noexcept { return p_ == other.p_; }

      private:
        // `p`: the bracket that opens, or the comma before the element. The text is valid: only its structure is looked
        // for.
        void step(const char* p) noexcept;
        static const char* end_of(const char* p) noexcept;

        const char* p_;
        const char* next_ = nullptr;
        Element element_{};
    };
    Iterator begin() const noexcept {
        const JsonKind k = kind();
        return Iterator{k == JsonKind::object || k == JsonKind::array ? text_.data() : nullptr};
    }
    Iterator end() const noexcept { return Iterator{nullptr}; }

    /// The member `key` of an object. Nothing if it is not there, or there twice: nobody can say which one is meant.
    std::optional<RawView> find(std::string_view key) const noexcept;

  private:
    std::string_view text_{};
};

namespace detail {
/// True if `value`, which came from the reader, is an object.
inline bool is_object(std::string_view value) noexcept { return !value.empty() && value.front() == '{'; }
/// True if `text` is one JSON value.
bool is_json(std::string_view text) noexcept;
} // namespace detail

/// One JSON value that is kept as it came. A text that is no JSON is kept as well, but refused when it is to be sent.
template <class Text> class BasicRawJson {
  public:
    BasicRawJson() = default;
    explicit BasicRawJson(Text text) : text_(std::move(text)), valid_(detail::is_json(text_)) {}

    std::string_view text() const noexcept { return text_; }
    bool empty() const noexcept { return text().empty(); }
    bool is_valid() const noexcept { return valid_; }
    /// Nothing if the text is no JSON. Valid as long as this object is neither assigned nor destroyed.
    RawView view() const noexcept { return valid_ ? RawView{text()} : RawView{}; }
    JsonKind kind() const noexcept { return view().kind(); }
    std::optional<RawView> find(std::string_view key) const noexcept { return view().find(key); }

    /// For the JSON reader: the text to fill.
    Text& storage() noexcept { return text_; }

  private:
    Text text_{};
    bool valid_ = true;
};
using RawJson = BasicRawJson<std::string>;
using RawJsonView = BasicRawJson<std::string_view>;

/// `text`, to be sent as it is. If it is no JSON, building the request fails.
inline RawJson raw_json(std::string text) { return RawJson{std::move(text)}; }

/// The members of an object that its model does not name, as they came: an object of their own, or nothing.
template <class Text> class BasicMembers {
  public:
    BasicMembers() = default;
    BasicMembers(BasicRawJson<Text> object) : object_(std::move(object)) {}

    bool empty() const noexcept { return object_.empty(); }
    bool is_valid() const noexcept { return complete_ && (object_.empty() || object_.kind() == JsonKind::object); }
    /// False if the server sent more than the storage has room for: then some are missing here.
    bool is_complete() const noexcept { return complete_; }
    /// A JSON object, or no text at all.
    std::string_view text() const noexcept { return object_.text(); }
    RawView view() const noexcept { return object_.view(); }
    /// As RawView::find.
    std::optional<RawView> find(std::string_view key) const noexcept { return object_.find(key); }
    RawView::Iterator begin() const noexcept { return view().begin(); }
    RawView::Iterator end() const noexcept { return view().end(); }

    /// For the JSON reader. `key` is still escaped and stands in front of `value`, in its quotes.
    bool add(detail::Reader& r, std::string_view key, std::string_view value) {
        const char* const begin = key.data() - 1;
        const bool fits =
            append(r, object_.storage(), {begin, static_cast<std::size_t>(value.data() + value.size() - begin)});
        complete_ = complete_ && fits;
        return fits;
    }

  private:
    static bool append(detail::Reader& r, std::string& text, std::string_view member) {
        if ((text.empty() ? 2 : text.size() + 1) + member.size() > r.limits().text) return false;
        if (text.empty()) {
            text.reserve(member.size() + 2);
            text.push_back('{');
        } else {
            text.back() = ',';
        }
        text.append(member).push_back('}');
        return true;
    }
    template <std::size_t N> static bool append(detail::Reader&, FixedText<N>& text, std::string_view member) {
        const std::size_t used = text.empty() ? 1 : text.size();
        if (used + member.size() + 1 > N) return false;
        char* const p = text.buffer();
        p[used - 1] = text.empty() ? '{' : ',';
        std::memcpy(p + used, member.data(), member.size());
        p[used + member.size()] = '}';
        text.resize(used + member.size() + 1);
        return true;
    }

    BasicRawJson<Text> object_{};
    bool complete_ = true;
};
using Members = BasicMembers<std::string>;

/// The same for views: up to M members, each a key and a slice of the body.
template <std::size_t M> class MemberSlices {
  public:
    MemberSlices() noexcept {} // not defaulted: what is value-initialised would be filled with zeros first
    /// The members of an object, to be sent. Refused when the request is built if there are more than M.
    MemberSlices(RawJsonView object) {
        for (const RawView::Element& element : object.view()) {
            if (list_.try_emplace_back(element) == nullptr) valid_ = false;
        }
        if (object.kind() != JsonKind::object) valid_ = false;
    }

    bool empty() const noexcept { return list_.empty(); }
    bool is_valid() const noexcept { return valid_; }
    bool is_complete() const noexcept { return valid_; }
    const RawView::Element* begin() const noexcept { return list_.begin(); }
    const RawView::Element* end() const noexcept { return list_.end(); }
    std::optional<RawView> find(std::string_view key) const noexcept {
        std::optional<RawView> found;
        for (const RawView::Element& element : list_) {
            if (!detail::equals_unescaped(element.key, key)) continue;
            if (found) return std::nullopt;
            found = RawView{element.value};
        }
        return found;
    }
    /// For the JSON reader. As BasicMembers::add().
    bool add(detail::Reader&, std::string_view key, std::string_view value) noexcept {
        if (list_.try_emplace_back(key, value) != nullptr) return true;
        valid_ = false;
        return false;
    }

  private:
    FixedList<RawView::Element, M> list_{};
    bool valid_ = true;
};

namespace detail {
/// Texts where they lie in the body, one behind the other. A text ends at the byte that stands in front of it: a quote,
/// or, where its escapes have been taken away, one that is in no text.
class TextSlices {
  public:
    std::size_t size() const noexcept { return size_; }

    /// For the JSON reader. `text` is the next one in the body, still escaped if Reader::escaped.
    bool add(Reader& r, const char* text, std::size_t size);
    /// The byte in front of the first text; behind `text`, the one in front of the next. In a body that was written to
    /// since, any byte in front of the list's end.
    const char* first() const noexcept { return first_; }
    const char* next(std::string_view text) const noexcept {
        const char* p = text.data() + text.size();
        while (p != end_ && *++p != '"' && *p != no_text) continue;
        return p;
    }
    std::string_view text_at(const char* p) const noexcept {
        const char* const begin = p != end_ ? p + 1 : p;
        const char* end = begin;
        while (end != end_ && *end != *p) ++end;
        return {begin, static_cast<std::size_t>(end - begin)};
    }

  private:
    static constexpr char no_text = '\xff'; // in no UTF-8

    const char* first_ = nullptr;
    const char* end_ = nullptr; // the byte behind the last text
    std::size_t size_ = 0;
};
} // namespace detail

/// The texts, or the words, of a list in an answer, seen where they lie in the body: as many as Limits allows in the
/// room of three pointers. An element is found by going through those before it. The lifetime is that of the body; once
/// that is written to, elements are whatever stands there. Made by parsing alone.
template <class T> class Slices {
  public:
    using value_type = T;
    class Iterator {
      public:
        using value_type = T;
        using reference = T;
        using pointer = void;
        using difference_type = std::ptrdiff_t;
        using iterator_category = std::input_iterator_tag;

        Iterator() = default;
        T operator*() const noexcept { return T{text_}; }
        Iterator& operator++() noexcept {
            if (--left_ != 0) text_ = slices_->text_at(slices_->next(text_));
            return *this;
        }
        Iterator operator++(int) noexcept {
            const Iterator before = *this;
            ++*this;
            return before;
        }
        bool operator==(const Iterator& other) const noexcept { return left_ == other.left_; }
        bool operator!=(const Iterator& other) const noexcept { return left_ != other.left_; }

      private:
        friend class Slices;
        Iterator(const detail::TextSlices& slices, std::size_t left) noexcept : slices_(&slices), left_(left) {
            if (left != 0) text_ = slices.text_at(slices.first());
        }

        const detail::TextSlices* slices_ = nullptr;
        std::size_t left_ = 0;
        std::string_view text_{};
    };

    std::size_t size() const noexcept { return slices_.size(); }
    bool empty() const noexcept { return size() == 0; }
    Iterator begin() const noexcept { return {slices_, size()}; }
    Iterator end() const noexcept { return {slices_, 0}; }
    /// `i` < size(). Goes through the elements before it.
    T operator[](std::size_t i) const noexcept {
        Iterator element = begin();
        while (i-- != 0) ++element;
        return *element;
    }
    /// Of a list that is not empty.
    T front() const noexcept { return *begin(); }

    /// For the JSON writer.
    const detail::TextSlices& slices() const noexcept { return slices_; }

  private:
    detail::TextSlices slices_{};
};

#if MXWIRE_DEFINITIONS
namespace detail {
MXWIRE_ONCE std::string_view trimmed(std::string_view text) noexcept {
    while (!text.empty() && Reader::is_space(text.back())) text.remove_suffix(1);
    while (!text.empty() && Reader::is_space(text.front())) text.remove_prefix(1);
    return text;
}
} // namespace detail

MXWIRE_ONCE std::optional<std::string> RawView::string() const {
    if (kind() != JsonKind::string) return std::nullopt;
    std::string text(detail::part(text_, 1, text_.size() - 2));
    text.erase(detail::unescape_in_place(text.data(), text.size()));
    return text;
}

MXWIRE_ONCE std::optional<std::int64_t> RawView::integer() const noexcept {
    if (kind() != JsonKind::number) return std::nullopt;
    char padded[40]; // a number ends at the first byte that cannot be a part of it
    if (text_.size() >= sizeof padded) return std::nullopt;
    std::memcpy(padded, text_.data(), text_.size());
    padded[text_.size()] = '\0';
    detail::Reader reader{detail::default_limits, false};
    std::int64_t value;
    bool exact;
    if (reader.number(padded, value, exact) == nullptr || !exact) return std::nullopt;
    return value;
}

MXWIRE_ONCE std::optional<RawView> RawView::find(std::string_view key) const noexcept {
    std::optional<RawView> found;
    if (kind() != JsonKind::object) return found;
    for (const Element& element : *this) {
        if (!detail::equals_unescaped(element.key, key)) continue;
        if (found) return std::nullopt;
        found = RawView{element.value};
    }
    return found;
}

MXWIRE_NOINLINE MXWIRE_ONCE void RawView::Iterator::step(const char* p) noexcept {
    p_ = nullptr;
    if (p == nullptr || *p == '}' || *p == ']') return;
    p = detail::Reader::skip_space(p + 1);
    if (*p == '}' || *p == ']') return;
    p_ = p;
    element_.key = {};
    const char* q = end_of(p);
    const char* behind = detail::Reader::skip_space(q);
    if (*behind == ':') {
        element_.key = {p + 1, static_cast<std::size_t>(q - p) - 2};
        p = detail::Reader::skip_space(behind + 1);
        q = end_of(p);
        behind = detail::Reader::skip_space(q);
    }
    element_.value = {p, static_cast<std::size_t>(q - p)};
    next_ = behind;
}

MXWIRE_NOINLINE MXWIRE_ONCE const char* RawView::Iterator::end_of(const char* p) noexcept {
    unsigned depth = 0;
    do {
        if (*p == '"') {
            for (++p; *p != '"'; ++p) {
                if (*p == '\\') ++p;
            }
            ++p;
        } else if (*p == '{' || *p == '[') {
            ++depth;
            ++p;
        } else if (*p == '}' || *p == ']') {
            --depth;
            ++p;
        } else {
            const char* const q = p;
            while (*p != ',' && *p != '}' && *p != ']' && *p != ':' && !detail::Reader::is_space(*p)) ++p;
            if (p == q) ++p; // a separator inside
        }
    } while (depth != 0);
    return p;
}

namespace detail {
inline bool is_number(std::string_view text) noexcept {
    std::size_t i = 0;
    const auto digits = [&] {
        const std::size_t first = i;
        while (i < text.size() && digit(text[i]) < 10) ++i;
        return i != first;
    };
    const auto take = [&](std::string_view any) {
        const bool found = i < text.size() && any.find(text[i]) != std::string_view::npos;
        i += found;
        return found;
    };
    take("-");
    if (!take("0") && !digits()) return false;
    if (take(".") && !digits()) return false;
    if (take("eE")) {
        take("+-");
        if (!digits()) return false;
    }
    return i == text.size();
}

MXWIRE_ONCE bool is_json(std::string_view text) noexcept {
    text = trimmed(text);
    const auto stands_between = [&](char first, char last) { return text.front() == first && text.back() == last; };
    // Such a last byte cannot be taken before the end of the text: either it closes what the first one opened, or it is
    // a fault.
    if (text.size() > 1 && (stands_between('{', '}') || stands_between('[', ']') || stands_between('"', '"'))) {
        return Reader{default_limits, false}.is_value(text.data(), text.data() + text.size() - 1);
    }
    return text == "true" || text == "false" || text == "null" || is_number(text);
}
} // namespace detail
#endif

MXWIRE_NAMESPACE_END

#endif
