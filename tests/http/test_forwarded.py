"""What a proxy says counts if it is trusted, and nobody else's word does; no answer holds another one's links."""
import json
import re

import pytest
import requests
from kit import wait_until
from ogc import document, links
from requests.adapters import HTTPAdapter

CAPABILITIES = "/wmts/1.0.0/WMTSCapabilities.xml"
TOLD = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "map.example", "X-Forwarded-Prefix": "/carbon", "X-Forwarded-For": "192.0.2.1"}
BASE = "https://map.example/carbon/"
# Documents with absolute links, and answers whose Link header points somewhere.
ABSOLUTE = [CAPABILITIES, "/wms?SERVICE=WMS&REQUEST=GetCapabilities", "/tiles/uzbekistan/net-co2e.json", "/ogc", "/ogc/collections",
            "/v1/emissions?year=2022"]
HEADED = ["/tiles/uzbekistan/net-co2e/6/43/23.png", "/v1/emissions?year=2022"]


class From(HTTPAdapter):
    """Connections from another address of this machine."""

    def __init__(self, address):
        self.address = address
        super().__init__()

    def init_poolmanager(self, *rest, **named):
        super().init_poolmanager(*rest, **named, source_address=(self.address, 0))


def ask(server, path, peer="127.0.0.1", **headers):
    with requests.Session() as session:
        session.mount("http://", From(peer))
        return session.get(server.url + path, headers={k.replace("_", "-"): v for k, v in headers.items()}, timeout=30)


def addresses(answer):
    """All absolute addresses in a body and in its Link header, but not names of namespaces and the like."""
    text = answer.text + answer.headers.get("Link", "")
    found = re.findall(r"https?://[^\"'<>\s\\]+", text)
    return {a for a in found if re.search(r"/(tiles|wmt?s|ogc|v1|legend|docs|openapi)\b", a) and "opengis.net" not in a}


@pytest.fixture(scope="module")
def behind(start_server, database):
    """Trusts 127.0.0.1 and 127.0.0.3; 127.0.0.2 is anybody."""
    return start_server(database, FLUXGRID_TRUSTED_PROXIES="127.0.0.1, 127.0.0.3/32")


@pytest.mark.parametrize("path", ABSOLUTE)
@pytest.mark.parametrize("headers", [TOLD, {"Forwarded": 'for=192.0.2.1;proto=https;host="map.example"'}], ids=["family", "standard"])
def test_the_trusted_peer_decides_every_link(behind, path, headers):
    base = BASE if headers is TOLD else "https://map.example/"
    answer = ask(behind, path, **headers)
    found = addresses(answer)
    assert answer.status_code == 200 and found
    assert all(a.startswith(base) for a in found), found


@pytest.mark.parametrize("path", ABSOLUTE)
def test_nobody_else_does(behind, server, path):
    """Another peer, and a server that trusts none: the headers are as good as absent."""
    for own, peer in ((behind, "127.0.0.2"), (server, "127.0.0.1")):
        plain = ask(own, path, peer)
        for headers in (TOLD, {"Forwarded": "host=map.example;proto=https"}, {"Forwarded": "\"", "X-Forwarded-Host": "<"}):
            told = ask(own, path, peer, **headers)
            assert told.content == plain.content and told.headers.get("ETag") == plain.headers.get("ETag")
            assert told.headers.get("Link") == plain.headers.get("Link")
        assert addresses(plain) and all(a.startswith(own.url) for a in addresses(plain))


def test_the_link_header_is_whole_behind_a_prefix(behind):
    """A path alone would miss the prefix. The same body for all: one tile, one ETag."""
    for path in HEADED:
        for _ in range(3):  # run, hit, remembered
            told = ask(behind, path, **TOLD)
            plain = ask(behind, path, "127.0.0.2")
            assert set(re.findall(r"<([^/]*//[^/]*/[^/]*/)", told.headers["Link"])) == {BASE}
            assert re.findall(r"<(.)", plain.headers["Link"]) == ["/"] * plain.headers["Link"].count("<")
            if path.endswith(".png"):
                assert told.headers["ETag"] == plain.headers["ETag"] and told.content == plain.content


