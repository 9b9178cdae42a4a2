// SPDX-License-Identifier: MIT
//
// Holds the example's Beast transport against the contract: an example of a transport whose loop is not its own.

#include "beast_transport.hpp"
#include "transport_contract.hpp"

namespace {

// What the checks take for the transport: it with its loop, and poll() to turn it.
class WithLoop {
    boost::asio::io_context loop_;

  public:
    BeastTransport transport{loop_.get_executor()};

    template <class Completion> void operator()(mxwire::Request request, Completion completion) {
        transport(std::move(request), std::move(completion));
    }
    void poll() {
        loop_.restart();
        loop_.run_one_for(std::chrono::milliseconds{5});
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
