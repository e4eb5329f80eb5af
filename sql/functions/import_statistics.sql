-- import_statistics: stage_stat into district_stat. A row that gives the population alone leaves the GDP of that
-- year as it is, and the other way about.
CREATE OR REPLACE FUNCTION import_statistics()
RETURNS SETOF text
LANGUAGE plpgsql VOLATILE
    SET search_path = fluxgrid, public, pg_temp AS $$
BEGIN
    RETURN QUERY INSERT INTO district_stat AS s (district, year, population, population_status, gdp, gdp_unit, gdp_status)
        SELECT code, year, max(population), max(population_status), max(gdp), max(gdp_unit), max(gdp_status) FROM stage_stat GROUP BY code, year
    ON CONFLICT (district, year) DO UPDATE SET
        (population, population_status, gdp, gdp_unit, gdp_status) =
        (coalesce(excluded.population, s.population), coalesce(excluded.population_status, s.population_status),
         coalesce(excluded.gdp, s.gdp), coalesce(excluded.gdp_unit, s.gdp_unit), coalesce(excluded.gdp_status, s.gdp_status))
    WHERE (s.population, s.population_status) IS DISTINCT FROM
          (coalesce(excluded.population, s.population), coalesce(excluded.population_status, s.population_status))
       OR (s.gdp, s.gdp_unit, s.gdp_status) IS DISTINCT FROM
          (coalesce(excluded.gdp, s.gdp), coalesce(excluded.gdp_unit, s.gdp_unit), coalesce(excluded.gdp_status, s.gdp_status))
    RETURNING s.district;
END $$;
COMMENT ON FUNCTION import_statistics() IS 'Used by import_districts: population and GDP by district and year; answers the districts of the rows that changed.';
