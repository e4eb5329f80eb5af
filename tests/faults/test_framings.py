"""T2: heads that are none. Each ends in one refusal and the connection's end, whole or in pieces, on both listeners and behind proxies,
and the request that follows it is never answered; heads that are right are all answered."""
from __future__ import annotations

import subprocess
import time

import pytest
from framings import RIGHT, head, malformed
from proxies import in_front
from rawhttp import connect, exchange, parse_replies, read_all, request

REFUSALS = {400, 405, 411, 413, 414, 431, 501, 505}
MALFORMED = malformed()


@pytest.fixture
def target(start_server, database):
    server = start_server(database, FLUXGRID_HEADER_TIMEOUT_MS="600000")  # no refusal may be that of the time-out
    yield server
    assert request(server.url, "/livez").status == 200
    assert server.stop() == 0, server.log[-3000:]


def send_in_pieces(url: str, pieces) -> tuple[bytes, bool]:
    with connect(url) as sock:
        for piece in pieces:
            try:
                sock.sendall(piece)
            except (BrokenPipeError, ConnectionResetError):
                break
            time.sleep(0.001)
        return read_all(sock)


def fault_of(raw: bytes, is_closed: bool) -> str:
    """What is wrong with the answer to a malformed head; "" = nothing."""
    if not is_closed:
        return f"the connection was kept: {raw[:80]!r}"
    if b"alive" in raw:
        return "the hidden request, or the broken one, was answered"
    try:
        replies = parse_replies(raw)
    except AssertionError as e:
        return f"no answer that can be read: {e}"
    if len(replies) != 1 or replies[0].status not in REFUSALS or replies[0].header("Connection") != "close":
        return f"{[r.status for r in replies]}"
    return ""


def judged(tried: dict[str, tuple[bytes, bool]]) -> list[tuple[str, str]]:
    found = ((name, fault_of(*answer)) for name, answer in tried.items())
    return [(name, fault) for name, fault in found if fault]


def ask_all(url: str) -> dict[str, tuple[bytes, bool]]:
    answers = {}
    for name, sent in MALFORMED.items():
        got = exchange(url, sent)
        answers[name] = got.raw, got.closed
    return answers


@pytest.mark.parametrize("listener", ["public", "admin"])
def test_one_refusal_and_the_end(target, held, listener):
    wrong = judged(ask_all(target.url if listener == "public" else target.admin))
    held("T2", f"malformed heads, {listener} listener: one refusal, then the end; what follows is not answered", len(MALFORMED), len(MALFORMED) - len(wrong),
         str(wrong[:4]) if wrong else "")


def test_one_refusal_in_pieces_too(target, held, full):
    """Cut after each line; the full run also byte by byte."""
    wrong, tried = [], 0
    for name, sent in list(MALFORMED.items())[:: 1 if full else 7]:
        cuts = [sent.splitlines(keepends=True)] if len(sent) < 2000 else []
        if full and len(sent) < 300:
            cuts.append([sent[i:i + 1] for i in range(len(sent))])
        for pieces in cuts:
            tried += 1
            fault = fault_of(*send_in_pieces(target.url, pieces))
            wrong += [(name, len(pieces), fault)] if fault else []
    held("T2", "malformed heads in pieces: the same", tried, tried - len(wrong), str(wrong[:4]) if wrong else "")


def test_after_a_right_request(target, held):
    """What came before is answered, the malformed head is refused, what follows is not answered."""
    wrong = []
    for name, sent in MALFORMED.items():
        before = head(b"GET /nothing-here HTTP/1.1")
        raw, is_closed = (lambda e: (e.raw, e.closed))(exchange(target.url, before + sent))
        first = raw.find(b"HTTP/1.1 ", 9)
        fault = "the first was not answered" if not raw.startswith(b"HTTP/1.1 404 ") or first < 0 else fault_of(raw[first:], is_closed)
        wrong += [(name, fault)] if fault else []
    held("T2", "malformed heads behind a right request: only that is answered", len(MALFORMED), len(MALFORMED) - len(wrong), str(wrong[:4]) if wrong else "")


