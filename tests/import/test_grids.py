"""Every kind of grid that is read: a round trip against numpy, netCDF4 and GDAL's Python."""
from __future__ import annotations

import calendar
import gzip

import netCDF4
import numpy as np
import pytest
from osgeo import gdal, osr

from grids import Loaded, Release, areas_km2, mass_of
from tiny import Tiny, write_raster

gdal.UseExceptions()
NX, NY, WEST, NORTH, STEP = 12, 8, 60.0, 42.0, 0.1
LAT_EDGES = NORTH - STEP * np.arange(NY + 1)


def cells(seed=1, shape=(NY, NX)):
    """Masses with holes (NaN = no data)."""
    rng = np.random.default_rng(seed)
    values = rng.uniform(1, 100, shape)
    values[rng.random(shape) < 0.2] = np.nan
    return values


@pytest.fixture
def load(tiny_database, folder, run_fluxgrid):
    """load(release) -> what the database has of it; files are written into `load.folder`."""
    def run(release: Release, where="true") -> Loaded:
        run_fluxgrid("import", release.write(folder), database=tiny_database, check=True)
        return Loaded(tiny_database, release.slug, where)
    run.folder = folder
    return run


@pytest.fixture
def refuse(tiny_database, folder, run_fluxgrid):
    """refuse(release, words...) asserts that it is refused in these words, with a remedy."""
    def run(release: Release, *words: str):
        before = tiny_database.fingerprint()
        done = run_fluxgrid("import", release.write(folder), database=tiny_database)
        assert done.returncode == 2, done.stderr
        for word in words:
            assert word in done.stderr, done.stderr
        assert "; " in done.stderr
        assert tiny_database.fingerprint() == before
    run.folder = folder
    return run


def geotiff(path, values, transform=(WEST, STEP, 0, NORTH, 0, -STEP), crs=4326, nodata=-9999, dtype=gdal.GDT_Float64,
            options=(), **metadata):
    made = gdal.GetDriverByName("GTiff").Create(str(path), values.shape[1], values.shape[0], 1, dtype, list(options))
    made.SetGeoTransform(transform)
    if crs is not None:
        reference = osr.SpatialReference()
        reference.ImportFromEPSG(crs)
        made.SetProjection(reference.ExportToWkt())
    for key, value in metadata.items():
        made.SetMetadataItem(key, value)
    band = made.GetRasterBand(1)
    band.SetNoDataValue(nodata)
    band.WriteArray(np.where(np.isnan(values), nodata, values))
    made.FlushCache()


# --- formats ---------------------------------------------------------------------------------------------

@pytest.mark.parametrize("unit, tonnes", (("t", 1), ("kg", 1e-3), ("Gg", 1e3), ("Mg", 1), ("ktC", 1e3 * 44 / 12)))
def test_geotiff(load, unit, tonnes):
    geotiff(load.folder / "a.tif", cells())
    found = load(Release().add("a.tif", unit=unit))
    found.assert_cells(cells() * tonnes)
    assert found.grid == (WEST, NORTH, STEP, STEP, NX, NY)
    assert found.note["rows"] == "north-up" and found.note["regridded"] is None and found.note["fill"] == "-9999"


def test_rows_from_the_south(load):
    geotiff(load.folder / "a.tif", cells()[::-1], (WEST, STEP, 0, NORTH - NY * STEP, 0, STEP))
    found = load(Release().add("a.tif", unit="t", rows="south-up"))
    found.assert_cells(cells())
    assert found.note["rows"] == "south-up"


def test_a_tie_point_that_is_a_centre(load):
    """PixelIsPoint by the file, and a file that says nothing while the manifest does."""
    geotiff(load.folder / "a.tif", cells(), AREA_OR_POINT="Point")
    assert load(Release().add("a.tif", unit="t")).x0 == pytest.approx(WEST, abs=1e-9)
    geotiff(load.folder / "b.tif", cells(), (WEST + STEP / 2, STEP, 0, NORTH - STEP / 2, 0, -STEP))
    found = load(Release().add("b.tif", unit="t", registration="centre"))
    assert (found.x0, found.y0) == pytest.approx((WEST, NORTH), abs=1e-9)
    assert "declared" in found.note["registration"]


@pytest.mark.parametrize("corner", (True, False))
def test_ascii_grid(load, corner):
    word, at = ("corner", 0) if corner else ("center", STEP / 2)
    text = f"ncols {NX}\nnrows {NY}\nxll{word} {WEST + at}\nyll{word} {NORTH - NY * STEP + at}\ncellsize {STEP}\nNODATA_value -9999\n"
    body = np.where(np.isnan(cells()), -9999, cells())
    text += "\n".join(" ".join(f"{v:.9f}" for v in row) for row in body) + "\n"
    (load.folder / "a.asc").write_text(text)
    found = load(Release().add("a.asc", unit="kt", crs="EPSG:4326"))
    found.assert_cells(np.where(np.isnan(cells()), np.nan, body.astype(np.float32).astype(float)) * 1e3, mass=found.mass)
    assert found.mass == pytest.approx(np.nansum(cells()) * 1e3, rel=1e-7)  # GDAL reads this format as float4
    assert (found.x0, found.y0) == pytest.approx((WEST, NORTH), abs=1e-9)
    assert found.note["driver"] == "AAIGrid"


