"""Questions about drawn areas, districts and hot spots, each answer checked. Started by tests/bench/run area.

Over the demonstration, with its fields in memory and no answer kept, seen by one keep-alive client (the loopback and Python
are in the figures). Then 200 such questions at once, beside a client of one cached tile.
"""
import argparse
import http.client
import json
import math
import multiprocessing
import os
import random
import statistics
import sys
import threading
import time

import section
from bench_quick import run_import
from own import Fluxgrid, get

TILE = "/tiles/uzbekistan/net-co2e/6/43/23.png?year=2022"
AT_ONCE, PROCESSES = 200, 8


class Asker:
    def __init__(self, port):
        self.link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, body, query):
        """@return milliseconds, answer (None when it was told to come again)."""
        begin = time.perf_counter()
        self.link.request("POST", "/v1/emissions?" + query, body, {"Content-Type": "application/geo+json"})
        answer = self.link.getresponse()
        text = answer.read()
        took = (time.perf_counter() - begin) * 1000
        if answer.status == 503:
            return took, None
        if answer.status != 200:
            sys.exit(f"bench: {answer.status}: {text[:300]!r}")
        return took, json.loads(text)


def check(answer):
    """What the rows sum to is what the cells and points make."""
    area = answer["area"]
    total = sum(row["value"] or 0 for row in answer["rows"])
    parts = area.get("by_gas", {"": area}).values()
    want = sum(part["grid"] + part["points"] for part in parts)
    if area["area_km2"] <= 0 or abs(total - want) > 1e-9 * max(abs(want), 1e-9):
        sys.exit(f"bench: the rows sum to {total}, the area to {want}")


def parts_of(geometry):
    return geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]


def moved(geometry, draw):
    """A little aside, so that no question is asked twice and cells are cut."""
    dx, dy = draw.uniform(-0.01, 0.01), draw.uniform(-0.01, 0.01)
    return {"type": "MultiPolygon", "coordinates": [[[[round(x + dx, 7), round(y + dy, 7)] for x, y in ring] for ring in part]
                                                    for part in parts_of(geometry)]}


def circle(draw, n, radius):
    lon, lat = draw.uniform(64, 68), draw.uniform(40, 41.5)
    ring = [[lon + radius * math.cos(2 * math.pi * i / n), lat + radius * math.sin(2 * math.pi * i / n)] for i in range(n)]
    return {"type": "Polygon", "coordinates": [ring + ring[:1]]}


def questions(port):
    """(words, query, how many, function that makes an area)."""
    def outlines(level):
        text = get(port, f"/v1/districts?format=geojson&simplify=0&limit=1000&level={level}")
        return [feature["geometry"] for feature in json.loads(text)["features"]]
    draw = random.Random(5)
    districts, country = outlines(2), outlines(0)[0]
    one_year = "groupby=sector,gas"
    return [
        ("a triangle of three cells", one_year, 400, lambda: circle(draw, 3, 0.02)),
        ("a district, all sectors and gases, one year", one_year, 400, lambda: moved(draw.choice(districts), draw)),
        ("a district, 13 years", one_year + ",year&year=2010..2022", 200, lambda: moved(draw.choice(districts), draw)),
        ("the whole country", one_year, 60, lambda: moved(country, draw)),
        ("10 000 positions", one_year, 60, lambda: circle(draw, 10000, 1)),
    ]


def measure(port):
    asker = Asker(port)
    whole = json.dumps({"type": "Polygon", "coordinates": [[[50, 30], [80, 30], [80, 50], [50, 50], [50, 30]]]})
    asker.ask(whole, "groupby=year&year=2010..2022")  # its fields are in memory from here on
    found = []
    for words, query, n, make in questions(port):
        bodies = [json.dumps(make()) for _ in range(n)]
        times = []
        for body in bodies:
            took, answer = asker.ask(body, query)
            check(answer)
            times.append(took)
        found.append((words, statistics.median(times), sorted(times)[int(len(times) * 0.99)], n, statistics.mean(map(len, bodies))))
    return found


def district_questions(port):
    """{words: paths, no two alike}: what is answered from the masses of districts, not from cells."""
    rows = json.loads(get(port, "/v1/districts?level=2&limit=1000"))["rows"]
    codes = [row["district"] for row in rows]
    years = range(2010, 2023)
    return {
        "a district by sector, one year": [f"district={code}&groupby=sector&year={year}" for code in codes for year in years[-3:]],
        "a district by sector and gas, 13 years": [f"district={code}&groupby=sector,gas,year&year=2010..2022" for code in codes],
        "all districts, one year": [f"level=2&groupby=district&year={year}&gas={gas}" for year in years for gas in ("CO2", "CH4", "N2O")],
    }


def check_groups(port, path, rows):
    """Rows of any grouping sum to what is answered without one."""
    plain = "&".join(part for part in path.split("&") if not part.startswith("groupby="))
    unit = "&groupby=year" if ".." in path else ""
    if "level=" in path or "gas" in path:
        return
    whole = json.loads(get(port, f"/v1/emissions?{plain}{unit}"))["rows"]
    total, want = sum(row["value"] or 0 for row in rows), sum(row["value"] or 0 for row in whole)
    if not math.isclose(total, want, rel_tol=1e-9, abs_tol=1e-12):
        sys.exit(f"bench: {path}: the rows sum to {total}, the whole is {want}")


def measure_districts(port):
    link, found = http.client.HTTPConnection("127.0.0.1", port, timeout=60), []
    for words, paths in district_questions(port).items():
        times = []
        for path in paths:
            begin = time.perf_counter()
            link.request("GET", "/v1/emissions?" + path)
            answer = link.getresponse()
            text = answer.read()
            times.append((time.perf_counter() - begin) * 1000)
            if answer.status != 200:
                sys.exit(f"bench: {path}: {answer.status}: {text[:300]!r}")
            check_groups(port, path, json.loads(text)["rows"])
        found.append((words, statistics.median(times), sorted(times)[int(len(times) * 0.99)], len(times), 0))
    return found


