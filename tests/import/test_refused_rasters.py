"""Refused: what is wrong with rasters."""
from __future__ import annotations

import numpy as np
from osgeo import gdal

from refused import Cases
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

@case.parametrize()
def test_refused(change, expected, refuse):
    refuse(change, expected)
