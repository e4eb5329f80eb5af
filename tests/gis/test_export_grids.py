"""Exported maps of grids that differ, and of one too large for an answer, where every cell is known by hand."""
import math

import numpy as np
import pytest
from osgeo import gdal

from made import made_release

gdal.UseExceptions()
E2 = (2 - 1 / 298.257223563) / 298.257223563  # of WGS 84


@pytest.fixture(scope="module")
def made(cluster, database, start_server):
    yield start_server(made_release(cluster, "made_export"))


def q(lat_deg):
    """What is between two parallels grows as q does: Snyder (1987), equation 3-12."""
    s, e = math.sin(math.radians(lat_deg)), math.sqrt(E2)
    return (1 - E2) * (s / (1 - E2 * s * s) - math.log((1 - e * s) / (1 + e * s)) / (2 * e))


def cells(server, query):
    """@return (masses, NaN where there is no data; west, north, step)"""
    answer = server.get(f"/v1/export/emissions-co2.tif?release=made&{query}")
    assert answer.status_code == 200, answer.text[:300]
    gdal.FileFromMemBuffer("/vsimem/made.tif", answer.content)
    image = gdal.Open("/vsimem/made.tif")
    values, place = image.ReadAsArray(), image.GetGeoTransform()
    nothing = image.GetRasterBand(1).GetNoDataValue()
    if nothing is not None and not math.isnan(nothing):
        values[values == nothing] = np.nan
    gdal.Unlink("/vsimem/made.tif")
    return values, place[0], place[3], place[1]


def at(map_, lon, lat):
    values, west, north, step = map_
    return values[int((north - lat) / step), int((lon - west) / step)]


def test_a_coarse_cell_is_shared_out_to_the_fine_ones_by_ground(made):
    """10 t of a cell of 0.2 degrees go to two rows, which have not quite the same ground; 1 t and 4 t were there."""
    got = cells(made, "year=2022")
    upper = (q(40.5) - q(40.4)) / (q(40.5) - q(40.3))
    assert 0.499 < upper < 0.5
    assert at(got, 66.95, 40.45) == pytest.approx(5 * upper, rel=1e-9)
    assert at(got, 67.05, 40.45) == pytest.approx(5 * upper + 1, rel=1e-9)
    assert at(got, 66.95, 40.35) == pytest.approx(5 * (1 - upper), rel=1e-9)
    assert at(got, 67.05, 40.35) == pytest.approx(5 * (1 - upper) + 4, rel=1e-9)
    assert at(got, 67.95, 40.45) == pytest.approx(0.5, rel=1e-9)
    assert np.nansum(got[0]) == pytest.approx(10 + 7 + 10.5, rel=1e-9)
    assert math.isnan(at(got, 67.45, 40.25))


def test_cells_that_do_not_nest_are_cut(made):
    """6 t over one and a half cells and 3 t over the next: 4 | 2 + 1 | 2, beside 1 | 2 | 3."""
    got = cells(made, "year=2023")
    assert [at(got, lon, 40.45) for lon in (67.05, 67.15, 67.25)] == pytest.approx([5, 5, 5], rel=1e-9)
    assert np.nansum(got[0]) == pytest.approx(9 + 10.5, rel=1e-9)


def test_what_is_too_large_is_refused_with_the_way_out(made):
    answer = made.get("/v1/export/emissions-co2.tif?release=made&year=2024")
    assert answer.status_code == 413, answer.text[:300]
    error = answer.json()["errors"][0]
    assert "bbox" in error["allowed"] + error["reason"] + answer.json()["detail"]
    got = cells(made, "year=2024&bbox=5,9,6,10")
    assert np.nansum(got[0]) == pytest.approx(3, rel=1e-9)
