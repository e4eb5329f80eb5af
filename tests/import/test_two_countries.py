"""Two countries in one database do not touch each other: whatever happens to K (districts, releases, other
borders, again), every number and every answer of T stays as it was, byte by byte. They share border cells
on one grid, and a plant of T stands a little inside K."""
from __future__ import annotations

import json

import pytest

from kit import wait_until
from polygons import Polygons, box, feature, geojson
from tiny import point, total

BORDER = 60.853  # inside column 8 of the grid
SOUTH, NORTH = 41.2, 41.9
ANSWERS = [path.replace("?", "?release=tiny@1.0.0&").rstrip("&") for path in (
    "/v1/emissions?groupby=district,year,sector,gas,flow&year=2020..2021&level=2", "/v1/emissions?groupby=district&flow=net",
    "/v1/emissions?", "/v1/emissions?per=capita&groupby=district", "/v1/emissions?district=T12&groupby=sector",
    "/v1/emissions?groupby=district&format=geojson", "/v1/districts?", "/v1/districts?level=2&format=csv", "/v1/districts/T?",
    "/v1/districts/T12?", "/v1/districts/T12?format=geojson", "/v1/sectors/IPCC2006:1.A.4?", "/v1/sources?", "/v1/sources?district=T12",
    "/v1/sources/P2?", "/v1/indicators?level=2&year=2020..2021&groupby=sector", "/v1/indicators?level=1&format=csv", "/v1/audit?", f"/v1/at?lon={BORDER + 0.002}&lat=41.55", f"/v1/at?lon={BORDER}&lat=41.55", "/v1/at?lon=61.1&lat=41.5")] + [
    "/tiles/tiny@1.0.0/emissions-co2e/8/171/95.png", "/tiles/tiny@1.0.0/emissions-co2e/8/171/95.f32", "/tiles/tiny@1.0.0/emissions-co2e.json"]


def country(slug: str, code: str, west: float, middle: float, east: float, version="1.0.0", scale=1.0, **areas) -> Polygons:
    """Two districts of one region; masses and proxies are the tiny ones, scaled so that nothing is shared."""
    t = Polygons(slug=slug, version=version)
    for row in t.areas + t.population:
        for key in ("code", "parent", "name_en", "name_uz", "name_ru"):
            if row.get(key):
                row[key] = row[key].replace("T", code)
    t.raw["districts.geojson"] = geojson([
        feature(f"{code}11", box(west, SOUTH, middle, NORTH), f"{code}1"), feature(f"{code}12", box(middle, SOUTH, east, NORTH), f"{code}1")])
    for bands in t.rasters.values():
        for cells in bands["bands"].values():
            cells *= scale
    return t


def of_t() -> Polygons:
    t = country("tiny", "T", 60.1, 60.5, BORDER)
    t.points = [point("P1", 60.3, 41.55, 0.25), point("P2", BORDER + 0.002, 41.55, 0.75), point("P3", 60.7, 41.3, 1, "2.A.1", fuel="")]
    return t


def of_k(version="1.0.0", east=61.2) -> Polygons:
    k = country("kay", "K", BORDER, 61.0, east, version, scale=1.5)
    k.points = [point("Q1", BORDER - 0.002, 41.35, 0.4), point("Q2", 61.05, 41.55, 0.6), point("Q3", 61.1, 41.3, 1, "2.A.1", fuel="")]
    k.totals += [total(2021, "1.A.2", "CO2", 1000, "people", "oil")]
    return k


