"""A good client beside a crowd: what it sees is the measure. It is a process of its own, because the crowd is made of threads of the tests'
Python: a client that is another of them waits for the crowd, and that would be taken for the server's time.

As a program: `good_client.py URL PATH` says "asks", asks until its input ends, and prints what it saw as JSON."""
from __future__ import annotations

import json
import pathlib
import select
import subprocess
import sys
import time

from rawhttp import request

PERIOD_S = 0.02


class GoodClient:
    """50 requests a second for one cached path, a new connection each. After stop(): how long each took, and what was wrong with some."""

    def __init__(self, server, path: str):
        self.command = [sys.executable, str(pathlib.Path(__file__)), server.url, path]
        self.seconds: list[float] = []
        self.errors: list[str] = []

    def start(self) -> None:
        """@return when it asks."""
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "asks\n", "the good client's first request failed"

    def stop(self) -> None:
        said, _ = self.process.communicate(timeout=120)
        self.seconds, self.errors = json.loads(said)

    def quantile(self, q: float) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * q))]


def fault(url: str, path: str) -> str:
    """Asks. @return what was wrong with the answer, or nothing."""
    try:
        status = request(url, path).status
    except (OSError, AssertionError) as error:
        return repr(error)
    return "" if status == 200 else str(status)


def main(url: str, path: str) -> None:
    assert fault(url, path) == ""  # not counted: Python loads what a connection needs
    print("asks", flush=True)
    seconds, faults = [], []
    is_over = False
    while not is_over:
        start = time.monotonic()
        faults.append(fault(url, path))
        seconds.append(time.monotonic() - start)
        is_over = select.select([sys.stdin], [], [], max(0.0, PERIOD_S - seconds[-1]))[0]
    json.dump([seconds, [told for told in faults if told]], sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
