#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compiles the C++ of the documentation, and compares what its programs print with what the pages say that they print.

What a block is stands behind its language, where a reader of the page does not see it:

  ```cpp program           a whole program. Several `program=NAME` of a page are one program in parts
  ```cpp program run=homeserver    it gets a homeserver's URL and a user's name
  ```cpp fragment a b      statements in a function that is given the names a and b of given.hpp
  ```cpp coroutine a b     the same in a coroutine
  ```cpp declarations a b  what stands outside of functions
  ```text output           what the program before it, or output=NAME, prints; several are one output in parts
  ```sh run, ```cmake file=CMakeLists.txt, ```cpp file=mxwire.cpp    for consuming.py

blocks.py generate FOLDER                               writes the translation units
blocks.py run PROGRAM [--homeserver WITH HOMESERVER]    runs the programs
blocks.py links                                         follows the links to files and headings of this repository
"""
import argparse
import difflib
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
OTHER_LANGUAGES = {"cpp", "sh", "cmake", "meson", "json", "ini", "python", "text"}
FENCE = re.compile(r"^( *)(`{3,})([^`\n]*)$")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"][^>"]+[>"])')
LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")


class Block:
    def __init__(self, page, line, words, lines):
        self.page, self.line, self.words, self.lines = page, line, words, lines

    def fail(self, sentence):
        sys.exit(f"{self.page}:{self.line}: {sentence}")


def pages():
    """The name of each page, from the root, and its text."""
    for path in sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]):
        yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def blocks_of(page, text):
    opened = None
    for number, line in enumerate(text.split("\n"), 1):
        fence = FENCE.match(line)
        if opened is None and fence:
            opened = Block(page, number, fence[3].split(), [])
            indent, marks = len(fence[1]), fence[2]
        elif opened is not None and fence and fence[2] == marks and not fence[3].strip():
            yield opened
            opened = None
        elif opened is not None:
            opened.lines.append(line[indent:])
    if opened is not None:
        opened.fail("a block without an end")


class Program:
    def __init__(self, name, runs_homeserver):
        self.name, self.runs_homeserver, self.parts, self.output = name, runs_homeserver, [], []

    def includes(self):
        return {found[1] for part in self.parts for line in part.lines if (found := INCLUDE.match(line))}


class Documentation:
    """All blocks that are looked at, in their order."""

    def __init__(self):
        self.programs, self.fragments, self.coroutines = {}, [], []
        for page, text in pages():
            self.last = None
            for block in blocks_of(page, text):
                self.take(block)

    def take(self, block):
        language, *words = block.words or [""]
        if language == "cpp" and not (block.page == "docs/consuming.md" and words and words[0].startswith("file=")):
            self.take_code(block, words)
        elif language == "text" and words:
            kind, _, name = words[0].partition("=")
            key = (block.page, name) if name else self.last
            if kind != "output" or len(words) > 1:
                block.fail(f"nobody knows {' '.join(words)}")
            if key not in self.programs:
                block.fail("an output without a program")
            self.programs[key].output.append(block)
        elif language not in OTHER_LANGUAGES or any(word != "run" and not word.startswith("file=") for word in words):
            block.fail(f"nobody knows {' '.join(block.words) or 'a block without a language'}")

    def take_code(self, block, words):
        if not words:
            block.fail("C++ says what it is: program, fragment, coroutine or declarations (tests/docs/blocks.py)")
        kind, _, name = words[0].partition("=")
        if kind == "program":
            key = (block.page, name or str(block.line))
            runs_homeserver = "run=homeserver" in words[1:]
            if set(words[1:]) - {"run=homeserver"}:
                block.fail(f"nobody knows {' '.join(words[1:])}")
            if not name and key in self.programs:
                block.fail("a program's name is taken")
            self.programs.setdefault(key, Program(identifier(*key), runs_homeserver)).parts.append(block)
            self.last = key
        elif kind in ("fragment", "declarations"):
            self.fragments.append(block)
        elif kind == "coroutine":
            self.coroutines.append(block)
        else:
            block.fail(f"nobody knows {words[0]}")


def identifier(page, rest):
    return re.sub(r"\W", "_", f"{page.removesuffix('.md')}_{rest}")


def code_of(block, includes):
    """The block's lines, without its includes, which are put into `includes`."""
    kept = []
    for line in block.lines:
        found = INCLUDE.match(line)
        if found:
            includes.append(found[1])
        kept.append("" if found else line)
    return "\n".join([f'#line {block.line + 1} "{ROOT / block.page}"', *kept, ""])


# A fragment has names that only its reader uses.
UNUSED = "".join(f'#pragma GCC diagnostic ignored "-Wunused-{what}"\n' for what in ("variable", "but-set-variable", "function"))


def unit(blocks, includes, wrap):
    """A translation unit of all `blocks`, each in a namespace of its own."""
    includes = list(includes)
    code = "".join(wrap(block, code_of(block, includes)) for block in blocks)
    return UNUSED + "".join(f"#include {name}\n" for name in dict.fromkeys(includes)) + code


def wrapped_fragment(block, code):
    kind, *given = block.words[1:]
    names = "".join(f"[[maybe_unused]] auto& {name} = given::{name};\n" for name in given)
    if kind == "fragment":
        code = f"[[maybe_unused]] void fragment() {{\nusing namespace std::chrono_literals;\n{names}{code}}}\n"
    elif kind == "coroutine":
        code = f"[[maybe_unused]] given::Task coroutine() {{\n{names}{code}}}\n"
    else:
        code = "".join(f"using given::{name};\n" for name in given) + code
    return f'namespace {identifier(block.page, block.line)} {{\n{code}}}\n'


def programs_unit(programs):
    includes = ["<cstdio>", "<string_view>"]
    code = ""
    for program in programs:
        parts = "".join(code_of(part, includes) for part in program.parts)
        parts, found = re.subn(r"\bint main\(", "int run(", parts)
        if found != 1:
            program.parts[0].fail("a program has one main")
        head, _, tail = parts.rpartition("}")
        parts = f"{head}return 0;\n}}{tail}"  # which main alone may leave out
        arguments = "argc, argv" if re.search(r"\bint run\(int", parts) else ""
        code += (f"namespace {program.name} {{\n{parts}}}\n"
                 f"int {program.name}_main([[maybe_unused]] int argc, [[maybe_unused]] char** argv);\n"
                 f"int {program.name}_main([[maybe_unused]] int argc, [[maybe_unused]] char** argv) "
                 f"{{ return {program.name}::run({arguments}); }}\n")
    return "".join(f"#include {name}\n" for name in dict.fromkeys(includes)) + code


def main_unit(programs):
    """Runs the program that its first argument names."""
    declared = "".join(f"int {p.name}_main(int argc, char** argv);\n" for p in programs)
    cases = "".join(f'    if (name == "{p.name}") return {p.name}_main(argc - 1, argv + 1);\n' for p in programs)
    return (f"#include <string_view>\n{declared}int main(int argc, char** argv) {{\n"
            f'    const std::string_view name = argc > 1 ? argv[1] : "";\n{cases}    return 2;\n}}\n')


def needs_libcurl(program):
    return any(name.startswith('"') for name in program.includes())


def generate(folder):
    found = Documentation()
    programs = list(found.programs.values())
    with_curl = [program for program in programs if needs_libcurl(program)]
    plain = [program for program in programs if not needs_libcurl(program)]
    folder.mkdir(parents=True, exist_ok=True)
    # Without libcurl the first two are the whole.
    for name, text in {
            "programs.cpp": programs_unit(plain) + main_unit(plain),
            "fragments.cpp": unit(found.fragments, ['"given.hpp"'], wrapped_fragment),
            "programs_with_libcurl.cpp": programs_unit(with_curl) + main_unit(with_curl),
            "coroutines.cpp": unit(found.coroutines, ['"given.hpp"', '"task.hpp"'], wrapped_fragment)}.items():
        target = folder / name
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.write_text(text, encoding="utf-8")


def printed_by(program, options):
    binary = options.with_libcurl if needs_libcurl(program) else options.program
    command = [binary, program.name]
    if program.runs_homeserver:
        command = [*options.homeserver, *command, "{url}", "alice"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode != 0:
        program.parts[0].fail(f"exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def run(options):
    checked = 0
    for program in Documentation().programs.values():
        if not program.output and not program.runs_homeserver:
            continue
        if needs_libcurl(program) and not options.with_libcurl or program.runs_homeserver and not options.homeserver:
            continue
        expected = "".join(line + "\n" for block in program.output for line in block.lines)
        printed = printed_by(program, options)
        if printed != expected:
            lines = difflib.unified_diff(expected.splitlines(), printed.splitlines(), "the page says", "it prints", lineterm="")
            program.parts[0].fail("another output\n" + "\n".join(lines))
        checked += 1
    print(f"{checked} programs print what their pages say")
    return 0 if checked else 1


def anchors(text):
    """The headings of a page as GitHub names them."""
    outside, fenced = [], False
    for line in text.split("\n"):
        fenced ^= bool(FENCE.match(line))
        if not fenced and line.startswith("#"):
            outside.append(line.lstrip("#").strip().lower())
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in outside}


def links():
    faults = []
    for page, text in pages():
        for target in LINK.findall(re.sub(r"```.*?```|`[^`\n]*`(?!\])", "", text, flags=re.S)):
            if "://" in target or target.startswith("mailto:"):
                continue
            path, _, anchor = target.partition("#")
            file = (ROOT / page).parent / path if path else ROOT / page
            if not file.exists():
                faults.append(f"{page}: {target} does not exist")
            elif anchor and file.suffix == ".md" and anchor not in anchors(file.read_text(encoding="utf-8")):
                faults.append(f"{page}: {target} has no such heading")
    print("\n".join(faults) if faults else "links: no fault")
    return 1 if faults else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("generate").add_argument("folder", type=pathlib.Path)
    running = commands.add_parser("run")
    running.add_argument("program")
    running.add_argument("--with-libcurl", metavar="PROGRAM")
    running.add_argument("--homeserver", nargs=2, metavar=("WITH", "HOMESERVER"), default=[])
    commands.add_parser("links")
    options = parser.parse_args()
    if options.command == "generate":
        return generate(options.folder)
    return run(options) if options.command == "run" else links()


if __name__ == "__main__":
    sys.exit(main())