def numbers(database, code: str) -> dict:
    """Everything that a country's answers are made of, as PostgreSQL writes it."""
    fields = "(SELECT id FROM field WHERE countries = ARRAY[%s])"
    queries = {
        "district": "SELECT d::text FROM district d WHERE district_country(code) = %s ORDER BY code",
        "fractions": "SELECT c::text FROM district_cell c JOIN district d ON d.id = c.district WHERE district_country(d.code) = %s ORDER BY c.grid, c.district, c.cell",
        "district_field": f"SELECT m::text FROM district_field m WHERE field IN {fields} ORDER BY field, district",
        "outside": f"SELECT o::text FROM field_outside o WHERE field IN {fields} ORDER BY field, level",
        "points": f"SELECT s::text FROM source_field s WHERE field IN {fields} ORDER BY field, source",
        "blocks": f"SELECT field, level, bx, by, md5(cells), sum FROM block WHERE field IN {fields} ORDER BY 1, 2, 3, 4",
        "audit": "SELECT a::text FROM release r, audit(r.id) a WHERE r.countries = ARRAY[%s] AND r.version = '1.0.0' ORDER BY a::text",
    }
    found = {name: database.rows(sql, (code,)) for name, sql in queries.items()}
    assert all(found.values()), {name: len(rows) for name, rows in found.items()}
    return found


def answers(server) -> dict:
    found = {}
    for path in ANSWERS:
        got = server.get(path, headers={"Accept-Encoding": "identity"})
        assert got.status_code == 200, f"{path}: {got.text[:500]}"
        found[path] = (got.headers["ETag"], got.content)
    return found


@pytest.fixture(scope="module")
def both(cluster, _migrated, run_fluxgrid, workdir, start_server):
    """(database, server, numbers and answers of T before K came)"""
    database = cluster.create_database("two_countries", _migrated.name)
    run_fluxgrid("import", of_t().write(workdir / "of-t"), database=database, check=True)
    server = start_server(database)
    return database, server, numbers(database, "T"), answers(server)


def has_seen(server, database) -> bool:
    """Does the server answer from what the database holds now?"""
    slugs = {f"{slug}@{version}" for slug, version in database.rows("SELECT slug, version FROM release WHERE state = 'published'")}
    shown = server.json("/v1/releases")
    return slugs == {f"{row['slug']}@{row['version']}" for row in shown.get("rows", shown.get("releases", []))}


def test_the_plant_over_the_border_counts_at_home(both):
    database, *_ = both
    assert database.rows("SELECT d.code FROM source_field f JOIN source s ON s.id = f.source JOIN district d ON d.id = f.district "
                         "WHERE s.code = 'P2'") == [("T12",)]


def test_nothing_of_t_changes_whatever_happens_to_k(both, run_fluxgrid, workdir):
    database, server, before, said = both
    moved = of_k(east=61.17)
    moved.only_boundaries()
    steps = {"k comes": of_k(), "k again": of_k(), "k moves its borders": moved, "k's borders again": moved,
             "k's next version": of_k("1.1.0", east=61.18)}
    seen = set()
    for step, manifest in steps.items():
        run_fluxgrid("import", manifest.write(workdir / step.replace(" ", "-").replace("'", "")), database=database, check=True)
        assert wait_until(lambda: has_seen(server, database)), step
        now = numbers(database, "T")
        assert {name for name in before if now[name] != before[name]} == set(), step
        shown = answers(server)
        assert {path for path in said if shown[path] != said[path]} == set(), step
        seen.add(database.value("SELECT md5(string_agg(c::text, '' ORDER BY c.district, c.cell)) FROM district_cell c JOIN district d ON d.id = c.district "
                                "WHERE district_country(d.code) = 'K'"))
    assert len(seen) == 3  # K's borders were three different ones, so that there was something to touch


def test_k_is_as_if_alone(both, run_fluxgrid, workdir, empty_database):
    database, *_ = both
    alone = empty_database()
    run_fluxgrid("import", of_k("1.1.0", east=61.18).write(workdir / "k-alone"), database=alone, check=True)
    masses = ("SELECT d.code, f.name, s.year, s.sector, s.factor * m.mass FROM slice s JOIN release r ON r.id = s.release AND r.slug = 'kay' AND r.version = '1.1.0' "
              "JOIN field f ON f.id = s.field JOIN district_field m ON m.field = f.id JOIN district d ON d.id = m.district ORDER BY 1, 2, 3, 4")
    here, there = database.rows(masses), alone.rows(masses)
    assert len(here) == len(there) > 20
    for one, other in zip(here, there, strict=True):
        assert one[:4] == other[:4] and one[4] == pytest.approx(other[4], rel=1e-12)
    assert database.rows("SELECT d.code, s.code FROM source_field f JOIN source s ON s.id = f.source JOIN district d ON d.id = f.district WHERE s.code = 'Q1'")[0] == ("K11", "Q1")


