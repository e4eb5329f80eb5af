"""Questions to the JSON interface, each different from the others, and what their answers must be.

The masses are those of the rasters that were imported: a district's is the sum over its cells of the mask.
"""
import json
import math
import random

import numpy as np

from own import YEAR


def by_district(mask, masses, codes):
    """{code: tonnes} at every level; codes: {mask value: code of a leaf such as A3-7}, all others are made of those."""
    sums = np.bincount(mask.ravel(), weights=np.where(masses >= 0, masses, 0).astype(np.float64).ravel())
    found = {}
    for value, code in codes.items():
        parent = code.partition("-")[0]
        for name in (code, parent, parent.rstrip("0123456789")):
            found[name] = found.get(name, 0.0) + float(sums[value])
    return found


def is_close(got_t, wanted_t):
    return math.isclose(got_t, wanted_t, rel_tol=1e-6, abs_tol=1e-6)


class Questions:
    """@param known   {district's code: tonnes}; the country's is the shortest.
    @param masses  the imported grid, tonnes a cell, negative where there is none; its west and north edge, its step."""

    def __init__(self, release, known, masses, west, north, step):
        self.common = f"release={release}&year={YEAR}"
        self.known, self.masses = known, masses
        self.west, self.north, self.step = west, north, step
        self.country = min(known, key=len)

    def emissions(self):
        """{path: tonnes its rows must add up to}"""
        kinds = ("", "&groupby=sector", "&groupby=gas", "&groupby=sector,gas", "&groupby=flow", "&flow=net", "&lang=ru", "&gas=CO2")
        return {f"/v1/emissions?{self.common}&district={code}{kind}": mass
                for kind in kinds for code, mass in self.known.items()}

    def districts(self):
        """{path: {code: tonnes} of what its rows must be}"""
        leaves = {code: mass for code, mass in self.known.items() if "-" in code}
        parents = sorted({code.partition("-")[0] for code in leaves})
        of = {parent: {code: mass for code, mass in leaves.items() if code.startswith(parent + "-")} for parent in parents}
        return {f"/v1/districts?{self.common}&level=2&parent={parent}&limit={limit}": of[parent]
                for limit in range(100, 20, -1) for parent in parents}

    def points(self, count=1000, seed=3):
        """{path: tonnes of the cell there}"""
        rng = random.Random(seed)
        rows, columns = self.masses.shape
        found = {}
        while len(found) < count:
            row, column = rng.randrange(rows), rng.randrange(columns)
            if self.masses[row, column] >= 0:
                lon, lat = self.west + (column + 0.5) * self.step, self.north - (row + 0.5) * self.step
                found[f"/v1/at?{self.common}&lon={lon:.4f}&lat={lat:.4f}"] = float(self.masses[row, column])
        return found


def tonnes(answer):
    assert answer["unit"] == "kt" and answer["rows"], answer
    return 1000 * sum(row["value"] for row in answer["rows"])


def check_sum(path, body, wanted_t):
    got_t = tonnes(json.loads(body))
    assert is_close(got_t, wanted_t), f"{path}: {got_t} t, and {wanted_t} t were imported"


def check_rows(path, body, wanted):
    got = {row["district"]: 1000 * row["value"] for row in json.loads(body)["rows"]}
    assert got.keys() == wanted.keys(), f"{path}: {sorted(got)} instead of {sorted(wanted)}"
    wrong = [code for code in wanted if not is_close(got[code], wanted[code])]
    assert not wrong, f"{path}: {[(code, got[code], wanted[code]) for code in wrong]}"
