"""/v1/sources by sector, gas, operator and size, and one source: against the files of the demonstration, and
against a release of monthly plants made in SQL."""
import contextlib
import csv
import io
import itertools

import oracle
import pytest

POINTS = {p["id"]: p for p in oracle.table("point_sources.csv")}


def kt(code, year=2022) -> float:
    """From the files: the plant's weight times the totals of its sector, gas and fuel."""
    p = POINTS[code]
    return sum(float(r["mass_kt"]) * float(p["weight"]) for r in oracle.table("sector_totals.csv")
               if r["spatial"] == "points" and int(r["year"]) == year and all(r[k] == p[k] for k in ("sector", "gas", "fuel")))


def listed(server, query, **more):
    return server.json(f"/v1/sources?format=json&limit=1000&{query}", **more)["rows"]


def codes(server, query):
    return {r["code"] for r in listed(server, query)}


# --- the list ---------------------------------------------------------------------------------

def test_a_row_has_the_sum_of_its_values(server):
    for year, unit in ((2022, "kt"), (2015, "t")):
        got = listed(server, f"year={year}&unit={unit}")
        assert {r["code"] for r in got} == set(POINTS)
        for r in got:
            assert r["value"] == pytest.approx(kt(r["code"], year) * (1000 if unit == "t" else 1), rel=1e-9)
            assert r["value"] == pytest.approx(sum(v["value"] for v in r["values"]), rel=1e-11) and r["year"] == year


@pytest.mark.parametrize("query,wanted", [
    ("sector=IPCC2006:1.A.1", lambda p: p["sector"] == "1.A.1"),
    ("sector=IPCC2006:2", lambda p: p["sector"].startswith("2.")),
    ("sector=IPCC2006:2.A,IPCC2006:1", lambda p: p["sector"][:3] in ("2.A", "1.A")),
    ("sector=IPCC2006:3", lambda p: False),
    ("gas=N2O", lambda p: p["gas"] == "N2O"),
    ("sector=IPCC2006:2&gas=CO2", lambda p: p["sector"].startswith("2.") and p["gas"] == "CO2"),
    ("operator=united cement", lambda p: p["operator"].startswith("United Cement")),
    ("operator=United Cement Group PLC", lambda p: p["operator"] == "United Cement Group PLC"),
    ("operator=UZBEK", lambda p: p["operator"].startswith("Uzbek")),
    ("operator=Cement", lambda p: False),  # a beginning, not a part
    ("operator=%25", lambda p: False), ("operator=_zbek", lambda p: False),  # no patterns
    ("q=cement", lambda p: "cement" in p["name"].lower()),
    ("q=wri10001", lambda p: p["id"].startswith("WRI10001")),
    ("q=tpp&operator=uzbek&sector=IPCC2006:1", lambda p: "TPP" in p["name"]),
    ("district=1727&sector=IPCC2006:1", lambda p: oracle.within(p["area_code"], "1727") and p["sector"] == "1.A.1"),
    ("bbox=65,40,66,41&gas=CO2", lambda p: 65 <= float(p["lon"]) <= 66 and 40 <= float(p["lat"]) <= 41 and p["gas"] == "CO2"),
])
def test_filters_choose_what_the_files_say(server, query, wanted):
    assert codes(server, query) == {code for code, p in POINTS.items() if wanted(p)}


@pytest.mark.parametrize("year", (2012, 2022))
@pytest.mark.parametrize("least,most", [(1000, None), (None, 300), (200, 3000), (0, 1e12), (5, 0.1 + 5)])
def test_size_is_the_mass_of_the_year(server, year, least, most):
    want = {c for c in POINTS if (least is None or kt(c, year) >= least) and (most is None or kt(c, year) <= most)}
    ends = "".join(f"&{name}={value:.10f}".rstrip("0").rstrip(".") for name, value in (("min", least), ("max", most)) if value is not None)
    assert codes(server, f"year={year}{ends}") == want
    tonnes = "".join(f"&{name}={1000 * value:.0f}" for name, value in (("min", least), ("max", most)) if value is not None)
    assert most == 0.1 + 5 or most == 1e12 or codes(server, f"year={year}&unit=t{tonnes}") == want


