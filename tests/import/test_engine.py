"""The importer's own sums against two that share no code with it: the SQL functions, and numpy.

Grids are taken at sizes where blocks end in the middle, levels have one cell, districts are cut by
hand; large ones are checked for memory and for exactness, never for time.
"""
from __future__ import annotations

import contextlib
import math
import os
import sys
import time

import numpy as np
import pytest

from kit import ROOT, clean_env, identity
from tiny import Tiny, mask_cells, total

sys.path.insert(0, str(ROOT / "tests" / "bench"))
import inventory  # noqa: E402

SIZES = [(8, 12), (64, 64), (65, 130), (70, 1), (1, 200), (129, 257)]


def level_cells(database, field: int, level: int, ny: int, nx: int) -> np.ndarray:
    """A stored level, unpacked by numpy."""
    height, width = -(-ny // 2**level), -(-nx // 2**level)
    out = np.full((-(-height // 64) * 64, -(-width // 64) * 64), np.nan)
    for bx, by, cells in database.rows("SELECT bx, by, cells FROM block WHERE field = %s AND level = %s", (field, level)):
        out[by * 64:by * 64 + 64, bx * 64:bx * 64 + 64] = np.frombuffer(bytes(cells), ">f4").reshape(64, 64)
    assert np.isnan(out[height:]).all() and np.isnan(out[:, width:]).all(), "cells beyond the edge"
    return out[:height, :width]


def halved(cells: np.ndarray) -> np.ndarray:
    """The next level, by reshaping; a cell without any data stays without."""
    ny, nx = cells.shape
    padded = np.pad(cells, ((0, ny % 2), (0, nx % 2)), constant_values=np.nan)
    four = padded.reshape(padded.shape[0] // 2, 2, padded.shape[1] // 2, 2)
    return np.where(np.isnan(four).all(axis=(1, 3)), np.nan, np.nansum(four, axis=(1, 3)))


def top_level(ny: int, nx: int) -> int:
    return max(0, math.ceil(math.log2(max(nx, ny) / 64)))


def sums_of(database, field: int) -> tuple[dict, dict]:
    """({district code: (mass, sum_sq)}, {level: outside})"""
    inside = database.rows("SELECT d.code, f.mass, f.sum_sq FROM district_field f JOIN district d ON d.id = f.district "
                           "WHERE f.field = %s", (field,))
    outside = database.rows("SELECT level, mass FROM field_outside WHERE field = %s", (field,))
    return {code: (mass, sum_sq) for code, mass, sum_sq in inside}, dict(outside)


def equal_sums(got: tuple[dict, dict], wanted: tuple[dict, dict]) -> None:
    assert got[0].keys() == wanted[0].keys() and got[1].keys() == wanted[1].keys()
    whole = sum(wanted[1].values()) + sum(mass for mass, _ in wanted[0].values())
    for code, (mass, sum_sq) in wanted[0].items():
        assert got[0][code] == pytest.approx((mass, sum_sq), rel=1e-12), code
    for level, mass in wanted[1].items():
        assert got[1][level] == pytest.approx(mass, rel=1e-12, abs=1e-13 * whole), level


def refreshed(database, field: int) -> tuple[dict, dict]:
    """What SQL makes of the same field; nothing is kept."""
    with contextlib.closing(database.connect()) as connection, connection.cursor() as cursor:
        connection.autocommit = False
        cursor.execute("SET search_path = fluxgrid, public")
        cursor.execute("SELECT district_field_refresh(%s)", (field,))
        cursor.execute("SELECT d.code, f.mass, f.sum_sq FROM district_field f JOIN district d ON d.id = f.district "
                       "WHERE f.field = %s", (field,))
        inside = {code: (mass, sum_sq) for code, mass, sum_sq in cursor.fetchall()}
        cursor.execute("SELECT level, mass FROM field_outside WHERE field = %s", (field,))
        outside = dict(cursor.fetchall())
        connection.rollback()
    return inside, outside


def loaded(inventory_, folder, database, run_fluxgrid) -> None:
    run_fluxgrid("import", inventory_.write(folder), "--quiet", database=database, check=True)


def with_cells(cells: np.ndarray) -> Tiny:
    ny, nx = cells.shape
    tiny = Tiny(ny=max(ny, 8), nx=max(nx, 12), step=0.01)
    tiny.points, tiny.totals = [], [total(2020, "1.A.4", "CO2", 5, "light", "gas")]
    del tiny.manifest["points"], tiny.manifest["proxies"][0]
    tiny.tables = lambda: {name: text for name, text in Tiny.tables(Tiny()).items() if name != "points.csv"} | {
        "totals.csv": rows_of(tiny.totals)}
    tiny.rasters["proxy.tif"] = {"bands": {"light": cells}, "nodata": -1.0}
    tiny.manifest["control"] = {"outside_tolerance": 1}  # slivers of a grid may miss the districts
    return tiny


def rows_of(rows):
    from tiny import rows_text
    return rows_text(rows)


def patchy(ny: int, nx: int, seed: int) -> np.ndarray:
    """Masses over nine orders of magnitude, a third without data, whole blocks empty; some zeros."""
    random = np.random.default_rng(seed)
    cells = (10 ** random.uniform(-4, 5, (ny, nx))).astype(np.float32)
    cells[random.random((ny, nx)) < 0.3] = -1
    cells[random.random((ny, nx)) < 0.05] = 0
    cells[64:128, 64:128] = -1
    cells[0, 0] = 3
    return cells


@pytest.mark.parametrize("ny, nx", SIZES)
def test_every_level_is_the_sum_of_its_cells(fresh, folder, run_fluxgrid, ny, nx):
    cells = patchy(ny, nx, ny * 1000 + nx)
    loaded(with_cells(cells), folder, fresh, run_fluxgrid)
    field, stored_total = fresh.rows("SELECT id, total FROM field")[0]
    wanted = np.where(cells < 0, np.nan, cells.astype(np.float64))
    assert stored_total == pytest.approx(math.fsum(wanted[~np.isnan(wanted)]), rel=1e-15)
    for level in range(top_level(ny, nx) + 1):
        stored = level_cells(fresh, field, level, ny, nx)
        assert (np.isnan(stored) == np.isnan(wanted)).all(), f"level {level}: other cells have data"
        rounded = wanted.astype(np.float32)
        off = np.abs(stored - rounded)[~np.isnan(wanted)] / np.spacing(rounded)[~np.isnan(wanted)]
        assert off.max() <= (1 if level else 0), f"level {level}: a cell is further than one unit from its sum"
        slack = np.nanmin(np.where(wanted > 0, wanted, np.nan)) * 1.2e-7
        assert abs(math.fsum(stored[~np.isnan(stored)]) - stored_total) <= max(1e-9 * stored_total, slack), f"level {level}"
        wanted = halved(wanted)
    assert fresh.value("SELECT max(level) FROM block") == top_level(ny, nx)
    assert fresh.rows("SELECT level FROM field_verify(%s) WHERE max_relative > 1.8e-7", (field,)) == []


def test_blocks_say_what_they_hold(fresh, folder, run_fluxgrid):
    loaded(with_cells(patchy(129, 257, 5)), folder, fresh, run_fluxgrid)
    for level, cells, count, sum_, low, high in fresh.rows("SELECT level, cells, count, sum, min::float8, max::float8 FROM block"):
        values = np.frombuffer(bytes(cells), ">f4").astype(np.float64)
        values = values[~np.isnan(values)]
        assert (len(values), values.min(), values.max()) == (count, low, high)
        assert sum_ == pytest.approx(math.fsum(values), rel=1e-15), level
    assert fresh.rows("SELECT FROM block WHERE level = 0 AND bx = 1 AND by = 1") == [], "a block without a cell is stored"


def tiles_of(cells: np.ndarray) -> Tiny:
    """Districts along cells, and one that is cut by hand later."""
    tiny = with_cells(cells)
    tiny.rasters["mask.tif"]["bands"]["mask_value"] = mask_cells(*cells.shape)
    return tiny


def slanted(database) -> None:
    """T12 becomes a triangle over T11's neighbour, and its parents are unions still: cells are cut."""
    database.rows("""UPDATE district SET geom = ST_Multi(ST_GeomFromText(
        'POLYGON((61.2831 41.9871, 62.5001 41.5123, 61.2831 41.0041, 61.2831 41.9871))', 4326)) WHERE code = 'T12'""")
    for child, parent in (("level = 2", "T1"), ("level = 1", "T")):
        database.rows(f"UPDATE district SET geom = (SELECT ST_Multi(ST_Union(geom)) FROM district WHERE {child}) "
                      f"WHERE code = '{parent}'")
    database.rows("SELECT district_cell_refresh(id) FROM grid")


@pytest.mark.parametrize("has_own_parents", (False, True), ids=("unions", "own polygons"))
@pytest.mark.parametrize("is_cut", (False, True), ids=("whole cells", "cut cells"))
def test_district_masses_are_those_of_sql_and_of_numpy(fresh, folder, run_fluxgrid, is_cut, has_own_parents):
    """Districts are slanted first; a second import then meets fractions of every kind."""
    cells = patchy(129, 257, 7)
    loaded(tiles_of(cells), folder / "first", fresh, run_fluxgrid)
    slanted(fresh)
    if has_own_parents:
        fresh.rows("UPDATE district SET is_union = false WHERE level < 2")
        fresh.rows("UPDATE district SET geom = ST_Multi(ST_Buffer(geom, 0.0033)) WHERE level = 0")
        fresh.rows("SELECT district_cell_refresh(id) FROM grid")
    again = tiles_of(cells + np.float32(1) * (cells >= 0))
    again.manifest["release"].update(version="1.1.0", countries=["T"])
    del again.manifest["districts"]
    if is_cut:
        again.manifest["proxies"][0]["border"] = "cut"
    loaded(again, folder / "second", fresh, run_fluxgrid)
    field, stored_cut = fresh.rows("SELECT id, is_cut FROM field ORDER BY id DESC LIMIT 1")[0]
    assert stored_cut == is_cut
    got = sums_of(fresh, field)
    equal_sums(got, refreshed(fresh, field))
    equal_sums(got, by_numpy(fresh, field, cells.shape, is_cut))
    assert fresh.value("SELECT count(*) FROM district_cell WHERE fraction < 1") > 200
    assert fresh.rows("SELECT a.* FROM release r, audit(r.id) a WHERE r.version = '1.1.0' AND NOT a.ok") == []


def by_numpy(database, field: int, shape: tuple[int, int], is_cut: bool) -> tuple[dict, dict]:
    """Dense arrays of fractions, one a district and level; nothing of the importer's ways."""
    values = np.nan_to_num(level_cells(database, field, 0, *shape)).ravel()
    known = ~np.isnan(level_cells(database, field, 0, *shape)).ravel()
    districts = database.rows("SELECT id, code, level, parent, is_union FROM district")
    own = {}
    for number, *_ in districts:
        own[number] = np.zeros(values.size)
        for cell, fraction in database.rows("SELECT cell, fraction FROM district_cell WHERE district = %s", (number,)):
            own[number][cell] = fraction

    def fraction_of(row):
        number, code, _, _, is_union = row
        if not is_union:
            return own[number]
        return sum((fraction_of(child) for child in districts if child[3] == code), np.zeros(values.size))

    inside, outside = {}, {}
    for level in range(3):
        shares = {row[1]: fraction_of(row) for row in districts if row[2] == level}
        covered = sum(shares.values())
        for code, share in shares.items():
            if is_cut:
                share = np.divide(share, covered, out=np.zeros_like(share), where=covered > 0)
            if (share[known] > 0).any():
                inside[code] = (math.fsum(values * share), math.fsum((values * share) ** 2))
        left = np.where(covered > 0, 0, 1) if is_cut else np.where(covered < 1 - 1e-9, 1 - covered, 0)
        outside[level] = math.fsum(values * left)
    return inside, outside


def test_a_known_pattern_is_one_field(fresh, folder, run_fluxgrid):
    cells = patchy(65, 130, 3)
    loaded(with_cells(cells), folder / "one", fresh, run_fluxgrid)
    second = with_cells(cells)
    second.manifest["release"]["version"] = "1.0.1"
    second.totals[0]["mass_kt"] = 6
    before = fresh.value("SELECT md5(string_agg(block::text, '' ORDER BY level, by, bx)) FROM block")
    loaded(second, folder / "two", fresh, run_fluxgrid)
    assert fresh.value("SELECT count(*) FROM field") == 1
    assert fresh.value("SELECT md5(string_agg(block::text, '' ORDER BY level, by, bx)) FROM block") == before


def measured(fluxgrid, checkout, database, manifest) -> tuple[float, float]:
    """(seconds, peak MiB) of an importer that has to succeed."""
    import subprocess
    begin = time.monotonic()
    child = subprocess.Popen([str(fluxgrid), "import", str(manifest), "--quiet"], cwd=checkout, stdin=subprocess.DEVNULL,
                             env=clean_env(DATABASE_URL=database.dsn("fluxgrid_import")), stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, **identity())
    errors = child.stderr.read().decode()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, errors
    return time.monotonic() - begin, usage.ru_maxrss / 1024


def is_whole(database, masses: dict) -> None:
    got = dict(database.rows("SELECT replace(sector, 'IPCC2006:', ''), mass_t FROM slice"))
    assert got == pytest.approx(masses, rel=1e-9)
    assert database.rows("SELECT a.* FROM release r, audit(r.id) a WHERE NOT a.ok") == []


@pytest.mark.slow
def test_one_and_a_half_million_cells_in_six_sectors(fresh, folder, fluxgrid, checkout):
    manifest, masses = inventory.write_apart(folder, nx=1500, ny=1000, step=0.01, sectors=inventory.SECTORS, west=60, north=42)
    seconds, peak_mib = measured(fluxgrid, checkout, fresh, manifest)
    print(f"1.5 million cells x 6: {seconds:.1f} s, importer's peak {peak_mib:.0f} MiB")
    is_whole(fresh, masses)
    assert fresh.value("SELECT sum(cells) FROM field") == 9_000_000


@pytest.mark.slow
def test_twenty_three_million_cells_within_a_gibibyte(fresh, folder, fluxgrid, checkout):
    manifest, masses = inventory.write_apart(folder, nx=6480, ny=3600, step=0.05, sectors=("1.A.1",), west=-162,
                                              box=(4300, 880, 4650, 1080))
    seconds, peak_mib = measured(fluxgrid, checkout, fresh, manifest)
    print(f"23.3 million cells: {seconds:.1f} s, importer's peak {peak_mib:.0f} MiB")
    assert peak_mib < 1024
    assert fresh.value("SELECT sum(cells) FROM field") == 23_328_000
    assert fresh.rows("SELECT mass_t FROM slice")[0][0] == pytest.approx(masses["1.A.1"], rel=1e-9)
    sums = fresh.rows("SELECT level, sum(sum) FROM block GROUP BY level ORDER BY level")
    assert [level for level, _ in sums] == list(range(8))
    assert [total for _, total in sums] == pytest.approx([masses["1.A.1"]] * 8, rel=1e-9)
