"""The hybrid inventory: totals spread by several proxies, less their points, apart for areas, and what happens
where a proxy is zero. Every mass is made again here, with numpy, from the files themselves."""
from __future__ import annotations

import numpy as np
import pytest

from hybrid import YEAR, hybrid, mass_point, row
from tiny import STEP, Y0, Tiny, mask_cells, proxy_cells

PEOPLE, LIGHT = proxy_cells(1), proxy_cells(2)
MASK = mask_cells()
EAST = {"T11": 1, "T12": 2}


def districts_kt(database, sector, year=YEAR) -> dict:
    """Per district, and None for what lies in no district, and "" for what has no place."""
    found = {code: mass / 1e3 for code, mass in database.rows(
        """SELECT d.code, sum(s.factor * df.mass) FROM slice s JOIN district_field df ON df.field = s.field
           JOIN district d ON d.id = df.district WHERE s.sector = %s AND s.year = %s GROUP BY 1""",
        (f"IPCC2006:{sector}", year))}
    found[None] = (database.value(
        """SELECT coalesce(sum(s.factor * o.mass), 0) FROM slice s JOIN field_outside o ON o.field = s.field
           WHERE s.sector = %s AND s.year = %s AND o.level = 2""", (f"IPCC2006:{sector}", year)) or 0) / 1e3
    found[""] = (database.value("SELECT coalesce(sum(mass_t), 0) FROM slice WHERE field IS NULL AND sector = %s AND year = %s",
                                (f"IPCC2006:{sector}", year)) or 0) / 1e3
    return found


def slices(database, sector) -> list:
    return database.rows("""SELECT coalesce(f.name, ''), s.method, s.mass_t / 1e3, s.uncertainty_pct FROM slice s
                            LEFT JOIN field f ON f.id = s.field WHERE s.sector = %s ORDER BY 1, 2""", (f"IPCC2006:{sector}",))


def share(cells, *masks) -> float:
    """Of a proxy, in the cells of these mask values; by float64 sums of what the file says."""
    cells = cells.astype(float)
    return cells[np.isin(MASK, masks)].sum() / cells.sum()


# --- several proxies ------------------------------------------------------------------------------------

def test_proxies_with_weights(load):
    database, report = load(hybrid(row("1.A.4", 120, "people:0.7+light:0.3")))
    found = districts_kt(database, "1.A.4")
    for code, value in EAST.items():
        wanted = 120 * (0.7 * share(PEOPLE, value) + 0.3 * share(LIGHT, value))
        assert found[code] == pytest.approx(wanted, rel=1e-9)
    assert [(name, mass) for name, _, mass, _ in slices(database, "1.A.4")] == [("light", pytest.approx(36, rel=1e-12)),
                                                                               ("people", pytest.approx(84, rel=1e-12))]
    assert sum(mass for *_, mass, _ in slices(database, "1.A.4")) == 120
    assert report["spatial"] == [{"pattern": "people:0.7+light:0.3", "rows": 1, "mass_kt": 120}]


def test_weights_that_no_double_can_say_still_sum_to_the_total(load):
    t = hybrid(row("1.A.4", 77.7, "people:0.333333333333+light:0.333333333333+third:0.333333333334"))
    t.rasters["third.tif"] = {"bands": {"third": proxy_cells(3)}}
    t.manifest["proxies"].append({"id": "third", "file": "third.tif", "band": "third"})
    database, report = load(t)
    assert sum(mass for *_, mass, _ in slices(database, "1.A.4")) == pytest.approx(77.7, rel=1e-15)
    assert report["worst_relative"] <= 1e-9


def test_a_part_may_stay_without_a_place(load):
    database, _ = load(hybrid(row("1.A.4", 100, "people:0.6+unallocated:0.4")))
    found = districts_kt(database, "1.A.4")
    assert found[""] == pytest.approx(40, rel=1e-12)
    assert found["T11"] == pytest.approx(60 * share(PEOPLE, 1), rel=1e-9)


def test_two_proxies_of_the_same_cells_are_one_slice(load):
    t = hybrid(row("1.A.4", 100, "people:0.25+folk:0.75"))
    t.manifest["proxies"].append({"id": "folk", "file": "proxy.tif", "band": "people", "cell_uncertainty_pct": 100})
    database, _ = load(t)
    assert [(mass, u) for *_, mass, u in slices(database, "1.A.4")] == [(100, 10)]


