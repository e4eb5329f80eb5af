"""What every JSON endpoint promises: caching, formats, languages, pages, problems."""
import csv
import gzip
import io
import json
import re

import pytest

ENDPOINTS = [
    "/v1/releases", "/v1/releases/uzbekistan", "/v1/gases", "/v1/gwp", "/v1/sectors", "/v1/sectors/IPCC2006:1.A.1",
    "/v1/districts", "/v1/districts/1708", "/v1/emissions", "/v1/at?lon=67.84&lat=40.12", "/v1/audit", "/v1/sources",
    "/v1/sources/WRI1000141", "/v1/districts?format=csv", "/v1/districts?format=geojson&level=1",
    "/v1/emissions?groupby=district&format=geojson", "/v1/emissions?format=csv", "/v1/indicators?level=1&year=2015..2022",
    "/v1/sources?sector=IPCC2006:1&operator=uz&min=100&q=t", "/v1/sources/WRI1000141?format=csv", "/v1/sources/UZ-HNO3-NAVOI?format=json&gwp=AR6-100",
    "/v1/indicators?format=csv", "/v1/indicators?format=geojson&level=1&groupby=sector",
    "/v1/compare?to_year=2012", "/v1/compare?district=1708&to_district=1726&format=csv", "/v1/changes", "/v1/changes?format=csv",
]
ABOUT_AMOUNTS = [e for e in ENDPOINTS if not re.match(r"/v1/(releases|gases|gwp|sectors$|audit|changes)", e) and "csv" not in e]


def rest(path):
    return "&" if "?" in path else "?"


@pytest.mark.parametrize("path", ENDPOINTS)
def test_conditional_head_gzip_cors(server, path):
    plain = server.get(path, headers={"Accept-Encoding": "identity", "Origin": "https://example.org"})
    assert plain.status_code == 200, plain.text
    tag = plain.headers["ETag"]
    assert re.fullmatch(r'"[^"]+"', tag)
    assert plain.headers["Access-Control-Allow-Origin"] == "*"
    again = server.get(path, headers={"If-None-Match": tag, "Accept-Encoding": "identity"})
    assert again.status_code == 304 and again.content == b"" and again.headers["ETag"].strip('"')
    packed = server.get(path)  # with gzip it is another representation, with a tag of its own
    assert server.get(path, headers={"If-None-Match": packed.headers["ETag"]}).status_code == 304
    assert server.get(path, headers={"If-None-Match": '"other"'}).status_code == 200

    import requests
    head = requests.head(server.url + path, headers={"Accept-Encoding": "identity"}, timeout=30)
    assert head.status_code == 200 and head.content == b""
    assert head.headers["ETag"] == tag and head.headers["Content-Type"] == plain.headers["Content-Type"]
    assert int(head.headers["Content-Length"]) == len(plain.content)

    raw = requests.get(server.url + path, headers={"Accept-Encoding": "gzip"}, stream=True, timeout=30)
    body = raw.raw.read(decode_content=False)
    if raw.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    else:
        assert len(body) < 2048, "a long text travels compressed"
    assert body == plain.content


@pytest.mark.parametrize("path", ABOUT_AMOUNTS)
def test_every_number_says_what_it_is(server, path):
    answer = server.json(path)
    for key in ("query", "release", "unit", "provenance", "attribution", "licence", "warning"):
        if answer.get("type") == "Feature":
            continue
        assert key in answer, key
        assert answer[key] or key == "provenance"
    if "query" in answer:
        assert answer["release"] == answer["query"]["release"] and re.fullmatch(r"uzbekistan@\d+\.\d+\.\d+", answer["release"])


@pytest.mark.parametrize("path", [e for e in ENDPOINTS if re.match(r"/v1/(emissions|indicators|compare|districts|at|sources)", e)])
def test_a_pinned_release_never_changes_and_the_latest_says_which_it_is(server, path):
    latest = server.get(path)
    assert "immutable" not in latest.headers["Cache-Control"]
    link = re.search(r'<([^>]+)>; *rel="?canonical"?', latest.headers["Link"])
    pinned = server.get(re.sub(r"^https?://[^/]+", "", link.group(1)))
    assert pinned.status_code == 200, pinned.text
    assert "immutable" in pinned.headers["Cache-Control"] and "max-age=31536000" in pinned.headers["Cache-Control"]
    if "next" not in pinned.text:
        assert pinned.content == latest.content


