"""One pass over a list before anything is timed: every body decoded and compared. An error page is fast.

Classes of a tile are an int8 array of 256 x 256: the class's number from 0, ZERO, or NO_DATA; OTHER is a colour the
style does not have.
"""
import concurrent.futures
import dataclasses
import http.client
import io
import json
import math
import statistics
import threading
import time
import urllib.parse

import numpy as np
from PIL import Image

OTHER, NO_DATA, ZERO = -3, -2, -1
SIDE = 256


@dataclasses.dataclass
class Pass:
    answers: int
    seconds: float
    size: tuple       # (mean, standard deviation) of the bytes of an answer, headers included
    bodies: dict      # their bytes by path
    tags: dict        # ETags by path
    values: list      # what the check returned, in the order of the paths


class Client(threading.local):
    """A keep-alive connection a thread."""
    connection = None

    def get(self, url, path, headers=None):
        for attempt in (1, 2):
            try:
                if self.connection is None:
                    parts = urllib.parse.urlsplit(url)
                    self.connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=120)
                self.connection.request("GET", path, headers=headers or {})
                answer = self.connection.getresponse()
                return answer, answer.read()
            except (http.client.HTTPException, OSError):
                self.connection = None  # it may have been idle for too long; once only
                if attempt == 2:
                    raise


def wire_bytes(answer, body):
    line = f"HTTP/1.1 {answer.status} {answer.reason}\r\n"
    return len(line) + sum(len(k) + len(v) + 4 for k, v in answer.getheaders()) + 2 + len(body)


def one_pass(url, paths, look, *, status=200, headers=None, threads=2):
    """Asks for every path once, in order. look(n, body, answer) raises AssertionError when a body is wrong.
    @param headers  by path, to send with it."""
    client = Client()

    def one(n):
        answer, body = client.get(url, paths[n], (headers or {}).get(paths[n]))
        assert answer.status == status, f"{url}{paths[n]} answered {answer.status}, not {status}: {body[:200]!r}"
        return wire_bytes(answer, body), len(body), answer.headers.get("ETag"), look(n, body, answer)

    begin = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        rows = list(pool.map(one, range(len(paths))))
    seconds = time.perf_counter() - begin
    sizes, bodies, tags, values = zip(*rows)
    return Pass(len(rows), seconds, (statistics.fmean(sizes), statistics.pstdev(sizes)), dict(zip(paths, bodies)),
                dict(zip(paths, tags)), list(values))


def of_peer(peer, tiles, expected, threads=2):
    """Every tile of a peer against what is expected of it (classes by tile)."""
    paths = [peer.path(*tile) for tile in tiles]
    return one_pass(peer.url, paths, lambda n, body, _: peer.check(body, *tiles[n], expected[tiles[n]]), threads=threads)


# ---- pictures ----

def palette(style):
    """Packed colours to classes, of a style's file. Nothing at all is no data, whatever its colour."""
    def packed(colour):
        digits = colour.lstrip("#")
        return int(digits + "ff" if len(digits) == 6 else digits, 16)

    return {packed(style["nodata"]): NO_DATA, packed(style["zero"]): ZERO,
            **{packed(colour): n for n, colour in enumerate(style["colours"])}}


def classes_of_png(body, colours):
    """@param colours  packed 0xRRGGBBAA -> class, see palette()"""
    image = Image.open(io.BytesIO(body))
    assert image.format == "PNG" and image.size == (SIDE, SIDE), f"{image.format} {image.size}"
    rgba = np.asarray(image.convert("RGBA")).astype(np.uint32)
    packed = rgba[..., 0] << 24 | rgba[..., 1] << 16 | rgba[..., 2] << 8 | rgba[..., 3]
    made = np.full(packed.shape, OTHER, np.int8)
    for colour in np.unique(packed):
        value = NO_DATA if colour & 255 == 0 else colours.get(int(colour), OTHER)
        made[packed == colour] = value
    return made


def nearest_classes_of_png(body, style):
    """Where edges are anti-aliased: the class whose colour is nearest, without opacity; nothing at all is no data."""
    image = Image.open(io.BytesIO(body))
    assert image.format == "PNG" and image.size == (SIDE, SIDE), f"{image.format} {image.size}"
    rgba = np.asarray(image.convert("RGBA")).astype(np.int32)
    colours = np.array([[int(colour[n:n + 2], 16) for n in (1, 3, 5)] for colour in style["colours"]], np.int32)
    nearest = ((rgba[..., None, :3] - colours) ** 2).sum(-1).argmin(-1).astype(np.int8)
    return np.where(rgba[..., 3] == 0, np.int8(NO_DATA), nearest)


def agreement(got, expected):
    """The share of equal pixels."""
    return float(np.mean(got == expected))


SHOWN = 3277  # pixels with mass from which on they are judged by themselves: a twentieth of a picture


def least_shown(z):
    """Of the pixels that show mass, the share that must be in the right class: low zooms show means of cells, and every server
    takes other ones. A picture of nothing has none of them right; one of another place at most a third at zooms 8 to 10."""
    return 0.1 if z < 6 else 0.25 if z < 8 else 0.4


def same_field(got, expected, z, what):
    """Of a picture drawn by another server: the share of pixels in the right class, AssertionError when they are too few."""
    shown = expected != NO_DATA
    least = least_shown(z)
    if shown.sum() >= SHOWN:
        part = agreement(got[shown], expected[shown])
        assert part >= least, f"{what}: only {part:.1%} of the pixels that show mass have the expected class"
    share = agreement(got, expected)
    assert share >= least, f"{what}: only {share:.1%} of the pixels have the expected class"
    return share


# ---- the program's own ----

def classes_of_json(body):
    """The classes of a .json tile and its mass; the values, nine tenths of the text, are left unread."""
    head, _, rest = body.partition(b'"class":[')
    rows = rest.partition(b'"value":')[0]
    text = rows.replace(b"null", str(NO_DATA).encode()).translate(None, b"[]\n ").rstrip(b",")
    made = np.fromstring(text.decode(), dtype=np.int64, sep=",").astype(np.int8)
    assert made.size == SIDE * SIDE, f"{made.size} classes"
    return made.reshape(SIDE, SIDE), json.loads(head.rstrip().rstrip(b",") + b"}")["mass_t"]


def own_tile(body, answer, colours, expected, mass_t):
    """A tile's picture against its own .json form, pixel by pixel, and its mass against both of its headers."""
    told = float(answer.headers["X-Tile-Mass-t"])
    assert math.isclose(told, mass_t, rel_tol=1e-9), f"mass {told} t, and {mass_t} t in the JSON form"
    text = Image.open(io.BytesIO(body)).text.get("MassSum", "0 t")
    assert math.isclose(float(text.split()[0]), mass_t, rel_tol=1e-9), f"mass {text} in the picture, {mass_t} t is right"
    assert np.array_equal(classes_of_png(body, colours), expected), "the picture's classes are not those of its JSON form"
