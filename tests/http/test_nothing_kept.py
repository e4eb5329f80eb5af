"""A server whose caches keep nothing answers as one that keeps everything."""
import pytest
from test_metrics import read, value

TILE = "/tiles/uzbekistan/emissions-co2/7/86/47"
HOST = {"Host": "map.example"}  # which answers with links hold
ADDRESSES = [f"{TILE}.png", f"{TILE}.json", f"{TILE}.f32", "/v1/emissions", "/v1/at?lon=69.24&lat=41.3", "/tiles/uzbekistan/net-co2e/5/21/11.png"]


@pytest.fixture(scope="module")
def forgetful(start_server, database):
    made = start_server(database, FLUXGRID_RESPONSE_CACHE_MIB="0", FLUXGRID_BLOCK_CACHE_MIB="0")
    yield made
    made.stop()


@pytest.mark.parametrize("path", ADDRESSES)
def test_the_bytes_are_the_same(server, forgetful, path):
    kept = server.get(path, headers=HOST)
    assert kept.status_code == 200 and len(kept.content) > 100
    for _ in range(2):
        made = forgetful.get(path, headers=HOST)
        assert (made.status_code, made.content, made.headers["ETag"]) == (200, kept.content, kept.headers["ETag"])


def test_nothing_is_kept(forgetful):
    before = read(forgetful)
    for _ in range(2):
        assert forgetful.get(f"{TILE}.png").status_code == 200
    after = read(forgetful)
    for cache in ("response", "block"):
        assert value(after, f"fluxgrid_{cache}_cache_bytes") == 0
        assert value(after, f"fluxgrid_{cache}_cache_hits_total") == value(before, f"fluxgrid_{cache}_cache_hits_total")
    assert value(after, "fluxgrid_block_cache_misses_total") - value(before, "fluxgrid_block_cache_misses_total") >= 2
