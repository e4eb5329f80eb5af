"""WMTS 1.0.0: the capabilities against the catalog, tiles against /tiles, faults in OWS's form."""
import io
import re

import pyproj
import pytest
import requests
from ogc import OWS, document, fault, links, local
from owslib.wmts import WebMapTileService

WMTS = "{http://www.opengis.net/wmts/1.0}"
CAPABILITIES = "/wmts/1.0.0/WMTSCapabilities.xml"
LAYER = "uzbekistan@1.0.0/net-co2e"
TILE = {"SERVICE": "WMTS", "REQUEST": "GetTile", "VERSION": "1.0.0", "LAYER": LAYER, "STYLE": "", "FORMAT": "image/png",
        "TILEMATRIXSET": "WebMercatorQuad", "TILEMATRIX": "6", "TILEROW": "23", "TILECOL": "43"}
# The order of OGC's schema wmtsGetCapabilities_response.xsd, for the elements that occur.
ORDER = {
    "Capabilities": ["ServiceIdentification", "ServiceProvider", "OperationsMetadata", "Contents", "Themes", "ServiceMetadataURL"],
    "ServiceIdentification": ["Title", "Abstract", "Keywords", "ServiceType", "ServiceTypeVersion", "Profile", "Fees", "AccessConstraints"],
    "Contents": ["Layer", "TileMatrixSet"],
    "Layer": ["Title", "Abstract", "Keywords", "WGS84BoundingBox", "Identifier", "BoundingBox", "Metadata", "Style", "Format", "InfoFormat",
              "Dimension", "TileMatrixSetLink", "ResourceURL"],
    "Style": ["Title", "Abstract", "Keywords", "Identifier", "LegendURL"],
    "Dimension": ["Identifier", "UOM", "UnitSymbol", "Default", "Current", "Value"],
    "TileMatrixSet": ["Title", "Abstract", "Keywords", "Identifier", "BoundingBox", "SupportedCRS", "WellKnownScaleSet", "TileMatrix"],
    "TileMatrix": ["Identifier", "ScaleDenominator", "TopLeftCorner", "TileWidth", "TileHeight", "MatrixWidth", "MatrixHeight"],
}


@pytest.fixture(scope="module")
def capabilities(server):
    answer = server.get(CAPABILITIES)
    assert answer.status_code == 200
    return document(answer)


def layer_of(root, identifier):
    found, = [e for e in root.iter(WMTS + "Layer") if e.findtext(OWS + "Identifier") == identifier]
    return found


def test_kvp_and_rest_give_one_document(server):
    rest = server.get(CAPABILITIES)
    for query in ("SERVICE=WMTS&REQUEST=GetCapabilities", "service=wmts&request=getcapabilities&acceptversions=2.0.0,1.0.0&dpi=96"):
        kvp = server.get("/wmts?" + query)
        assert kvp.content == rest.content and kvp.headers["ETag"] == rest.headers["ETag"]
    again = server.get(CAPABILITIES, headers={"If-None-Match": rest.headers["ETag"]})
    assert again.status_code == 304 and again.content == b""


def test_elements_stand_as_the_schema_orders_them(capabilities):
    seen = set()
    for element in capabilities.iter():
        if local(element.tag) in ORDER and len(element):
            order = ORDER[local(element.tag)]
            places = [order.index(local(child.tag)) for child in element]
            assert places == sorted(places), local(element.tag)
            seen.add(local(element.tag))
    assert seen == set(ORDER)


def test_layers_years_and_styles_are_those_of_the_catalog(server, database, capabilities):
    """The years by SQL; the styles as /v1/styles lists them."""
    there = {e.findtext(OWS + "Identifier") for e in capabilities.iter(WMTS + "Layer")}
    names = server.json("/v1/releases/uzbekistan@1.0.0")["layers"]
    assert there >= {f"{release}/{name}" for release in ("uzbekistan", "uzbekistan@1.0.0") for name in names}
    years = sorted({year for year, in database.rows("SELECT DISTINCT year FROM fluxgrid.slice")})
    styles = {s["id"] for s in server.json("/v1/styles")["styles"] if s["quantity"] == "net"}
    layer = layer_of(capabilities, LAYER)
    assert [int(e.text) for e in layer.iter(WMTS + "Value")] == years
    assert layer.findtext(f"{WMTS}Dimension/{WMTS}Default") == str(years[-1])
    assert {e.findtext(OWS + "Identifier") for e in layer.iter(WMTS + "Style")} == styles
    assert [e.get("isDefault") for e in layer.iter(WMTS + "Style")].count("true") == 1


