"""openapi.json as a tester reads it: operations, requests made of it, and answers held against it."""
from __future__ import annotations

import csv
import io
import json
import pathlib
import re
import urllib.parse

import jsonschema
import requests

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT = json.loads((ROOT / "static" / "openapi.json").read_text())
HEADERS = ("ETag", "Cache-Control", "Link", "Vary", "X-Tile-Mass-t", "Retry-After", "X-Request-Id", "Content-Disposition")
UNTOLD = {"Cache-Control", "Vary"}  # of every answer: other tests look at what they say


def resolve(thing):
    while "$ref" in thing:
        at = DOCUMENT
        for key in thing["$ref"].removeprefix("#/").split("/"):
            at = at[key]
        thing = at
    return thing


def validate(value, schema):
    """Against a schema of the document, whose references lead into it."""
    validator = jsonschema.Draft202012Validator({**schema, "components": DOCUMENT["components"]})
    wrong = jsonschema.exceptions.best_match(validator.iter_errors(value))
    assert wrong is None, f"{list(wrong.absolute_path)}: {wrong.message[:400]}"


class Operation:
    def __init__(self, path: str, method: str, body: dict):
        self.path, self.method, self.body = path, method, body
        self.parameters = [resolve(p) for p in body["parameters"]]
        self.query = {p["name"]: p for p in self.parameters if p["in"] == "query"}
        self.in_path = {p["name"]: p for p in self.parameters if p["in"] == "path"}
        self.name = f"{method.upper()} {path}"

    def response(self, status: int) -> dict | None:
        found = self.body["responses"].get(str(status), self.body["responses"]["default"] if status >= 400 else None)
        return resolve(found) if found is not None else None

    @property
    def content(self) -> dict:
        return self.response(200)["content"]

    @property
    def tables(self) -> dict:
        """The answer itself, in its formats; without the citations that it has instead."""
        return {kind: media for kind, media in self.content.items() if "cite" not in media.get("x-needs", {})}

    @property
    def needed(self) -> dict:
        return {name: text(p["example"]) for name, p in self.query.items()
                if p.get("required") or "x-required-unless" in p}

    def needs(self, name=None, kind=None) -> dict:
        """What a parameter, or a media type, asks for beside it ("x-needs")."""
        needs = dict(self.query[name].get("x-needs", {})) if name else {}
        return {**(self.content[kind].get("x-needs", {}) if kind else {}), **needs}

    @property
    def formats(self) -> list[str]:
        return resolve(self.query["format"])["schema"]["enum"] if "format" in self.query else []

    def url(self, **other) -> str:
        def fill(match):
            value = other.get(match[1], self.in_path[match[1]]["example"])
            return urllib.parse.quote(str(value), safe="@:.")
        return re.sub(r"\{(\w+)\}", fill, self.path)

    def ask(self, server, query=None, headers=None, path=None, data=None):
        """@param query  beside what the operation needs."""
        headers = dict(headers or {})
        if self.method == "post":
            content = self.body["requestBody"]["content"]
            kind = next(iter(content))
            headers.setdefault("Content-Type", kind)
            data = json.dumps(content[kind]["example"]) if data is None else data
        return requests.request(self.method, server.url + self.url(**(path or {})), headers=headers, data=data, timeout=60,
                                params={**self.needed, **(query or {})})


EVERY_OPERATION = [Operation(path, method, body) for path, item in DOCUMENT["paths"].items() for method, body in item.items()]
# OGC's services follow OGC's rules (unknown parameters are ignored, faults are XML) and have tests of their own.
OGC = [o for o in EVERY_OPERATION if o.body["tags"] == ["GIS"]]
OPERATIONS = [o for o in EVERY_OPERATION if o not in OGC]


def text(value) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def good_values(parameter: dict) -> list[str]:
    """What the document says one may send: its example, each value of an enumeration, its bounds."""
    schema = parameter["schema"]
    values = [text(parameter["example"])] if "example" in parameter else []
    values += map(str, schema.get("enum", schema.get("items", {}).get("enum", [])))
    if "enum" not in schema and schema.get("type") in ("integer", "number"):
        values += [str(schema[end]) for end in ("minimum", "maximum") if end in schema and parameter["name"] != "boundaries"]
    return list(dict.fromkeys(values))


def wrong_values(parameter: dict) -> list[str]:
    schema = parameter["schema"]
    values = ["", "?" * 300]
    if "enum" in schema or "enum" in schema.get("items", {}) or schema["type"] in ("integer", "number") or "pattern" in schema:
        values.append("nonsense")
    if "minimum" in schema:
        values.append(str(schema["minimum"] - 1))
    if "maximum" in schema:
        values.append(str(schema["maximum"] + 1))
    return values


def kind_of(answer) -> str:
    return answer.headers["Content-Type"].split(";")[0]


def check(operation: Operation, answer, columns: set | None = None) -> None:
    """Status, media type, headers and body are as documented.
    @param columns  collects the columns of a CSV answer."""
    where = f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text[:300] if answer.status_code != 200 else ''}"
    promised = operation.response(answer.status_code)
    assert promised is not None, where
    sent = {h for h in HEADERS if h in answer.headers} - UNTOLD
    assert sent <= set(promised.get("headers", {})), f"{where} {sent}"
    if answer.status_code == 304:
        assert answer.content == b"" and "ETag" in answer.headers, where
        return
    kind = kind_of(answer)
    assert kind in promised["content"], f"{where} {kind}"
    schema = promised["content"][kind]["schema"]
    try:
        if kind.endswith("json"):
            validate(answer.json(), schema)
            check_query(operation, answer.json())
        elif kind == "text/csv":
            check_table(answer, schema, columns)
        else:
            assert answer.content, where
    except AssertionError as wrong:
        raise AssertionError(f"{where}: {wrong}") from None
    if answer.status_code >= 400:
        assert answer.json()["status"] == answer.status_code and "no-store" in answer.headers["Cache-Control"], where


def check_query(operation: Operation, body) -> None:
    if isinstance(body, dict) and "query" in body:
        assert set(body["query"]) <= set(operation.query) | {"body"}


def check_table(answer, schema: dict, columns: set | None) -> None:
    answer.encoding = "utf-8"
    assert answer.text.endswith("\r\n") and "\n" not in answer.text.replace("\r\n", "")
    lines = list(csv.reader(io.StringIO(answer.text, newline=""), strict=True))
    known = iter(schema["x-columns"])
    assert all(name in known for name in lines[0]), f"{lines[0]} is no selection of {schema['x-columns']} in this order"
    assert all(len(line) == len(lines[0]) for line in lines)
    if columns is not None:
        columns.update(lines[0])
