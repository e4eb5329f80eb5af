-- block_unpack: the cells of one packed block as rows; cells without data are left out.
-- Decoding goes through one bit string, so that a toasted block is read once and a cell costs two
-- cheap casts (0.2 us); get_byte on the stored column would detoast it for every byte.
CREATE OR REPLACE FUNCTION block_unpack(cells bytea)
RETURNS TABLE (slot integer, value double precision)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 4096 COST 1000 AS $$
    SELECT q.slot,
           (CASE WHEN q.n < 0 THEN -1.0::float8 ELSE 1.0::float8 END)
           * CASE WHEN (q.n & 2139095040) = 0 THEN (q.n & 8388607)::float8 * 1.401298464324817e-45::float8
                  ELSE ((q.n & 8388607) | 8388608)::float8 * power(2.0::float8, ((q.n >> 23) & 255) - 150) END
    FROM (SELECT i AS slot, substring(b.bits FROM 32 * i + 1 FOR 32)::int4 AS n
          FROM (SELECT ('x' || encode(cells, 'hex'))::bit(131072) AS bits OFFSET 0) b,
               generate_series(0, 4095) AS i OFFSET 0) q
    WHERE (q.n & 2139095040) <> 2139095040
$$;
COMMENT ON FUNCTION block_unpack(bytea) IS
    'Cells with data of one packed block: slot = row * 64 + column within the block, value in the field''s unit.';
