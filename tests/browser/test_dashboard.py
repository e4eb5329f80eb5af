"""The dashboard in a real browser: every chart's table says what the API says, and the address says what is shown."""
import csv
import functools
import io
import json
import pathlib
import re
import urllib.parse

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from browser import open_browser, reset_view, set_view, until

ROOT = pathlib.Path(__file__).resolve().parents[2]
CARDS = ["series", "balance", "tree", "gases", "methane", "rank", "parts", "quality"]
YEARS = list(range(2010, 2023))
CLOSE = {"rel": 1e-9, "abs": 1e-9}


@pytest.fixture(scope="module")
def driver(server):
    until(lambda: server.get("/v1/audit").status_code == 200, "the audit, which takes a while the first time")
    driver = open_browser()
    yield driver
    driver.quit()


def settle(driver):
    """All is filled, and every picture that is seen is drawn as its figure says."""
    until(lambda: driver.execute_script("""
        const view = document.getElementById('view-dashboard');
        return view.querySelector('.chart') !== null && view.querySelector('[aria-busy=true]') === null
            && [...view.querySelectorAll('.plot')].every(p => !p.clientWidth || p.dataset.drawn);
    """), "the dashboard")


def show(driver, server, query=""):
    driver.get(f"{server.url}/?view=dashboard&lang=en{query}")
    settle(driver)
    return driver


def state(driver):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlparse(driver.current_url).query))


def tables(driver):
    """Every table twin: {chart: {code of the row: {key of the column: (raw number or None, as it is read)}}}."""
    return driver.execute_script("""
        const all = {};
        for (const chart of document.querySelectorAll('[data-chart]')) {
            const rows = all[chart.dataset.chart] = {};
            for (const row of chart.querySelectorAll('.twin tbody tr')) {
                const cells = rows[row.querySelector('th').dataset.code] = {};
                for (const cell of row.querySelectorAll('td')) cells[cell.dataset.key] =
                    [cell.dataset.value === undefined ? null : Number(cell.dataset.value), cell.textContent];
            }
        }
        return all;
    """)


def raw(row, *keys):
    return [row[key][0] for key in keys]


def get(server, path, **query):
    asked = {"gwp": "AR5-100", "lang": "en", **query}
    return server.json(f"{path}?{urllib.parse.urlencode({k: v for k, v in asked.items() if v != ''})}")


def rows(server, path, **query):
    return get(server, path, **query)["rows"]


def tile(driver, name):
    return driver.find_element(By.CSS_SELECTOR, f"[data-tile={name}]").text.replace("\u00a0", " ")


def test_the_map_asks_for_no_chart_and_the_dashboard_once(driver, server):
    driver.get(f"{server.url}/?lang=en")
    until(lambda: driver.find_elements(By.CSS_SELECTOR, "#pane-area h2"), "the map's facts")
    asked = "return performance.getEntriesByType('resource').map(e => e.name).filter(n => /echarts|charts\\/|dashboard/.test(n) && !/small/.test(n))"
    assert driver.execute_script(asked) == []
    driver.find_element(By.CSS_SELECTOR, "[data-view=dashboard]").click()
    settle(driver)
    assert sum("echarts" in name for name in driver.execute_script(asked)) == 1
    assert [chart.get_attribute("data-chart") for chart in driver.find_elements(By.CSS_SELECTOR, "[data-chart]")] == CARDS


