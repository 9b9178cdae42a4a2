// expect: the handler is callable with the endpoint's ResultOf<E>
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

int main() {
    const mxwire::Homeserver server{"https://matrix.example.org"};
    const auto transport = [](mxwire::Request, auto done) { done(mxwire::Response{}); };
    mxwire::async_call(transport, server, mxwire::GetLoginFlows{}, [](int) {});
}
