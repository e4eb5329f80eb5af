"""Addresses that are none: numbers that overflow, paths that climb, bytes that forge log lines."""
from __future__ import annotations

import itertools
import json
import re
import subprocess

import pytest
from kit import wait_until
from rawhttp import connect, exchange, read_all, request

NUMBERS = ["-1", "+1", "01", "00", "1e1", "0x1", "1.0", "1%20", "%201", "%31", "%EF%BC%91", "", "NaN", "٣",
           "2147483647", "2147483648", "4294967296", "9223372036854775808", "18446744073709551616",
           "1" + "0" * 40, "1" * 300, "-0", "1,1", "1;1", "null"]


def jobs_started(server) -> int:
    text = request(server.admin, "/metrics").body.decode()
    return int(float(re.search(r"^fluxgrid_jobs_started_total (\S+)$", text, re.M)[1]))


def test_numbers_that_are_no_tile(server):
    before = jobs_started(server)
    targets = []
    for n in NUMBERS:
        n = "".join(c if c.isascii() else "".join(f"%{b:02X}" for b in c.encode()) for c in n)
        targets += [f"/tiles/uzbekistan/emissions-co2/{n}/1/1.png", f"/tiles/uzbekistan/emissions-co2/3/{n}/1.png",
                    f"/tiles/uzbekistan/emissions-co2/3/1/{n}.png"]
    targets += [f"/tiles/uzbekistan/emissions-co2/{z}/{2 ** z}/0.png" for z in (0, 1, 5, 14, 22)]
    targets += [f"/tiles/uzbekistan/emissions-co2/{z}/0/{2 ** z}.png" for z in (0, 1, 5, 14, 22)]
    targets += [f"/tiles/uzbekistan/emissions-co2/{z}/0/0.png" for z in (23, 30, 31, 32, 33, 63, 64, 255, 256)]
    targets += [f"/tiles/uzbekistan/emissions-co2/3/1/1{s}" for s in
                ("", ".", ".gif", ".PNG", ".png.", ".png.png", "@2x", "@3x.png", "@2x@2x.png", ".png@2x")]
    wrong = {t: s for t in targets if (s := request(server.url, t).status) not in (400, 404)}
    assert not wrong
    assert jobs_started(server) == before, "a malformed address reached a worker"


def climbing_paths() -> list[str]:
    dots = ["..", "%2e%2e", ".%2e", "%2e.", "..%00", "%252e%252e", "..;", "%c0%ae%c0%ae", "%u002e%u002e", "...", "...."]
    slashes = ["/", "%2f", "%5c", "\\", "//", "%252f", "%c0%af", "/./", "/%2e/"]
    goals = ["etc/passwd", "etc%2fpasswd", "proc/self/environ", "Makefile", "config/fluxgrid.conf.sample", ".git/config"]
    heads = ["/", "/static/", "/js/", "/legend/", "/tiles/"]
    paths = [f"{h}{s.join([d] * n)}{s}{g}" for h, d, s, g, n in
             itertools.product(heads, dots, slashes, goals, (1, 4)) if n == 1 or (d, g) != ("...", goals[1])]
    return paths


def test_no_path_leaves_the_page(server):
    paths = climbing_paths()
    assert len(paths) > 2000
    passwd = b"root:x:0:0"
    bad = []
    for start in range(0, len(paths), 50):
        for path in paths[start:start + 50]:
            result = exchange(server.url, f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode("latin-1"))
            if not result.statuses or not 400 <= result.statuses[0] < 500 or passwd in result.raw:
                bad.append((path, result.statuses))
    assert not bad, bad[:10]


def test_hidden_files_are_not_served(server):
    for path in ("/.git/config", "/.env", "/.htaccess", "/js/.x"):
        assert request(server.url, path).status == 404


INJECTED = [b"/%0d%0aSet-Cookie:%20a=b", b"/v1/emissions?year=%0d%0aX:%20y", b"/\x1b[31m", b"/v1/gases?\xff\xfe=1",
            b"/%1b%5b31m", b"/v1/gases?a=%00", b'/"},{"level":"error"', b"/v1/releases/%22%7D%0A%7B%22time%22"]


def own_count(request_id: str) -> int:
    """The server numbers its requests in the order they come: 8c145cd8-1dda is the 0x1dda-th. -1: a client's own id."""
    own = re.fullmatch(r"[0-9a-f]{8}-([0-9a-f]+)", request_id)
    return int(own[1], 16) if own else -1


def requests_logged_after(server, line: int, first: int) -> list[dict]:
    """Of the lines from `line` on, without those of earlier requests: theirs may come late, from the other thread."""
    entries = [json.loads(text) for text in server.log.splitlines()[line:] if '"message":"request"' in text]
    return [e for e in entries if e["id"].startswith("forge-") or own_count(e["id"]) > first]


def test_no_request_forges_a_header_or_a_log_line(server):
    lines_before = len(server.log.splitlines())
    first = own_count(request(server.url, "/livez").header("X-Request-Id"))
    ids = []
    for i, target in enumerate(INJECTED * 20):
        ids.append(f"forge-{i}")
        head = (b"GET " + target + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Request-Id: " + ids[-1].encode() +
                b"\r\nUser-Agent: a\x1bb\r\nX-Forwarded-For: 1.2.3.4\\n{}\r\n\r\n")
        if i % 2:
            head = head.replace(b"User-Agent: a\x1bb", b"User-Agent: a\xe9b")
        with connect(server.url) as sock:
            sock.sendall(head)
            raw, _ = read_all(sock)
        names = [line.split(b":")[0].lower() for line in raw.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]]
        assert b"set-cookie" not in names and b"x" not in names
        assert re.match(rb"HTTP/1\.1 4\d\d ", raw)
    request(server.url, "/livez", headers={"X-Request-Id": "forge-end"})
    expected = len(INJECTED) * 20 + 1
    assert wait_until(lambda: len(requests_logged_after(server, lines_before, first)) >= expected)
    raw_log = server.log_path.read_bytes()
    assert not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", raw_log), "a control byte is in the log"
    requests = requests_logged_after(server, lines_before, first)
    assert len(requests) == expected, "not one line per request"
    assert len({r["id"] for r in requests}) == len(requests)


def test_every_line_of_the_log_is_json(server):
    for line in server.log.splitlines():
        if line.startswith("{"):
            entry = json.loads(line)
            assert {"time", "level", "area", "message"} <= set(entry), line


@pytest.mark.slow
def test_requests_open_no_files(server):
    """strace, where there is one, sees no open() under a crawl of climbing paths and files."""
    probe = subprocess.run(["which", "strace"], capture_output=True)
    if probe.returncode != 0:
        pytest.skip("strace is not installed: that no request opens a file was not watched")
    tracer = subprocess.Popen(["strace", "-f", "-qq", "-e", "trace=openat,open,openat2", "-p", str(server.pid)],
                              stderr=subprocess.PIPE, text=True)
    for path in climbing_paths()[:200] + ["/", "/index.html"] * 20:
        exchange(server.url, f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode("latin-1"))
    tracer.terminate()
    _, trace = tracer.communicate()
    opened = [line for line in trace.splitlines() if "open" in line and "/proc/self" not in line]
    assert not opened, opened[:5]
