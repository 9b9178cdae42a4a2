// expect: deleted ... Homeserver
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

mxwire::HomeserverView server() { return mxwire::HomeserverView{std::string("https://x.example")}; }
