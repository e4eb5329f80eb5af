"""The abstract tests of OGC API - Features - Part 2: Coordinate Reference Systems by Reference (OGC 18-058r1, Annex A).

In our own words; each test names those it does as /conf/crs/.... What coordinates should be is PROJ's word (pyproj).
"""
import pyproj
import pytest
from test_ogc_abstract_features import COLLECTIONS, CRS84, EVERY, follow, get, items, of

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
SYSTEMS = {CRS84: "OGC:CRS84", EPSG + "4326": "EPSG:4326", EPSG + "3857": "EPSG:3857"}
WITHIN = {CRS84: 1e-9, EPSG + "4326": 1e-9, EPSG + "3857": 0.16}  # m: degrees are told to 6 decimals, which is up to 0.06 m, and 0.11 m along the meridian at 46 degrees
ALL = pytest.mark.parametrize("crs", SYSTEMS)


def into(crs):
    """From CRS84, axes in the order of each system's own definition."""
    return pyproj.Transformer.from_crs("OGC:CRS84", SYSTEMS[crs], always_xy=False).transform


def flat(coordinates):
    """x, y, x, y ... of any geometry."""
    return [n for part in coordinates for n in flat(part)] if isinstance(coordinates, list) else [float(coordinates)]


@pytest.fixture(scope="module")
def some(server):
    return {"districts": get(server, items("districts"), limit=1000, level=1).json()["features"], "sources": get(server, items("sources"), limit=1000).json()["features"]}


def test_conformance(server):
    """/conf/crs/crs-uri and the claim itself"""
    assert "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs" in get(server, "/ogc/conformance").json()["conformsTo"]


@EVERY
def test_systems_are_listed(server, kind):
    """/conf/crs/crs-uri, /conf/crs/fc-md-crs-list, /conf/crs/storageCrs: URIs, the default first, and the one that is stored"""
    collection = get(server, f"/ogc/collections/{kind}").json()
    assert collection["crs"] == list(SYSTEMS) and collection["storageCrs"] in collection["crs"]
    for uri in collection["crs"]:
        authority, _, code = uri.removeprefix("http://www.opengis.net/def/crs/").split("/")
        assert pyproj.CRS.from_authority(authority, code)


@EVERY
def test_parameters_are_defined(server, kind):
    """/conf/crs/crs-parameter, /conf/crs/bbox-crs-parameter: as the definition of the API says it"""
    definition = get(server, "/ogc/api", f="json").json()
    for path, names in ((items(kind), {"crs", "bbox-crs"}), (items(kind) + ("/{code}" if kind == "districts" else "/{id}"), {"crs"})):
        found = {p["name"]: p for p in definition["paths"][path]["get"]["parameters"] if p.get("name") in names}
        assert set(found) == names
        for p in found.values():
            assert (p["in"], p["style"], p["explode"], p["schema"]["type"], p["schema"]["format"]) == ("query", "form", False, "string", "uri") and not p.get("required")
            assert p["schema"]["enum"] == list(SYSTEMS)


@EVERY
def test_without_a_system_it_is_the_default(server, kind):
    """/conf/crs/default-crs, /conf/crs/crs-parameter-default, /conf/crs/bbox-crs-parameter-default"""
    plain, named = get(server, items(kind), limit=3), get(server, items(kind), limit=3, crs=CRS84)
    assert plain.json()["features"] == named.json()["features"] and plain.headers["Content-Crs"] == named.headers["Content-Crs"] == f"<{CRS84}>"
    assert get(server, items(kind), bbox="60,38,70,42").json()["features"] == get(server, items(kind), bbox="60,38,70,42", bbox_crs=CRS84).json()["features"]


