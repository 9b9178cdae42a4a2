// SPDX-License-Identifier: MIT
// The works of tests/bench with the JSON core alone: the model lies outside of the stack, and there is neither URL nor
// expected.
#include "../bench/mxwire_by_hand.hpp"

namespace bench {
namespace {

char request[512];
mxwire::LoginResponseView response;

std::size_t build_login(const LoginParams& params) {
    return mxwire::write_json_into(request, sizeof request, login_of(params)).size;
}
std::size_t read_login(std::string_view text) {
    const MutableBody body = mutable_copy(text);
    return mxwire::read_json_in_place(body.data, body.size, response) ? sum_of_login(response) : 0;
}

} // namespace

extern const Implementation json_in_place_implementation;
const Implementation json_in_place_implementation = {"json_in_place", build_login, read_login, nullptr, nullptr, true};

} // namespace bench
