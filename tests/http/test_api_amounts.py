"""Do the numbers add up, and are they the right ones? Against control totals and a numpy oracle."""
import itertools
import random

import oracle
import pytest

GASES = ("CO2", "CH4", "N2O")
YEARS = range(2010, 2023)


def close(a, b, relative=1e-9):
    return a == pytest.approx(b, rel=relative, abs=1e-12)


def rows(server, **query):
    text = "&".join(f"{k}={v}" for k, v in query.items())
    return server.json(f"/v1/emissions?{text}")["rows"]


def one(server, **query):
    found = rows(server, **query)
    assert len(found) == 1, found
    return found[0]


def test_national_totals_are_the_control_totals(server, expected):
    for want in expected["national_mass_kt"]:
        got = one(server, sector=f"IPCC2006:{want['sector']}", gas=want["gas"], flow=want["flow"], year=want["year"])
        assert close(got["value"], want["mass_kt"], 1e-6), want


def test_districts_are_the_control_totals(server, expected):
    got = {(r["district"], r["sector"].removeprefix("IPCC2006:"), r["flow"]): r["value"]
           for r in rows(server, groupby="district,sector,flow", level=2, gas="CO2", flow="net")}
    for code, parts in expected["district_co2_2022_mass_kt"].items():
        for key, kt in parts.items():
            sector, flow = key.split("|")
            assert got.get((code, sector, flow), 0) == pytest.approx(kt, rel=1e-5, abs=1e-7), (code, key)


def test_an_area_says_where_its_mass_comes_from(server):
    """Cells, points and what has no place are the value; the points are those of the files."""
    for district in ("UZ", "1708", "1712"):
        answer = server.json(f"/v1/emissions?district={district}&unit=t&gas=CO2")
        area = answer["area"]
        assert close(area["grid"] + area["points"] + area["unallocated"], answer["rows"][0]["value"])
        assert area["area_km2"] == server.json(f"/v1/districts/{district}")["district"]["area_km2"]
        points = {(r["sector"], r["fuel"]) for r in oracle.table("sector_totals.csv") if r["spatial"] == "points"}
        want = sum(f.kt for f in oracle.facts() if (f.year, f.gas, f.flow) == (2022, "CO2", "emission")
                   and (f.sector, f.fuel) in points and oracle.within(f.district, district))
        assert (want > 0 or district == "1708") and close(area["points"], 1000 * want)
    by_gas = server.json("/v1/emissions?groupby=gas&unit=t")
    assert {r["gas"]: pytest.approx(r["value"], rel=1e-9) for r in by_gas["rows"]} == {
        gas: a["grid"] + a["points"] + a["unallocated"] for gas, a in by_gas["area"]["by_gas"].items()}
    assert "area" not in server.json("/v1/emissions?groupby=district")


@pytest.mark.parametrize("gas", ("CH4", "N2O"))
def test_districts_of_the_other_gases(server, expected, gas):
    got = {r["district"]: r["value"] for r in rows(server, groupby="district", level=2, gas=gas)}
    for code, by_gas in expected["district_other_gases_2022_mass_kt"].items():
        assert got.get(code, 0) == pytest.approx(by_gas.get(gas, 0), rel=1e-5, abs=1e-7), code


def test_regions_are_the_control_totals(server, expected):
    for gas, flow in itertools.product(GASES, ("emission", "removal")):
        got = {r["district"]: r["value"] for r in rows(server, groupby="district", gas=gas, flow=flow)}
        for code, by_gas in expected["region_2022_mass_kt"].items():
            assert got.get(code, 0) == pytest.approx(by_gas[gas][flow], rel=1e-5, abs=1e-7), (code, gas, flow)


def test_districts_are_what_numpy_makes_of_the_files(server):
    """Not the control totals, which came with the data: 60 random (district, sector, gas, flow, year)."""
    draw = random.Random(20221)
    facts = draw.sample(oracle.facts(), 60)
    for fact in facts:
        want = oracle.total_kt(fact.district, sector=fact.sector, gas=fact.gas, flow=fact.flow, year=fact.year)
        got = one(server, district=fact.district, sector=f"IPCC2006:{fact.sector}", gas=fact.gas, flow=fact.flow,
                  year=fact.year)
        assert got["value"] == pytest.approx(want, rel=1e-9, abs=1e-12), fact


@pytest.mark.parametrize("gwp", sorted(oracle.GWP))
def test_co2e_is_what_numpy_makes_of_the_files(server, gwp):
    for district in ("UZ", "1708", "1727248"):
        want = oracle.total_kt(district, oracle.co2e(gwp), year=2015, flow="emission")
        assert close(one(server, district=district, gwp=gwp, year=2015)["value"], want), district


