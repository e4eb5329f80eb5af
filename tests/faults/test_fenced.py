"""T46: the server inside the systemd unit's fence: no call that it makes is one that the unit forbids, and what is forbidden is."""
from __future__ import annotations

import os
import pathlib
import re
import signal
import subprocess

import fence
import pytest
import requests
from kit import ROOT, clean_env
from lineage import SocketHolder, adopt_orphans, succeed
from rawhttp import request

BINARY = pathlib.Path(os.environ.get("FLUXGRID_BIN", ROOT / "build" / "fluxgrid"))

pytestmark = [pytest.mark.slow,
              pytest.mark.skipif(bool(fence.why_not()), reason=fence.why_not()),
              pytest.mark.skipif(BINARY.resolve().parent.name != "build", reason="the sanitizers make calls of their own")]

TILE = "/tiles/uzbekistan/emissions-co2/5/21/11"
GET = [*(f"{TILE}.{form}" for form in ("png", "json", "f32")), "/tiles/districts/5/21/11.mvt", "/tiles/sources/5/21/11.mvt", "/", "/docs", "/openapi.json",
       "/v1/releases", "/v1/emissions?year=2022", "/v1/districts?format=csv&limit=1000", "/v1/districts?format=geojson&limit=10",
       "/v1/export/emissions-co2.tif?year=2022", "/v1/export/emissions-co2.nc?year=2022", "/wmts/1.0.0/WMTSCapabilities.xml", "/wms?SERVICE=WMS&VERSION=1.3.0&REQUEST=GetCapabilities",
       "/wms?SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&LAYERS=uzbekistan/net-co2e&STYLES=&CRS=EPSG:3857&BBOX=6233000,4450000,8150000,5710000"
       "&WIDTH=300&HEIGHT=200&FORMAT=image/jpeg", "/ogc?f=json", "/v1/nothing"]
AREA = b'{"type":"Polygon","coordinates":[[[64,40],[66,40],[66,41],[64,41],[64,40]]]}'

# what somebody who has the process would want to do: whether it is a call or its arguments that the unit forbids
ESCAPES = {
    "another kind of socket": "import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "a packet socket": "import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "writable code": "import mmap; mmap.mmap(-1, 4096, prot=7)",
    "code that was written": "libc.mprotect(ctypes.c_void_p(libc.sbrk(0) & ~4095), 4096, 5)",
    "a program that runs as its owner": "import os; os.open('/tmp/fluxgrid-escape', os.O_CREAT | os.O_WRONLY, 0o4755)",
    "a namespace": "libc.unshare(0x10000000)",
    "a look into another process": "libc.ptrace(16, 1, 0, 0)",
    "another user": "libc.setuid(0)",
    "a file system": "libc.mount(b'none', b'/tmp', b'tmpfs', 0, 0)",
    "a module": "libc.syscall(313, 0, 0, 0)",
    "another clock": "libc.clock_settime(0, ctypes.create_string_buffer(16))",
    "a program in the kernel": "libc.syscall(321, 0, 0, 0)",
    "a real-time process": "libc.sched_setscheduler(0, 1, ctypes.create_string_buffer(4))",
    "a queue to the kernel": "libc.syscall(425, 1, 0)",
    "faults handed to a program": "libc.syscall(323, 0)",
    "another process' memory": "libc.process_vm_readv(1, 0, 0, 0, 0, 0)",
    "a key of the kernel's": "libc.syscall(250, 0, 0, 0, 0, 0)",
    "memory that stays": "libc.mlockall(1)",
}


def test_what_the_unit_forbids_is_forbidden(held):
    """Else a fence that is none would let every server pass."""
    before = fence.words()
    good = subprocess.run([*before, "/usr/bin/python3", "-c", "print(2)"], capture_output=True, text=True, env=clean_env())
    assert (good.returncode, good.stdout) == (0, "2\n"), good.stderr
    let = [what for what, escape in ESCAPES.items()
           if subprocess.run([*before, "/usr/bin/python3", "-c", f"import ctypes; libc = ctypes.CDLL(None); {escape}"], capture_output=True,
                             env=clean_env()).returncode != -signal.SIGSYS]
    assert not let, let
    held("T46", "calls that the unit forbids, tried inside its fence: ended at once", len(ESCAPES), len(ESCAPES) - len(let))


def test_the_unit_is_closed(held):
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", fence.UNIT], capture_output=True, text=True, timeout=60, env=clean_env())
    assert done.returncode == 0, done.stderr
    last = done.stdout.strip().splitlines()[-1]
    exposure = re.search(r"fluxgrid\.service: ([0-9.]+)", last)[1]
    held("T46", "exposure of the systemd unit, at most 1.5", 1, int(float(exposure) <= 1.5), figure=exposure)


def ask(server) -> int:
    """Every kind of answer. @return how many were right."""
    good = 0
    for path in GET:
        answer = request(server.url, path)
        assert answer.status == (404 if path == "/v1/nothing" else 200), f"{path}: {answer.status} {answer.body[:300]}"
        good += 1
    answer = requests.post(f"{server.url}/v1/emissions", data=AREA, headers={"Content-Type": "application/geo+json"}, timeout=30)
    assert answer.status_code == 200, answer.text[:300]
    for path in ("/livez", "/readyz", "/metrics"):
        assert request(server.admin, path).status == 200, path
    return good + 4


@pytest.fixture
def orphans_are_ours():
    adopt_orphans(True)
    yield
    adopt_orphans(False)


def test_a_server_inside_the_fence_does_all_it_does(start_server, database, held, orphans_are_ours):
    """Start, answers of every kind, a reload, a hand-over, sockets of somebody else, a drain."""
    server = start_server(database)
    assert server.stop() == 0
    server.before = fence.words()
    server.start()
    good = ask(server)
    os.kill(server.pid, signal.SIGHUP)
    good += ask(server)
    assert succeed(server) == 0 and server.wait_ready() and fence.surrounds(server.pid)
    good += ask(server)
    assert server.stop() == 0, server.log[-3000:]
    holder = SocketHolder(server)
    holder.start()
    assert server.wait_ready() and fence.surrounds(server.pid)
    good += ask(server)
    assert server.stop() == 0, server.log[-3000:]
    holder.close()
    held("T46", "answers of a server inside the unit's fence: no call forbidden", good, good)


@pytest.mark.full
def test_the_http_tests_inside_the_fence(held):
    done = subprocess.run([ROOT / "tests/run", "http"], env={**os.environ, "FLUXGRID_TESTS_FENCED": "1"}, capture_output=True, text=True, timeout=3000)
    passed, failed = map(int, re.search(r"^(\d+) passed, (\d+) failed", done.stdout, re.M).groups())
    assert done.returncode == 0, done.stdout[-4000:]
    held("T46", "HTTP tests with every server inside the unit's fence", passed + failed, passed)
