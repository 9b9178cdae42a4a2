// SPDX-License-Identifier: MIT
//
// Holds the example's libevent transport against the contract: an example of a transport whose loop is not its own.

#include "libevent_transport.hpp"
#include "transport_contract.hpp"

namespace {

// What the checks take for the transport: it with its loop, and poll() to turn it.
class WithLoop {
    struct Free {
        void operator()(event_base* loop) const { event_base_free(loop); }
    };
    const std::unique_ptr<event_base, Free> loop_{event_base_new()};

  public:
    LibeventTransport transport{loop_.get()};

    template <class Completion> void operator()(mxwire::Request request, Completion completion) {
        transport(std::move(request), std::move(completion));
    }
    void poll() {
        constexpr timeval most{0, 5000};
        event_base_loopexit(loop_.get(), &most);
        event_base_loop(loop_.get(), EVLOOP_ONCE);
    }
    void cancel() { transport.cancel(); }
};

} // namespace

int main(int argc, char** argv) {
    mxwire::contract::Options options;
    if (argc > 1) options.only = argv[1];
    const auto make = [](const mxwire::contract::Settings& wanted) {
        auto made = std::make_unique<WithLoop>();
        made->transport.timeout = wanted.timeout;
        made->transport.max_answer = wanted.max_answer;
        made->transport.log = wanted.log;
        return made;
    };
    return mxwire::contract::check(make, options).exit_code();
}
