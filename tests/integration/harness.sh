# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# What synapse.sh, dendrite.sh and embedded.sh share; sourced by each. An instance is a folder: server.pid, server.log and
# whatever its server keeps. It is ended by the process id that was recorded when it was started, by nothing else.
#
# The suite program learns everything through its environment:
#
#   MXWIRE_SERVER            base URL of the server, no trailing slash
#   MXWIRE_SERVER_KIND       synapse | dendrite | embedded
#   MXWIRE_SERVER_NAME       the part of a user id behind the colon
#   MXWIRE_USER              localpart of a user who may log in, and
#   MXWIRE_PASSWORD          the password
#   MXWIRE_LOCKED_USER       localpart of a locked user (not on Dendrite, which has no lock), and
#   MXWIRE_LOCKED_PASSWORD   the right password, so that it is the lock that answers
#   MXWIRE_AS_TOKEN          token of an application service whose namespace is @_as_.*, and
#   MXWIRE_AS_USER           localpart of a user in it, registered
#   MXWIRE_RATE_SERVER       base URL of a second server with the same fixtures: after five wrong passwords of a user
#                            the next login is refused with 429. Synapse counts right ones as well, the embedded server
#                            does not, so a suite for both sends five wrong ones. One more is allowed every 4 s.
#   MXWIRE_REGISTRATION_TOKEN  a token that registers
#   MXWIRE_STRICT_SERVER     base URL of a third server, not with Dendrite: it asks for authentication before it gives
#                            out a login token, and for a registration token; its access tokens live for 2 s, its
#                            refresh tokens for 6 s, its login tokens for 4 s
#   MXWIRE_SSO_SERVER        base URL of a server with single sign-on, not with Dendrite: Synapse has a CAS, a provider that
#                            is never there, and signed tokens; the embedded one its own two providers
#   MXWIRE_OPENID_SERVER     openid.sh only: base URL of one with an OpenID provider
#   MXWIRE_PASSWORDLESS_SERVER, MXWIRE_LIMITED_SERVER, MXWIRE_APPROVAL_SERVER, MXWIRE_DELEGATED_SERVER
#                            synapse only: base URLs of servers without passwords; without room; where new users wait to
#                            be let in; with its accounts at an authentication service
#   MXWIRE_ADMIN_TOKEN       synapse only: access token of a server administrator
#
# Exit status of `run`: the suite's own; 77 for "skipped: why" (never with CI=true, where it is 1); 124 when the suite
# took longer than MXWIRE_SUITE_TIMEOUT (120 s); 1 for a server that does not start, 2 for wrong usage.

readonly exit_failed=1 exit_skipped=77

readonly server_name=localhost
readonly user=alice password=wonderland-1
readonly locked_user=bob locked_password=builder-1
readonly as_token=as_token_bridge as_user=_as_ghost
readonly registration_token=let-me-in

in_ci() {
    case ${CI:-} in '' | 0 | false | no) return 1 ;; *) return 0 ;; esac
}

fail() {
    printf 'error: %s\n' "$*" >&2
    exit "$exit_failed"
}

# For what this machine lacks. In CI nothing may be lacking: a skipped suite there would be a silent pass.
unavailable() {
    if in_ci; then fail "$@"; fi
    printf 'skipped: %s\n' "$*"
    exit "$exit_skipped"
}

require_program() { command -v -- "$1" >/dev/null || fail "there is no program $1"; }

random_hex() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

# The first Python that is new enough and can make an environment. Debian packs ensurepip apart (python3-venv), so a
# `python3` from elsewhere that comes first in PATH may lack it where the system's own has it, or the other way round.
find_python() {
    local candidate
    for candidate in ${MXWIRE_PYTHON:+"$MXWIRE_PYTHON"} python3 /usr/bin/python3; do
        if "$candidate" -I -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
            # shellcheck disable=SC2034  # for who asked
            python=$candidate
            return
        fi
    done
    unavailable "$1 Python 3.10 or later with venv (Debian: apt-get install python3-venv)"
}

absolute() { (cd -- "$1" && pwd); }

# --- one instance -----------------------------------------------------------------------------------------------------

# An empty folder, made if need be: data of an earlier run would change what the suite sees.
fresh_folder() {
    mkdir -p -- "$1"
    if [ -n "$(ls -A -- "$1")" ]; then fail "$1 is not empty"; fi
}

spawned=    # the process ids that this very script has started
guard=()    # what a command is started through; see begin_run

# spawn DIR COMMAND...: started in DIR, its output in the log, its process id recorded.
spawn() {
    local dir=$1
    shift
    (cd -- "$dir" && exec "${guard[@]}" "$@") </dev/null >"$dir/server.log" 2>&1 &
    spawned+=" $! "
    printf '%s\n' "$!" >"$dir/server.pid"
}

