"""mod_tile in Apache giving out tiles from renderd's finished metatiles (files of 8 x 8 tiles).

renderd draws every metatile that holds a tile of the list, from the same raster as Mapnik's own peer, before anything is
timed. How fast it does is told, all 64 tiles of a metatile counted, though many lie outside of the country or are never
asked for: at its best that is what it can draw from cold.
"""
import os
import pathlib
import subprocess
import sys
import time

import check
from peers import mapnik_style
from peers.base import Peer
from peers.mapnik_tif import LEAST

CONF = pathlib.Path(__file__).parents[1] / "conf"
PER_SIDE = 8          # tiles of a metatile
THREADS_EACH = 256    # of an Apache process, see the configuration
RENDER_SECONDS = 600  # at most


class ModTile(Peer):
    name, what = "mod_tile, renderd's metatiles", "cached"
    packages = ("libapache2-mod-tile", "renderd", "apache2")

    def __init__(self):
        super().__init__()
        self.rendered = {}

    def start(self, data, folder):
        self.colours = mapnik_style.colours(data.style)
        home = pathlib.Path(folder) / "mod_tile"
        if not home.exists():
            (home / "tiles").mkdir(parents=True)
            for path in (home, home / "tiles"):
                path.chmod(0o777)
            self.render(data, home)
        cores = os.cpu_count() or 1
        conf = home / "apache.conf"
        conf.write_text((CONF / "mod_tile.conf").read_text().format(home=home, port=self.new_port(), processes=cores,
                                                                    workers=cores * THREADS_EACH))
        self.spawn(["apache2", "-f", conf, "-DFOREGROUND"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait(self.path(*data.tiles[0]))

    def render(self, data, home):
        mapnik_style.write(home / "map.xml", data.density_tif, data.style)
        plugins = max(pathlib.Path("/usr/lib/mapnik").glob("*/input"))
        cores = os.cpu_count() or 1
        (home / "renderd.conf").write_text((CONF / "renderd.conf").read_text().format(home=home, threads=cores, plugins=plugins))
        wanted = sorted({(z, x // PER_SIDE * PER_SIDE, y // PER_SIDE * PER_SIDE) for z, x, y in data.tiles})
        with (home / "renderd.log").open("w") as log:
            self.spawn(["renderd", "-f", "-c", home / "renderd.conf"], stdout=log, stderr=log)
            try:
                self.wait_for(home / "renderd.sock")
                begin = time.perf_counter()
                subprocess.run(["render_list", "-s", home / "renderd.sock", "-m", "density", "-t", home / "tiles", "-n", str(cores), "-l", "1000"],
                               input="".join(f"{x} {y} {z}\n" for z, x, y in wanted), text=True, check=True, timeout=RENDER_SECONDS,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                seconds = time.perf_counter() - begin
            finally:
                self.stop()
        made = len(list((home / "tiles").rglob("*.meta")))
        if made != len(wanted):
            sys.exit(f"bench: renderd made {made} metatiles of {len(wanted)}")
        self.rendered = {"metatiles": made, "seconds": seconds, "tiles_per_second": made * PER_SIDE**2 / seconds}
        print(f"bench: renderd drew {made} metatiles in {seconds:.0f} s: {self.rendered['tiles_per_second']:.0f} tiles/s", flush=True)

    def wait_for(self, path):
        for _ in range(200):
            if path.exists():
                return
            time.sleep(0.05)
        sys.exit("bench: renderd did not start")

    def path(self, z, x, y):
        return f"/density/{z}/{x}/{y}.png"

    def check(self, body, z, x, y, expected):
        share = check.agreement(check.classes_of_png(body, self.colours), expected)
        assert share >= LEAST, f"{self.name}: {z}/{x}/{y}: only {share:.1%} of the pixels have the expected class"
        return share

    def extra(self):
        """For the report: what renderd drew, and how fast."""
        return self.rendered


def servers():
    return [ModTile()]
