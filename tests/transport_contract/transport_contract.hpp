// SPDX-License-Identifier: MIT
//
// Holds a transport against the contract of mxwire/transport.hpp, clause by clause: see README.md beside this file.
//
//   int main() {
//       return mxwire::contract::check([](const mxwire::contract::Settings& wanted) {
//           auto transport = std::make_unique<MyTransport>();
//           transport->timeout = wanted.timeout;
//           transport->max_answer = wanted.max_answer;
//           return transport;
//       }).exit_code();
//   }
#pragma once

#include "raw_server.hpp"

#include <mxwire/mxwire.hpp>

#include <cstdio>
#include <memory>
#include <optional>

#include <sys/resource.h>

namespace mxwire::contract {

using namespace std::chrono_literals;

/// How the transport of one check is to be made. One that knows no `log` or `max_answer` leaves it alone.
struct Settings {
    milliseconds timeout{20s};          ///< for the whole exchange
    std::size_t max_answer = 1'048'576; ///< bytes
    std::FILE* log = nullptr;
};

struct Options {
    std::FILE* out = stdout;            ///< gets one line for each check
    std::string only{};                 ///< the name of the one check to make
    std::vector<std::string> excused{}; ///< names of checks that may fail: say why beside them
};

struct Verdict {
    enum State { kept, broken, excused, not_checked };

    int clause;
    std::string name;
    State state;
    std::string why;
};

struct Report {
    std::vector<Verdict> verdicts{};

    std::size_t count(Verdict::State state) const {
        std::size_t found = 0;
        for (const Verdict& verdict : verdicts) found += verdict.state == state ? 1 : 0;
        return found;
    }
    bool kept() const { return count(Verdict::broken) == 0 && count(Verdict::kept) > 0; }
    int exit_code() const { return kept() ? 0 : 1; }
};

namespace detail {

/// How long a result may take beyond what was asked for: machines are busy.
inline constexpr milliseconds slack{3000};

/// What became of one request.
class Ticket {
  public:
    void complete(Result<Response> result) {
        const std::lock_guard<std::mutex> lock{mutex_};
        if (++calls_ == 1) result_ = std::move(result);
    }
    void drop() {
        const std::lock_guard<std::mutex> lock{mutex_};
        if (calls_ == 0) result_ = Result<Response>{transport_error(0, "dropped")};
        calls_ += calls_ == 0 ? 1 : 0;
    }
    int calls() const {
        const std::lock_guard<std::mutex> lock{mutex_};
        return calls_;
    }
    /// Of a ticket that has been called.
    const Result<Response>& result() const { return *result_; }

  private:
    mutable std::mutex mutex_;
    int calls_ = 0;
    std::optional<Result<Response>> result_{};
};

/// What is given to an asynchronous transport: move-only, as that of async_call is, but it counts.
class Completion {
  public:
    explicit Completion(std::shared_ptr<Ticket> ticket, std::function<void()> then = {})
        : ticket_(std::move(ticket)), then_(std::move(then)) {}
    Completion(Completion&& other) noexcept
        : ticket_(std::move(other.ticket_)), then_(std::exchange(other.then_, nullptr)) {}
    Completion& operator=(Completion&&) = delete;
    ~Completion() {
        if (ticket_) ticket_->drop();
    }
    template <class R> void operator()(R&& result) {
        if (!ticket_) return;
        if (const auto then = std::exchange(then_, nullptr)) then();
        ticket_->complete(Result<Response>{std::forward<R>(result)});
    }

  private:
    std::shared_ptr<Ticket> ticket_;
    std::function<void()> then_;
};

/// A transport, whatever its type.
class Subject {
  public:
    Subject() = default;
    Subject(const Subject&) = delete;
    Subject& operator=(const Subject&) = delete;
    virtual ~Subject() = default;
    virtual bool is_async() const = 0;
    virtual void start(Request request, Completion completion) = 0;
    virtual void turn() = 0;
    virtual bool cancel() = 0;
};

template <class T, class = void> struct HasPoll : std::false_type {};
template <class T> struct HasPoll<T, std::void_t<decltype(std::declval<T&>().poll())>> : std::true_type {};
template <class T, class = void> struct HasCancel : std::false_type {};
template <class T> struct HasCancel<T, std::void_t<decltype(std::declval<T&>().cancel())>> : std::true_type {};

template <class Made> auto& transport_of(Made& made) {
    if constexpr (is_transport_v<Made> || is_async_transport_v<Made>) {
        return made;
    } else {
        return *made;
    }
}

template <class Factory> class Made final : public Subject {
    using Product = std::invoke_result_t<Factory&, const Settings&>;
    using Transport = std::remove_reference_t<decltype(transport_of(std::declval<Product&>()))>;
    static constexpr bool async = is_async_transport_v<Transport>;
    static_assert(async || is_transport_v<Transport>,
                  "a transport is callable as Result<Response>(const Request&) or as void(Request, Completion)");

  public:
    Made(Factory& make, const Settings& settings) : product_(make(settings)) {}
    bool is_async() const override { return async; }
    void start(Request request, Completion completion) override {
        if constexpr (async) {
            transport()(std::move(request), std::move(completion));
        } else if constexpr (std::is_invocable_r_v<Result<Response>, Transport&, Request&&>) {
            completion(transport()(std::move(request)));
        } else {
            completion(transport()(std::as_const(request)));
        }
    }
    void turn() override {
        if constexpr (HasPoll<Transport>::value) {
            transport().poll();
        } else {
            std::this_thread::sleep_for(1ms);
        }
    }
    bool cancel() override {
        if constexpr (HasCancel<Transport>::value) transport().cancel();
        return HasCancel<Transport>::value;
    }

  private:
    Transport& transport() { return transport_of(product_); }
    Product product_;
};

/// A request with any bytes in it: operations write JSON alone.
inline Request request(Method method, std::string url, const std::optional<std::string>& body = std::nullopt,
                       std::string_view authorization = {}) {
    mxwire::detail::RequestLayout layout;
    layout.method = method;
    layout.has_body = body.has_value();
    layout.body = static_cast<std::uint32_t>(body.value_or("").size());
    layout.url = static_cast<std::uint32_t>(url.size());
    layout.authorization = static_cast<std::uint32_t>(authorization.size());
    std::string buffer = body.value_or("");
    buffer.append(url).push_back('\0');
    buffer.append(authorization);
    return {std::move(buffer), layout};
}

/// What the checks are made with. A check returns what is wrong, nothing if nothing is, and a text that begins with
/// `unchecked` where there is nothing to check.
using Why = std::string;
constexpr char unchecked[] = "not checked: ";
constexpr char sentinel[] = "5ENT1NEL-5ecret";

class Bench {
  public:
    using Make = std::function<std::unique_ptr<Subject>(const Settings&)>;
    explicit Bench(Make make) : make_(std::move(make)) {}

