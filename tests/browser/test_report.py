"""The report: what is on the sheet is what the API says, and it comes out on paper."""
import base64
import io
import math
import subprocess

import pytest
import shapely.geometry
from PIL import Image
from selenium.webdriver.common.by import By

from browser import open_browser, until
from class_labels import class_of


@pytest.fixture(scope="module")
def driver():
    driver = open_browser(1200, 900)
    yield driver
    driver.quit()


def open_report(driver, server, query=""):
    driver.get_log("browser")
    driver.get(f"{server.url}/?view=report&lang=en{query}")
    until(lambda: driver.find_elements(By.CSS_SELECTOR, ".sheet .about"), "the sheet")
    return driver


def ask(driver, address):
    return driver.execute_script("return fetch(arguments[0]).then(r => r.json())", address)


def words(element):
    return element.get_attribute("textContent").replace("\u00a0", " ")


def paper(driver, tmp_path):
    """@return the text of each page of the PDF that the browser makes, and the pages' sizes in points."""
    until(lambda: driver.find_elements(By.CSS_SELECTOR, "#report-print:enabled"), "a sheet that can be printed")
    made = driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": True})
    path = tmp_path / "report.pdf"
    path.write_bytes(base64.b64decode(made["data"]))
    text = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True).stdout
    sizes = subprocess.run(["pdfinfo", path], check=True, capture_output=True, text=True).stdout
    return text.split("\f")[:-1], sizes


def test_the_sheet_says_what_the_api_says(driver, server):
    page = open_report(driver, server, "&district=1708&year=2020&gas=ch4")
    answer = ask(page, "/v1/summary?district=1708&year=2020&gas=CH4&lang=en")
    sheet = words(page.find_element(By.CSS_SELECTOR, ".sheet"))
    for sentence in answer["sentences"]:
        assert sentence.replace("\u00a0", " ") in sheet
    rows = page.find_elements(By.CSS_SELECTOR, ".sheet .plain tbody tr")
    assert len(rows) == len(answer["table"]["rows"]) > 3
    for shown, row in zip(rows, answer["table"]["rows"]):
        assert row["text"]["value"].replace("\u00a0", " ") in words(shown)
    release = ask(page, "/v1/releases?lang=en")["releases"][0]
    for text in (release["attribution"], release["licence"], release["warning"], release["method"], answer["citation"]["url"]):
        assert text in sheet
    assert page.find_element(By.CSS_SELECTOR, ".about a").get_attribute("href") == answer["citation"]["url"]
    assert [e for e in page.get_log("browser") if e["level"] == "SEVERE"] == []


def test_trend_table_has_every_year_with_its_interval(driver, server):
    page = open_report(driver, server, "&district=1708")
    years = ask(page, "/v1/districts/1708?lang=en")["years"]
    table = page.find_element(By.CSS_SELECTOR, ".sheet .years")
    assert [th.text for th in table.find_elements(By.CSS_SELECTOR, "thead th")][1:] == [str(y["year"]) for y in years]
    for row, key in zip(table.find_elements(By.CSS_SELECTOR, "tbody tr"), ("value", "lo", "hi")):
        shown = [float(td.text) for td in row.find_elements(By.TAG_NAME, "td")]
        assert shown == [pytest.approx(y[key] / 1000, rel=6e-3) for y in years]


def test_it_can_be_printed_when_its_charts_are_there(driver, server):
    """What is printed sooner would have empty frames. Looked at in the moment in which the button can be used."""
    watch = """
      new MutationObserver(() => {
        const button = document.getElementById('report-print');
        if (!button || button.disabled || window.plots) return;
        window.plots = [...document.querySelectorAll('.sheet .plot')].map((plot) => [plot.clientHeight > 0, Boolean(plot.querySelector('svg[viewBox] path'))]);
      }).observe(document, { subtree: true, childList: true, attributes: true });"""
    made = driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": watch})
    try:
        page = open_report(driver, server)
        plots = until(lambda: page.execute_script("return window.plots"), "the button")
    finally:
        driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", {"identifier": made["identifier"]})
    assert len(plots) == len(page.find_elements(By.CSS_SELECTOR, ".sheet .plot")) > 0
    assert all(has_height and is_drawn for has_height, is_drawn in plots), plots


