"""Comparisons of releases about different countries, and what a poller hears when the borders of one move."""
import re

import pytest

from kit import wait_until
from test_two_countries import of_k, of_t


@pytest.fixture(scope="module")
def beside(cluster, _migrated, run_fluxgrid, start_server, workdir):
    database = cluster.create_database("compared_countries", _migrated.name)
    for name, manifest in (("t", of_t()), ("k", of_k())):
        run_fluxgrid("import", manifest.write(workdir / f"compared-{name}"), database=database, check=True)
    return database, start_server(database)


def total_kt(database, slug, year) -> float:
    return database.value("SELECT sum(s.mass_t * fluxgrid.gwp_value('AR5-100', s.gas, s.origin)) / 1000 FROM fluxgrid.slice s"
                          " JOIN fluxgrid.release r ON r.id = s.release WHERE r.slug = %s AND s.year = %s AND s.flow = 'emission'", (slug, year))


def test_each_release_stands_for_its_own_country(beside):
    database, server = beside
    answer = server.json("/v1/compare?release=tiny&to_release=kay&year=2021")
    row, = answer["rows"]
    a, b = (total_kt(database, slug, 2021) for slug in ("tiny", "kay"))
    assert [s["district"] for s in answer["sides"].values()] == ["T", "K"] and a != b
    assert row["a"]["value"] == pytest.approx(a, rel=1e-9) and row["difference"]["value"] == pytest.approx(b - a, rel=1e-9)
    assert row["recalculation"] is None and "two places" in row["split_reason"]


def test_a_district_that_the_other_release_is_not_about_is_refused(beside):
    _, server = beside
    for query in ("district=T11", "district=T11&to_district=T12"):
        problem = server.json(f"/v1/compare?release=tiny&to_release=kay&year=2021&{query}", 404)
        assert problem["errors"][0]["parameter"] == "to_district" and "not about" in problem["errors"][0]["reason"]
    assert server.json("/v1/compare?release=tiny&to_release=kay&year=2021&district=T11&to_district=K11")["rows"][0]["b"]["value"] > 0
    assert server.json("/v1/compare?release=tiny&to_release=kay&year=2021&groupby=district", 400)["errors"][0]["parameter"] == "groupby"


def test_new_borders_of_either_country_end_a_pinned_address(beside, run_fluxgrid, workdir):
    database, server = beside
    link = re.search(r"<(?:https?://[^/]+)?([^>]+)>; *rel=\"canonical\"", server.get("/v1/compare?release=tiny&to_release=kay&year=2021").headers["Link"])[1]
    assert "immutable" in server.get(link).headers["Cache-Control"]
    before = server.json("/v1/changes")
    moved = of_k(east=61.17)
    moved.only_boundaries()
    run_fluxgrid("import", moved.write(workdir / "compared-moved"), database=database, check=True)
    assert wait_until(lambda: server.get(link).status_code == 410)
    rows = server.json("/v1/changes?since=" + before["next"])["rows"]
    revisions = dict(database.rows("SELECT code, revision FROM fluxgrid.district WHERE level = 0"))
    assert {(r["kind"], r["district"], r["boundaries"]) for r in rows} == {("boundaries", code, n) for code, n in revisions.items()}
    assert f"boundaries={sum(revisions.values())}" in server.get("/v1/compare?release=tiny&to_release=kay&year=2021").headers["Link"]
