"""GetMap against numpy: the cells of the demonstration remapped to the very raster asked for, and
coloured by the style's file. And GDAL's own WMS driver."""
import io
import json
import math
import pathlib
import re
import subprocess
import urllib.parse

import numpy as np
import pytest
import requests
from osgeo import gdal
from PIL import Image

import remap_oracle as remap
import tile_oracle as demo

gdal.UseExceptions()
ROOT = pathlib.Path(__file__).resolve().parents[2]
RELEASE = "uzbekistan@1.0.0"
EDGE = 20037508.342789244
STYLES = {"emissions-co2e": "density-inferno", "removals-co2": "density-cividis", "net-co2e": "net-prgn"}


def style_of(name):
    return json.loads((ROOT / "config" / "styles" / f"{name}.json").read_text())


def get_map(server, crs, box, width, height, layer, **query):
    asked = {"SERVICE": "WMS", "VERSION": "1.3.0", "REQUEST": "GetMap", "LAYERS": f"{RELEASE}/{layer}", "STYLES": "", "CRS": crs,
             "BBOX": ",".join(repr(float(v)) for v in box), "WIDTH": width, "HEIGHT": height, "FORMAT": "image/png", "TRANSPARENT": "TRUE", **query}
    answer = requests.get(server.url + "/wms", params=asked, timeout=120)
    assert answer.status_code == 200, answer.text[:300]
    picture = Image.open(io.BytesIO(answer.content))
    assert picture.size == (width, height)
    return np.asarray(picture.convert("RGBA"))


def colour(text):
    digits = text.lstrip("#")
    return tuple(bytes.fromhex(digits if len(digits) == 8 else digits + "ff"))


def reaches(pixel_edges, cells):
    """[pixel, cell]: do they touch, a nanodegree more or less? Both edges ascend."""
    return (pixel_edges[1:, None] + 1e-9 > cells[None, :-1]) & (pixel_edges[:-1, None] - 1e-9 < cells[None, 1:])


def expected(layer, lon, lat, style, level_deg):
    """(RGBA, certain) of a raster given by its edges; a pixel on a break may be either side."""
    grid = demo.GRID
    fitting = [k for k in range(remap.top_level(grid) + 1) if max(grid["dx"], grid["dy"]) * 2**k <= level_deg / 2]
    level = max(fitting, default=0)
    cells = remap.overview(demo.cells(layer), level)
    cell_lon, cell_lat = remap.cell_edges(grid, level)
    wx = remap.overlap_fractions(lon, cell_lon)
    wy = remap.overlap_fractions(-remap.authalic_q(lat), -remap.authalic_q(cell_lat))
    has = ~np.isnan(cells)
    mass = wy @ np.where(has, cells, 0.0) @ wx.T
    touched = ((wy > 0).astype(float) @ has.astype(float) @ (wx > 0).astype(float).T) > 0
    # an edge of a pixel that is, but for rounding, the edge of a cell may take the cell in or not
    far_x, far_y = reaches(lon, cell_lon), reaches(-lat, -cell_lat)
    maybe = (far_y.astype(float) @ has.astype(float) @ far_x.astype(float).T) > 0
    surely = ((wy > 1e-6).astype(float) @ has.astype(float) @ (wx > 1e-6).astype(float).T) > 0
    density = np.where(touched, mass / remap.area_km2(lon[1] - lon[0], lat[1:], lat[:-1])[:, None], np.nan)
    breaks = np.array(style["breaks"])
    classes = np.searchsorted(breaks, np.nan_to_num(density), side="right")
    table = np.array([colour(c) for c in style["colours"]], dtype=np.uint8)
    picture = table[classes]
    picture[density == 0] = colour(style["zero"])
    picture[np.isnan(density)] = colour(style["nodata"])
    near = (np.abs(np.nan_to_num(density)[..., None] - breaks) < 1e-6 * np.abs(breaks)).any(axis=-1)
    value = np.where(np.isnan(density), 1.0, density)
    near |= (value != 0) & (np.abs(value) < 1e-9)  # cancels to nearly zero
    return picture, ~near & (maybe == surely)


