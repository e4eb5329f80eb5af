"""Every answer can be cited: its pinned address gives the same bytes again, whatever happens meanwhile."""
import contextlib
import hashlib
import json
import re

import pytest
import requests
from areas import GEOJSON
from contract import OPERATIONS, kind_of

# Answers about a release; every endpoint there is, by its examples, is in the test of the document.
ADDRESSES = [
    "/v1/emissions", "/v1/emissions?groupby=year,sector,gas&year=2010..2022&lang=ru", "/v1/emissions?bbox=69.1,41.2,69.4,41.4",
    "/v1/emissions?groupby=district&per=capita", "/v1/emissions?sector=IPCC2006:1.A,IPCC2006:2&gwp=AR6-100&flow=net&district=1708",
    "/v1/districts?level=1&q=Жиззах", "/v1/districts?limit=7", "/v1/districts/1708?lang=uz", "/v1/at?lon=67.84&lat=40.12",
    "/v1/audit", "/v1/sources?format=json&limit=4", "/v1/sources/WRI1000141?format=json", "/v1/sectors/IPCC2006:1.A.1",
]
OTHER_FORMATS = ["/v1/emissions?format=csv", "/v1/emissions?groupby=district&format=geojson", "/v1/districts?format=csv",
                 "/v1/districts/1708?format=geojson", "/v1/sources", "/v1/sources?format=csv"]
SQUARE = {"type": "Polygon", "coordinates": [[[69.1, 41.2], [69.4, 41.2], [69.3, 41.4], [69.1, 41.2]]]}


def joint(path):
    return "&" if "?" in path else "?"


def links(reply):
    """RFC 8288, as far as we write it: {relation: target}."""
    return {rel: target for target, rel in re.findall(r'<([^>]+)>; rel="([^"]+)"', reply.headers.get("Link", ""))}


def cited(server, path):
    return server.json(path)["citation"]["url"]


@pytest.mark.parametrize("path", ADDRESSES)
def test_the_cited_address_gives_the_same_bytes(server, path):
    first = server.get(path)
    url = first.json()["citation"]["url"]
    assert url.startswith(server.url + path.split("?")[0] + "?")
    assert re.search(r"[?&]release=uzbekistan@1\.0\.0(&|$)", url) and re.search(r"[?&]boundaries=\d+(&|$)", url)
    again = requests.get(url, timeout=30)
    assert again.status_code == 200 and "immutable" in again.headers["Cache-Control"]
    assert again.content == first.content  # so it names itself
    assert requests.get(url, timeout=30).content == first.content


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if "cite" in o.query], ids=lambda o: o.name)
def test_every_endpoint_that_is_described_is_cited(server, operation):
    for form, kind in [(None, None), *((f, k) for f in operation.formats for k in operation.tables if f in k)]:
        query = {**operation.needs(None, kind), **({"format": form} if form else {})}
        first = operation.ask(server, query)
        assert first.status_code == 200, first.text
        entry = operation.ask(server, {**query, "cite": "bibtex"})
        assert kind_of(entry) == "application/x-bibtex" and kind_of(operation.ask(server, {**query, "cite": "text"})) == "text/plain"
        url = re.search(r"^  url = \{(.+)\},$", entry.text, re.M)[1]
        again = requests.request(operation.method, url, data=first.request.body, headers={"Content-Type": GEOJSON["Content-Type"]}, timeout=30)
        assert again.content == first.content
        if operation.method == "get":
            assert server.url + links(first)["cite-as"] == url


@pytest.mark.parametrize("path", ADDRESSES + OTHER_FORMATS)
def test_every_format_says_how_it_is_cited(server, path):
    """The header has a path where the server was not told its address: it is absolute to who asked."""
    latest = server.get(path)
    target = links(latest)["cite-as"]
    assert target == links(latest)["canonical"] and target.startswith("/v1/")
    pinned = server.get(target)
    assert links(pinned) == {"cite-as": target} and pinned.content == latest.content
    if pinned.headers["Content-Type"] == "application/json":
        assert pinned.json()["citation"]["url"] == server.url + target
    not_modified = server.get(target, headers={"If-None-Match": pinned.headers["ETag"]})
    assert not_modified.status_code == 304 and links(not_modified) == {"cite-as": target}


def test_features_of_a_list_carry_it_too(server):
    shown = server.json("/v1/emissions?groupby=district&format=geojson")
    assert requests.get(shown["citation"]["url"], timeout=30).json() == shown


def test_answers_about_no_release_have_nothing_to_cite(server):
    for path in ("/v1/gases", "/v1/releases", "/v1/sectors?release=uzbekistan"):
        assert "citation" not in server.json(path) and "cite-as" not in links(server.get(path))
        assert server.get(path + joint(path) + "cite=text").status_code == 400


