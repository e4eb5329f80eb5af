"""The data of the comparison: one inventory, in the forms that each server reads best.

1.5 million cells of 0.01 degree; masses are lognormal inside a country's shape, none outside. Into the program goes the
inventory itself; the others get the same masses as tonnes per km2 (true area of a cell on the ellipsoid): a GeoTIFF in
degrees, one of finished classes in web-mercator metres, and a PostGIS table of the cells as polygons in web-mercator metres.
"""
import dataclasses
import io
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys

import numpy as np
from osgeo import gdal

import inventory
import questions
import tiles
from bench_quick import BINARY, ROOT, as_service

gdal.UseExceptions()

SLUG, CODE = "bench", "B"
WEST, NORTH, STEP, COLUMNS, ROWS = 55.9, 45.7, 0.01, 1730, 860
ACROSS = DOWN = 14  # districts
NO_DATA = -1.0
LOG_NO_DATA = -99.0
NO_CLASS = 255
LEVELS = [2, 4, 8, 16]  # of overviews
TABLE = "cells"     # id int, geom geometry(Polygon, 3857), density real (t/km2), mass_t real; GiST index
TIF_OPTIONS = ["TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256"]  # not compressed: the fastest to read


@dataclasses.dataclass
class Data:
    folder: pathlib.Path
    tiles: list
    release: str
    density_tif: pathlib.Path   # EPSG:4326, float32, t/km2, overviews by average
    class_tif: pathlib.Path     # a byte a cell, its class, with the style's colours, in EPSG:3857
    log_tif: pathlib.Path       # the decimal logarithm of the first, of every overview too: MapServer has linear buckets only
    database: str               # URL of the database `peers`
    conninfo: str               # the same, as keywords
    style: dict                 # the style file of the layer: breaks, colours, zero, nodata
    questions: questions.Questions
    box: tuple = tiles.BOX
    words: str = ("The data are 1.5 million cells of 0.01 degree, masses inside a country's shape only; the others have them as t/km2 in "
                  "uncompressed tiled GeoTIFFs with overviews by average, and as polygons in PostGIS with a GiST index.")


def cell_areas_km2():
    """Of one cell of each row, on the WGS 84 ellipsoid: the authalic zone between its edges."""
    a, f = 6378.137, 1 / 298.257223563
    e = math.sqrt(f * (2 - f))
    s = np.sin(np.radians(NORTH - STEP * np.arange(ROWS + 1)))
    q = (1 - e * e) * (s / (1 - e * e * s * s) + np.arctanh(e * s) / e)
    return a * a / 2 * math.radians(STEP) * (q[:-1] - q[1:])


def read(path):
    return gdal.Open(str(path)).ReadAsArray()


def write_density(folder, density):
    plain = folder / "density.tif"
    made = gdal.GetDriverByName("GTiff").Create(str(plain), COLUMNS, ROWS, 1, gdal.GDT_Float32, TIF_OPTIONS)
    made.SetGeoTransform((WEST, STEP, 0, NORTH, 0, -STEP))
    made.SetProjection("EPSG:4326")
    made.GetRasterBand(1).SetNoDataValue(NO_DATA)
    made.GetRasterBand(1).WriteArray(density)
    made = None
    add_overviews(plain, "AVERAGE")
    return plain, write_log(plain, folder / "log.tif")


def add_overviews(path, how):
    opened = gdal.Open(str(path), gdal.GA_Update)
    opened.BuildOverviews(how, LEVELS)
    opened = None
    path.chmod(0o644)


def write_classes(source, folder, style):
    """Rows are half as high as a column is wide: with square cells a third of the pixels would show the neighbouring row."""
    x, y = mercator_edges()
    warped = folder / "density3857.tif"
    gdal.Warp(str(warped), str(source), dstSRS="EPSG:3857", resampleAlg="near", dstNodata=NO_DATA, creationOptions=TIF_OPTIONS,
              outputBounds=(x[0], y[-1], x[-1], y[0]), width=COLUMNS, height=round((y[0] - y[-1]) / (x[1] - x[0]) * 2))
    add_overviews(warped, "AVERAGE")
    path = folder / "classes.tif"
    gdal.Translate(str(path), str(warped), outputType=gdal.GDT_Byte, noData=NO_CLASS, creationOptions=TIF_OPTIONS)
    add_overviews(path, "NONE")
    densities, made = gdal.Open(str(warped)), gdal.Open(str(path), gdal.GA_Update)
    table = gdal.ColorTable()
    for n, colour in enumerate(style["colours"]):
        table.SetColorEntry(n, (*bytes.fromhex(colour[1:7]), 255))
    made.GetRasterBand(1).SetColorTable(table)
    for source_level, level in zip(levels(densities), levels(made)):
        values = source_level.ReadAsArray()
        level.WriteArray(np.where(values >= 0, np.digitize(values, style["breaks"]), NO_CLASS).astype(np.uint8))
    made = densities = None
    warped.unlink()
    return path


