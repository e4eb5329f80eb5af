"""T37: an import that is killed leaves exactly what was there before, and the next one needs no help.

The importer, its backend (told to end, or killed outright, which makes PostgreSQL recover) and the whole
server die at moments spread over an import: a hundred of each at full size, on a larger inventory.
"""
from __future__ import annotations

import contextlib
import pathlib
import re
import signal
import time

import pytest

import kills
from kit import DURABLE, migrate, private_cluster
from tiny import Tiny


def version(number: int, full: bool) -> Tiny:
    """New cells, new points and another mask in the second: an import that writes every table."""
    size = {"ny": 200, "nx": 300, "step": 0.01} if full else {}
    t = Tiny(version=f"1.{number}.0", **size)
    if number == 1:
        t.rasters["proxy.tif"]["bands"]["people"][2, 2] = 55
        t.rasters["mask.tif"]["bands"]["mask_value"][1, 1] = 0
        t.points[2]["lon"] += t.step
    return t


def prepare(cluster, run_fluxgrid, fluxgrid, checkout, folder: pathlib.Path, full: bool) -> kills.Rig:
    database = cluster.create_database("kills_old")
    migrate(database)
    run_fluxgrid("import", version(0, full).write(folder / "killed-old"), database=database, check=True)
    return kills.Rig(cluster, database.name, version(1, full).write(folder / "killed-new"), fluxgrid, checkout).measure()


@pytest.fixture(scope="module")
def rig(cluster, run_fluxgrid, fluxgrid, checkout, workdir, full):
    """tiny@1.0.0 is there, 1.1.0 is about to be; in the cluster that all tests share."""
    made = prepare(cluster, run_fluxgrid, fluxgrid, checkout, workdir, full)
    yield made
    cluster.drop_database(made.template)


@pytest.fixture(scope="module")
def own_rig(run_fluxgrid, fluxgrid, checkout, full):
    """The same in a cluster that may be killed: nobody else is in it."""
    with private_cluster(**DURABLE) as cluster:
        yield prepare(cluster, run_fluxgrid, fluxgrid, checkout, cluster.folder, full)


def test_the_digest_repeats(rig):
    """Or the tests below would prove nothing: the same import twice is the same digest."""
    with rig.database("kills_again") as database:
        assert rig.spawn(database).wait(60) == 0
        assert kills.digest(database) == rig.new


@pytest.fixture
def try_kills(scale, held):
    """try_kills(rig, what dies, how, how often in `make test`, seed); exactly old or exactly new, or it fails at once."""
    def try_kills(rig: kills.Rig, what: str, kill, few: int, seed: int) -> None:
        count = scale(100, few)
        outcomes = kills.try_kills(rig, kill, count, seed)
        assert outcomes.old >= (count + 1) // 3, f"most kills came too late to test anything: {outcomes}"
        held("T37", f"{what}: exactly the old state or the new one", count, outcomes.old + outcomes.new,
             f"{outcomes.old} old, {outcomes.new} new; {outcomes.resumed} imports afterwards, unaided")
    return try_kills


def test_killed_importer_leaves_old_or_new(rig, try_kills):
    try_kills(rig, "importer killed", kills.kill_importer, 8, 37)


def test_ended_backend_leaves_old_or_new(rig, try_kills):
    try_kills(rig, "its session ended", kills.terminate_backend, 3, 38)


def test_killed_backend_leaves_old_or_new(own_rig, try_kills):
    """Its shared memory is not to be trusted then: PostgreSQL ends all sessions and recovers from the log."""
    try_kills(own_rig, "its backend killed", kills.kill_backend, 2, 39)


def test_killed_server_leaves_old_or_new(own_rig, try_kills):
    try_kills(own_rig, "postmaster and all killed", kills.kill_server, 2, 40)


@pytest.mark.parametrize("number", (signal.SIGTERM, signal.SIGINT))
def test_stopped_importer_leaves_old(rig, number):
    """Ctrl-C and a service manager's stop end it at once, with nothing kept."""
    with rig.database(f"stopped_{int(number)}") as database:
        process = rig.spawn(database)
        time.sleep(rig.seconds / 3)
        process.send_signal(number)
        status = process.wait(60)
        kills.until_gone(database)
        assert kills.digest(database) == (rig.new if status == 0 else rig.old)


def test_how_far_an_import_is_can_be_read_without_any_right(rig):
    """Its session's name says the step; /metrics of the servers shows it. Seen by the role that may only read."""
    seen = set()
    with rig.database("told") as database, contextlib.closing(database.connect("fluxgrid_server")) as reader, reader.cursor() as cursor:
        importer = rig.spawn(database)
        while importer.poll() is None:
            cursor.execute("SELECT fluxgrid.import_progress()")
            seen.update(name for name, in cursor.fetchall())
        assert importer.returncode == 0
    steps = [re.fullmatch(r"fluxgrid import (\d+)/(\d+) (\S.*)", name) for name in seen - {"fluxgrid", ""}]
    assert len(steps) >= 2 and all(steps), seen   # the short ones pass between two looks
    assert len({step[2] for step in steps}) == 1 and all(int(step[1]) < int(step[2]) for step in steps)
