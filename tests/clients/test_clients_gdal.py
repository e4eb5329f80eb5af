"""GDAL's drivers that tests/gis does not try: TMS as a written description, and vector tiles of a whole pyramid from their TileJSON."""
import pytest
from osgeo import gdal

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