def test_grib(load):
    geotiff(load.folder / "a.tif", np.nan_to_num(cells(), nan=0))
    gdal.Translate(str(load.folder / "a.grb2"), str(load.folder / "a.tif"), format="GRIB",
                   creationOptions=["DATA_ENCODING=IEEE_FLOATING_POINT"])
    (load.folder / "a.tif").unlink()
    wanted = gdal.Open(str(load.folder / "a.grb2")).ReadAsArray().astype(float)
    found = load(Release().add("a.grb2", unit="kt"))
    found.assert_cells(wanted * 1e3)
    assert found.note["driver"] == "GRIB" and wanted.sum() == pytest.approx(np.nansum(cells()), rel=1e-6)
    assert (found.x0, found.y0) == pytest.approx((WEST, NORTH), abs=1e-6)


def test_geopackage_raster(load):
    geotiff(load.folder / "a.tif", cells(), dtype=gdal.GDT_Float32)
    gdal.Translate(str(load.folder / "a.gpkg"), str(load.folder / "a.tif"), format="GPKG", creationOptions=["TILE_FORMAT=TIFF"])
    found = load(Release().add("a.gpkg", unit="t", driver="GPKG"))
    assert found.note["driver"] == "GPKG"
    assert found.mass == pytest.approx(np.nansum(cells().astype(np.float32).astype(float)), rel=1e-9)


def netcdf(path, values, *, lon=None, lat=None, units="kg m-2 s-1", fmt="NETCDF4", fill=1e20, dims=("lat", "lon"), dtype="f8",
           variable="emi", **attributes):
    """values[..., lat, lon]; further dimensions come with `extra` = {name: (coordinates, attributes)}."""
    extra = attributes.pop("extra", {})
    pack = attributes.pop("pack", None)
    bounds = attributes.pop("bounds", {})
    with netCDF4.Dataset(path, "w", format=fmt) as out:
        lon = WEST + STEP * (np.arange(NX) + 0.5) if lon is None else lon
        lat = NORTH - STEP * (np.arange(NY) + 0.5) if lat is None else lat
        for name, points, unit in (("lat", lat, "degrees_north"), ("lon", lon, "degrees_east")):
            out.createDimension(name, len(points))
            axis = out.createVariable(name, "f8" if dtype == "f8" else "f4", (name,))
            axis.units = unit
            axis[:] = points
        for name, (coordinates, more) in extra.items():
            out.createDimension(name, len(coordinates))
            axis = out.createVariable(name, str if isinstance(coordinates[0], str) else "f8", (name,))
            axis.setncatts(more)
            for i, value in enumerate(coordinates):
                axis[i] = value
        for name, pairs in bounds.items():
            if "nv" not in out.dimensions:
                out.createDimension("nv", 2)
            out.variables[name].bounds = f"{name}_bnds"
            out.createVariable(f"{name}_bnds", "f8", (name, "nv"))[:] = pairs
        made = out.createVariable(variable, dtype, dims, fill_value=fill, zlib=fmt == "NETCDF4")
        made.set_auto_maskandscale(False)
        if units:
            made.units = units
        made.setncatts(attributes)
        if pack:
            made.scale_factor, made.add_offset = pack
            values = np.round((values - pack[1]) / pack[0])
        made[:] = np.where(np.isnan(values), fill, values) if fill is not None else values


@pytest.mark.parametrize("year, seconds", ((2020, 366 * 86400), (2021, 365 * 86400)))
@pytest.mark.parametrize("fmt", ("NETCDF4", "NETCDF3_CLASSIC", "NETCDF3_64BIT_OFFSET"))
def test_netcdf_flux_over_the_true_year(load, year, seconds, fmt):
    netcdf(load.folder / "a.nc", cells() * 1e-9, fmt=fmt)
    found = load(Release().add("a.nc", year=year))
    found.assert_cells(mass_of(cells() * 1e-9 * seconds, LAT_EDGES, STEP))
    assert found.note["unit"] == "kg m-2 s-1" and found.note["unit_from"] == "file" and found.note["days"] * 86400 == seconds
    assert found.grid == pytest.approx((WEST, NORTH, STEP, STEP, NX, NY), abs=1e-12)


