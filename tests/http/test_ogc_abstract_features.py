"""The abstract tests of OGC API - Features - Part 1: Core (OGC 17-069r4, Annex A), in our own words.

Each test names those it does as /conf/...; what is claimed in /ogc/conformance must be named here.
"""
import datetime
import html
import re
import urllib.parse

import jsonschema
import pytest
import requests
import shapely.geometry
from htmlpage import Page

CLASSES = {f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" for name in ("core", "oas30", "geojson", "html")}
COLLECTIONS = ("districts", "sources")
EVERY = pytest.mark.parametrize("kind", COLLECTIONS)
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
LINK = {"type": "object", "required": ["href", "rel", "type"],
        "properties": {"href": {"type": "string", "pattern": "^https?://"}, **{k: {"type": "string", "minLength": 1} for k in ("rel", "type", "title")}}}
BOX = {"type": "array", "minItems": 1, "items": {"type": "array", "items": {"type": "number"}, "anyOf": [{"minItems": n, "maxItems": n} for n in (4, 6)]}}
COLLECTION = {"type": "object", "required": ["id", "links", "extent"], "properties": {
    "id": {"type": "string"}, "title": {"type": "string"}, "description": {"type": "string"}, "itemType": {"const": "feature"},
    "links": {"type": "array", "items": LINK, "minItems": 1}, "crs": {"type": "array", "items": {"type": "string"}, "contains": {"const": CRS84}},
    "extent": {"type": "object", "properties": {
        "spatial": {"type": "object", "required": ["bbox"], "properties": {"bbox": BOX, "crs": {"const": CRS84}}},
        "temporal": {"type": "object", "required": ["interval"], "properties": {
            "interval": {"type": "array", "items": {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": ["string", "null"]}}}}}}}}}
FEATURE = {"type": "object", "required": ["type", "geometry", "properties", "id"], "properties": {
    "type": {"const": "Feature"}, "id": {"type": ["string", "integer"]}, "properties": {"type": "object"}, "links": {"type": "array", "items": LINK},
    "geometry": {"type": "object", "required": ["type", "coordinates"], "properties": {"type": {"enum": ["Point", "MultiPolygon"]}}}}}
PAGE = {"type": "object", "required": ["type", "features", "links", "numberMatched", "numberReturned"], "properties": {
    "type": {"const": "FeatureCollection"}, "features": {"type": "array", "items": FEATURE}, "links": {"type": "array", "items": LINK},
    "numberMatched": {"type": "integer", "minimum": 0}, "numberReturned": {"type": "integer", "minimum": 0}}}


def get(server, path, status=200, headers=None, **query):
    answer = server.get(path, params={k.replace("_", "-"): v for k, v in query.items()}, headers=headers or {})
    assert answer.status_code == status, f"{answer.url}: {answer.status_code} {answer.text[:300]}"
    return answer


def items(kind):
    return f"/ogc/collections/{kind}/items"


def follow(server, link):
    """A link leads to what it says."""
    jsonschema.validate(link, LINK)
    assert link["href"].startswith(server.url)
    answer = get(server, link["href"].removeprefix(server.url))
    assert answer.headers["Content-Type"].split(";")[0] == link["type"].split(";")[0], link
    return answer


def of(document, rel):
    return [link for link in document["links"] if link["rel"] == rel]


def self_and_alternate(server, document, types):
    """/req/core/*-links: itself, and every other form."""
    own, = of(document, "self")
    others = of(document, "alternate")
    assert [own["type"]] + [link["type"] for link in others] == types
    assert follow(server, own).json() == document
    for link in others:
        follow(server, link)


@pytest.fixture(scope="module")
def every(server):
    """All features of a collection, as its pages list them."""
    return {kind: get(server, items(kind), limit=1000).json()["features"] for kind in COLLECTIONS}


@pytest.fixture(scope="module")
def definition(server):
    link, = of(get(server, "/ogc", f="json").json(), "service-desc")
    return follow(server, link).json()


# --- core: the way to the features -------------------------------------------------------------------

def test_landing_page(server):
    """/conf/core/root-op, /conf/core/root-success, /conf/core/http"""
    document = get(server, "/ogc").json()
    self_and_alternate(server, document, ["application/json", "text/html"])
    for rel in ("conformance", "data", "service-desc", "service-doc"):
        link, = of(document, rel)
        follow(server, link)
    assert of(document, "service-desc")[0]["type"] == "application/vnd.oai.openapi+json;version=3.0"
    assert server.get("/ogc", headers={"Accept": "image/png"}).status_code == 406
    assert requests.post(server.url + "/ogc", timeout=30).status_code == 405


def test_api_definition(server, definition):
    """/conf/core/api-definition-op, /conf/core/api-definition-success"""
    assert definition["openapi"].startswith("3.0")
    assert server.get("/ogc/api").headers["Content-Type"] == "application/vnd.oai.openapi+json;version=3.0"
    assert server.get("/ogc/api", headers={"Accept": "text/html,*/*;q=0.5"}).headers["Content-Type"].startswith("text/html")
    answer = server.get("/ogc/api?f=json")
    assert server.get("/ogc/api?f=json", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_conformance(server):
    """/conf/core/conformance-op, /conf/core/conformance-success"""
    link, = of(get(server, "/ogc").json(), "conformance")
    claimed = follow(server, link).json()["conformsTo"]
    assert len(set(claimed)) == len(claimed) and CLASSES <= set(claimed)
    assert {c for c in claimed if "ogcapi-features-1" in c} == CLASSES  # no more than is tested here


def test_collections(server):
    """/conf/core/fc-md-op, fc-md-success, fc-md-links, fc-md-items, fc-md-items-links, fc-md-extent, /conf/core/crs84"""
    link, = of(get(server, "/ogc").json(), "data")
    document = follow(server, link).json()
    self_and_alternate(server, document, ["application/json", "text/html"])
    mine = [c for c in document["collections"] if c["id"] in COLLECTIONS]
    assert [c["id"] for c in mine] == list(COLLECTIONS)
    for collection in mine:
        jsonschema.validate(collection, COLLECTION)
        assert [link["type"] for link in of(collection, "items")] == ["application/geo+json", "text/html"]
        for link in of(collection, "items"):
            follow(server, link)


@EVERY
def test_collection(server, every, kind):
    """/conf/core/sfc-md-op, /conf/core/sfc-md-success"""
    alone = get(server, f"/ogc/collections/{kind}").json()
    self_and_alternate(server, alone, ["application/json", "text/html"])
    listed, = (c for c in get(server, "/ogc/collections").json()["collections"] if c["id"] == kind)
    assert alone == listed
    ground = shapely.geometry.box(*alone["extent"]["spatial"]["bbox"][0]).buffer(1e-6)
    assert all(ground.contains(shapely.geometry.shape(f["geometry"])) for f in every[kind])
    get(server, "/ogc/collections/nobody", 404)


# --- core: features ----------------------------------------------------------------------------------

@EVERY
def test_features(server, kind):
    """/conf/core/fc-op, fc-response, fc-links, fc-timeStamp, fc-numberMatched, fc-numberReturned, /conf/geojson/content"""
    answer = get(server, items(kind), limit=3)
    page = answer.json()
    jsonschema.validate(page, PAGE)
    assert answer.headers["Content-Type"] == "application/geo+json"
    self_and_alternate(server, page, ["application/geo+json", "text/html"])
    assert "timeStamp" not in page  # decision 28: an answer has the same bytes for ever
    assert page["numberReturned"] == len(page["features"]) == 3 < page["numberMatched"]


@EVERY
@pytest.mark.parametrize("query", [{}, {"bbox": "60,38,70,42"}, {"name": "no such name"}])
def test_numbers_are_those_of_all_pages(server, kind, query):
    """/conf/core/fc-numberMatched, /conf/core/fc-numberReturned, /conf/core/fc-links: next"""
    pages = [get(server, items(kind), limit=37, **query).json()]
    while of(pages[-1], "next"):
        link, = of(pages[-1], "next")
        pages.append(follow(server, link).json())
    ids = [f["id"] for page in pages for f in page["features"]]
    assert len(set(ids)) == len(ids) and {page["numberMatched"] for page in pages} == {len(ids)}
    assert all(page["numberReturned"] == len(page["features"]) for page in pages)
    assert all(page["numberReturned"] == 37 for page in pages[:-1]) and (len(pages) == 1) == (len(ids) <= 37)


@EVERY
def test_limit(server, every, kind):
    """/conf/core/fc-limit-response"""
    for limit in (1, 10, 1000, 1001, 100000, 10 ** 12):
        page = get(server, items(kind), limit=limit).json()
        assert len(page["features"]) == min(limit, 1000, len(every[kind]))
    for wrong in ("0", "-1", "x", "", "1.5", "1e3"):
        assert get(server, items(kind), 400, limit=wrong).json()["errors"][0]["parameter"] == "limit"


@EVERY
@pytest.mark.parametrize("box", ["60,38,70,42", "60,38,0,70,42,9000", "170,30,65,50", "-10,0,-5,5", "69.24,41.2,69.3,41.35", "6.9e1,41,70,4.2e+1", "1e-05,0,179.5,1e1"])
def test_bbox(server, every, kind, box):
    """/conf/core/fc-bbox-response"""
    numbers = [float(n) for n in box.split(",")]
    west, south, east, north = numbers if len(numbers) == 4 else [numbers[i] for i in (0, 1, 3, 4)]
    parts = [(west, east)] if west <= east else [(west, 180), (-180, east)]
    ground = shapely.geometry.MultiPolygon([shapely.geometry.box(w, south, e, north) for w, e in parts])
    expected = [f["id"] for f in every[kind] if shapely.geometry.shape(f["geometry"]).buffer(0 if kind == "districts" else 1e-9).intersects(ground)]
    page = get(server, items(kind), limit=1000, bbox=box).json()
    assert [f["id"] for f in page["features"]] == expected and page["numberMatched"] == len(expected) < len(every[kind])
    own, = of(page, "self")
    assert follow(server, own).json() == page  # small numbers are written so that they can be read


TIMES = [  # what is asked, and the latest of the years 2010..2022 that it touches
    ("2015", 2015), ("2015-07-01", 2015), ("2015-07-01T12:30:00Z", 2015), ("2015-07-01T12:30:00.123456Z", 2015), ("2015-12-31T23:59:60Z", 2015),
    ("2016-01-01T02:00:00+05:00", 2015), ("2015-12-31T22:00:00-05:00", 2016), ("2015-12-31/2015-12-31", 2015),
    ("2010/2012", 2012), ("2010-05-01/2012-01-01T00:00:00Z", 2012), ("../2015", 2015), ("/2015-06-30", 2015), ("2015/..", 2022), ("2015-01-01/", 2022),
    ("../..", 2022), ("/", 2022), ("../", 2022), ("1990/2010", 2010), ("2022/2090", 2022), ("1999", None), ("../2009-12-31", None), ("2023-01-01T00:00:00Z/..", None), ("1990/1995", None)]


@EVERY
def test_datetime(server, every, kind):
    """/conf/core/fc-time-response: moments, closed intervals, and open ones, with .. and with nothing"""
    for text, year in TIMES:
        page = get(server, items(kind), datetime=text, limit=2).json()
        assert [f["properties"]["year"] for f in page["features"]] == ([year] * 2 if year else []), text
        assert page["numberMatched"] == (len(every[kind]) if year else 0), text
        own, = of(page, "self")
        assert follow(server, own).json() == page


@EVERY
@pytest.mark.parametrize("text", ["", "..", "2015-02-29", "2015-13-01", "2015-00-01", "2015-1-1", "2016/2015", "2015-12-31/2015-01-01", "latest", "2015-01-01T25:00:00Z",
                                  "2015-01-01T00:00:00", "2015-01-01T00:00:00.Z", "2015-01-01T00:00:00+5", "2015/2015/2015", "2015-01-01T", "20 15", "2010-01-01/" * 20])
def test_malformed_datetime(server, kind, text):
    """/conf/core/query-param-invalid"""
    assert get(server, items(kind), 400, datetime=text).json()["errors"][0]["parameter"] == "datetime"


@EVERY
def test_parameters_that_are_unknown_or_wrong(server, kind):
    """/conf/core/query-param-unknown, /conf/core/query-param-invalid"""
    for name, value in (("nobody", "1"), ("bbox", "1,2,3"), ("bbox", "1,2,3,4,5"), ("bbox", "0,50,10,40"), ("bbox", "0,0,181,1"), ("bbox", "a,b,c,d"), ("bbox", "1e,2,3,4"),
                        ("f", "xml"), ("crs", "EPSG:4326"), ("bbox-crs", "http://www.opengis.net/def/crs/EPSG/0/32642")):
        assert get(server, items(kind), 400, **{name: value}).json()["errors"][0]["parameter"] == name
    for path in ("/ogc", "/ogc/conformance", "/ogc/api", "/ogc/collections", f"/ogc/collections/{kind}", f"/ogc/collections/{kind}/queryables"):
        assert get(server, path, 400, nobody="1").json()["errors"][0]["parameter"] == "nobody"


def test_filters_by_properties(server, every):
    """/conf/core/fc-response: only features that match; every queryable is a parameter"""
    for kind in COLLECTIONS:
        link = next(k for k in of(get(server, f"/ogc/collections/{kind}").json(), "http://www.opengis.net/def/rel/ogc/1.0/queryables") if k["type"] != "text/html")
        schema = follow(server, link).json()
        jsonschema.Draft202012Validator.check_schema(schema)
        one = {"districts": every["districts"][5], "sources": every["sources"][3]}[kind]["properties"]
        for name, about in schema["properties"].items():
            page = get(server, items(kind), limit=1000, **{name: one[name]}).json()
            assert about["type"] == ("integer" if isinstance(one[name], int) else "string") and 0 < page["numberMatched"] <= len(every[kind])
            if name in ("level", "name", "parent", "gas"):
                assert {f["id"] for f in page["features"]} == {f["id"] for f in every[kind] if f["properties"][name] == one[name]}
            assert one in [f["properties"] for f in page["features"]]


@EVERY
def test_one_feature(server, every, kind):
    """/conf/core/f-op, /conf/core/f-success, /conf/core/f-links"""
    for feature in (every[kind][0], every[kind][-1]):
        answer = get(server, f"{items(kind)}/{feature['id']}")
        alone = answer.json()
        jsonschema.validate(alone, FEATURE)
        assert {k: alone[k] for k in feature} == feature and answer.headers["Content-Type"] == "application/geo+json"
        self_and_alternate(server, alone, ["application/geo+json", "text/html"])
        up, = of(alone, "collection")
        assert follow(server, up).json()["id"] == kind
    assert get(server, f"{items(kind)}/{feature['id']}", 404, datetime="1999").json()["errors"][0]["allowed"].startswith("one of 2010")
    for nobody in ("nobody", "0", "999999999999", "-1"):
        get(server, f"{items(kind)}/{nobody}", 404)


# --- geojson, html -----------------------------------------------------------------------------------

PLACES = ["/ogc", "/ogc/conformance", "/ogc/collections"] + [p.format(kind) for kind in COLLECTIONS for p in (
    "/ogc/collections/{}", "/ogc/collections/{}/queryables", "/ogc/collections/{}/items?limit=5",
    "/ogc/collections/{}/tiles", "/ogc/collections/{}/tiles/WebMercatorQuad")] + [
    "/ogc/collections/districts/items/1703", "/ogc/collections/sources/items/1", "/ogc/tileMatrixSets", "/ogc/tileMatrixSets/WorldCRS84Quad",
    "/ogc/collections/uzbekistan:net-co2e", "/ogc/collections/uzbekistan@1.0.0:net-co2e", "/ogc/collections/uzbekistan:emissions-ch4/map/tiles",
    "/ogc/collections/uzbekistan:emissions-ch4/map/tiles/WorldCRS84Quad?datetime=2015&sector=IPCC2006:1"]


@pytest.mark.parametrize("place", PLACES)
def test_two_forms_of_everything(server, place):
    """/conf/geojson/definition, /conf/geojson/content, /conf/html/definition"""
    kind = "application/geo+json" if "/items" in place else "application/schema+json" if "queryables" in place else "application/json"
    browser = server.get(place, headers={"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"})
    assert browser.headers["Content-Type"] == "text/html; charset=utf-8" and "Accept" in browser.headers["Vary"]
    for accept in ("application/json", "application/geo+json, application/json;q=0.5", "*/*", ""):
        assert server.get(place, headers={"Accept": accept}).headers["Content-Type"] == kind
    sign = "&" if "?" in place else "?"
    assert server.get(place + sign + "f=html").content == browser.content or "/items" in place
    assert server.get(place + sign + "f=json", headers={"Accept": "text/html"}).headers["Content-Type"] == kind


def texts(value):
    """Every scalar of a document, as a page may show it: a link by its title."""
    if isinstance(value, dict) and {"href", "rel"} <= set(value):
        yield value.get("title", "")
    elif isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("place", PLACES)
def test_a_page_says_what_the_document_says(server, place):
    """/conf/html/content: HTML, with all that the document says, and its links as <a>"""
    sign = "&" if "?" in place else "?"
    answer = server.get(place + sign + "f=html")
    answer.encoding = "utf-8"
    page = Page(answer.text)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe-inline" not in policy
    assert not page.tags & {"script", "style", "iframe", "img", "form"} and {"main", "nav", "h1", "a"} <= page.tags
    root = "../" * (urllib.parse.urlsplit(place).path.count("/") - 1)
    assert page.loads == [root + "icon.svg", root + "docs.css"]
    assert server.get(urllib.parse.urljoin(place, page.loads[1])).status_code == 200
    document = server.get(place + sign + "f=json").json()
    features = document.pop("features", [])
    links = document.pop("links", [])
    for link in links:
        if link.get("templated"):  # nothing to follow: its text
            assert link["href"] in html.unescape(answer.text) and link["href"] not in page.links
        elif link["rel"] not in ("self", "alternate", "collection", "next", "conformance", "data", "items"):
            assert link["href"] in page.links
    assert {link["rel"] for link in links if not link.get("templated")} <= set(re.findall(r'<a rel="([^"]+)"', answer.text)) | {"self"}
    plain = html.unescape(re.sub(r"\s+", " ", page.all))
    skipped = {"geometry", "type", "properties", "query", "f"}
    document.pop("query", None), document.pop("citation", None)
    said = [t for t in texts({k: v for k, v in document.items() if k not in ("geometry", "collections", "properties", "type", "links")}) if t not in skipped]
    assert [t for t in said if re.sub(r"\s+", " ", t) not in plain and not t.startswith("http") and t not in ("json", "title", "description", "links")] == []
    for feature in features:
        assert all(name in plain for name in feature["properties"]) and feature["properties"]["name"] in plain
        assert any(f"/items/{feature['id']}?" in link for link in page.links)


@EVERY
def test_pages_lead_on_and_up(server, kind):
    """/conf/html/content: a reader gets through all features by links alone, and back to the beginning"""
    place, seen = f"{items(kind)}?f=html&limit=80", set()
    while place:
        text = server.get(place).text
        page = Page(text)
        found = {link for link in page.links if re.search(r"/items/[^?]+\?.*f=html", link)}
        assert found and not found & seen
        seen |= found
        following = re.search(r'<a rel="next" href="([^"]+)"', text)
        place = html.unescape(following[1]).removeprefix(server.url) if following else None
    assert len(seen) == get(server, items(kind), limit=1).json()["numberMatched"]
    place, steps = sorted(seen)[0].removeprefix(server.url), []
    while (up := re.search(r'<a rel="up" href="([^"]+)"', server.get(place).text)):
        place = html.unescape(up[1]).removeprefix(server.url)
        steps.append(urllib.parse.urlsplit(place).path)
    assert steps == [items(kind), f"/ogc/collections/{kind}", "/ogc/collections", "/ogc"]


def test_nothing_that_is_sent_becomes_markup(server):
    """/conf/html/content"""
    text = get(server, items("sources"), f="html", name='<script>alert("1")</script>&').text
    assert "<script" not in text and "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;" in text and "There are none." in text


# --- oas30 -------------------------------------------------------------------------------------------

def parameter(definition, path, name):
    """Parameters are written out, or references."""
    def resolve(thing):
        return definition["components"]["parameters"][thing["$ref"].rsplit("/", 1)[1]] if "$ref" in thing else thing
    found, = (p for p in map(resolve, definition["paths"][path]["get"]["parameters"]) if p["name"] == name)
    return found


@EVERY
def test_parameters_are_defined_as_asked(definition, kind):
    """/conf/core/fc-bbox-definition, /conf/core/fc-limit-definition, /conf/core/fc-time-definition"""
    for name, schema in (("bbox", {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}), ("datetime", {"type": "string"}), ("limit", {"type": "integer"})):
        found = parameter(definition, items(kind), name)
        assert found["in"] == "query" and not found.get("required") and (found["style"], found["explode"]) == ("form", False)
        assert schema.items() <= found["schema"].items()


KEYWORDS = {"$ref", "title", "type", "nullable", "description", "format", "enum", "default", "example", "items", "properties", "additionalProperties", "required", "allOf", "anyOf", "oneOf",
            "not", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems", "minLength", "maxLength", "pattern",
            "minProperties", "maxProperties"}


def check_schema(schema, at):
    """A schema object of OpenAPI 3.0.3 (4.7.24): only its keywords, one type, no null."""
    unknown = {k for k in schema if not k.startswith("x-")} - KEYWORDS
    assert not unknown, (at, unknown)
    assert schema.get("type", "object") in ("string", "number", "integer", "boolean", "array", "object"), at
    assert isinstance(schema.get("exclusiveMaximum", False), bool) and ("$ref" not in schema or len(schema) == 1), at
    assert schema.get("type") != "array" or "items" in schema, at
    for name, part in schema.get("properties", {}).items():
        check_schema(part, f"{at}/{name}")
    for key in ("items", "additionalProperties", "not"):
        if isinstance(schema.get(key), dict):
            check_schema(schema[key], f"{at}/{key}")
    for key in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(key, []):
            check_schema(part, f"{at}/{key}")


def schemas(definition):
    for name, schema in definition["components"]["schemas"].items():
        yield name, schema
    for path, item in definition["paths"].items():
        for p in item["get"]["parameters"] + list(definition["components"]["parameters"].values()):
            if "$ref" not in p:
                yield f"{path} {p['name']}", p["schema"]
        for status, response in item["get"]["responses"].items():
            for kind, media in response.get("content", {}).items():
                yield f"{path} {status} {kind}", media["schema"]


def test_the_definition_is_openapi_30(definition):
    """/conf/oas30/oas-definition-1, /conf/oas30/oas-definition-2"""
    assert re.fullmatch(r"3\.0\.\d", definition["openapi"]) and set(definition["info"]) <= {"title", "description", "version", "license", "contact", "termsOfService"}
    assert set(definition["info"]["license"]) <= {"name", "url"} and set(definition) <= {"openapi", "info", "servers", "tags", "paths", "components"}
    for at, schema in schemas(definition):
        check_schema(schema, at)
    references = set(re.findall(r"'\$ref': '#/components/(\w+)/([\w.-]+)'", str(definition)))
    assert references == {(kind, name) for kind, things in definition["components"].items() for name in things}
    assert {t for item in definition["paths"].values() for t in item["get"]["tags"]} == {t["name"] for t in definition["tags"]}


def test_the_definition_is_complete(server, definition):
    """/conf/oas30/oas-impl, /conf/oas30/completeness: what it says there is, and no less"""
    assert definition["servers"] == [{"url": server.url}] and all(path == "/ogc" or path.startswith("/ogc/") for path in definition["paths"])
    for place in PLACES + ["/ogc/api"]:
        path = urllib.parse.urlsplit(place).path
        for value, name in ((r"items/1703$", "items/{code}"), (r"items/1$", "items/{id}"), (r"(iles|Sets)/W[^/]+$", r"\1/{tileMatrixSet}"),
                            (r"/uz[^/]+:[^/]+", "/{collection}")):
            path = re.sub(value, name, path)
        content = definition["paths"][path]["get"]["responses"]["200"]["content"]
        for form in ("json", "html"):
            answer = server.get(place + ("&" if "?" in place else "?") + "f=" + form)
            assert answer.headers["Content-Type"].split(";")[0] in content, (place, form)


def test_the_definition_tells_of_errors(definition):
    """/conf/oas30/exceptions-codes; /conf/oas30/security: nothing is protected, and nothing says that it is"""
    for path, item in definition["paths"].items():
        responses = set(item["get"]["responses"])
        assert {"200", "304", "400", "503", "default"} <= responses and ("{" not in path or "404" in responses), path
    assert "security" not in definition and "securitySchemes" not in definition["components"]


def test_the_definition_has_a_page(server):
    """/conf/core/api-definition-success: the same for people"""
    answer = server.get("/ogc/api?f=html")
    answer.encoding = "utf-8"
    page = Page(answer.text)
    assert page.loads == ["../icon.svg", "../docs.css"] and "bbox-crs" in page.all and "/v1/emissions" not in page.links
    for link in page.links:
        if not link.startswith("#"):
            assert server.get(urllib.parse.urljoin("/ogc/api", link)).status_code == 200, link


def test_answers_are_dated(server):
    """Of when an answer is the HTTP header speaks."""
    assert abs((datetime.datetime.now(datetime.timezone.utc) - datetime.datetime.strptime(get(server, "/ogc").headers["Date"], "%a, %d %b %Y %H:%M:%S %Z").replace(
        tzinfo=datetime.timezone.utc)).total_seconds()) < 3600