def test_rows_that_a_crosswalk_brings_together_were_estimated_apart(load):
    """30 and 40, each uncertain by 10 %: 3 and 4 kt are 5 kt of 70."""
    database, _ = load(hybrid(row("electricity-generation", 30, "people"), row("heat-plants", 40, "people"), scheme="CLIMATETRACE"))
    assert [(name, mass, u) for name, _, mass, u in slices(database, "1.A.1.a")] == [("people", 70, pytest.approx(500 / 70, rel=1e-12))]


# --- less the points ------------------------------------------------------------------------------------

def test_points_are_taken_out_of_their_total_first(load):
    database, report = load(hybrid(
        row("1.A.1", 100, "people"), row("1.A.1", 10, "people", fuel="gas"), row("1.A.1", 50, "people", year=2021),
        points=[mass_point("P1", 60.33, 41.5, 30.5), mass_point("P2", 60.93, 41.5, 9.5, method="calculated"),
                mass_point("P2", 60.93, 41.5, 4, fuel="gas")]))
    found = districts_kt(database, "1.A.1")
    left = 100 - 40 + 10 - 4
    assert found["T11"] == pytest.approx(30.5 + left * share(PEOPLE, 1), rel=1e-9)
    assert found["T12"] == pytest.approx(9.5 + 4 + left * share(PEOPLE, 2), rel=1e-9)
    assert found[None] == pytest.approx(left * share(PEOPLE, 0), rel=1e-9)
    by_method = dict(database.rows("SELECT method, sum(mass_t) / 1e3 FROM slice WHERE year = 2020 GROUP BY 1"))
    assert by_method == {"measured": 34.5, "calculated": 9.5, "reported": 66}
    taken = {(r["fuel"], r["year"]): r for r in report["taken"]["rows"]}
    assert report["taken"]["count"] == len(taken) == 2
    assert (taken["", 2020]["total_kt"], taken["", 2020]["taken_kt"], taken["", 2020]["left_kt"], taken["", 2020]["points"]) == (100, 40, 60, 2)
    balance = {(b["sector"], b["year"]): (b["read_t"], b["stored_t"]) for b in report["balance"]}
    assert balance == {("IPCC2006:1.A.1", 2020): (110e3, pytest.approx(110e3, rel=1e-9)),
                       ("IPCC2006:1.A.1", 2021): (50e3, pytest.approx(50e3, rel=1e-9))}


def test_points_that_are_all_leave_no_remainder(load):
    database, _ = load(hybrid(row("1.A.1", 0.3, "people"), points=[
        mass_point("P1", 60.33, 41.5, 0.1), mass_point("P2", 60.93, 41.5, 0.2)]))
    assert [name.split(":")[0] for name, *_ in slices(database, "1.A.1")] == ["points"]
    assert districts_kt(database, "1.A.1")["T12"] == pytest.approx(0.2, rel=1e-7)


def test_points_may_be_the_pattern_when_they_are_all(load):
    database, _ = load(hybrid(row("1.A.1", 40, "points"), points=[mass_point("P1", 60.33, 41.5, 40)]))
    assert districts_kt(database, "1.A.1")["T11"] == pytest.approx(40, rel=1e-7)


def test_a_year_in_which_a_source_stood_still(load):
    database, _ = load(hybrid(row("1.A.1", 40, "people"), points=[mass_point("P1", 60.33, 41.5, 0)]))
    assert [(name, mass) for name, _, mass, _ in slices(database, "1.A.1")] == [("people", 40)]


def test_uncertainty_of_points_is_their_own_or_that_of_their_total(load):
    database, _ = load(hybrid(row("1.A.1", 100, "people"), row("2.A.1", 100, "people"), points=[
        mass_point("P1", 60.33, 41.5, 30, uncertainty_pct=2), mass_point("P2", 60.93, 41.5, 10, uncertainty_pct=4),
        mass_point("P3", 60.93, 41.6, 10, sector="2.A.1")]))
    own = [u for name, _, _, u in slices(database, "1.A.1") if name.startswith("points")]
    assert own == [pytest.approx(100 * np.hypot(30 * 0.02, 10 * 0.04) / 40, rel=1e-12)]
    assert [u for name, _, _, u in slices(database, "2.A.1") if name.startswith("points")] == [10]


# --- totals of areas --------------------------------------------------------------------------------------

