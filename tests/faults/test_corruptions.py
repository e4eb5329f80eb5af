"""T40: inventories that somebody damaged on their way here. Each is refused with file, place and reason, and the database is as it was;
what only looks damaged is the same release.

The many refusals of tests/import/test_refused_*.py are about what each key and file may be; these are the damages that happen to files of any kind.
A kind is a test, and a row of the table; a small run takes few of each.
"""
from __future__ import annotations

import bz2
import gzip
import io
import itertools
import lzma
import zipfile

import netCDF4
import numpy as np
import pytest
from refused import Refused, good, on_row
from tiny import NX, NY, STEP, X0, Y0, Tiny

SMALL = 3  # cases of a kind in `make test`
CONTROL = [(2020, "CO2", "emission", 189.875), (2020, "CO2", "removal", 9.75), (2020, "CH4", "emission", 4.0),
           (2021, "CO2", "emission", 189.875), (2021, "CO2", "removal", 9.75), (2021, "CH4", "emission", 4.0)]
_number = itertools.count()


class Kind(list):
    """Damages of a kind: (name, change to a good inventory, what must be said)."""

    def add(self, name, change, *said):
        self.append((name, change, said))


def bytes_changed(file, change):
    def apply(t: Tiny):
        t.raw[file] = change(t.bytes_of(file))
    return apply


def declared(t: Tiny, tolerance=1e-3):
    """What the country adds up to, told by the manifest as well."""
    t.manifest["control"] = {"tolerance": tolerance, "national": [
        {"year": year, "gas": gas, "flow": flow, "mass_kt": mass} for year, gas, flow, mass in CONTROL]}


# --- numbers -------------------------------------------------------------------------------------

NO_NUMBERS = ("NaN", "-nan", "Inf", "-inf", "Infinity", "1e999", "-1e999", "0x1p3", "1,5", "1 000", "1'000.5", "1.2.3", "--1", "1e", "\u0663", "\uff11",
              "12.5 kt", "=1+1", "#N/A", " 5", "5 ", "\u22125", "\x1b[31m5", "\u009b31m5")


def numbers() -> Kind:
    kind = Kind()
    columns = (("totals", 0, "mass_kt", "-1"), ("totals", 0, "uncertainty_pct", "-0.001"), ("points", 0, "lon", "-181"), ("points", 0, "lat", "90.01"),
               ("points", 0, "weight", "-0.5"), ("points", 0, "capacity", "-1"), ("population", 0, "population", "-1"), ("areas", 3, "area_km2", "-1"))
    for value in NO_NUMBERS + (None,):
        for table, row, column, below in columns:
            def change(t, table=table, row=row, column=column, value=below if value is None else value):
                getattr(t, table)[row][column] = value
            is_text = value is not None and (value.startswith("\x1b") or value.startswith("\u009b"))
            kind.add(f"{column} {value or below!r}", change, rf"{table}\.csv:{row + 2}" + ("" if is_text else f": {column}"))
    return kind


# --- units ---------------------------------------------------------------------------------------

def units() -> Kind:
    kind = Kind()
    for row, (name, factor) in itertools.product(range(12), (("x 1000", 1000), ("/ 1000", 1 / 1000))):
        def change(t, row=row, factor=factor):
            declared(t)
            t.totals[row]["mass_kt"] *= factor
        if row % 6 != 5 or factor > 1:  # the sixth is so small that a thousandth of it is missed by a part in 8 of its gas
            kind.add(f"row {row + 2} {name}", change, r"control\.national", "is declared as")
    for part in (0.0011, -0.0011, 0.002, 0.01, -0.3):
        def change(t, part=part):
            declared(t)
            t.totals[2]["mass_kt"] += 189.875 * part
        kind.add(f"total off by {part:.2%}", change, r"control\.national", "2020 CO2", "declared as 189.875 kt")
    for header, unit, said in (("mass_t", "kt", r"totals\.csv:1: mass_kt"), ("mass_kt", "t", r"totals\.csv:1: mass_t"),
                               ("mass_kt", "Mt", r"totals\.csv:1: mass_Mt"), ("mass_kt", "lb", r"totals\[0\]\.unit")):
        def change(t, header=header, unit=unit):
            t.raw["totals.csv"] = t.bytes_of("totals.csv").replace(b"mass_kt", header.encode(), 1)
            t.manifest["totals"][0]["unit"] = unit
        kind.add(f"{header} for {unit}", change, said)
    for file, manifest in (("kt", "t"), ("t", "kt"), ("kg", "t"), ("t", "g"), ("t/km2", "t"), ("kg m-2 s-1", "t"), ("ton", None), ("m", None)):
        kind.add(f"grid of {file} declared as {manifest}", lambda t, a=file, b=manifest: with_netcdf(t, a, b), r"mass\.nc", "unit")
    return kind


