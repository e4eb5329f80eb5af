"""One run of wrk over a list of requests: requests/s, latencies, what it cost the server. Wrong answers void it.

The requests are formatted once, before the clock runs; request() only takes the next of the list, the same for
every server. Each thread of wrk walks the whole list in turn, from a place of its own. Statuses of 400 and above and
socket errors are wrk's own count; any other wrong answer (a redirect, a body where none is due) shows in the bytes,
which must be those of the pass that was checked.
"""
import dataclasses
import json
import math
import os
import pathlib
import re
import subprocess
import tempfile

SCRIPT = pathlib.Path(__file__).with_name("load.lua")
TICKS = os.sysconf("SC_CLK_TCK")


class Invalid(Exception):
    """The run gave wrong answers: it has no figure."""


@dataclasses.dataclass
class Load:
    connections: int
    seconds: float
    requests: int
    per_second: float
    p50_ms: float
    p99_ms: float
    p999_ms: float
    max_ms: float
    bytes_each: float
    cpu_us_each: float  # the server's, all of its processes; NaN without pids
    peak_mib: float     # resident, the sum of its processes' peaks during the run
    end_mib: float

    def row(self):
        return {name: None if value != value else value for name, value in dataclasses.asdict(self).items()}


def threads(connections):
    return min(connections, os.cpu_count() or 1)


def stat_ticks(pid):
    """CPU ticks of a process so far, the children it has waited for included; 0 when it is gone."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(map(int, fields[11:15]))


def cpu_seconds(pids):
    return sum(map(stat_ticks, pids)) / TICKS


def memory_mib(pids, name):
    """The sum over processes of a line of their status, such as VmRSS or VmHWM."""
    total = 0
    for pid in pids:
        try:
            found = re.search(rf"^{name}:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text(), re.M)
        except OSError:
            continue
        total += int(found[1]) / 1024 if found else 0
    return total


def forget_peaks(pids):
    for pid in pids:
        try:
            pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")
        except OSError:
            pass  # not ours to write: the peak is then that since its start


def call(url, file, connections, seconds, timeout_s):
    """wrk's own figures, as its script writes them."""
    done = subprocess.run(["wrk", "-t", str(threads(connections)), "-c", str(connections), "-d", f"{seconds:g}s",
                           "--timeout", f"{timeout_s}s", "-s", str(SCRIPT), url, "--", file, str(threads(connections))],
                          capture_output=True, text=True)
    found = re.search(r"^figures (\{.*\})$", done.stdout, re.M)
    if done.returncode or not found:
        raise Invalid(f"{url}: wrk failed: {(done.stderr or done.stdout)[:300]}")
    return json.loads(found[1])


def run(url, paths, connections, seconds, *, pids=None, size=None, timeout_s=30):
    """@param pids   a function: the server's processes now.
    @param size   (mean, standard deviation) of the bytes of an answer, headers included, as check.Pass has them.
    @raise Invalid when any answer was wrong."""
    pids = pids or (lambda: [])
    with tempfile.NamedTemporaryFile("w", prefix="fluxgrid-load-") as file:
        pathlib.Path(file.name).write_text("".join(f"{path}\n" for path in paths))
        before = pids()
        forget_peaks(before)
        spent = {pid: stat_ticks(pid) for pid in before}
        got = call(url, file.name, connections, seconds, timeout_s)
        after = sorted(set(before) | set(pids()))
        cpu_s = sum(max(0, stat_ticks(pid) - spent.get(pid, 0)) for pid in after) / TICKS
    refuse_wrong(url, got, size)
    per = got["requests"]
    elapsed = got["duration_us"] / 1e6
    return Load(connections, elapsed, per, per / elapsed, *(got[k] / 1e3 for k in ("p50", "p99", "p999", "max")),
                bytes_each=got["bytes"] / per, cpu_us_each=cpu_s / per * 1e6 if after else math.nan,
                peak_mib=memory_mib(after, "VmHWM"), end_mib=memory_mib(after, "VmRSS"))


def refuse_wrong(url, got, size):
    wrong = {kind: got[kind] for kind in ("connect", "read", "write", "status", "timeout") if got[kind]}
    if wrong or not got["requests"]:
        raise Invalid(f"{url}: {got['requests']} answers, and errors: {wrong}")
    if size is None:
        return
    mean, deviation = size
    each = got["bytes"] / got["requests"]
    # a sample of the list, and up to 256 answers cut off in the middle at the end
    slack = 0.02 * mean + 8 * (deviation + 0.1 * mean) / math.sqrt(got["requests"])
    if abs(each - mean) > slack:
        raise Invalid(f"{url}: {each:.0f} bytes an answer, {mean:.0f} were checked: these are other answers")
