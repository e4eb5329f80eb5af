"""The true boundaries of Uzbekistan imported for the demonstration's masses: district totals of diffuse sectors
equal an exact clip, and each point source is in the one district that contains it.

The clip shares nothing with the product: shapely cuts cells in the equal-area plane (EPSG:6933 by pyproj), where
cells are rectangles and the outlines, straight in degrees, are cut into short edges first. Needs the files uzb_adm*.geojson,
in FLUXGRID_BOUNDARIES or in ../shared/data/uzbekistan-boundaries beside the checkout."""
from __future__ import annotations

import csv
import json
import os
import pathlib
import shutil

import numpy as np
import pyproj
import pytest
import requests
import shapely.geometry as sg
from osgeo import gdal

from kit import DATASET, ROOT

BOUNDARIES = pathlib.Path(os.environ.get("FLUXGRID_BOUNDARIES", ROOT.parent / "shared" / "data" / "uzbekistan-boundaries"))
pytestmark = [pytest.mark.slow, pytest.mark.skipif(
    not (BOUNDARIES / "uzb_adm2.geojson").exists(), reason=f"NO TRUE BOUNDARIES in {BOUNDARIES.name}: set FLUXGRID_BOUNDARIES to the folder of uzb_adm2.geojson")]
YEAR = "2022"
NAMES = {"en": "name_en", "ru": "name_ru", "uz": "name_uz"}
EDGE_DEG = 0.0005