@pytest.mark.parametrize("code", ["", "1708"])
def test_every_table_has_the_numbers_of_the_api(driver, server, code):
    show(driver, server, f"&district={code}" if code else "")
    found, where = tables(driver), {"district": code or "UZ"}
    for name, row in found["series"].items():
        if name in ("net", "lo", "hi"):
            its = rows(server, "/v1/emissions", flow="net", groupby="year", year="2010..2022", **where)
            wanted = [r[{"net": "value"}.get(name, name)] for r in its]
        else:
            sector, flow = name.split()
            its = rows(server, "/v1/emissions", flow=flow, sector=sector, groupby="year", year="2010..2022", **where)
            wanted = [r["value"] * (-1 if flow == "removal" else 1) for r in its]
        assert raw(row, *map(str, YEARS)) == pytest.approx(wanted, **CLOSE), name
    stacked = [row for name, row in found["series"].items() if " " in name]
    assert len(stacked) > 6 and any(name.endswith("removal") for name in found["series"])
    assert sum(row["2022"][0] for row in stacked) == pytest.approx(found["series"]["net"]["2022"][0])

    for name, row in found["balance"].items():
        sector, flow = name.split() if " " in name else ("", name)
        its = rows(server, "/v1/emissions", flow=flow, year=2022, **({"sector": sector} if sector else {}), **where)[0]
        sign = -1 if flow == "removal" else 1
        assert row["value"][0] == pytest.approx(sign * its["value"], **CLOSE), name
        if row["lo"][0] is not None:
            assert sorted(raw(row, "lo", "hi")) == pytest.approx(sorted([sign * its["lo"], sign * its["hi"]]), **CLOSE), name

    its = {r["sector"]: r for r in rows(server, "/v1/emissions", groupby="sector", year=2022, **where)}
    assert set(found["tree"]) == set(its)
    whole = sum(r["value"] for r in its.values())
    for sector, row in found["tree"].items():
        assert raw(row, "value", "lo", "hi") == pytest.approx([its[sector][k] for k in ("value", "lo", "hi")], **CLOSE)
        assert row["share"][0] == pytest.approx(its[sector]["value"] / whole, **CLOSE)

    tonnes = {r["gas"]: r["value"] for r in rows(server, "/v1/emissions", groupby="gas", year=2022, gwp="", **where)}
    for gas, weight in (("CO2", 1), ("CH4", 25), ("N2O", 298)):
        assert found["gases"]["AR4-100"][gas][0] == pytest.approx(tonnes[gas] * weight)
    assert set(found["gases"]) == {s["code"] for s in server.json("/v1/gwp")["sets"]}
    assert all(sum(raw(row, "CO2 share", "CH4 share", "N2O share")) == pytest.approx(1) for row in found["gases"].values())

    for year in (2010, 2022):
        its = {r["gas"]: r["value"] for r in rows(server, "/v1/emissions", groupby="gas", year=year, **where)}
        assert raw(found["methane"][str(year)], "value", "share") == pytest.approx([its["CH4"], its["CH4"] / sum(its.values())])

    its = {r["district"]: r for r in rows(server, "/v1/indicators", level=1, year=2022)}
    assert set(found["rank"]) == set(its)
    order = sorted(its.values(), key=lambda r: -r["per_capita"])
    for place, one in enumerate(order, 1):
        wanted = [place, one["per_capita"], one["per_capita_lo"], one["per_capita_hi"], one["population"]]
        assert raw(found["rank"][one["district"]], "rank", "value", "lo", "hi", "people") == pytest.approx(wanted)

    its = {r["district"]: r for r in rows(server, "/v1/indicators", level=2 if code else 1, year=2022, **where)}
    assert set(found["parts"]) == set(its)
    for each, row in found["parts"].items():
        assert row["value"][0] == pytest.approx(its[each]["value"] / 1e3)
        assert row["share"][0] == pytest.approx(its[each]["share_of_parent"])

    answer = get(server, "/v1/emissions", groupby="sector,gas,flow", flow="net", year=2022, **where)
    sizes = {}
    for row in answer["rows"]:
        sizes[row["status"]] = sizes.get(row["status"], 0) + row["value"]
    for status in filter(sizes.get, sizes):
        assert found["quality"][status]["share"][0] == pytest.approx(sizes[status] / sum(sizes.values()))
    area = answer["area"]
    assert found["quality"]["unallocated"]["share"][0] == area["unallocated"] == 0
    assert found["quality"]["grid"]["share"][0] == pytest.approx(area["grid"] / (area["grid"] + area["points"]))


def test_what_is_read_and_drawn_is_what_the_table_holds(driver, server):
    show(driver, server, "&district=1708")
    factor = {"series": 1e-3, "balance": 1e-3, "tree": 1e-3, "parts": 1e-3, "rank": 1}
    for chart, its in tables(driver).items():
        for row in its.values():
            for key, (number, text) in row.items():
                if number is None or key.endswith("share"):
                    continue
                assert float(text.replace(",", "")) == pytest.approx(number * (1 if key in ("people", "rank") else factor.get(chart, 1)), rel=6e-3, abs=1e-6)
    for chart in ("rank", "parts", "balance"):
        drawn = driver.execute_script("return [...document.querySelectorAll(`[data-chart=${arguments[0]}] .plot text`)].map(t => t.textContent)", chart)
        for row in tables(driver)[chart].values():
            assert row["value"][1] in drawn, (chart, row)
    drawn = driver.execute_script("return [...document.querySelectorAll('[data-chart=tree] .plot text')].map(t => t.textContent)")
    whole = {row["value"][1] for row in tables(driver)["tree"].values()}
    numbers = [text for text in drawn if re.fullmatch(r"[\d.,]+", text)]
    assert len(numbers) > 4 and set(numbers) <= whole, "no number is cut"
    bars = driver.execute_script("return document.querySelectorAll('[data-chart=series] .plot path').length")
    assert bars > 13 * 8
    assert "Jizzakh region: rank 9 of 14" in driver.find_element(By.CSS_SELECTOR, "[data-chart=rank]").text
    marked = driver.find_elements(By.CSS_SELECTOR, "[data-chart=rank] tr[aria-current]")
    assert len(marked) == 1 and "Jizzakh" in marked[0].get_attribute("textContent")


