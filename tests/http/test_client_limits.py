"""How much one client may ask, and who is one client."""
from __future__ import annotations

import json
import time
import xml.etree.ElementTree as ElementTree

import pytest
from crowd import complete, metric
from kit import wait_until
from rawhttp import connect, parse_replies, request

FILE = "/index.html"   # costs one unit
LONG = "/v1/audit?release=uzbekistan"
BURST = 20
PROXY = "127.0.0.9"


@pytest.fixture(scope="module")
def limited(start_server, database):
    """One unit a second, twenty at once. Its clients are addresses of 127.0.0.0/8; each test has its own."""
    server = start_server(database, FLUXGRID_RATE_LIMIT_PER_S="1", FLUXGRID_RATE_LIMIT_BURST=str(BURST),
                          FLUXGRID_UNLIMITED_CLIENTS="127.0.0.1, 198.51.100.0/24", FLUXGRID_TRUSTED_PROXIES=f"{PROXY}, 203.0.113.0/24",
                          FLUXGRID_MAX_CONNECTIONS_PER_CLIENT="5", FLUXGRID_EVENT_THREADS="3")
    yield server
    assert server.stop() == 0, server.log[-3000:]


def ask(server, peer: str, path: str = FILE, method: str = "GET", body: bytes = b"", **headers):
    return request(server.url, path, method=method, body=body, source=peer, headers={k.replace("_", "-"): v for k, v in headers.items()})


def until_refused(server, peer: str, path: str = FILE, method: str = "GET", body: bytes = b"", headers=lambda n: {}):
    """Asks until it is refused. @return how many were let through before, and the refusal. What must be refused is asked for so
    because a bucket gains a unit a second: on a machine with much to do, that is one in the meantime."""
    since = time.monotonic()
    for n in range(10000):
        reply = ask(server, peer, path, method, body, **headers(n))
        if reply.status == 429:
            assert n <= BURST + 1 + time.monotonic() - since, "more than a bucket holds and gains"
            return n, reply
    raise AssertionError(f"{path} has no limit")


def is_let_through(server, peer: str, count: int = 2 * BURST, **headers) -> bool:
    return all(ask(server, peer, **headers).status != 429 for _ in range(count))


def test_over_the_limit_is_429_until_it_may_come_again(limited):
    before = metric(limited, "fluxgrid_http_rate_limited_total")
    served, refused = until_refused(limited, "127.0.1.1")
    assert served >= BURST
    told = json.loads(refused.body)
    assert refused.header("Content-Type") == "application/problem+json" and refused.header("Cache-Control") == "no-store"
    assert refused.header("Access-Control-Allow-Origin") == "*"
    assert told["status"] == 429 and told["title"] == "Too Many Requests" and "try again in" in told["detail"]
    assert metric(limited, "fluxgrid_http_rate_limited_total") == before + 1
    assert limited.log.count("rate_limit_per_s and is refused") == 1, "one line a minute"
    assert ask(limited, "127.0.1.2").status == 200, "another address is another client"
    assert ask(limited, "127.0.1.1", "/livez").status == 200 and ask(limited, "127.0.1.1", "/readyz?x").status != 429
    assert until_refused(limited, "127.0.1.1", "/livezz")[0] < BURST
    time.sleep(int(refused.header("Retry-After")))
    assert ask(limited, "127.0.1.1").status == 200


