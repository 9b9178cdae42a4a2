#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes docs/operations/: a page for each operation, from its header, and from the answers of mxwire_replay to its vectors.

operations.py --replay PROGRAM            writes the pages
operations.py --replay PROGRAM --check    exits with 1 if one is stale

Whatever in a header is not understood is an error: a page never leaves out a member.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
INCLUDE = ROOT / "include" / "mxwire"
PAGES = ROOT / "docs" / "operations"
VECTORS = ROOT / "tests" / "vectors"
INFO = ["operation_id", "method", "path", "auth", "sends", "expects", "rate_limited", "masquerade", "max_body"]
DEFAULTS = {"sends": "none", "expects": "object", "rate_limited": "no", "masquerade": "no", "max_body": "1024 * 1024"}
INTRODUCTION = "<!-- Written by tests/docs/operations.py from include/mxwire/{header}. Do not edit: change that, and run it again. -->\n"


def fail(sentence):
    sys.exit(f"operations.py: {sentence}")


# ---------------------------------------------------------------------------------------------- reading headers

def body_behind(text, start):
    """What stands between the brace at or behind `start` and the one that closes it, and where that is."""
    begin = text.index("{", start)
    depth = 0
    for i in range(begin, len(text)):
        depth += {"{": 1, "}": -1}.get(text[i], 0)
        if depth == 0:
            return text[begin + 1:i], i
    fail("a brace that nobody closes")


def split_top(text, separator=","):
    """The parts of `text` between separators that stand in no bracket."""
    parts, depth, part = [], 0, ""
    for c in text:
        depth += {"<": 1, "(": 1, "{": 1, "[": 1, ">": -1, ")": -1, "}": -1, "]": -1}.get(c, 0)
        if c == separator and depth == 0:
            parts.append(part.strip())
            part = ""
        else:
            part += c
    return [*parts, part.strip()] if part.strip() else parts


def one_line(text):
    return re.sub(r"\s+", " ", text).strip()


class Member:
    def __init__(self, name, declared, comment):
        self.name, self.declared, self.comment = name, declared, comment
        self.place, self.wire, self.spellings, self.required = None, None, [], False


class Model:
    """A class with a field table."""

    def __init__(self, name, text, comment, where):
        self.name, self.comment, self.where = name, comment, where
        tag = re.search(r'static constexpr char tag\[\] = "([^"]+)"', text)
        self.tag = tag[1] if tag else None
        self.members = {member.name: member for member in members_of(text)}
        self.text = text
        self.take_fields()

    def take_fields(self):
        found = re.search(r"static constexpr auto fields =\s*mxwire::fields\(", self.text)
        if not found:
            if self.members:
                fail(f"{self.where}: {self.name} has members and no field table")
            return
        table = self.text[found.end() - 1:]
        depth = 0
        for end, c in enumerate(table):
            depth += {"(": 1, ")": -1}.get(c, 0)
            if depth == 0:
                break
        for row in split_top(one_line(table[1:end])):
            self.take_row(row)
        for member in self.members.values():
            if member.place is None:
                fail(f"{self.where}: {self.name}::{member.name} has no row in the field table")

    def take_row(self, row):
        if row.startswith("field::constant("):
            return
        found = re.fullmatch(r"(?:field::(\w+)|detail::(FlattenedStage))<&[\w:]+::(\w+)(?:, &[\w:]+)?>(?:\((.*)\)|\{\})", row)
        if not found or found[3] not in self.members:
            fail(f"{self.where}: {self.name} has a row that nobody understands: {row}")
        kind, member = found[1] or "flattened", self.members[found[3]]
        names = re.findall(r'"([^"]+)"', found[4] or "")
        member.wire, member.spellings = (names[0], names[1:]) if names else (None, [])
        places = {"path": ("path", True), "query": ("query", False), "required_query": ("query", True),
                  "required": ("body", True), "optional": ("body", False), "open_tag": ("body", True),
                  "required_object": ("body", True), "optional_object": ("body", False), "required_with": ("body", False),
                  "required_text": ("body", True), "optional_list": ("body", False), "list": ("body", False),
                  "flattened": ("flattened", True), "rest": ("rest", False), "rest_cut": ("rest", False)}
        if kind not in places:
            fail(f"{self.where}: {self.name} has a row of the kind {kind}")
        member.place, member.required = places[kind]