def test_the_headline_has_value_interval_and_trend(driver, server):
    show(driver, server, "&district=1708")
    for name, flow in (("emissions", "emission"), ("removals", "removal"), ("net", "net")):
        text = tile(driver, name)
        its = rows(server, "/v1/emissions", district=1708, flow=flow, year=2022)[0]
        factor = 1e-3 if its["value"] >= 1000 else 1
        shown = [float(n.replace(",", "")) for n in re.search(r"\n([\d.,]+) [kM]t CO₂e \(AR5-100\)\n([\d.,]+) – ([\d.,]+) \(95%\)", text).groups()]
        assert shown == pytest.approx([its[k] * factor for k in ("value", "lo", "hi")], rel=6e-3)
        for year in (2010, 2021):
            change = rows(server, "/v1/compare", district=1708, flow=flow, year=year, to_year=2022)[0]
            sure = change["difference"]["lo"] > 0 or change["difference"]["hi"] < 0
            word = {True: "higher" if change["difference"]["value"] > 0 else "lower", False: "within the uncertainty"}[sure]
            sign, amount = re.search(rf"([+-]?)([\d.]+)% since {year}: {word}", text).groups()
            assert float(sign + amount) == pytest.approx(change["percent"], rel=.06, abs=.006)
    one = rows(server, "/v1/indicators", district=1708, year=2022)[0]
    assert f"{one['per_capita']:.2f} t CO₂e (AR5-100)" in tile(driver, "per_head")
    assert f"{one['per_km2']:.0f} t CO₂e" in tile(driver, "per_km2")
    said = get(server, "/v1/summary", district=1708, year=2022)["sentences"]
    assert [p.get_attribute("textContent") for p in driver.find_elements(By.CSS_SELECTOR, ".words > p")][:len(said)] == said
    until(lambda: "checks" in driver.find_element(By.CSS_SELECTOR, ".audit").text, "the audit")
    quality = driver.find_element(By.ID, "card-quality").text
    release = server.json("/v1/releases?lang=en")["releases"][0]
    checks = len(server.json("/v1/audit")["checks"])
    for text in (release["id"], release["warning"], release["method"], release["licence"], "gases of the catalogue", f"{checks} checks"):
        assert text in quality