def check_rank(answer):
    """Shares add up, and are the values' parts of what is positive."""
    rows, totals = answer["rows"], answer["totals"]
    values = [row["value"] for row in rows]
    if values != sorted(values, reverse=True) or not rows:
        sys.exit("bench: a ranking is not in order")
    want = math.fsum(values) / totals["positive"]
    if not math.isclose(rows[-1]["cumulative_share"], want, rel_tol=1e-9):
        sys.exit(f"bench: the shares of a ranking sum to {rows[-1]['cumulative_share']}, its values to {want}")


def check_indicators(answer):
    """Ranks are by value, and ratios of it."""
    by_rank = sorted(answer["rows"], key=lambda row: row["rank"])
    if any(a["value"] < b["value"] for a, b in zip(by_rank, by_rank[1:])):
        sys.exit("bench: ranks are not in the order of their values")
    for row in answer["rows"]:
        if not math.isclose(row["per_km2"] * row["area_km2"], row["value"], rel_tol=1e-9, abs_tol=1e-9):
            sys.exit("bench: a ratio times its denominator is not the value")


def planners_questions():
    """{words: (paths, check)}"""
    years = range(2010, 2023)
    sectors = ("1.A.1", "1.A.2", "1.A.3", "1.A.4", "2", "3", "4")
    each = [f"year={year}&sector=IPCC2006:{sector}" for year in years for sector in sectors]
    return {
        "the 100 largest cells of a sector": ([f"/v1/rank?by=cell&top=100&{one}" for one in each], check_rank),
        "the cells that hold 80 % of a sector": ([f"/v1/rank?by=cell&share=0.8&{one}" for one in each[-14:]], check_rank),
        "the districts that hold half of a sector": ([f"/v1/rank?by=district&level=2&share=0.5&{one}" for one in each], check_rank),
        "indicators of all districts, one year": ([f"/v1/indicators?level=2&{one}" for one in each], check_indicators),
        "indicators of all districts, 13 years": ([f"/v1/indicators?level=2&year={year}..2022" for year in range(2010, 2019)], check_indicators),
    }


def measure_planners(port):
    link, found = http.client.HTTPConnection("127.0.0.1", port, timeout=60), []
    for words, (paths, judge) in planners_questions().items():
        times = []
        for path in paths:
            begin = time.perf_counter()
            link.request("GET", path)
            answer = link.getresponse()
            text = answer.read()
            times.append((time.perf_counter() - begin) * 1000)
            if answer.status != 200:
                sys.exit(f"bench: {path}: {answer.status}: {text[:300]!r}")
            judge(json.loads(text))
        found.append((words, statistics.median(times), sorted(times)[int(len(times) * 0.99)], len(times), 0))
    return found


def crowd(port, seed, until):
    """One process of those that ask at once; they yield the cores, as if they were on another machine."""
    os.nice(15)
    def one(number):
        asker, draw = Asker(port), random.Random(1000 * seed + number)
        while time.time() < until:
            asker.ask(json.dumps(circle(draw, 100, 0.7)), "groupby=sector,gas")
    threads = [threading.Thread(target=one, args=(i,)) for i in range(AT_ONCE // PROCESSES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def tile_p99(port, seconds):
    link, times = http.client.HTTPConnection("127.0.0.1", port, timeout=60), []
    until = time.time() + seconds
    while time.time() < until:
        begin = time.perf_counter()
        link.request("GET", TILE)
        answer = link.getresponse()
        answer.read()
        times.append((time.perf_counter() - begin) * 1000)
        if answer.status != 200:
            sys.exit(f"bench: the tile answered {answer.status}")
        time.sleep(0.002)
    return sorted(times)[int(len(times) * 0.99)]


def beside(port, seconds):
    get(port, TILE)
    quiet = tile_p99(port, seconds)
    until = time.time() + seconds + 1
    others = [multiprocessing.Process(target=crowd, args=(port, i, until)) for i in range(PROCESSES)]
    for other in others:
        other.start()
    time.sleep(1)
    busy = tile_p99(port, seconds)
    for other in others:
        other.join()
    return quiet, busy


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    run_import()
    server = Fluxgrid("fluxgrid", "alone", "uzbekistan", "emissions-co2", response_cache_mib=0)
    server.start()
    try:
        found = measure(server.port) + measure_districts(server.port) + measure_planners(server.port)
    finally:
        server.stop()
    kept = Fluxgrid("fluxgrid", "alone", "uzbekistan", "emissions-co2")
    kept.start()
    try:
        quiet, busy = beside(kept.port, options.seconds)
    finally:
        kept.stop()
    lines = ["| area | median ms | p99 ms | n | body, bytes |", "|---|---|---|---|---|"]
    lines += [f"| {words} | {median:.2f} | {p99:.2f} | {n} | {size:.0f} |" for words, median, p99, n, size in found]
    lines += ["", f"A cached tile beside {AT_ONCE} such questions at once: p99 {busy:.2f} ms, without them {quiet:.2f} ms (clients and server share the cores)."]
    print("\n".join(lines))
    if options.write:
        section.write("Any area", "Written by `tests/bench/run area --write`: one client, fields in memory, no answer kept; every answer checked.\n\n" + "\n".join(lines))
        section.record("area", {"areas": {words: {"median_ms": round(median, 3), "p99_ms": round(p99, 3), "n": n} for words, median, p99, n, _ in found},
                                "tile_p99_ms": {"quiet": round(quiet, 3), "beside": round(busy, 3)}})


if __name__ == "__main__":
    main()