def test_an_area_has_its_own_total_and_the_rest_shares_the_rest(load):
    database, report = load(hybrid(row("1.A.4", 100, "people"), row("1.A.4", 30, "light", area="T11")))
    found = districts_kt(database, "1.A.4")
    assert found["T11"] == pytest.approx(30, rel=1e-9)
    rest = share(PEOPLE, 2) + share(PEOPLE, 0)
    assert found["T12"] == pytest.approx(70 * share(PEOPLE, 2) / rest, rel=1e-9)
    assert found[None] == pytest.approx(70 * share(PEOPLE, 0) / rest, rel=1e-9)
    cells = np.zeros_like(LIGHT, float)
    for row_, col, value in database.rows(
            """SELECT c."row", c.col, c.value * s.factor / 1e3 FROM slice s JOIN field f ON f.id = s.field AND f.name LIKE 'light%%'
               CROSS JOIN LATERAL block_cells(f.id, 0) c"""):
        cells[row_, col] = value
    inside = MASK == 1
    assert np.allclose(cells, np.where(inside, 30 * LIGHT.astype(float) / LIGHT[inside].astype(float).sum(), 0), rtol=1e-6, atol=0)
    assert {r["area"]: (r["total_kt"], r["left_kt"]) for r in report["regions"]["rows"]} == {"": (100, 70), "T11": (30, 30)}
    assert [b["read_t"] for b in report["balance"]] == [100e3]


def test_areas_alone_just_add(load):
    database, report = load(hybrid(row("1.A.4", 10, "people", area="T12"), row("1.A.4", 30, "people", area="T11")))
    found = districts_kt(database, "1.A.4")
    assert (found["T11"], found["T12"], found["T"]) == (pytest.approx(30, rel=1e-9), pytest.approx(10, rel=1e-9), pytest.approx(40, rel=1e-9))
    assert found[None] == 0
    assert [b["read_t"] for b in report["balance"]] == [40e3]


def test_areas_that_are_all_leave_nothing_for_the_rest(load):
    database, _ = load(hybrid(row("1.A.4", 40, "people"), row("1.A.4", 30, "people", area="T11"), row("1.A.4", 10, "people", area="T12")))
    assert [mass for *_, mass, _ in slices(database, "1.A.4")] == [30, 10]


def test_an_area_may_be_a_region_of_two_districts(load):
    database, _ = load(hybrid(row("1.A.4", 100, "people"), row("1.A.4", 90, "people", area="T1")))
    found = districts_kt(database, "1.A.4")
    assert found["T1"] == pytest.approx(90, rel=1e-9)
    assert found["T11"] == pytest.approx(90 * share(PEOPLE, 1) / share(PEOPLE, 1, 2), rel=1e-9)
    assert found[None] == pytest.approx(10, rel=1e-9)


def test_points_within_an_area_are_part_of_its_total(load):
    database, report = load(hybrid(
        row("1.A.1", 100, "people"), row("1.A.1", 30, "people", area="T11"),
        points=[mass_point("P1", 60.33, 41.5, 12), mass_point("P2", 60.93, 41.5, 20)]))
    found = districts_kt(database, "1.A.1")
    assert found["T11"] == pytest.approx(30, rel=1e-7), "the point's 12 are among the 30"
    rest = share(PEOPLE, 2) + share(PEOPLE, 0)
    assert found["T12"] == pytest.approx(20 + 50 * share(PEOPLE, 2) / rest, rel=1e-7)
    assert {r["area"]: (r["taken_kt"], r["left_kt"]) for r in report["taken"]["rows"]} == {"T11": (12, 18), "": (20, 50)}
    assert sum(mass for *_, mass, _ in slices(database, "1.A.1")) == pytest.approx(100, rel=1e-12)


def test_an_area_may_have_several_proxies_and_stay_in_part_without_a_place(load):
    database, _ = load(hybrid(row("1.A.4", 100, "unallocated"), row("1.A.4", 40, "people:0.5+light:0.25+unallocated:0.25", area="T12")))
    found = districts_kt(database, "1.A.4")
    assert found["T12"] == pytest.approx(30, rel=1e-9)
    assert found[""] == pytest.approx(70, rel=1e-12), "60 of the nation and 10 of the area are one slice"
    assert len([name for name, *_ in slices(database, "1.A.4") if name == ""]) == 1


# --- proxies that are zero ----------------------------------------------------------------------------------

def zero_in_the_west(*totals, fallback=None) -> Tiny:
    t = hybrid(*totals, **({"fallback": fallback} if fallback else {}))
    empty = PEOPLE.copy()
    empty[MASK == 1] = 0
    t.rasters["empty.tif"] = {"bands": {"empty": empty, "none": np.zeros_like(PEOPLE)}}
    for band in ("empty", "none"):
        t.manifest["proxies"].append({"id": band, "file": "empty.tif", "band": band})
    return t


