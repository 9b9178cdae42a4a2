// expect: a View model points into a body that call() does not keep: use prepare and parse
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

int main() {
    const mxwire::Homeserver server{"https://matrix.example.org"};
    const auto transport = [](const mxwire::Request&) { return mxwire::Response{200, "{}"}; };
    return mxwire::call(transport, server, mxwire::GetLoginFlowsView{}) ? 0 : 1;
}