def test_a_parent_sector_is_the_sum_of_its_leaves(server):
    leaves = rows(server, groupby="sector", gas="CO2")
    codes = {r["sector"] for r in leaves}
    for parent in ("1", "1.A", "1.A.3", "2", "2.B"):
        whole = one(server, sector=f"IPCC2006:{parent}", gas="CO2")["value"]
        inside = [r["value"] for r in leaves if r["sector"].startswith(f"IPCC2006:{parent}.")]
        assert inside and close(whole, sum(inside)), parent
    assert close(one(server, gas="CO2")["value"], sum(r["value"] for r in leaves))
    assert len(codes) == len(leaves)


@pytest.mark.parametrize("gas,flow", [("CO2", "emission"), ("CO2", "removal"), ("CH4", "emission"),
                                      ("N2O", "emission"), ("CO2E", "net")])
def test_districts_add_up_to_regions_and_to_the_country(server, gas, flow):
    answer = server.json(f"/v1/emissions?gas={gas}&flow={flow}")
    country, coverage = answer["rows"][0]["value"], answer["coverage"]
    regions = {r["district"]: r["value"] for r in rows(server, groupby="district", gas=gas, flow=flow)}
    districts = {r["district"]: r["value"] for r in rows(server, groupby="district", level=2, gas=gas, flow=flow)}
    lost = coverage["outside"] + coverage["unallocated"]
    assert close(coverage["allocated"] + lost, country)
    assert close(sum(regions.values()) + lost, country)
    assert close(sum(districts.values()) + lost, country)
    for code, value in regions.items():
        inside = sum(v for c, v in districts.items() if oracle.within(c, code))
        assert inside == pytest.approx(value, rel=1e-9, abs=1e-9), code


def test_net_is_emission_minus_removal(server):
    for district in ("UZ", "1708", "1735", "1703202"):
        emission, removal, net = (one(server, district=district, flow=f)["value"]
                                  for f in ("emission", "removal", "net"))
        assert removal > 0
        assert close(net, emission - removal)


def test_flows_in_one_table_are_both_positive(server):
    found = {r["flow"]: r["value"] for r in rows(server, groupby="flow", flow="net")}
    assert found["emission"] > 0 and found["removal"] > 0
    assert close(found["emission"] - found["removal"], one(server, flow="net")["value"])


def test_lulucf_can_be_left_out(server):
    everything = one(server, flow="net")["value"]
    without = one(server, flow="net", lulucf="exclude")["value"]
    land = one(server, flow="removal")["value"]
    assert close(without - land, everything)


def test_gwp_sets_differ_by_their_ratios(server):
    """Landfills are nonfossil methane, gas pipes fossil: two sectors of one gas each."""
    for sector, origin in (("4.A", "nonfossil"), ("1.B.2.b", "fossil")):
        mass = one(server, sector=f"IPCC2006:{sector}", gas="CH4")["value"]
        for gwp, factors in oracle.GWP.items():
            got = one(server, sector=f"IPCC2006:{sector}", gwp=gwp)
            assert close(got["value"], mass * factors["CH4", origin], 1e-12), (gwp, sector)


def test_the_published_weights_are_the_reports(server):
    for found in server.json("/v1/gwp")["sets"]:
        published = {(v["gas"], v["origin"]): v["value"] for v in found["values"]}
        for (gas, origin), want in oracle.GWP[found["code"]].items():
            assert published.get((gas, origin), published.get((gas, "na"))) == want, (found["code"], gas, origin)
        assert all(v["source"] for v in found["values"])


def test_the_default_is_ar5_and_28_for_every_methane(server):
    mass = one(server, sector="IPCC2006:1.B.2", gas="CH4")["value"]
    assert close(one(server, sector="IPCC2006:1.B.2")["value"], 28 * mass, 1e-12)
    answer = server.json("/v1/emissions")
    assert answer["gwp"] == "AR5-100" and answer["query"]["gas"] == "CO2E"


def test_gases_have_their_own_mass_unless_weighted(server):
    answer = server.json("/v1/emissions?groupby=gas")
    assert answer["gwp"] is None
    masses = {r["gas"]: r["value"] for r in answer["rows"]}
    assert close(masses["CO2"], 110829.54, 1e-6) and close(masses["CH4"], 2110.0125, 1e-6)
    assert set(answer["coverage"]["by_gas"]) == set(masses)
    weighted = {r["gas"]: r["value"] for r in rows(server, groupby="gas", gwp="AR5-100")}
    assert close(weighted["N2O"], 265 * masses["N2O"], 1e-12)
    assert close(sum(weighted.values()), one(server)["value"])


