"""Map libraries, as their makers publish them, on a page of somebody else: another port, so that all is asked across origins, in a real Chromium."""
import functools
import http.server
import json
import re
import shutil
import subprocess
import sys
import threading
import urllib.parse

import numpy as np
import pytest
from kit import ROOT

import maps

sys.path.insert(0, str(ROOT / "tests" / "browser"))
from browser import open_browser, until  # noqa: E402

HERE = ROOT / "tests" / "clients"
WIDTH, HEIGHT = 768, 512
PLACE = (69.28, 41.31)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The address of the pages and the libraries."""
    subprocess.run([str(ROOT / "scripts" / "client-libraries")], check=True)
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(HERE / "pages", folder, dirs_exist_ok=True)
    (folder / "lib").symlink_to(ROOT / "build" / "client-libraries" / "node_modules")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=site.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{site.server_port}"
    site.shutdown()


@pytest.fixture(scope="module")
def driver():
    driver = open_browser(WIDTH + 40, HEIGHT + 200, flags=["--use-angle=swiftshader", "--enable-unsafe-swiftshader"])
    driver.set_script_timeout(60)
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def place(server):
    """The upper left pixel of a window within the layer: its middle is a corner of four pixels."""
    left, top, width, height = maps.window(server)
    return left + (width - WIDTH) // 2, top + (height - HEIGHT) // 2


@pytest.fixture
def page(driver, server, site, place, artifacts):
    """page(name): opens it. What it gives takes a list of layers and shows them: (what the page said, its pixels)."""
    middle = [place[0] + WIDTH // 2, place[1] + HEIGHT // 2]
    x, y = maps.corner(*middle)
    lonlat = [x / maps.EDGE * 180, float(np.degrees(np.arctan(np.sinh(y / maps.EDGE * np.pi))))]
    job = {"base": server.url, "layer": maps.LAYER, "zoom": maps.ZOOM, "resolution": maps.RESOLUTION, "middle": middle, "center": [x, y], "lonlat": lonlat,
           "place": maps.corner(*maps.pixel_of(*PLACE))}

    def load(name):
        driver.get_log("browser")
        driver.get(f"{site}/{name}.html#{urllib.parse.quote(json.dumps(job))}")
        until(lambda: driver.execute_script("return document.body.dataset.ready"), f"{name} to be ready")

        def show(*layers):
            said = run("show", list(layers))
            driver.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
            png = driver.find_element("id", "map").screenshot_as_png
            (artifacts / f"{name}-{'-'.join(layers)}.png").write_bytes(png)
            return said, maps.opened(png)
        return show

    def run(function, *values):
        done = driver.execute_async_script("const [name, values, done] = arguments; window[name](...values).then((r) => done({r}), (e) => done({e: String(e)}))",
                                           function, list(values))
        assert "e" not in done, done
        return done.get("r")

    load.run = run
    yield load
    # that there is no graphics card is no fault of ours
    assert [e for e in driver.get_log("browser") if e["level"] in ("SEVERE", "WARNING") and not re.search("GPU|WebGL", e["message"])] == []


def wanted(server, place, year):
    return maps.on_white(maps.picture(server, *place, WIDTH, HEIGHT, year=year))


def assert_same(shown, server, place, year):
    assert shown.shape == (HEIGHT, WIDTH, 3)
    assert maps.differing(shown, wanted(server, place, year)) == 0
    assert maps.differing(shown, wanted(server, place, 2012 + 2022 - year)) > 10000


def test_openlayers_from_the_capabilities(server, database, place, page, screenshot):
    show = page("openlayers")
    for layer, year in (("wmts-2012", 2012), ("wmts-2022", 2022), ("wms-2012", 2012), ("xyz", 2022), ("ogc-map-tiles", 2022)):
        assert_same(show(layer)[1], server, place, year)
    for layer in ("mvt", "ogc-vector-tiles"):
        maps.assert_outlined(show(layer)[1], maps.borders(database), *place)
    said, shown = show("features")
    maps.assert_outlined(shown, maps.borders(database), *place)
    assert dict(said) == {r["district"]: r["value"] for r in server.json("/v1/districts?limit=1000")["rows"]}
    screenshot("openlayers", show("wmts-2022", "mvt")[1])


def test_openlayers_asks_for_numbers_and_legends(server, page):
    page("openlayers")
    x, y = maps.corner(*maps.pixel_of(*PLACE))
    lonlat = {"lon": f"{PLACE[0]:.10f}", "lat": f"{PLACE[1]:.10f}"}
    told = server.json("/v1/at?year=2022&flow=net&gas=CO2E&" + urllib.parse.urlencode(lonlat))["rows"]
    said = page.run("ask")  # the library asks for a picture with the place in its middle
    assert said and said == [[r["sector"], pytest.approx(r["value"], rel=1e-6)] for r in told]
    assert page.run("legend")[0] > 50


def test_leaflet(server, database, place, page, screenshot):
    show = page("leaflet")
    for layer, year in (("xyz", 2022), ("xyz-2012", 2012), ("wms-2012", 2012), ("wms-joined-2012", 2012)):
        assert_same(show(layer)[1], server, place, year)
    maps.assert_outlined(show("features")[1], maps.borders(database), *place)
    screenshot("leaflet", show("xyz", "features")[1])


def test_maplibre_from_tilejson(server, database, place, page, screenshot):
    show = page("maplibre")
    assert_same(show("raster")[1], server, place, 2022)
    maps.assert_outlined(show("districts")[1], maps.borders(database), *place)
    said, _ = show("sources")
    sources = {r["code"]: r["value"] for r in server.json("/v1/sources?format=json&limit=1000")["rows"]}
    assert said and all(sources[code] == pytest.approx(value) for code, value in said)
    screenshot("maplibre", show("raster", "districts", "sources")[1])
