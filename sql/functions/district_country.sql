-- district_country: the country (level 0) that a district belongs to.
CREATE OR REPLACE FUNCTION district_country(of_code text)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path = fluxgrid, public, pg_temp AS $$
    WITH RECURSIVE up AS (
        SELECT d.code, d.parent FROM district d WHERE d.code = of_code
        UNION ALL SELECT p.code, p.parent FROM up u JOIN district p ON p.code = u.parent
    )
    SELECT code FROM up WHERE parent IS NULL
$$;
COMMENT ON FUNCTION district_country(text) IS 'Code of the country above a district; of a country itself.';
