"""T33: restarts under load that refuse and cut nobody: the server starts its successor with its own sockets (SIGUSR2), or
somebody else holds them, as systemd does."""
from __future__ import annotations

import os
import pathlib
import re
import shutil
import signal
import time

import pytest
from kit import wait_until
from lineage import SocketHolder, adopt_orphans, succeed, successors
from paced import PacedCrowd
from rawhttp import request

PATHS = ["/tiles/uzbekistan/emissions-co2/5/21/11.png", "/tiles/uzbekistan/net-co2e/7/87/47.png?year=2022", "/v1/releases",
         "/v1/emissions?year=2022", "/livez"]


@pytest.fixture(scope="module", autouse=True)
def orphans_are_ours():
    adopt_orphans(True)
    yield
    adopt_orphans(False)


def metric(server, name: str) -> float:
    return float(re.search(rf"^{name} (\S+)$", request(server.admin, "/metrics").body.decode(), re.M)[1])


def restarted_under_load(server, scale, held, what, restart):
    """restart() as often as this run wants, clients asking all the while, and both rows of the table."""
    times, good = scale(20, 2), 0
    with PacedCrowd(server.url, PATHS, scale(500, 200)) as crowd:
        for _ in range(times):
            time.sleep(0.2)
            good += restart()
            assert server.wait_ready()
        time.sleep(0.2)
    held("T33", f"restarts {what} at {crowd.rate} requests a second", times, good)
    assert not crowd.failed, crowd.failed[:5]
    held("T33", f"requests during restarts {what} answered right", crowd.done + len(crowd.failed), crowd.done)


def test_a_successor_takes_over_under_load(start_server, database, scale, held):
    server = start_server(database, FLUXGRID_EVENT_THREADS="2")

    def by_signal():
        before = server.pid
        return succeed(server) == 0 and server.pid != before
    restarted_under_load(server, scale, held, "by SIGUSR2", by_signal)
    assert server.stop() == 0


def test_sockets_that_somebody_holds_survive_restarts(start_server, database, scale, held):
    server = start_server(database, FLUXGRID_EVENT_THREADS="2")
    assert server.stop() == 0
    holder = SocketHolder(server)
    holder.start()
    assert server.wait_ready()
    restarted_under_load(server, scale, held, "over held sockets", lambda: holder.restart() == 0)
    assert server.stop() == 0
    holder.close()


def test_a_successor_that_cannot_start_changes_nothing(start_server, database, fluxgrid, workdir):
    """The program on the disk is broken, as in a failed upgrade; the one that runs serves on."""
    folder = workdir / "upgraded"
    folder.mkdir()
    server = start_server(database)
    assert server.stop() == 0
    server.binary = pathlib.Path(shutil.copy(fluxgrid, folder / "fluxgrid"))
    server.start()
    whole = folder / "whole"
    os.rename(server.binary, whole)
    for broken, said in ((b"#!/bin/sh\nexit 3\n", "ended (status 3)"), (b"\x7fELF no program", "no successor")):
        server.binary.write_bytes(broken)
        server.binary.chmod(0o755)
        before = server.pid
        server.process.send_signal(signal.SIGUSR2)
        assert wait_until(lambda: said in server.log), server.log[-2000:]
        assert server.pid == before and request(server.url, "/livez").status == 200
        os.unlink(server.binary)
    os.rename(whole, server.binary)
    assert succeed(server) == 0 and server.wait_ready()
    assert server.stop() == 0


def test_who_stops_a_server_stops_its_successor(start_server, database):
    server = start_server(database)
    server.process.send_signal(signal.SIGUSR2)
    assert wait_until(lambda: len(successors(server)) == 1)
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(120) == 0
    server.process = None
    pid = successors(server)[0]
    assert wait_until(lambda: has_ended(pid)), "the successor serves on"


def has_ended(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return not os.path.exists(f"/proc/{pid}")


def test_what_is_no_socket_is_refused(start_server, database, workdir):
    server = start_server(database)
    assert server.stop() == 0
    holder = SocketHolder(server)
    holder.sockets[1].close()
    holder.sockets[1] = open(os.devnull)
    holder.start()
    assert server.process.wait(120) == 2
    server.process = None
    assert "no listening TCP socket" in server.log
    holder.close()
