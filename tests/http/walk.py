"""Walks the links of the server's documents, breadth first, as a client would that knows nothing but where to begin."""
import collections
import html.parser
import json
import re
import urllib.parse

import requests
from lxml import etree

XLINK = "{http://www.w3.org/1999/xlink}href"
# What a template's variables may be where the document itself does not list values.
VALUES = {"z": "6", "x": "43", "y": "23", "tileMatrixSetId": "WebMercatorQuad", "tileMatrixSet": "WebMercatorQuad", "tileMatrix": "6",
          "tileRow": "23", "tileCol": "43", "TileMatrix": "6", "TileRow": "23", "TileCol": "43", "I": "100", "J": "50"}
# Of addresses of one shape so many are asked for: the shape is the path without what looks like a value, and the parameters' names.
OF_ONE_SHAPE = 6
OGC = "{http://www.opengis.net/ows/1.1}"
WMTS = "{http://www.opengis.net/wmts/1.0}"


class Links(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.anchors = [], set()

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.found += [attributes[name] for name in ("href", "src") if attributes.get(name)]
        self.anchors |= {attributes[name] for name in ("id", "name") if attributes.get(name)}


def shape(url):
    """/tiles/uzbekistan@1.0.0/net-co2e/6/43/23.png?year=2022 -> ("tiles", "5", ".png", "year")"""
    parts = urllib.parse.urlsplit(url)
    segments = parts.path.strip("/").split("/")
    suffix = re.sub(r"^[^.]*|^.*(?=\.)", "", segments[-1])
    names = sorted({name.lower() for name, _ in urllib.parse.parse_qsl(parts.query)})
    operation = re.findall(r"(?i)request=(\w+)", parts.query)
    return (segments[0], segments[1] if segments[0] in ("v1", "ogc") and len(segments) > 1 else "", str(len(segments)), suffix,
            *operation, *names)


def fill(template, values):
    """@return the address; a variable nobody knows is an error of the document."""
    def of(match):
        name = match.group(1)
        assert name in values, f"{template}: what is {{{name}}}?"
        return values[name]
    return re.sub(r"\{([^{}]+)\}", of, template)


class Walker:
    """@param base  what every link of ours begins with: "http://127.0.0.1:8080/carbon".
    faults: what is wrong, in sentences; asked: how many of each shape; outside: links to others."""

    def __init__(self, base):
        self.base = base
        self.session = requests.Session()
        self.queue, self.seen = collections.deque(), set()
        self.asked, self.outside, self.faults = collections.Counter(), set(), []

    def walk(self, starts, most=600):
        for start in starts:
            self.add(self.base + start, None, "the beginning")
        while self.queue and sum(self.asked.values()) < most:
            self.visit(*self.queue.popleft())
        assert not self.queue, "more links than were to be followed"
        return self

    def add(self, url, kind, source):
        url = urllib.parse.urldefrag(url).url
        if url == self.base:
            url += "/"  # "servers" of an OpenAPI document
        if url.endswith("?"):
            service = "WMTS" if "wmts" in url else "WMS"
            url += f"SERVICE={service}&REQUEST=GetCapabilities"
        if not url.startswith(self.base + "/") and url != self.base:
            if urllib.parse.urlsplit(url).hostname in ("127.0.0.1", "localhost"):
                self.faults.append(f"{source}: {url} is not below {self.base}")
            self.outside.add(url)
            return
        if url == self.base + "/v1/audit":
            return  # sums every field, which takes seconds: a test of its own asks for it
        key = shape(url[len(self.base):])
        if (url, kind) in self.seen or self.asked[key] >= OF_ONE_SHAPE:
            return
        self.seen.add((url, kind))
        self.asked[key] += 1
        self.queue.append((url, kind, source))

    def visit(self, url, kind, source):
        accept = {"Accept": kind} if kind else {}
        answer = self.session.get(url, headers=accept, timeout=60, allow_redirects=False)
        got = answer.headers.get("Content-Type", "")
        if answer.status_code not in (200, 204):
            self.faults.append(f"{source}: {url} is {answer.status_code}: {answer.text[:200]}")
            return
        if kind is not None and not is_of(media(got), media(kind)):
            self.faults.append(f"{source}: {url} is announced as {kind}, and is {got}")
        for target, rel in re.findall(r"<([^>]*)>; *rel=\"?([\w-]+)", answer.headers.get("Link", "")):
            self.add(urllib.parse.urljoin(url, target), None, f"Link {rel} of {url}")
        try:
            self.read(url, answer, media(got))
        except AssertionError as fault:
            self.faults.append(f"{url}: {fault}")

    def read(self, url, answer, kind):
        if kind.endswith("json"):
            self.read_json(url, answer.json())
        elif kind.endswith("xml") and not kind.startswith("image/"):
            self.read_xml(url, etree.fromstring(answer.content))
        elif kind == "text/html":
            self.read_html(url, answer.text)

    def read_html(self, url, text):
        page = Links()
        page.feed(text)
        for link in page.found:
            if link.startswith("#"):
                assert link[1:] in page.anchors, f"{link} leads nowhere"
            elif not link.startswith(("data:", "mailto:")):
                self.add(urllib.parse.urljoin(url, link), None, url)

    def read_json(self, url, node):
        if "/openapi" in url or url.endswith("/ogc/api"):
            return  # addresses in it are examples; a test of its own holds it against the server
        if isinstance(node, list):
            for one in node:
                self.read_json(url, one)
        elif isinstance(node, dict):
            href = node.get("href")
            if isinstance(href, str):
                target = fill(href, VALUES) if node.get("templated") or "{" in href else href
                self.add(urllib.parse.urljoin(url, target), node.get("type"), url)
            for tile in node.get("tiles", []) if "tilejson" in node else []:
                self.add(self.in_the_middle(tile, node), None, url)
            for name, value in node.items():
                if isinstance(value, (dict, list)):
                    self.read_json(url, value)
                elif isinstance(value, str) and name != "href" and re.match(r"https?://127\.", value):
                    self.add(fill(value, VALUES), None, f"{name} of {url}")

    @staticmethod
    def in_the_middle(template, tilejson):
        import math
        west, south, east, north = tilejson.get("bounds", (56, 37, 73, 46))
        zoom = min(max(tilejson.get("minzoom", 0), 5), tilejson.get("maxzoom", 18))
        lat = math.radians((south + north) / 2)
        x = int(((west + east) / 2 + 180) / 360 * 2**zoom)
        y = int((1 - math.asinh(math.tan(lat)) / math.pi) / 2 * 2**zoom)
        return fill(template, {"z": str(zoom), "x": str(x), "y": str(y)})

    def read_xml(self, url, root):
        for element in root.iter(etree.Element):
            href = element.get(XLINK)
            if href:
                self.add(href, kind_of(element), url)
        for layer in root.iter(WMTS + "Layer"):
            self.read_wmts_layer(url, layer)

    def read_wmts_layer(self, url, layer):
        """Every template with the first and the last of the values listed."""
        styles = [e.text for e in layer.iterfind(f"{WMTS}Style/{OGC}Identifier")]
        times = [e.text for e in layer.iterfind(f"{WMTS}Dimension/{WMTS}Value")]
        sets = [e.text for e in layer.iterfind(f"{WMTS}TileMatrixSetLink/{WMTS}TileMatrixSet")]
        for resource in layer.iterfind(WMTS + "ResourceURL"):
            for style, time in {(styles[0], times[-1]), (styles[-1], times[0])}:
                values = {**VALUES, "Style": style, "style": style, "time": time, "Time": time, "TileMatrixSet": sets[0]}
                self.add(fill(resource.get("template"), values), resource.get("format"), url)


def media(content_type):
    return content_type.split(";")[0].strip().lower()


def is_of(got, announced):
    """GeoJSON is JSON (RFC 6839): desktop programs ask for the one and read the other."""
    return got == announced or announced == "application/json" and got == "application/geo+json"


def kind_of(element):
    """What an XML document announces beside a link: a format attribute, or a Format element next to it."""
    if element.get("format"):
        return element.get("format")
    if etree.QName(element).localname == "OnlineResource" and etree.QName(element.getparent()).localname.endswith("URL"):
        return next((e.text for e in element.getparent() if etree.QName(e).localname == "Format"), None)
    return None


def report(walker):
    return json.dumps({"asked": {" ".join(k): n for k, n in sorted(walker.asked.items())}, "outside": sorted(walker.outside)[:20]}, indent=1)
