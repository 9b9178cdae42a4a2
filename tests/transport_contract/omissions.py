#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Leaves the clauses of the transport contract out of the adapters of examples/, one by one; the check of the clause has to notice.

omissions.py --list      what is left out of which; fails where an adapter has no omission for a clause, or a text has moved on
omissions.py [--build DIR] [ADAPTER...]      compiles each adapter without it, and runs the one check

A clause is left out by another text in the adapter's header: what keeps the clause is taken away, or, where the HTTP library keeps it by
itself, what people write who do not know it is put in. Clause 10 is about what is not done.
"""
import argparse
import collections
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
EXAMPLES = ROOT / "examples"

Omission = collections.namedtuple("Omission", "clause check header before after")
Adapter = collections.namedtuple("Adapter", "is_async program flags packages omissions")

LOGGED = "mxwire::describe(request).c_str()"
BODY_LOGGED = "std::string{request.body()}.c_str()"
TWICE = "complete(mxwire::transport_error(0, \"in a moment\"));\ncomplete(std::move(result));"
NO_4XX = "if (status >= 400) return mxwire::transport_error(status, \"the server refuses\");"
NO_3XX = "if (status / 100 == 3) return mxwire::transport_error(status, \"moved\");"


def replaced(header, *rows):
    return [Omission(clause, check, header, before, after) for clause, check, before, after in rows]


CURL_ANSWER = "return mxwire::Response{static_cast<int>(status), headers_, std::move(body_.unguarded())};"
CURL = replaced(
    "curl_transport.hpp",
    (1, "status", CURL_ANSWER, "if (status >= 400) return mxwire::transport_error(static_cast<int>(status), \"the server refuses\");\n" + CURL_ANSWER),
    (2, "body", CURL_ANSWER, "return mxwire::Response{static_cast<int>(status), headers_, std::string{body_.unguarded().c_str()}};"),
    (6, "cut", "if (code == CURLE_OK && !has_all_headers_) code = CURLE_PARTIAL_FILE;", ""),
    (2, "encoding", "set(CURLOPT_ACCEPT_ENCODING, \"\"); // all that libcurl can decode",
     "lines_.emplace_back(\"Accept-Encoding: gzip\"); list_.push_back({lines_.back().unguarded().data(), nullptr});\n"
     "for (std::size_t i = 0; i < list_.size(); ++i) list_[i] = {lines_[i].unguarded().data(), i + 1 < list_.size() ? &list_[i + 1] : nullptr};"),
    (3, "request", "if (!request.has_body()) lines_.emplace_back(\"Content-Type:\");", ""),
    (3, "request-body", "set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body().size()));", ""),
    (3, "base-url", "set(CURLOPT_URL, request.url().data());",
     "std::string tidy{request.url()}; const auto twice = tidy.find(\"//\", 8); if (twice != tidy.npos) tidy.erase(twice, 1); set(CURLOPT_URL, tidy.c_str());"),
    (4, "redirect", "set(CURLOPT_FOLLOWLOCATION, 0L);", "set(CURLOPT_FOLLOWLOCATION, 1L);"),
    (5, "log", LOGGED, BODY_LOGGED),
    (6, "timeout", "set(CURLOPT_TIMEOUT_MS, static_cast<long>(settings.timeout.count()));", ""),
    (7, "bound", ": left_(settings.max_answer)", ": left_(settings.max_answer * 1'000'000)"),
    (9, "header-names", CURL_ANSWER,
     "return mxwire::Response{static_cast<int>(status), std::vector<std::pair<std::string, std::string>>{}, std::move(body_.unguarded())};"),
    (9, "first-header", "exchange.headers_.emplace_back(", "exchange.headers_.emplace(exchange.headers_.begin(), "),
)
CURL_BLOCKING = replaced(
    "curl_transport.hpp",
    (6, "cancel", "return look.now != look.before ? 1 : 0;", "return look.now == look.before + 1'000 ? 1 : 0;"),
    (6, "retry", "return exchange.finish(exchange.code() == CURLE_OK ? curl_easy_perform(exchange.handle()) : exchange.code());",
     "CURLcode code = curl_easy_perform(exchange.handle());\nif (code != CURLE_OK) code = curl_easy_perform(exchange.handle());\nreturn exchange.finish(code);"),
)
HTTPLIB_ANSWER = "return mxwire::Response{answer.status, answer.headers, std::move(body)};"
POCO_ANSWER = "return mxwire::Response{answer.getStatus(), answer, std::move(body)};"
LIBEVENT_ANSWER = "job.end(mxwire::Response{status, headers, std::move(body)});"
QT_ANSWER = "end(mxwire::Response{status, headers, std::move(received)});"
BEAST_ANSWER = "co_return mxwire::Response{static_cast<int>(answer.result_int()), headers, std::move(answer.body())};"
PIPE_RECEIVE = "answer.status = static_cast<int>(parser_.status_code);"

ADAPTERS = {
    "curl_blocking": Adapter(False, "CurlTransport", ["-std=c++17"], ["libcurl"], CURL + CURL_BLOCKING),
    "future": Adapter(True, "FutureTransport", ["-std=c++17"], ["libcurl"], CURL + CURL_BLOCKING + replaced(
        "future_transport.hpp",
        (8, "destroyed", "do this->cancel(); // again: its thread may only just have begun\n            while", "while"),
        (8, "once", "then(static_cast<Blocking&>(*this)(sent));",
         "auto answer = static_cast<Blocking&>(*this)(sent);\nif (answer) then(std::move(answer));\nelse new Completion(std::move(then));"),
    )),
    "curl_multi": Adapter(True, "CurlMultiTransport", ["-std=c++17"], ["libcurl"], CURL + replaced(
        "curl_multi_transport.hpp",
        (6, "cancel", "for (const auto& [handle, job] : std::exchange(jobs_, {})) end(*job, CURLE_ABORTED_BY_CALLBACK);", ""),
        (8, "destroyed", "~CurlMultiTransport() { cancel(); }", "~CurlMultiTransport() { for (auto& one : jobs_) (void)one.second.release(); }"),
        (8, "once", "override { completion(exchange.finish(code)); }",
         "override {\nif (code == CURLE_OK) completion(exchange.finish(code));\nelse new Completion(std::move(completion));\n}"),
    )),
    "httplib": Adapter(False, "HttplibTransport", ["-std=c++17"], ["cpp-httplib", "openssl"], replaced(
        "httplib_transport.hpp",
        (1, "status", HTTPLIB_ANSWER, "const int status = answer.status;\n" + NO_4XX + HTTPLIB_ANSWER),
        (2, "body", HTTPLIB_ANSWER, "return mxwire::Response{answer.status, answer.headers, std::string{body.c_str()}};"),
        (3, "request-body", "question.body = request.body();", "question.body = request.body().data();"),
        (4, "redirect", "client.set_url_encode(false); // it is encoded", "client.set_url_encode(false);\nclient.set_follow_location(true);"),
        (5, "log", LOGGED, BODY_LOGGED),
        (6, "slow", "timeout, [&] { answered", "std::chrono::minutes{1}, [&] { answered"),
        (6, "cancel", "void cancel() { watch_.cancel(); }", "void cancel() {}"),
        (7, "bound", "too_large = size > max_answer - body.size();", "too_large = false;"),
        (9, "header-names", HTTPLIB_ANSWER, "return mxwire::Response{answer.status, httplib::Headers{}, std::move(body)};"),
    )),
    "poco": Adapter(False, "PocoTransport", ["-std=c++17"], ["-lPocoNetSSL", "-lPocoNet", "-lPocoFoundation"], replaced(
        "poco_transport.hpp",
        (1, "status", POCO_ANSWER, "const int status = answer.getStatus();\n" + NO_4XX + POCO_ANSWER),
        (2, "body", POCO_ANSWER, "return mxwire::Response{answer.getStatus(), answer, std::string{body.c_str()}};"),
        (6, "cut", "fits = session.read_chunks(body, max_answer);", "body.assign(std::istreambuf_iterator<char>{in}, {});"),
        (3, "request-body", "out.write(request.body().data(), static_cast<std::streamsize>(request.body().size())).flush();",
         "out << request.body().data() << std::flush;"),
        (3, "request", "question.add(std::string{field.name}, std::string{field.value});", "question.add(std::string{field.name}, \"\");"),
        (4, "redirect", POCO_ANSWER, "const int status = answer.getStatus();\n" + NO_3XX + POCO_ANSWER),
        (5, "log", LOGGED, BODY_LOGGED),
        (6, "slow", "if (!watch_.run(timeout, work, end))", "if (!watch_.run(std::chrono::minutes{1}, work, end))"),
        (6, "cancel", "void cancel() { watch_.cancel(); }", "void cancel() {}"),
        (7, "bound", "fits = static_cast<std::size_t>(in.gcount()) <= max_answer - body.size();", "fits = body.size() < max_answer * 1'000'000;"),
        (9, "header-names", POCO_ANSWER, "return mxwire::Response{answer.getStatus(), Poco::Net::HTTPResponse{}, std::move(body)};"),
    )),
    "libevent": Adapter(True, None, ["-std=c++17"], ["libevent"], replaced(
        "libevent_transport.hpp",
        (1, "status", LIBEVENT_ANSWER,
         "if (status >= 400) return job.end(mxwire::transport_error(status, \"the server refuses\"));\n" + LIBEVENT_ANSWER),
        (2, "body", LIBEVENT_ANSWER, "job.end(mxwire::Response{status, headers, std::string{body.c_str()}});"),
        (2, "continue", "evhttp_request_get_response_code(answer) / 100 == 1", "false"),
        (3, "request-body", "request.body().data(), request.body().size());\n            }",
         "request.body().data(), std::char_traits<char>::length(request.body().data()));\n            }"),
        (4, "redirect", LIBEVENT_ANSWER, "if (status / 100 == 3) return job.end(mxwire::transport_error(status, \"moved\"));\n" + LIBEVENT_ANSWER),
        (5, "log", LOGGED, BODY_LOGGED),
        (6, "timeout", "if (!timer || evtimer_add(timer.get(), &after) != 0) return false;", "(void)after;"),
        (6, "slow", "if (!timer || evtimer_add(timer.get(), &after) != 0) return false;", "evhttp_connection_set_timeout_tv(connection.get(), &after);"),
        (6, "cancel", "for (Job* const job : std::set<Job*>{jobs_}) job->end(mxwire::transport_error(0, \"cancelled\"));", ""),
        (7, "bound", "evhttp_connection_set_max_body_size(connection.get(), static_cast<ev_ssize_t>(transport.max_answer));", ""),
        (8, "destroyed", "~LibeventTransport() { cancel(); }", ""),
        (8, "once", "complete(std::move(result));", TWICE),
        (9, "header-names", "headers.emplace_back(field->key, field->value);", "headers.emplace_back(field->value, field->key);"),
    )),
    "qt": Adapter(True, None, ["-std=c++17", "-fPIC"], ["Qt5Network"], replaced(
        "qt_transport.hpp",
        (1, "status", QT_ANSWER, "if (status >= 400) return end(mxwire::transport_error(status, \"the server refuses\"));\n" + QT_ANSWER),
        (2, "body", QT_ANSWER, "end(mxwire::Response{status, headers, std::string{received.c_str()}});"),
        (6, "cut", "if (status == 0 || !whole) return", "if (status == 0) return"),
        (3, "base-url", "if (url.toEncoded() != text) return", "if (url.isEmpty()) return"),
        (3, "request-body", "body(request.body())", "body(request.body().data())"),
        (4, "redirect", "QNetworkRequest::ManualRedirectPolicy);", "QNetworkRequest::NoLessSafeRedirectPolicy);"),
        (5, "log", LOGGED, BODY_LOGGED),
        (6, "timeout", "job->timer.start(timeout);", ""),
        (6, "cancel", "for (Job* const job : QSet<Job*>{jobs_}) job->end(mxwire::transport_error(0, \"cancelled\"));", ""),
        (7, "bound", "if (static_cast<std::size_t>(bytes.size()) > transport.max_answer - received.size()) {", "if (bytes.size() > 1'000'000'000) {"),
        (8, "destroyed", "~QtTransport() { cancel(); }", ""),
        (8, "once", "complete(std::move(result));", TWICE),
        (9, "header-names", "headers.emplace_back(name.toStdString(),", "headers.emplace_back(\"X-\" + name.toStdString(),"),
        (9, "first-header", "const bool is_one = comma < 0 ||", "const bool is_one = true ||"),
    )),
    "beast": Adapter(True, None, ["-std=c++20", "-DBOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING"], ["openssl"], replaced(
        "beast_transport.hpp",
        (1, "status", BEAST_ANSWER, "if (answer.result_int() >= 400) co_return mxwire::transport_error(1, \"the server refuses\");\n" + BEAST_ANSWER),
        (2, "body", BEAST_ANSWER, "co_return mxwire::Response{static_cast<int>(answer.result_int()), headers, std::string{answer.body().c_str()}};"),
        (2, "continue", "if (answer.result_int() / 100 == 1) continue; // a 100 is not the answer", ""),
        (3, "request", "question.content_length(request.body().size());", "(void)0;"),
        (3, "request-body", "question.body() = {request.body().data(), request.body().size()};",
         "question.body() = {request.body().data(), std::char_traits<char>::length(request.body().data())};"),
        (4, "redirect", BEAST_ANSWER, "if (answer.result_int() / 100 == 3) co_return mxwire::transport_error(1, \"moved\");\n" + BEAST_ANSWER),
        (5, "log", LOGGED, BODY_LOGGED),
        (6, "timeout", "socket.expires_after(timeout); // once, so it is the whole exchange's", "socket.expires_never();"),
        (6, "cancel", "for (Stream* const stream : *open_) stream->close();", ""),
        (7, "bound", "parser.body_limit(max_answer);", "parser.body_limit(boost::none);"),
        (8, "once", "completion(co_await std::move(answer));",
         "auto got = co_await std::move(answer);\nif (got) completion(std::move(got));\nelse new Completion(std::move(completion));"),
        (9, "header-names", "headers.emplace_back(field.name_string(), field.value());", "headers.emplace_back(field.value(), field.name_string());"),
    )),
    "byte_pipe": Adapter(False, None, ["-std=c++17"], ["-lhttp_parser"], replaced(
        "pipe_transport.hpp",
        (1, "status", PIPE_RECEIVE, PIPE_RECEIVE + "\nif (answer.status >= 400) answer.fault = \"the server refuses\";"),
        (2, "body", "answer.size = size_;", "answer.size = ::strnlen(body_, size_);"),
        (2, "continue", "if (parser_.status_code / 100 == 1 && parser_.status_code != 101) return 0; // the answer is still to come", ""),
        (3, "request", "good = good && put(\"Content-Length: \") && put(request.body().size()) && put(\"\\r\\n\");", ""),
        (4, "redirect", PIPE_RECEIVE, PIPE_RECEIVE + "\nif (answer.status / 100 == 3) answer.fault = \"moved\";"),
        (5, "log", "answer.body = body_;", "answer.body = body_;\nif (answer.fault != nullptr) answer.fault = body_;"),
        (7, "bound", "if (size > capacity_ - size_) return refuse();", "if (size > capacity_ - size_) return size_ = 0;"),
        (9, "header-names", "at[i] >= 'A' && at[i] <= 'Z' ? static_cast<char>(at[i] + 32) : at[i];", "at[i];"),
        (9, "first-header", "if (same && !values_[i].taken) writing_ = &values_[i];", "if (same) writing_ = &values_[i], values_[i].size = 0;"),
    ) + replaced(
        "socket_pipe.hpp",
        (6, "timeout", "end_(std::chrono::steady_clock::now() + timeout)", "end_(std::chrono::steady_clock::now() + 60 * timeout)"),
    )),
}


def patched(folder, omission):
    """The adapters' headers in `folder`, with the omission."""
    folder.mkdir(parents=True, exist_ok=True)
    for header in EXAMPLES.glob("*.hpp"):
        text = header.read_text(encoding="utf-8")
        if header.name == omission.header:
            if text.count(omission.before) != 1:
                sys.exit(f"{header.name} has {text.count(omission.before)} times: {omission.before}")
            text = text.replace(omission.before, omission.after)
        (folder / header.name).write_text(text, encoding="utf-8")


