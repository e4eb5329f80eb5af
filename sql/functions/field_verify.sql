-- field_verify: compares every stored level of a field with what its native cells say.
CREATE OR REPLACE FUNCTION field_verify(of_field bigint)
RETURNS TABLE (level integer, cells bigint, stored_sum double precision, expected_sum double precision,
               max_relative double precision, ok boolean)
LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = fluxgrid, public, pg_temp AS $$
    WITH expected AS (
        SELECT 0 AS level, c.col, c."row", c.value FROM block_cells(of_field, 0) c
        UNION ALL SELECT o.level, o.col, o."row", o.value FROM overview_cells(of_field) o
    ), stored AS (
        SELECT b.level::integer AS level, b.bx * 64 + u.slot % 64 AS col, b.by * 64 + u.slot / 64 AS "row", u.value
        FROM block b CROSS JOIN LATERAL block_unpack(b.cells) u WHERE b.field = of_field
    ), cell AS (
        SELECT level, s.value AS s, e.value AS e,
               CASE WHEN s.value IS NULL OR e.value IS NULL THEN 'Infinity'::float8
                    WHEN s.value = e.value THEN 0
                    ELSE abs(s.value - e.value) / greatest(abs(e.value), abs(s.value)) END AS relative
        FROM stored s FULL JOIN expected e USING (level, col, "row")
    )
    -- a stored cell may be one unit in the last place (2^-23) from the rounded sum
    SELECT c.level, count(c.s), sum(c.s), f.total, max(c.relative),
           max(c.relative) <= 1.8e-7 AND abs(sum(c.s) - f.total) <= 1e-9 * abs(f.total)
    FROM cell c, field f WHERE f.id = of_field
    GROUP BY c.level, f.total ORDER BY c.level
$$;
COMMENT ON FUNCTION field_verify(bigint) IS
    'Per level of a field: stored cells, their sum, the field''s total, the largest relative difference of a cell from the sum of its native cells (Infinity: one is missing), and whether all is well.';
