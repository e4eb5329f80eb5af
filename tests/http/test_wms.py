"""WMS 1.3.0 and 1.1.1: capabilities, axis order, pictures' looks, faults; what a map shows is tests/gis' part."""
import contextlib
import io
import re
import struct
import urllib.parse

import pyproj
import pytest
import requests
from kit import wait_until
from lxml import etree
from ogc import document, links, local
from owslib.wms import WebMapService
from PIL import Image
from test_api_months import RELEASE as MONTHLY
from test_api_small_release import RELEASE

LAYER = "uzbekistan@1.0.0/net-co2e"
MAP = {"SERVICE": "WMS", "VERSION": "1.3.0", "REQUEST": "GetMap", "LAYERS": LAYER, "STYLES": "", "CRS": "EPSG:4326", "BBOX": "37,56,46,74",
       "WIDTH": "360", "HEIGHT": "180", "FORMAT": "image/png"}
INFO = {**MAP, "REQUEST": "GetFeatureInfo", "QUERY_LAYERS": LAYER, "I": "266", "J": "94", "INFO_FORMAT": "application/json"}
OLD = {**{k: v for k, v in MAP.items() if k != "CRS"}, "VERSION": "1.1.1", "SRS": "EPSG:4326", "BBOX": "56,37,74,46"}
CAPABILITIES = "/wms?SERVICE=WMS&REQUEST=GetCapabilities&VERSION="


def ask(server, base=MAP, **change):
    return server.get("/wms", params={k: v for k, v in {**base, **change}.items() if v is not None})


def old_fault(answer, code, status=400):
    """The form of 1.1.1, which has no namespace and few codes."""
    assert answer.status_code == status and answer.headers["Content-Type"] == "application/vnd.ogc.se_xml"
    assert answer.headers["Cache-Control"] == "no-store"
    root = etree.fromstring(answer.content)
    assert root.tag == "ServiceExceptionReport" and root.get("version") == "1.1.1" and root.getroottree().docinfo.system_url.endswith("exception_1_1_1.dtd")
    one, = root
    assert one.tag == "ServiceException" and one.get("code") == code and one.text, answer.text


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


# Children in their order, as capabilities_1_3_0.xsd and capabilities_1_1_1.dtd have it.
COMMON = {"HTTP": "Get Post?", "DCPType": "HTTP", "Get": "OnlineResource", "Attribution": "Title? OnlineResource? LogoURL?",
          "Style": "Name Title Abstract? LegendURL* StyleSheetURL? StyleURL?", "LegendURL": "Format OnlineResource", "Exception": "Format+",
          "GetCapabilities": "Format+ DCPType+", "GetMap": "Format+ DCPType+", "GetFeatureInfo": "Format+ DCPType+", "GetLegendGraphic": "Format+ DCPType+"}
ORDERS = {
    "1.3.0": {**COMMON, "WMS_Capabilities": "Service Capability", "Capability": "Request Exception Layer?", "Request": "GetCapabilities GetMap GetFeatureInfo? GetLegendGraphic?",
              "Service": "Name Title Abstract? KeywordList? OnlineResource ContactInformation? Fees? AccessConstraints? LayerLimit? MaxWidth? MaxHeight?",
              "Layer": "Name? Title Abstract? KeywordList? CRS* EX_GeographicBoundingBox? BoundingBox* Dimension* Attribution? AuthorityURL* Identifier* MetadataURL* DataURL* "
                       "FeatureListURL* Style* MinScaleDenominator? MaxScaleDenominator? Layer*",
              "EX_GeographicBoundingBox": "westBoundLongitude eastBoundLongitude southBoundLatitude northBoundLatitude"},
    "1.1.1": {**COMMON, "WMT_MS_Capabilities": "Service Capability", "Capability": "Request Exception VendorSpecificCapabilities? UserDefinedSymbolization? Layer?",
              "Request": "GetCapabilities GetMap GetFeatureInfo? DescribeLayer? GetLegendGraphic? GetStyles? PutStyles?",
              "Service": "Name Title Abstract? KeywordList? OnlineResource ContactInformation? Fees? AccessConstraints?",
              "Layer": "Name? Title Abstract? KeywordList? SRS* LatLonBoundingBox? BoundingBox* Dimension* Extent* Attribution? AuthorityURL* Identifier* MetadataURL* DataURL* "
                       "FeatureListURL* Style* ScaleHint? Layer*"}}
