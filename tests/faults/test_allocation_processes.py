"""T30 for whole processes: the server's start and an import, each of their allocations failing in turn; and memory that is short
for all that run at once."""
from __future__ import annotations

import itertools
import re
import signal
import threading

import pytest
from crowd import get_bytes
from failing import NEVER, OURS_ONLY, THEIRS_ONLY, FailingMalloc
from kills import digest
from kit import wait_until
from rawhttp import connect, read_all, request
from tiny import Tiny
from torture import TILE, points

pytestmark = pytest.mark.slow
LIBRARY_CRASH = re.compile(r"lib(fontconfig|gdal|geos|proj|stdc\+\+|hdf5|expat)")  # whose own code fell over, by the backtrace


def blame(log: str) -> str:
    """The first library or program in the backtrace of a crash, below the C library."""
    trace = log.rpartition("failing_malloc: crash")[2] if "failing_malloc: crash" in log else log
    frames = [line for line in trace.splitlines() if line.startswith("/") and "failing_malloc" not in line and "libc.so" not in line]
    return frames[0] if frames else "no backtrace"


# ---- the start ------------------------------------------------------------------------------------

def begin(server, faulty: FailingMalloc) -> str:
    """Starts it and waits for one of: ready, ended by itself. What it asks for later does not fail. @return what is wrong with it."""
    server.log_path.unlink(missing_ok=True)
    server.start(wait=False)
    ended = lambda: server.process.poll() is not None  # noqa: E731

    def is_settled() -> bool:
        return ended() or ("Fluxgrid is at" in server.log and server.is_ready())
    try:
        settled = wait_until(is_settled, 30)
    except AssertionError:
        settled = True  # it ended between two looks
    faulty.put("countdown", 0)
    if not settled:
        server.process.kill()
        server.process.wait()
        server.process = None
        return "neither ready nor ended"
    if not ended():
        good = request(server.url, TILE).status == 200
        status = server.stop()
        return "" if good and status == 0 else f"serves wrongly, or ends with {status}"
    status, server.process = server.process.wait(), None
    if status < 0:
        at = blame(server.log)
        return "" if LIBRARY_CRASH.search(at) else f"signal {-status} at {at}"
    return "" if status > 0 and server.log.strip() else f"ended with {status}, saying {server.log[-200:]!r}"


def test_a_start_survives_each_of_its_allocations(start_server, database, workdir, scale, held):
    faulty = FailingMalloc(workdir, "start")
    server = start_server(database, FLUXGRID_EVENT_THREADS="1", FLUXGRID_WORKERS="1", **faulty.env)
    count = faulty.seen
    assert server.stop() == 0
    wrong, theirs, tried = [], 0, 0
    faulty.put("tells", 1)
    for n in points(count, scale(400, 4)):
        faulty.arm(n)
        what = begin(server, faulty)
        if not faulty.disarm():
            continue
        tried += 1
        is_theirs = "libfontconfig" in server.log  # in the trace of the allocation, or of the crash
        theirs += is_theirs and (bool(what) or "failing_malloc: crash" in server.log)
        wrong += [(n, what)] if what and not is_theirs else []
    faulty.arm(NEVER)
    assert begin(server, faulty) == ""
    assert not wrong, wrong[:5]
    held("T30", f"allocations of a start that failed ({count} in one start): it serves, or ends with a reason", tried, tried - len(wrong),
         f"{theirs} fell over, or came to a stand, within fontconfig")


# ---- an import --------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def tiny_state(cluster, _migrated, run_fluxgrid, workdir):
    """(a factory of databases with tiny@1.0.0, the manifest of 1.1.0, digests of the old and the new state)"""
    old, new = cluster.create_database("tiny_old", _migrated.name), None
    run_fluxgrid("import", Tiny().write(workdir / "tiny-old"), database=old, check=True)
    later = Tiny()
    later.manifest["release"]["version"] = "1.1.0"
    manifest = later.write(workdir / "tiny-new")
    names = (f"tiny_{n}" for n in itertools.count())

    def make():
        return cluster.create_database(next(names), "tiny_old")

    new = make()
    before = digest(new)
    run_fluxgrid("import", manifest, database=new, check=True)
    return make, manifest, before, digest(new)


