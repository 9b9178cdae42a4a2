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

/// `--storage WORD` or `--storage=WORD`.
bool read_storage(int argc, char** argv, replay::Storage& storage) {
    if (argc == 1) return true;
    constexpr std::string_view option = "--storage", assigned = "--storage=";
    std::string_view word = argv[1];
    if (argc == 3 && word == option) {
        word = argv[2];
    } else if (argc == 2 && word.substr(0, assigned.size()) == assigned) {
        word.remove_prefix(assigned.size());
    } else {
        return false;
    }
    for (const replay::Storage known : replay::storages) {
        if (word != replay::to_string(known)) continue;
        storage = known;
        return true;
    }
    return false;
}

} // namespace

int main(int argc, char** argv) {
    replay::Storage storage = replay::Storage::owned;
    if (!read_storage(argc, argv, storage)) {
        std::fputs("usage: mxwire_replay [--storage owned|view|fixed] <lines >answers\n", stderr);
        return 2;
    }
    std::string line;
    while (read_line(stdin, line)) {
        const std::string answer = replay::answer(line, storage) + '\n';
        std::fwrite(answer.data(), 1, answer.size(), stdout);
        std::fflush(stdout); // somebody may be waiting for it before the next line is sent
    }
    return std::ferror(stdin) != 0 || std::ferror(stdout) != 0 ? 1 : 0;
}
