"""A whole import on 12 x 8 cells, where every number can be made by hand."""
from __future__ import annotations

import contextlib
import json

import numpy as np
import pytest
from osgeo import gdal

from tiny import YEARS, Tiny, mask_cells, proxy_cells, total

KT = 1000.0


def three_districts(**more) -> Tiny:
    """Two regions, three districts, three gases, four points: the east is cut in two."""
    t = Tiny(**more)
    name = {key: value for key, value in t.areas[1].items() if key.startswith("name")}
    t.areas.append({**t.areas[1], **name, "code": "T2", "parent": "T", "iso3166_2": "T-2"})
    t.areas.append({**t.areas[3], **name, "code": "T21", "parent": "T2", "mask_value": 3})
    mask = mask_cells()
    mask[5:, 6:] = 3
    t.rasters["mask.tif"]["bands"]["mask_value"] = mask
    t.points.append({**t.points[2], "id": "P4", "sector": "2.B.2", "gas": "N2O", "lon": 60.85, "lat": 41.35,
                     "area_code": "T21"})
    for year in YEARS:
        t.totals.append(total(year, "2.B.2", "N2O", 0.125 * (year - 2018), "points", origin="na"))
    return t


MASK_OF = {"T11": (1,), "T12": (2,), "T21": (3,), "T1": (1, 2), "T2": (3,), "T": (1, 2, 3)}


def mass_by_hand(t: Tiny, code: str, row: dict) -> float:
    """kt of a row of the totals in a district: cells of the proxy by mask, points by where they stand."""
    mask = t.rasters["mask.tif"]["bands"]["mask_value"]
    if row["spatial"] == "unallocated":
        return 0.0
    if row["spatial"] == "points":
        leaves = [leaf for leaf, values in MASK_OF.items() if len(leaf) == 3 and set(values) <= set(MASK_OF[code])]
        key = ("sector", "gas", "fuel")
        share = sum(p["weight"] for p in t.points if p["area_code"] in leaves and all(p[k] == row[k] for k in key))
        return row["mass_kt"] * share
    weights = t.rasters["proxy.tif"]["bands"][row["spatial"]].astype(np.float64)
    return row["mass_kt"] * weights[np.isin(mask, MASK_OF[code])].sum() / weights.sum()


@pytest.fixture(scope="module")
def inventory() -> Tiny:
    t = three_districts(slug="three")
    t.points[2]["area_code"] = "T12"
    return t


@pytest.fixture(scope="module")
def imported(cluster, _migrated, run_fluxgrid, workdir, inventory):
    """(database, report as JSON, standard output) after one import."""
    database = cluster.create_database("tiny_by_hand", _migrated.name)
    folder = workdir / "three"
    manifest = inventory.write(folder)
    out = workdir / "three-report.json"
    out.touch()
    out.chmod(0o666)
    done = run_fluxgrid("import", manifest, "--report", out, database=database, check=True)
    yield database, json.loads(out.read_text()), done.stdout
    cluster.drop_database(database.name)


def key_of(row: dict) -> tuple:
    return row["year"], f"IPCC2006:{row['sector']}", row["gas"], row["flow"], row["fuel"]


# --- what is stored --------------------------------------------------------------------------------

def test_what_is_read_is_stored(imported, inventory):
    database, _, _ = imported
    rows = database.rows("SELECT s.year, s.sector, s.gas, s.flow, s.fuel, s.mass_t, s.factor * f.total, s.origin, s.uncertainty_pct "
                         "FROM slice s LEFT JOIN field f ON f.id = s.field")
    stored = {tuple(row[:5]): row[5:] for row in rows}
    assert len(rows) == len(stored) == len(inventory.totals)
    for row in inventory.totals:
        mass, on_map, origin, uncertainty = stored[key_of(row)]
        assert mass == pytest.approx(row["mass_kt"] * KT, rel=1e-12)
        assert (on_map is None) == (row["spatial"] == "unallocated")
        if on_map is not None:
            assert on_map == pytest.approx(mass, rel=1e-9)
        assert (origin, uncertainty) == (row["origin"], row["uncertainty_pct"])


def test_districts_and_regions_by_hand(imported, inventory):
    database, _, _ = imported
    rows = database.rows(
        "SELECT d.code, s.year, s.sector, s.gas, s.flow, s.fuel, s.factor * f.mass FROM slice s "
        "JOIN district_field f ON f.field = s.field JOIN district d ON d.id = f.district")
    stored = {tuple(row[:6]): row[6] for row in rows}
    for code in MASK_OF:
        for row in inventory.totals:
            wanted = mass_by_hand(inventory, code, row) * KT
            assert stored.get((code, *key_of(row)), 0) == pytest.approx(wanted, rel=1e-6, abs=1e-9), (code, row)


