# SPDX-License-Identifier: MIT
"""Makes the fixtures of harness.sh on a fresh Synapse: synapse_fixtures.py DIR [--full], the rest from the environment.

On a server that has no room, --full, it is the one user, whom the server makes and refuses in one answer.

DIR is the instance's folder. The shared secret is read from its homeserver.yaml, so that it stands on no command
line; the administrator's token is left in DIR/admin_token. Runs in Synapse's own environment, which has PyYAML.
"""

import hashlib
import hmac
import json
import os
import pathlib
import secrets
import sys
import urllib.error
import urllib.parse
import urllib.request

import yaml

# No proxy, whatever the environment says: the server is on loopback.
http = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def call(method, path, body=None, token=None, *, refused=None):
    request = urllib.request.Request(os.environ["MXWIRE_SERVER"] + path, method=method)
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    if token is not None:
        request.add_header("Authorization", "Bearer " + token)
    try:
        with http.open(request, timeout=30) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        if error.code == refused:
            return None
        # The answer holds no secret of ours; the request may.
        sys.exit(f"{method} {path}: {error.code} {error.read(400).decode(errors='replace')}")
    except OSError as error:
        sys.exit(f"{method} {path}: {error}")


def register(shared_secret, user, password, *, admin=False, refused=None):
    """By the shared secret: it needs no login, so that the rate-limited server still has all of its five."""
    nonce = call("GET", "/_synapse/admin/v1/register")["nonce"]
    signed = "\0".join([nonce, user, password, "admin" if admin else "notadmin"])
    mac = hmac.new(shared_secret.encode(), signed.encode(), hashlib.sha1).hexdigest()
    # Only the administrator gets a device: the others come to the suite without any.
    return call("POST", "/_synapse/admin/v1/register", {
        "nonce": nonce, "username": user, "password": password, "admin": admin, "mac": mac, "inhibit_login": not admin},
        refused=refused)


def main():
    env = os.environ
    folder = pathlib.Path(sys.argv[1])
    shared_secret = yaml.safe_load((folder / "homeserver.yaml").read_text())["registration_shared_secret"]
    if sys.argv[2:] == ["--full"]:
        register(shared_secret, env["MXWIRE_USER"], env["MXWIRE_PASSWORD"], refused=403)
        return

    admin_token = register(shared_secret, "warden", secrets.token_hex(16), admin=True)["access_token"]
    os.umask(0o077)
    (folder / "admin_token").write_text(admin_token)

    register(shared_secret, env["MXWIRE_USER"], env["MXWIRE_PASSWORD"])
    register(shared_secret, env["MXWIRE_LOCKED_USER"], env["MXWIRE_LOCKED_PASSWORD"])
    locked_id = urllib.parse.quote(f"@{env['MXWIRE_LOCKED_USER']}:{env['MXWIRE_SERVER_NAME']}", safe="")
    call("PUT", f"/_synapse/admin/v2/users/{locked_id}", {"locked": True}, admin_token)

    call("POST", "/_synapse/admin/v1/registration_tokens/new", {"token": env["MXWIRE_REGISTRATION_TOKEN"]}, admin_token)

    call("POST", "/_matrix/client/v3/register", {
        "type": "m.login.application_service", "username": env["MXWIRE_AS_USER"], "inhibit_login": True},
        env["MXWIRE_AS_TOKEN"])


main()
