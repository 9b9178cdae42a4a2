#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes docs/costs.md: the README's tables, and what the checks of tests/bench and tests/embedded accept.

costs.py           writes the page
costs.py --check   exits with 1 if it is stale, or if the README claims what a check would not accept
"""
import pathlib
import re
import runpy
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "costs.md"
sys.path.insert(0, str(ROOT / "tests" / "bench"))
import report  # noqa: E402

README = (ROOT / "README.md").read_text(encoding="utf-8")
IMAGES = runpy.run_path(str(ROOT / "tests" / "embedded" / "run"), run_name="read")["IMAGES"]
# The README's row of each image, by what it begins with.
IMAGE_ROWS = {"json_view": "login request and response as JSON", "login_view": "a login through the whole seam",
              "login_fixed": "the same, text of fixed size", "three_operations": "three operations"}


def tables(text):
    """The tables of a page, each a list of rows, without its head's rule."""
    found = re.findall(r"(?:^\|.*\n)+", text, re.M)
    return [[[cell.strip().strip("*") for cell in line.strip("|").split("|")] for line in one.splitlines()
             if not re.fullmatch(r"[|:\- ]+", line)] for one in found]


def table_with(text, column):
    return next(one for one in tables(text) if any(column in cell for cell in one[0]))


def number(text):
    return int(text.replace(",", ""))


def faults():
    """What the README says and a check would not accept."""
    bench = table_with(README, "instructions / allocations")
    works = {title: work for work, title in report.WORKS.items()}
    names = {label: name for name, label in report.LABELS.items()}
    for label, *cells in bench[1:]:
        name = names.get(label.split(", by hand")[0]) or names.get(label.replace(", no heap", ""))
        if not name:
            yield f"README.md: no benchmark is called {label}"
            continue
        for title, cell in zip(bench[0][1:], cells):
            limit = report.LIMITS.get((name, works[title]))
            instructions, allocations = (number(part) for part in cell.split("/"))
            if limit and (instructions > limit[0] or allocations > limit[1]):
                yield f"README.md: {label}, {title}: {cell} is more than the benchmark accepts, {limit[0]} / {limit[1]}"
    for image, begins in IMAGE_ROWS.items():
        row = next((row for row in table_with(README, "bytes") if row[0].startswith(begins)), None)
        if row is None:
            yield f"README.md: no row begins with: {begins}"
        elif number(row[1]) > IMAGES[image][0]:
            yield f"README.md: {row[1]} bytes of {image} are more than the check accepts, {IMAGES[image][0]}"


def markdown(rows):
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "|---|" + "---:|" * (len(rows[0]) - 1))
    return "\n".join(lines) + "\n"


def raw_table(column):
    """A table of the README as it stands there."""
    return next(one for one in re.findall(r"(?:^\|.*\n)+", README, re.M) if column in one.splitlines()[0])


def page():
    titles = {**report.WORKS, **report.ORDERS}
    limits = [["at most", "instructions", "allocations"]]
    for (name, work), (instructions, allocations) in report.LIMITS.items():
        limits.append([f"{report.LABELS[name]}: {titles[work]}", f"{instructions:,}", str(allocations)])
    images = [["at most", "bytes"]] + [[f"`{name}`", f"{most:,}"] for name, (most, _, _) in IMAGES.items()]
    return f"""<!-- Written by tests/docs/costs.py from README.md, tests/bench/report.py and tests/embedded/run. Do not edit. -->
# What it costs

What is accepted at most stands in the checks, which fail above it. What was measured stands in the README, and may not be more than that; the other
libraries' rows are of one run.

## Time and allocations

Instructions and allocations of one operation, x86-64, g++ 12 -O2, all in one run with the same inputs. Instructions are counted under
callgrind, so that they do not depend on who else uses the machine; nanoseconds do, and are only printed.

{raw_table("instructions / allocations")}
`tests/run bench` measures again, prints nanoseconds and code size too, and accepts:

{markdown(limits)}
"In place" is the `View` policy with `parse_in_place`: no heap. The orders are those in which a server may write the members of a login. What
the others do by hand stands in `tests/bench/`; what such code leaves out, in [by hand](by_hand.md).

## Code

Bytes of flash on a Cortex-M4, -Os, newlib-nano, over an empty program. `tests/run embedded` builds the images of `tests/embedded/` and
accepts:

{markdown(images)}
All but `three_operations` may link neither `malloc` nor `operator new`, `abort`, `printf` or a locale: the same check looks for them.

## What allocates

| | allocations |
|---|---|
| `prepare` | one, the request's buffer |
| `prepare_into` | none |
| `parse`, `Owned` | those of its lists, which grow as `std::vector` does, and one for each text that is longer than `std::string` keeps inside itself |
| `parse`, `View` or `Fixed` | none |
| `call` | those of `prepare` and `parse`, and the transport's own |

Tests count them (`tests/allocations.cpp`).
"""


def main():
    made = page()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(made, encoding="utf-8")
        return 0
    found = list(faults())
    if PAGE.read_text(encoding="utf-8") != made:
        found.append("docs/costs.md is stale: tests/docs/costs.py")
    print("\n".join(found) if found else "costs: no fault")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
