"""QGIS, unmodified and headless, given the addresses a person pastes: what it draws, reads, identifies and shows as legend (qgis_session.py does it)."""
import io
import json
import pathlib
import subprocess

import numpy as np
import pytest
from kit import clean_env
from PIL import Image

import maps

HERE = pathlib.Path(__file__).resolve().parent
PLACE = (69.28, 41.31)  # Tashkent


@pytest.fixture(scope="module")
def qgis(server, artifacts):
    """The report and the folder of one session. Its profile, caches and all are in a folder of its own."""
    left, top, width, height = maps.window(server)
    job = {"xyz": server.url + "/tiles/uzbekistan/net-co2e/{z}/{x}/{y}.png", "wmts": server.url + "/wmts/1.0.0/WMTSCapabilities.xml",
           "wms": server.url + "/wms", "ogc": server.url + "/ogc", "mvt": server.url + "/tiles/districts/{z}/{x}/{y}.mvt",
           "layer": maps.LAYER, "style": maps.STYLE, "years": maps.YEARS,
           "place": maps.corner(*maps.pixel_of(*PLACE)), "windows": {
               "mercator": {"system": "EPSG:3857", "corner": maps.corner(left, top), "resolution": maps.RESOLUTION, "size": (width, height)},
               "degrees": {"system": "EPSG:4326", "corner": (56.25, 45.5), "resolution": 1 / 64, "size": (1000, 500)},
               "utm": {"system": "EPSG:32642", "corner": (-300000, 4950000), "resolution": 1024, "size": (900, 600)}}}
    folder = artifacts / "qgis"
    folder.mkdir(mode=0o700)
    (folder / "job.json").write_text(json.dumps(job))
    done = subprocess.run(["/usr/bin/python3", str(HERE / "qgis_session.py"), str(folder / "job.json"), str(folder)], capture_output=True, text=True,
                          timeout=150, env=clean_env(QT_QPA_PLATFORM="offscreen", HOME=str(folder), XDG_RUNTIME_DIR=str(folder), no_proxy="*"))
    assert (folder / "report.json").exists(), f"QGIS ended with {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    report = json.loads((folder / "report.json").read_text())
    assert "failures" not in report, "\n".join(report["failures"].values())
    return {**report, "folder": folder, "left": left, "top": top}


def wanted(server, qgis, year):
    return maps.on_white(maps.picture(server, qgis["left"], qgis["top"], *qgis["mercator"]["size"], year=year))


def test_xyz_tiles_are_shown_pixel_by_pixel(server, qgis):
    shown = maps.opened(qgis["folder"] / "xyz.png")
    assert qgis["xyz"]["valid"] and not qgis["xyz"]["errors"]
    assert len(np.unique(shown.reshape(-1, 3), axis=0)) > 5 and maps.differing(shown, wanted(server, qgis, 2022)) == 0


@pytest.mark.parametrize("service", ["wmts", "wms"])
@pytest.mark.parametrize("year", maps.YEARS)
def test_the_year_that_was_chosen_is_shown(server, qgis, service, year):
    """WMTS: the year chosen among the layer's; WMS: the year of the temporal controller."""
    told = qgis[f"{service}_{year}"]
    assert told["valid"] and not told["errors"], told
    shown = maps.opened(qgis["folder"] / f"{service}_{year}.png")
    assert maps.differing(shown, wanted(server, qgis, year)) == 0
    assert maps.differing(shown, wanted(server, qgis, 2012 + 2022 - year)) > 10000


@pytest.mark.parametrize("window, system", [("degrees", "CRS:84"), ("utm", "EPSG:32642")])
def test_other_systems(server, qgis, window, system):
    """EPSG:4326 of 1.3.0 has latitude first: what is wanted is asked for by the unambiguous CRS:84. And a zone of UTM."""
    box, (width, height) = qgis[window]["extent"], qgis[window]["size"]
    query = {"SERVICE": "WMS", "VERSION": "1.3.0", "REQUEST": "GetMap", "LAYERS": maps.LAYER, "STYLES": "", "CRS": system, "TIME": maps.YEARS[0],
             "BBOX": ",".join(map(repr, box)), "WIDTH": width, "HEIGHT": height, "FORMAT": "image/png", "TRANSPARENT": "TRUE"}
    want = np.asarray(Image.open(io.BytesIO(server.get("/wms", params=query).content)).convert("RGBA"))
    shown = maps.opened(qgis["folder"] / f"wms_{window}.png")
    assert width > 700 and len(np.unique(shown.reshape(-1, 3), axis=0)) > 5 and maps.differing(shown, maps.on_white(want)) == 0


