"""WMS 1.3.0 and 1.1.1: capabilities, axis order, pictures' looks, faults; what a map shows is tests/gis' part."""
import contextlib
import io
import struct

import pytest
import requests
from kit import wait_until
from lxml import etree
from ogc import document, links
from owslib.wms import WebMapService
from PIL import Image
from test_api_small_release import RELEASE

LAYER = "uzbekistan@1.0.0/net-co2e"
MAP = {"SERVICE": "WMS", "VERSION": "1.3.0", "REQUEST": "GetMap", "LAYERS": LAYER, "STYLES": "", "CRS": "EPSG:4326", "BBOX": "37,56,46,74",
       "WIDTH": "360", "HEIGHT": "180", "FORMAT": "image/png"}
INFO = {**MAP, "REQUEST": "GetFeatureInfo", "QUERY_LAYERS": LAYER, "I": "266", "J": "94", "INFO_FORMAT": "application/json"}
OLD = {**{k: v for k, v in MAP.items() if k != "CRS"}, "VERSION": "1.1.1", "SRS": "EPSG:4326", "BBOX": "56,37,74,46"}
CAPABILITIES = "/wms?SERVICE=WMS&REQUEST=GetCapabilities&VERSION="


def ask(server, base=MAP, **change):
    return server.get("/wms", params={k: v for k, v in {**base, **change}.items() if v is not None})


def fault(answer, code, status=400):
    assert answer.status_code == status, answer.text[:300]
    root = document(answer)
    assert root.tag == "{http://www.opengis.net/ogc}ServiceExceptionReport" and root.get("version") == "1.3.0"
    one, = root
    assert one.get("code") == code and one.text, answer.text


@pytest.mark.parametrize("version", ["1.3.0", "1.1.1"])
def test_owslib_reads_it(server, database, version):
    service = WebMapService(server.url + "/wms", version=version)
    assert service.identification.version == version
    layer = service.contents[LAYER]
    years = [str(y) for y, in database.rows("SELECT DISTINCT year FROM fluxgrid.slice ORDER BY 1")]
    if version == "1.3.0":
        assert [v.strip() for v in layer.timepositions] == years and layer.defaulttimeposition == years[-1]
        assert layer.boundingBoxWGS84 == pytest.approx((55.9, 37.1, 73.2, 45.7))
    styles = {s["id"] for s in server.json("/v1/styles")["styles"] if s["quantity"] == "net"}
    assert set(layer.styles) == styles
    picture = service.getmap(layers=[LAYER], styles=[""], srs="EPSG:4326", bbox=(56, 37, 74, 46), size=(360, 180), format="image/png", transparent=True)
    assert picture.read() == ask(server, TRANSPARENT="TRUE").content
    old = document_of(server.get(CAPABILITIES + "1.1.1"))
    assert [e.text for e in old.iter("Extent")][0].split(",") == years


@pytest.mark.parametrize("version", ["1.3.0", "1.1.1"])
def test_every_link_leads_somewhere_and_legends_have_their_size(server, version):
    root = document_of(server.get(CAPABILITIES + version))
    session = requests.Session()
    found = set(links(root))
    assert len(found) > 5
    for link in found:
        assert session.get(link + "REQUEST=GetCapabilities" if link.endswith("?") else link, timeout=30).status_code == 200, link
    legends = [e for e in root.iter() if isinstance(e.tag, str) and e.tag.endswith("LegendURL")]
    assert [e.tag for e in root.iter() if isinstance(e.tag, str) and e.tag.endswith("GetLegendGraphic")] == [
        "{http://www.opengis.net/sld}GetLegendGraphic" if version == "1.3.0" else "GetLegendGraphic"]
    for legend in legends[:20]:
        png = session.get(links(legend)[0], timeout=30).content
        assert struct.unpack(">II", png[16:24]) == (int(legend.get("width")), int(legend.get("height")))
    assert legends


def document_of(answer):
    """Capabilities, which have a media type of their own in 1.1.1."""
    assert answer.status_code == 200
    return etree.fromstring(answer.content)


def test_the_order_of_axes_is_each_versions_own(server):
    """EPSG:4326 is latitude first in 1.3.0 and last in 1.1.1; CRS:84 is longitude first."""
    want = ask(server).content
    assert ask(server, CRS="CRS:84", BBOX="56,37,74,46").content == want
    assert ask(server, OLD).content == want
    lower = {name.lower(): value for name, value in MAP.items()}
    assert server.get("/wms", params={**lower, "dpi": "96"}).content == want


def test_latest_style_and_time(server):
    want = ask(server).content
    assert ask(server, TIME="2022").content == ask(server, TIME="2022-01-01T00:00:00Z/2022-12-31T23:59:59Z").content == want
    assert ask(server, STYLES="net-prgn").content == want
    assert ask(server, TIME="2015").content != want
    pinned, latest = ask(server), ask(server, LAYERS="uzbekistan/net-co2e")
    assert "immutable" in pinned.headers["Cache-Control"] and "immutable" not in latest.headers["Cache-Control"]
    assert ask(server).headers["ETag"] == pinned.headers["ETag"]
    again = server.get("/wms", params=MAP, headers={"If-None-Match": pinned.headers["ETag"]})
    assert again.status_code == 304 and again.content == b""


