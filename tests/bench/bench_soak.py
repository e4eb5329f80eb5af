"""Memory after an hour of random load, against what the settings promise. Started by tests/bench/run soak.

The caches are set so small that they fill and evict within minutes; the rest of the memory must stay within 64 MiB
whatever is asked. Tiles of random address, year, gas, style and size, pinned and latest, JSON questions, 304s, broken
requests, clients that leave, a new version of the demonstration every few minutes, the one before withdrawn, and the database killed once. The
pace is a fraction of what the server can do: the memory of an hour is the question, not speed.
"""
import argparse
import dataclasses
import hashlib
import json
import os
import pathlib
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

import inventory
import load
import own
import section
import soak_judge
import soak_load
import soak_outage
import soak_requests
import soak_watch
from bench_quick import BINARY, ROOT, as_service

sys.path.append(str(ROOT / "tests/faults"))
import tally as tally_of_faults  # noqa: E402

RESPONSE_MIB, BLOCKS_MIB, REST_MIB = 64, 64, 64
CLIENTS = 16
LARGE = dict(nx=1500, ny=1000, step=0.01, sectors=(*inventory.SECTORS, "2.B", "5.A"), west=80, north=42, slug="large", code="L")
LARGE_BOX = (80, 32, 95, 42)
DEMONSTRATION = ROOT / "data" / "uzbekistan"
RESTS = 16             # times that nobody asks, and what is held is looked at


def command(*arguments):
    done = subprocess.run(as_service([str(BINARY), *map(str, arguments)]), capture_output=True, text=True,
                          env={**os.environ, "DATABASE_URL": os.environ["IMPORT_URL"]})
    if done.returncode:
        raise RuntimeError(f"fluxgrid {' '.join(map(str, arguments))}: {done.stderr.strip()}")


class Operator:
    """Who purges the caches."""

    def __init__(self, path):
        self.path, self.token, self.server = path, secrets.token_hex(32), None
        path.write_text(f"soak {hashlib.sha256(self.token.encode()).hexdigest()}\n")
        path.chmod(0o600)
        if os.environ.get("BENCH_AS"):
            shutil.chown(path, os.environ["BENCH_AS"])

    def purge(self):
        request = urllib.request.Request(f"http://127.0.0.1:{self.server.admin}/operator/purge", b"", {"Authorization": f"Bearer {self.token}"}, method="POST")
        with urllib.request.urlopen(request, timeout=60) as answer:
            answer.read()


class Publisher:
    """New versions of the demonstration, in a thread of their own."""

    def __init__(self, folder, every_s):
        self.folder, self.every_s = folder / "demonstration", every_s
        shutil.copytree(DEMONSTRATION, self.folder)
        self.count, self.due, self.work, self.fault = 0, time.monotonic() + every_s, None, None

    def publish(self, version):
        manifest = json.loads((DEMONSTRATION / "manifest.json").read_text())
        manifest["release"]["version"] = version
        path = self.folder / f"manifest-{version}.json"
        path.write_text(json.dumps(manifest))
        command("import", path, "--quiet")

    def renew(self):
        try:
            self.count += 1
            self.publish(f"1.0.{self.count}")
            if self.count > 1:
                command("withdraw", f"uzbekistan@1.0.{self.count - 1}")
        except Exception as wrong:
            self.fault = wrong

    def is_at_work(self):
        return self.work is not None and self.work.is_alive()

    def look(self):
        if self.fault:
            raise self.fault
        if time.monotonic() >= self.due and not self.is_at_work():
            self.due = time.monotonic() + self.every_s
            self.work = threading.Thread(target=self.renew, daemon=True)
            self.work.start()

    def stop(self):
        if self.work is not None:
            self.work.join()
        self.look()


def prepare(folder):
    publisher_first = [DEMONSTRATION / "manifest.json"]
    large, _ = inventory.write_apart(folder / "large", **LARGE)
    for manifest in (*publisher_first, large):
        command("import", manifest, "--quiet")


