"""Refused: what is wrong with rasters."""
from __future__ import annotations

import bz2
import gzip
import lzma
import zipfile

import netCDF4
import numpy as np
import pytest
from osgeo import gdal

from refused import CUTS, Cases, good, is_slow_cut
from tiny import X0, Y0, Tiny

case = Cases()


# --- rasters -------------------------------------------------------------------------------------

def broken_proxy(name: str, change, *expected: str):
    def apply(t: Tiny):
        change(t, t.rasters["proxy.tif"])
    case(f"raster-{name}", "proxy.tif", *expected)(apply)


def cell(value, row=3, col=5):
    def change(t, raster):
        raster["bands"]["light"][row, col] = value
        raster["nodata"] = raster.get("nodata", 0.0)
    return change


broken_proxy("nan", cell(np.nan), r"\(5, 3\)", "NaN")
broken_proxy("infinite", cell(np.inf), r"\(5, 3\)", "finite")
broken_proxy("negative", cell(-1.5), r"\(5, 3\)", "negative")
broken_proxy("minus-9999-undeclared", cell(-9999), r"\(5, 3\)", "negative")
broken_proxy("all-zero", lambda t, r: r["bands"]["light"].fill(0), "above 0")

broken_proxy("no-crs", lambda t, r: r.update(epsg=None), "4326")
broken_proxy("across-180", lambda t, r: r.update(transform=(179.5, 0.1, 0, Y0, 0, -0.1)), "180th meridian")
broken_proxy("beyond-the-pole", lambda t, r: r.update(transform=(X0, 0.1, 0, 90.5, 0, -0.1)), "edge", "swapped")
broken_proxy("swapped", lambda t, r: r.update(transform=(Y0, 0.1, 0, 120.0, 0, -0.1)), "latitude", "swapped")
broken_proxy("degrees-as-metres", lambda t, r: r.update(epsg=32642), "CRS")
broken_proxy("band-missing", lambda t, r: r.update(bands={"people": r["bands"]["people"]}), "light")
broken_proxy("band-twice", lambda t, r: r["bands"].update({"light#2": r["bands"]["people"]}), "light")
broken_proxy("complex", lambda t, r: r.update(dtype=gdal.GDT_CFloat32))


@case("raster-truncated", "proxy.tif")
def _(t):
    def after(folder):
        whole = (folder / "proxy.tif").read_bytes()
        (folder / "proxy.tif").write_bytes(whole[:len(whole) - 300])
    t.after = after


@case("raster-is-text", "proxy.tif")
def _(t):
    t.raw["proxy.tif"] = b"not a raster at all\n"


@case("raster-names-other-files", "proxy.tif")
def _(t):  # GDAL would follow a VRT out of the manifest's folder, or to a network address
    def after(folder):
        elsewhere = folder.parent / f"{folder.name}-elsewhere.tif"
        (folder / "proxy.tif").rename(elsewhere)
        gdal.GetDriverByName("VRT").CreateCopy(str(folder / "x.vrt"), gdal.Open(str(elsewhere))).FlushCache()
        (folder / "proxy.tif").write_text((folder / "x.vrt").read_text().replace('relativeToVRT="1"', 'relativeToVRT="0"').replace(
            f"../{elsewhere.name}", str(elsewhere)))
    t.after = after


@case("mask-of-floats", "mask.tif", "whole numbers")
def _(t):
    t.rasters["mask.tif"]["dtype"] = gdal.GDT_Float32


# --- cut and damaged files -----------------------------------------------------------------------

def write_netcdf(path, form):
    with netCDF4.Dataset(path, "w", format=form) as made:
        for name, size, unit, first, step in (("lat", 40, "degrees_north", 41.95, -0.01875), ("lon", 60, "degrees_east", 60.05, 0.018)):
            made.createDimension(name, size)
            axis = made.createVariable(name, "f8", (name,))
            axis.units = unit
            axis[:] = first + step * np.arange(size)
        mass = made.createVariable("mass", "f4", ("lat", "lon"), fill_value=-1.0)
        mass.units = "t"
        mass[:] = np.random.default_rng(7).uniform(1, 100, (40, 60))