def levels(opened):
    """A raster's band and its overviews."""
    band = opened.GetRasterBand(1)
    return [band, *(band.GetOverview(n) for n in range(band.GetOverviewCount()))]


def write_log(source, path):
    shutil.copy(source, path)
    opened = gdal.Open(str(path), gdal.GA_Update)
    band = opened.GetRasterBand(1)
    band.SetNoDataValue(LOG_NO_DATA)
    for level in levels(opened):
        values = level.ReadAsArray()
        level.WriteArray(np.where(values > 0, np.log10(np.where(values > 0, values, 1)), LOG_NO_DATA).astype(np.float32))
    opened = None
    return path


def psql(url, sql, stdin=None):
    done = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", sql], input=stdin, capture_output=True)
    if done.returncode:
        sys.exit(f"bench: {done.stderr.decode()}")
    return done.stdout.decode().strip()


def mercator_edges():
    """x of the columns' and y of the rows' edges, in metres."""
    radius = 6378137.0
    x = np.radians(WEST + STEP * np.arange(COLUMNS + 1)) * radius
    y = np.arcsinh(np.tan(np.radians(NORTH - STEP * np.arange(ROWS + 1)))) * radius
    return x, y


def fill_database(url, masses, density):
    x, y = mercator_edges()
    row, column = np.nonzero(masses >= 0)
    text = io.BytesIO()
    np.savetxt(text, np.column_stack((x[column], y[row + 1], x[column + 1], y[row], density[row, column], masses[row, column])),
               fmt="%.3f,%.3f,%.3f,%.3f,%.9g,%.9g")
    psql(url, "CREATE EXTENSION postgis")
    psql(url, "CREATE UNLOGGED TABLE edge (west float8, south float8, east float8, north float8, density real, mass_t real)")
    psql(url, "COPY edge FROM STDIN (FORMAT csv)", text.getvalue())
    psql(url, f"CREATE TABLE {TABLE} AS SELECT row_number() OVER ()::int AS id, ST_MakeEnvelope(west, south, east, north, 3857)::geometry(Polygon, 3857) AS geom, "
              "density, mass_t FROM edge")
    psql(url, "DROP TABLE edge")
    psql(url, f"CREATE INDEX ON {TABLE} USING gist (geom)")
    psql(url, f"VACUUM ANALYZE {TABLE}")


def import_release(manifest):
    done = subprocess.run(as_service([str(BINARY), "import", str(manifest), "--quiet"]), capture_output=True, text=True,
                          env={**os.environ, "DATABASE_URL": os.environ["IMPORT_URL"]})
    if done.returncode:
        sys.exit(f"bench: the import failed:\n{done.stderr}")


def prepare(folder, listed):
    """Makes and loads all of it; everything lies in the folder and in the cluster of the bench."""
    folder = pathlib.Path(folder)
    manifest, _ = inventory.write_apart(folder / "inventory", nx=COLUMNS, ny=ROWS, step=STEP, sectors=("1.A.1",), west=WEST,
                                        north=NORTH, across=ACROSS, down=DOWN, everywhere=False, slug=SLUG, code=CODE)
    import_release(manifest)
    masses, mask = read(manifest.parent / "mass0.tif"), read(manifest.parent / "mask.tif")
    density = np.where(masses >= 0, masses / cell_areas_km2()[:, None], NO_DATA).astype(np.float32)
    style = json.loads((ROOT / "config" / "styles" / "density-inferno.json").read_text())
    plain, logarithm = write_density(folder, density)
    finished = write_classes(plain, folder, style)
    admin = os.environ["ADMIN_URL"]
    psql(admin, "CREATE DATABASE peers")
    url = admin.replace("///fluxgrid?", "///peers?")
    assert url != admin, "the address of the cluster has another form than scripts/cluster gives"
    fill_database(url, masses, density)
    socket, user = (psql(url, sql) for sql in ("SHOW unix_socket_directories", "SELECT current_user"))
    codes = {j * ACROSS + i + 1: f"{CODE}{j}-{i}" for j in range(DOWN) for i in range(ACROSS)}
    release = f"{SLUG}@1.0.0"
    asked = questions.Questions(release, questions.by_district(mask, masses, codes), masses, WEST, NORTH, STEP)
    return Data(folder, listed, release, plain, finished, logarithm, url, f"host={socket} dbname=peers user={user}", style, asked)