def test_background(server):
    """Opaque white unless another colour is asked for; clear when transparent."""
    def picture(**how):
        return Image.open(io.BytesIO(ask(server, **how).content)).convert("RGBA")
    plain, blue, clear = picture(), picture(BGCOLOR="0x0000FF"), picture(TRANSPARENT="TRUE")
    assert plain.getpixel((0, 0)) == (255, 255, 255, 255) and blue.getpixel((0, 0)) == (0, 0, 255, 255) and clear.getpixel((0, 0))[3] == 0
    assert {p[3] for p in plain.getdata()} == {255}
    for one, other, through in zip(plain.getdata(), blue.getdata(), clear.getdata()):
        assert through[3] != 255 or one == other == through


def test_the_legend_is_that_of_legend(server):
    asked = ask(server, {"SERVICE": "WMS", "REQUEST": "GetLegendGraphic", "LAYER": LAYER, "FORMAT": "image/png"})
    plain = server.get("/legend/net-prgn.png?flow=net&gas=CO2E&lang=en")
    assert asked.content == plain.content and asked.headers["ETag"] == plain.headers["ETag"]
    listed = next(link for link in links(document_of(server.get(CAPABILITIES + "1.3.0"))) if "STYLE=net-prgn" in link and f"LAYER={LAYER}&" in link)
    # what QGIS adds to the address of a legend
    assert requests.get(listed + "&SLD_VERSION=1.1.0&TRANSPARENT=true", timeout=30).content == plain.content


@pytest.mark.parametrize("kind, form", [("application/json", "geojson"), ("application/geo+json", "geojson"), ("text/csv", "csv")])
def test_feature_info_is_what_at_says(server, kind, form):
    """The middle of the pixel."""
    got = ask(server, INFO, INFO_FORMAT=kind)
    lon, lat = 56 + 18 * 266.5 / 360, 46 - 9 * 94.5 / 180
    want = server.get(f"/v1/at?release=uzbekistan@1.0.0&lon={lon:.10f}&lat={lat:.10f}&year=2022&flow=net&gas=CO2E&format={form}")
    assert got.status_code == want.status_code == 200 and got.content == want.content and got.headers["Content-Type"] == want.headers["Content-Type"]
    old = ask(server, {**OLD, "REQUEST": "GetFeatureInfo", "QUERY_LAYERS": LAYER, "X": "266", "Y": "94", "INFO_FORMAT": kind})
    assert old.content == want.content


@pytest.mark.parametrize("change, code", [
    ({"LAYERS": "uzbekistan/net-gold"}, "LayerNotDefined"), ({"LAYERS": "gold"}, "LayerNotDefined"), ({"LAYERS": None}, "MissingParameterValue"),
    ({"LAYERS": f"{LAYER},{LAYER}"}, "InvalidParameterValue"), ({"STYLES": "plaid"}, "StyleNotDefined"), ({"TIME": "1066"}, "InvalidDimensionValue"),
    ({"TIME": "2022-01-01/2023-12-31"}, "InvalidDimensionValue"), ({"CRS": "EPSG:2056"}, "InvalidCRS"), ({"CRS": None}, "MissingParameterValue"),
    ({"FORMAT": "image/jpeg"}, "InvalidFormat"), ({"WIDTH": "0"}, "InvalidParameterValue"), ({"WIDTH": "4097"}, "InvalidParameterValue"),
    ({"HEIGHT": "-5"}, "InvalidParameterValue"), ({"HEIGHT": None}, "MissingParameterValue"), ({"BBOX": "46,56,37,74"}, "InvalidParameterValue"),
    ({"BBOX": "37,56,46"}, "InvalidParameterValue"), ({"BBOX": "37,56,46,nan"}, "InvalidParameterValue"), ({"BBOX": "37,56,46,1e99"}, "InvalidParameterValue"),
    ({"BGCOLOR": "red"}, "InvalidParameterValue"), ({"TRANSPARENT": "maybe"}, "InvalidParameterValue"), ({"REQUEST": "GetCoffee"}, "OperationNotSupported"),
    ({"REQUEST": None}, "MissingParameterValue"), ({"SERVICE": "WFS"}, "InvalidParameterValue"), ({"layers": LAYER}, "InvalidParameterValue"),
], ids=str)
def test_what_is_wrong_is_said(server, change, code):
    fault(ask(server, **change), code)


def test_what_is_wrong_with_a_point_is_said(server):
    fault(ask(server, INFO, I="360"), "InvalidPoint")
    fault(ask(server, INFO, INFO_FORMAT="text/wml"), "InvalidFormat")
    fault(ask(server, OLD, SRS="EPSG:2056"), "InvalidSRS")


def test_the_largest_picture_is_made_within_a_requests_memory(server):
    """4096 x 4096 over the country: every pixel its own."""
    answer = ask(server, CRS="CRS:84", BBOX="56,37,74,46", WIDTH="4096", HEIGHT="4096", TRANSPARENT="TRUE")
    assert answer.status_code == 200, answer.text[:300]
    assert Image.open(io.BytesIO(answer.content)).size == (4096, 4096)


def test_links_are_right_behind_a_proxy(start_server, database):
    own = start_server(database, FLUXGRID_PUBLIC_URL="https://maps.example/carbon")
    found = links(document_of(own.get(CAPABILITIES + "1.3.0")))
    assert found and all(link.startswith("https://maps.example/carbon/") for link in found)


def test_releases_come_without_a_restart(cluster, start_server):
    copy = cluster.create_database("wms_follow", template="template_loaded")
    own = start_server(copy)
    assert "small" not in own.get(CAPABILITIES + "1.3.0").text
    with contextlib.closing(copy.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(RELEASE)
    assert wait_until(lambda: "<Name>small/emissions-co2</Name>" in own.get(CAPABILITIES + "1.3.0").text, seconds=20)
    answer = own.get("/wms", params={**MAP, "LAYERS": "small/emissions-co2"})
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "image/png"
