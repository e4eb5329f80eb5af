# lib.sh - what the scripts share. Sourced, never run; expects bash with `set -euo pipefail`.
#
# Two users matter. The one who types the command, and the one who runs PostgreSQL and the server:
# the same, unless it is root, for whom the system user `postgres` does the work, since neither
# PostgreSQL nor Fluxgrid runs as root. Where that user cannot reach the checkout (one under /root),
# state lives in /var/lib/fluxgrid and what the server reads is copied there.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
SERVICE_USER=postgres
# shellcheck disable=SC2034 # for those who source this
PG_VERSION=15

say() { printf '%s\n' "$*"; }
step() { printf '\033[2m- %s\033[0m\n' "$*"; }
[ -t 1 ] || step() { printf -- '- %s\n' "$*"; }
die() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

is_root() { [ "$(id -u)" -eq 0 ]; }

# Who runs PostgreSQL and the server.
service_user() { if is_root; then printf '%s' "$SERVICE_USER"; else id -un; fi; }

# Runs a command as that user, with the environment kept.
as_service() {
    if is_root; then
        setpriv --reuid="$SERVICE_USER" --regid="$(id -g "$SERVICE_USER")" --init-groups \
            env HOME="${STATE:-/}" "$@"
    else
        "$@"
    fi
}

# With its heap on huge pages the server finds a finished answer in less time (decision 46). The server only: of
# the importer and of PostgreSQL nothing was measured.
# shellcheck disable=SC2034 # for those who source this
SERVER_TUNABLES=${GLIBC_TUNABLES-glibc.malloc.hugetlb=1}

service_can_read() { as_service test -r "$1" 2>/dev/null; }

require_service_user() {
    ! is_root || id "$SERVICE_USER" >/dev/null 2>&1 ||
        die "there is no user '$SERVICE_USER' to run PostgreSQL as: install it with scripts/install-packages run"
}

path_hash() { printf '%s' "$ROOT" | sha256sum | cut -c1-12; }

# Sets STATE, the folder of everything that is not built: the cluster, logs, pid files, stamps.
find_state() {
    require_service_user
    if [ -n "${FLUXGRID_STATE:-}" ]; then
        STATE=$FLUXGRID_STATE
    elif is_root && ! service_can_read "$ROOT/Makefile"; then
        STATE=/var/lib/fluxgrid/$(path_hash)
    else
        STATE=$ROOT/var
    fi
    export STATE
}

make_state() {
    local dir
    mkdir -p "$STATE" 2>/dev/null || die "cannot create $STATE: make its parent writable, or set FLUXGRID_STATE to a folder that is"
    for dir in log run stamp; do
        [ -d "$STATE/$dir" ] || mkdir "$STATE/$dir"
    done
    is_root || return 0
    service_can_read "$STATE" || die "user $SERVICE_USER cannot enter $STATE: open its parents with chmod o+x, or set FLUXGRID_STATE"
    chown "$SERVICE_USER" "$STATE/log" "$STATE/run"
}

# The database is the operator's own when the environment names one.
has_own_database() {
    [ -n "${DATABASE_URL:-}${PGHOST:-}${PGSERVICE:-}${PGHOSTADDR:-}" ]
}

# Is that process ours? A pid file may outlive its process, and the number may live on in another.
pid_runs() { # pid-file program-name
    local pid
    [ -s "$1" ] || return 1
    read -r pid <"$1" || true
    [[ $pid =~ ^[0-9]+$ ]] && [ -r "/proc/$pid/comm" ] && [ "$(cat "/proc/$pid/comm")" = "$2" ]
}

# Status code of GET http://host:port/path, or 000. No curl on a bare machine.
http_status() { # host port path
    local line=
    if exec 7<>"/dev/tcp/$1/$2"; then
        printf 'GET %s HTTP/1.1\r\nHost: %s:%s\r\nConnection: close\r\n\r\n' "$3" "$1" "$2" >&7
        IFS= read -r -t 5 line <&7 || true
        exec 7>&- 7<&-
    fi 2>/dev/null
    [[ $line =~ ^HTTP/1\.[01]\ ([0-9]{3}) ]] && printf '%s' "${BASH_REMATCH[1]}" || printf '000'
}

port_is_taken() { (exec 7<>"/dev/tcp/$1/$2") 2>/dev/null; }
