// SPDX-License-Identifier: MIT
// mxwire_replay: JSON lines in, one JSON line out for each, whatever the line. README.md has the form of a line.
#include "replay.hpp"

#include <cstdio>

namespace {

/// Reads up to the end of a line, which is left out. What is too long for a line is passed over. False: no more lines.
bool read_line(std::FILE* in, std::string& line) {
    line.clear();
    int c = std::getc(in);
    if (c == EOF) return false;
    for (; c != EOF && c != '\n'; c = std::getc(in)) {
        if (line.size() <= replay::max_line) line.push_back(static_cast<char>(c));
    }
    return true;
}

struct Options {
    replay::Storage storage = replay::Storage::owned;
    replay::Codec codec = replay::Codec::core;
};

bool set(Options& options, std::string_view name, std::string_view word) {
    if (name == "--codec") {
        options.codec = word == "nlohmann" ? replay::Codec::nlohmann : replay::Codec::core;
        return word == "nlohmann" || word == "core";
    }
    if (name != "--storage") return false;
    for (const replay::Storage known : replay::storages) {
        if (word != replay::to_string(known)) continue;
        options.storage = known;
        return true;
    }
    return false;
}
/// Each is `--name WORD` or `--name=WORD`.
bool read_options(int argc, char** argv, Options& options) {
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        const std::size_t sign = argument.find('=');
        if (sign != std::string_view::npos) {
            if (!set(options, argument.substr(0, sign), argument.substr(sign + 1))) return false;
        } else if (++i == argc || !set(options, argument, argv[i])) {
            return false;
        }
    }
    return true;
}

} // namespace

int main(int argc, char** argv) {
    Options options;
    if (!read_options(argc, argv, options)) {
        std::fputs("usage: mxwire_replay [--storage owned|view|fixed] [--codec core|nlohmann] <lines >answers\n",
                   stderr);
        return 2;
    }
    std::string line;
    while (read_line(stdin, line)) {
        const std::string answer = replay::answer(line, options.storage, options.codec) + '\n';
        std::fwrite(answer.data(), 1, answer.size(), stdout);
        std::fflush(stdout); // somebody may be waiting for it before the next line is sent
    }
    return std::ferror(stdin) != 0 || std::ferror(stdout) != 0 ? 1 : 0;
}
