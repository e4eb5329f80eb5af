-- block_cells: the cells of a field at one level as rows. Inlined, so conditions reach the index.
CREATE OR REPLACE FUNCTION block_cells(of_field bigint, at_level integer)
RETURNS TABLE (col integer, "row" integer, value double precision)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 100000 AS $$
    SELECT b.bx * 64 + u.slot % 64, b.by * 64 + u.slot / 64, u.value
    FROM fluxgrid.block b CROSS JOIN LATERAL fluxgrid.block_unpack(b.cells) u
    WHERE b.field = of_field AND b.level = at_level
$$;
COMMENT ON FUNCTION block_cells(bigint, integer) IS
    'Cells with data of a field at a level: column from the west, row from the north (0-based), value in the field''s unit.';
