-- district_leaf: the districts with polygons of their own that make up a level.
CREATE OR REPLACE FUNCTION district_leaf(of_level integer)
RETURNS TABLE (district bigint, leaf bigint)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 200
    SET search_path = fluxgrid, public, pg_temp AS $$
    WITH RECURSIVE down AS (
        SELECT d.id AS district, d.id, d.code, d.is_union FROM district d WHERE d.level = of_level
        UNION ALL
        SELECT w.district, c.id, c.code, c.is_union FROM down w JOIN district c ON c.parent = w.code WHERE w.is_union
    )
    SELECT w.district, w.id FROM down w WHERE NOT w.is_union
$$;
COMMENT ON FUNCTION district_leaf(integer) IS
    'For each district of a level the districts whose fractions are stored for it: itself, or its children when it is their union.';
