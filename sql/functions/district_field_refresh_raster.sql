-- district_field_refresh_raster: native cells times their fractions in the districts. Parents that are the
-- union of their children are summed from these; a cell that children share is one cell of the parent.
CREATE OR REPLACE FUNCTION district_field_refresh_raster(f field)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT AS $$
DECLARE
    lv integer;
BEGIN
    CREATE TEMPORARY TABLE cell_value ON COMMIT DROP AS
        SELECT c."row" * g.nx + c.col AS cell, c.value
        FROM grid g, block_cells(f.id, 0) c WHERE g.id = f.grid;
    ANALYZE cell_value;
    -- mass of whole cells by district, and split cells one by one, so that parents can put them together
    CREATE TEMPORARY TABLE split_cell ON COMMIT DROP AS
        SELECT d.id AS district, d.level, c.cell, c.fraction, v.value
        FROM district_cell c JOIN cell_value v USING (cell) JOIN district d ON d.id = c.district
        WHERE c.grid = f.grid AND c.fraction < 1;
    CREATE TEMPORARY TABLE whole_cell ON COMMIT DROP AS
        SELECT d.id AS district, d.level, sum(v.value) AS mass, sum(v.value * v.value) AS sum_sq, count(*) AS n
        FROM district_cell c JOIN cell_value v USING (cell) JOIN district d ON d.id = c.district
        WHERE c.grid = f.grid AND c.fraction = 1 GROUP BY d.id, d.level;
    FOR lv IN REVERSE 1..0 LOOP
        INSERT INTO split_cell
            SELECT p.id, p.level, s.cell, sum(s.fraction), s.value
            FROM split_cell s JOIN district d ON d.id = s.district JOIN district p ON p.code = d.parent AND p.is_union
            WHERE p.level = lv GROUP BY p.id, p.level, s.cell, s.value;
        INSERT INTO whole_cell
            SELECT p.id, p.level, sum(w.mass), sum(w.sum_sq), sum(w.n)
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
    INSERT INTO field_outside (field, level, mass)
        SELECT f.id, l.level, coalesce(sum(v.value * CASE WHEN abs(1 - v.covered) < 1e-9 THEN 0 ELSE greatest(1 - v.covered, 0) END), 0)
        FROM (SELECT DISTINCT level FROM district) l
        CROSS JOIN LATERAL (
            SELECT cv.value, coalesce(k.covered, 0) AS covered
            FROM cell_value cv LEFT JOIN (
                SELECT x.cell, sum(x.fraction) AS covered FROM (
                    SELECT s.cell, s.fraction FROM split_cell s WHERE s.level = l.level
                    UNION ALL
                    SELECT c.cell, 1 FROM district_cell c WHERE c.grid = f.grid AND c.fraction = 1
                        AND c.district IN (SELECT leaf FROM district_leaf(l.level))) x
                GROUP BY x.cell) k USING (cell)) v
        GROUP BY l.level;
    DROP TABLE cell_value, split_cell, whole_cell;
END $$;
COMMENT ON FUNCTION district_field_refresh_raster(field) IS 'Used by district_field_refresh.';