@pytest.mark.parametrize("year, month", ((2020, 2), (2021, 2), (2020, 7)))
def test_netcdf_flux_over_the_true_month(load, year, month):
    netcdf(load.folder / "a.nc", cells() * 1e-9)
    release = Release().add("a.nc", year=year, months=list(range(1, 13)))
    del release.manifest["grids"][0]["year"]
    release.manifest["grids"][0]["years"] = [year]
    found = load(release, f"s.month = {month}")
    found.assert_cells(mass_of(cells() * 1e-9 * calendar.monthrange(year, month)[1] * 86400, LAT_EDGES, STEP))
    assert found.notes[month - 1]["days"] == calendar.monthrange(year, month)[1]


def test_one_entry_for_many_years_and_sectors(load, tiny_database):
    values = np.stack([[cells(10 * t + s) for s in range(3)] for t in range(4)])
    netcdf(load.folder / "a.nc", values, units="t", dims=("time", "sector", "lat", "lon"),
           extra={"time": (DAYS, TIMES), "sector": (["ENE", "IND", "TRO"], {})})
    release = Release().add("a.nc", years=[2019, 2021],
                            sectors={"dimension": "sector", "codes": {"TRO": "1.A.3.b", "IND": "1.A.2", "ENE": "1.A.1.a"}})
    del release.manifest["grids"][0]["year"], release.manifest["grids"][0]["sector"]
    load(release, "s.year = 2021 AND s.sector = 'IPCC2006:1.A.2'").assert_cells(values[3, 1])
    masses = tiny_database.rows("SELECT s.year, s.sector, s.mass_t FROM slice s JOIN release r ON r.id = s.release WHERE r.slug = %s", (release.slug,))
    assert {(year, sector): mass for year, sector, mass in masses} == {
        (year, f"IPCC2006:{sector}"): pytest.approx(np.nansum(values[t, s]), rel=1e-9)
        for t, year in ((1, 2019), (3, 2021)) for s, sector in enumerate(("1.A.1.a", "1.A.2", "1.A.3.b"))}


def test_one_entry_for_many_variables(load, tiny_database):
    write_raster(load.folder / "b.tif", {"ENE": cells(3), "IND": cells(4)}, dtype=gdal.GDT_Float64, nodata=float("nan"))
    release = Release().add("b.tif", unit="t", sectors={"bands": {"ENE": "1.A.1.a", "IND": "1.A.2"}})
    del release.manifest["grids"][0]["sector"]
    load(release, "s.sector = 'IPCC2006:1.A.1.a'").assert_cells(cells(3))


def test_hdf5(load):
    netcdf(load.folder / "a.h5", cells(), units="kt")
    found = load(Release().add("a.h5", driver="HDF5", variable="emi"))
    found.assert_cells(cells() * 1e3)
    assert found.note["driver"] == "HDF5"


def test_hdf5_without_coordinates(load):
    """A plain array: the manifest has the position."""
    with netCDF4.Dataset(load.folder / "a.h5", "w") as out:
        group = out.createGroup("data")
        group.createDimension("y", NY)
        group.createDimension("x", NX)
        group.createVariable("mass", "f8", ("y", "x"), fill_value=-1)[:] = np.where(np.isnan(cells()), -1, cells())[::-1]
    found = load(Release().add("a.h5", variable="/data/mass", unit="t", crs="EPSG:4326", rows="south-up",
                               extent=[WEST, NORTH - NY * STEP, WEST + NX * STEP, NORTH]))
    found.assert_cells(cells())


def test_packed_values(load):
    netcdf(load.folder / "a.nc", cells(), units="t", dtype="i2", fill=-32768, pack=(0.01, 300.0))
    wanted = np.round((cells() - 300) / 0.01) * 0.01 + 300
    found = load(Release().add("a.nc"))
    found.assert_cells(wanted)
    assert found.note["packing"] == "x 0.01 + 300"


def test_cells_that_were_never_written(load):
    """netCDF's own fill value counts where the file declares none."""
    with netCDF4.Dataset(load.folder / "a.nc", "w") as out:
        for name, points, unit in (("lat", LAT_EDGES[:-1] - 0.05, "degrees_north"), ("lon", WEST + STEP * (np.arange(NX) + 0.5), "degrees_east")):
            out.createDimension(name, len(points))
            axis = out.createVariable(name, "f8", (name,))
            axis.units = unit
            axis[:] = points
        made = out.createVariable("emi", "f4", ("lat", "lon"))
        made.units = "t"
        made[2, 3] = 12.5
    wanted = np.full((NY, NX), np.nan)
    wanted[2, 3] = 12.5
    load(Release().add("a.nc")).assert_cells(wanted)


def test_columns_before_rows(load):
    netcdf(load.folder / "a.nc", cells().T, units="t", dims=("lon", "lat"))
    load(Release().add("a.nc")).assert_cells(cells())


# --- dimensions, variables, bands ------------------------------------------------------------------------

