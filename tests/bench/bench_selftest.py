"""Do the servers of the comparison start, answer right, refuse wrong and stop? Started by tests/bench/run selftest.

Each is started, asked for some tiles of every zoom, and each body decoded; a picture with nothing in it, and none at
all, must fail its check. Then it is stopped: none of its processes may be left. Nothing is timed.
"""
import argparse
import collections
import contextlib
import io
import os
import pathlib
import signal
import sys
import tempfile
import time

import numpy as np
from PIL import Image

import check
import data as bench_data
import own
import peers
import tiles

EACH = 2  # tiles of a zoom


def sample(listed):
    """The first of each zoom in the list that are in it."""
    found = collections.defaultdict(list)
    for tile in listed:
        if len(found[tile.z]) < EACH:
            found[tile.z].append(tile)
    return [tile for zoom in sorted(found) for tile in found[zoom]]


def blank():
    """A picture with nothing in it."""
    out = io.BytesIO()
    Image.new("RGBA", (check.SIDE, check.SIDE)).save(out, "PNG")
    return out.getvalue()


def refuses(peer, body, tile, expected):
    try:
        peer.check(body, *tile, expected)
    except Exception:
        return  # whatever says that it is wrong
    raise AssertionError(f"{peer.name}: a wrong body passed for {tile}")


def look(peer, some, expected):
    if hasattr(peer, "check_all"):
        done = peer.check_all(some, expected)
    else:
        done = check.of_peer(peer, some, expected)
    agreement = [value for value in done.values if isinstance(value, float)]
    for tile in some:
        if np.sum(expected[tile] >= 0) >= check.SHOWN:
            for wrong in (blank(), b"", b"not a picture"):
                refuses(peer, wrong, tile, expected[tile])
    return done.answers, sum(agreement) / len(agreement) if agreement else None


def one(peer, data, folder, some, expected):
    begin = time.monotonic()
    with contextlib.ExitStack() as stack:
        stack.callback(peer.stop)
        peer.start(data, folder)
        pids = [child.pid for child in peer.children]
        answers, agreement = look(peer, some, expected)
    left = [pid for pid in pids if os.path.exists(f"/proc/{pid}")]
    assert not left, f"{peer.name}: still running: {left}"
    words = "" if agreement is None else f", {agreement:.1%} of the pixels agree"
    print(f"{peer.name}: {answers} answers right{words} ({time.monotonic() - begin:.1f} s)", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="those whose name contains this")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started is stopped then too
    listed = tiles.listed()
    some = sample(listed)
    faults = []
    with tempfile.TemporaryDirectory(prefix="fluxgrid-selftest-") as folder:
        folder = pathlib.Path(folder)
        folder.chmod(0o755)
        data = bench_data.prepare(folder, listed)
        server = own.Fluxgrid("fluxgrid", "cached", data.release)
        server.start()
        try:
            expected, _, _ = own.expectations(server, some)
        finally:
            server.stop()
        for peer in peers.everyone():
            if options.only.lower() not in peer.name.lower():
                continue
            try:
                one(peer, data, folder, some, expected)
            except (Exception, SystemExit) as fault:
                faults.append(f"{peer.name}: {fault!r}")
                print(f"FAILED {faults[-1]}", flush=True)
    if faults:
        sys.exit(f"bench: {len(faults)} of the servers are not as they should be")


if __name__ == "__main__":
    main()
