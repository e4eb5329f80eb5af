"""The program itself, as a server among the others: started with settings of one's own, asked for its layer's tiles."""
import http.client
import json
import os
import re
import subprocess
import sys
import time

import check
import load
from bench_quick import BINARY, ROOT, as_service, free_port, server_environment

YEAR = 2020


def get(port, path):
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    c.request("GET", path)
    answer = c.getresponse()
    body = answer.read()
    if answer.status != 200:
        sys.exit(f"bench: {path} answered {answer.status}: {body[:300]!r}")
    return body


def backends():
    """PostgreSQL's processes that serve the program: their CPU time is the server's too."""
    done = subprocess.run(["psql", "-XAt", "-d", os.environ["ADMIN_URL"], "-c",
                           "SELECT pid FROM pg_stat_activity WHERE usename = 'fluxgrid_server'"], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"bench: {done.stderr}")
    return [int(pid) for pid in done.stdout.split()]


class Fluxgrid:
    """@param settings  such as response_cache_mib=0."""

    def __init__(self, name, what, release, layer="emissions-co2", **settings):
        self.name, self.what, self.layer, self.release, self.settings = name, what, layer, release, settings
        self.child = self.style = self.colours = None
        self.start_s = 0.0

    def environment(self):
        self.port, self.admin = free_port(), free_port()
        return {**server_environment(self.port, self.admin),
                **{f"FLUXGRID_{name.upper()}": str(value) for name, value in self.settings.items()}}

    def start(self, data=None, folder=None):
        environment = self.environment()
        begin = time.perf_counter()
        self.child = subprocess.Popen(as_service([str(BINARY), "serve"]), cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        while not self.is_ready():
            if self.child.poll() is not None or time.perf_counter() - begin > 20:
                sys.exit("bench: the server did not become ready")
            time.sleep(0.002)
        self.start_s = time.perf_counter() - begin
        self.style = self.read_style()
        self.colours = check.palette(self.style)

    def is_ready(self):
        try:
            c = http.client.HTTPConnection("127.0.0.1", self.admin, timeout=5)
            c.request("GET", "/readyz")
            return c.getresponse().status == 200
        except OSError:
            return False

    def read_style(self):
        """The style file (colours and breaks) of the layer's tiles, by the words of one of them."""
        body = get(self.port, self.path(4, 10, 6).replace(".png", ".json"))
        name = re.search(rb'"style":"([a-z0-9-]+)"', body)[1].decode()
        return json.loads((ROOT / "config" / "styles" / f"{name}.json").read_text())

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def path(self, z, x, y):
        return f"/tiles/{self.release}/{self.layer}/{z}/{x}/{y}.png?year={YEAR}"

    def pids(self):
        return [self.child.pid]

    def metric(self, name):
        found = re.search(rf"^{name} (\S+)$", get(self.admin, "/metrics").decode(), re.M)
        return float(found[1])

    def resident_mib(self):
        return load.memory_mib(self.pids(), "VmRSS")

    def stop(self):
        if self.child is not None:
            self.child.terminate()
            self.child.wait(20)
            self.child = None


class WithDatabase(Fluxgrid):
    """The same, where PostgreSQL's work counts as the server's."""

    def pids(self):
        return [*super().pids(), *backends()]


def expectations(server, tiles):
    """What every tile shows, by the server's own .json form: ({tile: classes}, {tile: mass in t}, seconds)."""
    paths = [server.path(*tile).replace(".png", ".json") for tile in tiles]
    done = check.one_pass(server.url, paths, lambda n, body, answer: check.classes_of_json(body))
    classes, masses = zip(*done.values)
    return dict(zip(tiles, classes)), dict(zip(tiles, masses)), done.seconds
