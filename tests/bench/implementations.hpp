// SPDX-License-Identifier: MIT
// The implementations that were built. Their list is the one in CMakeLists.txt, which writes the source behind this
// header.
#ifndef MXWIRE_BENCH_IMPLEMENTATIONS_HPP
#define MXWIRE_BENCH_IMPLEMENTATIONS_HPP

#include <cstdio>
#include <string_view>
#include <vector>

#include "works.hpp"

namespace bench {

const std::vector<const Implementation*>& implementations(); // without the baseline
extern const Implementation baseline_implementation;

inline const Implementation* find_implementation(std::string_view name) {
    if (name == baseline_implementation.name) {
        return &baseline_implementation;
    }
    for (const Implementation* implementation : implementations()) {
        if (implementation->name == name) {
            return implementation;
        }
    }
    return nullptr;
}

inline const Work* find_work(std::string_view name) {
    for (const Work& work : works) {
        if (work.name == name) {
            return &work;
        }
    }
    return nullptr;
}

// Whether all make the same of the same inputs: who skips a member is fast for the wrong reason.
inline bool implementations_agree() {
    bool good = true;
    for (const Work& work : works) {
        const Implementation* first = nullptr;
        std::size_t expected = 0;
        for (const Implementation* implementation : implementations()) {
            if (!offers(*implementation, work)) {
                continue;
            }
            std::size_t sum = 0;
            with_operation(*implementation, work, [&sum](auto operation) { sum = operation(); });
            if (!first) {
                first = implementation;
                expected = sum;
            }
            if (sum == 0 || sum != expected) {
                std::fprintf(stderr, "%s: %s makes %zu, %s makes %zu\n", work.name, first->name, expected,
                             implementation->name, sum);
                good = false;
            }
        }
    }
    return good;
}

} // namespace bench

#endif
