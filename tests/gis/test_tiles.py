"""Tiles against the laws they keep and against an oracle that shares no code with the server."""
import contextlib
import io
import math
import random
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import requests
from PIL import Image

import remap_oracle as remap
import tile_oracle as demo

GRID = demo.GRID
RELEASE = "uzbekistan@1.0.0"
LAYERS = ("emissions-co2", "emissions-ch4", "emissions-n2o", "emissions-co2e", "removals-co2",
          "removals-co2e", "net-co2", "net-co2e")
COARSE = {"x0": 55.0, "y0": 46.0, "dx": 0.1, "dy": 0.1, "nx": 190, "ny": 95}
EXACT_ZOOM = 6  # from here on the demonstration's tiles use native cells


class Client:
    """One server. A connection for each question: a kept one might be ended, as idle, in the very moment of the next."""

    def __init__(self, server):
        self.server = server

    def get(self, path, status=200, **query):
        answer = requests.get(self.server.url + path, params=query, timeout=60)
        assert answer.status_code == status, f"{answer.url}: {answer.status_code} {answer.text[:300]}"
        return answer

    def tile(self, layer, z, x, y, file="f32", size=256, release=RELEASE, **query):
        scale = "@2x" if size == 512 else ""
        return self.get(f"/tiles/{release}/{layer}/{z}/{x}/{y}{scale}.{file}", **query)

    def density(self, layer, z, x, y, size=256, **query):
        answer = self.tile(layer, z, x, y, "f32", size, **query)
        assert len(answer.content) == size * size * 4
        return np.frombuffer(answer.content, dtype="<f4").reshape(size, size).astype(float)

    def mass(self, layer, z, x, y, size=256, **query):
        """Tonnes per pixel: density x ground area of its row; 0 where there is no data."""
        density = self.density(layer, z, x, y, size, **query)
        return np.where(np.isnan(density), 0.0, density * pixel_area_km2(z, x, y, size))


def pixel_area_km2(z, x, y, size):
    _, lat = remap.tile_edges(z, x, y, size)
    return remap.area_km2(360.0 / size / 2**z, lat[1:], lat[:-1])[:, None]


@pytest.fixture(scope="module")
def tiles(server):
    return Client(server)


def tile_at(z, lon, lat):
    n = 2**z
    return int((lon + 180) / 360 * n), int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n)


def random_tiles(count, zooms, seed, box=(56.0, 37.2, 73.1, 45.6)):
    rng = random.Random(seed)
    for _ in range(count):
        z = rng.choice(zooms)
        yield (z, *tile_at(z, rng.uniform(box[0], box[2]), rng.uniform(box[1], box[3])))


# --- conservation ---------------------------------------------------------------------------

@pytest.mark.parametrize("layer", LAYERS)
def test_every_zoom_sums_to_the_release(tiles, layer, expected):
    """z 0-8: all tiles that touch the grid, by their floats and by their header; what the other
    tiles hold is the subject of test_outside_is_one_empty_tile."""
    total = demo.total(layer)
    if layer.count("co2e") == 0 and not layer.startswith("net"):
        flow, gas = layer.split("-")
        assert total == pytest.approx(expected["country_2022_mass_kt"][gas.upper()][flow[:-1]] * 1e3, rel=1e-9)
    for z in range(9):
        floats, headers = [], []
        for x, y in remap.tiles_touching(GRID, z):
            answer = tiles.tile(layer, z, x, y, year=2022)
            density = np.frombuffer(answer.content, dtype="<f4").reshape(256, 256).astype(float)
            floats.append(math.fsum(np.nan_to_num(density * pixel_area_km2(z, x, y, 256)).ravel()))
            headers.append(float(answer.headers["X-Tile-Mass-t"]))
        assert math.fsum(floats) == pytest.approx(total, rel=1e-6), z
        assert math.fsum(headers) == pytest.approx(total, rel=1e-9), z


