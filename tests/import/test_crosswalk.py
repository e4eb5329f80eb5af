"""Sector codes of other schemes: one inventory told in each of them, the traps of their tables, and what is refused.

The expected numbers are written by hand; the schemes' tables are not read here.
"""
from __future__ import annotations

import itertools
import json
import re

import numpy as np
import pytest

from tiny import Tiny, proxy_cells, total

EXIT_INPUT = 2
_count = itertools.count(1)


def rows_of(lines: str) -> list[dict]:
    """"code gas kt [flow] [spatial]", one a line."""
    rows = []
    for line in lines.strip().splitlines():
        code, gas, kt, *more = line.split()
        flow = "removal" if "removal" in more else "emission"
        spatial = next((word for word in more if word in ("people", "light", "unallocated")), "people")
        origin = "fossil" if gas == "CO2" and flow == "emission" else "na"
        rows.append(total(2020, code, gas, float(kt), spatial, flow=flow, origin=origin))
    return rows


def inventory(lines: str, scheme: str, crosswalk: str = "", **more) -> Tiny:
    t = Tiny(slug="walk", version=f"1.0.{next(_count)}")
    del t.manifest["points"]
    t.totals = rows_of(lines)
    t.manifest["totals"][0]["scheme"] = scheme
    if crosswalk:
        t.raw["shares.csv"] = ("from,to,gas,weight,note\n" + crosswalk).encode()
        t.manifest["crosswalks"] = [{"file": "shares.csv", **more}]
    return t


@pytest.fixture(scope="module")
def base(cluster, _migrated):
    database = cluster.create_database("crosswalk", _migrated.name)
    yield database
    cluster.drop_database(database.name)


@pytest.fixture
def load(base, folder, run_fluxgrid):
    """load(inventory) -> ({(sector, gas, flow): kt as stored}, report)."""

    def run(t: Tiny):
        out = folder / "report.json"
        out.touch()
        out.chmod(0o666)
        run_fluxgrid("import", t.write(folder / "files"), "--report", out, database=base, check=True)
        stored = {}
        for sector, gas, flow, kt in base.rows(
                "SELECT s.sector, s.gas, s.flow, sum(CASE WHEN s.field IS NULL THEN s.mass_t ELSE s.factor * f.total END) / 1000 "
                "FROM slice s LEFT JOIN field f ON f.id = s.field JOIN release r ON r.id = s.release "
                "WHERE r.slug = 'walk' AND r.version = %s GROUP BY 1, 2, 3", (t.manifest["release"]["version"],)):
            stored[sector, gas, flow] = kt
        return stored, json.loads(out.read_text())

    return run


@pytest.fixture
def refused(base, folder, run_fluxgrid):
    """refused(inventory, patterns...): with the database as it was."""

    def run(t: Tiny, *patterns: str) -> str:
        before = base.fingerprint()
        done = run_fluxgrid("import", t.write(folder / "files"), database=base)
        assert done.returncode == EXIT_INPUT, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        for pattern in patterns:
            assert re.search(pattern, done.stderr), f"the message does not name {pattern!r}:\n{done.stderr}"
        assert all("; " in line for line in done.stderr.splitlines() if line.startswith(("totals", "shares", "manifest"))), done.stderr
        assert base.fingerprint() == before
        return done.stderr

    return run


def close(stored: dict, expected: dict) -> None:
    assert set(stored) == set(expected)
    for key, kt in expected.items():
        assert stored[key] == pytest.approx(kt, rel=1e-9), key


# --- one inventory in every scheme ---------------------------------------------------------------

# What every telling sums to, by hand: whatever the scheme can part, these it shares.
SUMS = {("1.A", "CO2", "emission"): 210, ("1.B", "CH4", "emission"): 5, ("2", "CO2", "emission"): 12,
        ("3.A", "CH4", "emission"): 10, ("3.C", "CH4", "emission"): 3, ("3.C", "N2O", "emission"): 1,
        ("4", "CH4", "emission"): 6, ("3.B", "CO2", "removal"): 9}

IPCC2006 = """
1.A.1.a CO2 100
1.A.2.a CO2 20
1.A.2.f CO2 30
1.A.3.b CO2 30
1.A.4.a CO2 10
1.A.4.b CO2 20
1.B.1.a CH4 5
2.A.1 CO2 12 light
3.A.1 CH4 8
3.A.2 CH4 2
3.C.7 CH4 3
3.C.4 N2O 1
4.A CH4 4
4.D CH4 2 unallocated
3.B.1 CO2 9 removal
"""
HOME = {("1.A.1.a", "CO2", "emission"): 100, ("1.A.2.a", "CO2", "emission"): 20, ("1.A.2.f", "CO2", "emission"): 30,
        ("1.A.3.b", "CO2", "emission"): 30, ("1.A.4.a", "CO2", "emission"): 10, ("1.A.4.b", "CO2", "emission"): 20,
        ("1.B.1.a", "CH4", "emission"): 5, ("2.A.1", "CO2", "emission"): 12, ("3.A.1", "CH4", "emission"): 8,
        ("3.A.2", "CH4", "emission"): 2, ("3.C.7", "CH4", "emission"): 3, ("3.C.4", "N2O", "emission"): 1,
        ("4.A", "CH4", "emission"): 4, ("4.D", "CH4", "emission"): 2, ("3.B.1", "CO2", "removal"): 9}

