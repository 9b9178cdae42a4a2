// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

namespace {

// Called as in one.cpp, and laid out otherwise.
struct Inner {
    std::int64_t before = 0;
    std::string text{};
};
struct Local {
    std::int64_t before[3]{};
    std::string text{};
    mxwire::RawJson raw{};
    std::optional<Inner> inner{};
    mxwire::Owned::Members members{};
    static constexpr auto fields = mxwire::fields(
        mxwire::field::required<&Local::text>("text"), mxwire::field::required<&Local::raw>("raw"),
        mxwire::field::optional_in<&Local::inner, &Inner::text>("inner"), mxwire::field::rest<&Local::members>());
};

} // namespace

bool local_in_two();
bool local_in_two() {
    Local local;
    return mxwire::read_json(R"({"text":"two","raw":[2],"inner":"two","more":2})", local) && local.text == "two" &&
           local.raw.text() == "[2]" && local.inner && local.inner->text == "two" && local.before[0] == 0 &&
           local.before[1] == 0 && local.before[2] == 0;
}

const void* description_in_two();
const void* description_in_two() {
    return reinterpret_cast<const void*>(static_cast<std::string (*)(const mxwire::MatrixError&)>(&mxwire::describe));
}
