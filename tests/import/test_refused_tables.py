"""Refused: what is wrong with tables: their form, totals, areas, statistics, points."""
from __future__ import annotations

import numpy as np

from refused import CUTS, Cases, is_slow_cut, on_row
from tiny import X0, Y0, Tiny

case = Cases()
variants = case.variants


# --- the form of a CSV file ----------------------------------------------------------------------

def broken_totals(name: str, change, *expected: str):
    def apply(t: Tiny):
        t.raw["totals.csv"] = change(t.bytes_of("totals.csv"))
    case(f"csv-{name}", "totals.csv", *expected)(apply)


broken_totals("nul", on_row(3, b"reported", b"repo\0rted"), ":3", "NUL")
broken_totals("latin-1", on_row(4, b"reported", b"report\xe9"), ":4", "UTF-8")
broken_totals("overlong-utf-8", on_row(4, b"reported", b"report\xc0\xaf"), ":4", "UTF-8")
broken_totals("open-quote", on_row(5, b"reported", b'"reported'), "quote")
broken_totals("text-behind-quote", on_row(5, b"reported", b'"reported"x'), ":5", "quote")
broken_totals("quote-inside", on_row(5, b"reported", b'rep"orted'), ":5", "quote")
broken_totals("too-few-fields", on_row(6, b",reported", b""), ":6", "fields")
broken_totals("too-many-fields", on_row(6, b"reported", b"reported,x"), ":6", "fields")
broken_totals("comma-decimal", on_row(2, b"100.5", b'"100,5"'), ":2", "mass_kt", "number")
broken_totals("empty", lambda text: b"")
broken_totals("header-only", lambda text: text.split(b"\n")[0] + b"\n", "rows")
broken_totals("blank-line", lambda text: text.replace(b"\n2021", b"\n\n2021", 1), ":8", "fields|blank")
broken_totals("megabyte-field", on_row(3, b"reported", b"x" * 1_000_000), ":3")
broken_totals("cut-in-a-row", lambda text: text[:len(text) * 2 // 3], "fields|cut|number|empty|one of|line break")


@case("csv-cut-in-the-last-field", r"totals\.csv:13", "cut|line break|end")
def _(t):  # without a line break at the end nobody can tell "biomass" from "biom"
    t.totals[-1]["fuel"] = "biomass"
    t.raw["totals.csv"] = t.bytes_of("totals.csv")[:-4]


broken_totals("unknown-column", lambda text: text.replace(b"fuel\n", b"fuel,region\n").replace(b"\n", b",x\n").replace(
    b"region,x\n", b"region\n"), ":1", "region", "column")
broken_totals("missing-column", on_row(1, b"uncertainty_pct,method", b"uncertainty_pct,methods"), ":1", "method")
broken_totals("column-twice", on_row(1, b"source", b"method"), ":1", "method", "twice")
broken_totals("other-unit-in-header", on_row(1, b"mass_kt", b"mass_t"), ":1", "mass_kt", "missing")
broken_totals("control-character", on_row(3, b"made in the test", b"made \x1b[2J in"), ":3")
broken_totals("gzip", lambda text: __import__("gzip").compress(text), r"totals\[0\]\.file", r"packed \(gzip\)", "unpack it")

# --- values of the totals ------------------------------------------------------------------------

variants("totals", {
    "nan": (0, "mass_kt", "NaN"), "inf": (0, "mass_kt", "inf"), "overflow": (0, "mass_kt", "1e999"),
    "hex": (0, "mass_kt", "0x10"), "unit-in-number": (0, "mass_kt", "100.5 kt"), "two-points": (0, "mass_kt", "1.2.3"),
    "blank-before": (0, "mass_kt", " 100.5"), "empty-mass": (1, "mass_kt", ""), "words": (1, "mass_kt", "many"),
}, "number")
variants("totals", {"negative": (2, "mass_kt", "-77.125"), "too-large": (2, "mass_kt", "1e300"),
                    "negative-uncertainty": (3, "uncertainty_pct", -5)}, "from 0")
variants("totals", {"year-zero": (0, "year", 0), "year-far": (0, "year", 20222), "year-half": (0, "year", 2020.5),
                    "year-word": (0, "year", "MMXX")}, "whole number")
variants("totals", {"flow": (0, "flow", "emissions"), "origin": (0, "origin", "fosil")}, "one of")
variants("totals", {"spatial": (2, "spatial", "poeple"), "group": (0, "fuel", "lignite")})
variants("totals", {"no-sector": (0, "sector", ""), "no-gas": (0, "gas", "")}, "empty")
variants("totals", {"unknown-sector": (5, "sector", "9.Z"), "unknown-gas": (5, "gas", "XY2")})


@case("totals-key-twice", r"totals\.csv:14", r"totals\.csv:4")
def _(t):
    t.totals.append(dict(t.totals[2], mass_kt=1))


@case("totals-parent-and-child", r"totals\.csv:14|totals\.csv:4", "1.A.4.b", "parent|part of")
def _(t):
    t.totals.append(dict(t.totals[2], sector="1.A.4.b", mass_kt=1))


@case("totals-other-origin-is-twice", r"totals\.csv")
def _(t):  # the key of a row is (year, sector, fuel, gas, flow): origin does not make another row
    t.totals.append(dict(t.totals[5], origin="fossil"))


@case("control-thousandfold", "control", "2020", "CH4")
def _(t):
    t.manifest["control"] = {"tolerance": 1e-6, "national": [
        {"year": 2020, "gas": "CH4", "flow": "emission", "mass_kt": 4.0}]}
    for row in t.totals:
        row["mass_kt"] *= 1000


# --- more of the same, from what compilers send ----------------------------------------------------

broken_totals("semicolons", lambda text: text.replace(b",", b";"), ":1", "column")
broken_totals("tabs", lambda text: text.replace(b",", b"\t"), ":1", "column")
broken_totals("utf-16", lambda text: text.decode().encode("utf-16"), ":1", "UTF-8")
broken_totals("windows-1251", on_row(4, b"reported", "\u043e\u0442\u0447\u0451\u0442".encode("cp1251")), ":4", "UTF-8 text; ")
broken_totals("old-mac-line-ends", lambda text: text.replace(b"\n", b"\r"), "column|rows|fields")
broken_totals("web-page", lambda text: b"<!DOCTYPE html>\n<html><body>404</body></html>\n", ":1", "column")
broken_totals("spreadsheet", lambda text: b"PK\x03\x04\x14\x00\x06\x00" + text, r"packed \(zip, as spreadsheets are\)")
broken_totals("65-columns", lambda text: b",".join(b"c%d" % i for i in range(65)) + b"\n", "64 columns")
broken_totals("carriage-return-in-a-row", on_row(3, b"reported", b"reported\rwith a footnote"), ":3", "carriage return")
broken_totals("carriage-return-behind-a-quote", on_row(3, b"reported", b'"reported"\rwith a footnote'), ":3", "carriage return")
broken_totals("megabyte-line", on_row(3, b"reported", b"reported" + b",x" * 500_000), ":3", "fields")
broken_totals("megabyte-header", lambda text: b"x" * 1_000_000 + b"\n" + text, ":1|16 KiB")
broken_totals("header-with-blanks", on_row(1, b"year", b" year"), ":1", "year")
broken_totals("header-in-capitals", on_row(1, b"year", b"Year"), ":1", "Year")
broken_totals("header-empty", on_row(1, b"year", b""), ":1")
broken_totals("no-header", lambda text: text.split(b"\n", 1)[1], ":1", "column")
broken_totals("thousands-separator", on_row(2, b"100.5", b'"1,100.5"'), ":2", "mass_kt", "number")
broken_totals("escape-in-value", on_row(2, b"100.5", b"\x1b[31m1"), ":2", "control character; ")
broken_totals("delete-byte", on_row(2, b"reported", b"re\x7fported"), ":2", "control character; ")


@case("csv-larger-than-64-MiB", "totals.csv", "larger than 64 MiB; ")
def _(t):  # sparse: it costs nothing to write
    t.after = lambda folder: __import__("os").truncate(folder / "totals.csv", 80 << 20)


@case("csv-cut-at-a-row-with-checksums", "totals.csv", "SHA-256")
def _(t):  # a table that ends at a row's end looks whole; only its checksum tells
    t.has_checksums = True
    t.after = lambda folder: (folder / "totals.csv").write_bytes(b"".join(t.bytes_of("totals.csv").splitlines(True)[:-1]))


@case("csv-cut-at-a-row-with-control", r"control\.national", "2021 CH4", "missing, doubled or in another unit")
def _(t):
    t.manifest["control"] = {"tolerance": 1e-6, "national": [{"year": 2021, "gas": "CH4", "flow": "emission", "mass_kt": 4.0}]}
    t.raw["totals.csv"] = b"".join(t.bytes_of("totals.csv").splitlines(True)[:-1])


for percent in CUTS:
    def change(t: Tiny, percent=percent):
        whole = t.bytes_of("totals.csv")
        end = len(whole) * percent // 100
        t.raw["totals.csv"] = whole[:end - (whole[end - 1:end] == b"\n")]
    case(f"csv-cut-at-{percent}-percent", "totals.csv", "fields|line break|column|rows|number|one of|empty",
         is_slow=is_slow_cut(percent))(change)

variants("totals", {
    "full-width-digits": (0, "mass_kt", "\uff11\uff10"), "arabic-digits": (0, "mass_kt", "\u0661\u0660"), "underscore": (0, "mass_kt", "1_000"),
    "two-signs": (0, "mass_kt", "--5"), "sign-behind": (0, "mass_kt", "5-"), "two-exponents": (0, "mass_kt", "1e5e5"),
    "dot-only": (0, "mass_kt", "."), "dot-first": (0, "mass_kt", ".5"), "percent": (0, "mass_kt", "5%"), "minus-dash": (0, "mass_kt", "\u22125"),
    "blank-behind": (0, "mass_kt", "100.5 "), "infinity": (0, "mass_kt", "Infinity"), "n-a": (0, "mass_kt", "n/a"), "ne": (0, "mass_kt", "NE"),
    "uncertainty-nan": (0, "uncertainty_pct", "nan"), "uncertainty-word": (0, "uncertainty_pct", "low"),
}, "must be a number such as 12.5; ")
variants("totals", {"uncertainty-high": (0, "uncertainty_pct", 1001)}, "from 0 to 1000; ")
variants("totals", {"year-empty": (0, "year", ""), "year-negative": (0, "year", -2020), "year-blank": (0, "year", "2020 "),
                    "year-exponent": (0, "year", "2e3")}, "whole number from 1750 to 2200; ")
variants("totals", {"flow-capitals": (0, "flow", "Emission"), "flow-empty": (0, "flow", ""), "flow-net": (0, "flow", "net"),
                    "origin-empty": (0, "origin", "")}, "must be one of")
variants("totals", {"no-method": (0, "method", "")}, "must not be empty; ")
variants("totals", {"spatial-empty": (2, "spatial", ""), "spatial-capitals": (2, "spatial", "People")}, "spatial")


@case("totals-gas-in-small-letters", r"totals\.csv:7", "co2|ch4", "no gas that is known; ")
def _(t):
    t.totals[5]["gas"] = "ch4"


@case("totals-sector-with-a-blank", r"totals\.csv:7", "no sector that is known.*; ")
def _(t):
    t.totals[5]["sector"] = "4.A "


@case("totals-sector-of-no-scheme", r"totals\.csv:7", "XYZ:4.A", "sector")
def _(t):
    t.totals[5]["sector"] = "XYZ:4.A"


@case("totals-key-twice-in-two-files", r"more\.csv:2", r"totals\.csv:2")
def _(t):
    t.raw["more.csv"] = b"".join(t.bytes_of("totals.csv").splitlines(True)[:2])
    t.manifest["totals"].append({**t.manifest["totals"][0], "file": "more.csv"})


@case("totals-parent-in-another-file", r"more\.csv:2|totals\.csv:4", "part of")
def _(t):
    t.raw["more.csv"] = t.bytes_of("totals.csv").splitlines(True)[0] + t.bytes_of("totals.csv").splitlines(True)[3].replace(b"1.A.4", b"1.A.4.a")
    t.manifest["totals"].append({**t.manifest["totals"][0], "file": "more.csv"})


def control(name: str, change, *expected: str):
    def apply(t):
        t.manifest["control"] = {"tolerance": 1e-6, "national": [
            {"year": 2020, "gas": "CO2", "flow": "emission", "mass_kt": 189.875},
            {"year": 2020, "gas": "CO2", "flow": "removal", "mass_kt": 9.75}]}
        change(t)
    case(f"control-{name}", r"control\.national", *expected)(apply)


control("row-missing", lambda t: t.totals.pop(2), "declared as 189.875 kt", "sums to 112.75 kt")
control("row-in-tonnes", lambda t: t.totals[2].update(mass_kt=77125), "declared as 189.875 kt")
control("a-little-off", lambda t: t.totals[2].update(mass_kt=77.13), "sums to 189.88 kt")
control("other-flow", lambda t: t.totals[4].update(flow="emission"), "removal is declared as 9.75 kt")
control("year-without-rows", lambda t: t.manifest["control"]["national"][0].update(year=2019), "2019 CO2", "sums to 0 kt")
control("gas-without-rows", lambda t: t.manifest["control"]["national"][0].update(gas="N2O"), "N2O", "sums to 0 kt")


# --- areas and population ------------------------------------------------------------------------

variants("areas", {"level": (3, "level", 3)}, "whole number")
variants("areas", {"no-name": (3, "name_ru", "")}, "empty")
variants("areas", {"mask-value": (3, "mask_value", "two")}, "whole number")


@case("areas-code-twice", "T11", "times|twice")
def _(t):
    t.areas.append(dict(t.areas[2], mask_value=""))


@case("areas-unknown-parent", "T12", "T9")
def _(t):
    t.areas[3]["parent"] = "T9"


@case("areas-parent-of-wrong-level", "T12", "level")
def _(t):
    t.areas[3]["parent"] = "T"


@case("areas-mask-value-twice", "mask", "T11", "T12")
def _(t):
    t.areas[3]["mask_value"] = 1


@case("areas-without-pixel", "T13", "mask|pixel")
def _(t):
    t.areas.append(dict(t.areas[3], code="T13", mask_value=3))


@case("mask-value-without-area", "mask", "3")
def _(t):
    t.rasters["mask.tif"]["bands"]["mask_value"][4, 4] = 3


variants("population", {"negative": (0, "population", -1)}, "from 0")
variants("population", {"nan": (0, "population", "nan")}, "number")
variants("population", {"status": (0, "status", "guessed")}, "one of")


@case("population-unknown-code", "population.csv", "T99")
def _(t):
    t.population[1]["code"] = "T99"


@case("population-twice", "population.csv", "T11", "2020", "too")
def _(t):
    t.population.append(dict(t.population[1]))


variants("areas", {"level-negative": (3, "level", -1), "level-word": (3, "level", "district"), "level-empty": (3, "level", "")}, "whole number")
variants("areas", {"no-code": (3, "code", ""), "no-english-name": (3, "name_en", ""), "no-uzbek-name": (3, "name_uz", "")}, "must not be empty; ")
variants("areas", {"mask-value-zero": (3, "mask_value", 0), "mask-value-negative": (3, "mask_value", -2)}, "whole number from 1")
variants("areas", {"area-word": (3, "area_km2", "large")}, "number")
variants("areas", {"area-negative": (3, "area_km2", -5)}, "from 0")
variants("population", {"people-far": (0, "population", 1e12)}, "from 0")
variants("population", {"no-code": (0, "code", "")}, "must not be empty; ")
variants("population", {"year": (0, "year", 22)}, "whole number")
variants("population", {"people-empty": (0, "population", "")}, "number")


@case("areas-country-with-parent", "T:", "no parent")
def _(t):
    t.areas[0]["parent"] = "T1"


@case("areas-own-parent", "T12", "parent")
def _(t):
    t.areas[3]["parent"] = "T12"


@case("areas-neither-mask-nor-parts", "T2", "mask value")
def _(t):
    t.areas.append(dict(t.areas[1], code="T2"))


@case("areas-unknown-column", r"areas\.csv:1", "colour", "not a column")
def _(t):
    for row in t.areas:
        row["colour"] = "red"


@case("areas-missing-column", r"areas\.csv:1", "name_ru", "missing; ")
def _(t):
    for row in t.areas:
        del row["name_ru"]


@case("areas-header-only", r"areas\.csv", "no rows; ")
def _(t):
    t.raw["areas.csv"] = t.bytes_of("areas.csv").splitlines(True)[0]


@case("population-missing-column", r"population\.csv:1", "status", "missing; ")
def _(t):
    for row in t.population:
        del row["status"]


@case("population-unknown-column", r"population\.csv:1", "source", "not a column")
def _(t):
    for row in t.population:
        row["source"] = "x"



# --- points --------------------------------------------------------------------------------------

variants("points", {"nan": (0, "lon", "nan"), "comma": (0, "lat", "41,5")}, "number")
variants("points", {"latitude": (0, "lat", 91), "longitude": (0, "lon", 200), "weight": (0, "weight", -0.25)}, "from")
variants("points", {"no-id": (0, "id", "")}, "empty")


@case("points-weights", r"totals\.csv:2", "0.95", "not to 1")
def _(t):
    t.points[0]["weight"] = 0.2


@case("points-id-twice", r"points\.csv:3", "row 2")
def _(t):
    t.points[1]["id"] = "P1"


@case("points-swapped", "P1", "outside|swapped")
def _(t):
    t.points[0].update(lon=t.points[0]["lat"], lat=t.points[0]["lon"])


@case("points-outside-grid", "P1", "outside")
def _(t):
    t.points[0].update(lon=75.0)


@case("points-far-outside-districts", "P3", "outside")
def _(t):  # in the corner of the grid, more than 5 km from any district
    t.points[2].update(lon=X0 + 0.01, lat=Y0 - 0.45)


@case("points-outside-refused", "P3", "outside")
def _(t):
    t.manifest["points"] = {"file": "points.csv", "outside": "refuse"}
    t.points[2].update(lon=X0 + 0.09, lat=Y0 - 0.45)


@case("points-other-district", "P1", "T11", "T12")
def _(t):
    t.points[0]["area_code"] = "T12"


@case("points-half-a-cell", r"points\.csv:2", "cell_lon", "both")
def _(t):
    t.points[0]["cell_lon"] = 60.35


@case("points-group-without-total", r"points\.csv:4", "2.A.1")
def _(t):
    t.totals = [row for row in t.totals if row["sector"] != "2.A.1"]

variants("points", {"longitude-empty": (0, "lon", ""), "latitude-degrees": (0, "lat", "41\u00b030'"), "longitude-e": (0, "lon", "60.3E"),
                    "capacity-word": (0, "capacity", "big"), "weight-empty": (0, "weight", "")}, "number")
variants("points", {"longitude-360": (0, "lon", 300.5), "weight-high": (0, "weight", 1.5), "capacity-negative": (0, "capacity", -1),
                    "cell-latitude": (0, "cell_lat", 99)}, "from")
variants("points", {"no-name": (0, "name", ""), "no-sector": (0, "sector", ""), "no-gas": (0, "gas", "")}, "must not be empty; ")
variants("points", {"commissioned-far": (0, "commissioned_year", 1492), "commissioned-word": (0, "commissioned_year", "old")}, "whole number")


@case("points-unknown-column", r"points\.csv:1", "height", "not a column")
def _(t):
    for row in t.points:
        row["height"] = 5


@case("points-missing-column", r"points\.csv:1", "lat", "missing; ")
def _(t):
    for row in t.points:
        del row["lat"]


@case("points-weights-double", r"totals\.csv:2", "sum to 2")
def _(t):
    t.points[0]["weight"] = t.points[1]["weight"] = 1


@case("points-weights-zero", r"totals\.csv:3", "sum to 0")
def _(t):
    t.points[2]["weight"] = 0


@case("points-unknown-district", "P1", "T11", "T99")
def _(t):
    t.points[0]["area_code"] = "T99"


@case("points-cell-far-away", "P1", "km from where it stands")
def _(t):
    t.points[0].update(cell_lon=61.15, cell_lat=41.25)


@case("points-none-for-a-total", r"totals\.csv:2", "no point source has sector")
def _(t):
    t.points = t.points[2:]


@case("points-other-fuel", r"totals\.csv:2|points\.csv:2", "fuel")
def _(t):
    t.points[0]["fuel"] = "lignite"


# --- mass outside the districts --------------------------------------------------------------------

@case("outside-altogether", r"control\.outside_tolerance", "all 5000 t of IPCC2006:1.A.3.b CO2", "outside every district; ")
def _(t):  # column 0 and row 0 belong to no district
    cells = np.full((8, 12), -1, np.float32)
    cells[0, :5] = 1000
    t.add_grid(cells)


@case("outside-more-than-allowed", r"control\.outside_tolerance", "IPCC2006:1.A.4 CO2", "0.0001 is allowed; ")
def _(t):  # the cell (3, 0) of the proxy lies outside
    t.manifest["control"] = {"outside_tolerance": 0.0001}



# --- the tests -----------------------------------------------------------------------------------

@case.parametrize()
def test_refused(change, expected, refuse):
    refuse(change, expected)
