"""T3, T4, T5, T7: clients that drip, that do not read, and that all come at once. The small forms are in tests/http/test_process_load.py."""
from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time

import pytest
from crowd import Crowd, get_bytes, is_closed, metric
from good_client import GoodClient
from rawhttp import connect, request

pytestmark = [pytest.mark.full, pytest.mark.usefixtures("many_files")]
WARM = "/tiles/uzbekistan/emissions-co2/5/21/11.png"
LARGE = "/tiles/uzbekistan/emissions-co2/5/21/11@2x.f32"  # 1 MiB


@pytest.fixture
def attacked(start_server, database, measured, held):
    """A server and a good client beside what is done to it: its p99 is judged, and that the server is whole afterwards."""
    server = start_server(database)
    first = request(server.url, WARM).body
    quiet = GoodClient(server, WARM)
    quiet.start()
    time.sleep(3)
    quiet.stop()
    files, memory = metric(server, "process_open_fds"), metric(server, "process_resident_memory_bytes")
    good = GoodClient(server, WARM)
    good.start()
    server.threat = "T3"
    yield server
    good.stop()
    threat = server.threat
    held(threat, "requests of a good client beside the attack: answered", len(good.seconds), len(good.seconds) - len(good.errors), str(good.errors[:2] or ""))
    measured(threat, "its p99 beside the attack", 1000 * good.quantile(0.99), "ms", at_most=max(10.0, 2000 * quiet.quantile(0.99)))
    time.sleep(2)
    measured(threat, "descriptors more, afterwards", metric(server, "process_open_fds") - files, "", at_most=4)
    measured(threat, "memory more, afterwards", (metric(server, "process_resident_memory_bytes") - memory) / 2**20, "MiB", at_most=48)
    assert request(server.url, WARM).body == first
    assert server.stop() == 0


def drip(server, count: int, first: bytes, most: float) -> tuple[int, float, float]:
    """Opens, sends a beginning, then a byte every 3 s. @return how many were closed within `most` seconds, the age of the last, and
    the server's memory when all were open."""
    born, open_ones = time.monotonic(), []
    for _ in range(count):
        sock = connect(server.url, 10)
        sock.sendall(first)
        sock.setblocking(False)
        open_ones.append((sock, time.monotonic()))
    memory = metric(server, "process_resident_memory_bytes")
    oldest, closed = 0.0, 0
    while open_ones and time.monotonic() - born < most + 15:
        left = []
        for sock, since in open_ones:
            age = time.monotonic() - since
            gone = is_closed(sock)
            if not gone and int(age) % 3 == 0:
                try:
                    sock.send(b"a")
                except BlockingIOError:
                    pass
                except OSError:
                    gone = True
            if gone:
                closed += age <= most
                oldest = max(oldest, age)
                sock.close()
            else:
                left.append((sock, since))
        open_ones = left
        time.sleep(0.1)
    for sock, _ in open_ones:
        sock.close()
    return closed, oldest, memory


def test_dripping_heads(attacked, held, measured):
    closed, oldest, memory = drip(attacked, 7_000, b"GET /livez HTTP/1.1\r\nHost: a\r\nX: ", 9)
    held("T3", "connections that drip their head: closed by the 9 s look", 7_000, closed, f"the last after {oldest:.1f} s")
    measured("T3", "memory beside 7,000 of them", memory / 2**20, "MiB", at_most=200)


def test_dripping_bodies(attacked, held):
    attacked.threat = "T4"
    closed, oldest, _ = drip(attacked, 2_000, b"POST /v1/emissions HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n", 13)
    held("T4", "connections that drip their body: closed by the 13 s look", 2_000, closed, f"the last after {oldest:.1f} s")


def kernel_tcp_mib() -> float:
    with open("/proc/net/sockstat") as file:
        return int(re.search(r"^TCP: .* mem (\d+)", file.read(), re.M)[1]) * 4096 / 2**20


def test_readers_that_do_not_read(attacked, measured):
    attacked.threat = "T5"
    assert len(request(attacked.url, LARGE).body) == 512 * 512 * 4
    before, sockets = kernel_tcp_mib(), []
    for _ in range(300):
        sock = connect(attacked.url, 10)
        sock.setsockopt(6, 10, 4096)  # TCP_WINDOW_CLAMP: it takes little
        sock.sendall(get_bytes(LARGE))
        sockets.append(sock)
    time.sleep(3)
    measured("T5", "kernel memory of 300 readers that do not read", kernel_tcp_mib() - before, "MiB", at_most=128)
    for sock in sockets:
        sock.close()


@pytest.mark.parametrize("threat, flags", [("T3", ["-H", "-i", "3"]), ("T4", ["-B", "-i", "3"]), ("T5", ["-X", "-w", "512", "-y", "1024", "-n", "5", "-z", "32", "-k", "3"])])
def test_slowhttptest(attacked, held, threat, flags):
    assert shutil.which("slowhttptest"), "slowhttptest is not installed: scripts/install-packages faults"
    attacked.threat = threat
    path = LARGE if threat == "T5" else "/v1/emissions"
    done = subprocess.run(["slowhttptest", "-c", "1000", "-r", "500", "-l", "15", "-p", "3", *flags, "-u", attacked.url + path], capture_output=True, text=True, timeout=120)
    text = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)
    held(threat, f"slowhttptest {flags[0]}: the service stays available", text.count("service available:"), len(re.findall(r"service available:\s+YES", text)))


def test_ready_at_once(start_server, database, held, measured):
    server = start_server(database, FLUXGRID_EVENT_THREADS="1")
    request(server.url, WARM)
    worst, answered, asked = 0.0, 0, 0
    for clients in (100, 127, 128, 129, 256, 384, 512):
        for _ in range(5):
            crowd = Crowd(server.url, clients)
            time.sleep(0.1)
            os.kill(server.pid, signal.SIGSTOP)
            crowd.send([WARM] * clients)
            time.sleep(0.05)
            os.kill(server.pid, signal.SIGCONT)
            answers = crowd.hear(10)
            crowd.close()
            asked += clients
            answered += sum(status == 200 for status, _, _ in answers)
            worst = max(worst, max(seconds for _, seconds, _ in answers))
    held("T7", "clients that are ready at one instant, 100 to 512 of them: answered", asked, answered)
    measured("T7", "the slowest of them (Python reads them one by one)", 1000 * worst, "ms", at_most=50)


def test_in_step_for_a_minute(start_server, database, held, measured):
    server = start_server(database, FLUXGRID_EVENT_THREADS="1")
    request(server.url, WARM)
    crowd, end, steps, stuck, worst = Crowd(server.url, 512), time.monotonic() + 60, 0, 0, 0.0
    while time.monotonic() < end:
        answers = crowd.ask([WARM] * 512, 10)
        steps += 1
        stuck += any(status != 200 for status, _, _ in answers)
        worst = max(worst, max(seconds for _, seconds, _ in answers))
    crowd.close()
    held("T7", "rounds of 512 clients in step for a minute: none stuck", steps, steps - stuck)
    measured("T7", "the slowest answer of them", 1000 * worst, "ms", at_most=1000)
