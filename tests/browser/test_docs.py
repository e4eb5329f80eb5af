"""The reference page: everything of openapi.json is on it, and its links work."""
import json
import pathlib

import pytest
from selenium.webdriver.common.by import By

from browser import open_browser, until

DOCUMENT = json.loads((pathlib.Path(__file__).resolve().parents[2] / "static" / "openapi.json").read_text())


@pytest.fixture(scope="module")
def page(server):
    driver = open_browser(1200, 900)
    driver.get(f"{server.url}/docs")
    until(lambda: driver.find_elements(By.TAG_NAME, "section"), "the reference page")
    yield driver
    driver.quit()


def test_every_address_is_there_with_its_parameters(page):
    text = page.find_element(By.TAG_NAME, "main").text
    operations = [(method, path, one) for path, item in DOCUMENT["paths"].items() for method, one in item.items()]
    for method, path, one in operations:
        assert f"{method.upper()} {path}" in text
        assert one["summary"] in text
    assert len(page.find_elements(By.CSS_SELECTOR, "nav li a")) == len(operations)
    bodies = [json.loads(e.text) for e in page.find_elements(By.CSS_SELECTOR, "section pre")]
    assert bodies == [one["requestBody"]["content"]["application/geo+json"]["example"] for method, _, one in operations if method == "post"]


def test_every_example_works(page, server):
    links = [a.get_attribute("href") for a in page.find_elements(By.CSS_SELECTOR, "section p > a")]
    assert len(links) == len(DOCUMENT["paths"])
    for link in links:
        got = server.get(link.removeprefix(server.url))
        assert got.status_code == 200, (link, got.text)


def test_nothing_is_wrong_in_the_console_and_nothing_scrolls_sideways(page):
    assert [e for e in page.get_log("browser") if e["level"] in ("SEVERE", "WARNING")] == []
    page.set_window_size(500, 900)
    assert page.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
