"""Speed and memory of the demonstration, each timed answer checked. Started by tests/bench/run.

Measures the import (wall time, peak memory), cold and cached tiles, 304s and a JSON question seen
from one keep-alive client, the server's own time from its metrics, and its resident memory. The
client's figures contain the loopback and Python itself, so they are upper bounds.
"""
import argparse
import http.client
import io
import json
import math
import os
import pathlib
import pwd
import random
import re
import socket
import statistics
import subprocess
import sys
import time

from PIL import Image

import section

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = ROOT / "build" / "fluxgrid"
TILES = 400
COUNTRY = (56.0, 37.2, 73.2, 45.6)


def as_service(arguments):
    """The program refuses to run as root: hand the command to the service user then."""
    user = os.environ.get("BENCH_AS")
    if not user:
        return arguments
    group = str(pwd.getpwnam(user).pw_gid)
    return ["setpriv", f"--reuid={user}", f"--regid={group}", "--init-groups", *arguments]


def server_environment(port, admin):
    """As every way to start the server sets it."""
    return {**os.environ, "DATABASE_URL": os.environ["SERVER_URL"], "GLIBC_TUNABLES": os.environ["SERVER_TUNABLES"],
            "FLUXGRID_PORT": str(port), "FLUXGRID_ADMIN_PORT": str(admin), "FLUXGRID_LOG_LEVEL": "warn"}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def run_import():
    """Wall seconds and peak resident MiB of the importer alone."""
    manifest = ROOT / "data" / "uzbekistan" / "manifest.json"
    environment = {**os.environ, "DATABASE_URL": os.environ["IMPORT_URL"]}
    begin = time.perf_counter()
    child = subprocess.Popen(as_service([str(BINARY), "import", str(manifest)]), env=environment,
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = child.stderr.read().decode()
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"bench: the import failed:\n{errors}")
    return time.perf_counter() - begin, usage.ru_maxrss / 1024


class Server:
    def __init__(self):
        self.port, self.admin = free_port(), free_port()
        environment = server_environment(self.port, self.admin)
        begin = time.perf_counter()
        self.child = subprocess.Popen(as_service([str(BINARY), "serve"]), cwd=ROOT, env=environment)
        while self.status() != 200:
            if self.child.poll() is not None or time.perf_counter() - begin > 20:
                sys.exit("bench: the server did not become ready")
            time.sleep(0.005)
        self.start_s = time.perf_counter() - begin

    def status(self):
        try:
            c = http.client.HTTPConnection("127.0.0.1", self.admin, timeout=5)
            c.request("GET", "/readyz")
            return c.getresponse().status
        except OSError:
            return 0

    def metrics(self):
        c = http.client.HTTPConnection("127.0.0.1", self.admin, timeout=5)
        c.request("GET", "/metrics")
        return c.getresponse().read().decode()

    def resident_mib(self):
        pid = self.child.pid
        text = pathlib.Path(f"/proc/{pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", text)[1]) / 1024

    def stop(self):
        self.child.terminate()
        self.child.wait(20)


def tile_list(seed=1):
    """Different tiles over the country, zooms 4 to 14 in equal parts where there are enough."""
    rng = random.Random(seed)
    found = set()
    while len(found) < TILES:
        z = rng.choice(range(4, 15))
        lon, lat = rng.uniform(COUNTRY[0], COUNTRY[2]), rng.uniform(COUNTRY[1], COUNTRY[3])
        x = int((lon + 180) / 360 * 2**z)
        y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z)
        year = rng.choice(range(2010, 2023))
        flow = rng.choice(["emissions-co2e", "net-co2e", "emissions-ch4", "removals-co2"])
        found.add(f"/tiles/uzbekistan@1.0.0/{flow}/{z}/{x}/{y}.png?year={year}")
    return sorted(found, key=lambda _: rng.random())


def timed(connection, path, headers, status):
    begin = time.perf_counter()
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    body = response.read()
    spent = (time.perf_counter() - begin) * 1e3
    if response.status != status:
        sys.exit(f"bench: {path} answered {response.status}, not {status}: {body[:200]!r}")
    return spent, body, response.headers


