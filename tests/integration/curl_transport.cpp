// SPDX-License-Identifier: MIT
//
// The example's transport against the contract in mxwire/transport.hpp, clause by clause: a peer that records what it
// is sent, byte for byte, and answers what the case wrote down. Needs no homeserver.

#include "curl_transport.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>
#include <thread>

#include <malloc.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace std::chrono_literals;
namespace field = mxwire::field;

// --- memory: a secret must not be in a block that is given back ------------------------------------------------------

constexpr std::string_view sentinel = "sentinel-wipe-me-before-you-free-me";
thread_local bool watching = false; // the thread of the case, and only while the transport works
std::atomic<int> leaks{0};

void inspect(void* block) {
    if (!watching || block == nullptr) return;
    const std::string_view bytes{static_cast<const char*>(block), malloc_usable_size(block)};
    if (bytes.find(sentinel) != bytes.npos) ++leaks;
}

struct Watch {
    Watch() {
        leaks = 0;
        watching = true;
    }
    ~Watch() { watching = false; }
};

} // namespace

// Both pairs: what one allocates the other must be able to free.
void* operator new(std::size_t size) {
    if (void* const block = std::malloc(size == 0 ? 1 : size)) return block;
    std::abort();
}
void operator delete(void* block) noexcept {
    inspect(block);
    std::free(block);
}
void operator delete(void* block, std::size_t) noexcept { operator delete(block); }

namespace {

// --- the peer --------------------------------------------------------------------------------------------------------

// Listens on loopback, takes one connection, reads one request and answers it. `then` is how long the connection stays
// open afterwards.
class Peer {
  public:
    explicit Peer(std::string answer, std::chrono::milliseconds then = 0ms) : answer_(std::move(answer)), then_(then) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        sockaddr* const generic = reinterpret_cast<sockaddr*>(&address);
        REQUIRE(listener_ >= 0);
        REQUIRE(bind(listener_, generic, size) == 0);
        REQUIRE(listen(listener_, 5) == 0);
        REQUIRE(getsockname(listener_, generic, &size) == 0);
        origin_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
        thread_ = std::thread{[this] { serve(); }};
    }
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;
    ~Peer() {
        if (thread_.joinable()) thread_.join();
        close(listener_);
    }

    const std::string& origin() const { return origin_; }
    mxwire::Homeserver server() const { return mxwire::Homeserver{origin_ + "/base"}; }

    // What came, once the exchange is over.
    const std::string& request() {
        if (thread_.joinable()) thread_.join();
        return request_;
    }
    // Whether anybody knocked a second time: a redirect that was followed, a request that was sent again.
    bool was_asked_again() {
        request();
        pollfd knock{listener_, POLLIN, 0};
        return poll(&knock, 1, 50) != 0;
    }

