"""openapi.json by itself: a sound OpenAPI 3.1 document that lists every route, and leaves nothing open."""
import re

import jsonschema
import pytest
from contract import DOCUMENT, EVERY_OPERATION, OPERATIONS, ROOT, resolve, validate

# What OpenAPI 3.1.0 asks of the parts that are used here; written after its sections 4.8.x.
REFERENCE = {"type": "object", "properties": {"$ref": {"type": "string", "pattern": "^#/components/[a-z]+/[A-Za-z0-9._-]+$"}},
             "required": ["$ref"], "additionalProperties": False}
TEXT = {"type": "string", "minLength": 1}
RULES = {
    "type": "object", "required": ["openapi", "info", "paths", "components"], "additionalProperties": False,
    "properties": {
        "openapi": {"const": "3.1.0"},
        "info": {"type": "object", "required": ["title", "version"], "additionalProperties": False,
                 "properties": {"title": TEXT, "version": TEXT, "summary": TEXT, "description": TEXT,
                                "license": {"type": "object", "required": ["name", "identifier"]}}},
        "servers": {"type": "array", "items": {"type": "object", "required": ["url"]}},
        "tags": {"type": "array", "items": {"type": "object", "required": ["name", "description"]}},
        "paths": {"type": "object", "patternProperties": {"^/": {"type": "object", "minProperties": 1, "additionalProperties": False,
                                                                 "patternProperties": {"^(get|post)$": {"$ref": "#/$defs/operation"}}}},
                  "additionalProperties": False},
        "components": {"type": "object", "additionalProperties": False, "properties": {
            "schemas": {"type": "object"},
            "parameters": {"type": "object", "additionalProperties": {"$ref": "#/$defs/parameter"}},
            "headers": {"type": "object", "additionalProperties": {"$ref": "#/$defs/header"}},
            "responses": {"type": "object", "additionalProperties": {"$ref": "#/$defs/response"}}}},
    },
    "$defs": {
        "operation": {"type": "object", "required": ["operationId", "summary", "description", "tags", "parameters", "responses"],
                      "additionalProperties": False,
                      "properties": {"operationId": {"type": "string", "pattern": "^[a-zA-Z][A-Za-z0-9_-]*$"}, "summary": TEXT, "description": TEXT,
                                     "tags": {"type": "array", "items": TEXT, "minItems": 1, "maxItems": 1},
                                     "parameters": {"type": "array", "items": {"anyOf": [REFERENCE, {"$ref": "#/$defs/parameter"}]}},
                                     "requestBody": {"type": "object", "required": ["content", "description"],
                                                     "properties": {"content": {"$ref": "#/$defs/content"}}},
                                     "responses": {"type": "object", "required": ["200", "400", "503", "default"], "additionalProperties": False,
                                                   "patternProperties": {"^([1-5][0-9][0-9]|default)$": {"anyOf": [REFERENCE, {"$ref": "#/$defs/response"}]}}}}},
        "parameter": {"type": "object", "required": ["name", "in", "description", "schema"], "additionalProperties": False,
                      "properties": {"name": TEXT, "in": {"enum": ["query", "path"]}, "description": TEXT, "required": {"type": "boolean"},
                                     "schema": {"type": "object"}, "example": {}, "style": {"const": "form"}, "explode": {"const": False},
                                     "x-required-unless": {"type": "array", "items": TEXT, "minItems": 1},
                                     "x-needs": {"type": "object", "additionalProperties": {"type": "string"}}},
                      "if": {"properties": {"in": {"const": "path"}}}, "then": {"properties": {"required": {"const": True}}, "required": ["required", "example"]}},
        "header": {"type": "object", "required": ["description", "schema"], "additionalProperties": False,
                   "properties": {"description": TEXT, "schema": {"type": "object"}}},
        "content": {"type": "object", "minProperties": 1, "patternProperties": {"^[a-z]+/[a-z0-9.+_-]+$": {
            "type": "object", "required": ["schema"], "additionalProperties": False,
            "properties": {"schema": {"type": "object"}, "example": {}, "x-needs": {"type": "object"}}}}, "additionalProperties": False},
        "response": {"type": "object", "required": ["description"], "additionalProperties": False,
                     "properties": {"description": TEXT, "content": {"$ref": "#/$defs/content"},
                                    "headers": {"type": "object", "additionalProperties": {"anyOf": [REFERENCE, {"$ref": "#/$defs/header"}]}}}},
    },
}
PROBLEMS = {f"{o.name} {status}": (o, status) for o in OPERATIONS for status in o.body["responses"] if status not in ("200", "304")}


