"""What does not fit is measured, mended or refused; boundaries alone; and the files of a Shapefile."""
from __future__ import annotations

import json
import os

import pytest
import shapely.geometry as sg
import shapely.ops
import shapely.wkb
from pyproj import Geod

from polygons import EAST, MIDDLE, NORTH, SOUTH, WEST, Polygons, box, entry, feature, geojson, two, write_layer

GEOD = Geod(ellps="WGS84")
T11, T12 = two()
WHOLE = box(WEST, SOUTH, EAST, NORTH)


def km2(shape) -> float:
    """Geodesic, edges straight in degrees: cut into short pieces first."""
    parts = shape.geoms if hasattr(shape, "geoms") else [shape]
    total = 0.0
    for part in parts:
        ring = part.exterior
        dense = [ring.interpolate(d) for d in [i * 0.001 for i in range(int(ring.length / 0.001))]] + [sg.Point(p) for p in ring.coords]
        dense = sorted(dense, key=ring.project)
        total += abs(GEOD.polygon_area_perimeter([p.x for p in dense], [p.y for p in dense])[0]) / 1e6
    return total


def shape_of(database, code):
    return shapely.wkb.loads(bytes(database.value("SELECT ST_AsBinary(geom) FROM district WHERE code = %s", (code,))))


def masses(database):
    return database.rows("SELECT d.code, f.name, df.mass, df.sum_sq FROM district_field df JOIN district d ON d.id = df.district "
                         "JOIN field f ON f.id = df.field ORDER BY 1, 2")


def imported(run_fluxgrid, database, manifest, *options):
    """@return the report"""
    out = manifest.parent / "report.json"
    out.touch()
    out.chmod(0o666)
    done = run_fluxgrid("import", *options, manifest, "--report", out, database=database)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(out.read_text())


def refused(run_fluxgrid, database, manifest, *said):
    before = database.fingerprint()
    done = run_fluxgrid("import", manifest, database=database)
    assert done.returncode == 2, done.stdout + done.stderr
    for part in said:
        assert part in done.stderr, done.stderr
    assert database.fingerprint() == before


def levels(*features, **options) -> Polygons:
    """Level 2 from features; region and country have outlines of their own, one degree rectangle."""
    t = Polygons(**options)
    t.raw["districts.geojson"] = geojson(list(features))
    t.raw["d1.geojson"] = geojson([feature("T1", WHOLE, "T")])
    t.raw["d0.geojson"] = geojson([feature("T", WHOLE, None)])
    t.manifest["districts"]["files"] += [entry("d1.geojson", 1), entry("d0.geojson", 0)]
    return t


def is_balanced(database) -> bool:
    return database.value("SELECT bool_and(a.ok) FROM release r, audit(r.id) a")


# --- geometry ------------------------------------------------------------------------------------------

def test_an_invalid_polygon_is_repaired_and_told(run_fluxgrid, fresh, folder):
    bow = [(WEST, SOUTH), (MIDDLE, NORTH), (MIDDLE, SOUTH), (WEST, NORTH), (WEST, SOUTH)]
    t = Polygons()
    t.raw["districts.geojson"] = geojson([{**T11, "geometry": {"type": "Polygon", "coordinates": [bow]}}, T12])
    t.manifest["districts"]["geometry"] = "repair"
    report = imported(run_fluxgrid, fresh, t.write(folder))["districts"]
    (repaired,) = report["repaired"]
    centre = ((WEST + MIDDLE) / 2, (SOUTH + NORTH) / 2)
    wanted = shapely.ops.unary_union([sg.Polygon([(WEST, SOUTH), centre, (WEST, NORTH)]), sg.Polygon([(MIDDLE, SOUTH), centre, (MIDDLE, NORTH)])])
    assert (repaired["file"], repaired["feature"], repaired["code"]) == ("districts.geojson", 1, "T11")
    assert repaired["reason"].startswith("Self-intersection") and repaired["km2"] == pytest.approx(km2(wanted), rel=1e-6)
    assert shape_of(fresh, "T11").symmetric_difference(wanted).area < 1e-9
    assert is_balanced(fresh)


