// SPDX-License-Identifier: MIT
// What the cases on JSON share: a document that is read into a model in any storage policy, and what came of it as
// text.
#ifndef MXWIRE_TESTS_JSON_DOCUMENT_HPP
#define MXWIRE_TESTS_JSON_DOCUMENT_HPP

#include <mxwire/json/read.hpp>
#include <mxwire/json/write.hpp>

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace document {

using mxwire::Owned;
/// A View and a Fixed that have room for what the cases have.
using View = mxwire::BasicView<8>;
using Fixed = mxwire::Fixed<128, 8>;

/// `ok`, `user_id: missing`, or `not well-formed` where no member is at fault. The same for what was read and written.
template <class Result> std::string verdict(const Result& result) {
    if (result) return "ok";
    std::string all(result.member);
    if (!all.empty()) all += ": ";
    return all.append(describe(result.fault));
}

/// A document and the model that was read of it. T names its policy as `Storage`.
///
/// The bytes are of the exact size, so that a sanitizer sees every look behind their end; those that the model does not
/// point into are spoilt afterwards, so that none is missed.
template <class T> class Document {
  public:
    explicit Document(std::string_view text, const mxwire::Limits& limits = mxwire::Limits{})
        : bytes_(text.begin(), text.end()) {
        if constexpr (std::is_same_v<typename T::Storage::Text, std::string_view>) {
            result_ = mxwire::read_json_in_place(bytes_.data(), bytes_.size(), model_, limits);
        } else {
            result_ = mxwire::read_json(std::string_view{bytes_.data(), bytes_.size()}, model_, limits);
            for (char& byte : bytes_) byte = '#';
        }
    }
    Document(const Document&) = delete;
    Document& operator=(const Document&) = delete;

    explicit operator bool() const { return static_cast<bool>(result_); }
    const T& operator*() const { return model_; }
    const T* operator->() const { return &model_; }
    const mxwire::ReadResult& result() const { return result_; }
    std::string verdict() const { return document::verdict(result_); }

  private:
    std::vector<char> bytes_;
    T model_{};
    mxwire::ReadResult result_{};
};

/// The verdict alone.
template <class T> std::string read(std::string_view text, const mxwire::Limits& limits = mxwire::Limits{}) {
    return Document<T>(text, limits).verdict();
}
/// The model as JSON again, or the verdict.
template <class T> std::string written(const T& model) {
    std::string out;
    const mxwire::WriteResult result = mxwire::write_json(out, model);
    return result ? out : verdict(result);
}
template <class T> std::string reread(std::string_view text, const mxwire::Limits& limits = mxwire::Limits{}) {
    const Document<T> read(text, limits);
    return read ? written(*read) : read.verdict();
}

inline std::string text(std::string_view value) { return std::string(value); }
inline std::string text(mxwire::Flag value) { return value ? "true" : value.has_value() ? "false" : "-"; }
inline std::string text(std::int64_t value) { return std::to_string(value); }
inline std::string text(std::chrono::milliseconds value) { return std::to_string(value.count()); }
template <class T> std::string text(const std::optional<T>& value) { return value ? text(*value) : "-"; }

/// Text with everything but printable ASCII as \xx, for CAPTURE and INFO.
inline std::string visible(std::string_view value) {
    std::string all;
    for (const char c : value.substr(0, 200)) {
        const unsigned byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7f) {
            all += c;
        } else {
            all += '\\';
            all += "0123456789abcdef"[byte / 16];
            all += "0123456789abcdef"[byte % 16];
        }
    }
    return all;
}

/// UTF-8 of a code point, written apart from the library's: by arithmetic.
inline std::string utf8(unsigned code) {
    const auto tail = [](unsigned bits) { return static_cast<char>(128 + bits % 64); };
    if (code < 128) return {static_cast<char>(code)};
    if (code < 2048) return {static_cast<char>(192 + code / 64), tail(code)};
    if (code < 65536) return {static_cast<char>(224 + code / 4096), tail(code / 64), tail(code)};
    return {static_cast<char>(240 + code / 262144), tail(code / 4096), tail(code / 64), tail(code)};
}

} // namespace document

#endif
