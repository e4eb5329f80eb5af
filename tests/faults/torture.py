"""Twenty-odd requests, each with every allocation failing in turn, and what may come back."""
from __future__ import annotations

import dataclasses
import re
import time

from failing import FailingMalloc
from kit import Server
from rawhttp import Reply, connect, parse_replies, read_all

AREA = b'{"type":"Polygon","coordinates":[[[69.1,41.2],[69.4,41.2],[69.4,41.4],[69.1,41.4],[69.1,41.2]]]}'
TILE = "/tiles/uzbekistan/emissions-co2/7/87/47.png?year=2022"
WMS = "/wms?SERVICE=WMS&VERSION=1.3.0&REQUEST="
MAP = WMS + "GetMap&LAYERS=uzbekistan/net-co2e&STYLES=&FORMAT=image/png&WIDTH=64&HEIGHT=64&CRS="


@dataclasses.dataclass(frozen=True)
class Question:
    name: str
    path: str
    headers: str = ""
    body: bytes = b""
    is_cached: bool = False  # asked of a server with its caches on
    is_admin: bool = False
    method: str = ""

    def bytes(self, extra: str = "") -> bytes:
        method = self.method or ("POST" if self.body else "GET")
        more = f"Content-Length: {len(self.body)}\r\nContent-Type: application/geo+json\r\n" if self.body else ""
        return f"{method} {self.path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{self.headers}{extra}{more}\r\n".encode() + self.body


QUESTIONS = [
    Question("tile", TILE),
    Question("tile from the cache", TILE, is_cached=True),
    Question("tile description", "/tiles/uzbekistan/net-co2e.json"),
    Question("vector tile of districts", "/tiles/districts/6/43/23.mvt"),
    Question("vector tile of sources", "/tiles/sources/6/43/23.mvt"),
    Question("emissions", "/v1/emissions?year=2022&groupby=sector"),
    Question("emissions as CSV", "/v1/emissions?year=2022&groupby=sector&format=csv"),
    Question("emissions of an area", "/v1/emissions", body=AREA),
    Question("district", "/v1/districts/1708?year=2022"),
    Question("a place", "/v1/at?lon=69.24&lat=41.3"),
    Question("rank of cells", "/v1/rank?by=cell&top=5&bbox=69,41,70,42"),
    Question("rank of districts", "/v1/rank?by=district"),
    Question("comparison", "/v1/compare?year=2015&to_year=2022"),
    Question("summary", "/v1/summary"),
    Question("sources", "/v1/sources?limit=5"),
    Question("export as GeoTIFF", "/v1/export/emissions-co2.tif?bbox=69,41,70,42"),
    Question("export as netCDF", "/v1/export/emissions-co2.nc?bbox=69,41,70,42"),
    Question("WMS map", MAP + "EPSG:4326&BBOX=40,68,42,70"),
    Question("WMS map in UTM", MAP + "EPSG:32642&BBOX=420000,4400000,620000,4600000"),
    Question("WMS fault as a picture", MAP + "EPSG:9&BBOX=1,2,3,4&EXCEPTIONS=INIMAGE"),
    Question("WMS fault", MAP + "EPSG:9&BBOX=1,2,3,4"),
    Question("WMS capabilities", WMS + "GetCapabilities"),
    Question("WMTS capabilities", "/wmts/1.0.0/WMTSCapabilities.xml"),
    Question("OGC features", "/ogc/collections/districts/items?limit=5"),
    Question("OGC collections as a page", "/ogc/collections?f=html"),
    Question("legend", "/legend/net-prgn.png"),
    Question("documentation", "/docs"),
    Question("static file", "/", is_cached=True),
    Question("not modified", TILE, is_cached=True),
    Question("head", TILE, method="HEAD"),
    Question("not found", "/v1/districts/nowhere"),
    Question("wrong", "/v1/emissions?year=1"),
    Question("health", "/livez"),
    Question("metrics", "/metrics", is_admin=True),
]
FEW = 50  # a walk so short does not tell a leak from a cache that fills
CHANGING = ("health", "metrics")  # their bodies count or tell the time


def ask(server: Server, q: Question, extra: str = "") -> Reply | None:
    """None: the connection ended without a whole answer, which a client can tell."""
    try:
        with connect(server.admin if q.is_admin else server.url) as sock:
            sock.sendall(q.bytes(extra))
            raw, closed = read_all(sock)
    except OSError:
        return None
    assert closed, f"{q.name}: neither an answer nor an end"
    try:
        replies = parse_replies(raw, (q.method or "GET",))
    except AssertionError as wrong:
        if "cut" in str(wrong) or "not complete" in str(wrong):
            return None
        raise
    assert len(replies) <= 1, raw[:200]
    return replies[0] if replies else None


