// SPDX-License-Identifier: MIT
//
// A pipe of bytes for pipe_transport.hpp where there is no board: a connection to this machine, without TLS. It takes
// nothing from the heap.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string_view>

class SocketPipe {
  public:
    // `url` begins with http://127.0.0.1:PORT. `timeout` is for all that is done with the connection.
    SocketPipe(std::string_view url, std::chrono::milliseconds timeout)
        : end_(std::chrono::steady_clock::now() + timeout), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
        constexpr std::string_view before = "http://127.0.0.1:";
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (url.substr(0, before.size()) != before) return;
        std::uint16_t port = 0;
        for (const char c : url.substr(before.size())) {
            if (c < '0' || c > '9') break;
            port = static_cast<std::uint16_t>(port * 10 + (c - '0'));
        }
        address.sin_port = htons(port);
        (void)::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }
    SocketPipe(const SocketPipe&) = delete;
    SocketPipe& operator=(const SocketPipe&) = delete;
    ~SocketPipe() {
        if (socket_ >= 0) ::close(socket_);
    }

    bool send(const char* bytes, std::size_t size) {
        while (size > 0) {
            if (!ready(POLLOUT)) return false;
            const ssize_t sent = ::send(socket_, bytes, size, MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes += sent;
            size -= static_cast<std::size_t>(sent);
        }
        return true;
    }
    int receive(char* bytes, std::size_t capacity) {
        return ready(POLLIN) ? static_cast<int>(::recv(socket_, bytes, capacity, 0)) : -1;
    }

  private:
    bool ready(short wanted) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(end_ - std::chrono::steady_clock::now());
        pollfd one{socket_, wanted, 0};
        return left.count() > 0 && ::poll(&one, 1, static_cast<int>(left.count())) == 1;
    }

    std::chrono::steady_clock::time_point end_;
    int socket_;
};
