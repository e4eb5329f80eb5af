"""T1, T10 to T17: requests that no honest client sends. The small forms of most are in tests/http; here is the number of them."""
from __future__ import annotations

import hashlib
import json
import random
import re
import string
import time

import pytest
import requests
from crowd import complete, metric
from kit import ROOT
from rawhttp import HANG_S, connect, exchange, read_all, request
from test_protocol_paths import INJECTED, climbing_paths, jobs_started

GOLDEN = ("/tiles/uzbekistan/emissions-co2/5/21/11.png", "/tiles/uzbekistan/net-co2e/6/43/24@2x.png", "/v1/emissions?groupby=sector",
          "/v1/districts?level=1")
OPENAPI = json.loads((ROOT / "static/openapi.json").read_text())


@pytest.fixture
def target(start_server, database, held):
    """A server of its own; afterwards it is as it was: alive, its answers the same bytes, no more descriptors, and it ends with status 0."""
    server = start_server(database, FLUXGRID_HEADER_TIMEOUT_MS="2000")
    before = [request(server.url, path).body for path in GOLDEN]
    yield server
    after = [request(server.url, path).body for path in GOLDEN]
    held("T1", "answers that were the same bytes after an attack", len(GOLDEN), sum(a == b for a, b in zip(before, after)))
    assert server.stop() == 0, server.log[-3000:]


class Line:
    """One connection that is made again when it was closed; ask() answers the status, 0 when there was none."""

    def __init__(self, url):
        self.url, self.sock = url, None

    def ask(self, sent: bytes, wait: float = HANG_S) -> tuple[int, bytes]:
        raw = b""
        self.sock = self.sock or connect(self.url)
        try:
            self.sock.settimeout(wait)
            self.sock.sendall(sent)
            while not complete(raw):
                data = self.sock.recv(65536)
                if not data:
                    break
                raw += data
        except OSError:
            pass
        if not complete(raw) or b"\r\nConnection: close" in raw:
            self.sock.close()
            self.sock = None
        return (int(raw[9:12]) if raw[9:12].isdigit() else 0), raw


# --- T1: mutations of what is right --------------------------------------------------------------

def honest_requests() -> list[bytes]:
    found = []
    for path, methods in OPENAPI["paths"].items():
        path = re.sub(r"\{release\}", "uzbekistan", path)
        for name, value in (("layer", "emissions-co2"), ("z", "6"), ("x", "43"), ("y", "24"), ("file", "24.png"), ("code", "1703")):
            path = path.replace("{" + name + "}", value)
        path = re.sub(r"\{[^}]*\}", "1", path)
        for query in ("", "?year=2020", "?lang=ru&format=csv", "?bbox=64,39,66,41&limit=3"):
            found.append(f"GET {path}{query} HTTP/1.1\r\nHost: a\r\nAccept: */*\r\nAccept-Encoding: gzip\r\n\r\n".encode())
    area = b'{"type":"Polygon","coordinates":[[[64,39],[66,39],[66,41],[64,39]]]}'
    found += [f"POST {p} HTTP/1.1\r\nHost: a\r\nContent-Type: application/geo+json\r\nContent-Length: {len(area)}\r\n\r\n".encode() + area
              for p in ("/v1/emissions", "/v1/rank?top=3", "/v1/summary")]
    return found


def mutate(draw: random.Random, sent: bytes) -> bytes:
    data = bytearray(sent)
    for _ in range(draw.choice((1, 1, 2, 4, 16))):
        at = draw.randrange(len(data)) if data else 0
        kind = draw.randrange(8)
        if kind == 0 and data:
            data[at] = draw.randrange(256)
        elif kind == 1:
            data[at:at] = bytes(draw.randrange(256) for _ in range(draw.randrange(1, 9)))
        elif kind == 2:
            del data[at:at + draw.randrange(1, 20)]
        elif kind == 3:
            data[at:at] = data[at:at + draw.randrange(1, 60)] * draw.choice((1, 2, 40))
        elif kind == 4:
            data[at:at] = draw.choice((b"\r\n", b"\n", b"\r", b"\x00", b"%00", b"%2e%2e/", b": ", b"&&", b"=", b"?", b"#", b"\xff\xfe"))
        elif kind == 5:
            data[at:at] = draw.choice((b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"Host: b\r\n", b"If-None-Match: *\r\n",
                                       b"X-Forwarded-For: ::1\r\n", b"Range: bytes=0-1\r\n", b"Expect: 100-continue\r\n", b"Upgrade: h2c\r\n"))
        elif kind == 6:
            data[at:at] = str(draw.choice((2**31, 2**32, 2**63, 2**64, -1, 1e308, 10**40))).encode()
        else:
            data = data[:at]
    return bytes(data)


