"""The demonstration's cells, from its files alone: what its tiles are made of.

Reads the proxy bands, the point sources and the table of totals as METHOD.md says, and gives tonnes
per native cell, NaN where no part of the map has a weight. Shares nothing with the server or the
database; the remap to pixels is remap_oracle's.
"""
from __future__ import annotations

import csv
import functools
import pathlib

import numpy as np
from osgeo import gdal

gdal.UseExceptions()

DATA = pathlib.Path(__file__).resolve().parents[2] / "data" / "uzbekistan"
GRID = {"x0": 55.9, "y0": 45.7, "dx": 0.01, "dy": 0.01, "nx": 1730, "ny": 860}

GWP = {  # t CO2e per t: CH4 fossil, CH4 other, N2O (domain.md 5.1)
    "AR4-100": (25, 25, 298),
    "AR5-100": (28, 28, 265),
    "AR6-100": (29.8, 27.0, 273),
    "AR5-20": (85, 84, 264),
    "AR6-20": (82.5, 79.7, 273),
}


@functools.cache
def table(name: str) -> list[dict]:
    with open(DATA / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@functools.cache
def weights(name: str) -> np.ndarray:
    """A band as shares of 1; 0 where it has no weight."""
    source = gdal.Open(str(DATA / "proxy_0p01.tif"))
    for number in range(1, source.RasterCount + 1):
        band = source.GetRasterBand(number)
        if band.GetDescription() == name:
            values = band.ReadAsArray().astype(float)
            return values / values.sum()
    raise KeyError(name)


@functools.cache
def point_weights(sector: str, gas: str, fuel: str) -> np.ndarray:
    cells = np.zeros((GRID["ny"], GRID["nx"]))
    for row in table("point_sources.csv"):
        if (row["sector"], row["gas"], row["fuel"]) == (sector, gas, fuel):
            column = int((float(row["cell_lon"]) - GRID["x0"]) / GRID["dx"])
            line = int((GRID["y0"] - float(row["cell_lat"])) / GRID["dy"])
            cells[line, column] += float(row["weight"])
    return cells / cells.sum()


def gwp_of(row: dict, gwp: str) -> float:
    fossil, other, n2o = GWP[gwp]
    methane = fossil if row["origin"] == "fossil" else other
    return {"CO2": 1.0, "CH4": methane, "N2O": n2o}[row["gas"]]


def parts(layer: str, year: int = 2022, gwp: str = "AR5-100", sectors: tuple = ()) -> list[tuple[float, dict]]:
    """(tonnes, row of the table) of a layer such as "net-co2e"; tonnes of the answer, signed for net."""
    flow, gas = layer.split("-")
    chosen = []
    for row in table("sector_totals.csv"):
        is_flow = flow == "net" or flow == row["flow"] + "s"
        is_gas = gas == "co2e" or gas == row["gas"].lower()
        is_sector = not sectors or any((row["sector"] + ".").startswith(s + ".") for s in sectors)
        if int(row["year"]) == year and is_flow and is_gas and is_sector:
            sign = -1.0 if flow == "net" and row["flow"] == "removal" else 1.0
            factor = gwp_of(row, gwp) if gas == "co2e" else 1.0
            chosen.append((sign * factor * float(row["mass_kt"]) * 1000.0, row))
    return chosen


def total(layer: str, **options) -> float:
    return float(np.sum([tonnes for tonnes, _ in parts(layer, **options)]))


@functools.lru_cache(maxsize=8)
def cells(layer: str, year: int = 2022, gwp: str = "AR5-100", sectors: tuple = ()) -> np.ndarray:
    """Tonnes per native cell of a layer; NaN where nothing has a weight."""
    mass = np.zeros((GRID["ny"], GRID["nx"]))
    has = np.zeros(mass.shape, dtype=bool)
    for tonnes, row in parts(layer, year, gwp, sectors):
        share = (point_weights(row["sector"], row["gas"], row["fuel"]) if row["spatial"] == "points"
                 else weights(row["spatial"]))
        mass += tonnes * share
        has |= share > 0
    return np.where(has, mass, np.nan)
