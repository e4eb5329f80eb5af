"""The layer's style in Mapnik's words, and its pictures back in classes."""
import itertools
import pathlib

import check

CONF = pathlib.Path(__file__).parents[1] / "conf" / "mapnik.xml"
TINY = 1e-30  # the least density that is not zero


def rgba(colour):
    parts = bytes.fromhex(colour.lstrip("#"))
    return f"rgba({parts[0]},{parts[1]},{parts[2]},{(parts[3] if len(parts) == 4 else 255) / 255:.6f})"


def write(path, tif, style):
    """The map: a discrete colorizer, each colour from its stop's value on; below zero lies only what has no data."""
    starts = [(0, style["zero"]), *zip((TINY, *style["breaks"]), style["colours"])]
    stops = "\n          ".join(f'<stop value="{start!r}" color="{rgba(colour)}"/>' for start, colour in starts)
    path.write_text(CONF.read_text().format(stops=stops, tif=tif))


def colours(style):
    """check.palette() with the neighbours of each colour: Mapnik keeps pixels premultiplied, which rounds half-transparent ones."""
    made = {}
    for colour, number in check.palette(style).items():
        parts = [colour >> shift & 255 for shift in (24, 16, 8)]
        for steps in itertools.product((-1, 0, 1), repeat=3):
            red, green, blue = (min(255, max(0, part + step)) for part, step in zip(parts, steps))
            made.setdefault(red << 24 | green << 16 | blue << 8 | colour & 255, number)
    return made | check.palette(style)