def walk(thing, at=""):
    yield at, thing
    for key, value in thing.items() if isinstance(thing, dict) else enumerate(thing) if isinstance(thing, list) else ():
        yield from walk(value, f"{at}/{key}")


def parts(schema, at=""):
    """A schema and all inside it."""
    yield at, schema
    inside = {f"/properties/{k}": v for k, v in schema.get("properties", {}).items()}
    inside |= {f"/{key}/{i}": v for key in ("anyOf", "oneOf", "allOf") for i, v in enumerate(schema.get(key, []))}
    inside |= {f"/{key}": schema[key] for key in ("items", "additionalProperties") if isinstance(schema.get(key), dict)}
    for key, value in inside.items():
        yield from parts(value, at + key)


def test_it_is_sound():
    jsonschema.Draft202012Validator.check_schema(RULES)
    wrong = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(RULES).iter_errors(DOCUMENT))
    assert wrong is None, f"{list(wrong.absolute_path)}: {wrong.message[:300]}"
    names = [o.body["operationId"] for o in EVERY_OPERATION]
    assert len(set(names)) == len(names)
    assert {tag for o in EVERY_OPERATION for tag in o.body["tags"]} == {tag["name"] for tag in DOCUMENT["tags"]}


def test_every_schema_is_a_schema():
    for name, schema in DOCUMENT["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema, name
    for operation in OPERATIONS:
        for parameter in operation.parameters:
            jsonschema.Draft202012Validator.check_schema(parameter["schema"])


def test_every_reference_leads_somewhere_and_nothing_is_left_over():
    used = {thing["$ref"] for _, thing in walk(DOCUMENT) if isinstance(thing, dict) and isinstance(thing.get("$ref"), str)}
    assert all(resolve({"$ref": one}) for one in used)
    there = {f"#/components/{kind}/{name}" for kind, things in DOCUMENT["components"].items() for name in things}
    assert there == used


def test_answers_are_closed():
    """A member that the document does not know fails the tests of live answers."""
    open_by_nature = {"Drawn", "Envelope"}  # what is sent; and what others are made of, which are closed themselves
    for name, schema in DOCUMENT["components"]["schemas"].items():
        if name in open_by_nature:
            continue
        for at, thing in parts(schema):
            if "properties" in thing:
                assert "additionalProperties" in thing or "unevaluatedProperties" in thing, f"{name}{at}"


def test_every_route_is_described_and_nothing_else():
    text = (ROOT / "server" / "api" / "routes.c").read_text()
    routes = set(re.findall(r'\{\s*"(GET|POST)",\s*"([^"]+)"', text)) - {("GET", "/docs")}
    assert routes == {(o.method.upper(), o.path) for o in EVERY_OPERATION}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.name)
def test_parameters_are_complete(operation):
    assert set(operation.in_path) == set(re.findall(r"\{(\w+)\}", operation.path))
    assert len(operation.query) + len(operation.in_path) == len(operation.parameters)
    for name, parameter in operation.query.items():
        schema = parameter["schema"]
        told = "example" in parameter or name in ("after", "boundaries", "month")  # what only an answer, or another release, can tell
        assert told or "enum" in schema, f"{name} has neither example nor values"
        if "example" in parameter:
            validate(parameter["example"], schema)
        if "default" in schema:
            validate(schema["default"], schema)
        assert set(parameter.get("x-needs", {})) | set(parameter.get("x-required-unless", [])) <= set(operation.query)


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_problem_is_a_problem_document(name):
    operation, status = PROBLEMS[name]
    response = resolve(operation.body["responses"][status])
    assert set(response["content"]) == {"application/problem+json"} and "X-Request-Id" in response["headers"]
    media = response["content"]["application/problem+json"]
    assert media["schema"] == {"$ref": "#/components/schemas/Problem"}
    assert ("Retry-After" in response["headers"]) == (status == "503")
    if "example" in media:
        validate(media["example"], media["schema"])
        assert status == "default" or str(media["example"]["status"]) == status


def test_bodies_are_examples_of_their_schemas():
    bodies = [media for o in OPERATIONS if "requestBody" in o.body for media in o.body["requestBody"]["content"].values()]
    assert bodies
    for media in bodies:
        if "example" in media:
            validate(media["example"], media["schema"])


def test_the_document_and_its_page_are_served(server):
    got = server.get("/openapi.json")
    assert got.status_code == 200 and got.json() == DOCUMENT
    assert got.headers["Content-Type"].startswith("application/vnd.oai.openapi+json")
