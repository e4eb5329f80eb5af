"""Totals of drawn areas: exact, and adding up. The oracle is shapely on EPSG:6933 (area_oracle.py)."""
import math
import random

import pytest
import requests

import area_oracle
import tile_oracle as demo

EXACT = 1e-9


def ring(*points):
    return [list(p) for p in (*points, points[0])]


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings)}


def multi(*polygons):
    return {"type": "MultiPolygon", "coordinates": [list(p) for p in polygons]}


def square(west, south, east, north):
    return ring((west, south), (east, south), (east, north), (west, north))


def star(lon, lat, outer, inner, points):
    corner = lambda i: (outer if i % 2 == 0 else inner, math.pi * i / points)
    return ring(*((lon + r * math.cos(a), lat + r * math.sin(a)) for r, a in map(corner, range(2 * points))))


def wiggly(seed, lon, lat, radius, n):
    """A ring of n positions around a place, never crossing itself."""
    draw = random.Random(seed)
    return ring(*((lon + r * math.cos(a), lat + r * 0.7 * math.sin(a))
                  for i in range(n) for a, r in [(2 * math.pi * i / n, radius * draw.uniform(0.6, 1))]))


TASHKENT = (69.25, 41.3)
AREAS = {
    "along the borders of cells": polygon(square(69.1, 41.2, 69.4, 41.4)),
    "across them": polygon(square(69.1234, 41.2345, 69.4321, 41.3456)),
    "a triangle": polygon(ring((69.0, 41.0), (69.7, 41.15), (69.3, 41.6))),
    "against the clock, and with it": polygon(ring((69.0, 41.0), (69.7, 41.15), (69.3, 41.6))[::-1]),
    "concave": polygon(star(*TASHKENT, 0.4, 0.1, 7)),
    "with holes": polygon(star(*TASHKENT, 0.6, 0.5, 5), square(69.2, 41.28, 69.3, 41.32), ring((69.0, 41.1), (69.1, 41.1), (69.0, 41.2))),
    "with holes turned the other way": polygon(star(*TASHKENT, 0.6, 0.5, 5), square(69.2, 41.28, 69.3, 41.32)[::-1]),
    "a hole that touches the outline": polygon(square(69, 41, 69.5, 41.5), ring((69, 41.25), (69.2, 41.1), (69.2, 41.4))),
    "parts": multi([square(69.1, 41.2, 69.2, 41.3)], [wiggly(3, 66.95, 39.65, 0.2, 30)], [square(64.4, 39.7, 64.5, 39.8)]),
    "parts that share an edge": multi([square(69.1, 41.2, 69.25, 41.4)], [square(69.25, 41.25, 69.4, 41.35)]),
    "a part in the hole of another": multi([square(69, 41, 69.5, 41.5), square(69.1, 41.1, 69.4, 41.4)], [square(69.2, 41.2, 69.3, 41.3)]),
    "smaller than a cell": polygon(ring((69.2411, 41.3111), (69.2434, 41.3122), (69.2422, 41.3147))),
    "ten metres wide": polygon(square(69.2411, 41.3111, 69.2412, 41.3112)),
    "thin and long": polygon(ring((60.0, 41.0), (71.0, 41.4), (71.0, 41.4001))),
    "across the grid's border": polygon(ring((55.0, 44.0), (60.1, 45.0), (57.7, 46.9))),
    "around the grid": polygon(square(40, 20, 90, 60)),
    "around the world": polygon(square(-180, -90, 180, 90)),
    "as large as a region": polygon(wiggly(1, 67.8, 40.3, 1.2, 60)),
    "many positions": polygon(wiggly(2, 66.0, 40.0, 2.0, 1500)),
    "outside of everything": polygon(square(10, 10, 11, 11)),
}


@pytest.fixture(scope="module")
def ask(server):
    def post(geometry, status=200, **query):
        answer = requests.post(server.url + "/v1/emissions", json=geometry, params=query, timeout=60)
        assert answer.status_code == status, f"{answer.status_code} {answer.text[:500]}"
        return answer.json()
    return post


def close(value, want, scale=0.0):
    return value == pytest.approx(want, rel=EXACT, abs=max(EXACT * scale, 1e-15))


@pytest.mark.parametrize("name", AREAS)
def test_an_area_holds_what_clipping_finds(ask, name):
    area = area_oracle.Area(AREAS[name])
    for layer, query in (("emissions-co2e", {}), ("removals-co2", {"gas": "CO2", "flow": "removal"}),
                         ("emissions-ch4", {"gas": "CH4", "year": 2015})):
        want = area.masses(layer, year=query.get("year", 2022))
        got = ask(AREAS[name], unit="t", **query)
        assert close(got["area"]["grid"], want["grid"])
        assert close(got["area"]["points"], want["points"])
        assert len(got["rows"]) == 1
        row = got["rows"][0]
        if row["status"] == "no-data":
            assert row["value"] is row["lo"] is row["hi"] is None and want["grid"] == want["points"] == 0
            continue
        assert close(row["value"], want["grid"] + want["points"]) and row["lo"] <= row["value"] <= row["hi"]
        assert name != "outside of everything"
        if want["grid"] > 0:
            assert got["area"]["cut_share"] == pytest.approx(want["cut"] / want["grid"], rel=1e-8, abs=1e-9)
        assert got["area"]["area_km2"] == pytest.approx(area.km2, rel=EXACT)


def test_the_whole_grid_holds_the_release(ask, server):
    got = ask(AREAS["around the grid"], unit="t")
    whole = server.json("/v1/emissions?unit=t")
    assert close(got["rows"][0]["value"], whole["rows"][0]["value"])
    assert close(got["rows"][0]["lo"], whole["rows"][0]["lo"]) and close(got["rows"][0]["hi"], whole["rows"][0]["hi"])


