"""GetMap in UTM zones against PROJ and shapely: pixels are polygons in (longitude, q), cut by the cells; the mass of a
picture against the release's; and GDAL's warp of the picture in degrees."""
import io
import math

import numpy as np
import pyproj
import pytest
import requests
import shapely.geometry
from osgeo import gdal, osr
from PIL import Image

import remap_oracle as remap
import tile_oracle as demo
from test_wms_pictures import RELEASE, STYLES, colour, get_map, style_of

gdal.UseExceptions()
COUNTRY = (-800000, 4050000, 1250000, 5250000)  # in zone 42: all of it with a rim


def zone(code):
    return pyproj.Transformer.from_crs(code, 4326, always_xy=True)


def level_of(grid, pixel_m):
    half = pixel_m / 111700.0 / 2
    return max((k for k in range(remap.top_level(grid) + 1) if grid["dx"] * 2**k <= half), default=0)


class Oracle:
    """Density of a pixel: its outline goes through PROJ at many points of each edge; cells are rectangles in (longitude, q)."""

    def __init__(self, code, box, width, height, layer):
        self.to_degrees, self.box, self.size = zone(code), box, (width, height)
        self.pixel = ((box[2] - box[0]) / width, (box[3] - box[1]) / height)
        level = level_of(demo.GRID, min(self.pixel))
        self.cells = remap.overview(demo.cells(layer), level)
        self.lon, lat = remap.cell_edges(demo.GRID, level)
        self.south = -remap.authalic_q(lat)

    def outline(self, col, row, steps=8):
        west, north = self.box[0] + col * self.pixel[0], self.box[3] - row * self.pixel[1]
        share = np.arange(steps) / steps
        x = np.concatenate([share, np.ones(steps), 1 - share, np.zeros(steps)])
        y = np.concatenate([np.zeros(steps), share, np.ones(steps), 1 - share])
        lon, lat = self.to_degrees.transform(west + x * self.pixel[0], north - y * self.pixel[1])
        return shapely.geometry.Polygon(np.column_stack([lon, -remap.authalic_q(np.array(lat))]))

    def at(self, col, row):
        """(density, share of the pixel with data, mass); density is NaN where there is none."""
        pixel = self.outline(col, row)
        west, north, east, south = pixel.bounds
        x0, x1 = np.searchsorted(self.lon, [west, east]) + [-1, 0]
        y0, y1 = np.searchsorted(self.south, [north, south]) + [-1, 0]
        mass, covered = 0.0, 0.0
        for y in range(max(y0, 0), min(y1, len(self.south) - 1)):
            for x in range(max(x0, 0), min(x1, len(self.lon) - 1)):
                cell = shapely.geometry.box(self.lon[x], self.south[y], self.lon[x + 1], self.south[y + 1])
                share = pixel.intersection(cell).area
                if not np.isnan(self.cells[y, x]):
                    mass += self.cells[y, x] * share / cell.area
                    covered += share / pixel.area
        km2 = remap.A_KM**2 * math.radians(1) / 2 * pixel.area
        return (mass / km2 if covered > 0 else math.nan), covered, mass


def class_colour(style, value):
    if math.isnan(value):
        return colour(style["nodata"])
    return colour(style["zero"]) if value == 0 else colour(style["colours"][np.searchsorted(style["breaks"], value, side="right")])


@pytest.mark.parametrize("code, box, width, height", [
    ("EPSG:32642", COUNTRY, 410, 240),                                   # whole: 5 km a pixel, overviews
    ("EPSG:32642", (420000, 4400000, 620000, 4600000), 250, 250),        # 800 m: about a cell
    ("EPSG:32642", (500000, 4560000, 512000, 4566000), 300, 150),        # 40 m: cells seen through a glass
    ("EPSG:32641", (300000, 4300000, 700000, 4700000), 200, 200),
    ("EPSG:32643", (-700000, 4300000, -300000, 4700000), 200, 160)],     # eleven degrees beside the zone
    ids=["country", "cells", "near", "41", "43"])
def test_pixels_agree_with_polygons_through_proj(server, code, box, width, height):
    rng, classes = np.random.default_rng(42), set()
    for layer, style_name in STYLES.items():
        style, oracle = style_of(style_name), Oracle(code, box, width, height, layer)
        got = get_map(server, code, box, width, height, layer, STYLES=style_name, TIME="2022")
        breaks, compared = np.array(style["breaks"]), 0
        for index in rng.choice(width * height, 150, replace=False):
            row, col = divmod(int(index), width)
            want, covered, _ = oracle.at(col, row)
            if 0 < covered < 1e-4 or 0 < abs(want) < 1e-9 or (np.abs(want - breaks) < 2e-4 * np.abs(breaks)).any():
                continue  # on a break, or touching data by a hair: either side
            expected = class_colour(style, want)
            assert tuple(got[row, col]) == expected, (layer, col, row, want, covered)
            compared += 1
            classes.add(expected)
        assert compared > 130
    assert len(classes) >= 5


def mass_sum(png):
    return float(Image.open(io.BytesIO(png)).text["MassSum"].split()[0])