def test_no_answer_holds_the_links_of_another(behind):
    """By turns, so that what is cached or remembered for one would show in the other's; by Host header, by header, by trust."""
    hosts = ["a.example", "b.example"]
    tags = {}
    for path in (p for p in ABSOLUTE if not p.startswith("/wms")):  # whose legends take a second each time
        for _ in range(3):
            for host in hosts:
                by_host = ask(behind, path, "127.0.0.2", Host=host)
                by_proxy = ask(behind, path, X_Forwarded_Host=host, X_Forwarded_Proto="https")
                by_prefix = ask(behind, path, X_Forwarded_Host=host, X_Forwarded_Prefix="/p")
                for answer, base in ((by_host, f"http://{host}/"), (by_proxy, f"https://{host}/"), (by_prefix, f"http://{host}/p/")):
                    assert addresses(answer) and all(a.startswith(base) for a in addresses(answer)), (path, base, addresses(answer))
                    tags.setdefault((path, base), set()).add(answer.headers["ETag"])
        one, = tags[path, "https://a.example/"]
        changed = ask(behind, path, X_Forwarded_Host="b.example", X_Forwarded_Proto="https", If_None_Match=one)
        assert changed.status_code == 200  # its document is another one
    assert all(len(seen) == 1 for seen in tags.values())
    assert len({next(iter(seen)) for seen in tags.values()}) == len(tags)


@pytest.mark.parametrize("header, value", [
    ("X-Forwarded-Host", 'map.example"><script>'), ("X-Forwarded-Host", "a/../b"), ("X-Forwarded-Host", "a@b"), ("X-Forwarded-Host", "a:99999"),
    ("X-Forwarded-Proto", "javascript"), ("X-Forwarded-Port", "65536"), ("X-Forwarded-Prefix", "//evil.example"), ("X-Forwarded-Prefix", "/a/.."),
    ("X-Forwarded-Prefix", "/%2e%2e"), ("Forwarded", 'host="a b"'), ("Forwarded", "host=a;host=b"), ("Forwarded", 'for="unended')])
def test_what_would_spoil_links_is_refused(behind, header, value):
    """With its name, without its value; and what went before and comes after is as ever."""
    answer = ask(behind, "/ogc", **{header: value})
    assert answer.status_code == 400 and value not in answer.text and header in json.dumps(answer.json())
    assert answer.headers["Cache-Control"] == "no-store"
    assert ask(behind, "/ogc", **TOLD).status_code == 200


def test_the_client_in_the_log_is_the_one_who_asked(behind):
    def clients(mark):
        lines = [json.loads(line) for line in behind.log.splitlines() if mark in line]
        return [line["client"] for line in lines]

    cases = [("127.0.0.1", {"X-Forwarded-For": "203.0.113.9, 192.0.2.1"}, "192.0.2.1"),
             ("127.0.0.1", {"X-Forwarded-For": "192.0.2.1, 127.0.0.3"}, "192.0.2.1"),
             ("127.0.0.3", {"X-Forwarded-For": "2001:db8::7"}, "2001:db8::7"),
             ("127.0.0.1", {"Forwarded": 'for="[2001:db8::8]:4711"'}, "2001:db8::8"),
             ("127.0.0.1", {"X-Forwarded-For": '"><script>'}, "127.0.0.1"),
             ("127.0.0.1", {}, "127.0.0.1"),
             ("127.0.0.2", {"X-Forwarded-For": "192.0.2.1"}, "127.0.0.2")]
    for i, (peer, headers, client) in enumerate(cases):
        mark = f"/v1/gases?mark={i}"
        ask(behind, mark, peer, **headers)
        assert wait_until(lambda: clients(mark)), mark
        assert clients(mark) == [client], (peer, headers)


def test_public_url_wins(start_server, database):
    """The links are the operator's; the client is still the proxy's to name."""
    own = start_server(database, FLUXGRID_PUBLIC_URL="https://own.example/x", FLUXGRID_TRUSTED_PROXIES="127.0.0.0/8")
    for headers in ({}, TOLD):
        answer = ask(own, CAPABILITIES, **headers)
        assert answer.status_code == 200
        assert all(link.startswith("https://own.example/x/") for link in links(document(answer)))
    tile = ask(own, HEADED[0], **TOLD)
    assert "<https://own.example/x/" in tile.headers["Link"] and "map.example" not in tile.headers["Link"]