@pytest.mark.parametrize("path", [e for e in ENDPOINTS if re.match(r"/v1/(emissions|indicators|compare|districts|at|sources|audit|sectors/)", e)])
def test_a_release_alone_pins_no_boundaries(server, path):
    """Districts and statistics can be replaced while a release stands: such an answer must be asked for again."""
    release = server.json("/v1/emissions")["release"]
    if "release=" in path:
        path = re.sub(r"release=[^&]*", f"release={release}", path)
    else:
        path += ("&" if "?" in path else "?") + f"release={release}"
    loose = server.get(path)
    assert loose.status_code == 200, loose.text
    assert re.match(r"public, max-age=60(,|$)", loose.headers["Cache-Control"]) and "immutable" not in loose.headers["Cache-Control"]
    link = re.search(r'<([^>]+)>; *rel="?canonical"?', loose.headers["Link"]).group(1)
    number = int(re.search(r"[?&]boundaries=(\d+)", link).group(1))
    tight = server.get(re.sub(r"^https?://[^/]+", "", link))
    assert tight.headers["Cache-Control"] == "public, max-age=31536000, immutable" and "canonical" not in tight.headers["Link"]
    assert tight.headers["ETag"] == loose.headers["ETag"] and tight.content == loose.content
    for other, status in ((number - 1, 410), (number + 1, 404)):
        refused = server.get(re.sub(r"^https?://[^/]+", "", link).replace(f"boundaries={number}", f"boundaries={other}"))
        assert refused.status_code == status and refused.headers["Cache-Control"] == "no-store"
        assert refused.json()["errors"] == [{"parameter": "boundaries", "allowed": str(number), "reason": refused.json()["detail"]}]
    for nonsense in ("-1", "x", "1.5", "", "99999999999"):
        assert server.get(re.sub(r"^https?://[^/]+", "", link).replace(f"boundaries={number}", f"boundaries={nonsense}")).status_code == 400
    latest = server.get(path.replace(release, release.split("@")[0]) + f"&boundaries={number}")
    assert "immutable" not in latest.headers["Cache-Control"]  # its release may move


def test_the_order_and_the_defaults_of_parameters_make_no_difference(server):
    tags = {server.get(p).headers["ETag"] for p in (
        "/v1/emissions?year=2022&gas=CO2E", "/v1/emissions?gas=co2e&year=latest", "/v1/emissions",
        "/v1/emissions?district=UZ&flow=emission&unit=kt&lulucf=include&gwp=AR5-100&groupby=year")}
    assert len(tags) == 1


def test_the_query_of_an_answer_can_be_asked_again(server):
    first = server.json("/v1/emissions?groupby=gas,year&year=2015..2017&district=1708&lang=ru&unit=t")
    text = "&".join(f"{k}={v}" for k, v in first["query"].items())
    assert server.json(f"/v1/emissions?{text}") == first


def test_numbers_have_twelve_digits(server):
    text = server.get("/v1/emissions?groupby=district").text
    numbers = re.findall(r"-?\d+\.\d+(?:e-?\d+)?", text)
    assert any(len(n.replace(".", "").replace("-", "").lstrip("0")) >= 10 for n in numbers)
    for n in numbers:
        assert len(re.sub(r"e.*|[-.]", "", n).strip("0")) <= 12, n
    assert "NaN" not in text and "Infinity" not in text


# --- formats --------------------------------------------------------------------------------

def table(text):
    assert text.endswith("\r\n") and "\r\n" in text
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("path", ["/v1/emissions?groupby=district,year,sector&year=2020..2022",
                                  "/v1/emissions?groupby=gas&flow=net", "/v1/districts?level=2&limit=50&lang=uz",
                                  "/v1/emissions?per=capita&groupby=district"])