TIMES = {"units": "days since 2018-01-01", "calendar": "standard"}
DAYS = [0, 365, 730, 1096]  # 2018, 2019, 2020, 2021


def test_time_and_sector_as_dimensions(load):
    values = np.stack([[cells(10 * t + s) for s in range(3)] for t in range(4)])
    netcdf(load.folder / "a.nc", values, units="t", dims=("time", "sector", "lat", "lon"),
           extra={"time": (DAYS, TIMES), "sector": (["ENE", "IND", "TRO"], {})})
    by_year = load(Release().add("a.nc", year=2019, select={"sector": "TRO"}))
    by_year.assert_cells(values[1, 2])
    assert "TRO" in by_year.note["what"] and "2019-01-01" in by_year.note["what"]
    load(Release().add("a.nc", year=2021, select={"time": "2021", "sector": "#1"})).assert_cells(values[3, 0])


def test_sectors_as_variables_and_as_bands(load):
    netcdf(load.folder / "a.nc", cells(1), units="t", variable="ENE")
    with netCDF4.Dataset(load.folder / "a.nc", "a") as out:
        made = out.createVariable("IND", "f8", ("lat", "lon"), fill_value=-1)
        made.units = "t"
        made[:] = np.where(np.isnan(cells(2)), -1, cells(2))
    load(Release().add("a.nc", variable="IND")).assert_cells(cells(2))
    write_raster(load.folder / "b.tif", {"ENE": cells(3), "IND": cells(4)}, dtype=gdal.GDT_Float64, nodata=float("nan"))
    load(Release().add("b.tif", unit="t", band="IND")).assert_cells(cells(4))
    load(Release().add("b.tif", unit="t", band="1")).assert_cells(cells(3))


def test_years_without_an_epoch(load):
    values = np.stack([cells(5), cells(6)])
    netcdf(load.folder / "a.nc", values, units="t", dims=("year", "lat", "lon"), extra={"year": ([2019.0, 2020.0], {})})
    load(Release().add("a.nc")).assert_cells(values[1])


def test_a_year_of_365_days_by_the_files_calendar(load):
    netcdf(load.folder / "a.nc", cells()[None] * 1e-9, dims=("time", "lat", "lon"),
           extra={"time": ([0.0], {"units": "days since 2020-01-01", "calendar": "noleap"})}, bounds={"time": [[0, 365]]})
    found = load(Release().add("a.nc"))
    found.assert_cells(mass_of(cells() * 1e-9 * 365 * 86400, LAT_EDGES, STEP))
    assert found.note["days"] == 365 and found.note["calendar"]


# --- longitudes, registration, poles ---------------------------------------------------------------------

def world(nx, ny, seed=3):
    values = np.random.default_rng(seed).uniform(0, 1, (ny, nx))
    return values


def test_longitudes_from_0_to_360(load):
    values = world(36, 18)
    netcdf(load.folder / "a.nc", values, units="t", lon=5.0 + 10 * np.arange(36), lat=-85.0 + 10 * np.arange(18))
    found = load(Release().add("a.nc"))
    found.assert_cells(np.roll(values, 18, axis=1)[::-1])
    assert found.grid == (-180, 90, 10, 10, 36, 18)
    assert "180" in found.note["longitudes"] and found.note["rows"] == "south-up"


def halves(values, lon_first, step, is_density):
    """A world of cells around nodes, on a grid of half cells: brute force, cell by cell."""
    ny, nx = values.shape
    fine = np.zeros(((ny - 1) * 2, int(360 / step) * 2))
    half = step / 2
    for j in range(ny):
        lat = 90 - j * step
        rows = [r for r in (2 * j - 1, 2 * j) if 0 <= r < fine.shape[0]]
        areas = {r: areas_km2([90 - r * half, 90 - (r + 1) * half], half)[0] for r in rows}
        for i in range(nx):
            columns = [(2 * i - 1 + round((lon_first + 180) / half)) % fine.shape[1], (2 * i + round((lon_first + 180) / half)) % fine.shape[1]]
            for r in rows:
                for c in columns:
                    share = areas[r] * 1e3 if is_density else areas[r] / sum(areas.values()) / 2
                    fine[r, c] += values[j, i] * share
        assert abs(lat) <= 90
    return fine


@pytest.mark.parametrize("lon_first", (-180.0, 0.0))
@pytest.mark.parametrize("unit, is_density", (("t", False), ("kg m-2", True)))
def test_cells_around_nodes_are_halved_at_the_worlds_edge(load, lon_first, unit, is_density):
    values = world(36, 19)
    netcdf(load.folder / "a.nc", values, units=unit, lon=lon_first + 10 * np.arange(36), lat=90.0 - 10 * np.arange(19))
    found = load(Release().add("a.nc"))
    assert found.grid == (-180, 90, 5, 5, 72, 36)
    found.assert_cells(halves(values, lon_first, 10, is_density))
    assert found.note["clipped_at_world_edge"] and found.note["regridded"]


