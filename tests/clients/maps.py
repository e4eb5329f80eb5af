"""What a right map looks like: pictures put together from the numbers of /tiles/.../{y}.json and the style's file, and borders from PostGIS."""
import functools
import io
import json
import math

import numpy as np
from kit import ROOT
from PIL import Image

EDGE = 20037508.342789244
ZOOM = 6
SIDE = 256
RESOLUTION = 2 * EDGE / (SIDE * 2**ZOOM)  # metres of Web Mercator
LAYER, STYLE, YEARS = "uzbekistan/net-co2e", "net-prgn", (2012, 2022)
WHITE = (255, 255, 255)


def pixel_of(lon, lat):
    """Column and row of the world's picture at ZOOM."""
    north = math.asinh(math.tan(math.radians(lat)))
    return (lon / 360 + 0.5) * SIDE * 2**ZOOM, (0.5 - north / (2 * math.pi)) * SIDE * 2**ZOOM


def window(server):
    """(left, top, width, height) in pixels at ZOOM: the whole pixels within the layer's bounds."""
    west, south, east, north = server.json(f"/tiles/{LAYER}.json")["bounds"]
    (left, top), (right, bottom) = pixel_of(west, north), pixel_of(east, south)
    return math.ceil(left), math.ceil(top), int(right) - math.ceil(left), int(bottom) - math.ceil(top)


def corner(left, top):
    return left * RESOLUTION - EDGE, EDGE - top * RESOLUTION


@functools.cache
def colours():
    style = json.loads((ROOT / "config" / "styles" / f"{STYLE}.json").read_text())
    def rgba(text):
        return tuple(bytes.fromhex(text.lstrip("#").ljust(8, "f")))
    return np.array([rgba(c) for c in style["colours"]], dtype=np.uint8), rgba(style["zero"]), rgba(style["nodata"])


@functools.cache
def _tile(url, x, y, year):
    import requests
    answer = requests.get(f"{url}/tiles/{LAYER}/{ZOOM}/{x}/{y}.json", params={"year": year}, timeout=30).json()
    classes = np.array([[-1 if c is None else c for c in row] for row in answer["class"]])
    values = np.array(answer["value"], dtype=float)
    table, zero, nodata = colours()
    picture = table[np.maximum(classes, 0)]
    picture[values == 0] = zero
    picture[np.isnan(values)] = nodata
    return picture


def picture(server, left, top, width, height, year=2022):
    """RGBA of a window of the world's picture at ZOOM."""
    columns, rows = range(left // SIDE, (left + width - 1) // SIDE + 1), range(top // SIDE, (top + height - 1) // SIDE + 1)
    whole = np.concatenate([np.concatenate([_tile(server.url, x, y, year) for x in columns], axis=1) for y in rows])
    left, top = left - columns[0] * SIDE, top - rows[0] * SIDE
    return whole[top:top + height, left:left + width]


def on_white(rgba):
    """As a program shows it on a white page."""
    alpha = rgba[..., 3:].astype(float) / 255
    return rgba[..., :3] * alpha + 255 * (1 - alpha)


def differing(shown, wanted, slack=2):
    """How many pixels differ by more than the rounding of a blend."""
    return int((np.abs(shown.astype(float) - wanted).max(axis=-1) > slack).sum())


def opened(path_or_bytes):
    file = io.BytesIO(path_or_bytes) if isinstance(path_or_bytes, bytes) else path_or_bytes
    return np.asarray(Image.open(file).convert("RGB"))


def borders(database, level=1):
    """Places along the districts' outlines as PostGIS has them, four to a pixel: x and y in Web Mercator."""
    rows = database.rows("SELECT ST_X(p.geom), ST_Y(p.geom) FROM fluxgrid.district, LATERAL ST_DumpPoints(ST_Segmentize(ST_Boundary(ST_Transform(geom, 3857)), %s)) p"
                         " WHERE level = %s -- search_path", (RESOLUTION / 4, level))
    return np.array(rows)


def near(mask, reach):
    """Pixels no further than `reach` columns and rows from one of the mask."""
    padded = np.pad(mask, reach)
    height, width = mask.shape
    return np.any([padded[dy:dy + height, dx:dx + width] for dy in range(2 * reach + 1) for dx in range(2 * reach + 1)], axis=0)


def assert_outlined(shown, places, left, top, reach=2):
    """Lines are drawn where they belong and nowhere else: dark pixels lie on a border, and all along a border there are dark pixels."""
    height, width = shown.shape[:2]
    west, north = corner(left, top)
    columns, rows = np.floor((places[:, 0] - west) / RESOLUTION).astype(int), np.floor((north - places[:, 1]) / RESOLUTION).astype(int)
    inside = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
    border = np.zeros((height, width), dtype=bool)
    border[rows[inside], columns[inside]] = True
    dark = shown.max(axis=-1) < 128
    assert border.sum() > 2000 and dark.sum() > 2000
    rim = np.ones_like(border)
    rim[reach + 1:-reach - 1, reach + 1:-reach - 1] = False  # what lies just outside is not seen
    assert not (dark & ~near(border, reach) & ~rim).any(), "a line lies on no border"
    assert not (border & ~near(dark, reach) & ~rim).any(), "a border has no line"
