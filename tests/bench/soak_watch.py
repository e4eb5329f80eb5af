"""What a process holds, every few seconds: resident memory by kind, descriptors, and what its caches say they hold."""
import dataclasses
import os
import pathlib
import re
import threading
import time

import own

MIB = 2**20


@dataclasses.dataclass
class Sample:
    at_s: float
    rss_mib: float        # all that is resident
    anonymous_mib: float  # of it, memory of its own: heap, stacks
    file_mib: float       # of it, the program and its libraries, shared with others
    descriptors: int
    response_cache_mib: float
    block_cache_mib: float
    connections: float


def kib(text, name):
    return int(re.search(rf"^{name}:\s+(\d+)", text, re.M)[1])


def value(metrics, name):
    return float(re.search(rf"^{name} (\S+)$", metrics, re.M)[1])


def peak_mib(pid):
    return kib(pathlib.Path(f"/proc/{pid}/status").read_text(), "VmHWM") / 1024


def look(pid, metrics, at_s):
    rollup = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    rss, anonymous = kib(rollup, "Rss") / 1024, kib(rollup, "Anonymous") / 1024
    return Sample(at_s, rss, anonymous, rss - anonymous, len(os.listdir(f"/proc/{pid}/fd")),
                  value(metrics, "fluxgrid_response_cache_bytes") / MIB, value(metrics, "fluxgrid_block_cache_bytes") / MIB,
                  value(metrics, "fluxgrid_http_connections"))


class Watch(threading.Thread):
    """Looks every so many seconds until it is stopped. A server that has died ends it: `fault` says how."""

    def __init__(self, server, every_s):
        super().__init__(daemon=True)
        self.server, self.every_s = server, every_s
        self.samples, self.fault = [], None
        self.ended = threading.Event()
        self.begin = time.monotonic()

    def run(self):
        try:
            while not self.ended.wait(self.every_s):
                self.take()
        except Exception as wrong:  # whatever it was, the run has no figures then
            self.fault = wrong

    def take(self):
        self.samples.append(look(self.server.child.pid, own.get(self.server.admin, "/metrics").decode(), time.monotonic() - self.begin))

    def look(self):
        if self.fault:
            raise self.fault

    def stop(self):
        self.ended.set()
        self.join()
        self.look()
        self.take()


def slope_mib_h(samples, of="rss_mib"):
    """Least squares over the last half of the time; None when that is too few to say anything."""
    half = samples[-1].at_s / 2
    points = [(s.at_s / 3600, getattr(s, of)) for s in samples if s.at_s >= half]
    if len(points) < 5:
        return None
    mean_x, mean_y = (sum(axis) / len(points) for axis in zip(*points))
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
