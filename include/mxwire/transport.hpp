// SPDX-License-Identifier: MIT
#ifndef MXWIRE_TRANSPORT_HPP
#define MXWIRE_TRANSPORT_HPP

#include <mxwire/endpoint.hpp>

MXWIRE_NAMESPACE_BEGIN

// The transport contract
// ======================
// A transport is the caller's own code that sends a Request and brings a Response back. Any callable is one:
//
//   blocking       Result<Response>(const Request&)    or with Request&&, to move the body out
//   asynchronous   void(Request, Completion)           Completion is called once, with a Result<Response> or a Response
//
//  1. Every status is a success of the transport, 4xx and 5xx too. Only "there was no response" is an error:
//     transport_error(). Do not turn a 403 into an error of yours: what the homeserver says about it is in the body.
//  2. The whole body is delivered, as bytes, whatever the status and the Content-Type say. Do not decode its text, do
//     not cut it at a NUL, do not drop the body of an error. Transfer encodings and content encodings are undone. What
//     ends before its length says, or within its headers, is no response.
//  3. The request is sent as it is: its method, its URL byte for byte, its headers, its body byte for byte, NULs
//     included. Do not normalise the URL, do not add a token, a cookie or a query. A request without a body sends no
//     Content-Type; a POST without one sends Content-Length: 0.
//  4. Redirects are not followed: the 3xx is delivered with its Location. Following one would send a token or, with
//     307, a password to wherever a server points.
//  5. Headers marked `sensitive` and all bodies are kept out of logs, traces and error messages, and out of HPACK's
//     table.
//  6. Connecting, TLS and the check of its certificates, proxies, timeouts, threads and cancellation are the
//     transport's. It has a timeout: nothing here has a clock. Do not send a request again on your own once it may have
//     reached the server, a GET neither: whoever called decides.
//  7. The answer is bounded while it arrives: its headers, its body, and what the body unpacks to. What is too large for
//     you is an error of the transport; the library's own bound (EndpointInfo::max_body) is checked again afterwards.
//  8. The completion is called exactly once, on any thread, before or after the transport returned. The Request was
//     moved into the transport: keep it until it is sent. A transport that throws away a completion has it called with
//     an error; calling it twice has no effect. Only where memory runs out while it works may the handler not run.
//  9. The response's headers are delivered with their names in any case, repeated ones one by one: of those that mean
//     something here the first counts. A stack that joins repeated ones with a comma hands on what stands in front.
// 10. The transport never asks which hosts are wise to reach. Where users choose the homeserver, address filtering is
//     done there.

namespace detail {

/// Hands what the transport brought to the caller's handler: once, whatever the transport does.
template <class E, class Handler> class Completion {
  public:
    explicit Completion(Handler handler) : handler_(std::move(handler)) {}
    Completion(Completion&& other) noexcept
        : handler_(std::move(other.handler_)), armed_(std::exchange(other.armed_, false)) {}
    Completion& operator=(Completion&&) = delete;
    ~Completion() {
        if (armed_) finish(transport_error(0, "the transport dropped the request"));
    }

    template <class R> void operator()(R&& response) {
        if (armed_) finish(std::forward<R>(response));
    }

  private:
    template <class R> void finish(R&& response) {
        armed_ = false;
        if constexpr (std::is_same_v<std::decay_t<R>, Failure>) {
            handler_(parse<E>(Result<Response>{std::forward<R>(response)}));
        } else {
            handler_(parse<E>(std::forward<R>(response)));
        }
    }

    Handler handler_;
    bool armed_ = true;
};
struct AnyCompletion {
    AnyCompletion(AnyCompletion&&) = default;
    void operator()(Result<Response>) {} // LCOV_EXCL_LINE: asked about, never called
};

} // namespace detail

/// True if T can be called as a blocking transport.
template <class T> inline constexpr bool is_transport_v = std::is_invocable_r_v<Result<Response>, T&, const Request&> ||
                                                          std::is_invocable_r_v<Result<Response>, T&, Request&&>;
/// True if T can be called as an asynchronous transport.
template <class T> inline constexpr bool is_async_transport_v =
    std::is_invocable_v<T&, Request&&, detail::AnyCompletion&&>;

#if defined(__cpp_concepts) && __cpp_concepts >= 201907L
template <class T> concept Transport = is_transport_v<T>;
template <class T> concept AsyncTransport = is_async_transport_v<T>;
template <class T> concept Endpoint = is_endpoint_v<T>;
#endif

namespace detail {
template <class T> Result<Response> send(T& transport, Result<Request>&& request) {
    if (!request) return Failure{std::move(request.error())};
    if constexpr (std::is_invocable_r_v<Result<Response>, T&, Request&&>) {
        return transport(std::move(*request)); // one that takes it by value gets no copy
    } else {
        return transport(std::as_const(*request));
    }
}
/// A call without its endpoint's type: it is compiled once for a transport.
template <class S, class T> MXWIRE_NOINLINE void call_into(void* result, void* model, const ResponseTables<S>& tables,
                                                           T& transport, Result<Request>&& request) {
    read_outcome<CoreCodec>(result, model, tables, send(transport, std::move(request)), default_limits, std::nullopt);
}
} // namespace detail

/// Builds the request of `endpoint`, has `transport` send it, and reads the answer.
template <class T, class E, class Where>
[[nodiscard]] ResultOf<E> call(T&& transport, const Where& where, const E& endpoint) {
    static_assert(is_transport_v<T>, "a blocking transport is callable as Result<Response>(const Request&)");
    static_assert(!detail::is_view_v<StorageOf<E>>,
                  "a View model points into a body that call() does not keep: use prepare and parse");
    ResultOf<E> result{detail::Fresh<typename E::Response>{}};
    detail::call_into(&result, &*result, detail::TablesOf<E>::response, transport, prepare(endpoint, where));
    return result;
}

/// The same for an asynchronous transport. `handler` takes a ResultOf<E>, may be move-only, and runs exactly once:
/// before this returns if the request cannot be built, else when the transport completes or drops it. It must not throw
/// when it is dropped.
template <class T, class E, class Where, class Handler>
void async_call(T&& transport, const Where& where, const E& endpoint, Handler&& handler) {
    static_assert(is_async_transport_v<T>, "an asynchronous transport is callable as void(Request, Completion)");
    static_assert(std::is_invocable_v<std::decay_t<Handler>&, ResultOf<E>>,
                  "the handler is callable with the endpoint's ResultOf<E>");
    static_assert(!detail::is_view_v<StorageOf<E>>,
                  "a View model points into a body that async_call() does not keep: use prepare and parse");
    detail::Completion<E, std::decay_t<Handler>> completion{std::forward<Handler>(handler)};
    Result<Request> request = prepare(endpoint, where);
    if (!request) {
        completion(Result<Response>{Failure{std::move(request.error())}});
    } else {
        transport(std::move(*request), std::move(completion));
    }
}

MXWIRE_NAMESPACE_END

#endif