def test_mutated_requests(target, scale, held):
    """Many of them have no answer: whose has not come soon is left alone."""
    draw = random.Random(20261129)
    honest = honest_requests()
    count, tolerated, wrong = scale(50_000, 300), (0, 501, 503, 505), []
    line = Line(target.url)
    for i in range(count):
        sent = mutate(draw, draw.choice(honest))
        status, raw = line.ask(sent, 0.02)
        if status >= 500 and status not in tolerated:
            wrong.append((i, status, sent[:200], raw[:200]))
        if target.process.poll() is not None:
            wrong.append((i, "the server ended", sent[:400]))
            break
    held("T1", "mutated requests: no crash, no 5xx but 501, 503 and 505", count, count - len(wrong), str(wrong[:2]) if wrong else "")


# --- T10 to T12: addresses, paths, injections ----------------------------------------------------

def odd_number(draw: random.Random) -> str:
    n = draw.choice((draw.randrange(-5, 40), draw.randrange(2**31 - 2, 2**31 + 2), 2**32, 2**63, 2**64, 10**40, draw.random() * 100))
    text = draw.choice((f"{n}", f"+{n}", f"0{n}", f"{n}e1", f"0x{n}", f"%20{n}", f"{n}%00", f"%31{n}", f"{n}.0", f"{n},1", "", "NaN", "%EF%BC%91"))
    return text if draw.random() < 0.9 else "".join(draw.choice(string.printable[:94].replace("#", "").replace("?", "")) for _ in range(draw.randrange(1, 12)))


def test_addresses_of_tiles_that_are_none(target, scale, held):
    draw = random.Random(10)
    before, wrong, count = jobs_started(target), [], scale(100_000, 500)
    line = Line(target.url)
    for _ in range(count):
        z, x, y = str(draw.randrange(12)), str(draw.randrange(3)), str(draw.randrange(3))
        place = draw.randrange(3)
        z, x, y = [odd_number(draw) if i == place else v for i, v in enumerate((z, x, y))]
        if all(re.fullmatch(r"0|[1-9]\d{0,2}", v) for v in (z, x, y)):
            z = "99"  # it would be an address
        path = f"/tiles/uzbekistan/emissions-co2/{z}/{x}/{y}.png".encode("latin-1", "replace").replace(b" ", b"%20")
        status, _ = line.ask(b"GET " + path + b" HTTP/1.1\r\nHost: a\r\n\r\n")
        if status not in (400, 404):
            wrong.append((path, status))
    held("T10", "addresses of no tile: 400 or 404", count, count - len(wrong), str(wrong[:3]) if wrong else "")
    held("T10", "of them that reached no worker, and so no database", 1, int(jobs_started(target) == before))


@pytest.mark.full
def test_paths_that_climb(target, held):
    paths = climbing_paths()
    line, wrong = Line(target.url), []
    for path in paths:
        status, raw = line.ask(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode("latin-1"))
        if not 400 <= status < 500 or b"root:x:" in raw:
            wrong.append((path, status))
    held("T11", "paths that climb: 4xx, nothing from outside the page", len(paths), len(paths) - len(wrong), str(wrong[:3]) if wrong else "")


@pytest.mark.full
def test_injections(target, held):
    count, forged = 5_000, 0
    lines = len(target.log.splitlines())
    for i in range(count):
        bad = INJECTED[i % len(INJECTED)]
        with connect(target.url) as sock:
            sock.sendall(b"GET " + bad + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\nUser-Agent: a\xe9b\r\nX-Forwarded-For: 1.2.3.4\\n{}\r\n\r\n")
            raw, _ = read_all(sock)
        names = [field.split(b":")[0].lower() for field in raw.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]]
        forged += b"set-cookie" in names or b"x" in names or not raw.startswith(b"HTTP/1.1 4")
    held("T12", "injections into the path, the query and headers: no header forged", count, count - forged)
    time.sleep(1)
    logged = target.log_path.read_bytes()
    new = [line for line in target.log.splitlines()[lines:] if '"message":"request"' in line]
    held("T12", "of them one line of the log each", count, len(new))
    assert not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", logged)


