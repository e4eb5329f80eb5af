"""Killing imports: what a database holds as one digest, and the ways an importer, its backend and the whole
server can die. Plain helpers; the tests are in tests/faults/test_killed_imports.py.
"""
from __future__ import annotations

import collections
import contextlib
import dataclasses
import hashlib
import os
import pathlib
import random
import signal
import subprocess
import time
from typing import Callable

from kit import Cluster, Database, clean_env, identity, wait_until

COLUMNS = """
    SELECT c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'fluxgrid'::regnamespace AND c.relkind = 'r' AND a.attidentity = ''
      AND a.atttypid <> 'timestamptz'::regtype
      AND (c.relname, a.attname) NOT IN (('district_cell', 'grid'), ('district_cell', 'district'))
      AND NOT EXISTS (SELECT FROM pg_constraint f JOIN pg_attribute t ON t.attrelid = f.confrelid AND t.attnum = f.confkey[1]
                      WHERE f.contype = 'f' AND f.conrelid = c.oid AND f.conkey[1] = a.attnum AND t.attidentity <> '')
    GROUP BY c.relname ORDER BY c.relname"""


def digest(database: Database) -> str:
    """Every row of every table, without identities (a killed import uses some up), what refers to them, and times."""
    out = hashlib.sha256()
    with contextlib.closing(database.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SET search_path = fluxgrid, public")
        cursor.execute(COLUMNS)
        tables = cursor.fetchall()
        assert len(tables) > 10
        for table, columns in tables:
            cursor.execute(f"SELECT count(*), md5(coalesce(string_agg(r, '' ORDER BY r), '')) FROM "
                           f'(SELECT md5(row({columns})::text) AS r FROM fluxgrid."{table}") rows')
            out.update(f"{table} {cursor.fetchone()}".encode())
    return out.hexdigest()


def sessions(database: Database) -> list[tuple[int, str]]:
    """(pid, what it runs) of importers' backends."""
    return database.rows("SELECT pid, CASE WHEN state = 'active' THEN query ELSE 'between statements' END FROM pg_stat_activity "
                         "WHERE usename = 'fluxgrid_import' AND datname = current_database()")


def until_gone(database: Database) -> None:
    """A victim's backend notices at its next message; what it holds must not outlive it by much."""
    assert wait_until(lambda: not sessions(database), step=0.01), "the killed importer's session is still there"


def is_answering(database: Database) -> bool:
    import psycopg2
    try:
        return database.value("SELECT 1") == 1
    except psycopg2.OperationalError:
        return False


def phase(database: Database) -> str:
    """What the importer's backend does, in a word or two, for the table of what was tried."""
    found = sessions(database)
    if not found:
        return "no session"
    words = found[0][1].replace("fluxgrid.", "").replace("(", " ").split()
    return " ".join(words[:2]) if words[0] in ("COPY", "SELECT", "INSERT") else " ".join(words[:3])


@dataclasses.dataclass
class Rig:
    """One cluster with an old state, and an import that leads to a new one."""
    cluster: Cluster
    template: str
    manifest: pathlib.Path
    fluxgrid: pathlib.Path
    checkout: pathlib.Path
    old: str = ""
    new: str = ""
    seconds: float = 0

    def spawn(self, database: Database) -> subprocess.Popen:
        return subprocess.Popen([str(self.fluxgrid), "import", str(self.manifest), "--quiet"], cwd=self.checkout,
                                env=clean_env(DATABASE_URL=database.dsn("fluxgrid_import")), stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **identity())

    @contextlib.contextmanager
    def database(self, name: str):
        made = self.cluster.create_database(name, self.template)
        yield made
        self.cluster.drop_database(name)

    def measure(self) -> "Rig":
        """Lets one import run: its time says where the moments of death lie, its result what "exactly new" is."""
        self.old = digest(self.cluster.database(self.template))
        with self.database("kills_measured") as database:
            begin = time.monotonic()
            assert self.spawn(database).wait(120) == 0
            self.seconds = time.monotonic() - begin
            self.new = digest(database)
        assert self.new != self.old
        return self


def kill_importer(rig: Rig, database: Database, importer: subprocess.Popen) -> bool:
    """@return, as all of these, whether there was something to kill."""
    is_running = importer.poll() is None
    importer.kill()
    importer.wait(60)
    until_gone(database)
    return is_running


def terminate_backend(rig: Rig, database: Database, importer: subprocess.Popen) -> bool:
    hit = [database.value("SELECT pg_terminate_backend(%s)", (pid,)) for pid, _ in sessions(database)]
    importer.wait(60)
    return any(hit)


def end_processes(pids: list[int]) -> bool:
    hit = False
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            hit = True
    return hit


def is_ended(connection) -> bool:
    import psycopg2
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return False
    except psycopg2.Error:
        return True


def kill_backend(rig: Rig, database: Database, importer: subprocess.Popen) -> bool:
    """PostgreSQL ends every session then, and recovers. It answers for a moment before it notices: an old session that is
    ended tells that it has."""
    with contextlib.closing(database.connect()) as bystander:
        hit = end_processes([pid for pid, _ in sessions(database)])
        importer.wait(60)
        assert not hit or wait_until(lambda: is_ended(bystander), 60), "PostgreSQL did not notice a killed backend"
    assert wait_until(lambda: is_answering(database), 60), "PostgreSQL did not come back"
    return hit


def children_of(pid: int) -> list[int]:
    return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def kill_server(rig: Rig, database: Database, importer: subprocess.Popen) -> bool:
    """The postmaster and all that it started, at once; then it is started again."""
    is_running = importer.poll() is None
    postmaster = rig.cluster.postmaster_pid()
    end_processes([postmaster, *children_of(postmaster)])
    importer.wait(60)
    assert wait_until(lambda: not pathlib.Path(f"/proc/{postmaster}").exists())
    rig.cluster.start()
    return is_running


@dataclasses.dataclass
class Outcomes:
    old: int = 0
    new: int = 0
    resumed: int = 0
    during: collections.Counter = dataclasses.field(default_factory=collections.Counter)

    def row(self, what: str) -> str:
        during = ", ".join(f"{name} {count}" for name, count in self.during.most_common())
        return f"{what:<28} {self.old + self.new:>4} {self.old:>5} {self.new:>5} {self.resumed:>8}   {during}"


def kill_one(rig: Rig, kill: Callable, database: Database, delay: float, out: Outcomes) -> str | None:
    """@return "old" or "new", what the database is afterwards; None when the import had ended already."""
    importer = rig.spawn(database)
    wait_until(lambda: sessions(database) or importer.poll() is not None, 60, 0.002)
    time.sleep(delay)
    doing = phase(database)
    is_hit = kill(rig, database, importer)
    after = digest(database)
    assert after in (rig.old, rig.new), f"killed after {delay:.3f} s: neither the old state nor the new one"
    state = "old" if after == rig.old else "new"
    assert importer.returncode != 0 or state == "new", "the importer ended well and left the old state"
    if is_hit:
        out.during[doing] += 1
        out.old += state == "old"
        out.new += state == "new"
    assert is_hit or state == "new", "nothing was killed, and the import did not come to its end"
    return state if is_hit else None


def try_kills(rig: Rig, kill: Callable, count: int, seed: int) -> Outcomes:
    """One death in each of `count` equal parts of the measured time: spread, not clustered. After each, the
    database holds exactly the old state or the new one; after several, the next import needs no help."""
    draw = random.Random(seed)
    out, pace, tries, every = Outcomes(), 0.95, 0, max(3, count // 15)
    while out.old + out.new < count:
        assert tries < 2 * count + 10, "imports end before they can be killed"
        with rig.database(f"kills_{seed}_{tries}") as database:
            state: str | None = "old"
            begin = tries
            while out.old + out.new < count and state == "old" and tries - begin < every:
                part = (out.old + out.new + draw.random()) / count
                state = kill_one(rig, kill, database, part * rig.seconds * pace, out)
                # the machine may have become faster than when the time was taken
                pace *= 1 if state == "old" else 0.9
                tries += 1
            begun = time.monotonic()
            assert rig.spawn(database).wait(120) == 0, "the import after the last kill failed"
            rig.seconds, pace = time.monotonic() - begun, 0.95  # as fast as the machine is now
            assert digest(database) == rig.new
            out.resumed += 1
    return out
