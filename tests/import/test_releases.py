"""Versions: drafts, publication, roll-back, discarding; the changelog; what differs between two releases.

Masses are worked out here from the rows that the test wrote, districts with numpy from its own rasters.
"""
from __future__ import annotations

import json
import re
import time

import numpy as np
import pytest

from kit import ROOT, wait_until
from tiny import Tiny, four, mask_cells, total

LEVEL_2 = {"T11": 1, "T12": 2}


def version(number: str, **changes) -> Tiny:
    """tiny@number; a sector given in changes has that mass in 2021 instead of its own."""
    inventory = Tiny(version=number)
    for row in inventory.totals:
        if row["year"] == 2021 and row["sector"] in changes.get("masses", {}):
            row["mass_kt"] = changes["masses"][row["sector"]]
    return inventory


def states(database) -> dict[str, str]:
    return dict(database.rows("SELECT version, state FROM release_list()"))


def masses(inventory: Tiny) -> dict[tuple, float]:
    """(sector, gas, flow, year) -> tonnes."""
    return {(f"IPCC2006:{r['sector']}", r["gas"], r["flow"], r["year"]): r["mass_kt"] * 1e3 for r in inventory.totals}


@pytest.fixture
def load(fresh, run_fluxgrid, workdir, folder):
    """load(inventory, *options) -> the finished import into this test's database; load.report is its report."""
    def run(inventory, *options, check=True):
        path = folder / f"{inventory.manifest['release']['version']}-{len(list(folder.iterdir()))}"
        report = path.parent.parent / f"{path.parent.name}-{path.name}.json"
        done = run_fluxgrid("import", inventory.write(path), "--quiet", "--report", report, *options, database=fresh, check=check)
        run.report = json.loads(report.read_text()) if done.returncode == 0 else None
        return done
    return run


@pytest.fixture
def command(fresh, run_fluxgrid):
    def run(*arguments, check=True):
        return run_fluxgrid(*arguments, database=fresh, check=check)
    return run


def diff(command, workdir, *arguments) -> dict:
    path = workdir / f"diff-{time.monotonic_ns()}.json"
    command("diff", *arguments, "--json", path)
    return json.loads(path.read_text())


def rows_by_key(document: dict, *keys: str) -> dict[tuple, dict]:
    found = {tuple(row[key] for key in keys): row for row in document["rows"]}
    assert len(found) == len(document["rows"]), "two rows of one key"
    return found


# --- states -----------------------------------------------------------------------------------

def test_a_release_goes_through_its_states(fresh, load, command):
    load(version("1.0.0"))
    load(version("1.1.0", masses={"1.A.4": 80}), "--no-publish")
    assert states(fresh) == {"1.0.0": "published", "1.1.0": "draft"}
    assert "tiny@1.1.0 is published; the latest of tiny is tiny@1.1.0" in command("publish", "tiny@1.1.0").stdout
    assert states(fresh) == {"1.0.0": "superseded", "1.1.0": "published"}
    done = command("withdraw", "tiny@1.1.0", "--reason", "a factor of ten")
    assert "tiny@1.1.0 is withdrawn; the latest of tiny is tiny@1.0.0" in done.stdout
    listed = [line.split("\t") for line in command("releases").stdout.splitlines()]
    assert [line[:2] for line in listed] == [["tiny@1.0.0", "published"], ["tiny@1.1.0", "withdrawn"]]
    assert re.fullmatch(r"withdrawn \d{4}-\d\d-\d\d \d\d:\d\d: a factor of ten", listed[1][4])
    history = command("releases", "tiny", "--history").stdout.splitlines()
    assert [line.split(" by ")[0].split(" ", 2)[2] for line in history] == [
        "tiny@1.0.0 published", "tiny@1.1.0 published", "tiny@1.1.0 withdrawn"]
    assert history[2].endswith(": a factor of ten")
    assert "the latest of tiny is none" in command("withdraw", "tiny@1.0.0").stdout


