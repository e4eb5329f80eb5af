"""Releases that are published and rolled back over HTTP, and the lines of docs/operations.md about it as they stand."""
from __future__ import annotations

import os
import re
import secrets
import subprocess

import pytest
import requests
from kit import ROOT, clean_env, identity, wait_until, write_tokens
from tiny import Tiny

TOKEN = secrets.token_hex(32)
TILE = "emissions-co2/4/10/5.f32?year=2021"  # all of the grid lies in it


@pytest.fixture
def load(fresh, run_fluxgrid, workdir, folder):
    def run(slug, version, factor, *options):
        inventory = Tiny(slug=slug, version=version)
        for row in inventory.totals:
            row["mass_kt"] *= factor
        run_fluxgrid("import", inventory.write(folder / version), "--quiet", *options, database=fresh, check=True)
    return run


@pytest.fixture
def operate(start_server, fresh):
    """operate(tokens_file) -> a server that operators may use."""
    made = []

    def run(tokens):
        made.append(start_server(fresh, FLUXGRID_OPERATOR_TOKENS_FILE=str(tokens), FLUXGRID_OPERATOR_DATABASE_URL=fresh.dsn("fluxgrid_import")))
        return made[-1]
    yield run
    for server in made:
        assert server.stop() == 0, server.log[-3000:]


def test_rolled_back_over_http(load, fresh, operate, workdir, run_fluxgrid):
    """Publish A, publish B, roll back: the latest is A again, byte for byte and by its ETag, and the history says who did it."""
    load("tiny", "1.0.0", 1, "--no-publish")
    load("tiny", "1.1.0", 3, "--no-publish")
    tokens = workdir / "operators-of-tiny"
    write_tokens(tokens, [("anna", TOKEN)])
    server = operate(tokens)

    def act(path, **body):
        answer = requests.post(f"{server.admin}/operator/releases/{path}", headers={"Authorization": f"Bearer {TOKEN}"}, json=body, timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def shown(version):
        """The latest once it is that version: its tile."""
        assert wait_until(lambda: server.get(f"/tiles/tiny/{TILE}").headers.get("Link", "").find(f"/tiles/tiny@{version}/") > 0)
        return server.get(f"/tiles/tiny/{TILE}")

    assert act("tiny@1.0.0/publish")["latest"] == "tiny@1.0.0"
    first = shown("1.0.0")
    assert act("tiny@1.1.0/publish")["latest"] == "tiny@1.1.0"
    second = shown("1.1.0")
    assert second.content != first.content and second.headers["ETag"] != first.headers["ETag"]
    assert act("tiny/rollback", reason="a wrong proxy") == {"latest": "tiny@1.0.0", "withdrawn": "tiny@1.1.0"}
    again = shown("1.0.0")
    assert (again.content, again.headers["ETag"]) == (first.content, first.headers["ETag"])
    # who has B is sent A; who has A is told that it still holds
    for etag, status in ((second.headers["ETag"], 200), (first.headers["ETag"], 304)):
        assert server.get(f"/tiles/tiny/{TILE}", headers={"If-None-Match": etag}).status_code == status
    assert server.get(f"/tiles/tiny@1.1.0/{TILE}").status_code == 410
    assert fresh.rows("SELECT version, event, reason, actor FROM release_event ORDER BY id") == [
        ("1.0.0", "published", "", "token:anna"), ("1.1.0", "published", "", "token:anna"), ("1.1.0", "withdrawn", "a wrong proxy", "token:anna")]
    assert run_fluxgrid("releases", "--history", database=fresh, check=True).stdout.count(" by token:anna") == 3


def blocks_of_the_manual() -> list[list[str]]:
    section = re.search(r"^## Operators over HTTP\n(.*?)^## ", (ROOT / "docs/operations.md").read_text(), re.S | re.M)[1]
    return [block.splitlines() for block in re.findall(r"^```sh\n(.*?)^```", section, re.S | re.M)]


def run_line(line, folder, **env):
    done = subprocess.run(["bash", "-c", line], cwd=folder, capture_output=True, text=True, timeout=60, env=clean_env(no_proxy="*", **env))
    assert done.returncode == 0, f"{line}: {done.stderr}"
    return done


def test_the_lines_of_the_manual(load, fresh, operate, folder, fluxgrid):
    """In the order they stand there, from the making of the token on; only the place of the file, the user and the port are others."""
    making, acts = blocks_of_the_manual()
    load("uzbekistan", "1.0.0", 1)
    load("uzbekistan", "1.1.0", 3, "--no-publish")
    load("uzbekistan", "1.2.0", 5, "--no-publish")
    owner = str(identity().get("user", os.getuid()))
    path = f"{fluxgrid.parent}:{os.environ['PATH']}"
    said = [run_line(line.replace("/etc/fluxgrid", str(folder)).replace("chown fluxgrid", f"chown {owner}"), folder, PATH=path).stderr for line in making]
    token = re.search(r"\b[0-9a-f]{64}\b", said[0])[0]
    server = operate(folder / "operators")
    assert len(acts) == 7 and all(line.startswith("curl ") for line in acts)
    states = []
    for line in acts:
        told = run_line(line.replace("localhost:9090", server.admin).replace("curl ", "curl --silent --show-error --fail-with-body ", 1), folder, TOKEN=token)
        assert told.stdout.startswith("{"), told.stdout
        states.append(dict(fresh.rows("SELECT version, state FROM release_list()")))
    one, two = "published", "draft"
    assert states == [
        {"1.0.0": one, "1.1.0": two, "1.2.0": two}, {"1.0.0": "superseded", "1.1.0": one, "1.2.0": two}, {"1.0.0": one, "1.1.0": "withdrawn", "1.2.0": two},
        {"1.0.0": "superseded", "1.1.0": one, "1.2.0": two}, {"1.0.0": one, "1.1.0": "withdrawn", "1.2.0": two},
        {"1.0.0": one, "1.1.0": "withdrawn"}, {"1.0.0": one, "1.1.0": "withdrawn"}]
    assert fresh.value("SELECT DISTINCT actor FROM release_event WHERE version <> '1.0.0'") == "token:anna"