def with_netcdf(t: Tiny, unit_of_file, unit_of_manifest):
    t.add_grid(np.ones((NY, NX), np.float32))
    del t.rasters["mass.tif"], t.manifest["grids"][0]["band"], t.manifest["grids"][0]["unit"]
    t.manifest["grids"][0].update(file="mass.nc", variable="mass", **({"unit": unit_of_manifest} if unit_of_manifest else {}))

    def after(folder):
        with netCDF4.Dataset(folder / "mass.nc", "w") as made:
            for name, size, unit, first, step in (("lat", NY, "degrees_north", Y0 - STEP / 2, -STEP), ("lon", NX, "degrees_east", X0 + STEP / 2, STEP)):
                made.createDimension(name, size)
                axis = made.createVariable(name, "f8", (name,))
                axis.units = unit
                axis[:] = first + step * np.arange(size)
            mass = made.createVariable("mass", "f4", ("lat", "lon"))
            mass.units = unit_of_file
            mass[:] = 1
    t.after = after


# --- places --------------------------------------------------------------------------------------

def places() -> Kind:
    kind = Kind()
    for row in range(3):
        def swapped(t, row=row):
            t.points[row].update(lon=t.points[row]["lat"], lat=t.points[row]["lon"])
        kind.add(f"point {row + 1} swapped", swapped, rf"points\.csv:{row + 2}", "outside|swapped")
        for name, lon, lat, said in (("beyond 180", 180.01, 41, "lon"), ("beyond the pole", 60, -90.01, "lat"), ("out of the grid", 75, 41, "outside"),
                                     ("at 0, 0", 0, 0, "outside"), ("on the other half", -60.5, 41.5, "outside")):
            def moved(t, row=row, lon=lon, lat=lat):
                t.points[row].update(lon=lon, lat=lat)
            kind.add(f"point {row + 1} {name}", moved, rf"points\.csv:{row + 2}", said)
    for file in ("proxy.tif", "mask.tif"):
        for name, change in (("without CRS", {"epsg": None}), ("in metres", {"epsg": 32642}), ("of web maps", {"epsg": 3857}), ("of Korea", {"epsg": 5179}),
                             ("swapped", {"transform": (Y0, STEP, 0, 120.0, 0, -STEP)}), ("across 180", {"transform": (179.5, STEP, 0, Y0, 0, -STEP)}),
                             ("beyond the pole", {"transform": (X0, STEP, 0, 90.5, 0, -STEP)}), ("beside the country", {"transform": (X0 + 20, STEP, 0, Y0, 0, -STEP)})):
            def placed(t, file=file, change=change):
                t.rasters[file].update(change)
            kind.add(f"{file} {name}", placed, r"\.tif|points\.csv:\d|geometry = 'T'")
    return kind


# --- cells as text -------------------------------------------------------------------------------

