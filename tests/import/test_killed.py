"""An import that is killed leaves exactly what was there before, and the next one needs no help.

The baseline is taken from an import that was let run: its measured time says where the 30 moments of
death lie, its result what "exactly new" is. A database is a copy of one template, so identities
repeat; what depends on the clock (created, published) and on sequences is left out of the digest.
"""
from __future__ import annotations

import contextlib
import hashlib
import os
import random
import signal
import subprocess
import time

import pytest

from tiny import Tiny

KILLS = 30


def digest(database) -> str:
    """Every row of every table, without identities (a killed import uses some up) and times."""
    out = hashlib.sha256()
    with contextlib.closing(database.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SET search_path = fluxgrid, public")
        names = """
            SELECT table_name, string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)
            FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
            WHERE c.table_schema = 'fluxgrid' AND t.table_type = 'BASE TABLE' AND is_identity = 'NO'
              AND (table_name, column_name) NOT IN (('release', 'created'), ('release', 'published'))
              AND (table_name, column_name) NOT IN (('slice', 'release'), ('slice', 'field'), ('slice', 'provenance'),
                   ('block', 'field'), ('district_field', 'field'), ('district_field', 'district'), ('field_outside', 'field'),
                   ('source_field', 'field'), ('source_field', 'source'), ('source_field', 'district'),
                   ('district_cell', 'grid'), ('district_cell', 'district'), ('field', 'grid'))
            GROUP BY table_name ORDER BY table_name"""
        cursor.execute(names)
        tables = cursor.fetchall()
        assert len(tables) > 10
        for table, columns in tables:
            cursor.execute(f"SELECT count(*), md5(coalesce(string_agg(r, '' ORDER BY r), '')) FROM "
                           f'(SELECT md5(row({columns})::text) AS r FROM fluxgrid."{table}") rows')
            out.update(f"{table} {cursor.fetchone()}".encode())
    return out.hexdigest()


def second_version() -> Tiny:
    """New cells, new points and another mask: an import that writes every table."""
    t = Tiny(version="1.1.0")
    t.rasters["proxy.tif"]["bands"]["people"][2, 2] = 55
    t.rasters["mask.tif"]["bands"]["mask_value"][1, 1] = 0
    t.points[2]["lon"] += 0.1
    return t


def spawn(fluxgrid, checkout, manifest, database) -> subprocess.Popen:
    import pwd
    identity = {}
    if os.getuid() == 0:
        user = pwd.getpwnam("postgres")
        identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    env = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    env["DATABASE_URL"] = database.dsn("fluxgrid_import")
    return subprocess.Popen([str(fluxgrid), "import", str(manifest), "--quiet"], cwd=checkout, env=env,
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **identity)


def sessions(database) -> int:
    return database.value("SELECT count(*) FROM pg_stat_activity WHERE usename = 'fluxgrid_import' AND datname = current_database()")


def until_gone(database) -> None:
    """The victim's backend notices at its next message; what it holds must not outlive it by much."""
    end = time.monotonic() + 10
    while sessions(database) > 0:
        assert time.monotonic() < end, "the killed importer's session is still there after 10 s"
        time.sleep(0.01)


@pytest.fixture(scope="module")
def template(cluster, _migrated, run_fluxgrid, workdir):
    """tiny@1.0.0 is there."""
    database = cluster.create_database("template_killed", _migrated.name)
    run_fluxgrid("import", Tiny().write(workdir / "killed-old"), database=database, check=True)
    yield database
    cluster.drop_database(database.name)


@pytest.fixture(scope="module")
def measured(cluster, template, fluxgrid, checkout, workdir):
    """(old digest, new digest, seconds an import takes, the manifest)"""
    manifest = second_version().write(workdir / "killed-new")
    old = digest(template)
    database = cluster.create_database("killed_measured", template.name)
    started = time.monotonic()
    assert spawn(fluxgrid, checkout, manifest, database).wait(60) == 0
    seconds = time.monotonic() - started
    new = digest(database)
    cluster.drop_database(database.name)
    assert new != old
    return old, new, seconds, manifest


def test_the_digest_repeats(cluster, template, measured, fluxgrid, checkout):
    """Or the tests below would prove nothing: the same import twice is the same digest."""
    _, new, _, manifest = measured
    database = cluster.create_database("killed_again", template.name)
    assert spawn(fluxgrid, checkout, manifest, database).wait(60) == 0
    assert digest(database) == new
    cluster.drop_database(database.name)


def kill_once(database, delay: float, measured, fluxgrid, checkout) -> str:
    """@return "old" or "new": what the database is after the importer died, checked to be exactly that."""
    old, new, _, manifest = measured
    process = spawn(fluxgrid, checkout, manifest, database)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    until_gone(database)
    after = digest(database)
    assert after in (old, new), f"killed after {delay:.3f} s: neither the old state nor the new one"
    return "old" if after == old else "new"


def test_killed_importer_leaves_old_or_new(cluster, template, measured, fluxgrid, checkout, run_fluxgrid):
    old, new, seconds, manifest = measured
    draw = random.Random(37)
    # one moment in each of 30 equal parts of the measured time: spread, not clustered
    moments = [(i + draw.random()) / KILLS * seconds for i in range(KILLS)]
    outcomes = []
    database = None
    pace = 1.0  # below 1 where the machine has become faster than when the time was taken
    for moment in moments:
        if database is None:
            database = cluster.create_database(f"killed_{len(outcomes)}", template.name)
        outcomes.append(kill_once(database, moment * pace, measured, fluxgrid, checkout))
        pace *= 0.8 if outcomes[-1] == "new" else 1.0
        if outcomes[-1] == "new" or len(outcomes) % 5 == 0:
            # unaided: the next import after up to five deaths in one database
            run_fluxgrid("import", manifest, "--quiet", database=database, check=True)
            assert digest(database) == new
            cluster.drop_database(database.name)
            database = None
    assert len(outcomes) == KILLS
    assert outcomes.count("old") >= KILLS // 2, f"most kills came too late to test anything: {outcomes}"


def test_killed_backend_leaves_old(cluster, template, measured, fluxgrid, checkout, run_fluxgrid):
    """The importer's own server process dies: told to the operator, nothing kept."""
    old, new, seconds, manifest = measured
    database = cluster.create_database("killed_backend", template.name)
    killed = 0
    for part in (0.3, 0.5, 0.7):
        process = spawn(fluxgrid, checkout, manifest, database)
        time.sleep(part * seconds)
        killed += database.value("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                                 "WHERE usename = 'fluxgrid_import' AND datname = current_database()")
        status = process.wait(30)
        after = digest(database)
        assert after == new if status == 0 else after in (old, new), f"exit {status}"
        if status == 0:
            break
    assert killed > 0
    run_fluxgrid("import", manifest, "--quiet", database=database, check=True)
    assert digest(database) == new
    cluster.drop_database(database.name)


@pytest.mark.parametrize("number", (signal.SIGTERM, signal.SIGINT))
def test_stopped_importer_leaves_old(cluster, template, measured, fluxgrid, checkout, number):
    """Ctrl-C and a service manager's stop end it at once, with nothing kept."""
    old, new, seconds, manifest = measured
    database = cluster.create_database(f"stopped_{number}", template.name)
    process = spawn(fluxgrid, checkout, manifest, database)
    time.sleep(seconds / 3)
    process.send_signal(number)
    status = process.wait(10)
    until_gone(database)
    after = digest(database)
    assert after == new if status == 0 else after in (old, new)  # the signal may come between COMMIT and exit
    cluster.drop_database(database.name)
