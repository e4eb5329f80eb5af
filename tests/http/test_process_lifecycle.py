"""Starting, reloading and stopping: clear refusals, no request cut. No time is judged: what is not to be waited for has minutes here."""
from __future__ import annotations

import os
import pathlib
import shutil
import signal
import subprocess
import threading
import time

import pytest
from crowd import Quiet, complete, get_bytes, metric
from kit import clean_env, identity, wait_until
from rawhttp import connect, read_all, request

WARM = "/tiles/uzbekistan/emissions-co2/5/21/11.png"
AREA = b'{"type":"Polygon","coordinates":[[[64,40],[66,40],[66,41],[64,41],[64,40]]]}'
PATIENT = {f"FLUXGRID_{what}_TIMEOUT_MS": "600000" for what in ("HEADER", "IDLE", "REQUEST", "STATEMENT", "DRAIN")}


class Busy(threading.Thread):
    """Asks on one connection as fast as it is answered; reconnects after Connection: close."""

    def __init__(self, url: str, paths):
        super().__init__(daemon=True)
        self.url, self.paths = url, paths
        self.done, self.cut, self.refused, self.stopping = 0, [], False, False

    def run(self) -> None:
        sock = None
        for path in self.paths:
            if self.stopping:
                return
            try:
                if sock is None:
                    quiet, sock = Quiet(), connect(self.url)
            except OSError:
                self.refused = True  # nobody listens any more: not a cut
                return
            try:
                quiet.send(sock, get_bytes(path))
                raw = self.hear(sock)
            except OSError as error:
                raw = repr(error).encode()
            if quiet.is_long and not raw.startswith((b"HTTP/", b"closed after H")):  # he was taken for idle
                sock.close()
                sock = None
                continue
            if not raw.startswith(b"HTTP/1.1 200"):
                self.cut.append((path, raw[:80]))
                return
            self.done += 1
            if b"\r\nConnection: close\r\n" in raw.partition(b"\r\n\r\n")[0] + b"\r\n":
                sock.close()
                sock = None

    @staticmethod
    def hear(sock) -> bytes:
        raw = b""
        while not complete(raw):
            data = sock.recv(65536)
            if not data:
                return raw if complete(raw) else b"closed after " + raw
            raw += data
        return raw


def tiles_for(client: int):
    """Hits and misses in turn."""
    for n in range(100000):
        x, y = 672 + (client * 7 + n) % 48, 372 + n % 30
        yield WARM if n % 2 else f"/tiles/uzbekistan/emissions-co2/10/{x}/{y}.png?year={2010 + client % 13}"


@pytest.mark.parametrize("attempt", range(5))
def test_a_drain_cuts_nobody(start_server, database, attempt):
    server = start_server(database, **PATIENT)
    request(server.url, WARM)
    clients = [Busy(server.url, tiles_for(i)) for i in range(64)]
    for client in clients:
        client.start()
    time.sleep(0.7 + 0.13 * attempt)
    assert wait_until(lambda: sum(client.done for client in clients) > 64)
    status = server.stop(signal.SIGTERM)
    for client in clients:
        client.stopping = True
        client.join(120)
    cut = [c for client in clients for c in client.cut]
    assert not cut, f"{len(cut)} requests were cut: {cut[:3]}"
    assert status == 0


def test_idle_clients_do_not_hold_up_a_stop(start_server, database):
    server = start_server(database, **PATIENT)
    idle = [connect(server.url) for _ in range(20)]
    for sock in idle[:10]:
        sock.sendall(get_bytes("/livez"))
        assert b"alive" in Busy.hear(sock)
    half = connect(server.url)
    half.sendall(b"GET /livez HTTP/1.1\r\nHo")
    assert server.stop() == 0
    for sock in idle + [half]:
        sock.close()


def test_while_draining_nobody_new_is_let_in(start_server, database):
    server = start_server(database, **PATIENT)
    held = connect(server.url)
    held.sendall(b"POST /v1/emissions HTTP/1.1\r\nHost: a\r\nContent-Type: application/geo+json\r\nContent-Length: %d\r\n\r\n{" % len(AREA))
    assert wait_until(lambda: metric(server, "fluxgrid_http_connections") == 1)
    server.process.send_signal(signal.SIGTERM)

    def is_refused() -> bool:
        try:
            connect(server.url).close()
            return False
        except OSError:
            return True

    assert wait_until(is_refused)
    assert request(server.admin, "/readyz").status == 503
    assert request(server.admin, "/livez").status == 200
    held.sendall(AREA[1:])
    answer, is_closed = read_all(held)
    assert b"200 OK" in answer and b"Connection: close" in answer and complete(answer) and is_closed
    held.close()
    assert server.stop() == 0