def members_of(text):
    """The data members of a class with their comments."""
    declaration, members = "", []
    depth = 0
    for line in text.split("\n"):
        code, _, comment = line.partition("//")
        is_comment_alone = not code.strip()
        if is_comment_alone and comment.startswith("/<") and members and not declaration:
            members[-1].comment += " " + comment[2:].strip()
            continue
        if is_comment_alone:
            continue
        declaration += " " + code
        depth = declaration.count("{") - declaration.count("}")
        if depth == 0 and code.rstrip().endswith((";", "}", ":")):
            member = member_of(one_line(declaration))
            if member:
                member.comment = comment[2:].strip() if comment.startswith("/<") else ""
                members.append(member)
            declaration = ""
    return members


def member_of(declaration):
    if re.match(r"(static|using|template|Auth own_auth|bool \w+\(|private:|public:|struct )", declaration):
        return None
    found = re.fullmatch(r"(.+?) (\w+)(\{\})?;", declaration)
    if not found:
        fail(f"a declaration that nobody understands: {declaration}")
    return Member(found[2], re.sub(r"\btypename ", "", found[1]), "")


def comment_before(text, start):
    lines = text[:start].rstrip("\n").split("\n")
    kept = []
    while lines and lines[-1].startswith("///"):
        kept.insert(0, lines.pop()[4:])
    return "\n".join(kept)


class House:
    """All models, enumerations and unions of the headers."""

    def __init__(self):
        self.models, self.words, self.unions = {}, {}, {}
        for folder in ("types", "session"):
            for path in sorted((INCLUDE / folder).glob("*.hpp")):
                self.read(f"{folder}/{path.name}", path.read_text(encoding="utf-8"))

    def read(self, where, text):
        for found in re.finditer(r"^(?:template <class S(?:, class (?:Identifier|LoginMethod|Proof|Stage) = [^>]+>)?> )?struct (\w+) \{", text, re.M):
            name = found[1]
            body, _ = body_behind(text, found.end() - 1)
            if "auto fields =" not in body and "EndpointInfo info" not in body:
                continue
            self.models[name] = Model(name, body, comment_before(text, found.start()), where)
        for found in re.finditer(r"template <> struct Words<(\w+)> \{", text):
            body, _ = body_behind(text, found.end() - 1)
            values = re.findall(rf'word\({found[1]}::(\w+), "([^"]+)"\)', body)
            seen = dict.fromkeys(value for value, _ in values)
            self.words[found[1]] = [next(word for value, word in values if value == one) for one in seen]
        for found in re.finditer(r"template <class S> using (\w+) =\s*std::variant<(.*?)>;", text, re.S):
            self.unions[found[1]] = [re.sub(r"<S>$", "", part) for part in split_top(one_line(found[2]))]

    def wire_type(self, declared):
        """What stands on the wire for a C++ type, and whether it may be absent."""
        inner = re.fullmatch(r"std::optional<(.+)>", declared)
        if inner:
            return self.wire_type(inner[1])
        plain = {"S::Text": "string", "S::Secret": "string, secret", "Flag": "boolean", "bool": "boolean",
                 "std::int64_t": "integer", "std::chrono::milliseconds": "integer, milliseconds", "S::Raw": "any JSON",
                 "S::Members": "members that have no place of their own"}
        if declared in plain:
            return plain[declared]
        if declared in ("S::TextList", "detail::VersionList<S>::Type"):
            return "array of strings"
        found = re.fullmatch(r"(?:S::template List|WordsOf)<(.+)>", declared)
        if found:
            element = f"OpenEnum<{found[1]}, S::Text>" if declared.startswith("WordsOf") else found[1]
            return f"array of: {self.wire_type(one_line(element.replace('typename ', '')))}"
        found = re.fullmatch(r"OpenEnum<(\w+), (?:typename )?S::Text>", declared)
        if found:
            return "string: " + ", ".join(f"`{word}`" for word in self.words[found[1]]) + ", or another"
        name = re.sub(r"<S>$", "", declared)
        name = {"Identifier": "BasicUserIdentifier", "LoginMethod": "BasicLoginMethod", "Proof": "BasicAuthData",
                "Stage": "BasicAuthStage"}.get(name, name)
        if name in self.models or name in self.unions:
            return f"[{public(name)}]({self.page_of(name)})"
        fail(f"nobody knows the type {declared}")

    def page_of(self, name):
        anchor = "#" + public(name).lower()
        where = self.models[name].where if name in self.models else "types/"
        if name == "BasicLoginMethod":
            where = "session/"
        return anchor if where.startswith("session/") and not self.on_types_page else ("" if self.on_types_page else "types.md") + anchor

    on_types_page = False


