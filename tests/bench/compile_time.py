#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a compiler takes for a program that logs in, and for each further operation: seconds of its own CPU, the best of several.

compile_time.py [--compiler CXX] [--runs N] [OPTION...]      OPTION: -O2, -DMXWIRE_SEPARATE_COMPILATION=1

Printed and not tested: the figures are this machine's, and who shares it moves them. The files to be compared are compiled in
turns, so that what comes and goes meets all of them.
"""
import argparse
import os
import pathlib
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
INCLUDE = ROOT / "include"
OPERATIONS = sorted(path.stem for path in (INCLUDE / "mxwire" / "session").glob("*.hpp"))
FEW = 8  # so many operations are called in the program that all are compared with


def includes(folder):
    return "".join(f"#include <{path.relative_to(INCLUDE)}>\n" for path in sorted((INCLUDE / "mxwire" / folder).glob("*.hpp")))


def calls(operations):
    """A program that calls each of `operations`."""
    lines = "".join(
        f"    good += call(transport, credentials, mxwire::Basic{operation.title().replace('_', '')}<mxwire::Owned>{{}}).has_value();\n"
        for operation in operations)
    return ("#include <mxwire/mxwire.hpp>\n"
            "int count(const mxwire::Credentials& credentials);\n"
            "int count(const mxwire::Credentials& credentials) {\n"
            "    const auto transport = [](const mxwire::Request& q) { return mxwire::Response{200, std::string(q.body())}; };\n"
            f"    int good = 0;\n{lines}    return good;\n}}\n")


def sources():
    # Everything but what knows an operation.
    core = "#include <mxwire/transport.hpp>\n" + includes("types")
    return {
        "a login": (ROOT / "tests" / "package" / "main.cpp").read_text(encoding="utf-8"),
        "core": core,
        "all": core + includes("session"),
        "few are called": calls(OPERATIONS[:FEW]),
        "all are called": calls(OPERATIONS),
    }


def seconds(compiler, options, source):
    before = os.times().children_user
    subprocess.run([*compiler.split(), "-std=c++17", *options, "-I", INCLUDE, "-c", source, "-o", os.devnull], check=True)
    return os.times().children_user - before


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--runs", type=int, default=5)
    arguments, options = parser.parse_known_args()
    best = {}
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for number, (name, text) in enumerate(sources().items()):
            files[name] = pathlib.Path(folder) / f"{number}.cpp"
            files[name].write_text(text, encoding="utf-8")
        for _ in range(arguments.runs):
            for name, file in files.items():
                took = seconds(arguments.compiler, options, file)
                best[name] = min(took, best.get(name, took))
    print(" ".join([arguments.compiler, "-std=c++17", *options]) + f", user CPU, best of {arguments.runs}")
    print(f"a program that logs in        {best['a login']:8.2f} s")
    print(f"the core's headers            {best['core']:8.2f} s")
    print(f"an operation that is included {1000 * (best['all'] - best['core']) / len(OPERATIONS):8.1f} ms")
    print(f"the same, called              "
          f"{1000 * (best['all are called'] - best['few are called']) / (len(OPERATIONS) - FEW):8.1f} ms")


if __name__ == "__main__":
    main()