def test_table_csv_and_address_of_a_chart(driver, server):
    show(driver, server, "&district=1708")
    for name in CARDS:
        card = driver.find_element(By.ID, f"card-{name}")
        plot = card.find_element(By.CSS_SELECTOR, ".plot")
        label, heading = plot.get_attribute("aria-label"), card.find_element(By.TAG_NAME, "h3").text
        assert plot.get_attribute("role") == "img" and len(label) > 40 and "{" not in label
        button = card.find_element(By.CSS_SELECTOR, "[data-tool=table]")
        assert button.get_attribute("aria-pressed") == "false"
        driver.execute_script("arguments[0].focus()", button)
        button.send_keys(Keys.ENTER)
        until(lambda: name in state(driver).get("tables", "").split(","), "the table in the address")
        assert not plot.is_displayed() and card.find_element(By.CSS_SELECTOR, ".twin").is_displayed()
        assert driver.switch_to.active_element.get_attribute("data-tool") == "table", "the focus stays"
        assert card.find_element(By.CSS_SELECTOR, "[data-tool=table]").get_attribute("aria-pressed") == "true"
        anchor = card.find_element(By.CSS_SELECTOR, "[data-tool=csv]")
        assert heading in anchor.get_attribute("aria-label")
        if "format=csv" in anchor.get_attribute("href"):
            answer = server.get(anchor.get_attribute("href").removeprefix(server.url))
            assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/csv")
            lines = list(csv.DictReader(io.StringIO(answer.text)))
        else:
            text = driver.execute_async_script("""
                const [anchor, done] = arguments; const made = URL.createObjectURL;
                URL.createObjectURL = blob => { blob.text().then(done); return '#made'; };
                anchor.addEventListener('click', e => { e.preventDefault(); URL.createObjectURL = made; }, {once: true});
                anchor.click();""", anchor)
            lines = list(csv.DictReader(io.StringIO(text)))
            assert len(lines) == len(tables(driver)[name])
        assert len(lines) > 1 and all(None not in line.values() for line in lines)
    driver.execute_script("document.querySelector('#card-parts .twin a').click()")
    until(lambda: len(state(driver)["district"]) > 4, "a district")
    assert state(driver)["tables"].split(",") == CARDS, "a link that was there before keeps the tables"
    driver.back()
    driver.refresh()
    settle(driver)
    assert all(t.is_displayed() for t in driver.find_elements(By.CSS_SELECTOR, ".card .twin")), "the address keeps the tables"

    show(driver, server, "&district=1708")
    driver.find_element(By.CSS_SELECTOR, "#card-rank [data-tool=link]").click()
    alone = lambda: [c.get_attribute("id") for c in driver.find_elements(By.CSS_SELECTOR, ".card") if c.is_displayed()]  # noqa: E731
    until(lambda: alone() == ["card-rank"], "the chart alone")
    assert state(driver)["chart"] == "rank" and state(driver)["district"] == "1708"
    driver.refresh()
    settle(driver)
    assert alone() == ["card-rank"] and not driver.find_element(By.CSS_SELECTOR, ".tiles").is_displayed()
    Select(driver.find_element(By.ID, "dash-region")).select_by_visible_text("Namangan region")
    until(lambda: "Namangan" in driver.find_element(By.CSS_SELECTOR, "[data-chart=rank] .note").text, "another region, alone as well")
    settle(driver)
    driver.find_element(By.CSS_SELECTOR, "#card-rank [data-tool=link]").click()
    until(lambda: len(alone()) == len(CARDS), "all charts again")
    until(lambda: driver.execute_script("return [...document.querySelectorAll('.plot')].every(p => p.dataset.drawn === p.closest('.chart').dataset.chart)"), "their pictures")
    assert "4.88" not in driver.find_element(By.CSS_SELECTOR, "[data-chart=balance]").text


