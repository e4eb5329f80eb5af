"""Indicators where product is known: by district, with its unit and status."""
import pytest
from polygons import Polygons


@pytest.fixture(scope="module")
def served(cluster, _migrated, run_fluxgrid, start_server, workdir):
    t = Polygons()
    t.raw["stat.csv"] = (b"code,year,population,population_status,gdp,gdp_unit,gdp_status\n"
                         b"T,2021,1000,official,8e6,USD 2015,estimated\nT11,2021,400,estimated,5e6,USD 2015,official\n"
                         b"T12,2021,,,0,USD 2015,official\n")
    t.manifest["districts"]["statistics"] = ["stat.csv"]
    del t.manifest["districts"]["population"]
    folder = workdir / "served-product"
    folder.mkdir()
    folder.chmod(0o755)
    database = cluster.create_database("served_product", _migrated.name)
    run_fluxgrid("import", t.write(folder), database=database, check=True)
    return start_server(database)


def test_product_has_unit_and_status(served):
    rows = {r["district"]: r for r in served.json("/v1/indicators?level=2&year=2021")["rows"]}
    west = rows["T11"]
    assert (west["gdp"], west["gdp_unit"], west["gdp_status"]) == (5e6, "USD 2015", "official")
    assert west["value"] > 0 and west["per_gdp"] == pytest.approx(west["value"] / 5e6, rel=1e-11)
    assert west["per_gdp_hi"] == pytest.approx(west["hi"] / 5e6, rel=1e-11)
    assert west["population_status"] == "estimated" and west["per_capita"] == pytest.approx(west["value"] / 400, rel=1e-11)
    east = rows["T12"]  # of nothing there is no ratio
    assert east["gdp"] == 0 and east["per_gdp"] is None and east["per_capita"] is None
    assert set(east["reasons"]) >= {"per_gdp", "per_capita"} and "T12 in 2021" in east["reasons"]["per_capita"]
    country, = served.json("/v1/indicators?year=2021")["rows"]
    assert (country["gdp_status"], country["population_status"]) == ("estimated", "official")
    assert country["per_gdp"] == pytest.approx(country["value"] / 8e6, rel=1e-11)
    same, = served.json("/v1/emissions?per=gdp&year=2021")["rows"]
    assert same["denominator_status"] == "estimated" and same["value"] == country["per_gdp"]


def test_a_year_without_statistics_has_no_ratio(served):
    row, = served.json("/v1/indicators?year=2020")["rows"]
    assert row["per_gdp"] is None and row["per_capita"] is None and row["per_km2"] > 0
    assert row["reasons"]["per_gdp"] == "no gross domestic product is known for T in 2020"
