"""Points, lines and areas through OGR: what is stored, against shapely and pyproj."""
from __future__ import annotations

import json

import numpy as np
import pytest
from features import GRID, as_drawn, cells_of, inventory, stored_cells, write_layer
from shapely.affinity import translate
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, Polygon

LINES = [LineString([(60.03, 41.87), (60.31, 41.52), (60.97, 41.55), (61.13, 41.21)]),
         LineString([(60.5, 41.3), (60.5, 41.8)]),  # along a border of cells
         MultiLineString([[(60.11, 41.31), (60.19, 41.39)], [(60.61, 41.63), (60.83, 41.63)]]),
         LineString([(60.21, 41.25), (61.19, 41.25)])]
AREAS = [Polygon([(60.05, 41.85), (60.45, 41.9), (60.62, 41.4), (60.2, 41.33)],
                 [[(60.2, 41.7), (60.3, 41.72), (60.33, 41.6)]]),
         Polygon([(60.7, 41.7), (61.0, 41.7), (61.0, 41.5), (60.7, 41.5)]),  # along borders of cells
         MultiPolygon([Polygon([(60.71, 41.31), (60.79, 41.31), (60.75, 41.38)]),
                       Polygon([(61.01, 41.41), (61.15, 41.45), (61.1, 41.28)])])]
POINTS = [Point(60.13, 41.57), Point(60.6, 41.5), Point(60.999, 41.234), Point(61.11, 41.77)]
MASSES = {2020: [1234.5678, 77.25, 0.0, 3.5], 2021: [1000.125, 81.5, 12.0, 4.75]}


def wide(shapes):
    return [{"id": f"F{i}", "em_2020": MASSES[2020][i], "em_2021": MASSES[2021][i], "geometry": shape}
            for i, shape in enumerate(shapes)]


def long(shapes):
    return [{"id": f"F{i}", "year": year, "mass": MASSES[year][i], "geometry": shape}
            for year in MASSES for i, shape in enumerate(shapes)]


def load(run_fluxgrid, database, folder, kind, shapes, form, suffix, epsg):
    rows = wide(shapes) if form == "wide" else long(shapes)
    more = {"masses": "em_{year}"} if form == "wide" else {"masses": "mass", "year": {"column": "year"}}
    name = f"features.{suffix}"
    source = write_layer(folder / name, rows, epsg)
    tiny = inventory(file=name, geometry=kind, id={"column": "id"}, **more, **source)
    run_fluxgrid("import", tiny.write(folder), database=database, check=True)


CASES = [("geojson", "wide", 4326), ("gpkg", "long", 32641), ("shp", "wide", 3857), ("csv", "long", 4326),
         ("fgb", "long", 32641), ("csv", "wide", 32641)]


@pytest.mark.parametrize("suffix, form, epsg", CASES)
@pytest.mark.parametrize("kind, shapes", [("lines", LINES), ("areas", AREAS)])
def test_lines_and_areas_are_spread_by_length_and_ground(run_fluxgrid, fresh, folder, kind, shapes, suffix, form, epsg):
    load(run_fluxgrid, fresh, folder, kind, shapes, form, suffix, epsg)
    shares = [cells_of(as_drawn(shape, epsg)) for shape in shapes]
    for year, masses in MASSES.items():
        masses = masses[:len(shapes)]
        expected = sum(mass * share for mass, share in zip(masses, shares))
        found = stored_cells(fresh, year)
        total = sum(masses)
        assert fresh.value(f"SELECT sum(mass_t) FROM slice WHERE year = {year}") == pytest.approx(total, rel=1e-12)
        assert found.sum() == pytest.approx(total, rel=1e-9)
        assert np.abs(found - expected).max() < 1e-6 * total
    assert fresh.value("SELECT count(*) FROM release, audit(release.id) a WHERE NOT a.ok") == 0


def test_a_border_of_cells_counts_once(run_fluxgrid, fresh, folder):
    load(run_fluxgrid, fresh, folder, "lines", LINES[1:2], "wide", "geojson", 4326)
    found = stored_cells(fresh, 2020)
    assert found[:, 4].sum() == 0 or found[:, 5].sum() == 0  # the line is on 60.5, between columns 4 and 5
    assert found[2:7].sum() == pytest.approx(MASSES[2020][0], rel=1e-9)


