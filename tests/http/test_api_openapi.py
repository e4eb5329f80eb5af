"""openapi.json and the server's table of routes are two lists of one thing."""
import json
import pathlib
import re
import urllib.parse

import jsonschema
import pytest
import requests

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT = json.loads((ROOT / "static" / "openapi.json").read_text())


def resolve(thing):
    while "$ref" in thing:
        at = DOCUMENT
        for key in thing["$ref"].removeprefix("#/").split("/"):
            at = at[key]
        thing = at
    return thing


def parameters(path, method="get"):
    return [resolve(p) for p in DOCUMENT["paths"][path][method]["parameters"]]


def test_every_route_is_described_and_nothing_else():
    text = (ROOT / "server" / "api" / "routes.c").read_text()
    routes = re.findall(r'\{\s*"(GET|POST)",\s*"([^"]+)"', text)
    described = {(method.upper(), path) for path, item in DOCUMENT["paths"].items() for method in item}
    assert {r for r in routes if r[1] not in ("/docs",)} == described


def test_every_reference_leads_somewhere():
    def walk(thing):
        if isinstance(thing, dict):
            if "$ref" in thing:
                assert resolve(thing)
            for value in thing.values():
                walk(value)
        elif isinstance(thing, list):
            for value in thing:
                walk(value)
    walk(DOCUMENT)


def test_path_parameters_are_described():
    for path in DOCUMENT["paths"]:
        named = {p["name"] for p in parameters(path) if p["in"] == "path"}
        assert named == set(re.findall(r"\{(\w+)\}", path)), path


def table_of_parameters():
    """What each endpoint takes, read from its C source: PARAM_BIT(PARAM_X) up to its path."""
    found = {}
    for file in (ROOT / "server" / "api").glob("*.c"):
        for kind in re.findall(r"static const struct answer_kind \w+ = \{(.*?)\n    \};", file.read_text(), re.S):
            path = re.search(r'\.path = "([^"]+)"', kind).group(1)
            method = "post" if ".has_body = true" in kind else "get"
            found[path, method] = {name.lower() for name in re.findall(r"PARAM_BIT\(PARAM_(\w+)\)", kind)}
    return found


@pytest.mark.parametrize("place,names", sorted(table_of_parameters().items()))
def test_every_parameter_is_described_and_nothing_else(place, names):
    prefix, method = place
    path = next(p for p in DOCUMENT["paths"] if p == prefix or re.fullmatch(re.escape(prefix) + r"\{\w+\}", p))
    assert {p["name"] for p in parameters(path, method) if p["in"] == "query"} == names


@pytest.mark.parametrize("path", [path for path, item in DOCUMENT["paths"].items() if "post" in item])
def test_the_examples_of_bodies_work(server, path):
    content = DOCUMENT["paths"][path]["post"]["requestBody"]["content"]
    for kind, media in content.items():
        body = json.dumps(media.get("example", content["application/geo+json"]["example"]))
        for query in [{}] + [{p["name"]: p["example"]} for p in parameters(path, "post") if "example" in p]:
            got = requests.post(server.url + path, data=body, headers={"Content-Type": kind}, params=query, timeout=30)
            assert got.status_code == 200, (query, got.text)
            jsonschema.validate(got.json(), {"$ref": "#/components/schemas/AreaAnswer", "components": DOCUMENT["components"]})


@pytest.mark.parametrize("path", sorted(DOCUMENT["paths"]))
def test_the_examples_work(server, path):
    given = parameters(path)
    url = re.sub(r"\{(\w+)\}", lambda m: urllib.parse.quote(str(next(p for p in given if p["name"] == m.group(1))["example"]),
                                                            safe="@:."), path)
    needed = {p["name"]: p["example"] for p in given if p["in"] == "query" and p.get("required")}
    got = server.get(url, params=needed)
    assert got.status_code == 200, got.text
    content = resolve(DOCUMENT["paths"][path]["get"]["responses"]["200"])["content"]
    assert got.headers["Content-Type"].split(";")[0] in content
    for p in given:
        if p["in"] == "query" and not p.get("required") and "example" in p and path.startswith("/v1/"):
            one = server.get(url, params={**needed, p["name"]: p["example"]})
            assert one.status_code == 200, (p["name"], one.text)


def test_the_document_and_its_page_are_served(server):
    got = server.get("/openapi.json")
    assert got.status_code == 200 and got.json() == DOCUMENT
    assert got.headers["Content-Type"].startswith("application/json")
    page = server.get("/docs")
    assert page.status_code == 200 and page.headers["Content-Type"].startswith("text/html")
    assert "js/docs.js" in page.text and "<script>" not in page.text
