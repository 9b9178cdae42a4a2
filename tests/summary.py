#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Counts what ran. summary.py STATUS LOG [JUNIT...] prints "PASSED FAILED SKIPPED".

doctest's cases count one by one, every other test as one. A test that exits with 77 is skipped.
"""
import pathlib
import re
import sys
import xml.etree.ElementTree

DOCTEST = re.compile(r"\[doctest\] test cases:\s*\d+\s*\|\s*(\d+) passed\s*\|\s*(\d+) failed\s*\|\s*(\d+) skipped")
SKIPPED = 77


def count(text, status):
    """(passed, failed, skipped) of one test that printed `text` and exited with `status`."""
    if status == SKIPPED:
        return 0, 0, 1
    passed, failed, skipped = (sum(map(int, column)) for column in zip((0, 0, 0), *DOCTEST.findall(text)))
    if status != 0 and failed == 0:
        return passed, 1, skipped  # a crash, or a fault that is no case's
    if status == 0 and passed + skipped == 0:
        return 1, 0, 0
    return passed, failed, skipped


def count_junit(report):
    """(passed, failed, skipped) of a ctest run."""
    total = (0, 0, 0)
    for case in xml.etree.ElementTree.parse(report).getroot().iter("testcase"):
        status = {"run": 0, "disabled": SKIPPED}.get(case.get("status"), 1)
        skipped = case.find("skipped")
        if skipped is not None and "SKIP_RETURN_CODE" in skipped.get("message", ""):
            status = SKIPPED  # a program that was not built is reported as skipped too, and is not
        total = tuple(map(sum, zip(total, count(case.findtext("system-out") or "", status))))
    return total


def main():
    status, log = int(sys.argv[1]), pathlib.Path(sys.argv[2])
    reports = [report for report in map(pathlib.Path, sys.argv[3:]) if report.exists()]
    if not reports:
        print(*count(log.read_text(encoding="utf-8", errors="replace"), status))
        return
    passed, failed, skipped = map(sum, zip(*map(count_junit, reports)))
    print(passed, failed + (status != 0 and failed == 0), skipped)


if __name__ == "__main__":
    main()
