"""Operators' addresses on the admin listener: who is let in, what they may do, what is kept of it, and what never is."""
import hashlib
import json
import re
import secrets
import shutil
import signal

import pytest
import requests
from crowd import metric
from kit import ROOT, wait_until, write_tokens
from rawhttp import connect, read_all, request

TOKENS = {name: secrets.token_hex(32) for name in ("anna", "bakhtiyor")}
SENT = []  # every token, right or wrong: none may be in the log


@pytest.fixture(scope="module")
def tokens_file(workdir):
    path = workdir / "operators"
    write_tokens(path, TOKENS.items())
    return path


@pytest.fixture(scope="module")
def operated(start_server, cluster, database, tokens_file):
    """A server of a database that may be changed."""
    own = cluster.create_database("operated", "template_loaded")
    server = start_server(own, FLUXGRID_OPERATOR_TOKENS_FILE=str(tokens_file), FLUXGRID_OPERATOR_DATABASE_URL=own.dsn("fluxgrid_import"))
    server.database = own
    yield server
    server.stop()
    assert not [token for token in [*TOKENS.values(), *SENT] if token and token in server.log]


def call(server, method, path, token=TOKENS["anna"], body=None, **headers):
    SENT.append(token)
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    if body is not None and not isinstance(body, (str, bytes)):
        headers.setdefault("Content-Type", "application/json")
        body = json.dumps(body)
    return requests.request(method, server.admin + path, data=body, headers=headers, timeout=30)


def states(server):
    return {one["id"]: one["state"] for one in call(server, "GET", "/operator/releases").json()["releases"]}


def test_withdraw_publish_and_what_is_kept_of_it(operated):
    release = "uzbekistan@1.0.0"
    assert states(operated) == {release: "published"}
    again = call(operated, "POST", f"/operator/releases/{release}/publish")
    assert (again.status_code, again.json()) == (200, {"release": release, "state": "published", "latest": release})
    taken = call(operated, "POST", f"/operator/releases/{release}/withdraw", body={"reason": "a wrong proxy"})
    assert (taken.status_code, taken.json()) == (200, {"release": release, "state": "withdrawn", "latest": None})
    assert taken.headers["Cache-Control"] == "no-store" and "Access-Control-Allow-Origin" not in taken.headers
    shown = call(operated, "POST", f"/operator/releases/{release}/publish", token=TOKENS["bakhtiyor"], body={})
    assert (shown.status_code, shown.json()["state"]) == (200, "published")
    assert operated.database.rows("SELECT event, reason, actor FROM release_event ORDER BY id")[-2:] == [
        ("withdrawn", "a wrong proxy", "token:anna"), ("published", "", "token:bakhtiyor")]
    assert "anna from 127.0.0.1: withdraw uzbekistan@1.0.0, reason: a wrong proxy: done" in operated.log


def test_what_the_rules_forbid_is_a_conflict(operated):
    release = "uzbekistan@1.0.0"
    answer = call(operated, "POST", f"/operator/releases/{release}/discard")
    assert answer.status_code == 409 and "was published" in answer.json()["detail"]
    answer = call(operated, "POST", "/operator/releases/uzbekistan/rollback", body={"reason": "x"})
    assert answer.status_code == 409 and "no former published version" in answer.json()["detail"]
    answer = call(operated, "POST", "/operator/releases/uzbekistan@9.9.9/publish")
    assert answer.status_code == 404 and answer.headers["Content-Type"] == "application/problem+json"
    assert states(operated) == {release: "published"}