def test_it_prints_on_a4_with_nothing_of_the_frame(driver, server, tmp_path):
    page = open_report(driver, server)
    pages, sizes = paper(page, tmp_path)
    assert "(A4)" in sizes
    assert 2 <= len(pages) <= 4 and all(text.strip() for text in pages)
    whole = "\n".join(pages)
    assert "Print or save" not in whole and "Find a district" not in whole
    assert "Tashkent region" in whole and "Cite as" in whole


@pytest.mark.parametrize("lang, word", [("ru", "Об этих данных"), ("uz", "Maʼlumotlar haqida"), ("ko", "자료에 대하여")])
def test_in_every_language(driver, server, lang, word):
    page = open_report(driver, server, "&district=1708")
    page.get(f"{server.url}/?view=report&lang={lang}&district=1708")
    until(lambda: word in words(page.find_element(By.TAG_NAME, "main")), word)
    answer = ask(page, f"/v1/summary?district=1708&lang={lang}")
    assert answer["sentences"][0].replace("\u00a0", " ") in words(page.find_element(By.CSS_SELECTOR, ".sheet"))


def test_the_map_shows_the_tiles_colours_within_the_country(driver, server):
    """The picture's colours of Tashkent, the sea around and the legend's first class."""
    page = open_report(driver, server)
    data = page.execute_script("return document.querySelector('.sheet canvas').toDataURL('image/png')")
    picture = Image.open(io.BytesIO(base64.b64decode(data.split(",")[1]))).convert("RGB")
    legend = ask(page, "/legend/density-inferno.json?lang=en")
    colours = {c["colour"][:7].lower() for c in legend["classes"]}
    seen = {f"#{r:02x}{g:02x}{b:02x}" for _, (r, g, b) in picture.getcolors(1 << 20)}
    assert len(colours & seen) >= len(colours) - 2
    assert max(abs(a - b) for a, b in zip(picture.getpixel((picture.width - 3, 3)), (0xE8, 0xEE, 0xF0))) <= 1


def test_the_picture_for_slides_is_saved_with_title_legend_and_sources(driver, server):
    page = open_report(driver, server, "&district=1708")
    page.execute_script("""
        window.saved = null;
        const click = HTMLAnchorElement.prototype.click;
        HTMLAnchorElement.prototype.click = function () { window.saved = [this.download, this.href]; };
    """)
    page.find_element(By.ID, "report-png").click()
    name, href = until(lambda: page.execute_script("return window.saved"), "the saved picture")
    assert name == "fluxgrid-1708-emissions-co2e-2022.png"
    data = page.execute_async_script("""
        const done = arguments[1], image = new Image();
        image.onload = () => {
            const canvas = Object.assign(document.createElement('canvas'), {width: image.naturalWidth, height: image.naturalHeight});
            canvas.getContext('2d').drawImage(image, 0, 0);
            done(canvas.toDataURL());
        };
        image.src = arguments[0];
    """, href)
    picture = Image.open(io.BytesIO(base64.b64decode(data.split(",")[1]))).convert("L")
    assert picture.size[0] == 2400 and picture.size[1] > 1900
    dark = lambda box: sum(1 for v in picture.crop(box).getdata() if v < 110)  # noqa: E731
    assert dark((40, 20, 1200, 100)) > 500  # the title's letters
    assert dark((40, picture.size[1] - 150, 2300, picture.size[1] - 4)) > 500  # the sources' letters