def test_an_overlap_counts_once(run_fluxgrid, fresh, folder):
    wide = feature("T12", box(MIDDLE - 0.013, SOUTH, EAST, NORTH))
    t = Polygons()
    t.raw["districts.geojson"] = geojson([wide, T11])
    t.manifest["districts"]["geometry"] = "repair"
    report = imported(run_fluxgrid, fresh, t.write(folder))["districts"]
    strip = box(MIDDLE - 0.013, SOUTH, MIDDLE, NORTH)
    (pair,) = report["overlaps"]["largest"]
    assert (pair["level"], pair["keeps"], pair["loses"]) == (2, "T11", "T12") and report["overlaps"]["pairs"] == 1
    assert pair["km2"] == report["overlaps"]["km2"] == pytest.approx(km2(strip), rel=1e-4)
    assert strip.contains(sg.Point(pair["lon"], pair["lat"]))
    assert shape_of(fresh, "T12").symmetric_difference(T12["geometry"]).area < 1e-12
    assert is_balanced(fresh)


def test_a_sliver_is_no_reason_to_refuse(run_fluxgrid, fresh, folder):
    t = Polygons()
    t.raw["districts.geojson"] = geojson([T11, feature("T12", box(MIDDLE - 1e-11, SOUTH, EAST, NORTH))])
    report = imported(run_fluxgrid, fresh, t.write(folder))["districts"]
    assert report["overlaps"]["pairs"] == 1 and 0 < report["overlaps"]["km2"] < 1e-6
    assert is_balanced(fresh)


def test_gaps_and_their_places(run_fluxgrid, fresh, folder):
    lake = box(60.3, 41.4, 60.35, 41.45)
    t = levels({**T11, "geometry": T11["geometry"].difference(lake)}, feature("T12", box(MIDDLE + 0.02, SOUTH, EAST, NORTH)))
    report = imported(run_fluxgrid, fresh, t.write(folder))["districts"]
    strip = box(MIDDLE, SOUTH, MIDDLE + 0.02, NORTH)
    assert report["gaps"]["count"] == 2
    for found, wanted in zip(report["gaps"]["largest"], (strip, lake)):
        assert (found["level"], found["code"]) == (1, "T1")
        assert found["km2"] == pytest.approx(km2(wanted), rel=1e-4)
        assert wanted.contains(sg.Point(found["lon"], found["lat"]))
    assert is_balanced(fresh)


def test_a_hole_in_a_union_is_a_gap(run_fluxgrid, fresh, folder):
    hole = box(60.3, 41.4, 60.35, 41.45)
    t = Polygons()
    t.raw["districts.geojson"] = geojson([{**T11, "geometry": T11["geometry"].difference(hole)}, T12])
    report = imported(run_fluxgrid, fresh, t.write(folder))["districts"]
    assert [(g["level"], g["code"]) for g in report["gaps"]["largest"]] == [(0, "T"), (1, "T1")]
    assert report["gaps"]["km2"] == pytest.approx(2 * km2(hole), rel=1e-4)


def test_children_outside_their_parent(run_fluxgrid, fresh, folder):
    out = box(EAST, SOUTH, EAST + 0.004, NORTH)
    t = levels(T11, feature("T12", T12["geometry"].union(out)))
    report = imported(run_fluxgrid, fresh, t.write(folder))["districts"]
    (found,) = report["outside_parent"]["largest"]
    assert (found["level"], found["code"]) == (2, "T12") and found["km2"] == pytest.approx(km2(out), rel=1e-4)
    far = levels(T11, feature("T12", T12["geometry"].union(box(EAST, SOUTH, EAST + 0.02, NORTH))), version="1.0.1")
    later = folder / "later"
    refused(run_fluxgrid, fresh, far.write(later), "districts.geojson:2: parent = 'T1': 3.23 % of T12 lies outside it", '"outside_pct" (now 1)')
    far.manifest["districts"]["outside_pct"] = 5
    imported(run_fluxgrid, fresh, far.write(later))
    assert is_balanced(fresh)


# --- boundaries alone ------------------------------------------------------------------------------------

@pytest.fixture
def moved(folder):
    """boundaries.json with a slanted border between the two, in its own folder."""
    t = Polygons()
    cut = sg.LineString([(MIDDLE - 0.07, SOUTH - 1), (MIDDLE + 0.11, NORTH + 1)])
    west, east = sorted(shapely.ops.split(WHOLE, cut).geoms, key=lambda g: g.centroid.x)
    t.raw["districts.geojson"] = geojson([feature("T11", west), feature("T12", east)])
    return t


