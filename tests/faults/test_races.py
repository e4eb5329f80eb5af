"""T35: races. The program built for ThreadSanitizer under everything at once: questions that use up the pool (T20), a killed database (T21), stampedes (T26),
drains (T32); and beside them operators' acts, changes of the catalog, SIGHUP and readers of the metrics. Any report is a failure.

FLUXGRID_RACES_S is how long (600). Event loops are our own and libmicrohttpd's locks are pthread's, so ThreadSanitizer sees them (tests/tsan.supp).
"""
from __future__ import annotations

import contextlib
import itertools
import json
import os
import pathlib
import random
import secrets
import shutil
import signal
import subprocess
import threading
import time

import pytest
import requests
from crowd import Crowd, cold_tiles, statuses
from kit import DURABLE, ROOT, Server, clean_env, private_cluster, runnable, wait_until, write_tokens
from lineage import stop_within
from test_database import Rig
from test_drain import Client

pytestmark = pytest.mark.full
SECONDS = float(os.environ.get("FLUXGRID_RACES_S", "600"))
TOKEN = secrets.token_hex(32)
REPORT = "ThreadSanitizer"
WARM = "/tiles/uzbekistan/emissions-co2/5/21/11.png"
ACTS = ("releases/uzbekistan@1.0.1/withdraw", "purge", "releases/uzbekistan@1.0.1/publish", "releases/uzbekistan/rollback", "releases/uzbekistan@1.0.1/publish")
SLOW = [f"/v1/rank?by=cell&year={year}&gas={gas}" for year in range(2010, 2023) for gas in ("co2", "ch4", "n2o")]
VARIED = ["/v1/emissions?groupby=sector,year", "/v1/districts?level=2", "/v1/at?lon=67&lat=40", "/v1/audit", "/v1/releases", "/docs", "/index.html", "/openapi.json",
          "/wms?service=WMS&request=GetCapabilities", "/v1/emissions?groupby=moon", "/nothing", "/legend/density-inferno.png", "/v1/sources?limit=20", WARM]


class Beside(threading.Thread):
    """Does something again and again until it is told to stop. The server may be away; what else goes wrong is kept."""

    def __init__(self, what, pause_s: float):
        super().__init__(daemon=True)
        self.what, self.pause_s, self.count = what, pause_s, 0
        self.fault: Exception | None = None
        self.is_over = threading.Event()

    def run(self) -> None:
        while not self.is_over.wait(self.pause_s):
            try:
                self.what(self.count)
                self.count += 1
            except (requests.RequestException, OSError):
                pass
            except Exception as fault:
                self.fault = fault
                return

    def stop(self) -> None:
        self.is_over.set()
        self.join(60)
        if self.fault:
            raise self.fault


@pytest.fixture(scope="module")
def rig(run_fluxgrid, workdir):
    """The demonstration in two versions, so that an act changes what is the latest."""
    second = workdir / "second-version"
    shutil.copytree(ROOT / "data/uzbekistan", second)
    manifest = json.loads((second / "manifest.json").read_text())
    manifest["release"]["version"] = "1.0.1"
    (second / "manifest.json").write_text(json.dumps(manifest))
    subprocess.run(["chmod", "-R", "go+rX", str(second)], check=True)
    with private_cluster(**DURABLE) as cluster:
        rig = Rig(cluster, run_fluxgrid)
        run_fluxgrid("import", second / "manifest.json", "--quiet", database=rig.database, check=True)
        yield rig


@pytest.fixture(scope="module")
def server(rig, checkout, workdir):
    """Of the build for ThreadSanitizer; started by the test. Deadlines are wide: it is ten times slower."""
    subprocess.run(["make", "--no-print-directory", "-s", "SAN=tsan", f"-j{os.cpu_count()}", "all"], cwd=ROOT, check=True)
    tokens = workdir / "operators-in-races"
    write_tokens(tokens, [("anna", TOKEN)])
    made = Server(runnable(ROOT / "build-tsan/fluxgrid", workdir / "races"), checkout, workdir, {
        "DATABASE_URL": rig.database.dsn("fluxgrid_server"), "FLUXGRID_WORKERS": "8", "FLUXGRID_EVENT_THREADS": "4", "FLUXGRID_QUEUE_LENGTH": "32",
        "FLUXGRID_RESPONSE_CACHE_MIB": "4", "FLUXGRID_BLOCK_CACHE_MIB": "8", "FLUXGRID_DRAIN_TIMEOUT_MS": "60000", "FLUXGRID_HEADER_TIMEOUT_MS": "30000",
        "FLUXGRID_OPERATOR_TOKENS_FILE": str(tokens), "FLUXGRID_OPERATOR_DATABASE_URL": rig.database.dsn("fluxgrid_import")})
    yield made
    made.stop(seconds=90)


