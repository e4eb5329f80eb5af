"""Much at once: positions, bytes, features, cells, clients."""
import http.client
import json
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from areas import GEOJSON, POLYGON, circle, feature, polygon, value
from kit import wait_until


def test_ten_thousand_positions_are_answered(send):
    many, few = value(send(circle(10000, 12))), value(send(circle(2500, 12)))
    assert many == pytest.approx(few, rel=1e-5)


def test_more_bytes_than_the_limit_are_413(server):
    for size in (1048577, 10 << 20):
        answer = requests.post(server.url + "/v1/emissions", data=b" " * size, headers=GEOJSON, timeout=30)
        assert answer.status_code == 413 and answer.headers["Content-Type"] == "application/problem+json"


def test_a_client_that_reads_only_after_it_has_sent_learns_why(server):
    for _ in range(5):
        link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        link.request("POST", "/v1/emissions", b" " * (10 << 20), GEOJSON)
        answer = link.getresponse()
        assert answer.status == 413 and json.loads(answer.read())["status"] == 413
        link.close()


def test_a_million_positions_are_413(start_server, database):
    """Where the operator lets such bodies in, the positions have a limit of their own."""
    wide = start_server(database, FLUXGRID_MAX_BODY_BYTES="16777216", FLUXGRID_REQUEST_TIMEOUT_MS="60000")
    body = b'{"type":"Polygon","coordinates":[[' + b"[69,41]," * 1000000 + b"[69,41]]]}"
    answer = requests.post(wide.url + "/v1/emissions", data=body, headers=GEOJSON, timeout=120)
    assert answer.status_code == 413 and "200000" in answer.json()["detail"]
    listed = b"[" + b",".join([json.dumps(feature(POLYGON)).encode()] * 1001) + b"]"
    answer = requests.post(wide.url + "/v1/emissions?groupby=feature", data=listed, headers=GEOJSON, timeout=120)
    assert answer.status_code == 413 and "1000" in answer.json()["detail"]


def test_a_thousand_features_by_gas_and_sector(send):
    """A net of small squares, each its own row set: the sums of all are the whole net's."""
    square = lambda x, y: [[x, y], [x + .1, y], [x + .1, y + .1], [x, y + .1], [x, y]]
    net = [feature(polygon(square(round(60 + .1 * (i % 40), 1), round(39 + .1 * (i // 40), 1))), id=i) for i in range(1000)]
    each = send(net, groupby="feature,gas", unit="t")
    assert each.status_code == 200, each.text[:300]
    whole = send(polygon([[60, 39], [64, 39], [64, 41.5], [60, 41.5], [60, 39]]), groupby="gas", unit="t").json()
    for row in whole["rows"]:
        assert sum(r["value"] or 0 for r in each.json()["rows"] if r["gas"] == row["gas"]) == pytest.approx(row["value"], rel=1e-9)
    assert [a["id"] for a in each.json()["areas"]] == list(range(1000))


def test_an_outline_that_never_ends_is_413(send):
    zigzag = [[56 + 17 * (i % 2) + i * 1e-5, 37 + i * 1e-4] for i in range(4000)]
    answer = send(polygon(zigzag + [[56, 46], zigzag[0]]))
    assert answer.status_code == 413 and "cells" in answer.json()["detail"], answer.text[:300]


def test_bodies_held_at_once_have_a_bound(start_server, database):
    """Clients that stop a byte short of a MiB, 64 of them at most: the next such body finds no room, and finds it
    again when they have gone."""
    own = start_server(database, FLUXGRID_REQUEST_TIMEOUT_MS="600000")
    whole = json.dumps(POLYGON).encode()
    whole += b" " * (1048576 - len(whole))
    ask = lambda: requests.post(own.url + "/v1/emissions", data=whole, headers=GEOJSON, timeout=60)
    waiting = []

    def is_refused():
        sock = socket.create_connection(("127.0.0.1", own.port), timeout=30)
        sock.sendall(b"POST /v1/emissions HTTP/1.1\r\nHost: a\r\nContent-Type: application/geo+json\r\n"
                     b"Content-Length: 1048576\r\n\r\n" + whole[:-1])
        waiting.append(sock)
        return len(waiting) > 50 and ask().status_code == 503
    assert wait_until(is_refused) and len(waiting) < 100
    refused = ask()
    assert refused.status_code == 503 and refused.headers["Retry-After"] and refused.json()["status"] == 503
    for sock in waiting:
        sock.close()
    assert wait_until(lambda: ask().status_code == 200)


def test_many_areas_at_once_leave_tiles_alone(server):
    """Two hundred questions at once: each is answered or told to come again, and tiles go on."""
    tile = server.url + "/tiles/uzbekistan/net-co2e/6/43/23.png"
    assert requests.get(tile, timeout=30).status_code == 200

    def one(i):
        return requests.post(server.url + "/v1/emissions", json=circle(400, 9, 1 + i / 1000), timeout=60).status_code
    with ThreadPoolExecutor(64) as pool:
        found = [pool.submit(one, i) for i in range(200)]
        seen = [requests.get(tile, timeout=30).status_code for _ in range(50)]
        assert {f.result() for f in found} <= {200, 503} and [f.result() for f in found].count(200) >= 100
    assert set(seen) == {200}
