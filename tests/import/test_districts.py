"""Districts from vector files: any format and coordinate system, levels linked by code, statistics,
and what is measured, mended or refused. The oracles are shapely and PostGIS's own operators."""
from __future__ import annotations

import json

import pytest
import shapely.geometry as sg
import shapely.wkb

from polygons import (EAST, MIDDLE, NAMES, NORTH, SOUTH, WEST, Polygons, box, entry, feature, geojson, two)
from tiny import Tiny


def masses(database) -> dict:
    return {(code, name): mass for code, name, mass in database.rows(
        "SELECT d.code, f.name, df.mass FROM district_field df JOIN district d ON d.id = df.district JOIN field f ON f.id = df.field")}


def shape(database, code):
    return shapely.wkb.loads(bytes(database.value("SELECT ST_AsBinary(geom) FROM district WHERE code = %s", (code,))))


@pytest.fixture(scope="module")
def by_mask(cluster, _migrated, run_fluxgrid, workdir):
    """The district masses of tiny.py, whose mask has the same borders."""
    database = cluster.create_database("districts_by_mask", _migrated.name)
    run_fluxgrid("import", Tiny().write(workdir / "districts-by-mask"), database=database, check=True)
    yield masses(database)
    cluster.drop_database(database.name)


def imports(run_fluxgrid, fresh, manifest, folder, *options):
    """@return (exit, report, standard output and error)"""
    report = folder / "report.json"
    report.touch()
    report.chmod(0o666)
    done = run_fluxgrid("import", *options, manifest, "--report", report, database=fresh)
    text = report.read_text()
    return done.returncode, json.loads(text) if text else None, done.stdout + done.stderr


# --- every format and coordinate system gives the same districts --------------------------------------

@pytest.mark.parametrize("name, epsg, more", [
    ("d.geojson", 4326, {}), ("d.gpkg", 4326, {"layer": "districts"}), ("d.shp", 4326, {}), ("d.fgb", 4326, {}),
    ("d.csv", 4326, {"wkt": "wkt", "crs": "EPSG:4326"}), ("d.gpkg", 32641, {}), ("d.shp", 3857, {}),
    ("d.csv", 32641, {"wkt": "wkt", "crs": "EPSG:32641"}), ("d.shp", None, {"crs": "EPSG:4326"}), ("d.gpkg", 4284, {})])
def test_any_format_and_crs(run_fluxgrid, fresh, folder, by_mask, name, epsg, more):
    t = Polygons()
    t.manifest["districts"]["files"] = [entry(name, **more)]
    if epsg is None:
        t.layers[name] = (two(), {"epsg": None})
    else:
        t.layers[name] = (two(), {"epsg": epsg})
    # to another datum and back is not exact; the slivers of reprojected borders are mended
    t.manifest["districts"]["geometry"] = "repair" if epsg not in (4326, None) else "refuse"
    status, report, said = imports(run_fluxgrid, fresh, t.write(folder), folder)
    assert status == 0, said
    found = masses(fresh)
    exact = epsg in (4326, None)
    assert set(found) == set(by_mask)
    for key, mass in by_mask.items():
        assert found[key] == pytest.approx(mass, rel=1e-12 if exact else 1e-5), key
    assert report["districts"]["districts"] == {"level 0": 1, "level 1": 1, "level 2": 2}