def areas_km2() -> np.ndarray:
    """Ground area of every cell: the authalic latitude's sine, written down from Snyder's eq. 3-11 and 3-12."""
    e2 = 0.00669437999014
    e = np.sqrt(e2)

    def q(lat):
        s = np.sin(np.radians(lat))
        return (1 - e2) * (s / (1 - e2 * s * s) - np.log((1 - e * s) / (1 + e * s)) / (2 * e))

    edges = Y0 - STEP * np.arange(MASK.shape[0] + 1)
    rows = 6378.137 ** 2 / 2 * np.radians(STEP) * (q(edges[:-1]) - q(edges[1:]))
    return np.repeat(rows[:, None], MASK.shape[1], axis=1)


def test_a_zero_proxy_is_spread_evenly_where_the_table_says_so(load):
    database, report = load(zero_in_the_west(row("1.A.4", 100, "people"), row("1.A.4", 30, "empty", area="T11"), fallback="uniform"))
    assert districts_kt(database, "1.A.4")["T11"] == pytest.approx(30, rel=1e-9)
    even = [r for r in slices(database, "1.A.4") if r[1] == "fallback-uniform"]
    assert [mass for *_, mass, _ in even] == [30]
    cells = np.zeros_like(PEOPLE, float)
    for row_, col, value in database.rows(
            """SELECT c."row", c.col, c.value * s.factor / 1e3 FROM slice s CROSS JOIN LATERAL block_cells(s.field, 0) c
               WHERE s.method = 'fallback-uniform'"""):
        cells[row_, col] = value
    ground = np.where(MASK == 1, areas_km2(), 0)
    assert np.allclose(cells, 30 * ground / ground.sum(), rtol=1e-6, atol=0)
    assert [(r["area"], r["proxy"], r["fallback"], r["mass_kt"]) for r in report["fallbacks"]["rows"]] == [("T11", "empty", "uniform", 30)]


def test_a_zero_proxy_of_the_nation_is_spread_over_its_districts(load):
    database, _ = load(zero_in_the_west(row("1.A.4", 100, "none"), fallback="uniform"))
    found = districts_kt(database, "1.A.4")
    ground = areas_km2()
    assert found["T11"] == pytest.approx(100 * ground[MASK == 1].sum() / ground[MASK > 0].sum(), rel=1e-7)
    assert found["T"] == pytest.approx(100, rel=1e-9) and found[None] == 0


def test_a_zero_proxy_may_leave_its_mass_without_a_place(load):
    database, report = load(zero_in_the_west(row("1.A.4", 100, "people:0.5+none:0.5"), fallback="unallocated"))
    found = districts_kt(database, "1.A.4")
    assert found[""] == 50 and found["T12"] == pytest.approx(50 * share(PEOPLE, 2), rel=1e-9)
    assert [r["fallback"] for r in report["fallbacks"]["rows"]] == ["unallocated"]


def test_a_zero_proxy_that_is_given_nothing_needs_no_fallback(load):
    database, report = load(zero_in_the_west(row("1.A.4", 0, "none"), row("2.A.1", 5, "people")))
    assert districts_kt(database, "1.A.4")[""] == 0 and report["fallbacks"]["count"] == 0


# --- refused --------------------------------------------------------------------------------------------------

def points_of(*masses, **more) -> list:
    return [mass_point(f"P{i}", 60.33, 41.5, mass, **more) for i, mass in enumerate(masses)]


