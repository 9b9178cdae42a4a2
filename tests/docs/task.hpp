// SPDX-License-Identifier: MIT
// What the coroutines of the documentation are: they run as far as they get, and nobody asks what became of them.
#ifndef MXWIRE_TESTS_DOCS_TASK_HPP
#define MXWIRE_TESTS_DOCS_TASK_HPP

#include <mxwire/mxwire.hpp>

#include <coroutine>

namespace given {

struct Task {
    struct promise_type {
        Task get_return_object() { return {}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() {}
        void unhandled_exception() {}
    };
};

/// Somebody else's HTTP client that is awaited.
struct Awaited {
    bool await_ready() const noexcept { return true; }
    void await_suspend(std::coroutine_handle<>) const noexcept {}
    mxwire::Response await_resume() const { return {200, "{}"}; }
};
struct AwaitedHttp {
    Awaited operator()(const mxwire::Request&) const { return {}; }
};
inline AwaitedHttp my_http;

} // namespace given

#endif
