-- grid_put: the id of a grid, which is created when it is new.
CREATE OR REPLACE FUNCTION grid_put(x0 double precision, y0 double precision, dx double precision, dy double precision, nx integer, ny integer)
RETURNS bigint
LANGUAGE plpgsql VOLATILE STRICT
    SET search_path = fluxgrid, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    found_id bigint;
BEGIN
    INSERT INTO grid (x0, y0, dx, dy, nx, ny) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING;
    SELECT g.id INTO STRICT found_id FROM grid g
    WHERE (g.x0, g.y0, g.dx, g.dy, g.nx, g.ny) = ($1, $2, $3, $4, $5, $6);
    RETURN found_id;
END $$;
COMMENT ON FUNCTION grid_put(double precision, double precision, double precision, double precision, integer, integer) IS
    'Id of the grid with this west edge, north edge, cell size (degrees), columns and rows; creates it if need be.';