def test_a_lower_version_is_shown_and_is_not_the_latest(fresh, load, command):
    load(version("2.0.0"))
    done = load(version("1.9.0", masses={"1.A.4": 80}))
    assert "warning: version 2.0.0 is published and stays the latest" in done.stdout
    assert load.report["diff"] is None and load.report["published"]
    assert states(fresh) == {"1.9.0": "superseded", "2.0.0": "published"}
    assert "superseded by 2.0.0" in command("releases").stdout


def test_roll_back_and_back_again(fresh, load, command):
    load(version("1.0.0"))
    load(version("1.1.0", masses={"1.A.4": 80}))
    load(version("1.2.0", masses={"1.A.4": 81}), "--no-publish")
    before = fresh.fingerprint()
    refused = command("rollback", "tiny", "--to", "1.2.0", check=False)
    assert refused.returncode == 2 and "tiny@1.2.0: is not published, so there is no going back to it; name one of: 1.1.0, 1.0.0" in refused.stderr
    assert fresh.fingerprint() == before
    done = command("rollback", "tiny", "--reason", "wrong proxy")
    assert done.stdout == "tiny@1.0.0 is the latest; withdrawn: tiny@1.1.0 (to undo: fluxgrid publish)\n"
    assert states(fresh) == {"1.0.0": "published", "1.1.0": "withdrawn", "1.2.0": "draft"}
    assert fresh.value("SELECT reason FROM release_list() WHERE version = '1.1.0'") == "wrong proxy"
    before = fresh.fingerprint()
    refused = command("rollback", "tiny", check=False)
    assert refused.returncode == 2
    assert refused.stderr == ("fluxgrid: tiny: has no former published version to go back to; publish one, "
                              "or take the latest back with: fluxgrid withdraw\n")
    assert command("rollback", "tiny", "--to", "1.0.0").stdout == "tiny@1.0.0 is the latest already: nothing to do\n"
    assert fresh.fingerprint() == before
    command("publish", "tiny@1.1.0")
    assert states(fresh) == {"1.0.0": "superseded", "1.1.0": "published", "1.2.0": "draft"}


def test_roll_backs_at_once_go_one_step(fresh, load, fluxgrid, checkout):
    """Six of them with the aim named: whoever comes second finds it done."""
    import subprocess

    from kit import clean_env, identity
    for number in range(4):
        load(version(f"1.{number}.0", masses={"1.A.4": 80 + number}))
    env = clean_env(DATABASE_URL=fresh.dsn("fluxgrid_import"))
    children = [subprocess.Popen([str(fluxgrid), "rollback", "tiny", "--to", "1.2.0"], cwd=checkout, env=env, text=True,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, **identity()) for _ in range(6)]
    said = [child.communicate(timeout=60) for child in children]
    assert [child.returncode for child in children] == [0] * 6, said
    assert sum("withdrawn: tiny@1.3.0" in out for out, _ in said) == 1
    assert states(fresh) == {"1.0.0": "superseded", "1.1.0": "superseded", "1.2.0": "published", "1.3.0": "withdrawn"}


def test_discarding_a_draft_leaves_nothing_of_it(fresh, load, command):
    """The tables are as before its import, row by row, but for the history's line and the boundary revision's like."""
    load(version("1.0.0"))
    before = everything(fresh)
    draft = version("1.1.0", masses={"1.A.4": 80})
    draft.rasters["proxy.tif"]["bands"]["people"][3, 3] += 5
    draft.points[0]["name"] = "Another name"
    draft.manifest["provenance"][0]["document"] = "another"
    draft.manifest["release"]["changes"] = [{"reason": "error", "text": four("x")}]
    load(draft, "--no-publish")
    assert len([table for table, digest in everything(fresh).items() if before[table] != digest]) >= 8
    done = command("discard", "tiny@1.1.0")
    assert re.fullmatch(r"tiny@1\.1\.0 is deleted, with [1-9]\d* fields that no other release uses\n", done.stdout)
    after = everything(fresh)
    assert [table for table in before if before[table] != after[table]] == ["release_event"]
    assert fresh.rows("SELECT version, event FROM release_event ORDER BY id") == [("1.0.0", "published"), ("1.1.0", "discarded")]
    load(draft)
    assert states(fresh) == {"1.0.0": "superseded", "1.1.0": "published"}