def test_a_purge_empties_what_it_names(operated):
    path = "/tiles/uzbekistan/emissions-co2/6/43/24.png?year=2021"
    # a test before withdrew and published: the last of it must have come, or what is asked now is of the catalog in between
    assert wait_until(lambda: metric(operated, "fluxgrid_catalog_revision") == operated.database.value("SELECT catalog FROM revision"))
    first = operated.get(path).content

    def held(name):
        return float(next(line.split()[1] for line in requests.get(operated.admin + "/metrics", timeout=60).text.splitlines()
                          if line.startswith(f"fluxgrid_{name} ")))
    assert held("response_cache_entries") > 0 and held("block_cache_blocks") > 0
    assert call(operated, "POST", "/operator/purge", body={"cache": "responses"}).json() == {"purged": ["responses"]}
    assert held("response_cache_entries") == 0 and held("block_cache_blocks") > 0
    assert call(operated, "POST", "/operator/purge").json() == {"purged": ["responses", "blocks"]}
    assert held("block_cache_blocks") == 0 and held("block_cache_bytes") == 0
    assert operated.get(path).content == first


@pytest.mark.parametrize("path, body, status, named", [
    ("purge", {"cache": "all"}, 400, "cache"), ("purge", {"what": "blocks"}, 400, "body"), ("purge", {"cache": 1}, 400, "body"),
    ("purge", "[]", 400, "body"), ("purge", '{"cache":"blocks","cache":"blocks"}', 400, "body"), ("purge", "{", 400, "body"),
    ("releases/uzbekistan/publish", {}, 400, "release"), ("releases/uzbekistan@1.0.0/rollback", {}, 400, "release"),
    ("releases/uzbekistan@1.0.0/withdraw", {"reason": "two\nlines"}, 400, "reason"),
    ("releases/uzbekistan@1.0.0/withdraw", {"reason": "x" * 501}, 400, "reason"),
    ("releases/uzbekistan@1.0.0/publish", {"reason": "none is taken"}, 400, "body"),
    ("releases/uzbekistan@1.0.0/withdraw?reason=x", {}, 400, "reason")])
