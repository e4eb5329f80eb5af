"""/docs: everything of openapi.json on one page, without script and without anything from elsewhere."""
import json
import re

import pytest
from contract import DOCUMENT, OPERATIONS, resolve
from htmlpage import Page


@pytest.fixture(scope="module")
def page(server):
    answer = server.get("/docs")
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src" in answer.headers["Content-Security-Policy"] and "unsafe-inline" not in answer.headers["Content-Security-Policy"]
    answer.encoding = "utf-8"
    return Page(answer.text)


def test_nothing_is_loaded_but_the_style_and_the_icon(page):
    assert page.loads == ["icon.svg", "docs.css"] and not page.tags & {"script", "style", "iframe", "img"}
    assert all(not re.match(r"[a-z]+:|//", link) for link in page.links)


def test_every_link_inside_leads_somewhere(page):
    assert len(set(page.ids)) == len(page.ids)
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert {f"schema-{name}" for name in DOCUMENT["components"]["schemas"]} <= set(page.ids)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.name)
def test_every_operation_is_there_with_all_it_has(page, operation):
    text = page.sections[operation.body["operationId"]]
    plain = lambda prose: prose.replace("`", "")  # noqa: E731
    for part in [operation.path, operation.body["summary"], plain(operation.body["description"]), *operation.body["responses"], *operation.content]:
        assert part in text, part
    for parameter in operation.parameters:
        assert plain(parameter["description"]) in text, parameter["name"]
        for value in parameter["schema"].get("enum", []):
            assert str(value) in text
    for media in operation.content.values():
        assert all(column in text for column in media["schema"].get("x-columns", []))
    for status, response in operation.body["responses"].items():
        assert plain(resolve(response)["description"]) in text, status
    if "requestBody" in operation.body:
        example = next(iter(operation.body["requestBody"]["content"].values()))["example"]
        assert json.dumps(example, separators=(",", ":")) in text


def test_every_example_link_works(page, server):
    links = [link for link in page.links if link.startswith(("v1/", "tiles/", "legend/", "ogc"))]
    assert len(links) == sum("requestBody" not in o.body for o in OPERATIONS)
    for link in links:
        assert server.get("/" + link).status_code == 200, link


def test_every_member_of_every_schema_is_told(page):
    for name, schema in DOCUMENT["components"]["schemas"].items():
        for member in schema.get("properties", {}):
            assert member in page.all, f"{name}.{member}"


def test_it_is_asked_again_only_when_the_document_changes(server):
    first = server.get("/docs")
    again = server.get("/docs", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and again.content == b""
    assert server.get("/docs?x=1").status_code == 400


def test_a_document_that_was_changed_is_shown_after_sighup(start_server, database, checkout, workdir):
    """Also that markup in it stays text."""
    import shutil
    import signal
    from kit import wait_until
    folder = workdir / "other-static"
    shutil.copytree(checkout / "static", folder)
    server = start_server(database, FLUXGRID_STATIC_DIR=str(folder))
    before = server.get("/docs").headers["ETag"]
    changed = json.loads((folder / "openapi.json").read_text())
    changed["info"]["description"] = "<script>alert(1)</script> & `<b>`"
    (folder / "openapi.json").write_text(json.dumps(changed))
    server.process.send_signal(signal.SIGHUP)
    assert wait_until(lambda: server.get("/docs").headers["ETag"] != before)
    text = server.get("/docs").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; <code>&lt;b&gt;</code>" in text and "<script>" not in text
    changed["tags"] = [{"name": 1}, "x", {"name": "Maps"}]
    changed["components"]["schemas"]["Row"] = {"type": [1, None], "properties": {"a": {"$ref": 3}, "b": {"type": 4}, "c": 5}, "required": [0]}
    changed["paths"]["/x"] = {"get": {"tags": ["Maps", 7], "parameters": [{"$ref": "#/nowhere"}, 8, {"name": 1}], "responses": {"200": {"content": 9}, "400": 1}}}
    (folder / "openapi.json").write_text(json.dumps(changed))
    server.process.send_signal(signal.SIGHUP)
    assert wait_until(lambda: "/x" in server.get("/docs").text)  # nonsense is shown as nonsense, and ends nothing
    (folder / "openapi.json").unlink()
    server.process.send_signal(signal.SIGHUP)
    assert wait_until(lambda: server.get("/docs").status_code == 404)
