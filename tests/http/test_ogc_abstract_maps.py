"""OGC API - Maps part 1 (OGC 20-058): the abstract tests of annex A of the classes that are claimed, in
our words; each test names those it stands for. What a map shows is held against numpy in tests/gis."""
import io
import math

import pytest
from PIL import Image

REL = "http://www.opengis.net/def/rel/ogc/1.0/"
CONF = "http://www.opengis.net/spec/ogcapi-maps-1/1.0/conf/"
CLAIMED = [CONF + c for c in ("core", "collection-map", "tilesets", "crs", "png")]
COLLECTION = "/ogc/collections/uzbekistan@1.0.0:net-co2e"
MAP = COLLECTION + "/map"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


def ask(server, status=200, headers=None, **query):
    answer = server.get(MAP, params={k.replace("_", "-"): v for k, v in query.items()}, headers=headers or {})
    assert answer.status_code == status, answer.text[:300]
    return answer


def picture(answer):
    assert answer.headers["Content-Type"] == "image/png"
    return Image.open(io.BytesIO(answer.content))


def refused(server, status, parameter, **query):
    answer = ask(server, status, **query)
    assert answer.headers["Content-Type"] == "application/problem+json"
    told = answer.json()["errors"][0]
    assert told["parameter"] == parameter and told["allowed"], told
    return told["allowed"]


def box_of(answer):
    return [float(v) for v in answer.headers["Content-Bbox"].split(",")]


def test_conformance_names_the_classes(server):
    """/conf/core/conformance-success."""
    assert [c for c in server.json("/ogc/conformance")["conformsTo"] if c.startswith(CONF)] == CLAIMED


