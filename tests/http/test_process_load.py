"""Crowds: stampedes, a full queue, the frozen event loop, slow and idle attackers, slow readers.

No time is judged: what must come at once is what would otherwise come after a deadline of minutes, or never.
"""
from __future__ import annotations

import contextlib
import json
import os
import re
import resource
import signal
import subprocess
import time

import pytest
from crowd import Crowd, cold_tiles, cpu_s, get_bytes, held_by, is_closed, metric, sockets_of, statuses
from good_client import GoodClient
from kit import identity, wait_until
from rawhttp import HANG_S, connect, request

# A sanitizer's allocator gives nothing back, and all costs ten times as much.
SLOW_BUILD = bool(os.environ.get("SAN")) or "san" in os.environ.get("FLUXGRID_BIN", "")
pytestmark = pytest.mark.usefixtures("many_files")
WARM = "/tiles/uzbekistan/emissions-co2/5/21/11.png"
PATIENT = {f"{what}_timeout_ms": 600_000 for what in ("header", "idle", "request", "statement")}


@pytest.fixture
def own_server(start_server, database):
    """A factory; what it made is stopped with the test, and must end with status 0."""
    made = []

    def make(**env):
        made.append(start_server(database, **{f"FLUXGRID_{n.upper()}": str(v) for n, v in env.items()}))
        return made[-1]

    yield make
    for server in made:
        assert server.stop() == 0, server.log[-3000:]


def test_a_stampede_on_a_cold_tile_renders_once(own_server):
    server = own_server()
    crowd = Crowd(server.url, 500)
    answers = crowd.ask(["/tiles/uzbekistan/emissions-co2e/6/43/23.png"] * 500)
    crowd.close()
    assert statuses(answers) == {200: 500}
    assert len({raw.partition(b"\r\n\r\n")[2] for _, _, raw in answers}) == 1
    assert metric(server, "fluxgrid_jobs_started_total") == 1


def test_a_full_queue_refuses_at_once_and_serves_the_rest(own_server):
    server = own_server(workers=1, queue_length=4)
    request(server.url, WARM)
    crowd = Crowd(server.url, 300)
    answers = crowd.ask(cold_tiles(300))
    crowd.close()
    seen = statuses(answers)
    # four wait; the worker may have been too late with the first of them to make room for a fifth
    assert set(seen) <= {200, 503} and seen[200] >= 4 and seen[503] > 0, seen
    for status, _, raw in answers:
        if status == 503:
            head = raw.partition(b"\r\n\r\n")[0]
            assert b"\r\nRetry-After: " in head and b"\r\nCache-Control: no-store" in head
    assert metric(server, "fluxgrid_jobs_refused_total") == seen[503]
    assert request(server.url, WARM).status == 200
    again = [request(server.url, p).status for p in cold_tiles(300)[::30]]
    assert set(again) == {200}, "a refusal was kept"


@pytest.mark.parametrize("clients", [100, 127, 128, 129, 256, 384, 512])
def test_no_number_of_ready_clients_freezes_a_thread(own_server, clients):
    """epoll_wait returning exactly 128 events makes libmicrohttpd's own loop wait again first: here, for ever."""
    server = own_server(event_threads=1, **PATIENT)
    request(server.url, WARM)
    for _ in range(3):
        crowd = Crowd(server.url, clients)
        time.sleep(0.05)  # accepted
        os.kill(server.pid, signal.SIGSTOP)
        try:
            crowd.send([WARM] * clients)
            time.sleep(0.05)
        finally:
            os.kill(server.pid, signal.SIGCONT)
        answers = crowd.hear()
        crowd.close()
        assert statuses(answers) == {200: clients}


def test_clients_in_step_over_suspended_requests(own_server):
    server = own_server(event_threads=1, **PATIENT)
    crowd, paths = Crowd(server.url, 256), cold_tiles(2000, 3)
    for step in range(40):
        answers = crowd.ask([paths[step * 8 + i % 8] for i in range(256)])
        assert set(statuses(answers)) <= {200, 503}, statuses(answers)
    crowd.close()


def attack(sockets, first: bytes) -> None:
    """Drips bytes until every attacker is closed."""
    born = time.monotonic()
    for sock in sockets:
        with contextlib.suppress(OSError):  # the first may have had their time before the last were there
            sock.sendall(first)
        sock.setblocking(False)
    while sockets and time.monotonic() - born < HANG_S:
        time.sleep(0.25)
        left = []
        for sock in sockets:
            try:
                sock.send(b"a")
                if not is_closed(sock):
                    left.append(sock)
            except BlockingIOError:
                left.append(sock)
            except OSError:
                pass
        sockets = left
    assert not sockets, f"{len(sockets)} attackers are still connected"


@pytest.mark.parametrize("kind", ["header", "body"])
def test_a_trickle_of_bytes_is_cut_at_the_deadline(own_server, kind):
    """Which no byte moves on: they drip until they are cut. The deadline is wide enough for a good client on a busy machine."""
    server = own_server(header_timeout_ms=4000, request_timeout_ms=4000)
    request(server.url, WARM)
    good = GoodClient(server, WARM)
    good.start()
    first = {"header": b"GET /livez HTTP/1.1\r\nHost: a\r\nX: ",
             "body": b"POST /v1/emissions HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n"}[kind]
    attack([connect(server.url) for _ in range(1500)], first)
    good.stop()
    assert good.errors == []
    assert metric(server, "fluxgrid_http_connections_reaped_total") >= 1500