def cells() -> Kind:
    kind = Kind()
    places_ = [(f"{X0 + STEP * (col + 0.5):.2f}", f"{Y0 - STEP * (row + 0.5):.2f}") for row in range(2, 6) for col in range(2, 9)]
    rows = [f"{lon},{lat},{1000 + 7 * i}" for i, (lon, lat) in enumerate(places_)]

    def add(name, change, *said, **control):
        def apply(t):
            lines = ["lon,lat,mass", *rows]
            change(lines)
            t.raw["cells.csv"] = ("\n".join(lines) + "\n" if lines else "").encode()
            t.manifest["grids"] = [{"file": "cells.csv", "form": "table", "crs": "EPSG:4326", "unit": "t", "sector": "1.A.3.b", "gas": "N2O", "flow": "emission",
                                    "origin": "fossil", "year": 2020, "method": "measured", "provenance": "test"}]
            if control:
                t.manifest["control"] = {"tolerance": 1e-3, "national": [{"year": 2020, "gas": "N2O", "flow": "emission", "mass_kt": control["kt"]}]}
        kind.add(name, apply, *said)

    whole_kt = sum(1000 + 7 * i for i in range(len(rows))) / 1000
    for at in (1, 14, len(rows)):
        add(f"cell {at} twice, the same", lambda lines, at=at: lines.append(lines[at]), rf"cells\.csv:{len(rows) + 2}", f"row {at + 1} has as well")
        add(f"cell {at} twice, another value", lambda lines, at=at: lines.insert(at + 1, lines[at] + "5"), rf"cells\.csv:{at + 2}", f"row {at + 1} has as well")
        add(f"cell {at} missing", lambda lines, at=at: lines.pop(at), r"control\.national", "missing, doubled or in another unit", kt=whole_kt)
        for value in ("nan", "inf", "1e999", "-1", "-0.5", "0x10"):
            add(f"cell {at} {value}", lambda lines, at=at, value=value: lines.__setitem__(at, lines[at].rsplit(",", 1)[0] + f",{value}"),
                rf"cells\.csv:{at + 1}: mass", "must")
        add(f"cell {at} a field more", lambda lines, at=at: lines.__setitem__(at, lines[at] + ",1"), r"cells\.csv:\d+", "fields|column")
        add(f"cell {at} a field less", lambda lines, at=at: lines.__setitem__(at, lines[at].rsplit(",", 1)[0]), r"cells\.csv:\d+", "fields|column")
        add(f"cell {at} at latitude 91", lambda lines, at=at: lines.__setitem__(at, "60.25,91,5"), rf"cells\.csv:{at + 1}: lat", "swapped")
        add(f"cell {at} off the grid", lambda lines, at=at: lines.__setitem__(at, "60.27," + lines[at].split(",", 1)[1]), r"cells\.csv:\d+", "cells off a grid")
    add("half of the cells missing", lambda lines: lines.__delitem__(slice(14, None)), r"control\.national", kt=whole_kt)
    add("in kg", lambda lines: lines.__setitem__(slice(1, None), [f"{r}000" for r in rows]), r"control\.national", "declared as", kt=whole_kt)
    add("axes swapped", lambda lines: lines.__setitem__(slice(1, None), [",".join((r.split(",")[1], r.split(",")[0], r.split(",")[2])) for r in rows]),
        "outside every district")
    add("no row", lambda lines: lines.__delitem__(slice(1, None)), r"cells\.csv", "no line of numbers")
    add("nothing", lambda lines: lines.clear(), r"cells\.csv")
    add("zero everywhere", lambda lines: lines.__setitem__(slice(1, None), [r.rsplit(",", 1)[0] + ",0" for r in rows]), r"cells\.csv", "above 0")
    return kind


# --- bytes ---------------------------------------------------------------------------------------

TABLES = {"totals.csv": b"reported", "points.csv": b"Plant P2", "areas.csv": b"T-1", "population.csv": b"official"}


def bytes_() -> Kind:
    kind = Kind()
    for file, word in TABLES.items():
        at = 3
        for name, new, said in (("NUL", word + b"\0", "NUL"), ("Latin-1", word + b"\xe9", "UTF-8"), ("Windows-1251", word + "ё".encode("cp1251"), "UTF-8"),
                                ("overlong UTF-8", word + b"\xc0\xaf", "UTF-8"), ("half a surrogate", word + b"\xed\xa0\x80", "UTF-8"),
                                ("escape", b"\x1b[2J" + word, "control character"), ("delete", word + b"\x7f", "control character"),
                                ("C1 control", word + "\u009b2J".encode(), "control character"), ("a carriage return", word + b"\rx", "carriage return"),
                                ("a line of a megabyte", word + b"x" * 1_000_000, "KiB"), ("a megabyte of fields", word + b",x" * 500_000, "fields"),
                                ("an open quote", b'"' + word, "quote"), ("a quote inside", word[:1] + b'"' + word[1:], "quote")):
            row = r"\d+" if name == "an open quote" else str(at)
            kind.add(f"{file} {name}", bytes_changed(file, on_row(at, word, new)), rf"{file}:{row}".replace(".", r"\."), said)
        for name, change in (("UTF-16", lambda text: text.decode().encode("utf-16")), ("semicolons", lambda text: text.replace(b",", b";")),
                             ("tabs", lambda text: text.replace(b",", b"\t")), ("a web page", lambda text: b"<!DOCTYPE html>\n<html>404</html>\n"),
                             ("Mac line ends", lambda text: text.replace(b"\n", b"\r")), ("zeros", lambda text: bytes(len(text)))):
            kind.add(f"{file} {name}", bytes_changed(file, change), rf"{file}:1".replace(".", r"\."))
    return kind


# --- rows and columns ----------------------------------------------------------------------------