def test_outside_is_the_one_cell_outside(imported, inventory):
    database, report, _ = imported
    balance = {(b["year"], b["sector"], b["gas"], b["flow"]): b for b in report["balance"]}
    for row in inventory.totals:
        b = balance[key_of(row)[:4]]
        if row["spatial"] in ("people", "light"):
            weights = inventory.rasters["proxy.tif"]["bands"][row["spatial"]].astype(np.float64)
            assert b["outside_t"] == pytest.approx(row["mass_kt"] * KT * weights[0, 3] / weights.sum(), rel=1e-6)
        else:
            assert b["outside_t"] == pytest.approx(0, abs=1e-9)
        assert b["unallocated_t"] == (row["mass_kt"] * KT if row["spatial"] == "unallocated" else 0)


def test_cells_are_the_raster(imported, inventory):
    database, _, _ = imported
    wanted = inventory.rasters["proxy.tif"]["bands"]["people"]
    cells = np.zeros_like(wanted)
    for column, row, value in database.rows("SELECT c.col, c.row, c.value FROM field f, block_cells(f.id, 0) c WHERE f.name = 'people'"):
        cells[row, column] = value
    assert (cells == wanted).all()


def test_years_share_fields(imported):
    database, report, _ = imported
    names = sorted(name for (name,) in database.rows("SELECT name FROM field"))
    assert names == ["light", "people", "points: IPCC2006:1.A.1 CO2 coal", "points: IPCC2006:2.A.1 CO2 ",
                     "points: IPCC2006:2.B.2 N2O "]
    assert (report["fields"], report["new_fields"]) == (5, 5)


def test_population_is_stored(imported, inventory):
    database, _, _ = imported
    stored = set(database.rows("SELECT district, year, population FROM district_stat"))
    assert stored == {(row["code"], row["year"], row["population"]) for row in inventory.population}


# --- the report --------------------------------------------------------------------------------------

def test_report(imported, inventory):
    database, report, said = imported
    assert (report["slug"], report["version"]) == ("three", "1.0.0")
    assert report["already_there"] is False and report["dry_run"] is False and report["published"] is True
    assert report["slices"] == len(inventory.totals)
    assert report["cells_read"] == 2 * int((proxy_cells(1) > 0).sum())
    assert report["districts"]["changed"] > 0
    assert len(report["points"]) == 3
    assert report["worst_relative"] <= 1e-9
    assert sum(b["read_t"] for b in report["balance"]) == pytest.approx(sum(r["mass_kt"] for r in inventory.totals) * KT)
    assert report == {**database.value("SELECT report FROM release"), "published": True}
    for words in ("three@1.0.0", "slices", "unallocated", "published"):
        assert words in said


def test_a_report_that_cannot_be_written_is_said(fresh, folder, run_fluxgrid):
    done = run_fluxgrid("import", Tiny().write(folder), "--report", "/nonexistent/report.json", database=fresh)
    assert done.returncode != 0
    assert "/nonexistent/report.json" in done.stderr


# --- again, dry, published ---------------------------------------------------------------------------

def test_the_same_again_is_no_work(fresh, folder, run_fluxgrid):
    manifest = Tiny().write(folder)
    run_fluxgrid("import", manifest, database=fresh, check=True)
    before = fresh.fingerprint()
    done = run_fluxgrid("import", manifest, database=fresh, check=True)
    assert "nothing to do" in done.stdout
    assert fresh.fingerprint() == before


def test_dry_run_keeps_nothing(fresh, folder, run_fluxgrid):
    manifest = Tiny().write(folder)
    before = fresh.fingerprint()
    done = run_fluxgrid("import", manifest, "--dry-run", database=fresh, check=True)
    assert "dry run" in done.stdout and "read 407250 t" in done.stdout  # 2 x 203.625 kt
    assert fresh.fingerprint() == before


def test_load_then_publish(fresh, folder, run_fluxgrid):
    manifest = Tiny().write(folder)
    done = run_fluxgrid("import", manifest, "--no-publish", database=fresh, check=True)
    assert "not published" in done.stdout
    assert fresh.rows("SELECT state, published FROM release") == [("draft", None)]
    assert fresh.value("SELECT catalog FROM revision") == 0
    run_fluxgrid("publish", "tiny@1.0.0", database=fresh, check=True)
    assert fresh.value("SELECT state FROM release") == "published"
    assert fresh.value("SELECT catalog FROM revision") == 1


def test_publishing_what_is_not_there(fresh, run_fluxgrid):
    done = run_fluxgrid("publish", "tiny@9.9.9", database=fresh)
    assert done.returncode == 2 and "is no release that is known" in done.stderr