def write_netcdf_records(path):
    """A record dimension: the years lie one after the other, each padded."""
    write_netcdf(path, "NETCDF3_CLASSIC")
    with netCDF4.Dataset(path, "a") as made:
        made.createDimension("time", None)
        time = made.createVariable("time", "f8", ("time",))
        time.units = "days since 2020-01-01"
        mass = made.createVariable("yearly", "i2", ("time", "lat", "lon"))
        mass.units = "t"
        time[:] = [0, 366]
        mass[:] = np.random.default_rng(7).integers(1, 100, (2, 40, 60))


def write_tiff(path, *options):
    made = gdal.GetDriverByName("GTiff").Create(str(path), 60, 40, 1, gdal.GDT_Float32, list(options))
    made.SetGeoTransform((60.1, 0.018, 0, 41.9, 0, -0.018))
    made.SetProjection('EPSG:4326')
    made.GetRasterBand(1).WriteArray(np.random.default_rng(7).uniform(1, 100, (40, 60)).astype(np.float32))
    made.FlushCache()


def write_ascii(path):
    cells = np.random.default_rng(7).uniform(1, 100, (40, 60))
    path.write_text("ncols 60\nnrows 40\nxllcorner 60.1\nyllcorner 41.2\ncellsize 0.0175\nNODATA_value -9999\n"
                    + "".join(" ".join(f"{v:.4f}" for v in row) + "\n" for row in cells))


FORMATS = {"plain.tif": write_tiff, "deflate.tif": lambda path: write_tiff(path, "COMPRESS=DEFLATE"),
           "tiled.tif": lambda path: write_tiff(path, "TILED=YES", "COMPRESS=LZW", "BLOCKXSIZE=16", "BLOCKYSIZE=16"),
           "netcdf4.nc": lambda path: write_netcdf(path, "NETCDF4"), "netcdf3.nc": lambda path: write_netcdf(path, "NETCDF3_CLASSIC"),
           "records.nc": write_netcdf_records, "grid.asc": write_ascii}


def of_format(t: Tiny, name: str, damage) -> None:
    t.manifest["grids"] = [{"file": name, "unit": "t", "sector": "1.A.3.b", "gas": "CO2", "flow": "emission", "origin": "fossil",
                            "year": 2020, "method": "measured", "provenance": "test",
                            **({"variable": "yearly" if name == "records.nc" else "mass"} if name.endswith(".nc") else {}), **({"crs": "EPSG:4326"} if name.endswith(".asc") else {})}]

    def after(folder):
        FORMATS[name](folder / name)
        (folder / name).write_bytes(damage((folder / name).read_bytes()))
    t.after = after


def damaged(case_name: str, name: str, damage, is_slow=False):
    @case(case_name, name.replace(".", r"\."), is_slow=is_slow)
    def _(t):
        of_format(t, name, damage)


