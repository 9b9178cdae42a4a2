// SPDX-License-Identifier: MIT
#include <mxwire/nlohmann.hpp>

int main() {
    const auto json = mxwire::raw_json(nlohmann::json{{"a", 1}});
    return json.text() == R"({"a":1})" ? 0 : 1;
}