def test_a_version_never_changes(tiny_database, folder, run_fluxgrid):
    t = Tiny()
    t.totals[0]["mass_kt"] = 100.25
    before = tiny_database.fingerprint()
    done = run_fluxgrid("import", t.write(folder), database=tiny_database)
    assert done.returncode == 2
    assert "tiny@1.0.0 exists with other content" in done.stderr and "raise release.version" in done.stderr
    assert tiny_database.fingerprint() == before


def test_a_second_version_shares_what_is_equal(fresh, folder, workdir, run_fluxgrid):
    run_fluxgrid("import", Tiny().write(folder), database=fresh, check=True)
    fields = fresh.rows("SELECT * FROM field ORDER BY id")
    boundary = fresh.value("SELECT boundary FROM revision")
    second = Tiny(version="1.1.0")
    second.totals[2]["mass_kt"] *= 2
    run_fluxgrid("import", second.write(folder), database=fresh, check=True)
    assert fresh.rows("SELECT * FROM field ORDER BY id") == fields
    assert fresh.value("SELECT boundary FROM revision") == boundary
    assert fresh.value("SELECT count(*) FROM release") == 2


# --- checksums, control totals, mass grids ---------------------------------------------------------------

def test_checksums_that_are_right(tiny_database, folder, run_fluxgrid):
    t = Tiny(version="1.0.2")
    t.has_checksums = True
    run_fluxgrid("import", t.write(folder), "--dry-run", database=tiny_database, check=True)


def test_control_totals_that_are_right(tiny_database, folder, run_fluxgrid):
    t = Tiny(version="1.0.2")
    t.manifest["control"] = {"tolerance": 1e-9, "national": [
        {"year": 2020, "gas": "CO2", "flow": "emission", "mass_kt": 100.5 + 12.25 + 77.125},
        {"year": 2021, "gas": "CH4", "flow": "emission", "mass_kt": 4.0},
        {"year": 2021, "gas": "CO2", "flow": "removal", "mass_kt": 9.75}]}
    run_fluxgrid("import", t.write(folder), "--dry-run", database=tiny_database, check=True)


def mass_grid() -> np.ndarray:
    cells = np.full((8, 12), -1, np.float32)
    cells[2:5, 2:9] = np.random.default_rng(7).uniform(1, 50, (3, 7))
    return cells


@pytest.mark.parametrize("unit, tonnes", (("t", 1.0), ("kt", 1e3), ("Gg", 1e3), ("Mt", 1e6)))
def test_a_mass_grid(fresh, folder, run_fluxgrid, unit, tonnes):
    cells = mass_grid()
    t = Tiny()
    t.add_grid(cells, unit=unit)
    run_fluxgrid("import", t.write(folder), database=fresh, check=True)
    wanted = cells[cells >= 0].astype(np.float64).sum() * tonnes
    (row,) = fresh.rows("SELECT s.mass_t, s.factor * f.total, f.cells, s.year, s.uncertainty_pct FROM slice s JOIN field f ON f.id = s.field "
                        "WHERE s.sector = 'IPCC2006:1.A.3.b'")
    assert row[0] == pytest.approx(wanted, rel=1e-9) and row[1] == pytest.approx(wanted, rel=1e-9)
    assert row[2:] == (21, 2020, 5)
    west = cells[2:5, 2:6].astype(np.float64).sum() * tonnes  # columns 2..5 lie in T11
    assert fresh.value("SELECT sum(s.factor * d.mass) FROM slice s JOIN district_field d ON d.field = s.field "
                       "JOIN district a ON a.id = d.district WHERE s.sector = 'IPCC2006:1.A.3.b' AND a.code = 'T11'") == \
        pytest.approx(west, rel=1e-6)


def test_a_report_that_cannot_be_written_is_said_before_anything_is_loaded(fresh, folder, run_fluxgrid):
    done = run_fluxgrid("import", Tiny().write(folder), "--report", folder / "no" / "report.json", database=fresh)
    assert done.returncode == 1 and "report" in done.stderr and "No such file" in done.stderr
    assert fresh.value("SELECT count(*) FROM release") == 0


