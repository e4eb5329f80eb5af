"""What a look at the page by a designer found: things over each other, words cut off, one number written in two ways."""
import re

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browser import open_browser, reset_view, set_view, settle, until
from test_layout import meet

LANGUAGES = ["en", "ru", "uz", "ko"]
BOX = "const b = document.querySelector(arguments[0]).getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom];"


@pytest.fixture(scope="module")
def driver():
    driver = open_browser(1280, 800)
    yield driver
    driver.quit()


@pytest.fixture
def visit(driver, server):
    def go(query, width=1280, height=800):
        set_view(driver, width, height)
        driver.get(f"{server.url}/?{query}")
    yield go
    reset_view(driver)


def texts(driver, selector):
    return driver.execute_script("return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)", selector)


def box(driver, selector):
    return driver.execute_script(BOX, selector)


@pytest.mark.parametrize("width,height", [(360, 740), (1080, 800), (1280, 800), (1440, 900)])
def test_the_card_of_a_source_covers_neither_panel_nor_tool(driver, visit, width, height):
    """A link may place its circle below a panel; the card stands beside it all the same."""
    visit("lang=ru&sources=1&source=GACTUZB0004&z=9&lat=40.3&lon=71.5", width, height)
    until(lambda: driver.execute_script("return !document.querySelector('#popup').hidden && document.querySelector('#pane-area .headline') !== null"), "the card")
    settle(driver)
    card = box(driver, "#popup")
    over = [part for part in (".controls", ".legend-card", ".facts", ".tools", ".year") if meet(card, box(driver, part))]
    assert over == []


def test_the_bar_of_a_drawing_covers_no_tool(driver, visit):
    visit("lang=uz&pane=ask")
    until(lambda: driver.find_elements(By.CSS_SELECTOR, ".shapes .button"), "the shapes")[0].click()
    until(lambda: driver.find_elements(By.CSS_SELECTOR, ".drawbar"), "the bar")
    bar = box(driver, ".drawbar")
    assert [part for part in (".controls", ".facts", ".tools") if meet(bar, box(driver, part))] == []


@pytest.mark.parametrize("query", ["&minus=2010", "&flow=net", "&flow=net&show=districts&by=total", "&show=districts&by=total&level=1", ""])
@pytest.mark.parametrize("width", [1080, 1280])
def test_the_bounds_of_a_flat_legend_stand_apart(driver, visit, width, query):
    visit(f"lang=ru{query}", width)
    until(lambda: texts(driver, "#legend .tick"), "the legend")
    ticks = sorted(driver.execute_script("""
        return [...document.querySelectorAll('#legend .tick')].filter(e => e.checkVisibility())
            .map(e => [e.getBoundingClientRect().left, e.getBoundingClientRect().right, e.textContent])"""))
    assert len(ticks) >= 4
    assert [(a[2], b[2]) for a, b in zip(ticks, ticks[1:]) if b[0] < a[1]] == []


@pytest.mark.parametrize("width", [1080, 1280])
def test_the_sizes_of_circles_are_seen_whole(driver, visit, width):
    visit("lang=ru&sources=1&show=none", width)
    until(lambda: len(texts(driver, "#legend-sizes li")) == 3, "the sizes")
    assert box(driver, "#legend-sizes li:last-child")[2] <= box(driver, "#legend-card")[2] - 8


@pytest.mark.parametrize("width", [1080, 1280])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_chosen_is_read_whole(driver, visit, lang, width):
    """The words of a choice, and the gas that is chosen beside its arrow, are not cut off."""
    visit(f"lang={lang}", width)
    until(lambda: texts(driver, "#legend .tick"), "the legend")
    cut = driver.execute_script("return [...document.querySelectorAll('.controls .segmented span')].filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth).map(e => e.textContent)")
    assert cut == []
    room, wants = driver.execute_script("""
        const select = document.querySelector('#gas'), its = getComputedStyle(select), pen = document.createElement('canvas').getContext('2d');
        pen.font = its.font;
        return [select.clientWidth - parseFloat(its.paddingLeft) - parseFloat(its.paddingRight) - 16, pen.measureText(select.selectedOptions[0].text).width];""")
    assert wants <= room