def test_boundaries_alone_replace_those_of_every_release(run_fluxgrid, fresh, empty_database, folder, moved):
    first = Polygons()
    imported(run_fluxgrid, fresh, first.write(folder / "first"))
    before = masses(fresh)
    kept = fresh.rows("SELECT md5(string_agg(s::text, '' ORDER BY s::text)) FROM slice s"), fresh.rows("SELECT sha256, version, report FROM release")
    other = empty_database()  # the same release with the new boundaries from the start
    imported(run_fluxgrid, other, moved.write(folder / "whole"))

    moved.only_boundaries()
    manifest = moved.write(folder / "moved")
    dry = imported(run_fluxgrid, fresh, manifest, "--dry-run")
    assert dry["dry_run"] is True and masses(fresh) == before
    report = imported(run_fluxgrid, fresh, manifest)
    assert report["already_there"] is False and report["districts"]["reshaped"] == 4  # the unions have new vertices
    for found, wanted in zip(masses(fresh), masses(other), strict=True):
        assert found[:2] == wanted[:2] and found[2:] == pytest.approx(wanted[2:], rel=1e-12)
    assert masses(fresh) != before
    assert [row[2] for row in fresh.rows("SELECT * FROM field_outside ORDER BY 1, 2")] == pytest.approx(
        [row[2] for row in other.rows("SELECT * FROM field_outside ORDER BY 1, 2")], rel=1e-12, abs=1e-9)
    assert fresh.rows("SELECT code, ST_AsEWKB(geom), area_km2 FROM district ORDER BY 1") == other.rows("SELECT code, ST_AsEWKB(geom), area_km2 FROM district ORDER BY 1")
    assert kept == (fresh.rows("SELECT md5(string_agg(s::text, '' ORDER BY s::text)) FROM slice s"), fresh.rows("SELECT sha256, version, report FROM release"))
    assert is_balanced(fresh)

    state = fresh.fingerprint()
    again = imported(run_fluxgrid, fresh, manifest)
    assert again["already_there"] is True and again["districts"]["changed"] == 0
    assert fresh.fingerprint() == state


def test_a_new_name_recomputes_nothing(run_fluxgrid, fresh, folder):
    t = Polygons()
    imported(run_fluxgrid, fresh, t.write(folder / "first"))
    rows = fresh.value("SELECT max(xmin::text::bigint) FROM district_cell")
    t.areas[2]["name_ru"] = "Другое"
    report = imported(run_fluxgrid, fresh, t.only_boundaries().write(folder / "second"))
    assert (report["districts"]["changed"], report["districts"]["reshaped"]) == (1, 0)
    assert fresh.value("SELECT name_ru FROM district WHERE code = 'T11'") == "Другое"
    assert fresh.value("SELECT max(xmin::text::bigint) FROM district_cell") == rows


def test_a_country_does_not_wander(run_fluxgrid, fresh, folder):
    t = Polygons()
    imported(run_fluxgrid, fresh, t.write(folder / "first"))
    swapped = [{**f, "geometry": sg.Polygon([(y, x) for x, y in f["geometry"].exterior.coords])} for f in two()]
    t.raw["districts.geojson"] = geojson(swapped)
    refused(run_fluxgrid, fresh, t.only_boundaries().write(folder / "second"),
            "geometry = 'T': does not touch the place where this country is now; check the order of the axes")


def test_a_code_of_another_country_is_not_ours(run_fluxgrid, fresh, folder):
    imported(run_fluxgrid, fresh, Polygons().write(folder / "first"))
    t = Polygons(slug="other")
    for area in t.areas[:2]:
        area["code"] = area["code"].replace("T", "Y")
        area["parent"] = area["parent"].replace("T", "Y")
    for area in t.areas[2:]:
        area["parent"] = "Y1"
    t.population = [row for row in t.population if row["code"] != "T"]
    t.raw["districts.geojson"] = geojson([{**f, "parent": "Y1"} for f in two()])
    refused(run_fluxgrid, fresh, t.write(folder / "second"), "districts.geojson:1: code = 'T11': belongs to country T in the database; ")


# --- files ---------------------------------------------------------------------------------------------

def shapefile(folder, **options) -> Polygons:
    t = Polygons()
    t.layers["d.shp"] = (two(), options)
    t.manifest["districts"]["files"] = [entry("d.shp")]
    return t


