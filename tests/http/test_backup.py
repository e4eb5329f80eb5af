"""Back-up and restore by the commands of docs/operations.md: a server on the restored database gives the same bytes."""
import os
import subprocess

import pytest
from kit import PG_BIN, ROOT, clean_env, migrate

PATHS = ["/tiles/uzbekistan/net-co2e/6/43/23.png", "/v1/emissions?year=2022", "/v1/sources?limit=20", "/v1/releases"]

pytestmark = pytest.mark.slow


def test_a_restored_database_serves_the_same_bytes(cluster, database, server, start_server, tmp_path):
    manual = (ROOT / "docs" / "operations.md").read_text()
    assert "pg_dump -Fc fluxgrid" in manual and "pg_restore --clean --if-exists" in manual
    dump = tmp_path / "fluxgrid.dump"
    fresh = cluster.create_database(f"restored_{os.getpid()}")
    try:
        subprocess.run([PG_BIN / "pg_dump", "-Fc", "-f", dump, database.dsn()], check=True, env=clean_env())
        migrate(fresh)
        done = subprocess.run([PG_BIN / "pg_restore", "--clean", "--if-exists", "-d", fresh.dsn(), dump], capture_output=True, text=True,
                              env=clean_env())
        assert (done.returncode, done.stderr) == (0, "")
        again = subprocess.run([ROOT / "sql" / "migrate.sh"], capture_output=True, text=True, env=clean_env(DATABASE_URL=fresh.dsn()))
        assert (again.returncode, again.stderr) == (0, "") and "nothing to do" in again.stdout
        assert fresh.fingerprint() == database.fingerprint()
        own = start_server(fresh)
        for path in PATHS:
            told, before = (each.get(path, headers={"Host": "map.example"}) for each in (own, server))
            assert (told.status_code, told.content) == (200, before.content), path
            assert told.headers.get("ETag") == before.headers.get("ETag"), path
        assert own.stop() == 0
    finally:
        cluster.drop_database(fresh.name)
