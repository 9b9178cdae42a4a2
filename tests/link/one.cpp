// SPDX-License-Identifier: MIT
// With two.cpp: a function that is not inline is defined twice, and the program does not link.
#include <mxwire/mxwire.hpp>

namespace {

// A model of this file alone: what two.cpp calls by the same name is none of its business.
struct Inner {
    std::string text{};
};
struct Local {
    std::string text{};
    mxwire::RawJson raw{};
    std::optional<Inner> inner{};
    mxwire::Owned::Members members{};
    static constexpr auto fields = mxwire::fields(
        mxwire::field::required<&Local::text>("text"), mxwire::field::required<&Local::raw>("raw"),
        mxwire::field::optional_in<&Local::inner, &Inner::text>("inner"), mxwire::field::rest<&Local::members>());
};

bool local_in_one() {
    Local local;
    return mxwire::read_json(R"({"text":"one","raw":[1],"inner":"one","more":1})", local) && local.text == "one" &&
           local.raw.text() == "[1]" && local.inner && local.inner->text == "one";
}

} // namespace

const void* description_in_two();
bool local_in_two();

int main() {
    // One function in the whole program, whichever file asks.
    const auto here = static_cast<std::string (*)(const mxwire::MatrixError&)>(&mxwire::describe);
    if (reinterpret_cast<const void*>(here) != description_in_two()) return 1;
    return local_in_one() && local_in_two() ? 0 : 2;
}