TEXTS = {"Name", "Title", "Abstract", "Format", "CRS", "SRS", "Fees", "AccessConstraints", "LayerLimit", "MaxWidth", "MaxHeight", "Extent", "Dimension", "BoundingBox",
         "LatLonBoundingBox", "OnlineResource", "westBoundLongitude", "eastBoundLongitude", "southBoundLatitude", "northBoundLatitude"}
ATTRIBUTES = {"1.1.1": {"LatLonBoundingBox": {"minx", "miny", "maxx", "maxy"}, "BoundingBox": {"SRS", "minx", "miny", "maxx", "maxy"}, "Dimension": {"name", "units"},
                        "Extent": {"name", "default", "nearestValue"}, "WMT_MS_Capabilities": {"version", "updateSequence"}},
              "1.3.0": {"BoundingBox": {"CRS", "minx", "miny", "maxx", "maxy"}, "Dimension": {"name", "units", "default", "nearestValue"}}}


@pytest.mark.parametrize("version", ORDERS)
def test_capabilities_have_their_elements_in_order(server, version):
    root = document_of(server.get(CAPABILITIES + version))
    orders, seen = ORDERS[version], set()
    for element in root.iter(etree.Element):
        name, children = local(element.tag), "".join(local(child.tag) + " " for child in element)
        seen.add(name)
        if name in TEXTS:
            assert children == "", name
        else:
            model = re.sub(r"(\w+)([?*+]?) ?", r"(\1 )\2", orders[name])
            assert re.fullmatch(model, children), (name, children[:300])
        if name in ATTRIBUTES[version]:
            assert set(element.attrib) == ATTRIBUTES[version][name], name
    assert seen >= {"Layer", "Style", "LegendURL", "Dimension", "GetFeatureInfo", "GetLegendGraphic"}
    assert (root.getroottree().docinfo.system_url or "").endswith("capabilities_1_1_1.dtd") == (version == "1.1.1")
    formats = {operation: [e.text for e in root.iterfind(f".//{{*}}{operation}/{{*}}Format")] for operation in ("GetMap", "GetFeatureInfo", "Exception")}
    assert formats["GetMap"] == ["image/png", "image/jpeg"]
    assert formats["GetFeatureInfo"] == ["application/json", "application/geo+json", "text/csv", "text/plain", "text/html"]
    for kind in formats["GetFeatureInfo"]:
        assert ask(server, INFO, INFO_FORMAT=kind).headers["Content-Type"].split(";")[0] in (kind, "application/geo+json")
    assert len(formats["Exception"]) == 3


@pytest.mark.parametrize("version", ORDERS)
def test_boxes_of_utm_zones_hold_the_layer(server, version):
    """By PROJ, along the rim of the layer's ground, as far as twenty degrees from the zone."""
    root = document_of(server.get(CAPABILITIES + version))
    axis = "CRS" if version == "1.3.0" else "SRS"
    layer, = [e for e in root.iter("{*}Layer") if e.findtext("{*}Name") == LAYER]
    codes = [e.text for e in layer.iterfind("{*}" + axis)]
    assert codes == ["EPSG:32640", "EPSG:32641", "EPSG:32642", "EPSG:32643"]
    boxes = {e.get(axis): [float(e.get(k)) for k in ("minx", "miny", "maxx", "maxy")] for e in layer.iterfind("{*}BoundingBox")}
    for code in codes:
        middle = 6 * int(code[-2:]) - 183
        share = [i / 200 for i in range(201)]
        west, east = max(55.9, middle - 20), min(73.2, middle + 20)
        rim = [(west + (east - west) * t, lat) for t in share for lat in (37.1, 45.7)] + [(lon, 37.1 + 8.6 * t) for t in share for lon in (west, east)]
        x, y = pyproj.Transformer.from_crs(4326, code, always_xy=True).transform(*zip(*rim))
        want = [min(x), min(y), max(x), max(y)]
        assert boxes[code] == pytest.approx(want, abs=300) and boxes[code][0] <= want[0] + 1 and boxes[code][2] >= want[2] - 1
    bounds = ",".join(map(str, boxes["EPSG:32642"]))
    change = {"CRS": "EPSG:32642"} if version == "1.3.0" else {"SRS": "EPSG:32642"}
    answer = ask(server, MAP if version == "1.3.0" else OLD, BBOX=bounds, WIDTH="200", HEIGHT="120", TRANSPARENT="TRUE", **change)
    assert answer.status_code == 200 and len(Image.open(io.BytesIO(answer.content)).convert("RGBA").getcolors()) > 4


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


