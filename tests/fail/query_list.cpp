// expect: a parameter of the path or the query is a text, a number or a flag
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

struct Get {
    static constexpr mxwire::EndpointInfo info{"get", mxwire::Method::get, "/x", mxwire::Auth::none};
    struct Response {
        static constexpr auto fields = mxwire::fields();
    };
    std::vector<std::string> names{};
    static constexpr auto fields = mxwire::fields(mxwire::field::query<&Get::names>("names"));
};

auto request(const mxwire::Homeserver& server) { return mxwire::prepare(Get{}, server); }