def public(name):
    return re.sub(r"^Basic", "", name)


# ---------------------------------------------------------------------------------------------- an operation

class Operation:
    def __init__(self, path, house):
        text = path.read_text(encoding="utf-8")
        self.header = f"session/{path.name}"
        found = re.search(r"static constexpr EndpointInfo info\{(.*?)\};", text, re.S)
        values = [re.sub(r"^\w+::", "", part).strip('"') for part in split_top(one_line(found[1]))]
        self.info = {**DEFAULTS, **dict(zip(INFO, values))}
        start = text.rindex("\ntemplate <class S", 0, found.start()) + 1
        self.type = re.match(r"template <.*?> struct Basic(\w+) \{", text[start:], re.S)[1]
        self.model = house.models["Basic" + self.type]
        self.comment = self.model.comment
        response = re.search(r"using Response = (?:Basic)?(\w+)(?:<S>)?;", text)
        self.response = None
        if response:
            self.response = house.models.get("Basic" + response[1]) or house.models[response[1]]
        self.house = house
        # Models of this file alone, for its page.
        self.own = [name for name, model in house.models.items() if model.where == self.header and name != self.model.name
                    and model is not self.response]

    @property
    def id(self):
        return self.info["operation_id"]

    def is_for_browser(self):
        """True if no vector has an answer that is read."""
        return example_lines(self)[1] is None

    def facts(self):
        """The doc comment: its prose in one line, and the link."""
        link = re.search(r"https://\S+", self.comment)[0]
        paragraphs = [one_line(part) for part in self.comment.split("\n\n")[1:] if not part.strip().startswith("https://")]
        since = re.search(r"\bSince (\d+\.\d+)\b", paragraphs[0])
        return paragraphs, link, since[1] if since else None


def sentences(prose):
    return [part for part in re.split(r"(?<=[.;]) +(?=[A-Z0-9])", prose) if part]


def errors_of(prose):
    """The sentences about refusals: they begin with a status, or name a code of Matrix."""
    return [one.rstrip(";.") for one in sentences(prose)
            if re.match(r"\d{3}\b", one) or re.search(r"\bM_[A-Z_]+|with 401 and ", one)]


# What is code in a doc comment: qualified names, calls, templates, types of two words, codes and types of Matrix.
CODE_WORD = re.compile(r"\b(?:\w+::\w+(?:\(\))?|\w+\(\)|[A-Z]\w+<.+?>(?:>)*|M_[A-Z_]+|m\.[a-z][\w.]*\w|[A-Z][a-z]+[A-Z]\w+|Credentials|Homeserver|Limits)")


def linked(comment):
    """A doc comment as Markdown, without the rules of the project's own list, which a reader of the pages has not."""
    comment = re.sub(r" ?\(reference (?:rules?|traps?) [^)]*\)", "", comment)
    parts = comment.split("`")
    parts[::2] = [CODE_WORD.sub(lambda found: f"`{found[0]}`", part) for part in parts[::2]]
    return "`".join(parts)


def table(rows, head):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]) + "\n"


