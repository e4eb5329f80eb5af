"""OGC API - Features by its clients: what features say, GDAL's driver, and OWSLib. Its abstract tests are in tests/http."""
import json

import jsonschema
import pytest
from osgeo import gdal, ogr, osr
from owslib.ogcapi.features import Features

gdal.UseExceptions()
ITEMS = {"districts": "/ogc/collections/districts/items", "sources": "/ogc/collections/sources/items"}
EPSG_4326 = "http://www.opengis.net/def/crs/EPSG/0/4326"
LINK = {"type": "object", "required": ["href", "rel"], "properties": {"href": {"type": "string", "pattern": "^http"}, "rel": {"type": "string"}}}


def get(server, path, status=200, **query):
    answer = server.get(path, params=query)
    assert answer.status_code == status, f"{answer.url}: {answer.status_code} {answer.text[:300]}"
    return answer


def links(document):
    for link in document["links"]:
        jsonschema.validate(link, LINK)
    return {link["rel"]: link for link in document["links"]}


def walk(server, path, **query):
    """All pages, by their links alone."""
    page = get(server, path, **query).json()
    yield page
    while "next" in links(page):
        href = links(page)["next"]["href"]
        assert href.startswith(server.url)
        page = server.get(href.removeprefix(server.url)).json()
        yield page


# --- where a client begins ---------------------------------------------------------------------

def test_landing_page_leads_to_all(server):
    found = links(get(server, "/ogc").json())
    assert {"self", "service-desc", "service-doc", "conformance", "data"} <= set(found)
    for link in found.values():
        assert server.get(link["href"].removeprefix(server.url)).status_code == 200
    assert server.get(found["service-desc"]["href"].removeprefix(server.url)).json()["openapi"].startswith("3.0")


def test_collections(server):
    document = get(server, "/ogc/collections").json()
    assert [c["id"] for c in document["collections"]][:2] == ["districts", "sources"]
    for collection in document["collections"][:2]:
        assert all("release=uzbekistan@1.0.0" in link["href"] for link in collection["links"])  # that the extent is of
        west, south, east, north = collection["extent"]["spatial"]["bbox"][0]
        assert 55 < west < east < 74 and 37 < south < north < 46
        assert collection["extent"]["temporal"]["interval"] == [["2010-01-01T00:00:00Z", "2022-12-31T23:59:59Z"]]


# --- items -------------------------------------------------------------------------------------

@pytest.mark.parametrize("kind,limit", [("sources", 1), ("sources", 7), ("districts", 50), ("districts", 107)])
def test_pages_hold_each_feature_once(server, kind, limit):
    whole = get(server, ITEMS[kind], limit=1000).json()
    pages = list(walk(server, ITEMS[kind], limit=limit))
    features = [f for page in pages for f in page["features"]]
    ids = [f["id"] for f in features]
    assert len(set(ids)) == len(ids) and features == whole["features"] and "next" not in links(whole)
    assert all(p["numberReturned"] == len(p["features"]) <= limit for p in pages) and all(len(p["features"]) == limit for p in pages[:-1])
    assert all(p["numberMatched"] == len(ids) for p in [whole, *pages])


def test_values_are_those_of_the_tables(server):
    query = {"flow": "net", "per": "capita", "lang": "ru", "level": "1"}
    rows = {r["district"]: r for r in get(server, "/v1/districts", year="2015", **query).json()["rows"]}
    page = get(server, ITEMS["districts"], datetime="2015", **query).json()
    assert page["numberMatched"] == len(rows) == len(page["features"])
    for feature in page["features"]:
        assert feature["properties"] == {**rows[feature["id"]], "unit": page["unit"], "year": 2015}
    listed = get(server, "/v1/sources", format="json", limit="1000", gas="CO2").json()["rows"]
    features = get(server, ITEMS["sources"], limit="1000", gas="CO2").json()["features"]
    assert [(f["properties"]["code"], f["properties"]["value"], f["geometry"]["coordinates"]) for f in features] == [(r["code"], r["value"], [r["lon"], r["lat"]]) for r in listed]


def test_shapes_are_those_of_the_map(server):
    shown = {f["id"]: f["geometry"] for f in get(server, "/v1/districts", format="geojson", level="1").json()["features"]}
    assert {f["id"]: f["geometry"] for f in get(server, ITEMS["districts"], level="1").json()["features"]} == shown


