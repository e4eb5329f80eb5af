-- block_pack: the inverse of block_unpack; slots that are not named become NaN.
CREATE OR REPLACE FUNCTION block_pack(slots integer[], cell_values double precision[])
RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT string_agg(float4send(coalesce(c.value, 'NaN')::real), ''::bytea ORDER BY i)
    FROM generate_series(0, 4095) AS i
    LEFT JOIN unnest(slots, cell_values) AS c (slot, value) ON c.slot = i
$$;
COMMENT ON FUNCTION block_pack(integer[], double precision[]) IS
    'Packs cells (slot = row * 64 + column, value) into a block: 4096 big-endian float4, NaN = no data.';