def tables() -> Kind:
    kind = Kind()
    for file in TABLES:
        table, name = file[:-4], file.replace(".", r"\.")

        def each(change, table=table):
            def apply(t):
                for row in getattr(t, table):
                    change(row)
            return apply
        kind.add(f"{file} with a column more", each(lambda row: row.update(colour="red")), rf"{name}:1: colour", "is not a column")
        kind.add(f"{file} without rows", bytes_changed(file, lambda text: text.splitlines(True)[0]), name, "no rows")
        kind.add(f"{file} without its header", bytes_changed(file, lambda text: text.split(b"\n", 1)[1]), rf"{name}:1", "column")
        kind.add(f"{file} of no bytes", bytes_changed(file, lambda text: b""), name)
        kind.add(f"{file} in capitals", bytes_changed(file, lambda text: text.split(b"\n", 1)[0].upper() + b"\n" + text.split(b"\n", 1)[1]), rf"{name}:1")
        kind.add(f"{file} not there", lambda t, file=file: setattr(t, "after", lambda folder: (folder / file).unlink()), name, "No such file")
        for column in {"totals": ("year", "sector", "gas", "flow", "mass_kt", "method", "spatial", "origin"), "points": ("id", "sector", "gas", "lon", "lat", "weight"),
                       "areas": ("code", "level", "parent", "name_en"), "population": ("code", "year", "population", "status")}[table]:
            kind.add(f"{file} without {column}", each(lambda row, column=column: row.pop(column)), rf"{name}:1: {column}", "missing")
            kind.add(f"{file} with {column} misspelt", bytes_changed(file, on_row(1, column.encode(), column.encode() + b"_")), rf"{name}:1: {column}")
    for year in ("1749", "2201", "202", "20220", "2020.0", "FY2020", "20", "", "0", "-2020"):
        kind.add(f"year {year!r}", lambda t, year=year: t.totals[4].update(year=year), r"totals\.csv:6: year", "whole number from 1750 to 2200")
        kind.add(f"year of people {year!r}", lambda t, year=year: t.population[1].update(year=year), r"population\.csv:3: year", "whole number")
    for row in range(6):
        kind.add(f"row {row + 2} twice", lambda t, row=row: t.totals.append(dict(t.totals[row])), r"totals\.csv:14", rf"totals\.csv:{row + 2}")
        kind.add(f"row {row + 2} twice, another value", lambda t, row=row: t.totals.append(dict(t.totals[row], mass_kt=1)), r"totals\.csv:14", rf"totals\.csv:{row + 2}")
        kind.add(f"row {row + 2} missing", lambda t, row=row: (declared(t), t.totals.pop(row)), r"control\.national")
    return kind


# --- cut -----------------------------------------------------------------------------------------

