// SPDX-License-Identifier: MIT
//
// Holds one of the examples' transports against the contract. CMake says which: MXWIRE_ADAPTER is its type,
// MXWIRE_ADAPTER_HEADER its header. With an argument only the check of that name is made.

#include MXWIRE_ADAPTER_HEADER

#include "transport_contract.hpp"

int main(int argc, char** argv) {
    mxwire::contract::Options options;
    if (argc > 1) options.only = argv[1];
    const auto make = [](const mxwire::contract::Settings& wanted) {
        auto transport = std::make_unique<MXWIRE_ADAPTER>();
        transport->timeout = wanted.timeout;
        transport->max_answer = wanted.max_answer;
        transport->log = wanted.log;
        return transport;
    };
    return mxwire::contract::check(make, options).exit_code();
}
