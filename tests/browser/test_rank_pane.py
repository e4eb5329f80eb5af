"""Where most of it is: the ranking's table, its place on the map, and the two linked; each number is held against the API."""
import csv
import io
import json
import pathlib

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from browser import open_browser, pause, reset_view, set_view, until
from map_pane import (api, cancelled_then_lost_then_again, find, glided, is_found, is_lit, move, number, open_page, pixels, press, slow_down, state,
                      text)

STATIC = pathlib.Path(__file__).resolve().parents[2] / "static"
BOX = "p.gz_7Mgwk0Hg3oEAAgkuC_2oEA"
BOX_SHAPE = {"type": "Polygon", "coordinates": [[[67.5, 40], [68.2, 40], [68.2, 40.4], [67.5, 40.4], [67.5, 40]]]}


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    driver = open_browser()
    driver.downloads = tmp_path_factory.mktemp("downloads")
    driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(driver.downloads)})
    yield driver
    driver.quit()


def open_ranking(driver, server, query):
    open_page(driver, server, f"pane=rank&{query}")
    ranked(driver)


def ranked(driver):
    until(lambda: text(driver, "#rank-table tbody") and driver.execute_script(
        "return document.getElementById('rank-result').getAttribute('aria-busy')") is None, "the ranking")


def table(driver):
    """Rows of cells, each a list of lines."""
    return driver.execute_script("return [...document.querySelectorAll('#rank-table tbody tr')].map(r => [...r.children].map(c => c.innerText.split('\\n')))")


def few(driver, totals, what):
    """The sentence is made of the server's numbers."""
    words = text(driver, "#pane-rank .few")
    assert words.startswith(f"{totals['set']['count']:,} of {totals['members']:,} {what}"), words
    shares = [float(w.strip("()").rstrip("%")) for w in words.split() if "%" in w]
    assert shares == pytest.approx([100 * totals["set"]["member_share"], 100 * totals["set"]["explains"]], rel=0.06)


def test_sources_are_those_of_the_server_and_shine_on_the_map(driver, server):
    open_ranking(driver, server, "rank=source")
    answer = api(server, "/v1/rank", by="source", share=0.8, top=1000, year=2022, lang="en")
    few(driver, answer["totals"], "point sources")
    rows = table(driver)
    assert len(rows) == len(answer["rows"]) == answer["totals"]["set"]["count"]
    for shown, row in zip(rows, answer["rows"]):
        assert int(shown[0][0]) == row["rank"] and shown[1][0] == row["name"]
        assert number(shown[2][0]) == pytest.approx(row["value"] / 1e3, rel=6e-3)
        assert [number(part) for part in shown[2][1].split(" – ")] == pytest.approx([row["lo"] / 1e3, row["hi"] / 1e3], rel=6e-3)
        assert number(shown[3][0]) == pytest.approx(100 * row["share"], rel=0.06)
        assert number(shown[4][0]) == pytest.approx(100 * row["cumulative_share"], rel=0.06)
    assert f"{answer['totals']['gini']:.3g}" in text(driver, "#pane-rank .uneven") and "strongly concentrated" in text(driver, "#pane-rank .uneven")
    assert text(driver, "#pane-rank .few") in text(driver, "#announce")
    until(lambda: pixels(driver, is_found) > 200, "the sources on the map")
    press(driver, "#tab-area")
    until(lambda: pixels(driver, is_found) == 0, "the map without them")


def test_every_heading_sorts_by_pointer_and_keyboard_and_back_undoes(driver, server):
    open_ranking(driver, server, "rank=source")
    answer = api(server, "/v1/rank", by="source", share=0.8, top=1000, year=2022, lang="en")["rows"]
    names = lambda: [row[1][0] for row in table(driver)]  # noqa: E731
    for column, key in (("name", "name"), ("value", "value"), ("share", "share"), ("cumulative_share", "cumulative_share"), ("rank", "rank")):
        for turn in range(2):
            button = driver.find_element(By.CSS_SELECTOR, f"[data-sort={column}]")
            if turn:
                driver.switch_to.active_element.send_keys(Keys.ENTER)  # the focus has stayed on the heading
            else:
                button.click()
            first_down = column in ("value", "share")
            down = first_down != bool(turn)
            # Names in the way of the page's language, numbers by their size.
            want = [row["name"] for row in sorted(answer, key=lambda r: r[key].lower() if key == "name" else r[key], reverse=down)]
            until(lambda: names() == want, f"the order by {column} ({'down' if down else 'up'})")
            way = driver.find_element(By.CSS_SELECTOR, f"th.{column}").get_attribute("aria-sort")
            assert way == ("descending" if down else "ascending")
            assert state(driver).get("sort", "rank") == ("-" if down else "") + column
            assert driver.switch_to.active_element.get_attribute("data-sort") == column
    assert len(driver.find_elements(By.CSS_SELECTOR, "th:not([aria-sort=none])[aria-sort]")) == 1
    driver.back()
    until(lambda: "sort" not in state(driver) and names() == [row["name"] for row in answer], "the order before")