@pytest.mark.parametrize("path", ADDRESSES + OTHER_FORMATS)
def test_cite_cites_exactly_that_answer(server, path):
    target = links(server.get(path))["cite-as"]
    text = server.get(path + joint(path) + "cite=text")
    entry = server.get(path + joint(path) + "cite=bibtex")
    assert text.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert entry.headers["Content-Type"] == "application/x-bibtex; charset=utf-8"
    assert f"<{server.url}{target}>" in text.text and f"  url = {{{server.url}{target}}},\n" in entry.text
    for reply in (text, entry):
        found = links(reply)
        assert found["cite-as"] == target and "cite=" in found["canonical"]
        assert server.get(found["canonical"]).content == reply.content


def test_the_entry_in_full(server):
    release = server.json("/v1/releases/uzbekistan?lang=en")
    url = cited(server, "/v1/emissions?lang=en")
    key = hashlib.sha256((url.removeprefix(server.url) + "#").encode()).hexdigest()[:8]
    note = (f"Licence: {release['licence']}. Attribution: {release['attribution']} The publisher's citation: "
            f"{release['citation']}")
    assert server.get("/v1/emissions?lang=en&cite=bibtex").text == (
        f"@misc{{uzbekistan-1.0.0-{key},\n"
        f"  title = {{{{{release['title']}}}}},\n"
        f"  author = {{{{{release['publisher']}}}}},\n"
        f"  publisher = {{{release['publisher']}}},\n"
        f"  year = {{{release['published'][:4]}}},\n"
        f"  version = {{1.0.0}},\n"
        f"  url = {{{url}}},\n"
        f"  note = {{{note}}},\n"
        "}\n")
    assert server.get("/v1/emissions?lang=en&cite=text").text == (
        f"{release['publisher']} ({release['published'][:4]}). {release['title']}. Version 1.0.0. <{url}>. {note}\n")


@pytest.mark.parametrize("lang,words", [("ru", ("Версия 1.0.0", "Лицензия:")), ("uz", ("1.0.0-versiya", "Litsenziya:")),
                                        ("ko", ("버전 1.0.0", "이용 조건:"))])
def test_a_citation_is_in_the_language_of_the_answer(server, lang, words):
    text = server.get(f"/v1/emissions?lang={lang}&cite=text").text
    assert all(word in text for word in words) and server.json(f"/v1/releases/uzbekistan?lang={lang}")["title"] in text
    assert f"lang={lang}" in text
    # no language of its own: English, whoever asks
    for accept in ("ru", "ko"):
        assert "Version 1.0.0" in server.get("/v1/audit?cite=text", headers={"Accept-Language": accept}).text


def test_the_accept_header_does_not_stand_in_the_way(server):
    for accept in ("application/x-bibtex", "image/png", "text/csv"):
        got = server.get("/v1/emissions?cite=bibtex", headers={"Accept": accept})
        assert got.status_code == 200 and "format=json" in got.text and "accept" not in got.headers.get("Vary", "").lower().split(", ")
    assert "format=csv" in server.get("/v1/emissions?format=csv&cite=text").text


def test_what_is_not_there_is_not_cited(server):
    assert server.get("/v1/sources/NOBODY?cite=bibtex").status_code == 404
    assert server.get("/v1/emissions?cite=apa").json()["errors"][0]["allowed"] == "bibtex, text"
    assert server.get("/v1/emissions?year=1990&cite=text").status_code == 404


def test_two_questions_have_two_keys_and_two_spellings_one(server):
    def key(query):
        return re.match(r"@misc\{([^,]+),", server.get(f"/v1/emissions?cite=bibtex&{query}").text)[1]
    assert key("year=2022&lang=en") == key("lang=en") != key("lang=en&year=2021")


# --- what is sent -----------------------------------------------------------------------------

def post(server, body, **query):
    return requests.post(server.url + "/v1/emissions", data=body, headers=GEOJSON, params=query, timeout=30)


def test_a_posted_area_is_cited_by_its_digest(server):
    body = json.dumps(SQUARE, separators=(",", ":"))
    digest = "sha256:" + hashlib.sha256(body.encode()).hexdigest()
    first = post(server, body, groupby="sector")
    citation = first.json()["citation"]
    assert citation["method"] == "POST" and citation["body"] == digest == first.json()["query"]["body"]
    again = requests.post(citation["url"], data=json.dumps(SQUARE, indent=2), headers=GEOJSON, timeout=30)
    assert again.content == first.content and "cite-as" not in links(first)
    other = post(server, json.dumps(SQUARE).replace("69.3", "69.31"), groupby="sector").json()["citation"]
    assert other["url"] == citation["url"] and other["body"] != citation["body"]
    text, entry = (post(server, body, groupby="sector", cite=form, lang="en").text for form in ("text", "bibtex"))
    assert f"The area that was sent: {digest}." in text and digest in entry
    url = post(server, body, groupby="sector", lang="en").json()["citation"]["url"]
    assert f"<{url}>" in text and f"url = {{{url}}}" in entry


# --- for ever ---------------------------------------------------------------------------------

