"""What /metrics says: the form is Prometheus' to the letter, docs/metrics.md lists every family, and the figures are right."""
from __future__ import annotations

import contextlib
import math
import re
import shutil
import subprocess
import time

import pytest
from kit import ROOT, wait_until
from rawhttp import request

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"'
SAMPLE = re.compile(rf"({NAME})(?:\{{({LABEL}(?:,{LABEL})*)\}})? (\S+)")
SUFFIXES = {"counter": ("",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}


def parse(text: str) -> dict:
    """Strict: {family: (kind, help, {(sample, labels): value})}. Whatever the format forbids fails."""
    assert text.endswith("\n") and "\r" not in text
    families: dict = {}
    current = None
    for line in text.splitlines():
        if line.startswith("# HELP "):
            name, words = line[7:].split(" ", 1)
            assert re.fullmatch(NAME, name) and name not in families and words.strip() == words != "", line
            families[name], current = [None, words, {}], name
        elif line.startswith("# TYPE "):
            name, kind = line[7:].split(" ")
            assert name == current and families[name][0] is None and kind in SUFFIXES, line
            families[name][0] = kind
        else:
            found = SAMPLE.fullmatch(line)
            assert found, line
            kind, _, samples = families[current]
            assert found[1] in [current + suffix for suffix in SUFFIXES[kind]], f"{line} stands under {current}"
            labels = tuple((name, value) for name, value in re.findall(LABEL, found[2] or ""))
            assert len({name for name, _ in labels}) == len(labels), line
            key = (found[1], tuple(sorted(labels)))
            assert key not in samples, f"twice: {line}"
            samples[key] = float(found[found.re.groups])
            assert kind == "gauge" or samples[key] >= 0 and math.isfinite(samples[key]), line
    assert all(kind for kind, _, _ in families.values())
    return {name: tuple(family) for name, family in families.items()}


def read(server) -> dict:
    answer = request(server.admin, "/metrics")
    assert answer.status == 200 and answer.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8"
    return parse(answer.body.decode())


def value(families: dict, family: str, **labels) -> float:
    """The sum of a family's plain samples with these labels."""
    kind, _, samples = families[family]
    name = family + ("_count" if kind == "histogram" else "")
    return sum(number for (sample, have), number in samples.items() if sample == name and set(labels.items()) <= set(have))


@pytest.fixture(scope="module")
def measured_server(start_server, database):
    """A server of its own: its counts begin at nothing."""
    server = start_server(database)
    assert request(server.url, "/tiles/uzbekistan/emissions-co2/8/174/94.png?year=2014").status == 200   # so that every family has a sample
    yield server
    assert server.stop() == 0, server.log[-3000:]


def test_every_family_is_in_the_document_and_the_other_way_round(measured_server):
    rows = re.findall(r"^\| `([a-z_]+)` \| (\w+) \|(.*?)\|(.*?)\|$", (ROOT / "docs/metrics.md").read_text(), re.M)
    told = {name: kind for name, kind, _, _ in rows}
    assert len(told) == len(rows)
    families = read(measured_server)
    assert told == {name: kind for name, (kind, _, _) in families.items()}
    for name, _, labels, words in rows:
        assert words.strip(), name
        have = {label for _, labels in families[name][2] for label, _ in labels} - {"le"}
        assert have == set(re.findall(r"`(\w+)`", labels)), name


def test_names_follow_the_conventions(measured_server):
    for name, (kind, _, _) in read(measured_server).items():
        assert name.startswith(("fluxgrid_", "process_"))
        assert (kind == "counter") == name.endswith("_total"), name
        assert not re.search(r"_(ms|milliseconds|us|kb|mib|percent|count)(_|$)", name), name


def test_histograms_add_up(measured_server):
    request(measured_server.url, "/v1/gases")
    for name, (kind, _, samples) in read(measured_server).items():
        if kind != "histogram":
            continue
        series: dict = {}
        for (sample, labels), number in samples.items():
            rest = tuple(label for label in labels if label[0] != "le")
            bounds, parts = series.setdefault(rest, ({}, {}))
            if sample.endswith("_bucket"):
                bounds[float(dict(labels)["le"])] = number
            else:
                parts[sample[len(name):]] = number
        assert series, name
        for bounds, parts in series.values():
            counts = [bounds[edge] for edge in sorted(bounds)]
            assert counts == sorted(counts) and counts[-1] == parts["_count"] == bounds[math.inf]
            assert parts["_sum"] <= parts["_count"] * 3600


def test_what_was_done_is_counted(measured_server):
    """A file, a cold tile, the same again, one that is not there, a rendering by its route; and what the database was asked."""
    before = read(measured_server)
    tile = "/tiles/uzbekistan/emissions-co2/8/174/94.png?year=2015"
    route = "/tiles/{release}/{layer}/{z}/{x}/{file}"
    for path in ("/index.html", tile, tile, "/v1/nothing", "/v1/emissions?release=uzbekistan&year=2015"):
        request(measured_server.url, path)
    after = read(measured_server)

    def grown(family: str, **labels) -> float:
        return value(after, family, **labels) - value(before, family, **labels)

    assert grown("fluxgrid_http_requests_total", route="static", status="200") == 1
    assert grown("fluxgrid_http_requests_total", route=route, method="GET", status="200") == 2
    assert grown("fluxgrid_http_request_duration_seconds", route=route) == 2
    assert grown("fluxgrid_http_requests_total", route="unmatched", status="404") == 1
    assert grown("fluxgrid_jobs_total", route=route, status="200") == 1
    assert grown("fluxgrid_job_duration_seconds", route=route) == 1
    assert grown("fluxgrid_response_cache_hits_total") == 1
    assert grown("fluxgrid_database_statements_total", outcome="ok") >= 1
    assert grown("fluxgrid_database_statement_duration_seconds") >= 1


def test_it_says_what_runs_and_what_is_served(measured_server, database, run_fluxgrid):
    families = read(measured_server)
    build = next(iter(families["fluxgrid_build_info"][2]))[1]
    assert dict(build)["version"] in run_fluxgrid("--version").stdout and re.fullmatch(r"[0-9a-f]{16}", dict(build)["build"])
    latest = database.rows("SELECT slug, version, floor(extract(epoch FROM published))::bigint FROM release WHERE state = 'published'")
    served = {(dict(labels)["release"], dict(labels)["version"]): number
              for (_, labels), number in families["fluxgrid_release_published_timestamp_seconds"][2].items()}
    assert {(slug, version): at for slug, version, at in latest} == served
    assert {tuple(v for _, v in labels) for _, labels in families["fluxgrid_release_info"][2]} == set(served)
    assert value(families, "fluxgrid_catalog_revision") > 0 and value(families, "fluxgrid_releases") >= len(served)
    assert abs(value(families, "process_start_time_seconds") - time.time()) < 3600
    assert value(families, "process_max_fds") >= value(families, "process_open_fds") > 0


def test_connections_to_the_database_are_seen_to_come_and_go(start_server, loaded_database, cluster):
    own = loaded_database()
    server = start_server(own, FLUXGRID_WORKERS="2")
    try:
        request(server.url, "/tiles/uzbekistan/emissions-co2/8/174/94.png?year=2015")
        families = read(server)
        assert value(families, "fluxgrid_database_connections", state="open") in (2, 3)   # the watcher's, and a worker's that was asked
        assert value(families, "fluxgrid_database_connections") == 3
        assert value(families, "fluxgrid_database_connections_lost_total") == value(families, "fluxgrid_database_connect_failures_total") == 0
        postgres = cluster.database("postgres")
        postgres.rows(f'ALTER DATABASE "{own.name}" ALLOW_CONNECTIONS false -- search_path')
        postgres.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s -- search_path", (own.name,))
        assert wait_until(lambda: value(read(server), "fluxgrid_database_connections", state="failed") >= 1)
        families = read(server)
        assert value(families, "fluxgrid_database_connections", state="open") <= 1, "an idle worker has not noticed yet"
        assert value(families, "fluxgrid_database_connect_failures_total") >= 1
        postgres.rows(f'ALTER DATABASE "{own.name}" ALLOW_CONNECTIONS true -- search_path')
        assert wait_until(lambda: value(read(server), "fluxgrid_database_connections", state="open") >= 1 and value(read(server), "fluxgrid_ready") == 1)
    finally:
        assert server.stop() == 0, server.log[-3000:]


def test_a_running_import_is_seen(measured_server, database):
    """By the name of its session, which may be read without any right."""
    def is_told(running: int, steps: int, done: int) -> bool:
        with contextlib.closing(database.connect()) as other, other.cursor() as cursor:
            cursor.execute("NOTIFY fluxgrid")   # the watcher looks now, not in five seconds
        families = read(measured_server)
        return [value(families, name) for name in ("fluxgrid_imports_running", "fluxgrid_import_steps", "fluxgrid_import_steps_done")] \
            == [running, steps, done]

    assert wait_until(lambda: is_told(0, 0, 0), step=0.1)  # the session of an import before may be on its way out
    with contextlib.closing(database.connect("fluxgrid_import", application_name="fluxgrid import 3/17 mass balance")):
        assert wait_until(lambda: is_told(1, 17, 3), step=0.1)
        for nonsense in ("fluxgrid import", "fluxgrid import x/y", "fluxgrid import -1/3", "fluxgrid import 9/3"):
            database.connect("fluxgrid_import", application_name=nonsense).close()
    assert wait_until(lambda: is_told(0, 0, 0), step=0.1)


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not installed (scripts/install-packages test)")
def test_prometheus_own_judge_has_no_complaint(measured_server):
    text = request(measured_server.admin, "/metrics").body
    done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, timeout=60)
    assert (done.returncode, done.stdout + done.stderr) == (0, b"")
