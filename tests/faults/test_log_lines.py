"""T12, T13: what a request holds is in no log line but its own, nor in a link: not by signs beyond ASCII either."""
from __future__ import annotations

import json
import re

import pytest
from framings import HOSTS
from rawhttp import connect, read_all

# What some program takes for the end of a line, an order to a terminal, or a turn of the writing's direction.
SIGNS = {"LF": "\n", "CR": "\r", "VT": "\x0b", "FF": "\x0c", "ESC": "\x1b", "BS": "\x08", "NUL": "\x00", "DEL": "\x7f", "FS": "\x1c", "US": "\x1f",
         **{f"U+{c:04X}": chr(c) for c in [*range(0x80, 0xA0), 0x2028, 0x2029, 0x202A, 0x202D, 0x202E, 0x2066, 0x2069]}}
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
FORGED = '{"time":"2026-01-01T00:00:00.000Z","level":"error","area":"forged","message":"forged"}'


def line_of(request_id: bytes, target: bytes, *fields: bytes) -> bytes:
    return b"\r\n".join((b"GET " + target + b" HTTP/1.1", b"Host: a", b"Connection: close", b"X-Request-Id: " + request_id, *fields, b"", b""))


def forgeries(sign: str) -> list[tuple[bytes, tuple[bytes, ...]]]:
    """Targets and fields that would be another line if the sign ended one."""
    text = (sign + FORGED.replace(" ", "") + sign).encode()
    escaped = b"".join(b"%%%02X" % b for b in text)
    return [(b"/" + text, ()), (b"/v1/gases?" + text, ()), (b"/v1/gases?q=" + text, ()), (b"/" + escaped, ()), (b"/v1/districts?q=" + escaped, ()),
            (b"/v1/gases?" + escaped + b"=1", ()), (b"/v1/releases/" + escaped, ()), (b"/livez", (b"User-Agent: " + text,)),
            (b"/livez", (b"X-Forwarded-For: " + text,)), (b"/livez", (b"Forwarded: for=" + text,)), (b"/livez", (b"Referer: " + text,)),
            (b"/livez", (b"X-Request-Id: " + text,))]


@pytest.fixture
def target(start_server, database):
    server = start_server(database, FLUXGRID_TRUSTED_PROXIES="127.0.0.1")  # whose word about the client is in the log
    yield server
    assert server.stop() == 0, server.log[-3000:]


def entries(server) -> list[dict]:
    """Split at LF only, as a log's reader does; str.splitlines() ends lines at the signs tried here. Without those of the start, which may come late."""
    lines = server.log_path.read_text(errors="surrogateescape").split("\n")
    return [json.loads(text) for text in lines if ('"message":"request"' in text or "forged" in text) and '"target":"/readyz"' not in text]


def test_one_line_a_request(target, held):
    before, tried = len(entries(target)), 0
    for name, sign in SIGNS.items():
        for to, fields in forgeries(sign):
            with connect(target.url) as sock:
                sock.sendall(line_of(b"line-%d" % tried, to, *fields))
                raw, _ = read_all(sock)
            assert raw.startswith(b"HTTP/1.1 "), (name, to, fields)
            tried += 1
    assert target.stop() == 0  # every line is in the log then, one more than there should be, too
    lines = entries(target)[before:]
    held("T12", "signs that may end a line, in path, query and headers: one line of the log each", tried, min(len(lines), 2 * tried - len(lines)))
    logged = target.log_path.read_text(errors="surrogateescape")
    found = sorted({f"U+{ord(c):04X}" for c in RAW.findall(logged)})
    held("T12", "of these signs, those that are not in the log as they are", len(SIGNS), len(SIGNS) - len(found), str(found) if found else "")
    assert all(entry["area"] == "http" for entry in lines)


HOSTILE_HOSTS = [*HOSTS, "<script>", "a\"><img>", "a'b", "a\\b", "a;b", "a{b}", "a\x85b", "\u2028"]


def test_a_host_that_is_none_is_in_no_link(target, held):
    refused = 0
    for host in HOSTILE_HOSTS:
        with connect(target.url) as sock:
            sock.sendall(b"GET /ogc HTTP/1.1\r\nConnection: close\r\nHost: " + host.encode() + b"\r\n\r\n")
            raw, is_closed = read_all(sock)
        body = raw.partition(b"\r\n\r\n")[2]
        refused += raw.startswith(b"HTTP/1.1 400 ") and is_closed and b"http://" not in body
    held("T13", "hosts that are none, one with a bracket that is never closed: refused, in no link", len(HOSTILE_HOSTS), refused)
    assert b"http://[::1]:8080/" in request_with_host(target.url, b"[::1]:8080")


def request_with_host(url: str, host: bytes) -> bytes:
    with connect(url) as sock:
        sock.sendall(b"GET /ogc HTTP/1.1\r\nConnection: close\r\nHost: " + host + b"\r\n\r\n")
        return read_all(sock)[0]
