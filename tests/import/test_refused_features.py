"""Refused: features whose masses, codes, places or attributes cannot be taken as they are."""
from __future__ import annotations

import json

import features
from features import inventory, write_layer
from refused import Cases, version
from shapely.geometry import LineString, MultiPoint, Point, Polygon

ROAD = LineString([(60.11, 41.55), (60.97, 41.33)])
WOOD = Polygon([(60.31, 41.71), (60.82, 41.66), (60.77, 41.31), (60.35, 41.35)])


class Features:
    """One file of three features; `rows`, `entry` and `raw` are what a case changes."""

    def __init__(self):
        self.suffix, self.epsg = "geojson", 4326
        self.rows = [{"id": f"F{i}", "sector": "1.A.3.b", "gas": "CO2", "year": 2020, "mass": 10.5 + i, "how": "measured",
                      "begun": "1990", "geometry": Point(60.2 + i / 10, 41.45)} for i in range(3)]
        self.entry = {"geometry": "points", "id": {"column": "id"}, "sector": {"column": "sector"},
                      "gas": {"column": "gas"}, "year": {"column": "year"}, "method": {"column": "how"},
                      "commissioned": {"column": "begun"}, "masses": "mass"}
        self.source: dict | None = None
        self.manifest: dict = {}
        self.after = lambda _: None

    def shapes(self, kind, *shapes):
        self.entry.update(geometry=kind)
        for column in ("commissioned",):
            del self.entry[column]
        for row, shape in zip(self.rows, shapes):
            row["geometry"] = shape
            del row["begun"]
        self.rows = self.rows[:len(shapes)]

    def write(self, folder):
        folder.mkdir(exist_ok=True)
        name = f"f.{self.suffix}"
        source = write_layer(folder / name, self.rows, self.epsg)
        tiny = inventory(**{"file": name, **(source if self.source is None else self.source), **self.entry})
        tiny.manifest["release"]["version"] = version()
        tiny.manifest.update(self.manifest)
        return tiny.write(folder)


case = Cases(base=Features)


def value(name, column, wrong, *expected, row=1):
    @case(name, rf"f\.geojson:{row + 1}: {column}", *expected)
    def _(t, column=column, wrong=wrong, row=row):
        t.rows[row][column] = wrong


value("mass-negative", "mass", -3.5, "-3.5", "must not be negative")
value("mass-missing", "mass", None, "must be a number")
value("mass-huge", "mass", 1e300, "more than 1e15 t")
value("sector-unknown", "sector", "9.Z.9", "9.Z.9", "is no sector that is known")
value("sector-of-no-scheme", "sector", "NOSUCH:1", "NOSUCH")
value("sector-empty", "sector", None, "must not be empty")
value("gas-unknown", "gas", "CO3", "CO3", "is no gas that is known")
value("gas-empty", "gas", "", "must not be empty")
value("year-too-early", "year", 1492, "1492", "must be from 1750 to 2200")
value("year-missing", "year", None, "must not be empty")
value("method-unknown", "how", "guessed", "guessed", "must be one of measured, calculated, estimated")
value("date-unreal", "begun", "1990-02-30", "1990-02-30", "must be a year from 1750 to 2200 or a date")
value("id-empty", "id", "", "must not be empty")


@case("id-twice", r"f\.geojson:2: id = 'F0'", "keep one of them")
def _(t):
    t.rows[1].update(id="F0", geometry=t.rows[0]["geometry"])


@case("id-at-two-places", r"f\.geojson:2: id = 'F0'", "stands at another place in row 1")
def _(t):
    t.rows[1].update(id="F0", year=2021)


@case("mass-no-number", r"f\.geojson:2: mass = '12,5'", "must be a number such as 12.5")
def _(t):
    for row in t.rows:
        row["mass"] = "10.5"
    t.rows[1]["mass"] = "12,5"


@case("mass-nan", r"f\.gpkg:2: mass", "must be a number")
def _(t):
    t.suffix = "gpkg"
    t.rows[1]["mass"] = float("nan")


@case("mass-infinite", r"f\.gpkg:2: mass = 'inf'", "must be a number")
def _(t):
    t.suffix = "gpkg"
    t.rows[1]["mass"] = float("inf")


