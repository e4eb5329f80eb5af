"""What the first picture of the map costs: bytes on the wire and seconds, with nothing cached.

first_picture.py BASE_URL [ROUNDS]   prints a line a round and the medians
"""
import statistics
import sys
import time

from browser import drawn, open_browser, until


def first_picture(driver, address):
    """@return (bytes received until the map is drawn, seconds from navigation to the last tile of it, [(address, bytes)])."""
    driver.execute_cdp_cmd("Network.enable", {})
    driver.execute_cdp_cmd("Network.clearBrowserCache", {})
    driver.execute_cdp_cmd("Network.setCacheDisabled", {"cacheDisabled": True})
    driver.get(address)
    until(lambda: drawn(driver), "the map")
    time.sleep(0.3)
    found = driver.execute_script("""
        const entries = performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'));
        return entries.map(e => [e.name, e.transferSize, e.responseEnd]);
    """)
    tiles = [end for name, _, end in found if "/tiles/" in name and ".png" in name]
    # Modules that the page asks for itself may be told twice: once preloaded, once imported.
    sizes = {}
    for name, size, _ in found:
        sizes[name] = max(size, sizes.get(name, 0))
    return sum(sizes.values()), max(tiles) / 1000, sorted(sizes.items(), key=lambda item: -item[1])


def main():
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    results = []
    for _ in range(rounds):
        driver = open_browser(1280, 800)
        try:
            driver.get(f"{sys.argv[1]}/docs")  # the browser itself is warm; the page is not
            results.append(first_picture(driver, f"{sys.argv[1]}/?lang=en"))
        finally:
            driver.quit()
        print(f"{results[-1][0] / 1000:.0f} kB, {results[-1][1]:.2f} s")
    print(f"median: {statistics.median(r[0] for r in results) / 1000:.0f} kB, {statistics.median(r[1] for r in results):.2f} s")
    for name, size in results[-1][2][:15]:
        print(f"{size / 1000:8.1f} kB  {name}")


if __name__ == "__main__":
    main()
