"""CSV and GeoJSON of every answer hold what JSON holds: each is taken apart here and compared fact by fact."""
import csv
import io

import pytest
from areas import POLYGON, SQUARE, collection, feature, moved, polygon
from shapely.geometry import Point, shape

AMOUNT = ("value", "lo", "hi", "status")


def table(server, path):
    answer = server.get(path, headers={"Accept": "text/csv"})
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "text/csv; charset=utf-8", answer.text
    answer.encoding = "utf-8"
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def cell(value):
    """What a value is in a table."""
    if isinstance(value, list):
        return " ".join(map(cell, value))
    return "" if value is None else str(value).lower() if isinstance(value, bool) else f"{value:.12g}" if isinstance(value, float) else str(value)


def cells(row, *names):
    return {name: cell(row.get(name)) for name in names}


@pytest.mark.parametrize("path,member", [("/v1/gases", "gases"), ("/v1/sectors", "sectors"), ("/v1/sectors?release=uzbekistan&lang=uz", "sectors"),
                                         ("/v1/styles", "styles"), ("/v1/audit", "checks")])
def test_lists_are_tables(server, path, member):
    rows, document = table(server, path), server.json(path)
    shown = document[member]
    assert len(rows) == len(shown) > 3
    for row, full in zip(rows, shown):
        own = {name: value for name, value in row.items() if name in full}
        assert own == cells(full, *own) and len(own) >= 2
        assert set(row) - set(own) <= {"unit", "gwp", "release"}
    if member == "checks":
        assert {(r["unit"], r["gwp"], r["release"]) for r in rows} == {("t", "", document["release"])}


def test_every_potential_is_a_line(server):
    sets = server.json("/v1/gwp")["sets"]
    want = [{"set": s["code"], "horizon_years": cell(s["horizon_years"]), **cells(v, "gas", "origin", "value", "source")} for s in sets for v in s["values"]]
    assert table(server, "/v1/gwp") == want and len(want) > 20


@pytest.mark.parametrize("scheme,has_several", [("GPC", False), ("EDGAR", True)])
def test_every_home_sector_of_a_foreign_code_is_a_line(server, scheme, has_several):
    codes = server.json(f"/v1/sectors?scheme={scheme}")["sectors"]
    rows = table(server, f"/v1/sectors?scheme={scheme}")
    want = [(c["code"], cell(part.get("sector")), cell(part.get("weight")), cell(part.get("name"))) for c in codes for part in c["map"] or [{}]]
    assert [(r["code"], r["sector"], r["weight"], r["sector_name"]) for r in rows] == want
    assert any(len(c["map"]) > 1 for c in codes) == has_several


def test_a_release_is_a_line(server):
    document = server.json("/v1/releases/uzbekistan?lang=ko")
    one, = table(server, "/v1/releases/uzbekistan?lang=ko")
    assert table(server, "/v1/releases?lang=ko") == [one]
    shared = [name for name in one if name in document]
    assert cells(document, *shared) == {name: one[name] for name in shared} and len(shared) == 22
    assert one["years"].split() == [str(y) for y in range(2010, 2023)] and one["withdrawn"] == one["reason"] == ""


def test_a_sector_is_the_countrys_years_and_the_years_regions(server):
    path = "/v1/sectors/IPCC2006:1.A.3?year=2015&gas=CO2&unit=t"
    document, rows = server.json(path), table(server, path)
    want = [{"district": "UZ", "year": str(y["year"]), **cells(y, *AMOUNT)} for y in document["years"]]
    want += [{"district": d["district"], "year": "2015", **cells(d, *AMOUNT)} for d in document["districts"]]
    constant = {"sector": "IPCC2006:1.A.3", "unit": "t", "gwp": "", "release": document["release"]}
    assert rows == [{**constant, **row} for row in want]
    country = float(next(r["value"] for r in rows if r["year"] == "2015"))
    assert sum(float(r["value"]) for r in rows[len(document["years"]):]) == pytest.approx(country, rel=1e-9)


def test_a_district_is_its_years_and_sectors(server):
    path = "/v1/districts/1708?year=2018&flow=net"
    document, rows = server.json(path), table(server, path)
    constant = {"district": "1708", "month": "", "unit": "kt", "gwp": "AR5-100", "release": document["release"]}
    want = [{"year": str(y["year"]), "sector": "", "gas": "CO2E", "flow": "net", **cells(y, *AMOUNT)} for y in document["years"]]
    want += [{"year": "2018", **cells(s, "sector", "gas", "flow", *AMOUNT)} for s in document["sectors"]]
    assert rows == [{**constant, **row} for row in want]
    parts = sum(float(r["value"]) * (-1 if r["flow"] == "removal" else 1) for r in rows if r["sector"] and r["value"])
    assert parts == pytest.approx(next(float(r["value"]) for r in rows if r["year"] == "2018"), rel=1e-9)


