"""Months: a release of which one sector is known by months and another by the year only, made in SQL beside
the demonstration; a year is the sum of its months, and what has none is told apart."""
import contextlib
import csv
import io
import struct

import pytest

SHARES = [16, 14, 11, 7, 5, 4, 3, 3, 5, 8, 11, 13]  # per cent
RELEASE = f"""
SET search_path = fluxgrid, public;
WITH f AS (
    INSERT INTO field (grid, name, sha256, kind, total, sum_sq, cells, cell_uncertainty_pct)
    SELECT id, 'one cell', repeat('ad', 32), 'raster', 2, 4, 1, 50 FROM grid WHERE nx = 1730 RETURNING id
)
INSERT INTO block (field, level, bx, by, cells, count, sum, min, max)
    SELECT id, 0, 1194 / 64, 558 / 64, block_pack(ARRAY[(558 % 64) * 64 + 1194 % 64], ARRAY[2::float8]), 1, 2, 2, 2 FROM f;
SELECT block_overviews(id), district_field_refresh(id) FROM field WHERE name = 'one cell';
INSERT INTO release (slug, version, title_en, title_ru, title_uz, title_ko, publisher, licence, attribution, citation, method, sha256)
    VALUES ('monthly', '0.1.0', 'M', 'M', 'M', 'M', 'nobody', 'CC0', 'nobody', 'none', 'made up', repeat('af', 32));
INSERT INTO slice (release, sector, gas, flow, origin, fuel, year, month, field, factor, mass_t, uncertainty_pct, method)
    SELECT r.id, 'IPCC2006:1.A.4', 'CO2', 'emission', 'fossil', '', y.year, m.month, f.id, y.mass * m.share / 100 / 2, y.mass * m.share / 100, 10, 'reported'
    FROM release r, field f, (VALUES (2020, 100e3), (2021, 200e3)) AS y (year, mass),
         unnest(ARRAY{SHARES}) WITH ORDINALITY AS m (share, month)
    WHERE r.slug = 'monthly' AND f.name = 'one cell';
INSERT INTO slice (release, sector, gas, flow, origin, fuel, year, field, factor, mass_t, uncertainty_pct, method)
    SELECT r.id, 'IPCC2006:2.A.1', 'CO2', 'emission', 'fossil', '', y.year, f.id, 20e3, 40e3, 10, 'fallback-uniform'
    FROM release r, field f, (VALUES (2019), (2020)) AS y (year) WHERE r.slug = 'monthly' AND f.name = 'one cell';
INSERT INTO slice (release, sector, gas, flow, origin, year, month, mass_t, uncertainty_pct, method)
    SELECT id, 'IPCC2006:4.A', 'CH4', 'emission', 'nonfossil', 2020, month, 100, NULL, 'reported'
    FROM release, generate_series(1, 12) AS month WHERE slug = 'monthly';
SELECT release_publish(id) FROM release WHERE slug = 'monthly';
"""