def test_a_flood_of_idle_connections_leaves_room(own_server):
    """Between two requests of the good client come no more of them than there is room for: who connects and says nothing while
    hundreds come after him is idle, whatever he was about to say."""
    server = own_server(max_connections=400, **PATIENT)
    request(server.url, WARM)
    good = GoodClient(server, WARM)
    good.start()
    sockets = []
    for _ in range(18):
        sockets += [connect(server.url) for _ in range(50)]
        asked = metric(server, "fluxgrid_response_cache_hits_total")
        assert wait_until(lambda: metric(server, "fluxgrid_response_cache_hits_total") >= asked + 2)
    assert wait_until(lambda: metric(server, "fluxgrid_http_connections_evicted_total") >= 400)
    good.stop()
    for sock in sockets:
        sock.close()
    assert good.errors == []


def test_readers_that_do_not_read_cost_little_and_are_cut(own_server):
    server = own_server(response_timeout_ms=2000)
    path = "/tiles/uzbekistan/emissions-co2/5/21/11@2x.f32"  # 1 MiB
    assert len(request(server.url, path).body) == 512 * 512 * 4
    sockets = []
    for _ in range(150):
        sock = connect(server.url)
        sock.sendall(get_bytes(path))
        sockets.append(sock)
    most = 0

    def are_gone() -> bool:
        nonlocal most
        most = max(most, sum(held for held, _ in sockets_of(server)))
        return metric(server, "fluxgrid_http_connections") == 0
    assert wait_until(are_gone), "slow readers stay"
    assert 0 < most < 64 << 20, f"{most >> 20} MiB of kernel memory"
    for sock in sockets:
        sock.close()


def test_memory_and_descriptors_come_back(own_server):
    server = own_server(**PATIENT)
    request(server.url, WARM)

    def rss() -> int:
        with open(f"/proc/{server.pid}/status") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1]) * 1024

    fds, resident = len(os.listdir(f"/proc/{server.pid}/fd")), rss()
    crowd = Crowd(server.url, 3000)
    crowd.send([WARM] * 3000)
    assert statuses(crowd.hear()) == {200: 3000}
    crowd.close()
    assert wait_until(lambda: metric(server, "fluxgrid_http_connections") == 0)
    assert wait_until(lambda: len(os.listdir(f"/proc/{server.pid}/fd")) <= fds)
    if not SLOW_BUILD:
        assert wait_until(lambda: rss() < resident * 1.1 + (8 << 20)), f"{resident >> 20} -> {rss() >> 20} MiB"


def test_what_clients_sent_is_counted(own_server):
    server = own_server()
    def logged() -> list[dict]:
        """In the order of arrival, which is that of the ids: each event thread writes its own lines, in its own time."""
        lines = [json.loads(line) for line in server.log.splitlines() if '"message":"request"' in line]
        return sorted((line for line in lines if line["target"] in asked), key=lambda line: int(line["id"].rpartition("-")[2], 16))
    asked = (WARM, WARM, "/nothing", "/v1/gases")
    for path in asked:
        request(server.url, path)
    assert wait_until(lambda: len(logged()) >= len(asked))
    text = request(server.admin, "/metrics").body.decode()
    tile = 'route="/tiles/{release}/{layer}/{z}/{x}/{file}",method="GET"'
    assert re.search(rf'^fluxgrid_http_requests_total\{{{re.escape(tile)},status="200"\}} 2$', text, re.M)
    assert re.search(r'^fluxgrid_http_requests_total\{route="unmatched",method="any",status="404"\} 1$', text, re.M)
    assert metric(server, "fluxgrid_response_cache_hits_total") == 1
    tiles = [line for line in logged() if line["target"] == WARM]
    assert [line["source"] for line in tiles] == ["run", "hit"]
    assert all(line["status"] == 200 and line["client"] == "127.0.0.1" for line in tiles)


def limit_files(pid: int, soft: int, hard: int) -> None:
    """As the server's own user: root without CAP_SYS_RESOURCE may not."""
    subprocess.run(["prlimit", "--pid", str(pid), f"--nofile={soft}:{hard}"], check=True, **identity())


def test_out_of_descriptors_a_thread_makes_room_for_another(own_server):
    """One descriptor, held by one event thread's idle client: the others must still be able to answer."""
    server = own_server(max_connections=1000, event_threads=2)
    request(server.url, WARM)
    assert wait_until(lambda: held_by(server) == 0)
    used = len(os.listdir(f"/proc/{server.pid}/fd"))
    hard = resource.prlimit(os.getpid(), resource.RLIMIT_NOFILE)[1]
    limit_files(server.pid, used + 1, hard)
    idle = connect(server.url)
    assert wait_until(lambda: held_by(server) == 1 or is_closed(idle)), "it is taken in, and goes when somebody might need its place"
    for _ in range(12):  # each lands on either thread by the hash of its port
        assert request(server.url, WARM).status == 200
    limit_files(server.pid, hard, hard)
    idle.close()


def test_out_of_descriptors_it_neither_spins_nor_stays_deaf(own_server):
    server = own_server(max_connections=1000)
    request(server.url, WARM)
    assert wait_until(lambda: held_by(server) == 0)
    used = len(os.listdir(f"/proc/{server.pid}/fd"))
    before = resource.prlimit(os.getpid(), resource.RLIMIT_NOFILE)[1]
    limit_files(server.pid, used + 10, before)
    sockets = [connect(server.url) for _ in range(60)]
    begun, since = cpu_s(server), time.monotonic()
    time.sleep(1)
    spent, passed = cpu_s(server) - begun, time.monotonic() - since
    assert spent < passed * (1 if SLOW_BUILD else 0.3), "of a core"
    assert request(server.url, WARM).status == 200, "a client that asks waits behind those that do not"
    limit_files(server.pid, before, before)
    assert request(server.url, WARM).status == 200
    for sock in sockets:
        sock.close()