def test_units(server):
    kt, t, mt = (one(server, unit=u)["value"] for u in ("kt", "t", "Mt"))
    assert close(t, kt * 1e3, 1e-11) and close(mt, kt / 1e3, 1e-11)


def test_a_range_of_years(server):
    found = rows(server, year="2010..2022", gas="CO2")
    assert [r["year"] for r in found] == list(YEARS)
    total = one(server, year="2010..2022", gas="CO2", groupby="gas")["value"]
    assert close(total, sum(r["value"] for r in found))
    assert [r["year"] for r in rows(server, year="2014..2016")] == [2014, 2015, 2016]


def test_every_interval_holds_its_value(server):
    for flow in ("emission", "removal", "net"):
        for r in rows(server, groupby="district,sector,year", flow=flow, year="2021..2022"):
            assert r["lo"] <= r["value"] <= r["hi"], r
        for r in rows(server, groupby="district", level=2, flow=flow):
            assert r["lo"] <= r["value"] <= r["hi"], r


def test_the_national_interval_is_ipcc_approach_1(server):
    for gas, flow in (("CO2", "emission"), ("CO2", "removal"), ("N2O", "emission")):
        got = one(server, gas=gas, flow=flow)
        half = oracle.national_half_width_kt(2022, gas, flow)
        if half / got["value"] < 0.3:
            assert close(got["hi"] - got["value"], half, 1e-9), gas
            assert close(got["value"] - got["lo"], half, 1e-9), gas
        else:  # log-normal: lo x hi = value squared
            assert close(got["lo"] * got["hi"], got["value"] ** 2, 1e-9), gas


def test_a_part_is_less_certain_than_the_whole(server):
    def relative(r):
        return (r["hi"] - r["lo"]) / r["value"]
    country = one(server, gas="CO2", sector="IPCC2006:1.A.4")
    assert all(relative(r) >= relative(country) * (1 - 1e-9)
               for r in rows(server, groupby="district", level=2, gas="CO2", sector="IPCC2006:1.A.4"))


def test_per_capita_area_and_gdp(server):
    total = one(server, district="1708", unit="t")["value"]
    place = server.json("/v1/districts/1708")["district"]
    capita = one(server, district="1708", per="capita")
    assert close(capita["value"], total / place["population"])
    assert capita["denominator"] == place["population"] and capita["denominator_status"] in ("official", "estimated")
    assert server.json("/v1/emissions?per=capita")["unit"] == "t/capita"
    assert close(one(server, district="1708", per="km2")["value"], total / place["area_km2"])
    gdp = one(server, district="1708", per="gdp")
    assert gdp["value"] is None and gdp["lo"] is None and "1708" in gdp["reason"]


def test_status_is_the_weakest_method(server):
    assert one(server, sector="IPCC2006:1.A.1", year=2022)["status"] == "reported"
    assert one(server, sector="IPCC2006:1.A.1", year=2015)["status"] == "scaled"


def test_what_the_release_has_not_is_no_row(server):
    answer = server.json("/v1/emissions?sector=IPCC2006:3.B&flow=emission")
    assert answer["rows"] == []


def test_districts_list_agrees_with_emissions(server):
    for gas, flow in (("CO2E", "net"), ("CH4", "emission")):
        listed = {r["district"]: r["value"] for r in
                  server.json(f"/v1/districts?level=1&gas={gas}&flow={flow}")["rows"]}
        asked = {r["district"]: r["value"] for r in rows(server, groupby="district", gas=gas, flow=flow)}
        assert listed == asked


def test_one_district_agrees_with_emissions(server):
    one_district = server.json("/v1/districts/1708?year=2018&flow=net")
    assert [y["year"] for y in one_district["years"]] == list(YEARS)
    for y in one_district["years"]:
        assert close(y["value"], one(server, district="1708", flow="net", year=y["year"])["value"])
    signed = sum(r["value"] * (-1 if r["flow"] == "removal" else 1) for r in one_district["sectors"])
    assert close(signed, one(server, district="1708", flow="net", year=2018)["value"])
    ranked = sorted(rows(server, groupby="district", flow="net", year=2018), key=lambda r: -r["value"])
    place = [r["district"] for r in ranked].index("1708") + 1
    assert one_district["rank"] == {"position": place, "of": 14, "among": "level 1"}


def test_one_sector_agrees_with_emissions(server):
    answer = server.json("/v1/sectors/IPCC2006:1.A?year=2016")
    assert answer["sector"]["code"] == "IPCC2006:1.A" and answer["sector"]["leaf"] is False
    assert {y["year"]: y["value"] for y in answer["years"]} == {
        r["year"]: r["value"] for r in rows(server, sector="IPCC2006:1.A", year="2010..2022")}
    assert {d["district"]: d["value"] for d in answer["districts"]} == {
        r["district"]: r["value"] for r in rows(server, sector="IPCC2006:1.A", groupby="district", year=2016)}


