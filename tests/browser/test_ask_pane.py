"""Asking on the map: a place, an area that is drawn, typed, picked or uploaded; each number is held against the API."""
import csv
import io
import json
import pathlib

import pytest
import requests
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from browser import open_browser, reset_view, set_view, until
from map_pane import (api, cancelled_then_lost_then_again, click, drag, find, glided, in_kt, move, number, open_page, pixels, press, slow_down, state, text, texts)

BOX = "67.5, 40\n68.2, 40.4"
BOX_SHAPE = {"type": "Polygon", "coordinates": [[[67.5, 40], [68.2, 40], [68.2, 40.4], [67.5, 40.4], [67.5, 40]]]}
STATIC = pathlib.Path(__file__).resolve().parents[2] / "static"


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    driver = open_browser()
    driver.downloads = tmp_path_factory.mktemp("downloads")
    driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(driver.downloads)})
    yield driver
    driver.quit()


def downloaded(driver, name):
    path = driver.downloads / name
    until(path.exists, f"the file {name}")
    found = path.read_text()
    path.unlink()
    return found


def shape(driver):
    """The asked polygon, as the panel's list of corners has it."""
    lines = until(lambda: driver.execute_script("return document.querySelector('#ask-positions').value"), "the corners")
    ring = [[float(v) for v in line.split(",")] for line in lines.split("\n")]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def answered(driver, code=None):
    until(lambda: text(driver, "#ask-result .headline strong") and text(driver, "#ask-csv"), "the area's answer")
    if code:
        assert state(driver)["area"].startswith(code)


def holds(driver, server, geometry):
    """What the panel says of an area is what the server says of it."""
    asked = api(server, "/v1/emissions", geometry, year=2022, unit="kt")
    row, area = asked["rows"][0], asked["area"]
    shown = text(driver, "#ask-result .headline")
    assert in_kt(shown) == pytest.approx(row["value"], rel=6e-3)
    factor = 1e-3 if row["value"] >= 1000 else 1
    lo, hi = shown.split("\n")[-1].split(" (95")[0].split(" – ")
    assert [number(lo), number(hi)] == pytest.approx([row["lo"] * factor, row["hi"] * factor], rel=6e-3)
    assert row["status"] in shown
    facts = dict(zip(texts(driver, "#ask-result dt"), texts(driver, "#ask-result dd")))
    assert number(facts["Area"]) == pytest.approx(area["area_km2"], rel=6e-3)
    sectors = api(server, "/v1/emissions", geometry, year=2022, unit="kt", groupby="sector")["rows"]
    known = sorted((r["value"] for r in sectors if r["value"]), reverse=True)
    scale = 1e-3 if known[0] >= 1000 else 1 if known[0] >= 1 else 1e3
    cells = [cell.split("\n")[0] for cell in texts(driver, "#ask-result .sectors td")]
    assert [number(c) for c in cells] == pytest.approx([v * scale for v in known], rel=6e-3)


# --- a place ----------------------------------------------------------------------------------

def test_a_click_tells_the_cell_and_back_takes_it_away(driver, server):
    open_page(driver, server, "z=9&lon=67.84&lat=40.12")
    click(driver, 720, 450)
    until(lambda: text(driver, "#here .headline strong"), "the place")
    lon, lat = map(float, state(driver)["at"].split(","))
    at = api(server, "/v1/at", lon=lon, lat=lat, year=2022, unit="t", lang="en")
    whole = api(server, "/v1/emissions", bbox=",".join(map(str, at["cell"]["bbox"])), year=2022, unit="kt")["rows"][0]
    shown = text(driver, "#here .headline")
    assert in_kt(shown) == pytest.approx(whole["value"], rel=6e-3) and whole["status"] in shown
    scale = 1 if whole["value"] >= 1 else 1e3
    lo, hi = shown.split("\n")[-1].split(" (95")[0].split(" – ")
    assert [number(lo), number(hi)] == pytest.approx([whole["lo"] * scale, whole["hi"] * scale], rel=6e-3)
    rows = sorted((r for r in at["rows"] if r["value"]), key=lambda r: -r["value"])
    assert [t.strip() for t in texts(driver, "#here .sectors tbody th")] == [r["name"] for r in rows]
    for row, cell in zip(rows, texts(driver, "#here .sectors td")):
        value, span, status = cell.split("\n")
        assert number(value) == pytest.approx(row["value"], rel=6e-3) and status == row["status"]
        assert [number(part) for part in span.split(" – ")] == pytest.approx([row["lo"], row["hi"]], rel=6e-3)
    assert all(d["name"] in text(driver, "#here .crumbs") for d in at["districts"])
    assert "kt CO₂e" in text(driver, "#announce") or "t CO₂e" in text(driver, "#announce")
    shared = driver.current_url
    driver.back()
    until(lambda: "at" not in state(driver) and not driver.find_elements(By.ID, "here"), "no place")
    driver.get(shared)
    until(lambda: text(driver, "#here .headline") == shown, "the same place from its link")


