"""Nothing lies over what is to be read or pressed: the message of a failure, the scale, the years, the panels."""
import functools

import pytest

from browser import open_browser, reset_view, set_view, until

SIZES = [(360, 740), (901, 800), (1080, 800), (1280, 800), (1440, 900), (1920, 1080), (2560, 1440)]
READY = {
    "": "#pane-area .headline",
    "&view=dashboard": "#view-dashboard table",
    "&view=report": ".sheet .about",
}
LONG = "the answer of the server was not what was expected, and this sentence about it is as long as such sentences may become"

#: Shows a message and measures it in one go, so that no time passes between.
MEASURE = """
    const [reason, done] = arguments;
    import('./js/status.js').then((status) => {
        if (reason) status.fail(new Error(reason));
        const shows = e => e.checkVisibility() && e.getBoundingClientRect().width > 0;
        const box = e => { const b = e.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; };
        const controls = 'a[href], button, input, select, summary, [tabindex="0"]:not(#map)';
        const message = document.getElementById('status');
        done({
            message: message.checkVisibility() ? box(message) : null,
            window: [0, 0, innerWidth, innerHeight],
            controls: [...document.querySelectorAll(controls)].filter(shows).map(e => [e.id || e.outerHTML.slice(0, 80), box(e)]),
            panels: [...document.querySelectorAll('.controls, .legend-card, .year, .tools, .readout > *, .facts')].filter(shows)
                .map(e => [e.id || e.className, box(e)]),
        });
    });
"""


@pytest.fixture(scope="module")
def driver():
    driver = open_browser(1280, 900)
    yield driver
    driver.quit()


@pytest.fixture
def sized(driver):
    yield functools.partial(set_view, driver)
    reset_view(driver)


def measure(driver, reason=""):
    return driver.execute_async_script(MEASURE, reason)


def meet(one, other):
    """More than a hair of the two lies over each other."""
    return min(one[2], other[2]) - max(one[0], other[0]) > 1 and min(one[3], other[3]) - max(one[1], other[1]) > 1


def open_at(driver, server, query, lang="en"):
    driver.get(f"{server.url}/?lang={lang}{query}")
    until(lambda: driver.execute_script(
        "return !document.body.classList.contains('busy') && document.querySelector(arguments[0]) !== null", READY[query]), f"the page {query}")


@pytest.mark.parametrize("width,height", SIZES)
def test_the_scale_the_years_and_the_panels_do_not_lie_over_each_other(driver, server, sized, width, height):
    sized(width, height)
    open_at(driver, server, "")
    # The widest that the scale and the place under the pointer get.
    driver.execute_script("document.querySelector('#coordinates').textContent = '44.4444° N, 166.6666° W'; document.querySelector('#scale > *').style.width = '128px'")
    panels = measure(driver)["panels"]
    assert len(panels) == 7
    over = [(a, b) for i, (a, one) in enumerate(panels) for b, other in panels[i + 1:] if meet(one, other)]
    assert over == []


@pytest.mark.parametrize("query", READY)
@pytest.mark.parametrize("width,height", SIZES)
def test_the_message_of_a_failure_is_seen_and_covers_no_control(driver, server, sized, width, height, query):
    sized(width, height)
    open_at(driver, server, query)
    for reason in ("it is broken", LONG):
        seen = measure(driver, reason)
        left, top, right, bottom = seen["message"]
        assert 0 <= left < right <= width and 0 <= top < bottom <= height, "the message is out of sight"
        assert [name for name, box in seen["controls"] if meet(box, seen["message"])] == []


def test_the_message_is_seen_after_scrolling_on_a_telephone(driver, server, sized):
    sized(360, 740)
    open_at(driver, server, "")
    driver.execute_script("window.scrollTo(0, document.body.scrollHeight)")
    left, top, right, bottom = measure(driver, "it is broken")["message"]
    assert 0 <= top < bottom <= 740


def test_the_message_is_seen_on_the_whole_screen(driver, server):
    open_at(driver, server, "")
    driver.find_element("id", "full").click()
    until(lambda: driver.execute_script("return document.fullscreenElement !== null"), "the whole screen")
    try:
        measure(driver, "it is broken")
        assert driver.execute_script("return document.fullscreenElement.contains(document.getElementById('status'))")
    finally:
        driver.execute_script("return document.exitFullscreen()")
    until(lambda: driver.execute_script("return document.fullscreenElement === null"), "the page again")
    assert driver.execute_script("return document.getElementById('status').closest('#view-map') === null")
