"""The plain helpers of the tests: a cluster, a database, a server. Fixtures are in conftest.py."""
from __future__ import annotations

import atexit
import contextlib
import dataclasses
import functools
import hashlib
import os
import pathlib
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from typing import Callable, Iterator

import fence
import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
SERVICE_USER = "postgres"
PG_BIN = pathlib.Path("/usr/lib/postgresql/15/bin")
DATASET = pathlib.Path("data/uzbekistan")


def identity() -> dict:
    """Arguments for subprocess that make a child the unprivileged user when we are root."""
    if os.getuid() != 0:
        return {}
    user = pwd.getpwnam(SERVICE_USER)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def clean_env(**more: str) -> dict:
    env = {k: v for k, v in os.environ.items()
           if not k.startswith(("PG", "FLUXGRID_")) and k != "DATABASE_URL"}
    env.update(LC_ALL="C.UTF-8", TZ="UTC", **more)
    env.setdefault("ASAN_OPTIONS", "detect_leaks=1:abort_on_error=0:exitcode=99")
    env.setdefault("UBSAN_OPTIONS", "print_stacktrace=1:halt_on_error=1:exitcode=99")
    env.setdefault("TSAN_OPTIONS", "exitcode=99:halt_on_error=0:second_deadlock_stack=1")
    for name, supp in _suppressions().items():
        others = [option for option in env.get(name, "").split(":") if option and not option.startswith("suppressions=")]
        env[name] = ":".join([*others, f"suppressions={supp}"])
    return env


@functools.cache
def _suppressions() -> dict:
    """The sanitizers' suppressions, copied to where the unprivileged user can read them."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="fluxgrid-supp-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    folder.chmod(0o755)
    found = {}
    for name, file in (("LSAN_OPTIONS", "lsan.supp"), ("TSAN_OPTIONS", "tsan.supp")):
        if (ROOT / "tests" / file).exists():
            found[name] = shutil.copy(ROOT / "tests" / file, folder / file)
            (folder / file).chmod(0o644)
    return found


BLOCK = 100  # ports that a process takes for itself at a time
_blocks: list[tuple[socket.socket, Iterator[int]]] = []  # whose claim each is, and what is left of it


def _claim_block() -> None:
    """Below the ports that the system gives to clients: one of them could have it when a server starts again."""
    first_of_clients = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    for first in random.sample(range(10000, first_of_clients - BLOCK, BLOCK), (first_of_clients - BLOCK - 10000) // BLOCK):
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0fluxgrid-test-ports-{first}")  # a name without a file: it ends with the process
        except OSError:
            claim.close()
            continue
        _blocks.append((claim, iter(range(first, first + BLOCK))))
        return
    raise AssertionError("no block of ports is free")


def free_port() -> int:
    """A port that is this process' until it ends: nobody else gets it while nobody listens on it, neither a client nor a session
    that runs beside this one, and no second server writes into the log of the first."""
    while True:
        for port in _blocks[-1][1] if _blocks else ():
            with contextlib.suppress(OSError), socket.socket() as s:
                s.bind(("127.0.0.1", port))
                return port
        _claim_block()


def wait_until(condition: Callable[[], bool], seconds: float = 60, step: float = 0.02) -> bool:
    """Whether it came to be so. The time only ends a hang: a machine with much to do takes long for little."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(step)
    return bool(condition())


def readable_by_service(path: pathlib.Path) -> bool:
    return subprocess.run(["test", "-r", str(path)], **identity()).returncode == 0


def write_tokens(path: pathlib.Path, tokens) -> None:
    """The file of operators' tokens, as `fluxgrid serve` takes it. @param tokens  (name, token) each."""
    path.write_text("# of the tests\n" + "".join(f"{name} {hashlib.sha256(t.encode()).hexdigest()}\n" for name, t in tokens))
    who = identity()
    if who:
        os.chown(path, who["user"], who["group"])
    path.chmod(0o600)


