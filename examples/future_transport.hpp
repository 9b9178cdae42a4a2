// SPDX-License-Identifier: MIT
//
// std::future, free to copy: Threaded makes an asynchronous transport of any blocking one, future_call gives a future
// over any asynchronous transport. Several threads may use both.
#pragma once

#include "curl_transport.hpp"

#include <future>
#include <list>
#include <mutex>

// A thread for each request. Completions run there; a transport that is destroyed ends its requests first.
template <class Blocking> class Threaded : public Blocking {
  public:
    Threaded() = default;
    Threaded(const Threaded&) = delete;
    Threaded& operator=(const Threaded&) = delete;
    ~Threaded() {
        std::unique_lock<std::mutex> lock{mutex_};
        while (!running_.empty()) {
            const std::future<void> one = std::move(running_.front());
            running_.pop_front();
            lock.unlock();     // its completion may want to send something
            do this->cancel(); // again: its thread may only just have begun
            while (one.wait_for(std::chrono::milliseconds{50}) != std::future_status::ready);
            lock.lock();
        }
    }

    template <class Completion> void operator()(mxwire::Request request, Completion completion) {
        const std::lock_guard<std::mutex> lock{mutex_};
        running_.remove_if(
            [](const auto& one) { return one.wait_for(std::chrono::seconds{0}) == std::future_status::ready; });
        running_.push_back(std::async(
            std::launch::async, [this, request = std::move(request), completion = std::move(completion)]() mutable {
                // The future keeps what it runs: nothing of the request is to stay in there.
                Completion then = std::move(completion);
                const mxwire::Request sent = std::move(request);
                then(static_cast<Blocking&>(*this)(sent));
            }));
    }

  private:
    std::mutex mutex_;
    std::list<std::future<void>> running_;
};

using FutureTransport = Threaded<CurlTransport>;

template <class Transport, class Where, class E>
std::future<mxwire::ResultOf<E>> future_call(Transport& transport, const Where& where, const E& endpoint) {
    std::promise<mxwire::ResultOf<E>> promise;
    std::future<mxwire::ResultOf<E>> future = promise.get_future();
    mxwire::async_call(transport, where, endpoint, [promise = std::move(promise)](mxwire::ResultOf<E> result) mutable {
        promise.set_value(std::move(result));
    });
    return future;
}
