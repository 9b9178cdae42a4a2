#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds the tree against the rules of the house: who includes whom, what never appears in include/, what belongs to an operation,
and that each refusal to compile was seen.

Prints a line for each fault and exits with 1 if there is one. layout.py [ROOT]
"""
import pathlib
import re
import sys

# A header may include headers of a lower rank, and its own kind where KIN says so.
RANK = {
    "config": 0, "fwd": 1, "expected": 1, "storage": 2,
    "secret": 3, "json": 3, "url": 3, "http": 3,
    "types": 4, "error": 5, "endpoint": 6,
    "session": 7, "oauth": 7, "transport": 7,
    "flow": 8, "mxwire": 9, "nlohmann": 10,
}
# One operation never sees another; these are made of parts that build on each other.
KIN = {"json", "types", "oauth", "flow"}
# Equal rank, yet not strangers: text that is read, written or sent may be secret. Cycles are looked for by file.
SIBLINGS = {"secret", "json", "url", "http"}
NLOHMANN_HOME = "json/nlohmann.hpp"
OUTSIDE_UMBRELLA = {NLOHMANN_HOME, "nlohmann.hpp", "mxwire.hpp"}

FORBIDDEN_HEADERS = {
    "iostream", "istream", "ostream", "fstream", "sstream", "iomanip", "thread", "mutex", "shared_mutex",
    "condition_variable", "future", "functional", "regex", "random", "locale", "clocale", "ctime", "cstdio", "stdio.h",
    "time.h", "locale.h",
}
FORBIDDEN_WORDS = {
    r"\bthrow\b": "throw", r"\bdynamic_cast\b": "dynamic_cast", r"\btypeid\b": "typeid",
    r"\bnow\s*\(\s*\)": "a clock's now()", r"\bthread_local\b": "thread_local",
    r"(?<![\w.>:])(?:std::)?(?:s?rand|getenv|printf|fprintf|abort|exit)\s*\(": "a call of the C library that the library promises not to make",
}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.M)
DEFINE = re.compile(r"^[ \t]*#[ \t]*(define|undef)[ \t]+(\w+)", re.M)
OPERATION_ID = re.compile(r'\bEndpointInfo\s+info\s*\{\s*"([^"]+)"')
TOKEN = re.compile(r"[A-Za-z_]\w*|::|[{}();=<>\[\],]|\S")
NOISE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<tag>[^()\s\\]{0,16})\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Fa-f])\'(?:\\.|[^\'\\\n])+\'', re.S)


def without_noise(text):
    """`text` with comments and the insides of literals blanked, line for line."""
    def blank(found):
        newlines = "\n" * found[0].count("\n")
        return newlines if found[0].startswith("/") else '""' + newlines
    return NOISE.sub(blank, text)


def without_directives(code):
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda found: "\n" * found[0].count("\n"), code, flags=re.M)


def without_template_heads(words):
    """Drops `template <...>`, whose `class` and `=` say nothing about what is declared."""
    kept, skip = [], 0
    for i, word in enumerate(words):
        if skip:
            skip += {"<": 1, ">": -1}.get(word, 0)
            if skip == 1:
                skip = 0
        elif word == "template" and i + 1 < len(words) and words[i + 1] == "<":
            skip = 1
        else:
            kept.append(word)
    return kept


def scope_of(words, enclosing):
    """What the brace after `words` opens."""
    words = without_template_heads(words)
    if "namespace" in words or (words[:1] == ["extern"] and "(" not in words):
        return "namespace"
    if "enum" in words:
        return "enum"
    before_parenthesis = words[:words.index("(")] if "(" in words else words
    if {"class", "struct", "union"} & set(before_parenthesis) and "=" not in before_parenthesis:
        return "class"
    if "(" in words or enclosing == "function" or "]" in words:
        return "function"
    return "value"


def variables(code):
    """Yields (line, sentence) for each mutable global, each mutable static member and each function-local static."""
    scopes, words, start, line, parentheses = [], [], 1, 1, 0
    for piece in re.finditer(r"\n|" + TOKEN.pattern, code):
        word = piece[0]
        if word == "\n":
            line += 1
            continue
        if word.startswith("MXWIRE_NAMESPACE_"):
            words = []
            continue
        if not words:
            start = line
        scope = scopes[-1][0] if scopes else "namespace"
        if word == "{":
            opened = scope_of(words, scope)
            # A value, or a lambda in one, stands in the middle of a declaration, which goes on behind it.
            goes_on = opened == "value" or parentheses > 0 or ("=" in outside_parentheses(words) and "operator" not in words)
            scopes.append((opened, parentheses, [*words, "{}"] if goes_on else [], start))
            words, parentheses = [], 0
        elif word == "}":
            _, parentheses, words, start = scopes.pop() if scopes else ("", 0, [], line)
        elif word == ";" and not parentheses:
            if fault := fault_of(words, scope):
                yield start, fault
            words = []
        elif word == ":" and words in (["public"], ["private"], ["protected"]):
            words = []
        else:
            parentheses += {"(": 1, ")": -1}.get(word, 0)
            words.append(word)


def outside_parentheses(words):
    kept, depth = [], 0
    for word in without_template_heads(words):
        depth += {"(": 1}.get(word, 0)
        if depth == 0:
            kept.append(word)
        depth -= {")": 1}.get(word, 0)
    return kept


NOT_VARIABLES = {"using", "typedef", "static_assert", "friend", "class", "struct", "union", "enum", "namespace", "concept",
                 "extern", "template", "operator", "requires", "("}


def fault_of(words, scope):
    """What is wrong with the declaration `words` in `scope`."""
    words = without_template_heads(words)
    while words[:2] == ["[", "["]:
        words = words[words.index("]") + 2:]
    head = words[:words.index("=")] if "=" in words else words
    if scope in ("function", "value"):
        return "a function-local static: " + " ".join(words) if "static" in head and "constexpr" not in head else None
    pointee_is_constant = "*" in head and "const" not in head[len(head) - head[::-1].index("*"):]
    if "constexpr" in head or ("const" in head and not pointee_is_constant):
        return None
    if not head or NOT_VARIABLES & set(head):
        return None
    if scope == "namespace":
        return "a mutable global: " + " ".join(words)
    if scope == "class" and "static" in head:
        return "a mutable static member: " + " ".join(words)
    return None


def group_of(name):
    """The first folder of `name`, or its stem at the top."""
    return name.split("/")[0] if "/" in name else name.rsplit(".", 1)[0]


def check_includes(name, text, headers):
    mine = group_of(name)
    if mine not in RANK:
        yield 1, f"{mine} has no place in the order of includes (RANK in tests/layout.py)"
        return
    for found in INCLUDE.finditer(text):
        quote, target = found.groups()
        line = text.count("\n", 0, found.start()) + 1
        if quote == '"':
            yield line, f'write #include <mxwire/...>, not "{target}"'
        elif target.startswith("mxwire/"):
            other_name = target[len("mxwire/"):]
            other = group_of(other_name)
            if other_name not in headers:
                yield line, f"{target} does not exist"
            elif other_name == NLOHMANN_HOME and name != "nlohmann.hpp":
                yield line, "json/nlohmann.hpp is for nlohmann.hpp alone"
            elif name == NLOHMANN_HOME:
                if RANK[other] > RANK["endpoint"]:
                    yield line, f"the nlohmann bridge knows no {other}"
            elif mine == other and (mine in KIN or other_name == name):
                if other_name == name:
                    yield line, "includes itself"
            elif not {mine, other} <= SIBLINGS and RANK.get(other, 99) >= RANK[mine]:
                yield line, f"{mine} does not include {other}" + (": one operation never sees another" if mine == other else "")
        elif target.startswith("nlohmann/") and name != NLOHMANN_HOME:
            yield line, "nlohmann is included by json/nlohmann.hpp alone"
        elif target.startswith("tl/") and name != "expected.hpp" or target == "expected" and name != "expected.hpp":
            yield line, "expected.hpp is the only file that names tl:: or std:: expected"
        elif target in FORBIDDEN_HEADERS:
            yield line, f"<{target}> is forbidden in include/"


def check_macros(name, text):
    guard = "MXWIRE_" + re.sub(r"\W", "_", name).upper()
    directives = re.findall(r"^[ \t]*#[ \t]*(\w+)[ \t]*([^\n]*)", text, re.M)
    if directives[:2] != [("ifndef", guard), ("define", guard)] or directives[-1][0] != "endif":
        yield 1, f"the include guard is {guard}, around everything"
    for found in DEFINE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        if name == "config.hpp":
            if not found[2].startswith("MXWIRE_"):
                yield line, f"{found[2]}: macros begin with MXWIRE_"
        elif found[2] != guard:
            yield line, f"{found[2]}: config.hpp is the only home of macros"


def check_words(text):
    code = without_directives(without_noise(text))
    for pattern, what in FORBIDDEN_WORDS.items():
        for found in re.finditer(pattern, code):
            yield code.count("\n", 0, found.start()) + 1, f"{what} is forbidden in include/"
    yield from variables(code)


def reachable(start, headers):
    seen, todo = set(), [start]
    while todo:
        name = todo.pop()
        if name in seen or name not in headers:
            continue
        seen.add(name)
        todo += [target[7:] for _, target in INCLUDE.findall(headers[name]) if target.startswith("mxwire/")]
    return seen


def check_cycles(headers):
    """Rank forbids most cycles; folders that may include themselves can still build one."""
    state = {}

    def visit(name, path):
        state[name] = "open"
        for _, target in INCLUDE.findall(headers[name]):
            other = target[7:]
            if not target.startswith("mxwire/") or other not in headers:
                continue
            if state.get(other) == "open":
                yield f"include/mxwire/{name}:1: a cycle: {' > '.join(path[path.index(other):] + [other])}"
            elif other not in state:
                yield from visit(other, path + [other])
        state[name] = "done"

    for name in sorted(headers):
        if name not in state:
            yield from visit(name, [name])


def check_operations(root, headers):
    def page(name):
        return (root / name).read_text(encoding="utf-8") if (root / name).exists() else ""
    readme, changelog = page("README.md"), page("CHANGELOG.md")
    umbrella = reachable("mxwire.hpp", headers)
    for name in sorted(headers):
        where = f"include/mxwire/{name}:1:"
        if name not in umbrella and name not in OUTSIDE_UMBRELLA:
            yield f"{where} mxwire.hpp does not include it"
        group = group_of(name)
        if group not in ("session", "oauth", "flow"):
            continue
        stem = name.rsplit("/", 1)[1][:-4]
        if not (root / "tests" / group / f"{stem}_test.cpp").exists():
            yield f"{where} tests/{group}/{stem}_test.cpp is missing"
        if group != "session":
            continue
        found = OPERATION_ID.search(headers[name])
        if not found:
            yield f'{where} no operationId: an operation says EndpointInfo info{{"operationId", ...}}'
        elif found[1].replace("_", "").lower() != stem.replace("_", ""):
            yield f"{where} the file of {found[1]} is its operationId in snake_case"
        elif not (root / "tests" / "vectors" / f"{found[1]}.jsonl").exists():
            yield f"{where} tests/vectors/{found[1]}.jsonl is missing"
        elif not (root / "docs" / "operations" / f"{found[1]}.md").exists():
            yield f"{where} docs/operations/{found[1]}.md is missing: tests/docs/operations.py writes it"
        else:
            if f"| [`{found[1]}`](docs/operations/{found[1]}.md) |" not in readme:
                yield f"{where} {found[1]} is missing in README.md's table of what is there"
            if "MXWIRE_INSTANTIATE(" not in headers[name]:
                yield f"{where} MXWIRE_INSTANTIATE(...) is missing behind the aliases"
            if f"`{found[1]}`" not in changelog:
                yield f"{where} {found[1]} is missing in CHANGELOG.md"


STATIC_ASSERT = re.compile(r'\bstatic_assert\((?:[^;"]|"(?:\\.|[^"\\\n])*")*?"((?:\\.|[^"\\\n])*)"\s*\);')
# Guards what the functions of field:: never ask for: no program of a user's gets to see it.
UNSEEN = {"only an optional member has several spellings"}


def check_refusals(root, headers):
    """What the library says when it refuses to compile, a test of tests/fail has to have seen."""
    expected = [found[1] for path in sorted((root / "tests" / "fail").glob("*.cpp"))
                if (found := re.match(r"// expect: (.+)", path.read_text(encoding="utf-8")))]
    for name, text in headers.items():
        for found in STATIC_ASSERT.finditer(text):
            sentence = found[1]
            if sentence not in UNSEEN and not any(sentence.startswith(part) for part in expected):
                line = text.count("\n", 0, found.start()) + 1
                yield f'include/mxwire/{name}:{line}: no file of tests/fail expects "{sentence}"'


def check_errors(root, headers):
    """Each code that the library knows by name stands in the page that says what to do on it."""
    page = root / "docs" / "errors.md"
    explained = page.read_text(encoding="utf-8") if page.is_file() else ""
    for code in sorted(set(re.findall(r'"(M_[A-Z_]+)"', headers.get("error.hpp", "")))):
        if f"`{code}`" not in explained:
            yield f"docs/errors.md: what to do on {code} is missing"


def check_text(root):
    for folder in ("include", "single_include", "tests", "examples"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in {".hpp", ".cpp", ".h", ".c", ".py", ".sh", ".cmake"} and path.name not in {
                    "CMakeLists.txt", "run", "demo"} or not path.is_file():
                continue
            for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
                if not line.isascii():
                    yield f"{path.relative_to(root)}:{number}: sources are ASCII"
                elif line.endswith((b" ", b"\t", b"\r")) or b"\t" in line:
                    yield f"{path.relative_to(root)}:{number}: a tab, or space at the end of the line"


def check(root):
    """One line for each fault of the tree at `root`."""
    include = root / "include" / "mxwire"
    headers = {path.relative_to(include).as_posix(): path.read_text(encoding="utf-8", errors="replace")
               for path in sorted(include.rglob("*")) if path.is_file()}
    if not headers:
        yield "include/mxwire is empty"
    for name, text in headers.items():
        where = f"include/mxwire/{name}"
        if not name.endswith(".hpp"):
            yield f"{where}:1: headers end in .hpp"
            continue
        code = NOISE.sub(lambda found: found[0] if found[0][0] != "/" else "\n" * found[0].count("\n"), text)
        if not text.startswith("// SPDX-License-Identifier: MIT\n"):
            yield f"{where}:1: the first line is // SPDX-License-Identifier: MIT"
        for line, sentence in [*check_includes(name, code, headers), *check_macros(name, code), *check_words(text)]:
            yield f"{where}:{line}: {sentence}"
    yield from check_cycles(headers)
    yield from check_operations(root, headers)
    yield from check_refusals(root, headers)
    yield from check_errors(root, headers)
    yield from check_text(root)


def main():
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent
    faults = list(check(root))
    print("\n".join(faults) if faults else "layout: no fault")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
