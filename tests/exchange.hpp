// SPDX-License-Identifier: MIT
// What the cases share: a request as one text, an answer read in any storage policy, and what came of it as one text.
#ifndef MXWIRE_TESTS_EXCHANGE_HPP
#define MXWIRE_TESTS_EXCHANGE_HPP

#include <mxwire/mxwire.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace exchange {

/// Holds the specification's examples.
using Roomy = mxwire::Fixed<512, 8>;

inline mxwire::Homeserver homeserver() { return mxwire::Homeserver{"https://matrix.example.org"}; }
inline mxwire::Credentials credentials(std::string token = "abc123") {
    return mxwire::Credentials{homeserver(), mxwire::Secret{std::move(token)}};
}

// ------------------------------------------------------------------------------------------------ text of anything

inline std::string text(std::string_view value) { return std::string(value); }
inline std::string text(const char* value) { return value; }
inline std::string text(mxwire::Flag value) { return value ? "true" : value.has_value() ? "false" : "-"; }
inline std::string text(std::chrono::milliseconds value) { return std::to_string(value.count()); }
template <class Text> std::string text(const mxwire::BasicSecret<Text>& value) { return std::string(value.expose()); }
template <class E, class Text> std::string text(const mxwire::OpenEnum<E, Text>& value) {
    return std::string(value.text());
}
template <class T> std::string text(const std::optional<T>& value) { return value ? text(*value) : "-"; }

/// Members of an object that its model does not name: `{"key":value,...}`, or nothing.
template <class Members> std::string members(const Members& of) {
    std::string all;
    for (const mxwire::RawView::Element& element : of) {
        all += all.empty() ? "{\"" : ",\"";
        all += element.key;
        all += "\":";
        all += element.value;
    }
    return all.empty() ? all : all + '}';
}
template <class List> std::string list(const List& of) {
    std::string all = "[";
    for (const auto& element : of) {
        if (all.size() > 1) all += ' ';
        all += text(element);
    }
    return all + ']';
}

/// The request as it goes out: request line, headers, an empty line, body.
template <class Text> std::string wire(const mxwire::BasicRequest<Text>& request) {
    std::string all = text(to_string(request.method())) + ' ' + text(request.url()) + '\n';
    for (const mxwire::Header& header : request.headers()) all += text(header.name) + ": " + text(header.value) + '\n';
    return all + '\n' + text(request.body());
}

/// An error with everything that it says: `server 403 M_FORBIDDEN 'No'`, `http 502`, `body 200 user_id: missing`.
template <class S> std::string text(const mxwire::BasicMatrixError<S>& error) {
    std::string all = text(to_string(error.stage));
    if (error.status != 0) all += ' ' + std::to_string(error.status);
    if (error.native_code != 0) all += ' ' + std::to_string(error.native_code);
    if (!error.code.empty()) all += ' ' + text(error.code);
    if (!error.member.empty()) all += ' ' + text(error.member) + ':';
    if (!error.message.empty()) {
        const bool ours = error.stage == mxwire::Stage::request || error.stage == mxwire::Stage::body;
        all += ours ? ' ' + text(error.message) : " '" + text(error.message) + '\'';
    }
    if (error.retry_after) all += " retry " + text(error.retry_after);
    if (error.soft_logout.has_value()) all += error.soft_logout ? " soft" : " hard";
    if (error.challenge) {
        all += " uia";
        for (const auto& flow : error.challenge->flows) all += list(flow.stages);
        if (!error.challenge->completed.empty()) all += " completed" + list(error.challenge->completed);
        if (error.challenge->session) all += " session=" + text(error.challenge->session);
        if (!error.challenge->params.empty()) all += " params=" + text(error.challenge->params.text());
    }
    if (!error.location.empty()) all += " location=" + text(error.location);
    if (!error.rest.empty()) all += " rest=" + members(error.rest);
    return all;
}
/// Either of a prepared request.
template <class R> std::string wire_or_error(const R& prepared) {
    return prepared ? wire(*prepared) : text(prepared.error());
}

// ------------------------------------------------------------------------------------------------ answers

using Headers = std::vector<std::pair<std::string, std::string>>;

/// An answer of E in the storage policy that E has, with the bytes that a View points into.
template <class E> class Answer {
  public:
    using Storage = mxwire::StorageOf<E>;

    Answer(int status, std::string_view body, const Headers& headers = {}, const mxwire::Limits& limits = {},
           const std::optional<mxwire::WallTime>& now = std::nullopt)
        : bytes_(body.begin(), body.end()), result_(read(status, headers, limits, now)) {
        if (result_) return;
        CHECK(text(result_.error().operation) == text(E::info.operation_id));
        CHECK(result_.error().status == status);
    }
    Answer(const Answer&) = delete;
    Answer& operator=(const Answer&) = delete;

    explicit operator bool() const { return static_cast<bool>(result_); }
    const typename E::Response& operator*() const { return *result_; }
    const typename E::Response* operator->() const { return &*result_; }
    const mxwire::BasicMatrixError<Storage>& error() const { return result_.error(); }

    /// The model as `show` puts it, or the error.
    template <class Show> std::string outcome(Show show) const {
        return result_ ? show(*result_) : text(result_.error());
    }

  private:
    mxwire::ResultOf<E> read(int status, const Headers& headers, const mxwire::Limits& limits,
                             const std::optional<mxwire::WallTime>& now) {
        if constexpr (std::is_same_v<Storage, mxwire::View>) {
            return mxwire::parse_in_place<E>(status, {bytes_.data(), bytes_.size()}, headers, limits, now);
        } else {
            const std::string_view body{bytes_.data(), bytes_.size()};
            mxwire::ResultOf<E> result = mxwire::parse<E>(status, body, headers, limits, now);
            for (char& byte : bytes_) byte = '#'; // what owns its text has no need of the body any more
            return result;
        }
    }

    std::vector<char> bytes_; // of the exact size, so that a sanitizer sees every read behind its end
    mxwire::ResultOf<E> result_;
};

} // namespace exchange

#endif
