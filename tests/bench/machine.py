"""What the figures are of, in general terms: the machine, and the versions of everything that was measured."""
import os
import platform
import re
import subprocess
import pathlib

OURS = ("postgresql-15", "postgresql-15-postgis-3", "libmicrohttpd12", "libdeflate0", "libpng16-16", "wrk", "nghttp2-client")


def debian():
    found = re.search(r'^PRETTY_NAME="(.*)"', pathlib.Path("/etc/os-release").read_text(), re.M)
    return found[1] if found else platform.system()


def gib():
    return int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())[1]) / 2**20


def versions(packages):
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${Version}\\n", *packages], capture_output=True, text=True)
    return dict(line.split() for line in done.stdout.splitlines() if len(line.split()) == 2)


def describe(servers):
    packages = sorted({name for server in servers for name in getattr(server, "install", list)()} | set(OURS))
    kernel = ".".join(platform.release().split(".")[:2])
    return {"machine": f"{os.cpu_count()} cores ({platform.machine()}), {gib():.0f} GiB, {debian()}, Linux {kernel}",
            "versions": versions(packages)}
