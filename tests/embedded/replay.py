#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the vectors on boards in an emulator: the same verdicts and values as on the host, and no heap where none is promised.

tests/embedded/replay.py [--build DIR]
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FLAGS = """-std=c++17 -mthumb -Os -DNDEBUG -fno-exceptions -fno-rtti -fno-threadsafe-statics -fno-use-cxa-atexit
    -ffunction-sections -fdata-sections -Wall -Wextra -Werror --specs=nano.specs --specs=nosys.specs -nostartfiles
    -Wl,--gc-sections""".split()
COUNTED_HEAP = ["-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=free"]
FORBIDDEN = re.compile(
    r"malloc|calloc|realloc|\bfree\b|_Znw|_Zna|_Zdl|_Zda|printf|\babort\b|\braise\b|__throw|__cxa_throw|locale|strtod|_sbrk"
)
# The small board has 256 KB of flash and 64 KB of memory: the operations of a device that logs in and stays so.
SMALL = ["login", "getTokenOwner", "refresh", "logout"]
# storage, its type, bytes of each buffer, operations (none: all), link script, [(board, core)]
RUNS = [
    ("view", "BasicView<16>", 16384, [], "mps2", [("mps2-an385", "cortex-m3"), ("mps2-an386", "cortex-m4")]),
    ("fixed", "Fixed<512,16>", 16384, [], "mps2", [("mps2-an385", "cortex-m3")]),
    ("owned", "Owned", 16384, [], "mps2", [("mps2-an385", "cortex-m3")]),
    ("view", "View", 4096, SMALL, "lm3s6965evb", [("lm3s6965evb", "cortex-m3")]),
    ("fixed", "Fixed<96,4>", 4096, SMALL, "lm3s6965evb", [("lm3s6965evb", "cortex-m3")]),
    ("owned", "Owned", 4096, SMALL, "lm3s6965evb", [("lm3s6965evb", "cortex-m3")]),
]


def run(*command):
    return subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout


def emulate(board, elf):
    """(exit code, what the image printed)"""
    done = subprocess.run(
        ["qemu-system-arm", "-M", board, "-kernel", str(elf), "-display", "none", "-serial", "null", "-monitor", "none",
         "-semihosting-config", "enable=on,target=native", "-icount", "shift=0"],
        capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout + done.stderr


def compared(output):
    # What the emulator itself says of its board is none of the image's.
    return [line for line in output.splitlines() if line and not line.startswith(("#", "Timer with"))]


def do(build, include, storage, policy, buffer, operations, script, boards):
    """Yields (name, faults, marks) for each board."""
    folder = build / f"{storage}_{script}"
    run(sys.executable, HERE / "vectors.py", "--storage", storage, "--out", folder / "vectors.inc", *operations)
    common = [f"-DMXWIRE_STORAGE={policy}", f"-DMXWIRE_BUFFER={buffer}", "-I", folder, "-I", ROOT / "include", "-I", HERE]
    host = folder / "host"
    run("g++", "-std=c++17", "-O1", "-DMXWIRE_OPTIMIZE_SIZE=1", *common, HERE / "replay.cpp", HERE / "board" / "host.cpp", "-o", host)
    expected = compared(subprocess.run([host], capture_output=True, text=True).stdout)
    for board, core in boards:
        elf = folder / f"{core}.elf"
        sources = [HERE / "replay.cpp", HERE / "board" / "board.cpp",
                   HERE / "board" / ("heap.cpp" if storage == "owned" else "no_heap.cpp")]
        run("arm-none-eabi-g++", f"-mcpu={core}", *FLAGS, *(COUNTED_HEAP if storage == "owned" else []), *common,
            "-isystem", include, *sources, "-L", HERE / "board", "-T", HERE / "board" / f"{script}.ld", "-o", elf)
        faults = []
        if storage != "owned":
            symbols = [line.split()[-1] for line in run("arm-none-eabi-nm", elf).splitlines()]
            faults += [f"links {symbol}" for symbol in symbols if FORBIDDEN.search(symbol)]
        status, output = emulate(board, elf)
        if status != 0:
            faults.append(f"ended with {status}")
            faults += output.splitlines()[-10:]
        if compared(output) != expected:
            faults += [f"{a}  but the host: {b}" for a, b in zip(compared(output), expected) if a != b] or ["not what the host prints"]
        lines = output.splitlines()
        yield f"{board} {core} {policy}", faults, " ".join(lines[-2:])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "embedded")
    build = parser.parse_args().build
    include = build / "include"
    include.mkdir(parents=True, exist_ok=True)
    shutil.copytree("/usr/include/tl", include / "tl", dirs_exist_ok=True)
    failed = count = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for results in pool.map(lambda row: list(do(build, include, *row)), RUNS):
            for name, faults, marks in results:
                count += 1
                failed += bool(faults)
                print(f"{name}: {marks}")
                for fault in faults:
                    print(f"    {fault}")
    print(f"{count - failed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        print(*error.cmd, error.stderr, sep="\n", file=sys.stderr)
        sys.exit(1)