def test_a_tile_is_its_four_children(tiles):
    for z, x, y in random_tiles(200, range(EXACT_ZOOM, 14), seed=1):
        layer = random.Random(z * x * y).choice(LAYERS)
        parent = tiles.mass(layer, z, x, y)
        children = np.block([[tiles.mass(layer, z + 1, 2 * x + i, 2 * y + j) for i in (0, 1)] for j in (0, 1)])
        quads = children.reshape(256, 2, 256, 2).sum(axis=(1, 3))
        scale = np.abs(children).reshape(256, 2, 256, 2).sum(axis=(1, 3))
        assert np.all(np.abs(parent - quads) <= 3e-7 * scale + 1e-12), (layer, z, x, y)


def test_doubled_pixels_hold_the_same_mass(tiles):
    for z, x, y in random_tiles(40, range(EXACT_ZOOM, 17), seed=2):
        one = tiles.tile("emissions-co2e", z, x, y)
        two = tiles.tile("emissions-co2e", z, x, y, size=512)
        assert float(two.headers["X-Tile-Mass-t"]) == pytest.approx(float(one.headers["X-Tile-Mass-t"]), rel=1e-9)
    for z in range(EXACT_ZOOM):  # overview levels differ, so only a whole zoom must agree
        sums = [math.fsum(float(tiles.tile("emissions-co2e", z, x, y, size=size).headers["X-Tile-Mass-t"])
                          for x, y in remap.tiles_touching(GRID, z)) for size in (256, 512)]
        assert sums[0] == pytest.approx(sums[1], rel=1e-9)


def test_sectors_sum_to_the_whole(tiles):
    codes = sorted({row["sector"].split(".")[0] for row in demo.table("sector_totals.csv")})
    for z, x, y in random_tiles(12, range(3, 12), seed=3):
        whole = tiles.mass("emissions-co2e", z, x, y)
        parts = []
        for code in codes:
            if demo.parts("emissions-co2e", sectors=(code,)):
                parts.append(tiles.mass("emissions-co2e", z, x, y, sector=f"IPCC2006:{code}"))
        assert np.allclose(sum(parts), whole, rtol=1e-6, atol=1e-9)


# --- the oracle -----------------------------------------------------------------------------

def compare(got, want, where):
    assert np.array_equal(np.isnan(got), np.isnan(want)), where
    both = ~np.isnan(got)
    scale = np.abs(want[both])
    assert np.all(np.abs(got[both] - want[both]) <= 1e-5 * scale + 1e-12), where
    return int(both.sum())