def test_owslib_reads_it(server):
    service = WebMapTileService(server.url + CAPABILITIES)
    layer = service.contents[LAYER]
    assert layer.boundingBoxWGS84 == pytest.approx((56.0, 37.0, 73.2, 45.6), abs=1.5)
    matrices = service.tilematrixsets["WebMercatorQuad"].tilematrix
    assert len(matrices) == 19 and matrices["0"].scaledenominator == 559082264.0287178
    assert all(matrices[str(z)].matrixwidth == 2**z and matrices[str(z)].scaledenominator == 559082264.0287178 / 2**z for z in range(19))
    tile = service.gettile(layer=LAYER, tilematrixset="WebMercatorQuad", tilematrix="6", row=23, column=43, format="image/png").read()
    assert tile == server.get("/tiles/uzbekistan@1.0.0/net-co2e/6/43/23.png").content


def test_every_link_leads_somewhere(server, capabilities):
    session = requests.Session()
    found = links(capabilities)
    assert len(found) > 10
    for link in set(found):
        full = link + "SERVICE=WMTS&REQUEST=GetCapabilities" if link.endswith("?") else link
        assert session.get(full, timeout=30).status_code == 200, link
    for element in capabilities.iter(WMTS + "Layer"):
        url = element.find(WMTS + "ResourceURL").get("template")
        year = element.findtext(f"{WMTS}Dimension/{WMTS}Default")
        for name, value in {"Style": element.findtext(f"{WMTS}Style/{OWS}Identifier"), "time": year, "TileMatrixSet": "WebMercatorQuad",
                            "TileMatrix": "6", "TileRow": "23", "TileCol": "43"}.items():
            assert f"{{{name}}}" in url
            url = url.replace(f"{{{name}}}", value)
        answer = session.get(url, timeout=30)
        assert answer.status_code == 200 and answer.headers["Content-Type"] == "image/png", url