IPCC1996 = """
1.A.1.a CO2 100
1.A.2.a CO2 20
1.A.2.f CO2 30
1.A.3.b CO2 30
1.A.4.a CO2 10
1.A.4.b CO2 20
1.B.1.a CH4 5
2.A.1 CO2 12 light
4.A CH4 8
4.B CH4 2
4.C CH4 3
4.D.1 N2O 0.75
4.D.2 N2O 0.25
6.A CH4 4
6.B CH4 2 unallocated
5.A CO2 9 removal
"""
CRT = """
1.A.1.a CO2 100
1.A.2.a CO2 20
1.A.2.f CO2 30
1.A.3.b CO2 30
1.A.4.a CO2 10
1.A.4.b CO2 20
1.B.1.a CH4 5
2.A.1 CO2 12 light
3.A CH4 8
3.B CH4 2
3.C CH4 3
3.D.1 N2O 1
5.A CH4 4
5.D CH4 2 unallocated
4.A CO2 9 removal
"""
EDGAR = """
ENE CO2 100
IND CO2 50
TRO CO2 30
RCO CO2 30
PRO_COAL CH4 5
NMM CO2 12 light
ENF CH4 8
MNM CH4 2
AGS CH4 3
AGS N2O 1
SWD_LDF CH4 4
WWT CH4 2 unallocated
"""
EDGAR_MADE = {("IPCC2006:1.A.1.a", "CO2"): 100, ("IPCC2006:1.A.2", "CO2"): 50, ("IPCC2006:1.A.3.b", "CO2"): 30, ("EDGAR:RCO", "CO2"): 30,
              ("IPCC2006:1.B.1.a", "CH4"): 5, ("IPCC2006:2.A", "CO2"): 12, ("IPCC2006:3.A.1", "CH4"): 8, ("IPCC2006:3.A.2", "CH4"): 2,
              ("IPCC2006:3.C.7", "CH4"): 3, ("IPCC2006:3.C.4", "N2O"): 1, ("EDGAR:SWD_LDF", "CH4"): 4, ("IPCC2006:4.D", "CH4"): 2}
CLIMATETRACE = """
electricity-generation CO2 60
heat-plants CO2 40
food-beverage-tobacco CO2 20
other-mining-quarrying CO2 5
copper-mining CO2 25
road-transportation CO2 30
non-residential-onsite-fuel-usage CO2 10
residential-onsite-fuel-usage CO2 20
coal-mining CH4 5
cement CO2 12 light
enteric-fermentation-cattle-pasture CH4 5
enteric-fermentation-cattle-operation CH4 2
enteric-fermentation-other CH4 1
manure-management-other CH4 2
rice-cultivation CH4 3
manure-left-on-pasture-cattle N2O 0.5
synthetic-fertilizer-application N2O 0.5
solid-waste-disposal CH4 4
domestic-wastewater-treatment-and-discharge CH4 2 unallocated
removals CO2 9 removal
"""
GPC = """
I.4.4 CO2 100
I.3.1 CO2 50
II.1.1 CO2 30
I.2.1 CO2 10
I.1.1 CO2 20
I.7.1 CH4 5
IV.1 CO2 12 light
V.1 CH4 10
V.3 CH4 3
V.3 N2O 1
III.1.1 CH4 3.5
III.1.3 CH4 0.5
III.4.1 CH4 2 unallocated
V.2 CO2 9 removal
"""
KR = """
building CO2 180
transport CO2 30
sink CO2 9 removal
"""


def sums_by_parents(base, stored: dict) -> dict:
    """Sums above, walking the parents that the database tells."""
    parent = dict(base.rows("SELECT code, parent FROM sector"))
    sums: dict = {}
    for (sector, gas, flow), kt in stored.items():
        while sector is not None:
            sums[sector, gas, flow] = sums.get((sector, gas, flow), 0) + kt
            sector = parent[sector]
    return sums


@pytest.mark.parametrize("scheme, lines, missing", [
    ("IPCC2006", IPCC2006, ()), ("IPCC1996", IPCC1996, ()), ("CRT", CRT, ()), ("EDGAR", EDGAR, ("3.B",)),
    ("CLIMATETRACE", CLIMATETRACE, ()), ("GPC", GPC, ()), ("KR", KR, ("1.B", "2", "3.A", "3.C", "4"))])
