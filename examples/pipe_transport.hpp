// SPDX-License-Identifier: MIT
//
// HTTP/1.1 over a pipe of bytes, for a target without a heap, free to copy. http_parser reads the framing; all memory
// is the caller's. One request on a connection, which ends with it. The pipe does names, TLS and time: a modem, a TLS
// library over a network stack, a socket.
//
//   struct Pipe {
//       bool send(const char* bytes, std::size_t size);            // all of them; false: it is broken
//       int receive(char* bytes, std::size_t capacity);            // 0: the other side has ended; negative: broken, or
//   };                                                             // no time is left
#pragma once

#include <mxwire/mxwire.hpp>

#include <http_parser.h>

#include <cstring>

// What came back. Texts lie in the transport and in the buffer that it was given.
struct PipeAnswer {
    const char* fault = nullptr; // static text: there was no answer
    int status = 0;
    char* body = nullptr;
    std::size_t size = 0;
    const mxwire::Header* headers_begin = nullptr;
    std::size_t headers_size = 0;

    explicit operator bool() const { return fault == nullptr; }
    struct Headers {
        const mxwire::Header *first, *last;
        const mxwire::Header* begin() const { return first; }
        const mxwire::Header* end() const { return last; }
    };
    Headers headers() const { return {headers_begin, headers_begin + headers_size}; }
};

