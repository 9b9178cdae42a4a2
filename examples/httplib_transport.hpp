// SPDX-License-Identifier: MIT
//
// A blocking transport on cpp-httplib, free to copy with watch.hpp. It keeps the contract of mxwire/transport.hpp, and
// several threads may use one at once. cpp-httplib's own copies of a secret are freed, not wiped.
#pragma once

#include "watch.hpp"

#include <mxwire/mxwire.hpp>

#include <httplib.h>

#include <cstdio>

class HttplibTransport {
  public:
    std::chrono::milliseconds timeout{std::chrono::seconds{30}}; // for the whole exchange
    std::size_t max_answer = 1'048'576;                          // bytes of the body, decoded
    std::FILE* log = nullptr;                                    // gets a line for each request, without its secrets
    std::string ca_file{};                                       // PEM; empty: the certificates of this machine

    void cancel() { watch_.cancel(); }

    mxwire::Result<mxwire::Response> operator()(const mxwire::Request& request) {
        if (log != nullptr) (void)std::fprintf(log, "%s\n", mxwire::describe(request).c_str());
        const std::string url{request.url()};
        const std::size_t path = url.find_first_of("/?", url.find("://") + 3);

        // Each request has its own connection: what was sent is never sent again on another one.
        httplib::Client client{url.substr(0, path)};
        client.set_connection_timeout(timeout);
        client.set_read_timeout(timeout);
        client.set_write_timeout(timeout);
        client.set_url_encode(false); // it is encoded
        if (!ca_file.empty()) client.set_ca_cert_path(ca_file.c_str());

        httplib::Request question;
        question.method = mxwire::to_string(request.method());
        question.path = path == url.npos ? "/" : url.substr(path);
        question.body = request.body();
        for (const mxwire::Header& field : request.headers()) {
            question.headers.emplace(field.name, field.value);
        }
        std::string body;
        bool too_large = false;
        question.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
            too_large = size > max_answer - body.size();
            if (!too_large) body.append(data, size);
            return !too_large;
        };

        httplib::Response answer;
        httplib::Error error{};
        bool answered = false;
        const bool in_time = watch_.run(
            timeout, [&] { answered = client.send(question, answer, error); }, [&] { client.stop(); });
        mxwire::wipe(question.body);
        if (too_large) return mxwire::transport_error(0, "the answer is larger than this transport takes");
        if (!in_time) return mxwire::transport_error(0, "cancelled, or out of time");
        if (!answered) return mxwire::transport_error(static_cast<int>(error), httplib::to_string(error));
        return mxwire::Response{answer.status, answer.headers, std::move(body)};
    }

  private:
    Watch watch_;
};
