"""Tiles that do not come: they alone are asked for again, and then the map is whole."""
import base64
import io
import re
from collections import Counter

import pytest
from PIL import Image

from browser import open_browser, until
from map_pane import open_page, text

VIEW = "z=6&lon=66.5&lat=41"
PICTURE, SHAPES = "/6/43/23.png", "/5/21/11.mvt"  # above its middle
POINT = {"x": 620, "y": 340, "width": 1, "height": 1, "scale": 1}  # within both
# What is tried again seconds later is tried again soon.
HASTY = "const late = setTimeout; window.setTimeout = (work, ms, ...more) => late(work, Math.min(ms, 400), ...more);"


@pytest.fixture
def driver():
    driver = open_browser()
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]})
    driver.execute_cdp_cmd("Network.enable", {})
    driver.execute_cdp_cmd("Network.setCacheDisabled", {"cacheDisabled": True})
    driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": HASTY})
    yield driver
    driver.quit()


def block(driver, *addresses):
    driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": [f"*{address}*" for address in addresses]})


def tiles_asked(server):
    """How often the server was asked for each tile, by its log."""
    return Counter(re.findall(r'"target":"[^"?]*(/\d+/\d+/\d+\.(?:png|mvt))', server.log))


def is_told(driver):
    return driver.execute_script("return !document.getElementById('status').hidden")


def is_coloured(driver):
    """Has the middle of the missing tiles a colour of the legend?"""
    taken = driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "clip": POINT})["data"]
    red, green, blue = Image.open(io.BytesIO(base64.b64decode(taken))).convert("RGB").getpixel((0, 0))
    chips = driver.execute_script("return [...document.querySelectorAll('#legend .chip')].map((chip) => getComputedStyle(chip).backgroundColor)")
    return f"rgb({red}, {green}, {blue})" in chips


def test_only_the_missing_tiles_are_asked_for_again(driver, start_server, database):
    server = start_server(database)
    block(driver, PICTURE, SHAPES)
    open_page(driver, server, VIEW)
    until(lambda: is_told(driver), "what is wrong")
    before = tiles_asked(server)
    assert len(before) > 8 and PICTURE not in before and SHAPES not in before
    block(driver)
    until(lambda: not is_told(driver), "the end of the message")
    until(lambda: {PICTURE, SHAPES} <= set(tiles_asked(server)), "the missing tiles")
    assert tiles_asked(server) - before == {PICTURE: 1, SHAPES: 1}


def test_a_layer_first_shown_while_tiles_are_missing_is_whole_in_the_end(driver, server):
    block(driver, SHAPES)
    open_page(driver, server, f"{VIEW}&hide=on&opacity=100")
    until(lambda: is_told(driver), "what is wrong")
    title = text(driver, "#legend h3")
    driver.execute_script("import('/js/state.js').then((state) => state.set({show: 'districts'}))")
    until(lambda: text(driver, "#legend h3") not in ("", title), "the layer")
    until(lambda: not is_coloured(driver), "the gap in it")
    block(driver)
    until(lambda: is_coloured(driver), "what was missing")
