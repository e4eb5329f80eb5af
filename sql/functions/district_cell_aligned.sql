-- district_cell_aligned: the whole cells inside a polygon whose edges all run along cell borders, or nothing
-- when some edge does not. Even-odd scan lines over the vertical edges: no geometry is clipped, so a mask of
-- half a million cells takes about a second.
CREATE OR REPLACE FUNCTION district_cell_aligned(grid_geom geometry, nx integer, ny integer)
RETURNS TABLE (col integer, "row" integer)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE ROWS 5000
    SET search_path = fluxgrid, public, pg_temp AS $$
DECLARE
    edge_x float8[];
    edge_y0 float8[];
    edge_y1 float8[];
    is_aligned boolean;
BEGIN
    SELECT bool_and(x0 = floor(x0) AND y0 = floor(y0) AND (x0 = x1 OR y0 = y1)),
           array_agg(x0) FILTER (WHERE x0 = x1 AND y0 <> y1),
           array_agg(least(y0, y1)) FILTER (WHERE x0 = x1 AND y0 <> y1),
           array_agg(greatest(y0, y1)) FILTER (WHERE x0 = x1 AND y0 <> y1)
    INTO is_aligned, edge_x, edge_y0, edge_y1
    FROM (SELECT ST_X(p.geom) AS x0, ST_Y(p.geom) AS y0,
                 lead(ST_X(p.geom)) OVER ring AS x1, lead(ST_Y(p.geom)) OVER ring AS y1
          FROM ST_DumpPoints(grid_geom) p
          WINDOW ring AS (PARTITION BY p.path[1:cardinality(p.path) - 1] ORDER BY p.path[cardinality(p.path)])) e
    WHERE x1 IS NOT NULL;
    IF NOT is_aligned THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT c, s.y
        FROM (SELECT x.y::integer, x.edge::integer AS west, lead(x.edge::integer) OVER line AS east, row_number() OVER line AS nth
              FROM (SELECT y, e.edge FROM unnest(edge_x, edge_y0, edge_y1) AS e (edge, y0, y1),
                           generate_series(e.y0::integer, e.y1::integer - 1) AS y) x
              WINDOW line AS (PARTITION BY x.y ORDER BY x.edge)) s,
             generate_series(greatest(s.west, 0), least(s.east, nx) - 1) AS c
        WHERE s.nth % 2 = 1 AND s.y BETWEEN 0 AND ny - 1;
END $$;
COMMENT ON FUNCTION district_cell_aligned(geometry, integer, integer) IS
    'Whole cells (column, row) inside a polygon in index space whose edges follow the cells; no rows when they do not.';
