-- grid_cell_of: the native cell that holds a point; half-open, the west and north edges belong to the cell.
-- The edges are x0 + i * dx as everywhere else, so a quotient that rounds over an edge is put right.
CREATE OR REPLACE FUNCTION grid_cell_of(g grid, lon double precision, lat double precision)
RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN col BETWEEN 0 AND g.nx - 1 AND "row" BETWEEN 0 AND g.ny - 1 THEN ("row" * g.nx + col)::integer END
    FROM (SELECT c + CASE WHEN lon < g.x0 + c * g.dx THEN -1 WHEN lon >= g.x0 + (c + 1) * g.dx THEN 1 ELSE 0 END AS col,
                 r + CASE WHEN lat > g.y0 - r * g.dy THEN -1 WHEN lat <= g.y0 - (r + 1) * g.dy THEN 1 ELSE 0 END AS "row"
          FROM (SELECT floor((lon - g.x0) / g.dx) AS c, floor((g.y0 - lat) / g.dy) AS r) q) e
$$;
COMMENT ON FUNCTION grid_cell_of(grid, double precision, double precision) IS
    'Native cell (row * nx + column) that holds a point in degrees; NULL outside the grid.';
