"""Indicators where product is known: by district, with its unit and status."""
import pytest
from polygons import Polygons, box, feature, geojson
from test_two_countries import BORDER, NORTH, SOUTH, of_k, of_t


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


@pytest.fixture(scope="module")
def about_two(cluster, _migrated, run_fluxgrid, start_server, workdir):
    """One release about two countries."""
    t, k = of_t(), of_k()
    t.areas += k.areas
    t.population += k.population
    t.raw["districts.geojson"] = geojson([
        feature("T11", box(60.1, SOUTH, 60.5, NORTH)), feature("T12", box(60.5, SOUTH, BORDER, NORTH)),
        feature("K11", box(BORDER, SOUTH, 61.0, NORTH)), feature("K12", box(61.0, SOUTH, 61.2, NORTH))])
    database = cluster.create_database("about_two", _migrated.name)
    run_fluxgrid("import", t.write(workdir / "about-two"), database=database, check=True)
    return start_server(database)


def test_peers_and_shares_stay_within_their_country(about_two):
    rows = {r["district"]: r for r in about_two.json("/v1/indicators?level=2")["rows"]}
    assert sorted(rows) == ["K11", "K12", "T11", "T12"]
    countries = {r["district"]: r for r in about_two.json("/v1/indicators?level=0")["rows"]}
    for code in "KT":
        parts = [rows[f"{code}11"], rows[f"{code}12"]]
        assert sorted(r["rank"] for r in parts) == [1, 2] and {r["rank_of"] for r in parts} == {2}
        for r in parts:
            assert r["share_of_country"] == pytest.approx(r["value"] / countries[code]["value"], rel=1e-11)
        assert countries[code]["share_of_country"] == 1 and countries[code]["rank_of"] == 1


def test_without_one_country_it_must_be_said_which(about_two):
    got = about_two.get("/v1/indicators")
    assert got.status_code == 400 and got.json()["errors"][0]["parameter"] == "district"
    assert about_two.json("/v1/indicators?district=K")["rows"][0]["district"] == "K"
    assert sorted(r["district"] for r in about_two.json("/v1/indicators?district=K&level=2")["rows"]) == ["K11", "K12"]
    source = about_two.json("/v1/sources/P2?format=json")["source"]
    assert [d["code"] for d in source["districts"]] == ["K", "K1", "K11"] and {s["district"] for s in source["shares"]} == {"K", "K1", "K11"}
