"""T9: requests that are too large in every way: told so at once, and forgotten."""
from __future__ import annotations

import statistics
import time

import pytest
from crowd import metric
from rawhttp import connect, parse_replies, read_all, request


def get(target: bytes = b"/livez", *fields: bytes) -> bytes:
    return b"\r\n".join((b"GET " + target + b" HTTP/1.1", b"Host: a", *fields, b"", b""))


# Bytes, and the statuses that say so.
LARGE = {
    "a target of 1 MB": (get(b"/" + b"a" * 1_000_000), {414}),
    "a target of 2049 bytes": (get(b"/" + b"a" * 2048), {414}),
    "a query of 1 MB": (get(b"/livez?a=" + b"b" * 1_000_000), {414}),
    "3,000 arguments": (get(b"/livez?" + b"&".join(b"%d" % i for i in range(3000))), {414}),
    "3,000 arguments with values": (get(b"/livez?" + b"&".join(b"a%d=1" % i for i in range(3000))), {414}),
    "700 ampersands": (get(b"/livez?" + b"&" * 700), {414}),
    "3,000 header fields": (get(b"/livez", *(b"X-%d: 1" % i for i in range(3000))), {431}),
    "3,000 empty fields": (get(b"/livez", *[b"X:"] * 3000), {431}),
    "65 header fields": (get(b"/livez", *(b"X-%d: 1" % i for i in range(64))), {431}),
    "a cookie of 16 kB": (get(b"/livez", b"Cookie: a=" + b"b" * 16384), {431}),
    "16 kB of cookies": (get(b"/livez", b"Cookie: " + b"; ".join(b"a%d=b" % i for i in range(2300))), {431}),
    "a field of 1 MB": (get(b"/livez", b"X: " + b"b" * 1_000_000), {431}),
    "a name of 1 MB": (get(b"/livez", b"X" * 1_000_000 + b": b"), {431}),
    "1 MB of blanks in a field": (get(b"/livez", b"X:" + b" " * 1_000_000 + b"b"), {431}),
    "a method of 1 MB": (b"G" * 1_000_000 + b" / HTTP/1.1\r\nHost: a\r\n\r\n", {400}),
    "a version of 1 MB": (b"GET / HTTP/1.1" + b"1" * 1_000_000 + b"\r\nHost: a\r\n\r\n", {400}),
    "a host of 1 kB": (b"GET /livez HTTP/1.1\r\nHost: " + b"a" * 1000 + b"\r\n\r\n", {400}),
    "a length of 1 MB": (b"POST /v1/emissions HTTP/1.1\r\nHost: a\r\nContent-Length: " + b"9" * 1_000_000 + b"\r\n\r\n", {413}),
    "a body over the limit": (b"POST /v1/emissions HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n", {413}),
}


@pytest.fixture
def target(start_server, database):
    server = start_server(database)
    yield server
    assert request(server.url, "/livez").status == 200
    assert server.stop() == 0, server.log[-3000:]


def ask(url: str, sent: bytes) -> tuple[int, bool, float]:
    """@return the status of the one answer or 0, whether the connection ended, and how long the answer took."""
    start = time.monotonic()
    with connect(url) as sock:
        try:
            sock.sendall(sent)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before it was all sent
        raw, is_closed = read_all(sock)
    seconds = time.monotonic() - start
    try:
        replies = parse_replies(raw)
    except AssertionError:
        return 0, is_closed, seconds
    return (replies[0].status if len(replies) == 1 else 0), is_closed, seconds


def test_too_large_is_told_at_once(target, held, measured, scale):
    rounds, wrong, took = scale(50, 1), [], []
    for _ in range(rounds):
        for name, (sent, statuses) in LARGE.items():
            status, is_closed, seconds = ask(target.url, sent)
            took.append(seconds)
            if status not in statuses or not is_closed:
                wrong.append((name, status, is_closed))
    held("T9", "what is too large: 400, 413, 414 or 431, once, and the end", rounds * len(LARGE), rounds * len(LARGE) - len(wrong), str(wrong[:4]) if wrong else "")
    measured("T9", "the slowest of them", 1000 * max(took), "ms", at_most=100)
    measured("T9", "half of them within", 1000 * statistics.median(took), "ms", at_most=10)


@pytest.mark.full
def test_too_large_leaves_nothing_behind(target, measured):
    for sent, _ in list(LARGE.values()) * 10:
        ask(target.url, sent)
    before = metric(target, "process_resident_memory_bytes")
    for sent, _ in list(LARGE.values()) * 100:
        ask(target.url, sent)
    grown = metric(target, "process_resident_memory_bytes") - before
    measured("T9", f"memory more after {100 * len(LARGE)} requests that are too large", grown / 2**20, "MiB", at_most=0.25)
