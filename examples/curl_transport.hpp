// SPDX-License-Identifier: MIT
//
// A blocking transport on libcurl, free to copy. It keeps the contract of mxwire/transport.hpp and may be called from
// several threads at once. libcurl's own buffers are freed, not wiped; over HTTP/2 it never indexes Authorization.
#pragma once

#include <mxwire/mxwire.hpp>

#include <curl/curl.h>

#include <cstdio>
#include <memory>

class CurlTransport {
  public:
    std::chrono::milliseconds connect_timeout{std::chrono::seconds{10}};
    std::chrono::milliseconds timeout{std::chrono::seconds{30}}; // for all of an exchange
    std::size_t max_answer = 1024 * 1024;                        // bytes of the body, and of the headers
    std::FILE* log = nullptr;                                    // a line for each request, without its secrets
    std::string extra_header{};                                  // "Name: value", for tests

    // A connection for each request: where one that was kept has died, libcurl sends again what it sent, a login too.
    mxwire::Result<mxwire::Response> operator()(const mxwire::Request& request) const {
        static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
        const std::unique_ptr<CURL, Cleanup> handle{ready == CURLE_OK ? curl_easy_init() : nullptr};
        if (!handle) return mxwire::transport_error(CURLE_FAILED_INIT, curl_easy_strerror(CURLE_FAILED_INIT));
        if (log != nullptr) std::fprintf(log, "%s\n", mxwire::describe(request).c_str());

        HeaderLines lines;
        for (const mxwire::Header& field : request.headers()) lines.add(field.name, ": ", field.value);
        if (!request.has_body()) lines.add("Content-Type:"); // an empty one takes back what libcurl adds by itself
        lines.add("Expect:");
        if (!extra_header.empty()) lines.add(extra_header);

        Answer answer{max_answer};
        CURLcode code = lines.list != nullptr ? CURLE_OK : CURLE_OUT_OF_MEMORY;
        const auto set = [&](CURLoption option, auto value) {
            if (code == CURLE_OK) code = (curl_easy_setopt)(handle.get(), option, value);
        };
        set(CURLOPT_URL, request.url().data());
        set(CURLOPT_PATH_AS_IS, 1L);
#if LIBCURL_VERSION_NUM >= 0x075500
        set(CURLOPT_PROTOCOLS_STR, "http,https");
#else
        set(CURLOPT_PROTOCOLS, long{CURLPROTO_HTTP | CURLPROTO_HTTPS});
#endif
        set(CURLOPT_FOLLOWLOCATION, 0L);
        set(CURLOPT_ACCEPT_ENCODING, ""); // what libcurl can decode; the bound is that of the decoded body
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect_timeout.count()));
        set(CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
        set(CURLOPT_HTTPHEADER, lines.list);
        if (request.method() != mxwire::Method::get) {
            set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body().size()));
            set(CURLOPT_POSTFIELDS, request.body().empty() ? "" : request.body().data()); // not copied
            set(CURLOPT_CUSTOMREQUEST, mxwire::to_string(request.method()).data());
        }
        set(CURLOPT_HEADERFUNCTION, &Answer::take_header);
        set(CURLOPT_HEADERDATA, &answer);
        set(CURLOPT_WRITEFUNCTION, &Answer::take_body);
        set(CURLOPT_WRITEDATA, &answer);
        if (code == CURLE_OK) code = curl_easy_perform(handle.get());
        if (answer.too_large) return mxwire::transport_error(code, "the answer is larger than the transport allows");
        if (code != CURLE_OK) return mxwire::transport_error(code, curl_easy_strerror(code));
        long status = 0;
        curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
        return mxwire::Response{static_cast<int>(status), answer.headers, std::move(answer.body)};
    }

  private:
    struct Cleanup {
        void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
    };

    // The copies that libcurl wants of the header lines, one of them with the access token.
    struct HeaderLines {
        curl_slist* list = nullptr;

        HeaderLines() = default;
        HeaderLines(const HeaderLines&) = delete;
        HeaderLines& operator=(const HeaderLines&) = delete;
        ~HeaderLines() {
            for (curl_slist* line = list; line != nullptr; line = line->next) {
                mxwire::wipe(line->data, std::strlen(line->data));
            }
            curl_slist_free_all(list);
        }
        void add(std::string_view name, std::string_view separator = {}, std::string_view value = {}) {
            std::string line;
            line.reserve(name.size() + separator.size() + value.size()); // grown, it would leave the token behind
            line.append(name).append(separator).append(value);
            curl_slist* const longer = failed ? nullptr : curl_slist_append(list, line.c_str());
            mxwire::wipe(line);
            // TODO
        }
    };
};