def test_pixels_agree_with_numpy_on_the_demonstration(tiles):
    pixels = 0
    for number, (z, x, y) in enumerate(random_tiles(200, range(3, 17), seed=4)):
        layer = ("emissions-co2e", "removals-co2", "emissions-ch4")[number % 3]
        size, year = (256, 512)[number % 2], (2022, 2012)[number // 2 % 2]
        _, want = remap.remap(GRID, demo.cells(layer, year), z, x, y, size)
        got = tiles.density(layer, z, x, y, size, year=year)
        pixels += compare(got, want, (layer, year, z, x, y, size))
    assert pixels > 1e6


def test_signed_pixels_agree_with_numpy(tiles):
    """Net cancels, so the measure is the gross mass."""
    for z, x, y in random_tiles(20, range(3, 17), seed=5):
        _, gross = remap.remap(GRID, demo.cells("emissions-co2e"), z, x, y)
        _, sink = remap.remap(GRID, demo.cells("removals-co2e"), z, x, y)
        _, want = remap.remap(GRID, demo.cells("net-co2e"), z, x, y)
        got = tiles.density("net-co2e", z, x, y)
        assert np.array_equal(np.isnan(got), np.isnan(want))
        scale = np.nan_to_num(gross) + np.nan_to_num(sink)
        assert np.all(np.nan_to_num(np.abs(got - want)) <= 1e-5 * scale + 1e-12)


def test_overview_zooms_move_little_mass():
    """The table of docs/numbers.md: mass that stands in another pixel than the remap of native cells
    puts it, since an overview cell is up to half a pixel."""
    cells = demo.cells("emissions-co2e")
    for z, percent in enumerate((7.2, 13.6, 17.8, 10.3, 11.7, 5.8, 0)):
        moved = whole = 0.0
        for x, y in remap.tiles_touching(GRID, z):
            native, _ = remap.remap(GRID, cells, z, x, y, level=0)
            shown, _ = remap.remap(GRID, cells, z, x, y)
            moved += np.abs(shown - native).sum() / 2
            whole += native.sum()
        assert 100 * moved / whole == pytest.approx(percent, abs=0.06), z


# --- a second release, on a grid of 0.1 degree ------------------------------------------------

def coarse_cells():
    rng = np.random.default_rng(11)
    values = rng.lognormal(4, 2, size=(COARSE["ny"], COARSE["nx"])).astype("f4")
    values[rng.random(values.shape) < 0.3] = np.nan
    values[rng.random(values.shape) < 0.05] = 0
    return values


def insert_coarse(connection):
    """A release "coarse" on its own grid: one field, two sectors, CO2 2022."""
    cells = coarse_cells()
    total = float(np.nansum(cells.astype(float)))
    with connection.cursor() as cursor:
        cursor.execute("SET search_path = fluxgrid, public")
        cursor.execute("INSERT INTO grid (x0, y0, dx, dy, nx, ny) VALUES (55, 46, 0.1, 0.1, 190, 95) RETURNING id")
        grid = cursor.fetchone()[0]
        cursor.execute("INSERT INTO field (grid, name, sha256, kind, total, sum_sq, cells) VALUES"
                       " (%s, 'noise', repeat('ab', 32), 'raster', %s, 1, %s) RETURNING id",
                       (grid, total, int((~np.isnan(cells)).sum())))
        field = cursor.fetchone()[0]
        for by in range(2):
            for bx in range(3):
                part = cells[by * 64:by * 64 + 64, bx * 64:bx * 64 + 64]
                block = np.full((64, 64), np.nan, dtype="f4")
                block[:part.shape[0], :part.shape[1]] = part
                cursor.execute("INSERT INTO block VALUES (%s, 0, %s, %s, %s, %s, %s, %s, %s)",
                               (field, bx, by, block.astype(">f4").tobytes(), int((~np.isnan(block)).sum()),
                                float(np.nansum(block.astype(float))), float(np.nanmin(block)),
                                float(np.nanmax(block))))
        cursor.execute("SELECT block_overviews(%s)", (field,))
        cursor.execute("INSERT INTO release (slug, version, title_en, title_ru, title_uz, title_ko, publisher,"
                       " licence, attribution, citation, method, sha256) VALUES ('coarse', '0.1.0', 'Coarse <&>',"
                       " 'C', 'C', 'C', 'nobody', 'CC0', 'nobody & sons', 'none', 'made up', repeat('9a', 32))"
                       " RETURNING id")
        release = cursor.fetchone()[0]
        for sector, share in (("IPCC2006:1.A.1", 0.25), ("IPCC2006:2.A.1", 0.75)):
            cursor.execute("INSERT INTO slice (release, sector, gas, flow, origin, fuel, year, field, factor,"
                           " mass_t, method) VALUES (%s, %s, 'CO2', 'emission', 'fossil', '', 2022, %s, %s, %s,"
                           " 'reported')", (release, sector, field, share, share * total))
        cursor.execute("SELECT release_publish(%s)", (release,))


@pytest.fixture(scope="module")
def both(cluster, database, start_server):
    """A server with the demonstration and the release "coarse"."""
    copy = cluster.create_database("tiles_two_releases", "template_loaded")
    with contextlib.closing(copy.connect()) as connection:
        insert_coarse(connection)
    return Client(start_server(copy))


def test_pixels_agree_with_numpy_on_a_coarse_grid(both):
    cells = coarse_cells().astype(float)
    box = (55.2, 36.8, 73.8, 45.8)
    for number, (z, x, y) in enumerate(random_tiles(200, range(3, 17), seed=6, box=box)):
        size = (256, 512)[number % 2]
        _, want = remap.remap(COARSE, cells, z, x, y, size)
        compare(both.density("emissions-co2", z, x, y, size, release="coarse@0.1.0"), want, (z, x, y, size))


def test_two_grids_in_one_difference(both):
    fine, coarse = demo.cells("emissions-co2"), coarse_cells().astype(float)
    for z, x, y in random_tiles(12, range(4, 12), seed=7):
        a, a_density = remap.remap(GRID, fine, z, x, y)
        b, b_density = remap.remap(COARSE, coarse, z, x, y)
        got = both.mass("emissions-co2", z, x, y, minus="coarse@0.1.0:2022")
        assert np.all(np.abs(got - (a - b)) <= 1e-5 * (np.abs(a) + np.abs(b)) + 1e-9)
        density = both.density("emissions-co2", z, x, y, minus="coarse@0.1.0:2022")
        assert np.array_equal(np.isnan(density), np.isnan(a_density) & np.isnan(b_density))
        turned = both.density("emissions-co2", z, x, y, release="coarse@0.1.0", minus=RELEASE)
        assert np.array_equal(turned, -density, equal_nan=True)


# --- algebra --------------------------------------------------------------------------------

def test_net_is_emission_minus_removal(tiles):
    for z, x, y in random_tiles(40, range(3, 15), seed=8):
        emission, removal = tiles.mass("emissions-co2e", z, x, y), tiles.mass("removals-co2e", z, x, y)
        net = tiles.mass("net-co2e", z, x, y)
        assert np.all(np.abs(net - (emission - removal)) <= 2e-7 * (emission + removal) + 1e-12)


def test_a_release_minus_itself_is_empty(tiles):
    blank = tiles.tile("net-co2e", 6, 0, 0, "png").content
    for z, x, y in random_tiles(10, range(0, 15), seed=9):
        for minus in ("2022", RELEASE, f"{RELEASE}:2022"):
            answer = tiles.tile("net-co2e", z, x, y, "png", minus=minus)
            assert answer.content == blank and float(answer.headers["X-Tile-Mass-t"]) == 0
            assert np.isnan(tiles.density("net-co2e", z, x, y, minus=minus)).all()


def test_differences_of_years_are_antisymmetric(tiles):
    for z, x, y in random_tiles(20, range(3, 15), seed=10):
        forth = tiles.density("emissions-co2e", z, x, y, year=2022, minus=2010)
        back = tiles.density("emissions-co2e", z, x, y, year=2010, minus=2022)
        assert np.array_equal(forth, -back, equal_nan=True)
        a, b = (tiles.mass("emissions-co2e", z, x, y, year=year) for year in (2022, 2010))
        got = np.nan_to_num(forth) * pixel_area_km2(z, x, y, 256)
        assert np.all(np.abs(got - (a - b)) <= 2e-7 * (a + b) + 1e-12)


@pytest.mark.parametrize("gwp", sorted(demo.GWP))
def test_co2e_is_the_gases_weighted(tiles, gwp):
    """Ratios are exact where one gas of one origin is shown alone."""
    fossil, other, n2o = demo.GWP[gwp]
    for sector, gas, weight in (("3.A.1", "ch4", other), ("3.C.4", "n2o", n2o), ("1.B.2.b", "ch4", fossil)):
        for z, x, y in random_tiles(6, range(3, 12), seed=11):
            options = {"sector": f"IPCC2006:{sector}"}
            mass = float(tiles.tile(f"emissions-{gas}", z, x, y, **options).headers["X-Tile-Mass-t"])
            co2e = float(tiles.tile("emissions-co2e", z, x, y, gwp=gwp, **options).headers["X-Tile-Mass-t"])
            assert co2e == pytest.approx(weight * mass, rel=1.1e-11)  # 12 digits each
    for z, x, y in random_tiles(4, range(3, 12), seed=12):
        whole = tiles.mass("emissions-co2e", z, x, y, gwp=gwp)
        if fossil == other:
            parts = (tiles.mass("emissions-co2", z, x, y) + fossil * tiles.mass("emissions-ch4", z, x, y)
                     + n2o * tiles.mass("emissions-n2o", z, x, y))
            assert np.allclose(whole, parts, rtol=1e-6, atol=1e-9)


# --- pictures -------------------------------------------------------------------------------

def classes_of_colours(tiles, style):
    legend = tiles.get(f"/legend/{style}.json").json()
    rgba = lambda text: tuple(bytes.fromhex(text[1:]))  # noqa: E731
    colours = {rgba(c["colour"]): c["class"] for c in legend["classes"]}
    colours[rgba(legend["zero"]["colour"])] = -1
    colours[rgba(legend["nodata"]["colour"])] = None
    assert len(colours) == len(legend["classes"]) + 2
    return colours


def palette_entries(png):
    at = png.index(b"PLTE")
    return int.from_bytes(png[at - 4:at], "big") // 3


def test_a_picture_has_the_classes_of_its_json(tiles):
    for number, (z, x, y) in enumerate(random_tiles(30, range(0, 17), seed=13)):
        layer, style, query = (("emissions-co2e", "density-inferno", {}), ("net-co2e", "net-prgn", {}),
                               ("emissions-ch4", "density-inferno-ch4", {}),
                               ("emissions-co2", "density-cividis", {"style": "density-cividis"}),
                               ("net-co2e", "difference-rdbu", {"minus": "2012"}))[number % 5]
        size = (256, 512)[number % 2]
        data = tiles.tile(layer, z, x, y, "json", size, **query).json()
        answer = tiles.tile(layer, z, x, y, "png", size, **query)
        picture = Image.open(io.BytesIO(answer.content))
        assert picture.mode == "P" and picture.size == (size, size) and data["style"] == style
        colours = classes_of_colours(tiles, style)
        used = set()
        pixels = np.asarray(picture.convert("RGBA")).reshape(-1, 4)
        for pixel, want in zip(map(tuple, pixels.tolist()), (c for row in data["class"] for c in row)):
            assert colours[pixel] == want
            used.add(pixel)
        assert palette_entries(answer.content) == len(used)  # nothing unused
        values = np.array([[math.nan if v is None else v for v in row] for row in data["value"]])
        floats = tiles.density(layer, z, x, y, size, **query)
        assert np.allclose(values, floats, rtol=1.2e-7, atol=0, equal_nan=True)
        breaks = np.array(data["breaks"])
        want = np.searchsorted(breaks, values.ravel(), side="right")  # half-open from below
        got = np.array([-2 if c is None else c for row in data["class"] for c in row])
        plain = (got >= 0)
        assert np.array_equal(got[plain], want[plain])
        assert np.all(values.ravel()[got == -1] == 0) and np.all(np.isnan(values.ravel()[got == -2]))


def test_neighbours_have_no_seam(tiles):
    """Four tiles beside each other are the pixels of one tile of twice the size."""
    for z, x, y in random_tiles(20, range(2, 14), seed=14):
        whole = tiles.density("emissions-co2e", z, x, y, size=512)
        four = np.block([[tiles.density("emissions-co2e", z + 1, 2 * x + i, 2 * y + j) for i in (0, 1)]
                         for j in (0, 1)])
        assert np.array_equal(np.isnan(whole), np.isnan(four))
        assert np.allclose(np.nan_to_num(whole), np.nan_to_num(four), rtol=3e-7, atol=0)


def test_a_picture_tells_where_it_comes_from(tiles):
    picture = Image.open(io.BytesIO(tiles.tile("net-co2e", 6, 43, 24, "png", gwp="AR6-100").content))
    release = tiles.get(f"/v1/releases/{RELEASE}").json()
    text = picture.text
    header = tiles.tile("net-co2e", 6, 43, 24, "png", gwp="AR6-100").headers["X-Tile-Mass-t"]
    assert text["MassSum"] == f"{header} t"
    assert text["Release"] == RELEASE and text["Unit"] == "t CO2e (AR6-100)/km2/yr"
    assert text["Source"] == release["attribution"] and text["Licence"] == release["licence"]
    assert text["Breaks"] == "-10000 -1000 -100 -10 -1 1 10 100 1000 10000"
    assert "Not a measurement" in text["Warning"] and "net-co2e, 2022" in text["Title"]


def test_outside_is_one_empty_tile(tiles):
    """Tiles that touch no grid: the same bytes and tag, whatever is asked, and no mass."""
    tags, bodies = set(), set()
    for z, x, y in ((2, 0, 0), (5, 0, 31), (14, 0, 0), (22, 4194303, 4194303), (6, 40, 24)):
        for layer, query in (("net-co2e", {}), ("emissions-ch4", {"year": 2011}), ("emissions-co2", {"minus": 2010})):
            answer = tiles.tile(layer, z, x, y, "png", **query)
            tags.add(answer.headers["ETag"])
            bodies.add(answer.content)
            assert answer.headers["X-Tile-Mass-t"] == "0"
    assert len(tags) == 1 and len(bodies) == 1
    pixels = np.asarray(Image.open(io.BytesIO(bodies.pop())).convert("RGBA"))
    assert pixels.shape == (256, 256, 4) and not pixels[..., 3].any()


# --- addresses ------------------------------------------------------------------------------

@pytest.mark.parametrize("path, status, parameter", [
    ("net-co2e/5/32/0.png", 404, "tile"), ("net-co2e/5/0/32.png", 404, "tile"), ("net-co2e/23/0/0.png", 404, "tile"),
    ("net-co2e/05/0/0.png", 400, "tile"), ("net-co2e/5/-1/0.png", 400, "tile"), ("net-co2e/5/1/0x1.png", 400, "tile"),
    ("net-co2e/5/1/1.gif", 400, "tile"), ("net-co2e/5/1/1", 400, "tile"), ("net-co2e/5/1/1@3x.png", 400, "tile"),
    ("net-co2e/5/1/.png", 400, "tile"), ("net-co2e/5/1/1.png.png", 400, "tile"), ("net-co2e/5/1/01.png", 400, "tile"),
    ("net-xyz/5/1/1.png", 404, "layer"), ("NET-CO2E/5/1/1.png", 404, "layer"), ("net-ch4/5/1/1.png", 404, "layer"),
    ("net-co2e/5/1/1.png?year=1999", 404, "year"), ("net-co2e/5/1/1.png?year=22", 400, "year"),
    ("net-co2e/5/1/1.png?year=2022&month=2022-07", 400, "month"), ("net-co2e/5/1/1.png?month=2022-07", 404, "month"),
    ("net-co2e/5/1/1.png?month=7", 400, "month"), ("net-co2e/5/1/1.png?month=2022-13", 400, "month"),
    ("net-co2e/5/1/1.png?gwp=AR9", 400, "gwp"), ("emissions-co2/5/1/1.png?gwp=AR9", 400, "gwp"),
    ("net-co2e/5/1/1.png?sector=9.9", 400, "sector"), ("net-co2e/5/1/1.png?sector=IPCC2006:1,,", 400, "sector"),
    ("net-co2e/5/1/1.png?style=none", 400, "style"), ("net-co2e/5/1/1.png?style=density-inferno", 400, "style"),
    ("net-co2e/5/1/1.png?minus=2099", 404, "minus"), ("net-co2e/5/1/1.png?minus=nobody@1.0.0", 404, "minus"),
    ("net-co2e/5/1/1.png?minus=uzbekistan@1.0.0:", 400, "minus"), ("net-co2e/5/1/1.png?minus=", 404, "minus"),
    ("net-co2e/5/1/1.png?colour=red", 400, "colour"), ("net-co2e.json?colour=red", 400, "colour"),
    ("net-xyz.json", 404, "layer"), ("net-co2e.xml", 404, "layer"),
])
def test_wrong_addresses_say_what_is_right(tiles, path, status, parameter):
    answer = tiles.get(f"/tiles/{RELEASE}/{path}", status)
    assert answer.headers["Content-Type"] == "application/problem+json"
    (error,) = answer.json()["errors"]
    assert error["parameter"] == parameter and error["reason"]
    if path != "net-co2e/5/1/1.png?colour=red":
        assert error["allowed"], error


def test_one_map_has_one_key(tiles):
    """Order, defaults and spelling do not make another answer; content does."""
    same = ["?", "?year=2022", "?gwp=AR5-100&year=2022", "?year=2022&gwp=AR5-100&style=density-inferno"]
    tags = {tiles.get(f"/tiles/{RELEASE}/emissions-co2e/7/85/48.png{q}").headers["ETag"] for q in same}
    assert len(tags) == 1
    other = ["?year=2021", "?gwp=AR6-100", "?style=density-cividis", "?sector=1", "?minus=2021"]
    more = {tiles.get(f"/tiles/{RELEASE}/emissions-co2e/7/85/48.png{q}").headers["ETag"] for q in other}
    assert len(more) == len(other) and not more & tags
    sectors = {tiles.get(f"/tiles/{RELEASE}/emissions-co2e/7/85/48.png?sector={s}").headers["ETag"]
               for s in ("IPCC2006:1.A,IPCC2006:2", "IPCC2006:2,IPCC2006:1.A", "1.A,2,1.A.1", "2,2,1.A")}
    assert len(sectors) == 1
    gwp = {tiles.get(f"/tiles/{RELEASE}/emissions-ch4/7/85/48.png?gwp={g}").headers["ETag"] for g in demo.GWP}
    assert len(gwp) == 1  # no weight plays a part in the mass of one gas


def test_pinned_is_forever_and_latest_points_to_it(tiles):
    pinned = tiles.get(f"/tiles/{RELEASE}/net-co2e/7/85/48.png")
    latest = tiles.get("/tiles/uzbekistan/net-co2e/7/85/48.png")
    assert "immutable" in pinned.headers["Cache-Control"] and "Link" not in pinned.headers
    assert "immutable" not in latest.headers["Cache-Control"]
    assert latest.content == pinned.content and latest.headers["ETag"] == pinned.headers["ETag"]
    link = latest.headers["Link"]
    canonical = link[link.index("<") + 1:link.index(">")]
    assert 'rel="canonical"' in link and canonical.startswith(f"/tiles/{RELEASE}/net-co2e/7/85/48.png?")
    assert tiles.get(canonical).headers["ETag"] == pinned.headers["ETag"]
    mixed = tiles.get(f"/tiles/{RELEASE}/net-co2e/7/85/48.png", minus="uzbekistan:2015")
    assert "immutable" not in mixed.headers["Cache-Control"]  # one of the two may move


# --- TileJSON, legends, styles --------------------------------------------------------------

def test_tilejson_describes_its_tiles(tiles):
    about = tiles.get("/tiles/uzbekistan/emissions-co2e.json", year=2021, gwp="AR6-20", sector="1.A,2").json()
    assert about["tilejson"] == "3.0.0" and about["scheme"] == "xyz" and about["version"] == "1.0.0"
    assert (about["minzoom"], about["maxzoom"]) == (0, 14) and about["bounds"] == [55.9, 37.1, 73.2, 45.7]
    (url,) = about["tiles"]
    assert url == (tiles.server.url + "/tiles/uzbekistan/emissions-co2e/{z}/{x}/{y}.png"
                   "?gwp=AR6-20&sector=IPCC2006:1.A,IPCC2006:2&year=2021")
    assert about["x-unit"] == "t CO2e (AR6-20)/km2/yr" and about["x-style"] == "density-inferno"
    assert about["x-release"] == RELEASE and "Not a measurement" in about["x-warning"]
    total = demo.total("emissions-co2e", year=2021, gwp="AR6-20", sectors=("1.A", "2"))
    assert about["x-mass-total-t"] == pytest.approx(total, rel=1e-9)
    world = url.replace(tiles.server.url, "").replace("{z}/{x}/{y}", "0/0/0")
    assert float(tiles.get(world).headers["X-Tile-Mass-t"]) == pytest.approx(total, rel=1e-9)
    svg = tiles.get(about["x-legend"].replace(tiles.server.url, ""))
    assert svg.headers["Content-Type"].startswith("image/svg+xml")


def test_tilejson_speaks_the_language_asked(tiles):
    path = f"/tiles/{RELEASE}/net-co2e.json"
    assert "Не измерение" in tiles.get(path, lang="ru").json()["x-warning"]
    answer = requests.get(tiles.server.url + path, headers={"Accept-Language": "ko"}, timeout=60)
    assert "대리 지표" in answer.json()["x-warning"] and "Accept-Language" in answer.headers["Vary"]
    tiles.get(path, 400, lang="xx")


def test_styles_are_listed_with_one_default_each(tiles):
    styles = tiles.get("/v1/styles", lang="en").json()["styles"]
    assert [s["id"] for s in styles] == sorted(s["id"] for s in styles)
    for quantity in ("density", "net", "difference"):
        for gas in ("CO2E", "CO2", "CH4", "N2O"):
            chosen = [s["id"] for s in styles if s["default"] and s["quantity"] == quantity and gas in s["gases"]]
            assert len(chosen) == 1, (quantity, gas)
    assert {s["unit"] for s in styles} == {"t/km2/yr"}


@pytest.mark.parametrize("lang", ["en", "ru", "uz", "ko"])
def test_legends_in_every_form_and_language(tiles, lang):
    for style in tiles.get("/v1/styles").json()["styles"]:
        path = f"/legend/{style['id']}"
        data = tiles.get(path + ".json", lang=lang).json()
        root = ElementTree.fromstring(tiles.get(path + ".svg", lang=lang).content)
        texts = [t.text for t in root.iter("{http://www.w3.org/2000/svg}text")]
        assert texts[:2] == [data["title"], data["unit"]] and len(data["classes"]) == len(style["breaks"]) + 1
        labels = [c["label"] for c in data["classes"]] + [data["zero"]["label"], data["nodata"]["label"]]
        assert all(text.startswith(label) for text, label in zip(texts[2:], labels, strict=True))
        png = Image.open(io.BytesIO(tiles.get(path + ".png", lang=lang).content))
        assert png.size[1] == 46 + 19 * len(labels) + 10


def test_legend_titles_name_the_flow_and_the_unit(tiles):
    data = tiles.get("/legend/density-inferno.json", lang="en", flow="removal", gas="co2", gwp="AR6-100").json()
    assert data["title"] == "Removal density" and data["unit"] == "t CO₂/km²/yr"
    data = tiles.get("/legend/density-inferno.json", lang="en", gwp="AR6-100").json()
    assert data["unit"] == "t CO₂e (AR6-100)/km²/yr"
    for query in ({"lang": "xx"}, {"gas": "CO3"}, {"gwp": "AR9"}, {"flow": "up"}, {"size": "9"}):
        tiles.get("/legend/density-inferno.json", 400, **query)
    tiles.get("/legend/none.json", 404)
    tiles.get("/legend/density-inferno.bmp", 404)


def test_many_at_once_are_the_same_tiles(tiles):
    """Workers share blocks, never results."""
    places = list(random_tiles(24, range(4, 12), seed=15))
    alone = [tiles.tile("net-co2e", *p, "f32", year=2016).content for p in places]
    with ThreadPoolExecutor(8) as pool:
        clients = [Client(tiles.server) for _ in range(8)]
        for _ in range(3):
            jobs = [pool.submit(clients[i % 8].tile, "net-co2e", *p, "f32", year=2016)
                    for i, p in enumerate(places * 4)]
            assert [j.result().content for j in jobs] == alone * 4


def test_many_legends_at_once(tiles):
    """Fonts are looked up and drawn on several workers; languages keep apart."""
    paths = [f"/legend/{style}.png?lang={lang}&gwp={gwp}" for style in ("net-prgn", "density-inferno")
             for lang in ("en", "ru", "uz", "ko") for gwp in sorted(demo.GWP)]
    clients = [Client(tiles.server) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(clients[i % 8].get, path) for i, path in enumerate(paths)]
        pictures = [job.result().content for job in jobs]
    assert len(set(pictures)) == len(paths)
