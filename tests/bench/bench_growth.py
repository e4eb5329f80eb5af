"""How speed depends on the number of cells in a field and of fields in a map: the program alone, every answer checked.

Started by tests/bench/run growth. 15 thousand, 1.5 million and 23 million cells in two ways. Over the same ground, so
that all draw the same tiles, but pictures of finer cells are more picture; 1, 10 and 60 fields summed in each (at 23
million 1 and 10: sixty would be 1.4 thousand million cells, 7 GB of blocks and minutes to import). And as more ground in
cells of one size, so that the pictures are alike and only what is stored grows. No finished tile is kept. Sizes take
turns within each round.
"""
import argparse
import dataclasses
import os
import pathlib
import signal
import statistics
import sys
import tempfile

import bench_import
import check
import growth_data
import load
import machine
import own
import report
import section
import tiles

SIZES = (growth_data.Size("15 thousand", 150, 100, 0.1, 60), growth_data.Size("1.5 million", 1500, 1000, 0.01, 60),
         growth_data.Size("23.3 million", 6000, 3888, 0.0025, 10))
WIDER = (growth_data.Size("15 thousand", 150, 100, 0.01, 1, True), growth_data.Size("1.5 million", 1500, 1000, 0.01, 1, True),
         growth_data.Size("23.3 million", 5832, 4000, 0.01, 1, True))
TILES = 600
MEMORY = {"blocks in memory": {"response_cache_mib": 0, "block_cache_mib": 4096}, "nothing in memory": {"response_cache_mib": 0, "block_cache_mib": 0}}
CONNECTIONS = 16
WHOLE_ZOOMS = (5, 8)
SAMPLES = 8  # tiles whose mass is also computed here, of each combination


@dataclasses.dataclass
class Case:
    size: growth_data.Size
    count: int
    runs: dict = dataclasses.field(default_factory=lambda: {memory: [] for memory in MEMORY})

    def __post_init__(self):
        self.layer, self.added, self.files, self.mass_t = self.size.selection(self.count)
        self.listed = self.size.tiles(TILES)
        self.name = f"{self.size.name} cells{' of one size' if self.size.is_wider else ''}, {self.count} field{'s' if self.count > 1 else ''}"

    def path(self, tile):
        z, x, y = tile
        return f"/tiles/{self.size.slug}@1.0.0/{self.layer}/{z}/{x}/{y}.png?year={own.YEAR}{self.added}"


def say(text):
    print(text, file=sys.stderr, flush=True)


def bring_in(folder, sizes):
    """Makes, imports and checks every release; rows of the import's table."""
    rows = []
    for number, size in enumerate(sizes):
        say(f"importing {size.fields} fields of {size.name} cells")
        manifest = size.make(folder, number)
        seconds, importer_mib, backend_mib = bench_import.run(manifest)
        cells = size.nx * size.ny * size.fields
        stored = float(bench_import.psql(f"SELECT sum(s.mass_t) FROM fluxgrid.slice s JOIN fluxgrid.release r ON r.id = s.release WHERE r.slug = '{size.slug}'"))
        if abs(stored - sum(size.masses.values())) > 1e-9 * stored:
            sys.exit(f"bench: {size.slug}: {sum(size.masses.values())} t were given, {stored} t are stored")
        rows.append({"cells": size.nx * size.ny, "fields": size.fields, "seconds": seconds, "million_per_s": cells / seconds / 1e6,
                     "importer_mib": importer_mib, "backend_mib": backend_mib})
    return rows


def tile_mass(body, answer):
    """Decoded, and its mass, which picture and header must agree on."""
    told = float(answer.headers["X-Tile-Mass-t"])
    image = check.Image.open(check.io.BytesIO(body))
    image.load()
    text = float(image.text.get("MassSum", "0 t").split()[0])
    assert image.size == (256, 256) and abs(told - text) <= 1e-9 * abs(told), (image.size, told, text)
    return told


def check_case(server, case):
    """Every tile of whole zooms against the sum of the rasters, every tile of the list decoded, some against the cells themselves."""
    for zoom in WHOLE_ZOOMS:
        paths = [case.path(tile) for tile in tiles.all_of(zoom, (case.size.box[0], case.size.box[1] - 0.5, case.size.box[2] + 0.1, case.size.box[3] + 0.1))]
        total = sum(check.one_pass(server.url, paths, lambda n, body, answer: tile_mass(body, answer)).values)
        assert abs(total - case.mass_t) <= 1e-6 * case.mass_t, f"{case.name}: {total} t over zoom {zoom}, {case.mass_t} t are right"
    done = check.one_pass(server.url, [case.path(tile) for tile in case.listed], lambda n, body, answer: tile_mass(body, answer))
    small = [n for n, tile in enumerate(case.listed) if tile.z >= 13][:SAMPLES]
    for n in small:
        right = growth_data.mass_of(case.size, case.files, case.listed[n])
        assert abs(done.values[n] - right) <= 1e-6 * right, f"{case.name}, tile {case.listed[n]}: {done.values[n]} t, {right} t are right"
    return done.size


