"""The manifest's JSON Schema: the importer's own validator against python3-jsonschema, manifest by manifest.

The corpus is the manifests that must be accepted (the demonstration, the tests' own, those of the
manual) and what comes of changing one thing in each of them, everywhere it can be changed.
"""
from __future__ import annotations

import copy
import json
import random
import re

import jsonschema
import pytest

from kit import DATASET, ROOT
from tiny import Tiny

SCHEMA_FILE = ROOT / "config" / "manifest.schema.json"
SCHEMA = json.loads(SCHEMA_FILE.read_text())
ORACLE = jsonschema.Draft202012Validator(SCHEMA)
IMPORTER = ROOT / "server" / "cli" / "import" / "manifest"
MUTANTS_EACH = 220


def manual_manifests() -> dict[str, dict]:
    """Every manifest in the manual: a ```json block that says "fluxgrid"."""
    found = {}
    for page in [ROOT / "docs" / "import.md", *sorted((ROOT / "docs" / "import").glob("*.md"))]:
        for number, block in enumerate(re.findall(r"```json\n(.*?)```", page.read_text(), re.S)):
            if '"fluxgrid"' in block:
                found[f"{page.stem}-{number}"] = json.loads(block)
    return found


def good_manifests() -> dict[str, dict]:
    with_everything = Tiny()
    with_everything.manifest["checksums"] = "SHA256SUMS"
    with_everything.manifest["$schema"] = "../config/manifest.schema.json"
    with_everything.manifest["control"] = {"tolerance": 1e-6, "national": [
        {"year": 2020, "gas": "CH4", "flow": "emission", "mass_kt": 4.0}]}
    with_everything.add_grid(with_everything.rasters["proxy.tif"]["bands"]["people"], cell_uncertainty_pct=3)
    return {"demonstration": json.loads((ROOT / DATASET / "manifest.json").read_text()), "tiny": Tiny().manifest,
            "with-everything": with_everything.manifest, **manual_manifests()}


def places(node, path=()):
    """Every place in a document, the root left out."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield path + (key,)
        yield from places(value, path + (key,))


def parent_of(document, path):
    for key in path[:-1]:
        document = document[key]
    return document


def replaced(value):
    def change(parent, key):
        parent[key] = value
    return change


def removed(parent, key):
    del parent[key]


def beside(parent, key):
    if isinstance(parent, dict):
        parent[f"{key}s" if isinstance(key, str) else "x"] = 1
    else:
        parent.append(copy.deepcopy(parent[key]))


def shouted(parent, key):
    parent[key] = parent[key].upper() + " " if isinstance(parent[key], str) else [parent[key]]


CHANGES = [replaced(v) for v in (None, "", " ", "x", 0, -1, 1.5, 1e15, True, [], {}, ["x"], {"en": "x"}, "../x", "\u0451" * 80)]
CHANGES += [removed, beside, shouted]


def mutants(name: str, of: dict):
    rng = random.Random(name)
    every = [(path, change) for path in places(of) for change in CHANGES]
    for path, change in rng.sample(every, min(MUTANTS_EACH, len(every))):
        document = copy.deepcopy(of)
        change(parent_of(document, path), path[-1])
        yield document


@pytest.fixture(scope="module")
def verdicts(workdir, run_fluxgrid):
    """verdicts([document]) -> [is_valid], by the importer."""
    folder = workdir / "schema"
    folder.mkdir()
    folder.chmod(0o755)

    def ask(documents):
        files = []
        for number, document in enumerate(documents):
            file = folder / f"{number:05}.json"
            file.write_text(json.dumps(document))
            files.append(file)
        done = run_fluxgrid("import", "--schema", *files)
        valid = set(re.findall(r"(\d{5})\.json: valid", done.stdout))
        for line in done.stderr.splitlines():
            assert re.match(r"(fluxgrid: )?\d{5}\.json: .+; .+|\.\.\. and \d+ more", line), f"no place, rule and remedy: {line}"
        assert done.returncode == (0 if len(valid) == len(files) else 2), done.stderr[-2000:]
        return [file.stem in valid for file in files]

    return ask


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_importer_knows_every_keyword_of_it():
    known = set("".join(re.findall(r'"([^"]*)"', (IMPORTER / "schema.c").read_text().split("known[] =")[1].split(";")[0])).split())

    def walk(schema, path):
        if isinstance(schema, bool):
            return
        assert set(schema) <= known, f"{path}: {set(schema) - known}"
        for keyword, value in schema.items():
            if keyword in ("properties", "patternProperties", "$defs"):
                for key, below in value.items():
                    walk(below, f"{path}/{keyword}/{key}")
            elif keyword in ("items", "additionalProperties", "not", "if", "then", "else"):
                walk(value, f"{path}/{keyword}")
            elif keyword in ("allOf", "anyOf", "oneOf"):
                for number, below in enumerate(value):
                    walk(below, f"{path}/{keyword}/{number}")

    walk(SCHEMA, "#")


def keys_of_the_readers() -> dict[str, set]:
    """Every key that a manifest's reader asks for, and the files that do."""
    found: dict[str, set] = {}
    for file in sorted([*IMPORTER.glob("manifest*.c"), *IMPORTER.glob("manifest*.h")]):
        text = file.read_text()
        lists = re.findall(r"(?:\bkeys\[\]|_keys\[[A-Z_]*\]) = \{(.*?)\}", text, re.S)
        lists += re.findall(r"#define MANIFEST_\w+_KEYS((?:[^\n]*\\\n)*[^\n]*)", text)
        keys = {key for one in lists for key in re.findall(r'"([^"]+)"', one)}
        keys |= set(re.findall(r'\b(?:json_\w+_at|manifest_\w+_at|manifest_\w+s?)\(r, (?:m, )?\w+, "([^"]+)"', text))
        for key in keys:
            found.setdefault(key, set()).add(file.name)
    return found


