#!/usr/bin/env bash
# migrate.sh - brings a database to this checkout's schema; safe to run again at any time.
#
#   sql/migrate.sh [--quiet] [--open]
#
# Connects with DATABASE_URL, or with libpq's PG* variables, as a superuser or as the owner of the
# database. Creates what is missing (roles, PostGIS, the schema), runs the migrations that have not
# run yet, each in its own transaction, and re-applies functions, comments, grants and reference
# data when their files have changed. A migration that was edited after it ran is refused. What
# everybody may do in a fresh database is taken back, also in one that came out of a dump; --open
# only gives it back, as pg_upgrade needs it: run this again without it afterwards.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
quiet=false
open=false
readonly here lock='pg_advisory_xact_lock(7305803, 1)'

die() { printf 'migrate: %s\n' "$*" >&2; exit 1; }
say() { $quiet || printf 'migrate: %s\n' "$*"; }

for argument in "$@"; do
    case $argument in
        --quiet) quiet=true ;;
        --open) open=true ;;
        -h | --help) sed -n '2,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
        *) die "unknown argument '$argument'; known are --quiet and --open" ;;
    esac
done
command -v psql >/dev/null || die "psql is not installed; install it with: apt-get install postgresql-client"

connection=()
[[ -z ${DATABASE_URL:-} ]] || connection=(-d "$DATABASE_URL")
# whatever the connecting role has set for itself must not get in the way
export PGOPTIONS="-c client_min_messages=warning -c default_transaction_read_only=off -c statement_timeout=0 ${PGOPTIONS:-}"
export PGAPPNAME=fluxgrid-migrate

# Runs a psql script from standard input; on failure prints the server's sentence and its hint only.
db() {
    local problems status=0
    problems=$(mktemp)
    psql "${connection[@]}" -X -q -A -t -v ON_ERROR_STOP=1 -v SHOW_CONTEXT=never -f - 2>"$problems" || status=$?
    if ((status)); then
        sed -E -e 's/^psql:<stdin>:[0-9]+: //' -e "s#^psql:$here/#sql/#" -e 's/^psql: (error: )?//' \
            -e 's/(: )?ERROR:  /\1/' -e 's/^\t//' -e 's/^/migrate: /' -e 's/^migrate: HINT:  /migrate: remedy: /' \
            -e '/^migrate: (LINE [0-9]+:| *\^|$)/d' "$problems" >&2
        # psql says 2 when it could not connect or lost the connection
        ((status != 2)) || printf 'migrate: remedy: %s\n' 'start the server, or point DATABASE_URL (or PGHOST, PGPORT, PGUSER, PGDATABASE) at one' >&2
        ! grep -q 'permission denied' "$problems" || printf 'migrate: remedy: %s\n' 'connect as a superuser or as the owner of the database' >&2
        rm -f "$problems"
        exit 1
    fi
    rm -f "$problems"
}

sum_of() { cat "$@" | sha256sum | cut -d' ' -f1; }

shopt -s nullglob
migrations=("$here"/migrations/[0-9][0-9][0-9][0-9]_*.sql)
applied_again=("$here"/functions/*.sql "$here"/comments.sql "$here"/roles.sql "$here"/reference/*.sql)
again_sum=$(sum_of "$here/bootstrap.sql" "$here/public.sql" "${applied_again[@]}")

if $open; then
    export PGOPTIONS="$PGOPTIONS -c fluxgrid.open=on"
    db <"$here/public.sql"
    say "everybody has what PostgreSQL gives them; run this again without --open to take it back"
    exit 0
fi

# What the database has: "ready" when roles and table are there, "open" when everybody has rights
# that a superuser can take back here, then one "version sha256" a line.
state=$(db <<'SQL'
SELECT to_regclass('fluxgrid.schema_migration') IS NOT NULL
       AND (SELECT count(*) = 3 FROM pg_roles
            WHERE rolname IN ('fluxgrid_owner', 'fluxgrid_import', 'fluxgrid_server')) AS ready \gset
\if :ready
SELECT 'ready';
SELECT 'open' WHERE (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
    AND (has_database_privilege('public', current_database(), 'TEMPORARY')
         OR has_function_privilege('public', 'pg_terminate_backend(integer, bigint)', 'EXECUTE'));
SELECT version || ' ' || sha256 FROM fluxgrid.schema_migration ORDER BY version;
\endif
SQL
) || exit 1

declare -A has=()
while read -r version sum; do
    [[ -z ${sum:-} ]] || has[$version]=$sum
done <<<"$state"

pending=()
newest=0
declare -A known=()
for file in "${migrations[@]}"; do
    name=$(basename "$file")
    version=$((10#${name%%_*}))
    known[$version]=$(sum_of "$file")
    newest=$version
    if [[ -z ${has[$version]:-} ]]; then
        pending+=("$file")
    elif [[ ${has[$version]} != "${known[$version]}" ]]; then
        die "migration $name was changed after it ran here; restore the file and write a new migration instead"
    fi
done
for version in "${!has[@]}"; do
    ((version == 0)) || [[ -n ${known[$version]:-} ]] ||
        die "the database is at migration $version, newer than this checkout ($newest); update the checkout"
done

again=false
[[ ${has[0]:-} == "$again_sum" && $state != *$'\nopen'* ]] || again=true
if [[ $state == ready* ]] && ((${#pending[@]} == 0)) && ! $again; then
    say "nothing to do (version $newest)"
    exit 0
fi

db <"$here/bootstrap.sql"
for file in "${pending[@]}"; do
    name=$(basename "$file")
    version=$((10#${name%%_*}))
    db <<SQL
BEGIN;
SELECT $lock \g /dev/null
SELECT NOT EXISTS (SELECT FROM fluxgrid.schema_migration WHERE version = $version) AS wanted \gset
\if :wanted
SET LOCAL ROLE fluxgrid_owner;
SET LOCAL search_path = fluxgrid, public;
\i '$file'
INSERT INTO fluxgrid.schema_migration (version, name, sha256) VALUES ($version, '$name', '${known[$version]}');
\endif
COMMIT;
SQL
    say "applied $name"
done

{
    cat <<SQL
BEGIN;
SELECT $lock \g /dev/null
SET LOCAL ROLE fluxgrid_owner;
SET LOCAL search_path = fluxgrid, public;
SET LOCAL check_function_bodies = off;
\i '$here/drop_functions.sql'
SQL
    for file in "${applied_again[@]}"; do printf "\\\\i '%s'\n" "$file"; done
    cat <<SQL
INSERT INTO fluxgrid.schema_migration (version, name, sha256) VALUES (0, 'functions, grants, reference data', '$again_sum')
ON CONFLICT (version) DO UPDATE SET sha256 = excluded.sha256, applied = now();
COMMIT;
SQL
} | db
db <"$here/public.sql"
say "functions, grants and reference data are up to date (version $newest)"
