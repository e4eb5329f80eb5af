"""Projected, turned and other-datum grids, regridded: against shapely in EPSG:6933, edges densified.

The oracle knows nothing of longitudes, q or windows: each source cell becomes a polygon with 20 points
an edge, goes through pyproj to the equal-area projection, and is cut there with each target cell.
"""
from __future__ import annotations

import warnings

import numpy as np
import pyproj
import pytest
from osgeo import gdal, osr
from shapely.geometry import Polygon, box
from shapely.strtree import STRtree

from grids import Loaded, Release

warnings.filterwarnings("ignore", category=Warning, module="shapely")
gdal.UseExceptions()
N = 20  # points of an edge


def ring(corners):
    """Corners with N points to each next one."""
    out = []
    for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1]):
        for i in range(N):
            out.append((ax + (bx - ax) * i / N, ay + (by - ay) * i / N))
    return np.array(out)


def polygons(values, transform, crs):
    to_equal_area = pyproj.Transformer.from_crs(crs, 6933, always_xy=True)
    t = transform
    for row in range(values.shape[0]):
        for col in range(values.shape[1]):
            if not np.isnan(values[row, col]):
                corners = [(t[0] + c * t[1] + r * t[2], t[3] + c * t[4] + r * t[5])
                           for c, r in ((col, row), (col + 1, row), (col + 1, row + 1), (col, row + 1))]
                points = ring(corners)
                yield values[row, col], Polygon(np.column_stack(to_equal_area.transform(points[:, 0], points[:, 1])))


def expected(found, values, transform, crs, is_density):
    """Cells of the target by brute force. In EPSG:6933 parallels and meridians are straight."""
    from_degrees = pyproj.Transformer.from_crs(4326, 6933, always_xy=True)
    xs, _ = from_degrees.transform(found.x0 + found.dx * np.arange(found.nx + 1), np.zeros(found.nx + 1))
    _, ys = from_degrees.transform(np.zeros(found.ny + 1), found.y0 - found.dy * np.arange(found.ny + 1))
    targets = [box(xs[c], ys[r + 1], xs[c + 1], ys[r]) for r in range(found.ny) for c in range(found.nx)]
    tree = STRtree(targets)
    place = {id(target): divmod(i, found.nx) for i, target in enumerate(targets)}
    out = np.full((found.ny, found.nx), np.nan)
    for value, polygon in polygons(values, transform, crs):
        mass = value * polygon.area / 1e6 if is_density else value
        for target in tree.query(polygon):
            share = polygon.intersection(target).area / polygon.area
            if share > 1e-9:
                r, c = place[id(target)]
                out[r, c] = np.nan_to_num(out[r, c]) + mass * share
    return out


def write(path, values, transform, crs):
    made = gdal.GetDriverByName("GTiff").Create(str(path), values.shape[1], values.shape[0], 1, gdal.GDT_Float64)
    made.SetGeoTransform(transform)
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(crs)
    made.SetProjection(reference.ExportToWkt())
    made.GetRasterBand(1).SetNoDataValue(-1)
    made.GetRasterBand(1).WriteArray(np.where(np.isnan(values), -1, values))
    made.FlushCache()


def values_of(ny, nx, seed=5):
    rng = np.random.default_rng(seed)
    values = rng.uniform(1, 100, (ny, nx))
    values[rng.random((ny, nx)) < 0.15] = np.nan
    return values


CASES = {
    "utm-41-1km": (32641, (600000, 1000, 0, 4600000, 0, -1000)),
    "utm-42-100m": (32642, (250000, 100, 0, 4450000, 0, -100)),
    "utm-43-far-from-its-meridian": (32643, (220000, 1000, 0, 4520000, 0, -1000)),
    "utm-42-south-up": (32642, (250000, 500, 0, 4450000, 0, 500)),
    "korea-unified-1km": (5179, (950000, 1000, 0, 1960000, 0, -1000)),
    "korea-unified-100m": (5179, (1100000, 100, 0, 1700000, 0, -100)),
    "korea-central-500m": (5186, (200000, 500, 0, 560000, 0, -500)),
    "turned": (32642, (400000, 800, 300, 4450000, 300, -800)),
    "turned-a-quarter": (32642, (400000, 0, 1000, 4450000, 1000, 0)),
    "pulkovo-degrees": (4284, (60.0, 0.05, 0, 41.0, 0, -0.05)),
    "equal-area-25km": (6933, (5700000, 25000, 0, 4900000, 0, -25000)),
}


@pytest.fixture
def load(tiny_database, folder, run_fluxgrid):
    def run(release):
        run_fluxgrid("import", release.write(folder), database=tiny_database, check=True)
        return Loaded(tiny_database, release.slug)
    run.folder = folder
    return run


