"""Operators' acts that wait for a lock in the database: the public goes on, and whoever comes second is told so at once."""
import concurrent.futures
import contextlib
import secrets

import pytest
import requests
from crowd import cold_tiles
from kit import wait_until, write_tokens
from rawhttp import connect, request

ACTS, TOKEN = 8, secrets.token_hex(32)
PUBLISH = "releases/uzbekistan@1.0.0/publish"
QUESTIONS = [*cold_tiles(804, 7)[800:], "/v1/emissions?groupby=sector,gas&year=2019", "/v1/districts?level=1&year=2018"]


@pytest.fixture
def patient(start_server, loaded_database, workdir):
    """Nothing ends by a deadline of its own here: what is answered while the lock is held did not wait for it."""
    tokens, database = workdir / "waiting-operators", loaded_database()
    write_tokens(tokens, [("anna", TOKEN)])
    server = start_server(database, FLUXGRID_WORKERS="2", FLUXGRID_REQUEST_TIMEOUT_MS="600000", FLUXGRID_STATEMENT_TIMEOUT_MS="600000",
                          FLUXGRID_OPERATOR_TOKENS_FILE=str(tokens), FLUXGRID_OPERATOR_DATABASE_URL=database.dsn("fluxgrid_import"))
    yield server, database
    assert server.stop() == 0, server.log[-3000:]


def act(server, path=PUBLISH, method="POST"):
    return requests.request(method, f"{server.admin}/operator/{path}", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=120)


@contextlib.contextmanager
def locked(database):
    with contextlib.closing(database.connect()) as connection:
        connection.autocommit = False
        connection.cursor().execute("SELECT FROM fluxgrid.release FOR UPDATE")
        yield
        connection.rollback()


def waiting(database) -> int:
    return database.value("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' -- search_path")


def test_acts_that_wait_hold_nobody_up(patient):
    server, database = patient
    with concurrent.futures.ThreadPoolExecutor(ACTS) as pool:
        with locked(database):
            acts = [pool.submit(act, server) for _ in range(ACTS)]
            assert wait_until(lambda: waiting(database) > 0)
            assert [request(server.url, path).status for path in QUESTIONS] == [200] * len(QUESTIONS)
            assert wait_until(lambda: sum(one.done() for one in acts) == ACTS - 1) and waiting(database) == 1
            refused = [one.result() for one in acts if one.done()]
            assert act(server, "purge").status_code == 200  # this one asks no database
            assert act(server, "releases", "GET").status_code == 503
        assert sorted(one.result().status_code for one in acts) == [200] + [503] * (ACTS - 1)
    for answer in refused:
        assert answer.headers["Content-Type"] == "application/problem+json" and int(answer.headers["Retry-After"]) >= 1
        assert "another act" in answer.json()["detail"]
    assert act(server).status_code == 200  # and whoever asks again is let in


def test_a_turn_ends_with_its_act(patient):
    """One after the other, as a pipeline does it: an answer means that the next may come, and so does a refusal."""
    server, _ = patient
    for path, status in [(PUBLISH, 200), ("releases/uzbekistan@9.9.9/publish", 404), ("releases/uzbekistan/rollback", 409),
                         ("releases/uzbekistan/publish", 400), (PUBLISH + "?x=1", 400)] * 6:
        assert act(server, path).status_code == status


def test_the_turn_of_a_client_that_left(patient):
    server, database = patient
    with locked(database):
        with connect(server.admin) as sock:
            sock.sendall(f"POST /operator/{PUBLISH} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: 0\r\n\r\n".encode())
            assert wait_until(lambda: waiting(database) == 1)
        assert act(server).status_code == 503  # what was begun goes on
    assert wait_until(lambda: act(server).status_code == 200)
