// SPDX-License-Identifier: MIT
//
// For blocking HTTP libraries whose timeouts start anew with every byte and that have no way to cancel, but can have
// their socket shut from another thread: a second thread looks at the clock.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

class Watch {
  public:
    // Ends what is running, from any thread.
    void cancel() {
        const std::lock_guard<std::mutex> lock{mutex_};
        ++cancelled_;
        changed_.notify_all();
    }

    // Does `work`; false if it had to be ended. Once the time is over or cancel() was called, calls `end` until work is done: more than once, as the
    // socket may not have been there yet.
    template <class Work, class End> bool run(std::chrono::milliseconds timeout, Work work, End end) {
        const auto until = std::chrono::steady_clock::now() + timeout;
        std::unique_lock<std::mutex> lock{mutex_};
        bool done = false, ended = false;
        std::thread watcher{[&, before = cancelled_] {
            std::unique_lock<std::mutex> watching{mutex_};
            changed_.wait_until(watching, until, [&] { return done || cancelled_ != before; });
            while (!done) {
                ended = true;
                watching.unlock();
                end();
                watching.lock();
                changed_.wait_for(watching, std::chrono::milliseconds{50}, [&] { return done; });
            }
        }};
        lock.unlock();
        work();
        lock.lock();
        done = true;
        changed_.notify_all();
        lock.unlock();
        watcher.join();
        return !ended;
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    unsigned cancelled_ = 0;
};
