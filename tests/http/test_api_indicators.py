"""/v1/indicators against numpy over the files of the demonstration (oracle.py), and against cases by hand."""
import collections
import csv
import functools
import io

import numpy
import oracle
import pytest

YEARS = range(2010, 2023)
CO2E = oracle.co2e("AR5-100")


@functools.cache
def masses(weight=CO2E, flow="emission", prefix="", skip=None) -> dict[tuple[str, int, str], float]:
    """Tonnes by (district, year, sector), a parent's being its parts'."""
    found = collections.defaultdict(float)
    for fact in oracle.facts():
        if fact.flow != flow or not fact.sector.startswith(prefix) or (skip and fact.sector.startswith(skip)):
            continue
        district = fact.district
        while district:
            found[district, fact.year, "IPCC2006:" + fact.sector] += 1000 * fact.kt * weight(fact)
            district = oracle.areas()[district]["parent"]
    return dict(found)


def total(district, year, of=None) -> float:
    return sum(t for (d, y, _), t in (masses() if of is None else of).items() if (d, y) == (district, year))


def level(number) -> list[str]:
    return [code for code, row in oracle.areas().items() if row["level"] == str(number)]


def rank(code, values) -> tuple[int, int]:
    """Competition ranking: as many before as are larger, to the digits of an answer."""
    said = {k: float(f"{v:.10g}") for k, v in values.items()}
    return 1 + sum(v > said[code] for v in said.values()), len(said)


def rows(server, query):
    return server.json("/v1/indicators?" + query)["rows"]


def near(got, want):
    return got == pytest.approx(want, rel=1e-9, abs=1e-9)


# --- values, ratios, shares, ranks --------------------------------------------------------------

@pytest.mark.parametrize("number", (1, 2))
def test_values_shares_and_ranks_are_what_numpy_makes_of_the_files(server, number):
    got = {r["district"]: r for r in rows(server, f"level={number}&year=2019")}
    want = {code: total(code, 2019) for code in level(number)}
    assert set(got) == set(want)
    country = total("UZ", 2019)
    for code, value in want.items():
        r, parent = got[code], oracle.areas()[code]["parent"]
        siblings = {c: v for c, v in want.items() if oracle.areas()[c]["parent"] == parent}
        assert near(r["value"], value) and r["year"] == 2019 and r["parent"] == parent
        assert near(r["share_of_country"], value / country) and near(r["share_of_parent"], value / total(parent, 2019))
        assert (r["rank"], r["rank_of"]) == rank(code, want), code
        assert (r["rank_in_parent"], r["rank_in_parent_of"]) == rank(code, siblings), code


def test_ties_share_a_rank(server):
    """No cement works but in a few districts, two of them with works of one size; all others are nothing, and last together."""
    cement = {r["district"]: r for r in rows(server, "level=2&sector=IPCC2006:2.A.1&gas=CO2")}
    values = {code: r["value"] for code, r in cement.items()}
    some = [v for v in values.values() if v > 0]
    assert len(set(some)) < len(some) < 20
    for code, r in cement.items():
        assert (r["rank"], r["rank_of"]) == rank(code, values)
        assert r["value"] > 0 or r["rank"] == len(some) + 1


def test_ratios_divide_by_people_and_ground(server):
    people = {(r["code"], int(r["year"])): (float(r["population"]), r["status"]) for r in oracle.table("population.csv")}
    answer = server.json("/v1/indicators?level=1&year=2015")
    assert answer["unit"] == "t" and answer["units"]["per_capita"] == "t/capita" and answer["units"]["per_km2"] == "t/km2"
    whole = {r["district"]: r for r in server.json("/v1/emissions?groupby=district&year=2015&unit=t")["rows"]}
    for r in answer["rows"]:
        population, status = people[r["district"], 2015]
        assert (r["population"], r["population_status"]) == (population, status)
        assert near(r["per_capita"], total(r["district"], 2015) / population)
        assert near(r["per_km2"], total(r["district"], 2015) / r["area_km2"])
        assert r["area_km2"] == pytest.approx(float(oracle.areas()[r["district"]]["area_km2"]), rel=0.01)
        for end in ("lo", "hi"):  # of the emission alone
            assert r[end] == whole[r["district"]][end] and near(r["per_capita_" + end], r[end] / population)
            assert near(r["per_km2_" + end], r[end] / r["area_km2"])
        assert r["per_gdp"] is None and r["gdp"] is None and r["reasons"]["per_gdp"] == f"no gross domestic product is known for {r['district']} in 2015"
        assert "per_capita" not in r["reasons"]
    kilo = {r["district"]: r["per_capita"] for r in rows(server, "level=1&year=2015&unit=kt")}
    assert all(near(r["per_capita"], 1000 * kilo[r["district"]]) for r in answer["rows"])


