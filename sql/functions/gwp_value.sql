-- gwp_value: t CO2e per t of gas. A set without an origin split answers its one value for every origin.
CREATE OR REPLACE FUNCTION gwp_value(of_set text, of_gas text, of_origin text DEFAULT 'na')
RETURNS double precision
LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path = fluxgrid, public, pg_temp AS $$
    SELECT value FROM gwp
    WHERE gwp_set = of_set AND gas = of_gas AND origin IN (of_origin, 'na')
    ORDER BY origin = 'na' LIMIT 1
$$;
COMMENT ON FUNCTION gwp_value(text, text, text) IS
    't CO2e per t of gas in a GWP set for an origin (fossil, nonfossil, na); NULL when the set does not know the gas.';
