"""What the demonstration does not have: mass without a place, mass abroad, unknown uncertainty, a gas
without a weight, memo items. A second, tiny release beside it, made in SQL."""
import contextlib

import pytest

RELEASE = """
SET search_path = fluxgrid, public;
WITH f AS (
    INSERT INTO field (grid, name, sha256, kind, total, sum_sq, cells, cell_uncertainty_pct)
    SELECT id, 'two cells', repeat('cd', 32), 'raster', 4, 10, 2, 50 FROM grid WHERE nx = 1730 RETURNING id
)   -- 3 in the cell of Jizzakh, 1 in the north-western corner, which is Kazakhstan's
INSERT INTO block (field, level, bx, by, cells, count, sum, min, max)
    SELECT id, 0, c.col / 64, c.row / 64, block_pack(ARRAY[(c.row % 64) * 64 + c.col % 64], ARRAY[c.v]), 1, c.v, c.v, c.v
    FROM f, (VALUES (1194, 558, 3.0::float8), (0, 0, 1.0)) AS c (col, row, v);
SELECT block_overviews(id), district_field_refresh(id) FROM field WHERE name = 'two cells';
INSERT INTO release (slug, version, title_en, title_ru, title_uz, title_ko, publisher, licence, attribution, citation, method, sha256)
    VALUES ('small', '0.1.0', 'Small', 'Small', 'Small', 'Small', 'nobody', 'CC0', 'nobody', 'none', 'made up', repeat('ef', 32));
INSERT INTO slice (release, sector, gas, flow, origin, fuel, year, field, factor, mass_t, uncertainty_pct, method)
    SELECT r.id, s.sector, s.gas, 'emission', s.origin, '', 2020, f.id, CASE WHEN f.id IS NOT NULL THEN s.mass_t / 4 END, s.mass_t, s.u, s.method
    FROM release r, (VALUES
        ('IPCC2006:1.A.1', 'CO2', 'fossil', true, 400e3, 10.0, 'reported'),
        ('IPCC2006:2.A.1', 'CO2', 'fossil', false, 100e3, 10.0, 'measured'),
        ('IPCC2006:4.A', 'CH4', 'nonfossil', false, 2e3, NULL, 'by hand'),
        ('IPCC2006:1.A.3.a.i', 'CO2', 'fossil', false, 50e3, 10.0, 'reported')) AS s (sector, gas, origin, placed, mass_t, u, method)
    LEFT JOIN field f ON s.placed AND f.name = 'two cells' WHERE r.slug = 'small';
INSERT INTO slice (release, sector, gas, flow, origin, year, mass_t, uncertainty_pct, method)
    SELECT id, 'IPCC2006:2.G', 'SF6', 'emission', 'na', 2019, 2, 5, 'reported' FROM release WHERE slug = 'small';
SELECT release_publish(id) FROM release WHERE slug = 'small';
"""