def flags_of(packages):
    named = [name for name in packages if not name.startswith("-")]
    found = subprocess.run(["pkg-config", "--cflags", "--libs", *named], check=True, capture_output=True, text=True).stdout.split() if named else []
    return found + [name for name in packages if name.startswith("-")]


def noticed(build, name, number, omission):
    """What came of it, and whether the check of the clause noticed."""
    adapter = ADAPTERS[name]
    folder = build / name / str(number)
    patched(folder, omission)
    source, defines = HERE / f"{name}.cpp", []
    if adapter.program is not None:
        header = "future_transport.hpp" if name == "future" else name.replace("_blocking", "") + "_transport.hpp"
        source, defines = HERE / "adapter.cpp", [f"-DMXWIRE_ADAPTER={adapter.program}", f'-DMXWIRE_ADAPTER_HEADER="{header}"']
    program = folder / "contract"
    compiled = subprocess.run(["g++", "-O0", "-pthread", *adapter.flags, *defines, "-I", folder, "-I", ROOT / "include", "-I", HERE, source,
                               "-o", program, *flags_of(adapter.packages)], capture_output=True, text=True)
    if compiled.returncode != 0:
        return False, compiled.stderr[:2000]
    try:
        ran = subprocess.run([program, omission.check], capture_output=True, text=True, timeout=180, errors="replace")
    except subprocess.TimeoutExpired:
        return False, "the check does not end"
    return ran.returncode == 1 and " BROKEN " in ran.stdout, ran.stdout.splitlines()[0] if ran.stdout else ran.stderr[-500:]


