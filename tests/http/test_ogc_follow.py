"""What GIS clients are told follows the catalog and the styles without a restart: WMTS, WMS in both versions, OGC API, TileJSON."""
import json
import pathlib
import shutil
import signal

import pytest
from kit import ROOT, wait_until
from ogc import document, fault, local
from test_api_months import RELEASE as MONTHLY
from test_api_small_release import RELEASE

WMTS = "/wmts/1.0.0/WMTSCapabilities.xml"
WMS = "/wms?SERVICE=WMS&REQUEST=GetCapabilities&VERSION="
TOLD = RELEASE.replace("'CC0', 'nobody'", "'CC0', 'A & B <c> \"d\" \x0b'")


class Picture:
    """What the documents say at one moment."""

    def __init__(self, server):
        self.answers = {path: server.get(path) for path in (WMTS, WMS + "1.3.0", WMS + "1.1.1", "/ogc/collections")}
        assert all(a.status_code == 200 for a in self.answers.values())
        self.tags = {path: a.headers["ETag"] for path, a in self.answers.items()}
        self.root = document(self.answers[WMTS])
        self.sequence = self.root.get("updateSequence")
        wms = [document(a) if "1.3.0" in path else None for path, a in self.answers.items() if path.startswith("/wms?")]
        assert self.sequence and next(w for w in wms if w is not None).get("updateSequence") == self.sequence
        self.revision = int(self.sequence.split("-")[0])
        self.wms_layers = {e.text for e in next(w for w in wms if w is not None).iter("{*}Name")}
        self.layers = {layer.findtext("{*}Identifier"): layer for layer in self.root.iter("{*}Layer")}

    def years(self, name):
        return [e.text for e in self.layers[name].iterfind("{*}Dimension/{*}Value")]

    def styles(self, name):
        return {e.text for e in self.layers[name].iterfind("{*}Style/{*}Identifier")}


@pytest.fixture(scope="module")
def own(cluster, database, start_server, workdir):
    """A server over a database and a folder of styles that the test may change."""
    folder = pathlib.Path(workdir) / "styles_follow"
    shutil.copytree(ROOT / "config" / "styles", folder)
    folder.chmod(0o755)
    server = start_server(cluster.create_database("ogc_follow", template="template_loaded"), FLUXGRID_STYLES_DIR=str(folder))
    server.styles = folder
    server.database = cluster.database("ogc_follow")
    return server


def moved(server, before):
    """@return the picture once all documents have another ETag than before."""
    def all_new():
        return all(server.get(path).headers["ETag"] != before.tags[path] for path in before.tags if path != "/ogc/collections")
    assert wait_until(all_new)
    return Picture(server)


def test_a_release_comes_and_goes(own):
    """New gases, flows, years; then none of it; and each state has a later number."""
    first = Picture(own)
    assert not any("small" in name for name in first.layers)
    own_links = own.get("/ogc/collections").json()
    own.database.rows(TOLD)
    second = moved(own, first)
    new = {name for name in second.layers if name.startswith("small")}
    assert {"small/emissions-sf6", "small@0.1.0/emissions-co2", "small/emissions-ch4", "small/emissions-co2e"} <= new
    assert not any("removals" in name or "net" in name for name in new)
    assert second.years("small/emissions-sf6") == ["2019"] and second.years("small/emissions-co2") == ["2020"]
    assert new <= second.wms_layers and second.revision > first.revision
    assert 'A & B <c> "d" ?.' in second.layers["small/emissions-sf6"].findtext("{*}Abstract")
    assert "2019" in own.get("/tiles/small/emissions-sf6.json").text
    for name, time in (("emissions-co2", "2020"), ("emissions-sf6", "2019")):  # whose last year is not the release's
        asked, latest, current = (own.get(f"/wmts/1.0.0/small/{name}/default/{t}/WebMercatorQuad/6/23/43.png") for t in (time, "default", "current"))
        assert asked.status_code == 200 and asked.headers["Content-Type"] == "image/png" and asked.content == latest.content == current.content
        assert asked.headers["ETag"] == latest.headers["ETag"] == current.headers["ETag"]
    assert own.get("/ogc/collections/districts?release=small").json()["extent"]["temporal"] != own_links["collections"][0]["extent"]["temporal"]
    for path, tag in first.tags.items():
        if path != "/ogc/collections":
            assert own.get(path, headers={"If-None-Match": tag}).status_code == 200
            assert own.get(path, headers={"If-None-Match": second.tags[path]}).status_code == 304
    own.database.rows("SELECT release_withdraw(id, 'by mistake') FROM release WHERE slug = 'small'")
    third = moved(own, second)
    assert set(third.layers) == set(first.layers) and third.wms_layers == first.wms_layers
    assert third.revision > second.revision and len({p.sequence for p in (first, second, third)}) == 3
    assert third.years("uzbekistan/net-co2e") == first.years("uzbekistan/net-co2e")
    gone = own.get("/wmts/1.0.0/small/emissions-co2/default/2020/WebMercatorQuad/6/23/43.png")
    assert gone.status_code == 410 and "ExceptionReport" in gone.text
    assert own.get("/ogc/collections/districts?release=small").status_code in (404, 410)