@case("year-no-whole-number", r"f\.geojson:2: year = '2020.5'", "must be a whole number")
def _(t):
    for row in t.rows:
        row["year"] = float(row["year"])
    t.rows[1]["year"] = 2020.5


@case("flow-unknown", r"features\[0\]|flow = 'sideways'", "must be one of emission, removal")
def _(t):
    t.entry["flow"] = "sideways"


@case("origin-unknown", "origin = 'green'", "must be one of fossil, nonfossil, na")
def _(t):
    t.entry["origin"] = "green"


@case("column-missing", r"f\.geojson: tonnes", "the column is missing")
def _(t):
    t.entry["masses"] = "tonnes"


@case("column-extra", r"f\.geojson: surprise", "a column that the manifest does not name")
def _(t):
    for row in t.rows:
        row["surprise"] = 1


@case("pattern-fits-nothing", r"f\.geojson: em_\{year\}", "fits no column")
def _(t):
    del t.entry["year"]
    t.entry.update(masses="em_{year}", ignore="*")


@case("year-in-the-name-and-beside-it", r"features\[0\]\.year", "given by some of \"masses\" and elsewhere")
def _(t):
    t.entry["masses"] = {"2020": "mass"}


@case("gas-twice", r"features\[0\]\.masses\.CO2\.CH4|features\[0\]\.masses\.CO2", "stands inside another")
def _(t):
    del t.entry["gas"]
    t.entry["masses"] = {"CO2": {"CH4": "mass"}}


@case("no-gas-anywhere", r"features\[0\]\.gas", "is missing")
def _(t):
    t.entry.pop("gas")
    t.manifest_gas = True


@case("masses-of-no-kind", r"features\[0\]\.masses", "must name columns of masses")
def _(t):
    t.entry["masses"] = 5


@case("value-of-no-kind", r"features\[0\]\.year", "must be a value, or name a column")
def _(t):
    t.entry["year"] = [2020]


@case("unit-unknown", r"features\[0\]\.unit = 'stone'", ";")
def _(t):
    t.entry["unit"] = "stone"


@case("unit-per-area", r"features\[0\]\.unit = 't/km2'", "per area or cell")
def _(t):
    t.entry["unit"] = "t/km2"


@case("provenance-unknown", r"features\[0\]\.provenance", "is no id of")
def _(t):
    t.entry["provenance"] = "nobody"


@case("operator-of-a-road", r"features\[0\]\.operator", "describes a point source")
def _(t):
    t.shapes("lines", ROAD)
    t.entry["operator"] = "Avtodor"


@case("nearest-for-lines", r"features\[0\]\.outside", "refuse, unallocated")
def _(t):
    t.shapes("lines", ROAD)
    t.entry["outside"] = "nearest"


@case("nearest-without-a-distance", r"features\[0\]\.max_distance_km", "is missing")
def _(t):
    t.entry["outside"] = "nearest"


@case("lines-among-points", r"f\.geojson:2: geometry", "is a line, and this entry of \"features\" is of points")
def _(t):
    t.rows[1]["geometry"] = ROAD


@case("points-among-areas", r"f\.geojson:2: geometry", "is a point, and this entry of \"features\" is of areas")
def _(t):
    t.shapes("areas", WOOD, Point(60.5, 41.5))


@case("several-points-in-one", r"f\.geojson:2: geometry", "is several points")
def _(t):
    t.rows[1]["geometry"] = MultiPoint([(60.5, 41.5), (60.6, 41.6)])


@case("geometry-empty", r"f\.geojson:2: geometry", "has no geometry")
def _(t):
    t.rows[1]["geometry"] = Point()
    t.after = lambda folder: None


@case("geometry-null", r"f\.geojson:2: geometry", "has no geometry")
def _(t):
    def after(folder):
        document = json.loads((folder / "f.geojson").read_text())
        document["features"][1]["geometry"] = None
        (folder / "f.geojson").write_text(json.dumps(document))
    t.after = after


@case("line-of-no-length", r"f\.geojson:2: geometry", "has no length")
def _(t):
    t.shapes("lines", ROAD, LineString([(60.5, 41.5), (60.5, 41.5)]))


@case("polygon-of-no-area", r"f\.geojson:2: geometry", "no valid polygon|has no area")
def _(t):
    t.shapes("areas", WOOD, Polygon([(60.5, 41.5), (60.6, 41.5), (60.7, 41.5)]))


