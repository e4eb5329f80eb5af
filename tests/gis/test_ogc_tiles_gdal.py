"""Map tiles of WorldCRS84Quad and maps against numpy: the cells of the demonstration remapped to the
very raster. And GDAL's OGCAPI driver, APIs MAP and TILES."""
import io

import numpy as np
import pytest
from osgeo import gdal
from PIL import Image

import remap_oracle as remap
import tile_oracle as demo
from test_wms_pictures import STYLES, assert_same, expected, style_of

gdal.UseExceptions()
RELEASE = "uzbekistan@1.0.0"


def rgba(answer):
    assert answer.status_code == 200, answer.text[:300]
    return np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGBA"))


def get_tile(server, layer, z, row, col):
    return server.get(f"/ogc/collections/{RELEASE}:{layer}/map/tiles/WorldCRS84Quad/{z}/{row}/{col}?f=png&style={STYLES[layer]}")


def edges(z, row, col):
    side = 180 / 2**z
    k = np.arange(257) / 256
    return -180 + (col + k) * side, 90 - (row + k) * side


def over(z, box=(55.9, 37.1, 73.2, 45.7)):
    """All (row, column) of a matrix with ground of the box on them."""
    side = 180 / 2**z
    rows = range(int((90 - box[3]) // side), int((90 - box[1]) // side) + 1)
    return [(r, c) for r in rows for c in range(int((box[0] + 180) // side), int((box[2] + 180) // side) + 1)]


@pytest.mark.parametrize("layer, z, row, col", [
    ("net-co2e", 4, 4, 21), ("emissions-co2e", 5, 8, 43), ("removals-co2", 7, 34, 177), ("net-co2e", 8, 69, 354), ("emissions-co2e", 11, 553, 2834)])
def test_degrees_agree_with_numpy(server, layer, z, row, col):
    got = rgba(get_tile(server, layer, z, row, col))
    lon, lat = edges(z, row, col)
    want, certain = expected(layer, lon, lat, style_of(STYLES[layer]), 180 / 2**z / 256)
    assert certain.mean() > 0.9 and (got[certain] == want[certain]).all()
    assert len(np.unique(want.reshape(-1, 4), axis=0)) > 1


@pytest.mark.parametrize("layer", STYLES)
def test_tiles_of_a_zoom_add_up(server, layer):
    """No mass is lost or counted twice between tiles, whatever the zoom: the demonstration's own total."""
    want = demo.total(layer)
    on_map = float(np.nansum(demo.cells(layer)))
    assert on_map == pytest.approx(want, rel=1e-9)
    for z in (0, 1, 4, 6):
        tiles = [(0, 0), (0, 1)] if z == 0 else over(z)
        masses = [float(get_tile(server, layer, z, *at).headers["X-Tile-Mass-t"]) for at in tiles]
        assert sum(masses) == pytest.approx(on_map, rel=1e-9), z


def test_one_tile_has_the_mass_of_its_ground(server):
    cells = np.nan_to_num(demo.cells("emissions-co2e"))
    lon, lat = remap.cell_edges(demo.GRID, 0)
    for at in [(6, 17, 88), (7, 34, 177), (9, 138, 709)]:
        west_east, north_south = edges(*at)
        wx = remap.overlap_fractions(west_east[[0, -1]], lon)
        wy = remap.overlap_fractions(-remap.authalic_q(north_south[[0, -1]]), -remap.authalic_q(lat))
        got = float(get_tile(server, "emissions-co2e", *at).headers["X-Tile-Mass-t"])
        assert got == pytest.approx(float((wy @ cells @ wx.T)[0, 0]), rel=1e-7)  # cells are stored as float32


def test_a_map_agrees_with_numpy(server):
    query = {"bbox": "60.1,38.3,64.7,41.9", "width": 301, "height": 217, "datetime": "2022"}
    got = rgba(server.get(f"/ogc/collections/{RELEASE}:emissions-co2e/map", params=query))
    lon = 60.1 + 4.6 * np.arange(302) / 301
    lat = 41.9 - 3.6 * np.arange(218) / 217
    assert_same(got, *expected("emissions-co2e", lon, lat, style_of("density-inferno"), min(4.6 / 301, 3.6 / 217)))


# --- GDAL ---------------------------------------------------------------------------------------

def open_collection(server, flags, *options):
    return gdal.OpenEx(f"OGCAPI:{server.url}/ogc/collections/{RELEASE}:net-co2e", flags, open_options=["CACHE=NO", *options])


def test_gdal_lists_what_there_is(server):
    names = gdal.OpenEx(f"OGCAPI:{server.url}/ogc", gdal.OF_RASTER | gdal.OF_VECTOR).GetMetadata("SUBDATASETS").values()
    assert f"OGCAPI:{server.url}/ogc/collections/{RELEASE}:net-co2e" in names
    vector = gdal.OpenEx(f"OAPIF:{server.url}/ogc", gdal.OF_VECTOR)  # the driver of features passes maps over
    assert [vector.GetLayer(i).GetName() for i in range(vector.GetLayerCount())] == ["districts", "sources"]


def test_gdal_reads_maps(server):
    """API MAP: its blocks are maps of their own ground, so its pixels are those of the map asked for by hand."""
    source = open_collection(server, gdal.OF_RASTER, "API=MAP")
    assert source.RasterCount == 4 and source.GetSpatialRef().GetAuthorityCode(None) == "4326"
    west, dx, _, north, _, dy = source.GetGeoTransform()
    box = [west + 512 * dx, north + 512 * dy, west + 768 * dx, north + 256 * dy]
    want = rgba(server.get(f"/ogc/collections/{RELEASE}:net-co2e/map", params={"bbox": ",".join(map(repr, box)), "width": 256, "height": 256}))
    got = source.ReadAsArray(512, 256, 256, 256).transpose(1, 2, 0)
    assert (got == want).mean() > 0.999 and len(np.unique(want.reshape(-1, 4), axis=0)) > 3


def test_gdal_reads_map_tiles(server):
    """API TILES in degrees: found from the collection alone; every pixel is that of the tile."""
    source = open_collection(server, gdal.OF_RASTER, "API=TILES")
    west, dx, _, north, _, dy = source.GetGeoTransform()
    assert dx == pytest.approx(180 / 256 / 2**7) and dy == pytest.approx(-dx)
    col, row = round((west + 180) / dx), round((90 - north) / dx)  # in pixels of the matrix
    x, y = 177 * 256 - col, 34 * 256 - row
    got = source.ReadAsArray(x, y, 256, 256).transpose(1, 2, 0)
    assert (got == rgba(get_tile(server, "net-co2e", 7, 34, 177))).all()
    assert source.GetRasterBand(1).GetOverviewCount() == 7


def test_gdal_reads_tiles_of_web_mercator(server):
    """GDAL 3.6 does not turn the extent into metres by itself: the box of interest has to be said."""
    edge, z, x, y = 20037508.342789244, 7, 87, 47
    side = 2 * edge / 2**z
    box = [f"MINX={x * side - edge}", f"MAXX={(x + 1) * side - edge}", f"MINY={edge - (y + 1) * side}", f"MAXY={edge - y * side}"]
    source = open_collection(server, gdal.OF_RASTER, "API=TILES", "TILEMATRIXSET=WebMercatorQuad", f"TILEMATRIX={z}", *box)
    assert (source.RasterXSize, source.RasterYSize) == (256, 256)
    assert (source.ReadAsArray().transpose(1, 2, 0) == rgba(server.get(f"/tiles/{RELEASE}/net-co2e/{z}/{x}/{y}.png"))).all()


def test_gdal_reads_vector_tiles(server, tmp_path):
    """By its MVT driver, found from the collection's links. The OGCAPI driver reads vector tiles only where it was built
    together with the GML driver, which Debian's 3.6 is not; where it is, it must agree."""
    collection = server.json("/ogc/collections/districts")
    tilesets, = [link["href"] for link in collection["links"] if link["rel"].endswith("/tilesets-vector")]
    brief = server.json(tilesets.removeprefix(server.url))["tilesets"][0]
    whole, = [link["href"] for link in brief["links"] if link["rel"] == "self"]
    item, = [link["href"] for link in server.json(whole.removeprefix(server.url))["links"] if link["rel"] == "item"]
    href = item.removeprefix(server.url).replace("{tileMatrix}", "5").replace("{tileRow}", "12").replace("{tileCol}", "21")
    (tmp_path / "5" / "21").mkdir(parents=True)
    (tmp_path / "5" / "21" / "12.mvt").write_bytes(server.get(href).content)
    tile = gdal.OpenEx(str(tmp_path / "5" / "21" / "12.mvt"), gdal.OF_VECTOR, allowed_drivers=["MVT"], open_options=["CLIP=NO"])
    rows = {r["district"]: r["value"] for r in server.json("/v1/districts?limit=1000")["rows"]}
    got = {f["code"]: f["value"] for f in tile.GetLayerByName("districts")}
    assert len(got) > 20 and all(rows[code] == value for code, value in got.items())
    try:
        source = gdal.OpenEx(f"OGCAPI:{server.url}/ogc/collections/districts", gdal.OF_VECTOR, open_options=["API=TILES"])
    except RuntimeError:
        return
    assert source.GetLayerCount() > 5
