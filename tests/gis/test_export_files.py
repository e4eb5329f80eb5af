"""Exported files, read by GDAL, netCDF4 and SQLite: what they say, what they sum to, and that no half of one is left."""
import json
import signal
import sqlite3
import subprocess
import time

import netCDF4
import numpy as np
import pytest
from osgeo import gdal

from kit import ROOT, clean_env, identity

gdal.UseExceptions()
VALIDATOR = "from osgeo_utils.samples.validate_cloud_optimized_geotiff import validate; import sys; " \
            "print(validate(sys.argv[1], full_check=True)[1])"


@pytest.fixture
def export(run_fluxgrid, database):
    def run(*arguments, check=True):
        return run_fluxgrid("export", *arguments, database=database, check=check)
    return run


def cells_of(path):
    return gdal.Open(str(path)).ReadAsArray()


def total_of(server, query):
    return server.json(f"/v1/emissions?unit=t&{query}")["rows"][0]["value"]


@pytest.mark.parametrize("layer, query", [("net-co2e", "flow=net&gas=CO2E&year=2022"), ("removals-co2", "flow=removal&gas=CO2&year=2022"),
                                          ("emissions-co2e", "flow=emission&gas=CO2E&gwp=AR6-20&year=2015"),
                                          ("emissions-ch4", "flow=emission&gas=CH4&year=2010")])
def test_the_cells_sum_to_the_inventory(export, server, export_folder, layer, query):
    asked = dict(pair.split("=") for pair in query.split("&"))
    arguments = [layer, "--year", asked["year"]] + (["--gwp", asked["gwp"]] if "gwp" in asked else [])
    export(*arguments, "--out", export_folder / "a.tif")
    export(*arguments, "--out", export_folder / "a.nc")
    expected = total_of(server, query)
    cells = cells_of(export_folder / "a.tif")
    assert np.nansum(cells) == pytest.approx(expected, rel=1e-9) and cells.dtype == np.float64
    assert np.isnan(cells).any()
    with netCDF4.Dataset(export_folder / "a.nc") as file:
        np.testing.assert_array_equal(file["mass"][:].filled(np.nan), cells)
    told = gdal.Open(str(export_folder / "a.tif")).GetMetadata()
    assert float(told["mass_sum_t"]) == pytest.approx(expected, rel=1e-9)
    assert told["release"] == "uzbekistan@1.0.0" and f"year={asked['year']}" in told["query"] and told["license"]


def test_a_geotiff_is_cloud_optimised(export, export_folder):
    export("emissions-co2", "--out", export_folder / "mass.tif")
    export("emissions-co2", "--out", export_folder / "density.tif", "--what", "density")
    for name, levels in (("mass.tif", 0), ("density.tif", 2)):
        said = subprocess.run(["/usr/bin/python3", "-c", VALIDATOR, str(export_folder / name)], capture_output=True, text=True, check=True).stdout
        assert said.strip() == "[]"  # errors
        info = gdal.Info(str(export_folder / name), format="json")
        assert info["metadata"]["IMAGE_STRUCTURE"]["LAYOUT"] == "COG"
        assert len(info["bands"][0].get("overviews", [])) == levels
        assert info["geoTransform"] == pytest.approx([55.9, 0.01, 0, 45.7, 0, -0.01])
        assert 'ID["EPSG",4326]' in info["coordinateSystem"]["wkt"]
        assert info["bands"][0]["unit"] == ("t CO2" if levels == 0 else "t CO2/km2")


