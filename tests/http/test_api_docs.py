"""The worked examples of docs/api.md and of README.md: every curl line is run, and what is shown is what comes.

A ```json or ```csv block right below a ```sh block is the answer to its last curl. It may leave members out; "…" ends a
list, a line or a text that goes on; numbers are rounded to six digits. A status in a line's comment is the one to expect.
"""
from __future__ import annotations

import dataclasses
import json
import re
import subprocess

import pytest
from contract import OPERATIONS, ROOT

PAGES = ("docs/api.md", "README.md")
WRITTEN_FOR = "http://127.0.0.1:8080"
FENCED = re.compile(r"^```(\w*)\n(.*?)^```\n(\s*)", re.S | re.M)


@dataclasses.dataclass
class Example:
    line: str
    shown: str = ""
    kind: str = ""  # of what is shown

    @property
    def status(self) -> int:
        told = re.search(r"#.*?\b([45]\d\d)\b", self.line)
        return int(told[1]) if told else 200


def read_examples(page: str) -> list[Example]:
    found, at, last = [], -1, None
    for block in FENCED.finditer((ROOT / page).read_text()):
        kind, text = block[1], block[2]
        if kind == "sh":
            lines = [line for line in text.splitlines() if line.startswith("curl ")]
            found += map(Example, lines)
            last = found[-1] if lines else None
        elif kind in ("json", "csv") and last is not None and block.start() == at:
            last.shown, last.kind, last = text, kind, None
        else:
            last = None
        at = block.end()
    return found


EXAMPLES = [(page, example) for page in PAGES for example in read_examples(page)]


def agree(shown, live, at="") -> None:
    """What is shown is there, and says the same."""
    if isinstance(shown, dict):
        assert isinstance(live, dict) and set(shown) <= set(live), f"{at}: {set(shown) - set(live or {})}"
        for key, value in shown.items():
            agree(value, live[key], f"{at}/{key}")
    elif isinstance(shown, list):
        goes_on = shown[-1:] == ["…"]
        items = shown[:-1] if goes_on else shown
        assert len(live) > len(items) if goes_on else len(live) == len(items), f"{at}: {len(live)} items"
        for i, item in enumerate(items):
            agree(item, live[i], f"{at}/{i}")
    elif isinstance(shown, str) and shown.endswith("…"):
        assert live.startswith(shown[:-1]) and len(live) >= len(shown), f"{at}: {live}"
    elif isinstance(shown, (int, float)) and not isinstance(shown, bool):
        assert live == pytest.approx(shown, rel=5.1e-6, abs=0) and not isinstance(live, bool), f"{at}: {live}, not {shown}"
    else:
        assert shown == live, f"{at}: {live!r}, not {shown!r}"


def agree_lines(shown: str, live: str) -> None:
    lines, rows = shown.splitlines(), live.split("\r\n")
    goes_on = lines[-1] == "…"
    for line, row in zip(lines[:-1] if goes_on else lines, rows):
        assert row.startswith(line[:-1]) if line.endswith("…") else row == line, f"{row}, not {line}"
    assert len(rows) - 1 >= len(lines) if goes_on else len(rows) - 1 == len(lines)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the curl lines are run, with the files they name."""
    path = tmp_path_factory.mktemp("examples")
    drawn = re.search(r"^```geojson\n(.*?)^```", (ROOT / "docs/api.md").read_text(), re.S | re.M)[1]
    (path / "area.geojson").write_text(drawn)
    zone = {"type": "Feature", "properties": {}, "geometry": json.loads(drawn)}
    (path / "zones.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [zone, {**zone, "id": "two"}]}))
    return path


def run(example: Example, server, folder) -> tuple[int, bytes]:
    command = re.sub(r"\s--output \S+", "", example.line).replace(WRITTEN_FOR, server.url)
    command = command.replace("curl ", "curl --silent --show-error --output answer --write-out '%{http_code}' ", 1)
    done = subprocess.run(["bash", "-c", command], cwd=folder, env={"base": server.url, "PATH": "/usr/bin:/bin", "no_proxy": "*"},
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return int(done.stdout), (folder / "answer").read_bytes()


@pytest.mark.parametrize("page,example", EXAMPLES, ids=[f"{page}: {e.line[:90]}" for page, e in EXAMPLES])
def test_the_example_works(server, folder, page, example):
    status, answer = run(example, server, folder)
    assert status == example.status, answer[:300]
    shown = example.shown.replace(WRITTEN_FOR, server.url)
    if example.kind == "json":
        agree(json.loads(shown), json.loads(answer))
    elif example.kind == "csv":
        agree_lines(shown, answer.decode())
    else:
        assert answer


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.name)
def test_every_operation_has_a_worked_example(operation):
    """A curl line and its answer; of pictures the line alone."""
    template = re.sub(r"\\\{\w+\\\}", "[^/?\"' ]+", re.escape(operation.path))
    method = "get" if operation.method == "get" else "post"
    found = [e for page, e in EXAMPLES if page == "docs/api.md" and re.search(rf"{template}[?\"' ]", e.line + " ")
             and ("--data" in e.line) == (method == "post")]
    can_be_shown = any(kind.endswith("json") or kind == "text/csv" for kind in operation.tables) if method == "get" else True
    assert [e for e in found if e.shown or not can_be_shown]


def test_every_link_to_the_server_works(server):
    links = {link for page in PAGES for link in re.findall(rf"\]\({re.escape(WRITTEN_FOR)}(/[^)]*)\)", (ROOT / page).read_text())}
    assert links
    for link in links:
        assert server.get(link).status_code == 200, link


def test_a_wrong_example_would_be_seen():
    live = {"rows": [{"value": 1.0000049, "name": "Jizzakh"}, {"value": 2}], "unit": "kt"}
    agree({"rows": [{"value": 1, "name": "Jizz…"}, "…"]}, live)
    for wrong in ({"unit": "t"}, {"rows": []}, {"rows": [{"value": 1.00002}, "…"]}, {"nothing": 1}, {"rows": [{"value": 1}, {"value": 2}, "…"]},
                  {"rows": [{"value": 1}]}, {"rows": [{"name": "Tash…"}, "…"]}):
        with pytest.raises(AssertionError):
            agree(wrong, live)
    agree_lines("a,b\n1,…\n…", "a,b\r\n1,2\r\n3,4\r\n")
    for wrong in ("a,b\n1,3\n…", "a,b\n1,2\n", "a,b\n1,2\n3,4\n5,6\n…"):
        with pytest.raises(AssertionError):
            agree_lines(wrong, "a,b\r\n1,2\r\n3,4\r\n")
