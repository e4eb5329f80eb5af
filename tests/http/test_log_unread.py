"""A log that nobody reads costs its lines, never the answers, and says so when it is read again."""
import fcntl
import json
import os

import pytest
from kit import wait_until
from test_metrics import read, value

PIPE_BYTES = 8192
ASKED = 200  # of which some forty fill the pipe


@pytest.fixture
def unread(start_server, database, tmp_path_factory):
    """A server that logs into a pipe, and our end of it."""
    server = start_server(database)
    server.stop()
    file = server.log_path
    server.log_path = tmp_path_factory.mktemp("pipe") / "log"
    os.mkfifo(server.log_path)
    server.log_path.chmod(0o666)
    ours = os.open(server.log_path, os.O_RDONLY | os.O_NONBLOCK)
    fcntl.fcntl(ours, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    server.start()
    yield server, ours
    server.log_path = file
    assert server.stop() == 0  # the pipe is full again, or nobody's
    os.close(ours)


def take(pipe) -> bytes:
    """All that is in it."""
    got = b""
    while True:
        try:
            part = os.read(pipe, 65536)
        except BlockingIOError:
            return got
        if not part:
            return got
        got += part


def lost_lines(server) -> float:
    return value(read(server), "fluxgrid_log_lines_lost_total")


def test_answers_go_on_and_lost_lines_are_counted(unread):
    server, pipe = unread
    for n in range(ASKED):
        assert server.get(f"/v1/releases?n={n}", timeout=20).status_code == 400
    lost = lost_lines(server)
    assert 0 < lost <= 2 * ASKED
    text = take(pipe)
    assert server.get("/v1/releases?n=last", timeout=20).status_code == 400

    def has_come() -> bool:
        nonlocal text
        text += take(pipe)
        return text.endswith(b"}\n") and b"n=last" in text

    assert wait_until(has_come)
    lines = [json.loads(line) for line in text.splitlines() if not line.startswith(b"Fluxgrid is at ")]  # each is whole
    told = [line for line in lines if line["area"] == "log"]
    assert [line["level"] for line in told] == ["warn"] and told[0]["lines"] >= lost
    assert lines.index(told[0]) < len(lines) - 1 and lines[-1]["target"] == "/v1/releases?n=last"
    assert lost_lines(server) == told[0]["lines"]
