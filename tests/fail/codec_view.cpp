// expect: this codec has values to copy and no text to point into: use the Owned or the Fixed policy
// SPDX-License-Identifier: MIT
#include <mxwire/nlohmann.hpp>

bool read(const std::string& body) {
    return mxwire::parse<mxwire::LoginView, mxwire::NlohmannCodec>(200, body).has_value();
}
