"""The fixtures of the fault tests: the size of a run, and the notes its table is made of. README.md says how to use them."""
from __future__ import annotations

import os
import pathlib
import sys

import pytest
import tally

# helpers that the HTTP and import tests have already: raw sockets, crowds, kills
for neighbour in ("http", "import"):
    sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / neighbour))

IS_FULL = os.environ.get("FLUXGRID_FAULTS") == "full"


def pytest_configure(config):
    config.addinivalue_line("markers", "full: only `make faults` runs it")


def pytest_collection_modifyitems(config, items):
    """Left out, not skipped: `make test` does not claim these."""
    here = str(pathlib.Path(__file__).parent)
    if not IS_FULL:
        out = [item for item in items if str(item.path).startswith(here) and item.get_closest_marker("full")]
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]


def pytest_runtest_logreport(report):
    """Tells the table how each test ended: passed, or failed at whichever of its parts."""
    if report.when == "call" or report.failed:
        tally.note({"test": report.nodeid, "outcome": report.outcome})


@pytest.fixture(scope="session")
def full() -> bool:
    return IS_FULL


@pytest.fixture(scope="session")
def scale():
    """scale(full_count, fast_count): the one of this run."""
    return lambda full_count, fast_count: full_count if IS_FULL else fast_count


@pytest.fixture
def held():
    """held("T3", "connections that drip their headers were closed", tried, held, figure="...", target="..."): a row of
    the table, and a failure unless all that was tried held."""
    def held(threat: str, what: str, tried: int, held: int, figure: str = "", target: str = ""):
        tally.note({"threat": threat, "what": what, "tried": tried, "held": held, "figure": figure, "target": target})
        assert tried > 0, "nothing was tried"
        assert held == tried, f"{threat}: {what}: {held} of {tried} held {figure}"
    return held


@pytest.fixture
def measured():
    """measured("T3", "good clients' p99", 0.7, "ms", at_most=10): a figure of the table. A full run fails when it is missed;
    `make test` shares its machine and judges no time."""
    def measured(threat: str, what: str, value: float, unit: str, at_most: float | None = None, at_least: float | None = None):
        row = {"threat": threat, "what": what, "value": value, "unit": unit, "at_most": at_most, "at_least": at_least}
        tally.note(row)
        assert not IS_FULL or tally.is_met(row), f"{threat}: {what}: {tally.cells(row)[2]}, wanted {tally.cells(row)[3]}"
    return measured
