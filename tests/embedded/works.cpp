// SPDX-License-Identifier: MIT
// The works of tests/bench on a board: instructions, stack and heap of each, one a line. MXWIRE_BENCH_SUBJECT is the
// implementation. Of one that reads in the body itself the copy is taken off.
#include "board/board.hpp"

#include "../bench/works.hpp"

namespace bench {
extern const Implementation MXWIRE_BENCH_SUBJECT;
extern const Implementation baseline_implementation;
} // namespace bench

namespace {

constexpr std::uint32_t often = 100;
// What the timer counts before it begins anew, in instructions.
constexpr std::uint32_t turn = 0x1000000u * 40u;

template <class Operation> std::uint32_t instructions(Operation operation) {
    const std::uint32_t before = board::instructions();
    for (std::uint32_t i = 0; i < often; ++i) (void)operation();
    const std::uint32_t after = board::instructions();
    return (after >= before ? after - before : after + turn - before) / often;
}
template <class Operation> bool measure(const bench::Work& work, Operation operation, std::uint32_t copy) {
    // What an implementation keeps between works is there now.
    if (operation() == 0) return false;
    board::reset_heap();
    const std::uint32_t live = board::heap().live;
    board::paint_stack();
    (void)operation();
    const std::uint32_t stack = board::stack_used();
    const board::Heap heap = board::heap();
    board::print(work.name);
    for (const std::uint32_t figure : {instructions(operation) - copy, stack, heap.peak - live, heap.blocks}) {
        board::print(" ");
        board::print(figure);
    }
    board::print("\n");
    return true;
}

} // namespace

int main() {
    const bench::Implementation& subject = bench::MXWIRE_BENCH_SUBJECT;
    for (const bench::Work& work : bench::works) {
        if (!bench::offers(subject, work)) continue;
        bool good = false;
        std::uint32_t copy = 0;
        if (subject.in_place && work.read != nullptr) {
            bench::with_operation(bench::baseline_implementation, work,
                                  [&copy](auto operation) { copy = instructions(operation); });
        }
        bench::with_operation(subject, work, [&](auto operation) { good = measure(work, operation, copy); });
        if (!good) return 1;
    }
    return 0;
}
