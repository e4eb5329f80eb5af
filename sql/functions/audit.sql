-- audit: does everything that is stored add up? One row per check, in the unit that the check compares.
--
-- "slices": tonnes of each (sector, gas, flow, year) against factor x field + mass without a place.
-- "level k": the cells of a stored level, decoded, against the field's total.
-- "blocks level k": the sums kept beside the blocks against their decoded cells.
-- "districts level k": districts of a level, and what lies outside of them all, against the field's total.
-- A difference is fine up to 1e-9, or up to what a float4 can say in the level's smallest cell.
CREATE OR REPLACE FUNCTION audit(of_release bigint)
RETURNS TABLE ("check" text, subject text, expected double precision, actual double precision,
               outside double precision, unallocated double precision, relative double precision, ok boolean)
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    WITH used AS (
        SELECT f.* FROM field f WHERE f.id IN (SELECT s.field FROM slice s WHERE s.release = of_release)
    ), decoded AS (
        SELECT b.field, b.level, sum(c.sum) AS cells_sum, sum(b.sum) AS blocks_sum, min(c.smallest) AS smallest,
               sum(c.n) AS cells, sum(b.count) AS blocks_cells
        FROM block b CROSS JOIN LATERAL (
            SELECT sum(u.value) AS sum, min(nullif(abs(u.value), 0)) AS smallest, count(*) AS n FROM block_unpack(b.cells) u) c
        WHERE b.field IN (SELECT id FROM used)
        GROUP BY b.field, b.level
    ), findings AS (
        SELECT 1 AS part, 'slices = fields + unallocated' AS what, 0 AS lv,
               format('%s %s %s %s', s.sector, s.gas, s.flow, s.year) AS who,
               sum(s.mass_t) AS wanted, coalesce(sum(s.factor * f.total), 0) + coalesce(sum(s.mass_t) FILTER (WHERE s.field IS NULL), 0) AS got,
               0::float8 AS away, coalesce(sum(s.mass_t) FILTER (WHERE s.field IS NULL), 0) AS nowhere, 0::float8 AS slack
        FROM slice s LEFT JOIN used f ON f.id = s.field
        WHERE s.release = of_release
        GROUP BY s.sector, s.gas, s.flow, s.year
        UNION ALL
        SELECT 2, CASE k.level WHEN 0 THEN 'native cells' ELSE 'overview level ' || k.level END, k.level, f.name,
               f.total, coalesce(d.cells_sum, 0), 0, 0, coalesce(d.smallest, 0) * 1.2e-7
        FROM used f JOIN grid g ON g.id = f.grid
        CROSS JOIN LATERAL generate_series(0, grid_top_level(g.nx, g.ny)) AS k (level)
        LEFT JOIN decoded d ON d.field = f.id AND d.level = k.level
        UNION ALL
        SELECT 3, 'block sums level ' || d.level, d.level, f.name, d.blocks_sum, d.cells_sum, 0, 0,
               CASE WHEN d.cells = d.blocks_cells THEN 0 ELSE '-Infinity'::float8 END
        FROM used f JOIN decoded d ON d.field = f.id
        UNION ALL
        SELECT 4, 'districts level ' || o.level, o.level, f.name, f.total, coalesce(m.mass, 0), o.mass, 0, 0
        FROM used f JOIN field_outside o ON o.field = f.id
        LEFT JOIN (SELECT df.field, d.level, sum(df.mass) AS mass
                   FROM district_field df JOIN district d ON d.id = df.district GROUP BY df.field, d.level) m
               ON m.field = f.id AND m.level = o.level
        UNION ALL
        SELECT 4, 'districts', 0, f.name, f.total, 0, 0, 0, '-Infinity' FROM used f
        WHERE EXISTS (SELECT FROM district) AND NOT EXISTS (SELECT FROM field_outside o WHERE o.field = f.id)
    )
    SELECT what, who, wanted, got, away, nowhere, r.relative,
           slack >= 0 AND (r.relative <= 1e-9 OR abs(got + away - wanted) <= slack)
    FROM findings CROSS JOIN LATERAL (
        SELECT CASE WHEN got + away = wanted THEN 0
                    WHEN wanted = 0 THEN 'Infinity'::float8
                    ELSE abs(got + away - wanted) / abs(wanted) END AS relative) r
    ORDER BY part, lv, who
$$;
COMMENT ON FUNCTION audit(bigint) IS
    'Mass balance of a release, a row per check: expected = actual + outside to 1e-9 relative (actual holds unallocated mass). Slices in tonnes, the others in the field''s unit.';
