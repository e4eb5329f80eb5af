"""A whole inventory of 12 x 8 cells, made in the test, so that a test can break one thing of it.

Two districts of one region of one country, two proxies, three points, five rows of totals. Grid:
0.1 degree from 60 E 42 N. Column 0 and row 0 lie outside the districts.
"""
from __future__ import annotations

import copy
import csv
import hashlib
import io
import json
import pathlib

import numpy as np
from osgeo import gdal, osr

gdal.UseExceptions()

NX, NY, X0, Y0, STEP = 12, 8, 60.0, 42.0, 0.1
YEARS = (2020, 2021)


def write_raster(path: pathlib.Path, bands: dict[str, np.ndarray], *, dtype=gdal.GDT_Float32, nodata=0.0,
                 transform=None, epsg: int | None = 4326, step: float = STEP) -> None:
    """A GeoTIFF whose bands are named by their descriptions."""
    first = next(iter(bands.values()))
    made = gdal.GetDriverByName("GTiff").Create(str(path), first.shape[1], first.shape[0], len(bands), dtype)
    made.SetGeoTransform(transform or (X0, step, 0, Y0, 0, -step))
    if epsg is not None:
        reference = osr.SpatialReference()
        reference.ImportFromEPSG(epsg)
        made.SetProjection(reference.ExportToWkt())
    for number, (name, values) in enumerate(bands.items(), 1):
        band = made.GetRasterBand(number)
        band.SetDescription(name.split("#")[0])  # "x#2" gives a second band named "x"
        if nodata is not None:
            band.SetNoDataValue(nodata)
        band.WriteArray(values)
    made.FlushCache()


