"""OGC API - Tiles part 1 (OGC 20-057): the abstract tests of annex A of the classes that are claimed,
in our words; each test names those it stands for. And what the standard leaves to us."""
import io
import json
import math
import urllib.parse

import mvt
import pytest
from contract import DOCUMENT, ROOT, validate
from PIL import Image

REL = "http://www.opengis.net/def/rel/ogc/1.0/"
CONF = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/"
PINNED = "/ogc/collections/uzbekistan@1.0.0:net-co2e"
MVT = "application/vnd.mapbox-vector-tile"
TILESETS = {"map": PINNED + "/map/tiles", "districts": "/ogc/collections/districts/tiles", "sources": "/ogc/collections/sources/tiles"}
SETS = {"map": ["WebMercatorQuad", "WorldCRS84Quad"], "districts": ["WebMercatorQuad"], "sources": ["WebMercatorQuad"]}
EVERY = [(kind, name) for kind, names in SETS.items() for name in names]
TYPE = {"map": "image/png", "districts": MVT, "sources": MVT}


def path_of(server, href):
    assert href.startswith(server.url + "/"), href
    return href.removeprefix(server.url)


def link(document, rel):
    found, = [one for one in document["links"] if one["rel"] == rel]
    return found


def template(server, kind, name, **query):
    tileset = server.json(f"{TILESETS[kind]}/{name}?" + urllib.parse.urlencode(query))
    return tileset, path_of(server, link(tileset, "item")["href"])


def filled(text, matrix, row, col):
    return text.replace("{tileMatrix}", str(matrix)).replace("{tileRow}", str(row)).replace("{tileCol}", str(col))


def place(name, z, lon=69.24, lat=41.31):
    """(row, column) of the tile of a matrix with a point on it, from the definition of the set."""
    if name == "WorldCRS84Quad":
        side = 180 / 2**z
        return int((90 - lat) / side), int((lon + 180) / side)
    y = 0.5 - math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)
    return int(y * 2**z), int((lon + 180) / 360 * 2**z)


def problem(answer, status, parameter):
    assert answer.status_code == status and answer.headers["Content-Type"] == "application/problem+json", answer.text[:300]
    told = answer.json()["errors"][0]
    assert told["parameter"] == parameter and told["allowed"]
    return told["allowed"]


# --- core ---------------------------------------------------------------------------------------

CLAIMED = [CONF + c for c in ("core", "tileset", "tilesets-list", "geodata-tilesets", "png", "mvt")]


def test_conformance_names_the_classes(server):
    """/conf/core/conformance-success, /conf/tileset/conformance-success, /conf/tilesets-list/conformance-success,
    /conf/geodata-tilesets/conformance-success."""
    told = [c for c in server.json("/ogc/conformance")["conformsTo"] if c.startswith(CONF)]
    assert told == CLAIMED


@pytest.mark.parametrize("kind, name", EVERY)
def test_tiles_are_where_the_template_says(server, kind, name):
    """/conf/core/tc-op, tc-tilematrix-definition, tc-tilerow-definition, tc-tilecol-definition, tc-success."""
    tileset, text = template(server, kind, name)
    assert link(tileset, "item")["type"] == TYPE[kind]
    for z in (0, 3, 6, 9):
        plain = filled(text, z, *place(name, z)).split("?")[0]
        asked = server.get(filled(text, z, *place(name, z)))
        assert asked.status_code == 200 and asked.headers["Content-Type"] == TYPE[kind]
        by_header = server.get(plain, headers={"Accept": TYPE[kind]})
        assert by_header.status_code == 200 and by_header.headers["Content-Type"] == TYPE[kind] and "Accept" in by_header.headers["Vary"]
        problem(server.get(plain, headers={"Accept": "text/html"}), 406, "Accept")
    own = [p for p in DOCUMENT["paths"] if p.endswith("/{tileMatrix}/{tileRow}/{tileCol}")]
    assert len(own) == 3
    for one in own:
        assert {"tileMatrix", "tileRow", "tileCol"} <= {p["name"] for p in DOCUMENT["paths"][one]["get"]["parameters"] if p.get("in") == "path" and p["required"]}


