-- import_point_districts: the finest district that counts each staged source, as import_points will place it.
CREATE OR REPLACE FUNCTION import_point_districts(max_km double precision, countries text[])
RETURNS TABLE (group_name text, code text, district text)
LANGUAGE sql STABLE STRICT
    SET search_path = fluxgrid, public, pg_temp AS $$
    SELECT s.group_name, s.code, coalesce(d.code, '')
    FROM stage_source s
    LEFT JOIN LATERAL (SELECT district_of_point(s.lon, s.lat, countries) AS id) i ON true
    LEFT JOIN LATERAL district_near_point(s.lon, s.lat, max_km, countries) n ON i.id IS NULL
    LEFT JOIN district d ON d.id = coalesce(i.id, n.district)
    ORDER BY s.group_name COLLATE "C", s.code COLLATE "C"
$$;
COMMENT ON FUNCTION import_point_districts(double precision, text[]) IS
    'For each staged source the code of the finest district that counts it ('''' = none), by group and code; the nearest within max_km when it stands outside all.';