def test_a_wrong_body_is_refused(operated, path, body, status, named):
    answer = call(operated, "POST", f"/operator/{path}", body=body, **{"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    assert answer.json()["errors"][0]["parameter"] == named
    assert states(operated) == {"uzbekistan@1.0.0": "published"}


def test_a_body_that_is_no_json_by_its_type(operated):
    assert call(operated, "POST", "/operator/purge", body="cache=blocks", **{"Content-Type": "text/plain"}).status_code == 415
    assert call(operated, "GET", "/operator/purge").status_code == 405
    assert call(operated, "POST", "/operator/releases", body={}).status_code == 405
    assert call(operated, "GET", "/operator").status_code == 404
    assert call(operated, "POST", "/operator/purge", body=b"x" * 5000).status_code == 413


def refused(server, *fields):
    sock = connect(server.admin)
    sock.sendall("\r\n".join(["GET /operator/releases HTTP/1.1", "Host: a", "Connection: close", *fields, "", ""]).encode())
    raw, _ = read_all(sock)
    sock.close()
    return int(raw.split()[1])


def test_who_has_no_valid_token_is_not_let_in(start_server, database, tokens_file):
    """A server of its own: after five failures its patience ends."""
    server = start_server(database, FLUXGRID_OPERATOR_TOKENS_FILE=str(tokens_file))
    right = TOKENS["anna"]
    wrong = [("Authorization: Bearer " + right[:-1],), (f"Authorization: Bearer {right}", f"Authorization: Bearer {right}"),
             ("Authorization: Bearer ",), (f"Authorization: Basic {right}",), ()]
    assert [refused(server, *fields) for fields in wrong] == [401] * 5
    answer = requests.get(server.admin + "/operator/releases", params={"token": right}, timeout=60)
    assert answer.status_code == 429 and 1 <= int(answer.headers["Retry-After"]) <= 12
    # the right one is let in all the same, and is told what this server cannot do
    answer = call(server, "GET", "/operator/releases")
    assert answer.status_code == 503 and "operator_database_url" in answer.json()["detail"]
    assert call(server, "POST", "/operator/purge").status_code == 200
    assert refused(server, "Authorization: Bearer " + "x" * 30_000) == 431
    assert request(server.url, "/operator/releases", headers={"Authorization": f"Bearer {right}"}).status == 404  # the public one
    server.stop()
    assert right not in server.log and right[:-1] not in server.log


def test_the_challenge_names_the_scheme(operated):
    answer = requests.post(operated.admin + "/operator/purge", timeout=60)
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == 'Bearer realm="fluxgrid"'
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_every_address_is_described_and_closed(operated):
    """docs/operators.openapi.json is the table of api/operator/routes.c; none answers without a token."""
    paths = json.loads((ROOT / "docs/operators.openapi.json").read_text())["paths"]
    described = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    routed = set(re.findall(r'\{"(GET|POST)",\s*"(/[^"]*)"', (ROOT / "server/api/operator/routes.c").read_text()))
    assert described == routed and len(routed) == 6
    server = operated
    for method, path in described:
        asked = path.replace("{release}", "uzbekistan@1.0.0")
        assert requests.request(method, server.admin + asked, timeout=60).status_code in (401, 429)
        assert requests.request(method, server.url + asked, timeout=60).status_code == 404


def test_tokens_are_replaced_without_a_gap(operated, tokens_file):
    new = secrets.token_hex(32)

    def reload(tokens):
        before = operated.log.count("operator tokens are valid")
        write_tokens(tokens_file, tokens)
        operated.process.send_signal(signal.SIGHUP)
        assert wait_until(lambda: operated.log.count("operator tokens are valid") > before)
    reload([*TOKENS.items(), ("anna", new)])
    assert [call(operated, "POST", "/operator/purge", token=t).status_code for t in (TOKENS["anna"], new)] == [200, 200]
    reload([("bakhtiyor", TOKENS["bakhtiyor"]), ("anna", new)])
    assert [call(operated, "POST", "/operator/purge", token=t).status_code for t in (TOKENS["anna"], new)] in ([401, 200], [429, 200])
    tokens_file.write_text("nonsense\n")
    operated.process.send_signal(signal.SIGHUP)
    assert wait_until(lambda: "operators:1: a line is a name" in operated.log)
    assert call(operated, "POST", "/operator/purge", token=new).status_code == 200  # what was valid stays so
    reload(TOKENS.items())


def test_a_file_open_to_all_stops_the_start(start_server, database, workdir):
    path = workdir / "open-tokens"
    write_tokens(path, TOKENS.items())
    path.chmod(0o644)
    server = start_server(database, wait=False, FLUXGRID_OPERATOR_TOKENS_FILE=str(path))
    assert server.process.wait(20) != 0
    assert "open to every user" in server.log
    server.process = None


def test_the_command_makes_what_the_file_takes(run_fluxgrid):
    made = run_fluxgrid("token", "anna", check=True)
    name, digest = made.stdout.split()
    token = made.stderr.split()[-1]
    assert (name, digest) == ("anna", hashlib.sha256(token.encode()).hexdigest()) and len(token) == 64
    assert run_fluxgrid("token", "an na").returncode == 2 and run_fluxgrid("token").returncode == 2


def test_a_refused_reload_leaves_the_tokens_too(start_server, database, checkout, workdir):
    """All that SIGHUP reads is taken, or nothing of it."""
    tokens, styles = workdir / "kept-tokens", workdir / "kept-styles"
    shutil.copytree(checkout / "config" / "styles", styles)
    write_tokens(tokens, TOKENS.items())
    server = start_server(database, FLUXGRID_OPERATOR_TOKENS_FILE=str(tokens), FLUXGRID_STYLES_DIR=str(styles))
    new = secrets.token_hex(32)
    write_tokens(tokens, [("anna", new)])
    next(iter(sorted(styles.glob("*.json")))).write_text("{")
    server.process.send_signal(signal.SIGHUP)
    assert wait_until(lambda: "reload refused, the former stay" in server.log)
    assert [call(server, "POST", "/operator/purge", token=token).status_code for token in (TOKENS["anna"], new)] == [200, 401]
    server.stop()
