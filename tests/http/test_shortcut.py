"""An answer at hand is sent past libmicrohttpd: with the bytes that the library sends, and only where nothing is in the way.

The oracle is the library: a request behind an empty line, or in pieces, is always its own.
"""
import json
import pathlib
import re
import socket
import threading
import time

import pytest
from kit import wait_until
from rawhttp import connect, read_all
from test_metrics import read, value
from test_protocol_answers import CACHED, TILE

PICTURE = f"{TILE}.png"
OF_ONE_ANSWER = 32768  # larger ones are the library's
CLIENTS = {
    "plain": {}, "gzip": {"Accept-Encoding": "gzip, br"}, "ru": {"Accept-Language": "ru"}, "csv": {"Accept": "text/csv"},
    "kept alive": {"Connection": "Keep-Alive"}, "its own id": {"X-Request-Id": "mine-1"}, "cookie": {"Cookie": "a=b; c=d"},
    "forged": {"X-Forwarded-Host": "evil.example", "Forwarded": "for=1.2.3.4;host=evil.example"},
    "no length": {"Content-Length": "0"}, "another tag": {"If-None-Match": '"other"'}, "any tag": {"If-None-Match": "*"},
    "its tag": {"If-None-Match": "TAG"}, "odd": {"accept-LANGUAGE": " \tko\t ", "X-Odd": ""},
}


def head_of(path, headers=(), method="GET", version="1.1") -> bytes:
    fields = [f"{name}: {text}" for name, text in dict(headers).items()]
    return "\r\n".join([f"{method} {path} HTTP/{version}", "Host: test.example", *fields, "", ""]).encode("latin-1")


class Stream:
    """A connection whose answers are taken one by one."""

    def __init__(self, url):
        self.sock, self.come = connect(url), b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def send(self, sent):
        self.sock.sendall(sent)

    def more(self):
        part = self.sock.recv(65536)
        assert part, f"closed after {self.come!r}"
        self.come += part

    def take(self, method="GET") -> bytes:
        """The bytes of one answer."""
        while b"\r\n\r\n" not in self.come:
            self.more()
        head = self.come.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        has_body = method != "HEAD" and b" 304 " not in head[:20]
        size = len(head) + (int(re.search(rb"Content-Length: (\d+)", head)[1]) if has_body else 0)
        while len(self.come) < size:
            self.more()
        answer, self.come = self.come[:size], self.come[size:]
        return answer


def whole(stream, sent, method="GET") -> bytes:
    stream.send(sent)
    return stream.take(method)


def by_the_library(stream, sent, method="GET") -> bytes:
    return whole(stream, b"\r\n" + sent, method)


def without_date(answer) -> bytes:
    assert re.search(rb"\r\nDate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n", answer)
    return re.sub(rb"\r\nDate: [^\r]*", b"", re.sub(rb"\r\nX-Request-Id: [^\r]*", b"", answer))


def shortcuts(server) -> float:
    return value(read(server), "fluxgrid_http_shortcuts_total")


def remembered(server, sent, method="GET"):
    """A connection whose event thread knows the address and how it is worn."""
    stream = Stream(server.url)
    for _ in range(3):
        whole(stream, sent, method)
    return stream


def watched(server, stream, sent, method):
    """(answer, answers by the shortcut) of a request. A thread forgets what it remembers when the catalog is read anew, every
    30 s: one that was not short is asked twice more, and a third time for the count."""
    before = shortcuts(server)
    answer = whole(stream, sent, method)
    if shortcuts(server) == before:
        for _ in range(2):
            whole(stream, sent, method)
        before = shortcuts(server)
        answer = whole(stream, sent, method)
    return answer, shortcuts(server) - before


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("client", CLIENTS)
def test_the_bytes_are_the_librarys(server, client, method):
    for path in CACHED:
        headers = dict(CLIENTS[client])
        if headers.get("If-None-Match") == "TAG":
            with Stream(server.url) as stream:
                headers["If-None-Match"] = re.search(rb'ETag: ("[^"]+")', whole(stream, head_of(path)))[1].decode()
        sent = head_of(path, headers, method)
        with remembered(server, sent, method) as stream:
            short, used = watched(server, stream, sent, method)
            assert without_date(short) == without_date(by_the_library(stream, sent, method)), path
            is_answer = int(short[9:12]) in (200, 304) and len(short) < OF_ONE_ANSWER
            assert used == is_answer, (path, short[:15])
            assert without_date(whole(stream, sent, method)) == without_date(short), path