def test_true_areas_and_names(run_fluxgrid, fresh, folder):
    """All three levels from files, names and parents from attributes, no table of areas."""
    t = Polygons()
    whole = box(WEST, SOUTH, EAST, NORTH)
    t.raw["d1.geojson"] = geojson([feature("T1", whole, "T", iso="T-1", uzc="Т1 вилояти")])
    t.raw["d0.geojson"] = geojson([feature("T", whole, None, name_ko="나라")])
    t.manifest["districts"] = {"files": [
        entry(), entry("d1.geojson", 1, iso="iso", names={**NAMES, "uz_cyrl": "uzc"}),
        entry("d0.geojson", 0, names={**NAMES, "ko": "name_ko"})]}
    t.manifest["districts"]["files"][0]["parent_code"] = "T1"
    del t.manifest["districts"]["files"][0]["parent"]
    status, report, said = imports(run_fluxgrid, fresh, t.write(folder), folder)
    assert status == 0, said
    assert fresh.rows("SELECT code, level::integer, parent, iso, name_ru, name_ko, name_uz_cyrl, is_union FROM district ORDER BY code") == [
        ("T", 0, None, "", "Район T", "나라", "", False), ("T1", 1, "T", "T-1", "Район T1", "", "Т1 вилояти", False),
        ("T11", 2, "T1", "", "Район T11", "", "", False), ("T12", 2, "T1", "", "Район T12", "", "", False)]
    assert report["districts"]["gaps"]["count"] == report["districts"]["overlaps"]["pairs"] == report["districts"]["outside_parent"]["count"] == 0
    # each level has polygons of its own, and its own balance
    assert fresh.value("SELECT bool_and(ok) FROM audit((SELECT id FROM release))") is True


# --- statistics ---------------------------------------------------------------------------------------

def test_statistics(run_fluxgrid, fresh, folder):
    t = Polygons()
    t.raw["stat.csv"] = (b"code,year,population,population_status,gdp,gdp_unit,gdp_status\n"
                         b"T,2020,,,8.5e9,USD 2015,official\nT11,2021,120.5,estimated,,,\nT12,2022,3,official,4,USD 2015,estimated\n")
    t.manifest["districts"]["statistics"] = ["stat.csv"]
    del t.manifest["districts"]["population"]
    status, report, said = imports(run_fluxgrid, fresh, t.write(folder), folder)
    assert status == 0, said
    assert fresh.rows("SELECT district, year::integer, population, population_status, gdp, gdp_unit, gdp_status FROM district_stat ORDER BY 1, 2") == [
        ("T", 2020, None, None, 8.5e9, "USD 2015", "official"), ("T11", 2021, 120.5, "estimated", None, None, None),
        ("T12", 2022, 3, "official", 4, "USD 2015", "estimated")]
    # statistics alone, later: what they do not name stays, and the revision is another
    before = fresh.value("SELECT boundary FROM revision")
    later = folder / "later"
    later.mkdir()
    later.chmod(0o755)
    (later / "more.csv").write_bytes(b"code,year,population,population_status\nT,2020,999,official\n")
    (later / "m.json").write_text(json.dumps({"fluxgrid": 1, "districts": {"statistics": ["more.csv"]}}))
    done = run_fluxgrid("import", later / "m.json", database=fresh, check=True)
    assert "replaced" in done.stdout
    assert fresh.rows("SELECT population, gdp FROM district_stat WHERE district = 'T'") == [(999, 8.5e9)]
    assert fresh.value("SELECT boundary FROM revision") == before + 1
    again = run_fluxgrid("import", later / "m.json", database=fresh, check=True)
    assert "nothing to do" in again.stdout
    assert fresh.value("SELECT boundary FROM revision") == before + 1


@pytest.mark.parametrize("rows, said", [
    ("T,2020,1,,,,\n", "stat.csv:2: population_status = ''"),
    ("T,2020,,,5,,official\n", "stat.csv:2: gdp_unit = ''"),
    ("T,2020,,,5,USD,guess\n", "stat.csv:2: gdp_status = 'guess'"),
    ("T,2020,,,,,\n", "stat.csv:2: code = 'T': has neither a population nor a GDP; "),
    ("T,2020,1,official,,,\nT,2020,2,official,,,\n", "stat.csv:3: code = 'T': year 2020 stands in stat.csv:2 too; "),
    ("Z,2020,1,official,,,\n", "stat.csv:2: code = 'Z': is no code of areas.csv; "),
    ("T,2020,-1,official,,,\n", "stat.csv:2: population = '-1'"),
    ("T,2020,1,official,-1,USD,official\n", "stat.csv:2: gdp = '-1'")])
