"""Cells of a selection, computed a second time: numpy over the blocks as SQL has them."""
from __future__ import annotations

import numpy as np

BLOCK = 64


def cells(database, release: str, year: int, flow: str, weight, where: str = "true") -> tuple[np.ndarray, dict]:
    """Tonnes in each cell of the one grid of a selection, NaN = no data, and the grid.
    @param weight  of (gas, origin, flow) in the sum."""
    rows = database.rows(f"""
        SELECT s.gas, s.origin, s.flow, s.factor, s.field, f.grid FROM slice s JOIN release r ON r.id = s.release JOIN field f ON f.id = s.field
        WHERE r.slug = %s AND s.year = %s AND (s.flow = %s OR %s = 'net') AND {where}""", (release, year, flow, flow))
    (grid_id,) = {row[5] for row in rows}
    x0, y0, dx, dy, nx, ny = database.rows("SELECT x0, y0, dx, dy, nx, ny FROM grid WHERE id = %s", (grid_id,))[0]
    padded = np.full((-(-ny // BLOCK) * BLOCK, -(-nx // BLOCK) * BLOCK), np.nan)
    coefficients: dict = {}
    for gas, origin, of, factor, field, _ in rows:
        coefficients[field] = coefficients.get(field, 0) + factor * weight(gas, origin, of)
    for field, coefficient in coefficients.items():
        for bx, by, data in database.rows("SELECT bx, by, cells FROM block WHERE field = %s AND level = 0", (field,)):
            block = np.frombuffer(bytes(data), ">f4").reshape(BLOCK, BLOCK).astype(float)
            to = padded[by * BLOCK:(by + 1) * BLOCK, bx * BLOCK:(bx + 1) * BLOCK]
            has = ~np.isnan(block)
            to[has] = np.where(np.isnan(to[has]), 0, to[has]) + coefficient * block[has]
    return padded[:ny, :nx], {"x0": x0, "y0": y0, "dx": dx, "dy": dy, "nx": nx, "ny": ny, "id": grid_id}


def gini(values: np.ndarray) -> float:
    """2 sum(i x_i) / (n sum x) - (n + 1)/n, of values from the smallest on."""
    x = np.sort(values)
    n = len(x)
    return float(2 * (np.arange(1, n + 1) * x).sum() / (n * x.sum()) - (n + 1) / n)


def lorenz(values: np.ndarray, at: np.ndarray) -> np.ndarray:
    x = np.sort(values)
    return np.interp(at * len(x), np.arange(len(x) + 1), np.concatenate([[0], np.cumsum(x)]) / x.sum())


def smallest_set(values: np.ndarray, share: float) -> np.ndarray:
    """The largest that hold the share of what is above 0, with all that equal the last."""
    x = np.sort(values[values > 0])[::-1]
    last = x[np.searchsorted(np.cumsum(x), share * x.sum() * (1 - 1e-12))]
    return x[x >= last]
