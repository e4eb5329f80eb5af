"""For everybody: axe-core finds nothing, the keyboard reaches everything, nothing overflows, in every language and size."""
import json
import pathlib
import re

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from browser import open_browser, reset_view, set_view, until
from first_picture import first_picture

ROOT = pathlib.Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"

#: Keys whose word is the same in two languages: symbols and names.
SAME_WORD = {"api", "operator", "east", "west", "north", "south", "dash_csv_of"}

#: The states that are looked at: a query, and what is there when the page is ready.
STATES = {
    "map": ("", "#pane-area .headline"),
    "ask": ("&pane=ask", "#pane-ask h2, #pane-ask h3"),
    "rank": ("&pane=rank", "#pane-rank table"),
    "dashboard": ("&view=dashboard&district=1708", "#view-dashboard table"),
    "report": ("&view=report&district=1708", ".sheet .about"),
}


@pytest.fixture(scope="module")
def driver():
    driver = open_browser(1280, 900)
    yield driver
    driver.quit()


def visit(driver, server, name, lang="en"):
    query, there = STATES[name]
    driver.get_log("browser")
    driver.get(f"{server.url}/?lang={lang}{query}")
    until(lambda: driver.execute_script(
        "return !document.body.classList.contains('busy') && [...document.querySelectorAll(arguments[0])].some(e => e.offsetParent)", there),
        f"the state {name}")


def violations(driver):
    """What axe-core finds, one line each with the element."""
    driver.execute_script(AXE.read_text())
    found = driver.execute_async_script("""
        const done = arguments[0];
        axe.run(document, {resultTypes: ['violations']}).then(r => done(r.violations.flatMap(v =>
            v.nodes.map(n => `${v.id} (${v.impact}): ${n.html.slice(0, 160)} ${n.any.map(a => a.message).join('; ').slice(0, 160)}`))));
    """)
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", STATES)
def test_axe_finds_nothing(driver, server, name, scheme):
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    try:
        visit(driver, server, name)
        assert violations(driver) == []
    finally:
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


@pytest.mark.parametrize("lang", ["en", "ru", "uz", "ko"])
@pytest.mark.parametrize("width", [360, 1280, 2560])
def test_nothing_overflows_and_the_console_is_silent(driver, server, width, lang):
    set_view(driver, width, 900)
    try:
        for name in STATES:
            visit(driver, server, name, lang)
            wide = driver.execute_script("""
                const most = document.documentElement.clientWidth;
                return [document.documentElement.scrollWidth - most, ...[...document.querySelectorAll('main, header, footer')]
                    .map(e => e.getBoundingClientRect().right - most)];
            """)
            assert max(wide) < 1, f"{name} is wider than the window"
            assert driver.execute_script("return document.documentElement.lang") == lang
            assert [e for e in driver.get_log("browser") if e["level"] in ("SEVERE", "WARNING")] == []
            names = driver.execute_script("return performance.getEntriesByType('resource').map(e => e.name)")
            assert [n for n in names if not n.startswith((server.url, "data:", "blob:"))] == []
    finally:
        reset_view(driver)


@pytest.mark.parametrize("name", STATES)
def test_the_keyboard_reaches_every_control_and_shows_where_it_is(driver, server, name):
    """Tab goes through all that can be operated, each time with a visible focus, and comes round."""
    visit(driver, server, name)
    wanted = driver.execute_script("""
        const can = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
        return [...document.querySelectorAll(can)].filter(e => e.checkVisibility() && !e.disabled && e.tabIndex >= 0
            && !(e.type === 'radio' && !e.checked)).map((e, i) => { e.dataset.stop = i; return i; }).length;
    """)
    reached, blind = set(), []
    for _ in range(wanted + 30):
        ActionChains(driver).send_keys(Keys.TAB).perform()
        at = driver.execute_script("""
            const e = document.activeElement;
            if (!e || e === document.body) return null;
            const style = getComputedStyle(e), next = e.nextElementSibling && getComputedStyle(e.nextElementSibling);
            const seen = s => s && s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2;
            return [e.dataset.stop ?? null, seen(style) || seen(next) || e.tagName === 'CANVAS', e.outerHTML.slice(0, 120)];
        """)
        if at is None:
            continue
        if at[0] is not None:
            reached.add(at[0])
        if not at[1]:
            blind.append(at[2])
    missed = [driver.execute_script(f"return document.querySelector('[data-stop=\"{i}\"]')?.outerHTML.slice(0, 120)")
              for i in range(wanted) if str(i) not in reached]
    assert [m for m in missed if m] == [] and blind == []


def test_the_first_picture_is_small(server):
    """Of the page until the map is drawn, with nothing cached, charts not opened: under 400 KB as it travels."""
    driver = open_browser(1280, 800)
    try:
        size, _, parts = first_picture(driver, f"{server.url}/?lang=en")
        assert 100_000 < size < 400_000, parts[:10]
        assert not any("echarts" in name for name, _ in parts)
    finally:
        driver.quit()


def test_landmarks_and_headings_tell_the_structure(driver, server):
    for name in STATES:
        visit(driver, server, name)
        roles = driver.execute_script("return ['header', 'main', 'nav', 'footer'].map(t => document.querySelectorAll(`body > ${t}, body > header ${t}`).length)")
        assert roles == [1, 1, 1, 1]
        levels = driver.execute_script("""
            return [...document.querySelectorAll('h1, h2, h3, h4, h5')].filter(e => e.checkVisibility()).map(e => Number(e.tagName[1]))""")
        assert levels and levels[0] == 1 and levels.count(1) == 1
        assert all(b - a <= 1 for a, b in zip(levels, levels[1:])), f"{name} skips a level: {levels}"


@pytest.mark.parametrize("lang", ["ru", "uz", "ko"])
def test_no_word_is_left_in_english(lang):
    """A translation that equals the English one is meant: a symbol, a format, a name. Others are listed here by key."""
    english = json.loads((ROOT / "static/i18n/en.json").read_text())
    its = json.loads((ROOT / f"static/i18n/{lang}.json").read_text())
    letters = lambda word: any(c.isalpha() for c in re.sub(r"\{\w+\}", "", str(word)))  # noqa: E731
    same = {key for key, word in english.items() if its[key] == word and letters(word)}
    assert {key for key in same if not key.startswith("unit_")} <= SAME_WORD
