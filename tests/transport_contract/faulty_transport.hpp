// SPDX-License-Identifier: MIT
//
// A transport on bare sockets that keeps the contract, or breaks just one clause of it on demand: what the checks are
// checked with. Nothing to copy: it knows no TLS, no names and no proxies.
#pragma once

#include "transport_contract.hpp"

#include <map>

namespace mxwire::contract {

enum class Fault {
    none,
    an_error_for_a_403,
    no_body_of_a_500,
    body_ends_at_a_nul,
    body_is_decoded,
    empty_body_is_an_error,
    chunks_are_delivered,
    gzip_is_delivered,
    the_100_is_delivered,
    always_a_content_type,
    no_content_length,
    post_for_a_put,
    a_token_of_its_own,
    host_without_its_port,
    sent_body_ends_at_a_nul,
    url_is_decoded,
    url_is_tidied,
    cookies,
    token_is_kept,
    redirects_are_followed,
    redirects_are_errors,
    headers_are_logged,
    url_is_printed,
    sent_body_is_logged,
    body_is_reported,
    no_timeout,
    timeout_between_bytes,
    half_a_body_is_one,
    sends_again,
    refusal_is_a_503,
    cannot_cancel,
    body_without_bound,
    bound_checked_at_the_end,
    bound_of_nothing,
    headers_without_bound,
    unpacks_first,
    completes_twice,
    forgets_when_destroyed,
    waits_when_destroyed,
    mixes_up_answers,
    nothing_out_of_a_completion,
    header_names_as_they_are,
    last_header_counts,
    repeated_headers_are_joined,
};

class FaultyTransport {
  public:
    milliseconds timeout{20s};
    std::size_t max_answer = 1'048'576;
    std::FILE* log = nullptr;
    Fault fault = Fault::none;

    void cancel() {
        if (fault != Fault::cannot_cancel) ++cancelled_;
    }

    Result<Response> operator()(const Request& request) {
        Result<Response> result = exchange(request, std::string{request.url()});
        if (fault == Fault::sends_again && !result) result = exchange(request, std::string{request.url()});
        if (fault == Fault::redirects_are_followed && result && result->status() / 100 == 3) {
            const std::string where{result->headers().location};
            if (where.rfind("http://", 0) == 0) result = exchange(request, where);
        }
        return result;
    }

  private:
    using Headers = std::vector<std::pair<std::string, std::string>>;
    struct Parsed {
        int status = 0;
        Headers headers{};
        std::string body{};
    };

    bool is(Fault one) const { return fault == one; }

