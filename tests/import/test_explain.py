"""`fluxgrid import --explain FILE`: what it says of a file, and that its manifest is one once the TODOs are done."""
from __future__ import annotations

import json
import os
import re
import subprocess

import netCDF4
import numpy as np
import pytest

from features import write_layer
from shapely.geometry import LineString, Point
from tiny import Tiny, mask_cells, proxy_cells, rows_text, write_raster

ANSWERS = {"sector": "1.A.3.b", "gas": "CO2", "flow": "emission", "origin": "fossil", "unit": "t", "year": 2020,
           "scheme": "IPCC2006", "method": "estimated", "crs": "EPSG:4326", "level": 0, "registration": "centre"}


def answered(node, key=""):
    """The manifest as a person would leave it: every TODO replaced, what "may be left out" left out."""
    if isinstance(node, dict):
        return {k: answered(v, k) for k, v in node.items() if not (isinstance(v, str) and "TODO" in v and "leave it out" in v)}
    if isinstance(node, list):
        return [answered(v, key) for v in node]
    return ANSWERS.get(key, "done") if isinstance(node, str) and node.startswith("TODO") else node


class Explained:
    def __init__(self, words: str, manifest: dict):
        self.words, self.manifest = words, manifest

    def says(self, *patterns: str) -> None:
        for pattern in patterns:
            assert re.search(pattern, self.words), f"{pattern!r} is not said:\n{self.words}"


@pytest.fixture
def explain(folder, run_fluxgrid):
    def ask(name: str) -> Explained:
        before = sorted(os.listdir(folder))
        done = run_fluxgrid("import", "--explain", folder / name, check=True)
        assert sorted(os.listdir(folder)) == before, "a file was written beside it"
        return Explained(done.stderr, json.loads(done.stdout))
    return ask


@pytest.fixture
def is_accepted(tiny_database, folder, run_fluxgrid):
    """Fills the TODOs and imports, on the districts of tiny@1.0.0."""
    def check(manifest: dict, **more) -> None:
        text = json.dumps(manifest)
        assert "TODO" in text, "nothing is left to a person?"
        file = folder / "explained.json"
        file.write_text(json.dumps({**answered(manifest), **more}))
        subprocess.run(["chmod", "-R", "go+rX", str(folder)], check=True)
        run_fluxgrid("import", "--schema", file, check=True)
        run_fluxgrid("import", file, "--dry-run", database=tiny_database, check=True)
    return check


def test_a_geotiff(explain, is_accepted, folder):
    cells = {"people": proxy_cells(1), "roads": proxy_cells(2)}
    write_raster(folder / "city_2021_CO2.tif", cells)
    found = explain("city_2021_CO2.tif")
    total = float(cells["people"].astype(float).sum())
    found.says("GTiff", r"WGS 84 \(EPSG:4326\)", "12 columns x 8 rows", r"\(60, 42\), step 0\.1 x 0\.1", "north-up",
               r"extent: 60 to 61\.2, 41\.2 to 42", "1 'people' Float32", "no-data value 0: 18 cells", "2 'roads'")
    said = float(re.search(r"'people'.*?sum (\S+)", found.words, re.S)[1])
    assert abs(said - total) <= 1e-12 * total
    assert [g["band"] for g in found.manifest["grids"]] == ["people", "roads"]
    assert [(g["year"], g["gas"]) for g in found.manifest["grids"]] == [(2021, "CO2")] * 2
    found.manifest["grids"][1]["sector"] = "1.A.4"
    is_accepted(found.manifest)


def test_a_raster_without_a_crs_asks_for_it(explain, folder):
    write_raster(folder / "x.tif", {"": proxy_cells(1)}, epsg=None)
    found = explain("x.tif")
    found.says("CRS: none in the file")
    assert "TODO" in found.manifest["grids"][0]["crs"]


def test_faults_of_a_raster_are_told_before_they_are_refused(explain, folder):
    cells = proxy_cells(1)
    cells[3, 3] = np.nan
    cells[4, 4] = -5
    write_raster(folder / "x.tif", {"": cells})
    explain("x.tif").says("1 cells are NaN or infinite", "some cells are negative", "from -5 to")


def test_a_cut_raster_is_refused(folder, run_fluxgrid):
    write_raster(folder / "x.tif", {"": proxy_cells(1)})
    (folder / "x.tif").write_bytes((folder / "x.tif").read_bytes()[:-200])
    done = run_fluxgrid("import", "--explain", folder / "x.tif")
    assert done.returncode == 2 and re.search(r"x\.tif: .+; .+", done.stderr), done.stderr


