"""What the tests of asking and ranking share: the pointer on the map, the panel's words, the map's pixels."""
import urllib.parse

import requests
from selenium.webdriver.common.by import By

from browser import pause, screenshot, until


def state(driver):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlparse(driver.current_url).query))


def open_page(driver, server, query):
    """A page of its own, with the map at rest and the tab's pane there."""
    driver.get(f"{server.url}/?lang=en&{query}")
    until(lambda: driver.execute_script(
        "return document.querySelectorAll('#legend li').length > 3 && document.querySelector('.facts [role=tabpanel]:not([hidden])')?.children.length > 0"
        " && !document.body.classList.contains('busy')"), f"the page {query}")


def mouse(driver, kind, x, y, **more):
    driver.execute_cdp_cmd("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, **more})


def move(driver, x, y):
    """Twice: the map takes the first move after a press for a tremble of the hand."""
    mouse(driver, "mouseMoved", x + 3, y)
    mouse(driver, "mouseMoved", x, y)


def click(driver, x, y):
    move(driver, x, y)
    mouse(driver, "mousePressed", x, y, button="left", clickCount=1)
    mouse(driver, "mouseReleased", x, y, button="left", clickCount=1)
    pause(driver, 300)  # longer than the map waits for a second click


def glided(driver):
    """The map does not move any more."""
    still = "import('/js/map/canvas.js').then((canvas) => arguments[0](!canvas.get().getView().getAnimating()))"
    until(lambda: driver.execute_async_script(still), "the map at rest")


def drag(driver, start, end):
    move(driver, *start)
    mouse(driver, "mousePressed", *start, button="left", clickCount=1)
    mouse(driver, "mouseMoved", (start[0] + end[0]) // 2, (start[1] + end[1]) // 2, button="left")
    mouse(driver, "mouseMoved", *end, button="left")
    mouse(driver, "mouseReleased", *end, button="left", clickCount=1)


def text(driver, selector):
    """Read in one step: the panel may be redrawn between finding and reading. '' when it is not there."""
    return driver.execute_script("return document.querySelector(arguments[0])?.innerText ?? ''", selector)


def texts(driver, selector):
    return driver.execute_script("return [...document.querySelectorAll(arguments[0])].map(e => e.innerText)", selector)


def press(driver, selector):
    until(lambda: driver.find_elements(By.CSS_SELECTOR, selector), selector)
    driver.execute_script("document.querySelector(arguments[0]).scrollIntoView({block: 'nearest'})", selector)
    driver.find_element(By.CSS_SELECTOR, selector).click()


def find(driver, name):
    """An element by its id, when it is there."""
    return until(lambda: driver.find_elements(By.ID, name), f"#{name}")[0]


def pixels(driver, is_it):
    """How many pixels between the panels are so."""
    clip = {"x": 330, "y": 225, "width": 700, "height": 400, "scale": 1}
    image = screenshot(driver, clip=clip)
    return sum(n for n, colour in image.getcolors(1 << 24) if is_it(*colour))


def is_found(r, g, b):
    """The colour that only what a ranking found has."""
    return r < 60 and g > 200 and b > 225


def is_lit(r, g, b):
    return r > 240 and 200 < g < 225 and 50 < b < 75


def number(words):
    """The first number of a text as English writes it."""
    digits = "".join(c for c in words.strip().split()[0] if c in "0123456789.-")
    return float(digits)


def in_kt(words):
    """`2.4 Mt CO2e ...` in kt."""
    value, unit = words.split()[:2]
    return number(value) * {"Mt": 1e3, "kt": 1, "t": 1e-3}[unit]


def api(server, path, body=None, **params):
    if body is None:
        answer = requests.get(f"{server.url}{path}", params=params, timeout=60)
    else:
        answer = requests.post(f"{server.url}{path}", params=params, json=body, timeout=60,
                               headers={"Content-Type": "application/geo+json"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def slow_down(driver, path, milliseconds):
    """Lets the page wait for an address, as a slow line would; giving up works. 0: no longer."""
    driver.execute_script("""
        const real = window.unhurried ??= window.fetch;
        window.fetch = (address, how) => !arguments[1] || !String(address).includes(arguments[0]) ? real(address, how) : new Promise((well, ill) => {
            const timer = setTimeout(() => real(address, how).then(well, ill), arguments[1]);
            how?.signal?.addEventListener('abort', () => { clearTimeout(timer); ill(new DOMException('given up', 'AbortError')); });
        });
    """, path, milliseconds)


def cut_off(driver, is_off):
    driver.execute_cdp_cmd("Network.enable", {})
    driver.execute_cdp_cmd("Network.emulateNetworkConditions",
                           {"offline": is_off, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1})


def cancelled_then_lost_then_again(driver, result, path):
    """Work that was cancelled says so; asked again over a lost line it says that; then it is asked once more.

    `result`: selector of the pane's answer; `path`: the address that slow_down() holds back.
    """
    until(lambda: "Cancelled" in text(driver, f"{result} .notice"), "that it was cancelled")
    slow_down(driver, path, 0)
    cut_off(driver, True)
    try:
        press(driver, f"{result} .notice button")
        until(lambda: "does not answer" in text(driver, f"{result} .notice"), "that the line is lost")
    finally:
        cut_off(driver, False)
    press(driver, f"{result} .notice button")