def test_a_density_is_mass_over_ground_at_every_level(export, export_folder):
    export("emissions-co2", "--out", export_folder / "mass.tif")
    export("emissions-co2", "--out", export_folder / "density.tif", "--what", "density")
    mass, density = cells_of(export_folder / "mass.tif"), cells_of(export_folder / "density.tif")
    e2, a_km = 0.00669437999014, 6378.137
    e = e2 ** 0.5
    s = np.sin(np.radians(45.7 - 0.01 * np.arange(mass.shape[0] + 1)))
    q = (1 - e2) * (s / (1 - e2 * s * s) + np.arctanh(e * s) / e)
    ground = np.broadcast_to((np.radians(0.01) * a_km ** 2 / 2 * (q[:-1] - q[1:]))[:, None], mass.shape)
    np.testing.assert_allclose(density, mass / ground, rtol=1e-6)
    opened = gdal.Open(str(export_folder / "density.tif"))  # a band does not keep its file open
    band = opened.GetRasterBand(1)
    for level in range(band.GetOverviewCount()):
        side = 2 ** (level + 1)
        ny, nx = -(-mass.shape[0] // side), -(-mass.shape[1] // side)

        def added(cells):
            wide = np.zeros((ny * side, nx * side))
            wide[:cells.shape[0], :cells.shape[1]] = cells
            return wide.reshape(ny, side, nx, side).sum(axis=(1, 3))
        with np.errstate(invalid="ignore"):
            expected = added(np.nan_to_num(mass)) / added(np.where(np.isnan(mass), 0, ground))
        np.testing.assert_allclose(band.GetOverview(level).ReadAsArray(), expected, rtol=1e-6)


def test_a_box_takes_whole_cells(export, export_folder):
    export("emissions-co2", "--out", export_folder / "all.tif")
    export("emissions-co2", "--out", export_folder / "box.tif", "--bbox", "66.005,39.005,67,40")
    box = gdal.Open(str(export_folder / "box.tif"))
    assert box.GetGeoTransform() == pytest.approx([66, 0.01, 0, 40, 0, -0.01])
    np.testing.assert_array_equal(box.ReadAsArray(), cells_of(export_folder / "all.tif")[570:670, 1010:1110])


def test_netcdf_follows_the_conventions(export, export_folder):
    export("emissions-co2", "--year", "2020", "--out", export_folder / "a.nc", "--bbox", "66,39,67,40")
    with netCDF4.Dataset(export_folder / "a.nc") as file:
        mass = file["mass"]
        assert file.Conventions == "CF-1.8" and file.title and file.institution and file.references and file.license
        assert (mass.units, mass.cell_methods, mass.grid_mapping) == ("t", "area: sum time: sum", "crs")
        assert file["crs"].grid_mapping_name == "latitude_longitude"
        assert mass.mass_sum_t == pytest.approx(float(np.nansum(mass[:].filled(np.nan))), rel=1e-12)
        for name, units in (("lat", "degrees_north"), ("lon", "degrees_east")):
            axis, bounds = file[name], file[file[name].bounds][:]
            assert axis.standard_name == {"lat": "latitude", "lon": "longitude"}[name] and axis.units == units
            np.testing.assert_allclose(bounds.mean(axis=1), axis[:])
            np.testing.assert_array_equal(bounds[1:, 0], bounds[:-1, 1])
        from_day, to_day = netCDF4.num2date(file["time_bnds"][:], file["time"].units)
        assert (from_day.strftime(), to_day.strftime()) == ("2020-01-01 00:00:00", "2021-01-01 00:00:00")
    said = subprocess.run(["gdalinfo", "-stats", str(export_folder / "a.nc")], capture_output=True, text=True, check=True).stdout
    assert "Size is 100, 100" in said and "NoData Value=nan" in said and 'ID["EPSG",4326]' in said


def test_mbtiles_hold_the_tiles_of_the_server(export, server, export_folder):
    export("net-co2e", "--mbtiles", export_folder / "a.mbtiles", "--maxzoom", "7")
    with sqlite3.connect(export_folder / "a.mbtiles") as file:
        told = dict(file.execute("SELECT name, value FROM metadata"))
        tiles = {(z, x, 2 ** z - 1 - y): png for z, x, y, png in file.execute("SELECT * FROM tiles")}
    assert (told["format"], told["minzoom"], told["maxzoom"], told["version"]) == ("png", "0", "7", "1.0.0")
    assert told["attribution"] and json.loads(told["legend"])
    assert [float(edge) for edge in told["bounds"].split(",")] == pytest.approx([55.9, 37.1, 73.2, 45.7])
    for (z, x, y), png in list(tiles.items())[::9]:
        assert server.get(f"/tiles/uzbekistan/net-co2e/{z}/{x}/{y}.png").content == png
    empty = server.get("/tiles/uzbekistan/net-co2e/7/0/0.png").content
    assert empty not in tiles.values() and {z for z, _, _ in tiles} == set(range(8))
    opened = gdal.Open(str(export_folder / "a.mbtiles"))
    assert opened.GetDriver().ShortName == "MBTiles" and opened.RasterCount in (3, 4)


def test_what_is_refused_leaves_nothing(export, export_folder):
    (export_folder / "there.tif").write_text("mine")
    for arguments, said in ((["net-co2e", "--out", export_folder / "there.tif"], "--force"),
                            (["net-co2e", "--out", export_folder / "a.xyz"], ".tif or .nc"),
                            (["net-co2e"], "name one file"),
                            (["--out", export_folder / "a.tif"], "name a layer"),
                            (["net-xx", "--out", export_folder / "a.tif"], "net-co2e"),
                            (["net-co2e", "--out", export_folder / "a.tif", "--year", "1900"], "2022"),
                            (["net-co2e", "--out", export_folder / "a.tif", "--bbox", "0,0,1,1"], "box"),
                            (["net-co2e", "--mbtiles", export_folder / "a.mbtiles", "--maxzoom", "30"], "0 to 14"),
                            (["net-co2e", "--mbtiles", export_folder / "a.mbtiles", "--what", "mass"], "--out")):
        done = export(*arguments, check=False)
        assert done.returncode == 2 and said in done.stderr and len(done.stderr.splitlines()) == 1
    assert [p.name for p in export_folder.iterdir()] == ["there.tif"] and (export_folder / "there.tif").read_text() == "mine"
    export("removals-co2", "--out", export_folder / "there.tif", "--force")
    assert gdal.Open(str(export_folder / "there.tif")).RasterXSize == 1730


@pytest.mark.parametrize("number, left", [(signal.SIGTERM, []), (signal.SIGKILL, ["a.mbtiles.part"])])
def test_ended_in_the_middle_it_leaves_no_file(fluxgrid, database, export_folder, number, left):
    running = subprocess.Popen([str(fluxgrid), "export", "net-co2e", "--mbtiles", str(export_folder / "a.mbtiles"), "--maxzoom", "12"], cwd=ROOT,
                               env=clean_env(DATABASE_URL=database.dsn("fluxgrid_import")), stderr=subprocess.PIPE, **identity())
    while not (export_folder / "a.mbtiles.part").exists() or (export_folder / "a.mbtiles.part").stat().st_size < 20000:
        assert running.poll() is None, running.stderr.read()
        time.sleep(0.01)
    running.send_signal(number)
    running.communicate(timeout=60)
    assert running.returncode == (1 if number == signal.SIGTERM else -number)
    assert [p.name for p in export_folder.iterdir()] == left
