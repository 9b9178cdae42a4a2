#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes tests/vectors/*.jsonl as C++ tables for replay.cpp.

vectors.py --storage owned|view|fixed --out FILE [OPERATION...]

Left out, and counted in the file's first lines: bodies that are larger than a device's buffer, answers of a transport that
failed, lines that are about mxwire_replay itself, and what the storage policy is not asked about.
"""
import argparse
import base64
import datetime
import json
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LARGEST = 4000
INFO = re.compile(r"EndpointInfo\s+info\s*\{(.*?)\};", re.S)


def operations():
    """operationId: (name of the class template without Basic, text of its EndpointInfo)"""
    found = {}
    for path in sorted((ROOT / "include" / "mxwire" / "session").glob("*.hpp")):
        info = INFO.search(path.read_text(encoding="utf-8"))[1]
        type_name = "".join(word.capitalize() for word in path.stem.split("_"))
        found[re.search(r'"([^"]+)"', info)[1]] = (type_name, info)
    return found


def digest(*texts):
    value = 2166136261
    for text in texts:
        for byte in str(text).encode("utf-8", "surrogatepass") + b"\xff":
            value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value


def verdict(expect):
    outcome = expect["outcome"]
    if outcome == "model":
        return digest(outcome, expect["status"])
    if outcome == "request":
        headers = [text for name in ("Content-Type", "Authorization") if name in expect["headers"]
                   for text in (name, expect["headers"][name])]
        return digest(outcome, expect["method"], expect["url"], expect["body"], *headers)
    if outcome == "request_error":
        return digest(outcome, expect["message"])
    retry = expect["retry_after_ms"]
    return digest(outcome, expect["status"], expect["errcode"] or "", expect["message"], -1 if retry is None else retry,
                  int(expect["soft_logout"]))


def literal(text):
    """A string_view of `text`, or an absent one."""
    if text is None:
        return "{}"
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    if not data:
        return '{"", 0}'
    # Three octal digits: whatever follows is no part of the escape.
    written = "".join(chr(b) if 0x20 <= b < 0x7F and chr(b) not in '"\\?' else f"\\{b:03o}" for b in data)
    return f'{{"{written}", {len(data)}}}'


def seconds(text):
    return int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


def fields(headers):
    pairs = headers.items() if isinstance(headers, dict) else headers
    for name, value in pairs:
        for one in value if isinstance(value, list) and isinstance(headers, dict) else [value]:
            yield name, one if isinstance(one, str) else json.dumps(one, separators=(",", ":"))


def response(vector, out, name):
    body = base64.b64decode(vector["body_b64"]) if "body_b64" in vector else (vector.get("body") or "").encode("utf-8", "surrogatepass")
    if len(body) > LARGEST:
        return None
    headers = list(fields(vector.get("headers") or {}))
    array = "nullptr"
    if headers:
        array = name + "_headers"
        out.append(f"constexpr Field {array}[] = {{" + ", ".join(f"{{{literal(a)}, {literal(b)}}}" for a, b in headers) + "};")
    now = seconds(vector["now"]) if vector.get("now") else -1
    return (f'{{{literal(vector["id"])}, {verdict(vector["expect"])}u, {vector["status"]}, {literal(body)}, {array}, {len(headers)}, '
            f"{now}}}")


def request(vector, info):
    params = dict(vector.get("params") or {})

    def take(name, outside=None):
        value = params.pop(name, None)
        return outside if value is None else value
    user = device = server = server_user = None
    token = take("access_token")
    takes_token = "Auth::none" not in info and (token is not None or "Auth::required" in info)
    if takes_token and "Masquerade::yes" in info:
        user, device = take("user_id"), take("device_id")
    if '"getWellknown"' in info:
        server, server_user = take("server_name", vector.get("server_name")), take("user_id", vector.get("user_id"))
    texts = (token, user, device, server, server_user)
    if any(text is not None and not isinstance(text, str) for text in texts):
        return None  # what mxwire_replay says of its own line
    if takes_token and token is None:
        texts = ("",) + texts[1:]
    if not takes_token:
        texts = (None,) + texts[1:]
    # In the order in which mxwire_replay's own JSON has them: members of a custom type are sent as they stand.
    written = json.dumps(params, separators=(",", ":"), ensure_ascii=False, sort_keys=True)
    if len(written) > LARGEST:
        return None
    return (f'{{{literal(vector["id"])}, {verdict(vector["expect"])}u, {literal(written)}, {literal(vector.get("base_url") or "")}, '
            f'{"true" if vector.get("allow_insecure_http") else "false"}, {", ".join(map(literal, texts))}}}')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--storage", required=True, choices=("owned", "view", "fixed"))
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("operation", nargs="*")
    arguments = parser.parse_args()
    known = operations()
    out, entries, left_out = [], [], 0
    for identifier in arguments.operation or known:
        type_name, info = known[identifier]
        responses, requests = [], []
        for number, line in enumerate((ROOT / "tests" / "vectors" / f"{identifier}.jsonl").read_text(encoding="utf-8").splitlines()):
            vector = json.loads(line)
            if arguments.storage not in vector.get("storage", [arguments.storage]) or "transport_error" in vector:
                row = None
            elif "status" in vector:
                row = response(vector, out, f"{type_name}_{number}")
                responses += [row] if row else []
            else:
                row = request(vector, info)
                requests += [row] if row else []
            left_out += row is None
        names = []
        for kind, structure, rows in (("responses", "ResponseVector", responses), ("requests", "RequestVector", requests)):
            if rows:
                name = f"{type_name}_{kind}"
                out.append(f"constexpr {structure} {name}[] = {{\n    " + ",\n    ".join(rows) + "};")
                names.append(f"table({name})")
            else:
                names.append(f"table<{structure}>()")
        entries.append(f'MXWIRE_VECTORS({type_name}, "{identifier}", {names[0]}, {names[1]})')
    text = "// Generated by tests/embedded/vectors.py.\n" + "\n".join(out) + f"\nconstexpr std::uint32_t left_out = {left_out};\n"
    text += "#define MXWIRE_ALL_VECTORS \\\n" + " \\\n".join("    " + entry for entry in entries) + "\n"
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(text, encoding="ascii")


if __name__ == "__main__":
    main()
