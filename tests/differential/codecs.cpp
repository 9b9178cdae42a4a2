// SPDX-License-Identifier: MIT
// Holds the two codecs against each other: mxwire_codecs [documents] [seed]
//
// Each document is read as the answer of each operation and as an error of two statuses, by the library's reader and
// through nlohmann's. They must agree on verdict and values, but for what design.md names: a number beyond a double in
// a member that nobody reads. The program fails after a difference, and ends after twenty.
#include "mutate.hpp"
#include "tree.hpp"

#include <mxwire/nlohmann.hpp>

#include <cstdlib>

namespace {

using namespace differential;
using Json = nlohmann::json;

struct Count {
    unsigned long accepted = 0, refused = 0, differences = 0;
};

template <class S> Json json_of(const mxwire::BasicMatrixError<S>& error) {
    Json out{{"stage", std::string(to_string(error.stage))},
             {"code", std::string(error.code.text())},
             {"message", std::string(std::string_view(error.message))},
             {"soft_logout", static_cast<bool>(error.soft_logout)},
             {"rest", error.rest},
             {"retry_after", error.retry_after ? Json(error.retry_after->count()) : Json()}};
    if (error.challenge) out["challenge"] = *error.challenge;
    return out;
}

/// What a parse came to. A body that is no good is no good, whichever of its faults is met first.
template <class Result> Json outcome(const Result& result) {
    if (result) return {{"model", *result}};
    if (result.error().stage == mxwire::Stage::body) return {{"stage", "body"}};
    return json_of(result.error());
}

template <class E> void compare(const std::string& document, int status, Count& count) {
    const std::string_view body{document};
    const Json core = outcome(mxwire::parse<E>(status, body));
    const Json nlohmann = outcome(mxwire::parse<E, mxwire::NlohmannCodec>(status, body));
    ++(core.contains("model") ? count.accepted : count.refused);
    if (core == nlohmann) return;
    ++count.differences;
    std::printf("difference: %s, %d\n  document %s\n  core     %s\n  nlohmann %s\n", E::info.operation_id.data(),
                status, Json(document).dump(-1, ' ', true, Json::error_handler_t::replace).c_str(), core.dump().c_str(),
                nlohmann.dump().c_str());
}

template <class E> void compare_answer(const std::string& document, Count& count) {
    if constexpr (mxwire::is_endpoint_v<E>) compare<E>(document, 200, count);
}
template <class S> void compare_all(const std::string& document, Count& count) {
#define MXWIRE_OPERATION(Type, id) compare_answer<mxwire::Basic##Type<S>>(document, count);
#include "mxwire_operations.inc"
#undef MXWIRE_OPERATION
    compare<mxwire::BasicGetTokenOwner<S>>(document, 401, count);
    compare<mxwire::BasicGetTokenOwner<S>>(document, 429, count);
}

} // namespace

int main(int argc, char** argv) {
    const unsigned long documents = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 20000;
    const unsigned long seed = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 1;
    Mutator mutator;
    if (!mutator.load(MXWIRE_TEST_VECTORS)) {
        std::fprintf(stderr, "the vectors or a seed cannot be read\n");
        return 2;
    }
    Dice dice(static_cast<std::uint32_t>(seed));
    Count count;
    unsigned long read = 0, excluded = 0;
    for (; read < documents && count.differences < 20; ++read) {
        const std::string document = mutator.next(dice);
        if (read_tree(document).beyond_double != 0) {
            ++excluded;
            continue;
        }
        compare_all<mxwire::Owned>(document, count);
        // Raw members lose the blanks between their tokens on the way through nlohmann: no room for them is not compared.
        if (document.size() < 1024) compare_all<mxwire::Fixed<1024, 8>>(document, count);
    }
    std::printf(
        "codecs, seed %lu: %lu documents, %lu excluded for a number beyond a double; %lu verdicts accepted, %lu "
        "refused, %lu differences\n",
        seed, read, excluded, count.accepted, count.refused, count.differences);
    return count.differences != 0 || documents == 0;
}
