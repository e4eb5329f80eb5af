"""Boundaries are replaced, and statistics, while a server answers: every answer is exactly the old one or exactly
the new one, none is mixed, none fails, and the new one shows within a second of the commit."""
from __future__ import annotations

import contextlib
import json
import re
import threading
import time

import pytest
import requests

from kit import wait_until
from polygons import Polygons, box, feature, geojson

REPLACEMENTS = 12
SHIFTS = [0.0, 0.137]  # of the border between the two
ADDRESSES = [
    "/v1/emissions?release=tiny@1.0.0&groupby=district,sector&level=2",  # masses, several statements
    "/v1/districts?release=tiny@1.0.0&format=geojson",  # masses and shapes
    "/v1/districts/T12?release=tiny@1.0.0",  # area, rank, population
    "/v1/emissions?release=tiny@1.0.0&groupby=district&level=2&per=capita",
    "/v1/at?release=tiny@1.0.0&lon=60.65&lat=41.55"]  # in T12, then in T11


def boundaries(turn: int) -> Polygons:
    """Odd turns have another border and other people."""
    t = Polygons()
    middle = 60.6 + SHIFTS[turn % 2]
    t.raw["districts.geojson"] = geojson([feature("T11", box(60.1, 41.2, middle, 41.9)), feature("T12", box(middle, 41.2, 61.2, 41.9))])
    for row in t.population:
        row["population"] *= 1 + turn % 2
    return t


def settled(body: bytes) -> str:
    """An answer without the number of its boundaries, which grows with every turn, nor the citation, whose address has it."""
    found = json.loads(body)
    (found.get("query") or {}).pop("boundaries", None)
    found.pop("citation", None)
    return json.dumps(found, sort_keys=True)


class Reader(threading.Thread):
    """Asks for one address again and again; keeps each distinct answer, with what it says of its boundaries."""

    def __init__(self, url: str):
        super().__init__(daemon=True)
        self.url, self.count = url, 0
        self.faults: list[str] = []
        self.seen: dict[str, set] = {}  # settled body -> ETags
        self.is_stopped = threading.Event()

    def run(self) -> None:
        with requests.Session() as session:
            while not self.is_stopped.is_set() and len(self.faults) < 10:
                try:
                    got = session.get(self.url, timeout=120)
                    self.count += 1
                    if got.status_code == 200:
                        self.seen.setdefault(settled(got.content), set()).add(got.headers["ETag"])
                    else:
                        self.faults.append(f"{got.status_code} {got.text[:300]}")
                except requests.RequestException as fault:
                    self.faults.append(repr(fault))


@pytest.fixture(scope="module")
def shown(cluster, _migrated, run_fluxgrid, workdir, start_server):
    database = cluster.create_database("districts_live", _migrated.name)
    run_fluxgrid("import", boundaries(0).write(workdir / "live"), database=database, check=True)
    return database, start_server(database)


def test_every_answer_is_old_or_new(shown, run_fluxgrid, workdir):
    database, server = shown
    manifests = []
    for turn in (0, 1):
        t = boundaries(turn)
        manifests.append(t.only_boundaries().write(workdir / f"live-{turn}"))

    def revision():
        return server.json("/v1/emissions?release=tiny@1.0.0")["query"]["boundaries"]

    states = []  # of each address, the two answers there are
    for turn in (1, 0):
        run_fluxgrid("import", manifests[turn], database=database, check=True)
        assert wait_until(lambda: revision() == database.value("SELECT revision FROM district WHERE code = 'T'"))
        states.append({path: settled(server.get(path).content) for path in ADDRESSES})
    assert all(states[0][path] != states[1][path] for path in ADDRESSES)

    readers = [Reader(server.url + path) for path in ADDRESSES]
    for reader in readers:
        reader.start()
    try:
        for turn in range(1, REPLACEMENTS + 1):
            run_fluxgrid("import", manifests[turn % 2], database=database, check=True)
            committed = time.monotonic()
            wanted = database.value("SELECT revision FROM district WHERE code = 'T'")
            assert wait_until(lambda: revision() == wanted), turn
            assert wait_until(lambda: all(reader.faults or reader.count > turn for reader in readers)), turn
            print(f"turn {turn}: shown after {time.monotonic() - committed:.2f} s")
    finally:
        for reader in readers:
            reader.is_stopped.set()
        for reader in readers:
            reader.join(120)
    for path, reader in zip(ADDRESSES, readers):
        assert not reader.faults, f"{path}: {reader.faults}"
        assert reader.count > REPLACEMENTS
        assert set(reader.seen) == {states[0][path], states[1][path]}, f"{path}: {len(reader.seen)} different answers"


def test_a_client_asks_again_and_gets_the_new_borders(shown, run_fluxgrid, workdir):
    """The way of an HTTP cache: what it may keep, what a 304 confirms, and what it must fetch anew."""
    database, server = shown
    path = "/v1/emissions?release=tiny@1.0.0&groupby=district&level=2"
    first = server.get(path)
    pinned = first.headers["Link"].split(">")[0][1:]
    assert "immutable" not in first.headers["Cache-Control"]
    assert server.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    run_fluxgrid("import", boundaries(1).only_boundaries().write(workdir / "live-next"), database=database, check=True)
    assert wait_until(lambda: server.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200)
    second = server.get(path)
    assert settled(second.content) != settled(first.content)
    gone = requests.get(pinned if pinned.startswith("http") else server.url + pinned, timeout=120)
    assert gone.status_code == 410 and gone.json()["errors"][0]["parameter"] == "boundaries"
    tile = "/tiles/tiny@1.0.0/emissions-co2e/8/171/95.png"
    assert "immutable" in server.get(tile).headers["Cache-Control"]  # tiles show cells, which no border moves


def behind(server) -> int:
    """Jobs that found the database at another revision than the catalog."""
    text = requests.get(server.admin + "/metrics", timeout=120).text
    return sum(int(n) for n in re.findall(r'^fluxgrid_jobs_total\{route="/v1/emissions",method="GET",status="503"\} (\d+)$', text, re.M))


def test_a_request_waits_for_a_catalog_that_is_a_little_behind(shown):
    """Between a commit and its notification a statement sees other districts than the catalog: the request is planned
    again when the catalog has come, and nobody sees a 503. A job that met the other districts is counted as one."""
    database, server = shown
    path = "/v1/emissions?release=tiny@1.0.0&groupby=district,gas&level=2&unit=t"  # not asked before: no cache has it
    met = 0
    while met == 0:  # once in five seconds the server looks by itself: then it may know of them first
        before, got = behind(server), []
        with contextlib.closing(database.connect()) as connection, connection.cursor() as cursor:
            cursor.execute("UPDATE fluxgrid.revision SET boundary = boundary + 1; UPDATE fluxgrid.district SET revision = revision + 1 WHERE code = 'T'")
            asking = threading.Thread(target=lambda: got.append(server.get(path)))
            asking.start()
            assert wait_until(lambda: got or behind(server) > before, step=0.005)
            cursor.execute("SELECT pg_notify('fluxgrid', 'boundaries')")
            asking.join(120)
        met = behind(server) - before
        assert got[0].status_code == 200, got[0].text
        assert got[0].json()["query"]["boundaries"] == database.value("SELECT revision FROM fluxgrid.district WHERE code = 'T'")
