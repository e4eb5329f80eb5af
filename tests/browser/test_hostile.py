"""Addresses that no page of ours wrote, and answers that come late: the page stays usable and shows the last question."""
import pytest

from browser import open_browser, settle, until

# Answers to what the pattern names come late; the rest at once.
LATE = """
    const real = window.fetch;
    const late = new RegExp(arguments[0]);
    window.late = [];
    window.fetch = (address, how) => {
        if (!late.test(String(address))) return real(address, how);
        const answer = new Promise((done, failed) => { setTimeout(() => real(address, how).then(done, failed), 2500); });
        window.late.push(answer);
        return answer;
    };
"""
# Two states, one soon after the other; `over` when the late answer has had its chance.
TWICE = """
    const [one, two, over] = arguments;
    import('/js/state.js').then((state) => {
        state.set(one);
        setTimeout(() => state.set(two), 250);
        setTimeout(() => Promise.allSettled(window.late).then(() => setTimeout(() => over(window.late.length), 2000)), 1500);
    });
"""


@pytest.fixture(scope="module")
def driver():
    driver = open_browser()
    yield driver
    driver.quit()


@pytest.fixture
def page(driver, server):
    driver.get(f"{server.url}/?lang=en")
    settle(driver)
    return driver


def text(driver, selector):
    return driver.execute_script("return document.querySelector(arguments[0])?.textContent ?? ''", selector)


@pytest.mark.parametrize("query", ["lang=constructor", "lang=en&sector=foo%3Abar", "lang=en&year=1e99&gas=__proto__&gwp=constructor"])
def test_a_value_that_is_none_falls_back(driver, server, query):
    driver.get(f"{server.url}/?{query}")
    until(lambda: text(driver, "#pane-area .headline"), "the facts")


def test_an_area_that_is_not_there_is_told_and_left(driver, server):
    driver.get(f"{server.url}/?lang=en&district=%3Cb%3ENOPE")
    assert "<b>NOPE" in until(lambda: text(driver, "#pane-area .notice"), "the notice")
    driver.execute_script("document.querySelector('#pane-area .notice button').click()")
    until(lambda: text(driver, "#facts-title"), "the country")
    assert "district" not in driver.current_url


def settled_after(driver, late, one, two):
    driver.execute_script(LATE, late)
    assert driver.execute_async_script(TWICE, one, two) > 0, "nothing came late"


def test_the_last_place_is_shown(page):
    settled_after(page, "v1.at.*lon=64", {"at": "64.4,39.8"}, {"at": "69.25,41.3"})
    until(lambda: "41.3000" in text(page, "#here .sub"), "the last place")


def test_the_last_area_is_shown(page):
    settled_after(page, "v1.districts.1703", {"district": "1703"}, {"district": ""})
    until(lambda: text(page, "#facts-title") == "Uzbekistan", "the last area")


def test_the_last_pane_is_shown(page):
    settled_after(page, r"v1.districts\?", {"year": 2015}, {"pane": "rank"})
    shown = "return [...document.querySelectorAll('[id^=pane-]')].filter(p => !p.hidden).map(p => p.id)"
    until(lambda: page.execute_script(shown) == ["pane-rank"], "the last pane")


def test_the_last_language_is_shown(page):
    settled_after(page, "i18n.ru", {"lang": "ru"}, {"lang": "ko"})
    until(lambda: page.execute_script("return document.documentElement.lang") == "ko" and text(page, "#tab-area") == "지역", "the last language")


VIEW = "import('/js/map/canvas.js').then((c) => arguments[0]([c.get().getView().getZoom(), ...c.get().getView().getCenter()]))"
# To a region, and back so many milliseconds later.
THERE_AND_BACK = """
    const [delay, done] = arguments;
    import('/js/state.js').then((state) => {
        state.set({district: '1703'});
        setTimeout(() => { history.back(); done(); }, delay);
    });
"""


@pytest.mark.parametrize("delay", [100, 350, 460, 800])
def test_back_goes_back_on_the_map_too(page, delay):
    """In the middle of the flight, at its end, after it: the flight takes 450 ms."""
    before = page.execute_async_script(VIEW)
    page.execute_async_script(THERE_AND_BACK, delay)
    until(lambda: "district" not in page.current_url, "the address of before")
    until(lambda: page.execute_async_script(VIEW)[0] == pytest.approx(before[0], abs=0.01), "the view of before")
    page.execute_script("history.forward()")
    until(lambda: "district=1703" in page.current_url and text(page, "#facts-title") != "Uzbekistan", "the region again")


