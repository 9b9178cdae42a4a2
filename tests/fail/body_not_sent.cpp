// expect: this endpoint has members for a body that it does not send
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

struct GetThing {
    static constexpr mxwire::EndpointInfo info{"getThing", mxwire::Method::get, "/thing", mxwire::Auth::none};
    struct Response {
        static constexpr auto fields = mxwire::fields();
    };
    std::string filter;
    static constexpr auto fields = mxwire::fields(mxwire::field::required<&GetThing::filter>("filter"));
};

int main() {
    const mxwire::Homeserver server{"https://matrix.example.org"};
    return mxwire::prepare(GetThing{}, server) ? 0 : 1;
}
