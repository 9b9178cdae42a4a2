// SPDX-License-Identifier: MIT
// The names that fragments of the documentation are given: the reader's own server, session, HTTP client.
#ifndef MXWIRE_TESTS_DOCS_GIVEN_HPP
#define MXWIRE_TESTS_DOCS_GIVEN_HPP

#include <mxwire/mxwire.hpp>

#include <cstdio>
#include <map>

namespace given {

inline const mxwire::Homeserver server{"https://matrix.example.org"};
inline const mxwire::Credentials credentials{server, mxwire::Secret{"syt_abc"}};
inline const mxwire::Result<mxwire::Response> answer{mxwire::Response{200, "{}"}};

inline mxwire::Result<mxwire::Response> transport(const mxwire::Request&) { return mxwire::Response{200, "{}"}; }

inline const int status = 200;
inline const std::string text{"{}"};

inline void open_browser(std::string_view) {}
inline void wait_for_the_user() {}

struct Tokens {
    mxwire::Secret refresh_token{"r1"};
    void renew(const mxwire::RefreshResponse&) {}
    void log_in_again_on_the_same_device() {}
    void forget_everything() {}
};
inline Tokens tokens;

/// Somebody else's HTTP client.
struct HttpAnswer {
    explicit operator bool() const { return true; }
    int code() const { return 0; }
    int status() const { return 200; }
    const std::multimap<std::string, std::string>& headers() const { return fields; }
    std::string take_body() { return "{}"; }

    std::multimap<std::string, std::string> fields{};
};
struct Http {
    HttpAnswer send(std::string_view, std::string_view, const mxwire::HeaderList&, std::string_view) { return {}; }
    template <class Done> void start(mxwire::Request, Done done) { done(HttpAnswer{}); }
};
inline Http http;

} // namespace given

#endif
