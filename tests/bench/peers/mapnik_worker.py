"""Draws tiles with Mapnik, told by lines on its standard input; a process of its own each (mapnik_worker.py MAP FORMAT LIST).

    draw Z X Y       -> the picture, in hexadecimal
    time SECONDS N   -> [ms of each tile], the list walked from its N-th tile on
"""
import itertools
import json
import math
import sys
import time

import mapnik

SIDE_M = 2 * math.pi * 6378137


class Drawer:
    def __init__(self, path, form):
        self.map, self.form = mapnik.Map(256, 256), form
        mapnik.load_map(self.map, path)

    def draw(self, z, x, y):
        size = SIDE_M / 2**z
        west, north = x * size - SIDE_M / 2, SIDE_M / 2 - y * size
        self.map.zoom_to_box(mapnik.Box2d(west, north - size, west + size, north))
        image = mapnik.Image(256, 256)
        mapnik.render(self.map, image)
        return image.tostring(self.form)

    def time(self, tiles, seconds, first):
        each_ms, begin = [], time.perf_counter()
        end = begin + seconds
        for n in itertools.count(first):
            self.draw(*tiles[n % len(tiles)])
            now = time.perf_counter()
            each_ms.append((now - begin) * 1000)
            begin = now
            if now >= end:
                return each_ms


def main():
    drawer = Drawer(sys.argv[1], sys.argv[2])
    with open(sys.argv[3]) as file:
        tiles = [tuple(map(int, line.split())) for line in file]
    for line in sys.stdin:
        what, *numbers = line.split()
        if what == "draw":
            print(drawer.draw(*map(int, numbers)).hex(), flush=True)
        else:
            print(json.dumps(drawer.time(tiles, float(numbers[0]), int(numbers[1]))), flush=True)


main()
