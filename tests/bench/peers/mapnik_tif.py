"""Mapnik drawing the density raster, through its Python module: single tiles, a process per core, no HTTP, no queue.

That is a ceiling which flatters Mapnik: nothing of a server is in it. renderd, its usual server, draws blocks of 8 x 8
tiles and keeps them, so that no two of its answers cost the same.
"""
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys

import check
import load
from peers import mapnik_style
from peers.base import Peer

WORKER = pathlib.Path(__file__).with_name("mapnik_worker.py")
FORMAT = "png8:z=1"  # of its palette formats that which costs least


class MapnikTif(Peer):
    name, what = "Mapnik, GeoTIFF, without HTTP", "cold"
    packages = ("python3-mapnik",)
    connections = (1, 16)

    def start(self, data, folder):
        self.count = len(data.tiles)
        self.colours = mapnik_style.colours(data.style)
        home = pathlib.Path(folder) / "mapnik"
        home.mkdir(exist_ok=True)
        home.chmod(0o755)
        mapnik_style.write(home / "map.xml", data.density_tif, data.style)
        (home / "list").write_text("".join(f"{z} {x} {y}\n" for z, x, y in data.tiles))
        for _ in range(os.cpu_count() or 1):
            self.spawn([sys.executable, WORKER, home / "map.xml", FORMAT, home / "list"], stdin=subprocess.PIPE,
                       stdout=subprocess.PIPE, text=True, bufsize=1)
        self.draw(*data.tiles[0])

    @property
    def url(self):
        return "mapnik:"

    def path(self, z, x, y):
        return f"/{z}/{x}/{y}.png"

    def ask(self, child, words):
        print(words, file=child.stdin, flush=True)

    def answer(self, child):
        line = child.stdout.readline()
        if not line:
            sys.exit(f"bench: {self.name}: its process ended")
        return line

    def draw(self, z, x, y):
        self.ask(self.children[0], f"draw {z} {x} {y}")
        return bytes.fromhex(self.answer(self.children[0]))

    def check_all(self, listed, expected):
        bodies, values = {}, []
        for tile in listed:
            body = self.draw(*tile)
            bodies[self.path(*tile)] = len(body)
            values.append(self.check(body, *tile, expected[tile]))
        sizes = list(bodies.values())
        return check.Pass(len(values), 0.0, (statistics.fmean(sizes), statistics.pstdev(sizes)), bodies, {}, values)

    def check(self, body, z, x, y, expected):
        return check.same_field(check.classes_of_png(body, self.colours), expected, z, f"{self.name}: {z}/{x}/{y}")

    def load(self, connections, seconds):
        """As many processes as there are connections, but no more than cores."""
        used = self.children[:connections]
        before = load.cpu_seconds(self.pids())
        for n, child in enumerate(used):
            self.ask(child, f"time {seconds} {n * self.count // len(used)}")
        lists = [json.loads(self.answer(child)) for child in used]
        cpu = load.cpu_seconds(self.pids()) - before
        each_ms = sorted(ms for made in lists for ms in made)
        rate = sum(len(made) / (sum(made) / 1000) for made in lists)
        p50, p99, p999 = (each_ms[min(len(each_ms) - 1, int(share * len(each_ms)))] for share in (0.5, 0.99, 0.999))
        return load.Load(connections, seconds, len(each_ms), rate, p50, p99, p999, each_ms[-1], math.nan,
                         cpu / len(each_ms) * 1e6, load.memory_mib(self.pids(), "VmHWM"), load.memory_mib(self.pids(), "VmRSS"))


def servers():
    return [MapnikTif()]
