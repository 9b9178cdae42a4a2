// SPDX-License-Identifier: MIT
//
// A blocking transport on POCO, free to copy with watch.hpp. It keeps the contract of mxwire/transport.hpp, and several
// threads may use one at once. POCO's own copies of a secret are freed, not wiped.
#pragma once

#include "watch.hpp"

#include <mxwire/mxwire.hpp>

#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/NetException.h>
#include <Poco/URI.h>

#include <cstdio>
#include <cstdlib>

#include <sys/socket.h>

class PocoTransport {
  public:
    std::chrono::milliseconds timeout{std::chrono::seconds{30}}; // for the whole exchange
    std::size_t max_answer = 1'048'576;                          // bytes of the body
    std::FILE* log = nullptr;                                    // gets a line for each request, without its secrets
    std::string ca_file{};                                       // PEM; empty: the certificates of this machine

    void cancel() { watch_.cancel(); }

    mxwire::Result<mxwire::Response> operator()(const mxwire::Request& request) {
        using Poco::Net::Context;
        if (log != nullptr) (void)std::fprintf(log, "%s\n", mxwire::describe(request).c_str());
        // POCO throws; what its exceptions say may have the URL in it, so only their kind is passed on.
        try {
            const Poco::URI uri{std::string{request.url()}};
            if (uri.getScheme() != "https") {
                Session<Poco::Net::HTTPClientSession> session{uri.getHost(), uri.getPort()};
                return exchange(session, request);
            }
            // Anything but strict does not look at the name in the certificate of a server on this machine.
            const Context::Ptr context =
                new Context{Context::TLS_CLIENT_USE, ca_file, Context::VERIFY_STRICT, 9, ca_file.empty()};
            Session<Poco::Net::HTTPSClientSession> session{uri.getHost(), uri.getPort(), context};
            return exchange(session, request);
        } catch (const Poco::Exception& error) {
            return mxwire::transport_error(error.code(), error.name());
        }
    }

  private:
    // Each request has one of its own: what was sent is never sent again on another connection.
    template <class Base> struct Session : Base {
        using Base::Base;
        // POCO's own stream takes a chunked body that is cut for a whole one. False if it is larger than `most`.
        bool read_chunks(std::string& body, std::size_t most) {
            for (;;) {
                std::string line;
                do line.push_back(take());
                while (line.back() != '\n' && line.size() < 100);
                const std::size_t size = std::strtoul(line.c_str(), nullptr, 16);
                if (size == 0 && line[0] == '0') return true;
                if (size == 0 || line.back() != '\n') throw Poco::Net::MessageException{};
                if (size > most - body.size()) return false;
                for (std::size_t i = 0; i < size; ++i) body.push_back(take());
                if (take() != '\r' || take() != '\n') throw Poco::Net::MessageException{};
            }
        }
        char take() {
            const int byte = this->get();
            if (byte < 0) throw Poco::Net::NoMessageException{};
            return static_cast<char>(byte);
        }
    };

    template <class Base>
    mxwire::Result<mxwire::Response> exchange(Session<Base>& session, const mxwire::Request& request) {
        session.setTimeout(Poco::Timespan{std::chrono::microseconds{timeout}.count()});
        mxwire::Result<mxwire::Response> result;
        const auto work = [&] {
            try {
                result = send(session, request);
            } catch (const Poco::Exception& error) {
                result = mxwire::transport_error(error.code(), error.name());
            }
        };
        // What ends then looks to POCO like the end of the headers, or of the body. Shut and not closed, as abort() would: the
        // descriptor is still in use, and a closed one may be another file's a moment later.
        const auto end = [&] { (void)::shutdown(session.socket().impl()->sockfd(), SHUT_RDWR); };
        if (!watch_.run(timeout, work, end)) {
            return mxwire::transport_error(0, "cancelled, or out of time");
        }
        return result;
    }

    template <class Base>
    mxwire::Result<mxwire::Response> send(Session<Base>& session, const mxwire::Request& request) const {
        const std::string_view url = request.url();
        const std::size_t path = url.find_first_of("/?", url.find("://") + 3);
        Poco::Net::HTTPRequest question{std::string{mxwire::to_string(request.method())},
                                        path == url.npos ? "/" : std::string{url.substr(path)},
                                        Poco::Net::HTTPMessage::HTTP_1_1};
        for (const mxwire::Header& field : request.headers()) {
            question.add(std::string{field.name}, std::string{field.value});
        }
        if (request.method() != mxwire::Method::get) {
            question.setContentLength64(static_cast<Poco::Int64>(request.body().size()));
        }
        std::ostream& out = session.sendRequest(question);
        out.write(request.body().data(), static_cast<std::streamsize>(request.body().size())).flush();

        Poco::Net::HTTPResponse answer;
        answer.setFieldLimit(200);
        std::istream& in = session.receiveResponse(answer);
        std::string body;
        bool fits = true;
        if (answer.getChunkedTransferEncoding()) {
            fits = session.read_chunks(body, max_answer);
        } else {
            char block[8192];
            while (fits && (in.read(block, sizeof block), in.gcount() > 0)) {
                fits = static_cast<std::size_t>(in.gcount()) <= max_answer - body.size();
                if (fits) body.append(block, static_cast<std::size_t>(in.gcount()));
            }
        }
        if (!fits) return mxwire::transport_error(0, "the answer is larger than this transport takes");
        if (const Poco::Exception* const error = session.networkException()) error->rethrow();
        const bool chunked = answer.getChunkedTransferEncoding(), has_length = answer.hasContentLength() && !chunked;
        const bool has_none = answer.getStatus() == 204 || answer.getStatus() == 304;
        // Where the connection ends, so do POCO's headers and its body.
        if ((has_length && answer.getContentLength64() != static_cast<Poco::Int64>(body.size())) ||
            (!has_length && !chunked && !has_none && body.empty())) {
            return mxwire::transport_error(0, "the answer was cut");
        }
        return mxwire::Response{answer.getStatus(), answer, std::move(body)};
    }

    Watch watch_;
};