# --- T13: nothing comes back raw -----------------------------------------------------------------

NAUGHTY = ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'-alert(1)-'", "</title><svg onload=alert(1)>", "javascript:alert(1)",
           "{{7*7}}", "${7*7}", "<!--#exec cmd=ls-->", "]]><x/>", "&lt;b&gt;<b>", "\u202etxt", "\ufeff<x>", "<math><mi//xlink:href=x>"]


@pytest.mark.full
def test_nothing_is_reflected(target, held):
    tried = reflected = 0
    for path, methods in OPENAPI["paths"].items():
        names = {p.get("name") for p in methods.get("get", {}).get("parameters", [])} - {None} | {"year", "lang", "release", "q", "x", "f", "service"}
        path = re.sub(r"\{[^}]*\}", "uzbekistan", path)
        for i, text in enumerate(NAUGHTY):
            name = sorted(names)[i % len(names)]
            for asked, params in ((path, {name: text}), (path + "/" + requests.utils.quote(text, safe=""), {})):
                answer = requests.get(target.url + asked, params=params, headers={"Accept": "text/html"}, timeout=20)
                tried += 1
                is_page = "html" in answer.headers["Content-Type"] or "xml" in answer.headers["Content-Type"] or "svg" in answer.headers["Content-Type"]
                bad = any(mark in answer.text for mark in ("<script>alert", "onerror=alert", "onload=alert", "<img src=x", "<math><mi//", "]]><x/>")) and is_page
                if "html" in answer.headers["Content-Type"]:
                    bad |= "default-src 'none'" not in answer.headers.get("Content-Security-Policy", "")
                bad |= answer.headers.get("X-Content-Type-Options") != "nosniff" or answer.status_code >= 500
                reflected += bad
    held("T13", "hostile texts in parameters and paths: none comes back raw, CSP and nosniff are there", tried, tried - reflected)


# --- T14, T15: JSON ------------------------------------------------------------------------------

BOMBS = {"nested": b"[" * 100_000, "objects": b"[" + b"{}," * 20_000 + b"{}]", "keys": b"{" + b",".join(b'"k%d":1' % i for i in range(8_000)) + b"}",
         "infinite": b'{"type":"Polygon","coordinates":[[[1e999,0],[1,1],[0,1],[1e999,0]]]}', "NaN": b'{"type":NaN}',
         "twice": b'{"type":"Polygon","type":"Point"}', "NUL": b'{"type":"\\u0000"}', "half a pair": b'{"type":"\\ud800"}', "BOM": b'\xef\xbb\xbf{"type":"Polygon"}',
         "no UTF-8": b'{"type":"\xff"}', "empty": b"", "blank": b" " * 60_000, "a long text": b'"' + b"a" * 900_000 + b'"', "digits": b"[" + b"1" * 900_000 + b"]",
         "over the limit": b" " * 1_048_577}


@pytest.mark.full
def test_json_bombs(target, held, measured):
    refused, worst = 0, 0.0
    memory = metric(target, "process_resident_memory_bytes")
    for name, body in BOMBS.items():
        for path in ("/v1/emissions", "/v1/rank", "/v1/summary"):
            start = time.monotonic()
            status = request(target.url, path, "POST", {"Content-Type": "application/geo+json"}, body).status
            worst = max(worst, time.monotonic() - start)
            refused += 400 <= status < 500
    held("T14", "JSON bombs at three addresses: 4xx", 3 * len(BOMBS), refused)
    measured("T14", "the slowest refusal", 1000 * worst, "ms", at_most=20)
    measured("T14", "memory more after all of them", (metric(target, "process_resident_memory_bytes") - memory) / 2**20, "MiB", at_most=8)


@pytest.mark.full
def test_keys_that_might_collide(target, measured):
    """No seed is known, so no collisions can be made: keys that differ in few bits against random ones."""
    draw = random.Random(15)
    alike = b"{" + b",".join(b'"%08d":1' % i for i in range(60_000)) + b"}"
    mixed = b"{" + b",".join(b'"%s":1' % bytes(draw.choices(b"abcdefghijklmnopqrstuvwxyz0123456789", k=8)) for _ in range(60_000)) + b"}"

    def seconds(body):
        took = []
        for _ in range(9):
            start = time.monotonic()
            assert request(target.url, "/v1/emissions", "POST", {"Content-Type": "application/geo+json"}, body).status == 400
            took.append(time.monotonic() - start)
        return sorted(took)[4]
    measured("T15", "60,000 like keys against random ones", seconds(alike) / seconds(mixed), "x", at_most=2)


