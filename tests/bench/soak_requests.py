"""Random requests of every kind, each with the statuses it may be answered by and how its body is checked.

Nothing here sends anything. Every generator takes a random.Random, so that a run follows from its seed.
"""
import dataclasses
import io
import json
import math
import random
from typing import Callable, Optional

from PIL import Image

import tiles

YEARS = range(2010, 2023)
LANGS = ("en", "ru", "uz", "ko")
GWPS = ("AR4-100", "AR5-100", "AR6-100")
SECTORS = ("", "&sector=1", "&sector=1.A", "&sector=1.A.1", "&sector=2", "&sector=3", "&sector=4", "&sector=1.A,2", "&sector=1.B,4")
# of a demonstration's layers, the families of styles that draw them
STYLES = {"emissions-co2e": ("density-inferno", "density-cividis"), "emissions-co2": ("density-inferno", "density-cividis"),
          "net-co2e": ("net-prgn",), "removals-co2": ("density-inferno", "density-cividis"),
          "emissions-ch4": ("density-inferno-ch4",), "emissions-n2o": ("density-inferno-n2o",)}


@dataclasses.dataclass
class Request:
    kind: str
    path: str
    statuses: tuple = (200,)
    check: Optional[Callable] = None  # of (body, headers)
    headers: dict = dataclasses.field(default_factory=dict)


# ---- what a body must be ----

def check_png(side):
    def look(body, headers):
        image = Image.open(io.BytesIO(body))
        image.load()
        told, mass = float(image.text.get("MassSum", "0 t").split()[0]), float(headers["X-Tile-Mass-t"])
        assert image.size == (side, side) and math.isclose(told, mass, rel_tol=1e-9), (image.size, told, mass)
    return look


def check_cells(body, headers):
    got, mass = json.loads(body), float(headers["X-Tile-Mass-t"])
    assert math.isclose(got["mass_t"], mass, rel_tol=1e-9) and len(got["class"]) == 256, (got["mass_t"], mass)


def check_floats(body, _):
    assert len(body) == 256 * 256 * 4, len(body)


def check_json(body, _):
    json.loads(body)


def check_csv(body, _):
    assert body.count(b"\n") >= 1 and b"," in body.partition(b"\n")[0], body[:80]


FORMS = ((".png", check_png(256), 80), ("@2x.png", check_png(512), 10), (".json", check_cells, 5), (".f32", check_floats, 5))


