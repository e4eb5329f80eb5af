"""Vector tiles of districts and sources, decoded by hand and held against /v1/districts and /v1/sources."""
import collections
import itertools

import mvt
import pytest
import shapely.geometry
import shapely.ops

TYPE = "application/vnd.mapbox-vector-tile"
BOX = (55.9, 37.1, 73.2, 45.7)
QUESTIONS = [{}, {"flow": "net", "per": "capita", "lang": "ru"}, {"gas": "CH4", "unit": "t", "year": "2015", "sector": "IPCC2006:1"},
             {"level": "1", "lulucf": "exclude", "flow": "removal"}, {"parent": "UZ", "gwp": "AR4-100", "lang": "uz"}]


def tile(server, kind, z, x, y, status=200, **query):
    answer = server.get(f"/tiles/{kind}/{z}/{x}/{y}.mvt", params=query)
    assert answer.status_code == status, answer.text[:300]
    return answer


def layers(server, kind, address, **query):
    return mvt.decode(tile(server, kind, *address, **query).content)


def features(server, kind, layer, z, **query):
    """Everything of a layer on a zoom: (tile, feature)."""
    for address in mvt.tiles_of(z, *BOX):
        here = layers(server, kind, address, **query)
        for feature in here[layer].features if layer in here else []:
            yield address, feature


def pages(server, path, **query):
    rows, after = [], {}
    while True:
        page = server.get(path, params={**query, **after, "limit": "1000", "format": "json"}).json()
        rows += page["rows"]
        if page["next"] is None:
            return page, rows
        after = {"after": page["next"].split("after=")[1].split("&")[0]}


def shape(feature):
    """Shapely's: outer rings are positive and each is followed by its holes."""
    polygons = []
    for ring in feature.rings:
        if mvt.ring_area(ring) > 0:
            polygons.append((ring, []))
        else:
            polygons[-1][1].append(ring)
    return shapely.geometry.MultiPolygon(polygons)


# --- values ---------------------------------------------------------------------------------

@pytest.mark.parametrize("query", QUESTIONS, ids=str)
def test_districts_say_what_the_table_says(server, query):
    """Each district is labelled in exactly one tile of a zoom; its tags are its row's."""
    page, rows = pages(server, "/v1/districts", **query)
    labels = [f.tags for _, f in features(server, "districts", "district_labels", 6, **query)]
    assert sorted(t["code"] for t in labels) == sorted(r["district"] for r in rows) and len(rows) > 10
    by_code = {t["code"]: t for t in labels}
    for row in rows:
        tags = by_code[row["district"]]
        expected = {"code": row["district"], "unit": page["unit"], **{k: row[k] for k in ("name", "level", "parent", "value", "lo", "hi", "status")}}
        assert tags == {k: v for k, v in expected.items() if v is not None}


def test_outlines_have_the_same_tags_as_labels(server):
    address = (5, 21, 12)
    both = layers(server, "districts", address)
    outlines = {f.tags["code"]: f.tags for f in both["districts"].features}
    assert len(outlines) == len(both["districts"].features) > 50
    labels = [f.tags for f in both["district_labels"].features]
    assert labels and all(outlines.get(t["code"], t) == t for t in labels)
    assert sum(t["code"] in outlines for t in labels) > 0.9 * len(labels)  # a town smaller than the grid has a label only
    assert {layer.version for layer in both.values()} == {2} and {layer.extent for layer in both.values()} == {4096}


@pytest.mark.parametrize("z", (0, 5, 7))
def test_labels_lie_inside(server, z):
    found = server.get("/v1/districts", params={"level": "1", "format": "geojson"}).json()["features"]
    outlines = {f["id"]: shapely.geometry.shape(f["geometry"]) for f in found}
    seen = collections.Counter()
    for (_, x, y), feature in features(server, "districts", "district_labels", z, level="1"):
        (point,), = feature.rings
        assert 0 <= point[0] <= 4096 and 0 <= point[1] <= 4096
        where = shapely.geometry.Point(mvt.lon_lat(z, x, y, point))
        assert outlines[feature.tags["code"]].buffer(360 / 2 ** z / 4096).contains(where)
        seen[feature.tags["code"]] += 1
    assert seen == dict.fromkeys(outlines, 1)


