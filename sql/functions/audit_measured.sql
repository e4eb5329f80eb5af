-- audit_measured: does everything that is stored add up? One row per check; all masses in tonnes of the gas.
--
-- What the stored cells are is measured by whoever asks, a level of a field in each place of the arrays: by audit_cells
-- in SQL, or by the importer, which reads all blocks back and is some twenty times faster at it.
--
-- "slices = fields + unallocated": each (sector, gas, flow, year) against factor x field + mass without a place.
-- "native cells", "overview level k": the cells of a stored level, decoded, against the field's total.
-- "block sums level k": the sums kept beside the blocks against their decoded cells.
-- "districts level k": the districts of a level, and what lies outside of them all, against the field's total.
-- The last three look at each field by itself. So that they read as tonnes, a field is shown for each gas and
-- flow with the factors of its latest year; a factor changes nothing about a relative difference.
-- A difference is fine up to 1e-9, or up to what float4 cells can say: in the smallest cell of a level, and in an
-- overview half a step of the largest. A level of a few cells, large ones beside tiny ones, cannot be closed
-- better (block_overviews): this matters where all mass of a large grid lies in one corner of it.
CREATE OR REPLACE FUNCTION audit_measured(of_release bigint, fields bigint[], levels integer[], cells_sums double precision[],
                                          blocks_sums double precision[], smallest double precision[], largest double precision[],
                                          cells bigint[], blocks_cells bigint[])
RETURNS TABLE ("check" text, subject text, expected double precision, actual double precision,
               outside double precision, unallocated double precision, relative double precision, ok boolean)
LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = fluxgrid, public, pg_temp AS $$
    WITH used AS (
        SELECT f.id, f.grid, f.name, f.total FROM field f
        WHERE f.id IN (SELECT s.field FROM slice s WHERE s.release = of_release)
    ), shown AS (
        SELECT s.field, format('%s: %s %s %s', u.name, s.gas, s.flow, s.year) AS who, sum(s.factor) AS factor
        FROM slice s JOIN used u ON u.id = s.field
        JOIN (SELECT l.field, max(l.year) AS year FROM slice l WHERE l.release = of_release GROUP BY l.field) latest
          ON latest.field = s.field AND latest.year = s.year
        WHERE s.release = of_release
        GROUP BY s.field, u.name, s.gas, s.flow, s.year
    ), decoded AS (
        SELECT * FROM unnest(fields, levels, cells_sums, blocks_sums, smallest, largest, cells, blocks_cells)
               AS u (field, level, cells_sum, blocks_sum, smallest, largest, cells, blocks_cells)
    ), finding AS (
        SELECT 2 AS part, CASE k.level WHEN 0 THEN 'native cells' ELSE 'overview level ' || k.level END AS what, k.level AS lv,
               f.id AS field, f.total AS wanted, coalesce(d.cells_sum, 0) AS got, 0::float8 AS away,
               greatest(coalesce(d.smallest, 0) * 1.2e-7, CASE WHEN k.level > 0 THEN coalesce(d.largest, 0) * 6e-8 ELSE 0 END) AS slack
        FROM used f JOIN grid g ON g.id = f.grid
        CROSS JOIN LATERAL generate_series(0, grid_top_level(g.nx, g.ny)) AS k (level)
        LEFT JOIN decoded d ON d.field = f.id AND d.level = k.level
        UNION ALL
        SELECT 3, 'block sums level ' || d.level, d.level, d.field, d.blocks_sum, d.cells_sum, 0,
               CASE WHEN d.cells = d.blocks_cells THEN 0 ELSE '-Infinity'::float8 END
        FROM decoded d
        UNION ALL
        SELECT 4, 'districts level ' || o.level, o.level, f.id, f.total, coalesce(m.mass, 0), o.mass, 0
        FROM used f JOIN field_outside o ON o.field = f.id
        LEFT JOIN (SELECT df.field, d.level, sum(df.mass) AS mass
                   FROM district_field df JOIN district d ON d.id = df.district GROUP BY df.field, d.level) m
               ON m.field = f.id AND m.level = o.level
        UNION ALL
        SELECT 4, 'districts', 0, f.id, f.total, 0, 0, '-Infinity' FROM used f
        WHERE EXISTS (SELECT FROM district) AND NOT EXISTS (SELECT FROM field_outside o WHERE o.field = f.id)
    ), row_of AS (
        SELECT 1 AS part, 'slices = fields + unallocated' AS what, 0 AS lv,
               format('%s %s %s %s', s.sector, s.gas, s.flow, s.year) AS who,
               sum(s.mass_t) AS wanted, coalesce(sum(s.factor * u.total), 0) + coalesce(sum(s.mass_t) FILTER (WHERE s.field IS NULL), 0) AS got,
               0::float8 AS away, coalesce(sum(s.mass_t) FILTER (WHERE s.field IS NULL), 0) AS nowhere, 0::float8 AS slack
        FROM slice s LEFT JOIN used u ON u.id = s.field
        WHERE s.release = of_release
        GROUP BY s.sector, s.gas, s.flow, s.year
        UNION ALL
        SELECT f.part, f.what, f.lv, s.who, f.wanted * s.factor, f.got * s.factor, f.away * s.factor, 0, f.slack * s.factor
        FROM finding f JOIN shown s ON s.field = f.field
    )
    SELECT r.what, r.who, r.wanted, r.got, r.away, r.nowhere, d.relative,
           r.slack >= 0 AND (d.relative <= 1e-9 OR abs(r.got + r.away - r.wanted) <= r.slack)
    FROM row_of r CROSS JOIN LATERAL (
        SELECT CASE WHEN r.got + r.away = r.wanted THEN 0
                    WHEN r.wanted = 0 THEN 'Infinity'::float8
                    ELSE abs(r.got + r.away - r.wanted) / abs(r.wanted) END AS relative) d
    ORDER BY r.part, r.lv, r.who
$$;
COMMENT ON FUNCTION audit_measured(bigint, bigint[], integer[], double precision[], double precision[], double precision[], double precision[], bigint[], bigint[]) IS
    'The checks of audit, with what the stored cells of each level of a field were measured to be.';