for name in FORMATS:
    for percent in CUTS:
        damaged(f"{name}-cut-at-{percent}-percent", name, lambda whole, percent=percent: whole[:len(whole) * percent // 100],
                is_slow_cut(percent))
    damaged(f"{name}-is-a-zip", name, lambda whole: b"PK\x03\x04" + whole)
    damaged(f"{name}-is-a-web-page", name, lambda whole: b"<!DOCTYPE html><html><body>404 Not Found</body></html>\n")
    if not name.endswith(".asc"):  # a text may end its lines in either way
        damaged(f"{name}-with-line-ends-changed", name, lambda whole: whole.replace(b"\n", b"\r\n").replace(b"\x00", b"\x0d"))


@case("bomb-tiff", "bomb\\.tif", "more than 1000 to 1; ")
def _(t):  # 1.6 thousand million cells in some hundred kilobytes
    t.manifest["proxies"][0]["file"] = "bomb.tif"

    def after(folder):
        made = gdal.GetDriverByName("GTiff").Create(str(folder / "bomb.tif"), 40000, 40000, 1, gdal.GDT_Byte, ["SPARSE_OK=YES", "COMPRESS=DEFLATE"])
        made.SetGeoTransform((60, 0.00003, 0, 42, 0, -0.00002))
        made.SetProjection("EPSG:4326")
        made.FlushCache()
    t.after = after


@case("bomb-netcdf", "bomb\\.nc", "more than 1000 to 1; ")
def _(t):
    t.manifest["proxies"][0].update(file="bomb.nc", variable="v")
    del t.manifest["proxies"][0]["band"]

    def after(folder):
        with netCDF4.Dataset(folder / "bomb.nc", "w") as made:
            for name, unit, first, step in (("lat", "degrees_north", 41.2, 2e-5), ("lon", "degrees_east", 60.1, 2e-5)):
                made.createDimension(name, 20000)
                axis = made.createVariable(name, "f4", (name,), zlib=True)
                axis.units = unit
                axis[:] = first + step * np.arange(20000)
            made.createVariable("v", "f4", ("lat", "lon"), zlib=True, fill_value=-1.0)
    t.after = after


def packed(name: str, pack, kind: str):
    """GDAL would unpack some of these by itself, however large they grow."""
    @case(f"packed-{name}", rf"grids\[0\]\.file.*{name} is packed \({kind}.*; unpack it")
    def _(t):
        t.manifest["grids"] = [{"file": name, "unit": "t", "sector": "1.A.3.b", "gas": "CO2", "flow": "emission", "origin": "fossil", "year": 2020,
                                "crs": "EPSG:4326", "method": "measured", "provenance": "test"}]
        t.raw[name] = pack(b"".join(b"%.2f %.2f 1\n" % (60.15 + x / 10, 41.85 - y / 10) for y in range(3) for x in range(4)))


packed("cells.xyz.gz", gzip.compress, "gzip")
packed("cut.xyz.gz", lambda cells: gzip.compress(cells)[:-12], "gzip")
packed("bomb.xyz.gz", lambda cells: gzip.compress(cells + b"\n" * (64 << 20)), "gzip")
packed("cells.xyz.xz", lzma.compress, "xz")
packed("cells.xyz.bz2", bz2.compress, "bzip2")


@case("raster-of-a-zip", r"proxies\[0\]\.file|proxy\.zip")
def _(t):
    t.manifest["proxies"][0]["file"] = "proxy.zip"

    def after(folder):
        with zipfile.ZipFile(folder / "proxy.zip", "w", zipfile.ZIP_DEFLATED) as made:
            made.write(folder / "proxy.tif", "proxy.tif")
    t.after = after



# --- mass grids ----------------------------------------------------------------------------------

def mass_cells():
    cells = np.full((8, 12), -1, np.float32)
    cells[2:5, 2:9] = 1234.5
    return cells


@case("grid-negative", "mass.tif", r"\(4, 3\)", "negative")
def _(t):
    cells = mass_cells()
    cells[3, 4] = -2
    t.add_grid(cells)


@case("grid-unknown-sector", "9.Z")
def _(t):
    t.add_grid(mass_cells(), sector="9.Z")


@case("grid-unknown-gas", "XY2")
def _(t):
    t.add_grid(mass_cells(), gas="XY2")


@case("grid-year", r"grids\[0\]\.year")
def _(t):
    t.add_grid(mass_cells(), year="2020")


@case("grid-beside-its-total", "1.A.4", "totals.csv|grids")
def _(t):  # the same (year, sector, fuel, gas, flow) in a table: counted twice
    t.add_grid(mass_cells(), sector="1.A.4", fuel="gas")


@case("grid-below-its-total", "1.A.4", "totals.csv|grids")
def _(t):
    t.add_grid(mass_cells(), sector="1.A.4.b")


@case("grid-twice", r"1\.A\.3\.b|grids\[1\]")
def _(t):
    t.add_grid(mass_cells())
    t.add_grid(mass_cells())

# --- the tests -----------------------------------------------------------------------------------

@pytest.mark.parametrize("name", FORMATS)
def test_the_unbroken_file_is_accepted(name, tiny_database, folder, run_fluxgrid):
    inventory = good()
    of_format(inventory, name, lambda whole: whole)
    manifest = inventory.write(folder)
    inventory.after(folder)
    run_fluxgrid("import", manifest, "--dry-run", database=tiny_database, check=True)


@case.parametrize()
def test_refused(change, expected, refuse):
    refuse(change, expected)