@EVERY
@ALL
def test_features_in_a_system(server, some, kind, crs):
    """/conf/crs/crs-parameter-transform, /conf/crs/ogc-crs-header, /conf/crs/geojson: coordinates, their order, the header"""
    query = {"level": "1"} if kind == "districts" else {}
    answer = get(server, items(kind), limit=1000, crs=crs, **query)
    assert answer.headers["Content-Crs"] == f"<{crs}>" and answer.headers["Content-Type"] == "application/geo+json"
    features = answer.json()["features"]
    assert [f["id"] for f in features] == [f["id"] for f in some[kind]]
    for feature, plain in zip(features, some[kind]):
        assert feature["properties"] == plain["properties"] and "crs" not in feature and "crs" not in feature["geometry"]
        got, expected = flat(feature["geometry"]["coordinates"]), flat(plain["geometry"]["coordinates"])
        x, y = into(crs)(expected[0::2], expected[1::2])
        assert len(got) == len(expected) and max(map(abs, map(float.__sub__, got[0::2], x))) <= WITHIN[crs] and max(map(abs, map(float.__sub__, got[1::2], y))) <= WITHIN[crs]
    alone = get(server, f"{items(kind)}/{features[0]['id']}", crs=crs)
    assert alone.headers["Content-Crs"] == f"<{crs}>" and alone.json()["geometry"] == features[0]["geometry"]


@EVERY
@ALL
def test_pages_keep_their_system(server, kind, crs):
    """/conf/crs/crs-parameter: links lead on in the same system; a page of HTML has no header for it"""
    page = get(server, items(kind), limit=7, crs=crs).json()
    link, = of(page, "next")
    assert follow(server, link).headers["Content-Crs"] == f"<{crs}>"
    own, = of(page, "self")
    again = follow(server, own)
    assert again.json() == page and "immutable" in again.headers["Cache-Control"]
    assert server.get(own["href"].removeprefix(server.url), headers={"If-None-Match": again.headers["ETag"]}).status_code == 304
    other, = of(page, "alternate")
    assert "Content-Crs" not in follow(server, other).headers


@EVERY
@ALL
@pytest.mark.parametrize("box", [(60, 38, 70, 42), (69.2, 41.2, 69.4, 41.4), (170, 30, 65, 50), (-180, -85, 180, 85)])
def test_a_box_in_a_system(server, kind, crs, box):
    """/conf/crs/bbox-crs-parameter: the same features as by the box in degrees, whatever the features' own system"""
    low, high = into(crs)(*box[:2]), into(crs)(*box[2:])
    text = ",".join(f"{n:.9f}" for n in (*low, *high))
    expected = get(server, items(kind), limit=1000, bbox=",".join(map(str, box))).json()
    for own in (CRS84, EPSG + "3857"):
        page = get(server, items(kind), limit=1000, bbox=text, bbox_crs=crs, crs=own).json()
        assert [f["id"] for f in page["features"]] == [f["id"] for f in expected["features"]] and page["numberMatched"] == expected["numberMatched"] > 0


def test_a_box_beyond_the_world_is_the_world(server):
    """Programs ask for what their window shows."""
    assert get(server, items("sources"), bbox="-99999999,-99999999,99999999,99999999", bbox_crs=EPSG + "3857", limit=1).json()["numberMatched"] == get(
        server, items("sources"), limit=1).json()["numberMatched"]


@EVERY
def test_systems_that_are_not_offered(server, kind):
    """/conf/crs/crs-parameter-invalid, /conf/crs/bbox-crs-parameter-invalid"""
    for wrong in (EPSG + "32642", "EPSG:3857", "", "4326", EPSG + "4326/"):
        for name in ("crs", "bbox-crs"):
            error, = get(server, items(kind), 400, bbox="60,38,70,42", **{name: wrong}).json()["errors"]
            assert error["parameter"] == name and all(uri in error["allowed"] for uri in SYSTEMS)
    for box, crs in (("60,38,70,42", EPSG + "3857"), ("38,60,42,181", EPSG + "4326"), ("42,60,38,70", EPSG + "4326")):
        status = 200 if crs.endswith("3857") else 400  # a few metres off the coast of Africa
        answer = get(server, items(kind), status, bbox=box, bbox_crs=crs)
        assert answer.json()["numberMatched"] == 0 if status == 200 else answer.json()["errors"][0]["parameter"] == "bbox"


def test_pages_and_collections_agree(server):
    assert {kind: get(server, f"/ogc/collections/{kind}").json()["storageCrs"] for kind in COLLECTIONS} == dict.fromkeys(COLLECTIONS, CRS84)
