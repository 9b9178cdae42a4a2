#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Does what docs/consuming.md says, section by section, and lets each program that comes of it log in.

consuming.py HOMESERVER FOLDER [SECTION...]

The folder is emptied first. A section whose tools are not installed is skipped, unless CI is set.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

import blocks

ROOT = blocks.ROOT
PAGE = "docs/consuming.md"
TOOLS = {"meson", "cmake", "pkg-config", "conan"}


def sections(text):
    """The title of each section that makes something, and its blocks."""
    heads = [(found.start(), found[1]) for found in re.finditer(r"^## (.*)$", text, re.M)] + [(len(text), "")]
    for (start, title), (end, _) in zip(heads, heads[1:]):
        made = [block for block in blocks.blocks_of(PAGE, text[start:end]) if len(block.words) > 1]
        if made:
            yield title, made


def run(command, folder, environment):
    print(f"+ {command}", flush=True)
    subprocess.run(["bash", "-euo", "pipefail", "-c", command], cwd=folder, env=environment, check=True)


def make_conan_home(folder, environment):
    """A Conan that has asked nobody: ConanCenter's package is made of the headers of this machine."""
    environment["CONAN_HOME"] = str(folder / "conan_home")
    run("conan profile detect --name stand_in && conan remote disable '*'", folder, environment)
    run(f"conan create '{ROOT}/tests/package/conan/stand_in' --name tl-expected --version 1.1.0 --profile:all stand_in", folder, environment)


def consume(title, made, program, folder, homeserver):
    folder.mkdir(parents=True)
    (folder / "login.cpp").write_text(program, encoding="utf-8")
    shutil.copy(ROOT / "examples" / "curl_transport.hpp", folder)
    environment = {**os.environ, "MXWIRE": str(ROOT)}
    if title == "Conan":
        make_conan_home(folder, environment)
    # What an earlier step says of its surroundings is said to the later ones as well: one shell for all.
    commands = []
    for block in made:
        text = "\n".join(block.lines) + "\n"
        if block.words[1] == "run":
            commands.append(text)
        else:
            target = folder / block.words[1].removeprefix("file=")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    run("\n".join(commands), folder, environment)
    login = next(path for path in (folder / "login", folder / "build" / "login") if path.exists())
    done = subprocess.run([ROOT / "examples" / "with_homeserver", homeserver, login, "{url}", "alice"],
                          capture_output=True, text=True, check=False)
    print(done.stdout, done.stderr, sep="", end="", flush=True)
    return done.returncode == 0 and done.stdout == "@alice:localhost\n"


def main():
    homeserver, folder, *wanted = sys.argv[1:]
    homeserver, folder = pathlib.Path(homeserver).resolve(), pathlib.Path(folder).resolve()
    text = (ROOT / PAGE).read_text(encoding="utf-8")
    program = next(block for block in blocks.blocks_of(PAGE, text) if block.words[:2] == ["cpp", "program=login"])
    shutil.rmtree(folder, ignore_errors=True)
    passed, failed, skipped = 0, 0, 0
    for title, made in sections(text):
        if wanted and title not in wanted:
            continue
        name = re.sub(r"\W+", "_", title.lower()).strip("_")
        print(f"-- {title}", flush=True)
        source = "\n".join(line for block in made for line in block.lines)
        missing = [tool for tool in TOOLS if re.search(rf"\b{tool} ", source) and not shutil.which(tool)]
        if missing and not os.environ.get("CI"):
            print(f"skipped: {', '.join(missing)} not installed")
            skipped += 1
            continue
        try:
            good = consume(title, made, "\n".join(program.lines) + "\n", folder / name, homeserver)
        except (subprocess.CalledProcessError, StopIteration) as error:
            good = False
            print(error)
        print("passed" if good else "FAILED")
        passed, failed = passed + good, failed + (not good)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