template <class Pipe> class PipeTransport {
  public:
    // The answer's body is written to the `capacity` bytes at `body`; a longer one is no answer.
    PipeTransport(Pipe& pipe, char* body, std::size_t capacity) : pipe_(pipe), body_(body), capacity_(capacity) {}
    PipeTransport(const PipeTransport&) = delete;
    PipeTransport& operator=(const PipeTransport&) = delete;
    // The last bytes that came may be of a token.
    ~PipeTransport() { mxwire::wipe(chunk_, sizeof chunk_); }

    // A RequestView, or a Request.
    template <class Request> PipeAnswer operator()(const Request& request) {
        PipeAnswer answer;
        answer.fault = send(request) ? receive() : "the connection broke while sending";
        answer.status = static_cast<int>(parser_.status_code);
        answer.body = body_;
        answer.size = size_;
        for (std::size_t i = 0; i < kept; ++i) headers_[i] = {names[i], {values_[i].text, values_[i].size}};
        answer.headers_begin = headers_;
        answer.headers_size = kept;
        return answer;
    }

  private:
    // The header fields that mean something to mxwire. Others are read and forgotten.
    static constexpr std::size_t kept = 3, longest_name = 11, longest_value = 256;
    static constexpr const char* names[kept] = {"retry-after", "date", "location"};
    struct Value {
        char text[longest_value];
        std::size_t size = 0;
        bool taken = false; // of repeated ones the first counts
    };

    bool put(std::string_view text) { return text.empty() || pipe_.send(text.data(), text.size()); }
    bool put(std::size_t number) {
        char digits[20];
        std::size_t first = sizeof digits;
        do {
            digits[--first] = static_cast<char>('0' + number % 10);
            number /= 10;
        } while (number != 0);
        return put(std::string_view{digits + first, sizeof digits - first});
    }
    template <class Request> bool send(const Request& request) {
        // The URL is well-formed: scheme://host[:port]/path[?query].
        const std::string_view url = request.url();
        const std::size_t host = url.find("://") + 3;
        const std::size_t path = url.find('/', host);
        bool good = put(to_string(request.method())) && put(" ") && put(url.substr(path)) &&
                    put(" HTTP/1.1\r\nHost: ") && put(url.substr(host, path - host)) &&
                    put("\r\nConnection: close\r\n");
        for (const mxwire::Header& field : request.headers()) {
            good = good && put(field.name) && put(": ") && put(field.value) && put("\r\n");
        }
        if (request.method() != mxwire::Method::get) {
            good = good && put("Content-Length: ") && put(request.body().size()) && put("\r\n");
        }
        return good && put("\r\n") && put(request.body());
    }

    // Null, or what is wrong.
    const char* receive() {
        http_parser_init(&parser_, HTTP_RESPONSE);
        parser_.data = this;
        begin_message();
        http_parser_settings settings;
        http_parser_settings_init(&settings);
        settings.on_message_begin = [](http_parser* parser) { return of(parser).begin_message(); };
        settings.on_header_field = [](http_parser* parser, const char* at, std::size_t size) {
            return of(parser).name(at, size);
        };
        settings.on_header_value = [](http_parser* parser, const char* at, std::size_t size) {
            return of(parser).value(at, size);
        };
        settings.on_headers_complete = [](http_parser* parser) { return of(parser).end_of_headers(); };
        settings.on_body = [](http_parser* parser, const char* at, std::size_t size) {
            return of(parser).body(at, size);
        };
        settings.on_message_complete = [](http_parser* parser) { return of(parser).end_message(); };
        while (!done_) {
            const int got = pipe_.receive(chunk_, sizeof chunk_);
            if (got < 0) return "the connection broke, or took too long";
            // No bytes: the other side has ended, which may be the end of the body.
            (void)http_parser_execute(&parser_, &settings, chunk_, static_cast<std::size_t>(got));
            if (done_) break;
            if (HTTP_PARSER_ERRNO(&parser_) != HPE_OK)
                return too_large_ ? "the answer is too large" : "the answer is not HTTP";
            if (got == 0) return "the answer ended early";
        }
        return nullptr;
    }

    static PipeTransport& of(http_parser* parser) { return *static_cast<PipeTransport*>(parser->data); }
    int begin_message() {
        size_ = name_size_ = 0;
        in_value_ = headers_done_ = done_ = too_large_ = false;
        for (Value& value : values_) value = {};
        return 0;
    }
    int name(const char* at, std::size_t size) {
        if (in_value_) name_size_ = 0;
        in_value_ = false;
        for (std::size_t i = 0; i < size; ++i, ++name_size_) {
            if (name_size_ < longest_name)
                name_[name_size_] = at[i] >= 'A' && at[i] <= 'Z' ? static_cast<char>(at[i] + 32) : at[i];
        }
        return 0;
    }
    int value(const char* at, std::size_t size) {
        if (!in_value_) {
            writing_ = nullptr;
            for (std::size_t i = 0; i < kept && !headers_done_; ++i) { // no trailers
                const bool same = name_size_ <= longest_name && std::string_view{name_, name_size_} == names[i];
                if (same && !values_[i].taken) writing_ = &values_[i];
            }
            if (writing_ != nullptr) writing_->taken = true;
        }
        in_value_ = true;
        if (writing_ == nullptr) return 0;
        if (size > longest_value - writing_->size) return refuse();
        std::memcpy(writing_->text + writing_->size, at, size);
        writing_->size += size;
        return 0;
    }
    int end_of_headers() {
        headers_done_ = true;
        return 0;
    }
    int body(const char* at, std::size_t size) {
        if (size > capacity_ - size_) return refuse();
        std::memcpy(body_ + size_, at, size);
        size_ += size;
        return 0;
    }
    int refuse() {
        too_large_ = true;
        return 1;
    }
    int end_message() {
        if (parser_.status_code / 100 == 1 && parser_.status_code != 101) return 0; // the answer is still to come
        done_ = true;
        return 1; // what follows is nobody's
    }

    Pipe& pipe_;
    char* const body_;
    const std::size_t capacity_;
    std::size_t size_ = 0, name_size_ = 0;
    bool in_value_ = false, headers_done_ = false, done_ = false, too_large_ = false;
    Value values_[kept];
    Value* writing_ = nullptr;
    mxwire::Header headers_[kept];
    char name_[longest_name], chunk_[256];
    http_parser parser_;
};
