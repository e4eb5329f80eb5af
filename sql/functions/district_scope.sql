-- district_scope: the districts of all levels in some countries: what a field of this scope is shared out to.
CREATE OR REPLACE FUNCTION district_scope(countries text[])
RETURNS TABLE (district bigint)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 200
    SET search_path = fluxgrid, public, pg_temp AS $$
    WITH RECURSIVE down AS (
        SELECT d.id, d.code FROM district d WHERE d.level = 0 AND (countries = '{}' OR d.code = ANY (countries))
        UNION ALL SELECT c.id, c.code FROM down w JOIN district c ON c.parent = w.code
    )
    SELECT id FROM down
$$;
COMMENT ON FUNCTION district_scope(text[]) IS 'Ids of the districts, of every level, in countries given by their codes; empty = everywhere.';
