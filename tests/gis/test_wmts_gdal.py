"""GDAL's own WMTS driver, given nothing but the address."""
import io

import numpy as np
import pytest
import requests
from osgeo import gdal
from PIL import Image

gdal.UseExceptions()
LAYER = "uzbekistan@1.0.0/net-co2e"
EDGE = 20037508.342789244


def test_the_layers_are_listed(server):
    source = gdal.Open(f"WMTS:{server.url}/wmts/1.0.0/WMTSCapabilities.xml")
    names = " ".join(source.GetMetadata("SUBDATASETS").values())
    assert LAYER in names and "emissions-ch4" in names


@pytest.fixture(autouse=True)
def own_cache(tmp_path):
    """GDAL keeps tiles in the folder it is started in unless told otherwise."""
    gdal.SetConfigOption("GDAL_DEFAULT_WMS_CACHE_PATH", str(tmp_path))
    yield
    gdal.SetConfigOption("GDAL_DEFAULT_WMS_CACHE_PATH", None)


@pytest.mark.parametrize("address", ["/wmts/1.0.0/WMTSCapabilities.xml", "/wmts?SERVICE=WMTS&REQUEST=GetCapabilities"])
def test_pixels_are_those_of_the_tiles(server, address):
    """Four tiles of zoom 6, read as one window."""
    source = gdal.OpenEx(f"WMTS:{server.url}{address},layer={LAYER},tilematrixset=WebMercatorQuad,zoom_level=6,extendbeyonddateline=NO",
                         gdal.OF_RASTER)
    west, resolution, _, north, _, _ = source.GetGeoTransform()
    assert resolution == pytest.approx(2 * EDGE / (256 * 2**6), rel=1e-9) and source.RasterCount == 4
    want = np.zeros((512, 512, 4), dtype=np.uint8)
    for row in range(2):
        for col in range(2):
            png = requests.get(f"{server.url}/tiles/{LAYER}/6/{42 + col}/{23 + row}.png", timeout=30).content
            want[256 * row:256 * row + 256, 256 * col:256 * col + 256] = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))
    x0, y0 = round((42 * 256 * resolution - EDGE - west) / resolution), round((north - (EDGE - 23 * 256 * resolution)) / resolution)
    left, top = max(x0, 0), max(y0, 0)
    right, bottom = min(x0 + 512, source.RasterXSize), min(y0 + 512, source.RasterYSize)
    got = source.ReadAsArray(left, top, right - left, bottom - top).transpose(1, 2, 0)
    want = want[top - y0:bottom - y0, left - x0:right - x0]
    assert got.size > 256 * 256 and len(np.unique(want.reshape(-1, 4), axis=0)) > 3
    seen = want[..., 3] > 0
    assert (got[..., 3] == want[..., 3]).all() and (got[seen] == want[seen]).all()
