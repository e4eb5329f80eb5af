"""Takes the README's picture:  screenshot.py BASE_URL OUTPUT.png [QUERY] [WIDTHxHEIGHT]"""
import sys

from browser import open_browser, settle


def main():
    base, output = sys.argv[1:3]
    query = sys.argv[3] if len(sys.argv) > 3 else "?lang=en"
    width, height = map(int, (sys.argv[4] if len(sys.argv) > 4 else "1440x900").split("x"))
    driver = open_browser(width, height)
    try:
        driver.get(f"{base}/{query}")
        settle(driver)
        driver.save_screenshot(output)
        for entry in driver.get_log("browser"):
            print(entry["level"], entry["message"], file=sys.stderr)
    finally:
        driver.quit()


main()
