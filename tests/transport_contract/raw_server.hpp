// SPDX-License-Identifier: MIT
//
// The other side of the contract: a loopback server that sends whatever bytes it is told, and remembers what it was
// sent. Ours, because no HTTP server library will send broken HTTP. POSIX sockets, one thread, 127.0.0.1 only.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace mxwire::contract {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

inline std::string lower(std::string_view text) {
    std::string folded{text};
    for (char& c : folded) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return folded;
}

/// A request as it came over the wire.
struct Received {
    std::string method, target;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;

    std::vector<std::string> values(std::string_view name) const {
        std::vector<std::string> found;
        for (const auto& [key, value] : headers) {
            if (lower(key) == lower(name)) found.push_back(value);
        }
        return found;
    }
};

/// What is sent back: any bytes, then perhaps some more of them again and again, then an end.
struct Answer {
    enum End { keep, close, reset };

    std::string bytes;
    End end = keep;
    std::string again{};   ///< repeated until `most` bytes have gone out or nobody reads them
    milliseconds pause{0}; ///< between the repetitions
};

/// An answer as a decent server sends it.
inline Answer answer(int status, std::string_view body, std::string_view headers = {}, Answer::End end = Answer::keep) {
    return {"HTTP/1.1 " + std::to_string(status) + " Whatever\r\n" + std::string{headers} +
                (status == 204 ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n") + "\r\n" +
                std::string{body},
            end};
}

class RawServer {
  public:
    using Handler = std::function<Answer(const Received&)>;
    static constexpr std::size_t most = 64'000'000;

    /// `patience`: after it a connection is closed, so that a transport without a timeout fails instead of hanging.
    explicit RawServer(Handler handler, milliseconds patience = std::chrono::seconds{8})
        : handler_(std::move(handler)), patience_(patience) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        // Small, so that what was sent is soon what was read.
        const int buffer = 65'536;
        setsockopt(listener_, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
        if (bind(listener_, any, size) != 0 || listen(listener_, 64) != 0 || getsockname(listener_, any, &size) != 0) {
            std::abort(); // without a loopback address there is nothing to test
        }
        port_ = ntohs(address.sin_port);
        thread_ = std::thread{[this] { serve(); }};
    }
    RawServer(const RawServer&) = delete;
    RawServer& operator=(const RawServer&) = delete;
    ~RawServer() {
        stop_ = true;
        thread_.join();
        ::close(listener_);
    }

    std::string origin() const { return "http://127.0.0.1:" + std::to_string(port_); }
    std::vector<Received> received() const {
        const std::lock_guard<std::mutex> lock{mutex_};
        return received_;
    }
    std::size_t requests() const { return received().size(); }
    std::size_t connections() const { return connections_; }
    std::size_t sent() const { return sent_; }

  private:
    struct Connection {
        int socket;
        Clock::time_point since;
        std::string text{};
        bool asked_to_go_on = false;
    };

    void serve() {
        std::vector<Connection> open;
        while (!stop_) {
            std::vector<pollfd> wanted{{listener_, POLLIN, 0}};
            for (const Connection& one : open) wanted.push_back({one.socket, POLLIN, 0});
            poll(wanted.data(), wanted.size(), 20);
            std::vector<Connection> left;
            for (std::size_t i = 0; i < open.size(); ++i) {
                const bool alive = Clock::now() - open[i].since < patience_;
                if (alive && (wanted[i + 1].revents == 0 || read(open[i]))) {
                    left.push_back(std::move(open[i]));
                } else {
                    ::close(open[i].socket);
                }
            }
            open = std::move(left);
            if (wanted[0].revents == 0) continue;
            const int socket = accept(listener_, nullptr, nullptr);
            if (socket < 0) continue;
            fcntl(socket, F_SETFL, O_NONBLOCK);
            ++connections_;
            open.push_back({socket, Clock::now()});
        }
        for (const Connection& one : open) ::close(one.socket);
    }

    // False when the connection is over.
    bool read(Connection& from) {
        char buffer[16'384];
        const ssize_t size = recv(from.socket, buffer, sizeof buffer, 0);
        if (size <= 0) return false;
        from.text.append(buffer, static_cast<std::size_t>(size));
        from.since = Clock::now();
        Received request;
        while (std::size_t taken = take(from, request)) {
            from.text.erase(0, taken);
            from.asked_to_go_on = false;
            {
                const std::lock_guard<std::mutex> lock{mutex_};
                received_.push_back(request);
            }
            if (!send_answer(from.socket, handler_(request))) return false;
            from.since = Clock::now();
            request = {};
        }
        return true;
    }

    // How many bytes the first whole request has; 0 if it is not there yet.
    static std::size_t take(Connection& from, Received& request) {
        const std::string_view text = from.text;
        const std::size_t head = text.find("\r\n\r\n");
        if (head == text.npos) return 0;
        for (std::size_t at = 0; at < head;) {
            const std::size_t end = text.find("\r\n", at);
            const std::string_view line = text.substr(at, end - at);
            if (at == 0) {
                const std::size_t first = line.find(' '), second = line.rfind(' ');
                request.method = line.substr(0, first);
                request.target = first < second ? line.substr(first + 1, second - first - 1) : "";
            } else if (const std::size_t colon = line.find(':'); colon != line.npos) {
                const std::size_t value = std::min(line.find_first_not_of(" \t", colon + 1), line.size());
                request.headers.emplace_back(line.substr(0, colon), line.substr(value));
            }
            at = end + 2;
        }
        if (!request.values("Expect").empty() && !std::exchange(from.asked_to_go_on, true)) {
            (void)send(from.socket, "HTTP/1.1 100 Continue\r\n\r\n", 25, MSG_NOSIGNAL);
        }
        std::size_t at = head + 4;
        if (!request.values("Transfer-Encoding").empty()) {
            for (;;) {
                const std::size_t line = text.find("\r\n", at);
                if (line == text.npos) return 0;
                const std::size_t size = std::strtoul(std::string{text.substr(at, line - at)}.c_str(), nullptr, 16);
                if (text.size() < line + size + 4) return 0;
                request.body += text.substr(line + 2, size);
                at = line + size + 4;
                if (size == 0) return at;
            }
        }
        const std::vector<std::string> length = request.values("Content-Length");
        const std::size_t size = length.empty() ? 0 : std::strtoul(length[0].c_str(), nullptr, 10);
        if (text.size() < at + size) return 0;
        request.body = text.substr(at, size);
        return at + size;
    }

    bool send_answer(int socket, const Answer& answer) {
        const Clock::time_point until = Clock::now() + patience_;
        bool alive = send_all(socket, answer.bytes, until);
        while (alive && !answer.again.empty() && sent_ < most && Clock::now() < until) {
            alive = send_all(socket, answer.again, until);
            if (answer.pause.count() > 0) std::this_thread::sleep_for(answer.pause);
        }
        if (answer.end == Answer::reset) {
            const linger hard{1, 0};
            setsockopt(socket, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        }
        return alive && answer.end == Answer::keep && answer.again.empty();
    }
    bool send_all(int socket, std::string_view bytes, Clock::time_point until) {
        while (!bytes.empty()) {
            if (stop_ || Clock::now() > until) return false;
            const ssize_t size = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (size > 0) {
                bytes.remove_prefix(static_cast<std::size_t>(size));
                sent_ += static_cast<std::size_t>(size);
            } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
                pollfd room{socket, POLLOUT, 0};
                poll(&room, 1, 20);
            } else {
                return false;
            }
        }
        return true;
    }

    int listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    std::uint16_t port_ = 0;
    Handler handler_;
    milliseconds patience_;
    mutable std::mutex mutex_;
    std::vector<Received> received_;
    std::atomic<std::size_t> connections_{0}, sent_{0};
    std::atomic<bool> stop_{false};
    std::thread thread_;
};

} // namespace mxwire::contract
