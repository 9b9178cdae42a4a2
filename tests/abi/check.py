#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check.py COMPILER [ARGUMENT...] [-- EMULATOR...]: two files that were compiled with different options of the library do not become one program.

With the same options they do, and it runs, in the emulator if there is one: the control. Two files that may see std::expected are asked as well.
What is compiled once has to be there once: not at all and twice are no program either.
"""
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
# Size or speed: what is not said differs from machine to machine.
OPTIONS = {
    "speed": ["-DMXWIRE_OPTIMIZE_SIZE=0"],
    "size": ["-DMXWIRE_OPTIMIZE_SIZE=1"],
    "bytes": ["-DMXWIRE_SCAN_WIDTH=1"],
    "once": ["-DMXWIRE_OPTIMIZE_SIZE=0", "-DMXWIRE_SEPARATE_COMPILATION=1"],
    "std": ["-DMXWIRE_USE_STD_EXPECTED=1"],
}


def main():
    arguments = sys.argv[1:]
    split = arguments.index("--") if "--" in arguments else len(arguments)
    compiler, emulator, faults = arguments[:split], arguments[split + 1:], []
    with tempfile.TemporaryDirectory() as folder:
        objects = {}
        for name, options in OPTIONS.items():
            for source in ("asks", "answers", *(["implementation"] if name == "once" else [])):
                made = f"{folder}/{source}_{name}.o"
                run = subprocess.run([*compiler, "-O0", *options, "-c", HERE / f"{source}.cpp", "-o", made],
                                     capture_output=True, text=True, check=False)
                if run.returncode == 0:
                    objects[source, name] = made
                elif name != "std" or "needs std::expected" not in run.stderr:
                    return run.stderr
        names = [name for name in OPTIONS if ("asks", name) in objects]
        program = f"{folder}/program.{'js' if emulator[:1] == ['node'] else 'exe'}"

        def link(*parts):
            return subprocess.run([*compiler, *parts, "-o", program], capture_output=True, text=True, check=False)

        once = objects["implementation", "once"]
        for one in names:
            for other in names:
                run = link(objects["asks", one], objects["answers", other], *([once] if "once" in (one, other) else []))
                if one == other:
                    if run.returncode != 0 or subprocess.run([*emulator, program], check=False).returncode != 0:
                        faults.append(f"{one} with itself is no program: {run.stderr}")
                elif run.returncode == 0 or "answer" not in run.stderr:
                    faults.append(f"{one} and {other} become one program: {run.stderr}")
        for times in (0, 2):
            run = link(objects["asks", "once"], objects["answers", "once"], *[once] * times)
            if run.returncode == 0 or "mxwire" not in run.stderr:
                faults.append(f"the implementation {times} times becomes a program: {run.stderr}")
    print("tried together:", *names)
    return "\n".join(faults) or 0


if __name__ == "__main__":
    sys.exit(main())
