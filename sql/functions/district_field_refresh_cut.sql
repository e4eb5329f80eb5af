-- district_field_refresh_cut: as district_field_refresh_raster, for cells that were cut at the border. What a
-- cell holds lies inside the countries, so its districts share all of it: fractions are divided by their sum.
CREATE OR REPLACE FUNCTION district_field_refresh_cut(f field)
RETURNS void
LANGUAGE sql VOLATILE STRICT
    SET search_path = fluxgrid, public, pg_temp AS $$
    WITH share AS (
        SELECT v.level, l.district, c.cell, sum(c.fraction) AS part
        FROM generate_series(0, 2) AS v (level) CROSS JOIN LATERAL district_leaf(v.level) l
        JOIN district_scope(f.countries) s ON s.district = l.district
        JOIN district_cell c ON c.grid = f.grid AND c.district = l.leaf
        GROUP BY v.level, l.district, c.cell
    ), covered AS (
        SELECT level, cell, sum(part) AS parts FROM share GROUP BY level, cell
    ), held AS (
        SELECT s.district, c."row" * g.nx + c.col AS cell, c.value * s.part / o.parts AS mass
        FROM grid g CROSS JOIN LATERAL block_cells(f.id, 0) c
        JOIN share s ON s.cell = c."row" * g.nx + c.col JOIN covered o ON (o.level, o.cell) = (s.level, s.cell)
        WHERE g.id = f.grid
    )
    INSERT INTO district_field (field, district, mass, sum_sq)
        SELECT f.id, district, sum(mass), sum(mass * mass) FROM held GROUP BY district;
    WITH covered AS (
        SELECT DISTINCT v.level, c.cell
        FROM generate_series(0, 2) AS v (level) CROSS JOIN LATERAL district_leaf(v.level) l
        JOIN district_scope(f.countries) s ON s.district = l.district
        JOIN district_cell c ON c.grid = f.grid AND c.district = l.leaf
    ), cell_value AS (
        SELECT c."row" * g.nx + c.col AS cell, c.value FROM grid g CROSS JOIN LATERAL block_cells(f.id, 0) c WHERE g.id = f.grid
    )
    INSERT INTO field_outside (field, level, mass)
        SELECT f.id, l.level, (SELECT coalesce(sum(v.value), 0) FROM cell_value v
                               WHERE NOT EXISTS (SELECT FROM covered o WHERE (o.level, o.cell) = (l.level, v.cell)))
        FROM (SELECT DISTINCT d.level FROM district d JOIN district_scope(f.countries) s ON s.district = d.id) l
$$;
COMMENT ON FUNCTION district_field_refresh_cut(field) IS 'Used by district_field_refresh.';