def test_a_refusal_keeps_the_connection_and_an_unread_body_ends_it(limited):
    until_refused(limited, "127.0.1.3")
    refusals = 0
    with connect(limited.url, source="127.0.1.3") as sock:
        while refusals < 3:
            sock.sendall(f"GET {FILE} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            raw = b""
            while not complete(raw):
                data = sock.recv(65536)
                assert data, "the connection was ended"
                raw += data
            reply, = parse_replies(raw)
            assert reply.header("Connection") is None
            refusals += reply.status == 429
    for method in ("HEAD", "OPTIONS", "DELETE"):
        assert until_refused(limited, "127.0.1.3", method=method)[0] < BURST
    for path in ("/wms?service=WMS&request=GetCapabilities", "/wmts?service=WMTS&request=GetCapabilities"):
        fault = until_refused(limited, "127.0.1.3", path)[1]
        assert int(fault.header("Retry-After")) >= 1 and b"too many requests" in fault.body
        ElementTree.fromstring(fault.body)
    refused = until_refused(limited, "127.0.1.3", "/v1/emissions", "POST", b'{"type":"Point"}', lambda n: {"Content_Type": "application/json"})[1]
    assert refused.header("Connection") == "close"


def test_what_has_to_be_computed_costs_more(limited):
    """A picture 10, something long 200, which is at most all there is."""
    tile, before = "/tiles/uzbekistan/emissions-co2/7/87/47.png?year=20", metric(limited, "fluxgrid_jobs_started_total")
    assert [ask(limited, "127.0.1.4", tile + year).status for year in ("11", "12", "13", "14")] == [200, 200, 429, 429]
    for _ in range(3):
        assert ask(limited, "127.0.1.5", tile + "11").status == 200
    assert ask(limited, "127.0.1.5", LONG).status == 429, "a part of the burst is spent"
    kept = ask(limited, "127.0.1.5", tile + "11")
    assert kept.status == 200, "nothing was taken for what was refused"
    assert metric(limited, "fluxgrid_jobs_started_total") == before + 2


def test_only_a_trusted_proxy_names_the_client(limited):
    until_refused(limited, "127.0.1.6", headers=lambda n: {"X_Forwarded_For": f"192.0.2.{n % 250}", "Forwarded": f"for=192.0.2.{n % 250}"})  # it is not heard
    assert until_refused(limited, PROXY, headers=lambda n: {"X_Forwarded_For": "192.0.2.100"})[0] >= BURST
    assert ask(limited, PROXY, X_Forwarded_For="192.0.2.101").status == 200
    # each hop adds its peer: what stands before the last stranger is his own word
    assert until_refused(limited, PROXY, headers=lambda n: {"X_Forwarded_For": "192.0.2.77, 192.0.2.100, 203.0.113.5"})[0] < BURST
    assert ask(limited, PROXY, X_Forwarded_For="192.0.2.100, 192.0.2.78, 203.0.113.5").status == 200
    assert until_refused(limited, PROXY, headers=lambda n: {"Forwarded": 'for="192.0.2.100:4711"'})[0] < BURST
    assert is_let_through(limited, PROXY), "the proxy itself has no limit"
    assert is_let_through(limited, PROXY, X_Forwarded_For="198.51.100.3"), "one without a limit, behind a proxy"
    assert is_let_through(limited, "127.0.0.1")


def test_a_v6_network_is_one_client(limited):
    assert until_refused(limited, PROXY, headers=lambda n: {"X_Forwarded_For": f"2001:db8:0:1::{n:x}"})[0] >= BURST
    assert ask(limited, PROXY, X_Forwarded_For="2001:db8:0:2::1").status == 200


def test_one_client_has_so_many_connections(limited):
    before = metric(limited, "fluxgrid_http_connections_refused_total")

    def is_served(sock) -> bool:
        try:
            sock.sendall(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
            return sock.recv(4096).startswith(b"HTTP/1.1 200 ")
        except OSError:
            return False

    def connected(peer: str, count: int):
        found = [connect(limited.url, source=peer) for _ in range(count)]
        served = [sock for sock in found if is_served(sock)]
        return found, len(served)

    mine, served = connected("127.0.1.7", 12)
    assert served == 5
    assert metric(limited, "fluxgrid_http_connections_refused_total") == before + 7
    others, served = connected("127.0.1.8", 5)
    assert served == 5
    free, served = connected("127.0.0.1", 12)
    assert served == 12, "no limit"
    proxies, served = connected(PROXY, 12)
    assert served == 12, "a proxy carries many clients"
    for sock in mine + others + free + proxies:
        sock.close()

    def comes_back() -> bool:
        sock = connect(limited.url, source="127.0.1.7")
        served = is_served(sock)
        sock.close()
        return served

    assert wait_until(comes_back), "its connections are gone, so others may come"
