"""Hot spots of the demonstration, against numpy over the stored blocks and over the data set's files."""
import json

import areas
import numpy as np
import oracle
import pytest
import rank_oracle
import requests
from contract import validate


def ask(server, **query):
    answer = server.get("/v1/rank", params=query)
    assert answer.status_code == 200, answer.text[:500]
    got = answer.json()
    validate(got, {"$ref": "#/components/schemas/RankAnswer"})
    return got


def post(server, body, status=200, **query):
    answer = requests.post(server.url + "/v1/rank", data=json.dumps(body), headers=areas.GEOJSON, params=query, timeout=30)
    assert answer.status_code == status, answer.text[:500]
    return answer.json()


def co2e(gas, origin, flow):
    return oracle.GWP["AR5-100"][gas, origin] * (-1 if flow == "removal" else 1)


@pytest.fixture(scope="module")
def emission_cells(database):
    return rank_oracle.cells(database, "uzbekistan", 2022, "emission", co2e)


def expected_rows(cells, grid, n):
    """The n largest: value, then from the north-west on."""
    rows, cols = np.nonzero(~np.isnan(cells))
    values = cells[rows, cols]
    order = np.lexsort((rows * grid["nx"] + cols, -values))[:n]
    return [(values[i], grid["x0"] + (cols[i] + 0.5) * grid["dx"], grid["y0"] - (rows[i] + 0.5) * grid["dy"]) for i in order]


def check_rows(got, want):
    assert len(got) == len(want)
    passed = 0
    for row, (value, lon, lat) in zip(got, want):
        assert row["value"] == pytest.approx(value, rel=1e-9)
        assert (row["lon"], row["lat"]) == pytest.approx((lon, lat), abs=1e-9)
        passed += row["share"]
        assert row["cumulative_share"] == pytest.approx(passed, rel=1e-9)


def check_inequality(totals, values):
    assert totals["members"] == len(values) and totals["zero"] == (values == 0).sum()
    assert totals["gini"] - 1e-10 <= rank_oracle.gini(values) <= totals["gini"] + totals["gini_error"] + 1e-10
    assert totals["gini_error"] < 1e-6
    curve = np.array(totals["lorenz"])
    assert curve.shape == (101, 2) and (curve[0] == 0).all() and (curve[-1] == 1).all()
    assert curve[:, 1] == pytest.approx(rank_oracle.lorenz(values, curve[:, 0]), abs=1e-5)


# --- cells ---

def test_cells_are_those_of_numpy(server, emission_cells):
    cells, grid = emission_cells
    got = ask(server, by="cell", top=200, unit="t")
    check_rows(got["rows"], expected_rows(cells, grid, 200))
    values = cells[~np.isnan(cells)]
    check_inequality(got["totals"], values)
    assert got["totals"]["sum"] == pytest.approx(values.sum(), rel=1e-9)
    assert got["rows"][0]["share"] == pytest.approx(values.max() / values.sum(), rel=1e-9)


def test_all_cells_are_the_countrys_mass_on_the_map(server):
    for query in ({}, {"gas": "CH4"}, {"flow": "net"}, {"sector": "IPCC2006:1.A.3"}, {"lulucf": "exclude", "flow": "net"}, {"year": 2013, "gwp": "AR6-20"}):
        totals = ask(server, by="cell", top=1, **query)["totals"]
        whole = server.json("/v1/emissions?" + "&".join(f"{k}={v}" for k, v in query.items()))
        assert totals["sum"] + totals["unallocated"] == pytest.approx(whole["rows"][0]["value"], rel=1e-9), query


@pytest.mark.parametrize("share", (0.1, 0.5, 0.8, 0.99))
def test_the_smallest_set_of_cells_is_that_of_sorting(server, emission_cells, share):
    """Beyond a thousand rows the set is found by passing over the cells again."""
    cells = emission_cells[0]
    want = rank_oracle.smallest_set(cells[~np.isnan(cells)], share)
    got = ask(server, by="cell", share=share, top=3, unit="t")
    found = got["totals"]["set"]
    assert len(got["rows"]) == min(3, len(want)) and found["count"] == len(want)
    assert found["sum"] == pytest.approx(want.sum(), rel=1e-9) and found["explains"] >= share
    assert found["member_share"] == pytest.approx(len(want) / got["totals"]["members"])
    listed = ask(server, by="cell", share=share)
    assert len(listed["rows"]) == min(1000, len(want))


