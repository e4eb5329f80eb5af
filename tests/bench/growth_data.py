"""The releases of the growth benchmark: one ground in ever finer cells, and ever more ground in cells of one size.

Every sector and gas has a field of its own, and its true sum. One, ten or sixty fields are selections of one release: a sector's carbon dioxide, that of ten sectors, and all
gases of twenty sectors as CO2e. Every field has a pattern of its own, and every cell of the grid has a mass.
"""
import dataclasses
import math
import pathlib
import random

import numpy as np
from osgeo import gdal

import inventory
import tiles

SECTORS = ("1.A.1.a", "1.A.1.b", "1.A.1.c", "1.A.2.a", "1.A.2.b", "1.A.2.c", "1.A.3.a", "1.A.3.b", "1.A.3.c", "1.A.4.a",
           "1.A.4.b", "1.A.4.c", "2.A.1", "2.A.2", "2.A.3", "2.B.1", "2.B.2", "2.C.1", "4.A", "4.C")
GWP = {"CO2": 1, "CH4": 28, "N2O": 265}  # AR5, 100 years
BOX = (60.0, 32.28, 75.0, 42.0)          # that all grids of the same ground cover; the wider begin at its north-west
WIDER_ZOOMS = (12, 13, 14)
E2 = 0.0066943799901413165               # WGS 84, eccentricity squared


@dataclasses.dataclass
class Size:
    name: str
    nx: int
    ny: int
    step: float
    fields: int  # 60 or 10, as many as can be imported in minutes; 1
    is_wider: bool = False  # more cells are more ground, all cells of one size
    folder: pathlib.Path = None
    masses: dict = None

    @property
    def slug(self):
        return self.name.replace(" ", "-").replace(".", "-") + ("-wider" if self.is_wider else "")

    @property
    def box(self):
        """The ground of the grid, which for the finer ones is that of all."""
        return (BOX[0], BOX[3] - self.ny * self.step, BOX[0] + self.nx * self.step, BOX[3]) if self.is_wider else BOX

    def tiles(self, count, seed=7):
        """Those that are drawn. On wider ground all lie within the grid, so that the pictures of all sizes are alike."""
        if not self.is_wider:
            return tiles.listed(count, self.box)
        west, south, east, north = self.box
        inside = []
        for z in WIDER_ZOOMS:
            there = [t for t in tiles.all_of(z, self.box) if tiles.bounds(t)[0] >= west and tiles.bounds(t)[2] <= east
                     and tiles.bounds(t)[1] >= south and tiles.bounds(t)[3] <= north]
            inside += random.Random(seed).sample(there, count // len(WIDER_ZOOMS))
        random.Random(seed).shuffle(inside)
        return inside

    @property
    def gases(self):
        return tuple(GWP) if self.fields == 60 else ("CO2",)

    @property
    def sectors(self):
        return SECTORS if self.fields == 60 else SECTORS[:self.fields]

    def make(self, folder, number):
        self.folder = folder / self.slug
        manifest, self.masses = inventory.write_apart(self.folder, nx=self.nx, ny=self.ny, step=self.step, west=BOX[0], north=BOX[3],
                                                      sectors=self.sectors, gases=self.gases, slug=self.slug, code=f"G{number}x")
        return manifest

    def counts(self):
        return [count for count in (1, 10, 60) if count <= self.fields]

    def selection(self, count):
        """(layer, what is added to a tile's address, [(file's number, weight)], mass in t)"""
        if count == 60:
            chosen, gases, layer = SECTORS, tuple(GWP), "emissions-co2e"
        else:
            chosen, gases, layer = SECTORS[:count], ("CO2",), "emissions-co2"
        files, mass = [], 0.0
        for i, sector in enumerate(self.sectors):
            for k, gas in enumerate(self.gases):
                if sector in chosen and gas in gases:
                    weight = GWP[gas] if count == 60 else 1
                    files.append((i * len(self.gases) + k, weight))
                    mass += weight * self.masses[sector if len(self.gases) == 1 else f"{sector} {gas}"]
        return layer, "" if count == 60 else "&sector=" + ",".join(chosen), files, mass


def authalic(lat_deg):
    """Proportional to the area of the ellipsoid between the equator and a latitude."""
    s, e = math.sin(math.radians(lat_deg)), math.sqrt(E2)
    return (1 - E2) * (s / (1 - E2 * s * s) + math.atanh(e * s) / e)


def shares(edges, low, high):
    """The part of every interval between edges (ascending) that lies within low..high."""
    inside = np.clip(edges, low, high)
    return np.diff(inside) / np.diff(edges)


def mass_of(size, files, tile):
    """Tonnes within a tile by the rasters themselves: cells shared by true area. Small tiles only: a window is read."""
    west, south, east, north = tiles.bounds(tile)
    left, right = (math.floor((west - BOX[0]) / size.step) - 1, math.ceil((east - BOX[0]) / size.step) + 1)
    top, bottom = (math.floor((BOX[3] - north) / size.step) - 1, math.ceil((BOX[3] - south) / size.step) + 1)
    left, right, top, bottom = max(left, 0), min(right, size.nx), max(top, 0), min(bottom, size.ny)
    if left >= right or top >= bottom:
        return 0.0
    across = shares(BOX[0] + size.step * np.arange(left, right + 1), west, east)
    down = shares(-np.array([authalic(BOX[3] - size.step * row) for row in range(top, bottom + 1)]), -authalic(north), -authalic(south))
    total = 0.0
    for number, weight in files:
        raster = gdal.Open(str(size.folder / f"mass{number}.tif"))
        cells = raster.GetRasterBand(1).ReadAsArray(left, top, right - left, bottom - top).astype(np.float64)
        total += weight * float(down @ cells @ across)
    return total