@pytest.mark.parametrize("unit, is_density", (("t", False), ("t/km2", True)))
@pytest.mark.parametrize("name", CASES)
def test_regridded_on_true_ground_area(load, name, unit, is_density):
    crs, transform = CASES[name]
    values = values_of(11, 14)
    write(load.folder / "a.tif", values, transform, crs)
    release = Release().add("a.tif", unit=unit)
    release.manifest.setdefault("control", {})["outside_tolerance"] = 1
    found = load(release)
    assert found.note["crs"] == f"EPSG:{crs}" and found.note["regridded"]

    wanted = expected(found, values, transform, crs, is_density)
    total = np.nansum(wanted)
    if not is_density:
        assert abs(found.mass / np.nansum(values) - 1) < 1e-12
    assert abs(found.mass / total - 1) < 1e-9
    assert np.nanmax(np.abs(np.nan_to_num(found.cells) - np.nan_to_num(wanted))) / total < 1e-6
    geod = pyproj.Geod(ellps="WGS84")
    to_degrees = pyproj.Transformer.from_crs(crs, 4326, always_xy=True)
    lon, lat = to_degrees.transform(transform[0], transform[3])
    size = min(geod.inv(*to_degrees.transform(transform[0], transform[3]), *to_degrees.transform(transform[0] + dx, transform[3] + dy))[2]
               for dx, dy in ((transform[1], transform[4]), (transform[2], transform[5])))
    assert geod.inv(lon, lat, lon + found.dx, lat)[2] <= size / 2 * 1.001, "no coarser than half a cell"
    assert geod.inv(lon, lat, lon, lat + found.dy)[2] <= size / 2 * 1.001


def test_other_degrees_that_are_ours_are_not_regridded(load):
    """Korea 2000 is a datum that does not move a place."""
    values = values_of(6, 6)
    write(load.folder / "a.tif", values, (127.0, 0.05, 0, 37.0, 0, -0.05), 4737)
    release = Release().add("a.tif", unit="t")
    release.manifest.setdefault("control", {})["outside_tolerance"] = 1
    found = load(release)
    assert found.note["regridded"] is None and found.note["crs"] == "EPSG:4737"
    found.assert_cells(values)


def test_a_netcdf_file_in_kilometres(load):
    import netCDF4
    values = values_of(8, 9)
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32642)
    with netCDF4.Dataset(load.folder / "a.nc", "w") as out:
        for name, points, standard in (("y", 4450 - 0.5 - np.arange(8.0), "projection_y_coordinate"), ("x", 250.5 + np.arange(9.0), "projection_x_coordinate")):
            out.createDimension(name, len(points))
            axis = out.createVariable(name, "f8", (name,))
            axis.setncatts({"units": "km", "standard_name": standard})
            axis[:] = points
        crs = out.createVariable("crs", "i4")
        crs.crs_wkt = crs.spatial_ref = reference.ExportToWkt()
        crs.grid_mapping_name = "transverse_mercator"
        made = out.createVariable("emi", "f8", ("y", "x"), fill_value=-1)
        made.setncatts({"units": "t", "grid_mapping": "crs"})
        made[:] = np.where(np.isnan(values), -1, values)
    release = Release().add("a.nc", variable="emi")
    release.manifest.setdefault("control", {})["outside_tolerance"] = 1
    found = load(release)
    wanted = expected(found, values, (250000, 1000, 0, 4450000, 0, -1000), 32642, False)
    assert abs(found.mass / np.nansum(values) - 1) < 1e-12
    assert np.nanmax(np.abs(np.nan_to_num(found.cells) - np.nan_to_num(wanted))) / np.nansum(values) < 1e-6


@pytest.mark.parametrize("crs, transform", ((4326, (60, 0.1, 0, 42, 0, -0.1)), (32641, (300000, 1000, 0, 4600000, 0, -1000)), (5179, (960000, 1000, 0, 1960000, 0, 1000))))
def test_the_report_says_what_the_file_sums_to(load, crs, transform):
    """Read before anything is made of the cells, so that it is no echo of what is stored."""
    values = np.random.default_rng(9).uniform(0, 10, (30, 40))
    write(load.folder / "sum.tif", values, transform, crs)
    release = Release().add("sum.tif", unit="kt")
    release.manifest.setdefault("control", {})["outside_tolerance"] = 1
    found = load(release)
    assert found.note["sum_of_file"] == pytest.approx(values.sum(), rel=1e-11)
    assert found.mass == pytest.approx(values.sum() * 1e3, rel=1e-9)