  private:
    void serve() {
        pollfd knock{listener_, POLLIN, 0};
        if (poll(&knock, 1, 10'000) <= 0) return;
        const int connection = accept(listener_, nullptr, nullptr);
        char bytes[4096];
        while (!is_complete()) {
            const ssize_t size = recv(connection, bytes, sizeof bytes, 0);
            if (size <= 0) break;
            request_.append(bytes, static_cast<std::size_t>(size));
        }
        std::string_view left = answer_;
        while (!left.empty()) {
            const ssize_t size = send(connection, left.data(), left.size(), MSG_NOSIGNAL);
            if (size <= 0) break;
            left.remove_prefix(static_cast<std::size_t>(size));
        }
        if (left.empty() && then_ > 0ms) {
            // Until the other side has had enough, or the time is over.
            pollfd end{connection, POLLIN, 0};
            poll(&end, 1, static_cast<int>(then_.count()));
        }
        close(connection);
    }
    bool is_complete() const {
        const std::size_t head = request_.find("\r\n\r\n");
        if (head == request_.npos) return false;
        const std::size_t length = request_.find("Content-Length: ");
        const std::size_t body = length < head ? std::strtoul(request_.c_str() + length + 16, nullptr, 10) : 0;
        return request_.size() >= head + 4 + body;
    }

    int listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    std::string answer_;
    std::chrono::milliseconds then_;
    std::string origin_, request_;
    std::thread thread_;
};

// A recorded request in its parts.
struct Recorded {
    std::string line;
    std::vector<std::string> headers;
    std::string body;

    explicit Recorded(const std::string& text) {
        const std::size_t head = text.find("\r\n\r\n");
        REQUIRE(head != text.npos);
        body = text.substr(head + 4);
        for (std::size_t at = 0; at < head;) {
            const std::size_t end = std::min(head, text.find("\r\n", at));
            (at == 0 ? line : headers.emplace_back()) = text.substr(at, end - at);
            at = end + 2;
        }
    }
    // The fields of that name, `name: value` as sent.
    std::vector<std::string> fields(std::string name) const {
        const auto lower = [](std::string text) {
            for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
            return text;
        };
        std::vector<std::string> found;
        name = lower(name) + ":";
        for (const std::string& field : headers) {
            if (lower(field.substr(0, name.size())) == name) found.push_back(field);
        }
        return found;
    }
};

using Fields = std::vector<std::string>;

std::string ok(std::string_view body, std::string_view headers = {}) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string{headers} +
           "\r\n" + std::string{body};
}

// Each method, with a body and without one.
template <mxwire::Method method, mxwire::Body sends> struct Any {
    static constexpr mxwire::EndpointInfo info{
        "any", method, "/any/{name}", mxwire::Auth::optional, sends, mxwire::Body::none};
    struct Response {
        static constexpr auto fields = mxwire::fields();
    };
    std::string name;
    static constexpr auto fields = mxwire::fields(field::path<&Any::name>("name"));
};

template <mxwire::Method method, mxwire::Body sends> Recorded send_any(const std::string& name) {
    Peer peer{ok("{}")};
    CHECK(call(CurlTransport{}, peer.server(), Any<method, sends>{name}));
    return Recorded{peer.request()};
}

mxwire::Login login() { return mxwire::Login{mxwire::Password{mxwire::UserId{"alice"}, mxwire::Secret{sentinel}}}; }

// The answer as the transport delivers it, before anything is read from it.
mxwire::Result<mxwire::Response> get_flows(const CurlTransport& curl, const mxwire::Homeserver& server) {
    const auto request = prepare(mxwire::GetLoginFlows{}, server);
    REQUIRE(request.has_value());
    return curl(*request);
}

int transport_fault(const mxwire::Result<mxwire::Response>& result) {
    if (result || result.error().stage != mxwire::Stage::transport) return 0;
    CHECK_FALSE(result.error().message.empty());
    return result.error().native_code;
}

} // namespace

// --- the request -----------------------------------------------------------------------------------------------------

TEST_CASE("curl: the request is sent as it is") {
    Peer peer{ok("{}")};
    const auto request = prepare(login(), peer.server());
    REQUIRE(request.has_value());
    CHECK(CurlTransport{}(*request).has_value());
    const Recorded sent{peer.request()};
    CHECK(sent.line == "POST /base/_matrix/client/v3/login HTTP/1.1");
    CHECK(sent.fields("Content-Type") == Fields{"Content-Type: application/json"});
    CHECK(sent.fields("Content-Length") == Fields{"Content-Length: " + std::to_string(request->body().size())});
    for (const char* name : {"Expect", "Authorization", "Cookie", "Transfer-Encoding"}) {
        CHECK(sent.fields(name).empty());
    }
    CHECK(sent.body == request->body());
}

TEST_CASE("curl: methods, with a body and without one") {
    using mxwire::Body;
    using mxwire::Method;
    const Recorded get = send_any<Method::get, Body::none>("x");
    CHECK(get.line == "GET /base/any/x HTTP/1.1");
    CHECK(get.fields("Content-Type").empty());
    CHECK(get.fields("Content-Length").empty());
    for (const Recorded& empty : {send_any<Method::post, Body::none>("x"), send_any<Method::put, Body::none>("x"),
                                  send_any<Method::delete_, Body::none>("x")}) {
        CAPTURE(empty.line);
        CHECK(empty.fields("Content-Type").empty());
        CHECK(empty.fields("Content-Length") == Fields{"Content-Length: 0"});
        CHECK(empty.body.empty());
    }
    const Recorded post = send_any<Method::post, Body::object>("x"), put = send_any<Method::put, Body::object>("x"),
                   erase = send_any<Method::delete_, Body::object>("x");
    CHECK(post.line == "POST /base/any/x HTTP/1.1");
    CHECK(put.line == "PUT /base/any/x HTTP/1.1");
    CHECK(erase.line == "DELETE /base/any/x HTTP/1.1");
    for (const Recorded& full : {post, put, erase}) {
        CHECK(full.fields("Content-Type") == Fields{"Content-Type: application/json"});
        CHECK(full.fields("Content-Length") == Fields{"Content-Length: 2"});
        CHECK(full.body == "{}");
    }
}

