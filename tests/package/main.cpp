// SPDX-License-Identifier: MIT
// A login against a server that is one line of text, so that each way of getting the library ends in one that runs.
#include <mxwire/mxwire.hpp>

int main() {
    const auto transport = [](const mxwire::Request& request) -> mxwire::Result<mxwire::Response> {
        const bool right = request.url() == "https://matrix.example.org/_matrix/client/v3/login";
        return mxwire::Response{right ? 200 : 404,
                                R"({"user_id":"@alice:example.org","access_token":"t","device_id":"D"})"};
    };
    const mxwire::Homeserver server{"https://matrix.example.org"};
    const auto login =
        mxwire::call(transport, server, mxwire::Login{mxwire::Password{mxwire::UserId{"alice"}, "wonderland"}});
    return login && login->user_id == "@alice:example.org" && login->access_token == mxwire::Secret{"t"} ? 0 : 1;
}
