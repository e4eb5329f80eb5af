-- audit_cells: what the cells of a release are, decoded from its blocks, beside what is kept about them.
CREATE OR REPLACE FUNCTION audit_cells(of_release bigint)
RETURNS TABLE (field bigint, level integer, cells_sum double precision, blocks_sum double precision, smallest double precision,
               largest double precision, cells bigint, blocks_cells bigint)
LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path = fluxgrid, public, pg_temp AS $$
    SELECT b.field, b.level::integer, sum(c.sum), sum(b.sum), min(c.smallest), max(c.largest), sum(c.n)::bigint, sum(b.count)
    FROM block b CROSS JOIN LATERAL (
        SELECT sum(u.value) AS sum, min(nullif(abs(u.value), 0)) AS smallest,
               max(abs(u.value)) AS largest, count(*) AS n FROM block_unpack(b.cells) u) c
    WHERE b.field IN (SELECT s.field FROM slice s WHERE s.release = of_release)
    GROUP BY b.field, b.level
$$;
COMMENT ON FUNCTION audit_cells(bigint) IS
    'Per field and level of a release: sum, smallest above 0, largest and number of its decoded cells, and the sums and numbers kept beside the blocks.';