TEST_CASE("curl: the URL byte for byte, the token once") {
    CHECK(send_any<mxwire::Method::get, mxwire::Body::none>("a/../b?c#d%2e%20\xc3\xbc").line ==
          "GET /base/any/a%2F..%2Fb%3Fc%23d%252e%2520%C3%BC HTTP/1.1");
    Peer peer{ok("{}")};
    mxwire::Credentials service{peer.server(), "a+b/c=="};
    service.user_id = "@a+b:example.org";
    CHECK_FALSE(call(CurlTransport{}, service, mxwire::GetTokenOwner{}));
    const Recorded sent{peer.request()};
    CHECK(sent.line == "GET /base/_matrix/client/v3/account/whoami?user_id=%40a%2Bb%3Aexample.org HTTP/1.1");
    CHECK(sent.fields("Authorization") == Fields{"Authorization: Bearer a+b/c=="});
}

TEST_CASE("curl: a large body is sent at once, without asking first") {
    Peer peer{ok("{}")};
    const std::string password(3'000'000, 'x');
    const mxwire::Login large{mxwire::Password{mxwire::UserId{"alice"}, password}};
    CHECK_FALSE(call(CurlTransport{}, peer.server(), large));
    const Recorded sent{peer.request()};
    CHECK(sent.fields("Expect").empty());
    CHECK(sent.body.find(password) != sent.body.npos);
}

TEST_CASE("curl: an extra header, for tests") {
    Peer peer{ok("{}")};
    CurlTransport curl;
    curl.extra_header = "X-Forwarded-For: 192.0.2.1";
    CHECK(get_flows(curl, peer.server()).has_value());
    CHECK(Recorded{peer.request()}.fields("X-Forwarded-For") == Fields{"X-Forwarded-For: 192.0.2.1"});
}

// --- the answer ------------------------------------------------------------------------------------------------------

TEST_CASE("curl: every status is an answer, with its whole body") {
    constexpr char binary[] = "{\"a\":\"\0\xff\"}\0tail";
    for (const int status : {200, 204, 304, 400, 401, 403, 404, 407, 429, 500, 502, 503}) {
        CAPTURE(status);
        const bool bodiless = status == 204 || status == 304;
        const std::string body = bodiless ? "" : std::string{binary, sizeof binary - 1};
        Peer peer{"HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Type: text/plain\r\nContent-Length: " +
                  std::to_string(body.size()) + "\r\n\r\n" + body};
        const auto answer = get_flows(CurlTransport{}, peer.server());
        REQUIRE(answer.has_value());
        CHECK(answer->status() == status);
        CHECK(answer->body() == body);
    }
}

TEST_CASE("curl: a redirect is an answer") {
    for (const int status : {301, 302, 303, 307, 308}) {
        CAPTURE(status);
        Peer other{ok("{}")};
        Peer peer{"HTTP/1.1 " + std::to_string(status) + " Moved\r\nLocation: " + other.origin() +
                  "/stolen\r\nContent-Length: 0\r\n\r\n"};
        const auto answer = call(CurlTransport{}, peer.server(), login());
        REQUIRE_FALSE(answer.has_value());
        CHECK(answer.error().stage == mxwire::Stage::http);
        CHECK(answer.error().status == status);
        CHECK(answer.error().location == other.origin() + "/stolen");
        CHECK_FALSE(peer.was_asked_again());
        // Ends the other's wait, and shows that nobody had come before.
        CurlTransport curl;
        curl.timeout = 5s;
        CHECK(get_flows(curl, other.server()).has_value());
        CHECK(Recorded{other.request()}.line == "GET /base/_matrix/client/v3/login HTTP/1.1");
    }
}

TEST_CASE("curl: headers in any case, with any blanks around them, of the final answer alone") {
    Peer peer{"HTTP/1.1 100 Continue\r\nRetry-After: 99\r\n\r\n"
              "HTTP/1.1 429 Slow down\r\nretry-AFTER:\t 2 \t\r\nX-Empty:\r\nContent-Length: 32\r\n\r\n"
              R"({"errcode":"M_LIMIT_EXCEEDED"}  )"};
    const auto answer = call(CurlTransport{}, peer.server(), login());
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().code == mxwire::ErrorCode::limit_exceeded);
    CHECK(answer.error().retry_after == 2s);
}