def test_the_same_inventory_in_each_scheme(scheme, lines, missing, base, load):
    crosswalk = "IPCC1996:1.A.2.f,1.A.2.f,,1,all of it cement works here\n" if scheme == "IPCC1996" else ""
    stored, report = load(inventory(lines, scheme, crosswalk))
    sums = sums_by_parents(base, stored)
    for (sector, gas, flow), kt in SUMS.items():
        if sector not in missing:
            assert sums[f"IPCC2006:{sector}", gas, flow] == pytest.approx(kt, rel=1e-9), (sector, gas)
    assert sum(stored.values()) == pytest.approx(sum(float(line.split()[2]) for line in lines.strip().splitlines()), rel=1e-12)
    assert report["worst_relative"] <= 1e-9
    if scheme in ("IPCC2006", "IPCC1996", "CRT"):
        close(stored, {(f"IPCC2006:{sector}", gas, flow): kt for (sector, gas, flow), kt in HOME.items()})


def test_the_report_tells_which_code_went_where(load):
    _, report = load(inventory(EDGAR, "EDGAR"))
    told = {(row["from"], row["gas"], row["to"]): row["mass_t"] for row in report["crosswalk"]}
    assert len(told) == 12
    assert told["EDGAR:ENE", "CO2", "IPCC2006:1.A.1.a"] == 100e3
    assert told["EDGAR:AGS", "N2O", "IPCC2006:3.C.4"] == 1e3
    assert all(len(row["note"]) > 5 for row in report["crosswalk"])


def test_a_home_inventory_tells_of_no_crosswalk(load):
    assert load(inventory(IPCC2006, "IPCC2006"))[1]["crosswalk"] == []


def test_the_original_code_stays_in_the_provenance(base, load):
    t = inventory("1.A.1.a CO2 4\nEDGAR:RCO CO2 8", "IPCC2006", "EDGAR:RCO,1.A.4.b,,0.75,\nEDGAR:RCO,IPCC2006:1.A.5,,0.25,\n")
    load(t)
    locators = dict(base.rows("SELECT s.sector, p.locator FROM slice s JOIN release r ON r.id = s.release JOIN provenance p ON p.id = s.provenance "
                              "WHERE r.version = %s AND r.slug = 'walk'", (t.manifest["release"]["version"],)))
    assert locators == {"IPCC2006:1.A.1.a": "made in the test", "IPCC2006:1.A.4.b": "made in the test; from EDGAR:RCO x 0.75",
                        "IPCC2006:1.A.5": "made in the test; from EDGAR:RCO x 0.25"}


def test_edgar_needs_no_shares_of_ones_own(load):
    stored, _ = load(inventory(EDGAR, "EDGAR"))
    close(stored, {(sector, gas, "emission"): kt for (sector, gas), kt in EDGAR_MADE.items()})


# --- the traps, as domain.md numbers them -----------------------------------------------------------

def test_trap_1_many_to_many_and_signed(load):
    """Transport without aviation = all transport - flights: +1 and -1, partitioned per code."""
    crosswalk = ("UNFCCC:transport,1.A.3.b,,2,its own row\nUNFCCC:transport,1.A.3.a.ii,,-1,taken out there\n"
                 "UNFCCC:flights,1.A.3.a.ii,,1,\n")
    t = inventory("UNFCCC:transport CO2 10\nUNFCCC:flights CO2 14", "IPCC2006", crosswalk, signed=True)
    stored, report = load(t)
    close(stored, {("IPCC2006:1.A.3.b", "CO2", "emission"): 20, ("IPCC2006:1.A.3.a.ii", "CO2", "emission"): 4})
    assert sum(stored.values()) == 24 and report["worst_relative"] <= 1e-9


def test_trap_1_signed_weights_never_leave_less_than_nothing(refused):
    crosswalk = "UNFCCC:x,1.A.3.b,,2,\nUNFCCC:x,1.A.3.c,,-1,\nUNFCCC:y,1.A.3.c,,1,\n"
    t = inventory("UNFCCC:x CO2 10\nUNFCCC:y CO2 9", "IPCC2006", crosswalk, signed=True)
    refused(t, r"totals\.csv:2: sector = 'UNFCCC:x'.*1000 t more")


def test_trap_2_manure_on_pasture_counts_once(load):
    stored, _ = load(inventory("manure-left-on-pasture-cattle N2O 7\nmanure-management-other N2O 2", "CLIMATETRACE"))
    close(stored, {("IPCC2006:3.C.4", "N2O", "emission"): 7, ("IPCC2006:3.A.2", "N2O", "emission"): 2})


