"""The floor: a bare libmicrohttpd answering one fixed buffer, compiled for the occasion."""
import os
import pathlib
import subprocess

from peers.base import Peer

SOURCE = pathlib.Path(__file__).with_name("floor_microhttpd.c")
BODY_BYTES = 4096
THREADS_MAX = 4  # the program's own default: one per core, at most 4


class Floor(Peer):
    what = "floor"
    packages = ("libmicrohttpd-dev",)

    def __init__(self, name, way):
        super().__init__()
        self.name, self.way = name, way
        self.is_beside_304 = way == "loop"

    def start(self, data, folder):
        binary = pathlib.Path(folder) / "floor_microhttpd"
        subprocess.run(["gcc", "-O2", "-o", binary, SOURCE, "-lmicrohttpd", "-lpthread"], check=True)
        self.spawn([binary, self.new_port(), min(THREADS_MAX, os.cpu_count() or 1), self.way])
        self.wait()

    def path(self, z, x, y):
        return f"/{z}/{x}/{y}.png"

    def check(self, body, z, x, y, expected):
        assert body == b"x" * BODY_BYTES, f"{len(body)} bytes"


def servers():
    return [Floor("libmicrohttpd, own loop (the floor)", "loop"), Floor("libmicrohttpd, its own threads", "internal")]
