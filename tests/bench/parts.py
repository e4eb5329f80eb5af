"""Which part of the program a process's CPU time is spent in: perf's samples, by library, source folder and function.

Needs linux-perf and the right to sample (root, or kernel.perf_event_paranoid <= 1). What the compiler drew into
another function counts as that function's.
"""
import collections
import pathlib
import re
import subprocess

from bench_quick import ROOT

OBJECTS = ROOT / "build" / "obj"
LIBRARIES = {"libz": "deflate", "libdeflate": "deflate", "libpng": "libpng", "libmicrohttpd": "HTTP", "libpq": "SQL", "libc": "libc",
             "libm": "libm", "[kernel": "kernel", "[vdso": "kernel"}
FOLDERS = {"geo": "remap and its geometry", "render/density": "window and density", "render/encode": "classes and palette",
           "store": "look-up of blocks", "http": "HTTP", "api": "API: selection, texts, headers", "inventory": "combination",
           "base": "base: buffers, arena, clocks", "render": "render: the rest"}


def plain(name):
    """Without what the compiler appends to the clones it makes (.isra.0, .avx2)."""
    return name.partition(".")[0]


def sources(objects=OBJECTS):
    """{function: source file without its suffix}; one that several files have is left out."""
    found = collections.defaultdict(set)
    for path in objects.rglob("*.o"):
        listed = subprocess.run(["nm", "--defined-only", str(path)], capture_output=True, text=True, check=True).stdout
        for line in listed.splitlines():
            kind, name = line.split()[-2:]
            if kind in "tT":
                found[plain(name)].add(str(path.relative_to(objects))[:-2])
    return {name: next(iter(paths)) for name, paths in found.items() if len(paths) == 1}


def part_of(library, function, source_of):
    for start, part in LIBRARIES.items():
        if library.startswith(start):
            return part
    source = source_of.get(plain(function), "").removeprefix("server/")
    for start, part in sorted(FOLDERS.items(), key=lambda pair: -len(pair[0])):
        if source.startswith(start):
            return part
    return f"{library}: other functions"


def samples(path):
    """(library, function) of every sample, the innermost frame."""
    done = subprocess.run(["perf", "script", "-i", str(path), "-F", "ip,sym,dso"], capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        found = re.match(r"\s*[0-9a-f]+\s+(.*?)\s+\((.*)\)$", line)
        if found:
            yield pathlib.PurePath(found[2]).name if found[2].startswith("/") else found[2], re.sub(r"\+0x.*", "", found[1])


def record(pid, folder, while_doing):
    """Samples a process while something is done; @return (number of samples, {part: share}, [(share, library, function)])"""
    path = pathlib.Path(folder) / "perf.data"
    sampler = subprocess.Popen(["perf", "record", "-q", "-e", "cpu-clock", "-F", "1997", "-p", str(pid), "-o", str(path)],
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        while_doing()
    finally:
        sampler.send_signal(2)
        errors = sampler.communicate(timeout=30)[1]
    if not path.exists():
        raise RuntimeError(f"perf took no samples: {errors}")
    counted = collections.Counter(samples(path))
    total = sum(counted.values())
    source_of = sources()
    parts = collections.Counter()
    for (library, function), n in counted.items():
        parts[part_of(library, function, source_of)] += n / total
    return total, dict(parts.most_common()), [(n / total, *where) for where, n in counted.most_common(25)]
