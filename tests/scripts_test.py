#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The checks are checked: each rule of layout.py, scenarios.py, amalgamate.py, fail/check.py, summary.py and docs/blocks.py can fail."""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

TESTS = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(TESTS), str(TESTS / "docs"), str(TESTS / "embedded")]
import blocks  # noqa: E402
import footprint  # noqa: E402
import layout  # noqa: E402
import scenarios  # noqa: E402
import summary  # noqa: E402

AMALGAMATE = TESTS.parent / "single_include" / "amalgamate.py"


def header(name, body="", includes=()):
    guard = "MXWIRE_" + name.replace("/", "_").replace(".", "_").upper()
    lines = "".join(f"#include <{include}>\n" for include in includes)
    return f"// SPDX-License-Identifier: MIT\n#ifndef {guard}\n#define {guard}\n{lines}{body}\n#endif\n"


LOGIN = 'struct Login { static constexpr EndpointInfo info{"login"}; };\nMXWIRE_INSTANTIATE(Login)'


class Tree:
    """A small tree without a fault, to which a test adds one."""

    def __init__(self, folder):
        self.root = pathlib.Path(folder)
        self.put("config.hpp", "#define MXWIRE_VERSION_MAJOR 0")
        self.put("endpoint.hpp", "struct EndpointInfo { const char* id; };", ["mxwire/config.hpp"])
        self.put("session/login.hpp", LOGIN, ["mxwire/endpoint.hpp"])
        self.put("mxwire.hpp", "", ["mxwire/session/login.hpp"])
        self.write("tests/session/login_test.cpp")
        self.write("tests/vectors/login.jsonl")
        self.write("docs/operations/login.md")
        self.write("README.md", "| [`login`](docs/operations/login.md) | |\n")
        self.write("CHANGELOG.md", "- `login`\n")

    def write(self, path, text=""):
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def put(self, name, body="", includes=()):
        self.write(f"include/mxwire/{name}", header(name, body, includes))