def soak(server, publisher, operator, seconds, rate, every_s, seed):
    """(samples, those at rest, tally, the outage, the server's CPU seconds)"""
    codes = [line.split(",")[0] for line in (DEMONSTRATION / "areas.csv").read_text().splitlines()[1:]]
    tally, turns, outage = soak_load.Tally(), soak_load.Turns(rate, CLIENTS, seconds), soak_outage.Outage(server)
    outage_at = time.monotonic() + seconds / 3
    watch = soak_watch.Watch(server, every_s)
    clients = [soak_load.Client(n, server.port, soak_requests.Mix(None, "uzbekistan", "large", LARGE_BOX, codes), turns, tally, seed, outage)
               for n in range(CLIENTS)]
    before = load.cpu_seconds(server.pids())
    watch.start()
    for client in clients:
        client.start()
    said = [time.monotonic()]
    rest_s = seconds / RESTS
    rest_at = [time.monotonic() + rest_s]

    def meanwhile():
        if not outage.is_on:
            publisher.look()
        if time.monotonic() > rest_at[0] and not outage.is_on and not publisher.is_at_work():
            watch.rest(operator.purge)
            rest_at[0] = time.monotonic() + rest_s
        if outage.ident is None and time.monotonic() > outage_at and not publisher.is_at_work():
            outage.start()
        watch.look()
        if server.child.poll() is not None:
            sys.exit(f"bench: the server ended with {server.child.returncode}")
        if time.monotonic() - said[0] > 60 and watch.samples:
            said[0] = time.monotonic()
            now = watch.samples[-1]
            print(f"{now.at_s / 60:5.0f} min: {sum(tally.kinds.values())} requests, {len(tally.wrong)} wrong, {now.rss_mib:.0f} MiB, "
                  f"caches {now.response_cache_mib:.0f} + {now.block_cache_mib:.0f} MiB, {now.descriptors} descriptors", file=sys.stderr, flush=True)

    try:
        turns.drive(meanwhile)
    finally:
        turns.is_over = True
        turns.gate.release(10**6)
    for client in clients:
        client.join(90)
    publisher.stop()
    watch.stop()
    if outage.fault:
        raise outage.fault
    watch.rest(operator.purge)
    return watch.samples, watch.at_rest, tally, outage, load.cpu_seconds(server.pids()) - before


