"""What a drawn area must hold, computed a second time by shapely, PROJ and numpy.

An outline's edges are straight in longitude and latitude. They are cut into short pieces, projected to
EPSG:6933, in which equal areas are equal ground, and clipped by GEOS at the cells, which are rectangles
there. Slow and plain on purpose; nothing is shared with the server but the data set's files.
"""
from __future__ import annotations

import numpy as np
import pyproj
from shapely.geometry import Polygon, box, shape
from shapely.ops import transform

import tile_oracle as demo

GRID = demo.GRID
TO_PLANE = pyproj.Transformer.from_crs("OGC:CRS84", "EPSG:6933", always_xy=True).transform
PIECES = 10000  # of a straight line as long as the area is wide: what is left of its bend is below 1e-10


def dense_ring(ring, step: float):
    points = []
    for (x0, y0), (x1, y1) in zip(ring, ring[1:]):
        n = max(1, int(np.ceil(np.hypot(x1 - x0, y1 - y0) / step))) if y0 != y1 else 1
        t = np.arange(n) / n
        points.append(np.column_stack([x0 + t * (x1 - x0), y0 + t * (y1 - y0)]))
    return np.vstack(points + [np.array([ring[-1]])])


def on_plane(geometry, pieces: int = PIECES):
    """The geometry in EPSG:6933, as if its edges had been curves there."""
    west, south, east, north = geometry.bounds
    step = max(east - west, north - south) / pieces
    parts = getattr(geometry, "geoms", [geometry])
    flat = []
    for part in parts:
        rings = [dense_ring(list(r.coords), step) for r in (part.exterior, *part.interiors)]
        flat.append([np.column_stack(TO_PLANE(r[:, 0], r[:, 1])) for r in rings])
    return [Polygon(rings[0], rings[1:]) for rings in flat]


def cell_edges():
    lon = GRID["x0"] + np.arange(GRID["nx"] + 1) * GRID["dx"]
    lat = GRID["y0"] - np.arange(GRID["ny"] + 1) * GRID["dy"]
    return TO_PLANE(lon, np.zeros_like(lon))[0], TO_PLANE(np.zeros_like(lat), lat)[1]


def add_shares(part, x, y, col0, col1, row0, row1, to):
    """Halves the rectangle of cells until it lies inside, outside, or is one cell."""
    frame = box(x[col0], y[row1], x[col1], y[row0])
    cut = part.intersection(frame)
    if cut.is_empty or cut.area == 0:
        return
    if abs(cut.area - frame.area) <= 1e-14 * frame.area:
        to[row0:row1, col0:col1] += 1
    elif (row1 - row0, col1 - col0) == (1, 1):
        to[row0, col0] += cut.area / frame.area
    elif col1 - col0 >= row1 - row0:
        half = (col0 + col1) // 2
        add_shares(cut, x, y, col0, half, row0, row1, to)
        add_shares(cut, x, y, half, col1, row0, row1, to)
    else:
        half = (row0 + row1) // 2
        add_shares(cut, x, y, col0, col1, row0, half, to)
        add_shares(cut, x, y, col0, col1, half, row1, to)


class Area:
    """An area on the demonstration's grid."""

    def __init__(self, geometry: dict):
        self.geometry = shape(geometry)
        self.parts = on_plane(self.geometry)
        self.km2 = sum(p.area for p in self.parts) / 1e6
        self.shares = np.zeros((GRID["ny"], GRID["nx"]))
        x, y = cell_edges()
        for part in self.parts:
            add_shares(part, x, y, 0, GRID["nx"], 0, GRID["ny"], self.shares)

    def holds(self, row: dict) -> bool:
        return any(transform(lambda a, b, *z: TO_PLANE(a, b), p).within(q)
                   for q in self.parts for p in [shape({"type": "Point", "coordinates": [float(row["lon"]), float(row["lat"])]})])

    def points(self, table_row: dict) -> float:
        """Share of a total's point weights that stand inside."""
        key = ("sector", "gas", "fuel")
        rows = [r for r in demo.table("point_sources.csv") if all(r[k] == table_row[k] for k in key)]
        inside = sum(float(r["weight"]) for r in rows if self.holds(r))
        return inside / sum(float(r["weight"]) for r in rows)

    def masses(self, layer: str, **options) -> dict:
        """Tonnes: on the grid, of points, and of the grid's what lies in cells that are cut."""
        found = {"grid": 0.0, "points": 0.0, "cut": 0.0}
        is_cut = (self.shares > 1e-9) & (self.shares < 1 - 1e-9)
        for tonnes, row in demo.parts(layer, **options):
            if row["spatial"] == "points":
                found["points"] += tonnes * self.points(row)
                continue
            weighted = self.shares * demo.weights(row["spatial"])
            found["grid"] += tonnes * weighted.sum()
            found["cut"] += tonnes * weighted[is_cut].sum()
        return found