@pytest.mark.parametrize("kind, name", EVERY)
def test_what_is_not_there_and_what_is_empty(server, kind, name):
    """/conf/core/tc-error: out of range is 404 or 400, a tile without data is a blank 200."""
    tileset, text = template(server, kind, name)
    rows = 8
    columns = 16 if name == "WorldCRS84Quad" else 8
    assert problem(server.get(filled(text, 3, rows, 0)), 404, "tileRow").startswith("0 to 7")
    assert problem(server.get(filled(text, 3, 0, columns)), 404, "tileCol").startswith(f"0 to {columns - 1}")
    last = int(tileset["tileMatrixSetLimits"][-1]["tileMatrix"])
    assert problem(server.get(filled(text, last + 1, 0, 0)), 404, "tileMatrix") == f"0 to {last}"
    for wrong in ("01", "-1", "1.0", "x", "%31x"):
        assert server.get(filled(text, 3, wrong, 0)).status_code == 400
    blank = server.get(filled(text, 3, 7, 0))
    assert blank.status_code == 200 and blank.headers["Content-Type"] == TYPE[kind]
    if kind == "map":
        assert Image.open(io.BytesIO(blank.content)).convert("RGBA").getextrema()[3] == (0, 0)
    else:
        assert blank.content == b""


# --- tileset, tilesets list ---------------------------------------------------------------------

@pytest.mark.parametrize("kind, name", EVERY)
def test_a_tileset_is_described(server, kind, name):
    """/conf/tileset/description."""
    answer = server.get(f"{TILESETS[kind]}/{name}", headers={"Accept": "application/json"})
    tileset = answer.json()
    assert answer.headers["Content-Type"] == "application/json" and tileset["dataType"] == ("map" if kind == "map" else "vector")
    assert tileset["tileMatrixSetURI"] == f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{name}"
    definition = server.json(path_of(server, link(tileset, REL + "tiling-scheme")["href"]))
    assert definition["id"] == name and definition["crs"] == tileset["crs"]
    item = link(tileset, "item")
    assert item["templated"] is True and all("{%s}" % v in item["href"] for v in ("tileMatrix", "tileRow", "tileCol"))
    release = server.json("/v1/releases/uzbekistan@1.0.0")
    assert tileset["attribution"] == release["attribution"] and tileset["license"] == release["licence"]
    box = tileset["boundingBox"]
    assert box["lowerLeft"] < [56.1, 37.3] and box["upperRight"] > [73.1, 45.5]
    assert [l["tileMatrix"] for l in tileset["tileMatrixSetLimits"]] == [m["id"] for m in definition["tileMatrices"]]
    for limit, matrix in zip(tileset["tileMatrixSetLimits"], definition["tileMatrices"]):
        assert (limit["minTileRow"], limit["maxTileRow"], limit["minTileCol"], limit["maxTileCol"]) == (0, matrix["matrixHeight"] - 1, 0, matrix["matrixWidth"] - 1)
    problem(server.get(f"{TILESETS[kind]}/NZTM2000Quad"), 404, "tileMatrixSet")


@pytest.mark.parametrize("kind", TILESETS)
def test_tilesets_are_listed(server, kind):
    """/conf/tilesets-list/tileset-links, /conf/geodata-tilesets/operation."""
    listed = server.json(TILESETS[kind])["tilesets"]
    assert [t["tileMatrixSetURI"].rsplit("/", 1)[1] for t in listed] == SETS[kind]
    for brief, name in zip(listed, SETS[kind]):
        whole = path_of(server, link(brief, "self")["href"])
        assert whole.split("?")[0] == f"{TILESETS[kind]}/{name}" and link(brief, "self")["type"] == "application/json"
        full = server.json(whole)
        assert {k: v for k, v in brief.items() if k != "links"} == {k: full[k] for k in brief if k != "links"}
        assert server.get(path_of(server, link(brief, REL + "tiling-scheme")["href"])).status_code == 200


def test_collections_lead_to_their_tilesets(server):
    """/conf/geodata-tilesets/desc-links."""
    collections = {c["id"]: c for c in server.json("/ogc/collections")["collections"]}
    layers = {"uzbekistan@1.0.0:" + x for x in ("net-co2e", "emissions-co2", "removals-co2e", "emissions-ch4")}
    assert {"districts", "sources"} | layers <= set(collections)
    for name, collection in collections.items():
        is_map = name not in ("districts", "sources")
        href = link(collection, REL + ("tilesets-map" if is_map else "tilesets-vector"))["href"]
        assert server.json(path_of(server, href))["tilesets"][0]["dataType"] == ("map" if is_map else "vector")
        alone = server.json(path_of(server, link(collection, "self")["href"]))
        assert {k: alone[k] for k in ("id", "title", "extent", "crs")} == {k: collection[k] for k in ("id", "title", "extent", "crs")}