def test_a_mass_grid_in_doubles_keeps_its_mass(fresh, folder, run_fluxgrid):
    """Cells are stored as float4, whose sum is another than the file's: the slice's mass is the file's."""
    cells = np.full((8, 12), -1.0)
    cells[2:5, 2:9] = np.random.default_rng(8).uniform(1, 50, (3, 7))
    wanted = cells[cells >= 0].sum()
    rounded = cells[cells >= 0].astype(np.float32).astype(np.float64).sum()
    assert abs(rounded / wanted - 1) > 1e-9, "or this test could not fail"
    t = Tiny()
    t.add_grid(cells)
    t.rasters["mass.tif"]["dtype"] = gdal.GDT_Float64
    run_fluxgrid("import", t.write(folder), database=fresh, check=True)
    (row,) = fresh.rows("SELECT s.mass_t, s.factor * f.total FROM slice s JOIN field f ON f.id = s.field "
                        "WHERE s.sector = 'IPCC2006:1.A.3.b'")
    assert row == pytest.approx((wanted, wanted), rel=1e-14)
    (balance,) = [b for b in fresh.value("SELECT report FROM release")["balance"] if b["sector"] == "IPCC2006:1.A.3.b"]
    assert balance["read_t"] == pytest.approx(wanted, rel=1e-11) and balance["relative"] < 1e-14


def test_only_a_mass_grid_over_the_districts_that_are_there(tiny_database, folder, run_fluxgrid):
    t = Tiny(slug="grid-only")
    t.add_grid(mass_grid())
    for key in ("districts", "proxies", "points", "totals"):
        del t.manifest[key]
    done = run_fluxgrid("import", t.write(folder), "--dry-run", database=tiny_database, check=True)
    assert "1 slices over 1 fields" in done.stdout


# --- two at once -----------------------------------------------------------------------------------------

def test_a_second_importer_is_refused_at_once(tiny_database, folder, run_fluxgrid):
    manifest = Tiny(version="1.0.3").write(folder)
    with contextlib.closing(tiny_database.connect()) as first:
        first.autocommit = False
        with first.cursor() as cursor:
            cursor.execute("SELECT fluxgrid.import_begin()")
            done = run_fluxgrid("import", manifest, "--dry-run", database=tiny_database)  # comes back while the first goes on
        first.rollback()
    assert done.returncode == 2
    assert "another import is running" in done.stderr
    run_fluxgrid("import", manifest, "--dry-run", database=tiny_database, check=True)


# --- nothing is passed over ------------------------------------------------------------------------------

POINT_TEXTS = {"name": "Renamed", "operator": "Other", "capacity_unit": "t/h", "capacity": 101, "commissioned_year": 1991,
               "licence": "CC0", "location_quality": "approximate", "source": "elsewhere", "note": "moved"}
COLUMN_OF = {"source": "origin_dataset"}


@pytest.mark.parametrize("column", POINT_TEXTS)
def test_a_version_has_its_own_descriptions_of_points(tiny_database, folder, run_fluxgrid, column):
    """One word of a point changes: the next version must not show the old word."""
    t = Tiny(version=f"2.{list(POINT_TEXTS).index(column)}.0")
    t.points[0][column] = POINT_TEXTS[column]
    run_fluxgrid("import", t.write(folder), database=tiny_database, check=True)
    shown = tiny_database.rows(
        f"SELECT DISTINCT p.{COLUMN_OF.get(column, column)} FROM slice s JOIN release r ON r.id = s.release "
        "JOIN source_field f ON f.field = s.field JOIN source p ON p.id = f.source "
        "WHERE r.version = %s AND p.code = 'P1'", (t.manifest["release"]["version"],))
    assert shown == [(POINT_TEXTS[column],)]


def test_a_long_name_counts_to_its_end(tiny_database, folder, run_fluxgrid):
    for number, end in enumerate("ab"):
        t = Tiny(version=f"3.{number}.0")
        t.points[0]["name"] = "n" * 600 + end
        run_fluxgrid("import", t.write(folder), database=tiny_database, check=True)
    assert tiny_database.value(
        "SELECT DISTINCT p.name FROM slice s JOIN release r ON r.id = s.release JOIN source_field f ON f.field = s.field "
        "JOIN source p ON p.id = f.source WHERE r.version = '3.1.0' AND p.code = 'P1'") == "n" * 600 + "b"


@pytest.mark.parametrize("added, status", ((0.0, 0), (1.0, 2)))
def test_control_totals_hold_mass_grids_too(tiny_database, folder, run_fluxgrid, added, status):
    t = Tiny(version="1.0.4")
    t.add_grid(mass_grid())
    cells = mass_grid()
    t.manifest["control"] = {"tolerance": 1e-6, "national": [
        {"year": 2020, "gas": "CO2", "flow": "emission",
         "mass_kt": 100.5 + 12.25 + 77.125 + added + cells[cells >= 0].astype(np.float64).sum() / KT}]}
    done = run_fluxgrid("import", t.write(folder), "--dry-run", database=tiny_database)
    assert done.returncode == status, done.stderr
    if status != 0:
        assert "control.national" in done.stderr and "2020 CO2 emission" in done.stderr