def assert_same(got, want, certain):
    assert certain.mean() > 0.97
    assert (got[certain] == want[certain]).all(), f"{(got[certain] != want[certain]).any(axis=-1).sum()} pixels"
    assert len(np.unique(want.reshape(-1, 4), axis=0)) > 2


@pytest.mark.parametrize("layer", STYLES)
@pytest.mark.parametrize("box, width, height", [
    ((56.0, 37.0, 74.0, 46.0), 360, 180), ((60.1, 38.3, 64.7, 41.9), 301, 417), ((68.9, 41.1, 69.5, 41.5), 200, 150),
    ((-180.0, -90.0, 180.0, 90.0), 1000, 500), ((20.0, 80.0, 100.0, 120.0), 10, 10)], ids=str)
def test_degrees_agree_with_numpy(server, layer, box, width, height):
    """Linear in latitude: no tile is like it. The last is beyond the pole: empty."""
    west, south, east, north = box
    style = style_of(STYLES[layer])
    got = get_map(server, "CRS:84", box, width, height, layer, STYLES=STYLES[layer], TIME="2022")
    if south >= 80:
        assert (got[..., 3] == 0).all()
        return
    lon = west + (east - west) * np.arange(width + 1) / width
    lat = north - (north - south) * np.arange(height + 1) / height
    want, certain = expected(layer, lon, lat, style, min((east - west) / width, (north - south) / height))
    if width == 1000:  # the country is a few pixels of the world
        assert (got[certain] == want[certain]).all() and (got[..., 3] > 0).any()
        return
    assert_same(got, want, certain)


@pytest.mark.parametrize("layer", STYLES)
def test_mercator_agrees_with_numpy(server, layer):
    """A picture that is no tile and not square."""
    box, width, height = (6300000.0, 4500000.0, 8100000.0, 5600000.0), 450, 275
    got = get_map(server, "EPSG:3857", box, width, height, layer, STYLES=STYLES[layer], TIME="2022")
    x = box[0] + (box[2] - box[0]) * np.arange(width + 1) / width
    y = box[3] - (box[3] - box[1]) * np.arange(height + 1) / height
    lon, lat = np.degrees(x / 6378137.0), np.degrees(2 * np.arctan(np.exp(y / 6378137.0)) - math.pi / 2)
    assert_same(got, *expected(layer, lon, lat, style_of(STYLES[layer]), lon[1] - lon[0]))


@pytest.mark.parametrize("z, x, y", [(0, 0, 0), (3, 5, 2), (5, 21, 11), (6, 43, 23), (7, 86, 47), (9, 352, 191), (12, 2818, 1531), (15, 22600, 12260)])
def test_a_map_of_a_tiles_ground_is_the_tile(server, z, x, y):
    for layer in STYLES:
        side = 2 * EDGE / 2**z
        box = (x * side - EDGE, EDGE - (y + 1) * side, (x + 1) * side - EDGE, EDGE - y * side)
        got = get_map(server, "EPSG:3857", box, 256, 256, layer)
        png = requests.get(f"{server.url}/tiles/{RELEASE}/{layer}/{z}/{x}/{y}.png", timeout=30).content
        want = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))
        assert (got == want).all(), (layer, z, x, y, int((got != want).any(axis=-1).sum()))


@pytest.fixture
def own_cache(tmp_path):
    """GDAL keeps pictures in the folder it is started in unless told otherwise."""
    gdal.SetConfigOption("GDAL_DEFAULT_WMS_CACHE_PATH", str(tmp_path))
    yield
    gdal.SetConfigOption("GDAL_DEFAULT_WMS_CACHE_PATH", None)


