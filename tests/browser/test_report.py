"""The report: what is on the sheet is what the API says, and it comes out on paper."""
import base64
import io
import subprocess

import pytest
from PIL import Image
from selenium.webdriver.common.by import By

from browser import open_browser, until


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
    assert picture.getpixel((picture.width - 3, 3)) == (0xE8, 0xEE, 0xF0)


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
