"""What every answer must keep to: validators, HEAD, codings, Vary, CORS, security headers, problems."""
from __future__ import annotations

import gzip
import json
import re

import pytest
from rawhttp import connect, parse_replies, read_all, request

TILE = "/tiles/uzbekistan/emissions-co2/5/21/11"
READ = ["/", "/v1/releases", "/v1/gases", "/v1/gwp", "/v1/sectors", "/v1/districts?level=1", "/v1/emissions",
        "/v1/at?lon=69.24&lat=41.3", "/v1/sources?limit=5", "/v1/styles", "/legend/density-inferno.json",
        "/legend/density-inferno.svg", "/legend/density-inferno.png", f"{TILE}.png", f"{TILE}.json",
        f"{TILE}.f32", f"{TILE}@2x.png", "/tiles/uzbekistan/emissions-co2.json"]
CACHED = [p for p in READ if p != "/"]


@pytest.mark.parametrize("path", READ)
def test_common_headers(server, path):
    reply = request(server.url, path)
    assert reply.status == 200, reply.body[:300]
    assert reply.header("X-Content-Type-Options") == "nosniff"
    assert reply.header("Referrer-Policy") == "no-referrer"
    assert reply.header("Access-Control-Allow-Origin") == "*"
    assert reply.header("Access-Control-Allow-Credentials") is None
    assert reply.header("Server") is None
    assert re.fullmatch(r'"[0-9a-f]{32}"', reply.header("ETag") or ""), "no strong ETag"
    assert reply.header("Cache-Control")


# What the fetch standard lets a page of another origin read unasked, and what it never does.
SEEN_UNASKED = {"cache-control", "content-language", "content-length", "content-type", "expires", "last-modified", "pragma"}
NOBODYS = {"connection", "date", "vary", "content-encoding", "x-content-type-options", "referrer-policy", "content-security-policy",
           "cross-origin-opener-policy", "cross-origin-resource-policy", "accept-ranges", "allow"}


@pytest.mark.parametrize("path", [*READ, f"{TILE}.png?year=1066", "/v1/nothing", "/ogc/collections/uzbekistan:net-co2e/map", "/v1/export/emissions-co2.tif"])
def test_a_page_elsewhere_may_read_each_header_that_is_there(server, path):
    for method in ("GET", "HEAD"):
        names = {name.lower() for name, _ in request(server.url, path, method).headers}
        told = request(server.url, path, method).header("Access-Control-Expose-Headers").split(", ")
        ours = {name for name in names - SEEN_UNASKED - NOBODYS if not name.startswith("access-control-")}
        assert sorted(name.lower() for name in told) == sorted(ours)


def test_what_a_304_renews_stays_readable(start_server, database):
    """Of an answer that is not made again: a browser puts the 304's head in the place of the one it kept."""
    forgetful = start_server(database, FLUXGRID_RESPONSE_CACHE_MIB="0")
    made = request(forgetful.url, f"{TILE}.png")
    known = request(forgetful.url, f"{TILE}.png", headers={"If-None-Match": made.header("ETag")})
    assert known.status == 304 and known.header("X-Tile-Mass-t") is None
    assert made.header("X-Tile-Mass-t") and "X-Tile-Mass-t" in known.header("Access-Control-Expose-Headers")
    forgetful.stop()


@pytest.mark.parametrize("path", READ)
def test_head_is_get_without_the_body(server, path):
    get, head = request(server.url, path), request(server.url, path, "HEAD")
    assert head.status == get.status and head.body == b""
    assert [h for h in head.headers if h[0] != "Date"] == [h for h in get.headers if h[0] != "Date"]
    assert int(get.header("Content-Length")) == len(get.body)


@pytest.mark.parametrize("path", READ)
def test_a_known_tag_is_a_304(server, path):
    first = request(server.url, path)
    tag = first.header("ETag")
    for condition in (tag, f"W/{tag}", f'"other", {tag}', f'W/"other",{tag} ', "*"):
        for method in ("GET", "HEAD"):
            known = request(server.url, path, method, {"If-None-Match": condition})
            assert known.status == 304, condition
            assert known.header("ETag") == tag
            assert known.header("Cache-Control") == first.header("Cache-Control")
            assert known.header("Vary") == first.header("Vary")
            assert known.header("Content-Length") in (None, str(len(first.body)))
    for condition in ('"other"', f"{tag[:-2]}\"", "junk", tag.strip('"'), '"*"'):
        assert request(server.url, path, headers={"If-None-Match": condition}).status == 200, condition


