"""The demonstration's totals, computed a second time: from its CSV and TIFF files, with numpy alone.

Nothing here has heard of the database, the server or their formulas; the only thing shared is the
data set's METHOD.md. Raster weights count by the mask, point weights by their `area_code`.
"""
from __future__ import annotations

import collections
import csv
import dataclasses
import functools
import pathlib
import re
import subprocess
import tempfile

import numpy

DATA = pathlib.Path(__file__).resolve().parents[2] / "data" / "uzbekistan"
NX, NY, X0, Y0, STEP = 1730, 860, 55.9, 45.7, 0.01


def _weights(ch4_fossil: float, ch4_nonfossil: float, n2o: float) -> dict[tuple[str, str], float]:
    return {**{("CO2", origin): 1.0 for origin in ("fossil", "nonfossil", "na")},
            ("CH4", "fossil"): ch4_fossil, ("CH4", "nonfossil"): ch4_nonfossil, ("N2O", "na"): n2o}


GWP = {  # t CO2e per t: AR4 table 2.14; AR5 table 8.A.1 (100 years: 28 for every origin, as UNFCCC); AR6 table 7.15
    "AR4-100": _weights(25, 25, 298),
    "AR5-100": _weights(28, 28, 265),
    "AR5-20": _weights(85, 84, 264),
    "AR6-100": _weights(29.8, 27, 273),
    "AR6-20": _weights(82.5, 79.7, 273),
}


def raster(name: str, kind: str) -> dict[str, numpy.ndarray]:
    """Bands of a GeoTIFF by their description, rows from the north."""
    with tempfile.TemporaryDirectory() as folder:
        raw = pathlib.Path(folder) / "raw"
        subprocess.run(["gdal_translate", "-q", "-of", "ENVI", "-co", "INTERLEAVE=BSQ", str(DATA / name), str(raw)],
                       check=True)
        cells = numpy.fromfile(raw, dtype=kind).reshape(-1, NY, NX)
    info = subprocess.run(["gdalinfo", str(DATA / name)], check=True, capture_output=True, text=True).stdout
    return dict(zip(re.findall(r"Description = (\w+)", info), cells))


def table(name: str) -> list[dict]:
    with open(DATA / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclasses.dataclass(frozen=True)
class Fact:
    """A row of the inventory's table, in one district: kt of the gas."""
    year: int
    sector: str
    gas: str
    flow: str
    origin: str
    fuel: str
    district: str
    kt: float


@functools.cache
def areas() -> dict[str, dict]:
    return {row["code"]: row for row in table("areas.csv")}


@functools.cache
def mask() -> numpy.ndarray:
    return raster("district_mask_0p01.tif", "u1")["mask_value"]


@functools.cache
def weights() -> dict[str, numpy.ndarray]:
    return {name: band.astype(float) for name, band in raster("proxy_0p01.tif", "<f4").items()}


def _shares_by_mask(band: numpy.ndarray) -> dict[str, float]:
    sums = numpy.bincount(mask().ravel(), band.ravel(), minlength=256)
    code_of = {int(row["mask_value"]): row["code"] for row in areas().values() if row["mask_value"]}
    total = band.sum()
    return {code: sums[value] / total for value, code in code_of.items()}


def _shares_of_points(sector: str, gas: str, fuel: str) -> dict[str, float]:
    shares: dict[str, float] = collections.defaultdict(float)
    for point in table("point_sources.csv"):
        if (point["sector"], point["gas"], point["fuel"]) == (sector, gas, fuel):
            shares[point["area_code"]] += float(point["weight"])
    return shares


@functools.cache
def facts() -> list[Fact]:
    by_band = {name: _shares_by_mask(band) for name, band in weights().items()}
    found = []
    for row in table("sector_totals.csv"):
        key = (row["sector"], row["gas"], row["fuel"])
        shares = _shares_of_points(*key) if row["spatial"] == "points" else by_band[row["spatial"]]
        for code, share in shares.items():
            found.append(Fact(int(row["year"]), row["sector"], row["gas"], row["flow"], row["origin"], row["fuel"],
                              code, float(row["mass_kt"]) * share))
    return found


def within(district: str, ancestor: str) -> bool:
    while district:
        if district == ancestor:
            return True
        district = areas()[district]["parent"]
    return False


def total_kt(district: str = "UZ", weight=lambda fact: 1.0, **keys) -> float:
    """Sum over the facts with these keys; `sector` may be a parent."""
    def matches(fact: Fact) -> bool:
        for key, value in keys.items():
            have = getattr(fact, key)
            if have != value and not (key == "sector" and have.startswith(value + ".")):
                return False
        return within(fact.district, district)
    return float(numpy.sum([fact.kt * weight(fact) for fact in facts() if matches(fact)]))


def co2e(gwp: str):
    return lambda fact: GWP[gwp][fact.gas, fact.origin]


def cell(lon: float, lat: float) -> tuple[int, int]:
    return int((Y0 - lat) / STEP), int((lon - X0) / STEP)


def cell_kt(lon: float, lat: float, year: int, gas: str, flow: str) -> dict[str, float]:
    """kt by sector of the raster rows in the cell at a point."""
    at = cell(lon, lat)
    found: dict[str, float] = collections.defaultdict(float)
    for row in table("sector_totals.csv"):
        if (int(row["year"]), row["gas"], row["flow"]) != (year, gas, flow) or row["spatial"] == "points":
            continue
        band = weights()[row["spatial"]]
        if band[at] > 0:
            found[row["sector"]] += float(row["mass_kt"]) * band[at] / band.sum()
    return dict(found)


def national_half_width_kt(year: int, gas: str, flow: str) -> float:
    """IPCC 2006 vol. 1 ch. 3 approach 1: rows of the table are independent of each other."""
    squares = [(float(row["mass_kt"]) * float(row["uncertainty_pct"]) / 100) ** 2 for row in table("sector_totals.csv")
               if (int(row["year"]), row["gas"], row["flow"]) == (year, gas, flow)]
    return float(numpy.sqrt(numpy.sum(squares)))
