#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# A real homeserver for the integration tests: Synapse from PyPI, on loopback, with SQLite and fresh data.
#
#   synapse.sh install                      into the cache; a second time it is only looked at
#   synapse.sh start DIR [OVERLAY]          one instance in DIR (empty or new), with overlays/OVERLAY.yaml on top of base
#   synapse.sh stop DIR
#   synapse.sh run DIR PROGRAM [ARG...]     instances below DIR (main, and those of `variants`), PROGRAM against them, and their end
#
# After `start`, `. DIR/environment` gives a shell what `run` gives PROGRAM; harness.sh lists it, and the exit statuses.
# MXWIRE_PYTHON names another Python than the `python3` that is found first.

set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=harness.sh
. "$here/harness.sh"

readonly synapse_version=1.163.2
readonly start_timeout=120    # seconds; it takes two on an idle machine

# --- install ----------------------------------------------------------------------------------------------------------

# The environment is finished when it holds a copy of the constraints it was made with: it is put there last. Trying
# it as well tells one whose Python has been removed since.
is_installed() {
    cmp -s -- "$here/constraints.txt" "$venv/constraints.txt" && "$venv/bin/python" -I -c 'import synapse' 2>/dev/null
}

pip_install() {
    local -a constraints=(--constraint "$here/constraints.txt")
    # The constraints were frozen on 3.11 and name versions that 3.10 does not have: there pip chooses.
    case $python_version in 3.10.*) constraints=() ;; esac
    # Wheels only: a package without one would ask for compilers and fail half an hour later.
    "$python" -m venv "$venv" && "$venv/bin/python" -m pip install --no-input --disable-pip-version-check --retries 2 \
        --only-binary=:all: ${constraints[@]+"${constraints[@]}"} "matrix-synapse[oidc,jwt]==$synapse_version" &&
        cp -- "$here/constraints.txt" "$venv/constraints.txt"
}

install_synapse() {
    local cache=${XDG_CACHE_HOME:-$HOME/.cache}/mxwire
    find_python "Synapse needs"
    python_version=$("$python" -I -c 'import platform; print(platform.python_version())')
    mkdir -p -- "$cache"
    venv=$cache/synapse-$synapse_version-python$python_version
    # Two tests that start at once must not install over each other.
    exec 9>"$venv.lock"
    flock 9
    if ! is_installed; then
        printf 'installing matrix-synapse %s for Python %s\n' "$synapse_version" "$python_version" >&2
        rm -rf -- "$venv"
        if ! pip_install >"$venv.log" 2>&1; then
            rm -rf -- "$venv"
            unavailable "matrix-synapse $synapse_version cannot be installed: $(grep -a '^ERROR: ' "$venv.log" | tail -n 1 ||
                true) (all of it: $venv.log)"
        fi
    fi
    exec 9>&-
}

# --- one instance -----------------------------------------------------------------------------------------------------

# A port that was free a moment ago. Synapse cannot be told to choose one: public_baseurl must name it.
free_port() { "$venv/bin/python" -I -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# What differs from start to start. Its secrets are drawn anew and readable by the owner alone. Without a log_config
# Synapse logs to standard error. x_forwarded lets a test be an address of its own by X-Forwarded-For.
write_configuration() {
    local dir=$1 port=$2
    (
        umask 077
        cat >"$dir/homeserver.yaml" <<YAML
server_name: $server_name
public_baseurl: http://127.0.0.1:$port/
listeners:
  - port: $port
    bind_addresses: [127.0.0.1]
    type: http
    tls: false
    x_forwarded: true
    resources: [{names: [client], compress: false}]
database: {name: sqlite3, args: {database: homeserver.db}}
media_store_path: media
signing_key: ed25519 a_test $(head -c 32 /dev/urandom | base64 | tr -d '=\n')
macaroon_secret_key: "$(random_hex)"
form_secret: "$(random_hex)"
registration_shared_secret: "$(random_hex)"
YAML
    )
    cp -- "$here/as.yaml" "$here/as4190.yaml" "$dir/"
}

# launch_peers DIR: whom an instance asks about users, if its overlay says so; sets `peers`, its base URL.
launch_peers() {
    local dir=$1 i
    spawn "$dir" "$venv/bin/python" -I "$here/peers.py" "$dir/"
    for ((i = 0; i < 300; i++)); do
        [ ! -s "$dir/server.port" ] || break
        alive "$dir" || fail "peers.py ended at its start"
        sleep 0.1
    done
    peers=$(url_of "$dir")
}

# launch DIR OVERLAY: does not wait.
launch() {
    local dir=$1 overlay=$2 port
    local -a configuration=(-c "$dir/homeserver.yaml" -c "$here/overlays/base.yaml")
    if [ "$overlay" != base ]; then
        sed "s|PEERS|${peers:-}|g" "$here/overlays/$overlay.yaml" >"$dir/overlay.yaml"
        configuration+=(-c "$dir/overlay.yaml")
    fi
    port=$(free_port)
    printf '%s\n' "$port" >"$dir/server.port"
    write_configuration "$dir" "$port"
    spawn "$dir" "$venv/bin/python" -I -m synapse.app.homeserver "${configuration[@]}"
}

# By its own log, in the words of the pinned version. A connection would tell less: whoever else has taken the port
# accepts one, too.
listening() { grep -qa 'Synapse now listening on TCP port' "$1/server.log"; }

# until_ready DIR OVERLAY: whoever took the port between our choosing it and Synapse's binding it costs another try.
until_ready() {
    local dir=$1 overlay=$2 tries=0 deadline=$((SECONDS + start_timeout))
    until alive "$dir" && listening "$dir"; do
        if ! alive "$dir"; then
            if ((tries++ < 3)) && grep -qaE 'CannotListenError|Address already in use' "$dir/server.log"; then
                launch "$dir" "$overlay"
            else
                fail "Synapse ended at its start"
            fi
        fi
        if ((SECONDS >= deadline)); then fail "Synapse does not answer after $start_timeout seconds"; fi
        sleep 0.1
    done
}

# Those of a run, beside the plain one.
readonly variants=(rate strict sso passwordless limited approval delegated)
# Where the fixtures can be made, and are needed.
has_fixtures() { case $1 in limited | approval | delegated) return 1 ;; esac; }

