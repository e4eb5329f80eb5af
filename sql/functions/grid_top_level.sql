-- grid_top_level: the first level at which a grid fits into one block.
CREATE OR REPLACE FUNCTION grid_top_level(nx integer, ny integer)
RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT min(k) FROM generate_series(0, 26) AS k WHERE (greatest(nx, ny)::bigint + (1::bigint << k) - 1) >> k <= 64
$$;
COMMENT ON FUNCTION grid_top_level(integer, integer) IS 'Highest overview level of a grid: the first that fits 64 x 64 cells.';