def is_read(server, stream) -> bool:
    """Has the server taken all that was sent out of its end of the connection?"""
    ends = [f":{server.port:04X}", f":{stream.sock.getsockname()[1]:04X}"]
    rows = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return [row[4].partition(":")[2] for row in rows if [row[1][-5:], row[2][-5:]] == ends] == ["00000000"]


def test_in_pieces_is_the_librarys(server):
    with remembered(server, head_of(PICTURE)) as stream:
        before, sent = shortcuts(server), head_of(PICTURE)
        for at in (1, 3, 4, 20, len(sent) - 4, len(sent) - 3, len(sent) - 1):
            stream.send(sent[:at])
            assert wait_until(lambda: is_read(server, stream))
            stream.send(sent[at:])
            assert b" 200 OK\r\n" in stream.take()
        assert shortcuts(server) == before


def test_a_date_is_that_of_now(server):
    with remembered(server, head_of(PICTURE)) as stream:
        dates = set()
        for _ in range(5):
            answer = whole(stream, head_of(PICTURE))
            sent = time.mktime(time.strptime(re.search(rb"Date: ([^\r]+) GMT", answer)[1].decode(), "%a, %d %b %Y %H:%M:%S"))
            assert abs(sent - time.mktime(time.gmtime())) <= 2
            dates.add(sent)
            time.sleep(0.5)
        assert len(dates) >= 2


@pytest.mark.parametrize("what, sent, statuses", [
    ("two at once", head_of(PICTURE) * 2, [200, 200]),
    ("the last", head_of(PICTURE, {"Connection": "close"}), [200]),
    ("the last, in a list", head_of(PICTURE, {"Connection": "keep-alive, close"}), [200]),
    ("of HTTP/1.0", head_of(PICTURE, version="1.0"), [200]),
    ("of no HTTP", head_of(PICTURE, version="1.7"), [505]),
    ("behind an empty line", b"\r\n" + head_of(PICTURE), [200]),
    ("expecting", head_of(PICTURE, {"Expect": "100-continue"}), [100, 200]),
    ("long", head_of(PICTURE, {"X-Long": "x" * 2048}), [200]),
    ("two hosts", head_of(PICTURE, {"host": "b"}), [400]),
    ("no host", f"GET {PICTURE} HTTP/1.1\r\n\r\n".encode(), [400]),
    ("a body", head_of(PICTURE, {"Content-Length": "1"}) + b"x", [400]),
    ("another method", head_of(PICTURE, method="DELETE"), [405]),
    ("a preflight", head_of(PICTURE, method="OPTIONS"), [204]),
    ("a near one", head_of(PICTURE + "?"), [200]),
], ids=lambda x: x if isinstance(x, str) else "")
def test_what_is_not_plain_is_the_librarys(server, what, sent, statuses):
    with remembered(server, head_of(PICTURE)) as stream:
        before = shortcuts(server)
        stream.send(sent)
        raw, _ = read_all(stream.sock, 1)
        assert [int(s) for s in re.findall(rb"HTTP/1\.1 (\d{3}) ", raw)] == statuses, what
        assert shortcuts(server) == before, what


def test_a_request_behind_one_that_is_under_way_waits_its_turn(server):
    """The first is computed, by a worker; the second's answer is at hand meanwhile."""
    with remembered(server, head_of(PICTURE)) as stream:
        picture = without_date(whole(stream, head_of(PICTURE)))
        for n in range(20):
            stream.send(head_of(f"/v1/emissions?year=2015&bbox=60,40,62.{n + 1},41"))
            time.sleep(0.0005 * n)
            stream.send(head_of(PICTURE))
            first, second = stream.take(), stream.take()
            assert first.startswith(b"HTTP/1.1 200 ") and b"application/json" in first and without_date(second) == picture


