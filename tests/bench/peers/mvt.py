"""ST_AsMVT of the same cells by pgbench, prepared: what Martin and pg_tileserv can reach at most, with no HTTP of their own.

Each zoom is measured by itself, tiles drawn at random from those of the list, and the list's rate is that of its mix: the
tiles by the seconds that all of them take. Drawing from the whole list would leave it to chance how often one of the few
tiles of a million cells comes up. These, zooms 4 to 6, take seconds each: they are measured once, by two clients, for a
fixed number of tiles; the turns measure zooms 7 to 14.
"""
import collections
import math
import os
import pathlib
import re
import subprocess
import tempfile

import numpy as np
from osgeo import gdal, ogr

import check
import data as bench_data
import load
import tiles
from peers.base import Peer

CONF = pathlib.Path(__file__).parents[1] / "conf"
SIDE_M = 2 * math.pi * 6378137
SLOW = range(4, 7)       # zooms measured once
PLANNED = range(4, 9)    # zooms that are faster with a plan for their numbers, see the scripts
EXTENT, BUFFER = 4096, 64
CHECKED_EACH = 8         # tiles of a zoom that are decoded; of the slow ones one
DATABASES = {}           # what is known of a prepared database, by URL, shared by both peers

gdal.UseExceptions()
ogr.UseExceptions()


