// SPDX-License-Identifier: MIT
// Does one work N times, to be run under an instruction counter: (instructions of 2N - instructions of N) / N is what
// one operation costs, exactly, because everything else happens in both runs.
//   mxwire_bench_count IMPLEMENTATION WORK N
//   mxwire_bench_count --list                  the pairs that there are, one a line
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "implementations.hpp"

namespace {

int list_pairs() {
    const auto print = [](const bench::Implementation& implementation) {
        for (const bench::Work& work : bench::works) {
            if (bench::offers(implementation, work)) {
                std::printf("%s %s%s\n", implementation.name, work.name, implementation.in_place ? " in_place" : "");
            }
        }
    };
    print(bench::baseline_implementation);
    for (const bench::Implementation* implementation : bench::implementations()) {
        print(*implementation);
    }
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    if (argc == 2 && std::strcmp(argv[1], "--list") == 0) {
        return list_pairs();
    }
    const bench::Implementation* implementation = argc == 4 ? bench::find_implementation(argv[1]) : nullptr;
    const bench::Work* work = argc == 4 ? bench::find_work(argv[2]) : nullptr;
    if (!implementation || !work || !bench::offers(*implementation, *work)) {
        std::fprintf(stderr, "usage: %s IMPLEMENTATION WORK N | --list\n", argv[0]);
        return 2;
    }
    const unsigned long count = std::strtoul(argv[3], nullptr, 10);
    std::size_t sum = 0;
    bench::with_operation(*implementation, *work, [&sum, count](auto operation) {
        for (unsigned long i = 0; i < count; ++i) {
            sum += operation();
        }
    });
    // A refused input costs less and would pass for speed.
    return sum == 0 && count != 0 ? 1 : 0;
}