def test_a_map_without_any_parameter(server):
    """/conf/core/map-op, /conf/core/map-response, /conf/collection-map/map-operation: the whole layer in CRS84, latest year."""
    answer = ask(server, headers={"Accept": "image/png,image/jpeg"})
    box = server.json(COLLECTION)["extent"]["spatial"]["bbox"][0]
    assert answer.headers["Content-Crs"] == f"<{CRS84}>" and box_of(answer) == pytest.approx(box, abs=1e-9)
    assert answer.headers["Content-Datetime"] == "2022"
    size = picture(answer).size
    assert size == (1024, round(1024 * (box[3] - box[1]) / (box[2] - box[0])))
    assert ask(server, datetime="2014/2015").headers["Content-Datetime"] == "2015"
    assert ask(server, f="png").content == answer.content
    assert server.get(MAP, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert "immutable" in answer.headers["Cache-Control"] and "immutable" not in server.get("/ogc/collections/uzbekistan:net-co2e/map").headers["Cache-Control"]
    assert "Content-Bbox" in answer.headers["Access-Control-Expose-Headers"]


def test_the_collection_says_that_there_is_a_map(server):
    """/conf/collection-map/desc-links, /conf/collection-map/desc-crs, /conf/tilesets/desc-links."""
    for collection in server.json("/ogc/collections")["collections"]:
        if collection["id"] in ("districts", "sources"):
            continue
        rels = {link["rel"]: link for link in collection["links"]}
        assert rels[REL + "map"]["type"] == "image/png" and rels[REL + "tilesets-map"]["type"] == "application/json"
        assert rels[REL + "map"]["href"].split("?")[0] == f"{server.url}/ogc/collections/{collection['id']}/map"
        assert collection["crs"] == [CRS84, EPSG + "4326", EPSG + "3857"] and "storageCrs" not in collection
    style = server.json(COLLECTION)["styles"][0]
    href = [link["href"] for link in style["links"] if link["rel"] == REL + "map"][0]
    assert server.get(href.removeprefix(server.url)).content == ask(server, style=style["id"]).content


def test_reference_systems(server):
    """/conf/crs/crs-definition, /conf/crs/map-success: each that is listed, by URI and by safe CURIE."""
    side = 2 * math.pi * 6378137 / 2**6
    west, north = 43 * side - math.pi * 6378137, math.pi * 6378137 - 23 * side
    mercator = f"{west!r},{north - side!r},{west + side!r},{north!r}"
    tile = server.get("/tiles/uzbekistan@1.0.0/net-co2e/6/43/23.png").content
    for name in (EPSG + "3857", "https" + EPSG[4:] + "3857", "[EPSG:3857]", "EPSG:3857"):
        got = ask(server, crs=name, bbox=mercator, bbox_crs=name, width="256", height="256")
        assert list(picture(got).convert("RGBA").getdata()) == list(Image.open(io.BytesIO(tile)).convert("RGBA").getdata())
        assert got.headers["Content-Crs"] == f"<{EPSG}3857>" and box_of(got) == pytest.approx([west, north - side, west + side, north])
    degrees = ask(server, bbox="60,38,66,42", width="300", height="200")
    for name in (EPSG + "4326", "[EPSG:4326]"):
        flipped = ask(server, crs=name, bbox="38,60,42,66", bbox_crs=name, width="300", height="200")
        assert picture(flipped).tobytes() == picture(degrees).tobytes() and box_of(flipped) == [38, 60, 42, 66]
        assert flipped.headers["Content-Crs"] == f"<{EPSG}4326>"
    for name in (CRS84, "[OGC:CRS84]"):
        assert ask(server, crs=name, bbox="38,60,42,66", bbox_crs="[EPSG:4326]", width="300", height="200").content == degrees.content
    # a box of one system for a map of another
    mixed = ask(server, crs="[EPSG:3857]", bbox="60,38,66,42", width="300", height="200")
    assert box_of(mixed)[0] == pytest.approx(math.radians(60) * 6378137) and box_of(mixed)[1] == pytest.approx(math.asinh(math.tan(math.radians(38))) * 6378137)
    back = ask(server, bbox=mercator, bbox_crs="[EPSG:3857]", width="9", height="9")
    assert box_of(back)[0] == pytest.approx(43 * 360 / 64 - 180)
    for parameter in ("crs", "bbox-crs"):
        assert EPSG + "3857" in refused(server, 400, parameter, **{parameter: "[EPSG:2056]"})


def test_png(server):
    """/conf/png/content: one picture; clear where there is nothing; the same rules as the tiles (which test_reference_systems shows)."""
    got = picture(ask(server, bbox="50,30,80,50", width="300", height="200"))
    assert got.format == "PNG" and got.size == (300, 200)
    assert {p[3] for p in got.convert("RGBA").getdata()} >= {0, 255}
    assert refused(server, 400, "f", f="jpeg") == "png"
    assert ask(server, 406, headers={"Accept": "image/jpeg"}).json()["errors"][0]["allowed"] == "image/png"


def test_parameters_of_classes_that_are_not_claimed(server):
    """/conf/tilesets/tiles-parameters: background, display resolution, subsetting, scaling are not claimed, so that a tile
    refuses their parameters and never ignores them; a map takes those it has."""
    for name, value in (("bgcolor", "0xFF0000"), ("transparent", "false"), ("mm-per-pixel", "0.1"), ("subset", "Lat(38:42)"), ("scale-denominator", "1000"), ("width", "9")):
        answer = server.get(MAP + "/tiles/WorldCRS84Quad/5/8/43", params={name: value})
        assert answer.status_code == 400 and answer.json()["errors"][0]["parameter"] == name
    for name in ("mm-per-pixel", "subset", "scale-denominator", "center"):
        assert "bbox" in refused(server, 400, name, **{name: "1"})


def test_size(server):
    """Either side alone keeps pixels square; more than there may be is 413."""
    for query, size in [({"width": "300"}, (300, 200)), ({"height": "200"}, (300, 200)), ({}, (1024, 683)), ({"width": "7", "height": "90"}, (7, 90)), ({"width": "1"}, (1, 1))]:
        assert picture(ask(server, bbox="60,38,66,42", **query)).size == size
    assert picture(ask(server, bbox="60,38,62,42")).size == (512, 1024)
    assert picture(ask(server, bbox="60,38,66,42", width="4096", height="4096")).size == (4096, 4096)
    for query, parameter in [({"width": "4097"}, "width"), ({"height": "4097"}, "height"), ({"width": "99999999999"}, "width"), ({"height": "4000"}, "height"),
                             ({"width": "4096", "bbox": "60,38,60.1,48"}, "width")]:
        assert refused(server, 413, parameter, **{"bbox": "60,38,66,42", **query}) == "1 to 4096"
    for wrong in ("0", "-1", "1.5", "nine"):
        assert refused(server, 400, "width", width=wrong) == "1 to 4096"


def test_a_box_with_heights(server):
    """Six numbers, as everywhere in OGC API: the third and the sixth play no part."""
    flat = ask(server, bbox="60,38,66,42", width="90", height="60")
    for box, how in (("60,38,0,66,42,9000", {}), ("38,60,-5,42,66,-5", {"bbox_crs": "[EPSG:4326]"})):
        deep = ask(server, bbox=box, width="90", height="60", **how)
        assert deep.content == flat.content and box_of(deep) == box_of(flat)


@pytest.mark.parametrize("box", ["", "1,2,3", "60,38,66,42,9", "60,38,66,42,", "60,38,0,66,42,9,1", "66,38,60,42", "60,42,66,38", "60,38,nan,42", "60,38,66,1e99", "60,38,66,42,1,1"])
def test_a_box_that_is_none(server, box):
    assert refused(server, 400, "bbox", bbox=box).startswith("west,south,east,north")


def test_background(server):
    """Clear unless a colour is sent; opaque then; transparent has the last word."""
    where = {"bbox": "50,30,80,50", "width": "300", "height": "200"}
    corner = lambda **how: picture(ask(server, **where, **how)).convert("RGBA").getpixel((0, 0))  # noqa: E731
    assert corner()[3] == 0 and corner(transparent="true", bgcolor="0xFF0000")[3] == 0
    assert corner(bgcolor="0x102030") == (16, 32, 48, 255) == corner(bgcolor="0x102030", transparent="false")
    assert corner(transparent="false") == (255, 255, 255, 255)
    assert refused(server, 400, "bgcolor", bgcolor="red") == "0xRRGGBB"
    refused(server, 400, "transparent", transparent="maybe")


def test_a_map_is_that_of_wms(server):
    """One code makes both: the same pixels for the same ground, style and year."""
    wms = server.get("/wms", params={"SERVICE": "WMS", "VERSION": "1.3.0", "REQUEST": "GetMap", "LAYERS": "uzbekistan@1.0.0/net-co2e", "STYLES": "", "CRS": "CRS:84",
                                     "BBOX": "60,38,66,42", "WIDTH": "300", "HEIGHT": "200", "FORMAT": "image/png", "TIME": "2015", "BGCOLOR": "0x102030"})
    ours = ask(server, bbox="60,38,66,42", width="300", height="200", datetime="2015", bgcolor="0x102030")
    assert wms.content == ours.content and "Content-Crs" not in wms.headers
    refused(server, 400, "style", style="plaid")
    refused(server, 404, "datetime", datetime="1066")