def test_trap_3_refining_tells_the_disagreement(load):
    stored, report = load(inventory("oil-and-gas-refining CO2 7", "CLIMATETRACE"))
    close(stored, {("IPCC2006:1.A.1.b", "CO2", "emission"): 7})
    assert re.search(r"1\.A\.1\.bc.*1\.B\.2", report["crosswalk"][0]["note"])


@pytest.mark.parametrize("scheme, code, gas, sector", [
    ("IPCC1996", "4.A", "CH4", "3.A.1"), ("IPCC2006", "4.A", "CH4", "4.A"), ("CRT", "4.A", "CH4", "3.B.1"),
    ("CRT", "3.A", "CH4", "3.A.1"), ("IPCC2006", "3.A", "CH4", "3.A"), ("CRT", "5.A", "CH4", "4.A"), ("IPCC2006", "5.A", "N2O", "5.A")])
def test_trap_4_a_digit_means_what_its_scheme_says(scheme, code, gas, sector, load):
    """With the scheme in the table's declaration and with the scheme in the cell."""
    expected = {(f"IPCC2006:{sector}", gas, "emission"): 5}
    close(load(inventory(f"{code} {gas} 5", scheme))[0], expected)
    close(load(inventory(f"{scheme}:{code} {gas} 5", "IPCC2006"))[0], expected)


def test_trap_5_downwards_needs_shares(refused):
    told = refused(inventory("1.A.2.f CO2 30", "IPCC1996"), r"totals\.csv:2: sector = 'IPCC1996:1\.A\.2\.f'", "crosswalks")
    assert all(f"1.A.2.{letter}" in told for letter in "fghijklm"), "the eight codes are named"


def test_trap_5_and_takes_them(load):
    shares = dict(f=0.5, g=0.125, h=0.125, i=0.0625, j=0.0625, k=0.0625, l=0.03125, m=0.03125)
    crosswalk = "".join(f"IPCC1996:1.A.2.f,1.A.2.{letter},,{share},\n" for letter, share in shares.items())
    stored, _ = load(inventory("1.A.2.f CO2 32", "IPCC1996", crosswalk))
    close(stored, {(f"IPCC2006:1.A.2.{letter}", "CO2", "emission"): 32 * share for letter, share in shares.items()})


def test_trap_5_or_a_category_above_them(load):
    stored, _ = load(inventory("1.A.2.f CO2 32", "IPCC1996", "IPCC1996:1.A.2.f,1.A.2,,1,not parted\n"))
    close(stored, {("IPCC2006:1.A.2", "CO2", "emission"): 32})


def test_trap_5_gas_by_gas(load, refused):
    """CH4 of CRT 3.B is manure alone, its N2O is two categories."""
    close(load(inventory("3.B CH4 2", "CRT"))[0], {("IPCC2006:3.A.2", "CH4", "emission"): 2})
    refused(inventory("3.B N2O 2", "CRT"), r"CRT:3\.B.*3\.A\.2, 3\.C\.6.*N2O")
    crosswalk = "CRT:3.B,3.A.2,N2O,0.75,direct\nCRT:3.B,3.C.6,N2O,0.25,indirect\n"
    close(load(inventory("3.B CH4 2\n3.B N2O 4", "CRT", crosswalk))[0],
          {("IPCC2006:3.A.2", "CH4", "emission"): 2, ("IPCC2006:3.A.2", "N2O", "emission"): 3, ("IPCC2006:3.C.6", "N2O", "emission"): 1})


@pytest.mark.parametrize("scheme, code", [
    ("CLIMATETRACE", "international-aviation"), ("CLIMATETRACE", "international-shipping"), ("CRT", "1.D.1.a"), ("CRT", "1.D.1.b"), ("CRT", "1.C"),
    ("CRT", "1.D.3"), ("EDGAR", "TNR_Aviation_CRS"), ("EDGAR", "TNR_Ship"), ("EDGAR", "PRO_FFF"), ("IPCC1996", "1.A.3.a.i")])
def test_trap_6_memo_items_are_shown_and_not_summed(scheme, code, base, load):
    stored, _ = load(inventory(f"{code} CO2 50\nIPCC2006:1.A.1.a CO2 1", scheme))
    assert sorted(stored.values()) == pytest.approx([1, 50])
    memo = dict(base.rows("WITH RECURSIVE up (code, above) AS (SELECT code, code FROM sector UNION ALL SELECT up.code, s.parent FROM up JOIN sector s "
                          "ON s.code = up.above WHERE s.parent IS NOT NULL) SELECT up.code, bool_or(s.memo) FROM up JOIN sector s ON s.code = up.above GROUP BY 1"))
    assert {kt: memo[sector] for (sector, _, _), kt in stored.items()} == pytest.approx({50: True, 1: False})