def figures(server, samples, at_rest, tally, outage, seconds, cpu_s, publications):
    allowed = RESPONSE_MIB + BLOCKS_MIB + REST_MIB
    metrics = own.get(server.admin, "/metrics").decode()
    step = max(1, len(samples) // 60)
    return {
        "seconds": seconds, "requests": sum(tally.kinds.values()), "wrong": len(tally.wrong), "decoded": tally.decoded,
        "kinds": dict(tally.kinds), "statuses": {str(k): v for k, v in sorted(tally.statuses.items())}, "publications": publications,
        "recovered_s": outage.recovered_s,
        "cpu_share": cpu_s / seconds, "slowest_ms": tally.longest_s * 1e3,
        "allowed_mib": allowed, "peak_mib": soak_watch.peak_mib(server.child.pid), "end_mib": samples[-1].rss_mib,
        "heap_slope_mib_h": soak_judge.slope_per_h(at_rest, "heap_mib"), "rss_slope_mib_h": soak_judge.slope_per_h(at_rest, "rss_mib"),
        "looks": len(at_rest), "descriptors": [at_rest[0].own_descriptors, at_rest[-1].own_descriptors],
        "more_descriptors": soak_judge.more_descriptors(at_rest),
        "at_rest": [{k: round(v, 2) for k, v in dataclasses.asdict(s).items()} for s in at_rest],
        "evictions": {name: soak_watch.value(metrics, f"fluxgrid_{name}_cache_evictions_total") for name in ("response", "block")},
        "samples": [{k: round(v, 1) for k, v in dataclasses.asdict(s).items()} for s in samples[::step]],
    }


def table(got):
    slopes = ["too few to say" if got[name] is None else f"{got[name][0]:+.2f} ± {2 * got[name][1]:.2f} MiB/h" for name in ("heap_slope_mib_h", "rss_slope_mib_h")]
    last = got["samples"][-1]
    return "\n".join([
        "| what | figure |", "|---|---|",
        f"| time, requests, of them decoded | {got['seconds']:.0f} s, {got['requests']}, {got['decoded']} |",
        f"| answers of a status or body that was not right | {got['wrong']} |",
        f"| publications of a new version meanwhile | {got['publications']} |",
        f"| ready again after the database was killed and started | {'NO' if got['recovered_s'] is None else format(got['recovered_s'], '.1f') + ' s'} |",
        f"| the server's CPU | {got['cpu_share']:.2f} of a core |",
        f"| allowed: {RESPONSE_MIB} + {BLOCKS_MIB} MiB of caches + {REST_MIB} MiB | {got['allowed_mib']} MiB |",
        f"| resident: peak, at the end | {got['peak_mib']:.0f} MiB, {got['end_mib']:.0f} MiB |",
        f"| of it the caches' own, at the end | {last['response_cache_mib']:.0f} + {last['block_cache_mib']:.0f} MiB |",
        f"| looked at {got['looks']} times when nobody asked, the caches purged: given out, resident at the end | {got['at_rest'][-1]['heap_mib']:.1f}, {got['at_rest'][-1]['rss_mib']:.1f} MiB |",
        f"| their slopes over the last two thirds | {slopes[0]}, {slopes[1]} |",
        f"| evictions: answers, blocks | {got['evictions']['response']:.0f}, {got['evictions']['block']:.0f} |",
        f"| descriptors beside connections when nobody asked: first, last | {got['descriptors'][0]:.0f}, {got['descriptors'][1]:.0f} |",
        f"| peak within what is allowed | {'yes' if got['peak_mib'] <= got['allowed_mib'] else 'NO'} |",
    ])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true", help="write it into docs/benchmarks.md and .json")
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--rate", type=float, default=100, help="requests a second")
    parser.add_argument("--republish", type=float, default=None, help="seconds between new versions (300, and six at least)")
    parser.add_argument("--every", type=float, default=10, help="seconds between looks at the memory")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started is stopped then too
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        folder = pathlib.Path(name)
        prepare(folder)
        publisher = Publisher(folder, options.republish or min(300, options.seconds / 6))
        operator = Operator(folder / "operators")
        server = own.Fluxgrid("fluxgrid", "soak", "uzbekistan", "emissions-co2e", response_cache_mib=RESPONSE_MIB, block_cache_mib=BLOCKS_MIB,
                              operator_tokens_file=operator.path)
        server.start()
        operator.server = server
        try:
            samples, at_rest, tally, outage, cpu_s = soak(server, publisher, operator, options.seconds, options.rate, min(options.every, options.seconds / 4), options.seed)
            got = figures(server, samples, at_rest, tally, outage, options.seconds, cpu_s, publisher.count)
        finally:
            server.stop()
    print(table(got))
    for look in got["at_rest"]:
        print(f"bench: at rest: {look}", file=sys.stderr)
    for text in tally.wrong[:20]:
        print(f"bench: WRONG: {text}", file=sys.stderr)
    if options.write:
        section.record("soak", got)
        section.write("Memory under random load", "Written by `tests/bench/run soak --write` (`make soak`): tiles, questions, 304s, broken "
                      "requests and clients that leave, at random, at a pace the server could do many times over, with caches small enough to "
                      "fill and evict. Every status was checked and a tenth of the bodies decoded.\n\n" + table(got))
    noted = soak_judge.rows(got)
    print(tally_of_faults.plain(noted))
    missed = sum(not tally_of_faults.is_met(row) for row in noted)
    print(f"{len(noted) - missed} passed, {missed} failed")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
