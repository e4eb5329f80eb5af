-- overview_cells: every overview level of a field, summed in double from its native cells. The four parts of a
-- sum are added in a fixed order, so that the answer does not depend on the plan.
CREATE OR REPLACE FUNCTION overview_cells(of_field bigint)
RETURNS TABLE (level integer, col integer, "row" integer, value double precision)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 100000
    SET search_path = fluxgrid, public, pg_temp AS $$
    WITH RECURSIVE top AS (
        SELECT grid_top_level(g.nx, g.ny) AS level FROM field f JOIN grid g ON g.id = f.grid WHERE f.id = of_field
    ), pyramid AS (
        SELECT 0 AS level, array_agg(c.col) AS cols, array_agg(c."row") AS row_s, array_agg(c.value) AS cell_values
        FROM block_cells(of_field, 0) c
        UNION ALL
        SELECT p.level + 1, q.cols, q.row_s, q.cell_values
        FROM pyramid p, top t, LATERAL (
            SELECT array_agg(s.c) AS cols, array_agg(s.r) AS row_s, array_agg(s.v) AS cell_values
            FROM (SELECT u.c / 2 AS c, u.r / 2 AS r,
                         coalesce(sum(u.v) FILTER (WHERE u.r % 2 = 0 AND u.c % 2 = 0), 0)
                         + coalesce(sum(u.v) FILTER (WHERE u.r % 2 = 0 AND u.c % 2 = 1), 0)
                         + coalesce(sum(u.v) FILTER (WHERE u.r % 2 = 1 AND u.c % 2 = 0), 0)
                         + coalesce(sum(u.v) FILTER (WHERE u.r % 2 = 1 AND u.c % 2 = 1), 0) AS v
                  FROM unnest(p.cols, p.row_s, p.cell_values) AS u (c, r, v) GROUP BY u.r / 2, u.c / 2) s) q
        WHERE p.level < t.level
    )
    SELECT p.level, u.c, u.r, u.v FROM pyramid p, unnest(p.cols, p.row_s, p.cell_values) AS u (c, r, v) WHERE p.level > 0
$$;
COMMENT ON FUNCTION overview_cells(bigint) IS
    'Cells of all overview levels (1 and up) of a field, summed in double from its native cells.';