@pytest.mark.parametrize("whose", [OURS_ONLY, THEIRS_ONLY], ids=["ours", "of libraries"])
def test_an_import_survives_each_of_its_allocations(tiny_state, run_fluxgrid, workdir, scale, held, whose):
    make, manifest, old, new = tiny_state
    faulty = FailingMalloc(workdir, f"import-{whose}")
    faulty.arm(NEVER, whose)
    run_fluxgrid("import", manifest, database=make(), check=True, env=faulty.env)
    database, count = make(), faulty.seen
    wrong, crashes, tried = [], 0, 0
    for n in points(count, scale(300, 2) if whose == OURS_ONLY else scale(60, 2)):
        faulty.arm(n, whose)
        done = run_fluxgrid("import", manifest, database=database, env=faulty.env, timeout=60)
        if not faulty.disarm() and done.returncode == 0:
            database = make()
            continue
        tried += 1
        state = digest(database)
        crashes += done.returncode < 0
        is_right = state == (new if done.returncode == 0 else old) and (done.returncode >= 0 or whose == THEIRS_ONLY)
        if not is_right:
            wrong.append((n, done.returncode, blame(done.stderr), done.stderr[-300:]))
        if state != old:
            database = make()
    assert not wrong, wrong[:5]
    words = "the importer's own allocations" if whose == OURS_ONLY else "allocations of GDAL, GEOS and other libraries"
    held("T30", f"{words} that failed in an import ({count} in one): it is as before, or whole", tried, tried - len(wrong),
         f"{crashes} ended by a library's abort" if whose == THEIRS_ONLY else "no crash")


# ---- short for everybody ------------------------------------------------------------------------------

HUNGRY = ["/wms?SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&LAYERS=uzbekistan/net-co2e&STYLES=&FORMAT=image/png&CRS=EPSG:4326&BBOX=37,56,46,74"
          "&WIDTH=4096&HEIGHT=4096&TIME={year}", "/v1/export/emissions-co2.tif?year={year}", "/v1/rank?by=cell&top=100&year={year}",
          "/docs", "/v1/districts?format=geojson&year={year}", "/tiles/uzbekistan/net-co2e/9/348/188.png?year={year}"]


def kib(server, name: str) -> int:
    return int(re.search(rf"^{name}:\s+(\d+)", open(f"/proc/{server.pid}/status").read(), re.M)[1])


def test_too_little_memory_for_all_refuses_some(start_server, database, scale, held):
    """The process may have 24 MiB more than it has when idle (RLIMIT_DATA: as a cgroup's limit, but malloc is told)."""
    server = start_server(database, FLUXGRID_WORKERS="4", FLUXGRID_EVENT_THREADS="2")
    assert request(server.url, TILE).status == 200
    limit = (kib(server, "VmData") + 24 * 1024) * 1024
    assert server.stop() == 0
    server.command = lambda: ["prlimit", f"--data={limit}", str(server.binary), "serve"]
    server.start()
    statuses: list = []

    def ask(number: int) -> None:
        for n in range(scale(40, 3)):
            path = HUNGRY[(number + n) % len(HUNGRY)].format(year=2010 + (number * 3 + n) % 13)
            try:
                with connect(server.url, 60) as sock:
                    sock.sendall(get_bytes(path, close=True))
                    raw, _ = read_all(sock)
                statuses.append(int(raw[9:12]) if raw else 0)
            except OSError:
                statuses.append(0)

    clients = [threading.Thread(target=ask, args=(n,), daemon=True) for n in range(scale(24, 12))]
    for client in clients:
        client.start()
    for client in clients:
        client.join(300)
    assert server.process.poll() is None, f"it died:\n{server.log[-2000:]}"
    good = sum(status in (200, 413, 500, 503, 504, 0) for status in statuses)
    refused = sum(status in (413, 500, 503, 504) for status in statuses)
    assert wait_until(lambda: request(server.url, TILE).status == 200), "it does not recover"
    held("T30", "hungry requests with memory for a few of them: answered, refused with a status, or ended; the process lives", len(statuses), good,
         f"{refused} refused")
    assert server.stop(signal.SIGTERM) == 0
