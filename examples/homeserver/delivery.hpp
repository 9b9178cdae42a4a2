// SPDX-License-Identifier: MIT
//
// Answers that do not arrive as they should. cpp-httplib knows one way to send an answer and shows its socket to nobody,
// so the socket is found among those of the process by its two ports, and written to directly.
#pragma once

#include "http.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <thread>

#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

namespace homeserver {

template <class Ask> int port_of(int socket, Ask ask) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    const bool known = ask(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0 && address.sin_family == AF_INET;
    return known ? ntohs(address.sin_port) : -1;
}

// -1 where there is none.
inline int find_socket(int local_port, int remote_port) {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    const int end = static_cast<int>(std::min<rlim_t>(limit.rlim_cur, 4096));
    for (int socket = 0; socket < end; ++socket) {
        if (port_of(socket, getsockname) == local_port && port_of(socket, getpeername) == remote_port) {
            return socket;
        }
    }
    return -1;
}

class Deliverer {
  public:
    // `ending` is set when the server has to stop: what waits here must not hold it up.
    Deliverer(int local_port, const std::atomic<bool>& ending) : local_port_{local_port}, ending_{ending} {}

    // Whether the answer is still to be sent in the ordinary way.
    bool deliver(const Reply& reply, int remote_port) const {
        using Kind = Delivery::Kind;
        const Delivery& delivery = reply.delivery;
        if (delivery.kind == Kind::whole) {
            return true;
        }
        if (delivery.kind == Kind::late) {
            wait(delivery.delay);
            return true;
        }
        const int socket = find_socket(local_port_, remote_port);
        if (delivery.kind == Kind::doubled) {
            send_all(socket, head(reply, "Content-Length: " + std::to_string(reply.body.size())) + reply.body);
            return true;
        }
        if (delivery.kind != Kind::lost) {
            send_damaged(socket, reply);
        }
        shutdown(socket, SHUT_RDWR);
        return false;
    }

  private:
    static std::string head(const Reply& reply, std::string_view framing) {
        std::string text = "HTTP/1.1 " + std::to_string(reply.status) + " \r\n";
        for (const auto& [name, value] : reply.headers) {
            text += name + ": " + value + "\r\n";
        }
        return text + std::string{framing} + "\r\n\r\n";
    }

    void send_damaged(int socket, const Reply& reply) const {
        using Kind = Delivery::Kind;
        constexpr std::string_view close = "Connection: close";
        if (reply.delivery.kind == Kind::endless) {
            // It does end, so that a client without a limit of its own does not take the machine down.
            constexpr std::size_t enough = 256 * 1024 * 1024;
            const std::string blanks(64 * 1024, ' ');
            bool read = send_all(socket, head(reply, close) + reply.body);
            for (std::size_t sent = 0; read && sent < enough && !ending_; sent += blanks.size()) {
                read = send_all(socket, blanks);
            }
            return;
        }
        const std::string length = "Content-Length: " + std::to_string(reply.body.size()) + "\r\n";
        bool read = send_all(socket, head(reply, length + std::string{close}));
        if (reply.delivery.kind == Kind::cut) {
            send_all(socket, std::string_view{reply.body}.substr(0, reply.delivery.bytes));
            return;
        }
        for (std::size_t i = 0; read && i < reply.body.size() && !ending_; ++i) {
            wait(reply.delivery.delay);
            read = send_all(socket, std::string_view{reply.body}.substr(i, 1));
        }
    }

    // False when nobody reads, or the server ends.
    bool send_all(int socket, std::string_view bytes) const {
        for (int idle = 0; !bytes.empty() && idle < 100 && !ending_;) {
            const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent > 0) {
                bytes.remove_prefix(static_cast<std::size_t>(sent));
                idle = 0;
            } else if (sent < 0 && errno == EAGAIN) {
                pollfd room{socket, POLLOUT, 0};
                poll(&room, 1, 100);
                ++idle;
            } else {
                return false;
            }
        }
        return bytes.empty();
    }

    void wait(std::chrono::milliseconds delay) const {
        constexpr std::chrono::milliseconds slice{10};
        for (; delay > std::chrono::milliseconds{0} && !ending_; delay -= slice) {
            std::this_thread::sleep_for(std::min(delay, slice));
        }
    }

    int local_port_;
    const std::atomic<bool>& ending_;
};

} // namespace homeserver
