# SPDX-License-Identifier: MIT
"""Whom Synapse asks about its users when others log them in, on loopback: peers.py DIR writes its port to DIR/server.port.

A CAS that believes any name, and an authentication service whose tokens say what they are for: "USER/DEVICE"; the
token "down" is one that the service has no answer to.
"""

import http.server
import json
import pathlib
import sys
import urllib.parse


class Peers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        if url.path == "/cas/login" and "user" in query:
            service = query["service"]
            ticket = "ticket=ST-" + urllib.parse.quote(query["user"], safe="")
            self.reply(302, Location=service + ("&" if "?" in service else "?") + ticket)
        elif url.path == "/cas/login":
            self.reply(200, "<form><input name=user></form>", "text/html")
        elif url.path == "/cas/proxyValidate":
            user = query["ticket"].removeprefix("ST-")
            self.reply(200, '<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas"><cas:authenticationSuccess>'
                       f"<cas:user>{user}</cas:user></cas:authenticationSuccess></cas:serviceResponse>", "text/xml")
        elif url.path == "/.well-known/openid-configuration":
            self.reply(200, json.dumps(metadata(self.server.server_port)))
        else:
            self.reply(404)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        token = dict(urllib.parse.parse_qsl(body)).get("token", "")
        if self.path != "/oauth2/introspect" or token == "down":
            return self.reply(503)
        user, slash, device = token.partition("/")
        self.reply(200, json.dumps({"active": bool(slash)} | ({
            "username": user, "scope": f"urn:matrix:client:api:* urn:matrix:client:device:{device}"} if slash else {})))

    def reply(self, status, body="", content_type="application/json", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())


def metadata(port):
    issuer = f"http://127.0.0.1:{port}/"
    return {
        "issuer": issuer,
        "authorization_endpoint": issuer + "authorize",
        "token_endpoint": issuer + "token",
        "revocation_endpoint": issuer + "revoke",
        "registration_endpoint": issuer + "register",
        "account_management_uri": issuer + "account",
        "account_management_actions_supported": ["org.matrix.devices_list", "org.example.knock"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "fragment"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
    }


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Peers)
    port = pathlib.Path(sys.argv[1]) / "server.port"
    new = port.with_suffix(".new")
    new.write_text(f"{server.server_port}\n")
    new.rename(port)    # it appears once the server listens, and whole
    server.serve_forever()


main()
