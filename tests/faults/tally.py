"""What the fault tests noted, one JSON object a line, and the table made of it. Rows: what was tried and held; figures: what was measured."""
from __future__ import annotations

import json
import os
import pathlib

OUT = "FLUXGRID_FAULTS_OUT"  # file that a full run collects in; absent in `make test`


def note(row: dict) -> None:
    if os.environ.get(OUT):
        with open(os.environ[OUT], "a") as file:
            file.write(json.dumps(row) + "\n")


def read(path: pathlib.Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


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
    lines = ["| " + " | ".join(HEAD) + " |", "|---|---|---:|---:|---|"]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in cells(row)) + " |" for row in sorted(rows, key=order)]
    return "\n".join(lines)
