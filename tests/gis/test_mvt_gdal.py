"""Vector tiles as GDAL's own driver reads them."""
import pytest
from osgeo import gdal, ogr

gdal.UseExceptions()


@pytest.fixture
def open_tile(server, tmp_path):
    """open_tile(kind, z, x, y): the layers of a tile, in metres of Web Mercator."""
    made = []

    def fetch(kind, z, x, y, **query):
        folder = tmp_path / kind / str(z) / str(x)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{y}.mvt"
        path.write_bytes(server.get(f"/tiles/{kind}/{z}/{x}/{y}.mvt", params=query).content)
        source = gdal.OpenEx(str(path), gdal.OF_VECTOR, allowed_drivers=["MVT"], open_options=["CLIP=NO"])
        made.append(source)
        return {source.GetLayer(i).GetName(): source.GetLayer(i) for i in range(source.GetLayerCount())}
    return fetch


def test_districts(server, open_tile):
    layers = open_tile("districts", 5, 21, 12, level="1")
    assert set(layers) == {"districts", "district_labels"}
    rows = {r["district"]: r for r in server.get("/v1/districts", params={"level": "1"}).json()["rows"]}
    assert layers["districts"].GetGeomType() in (ogr.wkbPolygon, ogr.wkbMultiPolygon)
    west, east, south, north = layers["districts"].GetExtent()
    side = 40075016.685578488 / 2 ** 5
    assert west >= -20037508.35 + 20.97 * side and east <= -20037508.35 + 22.03 * side and north > south
    seen = 0
    for feature in layers["districts"]:
        row = rows[feature["code"]]
        assert (feature["name"], feature["value"], feature["level"], feature["status"]) == (row["name"], row["value"], 1, row["status"])
        assert feature.GetGeometryRef().IsValid()
        seen += 1
    assert seen > 5


def test_sources(server, open_tile):
    layer = open_tile("sources", 2, 2, 1)["sources"]
    rows = server.get("/v1/sources", params={"format": "json", "limit": "1000"}).json()["rows"]
    assert layer.GetFeatureCount() == len(rows) and layer.GetGeomType() == ogr.wkbPoint
    assert {f["code"]: f["value"] for f in layer} == {r["code"]: r["value"] for r in rows}
