// SPDX-License-Identifier: MIT
// Nanoseconds, by Google Benchmark: one benchmark for each pair, named IMPLEMENTATION/WORK. All of Google Benchmark's
// options apply.
#include <benchmark/benchmark.h>

#include <string>

#include "implementations.hpp"

namespace {

void add(const bench::Implementation& implementation) {
    for (const bench::Work& work : bench::works) {
        if (!bench::offers(implementation, work)) {
            continue;
        }
        const std::string name = std::string(implementation.name) + '/' + work.name;
        benchmark::RegisterBenchmark(name.c_str(), [&implementation, &work](benchmark::State& state) {
            bench::with_operation(implementation, work, [&state](auto operation) {
                for ([[maybe_unused]] auto step : state) {
                    benchmark::DoNotOptimize(operation());
                }
            });
        });
    }
}

} // namespace

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv) || !bench::implementations_agree()) {
        return 1;
    }
    add(bench::baseline_implementation);
    for (const bench::Implementation* implementation : bench::implementations()) {
        add(*implementation);
    }
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