# --- trend --------------------------------------------------------------------------------------

@pytest.mark.parametrize("query,codes,of", [
    ("level=1", level(1), dict()), ("district=1708", ["1708"], dict()), ("level=1&gas=CH4", level(1), dict(
        weight=lambda fact: float(fact.gas == "CH4")))])
@pytest.mark.parametrize("first,last", [(2010, 2022), (2015, 2017)])
def test_trends_are_least_squares_and_compound_growth(server, query, codes, of, first, last):
    table = masses(**of)
    got = {r["district"]: r for r in rows(server, f"{query}&year={first}..{last}")}
    assert sorted(got) == sorted(codes)
    years = numpy.arange(first, last + 1)
    for code in codes:
        values = numpy.array([total(code, int(y), table) for y in years])
        slope, at_first = numpy.polyfit(years - first, values, 1)
        rest = values - (at_first + slope * (years - first))
        r = got[code]
        assert (r["trend_from"], r["year"], r["trend_points"]) == (first, last, len(years)) and near(r["value"], values[-1])
        assert r["trend_slope"] == pytest.approx(slope, rel=1e-8) and r["trend_at_first"] == pytest.approx(at_first, rel=1e-9)
        assert r["trend_r2"] == pytest.approx(1 - (rest ** 2).sum() / ((values - values.mean()) ** 2).sum(), abs=1e-9)
        assert r["trend_growth_pct"] == pytest.approx(100 * ((values[-1] / values[0]) ** (1 / (last - first)) - 1), rel=1e-8)


def test_a_trend_needs_years_and_growth_needs_something_to_grow(server):
    one = rows(server, "district=1708")[0]
    assert one["trend_points"] == 0 and all(one[k] is None for k in ("trend_growth_pct", "trend_slope", "trend_at_first", "trend_r2"))
    assert one["reasons"]["trend_slope"] == one["reasons"]["trend_growth_pct"] == "a trend needs several years: year=first..last"
    two = rows(server, "district=1708&year=2021..2022")[0]
    assert two["trend_points"] == 2 and two["trend_slope"] is None and "three" in two["reasons"]["trend_slope"]
    assert two["trend_growth_pct"] is not None
    nothing = next(r for r in rows(server, "level=2&sector=IPCC2006:2.A.1&gas=CO2&year=2010..2022") if r["value"] == 0)
    assert nothing["trend_slope"] == 0 and nothing["trend_growth_pct"] is None and "above 0" in nothing["reasons"]["trend_growth_pct"]
    assert nothing["trend_r2"] is None and nothing["reasons"]["trend_r2"] == "the values never change"


# --- by sector ----------------------------------------------------------------------------------

def test_location_quotients_compare_structures(server):
    table = masses()
    got = rows(server, "level=1&groupby=sector&year=2022")
    assert len({(r["district"], r["sector"]) for r in got}) == len(got)
    assert {r["district"] for r in got} == set(level(1))
    for r in got:
        here = table.get((r["district"], 2022, r["sector"]), 0)
        there = table["UZ", 2022, r["sector"]]
        want = (here / total(r["district"], 2022)) / (there / total("UZ", 2022))
        assert near(r["value"], here) and near(r["location_quotient"], want)
        assert near(r["share_of_country"], here / there)
        assert (r["rank"], r["rank_of"]) == rank(r["district"], {c: table.get((c, 2022, r["sector"]), 0) for c in level(1)})
    country = rows(server, "groupby=sector")
    assert country and all(near(r["location_quotient"], 1) and near(r["share_of_country"], 1) for r in country)
    assert "location_quotient" not in rows(server, "level=1")[0]


