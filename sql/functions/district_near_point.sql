-- district_near_point: the nearest district without children, for points that stand outside all.
CREATE OR REPLACE FUNCTION district_near_point(lon double precision, lat double precision, max_km double precision,
                                               countries text[] DEFAULT '{}',
                                               OUT district bigint, OUT km double precision)
LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path = fluxgrid, public, pg_temp AS $$
    SELECT d.id, ST_Distance(d.geom::geography, ST_SetSRID(ST_MakePoint(lon, lat), 4326)::geography) / 1000 AS km
    FROM district d
    WHERE NOT EXISTS (SELECT FROM district c WHERE c.parent = d.code)
      AND (countries = '{}' OR district_country(d.code) = ANY (countries))
      -- a box in degrees that is certainly large enough, for the index
      AND d.geom && ST_Expand(ST_SetSRID(ST_MakePoint(lon, lat), 4326), max_km / 110 / greatest(cos(radians(least(abs(lat) + 1, 89))), 0.01), max_km / 110)
      AND ST_DWithin(d.geom::geography, ST_SetSRID(ST_MakePoint(lon, lat), 4326)::geography, max_km * 1000)
    ORDER BY km, d.code LIMIT 1
$$;
COMMENT ON FUNCTION district_near_point(double precision, double precision, double precision, text[]) IS
    'The nearest finest district within max_km of a point (degrees) and its distance in km; NULL when there is none. Countries (codes) bound the search; empty = everywhere.';