@pytest.fixture(scope="module")
def monthly(cluster, database, start_server):
    copy = cluster.create_database("monthly_release", "template_loaded")
    with contextlib.closing(copy.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(RELEASE)
    yield start_server(copy)


def ask(server, path="/v1/emissions", status=200, **query):
    text = "&".join(f"{k}={v}" for k, v in {"release": "monthly", "gas": "CO2", **query}.items())
    return server.json(f"{path}?{text}", status)


def test_a_year_is_the_sum_of_its_months(monthly):
    answer = ask(monthly, year=2020)
    assert answer["rows"][0]["value"] == pytest.approx(140, rel=1e-12)
    assert "yearly_only" not in answer["coverage"] and "month" not in answer["query"]


@pytest.mark.parametrize("month", [1, 6, 12])
def test_a_month_is_that_month_only_and_says_what_it_lacks(month, monthly):
    answer = ask(monthly, month=f"2020-{month:02}")
    assert answer["rows"] == [{**answer["rows"][0], "year": 2020, "status": "reported"}]
    assert answer["rows"][0]["value"] == pytest.approx(SHARES[month - 1], rel=1e-12)
    assert answer["query"]["month"] == f"2020-{month:02}" and "year" not in answer["query"]
    assert answer["coverage"] == {"unit": "kt", "allocated": pytest.approx(SHARES[month - 1]), "outside": 0, "unallocated": 0,
                                  "yearly_only": 40}


def test_months_as_rows_sum_to_the_year(monthly):
    rows = ask(monthly, year="2019..2021", groupby="month")["rows"]
    found = {(r["year"], r["month"]): r["value"] for r in rows}
    wanted = {(2019, None): 40, (2020, None): 40}
    for i, share in enumerate(SHARES):
        wanted[2020, f"2020-{i + 1:02}"] = pytest.approx(share)
        wanted[2021, f"2021-{i + 1:02}"] = pytest.approx(2 * share)
    assert found == wanted
    assert ask(monthly, year=2020, groupby="month")["query"]["groupby"] == "year,month"


def test_months_by_sector_and_gas(monthly):
    rows = ask(monthly, year=2020, groupby="sector,month")["rows"]
    assert [(r["sector"], r["month"]) for r in rows][:2] == [("IPCC2006:1.A.4", "2020-01"), ("IPCC2006:1.A.4", "2020-02")]
    assert [r["value"] for r in rows if r["sector"] == "IPCC2006:2.A.1"] == [40]
    by_gas = monthly.json("/v1/emissions?release=monthly&month=2020-03&groupby=gas")
    assert {r["gas"]: r["value"] for r in by_gas["rows"]} == {"CH4": 0.1, "CO2": pytest.approx(11)}
    assert by_gas["coverage"]["by_gas"]["CH4"] == {"allocated": 0, "outside": 0, "unallocated": 0.1, "yearly_only": 0}
    assert by_gas["coverage"]["by_gas"]["CO2"]["yearly_only"] == 40


def test_months_within_a_drawn_area(monthly):
    """A box over half of the one cell."""
    answer = ask(monthly, month="2020-03", bbox="67.845,40.05,67.9,40.2")
    assert answer["rows"][0]["value"] == pytest.approx(5.5, rel=1e-9)
    assert answer["area"]["grid"] == pytest.approx(5.5, rel=1e-9) and answer["area"]["yearly_only"] == pytest.approx(20, rel=1e-9)
    assert answer["area"]["cut_share"] == 1
    by_gas = monthly.json("/v1/emissions?release=monthly&month=2020-03&groupby=gas&bbox=67.845,40.05,67.9,40.2")["area"]["by_gas"]
    assert by_gas["CH4"] == {"grid": 0, "points": 0, "unallocated": 0.1, "cut_share": None, "yearly_only": 0}
    assert by_gas["CO2"]["yearly_only"] == pytest.approx(20, rel=1e-9)
    assert "yearly_only" not in ask(monthly, year=2020, bbox="67.845,40.05,67.9,40.2")["area"]


def test_hot_spots_of_a_month(monthly):
    """One cell, one district; what the year alone knows is beside it, also of a box."""
    for place in ({"by": "cell"}, {"by": "district", "within": "1708", "top": 1}, {"by": "cell", "within": "1708"}):
        answer = ask(monthly, "/v1/rank", month="2020-03", **place)
        assert answer["rows"][0]["value"] == pytest.approx(11, rel=1e-9) and answer["coverage"]["yearly_only"] == 40
        assert answer["query"]["month"] == "2020-03" and "year" not in answer["query"]
    boxed = ask(monthly, "/v1/rank", month="2020-03", by="cell", bbox="67.845,40.05,67.9,40.2")
    assert boxed["rows"][0]["value"] == pytest.approx(5.5, rel=1e-9) and boxed["rows"][0]["inside"] == pytest.approx(0.5)
    assert boxed["coverage"]["yearly_only"] == 40
    assert ask(monthly, "/v1/rank", year=2020, by="cell")["rows"][0]["value"] == pytest.approx(140, rel=1e-9)


def test_months_in_csv(monthly):
    text = monthly.get("/v1/emissions?release=monthly&gas=CO2&year=2020&groupby=month&format=csv").text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [r["month"] for r in rows] == [""] + [f"2020-{m:02}" for m in range(1, 13)]
    assert float(rows[3]["value"]) == pytest.approx(11)


def test_months_of_one_total_have_one_error(monthly):
    """Each month is uncertain by 10 %, and so is their sum: the months do not average out."""
    year = ask(monthly, year=2021)["rows"][0]
    assert year["hi"] - year["value"] == pytest.approx(20, rel=1e-9)
    both = ask(monthly, year=2020, sector="IPCC2006:1.A.4")["rows"][0]
    assert both["hi"] - both["value"] == pytest.approx(10, rel=1e-9)


def test_a_uniform_fallback_is_an_estimate(monthly):
    assert ask(monthly, year=2019)["rows"][0]["status"] == "estimated"
    assert ask(monthly, year=2020)["rows"][0]["status"] == "estimated"
    assert ask(monthly, year=2021)["rows"][0]["status"] == "reported"


def test_districts_of_a_month(monthly):
    one = ask(monthly, "/v1/districts/1708", month="2021-07")
    assert one["rows"][0]["value"] == pytest.approx(6) and one["rows"][0]["year"] == 2021
    assert [r["value"] for r in one["sectors"]] == [pytest.approx(6)]
    assert {r["year"]: r["value"] for r in one["years"]} == {2019: 40, 2020: pytest.approx(140), 2021: pytest.approx(200)}
    page = ask(monthly, "/v1/districts", month="2020-07", level=1)
    assert {r["district"]: r["value"] for r in page["rows"] if r["value"]} == {"1708": pytest.approx(3)}
    assert page["coverage"]["yearly_only"] == 40


def test_at_a_point_in_a_month(monthly):
    lon, lat = 55.905 + 1194 * 0.01, 45.695 - 558 * 0.01
    cell = ask(monthly, "/v1/at", lon=round(lon, 3), lat=round(lat, 3), month="2020-01")
    assert [(r["sector"], r["value"]) for r in cell["rows"]] == [("IPCC2006:1.A.4", pytest.approx(16))]
    assert cell["yearly_only"] == 40
    year = ask(monthly, "/v1/at", lon=round(lon, 3), lat=round(lat, 3), year=2020)
    assert [(r["sector"], r["value"], r["status"]) for r in year["rows"]] == [
        ("IPCC2006:1.A.4", pytest.approx(100), "reported"), ("IPCC2006:2.A.1", 40, "estimated")]
    assert year["rows"][0]["hi"] - year["rows"][0]["value"] == pytest.approx(10, rel=1e-6), "twelve months, one error"
    assert "yearly_only" not in year


def tile_mass(server, query) -> float:
    got = server.get(f"/tiles/monthly/emissions-co2/6/44/24.f32?{query}")
    assert got.status_code == 200, got.text
    assert len(struct.unpack(f"<{len(got.content) // 4}f", got.content)) == 256 * 256
    return float(got.headers["X-Tile-Mass-t"])


def test_tiles_of_a_month_and_of_their_year(monthly):
    months = [tile_mass(monthly, f"month=2021-{m:02}") for m in range(1, 13)]
    assert months == [pytest.approx(2e3 * share, rel=1e-9) for share in SHARES]
    assert tile_mass(monthly, "year=2021") == pytest.approx(200e3, rel=1e-9)
    assert tile_mass(monthly, "month=2021-01&minus=2020") == pytest.approx(16e3, rel=1e-9), "January less January"


def test_tilejson_of_a_month(monthly):
    got = monthly.json("/tiles/monthly/emissions-co2.json?month=2021-02")
    assert "month=2021-02" in got["tiles"][0] and "year=" not in got["tiles"][0]


def test_a_release_says_of_which_years_it_has_months(monthly):
    assert monthly.json("/v1/releases/monthly")["monthly_years"] == [2020, 2021]
    assert monthly.json("/v1/releases/uzbekistan")["monthly_years"] == []


def test_the_canonical_query_can_be_asked_again(monthly):
    answer = ask(monthly, month="2020-05", groupby="month")
    assert monthly.json("/v1/emissions?" + "&".join(f"{k}={v}" for k, v in answer["query"].items())) == answer


@pytest.mark.parametrize("path", ["/v1/emissions?", "/v1/districts?", "/v1/districts/1708?", "/v1/at?lon=67.8&lat=40.1&"])
@pytest.mark.parametrize("query,status,allowed", [
    ("month=2020-13", 400, "2022-07"), ("month=2020", 400, "2022-07"), ("month=2020-1", 400, "2022-07"), ("month=", 400, "2022-07"),
    ("month=2019-03", 404, "2020-01..2020-12, 2021-01..2021-12"), ("month=2050-03", 404, "2020-01"),
    ("month=2020-03&year=2020", 400, "one of the two")])
def test_refused(path, query, status, allowed, monthly):
    problem = monthly.json(f"{path}release=monthly&{query}", status)
    assert problem["errors"][0]["parameter"] == "month" and allowed in problem["errors"][0]["allowed"]


def test_a_release_without_months_says_so(monthly):
    problem = monthly.json("/v1/emissions?release=uzbekistan&month=2020-03", 404)
    assert "annual" in problem["errors"][0]["allowed"]


def test_minus_of_a_year_without_that_month(monthly):
    problem = monthly.json("/tiles/monthly/emissions-co2/6/44/24.json?month=2020-03&minus=2019", 404)
    assert problem["errors"][0]["parameter"] == "minus"