def test_a_release_answers_by_its_own_country(both):
    _, server, *_ = both
    assert server.json("/v1/emissions?release=tiny")["query"]["district"] == "T"
    assert server.json("/v1/emissions?release=kay")["query"]["district"] == "K"
    assert [row["district"] for row in server.json("/v1/districts?release=kay")["rows"]] == ["K", "K1", "K11", "K12"]
    assert server.json("/v1/districts/K12?release=kay")["rank"]["of"] == 2
    for path in ("/v1/districts/K12?release=tiny", "/v1/emissions?district=K&release=tiny", "/v1/districts?parent=K&release=tiny"):
        problem = server.json(path, status=404)
        assert problem["detail"] == "the release is not about this district", path


def test_two_countries_in_one_import(run_fluxgrid, fresh, folder):
    """Their districts together, and a release about one of them, both, or a country that is not there."""
    t, k = of_t(), of_k()
    t.areas += k.areas
    t.population += k.population
    t.raw["districts.geojson"] = geojson([
        feature("T11", box(60.1, SOUTH, 60.5, NORTH)), feature("T12", box(60.5, SOUTH, BORDER, NORTH)),
        feature("K11", box(BORDER, SOUTH, 61.0, NORTH)), feature("K12", box(61.0, SOUTH, 61.2, NORTH))])
    t.manifest["release"]["countries"] = ["T"]
    run_fluxgrid("import", t.write(folder / "one"), database=fresh, check=True)
    assert fresh.rows("SELECT countries FROM release") == [(["T"],)]
    assert fresh.rows("SELECT DISTINCT countries FROM field") == [(["T"],)]
    assert fresh.rows("SELECT DISTINCT district_country(d.code) FROM district_field m JOIN district d ON d.id = m.district") == [("T",)]
    assert {code for code, in fresh.rows("SELECT code FROM district WHERE level = 0")} == {"T", "K"}

    del t.manifest["release"]["countries"]
    t.manifest["release"]["version"] = "2.0.0"
    run_fluxgrid("import", t.write(folder / "both"), database=fresh, check=True)
    assert fresh.rows("SELECT countries FROM release WHERE version = '2.0.0'") == [(["K", "T"],)]
    assert fresh.value("SELECT bool_and(a.ok) FROM release r, audit(r.id) a") is True
    # a plant of T inside K is K's in a release about both
    assert fresh.rows("SELECT d.code FROM source_field f JOIN field p ON p.id = f.field AND p.countries = '{K,T}' JOIN source s ON s.id = f.source "
                      "JOIN district d ON d.id = f.district WHERE s.code = 'P2'") == [("K11",)]

    t.manifest["release"].update(version="3.0.0", countries=["T", "Z"])
    before = fresh.fingerprint()
    done = run_fluxgrid("import", t.write(folder / "none"), database=fresh)
    assert done.returncode == 2 and "manifest.json: release.countries = 'Z': is no country (district of level 0) that is known; " in done.stderr
    assert fresh.fingerprint() == before


def test_boundaries_of_a_country_are_its_own_revision(both, run_fluxgrid, workdir):
    database, server, *_ = both
    if not database.value("SELECT count(*) FROM release WHERE slug = 'kay'"):  # unless an earlier test brought it
        run_fluxgrid("import", of_k().write(workdir / "kay"), database=database, check=True)
        assert wait_until(lambda: has_seen(server, database))
    link = json.loads(server.get("/v1/emissions?release=tiny").text)["query"]["boundaries"]
    assert link == database.value("SELECT revision FROM district WHERE code = 'T'")
    assert json.loads(server.get("/v1/emissions?release=kay").text)["query"]["boundaries"] == database.value("SELECT revision FROM district WHERE code = 'K'")
    assert database.value("SELECT boundary FROM revision") > link
