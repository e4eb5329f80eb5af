-- district_cell_refresh: which share of each native cell's ground area lies in each district.
-- Runs as the owner, who alone may ANALYZE: the import reads the table in the same transaction.
-- Only the districts of these countries: the others' fractions stay as they are.
-- A district that is the union of its children has no rows of its own: view district_share sums theirs.
CREATE OR REPLACE FUNCTION district_cell_refresh(of_grid bigint, countries text[] DEFAULT '{}')
RETURNS bigint
LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER SET search_path = fluxgrid, public, pg_temp AS $$
DECLARE
    g grid;
    d record;
    written bigint := 0;
    n bigint;
BEGIN
    SELECT * INTO STRICT g FROM grid WHERE id = of_grid;
    DELETE FROM district_cell c USING district_scope(countries) s WHERE c.grid = of_grid AND c.district = s.district;
    FOR d IN SELECT id, district_grid_geom(geom, g) AS geom FROM district
             WHERE NOT is_union AND id IN (SELECT s.district FROM district_scope(countries) s) ORDER BY id LOOP
        INSERT INTO district_cell (grid, district, cell, fraction)
            SELECT of_grid, d.id, a."row" * g.nx + a.col, 1 FROM district_cell_aligned(d.geom, g.nx, g.ny) a ORDER BY 3;
        GET DIAGNOSTICS n = ROW_COUNT;
        IF n = 0 THEN
            INSERT INTO district_cell (grid, district, cell, fraction)
                SELECT of_grid, d.id, c."row" * g.nx + c.col, c.fraction FROM district_cell_clipped(d.geom, g) c ORDER BY 3;
            GET DIAGNOSTICS n = ROW_COUNT;
        END IF;
        written := written + n;
    END LOOP;
    ANALYZE district_cell;
    RETURN written;
END $$;
COMMENT ON FUNCTION district_cell_refresh(bigint, text[]) IS
    'Recomputes district_cell for a grid from the polygons of the districts of some countries (codes; empty = all); answers the number of rows.';
