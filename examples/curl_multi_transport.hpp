// SPDX-License-Identifier: MIT
//
// An asynchronous transport on libcurl's multi interface, free to copy with curl_transport.hpp: callbacks, one thread.
// All of it belongs to the thread that calls poll(), and completions run in there.
#pragma once

#include "curl_transport.hpp"

#include <map>

class CurlMultiTransport : public CurlSettings {
  public:
    CurlMultiTransport() = default;
    CurlMultiTransport(const CurlMultiTransport&) = delete;
    CurlMultiTransport& operator=(const CurlMultiTransport&) = delete;
    ~CurlMultiTransport() { cancel(); }

    template <class Completion> void operator()(mxwire::Request request, Completion completion) {
        auto job = std::make_unique<JobOf<Completion>>(*this, std::move(request), std::move(completion));
        CURL* const handle = job->exchange.handle();
        if (job->exchange.code() != CURLE_OK || curl_multi_add_handle(multi_.get(), handle) != CURLM_OK) {
            return job->complete(CURLE_FAILED_INIT);
        }
        jobs_.emplace(handle, std::move(job));
    }

    bool is_idle() const { return jobs_.empty(); }

    // Sends and receives what is ready, and waits at most so long for more. A program with a loop of its own takes
    // libcurl's sockets into it instead: CURLMOPT_SOCKETFUNCTION.
    void poll(std::chrono::milliseconds most = std::chrono::milliseconds{20}) {
        int count = 0;
        curl_multi_perform(multi_.get(), &count);
        while (const CURLMsg* const message = curl_multi_info_read(multi_.get(), &count)) {
            const CURLcode code = message->data.result;
            const auto found = jobs_.find(message->easy_handle);
            const std::unique_ptr<Job> job = std::move(found->second);
            jobs_.erase(found);
            end(*job, code);
        }
        if (!is_idle()) curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(most.count()), nullptr);
    }

    void cancel() {
        // What its completions send is not cancelled.
        for (const auto& [handle, job] : std::exchange(jobs_, {})) end(*job, CURLE_ABORTED_BY_CALLBACK);
    }

  private:
    struct Job {
        Job(const CurlSettings& settings, mxwire::Request sent)
            : request(std::move(sent)), exchange(settings, request) {}
        virtual ~Job() = default;
        virtual void complete(CURLcode code) = 0;

        const mxwire::Request request;
        CurlExchange exchange;
    };
    template <class Completion> struct JobOf final : Job {
        JobOf(const CurlSettings& settings, mxwire::Request sent, Completion then)
            : Job(settings, std::move(sent)), completion(std::move(then)) {}
        void complete(CURLcode code) override { completion(exchange.finish(code)); }

        Completion completion;
    };
    struct Cleanup {
        void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
    };

    void end(Job& job, CURLcode code) {
        curl_multi_remove_handle(multi_.get(), job.exchange.handle());
        job.complete(code);
    }

    std::unique_ptr<CURLM, Cleanup> multi_{curl_multi_init()};
    std::map<CURL*, std::unique_ptr<Job>> jobs_;
};