def test_csv_says_the_same_as_json(server, path):
    answer = server.json(path)
    got = server.get(path + "&format=csv")
    assert got.headers["Content-Type"].startswith("text/csv")
    lines = table(got.text)
    assert len(lines) == len(answer["rows"])
    for line, row in zip(lines, answer["rows"]):
        for key, value in row.items():
            if key not in line:
                continue
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                assert float(line[key]) == value
            else:
                assert line[key] == (value or "")
        assert line["unit"] == answer["unit"] and line["release"] == answer["release"]
        assert line["gwp"] == (answer["gwp"] or "")


def test_geojson_has_the_rows_as_properties(server):
    shown = server.json("/v1/districts?level=1&format=geojson")
    listed = server.json("/v1/districts?level=1")
    assert shown["type"] == "FeatureCollection"
    assert [f["properties"] for f in shown["features"]] == listed["rows"]
    for f in shown["features"]:
        assert f["id"] == f["properties"]["district"]
        assert f["geometry"]["type"] in ("Polygon", "MultiPolygon")
        west, south, east, north = f["properties"]["bbox"]
        rings = f["geometry"]["coordinates"]
        points = [p for polygon in (rings if f["geometry"]["type"] == "MultiPolygon" else [rings]) for r in polygon for p in r]
        assert all(west - 1e-6 <= p[0] <= east + 1e-6 and south - 1e-6 <= p[1] <= north + 1e-6 for p in points)


def test_one_district_as_a_feature(server):
    f = server.json("/v1/districts/1708?format=geojson")
    assert f["type"] == "Feature" and f["id"] == "1708" and f["properties"]["value"] > 0


def test_simplified_shapes_are_smaller(server):
    exact = server.get("/v1/districts?level=1&format=geojson")
    coarse = server.get("/v1/districts?level=1&format=geojson&simplify=0.05")
    assert coarse.status_code == 200 and len(coarse.content) < len(exact.content)


@pytest.mark.parametrize("accept,kind", [
    ("application/geo+json", "application/geo+json"), ("text/csv", "text/csv"), ("application/json", "application/json"),
    ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"), ("application/json;q=0.1,text/csv;q=0.9", "text/csv"),
    ("application/*", "application/json"), ("nonsense", None), ("image/png", None), ("", "application/json")])
def test_the_accept_header(server, accept, kind):
    got = server.get("/v1/districts?level=1", headers={"Accept": accept})
    if kind is None:
        assert got.status_code == 406 and "text/csv" in got.json()["errors"][0]["allowed"]
        return
    assert got.headers["Content-Type"].startswith(kind)
    assert "accept" in re.split(r", *", got.headers["Vary"].lower())
    explicit = server.get("/v1/districts?level=1&format=json", headers={"Accept": accept})
    assert explicit.headers["Content-Type"].startswith("application/json")
    assert "accept" not in re.split(r", *", explicit.headers.get("Vary", "").lower())


# --- languages ------------------------------------------------------------------------------

def test_languages(server):
    names = {lang: server.json(f"/v1/districts/1708?lang={lang}")["district"]["name"] for lang in ("en", "ru", "uz")}
    assert names == {"en": "Jizzakh region", "ru": "Джизакская область", "uz": "Jizzax viloyati"}
    got = server.get("/v1/districts/1708", headers={"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.5"})
    assert got.json()["district"]["name"] == names["ru"]
    assert "accept-language" in got.headers["Vary"].lower()
    assert server.get("/v1/districts/1708", headers={"Accept-Language": "fr, de;q=0.9"}).json()["district"]["name"] == names["en"]
    for lang in ("en", "ru", "uz", "ko"):
        release = server.json(f"/v1/releases/uzbekistan?lang={lang}")
        assert release["title"] and release["warning"]


@pytest.mark.parametrize("q,code", [("jizz", "1708"), ("ДЖИЗАК", "1708"), ("Qoraqalpog'iston", "1735"),
                                    ("qoraqalpogʻiston", "1735"), ("1708", "1708")])
def test_search_by_a_part_of_any_name(server, q, code):
    found = server.get("/v1/districts", params={"q": q}).json()
    assert code in [r["district"] for r in found["rows"]], found["rows"]


# --- pages ----------------------------------------------------------------------------------

