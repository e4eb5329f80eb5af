"""The base map of another server: off unless the operator names one, and asked for only by who ticks the box."""
import http.server
import io
import threading

import pytest
from PIL import Image

from browser import open_browser, settle, until


class Tiles(http.server.BaseHTTPRequestHandler):
    """Pink pictures, and a list of who asked for what."""
    asked: list = []
    picture = io.BytesIO()
    Image.new("RGB", (256, 256), (255, 0, 200)).save(picture, "PNG")

    def do_GET(self):
        self.asked.append((self.path, self.headers.get("Referer")))
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        self.wfile.write(self.picture.getvalue())

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def tiles():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Tiles)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def based(start_server, database, tiles):
    return start_server(database, FLUXGRID_BASEMAP_URL=tiles + "/{z}/{x}/{y}.png", FLUXGRID_BASEMAP_ATTRIBUTION="© <b>Makers</b> of maps")


@pytest.fixture(scope="module")
def driver():
    driver = open_browser()
    yield driver
    driver.quit()


def pink(driver):
    """How many of 64 x 64 points of the window are the base map's colour."""
    image = Image.open(io.BytesIO(driver.get_screenshot_as_png())).convert("RGB").resize((64, 64), Image.NEAREST)
    return sum(r > 200 and g < 60 and b > 150 for r, g, b in image.getdata())


def tick(driver):
    driver.execute_script("document.getElementById('base').click()")


def open_layers(driver):
    driver.execute_script("document.getElementById('more-layers').open = true")


def test_nobody_asks_the_other_server_before_the_box_is_ticked(driver, based, tiles):
    Tiles.asked.clear()
    driver.get(f"{based.url}/?lang=en")
    settle(driver)
    open_layers(driver)
    until(lambda: driver.execute_script("return !document.getElementById('base-choice').hidden"), "the box")
    assert tiles.removeprefix("http://") in driver.execute_script("return document.getElementById('base-from').textContent")
    assert Tiles.asked == [] and pink(driver) == 0
    tick(driver)
    until(lambda: pink(driver) > 400, "the base map")
    assert "base=1" in driver.current_url and Tiles.asked and all(referer is None for _, referer in Tiles.asked)
    assert driver.execute_script("return document.getElementById('base-attribution').textContent") == "© <b>Makers</b> of maps"
    tick(driver)
    until(lambda: pink(driver) == 0, "the land again")
    assert "base=" not in driver.current_url
    assert driver.execute_script("return document.getElementById('base-attribution').hidden")


SLOWLY_ON_AND_OFF = """
    const done = arguments[0];
    const ask = window.fetch;
    let free;
    const answer = new Promise((go) => { free = go; });
    window.fetch = async (what, ...more) => {
        if (String(what.url ?? what).includes('/v1/page')) await answer;
        return ask(what, ...more);
    };
    import('/js/state.js').then(async (state) => {
        state.set({ base: true });
        await new Promise(requestAnimationFrame);
        state.set({ base: false });
        await new Promise(requestAnimationFrame);
        free();
        done();
    });
"""


def test_switched_off_while_the_question_is_under_way_it_stays_off(driver, based):
    driver.get(f"{based.url}/?lang=en")
    settle(driver)
    Tiles.asked.clear()
    driver.execute_async_script(SLOWLY_ON_AND_OFF)
    until(lambda: driver.execute_script("return performance.getEntriesByType('resource').some((e) => e.name.endsWith('/v1/page'))"), "the answer")
    settle(driver)
    assert Tiles.asked == [] and pink(driver) == 0


def test_the_address_brings_it_in_every_language(driver, based):
    for lang, word in (("ru", "подложка"), ("uz", "Asos"), ("ko", "배경")):
        driver.get(f"{based.url}/?lang={lang}&base=1")
        settle(driver)
        until(lambda: pink(driver) > 400, "the base map")
        open_layers(driver)
        until(lambda: word in driver.execute_script("return document.querySelector('#base-choice span').textContent"), "its name")
        assert driver.execute_script("return document.getElementById('base').checked")


def test_the_pages_policy_lets_in_that_server_and_no_other(driver, based, tiles):
    policy = based.get("/").headers["Content-Security-Policy"]
    assert f"img-src 'self' data: blob: {tiles};" in policy and policy.count("http") == 1
    driver.get_log("browser")
    driver.execute_script("const i = new Image(); i.src = 'http://127.0.0.2:1/x.png'; document.body.append(i);")
    until(lambda: any("img-src" in entry["message"] for entry in driver.get_log("browser")), "the refusal")


def test_a_question_that_fails_is_told(driver, based):
    driver.get(f"{based.url}/?lang=en")
    settle(driver)
    driver.get_log("browser")
    driver.execute_cdp_cmd("Network.enable", {})
    driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*/v1/page"]})
    try:
        open_layers(driver)
        until(lambda: driver.execute_script("return !document.getElementById('status').hidden"), "what is wrong")
    finally:
        driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})
    assert not [entry for entry in driver.get_log("browser") if "Uncaught" in entry["message"]]


def test_without_the_setting_there_is_none(driver, server):
    assert server.json("/v1/page") == {"basemap": None}
    assert "img-src 'self' data: blob:; " in server.get("/").headers["Content-Security-Policy"]
    driver.get(f"{server.url}/?lang=en&base=1")
    settle(driver)
    open_layers(driver)
    until(lambda: driver.execute_script("return performance.getEntriesByType('resource').some((e) => e.name.endsWith('/v1/page'))"), "the question")
    assert driver.execute_script("return document.getElementById('base-choice').hidden")
    names = driver.execute_script("return performance.getEntriesByType('resource').map(e => e.name)")
    assert all(name.startswith((server.url, "data:", "blob:")) for name in names)