def test_after_a_restart_and_a_newer_version(loaded_database, start_server):
    copy = loaded_database()
    server = start_server(copy)
    replies = {}
    for path in ADDRESSES:
        url = cited(server, path)
        replies[url] = requests.get(url, timeout=30).content
    server.restart()
    for url, body in replies.items():
        assert requests.get(url, timeout=30).content == body, url
    copy.rows("""
        INSERT INTO release (slug, version, title_en, title_ru, title_uz, title_ko, publisher, licence, attribution, citation, method, sha256)
            VALUES ('uzbekistan', '2.0.0', 'New', 'New', 'New', 'New', 'nobody', 'CC0', 'nobody', 'none', 'made up', repeat('ab', 32));
        INSERT INTO slice (release, sector, gas, flow, origin, year, mass_t, uncertainty_pct, method)
            SELECT id, 'IPCC2006:1.A.1', 'CO2', 'emission', 'fossil', 2023, 1000, 5, 'reported' FROM release WHERE version = '2.0.0';
        SELECT release_publish(id) FROM release WHERE version = '2.0.0'""")
    from kit import wait_until
    assert wait_until(lambda: server.json("/v1/emissions")["release"] == "uzbekistan@2.0.0")
    for url, body in replies.items():
        assert requests.get(url, timeout=30).content == body, url


def test_the_public_address_is_cited(database, start_server):
    server = start_server(database, FLUXGRID_PUBLIC_URL="https://carbon.example.uz/map")
    reply = server.get("/v1/emissions?lang=en", headers={"Host": "elsewhere.example"})
    url = reply.json()["citation"]["url"]
    assert url.startswith("https://carbon.example.uz/map/v1/emissions?") and set(links(reply).values()) == {url}
    assert url in server.get("/v1/emissions?cite=bibtex&lang=en").text
    assert server.get(url.removeprefix("https://carbon.example.uz/map")).content == reply.content


def test_texts_of_a_release_cannot_leave_the_entry(empty_database, start_server):
    copy = empty_database()
    evil = r"50 % of \input{x}}} $ _ & # ~ ^ Ўзбекистон }" + "\n@misc{y,"
    with contextlib.closing(copy.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SET search_path = fluxgrid, public")
        cursor.execute("""INSERT INTO release (slug, version, title_en, title_ru, title_uz, title_ko, publisher, licence,
                          attribution, citation, method, sha256)
                          VALUES ('small', '0.1.0', %s, %s, %s, %s, %s, %s, '', %s, 'm', repeat('ef', 32)) RETURNING id""",
                       (evil,) * 7)
        release = cursor.fetchone()[0]
        cursor.execute("""INSERT INTO slice (release, sector, gas, flow, origin, year, mass_t, uncertainty_pct, method)
                          VALUES (%s, 'IPCC2006:1.A.1', 'CO2', 'emission', 'fossil', 2020, 1000, 5, 'reported')""", (release,))
        cursor.execute("SELECT release_publish(%s)", (release,))
    entry = start_server(copy).get("/v1/emissions?cite=bibtex&lang=en").text
    spelt = (r"50 \% of \textbackslash{}input\textbraceleft{}x\textbraceright{}\textbraceright{}\textbraceright{} \$ \_ \& \# "
             r"\textasciitilde{} \textasciicircum{} Ўзбекистон \textbraceright{} @misc\textbraceleft{}y,")
    assert f"  title = {{{{{spelt}}}}},\n" in entry and f"Licence: {spelt}." in entry and "Attribution" not in entry
    depth, ends = 0, []
    for at, char in enumerate(entry):
        depth += (char == "{") - (char == "}")
        if depth == 0 and char == "}":
            ends.append(at)
    assert ends == [len(entry) - 2] and entry.startswith("@misc{small-0.1.0-")


def test_an_address_that_is_too_long_to_be_asked_is_not_given(server):
    """The canonical address spells every default out, so it can be longer than what was asked."""
    codes = [s["code"] for s in server.json("/v1/sectors?release=uzbekistan")["sectors"] if s["leaf"]]
    query = "sector=" + ",".join(c.removeprefix("IPCC2006:") for c in codes)
    answer = server.get(f"/v1/emissions?{query}")
    assert answer.status_code == 200
    url = answer.json().get("citation", {}).get("url")
    assert url is None or requests.get(url, timeout=30).content == answer.content


def test_what_holds_no_address_is_one_answer_for_every_host(server):
    def tag(path, host):
        return server.get(path, headers={"Host": host}).headers["ETag"]
    assert tag("/v1/emissions?format=csv", "a.example") == tag("/v1/emissions?format=csv", "b.example")
    for path in ("/v1/emissions", "/v1/emissions?format=csv&cite=text", "/v1/summary?format=text"):
        assert tag(path, "a.example") != tag(path, "b.example")
        assert "://b.example/" in server.get(path, headers={"Host": "b.example"}).text