@pytest.mark.parametrize("path,key,want", [("/v1/districts?limit=7&gas=CO2", "district", 214),
                                           ("/v1/districts?level=2&limit=100", "district", 199),
                                           ("/v1/sources?limit=4&format=json", "code", 25)])
def test_pages_cover_everything_once(server, path, key, want):
    seen, pages = [], 0
    while path:
        answer = server.json(path)
        seen += [r[key] for r in answer["rows"]]
        path = answer["next"] and answer["next"].removeprefix(server.url)
        pages += 1
        assert pages < 100
    assert len(seen) == len(set(seen)) == want


def test_children_bbox_and_level(server):
    assert {r["parent"] for r in server.json("/v1/districts?parent=1708")["rows"]} == {"1708"}
    assert [r["district"] for r in server.json("/v1/districts?level=0")["rows"]] == ["UZ"]
    box = server.json("/v1/districts?bbox=69,41,69.5,41.5&level=1")["rows"]
    assert {"1726", "1727"} <= {r["district"] for r in box} and "1735" not in {r["district"] for r in box}
    assert server.json("/v1/districts?bbox=0,0,1,1")["rows"] == []


# --- the catalog ----------------------------------------------------------------------------

def test_releases(server):
    listed = server.json("/v1/releases")["releases"]
    assert [r["slug"] for r in listed if r["latest"]] == ["uzbekistan"]
    one = server.json("/v1/releases/uzbekistan")
    assert one == server.json(f"/v1/releases/{one['id']}") == [r for r in listed if r["latest"]][0]
    assert one["years"] == list(range(2010, 2023)) and set(one["gases"]) == {"CO2", "CH4", "N2O"}
    assert {"emissions-co2", "emissions-co2e", "removals-co2", "net-co2e"} <= set(one["layers"])
    assert "IPCC2006:1.A.3.b" in one["sectors"] and re.fullmatch("[0-9a-f]{64}", one["sha256"])
    assert (one["state"], one["supersedes"], one["superseded_by"], one["changes"]) == ("published", None, None, [])
    assert server.json("/v1/releases")["withdrawn"] == []
    west, south, east, north = one["bbox"]
    assert west < 60 < east and south < 41 < north


def test_gases_and_sectors(server):
    gases = {g["code"]: g for g in server.json("/v1/gases?lang=ru")["gases"]}
    assert {"CO2", "CH4", "N2O"} <= set(gases) and set(gases["CH4"]["names"]) == {"en", "ru", "uz", "ko"}
    assert gases["CH4"]["name"] == gases["CH4"]["names"]["ru"]
    sectors = {s["code"]: s for s in server.json("/v1/sectors")["sectors"]}
    for s in sectors.values():
        assert s["parent"] is None or s["parent"] in sectors
        assert s["leaf"] == (s["code"] not in {x["parent"] for x in sectors.values()})
    assert sectors["IPCC2006:3.B.1"]["lulucf"] is True
    with_data = {s["code"] for s in server.json("/v1/sectors?release=uzbekistan")["sectors"]}
    assert with_data < set(sectors) and {"IPCC2006:1", "IPCC2006:1.A.1"} <= with_data


@pytest.mark.parametrize("scheme, count", [("IPCC1996", 104), ("CRT", 130), ("EDGAR", 33), ("CLIMATETRACE", 69), ("GPC", 53), ("KR", 4)])
def test_sectors_of_another_scheme_say_where_they_count(server, scheme, count):
    codes = server.json(f"/v1/sectors?scheme={scheme}")["sectors"]
    home = {s["code"]: s for s in server.json("/v1/sectors")["sectors"]}
    assert len(codes) == count == len({c["code"] for c in codes})
    for c in codes:
        assert c["code"].startswith(f"{scheme}:") and set(c["members"]) <= set(home)
        assert bool(c["map"]) + bool(c["refusal"]) <= 1 and (c["map"] or c["refusal"] or c["members"])
        for gas in {part["gas"] for part in c["map"]}:
            assert sum(part["weight"] for part in c["map"] if part["gas"] == gas) == pytest.approx(1, abs=1e-12)
        assert all(part["sector"] in home or part["sector"] == c["code"] for part in c["map"])


