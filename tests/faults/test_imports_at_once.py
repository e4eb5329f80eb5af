"""T39: of many imports started at once one runs; the others are told so, soon, and the lock of one that is killed is gone by itself."""
from __future__ import annotations

import contextlib
import subprocess
import threading
import time

import pytest
from kit import clean_env, identity, wait_until
from tiny import Tiny

LOCKS = "SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE d.datname = current_database() " \
        "AND l.locktype = 'advisory' AND (l.classid, l.objid) = (7305803, 2) AND l.granted"


class Importer(threading.Thread):
    """A running import: how it ended, what it said, and how long that took."""

    def __init__(self, fluxgrid, checkout, database, manifest):
        super().__init__(daemon=True)
        self.begun = time.monotonic()
        self.seconds, self.said = 0.0, ""
        self.process = subprocess.Popen([str(fluxgrid), "import", str(manifest)], cwd=checkout, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True, env=clean_env(DATABASE_URL=database.dsn("fluxgrid_import")), **identity())
        self.start()

    def run(self):
        self.said = self.process.communicate(timeout=300)[1]
        self.seconds = time.monotonic() - self.begun


@pytest.fixture
def blocked(empty_database):
    """A database whose releases nobody may write for now: an import stands in the middle of its transaction."""
    database = empty_database()
    with contextlib.closing(database.connect()) as holder:
        holder.autocommit = False
        holder.cursor().execute("LOCK TABLE fluxgrid.release IN ACCESS EXCLUSIVE MODE")
        yield database
        holder.rollback()


def test_one_of_many_imports_runs(blocked, fluxgrid, checkout, workdir, run_fluxgrid, held, measured, scale):
    manifest = Tiny(slug="crowd").write(workdir / "crowd")
    count = scale(10, 4)
    crowd = [Importer(fluxgrid, checkout, blocked, manifest) for _ in range(count)]
    assert wait_until(lambda: sum(one.is_alive() for one in crowd) == 1, 120), [one.said for one in crowd]
    [runs] = [one for one in crowd if one.is_alive()]
    refused = [one for one in crowd if one is not runs]
    held("T39", f"{count} imports started at once: all but one refused, with exit status 2 and the reason", count - 1,
         sum(one.process.returncode == 2 and "another import is running; wait for it to end" in one.said for one in refused))
    measured("T39", "the slowest of these refusals", max(one.seconds for one in refused), "s", at_most=1)

    [(backend,)] = blocked.rows(LOCKS)
    runs.process.kill()
    begun = time.monotonic()
    gone = wait_until(lambda: blocked.rows(LOCKS) == [], step=0.01)
    held("T39", "the lock of the one that ran, killed outright: gone by itself", 1, int(gone), f"backend {backend}")
    measured("T39", "how long it outlived its owner", time.monotonic() - begun, "s", at_most=1)


def test_the_next_import_after_a_crowd_runs(empty_database, fluxgrid, checkout, workdir, run_fluxgrid, held, scale):
    """Without anybody in the way: whoever comes too early is refused, whoever comes later finds it done, and it is there once."""
    database = empty_database()
    manifest = Tiny(slug="crowd").write(workdir / "crowd-free")
    crowd = [Importer(fluxgrid, checkout, database, manifest) for _ in range(scale(10, 4))]
    for one in crowd:
        one.join(300)
    ended = [(one.process.returncode, one.said) for one in crowd]
    as_expected = sum(status == 0 or (status == 2 and "another import is running" in said) for status, said in ended)
    held("T39", "a crowd of imports of one version: done, found done, or refused", len(crowd), as_expected, str([e for e in ended if e[0] not in (0, 2)] or ""))
    assert any(status == 0 for status, _ in ended)
    run_fluxgrid("import", manifest, database=database, check=True)
    assert database.value("SELECT count(*) FROM release WHERE state = 'published'") == 1
