// SPDX-License-Identifier: MIT
// The transport that a reader of docs/transports.md has, and checks.
#ifndef MXWIRE_TESTS_DOCS_MY_TRANSPORT_HPP
#define MXWIRE_TESTS_DOCS_MY_TRANSPORT_HPP

#include <mxwire/mxwire.hpp>

struct MyTransport {
    std::chrono::milliseconds timeout{};

    mxwire::Result<mxwire::Response> operator()(const mxwire::Request&) const { return mxwire::Response{200, "{}"}; }
};

#endif
