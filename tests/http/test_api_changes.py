"""/v1/changes: a poller that follows a database whose releases come and go, and the server that is restarted under it."""
import pytest
from kit import wait_until

COPY = """
SET search_path = fluxgrid, public;
INSERT INTO release (slug, version, title_en, title_ru, title_uz, title_ko, publisher, licence, attribution, citation, method, sha256, countries)
    SELECT slug, %s, title_en, title_ru, title_uz, title_ko, publisher, licence, attribution, citation, method, md5(%s) || md5(%s), countries
    FROM release WHERE version = '1.0.0';
INSERT INTO slice (release, sector, gas, flow, origin, fuel, year, month, field, factor, mass_t, uncertainty_pct, method, provenance)
    SELECT n.id, s.sector, s.gas, s.flow, s.origin, s.fuel, s.year, s.month, s.field, s.factor, s.mass_t, s.uncertainty_pct, s.method, s.provenance
    FROM slice s JOIN release o ON o.id = s.release AND o.version = '1.0.0', release n WHERE n.version = %s;
"""


def execute(database, sql, *parameters):
    with database.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SET search_path = fluxgrid, public")
        cursor.execute(sql, parameters)


def publish(database, version):
    execute(database, "SELECT release_publish(id) FROM release WHERE version = %s", version)


def withdraw(database, version, reason):
    execute(database, "SELECT release_withdraw(id, %s) FROM release WHERE version = %s", reason, version)


def short(rows):
    return [tuple(r.get(k) for k in ("kind", "release", "superseded_by", "latest")) for r in rows]


@pytest.fixture
def poll(loaded_database, start_server):
    """poll(): what came since the last one; poll.told() waits until a change has reached the server."""
    class Poll:
        database = loaded_database()
        server = start_server(database)
        cursor = None

        def ask(self):
            answer = self.server.json("/v1/changes" + (f"?since={self.cursor}" if self.cursor else ""))
            self.cursor = answer["next"]
            return answer["rows"]

        def told(self):
            before = self.cursor
            assert wait_until(lambda: self.server.json("/v1/changes")["next"] != before)
            return self.ask()
    return Poll()


def test_what_happened_is_told_once_and_in_order(poll):
    first = poll.ask()
    assert short(first)[0] == ("published", "uzbekistan@1.0.0", None, "uzbekistan@1.0.0")
    assert [r for r in first if r["kind"] == "boundaries"] == [{"kind": "boundaries", "district": "UZ", "boundaries": 1, "at": None}]
    at, = poll.database.rows("SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') FROM fluxgrid.release_event")[0]
    assert first[0]["at"] == at and poll.ask() == []

    for version in ("1.1.0", "1.2.0", "0.9.0"):
        execute(poll.database, COPY, *[version] * 4)
    assert poll.ask() == []  # drafts are nobody's business
    publish(poll.database, "1.1.0")
    assert short(poll.told()) == [("published", "uzbekistan@1.1.0", None, "uzbekistan@1.1.0"),
                                  ("superseded", "uzbekistan@1.0.0", "uzbekistan@1.1.0", None)]
    publish(poll.database, "0.9.0")  # below the latest: an older line is corrected
    assert short(poll.told()) == [("published", "uzbekistan@0.9.0", None, "uzbekistan@1.1.0"),
                                  ("superseded", "uzbekistan@0.9.0", "uzbekistan@1.1.0", None)]
    behind = poll.cursor
    withdraw(poll.database, "1.1.0", "a wrong unit")
    rows = poll.told()
    assert short(rows) == [("withdrawn", "uzbekistan@1.1.0", None, "uzbekistan@1.0.0")] and rows[0]["reason"] == "a wrong unit"
    gone = poll.server.json("/v1/compare?to_release=uzbekistan@1.1.0", 410)["errors"][0]
    assert gone["parameter"] == "to_release" and "a wrong unit" in gone["reason"]
    publish(poll.database, "1.1.0")
    poll.told()

    poll.server.restart()  # a cursor outlives the server
    assert poll.ask() == []
    poll.cursor = behind
    assert [k for k, *_ in short(poll.ask())] == ["withdrawn", "published", "superseded"]
    for version in ("1.1.0", "1.0.0", "0.9.0"):
        withdraw(poll.database, version, "")
        rows = poll.told()
    assert short(rows) == [("withdrawn", "uzbekistan@0.9.0", None, None)] and rows[0]["reason"] == ""


def test_new_boundaries_are_told(poll):
    poll.ask()
    execute(poll.database, "UPDATE district SET revision = revision + 1 WHERE level = 0; UPDATE revision SET boundary = boundary + 1;"
            " SELECT pg_notify('fluxgrid', (SELECT catalog::text FROM revision))")
    rows = poll.told()
    assert rows == [{"kind": "boundaries", "district": "UZ", "boundaries": 2, "at": None}]
    assert poll.server.json("/v1/emissions")["query"]["boundaries"] == 2 and poll.ask() == []


def test_what_is_committed_late_is_not_lost(poll):
    """Two publications at once: the one with the lower number is seen after the other. All is told again."""
    poll.ask()
    execute(poll.database, COPY, *["1.1.0"] * 4)
    number, = poll.database.rows("SELECT nextval(pg_get_serial_sequence('fluxgrid.release_event', 'id'))")[0]
    publish(poll.database, "1.1.0")
    assert len(poll.told()) == 2
    execute(poll.database, "INSERT INTO release_event (id, slug, version, event, reason) OVERRIDING SYSTEM VALUE VALUES (%s, 'uzbekistan', '1.0.0',"
            " 'published', 'late'); UPDATE revision SET catalog = catalog + 1; SELECT pg_notify('fluxgrid', '0')", number)
    assert "late" in [r.get("reason") for r in poll.told()]
    assert poll.ask() == []


def test_a_poller_mostly_gets_304(poll):
    path = "/v1/changes?since=" + poll.server.json("/v1/changes")["next"]
    got = poll.server.get(path)
    again = poll.server.get(path, headers={"If-None-Match": got.headers["ETag"]})
    assert again.status_code == 304 and "immutable" not in got.headers["Cache-Control"] and got.json()["rows"] == []
    execute(poll.database, COPY, *["1.1.0"] * 4)
    publish(poll.database, "1.1.0")
    assert wait_until(lambda: poll.server.get(path, headers={"If-None-Match": got.headers["ETag"]}).status_code == 200)


@pytest.mark.parametrize("since", ("", "x", "1", "1.1", "1.1.1.1", "01.1.1", "-1.1.1", "1.1.1 ", "9.9.9", "1.1.99", "2.1.1", "1.99.1",
                                   "9999999999999999999.1.1", "latest"))
def test_an_unknown_or_future_cursor_is_refused(server, since):
    problem = server.json("/v1/changes?since=" + since, 400)
    assert problem["errors"][0]["parameter"] == "since" and "next" in problem["errors"][0]["allowed"]


def test_other_parameters_are_refused(server):
    assert server.json("/v1/changes?release=uzbekistan", 400)["errors"][0]["parameter"] == "release"