def test_who_does_not_read_loses_nothing(server):
    """Asked for 500 answers one by one by a client that reads none of them for a while: all come, whole and in order."""
    count = 500
    tag = {"If-None-Match": '"other"'}
    with remembered(server, head_of(PICTURE, tag)) as stream:
        picture = whole(stream, head_of(PICTURE, tag))
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.settimeout(60)
    host, port = server.url.removeprefix("http://").split(":")
    sock.connect((host, int(port)))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    before = shortcuts(server)

    def send():
        for n in range(count):
            sock.sendall(head_of(PICTURE, tag))
            if n < 100:
                time.sleep(0.001)
    sender = threading.Thread(target=send)
    sender.start()
    assert wait_until(lambda: shortcuts(server) - before > 2)
    time.sleep(1)
    got = b""
    while len(got) < count * len(picture):
        got += sock.recv(1 << 20)
    sender.join()
    sock.close()
    answers = {without_date(got[n * len(picture):(n + 1) * len(picture)]) for n in range(count)}
    assert answers == {without_date(picture)} and len(got) == count * len(picture)


@pytest.mark.parametrize("path, headers", [(f"{TILE}.f32", {}), (f"{TILE}.json", {"Accept-Encoding": "gzip"}), ("/v1/districts?level=1", {}),
                                           (PICTURE, {}), (PICTURE, {"Connection": "close"})])
def test_a_hit_is_counted_once_whoever_sends_it(server, path, headers):
    """Too large for the shortcut, of a coding that is too large, sent by it, and not asked of it."""
    def hits():
        return value(read(server), "fluxgrid_response_cache_hits_total")
    for _ in range(8):  # any event thread may be asked
        with Stream(server.url) as stream:
            whole(stream, head_of(path, headers))
    before = hits()
    for _ in range(8):
        with Stream(server.url) as stream:
            whole(stream, head_of(path, headers))
    assert hits() - before == 8


def test_each_is_charged_once_and_refused_with_the_rest(start_server, database):
    burst, cold = 60, 1 + 10
    limited = start_server(database, FLUXGRID_UNLIMITED_CLIENTS="", FLUXGRID_RATE_LIMIT_PER_S="1", FLUXGRID_RATE_LIMIT_BURST=str(burst))
    begin = time.monotonic()
    with Stream(limited.url) as stream:
        answers = [whole(stream, head_of(PICTURE)) for _ in range(2 * burst)]
    gained = time.monotonic() - begin + 1
    good = [a for a in answers if a.startswith(b"HTTP/1.1 200 ")]
    refused = [a for a in answers if a.startswith(b"HTTP/1.1 429 ")]
    assert len(good) + len(refused) == len(answers)
    assert burst - cold + 1 <= len(good) <= burst - cold + 1 + gained
    assert all(b"\r\nRetry-After: " in a for a in refused)
    assert value(read(limited), "fluxgrid_http_rate_limited_total") == len(refused)
    assert shortcuts(limited) > len(good) // 2
    assert value(read(limited), "fluxgrid_response_cache_hits_total") == len(good) - 1
    limited.stop()


def test_they_are_logged_counted_and_the_connection_is_idle_after(start_server, database):
    noted = start_server(database, FLUXGRID_IDLE_TIMEOUT_MS="700")
    with Stream(noted.url) as stream:
        for n in range(6):
            answer = whole(stream, head_of(PICTURE, {"X-Request-Id": f"mine-{n}"}))
        begin = time.monotonic()
        assert stream.sock.recv(1) == b""  # ended where nothing more is asked
        assert 0.5 < time.monotonic() - begin < 30
    body = answer.partition(b"\r\n\r\n")[2]

    def lines():
        return [line for line in map(json.loads, re.findall(r"^{.*", noted.log, re.M)) if line.get("id", "").startswith("mine-")]
    assert wait_until(lambda: len(lines()) == 6)
    for n, line in enumerate(lines()):
        assert (line["id"], line["status"], line["bytes"], line["target"], line["method"]) == (f"mine-{n}", 200, len(body), PICTURE, "GET")
        assert line["source"] == ("run" if n == 0 else "hit")
    route = "/tiles/{release}/{layer}/{z}/{x}/{file}"
    assert value(read(noted), "fluxgrid_http_requests_total", route=route, method="GET", status="200") == 6
    assert shortcuts(noted) >= 1
    noted.stop()


