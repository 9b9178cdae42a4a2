// expect: a blocking transport is callable as Result<Response>(const Request&)
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

int main() {
    const mxwire::Homeserver server{"https://matrix.example.org"};
    return mxwire::call([](const mxwire::Request&) { return 200; }, server, mxwire::GetLoginFlows{}) ? 0 : 1;
}