def member_rows(house, model):
    for member in model.members.values():
        if member.place == "flattened":
            name = "the members of its type"
        elif member.place == "rest":
            name = "any other"
        else:
            name = f"`{member.wire}`" + "".join(f", `{other}`" for other in member.spellings)
        note = [linked(member.comment)] if member.comment else []
        absent = "" if member.required or member.place == "rest" else "no"
        yield [name, f"`{member.name}`", house.wire_type(one_line(member.declared)), "yes" if member.required else absent,
               "; ".join(note)]


MEMBER_HEAD = ["on the wire", "in C++", "type", "required", ""]


def model_section(house, name, level="###"):
    text = f"{level} {public(name)}\n\n"
    if name in house.unions:
        rows = []
        for alternative in house.unions[name]:
            model = house.models[alternative]
            tag = f"`{model.tag}`" if model.tag else ("none" if not model.members else "any other")
            rows.append([tag, house.wire_type(alternative)])
        return text + "One of these, told apart by `type`:\n\n" + table(rows, ["`type`", "in C++"]) + "\n"
    model = house.models[name]
    comment = one_line(re.sub(r"https://\S+", "", model.comment))
    if comment:
        text += linked(comment) + "\n\n"
    rows = list(member_rows(house, model))
    return text + (table(rows, MEMBER_HEAD) if rows else "No members.\n") + "\n"