def test_the_map_of_a_code(server):
    edgar = {c["code"]: c for c in server.json("/v1/sectors?scheme=EDGAR&lang=ru")["sectors"]}
    assert [(p["gas"], p["sector"], p["weight"]) for p in edgar["EDGAR:AGS"]["map"]] == [
        (None, "EDGAR:AGS", 1), ("CH4", "IPCC2006:3.C.7", 1), ("N2O", "IPCC2006:3.C.4", 1)]
    assert edgar["EDGAR:RCO"]["members"] == ["IPCC2006:1.A.4", "IPCC2006:1.A.5"]
    assert re.search("[а-я]", edgar["EDGAR:ENE"]["map"][0]["name"]) and edgar["EDGAR:PRO_FFF"]["memo"] is True
    gpc = {c["code"]: c for c in server.json("/v1/sectors?scheme=GPC")["sectors"]}
    assert gpc["GPC:I.4.4"]["levels"] == ["territorial"] and gpc["GPC:I.1.1"]["levels"] == ["BASIC", "BASIC+", "territorial"]
    assert gpc["GPC:I.1.2"]["scope"] == 2 and "must not be added" in gpc["GPC:I.1.2"]["refusal"] and gpc["GPC:I.1.2"]["map"] == []



def test_provenance_names_the_sources_of_what_was_asked(server):
    cement = server.json("/v1/emissions?sector=IPCC2006:2.A.1&year=2010..2022")["provenance"]
    assert cement and all(p["dataset"] for p in cement)
    everything = server.json("/v1/emissions?year=2010..2022")["provenance"]
    assert len(everything) > len(cement)


# --- problems -------------------------------------------------------------------------------

