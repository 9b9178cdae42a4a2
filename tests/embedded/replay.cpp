// SPDX-License-Identifier: MIT
// Builds every request and reads every answer of the vectors in one storage policy, and prints a digest for each
// operation of what came of it. Compiled for a board and, from the same text, for the host, whose output must be the
// same.
//
// MXWIRE_STORAGE is the policy, MXWIRE_BUFFER the bytes of each of its buffers; <vectors.inc> is written by vectors.py.
#include "board/board.hpp"
#include "vectors.hpp"

#include <mxwire/mxwire.hpp>

#include <cstring>

namespace embedded {
namespace {

using S = mxwire::MXWIRE_STORAGE;
constexpr bool is_owned = std::is_same_v<S, mxwire::Owned>;
constexpr bool is_view = std::is_same_v<S::Text, std::string_view>;

template <class Text> inline constexpr std::size_t most = ~std::size_t{0};
template <std::size_t N> inline constexpr std::size_t most<mxwire::FixedText<N>> = N;

// What came in, and what goes out: on a device, the buffers of its transport.
char in[MXWIRE_BUFFER];
char out[MXWIRE_BUFFER];

std::string_view copy_in(std::string_view text) {
    std::memcpy(in, text.data(), text.size());
    return {in, text.size()};
}

/// What came of a vector. The vector knows the digest of the verdict; that of the values is the host's word.
struct Outcome {
    Digest verdict, values;
    bool no_room = false; ///< the storage is too small for this one: so it has another verdict, and says so
};

bool says_no_room(std::string_view message) {
    return message == describe(mxwire::Fault::too_many) || message == describe(mxwire::Fault::too_long) ||
           message == describe(mxwire::Fault::too_large);
}
void refuse(Outcome& outcome, std::string_view member, std::string_view message) {
    outcome.verdict.add("request_error");
    if (!member.empty()) outcome.verdict.part(member).part(": ");
    outcome.verdict.add(message);
    outcome.no_room = says_no_room(message);
}
void add_error(Outcome& outcome, const mxwire::BasicMatrixError<S>& error) {
    Digest& verdict = outcome.verdict;
    switch (error.stage) {
    case mxwire::Stage::request: return refuse(outcome, error.member, error.message);
    case mxwire::Stage::transport: verdict.add("transport_error"); break;
    case mxwire::Stage::server: verdict.add("matrix_error"); break;
    case mxwire::Stage::http: verdict.add("http_error"); break;
    case mxwire::Stage::body:
        verdict.add("body_error");
        outcome.no_room = says_no_room(error.message);
        break;
    }
    verdict.add(std::int64_t{error.status}).add(error.code.text());
    if (error.stage == mxwire::Stage::body && !error.member.empty()) verdict.part(error.member).part(": ");
    verdict.add(error.message).add(error.retry_after ? std::int64_t{error.retry_after->count()} : std::int64_t{-1});
    verdict.add(std::int64_t{error.soft_logout});
    // An error's own message and code are the texts that are cut.
    if (error.message.size() == most<S::Text> || error.code.text().size() == most<S::Text>) outcome.no_room = true;

    Digest& values = outcome.values;
    values.add(error.location);
    for (const mxwire::RawView::Element& element : error.rest) values.add(element.key).add(element.value);
    if (!error.challenge) return;
    for (const auto& flow : error.challenge->flows) {
        values.add("flow");
        for (const auto& stage : flow.stages) values.add(stage);
    }
    values.add("completed");
    for (const auto& stage : error.challenge->completed) values.add(stage);
    if (error.challenge->session) values.add(error.challenge->session->expose());
    values.add(error.challenge->params.text());
}
template <class Request> void add_request(Outcome& outcome, const Request& request) {
    outcome.verdict.add("request").add(to_string(request.method())).add(request.url()).add(request.body());
    for (const mxwire::Header& header : request.headers()) outcome.verdict.add(header.name).add(header.value);
}

template <class E, class = void> inline constexpr bool has_fields_v = false;
template <class E> inline constexpr bool has_fields_v<E, std::void_t<decltype(E::fields)>> = true;
template <class E> inline constexpr bool is_wellknown_v = false;
template <class P> inline constexpr bool is_wellknown_v<mxwire::BasicGetWellknown<P>> = true;

template <class E> mxwire::ResultOf<E> parse(const ResponseVector& vector) {
    const Table<Field> headers{vector.headers, vector.header_count};
    std::optional<mxwire::WallTime> now;
    if (vector.now >= 0) now = mxwire::WallTime{std::chrono::seconds{vector.now}};
    if constexpr (is_view) {
        return mxwire::parse_in_place<E>(vector.status, {in, copy_in(vector.body).size()}, headers, {}, now);
    } else {
        return mxwire::parse<E>(vector.status, vector.body, headers, {}, now);
    }
}
template <class E> [[gnu::noinline]] void respond(Outcome& outcome, const ResponseVector& vector) {
    const mxwire::ResultOf<E> result = parse<E>(vector);
    if (!result) return add_error(outcome, result.error());
    outcome.verdict.add("model").add(std::int64_t{vector.status});
    const mxwire::WriteResult written = mxwire::write_json_into(out, sizeof out, *result);
    outcome.values.add(written ? std::string_view{out, written.size} : describe(written.fault));
}

template <class E, class Where> void send(Outcome& outcome, const E& endpoint, const Where& where) {
    if constexpr (is_owned) {
        const mxwire::Result<mxwire::Request> request = mxwire::prepare(endpoint, where);
        if (request) return add_request(outcome, *request);
        return refuse(outcome, request.error().member, request.error().message);
    } else {
        const auto request = mxwire::prepare_into(out, endpoint, where);
        if (request) return add_request(outcome, *request);
        return refuse(outcome, request.error().member, request.error().message);
    }
}
using Url = std::conditional_t<is_owned, std::string, std::string_view>;
mxwire::BasicHomeserver<Url> homeserver(const RequestVector& vector) {
    const Url url{vector.base_url};
    return vector.allow_insecure_http ? mxwire::BasicHomeserver<Url>{url, mxwire::allow_insecure_http}
                                      : mxwire::BasicHomeserver<Url>{url};
}
/// Reads what is given. What would be no good in an answer and read as absent is a mistake in a request.
mxwire::ReadResult read_all(std::string_view params, mxwire::detail::ReadTable table, void* endpoint) {
    static mxwire::detail::ReadField rows[32]; // the stack is measured
    for (unsigned i = 0; i < table.size; ++i) {
        rows[i] = table.fields[i];
        const auto given = mxwire::RawView{params}.find(mxwire::detail::key_of(&rows[i]));
        if (given && given->kind() != mxwire::JsonKind::null) rows[i].required = true;
    }
    table.fields = rows;
    return mxwire::detail::CoreCodec::read({params.data(), params.size(), is_view}, mxwire::detail::default_limits,
                                           table, endpoint);
}
template <class E> [[gnu::noinline]] void build(Outcome& outcome, const RequestVector& vector) {
    E endpoint{};
    if constexpr (has_fields_v<E>) {
        const mxwire::ReadResult read = read_all(is_view ? copy_in(vector.params) : vector.params,
                                                 mxwire::detail::ReadTableOf<E>::value, &endpoint);
        if (!read) return refuse(outcome, read.member, describe(read.fault));
    }
    if constexpr (E::info.auth != mxwire::Auth::none) {
        if (vector.access_token.data() != nullptr || E::info.auth == mxwire::Auth::required) {
            using Storage = std::conditional_t<is_owned, mxwire::Owned, mxwire::View>;
            using Text = typename Storage::Text;
            std::optional<Text> user_id, device_id;
            if (vector.user_id.data() != nullptr) user_id = Text{vector.user_id};
            if (vector.device_id.data() != nullptr) device_id = Text{vector.device_id};
            const Text token{vector.access_token};
            return send(outcome, endpoint,
                        mxwire::BasicCredentials<Storage>{homeserver(vector), typename Storage::Secret{token}, user_id,
                                                          device_id});
        }
    }
    if constexpr (is_wellknown_v<E>) {
        using Name = mxwire::BasicServerName<Url>;
        const Url server{vector.server_name}, user{vector.server_of_user};
        if (vector.server_name.data() != nullptr) return send(outcome, endpoint, Name{server});
        if (vector.server_of_user.data() != nullptr) return send(outcome, endpoint, Name::of(user));
    }
    if constexpr (E::info.auth != mxwire::Auth::required) send(outcome, endpoint, homeserver(vector));
}

struct Entry {
    std::string_view id;
    void (*respond)(Outcome&, const ResponseVector&);
    void (*build)(Outcome&, const RequestVector&);
    Table<ResponseVector> responses;
    Table<RequestVector> requests;
};
template <class E>
constexpr Entry entry(std::string_view id, Table<ResponseVector> responses, Table<RequestVector> requests) {
    return {id, respond<E>, build<E>, responses, requests};
}

#include <vectors.inc>
#define MXWIRE_VECTORS(type, id, responses, requests) entry<mxwire::Basic##type<S>>(id, responses, requests),
constexpr Entry all[] = {MXWIRE_ALL_VECTORS};
#undef MXWIRE_VECTORS

/// The marks that the vectors left.
struct Marks {
    std::uint32_t vectors = 0, no_room = 0, failed = 0, heap_peak = 0, heap_blocks = 0;

