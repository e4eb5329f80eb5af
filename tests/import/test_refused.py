"""What holds for refusals as a whole; the cases are in the files test_refused_*.py."""
from __future__ import annotations

import importlib
import pathlib
import re

from refused import Cases, good


def test_the_unbroken_inventory_is_accepted(tiny_database, folder, run_fluxgrid):
    run_fluxgrid("import", good().write(folder), "--dry-run", database=tiny_database, check=True)


def test_many_faults_are_told_at_once_and_then_it_stops(tiny_database, before, folder, run_fluxgrid):
    inventory = good()
    inventory.totals = [dict(row, mass_kt="x") for row in inventory.totals for _ in range(5)]
    done = run_fluxgrid("import", inventory.write(folder), database=tiny_database)
    assert done.returncode == 2
    told = re.findall(r"totals\.csv:(\d+)", done.stderr)
    assert len(set(told)) == 20, f"{len(set(told))} rows are named"
    assert tiny_database.fingerprint() == before


def test_cases_are_many():
    files = sorted(pathlib.Path(__file__).parent.glob("test_refused_*.py"))
    cases = [value for file in files for value in vars(importlib.import_module(file.stem)).values() if isinstance(value, Cases)]
    assert sum(len(c.params) for c in cases) >= 260