def test_both_ends_of_a_size_count(server):
    nothing = [c for c in POINTS if kt(c) == 0]
    assert nothing and codes(server, "max=0") == set(nothing) and not set(nothing) & codes(server, "min=0.000001")


@pytest.mark.parametrize("query", ("lang=uz", "sector=IPCC2006:2", "operator=uz", "min=500", "gas=CO2&max=5000&q=e", "district=UZ&min=1&sector=IPCC2006:1.A"))
def test_pages_hold_under_every_filter(server, query):
    whole = [r["code"] for r in listed(server, query)]
    assert len(whole) > 4
    for size in (1, 3, len(whole)):
        seen, path = [], f"/v1/sources?format=json&limit={size}&{query}"
        for _ in itertools.count():
            answer = server.json(path)
            seen += [r["code"] for r in answer["rows"]]
            assert len(answer["rows"]) <= size and len(seen) <= len(whole)
            if answer["next"] is None:
                break
            path = answer["next"].removeprefix(server.url)
        assert seen == whole


def test_the_query_is_canonical(server):
    answer = server.json("/v1/sources?format=json&min=1.50&max=20000.0&sector=IPCC2006:1.A.1,IPCC2006:1&operator=UZ")
    assert (answer["query"]["min"], answer["query"]["max"]) == (1.5, 20000) and answer["query"]["sector"] == "IPCC2006:1"
    assert "gas" not in answer["query"] and answer["gwp"] is None
    text = "&".join(f"{k}={v}" for k, v in answer["query"].items())
    assert server.json("/v1/sources?" + text) == answer
    assert server.get("/v1/sources?min=1.5").headers["ETag"] == server.get("/v1/sources?min=1.500").headers["ETag"]


def test_a_list_names_where_its_numbers_are_from(server):
    for query, sector in (("gas=N2O", "2.B.2"), ("sector=IPCC2006:2.C.1", "2.C.1")):
        want = {r["source"] for r in oracle.table("sector_totals.csv") if (r["sector"], r["year"]) == (sector, "2022") and (sector == "2.C.1" or r["gas"] == "N2O")}
        answer = server.json(f"/v1/sources?format=json&{query}")
        assert {p["locator"] for p in answer["provenance"]} == want and want
    assert server.json("/v1/sources?format=json&sector=IPCC2006:3")["provenance"] == []


def test_csv_and_geojson_are_filtered_too(server):
    table = list(csv.DictReader(io.StringIO(server.get("/v1/sources?format=csv&sector=IPCC2006:1&min=1000").text, newline="")))
    plain = listed(server, "sector=IPCC2006:1&min=1000")
    assert [(t["code"], t["gwp"], t["unit"]) for t in table] == [(r["code"], "", "kt") for r in plain]
    assert [float(t["value"]) for t in table] == pytest.approx([r["value"] for r in plain], rel=1e-11)
    features = server.get("/v1/sources?sector=IPCC2006:1&min=1000").json()["features"]
    assert [f["properties"] for f in features] == plain


@pytest.mark.parametrize("query,parameter,allowed", [
    ("min=-1", "min", "0.."), ("min=x", "min", "0.."), ("max=1e3", "max", "exponent"), ("max=", "max", "0.."), ("max=1000000000001", "max", "0.."),
    ("min=2&max=1", "min", "min <= max"), ("operator=", "operator", "bytes"), ("operator=" + "x" * 201, "operator", "bytes"),
    ("gas=CO2E", "gas", "one gas"), ("gas=XX", "gas", "CO2"), ("sector=nope", "sector", "/v1/sectors"), ("q=", "q", "bytes"),
    ("lulucf=include", "lulucf", "operator"), ("after=x&gas=CO2", "after", "next")])