def rounds(cases, servers, count, seconds):
    sizes = {}
    for memory, server in servers.items():
        for case in cases:
            sizes[case.name] = check_case(server, case)
        say(f"checked: {memory}")
    for number in range(count):
        say(f"round {number + 1} of {count}")
        for memory, server in servers.items():
            for case in cases:
                run = load.run(server.url, [case.path(tile) for tile in case.listed], CONNECTIONS, seconds, pids=server.pids, size=sizes[case.name])
                case.runs[memory].append(run.row())


def median(case, memory, field):
    return statistics.median(run[field] for run in case.runs[memory])


def ratio(cases, memory, many, few):
    """How many times as fast `few` is as `many`: the median over rounds."""
    a, b = (next(c for c in cases if (c.size, c.count) == key) for key in (many, few))
    each = [y["per_second"] / x["per_second"] for x, y in zip(a.runs[memory], b.runs[memory])]
    return statistics.median(each), min(each), max(each)


def ratios(cases):
    """[(what, target or None, {memory: (median, least, greatest)})]"""
    wanted = []
    if any(case.size in SIZES for case in cases):
        first, middle, last = SIZES
        wanted += [("23.3 million cells against 15 thousand, 1 field", "same", 1.5, (last, 1), (first, 1)),
                   ("23.3 million cells against 15 thousand, 10 fields", "same", 1.5, (last, 10), (first, 10)),
                   ("60 fields against 1, 15 thousand cells", "same", 3.0, (first, 60), (first, 1)),
                   ("60 fields against 1, 1.5 million cells", "same", 3.0, (middle, 60), (middle, 1)),
                   ("10 fields against 1, 23.3 million cells", "same", None, (last, 10), (last, 1))]
    wanted += [("23.3 million cells of one size against 15 thousand, 1 field", "wider", 1.5, (WIDER[2], 1), (WIDER[0], 1)),
               ("1.5 million cells of one size against 15 thousand, 1 field", "wider", 1.5, (WIDER[1], 1), (WIDER[0], 1)),
               ("23.3 million cells of one size against 1.5 million, 1 field", "wider", None, (WIDER[2], 1), (WIDER[1], 1))]
    return [{"what": what, "ground": ground, "target": target, **{memory: ratio(cases, memory, many, few) for memory in MEMORY}}
            for what, ground, target, many, few in wanted]


def tables(imports, cases, compared):
    lines = []
    for memory in MEMORY:
        rows = [[case.name, report.number(median(case, memory, "per_second")), *(report.short(median(case, memory, f)) for f in ("p50_ms", "p99_ms", "cpu_us_each"))]
                for case in cases]
        lines.append(report.table([f"cold tile, {memory}", "tiles/s", "p50 ms", "p99 ms", "CPU µs each"], rows))
    rows = [[row["what"], "" if row["target"] is None else f"under {row['target']}", *(f"{row[m][0]:.2f} ({row[m][1]:.2f}-{row[m][2]:.2f})" for m in MEMORY)]
            for row in compared]
    lines.append(report.table(["times as slow, median (rounds)", "target", *MEMORY], rows))
    rows = [[f"{report.number(r['cells'])} cells x {r['fields']} fields", f"{r['seconds']:.1f}", f"{r['million_per_s']:.2f}", f"{r['importer_mib']:.0f}",
             f"{r['backend_mib']:.0f}"] for r in imports]
    lines.append(report.table(["import", "s", "million cells/s", "importer's peak MiB", "backend's own MiB"], rows))
    return "\n\n".join(lines)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true", help="write it into docs/benchmarks.md and .json")
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--wider", action="store_true", help="cells of one size only; writes nothing")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started is stopped then too
    sizes = WIDER if options.wider else (*SIZES, *WIDER)
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        imports = bring_in(pathlib.Path(name), sizes)
        cases = [Case(size, count) for size in sizes for count in size.counts()]
        servers = {memory: own.WithDatabase("fluxgrid", "cold", f"{sizes[0].slug}@1.0.0", **settings) for memory, settings in MEMORY.items()}
        try:
            for server in servers.values():
                server.start()
            rounds(cases, servers, options.rounds, options.seconds)
        finally:
            for server in servers.values():
                server.stop()
    compared = ratios(cases)
    text = tables(imports, cases, compared)
    print(text)
    if options.write and not options.wider:
        section.record("growth", {**machine.describe([]), "imports": imports, "ratios": compared, "left_out": "60 fields of 23.3 million cells",
                                  "cases": [{"ground": "wider" if c.size.is_wider else "same", "cells": c.size.nx * c.size.ny, "fields": c.count, "runs": c.runs} for c in cases]})
        section.write("Growth", f"Written by `tests/bench/run growth --write` (`make bench-growth`): {TILES} tiles of zooms 4 to 14 over one ground "
                      f"in three sizes of cell, whose pictures differ, and of zooms 12 to 14 over ever more ground in cells of one size, whose pictures are alike; {CONNECTIONS} connections, {options.rounds} rounds of {options.seconds:g} s in which sizes take turns, medians; CPU is the "
                      "program's and PostgreSQL's together. Every tile was decoded, whole zooms add up to the rasters' sums within 1e-6, and "
                      "single tiles agree with the cells. Nothing in memory is a block cache of 0 MiB, "
                      "which keeps no block. **Left out: 60 fields of 23.3 million cells**, which are 1.4 thousand million.\n\n" + text)


if __name__ == "__main__":
    main()
