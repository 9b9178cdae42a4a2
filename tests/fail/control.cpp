// compiles
// SPDX-License-Identifier: MIT
// What the files beside this one do wrong, done right.
#include <mxwire/mxwire.hpp>

int main() {
    const mxwire::Homeserver server{"https://matrix.example.org"};
    const mxwire::Credentials credentials{server, mxwire::Secret{"token"}};
    const auto transport = [](const mxwire::Request&) -> mxwire::Result<mxwire::Response> {
        return mxwire::Response{200, "{}"};
    };

    const auto prepared = mxwire::prepare(mxwire::GetTokenOwner{}, credentials);
    const auto called = mxwire::call(transport, credentials, mxwire::GetTokenOwner{});
    const std::string body = "{}";
    const auto parsed = mxwire::parse<mxwire::GetTokenOwnerView>(200, body);
    return prepared && called && parsed ? 0 : 1;
}