@pytest.fixture
def refused_start(fluxgrid, checkout, database):
    """Runs `serve`, which must refuse to. @return what it said."""

    def run(*before: str, **env: str) -> str:
        environment = clean_env(DATABASE_URL=database.dsn("fluxgrid_server"),
                                **{"FLUXGRID_PORT": "0", "FLUXGRID_ADMIN_PORT": "0", **env})
        done = subprocess.run([*before, str(fluxgrid), "serve"], cwd=checkout, text=True, env=environment,
                              capture_output=True, timeout=120, **identity())
        assert 0 < done.returncode < 100, done.stderr[-2000:]
        return done.stderr

    return run


def test_a_taken_port_is_said_in_one_sentence(server, refused_start):
    said = refused_start(FLUXGRID_PORT=str(server.port))
    assert f"port {server.port} on 127.0.0.1 is taken" in said and "--port" in said
    said = refused_start(FLUXGRID_ADMIN_PORT=str(server.admin_port))
    assert f"port {server.admin_port} on 127.0.0.1 is taken" in said and "--admin-port" in said
    assert request(server.url, "/livez").status == 200


def test_too_few_files_are_said_in_one_sentence(refused_start):
    said = refused_start("prlimit", "--nofile=64:64")
    assert "open files" in said and "ulimit -n" in said


def test_hangup_reads_again_and_serves_on(start_server, database):
    server = start_server(database)
    client = Busy(server.url, (WARM for _ in range(10 ** 9)))
    client.start()
    for _ in range(10):
        server.process.send_signal(signal.SIGHUP)
        time.sleep(0.05)
    assert wait_until(lambda: server.log.count("reloaded") >= 1 and client.done > 0)
    client.stopping = True
    client.join(120)
    assert client.cut == []
    assert server.stop() == 0


def test_the_process_ends_no_thread_behind(start_server, database):
    server = start_server(database, FLUXGRID_WORKERS="3", FLUXGRID_EVENT_THREADS="2")
    names = len(os.listdir(f"/proc/{server.pid}/task"))
    assert names >= 3 + 2 + 1 + 1 + 1  # workers, event threads, admin, watcher, main
    assert names <= 12
    assert server.stop() == 0


def test_the_server_carries_no_gdal(start_server, database):
    server = start_server(database)
    maps = pathlib.Path(f"/proc/{server.pid}/maps").read_text()
    assert "libpq" in maps
    assert "gdal" not in maps and "fluxgrid-import" not in maps
    assert server.stop() == 0


@pytest.fixture
def program_alone(fluxgrid, workdir):
    """A copy of the program in a folder of its own, and what running it with arguments says."""
    folder = workdir / "alone"
    folder.mkdir(exist_ok=True)
    alone = pathlib.Path(shutil.copy(fluxgrid, folder / "fluxgrid"))

    def run(*arguments: str):
        return subprocess.run([str(alone), *arguments], text=True, capture_output=True, timeout=120, env=clean_env(),
                              **identity())

    yield run
    shutil.rmtree(folder)


def test_without_its_importer_the_program_says_so(program_alone):
    assert program_alone("--version").returncode == 0
    done = program_alone("import", "--schema", "manifest.json")
    assert done.returncode == 1
    assert "fluxgrid-import.so" in done.stderr and "install fluxgrid whole" in done.stderr


def test_an_importer_of_another_build_is_refused(program_alone, fluxgrid, workdir):
    module = fluxgrid.with_name("fluxgrid-import.so").read_bytes()
    build = program_alone("--version").stdout.split("(build ")[1].rstrip(")\n").encode()
    assert module.count(build) == 1
    (workdir / "alone" / "fluxgrid-import.so").write_bytes(module.replace(build, b"0" * len(build)))
    done = program_alone("import", "--schema", "manifest.json")
    assert done.returncode == 1 and "of another build" in done.stderr


def test_who_computes_yields_to_who_answers(start_server, database):
    """Workers, and nobody else, run five steps of priority below the rest."""
    server = start_server(database, FLUXGRID_WORKERS="3", FLUXGRID_EVENT_THREADS="2")

    def niceness() -> list[int]:
        threads = pathlib.Path(f"/proc/{server.pid}/task").iterdir()
        return sorted(int((t / "stat").read_text().rsplit(")", 1)[1].split()[16]) for t in threads)

    main = int(pathlib.Path(f"/proc/{server.pid}/stat").read_text().rsplit(")", 1)[1].split()[16])
    assert wait_until(lambda: niceness().count(min(main + 5, 19)) == 3), niceness()
    assert niceness().count(main) == len(niceness()) - 3
    assert server.stop() == 0


def test_files_that_whoever_starts_it_closed_are_nobodys(start_server, database):
    """What is opened next would have their numbers: the log would go to the database, or into an answer."""
    server = start_server(database)
    server.stop()
    server.before = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh"]
    server.start(wait=False)
    assert server.wait_ready()
    files = [os.readlink(f"/proc/{server.pid}/fd/{n}") for n in range(3)]
    assert server.get("/v1/releases").status_code == 200
    assert server.stop() == 1  # what it printed did not arrive
    assert files == ["/dev/null"] * 3
