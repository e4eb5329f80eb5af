"""Small hybrid inventories: rows of totals with areas and months, points with masses."""
from __future__ import annotations

from tiny import Tiny, point, total

YEAR = 2020


def row(sector, mass, spatial, area="", **more) -> dict:
    return {**total(more.pop("year", YEAR), sector, more.pop("gas", "CO2"), mass, spatial, more.pop("fuel", "")),
            "area": area, "month": more.pop("month", ""), **more}


def hybrid(*totals: dict, points=(), unit="kt", **table) -> Tiny:
    """An inventory of these totals only; points, if any, with masses."""
    t = Tiny(slug="hybrid")
    t.totals = list(totals)
    t.points = list(points)
    if points:
        t.manifest["points"]["unit"] = unit
    else:
        del t.manifest["points"]
        t.points = [point("unused", 60.5, 41.5, 1)]
    t.manifest["totals"][0].update(table)
    return t


def mass_point(code, lon, lat, mass, sector="1.A.1", fuel="", method="measured", year=YEAR, **more) -> dict:
    """In the west (T11) below 60.6 E, else in the east (T12)."""
    made = point(code, lon, lat, 0, sector, fuel=fuel)
    del made["weight"]
    return {**made, "year": year, "mass_kt": mass, "method": method, "uncertainty_pct": "", **more}