def test_a_point_as_lines_and_as_points(server):
    path = "/v1/at?lon=67.84&lat=40.12&gas=CH4"
    document, rows = server.json(path), table(server, path)
    constant = {"lon": "67.84", "lat": "40.12", "year": "2022", "month": "", "unit": "kt", "gwp": "", "release": document["release"]}
    assert rows == [{**constant, **cells(r, "sector", "gas", "density_t_km2", *AMOUNT)} for r in document["rows"]] and rows
    shown = server.json(path + "&format=geojson")
    assert [f["properties"] for f in shown["features"]] == document["rows"]
    assert {Point(67.84, 40.12) == shape(f["geometry"]) for f in shown["features"]} == {True}
    assert shown["cell"] == document["cell"] and shown["districts"] == document["districts"] and "rows" not in shown


@pytest.mark.parametrize("query", ["bbox=69.1,41.2,69.4,41.4", "bbox=69.1,41.2,69.4,41.4&groupby=sector,year&year=2020..2022&per=km2"])
def test_a_box_comes_back_as_a_feature(server, query):
    document, shown = server.json(f"/v1/emissions?{query}"), server.json(f"/v1/emissions?{query}&format=geojson")
    assert [f["properties"] for f in shown["features"]] == document["rows"]
    assert shown["area"] == document["area"] and shown["unit"] == document["unit"] and "id" not in shown["features"][0]
    assert all(shape(f["geometry"]).equals(shape(POLYGON)) for f in shown["features"])


def test_areas_come_back_as_they_were_sent(send):
    hole = [[69.2, 41.25], [69.3, 41.25], [69.3, 41.35], [69.2, 41.25]]
    sent = collection(feature(polygon(SQUARE, hole), id="west"), feature(POLYGON), feature({"type": "MultiPolygon", "coordinates": [[moved(SQUARE, 1)], [moved(SQUARE, 2)]]}, id=7))
    document = send(sent, groupby="feature,year", year="2021..2022").json()
    answer = send(sent, groupby="feature,year", year="2021..2022", format="geojson")
    assert answer.headers["Content-Type"] == "application/geo+json"
    shown = answer.json()
    assert [f["properties"] for f in shown["features"]] == document["rows"] and len(document["rows"]) == 6
    for f in shown["features"]:
        source = sent["features"][f["properties"]["feature"]]
        assert shape(f["geometry"]).equals(shape(source["geometry"])) and shape(f["geometry"]).is_valid
        assert f.get("id") == source.get("id")
    assert shown["areas"] == document["areas"]


def test_coordinates_come_back_to_the_nanometre(send):
    ring = [[69.123456789012, 41.2], [69.4, 41.200000000001], [69.4, 41.4], [69.123456789012, 41.2]]
    back = send(polygon(ring), format="geojson").json()["features"][0]["geometry"]["coordinates"][0][0]
    assert all(abs(a - b) < 1e-13 for p, q in zip(back, ring) for a, b in zip(p, q))


def test_what_repeats_too_large_an_area_is_413_and_says_what_would_do(send):
    from areas import circle
    query = {"groupby": "sector,gas,flow,year", "year": "2010..2022"}
    wide = circle(20000, digits=12)
    assert send(wide, **query).status_code == 200
    answer = send(wide, format="geojson", **query)
    assert answer.status_code == 413 and answer.json()["errors"][0]["parameter"] == "format"
    assert "format=json" in answer.json()["errors"][0]["allowed"]


@pytest.mark.parametrize("path", ["/v1/gases", "/v1/releases", "/v1/sectors/IPCC2006:1", "/v1/districts/UZ", "/v1/at?lon=67.84&lat=40.12", "/v1/styles"])
def test_each_form_has_an_etag_of_its_own(server, path):
    forms = [server.get(path, headers={"Accept": kind}) for kind in ("application/json", "text/csv")]
    assert forms[0].headers["ETag"] != forms[1].headers["ETag"]
    for form, kind in zip(forms, ("application/json", "text/csv")):
        again = server.get(path, headers={"Accept": kind, "If-None-Match": form.headers["ETag"]})
        assert again.status_code == 304
    assert server.get(path, headers={"Accept": "application/json", "If-None-Match": forms[1].headers["ETag"]}).status_code == 200