def vectors_of(operation):
    for line in (VECTORS / f"{operation.id}.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def example_lines(operation):
    """The vector of a request and that of an answer to show: the specification's own where there is one."""
    request = response = None
    for vector in vectors_of(operation):
        is_answer = "status" in vector or "transport_error" in vector
        good = vector["expect"]["outcome"] in ("request", "model")
        if not good:
            continue
        if not is_answer and request is None:
            request = vector
        if is_answer and response is None:
            response = vector
        if str(vector["id"]) == "spec-request":
            request = vector
    return request, response


def replayed(replay, lines):
    if not lines:
        return []
    sent = "".join(json.dumps(line) + "\n" for line in lines)
    done = subprocess.run([replay], input=sent, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        fail(f"{replay}: {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def pretty(value):
    return json.dumps(value, indent=2, ensure_ascii=False)


def request_text(made):
    lines = [f"{made['method']} {made['url']}"]
    lines += [f"{name}: {value}" for name, value in made["headers"].items()]
    if made["body"]:
        lines += ["", pretty(json.loads(made["body"]))]
    return "\n".join(lines)


def example(operation, replay):
    request, response = example_lines(operation)
    inputs = [{key: value for key, value in vector.items() if key not in ("expect", "storage", "note")}
              for vector in (request, response) if vector]
    answers = dict(zip((bool(vector is response) for vector in (request, response) if vector), replayed(replay, inputs)))
    text = "## Example\n\n"
    if request:
        made = answers[False]
        if made["outcome"] != "request":
            fail(f"{operation.id}: the example's request was not built: {made}")
        params = request.get("params", {})
        where = {key: request[key] for key in ("server_name", "user_id", "base_url") if key in request}
        text += "These parameters, by their wire names,\n\n```json\n" + pretty({**where, **params}) + "\n```\n\n"
        text += "make this request (the body is laid out here; it is sent without blanks):\n\n```text\n" + request_text(made) + "\n```\n\n"
    if response:
        read = answers[True]
        if read["outcome"] != "model":
            fail(f"{operation.id}: the example's answer was not read: {read}")
        body = response.get("body", "")
        text += f"This answer, {response['status']},\n\n```json\n" + (pretty(json.loads(body)) if body.strip() else "") + "\n```\n\n"
        text += "is read as:\n\n```json\n" + pretty(read["fields"]) + "\n```\n\n"
    text += code_of(operation, request)
    text += f"From [tests/vectors/{operation.id}.jsonl](../../tests/vectors/{operation.id}.jsonl), which has more of both.\n"
    return text


# What no table says how to write in C++.
CODE = {"login": 'mxwire::Login request{mxwire::Password{mxwire::UserId{"cheeky_monkey"}, "ilovebananas"}};'}


def code_of(operation, vector):
    """The example's request in C++."""
    params = vector.get("params", {}) if vector else {}
    lines = [CODE.get(operation.id, f"mxwire::{operation.type} request{{}};")]
    for member in operation.model.members.values():
        value = params.get(member.wire)
        declared = re.sub(r"^std::optional<(.+)>$", r"\1", one_line(member.declared))
        if value is None:
            continue
        if declared in ("S::Text", "S::Secret", "Flag", "std::int64_t") or declared.startswith("OpenEnum"):
            text = json.dumps(value, ensure_ascii=True)
            lines.append(f"request.{member.name} = {text};")
        elif declared == "S::template List<S::Text>":
            lines.append(f"request.{member.name} = {{{', '.join(json.dumps(one) for one in value)}}};")
        elif member.name == "auth":
            lines.append("// The first request has no `auth`: the answer's challenge says what goes into it.")
        else:
            fail(f"{operation.id}: nobody knows how {member.name} is written in C++")
    wants_token = operation.info["auth"] == "required" or (
        operation.info["auth"] == "optional" and operation.info["sends"] == "object" and "own_auth" not in operation.model.text)
    where = "credentials" if wants_token else "server"
    if "server_name" in (vector or {}):
        lines = [f"const auto made = mxwire::prepare(mxwire::{operation.type}{{}}, mxwire::ServerName{{{json.dumps(vector['server_name'])}}});",
                 "if (!made) return;", "const auto sent = transport(*made);",
                 f"const auto answer = mxwire::parse<mxwire::{operation.type}>(sent);"]
        given = "transport"
    elif operation.is_for_browser():
        lines.append(f"const auto page = mxwire::prepare(request, {where});")
        lines.append("if (page) open_browser(page->url());")
        given = f"{where} open_browser"
    else:
        lines.append(f"const auto answer = mxwire::call(transport, {where}, request);")
        given = f"{where} transport"
    if not operation.is_for_browser():
        lines.append("if (!answer) std::puts(mxwire::describe(answer.error()).c_str());")
    return f"In C++, over a [transport](../transports.md) of yours:\n\n```cpp fragment {given}\n" + "\n".join(lines) + "\n```\n\n"


def seen_errors(operation):
    """The refusals of the vectors: status and code, each once."""
    seen = {}
    for vector in vectors_of(operation):
        expected = vector["expect"]
        if expected["outcome"] == "matrix_error":
            seen.setdefault((expected["status"], expected.get("errcode") or ""), expected.get("uia") is not None)
    return seen


def errors_section(operation, prose):
    text = "## Errors\n\n"
    said = errors_of(prose)
    text += "".join(f"- {linked(sentence)}.\n" for sentence in said)
    codes = {}
    for (status, code), challenge in sorted(seen_errors(operation).items()):
        codes.setdefault(status, []).append((f"`{code}`" if code else "no code") + (" (a challenge)" if challenge else ""))
    if codes:
        text += ("\n" if said else "") + ("Refusals among the test vectors: the specification's examples, what real servers send, and some that "
                                              "only a broken one would:\n\n")
        text += table([[str(status), ", ".join(dict.fromkeys(found))] for status, found in codes.items()], ["status", "codes"])
    return text + "\nWhat to do on each: [errors](../errors.md).\n\n"


AUTH = {"none": "none", "optional": "optional", "required": "required"}


def operation_page(operation, replay):
    house, info = operation.house, operation.info
    paragraphs, link, since = operation.facts()
    text = INTRODUCTION.format(header=operation.header) + f"# {operation.id}\n\n" + linked(paragraphs[0]) + "\n\n"
    text += "".join(linked(paragraph) + "\n\n" for paragraph in paragraphs[1:])
    auth = AUTH[info["auth"]]
    if info["auth"] == "optional" and "own_auth" in operation.model.text:
        auth += ": the value of the request decides whether the token is sent"
    method = {"delete_": "DELETE"}.get(info["method"], info["method"].upper())
    limit = info["max_body"].split(" * ")
    size = f"{limit[0]} MiB" if len(limit) == 3 else f"{int(limit[0]) * int(limit[1]) // 1024} KiB"
    if info["max_body"] == DEFAULTS["max_body"]:
        size = "1 MiB"
    text += table([
        ["in C++", f"[`{operation.type}`](../../include/mxwire/{operation.header})"],
        ["request", f"`{method} {info['path']}`"],
        ["access token", auth],
        ["rate limited", {"yes": "yes", "no": "the specification does not say so"}[info["rate_limited"]]],
        ["acts as another user", {"yes": "an application service may: `Credentials::user_id`, `device_id`", "no": "no"}[info["masquerade"]]],
        ["body of the request", {"object": "a JSON object", "none": "none"}[info["sends"]]],
        ["answer", "a page, for a browser: open the URL" if operation.is_for_browser() else
         {"object": "a JSON object", "none": "a JSON object, or nothing"}[info["expects"]] + f", at most {size}"],
        ["since", f"Matrix {since}" if since else "before Matrix 1.2"],
        ["specification", f"<{link}>"],
    ], ["", ""]) + "\n"
    text += "## Request\n\n"
    rows = [[*row[:2], member.place if member.place in ("path", "query") else "body", *row[2:]]
            for row, member in zip(member_rows(house, operation.model), operation.model.members.values())]
    text += (table(rows, [*MEMBER_HEAD[:2], "in the", *MEMBER_HEAD[2:]]) if rows else "No members.\n") + "\n"
    if not operation.is_for_browser():
        rows = list(member_rows(house, operation.response)) if operation.response else []
        text += "## Response\n\n" + (table(rows, MEMBER_HEAD) if rows else "Nothing: an object, whatever is in it.\n") + "\n"
    own = [name for name in house.unions if name == "BasicLoginMethod" and operation.id == "login"] + operation.own
    if own:
        text += "## Types\n\n" + "".join(model_section(house, name) for name in own)
    return text + errors_section(operation, paragraphs[0]) + example(operation, replay)


def types_page(house):
    house.on_types_page = True
    text = INTRODUCTION.format(header="types/") + "# Types that several operations share\n\n"
    for name in sorted([*house.models, *house.unions], key=lambda name: public(name).lower()):
        where = house.models[name].where if name in house.models else "types/"
        if where.startswith("types/") and name != "BasicLoginMethod":
            text += model_section(house, name, "##")
    house.on_types_page = False
    return text.rstrip("\n") + "\n"


def index_page(operations):
    text = INTRODUCTION.format(header="session/")
    text += "# Operations\n\nA page for each. [Types](types.md) that several of them share.\n\n"
    rows = []
    for operation in operations:
        info = operation.info
        method = {"delete_": "DELETE"}.get(info["method"], info["method"].upper())
        rows.append([f"[`{operation.id}`]({operation.id}.md)", f"`{operation.type}`", f"`{method} {info['path']}`",
                     AUTH[info["auth"]], {"yes": "yes", "no": ""}[info["rate_limited"]], linked(sentences(operation.facts()[0][0])[0])])
    return text + table(rows, ["operation", "in C++", "request", "token", "rate limited", ""])


def pages(replay):
    house = House()
    operations = [Operation(path, house) for path in sorted((INCLUDE / "session").glob("*.hpp"))]
    made = {f"{operation.id}.md": operation_page(operation, replay) for operation in operations}
    made["types.md"] = types_page(house)
    made["README.md"] = index_page(operations)
    return made


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replay", required=True, metavar="PROGRAM")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    made = pages(options.replay)
    there = {path.name: path.read_text(encoding="utf-8") for path in PAGES.glob("*.md")} if PAGES.exists() else {}
    if not options.check:
        PAGES.mkdir(parents=True, exist_ok=True)
        for name in there.keys() - made.keys():
            (PAGES / name).unlink()
        for name, text in made.items():
            (PAGES / name).write_text(text, encoding="utf-8")
        return 0
    stale = sorted(name for name in there.keys() | made.keys() if there.get(name) != made.get(name))
    for name in stale:
        print(f"docs/operations/{name} is stale: tests/docs/operations.py --replay {options.replay}")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