def test_net_cells_have_shares_of_what_is_above_zero(server, database):
    cells, grid = rank_oracle.cells(database, "uzbekistan", 2022, "net", co2e)
    got = ask(server, by="cell", flow="net", top=50, unit="t", share=0.5)
    values = cells[~np.isnan(cells)]
    check_rows(got["rows"], expected_rows(cells, grid, len(got["rows"])))
    totals = got["totals"]
    assert totals["negative"] == (values < 0).sum() > 0
    assert totals["positive"] == pytest.approx(values[values > 0].sum(), rel=1e-9)
    assert totals["set"]["count"] == len(rank_oracle.smallest_set(values, 0.5))
    assert totals["gini"] is None and totals["lorenz"] is None and "negative" in totals["reason"]


def test_cells_within_a_district_are_its_total(server, database, emission_cells):
    cells, grid = emission_cells
    got = ask(server, by="cell", within="1708", top=100, unit="t")
    share = np.zeros(grid["nx"] * grid["ny"])
    for cell, fraction in database.rows("SELECT s.cell, s.fraction FROM district_share s JOIN district d ON d.id = s.district "
                                        "WHERE d.code = '1708' AND s.grid = %s", (grid["id"],)):
        share[cell] = fraction
    share = share.reshape(cells.shape)
    inside = np.where(share > 0, cells * share, np.nan)
    check_rows(got["rows"], expected_rows(inside, grid, 100))
    check_inequality(got["totals"], inside[~np.isnan(inside)])
    assert got["totals"]["sum"] == pytest.approx(server.json("/v1/emissions?district=1708&unit=t")["rows"][0]["value"], rel=1e-9)
    assert {row["district"][:4] for row in got["rows"]} == {"1708"}


def test_cells_in_a_box_count_by_their_ground(server, emission_cells):
    """A box that cuts cells: where it does, half of the width and as much of the height as sin(latitude) says."""
    cells, grid = emission_cells
    west, south, east, north = box = (67.825, 40.1025, 67.8725, 40.135)
    got = ask(server, by="cell", bbox=",".join(map(str, box)), top=1000, unit="t")
    whole = server.json(f"/v1/emissions?bbox={','.join(map(str, box))}&unit=t")
    assert got["totals"]["sum"] == pytest.approx(whole["rows"][0]["value"], rel=1e-9)
    assert got["area"]["area_km2"] == pytest.approx(whole["area"]["area_km2"], rel=1e-12)
    assert len(got["rows"]) == got["totals"]["members"] == 6 * 4
    for row in got["rows"]:
        lon = max(0, min(east, row["east"]) - max(west, row["west"])) / (row["east"] - row["west"])
        lat = max(0, min(north, row["north"]) - max(south, row["south"])) / (row["north"] - row["south"])
        col, line = round((row["west"] - grid["x0"]) / grid["dx"]), round((grid["y0"] - row["north"]) / grid["dy"])
        assert row["inside"] == pytest.approx(lon * lat, rel=2e-4)  # ground and degrees differ within a cell
        assert row["value"] == pytest.approx(row["inside"] * cells[line, col], rel=1e-9)
        assert row["density_t_km2"] == pytest.approx(cells[line, col] / row["area_km2"], rel=1e-9)


def test_an_area_and_the_rest_of_its_box_make_whole_cells(server):
    """A triangle through a power station's surroundings: what it cuts off a cell is in the other one."""
    box = [[69.3, 41.3], [69.45, 41.3], [69.45, 41.45], [69.3, 41.45], [69.3, 41.3]]
    lower = [[69.3, 41.3], [69.45, 41.3], [69.45, 41.45], [69.3, 41.3]]
    upper = [[69.3, 41.3], [69.45, 41.45], [69.3, 41.45], [69.3, 41.3]]
    parts = [{r["cell"]: r for r in post(server, areas.polygon(ring), top=1000, unit="t")["rows"]} for ring in (box, lower, upper)]
    assert len(parts[0]) == 15 * 15
    cut = 0
    for cell, row in parts[0].items():
        halves = [p[cell] for p in parts[1:] if cell in p]
        assert sum(h["value"] for h in halves) == pytest.approx(row["value"], rel=1e-9)
        assert sum(h["inside"] for h in halves) == pytest.approx(1, abs=1e-9)
        cut += len(halves) == 2
    assert cut == 15
    whole = requests.post(server.url + "/v1/emissions?unit=t", data=json.dumps(areas.polygon(lower)), headers=areas.GEOJSON, timeout=30)
    assert sum(r["value"] for r in parts[1].values()) == pytest.approx(areas.value(whole), rel=1e-9)


