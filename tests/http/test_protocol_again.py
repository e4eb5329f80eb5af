"""Asked again, by all kinds of clients in turn, an address gives each the very answer it got first.

From the second hit on, an event thread knows what an address was planned as; each has a memo of its own, so that
every question is put often enough to be remembered by all of them.
"""
from __future__ import annotations

import re

import pytest
from rawhttp import Reply, connect, parse_replies, read_all, request
from test_protocol_answers import CACHED, TILE

ROUNDS = 8
CLIENTS = [{}, {"Accept-Language": "ru"}, {"Accept-Language": "ko, en;q=0.5"}, {"Accept-Encoding": "gzip"},
           {"Accept": "text/csv"}, {"Accept": "application/geo+json"}, {"Accept-Encoding": "gzip", "Accept-Language": "uz"},
           {"If-None-Match": '"00000000000000000000000000000000"'}]


def without_date(reply: Reply) -> tuple:
    return reply.status, [h for h in reply.headers if h[0] not in ("Date", "X-Request-Id")], reply.body


def says_the_same(first: Reply, again: Reply) -> bool:
    if first.status >= 400:  # a problem names its own request
        return again.status == first.status
    return without_date(again) == without_date(first)


@pytest.mark.parametrize("path", CACHED)
def test_every_kind_of_client_gets_its_own_answer_again(server, path):
    firsts = [request(server.url, path, headers=c) for c in CLIENTS]
    for _ in range(ROUNDS):
        for client, first in zip(CLIENTS, firsts):
            assert says_the_same(first, request(server.url, path, headers=client)), client


def test_a_remembered_address_still_refuses_other_methods_and_bad_heads(server):
    path = f"{TILE}.png"
    for _ in range(ROUNDS):
        assert request(server.url, path).status == 200
    assert request(server.url, path, "HEAD").body == b""
    assert request(server.url, path, "DELETE").status == 405
    assert request(server.url, path, "OPTIONS").status == 204
    bad_heads = [f"GET {path} HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", f"GET {path} HTTP/1.1\r\n\r\n",
                 f"GET {path} HTTP/1.1\r\nHost: a/b\r\n\r\n", f"GET {path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
                 f"GET {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"]
    for head in bad_heads:
        with connect(server.url) as sock:
            sock.sendall(head.encode())
            raw, closed = read_all(sock)
        assert re.match(rb"HTTP/1\.1 (400|501) ", raw), raw[:80]
        assert closed


@pytest.mark.parametrize("tail", ["?", "?year=2022", "?year=2022&", "?YEAR=2022", "/", "?year=2022&year=2022", "%00", "?a=b", "#x"])
def test_what_looks_like_a_remembered_address_is_judged_by_itself(server, tail):
    first = request(server.url, f"{TILE}.png{tail}")
    for _ in range(ROUNDS):
        assert request(server.url, f"{TILE}.png").status == 200
    again = request(server.url, f"{TILE}.png{tail}")
    assert again.status == first.status
    if first.status == 200:
        assert without_date(again) == without_date(first)


def test_a_304_of_a_remembered_address_keeps_its_connection(server):
    tag = request(server.url, f"{TILE}.png").header("ETag")
    ask = f"GET {TILE}.png HTTP/1.1\r\nHost: a\r\nIf-None-Match: {tag}\r\n"
    with connect(server.url) as sock:
        sock.sendall((f"{ask}\r\n" * 9 + f"{ask}Connection: close\r\n\r\n").encode())
        raw, _ = read_all(sock)
    replies = parse_replies(raw)
    assert [r.status for r in replies] == [304] * 10
    assert [r.header("Connection") for r in replies[:-1]] == [None] * 9


def test_links_of_one_host_do_not_reach_another_that_asks_again(server):
    ask = "GET /tiles/uzbekistan/emissions-co2.json HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n"
    for host in ("one.example", "two.example:8081") * ROUNDS:
        with connect(server.url) as sock:
            sock.sendall(ask.format(host).encode())
            raw, _ = read_all(sock)
        assert f"http://{host}/tiles/".encode() in parse_replies(raw)[0].body


def test_hits_are_counted_once_each(server):
    def hits_and_misses() -> tuple[int, int]:
        text = request(server.admin, "/metrics").body.decode()
        found = [re.search(rf"^fluxgrid_response_cache_{w}_total (\d+)$", text, re.M) for w in ("hits", "misses")]
        return tuple(int(f[1]) for f in found)  # type: ignore[union-attr, return-value]
    path = f"{TILE}.png?style=density-inferno&year=2013"
    request(server.url, path)
    hits, misses = hits_and_misses()
    for _ in range(ROUNDS):
        assert request(server.url, path).status == 200
    assert hits_and_misses() == (hits + ROUNDS, misses)
