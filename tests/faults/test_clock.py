"""T31: the wall clock jumps; deadlines, caches and answers do not care, and the date follows. libfaketime moves the clock of the
server alone, its monotonic clock is the real one, as it is when somebody sets the time."""
from __future__ import annotations

import email.utils
import pathlib
import shutil
import time

import pytest
from kit import wait_until
from paced import PacedCrowd
from rawhttp import connect, read_all, request

pytestmark = pytest.mark.slow  # a preloaded library and a sanitizer do not go together
JUMPS = [("+1d", 86400), ("-2d", -2 * 86400), ("+10y", 3650 * 86400), ("-0", 0)]
FROZEN = "2030-01-01 00:00:00"
PATHS = ["/tiles/uzbekistan/emissions-co2/5/21/11.png", "/v1/emissions?year=2022", "/v1/releases"]


def faketime() -> str:
    found = sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    assert found, "libfaketime is not installed: run scripts/install-packages test"
    return str(found[0])


@pytest.fixture
def jumping(start_server, database, workdir):
    """(server, set(what)): what libfaketime reads, at once."""
    clock = workdir / "clock"
    clock.write_text("-0\n")
    clock.chmod(0o644)
    server = start_server(database, LD_PRELOAD=faketime(), FAKETIME_TIMESTAMP_FILE=str(clock), FAKETIME_NO_CACHE="1",
                          DONT_FAKE_MONOTONIC="1", FAKETIME_DONT_FAKE_MONOTONIC="1", FLUXGRID_HEADER_TIMEOUT_MS="4000")

    def set_clock(what: str) -> None:
        fresh = clock.with_suffix(".new")
        fresh.write_text(f"{what}\n")
        fresh.chmod(0o644)
        shutil.move(fresh, clock)

    return server, set_clock


def date_of(server) -> float:
    return email.utils.parsedate_to_datetime(request(server.url, "/livez").header("Date")).timestamp()


def dripping_lasts(server) -> float:
    """Seconds that a client which never ends its headers is borne. By the wall clock it would be for ever, or not at all."""
    begun = time.monotonic()
    with connect(server.url) as sock:
        sock.sendall(b"GET /livez HTTP/1.1\r\nHo")
        assert read_all(sock) == (b"", True), "its time is not over"
    return time.monotonic() - begun


def test_a_clock_that_jumps_harms_nobody(jumping, scale, full, held):
    server, set_clock = jumping
    off, borne = [], []
    with PacedCrowd(server.url, PATHS, scale(200, 60), 8) as crowd:
        for what, seconds in JUMPS * scale(3, 1):
            set_clock(what)
            assert wait_until(lambda: abs(date_of(server) - time.time() - seconds) < 3), f"{what}: the Date did not follow"
            off.append(abs(date_of(server) - time.time() - seconds))
            borne += [dripping_lasts(server)] if full else []
        set_clock(FROZEN)
        assert wait_until(lambda: abs(date_of(server) - 1893456000) < 2)
        borne.append(dripping_lasts(server))
    assert not crowd.failed, crowd.failed[:3]
    held("T31", "clock jumps (a day on, two back, ten years on, frozen) with good clients at work", len(JUMPS) * scale(3, 1) + 1, len(off) + 1)
    held("T31", "requests meanwhile answered right", crowd.done + len(crowd.failed), crowd.done)
    assert all(3 < seconds for seconds in borne), f"deadlines moved with the clock: {borne}"
    assert server.stop() == 0