def test_what_is_refused_says_what_is_allowed(server, query, parameter, allowed):
    got = server.get("/v1/sources?" + query)
    assert got.status_code == 400
    error = got.json()["errors"][0]
    assert error["parameter"] == parameter and allowed in error["allowed"] and error["reason"]


def test_quotes_are_letters(server):
    for query in ("operator=' OR 1=1 --", "q='; DROP TABLE source; --", "q=\\", "operator=\\"):
        assert listed(server, query) == []


# --- one source ---------------------------------------------------------------------------------

def test_a_source_has_all_its_years(server):
    source = server.json("/v1/sources/WRI1000141?format=json&unit=t")["source"]
    assert [y["year"] for y in source["years"]] == list(range(2010, 2023))
    for y in source["years"]:
        assert y["value"] == pytest.approx(1000 * kt("WRI1000141", y["year"]), rel=1e-9)
        assert (y["sector"], y["gas"], y["flow"], y["unit"], y["months"]) == ("IPCC2006:1.A.1", "CO2", "emission", "t", 0)
        assert y["status"] in ("reported", "scaled", "interpolated")
    assert [v["year"] for v in source["values"]] == [2022]


@pytest.mark.parametrize("code", ("WRI1000141", "UZ-HNO3-NAVOI", "GACTUZB0006"))
@pytest.mark.parametrize("year", (2014, 2022))
def test_a_source_has_its_share_of_its_districts_and_of_the_country(server, code, year):
    answer = server.json(f"/v1/sources/{code}?format=json&year={year}")
    source, p = answer["source"], POINTS[code]
    area = p["area_code"]
    places = [area]
    while oracle.areas()[places[0]]["parent"]:
        places.insert(0, oracle.areas()[places[0]]["parent"])
    assert [(d["code"], d["level"]) for d in source["districts"]] == [(place, i) for i, place in enumerate(places)]
    own = [s for s in source["shares"] if s["gas"] != "CO2E"]
    whole = [s for s in source["shares"] if s["gas"] == "CO2E"]
    assert [s["district"] for s in own] == [s["district"] for s in whole] == places
    mass = kt(code, year)
    for s in own:
        total = oracle.total_kt(s["district"], year=year, sector=p["sector"], gas=p["gas"], flow="emission")
        assert (s["sector"], s["gas"], s["year"]) == ("IPCC2006:" + p["sector"], p["gas"], year)
        assert s["value"] == pytest.approx(mass, rel=1e-9) and s["of"] == pytest.approx(total, rel=1e-9)
        assert s["share"] == pytest.approx(mass / total, rel=1e-9)
    for s in whole:
        total = oracle.total_kt(s["district"], oracle.co2e("AR5-100"), year=year, flow="emission")
        co2e = mass * (265 if p["gas"] == "N2O" else 1)
        assert s["sector"] is None and s["value"] == pytest.approx(co2e, rel=1e-9)
        assert s["of"] == pytest.approx(total, rel=1e-9) and s["share"] == pytest.approx(co2e / total, rel=1e-9)
    assert answer["gwp"] == "AR5-100" and answer["provenance"]


def test_the_shares_of_all_sources_of_a_sector_are_the_whole(server):
    got = [s for code, p in POINTS.items() if p["sector"] == "2.A.1"
           for s in server.json(f"/v1/sources/{code}?format=json")["source"]["shares"] if s["district"] == "UZ" and s["gas"] == "CO2"]
    assert sum(s["share"] for s in got) == pytest.approx(1, rel=1e-9)


def test_another_gwp_set_weighs_the_shares(server):
    def co2e(gwp):
        return next(s for s in server.json(f"/v1/sources/UZ-HNO3-NAVOI?format=json&gwp={gwp}")["source"]["shares"] if s["gas"] == "CO2E")["value"]
    assert co2e("AR6-100") / co2e("AR4-100") == pytest.approx(273 / 298, rel=1e-11)
    assert server.get("/v1/sources/UZ-HNO3-NAVOI?gwp=X").status_code == 400