def test_every_layer_year_and_style_is_offered(server, qgis):
    """As QGIS understood the capabilities."""
    layers = [f"{release}/{name}" for release in ("uzbekistan", "uzbekistan@1.0.0") for name in server.json("/v1/releases/uzbekistan@1.0.0")["layers"]]
    for layer in layers:
        assert [u for u in qgis["wms_offered"] if f"layers={layer}&" in u and "timeDimensionExtent=2010," in u], layer
        for year in (2010, 2016, 2022):
            assert [u for u in qgis["wmts_offered"] if f"layers={layer}&" in u and f"tileDimensions=time%3D{year}&" in u], (layer, year)


def test_identify_gives_what_at_says(server, qgis):
    """The tool Identify Features, over WMS."""
    assert qgis["identify_capabilities"]["Feature"] and qgis["identify_Feature"]["valid"]
    rows = qgis["identify_Feature"]["values"]
    left, top = (int(n) for n in maps.pixel_of(*PLACE))  # QGIS asks for the pixel, the server answers for its middle
    x, y = maps.corner(left + 0.5, top + 0.5)
    lon, lat = x / maps.EDGE * 180, np.degrees(np.arctan(np.sinh(y / maps.EDGE * np.pi)))
    told = server.json(f"/v1/at?lon={lon:.10f}&lat={lat:.10f}&year=2022&flow=net&gas=CO2E")["rows"]
    assert all(qgis["identify_capabilities"].values()), qgis["identify_capabilities"]
    for form in ("Text", "Html"):
        words, = qgis[f"identify_{form}"]["values"]
        assert all(r["name"] in words for r in told), (form, words)
    assert rows and [(r["sector"], pytest.approx(r["value"], rel=1e-9)) for r in rows] == [(r["sector"], r["value"]) for r in told]


@pytest.mark.parametrize("name", ["legend", "legend_styled"])
def test_the_legend_is_the_servers(server, qgis, name):
    """With the default style, which has no name, and with a style chosen by name."""
    assert name not in qgis, qgis.get(name)
    shown = Image.open(qgis["folder"] / f"{name}.png").convert("RGBA")
    plain = server.get(f"/legend/{maps.STYLE}.png?flow=net&gas=CO2E&lang=en").content
    assert (np.asarray(shown) == np.asarray(Image.open(io.BytesIO(plain)).convert("RGBA"))).all()


def test_features_are_the_rows_of_the_tables(server, qgis):
    assert {"Districts", "Point sources"} <= set(qgis["ogc_offered"])  # and the collections that are maps: it does not tell them apart
    rows = {r["district"]: r for r in server.json("/v1/districts?limit=1000")["rows"]}
    seen = {r["district"]: r for r in qgis["districts"]["rows"]}
    assert qgis["districts"]["told"] == len(qgis["districts"]["rows"]) == len(seen) == len(rows) and qgis["districts"]["kind"] == "MultiPolygon"
    for code, row in rows.items():
        for field in ("name", "level", "parent", "area_km2", "population", "value", "lo", "hi", "status"):
            assert seen[code][field] == row[field], (code, field)
    sources = {r["code"]: r["value"] for r in server.json("/v1/sources?format=json&limit=1000")["rows"]}
    assert {r["code"]: r["value"] for r in qgis["sources"]["rows"]} == sources and qgis["sources"]["told"] == len(sources)
    assert qgis["sources"]["kind"] == "Point"


def test_features_are_found_by_place_and_by_value(server, database, qgis):
    near = database.rows("SELECT code FROM fluxgrid.district WHERE geom && ST_MakeEnvelope(69.2, 41.2, 69.4, 41.4, 4326) AND"
                         " ST_Intersects(geom, ST_MakeEnvelope(69.2, 41.2, 69.4, 41.4, 4326)) ORDER BY 1 -- search_path")
    assert qgis["near"] == [code for code, in near]
    assert qgis["regions"] == sorted(r["district"] for r in server.json("/v1/districts?level=1&limit=1000")["rows"])


@pytest.mark.parametrize("name", ["oapif", "mvt"])
def test_borders_are_drawn_where_they_are(database, qgis, name):
    assert not qgis["oapif_errors"] and qgis["mvt"]["valid"] and not qgis["mvt"]["errors"]
    shown = maps.opened(qgis["folder"] / f"{name}.png")
    maps.assert_outlined(shown, maps.borders(database), qgis["left"], qgis["top"])


def test_a_map_for_people(qgis, screenshot):
    """Outlines on tiles, with the legend QGIS got: what docs/clients.md shows."""
    shown, legend = Image.open(qgis["folder"] / "map.png").convert("RGB"), Image.open(qgis["folder"] / "legend.png").convert("RGBA")
    assert len(np.unique(np.asarray(shown).reshape(-1, 3), axis=0)) > 8
    page = Image.new("RGB", (shown.width + legend.width, shown.height), "white")
    page.paste(shown)
    page.paste(legend, (shown.width, 8), legend)
    screenshot("qgis", page)