def test_trap_6_co2_of_biomass_is_a_memo_item(refused):
    t = inventory("1.A.4.b CO2 5", "IPCC2006")
    t.totals[0]["origin"] = "nonfossil"
    refused(t, r"totals\.csv:2: sector = 'IPCC2006:1\.A\.4\.b'.*memo.*CRT:1\.D\.3")


@pytest.mark.parametrize("code, why", [
    ("I.1.2", "scope 2"), ("II.2.2", "scope 2"), ("I.3.3", "scope 3"), ("III.1.2", "scope 3"), ("II.4.3", "scope 3"), ("VI.1", "scope 3")])
def test_trap_7_scopes_are_not_added(code, why, refused):
    refused(inventory(f"I.1.1 CO2 5\n{code} CO2 3", "GPC"), rf"totals\.csv:3: sector = 'GPC:{code}'.*{why}.*must not be added")


def test_trap_7_power_for_the_grid_is_territorial(load):
    stored, _ = load(inventory("I.4.4 CO2 100\nI.4.1 CO2 3", "GPC"))
    close(stored, {("IPCC2006:1.A.1.a", "CO2", "emission"): 100, ("GPC:I.4.1", "CO2", "emission"): 3})


# --- kept whole, and not twice -----------------------------------------------------------------------

@pytest.mark.parametrize("whole, other", [
    ("EDGAR:RCO", "IPCC2006:1.A.4.b"), ("EDGAR:RCO", "IPCC2006:1.A.5"), ("EDGAR:RCO", "IPCC2006:1.A"), ("EDGAR:RCO", "CLIMATETRACE:residential-onsite-fuel-usage"),
    ("EDGAR:RCO", "CLIMATETRACE:other-onsite-fuel-usage"), ("KR:building", "IPCC2006:1.A.1.a"), ("KR:building", "CLIMATETRACE:electricity-generation")])
def test_a_code_kept_whole_does_not_stand_beside_its_parts(whole, other, refused):
    told = refused(inventory(f"{whole} CO2 5\n{other} CO2 3", "IPCC2006"), "would count twice")
    assert whole in told and other in told


@pytest.mark.parametrize("first, second", [
    ("EDGAR:RCO", "EDGAR:REF_TRF"), ("EDGAR:RCO", "IPCC2006:1.A.1.a"), ("EDGAR:TNR_Ship", "IPCC2006:1.A.3.d.ii"), ("EDGAR:PRO_FFF", "EDGAR:PRO_COAL")])
def test_but_beside_what_is_apart_from_it(first, second, load):
    assert sum(load(inventory(f"{first} CO2 5\n{second} CO2 3", "IPCC2006"))[0].values()) == pytest.approx(8)


def test_another_gas_or_year_is_apart(load):
    t = inventory("EDGAR:RCO CO2 5\nIPCC2006:1.A.4.b CH4 3\nIPCC2006:1.A.4.b CO2 2", "IPCC2006")
    t.totals[2]["year"] = 2021
    assert sum(load(t)[0].values()) == pytest.approx(10)


@pytest.mark.parametrize("lines", [
    "ENE CO2 5\nENE CO2 3",                                            # one code twice
    "ENE CO2 5\nCLIMATETRACE:electricity-generation CO2 3",            # two databases tell of the same stations
    "ENE CO2 5\nIPCC2006:1.A.1.a CO2 3",
    "IPCC1996:2.E CO2 5\nIPCC1996:2.E.1 CO2 3"])                       # a code and its part
def test_one_sector_told_twice(lines, refused):
    refused(inventory(lines, "EDGAR"), r"totals\.csv:[23]: .*stands here and in totals\.csv:[23]")


def test_codes_of_one_scheme_that_meet_are_summed(load):
    """In one place and in two."""
    stored, _ = load(inventory("electricity-generation CO2 5\nheat-plants CO2 3\nother-energy-use CO2 1 light", "CLIMATETRACE"))
    close(stored, {("IPCC2006:1.A.1.a", "CO2", "emission"): 9})


def test_points_bring_their_own_codes(base, folder, run_fluxgrid):
    t = Tiny(slug="walk", version=f"1.0.{next(_count)}")
    t.points = [dict(t.points[0], sector="CLIMATETRACE:electricity-generation"), dict(t.points[1], sector="CLIMATETRACE:electricity-generation"),
                dict(t.points[2], sector="CLIMATETRACE:heat-plants", fuel="coal")]
    t.totals = [total(2020, "electricity-generation", "CO2", 40, "points", "coal"), total(2020, "heat-plants", "CO2", 2, "points", "coal"),
                total(2020, "railways", "CO2", 1, "people")]
    t.manifest["totals"][0]["scheme"] = "CLIMATETRACE"
    run_fluxgrid("import", t.write(folder), database=base, check=True)
    rows = base.rows("SELECT s.sector, o.code, s.mass_t * x.weight FROM slice s JOIN release r ON r.id = s.release JOIN source_field x ON x.field = s.field "
                     "JOIN source o ON o.id = x.source WHERE r.slug = 'walk' AND r.version = %s", (t.manifest["release"]["version"],))
    assert len(rows) == 3
    assert {code: kt for _, code, kt in rows} == pytest.approx({"P1": 10e3, "P2": 30e3, "P3": 2e3})
    assert {sector for sector, _, _ in rows} == {"IPCC2006:1.A.1.a"}