# --- encodings ----------------------------------------------------------------------------------

@pytest.mark.parametrize("name", SETS["map"])
def test_png(server, name):
    """/conf/png/content: one picture, whose colours are the style's, clear where there is nothing."""
    style = json.loads((ROOT / "config" / "styles" / "net-prgn.json").read_text())
    allowed = {tuple(bytes.fromhex(c.lstrip("#").ljust(8, "f"))) for c in style["colours"] + [style["zero"]]}
    seen = set()
    for z in (4, 6, 8):
        _, text = template(server, "map", name, style="net-prgn")
        picture = Image.open(io.BytesIO(server.get(filled(text, z, *place(name, z))).content))
        assert picture.format == "PNG" and picture.size == (256, 256)
        seen |= set(picture.convert("RGBA").getdata())
    assert {c[3] for c in seen} >= {0, 255} and {c for c in seen if c[3]} <= allowed and len(seen) > 4


@pytest.mark.parametrize("kind", ["districts", "sources"])
def test_mvt(server, kind):
    """/conf/mvt/content; that coordinates map to the ground is the vector tiles' own test of the same bytes."""
    _, text = template(server, kind, "WebMercatorQuad")
    layers = mvt.decode(server.get(filled(text, 5, *place("WebMercatorQuad", 5))).content)
    assert set(layers) == ({"districts", "district_labels"} if kind == "districts" else {"sources"})
    for layer in layers.values():
        assert layer.features and all(f.kind in (1, 3) and f.rings for f in layer.features)


# --- what it is made of -------------------------------------------------------------------------