@pytest.mark.parametrize("address", ["/wms?&{}", "/wms?{}&", "/wms?dpi=96&&{}"])
def test_what_a_client_joins_to_an_address_is_read(server, address):
    """The address of the capabilities ends in "?": Leaflet joins its own to it with "&"; OGC 06-042 (6.3.3) ends each pair in one."""
    asked = server.get(address.format(urllib.parse.urlencode(MAP)))
    assert asked.status_code == 200 and asked.content == ask(server).content


@pytest.mark.parametrize("time", ["2015", "2015-01-01", "2015-01-01T00:00:00.000Z", "2015-01-01T00:00:00+00:00", "2015-01-01/2015-12-31",
                                  "2015-01-01T00:00:00Z/2016-01-01T00:00:00Z", "2015-01-01T00:00:00.000Z/2015-12-31T23:59:59.999Z",
                                  "2015-01-01T00:00:00Z/2015-01-01T00:00:00Z", "2015/2015"])
def test_a_year_as_clients_write_it(server, time):
    """Its first moment, all of it with or without the next year's first moment, from itself to itself: by WMS, and by both ways of WMTS."""
    picture, tile = ask(server, TIME=time), server.get(f"/tiles/{LAYER}/6/43/23.png?year=2015")
    assert picture.status_code == 200 and picture.headers["ETag"] == ask(server, TIME="2015").headers["ETag"] != ask(server).headers["ETag"]
    kvp = server.get("/wmts", params={"SERVICE": "WMTS", "REQUEST": "GetTile", "VERSION": "1.0.0", "LAYER": LAYER, "STYLE": "", "FORMAT": "image/png", "TIME": time,
                                      "TILEMATRIXSET": "WebMercatorQuad", "TILEMATRIX": "6", "TILEROW": "23", "TILECOL": "43"})
    answers = [kvp] if "/" in time else [kvp, server.get(f"/wmts/1.0.0/{LAYER}/default/{urllib.parse.quote(time)}/WebMercatorQuad/6/23/43.png")]
    assert all(a.status_code == 200 and a.headers["ETag"] == tile.headers["ETag"] for a in answers), [a.text[:300] for a in answers]


def test_latest_style_and_time(server):
    want = ask(server).content
    assert ask(server, TIME="current").content == ask(server, TIME="default").content == want
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
    jpeg = ask(server, {"SERVICE": "WMS", "REQUEST": "GetLegendGraphic", "LAYER": LAYER, "FORMAT": "image/jpeg"})  # QGIS asks so when the map is JPEG
    assert jpeg.headers["Content-Type"] == "image/jpeg"
    one, other = (Image.open(io.BytesIO(a.content)).convert("L") for a in (plain, jpeg))
    off = [abs(a - b) for a, b in zip(one.getdata(), other.getdata())]
    assert one.size == other.size and sum(off) / len(off) < 3
    fault(ask(server, {"SERVICE": "WMS", "REQUEST": "GetLegendGraphic", "LAYER": LAYER, "FORMAT": "image/gif"}), "InvalidFormat")
    listed = next(link for link in links(document_of(server.get(CAPABILITIES + "1.3.0"))) if "STYLE=net-prgn" in link and f"LAYER={LAYER}&" in link)
    # what QGIS adds to the address of a legend
    assert requests.get(listed + "&SLD_VERSION=1.1.0&TRANSPARENT=true", timeout=30).content == plain.content