def test_a_point_has_one_sector(folder, base, run_fluxgrid):
    t = Tiny(slug="walk", version=f"1.0.{next(_count)}")
    t.points = [dict(t.points[2], sector="IPCC1996:1.A.2.f")]
    t.totals = [total(2020, "IPCC1996:1.A.2.f", "CO2", 40, "points")]
    t.raw["shares.csv"] = b"from,to,gas,weight\nIPCC1996:1.A.2.f,1.A.2.f,,0.5\nIPCC1996:1.A.2.f,1.A.2.g,,0.5\n"
    t.manifest["crosswalks"] = [{"file": "shares.csv"}]
    done = run_fluxgrid("import", t.write(folder), database=base)
    assert done.returncode == EXIT_INPUT and re.search(r"points\.csv:2: sector = 'IPCC1996:1\.A\.2\.f'.*a point source has one; ", done.stderr)


# --- grids --------------------------------------------------------------------------------------------

def grid_inventory(crosswalk: str = "", **more) -> Tiny:
    t = inventory("IPCC2006:2.A.1 CO2 1", "IPCC2006", crosswalk)
    t.add_grid(proxy_cells(5), unit="t", **more)
    return t


def test_a_grid_keeps_its_scheme(load):
    stored, report = load(grid_inventory(scheme="EDGAR", sector="TRO"))
    mass_kt = proxy_cells(5).astype(np.float64).sum() / 1000
    close(stored, {("IPCC2006:1.A.3.b", "CO2", "emission"): mass_kt, ("IPCC2006:2.A.1", "CO2", "emission"): 1})
    assert report["crosswalk"][0]["mass_t"] == pytest.approx(mass_kt * 1000, rel=1e-12)


def test_a_grid_that_goes_to_several_sectors_is_one_field(base, load):
    t = grid_inventory("EDGAR:RCO,1.A.4.a,,0.25,\nEDGAR:RCO,1.A.4.b,,0.625,\nEDGAR:RCO,1.A.5,,0.125,\n", sector="EDGAR:RCO")
    stored, report = load(t)
    mass_kt = proxy_cells(5).astype(np.float64).sum() / 1000
    close(stored, {("IPCC2006:1.A.4.a", "CO2", "emission"): mass_kt / 4, ("IPCC2006:1.A.4.b", "CO2", "emission"): mass_kt * 5 / 8,
                   ("IPCC2006:1.A.5", "CO2", "emission"): mass_kt / 8, ("IPCC2006:2.A.1", "CO2", "emission"): 1})
    assert base.value("SELECT count(DISTINCT s.field) FROM slice s JOIN release r ON r.id = s.release WHERE r.slug = 'walk' AND r.version = %s "
                      "AND s.sector LIKE '%%1.A%%'", (t.manifest["release"]["version"],)) == 1
    assert report["fields"] == 2, "the raster is read once"


def test_a_grid_kept_whole_does_not_stand_beside_its_parts(refused):
    t = inventory("IPCC2006:1.A.4.b CO2 1", "IPCC2006")
    t.add_grid(proxy_cells(5), sector="EDGAR:RCO")
    refused(t, "EDGAR:RCO.*would count twice")


def test_a_grid_of_an_unknown_code(refused):
    refused(grid_inventory(sector="EDGAR:TR0"), r"manifest\.json: grids\[0\]\.sector = 'EDGAR:TR0'.*nearest are EDGAR:TRO")


def test_a_grid_has_no_negative_part(refused):
    t = grid_inventory("EDGAR:RCO,1.A.4.a,,1.5,\nEDGAR:RCO,1.A.4.b,,-0.5,\n", sector="EDGAR:RCO")
    t.manifest["crosswalks"][0]["signed"] = True
    refused(t, "shares.csv:2.*raster.*EDGAR:RCO")


# --- features and profiles -----------------------------------------------------------------------------

def with_stacks(t: Tiny, **more) -> Tiny:
    t.raw["stacks.csv"] = b"id,lon,lat,em\na,60.55,41.55,2\nb,60.95,41.45,6\n"
    t.manifest["features"] = [{"file": "stacks.csv", "x": "lon", "y": "lat", "crs": "EPSG:4326", "geometry": "points", "unit": "kt", "masses": "em", "id": {"column": "id"}, "name": {"column": "id"},
                               "gas": "CO2", "year": 2020, "flow": "emission", "origin": "fossil", "method": "calculated", "provenance": "test", **more}]
    return t


