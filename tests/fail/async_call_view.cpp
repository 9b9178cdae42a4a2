// expect: a View model points into a body that async_call() does not keep: use prepare and parse
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

int main() {
    const mxwire::Homeserver server{"https://matrix.example.org"};
    const auto transport = [](mxwire::Request, auto done) { done(mxwire::Response{}); };
    mxwire::async_call(transport, server, mxwire::GetLoginFlowsView{}, [](const auto&) {});
}
