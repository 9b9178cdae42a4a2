// expect: the path or the name of this endpoint is too long
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

struct Long {
    static constexpr char name[257]{};
    static constexpr mxwire::EndpointInfo info{
        {name, 256}, mxwire::Method::get, "/_matrix/client/v3/long", mxwire::Auth::none};
    using Response = mxwire::EmptyResponse;
};

void build(const mxwire::Homeserver& server) { (void)mxwire::prepare(Long{}, server); }
