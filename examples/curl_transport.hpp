// SPDX-License-Identifier: MIT
//
// A blocking transport on libcurl, free to copy. It keeps the contract of mxwire/transport.hpp, and several threads may
// use one at once. What it copies of a secret is wiped; libcurl's own send and receive buffers are only freed.
#pragma once

#include <mxwire/mxwire.hpp>

#include <curl/curl.h>

#include <atomic>
#include <cstdio>
#include <memory>

struct CurlSettings {
    std::chrono::milliseconds connect_timeout{std::chrono::seconds{10}};
    std::chrono::milliseconds timeout{std::chrono::seconds{30}}; // for the whole exchange
    std::size_t max_answer = 1'048'576;                          // bytes, decoded, headers included
    std::FILE* log = nullptr;                                    // gets a line for each request, without its secrets
    std::string extra_header{};                                  // "Name: value", for tests
    std::string ca_file{};                                       // PEM; empty: the certificates of this machine
};

// One request under way. It stays where it is, as libcurl points into it; the request outlives it.
class CurlExchange {
  public:
    CurlExchange(const CurlSettings& settings, const mxwire::Request& request) : left_(settings.max_answer) {
        static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
        handle_.reset(ready == CURLE_OK ? curl_easy_init() : nullptr);
        if (!handle_) return;
        if (settings.log != nullptr) (void)std::fprintf(settings.log, "%s\n", mxwire::describe(request).c_str());

        // libcurl only reads the list, so it can point to lines that are wiped.
        for (const mxwire::Header& field : request.headers()) lines_.push_back(header_line(field));
        // An empty one takes back what libcurl adds by itself.
        if (!request.has_body()) lines_.emplace_back("Content-Type:");
        lines_.emplace_back("Expect:");
        if (!settings.extra_header.empty()) lines_.emplace_back(settings.extra_header);
        list_.resize(lines_.size());
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            list_[i] = {lines_[i].unguarded().data(), i + 1 < lines_.size() ? &list_[i + 1] : nullptr};
        }