def test_a_meridian_that_comes_twice(load, refuse):
    values = world(37, 19)
    values[:, 36] = values[:, 0]
    netcdf(load.folder / "a.nc", values, units="kg m-2", lon=-180.0 + 10 * np.arange(37), lat=90.0 - 10 * np.arange(19))
    found = load(Release().add("a.nc"))
    found.assert_cells(halves(values[:, :36], -180, 10, True))
    netcdf(refuse.folder / "a.nc", values, units="t", lon=-180.0 + 10 * np.arange(37), lat=90.0 - 10 * np.arange(19))
    refuse(Release().add("a.nc"), "same meridian")


def test_half_cells_at_the_poles_with_their_own_centres(load):
    """GEOS: 4 degrees, and at the poles 2 degrees around 89."""
    lat = np.concatenate([[-89], -86 + 4 * np.arange(44), [89]])
    edges = np.concatenate([[-90], -88 + 4 * np.arange(45), [90]])
    values = world(72, 46)
    netcdf(load.folder / "a.nc", values, units="kg m-2", lon=-177.5 + 5 * np.arange(72), lat=lat)
    found = load(Release().add("a.nc"))
    masses = mass_of(values, edges, 5)
    assert found.mass == pytest.approx(masses.sum(), rel=1e-9)
    assert found.dy == pytest.approx(2)
    south = found.cells[::-1]
    assert south[0] == pytest.approx(masses[0], rel=1e-6)
    share = areas_km2([-88, -86, -84], 5)
    assert south[1] == pytest.approx(masses[1] * share[0] / share.sum(), rel=1e-6)


def test_gaussian_latitudes(load):
    """Irregular rows are shared out on ground area; the oracle samples each target row finely."""
    nodes, _ = np.polynomial.legendre.leggauss(32)
    lat = np.degrees(np.arcsin(nodes))[::-1]
    edges = np.concatenate([[90], (lat[1:] + lat[:-1]) / 2, [-90]])
    edges[0], edges[-1] = min(90, lat[0] + (lat[0] - lat[1]) / 2), max(-90, lat[-1] - (lat[0] - lat[1]) / 2)
    values = world(64, 32)
    netcdf(load.folder / "a.nc", values, units="t", lon=5.625 * np.arange(64) + 2.8125, lat=lat)
    found = load(Release().add("a.nc"))
    assert found.dy <= (lat[0] - lat[1]) / 2 + 1e-9
    target = found.y0 - found.dy * np.arange(found.ny + 1)
    expected = np.zeros((found.ny, 64))
    for j in range(32):
        from grids import q_of
        whole = q_of(edges[j]) - q_of(edges[j + 1])
        for r in range(found.ny):
            overlap = q_of(min(edges[j], target[r])) - q_of(max(edges[j + 1], target[r + 1]))
            if overlap > 0:
                expected[r] += values[j] * overlap / whole
    columns = np.repeat(np.roll(expected, 32, axis=1), found.nx // 64, axis=1) / (found.nx // 64)
    found.assert_cells(columns)


# --- texts -----------------------------------------------------------------------------------------------

def table(values, separator=";", corner=False, header="lat;lon;emi", order=(1, 0, 2), title="# made in the test\n"):
    lines = []
    for r in range(NY):
        for c in range(NX):
            if not np.isnan(values[r, c]):
                at = 0 if corner else STEP / 2
                place = [f"{WEST + STEP * c + at:.6g}", f"{NORTH - STEP * (r + 1) + at:.6g}", repr(float(values[r, c]))]
                lines.append(separator.join(place[i] for i in order))
    np.random.default_rng(1).shuffle(lines)
    return title + (header.replace(";", separator) + "\n" if header else "") + "\n".join(lines) + "\n"


@pytest.mark.parametrize("separator", (";", ",", "\t", " "))
def test_table_of_centres(load, separator):
    (load.folder / "a.txt").write_text(table(cells(), separator))
    found = load(Release().add("a.txt", form="table", unit="t"))
    found.assert_cells(cells())
    assert found.grid == pytest.approx((WEST, NORTH, STEP, STEP, NX, NY), abs=1e-12)
    assert "centres (seen" in found.note["registration"]


def test_table_of_corners(load):
    (load.folder / "a.txt").write_text(table(cells(), corner=True))
    found = load(Release().add("a.txt", form="table", unit="kt", registration="corner"))
    found.assert_cells(cells() * 1e3)
    assert found.grid == pytest.approx((WEST, NORTH, STEP, STEP, NX, NY), abs=1e-12)


def test_table_by_column_numbers_and_without_titles(load):
    (load.folder / "a.csv").write_text(table(cells(), ",", header="", title="", order=(2, 0, 1)))
    load(Release().add("a.csv", form="table", unit="t", columns={"lon": "2", "lat": "3", "value": "1"})).assert_cells(cells())


def test_list_of_values_from_the_north_west(load):
    values = np.round(world(36, 18, 9) * 1e3, 3)
    (load.folder / "a.txt").write_text("thousand tonnes of carbon\n" + "\n".join(f"{v:.3f}" for v in values.ravel()) + "\n")
    found = load(Release().add("a.txt", form="list", unit="ktC"))
    found.assert_cells(values * 1e3 * 44 / 12)
    assert found.grid == (-180, 90, 10, 10, 36, 18)


def test_list_with_many_values_a_line_and_a_place_of_its_own(load):
    values = np.round(cells(2), 3)
    (load.folder / "a.txt").write_text("\n".join(" ".join(f"{v:.3f}" for v in row) for row in np.nan_to_num(values, nan=-1)) + "\n")
    found = load(Release().add("a.txt", form="list", unit="t", size=[NX, NY], fill=-1,
                               extent=[WEST, NORTH - NY * STEP, WEST + NX * STEP, NORTH]))
    found.assert_cells(values)


# --- units -----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("unit, gas, kg", (
    ("kgC/h", "CO2", 366 * 24 * 44 / 12), ("tCO2", "CO2", 1e3), ("t C yr-1", "CH4", 1e3 * 16 / 12), ("kg CH4 s-1", "CH4", 366 * 86400),
    ("kg N", "N2O", 44 / 28), ("t/day", "CO2", 366e3), ("Mt", "CO2", 1e9), ("t month-1", "CO2", 12e3), ("g/cell", "CO2", 1e-3)))
