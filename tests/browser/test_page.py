"""The first page in a real browser: what a policymaker sees, hears, types and shares."""
import json
import pathlib
import re
import urllib.parse

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from browser import open_browser, settle, until

STATIC = pathlib.Path(__file__).resolve().parents[2] / "static"
LANGUAGES = ["en", "ru", "uz", "ko"]


@pytest.fixture(scope="module")
def driver():
    driver = open_browser()
    yield driver
    driver.quit()


@pytest.fixture
def page(driver, server):
    driver.get_log("browser")
    driver.get(f"{server.url}/?lang=en")
    settle(driver)
    return driver


def state(driver):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlparse(driver.current_url).query))


def tile_urls(driver):
    return driver.execute_script(
        "return performance.getEntriesByType('resource').map(e => e.name).filter(n => /\\/tiles\\/.*png/.test(n))")


def choose_flow(driver, flow):
    driver.find_element(By.CSS_SELECTOR, f"input[name=flow][value={flow}]").send_keys(Keys.SPACE)


def headline(driver):
    """Read in one step: the panel may be redrawn between finding and reading."""
    return driver.execute_script("return document.querySelector('#pane-area .headline strong')?.textContent ?? ''")


def test_nothing_is_wrong_in_the_console(page):
    severe = [e for e in page.get_log("browser") if e["level"] in ("SEVERE", "WARNING")]
    assert severe == []


def test_every_request_goes_to_our_own_server(page, server):
    names = page.execute_script("return performance.getEntriesByType('resource').map(e => e.name)")
    assert names and all(n.startswith((server.url, "data:", "blob:")) for n in names)


def test_title_warning_attribution_and_legend_are_printed(page, server):
    release = next(r for r in json.loads(page.execute_script(
        "return fetch('/v1/releases').then(r => r.text())"))["releases"] if r["latest"])
    assert page.find_element(By.ID, "title").text == release["title"]
    assert page.find_element(By.ID, "warning").text == release["warning"] != ""
    assert release["attribution"] in page.find_element(By.ID, "attribution").text
    legend = page.find_element(By.ID, "legend").text
    assert "AR5-100" in legend and "km" in legend


def test_headline_is_the_national_total(page):
    answer = page.execute_script(
        "return fetch('/v1/emissions?year=2022&gwp=AR5-100&unit=Mt').then(r => r.json())")
    total = answer["rows"][0]["value"]
    assert 180 < total < 182
    assert float(headline(page).replace(",", "")) == pytest.approx(total, rel=5e-3)


def test_map_shows_colour_where_people_live(page):
    """Tashkent's pixel is dark, the desert's is light: read from the map's own canvas."""
    page.execute_script("history.replaceState(null, '', '?lang=en&z=8&lon=69.25&lat=41.3')")
    page.refresh()
    settle(page)
    colours = page.execute_script("""
        const shown = document.querySelector('#map canvas');
        const c = document.createElement('canvas'); c.width = shown.width; c.height = shown.height;
        const g = c.getContext('2d'); g.drawImage(shown, 0, 0);
        const seen = new Set();
        const d = g.getImageData(0, 0, c.width, c.height).data;
        for (let i = 0; i < d.length; i += 4 * 97) seen.add((d[i] << 16) | (d[i+1] << 8) | d[i+2]);
        return seen.size;
    """)
    assert colours > 8


@pytest.mark.parametrize("flow", ["removals", "net"])
def test_flow_changes_tiles_legend_and_address(page, flow):
    before = page.find_element(By.ID, "legend").text
    choose_flow(page, flow)
    until(lambda: any(f"/{flow}-co2e/" in u for u in tile_urls(page)), f"tiles of {flow}")
    until(lambda: page.execute_script("return document.getElementById('legend').innerText") != before, "another legend")
    assert state(page)["flow"] == flow


def test_gas_and_sector_choices_reach_tiles_and_numbers(page):
    whole = headline(page)
    Select(page.find_element(By.ID, "gas")).select_by_value("ch4")
    until(lambda: headline(page) not in (whole, ""), "the figure of methane")
    assert any("/emissions-ch4/" in u for u in tile_urls(page))
    methane = headline(page)
    Select(page.find_element(By.ID, "sector")).select_by_value("IPCC2006:4")
    until(lambda: headline(page) not in (methane, ""), "the figure of waste")
    assert any("sector=IPCC2006%3A4" in u for u in tile_urls(page))
    assert state(page)["sector"] == "IPCC2006:4" and state(page)["gas"] == "ch4"


