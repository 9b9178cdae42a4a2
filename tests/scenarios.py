#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds two pages against what they speak of: that each scenario has what shows it, and that what they name is there.

conformance/README.md says which vectors show the scenarios that only a scripted answer can have happen, what servers do
otherwise than the specification says, and what Dendrite answers instead. integration/README.md says which case has the
others happen on real servers.

Prints a line for each fault and exits with 1 if there is one. scenarios.py [ROOT]
"""
import json
import pathlib
import re
import sys

# Those of logging in, rate limits, logging out, single sign-on and discovery: how many there are by letter.
SCENARIOS = {f"{letter}{i}" for letter, most in {"L": 9, "P": 28, "R": 6, "O": 10, "W": 8, "S": 11, "D": 5}.items()
             for i in range(1, most + 1)}
# No server that the integration suite runs against can be made to answer so.
SCRIPTED = {"L4", "L7", "L8", "P8", "P17", "P19", "R6", "O6", "O8", "W4", "W7", "S11", "D2"}
# What a server does otherwise within one answer. The others are about several: sessions, the user's choice (13, 27).
TRAPS = {f"trap {i}" for i in range(1, 28)} - {"trap 13", "trap 27"}

CASE = re.compile(r'TEST_CASE(?:_TEMPLATE)?\("((?:[A-Z]\d+, )*[A-Z]\d+): ')
ANSWERS = re.compile(r'constexpr Answers (\w+)\{([^;]*)\};')
STRING = re.compile(r'"([^"]*)"|(,)')


def rows(text, heading):
    """The cells of the table behind `heading`, without its head."""
    behind = text.split(f"\n## {heading}\n", 1)
    if len(behind) != 2:
        return []
    lines = [line for line in behind[1].split("\n## ", 1)[0].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def names(cell):
    """`P1-P4, P9` as P1, P2, P3, P4, P9."""
    for part in cell.split(", "):
        span = re.fullmatch(r"([A-Z])(\d+)-\1(\d+)", part)
        yield from [f"{span[1]}{i}" for i in range(int(span[2]), int(span[3]) + 1)] if span else [part]


def strings(text):
    """The initializers of an Answers: literals that stand side by side are one."""
    out = [""]
    for found in STRING.finditer(text):
        if found[2]:
            out.append("")
        else:
            out[-1] += found[1]
    return out


def outcome(vector):
    """What a vector answers, as the integration suite says it: "ok", "403 M_FORBIDDEN", "http 404"."""
    expect = vector["expect"]
    if expect["outcome"] == "model":
        return "ok"
    if expect["outcome"] == "http_error":
        return f"http {expect['status']}"
    flows = "".join(f"[{' '.join(flow)}]" for flow in (expect.get("uia") or {}).get("flows", []))
    return " ".join(str(part) for part in (expect.get("status"), expect.get("errcode"), flows) if part)


def check(root):
    """One line for each fault of the tree at `root`."""
    vectors = {}
    for path in sorted((root / "tests" / "vectors").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            vector = json.loads(line)
            vectors[f"{path.stem}/{vector['id']}"] = vector
    where = "tests/conformance/README.md"
    page = (root / where).read_text(encoding="utf-8")

    def named(heading, column):
        """{first cell: its vectors}, of which each has to be there."""
        table = {}
        for row in rows(page, heading):
            found = re.findall(r"`([^`]+)`", row[column])
            for key in re.findall(r"`(\w+)`", row[0]) or [row[0]]:
                table[key] = found
            if not found:
                yield f"{where}: {row[0]} names no vector"
            for vector in found:
                if vector not in vectors:
                    yield f"{where}: {row[0]} names {vector}, which is in no file of tests/vectors"
        tables[heading] = table

    tables = {}
    for heading in ("Scenarios", "Where servers differ", "What Dendrite answers"):
        yield from named(heading, 2 if heading != "What Dendrite answers" else 1)
    scripted = {name for row in tables["Scenarios"] for name in names(row)}
    for name in sorted(SCRIPTED - scripted):
        yield f"{where}: {name} is missing: no server can be made to answer so, a vector has to"
    traps = {name for row in tables["Where servers differ"] for name in row.split(", ")}
    for name in sorted(TRAPS - traps, key=lambda trap: int(trap[5:])):
        yield f"{where}: {name} is missing"

    # The integration suite, case by case.
    real = "tests/integration/README.md"
    cases, answers = {}, {}
    for path in sorted((root / "tests" / "integration").glob("*.[ch]pp")):
        text = path.read_text(encoding="utf-8")
        for found in CASE.finditer(text):
            for name in names(found[1]):
                cases.setdefault(name, set()).add(path.name)
        for found in ANSWERS.finditer(text):
            answers.setdefault(found[1], []).append(strings(found[2]))
    listed = set()
    for row in rows((root / real).read_text(encoding="utf-8"), "Scenarios"):
        files = set(re.findall(r"`(\w+\.cpp)`", row[2]))
        for name in names(row[0]):
            if name not in SCENARIOS:
                continue
            listed.add(name)
            for file in sorted(files - cases.get(name, set())):
                yield f"{real}: {name} is said to be in {file}, where no case's name begins with it"
    for name in sorted(SCENARIOS - SCRIPTED - listed):
        yield f"{real}: {name} is missing: a real server has to answer so"

    # Each answer of Dendrite's that is not Synapse's is a vector as well.
    table = tables["What Dendrite answers"]
    for name, several in sorted(answers.items()):
        for synapse, _, dendrite in (texts[:3] for texts in several):
            if dendrite in ("", synapse):
                continue
            if name not in table:
                yield f"{where}: {name} of the integration suite is missing: Dendrite says \"{dendrite}\", Synapse \"{synapse}\""
            elif re.match(r"ok$|http \d|\d{3}\b", dendrite) and dendrite not in map(outcome, map(vectors.get, table[name])):
                yield f"{where}: no vector of {name} answers \"{dendrite}\""
    for name in sorted(set(table) - set(answers)):
        if " " not in name:
            yield f"{where}: {name} is no Answers of the integration suite"


def main():
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent
    faults = list(check(root))
    print("\n".join(faults) if faults else "scenarios: each has what shows it")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