def test_row_and_map_light_each_other_and_a_press_goes_there(driver, server):
    open_ranking(driver, server, "rank=source&z=6&lon=65&lat=41")
    answer = api(server, "/v1/rank", by="source", share=0.8, top=1000, year=2022, lang="en")["rows"]
    press(driver, f"tr[data-id='{answer[1]['code']}'] button")
    until(lambda: abs(float(state(driver)["lon"]) - answer[1]["lon"]) < 1, "the map at the source")
    until(lambda: pixels(driver, is_lit) > 20, "the ring around it")  # the focus is still in its row
    zoom = float(state(driver)["z"])
    assert zoom > 8
    driver.execute_script("document.activeElement.blur()")
    move(driver, 500, 560)
    until(lambda: pixels(driver, is_lit) == 0, "no ring")
    row = driver.find_element(By.CSS_SELECTOR, f"tr[data-id='{answer[1]['code']}']")
    place = row.rect
    move(driver, place["x"] + 20, driver.execute_script("return arguments[0].getBoundingClientRect().top + 8", row))
    until(lambda: pixels(driver, is_lit) > 20, "the ring when the pointer is at the row")
    # The view is fitted between the panels, so that the source is in the middle of what is free.
    move(driver, 500, 560)
    until(lambda: not driver.find_elements(By.CSS_SELECTOR, "tr.lit"), "no row lit")
    image_middle = driver.execute_script("""
        const b = document.getElementById('map').getBoundingClientRect();
        return [b.left + (320 + b.width - 380) / 2, b.top + (60 + b.height - 80) / 2];
    """)
    move(driver, *image_middle)
    until(lambda: [e.get_attribute("data-id") for e in driver.find_elements(By.CSS_SELECTOR, "tr.lit")] == [answer[1]["code"]], "the row of the source under the pointer")
    assert answer[1]["name"] in text(driver, "#tip")


def test_cells_within_a_district_by_the_slider(driver, server):
    open_ranking(driver, server, "rank=cell&district=1708212")
    answer = api(server, "/v1/rank", by="cell", within="1708212", share=0.8, top=1000, year=2022, lang="en")
    few(driver, answer["totals"], "cells")
    assert "Sharof Rashidov district" in text(driver, "#rank-within")
    until(lambda: pixels(driver, is_found) > 2000, "the cells' outlines")
    wide = pixels(driver, is_found)
    assert len(table(driver)) == 25 and "1–25 of 370" in text(driver, "#rank-table .pager")
    find(driver, "rank-after").send_keys(Keys.ENTER)
    until(lambda: "26–50" in text(driver, "#rank-table .pager"), "the next page")
    assert [int(row[0][0]) for row in table(driver)] == [row["rank"] for row in answer["rows"][25:50]]
    assert driver.switch_to.active_element.get_attribute("id") == "rank-after"
    # A cell of another page under the pointer: its page is turned to, and its row is in sight.
    press(driver, "#rank-table tbody button")
    until(lambda: float(state(driver)["z"]) > 12, "the map at a cell")
    glided(driver)
    frame = driver.execute_script("const b = document.getElementById('map').getBoundingClientRect(); return [b.left, b.top, b.width, b.height]")
    for step in range(0, 400, 50):
        move(driver, frame[0] + (320 + frame[2] - 380) / 2 - 200 + step, frame[1] + (60 + frame[3] - 80) / 2)
        pause(driver, 300)  # longer than the pointer has to rest
        if "26–50" not in text(driver, "#rank-table .pager"):
            break
    until(lambda: driver.execute_script("""
        const row = document.querySelector('tr.lit')?.getBoundingClientRect(), panel = document.getElementById('facts').getBoundingClientRect();
        return row && row.top >= panel.top - 1 && row.bottom <= panel.bottom + 1;
    """), "the row of the cell under the pointer")
    open_ranking(driver, server, "rank=cell&district=1708212")
    slider = find(driver, "rank-share")
    for _ in range(30):
        slider.send_keys(Keys.ARROW_LEFT)
    until(lambda: state(driver).get("share") == "50", "half of all in the address")
    half = api(server, "/v1/rank", by="cell", within="1708212", share=0.5, top=1000, year=2022)["totals"]
    until(lambda: text(driver, "#pane-rank .few").startswith(f"{half['set']['count']} of"), "fewer cells")
    few(driver, half, "cells")
    until(lambda: 0 < pixels(driver, is_found) < wide, "fewer outlines")
    press(driver, "#rank-within button")
    until(lambda: "district" not in state(driver) and "Uzbekistan" in text(driver, "#rank-within"), "everywhere")
    country = api(server, "/v1/rank", by="cell", share=0.5, top=1000, year=2022)["totals"]
    until(lambda: f"the 1,000 largest of these {country['set']['count']:,}" in text(driver, "#rank-result"), "that not all are listed")


