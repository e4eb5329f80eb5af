-- import_point_districts: the finest district that counts each staged source, as import_points will place it.
CREATE OR REPLACE FUNCTION import_point_districts(max_km double precision, countries text[])
RETURNS TABLE (group_name text, code text, district text)
LANGUAGE sql VOLATILE STRICT
    SET search_path = fluxgrid, public, pg_temp AS $$
    SELECT import_place(NULL, max_km, countries);
    SELECT s.group_name, s.code, coalesce(d.code, '')
    FROM stage_source s
    JOIN stage_place p ON (p.lon, p.lat, p.max_km, p.countries)
                        = (s.lon, s.lat, import_point_districts.max_km, import_point_districts.countries)
    LEFT JOIN district d ON d.id = coalesce(p.inside, p.nearest)
    ORDER BY s.group_name COLLATE "C", s.code COLLATE "C"
$$;
COMMENT ON FUNCTION import_point_districts(double precision, text[]) IS
    'For each staged source the code of the finest district that counts it ('''' = none), by group and code; the nearest within max_km when it stands outside all.';
