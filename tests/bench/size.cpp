// SPDX-License-Identifier: MIT
// A small program that does all works of one implementation: its code, less that of the same program with the
// baseline, is what the implementation adds. Built for size, and only for its size.
#include "works.hpp"

namespace bench {
extern const Implementation MXWIRE_BENCH_SUBJECT;
}

int main(int argc, char** argv) {
    if (argc < 5) {
        return 2;
    }
    const bench::Implementation& subject = bench::MXWIRE_BENCH_SUBJECT;
    const bench::MutableBody body = bench::mutable_copy(argv[1]);
    const std::string_view text(body.data, body.size);
    std::size_t sum = subject.build_login ? subject.build_login({argv[1], argv[2], argv[3], argv[4], argc > 5}) : 0;
    sum += subject.read_login ? subject.read_login(text) : 0;
    sum += subject.read_flows ? subject.read_flows(text) : 0;
    sum += subject.read_429 ? subject.read_429(text) : 0;
    return sum != 0;
}