def test_year_slider_by_keyboard(page):
    slider = page.find_element(By.ID, "year")
    slider.send_keys(Keys.ARROW_LEFT)
    until(lambda: state(page).get("year") == "2021", "the year 2021 in the address")
    until(lambda: any("year=2021" in u for u in tile_urls(page)), "tiles of 2021")
    assert page.find_element(By.ID, "year-shown").text == "2021"


def test_state_in_the_address_opens_the_same_view(page, server):
    page.get(f"{server.url}/?lang=en&flow=net&gas=co2&year=2015&district=1703")
    settle(page)
    assert page.find_element(By.CSS_SELECTOR, "input[value=net]").is_selected()
    assert page.find_element(By.ID, "year-shown").text == "2015"
    assert "Andijan" in page.find_element(By.ID, "facts-title").text


def test_back_and_forward(page):
    choose_flow(page, "net")
    until(lambda: state(page).get("flow") == "net", "net")
    page.back()
    until(lambda: "flow" not in state(page), "emissions again")
    assert page.find_element(By.CSS_SELECTOR, "input[value=emissions]").is_selected()


def test_a_tab_is_no_step_of_the_history_but_a_choice_is(page):
    """Back undoes what was chosen, and finds the tab that was open then; it does not go through the tabs."""
    steps = lambda: page.execute_script("return history.length")  # noqa: E731
    before = steps()
    page.find_element(By.ID, "tab-rank").click()
    until(lambda: page.find_elements(By.CSS_SELECTOR, "#pane-rank table"), "the ranking")
    page.find_element(By.ID, "tab-rank").send_keys(Keys.ARROW_LEFT)
    until(lambda: state(page).get("pane") == "ask", "the tab beside it by keyboard")
    page.find_element(By.ID, "tab-ask").send_keys(Keys.ARROW_RIGHT)
    until(lambda: state(page).get("pane") == "rank", "the ranking again")
    assert steps() == before
    choose_flow(page, "net")
    until(lambda: state(page).get("flow") == "net", "net")
    assert steps() == before + 1
    page.find_element(By.ID, "tab-area").click()
    until(lambda: "pane" not in state(page), "the first tab")
    page.back()
    until(lambda: "flow" not in state(page), "emissions again")
    assert state(page)["pane"] == "rank" and page.find_element(By.ID, "tab-rank").get_attribute("aria-selected") == "true"
    page.forward()
    until(lambda: state(page).get("flow") == "net", "net again")
    assert "pane" not in state(page)


def test_what_has_no_korean_name_has_its_english_one_and_says_so(page, server):
    """Wherever a name stands alone, its element has the language; the names that are there in Korean have the page's."""
    rows = server.get("/v1/districts", params={"level": "1", "lang": "ko", "limit": "100"}).json()["rows"]
    latin = {r["name"] for r in rows if r["name"].isascii()}
    korean = {r["name"] for r in rows} - latin
    assert len(latin) == 3 and len(korean) == 11
    spoken = """return Object.fromEntries([...document.querySelectorAll(arguments[0])].flatMap(root => [...root.querySelectorAll('*')])
        .flatMap(e => [...e.childNodes].filter(n => n.nodeType === 3).map(n => [n.data.trim(), e.closest('[lang]').lang])))"""
    for query, ready, places in (
            ("", "#pane-area .bars", "#pane-area .bars tbody"),
            ("&pane=ask", "#ask-district option:nth-child(9)", "#ask-district"),
            ("&pane=rank&rank=district&ranklevel=1&share=99", "#pane-rank table", "#pane-rank tbody"),
            ("&view=dashboard", "#card-parts table tbody tr", "#card-parts table, #dash-region"),
            ("&view=report", ".sheet .about", ".sheet .bars")):
        page.get(f"{server.url}/?lang=ko{query}")
        until(lambda: page.find_elements(By.CSS_SELECTOR, ready), ready)
        langs = page.execute_script(spoken, places)
        assert latin <= langs.keys() and {langs[name] for name in latin} == {"en"}, (query, langs)
        assert {lang for name, lang in langs.items() if name in korean} == {"ko"}, (query, langs)
    page.get(f"{server.url}/?lang=ko&district=1708")
    until(lambda: page.find_elements(By.ID, "facts-title"), "the region")
    assert page.find_element(By.CSS_SELECTOR, "#facts-title [lang=en]").text in latin
    page.get(f"{server.url}/?lang=ko&district=1708&view=dashboard")
    for part in ("#card-parts h3", "#card-parts caption"):
        until(lambda: page.find_elements(By.CSS_SELECTOR, part), part)
        assert page.execute_script("return document.querySelector(arguments[0] + ' [lang=en]')?.textContent", part) in latin


