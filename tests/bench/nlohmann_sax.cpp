// SPDX-License-Identifier: MIT
// nlohmann/json by hand, through its SAX interface. There is no SAX writer: the request is written by hand.
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "sax_by_hand.hpp"

namespace bench {
namespace {

using Json = nlohmann::json;

template <class Sax> struct Adapter {
    Sax sax;

    bool null() { return sax.null(); }
    bool boolean(bool value) { return sax.boolean(value); }
    bool number_integer(std::int64_t value) { return sax.integer(value); }
    bool number_unsigned(std::uint64_t value) {
        constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
        return value <= largest ? sax.integer(static_cast<std::int64_t>(value)) : sax.other_number();
    }
    bool number_float(double, const std::string&) { return sax.other_number(); }
    // Copied, not moved out: the parser would have to grow its buffer again for the next one.
    bool string(std::string& value) { return sax.text(value); }
    bool binary(Json::binary_t&) { return false; }
    bool start_object(std::size_t) { return sax.begin_object(); }
    bool key(std::string& name) { return sax.key(name); }
    bool end_object() { return sax.end_object(); }
    bool start_array(std::size_t) { return sax.begin_array(); }
    bool end_array() { return sax.end_array(); }
    bool parse_error(std::size_t, const std::string&, const Json::exception&) { return false; }
};

template <class Sax> std::size_t read(std::string_view body) {
    Adapter<Sax> adapter;
    return Json::sax_parse(body, &adapter) && adapter.sax.complete() ? checksum(adapter.sax.result()) : 0;
}

} // namespace

extern const Implementation nlohmann_sax_implementation;
const Implementation nlohmann_sax_implementation = {"nlohmann_sax", by_hand::build_login, read<by_hand::LoginSax>,
                                                    read<by_hand::FlowsSax>, read<by_hand::ErrorSax>};

} // namespace bench
