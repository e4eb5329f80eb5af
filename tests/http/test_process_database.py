"""The database goes away, hangs, or is locked: caches serve on, the rest is refused at once, all heals.

No time is judged: where a refusal must not wait for the deadline, the deadline is minutes away, and where it must, the
database stays as it is until the refusal has come.
"""
from __future__ import annotations

import os
import signal

import pytest
from crowd import Crowd, cold_tiles, statuses
from kit import wait_until
from rawhttp import request

WARM = "/tiles/uzbekistan/emissions-co2/5/21/11.png"


@pytest.fixture
def deadline_ms() -> int:
    return 600_000


@pytest.fixture
def served(start_server, loaded_database, deadline_ms):
    """A server on a database of its own, with one tile in the cache."""
    database = loaded_database()
    server = start_server(database, FLUXGRID_REQUEST_TIMEOUT_MS=str(deadline_ms), FLUXGRID_WORKERS="2")
    assert wait_until(lambda: request(server.url, WARM).status == 200)
    yield server, database
    database.rows("UPDATE pg_database SET datallowconn = true WHERE false -- search_path")
    assert server.stop() == 0, server.log[-3000:]


def admin_sql(database, sql: str):
    """From outside the database: template1 of the same cluster."""
    from kit import Database
    return Database(database.host, "template1").rows(sql + " -- search_path")


def cut_off(database) -> None:
    admin_sql(database, f'ALTER DATABASE "{database.name}" ALLOW_CONNECTIONS false')
    admin_sql(database, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database.name}'")


def let_in(database) -> None:
    admin_sql(database, f'ALTER DATABASE "{database.name}" ALLOW_CONNECTIONS true')


def backends(database) -> list[int]:
    return [row[0] for row in admin_sql(
        database, f"SELECT pid FROM pg_stat_activity WHERE datname = '{database.name}' AND backend_type = 'client backend'")]


def test_without_a_database_the_caches_serve(served):
    server, database = served
    cut_off(database)
    try:
        seen = set()
        for path in cold_tiles(30, 1):
            reply = request(server.url, path)
            seen.add(reply.status)
            if reply.status == 503:
                assert reply.header("Retry-After") and reply.header("Cache-Control") == "no-store"
        assert 503 in seen and seen <= {200, 503}, seen
        assert all(request(server.url, WARM).status == 200 for _ in range(50))
        assert wait_until(lambda: request(server.admin, "/readyz").status == 503)
        assert request(server.url, "/livez").status == 200
        detail = request(server.url, "/readyz").body.decode()
        assert database.host not in detail and database.name not in detail
    finally:
        let_in(database)
    assert wait_until(lambda: request(server.url, cold_tiles(40, 1)[-1]).status == 200)
    assert wait_until(lambda: request(server.admin, "/readyz").status == 200)


def test_killed_backends_are_replaced(served):
    server, database = served
    for turn in range(10):
        admin_sql(database,
                  f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database.name}'")
        path = cold_tiles(60, 2)[turn]
        assert wait_until(lambda: request(server.url, path).status == 200)


@pytest.mark.parametrize("deadline_ms", [2000])
def test_a_hanging_database_holds_nobody_past_the_deadline(served):
    server, database = served
    stopped = backends(database)
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        crowd = Crowd(server.url, 20)
        answers = crowd.ask(cold_tiles(200, 4)[::10])
        crowd.close()
        assert set(statuses(answers)) <= {200, 503, 504}, statuses(answers)
        assert request(server.url, WARM).status == 200
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
    assert wait_until(lambda: request(server.url, cold_tiles(210, 4)[-1]).status == 200)


@pytest.mark.parametrize("deadline_ms", [2000])
def test_a_locked_table_is_no_hang(served):
    server, database = served
    connection = database.connect()
    connection.autocommit = False
    try:
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE fluxgrid.block IN ACCESS EXCLUSIVE MODE")
        reply = request(server.url, cold_tiles(60, 5)[50].replace("emissions-co2", "emissions-n2o"))
        assert reply.status in (503, 504), reply.status
        assert request(server.url, WARM).status == 200
    finally:
        connection.rollback()
        connection.close()
    assert wait_until(lambda: request(
        server.url, cold_tiles(60, 5)[50].replace("emissions-co2", "emissions-n2o")).status == 200)
