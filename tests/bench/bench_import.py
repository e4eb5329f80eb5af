"""How fast large grids come in, and with how much memory; each result checked. Started by tests/bench/run import.

Wall time is that of the whole command, from start to published: reading, overviews, districts and their
fractions, COPY, mass balance and audit. The backend's memory is its own (anonymous), without the shared buffers.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

import inventory
import section
from bench_quick import BINARY, as_service

CASES = {
    "1.5 million cells x 6 sectors": (9_000_000, dict(nx=1500, ny=1000, step=0.01, sectors=inventory.SECTORS, west=60, north=42)),
    "23.3 million cells": (23_328_000, dict(nx=6480, ny=3600, step=0.05, sectors=("1.A.1",), west=-162, box=(4300, 880, 4650, 1080))),
}


def psql(sql):
    done = subprocess.run(["psql", "-XAt", "-v", "ON_ERROR_STOP=1", "-d", os.environ["ADMIN_URL"], "-c", sql],
                          capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"bench: {done.stderr}")
    return done.stdout.strip()


def anonymous_mib(pid):
    try:
        lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("RssAnon:")), 0)


def watch(stop, peak):
    """The largest any importer's backend (or parallel worker of it) becomes; looked at 20 times a second."""
    pids, asked = [], 0
    while not stop.wait(0.05):
        if time.monotonic() - asked > 0.5:
            pids = psql("SELECT pid FROM pg_stat_activity WHERE usename = 'fluxgrid_import'").split()
            asked = time.monotonic()
        peak[0] = max([peak[0], *map(anonymous_mib, pids)])


def run(manifest):
    """(seconds, importer's peak MiB, backend's peak MiB)"""
    stop, backend = threading.Event(), [0]
    watcher = threading.Thread(target=watch, args=(stop, backend))
    watcher.start()
    begin = time.perf_counter()
    child = subprocess.Popen(as_service([str(BINARY), "import", str(manifest), "--quiet"]), stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, env={**os.environ, "DATABASE_URL": os.environ["IMPORT_URL"]})
    try:
        errors = child.stderr.read().decode()
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - begin
    except KeyboardInterrupt:
        child.terminate()
        raise
    finally:
        stop.set()
        watcher.join()
    if status:
        sys.exit(f"bench: the import failed:\n{errors}")
    return seconds, usage.ru_maxrss / 1024, backend[0]


def check(slug, masses):
    got = psql(f"SELECT s.sector, s.mass_t FROM fluxgrid.slice s JOIN fluxgrid.release r ON r.id = s.release WHERE r.slug = '{slug}'")
    stored = {line.split("|")[0].split(":")[1]: float(line.split("|")[1]) for line in got.splitlines()}
    for sector, mass in masses.items():
        if abs(stored[sector] - mass) > 1e-9 * mass:
            sys.exit(f"bench: {slug} {sector}: {mass} t were given, {stored[sector]} t are stored")
    bad = psql(f"SELECT count(*) FILTER (WHERE NOT ok) || ' of ' || count(*) FROM fluxgrid.release r, fluxgrid.audit(r.id) WHERE r.slug = '{slug}'")
    if not bad.startswith("0 of ") or bad == "0 of 0":
        sys.exit(f"bench: {slug}: checks of the audit that fail: {bad}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true", help="write it into docs/benchmarks.md")
    options = parser.parse_args()
    cases = []
    rows = ["| import, from start to published | s | million cells/s | importer's peak MiB | backend's own MiB |", "|---|---|---|---|---|"]
    for number, (name, (cells, shape)) in enumerate(CASES.items()):
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            slug = f"large-{number}"
            manifest, masses = inventory.write_apart(folder, **shape, slug=slug, code=f"L{number}x")
            seconds, importer, backend = run(manifest)
        check(slug, masses)
        cases.append({"what": name, "cells": cells, "seconds": seconds, "million_cells_per_s": cells / seconds / 1e6,
                      "importer_peak_mib": importer, "backend_peak_mib": backend})
        rows.append(f"| {name}, 211 districts | {seconds:.1f} | {cells / seconds / 1e6:.2f} | {importer:.0f} | {backend:.0f} |")
    table = "\n".join(rows)
    print(table)
    if options.write:
        section.record("import", {"cases": cases})
        section.write("Large imports", f"Written by `tests/bench/run import --write` (`make bench-import` prints the same): one run each, "
                      f"{os.cpu_count()} cores shared by importer and database, from DEFLATE-compressed GeoTIFF, districts and their fractions "
                      f"included. The masses of every sector and the audit of the stored release are checked.\n\n{table}")


if __name__ == "__main__":
    main()