    std::unique_ptr<Subject> make(const Settings& settings = {}) const { return make_(settings); }

    /// Waits for a condition while the transport's loop is turned.
    template <class Condition> static bool wait(Subject& subject, Condition condition, milliseconds most) {
        const Clock::time_point until = Clock::now() + most;
        while (!condition()) {
            if (Clock::now() > until) return false;
            subject.turn();
        }
        return true;
    }
    static std::shared_ptr<Ticket> exchange(Subject& subject, Request request, milliseconds most = 30s) {
        auto ticket = std::make_shared<Ticket>();
        subject.start(std::move(request), Completion{ticket});
        wait(
            subject, [&] { return ticket->calls() > 0; }, most);
        return ticket;
    }

  private:
    Make make_;
};

inline std::string shown(std::string_view text) {
    std::string line = "\"";
    for (const char c : text.substr(0, 80)) {
        constexpr char digits[] = "0123456789abcdef";
        const auto byte = static_cast<unsigned char>(c);
        if (byte > 31 && byte < 127) {
            line += c;
        } else {
            (line += "\\x") += {digits[byte >> 4], digits[byte & 15]};
        }
    }
    return line + (text.size() > 80 ? "\"... of " + std::to_string(text.size()) + " bytes" : "\"");
}
inline Why differs(std::string_view what, std::string_view got, std::string_view wanted) {
    if (got == wanted) return {};
    return std::string{what} + " is " + shown(got) + " instead of " + shown(wanted);
}

/// Nothing if there is a response with that status and body.
inline Why expect(const Ticket& ticket, int status, std::string_view body) {
    if (ticket.calls() == 0) return "there is no result";
    const Result<Response>& result = ticket.result();
    const std::string where = "of a " + std::to_string(status);
    if (!result) return "an error " + where + ": " + result.error().message;
    if (result->status() != status) return "the status " + where + " is " + std::to_string(result->status());
    return differs("the body " + where, result->body(), body);
}
inline Why expect_error(const Ticket& ticket, std::string_view when) {
    if (ticket.calls() == 0) return "there is no result " + std::string{when};
    const Result<Response>& result = ticket.result();
    if (result) return "a response with status " + std::to_string(result->status()) + " " + std::string{when};
    if (result.error().stage != Stage::transport) return "an error that is not transport_error() " + std::string{when};
    return {};
}

inline RawServer::Handler always(Answer answer) {
    return [answer = std::move(answer)](const Received&) { return answer; };
}
inline std::string binary() {
    std::string bytes = "{\"a\":\"\xc3\xbc\"}\r\n";
    for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));
    return bytes + std::string("\0tail\0", 6);
}

