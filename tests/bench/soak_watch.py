"""What a process holds, every few seconds: resident memory by kind, descriptors, and what its caches say they hold.

While it is asked, memory rises and falls by tens of MiB with what is under way, and a slope over an hour of that is noise of several MiB an hour. So it
is looked at now and then when nobody asks and the caches are purged, as an operator does it: a leak shows there, and little else.
"""
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
    heap_mib: float       # what malloc has given out: the answers kept among it, the blocks not
    response_cache_mib: float
    block_cache_mib: float
    connections: float

    @property
    def own_descriptors(self):
        return self.descriptors - self.connections


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
                  value(metrics, "fluxgrid_heap_in_use_bytes") / MIB, value(metrics, "fluxgrid_response_cache_bytes") / MIB,
                  value(metrics, "fluxgrid_block_cache_bytes") / MIB, value(metrics, "fluxgrid_http_connections"))


class Watch(threading.Thread):
    """Looks every so many seconds until it is stopped. A server that has died ends it: `fault` says how."""

    def __init__(self, server, every_s):
        super().__init__(daemon=True)
        self.server, self.every_s = server, every_s
        self.samples, self.at_rest, self.fault = [], [], None
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

    def rest(self, purge, seconds=20):
        """Nobody asks for the moment: purges and looks as soon as all that was asked is answered, and nothing of it came into a
        cache behind the purge."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            metrics = own.get(self.server.admin, "/metrics").decode()
            if not any(value(metrics, f"fluxgrid_{name}") for name in ("http_exchanges", "jobs_queued", "jobs_running", "imports_running")):
                purge()
                metrics = own.get(self.server.admin, "/metrics").decode()
                sample = look(self.server.child.pid, metrics, time.monotonic() - self.begin)
                if not sample.response_cache_mib and not sample.block_cache_mib:
                    self.at_rest.append(sample)
                    return
            time.sleep(0.1)

    def look(self):
        if self.fault:
            raise self.fault

    def stop(self):
        self.ended.set()
        self.join()
        self.look()
        self.take()
