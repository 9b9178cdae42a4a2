#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check.py SOURCE COMPILER [ARGUMENT...]: what SOURCE says in its first line is what the compiler says.
check.py --precompile HEADER COMPILER [ARGUMENT...]: the library, compiled once for the files that come with "-include HEADER"

// expect: SENTENCE    it does not compile, and a line of the compiler's errors contains SENTENCE
// expect: A ... B / C  where the words are the compilers': A and behind it B, or C
// compiles            it does: the control, without which a wrong include path would pass for a refusal

// with: OPTION        in the second line: of the compiler, for a library that is not the precompiled one
"""
import os
import re
import subprocess
import sys


def precompile(header, compiler):
    """Both compilers look for what they have compiled beside the header itself."""
    os.makedirs(os.path.dirname(header), exist_ok=True)
    with open(header, "w", encoding="utf-8") as file:
        file.write("#include <mxwire/mxwire.hpp>\n")
    return subprocess.run([*compiler, "-x", "c++-header", header, "-o", f"{header}.gch"], check=False).returncode


def main():
    if sys.argv[1] == "--precompile":
        return precompile(sys.argv[2], sys.argv[3:])
    source, compiler = sys.argv[1], sys.argv[2:]
    with open(source, encoding="utf-8") as file:
        first, second = file.readline().strip(), file.readline().strip()
    expected = re.fullmatch(r"// expect: (.+)", first)
    if not expected and first != "// compiles":
        return f"{source}: the first line is '// expect: SENTENCE' or '// compiles'"
    option = re.fullmatch(r"// with: (.+)", second)
    if option:
        if "-include" in compiler:
            at = compiler.index("-include")
            compiler = compiler[:at] + compiler[at + 2:]
        compiler = [*compiler, option[1]]
    # Without the echoed source lines, or the sentence in a comment of the file would do.
    version = subprocess.run([compiler[0], "--version"], capture_output=True, text=True, check=True).stdout
    quiet = "-fno-caret-diagnostics" if "clang" in version else "-fno-diagnostics-show-caret"
    command = [*compiler, "-fsyntax-only", quiet, "-fmessage-length=0", source]
    run = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}, check=False)
    if not expected:
        return 0 if run.returncode == 0 else f"{run.stderr}\n{source} has to compile"
    if run.returncode == 0:
        return f"{source} compiles"
    wordings = ["[^\\n]*".join(map(re.escape, wording.split(" ... "))) for wording in expected[1].split(" / ")]
    if not re.search("|".join(wordings), run.stderr):
        return f"{run.stderr}\n{source}: expected the sentence '{expected[1]}'"
    return 0


if __name__ == "__main__":
    sys.exit(main())
