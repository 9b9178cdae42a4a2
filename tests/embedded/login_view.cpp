// SPDX-License-Identifier: MIT
// A login through the seam in the View policy: base URL, request, response or error with its challenge; no heap.
#include "image.hpp"

int main() {
    const mxwire::HomeserverView server{unknown_text(100)};
    const auto request = mxwire::prepare_into(request_buffer, unknown_login(), server);
    if (!request) return 1;
    const auto response = mxwire::parse_in_place<PasswordLogin<mxwire::View>>(static_cast<int>(unknown_number),
                                                                              {response_buffer, unknown_number});
    return response ? static_cast<int>(response->user_id.size()) : static_cast<int>(response.error().stage);
}