@pytest.mark.parametrize("z", (0, 3, 8))
@pytest.mark.parametrize("query", ({}, {"gas": "CO2"}, {"sector": "IPCC2006:1.A.1", "unit": "Mt"}), ids=str)
def test_every_source_is_on_one_tile_of_a_zoom(server, z, query):
    page, rows = pages(server, "/v1/sources", **query)
    seen = [(address, f) for address, f in features(server, "sources", "sources", z, **query)]
    key = lambda t: (t["code"], t["gas"])  # noqa: E731
    assert sorted(key(f.tags) for _, f in seen) == sorted(key(r) for r in rows)
    assert len(rows) > 3
    by_key = {key(r): r for r in rows}
    for (_, x, y), feature in seen:
        row, tags = by_key[key(feature.tags)], feature.tags
        expected = {k: row[k] for k in ("code", "name", "sector", "gas", "operator", "district", "value", "year", "status")}
        assert tags == {k: v for k, v in {**expected, "unit": query.get("unit", "kt")}.items() if v is not None}
        (point,), = feature.rings
        lon, lat = mvt.lon_lat(z, x, y, point)
        assert abs(lon - row["lon"]) + abs(lat - row["lat"]) <= 360 / 2 ** z / 4096


# --- shapes ---------------------------------------------------------------------------------

HALF = 0.5 + 1e-9  # what is at most a unit wide is gone when half a unit is taken from each side
SHARED = [(3, 5, 3), (4, 10, 6), (5, 21, 12), (6, 43, 23), (7, 87, 47), (8, 175, 95), (10, 704, 384), (12, 2832, 1534)]


def wide(area):
    return area.buffer(-HALF)


@pytest.mark.parametrize("address", SHARED, ids=str)
def test_rings_are_sound(server, address):
    for feature in layers(server, "districts", address)["districts"].features:
        assert feature.kind == 3 and mvt.ring_area(feature.rings[0]) > 0
        drawn = shape(feature)
        assert drawn.is_valid and drawn.area > 0, feature.tags["code"]


@pytest.mark.parametrize("address", SHARED, ids=str)
def test_neighbours_neither_part_nor_overlap(server, address):
    """Districts against each other, and what they leave of their region, in units of the tile."""
    shapes = {level: {f.tags["code"]: (f.tags, shape(f)) for f in layers(server, "districts", address, level=str(level)).get("districts", mvt.Layer("", 2, 4096, [])).features}
              for level in (0, 1, 2)}
    for level in (1, 2):
        drawn = [s for _, s in shapes[level].values()]
        assert drawn
        for one, other in itertools.combinations(drawn, 2):
            assert wide(one.intersection(other)).is_empty
    country = shapely.ops.unary_union([s for _, s in shapes[0].values()])
    for level in (1, 2):
        together = shapely.ops.unary_union([s for _, s in shapes[level].values()])
        assert wide(country.difference(together)).is_empty, "a gap"
        assert wide(together.difference(country)).is_empty
    if len(shapes[2]) > 4:  # the test can see a gap: a district that is not there leaves one
        code, (_, largest) = max(shapes[2].items(), key=lambda item: item[1][1].area)
        others = shapely.ops.unary_union([s for c, (_, s) in shapes[2].items() if c != code])
        assert wide(country.difference(others)).area > largest.area / 2


@pytest.mark.parametrize("z", (5, 7, 9))
def test_outlines_go_on_in_the_next_tile(server, z):
    """What a district covers of the edge that two tiles share, seen from both."""
    addresses = mvt.tiles_of(z, 64, 39, 68, 42)
    compared = 0
    drawn = {a: {f.tags["code"]: shape(f) for f in layers(server, "districts", a, level="2").get("districts", mvt.Layer("", 2, 4096, [])).features} for a in addresses}
    for (_, x, y), here in drawn.items():
        east = drawn.get((z, x + 1, y), {})
        for code in set(here) & set(east):
            spans = [shapely.geometry.LineString([(at, 0), (at, 4096)]).intersection(s).length for at, s in ((4096, here[code]), (0, east[code]))]
            assert abs(spans[0] - spans[1]) <= 2 * max(1, len(here[code].geoms)), (code, spans)
            compared += spans[0] > 0
    assert compared > 3


def test_a_shape_is_generalised_by_zoom(server):
    def points(z, x, y):
        return sum(len(r) for f in layers(server, "districts", (z, x, y), level="0")["districts"].features for r in f.rings)
    full = server.get("/v1/districts/UZ", params={"format": "geojson"}).json()["geometry"]["coordinates"]
    stored = sum(len(ring) for polygon in full for ring in polygon)
    assert 10 < points(0, 0, 0) < points(2, 2, 1) < stored


