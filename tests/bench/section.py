"""docs/benchmarks.md and docs/benchmarks.json, a section each: a benchmark that is run again replaces its own only."""
import datetime
import json
import pathlib
import re
import subprocess

import targets

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"
PATH = DOCS / "benchmarks.md"
FIGURES = DOCS / "benchmarks.json"


def write(title, text):
    document = PATH.read_text() if PATH.exists() else "# Measured\n"
    parts = re.split(r"(?m)^(?=## )", document)
    section = f"## {title}\n\n{text.strip()}\n\n"
    kept = [part for part in parts if not part.startswith(f"## {title}\n")]
    place = next((n for n, part in enumerate(parts) if part.startswith(f"## {title}\n")), len(kept))
    kept.insert(place, section)
    PATH.write_text("".join(part.rstrip("\n") + "\n\n" for part in kept).rstrip("\n") + "\n")


def build():
    """The commit that was measured; with a plus when the tree (the documents apart) was not exactly that."""
    def git(*arguments):
        return subprocess.run(["git", "-C", str(DOCS.parent), *arguments], capture_output=True, text=True).stdout.strip()
    commit = git("rev-parse", "--short", "HEAD") or "no checkout"
    return commit + ("+" if git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs") else "")


def figures():
    """All that was recorded: {kind of run: its figures}."""
    return json.loads(FIGURES.read_text()) if FIGURES.exists() else {}


def record(kind, measured):
    """Replaces one run's figures (a dict of plain values; kind: import, area, full, growth, soak), and the table of targets, which has of each."""
    everything = figures()
    everything[kind] = {"date": datetime.date.today().isoformat(), "build": build(), **measured}
    FIGURES.write_text(json.dumps(dict(sorted(everything.items())), indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    if "full" in everything:
        write("Targets", targets.words(everything))
