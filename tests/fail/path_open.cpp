// expect: each {name} of this endpoint's path needs a field::path()
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

struct Get {
    static constexpr mxwire::EndpointInfo info{"get", mxwire::Method::get, "/a/{id", mxwire::Auth::none};
    struct Response {
        static constexpr auto fields = mxwire::fields();
    };
    std::string id{};
    static constexpr auto fields = mxwire::fields(mxwire::field::path<&Get::id>("id"));
};

auto request(const mxwire::Homeserver& server) { return mxwire::prepare(Get{}, server); }
