// SPDX-License-Identifier: MIT
// mxwire with views of the body, read in place, and a request in the caller's buffer: no heap anywhere.
#include "mxwire_by_hand.hpp"

namespace bench {
namespace {

const mxwire::HomeserverView homeserver{homeserver_url};
char request_buffer[1024];

std::size_t build_login(const LoginParams& params) {
    const auto request = mxwire::prepare_into(request_buffer, login_of(params), homeserver);
    return request ? sum_of_request(*request) : 0;
}
template <class E> auto parse(int status, std::string_view text) {
    const MutableBody body = mutable_copy(text);
    return mxwire::parse_in_place<E>(status, {body.data, body.size});
}
std::size_t read_login(std::string_view body) {
    const auto login = parse<mxwire::LoginView>(200, body);
    return login ? sum_of_login(*login) : 0;
}
std::size_t read_flows(std::string_view body) {
    const auto flows = parse<mxwire::GetLoginFlowsView>(200, body);
    return flows ? sum_of_flows(*flows) : 0;
}
std::size_t read_429(std::string_view body) {
    const auto login = parse<mxwire::LoginView>(429, body);
    return login ? 0 : sum_of_error(login.error());
}

} // namespace

extern const Implementation mxwire_view_implementation;
const Implementation mxwire_view_implementation = {"mxwire_view", build_login, read_login, read_flows, read_429, true};

} // namespace bench