# Whether the recorded process is there and ours. Another script's pid file can have outlived its process and the number
# have been given to a third one: the server's command line names its folder, and a process that has ended has none.
alive() {
    local dir=$1 pid
    if ! [ -s "$dir/server.pid" ]; then return 1; fi
    pid=$(cat -- "$dir/server.pid")
    kill -0 "$pid" 2>/dev/null || return 1
    case $spawned in *" $pid "*) return 0 ;; esac
    [ ! -r "/proc/$pid/cmdline" ] || tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF -- "$dir/"
}

url_of() { printf 'http://127.0.0.1:%s' "$(cat -- "$1/server.port")"; }

stop_instance() {
    local dir=$1 pid i
    if alive "$dir"; then
        pid=$(cat -- "$dir/server.pid")
        kill "$pid" 2>/dev/null || true
        for ((i = 0; i < 100; i++)); do
            alive "$dir" || break
            sleep 0.1
        done
        if alive "$dir"; then kill -KILL "$pid" 2>/dev/null || true; fi
        wait "$pid" 2>/dev/null || true    # a child of ours is reaped; with `stop` it is none, and gone already
    fi
    rm -f -- "$dir/server.pid"
}

show_log() {
    [ -s "$1" ] || return 0
    printf -- '--- the end of %s\n' "$1"
    tail -n "${2:-40}" -- "$1"
} >&2

# For `start`: what did not come up is not left behind either.
trap_failed_start() {
    starting_dir=$1    # of the script, not of a function: the trap runs when functions are over
    trap 'show_log "$starting_dir/server.log"; stop_instance "$starting_dir"; stop_instance "$starting_dir/peers"' EXIT
}

# --- the fixtures, as the suite sees them -----------------------------------------------------------------------------

# export_fixtures KIND URL [RATE_URL [STRICT_URL [SSO_URL]]]
export_fixtures() {
    export MXWIRE_SERVER_KIND=$1 MXWIRE_SERVER=$2 MXWIRE_RATE_SERVER=${3:-} MXWIRE_STRICT_SERVER=${4:-} MXWIRE_SSO_SERVER=${5:-}
    export MXWIRE_SERVER_NAME=$server_name
    export MXWIRE_USER=$user MXWIRE_PASSWORD=$password
    export MXWIRE_LOCKED_USER=$locked_user MXWIRE_LOCKED_PASSWORD=$locked_password
    export MXWIRE_REGISTRATION_TOKEN=$registration_token
    export MXWIRE_AS_TOKEN=$as_token MXWIRE_AS_USER=$as_user
    # A proxy of the user's must not come between the suite and loopback.
    export no_proxy="127.0.0.1,localhost${no_proxy:+,$no_proxy}"
    export NO_PROXY=$no_proxy
}

# write_environment DIR: the same for a shell, to work with a server by hand: `. DIR/environment`.
write_environment() {
    (umask 077 && export -p | grep -E '^declare -x (MXWIRE_[A-Z_]+|no_proxy|NO_PROXY)=' |
        sed 's/^declare -x /export /' >"$1/environment")
}

# --- one run: its instances, a suite, and an end to all of it ---------------------------------------------------------

instances=()    # of a run: folders below its own

# begin_run DIR INSTANCE...: a folder of its own for this run in DIR, so that runs can go on side by side; sets `run_dir`.
begin_run() {
    mkdir -p -- "$1"
    run_dir=$(mktemp -d "$(absolute "$1")/run.XXXXXX")
    instances=("${@:2}")
    (cd -- "$run_dir" && mkdir -- "${instances[@]}")
    # A test runner's timeout kills this script outright, and no trap runs then: the kernel ends what it has started.
    # (Not with `start`, whose server is meant to stay.)
    if command -v setpriv >/dev/null; then guard=(setpriv --pdeathsig TERM); fi
    trap end_run EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

# The EXIT trap. Logs are kept and shown when something went wrong, and only then.
end_run() {
    local status=$? name
    trap - EXIT
    if [ -n "$suite_pid" ]; then kill "$suite_pid" 2>/dev/null || true; fi
    for name in "${instances[@]}"; do stop_instance "$run_dir/$name"; done
    if [ "$status" -eq 0 ] || [ "$status" -eq "$exit_skipped" ]; then
        rm -rf -- "$run_dir"
    else
        for name in "${instances[@]}"; do show_log "$run_dir/$name/server.log"; done
        printf 'exit status %s; logs and data are kept in %s\n' "$status" "$run_dir" >&2
    fi
    exit "$status"
}

suite_pid=    # while it runs

# run_suite PROGRAM [ARG...]: in the background, so that a signal to this script ends both at once. `timeout` passes its
# own end on to PROGRAM and to what PROGRAM has started.
run_suite() {
    local status=0
    "${guard[@]}" timeout --kill-after=5 "${MXWIRE_SUITE_TIMEOUT:-120}" "$@" </dev/null &
    suite_pid=$!
    wait "$suite_pid" || status=$?
    suite_pid=
    if [ "$status" -eq "$exit_skipped" ] && in_ci; then fail "the suite skipped itself, which CI does not allow"; fi
    return "$status"
}