@pytest.mark.parametrize("in_pieces", [False, True], ids=["whole", "in pieces"])
def test_right_heads_are_answered(target, held, in_pieces):
    wrong = []
    for name, (sent, statuses) in RIGHT.items():
        last = head(b"HEAD /livez HTTP/1.1", (b"Host: a", b"Connection: close"))
        if name.startswith("HTTP/1.0"):
            last, expected = b"", statuses
        else:
            expected = [*statuses, 200]
        whole = sent + last
        size = max(37, len(whole) // 50) if in_pieces else len(whole)
        pieces = [whole[i:i + size] for i in range(0, len(whole), size)]
        raw, is_closed = send_in_pieces(target.url, pieces)
        methods = ("GET",) * len(statuses) + ("HEAD",)
        got = [r.status for r in parse_replies(raw, methods)]
        if got != expected or not is_closed:
            wrong.append((name, got[:8], is_closed))
    held("T2", "heads that are right are answered" + (", in pieces" if in_pieces else ""), len(RIGHT), len(RIGHT) - len(wrong), str(wrong) if wrong else "")


def test_a_refusal_does_not_wait_for_the_rest(target, held):
    """The first wrong byte is enough: nothing more is sent, and the head's time is not over for minutes."""
    starts = [b"GET  ", b"GET /a\n", b"\0", b"\x16\x03\x01", b"GET / HTTP/1.1\r\nHost: a\n", b"GET / HTTP/1.1\r\n:", b"GET / HTTP/1.1\r\nHost: a\r\n ", b"GET /" + b"a" * 2048,
              b"GET / HTTP/2", b"A" * 33]
    answered = 0
    for sent in starts:
        with connect(target.url) as sock:
            sock.sendall(sent)
            raw, _ = read_all(sock)
            answered += fault_of(raw, True) == ""
    held("T2", "malformed beginnings: refused before the rest comes", len(starts), answered)


VTC = """varnishtest "{name}"
client c1 -connect 127.0.0.1:{port} {{
  timeout 6
  sendhex "{sent}"
  rxresp
  expect resp.status ~ "^({allowed})$"
  expect_close
}} -run
"""


@pytest.mark.full
def test_by_varnishtest(target, workdir, held):
    wrong = []
    for number, (name, sent) in enumerate(MALFORMED.items()):
        script = workdir / f"framing-{number}.vtc"
        script.write_text(VTC.format(name=number, port=target.port, sent=sent.hex(), allowed="|".join(map(str, sorted(REFUSALS)))))
        done = subprocess.run(["varnishtest", "-t", "20", str(script)], capture_output=True, text=True)
        if done.returncode != 0:
            wrong.append((name, done.stdout[-400:]))
    held("T2", "malformed heads: one refusal, then the end (varnishtest)", len(MALFORMED), len(MALFORMED) - len(wrong), str(wrong[:2]) if wrong else "")


def backend_requests(server) -> int:
    return sum('"message":"request"' in line for line in server.log.splitlines())


@pytest.mark.full
@pytest.mark.parametrize("name", ["nginx", "haproxy"])
def test_malformed_heads_through_a_proxy(target, workdir, held, name):
    """The server sees no more requests than the proxy says it passed on."""
    torn = []
    with in_front(name, workdir / f"heads-{name}", target) as proxy:
        assert request(proxy.url, "/livez").status == 200
        for case, sent in MALFORMED.items():
            before = proxy.passed(), backend_requests(target)
            exchange(proxy.url, sent, wait=0.3)
            for _ in range(12):  # both logs come a little late
                passed, seen = proxy.passed() - before[0], backend_requests(target) - before[1]
                if seen == passed:
                    break
                time.sleep(0.05)
            if seen > passed:
                torn.append((case, passed, seen))
    held("T2", f"malformed heads through {name}: no request that it did not pass on", len(MALFORMED), len(MALFORMED) - len(torn), str(torn or ""))
