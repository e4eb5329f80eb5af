"""Fixtures of the import tests: databases to break things in, and a fast way to run an import."""
from __future__ import annotations

import itertools
import json
import pathlib
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from kit import clean_env, identity  # noqa: E402
from refused import Refused  # noqa: E402
from tiny import Tiny  # noqa: E402

_count = itertools.count()


@pytest.fixture
def folder(workdir) -> pathlib.Path:
    """A new folder that the unprivileged user can enter (pytest's tmp_path is not)."""
    path = workdir / f"inventory-{next(_count)}"
    path.mkdir()
    path.chmod(0o755)
    return path


@pytest.fixture
def fresh(empty_database):
    """One empty, migrated database."""
    return empty_database()


@pytest.fixture
def load(fresh, folder, run_fluxgrid):
    """load(inventory) -> (database, report)"""

    def run(inventory):
        path = folder.parent / f"{folder.name}-report.json"
        run_fluxgrid("import", inventory.write(folder), "--report", path, database=fresh, check=True)
        return fresh, json.loads(path.read_text())

    return run


@pytest.fixture(scope="module")
def tiny_database(cluster, _migrated, run_fluxgrid, workdir):
    """A database with tiny@1.0.0 published: the old state that a refused import must leave."""
    database = cluster.create_database(f"tiny_{next(_count)}", _migrated.name)
    manifest = Tiny().write(workdir / f"baseline-{next(_count)}")
    run_fluxgrid("import", manifest, database=database, check=True)
    yield database
    cluster.drop_database(database.name)


@pytest.fixture(scope="module")
def before(tiny_database):
    """The fingerprint that every refused import must leave."""
    return tiny_database.fingerprint()


@pytest.fixture
def refuse(tiny_database, before, folder, run_fluxgrid):
    """refuse(change, expected): one case of test_refused_*.py."""
    return Refused(tiny_database, before, folder, run_fluxgrid)


@pytest.fixture(scope="session")
def start_import(fluxgrid, checkout):
    """start_import(database, manifest) -> a running importer, to be killed or waited for."""

    def start(database, manifest) -> subprocess.Popen:
        return subprocess.Popen([str(fluxgrid), "import", str(manifest)], cwd=checkout, stdin=subprocess.DEVNULL,
                                env=clean_env(DATABASE_URL=database.dsn("fluxgrid_import")),
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace",
                                **identity())

    return start