def test_quotients_are_within_the_sectors_asked_for(server):
    table = {k: v for k, v in masses().items() if k[2].startswith("IPCC2006:1.A.")}
    for r in rows(server, "district=1726&groupby=sector&sector=IPCC2006:1.A"):
        here, there = table.get(("1726", 2022, r["sector"]), 0), table["UZ", 2022, r["sector"]]
        assert near(r["location_quotient"], (here / total("1726", 2022, table)) / (there / total("UZ", 2022, table)))


def test_sectors_have_trends_of_their_own(server):
    table = masses()
    r = next(r for r in rows(server, "district=1708&groupby=sector&year=2010..2022") if r["sector"] == "IPCC2006:1.A.4")
    values = [table["1708", y, "IPCC2006:1.A.4"] for y in YEARS]
    assert r["trend_slope"] == pytest.approx(numpy.polyfit(YEARS, values, 1)[0], rel=1e-8)


# --- land use, sinks, what is not defined ---------------------------------------------------------

def test_land_use_may_be_left_out(server):
    lulucf = [s["code"].removeprefix("IPCC2006:") for s in server.json("/v1/sectors")["sectors"] if s.get("lulucf")]
    assert lulucf
    emitted, removed = masses(), masses(flow="removal")
    with_it = {r["district"]: r for r in rows(server, "level=1&flow=net")}
    without = {r["district"]: r for r in rows(server, "level=1&flow=net&lulucf=exclude")}
    assert any(with_it[c]["value"] != without[c]["value"] for c in with_it)
    for code in level(1):
        assert near(with_it[code]["value"], total(code, 2022, emitted) - total(code, 2022, removed))
        bare = {k: v for k, v in emitted.items() if not any(k[2].removeprefix("IPCC2006:").startswith(s) for s in lulucf)}
        gone = {k: v for k, v in removed.items() if not any(k[2].removeprefix("IPCC2006:").startswith(s) for s in lulucf)}
        assert near(without[code]["value"], total(code, 2022, bare) - total(code, 2022, gone))
        assert near(without[code]["per_capita"] * without[code]["population"], without[code]["value"])


def test_a_net_sink_has_a_rank_but_no_share(server):
    sinks = [r for r in rows(server, "level=2&flow=net&year=2010..2022") if r["value"] < 0]
    assert sinks
    for r in sinks:
        assert r["trend_growth_pct"] is None and r["rank"] > 100 and r["trend_slope"] is not None
    net = rows(server, "level=2&flow=net")
    assert {r["rank"] for r in net} == set(range(1, 200))
    for r in net + rows(server, "level=1&flow=net&groupby=sector"):
        assert all(r[k] is None and "net" in r["reasons"][k] for k in {"share_of_country", "share_of_parent", "location_quotient"} & set(r))


def test_the_country_has_nothing_above_it(server):
    r, = rows(server, "")
    assert r["district"] == "UZ" and near(r["value"], total("UZ", 2022)) and near(r["share_of_country"], 1)
    assert r["share_of_parent"] is None and r["rank_in_parent"] is None and r["rank_in_parent_of"] is None
    assert r["reasons"]["share_of_parent"] == r["reasons"]["rank_in_parent"] == "there is no district above it"
    assert (r["rank"], r["rank_of"]) == (1, 1)


def test_what_the_release_has_not_is_no_data(server):
    r, = rows(server, "district=1708&gas=CH4&flow=removal")
    assert r["value"] is None and r["status"] == "no-data" and r["rank"] is None and r["per_capita"] is None
    assert r["reasons"]["per_capita"] == r["reasons"]["rank"] == r["reasons"]["share_of_parent"] == "the release has no data of this"
    assert rows(server, "district=1708&gas=CH4&flow=removal&groupby=sector") == []
    assert rows(server, "district=1708&level=0") == []


