"""docs/benchmarks.md, a section each: a benchmark that is run again replaces its own only."""
import pathlib
import re

PATH = pathlib.Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"


def write(title, text):
    document = PATH.read_text() if PATH.exists() else "# Measured\n"
    parts = re.split(r"(?m)^(?=## )", document)
    section = f"## {title}\n\n{text.strip()}\n\n"
    kept = [part for part in parts if not part.startswith(f"## {title}\n")]
    place = next((n for n, part in enumerate(parts) if part.startswith(f"## {title}\n")), len(kept))
    kept.insert(place, section)
    PATH.write_text("".join(part.rstrip("\n") + "\n\n" for part in kept).rstrip("\n") + "\n")