class Database:
    """The list as a table, grouped by zoom, and the rates of the slow zooms."""

    def __init__(self, url, listed):
        self.url, self.slow_s, self.spans = url, {}, {}
        for tile in sorted(listed):
            number = sum(last - first + 1 for first, last in self.spans.values()) + 1
            first, _ = self.spans.get(tile.z, (number, 0))
            self.spans[tile.z] = first, number
        self.data_directory = bench_data.psql(url, "SHOW data_directory")
        rows = "".join(f"{n},{t.z},{t.x},{t.y}\n" for n, t in enumerate(sorted(listed), 1))
        bench_data.psql(url, "CREATE TABLE mvt_tile (id integer PRIMARY KEY, z integer, x integer, y integer)")
        bench_data.psql(url, "COPY mvt_tile FROM STDIN (FORMAT csv)", rows.encode())
        bench_data.psql(url, "VACUUM ANALYZE mvt_tile")

    def count(self, zoom):
        return self.spans[zoom][1] - self.spans[zoom][0] + 1

    def postmaster(self):
        """Its time contains that of every backend that has ended, pgbench's among them."""
        return int((pathlib.Path(self.data_directory) / "postmaster.pid").read_text().split()[0])

    def pgbench(self, zoom, clients, *limit):
        """(tiles/s, [ms of each])"""
        script = CONF / ("mvt_low.sql" if zoom in PLANNED else "mvt_high.sql")
        first, last = self.spans[zoom]
        with tempfile.TemporaryDirectory(prefix="fluxgrid-mvt-") as folder:
            path = pathlib.Path(folder) / "script.sql"
            path.write_text(script.read_text().format(first=first, last=last))
            done = subprocess.run(["pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j", str(min(clients, os.cpu_count() or 1)),
                                   "-l", "--log-prefix", f"{folder}/log", "--random-seed=1", "-f", str(path), *map(str, limit), self.url],
                                  capture_output=True, text=True)
            found = re.search(r"^tps = ([\d.]+)", done.stdout, re.M)
            if done.returncode or not found:
                raise load.Invalid(f"pgbench: {done.stderr[:300]}")
            lines = [line for log in pathlib.Path(folder).glob("log*") for line in log.read_text().splitlines()]
        return float(found[1]), [int(line.split()[2]) / 1000 for line in lines]

    def slow(self, zoom):
        """Once: as many tiles as the zoom has in the list, drawn from them, two clients."""
        if zoom not in self.slow_s:
            self.slow_s[zoom] = self.pgbench(zoom, 2, "-t", -(-self.count(zoom) // 2))
        return self.slow_s[zoom]


def weighted(rows, share):
    """The smallest value that this share of the weight does not exceed; rows are (value, weight)."""
    rows = sorted(rows)
    total, so_far = sum(weight for _, weight in rows), 0.0
    for value, weight in rows:
        so_far += weight
        if so_far >= share * total:
            return value
    return rows[-1][0]


class Mvt(Peer):
    what = "mvt"
    packages = ("postgresql-15", "postgresql-15-postgis-3")
    connections = (1, 16)
    factor = 2

    def __init__(self, name, zooms):
        super().__init__()
        self.name, self.zooms = name, zooms
        self.by_zoom = collections.defaultdict(dict)  # connections: {zoom: tiles/s}, the latest turn's

    def start(self, data, folder):
        self.cells = Cells(data)
        if data.database not in DATABASES:
            DATABASES[data.database] = Database(data.database, data.tiles)
        self.database = DATABASES[data.database]

    def path(self, z, x, y):
        return f"/{z}/{x}/{y}.mvt"

    def load(self, connections, seconds):
        each = max(1, round(seconds / len([zoom for zoom in self.zooms if zoom not in SLOW])))
        for zoom in set(self.zooms) & set(SLOW):
            self.database.slow(zoom)
        postmaster = [self.database.postmaster()]
        cpu, elapsed, latencies, list_s, requests = 0.0, 0.0, [], 0.0, 0
        for zoom in self.zooms:
            before = load.cpu_seconds(postmaster)
            rate, each_ms = (self.database.slow(zoom) if zoom in SLOW else self.database.pgbench(zoom, connections, "-T", each))
            count = self.database.count(zoom)
            if zoom not in SLOW:
                cpu += (load.cpu_seconds(postmaster) - before) / len(each_ms) * count
                elapsed, requests = elapsed + len(each_ms) / rate, requests + len(each_ms)
            self.by_zoom[connections][zoom] = rate
            list_s += count / rate
            latencies += [(ms, count / len(each_ms)) for ms in each_ms]
        count = sum(self.database.count(zoom) for zoom in self.zooms)
        p50, p99, p999, most = (weighted(latencies, share) for share in (0.5, 0.99, 0.999, 1.0))
        cpu_us = math.nan if set(self.zooms) & set(SLOW) else cpu / count * 1e6
        return load.Load(connections, elapsed, requests, count / list_s, p50, p99, p999, most, math.nan, cpu_us, 0.0, 0.0)

    def extra(self):
        """For the report: tiles/s of each zoom."""
        return {"by_zoom": {str(connections): {str(zoom): rate for zoom, rate in rates.items()} for connections, rates in self.by_zoom.items()}}

    # ---- the check: a sample of every zoom, decoded ----

    def check_all(self, listed, expected):
        some = collections.defaultdict(list)
        for tile in listed:
            if tile.z in self.zooms and len(some[tile.z]) < (1 if tile.z in SLOW else CHECKED_EACH):
                some[tile.z].append(tile)
        wanted = [tile for zoom in sorted(some) for tile in some[zoom]]
        bodies, values = {}, []
        for tile in wanted:
            body = self.fetch(*tile)
            bodies[self.path(*tile)] = len(body)
            values.append(self.check(body, *tile, expected[tile]))
        sizes = list(bodies.values())
        return check.Pass(len(wanted), 0.0, (float(np.mean(sizes)), float(np.std(sizes))), bodies, {}, values)

    def fetch(self, z, x, y):
        text = (CONF / "mvt_low.sql").read_text()
        query = text[text.index("SELECT ST_AsMVT"):].strip().rstrip(";").replace(":z, :x, :y", f"{z}, {x}, {y}")
        return bytes.fromhex(bench_data.psql(self.database.url, f"SELECT encode(({query}), 'hex')"))

    def check(self, body, z, x, y, expected):
        fewest, most, sum_low, sum_high = self.cells.within(z, x, y)
        path = f"/vsimem/{z}-{x}-{y}.mvt"
        gdal.FileFromMemBuffer(path, body)
        try:
            return self.compare(path, tiles.Tile(z, x, y), (fewest, most, sum_low, sum_high), expected) if body else self.empty(fewest)
        finally:
            gdal.Unlink(path)

    @staticmethod
    def empty(fewest):
        assert fewest == 0, f"an empty tile where {fewest} cells are"
        return None

    def compare(self, path, tile, known, expected):
        opened = gdal.OpenEx(path, gdal.OF_VECTOR, open_options=["METADATA_FILE=NO", f"X={tile.x}", f"Y={tile.y}", f"Z={tile.z}", "CLIP=NO"])
        layer = opened.GetLayer(0)
        fewest, most, sum_low, sum_high = known
        got, total = 0, 0.0
        for feature in layer:
            got, total = got + 1, total + feature.GetField("density")
        assert fewest <= got <= most, f"{tile}: {got} cells, {fewest} to {most} are right"
        assert sum_low - 1e-6 * sum_high <= total <= sum_high * (1 + 1e-6), f"{tile}: densities sum to {total}, {sum_low} to {sum_high} is right"
        return self.drawn(layer, tile, expected) if tile.z >= 9 else None

    def drawn(self, layer, tile, expected):
        """The share of pixels whose class is the program's, where a cell has more than a pixel."""
        size = SIDE_M / 2**tile.z
        made = gdal.GetDriverByName("MEM").Create("", check.SIDE, check.SIDE, 1, gdal.GDT_Float32)
        made.SetGeoTransform((tile.x * size - SIDE_M / 2, size / check.SIDE, 0, SIDE_M / 2 - tile.y * size, 0, -size / check.SIDE))
        made.GetRasterBand(1).Fill(bench_data.NO_DATA)
        gdal.RasterizeLayer(made, [1], layer, options=["ATTRIBUTE=density"])
        return check.agreement(self.cells.classes(made.ReadAsArray()), expected)


class Cells:
    """What the rasters say lies in a tile."""

    def __init__(self, data):
        self.density = bench_data.read(data.density_tif)
        self.breaks = data.style["breaks"]
        self.x, self.y = bench_data.mercator_edges()

    def classes(self, density):
        made = np.digitize(density, self.breaks).astype(np.int8)
        made[density == 0] = check.ZERO
        made[density < 0] = check.NO_DATA
        return made

    def within(self, z, x, y):
        """Cells that a tile with its buffer must hold, and those it may (one unit of its grid more): counts, sums of density."""
        size = SIDE_M / 2**z
        west, north = x * size - SIDE_M / 2, SIDE_M / 2 - y * size
        answers = []
        for margin in ((BUFFER - 1) / EXTENT * size, (BUFFER + 1) / EXTENT * size):
            columns = (self.x[1:] > west - margin) & (self.x[:-1] < west + size + margin)
            rows = (self.y[:-1] > north - size - margin) & (self.y[1:] < north + margin)
            part = self.density[rows][:, columns]
            answers.append((int((part >= 0).sum()), float(part[part >= 0].astype(np.float64).sum())))
        (fewest, low), (most, high) = answers
        return fewest, most, low, high


def servers():
    return [Mvt("ST_AsMVT by pgbench", tiles.ZOOMS), Mvt("ST_AsMVT by pgbench, zooms 10-14 only", range(10, 15))]
