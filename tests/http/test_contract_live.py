"""Every operation of openapi.json, asked for real: whatever comes back is what the document says.

Nothing here knows an endpoint by name but for the few ways to provoke a status: a route that gets a
row in the document is tested from then on.
"""
import pytest
from contract import OPERATIONS, check, good_values, kind_of, wrong_values

EVERY = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.name)
MEDIA = {"json": "application/json", "geojson": "application/geo+json", "csv": "text/csv", "text": "text/plain"}


def refuses(answer, parameter):
    return answer.status_code in (400, 404, 410) and answer.json()["errors"][0]["parameter"] == parameter


@EVERY
def test_good_values_are_answered_as_documented(server, operation):
    """The examples and each value of each enumeration; what cannot be had of this release says so."""
    assert operation.ask(server).status_code == 200
    check(operation, operation.ask(server))
    for name, parameter in operation.query.items():
        for value in good_values(parameter):
            kind = MEDIA[value] if name == "format" else None
            answer = operation.ask(server, {**operation.needs(name, kind), name: value})
            check(operation, answer)
            if "example" in parameter and value == good_values(parameter)[0]:
                assert answer.status_code == 200, (name, value, answer.text)
            else:
                assert answer.status_code < 500, (name, value, answer.text)


@EVERY
def test_every_format_is_answered_as_documented(server, operation):
    """By format= and by Accept; and over all questions every column of a table is seen."""
    assert len(operation.formats) == len(operation.tables) or "format" not in operation.query
    for form in operation.formats:
        columns = set()
        for name, value in [(None, None)] + [(n, v) for n, p in operation.query.items() for v in good_values(p) if n not in ("format", "cite")]:
            answer = operation.ask(server, {"format": form, **operation.needs(name, MEDIA[form]), **({name: value} if name else {})})
            check(operation, answer, columns)
            assert answer.status_code != 200 or kind_of(answer) == MEDIA[form]
        assert set(operation.content[MEDIA[form]]["schema"].get("x-columns", [])) == columns
        by_header = operation.ask(server, operation.needs(None, MEDIA[form]), headers={"Accept": MEDIA[form]})
        assert by_header.status_code == 200 and kind_of(by_header) == MEDIA[form]
        assert "Accept" in by_header.headers["Vary"].split(", ")


@EVERY
def test_wrong_values_are_refused_by_name(server, operation):
    for name, parameter in operation.query.items():
        for value in wrong_values(parameter):
            answer = operation.ask(server, {name: value})
            check(operation, answer)
            assert refuses(answer, name), (name, value[:20], answer.status_code, answer.text[:300])


@EVERY
def test_the_server_and_the_document_name_the_same_parameters(server, operation):
    answer = operation.ask(server, {"no_such_parameter": "1"})
    check(operation, answer)
    problem = answer.json()
    allowed = problem["errors"][0].get("allowed", "")
    assert answer.status_code == 400 and problem["errors"][0]["parameter"] == "no_such_parameter"
    assert {name for name in allowed.split(", ") if name} - {"no parameter", "none"} == set(operation.query)


def provoke(server, operation):
    """The status codes that an operation can be brought to give. 503 is the process tests'."""
    ask = lambda **how: operation.ask(server, **how)  # noqa: E731
    yield ask()
    if operation.method == "get":
        yield ask(headers={"If-None-Match": ask().headers["ETag"]})
    else:
        yield ask(headers={"Content-Type": "text/plain"})
        yield ask(data=" " * (2 << 20))
    yield ask(query={"no_such_parameter": "1"})
    yield ask(query={"release": "atlantis"})
    yield ask(query={"boundaries": "0"})
    yield ask(headers={"Accept": "application/x-none"})
    for name in operation.in_path:
        yield ask(path={name: "nobody"})
        yield ask(path={name: "nobody.json"})


@EVERY
def test_what_is_documented_happens_and_nothing_else(server, operation):
    seen = set()
    for answer in provoke(server, operation):
        assert str(answer.status_code) in operation.body["responses"], (answer.url, answer.status_code)
        check(operation, answer)
        seen.add(str(answer.status_code))
    told = set(operation.body["responses"]) - {"503", "default"}
    if "boundaries" not in operation.query:
        told.discard("410")  # only of a release that was withdrawn: the tests of releases do that
    if operation.method == "get":
        told.discard("413")  # of more rows than the demonstration can make
    assert seen == told


@EVERY
def test_headers_that_are_documented_are_sent(server, operation):
    answers = [operation.ask(server, query) for query in [{}] + [{**operation.needs(n), n: v} for n, p in operation.query.items() for v in good_values(p)[:1]]]
    sent = set().union(*(set(a.headers) for a in answers if a.status_code == 200))
    assert set(operation.response(200)["headers"]) - {"Vary"} <= sent
    if operation.method == "get":
        head = server.get(operation.url(), params=operation.needed)
        assert head.headers["ETag"] == operation.ask(server).headers["ETag"]


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if "requestBody" in o.body], ids=lambda o: o.name)
def test_bodies_of_every_documented_type_are_taken(server, operation):
    content = operation.body["requestBody"]["content"]
    answers = [operation.ask(server, headers={"Content-Type": kind}) for kind in content]
    assert len(answers) == len(content) > 1 and {a.status_code for a in answers} == {200}
    assert len({a.content for a in answers}) == 1
