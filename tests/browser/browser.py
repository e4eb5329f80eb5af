"""A headless Chromium that makes no connection of its own, and the waits the page's tests share."""
import base64
import io
import os
import tempfile
import time

from PIL import Image
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

QUIET = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--hide-scrollbars", "--lang=en",
]


def open_browser(width=1440, height=900, scale=1, flags=()):
    """A new driver; the caller quits it. `flags` are Chromium's own, beside the quiet ones."""
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    profile = tempfile.mkdtemp(prefix="fluxgrid-chromium-")
    for flag in [*QUIET, *flags, f"--user-data-dir={profile}", f"--window-size={width},{height}",
                 f"--force-device-scale-factor={scale}"]:
        options.add_argument(flag)
    options.add_experimental_option("prefs", {"intl.accept_languages": "en"})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver", log_path=os.devnull), options=options)
    driver.set_window_size(width, height)
    driver.set_script_timeout(90)
    return driver


def set_view(driver, width, height, mobile=False):
    """The page's view, of whatever size the window is; until reset_view()."""
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile})


def reset_view(driver):
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def until(question, what, seconds=90):
    """Waits for a truthy answer and gives it back; says what was waited for when it never comes. The time only ends a hang."""
    end = time.monotonic() + seconds
    while True:
        try:
            answer = question()
        except StaleElementReferenceException:
            answer = None  # the page replaced it between our finding and our reading it
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain for: {what}")
        time.sleep(0.05)


def screenshot(driver, **more):
    """What the view, or a `clip` of it, shows. Packed quickly, not small: the same pixels in half the time."""
    taken = driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True, **more})["data"]
    return Image.open(io.BytesIO(base64.b64decode(taken))).convert("RGB")


def pause(driver, milliseconds):
    """By the page's own clock: what it was to do before then, by a timer or for a picture, is done, however busy the machine is."""
    driver.execute_async_script("""
        const [milliseconds, done] = arguments;
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, milliseconds)));
    """, milliseconds)


def drawn(driver):
    """The map has its tiles, the legend and the facts are there."""
    return driver.execute_script("""
        return !document.body.classList.contains('busy')
            && document.querySelectorAll('#legend li').length > 3
            && document.querySelector('#pane-area .headline') !== null
            && performance.getEntriesByType('resource').some(e => /\\/tiles\\/.*png/.test(e.name));
    """)


def settle(driver):
    until(lambda: drawn(driver), "the map, its legend and its facts")
    time.sleep(1.0)
    until(lambda: drawn(driver), "the map to come to rest")