def difference(q: Question, got: Reply, wanted: Reply) -> str:
    """"" when it is the answer that was wanted, with no word or header missing."""
    if got.status != wanted.status:
        return f"{got.status}, not {wanted.status}"
    if q.name in CHANGING or got.status >= 400:
        return ""  # a refusal without words is one too
    for h in ("ETag", "Content-Type", "Cache-Control"):
        if got.header(h) != wanted.header(h):
            return f"{h}: {got.header(h)}, not {wanted.header(h)}"
    return "" if got.body == wanted.body else f"{len(got.body)} bytes, not those {len(wanted.body)}"


def is_refusal(q: Question, got: Reply) -> bool:
    """A whole 500 or 503, in words where there was memory for them."""
    kind = got.header("Content-Type") or ""
    if "EXCEPTIONS=INIMAGE" in q.path and got.status == 400:
        return True  # the fault as it is without a picture of it
    return got.status in (500, 503) and (not got.body or re.match(r"application/(problem\+json|json|xml)|text/", kind) is not None)


@dataclasses.dataclass
class Walk:
    tried: int = 0
    refused: int = 0
    ended: int = 0
    wrong: list = dataclasses.field(default_factory=list)
    crashes: list = dataclasses.field(default_factory=list)
    growth: int = 0  # allocations that nobody freed


def points(count: int, most: int) -> list[int]:
    """1..count where that is not too many; else the first third of `most` and the rest evenly spread."""
    if count <= most:
        return list(range(1, count + 1))
    dense = most // 3
    rest = most - dense
    return list(range(1, dense + 1)) + sorted({dense + (count - dense) * (k + 1) // rest for k in range(rest)})


def who_asked(server: Server, faulty: FailingMalloc, q: Question, n: int, extra: str) -> str:
    """Asks once more, and reads whose allocation failed."""
    faulty.put("tells", 1)
    faulty.arm(n)
    ask(server, q, extra)
    faulty.disarm()
    faulty.put("tells", 0)
    trace = server.log.rpartition("failing_malloc: failed")[2]
    return " < ".join(re.findall(r"\((\w*\+0x\w+|\w*\+?\w*)\)", trace)[1:9])


def crash_of(server: Server) -> str:
    """The exit status, and the backtrace that failing_malloc.c left in the log."""
    trace = server.log.rpartition("failing_malloc: crash")[2] if "failing_malloc: crash" in server.log else ""
    lines = [line for line in trace.splitlines() if not line.startswith("{")]
    return f"exit {server.process.wait(60)}: " + "\n".join(lines[:24])


def settled(server: Server, faulty: FailingMalloc, q: Question, extra: str) -> int:
    """Allocations that are held between requests; the fewest of some looks, as threads tidy up a little later."""
    faulty.arm(0)
    looks = []
    for _ in range(4):
        ask(server, q, extra)
        looks.append(faulty.live)
        time.sleep(0.03)
        looks.append(faulty.live)
    return min(looks)


def walk(server: Server, faulty: FailingMalloc, q: Question, most: int) -> Walk:
    found = Walk()
    extra = ""
    wanted = ask(server, q)
    if q.name == "not modified":
        extra = f"If-None-Match: {wanted.header('ETag')}\r\n"
        wanted = ask(server, q, extra)
        assert wanted.status == 304
    assert wanted is not None and wanted.status < 500, (q.name, wanted)
    counts = []
    for _ in range(3):
        faulty.arm(0)
        wanted = ask(server, q, extra)
        counts.append(faulty.seen)
    before = settled(server, faulty, q, extra) if most > FEW else 0
    for n in points(max(counts), most):
        faulty.arm(n)
        got = ask(server, q, extra)
        if not faulty.disarm() and server.process.poll() is None:
            continue  # fewer allocations this time
        found.tried += 1
        if server.process.poll() is not None:
            found.crashes.append((q.name, n, crash_of(server)))
            server.process = None
            server.start()
            if len(found.crashes) > 4:
                break
            continue
        if got is None:
            found.ended += 1
        elif difference(q, got, wanted):
            found.refused += is_refusal(q, got)
            if not is_refusal(q, got):
                found.wrong.append((q.name, n, difference(q, got, wanted), who_asked(server, faulty, q, n, extra)))
        after = ask(server, q, extra)
        if after is None or difference(q, after, wanted):
            found.wrong.append((q.name, n, "the next one", after and difference(q, after, wanted)))
    if most > FEW and not found.crashes:
        found.growth = settled(server, faulty, q, extra) - before
    return found
