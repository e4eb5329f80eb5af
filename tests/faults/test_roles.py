"""T44: what a fresh database lets anybody do is closed to the server's and the importer's role, and stays closed (decision 44).

The attempts to write, to read files and to become somebody else are in test_database.py.
"""
from __future__ import annotations

import contextlib
import os
import re
import subprocess
import time

import psycopg2
import pytest
from crowd import metric
from kit import PG_BIN, ROOT, clean_env, migrate, private_cluster, wait_until

SERVER, IMPORTER = "fluxgrid_server", "fluxgrid_import"

# %(pid)s is another session of the same role.
CLOSED = """SELECT pg_terminate_backend(%(pid)s) | SELECT pg_cancel_backend(%(pid)s) | SELECT query FROM pg_stat_activity | SELECT pg_stat_get_backend_activity(1) |
SELECT * FROM pg_stat_get_activity(NULL) | SELECT * FROM pg_stat_get_progress_info('COPY') | SELECT * FROM pg_locks | SELECT pg_blocking_pids(%(pid)s) |
SELECT * FROM pg_prepared_xacts | SELECT pg_sleep(0) | SELECT pg_sleep_for('1 ms') | SELECT pg_sleep_until(now()) | SELECT lo_create(0) | SELECT lo_creat(-1) |
SELECT lo_from_bytea(0, 'x') | SELECT pg_logical_emit_message(false, 'a', 'b') | SELECT pg_logical_emit_message(true, 'a', 'b') | SELECT txid_current() |
SELECT pg_current_xact_id() | SELECT pg_export_snapshot() | SELECT pg_advisory_lock(1) | SELECT pg_try_advisory_lock(7305803, 2) | SELECT pg_advisory_lock_shared(1) |
SELECT pg_advisory_xact_lock(7305803, 1) | SELECT pg_try_advisory_xact_lock(7305803) | DO LANGUAGE plpgsql 'BEGIN END'"""
CLOSED_TO_SERVER = "SELECT pg_notify('fluxgrid', '') | SELECT pg_try_advisory_xact_lock(7305803, 2)"
TEMPORARY = "CREATE TEMPORARY TABLE mine (a int)"
NEEDED = {
    SERVER: ["LISTEN fluxgrid", "SELECT pg_is_in_recovery()", "SELECT set_config('statement_timeout', '5000', false)", "SELECT * FROM fluxgrid.import_progress()",
             "SELECT count(*) FROM fluxgrid.audit((SELECT min(id) FROM fluxgrid.release))"],
    IMPORTER: ["SELECT pg_try_advisory_xact_lock(7305803, 2)", "SELECT pg_notify('nobody', '')", "SELECT set_config('application_name', 'x', false)",
               TEMPORARY, "BEGIN; SELECT fluxgrid.import_begin(); ROLLBACK"],
}


def split(text: str) -> list[str]:
    return [one.strip() for one in text.replace("\n", " ").split("|")]


def acts_of(role: str) -> list[str]:
    return split(CLOSED) + (split(CLOSED_TO_SERVER) if role == SERVER else [])


def attempts(database, role: str, acts: list[str]) -> dict[str, str]:
    """@return of each act '' when it was done, else its SQLSTATE."""
    outcomes = {}
    with contextlib.closing(database.connect(role)) as connection, connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = off; SET statement_timeout = '600s'")  # the audit reads every block, beside other suites
        for sql in acts:
            with contextlib.closing(database.connect(role)) if "%(pid)s" in sql else contextlib.nullcontext() as other:
                try:
                    cursor.execute(sql % {"pid": other.info.backend_pid} if other else sql)
                    outcomes[sql] = ""
                except psycopg2.Error as error:
                    outcomes[sql] = error.pgcode or str(error)
    return outcomes


def judge(held, database, when: str) -> None:
    for role in (SERVER, IMPORTER):
        outcomes = attempts(database, role, acts_of(role))
        refused = sum(state == "42501" for state in outcomes.values())
        held("T44", f"what PostgreSQL lets everybody do, {when}: refused to {role}", len(outcomes), refused,
             str({sql: state for sql, state in outcomes.items() if state != "42501"} or ""))
        needed = attempts(database, role, NEEDED[role])
        held("T44", f"what {role} needs, {when}: granted", len(needed), sum(state == "" for state in needed.values()), str({k: v for k, v in needed.items() if v} or ""))