def test_a_cell_has_the_interval_of_its_place(server):
    """One sector, so that /v1/at has the whole cell in one row."""
    for query in ({"sector": "IPCC2006:1.A.3.b"}, {"sector": "IPCC2006:3.A.1", "gas": "CH4"}):
        for row in ask(server, by="cell", top=3, unit="t", **query)["rows"]:
            at = server.json("/v1/at?" + "&".join(f"{k}={v}" for k, v in {**query, "lon": row["lon"], "lat": row["lat"], "unit": "t"}.items()))
            (cell,) = at["rows"]
            assert [row[k] for k in ("value", "lo", "hi")] == pytest.approx([cell[k] for k in ("value", "lo", "hi")], rel=1e-9)
            assert row["area_km2"] == at["cell"]["area_km2"] and row["density_t_km2"] == pytest.approx(cell["density_t_km2"])
            assert row["district"] == at["districts"][-1]["code"]


# --- sources ---

def sources_t(year=2022, gwp="AR5-100"):
    """t CO2e of each code, by the files."""
    points = oracle.table("point_sources.csv")
    found = {}
    for total in oracle.table("sector_totals.csv"):
        if total["spatial"] != "points" or int(total["year"]) != year or total["flow"] != "emission":
            continue
        of = [p for p in points if all(p[k] == total[k] for k in ("sector", "gas", "fuel"))]
        sum_of_weights = sum(float(p["weight"]) for p in of)
        for p in of:
            mass = float(total["mass_kt"]) * 1000 * float(p["weight"]) / sum_of_weights * oracle.GWP[gwp][total["gas"], total["origin"]]
            found[p["id"]] = found.get(p["id"], 0) + mass
    return found


def test_sources_are_those_of_the_files(server):
    want = sources_t()
    got = ask(server, by="source", top=1000, unit="t")
    assert {r["code"]: pytest.approx(r["value"], rel=1e-9, abs=1e-9) for r in got["rows"]} == want
    assert [r["code"] for r in got["rows"]] == sorted(want, key=lambda code: (-next(r["value"] for r in got["rows"] if r["code"] == code), code))
    assert got["totals"]["gini"] == pytest.approx(rank_oracle.gini(np.array(list(want.values()))), rel=1e-9)
    assert len(got["totals"]["lorenz"]) == len(want) + 1 and got["totals"]["gini_error"] == 0
    largest = got["rows"][0]
    one = server.json(f"/v1/sources/{largest['code']}?format=json")["source"]
    assert (one["name"], one["lon"], one["district"]) == (largest["name"], largest["lon"], largest["district"])
    assert largest["lo"] < largest["value"] < largest["hi"]


def test_sources_within_districts_and_areas(server):
    placed = {p["id"]: p for p in oracle.table("point_sources.csv")}
    want = sources_t()
    for code in ("UZ", "1727", "1724235", "1708"):
        got = ask(server, by="source", within=code, top=1000)
        assert {r["code"] for r in got["rows"]} == {s for s in want if code == "UZ" or oracle.within(placed[s]["area_code"], code)}
    inside = {s for s in want if 69.1 <= float(placed[s]["lon"]) < 69.4 and 41.2 <= float(placed[s]["lat"]) < 41.4}
    assert inside
    assert {r["code"] for r in ask(server, by="source", bbox="69.1,41.2,69.4,41.4")["rows"]} == inside
    assert {r["code"] for r in post(server, areas.POLYGON, by="source")["rows"]} == inside


# --- districts ---

def test_districts_are_in_the_order_of_their_totals(server):
    for query in ({}, {"flow": "net", "gas": "CO2"}, {"per": "capita"}, {"per": "km2"}):
        got = ask(server, level=2, top=1000, **query)
        rows = server.json("/v1/emissions?" + "&".join(f"{k}={v}" for k, v in {"groupby": "district", "level": 2, **query}.items()))["rows"]
        known = [r for r in rows if r["value"] is not None]
        want = sorted(known, key=lambda r: (-r["value"], r["district"]))
        assert [r["district"] for r in got["rows"]] == [r["district"] for r in want]
        for a, b in zip(got["rows"], want):
            assert [a[k] for k in ("value", "lo", "hi", "status")] == [b[k] for k in ("value", "lo", "hi", "status")]
        assert got["totals"]["unranked"] == len(rows) - len(known)


def test_the_smallest_set_of_districts(server):
    values = np.array([r["value"] for r in server.json("/v1/emissions?groupby=district&level=2")["rows"]])
    got = ask(server, level=2, share=0.8)
    want = rank_oracle.smallest_set(values, 0.8)
    assert len(got["rows"]) == got["totals"]["set"]["count"] == len(want)
    assert got["rows"][-1]["cumulative_share"] >= 0.8 > got["rows"][-2]["cumulative_share"]
    assert got["totals"]["gini"] == pytest.approx(rank_oracle.gini(values), rel=1e-9)


