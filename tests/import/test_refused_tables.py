"""Refused: what is wrong with tables: their form, totals, areas, statistics, points."""
from __future__ import annotations

from refused import Cases
from tiny import X0, Y0, Tiny

case = Cases()
variants = case.variants


# --- the form of a CSV file ----------------------------------------------------------------------

def broken_totals(name: str, change, *expected: str):
    def apply(t: Tiny):
        t.raw["totals.csv"] = change(t.bytes_of("totals.csv"))
    case(f"csv-{name}", "totals.csv", *expected)(apply)


def on_row(row: int, old: bytes, new: bytes):
    """Replaces in one line (from 1), so that the message's row can be checked."""
    def change(text: bytes) -> bytes:
        lines = text.split(b"\n")
        assert old in lines[row - 1]
        lines[row - 1] = lines[row - 1].replace(old, new, 1)
        return b"\n".join(lines)
    return change


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
broken_totals("gzip", lambda text: __import__("gzip").compress(text))

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

# --- the tests -----------------------------------------------------------------------------------

@case.parametrize()
def test_refused(change, expected, refuse):
    refuse(change, expected)
