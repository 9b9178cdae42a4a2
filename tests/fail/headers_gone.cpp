// expect: headers that are made while iterating must be views of text
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

struct Made {
    struct Iterator {
        std::pair<std::string, std::string> operator*() const { return {"Retry-After", "2"}; }
        Iterator& operator++() { return *this; }
        bool operator!=(const Iterator&) const { return false; }
    };
    Iterator begin() const { return {}; }
    Iterator end() const { return {}; }
};

mxwire::Response response() { return mxwire::Response{429, Made{}, ""}; }
