#!/usr/bin/env bash
# run.sh - runs the pgTAP tests on a scratch database of a running server, and drops it again.
#
#   sql/tests/run.sh [file.sql ...]
#
# Connects as a superuser with DATABASE_URL or PG*. FLUXGRID_BOUNDARIES names a folder with
# uzb_adm2.geojson, true boundaries for the test against PostGIS's own intersections.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scratch=fluxgrid_sqltest_$$
for tool in psql pg_prove; do
    command -v "$tool" >/dev/null || { echo "run.sh: $tool is missing; install it with: apt-get install postgresql-client libtap-parser-sourcehandler-pgtap-perl" >&2; exit 1; }
done

# The same server, another database: a later dbname wins in both forms of a connection string.
case ${DATABASE_URL:-} in
    '') server="dbname=${PGDATABASE:-postgres}" target="dbname=$scratch" ;;
    *://*\?*) server=$DATABASE_URL target="$DATABASE_URL&dbname=$scratch" ;;
    *://*) server=$DATABASE_URL target="$DATABASE_URL?dbname=$scratch" ;;
    *) server=$DATABASE_URL target="$DATABASE_URL dbname=$scratch" ;;
esac
work=$(mktemp -d)
cleanup() {
    psql -d "$server" -X -q -c "DROP DATABASE IF EXISTS $scratch WITH (FORCE)" >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap cleanup EXIT

psql -d "$server" -X -q -v ON_ERROR_STOP=1 -c "CREATE DATABASE $scratch TEMPLATE template0 ENCODING 'UTF8'"
DATABASE_URL=$target "$here/../migrate.sh" --quiet
psql -d "$target" -X -q -v ON_ERROR_STOP=1 -c 'CREATE EXTENSION pgtap' ||
    { echo "run.sh: pgTAP is missing on the server; install it with: apt-get install postgresql-15-pgtap" >&2; exit 1; }

files=("$@")
((${#files[@]})) || files=("$here"/[0-9]*.sql)
status=0
# pg_prove takes apart what looks like a connection string, so psql gets it past it
printf '#!/bin/sh\nexec psql "$@" -d "$FLUXGRID_TEST_TARGET"\n' >"$work/psql"
chmod +x "$work/psql"
FLUXGRID_TEST_TARGET=$target PGOPTIONS='-c client_min_messages=warning' \
    pg_prove -v --psql-bin "$work/psql" "${files[@]}" >"$work/tap" 2>&1 || status=$?
grep -E '^not ok|^#|\.\. *$|^psql:|Dubious|No plan|Bad plan|ERROR|# SKIP' "$work/tap" || true

# A notification is delivered on commit, which pgTAP's transactions never do.
publish_notifies() {
    psql -d "$target" -X -A -t -v ON_ERROR_STOP=1 <<SQL
LISTEN fluxgrid;
BEGIN;
\i '$here/fixture.inc'
COMMIT;
SELECT id AS release FROM fluxgrid.release \gset
BEGIN;
SELECT fluxgrid.release_publish(:release);
ROLLBACK;
BEGIN;
SELECT fluxgrid.release_publish(:release) AS told \gset
COMMIT;
SELECT 'revision ' || catalog || ' told ' || :told FROM fluxgrid.revision;
SQL
}
report() { # report 0|1 text: one TAP line, shown when it failed
    if (($1 == 0)); then echo "ok - $2" >>"$work/tap"; else echo "not ok - $2" | tee -a "$work/tap"; fi
}
migrate() { DATABASE_URL=$target "$work/sql/migrate.sh" 2>&1; }

if ((${#@} == 0)); then
    cp -r "$here/.." "$work/sql"
    [[ $(migrate) == 'migrate: nothing to do (version '* ]] && rc=0 || rc=1
    report $rc 'migrating again does nothing'
    echo '-- a new line' >>"$work/sql/functions/grid_put.sql"
    [[ $(migrate) == *'are up to date'* && $(migrate) == *'nothing to do'* ]] && rc=0 || rc=1
    report $rc 'a changed function is applied again, once'
    echo 'CREATE TABLE one (a int); SELECT 1 / 0;' >"$work/sql/migrations/9999_broken.sql"
    [[ $(migrate) == *'division by zero'* && $(psql -d "$target" -XAtc "SELECT to_regclass('fluxgrid.one') IS NULL") == t ]] && rc=0 || rc=1
    report $rc 'a migration that fails leaves nothing behind'
    rm "$work/sql/migrations/9999_broken.sql"
    echo '-- edited' >>"$(ls "$work"/sql/migrations/*.sql | head -1)"
    [[ $(migrate) == *'was changed after it ran here'* ]] && rc=0 || rc=1
    report $rc 'an edited migration is refused'
    if publish_notifies >"$work/notify" 2>&1 && [[ $(grep -c 'Asynchronous notification "fluxgrid" with payload "1"' "$work/notify") == 1 ]] &&
        grep -q '^revision 1 told 1$' "$work/notify"; then
        rc=0
    else
        rc=1
        tail -5 "$work/notify"
    fi
    report $rc 'publishing notifies once, on commit, with the new catalog revision'
fi
passed=$(grep -E '^ok' "$work/tap" | grep -vc '# SKIP' || true)
failed=$(grep -cE '^not ok' "$work/tap" || true)
skipped=$(grep -cE '^ok .*# SKIP' "$work/tap" || true)
((status == 0 || failed > 0)) || failed=1
((skipped == 0)) || echo "$skipped skipped"
echo "$passed passed, $failed failed"
((failed == 0))
