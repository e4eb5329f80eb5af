-- import_place: finds the districts of the staged sources of a group (NULL: of all), each place once in an import.
--
-- Many groups stand at the same places: a plant has a mass for each gas and year. To find a place among detailed
-- borders takes half a millisecond and more.
CREATE OR REPLACE FUNCTION import_place(of_group text, max_km double precision, countries text[])
RETURNS void
LANGUAGE plpgsql VOLATILE
    SET search_path = fluxgrid, public, pg_temp AS $$
BEGIN
    INSERT INTO stage_place (lon, lat, max_km, countries, inside, nearest, nearest_km)
    SELECT q.lon, q.lat, import_place.max_km, import_place.countries, q.inside, n.district, n.km
    FROM (SELECT p.lon, p.lat, district_of_point(p.lon, p.lat, import_place.countries) AS inside
          FROM (SELECT DISTINCT s.lon, s.lat FROM stage_source s WHERE of_group IS NULL OR s.group_name = of_group) p
          WHERE NOT EXISTS (SELECT FROM stage_place t
                            WHERE (t.lon, t.lat, t.max_km, t.countries) = (p.lon, p.lat, import_place.max_km, import_place.countries))
          OFFSET 0) q
    -- OFFSET 0 keeps the condition inside: as that of the join it would be looked at after the search, 5 ms a place
    LEFT JOIN LATERAL (SELECT * FROM district_near_point(q.lon, q.lat, import_place.max_km, import_place.countries)
                       WHERE q.inside IS NULL OFFSET 0) n ON true;
    IF FOUND THEN
        ANALYZE stage_place; -- else a join with 2 000 places is planned as with one: 4 s a group instead of half a second
    END IF;
END $$;
COMMENT ON FUNCTION import_place(text, double precision, text[]) IS
    'Fills stage_place for the places of a group of stage_source (NULL: of all) that it does not have yet: the finest district there, or the nearest within max_km.';
