// SPDX-License-Identifier: MIT
// RapidJSON by hand: SAX reader and Writer, both kept between operations with their buffers. UTF-8 is validated both
// ways, which RapidJSON only does when asked.
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cstdint>
#include <limits>
#include <string_view>

#include "sax_by_hand.hpp"

namespace bench {
namespace {

using Utf8 = rapidjson::UTF8<>;
using Size = rapidjson::SizeType;
using Writer = rapidjson::Writer<rapidjson::StringBuffer, Utf8, Utf8, rapidjson::CrtAllocator,
                                 rapidjson::kWriteValidateEncodingFlag>;

rapidjson::Reader reader;
rapidjson::StringBuffer buffer;
Writer writer;

std::string_view view(const char* text, Size size) { return {text, size}; }

template <class Sax> struct Adapter {
    Sax sax;

    bool Null() { return sax.null(); }
    bool Bool(bool value) { return sax.boolean(value); }
    bool Int(int value) { return sax.integer(value); }
    bool Uint(unsigned value) { return sax.integer(value); }
    bool Int64(std::int64_t value) { return sax.integer(value); }
    bool Uint64(std::uint64_t value) {
        constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
        return value <= largest ? sax.integer(static_cast<std::int64_t>(value)) : sax.other_number();
    }
    bool Double(double) { return sax.other_number(); }
    bool RawNumber(const char*, Size, bool) { return false; }
    bool String(const char* text, Size size, bool) { return sax.text(view(text, size)); }
    bool StartObject() { return sax.begin_object(); }
    bool Key(const char* text, Size size, bool) { return sax.key(view(text, size)); }
    bool EndObject(Size) { return sax.end_object(); }
    bool StartArray() { return sax.begin_array(); }
    bool EndArray(Size) { return sax.end_array(); }
};

template <class Sax> std::size_t read(std::string_view body) {
    rapidjson::MemoryStream stream(body.data(), body.size());
    Adapter<Sax> adapter;
    const bool good = !reader.Parse<rapidjson::kParseValidateEncodingFlag>(stream, adapter).IsError();
    return good && adapter.sax.complete() ? checksum(adapter.sax.result()) : 0;
}

bool write_key(std::string_view name) { return writer.Key(name.data(), static_cast<Size>(name.size())); }
bool write_text(std::string_view text) { return writer.String(text.data(), static_cast<Size>(text.size())); }
bool write_member(std::string_view name, std::string_view text) { return write_key(name) && write_text(text); }

std::size_t build_login(const LoginParams& params) {
    by_hand::Request request = by_hand::login_request();
    buffer.Clear();
    writer.Reset(buffer);
    const bool good = writer.StartObject() && write_member("type", "m.login.password") && write_key("identifier") &&
                      writer.StartObject() && write_member("type", "m.id.user") && write_member("user", params.user) &&
                      writer.EndObject() && write_member("password", params.password) &&
                      write_member("device_id", params.device_id) &&
                      write_member("initial_device_display_name", params.initial_device_display_name) &&
                      write_key("refresh_token") && writer.Bool(params.refresh_token) && writer.EndObject();
    request.body.assign(buffer.GetString(), buffer.GetSize());
    return good ? checksum(request) : 0;
}

} // namespace

extern const Implementation rapidjson_implementation;
const Implementation rapidjson_implementation = {"rapidjson", build_login, read<by_hand::LoginSax>,
                                                 read<by_hand::FlowsSax>, read<by_hand::ErrorSax>};

} // namespace bench