def test_levels_and_places_of_districts(server):
    assert {r["level"] for r in ask(server)["rows"]} == {1}
    of_jizzakh = ask(server, within="1708", top=1000)["rows"]
    assert {r["parent"] for r in of_jizzakh} == {"1708"}
    assert [r["district"] for r in ask(server, level=0)["rows"]] == ["UZ"]
    assert [r["district"] for r in ask(server, within="1708401", level=2)["rows"]] == ["1708401"]
    boxed = {r["district"] for r in ask(server, level=2, bbox="67.8,40.1,67.9,40.2", top=1000)["rows"]}
    assert boxed == {r["district"] for r in server.json("/v1/districts?level=2&bbox=67.8,40.1,67.9,40.2")["rows"]}


def test_ratios_have_no_shares(server):
    got = ask(server, per="capita")
    assert all(r["share"] is None and r["denominator"] > 0 for r in got["rows"])
    assert got["totals"]["gini"] is None and "ratios" in got["totals"]["reason"] and got["totals"]["sum"] is None


# --- formats, caching, refusals ---

def test_formats_have_the_same_rows(server):
    for by, kind in (("district", "MultiPolygon"), ("source", "Point"), ("cell", "Polygon")):
        rows = ask(server, by=by, top=3)["rows"]
        features = server.json(f"/v1/rank?by={by}&top=3&format=geojson&simplify=0.05")
        assert [f["properties"] for f in features["features"]] == rows and features["totals"]["listed"] == 3
        assert {f["geometry"]["type"] for f in features["features"]} <= {kind, "Polygon"}
        lines = server.get(f"/v1/rank?by={by}&top=3&format=csv").text.split("\r\n")
        assert len(lines) == 5 and lines[0].startswith("rank,") and lines[0].endswith(",unit,gwp,release") and ",value,lo,hi,share,cumulative_share," in lines[0]
        assert f"{rows[0]['value']:.12g}" in lines[1]
    (cell,) = server.json("/v1/rank?by=cell&top=1&format=geojson")["features"]
    ring, row = cell["geometry"]["coordinates"][0], cell["properties"]
    assert ring[0] == ring[-1] and {tuple(p) for p in ring} == {(x, y) for x in (row["west"], row["east"]) for y in (row["south"], row["north"])}


def test_the_query_can_be_sent_back_and_asked_again(server):
    first = server.get("/v1/rank?by=cell&share=0.80&top=5&sector=IPCC2006:1.A,IPCC2006:1.A.1")
    query = first.json()["query"]
    assert query["share"] == 0.8 and query["sector"] == "IPCC2006:1.A"
    again = server.get("/v1/rank", params=query)
    assert again.json() == first.json() and "immutable" in again.headers["Cache-Control"]
    assert server.get("/v1/rank", params=query, headers={"If-None-Match": again.headers["ETag"]}).status_code == 304
    assert 'rel="canonical"' in first.headers["Link"]
    body = post(server, areas.POLYGON)
    assert body["query"]["by"] == "cell" and body["query"]["body"].startswith("sha256:")


@pytest.mark.parametrize("query,parameter", [
    ("by=region", "by"), ("top=0", "top"), ("top=1001", "top"), ("top=x", "top"), ("share=0", "share"), ("share=1", "share"),
    ("share=-0.5", "share"), ("share=1e-3", "share"), ("share=0.00001", "share"), ("within=nowhere", "within"), ("district=1708", "district"),
    ("by=cell&level=2", "level"), ("by=source&per=capita", "per"), ("by=cell&within=1708&bbox=67,40,68,41", "bbox"),
    ("share=0.8&per=km2", "share"), ("within=1708&level=0", "level"), ("within=1708401", "within"), ("by=cell&bbox=67,40,67,41", "bbox"), ("year=2010..2012", "year"),
    ("groupby=gas", "groupby")])
def test_what_is_refused(server, query, parameter):
    problem = server.json(f"/v1/rank?{query}", 400)
    assert problem["errors"][0]["parameter"] == parameter and problem["errors"][0]["allowed"], problem


def test_what_is_refused_of_areas(server):
    assert post(server, areas.POLYGON, 400, by="district")["errors"][0]["allowed"] == "source, cell"
    bow = areas.polygon([[69, 41], [70, 42], [70, 41], [69, 42], [69, 41]])
    assert post(server, bow, 400)["errors"][0]["parameter"].startswith("/coordinates/0")
    assert post(server, areas.POLYGON, 400, within="1708")["errors"][0]["parameter"] == "within"


def test_nothing_selected_is_a_ranking_of_nobody(server):
    got = ask(server, by="cell", gas="CH4", flow="removal")
    assert got["rows"] == [] and got["totals"]["members"] == 0 and got["totals"]["gini"] is None
    assert ask(server, by="source", gas="CH4", share=0.5)["totals"]["set"]["count"] == 0
