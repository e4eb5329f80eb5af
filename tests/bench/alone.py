"""The program alone: every kind of answer, a mixed load, memory, start-up, and where a cold tile's time goes."""
import functools
import random
import statistics
import sys

import check
import load
import own
import parts
import questions
import tiles
import unchanged

MIXED_COLD = 40000  # about as many tiles nobody has asked for yet: more than a mixed run comes to
COLD_SHARE = 10     # one in so many of a mixed load is cold
STARTS = 7


def row(name, answers, connections, measure):
    """One run; without figures, and loudly, when its answers were wrong."""
    told = {"what": name, "different": answers, "connections": connections}
    try:
        return {**told, **measure().row()}
    except load.Invalid as wrong:
        print(f"bench: INVALID: {name}, {connections} connections: {wrong}", file=sys.stderr, flush=True)
        return {**told, "fault": str(wrong)}


def walk(server, paths, connections, seconds, size):
    return functools.partial(load.run, server.url, paths, connections, seconds, pids=server.pids, size=size)


def checked(server, wanted, look):
    """A pass over {path: what is wanted}, each answer checked."""
    paths = list(wanted)
    return paths, check.one_pass(server.url, paths, lambda n, body, answer: look(paths[n], body, wanted[paths[n]]))


def json_rows(cached, fresh, asked, seconds, connections):
    """Each question answered from the cache, and by the server that keeps no answers."""
    rows = []
    for name, wanted, look in (("/v1/emissions", asked.emissions(), questions.check_sum),
                               ("/v1/districts", asked.districts(), questions.check_rows),
                               ("/v1/at", asked.points(), questions.check_sum)):
        for server, word in ((cached, "cached"), (fresh, "first")):
            paths, done = checked(server, wanted, look)
            rows += [row(f"{name}, {word}", len(paths), c, walk(server, paths, c, seconds, done.size)) for c in connections]
    return rows


def tile_rows(cached, cold, listed, seconds, connections):
    paths = [cached.path(*tile) for tile in listed]
    done = check.one_pass(cached.url, paths, lambda *_: None)
    middle = sorted(paths, key=lambda path: done.bodies[path])[len(paths) // 2]
    check.one_pass(cold.url, paths, lambda *_: None)  # its blocks are in memory from here on
    rows = []
    for c in connections:
        rows.append(row("tile, cached", len(paths), c, walk(cached, paths, c, seconds, done.size)))
        rows.append(row("tile, 304", 1, c, functools.partial(unchanged.run, cached.url, middle, c, seconds,
                                                             tag=done.tags[middle], pids=cached.pids)))
        rows.append(row("tile, cold, blocks in memory", len(paths), c, walk(cold, paths, c, seconds, done.size)))
    return rows


def others(listed, seed=5):
    """Tiles that are not in the list, of its zooms in like parts where there are enough, in any order."""
    known = set(listed)
    return [tile for tile in tiles.listed(MIXED_COLD, seed=seed) if tile not in known]


def mixed(server, listed, seconds):
    """Nine of ten cached, one never asked for before, at 64 connections; the share is counted by the server."""
    warm = [server.path(*tile) for tile in listed]
    check.one_pass(server.url, warm, lambda *_: None)
    cold = [server.path(*tile) for tile in others(listed)]
    rng, paths = random.Random(7), []
    for path in cold:
        ten = [*rng.choices(warm, k=COLD_SHARE - 1), path]
        rng.shuffle(ten)
        paths += ten

    def run():
        before = server.metric("fluxgrid_response_cache_misses_total")
        figures = load.run(server.url, paths, 64, seconds, pids=server.pids)
        share = (server.metric("fluxgrid_response_cache_misses_total") - before) / figures.requests
        if not 0.095 < share < 0.105:
            raise load.Invalid(f"{share:.3f} of the answers were cold, not a tenth")
        return figures
    return row("90 % cached, 10 % cold", len(paths), 64, run)


def start_ms(release):
    times = []
    for _ in range(STARTS):
        server = own.Fluxgrid("start", "start", release)
        server.start()
        server.stop()
        times.append(server.start_s * 1e3)
    return {"median": statistics.median(times), "slowest": max(times), "starts": STARTS}


def cold_parts(server, paths, folder, seconds):
    """Where the CPU time of the program goes while it draws cold tiles at 16 connections."""
    count, shares, functions = parts.record(server.child.pid, folder, lambda: load.run(server.url, paths, 16, seconds, pids=server.pids))
    return {"samples": count, "parts": shares, "functions": [list(f) for f in functions[:12]]}


def measure(release, listed, asked, folder, seconds, connections=(1, 64)):
    """@param asked  questions.Questions about the same data"""
    cached = own.Fluxgrid("fluxgrid", "cached", release)
    fresh = own.WithDatabase("fluxgrid, no answer kept", "cold", release, response_cache_mib=0)
    starts = start_ms(release)
    try:
        cached.start()
        fresh.start()
        idle_mib = cached.resident_mib()
        rows = tile_rows(cached, fresh, listed, seconds, connections) + json_rows(cached, fresh, asked, seconds, connections)
        both = mixed(cached, listed, min(seconds, 3))
        paths = [fresh.path(*tile) for tile in listed]
        return {"rows": rows, "mixed": both, "start_ms": starts, "parts": cold_parts(fresh, paths, folder, max(3, seconds)),
                "resident_mib": {"idle": idle_mib, "after": cached.resident_mib()}}
    finally:
        cached.stop()
        fresh.stop()
