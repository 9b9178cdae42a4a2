#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The embedded homeserver (examples/homeserver) in Synapse's place, with the same fixtures for the same suite.
#
#   embedded.sh start DIR                   one instance in DIR (empty or new)
#   embedded.sh stop DIR
#   embedded.sh run DIR PROGRAM [ARG...]    instances below DIR (plain, rate-limited, strict), PROGRAM against them, and their end
#
# MXWIRE_HOMESERVER_PROGRAM names the server's executable. What PROGRAM is given, and the exit statuses: harness.sh.

set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=harness.sh
. "$here/harness.sh"

readonly start_timeout=10    # seconds; it takes a few milliseconds

# Not being built is no reason to skip: it needs nothing that this machine could lack.
find_server() {
    server=${MXWIRE_HOMESERVER_PROGRAM:-}
    [ -n "$server" ] || fail "MXWIRE_HOMESERVER_PROGRAM is not set"
    require_program "$server"
    # Servers are started in folders of their own: a relative path would point elsewhere there.
    server=$(absolute "$(dirname -- "$(command -v -- "$server")")")/$(basename -- "$server")
}

# launch DIR [OPTION...]: does not wait. --well-known because Synapse sends one as well.
launch() {
    local dir=$1
    shift
    spawn "$dir" "$server" --port 0 --port-file "$dir/server.port" --server-name "$server_name" --control --well-known \
        --verbose --user "$user:$password" --user "$locked_user:$locked_password" \
        --appservice "$as_token:@_as_.*:$server_name:_as_bot" --registration-token "$registration_token" "$@"
}

# The port file appears, whole, once the server listens.
until_ready() {
    local dir=$1 deadline=$((SECONDS + start_timeout))
    until [ -s "$dir/server.port" ]; do
        alive "$dir" || fail "the embedded homeserver ended at its start"
        if ((SECONDS >= deadline)); then fail "the embedded homeserver does not answer after $start_timeout seconds"; fi
        sleep 0.02
    done
}

# control DIR NAME JSON: POST /_test/NAME, over bash's own sockets, so that no HTTP client has to be installed.
control() {
    local port status
    port=$(cat -- "$1/server.port")
    exec 4<>"/dev/tcp/127.0.0.1/$port"
    printf 'POST /_test/%s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %s\r\n\r\n%s' \
        "$2" "$port" "${#3}" "$3" >&4
    read -r _ status _ <&4
    exec 4>&-
    [ "$status" = 200 ] || fail "/_test/$2 of the embedded homeserver answers $status"
}

make_fixtures() {
    control "$1" lock "{\"user\":\"$locked_user\"}"
    control "$1" create_user "{\"user\":\"$as_user\"}"
}

# --- commands ---------------------------------------------------------------------------------------------------------

start() {
    local dir=$1
    find_server
    fresh_folder "$dir"
    dir=$(absolute "$dir")
    trap_failed_start "$dir"
    launch "$dir"
    until_ready "$dir"
    make_fixtures "$dir"
    export_fixtures embedded "$(url_of "$dir")"
    write_environment "$dir"
    trap - EXIT
    printf 'embedded homeserver at %s, process %s\n' "$MXWIRE_SERVER" "$(cat -- "$dir/server.pid")"
}

run() {
    local dir=$1 name
    shift
    require_program "$1"
    find_server
    begin_run "$dir" main rate strict
    launch "$run_dir/main"
    launch "$run_dir/rate"
    # As overlays/strict.yaml has it.
    launch "$run_dir/strict" --rules '{"access_token_ms": 2000, "refresh_token_ms": 6000, "login_token_ms": 4000,
        "registration_flows": [["m.login.registration_token", "m.login.dummy"]]}'
    for name in "${instances[@]}"; do
        until_ready "$run_dir/$name"
        make_fixtures "$run_dir/$name"
    done
    # As overlays/rate.yaml has it.
    control "$run_dir/rate" rate_limit '{"per_second":0.25,"burst_count":5}'
    export_fixtures embedded "$(url_of "$run_dir/main")" "$(url_of "$run_dir/rate")" "$(url_of "$run_dir/strict")" \
        "$(url_of "$run_dir/main")"
    run_suite "$@"
}

usage() {
    sed -n '6,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
}

main() {
    local command=${1:-}
    [ $# -eq 0 ] || shift
    case $command:$# in
        start:1) start "$@" ;;
        stop:1) stop_instance "$(absolute "$1")" ;;
        run:[2-9] | run:[1-9][0-9]*) run "$@" ;;
        *) usage ;;
    esac
}

# Sourced, it only gives its functions.
if [ "${BASH_SOURCE[0]}" = "$0" ]; then main "$@"; fi
