"""OGC API - Features: its abstract tests as far as they apply, GDAL's driver, and OWSLib."""
import json

import jsonschema
import pytest
import shapely.geometry
from osgeo import gdal, ogr
from owslib.ogcapi.features import Features

gdal.UseExceptions()
ITEMS = {"districts": "/ogc/collections/districts/items", "sources": "/ogc/collections/sources/items"}
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
    assert server.get(found["service-desc"]["href"].removeprefix(server.url)).json()["openapi"].startswith("3.1")


def test_what_is_claimed(server):
    assert not [c for c in get(server, "/ogc/conformance").json()["conformsTo"] if "ogcapi-features" in c]  # see decision 0027


def test_collections(server):
    document = get(server, "/ogc/collections").json()
    features = [c for c in document["collections"] if c.get("itemType") == "feature"]  # maps have tests of their own
    assert [c["id"] for c in features] == ["districts", "sources"] and "self" in links(document)
    for collection in features:
        found = links(collection)
        alone = server.get(found["self"]["href"].removeprefix(server.url)).json()
        assert alone == collection
        items = server.get(found["items"]["href"].removeprefix(server.url))
        assert items.headers["Content-Type"] == found["items"]["type"] == "application/geo+json"
        west, south, east, north = collection["extent"]["spatial"]["bbox"][0]
        assert 55 < west < east < 74 and 37 < south < north < 46
        assert collection["extent"]["temporal"]["interval"] == [["2010-01-01T00:00:00Z", "2022-12-31T23:59:59Z"]]
    get(server, "/ogc/collections/nobody", 404)


def test_links_are_of_the_release_that_is_told_of(server):
    collection = get(server, "/ogc/collections/sources").json()
    assert all("release=uzbekistan@1.0.0" in link["href"] for link in collection["links"])


# --- items -------------------------------------------------------------------------------------

@pytest.mark.parametrize("kind,limit", [("sources", 1), ("sources", 7), ("districts", 50), ("districts", 107)])
def test_pages_hold_each_feature_once(server, kind, limit):
    whole = get(server, ITEMS[kind], limit=1000).json()
    pages = list(walk(server, ITEMS[kind], limit=limit))
    features = [f for page in pages for f in page["features"]]
    ids = [f["id"] for f in features]
    assert len(set(ids)) == len(ids) and features == whole["features"] and "next" not in links(whole)
    assert all(p["numberReturned"] == len(p["features"]) <= limit for p in pages) and all(len(p["features"]) == limit for p in pages[:-1])
    assert all(p.get("numberMatched", len(ids)) == len(ids) for p in pages) and ("numberMatched" in whole) == (kind == "districts")


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


@pytest.mark.parametrize("kind", ITEMS)
def test_one_feature(server, kind):
    of = get(server, ITEMS[kind], limit=1000).json()["features"]
    for feature in (of[0], of[-1]):
        answer = get(server, f"{ITEMS[kind]}/{feature['id']}")
        alone = answer.json()
        assert answer.headers["Content-Type"] == "application/geo+json" and {"self", "collection"} <= set(links(alone))
        assert {k: alone[k] for k in feature} == feature
    for nobody in ("nobody", "0", "999999999999", "-1"):
        get(server, f"{ITEMS[kind]}/{nobody}", 404)


BOXES = ["60,38,70,42", "60,38,0,70,42,9000", "69.2,41.2,69.4,41.4", "170,30,65,50", "-10,0,-5,5"]


@pytest.mark.parametrize("kind", ITEMS)
@pytest.mark.parametrize("box", BOXES)
def test_a_box_gives_what_meets_it(server, kind, box):
    numbers = [float(n) for n in box.split(",")]
    west, south, east, north = numbers if len(numbers) == 4 else [numbers[i] for i in (0, 1, 3, 4)]
    parts = [(west, east)] if west <= east else [(west, 180), (-180, east)]
    ground = shapely.geometry.MultiPolygon([shapely.geometry.box(w, south, e, north) for w, e in parts])
    everything = get(server, ITEMS[kind], limit=1000).json()["features"]
    expected = [f["id"] for f in everything if shapely.geometry.shape(f["geometry"]).buffer(0 if kind == "districts" else 1e-9).intersects(ground)]
    found = [f["id"] for f in get(server, ITEMS[kind], limit=1000, bbox=box).json()["features"]]
    assert found == expected and len(found) < len(everything)


@pytest.mark.parametrize("text,year", [
    ("2015", 2015), ("2015-07-01", 2015), ("2015-01-01/2015-12-31", 2015), ("2015-01-01T00:00:00Z/2015-12-31T23:59:59Z", 2015),
    ("../2010-12-31", 2010), ("2022/..", 2022), ("/2010", 2010), ("2022-02-28T12:30:00.000Z/", 2022), ("1990/2010-01-01", 2010)])
def test_a_time_is_the_year_it_touches(server, text, year):
    for kind, path in ITEMS.items():
        features = get(server, path, datetime=text, limit=2).json()["features"]
        assert features and {f["properties"]["year"] for f in features} == {year}, kind


@pytest.mark.parametrize("text,status", [
    ("2010/2012", 400), ("..", 400), ("../..", 400), ("2015-02-29", 400), ("2015-13-01", 400), ("2015-1-1", 400), ("2016/2015", 400), ("latest", 400),
    ("2015-01-01T25:00:00Z", 400), ("2015-01-01T00:00:00", 400), ("2015/2015/2015", 400), ("", 400), ("1999", 404), ("2030/..", 404), ("2010-01-01/" * 20, 400)])
def test_a_time_that_is_not_one_year_is_refused(server, text, status):
    error = get(server, ITEMS["districts"], status, datetime=text).json()["errors"][0]
    assert error["parameter"] == "datetime" and error["allowed"]


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
    source = gdal.OpenEx(f"OAPIF:{server.url}/ogc", gdal.OF_VECTOR, open_options=["PAGE_SIZE=60"])
    assert {source.GetLayer(i).GetName() for i in range(source.GetLayerCount())} == {"districts", "sources"}
    layer = source.GetLayerByName("districts")
    assert layer.GetFeatureCount() == 214 and len({f["district"] for f in layer}) == 214
    layer.SetSpatialFilterRect(69.2, 41.2, 69.4, 41.4)
    near = {f["district"] for f in layer}
    assert near == {f["id"] for f in get(server, ITEMS["districts"], bbox="69.2,41.2,69.4,41.4").json()["features"]}
    sources = source.GetLayerByName("sources")
    rows = get(server, "/v1/sources", format="json", limit="1000").json()["rows"]
    assert {f["code"]: f["value"] for f in sources} == {r["code"]: r["value"] for r in rows} and sources.GetGeomType() == ogr.wkbPoint


def test_owslib_reads_all(server):
    client = Features(server.url + "/ogc")
    assert client.feature_collections() == ["districts", "sources"]
    page = client.collection_items("districts", limit=3, bbox=[60, 38, 70, 42], datetime="2015", level="1")
    assert len(page["features"]) == 3 and page["features"][0]["properties"]["year"] == 2015
    assert json.dumps(client.collection_item("districts", "UZ")["geometry"]).startswith('{"type": "MultiPolygon"')
    assert client.collection("sources")["itemType"] == "feature"
