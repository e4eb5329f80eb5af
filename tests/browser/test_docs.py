"""The reference page in a browser: it needs no script, works by keyboard, and fits every screen, light and dark."""
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browser import open_browser, until


@pytest.fixture(scope="module")
def page(server):
    driver = open_browser(1200, 900)
    driver.get(f"{server.url}/docs")
    until(lambda: driver.find_elements(By.TAG_NAME, "section"), "the reference page")
    yield driver
    driver.quit()


def test_the_keyboard_reaches_the_content_and_every_address(page):
    body = page.find_element(By.TAG_NAME, "body")
    body.send_keys(Keys.TAB)
    assert page.switch_to.active_element.get_attribute("class") == "skip"
    page.switch_to.active_element.send_keys(Keys.ENTER)
    assert page.execute_script("return document.activeElement.id") == "content"
    focusable = page.find_elements(By.CSS_SELECTOR, "nav a")
    assert focusable and all(link.get_attribute("href") and link.is_displayed() for link in focusable)
    focusable[-1].send_keys(Keys.ENTER)
    assert page.current_url.endswith("#schemas")


def contrast(driver, selector):
    """Of a text and the page behind it (WCAG 2.2, 1.4.3)."""
    return driver.execute_script("""
        const light = text => {
            const [r, g, b] = text.match(/[0-9.]+/g).slice(0, 3).map(v => v / 255)
                .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
            return .2126 * r + .7152 * g + .0722 * b;
        };
        const one = light(getComputedStyle(document.querySelector(arguments[0])).color);
        const two = light(getComputedStyle(document.documentElement).backgroundColor);
        return (Math.max(one, two) + .05) / (Math.min(one, two) + .05);
    """, selector)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_in_light_and_dark(page, scheme):
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    dark = page.execute_script("return getComputedStyle(document.documentElement).backgroundColor") != "rgb(255, 255, 255)"
    assert dark == (scheme == "dark")
    for selector in ("main p", "main a", "td.allowed", "nav h2", "caption"):
        assert contrast(page, selector) >= 4.5, selector


def test_nothing_is_wrong_in_the_console_and_nothing_scrolls_sideways(page):
    assert [e for e in page.get_log("browser") if e["level"] in ("SEVERE", "WARNING")] == []
    for width in (500, 900, 1400):
        page.set_window_size(width, 900)
        assert page.execute_script("return document.documentElement.scrollWidth <= window.innerWidth"), width