def write_netcdf(path, *, steps=2, south_up=True) -> np.ndarray:
    """Two years of a packed flux, 12 x 8."""
    with netCDF4.Dataset(path, "w") as made:
        for name, size in (("time", steps), ("lat", 8), ("lon", 12)):
            made.createDimension(name, size)
        time = made.createVariable("time", "f8", ("time",))
        time.units = "days since 2000-01-01"
        time[:] = [7305, 7671][:steps]  # 2020-01-01, 2021-01-01
        lat = made.createVariable("lat", "f8", ("lat",))
        lat.units = "degrees_north"
        lats = 41.25 + 0.1 * np.arange(8)
        lat[:] = lats if south_up else lats[::-1]
        lon = made.createVariable("lon", "f8", ("lon",))
        lon.units = "degrees_east"
        lon[:] = 60.05 + 0.1 * np.arange(12)
        flux = made.createVariable("emi_ch4", "i2", ("time", "lat", "lon"), fill_value=-1)
        flux.units = "kg m-2 s-1"
        flux.long_name = "methane of waste"
        flux.scale_factor = 1e-9
        values = np.where(mask_cells()[::-1] > 0, 3e-7, 0.0)
        flux[:] = np.stack([values, 2 * values])[:steps]
        return values


def test_a_netcdf_file(explain, is_accepted, folder):
    values = write_netcdf(folder / "flux.nc")
    found = explain("flux.nc")
    found.says("Network Common Data Format", "time: 2 steps: 2020-01-01, 2021-01-01",
               r"lat: 8 steps: 41\.25, 41\.35 \.\.\. 41\.95", "south-up", r"emi_ch4 \(time 2, lat 8, lon 12\), unit 'kg m-2 s-1'",
               "long_name = methane of waste")
    said = float(re.search(r"sum (\S+)", found.words)[1])
    assert abs(said - 3 * values.sum()) <= 1e-6 * said
    assert [(g["variable"], g["year"], g["gas"], g["unit"]) for g in found.manifest["grids"]] == [
        ("emi_ch4", 2020, "CH4", "kg m-2 s-1"), ("emi_ch4", 2021, "CH4", "kg m-2 s-1")]
    is_accepted(found.manifest)


def test_sectors_and_months_of_a_netcdf_file(explain, folder):
    """Words along one dimension, months along another: each place is an entry."""
    with netCDF4.Dataset(folder / "monthly.nc", "w") as made:
        for name, size in (("time", 12), ("sector", 2), ("lat", 8), ("lon", 12)):
            made.createDimension(name, size)
        time = made.createVariable("time", "f8", ("time",))
        time.units = "days since 2021-01-01"
        time[:] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
        sector = made.createVariable("sector", str, ("sector",))
        sector[:] = np.array(["ENE", "TRO"], dtype=object)
        for name, unit, first in (("lat", "degrees_north", 41.25), ("lon", "degrees_east", 60.05)):
            axis = made.createVariable(name, "f8", (name,))
            axis.units = unit
            axis[:] = first + 0.1 * np.arange(axis.shape[0])
        mass = made.createVariable("mass", "f4", ("time", "sector", "lat", "lon"))
        mass.units = "t"
        mass[:] = 1.0
    found = explain("monthly.nc")
    found.says("sector: 2 steps: ENE, TRO", r"time: 12 steps: 2021-01-01, 2021-02-01 \.\.\. 2021-12-01", r"sum 2304\b")
    assert [(g["month"], g["select"]) for g in found.manifest["grids"]][:3] == [
        (1, {"sector": "ENE"}), (1, {"sector": "TRO"}), (2, {"sector": "ENE"})]
    assert len(found.manifest["grids"]) == 24


def test_a_table_of_totals(explain, is_accepted, folder):
    inventory = Tiny()
    (folder / "totals.csv").write_text(rows_text([dict(row, spatial="unallocated") for row in inventory.totals]))
    found = explain("totals.csv")
    found.says("commas separate columns; a header row; 12 rows", r"5 'mass_kt': numbers, 0 empty", "'2020', '2021'", "table of totals")
    assert found.manifest["totals"][0]["unit"] == "kt"
    is_accepted(found.manifest)


def test_separators_and_decimal_commas_are_seen(explain, folder):
    (folder / "x.csv").write_text("lon;lat;value\n60,05;41,95;3\n60,15;41,95;4\n")
    explain("x.csv").says("semicolons separate columns", "decimal comma")


def test_cells_as_rows(explain, folder):
    (folder / "cells_2018_CH4.csv").write_text("lon,lat,value\n60.05,41.95,3\n60.15,41.95,4\n")
    found = explain("cells_2018_CH4.csv")
    found.says("longitude, latitude, value", r"sum 7\b")
    grid = found.manifest["grids"][0]
    assert (grid["form"], grid["columns"], grid["year"], grid["gas"]) == (
        "table", {"lon": "lon", "lat": "lat", "value": "value"}, 2018, "CH4")


