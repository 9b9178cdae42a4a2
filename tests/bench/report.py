#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the benchmark that was built and prints one table: instructions and allocations of each work, nanoseconds,
code size, each with its ratio to mxwire.

Instructions are exact (two runs under callgrind, the shorter taken off the longer) and are what --check looks at,
together with allocations. Nanoseconds are the best of several runs and depend on the machine and on who shares it.
"""
import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys

WORKS = {"build_login": "build login", "read_login": "read login", "read_flows": "read flows", "read_429": "read a 429"}
ORDERS = {"read_login_server_order": "login, server's order", "read_login_alphabetical": "login, alphabetical",
          "read_login_reversed": "login, reversed"}
LABELS = {"mxwire_owned": "mxwire", "mxwire_view": "mxwire, in place", "simdjson": "simdjson On-Demand",
          "rapidjson": "RapidJSON SAX", "nlohmann_sax": "nlohmann SAX", "nlohmann_dom": "nlohmann DOM"}
# Everybody links these, so they are nobody's code.
RUNTIMES = re.compile(r"/lib(stdc\+\+|c\+\+|c\+\+abi|gcc_s|unwind|m|c)\.so")
REFERENCE = "mxwire_owned"

# The most instructions and allocations that are accepted for one operation (x86-64, g++ 12 -O2).
LIMITS = {
    ("mxwire_owned", "build_login"): (1400, 1),
    ("mxwire_owned", "read_login"): (4200, 5),
    ("mxwire_owned", "read_flows"): (6500, 6),
    ("mxwire_owned", "read_429"): (1300, 1),
    ("mxwire_view", "read_login"): (2500, 0),
    ("mxwire_view", "read_login_server_order"): (3200, 0),
    ("mxwire_view", "read_login_alphabetical"): (3200, 0),
    ("mxwire_view", "read_login_reversed"): (3200, 0),
    ("mxwire_view", "read_flows"): (4200, 0),
}


def run(command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"report.py: {' '.join(str(part) for part in command)} failed\n{done.stdout}{done.stderr}")
    return done


class Bench:
    """What was built in one directory, and how to measure it."""

    def __init__(self, build, operations):
        self.build = build
        self.operations = operations
        self.pairs = {}  # implementation -> its works, in the order of the list
        self.in_place = set()
        for line in run([self.program("count"), "--list"]).stdout.splitlines():
            name, work, *flags = line.split()
            self.pairs.setdefault(name, []).append(work)
            if "in_place" in flags:
                self.in_place.add(name)

    def program(self, name):
        path = self.build / f"mxwire_bench_{name}"
        if not path.exists():
            sys.exit(f"report.py: {path} was not built")
        return path

    def instructions(self, wanted):
        def total(name, work, count):
            done = run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                        self.program("count"), name, work, count])
            return int(re.search(r"Collected : (\d+)", done.stderr).group(1))

        def each(name, work):
            return (total(name, work, 2 * self.operations) - total(name, work, self.operations)) / self.operations

        figures = {pair: each(*pair) for pair in wanted}
        return self.without_copy(figures, {work: each("baseline", work) for work in self.copied(figures)})

    def nanoseconds(self, wanted):
        if not (self.build / "mxwire_bench_time").exists():
            return {}
        works = "|".join(sorted({work for _, work in wanted}))
        names = "|".join(sorted({name for name, _ in wanted} | {"baseline"}))
        done = run([self.program("time"), f"--benchmark_filter=^({names})/({works})$", "--benchmark_format=json",
                    "--benchmark_repetitions=5", "--benchmark_min_time=0.05"])
        best = {}
        for entry in json.loads(done.stdout)["benchmarks"]:
            if entry["run_type"] == "iteration":
                pair = tuple(entry["run_name"].split("/"))
                best[pair] = min(best.get(pair, entry["cpu_time"]), entry["cpu_time"])
        figures = {pair: best[pair] for pair in wanted}
        return self.without_copy(figures, {work: best["baseline", work] for work in self.copied(figures)})

    def copied(self, figures):
        return {work for name, work in figures if name in self.in_place}

    def without_copy(self, figures, copies):
        return {(name, work): figure - copies[work] if name in self.in_place else figure
                for (name, work), figure in figures.items()}

    def allocations(self):
        lines = (line.split() for line in run([self.program("allocations")]).stdout.splitlines())
        return {(name, work): int(count) for name, work, count, _ in lines}

    def code(self, names):
        """Text and data at -Os over the same program with an empty implementation. A shared library that only this
        implementation needs counts in full; the C and C++ runtimes, which are everywhere, do not."""
        def section_bytes(path):
            text, data = run(["size", path]).stdout.splitlines()[1].split()[:2]
            return int(text) + int(data)

        def libraries(path):
            needed = set(re.findall(r"=> (/\S+)", run(["ldd", path]).stdout))
            return {library for library in needed if not RUNTIMES.search(library)}

        empty = self.program("size_baseline")
        sizes = {}
        for name in names:
            path = self.program(f"size_{name}")
            own = libraries(path) - libraries(empty)
            sizes[name] = section_bytes(path) - section_bytes(empty) + sum(section_bytes(library) for library in own)
        return sizes


def ratio(figure, reference):
    return f" ({figure / reference:.1f}x)" if reference else ""


def table(names, instructions, allocations, nanoseconds, code):
    """A Markdown table with aligned columns."""
    works = [work for work in WORKS if any((name, work) in instructions for name in names)]
    orders = [work for work in ORDERS if any((name, work) in instructions for name in names)]
    timed = [work for work in works if any((name, work) in nanoseconds for name in names)]
    rows = [["instructions / allocations"] + [WORKS[work] for work in works] + [ORDERS[work] for work in orders]
            + [f"{WORKS[work]}, ns" for work in timed] + ["code at -Os, bytes"]]
    for name in names:
        def cell(figures, key, reference, text):
            if key not in figures:
                return "-"
            return text(figures[key]) + ("" if name == REFERENCE else ratio(figures[key], figures.get(reference)))

        row = [LABELS.get(name, name)]
        for work in works + orders:
            row.append(cell(instructions, (name, work), (REFERENCE, work),
                            lambda figure, work=work: f"{figure:,.0f} / {allocations[name, work]}"))
        for work in timed:
            row.append(cell(nanoseconds, (name, work), (REFERENCE, work), lambda figure: f"{figure:.0f}"))
        row.append(cell(code, name, REFERENCE, lambda figure: f"{figure:,}"))
        rows.append(row)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    rows.insert(1, ["-" * widths[0]] + ["-" * (width - 1) + ":" for width in widths[1:]])
    lines = ([row[0].ljust(widths[0])] + [text.rjust(width) for text, width in zip(row[1:], widths[1:])]
             for row in rows)
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def violations(instructions, allocations):
    for (name, work), (most_instructions, most_allocations) in LIMITS.items():
        if (name, work) not in instructions:
            yield f"{name} {work}: not measured"
        elif instructions[name, work] > most_instructions or allocations[name, work] > most_allocations:
            yield (f"{name} {work}: {instructions[name, work]:,.0f} / {allocations[name, work]}, "
                   f"accepted {most_instructions:,} / {most_allocations}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("."),
                        help="directory of the built programs (default: here)")
    parser.add_argument("--check", action="store_true",
                        help="exit 1 when mxwire costs more than is accepted, or was not built")
    parser.add_argument("--quick", action="store_true", help="mxwire alone, and no nanoseconds")
    parser.add_argument("--operations", type=int, default=1000,
                        help="operations of the shorter counted run (default: %(default)s)")
    parser.add_argument("--output", type=pathlib.Path, help="write the table to this file too")
    options = parser.parse_args()
    for tool in ("valgrind", "size", "ldd"):
        if not shutil.which(tool):
            sys.exit(f"report.py: {tool} is not installed")

    bench = Bench(options.build, options.operations)
    names = [name for name in bench.pairs if name != "baseline" and (not options.quick or name.startswith("mxwire"))]
    wanted = [(name, work) for name in names for work in bench.pairs[name]]
    allocations = bench.allocations()
    instructions = bench.instructions(wanted)
    nanoseconds = {} if options.quick else bench.nanoseconds([pair for pair in wanted if pair[1] in WORKS])
    text = table(names, instructions, allocations, nanoseconds, bench.code(names))
    print(text, end="")
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    if options.check:
        found = list(violations(instructions, allocations))
        for line in found:
            print(line, file=sys.stderr)
        return 1 if found else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
