#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""branches.py PROGRAM: runs the suite, built with clang's source coverage, and says which branches of include/ it took.

Counted on the source: a branch of a template is taken if one of its instances took it. A condition that no instance ever
evaluated is one that the compiler decided (if constexpr, tables); that every line is reached is another test's to say.
Fails below the share that is promised, and lists what was not taken.
"""
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROMISED = 97.0


def main():
    program = pathlib.Path(sys.argv[1])
    raw, profile = program.with_suffix(".profraw"), program.with_suffix(".profdata")
    environment = {**os.environ, "LLVM_PROFILE_FILE": str(raw)}
    subprocess.run([program], check=True, env=environment, stdout=subprocess.DEVNULL)
    subprocess.run(["llvm-profdata", "merge", "-sparse", raw, "-o", profile], check=True)
    export = ["llvm-cov", "export", "-instr-profile", profile, program, ROOT / "include"]
    data = json.loads(subprocess.run(export, check=True, capture_output=True, text=True).stdout)["data"][0]

    taken, missing = [], []
    for file in data["files"]:
        name = pathlib.Path(file["filename"]).relative_to(ROOT)
        if name.parts[0] != "include":
            continue  # clang maps no header that comes precompiled, and hands out everything where nothing is left
        places = {}
        for branch in file["branches"]:
            hits = places.setdefault(tuple(branch[:4]), [0, 0])
            hits[0] += branch[4]
            hits[1] += branch[5]
        for (line, column, *_), hits in sorted(places.items()):
            if any(hits):
                taken += [hit > 0 for hit in hits]
                missing += [f"{name}:{line}:{column}: never {way}" for way, hit in zip(("true", "false"), hits) if not hit]

    if not taken:
        sys.exit("no branch of include/ was counted")
    share = 100.0 * sum(taken) / len(taken)
    print(f"branches: {sum(taken)} of {len(taken)}, {share:.2f} %")
    print(*missing, sep="\n")
    return 0 if share >= PROMISED else 1


if __name__ == "__main__":
    sys.exit(main())