@pytest.mark.parametrize("suffix, form, epsg", [case for case in CASES if case[2] != 3857] + [("shp", "long", 32641)])
def test_points_count_whole_in_one_district(run_fluxgrid, fresh, folder, suffix, form, epsg):
    points = POINTS if epsg == 4326 else [translate(p, 1e-7, 1e-7) for p in POINTS]  # a border is one in degrees
    load(run_fluxgrid, fresh, folder, "points", points, form, suffix, epsg)
    for year, masses in MASSES.items():
        found = stored_cells(fresh, year)
        assert found.sum() == pytest.approx(sum(masses), rel=1e-9)
        for (district, expected) in (("T11", masses[0]), ("T12", sum(masses[1:]))):  # 60.6 is T12's west border
            mass = fresh.value("SELECT sum(s.factor * df.mass) FROM slice s JOIN district_field df USING (field) "
                               f"JOIN district d ON d.id = df.district WHERE s.year = {year} AND d.code = '{district}'")
            assert mass == pytest.approx(expected, rel=1e-12)
        for point, mass in zip(points, masses):
            col, row = int((point.x - 60) / 0.1 + 1e-9), int((42 - point.y) / 0.1 + 1e-9)
            assert found[row, col] == pytest.approx(mass, rel=1e-6)


PLANT = {"id": "G100", "name": "Тахиаташ ГРЭС", "who": "Energo", "mw": 920.0, "state": "operating",
         "start": "1967-05-01", "end": "2031", "gppd": "GEODB0045", "gem": "L100000", "fuel_type": "gas",
         "how": "measured", "co2_2020": 2000.5, "co2_2021": 1900.25, "ch4_2020": 1.5, "ch4_2021": None}
MAPPED = {"id": {"column": "id"}, "name": {"column": "name"}, "operator": {"column": "who"}, "sector": "1.A.1",
          "capacity": {"column": "mw"}, "capacity_unit": "MW", "status": {"column": "state"},
          "commissioned": {"column": "start"}, "retired": {"column": "end"}, "fuel": {"column": "fuel_type"},
          "external_ids": {"gppd": "gppd", "gem": "gem"}, "method": {"column": "how"}, "masses": "{gas}_{year}"}


def plants(folder, suffix="geojson"):
    tiny = inventory(**MAPPED, file=f"plants.{suffix}", geometry="points")
    del tiny.manifest["features"][0]["gas"]
    other = {**PLANT, "id": "G200", "name": "Other", "mw": None, "start": None, "end": None, "gem": None,
             "how": "estimated", "state": "retired", "co2_2020": 10.0, "ch4_2020": None, "ch4_2021": 0.25}
    tiny.manifest["features"][0].update(write_layer(folder / f"plants.{suffix}", [
        {**PLANT, "geometry": Point(60.25, 41.45)}, {**other, "geometry": Point(60.85, 41.45)}]))
    return tiny


@pytest.mark.parametrize("suffix", ["geojson", "gpkg", "csv"])
def test_a_plant_keeps_what_is_known_of_it(run_fluxgrid, fresh, folder, suffix):
    tiny = plants(folder, suffix)
    run_fluxgrid("import", tiny.write(folder), database=fresh, check=True)
    rows = fresh.rows("SELECT DISTINCT code, name, operator, fuel, status, capacity, capacity_unit, commissioned_year, "
                      "commissioned, retired_year, retired, external_ids, method FROM source ORDER BY 1")
    assert rows[0] == ("G100", "Тахиаташ ГРЭС", "Energo", "gas", "operating", 920.0, "MW", 1967, "1967-05-01", 2031,
                       "2031", {"gppd": "GEODB0045", "gem": "L100000"}, "measured")
    assert rows[1] == ("G200", "Other", "Energo", "gas", "retired", None, "MW", None, "", None, "",
                       {"gppd": "GEODB0045"}, "estimated")
    slices = fresh.rows("SELECT gas, year, mass_t, method, fuel FROM slice ORDER BY 1, 2")
    assert slices == [("CH4", 2020, 1.5, "measured", "gas"), ("CH4", 2021, 0.25, "estimated", "gas"),
                      ("CO2", 2020, 2010.5, "estimated+measured", "gas"),
                      ("CO2", 2021, 3800.5, "estimated+measured", "gas")]