def cuts() -> Kind:
    """A table that ends where a row does looks whole: the totals that are declared tell."""
    kind = Kind()
    for percent in range(1, 100):
        def csv(t, percent=percent):
            declared(t)
            whole = t.bytes_of("totals.csv")
            t.raw["totals.csv"] = whole[:len(whole) * percent // 100]

        def tif(t, percent=percent):
            def after(folder):
                whole = (folder / "proxy.tif").read_bytes()
                (folder / "proxy.tif").write_bytes(whole[:len(whole) * percent // 100])
            t.after = after

        def manifest(t, percent=percent):
            def after(folder):
                whole = (folder / "manifest.json").read_bytes()
                (folder / "manifest.json").write_bytes(whole[:len(whole) * percent // 100])
            t.after = after
        kind.add(f"totals.csv at {percent} %", csv, r"totals\.csv|control\.national")
        kind.add(f"proxy.tif at {percent} %", tif, r"proxy\.tif")
        kind.add(f"manifest.json at {percent} %", manifest, r"manifest\.json:\d+: column \d+", "correct the JSON")
    return kind


# --- packed --------------------------------------------------------------------------------------

def zipped(data: bytes) -> bytes:
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a", data)
    return to.getvalue()


def packed() -> Kind:
    kind = Kind()
    bomb = {}  # made once: it takes half a second

    def bombed(data):
        return bomb.setdefault(0, gzip.compress(b"1,1,1\n" * (8 << 20), 9))
    for pack, name in ((gzip.compress, "gzip"), (lambda data: gzip.compress(data)[:-9], "gzip"), (bombed, "gzip"), (lzma.compress, "xz"), (bz2.compress, "bzip2"),
                       (zipped, "zip, as spreadsheets are")):
        for file in ("totals.csv", "points.csv", "areas.csv"):
            kind.add(f"{file} {name}", bytes_changed(file, pack), file.replace(".", r"\."), rf"is packed \({name}\)", "unpack it")
        kind.add(f"manifest {name}", lambda t, pack=pack: setattr(t, "manifest_bytes", pack(b"{}")), r"manifest\.json:1")

        def raster(t, pack=pack):
            t.after = lambda folder: (folder / "proxy.tif").write_bytes(pack((folder / "proxy.tif").read_bytes()))
        kind.add(f"proxy.tif {name}", raster, r"proxies\[0\]\.file", rf"is packed \({name}\)")
    return kind


KINDS = {"numbers that are none, or below their range": numbers, "masses in another unit, totals off by more than 0.1 %": units,
         "places swapped, outside, in another or no system": places, "cells of a text twice, missing, off the grid": cells,
         "bytes that are no text of a table": bytes_, "rows and columns too many, too few, of other years": tables,
         "files cut at every per cent": cuts, "files packed, cut, or bombs": packed}

# --- what only looks damaged ---------------------------------------------------------------------


def reversed_columns(text: bytes) -> bytes:
    return b"\n".join(b",".join(reversed(line.split(b","))) for line in text.split(b"\n"))


OTHERWISE = {"a byte order mark": lambda text: b"\xef\xbb\xbf" + text, "CRLF": lambda text: text.replace(b"\n", b"\r\n"),
             "both": lambda text: b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"),
             "quotes around all": lambda text: b"\n".join(b",".join(b'"%s"' % f for f in line.split(b",")) for line in text.splitlines()) + b"\n",
             "columns in another order": reversed_columns, "-0 for 0": lambda text: text.replace(b",0,", b",-0,"), "0.0 for 0": lambda text: text.replace(b",0,", b",0.0,"),
             "exponents": lambda text: text.replace(b",100.5,", b",1.005e2,")}
FORMS = list(OTHERWISE.values())[:5]  # of any table; the others are about numbers


def content(database) -> list:
    """What was imported, without its time and the checksums of its files."""
    return [database.rows("SELECT s.year, s.sector, s.gas, s.flow, s.origin, s.factor, s.mass_t, s.uncertainty_pct, f.name, f.total, (SELECT "
                          "md5(string_agg(b.level || ':' || b.bx || ':' || b.by || encode(b.cells, 'hex'), ' ' ORDER BY b.level, b.by, b.bx)) FROM block b "
                          "WHERE b.field = f.id) FROM slice s LEFT JOIN field f ON f.id = s.field ORDER BY 1, 2, 3, 4, 5"),
            database.rows("SELECT code, level, parent, ST_AsText(geom) FROM district ORDER BY code"),
            database.rows("SELECT s.code, s.name, ST_AsText(s.geom) FROM source s ORDER BY 1, 2")]


# --- the tests -----------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def old_state(cluster, _migrated, run_fluxgrid, workdir):
    """(database, fingerprint): what every refused import must leave."""
    database = cluster.create_database("corruptions", _migrated.name)
    run_fluxgrid("import", Tiny().write(workdir / "corruptions-old"), database=database, check=True)
    yield database, database.fingerprint()
    cluster.drop_database(database.name)


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_is_refused(kind, old_state, workdir, run_fluxgrid, held, scale):
    cases = KINDS[kind]()
    cases = cases[::-(-len(cases) // scale(len(cases), SMALL))]
    wrong = []
    for name, change, said in cases:
        try:
            Refused(*old_state, workdir / f"corruption-{next(_number)}", run_fluxgrid)(change, said)
        except AssertionError as fault:
            wrong.append(f"{name}: {fault}")
    print("\n".join(wrong))
    held("T40", f"{kind}: refused with place and reason, the database as it was", len(cases), len(cases) - len(wrong))


def test_the_same_in_another_form_is_the_same(empty_database, workdir, run_fluxgrid, held, scale):
    def imported(change):
        t = good()
        t.totals[0]["uncertainty_pct"] = 0
        for file in (TABLES if change in FORMS else ["totals.csv"]) if change else ():
            t.raw[file] = change(t.bytes_of(file))
        database = empty_database()
        run_fluxgrid("import", "--quiet", t.write(workdir / f"corruption-{next(_number)}"), database=database, check=True)
        return content(database)
    clean = imported(None)
    assert clean[0] and clean[1] and clean[2]
    names = list(OTHERWISE)[:scale(len(OTHERWISE), 1)]
    same = [name for name in names if imported(OTHERWISE[name]) == clean]
    assert same == names
    held("T40", "byte order marks, CRLF, quotes, other orders of columns: the same release", len(names), len(same))