def test_a_304_keeps_the_connection_in_step(server):
    tag = request(server.url, f"{TILE}.png").header("ETag")
    with connect(server.url) as sock:
        ask = f"GET {TILE}.png HTTP/1.1\r\nHost: a\r\nIf-None-Match: {tag}\r\n"
        sock.sendall((ask + "\r\n" + ask + "\r\n" + ask + "Connection: close\r\n\r\n").encode())
        raw, _ = read_all(sock)
    assert [r.status for r in parse_replies(raw)] == [304, 304, 304]


@pytest.mark.parametrize("path", READ)
def test_codings(server, path):
    plain = request(server.url, path)
    zipped = request(server.url, path, headers={"Accept-Encoding": "br, gzip;q=0.8"})
    is_text = not re.search(r"\.(png|f32)$", path)
    if not is_text:
        assert zipped.header("Content-Encoding") is None and zipped.body == plain.body
        assert "Accept-Encoding" not in (plain.header("Vary") or "")
        return
    assert zipped.header("Content-Encoding") == "gzip"
    assert gzip.decompress(zipped.body) == plain.body
    assert zipped.header("ETag") != plain.header("ETag")
    assert "Accept-Encoding" in plain.header("Vary") and plain.header("Vary") == zipped.header("Vary")
    for refused in ("gzip;q=0", "identity", "", "*;q=0"):
        same = request(server.url, path, headers={"Accept-Encoding": refused})
        assert same.header("Content-Encoding") is None and same.body == plain.body


@pytest.mark.parametrize("path", [f"{TILE}.png", "/tiles/uzbekistan/emissions-co2.json", "/v1/emissions",
                                  "/v1/districts?level=1"])
def test_latest_points_to_what_never_changes(server, path):
    latest = request(server.url, path)
    assert re.match(r"public, max-age=\d+(,|$)", latest.header("Cache-Control"))
    assert "immutable" not in latest.header("Cache-Control")
    target = re.fullmatch(r'<([^>]+)>; rel="canonical"(, <[^>]+>; rel="cite-as")?', latest.header("Link"))[1]
    pinned = request(server.url, target.replace(server.url, ""))
    assert pinned.status == 200
    assert pinned.header("Cache-Control") == "public, max-age=31536000, immutable"
    if "tiles" in path and path.endswith("png"):
        assert pinned.body == latest.body and pinned.header("ETag") == latest.header("ETag")


@pytest.mark.parametrize("path", CACHED)
def test_an_unknown_argument_is_refused_not_ignored(server, path):
    joint = "&" if "?" in path else "?"
    reply = request(server.url, f"{path}{joint}cachebuster=1")
    assert reply.status == 400
    problem = json.loads(reply.body)
    assert problem["errors"][0]["parameter"] == "cachebuster"
    assert problem["errors"][0]["allowed"]
    twice = request(server.url, f"{path}{joint}lang=en&lang=ru")
    assert twice.status == 400


def test_the_order_of_arguments_is_no_other_answer(server):
    one = request(server.url, f"{TILE}.png?year=2020&sector=IPCC2006:1.A")
    other = request(server.url, f"{TILE}.png?sector=IPCC2006%3A1.A&year=2020")
    assert one.header("ETag") == other.header("ETag") and one.body == other.body