def test_statistics_refused(run_fluxgrid, fresh, folder, rows, said):
    t = Polygons()
    t.raw["stat.csv"] = ("code,year,population,population_status,gdp,gdp_unit,gdp_status\n" + rows).encode()
    t.manifest["districts"]["statistics"] = ["stat.csv"]
    del t.manifest["districts"]["population"]
    refused(run_fluxgrid, fresh, t, folder, said)


# --- refusals: file, feature, attribute, value, rule and remedy ---------------------------------------

def refused(run_fluxgrid, database, t, folder, *said):
    before = database.fingerprint()
    done = run_fluxgrid("import", t.write(folder), database=database)
    assert done.returncode == 2, done.stdout + done.stderr
    for part in said:
        assert part in done.stderr, done.stderr
    lines = [line for line in done.stderr.splitlines() if any(part in line for part in said)]
    assert all("; " in line for line in lines), done.stderr
    assert database.fingerprint() == before


BOW = {"type": "Polygon", "coordinates": [[[WEST, SOUTH], [MIDDLE, NORTH], [MIDDLE, SOUTH], [WEST, NORTH], [WEST, SOUTH]]]}
SWAPPED = sg.Polygon([(y, x) for x, y in two()[0]["geometry"].exterior.coords])


def with_features(*features, **districts):
    def change(t):
        t.raw["districts.geojson"] = geojson(list(features))
        t.manifest["districts"].update(districts)
    return change


def without_areas(change):
    def both(t):
        change(t)
        del t.manifest["districts"]["areas"]
        del t.manifest["districts"]["population"]
        t.raw["d1.geojson"] = geojson([feature("T1", box(WEST, SOUTH, EAST, NORTH), "T")])
        t.raw["d0.geojson"] = geojson([feature("T", box(WEST, SOUTH, EAST, NORTH), None)])
        t.manifest["districts"]["files"] += [entry("d1.geojson", 1), entry("d0.geojson", 0)]
    return both