BAD = [
    ("/v1/emissions?colour=red", 400, "colour", "groupby"),
    ("/v1/emissions?year=22", 400, "year", "latest"),
    ("/v1/emissions?year=1990", 404, "year", "2010"),
    ("/v1/emissions?year=2010..1990", 404, "year", "2010"),
    ("/v1/emissions?year=2015..2012", 400, "year", ""),
    ("/v1/emissions?year=2015..", 400, "year", ""),
    ("/v1/emissions?year=2010-2012", 400, "year", ""),
    ("/v1/emissions?gas=XYZ", 400, "gas", "CH4"),
    ("/v1/emissions?gas=SF6", 404, "gas", "CH4"),
    ("/v1/emissions?gwp=AR9-100", 400, "gwp", "AR5-100"),
    ("/v1/emissions?flow=both", 400, "flow", "net"),
    ("/v1/emissions?unit=lb", 400, "unit", "kt"),
    ("/v1/emissions?groupby=colour", 400, "groupby", "sector"),
    ("/v1/emissions?groupby=year,year", 400, "groupby", "sector"),
    ("/v1/emissions?groupby=", 400, "groupby", "sector"),
    ("/v1/emissions?lulucf=maybe", 400, "lulucf", "exclude"),
    ("/v1/emissions?per=dog", 400, "per", "capita"),
    ("/v1/emissions?per=capita&year=2010..2012&groupby=gas", 400, "per", "year"),
    ("/v1/emissions?district=XX", 400, "district", "/v1/districts"),
    ("/v1/emissions?district=%27%3B--", 400, "district", "/v1/districts"),
    ("/v1/emissions?sector=9.Z", 400, "sector", "/v1/sectors"),
    ("/v1/emissions?sector=IPCC2006:1,,", 400, "sector", "/v1/sectors"),
    ("/v1/emissions?sector=", 400, "sector", "/v1/sectors"),
    ("/v1/emissions?sector=%3Cscript%3E", 400, "sector", "/v1/sectors"),
    ("/v1/emissions?release=atlantis", 404, "release", "uzbekistan"),
    ("/v1/emissions?release=uzbekistan@9.9.9", 404, "release", "uzbekistan"),
    ("/v1/emissions?format=xml", 400, "format", "csv"),
    ("/v1/emissions?format=geojson", 400, "format", "district"),
    ("/v1/emissions?level=1", 400, "level", "groupby"),
    ("/v1/emissions?lang=fr", 400, "lang", "ru"),
    ("/v1/emissions?simplify=0.3", 400, "simplify", "0.01"),
    ("/v1/emissions?gas=CO2&gas=CH4", 400, "gas", ""),
    ("/v1/districts?level=3", 400, "level", "0"),
    ("/v1/districts?limit=0", 400, "limit", "1..1000"),
    ("/v1/districts?limit=1001", 400, "limit", "1..1000"),
    ("/v1/districts?limit=-5", 400, "limit", "1..1000"),
    ("/v1/districts?limit=07", 400, "limit", "1..1000"),
    ("/v1/districts?after=nobody", 400, "after", "next"),
    ("/v1/districts?bbox=1,2,3", 400, "bbox", "west"),
    ("/v1/districts?bbox=5,2,3,4", 400, "bbox", "west"),
    ("/v1/districts?bbox=a,b,c,d", 400, "bbox", "west"),
    ("/v1/districts?bbox=1,2,3,1e", 400, "bbox", "west"),
    ("/v1/districts?bbox=1,2,3,4,5", 400, "bbox", "west"),
    ("/v1/districts?q=", 400, "q", ""),
    ("/v1/districts?year=2010..2012", 400, "year", "one year"),
    ("/v1/districts/9999", 404, "district", "/v1/districts"),
    ("/v1/districts/1708?format=xlsx", 400, "format", "geojson"),
    ("/v1/gases?format=geojson", 400, "format", "csv"),
    ("/v1/styles?format=geojson", 400, "format", "csv"),
    ("/v1/sectors/9.Z", 404, "sector", "/v1/sectors"),
    ("/v1/sectors?scheme=NFR", 400, "scheme", "IPCC2006"),
    ("/v1/releases/atlantis", 404, "release", "uzbekistan"),
    ("/v1/releases?page=2", 400, "page", "lang"),
    ("/v1/gwp?lang=en", 400, "lang", ""),
    ("/v1/at", 400, "lon", "180"),
    ("/v1/at?lon=67", 400, "lat", "90"),
    ("/v1/at?lon=181&lat=0", 400, "lon", "180"),
    ("/v1/at?lon=67&lat=nan", 400, "lat", "90"),
    ("/v1/at?lon=67&lat=%2B40", 400, "lat", "90"),
    ("/v1/at?lon=0x10&lat=40", 400, "lon", "180"),
    ("/v1/sources/NOBODY", 404, "source", "/v1/sources"),
    ("/v1/sources?after=abc", 400, "after", "next"),
    ("/v1/sources?district=XX", 400, "district", "/v1/districts"),
    ("/v1/audit?release=atlantis", 404, "release", "uzbekistan"),
]


@pytest.mark.parametrize("path,status,parameter,allowed", BAD)
def test_every_refusal_names_the_parameter_and_what_is_allowed(server, path, status, parameter, allowed):
    got = server.get(path)
    assert got.status_code == status, got.text
    assert got.headers["Content-Type"].startswith("application/problem+json")
    problem = got.json()
    assert problem["status"] == status and problem["title"] and problem["detail"] and problem["instance"]
    error = problem["errors"][0]
    assert error["parameter"] == parameter, problem
    assert error["reason"] and allowed in error.get("allowed", ""), problem
    assert "immutable" not in got.headers.get("Cache-Control", "")


def test_hostile_bytes_are_refused_and_never_echoed(server):
    for tail in ("%00", "%FF%FE", "<script>", "%0d%0aX-Evil:1", "A" * 3000, "'%20OR%201=1"):
        for name in ("district", "q", "release", "sector", "year", "after"):
            got = server.get(f"/v1/districts?{name}={tail}")
            assert got.status_code in (200, 400, 404, 414), (name, tail, got.status_code)
            assert "X-Evil" not in got.headers and "<script>" not in got.text.replace('"q":"<script>"', "")
            json.loads(got.text)


def test_only_get_and_head(server):
    import requests
    for method in ("POST", "PUT", "DELETE"):
        got = requests.request(method, server.url + "/v1/gases", timeout=30)
        assert got.status_code == 405, method
        assert "GET" in got.headers["Allow"]