/// `text` and then its last character 258 times, `times` over, as gzip.
class Gzip {
  public:
    Gzip(std::string_view text, std::size_t times) {
        for (std::uint32_t i = 0; i < 256; ++i) {
            table_[i] = i;
            for (int k = 0; k < 8; ++k)
                table_[i] = (table_[i] & 1) != 0 ? 0xedb88320U ^ (table_[i] >> 1) : table_[i] >> 1;
        }
        bytes_ = std::string("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
        put(1, 1), put(1, 1), put(0, 1); // the one and last block, with the fixed code: 01, low bit first
        for (const char c : text) {
            put(0x30U + static_cast<unsigned char>(c), 8);
            count(c);
        }
        for (std::size_t i = 0; i < times; ++i) {
            put(0xc5, 8), put(0, 5); // length 258, distance 1
            for (int k = 0; k < 258; ++k) count(text.back());
        }
        put(0, 7);
        if (used_ != 0) bytes_.push_back(static_cast<char>(partial_));
        for (const std::uint32_t word : {~crc_, size_}) {
            for (unsigned shift = 0; shift < 32; shift += 8) bytes_.push_back(static_cast<char>((word >> shift) & 255));
        }
    }
    const std::string& bytes() const { return bytes_; }

  private:
    void put(unsigned code, unsigned bits) {
        while (bits-- != 0) {
            partial_ |= ((code >> bits) & 1U) << used_;
            if (++used_ < 8) continue;
            bytes_.push_back(static_cast<char>(partial_));
            partial_ = used_ = 0;
        }
    }
    void count(char c) {
        crc_ = table_[(crc_ ^ static_cast<unsigned char>(c)) & 255] ^ (crc_ >> 8);
        ++size_;
    }

    std::uint32_t table_[256]{}, crc_ = ~0U, size_ = 0;
    unsigned partial_ = 0, used_ = 0;
    std::string bytes_;
};

/// Everything that is printed while it lives.
class Output {
  public:
    Output() {
        (void)std::fflush(nullptr);
        for (int i = 0; i < 2; ++i) {
            kept_[i] = dup(i + 1);
            dup2(fileno(file_), i + 1);
        }
    }
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;
    ~Output() {
        restore();
        (void)std::fclose(file_);
    }
    std::FILE* log() const { return log_; }
    std::string text() {
        restore();
        std::string all = read(file_) + read(log_);
        (void)std::fclose(log_);
        return all;
    }

  private:
    void restore() {
        (void)std::fflush(nullptr);
        for (int i = 0; i < 2; ++i) {
            if (kept_[i] < 0) continue;
            dup2(kept_[i], i + 1);
            ::close(std::exchange(kept_[i], -1));
        }
    }
    static std::string read(std::FILE* file) {
        std::string text;
        std::rewind(file);
        for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) text.push_back(static_cast<char>(c));
        return text;
    }

    std::FILE *file_ = std::tmpfile(), *log_ = std::tmpfile();
    int kept_[2]{};
};

// --- 1, 2: the answer ------------------------------------------------------------------------------------------------

