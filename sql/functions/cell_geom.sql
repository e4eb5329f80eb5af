-- cell_geom: the rectangle of one cell. The last cells of an overview end at the grid's own edge.
CREATE OR REPLACE FUNCTION cell_geom(g fluxgrid.grid, level integer, col integer, "row" integer)
RETURNS geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT public.ST_MakeEnvelope(g.x0 + (col << level) * g.dx, g.y0 - least(("row" + 1) << level, g.ny) * g.dy,
                           g.x0 + least((col + 1) << level, g.nx) * g.dx, g.y0 - ("row" << level) * g.dy, 4326)
$$;
COMMENT ON FUNCTION cell_geom(grid, integer, integer, integer) IS
    'Rectangle (EPSG:4326) of a cell: grid, level, column from the west, row from the north.';