T11, T12 = two()
OVERLAP = feature("T12", box(MIDDLE - 0.01, SOUTH, EAST, NORTH))
AWAY = feature("T12", box(MIDDLE + 3, SOUTH, EAST + 3, NORTH))
REFUSED = {
    "duplicate code": (with_features(T11, T12, T12), "districts.geojson:3: code = 'T12': is the code of feature 2 of districts.geojson too; "),
    "unknown code": (with_features(T11, T12, feature("T13", box(50, 40, 51, 41))), "districts.geojson:3: code = 'T13': is no code of the table of areas; "),
    "wrong level": (with_features(T11, T12, feature("T1", T11["geometry"])), "districts.geojson:3: code = 'T1': is of level 1 in the table of areas"),
    "unknown parent": (without_areas(with_features(T11, {**T12, "parent": "T9"})), "districts.geojson:2: parent = 'T9': is no code of level 1; "),
    "empty parent": (without_areas(with_features(T11, {**T12, "parent": ""})), "districts.geojson:2: parent: is empty; "),
    "null parent": (without_areas(with_features(T11, {**T12, "parent": None})), "districts.geojson:2: parent: is empty; "),
    "empty name": (without_areas(with_features(T11, {**T12, "name_uz": None})), "districts.geojson:2: name_uz: is empty; "),
    "empty code": (with_features(T11, {**T12, "code": None}), "districts.geojson:2: code: is empty; "),
    "blank in a code": (with_features(T11, {**T12, "code": "T12 "}), "districts.geojson:2: code = 'T12 ': has a blank"),
    "no geometry": (with_features(T11, {**T12, "geometry": None}), "districts.geojson:2: geometry: has no geometry; "),
    "empty geometry": (with_features(T11, {**T12, "geometry": {"type": "Polygon", "coordinates": []}}), "districts.geojson:2: geometry: has no geometry; "),
    "point": (with_features(T11, {**T12, "geometry": sg.Point(60.7, 41.5)}), "districts.geojson:2: geometry: is a point, not a polygon; "),
    "line": (with_features(T11, {**T12, "geometry": sg.LineString([(60.7, 41.5), (61, 41.6)])}), "districts.geojson:2: geometry: is a line, not a polygon; "),
    "collection": (with_features(T11, {**T12, "geometry": {"type": "GeometryCollection", "geometries": [sg.mapping(T12["geometry"]), sg.mapping(sg.Point(60.7, 41.5))]}}),
                   "districts.geojson:2: geometry: is a collection, not a polygon; "),
    "bow tie": (with_features({**T11, "geometry": BOW}, T12), "districts.geojson:1: geometry: is invalid (Self-intersection"),
    "overlap": (with_features(T11, OVERLAP), "districts.geojson:2: geometry = 'T12': overlaps T11 by "),
    "latitude of 127": (with_features(T11, {**T12, "geometry": box(37, 126, 38, 127)}), "districts.geojson:2: geometry: has a latitude beyond 90 degrees: its axes are swapped; "),
    "swapped against bbox": (with_features({**T11, "geometry": SWAPPED}, T12, bbox=[59, 40, 62, 43]), "districts.geojson:1: geometry: lies at 41.200..41.900 E, 60.100..60.600 N, not in \"bbox\"; "),
    "metres": (with_features(T11, {**T12, "geometry": box(600000, 4600000, 640000, 4650000)}), "districts.geojson:2: geometry: is not in degrees"),
    "antimeridian": (with_features(T11, {**T12, "geometry": {"type": "Polygon", "coordinates": [[[179, 41], [-179, 41], [-179, 42], [179, 42], [179, 41]]]}}),
                     "districts.geojson:2: geometry: has an edge over more than 180 degrees"),
    "longitude of 190": (with_features(T11, {**T12, "geometry": box(179, 41, 190, 42)}), "districts.geojson:2: geometry: has a longitude beyond 180 degrees; "),
    "other crs than declared": (lambda t: t.manifest["districts"]["files"][0].update(crs="EPSG:32641"), "crs = 'EPSG:32641': the file itself says"),
    "child outside its parent": (without_areas(with_features(T11, AWAY)), "districts.geojson:2: parent = 'T1': 100.00 % of T12 lies outside it"),
    "attribute that is not there": (lambda t: t.manifest["districts"]["files"][0].update(code="soato"), "districts.geojson: soato: is no attribute of the file; "),
    "area without polygon": (with_features(T11), "T12: neither a polygon or mask value nor an area below it; "),
    "truncated": (lambda t: t.raw.update({"districts.geojson": geojson(two())[:-40]}), "districts.geojson: is no GeoJSON file that can be read"),
    "kml": (lambda t: (t.raw.update({"d.kml": b"<kml/>"}), t.manifest["districts"]["files"][0].update(file="d.kml")), "d.kml: is no vector file that is read; "),
    "files and mask": (lambda t: t.manifest["districts"].update(mask="districts.geojson"), "districts.mask"),
    "parent of a country": (without_areas(lambda t: t.manifest["districts"]["files"].append(entry("d0.geojson", 0, parent="parent"))), "districts.files[1].parent"),
    "two parents": (lambda t: t.manifest["districts"]["files"][0].update(parent_code="T1"), "districts.files[0].parent_code"),
    "level 3": (lambda t: t.manifest["districts"]["files"][0].update(level=3), "districts.files[0].level"),
    "no names": (without_areas(lambda t: t.manifest["districts"]["files"][0].pop("names")), "districts.files[0].names"),
    "geometry guessed": (lambda t: t.manifest["districts"].update(geometry="guess"), "districts.geometry"),
    "path outside the folder": (lambda t: t.manifest["districts"]["files"][0].update(file="../d.geojson"), "districts.files[0].file"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(run_fluxgrid, tiny_database, folder, case):
    change, *said = REFUSED[case]
    t = Polygons(slug="poly")
    change(t)
    refused(run_fluxgrid, tiny_database, t, folder, *said)


def test_several_faults_at_a_time(run_fluxgrid, tiny_database, folder):
    t = Polygons(slug="poly")
    t.raw["districts.geojson"] = geojson([{**T11, "geometry": BOW}, T12, T12, feature("T13", box(50, 40, 51, 41))])
    refused(run_fluxgrid, tiny_database, t, folder, "districts.geojson:1: ", "districts.geojson:3: ", "districts.geojson:4: ")