# --- a point --------------------------------------------------------------------------------

@pytest.mark.parametrize("lon,lat", [(69.2797, 41.3111), (67.8422, 40.1158), (60.6, 42.4)])
def test_the_cell_at_a_point_is_the_one_of_the_files(server, lon, lat):
    for gas, flow in (("CO2", "emission"), ("CO2", "removal"), ("CH4", "emission")):
        answer = server.json(f"/v1/at?lon={lon}&lat={lat}&gas={gas}&flow={flow}&year=2019")
        want = oracle.cell_kt(lon, lat, 2019, gas, flow)
        got = {r["sector"].removeprefix("IPCC2006:"): r["value"] for r in answer["rows"]}
        for sector, kt in want.items():
            assert got[sector] == pytest.approx(kt, rel=1e-6), sector
        if not got:
            assert answer["cell"] is None and not want
            continue
        row, col = oracle.cell(lon, lat)
        west, south, east, north = answer["cell"]["bbox"]
        assert west <= lon < east and south <= lat <= north
        assert west == pytest.approx(55.9 + col * 0.01) and north == pytest.approx(45.7 - row * 0.01)
        for r in answer["rows"]:
            assert r["density_t_km2"] == pytest.approx(r["value"] * 1e3 / answer["cell"]["area_km2"], rel=1e-9)
            assert r["lo"] <= r["value"] <= r["hi"]


def test_the_districts_at_a_point(server):
    answer = server.json("/v1/at?lon=67.8422&lat=40.1158&lang=en")
    assert [d["level"] for d in answer["districts"]] == [0, 1, 2]
    assert [d["code"] for d in answer["districts"]][:2] == ["UZ", "1708"]


def test_sources_near_a_point_are_sorted_by_distance(server):
    sources = server.json("/v1/at?lon=65.3104&lat=40.1569")["sources"]
    assert sources and sources[0]["code"] == "WRI1000141" and sources[0]["distance_m"] < 1
    distances = [s["distance_m"] for s in sources]
    assert distances == sorted(distances) and distances[-1] <= 10000


@pytest.mark.parametrize("lon,lat", [(0, 0), (-170, -80), (72.9, 45.5)])
def test_outside_any_data_there_is_no_cell(server, lon, lat):
    answer = server.json(f"/v1/at?lon={lon}&lat={lat}")
    assert answer["rows"] == [] and answer["cell"] is None


# --- sources and audit ----------------------------------------------------------------------

def test_sources_are_the_files_and_add_up(server):
    answer = server.json("/v1/sources?format=json&limit=1000&year=2022")
    listed = {s["code"]: s for s in answer["rows"]}
    assert set(listed) == {p["id"] for p in oracle.table("point_sources.csv")}
    cement = sum(v["value"] for s in listed.values() for v in s["values"] if v["sector"] == "IPCC2006:2.A.1")
    assert close(cement, one(server, sector="IPCC2006:2.A.1", gas="CO2")["value"], 1e-9)
    for point in oracle.table("point_sources.csv"):
        got = listed[point["id"]]
        assert (got["lon"], got["lat"]) == pytest.approx((float(point["lon"]), float(point["lat"])), abs=1e-9)
        assert got["district"] == point["area_code"]


def test_sources_as_geojson(server):
    answer = server.get("/v1/sources")
    assert answer.headers["Content-Type"].startswith("application/geo+json")
    found = answer.json()
    assert found["type"] == "FeatureCollection"
    for feature in found["features"]:
        assert feature["geometry"]["type"] == "Point" and feature["id"] == feature["properties"]["code"]


def test_one_source(server):
    found = server.json("/v1/sources/WRI1000141?format=json")["source"]
    assert found["name"].startswith("Navoi") and found["capacity"] == 1758 and found["district"] == "1712230"


def test_sources_in_a_box_and_in_a_district(server):
    box = server.json("/v1/sources?bbox=65,40,66,41&format=json")["rows"]
    assert box and all(65 <= s["lon"] <= 66 and 40 <= s["lat"] <= 41 for s in box)
    inside = server.json("/v1/sources?district=1712&format=json")["rows"]
    assert inside and all(oracle.within(s["district"], "1712") for s in inside)


def test_the_audit_holds(server):
    answer = server.json("/v1/audit")
    assert answer["ok"] is True and answer["checks"]
    assert all(c["ok"] and c["relative"] <= 1e-9 for c in answer["checks"])
