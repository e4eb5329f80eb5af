"""Months: a year divided by a profile, totals reported by months, and what may not be mixed."""
from __future__ import annotations

import math

import numpy as np
import pytest

from hybrid import YEAR, hybrid, mass_point, row
from tiny import Tiny, rows_text

WINTER = [0.16, 0.14, 0.11, 0.07, 0.05, 0.04, 0.03, 0.03, 0.05, 0.08, 0.11, 0.13]
FLAT = [1 / 12] * 12


def profile(sector, shares, gas="", fuel="") -> list[dict]:
    return [{"sector": sector, "gas": gas, "fuel": fuel, "month": i + 1, "share": repr(s)} for i, s in enumerate(shares)]


def with_profiles(t: Tiny, *rows: list[dict]) -> Tiny:
    t.manifest["profiles"] = {"file": "profiles.csv"}
    t.raw["profiles.csv"] = rows_text([r for of in rows for r in of]).encode()
    return t


def months_kt(database, sector, year=YEAR) -> dict:
    return {month: mass / 1e3 for month, mass in database.rows(
        "SELECT month, sum(mass_t) FROM slice WHERE sector = %s AND year = %s GROUP BY 1", (f"IPCC2006:{sector}", year))}


def monthly(sector, masses, spatial="people", **more) -> list[dict]:
    return [row(sector, mass, spatial, month=i + 1, **more) for i, mass in enumerate(masses)]


# --- profiles ---------------------------------------------------------------------------------------

def test_month_is_year_times_share(load):
    database, report = load(with_profiles(hybrid(row("1.A.4", 123.4567, "people"), row("2.A.1", 5, "light")),
                                          profile("1.A.4", WINTER)))
    found = months_kt(database, "1.A.4")
    assert found == {i + 1: pytest.approx(123.4567 * s, rel=1e-12) for i, s in enumerate(WINTER)}
    assert months_kt(database, "2.A.1") == {0: 5}
    masses = [m for m, in database.rows("SELECT mass_t FROM slice WHERE sector = 'IPCC2006:1.A.4' ORDER BY month")]
    assert math.fsum(masses) == pytest.approx(123456.7, rel=1e-15)
    assert database.value("SELECT count(DISTINCT field) FROM slice WHERE sector = 'IPCC2006:1.A.4'") == 1
    assert {b["sector"]: b["read_t"] for b in report["balance"]} == {"IPCC2006:1.A.4": pytest.approx(123456.7), "IPCC2006:2.A.1": 5e3}
    assert report["profiles"]["rows"] == [{"sector": "IPCC2006:1.A.4", "gas": "", "fuel": "", "slices": 1}]


@pytest.mark.parametrize("shares", [WINTER, FLAT, [1 / 3, 1 / 3, 1 / 3] + [0] * 9, [0] * 11 + [1]])
def test_twelve_months_are_the_year(shares, load):
    database, _ = load(with_profiles(hybrid(*(row("1.A.4", 77.7 / 7 ** i, "people:0.3+light:0.7", year=2000 + i) for i in range(8))),
                                     profile("1.A", shares)))
    for i in range(8):
        masses = [m for m, in database.rows("SELECT mass_t FROM slice WHERE year = %s ORDER BY month", (2000 + i,))]
        assert len(masses) == 24
        assert math.fsum(masses) == pytest.approx(77.7e3 / 7 ** i, rel=1e-12)


def test_the_nearest_profile_holds_and_there_the_one_that_says_most(load):
    only = [[1.0 if k == i else 0.0 for k in range(12)] for i in range(12)]
    t = hybrid(row("1.A.4.b", 1, "people"), row("1.A.4.b", 1, "people", fuel="gas"), row("1.A.4.b", 1, "people", gas="CH4"),
               row("1.A.4.b", 1, "people", gas="CH4", fuel="gas"), row("1.A.3.b", 1, "people"), row("2.A.1", 1, "people"))
    database, _ = load(with_profiles(t, profile("1.A.4", only[0]), profile("1.A.4", only[1], fuel="gas"),
                                     profile("1.A.4", only[2], gas="CH4"), profile("1.A.4", only[3], gas="CH4", fuel="gas"),
                                     profile("1.A", only[4]), profile("1", only[5], gas="CO2", fuel="gas")))
    found = {tuple(r) for r in database.rows("SELECT sector, gas, fuel, month FROM slice WHERE mass_t > 0")}
    assert {(s.split(":")[1], *rest) for s, *rest in found} == {
        ("1.A.4.b", "CO2", "", 1), ("1.A.4.b", "CO2", "gas", 2), ("1.A.4.b", "CH4", "", 3), ("1.A.4.b", "CH4", "gas", 4),
        ("1.A.3.b", "CO2", "", 5), ("2.A.1", "CO2", "", 0)}


def test_points_areas_and_what_has_no_place_have_the_months_of_their_sector(load):
    t = hybrid(row("1.A.1", 100, "people:0.5+unallocated:0.5"), row("1.A.1", 30, "people", area="T11"),
               points=[mass_point("P1", 60.93, 41.5, 20)])
    database, _ = load(with_profiles(t, profile("1.A.1", WINTER)))
    assert database.value("SELECT count(*) FROM slice WHERE month = 0") == 0
    assert months_kt(database, "1.A.1") == {i + 1: pytest.approx(100 * s, rel=1e-12) for i, s in enumerate(WINTER)}


def test_a_raster_of_masses_has_months_too(load):
    t = hybrid(row("2.A.1", 5, "people"))
    t.add_grid(np.linspace(0, 95, 96, dtype=np.float32).reshape(8, 12), "t")
    database, _ = load(with_profiles(t, profile("1.A.3.b", WINTER)))
    assert months_kt(database, "1.A.3.b") == {i + 1: pytest.approx(95 * 96 / 2 / 1e3 * s, rel=1e-12) for i, s in enumerate(WINTER)}


