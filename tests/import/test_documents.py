"""The manual's worked manifests: taken from docs/import/, given the files they name, and imported.

A table that the page shows (a ```csv block below its name) is the file; rasters and vector files are made here.
"""
from __future__ import annotations

import json
import pathlib
import re
import subprocess

import netCDF4
import numpy as np
import pytest
from osgeo import gdal, osr
from shapely.geometry import LineString, Point

from features import write_layer as write_features
from kit import ROOT
from polygons import box, feature, geojson
from polygons import write_layer as write_polygons
from tiny import write_raster

PAGES = sorted((ROOT / "docs" / "import").glob("*.md"))
LONS, LATS = 60.05 + 0.1 * np.arange(12), 41.25 + 0.1 * np.arange(8)


def cells(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(1, 9, (8, 12))


def districts() -> list[dict]:
    return [feature("UZ-JI-1", box(60, 41.2, 60.6, 42), "UZ-JI"), feature("UZ-SA-1", box(60.6, 41.2, 61.2, 42), "UZ-SA")]


def netcdf(path, dimensions: dict, variables: dict) -> None:
    with netCDF4.Dataset(path, "w") as made:
        for name, (values, unit) in dimensions.items():
            made.createDimension(name, len(values))
            axis = made.createVariable(name, str if isinstance(values[0], str) else "f8", (name,))
            if unit:
                axis.units = unit
            axis[:] = np.array(values, dtype=object) if isinstance(values[0], str) else values
        for name, (axes, unit, values) in variables.items():
            variable = made.createVariable(name, "f4", axes)
            variable.units = unit
            variable[:] = values


def geography() -> dict:
    return {"lat": (LATS, "degrees_north"), "lon": (LONS, "degrees_east")}


def fluxes(path) -> None:
    netcdf(path, {"time": ([7305, 7671], "days since 2000-01-01"), "sector": (["ENE", "TRO"], ""), **geography()},
           {"fluxes": (("time", "sector", "lat", "lon"), "kg m-2 s-1", np.stack([np.stack([cells(1), cells(2)])] * 2) * 1e-9)})


def monthly(path) -> None:
    starts = [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335]
    netcdf(path, {"time": (starts, "days since 2020-01-01"), **geography()},
           {name: (("time", "lat", "lon"), "kg m-2 s-1", np.stack([cells(i)] * 12) * 1e-10) for i, name in enumerate(("energy", "waste"))})


def array(path) -> None:
    with netCDF4.Dataset(path, "w") as made:  # netCDF 4 is HDF5; without coordinates it is a plain array
        made.createDimension("a", 8)
        made.createDimension("b", 12)
        made.createVariable("emissions", "f4", ("a", "b"))[:] = cells(3)


def projected(path) -> None:
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32641)
    made = gdal.GetDriverByName("GTiff").Create(str(path), 20, 15, 1, gdal.GDT_Float32)
    made.SetGeoTransform((280000, 1000, 0, 4620000, 0, -1000))
    made.SetProjection(reference.ExportToWkt())
    made.GetRasterBand(1).WriteArray(np.random.default_rng(5).uniform(1, 9, (15, 20)))
    made.FlushCache()


def grib(path) -> None:
    source = path.with_suffix(".tif")
    write_raster(source, {"": cells(6)}, nodata=None, dtype=gdal.GDT_Float64)
    gdal.Translate(str(path), str(source), format="GRIB", creationOptions=["DATA_ENCODING=IEEE_FLOATING_POINT"])
    source.unlink()


def plants(path) -> None:
    write_features(path, [{"plant_id": f"U{i}", "name": f"Plant {i}", "owner": "State", "fuel": "coal", "mw": 300.0, "status": "operating",
                           "start": "1990", "gppd_id": f"UZB{i}", "how": "measured", "CO2_2020": 50.5 + i, "CO2_2021": 51.5,
                           "CH4_2020": 0.25, "CH4_2021": 0.5, "geometry": Point(60.35 + 0.2 * i, 41.55)} for i in range(3)])


