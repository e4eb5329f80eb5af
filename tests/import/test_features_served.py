"""What is known of a point source is what the server says of it."""
from __future__ import annotations

import pytest
from test_features import plants
from tiny import Tiny


@pytest.fixture(scope="module")
def served(cluster, _migrated, run_fluxgrid, start_server, workdir):
    folder = workdir / "served-plants"
    folder.mkdir()
    folder.chmod(0o755)
    database = cluster.create_database("served_plants", _migrated.name)
    run_fluxgrid("import", plants(folder).write(folder), database=database, check=True)
    return start_server(database)


def test_a_source_with_all_its_gases(served):
    source = served.json("/v1/sources/G100?format=json&year=2020&unit=t")["source"]
    assert source["operator"] == "Energo" and source["operating_status"] == "operating" and source["fuel"] == "gas"
    assert (source["commissioned"], source["commissioned_year"]) == ("1967-05-01", 1967)
    assert (source["retired"], source["retired_year"]) == ("2031", 2031)
    assert source["method"] == "measured" and source["capacity"] == 920 and source["capacity_unit"] == "MW"
    assert source["properties"]["external_ids"] == {"gppd": "GEODB0045", "gem": "L100000"}
    values = {(v["gas"], v["year"]): v["value"] for v in source["values"]}
    assert values == pytest.approx({("CO2", 2020): 2000.5, ("CH4", 2020): 1.5}, rel=1e-9)
    later = served.json("/v1/sources/G100?format=json&unit=t")["source"]["values"]  # the latest year
    assert [(v["gas"], v["year"], v["value"]) for v in later] == [("CO2", 2021, pytest.approx(1900.25, rel=1e-9))]


def test_the_list_has_a_row_for_each_gas(served):
    rows = served.json("/v1/sources?format=json&year=2020")["rows"]
    assert sorted((r["code"], r["gas"]) for r in rows) == [("G100", "CH4"), ("G100", "CO2"), ("G200", "CO2")]
    other = next(r for r in rows if r["code"] == "G200")
    assert other["commissioned"] is None and other["retired_year"] is None and other["method"] == "estimated"
    table = served.get("/v1/sources?format=csv&year=2020").text.splitlines()
    assert {"operating_status", "commissioned", "retired", "method"} <= set(table[0].split(","))
    assert any(line.startswith("G100,") and ",1967-05-01,2031,measured" in line for line in table)


def test_a_table_of_points_may_say_as_much(run_fluxgrid, fresh, folder):
    tiny = Tiny()
    for point in tiny.points:
        point.update(status="operating", method="calculated", retired_year="", commissioned="1990-02-28",
                     external_gppd="X" + point["id"], external_gem="")
    tiny.points[0].update(retired_year="2019", method="")
    run_fluxgrid("import", tiny.write(folder), database=fresh, check=True)
    assert fresh.rows("SELECT code, status, method, commissioned, commissioned_year, retired_year, external_ids FROM source "
                      "WHERE code < 'P3' ORDER BY 1") == [
        ("P1", "operating", "", "1990-02-28", 1990, 2019, {"gppd": "XP1"}),
        ("P2", "operating", "calculated", "1990-02-28", 1990, None, {"gppd": "XP2"})]


@pytest.mark.parametrize("change, rule", [
    ({"commissioned": "1990-02-30"}, "points.csv:2: commissioned = '1990-02-30': must be a year from 1750 to 2200 or a date; "),
    ({"commissioned": "1991"}, "points.csv:2: commissioned_year = '1990': is not the year of commissioned; "),
    ({"retired_year": "1980"}, "points.csv:2: retired_year = '1980': a source is retired in 1980, before "),
    ({"method": "guessed"}, "points.csv:2: method = 'guessed': must be one of measured, calculated, estimated; ")])
def test_what_cannot_be_is_refused(run_fluxgrid, tiny_database, folder, change, rule):
    tiny = Tiny(version="1.1.0")
    for point in tiny.points:
        point.update({"commissioned": "", "retired_year": "", "method": ""})
    tiny.points[0].update(change)
    before = tiny_database.fingerprint()
    done = run_fluxgrid("import", tiny.write(folder), database=tiny_database)
    assert done.returncode == 2 and rule in done.stderr, done.stderr
    assert tiny_database.fingerprint() == before