def test_features_are_led_home_and_told(load):
    stored, report = load(with_stacks(inventory("IPCC2006:2.A.1 CO2 1", "IPCC2006"), scheme="CLIMATETRACE", sector="electricity-generation"))
    close(stored, {("IPCC2006:1.A.1.a", "CO2", "emission"): 8, ("IPCC2006:2.A.1", "CO2", "emission"): 1})
    assert [(row["from"], row["to"], row["mass_t"]) for row in report["crosswalk"]] == [
        ("CLIMATETRACE:electricity-generation", "IPCC2006:1.A.1.a", pytest.approx(8000))]


def test_features_do_not_stand_beside_a_whole_they_are_part_of(refused):
    refused(with_stacks(inventory("KR:building CO2 9", "IPCC2006"), sector="1.A.1.a"), "would count twice", "KR:building")


def test_biomass_of_features_is_a_memo_item(refused):
    refused(with_stacks(inventory("IPCC2006:2.A.1 CO2 1", "IPCC2006"), sector="1.A.1.a", origin="nonfossil"), "CRT:1.D.3")


def test_a_profile_is_of_what_is_stored(refused, load):
    t = inventory("EDGAR:TRO CO2 12", "IPCC2006")
    profile = "sector,month,share\n" + "".join(f"EDGAR:TRO,{month},{1 / 12:.17g}\n" for month in range(1, 13))
    t.manifest["profiles"] = {"file": "profiles.csv"}
    t.raw["profiles.csv"] = profile.encode()
    refused(t, r"profiles\.csv:\d+: sector = 'EDGAR:TRO'.*as it is stored; ")
    t.raw["profiles.csv"] = profile.replace("EDGAR:TRO", "1.A.3.b").encode()
    t.manifest["release"]["version"] = f"1.0.{next(_count)}"
    close(load(t)[0], {("IPCC2006:1.A.3.b", "CO2", "emission"): 12})


# --- codes that are not taken ---------------------------------------------------------------------------

@pytest.mark.parametrize("scheme, code, patterns", [
    ("EDGAR", "ENR", ("ENR is no code of its scheme", "EDGAR:ENE")),
    ("EDGAR", "1A1a", ("no code of its scheme",)),
    ("IPCC1996", "1A2a", ("the nearest are IPCC1996:1.A.2.a",)),
    ("CLIMATETRACE", "electricity-genaration", ("CLIMATETRACE:electricity-generation",)),
    ("CRT", "7", ("CRT:7 is no code",)),
    ("GPC", "I.1", ("GPC:I.1.1",)),
    ("KR", "buildings", ("KR:building",)),
    ("NACE", "D35", ("scheme that is not known", "CLIMATETRACE, CRT, EDGAR, GPC, IPCC1996, IPCC2006, KR")),
    ("CLIMATETRACE", "net-forest-land", ("net of emissions and removals",)),
    ("CLIMATETRACE", "non-broadcasting-vessels", ("1.A.3.d.i, 1.A.3.d.ii",)),
    ("CRT", "1.D.4", ("no emission",)),
    ("IPCC1996", "4", ("3.A.1", "crosswalks")),
    ("CRT", "1.B.2.c", ("1.B.2.a.i", "1.B.2.b.ii"))])
def test_a_code_that_leads_nowhere(scheme, code, patterns, refused):
    told = refused(inventory(f"{code} CO2 5", scheme), rf"totals\.csv:2: sector = '{scheme}:{re.escape(code)}'")
    for pattern in patterns:
        assert pattern in told


def test_an_unknown_code_of_the_home_scheme(refused):
    refused(inventory("1.A.1.d CO2 5", "IPCC2006"), r"IPCC2006:1\.A\.1\.d is no sector", r"nearest are IPCC2006:1\.A\.1\.?")


# --- the manifest's own crosswalks -------------------------------------------------------------------------

def test_ones_own_scheme(load):
    crosswalk = "UZ:energy,1.A.1.a,,0.75,\nUZ:energy,1.A.4,,0.25,\nUZ:energy,1.B.2.b,CH4,1,leaks alone\n"
    stored, _ = load(inventory("energy CO2 8\nenergy CH4 2", "UZ", crosswalk))
    close(stored, {("IPCC2006:1.A.1.a", "CO2", "emission"): 6, ("IPCC2006:1.A.4", "CO2", "emission"): 2, ("IPCC2006:1.B.2.b", "CH4", "emission"): 2})