def test_another_description_is_another_source(run_fluxgrid, fresh, folder):
    tiny = plants(folder)
    run_fluxgrid("import", tiny.write(folder), database=fresh, check=True)
    before = fresh.value("SELECT count(*) FROM source")
    tiny.manifest["release"]["version"] = "1.0.1"
    text = (folder / "plants.geojson").read_text().replace('"2031"', '"2032"')
    (folder / "plants.geojson").write_text(text)
    run_fluxgrid("import", tiny.write(folder), database=fresh, check=True)
    assert fresh.value("SELECT count(DISTINCT retired_year) FROM source WHERE retired_year IS NOT NULL") == 2
    assert fresh.value("SELECT count(*) FROM source") > before


def test_masses_by_year_and_gas_in_words(run_fluxgrid, fresh, folder):
    tiny = plants(folder)
    tiny.manifest["features"][0].update(ignore="*", unit="kt", uncertainty_pct=10, masses={
        "CO2": {"2020": "co2_2020", "2021": "co2_2021"}, "CH4": "ch4_{year}"})
    run_fluxgrid("import", tiny.write(folder), database=fresh, check=True)
    assert fresh.rows("SELECT gas, year, mass_t FROM slice ORDER BY 1, 2") == [
        ("CH4", 2020, 1500), ("CH4", 2021, 250), ("CO2", 2020, 2010500), ("CO2", 2021, 3800500)]
    found = fresh.value("SELECT uncertainty_pct FROM slice WHERE gas = 'CO2' AND year = 2020")
    assert found == pytest.approx(10 * (2000.5 ** 2 + 10 ** 2) ** 0.5 / 2010.5, rel=1e-12)  # independent sources


def test_what_lies_beyond_the_grid_has_no_place(run_fluxgrid, fresh, folder):
    line = LineString([(61.0, 41.55), (61.4, 41.55)])  # the grid ends at 61.2
    write_layer(folder / "road.geojson", [{"em": 100.0, "geometry": line}])
    tiny = inventory(file="road.geojson", geometry="lines", masses="em", year=2020, outside="unallocated")
    run_fluxgrid("import", tiny.write(folder), database=fresh, check=True)
    masses = dict(fresh.rows("SELECT field IS NULL, mass_t FROM slice"))
    assert masses[True] == pytest.approx(50, rel=1e-9) and sum(masses.values()) == pytest.approx(100, rel=1e-12)
    assert stored_cells(fresh, 2020).sum() == pytest.approx(50, rel=1e-9)


def test_all_beyond_the_grid_and_nothing_at_all(run_fluxgrid, fresh, folder):
    rows = [{"em_2020": 100.0, "em_2021": 0.0, "geometry": LineString([(62.0, 41.55), (62.4, 41.55)])}]
    write_layer(folder / "road.geojson", rows)
    tiny = inventory(file="road.geojson", geometry="lines", masses="em_{year}", outside="unallocated")
    run_fluxgrid("import", tiny.write(folder), database=fresh, check=True)
    assert fresh.rows("SELECT year, mass_t, field FROM slice ORDER BY 1") == [(2020, 100.0, None), (2021, 0.0, None)]


def test_a_bow_tie_is_repaired_when_asked(run_fluxgrid, fresh, folder):
    bow = Polygon([(60.2, 41.2), (60.8, 41.6), (60.8, 41.2), (60.2, 41.6)])
    write_layer(folder / "a.geojson", [{"em": 8.0, "geometry": bow}])
    tiny = inventory(file="a.geojson", geometry="areas", masses="em", year=2020, invalid="repair")
    run_fluxgrid("import", tiny.write(folder), database=fresh, check=True)
    expected = 8.0 * cells_of(bow.buffer(0) if bow.is_valid else MultiPolygon([
        Polygon([(60.2, 41.2), (60.5, 41.4), (60.2, 41.6)]), Polygon([(60.8, 41.6), (60.5, 41.4), (60.8, 41.2)])]))
    assert np.abs(stored_cells(fresh, 2020) - expected).max() < 8e-6
    assert fresh.value("SELECT report->>'repaired_areas' FROM release") == "1"


