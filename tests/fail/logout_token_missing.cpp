// expect: this endpoint needs an access token: pass Credentials
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

int main() {
    const mxwire::Homeserver server{"https://matrix.example.org"};
    return mxwire::prepare(mxwire::Logout{}, server) ? 0 : 1;
}