def picture(server, code, box, width, height, layer, **query):
    asked = {"SERVICE": "WMS", "VERSION": "1.3.0", "REQUEST": "GetMap", "LAYERS": f"{RELEASE}/{layer}", "STYLES": "", "CRS": code,
             "BBOX": ",".join(map(str, box)), "WIDTH": width, "HEIGHT": height, "FORMAT": "image/png", "TIME": "2022", **query}
    answer = requests.get(server.url + "/wms", params=asked, timeout=60)
    assert answer.status_code == 200, answer.text[:300]
    return answer.content


@pytest.mark.parametrize("code, pixel_m, off", [("EPSG:32642", 20000, 5e-3), ("EPSG:32641", 5000, 3e-4), ("EPSG:32643", 1100, 1e-4), ("EPSG:32642", 300, 1e-5)])
def test_the_mass_of_a_pixel_is_that_of_its_outline(server, code, pixel_m, off):
    """A picture of one pixel tells its mass to twelve digits. Where pixels are small the cells under them are native."""
    rng, told = np.random.default_rng(7), 0
    from_degrees = pyproj.Transformer.from_crs(4326, code, always_xy=True)
    for _ in range(12):
        x, y = from_degrees.transform(rng.uniform(64, 69), rng.uniform(39, 41))
        box = tuple(round(v) for v in (x, y, x + pixel_m, y + pixel_m))
        _, covered, want = Oracle(code, box, 1, 1, "emissions-co2").at(0, 0)
        got = mass_sum(picture(server, code, box, 1, 1, "emissions-co2"))
        assert got == pytest.approx(want, rel=off, abs=1e-6), (box, got / want - 1)
        told += covered > 0.5 and want > 0.1
    assert told >= 5


@pytest.mark.parametrize("code, box", [("EPSG:32642", COUNTRY), ("EPSG:32641", (-300000, 4050000, 1650000, 5350000))])
@pytest.mark.parametrize("width, height", [(41, 24), (205, 120), (1025, 600)])
def test_no_mass_is_lost(server, code, box, width, height):
    """A picture of the country has the release's mass, and so have its quarters together."""
    for layer in ("emissions-co2", "net-co2e"):
        want = demo.total(layer)
        assert mass_sum(picture(server, code, box, width, height, layer)) == pytest.approx(want, rel=1e-9)
    if width == 205:
        west, south, east, north = box
        x, y = (west + east) / 2, (south + north) / 2
        parts = [(west, south, x, y), (x, south, east, y), (west, y, x, north), (x, y, east, north)]
        whole = sum(mass_sum(picture(server, code, part, 300, 200, "emissions-co2")) for part in parts)
        assert whole == pytest.approx(demo.total("emissions-co2"), rel=1e-9)


def test_the_warped_picture_in_degrees_is_much_like_it(server):
    """GDAL's warp takes the nearest of far finer pixels, so colours differ only along the edges of classes."""
    box, width, height = (420000, 4400000, 620000, 4600000), 250, 250
    got = get_map(server, "EPSG:32642", box, width, height, "net-co2e")
    fine = get_map(server, "CRS:84", (67.9, 39.6, 70.6, 41.7), 2160, 1680, "net-co2e")
    source = gdal.GetDriverByName("MEM").Create("", 2160, 1680, 4)
    source.SetGeoTransform((67.9, 2.7 / 2160, 0, 41.7, 0, -2.1 / 1680))
    degrees = osr.SpatialReference()
    degrees.SetWellKnownGeogCS("CRS84")
    source.SetProjection(degrees.ExportToWkt())
    source.WriteArray(fine.transpose(2, 0, 1))
    warped = gdal.Warp("", source, format="MEM", dstSRS="EPSG:32642", outputBounds=box, width=width, height=height, resampleAlg="near")
    same = (warped.ReadAsArray().transpose(1, 2, 0) == got).all(axis=2)
    shifted = (warped.ReadAsArray().transpose(1, 2, 0)[:, 5:] == got[:, :-5]).all(axis=2)
    assert same.mean() > 0.7 and same.mean() > shifted.mean() + 0.2, (same.mean(), shifted.mean())


def test_beyond_the_zone_is_nothing(server):
    """Far off, past the pole, and a box wider than the earth: no data, and no failure."""
    for box in ((5e6, 1e6, 6e6, 2e6), (0, 1.2e7, 1e6, 1.3e7), (-1e9, -1e9, -9e8, -9e8)):
        assert (get_map(server, "EPSG:32642", box, 64, 64, "net-co2e")[..., 3] == 0).all()
    whole = get_map(server, "EPSG:32642", (-1e9, -1e9, 1e9, 1e9), 64, 64, "net-co2e")
    assert whole.shape == (64, 64, 4)
    south = get_map(server, "EPSG:32742", (420000, 14400000, 620000, 14600000), 50, 50, "net-co2e")
    assert (south == get_map(server, "EPSG:32642", (420000, 4400000, 620000, 4600000), 50, 50, "net-co2e")).all()
