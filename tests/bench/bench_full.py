"""The comparison with other servers over the same data, and the program alone. Started by tests/bench/run full.

Every server answers the whole list once, each body decoded and compared; only then rounds are timed. One server is under
load at a time. A contest whose answers were wrong has no figure, and the run then ends with an error.
"""
import argparse
import contextlib
import pathlib
import signal
import sys
import tempfile
import time

import alone
import check
import contest
import data as bench_data
import load
import machine
import own
import peers
import questions
import report
import section
import targets
import tiles
import unchanged
from contest import Contest
from peers import picture_bytes

HIGH, HIGH_NAME = range(10, 15), "fluxgrid, blocks in memory, zooms 10-14 only"
PICTURES = 500  # encoded by the others' encoders too


def say(words):
    print(f"[{time.monotonic() - BEGAN:6.0f} s] {words}", flush=True)


def walk(server, listed, done):
    paths = [server.path(*tile) for tile in listed]
    return lambda connections, seconds: load.run(server.url, paths, connections, seconds, pids=server.pids, size=done.size)


def one(server, path, tag=None):
    return lambda connections, seconds: unchanged.run(server.url, path, connections, seconds, tag=tag, pids=server.pids)


class Full:
    def __init__(self, stack, folder, data, listed):
        self.stack, self.folder, self.data, self.listed = stack, folder, data, listed
        self.servers, self.passes, self.contests = [], [], []

    def start(self, server):
        say(f"starting {server.name}")
        self.stack.callback(server.stop)
        server.start(self.data, self.folder)
        self.servers.append(server)
        return server

    def passed(self, server, done, agreement=None, name=None):
        self.passes.append({"name": name or server.name, "answers": done.answers, "seconds": done.seconds,
                            "body_bytes": sum(done.bodies.values()) / len(done.bodies), "agreement": agreement})
        say(f"{server.name}: {done.answers} bodies checked in {done.seconds:.1f} s"
            + ("" if agreement is None else f", {agreement:.1%} of the pixels agree"))
        return done

    # ---- the program ----

    def cached(self):
        """The ready answers: tiles, 304s and a question. What its tiles show is what the others are held against."""
        server = self.start(own.Fluxgrid("fluxgrid", "cached", self.data.release))
        assert server.style == self.data.style, f"the layer's style is {server.style['id']}"
        self.expected, self.masses, _ = own.expectations(server, self.listed)
        paths = [server.path(*tile) for tile in self.listed]
        first = check.one_pass(server.url, paths, lambda n, body, answer: check.own_tile(
            body, answer, server.colours, self.expected[self.listed[n]], self.masses[self.listed[n]]) or body)
        self.pictures = first.values
        again = self.passed(server, self.same(server), 1.0)
        unchanged_pass = check.one_pass(server.url, paths, lambda n, body, answer: None, status=304,
                                        headers={path: {"If-None-Match": tag} for path, tag in again.tags.items()})
        self.passed(server, unchanged_pass, name="fluxgrid, 304")
        self.middle = sorted(range(len(paths)), key=lambda n: len(self.pictures[n]))[len(paths) // 2]
        path = paths[self.middle]
        self.add("cached", "fluxgrid", server, walk(server, self.listed, again))
        self.add("unchanged", "fluxgrid, 304", server, one(server, path, again.tags[path]))
        self.add("unchanged", "fluxgrid, 200", server, one(server, path))
        asked = self.data.questions.emissions()
        answers = list(asked)
        done = check.one_pass(server.url, answers, lambda n, body, answer: questions.check_sum(answers[n], body, asked[answers[n]]))
        self.add("cached", "fluxgrid, /v1/emissions",
                 server, lambda c, s: load.run(server.url, answers, c, s, pids=server.pids, size=done.size))
        return server

    def same(self, server):
        """A pass whose every body must be, byte for byte, the picture that was decoded."""
        def look(n, body, answer):
            assert body == self.pictures[n], f"{server.name}: {self.listed[n]} is another picture than it was"
        return check.one_pass(server.url, [server.path(*tile) for tile in self.listed], look)

    def cold(self):
        for name, kind, settings in (("fluxgrid, blocks in memory", own.Fluxgrid, {}),
                                     ("fluxgrid, nothing in memory", own.WithDatabase, {"block_cache_mib": 0})):
            server = self.start(kind(name, "cold", self.data.release, response_cache_mib=0, **settings))
            done = self.passed(server, self.same(server), 1.0)
            self.add("cold", name, server, self.counted(server, walk(server, self.listed, done)))
            if kind is own.Fluxgrid:
                self.high(server)

    def high(self, server):
        """The same server and only the zooms that one of the others is asked for too."""
        listed = [tile for tile in self.listed if tile.z in HIGH]
        done = check.one_pass(server.url, [server.path(*tile) for tile in listed], lambda *_: None)
        self.add("cold", HIGH_NAME, server, self.counted(server, walk(server, listed, done)), connections=(1, 16))

    def counted(self, server, measure):
        """No tile may have come from a cache of answers or out of somebody else's drawing of it."""
        def run(connections, seconds):
            names = [f"fluxgrid_{name}_total" for name in ("response_cache_hits", "jobs_joined", "block_cache_hits", "block_cache_misses")]
            before = [server.metric(name) for name in names]
            got = measure(connections, seconds)
            hits, joined, found, fetched = (server.metric(name) - was for name, was in zip(names, before))
            self.blocks[server.name] = found / max(1, found + fetched)
            if hits or joined > got.requests / 100:
                raise load.Invalid(f"{hits:.0f} tiles came from a cache and {joined:.0f} were shared, of {got.requests}")
            return got
        return run

    blocks: dict = {}

    # ---- the others ----

    def peer(self, server):
        self.start(server)
        done = (server.check_all(self.listed, self.expected) if hasattr(server, "check_all")
                else check.of_peer(server, self.listed, self.expected))
        agreement = [value for value in done.values if isinstance(value, float)]
        self.passed(server, done, sum(agreement) / len(agreement) if agreement else None)
        group = "cold" if server.what in ("cold", "mvt") else "cached"
        measure = server.load if hasattr(server, "load") else walk(server, self.listed, done)
        self.add(group, server.name, server, measure, factor=getattr(server, "factor", 1),
                 connections=getattr(server, "connections", contest.CONNECTIONS),
                 against=HIGH_NAME if list(getattr(server, "zooms", tiles.ZOOMS)) == list(HIGH) else "")
        if getattr(server, "is_beside_304", False):
            self.add("unchanged", f"{server.name}, 200", server, one(server, server.path(*self.listed[self.middle])))

    def add(self, group, name, server, measure, **more):
        self.contests.append(Contest(group, name, server, measure, **more))


def everything(options, stack, folder):
    listed = tiles.listed()
    say("making and importing the data")
    data = bench_data.prepare(folder, listed)
    full = Full(stack, folder, data, listed)
    full.cached()
    full.cold()
    for server in peers.everyone():
        if not any(word in server.name for word in options.without):
            full.peer(server)
    idle = contest.Idle(full.servers, data, folder)
    order = {group: n for n, group in enumerate(report.GROUPS)}
    contest.play(sorted(full.contests, key=lambda c: order[c.group]), options.rounds, options.seconds, idle)
    say("the same pictures by the others' encoders")
    pictures = picture_bytes.measure(picture_bytes.drawn(zip((tile.z for tile in listed), full.pictures), PICTURES))
    say("the others stop; the program alone")
    for server in full.servers:
        server.stop()
    return {"rounds": options.rounds, "seconds": options.seconds, **machine.describe(full.servers),
            "data": {"tiles": len(listed), "with_mass": sum(mass != 0 for mass in full.masses.values()), "words": data.words},
            "contests": [c.record() for c in full.contests], "passes": full.passes, "pictures": pictures, "blocks_found": full.blocks,
            "alone": alone.measure(data.release, listed, data.questions, folder, options.seconds)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write it into docs/benchmarks.md and docs/benchmarks.json")
    parser.add_argument("--seconds", type=int, default=3, help="of a turn (3)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without", action="append", default=[], metavar="WORD", help="leave out servers with this in their name; may be repeated")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started is stopped then too
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fluxgrid-full-")))
        folder.chmod(0o755)
        measured = everything(options, stack, folder)
    print(report.comparison(measured), report.alone(measured), targets.words({**section.figures(), "full": measured}), sep="\n\n")
    if options.write:
        section.record("full", measured)
        section.write("The comparison", report.comparison(measured))
        section.write("The program alone", report.alone(measured))
    say("done")
    if any(c["faults"] for c in measured["contests"]):
        sys.exit("bench: some contests gave wrong answers and have no figure, see above")


BEGAN = time.monotonic()
if __name__ == "__main__":
    main()