def test_what_fails_is_said_and_can_be_tried_again(driver, server):
    page = open_report(driver, server)
    page.execute_cdp_cmd("Network.enable", {})
    page.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*/v1/summary*"]})
    try:
        page.get(f"{server.url}/?view=report&lang=en&year=2019")
        again = until(lambda: page.find_elements(By.CSS_SELECTOR, "#view-report .empty button"), "the way to try again")
    finally:
        page.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})
    again[0].click()
    until(lambda: page.find_elements(By.CSS_SELECTOR, ".sheet .about"), "the sheet after all")


def picture_of(page):
    data = page.execute_script("return document.querySelector('.sheet canvas').toDataURL('image/png')")
    return Image.open(io.BytesIO(base64.b64decode(data.split(",")[1]))).convert("RGB")


def pixel_of(picture, bbox, lon, lat):
    """Where a place is on the map of a sheet: as large as fits, with a rim of two hundredths of the width."""
    north = lambda deg: math.asinh(math.tan(math.radians(deg)))  # noqa: E731
    west, south, east, top = (math.radians(bbox[0]), north(bbox[1]), math.radians(bbox[2]), north(bbox[3]))
    rim = picture.width / 50
    scale = min((picture.width - 2 * rim) / (east - west), (picture.height - 2 * rim) / (top - south))
    return (round(picture.width / 2 + (math.radians(lon) - (west + east) / 2) * scale),
            round(picture.height / 2 - (north(lat) - (south + top) / 2) * scale))


def places_in(shape):
    """A hundred places of a grid, those within the shape."""
    west, south, east, north = shape.bounds
    grid = [(west + (east - west) * i / 11, south + (north - south) * j / 11) for i in range(1, 11) for j in range(1, 11)]
    return [place for place in grid if shape.contains(shapely.geometry.Point(place))]


@pytest.mark.parametrize("query,district,level,by", [
    ("", "UZ", 2, "per_km2"), ("&level=1&by=total", "UZ", 1, "total"), ("&district=1708&by=per_capita", "1708", 2, "per_capita"),
    ("&district=1708&level=1", "1708", 1, "per_km2"), ("&district=1708212", "1708212", 2, "per_km2"), ("&by=change&minus=2014", "UZ", 2, "change"),
])
def test_areas_are_coloured_as_on_the_map(driver, server, query, district, level, by):
    """Each part has the colour of the class in which its number is, and the legend of the live map has the same classes."""
    page = open_report(driver, server, f"&show=districts{query}")
    picture = picture_of(page)
    area = ask(page, f"/v1/districts/{district}?lang=en")["district"]
    rows = {y: {r["district"]: r for r in ask(page, f"/v1/indicators?level={level}&year={y}")["rows"]} for y in (2022, 2014)}
    shapes = ask(page, f"/v1/districts?level={level}&format=geojson&limit=1000")["features"]
    page.get(f"{server.url}/?lang=en&show=districts&level={level}{query.replace('&level=1', '')}")
    chips = until(lambda: page.execute_script("""
        return [...document.querySelectorAll('#legend li button')].map(b =>
            [b.textContent, getComputedStyle(b.querySelector('.chip')).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)])"""), "the map's legend")
    mass = page.execute_script("return document.querySelector('#legend .unit').textContent").split(" ")[0]
    value = {"total": lambda r: r["value"] / {"Mt": 1e6, "kt": 1e3, "t": 1}[mass],
             "change": lambda r: (r["value"] / rows[2014][r["district"]]["value"] - 1) * 100}.get(by, lambda r: r[by])
    checked, classes = 0, set()
    for feature in shapes:
        code = feature["properties"]["district"]
        inside = shapely.geometry.shape(feature["geometry"]).buffer(-0.05)
        if not code.startswith(district.replace("UZ", "")) or inside.area < 0.04:
            continue
        seen = {picture.getpixel(at) for at in (pixel_of(picture, area["bbox"], *place) for place in places_in(inside))
                if at[0] > picture.width * 0.32 or at[1] < picture.height * 0.55}  # not of the legend
        if not seen:
            continue
        wanted = [tuple(colour) for label, colour in chips if class_of(label, value(rows[2022][code]))]
        # A name may lie over some of the places.
        assert len(wanted) == 1 and seen & {tuple(colour) for _, colour in chips} == set(wanted), (code, wanted, seen)
        checked += 1
        classes.add(wanted[0])
    assert checked >= (1 if district != "UZ" else 8) and (len(classes) > 2 or district != "UZ")


