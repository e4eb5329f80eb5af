-- district_field_refresh_raster: native cells times their fractions in the districts. Parents that are the
-- union of their children are summed from these; a cell that children share is one cell of the parent.
CREATE OR REPLACE FUNCTION district_field_refresh_raster(f field)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
    SET search_path = fluxgrid, public, pg_temp AS $$
DECLARE
    lv integer;
BEGIN
    CREATE TEMPORARY TABLE cell_value ON COMMIT DROP AS
        SELECT c."row" * g.nx + c.col AS cell, c.value
        FROM grid g, block_cells(f.id, 0) c WHERE g.id = f.grid;
    ANALYZE cell_value;
    CREATE TEMPORARY TABLE scope ON COMMIT DROP AS SELECT s.district FROM district_scope(f.countries) s;
    -- mass of whole cells by district, and split cells one by one, so that parents can put them together
    CREATE TEMPORARY TABLE split_cell ON COMMIT DROP AS
        SELECT d.id AS district, d.level, c.cell, c.fraction, v.value
        FROM district_cell c JOIN cell_value v USING (cell) JOIN district d ON d.id = c.district
        WHERE c.grid = f.grid AND c.fraction < 1 AND c.district IN (SELECT district FROM scope);
    CREATE TEMPORARY TABLE whole_cell ON COMMIT DROP AS
        SELECT w.district, d.level, w.mass, w.sum_sq
        FROM (SELECT c.district, sum(v.value) AS mass, sum(v.value * v.value) AS sum_sq
              FROM district_cell c JOIN cell_value v USING (cell)
              WHERE c.grid = f.grid AND c.fraction = 1 AND c.district IN (SELECT district FROM scope) GROUP BY c.district) w
        JOIN district d ON d.id = w.district;
    FOR lv IN REVERSE 1..0 LOOP
        INSERT INTO split_cell
            SELECT p.id, p.level, s.cell, sum(s.fraction), s.value
            FROM split_cell s JOIN district d ON d.id = s.district JOIN district p ON p.code = d.parent AND p.is_union
            WHERE p.level = lv GROUP BY p.id, p.level, s.cell, s.value;
        INSERT INTO whole_cell
            SELECT p.id, p.level, sum(w.mass), sum(w.sum_sq)
            FROM whole_cell w JOIN district d ON d.id = w.district JOIN district p ON p.code = d.parent AND p.is_union
            WHERE p.level = lv GROUP BY p.id, p.level;
    END LOOP;
    INSERT INTO district_field (field, district, mass, sum_sq)
        SELECT f.id, district, sum(mass), sum(sum_sq) FROM (
            SELECT district, mass, sum_sq FROM whole_cell
            UNION ALL
            SELECT district, sum(value * fraction), sum((value * fraction) ^ 2) FROM split_cell GROUP BY district) m
        GROUP BY district;

    -- Outside is measured from the cells, not taken as the rest: only then does a balance prove anything.
    -- Levels that are made of the same polygons leave the same mass outside.
    WITH made_of AS (
        SELECT array_agg(l.level) AS levels, l.leaves
        FROM (SELECT d.level, (SELECT array_agg(leaf ORDER BY leaf) FROM district_leaf(d.level)
                               WHERE leaf IN (SELECT district FROM scope)) AS leaves
              FROM district d WHERE d.id IN (SELECT district FROM scope) GROUP BY d.level) l
        GROUP BY l.leaves
    ), missed AS MATERIALIZED (
        SELECT m.levels,
               (SELECT coalesce(sum(v.value), 0) FROM cell_value v
                WHERE NOT EXISTS (SELECT FROM district_cell c
                                  WHERE c.grid = f.grid AND c.cell = v.cell AND c.district = ANY (m.leaves))) AS untouched,
               (SELECT coalesce(sum(p.value * (1 - p.covered)), 0)
                FROM (SELECT v.cell, v.value, sum(v.fraction) + count(w.cell) AS covered
                      FROM split_cell v
                      LEFT JOIN district_cell w ON w.grid = f.grid AND w.cell = v.cell AND w.fraction = 1 AND w.district = ANY (m.leaves)
                      WHERE v.district = ANY (m.leaves) GROUP BY v.cell, v.value) p
                WHERE p.covered < 1 - 1e-9) AS split
        FROM made_of m
    )
    INSERT INTO field_outside (field, level, mass)
        SELECT f.id, unnest(levels), untouched + split FROM missed;
    DROP TABLE cell_value, scope, split_cell, whole_cell;
END $$;
COMMENT ON FUNCTION district_field_refresh_raster(field) IS 'Used by district_field_refresh.';
