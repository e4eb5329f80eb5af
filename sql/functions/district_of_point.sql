-- district_of_point: the finest district at a point. On a shared border exactly one: the one to the
-- north-east (the point is nudged by 1e-9 degree, half-open rule), and the lowest code if that does not decide.
CREATE OR REPLACE FUNCTION district_of_point(lon double precision, lat double precision)
RETURNS bigint
LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path = fluxgrid, public, pg_temp AS $$
    SELECT d.id FROM district d
    WHERE ST_Intersects(d.geom, ST_SetSRID(ST_MakePoint(lon, lat), 4326))
    ORDER BY d.level DESC, ST_Intersects(d.geom, ST_SetSRID(ST_MakePoint(lon + 1e-9, lat + 1e-9), 4326)) DESC, d.code
    LIMIT 1
$$;
COMMENT ON FUNCTION district_of_point(double precision, double precision) IS
    'Id of the finest district that holds a point (degrees); NULL outside all.';
