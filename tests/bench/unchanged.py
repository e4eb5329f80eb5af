"""One run of h2load, HTTP/1.1 with keep-alive, over one address: for 304s, which wrk cannot count.

A 304 here says the Content-Length its tile would have (RFC 9110, 8.6); the parser inside wrk then waits for a body
that never comes. h2load does not, but sends the same headers with every request, so it asks for one tile only. The
servers that 304s are compared with are asked by h2load too.
"""
import math
import re
import subprocess
import tempfile

import load


def run(url, path, connections, seconds, *, tag=None, pids=None):
    """@param tag  the ETag to ask with: every answer must be a 304; without, a 200.
    @raise load.Invalid when any answer was another."""
    pids = pids or (lambda: [])
    headers = ["-H", f"if-none-match: {tag}"] if tag else []
    with tempfile.NamedTemporaryFile("r", prefix="fluxgrid-load-") as log:
        before = pids()
        load.forget_peaks(before)
        spent = load.cpu_seconds(before)
        done = subprocess.run(["h2load", "--h1", "-t", str(load.threads(connections)), "-c", str(connections), "-D", str(seconds),
                               *headers, f"--log-file={log.name}", url + path], capture_output=True, text=True)
        spent = load.cpu_seconds(before) - spent
        times = statuses(url, log, 304 if tag else 200)
    figures = counted(url, done, 304 if tag else 200)
    per = figures["answers"]
    return load.Load(connections, seconds, per, per / seconds, *(at(times, share) for share in (0.5, 0.99, 0.999, 1)),
                     bytes_each=figures["bytes"] / per, cpu_us_each=spent / per * 1e6 if before else math.nan,
                     peak_mib=load.memory_mib(before, "VmHWM"), end_mib=load.memory_mib(before, "VmRSS"))


def statuses(url, log, status):
    """Milliseconds of every answer, in order of size."""
    times = []
    for line in log:
        _, got, spent_us = line.split("\t")
        if int(got) != status:
            raise load.Invalid(f"{url}: answered {got}, not {status}")
        times.append(int(spent_us) / 1e3)
    return sorted(times)


def counted(url, done, status):
    codes = re.search(r"^status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx", done.stdout, re.M)
    errors = re.search(r"(\d+) failed, (\d+) errored, (\d+) timeout", done.stdout)
    total = re.search(r"^traffic: \S+ \((\d+)\) total", done.stdout, re.M)
    if done.returncode or not (codes and errors and total):
        raise load.Invalid(f"{url}: h2load failed: {(done.stderr or done.stdout)[:300]}")
    by_hundred = dict(zip((2, 3, 4, 5), map(int, codes.groups())))
    answers = by_hundred.pop(status // 100)
    if answers == 0 or any(by_hundred.values()) or any(map(int, errors.groups())):
        raise load.Invalid(f"{url}: {codes[0]}; {errors[0]}")
    return {"answers": answers, "bytes": int(total[1])}


def at(ordered, share):
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