def test_tile_matrix_sets_are_the_registered_ones(server):
    """The numbers of OGC 17-083r4, annex D, level by level."""
    listed = server.json("/ogc/tileMatrixSets")["tileMatrixSets"]
    assert [s["id"] for s in listed] == SETS["map"]
    first = {"WebMercatorQuad": (559082264.028717, 156543.033928041, [-20037508.3427892, 20037508.3427892], 1, 23),
             "WorldCRS84Quad": (279541132.014358, 0.703125, [-180, 90], 2, 18)}
    for brief in listed:
        answer = server.get(path_of(server, link(brief, "self")["href"]))
        whole = answer.json()
        scale, cell, corner, columns, count = first[whole["id"]]
        assert whole["uri"] == brief["uri"] and len(whole["tileMatrices"]) == count
        for z, m in enumerate(whole["tileMatrices"]):
            assert m["id"] == m["identifier"] == str(z) and m["cornerOfOrigin"] == "topLeft" and m["tileWidth"] == m["tileHeight"] == 256
            assert m["scaleDenominator"] == pytest.approx(scale / 2**z, rel=1e-11) and m["cellSize"] == pytest.approx(cell / 2**z, rel=1e-11)
            assert m["pointOfOrigin"] == m["topLeftCorner"] == pytest.approx(corner, rel=1e-11)
            assert (m["matrixWidth"], m["matrixHeight"]) == (columns * 2**z, 2**z)
        again = server.get(path_of(server, link(brief, "self")["href"]), headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304
    problem(server.get("/ogc/tileMatrixSets/Gold"), 404, "tileMatrixSet")
    validate(server.json("/ogc/tileMatrixSets"), DOCUMENT["components"]["schemas"]["OgcTileMatrixSets"])


@pytest.mark.parametrize("here, there", [
    ("/ogc/collections/uzbekistan@1.0.0:net-co2e/map/tiles/WebMercatorQuad/6/23/43?f=png", "/tiles/uzbekistan@1.0.0/net-co2e/6/43/23.png"),
    ("/ogc/collections/uzbekistan:emissions-co2e/map/tiles/WebMercatorQuad/7/47/87?datetime=2015&style=density-inferno&gwp=AR6-100&sector=IPCC2006:1",
     "/tiles/uzbekistan/emissions-co2e/7/87/47.png?year=2015&style=density-inferno&gwp=AR6-100&sector=IPCC2006:1"),
    ("/ogc/collections/uzbekistan:net-co2e/map/tiles/WebMercatorQuad/6/23/43?minus=2015", "/tiles/uzbekistan/net-co2e/6/43/23.png?minus=2015"),
    ("/ogc/collections/uzbekistan@1.0.0:net-co2e/map/tiles/WebMercatorQuad/6/0/0", "/tiles/uzbekistan@1.0.0/net-co2e/6/0/0.png"),
    ("/ogc/collections/districts/tiles/WebMercatorQuad/5/12/21?f=mvt&level=1&gas=CH4&datetime=2015-06-01", "/tiles/districts/5/21/12.mvt?level=1&gas=CH4&year=2015"),
    ("/ogc/collections/sources/tiles/WebMercatorQuad/5/12/21", "/tiles/sources/5/21/12.mvt"),
])
def test_a_tile_of_web_mercator_is_that_of_tiles(server, here, there):
    """The same bytes, the same entry of the cache."""
    one, other = server.get(here), server.get(there)
    assert one.status_code == other.status_code == 200 and one.content == other.content
    for header in ("ETag", "Cache-Control", "Link", "X-Tile-Mass-t", "Content-Type"):
        assert one.headers.get(header) == other.headers.get(header), header
    assert server.get(here, headers={"If-None-Match": other.headers["ETag"]}).status_code == 304


def test_datetime_is_the_latest_year_it_touches(server):
    tile = PINNED + "/map/tiles/WorldCRS84Quad/5/8/43"
    year = {y: server.get(tile, params={"datetime": str(y)}).content for y in (2010, 2015, 2022)}
    assert len(set(year.values())) == 3
    for text, of in [("2015-07-01", 2015), ("2015-07-01T12:00:00Z", 2015), ("2014-05-01/2015-02-01", 2015), ("../2010", 2010), ("2012/..", 2022), ("../..", 2022)]:
        assert server.get(tile, params={"datetime": text}).content == year[of], text
    assert server.get(tile).content == year[2022]
    assert "2010, 2011" in problem(server.get(tile, params={"datetime": "1066"}), 404, "datetime")
    problem(server.get(tile, params={"datetime": "yesterday"}), 400, "datetime")
    problem(server.get(tile, params={"year": "2015"}), 400, "year")
    problem(server.get("/ogc/collections/districts/tiles/WebMercatorQuad/5/12/21", params={"year": "2015"}), 400, "year")


def test_what_was_asked_for_is_carried_into_the_links(server):
    query = {"datetime": "2015", "style": "net-prgn", "gwp": "AR6-100"}
    brief = server.json(PINNED + "/map/tiles?" + urllib.parse.urlencode(query))["tilesets"][1]
    tileset = server.json(path_of(server, link(brief, "self")["href"]))
    href = path_of(server, link(tileset, "item")["href"])
    assert dict(urllib.parse.parse_qsl(href.split("?")[1])) == {**query, "f": "png"}
    assert tileset["style"]["id"] == "net-prgn" and server.get(path_of(server, link(tileset, REL + "legend")["href"])).status_code == 200
    vector = server.json("/ogc/collections/districts/tiles/WebMercatorQuad?datetime=2015&level=1")
    asked = dict(urllib.parse.parse_qsl(link(vector, "item")["href"].split("?")[1]))
    assert asked["datetime"] == "2015" and asked["level"] == "1" and asked["release"] == "uzbekistan@1.0.0"
    pinned = server.get(filled(path_of(server, link(vector, "item")["href"]), 5, 12, 21))
    assert "immutable" in pinned.headers["Cache-Control"]


def test_a_collection_that_is_none(server):
    for name in ("gold", "uzbekistan@1.0.0", "uzbekistan"):
        problem(server.get(f"/ogc/collections/{name}"), 404, "collection")
    assert "net-co2e" in problem(server.get("/ogc/collections/uzbekistan:gold"), 404, "layer")
    assert "uzbekistan" in problem(server.get("/ogc/collections/atlantis:net-co2e/map/tiles"), 404, "release")
    latest, pinned = server.json("/ogc/collections/uzbekistan:net-co2e"), server.json(PINNED)
    assert path_of(server, link(latest, "canonical")["href"]) == PINNED
    assert path_of(server, link(pinned, "latest-version")["href"]) == "/ogc/collections/uzbekistan:net-co2e"
    assert {s["id"] for s in pinned["styles"]} == {s["id"] for s in server.json("/v1/styles")["styles"] if s["quantity"] == "net"}
    assert pinned["defaultStyle"] == "net-prgn" and json.dumps(pinned["extent"]["temporal"]["grid"]["coordinates"][-1]) == '"2022"'
