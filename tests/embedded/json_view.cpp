// SPDX-License-Identifier: MIT
// The login request written into a buffer, the login response read in place: JSON alone, no heap.
#include "image.hpp"

int main() {
    if (!mxwire::write_json_into(request_buffer, sizeof request_buffer, unknown_login())) return 1;
    mxwire::LoginResponseView response;
    if (!mxwire::read_json_in_place(response_buffer, unknown_number, response)) return 2;
    return static_cast<int>(response.user_id.size());
}
