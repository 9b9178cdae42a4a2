#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Mutation testing of the core: small faults are put into the headers, and the suite has to notice each.

tests/mutation.py [--count N] [--seed N] [--file NAME]... [--list]

All faults are compiled in at once, each behind a switch that the environment sets, so that the suite is built one time and run
once for each fault: with N of them, drawn by --seed, or with all (--count 0). What is known to make no difference stands in
EQUIVALENT, with its reason. It fails below 90 % noticed.

The operators: a comparison takes or leaves its bound (< and <=, > and >=), or is turned round (== and !=); a condition of an if,
while or return is negated; a number is one more; what is added is taken away, and the other way round.
"""
import argparse
import concurrent.futures
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "mutation"
CORE = ["json/text.hpp", "json/raw.hpp", "json/reader.hpp", "json/read.hpp", "json/writer.hpp", "json/write.hpp", "json/words.hpp",
        "url.hpp", "http.hpp", "secret.hpp", "storage.hpp", "error.hpp", "endpoint.hpp", "transport.hpp"]
REQUIRED = 90  # per cent
TIMEOUT = 120  # seconds: a fault that makes a loop endless is noticed

# Faults that change nothing that a test can see: the file, how the fault is printed, why.
EQUIVALENT = [
    ("json/text.hpp", "lead < 0xc0 -> lead <= 0xc0", "0xc0 begins no character: what is shorter than its length says is refused"),
    ("json/words.hpp", "WordList<(1 + ... + (N + 1))> packed; [1] ->", "is compiled in, and has no switch"),
    ("json/words.hpp", "std::size_t n = 0; [0] ->", "is compiled in, and has no switch"),
    ("json/words.hpp", "OpenEnum(std::string_view(text), 0) {} [0] ->", "chooses a function, and is not looked at"),
    ("json/reader.hpp", "digit(*q) - 1 < 9 -> digit(*q) - 1 <= 9", "who calls has seen that a number begins"),
    ("json/reader.hpp", "last_ - p >= f.length -> last_ - p > f.length", "the last } stands behind"),
    ("json/reader.hpp", "equal_bytes(p, f.key + 1, f.length); [1] ->", "the key is looked up instead: slower, and the same"),
    ("json/reader.hpp", "const char first = p[1]; [1] ->", "the key is looked up instead: slower, and the same"),
    ("json/reader.hpp", "if (f->key[2] == first && stands_at(p, *f)) return p + f->length; [2] ->", "the key is looked up instead"),
    ("json/reader.hpp", "(*q | 0x20) != 'e') { [0x20] ->", "what is no e goes the long way, which is the same"),
    ("json/reader.hpp", "std::uint64_t objects = 0; // a bit for each open level: 1 is an object [0] ->", "the bit of no level"),
    ("json/reader.hpp", "(digit(*p)); [100000000] ->", "any number that large says the same"),
    ("json/read.hpp", "v.empty() -> !(v.empty())", "reserves or does not: the bench counts allocations"),
    ("json/read.hpp", "out->length = N + 2; [2] ->", "is compiled in, and has no switch"),
    ("json/read.hpp", "kind == ValueKind::text -> kind != ValueKind::text", "is compiled in, and has no switch"),
    ("json/read.hpp", "std::size_t offset = 0;", "every codec sets it"),
    ("json/writer.hpp", "size >= 8 -> size > 8", "another way to copy the same bytes"),
    ("json/writer.hpp", "size >= 4 -> size > 4", "another way to copy the same bytes"),
    ("json/writer.hpp", "value.size() + 2 <= static_cast<std::size_t>(end_ - out_) ->", "the other way to write the same bytes"),
    ("json/writer.hpp", "std::uint64_t quotient = 0; [0] ->", "is set before it is looked at"),
    ("json/words.hpp", "packed.bytes[n++] = text[i]; [0] ->", "is compiled in, and has no switch"),
    ("json/writer.hpp", "(size >= 4) { [4] -> 4 + 1", "another way to copy the same bytes"),
    ("json/writer.hpp", "(size >= 8) { [8] -> 8 + 1", "another way to copy the same bytes"),
    ("json/writer.hpp", "(size >= 16) { [16] -> 16 + 1", "another way to copy the same bytes"),
    ("json/writer.hpp", "std::uint64_t rest = value < 0 ? 0 - static_cast<std::uint64_t>(value) "
                        ": static_cast<std::uint64_t>(value); [0] ->", "0 is 0 with either sign"),
    ("storage.hpp", "size < left -> size <= left", "chooses between two equal sizes"),
    ("url.hpp", "port > 6553) return UrlFault::port; [6553] ->", "what is too large is looked at again behind"),
    ("url.hpp", "i - first < 4 -> i - first <= 4", "five digits are over 255 as well"),
    ("endpoint.hpp", "more -> !(more)", "a colon that is not passed over here is a separator like any other"),
    ("endpoint.hpp", "(digit(c)); [100000000] ->", "any number that large says the same"),
    ("endpoint.hpp", "std::size_t size_ = 0; [0] ->", "is set before it is looked at"),
    ("endpoint.hpp", "0x7fffffff", "needs a request of two gigabytes"),
    ("endpoint.hpp", "path.npos", "is compiled in, and has no switch"),
    ("endpoint.hpp", "std::size_t names = 0, rows = 0;", "is compiled in, and has no switch"),
    ("endpoint.hpp", "rows += is_key_of(", "is compiled in, and has no switch"),
    ("endpoint.hpp", "names == rows && ", "is compiled in, and has no switch"),
    ("endpoint.hpp", "rows == UrlTablesOf<E>::path_rows.size()", "is compiled in, and has no switch"),
    ("endpoint.hpp", "names == 0", "is compiled in, and has no switch"),
    ("endpoint.hpp", "*key++ != c", "is compiled in, and has no switch"),
    ("endpoint.hpp", "*key == '\"'", "is compiled in, and has no switch"),
    ("endpoint.hpp", "key += 2", "is compiled in, and has no switch"),
    ("endpoint.hpp", "until - from : -1; [1] -> 1 + 1", "any negative number says the same"),
    ("endpoint.hpp", "max_body = 1024 * 1024", "is compiled in, and has no switch"),
    ("endpoint.hpp", "std::size_t n = 0; [0] ->", "is compiled in, and has no switch"),
]

SWITCH = """// Which fault is on. Constant expressions have none: they would not be constant.
#pragma once
#include <cstdlib>
namespace mutation {
inline const int active = std::getenv("MXWIRE_MUTANT") ? std::atoi(std::getenv("MXWIRE_MUTANT")) : 0;
constexpr bool on(int id) noexcept { return !__builtin_is_constant_evaluated() && active == id; }
} // namespace mutation
"""

COMPARISONS = {" < ": " <= ", " <= ": " < ", " > ": " >= ", " >= ": " > ", " == ": " != ", " != ": " == "}
OPENING, CLOSING = "([{", ")]}"
# What binds no tighter than a comparison ends its operands.
ENDS_LEFT = re.compile(r"(&&|\|\||[?;,]|(?<!:):| = | [-+*/|&^]= |\breturn\b| [&|^] )$")
ENDS_RIGHT = re.compile(r"^(&&|\|\||[?;,]| : | = | [&|^] | == | != )")
SIGNS = {" + ": " - ", " - ": " + "}
COMPARED = r"== | != | <=? | >=? | << | >> "
TERM_ENDS_LEFT = re.compile(ENDS_LEFT.pattern[:-2] + f"| {COMPARED})$")
TERM_ENDS_RIGHT = re.compile(ENDS_RIGHT.pattern[:-1] + f"| {COMPARED}| [-+] )")
# These are looked at by the compiler alone, or declare.
NOT_CODE = re.compile(r"^\s*(#|//|///|template|static_assert|using|namespace|case|enum|struct|class)|if constexpr|static_assert|enable_if|\brequires\b|std::is_|operator\b|\balignas|= (default|delete)|__|\w : \d+;")


class Mutant:
    def __init__(self, path, line, column, was, becomes):
        self.path, self.line, self.column, self.was, self.becomes = path, line, column, was, becomes
        self.id = 0
        self.edits = []  # (offset in the line, length, text with %d for the id)

    def __str__(self):
        return f"{self.path}:{self.line + 1}: {self.was.strip()} -> {self.becomes.strip()}"


def operand_left(text, at, ends=ENDS_LEFT):
    depth, i = 0, at
    while i > 0:
        c = text[i - 1]
        if c in CLOSING:
            depth += 1
        elif c in OPENING:
            if depth == 0:
                return i
            depth -= 1
        elif depth == 0 and ends.search(text[:i]) and "::" not in text[i - 2:i + 1]:
            return i
        i -= 1
    return None


def operand_right(text, at, ends=ENDS_RIGHT):
    depth, i = 0, at
    while i < len(text):
        c = text[i]
        if c in OPENING:
            depth += 1
        elif c in CLOSING:
            if depth == 0:
                return i
            depth -= 1
        elif depth == 0 and ends.match(text[i:]):
            return i
        i += 1
    return None


def closing(text, at):
    """The index of what closes the parenthesis that opens at `at`, on this line."""
    depth = 0
    for i in range(at, len(text)):
        depth += (text[i] == "(") - (text[i] == ")")
        if depth == 0:
            return i
    return None


def blank_literals(line):
    """The line with what stands in quotes replaced, so that nothing is looked for there, and comments cut."""
    line = re.sub(r'"(?:\\.|[^"\\])*"', lambda m: '"' + "_" * (len(m[0]) - 2) + '"', line)
    line = re.sub(r"'(?:\\.|[^'\\])+'", lambda m: "'" + "_" * (len(m[0]) - 2) + "'", line)
    comment = line.find("//")
    return line if comment < 0 else line[:comment]


def is_compiled(lines):
    """For each line whether the suite compiles it: g++ at its defaults."""
    conditions = []
    for line in lines:
        if match := re.match(r"#if(n?def)? (.*)", line):
            absent = match[2] in ("MXWIRE_OPTIMIZE_SIZE", "MXWIRE_USE_STD_EXPECTED")
            conditions.append(not absent)
        elif line.startswith("#else"):
            conditions[-1] = not conditions[-1]
        elif line.startswith("#endif"):
            conditions.pop()
        yield all(conditions)


def mutants_of(path, lines):
    for number, (line, compiled) in enumerate(zip(lines, is_compiled(lines))):
        text = blank_literals(line)
        if not compiled or NOT_CODE.search(text):
            continue

        def found(column, was, becomes, *edits):
            mutant = Mutant(path, number, column, was, becomes)
            mutant.edits = list(edits)
            return mutant

        for was, becomes in [*COMPARISONS.items(), *SIGNS.items()]:
            ends = (TERM_ENDS_LEFT, TERM_ENDS_RIGHT) if was in SIGNS else (ENDS_LEFT, ENDS_RIGHT)
            for match in re.finditer(re.escape(was), text):
                left = operand_left(text, match.start(), ends[0])
                right = operand_right(text, match.end(), ends[1])
                if left is None or right is None:
                    continue  # goes over the end of the line
                a, b = line[left:match.start()].strip(), line[match.end():right].strip()
                if not a or not b or (was in SIGNS and b == "1"):  # which is among the numbers
                    continue
                blank = " " if text[left:left + 1] == " " else ""
                yield found(match.start(), f"{a}{was}{b}", f"{a}{becomes}{b}",
                            (left, right - left, f"{blank}(mutation::on(%d) ? ({a}{becomes}{b}) : ({a}{was}{b}))"))
        for match in re.finditer(r"\b(if|while) \(", text):
            start = match.end()
            end = closing(text, start - 1)
            if end is None or ";" in text[start:end] or re.search(r"[^=!<>]=[^=]", text[start:end]):
                continue
            condition = line[start:end]
            yield found(start, condition, f"!({condition})",
                        (start, end - start, f"mutation::on(%d) != static_cast<bool>({condition})"))
        for match in re.finditer(r"\breturn (true|false);", text):
            yield found(match.start(1), f"return {match[1]}", "the other",
                        (match.start(1), len(match[1]), "mutation::on(%d)" if match[1] == "false" else "!mutation::on(%d)"))
        if re.search(r"\bconstexpr\b|///<|^ *char \w+\[", text):
            continue
        for match in re.finditer(r"(?<=[ (\[-])([0-9]+|0x[0-9a-f]+)(?=[ ;,)\]])", text):
            if "<" in text[:match.start()] and re.search(r"<[^ <>]*$", text[:match.start()]):
                continue  # an argument of a template
            before = text[:match.start()]
            value = line[match.start():match.end()]
            if value == "1" and before.endswith(" + "):
                becomes = "-1"
            elif value == "1" and before.endswith(" - "):
                becomes = "-1"
            else:
                becomes = f"{value} + 1"
            yield found(match.start(), f"{line.strip()} [{value}]", becomes,
                        (match.start(), match.end() - match.start(), f"(mutation::on(%d) ? {becomes} : {value})"))


def apply(lines, mutants):
    """Each line has at most one fault: those that overlap would have to know of each other."""
    for mutant in mutants:
        for start, length, text in mutant.edits:
            line = lines[mutant.line]
            lines[mutant.line] = line[:start] + text.replace("%d", str(mutant.id)) + line[start + length:]


def run(*command, **options):
    return subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, **options)


def compile_all(tree, mutants, sources):
    """Puts the faults in; those that do not compile are taken out again, by the lines the compiler names."""
    include = tree / "include" / "mxwire"
    (tree / "include" / "mutation.hpp").write_text(SWITCH)
    (tree / "all.cpp").write_text("#include <mxwire/mxwire.hpp>\n")
    for _ in range(20):
        for path, lines in sources.items():
            mutated = list(lines)
            apply(mutated, [one for one in mutants if one.path == path])
            (include / path).write_text("\n".join(mutated) + "\n")
        result = subprocess.run(["g++", "-std=c++17", "-w", "-fsyntax-only", "-fmax-errors=0", "-include",
                                 str(tree / "include" / "mutation.hpp"), "-I", str(tree / "include"), str(tree / "all.cpp")],
                                capture_output=True, text=True)
        if result.returncode == 0:
            return mutants
        named = set()
        for match in re.finditer(r"include/mxwire/([a-z_/]+\.hpp):([0-9]+):", result.stderr):
            named.add((match[1], int(match[2]) - 1))
        kept = [one for one in mutants if (one.path, one.line) not in named]
        if len(kept) == len(mutants):
            sys.exit(result.stderr)
        mutants = kept
    sys.exit("the headers do not compile with faults in them")


def noticed(program, mutant):
    environment = dict(os.environ, MXWIRE_MUTANT=str(mutant.id))
    try:
        return subprocess.run([program, "--abort-after=1", "--no-version"], env=environment, timeout=TIMEOUT,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=BUILD).returncode != 0
    except subprocess.TimeoutExpired:
        return True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=300, help="faults to try; 0: all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--file", action="append", help="of these alone, as json/reader.hpp")
    parser.add_argument("--list", action="store_true", help="the faults, and no more")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    arguments = parser.parse_args()

    tree = BUILD / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    for path in subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\n"):
        if path and (ROOT / path).is_file():
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, tree / path)

    sources = {path: (ROOT / "include" / "mxwire" / path).read_text().splitlines() for path in CORE}
    found = [mutant for path, lines in sources.items() for mutant in mutants_of(path, lines)]
    found = [one for one in found if not any(one.path == path and part in str(one) for path, part, _ in EQUIVALENT)]
    if arguments.file:
        found = [one for one in found if one.path in arguments.file]
    # One fault a line, drawn; the lines are what --count counts.
    random.Random(arguments.seed).shuffle(found)
    chosen, lines = [], set()
    for one in found:
        if (one.path, one.line) not in lines:
            lines.add((one.path, one.line))
            chosen.append(one)
    for number, one in enumerate(chosen, 1):
        one.id = number
    if arguments.list:
        print(*sorted(map(str, chosen)), sep="\n")
        return 0
    mutants = compile_all(tree, chosen, sources)
    if arguments.count:
        mutants = mutants[:arguments.count]

    print(f"{len(found)} faults in {len(lines)} lines, one a line compiled in, {len(mutants)} of them tried", flush=True)
    build = BUILD / "build"
    run("cmake", "-G", "Ninja", "-S", tree, "-B", build, "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS_DEBUG=-O1",
        "-DMXWIRE_BUILD_EXAMPLES=OFF", f"-DCMAKE_CXX_FLAGS=-w -include {tree}/include/mutation.hpp")
    run("cmake", "--build", build, "--target", "mxwire_tests", "--parallel", arguments.jobs)
    program = build / "tests" / "mxwire_tests"
    started = time.time()
    sound = Mutant("", 0, 0, "", "")
    if noticed(program, sound):
        sys.exit("the suite fails without a fault")
    print(f"the suite passes without one, in {time.time() - started:.0f} s", flush=True)

    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        results = list(pool.map(lambda mutant: noticed(program, mutant), mutants))
    for mutant, result in zip(mutants, results):
        if not result:
            print(f"not noticed: {mutant}\n    {sources[mutant.path][mutant.line].strip()}")
    share = 100 * sum(results) / len(results)
    print(f"{sum(results)} of {len(results)} faults noticed: {share:.1f} %")
    return share < REQUIRED


if __name__ == "__main__":
    sys.exit(main())
