"""What a tile must show, computed a second time.

An implementation of the conservative remap that shares no code with the server: numpy
matrices of overlap fractions, its own formulas for the Mercator and for ground area. Slow and
plain on purpose. Used to compare the server's .f32 and .json tiles and its X-Tile-Mass-t.

A grid is a dict of x0, y0 (west and north edge, degrees), dx, dy (positive degrees), nx, ny. Cells
are an array of ny rows (row 0 in the north) and nx columns, tonnes per cell, NaN where there is no
data. Run the file itself to check it against known figures.
"""

import math

import numpy as np

A_KM = 6378.137
E2 = 0.00669437999014
BLOCK = 64


def authalic_q(lat_deg):
    """q of domain.md 5.3: equal steps between two meridians are equal ground areas."""
    e = math.sqrt(E2)
    s = np.sin(np.radians(lat_deg))
    return (1 - E2) * (s / (1 - E2 * s * s) - np.log((1 - e * s) / (1 + e * s)) / (2 * e))


def area_km2(dlon_deg, south_deg, north_deg):
    """Ground area between two meridians and two parallels."""
    return A_KM**2 * np.radians(dlon_deg) / 2 * (authalic_q(north_deg) - authalic_q(south_deg))


def tile_edges(z, x, y, size):
    """(longitudes west to east, latitudes north to south) of the size + 1 pixel edges."""
    pixels = size * 2**z
    lon = 360.0 * (x * size + np.arange(size + 1)) / pixels - 180.0
    mercator = math.pi * (1.0 - 2.0 * (y * size + np.arange(size + 1)) / pixels)
    lat = np.degrees(2.0 * np.arctan(np.exp(mercator)) - math.pi / 2.0)
    return lon, lat


def top_level(grid):
    """The first level at which the grid fits one block."""
    level = 0
    while math.ceil(max(grid["nx"], grid["ny"]) / 2**level) > BLOCK:
        level += 1
    return level


def choose_level(grid, z, size):
    """The coarsest level whose cell is no larger than half a pixel (in longitude), else 0."""
    half_pixel = 360.0 / size / 2**z / 2.0
    cell = max(grid["dx"], grid["dy"])
    fitting = [k for k in range(top_level(grid) + 1) if cell * 2**k <= half_pixel]
    return max(fitting, default=0)