def test_a_source_as_csv_and_as_a_feature(server):
    table = list(csv.DictReader(io.StringIO(server.get("/v1/sources/UZ-HNO3-NAVOI?format=csv").text, newline="")))
    assert [int(t["year"]) for t in table] == list(range(2010, 2023)) and {t["code"] for t in table} == {"UZ-HNO3-NAVOI"}
    assert {(t["gas"], t["gwp"], t["unit"]) for t in table} == {("N2O", "", "kt")}
    assert [float(t["value"]) for t in table] == pytest.approx([kt("UZ-HNO3-NAVOI", y) for y in range(2010, 2023)], rel=1e-9)
    feature = server.get("/v1/sources/UZ-HNO3-NAVOI").json()
    assert feature["properties"] == server.json("/v1/sources/UZ-HNO3-NAVOI?format=json")["source"]
    assert feature["geometry"]["coordinates"] == pytest.approx([float(POINTS["UZ-HNO3-NAVOI"][k]) for k in ("lon", "lat")])


# --- months, memo items, letters that are not Latin ----------------------------------------------------

SHARES = [16, 14, 11, 7, 5, 4, 3, 3, 5, 8, 11, 13]  # per cent
RELEASE = f"""
SET search_path = fluxgrid, public;
INSERT INTO field (grid, name, sha256, kind, total, sum_sq, cells) SELECT id, 'two plants', repeat('b1', 32), 'points', 4, 10, 2 FROM grid WHERE nx = 1730;
INSERT INTO source (code, name, sector, gas, operator, geom) VALUES
    ('A', 'Сырдарьинская ТЭС', 'IPCC2006:1.A.1', 'CO2', 'Узбекэнерго АЖ', 'SRID=4326;POINT(68.5 40.5)'),
    ('B', 'Навои', 'IPCC2006:1.A.1', 'CO2', 'Ўзбекнефтгаз', 'SRID=4326;POINT(65.4 40.2)');
INSERT INTO source_field (field, source, cell, district, weight)
    SELECT f.id, s.id, 0, district_of_point(ST_X(s.geom), ST_Y(s.geom), '{{}}'), CASE s.code WHEN 'A' THEN 3 ELSE 1 END
    FROM field f, source s WHERE f.name = 'two plants' AND s.code IN ('A', 'B');
SELECT district_field_refresh(id) FROM field WHERE name = 'two plants';
INSERT INTO release (slug, version, title_en, title_ru, title_uz, title_ko, publisher, licence, attribution, citation, method, sha256)
    VALUES ('plants', '0.1.0', 'P', 'P', 'P', 'P', 'nobody', 'CC0', 'nobody', 'none', 'made up', repeat('b2', 32));
INSERT INTO slice (release, sector, gas, flow, origin, year, month, field, factor, mass_t, uncertainty_pct, method)
    SELECT r.id, 'IPCC2006:1.A.1', 'CO2', 'emission', 'fossil', 2021, m.month, f.id, 4000.0 * m.share / 100 / 4, 4000.0 * m.share / 100, 10, 'reported'
    FROM release r, field f, unnest(ARRAY{SHARES}) WITH ORDINALITY AS m (share, month) WHERE r.slug = 'plants' AND f.name = 'two plants';
INSERT INTO slice (release, sector, gas, flow, origin, fuel, year, field, factor, mass_t, uncertainty_pct, method)
    SELECT r.id, v.sector, 'CO2', 'emission', 'fossil', v.fuel, v.year, f.id, v.mass / 4, v.mass, 10, v.method FROM release r, field f, (VALUES
        ('IPCC2006:1.A.1', 'oil', 2021, 400.0, 'scaled'), ('IPCC2006:1.A.1', '', 2020, 2000.0, 'reported'),
        ('IPCC2006:1.A.3.a.i', '', 2020, 800.0, 'reported')) AS v (sector, fuel, year, mass, method)
    WHERE r.slug = 'plants' AND f.name = 'two plants';
INSERT INTO slice (release, sector, gas, flow, origin, year, mass_t, uncertainty_pct, method)
    SELECT id, 'IPCC2006:1.A.1', 'CO2', 'emission', 'fossil', 2022, 5, 10, 'reported' FROM release WHERE slug = 'plants';
SELECT release_publish(id) FROM release WHERE slug = 'plants';
"""


