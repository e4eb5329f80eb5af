"""MapServer 8 as FastCGI behind nginx: the field from GeoTIFF, from a GeoTIFF of finished classes, and from PostGIS.

As fast as we could make it: palette PNGs for the rasters, a database connection kept open, polygons already in web mercator and
without outlines. The raster is in degrees: one with square cells in web mercator was 8 % faster, but a third of the pixels showed
the neighbouring cell. MapServer's raster classes are linear buckets, so it reads the decimal logarithm of the density, a bucket a
power of ten; it drops the opacity of a class, so colours are compared without. Finished classes are bytes with their colours in
the file, in web mercator, overviews included: nothing is faster, but no style can be changed without making the file anew.
"""
import math
import os
import pathlib
import socket

import check
from peers.base import Peer, backends

CONF = pathlib.Path(__file__).parents[1] / "conf"
BACKLOG = 1024
# Of RGBA, RGB and palettes at several levels of compression these cost the least CPU. Anti-aliased polygons have too many
# colours for a palette: nothing at all would become nearly transparent.
FASTEST = 'FORMATOPTION "COMPRESSION=1"'
PALETTE = FASTEST + ' FORMATOPTION "QUANTIZE_FORCE=ON" FORMATOPTION "QUANTIZE_COLORS=16"'
RASTER = """LAYER
    NAME "density"
    TYPE RASTER
    STATUS ON
    DATA "{tif}"
    PROJECTION "init=epsg:4326" END
    PROCESSING "RESAMPLE=NEAREST"
    PROCESSING "SCALE=-5,7"
    PROCESSING "SCALE_BUCKETS=12"
    PROCESSING "CLOSE_CONNECTION=DEFER"
    CLASSITEM "[pixel]"
    {classes}
  END"""
CLASSES = """LAYER
    NAME "density"
    TYPE RASTER
    STATUS ON
    DATA "{tif}"
    PROJECTION "init=epsg:3857" END
    PROCESSING "RESAMPLE=NEAREST"
    PROCESSING "CLOSE_CONNECTION=DEFER"
  END"""
POLYGONS = """LAYER
    NAME "density"
    TYPE POLYGON
    STATUS ON
    CONNECTIONTYPE POSTGIS
    CONNECTION "{conninfo}"
    DATA "geom FROM (SELECT id, geom, density FROM cells) AS c USING UNIQUE id USING SRID=3857"
    PROJECTION "init=epsg:3857" END
    PROCESSING "CLOSE_CONNECTION=DEFER"
    EXTENT 6222000 4452000 8149000 5735000
    CLASSITEM "density"
    {classes}
  END"""


def classes(style, item, scale):
    """The style's classes over an item, its values taken through `scale`."""
    edges = [None, *style["breaks"], None]
    written = []
    for colour, low, high in zip(style["colours"], edges, edges[1:]):
        rules = ([f"{item} >= {scale(low):.9g}"] if low is not None else []) + ([f"{item} < {scale(high):.9g}"] if high is not None else [])
        written.append(f'CLASS EXPRESSION ({" AND ".join(rules)}) STYLE COLOR "{colour}" END END')
    return "\n    ".join(written)


class MapServer(Peer):
    what = "cold"
    packages = ("cgi-mapserver", "nginx-light")

    def __init__(self, name, source, **more):
        super().__init__()
        self.name, self.source = name, source
        self.__dict__.update(more)

    def layer(self, data):
        if self.source == "postgis":
            return POLYGONS.format(conninfo=data.conninfo, classes=classes(data.style, "[density]", float))
        if self.source == "classes":
            return CLASSES.format(tif=data.class_tif)
        return RASTER.format(tif=data.log_tif, classes=classes(data.style, "[pixel]", math.log10))

    def start(self, data, folder):
        self.colours = {colour | 255: n for colour, n in check.palette(data.style).items()} | check.palette(data.style)
        self.database, self.style = data.database, data.style
        home = pathlib.Path(folder) / f"mapserver_{self.source}"
        home.mkdir(exist_ok=True)
        home.chmod(0o777)
        (home / "bench.map").write_text((CONF / "mapserver.map").read_text().format(layer=self.layer(data), png=FASTEST if self.source == "postgis" else PALETTE))
        (home / "mapserver.conf").write_text(f'CONFIG\n  MAPS\n    bench "{home}/bench.map"\n  END\nEND\n')
        self.listen(home)
        conf = home / "nginx.conf"
        conf.write_text((CONF / "mapserver_nginx.conf").read_text().format(home=home, port=self.new_port(), workers=os.cpu_count()))
        self.spawn(["nginx", "-p", home, "-c", conf, "-e", home / "error.log"])
        self.wait(self.path(*max(data.tiles)), seconds=120)

    def listen(self, home):
        """mapserv takes requests from the socket it has as its standard input."""
        path = home / "mapserv.sock"
        path.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
            path.chmod(0o777)
            listener.listen(BACKLOG)
            for _ in range(2 * (os.cpu_count() or 1)):
                self.spawn(["/usr/lib/cgi-bin/mapserv"], stdin=listener,
                           env={**os.environ, "MAPSERVER_CONFIG_FILE": f"{home}/mapserver.conf"})

    def path(self, z, x, y):
        return f"/{z}/{x}/{y}.png"

    def check(self, body, z, x, y, expected):
        got = (check.nearest_classes_of_png(body, self.style) if self.source == "postgis"
               else check.classes_of_png(body, self.colours))
        return check.same_field(got, expected, z, f"{self.name}: {z}/{x}/{y}")

    def pids(self):
        return super().pids() + (backends(self.database) if self.source == "postgis" else [])


def servers():
    return [MapServer("MapServer 8, GeoTIFF", "tif"), MapServer("MapServer 8, GeoTIFF of finished classes", "classes"),
            MapServer("MapServer 8, PostGIS", "postgis", connections=(1, 16), factor=3)]
