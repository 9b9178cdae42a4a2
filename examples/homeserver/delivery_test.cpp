// SPDX-License-Identifier: MIT
//
// What of an answer reaches the other end of a real connection.

#include "fixture.hpp"

#include "delivery.hpp"

#include <array>
#include <atomic>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <unistd.h>

using namespace homeserver_test;
using homeserver::Delivery;

namespace {

struct Socket {
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    explicit Socket(int with) : descriptor{with} {}
    Socket() = default;
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket() { close(descriptor); }
    int port() const { return homeserver::port_of(descriptor, getsockname); }
};

struct Connection {
    Socket listener{};
    Socket client{};
    int server = -1;
    std::atomic<bool> ending{false};

    Connection() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(bind(listener.descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(listen(listener.descriptor, 1) == 0);
        address.sin_port = htons(static_cast<std::uint16_t>(listener.port()));
        REQUIRE(connect(client.descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        server = accept(listener.descriptor, nullptr, nullptr);
        REQUIRE(server >= 0);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() { close(server); }

    bool deliver(const Reply& reply) {
        return homeserver::Deliverer{listener.port(), ending}.deliver(reply, client.port());
    }

    // To the end of the connection, or up to `most` bytes.
    std::string read_all(std::size_t most = 1'000'000) const {
        std::string text;
        std::array<char, 65536> buffer{};
        while (text.size() < most) {
            const ssize_t size = recv(client.descriptor, buffer.data(), buffer.size(), 0);
            if (size <= 0) {
                break;
            }
            text.append(buffer.data(), static_cast<std::size_t>(size));
        }
        return text;
    }
};

Reply answer(Delivery::Kind kind, std::size_t bytes = 0, std::chrono::milliseconds delay = 0ms) {
    return Reply{200, {{"X-A", "1"}, {"X-A", "2"}}, "{\"a\":1}", {kind, delay, bytes}};
}

const std::string start = "HTTP/1.1 200 \r\nX-A: 1\r\nX-A: 2\r\n";

} // namespace

TEST_SUITE("delivery") {
    TEST_CASE_FIXTURE(Connection, "nothing of a lost answer, and the end of the connection") {
        CHECK_FALSE(deliver(answer(Delivery::Kind::lost)));
        CHECK(read_all().empty());
    }

    TEST_CASE_FIXTURE(Connection, "a cut one announces more than it brings") {
        CHECK_FALSE(deliver(answer(Delivery::Kind::cut, 3)));
        CHECK(read_all() == start + "Content-Length: 7\r\nConnection: close\r\n\r\n{\"a");
    }

    TEST_CASE_FIXTURE(Connection, "a slow one comes whole") {
        CHECK_FALSE(deliver(answer(Delivery::Kind::slow, 0, 1ms)));
        CHECK(read_all() == start + "Content-Length: 7\r\nConnection: close\r\n\r\n{\"a\":1}");
    }

    TEST_CASE_FIXTURE(Connection, "a doubled one leaves the connection open for its second half") {
        CHECK(deliver(answer(Delivery::Kind::doubled)));
        const std::string first = start + "Content-Length: 7\r\n\r\n{\"a\":1}";
        CHECK(read_all(first.size()) == first);
        CHECK(send(server, "x", 1, MSG_NOSIGNAL) == 1);
        CHECK(read_all(1) == "x");
    }

    TEST_CASE_FIXTURE(Connection, "an endless one goes on while somebody reads") {
        std::thread sending{[this] { deliver(answer(Delivery::Kind::endless)); }};
        const std::string text = read_all(5'000'000);
        // Nobody reads any more: it must not wait for that.
        ending = true;
        sending.join();
        const std::string head = start + "Connection: close\r\n\r\n{\"a\":1}";
        CHECK(text.size() >= 5'000'000);
        CHECK(text.substr(0, head.size()) == head);
        CHECK(text.find_first_not_of(' ', head.size()) == std::string::npos);
    }

    TEST_CASE_FIXTURE(Connection, "a whole and a late one are left to the server; its end cuts a wait short") {
        CHECK(deliver(answer(Delivery::Kind::whole)));
        CHECK(deliver(answer(Delivery::Kind::late, 0, 20ms)));
        ending = true;
        const auto before = std::chrono::steady_clock::now();
        CHECK(deliver(answer(Delivery::Kind::late, 0, 1h)));
        CHECK(std::chrono::steady_clock::now() - before < 1min);
    }
}