@pytest.mark.parametrize("lang", ["en", "ru", "uz", "ko"])
def test_a_difference_names_its_two_years(driver, server, lang):
    """Of densities and of areas, below the map of the report and in the legend of the map."""
    for query in ("&minus=2013", "&minus=2013&show=districts&by=change"):
        driver.get(f"{server.url}/?view=report&lang={lang}&year=2021{query}")
        until(lambda: driver.find_elements(By.CSS_SELECTOR, ".sheet .about"), "the sheet")
        caption = words(driver.find_element(By.CSS_SELECTOR, ".map-figure figcaption"))
        title = caption.split(", т")[0].split(", t")[0].split(", %")[0]
        assert "2013" in title and "2021" in title, caption
        driver.get(f"{server.url}/?lang={lang}&year=2021{query}")
        shown = until(lambda: [words(e) for e in driver.find_elements(By.CSS_SELECTOR, "#legend h3")], "the legend")
        assert shown == [title]


def test_the_printed_map_of_areas_has_its_legend_on_its_page(driver, server, tmp_path):
    """The sheet has as many pages as with densities, and the picture's legend has a row for areas without a value."""
    density, _ = paper(open_report(driver, server, "&flow=net"), tmp_path)
    page = open_report(driver, server, "&flow=net&show=districts&by=change")
    pages, sizes = paper(page, tmp_path)
    assert len(pages) == len(density) and "(A4)" in sizes
    captioned = [text for text in pages if "Change from 2010 to 2022" in text]
    assert len(captioned) == 1 and "Districts." in captioned[0]
    picture = picture_of(page)
    corner = picture.crop((0, picture.height * 6 // 10, picture.width // 4, picture.height))
    seen = {colour for _, colour in corner.getcolors(1 << 20)}
    assert {(0x21, 0x66, 0xAC), (0xB2, 0x18, 0x2B), (0x7B, 0x8A, 0x92)} <= seen, "both ends of the change, and the strokes"


def test_only_the_map_is_of_a_difference(driver, server):
    """Figures, tables and charts are of the year alone, and say so; what is taken away is named where the map is told."""
    page = open_report(driver, server, "&district=1708&minus=2010")
    assert words(page.find_element(By.CSS_SELECTOR, ".sheet .sub")).endswith("· 2022")
    assert words(page.find_element(By.CSS_SELECTOR, ".sheet .bars caption")).endswith("· 2022")
    assert "2022 minus 2010" in words(page.find_element(By.CSS_SELECTOR, ".map-figure figcaption"))


def test_what_is_around_the_area_is_faint(driver, server):
    """Colours of the legend at full strength are within the outline alone: beside Jizzakh lies Samarkand."""
    page = open_report(driver, server, "&district=1708")
    picture = picture_of(page)
    area = ask(page, "/v1/districts/1708?lang=en")["district"]
    legend = ask(page, "/legend/density-inferno.json?lang=en")
    strong = {tuple(int(c["colour"][i:i + 2], 16) for i in (1, 3, 5)) for c in legend["classes"][1:]}
    box = lambda lon, lat: (lambda x, y: picture.crop((x - 12, y - 12, x + 12, y + 12)))(*pixel_of(picture, area["bbox"], lon, lat))  # noqa: E731
    inside = {colour for _, colour in box(67.9, 40.05).getcolors(1 << 20)}
    around = {colour for _, colour in box(68.9, 40.75).getcolors(1 << 20)}
    assert inside & strong and not around & strong, (inside, around)
    assert max(max(c) - min(c) for c in around) > 8, "they are there"
