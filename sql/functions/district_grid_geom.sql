-- district_grid_geom: a district in the index space of a grid: x = columns from the west edge, y = rows from
-- the north edge. Coordinates are rounded to 2^-30 of a cell (about a micrometre at 0.01 degree), a dyadic
-- step, so that borders that were traced along cells get whole numbers and every later comparison is exact.
CREATE OR REPLACE FUNCTION district_grid_geom(geom geometry, g grid)
RETURNS geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = fluxgrid, public, pg_temp AS $$
    SELECT CASE WHEN ST_IsValid(s) THEN s ELSE ST_MakeValid(s, 'method=structure') END -- rounding can fold a sliver
    FROM ST_SnapToGrid(ST_SetSRID(ST_Affine(geom, 1 / g.dx, 0, 0, -1 / g.dy, -g.x0 / g.dx, g.y0 / g.dy), 0),
                       9.313225746154785e-10) s
$$;
COMMENT ON FUNCTION district_grid_geom(geometry, grid) IS 'Geometry in columns and rows of a grid (native level), y to the south.';