    Result<Response> exchange(const Request& request, std::string url) {
        const unsigned cancelled_before = cancelled_;
        if (log != nullptr) (void)std::fprintf(log, "%s\n", describe(request).c_str());
        if (log != nullptr && is(Fault::headers_are_logged)) {
            for (const Header& field : request.headers()) {
                (void)std::fprintf(log, "%s: %s\n", std::string{field.name}.c_str(), std::string{field.value}.c_str());
            }
        }
        if (log != nullptr && is(Fault::sent_body_is_logged)) {
            (void)std::fprintf(log, "%s\n", std::string{request.body()}.c_str());
        }
        if (is(Fault::url_is_printed)) (void)std::fprintf(stderr, "%s\n", url.c_str());

        const std::size_t host = std::string_view{"http://127.0.0.1:"}.size(), slash = url.find('/', host);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(static_cast<std::uint16_t>(std::strtoul(url.c_str() + host, nullptr, 10)));
        struct Socket {
            int number = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            ~Socket() { ::close(number); }
        } const socket;
        if (connect(socket.number, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
            if (is(Fault::refusal_is_a_503)) return Response{503, "{}"};
            return transport_error(errno, "not connected");
        }
        if (!send_request(socket.number, request, url.substr(7, slash - 7), url.substr(slash)))
            return transport_error(errno, "not sent");

        std::string text;
        Clock::time_point until = Clock::now() + timeout;
        std::size_t looked = 0;
        bool in_headers = true;
        for (;;) {
            if (cancelled_ != cancelled_before) return transport_error(ECANCELED, "cancelled");
            if (Clock::now() > until && !is(Fault::no_timeout) && !is(Fault::headers_without_bound))
                return transport_error(ETIMEDOUT, "timeout");
            pollfd readable{socket.number, POLLIN, 0};
            if (poll(&readable, 1, 20) == 0) continue;
            char buffer[65'536];
            const ssize_t size = recv(socket.number, buffer, sizeof buffer, 0);
            if (size > 0) text.append(buffer, static_cast<std::size_t>(size));
            if (size > 0 && is(Fault::timeout_between_bytes)) until = Clock::now() + timeout;
            // Looked for where it is new alone: a flood of headers, searched from its start each time, would run dry.
            in_headers = in_headers && text.find("\r\n\r\n", looked) == text.npos;
            looked = text.size() < 3 ? 0 : text.size() - 3;
            Parsed parsed;
            if ((!in_headers || size <= 0) && parse(text, size <= 0, parsed))
                return deliver(request, std::move(parsed));
            if (size <= 0) {
                if (is(Fault::body_is_reported)) return transport_error(errno, "cut after " + text);
                return transport_error(errno, "the answer was cut");
            }
            const bool bounded = in_headers ? !is(Fault::headers_without_bound)
                                            : !is(Fault::body_without_bound) && !is(Fault::bound_checked_at_the_end);
            if (bounded && text.size() > max_answer) return transport_error(EFBIG, "too large");
        }
    }

    bool send_request(int socket, const Request& request, std::string host, std::string target) {
        std::string body{request.body()};
        if (is(Fault::sent_body_ends_at_a_nul)) body = body.c_str();
        const auto replace = [&](const char* what, const char* with) {
            const std::size_t at = target.find(what);
            if (at != target.npos) target.replace(at, std::string_view{what}.size(), with);
        };
        if (is(Fault::url_is_decoded)) replace("%2F", "/");
        if (is(Fault::url_is_tidied)) replace("//", "/");
        const bool is_put = request.method() == Method::put;
        std::string text{is_put && is(Fault::post_for_a_put) ? "POST" : to_string(request.method())};
        if (is(Fault::host_without_its_port)) host = host.substr(0, host.find(':'));
        text += ' ' + target + " HTTP/1.1\r\nHost: " + host + "\r\n";
        bool has_token = false;
        for (const Header& field : request.headers()) {
            text.append(field.name).append(": ").append(field.value).append("\r\n");
            if (field.sensitive) has_token = true, token_ = field.value;
        }
        if (!has_token && is(Fault::token_is_kept) && !token_.empty()) text += "Authorization: " + token_ + "\r\n";
        if (is(Fault::a_token_of_its_own)) text += "Authorization: Basic Og==\r\n";
        if (!request.has_body() && is(Fault::always_a_content_type)) text += "Content-Type: text/plain\r\n";
        if (is(Fault::cookies) && !cookie_.empty()) text += "Cookie: " + cookie_ + "\r\n";
        if (is(Fault::gzip_is_delivered) || is(Fault::unpacks_first)) text += "Accept-Encoding: deflate, gzip\r\n";
        if (request.has_body() || (request.method() != Method::get && !is(Fault::no_content_length))) {
            text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
        }
        text += "\r\n" + body;
        for (std::string_view left = text; !left.empty();) {
            const ssize_t size = send(socket, left.data(), left.size(), MSG_NOSIGNAL);
            if (size <= 0) return false;
            left.remove_prefix(static_cast<std::size_t>(size));
        }
        return true;
    }

    // True if `text` is a whole answer; `ended` says that nothing follows.
    bool parse(std::string_view text, bool ended, Parsed& out) const {
        std::size_t head = text.find("\r\n\r\n");
        if (head == text.npos || text.substr(0, 5) != "HTTP/") return false;
        out.status = std::atoi(std::string{text.substr(9, 3)}.c_str());
        if (out.status / 100 == 1 && !is(Fault::the_100_is_delivered)) return parse(text.substr(head + 4), ended, out);
        bool chunked = false, has_length = false;
        std::size_t length = 0;
        for (std::size_t at = text.find("\r\n") + 2; at < head;) {
            const std::size_t end = text.find("\r\n", at), colon = text.find(':', at);
            const std::string name{text.substr(at, colon - at)};
            const std::size_t first = text.find_first_not_of(" \t", colon + 1);
            std::string value{text.substr(first, std::max(first, end) - first)};
            while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.pop_back();
            if (lower(name) == "content-length") has_length = true, length = std::strtoul(value.c_str(), nullptr, 10);
            chunked = chunked || lower(name) == "transfer-encoding";
            out.headers.emplace_back(name, value);
            at = end + 2;
        }
        head += 4;
        if (out.status == 204 || out.status / 100 == 1) return true;
        if (chunked && !is(Fault::chunks_are_delivered)) {
            for (std::size_t at = head;;) {
                const std::size_t line = text.find("\r\n", at);
                if (line == text.npos) return false;
                const std::size_t size = std::strtoul(std::string{text.substr(at, line - at)}.c_str(), nullptr, 16);
                if (text.size() < line + size + 4) return false;
                out.body += text.substr(line + 2, size);
                at = line + size + 4;
                if (size == 0) return true;
            }
        }
        if (chunked && text.find("\r\n0\r\n", head) == text.npos) return false;
        if (has_length && text.size() - head < length && !(ended && is(Fault::half_a_body_is_one))) return false;
        if (!has_length && !chunked && !ended) return false;
        out.body = text.substr(head, has_length ? length : text.npos);
        return true;
    }

    Result<Response> deliver(const Request& request, Parsed answer) {
        const std::string& body = answer.body;
        if (is(Fault::an_error_for_a_403) && answer.status == 403) return transport_error(403, "forbidden");
        if (is(Fault::redirects_are_errors) && answer.status / 100 == 3) return transport_error(1, "redirected");
        if (is(Fault::empty_body_is_an_error) && body.empty()) return transport_error(1, "empty");
        if (is(Fault::bound_of_nothing) && body.size() > 100'000) return transport_error(EFBIG, "too large");
        if (body.size() > max_answer && !is(Fault::body_without_bound)) return transport_error(EFBIG, "too large");
        std::map<std::string, std::string> last;
        for (const auto& [name, value] : answer.headers) {
            if (lower(name) == "set-cookie") cookie_ = value;
            if (lower(name) == "content-encoding" && is(Fault::unpacks_first)) {
                const std::string unpacked(129'000'000, ' '); // touched, as by a real one
                if (unpacked.size() > max_answer) return transport_error(EFBIG, "too large");
            }
            last[name] = value;
        }
        if (is(Fault::no_body_of_a_500) && answer.status == 500) answer.body.clear();
        if (is(Fault::body_ends_at_a_nul)) answer.body = answer.body.c_str();
        if (is(Fault::body_is_decoded)) {
            std::string decoded;
            for (const char c : body) {
                const auto byte = static_cast<unsigned char>(c);
                if (byte > 127) decoded.push_back(static_cast<char>(0xc0 | (byte >> 6)));
                decoded.push_back(byte > 127 ? static_cast<char>(0x80 | (byte & 63)) : c);
            }
            answer.body = decoded;
        }
        if (is(Fault::mixes_up_answers)) {
            const std::lock_guard<std::mutex> lock{mixing_};
            std::swap(answer.body, mixed_up_);
        }
        (void)request;
        if (is(Fault::repeated_headers_are_joined)) {
            std::map<std::string, std::string> joined;
            for (const auto& [name, value] : answer.headers) {
                std::string& all = joined[name];
                all += (all.empty() ? "" : ", ") + value;
            }
            return Response{answer.status, joined, std::move(answer.body)};
        }
        if (is(Fault::last_header_counts)) return Response{answer.status, last, std::move(answer.body)};
        if (is(Fault::header_names_as_they_are)) {
            Headers kept;
            for (const auto& [name, value] : answer.headers) {
                if (name == "Location" || name == "Retry-After" || name == "Date") kept.emplace_back(name, value);
            }
            return Response{answer.status, kept, std::move(answer.body)};
        }
        return Response{answer.status, answer.headers, std::move(answer.body)};
    }

    std::atomic<unsigned> cancelled_{0};
    std::string cookie_{}, token_{}, mixed_up_{};
    std::mutex mixing_;
};

/// The same with a thread for each request.
class FaultyAsyncTransport : public FaultyTransport {
  public:
    ~FaultyAsyncTransport() {
        if (fault != Fault::waits_when_destroyed) cancel();
        for (std::thread& one : threads_) one.join();
    }

    template <class Completion> void operator()(Request request, Completion completion) {
        struct Work {
            Request request;
            Completion completion;
        };
        // On the heap, and not of a type that says so: one fault is to forget it.
        auto work = std::make_unique<Work>(Work{std::move(request), std::move(completion)});
        const std::lock_guard<std::mutex> lock{mutex_};
        if (in_a_completion() && fault == Fault::nothing_out_of_a_completion)
            return (void)forgotten().push_back(work.release());
        threads_.emplace_back([this, work = std::move(work)]() mutable {
            auto result = static_cast<FaultyTransport&>(*this)(std::as_const(work->request));
            if (!result && result.error().native_code == ECANCELED && fault == Fault::forgets_when_destroyed) {
                const std::lock_guard<std::mutex> forgetting{mutex_};
                return (void)forgotten().push_back(work.release());
            }
            in_a_completion() = true;
            if (fault == Fault::completes_twice) work->completion(Result<Response>{result});
            work->completion(std::move(result));
        });
    }

  private:
    static bool& in_a_completion() {
        thread_local bool is = false;
        return is;
    }

    // Never freed, yet not lost: a leak would be an error of the test.
    static std::vector<void*>& forgotten() {
        static auto& all = *new std::vector<void*>;
        return all;
    }

    std::mutex mutex_;
    std::vector<std::thread> threads_;
};

} // namespace mxwire::contract