def test_enter_asks_under_the_cross_and_positions_can_be_typed(driver, server):
    open_page(driver, server, "z=8&lon=66.9&lat=39.6")
    driver.find_element(By.ID, "map").send_keys(Keys.ENTER)
    until(lambda: text(driver, "#here .headline strong"), "the place under the cross")
    assert [float(v) for v in state(driver)["at"].split(",")] == pytest.approx([66.9, 39.6], abs=1e-3)
    assert driver.execute_script("return getComputedStyle(document.querySelector('.cross')).display") == "block"
    press(driver, "#tab-ask")
    find(driver, "ask-place").send_keys("67.84 here", Keys.ENTER)
    until(lambda: "67.84 here" in " ".join(texts(driver, "#pane-ask .wrong")), "what is wrong")
    field = find(driver, "ask-place")
    field.clear()
    field.send_keys("67.84, 40.12", Keys.ENTER)
    until(lambda: state(driver).get("at") == "67.84,40.12" and "40.1200° N" in text(driver, "#here"), "the typed place")


def test_no_data_zero_and_without_a_place_are_three_things(driver, server):
    open_page(driver, server, "at=80,20")
    until(lambda: "Outside the areas" in text(driver, "#here"), "outside")
    assert "not zero" in text(driver, "#here")
    open_page(driver, server, "at=61,43&sector=IPCC2006:1.A.1")
    until(lambda: "says nothing about this place" in text(driver, "#here"), "no data")
    # No release at hand has a known zero or mass without a place: the server's words are changed on their way.
    driver.execute_script("""
        const real = window.fetch;
        window.fetch = async (address, how) => {
            const answer = await real(address, how);
            if (!/v1\\/(at|emissions)/.test(address)) return answer;
            const said = await answer.json();
            for (const row of said.rows) Object.assign(row, { value: 0, lo: 0, hi: 0 });
            if (said.area) said.area.unallocated = 5000;
            return new Response(JSON.stringify(said), { headers: { 'Content-Type': 'application/json' } });
        };
    """)
    press(driver, "#tab-ask")
    field = find(driver, "ask-place")
    field.send_keys("67.84, 40.12", Keys.ENTER)
    Select(driver.find_element(By.ID, "sector")).select_by_value("")
    until(lambda: "Zero: the release covers this cell" in text(driver, "#here"), "zero")
    assert "5 kt that have no place" in text(driver, "#here")


def test_a_year_against_another(driver, server):
    open_page(driver, server, "district=1708&minus=2012")
    until(lambda: "Real change" in text(driver, "#compare"), "the comparison")
    row = api(server, "/v1/compare", year=2012, to_year=2022, district="1708")["rows"][0]
    lines = {t.split("\t")[0].strip(): t for t in texts(driver, "#compare tr")}
    for name, its in (("2012", row["a"]), ("2022", row["b"]), ("Difference", row["difference"]),
                      ("Real change", row["real_change"]), ("Recalculation", row["recalculation"])):
        assert number(lines[name].split("\t")[1]) == pytest.approx(its["value"] / 1e3, rel=6e-3, abs=1e-6), name
    assert "+5.1%" in text(driver, "#compare") and "none is recalculation" in text(driver, "#compare")
    Select(driver.find_element(By.ID, "compare-year")).select_by_value("2015")
    until(lambda: state(driver).get("minus") == "2015" and "from 2015" in text(driver, "#compare"), "another year")
    open_page(driver, server, "at=67.845,40.115&minus=2012")
    until(lambda: text(driver, "#here-before"), "the cell in the other year")
    then = api(server, "/v1/emissions", bbox="67.84,40.11,67.85,40.12", year=2012, unit="t")["rows"][0]
    words = text(driver, "#here-before").split()
    assert words[:2] == ["In", "2012:"] and number(words[2]) * {"kt": 1000, "t": 1}[words[3].rstrip(",")] == pytest.approx(then["value"], rel=6e-3)