REFUSED = {
    "weights": (lambda: hybrid(row("1.A.4", 1, "people:0.7+light:0.2")), r"totals\.csv:2: spatial = 'people:0.7\+light:0.2'", "0.9, not to 1"),
    "weight-missing": (lambda: hybrid(row("1.A.4", 1, "people+light:0.3")), r"totals\.csv:2: spatial", "without a weight"),
    "weight-text": (lambda: hybrid(row("1.A.4", 1, "people:x+light:0.3")), r"totals\.csv:2: spatial", "number above 0"),
    "weight-zero": (lambda: hybrid(row("1.A.4", 1, "people:0+light:1")), r"totals\.csv:2: spatial", "number above 0"),
    "weight-negative": (lambda: hybrid(row("1.A.4", 1, "people:-1+light:2")), r"totals\.csv:2: spatial", "number above 0"),
    "proxy-unknown": (lambda: hybrid(row("1.A.4", 1, "people:0.7+lihgt:0.3")), r"totals\.csv:2: spatial", "lihgt"),
    "proxy-twice": (lambda: hybrid(row("1.A.4", 1, "people:0.7+people:0.3")), r"totals\.csv:2: spatial", "twice"),
    "part-of-points": (lambda: hybrid(row("1.A.4", 1, "people:0.7+points:0.3")), r"totals\.csv:2: spatial", "points"),
    "points-exceed": (lambda: hybrid(row("1.A.1", 10, "people"), points=points_of(6, 5)),
                      r"totals\.csv:2: mass_kt = '10'", r"2 point.* hold, 11000 t \(points\.csv:2", "by 1000 t"),
    "points-exceed-by-1e-6": (lambda: hybrid(row("1.A.1", 10, "people"), points=points_of(10.00001)), r"totals\.csv:2: mass_kt"),
    "points-without-total": (lambda: hybrid(row("1.A.1", 10, "people", fuel="coal"), points=points_of(1)), r"points\.csv:2: id = 'P0'", "no row of the totals"),
    "points-of-another-year": (lambda: hybrid(row("1.A.1", 10, "people"), points=points_of(1, year=2021)), r"points\.csv:2: id = 'P0'", "2021"),
    "points-leave-a-rest": (lambda: hybrid(row("1.A.1", 10, "points"), points=points_of(6)), r"totals\.csv:2: spatial = 'points'", "4000 t"),
    "points-exceed-area": (lambda: hybrid(row("1.A.1", 10, "people"), row("1.A.1", 5, "people", area="T11"), points=points_of(6)),
                           r"totals\.csv:3: mass_kt = '5'", "area T11", "by 1000 t"),
    "points-in-no-area": (lambda: hybrid(row("1.A.1", 5, "people", area="T12"), points=points_of(1)), r"points\.csv:2: id = 'P0'", "none of the areas"),
    "points-method": (lambda: hybrid(row("1.A.1", 5, "people"), points=points_of(1, method="guessed")), r"points\.csv:2: method = 'guessed'"),
    "points-mass": (lambda: hybrid(row("1.A.1", 5, "people"), points=points_of(-1)), r"points\.csv:2: mass_kt = '-1'"),
    "points-year": (lambda: hybrid(row("1.A.1", 5, "people"), points=points_of(1, year="")), r"points\.csv:2: year"),
    "points-twice": (lambda: hybrid(row("1.A.1", 5, "people"), points=points_of(1) * 2), r"points\.csv:3: id = 'P0'", "row 2"),
    "points-by-two-methods": (lambda: hybrid(row("1.A.1", 5, "people"), points=points_of(1) + points_of(1, method="estimated")),
                              r"points\.csv:3: id = 'P0'", "method"),
    "points-that-move": (lambda: hybrid(row("1.A.1", 5, "people"), row("1.A.1", 5, "people", year=2021),
                                        points=points_of(1) + [mass_point("P0", 60.4, 41.5, 1, year=2021)]), r"points\.csv:3: id = 'P0'", "name or place"),
    "area-unknown": (lambda: hybrid(row("1.A.4", 5, "people", area="T99")), r"totals\.csv:2: area = 'T99'", "district"),
    "area-within-area": (lambda: hybrid(row("1.A.4", 5, "people", area="T1"), row("1.A.4", 1, "people", area="T11")),
                         r"totals\.csv:3: area = 'T11'", r"T1,.*totals\.csv:2"),
    "areas-exceed": (lambda: hybrid(row("1.A.4", 5, "people"), row("1.A.4", 3, "people", area="T11"), row("1.A.4", 3, "people", area="T12")),
                     r"totals\.csv:2: mass_kt = '5'", "2 areas", r"totals\.csv:3"),
    "area-twice": (lambda: hybrid(row("1.A.4", 3, "people", area="T11"), row("1.A.4", 3, "people", area="T11")), r"totals\.csv:3", r"totals\.csv:2"),
    "area-of-another-origin": (lambda: hybrid(row("1.A.4", 5, "people"), row("1.A.4", 3, "people", area="T11", origin="nonfossil")),
                               r"totals\.csv:3: origin = 'nonfossil'", r"totals\.csv:2"),
    "rest-by-points": (lambda: hybrid(row("1.A.1", 5, "points"), row("1.A.1", 3, "people", area="T11"), points=points_of(1)),
                       r"totals\.csv:2: spatial = 'points'"),
    "zero-proxy": (lambda: zero_in_the_west(row("1.A.4", 5, "none")), r"empty\.tif", "above 0", r"totals\.csv:2", "fallback"),
    "zero-proxy-in-area": (lambda: zero_in_the_west(row("1.A.4", 5, "empty", area="T11")), r"empty\.tif", "T11", "above 0"),
    "fallback-word": (lambda: zero_in_the_west(row("1.A.4", 5, "none"), fallback="smear"), r"totals\[0\]\.fallback", "one of"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case, refuse):
    make, *expected = REFUSED[case]
    refuse(lambda _: None, expected, make())