def listed():
    """Each adapter of the examples leaves out each clause, by the check of that clause."""
    contract = (HERE / "transport_contract.hpp").read_text(encoding="utf-8")
    clause_of = {check: int(clause) for clause, check in re.findall(r'^    \{(\d+), "([\w-]+)", "', contract, re.M)}
    programs = {path.stem.split("_", 1)[1] for path in EXAMPLES.glob("[0-9][0-9]_*.cpp")} - {"replay"}
    faults = [f"{name}: no clause is left out of it" for name in sorted(programs - set(ADAPTERS))]
    for name, adapter in ADAPTERS.items():
        wanted = set(clause_of.values()) - (set() if adapter.is_async else {8})
        faults += [f"{name}: clause {clause} is not left out" for clause in sorted(wanted - {one.clause for one in adapter.omissions})]
        for omission in adapter.omissions:
            if clause_of.get(omission.check) != omission.clause:
                faults.append(f"{name}: {omission.check} is no check of clause {omission.clause}")
            count = (EXAMPLES / omission.header).read_text(encoding="utf-8").count(omission.before)
            if count != 1:
                faults.append(f"{name}: {omission.header} has {count} times: {omission.before}")
            print(name, omission.clause, omission.check)
    return faults


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "omissions")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("adapters", nargs="*", default=list(ADAPTERS))
    arguments = parser.parse_args()
    if arguments.list:
        faults = listed()
        print(*faults, sep="\n")
        return bool(faults)
    missed = 0
    work = [(name, number, omission) for name in arguments.adapters for number, omission in enumerate(ADAPTERS[name].omissions)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for (name, _, omission), (good, said) in zip(work, pool.map(lambda one: noticed(arguments.build, *one), work)):
            print(f"{'noticed' if good else 'NOT NOTICED'}: {name}, clause {omission.clause}: {said}", flush=True)
            missed += not good
    print(f"{len(work) - missed} passed, {missed} failed")
    return missed != 0


if __name__ == "__main__":
    sys.exit(main())
