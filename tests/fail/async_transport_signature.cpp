// expect: an asynchronous transport is callable as void(Request, Completion)
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

int main() {
    const mxwire::Homeserver server{"https://matrix.example.org"};
    mxwire::async_call([](mxwire::Request) {}, server, mxwire::GetLoginFlows{},
                       [](mxwire::Result<mxwire::LoginFlows>) {});
}
