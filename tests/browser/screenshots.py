"""Takes the pictures of README and docs/map.md from a running server, ten states of the page.

screenshots.py BASE_URL [NAME...]   writes docs/screens/NAME.png; without names, all of them
"""
import io
import pathlib
import sys
import time

from PIL import Image

from browser import open_browser, set_view, until

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "docs" / "screens"
AREA = "p.gz_7Mgwk0Hg3oEAAgkuC_2oEA"

#: name: (query, width, height, colour scheme, what is there when it is ready)
STATES = {
    "map": ("lang=en", 1440, 900, "light", "#pane-area .headline"),
    "areas": ("lang=en&show=districts&by=per_capita&sources=1&district=1708", 1440, 900, "light", "#legend li"),
    "swipe": ("lang=en&gas=ch4&swipe=50&year2=2010&z=7.2&lon=66.2&lat=40.3", 1440, 900, "light", "#legend li"),
    "ask": (f"lang=en&pane=ask&area={AREA}&z=8.6&lon=67.9&lat=40.2", 1440, 900, "light", "#pane-ask table"),
    "rank": ("lang=en&pane=rank&rank=district", 1440, 900, "light", "#pane-rank table"),
    "dark": ("lang=uz&z=8&lon=69.3&lat=40.9", 1440, 900, "dark", "#pane-area .headline"),
    "dashboard": ("lang=en&view=dashboard&district=1708", 1440, 1500, "light", "[data-drawn=parts]"),
    "dashboard-ko": ("lang=ko&view=dashboard", 1440, 1000, "dark", "[data-drawn=series]"),
    "report": ("lang=ru&view=report&district=1727", 1000, 1400, "light", ".sheet [data-drawn]"),
    "phone": ("lang=en", 360, 740, "light", "#pane-area .headline"),
}


def take(base, name):
    query, width, height, scheme, ready = STATES[name]
    driver = open_browser(width, height)
    try:
        set_view(driver, width, height)
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        driver.get(f"{base}/?{query}")
        until(lambda: driver.execute_script("return !document.body.classList.contains('busy') && document.querySelector(arguments[0])", ready),
              f"{name}: {ready}")
        time.sleep(2)  # charts and tiles fade in
        picture = Image.open(io.BytesIO(driver.get_screenshot_as_png())).convert("RGB")
    finally:
        driver.quit()
    FOLDER.mkdir(exist_ok=True)
    picture.quantize(128, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    for wanted in sys.argv[2:] or STATES:
        take(sys.argv[1], wanted)
