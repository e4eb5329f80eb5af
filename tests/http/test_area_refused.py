"""What is sent as an area and is none: refused, with the rule and the place."""
import json

import pytest
from areas import POLYGON, SQUARE, collection, feature, moved, polygon


def with_position(position, at=1):
    return polygon(SQUARE[:at] + [position] + SQUARE[at + 1:])


def text_with(number):
    return json.dumps(POLYGON).replace("69.4", number, 1)


INSIDE = [[69.2, 41.25], [69.3, 41.25], [69.3, 41.3], [69.2, 41.25]]
REFUSED = {
    # body, where, a word of why
    "nothing": ("", "body", "empty"),
    "blanks": (" \n", "body", "empty"),
    "a word": ("hello", "body", "line 1, column 1"),
    "a byte order mark": (b"\xef\xbb\xbf" + json.dumps(POLYGON).encode(), "body", "column 1"),
    "no UTF-8": (b'{"type":"Poly\xff"}', "body", "UTF-8"),
    "half a document": (json.dumps(POLYGON)[:-20], "body", "ends too early"),
    "two documents": (json.dumps(POLYGON) * 2, "body", "follows"),
    "a comma too many": (json.dumps(POLYGON).replace("]]]", "],]]"), "body", "no value of JSON"),
    "NaN": (text_with("NaN"), "body", "no value of JSON"),
    "Infinity": (text_with("Infinity"), "body", "no value of JSON"),
    "-Infinity": (text_with("-Infinity"), "body", "number"),
    "a number past infinity": (text_with("1e999"), "/coordinates/0/1", "outside the world"),
    "a hexadecimal number": (text_with("0x45"), "body", "comma"),
    "a leading zero": (text_with("069.4"), "body", "zero"),
    "a comma for a point": (text_with('"69,4"'), "/coordinates/0/1", "no number"),
    "two thousand digits": (text_with("69." + "4" * 2000), "body", "digits"),
    "nested deeply": ("[" * 100000, "/0", "object"),
    "nested deeply in a property": (json.dumps(feature(POLYGON))[:-1] + ',"x":' + '{"a":' * 100 + "1" + "}" * 100 + "}", "body", "nested"),
    "a member twice": ('{"type":"Polygon","type":"Point","coordinates":[]}', "body", "twice"),
    "a number": ("12", "body", "object"),
    "an empty object": ("{}", "body", "type"),
    "a point": ({"type": "Point", "coordinates": [69, 41]}, "body", "no area"),
    "a collection of geometries": ({"type": "GeometryCollection", "geometries": [POLYGON]}, "body", "type"),
    "a type in lower case": ({**POLYGON, "type": "polygon"}, "body", "type"),
    "a type that is no text": ({**POLYGON, "type": 7}, "body", "type"),
    "another crs": ({**POLYGON, "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}}, "/crs", "WGS 84"),
    "no crs, said aloud": ({**POLYGON, "crs": None}, "/crs", "WGS 84"),
    "no coordinates": ({"type": "Polygon"}, "body", "no coordinates"),
    "coordinates null": ({"type": "Polygon", "coordinates": None}, "/coordinates", "array of rings"),
    "no ring": (polygon(), "/coordinates", "empty"),
    "an empty ring": (polygon([]), "/coordinates/0", "empty"),
    "an empty hole": (polygon(SQUARE, []), "/coordinates/1", "empty"),
    "no polygon": ({"type": "MultiPolygon", "coordinates": []}, "/coordinates", "empty"),
    "a polygon without a ring": ({"type": "MultiPolygon", "coordinates": [[SQUARE], []]}, "/coordinates/1", "empty"),
    "a polygon's coordinates for a multipolygon's": ({"type": "MultiPolygon", "coordinates": [SQUARE]}, "/coordinates/0/0/0", "array of numbers"),
    "a multipolygon's for a polygon's": ({"type": "Polygon", "coordinates": [[SQUARE]]}, "/coordinates/0/0", "no number"),
    "three positions": (polygon([SQUARE[0], SQUARE[1], SQUARE[0]]), "/coordinates/0", "too short"),
    "an open ring": (polygon(SQUARE[:-1]), "/coordinates/0/3", "open"),
    "a ring without area": (polygon([[69, 41], [70, 42], [69.5, 41.5], [69, 41]]), "/coordinates/0/0", "no area"),
    "one position four times": (polygon([[69, 41]] * 4), "/coordinates/0/0", "no area"),
    "a hole without area": (polygon(SQUARE, [[69.2, 41.3], [69.3, 41.3], [69.2, 41.3], [69.2, 41.3]]), "/coordinates/1/0", "no area"),
    "one number": (with_position([69.4]), "/coordinates/0/1", "fewer"),
    "no number": (with_position([]), "/coordinates/0/1", "fewer"),
    "four numbers": (with_position([69.4, 41.2, 0, 0]), "/coordinates/0/1", "more than three"),
    "a number for a position": (with_position(5), "/coordinates/0/1", "array of numbers"),
    "null for a number": (with_position([69.4, None]), "/coordinates/0/1", "no number"),
    "text for a number": (with_position(["69.4", "41.2"]), "/coordinates/0/1", "no number"),
    "east of the world": (with_position([180.0001, 41.2]), "/coordinates/0/1", "longitude"),
    "counted to 360": (with_position([290, 41.2]), "/coordinates/0/1", "longitude"),
    "north of the world": (with_position([69.4, 90.0001]), "/coordinates/0/1", "latitude"),
    "metres": (with_position([7714000, 5042000]), "/coordinates/0/1", "longitude"),
    "across the antimeridian": (polygon([[170, 10], [-170, 10], [-170, 20], [170, 20], [170, 10]]), "/coordinates/0/0", "180"),
    "a bow tie": (polygon([[69, 41], [70, 42], [70, 41], [69, 42], [69, 41]]), "/coordinates/0", "crosses itself"),
    "a bow tie with its knot": (polygon([[69, 41], [69.5, 41.5], [70, 42], [70, 41], [69.5, 41.5], [69, 42], [69, 41]]), "/coordinates/0", "crosses itself"),
    "twice around": (polygon(SQUARE[:-1] + SQUARE), "/coordinates/0", "twice"),
    "a hole outside": (polygon(SQUARE, moved(SQUARE, 1)), "/coordinates/1", "outside its polygon"),
    "a hole across the outline": (polygon(SQUARE, moved(INSIDE, 0.15)), "/coordinates", "cross"),
    "a hole in a hole": (polygon(SQUARE, [[69.15, 41.22], [69.35, 41.22], [69.35, 41.38], [69.15, 41.38], [69.15, 41.22]], INSIDE), "/coordinates/2", "another hole"),
    "a hole as large as the outline, twice": (polygon(SQUARE, SQUARE, SQUARE), "/coordinates", "hole"),
    "parts that overlap": ({"type": "MultiPolygon", "coordinates": [[SQUARE], [moved(SQUARE, 0.1)]]}, "/coordinates", ""),
    "a part inside another": ({"type": "MultiPolygon", "coordinates": [[SQUARE], [INSIDE]]}, "/coordinates", "overlap"),
    "one part twice": ({"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE]]}, "/coordinates", "overlap"),
    "an id that is a list": ([feature(POLYGON, id=[1])], "/0", "id"),
    "an id of half a pair": ('[{"type":"Feature","id":"\\ud800","geometry":' + json.dumps(POLYGON) + "}]", "body", "surrogate"),
    "an id past all numbers": ('[{"type":"Feature","id":1e999,"geometry":' + json.dumps(POLYGON) + "}]", "/0", "id"),
    "an id that is a novel": ([feature(POLYGON, id="x" * 200)], "/0", "id"),
    "no feature": (collection(), "/features", "no feature"),
    "an empty list": ("[]", "body", "no feature"),
    "features null": ({"type": "FeatureCollection", "features": None}, "/features", "no array"),
    "no features": ({"type": "FeatureCollection"}, "body", "no features"),
    "a list of geometries": ([POLYGON], "/0", "features"),
    "a list of numbers": ([1], "/0", "object"),
    "a feature without a geometry": ({"type": "Feature", "properties": {}}, "body", "no geometry"),
    "a feature with a null geometry": (feature(None), "/geometry", "object"),
    "a feature in a feature": (feature(feature(POLYGON)), "/geometry", "geometry"),
    "a point among features": (collection(feature(POLYGON), feature({"type": "Point", "coordinates": [1, 2]})), "/features/1/geometry", "no area"),
    "far inside": (collection(feature(POLYGON), feature({"type": "MultiPolygon", "coordinates": [[moved(SQUARE, 1)], [moved(SQUARE, 2), moved(INSIDE, 2)[:-1] + [[1]]]]})),
                   "/features/1/geometry/coordinates/1/1/3", "fewer"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_area_is_refused_with_rule_and_place(send, name):
    body, where, word = REFUSED[name]
    answer = send(body, **({"groupby": "feature"} if name.startswith("an id") else {}))
    assert answer.status_code == 400, answer.text[:300]
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["errors"][0]["parameter"].startswith(where), problem
    assert word in problem["detail"], problem
    assert problem["errors"][0]["allowed"], problem


def test_what_else_is_wrong(send, server):
    for query, parameter in (({"district": "UZ"}, "district"), ({"bbox": "1,2,3,4"}, "bbox"), ({"per": "capita"}, "per"),
                             ({"per": "gdp"}, "per"), ({"format": "xml"}, "format"), ({"groupby": "district"}, "groupby"),
                             ({"nonsense": "1"}, "nonsense"), ({"year": "x"}, "year")):
        problem = send(POLYGON, **query)
        assert problem.status_code == 400 and problem.json()["errors"][0]["parameter"] == parameter, problem.text
    for kind in ({}, {"Content-Type": "text/plain"}, {"Content-Type": "application/x-www-form-urlencoded"},
                 {"Content-Type": "application/geo+jsonx"}):
        answer = send(json.dumps(POLYGON).encode(), headers=kind)
        assert answer.status_code == 415 and "geo+json" in answer.json()["errors"][0]["allowed"]
    assert send(POLYGON, headers={"Content-Type": "Application/GEO+JSON; charset=utf-8"}).status_code == 200
    assert server.get("/v1/emissions?groupby=feature").status_code == 400


@pytest.mark.parametrize("query,parameter", [
    ("bbox=69,41,69,42", "bbox"), ("bbox=69,41,70,41", "bbox"), ("bbox=170,10,-170,20", "bbox"), ("bbox=1,2,3", "bbox"),
    ("bbox=69,41,70,42&district=UZ", "bbox"), ("bbox=69,41,70,42&level=1", "bbox"),
    ("bbox=69,41,70,42&groupby=district", "bbox"), ("bbox=69,41,70,42&format=xml", "format"), ("bbox=69,41,70,42&per=capita", "per")])
def test_boxes_that_are_none(server, query, parameter):
    answer = server.get("/v1/emissions?" + query)
    assert answer.status_code == 400 and answer.json()["errors"][0]["parameter"] == parameter, answer.text


def test_a_box_is_conditional_like_any_get(server):
    first = server.get("/v1/emissions?bbox=69,41,70,42")
    again = server.get("/v1/emissions?bbox=69,41,70,42.0", headers={"If-None-Match": first.headers["ETag"]})
    assert first.status_code == 200 and again.status_code == 304
    assert server.get("/v1/emissions?bbox=69,41,70,42.00000000000001", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
