"""The demonstration inventory against its control totals, its time and its memory."""
from __future__ import annotations

import json
import os

import pytest

MASS_T = "CASE WHEN s.field IS NULL THEN s.mass_t ELSE s.factor * f.total END"


def kt(database, sql: str) -> dict:
    return {row[:-1]: row[-1] / 1e3 for row in database.rows(sql)}


def close(found: float, wanted: float, relative: float) -> bool:
    return abs(found - wanted) <= relative * abs(wanted) + 1e-12


def test_national_totals(database, expected):
    found = kt(database, f"""SELECT s.year::int, split_part(s.sector, ':', 2), s.gas, s.flow, sum({MASS_T})
                             FROM slice s LEFT JOIN field f ON f.id = s.field GROUP BY 1, 2, 3, 4""")
    wanted = {(r["year"], r["sector"], r["gas"], r["flow"]): r["mass_kt"] for r in expected["national_mass_kt"]}
    assert found.keys() == wanted.keys()
    wrong = {key: (found[key], wanted[key]) for key in wanted if not close(found[key], wanted[key], 1e-6)}
    assert not wrong


def test_cells_as_stored_sum_to_the_national_totals(database, expected):
    """The same from the decoded blocks: nothing is taken from field.total here."""
    found = kt(database, """
        WITH cells AS (SELECT b.field, sum(u.value) AS total
                       FROM block b CROSS JOIN LATERAL block_unpack(b.cells) u WHERE b.level = 0 GROUP BY 1)
        SELECT s.gas, s.flow, sum(s.factor * c.total) FROM slice s JOIN cells c ON c.field = s.field
        WHERE s.year = 2022 GROUP BY 1, 2""")
    for gas, flows in expected["country_2022_mass_kt"].items():
        for flow, mass in flows.items():
            assert close(found.get((gas, flow), 0), mass, 1e-6), (gas, flow)


DISTRICTS = """SELECT d.code, {what} sum(s.factor * df.mass) FROM slice s JOIN district_field df ON df.field = s.field
               JOIN district d ON d.id = df.district WHERE s.year = 2022 AND d.level = {level} GROUP BY {by}"""


def test_region_totals(database, expected):
    found = kt(database, DISTRICTS.format(what="s.gas, s.flow,", level=1, by="1, 2, 3"))
    for code, gases in expected["region_2022_mass_kt"].items():
        for gas, flows in gases.items():
            for flow, mass in flows.items():
                assert close(found.get((code, gas, flow), 0), mass, 1e-5), (code, gas, flow)


def test_district_totals_of_co2_by_sector(database, expected):
    found = kt(database, DISTRICTS.format(what="split_part(s.sector, ':', 2) || '|' || s.flow,", level=2, by="1, 2")
               .replace("s.year = 2022", "s.year = 2022 AND s.gas = 'CO2'"))
    wrong = {}
    for code, sectors in expected["district_co2_2022_mass_kt"].items():
        for sector, mass in sectors.items():
            if not close(found.get((code, sector), 0), mass, 1e-5):
                wrong[code, sector] = (found.get((code, sector), 0), mass)
    assert not wrong


def test_district_totals_of_other_gases(database, expected):
    found = kt(database, DISTRICTS.format(what="s.gas,", level=2, by="1, 2").replace(
        "s.year = 2022", "s.year = 2022 AND s.flow = 'emission'"))
    for code, gases in expected["district_other_gases_2022_mass_kt"].items():
        for gas, mass in gases.items():
            assert close(found.get((code, gas), 0), mass, 1e-5), (code, gas)


def test_years_share_their_fields(database):
    assert database.value("SELECT count(*) FROM slice") == 312
    assert dict(database.rows("SELECT kind, count(*)::int FROM field GROUP BY 1")) == {"raster": 7, "points": 6}
    assert database.value("SELECT min(n) FROM (SELECT count(DISTINCT year) n FROM slice GROUP BY field) y") == 13


def test_proxy_sums_and_grid(database, expected):
    grid = expected["grid"]
    assert database.rows("SELECT nx, ny FROM grid") == [(grid["nx"], grid["ny"])]
    found = dict(database.rows("SELECT name, total FROM field WHERE kind = 'raster'"))
    assert found.keys() == grid["proxy_sums"].keys()
    for name, total in grid["proxy_sums"].items():
        assert close(found[name], total, 1e-9), name
    inside = "SELECT count(DISTINCT cell)::int FROM district_cell"
    assert database.value(inside) == grid["cells_inside"]


def test_the_point_outside_is_assigned_and_reported(database):
    report = database.value("SELECT report::text FROM release")
    moved = [one for group in json.loads(report)["points"] for one in group["assigned_to_nearest"]]
    assert [one["code"] for one in moved] == ["GACTUZB0004"]
    assert database.value("""SELECT d.code FROM source s JOIN source_field f ON f.source = s.id
                             JOIN district d ON d.id = f.district WHERE s.code = 'GACTUZB0004'""") == "1730233"


def test_points_of_weight_zero_are_sources(database):
    assert database.value("SELECT count(*) FROM source") == 25
    assert database.value("SELECT weight FROM source_field f JOIN source s ON s.id = f.source "
                          "WHERE s.code = 'GACTUZB0005'") == 0


def test_audit_closes(database, run_fluxgrid):
    assert database.value("SELECT count(*) FROM release r, audit(r.id) a WHERE NOT a.ok") == 0
    done = run_fluxgrid("audit", "uzbekistan@1.0.0", database=database, check=True)
    assert "0 failed" in done.stdout


def test_report_balance(database):
    report = json.loads(database.value("SELECT report::text FROM release"))
    assert report["worst_relative"] <= 1e-9
    assert len(report["balance"]) == database.value(
        "SELECT count(*) FROM (SELECT DISTINCT sector, gas, flow, year FROM slice) s")
    assert all(abs(row["outside_t"]) <= 1e-9 * row["read_t"] for row in report["balance"])


@pytest.mark.slow
def test_memory(fresh, checkout, start_import):
    """Under 1 GiB, the importer alone; `make bench-import` has its time."""
    child = start_import(fresh, checkout / "data" / "uzbekistan" / "manifest.json")
    said = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = status
    assert status == 0, said
    assert usage.ru_maxrss / 1024 < 1024
