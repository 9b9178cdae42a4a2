// SPDX-License-Identifier: MIT
// Login flows, login with every method and identifier, and whoami, with std::string, errors and expected.
#include "image.hpp"

int main() {
    const mxwire::Homeserver server{std::string(unknown_text(100))};
    mxwire::Login login{mxwire::Password{mxwire::UserId{std::string(unknown_text(0))}, std::string(unknown_text(20))}};
    login.device_id = std::string(unknown_text(40));
    login.initial_device_display_name = std::string(unknown_text(60));
    login.refresh_token = true;
    const int status = static_cast<int>(unknown_number);
    const std::string_view body{response_buffer, unknown_number};

    const auto ask_flows = mxwire::prepare(mxwire::GetLoginFlows{}, server);
    const auto flows = mxwire::parse<mxwire::GetLoginFlows>(status, body);
    const auto ask_login = mxwire::prepare(login, server);
    const auto session = mxwire::parse<mxwire::Login>(status, body);
    if (!ask_flows || !flows || !ask_login || !session) return 1;
    const auto ask_owner = mxwire::prepare(mxwire::GetTokenOwner{}, mxwire::Credentials{server, session->access_token});
    const auto owner = mxwire::parse<mxwire::GetTokenOwner>(status, body);
    if (!ask_owner || !owner) return 2;
    return static_cast<int>(flows->flows.size() + session->user_id.size() + owner->user_id.size() +
                            ask_owner->url().size());
}
