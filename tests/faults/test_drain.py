"""T32: SIGTERM with everybody busy: hits and misses, large answers read slowly, requests sent ahead. Nobody is cut, and it ends in time."""
from __future__ import annotations

import ctypes
import re
import signal
import socket
import struct
import threading
import time

from crowd import Quiet, complete, get_bytes
from kit import wait_until
from lineage import stop_within
from rawhttp import connect, read_all, request

TILE = "/tiles/uzbekistan/emissions-co2/5/21/11.png"
LARGE = "/docs"  # 400 KB


class Client(threading.Thread):
    """Asks until the server wants no more; every answer that was begun, or asked for before anyone said close, must come whole. Who
    was quiet for so long that he was taken for idle is not cut."""

    def __init__(self, url: str, number: int):
        super().__init__(daemon=True)
        self.url, self.number, self.is_over = url, number, False
        self.done, self.cut, self.quiet = 0, [], Quiet()
        self.kind = ("tiles", "slow reader", "ahead", "anew")[number % 4]

    def run(self) -> None:
        sock = None
        while not self.is_over:
            try:
                if sock is None:
                    self.quiet = Quiet()
                    sock = connect(self.url)
            except OSError:
                return  # nobody listens any more
            try:
                keeps = getattr(self, self.kind.replace(" ", "_"))(sock)
            except OSError as error:
                if not self.quiet.is_long:
                    self.cut.append((self.kind, repr(error), f"{time.monotonic() - self.quiet.since:.3f} s after it had asked"))
                    return
                keeps = False
            if not keeps:
                sock.close()
                sock = None

    def hear(self, sock: socket.socket, raw: bytes = b"", pause: float = 0) -> tuple[bool, bytes]:
        """@return whether the connection goes on, and what came after the answer."""
        while not complete(raw):
            time.sleep(pause)
            data = sock.recv(16384 if pause else 65536)
            if not data:
                if raw or not self.quiet.is_long:
                    self.cut.append((self.kind, b"closed after " + raw[:100]))
                return False, b""
            raw += data
        head, _, body = raw.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200 "):
            self.cut.append((self.kind, head))
            return False, b""
        self.done += 1
        length = int(re.search(rb"Content-Length: (\d+)", head)[1])
        return b"\r\nConnection: close" not in head, body[length:]

    def tile(self) -> str:
        n = self.number * 7 + self.done
        return TILE if n % 2 else f"/tiles/uzbekistan/emissions-co2/10/{672 + n % 48}/{372 + n % 30}.png?year={2010 + self.number % 13}"

    def tiles(self, sock) -> bool:
        self.quiet.send(sock, get_bytes(self.tile()))
        return self.hear(sock)[0]

    def anew(self, sock) -> bool:
        self.quiet.send(sock, get_bytes(self.tile(), close=True))
        self.hear(sock)
        return False

    def slow_reader(self, sock) -> bool:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32768)
        self.quiet.send(sock, get_bytes(LARGE))
        return self.hear(sock, pause=0.01)[0]

    def ahead(self, sock) -> bool:
        """Four at once. One that says close answers for those behind it: they are to be sent again elsewhere (RFC 9112, 9.6)."""
        self.quiet.send(sock, get_bytes(self.tile()) * 4)
        rest = b""
        for _ in range(4):
            keeps, rest = self.hear(sock, rest)
            if not keeps:
                return False
        return True


def test_everybody_busy_and_nobody_cut(start_server, database, scale, full, held, measured):
    times, good, done, slowest = scale(20, 2), 0, 0, 0.0
    patience = {} if full else {"FLUXGRID_DRAIN_TIMEOUT_MS": "600000"}  # how long it takes is judged by a full run alone
    server = start_server(database, FLUXGRID_REQUEST_TIMEOUT_MS="600000", **patience)
    for n in range(times):
        if n:
            server.start()
        request(server.url, LARGE)
        clients = [Client(server.url, i) for i in range(64)]
        for client in clients:
            client.start()
        time.sleep(0.4 + 0.13 * (n % 7))
        status, took = stop_within(server, 120)
        for client in clients:
            client.is_over = True
            client.join(120)
        cut = [c for client in clients for c in client.cut]
        assert not cut, f"{len(cut)} were cut: {cut[:3]}"
        done += sum(client.done for client in clients)
        slowest = max(slowest, took)
        good += status == 0
    held("T32", f"drains with 64 busy clients: 0 cut, exit status 0 ({done} answers)", times, good)
    measured("T32", "the longest drain", slowest, "s", at_most=10)


def test_what_will_not_end_is_ended_by_a_second_signal(start_server, database, held, measured):
    """One who reads its answer a byte at a time would hold the drain up for its ten seconds."""
    server = start_server(database)
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.connect(("127.0.0.1", server.port))
    sock.sendall(get_bytes(LARGE))
    assert sock.recv(1)
    process = server.process
    process.send_signal(signal.SIGTERM)
    assert wait_until(lambda: "draining" in server.log)
    time.sleep(1)
    assert process.poll() is None, "it did not wait for a client that reads"
    begun = time.monotonic()
    process.send_signal(signal.SIGTERM)
    status = process.wait(120)
    server.process = None
    sock.close()
    held("T32", "a second SIGTERM ends a drain", 1, int(status == 0 and "again" in server.log))
    measured("T32", "the end after it", time.monotonic() - begun, "s", at_most=3)


SO_ATTACH_FILTER, SO_DETACH_FILTER = 26, 27
DEAF = [(0x30, 0, 0, 13), (0x45, 0, 1, 0x02), (0x06, 0, 0, 0), (0x06, 0, 0, 0x7FFFFFFF)]  # drops what has the flag SYN


def dial_deaf(port: int) -> socket.socket:
    """A client that does not hear the server's part of the handshake, as if it were far away."""
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in DEAF))
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HP", len(DEAF), ctypes.addressof(code)))
    sock.setblocking(False)
    sock.connect_ex(("127.0.0.1", port))
    return sock


def test_who_was_about_to_connect_is_answered(start_server, database, held):
    """The server has no privileges; the test needs one, to make a client deaf."""
    server = start_server(database)
    clients = [dial_deaf(server.port) for _ in range(8)]
    server.process.send_signal(signal.SIGTERM)
    assert wait_until(lambda: "draining" in server.log)
    time.sleep(0.4)
    refused = 0
    try:
        connect(server.url).close()
    except OSError as error:
        refused = int(isinstance(error, ConnectionRefusedError))
    answered = 0
    for sock in clients:
        sock.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)
    for sock in clients:
        sock.settimeout(10)
        try:
            sock.sendall(get_bytes("/livez", close=True))  # waits for the handshake
            answered += read_all(sock)[0].startswith(b"HTTP/1.1 200 ")
        except OSError:
            pass
        sock.close()
    status = server.process.wait(120)
    server.process = None
    held("T32", "clients that had begun to connect when a drain began: answered", len(clients), answered)
    held("T32", "one that began meanwhile: refused at once; exit status 0", 2, refused + int(status == 0))