def test_a_view_that_was_first_opened_out_of_reach_comes_later(page):
    network = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    page.execute_cdp_cmd("Network.enable", {})
    page.execute_cdp_cmd("Network.emulateNetworkConditions", {"offline": True, **network})
    try:
        page.execute_script("import('/js/state.js').then((state) => state.set({view: 'report'}))")
        until(lambda: page.execute_script("return !document.getElementById('status').hidden"), "what is wrong")
    finally:
        page.execute_cdp_cmd("Network.emulateNetworkConditions", {"offline": False, **network})
    until(lambda: text(page, "#view-report h2") == "Uzbekistan", "the report")


# Every answer but the page's own files is 503 until the session says otherwise, as from a server that is starting.
BUSY = """
    const real = window.fetch;
    window.tries = 0;
    window.fetch = (address, how) => {
        if (sessionStorage.getItem('well') || !new RegExp(sessionStorage.getItem('busy') ?? '/(v1|legend|tiles)/').test(String(address))) return real(address, how);
        window.tries++;
        return Promise.resolve(new Response('{"detail": "busy"}', {status: 503, headers: {'Retry-After': '1', 'Content-Type': 'application/problem+json'}}));
    };
"""


@pytest.fixture
def busy(driver, server):
    """A page whose server is busy from the first question on; `well()` ends that."""
    script = driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": BUSY})["identifier"]
    driver.get(f"{server.url}/livez")
    driver.execute_script("sessionStorage.clear()")
    yield driver
    driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", {"identifier": script})
    driver.execute_script("sessionStorage.clear()")


def told(driver):
    return driver.execute_script("const e = document.getElementById('status'); return e.hidden ? '' : e.textContent")


def well(driver):
    driver.execute_script("sessionStorage.setItem('well', 1)")


@pytest.mark.parametrize("query,ready,sentence", [
    ("lang=ru", "#pane-area .headline", "Сервер не отвечает. Пробуем ещё раз."),
    ("lang=ko&view=dashboard", "#view-dashboard table", "서버가 응답하지 않습니다. 다시 시도합니다."),
    ("lang=uz&view=report", ".sheet .about", "Server javob bermayapti. Qayta urinilmoqda."),
])
def test_a_server_that_is_busy_at_the_start_is_asked_until_it_answers(busy, server, query, ready, sentence):
    """The message stays, in the page's words, while it is tried again and again; when all is there, it goes."""
    busy.get(f"{server.url}/?{query}")
    until(lambda: told(busy) == sentence, "what is wrong")
    before = busy.execute_script("return window.tries")
    until(lambda: busy.execute_script("return window.tries") > before, "another try")
    assert told(busy) == sentence
    well(busy)
    until(lambda: busy.find_elements("css selector", ready), "the page")
    until(lambda: told(busy) == "", "no message any more")


def test_what_is_wrong_is_said_before_the_words_have_come(busy, server):
    busy.execute_script("sessionStorage.setItem('busy', '/i18n/')")
    busy.get(f"{server.url}/?lang=ru")
    until(lambda: told(busy) == "Сервер не отвечает. Пробуем ещё раз.", "what is wrong")
    well(busy)
    until(lambda: busy.find_elements("css selector", "#pane-area .headline"), "the page")


@pytest.mark.parametrize("query,ready", [("", "#pane-area .headline"), ("&view=dashboard", "#view-dashboard table"), ("&view=report", ".sheet .about")])
def test_a_server_that_is_busy_later_is_asked_again(busy, server, query, ready):
    busy.execute_script("sessionStorage.setItem('well', 1)")
    busy.get(f"{server.url}/?lang=en{query}")
    until(lambda: busy.find_elements("css selector", ready), "the page")
    busy.execute_script("sessionStorage.clear(); import('./js/state.js').then((state) => state.set({year: 2015}))")
    trouble = "#status:not([hidden]), #view-dashboard .trouble"
    until(lambda: busy.execute_script("return [...document.querySelectorAll(arguments[0])].some(e => e.checkVisibility())", trouble), "what is wrong")
    well(busy)
    until(lambda: busy.execute_script("return ![...document.querySelectorAll(arguments[0])].some(e => e.checkVisibility())", trouble), "nothing wrong any more")
    shown = {"": "#year-shown", "&view=dashboard": ".dash-sub", "&view=report": ".sheet .sub"}[query]
    until(lambda: "2015" in text(busy, shown), "the year")
