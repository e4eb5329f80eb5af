"""docs/log.md explains every line that the program can log, and no other."""
from __future__ import annotations

import re

from kit import ROOT

NAME = re.compile(r"\blog_(?:event|fields)\(")
CALL = re.compile(r'\blog_(?:event|fields)\(([^"]*?),\s*"(\w+)",\s*((?:"(?:[^"\\]|\\.)*"\s*)+)')

OWN = re.compile(r"'level':'(\w+)','area':'(\w+)','message':'(.*?)'")


def logged() -> set[tuple[str, str, str]]:
    """(level, part, text) of each call in the source; what is filled in is a …"""
    found = set()
    for path in sorted((ROOT / "server").rglob("*.c")):
        text = path.read_text()
        if path.name == "log.c":
            continue
        if path.name == "log_sink.c":  # whose own line goes past log_event()
            found.add(OWN.search(re.sub(r'"\s*"', "", text).replace('\\"', "'")).groups())
            continue
        calls = CALL.findall(text)
        assert len(calls) == len(NAME.findall(text)), f"{path.name} has a call that this test cannot read"
        for level, part, words in calls:
            levels = "/".join(sorted(name.lower() for name in re.findall(r"LOG_([A-Z]+)", level)))
            words = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', words))
            found.add((levels, part, re.sub(r"%[-+.*0-9]*(?:ll|l|z)?[a-z]", "…", words)))
    assert len(found) > 20
    return found


def test_every_line_of_the_log_is_explained():
    rows = re.findall(r"^\| ([\w/]+) \| (\w+) \| `(.*?)` \| (.+?) \| (.+?) \|$", (ROOT / "docs/log.md").read_text(), re.M)
    told = {row[:3] for row in rows}
    assert len(told) == len(rows), "a line is explained twice"
    assert told == logged()