@pytest.mark.parametrize("version, tag", [("1.3.0", "Dimension"), ("1.1.1", "Extent")])
def test_sectors_and_weights_are_dimensions(server, database, version, tag):
    """What the catalog has of the layer, by SQL: the sectors of its slices and those above them; weights for CO2e only."""
    root = document_of(server.get(CAPABILITIES + version))
    for layer, gas in (("uzbekistan@1.0.0/emissions-co2e", None), ("uzbekistan@1.0.0/removals-co2", "CO2")):
        one, = [e for e in root.iter() if local(e.tag) == "Layer" and any(local(c.tag) == "Name" and c.text == layer for c in e)]
        shown = {e.get("name"): e for e in one if local(e.tag) == tag}
        sectors = [code for code, in database.rows("""
            WITH RECURSIVE up AS (SELECT DISTINCT sector AS code FROM fluxgrid.slice WHERE flow = %s AND (%s::text IS NULL OR gas = %s)
                UNION SELECT s.parent FROM fluxgrid.sector s JOIN up ON s.code = up.code WHERE s.parent IS NOT NULL)
            SELECT code FROM up ORDER BY code COLLATE "C" """, ("removal" if "removals" in layer else "emission", gas, gas))]
        assert len(sectors) > 1 and shown["sector"].text.split(",") == ["all", *sectors] and shown["sector"].get("default") == "all"
        if gas is None:
            assert shown["gwp"].text.split(",") == [g["code"] for g in server.json("/v1/gwp")["sets"]] and shown["gwp"].get("default") == "AR5-100"
        else:
            assert "gwp" not in shown


def test_a_dimension_is_the_parameter_of_tiles(server):
    """The map of a tile's ground is that tile, for a sector and other weights too; and the numbers go with it."""
    world = 20037508.342789244
    left, top, size = 43 / 64 * 2 * world - world, world - 24 / 64 * 2 * world, 2 * world / 64
    ground = {"CRS": "EPSG:3857", "BBOX": f"{left!r},{top - size!r},{left + size!r},{top!r}", "WIDTH": "256", "HEIGHT": "256",
              "LAYERS": "uzbekistan@1.0.0/emissions-co2e", "TRANSPARENT": "TRUE"}
    plain = ask(server, **ground).content
    for asked, tile in (({"DIM_SECTOR": "IPCC2006:3"}, "sector=IPCC2006:3"), ({"dim_gwp": "AR6-20"}, "gwp=AR6-20"),
                        ({"DIM_SECTOR": "all", "DIM_GWP": "default"}, "")):
        mine = Image.open(io.BytesIO(ask(server, **ground, **asked).content)).convert("RGBA")
        theirs = Image.open(io.BytesIO(server.get(f"/tiles/uzbekistan@1.0.0/emissions-co2e/6/43/24.png?{tile}").content)).convert("RGBA")
        assert mine.tobytes() == theirs.tobytes() and (mine.tobytes() != Image.open(io.BytesIO(plain)).convert("RGBA").tobytes()) == bool(tile)
    info = ask(server, INFO, DIM_SECTOR="IPCC2006:1.A", DIM_GWP="AR4-100", INFO_FORMAT="text/csv")
    assert "AR4-100" in info.text and set(re.findall(r"IPCC2006:[^,]*", info.text)) and all(c.startswith("IPCC2006:1.A") for c in re.findall(r"IPCC2006:[^,]*", info.text))
    fault(ask(server, DIM_SECTOR="IPCC2006:99"), "InvalidDimensionValue")
    fault(ask(server, DIM_GWP="AR9"), "InvalidDimensionValue")


@pytest.mark.parametrize("kind, form", [("application/json", "geojson"), ("application/geo+json", "geojson"), ("text/csv", "csv")])
def test_feature_info_is_what_at_says(server, kind, form):
    """The middle of the pixel."""
    got = ask(server, INFO, INFO_FORMAT=kind)
    lon, lat = 56 + 18 * 266.5 / 360, 46 - 9 * 94.5 / 180
    want = server.get(f"/v1/at?release=uzbekistan@1.0.0&lon={lon:.10f}&lat={lat:.10f}&year=2022&flow=net&gas=CO2E&format={form}")
    assert got.status_code == want.status_code == 200 and got.content == want.content and got.headers["Content-Type"] == want.headers["Content-Type"]
    old = ask(server, {**OLD, "REQUEST": "GetFeatureInfo", "QUERY_LAYERS": LAYER, "X": "266", "Y": "94", "INFO_FORMAT": kind})
    assert old.content == want.content


