#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes docs/footprint.md: what the library takes of flash, heap, stack and time on small machines, measured now.

footprint.py [--build DIR]           measures and writes the page; three minutes of two cores
footprint.py [--build DIR] --check   measures and exits with 1 if a figure of the page is off by more than 2 %
"""
import argparse
import concurrent.futures
import functools
import itertools
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys

import replay
import vectors

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BENCH = ROOT / "tests" / "bench"
PAGE = ROOT / "docs" / "footprint.md"
SIZED = ["-std=c++17", "-Os", "-DNDEBUG", "-ffunction-sections", "-fdata-sections", "-Wall", "-Wextra"]
ARM = ["arm-none-eabi-g++", *SIZED, "-Wno-psabi", "-mthumb", "-fno-threadsafe-statics", "-fno-use-cxa-atexit", "--specs=nano.specs"]
NO_EXCEPTIONS = ["-fno-exceptions", "-fno-rtti"]
# name: head of the column, compiler and flags
TARGETS = {
    "m0": ("Cortex-M0+", [*ARM, "-mcpu=cortex-m0plus", *NO_EXCEPTIONS]),
    "m3": ("Cortex-M3", [*ARM, "-mcpu=cortex-m3", *NO_EXCEPTIONS]),
    "m4": ("Cortex-M4", [*ARM, "-mcpu=cortex-m4", *NO_EXCEPTIONS]),
    "m4_exceptions": ("Cortex-M4, exceptions", [*ARM, "-mcpu=cortex-m4"]),
    "m33": ("Cortex-M33", [*ARM, "-mcpu=cortex-m33", *NO_EXCEPTIONS]),
    "rv32": ("RV32IMC, object", ["clang++", *SIZED, "--target=riscv32-unknown-elf", "-march=rv32imc", "-mabi=ilp32",
                                 "-nostdinc++", *NO_EXCEPTIONS]),
    "x86": ("x86-64", ["g++", *SIZED, "-DMXWIRE_OPTIMIZE_SIZE=1", *NO_EXCEPTIONS]),
    "x86_exceptions": ("x86-64, exceptions", ["g++", *SIZED, "-DMXWIRE_OPTIMIZE_SIZE=1"]),
}
POLICIES = {"View": "View", "Fixed": "Fixed<96,4>", "Owned": "Owned"}
THREE = ["getLoginFlows", "login", "getTokenOwner"]
EIGHT = ["getLoginFlows", "login", "redirectToSSO", "generateLoginToken", "refresh", "getTokenOwner", "logout", "logout_all"]
WORKS = {"build_login": "build a login", "read_login": "read a login", "read_flows": "read login flows", "read_429": "read a 429"}
SUBJECTS = {
    "json_in_place": "JSON alone, in place", "mxwire_view": "mxwire, in place", "mxwire_owned": "mxwire, Owned",
    "nlohmann_sax": "nlohmann SAX, by hand", "nlohmann_dom": "nlohmann DOM, by hand"}
MODELS = 8
# What a program is made of, by the names of its symbols; the first that fits.
PARTS = {
    "the program itself": r"^main$",
    "the C library and `std::string`": r"^(?!.*mxwire)",
    "lists: `std::vector`": r"std::vector<|std::__relocate|std::__uninitialized",
    "base URLs": r"UrlFault|check_base_url|is_ipv[46]|is_base_path|is_host_name|equals_lower",
    "errors: codes, words, challenge, delay": r"MatrixError|ErrorCode|ErrorMembers|UiaChallenge|UiaFlow|refusal|read_error|fail_into|"
                                              r"fill_body_error|put_error|describe|retry_after|SeenHeaders",
    "requests and results": r"request|[Rr]esult|expected|Destination|destination|Homeserver|Credentials|Operation|PackedInfo|packed_info|"
                            r"write_query|write_path|percent_encode|read_into|read_outcome|call_into",
    "secrets": r"Secret|wipe",
    "JSON, and the models": r"",
}


def run(command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(" ".join(str(part) for part in command) + "\n" + done.stderr[-4000:])
    return done.stdout


def section_bytes(path, size="size"):
    text, data = run([size, path]).splitlines()[1].split()[:2]
    return int(text) + int(data)


class Lab:
    """Compiles into one folder, and remembers what it measured."""

    def __init__(self, build):
        self.build, self.include = build, build / "include"
        self.include.mkdir(parents=True, exist_ok=True)
        # Of the host's headers only these: behind /usr/include as a whole a cross compiler would find the host's C library.
        for name in ("tl", "nlohmann"):
            shutil.copytree(f"/usr/include/{name}", self.include / name, dirs_exist_ok=True)
        self.number = itertools.count()

    @functools.cached_property
    def newlib(self):
        """Where the cross compiler finds its headers: clang has none for RV32."""
        words = subprocess.run(["arm-none-eabi-g++", "-mcpu=cortex-m3", "-mthumb", "--specs=nano.specs", "-xc++", "-E", "-v", "/dev/null"],
                               capture_output=True, text=True).stderr
        listed = words.split("search starts here:\n")[-1].split("End of search")[0].split()
        folders = [str(pathlib.Path(folder).resolve()) for folder in listed]
        return [part for folder in folders if "/gcc/" not in folder for part in ("-isystem", folder)]  # gcc's own are not for clang

    def compiler(self, target):
        common = ["-isystem", self.include, "-I", ROOT / "include", "-I", HERE, "-I", BENCH]
        return [*TARGETS[target][1], *(self.newlib if target == "rv32" else []), *common]

    def precompile(self, target):
        """What every program includes is compiled once for a target; not for the two that are compiled seldom."""
        folder = self.build / target
        folder.mkdir(exist_ok=True)
        header = folder / "all.hpp"
        header.write_text("#include <mxwire/mxwire.hpp>\n", encoding="ascii")
        if target != "rv32":
            run([*self.compiler(target), "-x", "c++-header", header, "-o", folder / "all.hpp.gch"])

    def size(self, target, *arguments):
        """Text and data of a program, or of its object where nothing links it."""
        out = self.build / target / f"{next(self.number)}.elf"
        if target == "rv32":
            run([*self.compiler(target), *arguments, "-c", "-o", out])
            return section_bytes(out)
        nosys = ["--specs=nosys.specs"] if TARGETS[target][1][0].startswith("arm") else []
        run([*self.compiler(target), *arguments, "-Wl,--gc-sections", *nosys, "-o", out])
        return section_bytes(out, "arm-none-eabi-size" if nosys else "size")

    def own_size(self, target, *arguments):
        return self.size(target, *arguments) - (0 if target == "rv32" else self.empty(target))

    @functools.lru_cache(maxsize=None)
    def empty(self, target):
        return self.size(target, HERE / "empty.cpp")

    def parts(self, source):
        """{what: bytes} of a program for the Cortex-M4, less what an empty one has."""
        found = dict.fromkeys(PARTS, 0)
        total = 0
        for program, sign in ((source, 1), (HERE / "empty.cpp", -1)):
            out = self.build / f"parts_{program.stem}.elf"
            run([*self.compiler("m4"), program, "-Wl,--gc-sections", "--specs=nosys.specs", "-o", out])
            total += sign * section_bytes(out, "arm-none-eabi-size")
            symbols = {}
            for line in run(["arm-none-eabi-nm", "-f", "sysv", "-C", out]).splitlines():
                name, place, _, _, size, _, section = (line.rsplit("|", 6) + [""] * 7)[:7]
                if size.strip() and section.strip() != ".bss":
                    symbols[place] = name.strip(), int(size, 16)  # once: a constructor has two names
            for name, size in symbols.values():
                found[next(part for part, names in PARTS.items() if re.search(names, name))] += sign * size
        found["the words of faults, and gaps"] = total - sum(found.values())
        return found

    def choices(self, source):
        """What a program takes with an abort() that raises no signal, with link-time optimization, and with both."""
        own_abort = self.build / "abort.cpp"
        own_abort.write_text('extern "C" [[noreturn]] void abort() {\n    for (;;) continue;\n}\n', encoding="ascii")
        return [self.own_size("m4", source, *more) for more in ([own_abort], ["-flto"], [own_abort, "-flto"])]

    def exchanges(self, target, policy, types):
        calls = "".join(f"exchange<{name}>();" for name in types)
        return self.own_size(target, "-include", self.build / target / "all.hpp", f"-DMXWIRE_POLICY={POLICIES[policy]}",
                             f"-DMXWIRE_EXCHANGES={calls}", HERE / "footprint.cpp")

    @functools.lru_cache(maxsize=None)
    def functions(self, policy):
        """An object with the exchange of each operation in a function of its own, for the linker to choose from."""
        out = self.build / f"functions_{policy.lower()}.o"
        source = out.with_suffix(".cpp")
        source.write_text('#include "footprint.hpp"\n' + "".join(
            f'extern "C" void call_{identifier}();\nvoid call_{identifier}() {{ exchange<mxwire::Basic{name}<S>>(); }}\n'
            for identifier, (name, _) in vectors.operations().items()), encoding="ascii")
        run([*self.compiler("m4"), "-include", self.build / "m4" / "all.hpp", f"-DMXWIRE_POLICY={POLICIES[policy]}", "-c", source, "-o", out])
        return out

    def linked(self, policy, identifiers):
        """A program that calls these."""
        source = self.build / f"main_{next(self.number)}.cpp"
        source.write_text("".join(f'extern "C" void call_{identifier}();\n' for identifier in identifiers) + "int main() {\n" +
                          "".join(f"    call_{identifier}();\n" for identifier in identifiers) + "}\n", encoding="ascii")
        return self.own_size("m4", source, self.functions(policy))

    def json(self, models, reads, writes):
        """A program that reads and writes `models` models of six members each, in place."""
        source = self.build / f"json_{models}_{reads:d}{writes:d}.cpp"
        text = '#include "image.hpp"\n'
        for i in range(models):
            kinds = [("required", "std::string_view a"), ("required", "std::string_view b"), ("optional", "std::optional<std::string_view> c{}"),
                     ("optional", "std::optional<std::int64_t> d{}"), ("optional", "mxwire::Flag e{}"),
                     ("optional", "std::optional<std::chrono::milliseconds> f{}")]
            text += f"struct M{i} {{\n    using Storage = mxwire::View;\n" + "".join(f"    {member};\n" for _, member in kinds)
            fields = (f'mxwire::field::{kind}<&M{i}::{"abcdef"[n]}>("member_{"abcdef"[n]}_{i}")' for n, (kind, _) in enumerate(kinds))
            text += f"    static constexpr auto fields = mxwire::fields({', '.join(fields)});\n}};\n"
            text += f"M{i} m{i};\n"
        text += "int main() {\n    bool good = true;\n"
        for i in range(models):
            if reads:
                text += f"    good &= static_cast<bool>(mxwire::read_json_in_place(response_buffer, unknown_number, m{i}));\n"
            if writes:
                text += f"    good &= static_cast<bool>(mxwire::write_json_into(request_buffer, sizeof request_buffer, m{i}));\n"
        source.write_text(text + "    return good;\n}\n", encoding="ascii")
        return self.own_size("m4", source)

    def bench(self, target, subject):
        """The program of tests/bench/size.cpp."""
        source = HERE / "json_in_place.cpp" if subject == "json_in_place" else BENCH / f"{subject}.cpp"
        exceptions = [] if "exceptions" in target else ["-DJSON_NOEXCEPTION"]

        return self.works_program(target, subject, source, *exceptions) - self.works_program(target, "baseline", BENCH / "baseline.cpp")

    @functools.lru_cache(maxsize=None)
    def works_program(self, target, name, source, *flags):
        return self.size(target, f"-DMXWIRE_BENCH_SUBJECT={name}_implementation", *flags, BENCH / "size.cpp", source)

    def works(self, subject):
        """{work: [instructions, stack, heap, blocks]} on the emulated Cortex-M3."""
        source = HERE / "json_in_place.cpp" if subject == "json_in_place" else BENCH / f"{subject}.cpp"
        out = self.build / f"works_{subject}.elf"
        board = [HERE / "board" / name for name in ("board.cpp", "heap.cpp")]
        run([*self.compiler("m3"), "-DJSON_NOEXCEPTION", "-DJSON_NO_IO", f"-DMXWIRE_BENCH_SUBJECT={subject}_implementation", HERE / "works.cpp",
             BENCH / "baseline.cpp", source, *board, "--specs=nosys.specs", "-nostartfiles", "-Wl,--gc-sections", *replay.COUNTED_HEAP,
             "-L", HERE / "board", "-T", HERE / "board" / "mps2.ld", "-o", out])
        status, printed = replay.emulate("mps2-an385", out)
        if status != 0:
            sys.exit(f"{out} ended with {status}\n{printed}")
        lines = [line.split() for line in printed.splitlines() if line.startswith(("build_", "read_"))]
        return {work: [int(figure) for figure in figures] for work, *figures in lines}

    def marks(self, policy):
        """{operation: [stack, heap, blocks]}: the most that any of its vectors takes on the emulated Cortex-M3."""
        folder = self.build / f"marks_{policy.lower()}"
        run([sys.executable, HERE / "vectors.py", "--storage", policy.lower(), "--out", folder / "vectors.inc"])
        out = folder / "replay.elf"
        owned = policy == "Owned"
        board = [HERE / "board" / name for name in ("board.cpp", "heap.cpp" if owned else "no_heap.cpp")]
        run([*self.compiler("m3"), f"-DMXWIRE_STORAGE={POLICIES[policy]}", "-DMXWIRE_BUFFER=16384", "-I", folder, HERE / "replay.cpp", *board,
             "--specs=nosys.specs", "-nostartfiles", "-Wl,--gc-sections", *(replay.COUNTED_HEAP if owned else []),
             "-L", HERE / "board", "-T", HERE / "board" / "mps2.ld", "-o", out])
        status, printed = replay.emulate("mps2-an385", out)
        if status != 0:
            sys.exit(f"{out} ended with {status}\n{printed}")
        return {words[1]: [int(figure) for figure in words[2:]] for words in map(str.split, printed.splitlines())
                if words[:1] == ["#"] and words[1] != "stack"}


def table(head, rows):
    lines = [head, *rows]
    text = ["| " + " | ".join(f"{cell:,}" if isinstance(cell, int) else cell for cell in row) + " |" for row in lines]
    text.insert(1, "|---|" + "---:|" * (len(head) - 1))
    return "\n".join(text) + "\n"


def versions():
    names = ("arm-none-eabi-g++", "g++", "clang++", "qemu-system-arm")
    return ", ".join(name + " " + re.findall(r"\b\d+\.\d+\.\d+\b", run([name, "--version"]).splitlines()[0])[-1] for name in names)


def measure(lab):
    """All figures, each by what it is called."""
    operations = {identifier: f"mxwire::Basic{name}<S>" for identifier, (name, _) in vectors.operations().items()}
    missing = {*THREE, *EIGHT} - set(operations)
    if missing:
        sys.exit(f"no such operations: {missing}")
    groups = {"password": ["PasswordLogin"], "three": [operations[i] for i in THREE], "eight": [operations[i] for i in EIGHT],
              "all": list(operations.values())}
    jobs = {}
    for policy, target in itertools.product(POLICIES, TARGETS):
        for group in groups if target == "m4" else MACHINES.get(policy, []):
            jobs[group, policy, target] = (lab.exchanges, target, policy, groups[group])
    by_password = {"login": "PasswordLogin", "generateLoginToken": "PasswordLoginToken"}
    jobs["eight, password", "View", "m4"] = (lab.exchanges, "m4", "View", [by_password.get(i, operations[i]) for i in EIGHT])
    for identifier, policy in itertools.product(operations, POLICIES):
        jobs["alone", identifier, policy] = (lab.linked, policy, [identifier])
    for identifier in [None, *operations]:
        jobs["without", identifier] = (lab.linked, "View", [other for other in operations if other != identifier])
    for models, reads, writes in itertools.product((1, 1 + MODELS), (False, True), (False, True)):
        if reads or writes:
            jobs["json", models, reads, writes] = (lab.json, models, reads, writes)
    for name in ("json_view", "three_operations"):
        jobs["image", name] = (lab.own_size, "m4", HERE / f"{name}.cpp")
    jobs["parts",] = (lab.parts, HERE / "three_operations.cpp")
    jobs["choices",] = (lab.choices, HERE / "three_operations.cpp")
    for subject, target in itertools.product(SUBJECTS, ("m4", "m4_exceptions")):
        if subject != "json_in_place":
            jobs["bench", subject, target] = (lab.bench, target, subject)
    for subject in SUBJECTS:
        jobs["works", subject] = (lab.works, subject)
    for policy in POLICIES:
        jobs["marks", policy] = (lab.marks, policy)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lab.precompile, TARGETS))
        list(pool.map(lab.empty, (target for target in TARGETS if target != "rv32")))
        list(pool.map(lab.functions, POLICIES))
        # The longest first, so that the end is not one of them alone.
        order = sorted(jobs, key=lambda key: (key[0] != "marks", key[0] != "bench", key[0] != "works", key[0] != "all"))
        return operations, dict(zip(order, pool.map(lambda key: jobs[key][0](*jobs[key][1:]), order)))


# What is measured on every machine.
MACHINES = {"View": ["password", "eight", "all"], "Owned": ["three"]}
GROUPS = {"password": "a login by password", "three": "three operations", "eight": "eight operations", "all": "all"}


def page(operations, found):
    works = {subject: found["works", subject] for subject in SUBJECTS}
    further = [(found["json", 1 + MODELS, *ways] - found["json", 1, *ways]) // MODELS for ways in ((True, False), (True, True))]
    login, owned = works["mxwire_view"]["read_login"], works["mxwire_owned"]["read_login"]
    alone_json = works["json_in_place"]
    last = {identifier: found["without", None] - found["without", identifier] for identifier in operations}
    goals = [
        ["a login's JSON, read and written without a heap, bytes of flash", found["image", "json_view"], 4800],
        ["three operations with strings, errors and expected (`three_operations.cpp`), bytes of flash", found["image", "three_operations"], 11500],
        ["the eight of session management, any login and any stage, in place, bytes of flash", found["eight", "View", "m4"], 16000],
        ["the same, login and user-interactive authentication by password alone, bytes of flash", found["eight, password", "View", "m4"], 16000],
        ["a further operation, in place (the median of what each takes as the last of all), bytes of flash", round(statistics.median(last.values())), 400],
        ["a further model of six members, to read, bytes of flash", further[0], 300],
        ["login response, in place: bytes of heap", login[2], 0],
        ["login response, Owned: bytes of heap", owned[2], 180],
        ["login response, Owned: blocks", owned[3], 5],
        ["stack to read a login in place, bytes", alone_json["read_login"][1], 400],
        ["stack through expected, in place, bytes", login[1], 1100],
        ["stack through expected, Owned, bytes", owned[1], 1100],
        ["instructions to read a login in place", alone_json["read_login"][0], 4500],
        ["instructions to write one", alone_json["build_login"][0], 2900],
    ]
    goal_rows = [[what, now, goal, "yes" if now <= goal else "no"] for what, now, goal in goals]
    group_rows = [[title, *(found[group, policy, "m4"] for policy in POLICIES)] for group, title in GROUPS.items()]
    machine_rows = [[title, *(found[group, policy, target] for policy, kinds in MACHINES.items() for group in kinds)]
                    for target, (title, _) in TARGETS.items()]
    machine_head = ["bytes", *(f"{GROUPS[group]}, {policy}" for policy, kinds in MACHINES.items() for group in kinds)]
    alone_rows = [[f"[{identifier}](operations/{identifier}.md)", last[identifier], *(found["alone", identifier, policy] for policy in POLICIES),
                   *(found["marks", policy][identifier][0] for policy in POLICIES), *found["marks", "Owned"][identifier][1:]]
                  for identifier in operations]
    json_rows = [[title, found["json", 1, *ways], extra] for title, ways, extra in
                 (("read", (True, False), further[0]), ("write", (False, True), (found["json", 1 + MODELS, False, True] - found["json", 1, False, True]) // MODELS),
                  ("both", (True, True), further[1]))]
    bench_rows = [[title, *(found["bench", subject, target] for target in ("m4", "m4_exceptions"))]
                  for subject, title in SUBJECTS.items() if subject != "json_in_place"]
    work_rows = [[f"{title}: {name}", *works[subject][work]] for work, name in WORKS.items() for subject, title in SUBJECTS.items()
                 if work in works[subject]]
    names = {identifier: f"`{identifier}`" for identifier in operations}
    return f"""<!-- Written by tests/embedded/footprint.py. Do not edit. -->
