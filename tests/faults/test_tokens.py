"""T43: who has no valid token of an operator: what may be sent in its place, what is kept of it (nothing), and what time tells (nothing)."""
from __future__ import annotations

import hashlib
import itertools
import re
import secrets
import subprocess
import time

import pytest
from kit import ROOT, wait_until, write_tokens
from rawhttp import connect, exchange, read_all

RIGHT, SECOND = secrets.token_hex(32), secrets.token_hex(32)
DIGEST = hashlib.sha256(RIGHT.encode()).hexdigest()
LIST, PURGE = "GET /operator/releases", "POST /operator/purge"


@pytest.fixture(scope="module")
def guarded(start_server, database, workdir):
    path = workdir / "guarded-operators"
    write_tokens(path, [("anna", RIGHT), ("anna", SECOND), ("bakhtiyor", secrets.token_hex(32))])
    server = start_server(database, FLUXGRID_OPERATOR_TOKENS_FILE=str(path), FLUXGRID_OPERATOR_DATABASE_URL=database.dsn("fluxgrid_import"))
    yield server
    assert server.stop() == 0, server.log[-3000:]


def spoiled(at: int) -> str:
    return RIGHT[:at] + ("1" if RIGHT[at] == "0" else "0") + RIGHT[at + 1:]


def bearer(token: str) -> str:
    return f"Authorization: Bearer {token}"


def attempts() -> list[tuple[str, list[str], tuple[int, ...]]]:
    """(request line without the version, header fields, the statuses that are right)"""
    only = (401,)
    alone = [bearer(token) for token in (
        *map(spoiled, range(64)), *(RIGHT[:n] for n in range(64)), RIGHT + "0", RIGHT.upper() if RIGHT.upper() != RIGHT else "A" * 64, RIGHT[::-1],
        RIGHT + SECOND, f"{RIGHT},{SECOND}", f"{RIGHT} {SECOND}", f'"{RIGHT}"', f" {RIGHT}", DIGEST, "anna", f"anna:{RIGHT}", "0" * 64, "%30" * 64)]
    alone += [f"Authorization: {scheme}{RIGHT}" for scheme in ("", "Basic ", "Digest ", "Bearer", "Bearer=", "Token ", "Bearer\t")]
    alone += [f"{name}: {RIGHT}" for name in ("Cookie", "X-Authorization", "Proxy-Authorization", "X-Api-Key", "Token")] + [f"Cookie: token={RIGHT}"]
    wanted = [(line, [field], only) for line in (LIST, PURGE) for field in alone]
    wanted += [(line, [bearer(a), bearer(b)], only) for line in (LIST, PURGE) for a, b in
               ((RIGHT, RIGHT), (RIGHT, SECOND), (RIGHT, spoiled(0)), (spoiled(0), RIGHT), (RIGHT, ""), ("", RIGHT))]
    wanted += [(f"{line}?{name}={RIGHT}", [], only) for line in (LIST, PURGE) for name in ("token", "access_token", "Authorization", "bearer")]
    wanted += [(line, [], only) for line in (LIST, PURGE)]
    wanted += [(LIST, [f" {bearer(RIGHT)}"], (400,)), (LIST, [f"Authorization : Bearer {RIGHT}"], (400,)), (LIST, [bearer(RIGHT + "\x01")], (400,)),
               (LIST, [bearer(RIGHT * 120)], only), (LIST, [bearer(RIGHT * 256)], (431,)), (LIST, [bearer(RIGHT * 16384)], (431,))]  # the last is 1 MiB
    return wanted


def ask(server, line: str, fields: list[str], source: str = "") -> tuple[int, bytes]:
    length = ["Content-Length: 0"] if line.startswith("POST") else []
    text = "\r\n".join([f"{line} HTTP/1.1", "Host: a", "Connection: close", *length, *fields, "", ""])
    raw = exchange(server.admin, text.encode(), source=source).raw
    return int(raw.split(b" ", 2)[1]), raw


def addresses():
    """A new one for each attempt: no failure of another counts."""
    return (f"127.{a}.{b}.{c}" for a in itertools.count(20) for b in range(256) for c in range(1, 255))