@pytest.mark.parametrize("kind", ["text/plain", "text/html"])
def test_feature_info_for_people(server, kind):
    """Every number of the answer, with its words."""
    answer = ask(server, INFO, INFO_FORMAT=kind)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == f"{kind}; charset=utf-8"
    if kind == "text/html":
        page = etree.fromstring(answer.text.removeprefix("<!DOCTYPE html>").replace('<meta charset="utf-8">', ""))  # well-formed
        text = " ".join(page.itertext())
        assert len(page.findall(".//tr")) > 3
    else:
        text = answer.text
    want = server.json(f"/v1/at?release=uzbekistan@1.0.0&lon={56 + 18 * 266.5 / 360:.10f}&lat={46 - 9 * 94.5 / 180:.10f}&flow=net&gas=CO2E&lang=en")
    assert want["rows"] and want["cell"]
    for row in want["rows"]:
        assert row["sector"] in text and row["name"] in text and row["status"] in text
        for number in (row["value"], row["lo"], row["hi"], row["density_t_km2"]):
            assert f"{number:.6g}" in text
    facts = [want["release"], want["gwp"], "CO2E", f"{want['cell']['area_km2']:.6g} km2", "95 %", " kt", "t/km2/yr", want["licence"], want["warning"],
             *(d["name"] for d in want["districts"]), *(f"{edge:.10g}" for edge in want["cell"]["bbox"])]
    assert all(fact in text for fact in facts), [fact for fact in facts if fact not in text]
    again = ask(server, INFO, INFO_FORMAT=kind, TIME="2015").text
    assert again != answer.text and "2015" in again
    assert server.get("/wms", params={**INFO, "INFO_FORMAT": kind}, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    empty = ask(server, INFO, INFO_FORMAT=kind, I="0", J="0")
    assert empty.status_code == 200 and "no data at this place" in empty.text


def test_feature_info_in_a_utm_zone(server):
    """The middle of the pixel, by PROJ."""
    lon, lat = pyproj.Transformer.from_crs(32642, 4326, always_xy=True).transform(400000 + 2000 * 50.5, 4600000 - 2000 * 50.5)
    got = ask(server, INFO, CRS="EPSG:32642", BBOX="400000,4400000,600000,4600000", WIDTH="100", HEIGHT="100", I="50", J="50").json()
    assert got["features"][0]["geometry"]["coordinates"] == pytest.approx([lon, lat], abs=6e-7)


def test_feature_info_in_a_zone_that_reaches_beyond_the_antimeridian(server):
    """A third of zone 60 lies east of 180 degrees: places there have a longitude like any other."""
    x, y = pyproj.Transformer.from_crs(4326, 32660, always_xy=True).transform(-179, 45)
    got = ask(server, INFO, CRS="EPSG:32660", BBOX=f"{x - 100},{y - 100},{x + 100},{y + 100}", WIDTH="1", HEIGHT="1", I="0", J="0")
    assert got.status_code == 200, got.text
    west = ask(server, INFO, CRS="EPSG:32601", BBOX="-300000,4400000,-100000,4600000", WIDTH="1", HEIGHT="1", I="0", J="0")
    assert west.status_code == 200, west.text


def test_jpeg_is_the_opaque_picture(server):
    """Within JPEG's error; of no use to the programs that ask for PNG by its other names."""
    png = Image.open(io.BytesIO(ask(server, BGCOLOR="0xFFEECC").content)).convert("RGB")
    answer = ask(server, FORMAT="image/jpeg", BGCOLOR="0xFFEECC", TRANSPARENT="TRUE")
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "image/jpeg"
    jpeg = Image.open(io.BytesIO(answer.content))
    assert jpeg.format == "JPEG" and jpeg.size == png.size and {layer[1:3] for layer in jpeg.layer} == {(1, 1)}  # no colour is subsampled
    assert b"Title: Uzbekistan" in jpeg.info["comment"] or b"MassSum" in jpeg.info["comment"]
    off = [abs(a - b) for one, other in zip(png.getdata(), jpeg.convert("RGB").getdata()) for a, b in zip(one, other)]
    assert sum(off) / len(off) < 2 and sorted(off)[len(off) * 99 // 100] < 40
    assert max(abs(a - b) for a, b in zip(jpeg.convert("RGB").getpixel((2, 2)), (0xFF, 0xEE, 0xCC))) <= 2
    assert ask(server, FORMAT="image/jpeg").headers["ETag"] != ask(server).headers["ETag"]
    for name in ("image/png; mode=8bit", "image/png8", "IMAGE/PNG"):
        assert ask(server, FORMAT=name).content == ask(server).content


@pytest.mark.parametrize("base, words, blank", [(MAP, "INIMAGE", "BLANK"), (OLD, "application/vnd.ogc.se_inimage", "application/vnd.ogc.se_blank")], ids=["1.3.0", "1.1.1"])
def test_faults_in_pictures(server, base, words, blank):
    def picture(kind, **change):
        answer = ask(server, base, LAYERS="uzbekistan/net-gold", EXCEPTIONS=kind, **change)
        assert answer.status_code == 200 and answer.headers["Content-Type"] == change.get("FORMAT", "image/png"), answer.text[:300]
        assert answer.headers["Cache-Control"] == "no-store" and "ETag" not in answer.headers
        image = Image.open(io.BytesIO(answer.content)).convert("RGBA")
        assert image.size == (360, 180)
        return image
    assert set(picture(blank, BGCOLOR="0x0000FF").getdata()) == {(0, 0, 255, 255)}
    assert {p[3] for p in picture(blank, TRANSPARENT="TRUE").getdata()} == {0}
    told = picture(words)
    assert told.getpixel((0, 0)) == (255, 255, 255, 255) and sum(sum(p[:3]) < 300 for p in told.getdata()) > 200
    assert max(max(p[:3]) for p in picture(blank, FORMAT="image/jpeg", BGCOLOR="0x000000").getdata()) <= 2
    say = old_fault if base is OLD else fault
    say(ask(server, base, EXCEPTIONS=words, WIDTH="0"), None if base is OLD else "InvalidParameterValue")  # how large would it be?
    say(ask(server, base, LAYERS="uzbekistan/net-gold", EXCEPTIONS="XML"), "LayerNotDefined")
    assert ask(server, base, EXCEPTIONS=words).content == ask(server, base).content


@pytest.mark.parametrize("change, code", [
    ({"LAYERS": "uzbekistan/net-gold"}, "LayerNotDefined"), ({"LAYERS": "gold"}, "LayerNotDefined"), ({"LAYERS": None}, "MissingParameterValue"),
    ({"LAYERS": f"{LAYER},{LAYER}"}, "InvalidParameterValue"), ({"STYLES": "plaid"}, "StyleNotDefined"), ({"TIME": "1066"}, "InvalidDimensionValue"),
    ({"TIME": "2022-01-01/2023-12-31"}, "InvalidDimensionValue"), ({"CRS": "EPSG:2056"}, "InvalidCRS"), ({"CRS": None}, "MissingParameterValue"),
    ({"FORMAT": "image/gif"}, "InvalidFormat"), ({"FORMAT": "image/pngs"}, "InvalidFormat"), ({"TIME": "2022-03"}, "InvalidDimensionValue"),
    ({"TIME": "2022-02-29"}, "InvalidDimensionValue"), ({"TIME": "2022-01-01T12:00:00Z"}, "InvalidDimensionValue"),
    ({"TIME": "2012,2015"}, "InvalidDimensionValue"), ({"TIME": "2012/2015"}, "InvalidDimensionValue"), ({"TIME": "2021-01-01/2022-01-01"}, "InvalidDimensionValue"),
    ({"TIME": "2021-01-01T00:00:00Z/2022-01-01T00:00:01Z"}, "InvalidDimensionValue"), ({"TIME": "2021-01-01T00:00:00+05:00"}, "InvalidDimensionValue"),
    ({"CRS": "EPSG:32600"}, "InvalidCRS"), ({"CRS": "EPSG:32661"}, "InvalidCRS"), ({"WIDTH": "0"}, "InvalidParameterValue"), ({"WIDTH": "4097"}, "InvalidParameterValue"),
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
    beyond = {"CRS": "CRS:84", "BBOX": "0,-90,360,90"}  # what a window shows that is wider than the world
    assert ask(server, **beyond).status_code == ask(server, INFO, **beyond, I="170").status_code == 200
    fault(ask(server, INFO, **beyond, I="190"), "InvalidPoint")
    old_fault(ask(server, {**OLD, "REQUEST": "GetFeatureInfo", "QUERY_LAYERS": LAYER, "X": "190", "Y": "9", "BBOX": "0,-90,360,90"}), None)


def test_who_speaks_the_old_version_is_told_in_it(server):
    """Whatever the order and the letter case of its parameters."""
    old_fault(ask(server, OLD, SRS="EPSG:2056"), "InvalidSRS")
    old_fault(ask(server, OLD, LAYERS="gold"), "LayerNotDefined")
    old_fault(ask(server, OLD, STYLES="plaid"), "StyleNotDefined")
    old_fault(ask(server, OLD, FORMAT="image/gif"), "InvalidFormat")
    old_fault(ask(server, OLD, TIME="1066"), "InvalidDimensionValue")
    old_fault(ask(server, OLD, WIDTH="0"), None)
    old_fault(ask(server, OLD, REQUEST="GetCoffee"), None)
    old_fault(server.get("/wms?request=GetMap&version=1.1.0"), None)
    old_fault(server.get("/wms?wmtver=1.0.0&request=GetMap"), None)
    old_fault(server.get("/wms?version=1.1.1&%zz"), None)
    fault(server.get("/wms?request=GetMap&xversion=1.1.1"), "MissingParameterValue")
    fault(server.get("/wms?request=GetMap&version="), "MissingParameterValue")


def test_the_largest_picture_is_made_within_a_requests_memory(server):
    """4096 x 4096 over the country: every pixel its own."""
    answer = ask(server, CRS="CRS:84", BBOX="56,37,74,46", WIDTH="4096", HEIGHT="4096", TRANSPARENT="TRUE")
    assert answer.status_code == 200, answer.text[:300]
    assert Image.open(io.BytesIO(answer.content)).size == (4096, 4096)


def test_links_are_right_behind_a_proxy(start_server, database):
    own = start_server(database, FLUXGRID_PUBLIC_URL="https://maps.example/carbon")
    found = links(document_of(own.get(CAPABILITIES + "1.3.0")))
    assert found and all(link.startswith("https://maps.example/carbon/") for link in found)


HUGE = """
SET search_path = fluxgrid, public;
WITH g AS (INSERT INTO grid (x0, y0, dx, dy, nx, ny) VALUES (10, 30, 0.0025, 0.0025, 8000, 6000) RETURNING id), f AS (
    INSERT INTO field (grid, name, sha256, kind, total, sum_sq, cells)
    SELECT id, 'one of millions', repeat('a1', 32), 'raster', 5, 25, 1 FROM g RETURNING id
)
INSERT INTO block (field, level, bx, by, cells, count, sum, min, max) SELECT id, 0, 0, 0, block_pack(ARRAY[0], ARRAY[5::float8]), 1, 5, 5, 5 FROM f;
SELECT block_overviews(id) FROM field WHERE name = 'one of millions';
INSERT INTO release (slug, version, title_en, title_ru, title_uz, title_ko, publisher, licence, attribution, citation, method, sha256)
    VALUES ('huge', '0.1.0', 'Huge <b>&"</b>', 'H', 'H', 'H', 'nobody', 'CC0 <script>alert(1)</script> & "more"', 'nobody', 'none', 'made up', repeat('a2', 32));
INSERT INTO slice (release, sector, gas, flow, origin, fuel, year, field, factor, mass_t, uncertainty_pct, method)
    SELECT r.id, 'IPCC2006:1.A.1', 'CO2', 'emission', 'fossil', '', 2020, f.id, 1, 5, 10, 'reported'
    FROM release r, field f WHERE r.slug = 'huge' AND f.name = 'one of millions';
SELECT release_publish(id) FROM release WHERE slug = 'huge';
"""


@pytest.fixture(scope="module")
def made(cluster, database, start_server):
    """A server that was running when releases came: one of a few cells, one with months, one of 48 million cells."""
    copy = cluster.create_database("wms_follow", template="template_loaded")
    own = start_server(copy)
    assert "small" not in own.get(CAPABILITIES + "1.3.0").text
    with contextlib.closing(copy.connect()) as connection, connection.cursor() as cursor:
        for release in (RELEASE, MONTHLY, HUGE):
            cursor.execute(release)
    assert wait_until(lambda: "<Name>huge/emissions-co2</Name>" in own.get(CAPABILITIES + "1.3.0").text)
    return own


def test_releases_come_without_a_restart(made):
    answer = ask(made, LAYERS="small/emissions-co2")
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "image/png"


@pytest.mark.parametrize("version", ["1.3.0", "1.1.1"])
def test_capabilities_list_the_months_there_are(made, version):
    root = document_of(made.get(CAPABILITIES + version))
    times = {}
    for layer in root.iter("{*}Layer"):
        name = layer.findtext("{*}Name")
        for element in layer.iterfind("{*}Extent[@name='time']" if version == "1.1.1" else "{*}Dimension[@name='time']"):
            times[name] = (element.text.split(","), element.get("default"), element.get("nearestValue"))
    months = [f"{year}-{month:02}" for year in (2020, 2021) for month in range(1, 13)]
    assert times["monthly/emissions-co2"] == (["2019", "2020", *months[:12], "2021", *months[12:]], "2021", "0")
    assert times["monthly/emissions-ch4"][0] == ["2020", *months[:12]]
    assert times["small/emissions-co2"][0] == ["2020"]


def test_a_month_is_a_picture_of_its_own(made):
    """The same as the tile of that month; never the nearest."""
    edge = 20037508.342789244 / 32
    cell = {"LAYERS": "monthly/emissions-co2", "CRS": "EPSG:3857", "BBOX": f"{12 * edge},{7 * edge},{13 * edge},{8 * edge}", "WIDTH": "256",
            "HEIGHT": "256", "TRANSPARENT": "TRUE"}
    march = ask(made, **cell, TIME="2021-03")
    assert march.status_code == 200, march.text[:300]
    tile = made.get("/tiles/monthly/emissions-co2/6/44/24.png?month=2021-03")
    same = [list(Image.open(io.BytesIO(a.content)).convert("RGBA").getdata()) for a in (march, tile)]
    assert same[0] == same[1] and len(set(same[0])) > 1
    for again in ("2021-03-01", "2021-03-01T00:00:00Z", "2021-03-01/2021-03-31", "2021-03-01T00:00:00Z/2021-03-31T23:59:59Z",
                  "2021-03-01T00:00:00Z/2021-04-01T00:00:00Z"):
        assert ask(made, **cell, TIME=again).content == march.content, again
    assert ask(made, **cell, TIME="2021-01-01/2021-01-31").headers["ETag"] == ask(made, **cell, TIME="2021-01").headers["ETag"]
    assert ask(made, **cell, TIME="2020-02-01/2020-02-29").headers["ETag"] == ask(made, **cell, TIME="2020-02").headers["ETag"]
    assert ask(made, **cell, TIME="2021-01-01").headers["ETag"] == ask(made, **cell, TIME="2021").headers["ETag"] == ask(made, **cell).headers["ETag"]
    turn = [ask(made, **cell, TIME=t).headers["ETag"] for t in ("2020-12", "2020-12-01T00:00:00Z/2021-01-01T00:00:00Z")]
    assert turn[0] == turn[1]
    for wrong in ("2021-03-01/2021-04-01", "2021-03-01T00:00:00Z/2021-05-01T00:00:00Z", "2019-03", "2022-01", "2021-13", "2021-03-02", "2021-03-01/2021-04-30", "2021-02-01/2021-02-29", "2021-03-01T00:00:01Z", "2021-3"):
        fault(ask(made, **cell, TIME=wrong), "InvalidDimensionValue")
    place = {"LAYERS": "monthly/emissions-co2", "QUERY_LAYERS": "monthly/emissions-co2", "BBOX": "40.11,67.84,40.12,67.85", "WIDTH": "1", "HEIGHT": "1", "I": "0", "J": "0"}
    assert "Month: 2021-03\n" in ask(made, INFO, **place, TIME="2021-03", INFO_FORMAT="text/plain").text


@pytest.mark.parametrize("crs, box", [("CRS:84", "10,15,30,30"), ("EPSG:32633", "0,1700000,2000000,3400000")])
def test_a_picture_that_does_not_fit_is_too_large(made, crs, box):
    """48 million cells under 16 million pixels; the server goes on, and less of it fits."""
    huge = {"LAYERS": "huge/emissions-co2", "CRS": crs, "BBOX": box}
    answer = ask(made, **huge, WIDTH="4096", HEIGHT="4096")
    fault(answer, None, 413)
    assert answer.headers["Cache-Control"] == "no-store" and "fewer pixels" in answer.text
    assert ask(made, **huge, WIDTH="4096", HEIGHT="4096", EXCEPTIONS="INIMAGE").status_code == 413  # a hole must not be taken for a map
    assert ask(made, **huge, WIDTH="256", HEIGHT="256").status_code == 200


def test_what_is_in_the_data_is_no_markup(made):
    info = {**INFO, "LAYERS": "huge/emissions-co2", "QUERY_LAYERS": "huge/emissions-co2", "INFO_FORMAT": "text/html"}
    page = ask(made, info).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot;" in page and "<script" not in page
    assert '<script>alert(1)</script> & "more"' in ask(made, info, INFO_FORMAT="text/plain").text
