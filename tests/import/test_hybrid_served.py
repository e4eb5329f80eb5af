"""A hybrid inventory as the server shows it, against the same masses made with numpy; and what would count twice."""
from __future__ import annotations

import numpy as np
import pytest
from osgeo import gdal
from shapely.geometry import LineString

from features import write_layer
from grids import areas_km2
from hybrid import hybrid, mass_point, row
from test_months import WINTER, profile, with_profiles
from tiny import Tiny, mask_cells, proxy_cells

PEOPLE, LIGHT, MASK = proxy_cells(1).astype(float), proxy_cells(2).astype(float), mask_cells()


def spread(mass, cells, mask) -> np.ndarray:
    cells = np.where(mask, cells, 0)
    return mass * cells / cells.sum()


@pytest.fixture
def served(load, start_server):
    """Points, an area, two proxies, months, a proxy that is zero and what has no place, at once."""
    t = hybrid(row("1.A.1", 100, "people:0.6+light:0.4"), row("1.A.1", 30, "light", area="T11"),
               row("1.A.1", 50, "people", year=2021), row("3.A.1", 7, "light", gas="CH4", origin="nonfossil"),
               row("1.A.4", 12, "dark"), row("4.A", 2, "unallocated", gas="CH4", origin="nonfossil"),
               points=[mass_point("P1", 60.33, 41.5, 5), mass_point("P2", 60.93, 41.5, 9, uncertainty_pct=3),
                       mass_point("P2", 60.93, 41.5, 4, year=2021)], fallback="uniform")
    t.rasters["dark.tif"] = {"bands": {"dark": np.zeros((8, 12), np.float32)}, "nodata": None}
    t.manifest["proxies"].append({"id": "dark", "file": "dark.tif", "band": "dark"})
    database, _ = load(with_profiles(t, profile("1.A", WINTER)))
    return start_server(database)


def test_districts_cells_months_and_tiles(served):
    cells = 61 * 0.6 * spread(1, PEOPLE, MASK != 1) + 61 * 0.4 * spread(1, LIGHT, MASK != 1) + spread(25, LIGHT, MASK == 1)
    wanted = {"T11": cells[MASK == 1].sum() + 5, "T12": cells[MASK == 2].sum() + 9}
    query = "/v1/emissions?groupby=district&level=2&gas=CO2&sector=IPCC2006:1.A.1&unit=kt&"
    for period, times in (("year=2020", 1), ("month=2020-01", WINTER[0]), ("month=2020-07", WINTER[6])):
        found = {r["district"]: r["value"] for r in served.json(query + period)["rows"]}
        assert found == {code: pytest.approx(mass * times, rel=1e-9) for code, mass in wanted.items()}
    assert wanted["T11"] == pytest.approx(30)
    nation = served.json("/v1/emissions?year=2020&unit=kt")["rows"][0]["value"]
    assert nation == pytest.approx(100 + 12 + 28 * (7 + 2), rel=1e-9)  # GWP of AR5
    even = spread(12, areas_km2(42 - 0.1 * np.arange(9), 0.1)[:, None] * np.ones((1, 12)), MASK > 0)
    there = {r["sector"]: r["value"] for r in served.json("/v1/at?lon=60.75&lat=41.55&year=2020&gas=CO2&unit=kt")["rows"]}
    assert there == {"IPCC2006:1.A.1": pytest.approx(cells[4, 7], rel=1e-6), "IPCC2006:1.A.4": pytest.approx(even[4, 7], rel=1e-6)}
    tiles = [served.get(f"/tiles/hybrid/emissions-co2/6/{x}/{y}.f32?year=2020") for x in (41, 42, 43) for y in (22, 23, 24)]
    assert sum(float(t.headers["X-Tile-Mass-t"]) for t in tiles if t.status_code == 200) == pytest.approx(112e3, rel=1e-7)


def test_a_total_is_as_uncertain_as_it_was_however_it_is_shared(served):
    """10 % of what is left and of the points without an error of their own; 3 % of the other."""
    whole = served.json("/v1/emissions?year=2020&unit=kt&gas=CO2&sector=IPCC2006:1.A.1")["rows"][0]
    assert whole["value"] == pytest.approx(100) and 9 < whole["hi"] - whole["value"] < 10 + 1e-9


def test_a_raster_of_a_sector_and_one_of_its_parent(refuse):
    t = Tiny(version="1.1.0")
    t.add_grid(np.full((8, 12), 2.0))
    t.rasters["above.tif"] = {"bands": {"mass": np.full((8, 12), 3.0)}, "nodata": -1.0}
    t.manifest["grids"].append({**t.manifest["grids"][0], "file": "above.tif", "sector": "1.A.3"})
    refuse(lambda _: None, (r"grids\[0\] = 'IPCC2006:1\.A\.3\.b'", r"part of IPCC2006:1\.A\.3 in grids\[1\]"), t)


def test_a_line_within_a_total_that_areas_split(refuse, folder):
    t = hybrid(row("1.A.3.b", 100, "people"), row("1.A.3.b", 30, "light", area="T11"))
    t.manifest["release"].update(slug="tiny", version="2.0.0")
    write_layer(folder / "roads.geojson", [{"geometry": LineString([(60.2, 41.5), (60.5, 41.5)]), "mass": 10.0}])
    t.manifest["features"] = [{"file": "roads.geojson", "geometry": "lines", "unit": "kt", "counts": "within", "masses": "mass",
                               "provenance": "test", "sector": "1.A.3.b", "gas": "CO2", "flow": "emission",
                               "origin": "fossil", "method": "calculated", "year": 2020}]
    refuse(lambda _: None, (r"roads\.geojson", r"totals\.csv:3 splits by areas"), t)


def test_a_crosswalk_of_a_raster_and_a_profile(load):
    """Mass x weight x month, each product made by hand."""
    t = Tiny(slug="edgar")
    for key in ("proxies", "points", "totals"):
        del t.manifest[key]
    cells = np.random.default_rng(1).uniform(1, 9, (8, 12))
    t.add_grid(cells, "kt", sector="IND", scheme="EDGAR")
    t.rasters["mass.tif"]["dtype"] = gdal.GDT_Float64
    t.raw["shares.csv"] = b"from,to,gas,weight,note\nEDGAR:IND,1.A.2.a,,0.25,a\nEDGAR:IND,1.A.2.m,,0.75,b\n"
    t.manifest["crosswalks"] = [{"file": "shares.csv"}]
    database, _ = load(with_profiles(t, profile("1.A.2", WINTER)))
    found = {(sector, month): mass for sector, month, mass in database.rows("SELECT sector, month, mass_t FROM slice")}
    assert found == {(f"IPCC2006:{sector}", m + 1): pytest.approx(cells.sum() * 1e3 * weight * WINTER[m], rel=1e-12)
                     for sector, weight in (("1.A.2.a", 0.25), ("1.A.2.m", 0.75)) for m in range(12)}