def test_units_per_cell(load, unit, gas, kg):
    geotiff(load.folder / "a.tif", cells())
    load(Release().add("a.tif", unit=unit, gas=gas)).assert_cells(cells() * kg / 1e3)


@pytest.mark.parametrize("how, kg_m2", (
    ({"unit": "g m-2"}, 1e-3), ({"unit": "t/km2"}, 1e-3), ({"unit": "t/ha"}, 0.1), ({"unit": "kg", "per": "m2"}, 1), ({"unit": "tC", "per": "ha"}, 0.1 * 44 / 12),
    ({"unit": "kg m^-2 s^-1"}, 366 * 86400), ({"unit": "kg/(m2*yr)"}, 1), ({"unit": "kt", "per": "km2"}, 1)))
def test_units_per_area(load, how, kg_m2):
    geotiff(load.folder / "a.tif", cells())
    load(Release().add("a.tif", **how)).assert_cells(mass_of(cells() * kg_m2, LAT_EDGES, STEP))


# --- proxies ---------------------------------------------------------------------------------------------

def test_a_proxy_is_read_the_same_way(fresh, folder, run_fluxgrid):
    """People per km2 in a netCDF file, south-up: weights are density times area."""
    t = Tiny()
    people = np.random.default_rng(4).uniform(1, 9, (8, 12))
    t.manifest["proxies"][0] = {"id": "people", "file": "people.nc", "variable": "people", "per": "km2"}
    path = t.write(folder)
    netcdf(folder / "people.nc", people[::-1], lat=LAT_EDGES[::-1][:-1] + STEP / 2, units="1", variable="people")
    (folder / "people.nc").chmod(0o644)
    run_fluxgrid("import", path, database=fresh, check=True)
    weights = people * areas_km2(LAT_EDGES, STEP)[:, None]
    inside = weights[1:, 1:6].sum() / weights.sum()
    assert fresh.value("SELECT sum(s.factor * d.mass) FROM slice s JOIN district_field d ON d.field = s.field JOIN district a ON a.id = d.district "
                       "WHERE s.sector = 'IPCC2006:1.A.4' AND s.year = 2020 AND a.code = 'T11'") == pytest.approx(77125 * inside, rel=1e-6)


# --- refused ---------------------------------------------------------------------------------------------

def test_unit_against_the_file(refuse):
    netcdf(refuse.folder / "a.nc", cells())
    refuse(Release().add("a.nc", unit="t"), "kg m-2 s-1", "the file says")


def test_no_unit_at_all(refuse):
    geotiff(refuse.folder / "a.tif", cells())
    refuse(Release().add("a.tif"), "unit is not stated")


@pytest.mark.parametrize("how, words", (
    ({"unit": "tons"}, "no unit of mass"), ({"unit": "MT"}, "no unit of mass"), ({"unit": "kgC/h", "gas": "N2O"}, "carbon"),
    ({"unit": "kg CO2", "gas": "CH4"}, "names CO2"), ({"unit": "t/ha", "per": "km2"}, "different areas"), ({"unit": "t", "days": 365}, "366 days")))
def test_units_that_cannot_be(refuse, how, words):
    geotiff(refuse.folder / "a.tif", cells())
    refuse(Release().add("a.tif", **how), words)


