// SPDX-License-Identifier: MIT
//
// 02_curl_blocking URL USER [CA_FILE]: logs in and out again over libcurl. The password is in MXWIRE_PASSWORD.

#include "curl_transport.hpp"

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
        (void)std::fprintf(stderr, "usage: MXWIRE_PASSWORD=... 02_curl_blocking URL USER [CA_FILE]\n");
        return 2;
    }
    const mxwire::Homeserver server{argv[1]}; // checked once; a bad URL is an error of the first call
    CurlTransport curl;
    if (argc > 3) curl.ca_file = argv[3];

    const auto offered = mxwire::call(curl, server, mxwire::GetLoginFlows{});
    if (!offered) return complain(offered.error());
    for (const mxwire::LoginFlow& flow : offered->flows) {
        std::printf("offered: %s\n", std::string{flow.type.text()}.c_str());
    }

    const auto login = mxwire::call(curl, server, mxwire::Login{mxwire::Password{mxwire::UserId{argv[2]}, password}});
    if (!login) return complain(login.error());
    const mxwire::Credentials session{server, login->access_token};

    const auto me = mxwire::call(curl, session, mxwire::GetTokenOwner{});
    if (me) std::printf("logged in: %s\n", me->user_id.c_str());

    const auto logout = mxwire::call(curl, session, mxwire::Logout{});
    if (!me) return complain(me.error());
    if (!logout) return complain(logout.error());
    return 0;
}
