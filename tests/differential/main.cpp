// SPDX-License-Identifier: MIT
// Holds the library's reader against nlohmann/json and the design's rules: mxwire_differential [documents] [seed]
//
// Each document is read as the answer of an operation of each model and as an error of two statuses, in all storage
// policies; of the models that are not login's, a quarter for each document.
// Verdict and values must be what rules.hpp makes of nlohmann's tree. No document is left out: see read_tree() for the
// two ways of nlohmann that are not the design's.
//
// The last line says how it went. The program fails after a difference, and ends after twenty. tests/differential/run
// has all configurations.
#include "library.hpp"
#include "mutate.hpp"

#include <cstdlib>

namespace {

using namespace differential;

struct Count {
    unsigned long accepted = 0, refused = 0, differences = 0;
};

const char* name_of(Outcome outcome) {
    switch (outcome) {
    case Outcome::good: return "accepted";
    case Outcome::unusable: return "refused";
    case Outcome::limit: return "no room";
    }
    return "";
}

/// The text as a literal of C.
std::string literal(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            (out += '\\') += c;
        } else if (c >= ' ' && c <= '~') {
            out += c;
        } else {
            char octal[8];
            std::snprintf(octal, sizeof octal, "\\%03o", static_cast<unsigned>(static_cast<unsigned char>(c)));
            out += octal;
        }
    }
    return out + "\"";
}

void compare(const std::string& document, bool well_formed, const char* policy, const char* what, const Value& expected,
             const Value& got, Count& count) {
    ++(got.outcome == Outcome::good ? count.accepted : count.refused);
    // Of a document with several faults the first decides: one that is not well-formed may be too long before that.
    if (!well_formed && expected.outcome != Outcome::good && got.outcome != Outcome::good) return;
    if (expected.outcome == got.outcome && (expected.outcome != Outcome::good || expected.text == got.text)) return;
    ++count.differences;
    std::printf("difference: %s, %s\n  document %s\n  expected %s %s\n  got      %s %s\n", policy, what,
                literal(document).c_str(), name_of(expected.outcome), literal(expected.text).c_str(),
                name_of(got.outcome), literal(got.text).c_str());
}

template <class E> struct Operation { using Type = E; };

template <class Policy>
void compare_all(const std::string& document, const Tree& tree, unsigned long turn, Count& count) {
    using S = typename Policy::Storage;
    constexpr bool in_place = Policy::in_place;
    const Rules rules(document, tree, Policy::room);
    const auto hold = [&](const char* what, const Value& expected, const Value& got) {
        compare(document, rules.is_well_formed(), Policy::name, what, expected, got, count);
    };
    const auto hold_model = [&](auto endpoint, Model model) {
        using E = typename decltype(endpoint)::Type;
        hold(E::info.operation_id.data(), rules.model(model), read_model<E, in_place>(document));
    };
    hold_model(Operation<mxwire::BasicGetLoginFlows<S>>{}, Model::login_flows);
    hold_model(Operation<mxwire::BasicLogin<S>>{}, Model::login);
    hold_model(Operation<mxwire::BasicGetTokenOwner<S>>{}, Model::token_owner);
    hold_model(Operation<mxwire::BasicLogout<S>>{}, Model::logout);
    hold("error 401", rules.error(401), read_error<S, in_place>(document, 401));
    hold("error 429", rules.error(429), read_error<S, in_place>(document, 429));
    // The others take turns, or each document would take three times as long.
    switch (turn % 4) {
    case 0:
        hold_model(Operation<mxwire::BasicGetCapabilities<S>>{}, Model::capabilities);
        hold_model(Operation<mxwire::BasicGetDevice<S>>{}, Model::device);
        hold_model(Operation<mxwire::BasicRequestTokenToRegisterEmail<S>>{}, Model::request_token);
        break;
    case 1:
        hold_model(Operation<mxwire::BasicGetAuthMetadata<S>>{}, Model::auth_metadata);
        hold_model(Operation<mxwire::BasicGenerateLoginToken<S>>{}, Model::login_token);
        hold_model(Operation<mxwire::BasicCheckUsernameAvailability<S>>{}, Model::availability);
        break;
    case 2:
        hold_model(Operation<mxwire::BasicGetVersions<S>>{}, Model::versions);
        hold_model(Operation<mxwire::BasicRegister<S>>{}, Model::registration);
        hold_model(Operation<mxwire::BasicRegistrationTokenValidity<S>>{}, Model::token_validity);
        break;
    default:
        hold_model(Operation<mxwire::BasicGetDevices<S>>{}, Model::devices);
        hold_model(Operation<mxwire::BasicGetWellknown<S>>{}, Model::wellknown);
        hold_model(Operation<mxwire::BasicRefresh<S>>{}, Model::refresh);
        hold_model(Operation<mxwire::BasicDeactivateAccount<S>>{}, Model::deactivation);
    }
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
    unsigned long well_formed = 0, beyond_double = 0;
    unsigned long read = 0;
    for (; read < documents && count.differences < 20; ++read) {
        const std::string document = mutator.next(dice);
        const Tree tree = read_tree(document);
        well_formed += tree.valid;
        beyond_double += tree.beyond_double != 0;
        compare_all<OwnedPolicy>(document, tree, read, count);
        compare_all<ViewPolicy<64, true>>(document, tree, read, count);
        compare_all<ViewPolicy<64, false>>(document, tree, read, count);
        compare_all<FixedPolicy<160, 8>>(document, tree, read, count);
        compare_all<FixedPolicy<40, 2>>(document, tree, read, count);
    }
    std::printf("%s build, %d bytes at a time, seed %lu: %lu documents, %lu of them JSON, %lu with a number beyond a "
                "double, none excluded; %lu verdicts accepted, %lu refused, %lu differences\n",
                MXWIRE_OPTIMIZE_SIZE ? "size" : "speed", MXWIRE_SCAN_WIDTH, seed, read, well_formed, beyond_double,
                count.accepted, count.refused, count.differences);
    return count.differences != 0 || documents == 0;
}
