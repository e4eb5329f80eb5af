"""GDAL's drivers that tests/gis does not try: TMS as a written description, and vector tiles of a whole pyramid from their TileJSON."""
import io
import subprocess

import numpy as np
import pytest
from kit import clean_env
from osgeo import gdal
from PIL import Image

import maps
from test_clients_doc import EXAMPLE, block

gdal.UseExceptions()


@pytest.mark.parametrize("year", maps.YEARS)
def test_a_described_pyramid_has_the_tiles_pixels(server, tmp_path, year):
    """The file that docs/clients.md has; alpha included."""
    file = tmp_path / "fluxgrid.xml"
    text = block("GDAL", 1).replace(EXAMPLE, server.url).replace("year=2022", f"year={year}")
    file.write_text(text.replace("<Cache/>", f"<Cache><Path>{tmp_path}</Path></Cache>"))
    source = gdal.Open(str(file))
    assert source.RasterXSize == source.RasterYSize == maps.SIDE * 2**maps.ZOOM and source.RasterCount == 4
    left, top, width, height = maps.window(server)
    got = source.ReadAsArray(left, top, width, height).transpose(1, 2, 0)
    want = maps.picture(server, left, top, width, height, year=year)
    seen = want[..., 3] > 0
    assert seen.sum() > 50000 and (got[..., 3] == want[..., 3]).all() and (got[seen] == want[seen]).all()
    other = maps.picture(server, left, top, width, height, year=2012 + 2022 - year)
    assert (got[seen] != other[seen]).any(axis=-1).sum() > 10000


def test_vector_tiles_of_a_whole_zoom(server):
    """From the address of a zoom and the TileJSON: its fields are text there, since TileJSON describes them in words."""
    source = gdal.OpenEx(f"MVT:{server.url}/tiles/districts/8", gdal.OF_VECTOR, allowed_drivers=["MVT"],
                         open_options=["TILE_EXTENSION=mvt", f"METADATA_FILE={server.url}/tiles/districts.json"])
    assert {source.GetLayer(i).GetName() for i in range(source.GetLayerCount())} == {"districts", "district_labels"}
    rows = {r["district"]: r for r in server.json("/v1/districts?limit=1000")["rows"]}
    west, north = maps.corner(*maps.pixel_of(55.9, 45.7))
    east, south = maps.corner(*maps.pixel_of(73.2, 37.1))
    for name in ("districts", "district_labels"):
        layer = source.GetLayerByName(name)
        layer.SetSpatialFilterRect(west, south, east, north)
        seen = {f["code"]: (f["name"], float(f["value"])) for f in layer}
        assert seen == {code: (row["name"], pytest.approx(row["value"], rel=1e-9)) for code, row in rows.items()}


def test_a_picture_by_the_documents_commands(server, tmp_path, artifacts, screenshot):
    """Its colours are the server's own, and the borders are drawn over them. (The driver asks for a finer picture, and takes each pixel nearest.)"""
    script = block("GDAL", 2).replace(EXAMPLE, server.url)
    done = subprocess.run(["bash", "-euc", script], cwd=tmp_path, capture_output=True, text=True, timeout=120,
                          env=clean_env(GDAL_DEFAULT_WMS_CACHE_PATH=str(tmp_path)))
    assert done.returncode == 0, done.stdout + done.stderr
    picture = Image.open(tmp_path / "map.png").convert("RGB")
    picture.save(artifacts / "gdal.png")
    got, width, height = np.asarray(picture), *picture.size
    answer = server.get("/wms?SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&LAYERS=uzbekistan/net-co2e&STYLES=&CRS=EPSG:32642&FORMAT=image/png"
                        f"&BBOX=400000,4380000,830000,4660000&WIDTH={width}&HEIGHT={height}")
    want = np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGB"))
    drawn = (got == 0).all(axis=-1)
    assert 0.005 < drawn.mean() < 0.1, "the borders"
    colours = {tuple(colour) for colour in np.unique(want.reshape(-1, 3), axis=0)}
    assert {tuple(colour) for colour in np.unique(got[~drawn], axis=0)} <= colours and len(colours) > 8
    assert (got[~drawn] == want[~drawn]).all(axis=-1).mean() > 0.97
    screenshot("gdal", picture)
