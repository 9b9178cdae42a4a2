// SPDX-License-Identifier: MIT
//
// 03_future URL USER [CA_FILE]: logs in and out again with std::future. The password is in MXWIRE_PASSWORD.

#include "future_transport.hpp"

#include <cstdlib>

namespace {

int complain(const mxwire::MatrixError& error) {
    (void)std::fprintf(stderr, "%s\n", mxwire::describe(error).c_str());
    return 1;
}

} // namespace

int main(int argc, char** argv) {
    const char* const password = std::getenv("MXWIRE_PASSWORD");
    if (argc < 3 || password == nullptr) {
        (void)std::fprintf(stderr, "usage: MXWIRE_PASSWORD=... 03_future URL USER [CA_FILE]\n");
        return 2;
    }
    const mxwire::Homeserver server{argv[1]};
    FutureTransport http;
    if (argc > 3) http.ca_file = argv[3];

    // Both are on their way before either is waited for.
    auto offered = future_call(http, server, mxwire::GetLoginFlows{});
    auto logging_in = future_call(http, server, mxwire::Login{mxwire::Password{mxwire::UserId{argv[2]}, password}});
    const auto flows = offered.get();
    const auto login = logging_in.get();
    if (!login) return complain(login.error());
    const mxwire::Credentials session{server, login->access_token};

    const auto me = future_call(http, session, mxwire::GetTokenOwner{}).get();
    if (me) std::printf("logged in: %s\n", me->user_id.c_str());
    const auto logout = future_call(http, session, mxwire::Logout{}).get();
    if (!flows) return complain(flows.error());
    if (!me) return complain(me.error());
    if (!logout) return complain(logout.error());
    return 0;
}