# --- reported by months -----------------------------------------------------------------------------

def test_totals_by_months(load):
    masses = [i + 1 for i in range(12)]
    database, report = load(with_profiles(hybrid(*monthly("1.A.4", masses), row("1.A.1", 7, "light")), profile("1.A", FLAT)))
    assert months_kt(database, "1.A.4") == {i + 1: i + 1 for i in range(12)}, "a profile changes nothing about what is reported"
    assert len(months_kt(database, "1.A.1")) == 12
    assert {b["sector"]: b["read_t"] for b in report["balance"]}["IPCC2006:1.A.4"] == 78e3


def test_points_and_areas_by_months(load):
    t = hybrid(*monthly("1.A.1", [10] * 12), *monthly("1.A.1", [4] * 12, area="T11"),
               points=[mass_point("P1", 60.93, 41.5, i / 4, month=i + 1) for i in range(12)])
    database, report = load(t)
    assert months_kt(database, "1.A.1") == {i + 1: pytest.approx(10, rel=1e-12) for i in range(12)}
    east = dict(database.rows("""SELECT s.month, sum(s.factor * df.mass) / 1e3 FROM slice s JOIN district_field df ON df.field = s.field
                                 JOIN district d ON d.id = df.district WHERE d.code = 'T11' GROUP BY 1"""))
    assert east == {i + 1: pytest.approx(4, rel=1e-9) for i in range(12)}
    assert {(r["month"], r["taken_kt"], r["left_kt"]) for r in report["taken"]["rows"]} == {(i + 1, i / 4, 6 - i / 4) for i in range(12)}


# --- refused ----------------------------------------------------------------------------------------

def changed(rows, index, **change):
    rows[index].update(change)
    return rows


REFUSED = {
    "months-missing": (lambda: hybrid(*monthly("1.A.4", [1] * 11)[1:]), r"totals\.csv:2: month", "lacks month 1, 12"),
    "month-twice": (lambda: hybrid(*monthly("1.A.4", [1] * 12), row("1.A.4", 1, "people", month=3)), r"totals\.csv:14", r"totals\.csv:4"),
    "month-and-year": (lambda: hybrid(*monthly("1.A.4", [1] * 12), row("1.A.4", 1, "people")), r"totals\.csv:2: month", r"totals\.csv:14"),
    "month-13": (lambda: hybrid(row("1.A.4", 1, "people", month=13)), r"totals\.csv:2: month = '13'", "1 to 12"),
    "month-0": (lambda: hybrid(row("1.A.4", 1, "people", month=0)), r"totals\.csv:2: month = '0'", "1 to 12"),
    "month-text": (lambda: hybrid(row("1.A.4", 1, "people", month="May")), r"totals\.csv:2: month = 'May'", "1 to 12"),
    "area-by-year-nation-by-month": (lambda: hybrid(*monthly("1.A.4", [1] * 12), row("1.A.4", 1, "people", area="T11")), r"totals\.csv:14: month"),
    "months-missing-in-area": (lambda: hybrid(*monthly("1.A.4", [2] * 12), *monthly("1.A.4", [1] * 9, area="T11")),
                               r"totals\.csv:14: month", "area T11", "10, 11, 12"),
    "points-by-year-total-by-month": (lambda: hybrid(*monthly("1.A.1", [1] * 12), points=[mass_point("P", 60.3, 41.5, 1)]), r"points\.csv:2: id = 'P'", "month"),
    "points-by-month-total-by-year": (lambda: hybrid(row("1.A.1", 12, "people"), points=[mass_point("P", 60.3, 41.5, 1, month=2)]), r"points\.csv:2: id = 'P'", "month"),
    "points-exceed-a-month": (lambda: hybrid(*monthly("1.A.1", [1] * 12), points=[mass_point("P", 60.3, 41.5, 2, month=5)]), r"totals\.csv:6: mass_kt = '1'", "by 1000 t"),
    "profile-sum": (lambda: with_profiles(hybrid(row("1.A.4", 1, "people")), profile("1.A.4", [0.08] * 12)), r"profiles\.csv:2: share", "0.96, not to 1"),
    "profile-months": (lambda: with_profiles(hybrid(row("1.A.4", 1, "people")), profile("1.A.4", WINTER)[:-1]), r"profiles\.csv:2: month", "lacks month 12"),
    "profile-month-twice": (lambda: with_profiles(hybrid(row("1.A.4", 1, "people")), profile("1.A.4", WINTER), profile("1.A.4", WINTER)[:1]),
                            r"profiles\.csv:14", "row 2"),
    "profile-share-negative": (lambda: with_profiles(hybrid(row("1.A.4", 1, "people")), changed(profile("1.A.4", WINTER), 3, share=-0.1)),
                               r"profiles\.csv:5: share = '-0.1'"),
    "profile-share-text": (lambda: with_profiles(hybrid(row("1.A.4", 1, "people")), changed(profile("1.A.4", WINTER), 3, share="7 %")),
                           r"profiles\.csv:5: share = '7 %'", "number"),
    "profile-column": (lambda: with_profiles(hybrid(row("1.A.4", 1, "people")), [{**r, "x": 1} for r in profile("1.A.4", WINTER)]),
                       r"profiles\.csv:1", "x"),
    "profile-key": (lambda: with_key(with_profiles(hybrid(row("1.A.4", 1, "people")), profile("1.A.4", WINTER))), r"profiles\.unit"),
}


def with_key(t):
    t.manifest["profiles"]["unit"] = "kt"
    return t


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case, refuse):
    make, *expected = REFUSED[case]
    refuse(lambda _: None, expected, make())