def test_a_race_is_reported(workdir):
    """By the compiler, options and suppressions of the runs below."""
    program = workdir / "racing"
    subprocess.run(["clang", "-fsanitize=thread", "-g", "-o", program, ROOT / "tests/faults/racing.c"], check=True)
    done = subprocess.run([program], env=clean_env(), capture_output=True, text=True, timeout=60)
    assert done.returncode == 99 and REPORT in done.stderr


class Storm:
    """One server's life under everything at once. seen: answers by status; -1 is none in time, 0 a connection that ended without one."""

    def __init__(self, rig, server, turn: int):
        self.rig, self.server, self.turn = rig, server, turn
        self.seen: dict[int, int] = {}
        self.random = random.Random(turn)
        self.cold = iter(self.random.sample(cold_tiles(5760, turn), 5760))
        self.reloads = Beside(self.reload, 1.5)
        self.beside = [self.reloads, Beside(self.act, 0.2), Beside(self.scrape, 0.1), *(Beside(self.ask, 0.01) for _ in range(6))]

    def act(self, n: int) -> None:
        requests.post(f"{self.server.admin}/operator/{ACTS[n % len(ACTS)]}", headers={"Authorization": f"Bearer {TOKEN}"}, json={}, timeout=30)

    def scrape(self, n: int) -> None:
        requests.get(self.server.admin + ("/metrics", "/readyz", "/livez")[n % 3], timeout=30)

    def reload(self, _: int) -> None:
        self.server.process.send_signal(signal.SIGHUP)

    def ask(self, n: int) -> None:
        requests.get(self.server.url + VARIED[n % len(VARIED)], headers={"If-None-Match": "*"} if n % 5 == 0 else {}, timeout=30)

    def crowd(self, connections: int, paths: list[str]) -> None:
        crowd = Crowd(self.server.url, connections)
        for status, count in statuses(crowd.ask(paths, 60)).items():
            self.seen[status] = self.seen.get(status, 0) + count
        crowd.close()

    def use_up_the_pool(self) -> None:  # T20
        for turn in range(3):
            self.crowd(200, [f"{SLOW[(i + turn) % len(SLOW)]}&top={self.random.randint(1, 900)}" for i in range(200)])

    def stampede(self) -> None:  # T26
        for path in itertools.islice(self.cold, 6):
            self.crowd(300, [path] * 300)

    def kill_the_database(self) -> None:  # T21
        postmaster = self.rig.cluster.postmaster_pid()
        everybody = [postmaster, *map(int, pathlib.Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split())]
        for pid in everybody:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.crowd(100, list(itertools.islice(self.cold, 100)))
        assert wait_until(lambda: not any(pathlib.Path(f"/proc/{pid}").exists() for pid in everybody), 30)
        self.rig.cluster.start()
        assert self.server.wait_ready(60)

    def drain(self) -> int:  # T32
        """Whether anybody is cut is not asked here: a drain's patience with clients is in milliseconds, and everything is ten times slower."""
        clients = [Client(self.server.url, i) for i in range(64)]
        for client in clients:
            client.start()
        time.sleep(1.5)
        for one in self.beside:
            one.is_over.set()
        self.reloads.join()
        status, _ = stop_within(self.server, 90)
        for client in clients:
            client.is_over = True
            client.join(60)
            assert not client.is_alive()
        self.seen[200] = self.seen.get(200, 0) + sum(client.done for client in clients)
        return status

    def run(self) -> int:
        """@return exit status."""
        self.server.start(wait=False)
        assert self.server.wait_ready(60)
        for one in self.beside:
            one.start()
        try:
            for part in self.random.sample((self.use_up_the_pool, self.stampede, self.kill_the_database), 3):
                part()
            return self.drain()
        except OSError as error:
            wait_until(lambda: self.server.process.poll() is not None, 5)
            raise AssertionError(f"{error!r}; exit {self.server.process.poll()}: ...{self.server.log[-6000:]}") from error
        finally:
            for one in self.beside:
                one.stop()


def test_no_race_under_load(rig, server, held):
    lives, clean, seen, end = 0, 0, {}, time.monotonic() + SECONDS
    while lives == 0 or time.monotonic() < end:
        storm = Storm(rig, server, lives)
        status = storm.run()
        lives += 1
        reports = server.log.count(f"WARNING: {REPORT}")
        assert status == 0 and reports == 0, f"exit {status}: " + server.log[max(0, server.log.find(REPORT) - 200):][:6000]
        clean += 1
        for code, count in storm.seen.items():
            seen[code] = seen.get(code, 0) + count
    total = sum(seen.values())
    assert seen.get(200, 0) > 100 * lives, seen
    held("T35", f"lives of a server under T20, T21, T26, T32 without a report of ThreadSanitizer ({SECONDS:.0f} s)", lives, clean, f"{total} answers")
    held("T35", "answers that are 200, 503 or 410 of a withdrawn one", total, sum(count for code, count in seen.items() if code in (200, 404, 410, 503, 504)),
         str({code: count for code, count in seen.items() if code != 200}))
