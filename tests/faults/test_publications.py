"""T38: readers during publications: every answer is of exactly one release, and a new one shows at once.

The mass of version k is k times that of version 1, so that an answer tells which release its numbers
came from, and its words must tell the same.
"""
from __future__ import annotations

import re
import threading
import time

import pytest
import requests
from kit import wait_until
from tiny import Tiny

SECTOR, YEAR = "1.A.4", 2021
TILE_MASS = 77.125e3  # tonnes of the sector in version 1
TILE = f"emissions-co2/4/10/5.f32?sector=IPCC2006:{SECTOR}&year={YEAR}"  # all of the grid lies in it


def version(k: int) -> str:
    return f"1.{k}.0"


def times(k: int) -> Tiny:
    """Every second version changes the proxy too: its field is new, not only its factors."""
    t = Tiny(slug="shown", version=version(k))
    for row in t.totals:
        row["mass_kt"] *= k
    if k % 2:
        t.rasters["proxy.tif"]["bands"]["people"][3, 3] = k
    return t


class Reader(threading.Thread):
    """Asks for one address until told to stop; keeps what was wrong and when each version first showed."""

    def __init__(self, url: str, read):
        super().__init__(daemon=True)
        self.url, self.read = url, read
        self.faults: list[str] = []
        self.first_seen: dict[int, float] = {}
        self.order: list[int] = []
        self.count = 0
        self.is_stopped = threading.Event()

    def run(self) -> None:
        with requests.Session() as session:
            while not self.is_stopped.is_set():
                try:
                    self.ask(session)
                except Exception as fault:  # an answer that is no answer is what this test looks for
                    self.faults.append(f"{self.url}: {fault!r}")
                if len(self.faults) > 20:
                    return

    def ask(self, session: requests.Session) -> None:
        answer = session.get(self.url, timeout=20)
        seen = time.monotonic()
        self.count += 1
        if answer.status_code != 200:
            self.faults.append(f"{answer.status_code} {answer.text[:200]}")
            return
        named, found = self.read(answer)
        if abs(found - named) > 1e-5 * named:
            self.faults.append(f"names version {named} and holds the mass of {found}")
        if named not in self.first_seen:
            self.first_seen[named] = seen
            self.order.append(named)
        elif named != self.order[-1]:
            self.faults.append(f"version {named} shows after {self.order[-1]}")

    def stop(self) -> None:
        self.is_stopped.set()
        self.join(30)
        assert not self.is_alive()


def number_of(text: str) -> int:
    found = re.search(r"shown@1\.(\d+)\.0", text)
    assert found, f"names no release: {text[:200]}"
    return int(found.group(1))


def read_amounts(answer) -> tuple[int, float]:
    body = answer.json()
    assert number_of(body["query"]["release"]) == number_of(body["release"]) == number_of(answer.headers["Link"])
    (row,) = body["rows"]
    return number_of(body["release"]), row["value"] / 77.125


pixels_of: dict[int, set[bytes]] = {}  # version -> the pictures it was shown as


def read_tile(answer) -> tuple[int, float]:
    """The mass in the header; the pixels are compared afterwards with the pinned release's."""
    named = number_of(answer.headers["Link"])
    pixels_of.setdefault(named, set()).add(answer.content)
    return named, float(answer.headers["X-Tile-Mass-t"]) / TILE_MASS


@pytest.fixture(scope="module")
def publications(scale) -> int:
    return scale(100, 12)


@pytest.fixture(scope="module")
def shown(cluster, _migrated, run_fluxgrid, start_server, workdir):
    """(database, server) with version 1 published."""
    database = cluster.create_database("tiny_shown", _migrated.name)
    run_fluxgrid("import", times(1).write(workdir / "shown-1"), database=database, check=True)
    server = start_server(database)
    yield database, server
    server.stop()
    cluster.drop_database(database.name)


def test_readers_see_one_release_at_a_time(shown, publications, run_fluxgrid, workdir, scale, held, measured):
    database, server = shown
    enough = scale(1000, 10)  # readings of each version
    query = f"sector=IPCC2006:{SECTOR}&gas=CO2&year={YEAR}"
    readers = [Reader(f"{server.url}/v1/emissions?release=shown&{query}", read_amounts),
               Reader(f"{server.url}/tiles/shown/{TILE}", read_tile)]
    for reader in readers:
        reader.start()
    published = {}
    for k in range(2, publications + 2):
        manifest = times(k).write(workdir / "shown" / str(k))
        run_fluxgrid("import", manifest, "--quiet", database=database, check=True)
        published[k] = time.monotonic()
        wait_until(lambda: all(reader.faults or k in reader.first_seen for reader in readers)
                   and sum(reader.count for reader in readers) >= (k - 1) * enough, 60, 0.005)
    late = 0.0
    for reader in readers:
        reader.stop()
        assert reader.faults == []
        assert reader.order == list(range(1, publications + 2)), "a version was never shown, or out of order"
        late = max([late, *(reader.first_seen[k] - at for k, at in published.items())])
    readings = sum(reader.count for reader in readers)
    held("T38", f"readings during {publications} publications, of exactly one release", readings, readings - sum(len(reader.faults) for reader in readers))
    measured("T38", "a publication is shown within", late * 1000, "ms", at_most=1000)
    assert readings >= publications * enough
    assert database.value("SELECT count(*) FROM release WHERE state = 'published'") == publications + 1
    assert database.value("SELECT catalog FROM revision") == publications + 1


def test_old_versions_answer_as_before(shown, publications):
    """A pinned release never changes, whatever was published since; and it is what readers were shown."""
    database, server = shown
    if not pixels_of:
        pytest.skip("needs the publications of the test before it")
    for k, pictures in pixels_of.items():
        body = server.json(f"/v1/emissions?release=shown@{version(k)}&sector=IPCC2006:{SECTOR}&gas=CO2&year={YEAR}")
        assert body["release"] == f"shown@{version(k)}"
        assert body["rows"][0]["value"] == pytest.approx(77.125 * k, rel=1e-9)
        assert pictures == {server.get(f"/tiles/shown@{version(k)}/{TILE}").content}, f"a mixed tile of version {k}"
    assert len({picture for pictures in pixels_of.values() for picture in pictures}) == publications + 1
