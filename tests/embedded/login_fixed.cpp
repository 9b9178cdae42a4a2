// SPDX-License-Identifier: MIT
// The same in the Fixed policy, the response outliving its body; no heap.
#include "image.hpp"

int main() {
    const mxwire::HomeserverView server{unknown_text(100)};
    const auto request = mxwire::prepare_into(request_buffer, unknown_login(), server);
    if (!request) return 1;
    const std::string_view body{response_buffer, unknown_number};
    const auto response = mxwire::parse<PasswordLogin<mxwire::Fixed<96, 4>>>(static_cast<int>(unknown_number), body);
    return response ? static_cast<int>(response->user_id.size()) : static_cast<int>(response.error().stage);
}