def check_png(path, body, headers):
    image = Image.open(io.BytesIO(body))
    image.load()
    mass = float(headers["X-Tile-Mass-t"])
    told = float(image.text.get("MassSum", "0 t").split()[0])
    if image.size != (256, 256) or image.mode != "P" or not math.isclose(told, mass, rel_tol=1e-9):
        sys.exit(f"bench: {path} is not the tile it says it is")


def walk(connection, paths, check, headers=None, status=200):
    times, tags, shown = [], {}, []
    for path in paths:
        spent, body, answer = timed(connection, path, (headers or {}).get(path, {}), status)
        check(path, body, answer)
        times.append(spent)
        tags[path] = {"If-None-Match": answer["ETag"]}
        if float(answer.get("X-Tile-Mass-t") or 0) != 0:
            shown.append(spent)
    return times, tags, shown


def line(name, times):
    ordered = sorted(times)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return f"| {name} | {statistics.median(times):.3f} | {p99:.3f} | {len(times)} |"


def spent_inside(metrics):
    """(seconds, answers) of all tiles so far, from the request line to the last byte, by the server's own clock."""
    name = "fluxgrid_http_request_duration_seconds"
    of = {}
    for kind in ("sum", "count"):
        found = re.findall(rf'^{name}_{kind}{{route="/tiles.*}} (\S+)$', metrics, re.M)
        of[kind] = sum(map(float, found))
    return of["sum"], of["count"]


def inside(name, before, after):
    seconds, answers = after[0] - before[0], after[1] - before[1]
    if answers != TILES:
        sys.exit(f"bench: the server counted {answers} tiles, not {TILES}")
    return f"| {name}, mean inside the server | {seconds / answers * 1e3:.3f} | | {int(answers)} |"


def measure():
    import_s, import_mib = run_import()
    server = Server()
    try:
        idle_mib = server.resident_mib()
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        tiles = tile_list()
        marks = [spent_inside(server.metrics())]
        cold, tags, shown = walk(connection, tiles, check_png)
        marks.append(spent_inside(server.metrics()))
        cached, _, _ = walk(connection, tiles, check_png)
        marks.append(spent_inside(server.metrics()))
        unchanged, _, _ = walk(connection, tiles, lambda *_: None, tags, 304)
        question = "/v1/emissions?release=uzbekistan@1.0.0&groupby=sector,gas&year=2010..2022"
        first = timed(connection, question, {}, 200)
        rows = json.loads(first[1])["rows"]
        again, _, _ = walk(connection, [question] * 100, lambda p, b, h: json.loads(b)["rows"] == rows or sys.exit("bench: another answer"))
        return "\n".join([
            "| what | median ms | p99 ms | n |", "|---|---|---|---|",
            line("cold tile, seen by the client", cold),
            line("of them, those that show mass", shown), line("cached tile, seen by the client", cached),
            line("304, seen by the client", unchanged), line("/v1/emissions first", [first[0]]),
            line("/v1/emissions cached", again),
            inside("cold tile", marks[0], marks[1]), inside("cached tile", marks[1], marks[2]), "",
            "| what | figure |", "|---|---|",
            f"| import of the demonstration | {import_s:.1f} s |", f"| importer's peak memory | {import_mib:.0f} MiB |",
            f"| start to /readyz 200 | {server.start_s * 1e3:.0f} ms |", f"| resident, idle | {idle_mib:.0f} MiB |",
            f"| resident after the run | {server.resident_mib():.0f} MiB |",
        ])
    finally:
        server.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    options = parser.parse_args()
    table = measure()
    print(table)
    if options.write:
        section.write("The demonstration", "Written by `tests/bench/run quick --write` (`make bench-quick` prints the same): one run, one "
                      f"client, {os.cpu_count()} cores shared by client, server and database. Every timed tile was decoded and its "
                      "mass compared with its header. Tiles are drawn at random over the country's box, so some are empty.\n\n" + table)


if __name__ == "__main__":
    main()
