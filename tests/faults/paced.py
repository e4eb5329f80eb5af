"""Clients at a steady pace that check every answer: half of them connect for each request, half keep their connection."""
from __future__ import annotations

import hashlib
import socket
import threading
import time

from crowd import Quiet, complete, get_bytes
from rawhttp import connect


class PacedClient(threading.Thread):
    def __init__(self, crowd: "PacedCrowd", number: int):
        super().__init__(daemon=True)
        self.crowd, self.number, self.keeps = crowd, number, number % 2 == 1
        self.done, self.failed = 0, []
        self.sock: socket.socket | None = None
        self.quiet = Quiet()

    def run(self) -> None:
        every = self.crowd.clients_count / self.crowd.rate
        due = time.monotonic() + every * self.number / self.crowd.clients_count
        paths = list(self.crowd.wanted)
        while not self.crowd.is_over:
            time.sleep(max(0.0, due - time.monotonic()))
            due = max(due + every, time.monotonic() - 1)
            path = paths[(self.number + self.done) % len(paths)]
            try:
                self.judge(path, self.ask(path))
            except OSError as error:
                self.failed.append((path, repr(error)))
                self.drop()
        self.drop()

    def ask(self, path: str) -> bytes:
        """Asks on the connection that is kept; again, on a new one, where that may have been idle for too long."""
        is_kept = self.sock is not None
        if not is_kept:
            self.quiet = Quiet()
            self.sock = connect(self.crowd.url)
        try:
            raw = self.put(path)
        except OSError:
            if not (is_kept and self.quiet.is_long):
                raise
            raw = b""
        if raw == b"" and is_kept and self.quiet.is_long:
            self.drop()
            return self.ask(path)
        return raw

    def put(self, path: str) -> bytes:
        self.quiet.send(self.sock, get_bytes(path, close=not self.keeps))
        raw = b""
        while not complete(raw):
            data = self.sock.recv(65536)
            if not data:
                break
            raw += data
        if not self.keeps or b"\r\nConnection: close\r\n" in raw.partition(b"\r\n\r\n")[0] + b"\r\n":
            self.drop()
        return raw

    def judge(self, path: str, raw: bytes) -> None:
        head, _, body = raw.partition(b"\r\n\r\n")
        if head.startswith(b"HTTP/1.1 200 ") and complete(raw) and hashlib.sha256(body).digest() == self.crowd.wanted[path]:
            self.done += 1
        else:
            self.failed.append((path, raw[:120]))
            self.drop()

    def drop(self) -> None:
        if self.sock is not None:
            self.sock.close()
            self.sock = None


class PacedCrowd:
    """with PacedCrowd(server.url, paths, 500) as crowd: ...; then crowd.done and crowd.failed. Every body is compared with
    the one that was answered before the crowd came."""

    def __init__(self, url: str, paths: list[str], rate: float, clients: int = 20):
        self.url, self.rate, self.clients_count, self.is_over = url, rate, clients, False
        self.wanted = {path: self.digest_of(path) for path in paths}
        self.clients = [PacedClient(self, n) for n in range(clients)]

    def digest_of(self, path: str) -> bytes:
        with connect(self.url) as sock:
            sock.sendall(get_bytes(path, close=True))
            head, _, body = b"".join(iter(lambda: sock.recv(65536), b"")).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 "), head
        return hashlib.sha256(body).digest()

    def __enter__(self) -> "PacedCrowd":
        for client in self.clients:
            client.start()
        return self

    def __exit__(self, *_) -> None:
        self.is_over = True
        for client in self.clients:
            client.join(120)

    @property
    def done(self) -> int:
        return sum(client.done for client in self.clients)

    @property
    def failed(self) -> list:
        return [failure for client in self.clients for failure in client.failed]