class Mix:
    """@param slug   of the demonstration, which is republished: its latest changes, its 1.0.0 stays.
    @param large  slug of the large release, with its box (west, south, east, north).
    @param districts  codes of the demonstration's."""

    def __init__(self, rng, slug, large, box, districts):
        self.rng, self.slug, self.large, self.box, self.districts = rng, slug, large, box, districts
        self.kinds = {"tile of the demonstration": (self.tile, 34), "tile of the large release": (self.large_tile, 30),
                      "question": (self.question, 18), "description": (self.description, 8), "broken": (self.broken, 10)}

    def next(self):
        kinds, (makers, weights) = list(self.kinds), zip(*self.kinds.values())
        n = self.rng.choices(range(len(kinds)), weights)[0]
        made = makers[n]()
        made.kind = kinds[n]
        return made

    def address(self, box, zooms):
        z = self.rng.choice(zooms)
        tile, _, _ = tiles.at(z, self.rng.uniform(box[0], box[2]), self.rng.uniform(box[1], box[3]))
        return f"{tile.z}/{tile.x}/{tile.y}"

    def form(self):
        return self.rng.choices(FORMS, [weight for *_, weight in FORMS])[0]

    def release(self):
        return self.rng.choice((self.slug, f"{self.slug}@1.0.0"))

    def tile(self):
        r = self.rng
        layer, styles = r.choice(list(STYLES.items()))
        ending, check, _ = self.form()
        query = f"year={r.choice(YEARS)}" + r.choice(("", "", f"&style={r.choice(styles)}")) + r.choice(("", "", r.choice(SECTORS)))
        query += f"&gwp={r.choice(GWPS)}" if layer.endswith("co2e") else ""
        statuses = (200, 404) if "sector" in query else (200,)  # not every sector has every gas in every year
        return Request("", f"/tiles/{self.release()}/{layer}/{self.address(tiles.BOX, range(4, 15))}{ending}?{query}", statuses, check)

    def large_tile(self):
        r = self.rng
        ending, check, _ = self.form()
        query = "year=2020" + r.choice(("", "", "&sector=1.A.1", "&sector=1.A", "&sector=2,4"))
        layer = r.choice(("emissions-co2", "emissions-co2e"))
        return Request("", f"/tiles/{self.large}/{layer}/{self.address(self.box, range(4, 13))}{ending}?{query}", check=check)

    def question(self):
        r = self.rng
        first, last = sorted(r.choices(YEARS, k=2))
        common = f"release={self.release()}&lang={r.choice(LANGS)}"
        district = r.choice(self.districts)
        keys = ",".join(r.sample(("sector", "year", "flow", "district"), r.randint(1, 3)))
        table = r.choice(("", "", "&format=csv", "&format=geojson&simplify=0.05"))
        check = check_csv if "csv" in table else check_json
        return r.choice((
            lambda: Request("", f"/v1/emissions?{common}&district={district}&groupby=sector,year&year={first}..{last}", check=check_json),
            lambda: Request("", f"/v1/emissions?{common}&groupby={keys}&year={first}..{last}&gas={r.choice(('CO2', 'CH4', 'N2O', 'CO2E'))}", check=check_json),
            lambda: Request("", f"/v1/districts?{common}&level={r.choice((1, 2))}&year={first}&limit={r.randint(1, 200)}{table}", check=check),
            lambda: Request("", f"/v1/districts/{district}?{common}&year={first}", check=check_json),
            lambda: Request("", f"/v1/at?{common}&year={first}&lon={r.uniform(60, 70):.4f}&lat={r.uniform(38.5, 42):.4f}", check=check_json),
            lambda: Request("", f"/v1/sectors/{r.choice(('1.A', '1.A.1', '2', '4'))}?{common}&year={first}", check=check_json),
            lambda: Request("", f"/v1/sources?{common}&year={first}&limit={r.randint(1, 50)}", check=check_json),
        ))()

    def description(self):
        r, lang = self.rng, self.rng.choice(LANGS)
        layer, styles = r.choice(list(STYLES.items()))
        path, check = r.choice((
            (f"/v1/releases?lang={lang}", check_json), (f"/v1/releases/{self.release()}?lang={lang}", check_json),
            (f"/v1/audit?release={self.release()}", check_json), (f"/v1/sectors?release={self.release()}&lang={lang}", check_json),
            (f"/v1/styles?lang={lang}", check_json), ("/v1/gwp", check_json), ("/openapi.json", check_json), ("/docs", None), ("/", None),
            (f"/legend/{r.choice(styles)}.png?lang={lang}", None), (f"/legend/{r.choice(styles)}.json?lang={lang}", check_json),
            (f"/tiles/{self.release()}/{layer}.json?lang={lang}", check_json)))
        return Request("", path, check=check)

    def broken(self):
        r = self.rng
        known = f"/tiles/{self.release()}/emissions-co2e"
        path, status = r.choice((
            (f"{known}/7/87/47.png?year={r.randint(2030, 9999)}", 404), (f"{known}/7/87/47.png?jahr=2020", 400),
            (f"{known}/3/{r.randint(8, 99999)}/1.png", 404), (f"{known}/07/87/47.png", 400), (f"{known}/7/87/47.tif", 400),
            (f"/tiles/none-{r.randint(0, 10**9)}/emissions-co2e/7/87/47.png", 404), (f"{known}/7/87/47.png?style=none{r.randint(0, 10**9)}", 400),
            (f"/v1/emissions?district={r.randint(10**7, 10**9)}", 400), ("/v1/at?lon=67", 400), ("/v1/emissions?groupby=moon", 400),
            (f"/nothing/{r.randint(0, 10**9)}", 404), ("/v1/districts?limit=0", 400), ("/v1/emissions?boundaries=1000000", 404),
            ("/%", 400)))
        return Request("", path, (status,), check_json)


def torn(rng):
    """Bytes no client library sends, and whether an answer is due before the server closes."""
    head = b"GET /tiles/uzbekistan/emissions-co2e/7/87/47.png HTTP/1.1\r\nHost: a\r\n"
    return rng.choice(((b"\x00\xff\x00\xff\r\n\r\n", True), (head + b"X: " + b"y" * rng.randint(20000, 70000) + b"\r\n\r\n", True),
                       (head, False), (head[:rng.randint(1, len(head))], False), (head + b"\r\n", False),
                       (head + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", True),
                       (b"DELETE / HTTP/1.1\r\nHost: a\r\n\r\n", True)))


if __name__ == "__main__":
    mix = Mix(random.Random(1), "uzbekistan", "large", (80, 32, 95, 42), ["1703"])
    for _ in range(40):
        print(mix.next())
