"""T42: a map that is exported and imported again is the same map; T41: parsers under a fuzzer."""
from __future__ import annotations

import json
import re
import subprocess

import numpy as np
import pytest
from kit import ROOT
from osgeo import gdal
from tiny import Tiny

gdal.UseExceptions()


def masses(database, slug, sector) -> dict:
    """{code of a district: tonnes}"""
    return dict(database.rows(
        """SELECT d.code, sum(f.mass * s.factor) FROM slice s JOIN release r ON r.id = s.release
           JOIN district_field f ON f.field = s.field JOIN district d ON d.id = f.district
           WHERE r.slug = %s AND s.sector LIKE %s AND s.gas = 'CO2' AND s.flow = 'emission' AND s.year = 2020 GROUP BY d.code""",
        (slug, f"%{sector}%")))


def cells(path) -> np.ndarray:
    return gdal.Open(str(path)).ReadAsArray()


def blocks(database, slug) -> dict:
    """{(level, column, row): bytes} of the only field of a release."""
    rows = database.rows("SELECT b.level, b.bx, b.by, b.cells FROM block b JOIN slice s ON s.field = b.field JOIN release r ON r.id = s.release "
                         "WHERE r.slug = %s", (slug,))
    return {tuple(row[:3]): bytes(row[3]) for row in rows}


@pytest.mark.parametrize("suffix", ["tif", "nc"])
def test_imported_again_it_is_the_same(run_fluxgrid, loaded_database, export_folder, suffix, held, measured):
    """Spread by proxies, not points: of the country to 1e-9; of districts within the rounding of cells to float4. Exported and imported
    once more the database holds the same bytes: what a release keeps is what its map says."""
    database = loaded_database()
    manifest = {key: value for key, value in Tiny().manifest.items() if key in ("fluxgrid", "release", "provenance")}

    def exported(name, release, sector):
        run_fluxgrid("export", "emissions-co2", "--release", release, "--sector", sector, "--year", "2020", "--out", export_folder / f"{name}.{suffix}",
                     database=database, check=True)
        (export_folder / f"{name}.{suffix}").chmod(0o644)
        return cells(export_folder / f"{name}.{suffix}")

    def imported(name):
        release = {**manifest["release"], "slug": name}
        grid = {"file": f"{name}.{suffix}", "sector": "1.A.4.b", "gas": "CO2", "flow": "emission", "origin": "fossil", "year": 2020,
                "method": "measured", "provenance": "test", "unit": "t"}
        (export_folder / f"{name}.json").write_text(json.dumps({**manifest, "release": release, "grids": [grid]}))
        (export_folder / f"{name}.json").chmod(0o644)
        run_fluxgrid("import", export_folder / f"{name}.json", database=database, check=True)

    first = exported("again", "uzbekistan", "1.A.4")
    imported("again")
    second = exported("more", "again", "1.A.4.b")
    imported("more")
    before, after = masses(database, "uzbekistan", "1.A.4"), masses(database, "again", "1.A.4")
    assert set(before) == set(after) and len(before) > 10
    country = max(before, key=before.get)
    measured("T42", f"total after export and import ({suffix})", abs(after[country] / before[country] - 1), "relative", at_most=1e-9)
    assert after[country] == pytest.approx(before[country], rel=1e-9)
    held("T42", f"districts with their mass after export and import ({suffix})", len(before),
         sum(after[code] == pytest.approx(mass, rel=1e-7) for code, mass in before.items()))
    assert (np.isnan(first) == np.isnan(second)).all() and np.allclose(first, second, rtol=1.2e-7, atol=0, equal_nan=True)
    again, more = blocks(database, "again"), blocks(database, "more")
    assert again.keys() == more.keys()
    held("T42", f"blocks of cells that are the same bytes once more ({suffix})", len(again), sum(more[at] == of for at, of in again.items()))


@pytest.mark.full
def test_parsers_under_a_fuzzer(held, measured):
    """A minute each; `make fuzz SECONDS_EACH=3600` is an hour each. What they found before, `make test` gives them (tests/unit/test_corpora.c)."""
    done = subprocess.run(["make", "--no-print-directory", "fuzz", "SECONDS_EACH=60"], cwd=ROOT, capture_output=True, text=True)
    rows = re.findall(r"^(fuzz_\w+) +([\d,]+) +[\d,]+ +(\d+) MB +(\d+)$", done.stdout, re.M)
    held("T41", "fuzz targets that found nothing", len(rows), sum(crashes == "0" for *_, crashes in rows))
    measured("T41", "inputs they were given", sum(int(runs.replace(",", "")) for _, runs, *_ in rows), "", at_least=1e6)
    measured("T41", "largest memory of one", max(int(rss) for _, _, rss, _ in rows), "MB", at_most=512)
    assert done.returncode == 0, done.stdout[-3000:]
