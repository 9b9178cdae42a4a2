// expect: this model has no text of its own to read into: use the Owned or the Fixed policy
// SPDX-License-Identifier: MIT
#include <mxwire/nlohmann.hpp>

mxwire::LoginResponseView session(const nlohmann::json& json) { return json.get<mxwire::LoginResponseView>(); }