# Footprint

What the library takes on small machines, measured by `tests/embedded/footprint.py` with {versions()}. No figure is typed by hand;
`tests/run embedded` measures again and fails where one has moved by more than 2 %. [For microcontrollers](microcontrollers.md) says what
to choose.

Flash is text, read-only data and data of a program at -Os over an empty one, newlib-nano included where it is linked. RV32 is clang's object file, before
anything is linked: without the C library, and with what a linker would drop. x86-64 has `MXWIRE_OPTIMIZE_SIZE=1`, and an executable with shared
runtimes. "Exceptions" are -fexceptions and RTTI; the other columns have neither. Instructions, stack and heap are those of a Cortex-M3 in an emulator.

## Goals

Cortex-M4 for flash, Cortex-M3 for the rest.

{table(["", "now", "goal", "reached"], goal_rows)}
## Flash by policy and by machine

Building the requests and reading the answers, in the policies [View, Fixed](storage.md) (`Fixed<96, 4>`) and Owned. Filling in the request's members and
reading those of the answer is the program's, and not in here. Three operations: {", ".join(names[i] for i in THREE)}. Eight, which are the
specification's session management: {", ".join(names[i] for i in EIGHT)}. "By password" is one method of the login instead of any.

{table(["bytes, Cortex-M4", *POLICIES], group_rows)}
{table(machine_head, machine_rows)}
## What three operations are made of

