-- area_leaves: the districts whose fractions are stored for some areas: themselves, or the parts they are the
-- union of. No area at all means the whole of what there is.
CREATE OR REPLACE FUNCTION area_leaves(areas text[])
RETURNS bigint[]
LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path = fluxgrid, public, pg_temp AS $$
    WITH RECURSIVE down AS (
        SELECT d.id, d.code, d.is_union FROM district d WHERE d.code = ANY (areas) OR (areas = '{}' AND d.parent IS NULL)
        UNION
        SELECT c.id, c.code, c.is_union FROM down w JOIN district c ON c.parent = w.code WHERE w.is_union
    )
    SELECT coalesce(array_agg(w.id ORDER BY w.id), '{}') FROM down w WHERE NOT w.is_union
$$;
COMMENT ON FUNCTION area_leaves(text[]) IS
    'Ids of the districts with fractions of their own that make up the areas of these codes; {} = all.';
