"""/v1/compare against numpy over SQL: two releases of the demonstration, the second made from the first by known steps."""
import contextlib
import csv
import io
import re

import numpy
import oracle
import pytest

SECOND = """
SET search_path = fluxgrid, public;
INSERT INTO release (slug, version, title_en, title_ru, title_uz, title_ko, warning_en, publisher, licence, attribution, citation, method, sha256, countries)
    SELECT slug, '1.1.0', title_en, title_ru, title_uz, title_ko, 'second', publisher, licence, 'somebody else', citation, method, repeat('ab', 32), countries
    FROM release WHERE slug = 'uzbekistan';
INSERT INTO provenance (dataset, document, locator, checksum, transformation) VALUES ('another', 'paper', 'p. 1', '', '');
CREATE TEMP TABLE step (sector text, times float8, method text, other boolean);
INSERT INTO step VALUES
    ('IPCC2006:1.A.2', 1.2, 'measured', false), -- another method
    ('IPCC2006:2.B.1', 0.5, 'measured', true),  -- another method and source: the method counts
    ('IPCC2006:2.A.1', 0.9, NULL, false),       -- the same, revised
    ('IPCC2006:4.A', 1.5, NULL, true),          -- another source
    ('IPCC2006:2.C.1', NULL, NULL, false);      -- gone
INSERT INTO slice (release, sector, gas, flow, origin, fuel, year, month, field, factor, mass_t, uncertainty_pct, method, provenance)
    SELECT n.id, s.sector, s.gas, s.flow, s.origin, s.fuel, s.year, s.month, s.field, s.factor * coalesce(t.times, 1),
           s.mass_t * coalesce(t.times, 1), s.uncertainty_pct, coalesce(t.method, s.method),
           CASE WHEN t.other THEN (SELECT id FROM provenance WHERE dataset = 'another') ELSE s.provenance END
    FROM slice s JOIN release o ON o.id = s.release AND o.slug = 'uzbekistan' AND o.version <> '1.1.0'
    JOIN release n ON n.slug = 'uzbekistan' AND n.version = '1.1.0'
    LEFT JOIN step t ON t.sector = s.sector
    WHERE s.year > 2010 AND (t.sector IS NULL OR t.times IS NOT NULL);
INSERT INTO slice (release, sector, gas, flow, origin, fuel, year, month, field, factor, mass_t, uncertainty_pct, method, provenance)
    SELECT s.release, s.sector, s.gas, s.flow, s.origin, s.fuel, 2023, s.month, s.field, s.factor * 1.1, s.mass_t * 1.1, s.uncertainty_pct, s.method, s.provenance
    FROM slice s JOIN release r ON r.id = s.release WHERE r.version = '1.1.0' AND s.year = 2022;
INSERT INTO slice (release, sector, gas, flow, origin, year, mass_t, uncertainty_pct, method)
    SELECT id, 'IPCC2006:2.D', 'CO2', 'emission', 'fossil', y, 7e5, 20, 'assumed' FROM release, generate_series(2011, 2023) y WHERE version = '1.1.0';
INSERT INTO slice (release, sector, gas, flow, origin, year, mass_t, uncertainty_pct, method)
    SELECT id, 'IPCC2006:2.G', 'SF6', 'emission', 'na', 2011, 2, 5, 'measured' FROM release WHERE version = '1.1.0';
INSERT INTO release_change (release, sort, reason, text_en, text_ru, text_uz, text_ko, sectors)
    SELECT id, 1, (SELECT code FROM change_reason ORDER BY sort LIMIT 1), 'Meters.', '', '', '', '{IPCC2006:1.A.2}' FROM release WHERE version = '1.1.0';
SELECT release_publish(id) FROM release WHERE version = '1.1.0';
"""
OLD, NEW = "uzbekistan@1.0.0", "uzbekistan@1.1.0"


