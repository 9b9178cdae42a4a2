// SPDX-License-Identifier: MIT
//
// 06_poco URL USER [CA_FILE]: logs in and out again over POCO. The password is in MXWIRE_PASSWORD.

#include "poco_transport.hpp"

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
        (void)std::fprintf(stderr, "usage: MXWIRE_PASSWORD=... 06_poco URL USER [CA_FILE]\n");
        return 2;
    }
    const mxwire::Homeserver server{argv[1]};
    PocoTransport http;
    if (argc > 3) http.ca_file = argv[3];

    const auto login = mxwire::call(http, server, mxwire::Login{mxwire::Password{mxwire::UserId{argv[2]}, password}});
    if (!login) return complain(login.error());
    const mxwire::Credentials session{server, login->access_token};

    const auto me = mxwire::call(http, session, mxwire::GetTokenOwner{});
    if (me) std::printf("logged in: %s\n", me->user_id.c_str());
    const auto logout = mxwire::call(http, session, mxwire::Logout{});
    if (!me) return complain(me.error());
    if (!logout) return complain(logout.error());
    return 0;
}