def test_the_schema_knows_every_key_that_a_reader_knows():
    known: set[str] = set()

    def walk(schema):
        if isinstance(schema, dict):
            known.update(schema.get("properties", {}) if isinstance(schema.get("properties"), dict) else ())
            for value in schema.values():
                walk(value)
        elif isinstance(schema, list):
            for value in schema:
                walk(value)

    walk(SCHEMA)
    keys = keys_of_the_readers()
    assert {"slug", "mask", "band", "select", "masses", "west", "tolerance"} <= set(keys), "the readers' keys are not found"
    missing = {key: files for key, files in keys.items() if key not in known}
    assert not missing, f"config/manifest.schema.json lacks {missing}"


def test_unknown_keys_are_refused_everywhere():
    """Each object of the schema says what it may hold."""
    def walk(schema, path):
        if isinstance(schema, dict):
            if isinstance(schema.get("properties"), dict) and "/if" not in path and "/then" not in path:
                assert "additionalProperties" in schema, f"{path} takes any key"
            for key, value in schema.items():
                walk(value, f"{path}/{key}")

    walk(SCHEMA, "#")


def test_the_program_prints_the_schema(run_fluxgrid):
    assert run_fluxgrid("import", "--schema", check=True).stdout == SCHEMA_FILE.read_text()


def test_good_manifests_are_valid(verdicts):
    good = good_manifests()
    assert len(good) >= 3
    for name, document in good.items():
        assert not list(ORACLE.iter_errors(document)), f"{name}: {next(ORACLE.iter_errors(document))}"
    assert verdicts(good.values()) == [True] * len(good)


def test_importer_and_oracle_agree_on_every_mutant(verdicts):
    corpus = [mutant for name, good in good_manifests().items() for mutant in mutants(name, good)]
    assert len(corpus) >= 150
    expected = [ORACLE.is_valid(document) for document in corpus]
    found = verdicts(corpus)
    for document, is_valid, is_found in zip(corpus, expected, found):
        assert is_found == is_valid, f"the oracle says {next(ORACLE.iter_errors(document), 'valid')}\n{json.dumps(document)[:3000]}"
    assert 0.05 < sum(expected) / len(expected) < 0.9, "the corpus does not try both sides"
