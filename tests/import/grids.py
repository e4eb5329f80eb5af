"""What the tests of grids share: one grid as a release, and its cells as the database has them."""
from __future__ import annotations

import itertools
import json
import math
import pathlib

import numpy as np

from tiny import Tiny

_number = itertools.count()
A_M, E2 = 6378137.0, 0.00669437999014  # WGS 84


def q_of(lat_deg):
    """Snyder 1987, eq. 3-12; written here a second time, on purpose."""
    e = math.sqrt(E2)
    s = np.sin(np.radians(np.asarray(lat_deg, float)))
    return (1 - E2) * (s / (1 - E2 * s * s) - np.log((1 - e * s) / (1 + e * s)) / (2 * e))


def areas_km2(lat_edges, dlon_deg):
    """Ground area of the cells between these latitudes, positive."""
    return A_M ** 2 / 2 * math.radians(dlon_deg) * np.abs(np.diff(q_of(lat_edges))) / 1e6


def mass_of(values, lat_edges, dlon_deg):
    """kg m-2 -> t."""
    return values * areas_km2(lat_edges, dlon_deg)[:, None] * 1e6 / 1e3


class Release:
    """A release of rasters alone. The districts are those of the database."""

    def __init__(self):
        self.slug = f"grid-{next(_number)}"
        self.manifest = {key: value for key, value in Tiny(slug=self.slug).manifest.items()
                         if key in ("fluxgrid", "release", "provenance")}
        self.manifest["grids"] = []
        self.files: dict[str, bytes | object] = {}

    def add(self, file, /, **how) -> "Release":
        self.manifest["grids"].append({"file": file, "sector": "1.A.3.b", "gas": "CO2", "flow": "emission",
                                       "origin": "fossil", "year": 2020, "method": "measured", "provenance": "test", **how})
        return self

    def write(self, folder: pathlib.Path) -> pathlib.Path:
        for file in folder.iterdir():
            file.chmod(0o644)
        path = folder / f"{self.slug}.json"
        path.write_text(json.dumps(self.manifest))
        return path


class Loaded:
    """A field as it lies in the database: its grid, its cells in tonnes, its mass."""

    def __init__(self, database, slug, where="true"):
        rows = database.rows(
            f"""SELECT s.field, s.factor, s.mass_t, g.x0, g.y0, g.dx, g.dy, g.nx, g.ny, s.sector, s.year, s.month
                FROM slice s JOIN release r ON r.id = s.release JOIN field f ON f.id = s.field JOIN grid g ON g.id = f.grid
                WHERE r.slug = '{slug}' AND {where} ORDER BY s.sector, s.year, s.month""")
        assert len(rows) == 1, rows
        field, factor, self.mass, self.x0, self.y0, self.dx, self.dy, self.nx, self.ny = rows[0][:9]
        self.cells = np.full((self.ny, self.nx), np.nan)
        for bx, by, blob in database.rows("SELECT bx, by, cells FROM block WHERE field = %s AND level = 0", (field,)):
            block = np.frombuffer(bytes(blob), ">f4").reshape(64, 64).astype(float) * factor
            part = self.cells[by * 64:by * 64 + 64, bx * 64:bx * 64 + 64]
            part[...] = block[:part.shape[0], :part.shape[1]]
        report = database.value("SELECT report FROM release WHERE slug = %s", (slug,))
        self.notes = report["rasters"]
        self.note = report["rasters"][0]

    @property
    def grid(self):
        return self.x0, self.y0, self.dx, self.dy, self.nx, self.ny

    def cell_bounds(self, col, row):
        return (self.x0 + col * self.dx, self.y0 - (row + 1) * self.dy, self.x0 + (col + 1) * self.dx, self.y0 - row * self.dy)

    def assert_cells(self, expected, *, mass=None):
        """Mass to 1e-9, each cell to 1e-6 of the total; no data where no data is."""
        expected = np.asarray(expected, float)
        total = np.nansum(expected) if mass is None else mass
        assert self.cells.shape == expected.shape
        assert abs(self.mass / total - 1) < 1e-9, (self.mass, total)
        assert np.array_equal(np.isnan(self.cells), np.isnan(expected)), "no data is elsewhere"
        worst = np.nanmax(np.abs(self.cells - expected)) / total
        assert worst < 1e-6, worst
