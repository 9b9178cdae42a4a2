// SPDX-License-Identifier: MIT
//
// Each check can fail: a transport that keeps the contract passes them all, one that breaks a clause is caught by the
// check of that clause. faults [blocking|async [PART PARTS]]: each PARTS-th case; the first part has what is said of all.

#include "faulty_transport.hpp"

#include <cstdlib>

namespace {

using namespace mxwire::contract;

struct Case {
    Fault fault;
    const char* caught_by;
};
constexpr Case of_any[] = {
    {Fault::an_error_for_a_403, "status"},
    {Fault::no_body_of_a_500, "status"},
    {Fault::body_ends_at_a_nul, "body"},
    {Fault::body_is_decoded, "body"},
    {Fault::empty_body_is_an_error, "empty-body"},
    {Fault::chunks_are_delivered, "framing"},
    {Fault::gzip_is_delivered, "encoding"},
    {Fault::the_100_is_delivered, "continue"},
    {Fault::always_a_content_type, "request"},
    {Fault::no_content_length, "request"},
    {Fault::post_for_a_put, "request"},
    {Fault::a_token_of_its_own, "request"},
    {Fault::host_without_its_port, "request"},
    {Fault::sent_body_ends_at_a_nul, "request-body"},
    {Fault::url_is_decoded, "url"},
    {Fault::url_is_tidied, "base-url"},
    {Fault::cookies, "memory"},
    {Fault::token_is_kept, "memory"},
    {Fault::redirects_are_followed, "redirect"},
    {Fault::redirects_are_errors, "redirect"},
    {Fault::headers_are_logged, "log"},
    {Fault::url_is_printed, "log"},
    {Fault::sent_body_is_logged, "log"},
    {Fault::body_is_reported, "log"},
    {Fault::no_timeout, "timeout"},
    {Fault::timeout_between_bytes, "slow"},
    {Fault::half_a_body_is_one, "cut"},
    {Fault::sends_again, "cut"},
    {Fault::sends_again, "retry"},
    {Fault::refusal_is_a_503, "refused"},
    {Fault::cannot_cancel, "cancel"},
    {Fault::body_without_bound, "bound"},
    {Fault::bound_checked_at_the_end, "bound"},
    {Fault::bound_of_nothing, "bound"},
    {Fault::headers_without_bound, "header-bound"},
    {Fault::unpacks_first, "bomb"},
    {Fault::header_names_as_they_are, "header-names"},
    {Fault::last_header_counts, "first-header"},
    {Fault::repeated_headers_are_joined, "first-header"},
};
constexpr Case of_async[] = {
    {Fault::completes_twice, "once"},
    {Fault::forgets_when_destroyed, "destroyed"},
    {Fault::waits_when_destroyed, "destroyed"},
    {Fault::mixes_up_answers, "many"},
    {Fault::nothing_out_of_a_completion, "chained"},
};

template <class Transport> Report run(Fault fault, const char* only, std::FILE* out) {
    Options options;
    options.only = only;
    options.out = out;
    return check(
        [&](const Settings& wanted) {
            auto transport = std::make_unique<Transport>();
            transport->timeout = wanted.timeout;
            transport->max_answer = wanted.max_answer;
            transport->log = wanted.log;
            transport->fault = fault;
            return transport;
        },
        options);
}

template <class Transport, std::size_t N> int not_caught(const Case (&cases)[N], std::size_t part, std::size_t parts) {
    int missed = 0;
    for (std::size_t i = part; i < N; i += parts) {
        const Case& one = cases[i];
        const Report report = run<Transport>(one.fault, one.caught_by, nullptr);
        const bool caught = report.count(Verdict::broken) == 1;
        std::printf("%s: %s: %s\n", caught ? "caught" : "NOT CAUGHT", one.caught_by,
                    report.verdicts.empty() ? "there is no such check" : report.verdicts[0].why.c_str());
        (void)std::fflush(stdout);
        missed += caught ? 0 : 1;
    }
    return missed;
}

} // namespace

int main(int argc, char** argv) {
    const bool async = argc > 1 && std::string_view{argv[1]} == "async";
    const std::size_t parts = argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 1;
    const std::size_t part = argc > 3 ? std::strtoul(argv[2], nullptr, 10) - 1 : 0;
    if (part >= parts) return 2;
    int missed = async ? not_caught<FaultyAsyncTransport>(of_async, part, parts)
                       : not_caught<FaultyTransport>(of_any, part, parts);
    if (part > 0) {
        std::printf("%d missed\n", missed);
        return missed == 0 ? 0 : 1;
    }
    const Report good =
        async ? run<FaultyAsyncTransport>(Fault::none, "", stdout) : run<FaultyTransport>(Fault::none, "", stdout);
    missed += good.kept() ? 0 : 1;
    // Else a new check could come without a proof that it can fail.
    for (const Verdict& verdict : good.verdicts) {
        bool can_fail = false;
        for (const Case& one : of_any) can_fail = can_fail || verdict.name == one.caught_by;
        for (const Case& one : of_async) can_fail = can_fail || verdict.name == one.caught_by;
        if (can_fail) continue;
        std::printf("no case shows that the check %s can fail\n", verdict.name.c_str());
        ++missed;
    }
    // The clauses of mxwire/transport.hpp but for the last, which is about what is not done. Only an asynchronous one completes.
    for (int clause = 1; clause <= 9; ++clause) {
        bool has_check = clause == 8 && !async;
        for (const Verdict& verdict : good.verdicts) has_check = has_check || verdict.clause == clause;
        if (has_check) continue;
        std::printf("no check is of clause %d\n", clause);
        ++missed;
    }
    std::printf("%d missed\n", missed);
    return missed == 0 ? 0 : 1;
}
