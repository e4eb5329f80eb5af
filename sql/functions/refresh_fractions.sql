-- refresh_fractions: the part of refresh_all_districts that the importer leaves to PostGIS.
CREATE OR REPLACE FUNCTION refresh_fractions(countries text[])
RETURNS void
LANGUAGE plpgsql VOLATILE
    SET search_path = fluxgrid, public, pg_temp AS $$
BEGIN
    PERFORM district_cell_refresh(g.id, countries) FROM grid g;
    UPDATE source_field sf SET district = p.district
    FROM source s, field f, LATERAL (
        SELECT coalesce(district_of_point(ST_X(s.geom), ST_Y(s.geom), f.countries),
                        (district_near_point(ST_X(s.geom), ST_Y(s.geom), f.nearest_km, f.countries)).district) AS district) p
    WHERE s.id = sf.source AND f.id = sf.field AND sf.district IS DISTINCT FROM p.district
      AND (refresh_fractions.countries = '{}' OR f.countries = '{}' OR f.countries && refresh_fractions.countries);
END $$;
COMMENT ON FUNCTION refresh_fractions(text[]) IS
    'Recomputes fractions of all grids and districts of all sources, as far as the districts of these countries (codes; empty = all) matter to them.';
