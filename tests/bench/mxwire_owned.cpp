// SPDX-License-Identifier: MIT
// mxwire with std::string and std::vector, through expected<Model, MatrixError>. The endpoint that is built holds views
// of the parameters, as those of the others do: it is the request that owns.
#include "mxwire_by_hand.hpp"

namespace bench {
namespace {

const mxwire::Homeserver homeserver{std::string(homeserver_url)};

std::size_t build_login(const LoginParams& params) {
    const auto request = mxwire::prepare(login_of(params), homeserver);
    return request ? sum_of_request(*request) : 0;
}
std::size_t read_login(std::string_view body) {
    const auto login = mxwire::parse<mxwire::Login>(200, body);
    return login ? sum_of_login(*login) : 0;
}
std::size_t read_flows(std::string_view body) {
    const auto flows = mxwire::parse<mxwire::GetLoginFlows>(200, body);
    return flows ? sum_of_flows(*flows) : 0;
}
std::size_t read_429(std::string_view body) {
    const auto login = mxwire::parse<mxwire::Login>(429, body);
    return login ? 0 : sum_of_error(login.error());
}

} // namespace

extern const Implementation mxwire_owned_implementation;
const Implementation mxwire_owned_implementation = {"mxwire_owned", build_login, read_login, read_flows, read_429};

} // namespace bench
