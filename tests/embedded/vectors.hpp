// SPDX-License-Identifier: MIT
// The vectors as constants of a program, as vectors.py writes them, and the digest that both sides compute.
#ifndef MXWIRE_EMBEDDED_VECTORS_HPP
#define MXWIRE_EMBEDDED_VECTORS_HPP

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace embedded {

/// FNV-1a, 32 bits, over texts that each end with a byte that UTF-8 does not have.
class Digest {
  public:
    Digest& part(std::string_view text) {
        for (const char c : text) byte(static_cast<std::uint8_t>(c));
        return *this;
    }
    Digest& add(std::string_view text) {
        part(text).byte(0xff);
        return *this;
    }
    Digest& add(std::int64_t number) {
        char digits[20];
        std::size_t first = sizeof digits;
        std::uint64_t rest = number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
        do {
            digits[--first] = static_cast<char>('0' + rest % 10);
            rest /= 10;
        } while (rest != 0);
        if (number < 0) part("-");
        return add(std::string_view{digits + first, sizeof digits - first});
    }
    std::uint32_t value() const { return value_; }

  private:
    void byte(std::uint8_t value) { value_ = (value_ ^ value) * 16777619u; }

    std::uint32_t value_ = 2166136261u;
};

struct Field {
    std::string_view name, value;
};

/// An answer. `verdict` is the digest of what the vector expects; of a model, of its outcome and status alone.
struct ResponseVector {
    std::string_view id;
    std::uint32_t verdict;
    int status;
    std::string_view body;
    const Field* headers;
    std::size_t header_count;
    std::int64_t now; ///< seconds since 1970, for a Retry-After that is a date; -1: nobody knows
};

/// A request to build. A text whose data() is null is absent.
struct RequestVector {
    std::string_view id;
    std::uint32_t verdict;
    std::string_view params; ///< the endpoint as JSON
    std::string_view base_url;
    bool allow_insecure_http;
    std::string_view access_token, user_id, device_id; ///< of the credentials
    std::string_view server_name, server_of_user;      ///< of getWellknown, instead of the base URL
};

template <class T> struct Table {
    const T* first;
    std::size_t size;
    const T* begin() const { return first; }
    const T* end() const { return first + size; }
};
/// Tables that vectors.py leaves empty have no array.
template <class T> constexpr Table<T> table() { return {nullptr, 0}; }
template <class T, std::size_t N> constexpr Table<T> table(const T (&array)[N]) { return {array, N}; }

} // namespace embedded

#endif