# Users, the lock and the ghost; leaves the administrator's token in DIR/admin_token.
make_fixtures() {
    "$venv/bin/python" -I "$here/synapse_fixtures.py" "$@" || fail "the fixtures could not be made"
}

# --- commands ---------------------------------------------------------------------------------------------------------

start() {
    local dir=$1 overlay=${2:-base}
    [ -r "$here/overlays/$overlay.yaml" ] || fail "there is no overlay $overlay"
    install_synapse
    fresh_folder "$dir"
    dir=$(absolute "$dir")
    trap_failed_start "$dir"
    if grep -q PEERS "$here/overlays/$overlay.yaml"; then
        mkdir -- "$dir/peers"
        launch_peers "$dir/peers"
    fi
    launch "$dir" "$overlay"
    until_ready "$dir" "$overlay"
    export_fixtures synapse "$(url_of "$dir")"
    if has_fixtures "$overlay"; then make_fixtures "$dir"; fi
    if has_fixtures "$overlay"; then MXWIRE_ADMIN_TOKEN=$(cat -- "$dir/admin_token") && export MXWIRE_ADMIN_TOKEN; fi
    write_environment "$dir"
    trap - EXIT
    printf 'synapse %s (%s) at %s, process %s\n' "$synapse_version" "$overlay" "$MXWIRE_SERVER" "$(cat -- "$dir/server.pid")"
}

run() {
    local dir=$1 name
    shift
    require_program "$1"
    install_synapse
    begin_run "$dir" peers main "${variants[@]}"
    launch_peers "$run_dir/peers"
    launch "$run_dir/main" base
    for name in "${variants[@]}"; do launch "$run_dir/$name" "$name"; done
    for name in main "${variants[@]}"; do
        if [ "$name" = main ]; then until_ready "$run_dir/main" base; else until_ready "$run_dir/$name" "$name"; fi
        export_fixtures synapse "$(url_of "$run_dir/$name")"
        if has_fixtures "$name"; then make_fixtures "$run_dir/$name"; fi
        if [ "$name" = limited ]; then make_fixtures "$run_dir/$name" --full; fi
    done
    export_fixtures synapse "$(url_of "$run_dir/main")" "$(url_of "$run_dir/rate")" "$(url_of "$run_dir/strict")" \
        "$(url_of "$run_dir/sso")"
    export MXWIRE_PASSWORDLESS_SERVER MXWIRE_LIMITED_SERVER MXWIRE_APPROVAL_SERVER MXWIRE_DELEGATED_SERVER
    MXWIRE_PASSWORDLESS_SERVER=$(url_of "$run_dir/passwordless")
    MXWIRE_LIMITED_SERVER=$(url_of "$run_dir/limited")
    MXWIRE_APPROVAL_SERVER=$(url_of "$run_dir/approval")
    MXWIRE_DELEGATED_SERVER=$(url_of "$run_dir/delegated")
    MXWIRE_ADMIN_TOKEN=$(cat -- "$run_dir/main/admin_token") && export MXWIRE_ADMIN_TOKEN
    run_suite "$@"
}

usage() {
    sed -n '5,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
}

main() {
    local command=${1:-}
    [ $# -eq 0 ] || shift
    case $command:$# in
        install:0) install_synapse ;;
        start:[12]) start "$@" ;;
        stop:1)
            stop_instance "$(absolute "$1")"
            stop_instance "$(absolute "$1")/peers"
            ;;
        run:[2-9] | run:[1-9][0-9]*) run "$@" ;;
        *) usage ;;
    esac
}

# Sourced, it only gives its functions.
if [ "${BASH_SOURCE[0]}" = "$0" ]; then main "$@"; fi