def test_what_everybody_may_is_closed(loaded_database, held):
    """Each act is shown to be one that PostgreSQL allows, or its refusal would say nothing."""
    database = loaded_database()
    judge(held, database, "after migrate.sh")
    migrate(database, "--open")
    for role in (SERVER, IMPORTER):
        assert attempts(database, role, acts_of(role)) == dict.fromkeys(acts_of(role), "")
    dumped = subprocess.run([PG_BIN / "pg_dump", "--schema-only", database.dsn()], check=True, env=clean_env(), capture_output=True, text=True).stdout
    assert "ON FUNCTION pg_catalog." not in dumped and "ON LANGUAGE" not in dumped, "pg_upgrade would stumble over these grants"
    assert "up to date" in migrate(database)
    judge(held, database, "closed again after --open")
    assert "nothing to do" in migrate(database)


def test_a_dump_without_grants_is_closed_by_the_next_migration(empty_database, cluster, tmp_path, held):
    """Its list of migrations says that nothing is to be done; what everybody may do says otherwise."""
    database, dump = empty_database(), tmp_path / "dump"
    fresh = cluster.create_database(f"restored_open_{os.getpid()}")
    try:
        subprocess.run([PG_BIN / "pg_dump", "-Fc", "--no-acl", "-f", dump, database.dsn()], check=True, env=clean_env())
        subprocess.run([PG_BIN / "pg_restore", "-d", fresh.dsn(), dump], check=True, env=clean_env())
        assert attempts(fresh, SERVER, [TEMPORARY]) == {TEMPORARY: ""}
        assert "up to date" in migrate(fresh)
        judge(held, fresh, "in a restored database")
        assert attempts(fresh, SERVER, [TEMPORARY]) == {TEMPORARY: "42501"}
    finally:
        cluster.drop_database(fresh.name)


def test_notifications_are_a_hint(loaded_database, start_server, held, scale):
    """NOTIFY is a command that nobody can be denied: a flood of it makes the server look now and then, and read nothing anew."""
    database = loaded_database()
    server = start_server(database)
    seconds = scale(20, 2)
    begun, reads, statements = time.monotonic(), metric(server, "fluxgrid_catalog_reloads_total"), metric(server, "fluxgrid_database_statement_duration_seconds_count")
    sent, end = 0, begun + seconds
    with contextlib.closing(database.connect(SERVER)) as connection, connection.cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute(";".join(["NOTIFY fluxgrid"] + [f"NOTIFY fluxgrid, '{sent + i}'" for i in range(100)]))
            sent += 101
        more_reads = metric(server, "fluxgrid_catalog_reloads_total") - reads
        more_statements = metric(server, "fluxgrid_database_statement_duration_seconds_count") - statements
        passed = time.monotonic() - begun
        database.rows("UPDATE revision SET catalog = catalog + 1")
        for _ in range(10):
            cursor.execute("NOTIFY fluxgrid")
        assert wait_until(lambda: metric(server, "fluxgrid_catalog_reloads_total") > reads + more_reads), "a true change is read"
    # one whole reading is due every 30 s, of about 20 statements; a look is two
    held("T44", f"{sent} notifications of the server's role in {seconds} s: the catalog is not read for them", 1, int(more_reads <= 1 + passed / 30), f"{more_reads:.0f} readings")
    held("T44", "and the looks at the revision are few", 1, int(more_statements <= 30 + 12 * passed), f"{more_statements:.0f} statements")
    assert server.stop() == 0, server.log[-3000:]


@pytest.fixture
def walled():
    """A cluster with the lines of docs/operations.md in its pg_hba.conf, and the database."""
    with private_cluster() as cluster:
        database = cluster.create_database("fluxgrid")
        migrate(database)
        manual = (ROOT / "docs" / "operations.md").read_text()
        lines = re.search(r"```\n# pg_hba.conf.*?\n(.*?)# pg_ident.conf", manual, re.S)[1]
        hba = cluster.data / "pg_hba.conf"
        hba.write_text(lines.replace("map=fluxgrid", "map=test") + hba.read_text())
        database.rows("SELECT pg_reload_conf()")
        yield cluster


@pytest.mark.full
def test_no_other_database_is_a_way_round(walled, held):
    """Grants are of one database. In the next one of the cluster the roles could do all this: they are not let in there."""
    def is_let_in(name: str, role: str) -> bool:
        try:
            walled.database(name).rows("SELECT 1 -- search_path", role=role)
            return True
        except psycopg2.OperationalError as error:
            assert "pg_hba.conf" in str(error)
            return False

    assert wait_until(lambda: not is_let_in("postgres", SERVER))
    tries = [(name, role) for name in ("postgres", "template1") for role in (SERVER, IMPORTER)]
    held("T44", "other databases of the cluster, by pg_hba.conf as the manual has it: closed to the roles", len(tries), sum(not is_let_in(*one) for one in tries))
    assert is_let_in("fluxgrid", SERVER) and is_let_in("fluxgrid", IMPORTER) and is_let_in("postgres", "postgres")
