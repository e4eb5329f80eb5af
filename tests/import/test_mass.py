"""Where the mass goes, against sums made here with numpy from the files themselves."""
from __future__ import annotations

import json

import numpy as np
import pytest

from tiny import Tiny, mask_cells


def imported(tmp, inventory, database, run_fluxgrid) -> dict:
    report = tmp.parent / f"{tmp.name}-report.json"
    run_fluxgrid("import", inventory.write(tmp), "--report", report, database=database, check=True)
    return json.loads(report.read_text())


def district_kt(database, sector: str, year: int = 2020) -> dict:
    return {code: mass / 1e3 for code, mass in database.rows(
        """SELECT d.code, sum(s.factor * df.mass) FROM slice s JOIN district_field df ON df.field = s.field
           JOIN district d ON d.id = df.district WHERE s.sector = %s AND s.year = %s GROUP BY 1""",
        (f"IPCC2006:{sector}", year))}


@pytest.fixture
def tiny(fresh, folder, run_fluxgrid):
    inventory = Tiny()
    return inventory, imported(folder, inventory, fresh, run_fluxgrid), fresh


def test_a_proxy_spreads_its_total(tiny):
    inventory, report, database = tiny
    weights = inventory.rasters["proxy.tif"]["bands"]["people"].astype(float)
    share = {value: weights[mask_cells() == value].sum() / weights.sum() for value in (0, 1, 2)}
    found = district_kt(database, "1.A.4")
    assert found["T11"] == pytest.approx(77.125 * share[1], rel=1e-9)
    assert found["T12"] == pytest.approx(77.125 * share[2], rel=1e-9)
    assert found["T"] == pytest.approx(found["T11"] + found["T12"], rel=1e-12)
    outside = [row["outside_t"] / 1e3 for row in report["balance"] if row["sector"] == "IPCC2006:1.A.4"]
    assert outside == pytest.approx([77.125 * share[0]] * 2, rel=1e-9), "one cell with weight lies in no district"


def test_points_count_whole_where_they_stand(tiny):
    _, _, database = tiny
    assert district_kt(database, "1.A.1") == pytest.approx({"T": 100.5, "T1": 100.5, "T11": 25.125, "T12": 75.375}, rel=1e-7)


def test_unallocated_mass_has_no_place_and_is_not_lost(tiny):
    _, report, database = tiny
    assert database.rows("SELECT field, factor, mass_t FROM slice WHERE sector = 'IPCC2006:4.A' AND year = 2020") == [
        (None, None, 500.0)]
    rows = [row for row in report["balance"] if row["sector"] == "IPCC2006:4.A"]
    assert [(row["read_t"], row["stored_t"], row["unallocated_t"]) for row in rows] == [(500, 500, 500)] * 2


def test_the_balance_names_every_group(tiny):
    inventory, report, _ = tiny
    assert len(report["balance"]) == len(inventory.totals)
    for row in report["balance"]:
        assert row["relative"] <= 1e-9
        assert row["stored_t"] == pytest.approx(row["read_t"], rel=1e-9)


@pytest.mark.parametrize("unit, tonnes", [("t", 1.0), ("kt", 1000.0)])
def test_a_mass_grid_is_kept_cell_by_cell(unit, tonnes, fresh, folder, run_fluxgrid):
    inventory = Tiny()
    cells = np.full((8, 12), -1, np.float32)
    cells[2:5, 2:9] = np.linspace(0.1, 900, 21, dtype=np.float32).reshape(3, 7)
    cells[6, 6] = 0  # zero is not no data
    inventory.add_grid(cells, unit)
    imported(folder, inventory, fresh, run_fluxgrid)
    found = np.full((8, 12), -1.0)
    for row, col, value in fresh.rows(
            """SELECT c."row", c.col, c.value * s.factor FROM slice s CROSS JOIN LATERAL block_cells(s.field, 0) c
               WHERE s.sector = 'IPCC2006:1.A.3.b'"""):
        found[row, col] = value
    assert np.array_equal(found == -1, cells == -1)
    inside = cells >= 0
    assert np.allclose(found[inside], cells[inside].astype(float) * tonnes, rtol=1e-12, atol=0)


def test_overviews_sum_to_their_field(cluster, fresh, folder, run_fluxgrid):
    inventory = Tiny(ny=150, nx=170, step=0.01)
    imported(folder, inventory, fresh, run_fluxgrid)
    rows = fresh.rows("""SELECT f.name, v.level, v.ok, v.expected_sum, v.stored_sum
                         FROM field f CROSS JOIN LATERAL field_verify(f.id) v""")
    assert {level for _, level, *_ in rows} == {0, 1, 2}
    for name, level, ok, wanted, stored in rows:
        # one lone cell cannot say its sum better than a float4 can
        assert ok or abs(stored - wanted) <= 1.2e-7 * wanted, (name, level)


def test_control_totals_are_met(fresh, folder, run_fluxgrid):
    inventory = Tiny()
    inventory.manifest["control"] = {"tolerance": 1e-9, "national": [
        {"year": 2020, "gas": "CH4", "flow": "emission", "mass_kt": 4.0},
        {"year": 2021, "gas": "CO2", "flow": "removal", "mass_kt": 9.75}]}
    imported(folder, inventory, fresh, run_fluxgrid)


@pytest.mark.parametrize("form", ["crlf", "quotes"])
def test_the_same_table_in_another_form(form, fresh, folder, run_fluxgrid):
    """RFC 4180 allows CR LF and quotes around anything."""
    inventory = Tiny()
    text = inventory.bytes_of("totals.csv").decode()
    if form == "crlf":
        text = text.replace("\n", "\r\n")
    else:
        text = "\n".join(",".join(f'"{field}"' for field in line.split(",")) for line in text.splitlines()) + "\n"
    inventory.raw["totals.csv"] = text.encode()
    report = imported(folder, inventory, fresh, run_fluxgrid)
    assert report["slices"] == 12
    assert sum(row["read_t"] for row in report["balance"]) == pytest.approx(
        sum(row["mass_kt"] for row in inventory.totals) * 1e3, rel=1e-12)


def test_text_survives_as_written(fresh, folder, run_fluxgrid):
    inventory = Tiny()
    name = 'Завод "O‘zbekiston", 우즈베키스탄; x'
    inventory.points[0]["name"] = name
    imported(folder, inventory, fresh, run_fluxgrid)
    assert fresh.value("SELECT name FROM source WHERE code = 'P1'") == name
