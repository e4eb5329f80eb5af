"""What judges the hour's soak (tests/bench/soak_judge.py, T34): a leak is seen, and what is no leak is not."""
from __future__ import annotations

import dataclasses
import pathlib
import random
import sys

import pytest
import tally

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "bench"))
import soak_judge  # noqa: E402

HOUR, EVERY = 3600, 225


@dataclasses.dataclass
class Look:
    at_s: float
    heap_mib: float
    rss_mib: float
    own_descriptors: float


def looks(heap=lambda h: 0.0, rss=lambda h: 0.0, descriptors=lambda h: 0.0, noise=0.1) -> list[Look]:
    """An hour of them; each figure grows by what is said of the hours that have passed."""
    rng = random.Random(1)
    return [Look(at, 20 + heap(at / 3600) + rng.gauss(0, noise), 40 + rss(at / 3600) + rng.gauss(0, 13 * noise), 18 + descriptors(at / 3600) + rng.randint(0, 1))
            for at in range(EVERY, HOUR + 1, EVERY)]


def judge(at_rest, **other) -> list[str]:
    """What is not met."""
    got = {"seconds": HOUR, "requests": 1000, "wrong": 0, "recovered_s": 1.0, "publications": 12, "peak_mib": 180, "allowed_mib": 192, "looks": len(at_rest),
           "heap_slope_mib_h": soak_judge.slope_per_h(at_rest, "heap_mib") if at_rest else None,
           "rss_slope_mib_h": soak_judge.slope_per_h(at_rest, "rss_mib") if at_rest else None, "more_descriptors": soak_judge.more_descriptors(at_rest) if at_rest else 0}
    return [row["what"] for row in soak_judge.rows({**got, **other}) if not tally.is_met(row)]


@pytest.mark.parametrize("at_rest", [
    looks(), looks(noise=0), looks(heap=lambda h: 15 * min(h, 0.3), rss=lambda h: 30 * min(h, 0.3)), looks(descriptors=lambda h: 9 * (h > 0.3)),
    looks(descriptors=lambda h: 5 * (0.5 < h < 0.55)), looks(heap=lambda h: -3 * h, rss=lambda h: -3 * h)],
    ids=["as seen", "no noise", "growing while it warms up", "connections of the first hour", "some for a moment", "less and less"])
def test_what_is_no_leak(at_rest):
    assert judge(at_rest) == []


@pytest.mark.parametrize("at_rest, named", [
    (looks(heap=lambda h: 2.5 * h), "memory given out"), (looks(rss=lambda h: 12 * h), "resident memory"), (looks(heap=lambda h: 5 * (h > 0.7)), "memory given out"),
    (looks(descriptors=lambda h: int(12 * h)), "descriptors"), (looks(descriptors=lambda h: 4 * (h > 0.75)), "descriptors")],
    ids=["heap", "resident", "heap at once", "one with each version", "four for good"])
def test_a_leak_is_seen(at_rest, named):
    missed = judge(at_rest)
    assert missed and all(what.startswith(named) for what in missed)


def test_an_hour_that_was_not_looked_at_says_nothing_good():
    assert len(judge(looks()[:4])) == 3  # too few looks, and no slopes
    assert judge(looks(noise=3)) == ["memory given out when nobody asks, that standard error"]
    assert judge([]) and judge(looks(), wrong=1) and judge(looks(), recovered_s=None) and judge(looks(), peak_mib=200) and judge(looks(), publications=0)
    assert judge(looks(heap=lambda h: 50 * h)[:4], seconds=120) == []  # short: nothing is said of slopes