@pytest.fixture(scope="module")
def plants(cluster, database, start_server):
    copy = cluster.create_database("monthly_plants", "template_loaded")
    with contextlib.closing(copy.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(RELEASE)
        cursor.execute("SELECT fluxgrid.sector.memo FROM fluxgrid.sector WHERE code = 'IPCC2006:1.A.3.a.i'")
        assert cursor.fetchone()[0] is True  # the bunkers are a memo item
    yield start_server(copy)


def test_months_are_added_up(plants):
    source = plants.json("/v1/sources/A?release=plants&format=json&unit=t&year=2021")["source"]
    assert len(source["values"]) == 13
    years = {(y["year"], y["sector"]): (y["value"], y["months"], y["status"]) for y in source["years"]}
    assert years == {(2020, "IPCC2006:1.A.1"): (pytest.approx(1500), 0, "reported"), (2020, "IPCC2006:1.A.3.a.i"): (pytest.approx(600), 0, "reported"),
                     (2021, "IPCC2006:1.A.1"): (pytest.approx(3300), 12, "scaled")}
    rows = {r["code"]: r for r in listed(plants, "release=plants&unit=t&year=2021")}
    assert rows["A"]["value"] == pytest.approx(3300) and rows["B"]["value"] == pytest.approx(1100)
    assert rows["A"]["status"] == "scaled"
    line = next(csv.DictReader(io.StringIO(plants.get("/v1/sources?release=plants&format=csv&unit=t&year=2021").text, newline="")))
    assert (line["code"], float(line["value"]), line["status"]) == ("A", pytest.approx(3300), "scaled")
    assert codes(plants, "release=plants&unit=t&year=2021&min=1200") == {"A"}
    assert codes(plants, "release=plants&unit=t&year=2021&max=1100.001") == {"B"}
    share = next(s for s in source["shares"] if s["level"] == 0 and s["gas"] == "CO2")
    assert share["share"] == pytest.approx(0.75) and share["of"] == pytest.approx(4400)


def test_a_memo_item_has_no_share(plants):
    shares = plants.json("/v1/sources/B?release=plants&format=json&unit=t&year=2020")["source"]["shares"]
    memo = [s for s in shares if s["sector"] == "IPCC2006:1.A.3.a.i"]
    assert len(memo) == 3 and all(s["share"] is None and s["of"] is None and "memo" in s["reason"] for s in memo)
    country = next(s for s in shares if s["gas"] == "CO2E" and s["level"] == 0)
    assert country["value"] == pytest.approx(500) and country["of"] == pytest.approx(2000)  # without the 800


def test_a_source_without_a_value_in_the_year_is_still_there(plants):
    answer = plants.json("/v1/sources/A?release=plants&format=json")
    assert answer["query"]["year"] == 2022 and answer["source"]["values"] == [] and len(answer["source"]["years"]) == 3
    own = [s for s in answer["source"]["shares"] if s["gas"] == "CO2E"]
    assert own[0]["value"] == 0 and own[0]["of"] == pytest.approx(0.005)
    assert codes(plants, "release=plants") == set()
    assert plants.get("/v1/sources/WRI1000141?release=plants").status_code == 404


def test_letters_that_are_not_latin_have_cases_too(plants):
    for query, want in (("operator=узбекЭНЕРГО", {"A"}), ("operator=ўзбек", {"B"}), ("operator=энерго", set()), ("q=НАВОИ", {"B"}), ("q=тэс", {"A"})):
        assert codes(plants, f"release=plants&year=2021&{query}") == want, query
