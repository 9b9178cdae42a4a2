#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Random and mutated lines through mxwire_replay, built with the address and undefined behaviour sanitizers.

    fuzz_lines.py --replay PROGRAM [--lines 200000] [--seed N]
    fuzz_lines.py --corpus FOLDER      writes seeds for fuzz/parse_fuzz.cpp

The lines go through the storage policies in turn. For each there has to be one answer, in its place: one line of JSON
with the line's id and an outcome. The program has to end by itself, with 0, and with nothing on its standard error.
A failure prints the line; the same --seed gives the same lines again.
"""
import argparse
import base64
import collections
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

VECTORS = pathlib.Path(__file__).resolve().parent.parent / "vectors"
STORAGES = ("owned", "view", "fixed")
OUTCOMES = {"model", "matrix_error", "http_error", "body_error", "transport_error", "request", "request_error",
            "unsupported"}
ERROR_MEMBERS = {"id", "outcome", "status", "errcode", "message", "retry_after_ms", "soft_logout", "uia", "extra"}
CHUNK = 10000
MAX_BODY = 100000

STATUSES = (0, 100, 199, 200, 201, 204, 299, 300, 302, 400, 401, 403, 404, 405, 413, 429, 500, 502, 599, 600,
            -1, 2**31 - 1, -2**31, 2**63)
HEADERS = ("Retry-After", "retry-after", "Date", "Location", "X")
DELAYS = ("0", "1", "-1", "2.5", "99999999999", "", " 3 ", "Wed, 21 Oct 2026 07:28:00 GMT",
          "Wednesday, 21-Oct-26 07:28:00 GMT", "Wed Oct 21 07:28:00 2026", "Fri, 31 Feb 9999 23:59:60 GMT",
          "Mon, 00 Jan 0000 99:99:99", "1:2:3", "x" * 300, "\u00e9")
CLOCKS = ("2026-10-21T07:28:00Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:60+23:59")
VALUES = (None, True, False, 0, -1, 1.5, 2**53 + 1, 2**63, -2**63, 2**64, "", "x", "\x00", "\u20ac\U0001f600",
          "a" * 4097, [], {}, [[]], [{}], {"": ""}, {"type": "m.id.user"}, {"m.homeserver": {"base_url": "https://x"}},
          [{"stages": ["a"]}], ["a"] * 20)
INSERTIONS = ('"', "\\", "\n", "\x00", "\x7f", "\u00e9", "\U0001f600", " ", "%", "a" * 4097)
TOKENS = (b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"null", b"true", b"fals", b"-", b"0", b"1e999", b"0.0",
          b"-0", b"6E+4", b"\\u0000", b"\\ud83d\\ude00", b"\\ud800", b"\\u", b"\xff", b"\xc0\x80", b"\xed\xa0\x80",
          b"\xef\xbb\xbf", b"\x00", b"\xe2\x82\xac", b" ", b"\t", b'"type":', b'"flows":', b'"errcode":"M_X",',
          b'"session":', b'"retry_after_ms":', b'"user_id":"a",', b'"\\u0075ser_id":1,',
          b"[" * 40, b'{"a":' * 40, b"9" * 30)
URLS = ("", "https://", "https://x", "http://x", "https://x/%", "https://[::1", "https://[::ffff:1.2.3.4]:1",
        "https://u@x", "x" * 3000, "https://x/" + "a/" * 500, "HTTPS://X:65535/..", "https://\u00e9", "https://x\r\n",
        "http://127.0.0.1:0", "//x", "https:x")
CREDENTIALS = ("abc", "a\r\nb", "@a:b", "\u00e9/?&", 1, None)


def read_vectors():
    vectors = []
    for path in sorted(VECTORS.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            vector = json.loads(line)
            for key in ("expect", "storage", "codec"):
                vector.pop(key, None)
            vectors.append(vector)
    return vectors


def is_response(line):
    return "status" in line or "transport_error" in line


def body_of(line):
    if "body_b64" in line:
        return base64.b64decode(line["body_b64"])
    return line.get("body", "").encode("utf-8", "surrogatepass")


class Mutator:
    def __init__(self, rng, vectors):
        self.rng = rng
        self.vectors = vectors
        self.operations = sorted({vector["operation"] for vector in vectors})
        self.keys = sorted({key for vector in vectors for key in self.keys_of(self.document(vector))})

    @staticmethod
    def document(vector):
        """The JSON that the library reads: a body, or the parameters of a request."""
        if not is_response(vector):
            return vector.get("params", {})
        try:
            return json.loads(body_of(vector))
        except ValueError:
            return None

    @classmethod
    def keys_of(cls, value):
        if isinstance(value, dict):
            for key, inner in value.items():
                yield key
                yield from cls.keys_of(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from cls.keys_of(inner)

    def bytes(self, data):
        """A few changes to bytes: cut, flipped, put in, put twice, exchanged with those of another vector."""
        rng, data = self.rng, bytearray(data)
        for _ in range(rng.randint(1, 4)):
            at, kind = rng.randint(0, len(data)), rng.randrange(7)
            if kind == 0 and data:
                data[at % len(data)] = rng.randrange(256)
            elif kind == 1:
                del data[at:at + rng.randint(1, 8)]
            elif kind == 2:
                data[at:at] = rng.choice(TOKENS)
            elif kind == 3 and data:
                begin = rng.randrange(len(data))
                data[at:at] = data[begin:begin + rng.randint(1, 40)]
            elif kind == 4:
                del data[at:]
            elif kind == 5:
                other = body_of(rng.choice(self.vectors))
                data[at:at] = other[rng.randint(0, len(other)):]
            else:
                data[at:at] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 6)))
        return bytes(data)

    def value(self, value, depth=0):
        """A few changes to a JSON value: members of other types, put away, renamed, doubled, deeper."""
        rng = self.rng
        if depth and rng.random() < 0.04:
            return rng.choice(VALUES)
        if isinstance(value, dict):
            items = [(key, self.value(inner, depth + 1)) for key, inner in value.items()]
            if items and rng.random() < 0.2:
                items.pop(rng.randrange(len(items)))
            if items and rng.random() < 0.1:
                at = rng.randrange(len(items))
                items[at] = (rng.choice(self.keys), items[at][1])
            if rng.random() < 0.2:
                items.append((rng.choice(self.keys), rng.choice(VALUES)))
            if rng.random() < 0.3:
                rng.shuffle(items)
            return dict(items)
        if isinstance(value, list):
            items = [self.value(inner, depth + 1) for inner in value]
            if items and rng.random() < 0.15:
                small = depth < 2 and not isinstance(items[-1], dict)  # or copies of copies fill the memory
                items.extend(items[-1:] * (rng.choice((1, 17, 1030)) if small else 1))
            return items
        if isinstance(value, str) and rng.random() < 0.15:
            at = rng.randint(0, len(value))
            return value[:at] + rng.choice(INSERTIONS) + value[at:]
        return value

    def render(self, value):
        """The same value in other spellings: blanks, escapes, a byte order mark, a member twice."""
        rng = self.rng
        text = json.dumps(value, ensure_ascii=rng.random() < 0.5, indent=rng.choice((None, None, 1, "\t")))
        if rng.random() < 0.1:
            text = text.replace("e", "\\u0065", rng.randint(1, 3))
        if rng.random() < 0.1 and text.startswith("{") and len(text) > 2:
            text = "{" + text[1:-1] + "," + text[1:]
        if rng.random() < 0.05:
            text = "\ufeff" + text
        return text.encode("utf-8", "surrogatepass")

    def response(self, line):
        rng = self.rng
        if rng.random() < 0.15 or "status" not in line:
            line["status"] = rng.choice(STATUSES)
        if rng.random() < 0.25:
            headers = [[rng.choice(HEADERS), rng.choice(DELAYS)] for _ in range(rng.randint(0, 3))]
            line["headers"] = headers if rng.random() < 0.5 else dict(headers)
        if rng.random() < 0.2:
            line["now"] = rng.choice(CLOCKS)
        body, document = body_of(line), self.document(line)
        if document is not None and rng.random() < 0.6:
            body = self.render(self.value(document))
        if document is None or rng.random() < 0.3:
            body = self.bytes(body)
        body = body[:MAX_BODY]
        line.pop("body", None)
        line.pop("body_b64", None)
        try:
            if rng.random() < 0.1:
                raise UnicodeError
            line["body"] = body.decode("utf-8")
        except UnicodeError:
            line["body_b64"] = base64.b64encode(body).decode()

    def request(self, line):
        rng = self.rng
        if rng.random() < 0.3:
            line["base_url"] = rng.choice(URLS)
        elif rng.random() < 0.2:
            url = line.get("base_url", "")
            at = rng.randint(0, len(url))
            line["base_url"] = url[:at] + rng.choice("/:?#@%.[]\\ \r\x00\u00e9a0") + url[at:]
        if rng.random() < 0.2:
            line["allow_insecure_http"] = rng.random() < 0.9 or None
        line["params"] = params = self.value(line.get("params", {}))
        if rng.random() < 0.3:
            params[rng.choice(("access_token", "user_id", "device_id"))] = rng.choice(CREDENTIALS)

    def line(self, number):
        """The next line, without its end, and its id; or None where nobody knows whether the line has one."""
        rng = self.rng
        kind = rng.random()
        if kind < 0.03:
            return bytes(rng.randrange(256) for _ in range(rng.randint(0, 200))).replace(b"\n", b" "), None
        line = json.loads(json.dumps(rng.choice(self.vectors)))
        line["id"] = number
        if kind < 0.95:
            (self.response if is_response(line) else self.request)(line)
        if rng.random() < 0.1:
            line["operation"] = rng.choice(self.operations * 2 + ["noSuch", None])
        if rng.random() < 0.03:
            line[rng.choice(sorted(line))] = rng.choice(VALUES)
        text = json.dumps(line, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")
        if rng.random() < 0.1:
            return self.bytes(text).replace(b"\n", b" "), None
        return text, line["id"]


def fault_of(answer, identity, outcomes):
    """What is wrong with an answer, or None. Counts its outcome."""
    try:
        got = json.loads(answer)
    except ValueError as error:
        return f"no JSON: {error}"
    if not isinstance(got, dict) or got.get("outcome") not in OUTCOMES:
        return "no outcome"
    outcomes[got["outcome"]] += 1
    if "id" not in got or (identity is not None and got["id"] != identity):
        return f"not the id of the line, {identity!r}"
    if got["outcome"].endswith("_error") and got["outcome"] != "request_error" and set(got) != ERROR_MEMBERS:
        return "not the members of an error"
    if got["outcome"] == "request":
        for name, value in [("url", got["url"]), *got["headers"].items()]:
            if not value.isascii() or not value.isprintable() or (name == "url" and " " in value):
                return f"{name} does not go into an HTTP request"
        if got["body"] and not isinstance(json.loads(got["body"]), dict):
            return "the body is no JSON object"
    return None


def run(replay, storage, lines, outcomes):
    """The faults of one run of the program. Counts the outcomes."""
    with tempfile.TemporaryFile() as given:
        given.write(b"".join(text + b"\n" for text, _ in lines))
        given.seek(0)
        ended = subprocess.run([replay, "--storage", storage], stdin=given, capture_output=True, check=False,
                               env={**os.environ, "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1"})
    answers = ended.stdout.split(b"\n")
    rest = answers.pop()
    faults = []
    if ended.returncode != 0 or ended.stderr:
        faults.append(f"ended with {ended.returncode}\n{ended.stderr.decode(errors='replace')[:6000]}")
    if len(answers) != len(lines) or rest:
        faults.append(f"{len(answers)} answers for {len(lines)} lines" + (", the last one has no end" if rest else ""))
        if len(answers) < len(lines):
            faults.append(f"the line without an answer: {lines[len(answers)][0]!r}")
    for (text, identity), answer in zip(lines, answers):
        fault = fault_of(answer, identity, outcomes)
        if fault:
            faults.append(f"{fault}\n  line   {text!r}\n  answer {answer!r}")
    return faults


def write_corpus(folder):
    """One file for each vector: operation, two bytes of status, a header's length, the header, the rest."""
    folder.mkdir(parents=True, exist_ok=True)
    vectors = read_vectors()
    # By its place, and modulo their number: so that other orders only mix up which seed is whose.
    operations = sorted({vector["operation"] for vector in vectors})
    for number, vector in enumerate(vectors):
        if "transport_error" in vector:
            continue
        header, status, rest = b"", 0, b""
        if is_response(vector):
            status, rest = vector["status"], body_of(vector)
            headers = vector.get("headers", {})
            pairs = headers.items() if isinstance(headers, dict) else headers
            header = next((value.encode() for name, value in pairs if name.lower() == "retry-after"), b"")[:255]
        else:
            rest = json.dumps(vector.get("params", {}), ensure_ascii=False).encode()
        seed = bytes([operations.index(vector["operation"]), status >> 8 & 255, status & 255, len(header)])
        (folder / f"{vector['operation']}-{number}").write_bytes(seed + header + rest)
    print(f"{len(list(folder.iterdir()))} seeds in {folder}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replay", help="the program")
    parser.add_argument("--lines", type=int, default=200000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", type=pathlib.Path)
    options = parser.parse_args()
    if options.corpus:
        write_corpus(options.corpus)
        return 0
    if not options.replay:
        parser.error("--replay or --corpus")

    vectors = read_vectors()
    mutator = Mutator(random.Random(options.seed), vectors)
    outcomes, done, turn = collections.Counter(), 0, 0
    chunk = max(1, min(CHUNK, -(-options.lines // len(STORAGES))))
    while done < options.lines:
        lines = [mutator.line(done + i) for i in range(min(chunk, options.lines - done))]
        storage = STORAGES[turn % len(STORAGES)]
        faults = run(options.replay, storage, lines, outcomes)
        if faults:
            print(f"--storage {storage}, --seed {options.seed}, from line {done}: {len(faults)} faults")
            print("\n".join(faults[:5]))
            return 1
        done += len(lines)
        turn += 1
    found = ", ".join(f"{count} {name}" for name, count in outcomes.most_common())
    print(f"{done} lines, {done} answers, no report: {found}")
    # Mutations that never reach the code behind an outcome would prove nothing about it.
    missing = OUTCOMES - set(outcomes)
    if missing and options.lines >= 10000:
        print(f"no line came to {', '.join(sorted(missing))}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
