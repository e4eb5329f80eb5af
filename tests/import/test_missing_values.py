"""Which numbers of a file are no masses: fill values in all their forms, ranges, masks; and which are of a year."""
from __future__ import annotations

import cftime
import netCDF4
import numpy as np
import pytest
from osgeo import gdal, osr

from grids import Release
import test_grids
from test_grids import DAYS, LAT_EDGES, NORTH, NX, NY, STEP, TIMES, WEST, cells, netcdf

import_grid, refuse_grid = test_grids.load, test_grids.refuse  # fixtures

HUGE = 1e20


def array(path, values, kind="f4", fill=None, **attributes):
    with netCDF4.Dataset(path, "w") as out:
        for name, points, unit in (("lat", LAT_EDGES[:-1] - STEP / 2, "degrees_north"),
                                   ("lon", WEST + STEP * (np.arange(NX) + 0.5), "degrees_east")):
            out.createDimension(name, len(points))
            axis = out.createVariable(name, "f8", (name,))
            axis.units = unit
            axis[:] = points
        made = out.createVariable("emi", kind, ("lat", "lon"), fill_value=fill)
        made.set_auto_maskandscale(False)
        made.units = "t"
        made.setncatts(attributes)
        if values is not None:
            made[:] = values
        else:
            made[2, 3] = 100


def with_holes(value) -> tuple:
    """As float4 in the file, and what is meant."""
    values = cells().astype("f4")
    return np.where(np.isnan(values), np.float32(value), values), values.astype(float)


@pytest.mark.parametrize("declared", (HUGE, -3.4028235e38, -9999.9, 0.1))
def test_a_declared_fill_is_rounded_as_the_cells_are(import_grid, declared):
    stored, wanted = with_holes(declared)
    array(import_grid.folder / "a.nc", stored)
    import_grid(Release().add("a.nc", fill=declared)).assert_cells(wanted)


def geotiff4(path, values):
    made = gdal.GetDriverByName("GTiff").Create(str(path), NX, NY, 1, gdal.GDT_Float32)
    made.SetGeoTransform((WEST, STEP, 0, NORTH, 0, -STEP))
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(4326)
    made.SetProjection(reference.ExportToWkt())
    made.GetRasterBand(1).WriteArray(values)
    return made


@pytest.mark.parametrize("declared", (HUGE, -3.4028235e38, -9999.9))
def test_a_declared_fill_of_a_geotiff(import_grid, declared):
    stored, wanted = with_holes(declared)
    geotiff4(import_grid.folder / "a.tif", stored).FlushCache()
    import_grid(Release().add("a.tif", unit="t", fill=declared)).assert_cells(wanted)


def test_the_mask_of_a_geotiff(import_grid):
    stored, wanted = with_holes(77)
    gdal.SetConfigOption("GDAL_TIFF_INTERNAL_MASK", "YES")
    made = geotiff4(import_grid.folder / "a.tif", stored)
    made.CreateMaskBand(gdal.GMF_PER_DATASET)
    made.GetRasterBand(1).GetMaskBand().WriteArray(np.where(np.isnan(wanted), 0, 255).astype("u1"))
    del made  # only then is the mask written
    found = import_grid(Release().add("a.tif", unit="t"))
    found.assert_cells(wanted)
    assert "mask" in found.note["fill"]


def test_two_missing_values(import_grid):
    stored, wanted = with_holes(HUGE)
    stored[0, 0], wanted[0, 0] = 9.96921e36, np.nan
    array(import_grid.folder / "a.nc", stored, fill=np.float32(9.96921e36), missing_value=np.float32(HUGE))
    import_grid(Release().add("a.nc")).assert_cells(wanted)


@pytest.mark.parametrize("how", ({"valid_range": np.array([0, 200], "f4")}, {"valid_max": np.float32(200)}))
def test_a_valid_range(import_grid, how):
    stored, wanted = with_holes(5e10)
    array(import_grid.folder / "a.nc", stored, **how)
    found = import_grid(Release().add("a.nc"))
    found.assert_cells(wanted)
    assert "above 200" in found.note["fill"]