        code_ = CURLE_OK;
        set(CURLOPT_URL, request.url().data());
        set(CURLOPT_PATH_AS_IS, 1L);
#if LIBCURL_VERSION_NUM >= 0x075500
        set(CURLOPT_PROTOCOLS_STR, "http,https");
#else
        set(CURLOPT_PROTOCOLS, static_cast<long>(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
        set(CURLOPT_FOLLOWLOCATION, 0L);
        set(CURLOPT_ACCEPT_ENCODING, ""); // all that libcurl can decode
        set(CURLOPT_NOSIGNAL, 1L);
        // Where a connection that was kept has died, libcurl sends again, a login too.
        set(CURLOPT_FRESH_CONNECT, 1L);
        set(CURLOPT_FORBID_REUSE, 1L);
        set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings.connect_timeout.count()));
        set(CURLOPT_TIMEOUT_MS, static_cast<long>(settings.timeout.count()));
        if (!settings.ca_file.empty()) set(CURLOPT_CAINFO, settings.ca_file.c_str());
        set(CURLOPT_HTTPHEADER, list_.data());
        if (request.method() != mxwire::Method::get) {
            set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body().size()));
            set(CURLOPT_POSTFIELDS, request.body().empty() ? "" : request.body().data()); // not copied
            set(CURLOPT_CUSTOMREQUEST, mxwire::to_string(request.method()).data());
        }
        set(CURLOPT_HEADERFUNCTION, &CurlExchange::take_header);
        set(CURLOPT_HEADERDATA, this);
        set(CURLOPT_WRITEFUNCTION, &CurlExchange::take_body);
        set(CURLOPT_WRITEDATA, this);
    }
    CurlExchange(const CurlExchange&) = delete;
    CurlExchange& operator=(const CurlExchange&) = delete;

    // Null where libcurl has no memory.
    CURL* handle() const { return handle_.get(); }

    template <class Value> void set(CURLoption option, Value value) {
        if (code_ == CURLE_OK) code_ = curl_easy_setopt(handle_.get(), option, value);
    }
    // What went wrong before anything was sent.
    CURLcode code() const { return code_; }

    // What came of it; `code` is what libcurl says of the transfer.
    mxwire::Result<mxwire::Response> finish(CURLcode code) {
        // libcurl takes the end of the connection for the end of the headers.
        if (code == CURLE_OK && !has_all_headers_) code = CURLE_PARTIAL_FILE;
        if (too_large_) return mxwire::transport_error(code, "the answer is larger than this transport takes");
        if (code != CURLE_OK) return mxwire::transport_error(code, curl_easy_strerror(code));
        long status = 0;
        curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
        return mxwire::Response{static_cast<int>(status), headers_, std::move(body_.unguarded())};
    }

  private:
    struct Cleanup {
        void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
    };

    static mxwire::Secret header_line(const mxwire::Header& field) {
        std::string line;
        line.reserve(field.name.size() + 2 + field.value.size());
        line.append(field.name).append(": ").append(field.value);
        return mxwire::Secret{std::move(line)};
    }

    bool fits(std::size_t size) {
        too_large_ = too_large_ || size > left_;
        left_ -= too_large_ ? 0 : size;
        return !too_large_;
    }
    // They return what they took: less than `size` ends the exchange. An exception must not pass through C.
    static std::size_t take_header(char* data, std::size_t, std::size_t size, void* self) noexcept {
        CurlExchange& exchange = *static_cast<CurlExchange*>(self);
        if (!exchange.fits(size)) return 0;
        const std::string_view line{data, size};
        if (line.substr(0, 5) == "HTTP/") { // what came before was a 100 Continue
            exchange.headers_.clear();
            exchange.has_all_headers_ = false;
        }
        exchange.has_all_headers_ = exchange.has_all_headers_ || line == "\r\n" || line == "\n";
        const std::size_t colon = line.find(':');
        const std::size_t first = colon == line.npos ? colon : line.find_first_not_of(" \t\r\n", colon + 1);
        if (first == line.npos) return size;
        const std::size_t last = line.find_last_not_of(" \t\r\n");
        exchange.headers_.emplace_back(line.substr(0, colon), line.substr(first, last - first + 1));
        return size;
    }
    static std::size_t take_body(char* data, std::size_t, std::size_t size, void* self) noexcept {
        CurlExchange& exchange = *static_cast<CurlExchange*>(self);
        if (!exchange.fits(size)) return 0;
        std::string& text = exchange.body_.unguarded();
        if (size > text.capacity() - text.size()) { // a text that grows by itself leaves its old bytes behind
            std::string larger;
            larger.reserve(2 * (text.size() + size));
            exchange.body_ = mxwire::Secret{std::move(larger.append(text))};
        }
        text.append(data, size);
        return size;
    }

    std::unique_ptr<CURL, Cleanup> handle_{};
    CURLcode code_ = CURLE_FAILED_INIT;
    std::vector<mxwire::Secret> lines_{};
    std::vector<curl_slist> list_{};
    std::size_t left_;
    bool too_large_ = false, has_all_headers_ = false;
    std::vector<std::pair<std::string, std::string>> headers_{};
    mxwire::Secret body_{};
};

class CurlTransport : public CurlSettings {
  public:
    // Ends what is going on, from any thread; libcurl looks about once a second.
    void cancel() { ++cancelled_; }

    mxwire::Result<mxwire::Response> operator()(const mxwire::Request& request) const {
        CurlExchange exchange{*this, request};
        Look look{cancelled_, cancelled_};
        exchange.set(CURLOPT_NOPROGRESS, 0L);
        exchange.set(CURLOPT_XFERINFOFUNCTION, &Look::is_cancelled);
        exchange.set(CURLOPT_XFERINFODATA, &look);
        return exchange.finish(exchange.code() == CURLE_OK ? curl_easy_perform(exchange.handle()) : exchange.code());
    }

  private:
    struct Look {
        const std::atomic<unsigned>& now;
        unsigned before;
        static int is_cancelled(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept {
            const Look& look = *static_cast<const Look*>(self);
            return look.now != look.before ? 1 : 0;
        }
    };

    std::atomic<unsigned> cancelled_{0};
};