def test_areas_sectors_years_and_weights_are_steps_that_go_back(driver, server):
    show(driver, server)
    title = lambda: driver.find_element(By.ID, "dash-title").text  # noqa: E731
    assert title() == "Uzbekistan" and not driver.find_element(By.ID, "dash-district").is_enabled()
    Select(driver.find_element(By.ID, "dash-region")).select_by_visible_text("Jizzakh region")
    until(lambda: title() == "Jizzakh region", "the region")
    settle(driver)
    anchor = driver.find_element(By.CSS_SELECTOR, "#card-parts .twin a")
    first = anchor.get_attribute("textContent")
    driver.execute_script("arguments[0].click()", anchor)
    until(lambda: title() == first, "its largest district")
    settle(driver)
    assert [c.text for c in driver.find_elements(By.CSS_SELECTOR, ".crumbs:not(.sectors) li")] == ["Uzbekistan", "Jizzakh region", first]
    assert not driver.find_element(By.ID, "card-parts").is_displayed(), "a district has no parts"
    assert driver.find_elements(By.CSS_SELECTOR, "[data-chart=rank] tr[aria-current]")
    driver.find_element(By.CSS_SELECTOR, ".crumbs a").click()
    until(lambda: title() == "Uzbekistan" and "district" not in state(driver), "the country")
    driver.back()
    driver.back()
    until(lambda: title() == "Jizzakh region", "back twice")
    settle(driver)

    driver.find_element(By.LINK_TEXT, "Fugitive emissions from fuels").click()
    until(lambda: state(driver).get("sector") == "IPCC2006:1.B", "the sector")
    settle(driver)
    assert "Energy" in driver.find_element(By.CSS_SELECTOR, ".crumbs.sectors").text
    assert set(tables(driver)["tree"]) == {"IPCC2006:1.B.2.a", "IPCC2006:1.B.2.b"}
    assert "no data" in tile(driver, "removals") and "not zero" in tile(driver, "removals"), "missing is not zero"
    assert tables(driver)["balance"]["removal"]["value"] == [None, "no data"]
    driver.back()
    until(lambda: "sector" not in state(driver), "all sectors")
    settle(driver)
    box = driver.find_element(By.CSS_SELECTOR, "[data-chart=tree] .plot")
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", box)
    ActionChains(driver).move_to_element_with_offset(box, -box.size["width"] // 2 + 30, 20).click().perform()
    until(lambda: state(driver).get("sector") == "IPCC2006:1.A.4", "the rectangle's sector")
    driver.back()
    settle(driver)

    before = tile(driver, "methane")
    Select(driver.find_element(By.ID, "dash-gwp")).select_by_value("AR6-20")
    until(lambda: tile(driver, "methane") != before, "another share of methane")
    settle(driver)
    units = [u.text for u in driver.find_elements(By.CSS_SELECTOR, "[data-chart=series] .unit, [data-chart=rank] .unit")]
    assert all("(AR6-20)" in unit for unit in units) and len(units) == 2
    Select(driver.find_element(By.ID, "dash-year")).select_by_value("2010")
    until(lambda: driver.find_element(By.CSS_SELECTOR, "[data-chart=tree] h3").text.endswith("2010"), "the first year")
    settle(driver)
    assert "since" not in tile(driver, "emissions"), "nothing was before the first year"


def test_the_last_of_quick_changes_is_shown(driver, server):
    show(driver, server)
    regions = [o.get_attribute("value") for o in Select(driver.find_element(By.ID, "dash-region")).options][1:7]
    driver.execute_script("""
        for (const value of arguments[0]) {
            const select = document.getElementById('dash-region');
            select.value = value; select.dispatchEvent(new Event('change'));
        }""", regions)
    until(lambda: state(driver).get("district") == regions[-1], "the last")
    settle(driver)
    name = server.json(f"/v1/districts/{regions[-1]}?lang=en")["district"]["name"]
    assert driver.find_element(By.ID, "dash-title").text == name
    assert name in driver.find_element(By.CSS_SELECTOR, "[data-chart=rank] tr[aria-current]").get_attribute("textContent")
    its = rows(server, "/v1/emissions", district=regions[-1], flow="net", year=2022)[0]["value"]
    assert tables(driver)["series"]["net"]["2022"][0] == pytest.approx(its)
    assert not driver.find_element(By.ID, "status").is_displayed()


@pytest.mark.parametrize("lang,unit,point", [("ru", "тыс. т", ","), ("uz", "ming t", ","), ("ko", "kt", ".")])
def test_every_language(driver, server, lang, unit, point):
    show(driver, server, "&district=1708212")
    Select(driver.find_element(By.ID, "lang")).select_by_value(lang)
    words = json.loads((ROOT / "static/i18n" / f"{lang}.json").read_text())
    until(lambda: driver.find_element(By.CSS_SELECTOR, "#card-series h3").text == words["dash_series"], "the language")
    settle(driver)
    text = driver.execute_script("return document.getElementById('view-dashboard').innerText + "
                                 "[...document.querySelectorAll('[aria-label]')].map(e => e.ariaLabel).join()")
    assert "dash_" not in text and not re.search(r"\{\w+\}|undefined|NaN", text)
    assert unit in tile(driver, "removals")
    assert re.search(rf"\d\{point}\d", driver.find_element(By.CSS_SELECTOR, "[data-tile=per_head] strong").text)
    name = server.json(f"/v1/districts/1708212?lang={lang}")["district"]["name"]
    assert driver.find_element(By.ID, "dash-title").text == name


def test_it_fits_every_width_and_scheme(driver, server):
    size = functools.partial(set_view, driver)
    drawn = """return [...document.querySelectorAll('.plot')].every(p => {
        const svg = p.querySelector('svg');
        return !p.clientWidth || Math.abs(svg.clientWidth - p.clientWidth) < 2; });"""
    try:
        show(driver, server, "&district=1708")
        for width, height in ((360, 740), (800, 900), (1440, 900), (2560, 1440)):
            size(width, height)
            until(lambda: driver.execute_script(drawn), "pictures of the new size")
            wide = driver.execute_script("""
                const view = document.getElementById('view-dashboard');
                const over = [...view.querySelectorAll('.card, .tile, .words, .plot, .chart-head, .choosers')].filter(e =>
                    e.clientWidth && (e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1));
                return [document.documentElement.scrollWidth, view.scrollWidth, over.map(e => e.className)];""")
            assert max(wide[:2]) <= width and wide[2] == [], (width, wide)
            tops = {c.location["y"] for c in driver.find_elements(By.CSS_SELECTOR, ".card")}
            assert len(tops) == len(CARDS) if width < 700 else len(tops) < len(CARDS)
        size(1440, 900)
        driver.find_element(By.ID, "dash-patterns").send_keys(Keys.SPACE)
        until(lambda: driver.find_elements(By.CSS_SELECTOR, "[data-chart=series] svg pattern"), "patterns")
        assert state(driver)["patterns"] == "1"
        colours = []
        for scheme in ("light", "dark"):
            driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
                {"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}]})
            colours.append(until(lambda: driver.execute_script("""
                const bar = document.querySelector('[data-chart=parts] .plot path[fill^="#"], [data-chart=parts] .plot path[fill^=rgb]');
                const ink = document.querySelector('[data-chart=parts] .plot text').getAttribute('fill');
                return bar && [ink, getComputedStyle(document.querySelector('.card')).backgroundColor];"""), "a bar"))
        until(lambda: driver.execute_script("return document.querySelector('[data-chart=parts] .plot text').getAttribute('fill')") != colours[0][0], "letters that can be read in the dark")
        assert colours[0][1] != colours[1][1]
    finally:
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
        reset_view(driver)


def test_the_keyboard_walks_along_a_chart(driver, server):
    show(driver, server, "&district=1708")
    plot = driver.find_element(By.CSS_SELECTOR, "[data-chart=series] .plot")
    driver.execute_script("arguments[0].focus()", plot)
    plot.send_keys(Keys.ARROW_LEFT)
    heard = lambda: driver.execute_script("return document.getElementById('announce').textContent")  # noqa: E731
    until(lambda: re.search(r"(^|\. )2022, .*Livestock.*Net", heard()), "the last year")  # behind the name of the view, perhaps
    plot.send_keys(Keys.ARROW_LEFT)
    until(lambda: heard().startswith("2021"), "the year before")
    plot = driver.find_element(By.CSS_SELECTOR, "[data-chart=tree] .plot")
    driver.execute_script("arguments[0].focus()", plot)
    plot.send_keys(Keys.ARROW_RIGHT)
    until(lambda: heard().startswith("Manufacturing"), "the first rectangle")
    unnamed = driver.execute_script("""
        return [...document.querySelectorAll('#view-dashboard :is(button, a, select, input)')].filter(e =>
            !(e.ariaLabel || e.textContent.trim() || e.labels?.[0]?.textContent.trim())).map(e => e.outerHTML);""")
    assert unnamed == []


def test_accessibility_rules_hold(driver, server):
    show(driver, server, "&district=1708&tables=tree")
    driver.execute_script((ROOT / "node_modules/axe-core/axe.min.js").read_text())
    broken = driver.execute_async_script("""
        axe.run(document.getElementById('view-dashboard'), {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa']})
            .then(r => arguments[0](r.violations.map(v => [v.id, v.nodes.slice(0, 3).map(n => n.html.slice(0, 160))])));""")
    assert broken == []


def test_nothing_is_wrong_in_the_console(driver):
    """Of all that the tests above did."""
    assert [e for e in driver.get_log("browser") if e["level"] in ("SEVERE", "WARNING")] == []


def test_out_of_reach_and_back(driver, server):
    show(driver, server, "&district=1708")
    offline = lambda yes: driver.execute_cdp_cmd("Network.emulateNetworkConditions", {  # noqa: E731
        "offline": yes, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1})
    driver.execute_cdp_cmd("Network.enable", {})
    offline(True)
    try:
        Select(driver.find_element(By.ID, "dash-year")).select_by_value("2011")
        until(lambda: driver.find_elements(By.CSS_SELECTOR, ".card .trouble button"), "the cards to say so")
        assert "cannot be reached" in driver.find_element(By.CSS_SELECTOR, ".card .trouble").text
        assert driver.find_element(By.CSS_SELECTOR, "#dash-title").text == "Jizzakh region"
    finally:
        offline(False)
    settle_again = lambda: not driver.find_elements(By.CSS_SELECTOR, ".trouble")  # noqa: E731
    until(settle_again, "everything to come by itself")
    settle(driver)
    assert driver.find_element(By.CSS_SELECTOR, "[data-chart=tree] h3").text.endswith("2011")
    show(driver, server)
    driver.execute_script("history.pushState(null, '', '?view=dashboard&lang=en&district=nowhere'); dispatchEvent(new PopStateEvent('popstate'))")
    until(lambda: "nowhere" in driver.find_element(By.ID, "dash-title").text, "an area that is not there")
    assert not driver.find_element(By.CSS_SELECTOR, ".board").is_displayed()
    driver.back()
    settle(driver)
    assert driver.find_element(By.ID, "dash-title").text == "Uzbekistan"
