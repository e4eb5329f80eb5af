"""Servers that are not children of the test by birth: successors that a server started itself, and servers that get their sockets handed."""
from __future__ import annotations

import ctypes
import os
import re
import signal
import socket
import subprocess
import time

from kit import Server, clean_env, identity, wait_until

PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans(on: bool) -> None:
    """Whoever's parent ends becomes a child of ours, so that its exit status can be read."""
    assert ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, int(on), 0, 0, 0) == 0


class Adopted:
    """What the tests need of subprocess.Popen, for a process that somebody else started."""

    def __init__(self, pid: int):
        self.pid, self.returncode = pid, None

    def poll(self) -> int | None:
        if self.returncode is None:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:
                return None  # its first parent lives
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float) -> int:
        if not wait_until(lambda: self.poll() is not None, timeout):
            raise subprocess.TimeoutExpired("fluxgrid serve", timeout)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def successors(server: Server) -> list[int]:
    return [int(pid) for pid in re.findall(r"successor (\d+) is starting", server.log)]


def succeed(server: Server, seconds: float = 120) -> int:
    """The server starts its successor, which `server` stands for from then on. @return the exit status of the first."""
    former, known = server.process, len(successors(server))
    former.send_signal(signal.SIGUSR2)
    assert wait_until(lambda: len(successors(server)) > known), server.log[-2000:]
    status = former.wait(seconds)
    server.process = Adopted(successors(server)[-1])
    return status


class SocketHolder:
    """What systemd does for a socket unit: it holds the sockets, and gives them to each server that it starts."""

    def __init__(self, server: Server):
        self.server = server
        self.sockets = [self.bound(server.port), self.bound(server.admin_port)]
        self.sockets[0].settimeout(None)

    @staticmethod
    def bound(port: int) -> socket.socket:
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("127.0.0.1", port))
        sock.listen(4096)
        return sock

    def start(self, names: str = "fluxgrid.socket:fluxgrid.socket", *before: str) -> None:
        server, (public, admin) = self.server, self.sockets
        env = clean_env(FLUXGRID_PORT=str(server.port), FLUXGRID_ADMIN_PORT=str(server.admin_port), LISTEN_FDS="2",
                        LISTEN_FDNAMES=names, **server.env)
        handing = f'exec 3<&{public.fileno()} 4<&{admin.fileno()}; LISTEN_PID=$$ exec "$@"'
        with open(server.log_path, "ab") as log:
            server.process = subprocess.Popen(
                ["bash", "-c", handing, "bash", *before, *server.command()], cwd=server.cwd, env=env, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, pass_fds=(public.fileno(), admin.fileno()), **identity())

    def restart(self) -> int:
        status = self.server.stop()
        self.start()
        return status

    def close(self) -> None:
        for sock in self.sockets:
            sock.close()


def stop_within(server: Server, seconds: float) -> tuple[int, float]:
    """SIGTERM. @return exit status and how long it took."""
    begun = time.monotonic()
    status = server.stop(seconds=seconds)
    return status, time.monotonic() - begun