# --- addresses and headers --------------------------------------------------------------------

@pytest.mark.parametrize("kind", ("districts", "sources"))
def test_an_empty_tile_is_an_empty_200(server, kind):
    for address in ((6, 0, 0), (14, 0, 16383), (22, 0, 0)):
        answer = tile(server, kind, *address)
        assert answer.content == b"" and answer.headers["Content-Type"] == TYPE and "ETag" in answer.headers


def test_every_zoom_answers(server):
    for z in range(0, 23):
        address, = mvt.tiles_of(z, 69.24, 41.31, 69.24, 41.31)
        assert layers(server, "districts", address, level="2")["districts"].features, z


@pytest.mark.parametrize("path,status", [
    ("/tiles/districts/5/32/0.mvt", 404), ("/tiles/districts/23/0/0.mvt", 404), ("/tiles/sources/0/0/1.mvt", 404),
    ("/tiles/districts/05/1/1.mvt", 400), ("/tiles/districts/5/-1/1.mvt", 400), ("/tiles/sources/5/1/1.png", 400),
    ("/tiles/sources/5/1/1", 400), ("/tiles/districts/5/1/1.mvt.mvt", 400), ("/tiles/districts/5/1/.mvt", 400),
    ("/tiles/districts/5/1/1@2x.mvt", 400), ("/tiles/districts/a/1/1.mvt", 400)])
def test_what_is_no_tile(server, path, status):
    answer = server.get(path)
    assert answer.status_code == status and answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["parameter"] == "tile" and answer.json()["errors"][0]["allowed"]


@pytest.mark.parametrize("kind,query,parameter", [
    ("districts", {"year": "1800"}, "year"), ("districts", {"bbox": "1,2,3,4"}, "bbox"), ("districts", {"level": "3"}, "level"),
    ("districts", {"release": "nobody"}, "release"), ("sources", {"gas": "CO2E"}, "gas"), ("sources", {"level": "1"}, "level"),
    ("districts", {"boundaries": "77"}, "boundaries")])
def test_wrong_parameters(server, kind, query, parameter):
    answer = server.get(f"/tiles/{kind}/5/21/12.mvt", params=query)
    assert answer.status_code in (400, 404, 410) and answer.json()["errors"][0]["parameter"] == parameter


@pytest.mark.parametrize("kind", ("districts", "sources"))
def test_conditional_and_compressed(server, kind):
    path = f"/tiles/{kind}/5/21/12.mvt"
    plain = server.get(path, headers={"Accept-Encoding": "identity"})
    zipped = server.get(path, headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip" and zipped.content == plain.content
    assert int(zipped.headers["Content-Length"]) < len(plain.content) and plain.headers["Content-Type"] == TYPE
    assert plain.headers["ETag"] != zipped.headers["ETag"]
    again = server.get(path, headers={"If-None-Match": plain.headers["ETag"], "Accept-Encoding": "identity"})
    assert again.status_code == 304 and again.content == b""
    assert "immutable" not in plain.headers["Cache-Control"] and 'rel="canonical"' in plain.headers["Link"]


@pytest.mark.parametrize("kind,layer_ids", (("districts", ["districts", "district_labels"]), ("sources", ["sources"])))
def test_tilejson_leads_to_tiles_that_stay(server, kind, layer_ids):
    answer = server.get(f"/tiles/{kind}.json", params={"unit": "t", "lang": "en"})
    told = answer.json()
    assert told["tilejson"] == "3.0.0" and [layer["id"] for layer in told["vector_layers"]] == layer_ids
    assert told["minzoom"] == 0 and told["maxzoom"] == 14 and told["x-unit"] == "t"
    url, = told["tiles"]
    assert url.startswith(server.url)
    got = server.get(url.removeprefix(server.url).format(z=5, x=21, y=12))
    assert got.status_code == 200 and "immutable" in got.headers["Cache-Control"]
    assert got.content == tile(server, kind, 5, 21, 12, unit="t", lang="en").content
    for layer in told["vector_layers"]:
        tags = set().union(*(f.tags for f in mvt.decode(got.content)[layer["id"]].features))
        assert tags <= set(layer["fields"]) and {"code", "value", "unit"} <= tags
    inside = BOX[0] <= told["bounds"][0] < told["bounds"][2] <= BOX[2]
    assert inside and BOX[1] <= told["bounds"][1] < told["bounds"][3] <= BOX[3]