def test_a_year_of_the_wrong_length(refuse):
    netcdf(refuse.folder / "a.nc", cells()[None], dims=("time", "lat", "lon"),
           extra={"time": ([0.0], {"units": "days since 2020-01-01", "calendar": "standard"})}, bounds={"time": [[0, 365]]})
    refuse(Release().add("a.nc"), "366 days", "365")


def test_dimensions_that_are_not_chosen(refuse):
    values = np.stack([[cells(s) for s in range(3)]])
    netcdf(refuse.folder / "a.nc", values, units="t", dims=("time", "sector", "lat", "lon"),
           extra={"time": ([730.0], TIMES), "sector": (["ENE", "IND", "TRO"], {})})
    refuse(Release().add("a.nc"), "sector", "3 places", "ENE")
    refuse(Release().add("a.nc", select={"sector": "AGS"}), "AGS", "ENE, IND, TRO")
    refuse(Release().add("a.nc", select={"sector": "ENE", "level": "1"}), "select.level")
    refuse(Release().add("a.nc", year=2021, select={"sector": "ENE"}), "2021", "2020-01-01")
    refuse(Release().add("a.nc", year=2021, select={"sector": "ENE", "time": "#1"}), "is not in the year")
    refuse(Release().add("a.nc", variable="nothing"), "nothing", "emi")


def test_crs_against_the_file(refuse):
    geotiff(refuse.folder / "a.tif", cells())
    refuse(Release().add("a.tif", unit="t", crs="EPSG:32642"), "EPSG:32642", "EPSG:4326")
    geotiff(refuse.folder / "a.tif", cells(), crs=None)
    refuse(Release().add("a.tif", unit="t", crs="no such thing"), "is no coordinate reference system")
    refuse(Release().add("a.tif", unit="t"), "declare it")


def test_rows_against_the_file(refuse):
    geotiff(refuse.folder / "a.tif", cells())
    refuse(Release().add("a.tif", unit="t", rows="south-up"), "rows", "north")


def text_case(name, change, *words, how=None):
    return pytest.param(change, words, how or {}, id=name)


def line(number, old, new):
    def change(text):
        lines = text.split("\n")
        assert old in lines[number - 1], lines[number - 1]
        lines[number - 1] = lines[number - 1].replace(old, new, 1)
        return "\n".join(lines)
    return change


@pytest.mark.parametrize("change, words, how", (
    text_case("twice", lambda t: t + t.split("\n")[4] + "\n", "row 5"),
    text_case("off-grid", line(4, ".", ".01"), "a.txt:4", "off a grid"),
    text_case("nan", lambda t: t.replace(t.split("\n")[5].split(";")[2], "NaN"), "a.txt:6", "emi = 'NaN'", "number"),
    text_case("comma", lambda t: t.replace(t.split("\n")[5].split(";")[2], "12,5"), "a.txt:6", "emi = '12,5'"),
    text_case("negative", lambda t: t.replace(t.split("\n")[5].split(";")[2], "-4"), "a.txt:6", "negative"),
    text_case("swapped", lambda t: t.replace("lat;lon", "lon;lat").replace(";6", ";12"), "is no latitude"),
    text_case("no-value-column", lambda t: t.replace("lat;lon;emi", "a;b;emi"), "no column for the longitude"),
    text_case("cut", lambda t: t[:-1], "line break"),
    text_case("too-few-fields", lambda t: t.replace(";" + t.split("\n")[5].split(";")[2], "", 1), "a.txt:6", "fields"),
    text_case("only-text", lambda t: "nothing here\n" * 60, "no line of numbers"),
    text_case("nul", lambda t: t[:200] + "\0" + t[200:], "NUL"),
    text_case("long-line", lambda t: t + "1" * 1_000_000 + "\n", "longer than 4095"),
))
def test_tables_that_are_wrong(refuse, change, words, how):
    (refuse.folder / "a.txt").write_text(change(table(cells())))
    refuse(Release().add("a.txt", form="table", unit="t", **how), *(word.split("|")[-1] for word in words))


def test_a_table_of_corners_or_centres_must_say_which(refuse):
    (refuse.folder / "a.txt").write_text(table(cells(), corner=True))
    refuse(Release().add("a.txt", form="table", unit="t"), "registration")


def test_a_list_of_the_wrong_length(refuse):
    (refuse.folder / "a.txt").write_text("\n".join(["1.0"] * 64799) + "\n")
    refuse(Release().add("a.txt", form="list", unit="t"), "64799 values")
    refuse(Release().add("a.txt", form="list", unit="t", size=[360, 180]), "64799 values", "64800")