@pytest.mark.parametrize("valid", (np.array([0, 3000], "i2"), np.array([20, 50], "f8")))
def test_a_valid_range_of_packed_values(import_grid, valid):
    stored = np.arange(NX * NY).reshape(NY, NX).astype("i2") * 50
    array(import_grid.folder / "a.nc", stored, "i2", valid_range=valid, scale_factor=0.01, add_offset=20.0)
    import_grid(Release().add("a.nc")).assert_cells(np.where(stored > 3000, np.nan, stored * 0.01 + 20))


@pytest.mark.parametrize("kind, missing", (("i2", {}), ("i4", {}), ("i2", {"missing_value": np.int16(-999)})))
def test_packed_cells_without_data(import_grid, kind, missing):
    """Never written, or of the value that is declared: an offset must not make masses of them."""
    stored = None if not missing else np.where(np.isnan(cells()), -999, np.round(cells() * 100)).astype(kind)
    array(import_grid.folder / "a.nc", stored, kind, scale_factor=0.01, add_offset=400.0, **missing)
    wanted = np.full((NY, NX), np.nan)
    wanted[2, 3] = 401
    import_grid(Release().add("a.nc")).assert_cells(wanted if stored is None else np.where(stored == -999, np.nan, stored * 0.01 + 400))


def test_bytes_without_a_sign(import_grid):
    raw = (np.arange(NX * NY).reshape(NY, NX) + 150).astype("u1")
    array(import_grid.folder / "a.nc", raw.view("i1"), "i1", fill=-1, _Unsigned="true", scale_factor=0.5)
    import_grid(Release().add("a.nc")).assert_cells(np.where(raw == 255, np.nan, raw * 0.5))


def test_a_month_is_no_year(refuse_grid):
    months = [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335]
    netcdf(refuse_grid.folder / "a.nc", np.stack([cells(i) for i in range(12)]), units="t", dims=("time", "lat", "lon"),
           extra={"time": (months, {"units": "days since 2020-01-01"})})
    refuse_grid(Release().add("a.nc", select={"time": "#1"}), "one of several places in 2020")
    refuse_grid(Release().add("a.nc"), "12 places")


def test_a_unit_as_edgar_writes_it(import_grid):
    netcdf(import_grid.folder / "a.nc", cells(), units="Tonnes", variable="emissions")
    import_grid(Release().add("a.nc")).assert_cells(cells())


def test_a_place_in_time_that_is_the_only_one_of_its_year(import_grid):
    netcdf(import_grid.folder / "a.nc", np.stack([cells(i) for i in range(4)]), units="t", dims=("time", "lat", "lon"), extra={"time": (DAYS, TIMES)})
    import_grid(Release().add("a.nc", select={"time": "#3"})).assert_cells(cells(2))


@pytest.mark.parametrize("calendar, epoch", (("standard", "1-1-1 00:00:00"), ("gregorian", "0001-01-01"), ("proleptic_gregorian", "0001-01-01"),
                                             ("standard", "1582-10-04"), ("standard", "1800-1-1"), ("365_day", "1850-01-01"), ("360_day", "2000-01-01")))
def test_a_month_is_found_whatever_the_epoch(import_grid, calendar, epoch):
    """Stamps at the months' ends: a day too many is another month. The oracle is cftime."""
    units = f"hours since {epoch}"
    ends = [cftime.datetime(2021, m, 28 if m == 2 else 30, 12, calendar="standard" if calendar == "gregorian" else calendar)
            for m in range(1, 13)]
    values = np.stack([cells(i) for i in range(12)])
    netcdf(import_grid.folder / "a.nc", values, units="t", dims=("time", "lat", "lon"), extra={
        "time": ([float(cftime.date2num(end, units, calendar=calendar)) for end in ends], {"units": units, "calendar": calendar})})
    release = Release().add("a.nc", years=[2021], months=list(range(1, 13)))
    del release.manifest["grids"][0]["year"]
    import_grid(release, "s.month = 3").assert_cells(values[2])