class WithTree(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tree = Tree(folder.name)


class Layout(WithTree):
    def faults(self):
        return "\n".join(layout.check(self.tree.root))

    def endpoint(self, body, includes=("mxwire/config.hpp",)):
        self.tree.put("endpoint.hpp", body, includes)
        return self.faults()

    def test_a_good_tree(self):
        self.assertEqual(self.faults(), "")

    def test_includes(self):
        for includes, sentence in {
            ("mxwire/transport.hpp",): "endpoint does not include transport",
            ("mxwire/session/login.hpp",): "endpoint does not include session",
            ("iostream",): "<iostream> is forbidden",
            ("nlohmann/json.hpp",): "json/nlohmann.hpp alone",
            ("tl/expected.hpp",): "the only file that names",
            ("mxwire/nothing.hpp",): "does not exist",
        }.items():
            with self.subTest(includes):
                self.tree.put("transport.hpp", "", ["mxwire/endpoint.hpp"])
                self.tree.put("mxwire.hpp", "", ["mxwire/session/login.hpp", "mxwire/transport.hpp"])
                self.assertIn(sentence, self.endpoint("", includes))

    def test_one_operation_never_sees_another(self):
        self.tree.put("session/logout.hpp", 'struct L { static constexpr EndpointInfo info{"logout"}; };', ["mxwire/session/login.hpp"])
        self.assertIn("one operation never sees another", self.faults())

    def test_operations_have_their_files(self):
        self.tree.put("session/logout_all.hpp", 'struct L { static constexpr EndpointInfo info{"logout_all"}; };')
        faults = self.faults()
        self.assertIn("mxwire.hpp does not include it", faults)
        self.assertIn("tests/session/logout_all_test.cpp is missing", faults)
        self.assertIn("tests/vectors/logout_all.jsonl is missing", faults)
        self.tree.write("tests/session/logout_all_test.cpp")
        self.tree.write("tests/vectors/logout_all.jsonl")
        self.assertIn("docs/operations/logout_all.md is missing", self.faults())
        self.tree.write("docs/operations/logout_all.md")
        self.assertIn("logout_all is missing in README.md's table", self.faults())
        self.assertIn("logout_all is missing in CHANGELOG.md", self.faults())
        self.assertIn("MXWIRE_INSTANTIATE(...) is missing", self.faults())
        self.tree.put("session/logout_all.hpp", 'struct L { static constexpr EndpointInfo info{"other"}; };')
        self.assertIn("operationId in snake_case", self.faults())

    def test_refusals_were_seen(self):
        self.assertIn('endpoint.hpp:5: no file of tests/fail expects "not so"',
                      self.endpoint('static_assert(sizeof(int) == 4,\n              "not so");'))
        self.tree.write("tests/fail/so.cpp", "// expect: not so\n")
        self.assertEqual(self.faults(), "")

    def test_codes_are_explained(self):
        self.tree.put("error.hpp", 'inline constexpr char code[] = "M_FORBIDDEN";', ["mxwire/config.hpp"])
        self.tree.put("mxwire.hpp", "", ["mxwire/error.hpp", "mxwire/session/login.hpp"])
        self.assertIn("docs/errors.md: what to do on M_FORBIDDEN is missing", self.faults())
        self.tree.write("docs/errors.md", "| `M_FORBIDDEN` | no |\n")
        self.assertEqual(self.faults(), "")

    def test_words(self):
        for body, sentence in {
            "inline void f() { throw 1; }": "throw is forbidden",
            "inline void f() { clock::now(); }": "now() is forbidden",
            "inline int x = 1;": "a mutable global: inline int x = 1",
            "inline int x{1};": "a mutable global",
            "inline const char* p = nullptr;": "a mutable global",
            "struct S {} s;": "a mutable global",
            "inline int f() { static int n = 0; return ++n; }": "a function-local static",
            "struct S { S() : a_{1}, b_{2} { static int n; } int a_, b_; };": "a function-local static",
            "inline void f() { g([](int i) { int j = i; static int n; }); }": "a function-local static",
            "template <class T = int> struct S { static inline T x = 1; };": "a mutable static member",
            "#define MAX 1": "MAX: config.hpp is the only home of macros",
        }.items():
            with self.subTest(body):
                self.assertIn(sentence, self.endpoint(body))

    def test_what_is_allowed(self):
        self.assertEqual(self.endpoint('''
            // throw, static int x; and "now()" in a comment
            inline constexpr int a = 1, b[] = {1, 2};
            inline const char* const text = "throw; static int x";
            const int c{1'000};
            template <class E> inline constexpr bool is_it = requires_of<E>();
            class Forward;
            using std::string;
            enum class [[nodiscard]] E : int { one, two };
            [[nodiscard]] inline int f(int x = 0) noexcept { static constexpr int table[] = {1, 2}; return table[x]; }
            struct S { static int f() { return 1; } static constexpr S g{1}; int x{}; static S make() noexcept; };
            inline constexpr auto lambda = [](auto x) { return x; };
            inline bool operator==(S, S) noexcept { return true; }
            inline constexpr auto called = lambda([] { return 1; });
            template <class F> struct Has<F, std::void_t<decltype(S{1}), decltype(S{2})>> : std::true_type {};
            inline int g(S s = {}) { return s.x; }
            struct T { T() : a{1}, b{2} {} int a, b = [] { return 1; }(); };'''), "")

    def test_cycles(self):
        self.tree.put("json/a.hpp", "", ["mxwire/json/b.hpp"])
        self.tree.put("json/b.hpp", "", ["mxwire/json/a.hpp"])
        self.assertIn("a cycle: json/a.hpp > json/b.hpp > json/a.hpp", self.faults())

    def test_text(self):
        self.tree.write("tests/session/login_test.cpp", "// \u00e9\n")
        self.assertIn("sources are ASCII", self.faults())


class Scenarios(unittest.TestCase):
    """Faults that are put into the pages and the suite as they are."""

    def faults(self, file, old, new):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for part in ("conformance", "integration", "vectors"):
                shutil.copytree(TESTS / part, root / "tests" / part)
            text = (root / "tests" / file).read_text(encoding="utf-8")
            self.assertIn(old, text)
            (root / "tests" / file).write_text(text.replace(old, new), encoding="utf-8")
            return "\n".join(scenarios.check(root))

    def test_what_is_missing(self):
        page, real = "conformance/README.md", "integration/README.md"
        self.assertEqual(self.faults(page, "", ""), "")
        for file, old, new, sentence in [
            (page, "| O6 |", "| O5 |", "O6 is missing: no server"),
            (page, "| trap 9 |", "| trap 13 |", "trap 9 is missing"),
            (page, "`login/P17-module-denies`", "", "P17 names no vector"),
            (page, "| `foreign_server` |", "| a foreign server |", "foreign_server of the integration suite is missing"),
            (page, "| `foreign_server` |", "| `foreign_servers` |", "foreign_servers is no Answers"),
            (page, "`login/dendrite-foreign-server`", "`login/spec-403`", 'no vector of foreign_server answers "401 M_INVALID'),
            ("vectors/login.jsonl", '"id": "P17-module-denies"', '"id": "x"', "names login/P17-module-denies, which"),
            (real, "| P14 |", "| P99 |", "P14 is missing: a real server"),
            ("integration/suite.cpp", '"P14: ', '"', "P14 is said to be in suite.cpp"),
        ]:
            with self.subTest(file=file, old=old):
                self.assertIn(sentence, self.faults(file, old, new))


class Amalgamate(WithTree):
    def run_script(self, *arguments):
        return subprocess.run([sys.executable, AMALGAMATE, "--root", self.tree.root, *arguments], capture_output=True, text=True)

    def test_in_sync_or_not(self):
        self.assertEqual(self.run_script("--check").returncode, 1)
        self.assertEqual(self.run_script().returncode, 0)
        self.assertEqual(self.run_script("--check").returncode, 0)
        self.tree.put("config.hpp", "#define MXWIRE_VERSION_MAJOR 1")
        self.assertEqual(self.run_script("--check").returncode, 1)

    def test_each_file_once(self):
        self.tree.put("endpoint.hpp", "", ["mxwire/config.hpp", "string"])
        self.tree.put("mxwire.hpp", "", ["mxwire/config.hpp", "string", "mxwire/session/login.hpp", "mxwire/endpoint.hpp"])
        self.tree.put("nlohmann.hpp", "int bridge;", ["mxwire/config.hpp", "mxwire/mxwire.hpp", "nlohmann/json.hpp"])
        self.assertEqual(self.run_script().returncode, 0)
        text = (self.tree.root / "single_include/mxwire/mxwire.hpp").read_text()
        self.assertEqual(text.count("#include <string>"), 1)
        self.assertEqual(text.count("#define MXWIRE_CONFIG_HPP"), 1)
        bridge = (self.tree.root / "single_include/mxwire/nlohmann.hpp").read_text()
        self.assertIn("#include <mxwire/mxwire.hpp>", bridge)
        self.assertIn("int bridge;", bridge)
        self.assertNotIn("MXWIRE_CONFIG_HPP", bridge)

    def test_refusals(self):
        for body in ("#if 1\n#include <mxwire/config.hpp>\n#endif", '#include "config.hpp"'):
            with self.subTest(body):
                self.tree.put("endpoint.hpp", body)
                self.assertEqual(self.run_script().returncode, 1)


class Fail(unittest.TestCase):
    def check(self, source, compiler="c++"):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "x.cpp"
            path.write_text(source)
            return subprocess.run([sys.executable, TESTS / "fail" / "check.py", path, compiler, "-std=c++17"],
                                  capture_output=True, text=True).returncode

    def test_verdicts(self):
        self.assertEqual(self.check('// expect: a sentence\nstatic_assert(sizeof(int) == 1, "a sentence");\n'), 0)
        self.assertEqual(self.check('// expect: a sentence\nstatic_assert(sizeof(int) == 1, "another");\n'), 1)
        self.assertEqual(self.check("// expect: a sentence\nint x = nothing; // a sentence\n"), 1)
        self.assertEqual(self.check("// expect: a sentence\nint x;\n"), 1)
        self.assertEqual(self.check('// expect: a ... tence / nothing\nstatic_assert(sizeof(int) == 1, "a sentence");\n'), 0)
        self.assertEqual(self.check('// expect: nothing / a ... tence\nstatic_assert(sizeof(int) == 1, "a sentence");\n'), 0)
        self.assertEqual(self.check('// expect: tence ... a sen / nothing\nstatic_assert(sizeof(int) == 1, "a sentence");\n'), 1)
        self.assertEqual(self.check("// compiles\nint x;\n"), 0)
        self.assertEqual(self.check("// compiles\nint x = nothing;\n"), 1)
        self.assertEqual(self.check("int x = nothing;\n"), 1)


class Summary(unittest.TestCase):
    LINE = "[doctest] test cases:  7 |  {} passed | {} failed | 2 skipped\n"

    def test_counts(self):
        self.assertEqual(summary.count(self.LINE.format(7, 0), 0), (7, 0, 2))
        self.assertEqual(summary.count(self.LINE.format(5, 2), 1), (5, 2, 2))
        self.assertEqual(summary.count(self.LINE.format(7, 0), 1), (7, 1, 2))
        self.assertEqual(summary.count("", 0), (1, 0, 0))
        self.assertEqual(summary.count("", 1), (0, 1, 0))
        self.assertEqual(summary.count("skipped: no network\n", 77), (0, 0, 1))

    def test_ctest(self):
        with tempfile.TemporaryDirectory() as folder:
            report = pathlib.Path(folder) / "junit.xml"
            report.write_text(f"""<testsuite>
                <testcase name="suite" status="run"><system-out>{self.LINE.format(7, 0)}</system-out></testcase>
                <testcase name="layout" status="run"><system-out/></testcase>
                <testcase name="abi" status="fail"><failure/><system-out>boom</system-out></testcase>
                <testcase name="gone" status="notrun"><skipped message="Unable to find executable"/></testcase>
                <testcase name="none" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/></testcase></testsuite>""")
            self.assertEqual(summary.count_junit(report), (8, 2, 3))


class Blocks(unittest.TestCase):
    def documentation(self, page):
        found = blocks.Documentation.__new__(blocks.Documentation)
        found.programs, found.fragments, found.coroutines, found.last = {}, [], [], None
        for block in blocks.blocks_of("page.md", page):
            found.take(block)
        return found

    def test_what_is_refused(self):
        for page, sentence in {
            "```cpp\nint i;\n```\n": "C++ says what it is",
            "```cpp sketch\nint i;\n```\n": "nobody knows sketch",
            "```cpp program run=elsewhere\nint main() {}\n```\n": "nobody knows run=elsewhere",
            "```\nint i;\n```\n": "a block without a language",
            "```rust\n```\n": "nobody knows rust",
            "```text output\nhello\n```\n": "an output without a program",
            "```text output=other\n```\n": "an output without a program",
            "```cpp program\nint main() {}\n": "a block without an end",
        }.items():
            with self.subTest(page), self.assertRaises(SystemExit) as refused:
                self.documentation(page)
            self.assertIn(sentence, str(refused.exception))

    def test_parts_of_a_program(self):
        found = self.documentation("```cpp program=p\n#include <a>\nint main() {\n```\n```text output\n1\n```\n"
                                   "```cpp program=p\n}\n```\n```text output\n2\n```\n")
        (program,) = found.programs.values()
        self.assertEqual([block.lines for block in program.output], [["1"], ["2"]])
        unit = blocks.programs_unit([program])
        self.assertIn("#include <a>\n", unit)
        self.assertIn("int run() {", unit)

    def test_names_that_a_fragment_is_given(self):
        (fragment,) = self.documentation("```cpp fragment server\nuse(server);\n```\n").fragments
        self.assertIn("auto& server = given::server;", blocks.wrapped_fragment(fragment, "use(server);\n"))

    def test_headings(self):
        self.assertEqual(blocks.anchors("# A token, ended\n```sh\n# no heading\n```\n## `b` c\n"), {"a-token-ended", "b-c"})


class Footprint(unittest.TestCase):
    PAGE = "with g++ 12.2\n| login | 10,000 | 0 |\n"

    def faults(self, measured):
        return list(footprint.faults(self.PAGE, measured))

    def test_two_percent_are_let_be(self):
        self.assertEqual(self.faults(self.PAGE.replace("10,000", "10,200")), [])
        self.assertEqual(self.faults(self.PAGE.replace("10,000", "9,800")), [])

    def test_more_is_a_fault(self):
        self.assertEqual(self.faults(self.PAGE.replace("10,000", "10,201")), ["login: the page says 10,000, measured is 10,201"])
        self.assertEqual(self.faults(self.PAGE.replace("10,000", "9,799")), ["login: the page says 10,000, measured is 9,799"])
        self.assertEqual(self.faults(self.PAGE.replace("| 0 |", "| 1 |")), ["login: the page says 0, measured is 1"])

    def test_so_are_other_words(self):
        self.assertEqual(len(self.faults(self.PAGE.replace("login", "logout"))), 1)


if __name__ == "__main__":
    unittest.main()
