"""Requests that cost much for little: pictures that outlive their deadline, faults as large pictures, and answers without a body."""
from __future__ import annotations

import re

import pytest
from crowd import cpu_s
from kit import wait_until
from rawhttp import connect, parse_replies, read_all, request

pytestmark = pytest.mark.slow
WMS = "/wms?SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&LAYERS=uzbekistan/net-co2e&STYLES=&WIDTH=4096&HEIGHT=4096&FORMAT={form}&CRS={crs}&BBOX={box}"
TILE = "/tiles/uzbekistan/emissions-co2/9/348/188.png?year="


def peak_kib(server) -> int:
    with open(f"/proc/{server.pid}/status") as file:
        return int(re.search(r"VmHWM:\s+(\d+)", file.read())[1])


def test_a_picture_ends_at_its_deadline(start_server, database, scale, held):
    """One worker: while it went on with a picture that nobody waits for, nobody else was answered. A whole one is four seconds' work."""
    server = start_server(database, FLUXGRID_WORKERS="1", FLUXGRID_REQUEST_TIMEOUT_MS="700")
    utm = WMS.format(form="image/png", crs="EPSG:32642", box="-800000,4050000,1250000,5250000")
    times, good = scale(8, 1), 0
    for n in range(times):
        before = cpu_s(server)
        late = request(server.url, utm).status
        is_free = wait_until(lambda: request(server.url, f"{TILE}{2010 + n}").status == 200)
        good += late == 504 and is_free and cpu_s(server) - before < 1.4
    held("T4", "pictures of 16 million pixels ended at their deadline, the worker free for the next", times, good)
    assert server.stop() == 0


def test_a_fault_as_a_large_picture_is_cheap(start_server, database, scale, held, measured):
    server = start_server(database, FLUXGRID_WORKERS="2")
    assert request(server.url, f"{TILE}2020").status == 200
    before, tried, good = peak_kib(server), 0, 0
    for kind in ("INIMAGE", "BLANK"):
        for form in ("image/png", "image/jpeg"):
            answer = request(server.url, WMS.format(form=form, crs="EPSG:9", box="1,2,3,4") + f"&EXCEPTIONS={kind}")
            tried += 1
            good += answer.status == 200 and len(answer.body) < 2_000_000
    held("T4", "faults as pictures of 16 million pixels", tried, good)
    grown = (peak_kib(server) - before) / 1024
    measured("T4", "memory that four of them took", grown, "MiB", at_most=32)
    assert grown < 48, "whole pictures are held for a few words"


def test_an_answer_without_a_body_keeps_its_connection(server, held):
    paths, good = [f"{TILE}2022", "/", "/docs", "/v1/releases", "/v1/emissions?year=2022", "/legend/net-prgn.png", "/openapi.json"], 0
    for path in paths:
        tag = request(server.url, path).header("ETag")
        ask = f"GET {path} HTTP/1.1\r\nHost: test.example\r\nIf-None-Match: {tag}\r\n"
        with connect(server.url) as sock:
            sock.sendall((f"{ask}\r\n" * 3 + f"{ask}Connection: close\r\n\r\n").encode())
            raw, _ = read_all(sock)
        replies = parse_replies(raw)
        good += [r.status for r in replies] == [304] * 4 and all(r.header("Connection") is None for r in replies[:-1])
    held("T17", "addresses whose 304 keeps its connection", len(paths), good)


def test_a_full_disk_costs_lines_and_no_answer(start_server, database, held):
    """The log is all that a server writes: /dev/full stands for the disk."""
    server = start_server(database)
    assert server.stop() == 0
    server.command = lambda: ["bash", "-c", 'exec "$@" 2>/dev/full', "bash", str(server.binary), "serve"]
    server.start()
    good = sum(request(server.url, f"{TILE}{year}").status == 200 for year in range(2010, 2023))
    held("T29", "answers while the log cannot be written", 13, good)
    assert server.stop() == 0
