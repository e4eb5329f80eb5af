"""What every pytest folder shares: a private cluster, a loaded database, a running server.

Nothing of the developer's own is touched: the cluster lives in a temporary folder on a Unix socket,
with fsync off. As root, everything runs as the system user `postgres`, as in production.

Environment: FLUXGRID_BIN names another binary (a sanitizer or coverage build); FLUXGRID_KEEP=1
keeps the temporary folder. PG* and DATABASE_URL are ignored.
"""
from __future__ import annotations

import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from typing import Callable, Iterator

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from kit import DATASET, ROOT, SERVICE_USER, Cluster, Database, Server, clean_env, identity, migrate, readable_by_service, runnable  # noqa: E402


@pytest.fixture(scope="session")
def workdir() -> Iterator[pathlib.Path]:
    """A short path (a socket's is limited to 107 bytes) which the unprivileged user owns."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="fluxgrid-test-"))
    who = identity()
    if who:
        os.chown(path, who["user"], who["group"])
    path.chmod(0o755)
    yield path
    if os.environ.get("FLUXGRID_KEEP"):
        print(f"\nkept {path}")
    else:
        shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def checkout(workdir) -> pathlib.Path:
    """Where the unprivileged user finds static/, config/, data/: the checkout, or a copy of it."""
    if readable_by_service(ROOT / "Makefile"):
        return ROOT
    stage = workdir / "stage"
    for name in ("static", "config", "data", "sql", "tests"):
        if (ROOT / name).exists():
            shutil.copytree(ROOT / name, stage / name, symlinks=True)
    subprocess.run(["chmod", "-R", "go+rX", str(stage)], check=True)
    return stage


@pytest.fixture(scope="session")
def fluxgrid(workdir, checkout) -> pathlib.Path:
    """The binary under test, in a place the unprivileged user can reach."""
    path = pathlib.Path(os.environ.get("FLUXGRID_BIN", ROOT / "build" / "fluxgrid")).resolve()
    if not path.exists():
        pytest.fail(f"{path} is not built: run make", pytrace=False)
    return runnable(path, workdir)


@pytest.fixture(scope="session")
def cluster(workdir) -> Iterator[Cluster]:
    """A running private cluster with no database of ours in it yet."""
    cluster = Cluster(workdir)
    cluster.create()
    cluster.start()
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def _migrated(cluster) -> Database:
    database = cluster.create_database("template_empty")
    migrate(database)
    return database


@pytest.fixture
def empty_database(cluster, _migrated) -> Iterator[Callable[[], Database]]:
    """A factory: each call gives a fresh migrated database (a copy of a template: about 0.1 s)."""
    made: list[str] = []

    def make() -> Database:
        name = f"empty_{os.getpid()}_{len(made)}_{time.monotonic_ns()}"
        made.append(name)
        return cluster.create_database(name, _migrated.name)

    yield make
    for name in made:
        cluster.drop_database(name)


@pytest.fixture
def loaded_database(cluster, database) -> Iterator[Callable[[], Database]]:
    """A factory: each call gives a copy of the demonstration database that a test may change.
    The session's server must not be connected to the template meanwhile, so the copy is of a twin."""
    made: list[str] = []

    def make() -> Database:
        name = f"loaded_{os.getpid()}_{len(made)}_{time.monotonic_ns()}"
        made.append(name)
        return cluster.create_database(name, "template_loaded")

    yield make
    for name in made:
        cluster.drop_database(name)


@pytest.fixture(scope="session")
def run_fluxgrid(fluxgrid, checkout) -> Callable[..., subprocess.CompletedProcess]:
    """run_fluxgrid("import", path, database=db, role="fluxgrid_import", check=False, timeout=300)"""

    def run(*arguments, database: Database | None = None, role: str = "fluxgrid_import",
            check: bool = False, timeout: float = 300, cwd=None, env: dict | None = None,
            **options) -> subprocess.CompletedProcess:
        environment = clean_env(**(env or {}))
        if database is not None:
            environment["DATABASE_URL"] = database.dsn(role)
        done = subprocess.run([str(fluxgrid), *map(str, arguments)], cwd=cwd or checkout,
                              env=environment, capture_output=True, text=True, errors="replace",
                              timeout=timeout, **{**identity(), **options})
        if check:
            assert done.returncode == 0, f"{' '.join(map(str, arguments))}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    return run


@pytest.fixture(scope="session")
def database(cluster, _migrated, run_fluxgrid) -> Database:
    """The demonstration inventory, imported once per session. Treat it as read-only."""
    twin = cluster.create_database("template_loaded", _migrated.name)
    run_fluxgrid("import", DATASET / "manifest.json", database=twin, check=True)
    return cluster.create_database("demonstration", "template_loaded")


@pytest.fixture(scope="session")
def start_server(fluxgrid, checkout, workdir) -> Iterator[Callable[..., Server]]:
    """A factory for tests that need a server of their own:
    start_server(database, FLUXGRID_WORKERS="1"); stopped at the end of the session."""
    made: list[Server] = []

    def make(database: Database, wait: bool = True, **env: str) -> Server:
        server = Server(fluxgrid, checkout, workdir,
                        {"DATABASE_URL": database.dsn("fluxgrid_server"), **env})
        made.append(server)
        return server.start(wait)

    yield make
    failures = []
    for server in made:
        if server.process is None:
            continue
        status = server.stop()
        if status != 0:
            failures.append(f"exit {status}:\n{server.log[-6000:]}")
    assert not failures, "servers did not end cleanly\n" + "\n".join(failures)


@pytest.fixture(scope="session")
def server(start_server, database) -> Server:
    """The demonstration, served; shared by the session's tests. Patient with the database: the audit
    takes seconds where two suites share two cores with sanitizers, and no test here is about time."""
    return start_server(database, FLUXGRID_STATEMENT_TIMEOUT_MS="60000", FLUXGRID_REQUEST_TIMEOUT_MS="60000")


@pytest.fixture
def export_folder() -> Iterator[pathlib.Path]:
    """Where a command, which is not root, may write."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="fluxgrid-export-"))
    if os.getuid() == 0:
        shutil.chown(path, SERVICE_USER)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def many_files() -> Iterator[None]:
    """Thousands of connections from this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 20000), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture(scope="session")
def expected() -> dict:
    """data/uzbekistan/expected.json: the control totals."""
    return json.loads((ROOT / DATASET / "expected.json").read_text())


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: left out of the sanitizer runs (-m 'not slow')")
