"""What the fault tests noted, one JSON object a line, and the table made of it. Rows: what was tried and held; figures: what was measured;
outcomes: how each test ended, so that one that failed before it noted anything is seen too."""
from __future__ import annotations

import json
import os
import pathlib

OUT = "FLUXGRID_FAULTS_OUT"  # file that a full run collects in; absent in `make test`


def note(row: dict) -> None:
    if os.environ.get(OUT):
        test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]
        with open(os.environ[OUT], "a") as file:
            file.write(json.dumps({"test": test, **row}) + "\n")


def read(path: pathlib.Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def rows_of(notes: list[dict]) -> list[dict]:
    """What was noted by tests that passed, and a row that says NO for each that did not."""
    outcomes = {note["test"]: note["outcome"] for note in notes if "outcome" in note}
    failed = [{"test": test, "threat": "-", "what": f"`{test.rpartition('/')[2]}` failed", "tried": 1, "held": 0} for test, outcome in outcomes.items()
              if outcome == "failed" and not any(is_row(note) and note["test"] == test and not is_met(note) for note in notes)]
    return [note for note in notes if is_row(note)] + failed


def is_row(note: dict) -> bool:
    return "outcome" not in note


def merged(before: list[dict], notes: list[dict], told: dict) -> list[dict]:
    """The rows of an earlier run, but for the tests that ran now: theirs are these. told: date and the like, of now's rows."""
    ran = {note["test"] for note in notes if "outcome" in note}
    return [row for row in before if row["test"] not in ran] + [{**row, **told} for row in rows_of(notes)]


def order(row: dict) -> tuple[int, str]:
    return int("".join(c for c in row["threat"] if c.isdigit()) or 0), row["threat"]


def is_met(row: dict) -> bool:
    if "value" not in row:
        return row["held"] == row["tried"]
    if row.get("at_least") is not None:
        return row["value"] >= row["at_least"]
    return row.get("at_most") is None or row["value"] <= row["at_most"]


def number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def cells(row: dict) -> list[str]:
    """The five cells of a row: threat, what, tried or measured, held or wanted, verdict."""
    verdict = "yes" if is_met(row) else "NO"
    if "value" not in row:
        words = f"{row['what']} ({row['figure']})" if row.get("figure") else row["what"]
        return [row["threat"], words, number(row["tried"]), number(row["held"]), verdict]
    unit = f" {row['unit']}" if row["unit"] else ""
    wanted = "at most" if row.get("at_most") is not None else "at least"
    limit = row.get("at_most") if row.get("at_most") is not None else row.get("at_least")
    return [row["threat"], row["what"], number(row["value"]) + unit, f"{wanted} {number(limit)}{unit}" if limit is not None else "told only", verdict]


HEAD = ["", "what", "tried, or measured", "held, or wanted", "met"]


def plain(rows: list[dict]) -> str:
    table = [HEAD] + [cells(row) for row in sorted(rows, key=order)]
    widths = [max(len(line[i]) for line in table) for i in range(len(HEAD))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in table)


def markdown(rows: list[dict]) -> str:
    lines = ["| " + " | ".join([*HEAD, "when"]) + " |", "|---|---|---:|---:|---|---|"]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in [*cells(row), row["date"]]) + " |" for row in sorted(rows, key=order)]
    return "\n".join(lines)
