"""Areas that are taken, however they are said, and what the answer to them is."""
import json

import pytest
import requests
from areas import GEOJSON, POLYGON, SQUARE, collection, feature, moved, polygon, value


SAME = {
    "a feature": feature(POLYGON),
    "a feature with an id and more": {"id": 7, "bbox": [1, 2, 3, 4], **feature(POLYGON), "extra": [{"a": None}]},
    "a collection": collection(feature(POLYGON)),
    "a list": [feature(POLYGON)],
    "a multipolygon": {"type": "MultiPolygon", "coordinates": [[SQUARE]]},
    "members in another order": {"coordinates": [SQUARE], "type": "Polygon"},
    "heights": polygon([[x, y, 400.5] for x, y in SQUARE]),
    "turned the other way": polygon(SQUARE[::-1]),
    "begun elsewhere": polygon(SQUARE[2:] + SQUARE[1:3]),
    "a position twice": polygon(SQUARE[:2] + SQUARE[1:]),
    "positions on a side": polygon(SQUARE[:1] + [[69.2, 41.2], [69.3, 41.2]] + SQUARE[1:]),
    "its own crs, as GDAL writes it": {**POLYGON, "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}},
    "in two parts": {"type": "MultiPolygon", "coordinates": [
        [[[69.1, 41.2], [69.25, 41.2], [69.25, 41.4], [69.1, 41.4], [69.1, 41.2]]],
        [[[69.25, 41.2], [69.4, 41.2], [69.4, 41.4], [69.25, 41.4], [69.25, 41.2]]]]},
}


@pytest.mark.parametrize("name", SAME)
def test_one_area_may_be_said_in_many_ways(send, name):
    assert value(send(SAME[name])) == pytest.approx(value(send(POLYGON)), rel=1e-11)


@pytest.mark.parametrize("text", ['{"type":"Polygon","coordinates":[[[6.91e1,412e-1],[69.4,41.20],[694E-1,41.4],[69.1,41.4],[69.1,41.2]]]}',
                                  json.dumps(POLYGON, indent=7).replace("\n", "\r\n\t")])
def test_numbers_and_space_as_json_has_them(send, text):
    assert value(send(text)) == value(send(POLYGON))


def test_space_between_tokens_makes_no_other_question(send):
    digest = lambda text: send(text).json()["query"]["body"]
    assert digest(json.dumps(POLYGON)) == digest(json.dumps(POLYGON, indent=3)) == digest(json.dumps(POLYGON, separators=(",", ":")))
    assert digest(json.dumps(feature(POLYGON, a="x y"))) != digest(json.dumps(feature(POLYGON, a="xy")))


def test_features_are_one_area_or_each_its_own(send):
    other = polygon(moved(SQUARE, 0.1, 0.05))
    apart = polygon(moved(SQUARE, 0.5))
    both = collection(feature(POLYGON, id="a"), feature(apart, id=12.5))
    each = send(both, groupby="feature,year").json()
    assert [(r["feature"], r["id"]) for r in each["rows"]] == [(0, "a"), (1, 12.5)]
    assert [r["value"] for r in each["rows"]] == [value(send(POLYGON)), value(send(apart))]
    assert [a["feature"] for a in each["areas"]] == [0, 1] and "area" not in each
    assert value(send(both)) == pytest.approx(sum(r["value"] for r in each["rows"]), rel=1e-11)
    overlapping = [feature(POLYGON), feature(other)]
    refused = send(overlapping)
    assert refused.status_code == 400 and "overlap" in refused.json()["detail"]
    rows = send(overlapping, groupby="feature").json()["rows"]
    assert [r["value"] for r in rows] == [value(send(POLYGON)), value(send(other))] and "id" not in rows[0]


def test_the_answer_says_what_it_is_about(send):
    answer = send(POLYGON, unit="t", groupby="sector,gas").json()
    assert answer["query"]["groupby"] == "sector,gas" and answer["query"]["body"].startswith("sha256:")
    assert answer["release"] == "uzbekistan@1.0.0" and answer["gwp"] is None and answer["provenance"]
    assert answer["area"]["bbox"] == [69.1, 41.2, 69.4, 41.4] and answer["area"]["positions"] == 5
    assert answer["area"]["by_gas"].keys() == {"CO2", "CH4", "N2O"}
    for gas, split in answer["area"]["by_gas"].items():
        rows = [r for r in answer["rows"] if r["gas"] == gas and r["status"] != "no-data"]
        assert sum(r["value"] for r in rows) == pytest.approx(split["grid"] + split["points"], rel=1e-9)
        assert all(r["lo"] <= r["value"] <= r["hi"] for r in rows)


def test_per_km2_and_csv(send):
    answer = send(POLYGON, per="km2").json()
    row = answer["rows"][0]
    assert row["denominator"] == answer["area"]["area_km2"]
    assert row["value"] == pytest.approx(value(send(POLYGON, unit="t")) / row["denominator"], rel=1e-11)
    table = send(collection(feature(POLYGON, id="x,1")), format="csv", groupby="feature,year")
    assert table.headers["Content-Type"].startswith("text/csv")
    head, line = table.text.strip().split("\r\n")
    assert head == "feature,id,year,value,lo,hi,status,unit,gwp,release"
    assert line.startswith('0,"x,1",2022,') and line.endswith(",kt,AR5-100,uzbekistan@1.0.0")
    by_accept = send(POLYGON, headers={**GEOJSON, "Accept": "text/csv"})
    assert by_accept.headers["Content-Type"].startswith("text/csv")


def test_an_answer_to_a_post_is_nobodys_to_keep(send, server):
    first = send(POLYGON)
    assert first.headers["Cache-Control"] == "no-store" and "Link" not in first.headers
    again = send(POLYGON, headers={**GEOJSON, "If-None-Match": "*"})
    assert again.status_code == 200 and again.json() == first.json()
    hits = lambda: float(next(line.split()[-1] for line in requests.get(server.admin + "/metrics", timeout=60).text.splitlines()
                              if line.startswith("fluxgrid_response_cache_hits_total")))
    before = hits()
    assert send(json.dumps(POLYGON, indent=2)).json() == first.json() and hits() > before, "made again"


def test_a_browser_elsewhere_may_post(server):
    asked = requests.options(server.url + "/v1/emissions", timeout=60, headers={
        "Origin": "https://example.org", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"})
    assert asked.status_code == 204 and "POST" in asked.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in asked.headers["Access-Control-Allow-Headers"]


def test_a_ring_may_touch_itself(send):
    left, right = [[69, 41], [69.5, 41.5], [69, 42], [69, 41]], [[70, 41], [70, 42], [69.5, 41.5], [70, 41]]
    knot = [[69, 41], [69.5, 41.5], [70, 41], [70, 42], [69.5, 41.5], [69, 42], [69, 41]]
    assert value(send(polygon(knot))) == pytest.approx(value(send(polygon(left))) + value(send(polygon(right))), rel=1e-11)


def test_no_data_is_not_zero(send, server):
    """Beyond the grid, and on it where no inventory reaches, there is nothing to say; a source alone is something."""
    for lon, lat in ((10, 10), (56, 37.2)):
        answer = send(polygon([[lon, lat], [lon + .2, lat], [lon, lat + .2], [lon, lat]]), groupby="sector").json()
        assert answer["rows"] and {(r["value"], r["lo"], r["hi"], r["status"]) for r in answer["rows"]} == {(None, None, None, "no-data")}
        assert answer["area"]["grid"] == 0 and answer["area"]["cut_share"] is None and answer["area"]["area_km2"] > 100
    table = send(polygon([[10, 10], [11, 10], [10, 11], [10, 10]]), format="csv").text.split("\r\n")
    assert table[1].startswith("2022,,,,no-data,")
    source = server.json("/v1/sources?limit=1&format=json")["rows"][0]
    lon, lat = source["lon"], source["lat"]
    alone = send(polygon([[lon - 1e-5, lat - 1e-5], [lon + 1e-5, lat - 1e-5], [lon, lat + 1e-5], [lon - 1e-5, lat - 1e-5]]),
                 sector=source["sector"], gas=source["gas"]).json()
    assert alone["area"]["points"] > 0 and alone["rows"][0]["value"] >= alone["area"]["points"]