def test_rows_have_the_keys_that_districts_have(ask, server):
    query = {"groupby": "year,sector,gas,flow", "year": "2015..2017"}
    got = ask(AREAS["around the grid"], **query)["rows"]
    want = server.json("/v1/emissions?groupby=year,sector,gas,flow&year=2015..2017")["rows"]
    assert len(got) == len(want) > 50
    for g, w in zip(got, want):
        assert g.keys() == w.keys()
        for key in g:
            assert g[key] == (pytest.approx(w[key], rel=EXACT) if isinstance(w[key], float) else w[key]), (g, w)


def test_a_box_is_the_polygon_of_its_corners(ask, server):
    for west, south, east, north in ((69.1234, 41.2345, 69.4321, 41.3456), (60, 40, 61.5, 41), (69.24111, 41.31111, 69.24112, 41.31112)):
        by_box = server.json(f"/v1/emissions?bbox={west},{south},{east},{north}")
        by_body = ask(polygon(square(west, south, east, north)))
        assert by_box["rows"] == by_body["rows"] and by_box["area"] == by_body["area"]


def cut_in_two(seed):
    """A box, and the two parts of it left and right of a random line across."""
    draw = random.Random(seed)
    west, south = draw.uniform(64, 69), draw.uniform(39.3, 41)
    width, height = draw.uniform(0.02, 3), draw.uniform(0.02, 2)
    n = draw.randint(1, 40)
    line = [(west + width * draw.uniform(0.1, 0.9), south + height * i / n) for i in range(n + 1)]
    left = [(west, south), *line, (west, south + height)]
    right = [(west + width, south + height), *line[::-1], (west + width, south)]
    return square(west, south, west + width, south + height), ring(*left), ring(*right), line


@pytest.mark.parametrize("seed", range(12))
def test_a_part_and_the_rest_are_the_whole(ask, seed):
    whole, left, right, line = cut_in_two(seed)
    # the box's own edges go through the ends of the line, so that all three have the same border
    whole = ring(*[p for p in map(tuple, whole[:2])], *[p for p in map(tuple, whole[2:4])])
    amount = lambda *g: ask(polygon(*g), unit="t")["rows"][0]["value"] or 0
    assert seed in (0, 1) or amount(whole) > 0
    assert close(amount(left) + amount(right), amount(whole))
    hole = wiggly(seed, 0.5 * (whole[0][0] + whole[1][0]), 0.5 * (whole[0][1] + whole[2][1]),
                  0.4 * min(whole[1][0] - whole[0][0], whole[2][1] - whole[0][1]), 25)
    assert close(amount(whole, hole) + amount(hole), amount(whole))


def test_the_districts_are_the_country(ask, server):
    shapes = lambda level: {f["id"]: f["geometry"] for f in server.json(
        f"/v1/districts?format=geojson&simplify=0&level={level}&limit=1000")["features"]}
    regions, country = shapes(1), shapes(0)["UZ"]
    body = {"type": "FeatureCollection", "features": [{"type": "Feature", "id": code, "geometry": g, "properties": None}
                                                      for code, g in regions.items()]}
    by_region = {r["id"]: r["value"] for r in ask(body, groupby="feature", unit="t")["rows"]}
    # A plant that stands up to 5 km beyond all borders counts in the nearest district, and in no drawn area.
    sectors = {r["sector"] for r in demo.table("sector_totals.csv")} - {r["sector"] for r in demo.table("point_sources.csv")}
    query = {"unit": "t", "sector": ",".join(f"IPCC2006:{s}" for s in sorted(sectors))}
    drawn = {r["id"]: r["value"] for r in ask(body, groupby="feature", **query)["rows"]}
    counted = {r["district"]: r["value"] for r in server.json(
        "/v1/emissions?groupby=district&" + "&".join(f"{k}={v}" for k, v in query.items()))["rows"]}
    assert by_region.keys() == drawn.keys() == counted.keys() == regions.keys()
    for code in regions:
        assert drawn[code] > 0 and close(drawn[code], counted[code]), code
    assert close(sum(by_region.values()), ask(country, unit="t")["rows"][0]["value"])
    assert close(sum(by_region.values()), ask(body, unit="t")["rows"][0]["value"])


def test_a_point_on_a_border_counts_once_to_its_north_east(ask):
    plant = next(r for r in demo.table("point_sources.csv") if r["name"] == "Navoi TPP")
    lon, lat = float(plant["lon"]), float(plant["lat"])
    west, south, east, north = lon - 0.003, lat - 0.002, lon + 0.0025, lat + 0.0035
    quarters = {"sw": square(west, south, lon, lat), "se": square(lon, south, east, lat),
                "nw": square(west, lat, lon, north), "ne": square(lon, lat, east, north)}
    points = {k: ask(polygon(g), unit="t")["area"]["points"] for k, g in quarters.items()}
    assert points["ne"] > 0 and points["sw"] == points["se"] == points["nw"] == 0
    # on slanting borders, through the point and ending in it
    for seed in range(20):
        draw = random.Random(seed)
        a = draw.uniform(0, math.pi)
        dx, dy = 0.002 * math.cos(a), 0.002 * math.sin(a)
        one = ring((lon - dx, lat - dy), (lon, lat), (lon + dx, lat + dy), (lon + dx - dy, lat + dy + dx), (lon - dx - dy, lat - dy + dx))
        other = ring((lon - dx, lat - dy), (lon, lat), (lon + dx, lat + dy), (lon + dx + dy, lat + dy - dx), (lon - dx + dy, lat - dy - dx))
        found = [ask(polygon(g), unit="t")["area"]["points"] > 0 for g in (one, other)]
        assert sum(found) == 1, (seed, found)