def runnable(binary: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    """The program, or a copy in a folder that the unprivileged user can reach."""
    if readable_by_service(binary):
        return binary
    folder.mkdir(exist_ok=True)
    copy = folder / "fluxgrid"
    shutil.copy(binary, copy)
    copy.chmod(0o755)
    shutil.copy(binary.with_name("fluxgrid-import.so"), folder)
    return copy


@dataclasses.dataclass(frozen=True)
class Database:
    """One database of the test cluster; dsn(role) is what DATABASE_URL takes."""
    host: str
    name: str

    def dsn(self, role: str = "postgres") -> str:
        return f"postgresql:///{self.name}?host={self.host}&user={role}"

    def connect(self, role: str = "postgres", **options):
        import psycopg2
        connection = psycopg2.connect(self.dsn(role), **options)
        connection.autocommit = True
        return connection

    def rows(self, sql: str, parameters: tuple = (), role: str = "postgres") -> list:
        with contextlib.closing(self.connect(role)) as connection, connection.cursor() as cursor:
            if "search_path" not in sql:
                cursor.execute("SET search_path = fluxgrid, public")
            cursor.execute(sql, parameters or None)
            return cursor.fetchall() if cursor.description else []

    def value(self, sql: str, parameters: tuple = (), role: str = "postgres"):
        rows = self.rows(sql, parameters, role)
        return rows[0][0] if rows else None

    def fingerprint(self) -> str:
        """A digest of every row of the schema: equal before and after a refused import."""
        digest = hashlib.sha256()
        with contextlib.closing(self.connect()) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'fluxgrid' ORDER BY 1")
            for (table,) in cursor.fetchall():
                cursor.execute(f"SELECT md5(coalesce(string_agg(md5(t::text), '' ORDER BY md5(t::text)), '')) "
                               f'FROM fluxgrid."{table}" t')
                digest.update(table.encode() + cursor.fetchone()[0].encode())
        return digest.hexdigest()


class Cluster:
    """A PostgreSQL server of its own, without fsync. stop(), start() and kill() for fault tests."""

    def __init__(self, folder: pathlib.Path):
        self.folder, self.data, self.socket = folder, folder / "pg", folder / "s"
        self.log = folder / "postgresql.log"

    def _as(self, *command, **options):
        return subprocess.run([str(c) for c in command], cwd=self.folder, env=clean_env(),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              **{**identity(), **options})

    def create(self) -> None:
        if not (PG_BIN / "initdb").exists():
            pytest.fail("PostgreSQL 15 is not installed: run scripts/install-packages run test", pytrace=False)
        done = self._as(PG_BIN / "initdb", "-D", self.data, "-U", "postgres", "-A", "peer",
                        "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        assert done.returncode == 0, done.stdout
        self._as("mkdir", self.socket)
        with open(self.data / "postgresql.conf", "a") as conf:
            conf.write(f"""
listen_addresses = ''
unix_socket_directories = '{self.socket}'
max_connections = 400
shared_buffers = 128MB
work_mem = 16MB
maintenance_work_mem = 128MB
jit = off
fsync = off
synchronous_commit = off
full_page_writes = off
max_wal_size = 2GB
timezone = 'UTC'
""")
        (self.data / "pg_hba.conf").write_text("local all all peer map=test\n")
        users = {pwd.getpwuid(os.getuid()).pw_name}
        if os.getuid() == 0:
            users.add(SERVICE_USER)
        roles = ("postgres", "fluxgrid_owner", "fluxgrid_import", "fluxgrid_server", "test_plain", "test_owner")
        (self.data / "pg_ident.conf").write_text(
            "".join(f"test {user} {role}\n" for user in users for role in roles))

    def start(self) -> None:
        # The server must not inherit our pipe, or reading it would never end.
        with open(self.folder / "pg_ctl.log", "a") as log:
            done = subprocess.run([str(PG_BIN / "pg_ctl"), "-D", str(self.data), "-s", "-w", "-t", "60",
                                   "-l", str(self.log), "start"], cwd=self.folder, env=clean_env(),
                                  stdin=subprocess.DEVNULL, stdout=log, stderr=log, **identity())
        assert done.returncode == 0, self.log.read_text()[-2000:]

    def stop(self, mode: str = "immediate") -> None:
        self._as(PG_BIN / "pg_ctl", "-D", self.data, "-s", "-w", "-m", mode, "stop")

    def postmaster_pid(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def kill(self) -> None:
        """What a power cut does to the postmaster."""
        os.kill(self.postmaster_pid(), signal.SIGKILL)

    def database(self, name: str) -> Database:
        return Database(str(self.socket), name)

    def create_database(self, name: str, template: str = "template0") -> Database:
        """The template's files are copied, not logged page by page: without fsync a third of the time, and a session makes hundreds."""
        self.database("template1").rows(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy -- search_path')
        return self.database(name)

    def drop_database(self, name: str) -> None:
        self.database("template1").rows(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE) -- search_path')


@contextlib.contextmanager
def private_cluster(**conf: str) -> Iterator[Cluster]:
    """A cluster that nobody else is in: it may be killed, and let people in by lines of its own. conf: for postgresql.conf."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="fluxgrid-own-"))
    who = identity()
    if who:
        os.chown(folder, who["user"], who["group"])
    folder.chmod(0o755)
    cluster = Cluster(folder)
    cluster.create()
    with open(cluster.data / "postgresql.conf", "a") as file:
        file.writelines(f"{name} = {value}\n" for name, value in conf.items())
    cluster.start()
    try:
        yield cluster
    finally:
        with contextlib.suppress(Exception):  # a test may have killed it
            cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}  # as in production: what is committed is in the log


def migrate(database: Database, *flags: str) -> str:
    """Runs sql/migrate.sh. @return what it says."""
    done = subprocess.run([str(ROOT / "sql" / "migrate.sh"), *flags], text=True,
                          env=clean_env(DATABASE_URL=database.dsn()), capture_output=True)
    assert done.returncode == 0, done.stderr
    # A session keeps more servers than an installation has: the role's limit, which is the whole
    # cluster's, is not meant for them.
    database.rows("ALTER ROLE fluxgrid_server CONNECTION LIMIT -1")
    return done.stdout


class Server:
    """A running `fluxgrid serve`. url and admin are "http://127.0.0.1:port"; env may be changed
    before restart(); log is its standard error so far."""

    def __init__(self, binary: pathlib.Path, cwd: pathlib.Path, folder: pathlib.Path, env: dict):
        self.binary, self.cwd, self.env = binary, cwd, dict(env)
        self.port, self.admin_port = free_port(), free_port()
        self.log_path = folder / f"server-{self.port}.log"
        self.process: subprocess.Popen | None = None
        # Words before the command: FLUXGRID_TESTS_FENCED=1 has every server run inside the systemd unit's fence.
        self.before = fence.words() if os.environ.get("FLUXGRID_TESTS_FENCED") == "1" else []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def admin(self) -> str:
        return f"http://127.0.0.1:{self.admin_port}"

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def log(self) -> str:
        """Whole lines: the last one may still be on its way to the file."""
        text = self.log_path.read_text(errors="replace") if self.log_path.exists() else ""
        return text[:text.rfind("\n") + 1]

    def command(self) -> list[str]:
        return [*self.before, str(self.binary), "serve"]

    def start(self, wait: bool = True) -> "Server":
        env = clean_env(FLUXGRID_PORT=str(self.port), FLUXGRID_ADMIN_PORT=str(self.admin_port), **self.env)
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(self.command(), cwd=self.cwd, env=env, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, **identity())
        if wait:
            assert self.wait_ready(), f"the server is not ready:\n{self.log[-3000:]}"
            assert not self.before or fence.surrounds(self.pid)
        return self

    def is_ready(self) -> bool:
        import requests
        assert self.process is None or self.process.poll() is None, f"the server ended:\n{self.log[-3000:]}"
        try:
            return requests.get(f"{self.admin}/readyz", timeout=30).status_code == 200
        except requests.RequestException:
            return False

    def wait_ready(self, seconds: float = 120) -> bool:
        return wait_until(self.is_ready, seconds)

    def stop(self, number: int = signal.SIGTERM, seconds: float = 120) -> int:
        """@return the exit status; a sanitizer's report makes it 99."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"the server did not end within {seconds} s:\n{self.log[-3000:]}")
        self.process = None
        return status

    def restart(self) -> "Server":
        self.stop()
        return self.start()

    def get(self, path: str, **options):
        import requests
        return requests.get(self.url + path, timeout=options.pop("timeout", 120), **options)

    def json(self, path: str, status: int = 200, **options):
        answer = self.get(path, **options)
        assert answer.status_code == status, f"{path}: {answer.status_code} {answer.text[:500]}"
        return answer.json()