@pytest.fixture(scope="module")
def small(cluster, database, start_server):
    """A server whose database has the tiny release too."""
    copy = cluster.create_database("small_release", "template_loaded")
    with contextlib.closing(copy.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(RELEASE)
    yield start_server(copy)


def ask(server, **query):
    return server.json("/v1/emissions?" + "&".join(f"{k}={v}" for k, v in {"release": "small", **query}.items()))


def test_the_country_owns_what_lies_abroad_and_what_has_no_place(small):
    answer = ask(small, gas="CO2")
    assert answer["release"] == "small@0.1.0" and answer["rows"][0]["value"] == 500
    assert answer["coverage"] == {"unit": "kt", "allocated": 300, "outside": 100, "unallocated": 100}


def test_districts_have_only_what_lies_in_them(small):
    rows = {r["district"]: r["value"] for r in ask(small, gas="CO2", groupby="district")["rows"]}
    assert {code: value for code, value in rows.items() if value} == {"1708": 300}


def test_coverage_by_gas(small):
    by_gas = ask(small, groupby="gas")["coverage"]["by_gas"]
    assert by_gas == {"CO2": {"allocated": 300, "outside": 100, "unallocated": 100},
                      "CH4": {"allocated": 0, "outside": 0, "unallocated": 2}}


def test_unknown_uncertainty_is_null_and_zero_is_certain(small):
    row = ask(small, gas="CH4")["rows"][0]
    assert row["value"] == 2 and row["lo"] is None and row["hi"] is None
    row = ask(small, gas="CH4", district="1708")["rows"][0]
    assert (row["value"], row["lo"], row["hi"]) == (0, 0, 0)


def test_an_unknown_method_is_the_weakest(small):
    assert ask(small, gas="CO2")["rows"][0]["status"] == "reported"
    assert ask(small)["rows"][0]["status"] == "by hand"


def test_a_gas_without_a_weight_is_refused_and_not_left_out(small):
    assert ask(small, year=2019, unit="t")["rows"][0]["value"] == 2 * 23500
    problem = small.json("/v1/emissions?release=small&year=2019&gwp=AR5-20", 400)
    assert problem["errors"][0]["parameter"] == "gwp" and "SF6" in problem["errors"][0]["reason"]
    assert "AR5-100" in problem["errors"][0]["allowed"]


def test_memo_items_are_in_no_sum_but_can_be_asked(small):
    assert ask(small, gas="CO2", sector="IPCC2006:1.A")["rows"][0]["value"] == 400
    assert ask(small, gas="CO2", sector="IPCC2006:1.A.3.a.i")["rows"][0]["value"] == 50
    one = small.json("/v1/sectors/IPCC2006:1.A.3.a.i?release=small&gas=CO2")
    assert one["sector"]["memo"] is True and one["years"][0]["value"] == 50


def test_a_country_is_the_sum_of_two_independent_parts(small):
    row = ask(small, gas="CO2")["rows"][0]
    half = ((400 * 0.1) ** 2 + (100 * 0.1) ** 2) ** 0.5
    assert row["hi"] - row["value"] == pytest.approx(half, rel=1e-9)


def test_a_part_has_the_error_of_its_share_too(small):
    """One of two cells, weights 3 and 1, each uncertain by 50 %: s = 3/4, so that
    (50 %)^2 (1/4)^2 (9/9 + 1/1) joins the (10 %)^2 of the total."""
    row = ask(small, gas="CO2", district="1708")["rows"][0]
    half = 300 * (0.1 ** 2 + 0.5 ** 2 * 0.25 ** 2 * 2) ** 0.5
    assert row["value"] == 300 and row["hi"] - row["value"] == pytest.approx(half, rel=1e-9)


def test_at_the_cell_abroad(small):
    answer = small.json("/v1/at?release=small&lon=55.905&lat=45.695&gas=CO2&unit=t")
    assert [(r["sector"], r["value"]) for r in answer["rows"]] == [("IPCC2006:1.A.1", 100e3)]
    assert answer["districts"] == [] and answer["sources"] == []


def test_sectors_of_the_release_only(small):
    codes = {s["code"] for s in small.json("/v1/sectors?release=small")["sectors"]}
    assert {"IPCC2006:1", "IPCC2006:1.A", "IPCC2006:1.A.1", "IPCC2006:4", "IPCC2006:4.A"} <= codes
    assert "IPCC2006:3.A.1" not in codes


def test_years_gases_and_layers_are_its_own(small):
    release = small.json("/v1/releases/small")
    assert release["years"] == [2019, 2020] and set(release["gases"]) == {"CO2", "CH4", "SF6"}
    assert "net-co2" not in release["layers"] and "emissions-ch4" in release["layers"]
    problem = small.json("/v1/emissions?release=small&year=2022", 404)
    assert problem["errors"][0]["allowed"] == "2019..2020"
    problem = small.json("/v1/emissions?release=small&gas=N2O", 404)
    assert problem["errors"][0]["allowed"] == "CO2E, CH4, CO2, SF6"


def test_the_default_release_is_the_first_slug(small):
    assert small.json("/v1/emissions")["release"].startswith("small@")


def test_the_demonstration_is_as_it_was(small, server):
    assert small.json("/v1/emissions?release=uzbekistan")["rows"] == server.json("/v1/emissions")["rows"]