def test_districts_of_both_levels_and_within_a_region(driver, server):
    open_ranking(driver, server, "rank=district")
    few(driver, api(server, "/v1/rank", by="district", level=2, share=0.8, top=1000, year=2022)["totals"], "districts")
    until(lambda: pixels(driver, is_found) > 3000, "their outlines")
    Select(find(driver, "rank-level")).select_by_value("1")
    regions = api(server, "/v1/rank", by="district", level=1, share=0.8, top=1000, year=2022, lang="en")
    until(lambda: [row[1][0] for row in table(driver)] == [row["name"] for row in regions["rows"]], "the regions")
    assert state(driver)["ranklevel"] == "1"
    open_ranking(driver, server, "rank=district&district=1708&flow=removals")
    inside = api(server, "/v1/rank", by="district", level=2, within="1708", share=0.8, top=1000, year=2022, flow="removal", lang="en")
    assert [row[1][0] for row in table(driver)] == [row["name"] for row in inside["rows"]][:25]
    link = find(driver, "rank-csv").get_attribute("href")
    said = driver.execute_async_script("const done = arguments[1]; fetch(arguments[0]).then(r => r.text()).then(done)", link)
    assert [line["name"] for line in csv.DictReader(io.StringIO(said)) if line.get("name")][:len(inside["rows"])] == [row["name"] for row in inside["rows"]]


def test_the_asked_area_bounds_it_and_its_table_is_saved(driver, server):
    open_page(driver, server, f"pane=ask&area={BOX}")
    press(driver, "#ask-hot")
    ranked(driver)
    answer = api(server, "/v1/rank", BOX_SHAPE, by="cell", share=0.8, top=1000, year=2022, lang="en")
    few(driver, answer["totals"], "cells")
    assert "The drawn area" in text(driver, "#rank-within")
    press(driver, "#rank-csv")
    path = driver.downloads / "fluxgrid-rank.csv"
    until(path.exists, "the table")
    assert sum("cell" in line or "67." in line or "68." in line for line in path.read_text().splitlines()) >= len(answer["rows"])
    driver.find_element(By.CSS_SELECTOR, "input[name=rank][value=district]").send_keys(Keys.SPACE)
    until(lambda: "does not cut them" in text(driver, "#rank-result"), "that districts are whole")
    driver.find_element(By.CSS_SELECTOR, "input[name=rank][value=source]").send_keys(Keys.SPACE)
    until(lambda: "No point source stands here" in text(driver, "#rank-result"), "that there is none")
    assert not driver.find_elements(By.ID, "rank-table")


def test_where_removals_are_subtracted_there_is_no_share(driver, server):
    open_page(driver, server, "pane=rank&rank=district&ranklevel=1&flow=net")
    until(lambda: text(driver, "#rank-result .few") or text(driver, "#rank-result .notice"), "what the server says of net")
    totals = api(server, "/v1/rank", by="district", level=1, share=0.8, top=1000, year=2022, flow="net")["totals"]
    if totals.get("gini") is None:
        assert "No Gini index" in text(driver, "#rank-result")
    if totals["negative"]:
        assert "net sink" in text(driver, "#rank-result")


def test_it_can_be_cancelled_tried_again_and_tells_a_lost_line(driver, server):
    open_ranking(driver, server, "rank=source")
    slow_down(driver, "/v1/rank", 20000)
    driver.find_element(By.CSS_SELECTOR, "input[name=rank][value=cell]").send_keys(Keys.SPACE)
    press(driver, "#rank-result .working button")
    cancelled_then_lost_then_again(driver, "#rank-result", "/v1/rank")
    ranked(driver)


def test_it_speaks_russian_in_the_dark_on_a_narrow_screen(driver, server):
    set_view(driver, 360, 740, mobile=True)
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark"}]})
    try:
        driver.get(f"{server.url}/?lang=ru&pane=rank&rank=district")
        ranked(driver)
        assert driver.execute_script("return document.documentElement.scrollWidth") <= 360
        words = json.loads((STATIC / "i18n" / "ru.json").read_text())
        assert words["rank_title"] in text(driver, "#pane-rank") and "rank_" not in text(driver, "#pane-rank")
        assert "101 территория из 199" in text(driver, "#pane-rank .few")
    finally:
        reset_view(driver)
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