`three_operations.cpp` on a Cortex-M4, by symbol: {", ".join(names[i] for i in THREE)}, the login with any method, all with `std::string`.

{table(["part", "bytes"], [[part, size] for part, size in found["parts",].items()])}
An `abort()` of the program's own, in place of newlib's, which raises a signal, makes it {found["choices",][0]:,}; `-flto` makes it {found["choices",][1]:,}; both make it {found["choices",][2]:,}.

## Each operation alone

Bytes of flash on a Cortex-M4: as the last of all operations, which is what it takes where the others are, and alone. Linked out of one object file, so
that the compiler knows nothing of which are called. Operations share most of it: as the last of all they take {sum(last.values()) // len(last)} in the mean, the most where a
model is like no other one's. `logout` has nothing of its own, so alone it is what the core takes: URL, credentials, request, errors with a challenge.

Stack and heap are the most that any vector of `tests/vectors/` takes on a Cortex-M3, refusals and challenges included, through expected. The program that
replays them is in the stack with what it needs to write the model out again; its buffers are not. The heap is Owned's: the others have none.

{table(["", "the last, View", *(f"flash, {policy}" for policy in POLICIES), *(f"stack, {policy}" for policy in POLICIES), "heap", "blocks"], alone_rows)}
## JSON alone

Bytes of flash on a Cortex-M4, in place: the reader and the writer with one model of six members, and what each further model takes with the calls.

{table(["", "one model", "each further"], json_rows)}
## Beside nlohmann/json

The same four works with the same checks, as in [by hand](by_hand.md): build a login, read a login, login flows and a rate limit. Bytes of flash for all
four:

{table(["bytes", *(TARGETS[target][0] for target in ("m4", "m4_exceptions"))], bench_rows)}
nlohmann/json is configured with `JSON_NOEXCEPTION` where there are none. Then a text that is not UTF-8 ends the program when it is written.

On a Cortex-M3, one work each, the result's own stack, its destruction and reading its members included. "JSON alone" has its model outside of the stack.

{table(["", "instructions", "stack", "heap", "blocks"], work_rows)}"""


FIGURE = re.compile(r"(\d[\d,]*)")


def faults(before, after):
    """Where the page `before` is not what was measured."""
    if FIGURE.sub("", before) != FIGURE.sub("", after):
        yield "the page has other words than the script: footprint.py writes it"
        return
    for old_line, new_line in zip(before.splitlines(), after.splitlines()):
        for old, new in zip(FIGURE.findall(old_line), FIGURE.findall(new_line)):
            was, now = (int(text.replace(",", "") or 0) for text in (old, new))
            if abs(now - was) * 50 > was:
                yield f"{old_line.split('|')[1].strip() or old_line}: the page says {old}, measured is {new}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "embedded")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    before = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    if options.check and before and versions() not in before:
        print(f"the page is of other compilers than {versions()}: not compared")
        return 0
    made = page(*measure(Lab(options.build / "footprint")))
    if not options.check:
        PAGE.write_text(made, encoding="utf-8")
        return 0
    (options.build / "footprint.md").write_text(made, encoding="utf-8")
    found = list(faults(before, made))
    print("\n".join(found) if found else "footprint: no figure has moved")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
