"""What an import's one transaction promises beyond test_tiny.py and the killed imports of tests/faults: no waiting behind a dead
importer, every publication told once and in order, an honest dry run."""
from __future__ import annotations

import contextlib
import json
import select
import threading
import time

import pytest

from kit import wait_until
from tiny import Tiny


@pytest.fixture(scope="module")
def medium(workdir):
    """Manifests of one inventory in rising versions, large enough to be hit in the middle."""
    def make(number: int):
        inventory = Tiny(slug="medium", version=f"1.0.{number}", ny=120, nx=160, step=0.01)
        inventory.rasters["proxy.tif"]["bands"]["people"][5, 5] += number  # a field that is not there yet
        return inventory.write(workdir / f"medium-{number}")
    return make


def timed_import(start_import, database, manifest) -> float:
    begin = time.monotonic()
    child = start_import(database, manifest)
    errors = child.communicate(timeout=120)[1]
    assert child.returncode == 0, errors
    return time.monotonic() - begin


def test_a_dry_run_finds_what_only_the_database_knows(tiny_database, folder, run_fluxgrid):
    before = tiny_database.fingerprint()
    inventory = Tiny(version="1.0.1")
    inventory.points[0]["area_code"] = "T12"
    done = run_fluxgrid("import", inventory.write(folder), "--dry-run", database=tiny_database)
    assert done.returncode == 2 and "P1" in done.stderr
    assert tiny_database.fingerprint() == before


def test_a_dry_run_does_not_say_that_it_published(fresh, folder, run_fluxgrid):
    path = folder.parent / f"{folder.name}-dry.json"
    run_fluxgrid("import", Tiny().write(folder), "--dry-run", "--report", path, database=fresh, check=True)
    report = json.loads(path.read_text())
    assert report["dry_run"] and not report["published"]


@pytest.mark.slow
def test_the_next_import_needs_no_waiting(cluster, _migrated, start_import, medium):
    """Right behind a kill, without a pause: the dead one's lock must not stand in the way."""
    database = cluster.create_database("killed_next", _migrated.name)
    seconds = timed_import(start_import, database, medium(0))
    for number in range(1, 6):
        child = start_import(database, medium(number))
        time.sleep(seconds * number / 6)
        child.kill()
        child.communicate(timeout=60)
        timed_import(start_import, database, medium(number))
    cluster.drop_database(database.name)


def test_publications_are_told_once_and_in_order(fresh, run_fluxgrid, workdir):
    told, stop = [], threading.Event()

    def listen(connection):
        while not stop.is_set():
            select.select([connection], [], [], 0.1)
            connection.poll()
            while connection.notifies:
                told.append(int(connection.notifies.pop(0).payload))

    with contextlib.closing(fresh.connect("fluxgrid_server")) as connection:
        connection.cursor().execute("LISTEN fluxgrid")
        listener = threading.Thread(target=listen, args=(connection,))
        listener.start()
        try:
            for number in range(8):
                inventory = Tiny(version=f"1.0.{number}")
                inventory.totals[0]["mass_kt"] += number
                manifest = inventory.write(workdir / f"told-{number}")
                run_fluxgrid("import", manifest, "--dry-run", database=fresh, check=True)
                run_fluxgrid("import", manifest, database=fresh, check=True)
            wait_until(lambda: 8 in told)
        finally:
            stop.set()
            listener.join()
    # a change of boundaries is told as well, with the catalog's revision as it stands: 0, at the first import
    assert [revision for revision in told if revision > 0] == list(range(1, 9))
    assert told == sorted(told)