# --- T16, T17: caches and conditions -------------------------------------------------------------

POISON = [{"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}, {"X-Forwarded-Proto": "javascript"}, {"Forwarded": "host=evil.example"},
          {"X-Original-URL": "/admin"}, {"X-Rewrite-URL": "/"}, {"X-Forwarded-Prefix": "/evil"}, {"Origin": "https://evil.example"}, {"Accept": "x/y, */*;q=0.1"},
          {"Accept-Encoding": "gzip;q=0, identity"}, {"Accept-Language": "ko"}, {"X-HTTP-Method-Override": "DELETE"}, {"Range": "bytes=0-3"},
          {"If-None-Match": '"x"'}, {"Cookie": "a=b"}, {"Authorization": "Bearer x"}]


@pytest.mark.full
def test_one_clients_headers_are_not_in_anothers_answer(target, held):
    paths = [*GOLDEN, "/", "/tiles/uzbekistan/emissions-co2.json", "/ogc/collections", "/wmts?service=WMTS&request=GetCapabilities", "/v1/styles"]
    clean = {path: request(target.url, path).body for path in paths}
    tried, poisoned = 0, []
    for path in paths:
        for headers in POISON:
            if "Host" in headers:
                exchange(target.url, f"GET {path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n".encode())
            else:
                request(target.url, path, headers=headers)
            tried += 1
            if request(target.url, path).body != clean[path]:
                poisoned.append((path, headers))
    held("T16", "hostile headers, then an honest client: the bytes of before", tried, tried - len(poisoned), str(poisoned[:2]) if poisoned else "")


def conditional_cases(tag: str) -> list[tuple[str, dict, int]]:
    """RFC 9110, 13: method, headers, the status that is right."""
    weak = "W/" + tag
    return [("GET", {"If-None-Match": tag}, 304), ("HEAD", {"If-None-Match": tag}, 304), ("GET", {"If-None-Match": weak}, 304),
            ("GET", {"If-None-Match": "*"}, 304), ("GET", {"If-None-Match": f'"a", {tag}, "b"'}, 304), ("GET", {"If-None-Match": '"a"'}, 200),
            ("GET", {"If-None-Match": tag[:-2] + '"'}, 200), ("GET", {"If-None-Match": tag.strip('"')}, 200), ("GET", {"If-None-Match": ""}, 200),
            ("GET", {"If-None-Match": f'"a,{tag}'}, 200), ("GET", {"If-Modified-Since": "Sun, 29 Nov 2026 00:00:00 GMT"}, 200),
            ("GET", {"If-None-Match": '"a"', "If-Modified-Since": "Sun, 29 Nov 2099 00:00:00 GMT"}, 200), ("GET", {"Range": "bytes=0-3"}, 200),
            ("GET", {"Range": "bytes=0-3", "If-Range": tag}, 200), ("GET", {"If-None-Match": tag, "Accept-Encoding": "br"}, 304)]


def test_conditions(target, held):
    tried = right = 0
    for path in GOLDEN:
        whole = request(target.url, path)
        for method, headers, status in conditional_cases(whole.header("ETag")):
            got = request(target.url, path, method, headers)
            tried += 1
            is_whole = status != 200 or method == "HEAD" or hashlib.sha256(got.body).digest() == hashlib.sha256(whole.body).digest()
            right += got.status == status and is_whole and (status != 304 or (not got.body and got.header("ETag") == whole.header("ETag")))
        head = request(target.url, path, "HEAD")
        same = {n: v for n, v in whole.headers if n not in ("Date", "X-Request-Id")} == {n: v for n, v in head.headers if n not in ("Date", "X-Request-Id")}
        zipped = request(target.url, path, headers={"Accept-Encoding": "gzip"})
        tried += 2
        right += same
        right += zipped.header("Content-Encoding") is None or zipped.header("ETag") != whole.header("ETag")
    held("T17", "conditions, HEAD, Range and codings as RFC 9110 has them", tried, right)