def test_another_release_tells_real_change_from_recalculation(driver, server):
    """There is one release here: a second is put into the list, and its comparison made up, on their way."""
    made_up = {
        "sides": {"a": {"release": "uzbekistan@0.9.0", "year": 2012}, "b": {"release": "uzbekistan@1.0.0", "year": 2022}},
        "rows": [{"a": {"value": 100, "lo": 90, "hi": 110}, "b": {"value": 130, "lo": 120, "hi": 140}, "difference": {"value": 30, "lo": 20, "hi": 40},
                  "percent": 30, "recalculation": {"value": -12, "lo": -13, "hi": -11}, "real_change": {"value": 42, "lo": 41, "hi": 43},
                  "recalculation_by": [{"cause": "method", "value": -12, "from": "estimated", "to": "reported"}]}],
    }
    script = driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": """
        const real = window.fetch;
        const json = (thing) => new Response(JSON.stringify(thing), { headers: { 'Content-Type': 'application/json' } });
        window.fetch = async (address, how) => {
            if (String(address).includes('/v1/compare')) { window.compared = String(address); return json(%s); }
            const answer = await real(address, how);
            if (!String(address).includes('/v1/releases')) return answer;
            const said = await answer.json();
            said.releases.push({ ...said.releases[0], id: 'uzbekistan@0.9.0', version: '0.9.0', latest: false });
            return json(said);
        };""" % json.dumps(made_up)})["identifier"]
    try:
        open_page(driver, server, "district=1708&minus=2012")
        Select(find(driver, "compare-release")).select_by_value("uzbekistan@0.9.0")
        until(lambda: "Another method: -12 kt" in text(driver, "#compare"), "the cause")
        words = " ".join(text(driver, "#compare").split())
        assert "2012 (uzbekistan@0.9.0) 100" in words and "Real change +42 41 – 43" in words and "Recalculation -12 -13 – -11" in words
        asked = driver.execute_script("return window.compared")
        assert "release=uzbekistan%400.9.0" in asked and "to_release=uzbekistan%401.0.0" in asked and "to_year=2022" in asked
        assert state(driver)["than"] == "uzbekistan@0.9.0"
    finally:
        driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", {"identifier": script})


# --- drawing ----------------------------------------------------------------------------------

def test_a_polygon_is_drawn_undone_and_closed_and_its_corners_moved(driver, server):
    open_page(driver, server, "pane=ask&z=8&lon=67.84&lat=40.12")
    press(driver, "#ask-polygon")
    until(lambda: driver.find_elements(By.CSS_SELECTOR, ".drawbar"), "the bar")
    for place in ((600, 350), (760, 350), (900, 300)):
        click(driver, *place)
        if place == (760, 350):
            driver.find_element(By.ID, "map").send_keys(Keys.ENTER)  # two corners are no area: nothing happens
    buttons = driver.find_elements(By.CSS_SELECTOR, ".drawbar button")
    buttons[0].click()
    click(driver, 760, 480)
    driver.find_element(By.ID, "map").send_keys(Keys.ENTER)
    answered(driver, "p.")
    geometry = shape(driver)
    assert len(geometry["coordinates"][0]) == 4 and not driver.find_elements(By.CSS_SELECTOR, ".drawbar")
    holds(driver, server, geometry)
    assert "at" not in state(driver), "clicks that draw ask for no place"
    before = state(driver)["area"]
    press(driver, "#ask-edit")
    drag(driver, (600, 350), (620, 420))
    until(lambda: state(driver)["area"] != before, "another outline")
    driver.find_element(By.ID, "map").send_keys(Keys.ESCAPE)
    until(lambda: shape(driver) != geometry, "the moved corner")
    answered(driver)
    until(lambda: in_kt(text(driver, "#ask-result .headline")) == pytest.approx(
        api(server, "/v1/emissions", shape(driver), year=2022, unit="kt")["rows"][0]["value"], rel=6e-3), "its number")
    driver.back()
    until(lambda: state(driver)["area"] == before, "the outline before")


def test_escape_gives_a_drawing_up(driver, server):
    open_page(driver, server, "pane=ask&z=8&lon=67.84&lat=40.12")
    press(driver, "#ask-rectangle")
    click(driver, 600, 350)
    driver.find_element(By.ID, "map").send_keys(Keys.ESCAPE)
    until(lambda: not driver.find_elements(By.CSS_SELECTOR, ".drawbar"), "no bar")
    assert "area" not in state(driver) and "Drawing ended." in text(driver, "#announce")
    assert driver.find_element(By.ID, "ask-rectangle").get_attribute("aria-pressed") == "false"


def test_a_rectangle_and_a_circle_are_seen_while_they_grow(driver, server):
    open_page(driver, server, "pane=ask&z=8&lon=67.84&lat=40.12")
    is_outline = lambda r, g, b: abs(r - 11) < 14 and abs(g - 106) < 14 and abs(b - 128) < 14  # noqa: E731
    for kind, corners in (("rectangle", 4), ("circle", 48)):
        press(driver, f"#ask-{kind}")
        click(driver, 640, 350)
        before = pixels(driver, is_outline)
        move(driver, 740, 420)
        until(lambda: pixels(driver, is_outline) > before + 200, f"the growing {kind}")
        click(driver, 740, 420)
        answered(driver, "p.")
        until(lambda: len(shape(driver)["coordinates"][0]) == corners + 1, f"the corners of a {kind}")
        until(lambda: text(driver, "#ask-result .headline") and driver.execute_script(
            "return document.getElementById('ask-result').getAttribute('aria-busy')") is None, "the answer")
        holds(driver, server, shape(driver))
        press(driver, "#ask-clear")
        until(lambda: "area" not in state(driver), "nothing asked")


def test_the_keyboard_draws_too(driver, server):
    open_page(driver, server, "pane=ask&z=8&lon=67.84&lat=40.12")
    find(driver, "ask-polygon").send_keys(Keys.ENTER)
    the_map = driver.find_element(By.ID, "map")
    assert driver.switch_to.active_element == the_map
    for way in ((), (Keys.ARROW_RIGHT,), (Keys.ARROW_DOWN,)):
        for key in way:
            the_map.send_keys(key)
            glided(driver)
        the_map.send_keys(Keys.SPACE)
    the_map.send_keys(Keys.ENTER)
    answered(driver, "p.")
    ring = shape(driver)["coordinates"][0]
    assert len(ring) == 4 and ring[0] == pytest.approx([67.84, 40.12], abs=1e-3)


# --- typing, picking, uploading ----------------------------------------------------------------

def type_box(driver, corners=BOX):
    find(driver, "ask-more")
    driver.execute_script("document.getElementById('ask-more').open = true")
    field = find(driver, "ask-positions")
    field.clear()
    field.send_keys(corners)
    driver.execute_script("arguments[0].form.requestSubmit()", field)


def test_typed_corners_are_answered_and_the_link_says_the_same(driver, server):
    open_page(driver, server, "pane=ask")
    type_box(driver, "67.5, 40\nhere")
    until(lambda: any("Line 2" in words for words in texts(driver, "#pane-ask .wrong")), "what is wrong")
    type_box(driver)
    answered(driver, "p.")
    holds(driver, server, BOX_SHAPE)
    summary = api(server, "/v1/summary", BOX_SHAPE, year=2022, lang="en")
    assert texts(driver, "#ask-result .words p") == summary["sentences"]
    assert "2,647 km²" in text(driver, "#announce") and "2022" in text(driver, "#announce")
    years = api(server, "/v1/emissions", BOX_SHAPE, year="2010..2022", groupby="year", unit="Mt")["rows"]
    press(driver, "#ask-result .series summary")
    table = [line.split("\t") for line in texts(driver, "#ask-result .series tbody tr")]
    assert [int(line[0]) for line in table] == [row["year"] for row in years]
    for line, row in zip(table, years):
        assert [number(cell) for cell in line[1:]] == pytest.approx([row["value"], row["lo"], row["hi"]], rel=6e-3)
    sector = api(server, "/v1/emissions", BOX_SHAPE, year="2010..2022", groupby="year,sector", unit="kt", sector="IPCC2006:1.A.4")["rows"]
    press(driver, "#ask-result .sectors button")
    until(lambda: "Buildings" in text(driver, "#ask-result .series figcaption"), "one sector over the years")
    shown = driver.execute_script("return [...document.querySelectorAll('#ask-result .series tbody td:nth-child(2)')].map(e => e.textContent)")
    assert [number(cell) for cell in shown] == pytest.approx([row["value"] for row in sector], rel=6e-3)
    words = text(driver, "#ask-result .headline")
    driver.get(driver.current_url)
    until(lambda: text(driver, "#ask-result .headline") == words, "the same from the link")


def test_the_table_and_the_outline_are_saved_as_files(driver, server):
    open_page(driver, server, "pane=ask&area=p.gz_7Mgwk0Hg3oEAAgkuC_2oEA")
    answered(driver)
    press(driver, "#ask-csv")
    params = {"year": "2010..2022", "groupby": "year,sector", "unit": "kt", "format": "csv", "lang": "en", "gas": "CO2E", "flow": "emission"}
    direct = requests.post(f"{server.url}/v1/emissions", params=params, json=BOX_SHAPE, headers={"Content-Type": "application/geo+json"}, timeout=60)
    table = list(csv.DictReader(io.StringIO(downloaded(driver, "fluxgrid-area.csv"))))
    assert table == list(csv.DictReader(io.StringIO(direct.text))) and len(table) > 100
    press(driver, "#ask-geojson")
    assert json.loads(downloaded(driver, "area.geojson"))["geometry"] == BOX_SHAPE


def test_districts_are_picked_and_added(driver, server):
    open_page(driver, server, "pane=ask")
    select = find(driver, "ask-district")
    until(lambda: driver.execute_script("arguments[0].focus(); return arguments[0].options.length > 200", select), "the districts")
    for code in ("1708212", "1708401"):
        Select(driver.find_element(By.ID, "ask-district")).select_by_value(code)
        driver.find_element(By.CSS_SELECTOR, "#ask-district + button").send_keys(Keys.ENTER)
        until(lambda: code in state(driver).get("area", ""), code)
    assert state(driver)["area"] == "d.1708212.1708401"
    want = sum(api(server, "/v1/emissions", district=code, year=2022, unit="kt")["rows"][0]["value"] for code in ("1708212", "1708401"))
    until(lambda: text(driver, "#ask-result .headline") and in_kt(text(driver, "#ask-result .headline")) == pytest.approx(want, rel=6e-3), "their sum")
    assert " + " in text(driver, "#ask-result h3")
    press(driver, "#ask-chips button")
    until(lambda: state(driver)["area"] == "d.1708401", "one of them")


def upload(driver, path, thing):
    path.write_text(thing if isinstance(thing, str) else json.dumps(thing))
    find(driver, "ask-file").send_keys(str(path))


def test_files_are_taken_or_told_what_is_wrong(driver, server, tmp_path):
    open_page(driver, server, "pane=ask")
    file = tmp_path / "area.geojson"
    for thing, words in (
        ("{\n  nonsense", "line 2, column 3"),
        ({"type": "Point", "coordinates": [1, 2]}, "has no area"),
        ({"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [
            [[500000, 4400000], [1, 2], [3, 4], [500000, 4400000]]]}}]}, "/features/0/geometry/coordinates/0/0"),
        (json.dumps(BOX_SHAPE).ljust(1024 * 1024 + 5), "1024 are allowed"),
    ):
        upload(driver, file, thing)
        until(lambda: words in text(driver, "#ask-file-wrong"), words)
    assert "area" not in state(driver) and "1,024 KiB" in text(driver, "#ask-drop")
    upload(driver, file, {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": BOX_SHAPE}]})
    answered(driver, "p.")
    assert shape(driver) == BOX_SHAPE and not text(driver, "#ask-file-wrong")
    holds(driver, server, BOX_SHAPE)
    crossed = {"type": "Polygon", "coordinates": [[[67.5, 40], [68.2, 40.4], [68.2, 40], [67.5, 40.4], [67.5, 40]]]}
    upload(driver, file, crossed)
    until(lambda: "crosses itself" in text(driver, "#ask-result .notice"), "what the server says")
    assert "/coordinates/0/0" in text(driver, "#ask-result .notice") and "rings that do not cross" in text(driver, "#ask-result .notice")


def test_a_file_is_dropped_and_a_large_one_is_not_in_the_link(driver, server):
    open_page(driver, server, "pane=ask")
    ring = [[67 + i / 4000, 40 - (i % 2) / 500] for i in range(1200)]
    ring += [[67.3, 41], ring[0]]
    driver.execute_script("""
        const files = new DataTransfer();
        files.items.add(new File([arguments[0]], 'area.json'));
        const drop = document.getElementById('ask-drop');
        for (const kind of ['dragover', 'drop']) drop.dispatchEvent(new DragEvent(kind, { dataTransfer: files, bubbles: true, cancelable: true }));
    """, json.dumps({"type": "Polygon", "coordinates": [ring]}))
    answered(driver, "h.")
    assert "too large for the link" in text(driver, "#ask-result .notice")
    press(driver, "#ask-geojson")
    assert len(json.loads(downloaded(driver, "area.geojson"))["geometry"]["coordinates"][0]) == len(ring)
    driver.refresh()
    until(lambda: "was too large for a link" in text(driver, "#ask-result .notice"), "what a receiver of the link is told")
    press(driver, "#tab-rank")
    until(lambda: "was too large for a link" in text(driver, "#rank-result .notice"), "no ranking of the country in its place")
    driver.get(f"{server.url}/?lang=en&pane=ask&area=d.nowhere")
    until(lambda: "nowhere" in text(driver, "#ask-result .notice") or "refused" in text(driver, "#ask-result .notice"), "an unknown district")
    driver.get(f"{server.url}/?lang=en&pane=ask&area=p.broken")
    until(lambda: "no area that can be read" in text(driver, "#ask-result .notice"), "a cut link")


# --- waiting, failing, languages ---------------------------------------------------------------

def test_long_work_is_seen_and_can_be_cancelled_and_a_lost_line_is_told(driver, server):
    open_page(driver, server, "pane=ask")
    slow_down(driver, "/v1/summary", 20000)
    type_box(driver)
    until(lambda: driver.execute_script("return document.querySelector('#ask-result progress')?.value") == 3, "three of four answers")
    press(driver, "#ask-result .working button")
    cancelled_then_lost_then_again(driver, "#ask-result", "/v1/summary")
    answered(driver, "p.")


def test_the_language_changes_under_an_answer(driver, server):
    open_page(driver, server, "pane=ask&area=p.gz_7Mgwk0Hg3oEAAgkuC_2oEA")
    answered(driver)
    for lang in ("ko", "uz"):
        words = json.loads((STATIC / "i18n" / f"{lang}.json").read_text())
        Select(driver.find_element(By.ID, "lang")).select_by_value(lang)
        until(lambda: words["ask_edit"] == text(driver, "#ask-edit"), f"the answer in {lang}")
        shown = text(driver, "#pane-ask")
        assert words["ask_title"] in shown and words["ask_from_cells"] in shown and "ask_" not in shown
        assert texts(driver, "#ask-result .words p") == api(server, "/v1/summary", BOX_SHAPE, year=2022, lang=lang)["sentences"]


def test_a_narrow_screen_has_room_for_it(driver, server):
    set_view(driver, 360, 740, mobile=True)
    try:
        driver.get(f"{server.url}/?lang=ru&pane=ask&area=p.gz_7Mgwk0Hg3oEAAgkuC_2oEA")
        answered(driver)
        assert driver.execute_script("return document.documentElement.scrollWidth") <= 360
        press(driver, "#ask-polygon")
        bar = driver.execute_script("const b = document.querySelector('.drawbar').getBoundingClientRect(); return [b.left, b.right, b.top]")
        assert bar[0] >= 0 and bar[1] <= 360 and 0 <= bar[2] < 740
    finally:
        reset_view(driver)
