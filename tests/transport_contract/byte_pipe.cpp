// SPDX-License-Identifier: MIT
//
// Holds the example's transport over a pipe of bytes against the contract. What the checks take for the transport makes
// a connection for each request, and copies what came into a Response, which has a heap.

#include "pipe_transport.hpp"
#include "socket_pipe.hpp"
#include "transport_contract.hpp"

namespace {

class WithSocket {
  public:
    explicit WithSocket(const mxwire::contract::Settings& wanted)
        : timeout_(wanted.timeout), body_(wanted.max_answer), log_(wanted.log) {}

    mxwire::Result<mxwire::Response> operator()(const mxwire::Request& request) {
        if (log_ != nullptr) (void)std::fprintf(log_, "%s\n", mxwire::describe(request).c_str());
        SocketPipe pipe{request.url(), timeout_};
        PipeTransport<SocketPipe> http{pipe, body_.data(), body_.size()};
        const PipeAnswer answer = http(request);
        if (!answer) return mxwire::transport_error(0, answer.fault);
        return mxwire::Response{answer.status, answer.headers(), std::string(answer.body, answer.size)};
    }

  private:
    std::chrono::milliseconds timeout_;
    std::vector<char> body_;
    std::FILE* log_;
};

} // namespace

int main(int argc, char** argv) {
    mxwire::contract::Options options;
    if (argc > 1) options.only = argv[1];
    const auto make = [](const mxwire::contract::Settings& wanted) { return std::make_unique<WithSocket>(wanted); };
    return mxwire::contract::check(make, options).exit_code();
}
