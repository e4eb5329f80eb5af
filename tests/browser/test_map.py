"""The map in a real browser: every layer, control and key, held against the API's numbers, the requests and the picture's own pixels."""
import math
import urllib.parse

import pytest
import shapely.geometry
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from browser import open_browser, pause, reset_view, screenshot, set_view, until
from class_labels import class_of

VIEW = {"z": "6", "lon": "66.5", "lat": "41"}
BARE = {"hide": "on", "opacity": "100"}  # colours alone: no borders, no names, nothing shining through


@pytest.fixture(scope="module")
def driver():
    driver = open_browser()
    scheme(driver)
    yield driver
    driver.quit()


def scheme(driver, value="light", motion="reduce"):
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
        {"name": "prefers-color-scheme", "value": value}, {"name": "prefers-reduced-motion", "value": motion}]})


class Map:
    """The page, opened at an address."""

    def __init__(self, driver, server):
        self.driver, self.server = driver, server

    def open(self, **query):
        self.driver.get("about:blank")
        self.driver.get(f"{self.server.url}/?{urllib.parse.urlencode({'lang': 'en', **VIEW, **query})}")
        self.rest()
        return self

    def rest(self):
        """Nothing is coming any more, and the picture stands."""
        quiet = "return !document.body.classList.contains('busy') && document.querySelector('#view-map.ready') !== null" \
                " && document.querySelector('#pane-area .headline, #pane-ask h2, #pane-rank h2') !== null"
        until(lambda: self.driver.execute_script(quiet), "the map and its facts")
        pictures = [None]

        def is_still():
            pause(self.driver, 120)
            pictures.append(self.picture().tobytes())
            return pictures[-1] == pictures.pop(0) and self.driver.execute_script(quiet)
        until(is_still, "the map at rest")

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def js(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def state(self):
        return dict(urllib.parse.parse_qsl(urllib.parse.urlparse(self.driver.current_url).query))

    def requests(self, *parts):
        names = self.js("return performance.getEntriesByType('resource').map(e => e.name)")
        return [n for n in names if all(p in n for p in parts)]

    def api(self, path, **params):
        return self.server.get(path, params={"lang": "en", **params}).json()

    def box(self):
        return self.js("const b = document.getElementById('map').getBoundingClientRect(); return [b.left, b.top, b.width, b.height]")

    def picture(self):
        return screenshot(self.driver)

    def pixel_of(self, lon, lat):
        """Where a place is in the window, by the address alone."""
        state = self.state()
        left, top, width, height = self.box()
        world = 256 * 2 ** float(state["z"])
        north = lambda deg: math.asinh(math.tan(math.radians(deg))) / math.pi  # noqa: E731
        x = left + width / 2 + (lon - float(state["lon"])) / 360 * world
        y = top + height / 2 - (north(lat) - north(float(state["lat"]))) / 2 * world
        return round(x), round(y)

    def colour(self, lon, lat, picture=None):
        return (picture or self.picture()).getpixel(self.pixel_of(lon, lat))

    def mouse(self, kind, x, y, **more):
        self.driver.execute_cdp_cmd("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, **more})

    def click(self, x, y):
        for kind in ("mousePressed", "mouseReleased"):
            self.mouse(kind, x, y, button="left", clickCount=1)

    def chips(self):
        """Label and colour of each class of the legend."""
        return [(label, tuple(map(float, colour.strip("rgba()").split(",")))) for label, colour in self.js("""
            return [...document.querySelectorAll('#legend li button')].map(b =>
                [b.textContent, getComputedStyle(b.querySelector('.chip')).backgroundColor])""")]

    def open_details(self, name):
        self.js("document.getElementById(arguments[0]).open = true", name)


@pytest.fixture
def page(driver, server):
    driver.get_log("browser")
    page = Map(driver, server)
    yield page
    wrong = [e for e in driver.get_log("browser") if e["level"] in ("SEVERE", "WARNING")]
    assert wrong == [] or getattr(page, "may_fail", False), wrong


@pytest.fixture(scope="module")
def places(server):
    """A point well inside each district of some size: code to (lon, lat)."""
    found = server.get("/v1/districts", params={"level": "2", "format": "geojson", "limit": "1000"}).json()["features"]
    shapes = {f["id"]: shapely.geometry.shape(f["geometry"]) for f in found}
    inside = {code: shape.buffer(-0.12) for code, shape in shapes.items()}
    return {code: (p.x, p.y) for code, shape in inside.items() if not shape.is_empty for p in [shape.representative_point()]}


def in_sight(page, points):
    """Those that no panel covers."""
    left, top, width, height = page.box()
    seen = {}
    for code, point in points.items():
        x, y = page.pixel_of(*point)
        if left + 330 < x < left + width - 400 and top + 20 < y < top + height - 110:
            seen[code] = point
    assert len(seen) > 12
    return seen


def alike(one, other, most=6):
    return max(abs(a - b) for a, b in zip(one, other)) <= most


# --- the main layer ---------------------------------------------------------------------------

def test_density_removals_net_and_difference_are_maps_of_their_own(page):
    page.open(**BARE)
    seen = {"Emission density": page.picture().tobytes()}
    for flow in ("removals", "net"):
        page.find(f"input[name=flow][value={flow}]").send_keys(Keys.SPACE)
        until(lambda: page.requests(f"/{flow}-co2e/", ".png"), f"tiles of {flow}")
        page.rest()
        seen[page.find("#legend h3").text] = page.picture().tobytes()
    page.open_details("more-compare")
    Select(page.find("#minus")).select_by_value("2015")
    until(lambda: page.requests("/net-co2e/", ".png", "minus=2015"), "tiles of the difference")
    page.rest()
    title = page.find("#legend h3").text
    seen[title] = page.picture().tobytes()
    assert title.endswith(", 2022 minus 2015") and page.state()["minus"] == "2015"
    assert len(seen) == 4 and len(set(seen.values())) == 4


@pytest.mark.parametrize("by,flow", [("per_km2", "emissions"), ("per_capita", "emissions"), ("total", "net"), ("change", "emissions")])
def test_areas_have_the_colour_of_the_class_that_their_number_is_in(page, places, by, flow):
    page.open(show="districts", by=by, flow=flow, year="2020", minus="2014" if by == "change" else "", **BARE)
    chips = page.chips()
    unit = page.find("#legend .unit").text
    asked = {"level": "2", "flow": {"emissions": "emission"}.get(flow, flow)}
    now, before = ({r["district"]: r for r in page.api("/v1/indicators", year=y, **asked)["rows"]} for y in ("2020", "2014"))
    picture = page.picture()
    tonnes = {"Mt": 1e6, "kt": 1e3, "t ": 1}[unit[:2]] if by == "total" else None
    checked = set()
    for code, point in in_sight(page, places).items():
        value = {"total": lambda r: r["value"] / tonnes, "change": lambda r: (r["value"] / before[code]["value"] - 1) * 100}.get(by, lambda r: r[by])(now[code])
        wanted = [colour for label, colour in chips if class_of(label, value)]
        assert len(wanted) == 1, (code, value, chips)
        assert alike(page.colour(*point, picture), wanted[0]), (code, value, unit)
        checked.add(wanted[0])
    assert len(checked) > 2, "the sample sees several classes"
    assert ("%" if by == "change" else "CO₂e (AR5-100)") in unit


def test_areas_without_a_value_are_hatched_and_the_legend_says_so(page, places):
    """A net flux has no change where there was a net sink. Where all have a value, the legend does not speak of it."""
    page.open(show="districts", by="change", flow="net", year="2022", minus="2010", **BARE)
    before = {r["district"]: r["value"] for r in page.api("/v1/indicators", level="2", flow="net", year="2010")["rows"]}
    without = {code: point for code, point in in_sight(page, places).items() if not before[code] > 0}
    assert without and page.find("#legend h3").text == "Change from 2010 to 2022"
    assert page.find("#legend .lacking").text == "No change can be told" and page.find("#legend .lacking .chip").is_displayed()
    picture = page.picture()
    for point in without.values():
        x, y = page.pixel_of(*point)
        seen = {colour for _, colour in picture.crop((x - 4, y - 4, x + 4, y + 4)).getcolors()}
        assert max(max(c) for c in seen) - min(min(c) for c in seen) > 60, "strokes on their ground"
    page.open(show="districts", by="total", flow="net", **BARE)
    assert page.driver.find_elements(By.CSS_SELECTOR, "#legend .lacking") == []


def test_regions_or_districts(page, places):
    page.open(show="districts", **BARE)
    seen = in_sight(page, places)
    page.find("input[name=level][value='1']").send_keys(Keys.SPACE)
    until(lambda: page.requests("/v1/indicators", "level=1"), "the regions' numbers")
    page.rest()
    picture = page.picture()
    by_region = {}
    for code, point in seen.items():
        by_region.setdefault(code[:4], []).append(page.colour(*point, picture))
    assert page.state()["level"] == "1" and max(map(len, by_region.values())) > 2
    assert all(alike(colours[0], one) for colours in by_region.values() for one in colours), by_region
    assert len({colours[0] for colours in by_region.values()}) > 2


def test_a_class_alone_of_areas_and_of_tiles_by_keyboard(page, places):
    page.open(show="districts", **BARE)
    before = page.picture()
    chips = page.chips()
    seen = in_sight(page, places)
    button = page.find("#legend button[data-only='1']")
    button.send_keys(Keys.ENTER)
    until(lambda: page.state().get("only") == "1", "the class in the address")
    page.rest()
    after = page.picture()
    kept = [point for point in seen.values() if alike(page.colour(*point, before), chips[1][1])]
    others = [point for point in seen.values() if not alike(page.colour(*point, before), chips[1][1])]
    assert kept and others
    assert all(page.colour(*p, after) == page.colour(*p, before) for p in kept)
    assert all(max(c) - min(c) < 30 for c in (page.colour(*p, after) for p in others)), "the others are grey"
    assert page.find("#legend button[data-only='1']").get_attribute("aria-pressed") == "true"
    assert page.js("return document.activeElement.dataset.only") == "1", "the keyboard stays where it was"
    # The same of the density map, whose tiles are pictures: dense Tashkent is in another class than the desert.
    page.open(only="0", **BARE)
    one = page.picture()
    page.js("document.querySelector('#legend button[data-only=\"0\"]').click()")
    until(lambda: "only" not in page.state(), "all classes")
    page.rest()
    whole = page.picture()
    desert, field = (62.0, 42.6), (66.95, 39.65)
    assert page.colour(*desert, one) == page.colour(*desert, whole)
    grey = page.colour(*field, one)
    assert max(grey) - min(grey) < 30 and not alike(grey, page.colour(*field, whole), 40)


def test_names_and_borders_come_from_our_tiles_in_the_chosen_language(page, server):
    page.open(lang="ru", hide="", show="none")
    assert page.requests("/tiles/districts/", ".mvt", "lang=ru") and not page.requests("format=geojson")
    names = page.js("return performance.getEntriesByType('resource').map(e => e.name)")
    assert all(n.startswith((server.url, "data:", "blob:")) for n in names)
    pictures = [page.picture().tobytes()]
    page.open_details("more-layers")
    for letter in ("n", "o"):
        page.find(f"#layers input[data-layer={letter}]").send_keys(Keys.SPACE)
        until(lambda: letter in page.state().get("hide", ""), "the layer hidden in the address")
        page.rest()
        page.js("document.getElementById('more-layers').open = false")
        page.rest()
        pictures.append(page.picture().tobytes())
        page.open_details("more-layers")
    assert len(set(pictures)) == 3


# --- point sources ----------------------------------------------------------------------------

def alone(rows, far=0.9):
    """The rows that no other lies near."""
    return [r for r in rows if r["value"] > 0 and all(
        math.hypot(r["lon"] - o["lon"], r["lat"] - o["lat"]) > far for o in rows if o is not r)]


def test_the_area_of_a_circle_is_proportional_to_the_mass(page):
    rows = page.api("/v1/rank", by="source", top="100", year="2022", unit="kt")["rows"]
    single = [r for r in alone(rows) if r["value"] > 250]
    assert len(single) >= 3
    areas = []
    for row in (single[0], single[-1]):
        page.open(show="none", sources="1", hide="on", z="9", lon=str(row["lon"]), lat=str(row["lat"]))
        x, y = page.pixel_of(row["lon"], row["lat"])
        spot = page.picture().crop((x - 40, y - 40, x + 40, y + 40))
        ground = spot.getpixel((1, 1))
        across = sum(not alike(spot.getpixel((i, 40)), ground, 12) for i in range(80))
        areas.append((across ** 2, row["value"]))
    ratios = [area / value for area, value in areas]
    assert max(ratios) / min(ratios) < 1.35, areas  # a pixel more or less across the smallest
    assert max(v for _, v in areas) / min(v for _, v in areas) > 4


def test_a_source_opens_from_the_list_by_keyboard_and_closes_to_where_it_was(page):
    page.open(show="none")
    page.open_details("more-sources")
    page.find("#sources").send_keys(Keys.SPACE)
    first = until(lambda: page.driver.find_elements(By.CSS_SELECTOR, "#source-list button"), "the list")[0]
    until(lambda: page.requests("/tiles/sources/", ".mvt"), "the circles")
    top = page.api("/v1/rank", by="source", top="1", unit="kt")["rows"][0]
    assert first.text.startswith(top["name"]) and "10.6 Mt" in first.text
    sizes = page.find("#legend-sizes").text
    assert "CO₂e" in sizes and "10 Mt" in sizes
    code = first.get_attribute("data-source")
    first.send_keys(Keys.ENTER)
    until(lambda: page.find("#popup").is_displayed(), "the card")
    its = page.api(f"/v1/sources/{code}")["properties"]
    card = page.find("#popup").text
    for part in (its["name"], its["operator"], "MW", "Energy industries", "2022", "10.6 Mt"):
        assert part in card, part
    assert page.state()["source"] == code
    anchor = page.find("#popup a").get_attribute("href")
    assert f"source={code}" in anchor and "sources=1" in anchor
    page.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    until(lambda: not page.find("#popup").is_displayed(), "the card closed")
    assert page.js("return document.activeElement.dataset.source") == code and "source" not in page.state()


def test_a_source_opens_by_a_click_on_its_circle_and_by_its_address(page):
    row = alone(page.api("/v1/rank", by="source", top="100", unit="kt")["rows"])[0]
    page.open(sources="1", lon=str(row["lon"]), lat=str(row["lat"]))
    x, y = page.pixel_of(row["lon"], row["lat"])
    page.mouse("mouseMoved", x, y)
    until(lambda: row["name"] in page.find("#tip").text, "its name under the pointer")
    page.click(x, y)
    until(lambda: page.state().get("source") == row["code"], "the source in the address")
    page.driver.refresh()
    until(lambda: row["name"] in page.find("#popup").text, "the same card from the address")


# --- order, strength, two maps --------------------------------------------------------------------

def test_order_and_opacity_change_the_picture_and_the_address(page):
    row = max(page.api("/v1/rank", by="source", top="100", unit="kt")["rows"], key=lambda r: r["value"])
    page.open(sources="1", lon=str(row["lon"]), lat=str(row["lat"]), **BARE)
    above = page.colour(row["lon"] - 0.25, row["lat"])
    page.open_details("more-layers")
    for _ in range(2):  # sources: from over the borders to under the colours
        page.find("#layers button[data-layer='s-1']").send_keys(Keys.ENTER)
    until(lambda: page.state().get("order") == "smon", "the order in the address")
    page.rest()
    assert page.js("return document.activeElement.dataset.layer") != "", "the keyboard stays in the list"
    below = page.colour(row["lon"] - 0.25, row["lat"])
    assert not alike(above, below)
    page.find("#opacity").send_keys(Keys.ARROW_LEFT * 8)
    until(lambda: page.state().get("opacity") == "60", "the opacity in the address")
    page.rest()
    assert not alike(page.colour(row["lon"] - 0.25, row["lat"]), below)


@pytest.mark.parametrize("show,sides", [("density", {"year2": "2012", "gas2": "ch4"}), ("districts", {"year2": "2010"})])
def test_two_maps_side_by_side(page, show, sides):
    query = {"show": show, **BARE}
    left = page.open(**query).picture()
    right = page.open(**query, year=sides["year2"], gas=sides.get("gas2", "co2e")).picture()
    both = page.open(**query, swipe="50", **sides).picture()
    box = page.box()
    middle = round(box[0] + box[2] / 2)
    strips = {"left": (box[0] + 345, middle - 30), "right": (middle + 30, box[0] + box[2] - 420)}
    for name, (x0, x1) in strips.items():
        part = (round(x0), round(box[1] + 120), round(x1), round(box[1] + box[3] - 130))
        ours, theirs = (left, right) if name == "left" else (right, left)
        assert both.crop(part).tobytes() == ours.crop(part).tobytes() != theirs.crop(part).tobytes(), name
    line = page.find("#swipe")
    line.send_keys(Keys.ARROW_LEFT, Keys.ARROW_LEFT)
    until(lambda: page.state().get("swipe") == "46", "the line moved by keys")
    assert line.get_attribute("aria-valuenow") == "46" and sides["year2"] in line.get_attribute("aria-valuetext")
    ActionChains(page.driver).drag_and_drop_by_offset(line, 200, 0).perform()
    assert 57 < float(page.state()["swipe"]) < 63
    page.open_details("more-compare")
    page.find("#side-by-side").send_keys(Keys.SPACE)
    until(lambda: not page.find("#swipe").is_displayed(), "one map again")
    assert not {"swipe", "year2", "gas2"} & page.state().keys()


# --- years ----------------------------------------------------------------------------------------

def test_play_brings_the_next_year_before_it_is_shown_and_stops(page):
    page.open(year="2015")
    page.js("""
        window.seen = [];
        const was = history.replaceState.bind(history);
        history.replaceState = (...all) => {
            const year = new URLSearchParams(all[2]).get('year');
            const there = performance.getEntriesByType('resource').filter(e => e.name.includes('.png') && e.name.includes('year=' + year));
            if (year !== window.seen.at(-1)?.[0]) window.seen.push([year, there.length]);
            if (year === '2017') document.getElementById('play').click();
            return was(...all);
        };""")
    page.find("#play").send_keys(Keys.SPACE)
    assert page.find("#play").get_attribute("aria-pressed") == "true"
    until(lambda: page.state().get("year") == "2017", "two years on")
    until(lambda: page.find("#play").get_attribute("aria-pressed") == "false", "the end of the play")
    seen = [(year, tiles) for year, tiles in page.js("return window.seen") if year in ("2016", "2017")]
    assert len(seen) == 2 and all(tiles > 3 for _, tiles in seen), f"its tiles had come before it was shown: {seen}"
    page.find("#year").send_keys(Keys.HOME)
    until(lambda: page.state().get("year") == "2010", "the first year")
    assert page.find("#year-shown").text == "2010"
    page.rest()
    assert page.state()["year"] == "2010", "it goes on no more"
    assert page.js("return window.seen.map(([year]) => year)") == ["2016", "2017", "2010"]


# --- tools ------------------------------------------------------------------------------------------

def test_coordinates_scale_and_zoom(page):
    page.open()
    x, y = page.pixel_of(66.5, 41.0)
    page.mouse("mouseMoved", x, y)
    told = until(lambda: page.find("#coordinates").text, "the place under the pointer")
    lat, lon = (float(part.split("°")[0]) for part in told.split(", "))
    assert abs(lat - 41) < 0.02 and abs(lon - 66.5) < 0.02 and told.endswith("° E")
    bar = page.find(".ol-scale-line-inner")
    metres = float(bar.text.split()[0]) * 1000
    ground = 156543.03 / 2 ** 6 * math.cos(math.radians(41))
    assert metres / float(bar.value_of_css_property("width")[:-2]) == pytest.approx(ground, rel=0.03)
    page.find("#zoom-in").send_keys(Keys.ENTER)
    until(lambda: page.state()["z"] == "7", "one zoom nearer")


def test_search_flies_to_areas_sources_and_coordinates(page):
    page.open()
    box = page.find("#search-text")
    for typed, wanted in (("nukus", None), ("talimarjan", (65.3, 38.4)), ("40.1, 67.8", (67.8, 40.1))):
        before = page.state()
        box.clear()
        box.send_keys(typed)
        until(lambda: page.driver.find_elements(By.CSS_SELECTOR, "#search-list li"), typed)
        box.send_keys(Keys.ARROW_DOWN, Keys.ENTER)
        until(lambda: page.state()["lon"] != before["lon"], f"a flight to {typed}")
        page.rest()
        if wanted:
            assert abs(float(page.state()["lon"]) - wanted[0]) < 1.2 and abs(float(page.state()["lat"]) - wanted[1]) < 1.2
        else:
            row = next(r for r in page.api("/v1/districts", level="2", limit="1000")["rows"] if r["district"] == page.state()["district"])
            west, south, east, north = row["bbox"]
            assert west < float(page.state()["lon"]) < east + 1 and south - 1 < float(page.state()["lat"]) < north + 1


def test_where_i_am_is_asked_only_when_wanted_and_pressed(page, server):
    page.driver.execute_cdp_cmd("Browser.grantPermissions", {"origin": server.url, "permissions": ["geolocation"]})
    page.driver.execute_cdp_cmd("Emulation.setGeolocationOverride", {"latitude": 39.65, "longitude": 66.96, "accuracy": 10})
    counting = page.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": """
        window.asked = 0; const was = navigator.geolocation.getCurrentPosition.bind(navigator.geolocation);
        navigator.geolocation.getCurrentPosition = (...all) => { window.asked += 1; was(...all); };"""})
    try:
        page.open()
        assert not page.find("#locate").is_displayed()
        page.open_details("more-layers")
        page.find("#locate-wanted").send_keys(Keys.SPACE)
        until(lambda: page.find("#locate").is_displayed(), "the button")
        assert page.state()["locate"] == "1" and page.js("return window.asked") == 0
        page.find("#locate").send_keys(Keys.ENTER)
        until(lambda: abs(float(page.state()["lon"]) - 66.96) < 0.01, "a flight to Samarkand")
        assert page.js("return window.asked") == 1 and "66.96" in page.find("#announce").get_attribute("textContent")
    finally:
        page.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", counting)


def test_full_screen_keeps_the_panels(page):
    page.open()
    page.find("#full").click()
    try:
        until(lambda: page.js("return document.fullscreenElement?.id") == "view-map", "the whole screen")
        assert page.find("#legend-card").is_displayed() and page.find("#full").get_attribute("aria-pressed") == "true"
    finally:
        page.js("return document.exitFullscreen()")


# --- pointing, words, table -----------------------------------------------------------------------

def test_pointing_works_both_ways_and_the_table_has_the_map_s_numbers(page, places):
    page.open(show="districts", by="per_capita", **BARE)
    page.open_details("more-words")
    rows = until(lambda: page.driver.find_elements(By.CSS_SELECTOR, "#map-table tbody tr"), "the table")
    answer = {r["district"]: r for r in page.api("/v1/indicators", level="2", year="2022")["rows"]}
    told = page.js("return [...document.querySelectorAll('#map-table tbody tr')].map(r => [r.dataset.code, r.cells[1].textContent])")
    assert len(told) == len(answer) == len(rows)
    values = [answer[code]["per_capita"] for code, _ in told]
    assert values == sorted(values, reverse=True)
    assert all(float(text.replace(",", "")) == pytest.approx(answer[code]["per_capita"], rel=6e-3) for code, text in told)
    code, point = next(iter(in_sight(page, places).items()))
    before = page.colour(*point)
    page.js("document.querySelector(`#map-table [data-code='${arguments[0]}']`).dispatchEvent(new Event('pointerenter'))", code)
    page.rest()
    assert page.colour(*point) != before, "the row lights its area"
    page.js("document.querySelector(`#map-table [data-code='${arguments[0]}']`).dispatchEvent(new Event('pointerleave'))", code)
    page.mouse("mouseMoved", *page.pixel_of(*point))
    until(lambda: page.js("return document.querySelector('#map-table tr.lit')?.dataset.code") == code, "the area lights its row")
    tip = page.find("#tip").text
    assert answer[code]["name"] in tip and "per person" in tip


def test_the_map_is_told_in_words_and_changes_are_announced(page):
    page.open()
    words = until(lambda: page.find("#summary").get_attribute("textContent"), "the summary")
    assert page.api("/v1/summary", year="2022")["sentences"][0] in words
    assert "summary" in page.find("#map").get_attribute("aria-describedby")
    page.find("#year").send_keys(Keys.ARROW_LEFT)
    wanted = page.api("/v1/summary", year="2021")["sentences"][0]
    until(lambda: wanted in page.find("#announce").get_attribute("textContent"), "the change read aloud")


# --- schemes, sizes, states of trouble --------------------------------------------------------------

def test_in_the_dark_light_is_more_on_the_map_and_in_the_legend(page):
    dense, sparse = (71.6, 40.75), (62.0, 42.6)
    light = page.open(lon="67.5", **BARE).picture()
    day = [sum(page.colour(*p, light)) for p in (dense, sparse)]
    scheme(page.driver, "dark")
    try:
        page.rest()
        until(lambda: sum(page.chips()[0][1][:3]) < sum(page.chips()[-1][1][:3]), "the legend turned")
        page.rest()
        dark = page.picture()
        night = [sum(page.colour(*p, dark)) for p in (dense, sparse)]
        assert day[0] < day[1] and night[0] > night[1]
        assert sum(dark.getpixel((round(page.box()[0]) + 4, 300))) < 120
    finally:
        scheme(page.driver)


@pytest.mark.parametrize("width,height", [(360, 740), (3840, 2160)])
def test_every_screen_fits_and_can_be_touched(page, width, height):
    set_view(page.driver, width, height, mobile=width < 500)
    try:
        page.open(show="districts", sources="1", swipe="50", year2="2010", locate="1")
        for name in ("more-compare", "more-sources", "more-layers", "more-words"):
            page.open_details(name)
        until(lambda: page.driver.find_elements(By.CSS_SELECTOR, "#map-table tr"), "the table")
        assert page.js("return document.documentElement.scrollWidth <= window.innerWidth")
        small = page.js("""
            const area = e => e.closest('label') && e.type !== 'range' ? e.closest('label') : e;
            return [...document.querySelectorAll('.side :is(button, select, input, summary), .year :is(button, input), .tools button, #swipe')]
                .filter(e => e.checkVisibility()).map(e => [e.id || e.textContent, area(e).getBoundingClientRect()])
                .filter(([, b]) => Math.min(b.width, b.height) < 24).map(([n, b]) => `${n} ${b.width}x${b.height}`)""")
        assert small == []
        outside = page.js("""
            return [...document.querySelectorAll('.year, .legend-card, .controls, .tools')].map(e => [e.className, e.getBoundingClientRect()])
                .filter(([, b]) => b.left < 0 || b.right > innerWidth || b.width < 30).map(([n]) => n)""")
        assert outside == []
    finally:
        reset_view(page.driver)


def test_where_there_are_no_data_it_says_so(page):
    page.open(lon="-60", lat="-10", z="6")
    until(lambda: page.find("#empty").is_displayed(), "the note that nothing is here")
    page.open()
    assert not page.find("#empty").is_displayed()


def test_a_server_out_of_reach_is_told_and_tried_again(page):
    page.may_fail = True
    page.open(show="districts", **BARE)
    page.driver.execute_cdp_cmd("Network.enable", {})
    cut = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    page.driver.execute_cdp_cmd("Network.emulateNetworkConditions", cut)
    try:
        page.find("#year").send_keys(Keys.ARROW_LEFT)
        until(lambda: page.find("#status").is_displayed() and "does not answer" in page.find("#status").text, "the message")
    finally:
        page.driver.execute_cdp_cmd("Network.emulateNetworkConditions", {**cut, "offline": False})
    until(lambda: page.requests("/v1/indicators", "year=2021"), "another try")
    page.rest()
    assert page.find("#year-shown").text == "2021"


def test_the_whole_state_opens_from_the_address(page):
    page.open(show="districts", by="change", level="1", only="3", sources="1", opacity="70", order="nsom", hide="n", swipe="30", year2="2012",
              gas2="ch4", locate="1", minus="2011", flow="emissions")
    assert Select(page.find("#by")).first_selected_option.text == "Change since 2011"
    assert page.find("input[name=show][value=districts]").is_selected() and page.find("input[name=level][value='1']").is_selected()
    assert page.find("#legend button[data-only='3']").get_attribute("aria-pressed") == "true"
    assert page.find("#swipe").get_attribute("aria-valuenow") == "30" and page.find("#locate").is_displayed()
    page.open_details("more-layers")
    rows = page.js("return [...document.querySelectorAll('#layers input')].map(i => i.dataset.layer + (i.checked ? '+' : '-'))")
    assert rows == ["m+", "o+", "s+", "n-"]
    assert Select(page.find("#year2")).first_selected_option.get_attribute("value") == "2012"
    assert Select(page.find("#gas2")).first_selected_option.get_attribute("value") == "ch4"