def test_hover_tells_a_district_with_its_number(page):
    rows = page.execute_script(
        "return fetch('/v1/districts?level=1&year=2022&lang=en').then(r => r.json())")["rows"]
    names = {r["name"] for r in rows}
    middle = page.find_element(By.ID, "map")
    page.execute_cdp_cmd("Input.dispatchMouseEvent", {
        "type": "mouseMoved", "x": middle.size["width"] // 2, "y": middle.size["height"] // 2 + 60})
    tip = until(lambda: page.find_element(By.ID, "tip").text, "a tip under the pointer")
    assert tip.split("\n")[0] in names
    assert re.search(r"[0-9]", tip.split("\n")[1]) and "t CO₂e" in tip


def test_click_answers_for_the_cell(page):
    middle = page.find_element(By.ID, "map")
    where = {"x": middle.size["width"] // 2, "y": middle.size["height"] // 2 + 60, "button": "left", "clickCount": 1}
    page.execute_cdp_cmd("Input.dispatchMouseEvent", {"type": "mousePressed", **where})
    page.execute_cdp_cmd("Input.dispatchMouseEvent", {"type": "mouseReleased", **where})
    until(lambda: page.find_elements(By.CSS_SELECTOR, ".here"), "the facts of the place")
    assert "district" in state(page)


def test_search_finds_a_district_by_keyboard(page):
    box = page.find_element(By.ID, "search-text")
    until(lambda: page.execute_script("return performance.getEntriesByType('resource')"
                                      ".some(e => e.name.includes('level=2'))"), "the districts")
    box.send_keys("samark")
    until(lambda: page.find_elements(By.CSS_SELECTOR, "#search-list li"), "something found")
    box.send_keys(Keys.ARROW_DOWN, Keys.ENTER)
    until(lambda: "Samark" in page.find_element(By.ID, "facts-title").text, "Samarkand's facts")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_is_whole(page, server, lang):
    page.get(f"{server.url}/?lang={lang}")
    settle(page)
    assert page.execute_script("return document.documentElement.lang") == lang
    words = json.loads((STATIC / "i18n" / f"{lang}.json").read_text())
    assert page.find_element(By.CSS_SELECTOR, "label[for=gas]").text == words["gas"]
    assert words["by_sector"] in page.find_element(By.ID, "pane-area").text


@pytest.mark.parametrize("query,ready", [
    ("", "#pane-area .headline"), ("&show=districts&district=1708", "#legend li"), ("&view=report&show=districts", ".sheet .about"),
    ("&pane=ask&area=d.1708&z=7", "#ask-result table"), ("&view=dashboard", "#view-dashboard table")])
def test_units_of_length_and_area_are_russian_in_russian(page, server, query, ready):
    page.get(f"{server.url}/?lang=ru{query}")
    until(lambda: page.find_elements(By.CSS_SELECTOR, ready), ready)
    settle_scale = "return document.querySelector('.ol-scale-line-inner')?.textContent ?? 'км'"
    until(lambda: "м" in page.execute_script(settle_scale), "the scale in Russian")
    assert re.findall(r"(?<!\w)(?:km|m)[²2]?(?!\w)", page.find_element(By.TAG_NAME, "main").text) == []


def test_narrow_screen_has_no_sideways_scroll(page):
    page.set_window_size(400, 800)
    try:
        settle(page)
        assert page.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    finally:
        page.set_window_size(1440, 900)


def test_languages_have_the_same_keys():
    keys = {lang: set(json.loads((STATIC / "i18n" / f"{lang}.json").read_text())) for lang in LANGUAGES}
    assert all(k == keys["en"] for k in keys.values())


def test_every_used_key_is_translated():
    used = set()
    for script in (STATIC / "js").rglob("*.js"):
        used |= set(re.findall(r"\bt\('([a-z_0-9]+)'", script.read_text()))
    used |= set(re.findall(r'data-t(?:-[a-z-]+)?="([a-z_0-9]+)"', (STATIC / "index.html").read_text()))
    assert used <= set(json.loads((STATIC / "i18n" / "en.json").read_text()))


def test_page_never_writes_markup_from_data():
    for script in (STATIC / "js").rglob("*.js"):
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", script.read_text()), script
