"""Many connections at once from one thread: what load tests are made of."""
from __future__ import annotations

import os
import pathlib
import re
import selectors
import socket
import time
from collections import Counter

from rawhttp import HANG_S, connect, request


def cold_tiles(count: int, salt: int = 0) -> list[str]:
    """Addresses over Uzbekistan that nobody asked for before, if `salt` is new (0..12)."""
    year = 2010 + salt % 13
    paths = [f"/tiles/uzbekistan/emissions-co2/11/{x}/{y}.png?year={year}"
             for x in range(1344, 1440) for y in range(745, 805)]
    assert count <= len(paths)
    return paths[:count]


def metric(server, name: str) -> float:
    text = request(server.admin, "/metrics").body.decode()
    found = re.search(rf"^{name} (\S+)$", text, re.M)
    assert found, f"{name} is not among the metrics"
    return float(found[1])


def cpu_s(server) -> float:
    """What all threads of a server have worked so far: no other process makes that more."""
    fields = pathlib.Path(f"/proc/{server.pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def sockets_of(server) -> list[tuple[int, bool]]:
    """Of each connection to a server: the bytes that lie in the kernel on the server's side, and whether the server has taken it in."""
    ports, found = (server.port, server.admin_port), []
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if int(fields[1].partition(":")[2], 16) in ports and fields[3] != "0A":  # what listens
            found.append((sum(int(part, 16) for part in fields[4].split(":")), fields[9] != "0"))
    return found


def held_by(server) -> int:
    """Connections of clients that have a descriptor of the server."""
    return sum(is_taken for _, is_taken in sockets_of(server))


def get_bytes(path: str, close: bool = False) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: a\r\n{'Connection: close' if close else 'X: y'}\r\n\r\n".encode()


def complete(raw: bytes) -> bool:
    head, blank, body = raw.partition(b"\r\n\r\n")
    length = re.search(rb"Content-Length: (\d+)", head)
    return bool(blank) and (length is None or len(body) >= int(length[1]))


class Quiet:
    """Whether a server that drains may have taken a connection for idle (LOOP_DRAIN_* in server/http/loop.c: after 1 s without a
    request, 0.3 s without a next one) and ended it, as this client was slow to ask. He counts from what was sent before, which the
    server has answered after that; the rest of its time is for packets, which wait for hundreds of milliseconds on a busy machine."""

    FIRST_S, NEXT_S = 0.5, 0.1

    def __init__(self):
        self.since, self.most_s = time.monotonic(), self.FIRST_S  # from before it connects
        self.is_long = False

    def send(self, sock: socket.socket, requests: bytes) -> None:
        """Ends it. A thread of a busy machine may stand still before its bytes are out, and behind them."""
        begun = time.monotonic()
        try:
            sock.sendall(requests)
        finally:
            self.is_long = time.monotonic() - self.since > self.most_s
            self.since, self.most_s = begun, self.NEXT_S


class Crowd:
    """`connections` opened at once; ask() sends one path on each and hears all the answers."""

    def __init__(self, url: str, connections: int):
        self.sockets = [connect(url) for _ in range(connections)]

    def close(self) -> None:
        for sock in self.sockets:
            sock.close()

    def send(self, paths: list[str]) -> None:
        for sock, path in zip(self.sockets, paths):
            sock.sendall(get_bytes(path))

    def hear(self, seconds: float = 2 * HANG_S) -> list[tuple[int, float, bytes]]:
        """(status, seconds, raw) of each, in the order they came; status 0 = closed without one,
        -1 = nothing in time."""
        start, got, out = time.monotonic(), {s: b"" for s in self.sockets}, []
        with selectors.DefaultSelector() as selector:
            for sock in self.sockets:
                sock.setblocking(False)
                selector.register(sock, selectors.EVENT_READ)
            while got and time.monotonic() - start < seconds:
                for key, _ in selector.select(0.5):
                    sock = key.fileobj
                    try:
                        data = sock.recv(1 << 18)
                    except ConnectionResetError:
                        data = b""
                    got[sock] += data
                    if not data or complete(got[sock]):
                        raw = got.pop(sock)
                        selector.unregister(sock)
                        out.append((int(raw[9:12]) if complete(raw) else 0, time.monotonic() - start, raw))
        for sock in self.sockets:
            sock.setblocking(True)
        return out + [(-1, seconds, b"")] * len(got)

    def ask(self, paths: list[str], seconds: float = 2 * HANG_S) -> list[tuple[int, float, bytes]]:
        self.send(paths)
        return self.hear(seconds)


def statuses(answers) -> Counter:
    return Counter(status for status, _, _ in answers)


def is_closed(sock: socket.socket) -> bool:
    """Has the server ended it? A byte is tried too: a close may show only on the second one."""
    sock.setblocking(False)
    try:
        if sock.recv(65536) == b"":
            return True
    except BlockingIOError:
        pass
    except OSError:
        return True
    return False
