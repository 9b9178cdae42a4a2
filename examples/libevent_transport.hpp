// SPDX-License-Identifier: MIT
//
// An asynchronous transport on an event loop in C, libevent's, free to copy. It belongs to the thread that runs the
// loop, and completions run in there. Without TLS: libevent takes a bufferevent from OpenSSL for that, and leaves the
// check of the certificate's name to the program. libevent's own copies of a secret are freed, not wiped.
#pragma once

#include <mxwire/mxwire.hpp>

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>

#include <cstdio>
#include <memory>
#include <set>

class LibeventTransport {
  public:
    std::chrono::milliseconds timeout{std::chrono::seconds{30}}; // for the whole exchange
    std::size_t max_answer = 1'048'576;                          // bytes of the body, and of the headers
    std::FILE* log = nullptr;                                    // gets a line for each request, without its secrets

    // The loop is yours, and outlives this.
    explicit LibeventTransport(event_base* loop) : loop_(loop) {}
    LibeventTransport(const LibeventTransport&) = delete;
    LibeventTransport& operator=(const LibeventTransport&) = delete;
    ~LibeventTransport() { cancel(); }

    template <class Completion> void operator()(mxwire::Request request, Completion completion) {
        if (log != nullptr) (void)std::fprintf(log, "%s\n", mxwire::describe(request).c_str());
        auto job = std::make_unique<JobOf<Completion>>(*this, std::move(request), std::move(completion));
        if (!job->start()) return job->complete(mxwire::transport_error(0, "the request could not be started"));
        Job* const started = job.release();
        jobs_.insert(started);
    }

    void cancel() {
        // What its completions send is not cancelled.
        for (Job* const job : std::set<Job*>{jobs_}) job->end(mxwire::transport_error(0, "cancelled"));
    }

  private:
    // Deletes itself in end().
    struct Job {
        Job(LibeventTransport& owner, mxwire::Request sent) : transport(owner), request(std::move(sent)) {}
        Job(const Job&) = delete;
        Job& operator=(const Job&) = delete;
        virtual ~Job() = default;
        virtual void complete(mxwire::Result<mxwire::Response> result) = 0;

        bool start() {
            const std::unique_ptr<evhttp_uri, decltype(&evhttp_uri_free)> uri{evhttp_uri_parse(request.url().data()),
                                                                              &evhttp_uri_free};
            if (!uri || request.url().substr(0, 7) != "http://") return false;
            const int port = evhttp_uri_get_port(uri.get());
            // A connection for each request: what was sent is never sent again on another one.
            connection.reset(
                evhttp_connection_base_new(transport.loop_, nullptr, evhttp_uri_get_host(uri.get()),
                                           port < 0 ? std::uint16_t{80} : static_cast<std::uint16_t>(port)));
            if (!connection) return false;
            evhttp_connection_set_max_body_size(connection.get(), static_cast<ev_ssize_t>(transport.max_answer));
            evhttp_connection_set_max_headers_size(connection.get(), static_cast<ev_ssize_t>(transport.max_answer));

            // libevent's own timeout starts anew with every byte.
            const auto microseconds = std::chrono::microseconds{transport.timeout}.count();
            const timeval after{static_cast<time_t>(microseconds / 1'000'000), microseconds % 1'000'000};
            timer.reset(evtimer_new(transport.loop_, &Job::on_timeout, this));
            if (!timer || evtimer_add(timer.get(), &after) != 0) return false;

            evhttp_request* const question = evhttp_request_new(&Job::on_done, this);
            if (question == nullptr) return false;
            evhttp_request_set_header_cb(question, &Job::on_headers);
            evkeyvalq* const headers = evhttp_request_get_output_headers(question);
            const std::size_t path = request.url().find_first_of("/?", 7);
            const std::string authority{request.url().substr(7, path - 7)}; // with the port, behind http://
            evhttp_add_header(headers, "Host", authority.c_str());
            for (const mxwire::Header& field : request.headers()) {
                evhttp_add_header(headers, std::string{field.name}.c_str(), std::string{field.value}.c_str());
            }
            if (request.method() != mxwire::Method::get) {
                evhttp_add_header(headers, "Content-Length", std::to_string(request.body().size()).c_str());
                evbuffer_add(evhttp_request_get_output_buffer(question), request.body().data(), request.body().size());
            }
            constexpr evhttp_cmd_type commands[] = {EVHTTP_REQ_GET, EVHTTP_REQ_POST, EVHTTP_REQ_PUT, EVHTTP_REQ_DELETE};
            return evhttp_make_request(connection.get(), question, commands[static_cast<int>(request.method())],
                                       path == request.url().npos ? "/" : request.url().data() + path) == 0;
        }
        void end(mxwire::Result<mxwire::Response> result) {
            transport.jobs_.erase(this);
            connection.reset(); // with its request, whose callback does not run
            const std::unique_ptr<Job> self{this};
            complete(std::move(result));
        }

        static void on_timeout(evutil_socket_t, short, void* self) {
            static_cast<Job*>(self)->end(mxwire::transport_error(0, "timeout"));
        }
        static int on_headers(evhttp_request* answer, void*) {
            // libevent would add those of a 100 to those of the answer.
            if (evhttp_request_get_response_code(answer) / 100 == 1) {
                evhttp_clear_headers(evhttp_request_get_input_headers(answer));
            }
            return 0;
        }
        static void on_done(evhttp_request* answer, void* self) {
            Job& job = *static_cast<Job*>(self);
            const int status = answer == nullptr ? 0 : evhttp_request_get_response_code(answer);
            if (status == 0) return job.end(mxwire::transport_error(0, "no answer, or one that is cut or too large"));
            std::vector<std::pair<std::string, std::string>> headers;
            const evkeyvalq* const fields = evhttp_request_get_input_headers(answer);
            for (const evkeyval* field = fields->tqh_first; field != nullptr; field = field->next.tqe_next) {
                headers.emplace_back(field->key, field->value);
            }
            evbuffer* const input = evhttp_request_get_input_buffer(answer);
            std::string body(evbuffer_get_length(input), '\0');
            evbuffer_remove(input, body.data(), body.size());
            job.end(mxwire::Response{status, headers, std::move(body)});
        }

        struct Free {
            void operator()(evhttp_connection* one) const { evhttp_connection_free(one); }
            void operator()(event* one) const { event_free(one); }
        };
        LibeventTransport& transport;
        const mxwire::Request request;
        std::unique_ptr<evhttp_connection, Free> connection{};
        std::unique_ptr<event, Free> timer{};
    };
    template <class Completion> struct JobOf final : Job {
        JobOf(LibeventTransport& owner, mxwire::Request sent, Completion then)
            : Job(owner, std::move(sent)), completion(std::move(then)) {}
        void complete(mxwire::Result<mxwire::Response> result) override { completion(std::move(result)); }

        Completion completion;
    };

    event_base* loop_;
    std::set<Job*> jobs_;
};
