"""Bytes to a socket and back: for requests that no HTTP library would send."""
from __future__ import annotations

import dataclasses
import re
import socket
from urllib.parse import urlsplit

HANG_S = 60  # only ends a test that hangs


@dataclasses.dataclass
class Reply:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        found = [v for n, v in self.headers if n.lower() == name.lower()]
        assert len(found) <= 1, f"{name} was sent {len(found)} times"
        return found[0] if found else None


@dataclasses.dataclass
class Exchange:
    """What came back on one connection. `closed`: the server ended it within the wait."""
    raw: bytes
    closed: bool

    @property
    def statuses(self) -> list[int]:
        return [int(s) for s in re.findall(rb"HTTP/1\.[01] (\d{3})[ \r]", self.raw)]

    def replies(self) -> list[Reply]:
        return parse_replies(self.raw)


def parse_replies(raw: bytes, methods: tuple[str, ...] = ()) -> list[Reply]:
    """Splits a stream of answers by their Content-Length; 1xx, 204, 304 and HEAD have no body."""
    replies: list[Reply] = []
    while raw:
        head, blank, rest = raw.partition(b"\r\n\r\n")
        assert blank, f"an answer's head is not complete: {raw[:200]!r}"
        lines = head.decode("latin-1").split("\r\n")
        match = re.fullmatch(r"HTTP/1\.1 (\d{3}) [A-Za-z -]+", lines[0])
        assert match, lines[0]
        headers = [tuple(line.split(": ", 1)) for line in lines[1:]]
        reply = Reply(int(match[1]), headers, b"")  # type: ignore[arg-type]
        method = methods[len(replies)] if len(replies) < len(methods) else "GET"
        assert reply.header("Transfer-Encoding") is None
        if method != "HEAD" and reply.status not in (204, 304):
            length = reply.header("Content-Length")
            assert length is not None, "an answer has no Content-Length"
            assert len(rest) >= int(length), "an answer was cut"
            reply.body, rest = rest[:int(length)], rest[int(length):]
        replies.append(reply)
        raw = rest
    return replies


def connect(url: str, timeout: float = HANG_S, source: str = "") -> socket.socket:
    """@param source  the client's address; "" takes the usual one."""
    parts = urlsplit(url)
    sock = socket.create_connection((parts.hostname, parts.port), timeout=timeout, source_address=(source, 0) if source else None)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def read_all(sock: socket.socket, wait: float = HANG_S) -> tuple[bytes, bool]:
    """Reads until the server closes, or nothing came for `wait` seconds."""
    got, closed = b"", False
    sock.settimeout(wait)
    try:
        while True:
            data = sock.recv(65536)
            if not data:
                closed = True
                break
            got += data
    except socket.timeout:
        pass
    except ConnectionResetError:
        closed = True
    return got, closed


def exchange(url: str, sent: bytes, wait: float = HANG_S, source: str = "") -> Exchange:
    with connect(url, source=source) as sock:
        try:
            sock.sendall(sent)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before it was all sent: the answer is what counts
        raw, closed = read_all(sock, wait)
    return Exchange(raw, closed)


def request(url: str, target: str, method: str = "GET", headers: dict[str, str] | None = None,
            body: bytes = b"", source: str = "") -> Reply:
    """One well-formed request on a connection of its own; targets are sent as they are."""
    lines = [f"{method} {target} HTTP/1.1", "Host: test.example", "Connection: close"]
    lines += [f"{n}: {v}" for n, v in (headers or {}).items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    sent = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body
    result = exchange(url, sent, source=source)
    assert result.closed
    replies = parse_replies(result.raw, (method,))
    assert len(replies) == 1, result.raw
    return replies[0]
