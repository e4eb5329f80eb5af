-- district_km2: ground area whose edges are straight in longitude and latitude, as maps draw them; a geodesic
-- between far ends of a parallel is another line, so edges are cut into short pieces first.
CREATE OR REPLACE FUNCTION district_km2(geom geometry)
RETURNS double precision
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path = fluxgrid, public, pg_temp AS $$
    SELECT ST_Area(ST_Segmentize(geom, 0.02)::geography) / 1e6
$$;
COMMENT ON FUNCTION district_km2(geometry) IS 'Geodesic area in km2 of a polygon in degrees.';
