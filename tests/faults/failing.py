"""The allocator that fails on purpose (failing_malloc.c), and a process that runs on it."""
from __future__ import annotations

import mmap
import os
import pathlib
import struct
import subprocess

from kit import ROOT, identity

ANYBODYS, OURS_ONLY, THEIRS_ONLY = range(3)
FIELDS = ("countdown", "seen", "failed", "live", "whose", "tells")
NEVER = 1 << 62


def library(folder: pathlib.Path) -> pathlib.Path:
    """Built by make, and copied to where the unprivileged user can read it."""
    built = ROOT / "build/tests/failing_malloc.so"
    subprocess.run(["make", "--no-print-directory", "-s", str(built.relative_to(ROOT))], cwd=ROOT, check=True)
    copy = folder / built.name
    if not copy.exists():  # processes may run on it
        copy.write_bytes(built.read_bytes())
        copy.chmod(0o755)
    return copy


class FailingMalloc:
    """env makes a process run on it; arm(n) makes its nth allocation from now on fail, once."""

    def __init__(self, folder: pathlib.Path, name: str):
        path = folder / f"{name}.malloc"
        path.write_bytes(bytes(4096))
        who = identity()
        if who:
            os.chown(path, who["user"], who["group"])
        with open(path, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), 4096)
        self.env = {"LD_PRELOAD": str(library(folder)), "FAILING_MALLOC": str(path)}

    def __getattr__(self, name: str) -> int:
        if name not in FIELDS:
            raise AttributeError(name)
        return struct.unpack_from("q", self.memory, 8 * FIELDS.index(name))[0]

    def put(self, name: str, value: int) -> None:
        struct.pack_into("q", self.memory, 8 * FIELDS.index(name), value)

    def arm(self, n: int, whose: int = ANYBODYS) -> None:
        self.put("countdown", 0)
        for name, value in (("whose", whose), ("seen", 0), ("failed", 0), ("countdown", n)):
            self.put(name, value)

    def disarm(self) -> bool:
        """@return whether the allocation that was to fail came."""
        self.put("countdown", 0)
        return self.failed > 0
