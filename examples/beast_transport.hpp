// SPDX-License-Identifier: MIT
//
// A transport on Boost.Beast with C++20 coroutines, free to copy. `co_await transport.send(request)` is all that a
// coroutine needs; called with a completion it is an asynchronous transport. It belongs to the thread, or the strand,
// of its executor. Beast's own copies of a secret are freed, not wiped.
#pragma once

#include <mxwire/mxwire.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include <cstdio>
#include <set>

class BeastTransport {
    using Stream = boost::beast::tcp_stream;

  public:
    template <class T> using Awaitable = boost::asio::awaitable<T>;

    std::chrono::milliseconds timeout{std::chrono::seconds{30}}; // from the connection on; the resolver has its own
    std::size_t max_answer = 1'048'576;                          // bytes of the body; headers: 8 KiB, Beast's default
    std::FILE* log = nullptr;                                    // gets a line for each request, without its secrets
    std::string ca_file{};                                       // PEM; empty: the certificates of this machine

    explicit BeastTransport(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}
    BeastTransport(const BeastTransport&) = delete;
    BeastTransport& operator=(const BeastTransport&) = delete;
    // Its coroutines find their sockets closed when the loop next runs.
    ~BeastTransport() { cancel(); }

    template <class Completion> void operator()(mxwire::Request request, Completion completion) {
        // By its parameters, as a lambda's captures would not outlive this.
        boost::asio::co_spawn(executor_, complete(send(std::move(request)), std::move(completion)),
                              boost::asio::detached);
    }

    Awaitable<mxwire::Result<mxwire::Response>> send(mxwire::Request request) {
        if (log != nullptr) (void)std::fprintf(log, "%s\n", mxwire::describe(request).c_str());
        return send(std::move(request), timeout, max_answer, ca_file, open_);
    }

    void cancel() {
        for (Stream* const stream : *open_) stream->close();
    }

  private:
    using Streams = std::set<Stream*>; // shared with the coroutines, which may outlive the transport
    struct Open {
        Streams& streams;
        Stream* const stream;
        Open(Streams& all, Stream& one) : streams(all), stream(&one) { streams.insert(stream); }
        Open(const Open&) = delete;
        Open& operator=(const Open&) = delete;
        ~Open() { streams.erase(stream); }
    };

    template <class Completion>
    static Awaitable<void> complete(Awaitable<mxwire::Result<mxwire::Response>> answer, Completion completion) {
        completion(co_await std::move(answer));
    }

    static Awaitable<mxwire::Result<mxwire::Response>> send(mxwire::Request request, std::chrono::milliseconds timeout,
                                                            std::size_t max_answer, std::string ca_file,
                                                            std::shared_ptr<Streams> open) {
        namespace net = boost::asio;
        namespace ssl = boost::asio::ssl;
        boost::system::error_code error;
        const auto wait = [&] { return net::redirect_error(net::use_awaitable, error); };
        const auto fail = [&] { return mxwire::transport_error(error.value(), error.message()); };

        const std::string_view url = request.url();
        const std::size_t start = url.find("://") + 3, path = std::min(url.find('/', start), url.size());
        const bool secure = start == 8;
        const std::string authority{url.substr(start, path - start)};
        const std::size_t colon = authority.find(':', authority.find(']') == authority.npos ? 0 : authority.find(']'));
        std::string host = authority.substr(0, colon);
        if (host.front() == '[') host = host.substr(1, host.size() - 2);
        const std::string port = colon != authority.npos ? authority.substr(colon + 1) : secure ? "443" : "80";

        net::ip::tcp::resolver resolver{co_await net::this_coro::executor};
        const auto addresses = co_await resolver.async_resolve(host, port, wait());
        if (error) co_return fail();

        ssl::context context{ssl::context::tls_client};
        context.set_verify_mode(ssl::verify_peer);
        if (ca_file.empty())
            context.set_default_verify_paths(error);
        else
            context.load_verify_file(ca_file, error);
        if (error) co_return fail();
        boost::beast::ssl_stream<Stream> stream{co_await net::this_coro::executor, context};
        Stream& socket = stream.next_layer();
        const Open registered{*open, socket};
        socket.expires_after(timeout); // once, so it is the whole exchange's
        co_await socket.async_connect(addresses, wait());
        if (error) co_return fail();
        if (!secure) co_return co_await talk(socket, request, authority, max_answer);

        stream.set_verify_callback(ssl::host_name_verification{host});
        // What the macro SSL_set_tlsext_host_name is, without its casts.
        SSL_ctrl(stream.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data());
        co_await stream.async_handshake(ssl::stream_base::client, wait());
        if (error) co_return fail();
        co_return co_await talk(stream, request, authority, max_answer);
    }

    // A connection for each request: what was sent is never sent again on another one.
    template <class Connected> static Awaitable<mxwire::Result<mxwire::Response>>
    talk(Connected& stream, const mxwire::Request& request, const std::string& authority, std::size_t max_answer) {
        namespace http = boost::beast::http;
        boost::system::error_code error;
        const auto wait = [&] { return boost::asio::redirect_error(boost::asio::use_awaitable, error); };
        const auto fail = [&] { return mxwire::transport_error(error.value(), error.message()); };

        const std::string_view url = request.url();
        const std::size_t path = url.find_first_of("/?", url.find("://") + 3);
        http::request<http::span_body<const char>> question;
        question.method_string(view(mxwire::to_string(request.method())));
        question.target(path == url.npos ? "/" : view(url.substr(path)));
        question.set(http::field::host, authority);
        for (const mxwire::Header& field : request.headers()) question.set(view(field.name), view(field.value));
        question.body() = {request.body().data(), request.body().size()};
        if (request.method() != mxwire::Method::get) question.content_length(request.body().size());
        question.keep_alive(false);
        co_await http::async_write(stream, question, wait());
        if (error) co_return fail();

        boost::beast::flat_buffer buffer;
        for (;;) {
            http::response_parser<http::string_body> parser;
            parser.body_limit(max_answer);
            co_await http::async_read_header(stream, buffer, parser, wait());
            // Beast makes room for what the server announces before it holds that against the limit.
            if (!error && parser.content_length().value_or(0) > max_answer) error = http::error::body_limit;
            if (!error) co_await http::async_read(stream, buffer, parser, wait());
            if (error) co_return fail();
            auto answer = parser.release();
            if (answer.result_int() / 100 == 1) continue; // a 100 is not the answer
            std::vector<std::pair<std::string, std::string>> headers;
            for (const auto& field : answer) headers.emplace_back(field.name_string(), field.value());
            co_return mxwire::Response{static_cast<int>(answer.result_int()), headers, std::move(answer.body())};
        }
    }

    static boost::beast::string_view view(std::string_view text) { return {text.data(), text.size()}; }

    boost::asio::any_io_executor executor_;
    std::shared_ptr<Streams> open_ = std::make_shared<Streams>();
};