@pytest.mark.parametrize("lang", LANGUAGES)
def test_per_cent_is_written_in_one_way(driver, visit, lang):
    """The server's sentences and the page's figures: with a space in Russian, without one elsewhere."""
    visit(f"lang={lang}&view=dashboard")
    until(lambda: driver.find_elements(By.CSS_SELECTOR, ".words p") and driver.find_elements(By.CSS_SELECTOR, "#card-gases table"), "the dashboard")
    until(lambda: driver.find_elements(By.CSS_SELECTOR, "#card-rank table"), "the ranks")
    said = " ".join(texts(driver, ".tiles, .words, .card table"))
    spaced = {bool(space) for space in re.findall(r"\d(\s?)%", said)}
    assert spaced == {lang == "ru"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_classes_of_density_are_written_as_all_numbers_are(driver, visit, lang):
    visit(f"lang={lang}", 1440, 900)
    labels = until(lambda: texts(driver, "#legend .label"), "the legend")
    mark = driver.execute_script("return new Intl.NumberFormat(arguments[0]).format(100000)", "ru" if lang == "uz" else lang)
    assert any(mark in label for label in labels), labels


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_place_is_written_as_the_place_under_the_pointer(driver, visit, lang):
    visit(f"lang={lang}&at=69.24,41.31&z=9&lon=69.24&lat=41.31")
    until(lambda: driver.find_elements(By.CSS_SELECTOR, "#here .sub"), "the place")
    ActionChains(driver).move_to_element_with_offset(driver.find_element(By.ID, "map"), 5, 5).perform()
    pointer = until(lambda: "".join(texts(driver, "#coordinates")), "the place under the pointer")
    form = lambda text: re.sub(r"\d+", "0", text)  # noqa: E731
    told = texts(driver, "#here .sub")[0]
    assert form(told) == form(pointer)
    driver.find_element(By.ID, "search-text").send_keys(told)
    until(lambda: texts(driver, "#search-list li small"), "the place, as it was copied")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_search_without_a_hit_says_so(driver, visit, lang):
    visit(f"lang={lang}")
    until(lambda: texts(driver, "#legend .tick"), "the legend")
    field = driver.find_element(By.ID, "search-text")
    field.send_keys("qqzzqq")
    nothing = until(lambda: "".join(texts(driver, "#search-none:not([hidden])")), "that nothing is found")
    assert "qqzzqq" in nothing
    until(lambda: nothing in "".join(texts(driver, "#announce")), "that it is heard")
    field.send_keys(Keys.ESCAPE)
    until(lambda: not texts(driver, "#search-none:not([hidden])"), "that it is gone")


def test_a_chart_alone_leaves_the_name_of_the_area_in_sight(driver, visit):
    visit("lang=uz&view=dashboard&chart=series", 1280, 900)
    until(lambda: driver.find_elements(By.CSS_SELECTOR, "[data-drawn=series]"), "the chart")
    head, bar, card = box(driver, ".dash-name h2"), box(driver, "body > header"), box(driver, "#card-series")
    assert head[1] >= bar[3] and card[3] <= box(driver, ".foot")[1] + 1


def test_shares_have_even_ticks(driver, visit):
    visit("lang=ru&view=dashboard&chart=gases")
    until(lambda: driver.find_elements(By.CSS_SELECTOR, "[data-drawn=gases] svg text"), "the chart")
    def ticks():
        return [int(found.group(1)) for text in texts(driver, "[data-drawn=gases] svg text")
                if (found := re.fullmatch(r"(\d+)\s?%", text))]
    until(lambda: {0, 25, 50, 75, 100} <= set(ticks()), "the ticks")
    assert 90 not in ticks()


def test_the_first_column_has_its_head_above_it(driver, visit):
    visit("lang=uz&view=dashboard&tables=methane")
    until(lambda: driver.find_elements(By.CSS_SELECTOR, "#card-methane table"), "the table")
    sides = driver.execute_script("""
        return ['thead', 'tbody'].map(part => getComputedStyle(document.querySelector(`#card-methane ${part} th`)).textAlign)""")
    assert sides[0] == sides[1]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_release_that_is_not_there_is_told(driver, visit, lang):
    """A kept link must not show other numbers than it promised in silence."""
    visit(f"lang={lang}&release=gone%401.0.0")
    until(lambda: driver.find_elements(By.CSS_SELECTOR, "#pane-area .headline"), "the facts")
    assert "gone@1.0.0" in texts(driver, "#warning")[0]
    visit(f"lang={lang}&release=uzbekistan")
    until(lambda: driver.find_elements(By.CSS_SELECTOR, "#pane-area .headline"), "the facts")
    assert "@" not in texts(driver, "#warning")[0]
