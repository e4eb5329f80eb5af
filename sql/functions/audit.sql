-- audit: does everything that is stored add up? One row per check; all masses in tonnes of the gas. See audit_measured.
CREATE OR REPLACE FUNCTION audit(of_release bigint)
RETURNS TABLE ("check" text, subject text, expected double precision, actual double precision,
               outside double precision, unallocated double precision, relative double precision, ok boolean)
LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path = fluxgrid, public, pg_temp AS $$
    SELECT a.* FROM (
        SELECT array_agg(c.field) AS fields, array_agg(c.level) AS levels, array_agg(c.cells_sum) AS cells_sums,
               array_agg(c.blocks_sum) AS blocks_sums, array_agg(c.smallest) AS smallest, array_agg(c.largest) AS largest,
               array_agg(c.cells) AS cells, array_agg(c.blocks_cells) AS blocks_cells
        FROM audit_cells(of_release) c) m
    CROSS JOIN LATERAL audit_measured(of_release, m.fields, m.levels, m.cells_sums, m.blocks_sums, m.smallest, m.largest,
                                      m.cells, m.blocks_cells) a
$$;
COMMENT ON FUNCTION audit(bigint) IS
    'Mass balance of a release, a row per check, in tonnes of the gas: expected = actual + outside to 1e-9 relative; actual holds unallocated mass.';
