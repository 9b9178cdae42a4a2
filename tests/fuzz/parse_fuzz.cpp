// SPDX-License-Identifier: MIT
// libFuzzer: any status, headers and bytes through parse<E>, and any parameters through prepare(), in every storage
// policy.
//
// Not part of the suite. It needs clang: the target mxwire_parse_fuzz. conformance/fuzz_lines.py --corpus FOLDER writes
// its seeds. Besides what the sanitizers see it holds that
// - the policies agree, but for what does not fit into the bounded ones;
// - what was read can be written, and what was written reads and writes the same again;
// - a request has only bytes that HTTP allows, and its body is JSON.
#include <mxwire/mxwire.hpp>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using ViewPolicy = mxwire::BasicView<16>;
using FixedPolicy = mxwire::Fixed<256, 8>;

void hold(bool condition, const char* what) {
    if (condition) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

struct Input {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string rest; // a body, and parameters
};

/// Operation, two bytes of status, the length of a header, the header, the rest.
bool read_input(const std::uint8_t* data, std::size_t size, std::size_t& operation, Input& in) {
    if (size < 4) return false;
    operation = data[0];
    in.status = data[1] << 8 | data[2];
    const std::size_t header = data[3] < size - 4 ? data[3] : size - 4;
    const char* const text = reinterpret_cast<const char*>(data) + 4;
    const std::string value(text, header);
    in.headers = {{"Retry-After", value}, {"Date", value}, {"Location", value}};
    in.rest.assign(text + header, size - 4 - header);
    return true;
}

template <class S> inline constexpr bool is_view = std::is_same_v<typename S::Text, std::string_view>;
template <class S> inline constexpr bool is_owned = std::is_same_v<S, mxwire::Owned>;

/// What an answer came to, without what only one policy knows of.
struct Verdict {
    bool model = false;
    mxwire::Stage stage = mxwire::Stage::request;
    std::string text;  // of a model: what it is written as. Of an error: its code
    bool full = false; // it did not fit
};

bool is_capacity(std::string_view message) {
    for (const mxwire::Fault fault : {mxwire::Fault::too_long, mxwire::Fault::too_many}) {
        if (message == describe(fault)) return true;
    }
    return false;
}

template <class T> std::string written(const T& model) {
    std::string text;
    const mxwire::WriteResult result = mxwire::write_json(text, model);
    hold(static_cast<bool>(result), "what was read can be written");
    return text;
}

template <class E> Verdict respond(const Input& in) {
    using S = mxwire::StorageOf<E>;
    using Model = typename E::Response;
    std::string body = in.rest;
    const mxwire::MutableBody place{body.data(), body.size()};
    const auto parse = [&] {
        if constexpr (is_view<S>) {
            return mxwire::parse_in_place<E>(in.status, place, in.headers, {},
                                             mxwire::WallTime{std::chrono::seconds{1792567680}});
        } else {
            return mxwire::parse<E>(in.status, body, in.headers);
        }
    };
    const std::unique_ptr<mxwire::ResultOf<E>> result(new mxwire::ResultOf<E>(parse()));
    Verdict verdict;
    verdict.model = result->has_value();
    if (verdict.model) {
        hold(in.status >= 200 && in.status <= 299, "only a 2xx is a model");
        if constexpr (!is_owned<S>) {
            // Unknown members that there was no room for are missing, and what is not whole is not written.
            std::string text;
            verdict.full = mxwire::write_json(text, **result).fault == mxwire::Fault::syntax;
            if (verdict.full) return verdict;
        }
        verdict.text = written(**result);
        // Written text has escapes where a View cannot take them from a document that is only read.
        std::string copy = verdict.text;
        const std::unique_ptr<Model> again(new Model{});
        const mxwire::ReadResult read = mxwire::read_json_in_place(copy.data(), copy.size(), *again);
        const bool grown =
            !is_owned<S> && (read.fault == mxwire::Fault::too_long || read.fault == mxwire::Fault::too_many);
        hold(read || grown, "what was written can be read");
        if (read) hold(written(*again) == verdict.text, "and is the same");
        return verdict;
    }
    const auto& error = result->error();
    char line[320];
    const std::size_t size = mxwire::describe_into(line, sizeof line, error);
    hold(size <= sizeof line, "a line fits");
    for (std::size_t i = 0; i < size; ++i) hold(line[i] >= ' ' && line[i] < 0x7f, "a log line is printable ASCII");
    hold(error.status == in.status && error.operation == E::info.operation_id, "an error says whose it is");
    hold(!error.retry_after || (error.retry_after->count() >= 0 && *error.retry_after <= std::chrono::hours{1}),
         "a delay is capped");
    const bool success = in.status >= 200 && in.status <= 299;
    verdict.full = error.stage == mxwire::Stage::body && is_capacity(std::string_view{error.message});
    hold(error.stage == mxwire::Stage::body || !success, "a 2xx is a model or a body error");
    hold(error.stage != mxwire::Stage::body || success || verdict.full,
         "a body error is a 2xx, or has no room for another answer");
    hold(!error.challenge || (in.status == 401 && error.stage == mxwire::Stage::server), "only a 401 is a challenge");
    verdict.stage = error.stage;
    if (error.stage == mxwire::Stage::server) verdict.text = std::string(error.code.text());
    return verdict;
}

template <class T, class = void> struct HasFields : std::false_type {};
template <class T> struct HasFields<T, std::void_t<decltype(T::fields)>> : std::true_type {};

void check_request(mxwire::Method method, std::string_view url, const mxwire::HeaderList& headers,
                   std::string_view body) {
    hold(!to_string(method).empty() && url.substr(0, 8) == "https://", "a request has a method and a URL");
    hold(url.data()[url.size()] == '\0', "the URL is a C string");
    for (const char c : url) hold(c > ' ' && c < 0x7f, "a URL is ASCII without blanks");
    for (const mxwire::Header& header : headers) {
        for (const char c : header.value) hold(c >= ' ' && c < 0x7f, "a header is one line of ASCII");
    }
    hold(body.empty() || mxwire::raw_json(std::string(body)).kind() == mxwire::JsonKind::object,
         "a body is a JSON object");
}

template <class E, class Where> void send(const E& endpoint, const Where& where) {
    char buffer[2048];
    if (const auto request = mxwire::prepare_into(buffer, endpoint, where)) {
        check_request(request->method(), request->url(), request->headers(), request->body());
        const mxwire::Result<mxwire::Request> owned = mxwire::prepare(endpoint, where);
        hold(owned && owned->url() == request->url() && owned->body() == request->body(),
             "prepare and prepare_into agree");
    } else if (const auto large = mxwire::prepare(endpoint, where)) {
        hold(request.error().member == "buffer", "what does not fit is told");
        check_request(large->method(), large->url(), large->headers(), large->body());
    }
}

template <class E> void build(const Input& in) {
    std::string params = in.rest;
    const std::unique_ptr<E> endpoint(new E{});
    if constexpr (HasFields<E>::value) {
        mxwire::ReadResult read;
        if constexpr (is_view<mxwire::StorageOf<E>>) {
            read = mxwire::read_json_in_place(params.data(), params.size(), *endpoint);
        } else {
            read = mxwire::read_json(params, *endpoint);
        }
        if (!read) return;
    }
    const std::string& token = in.headers.front().second;
    send(*endpoint, mxwire::Credentials{mxwire::Homeserver{"https://x/p"}, token, token, in.rest});
    const std::string_view view = token;
    send(*endpoint, mxwire::CredentialsView{mxwire::HomeserverView{"https://x"}, view, view, std::nullopt});
    const std::string url = "https://" + token;
    send(*endpoint, mxwire::Credentials{mxwire::Homeserver{url}, "token", std::nullopt, std::nullopt});
}

template <class O, class V, class F> void run(const Input& in) {
    const Verdict owned = respond<O>(in);
    for (const Verdict& bounded : {respond<V>(in), respond<F>(in)}) {
        if (bounded.full || owned.full) continue;
        hold(bounded.model == owned.model, "the policies agree whether it is a model");
        hold(bounded.stage == owned.stage, "the policies agree on the stage");
        if (bounded.model) hold(bounded.text == owned.text, "the policies agree on the model");
    }
    build<O>(in);
    build<V>(in);
    build<F>(in);
}

constexpr void (*operations[])(const Input&) = {
#define MXWIRE_OPERATION(type, id) \
    run<mxwire::Basic##type<mxwire::Owned>, mxwire::Basic##type<ViewPolicy>, mxwire::Basic##type<FixedPolicy>>,
#include <mxwire_operations.inc>
#undef MXWIRE_OPERATION
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input in;
    std::size_t operation = 0;
    if (read_input(data, size, operation, in)) operations[operation % (sizeof operations / sizeof *operations)](in);
    return 0;
}
