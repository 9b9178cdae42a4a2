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

class CurlTransport {
  public:
    std::chrono::milliseconds connect_timeout{std::chrono::seconds{10}};
    std::chrono::milliseconds timeout{std::chrono::seconds{30}}; // for the whole exchange
    std::size_t max_answer = 1'048'576;                          // bytes, decoded, headers included
    std::FILE* log = nullptr;                                    // gets a line for each request, without its secrets
    std::string extra_header{};                                  // "Name: value", for tests
    std::string ca_file{};                                       // PEM; empty: the certificates of this machine

    // Ends what is going on, from any thread; libcurl looks about once a second.
    void cancel() { ++cancelled_; }

    // Each request has its own connection: where one that was kept has died, libcurl sends again, a login too.
    mxwire::Result<mxwire::Response> operator()(const mxwire::Request& request) const {
        static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
        const std::unique_ptr<CURL, Cleanup> handle{ready == CURLE_OK ? curl_easy_init() : nullptr};
        if (!handle) return fail(CURLE_FAILED_INIT);
        if (log != nullptr) (void)std::fprintf(log, "%s\n", mxwire::describe(request).c_str());

        // libcurl only reads the list, so it can point to lines that are wiped.
        std::vector<mxwire::Secret> lines;
        for (const mxwire::Header& field : request.headers()) lines.push_back(header_line(field));
        // An empty one takes back what libcurl adds by itself.
        if (!request.has_body()) lines.emplace_back("Content-Type:");
        lines.emplace_back("Expect:");
        if (!extra_header.empty()) lines.emplace_back(extra_header);
        std::vector<curl_slist> list(lines.size());
        for (std::size_t i = 0; i < lines.size(); ++i) {
            list[i] = {lines[i].unguarded().data(), i + 1 < lines.size() ? &list[i + 1] : nullptr};
        }

        Answer answer{max_answer, cancelled_};
        CURLcode code = CURLE_OK;
        const auto set = [&](CURLoption option, auto value) {
            if (code == CURLE_OK) code = curl_easy_setopt(handle.get(), option, value);
        };
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
        set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect_timeout.count()));
        set(CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
        set(CURLOPT_HTTPHEADER, list.data());
        if (request.method() != mxwire::Method::get) {
            set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body().size()));
            set(CURLOPT_POSTFIELDS, request.body().empty() ? "" : request.body().data()); // not copied
            set(CURLOPT_CUSTOMREQUEST, mxwire::to_string(request.method()).data());
        }
        set(CURLOPT_HEADERFUNCTION, &Answer::take_header);
        set(CURLOPT_HEADERDATA, &answer);
        set(CURLOPT_WRITEFUNCTION, &Answer::take_body);
        set(CURLOPT_WRITEDATA, &answer);
        set(CURLOPT_NOPROGRESS, 0L);
        set(CURLOPT_XFERINFOFUNCTION, &Answer::is_cancelled);
        set(CURLOPT_XFERINFODATA, &answer);
        if (!ca_file.empty()) set(CURLOPT_CAINFO, ca_file.c_str());
        if (code == CURLE_OK) code = curl_easy_perform(handle.get());
        // libcurl takes the end of the connection for the end of the headers.
        if (code == CURLE_OK && !answer.has_all_headers) code = CURLE_PARTIAL_FILE;
        if (answer.too_large) return mxwire::transport_error(code, "the answer is larger than this transport takes");
        if (code != CURLE_OK) return fail(code);
        long status = 0;
        curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
        return mxwire::Response{static_cast<int>(status), answer.headers, std::move(answer.body.unguarded())};
    }

  private:
    struct Cleanup {
        void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
    };

    struct Answer {
        std::size_t left;
        const std::atomic<unsigned>& cancelled;
        unsigned cancelled_before = cancelled;
        bool too_large = false, has_all_headers = false;
        std::vector<std::pair<std::string, std::string>> headers{};
        mxwire::Secret body{};

        Answer(std::size_t most, const std::atomic<unsigned>& asked_to_end) : left(most), cancelled(asked_to_end) {}
        bool fits(std::size_t size) {
            too_large = too_large || size > left;
            left -= too_large ? 0 : size;
            return !too_large;
        }
        // They return what they took: less than `size` ends the exchange. An exception must not pass through C.
        static std::size_t take_header(char* data, std::size_t, std::size_t size, void* self) noexcept {
            Answer& answer = *static_cast<Answer*>(self);
            if (!answer.fits(size)) return 0;
            const std::string_view line{data, size};
            if (line.substr(0, 5) == "HTTP/") { // what came before was a 100 Continue
                answer.headers.clear();
                answer.has_all_headers = false;
            }
            answer.has_all_headers = answer.has_all_headers || line == "\r\n" || line == "\n";
            const std::size_t colon = line.find(':');
            const std::size_t first = colon == line.npos ? colon : line.find_first_not_of(" \t\r\n", colon + 1);
            if (first == line.npos) return size;
            const std::size_t last = line.find_last_not_of(" \t\r\n");
            answer.headers.emplace_back(line.substr(0, colon), line.substr(first, last - first + 1));
            return size;
        }
        static std::size_t take_body(char* data, std::size_t, std::size_t size, void* self) noexcept {
            Answer& answer = *static_cast<Answer*>(self);
            if (!answer.fits(size)) return 0;
            std::string& text = answer.body.unguarded();
            if (size > text.capacity() - text.size()) { // a text that grows by itself leaves its old bytes behind
                std::string larger;
                larger.reserve(2 * (text.size() + size));
                answer.body = mxwire::Secret{std::move(larger.append(text))};
            }
            text.append(data, size);
            return size;
        }
        static int is_cancelled(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept {
            const Answer& answer = *static_cast<const Answer*>(self);
            return answer.cancelled != answer.cancelled_before ? 1 : 0;
        }
    };

    static mxwire::Secret header_line(const mxwire::Header& field) {
        std::string line;
        line.reserve(field.name.size() + 2 + field.value.size());
        line.append(field.name).append(": ").append(field.value);
        return mxwire::Secret{std::move(line)};
    }
    static mxwire::Failure fail(CURLcode code) { return mxwire::transport_error(code, curl_easy_strerror(code)); }

    std::atomic<unsigned> cancelled_{0};
};
