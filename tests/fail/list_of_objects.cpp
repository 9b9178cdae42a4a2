// expect: a list of objects leaves out those that are no good
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

struct Room {
    std::string id{};
    static constexpr auto fields = mxwire::fields(mxwire::field::required<&Room::id>("id"));
};
struct House {
    std::optional<std::vector<Room>> rooms{};
    static constexpr auto fields = mxwire::fields(mxwire::field::optional_list<&House::rooms>("rooms"));
};

bool read(House& house) { return static_cast<bool>(mxwire::read_json(R"({"rooms":[]})", house)); }