@case("polygon-of-no-area-repaired", r"f\.geojson:2: geometry", "has no area")
def _(t):
    t.shapes("areas", WOOD, Polygon([(60.5, 41.5), (60.6, 41.5), (60.7, 41.5)]))
    t.entry["invalid"] = "repair"


@case("polygon-crosses-itself", r"f\.geojson:2: geometry", "is no valid polygon \\(.*Self-intersection", "repair")
def _(t):
    t.shapes("areas", WOOD, Polygon([(60.2, 41.2), (60.8, 41.6), (60.8, 41.2), (60.2, 41.6)]))


@case("line-beyond-the-grid", r"f\.geojson:2: geometry", r"reaches beyond the grid at \(61\.", "unallocated")
def _(t):
    t.shapes("lines", ROAD, LineString([(61.1, 41.5), (61.4, 41.5)]))


@case("area-beyond-the-grid", r"f\.geojson:2: geometry", "reaches beyond the grid at", "unallocated")
def _(t):
    t.shapes("areas", WOOD, Polygon([(60.5, 41.5), (60.6, 41.5), (60.55, 40.9)]))


@case("point-beyond-the-grid", r"f\.geojson:2: geometry", "lies outside every district|lies outside the grid")
def _(t):
    t.rows[1]["geometry"] = Point(62.5, 41.5)


@case("point-outside-the-districts", r"f\.geojson:2: geometry = 'F1'", r"\(60\.5, 41\.95\) lies outside every district")
def _(t):
    t.rows[1]["geometry"] = Point(60.5, 41.95)  # the grid's northernmost row is nobody's


@case("point-too-far-from-the-districts", r"f\.geojson:2: geometry = 'F1'", "far from all")
def _(t):
    t.rows[1]["geometry"] = Point(60.5, 41.98)
    t.entry.update(outside="nearest", max_distance_km=5)


@case("point-in-another-district", "F1", "T11", "T12|declared")
def _(t):
    for row in t.rows:
        row["where"] = "T11"
    t.rows[1]["where"] = "T12"
    t.entry["district"] = {"column": "where"}


@case("axes-swapped", r"f\.geojson:1: geometry", "axes are swapped|axes swapped|outside")
def _(t):
    for row in t.rows:
        row["geometry"] = Point(row["geometry"].y, row["geometry"].x)


@case("axes-swapped-lines", r"f\.geojson:1: geometry", "axes swapped.*write longitude first")
def _(t):
    t.shapes("lines", LineString([(y, x) for x, y in ROAD.coords]))


@case("crs-missing", r"f\.csv", "coordinate system|crs")
def _(t):
    t.suffix, t.source = "csv", {"x": "lon", "y": "lat"}


@case("crs-contradicts", r"f\.gpkg", "EPSG:32641")
def _(t):
    t.suffix = "gpkg"
    t.entry["crs"] = "EPSG:32641"


@case("csv-without-coordinates", r"f\.csv", "geometry")
def _(t):
    t.suffix, t.source = "csv", {"crs": "EPSG:4326"}
    t.entry["ignore"] = "*"


@case("csv-coordinate-no-number", r"f\.csv:3: lon = '60;2'", "must be a number such as 12.5")
def _(t):
    t.suffix = "csv"

    def after(folder):
        lines = (folder / "f.csv").read_text().splitlines()
        lines[2] = "60;2," + lines[2].split(",", 1)[1]
        (folder / "f.csv").write_text("\n".join(lines) + "\n")
    t.after = after


@case("csv-wkt-broken", r"f\.csv:3: wkt", "is no geometry as WKT")
def _(t):
    t.suffix = "csv"
    t.shapes("lines", ROAD, LineString(list(ROAD.coords)[::-1]))

    def after(folder):
        text = (folder / "f.csv").read_text().splitlines()
        text[2] = text[2].replace("LINESTRING", "LINESTRUNG")
        (folder / "f.csv").write_text("\n".join(text) + "\n")
    t.after = after


@case("shapefile-without-its-table", r"features\[0\]\.file|f\.shp", "dbf")
def _(t):
    t.suffix = "shp"
    original = features.write_layer

    def broken(path, *more):
        source = original(path, *more)
        path.with_suffix(".dbf").unlink()
        return source
    t.broken = broken