def test_it_goes_before_the_database(load):
    close(load(inventory("ENE CO2 8", "EDGAR", "EDGAR:ENE,1.A.1,,1,\n"))[0], {("IPCC2006:1.A.1", "CO2", "emission"): 8})


def test_a_share_that_is_no_fraction_of_two_still_closes(load):
    crosswalk = "EDGAR:RCO,1.A.4.a,,0.3333333333,\nEDGAR:RCO,1.A.4.b,,0.3333333333,\nEDGAR:RCO,1.A.5,,0.3333333334,\n"
    stored, _ = load(inventory("RCO CO2 7", "EDGAR", crosswalk))
    assert sum(stored.values()) == pytest.approx(7, rel=1e-15)


@pytest.mark.parametrize("crosswalk, patterns", [
    ("EDGAR:RCO,1.A.4,,0.9,\n", (r"shares\.csv:2: from = 'EDGAR:RCO'", "sum to 0.9, not to 1")),
    ("EDGAR:RCO,1.A.4,,0.9,\nEDGAR:RCO,1.A.5,,0.100001,\n", ("sum to 1.000001",)),
    ("EDGAR:RCO,1.A.4,,1,\nEDGAR:RCO,1.A.4,CH4,0.5,\n", ("for CH4 sum to 0.5",)),
    ("EDGAR:RCO,1.A.4,,0.5,\nEDGAR:RCO,1.A.4,,0.5,\n", (r"shares\.csv:3: to = '1\.A\.4'", r"shares\.csv:2")),
    ("EDGAR:RCO,1.A.9,,1,\n", (r"shares\.csv:2: to = '1\.A\.9'", "the nearest are IPCC2006:1.A")),
    ("EDGAR:RCO,EDGAR:IRO,,1,\n", (r"to = 'EDGAR:IRO'", "leads home in one step")),
    ("EDGAR:RCO,EDGAR:REF_TRF,,1,\nEDGAR:REF_TRF,EDGAR:RCO,,1,\n", ("leads home in one step",)),  # a cycle
    ("EDGAR:RCX,1.A.4,,1,\n", (r"from = 'EDGAR:RCX'", "EDGAR:RCO")),
    ("RCO,1.A.4,,1,\n", (r"from = 'RCO'", "scheme:code")),
    ("IPCC2006:1.A.4,1.A.5,,1,\n", (r"from = 'IPCC2006:1\.A\.4'", "home scheme")),
    ("EDGAR:RCO,1.A.4,CO3,1,\n", (r"gas = 'CO3'", "gas")),
    ("EDGAR:RCO,1.A.4,,1.5,\nEDGAR:RCO,1.A.5,,-0.5,\n", (r"shares\.csv:3: weight = '-0\.5'", "negative", "signed")),
    ("EDGAR:RCO,1.A.4,,1,\nEDGAR:RCO,1.A.5,,0,\n", (r"weight = '0'", "not be 0")),
    ("EDGAR:RCO,1.A.4,,one,\n", (r"weight = 'one'", "number")),
    ("EDGAR:RCO,1.A.4,,nan,\n", (r"weight = 'nan'", "number")),
    ("EDGAR:RCO,1.A.4,,1e7,\n", (r"weight = '1e7'", "from")),
    ("EDGAR:RCO,,,1,\n", ("to", "empty")),
    (",1.A.4,,1,\n", ("from", "empty")),
])
def test_a_table_of_shares_that_is_wrong(crosswalk, patterns, refused):
    refused(inventory("RCO CO2 7", "EDGAR", crosswalk), *patterns)


@pytest.mark.parametrize("change, pattern", [
    (lambda t: t.raw.update({"shares.csv": b"from,to,weight\nEDGAR:RCO,1.A.4,1\n"}), r"shares\.csv:1: gas.*missing"),
    (lambda t: t.raw.update({"shares.csv": b"from,to,gas,weight,why\nEDGAR:RCO,1.A.4,,1,x\n"}), r"shares\.csv:1: why"),
    (lambda t: t.manifest["crosswalks"][0].update(signed="yes"), r"crosswalks\[0\]\.signed"),
    (lambda t: t.manifest["crosswalks"][0].update(weights=1), r"crosswalks\[0\]\.weights"),
    (lambda t: t.manifest["crosswalks"][0].update(file="../shares.csv"), r"crosswalks\[0\]\.file"),
    (lambda t: t.manifest["crosswalks"][0].pop("file"), r"crosswalks\[0\]\.file"),
    (lambda t: t.manifest.update(crosswalks={"file": "shares.csv"}), r"crosswalks"),
])
def test_a_manifest_that_names_it_wrong(change, pattern, refused):
    t = inventory("RCO CO2 7", "EDGAR", "EDGAR:RCO,1.A.4,,1,\n")
    change(t)
    refused(t, pattern)
