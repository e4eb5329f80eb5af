"""T30: memory that cannot be had, at every allocation of a request: an answer, a refusal or an end, and the next answer is right."""
from __future__ import annotations

import time

import pytest
from failing import FailingMalloc
from torture import QUESTIONS, walk

pytestmark = pytest.mark.slow  # a sanitizer has an allocator of its own


CACHES = 40  # allocations: the block cache of 1 MiB holds now these blocks, now those


@pytest.fixture(scope="module")
def starving(start_server, database, workdir):
    """{is_cached: (server, its allocator)}: one server that computes every answer, one that remembers them."""
    common = dict(FLUXGRID_EVENT_THREADS="1", FLUXGRID_WORKERS="1")
    caches = {False: dict(FLUXGRID_RESPONSE_CACHE_MIB="0", FLUXGRID_BLOCK_CACHE_MIB="1"), True: {}}
    made = {}
    for is_cached, settings in caches.items():
        faulty = FailingMalloc(workdir, f"cached-{is_cached}")
        made[is_cached] = start_server(database, **common, **settings, **faulty.env), faulty
    return made


def test_a_request_survives_each_of_its_allocations(starving, scale, held):
    tried, crashes, wrong, leaks, refused, ended = 0, [], [], [], 0, 0
    for q in QUESTIONS:
        begun = time.monotonic()
        found = walk(*starving[q.is_cached], q, scale(1000, 6))
        tried, refused, ended = tried + found.tried, refused + found.refused, ended + found.ended
        crashes += found.crashes
        wrong += found.wrong
        leaks += [(q.name, found.growth, found.tried)] if found.growth > CACHES else []
        print(f"{q.name}: {found.tried} tried, {found.refused} refused, {found.ended} ended, {len(found.wrong)} wrong, "
              f"{len(found.crashes)} crashes, {found.growth} kept, {time.monotonic() - begun:.1f} s")
    for crash in crashes:
        print(*crash)
    assert not wrong, wrong[:10]
    assert not leaks, f"allocations that nobody freed: {leaks}"
    held("T30", f"allocations that failed within {len(QUESTIONS)} requests: no crash, no wrong answer, the next one right",
         tried, tried - len(crashes), f"{refused} refused, {ended} ended, the others answered all the same")