@case("encoding-not-utf-8", r"f\.shp:2: id", "is not UTF-8")
def _(t):
    t.suffix = "shp"

    def after(folder):
        table = (folder / "f.dbf").read_bytes()
        (folder / "f.dbf").write_bytes(table.replace(b"F1 ", b"\xce\xe9 "))
        (folder / "f.cpg").unlink(missing_ok=True)
    t.after = after


@case("no-grid", "manifest.json: features", "need a grid")
def _(t):
    t.manifest["grid"] = None


@case("grid-over-the-edge", r"manifest.json: grid", "reaches over the world's edge")
def _(t):
    t.manifest["grid"] = {**features.GRID, "columns": 2000}


@case("grid-of-too-many-cells", r"manifest.json: grid", "more than 2\\^31 cells")
def _(t):
    t.manifest["grid"] = {"west": -180, "north": 90, "step_lon": 0.0001, "step_lat": 0.0001, "columns": 1000000, "rows": 10000}


@case("grid-without-rows", r"manifest.json: grid.rows", "is missing")
def _(t):
    t.manifest["grid"] = {k: v for k, v in features.GRID.items() if k != "rows"}


@case("a-sector-beside-its-parent", r"f\.geojson:2: sector = 'IPCC2006:1\.A\.3'|f\.geojson:\d: sector", "must not both hold data")
def _(t):
    t.rows[1]["sector"] = "1.A.3"


@case("within-no-total", r"f\.geojson:1: ", "no row of the totals has IPCC2006:1.A.3.b")
def _(t):
    t.entry["counts"] = "within"


@case("months-are-missing", r"f\.geojson", "month")
def _(t):
    t.entry["month"] = 3


@case("month-unreal", "month = '13'", "must be from 1 to 12")
def _(t):
    t.entry["month"] = 13


def test_the_unbroken_features_are_accepted(tiny_database, folder, run_fluxgrid):
    run_fluxgrid("import", Features().write(folder), "--dry-run", database=tiny_database, check=True)


@case.parametrize()
def test_refused(change, expected, refuse, monkeypatch):
    def changed(t):
        change(t)
        if t.manifest.get("grid", 1) is None:
            write = t.write

            def without(folder):
                path = write(folder)
                document = json.loads(path.read_text())
                del document["grid"]
                path.write_text(json.dumps(document))
                return path
            t.write, t.manifest = without, {}
        if hasattr(t, "broken"):
            monkeypatch.setitem(globals(), "write_layer", t.broken)
        if hasattr(t, "manifest_gas"):
            write_whole = t.write

            def without_gas(folder):
                path = write_whole(folder)
                document = json.loads(path.read_text())
                del document["features"][0]["gas"]
                path.write_text(json.dumps(document))
                return path
            t.write = without_gas
    refuse(changed, expected, case.base())


def test_a_total_of_the_same_sector_is_refused(tiny_database, before, folder, run_fluxgrid):
    """Beside totals and rasters of masses the same tonnes would count twice."""
    from tiny import Tiny
    tiny = Tiny(version=version())
    write_layer(folder / "f.geojson", [{"mass": 5.0, "geometry": ROAD}])
    entry = {"file": "f.geojson", "geometry": "lines", "unit": "t", "provenance": "test", "gas": "CO2", "flow": "emission",
             "origin": "fossil", "method": "estimated", "year": 2020, "masses": "mass"}
    for sector, fuel in (("1.A.4", "gas"), ("1.A.4.b", ""), ("1.A", "coal")):
        tiny.manifest["features"] = [{**entry, "sector": sector, **({"fuel": fuel} if fuel else {})}]
        done = run_fluxgrid("import", "--quiet", tiny.write(folder), database=tiny_database)
        assert done.returncode == 2 and "f.geojson:1: sector" in done.stderr and "would count twice" in done.stderr, done.stderr
    tiny.manifest["features"] = [{**entry, "sector": "1.A.3.b"}]
    import numpy as np
    tiny.add_grid(np.ones((tiny.ny, tiny.nx)))
    done = run_fluxgrid("import", "--quiet", tiny.write(folder), database=tiny_database)
    assert done.returncode == 2 and "grids[0] holds IPCC2006:1.A.3.b" in done.stderr, done.stderr
    assert tiny_database.fingerprint() == before