def test_the_files_beside_a_shapefile_belong_to_the_release(run_fluxgrid, fresh, folder):
    manifest = shapefile(folder).write(folder)
    first = imported(run_fluxgrid, fresh, manifest)
    (folder / "d.prj").write_text((folder / "d.prj").read_text() + " ")
    done = run_fluxgrid("import", manifest, database=fresh)
    assert done.returncode != 0 and "exists with other content" in done.stderr, done.stderr
    assert first["sha256"][:12] in done.stderr


@pytest.mark.parametrize("change, said", [
    (lambda folder: (folder / "d.dbf").unlink(), "districts.files[0].file = 'd.shp': has no .dbf beside it; "),
    (lambda folder: (folder / "d.shx").unlink(), "districts.files[0].file = 'd.shp': has no .shx beside it; "),
    (lambda folder: ((folder / "d.prj").unlink(), os.symlink("/etc/hostname", folder / "d.prj")), "is a link"),
    (lambda folder: (folder / "d.prj").unlink(), "d.shp: has no coordinate system; "),
    (lambda folder: (folder / "d.shp").write_bytes((folder / "d.shp").read_bytes()[:-40]), "d.shp: "),
    (lambda folder: (folder / "d.dbf").write_bytes((folder / "d.dbf").read_bytes()[:-300]), "d.shp"),
    (lambda folder: ((folder / "d.cpg").unlink(), (folder / "d.dbf").write_bytes(
        (folder / "d.dbf").read_bytes().replace("Район T11".encode(), "Район T11".encode("cp1251").ljust(len("Район T11".encode()))))),
     "d.shp:1: name_ru = '????? T11"),
], ids=["no dbf", "no shx", "link", "no prj", "shp cut", "dbf cut", "cp1251 without cpg"])
def test_a_broken_shapefile(run_fluxgrid, fresh, folder, change, said):
    manifest = shapefile(folder).write(folder)
    change(folder)
    refused(run_fluxgrid, fresh, manifest, said)


def test_checksums_must_list_them(run_fluxgrid, fresh, folder):
    t = shapefile(folder)
    t.has_checksums = True
    refused(run_fluxgrid, fresh, t.write(folder), "SHA256SUMS: d.shp: has no checksum", "SHA256SUMS: d.dbf: has no checksum")


def test_layers_of_a_geopackage(run_fluxgrid, fresh, folder):
    t = Polygons()
    t.manifest["districts"]["files"] = [entry("d.gpkg")]
    manifest = t.write(folder)
    write_layer(folder / "d.gpkg", [feature("X", box(1, 1, 2, 2))], layer="other")
    write_layer(folder / "d.gpkg", two(), layer="districts", mode="more")
    refused(run_fluxgrid, fresh, manifest, "d.gpkg: layer = '': must name one of its layers; ", "other, districts")
    t.manifest["districts"]["files"][0]["layer"] = "nothing"
    manifest.write_text(json.dumps(t.manifest))
    refused(run_fluxgrid, fresh, manifest, "d.gpkg: layer = 'nothing': there is no layer of this name; ")
    t.manifest["districts"]["files"][0]["layer"] = "districts"
    manifest.write_text(json.dumps(t.manifest))
    (folder / "d.gpkg-wal").write_bytes(b"x")
    refused(run_fluxgrid, fresh, manifest, "d.gpkg: is open in another program")
    (folder / "d.gpkg-wal").unlink()
    imported(run_fluxgrid, fresh, manifest)


@pytest.mark.parametrize("share", [0.5, 0.999])
@pytest.mark.parametrize("name", ["d.gpkg", "d.fgb", "d.shp", "d.geojson"])
def test_a_file_cut_short(run_fluxgrid, fresh, folder, name, share):
    t = Polygons()
    t.layers[name] = ([feature(f"T{n}", box(60 + n / 1000, 41.2, 60.001 + n / 1000, 41.9)) for n in range(100, 400)], {})
    t.manifest["districts"]["files"] = [entry(name)]
    manifest = t.write(folder)
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(whole[:int(len(whole) * share)])
    before = fresh.fingerprint()
    done = run_fluxgrid("import", manifest, database=fresh)
    assert done.returncode == 2 and name in done.stderr and "whole" in done.stderr, done.stdout + done.stderr
    assert fresh.fingerprint() == before