def overview(cells, level):
    """The cells of a level: sums of 2^level x 2^level native cells; NaN where none has data."""
    step = 2**level
    rows, columns = cells.shape
    padded = np.full((-(-rows // step) * step, -(-columns // step) * step), np.nan)
    padded[:rows, :columns] = cells
    parts = padded.reshape(padded.shape[0] // step, step, padded.shape[1] // step, step)
    has = ~np.isnan(parts)
    return np.where(has.any(axis=(1, 3)), np.where(has, parts, 0.0).sum(axis=(1, 3)), np.nan)


def cell_edges(grid, level):
    """(longitudes, latitudes) of a level's cell edges; the last is cut at the grid's own edge."""
    columns = np.minimum(np.arange(-(-grid["nx"] // 2**level) + 1) * 2**level, grid["nx"])
    rows = np.minimum(np.arange(-(-grid["ny"] // 2**level) + 1) * 2**level, grid["ny"])
    return grid["x0"] + columns * grid["dx"], grid["y0"] - rows * grid["dy"]


def overlap_fractions(pixel_edges, cells):
    """Matrix [pixel, cell]: the share of the cell inside the pixel. Both edges ascend."""
    low = np.maximum(pixel_edges[:-1, None], cells[None, :-1])
    high = np.minimum(pixel_edges[1:, None], cells[None, 1:])
    return np.clip(high - low, 0.0, None) / np.diff(cells)[None, :]


def times(fractions, cells):
    """fractions @ cells, where a pixel has a share of few cells, that lie side by side: the rest of the product would be zeros,
    and take a hundred times as long."""
    product = np.zeros((len(fractions), cells.shape[1]))
    for pixel, shares in enumerate(fractions):
        inside = np.flatnonzero(shares)
        if inside.size:
            near = slice(inside[0], inside[-1] + 1)
            product[pixel] = shares[near] @ cells[near]
    return product


def remap(grid, cells, z, x, y, size=256, level=None):
    """A tile of native cells: (mass, density), each size x size, row 0 in the north.

    mass is tonnes per pixel, 0 where there is no data; density is t/km2, NaN where there is none.
    """
    if level is None:
        level = choose_level(grid, z, size)
    return remap_level_cells(grid, overview(cells, level), level, z, x, y, size)


def remap_level_cells(grid, cells, level, z, x, y, size=256):
    """The same from cells that are a level's already (for many tiles of one overview)."""
    lon, lat = tile_edges(z, x, y, size)
    cell_lon, cell_lat = cell_edges(grid, level)
    wx = overlap_fractions(lon, cell_lon)
    wy = overlap_fractions(-authalic_q(lat), -authalic_q(cell_lat))
    # only the cells that the tile touches
    columns, rows = wx.any(axis=0), wy.any(axis=0)
    wx, wy, cells = wx[:, columns], wy[:, rows], cells[rows][:, columns]
    has = ~np.isnan(cells)
    mass = times(wx, times(wy, np.where(has, cells, 0.0)).T).T
    touched = times((wx > 0).astype(float), times((wy > 0).astype(float), has.astype(float)).T).T > 0
    area = area_km2(360.0 / size / 2**z, lat[1:], lat[:-1])[:, None]
    return mass, np.where(touched, mass / area, np.nan)


def combine(terms):
    """Sum of coefficient x cells; a cell has data where any term has."""
    masses = [np.where(np.isnan(cells), 0.0, coefficient * cells) for coefficient, cells in terms]
    missing = np.all([np.isnan(cells) for _, cells in terms], axis=0)
    return np.where(missing, np.nan, np.sum(masses, axis=0))


def tile_mass(mass):
    """Tonnes in a tile, summed without rounding."""
    return math.fsum(mass.ravel())


def tiles_touching(grid, z):
    """All (x, y) of a zoom whose ground overlaps the grid's."""
    n = 2**z
    west, east = grid["x0"], grid["x0"] + grid["nx"] * grid["dx"]
    north, south = grid["y0"], grid["y0"] - grid["ny"] * grid["dy"]
    lon = 360.0 * np.arange(n + 1) / n - 180.0
    mercator = math.pi * (1.0 - 2.0 * np.arange(n + 1) / n)
    lat = np.degrees(2.0 * np.arctan(np.exp(mercator)) - math.pi / 2.0)
    columns = [i for i in range(n) if lon[i + 1] > west and lon[i] < east]
    rows = [i for i in range(n) if lat[i] > south and lat[i + 1] < north]
    return [(x, y) for y in rows for x in columns]


def zoom_mass(grid, cells, z, size=256, level=None):
    """Tonnes in all tiles of a zoom: must be the cells' total (within Mercator's 85.05 degrees)."""
    if level is None:
        level = choose_level(grid, z, size)
    coarse = overview(cells, level)
    return math.fsum(
        tile_mass(remap_level_cells(grid, coarse, level, z, x, y, size)[0])
        for x, y in tiles_touching(grid, z)
    )


def check_itself():
    """Known figures and the conservation laws; raises AssertionError."""
    assert abs(area_km2(360.0, -90.0, 90.0) / 510065621.724 - 1) < 1e-12
    for lat, expected in ((0.0, 123.0907), (40.0, 94.7484), (60.0, 62.0747)):
        assert abs(area_km2(0.1, lat, lat + 0.1) - expected) < 1e-4
    grid = {"x0": 55.9, "y0": 45.7, "dx": 0.1, "dy": 0.1, "nx": 173, "ny": 86}
    rng = np.random.default_rng(1)
    cells = rng.lognormal(size=(86, 173))
    cells[rng.random(cells.shape) < 0.3] = np.nan
    total = math.fsum(cells[~np.isnan(cells)])
    for level in range(top_level(grid) + 1):
        coarse = overview(cells, level)
        assert abs(math.fsum(coarse[~np.isnan(coarse)]) / total - 1) < 1e-14
    for z in range(8):
        assert abs(zoom_mass(grid, cells, z) / total - 1) < 1e-13, z
    parent, _ = remap(grid, cells, 5, 21, 12, 64, 0)
    corner, _ = remap(grid, cells, 6, 42, 24, 64, 0)
    quads = corner.reshape(32, 2, 32, 2).sum(axis=(1, 3))
    assert np.allclose(parent[:32, :32], quads, rtol=1e-10, atol=1e-12)


if __name__ == "__main__":
    check_itself()
    print("remap_oracle: ok")
