-- block_overviews: computes and stores every overview level of a field.
--
-- A cell is a float4, so a level of few cells would miss the field's total by some 1e-9. The sum of a level is
-- therefore closed: single cells are moved by one unit in the last place, the larger before the smaller, each
-- at most once, until the level sums to the total as well as its smallest cell can say it.
CREATE OR REPLACE FUNCTION block_overviews(of_field bigint)
RETURNS integer
LANGUAGE plpgsql VOLATILE STRICT
    SET search_path = fluxgrid, public, pg_temp AS $$
DECLARE
    wanted float8;
    top integer;
    lv integer;
    off_by float8;
    cell record;
    step float8;
BEGIN
    SELECT f.total, grid_top_level(g.nx, g.ny) INTO STRICT wanted, top FROM field f JOIN grid g ON g.id = f.grid WHERE f.id = of_field;
    CREATE TEMPORARY TABLE overview ON COMMIT DROP AS
        SELECT o.level, o.col, o."row", o.value::real::float8 AS value FROM overview_cells(of_field) o;
    FOR lv IN 1..top LOOP
        SELECT coalesce(sum(value), 0) - wanted INTO off_by FROM overview WHERE level = lv;
        -- a cell above 2^25 times the difference has a unit more than twice as large as the difference
        FOR cell IN SELECT ctid AS id, value FROM overview
                    WHERE level = lv AND value <> 0 AND abs(value) <= 33554432 * abs(off_by) ORDER BY abs(value) DESC, "row", col LOOP
            EXIT WHEN abs(off_by) <= 1e-13 * abs(wanted);
            step := real_ulp(cell.value);
            CONTINUE WHEN step > 2 * abs(off_by);
            step := sign(off_by) * step;
            UPDATE overview SET value = value - step WHERE ctid = cell.id;
            off_by := off_by - step;
        END LOOP;
    END LOOP;
    DELETE FROM block WHERE field = of_field AND level > 0;
    INSERT INTO block (field, level, bx, by, cells, count, sum, min, max)
        SELECT of_field, level, col / 64, "row" / 64, block_pack(array_agg(("row" % 64) * 64 + col % 64), array_agg(value)),
               count(*), sum(value ORDER BY "row", col), min(value), max(value)
        FROM overview GROUP BY level, "row" / 64, col / 64;
    DROP TABLE overview;
    RETURN top;
END $$;
COMMENT ON FUNCTION block_overviews(bigint) IS
    'Recomputes and stores the overview levels of a field from its native cells; answers the highest level.';