def test_the_collections_follow_the_default_release(own):
    """A later version of the inventory with another year: its extent is the collections'."""
    before = own.get("/ogc/collections")
    assert own.get("/ogc/collections", headers={"If-None-Match": before.headers["ETag"]}).status_code == 304
    first = Picture(own)
    own.database.rows(TOLD.replace("'small'", "'uzbekistan'").replace("'0.1.0'", "'9.0.0'").replace("repeat('ef', 32)", "repeat('ee', 32)")
            .replace("two cells", "two more cells").replace("repeat('cd', 32)", "repeat('ce', 32)"))
    second = moved(own, first)
    after = own.get("/ogc/collections")
    assert after.headers["ETag"] != before.headers["ETag"]
    interval = after.json()["collections"][0]["extent"]["temporal"]["interval"][0]
    assert interval[0].startswith("2019") and interval[1].startswith("2020")
    assert second.years("uzbekistan/emissions-co2") == ["2020"] and "uzbekistan/net-co2e" not in second.layers
    assert "uzbekistan@1.0.0/net-co2e" in second.layers
    own.database.rows("SELECT release_withdraw(id, '') FROM release WHERE version = '9.0.0'")
    third = moved(own, second)
    assert third.years("uzbekistan/emissions-co2") == first.years("uzbekistan/emissions-co2")
    assert own.get("/ogc/collections").json()["collections"][0]["extent"] == before.json()["collections"][0]["extent"]


def test_a_style_comes_and_goes(own):
    """SIGHUP reads the styles: the revision stays, the sequence does not."""
    first = Picture(own)
    style = json.loads((own.styles / "density-cividis.json").read_text())
    (own.styles / "density-new.json").write_text(json.dumps({**style, "id": "density-new"}))
    own.process.send_signal(signal.SIGHUP)
    second = moved(own, first)
    name = "uzbekistan/emissions-co2"
    assert second.styles(name) - first.styles(name) == {"density-new"}
    assert second.revision == first.revision and second.sequence != first.sequence
    assert "density-new" in second.wms_layers and own.get("/legend/density-new.png").status_code == 200
    (own.styles / "density-new.json").unlink()
    own.process.send_signal(signal.SIGHUP)
    third = moved(own, second)
    assert third.sequence == first.sequence and third.tags == first.tags


def test_a_client_that_knows_the_number_is_told_so(own):
    """WMTS: the root alone. WMS: a fault. A number of a time to come is none."""
    now = Picture(own)
    asked = "/wmts?SERVICE=WMTS&REQUEST=GetCapabilities&UPDATESEQUENCE="
    same = document(own.get(asked + now.sequence))
    assert same.get("updateSequence") == now.sequence and same.get("version") == "1.0.0" and len(same) == 0
    for earlier in ("0", "0-abc", str(now.revision), f"{now.revision}-0000000000000000"):
        assert own.get(asked + earlier).content == now.answers[WMTS].content
    for unknown in (f"{now.revision + 1}-0", "x", "-1", "99999999999999999999", " 1"):
        fault(own.get(asked + unknown), 400, "InvalidUpdateSequence", None)
    for version in ("1.3.0", "1.1.1"):
        told = own.get(f"{WMS}{version}&UPDATESEQUENCE={now.sequence}")
        assert told.status_code == 400 and 'code="CurrentUpdateSequence"' in told.text
        ahead = own.get(f"{WMS}{version}&UPDATESEQUENCE={now.revision + 1}")
        assert ahead.status_code == 400 and 'code="InvalidUpdateSequence"' in ahead.text
        assert own.get(f"{WMS}{version}&updatesequence=0").content == now.answers[WMS + version].content


def test_months_are_periods_too(own):
    """Listed behind their year; a tile of one is the tile of that month."""
    before = Picture(own)
    own.database.rows(MONTHLY)
    listed = moved(own, before).years("monthly/emissions-co2")
    assert "2020-01" in listed and listed == sorted(listed) and "2021-12" == listed[-1]
    month = own.get("/tiles/monthly/emissions-co2/6/43/23.png?month=2020-07")
    tile = own.get("/wmts/1.0.0/monthly/emissions-co2/default/2020-07/WebMercatorQuad/6/23/43.png")
    assert tile.status_code == 200 and tile.headers["ETag"] == month.headers["ETag"] and tile.content == month.content
    told = own.json("/wmts/1.0.0/monthly/emissions-co2/default/2020-07/WebMercatorQuad/6/23/43/77/130.json")
    assert "2020-07" in str(told["query"])
    fault(own.get("/wmts/1.0.0/monthly/emissions-co2/default/2020-13/WebMercatorQuad/6/23/43.png"), 400, "InvalidParameterValue", "time")


def test_sections_are_parts_of_the_document(server):
    def parts(query):
        return [local(e.tag) for e in document(server.get("/wmts?SERVICE=WMTS&REQUEST=GetCapabilities" + query))]
    whole = ["ServiceIdentification", "OperationsMetadata", "Contents", "ServiceMetadataURL"]
    assert parts("") == parts("&SECTIONS=All") == parts("&sections=contents,ALL") == whole
    assert parts("&SECTIONS=Contents") == ["Contents"]
    assert parts("&SECTIONS=OperationsMetadata,ServiceIdentification") == whole[:2]
    assert parts("&SECTIONS=Themes,ServiceProvider") == []
    for wrong in ("Tables", "Contents,", "Contents,,All", "Contents Themes"):
        fault(server.get("/wmts?SERVICE=WMTS&REQUEST=GetCapabilities&SECTIONS=" + wrong), 400, "InvalidParameterValue", "Sections")