TEST_CASE("curl: transfer and content encodings are undone") {
    Peer chunked{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n{\"flows\r\n5\r\n\":[]}\r\n0\r\n\r\n"};
    const auto whole = get_flows(CurlTransport{}, chunked.server());
    REQUIRE(whole.has_value());
    CHECK(whole->body() == R"({"flows":[]})");

    constexpr unsigned char zipped[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xff, 0xab,
                                        0x56, 0x4a, 0xcb, 0xc9, 0x2f, 0x2f, 0x56, 0xb2, 0x8a, 0x8e, 0xad,
                                        0x05, 0x00, 0xb1, 0x7b, 0x3e, 0x5e, 0x0c, 0x00, 0x00, 0x00};
    Peer gzip{ok({reinterpret_cast<const char*>(zipped), sizeof zipped}, "Content-Encoding: gzip\r\n")};
    const auto unzipped = get_flows(CurlTransport{}, gzip.server());
    REQUIRE(unzipped.has_value());
    CHECK(unzipped->body() == R"({"flows":[]})");
}

// --- the bounds ------------------------------------------------------------------------------------------------------

TEST_CASE("curl: the answer is bounded while it arrives") {
    CurlTransport curl;
    curl.max_answer = 1000;
    {
        Peer peer{ok(std::string(900, ' '))};
        CHECK(get_flows(curl, peer.server()).has_value());
    }
    {
        Peer peer{ok(std::string(1000, ' '))}; // the headers count as well
        CHECK(transport_fault(get_flows(curl, peer.server())) == CURLE_WRITE_ERROR);
    }
    {
        Peer peer{"HTTP/1.1 200 OK\r\n\r\n" + std::string(5'000'000, ' ')}; // no length, no end in sight
        CHECK(transport_fault(get_flows(curl, peer.server())) == CURLE_WRITE_ERROR);
    }
    {
        std::string flood = "HTTP/1.1 200 OK\r\n";
        for (int i = 0; i < 100'000; ++i) flood += "X-Flood: water\r\n";
        Peer peer{flood};
        CHECK(transport_fault(get_flows(curl, peer.server())) == CURLE_WRITE_ERROR);
    }
}

TEST_CASE("curl: it has a timeout, also where something always comes") {
    CurlTransport curl;
    curl.timeout = 200ms;
    for (const char* answer : {"", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"}) {
        Peer peer{answer, 5s};
        const auto before = std::chrono::steady_clock::now();
        CHECK(transport_fault(get_flows(curl, peer.server())) == CURLE_OPERATION_TIMEDOUT);
        CHECK(std::chrono::steady_clock::now() - before < 3s);
    }
}

TEST_CASE("curl: no answer, or half of one, is an error, and nothing is sent again") {
    struct Case {
        const char* answer;
        int code;
    };
    for (const Case& broken :
         {Case{"", CURLE_GOT_NOTHING}, Case{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a", CURLE_PARTIAL_FILE},
          Case{"SSH-2.0-OpenSSH_9.2\r\n", CURLE_UNSUPPORTED_PROTOCOL}}) {
        CAPTURE(broken.answer);
        Peer peer{broken.answer};
        CHECK(transport_fault(get_flows(CurlTransport{}, peer.server())) == broken.code);
        CHECK_FALSE(peer.was_asked_again());
    }
    CHECK(transport_fault(get_flows(CurlTransport{}, mxwire::Homeserver{"http://127.0.0.1:1"})) ==
          CURLE_COULDNT_CONNECT);
}

// --- secrets ---------------------------------------------------------------------------------------------------------

TEST_CASE("curl: the log has a line for each request, and no secret") {
    std::FILE* const file = std::tmpfile();
    REQUIRE(file != nullptr);
    Peer peer{ok("{}")};
    mxwire::Credentials service{peer.server(), mxwire::Secret{sentinel}};
    service.user_id = "@ghost:example.org";
    CurlTransport curl;
    curl.log = file;
    CHECK_FALSE(call(curl, service, mxwire::GetTokenOwner{}));
    char text[500] = {};
    std::rewind(file);
    CHECK(std::fread(text, 1, sizeof text - 1, file) > 0);
    (void)std::fclose(file);
    CHECK(text == "GET " + peer.origin() + "/base/_matrix/client/v3/account/whoami, query withheld\n");
}

TEST_CASE("curl: what it copies of a secret is wiped") {
    // Enough of an answer for several steps of growth, with a secret in the first of them.
    const std::string body = "{\"access_token\":\"" + std::string{sentinel} + "\"}" + std::string(300'000, ' ');
    const auto exchange = [](std::string answer, std::chrono::milliseconds timeout) {
        Peer peer{std::move(answer), 2s};
        CurlTransport curl;
        curl.timeout = timeout;
        auto request = prepare(mxwire::Logout{}, mxwire::Credentials{peer.server(), mxwire::Secret{sentinel}});
        REQUIRE(request.has_value());
        bool answered = false;
        {
            const Watch watch;
            const auto response = curl(*request);
            answered = response.has_value();
        }
        CHECK(leaks == 0);
        CHECK(Recorded{peer.request()}.fields("Authorization") ==
              Fields{"Authorization: Bearer " + std::string{sentinel}});
        return answered;
    };
    CHECK(exchange(ok(body), 10s));
    CHECK_FALSE(exchange("HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n" + body, 200ms)); // given up half-way

    // The watch does see what is not wiped.
    {
        const Watch watch;
        delete new std::string{std::string{sentinel} + std::string{sentinel}};
    }
    CHECK(leaks > 0);
}
