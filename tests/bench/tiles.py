"""The tiles of the comparison: 2 000 different ones over the country, zooms 4 to 14, the same in every run.

All tiles of the low zooms, where there are few; of the higher ones an equal number each, evenly over the country.
The order is shuffled once, so that any part of the list is a fair sample of it. All touch the box of the data;
how many show mass is counted by whoever asks the server for them.
"""
import math
import random
from typing import NamedTuple

COUNT = 2000
ZOOMS = range(4, 15)
BOX = (55.9, 37.1, 73.2, 45.7)  # west, south, east, north
SEED = 2026


class Tile(NamedTuple):
    z: int
    x: int
    y: int


def at(z, lon, lat):
    """The tile that holds a place (an edge belongs to the tile south-east of it), and where in it, 0..1."""
    x = (lon + 180) / 360 * 2**z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z
    return Tile(z, int(x), int(y)), x % 1, y % 1


def bounds(tile):
    """west, south, east, north in degrees"""
    def lat(y):
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / 2**tile.z))))
    return tile.x / 2**tile.z * 360 - 180, lat(tile.y + 1), (tile.x + 1) / 2**tile.z * 360 - 180, lat(tile.y)


def all_of(z, box=BOX):
    """Every tile of a zoom that shares ground with the box."""
    first, _, _ = at(z, box[0], box[3])
    last, right, below = at(z, box[2], box[1])
    columns = range(first.x, last.x + (right > 0))
    return [Tile(z, x, y) for x in columns for y in range(first.y, last.y + (below > 0))]


def listed(count=COUNT, box=BOX, seed=SEED):
    rng = random.Random(seed)
    found = []
    for left, z in zip(range(len(ZOOMS), 0, -1), ZOOMS):
        share = (count - len(found)) // left
        there = all_of(z, box)
        found += there if len(there) <= share else evenly(there, share, rng)
    rng.shuffle(found)
    assert len(set(found)) == len(found)
    return found


def evenly(there, share, rng):
    """One of each of `share` equal parts of the list, which runs column by column."""
    edges = [len(there) * n // share for n in range(share + 1)]
    return [there[rng.randrange(a, b)] for a, b in zip(edges, edges[1:])]


if __name__ == "__main__":
    made = listed()
    for zoom in ZOOMS:
        print(zoom, sum(tile.z == zoom for tile in made), "of", len(all_of(zoom)))
    print("all", len(made))