@pytest.mark.parametrize("release", ["uzbekistan", "uzbekistan@1.0.0"])
@pytest.mark.parametrize("query", ["", "?year=2022", "?style=net-prgn", "?style=net-prgn&year=2022"])
def test_a_tile_is_the_one_of_tiles(server, release, query):
    """Bytes, ETag, caching and canonical address; by KVP and by REST, row before column."""
    plain = server.get(f"/tiles/{release}/net-co2e/6/43/23.png{query}")
    asked = dict(pair.split("=") for pair in query[1:].split("&") if pair)
    style, time = asked.get("style", "default"), asked.get("year", "default")
    rest = f"/wmts/1.0.0/{release}/net-co2e/{style}/{time}/WebMercatorQuad/6/23/43.png"
    kvp = {**TILE, "LAYER": f"{release}/net-co2e", "STYLE": asked.get("style", ""), "TIME": asked.get("year", "")}
    lower = {name.lower(): value for name, value in kvp.items()}
    for answer in (server.get(rest), server.get("/wmts", params=kvp), server.get("/wmts", params=lower)):
        assert answer.status_code == 200 and answer.content == plain.content, answer.text[:300]
        for header in ("ETag", "Cache-Control", "Link", "X-Tile-Mass-t", "Content-Type"):
            assert answer.headers.get(header) == plain.headers.get(header), header
    again = server.get(rest, headers={"If-None-Match": plain.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("change, code, locator", [
    ({"LAYER": "uzbekistan@1.0.0/net-gold"}, "InvalidParameterValue", "Layer"),
    ({"LAYER": "atlantis/net-co2e"}, "InvalidParameterValue", "Layer"),
    ({"LAYER": "net-co2e"}, "InvalidParameterValue", "Layer"),
    ({"LAYER": None}, "MissingParameterValue", "Layer"),
    ({"TIME": "1066"}, "InvalidParameterValue", "time"),
    ({"TIME": "yesterday"}, "InvalidParameterValue", "time"),
    ({"STYLE": "plaid"}, "InvalidParameterValue", "Style"),
    ({"STYLE": "density-inferno"}, "InvalidParameterValue", "Style"),
    ({"FORMAT": "image/jpeg"}, "InvalidParameterValue", "Format"),
    ({"TILEMATRIXSET": "WorldCRS84Quad"}, "InvalidParameterValue", "TileMatrixSet"),
    ({"TILEMATRIX": "19"}, "InvalidParameterValue", "TileMatrix"),
    ({"TILEMATRIX": "-1"}, "InvalidParameterValue", "TileMatrix"),
    ({"TILEROW": "64"}, "TileOutOfRange", "TileRow"),
    ({"TILECOL": "64"}, "TileOutOfRange", "TileCol"),
    ({"TILECOL": "4.5"}, "InvalidParameterValue", "TileCol"),
    ({"TILECOL": None}, "MissingParameterValue", "TileCol"),
    ({"SERVICE": "WMS"}, "InvalidParameterValue", "Service"),
    ({"SERVICE": None}, "MissingParameterValue", "Service"),
    ({"REQUEST": None}, "MissingParameterValue", "Request"),
    ({"VERSION": "3.0.0"}, "InvalidParameterValue", "Version"),
    ({"layer": LAYER}, "InvalidParameterValue", "Layer"),
], ids=str)
def test_what_is_wrong_with_kvp_is_said(server, change, code, locator):
    query = {name: value for name, value in {**TILE, **change}.items() if value is not None}
    fault(server.get("/wmts", params=query), 400, code, locator)


def test_sectors_and_weights_can_be_asked(server, capabilities):
    """They are no dimensions of the capabilities: QGIS would offer each sector of each year under each set of weights."""
    for layer in capabilities.iter(WMTS + "Layer"):
        assert [d.findtext(OWS + "Identifier") for d in layer.iterfind(WMTS + "Dimension")] == ["time"]
    plain = server.get("/wmts", params=TILE).content
    for asked in ({"sector": "IPCC2006:3.B"}, {"gwp": "AR6-20"}):
        tile = server.get(f"/tiles/{LAYER}/6/43/23.png", params=asked)
        assert tile.status_code == 200 and tile.content != plain
        assert server.get("/wmts", params={**TILE, **{k.upper(): v for k, v in asked.items()}}).content == tile.content
    assert server.get("/wmts", params={**TILE, "SECTOR": "all", "GWP": "default"}).content == plain
    fault(server.get("/wmts", params={**TILE, "SECTOR": "IPCC2006:99"}), 400, "InvalidParameterValue", "sector")


def test_versions_are_negotiated(server):
    query = {"SERVICE": "WMTS", "REQUEST": "GetCapabilities"}
    for wrong in ("2.0.0", "11.0.0", "1.0.01", "1.0", "2.0.0,0.9.0"):
        fault(server.get("/wmts", params={**query, "ACCEPTVERSIONS": wrong}), 400, "VersionNegotiationFailed", None)
    for right in ("1.0.0", "2.0.0,1.0.0", "1.0.0,0.9.0"):
        assert server.get("/wmts", params={**query, "ACCEPTVERSIONS": right}).status_code == 200


def test_an_operation_that_is_not_offered_is_501(server):
    """Its locator is the operation's name, where that is a name."""
    for name, locator in (("GetCoffee", "GetCoffee"), ("GetTiles", "GetTiles"), ("<x>", "Request")):
        fault(server.get("/wmts", params={**TILE, "REQUEST": name}), 501, "OperationNotSupported", locator)


@pytest.mark.parametrize("path, status, code, locator", [
    ("atlantis/net-co2e/default/default/WebMercatorQuad/6/23/43.png", 404, "InvalidParameterValue", "Layer"),
    ("uzbekistan/net-gold/default/default/WebMercatorQuad/6/23/43.png", 404, "InvalidParameterValue", "Layer"),
    ("uzbekistan/net-co2e/default/1066/WebMercatorQuad/6/23/43.png", 404, "InvalidParameterValue", "time"),
    ("uzbekistan/net-co2e/plaid/default/WebMercatorQuad/6/23/43.png", 400, "InvalidParameterValue", "Style"),
    ("uzbekistan/net-co2e/default/default/WorldCRS84Quad/6/23/43.png", 404, "InvalidParameterValue", "TileMatrixSet"),
    ("uzbekistan/net-co2e/default/default/WebMercatorQuad/6/64/43.png", 404, "TileOutOfRange", "TileRow"),
    ("uzbekistan/net-co2e/default/default/WebMercatorQuad/6/23/43.jpeg", 404, "InvalidParameterValue", "Format"),
])
def test_what_is_wrong_with_rest_is_said(server, path, status, code, locator):
    fault(server.get("/wmts/1.0.0/" + path), status, code, locator)


def test_what_the_server_refuses_itself_has_the_form_too(server):
    """A target that cannot be read, a method, an address that is not there."""
    fault(server.get("/wmts?SERVICE=WMTS&SERVICE=WMTS"), 400, "InvalidParameterValue", "SERVICE")
    fault(server.get("/wmts/2.0.0"), 404, "NoApplicableCode", None)
    fault(requests.delete(server.url + "/wmts", timeout=30), 405, "NoApplicableCode", None)
    other = server.get("/wmtsx")
    assert other.status_code == 404 and other.headers["Content-Type"] == "application/problem+json"


def test_links_are_right_behind_a_proxy(start_server, database):
    """public_url with a prefix: every link begins with it, and leads somewhere once the proxy took it off."""
    own = start_server(database, FLUXGRID_PUBLIC_URL="https://maps.example/carbon")
    root = document(own.get(CAPABILITIES))
    found = links(root) + [e.get("template") for e in root.iter(WMTS + "ResourceURL")]
    assert found and all(link.startswith("https://maps.example/carbon/") for link in found)
    legend = next(link for link in found if "/legend/" in link)
    assert own.get(legend.removeprefix("https://maps.example/carbon")).status_code == 200


INFO = {**{k: v for k, v in TILE.items() if k != "FORMAT"}, "REQUEST": "GetFeatureInfo", "TILECOL": "44", "I": "79", "J": "236",
        "INFOFORMAT": "application/json"}  # Tashkent
EDGE = 20037508.342789244


def middle(row, col, zoom, i, j):
    """Longitude and latitude of the middle of a pixel, by PROJ."""
    size = 2 * EDGE / 2**zoom
    x, y = -EDGE + (col + (i + 0.5) / 256) * size, EDGE - (row + (j + 0.5) / 256) * size
    return pyproj.Transformer.from_crs("EPSG:3857", "EPSG:4326", always_xy=True).transform(x, y)


@pytest.mark.parametrize("release", ["uzbekistan", "uzbekistan@1.0.0"])
@pytest.mark.parametrize("time, style", [("", ""), ("2020", "net-prgn"), ("current", "default")])
def test_feature_info_is_what_at_says(server, release, time, style):
    """By KVP and by REST, at the middle of the pixel, with the caching of /v1/at."""
    lon, lat = middle(23, 44, 6, 79, 236)
    kvp = {**INFO, "LAYER": f"{release}/net-co2e", "TIME": time, "STYLE": style}
    rest = f"/wmts/1.0.0/{release}/net-co2e/{style or 'default'}/{time or 'default'}/WebMercatorQuad/6/23/44/236/79.json"
    year = time if time.isdigit() else "2022"
    told = server.get("/v1/at", params={"release": release, "year": year, "flow": "net", "gas": "CO2E", "lon": f"{lon:.10f}", "lat": f"{lat:.10f}",
                                        "format": "geojson"})
    answers = [server.get("/wmts", params=kvp), server.get("/wmts", params={k.lower(): v for k, v in kvp.items()}), server.get(rest)]
    assert told.json()["features"][0]["properties"]
    for answer in answers:
        assert answer.status_code == 200 and answer.json() == told.json(), answer.text
        for header in ("ETag", "Cache-Control", "Link", "Content-Type"):
            assert answer.headers.get(header) == told.headers.get(header), header
    assert server.get(rest, headers={"If-None-Match": answers[0].headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("kind, suffix", [("application/json", "json"), ("application/geo+json", "geojson"), ("text/csv", "csv"), ("text/plain", "txt"),
                                          ("text/html", "html")])
def test_feature_info_has_the_forms_of_wms(server, kind, suffix):
    """A WMS picture of the tile's ground gives the same words at the same pixel."""
    size = 2 * EDGE / 64
    west, north = -EDGE + 44 * size, EDGE - 23 * size
    wms = server.get("/wms", params={"SERVICE": "WMS", "VERSION": "1.3.0", "REQUEST": "GetFeatureInfo", "LAYERS": LAYER, "QUERY_LAYERS": LAYER, "STYLES": "",
                                     "CRS": "EPSG:3857", "BBOX": f"{west},{north - size},{west + size},{north}", "WIDTH": "256", "HEIGHT": "256",
                                     "FORMAT": "image/png", "I": "79", "J": "236", "INFO_FORMAT": kind})
    kvp = server.get("/wmts", params={**INFO, "INFOFORMAT": kind.upper()})
    rest = server.get(f"/wmts/1.0.0/{LAYER}/default/default/WebMercatorQuad/6/23/44/236/79.{suffix}")
    assert wms.status_code == kvp.status_code == rest.status_code == 200, kvp.text[:300]
    assert kvp.content == rest.content and kvp.headers["Content-Type"] == wms.headers["Content-Type"] == rest.headers["Content-Type"]
    assert kvp.headers["Content-Type"].split(";")[0] == ("application/geo+json" if kind == "application/json" else kind)
    digits = re.compile(r"\d{2}\.\d{6,}")  # the place, which WMS settles to 1e-11 degrees
    assert digits.sub("", kvp.text) == digits.sub("", wms.text) and len(kvp.text) > 100


@pytest.mark.parametrize("change, code, locator", [
    ({"I": None}, "MissingParameterValue", "I"), ({"J": None}, "MissingParameterValue", "J"), ({"INFOFORMAT": None}, "MissingParameterValue", "InfoFormat"),
    ({"I": "256"}, "PointIJOutOfRange", "I"), ({"J": "256"}, "PointIJOutOfRange", "J"), ({"I": "-1"}, "InvalidParameterValue", "I"),
    ({"J": "1.5"}, "InvalidParameterValue", "J"), ({"INFOFORMAT": "text/xml"}, "InvalidParameterValue", "InfoFormat"),
    ({"TILEROW": "64"}, "TileOutOfRange", "TileRow"), ({"LAYER": "atlantis/net-co2e"}, "InvalidParameterValue", "Layer"),
    ({"TIME": "1066"}, "InvalidParameterValue", "time"), ({"TIME": "2022-03"}, "InvalidParameterValue", "time"),
    ({"STYLE": "plaid"}, "InvalidParameterValue", "Style"), ({"FORMAT": "image/jpeg"}, "InvalidParameterValue", "Format"),
    ({"TILEMATRIXSET": "x"}, "InvalidParameterValue", "TileMatrixSet"),
], ids=str)
def test_what_is_wrong_with_a_pixel_is_said(server, change, code, locator):
    fault(server.get("/wmts", params={k: v for k, v in {**INFO, **change}.items() if v is not None}), 400, code, locator)


@pytest.mark.parametrize("path, status, code, locator", [
    ("default/default/WebMercatorQuad/6/23/43/77/256.json", 404, "PointIJOutOfRange", "I"),
    ("default/default/WebMercatorQuad/6/23/43/300/0.json", 404, "PointIJOutOfRange", "J"),
    ("default/default/WebMercatorQuad/6/23/43/77/130.xml", 404, "InvalidParameterValue", "InfoFormat"),
    ("default/default/WebMercatorQuad/6/23/43/77/130", 404, "InvalidParameterValue", "InfoFormat"),
    ("default/default/WebMercatorQuad/6/23/43/77/x.json", 400, "InvalidParameterValue", "I"),
    ("default/1066/WebMercatorQuad/6/23/43/77/130.json", 404, "InvalidParameterValue", "time"),
    ("default/default/WebMercatorQuad/6/23/64/77/130.json", 404, "TileOutOfRange", "TileCol"),
])
def test_what_is_wrong_with_a_pixel_by_rest_is_said(server, path, status, code, locator):
    fault(server.get("/wmts/1.0.0/uzbekistan/net-co2e/" + path), status, code, locator)


def test_the_picture_has_the_map(server):
    """Not the blank tile: a tile of the layer has colours of its style."""
    from PIL import Image
    picture = Image.open(io.BytesIO(server.get("/wmts", params=TILE).content))
    assert picture.size == (256, 256) and len(set(picture.convert("RGBA").getdata())) > 3
    assert re.match(r"uzbekistan@", picture.text["Release"])