@pytest.mark.parametrize("version", ["1.3.0", "1.1.1"])
def test_gdal_reads_all_that_it_lists(server, own_cache, version):
    """From the address of the capabilities to pixels, with nothing added: the driver asks for JPEG by itself. Each picture is
    the PNG of the same ground within JPEG's error."""
    listed = gdal.Open(f"WMS:{server.url}/wms?SERVICE=WMS&VERSION={version}&REQUEST=GetCapabilities").GetMetadata("SUBDATASETS")
    names = [value for key, value in listed.items() if key.endswith("_NAME")]
    layers = {urllib.parse.unquote(name).split("LAYERS=")[1].split("&")[0]: name for name in names}
    assert len(layers) == len(names) and set(layers) == set(re.findall(r"<Name>([^<]*/[^<]*)</Name>", requests.get(
        f"{server.url}/wms?SERVICE=WMS&VERSION={version}&REQUEST=GetCapabilities", timeout=30).text))
    for layer, name in layers.items():
        assert "FORMAT" not in name.upper()
        source = gdal.Open(name)
        west, step, _, north, _, down = source.GetGeoTransform()
        assert source.RasterCount == 3 and (west, north) == pytest.approx((55.9, 45.7))
        smallest = [source.GetRasterBand(i).GetOverview(source.GetRasterBand(i).GetOverviewCount() - 1) for i in (1, 2, 3)]
        got = np.stack([band.ReadAsArray() for band in smallest], axis=2).astype(int)
        height, width, _ = got.shape
        want = get_map(server, "CRS:84", (55.9, 37.1, 73.2, 45.7), width, height, layer.split("/")[1], TRANSPARENT="FALSE")[..., :3].astype(int)
        off = np.abs(got - want)
        assert off.mean() < 1.5 and (off > 40).mean() < 0.01, (layer, off.mean(), (off > 40).mean())
        assert (want != want[0, 0]).any()


def test_gdal_translate_takes_a_name_from_the_list(server, tmp_path):
    """As a person does it, in a shell."""
    listed = subprocess.run(["gdalinfo", f"WMS:{server.url}/wms?SERVICE=WMS&VERSION=1.3.0&REQUEST=GetCapabilities"], cwd=tmp_path, capture_output=True,
                            text=True, check=True).stdout
    name = re.search(r"SUBDATASET_\d+_NAME=(\S*net-co2e\S*)", listed).group(1)
    subprocess.run(["gdal_translate", "-q", "-outsize", "700", "0", "-of", "GTiff", name, "map.tif"], cwd=tmp_path, check=True)
    picture = gdal.Open(str(tmp_path / "map.tif"))
    assert (picture.RasterXSize, picture.RasterCount) == (700, 3) and picture.GetSpatialRef().IsGeographic()
    assert len(np.unique(picture.ReadAsArray().reshape(3, -1), axis=1).T) > 20
    utm = re.sub(r"CRS=.*$", "CRS=EPSG:32642&BBOX=420000,4400000,620000,4600000&FORMAT=image/png", name)
    subprocess.run(["gdal_translate", "-q", "-outsize", "256", "256", "-of", "GTiff", utm, "utm.tif"], cwd=tmp_path, check=True)
    zone = gdal.Open(str(tmp_path / "utm.tif"))
    assert zone.GetSpatialRef().GetAuthorityCode(None) == "32642" and zone.GetGeoTransform() == pytest.approx((420000, 781.25, 0, 4600000, 0, -781.25))
    want = get_map(server, "EPSG:32642", (420000, 4400000, 620000, 4600000), 256, 256, "net-co2e", TRANSPARENT="FALSE")[..., :3]
    assert (zone.ReadAsArray().transpose(1, 2, 0) == want).mean() > 0.5  # the driver makes it of a finer picture


def test_gdal_has_the_axes_right(server, own_cache):
    """Latitude first, as the driver asks for EPSG:4326 in 1.3.0."""
    source = gdal.Open(f"""<GDAL_WMS><Service name="WMS"><Version>1.3.0</Version><ServerUrl>{server.url}/wms?</ServerUrl><Layers>{RELEASE}/net-co2e</Layers>
        <CRS>EPSG:4326</CRS><ImageFormat>image/png</ImageFormat><Transparent>TRUE</Transparent><BBoxOrder>yxYX</BBoxOrder></Service>
        <DataWindow><UpperLeftX>56</UpperLeftX><UpperLeftY>46</UpperLeftY><LowerRightX>74</LowerRightX><LowerRightY>37</LowerRightY><SizeX>720</SizeX>
        <SizeY>360</SizeY></DataWindow><BandsCount>4</BandsCount><BlockSizeX>720</BlockSizeX><BlockSizeY>360</BlockSizeY></GDAL_WMS>""")
    want = get_map(server, "CRS:84", (56.0, 37.0, 74.0, 46.0), 720, 360, "net-co2e")
    assert (source.ReadAsArray().transpose(1, 2, 0) == want).all()