FILES = {
    "roads.tif": lambda p: write_raster(p, {"2020": cells(1), "2021": cells(2)}, nodata=-1),
    "forest_utm.tif": projected,
    "fluxes.nc": fluxes,
    "monthly.nc": monthly,
    "array.h5": array,
    "grid.asc": lambda p: p.write_text("ncols 12\nnrows 8\nxllcorner 60\nyllcorner 41.2\ncellsize 0.1\nNODATA_value -9999\n"
                                       + "\n".join(" ".join(f"{v:.3f}" for v in row) for row in cells(4)) + "\n"),
    "grid.grib2": grib,
    "edgar_2020.txt": lambda p: p.write_text("EDGAR; made in the test\nlat;lon;emissions\n" + "".join(
        f"{lat - 0.05:.1f};{lon - 0.05:.1f};{cells(5)[i][k]:.4f}\n" for i, lat in enumerate(LATS) for k, lon in enumerate(LONS))),
    "cells.csv": lambda p: p.write_text("east,north,kg\n" + "".join(
        f"{lon:.2f},{lat:.2f},{cells(5)[i][k]:.4f}\n" for i, lat in enumerate(LATS) for k, lon in enumerate(LONS))),
    "gridcar.2020.txt": lambda p: p.write_text("".join(f"{1 + i % 7}\n" for i in range(64800))),
    "proxies.tif": lambda p: write_raster(p, {"people": cells(7), "light": cells(8)}),
    "plants.gpkg": plants,
    "roads.shp": lambda p: write_features(p, [{"code": f"R{i}", "t20": 5.5, "t21": 6.25, "geometry": LineString([(60.1, 41.3 + i / 10), (61.1, 41.6)])}
                                              for i in range(3)], 32641),
    "districts.geojson": lambda p: p.write_bytes(geojson(districts())),
    "regions.gpkg": lambda p: write_polygons(p, [{**d, "code": d["parent"]} for d in districts()]),
    "country.geojson": lambda p: p.write_bytes(geojson([feature("UZ", box(60, 41.2, 61.2, 42), None)])),
}


def names_in(node) -> set[str]:
    """Every text that names a file which is made here."""
    if isinstance(node, dict):
        return set().union(*map(names_in, node.values())) if node else set()
    if isinstance(node, list):
        return set().union(*map(names_in, node)) if node else set()
    return {node} if node in FILES else set()


def examples() -> list:
    found = []
    for page in PAGES:
        text = page.read_text()
        tables = dict(re.findall(r"^`(\S+\.csv)`:\n\n```csv\n(.*?)```", text, re.S | re.M))
        for number, block in enumerate(re.findall(r"```json\n(.*?)```", text, re.S), 1):
            found.append(pytest.param(block, tables, id=f"{page.stem}-{number}"))
    return found


def prepare(folder: pathlib.Path, block: str, tables: dict[str, str]) -> pathlib.Path:
    for name in names_in(json.loads(block)):
        FILES[name](folder / name)
    for name, text in tables.items():
        (folder / name).write_text(text)
    (folder / "manifest.json").write_text(block)
    subprocess.run(["chmod", "-R", "go+rX", str(folder)], check=True)
    return folder / "manifest.json"


@pytest.fixture(scope="module")
def with_districts(cluster, _migrated, run_fluxgrid, workdir):
    """A database with the boundaries of the page about districts, for the pages that need some."""
    database = cluster.create_database("manual", _migrated.name)
    folder = workdir / "manual"
    folder.mkdir()
    block, tables = next(p.values for p in examples() if p.id == "districts-1")
    run_fluxgrid("import", prepare(folder, block, tables), database=database, check=True)
    yield database
    cluster.drop_database(database.name)


@pytest.mark.parametrize("block, tables", examples())
def test_the_manuals_manifests_import(block, tables, with_districts, folder, run_fluxgrid):
    done = run_fluxgrid("import", prepare(folder, block, tables), "--dry-run", database=with_districts, check=True)
    assert "dry run" in done.stdout or "districts" in done.stdout


def test_every_kind_has_a_manifest():
    assert {page.stem for page in PAGES} >= {"grids", "features", "districts", "hybrid", "crosswalks"}
    used = set().union(*(names_in(json.loads(p.values[0])) for p in examples()))
    assert used == set(FILES), f"made, and in no manifest: {set(FILES) - used}"