    void add(const Marks& others) {
        vectors += others.vectors;
        no_room += others.no_room;
        failed += others.failed;
        if (others.heap_peak > heap_peak) heap_peak = others.heap_peak;
        if (others.heap_blocks > heap_blocks) heap_blocks = others.heap_blocks;
    }
};

template <class Vector> void run(Marks& marks, Digest& digest, const Entry& operation,
                                 void (*work)(Outcome&, const Vector&), const Table<Vector>& vectors) {
    for (const Vector& vector : vectors) {
        board::reset_heap();
        const std::uint32_t live = board::heap().live;
        Outcome outcome;
        work(outcome, vector);
        const board::Heap heap = board::heap();
        if (heap.peak - live > marks.heap_peak) marks.heap_peak = heap.peak - live;
        if (heap.blocks > marks.heap_blocks) marks.heap_blocks = heap.blocks;
        ++marks.vectors;
        digest.add(std::int64_t{outcome.verdict.value()}).add(std::int64_t{outcome.values.value()});
        const bool as_expected = outcome.verdict.value() == vector.verdict;
        if (!as_expected && outcome.no_room) ++marks.no_room;
        if (heap.live == live && (as_expected || outcome.no_room)) continue;
        ++marks.failed;
        board::print("not as the vector says, or a leak: ");
        board::print(operation.id);
        board::print(" ");
        board::print(vector.id);
        board::print("\n");
    }
}
void print(std::string_view label, std::uint32_t value) {
    board::print(label);
    board::print(value);
}

} // namespace
} // namespace embedded

int main() {
    using namespace embedded;
    Marks marks;
    std::uint32_t stack = 0;
    for (const Entry& operation : all) {
        Digest digest;
        Marks own;
        board::paint_stack();
        run(own, digest, operation, operation.respond, operation.responses);
        run(own, digest, operation, operation.build, operation.requests);
        const std::uint32_t own_stack = board::stack_used();
        board::print(operation.id);
        print(": vectors ", own.vectors);
        board::print(", digest ");
        board::print_hex(digest.value());
        // What the machine alone can say; nobody compares it.
        board::print("\n# ");
        board::print(operation.id);
        print(" ", own_stack);
        print(" ", own.heap_peak);
        print(" ", own.heap_blocks);
        board::print("\n");
        if (own_stack > stack) stack = own_stack;
        marks.add(own);
    }
    print("vectors ", marks.vectors);
    print(", without room ", marks.no_room);
    print(", left out ", left_out);
    print(", failed ", marks.failed);
    print("\n# stack ", stack);
    print(", heap ", marks.heap_peak);
    print(" bytes in ", marks.heap_blocks);
    board::print(" blocks at most\n");
    return marks.failed == 0 ? 0 : 1;
}
