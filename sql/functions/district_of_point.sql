-- district_of_point: the finest district at a point. On a shared border exactly one: the one to the
-- north-east (the point is nudged by 1e-9 degree, half-open rule), and the lowest code if that does not decide.
-- With countries, only theirs are looked at.
CREATE OR REPLACE FUNCTION district_of_point(lon double precision, lat double precision, countries text[] DEFAULT '{}')
RETURNS bigint
LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path = fluxgrid, public, pg_temp AS $$
    SELECT d.id FROM district d
    WHERE ST_Intersects(d.geom, ST_SetSRID(ST_MakePoint(lon, lat), 4326))
      AND (countries = '{}' OR district_country(d.code) = ANY (countries))
    ORDER BY d.level DESC, ST_Intersects(d.geom, ST_SetSRID(ST_MakePoint(lon + 1e-9, lat + 1e-9), 4326)) DESC, d.code
    LIMIT 1
$$;
COMMENT ON FUNCTION district_of_point(double precision, double precision, text[]) IS
    'Id of the finest district that holds a point (degrees); NULL outside all. Countries (codes) bound the search; empty = everywhere.';