def test_values_alone(explain, folder):
    (folder / "v.txt").write_text("".join(f"{i}.5\n" for i in range(648)))
    found = explain("v.txt")
    found.says("648 rows", "90 N 180 W")
    assert found.manifest["grids"][0]["form"] == "list"


@pytest.mark.parametrize("name", ["plants_co2.geojson", "plants_co2.gpkg", "plants_co2.csv"])
def test_points_with_masses(name, explain, is_accepted, folder):
    rows = [{"id": f"P{i}", "name": f"Plant {i}", "owner": "State", "em_2020": 10.5 * (i + 1), "em_2021": 12.0,
             "geometry": Point(60.35 + 0.1 * i, 41.45)} for i in range(3)]
    if name.endswith(".csv"):
        (folder / name).write_text(rows_text([{**{k: v for k, v in row.items() if k != "geometry"}, "lon": row["geometry"].x,
                                               "lat": row["geometry"].y} for row in rows]))
    else:
        write_layer(folder / name, rows)
    found = explain(name)
    entry = found.manifest["features"][0]
    assert (entry["geometry"], entry["masses"], entry["id"], entry["name"], entry["operator"], entry["gas"]) == (
        "points", "em_{year}", {"column": "id"}, {"column": "name"}, {"column": "owner"}, "CO2")
    is_accepted(found.manifest, grid={"west": 60, "north": 42, "step_lon": 0.1, "step_lat": 0.1, "columns": 12, "rows": 8})


def test_lines_with_masses(explain, is_accepted, folder):
    write_layer(folder / "roads.gpkg", [{"code": f"R{i}", "year": 2020, "mass_t": 5.0, "geometry": LineString([(60.2, 41.3 + i / 10), (61, 41.6)])}
                                        for i in range(3)])
    found = explain("roads.gpkg")
    found.says("layer 'features': 3 features", "mass_t Real")
    entry = found.manifest["features"][0]
    assert (entry["geometry"], entry["masses"], entry["year"]) == ("lines", "mass_t", {"column": "year"})
    is_accepted(found.manifest, grid={"west": 60, "north": 42, "step_lon": 0.1, "step_lat": 0.1, "columns": 12, "rows": 8})


def test_districts_of_a_vector_file(explain, folder, fresh, run_fluxgrid):
    squares = [{"type": "Polygon", "coordinates": [[[60 + i, 41], [61 + i, 41], [61 + i, 42], [60 + i, 42], [60 + i, 41]]]} for i in range(5)]
    (folder / "areas.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"code": f"D{i}", "name": f"District {i}"}, "geometry": square} for i, square in enumerate(squares)]}))
    found = explain("areas.geojson")
    found.says("GeoJSON", "5 features, Polygon", "EPSG:4326", r"code String: 'D0', 'D1', 'D2'", "name String")
    file = found.manifest["districts"]["files"][0]
    assert (file["code"], file["names"]["en"]) == ("code", "name")
    assert "release" not in found.manifest, "boundaries are no release"
    (folder / "manifest.json").write_text(json.dumps(answered(found.manifest)))
    run_fluxgrid("import", folder / "manifest.json", "--dry-run", database=fresh, check=True)


@pytest.mark.parametrize("name, content", [("x.tif", b"no raster\n"), ("x.bin", b"\0\1\2"), ("empty.csv", b"")])
def test_what_is_none_of_these_is_refused(name, content, folder, run_fluxgrid):
    (folder / name).write_bytes(content)
    done = run_fluxgrid("import", "--explain", folder / name)
    assert done.returncode == 2 and re.search(rf"{name}: .+; .+", done.stderr), done.stderr


def test_the_manifest_goes_to_a_new_file(folder, run_fluxgrid):
    folder.chmod(0o777)
    (folder / "v.txt").write_text("1\n2\n")
    done = run_fluxgrid("import", "--explain", folder / "v.txt", "--output", folder / "m.json", check=True)
    assert "2 rows" in done.stdout and json.loads((folder / "m.json").read_text())["fluxgrid"] == 1
    again = run_fluxgrid("import", "--explain", folder / "v.txt", "--output", folder / "m.json")
    assert again.returncode != 0 and "m.json" in again.stderr, "an existing file was overwritten"


def test_control_bytes_do_not_reach_the_terminal(folder, run_fluxgrid):
    (folder / "x.csv").write_bytes(b"a\x1b[2J,b\n1,2\n")
    done = run_fluxgrid("import", "--explain", folder / "x.csv", check=True)
    assert "\x1b" not in done.stderr