inline Why every_status(const Bench& bench) {
    for (const int status : {200, 201, 400, 401, 403, 404, 405, 408, 421, 429, 451, 500, 502, 503, 504, 599}) {
        const std::string body = R"({"errcode":"M_UNKNOWN","error":"it is )" + std::to_string(status) + "\"}";
        RawServer server{always(answer(status, body, status == 401 ? "WWW-Authenticate: Bearer\r\n" : ""))};
        const auto subject = bench.make();
        // With a body, as what is asked for user-interactive auth has one.
        const auto ticket =
            bench.exchange(*subject, request(Method::post, server.origin() + "/x", "{}", "Bearer token"));
        if (Why why = expect(*ticket, status, body); !why.empty()) return why;
        if (server.requests() != 1) return "a " + std::to_string(status) + " had the request sent again";
    }
    return {};
}
inline Why whole_body(const Bench& bench) {
    std::string large;
    while (large.size() < 200'000) large += binary();
    for (const std::string& body : {binary(), large}) {
        for (const int status : {200, 500}) {
            RawServer server{always(answer(status, body, "Content-Type: text/html; charset=iso-8859-1\r\n"))};
            const auto subject = bench.make();
            if (Why why = expect(*bench.exchange(*subject, request(Method::get, server.origin() + "/x")), status, body);
                !why.empty()) {
                return why;
            }
        }
    }
    return {};
}
inline Why empty_body(const Bench& bench) {
    for (const int status : {200, 204, 404, 502}) {
        RawServer server{always(answer(status, ""))};
        const auto subject = bench.make();
        if (Why why = expect(*bench.exchange(*subject, request(Method::get, server.origin() + "/x")), status, "");
            !why.empty()) {
            return why;
        }
    }
    return {};
}
inline Why framed_body(const Bench& bench) {
    const std::string start = "HTTP/1.1 200 OK\r\ntransfer-ENCODING: chunked\r\n\r\n7";
    const std::string chunks = "\r\n{\"flows\r\n1\r\n\"\r\n00C\r\n:[]}        \r\n0\r\n";
    const std::string until_the_end = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"flows\":[]}        ";
    struct Case {
        Answer answer;
        const char* how;
        bool may_be_refused;
    };
    for (const Case& one : {Case{{start + chunks + "\r\n"}, " (sent in chunks)", false},
                            Case{{until_the_end, Answer::close}, " (that ends with the connection)", false},
                            // What no homeserver sends: an error will do, but it is no part of the body.
                            Case{{start + ";a=b" + chunks + "X-Trailer: 1\r\n\r\n"}, " (with a trailer)", true}}) {
        RawServer server{always(one.answer)};
        const auto subject = bench.make();
        const auto ticket = bench.exchange(*subject, request(Method::get, server.origin() + "/x"));
        if (one.may_be_refused && expect_error(*ticket, "").empty()) continue;
        if (Why why = expect(*ticket, 200, "{\"flows\":[]}        "); !why.empty()) return why + one.how;
    }
    return {};
}
inline Why compressed_body(const Bench& bench) {
    bool asked = false;
    RawServer server{[&](const Received& sent) {
        for (const std::string& value : sent.values("Accept-Encoding")) {
            asked = asked || lower(value).find("gzip") != value.npos;
        }
        return asked ? answer(200, Gzip{R"({"flows":[]})", 0}.bytes(), "Content-Encoding: gzip\r\n")
                     : answer(200, R"({"flows":[]})");
    }};
    const auto subject = bench.make();
    return expect(*bench.exchange(*subject, request(Method::get, server.origin() + "/x")), 200, R"({"flows":[]})");
}
inline Why early_answers(const Bench& bench) {
    for (const char* const headers : {"", "Retry-After: 99\r\n"}) {
        RawServer server{always({"HTTP/1.1 100 Continue\r\n" + std::string{headers} +
                                 "\r\nHTTP/1.1 429 Slow down\r\nContent-Length: 2\r\nRetry-After: 2\r\n\r\n{}"})};
        const auto subject = bench.make();
        const auto ticket = bench.exchange(*subject, request(Method::post, server.origin() + "/x", "{}"));
        if (*headers != '\0' && expect_error(*ticket, "").empty()) continue; // nobody sends that
        if (Why why = expect(*ticket, 429, "{}"); !why.empty()) return why;
        if (Why why = differs("Retry-After", ticket->result()->headers().retry_after, "2"); !why.empty()) return why;
    }
    return {};
}

// --- 3: the request --------------------------------------------------------------------------------------------------

inline Why sent_as_it_is(const Bench& bench, Method method, const std::optional<std::string>& body,
                         const std::string& target, std::string_view authorization) {
    RawServer server{always(answer(200, "{}"))};
    const auto subject = bench.make();
    const auto ticket = bench.exchange(*subject, request(method, server.origin() + target, body, authorization));
    if (Why why = expect(*ticket, 200, "{}"); !why.empty()) return why;
    const std::vector<Received> all = server.received();
    if (all.size() != 1) return "it was sent " + std::to_string(all.size()) + " times";
    const Received& sent = all[0];
    if (Why why = differs("the method", sent.method, to_string(method)); !why.empty()) return why;
    if (Why why = differs("the target", sent.target, target); !why.empty()) return why;
    if (Why why = differs("the request's body", sent.body, body.value_or("")); !why.empty()) return why;
    const auto one = [&](std::string_view name, std::string_view value) {
        const std::vector<std::string> values = sent.values(name);
        const std::string what = std::string{name} + " of a " + sent.method;
        if (values.empty()) return value.empty() ? Why{} : "no " + what;
        if (value.empty()) return "there is a " + what + ": " + shown(values[0]);
        return values.size() > 1 ? "more than one " + what : differs(what, values[0], value);
    };
    if (Why why = one("Host", std::string_view{server.origin()}.substr(7)); !why.empty()) return why;
    if (Why why = one("Content-Type", body ? "application/json" : ""); !why.empty()) return why;
    if (Why why = one("Authorization", authorization); !why.empty()) return why;
    if (Why why = one("Cookie", ""); !why.empty()) return why;
    if (!body && method == Method::post) return one("Content-Length", "0");
    if (!body && method != Method::get && !sent.values("Content-Length").empty()) return one("Content-Length", "0");
    return {};
}
inline Why methods(const Bench& bench) {
    for (const Method method : {Method::get, Method::post, Method::put, Method::delete_}) {
        for (const bool with_body : {false, true}) {
            if (method == Method::get && with_body) continue;
            const std::optional<std::string> body = with_body ? std::optional<std::string>{"{\"a\":1}"} : std::nullopt;
            if (Why why = sent_as_it_is(bench, method, body, "/base/x", "Bearer a+b/c=="); !why.empty()) return why;
        }
    }
    return {};
}
inline Why sent_body(const Bench& bench) {
    std::string large;
    while (large.size() < 2'000'000) large += binary();
    for (const std::string& body : {binary(), large}) {
        if (Why why = sent_as_it_is(bench, Method::post, body, "/x", {}); !why.empty()) return why;
    }
    return {};
}
inline Why url(const Bench& bench) {
    return sent_as_it_is(bench, Method::get, std::nullopt,
                         "/Base/rooms/a%2F..%2Fb%3Fc%23d%252e%20%C3%BC?user_id=%40a%2Bb%3Aexample.org&x=%26%3D&y=", {});
}
/// What only a base URL can have in it. Refusing it is no fault, asking elsewhere is.
inline Why base_url(const Bench& bench) {
    for (const char* const target : {"/a//b/x", "/%c3%bc%2f/x", "/%7Eu/%41/x", "/~u/!$&'()*+,;=:@/x"}) {
        RawServer server{always(answer(200, "{}"))};
        const auto subject = bench.make();
        const auto ticket = bench.exchange(*subject, request(Method::get, server.origin() + target));
        const std::vector<Received> all = server.received();
        if (all.empty() && expect_error(*ticket, "").empty()) continue;
        if (all.empty()) return "it was not sent";
        if (Why why = differs("the target", all[0].target, target); !why.empty()) return why;
    }
    return {};
}
inline Why no_memory(const Bench& bench) {
    RawServer server{always(answer(200, "{}", "Set-Cookie: session=1; Path=/\r\n"))};
    const auto subject = bench.make();
    for (int i = 0; i < 2; ++i) {
        const std::string_view token = i == 0 ? "Bearer first" : "";
        const auto ticket = bench.exchange(*subject, request(Method::get, server.origin() + "/x", std::nullopt, token));
        if (Why why = expect(*ticket, 200, "{}"); !why.empty()) return why;
    }
    const std::vector<Received> all = server.received();
    if (all.size() != 2) return "the second request was not sent: is there a cache?";
    if (!all[1].values("Cookie").empty()) return "a cookie was sent back";
    if (!all[1].values("Authorization").empty()) return "the token of one request was sent with the next";
    return {};
}

// --- 4, 5: redirects and secrets -------------------------------------------------------------------------------------

inline Why redirects(const Bench& bench) {
    for (const int status : {301, 302, 303, 307, 308}) {
        RawServer other{always(answer(200, "{}"))};
        for (const std::string& where : {other.origin() + "/stolen", std::string{"/elsewhere"}}) {
            RawServer server{[&](const Received& sent) {
                return sent.target == "/x" ? answer(status, "moved", "Location: " + where + "\r\n") : answer(200, "{}");
            }};
            const auto subject = bench.make();
            const auto ticket = bench.exchange(*subject, request(Method::post, server.origin() + "/x",
                                                                 R"({"password":"wonderland"})", "Bearer token"));
            if (other.connections() != 0) return "a " + std::to_string(status) + " was followed to another server";
            if (server.requests() != 1) return "a " + std::to_string(status) + " was followed";
            if (Why why = expect(*ticket, status, "moved"); !why.empty()) return why;
            if (Why why = differs("Location", ticket->result()->headers().location, where); !why.empty()) return why;
        }
    }
    return {};
}
inline Why quiet(const Bench& bench) {
    const std::string url = std::string{"/x?secret="} + sentinel,
                      body = std::string{"{\"password\":\""} + sentinel + "\"}";
    RawServer good{always(answer(200, std::string{"{\"access_token\":\""} + sentinel + "\"}"))};
    RawServer cut{always({std::string{"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{\""} + sentinel, Answer::close})};
    std::string text;
    for (const std::string& origin : {good.origin(), cut.origin(), std::string{"http://127.0.0.1:1"}}) {
        Output output;
        {
            Settings settings;
            settings.log = output.log();
            const auto subject = bench.make(settings);
            const auto ticket =
                bench.exchange(*subject, request(Method::post, origin + url, body, std::string{"Bearer "} + sentinel));
            if (ticket->calls() > 0 && !ticket->result()) text += ticket->result().error().message;
        }
        text += output.text();
    }
    const std::size_t at = text.find(sentinel);
    if (at == text.npos) return {};
    const std::size_t from = text.rfind('\n', at) + 1;
    return "a secret is in what was logged, printed or reported: " + shown(text.substr(from, at + 15 - from));
}

// --- 6: what goes wrong on the way -----------------------------------------------------------------------------------

inline Why in_time(const Bench& bench, const Answer& slow, std::string_view when) {
    RawServer server{always(slow)};
    Settings settings;
    settings.timeout = 1s;
    const auto subject = bench.make(settings);
    const Clock::time_point before = Clock::now();
    const auto ticket = bench.exchange(*subject, request(Method::get, server.origin() + "/x"), 15s);
    if (Clock::now() - before > settings.timeout + slack)
        return "the timeout of a second does not end it " + std::string{when};
    return expect_error(*ticket, when);
}
inline Why silent(const Bench& bench) { return in_time(bench, {}, "where nothing ever comes"); }
inline Why slow(const Bench& bench) {
    if (Why why = in_time(bench, {"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", Answer::close, " ", 50ms},
                          "where a body comes byte by byte");
        !why.empty()) {
        return why;
    }
    return in_time(bench, {"HTTP/1.1 200 OK\r\nX-Slow: ", Answer::close, "x", 50ms},
                   "where a header comes byte by byte");
}
inline Why cut(const Bench& bench) {
    struct Case {
        Answer answer;
        const char* when;
    };
    for (const Case& broken :
         {Case{{"", Answer::close}, "where the connection is closed without an answer"},
          Case{{"", Answer::reset}, "where the connection is reset"},
          Case{{"HTTP/1.1 200 OK\r\nContent-", Answer::close}, "where the headers are cut"},
          Case{{"HTTP/1.1 200 OK\r\nX-Name: val", Answer::close}, "where a header is cut"},
          Case{{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a", Answer::close}, "where the body is cut"},
          Case{{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"a\"\r\n", Answer::close},
               "where a chunk is missing"},
          Case{{"SSH-2.0-OpenSSH_9.2\r\n", Answer::close}, "where the answer is not HTTP"}}) {
        RawServer server{always(broken.answer)};
        const auto subject = bench.make();
        const auto ticket = bench.exchange(*subject, request(Method::post, server.origin() + "/x", "{}"));
        if (server.requests() > 1) return std::string{"the request is sent again "} + broken.when;
        if (Why why = expect_error(*ticket, broken.when); !why.empty()) return why;
    }
    return {};
}
/// Where a connection that was kept dies, many clients send again: a login, or a refresh that has spent its token.
inline Why not_again(const Bench& bench) {
    for (const Answer::End end : {Answer::close, Answer::reset}) {
        for (const Method method : {Method::post, Method::put, Method::get}) {
            RawServer server{[&](const Received& sent) {
                return sent.target == "/first" ? answer(200, "{}") : Answer{"", end};
            }};
            const auto subject = bench.make();
            const std::optional<std::string> body =
                method == Method::get ? std::nullopt : std::optional<std::string>{"{}"};
            if (Why why =
                    expect(*bench.exchange(*subject, request(method, server.origin() + "/first", body)), 200, "{}");
                !why.empty()) {
                return why;
            }
            const auto ticket = bench.exchange(*subject, request(method, server.origin() + "/second", body));
            if (server.requests() > 2) return "a " + std::string{to_string(method)} + " is sent again on its own";
            if (Why why = expect_error(*ticket, "where a kept connection dies"); !why.empty()) return why;
        }
    }
    return {};
}
inline Why refused(const Bench& bench) {
    std::string origin;
    {
        const RawServer gone{always({})};
        origin = gone.origin();
    }
    const auto subject = bench.make();
    return expect_error(*bench.exchange(*subject, request(Method::get, origin + "/x")), "where nobody listens");
}
inline Why cancelled(const Bench& bench) {
    RawServer server{always({})};
    const auto subject = bench.make();
    const auto ticket = std::make_shared<Ticket>();
    // A blocking transport is asked from another thread, an event loop from its own.
    std::thread blocking;
    const auto start = [&] { subject->start(request(Method::get, server.origin() + "/x"), Completion{ticket}); };
    if (subject->is_async()) {
        start();
    } else {
        blocking = std::thread{start};
    }
    const auto turn = [&](auto condition, milliseconds most) {
        if (subject->is_async()) return Bench::wait(*subject, condition, most);
        const Clock::time_point until = Clock::now() + most;
        while (!condition() && Clock::now() < until) std::this_thread::sleep_for(5ms);
        return condition();
    };
    turn([&] { return server.requests() > 0; }, 5s);
    const bool can = subject->cancel();
    const bool ended = turn([&] { return ticket->calls() > 0; }, slack);
    if (blocking.joinable()) blocking.join();
    if (!can) return std::string{unchecked} + "there is no cancel()";
    if (!ended) return "cancel() does not end it";
    return expect_error(*ticket, "after cancel()");
}

// --- 7: bounds -------------------------------------------------------------------------------------------------------

/// What the two sockets hold was sent, yet perhaps never read.
inline bool is_bounded(const RawServer& server, std::size_t most) { return server.sent() < most + 16'000'000; }
inline Why endless(const Bench& bench, const Answer& flood, std::string_view when) {
    RawServer server{always(flood)};
    Settings settings;
    settings.max_answer = 200'000;
    const auto subject = bench.make(settings);
    const auto ticket = bench.exchange(*subject, request(Method::post, server.origin() + "/x", "{}"));
    if (Why why = expect_error(*ticket, when); !why.empty()) return why;
    if (is_bounded(server, settings.max_answer)) return {};
    return std::to_string(server.sent() / 1'000'000) + " MB were read " + std::string{when};
}
inline Why bounded(const Bench& bench) {
    for (const char* const framing : {"", "Content-Length: 999999999999\r\n", "Transfer-Encoding: chunked\r\n"}) {
        const bool chunked = std::string_view{framing}.substr(0, 8) == "Transfer";
        const std::string block = chunked ? "400\r\n" + std::string(1024, ' ') + "\r\n" : std::string(1024, ' ');
        if (Why why = endless(bench, {"HTTP/1.1 200 OK\r\n" + std::string{framing} + "\r\n", Answer::close, block},
                              "of a body that never ends");
            !why.empty()) {
            return why;
        }
    }
    // What fits has to get through: a bound of nothing is easily kept.
    Settings settings;
    settings.max_answer = 200'000;
    const std::string body(150'000, ' ');
    RawServer server{always(answer(200, body))};
    const auto subject = bench.make(settings);
    return expect(*bench.exchange(*subject, request(Method::post, server.origin() + "/x", "{}")), 200, body);
}
/// Not every library can count them. Where it cannot, the timeout has to be the bound.
inline Why bounded_headers(const Bench& bench) {
    constexpr char when[] = "of headers that never end";
    RawServer server{always({"HTTP/1.1 200 OK\r\n", Answer::close, "X-Flood: water water water\r\n"})};
    Settings settings;
    settings.max_answer = 200'000;
    settings.timeout = 1s;
    const auto subject = bench.make(settings);
    const Clock::time_point before = Clock::now();
    const auto ticket = bench.exchange(*subject, request(Method::post, server.origin() + "/x", "{}"));
    if (Why why = expect_error(*ticket, when); !why.empty()) return why;
    const bool in_time = Clock::now() - before < settings.timeout + slack && server.sent() < RawServer::most;
    if (in_time || is_bounded(server, settings.max_answer)) return {};
    return std::to_string(server.sent() / 1'000'000) + " MB were read " + when;
}
inline Why bomb(const Bench& bench) {
    bool asked = false;
    const std::string bytes = Gzip{" ", 500'000}.bytes(); // 129 MB
    RawServer server{[&](const Received& sent) {
        for (const std::string& value : sent.values("Accept-Encoding")) {
            asked = asked || lower(value).find("gzip") != value.npos;
        }
        return answer(200, bytes, "Content-Encoding: gzip\r\n");
    }};
    const auto peak = [] {
        rusage usage{};
        getrusage(RUSAGE_SELF, &usage);
        return usage.ru_maxrss;
    };
    Settings settings;
    settings.max_answer = 2'000'000;
    // Linux forgets the peak so far when asked; elsewhere an earlier one may hide this one.
    if (std::FILE* const forget = std::fopen("/proc/self/clear_refs", "w")) {
        (void)std::fputs("5", forget);
        (void)std::fclose(forget);
    }
    const auto before = peak();
    const auto subject = bench.make(settings);
    const auto ticket = bench.exchange(*subject, request(Method::get, server.origin() + "/x"));
    if (!asked) return std::string{unchecked} + "it does not ask for gzip";
    if (Why why = expect_error(*ticket, "of 129 MB in 800 KB of gzip"); !why.empty()) return why;
    return peak() - before < 64'000 ? Why{} : "129 MB were decoded before they were refused";
}

// --- 8: the completion -----------------------------------------------------------------------------------------------

inline Why once(const Bench& bench) {
    RawServer good{always(answer(200, "{}"))}, error{always(answer(500, "{}"))}, cut{always({"", Answer::close})},
        large{always(answer(200, std::string(3'000'000, ' ')))}, silent{always({})};
    struct Case {
        std::string origin;
        const char* when;
    };
    for (const Case& one :
         {Case{good.origin(), "of a success"}, Case{error.origin(), "of a 500"}, Case{cut.origin(), "of a cut answer"},
          Case{large.origin(), "of an answer too large"}, Case{silent.origin(), "of a timeout"},
          Case{"http://127.0.0.1:1", "of a refused connection"}}) {
        Settings settings;
        settings.timeout = 1s;
        std::shared_ptr<Ticket> ticket;
        {
            const auto subject = bench.make(settings);
            if (!subject->is_async()) return std::string{unchecked} + "a blocking transport has no completion";
            ticket = bench.exchange(*subject, request(Method::post, one.origin + "/x", "{}"));
            const Clock::time_point until = Clock::now() + 100ms;
            Bench::wait(
                *subject, [&] { return Clock::now() > until; }, 1s);
        }
        if (ticket->calls() != 1) {
            return "the completion " + std::string{one.when} + " ran " + std::to_string(ticket->calls()) + " times";
        }
    }
    return {};
}
inline Why destroyed(const Bench& bench) {
    RawServer server{always({})};
    const auto ticket = std::make_shared<Ticket>();
    const Clock::time_point before = Clock::now();
    {
        const auto subject = bench.make();
        if (!subject->is_async()) return std::string{unchecked} + "a blocking transport cannot be destroyed meanwhile";
        subject->start(request(Method::post, server.origin() + "/x", "{}"), Completion{ticket});
        Bench::wait(
            *subject, [&] { return server.requests() > 0; }, 5s);
    }
    if (Clock::now() - before > 5s + slack) return "a transport that is destroyed waits for its requests";
    if (ticket->calls() != 1) return "the completion ran " + std::to_string(ticket->calls()) + " times";
    return expect_error(*ticket, "of a transport that is gone");
}
inline Why many(const Bench& bench) {
    RawServer server{[](const Received& sent) { return answer(200, sent.target); }};
    const auto subject = bench.make();
    if (!subject->is_async()) return std::string{unchecked} + "a blocking transport does one thing at a time";
    std::vector<std::shared_ptr<Ticket>> tickets;
    for (int i = 0; i < 8; ++i) {
        tickets.push_back(std::make_shared<Ticket>());
        subject->start(request(Method::get, server.origin() + "/" + std::to_string(i)), Completion{tickets.back()});
    }
    for (std::size_t i = 0; i < tickets.size(); ++i) {
        Bench::wait(
            *subject, [&] { return tickets[i]->calls() > 0; }, 20s);
        if (Why why = expect(*tickets[i], 200, "/" + std::to_string(i)); !why.empty()) return why;
    }
    return {};
}
inline Why chained(const Bench& bench) {
    RawServer server{[](const Received& sent) { return answer(200, sent.target); }};
    const auto subject = bench.make();
    if (!subject->is_async()) return std::string{unchecked} + "a blocking transport has no completion";
    // Held by the handlers too: one that runs late must not find them gone.
    const auto first = std::make_shared<Ticket>(), second = std::make_shared<Ticket>();
    const std::string origin = server.origin();
    subject->start(request(Method::get, origin + "/first"),
                   Completion{first, [&transport = *subject, second, origin] {
                                  transport.start(request(Method::get, origin + "/second"), Completion{second});
                              }});
    Bench::wait(
        *subject, [&] { return first->calls() > 0 && second->calls() > 0; }, 10s);
    if (Why why = expect(*first, 200, "/first"); !why.empty()) return why;
    return expect(*second, 200, "/second");
}

// --- 9: the answer's headers -----------------------------------------------------------------------------------------

inline Why header_names(const Bench& bench) {
    RawServer server{always(answer(429, "{}",
                                   "rETRY-aFTER:\t 2 \t\r\nX-Empty:\r\nlocation: /there,or, here\r\n"
                                   "DATE:Tue, 24 Nov 2026 10:00:00 GMT\r\n"))};
    const auto subject = bench.make();
    const auto ticket = bench.exchange(*subject, request(Method::get, server.origin() + "/x"));
    if (Why why = expect(*ticket, 429, "{}"); !why.empty()) return why;
    const auto seen = ticket->result()->headers();
    // The library looks past blanks around it.
    std::string delay{seen.retry_after};
    delay.erase(std::remove_if(delay.begin(), delay.end(), [](char c) { return c == ' ' || c == '\t'; }), delay.end());
    if (Why why = differs("Retry-After", delay, "2"); !why.empty()) return why;
    if (Why why = differs("Date", seen.date, "Tue, 24 Nov 2026 10:00:00 GMT"); !why.empty()) return why;
    return differs("Location", seen.location, "/there,or, here");
}
inline Why first_header(const Bench& bench) {
    RawServer server{always(answer(429, "{}", "Retry-After: 2\r\nX-Other: 1\r\nRetry-After: 3600\r\n"))};
    const auto subject = bench.make();
    const auto ticket = bench.exchange(*subject, request(Method::get, server.origin() + "/x"));
    if (Why why = expect(*ticket, 429, "{}"); !why.empty()) return why;
    return differs("Retry-After", ticket->result()->headers().retry_after, "2");
}

struct Check {
    int clause;
    const char* name;
    const char* says;
    Why (*run)(const Bench&);
};
inline constexpr Check checks[] = {
    {1, "status", "every status is an answer, with its body", every_status},
    {2, "body", "the body is delivered whole, byte for byte", whole_body},
    {2, "empty-body", "an empty body is one", empty_body},
    {2, "framing", "chunks are put together, a body may end with the connection", framed_body},
    {2, "encoding", "a content encoding that was asked for is undone", compressed_body},
    {2, "continue", "a 100 is not the answer", early_answers},
    {3, "request", "method, headers and body are sent as they are, nothing is added", methods},
    {3, "request-body", "the request's body is sent byte for byte, NULs too", sent_body},
    {3, "url", "the URL is sent byte for byte", url},
    {3, "base-url", "an unusual URL is sent byte for byte, or refused", base_url},
    {3, "memory", "nothing of one request or answer is in the next request", no_memory},
    {4, "redirect", "redirects are delivered, not followed", redirects},
    {5, "log", "no secret is logged, printed or reported", quiet},
    {6, "timeout", "an answer that never comes is an error in time", silent},
    {6, "slow", "so is one that comes for ever", slow},
    {6, "cut", "an answer that ends early is an error", cut},
    {6, "retry", "a request is not sent again", not_again},
    {6, "refused", "a refused connection is an error", refused},
    {6, "cancel", "cancel() ends it", cancelled},
    {7, "bound", "a body is bounded while it arrives", bounded},
    {7, "header-bound", "headers that never end are an error, by size or in time", bounded_headers},
    {7, "bomb", "and bounded is what it unpacks to", bomb},
    {8, "once", "the completion runs once", once},
    {8, "destroyed", "also where the transport is destroyed", destroyed},
    {8, "many", "several requests at a time have each its own answer", many},
    {8, "chained", "a completion may send the next request", chained},
    {9, "header-names", "header names in any case", header_names},
    {9, "first-header", "of repeated headers the first counts", first_header},
};

} // namespace detail

/// Makes all checks. `make` is called with Settings, once or more for each check, and returns a transport or a pointer
/// to one. An asynchronous transport whose loop has to be turned has a member `poll()`, which may wait for some
/// milliseconds; one that can cancel what it is doing has `cancel()`, to be called from any thread if it is blocking.
template <class Factory> Report check(Factory&& make, const Options& options = {}) {
    using Product = std::remove_reference_t<Factory>;
    const detail::Bench bench{[&make](const Settings& settings) -> std::unique_ptr<detail::Subject> {
        return std::make_unique<detail::Made<Product>>(make, settings);
    }};
    Report report;
    for (const detail::Check& one : detail::checks) {
        if (!options.only.empty() && options.only != one.name) continue;
        std::string why = one.run(bench);
        Verdict::State state = why.empty() ? Verdict::kept : Verdict::broken;
        if (why.rfind(detail::unchecked, 0) == 0) {
            why.erase(0, sizeof detail::unchecked - 1);
            state = Verdict::not_checked;
        }
        for (const std::string& name : options.excused) {
            if (name == one.name && state == Verdict::broken) state = Verdict::excused;
        }
        constexpr const char* words[] = {"kept", "BROKEN", "excused", "not checked"};
        if (options.out != nullptr) {
            (void)std::fprintf(options.out, "%d %-13s %-12s %s%s%s\n", one.clause, one.name, words[state], one.says,
                               why.empty() ? "" : ": ", why.c_str());
            (void)std::fflush(options.out);
        }
        report.verdicts.push_back({one.clause, one.name, state, std::move(why)});
    }
    if (options.out != nullptr) {
        (void)std::fprintf(options.out, "%zu kept, %zu broken, %zu excused, %zu not checked\n",
                           report.count(Verdict::kept), report.count(Verdict::broken), report.count(Verdict::excused),
                           report.count(Verdict::not_checked));
    }
    return report;
}

} // namespace mxwire::contract