def test_nothing_but_a_token_lets_in(guarded, held):
    assert [ask(guarded, LIST, [bearer(token)])[0] for token in (RIGHT, SECOND)] == [200, 200]
    let_in, wanted = [], attempts()
    for (line, fields, statuses), source in zip(wanted, addresses()):
        status, raw = ask(guarded, line, fields, source)
        if status not in statuses or (status == 401 and b'\r\nWWW-Authenticate: Bearer realm="fluxgrid"\r\n' not in raw):
            let_in.append((line[:60], str(fields)[:90], status))
    held("T43", "no right token: wrong, cut, 1 MiB, twice, in the query, in another header: 401, or 400 or 431 where it is no HTTP", len(wanted),
         len(wanted) - len(let_in), str(let_in[:3] or ""), "401")
    secret = {RIGHT, SECOND, DIGEST, *map(spoiled, range(64)), *(RIGHT[:n] for n in range(16, 64)), RIGHT.upper(), RIGHT[::-1]}
    assert wait_until(lambda: guarded.log.count('"message":"request"') >= len(wanted) - 5)  # those that are no HTTP have no line
    log = guarded.log.lower()
    kept = [text for text in secret if text.lower() in log]
    held("T43", "texts of tokens, right or wrong, and of digests that were sent: not in the log", len(secret), len(secret) - len(kept), str(len(kept) or ""))


def test_the_public_listener_does_not_look(guarded, held):
    """Not even whether the token is right; and it keeps no more of it than the other one does."""
    lines = (LIST, f"{LIST}?token={RIGHT}", f"{LIST}/?token={RIGHT}", f"GET /operator?token={RIGHT}", f"GET /operator/purge?token={RIGHT}")
    seen = []
    for line in lines:
        with connect(guarded.url) as sock:
            sock.sendall("\r\n".join([f"{line} HTTP/1.1", "Host: a", "Connection: close", bearer(RIGHT), "", ""]).encode())
            seen.append(int(read_all(sock)[0].split(b" ", 2)[1]))
    assert wait_until(lambda: guarded.log.count('"status":404') >= len(lines))
    held("T43", "a right token on the public listener: 404", len(lines), seen.count(404), str(set(seen) - {404} or ""))
    held("T43", "lines of the log about them that have it: none", len(lines), len(lines) - guarded.log.count(RIGHT))


def test_five_failures_then_patience(guarded, full, held):
    source, other = "127.0.11.1", "127.0.11.2"
    tries = [ask(guarded, LIST, [bearer(spoiled(n))], source) for n in range(20)]
    statuses = [status for status, _ in tries]
    waits = [int(re.search(rb"\r\nRetry-After: (\d+)", raw)[1]) for status, raw in tries if status == 429]
    # one more is let through each twelve seconds, should the machine be that slow
    held("T43", "twenty failures of one address: 401 five times, then 429 with Retry-After", 20,
         20 if statuses[:5] == [401] * 5 and statuses[5] == 429 and set(statuses) == {401, 429} and all(1 <= s <= 12 for s in waits) else 0)
    held("T43", "meanwhile another address is told 401, and a right token passes from both", 3,
         (ask(guarded, LIST, [bearer(spoiled(1))], other)[0] == 401) + sum(ask(guarded, LIST, [bearer(RIGHT)], each)[0] == 200 for each in (source, other)))
    if full:
        time.sleep(waits[-1] + 1)
        held("T43", "after Retry-After one more failure is answered by 401, the next by 429", 2,
             sum(ask(guarded, LIST, [], source)[0] == status for status in (401, 429)))


@pytest.mark.full
def test_time_tells_nothing(measured):
    """Welch's t over a million comparisons each; the last pair shows that a careless one would be seen."""
    bench = ROOT / "build/tests/token_timing"
    subprocess.run(["make", "--no-print-directory", "-s", str(bench.relative_to(ROOT))], cwd=ROOT, check=True)
    told = subprocess.run([bench, "1000000"], capture_output=True, text=True, check=True, timeout=600).stdout
    pairs = [line.rpartition(" ") for line in told.splitlines()]
    assert len(pairs) == 6 and pairs[-1][0].startswith("control")
    for name, _, t in pairs[:-1]:
        measured("T43", f"|t| of a million comparisons, {name}", abs(float(t)), "", at_most=4.5)
    measured("T43", f"|t| of a comparison that ends at the first difference ({pairs[-1][0]})", abs(float(pairs[-1][2])), "", at_least=4.5)