def everything(database) -> dict[str, str]:
    tables = [row[0] for row in database.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'fluxgrid'")]
    return {t: database.value(f"SELECT md5(coalesce(string_agg(md5(t::text), '' ORDER BY md5(t::text)), '')) FROM {t} t") for t in tables}


def test_a_draft_in_the_way_is_said_to_be_one(fresh, load, command):
    load(version("1.0.0"), "--no-publish")
    done = load(version("1.0.0"))
    assert "tiny@1.0.0 is in the database already, with this very content, as a draft: publish it with: fluxgrid publish tiny@1.0.0" in done.stdout
    refused = load(version("1.0.0", masses={"1.A.4": 80}), check=False)
    assert refused.returncode == 2 and "fluxgrid discard tiny@1.0.0" in refused.stderr


def test_an_import_that_runs_is_not_disturbed(fresh, load, run_fluxgrid):
    load(version("1.0.0"), "--no-publish")
    holder = fresh.connect()
    holder.autocommit = False
    holder.cursor().execute("SELECT pg_advisory_xact_lock(7305803, 2)")
    refused = run_fluxgrid("discard", "tiny@1.0.0", database=fresh)
    holder.close()
    assert refused.returncode == 2 and "an import is running; wait for it to end" in refused.stderr
    assert states(fresh) == {"1.0.0": "draft"}


REFUSED = [
    (("publish", "tiny"), "name a release as SLUG@VERSION"),
    (("publish", "tiny@9.9.9"), "tiny@9.9.9: is no release that is known; 'fluxgrid releases' lists them"),
    (("publish",), "name a release as SLUG@VERSION"),
    (("publish", "@1.0.0"), "name a release as SLUG@VERSION"),
    (("publish", "tiny@"), "name a release as SLUG@VERSION"),
    (("withdraw", "tiny@1.0.1"), "tiny@1.0.1: is a draft, only a published one can be withdrawn; delete it with: fluxgrid discard tiny@1.0.1"),
    (("withdraw", "tiny@9.9.9"), "is no release that is known"),
    (("withdraw", "tiny@1.0.0", "--reason", "x" * 501), "reason: must be one line of at most 500 characters; shorten it"),
    (("withdraw", "tiny@1.0.0", "--reason", "a\nb"), "reason: must be one line of at most 500 characters; shorten it"),
    (("withdraw", "tiny@1.0.0", "--because", "x"), "fluxgrid withdraw: '--because' is no option of it and no setting; "),
    (("discard", "tiny@1.0.0"), "tiny@1.0.0: was published, and what was published is kept; take it back with: fluxgrid withdraw tiny@1.0.0"),
    (("discard", "tiny@9.9.9"), "is no release that is known"),
    (("discard", "tiny"), "name a release as SLUG@VERSION"),
    (("rollback",), "name an inventory: fluxgrid rollback SLUG"),
    (("rollback", "tiny@1.0.0"), "takes the slug alone; name the version to go back to with --to"),
    (("rollback", "tiny", "1.0.0"), "'1.0.0' is a word too many; 'fluxgrid rollback --help' says what it takes"),
    (("rollback", "tiny"), "tiny: has no former published version to go back to; publish one"),
    (("rollback", "none"), "none: is no release that is known; fluxgrid releases lists them"),
    (("rollback", "tiny", "--to", "1.0.1"), "tiny@1.0.1: is not published, so there is no going back to it; name one of: 1.0.0"),
    (("rollback", "tiny", "--to", "x'"), "tiny@x': is not published"),
    (("diff", "tiny@1.0.0"), "name a release as SLUG@VERSION"),
    (("diff", "tiny@1.0.0", "tiny@9.9.9"), "tiny@9.9.9: is no release that is known"),
    (("diff", "tiny@1.0.0", "tiny@1.0.1", "--by", "colour"), "--by = 'colour': must list sector, gas, flow, year, month or district; "),
    (("diff", "tiny@1.0.0", "tiny@1.0.1", "--by", "sector,,year"), "--by = ',year': must list"),
    (("diff", "tiny@1.0.0", "tiny@1.0.1", "--level", "3"), "--level = '3': must be a whole number from 0 to 2; write it in digits"),
    (("diff", "tiny@1.0.0", "tiny@1.0.1", "--level", "-1"), "--level = '-1': must be a whole number from 0 to 2; "),
    (("diff", "tiny@1.0.0", "tiny@1.0.1", "--top", "many"), "--top = 'many': must be a whole number from 0 to 100000; "),
    (("diff", "tiny@1.0.0", "tiny@1.0.1", "--top", "99999999999999999999"), "must be a whole number from 0 to 100000; "),
    (("releases", "none"), "none: is no inventory that is known; 'fluxgrid releases' lists them"),
    (("audit", "tiny@9.9.9"), "is no release that is known"),
]


@pytest.fixture(scope="module")
def settled(cluster, _migrated, run_fluxgrid, workdir):
    """tiny@1.0.0 published, tiny@1.0.1 a draft: nothing of this may change."""
    database = cluster.create_database("tiny_settled", _migrated.name)
    run_fluxgrid("import", version("1.0.0").write(workdir / "settled-0"), database=database, check=True)
    run_fluxgrid("import", version("1.0.1", masses={"1.A.4": 80}).write(workdir / "settled-1"), "--no-publish", database=database, check=True)
    yield database, database.fingerprint()
    cluster.drop_database(database.name)


@pytest.mark.parametrize("arguments,said", REFUSED, ids=lambda value: " ".join(value)[:50] if isinstance(value, tuple) else "")
def test_refused(settled, run_fluxgrid, arguments, said):
    database, before = settled
    done = run_fluxgrid(*arguments, database=database)
    assert done.returncode == 2, done.stdout + done.stderr
    assert said in done.stderr and done.stderr.count("\n") == 1 and done.stdout == ""
    assert database.fingerprint() == before


def test_a_comparison_that_cannot_be_written_is_said(settled, run_fluxgrid):
    done = run_fluxgrid("diff", "tiny@1.0.0", "tiny@1.0.1", "--json", "/nowhere/x.json", database=settled[0])
    assert done.returncode == 1 and "/nowhere/x.json: the comparison cannot be written" in done.stderr


# --- the changelog ------------------------------------------------------------------------------

def with_changes(*changes, number="1.1.0") -> Tiny:
    inventory = version(number, masses={"1.A.4": 80})
    inventory.manifest["release"]["changes"] = list(changes)
    return inventory


def test_the_changelog_is_kept_and_printed(fresh, load, command):
    load(version("1.0.0"))
    load(with_changes({"reason": "activity-data", "text": four("Gas sold, revised"), "sectors": ["1.A.4", "IPCC2006:3.A"]},
                      {"reason": "error", "text": four("A typing error")}))
    assert fresh.rows("SELECT sort, reason, text_en, text_ru, text_uz, text_ko, sectors FROM release_change ORDER BY sort") == [
        (1, "activity-data", *four("Gas sold, revised").values(), ["IPCC2006:1.A.4", "IPCC2006:3.A"]),
        (2, "error", *four("A typing error").values(), [])]
    assert load.report["warnings"] == []
    lines = command("releases", "tiny", "--changes").stdout.splitlines()
    assert lines[2:] == ["\tactivity-data (IPCC2006:1.A.4, IPCC2006:3.A): Gas sold, revised (en)", "\terror (all sectors): A typing error (en)"]


def test_a_later_version_without_a_changelog_is_warned_of(load):
    first = load(version("1.0.0"))
    assert "warning" not in first.stdout and load.report["warnings"] == [] and load.report["diff"] is None
    second = load(version("1.1.0", masses={"1.A.4": 80}))
    assert "warning: this is not the first version and release.changes says nothing" in second.stdout
    assert len(load.report["warnings"]) == 1


BAD_CHANGES = {
    "an unknown reason": ({"reason": "gwp", "text": four("x")}, "release.changes[0].reason = 'gwp': must be one of new-year, activity-data,"),
    "no reason": ({"text": four("x")}, "release.changes[0].reason: is missing; add it"),
    "no text": ({"reason": "error"}, "release.changes[0].text: is missing; add it"),
    "a language missing": ({"reason": "error", "text": {k: v for k, v in four("x").items() if k != "ko"}}, "release.changes[0].text.ko: is missing; add it"),
    "an empty text": ({"reason": "error", "text": {**four("x"), "uz": ""}}, "release.changes[0].text.uz = '': must be a text that is not empty; "),
    "an unknown key": ({"reason": "error", "text": four("x"), "why": "?"}, "release.changes[0].why = '?': is not a key that is known here; "),
    "no object": ("error", "release.changes[0] = 'error': must be an object; "),
    "sectors that are no list": ({"reason": "error", "text": four("x"), "sectors": "1.A"}, "release.changes[0].sectors"),
    "a sector that is no text": ({"reason": "error", "text": four("x"), "sectors": [1]}, "release.changes[0].sectors[0] = '1': must be a text; "),
    "an unknown sector": ({"reason": "error", "text": four("x"), "sectors": ["1.A", "9.Z"]},
                          "release.changes[0].sectors = 'IPCC2006:9.Z': is no sector that is known; use a code that /v1/sectors lists"),
}


@pytest.mark.parametrize("change,said", BAD_CHANGES.values(), ids=BAD_CHANGES)
def test_a_changelog_that_is_wrong_is_refused(settled, run_fluxgrid, folder, change, said):
    database, before = settled
    done = run_fluxgrid("import", with_changes(change, number="1.5.0").write(folder), database=database)
    assert done.returncode == 2 and said in done.stderr, done.stderr
    assert done.stderr.startswith("manifest.json: release.changes[0]") or "9.Z" in said
    assert database.fingerprint() == before


def test_the_reasons_are_one_list(fresh):
    """In the program, the schema, the database and the manual."""
    known = [row[0] for row in fresh.rows("SELECT code FROM change_reason ORDER BY sort")]
    source = (ROOT / "server/cli/import/table/codes.c").read_text()
    assert re.findall(r'"([a-z-]+)"', re.search(r"codes_change_reasons\[\] = \{(.*?)\}", source, re.S).group(1)) == known
    schema = json.loads((ROOT / "config/manifest.schema.json").read_text())
    assert schema["$defs"]["change"]["properties"]["reason"]["enum"] == known
    manual = (ROOT / "docs/import.md").read_text()
    assert dict(re.findall(r"^\| `([a-z-]+)` \| (.*?) \|$", manual[manual.index("Reason codes"):].split("\n### ")[0], re.M)) == dict(
        fresh.rows("SELECT code, meaning FROM change_reason"))
    openapi = json.loads((ROOT / "static/openapi.json").read_text())
    assert openapi["components"]["schemas"]["Change"]["properties"]["reason"]["enum"] == known


# --- differences ----------------------------------------------------------------------------------

def changed_inventory() -> tuple[Tiny, Tiny]:
    """1.A.4 falls, 3.B.1 grows from what it was, 4.A goes in 2020, 2.B.1 comes in 2021, 1.A.4's proxy changes."""
    old, new = version("1.0.0"), version("1.1.0", masses={"1.A.4": 70.5, "3.B.1": 19.5})
    new.totals = [r for r in new.totals if (r["sector"], r["year"]) != ("4.A", 2020)]
    new.totals.append(total(2021, "2.B.1", "N2O", 0.25, "light"))
    new.rasters["proxy.tif"]["bands"]["people"][2:5, 2:5] *= 3
    return old, new


def test_differences_are_those_of_the_tables(load, command, workdir):
    old, new = changed_inventory()
    load(old)
    load(new, "--no-publish")
    document = diff(command, workdir, "tiny@1.0.0", "tiny@1.1.0")
    assert (document["from"], document["from_state"], document["to"], document["to_state"]) == ("tiny@1.0.0", "published", "tiny@1.1.0", "draft")
    before, after = masses(old), masses(new)
    rows = rows_by_key(document, "sector", "gas", "flow", "year")
    assert set(rows) == set(before) | set(after)
    for key, row in rows.items():
        b, a = before.get(key), after.get(key)
        assert row["before_t"] == (None if b is None else pytest.approx(b, rel=1e-12))
        assert row["after_t"] == (None if a is None else pytest.approx(a, rel=1e-12))
        assert row["difference_t"] == pytest.approx((a or 0) - (b or 0), rel=1e-12, abs=1e-9)
        assert row["status"] == ("added" if b is None else "removed" if a is None else "unchanged" if a == b else "changed")
        assert row["change_pct"] == (None if b is None or a is None else pytest.approx((a - b) / b * 100, rel=1e-9, abs=1e-9))
    assert rows["IPCC2006:1.A.4", "CO2", "emission", 2021]["change_pct"] == pytest.approx(-8.5899513776, rel=1e-9)
    assert rows["IPCC2006:3.B.1", "CO2", "removal", 2021]["change_pct"] == pytest.approx(100, rel=1e-9)
    assert rows["IPCC2006:4.A", "CH4", "emission", 2020]["unallocated_before_t"] == 500
    assert document["counts"] == {"added": 1, "removed": 1, "changed": 2, "unchanged": 9}
    totals = {(t["gas"], t["flow"], t["year"]): t for t in document["totals"]}
    assert totals["CO2", "emission", 2021]["difference_t"] == pytest.approx(-6625, rel=1e-9)
    assert totals["CH4", "emission", 2020]["after_t"] == pytest.approx(3500) and totals["N2O", "emission", 2021]["status"] == "added"


def test_nothing_differs_from_itself_and_the_other_way_is_the_opposite(load, command, workdir):
    old, new = changed_inventory()
    load(old)
    load(new)
    same = diff(command, workdir, "tiny@1.1.0", "tiny@1.1.0", "--by", "sector,year,district", "--level", "2")
    assert same["rows"] and all(row["status"] == "unchanged" and row["difference_t"] == 0 for row in same["rows"])
    keys = ("sector", "gas", "flow", "year", "place", "district")
    there = rows_by_key(diff(command, workdir, "tiny@1.0.0", "tiny@1.1.0", "--by", "sector,year,district"), *keys)
    back = rows_by_key(diff(command, workdir, "tiny@1.1.0", "tiny@1.0.0", "--by", "sector,year,district"), *keys)
    assert {key: row["difference_t"] for key, row in there.items()} == {key: -row["difference_t"] for key, row in back.items()}


def shares(inventory: Tiny, proxy: str) -> dict:
    """The share of a proxy in each district and outside of all, from its cells."""
    cells = inventory.rasters["proxy.tif"]["bands"][proxy].astype(np.float64)
    inside = {code: cells[mask_cells() == value].sum() / cells.sum() for code, value in LEVEL_2.items()}
    return {**inside, None: cells[mask_cells() == 0].sum() / cells.sum()}


def placed(inventory: Tiny) -> dict[tuple, float]:
    """(sector, year, place, district) -> tonnes of what proxies spread, from the cells."""
    found = {}
    for row in inventory.totals:
        if row["spatial"] in ("people", "light"):
            for code, share in shares(inventory, row["spatial"]).items():
                place = "outside" if code is None else "district"
                found[f"IPCC2006:{row['sector']}", row["year"], place, code] = row["mass_kt"] * 1e3 * share
    return found


def test_districts_differ_as_the_cells_say(load, command, workdir):
    old, new = changed_inventory()
    load(old)
    load(new, "--no-publish")
    document = diff(command, workdir, "tiny@1.0.0", "tiny@1.1.0", "--by", "district,sector,year", "--level", "2")
    assert document["level"] == 2
    rows = rows_by_key(document, "sector", "year", "place", "district")
    before, after = placed(old), placed(new)
    diffuse = {key for key, row in rows.items() if key[0] not in ("IPCC2006:1.A.1", "IPCC2006:2.A.1") and key[2] != "unallocated"}
    assert diffuse == set(before) | set(after)
    for key in diffuse:
        assert (rows[key]["before_t"] or 0) == pytest.approx(before.get(key, 0), rel=1e-6), key
        assert (rows[key]["after_t"] or 0) == pytest.approx(after.get(key, 0), rel=1e-6), key
    # another proxy moves mass between districts where the total stays: 1.A.4 in 2020
    west = rows["IPCC2006:1.A.4", 2020, "district", "T11"]
    east = rows["IPCC2006:1.A.4", 2020, "district", "T12"]
    assert west["status"] == east["status"] == "changed" and west["difference_t"] > 1000 > east["difference_t"]
    # places add up to the difference of the whole
    by_sector = {}
    for key, row in rows.items():
        by_sector[key[:2]] = by_sector.get(key[:2], 0) + row["difference_t"]
    whole = rows_by_key(diff(command, workdir, "tiny@1.0.0", "tiny@1.1.0"), "sector", "year")
    for key, sum_t in by_sector.items():
        assert sum_t == pytest.approx(whole[key]["difference_t"], rel=1e-9, abs=1e-3), key


def test_what_the_import_says_of_the_former_release(fresh, load):
    old, new = changed_inventory()
    new.manifest["release"].update(licence="CC BY 4.0", changes=[
        {"reason": "activity-data", "text": four("Gas sold, revised"), "sectors": ["1.A"]},
        {"reason": "method", "text": four("Another model of forests"), "sectors": ["3.B.1"]}])
    next(r for r in new.totals if r["sector"] == "3.B.1" and r["year"] == 2021).update(method="measured", uncertainty_pct=5)
    load(old)
    dry = load(new, "--dry-run")
    told = load.report["diff"]
    assert states(fresh) == {"1.0.0": "published"}
    load(new, "--no-publish")
    assert load.report["diff"] == told, "a dry run says what the import does"
    assert fresh.value("SELECT report->'diff' FROM release WHERE version = '1.1.0'") == told
    assert [row["sector"] for row in told["rows"]] == ["IPCC2006:3.B.1", "IPCC2006:1.A.4", "IPCC2006:4.A", "IPCC2006:2.B.1"]
    assert [row["difference_t"] for row in told["rows"]] == pytest.approx([9750, -6625, -500, 250])
    assert [row["reasons"] for row in told["rows"]] == [["method"], ["activity-data"], [], []]
    # 4.A and 2.B.1 have changed for no reason that is given
    assert told["without_reason"] == [{"sector": "IPCC2006:2.B.1", "what": ["mass"]}, {"sector": "IPCC2006:4.A", "what": ["mass"]}]
    said = {(m["what"], m["sector"]): (m["before"], m["after"], m["years"]) for m in told["metadata"]}
    assert said["licence", None] == ("CC0-1.0", "CC BY 4.0", None)
    assert said["method", "IPCC2006:3.B.1"] == ("reported", "measured", [2021])
    assert said["uncertainty", "IPCC2006:3.B.1"] == ("10 %", "5 %", [2021])
    assert said["pattern", "IPCC2006:1.A.4"][2] == [2020, 2021]
    for words in ("from tiny@1.0.0 (published) to tiny@1.1.0 (draft): 2 changed, 1 added, 1 removed, 9 unchanged",
                  "because of activity-data", "changed, and the changelog gives no reason", "'CC0-1.0' -> 'CC BY 4.0'",
                  "Gas sold, revised (en)"):
        assert words in dry.stdout, dry.stdout


def test_two_inventories_can_be_compared(fresh, load, command, workdir):
    load(version("1.0.0"))
    other = Tiny(slug="other", version="0.1.0")
    other.totals[2]["mass_kt"] += 1
    other.manifest["release"]["changes"] = [{"reason": "new-source", "text": four("x"), "sectors": ["1.A.4"]}]
    load(other)
    assert load.report["diff"] is None, "the first of its slug"
    document = diff(command, workdir, "tiny@1.0.0", "other@0.1.0")
    (changed,) = [row for row in document["rows"] if row["status"] != "unchanged"]
    assert (changed["sector"], changed["year"], changed["reasons"]) == ("IPCC2006:1.A.4", 2020, ["new-source"])


def test_terminals_are_not_written_to_by_a_manifest(load):
    load(version("1.0.0"))
    done = load(with_changes({"reason": "error", "text": four("red \x1b[31m text")}))
    assert "\x1b" not in done.stdout and "red ?[31m text" in done.stdout


# --- as the servers show it -------------------------------------------------------------------------

def test_servers_follow_a_roll_back(fresh, load, command, start_server):
    load(version("1.0.0"))
    load(version("1.1.0", masses={"1.A.4": 80}))
    server = start_server(fresh)
    query = "sector=IPCC2006:1.A.4&gas=CO2&year=2021"
    pinned, latest = f"/v1/emissions?release=tiny@1.1.0&{query}", f"/v1/emissions?release=tiny&{query}"
    tile = "/tiles/tiny@1.1.0/emissions-co2/4/10/5.png?year=2021"
    kept = server.get(f"/v1/emissions?release=tiny@1.0.0&{query}").content
    assert server.json(pinned)["rows"][0]["value"] == server.json(latest)["rows"][0]["value"] == 80
    assert server.get(tile).status_code == 200
    command("rollback", "tiny", "--reason", "wrong proxy")
    assert wait_until(lambda: server.json(latest)["release"] == "tiny@1.0.0"), "the latest is still the one that was rolled back"
    assert server.json(latest)["rows"][0]["value"] == 77.125
    gone = server.json(pinned, status=410)
    assert "withdrawn" in gone["errors"][0]["reason"] and "wrong proxy" in gone["errors"][0]["reason"]
    assert server.get(tile).status_code == 410, "a tile that lay in the cache"
    assert server.get(f"/v1/emissions?release=tiny@1.0.0&{query}").content == kept
    command("publish", "tiny@1.1.0")
    assert wait_until(lambda: server.json(latest)["release"] == "tiny@1.1.0")
    assert server.json(pinned)["rows"][0]["value"] == 80 and server.get(tile).status_code == 200
    command("withdraw", "tiny@1.1.0")
    command("withdraw", "tiny@1.0.0")
    assert wait_until(lambda: server.get(latest).status_code == 410), "all versions are withdrawn, and the slug is not gone"
    server.stop()


def test_what_the_api_says_of_releases(fresh, load, command, start_server):
    load(version("1.0.0"))
    load(with_changes({"reason": "activity-data", "text": four("Gas sold, revised"), "sectors": ["1.A.4"]}, {"reason": "error", "text": four("y")}))
    load(version("1.2.0", masses={"1.A.4": 81}))
    load(version("1.3.0", masses={"1.A.4": 82}))
    load(version("1.4.0", masses={"1.A.4": 83}), "--no-publish")
    command("withdraw", "tiny@1.3.0", "--reason", 'of "no" use <b>')
    server = start_server(fresh)
    body = server.json("/v1/releases")
    stand = [(r["id"], r["state"], r["latest"], r["supersedes"], r["superseded_by"]) for r in body["releases"]]
    assert stand == [("tiny@1.0.0", "superseded", False, None, "tiny@1.1.0"),
                     ("tiny@1.1.0", "superseded", False, "tiny@1.0.0", "tiny@1.2.0"),
                     ("tiny@1.2.0", "published", True, "tiny@1.1.0", None)]
    assert [(w["id"], w["state"], w["reason"]) for w in body["withdrawn"]] == [("tiny@1.3.0", "withdrawn", 'of "no" use <b>')]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", body["withdrawn"][0]["withdrawn"])
    assert "1.4.0" not in json.dumps(body), "a draft is not shown"
    one = server.json("/v1/releases/tiny@1.1.0?lang=ko")
    assert one["changes"] == [{"reason": "activity-data", "name": "활동자료", "text": "Gas sold, revised (ko)", "sectors": ["IPCC2006:1.A.4"]},
                              {"reason": "error", "name": "오류 수정", "text": "y (ko)", "sectors": []}]
    assert server.json("/v1/releases/tiny@1.0.0")["changes"] == []
    assert server.json("/v1/releases/tiny")["id"] == "tiny@1.2.0"
    assert server.get("/v1/releases/tiny@1.3.0").status_code == 410
    assert server.get("/v1/releases/tiny@1.4.0").status_code == 404, "a draft is not told apart from what is not there"
    command("publish", "tiny@1.4.0")
    assert wait_until(lambda: server.json("/v1/releases/tiny@1.2.0")["state"] == "superseded")
    assert server.json("/v1/releases/tiny@1.2.0")["superseded_by"] == "tiny@1.4.0"
    server.stop()