def test_every_null_has_a_reason_and_nothing_else(server):
    indicators = {"per_capita", "per_km2", "per_gdp", "share_of_parent", "share_of_country", "rank", "rank_in_parent",
                  "trend_growth_pct", "trend_slope", "trend_at_first", "trend_r2", "location_quotient"}
    for query in ("level=2&flow=net&groupby=sector&year=2020..2022", "", "level=1", "gas=CH4&flow=removal", "level=2&sector=IPCC2006:2.A.1&year=2010..2022"):
        for r in rows(server, query):
            assert {k for k in indicators & set(r) if r[k] is None} == set(r["reasons"]), r


# --- forms --------------------------------------------------------------------------------------

def test_districts_below_one(server):
    assert {r["district"] for r in rows(server, "district=1708&level=2")} == {
        c for c in level(2) if oracle.areas()[c]["parent"] == "1708"}


def test_geojson_has_the_outlines(server):
    answer = server.get("/v1/indicators?level=1&format=geojson&simplify=0.05&year=2015..2022").json()
    plain = {r["district"]: r for r in rows(server, "level=1&year=2015..2022")}
    assert answer["type"] == "FeatureCollection" and len(answer["features"]) == len(plain)
    outline = {f["id"]: f["geometry"] for f in server.get("/v1/districts?level=1&format=geojson&simplify=0.05").json()["features"]}
    for feature in answer["features"]:
        assert feature["properties"] == plain[feature["id"]] and feature["geometry"] == outline[feature["id"]]
    by_sector = server.get("/v1/indicators?district=1708&format=geojson&simplify=0.1&groupby=sector").json()["features"]
    assert len(by_sector) > 5 and all(f["geometry"] == by_sector[0]["geometry"] for f in by_sector)
    assert server.get("/v1/indicators?gas=CH4&flow=removal&groupby=sector&format=geojson").json()["features"] == []


def test_csv_is_the_rows(server):
    query = "level=1&groupby=sector&flow=net&year=2010..2022"
    table = list(csv.DictReader(io.StringIO(server.get(f"/v1/indicators?{query}&format=csv").text, newline="")))
    plain = rows(server, query)
    assert len(table) == len(plain)
    for line, r in zip(table, plain):
        assert (line["district"], line["sector"], line["unit"], line["gwp"]) == (r["district"], r["sector"], "t", "AR5-100")
        for key in ("value", "lo", "per_capita", "per_gdp", "trend_slope", "location_quotient", "rank", "share_of_parent"):
            assert (line[key] == "") if r[key] is None else float(line[key]) == pytest.approx(r[key], rel=1e-11), key
        assert line["reasons"] == "; ".join(f"{k}: {v}" for k, v in r["reasons"].items())


def test_the_query_can_be_asked_again(server):
    first = server.json("/v1/indicators?level=1&year=2015..2017&groupby=sector&lulucf=exclude")
    assert first["query"]["basis"] == "territorial" and first["query"]["district"] == "UZ"
    text = "&".join(f"{k}={v}" for k, v in first["query"].items())
    assert server.json("/v1/indicators?" + text) == first
    assert "groupby" not in server.json("/v1/indicators")["query"]


@pytest.mark.parametrize("query,status,parameter,allowed", [
    ("basis=consumption", 400, "basis", "territorial"), ("basis=", 400, "basis", "territorial"),
    ("groupby=year", 400, "groupby", "sector"), ("groupby=gas", 400, "groupby", "sector"), ("groupby=sector,year", 400, "groupby", "sector"),
    ("groupby=nothing", 400, "groupby", "sector"), ("year=2010..1999", 404, "year", "2010..2022"), ("year=2022..2010", 400, "year", "first..last"),
    ("month=2022-01", 400, "month", "lulucf"), ("per=capita", 400, "per", "basis"), ("level=3", 400, "level", "2"),
    ("lulucf=maybe", 400, "lulucf", "exclude"), ("district=XX", 400, "district", "/v1/districts"), ("unit=kg", 400, "unit", "Mt")])
def test_what_is_refused_says_what_is_allowed(server, query, status, parameter, allowed):
    got = server.get("/v1/indicators?" + query)
    assert got.status_code == status and got.headers["Content-Type"].startswith("application/problem+json")
    error = got.json()["errors"][0]
    assert error["parameter"] == parameter and allowed in error["allowed"] and error["reason"]