def test_a_grid_whose_file_is_cut_names_its_rows(refuse):
    netcdf(refuse.folder / "a.nc", cells(), units="t", fmt="NETCDF3_CLASSIC")
    whole = (refuse.folder / "a.nc").read_bytes()
    (refuse.folder / "a.nc").write_bytes(whole[:-200])
    refuse(Release().add("a.nc"), "a.nc")


def test_a_grid_that_is_packed_too_well(refuse):
    """5000 x 5000 zeros in a few kilobytes: the figures are said."""
    made = gdal.GetDriverByName("GTiff").Create(str(refuse.folder / "a.tif"), 5000, 5000, 1, gdal.GDT_Float64,
                                                ["COMPRESS=DEFLATE", "TILED=YES", "SPARSE_OK=TRUE"])
    made.SetGeoTransform((60, 0.001, 0, 42, 0, -0.001))
    made = None
    refuse(Release().add("a.tif", unit="t", crs="EPSG:4326"), "5000 x 5000", "1000 to 1")


def test_a_driver_that_follows_names_is_none(refuse):
    geotiff(refuse.folder / "real.tif", cells())
    gdal.GetDriverByName("VRT").CreateCopy(str(refuse.folder / "a.vrt"), gdal.Open(str(refuse.folder / "real.tif"))).FlushCache()
    refuse(Release().add("a.vrt", unit="t"), "no raster that GDAL can read")
    refuse(Release().add("a.vrt", unit="t", driver="VRT"), "driver", "GTiff")
    (refuse.folder / "a.tif.gz").write_bytes(gzip.compress((refuse.folder / "real.tif").read_bytes()))
    refuse(Release().add("a.tif.gz", unit="t"), "is packed (gzip)", "unpack it")


HDF5_TRAPS = {"link": "is a link to another file", "external": "has its data in another file", "virtual": "made of other files"}


@pytest.mark.parametrize("trap", HDF5_TRAPS)
@pytest.mark.parametrize("name", ("a.h5", "a.nc"))
def test_hdf5_that_leads_to_another_file(refuse, name, trap):
    """A link, raw data elsewhere, a virtual dataset: HDF5's own library would follow them anywhere."""
    real = refuse.folder.parent / f"{refuse.folder.name}-real.nc"
    netcdf(real, np.ones((NY, NX)), units="t")
    real.chmod(0o644)
    make_hdf5_trap(refuse.folder / name, trap, real)
    refuse(Release().add(name, variable="emi", unit="t", crs="EPSG:4326", extent=[60, 41.2, 61.2, 42]), HDF5_TRAPS[trap])


def make_hdf5_trap(path, trap, real):
    """With HDF5's C library itself: netCDF4 for Python makes no such files."""
    import ctypes
    import ctypes.util
    library = ctypes.CDLL(ctypes.util.find_library("hdf5_serial") or "libhdf5_serial.so.103")
    hid = ctypes.c_int64

    def call(function, *arguments, result=hid):
        f = getattr(library, function)
        f.restype = result
        answer = f(*arguments)
        assert answer >= 0, function
        return answer

    call("H5open", result=ctypes.c_int)
    double = hid.in_dll(library, "H5T_NATIVE_DOUBLE_g")
    create = hid.in_dll(library, "H5P_CLS_DATASET_CREATE_ID_g")
    file = hid(call("H5Fcreate", str(path).encode(), ctypes.c_uint(2), hid(0), hid(0)))
    if trap == "link":
        call("H5Lcreate_external", str(real).encode(), b"/emi", file, b"emi", hid(0), hid(0), result=ctypes.c_int)
    else:
        size = (ctypes.c_uint64 * 2)(NY, NX)
        space = hid(call("H5Screate_simple", ctypes.c_int(2), size, None))
        how = hid(call("H5Pcreate", create))
        if trap == "external":
            call("H5Pset_external", how, str(real).encode(), ctypes.c_long(0), ctypes.c_uint64(NY * NX * 8), result=ctypes.c_int)
        else:
            call("H5Pset_virtual", how, space, str(real).encode(), b"/emi", space, result=ctypes.c_int)
        call("H5Dclose", hid(call("H5Dcreate2", file, b"emi", double, space, hid(0), how, hid(0))), result=ctypes.c_int)
    call("H5Fclose", file, result=ctypes.c_int)


def test_what_is_read_beside_a_file_must_be_named(load, refuse):
    text = f"ncols 2\nnrows 2\nxllcorner {WEST}\nyllcorner {NORTH - 0.2}\ncellsize {STEP}\n1 2\n3 4\n"
    (refuse.folder / "a.asc").write_text(text)
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(4326)
    (refuse.folder / "a.prj").write_text(reference.ExportToWkt(["FORMAT=WKT1_ESRI"]))
    refuse(Release().add("a.asc", unit="t", crs="EPSG:4326"), "a.prj", "companions")
    load(Release().add("a.asc", unit="t", companions=["a.prj"])).assert_cells([[1, 2], [3, 4]])
