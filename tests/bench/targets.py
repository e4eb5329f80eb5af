"""What is to be reached, against what the runs recorded in docs/benchmarks.json. What no run has measured stays empty.

A ratio is the median of the rounds at 64 connections, or at the most that both sides were asked with; the ratios at the
other numbers of connections stand beside it.
"""
import statistics

import contest
import report

FLUX, NOTHING, MEMORY = "fluxgrid", "fluxgrid, nothing in memory", "fluxgrid, blocks in memory"


def entry(full, group, start):
    return next((e for e in full.get("contests", []) if e["group"] == group and e["name"].startswith(start)), None)


def verdict(value, wanted, is_least):
    """Met, or by how much missed."""
    if value >= wanted if is_least else value <= wanted:
        return "met"
    short_by = abs(value - wanted) / wanted
    return f"missed by {short_by:.0%}" if short_by >= 0.1 else f"missed by {short_by:.1%}"


def ratio(group, ours, theirs, wanted):
    def measure(figures):
        full = figures.get("full", {})
        a, b = entry(full, group, ours), entry(full, group, theirs)
        at = report.common(a, b) if a and b else None
        if at is None:
            return None
        others = [f"{report.short(statistics.median(report.ratios(a, b, c)))} at {c}" for c in contest.CONNECTIONS if c != at and report.ratios(a, b, c)]
        value = statistics.median(report.ratios(a, b, at))
        return f"{report.span(report.ratios(a, b, at))} at {at}; {', '.join(others)}", verdict(value, wanted, True)
    return measure


def value(kind, read, unit, wanted, is_least):
    """@param read  a run's figures -> a number; KeyError where that run has none"""
    def measure(figures):
        try:
            got = read(figures[kind])
        except (KeyError, TypeError):
            return None
        if got is None:
            return None
        return f"{report.short(got)}{unit}", verdict(got, wanted, is_least)
    return measure


def growth(target, memory, ground="same"):
    """The largest of the medians that this target is about. Wider ground is drawn in pictures that are alike."""
    return lambda f: max((row[memory][0] for row in f["ratios"] if row["target"] == target and row.get("ground", "same") == ground), default=None)


def soak(figures):
    got = figures.get("soak")
    if not got:
        return None
    return (f"peak {got['peak_mib']:.0f} MiB of {got['allowed_mib']:.0f} allowed, after {got['seconds'] / 60:.0f} minutes",
            verdict(got["peak_mib"], got["allowed_mib"], False) + ("" if got["seconds"] >= 3600 else ", in less than an hour"))


FLOOR, NGINX = "libmicrohttpd, own loop", "nginx, the same tiles"
TARGETS = (
    ("cached tile against the libmicrohttpd floor", "at least 0.9", ratio("cached", FLUX, FLOOR, 0.9)),
    ("cached tile against nginx from disk", "at least 1.5", ratio("cached", FLUX, NGINX, 1.5)),
    ("304 against the floor", "at least 0.9", ratio("unchanged", "fluxgrid, 304", FLOOR, 0.9)),
    ("304 against nginx", "at least 1.5", ratio("unchanged", "fluxgrid, 304", NGINX, 1.5)),
    ("cached JSON against the floor", "at least 0.9", ratio("cached", "fluxgrid, /v1/emissions", FLOOR, 0.9)),
    ("cached JSON against nginx", "at least 1.5", ratio("cached", "fluxgrid, /v1/emissions", NGINX, 1.5)),
    ("cold tile, blocks in memory, against MapServer on its GeoTIFF", "at least 10", ratio("cold", MEMORY, "MapServer 8, GeoTIFF", 10)),
    ("the same against MapServer on a GeoTIFF of finished classes", "at least 10",
     ratio("cold", MEMORY, "MapServer 8, GeoTIFF of finished classes", 10)),
    ("the same against MapServer on PostGIS", "at least 20", ratio("cold", MEMORY, "MapServer 8, PostGIS", 20)),
    ("the same against the ST_AsMVT ceiling", "at least 5", ratio("cold", MEMORY, "ST_AsMVT by pgbench", 5)),
    ("cold tile, nothing in memory, against MapServer on its GeoTIFF", "at least 4", ratio("cold", NOTHING, "MapServer 8, GeoTIFF", 4)),
    ("share of a cold tile's CPU inside the deflate library (libdeflate, where the target says zlib)", "at least 60 %",
     value("full", lambda f: 100 * f["alone"]["parts"]["parts"]["deflate"], " %", 60, True)),
    ("p99 at 64 connections, 90 % cached and 10 % cold", "under 20 ms", value("full", lambda f: f["alone"]["mixed"]["p99_ms"], " ms", 20, False)),
    ("cold tile at 23 million cells against 15 thousand, blocks in memory", "under 1.5 x",
     value("growth", growth(1.5, "blocks in memory"), " x", 1.5, False)),
    ("the same, nothing in memory", "under 1.5 x", value("growth", growth(1.5, "nothing in memory"), " x", 1.5, False)),
    ("cold tile at 23 million cells against 15 thousand of the same size, so that pictures are alike, blocks in memory", "under 1.5 x",
     value("growth", growth(1.5, "blocks in memory", "wider"), " x", 1.5, False)),
    ("the same, nothing in memory", "under 1.5 x", value("growth", growth(1.5, "nothing in memory", "wider"), " x", 1.5, False)),
    ("cold tile of 60 fields against 1, blocks in memory", "under 3 x", value("growth", growth(3.0, "blocks in memory"), " x", 3, False)),
    ("the same, nothing in memory", "under 3 x", value("growth", growth(3.0, "nothing in memory"), " x", 3, False)),
    ("bytes of a tile against the smallest of the peers' palette PNGs, as served, with its texts", "at most 1",
     value("full", lambda f: f["pictures"]["ratio_as_served"], " x", 1, False)),
    ("the same without its texts, which the peers' have not", "at most 1",
     value("full", lambda f: f["pictures"]["ratio_without_texts"], " x", 1, False)),
    ("import, raster to published blocks", "at least 1 million cells/s", value("import", lambda f: min(case["million_cells_per_s"] for case in f["cases"]), " million/s", 1, True)),
    ("start to `/readyz` 200, database up", "under 300 ms", value("full", lambda f: f["alone"]["start_ms"]["median"], " ms", 300, False)),
    ("memory after one hour of random load", "caches + 64 MiB", soak),
)


def words(figures):
    runs = ", ".join(f"{kind} of {f['date']} at {f['build']}" for kind, f in figures.items() if "date" in f)
    rows = [[what, wanted, *(measure(figures) or ("not measured", ""))] for what, wanted, measure in TARGETS]
    return ("Ratios are medians of the rounds of one run, at 64 connections or the most that both sides were asked with, in brackets the "
            f"single rounds, then those at other numbers of connections.{' Runs: ' + runs + '.' if runs else ''}\n\n"
            + report.table(["what", "target", "measured", ""], rows))