@pytest.fixture(scope="module")
def copy(cluster, database):
    copy = cluster.create_database("two_releases", "template_loaded")
    with contextlib.closing(copy.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(SECOND)
    return copy


@pytest.fixture(scope="module")
def two(copy, start_server):
    return start_server(copy)


@pytest.fixture(scope="module")
def slices(copy):
    """Every slice of both releases with its gas's weight, and what is in each district of its field."""
    found = {}
    for release, year, *rest in copy.rows(
            "SELECT r.slug || '@' || r.version, s.year, s.sector, s.gas, s.origin, s.flow, s.fuel, s.mass_t, s.uncertainty_pct, s.method,"
            " coalesce(concat_ws('|', p.dataset, p.document, p.locator), ''), s.field, s.factor FROM fluxgrid.slice s"
            " JOIN fluxgrid.release r ON r.id = s.release LEFT JOIN fluxgrid.provenance p ON p.id = s.provenance"):
        found.setdefault((release, year), []).append(rest)
    return found


@pytest.fixture(scope="module")
def inside(copy):
    return {(d, f): (mass, sq) for d, f, mass, sq in copy.rows(
        "SELECT d.code, m.field, m.mass, m.sum_sq FROM fluxgrid.district_field m JOIN fluxgrid.district d ON d.id = m.district")}


@pytest.fixture(scope="module")
def fields(copy):
    return {i: rest for i, *rest in copy.rows("SELECT id, total, sum_sq, cell_uncertainty_pct FROM fluxgrid.field")}


@pytest.fixture(scope="module")
def masses(slices, inside, fields):
    """parts(release, year, ...): [(group, field, estimate, kt of CO2e, error of the total, error of the proxy)]"""
    def parts(release, year, district="UZ", flow="emission", sector=None):
        found = []
        for code, gas, origin, its_flow, fuel, mass, pct, method, source, field, factor in slices[release, year]:
            if (flow != "net" and its_flow != flow) or (sector and code != sector):
                continue
            weight = oracle.GWP["AR5-100"][gas, origin] * (-1 if flow == "net" and its_flow == "removal" else 1) / 1000
            share_error = 0.0
            if district != "UZ":
                total, sum_sq, cell_pct = fields[field] if field else (0, 0, 0)
                here, here_sq = inside.get((district, field), (0, 0))
                mass = factor * here if field else 0
                out, out_sq = total - here, max(sum_sq - here_sq, 0)
                if here > 0 and out > 0:
                    share_error = cell_pct / 100 * numpy.sqrt(((out / total) ** 2) * here_sq / here ** 2 + out_sq / total ** 2)
            kt = mass * weight
            found.append(((code, gas, origin, its_flow, fuel), field, (method, source), kt, kt * pct / 100, kt * share_error))
        return found
    return parts


def total(parts) -> float:
    return float(numpy.sum([p[3] for p in parts]))


def squares(errors) -> float:
    """Errors with one key add, those of different keys add in squares."""
    by_key = {}
    for key, error in errors:
        by_key[key] = by_key.get(key, 0) + error
    return sum(e * e for e in by_key.values())


def half_width(a, b, is_one_release, is_one_place=True) -> float:
    def estimates(parts):
        found = {}
        for p in parts:
            found.setdefault(p[0], set()).add(p[2])
        return found
    of_a, of_b = estimates(a), estimates(b)
    errors = [((0, p[0]), -p[4]) for p in a]
    errors += [((0 if is_one_release or of_a.get(p[0]) == of_b[p[0]] else 1, p[0]), p[4]) for p in b]
    proxies = [((0, p[1]), -p[5]) for p in a] + [((0 if is_one_place else 1, p[1]), p[5]) for p in b]
    return float(numpy.sqrt(squares(errors) + squares(proxies)))


def ask(server, **query):
    return server.json("/v1/compare?" + "&".join(f"{k}={v}" for k, v in query.items()))


def near(got, want):
    return got == pytest.approx(want, rel=1e-9, abs=1e-6)


def check_difference(row, a, b, width):
    want = total(b) - total(a)
    assert near(row["a"]["value"], total(a)) and near(row["b"]["value"], total(b))
    assert near(row["difference"]["value"], want)
    assert near(row["difference"]["lo"], want - width) and near(row["difference"]["hi"], want + width)
    assert near(row["percent"], 100 * want / abs(total(a))) and "reason" not in row


# --- years and districts of one release ----------------------------------------------------------

@pytest.mark.parametrize("district", ("UZ", "1708"))
@pytest.mark.parametrize("flow", ("emission", "removal", "net"))
def test_two_years(two, masses, district, flow):
    answer = ask(two, release=OLD, year=2012, to_year=2020, district=district, flow=flow)
    a, b = masses(OLD, 2012, district, flow), masses(OLD, 2020, district, flow)
    row, = answer["rows"]
    check_difference(row, a, b, half_width(a, b, True))
    assert row["real_change"] == row["difference"]
    assert row["recalculation"] == {"value": 0, "lo": 0, "hi": 0} and row["recalculation_by"] == [] and answer["changes"] == []
    assert answer["release"] == answer["to_release"] == OLD
    assert [(s["year"], s["district"]) for s in answer["sides"].values()] == [(2012, district), (2020, district)]


def test_the_error_of_a_trend_is_narrower_than_that_of_either_side(two):
    row, = ask(two, release=OLD, year=2021, to_year=2022)["rows"]
    for side in ("a", "b"):
        assert row["difference"]["hi"] - row["difference"]["lo"] < row[side]["hi"] - row[side]["lo"]


def test_two_districts_share_the_error_of_the_total_and_not_that_of_the_proxy(two, masses):
    row, = ask(two, release=OLD, year=2019, district=1708, to_district=1726)["rows"]
    a, b = masses(OLD, 2019, "1708"), masses(OLD, 2019, "1726")
    check_difference(row, a, b, half_width(a, b, True, False))
    assert row["recalculation"] is None and row["real_change"] is None and "two places" in row["split_reason"]


def test_by_district_and_sector(two, masses):
    rows = ask(two, release=OLD, year=2015, to_year=2019, groupby="district,sector")["rows"]
    assert len(rows) == len({(r["district"], r["sector"]) for r in rows}) > 14 * 10
    for row in rows[::7]:
        a, b = (masses(OLD, y, row["district"], sector=row["sector"]) for y in (2015, 2019))
        assert near(row["difference"]["value"], total(b) - total(a))


def test_by_gas_in_their_own_masses_and_by_flow(two):
    answer = ask(two, release=OLD, year=2015, to_year=2019, groupby="gas,flow", flow="net", unit="t")
    assert answer["gwp"] is None and set(answer["coverage"]["a"]["by_gas"]) == {"CO2", "CH4", "N2O"}
    for row in answer["rows"]:
        a, b = (1000 * oracle.total_kt(year=y, gas=row["gas"], flow=row["flow"]) for y in (2015, 2019))
        assert near(row["difference"]["value"], b - a) and near(row["percent"], 100 * (b - a) / a)


def test_per_head_of_each_side(two):
    people = {(r["code"], int(r["year"])): float(r["population"]) for r in oracle.table("population.csv")}
    row, = ask(two, release=OLD, year=2012, to_year=2020, district=1708, per="capita")["rows"]
    a, b = (1000 * oracle.total_kt("1708", oracle.co2e("AR5-100"), year=y, flow="emission") / people["1708", y] for y in (2012, 2020))
    assert near(row["a"]["value"], a) and near(row["b"]["value"], b) and near(row["difference"]["value"], b - a)
    assert row["a"]["denominator"] == people["1708", 2012] and row["real_change"] == row["difference"]
    row, = ask(two, release=OLD, year=2012, to_year=2020, district=1708, per="gdp")["rows"]
    assert row["difference"] is None and row["percent"] is None and row["reason"] == "a has no denominator"
    assert row["a"]["value"] is None and "product" in row["a"]["reason"] and row["split_reason"]


# --- releases ------------------------------------------------------------------------------------

def test_two_releases_of_one_year_are_all_recalculation_by_cause(two, masses):
    answer = ask(two, release=OLD, to_release=NEW, year=2019)
    a, b = masses(OLD, 2019), masses(NEW, 2019)
    row, = answer["rows"]
    check_difference(row, a, b, half_width(a, b, False))
    assert row["recalculation"] == row["difference"] and row["real_change"] == {"value": 0, "lo": 0, "hi": 0}
    was = {s: total(masses(OLD, 2019, sector="IPCC2006:" + s)) for s in ("1.A.2", "2.B.1", "2.A.1", "4.A", "2.C.1")}
    want = [("method", "estimated", "measured", -0.5 * was["2.B.1"]), ("method", "scaled", "measured", 0.2 * was["1.A.2"]),
            ("source", "scaled", "scaled", 0.5 * was["4.A"]), ("revised", "scaled", "scaled", -0.1 * was["2.A.1"]),
            ("added", None, "assumed", 700.0), ("removed", "estimated", None, -was["2.C.1"])]
    got = [(c["cause"], c["from"], c["to"], c["value"]) for c in row["recalculation_by"]]
    assert [g[:3] for g in got] == [w[:3] for w in want]
    assert all(near(g[3], w[3]) for g, w in zip(got, want))
    assert near(sum(g[3] for g in got), row["difference"]["value"])
    assert [(c["release"], c["text"], c["sectors"]) for c in answer["changes"]] == [(NEW, "Meters.", ["IPCC2006:1.A.2"])]
    assert answer["sides"]["b"]["attribution"] == "somebody else" != answer["attribution"]
    assert {"another"} < {p["dataset"] for p in answer["provenance"]}


@pytest.mark.parametrize("district", ("UZ", "1708"))
def test_releases_and_years_are_split_through_the_newer_release(two, masses, district):
    row, = ask(two, release=OLD, year=2013, to_release=NEW, to_year=2020, district=district)["rows"]
    a, pivot, b = masses(OLD, 2013, district), masses(NEW, 2013, district), masses(NEW, 2020, district)
    check_difference(row, a, b, half_width(a, b, False))
    width = half_width(a, pivot, False)
    assert near(row["recalculation"]["value"], total(pivot) - total(a)) and near(row["recalculation"]["hi"], total(pivot) - total(a) + width)
    width = half_width(pivot, b, True)
    assert near(row["real_change"]["value"], total(b) - total(pivot)) and near(row["real_change"]["lo"], total(b) - total(pivot) - width)
    assert near(row["recalculation"]["value"] + row["real_change"]["value"], row["difference"]["value"])
    assert near(sum(c["value"] for c in row["recalculation_by"]), row["recalculation"]["value"])


def test_towards_the_older_release_the_newer_one_still_says_what_is_real(two, masses):
    """The same question the other way round has the same parts with the other sign."""
    there, = ask(two, release=OLD, year=2013, to_release=NEW, to_year=2020)["rows"]
    back, = ask(two, release=NEW, year=2020, to_release=OLD, to_year=2013)["rows"]
    for key in ("difference", "recalculation", "real_change"):
        assert near(back[key]["value"], -there[key]["value"])
        assert near(back[key]["lo"], -there[key]["hi"]) and near(back[key]["hi"], -there[key]["lo"])
    assert {c["cause"] for c in back["recalculation_by"]} == {"method", "source", "revised", "added", "removed"}


def test_a_year_that_the_newer_release_lacks_leaves_the_split_undefined(two, masses):
    row, = ask(two, release=OLD, year=2010, to_release=NEW, to_year=2020)["rows"]
    check_difference(row, masses(OLD, 2010), masses(NEW, 2020), half_width(masses(OLD, 2010), masses(NEW, 2020), False))
    assert row["recalculation"] is None and row["real_change"] is None and row["recalculation_by"] == []
    assert row["split_reason"] == f"{NEW} has no data for 2010"


def test_rows_of_one_side_alone_are_there(two):
    rows = {r["sector"]: r for r in ask(two, release=OLD, to_release=NEW, year=2019, groupby="sector")["rows"]}
    added, gone = rows["IPCC2006:2.D"], rows["IPCC2006:2.C.1"]
    assert added["a"] is None and added["b"]["value"] == 700 and gone["b"] is None and gone["a"]["value"] > 0
    for row, words in ((added, f"a, {OLD} in 2019, has nothing of this row"), (gone, f"b, {NEW} in 2019, has nothing of this row")):
        assert row["difference"] is None and row["percent"] is None and row["reason"] == words
        assert row["recalculation"] is None and row["split_reason"]
    assert list(rows) == sorted(rows)


def test_a_gas_of_one_release_alone(two):
    for query, side in ((f"release={OLD}&to_release={NEW}", "b"), (f"release={NEW}&to_release={OLD}", "a")):
        row, = two.json(f"/v1/compare?{query}&year=2011&gas=SF6&unit=t")["rows"]
        assert row[side]["value"] == 2 and row["a" if side == "b" else "b"] is None and row["difference"] is None and row["reason"]
    assert two.json(f"/v1/compare?release={OLD}&to_year=2011&gas=SF6", 404)["errors"][0]["parameter"] == "gas"


# --- per cent ------------------------------------------------------------------------------------

def test_no_per_cent_of_nothing(two, masses):
    rows = ask(two, release=OLD, to_release=NEW, year=2019, groupby="district", sector="IPCC2006:2.B.2", gas="N2O")["rows"]
    zero = [r for r in rows if r["a"]["value"] == 0]
    assert zero
    for r in zero:
        assert r["difference"] == {"value": 0, "lo": 0, "hi": 0}
        assert r["percent"] is None and r["reason"] == "a is 0, of which there is no per cent"


def test_no_per_cent_across_zero(two):
    def net(code):
        return two.json(f"/v1/emissions?release={OLD}&flow=net&gas=CO2&district={code}")["rows"][0]["value"]
    by_sign = {net(code) > 0: code for code, area in oracle.areas().items() if area["level"] == "2"}
    assert len(by_sign) == 2
    row, = ask(two, release=OLD, district=by_sign[True], to_district=by_sign[False], flow="net", gas="CO2")["rows"]
    assert row["difference"]["value"] < 0 and row["percent"] is None and row["reason"] == "one side is above 0 and the other below"


# --- rules ---------------------------------------------------------------------------------------

@pytest.mark.parametrize("query,status,parameter", [
    ("", 400, "to_year"), ("year=2019&district=1708", 400, "to_year"), ("to_scenario=x&to_year=2012", 400, "to_scenario"),
    ("year=2010..2012&to_year=2013", 400, "year"), ("to_year=2010..2012", 400, "to_year"), ("to_year=1999", 404, "to_year"),
    ("to_year=x", 400, "to_year"), ("to_release=mars", 404, "to_release"), ("to_release=uzbekistan@9.9.9", 404, "to_release"),
    ("to_district=nowhere", 400, "to_district"), ("to_year=2012&groupby=year", 400, "groupby"),
    ("to_year=2012&groupby=sector,month", 400, "groupby"), ("to_district=1708&groupby=district", 400, "groupby"),
    (f"to_release={OLD}", 404, "to_year"), ("to_year=2012&format=geojson", 400, "format"), ("to_year=2012&month=2012-01", 400, "month"),
])
def test_what_is_refused(two, query, status, parameter):
    """Of the last release the latest year is 2023, which the first does not have: it is refused and not another one taken."""
    problem = two.json("/v1/compare?" + query, status)
    assert problem["errors"][0]["parameter"] == parameter and problem["errors"][0]["allowed"]


def test_what_is_not_said_of_b_is_as_in_a(two):
    answer = ask(two, release=OLD, year=2014, district=1708, to_release=NEW)
    assert answer["query"]["to_year"] == 2014 and answer["query"]["to_district"] == "1708" and answer["query"]["to_release"] == NEW
    text = "&".join(f"{k}={v}" for k, v in answer["query"].items())
    assert two.json("/v1/compare?" + text) == answer
    assert two.get("/v1/compare?" + text).headers["ETag"] == two.get(f"/v1/compare?release={OLD}&year=2014&district=1708&to_release={NEW}").headers["ETag"]


def test_kept_for_ever_only_when_both_releases_and_the_boundaries_are_named(two):
    whole = re.search(r"<([^>]+)>", two.get(f"/v1/compare?release={OLD}&year=2014&to_release=uzbekistan").headers["Link"]).group(1)
    whole = re.sub(r"^https?://[^/]+", "", whole)
    assert f"release={OLD}" in whole.replace("%40", "@") and f"to_release={NEW}" in whole.replace("%40", "@") and "boundaries=" in whole
    for path, is_immutable in ((whole, True), (whole.replace(f"to_release={NEW}", "to_release=uzbekistan"), False),
                               (whole.replace(f"&release={OLD}", "&release=uzbekistan"), False),
                               (re.sub(r"boundaries=\d+&", "", whole), False)):
        got = two.get(path)
        assert got.status_code == 200, path
        assert ("immutable" in got.headers["Cache-Control"]) == is_immutable, path
        assert two.get(path, headers={"If-None-Match": got.headers["ETag"]}).status_code == 304
        assert ('rel="canonical"' in got.headers["Link"]) != is_immutable and f"to_release={NEW}" in got.headers["Link"]


def test_the_tag_names_the_content_of_both_releases(two):
    tags = [two.get(f"/v1/compare?release={a}&to_release={b}&year=2019").headers["ETag"]
            for a in (OLD, NEW) for b in (OLD, NEW)]
    assert len(set(tags)) == 4


def test_csv_says_the_same_as_json(two):
    path = f"/v1/compare?release={OLD}&year=2013&to_release={NEW}&to_year=2020&groupby=sector,district"
    lines = list(csv.DictReader(io.StringIO(two.get(path + "&format=csv").text, newline="")))
    rows = two.json(path)["rows"]
    assert len(lines) == len(rows) > 100
    for line, row in zip(lines, rows):
        assert (line["district"], line["sector"], line["to_district"]) == (row["district"], row["sector"], row["district"])
        assert (line["year"], line["to_year"], line["release"], line["to_release"], line["unit"]) == ("2013", "2020", OLD, NEW, "kt")
        for name, value in (("a_value", (row["a"] or {}).get("value")), ("b_hi", (row["b"] or {}).get("hi")),
                            ("difference", (row["difference"] or {}).get("value")), ("percent", row["percent"]),
                            ("recalculation", (row["recalculation"] or {}).get("value"))):
            assert line[name] == "" if value is None else float(line[name]) == value
        assert line["reason"] == row.get("reason", "") and line["split_reason"] == row.get("split_reason", "")


def test_a_citation_thanks_the_makers_of_both_releases(two):
    text = two.get(f"/v1/compare?release={OLD}&to_release={NEW}&year=2019&cite=text").text
    assert f"to_release={NEW}" in text and "Attribution: somebody else." in text and text.count("Attribution: ") == 2
    assert text.count("Licence: ") == 1  # the same of both