def rows_text(rows: list[dict]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def four(text: str) -> dict:
    return {lang: f"{text} ({lang})" for lang in ("en", "ru", "uz", "ko")}


def mask_cells(ny=NY, nx=NX) -> np.ndarray:
    """District 1 in the west, 2 in the east; 0 outside."""
    cells = np.zeros((ny, nx), np.uint8)
    cells[1:, 1:nx // 2] = 1
    cells[1:, nx // 2:] = 2
    return cells


def proxy_cells(seed: int, ny=NY, nx=NX) -> np.ndarray:
    """Positive inside the districts; one cell outside them has weight too."""
    cells = np.random.default_rng(seed).uniform(0.5, 100, (ny, nx)).astype(np.float32)
    cells[mask_cells(ny, nx) == 0] = 0
    cells[0, 3] = 7
    return cells


def total(year, sector, gas, mass, spatial, fuel="", flow="emission", origin="fossil") -> dict:
    return {"year": year, "sector": sector, "gas": gas, "flow": flow, "mass_kt": mass, "uncertainty_pct": 10,
            "method": "reported", "spatial": spatial, "origin": origin, "source": "made in the test", "fuel": fuel}


def point(code, lon, lat, weight, sector="1.A.1", gas="CO2", fuel="coal", **more) -> dict:
    return {"id": code, "name": f"Plant {code}", "sector": sector, "gas": gas, "lon": lon, "lat": lat,
            "capacity": 100, "capacity_unit": "MW", "fuel": fuel, "operator": "", "commissioned_year": 1990,
            "weight": weight, "source": "made in the test", "licence": "CC BY 4.0", "location_quality": "exact",
            "cell_lon": "", "cell_lat": "", "area_code": "", "note": "", **more}


class Tiny:
    """Change manifest, tables and rasters, then write(). A file given in `raw` is written as it is."""

    def __init__(self, slug="tiny", version="1.0.0", ny=NY, nx=NX, step=STEP):
        self.ny, self.nx, self.step = ny, nx, step
        self.areas = [
            {"code": "T", "level": 0, "parent": "", "iso3166_2": "", "mask_value": ""},
            {"code": "T1", "level": 1, "parent": "T", "iso3166_2": "T-1", "mask_value": ""},
            {"code": "T11", "level": 2, "parent": "T1", "iso3166_2": "", "mask_value": 1},
            {"code": "T12", "level": 2, "parent": "T1", "iso3166_2": "", "mask_value": 2},
        ]
        for area in self.areas:
            area.update(name_en=area["code"], name_uz=area["code"], name_uz_cyrl="", name_ru=area["code"],
                        name_ko="", area_km2="")
        self.population = [{"code": code, "year": year, "population": people, "status": "official"}
                           for year in YEARS for code, people in (("T", 300), ("T11", 100), ("T12", 200))]
        west, east = 60 + step * nx / 4, 60 + step * nx * 3 / 4
        south = 42 - step * ny / 2
        self.points = [point("P1", round(west + 0.033, 4), round(south - 0.011, 4), 0.25, area_code="T11"),
                       point("P2", round(east + 0.033, 4), round(south - 0.011, 4), 0.75, area_code="T12"),
                       point("P3", round(east - 0.055, 4), round(south - 0.011, 4), 1, "2.A.1", fuel="")]
        self.totals = []
        for year in YEARS:
            self.totals += [total(year, "1.A.1", "CO2", 100.5, "points", "coal"),
                            total(year, "2.A.1", "CO2", 12.25, "points"),
                            total(year, "1.A.4", "CO2", 77.125, "people", "gas"),
                            total(year, "3.A.1", "CH4", 3.5, "light", origin="nonfossil"),
                            total(year, "3.B.1", "CO2", 9.75, "light", flow="removal", origin="na"),
                            total(year, "4.A", "CH4", 0.5, "unallocated", origin="nonfossil")]
        self.raw: dict[str, bytes] = {}
        self.rasters: dict[str, dict] = {
            "mask.tif": {"bands": {"mask_value": mask_cells(ny, nx)}, "dtype": gdal.GDT_Byte},
            "proxy.tif": {"bands": {"people": proxy_cells(1, ny, nx), "light": proxy_cells(2, ny, nx)}},
        }
        self.manifest = {
            "fluxgrid": 1,
            "release": {"slug": slug, "version": version, "title": four("Tiny"), "warning": four("Made in a test"),
                        "publisher": "tests", "licence": "CC0-1.0", "attribution": "tests", "citation": "tests",
                        "method": "made up"},
            "provenance": [{"id": "test", "dataset": "made in the test", "document": "tiny.py"}],
            "districts": {"mask": "mask.tif", "areas": "areas.csv", "population": ["population.csv"]},
            "proxies": [{"id": "people", "file": "proxy.tif", "band": "people", "cell_uncertainty_pct": 100},
                        {"id": "light", "file": "proxy.tif", "band": "light"}],
            "points": {"file": "points.csv", "outside": "nearest", "max_distance_km": 5},
            "totals": [{"file": "totals.csv", "unit": "kt", "scheme": "IPCC2006", "provenance": "test"}],
        }
        self.has_checksums = False
        self.manifest_bytes: bytes | None = None  # instead of the manifest

    def copy(self) -> "Tiny":
        return copy.deepcopy(self)

    def tables(self) -> dict[str, str]:
        return {"areas.csv": rows_text(self.areas), "population.csv": rows_text(self.population),
                "points.csv": rows_text(self.points), "totals.csv": rows_text(self.totals)}

    def bytes_of(self, name: str) -> bytes:
        """A table's file as it would be written: to break it byte by byte in `raw`."""
        return self.raw.get(name, self.tables()[name].encode())

    def add_grid(self, cells: np.ndarray, unit="t", **more) -> None:
        self.rasters["mass.tif"] = {"bands": {"mass": cells}, "nodata": -1.0}
        self.manifest.setdefault("grids", []).append({
            "file": "mass.tif", "band": "mass", "unit": unit, "sector": "1.A.3.b", "gas": "CO2", "flow": "emission",
            "origin": "fossil", "year": 2020, "uncertainty_pct": 5, "method": "measured", "provenance": "test",
            **more})

    def write(self, folder: pathlib.Path) -> pathlib.Path:
        """@return the manifest's path; everything is readable by the unprivileged user."""
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
        for name, text in self.tables().items():
            (folder / name).write_bytes(self.raw.get(name, text.encode()))
        for name, of in self.rasters.items():
            if name not in self.raw:
                write_raster(folder / name, **{"step": self.step, **of})
        for name, content in self.raw.items():
            (folder / name).write_bytes(content)
        if self.has_checksums:
            self.manifest["checksums"] = "SHA256SUMS"
            sums = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n"
                    for file in sorted(folder.iterdir()) if file.suffix in (".csv", ".tif")]
            (folder / "SHA256SUMS").write_text("".join(sums))
        path = folder / "manifest.json"
        path.write_bytes(self.manifest_bytes if self.manifest_bytes is not None
                         else json.dumps(self.manifest, indent=1).encode())
        return path