@pytest.mark.parametrize("headers", [{"Origin": "null"}, {"Origin": "https://evil.example"},
                                     {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
                                     {"X-Original-URL": "/v1/gases"}, {"X-HTTP-Method-Override": "DELETE"},
                                     {"Range": "bytes=0-3"}, {"Cookie": "a=b"}, {"Authorization": "Basic YTpi"}])
def test_headers_that_poison_caches_change_nothing(server, headers):
    plain = request(server.url, "/tiles/uzbekistan/emissions-co2.json")
    other = request(server.url, "/tiles/uzbekistan/emissions-co2.json", headers=headers)
    assert other.status == 200 and other.body == plain.body
    assert [h for h in other.headers if h[0] != "Date"] == [h for h in plain.headers if h[0] != "Date"]
    assert b"evil" not in other.body


def test_links_of_one_host_do_not_reach_another(server):
    ask = "GET /tiles/uzbekistan/emissions-co2.json HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n"
    for host in ("one.example", "two.example:8081", "one.example"):
        with connect(server.url) as sock:
            sock.sendall(ask.format(host).encode())
            raw, _ = read_all(sock)
        tiles = json.loads(parse_replies(raw)[0].body)["tiles"]
        assert all(t.startswith(f"http://{host}/tiles/") for t in tiles)


@pytest.mark.parametrize("path,allowed", [("/v1/releases", "GET, HEAD, OPTIONS"), ("/", "GET, HEAD, OPTIONS"),
                                          (f"{TILE}.png", "GET, HEAD, OPTIONS")])
def test_preflight(server, path, allowed):
    reply = request(server.url, path, "OPTIONS", {"Origin": "null", "Access-Control-Request-Method": "GET"})
    assert reply.status == 204 and reply.body == b""
    assert reply.header("Access-Control-Allow-Origin") == "*"
    assert reply.header("Access-Control-Allow-Methods") == allowed
    assert reply.header("Content-Length") is None
    assert request(server.url, path, "DELETE").status == 405


def test_the_page_may_load_only_its_own_scripts(server):
    reply = request(server.url, "/")
    policy = reply.header("Content-Security-Policy")
    assert policy.startswith("default-src 'none'; script-src 'self';") and "unsafe" not in policy
    assert reply.header("Cross-Origin-Opener-Policy") == "same-origin"


@pytest.mark.parametrize("path,status", [("/nothing", 404), ("/v1/releases/", 404), ("/v1/releases/no-such", 404),
                                         ("/v1/emissions?year=1999", 404), ("/v1/emissions?year=abc", 400),
                                         ("/v1/emissions?b%=1", 400), ("/a//b", 400)])
def test_problems(server, path, status):
    reply = request(server.url, path)
    assert reply.status in (status, 400 if status == 404 else status), reply.body
    assert reply.header("Content-Type") == "application/problem+json"
    assert reply.header("Cache-Control") == "no-store"
    assert reply.header("ETag") is None
    problem = json.loads(reply.body)
    assert problem["status"] == reply.status and problem["title"] and problem["detail"]
    assert problem["instance"] == reply.header("X-Request-Id")


def test_a_request_id_is_kept_if_it_is_one(server):
    assert request(server.url, "/nothing", headers={"X-Request-Id": "abc-1.2_Z"}).header("X-Request-Id") == "abc-1.2_Z"
    for bad in ("a b", "<script>", "x" * 65, "a,b"):
        assert request(server.url, "/nothing", headers={"X-Request-Id": bad}).header("X-Request-Id") != bad


def test_health_and_metrics_keep_to_their_listener(server):
    assert request(server.url, "/livez").status == 200
    assert request(server.url, "/readyz").status == 200
    assert request(server.url, "/metrics").status == 404
    assert request(server.admin, "/livez").status == 200
    assert request(server.admin, "/readyz").status == 200
    assert request(server.admin, "/v1/releases").status == 404
    reply = request(server.admin, "/metrics")
    assert reply.status == 200 and reply.header("Access-Control-Allow-Origin") is None
    assert reply.header("Content-Type").startswith("text/plain; version=0.0.4")
    check_exposition(reply.body.decode())


def check_exposition(text: str) -> None:
    """Prometheus' rules: every sample belongs to a declared family, buckets ascend, values are numbers."""
    kinds, seen = {}, {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split()
            assert name not in kinds
            kinds[name] = kind
        elif not line.startswith("#"):
            name, labels, value = re.fullmatch(r"([a-z_]+)(\{[^}]*(?:\{[^}]*\}[^}]*)*\})? (\S+)", line).groups()
            family = re.sub(r"_(bucket|sum|count)$", "", name) if name not in kinds else name
            assert family in kinds, name
            float(value)
            if name.endswith("_bucket"):
                key = (name, re.sub(r',le="[^"]*"', "", labels))
                assert float(value) >= seen.get(key, 0)
                seen[key] = float(value)
    assert seen and "process_resident_memory_bytes" in kinds