def read(name: str) -> list[dict]:
    with open(ROOT / DATASET / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write(path: pathlib.Path, rows: list[dict]) -> None:
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def manifest(workdir) -> pathlib.Path:
    """One year of the demonstration over the true boundaries of all three levels."""
    folder = workdir / "true-boundaries"
    folder.mkdir()
    folder.chmod(0o755)
    for level in (0, 1, 2):
        shutil.copy(BOUNDARIES / f"uzb_adm{level}.geojson", folder)
    for name in ("proxy_0p01.tif", "areas.csv", "population.csv"):
        shutil.copy(ROOT / DATASET / name, folder)
    write(folder / "totals.csv", [row for row in read("sector_totals.csv") if row["year"] == YEAR])
    write(folder / "points.csv", [{**row, "area_code": ""} for row in read("point_sources.csv")])
    made = json.loads((ROOT / DATASET / "manifest.json").read_text())
    del made["checksums"], made["control"]
    made["totals"][0]["file"], made["points"]["file"] = "totals.csv", "points.csv"
    made["districts"] = {"areas": "areas.csv", "population": ["population.csv"], "geometry": "repair", "bbox": [55, 36, 74, 46], "files": [
        {"file": "uzb_adm2.geojson", "level": 2, "code": "soato", "parent": "adm1_soato", "names": {**NAMES, "uz_cyrl": "name_uzc"}},
        {"file": "uzb_adm1.geojson", "level": 1, "code": "soato", "parent_code": "UZ", "iso": "iso", "names": NAMES},
        {"file": "uzb_adm0.geojson", "level": 0, "code": "iso", "names": NAMES}]}
    path = folder / "manifest.json"
    path.write_text(json.dumps(made))
    for file in folder.iterdir():
        file.chmod(0o644)
    return path


@pytest.fixture(scope="module")
def imported(cluster, _migrated, run_fluxgrid, manifest):
    database = cluster.create_database("true_boundaries", _migrated.name)
    out = manifest.parent / "report.json"
    out.touch()
    out.chmod(0o666)
    run_fluxgrid("import", manifest, "--report", out, database=database, check=True)
    yield database, json.loads(out.read_text())
    cluster.drop_database(database.name)


@pytest.fixture(scope="module")
def outlines() -> dict[str, sg.base.BaseGeometry]:
    """Code to outline in degrees, from the files themselves."""
    found = {}
    for level, key in ((2, "soato"), (1, "soato"), (0, "iso")):
        for one in json.loads((BOUNDARIES / f"uzb_adm{level}.geojson").read_text())["features"]:
            found[one["properties"][key]] = sg.shape(one["geometry"])
    return found


class Clip:
    """Exact shares of the cells of the demonstration's grid, in the equal-area plane."""

    def __init__(self):
        of = gdal.Open(str(ROOT / DATASET / "proxy_0p01.tif"))
        x0, dx, _, y0, _, dy = of.GetGeoTransform()
        to_plane = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:6933", always_xy=True)
        self.transform = to_plane.transform
        self.x = np.array(self.transform(x0 + dx * np.arange(of.RasterXSize + 1), np.zeros(of.RasterXSize + 1))[0])
        self.y = np.array(self.transform(np.zeros(of.RasterYSize + 1), y0 + dy * np.arange(of.RasterYSize + 1))[1])

    def dense(self, ring) -> list:
        out = []
        for (ax, ay), (bx, by) in zip(ring.coords[:-1], ring.coords[1:]):
            n = max(1, int(np.ceil(max(abs(bx - ax), abs(by - ay)) / EDGE_DEG)))
            t = np.arange(n) / n
            out.append(np.column_stack([ax + (bx - ax) * t, ay + (by - ay) * t]))
        points = np.vstack(out)
        return list(zip(*self.transform(points[:, 0], points[:, 1])))

    def plane(self, outline) -> sg.MultiPolygon:
        parts = outline.geoms if outline.geom_type == "MultiPolygon" else [outline]
        return sg.MultiPolygon([sg.Polygon(self.dense(p.exterior), [self.dense(r) for r in p.interiors]) for p in parts])

    def shares(self, outline) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """@return rows, columns, fractions of the cells the outline touches."""
        shape = self.plane(outline)
        west, south, east, north = shape.bounds
        c0, c1 = np.searchsorted(self.x, west, "right") - 1, np.searchsorted(self.x, east)
        r0, r1 = np.searchsorted(-self.y, -north, "right") - 1, np.searchsorted(-self.y, -south)
        found = []
        todo = [(int(r0), int(r1), int(c0), int(c1), shape)]
        while todo:
            r0, r1, c0, c1, part = todo.pop()
            rectangle = sg.box(self.x[c0], self.y[r1], self.x[c1], self.y[r0])
            inside = part.intersection(rectangle)
            if inside.area == 0:
                continue
            if rectangle.area - inside.area <= 1e-12 * rectangle.area:
                found += [(r, c, 1.0) for r in range(r0, r1) for c in range(c0, c1)]
            elif r1 - r0 == 1 and c1 - c0 == 1:
                found.append((r0, c0, inside.area / rectangle.area))
            elif r1 - r0 >= c1 - c0:
                middle = (r0 + r1) // 2
                todo += [(r0, middle, c0, c1, inside), (middle, r1, c0, c1, inside)]
            else:
                middle = (c0 + c1) // 2
                todo += [(r0, r1, c0, middle, inside), (r0, r1, middle, c1, inside)]
        rows, columns, fractions = zip(*found)
        return np.array(rows), np.array(columns), np.array(fractions)


@pytest.fixture(scope="module")
def patterns() -> dict[str, np.ndarray]:
    """Each proxy as shares of its sum."""
    of = gdal.Open(str(ROOT / DATASET / "proxy_0p01.tif"))
    found = {}
    for number in range(1, of.RasterCount + 1):
        band = of.GetRasterBand(number)
        cells = band.ReadAsArray().astype(np.float64)
        nodata = band.GetNoDataValue()
        cells[~np.isfinite(cells) | (cells == (nodata if nodata is not None else np.nan))] = 0
        found[band.GetDescription()] = cells / cells.sum()
    return found


def test_districts_are_those_of_the_files(imported, outlines):
    database, report = imported
    assert report["districts"]["districts"] == {"level 0": 1, "level 1": 14, "level 2": 199}
    named = {row["code"]: row for row in read("areas.csv")}
    rows = database.rows("SELECT code, name_en, name_uz_cyrl, parent, ST_AsText(geom) FROM district")
    assert {row[0] for row in rows} == set(outlines) == set(named)
    assert all((row[1], row[2], row[3] or "") == (named[row[0]]["name_en"], named[row[0]]["name_uz_cyrl"], named[row[0]]["parent"]) for row in rows)
    for note in ("overlaps", "gaps", "outside_parent"):
        assert report["districts"][note]["km2"] < 0.01, report["districts"][note]
    assert database.value("SELECT bool_and(a.ok) FROM release r, audit(r.id) a") is True


def test_diffuse_sectors_equal_an_exact_clip(imported, outlines, patterns):
    database, _ = imported
    totals = [row for row in read("sector_totals.csv") if row["year"] == YEAR and row["spatial"] in patterns]
    assert len(totals) > 15
    stored = {(code, sector, gas, flow, fuel): mass for code, sector, gas, flow, fuel, mass in database.rows(
        "SELECT d.code, s.sector, s.gas, s.flow, s.fuel, s.factor * m.mass FROM slice s JOIN field f ON f.id = s.field AND f.kind = 'raster' "
        "JOIN district_field m ON m.field = f.id JOIN district d ON d.id = m.district")}
    clip = Clip()
    compared, worst = 0, 0.0
    codes = sorted(code for code in outlines if len(code) > 4)[::4] + sorted(code for code in outlines if len(code) == 4)[:2]
    for code in codes:
        rows, columns, fractions = clip.shares(outlines[code])
        by_proxy = {name: float(np.sum(cells[rows, columns] * fractions)) for name, cells in patterns.items()}
        for row in totals:
            wanted = float(row["mass_kt"]) * 1e3 * by_proxy[row["spatial"]]
            found = stored.get((code, "IPCC2006:" + row["sector"], row["gas"], row["flow"], row["fuel"]), 0.0)
            assert found == pytest.approx(wanted, rel=1e-6, abs=1e-9 * float(row["mass_kt"])), (code, row)
            worst = max(worst, abs(found - wanted) / wanted if wanted > 0 else 0)
            compared += wanted > 0
    print(f"{compared} masses in {len(codes)} districts, worst difference {worst:.2g}")
    assert compared > 800


@pytest.fixture(scope="module")
def served(imported, start_server):
    server = start_server(imported[0])
    yield server
    server.stop()


def post(server, body, **query):
    answer = requests.post(server.url + "/v1/emissions", json=body, timeout=60, params={"unit": "t", **query})
    assert answer.status_code == 200, answer.text[:500]
    return answer.json()


def test_an_outline_that_is_sent_holds_what_its_district_has(served, outlines):
    """All 214 outlines as they are in the files. PostGIS's shares are good to 1e-7, which is what the two may differ by."""
    diffuse = sorted({row["sector"] for row in read("sector_totals.csv")} - {row["sector"] for row in read("point_sources.csv")})
    query = {"sector": ",".join(f"IPCC2006:{s}" for s in diffuse)}
    text = "&".join(f"{k}={v}" for k, v in query.items())
    worst = 0.0
    for level, width in ((0, 2), (1, 4), (2, 7)):
        codes = [code for code in outlines if len(code) == width]
        stored = {r["district"]: r["value"] for r in served.json(f"/v1/emissions?unit=t&groupby=district&level={level}&{text}")["rows"]} if level else {
            "UZ": None}
        body = {"type": "FeatureCollection", "features": [{"type": "Feature", "id": c, "properties": None, "geometry": sg.mapping(outlines[c])} for c in codes]}
        sent = {r["id"]: r["value"] for r in post(served, body, groupby="feature", **query)["rows"]}
        assert sent.keys() == stored.keys() and len(codes) == (1, 14, 199)[level]
        if level == 0:
            country = sent["UZ"]
            continue
        for code in codes:
            assert sent[code] == pytest.approx(stored[code], rel=1e-6), code
            worst = max(worst, abs(sent[code] / stored[code] - 1))
        assert sum(sent.values()) == pytest.approx(country, rel=1e-6)
    print(f"worst difference between an outline and its district {worst:.2g}")


def test_an_outline_that_was_served_may_be_sent_back(served):
    """Rounded as it is: whoever takes districts from here can ask about them. (Generalised ones may cross themselves.)"""
    taken = {}
    for level in (0, 1, 2):
        features = served.json(f"/v1/districts?format=geojson&level={level}&limit=1000&simplify=0")["features"]
        body = {"type": "FeatureCollection", "features": features}
        taken[level] = sum(r["value"] for r in post(served, body, groupby="feature", gas="CH4")["rows"])
    assert taken[1] == pytest.approx(taken[2], rel=1e-6) and taken[0] == pytest.approx(taken[1], rel=1e-6)


def test_each_point_is_in_the_one_district_that_contains_it(imported, outlines):
    database, report = imported
    stored = dict(database.rows("SELECT DISTINCT s.code, d.code FROM source_field f JOIN source s ON s.id = f.source JOIN district d ON d.id = f.district"))
    districts = {code: shape for code, shape in outlines.items() if len(code) > 4}
    sources = {row["id"]: sg.Point(float(row["lon"]), float(row["lat"])) for row in read("point_sources.csv")}
    assert set(stored) == set(sources)
    assert database.value("SELECT max(n) FROM (SELECT count(DISTINCT district) AS n FROM source_field GROUP BY source) x") == 1
    nearest = {one["code"] for group in report["points"] for one in group["assigned_to_nearest"]}
    inside = 0
    for code, place in sources.items():
        holding = [district for district, shape in districts.items() if shape.contains(place)]
        assert len(holding) <= 1
        if holding:
            assert stored[code] == holding[0]
            inside += 1
        else:
            assert code in nearest
    assert inside > len(sources) * 0.9
    # its whole mass, with that of the others there, is what the district has
    for code, mass, wanted in database.rows(
            "SELECT d.code, m.mass, (SELECT sum(sf.weight) FROM source_field sf WHERE sf.field = m.field AND sf.district = d.id) "
            "FROM district_field m JOIN field f ON f.id = m.field AND f.kind = 'points' JOIN district d ON d.id = m.district WHERE d.level = 2"):
        assert mass == pytest.approx(wanted, rel=1e-12), code


def test_a_point_on_a_common_border_is_in_one(imported, outlines):
    """Vertices of the files that two or more districts share: exactly one has each, by the half-open rule."""
    database, _ = imported
    districts = {code: shape for code, shape in outlines.items() if len(code) > 4}
    shared: dict[tuple, set] = {}
    for code, shape in districts.items():
        for part in shape.geoms if shape.geom_type == "MultiPolygon" else [shape]:
            for vertex in part.exterior.coords:
                shared.setdefault(vertex, set()).add(code)
    common = sorted(vertex for vertex, codes in shared.items() if len(codes) > 1)[::97]
    assert len(common) > 50
    for lon, lat in common:
        found = database.value("SELECT code FROM district WHERE id = district_of_point(%s, %s, '{UZ}')", (lon, lat))
        assert found in shared[lon, lat]
        north_east = [code for code in shared[lon, lat] if districts[code].contains(sg.Point(lon + 1e-9, lat + 1e-9))]
        assert north_east in ([], [found])
