"""mod_tile in Apache giving out tiles of finished metatiles (files of 8 x 8 tiles).

renderd draws some metatiles, evenly taken from those that hold a tile of the list, and how fast it does is told: all 64
tiles counted, though some lie outside of the country or are never asked for, that is what it can draw at best. All of
them would take it two minutes of both cores. The others are written here in the same form from Mapnik's single tiles of
the same map: to mod_tile, which only hands them out, they are the same.
"""
import collections
import os
import pathlib
import subprocess
import sys
import time

import check
from peers import mapnik_style, mapnik_tif, metatiles
from peers.base import Peer

CONF = pathlib.Path(__file__).parents[1] / "conf"
DRAWN = 24            # metatiles that renderd draws
THREADS_EACH = 256    # of an Apache process, see the configuration
RENDER_SECONDS = 300  # at most


class ModTile(Peer):
    name, what = "mod_tile in Apache, Mapnik's metatiles", "cached"
    packages = ("libapache2-mod-tile", "renderd", "apache2", "python3-mapnik")

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
            wanted = collections.defaultdict(dict)
            for tile in data.tiles:
                wanted[metatiles.corner(tile)][tile] = None
            every = sorted(wanted)
            self.render(data, home, every[::max(1, len(every) // DRAWN)])
            self.write(data, folder, home / "tiles" / "density", wanted)
        cores = os.cpu_count() or 1
        conf = home / "apache.conf"
        conf.write_text((CONF / "mod_tile.conf").read_text().format(home=home, port=self.new_port(), processes=cores,
                                                                    workers=cores * THREADS_EACH))
        self.spawn(["/usr/sbin/apache2", "-f", conf, "-DFOREGROUND"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait(self.path(*data.tiles[0]))

    def render(self, data, home, some):
        mapnik_style.write(home / "map.xml", data.density_tif, data.style)
        plugins = max(pathlib.Path("/usr/lib/mapnik").glob("*/input"))
        cores = os.cpu_count() or 1
        (home / "renderd.conf").write_text((CONF / "renderd.conf").read_text().format(home=home, threads=cores, plugins=plugins))
        with (home / "renderd.log").open("w") as log:
            self.spawn(["renderd", "-f", "-c", home / "renderd.conf"], stdout=log, stderr=log)
            try:
                self.wait_for(home / "renderd.sock")
                begin = time.perf_counter()
                subprocess.run(["render_list", "-s", home / "renderd.sock", "-m", "density", "-t", home / "tiles", "-n", str(cores), "-l", "1000"],
                               input="".join(f"{x} {y} {z}\n" for z, x, y in some), text=True, check=True, timeout=RENDER_SECONDS,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                seconds = time.perf_counter() - begin
            finally:
                self.stop()
        made = len(list((home / "tiles").rglob("*.meta")))
        if made != len(some):
            sys.exit(f"bench: renderd made {made} metatiles of {len(some)}")
        self.rendered = {"metatiles": made, "seconds": seconds, "tiles_per_second": made * metatiles.PER_SIDE**2 / seconds}
        print(f"bench: renderd drew {made} metatiles in {seconds:.0f} s: {self.rendered['tiles_per_second']:.0f} tiles/s", flush=True)

    def write(self, data, folder, home, wanted):
        """Those metatiles that renderd did not draw."""
        drawer = mapnik_tif.MapnikTif()
        drawer.start(data, folder)
        try:
            for meta, pictures in wanted.items():
                path = home / metatiles.name(meta)
                if not path.exists():
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(metatiles.made(meta, {tile: drawer.draw(*tile) for tile in pictures}))
        finally:
            drawer.stop()

    def wait_for(self, path):
        for _ in range(200):
            if path.exists():
                return
            time.sleep(0.05)
        sys.exit("bench: renderd did not start")

    def path(self, z, x, y):
        return f"/density/{z}/{x}/{y}.png"

    def check(self, body, z, x, y, expected):
        return check.same_field(check.classes_of_png(body, self.colours), expected, z, f"{self.name}: {z}/{x}/{y}")

    def extra(self):
        """For the report: what renderd drew, and how fast."""
        return self.rendered


def servers():
    return [ModTile()]
