"""Refusals: broken inventories, each refused with its place, rule and remedy, the database as it was.

A case is (name, a change to a good inventory, what the message must name: place, then rule). Every
test file with cases has its own `Cases`; test_refused.py counts them all.
"""
from __future__ import annotations

import itertools
import os
import re

import pytest

from tiny import Tiny

EXIT_INPUT = 2
CUTS = range(5, 100, 5)  # per cent of a file


def is_slow_cut(percent: int) -> bool:
    """Sanitizer runs try three cuts of each kind."""
    return percent not in (15, 50, 85)


def on_row(row: int, old: bytes, new: bytes):
    """Replaces in one line (from 1), so that the message's row can be checked."""
    def change(text: bytes) -> bytes:
        lines = text.split(b"\n")
        assert old in lines[row - 1]
        lines[row - 1] = lines[row - 1].replace(old, new, 1)
        return b"\n".join(lines)
    return change


_versions = itertools.count(1)


def version() -> str:
    """A version of its own for each case: one that is accepted by mistake must not fail the next."""
    return f"1.0.{next(_versions)}"


def good() -> Tiny:
    return Tiny(version=version())


class Cases:
    """Collects cases. Use: case = Cases(); @case("name", "pattern", ...) def _(t): ...; @case.parametrize()."""

    def __init__(self, base=good):
        self.params: list = []
        self.base = base  # makes the good inventory

    def __call__(self, name: str, *expected: str, is_slow=False):
        """Every expected regular expression must be found in what the importer says.
        @param is_slow  one of many of its kind: left out of sanitizer runs."""

        def register(change):
            self.params.append(pytest.param(change, expected, id=name, marks=[pytest.mark.slow] if is_slow else []))
            return change

        return register

    def variants(self, table: str, of: dict[str, tuple], *rule: str):
        """One case for each value: {name: (row index, column, value)} in a table of rows."""
        for name, (index, column, value) in of.items():
            def change(t: Tiny, index=index, column=column, value=value):
                getattr(t, table)[index][column] = value
            self(f"{table}-{name}", rf"{table}\.csv:{index + 2}", column, *rule)(change)

    def parametrize(self):
        return pytest.mark.parametrize("change, expected", self.params)


def is_printable(text: str) -> bool:
    return all(c == "\n" or (c.isprintable() and c != "\ufffd") for c in text)


def assert_well_said(stderr: str) -> None:
    """Each line: file (row, pixel, key): rule; remedy."""
    assert is_printable(stderr), f"raw bytes in the message: {stderr!r}"
    for line in stderr.splitlines():
        if re.fullmatch(r"\.\.\. and \d+ more", line):
            continue
        assert re.fullmatch(r"(fluxgrid: )?[^:;]+(:\d+)?: .+; .{3,}", line), f"no place, rule and remedy: {line}"


class Refused:
    """Runs one case: refuse(change, expected)."""

    left: dict[str, str] = {}  # fingerprints: one fault must not be told by every case after it

    def __init__(self, database, before, folder, run):
        self.database, self.before, self.folder, self.run = database, before, folder, run

    def __call__(self, change, expected, inventory: Tiny | None = None) -> str:
        inventory = inventory or good()
        inventory.after = lambda _: None
        change(inventory)
        manifest = inventory.write(self.folder)
        inventory.after(self.folder)
        os.system(f"chmod -R go+rX '{self.folder}'")

        done = self.run("import", "--quiet", manifest, database=self.database)

        after = self.database.fingerprint()
        was, Refused.left[self.database.name] = Refused.left.get(self.database.name, self.before), after
        assert after == was, f"a refused import changed the database\n{done.stdout}\n{done.stderr}"
        assert done.returncode == EXIT_INPUT, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        for pattern in expected:
            assert re.search(pattern, done.stderr), f"the message does not name {pattern!r}:\n{done.stderr}"
        assert_well_said(done.stderr)
        assert str(self.folder.parent) not in done.stdout, "a successful report?"
        return done.stderr