def test_features_stand_beside_totals(run_fluxgrid, fresh, folder):
    write_layer(folder / "road.geojson", [{"em": 100.0, "geometry": LINES[0]}])
    tiny = inventory(file="road.geojson", geometry="lines", masses="em", year=2020)
    plain = type(tiny)()
    for key in ("proxies", "points", "totals"):
        tiny.manifest[key] = plain.manifest[key]
    del tiny.manifest["grid"]  # that of the proxies
    run_fluxgrid("import", tiny.write(folder), database=fresh, check=True)
    assert fresh.value("SELECT mass_t FROM slice WHERE sector = 'IPCC2006:1.A.3.b'") == 100
    assert np.abs(stored_cells(fresh, 2020) - 100 * cells_of(LINES[0])).max() < 1e-4
    report = fresh.value("SELECT report FROM release")
    assert json.loads(json.dumps(report))["worst_relative"] < 1e-9 and GRID["columns"] == 12


def test_codes_of_another_scheme_are_led_home(run_fluxgrid, fresh, folder):
    write_layer(folder / "road.geojson", [{"em": 100.0, "geometry": LINES[0]}])
    tiny = inventory(file="road.geojson", geometry="lines", masses="em", year=2020, scheme="EDGAR", sector="TRO")
    run_fluxgrid("import", tiny.write(folder), database=fresh, check=True)
    assert fresh.rows("SELECT s.sector, s.mass_t, p.locator FROM slice s JOIN provenance p ON p.id = s.provenance") == [
        ("IPCC2006:1.A.3.b", 100, "road.geojson; from EDGAR:TRO")]


def test_features_within_a_total_are_taken_out_of_it(run_fluxgrid, fresh, folder):
    write_layer(folder / "road.geojson", [{"em": 40000.0, "geometry": LINES[0]}])
    tiny = inventory(file="road.geojson", geometry="lines", masses="em", year=2020, counts="within", sector="1.A.4",
                     fuel="gas")
    plain = type(tiny)()
    for key in ("proxies", "points", "totals"):
        tiny.manifest[key] = plain.manifest[key]
    run_fluxgrid("import", tiny.write(folder), database=fresh, check=True)
    masses = fresh.rows("SELECT mass_t FROM slice WHERE sector = 'IPCC2006:1.A.4' AND year = 2020 ORDER BY 1")
    assert [mass for (mass,) in masses] == pytest.approx([77125 - 40000, 40000], rel=1e-12)  # of 77.125 kt in all


def test_few_cells_of_a_large_grid_close_as_well_as_float4_can(run_fluxgrid, fresh, folder):
    """A large cell and a neighbour below half its step, a tiny one elsewhere: nothing there mends the rounding."""
    rows = [{"em": mass, "geometry": LineString([(60.1 + x + 0.001, 41.505), (60.1 + x + 0.009, 41.505)])}
            for x, mass in ((0, 123456.703125), (0.01, 0.0036), (0.64, 0.01))]
    write_layer(folder / "road.geojson", rows)
    tiny = inventory(file="road.geojson", geometry="lines", masses="em", year=2020)
    tiny.manifest["grid"] = {"west": 55.9, "north": 45.7, "step_lon": 0.01, "step_lat": 0.01, "columns": 1730, "rows": 860}
    run_fluxgrid("import", tiny.write(folder), database=fresh, check=True)
    worst = fresh.value("SELECT max(a.relative) FROM release r, audit(r.id) a")
    assert 1e-9 < worst < 6e-8  # else the case does not show what it is for
    assert fresh.value("SELECT sum(mass_t) FROM slice") == pytest.approx(sum(row["em"] for row in rows), rel=1e-12)