def test_wrong_and_large_parameters(server):
    for name, value in (("limit", "0"), ("limit", "x"), ("bbox", "1,2,3"), ("bbox", "1,2,3,4,5"), ("bbox", "0,50,10,40"), ("f", "xml"), ("nobody", "1"), ("level", "9")):
        assert get(server, ITEMS["districts"], 400, **{name: value}).json()["errors"][0]["parameter"] == name
    assert get(server, ITEMS["sources"], 400, after="x1").json()["errors"][0]["parameter"] == "after"
    assert "limit=1000&" in links(get(server, ITEMS["sources"], limit="100000").json())["self"]["href"]


def test_conditional_and_pinned(server):
    page = get(server, ITEMS["districts"], level="1", f="json")
    pinned = links(page.json())["self"]["href"].removeprefix(server.url)
    again = server.get(pinned)
    assert again.content == page.content and "immutable" in again.headers["Cache-Control"]
    assert server.get(pinned, headers={"If-None-Match": again.headers["ETag"]}).status_code == 304


# --- clients -----------------------------------------------------------------------------------

def test_gdal_reads_all(server):
    """Pages of 60; the driver asks for boxes in the system of the layer."""
    source = gdal.OpenEx(f"OAPIF:{server.url}/ogc", gdal.OF_VECTOR, open_options=["PAGE_SIZE=60"])
    assert {"districts", "sources"} <= {source.GetLayer(i).GetName() for i in range(source.GetLayerCount())}
    layer = source.GetLayerByName("districts")
    assert layer.GetFeatureCount() == 214 and len({f["district"] for f in layer}) == 214
    layer.SetSpatialFilterRect(69.2, 41.2, 69.4, 41.4)
    near = {f["district"] for f in layer}
    assert near == {f["id"] for f in get(server, ITEMS["districts"], bbox="69.2,41.2,69.4,41.4").json()["features"]}
    sources = source.GetLayerByName("sources")
    rows = get(server, "/v1/sources", format="json", limit="1000").json()["rows"]
    assert sources.GetFeatureCount() == len(rows)
    assert {f["code"]: f["value"] for f in sources} == {r["code"]: r["value"] for r in rows} and sources.GetGeomType() == ogr.wkbPoint


@pytest.mark.parametrize("crs,epsg", [("OGC/1.3/CRS84", 4326), ("EPSG/0/3857", 3857)])
def test_gdal_reads_pages_in_a_system(server, crs, epsg):
    """The driver for OGC API of GDAL 3.6 knows no crs yet; its driver for GeoJSON is told the system."""
    uri = "http://www.opengis.net/def/crs/" + crs
    system, degrees = osr.SpatialReference(), osr.SpatialReference()
    for one, code in ((system, epsg), (degrees, 4326)):
        one.ImportFromEPSG(code)
        one.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    turn = osr.CoordinateTransformation(degrees, system)
    places = {f["id"]: turn.TransformPoint(*f["geometry"]["coordinates"])[:2] for f in get(server, ITEMS["sources"], limit=1000).json()["features"]}
    found = {}
    for page in walk(server, ITEMS["sources"], limit=50, crs=uri):
        opened = ogr.Open(json.dumps(page))  # which its layers do not keep
        for feature in opened.GetLayer(0):
            found[feature.GetFID()] = feature.GetGeometryRef().GetPoint_2D()
    within = 0.02 if epsg == 3857 else 1e-9
    assert set(found) == set(places) and all(abs(found[i][k] - places[i][k]) < within for i in places for k in (0, 1))


def test_owslib_reads_all(server):
    client = Features(server.url + "/ogc")
    assert client.feature_collections()[:2] == ["districts", "sources"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in client.conformance()["conformsTo"]
    assert client.api()["openapi"].startswith("3.0")
    page = client.collection_items("districts", limit=3, bbox=[60, 38, 70, 42], datetime="2010/2015", level="1")
    assert len(page["features"]) == 3 and page["features"][0]["properties"]["year"] == 2015
    assert json.dumps(client.collection_item("districts", "UZ")["geometry"]).startswith('{"type": "MultiPolygon"')
    turned = client.collection_items("sources", limit=1, bbox=[41, 69, 42, 70], **{"bbox-crs": EPSG_4326, "crs": EPSG_4326})["features"][0]
    assert turned["geometry"]["coordinates"] == [turned["properties"]["lat"], turned["properties"]["lon"]] and 41 <= turned["geometry"]["coordinates"][0] <= 42
    assert client.collection("sources")["itemType"] == "feature"
    assert set(client.collection_queryables("sources")["properties"]) == {"district", "gas", "name", "operator", "sector"}
